package feedback

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/feedback"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Office is the pages on which the office reads how it was rated, and answers
// whoever was dissatisfied.
type Office struct {
	Site    *web.Site
	Journal *journal.Journal
	Pack    func() *pack.Set // in force now
}

// Routes are the addresses of these pages.
func (p *Office) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /ratings", Right: access.SeeRatings, Handle: p.getAll},
		{Pattern: "GET /ratings/{rating}", Right: access.SeeRatings, Handle: p.getOne},
		{Pattern: "POST /ratings/{rating}/reply", Right: access.AnswerRating, Handle: p.postReply},
		{Pattern: "POST /ratings/{rating}/call", Right: access.AnswerRating, Handle: p.postCall},
		{Pattern: "POST /ratings/{rating}/conclude", Right: access.AnswerRating, Handle: p.postConclude},
	}
}

const (
	shownAtOnce = 50
	owedMost    = 200 // the oldest poor ratings that wait: there are a handful, or an office has other troubles
	monthsBack  = 12
)

type listView struct {
	Head    ui.Head
	Chips   ui.Chips
	Table   ui.Table
	Pages   []ui.Link
	Figures ui.Figures
	Months  ui.Table
	Acts    ui.Table
	Windows ui.Table
	Vias    ui.Table
}

func oneURL(id string) string { return "/ratings/" + url.PathEscape(id) }

func within(set *pack.Set, today calendar.Date) calendar.Workdays {
	return room.ReplyWithin(set.Ref.Parameters.Whole, today)
}

// getAll lists what is owed, or ratings of one grade or of all; the months below.
func (p *Office) getAll(w http.ResponseWriter, r *http.Request) {
	ctx, store, now := r.Context(), p.Journal.Store, p.Journal.Now()
	grade, err := strconv.Atoi(r.FormValue("grade"))
	if err != nil || grade < 0 || grade > 5 {
		grade = -1 // what is owed
	}
	from, err := strconv.Atoi(r.FormValue("from"))
	if err != nil || from < 0 {
		from = 0
	}
	owed, err := room.CountOwed(ctx, store, now)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := listView{Head: ui.Head{Title: ui.T(ctx, "ratings.none"), Lead: ui.T(ctx, "ratings.lead", "Count", int(within(p.Pack(), p.Journal.Today())))}}
	if owed > 0 {
		v.Head.Title = ui.T(ctx, "ratings.some", "Count", owed)
	}
	v.Chips = ui.Chips{Label: ui.T(ctx, "ratings.filter"), Items: []ui.Chip{{Text: ui.T(ctx, "ratings.owed"), Count: owed, Counted: true, URL: "/ratings", Current: grade < 0}}}
	var rows []room.Row
	total := owed
	for g := 0; g <= 5; g++ {
		n, err := room.Count(ctx, store, now, g)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		text := ui.T(ctx, "ratings.all")
		if g > 0 {
			text = ui.T(ctx, "rating.grade."+strconv.Itoa(g))
		}
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: text, Count: n, Counted: true, URL: "/ratings?grade=" + strconv.Itoa(g), Current: grade == g})
		if grade == g {
			total = n
		}
	}
	open, err := room.Owed(ctx, store, now, owedMost)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if rows = open; grade >= 0 {
		if rows, err = room.Given(ctx, store, now, grade, from, shownAtOnce); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		page := func(key string, from int) {
			v.Pages = append(v.Pages, ui.Link{Text: ui.T(ctx, key), URL: "/ratings?grade=" + strconv.Itoa(grade) + "&from=" + strconv.Itoa(from)})
		}
		if from > 0 {
			page("ratings.newer", max(0, from-shownAtOnce))
		}
		if from+shownAtOnce < total {
			page("ratings.older", from+shownAtOnce)
		}
	}
	if v.Table, err = p.table(ctx, rows); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	months, err := recent(ctx, p.Journal)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	today := p.Journal.Today()
	late := slices.ContainsFunc(open, func(x room.Row) bool {
		return x.Due(within(p.Pack(), today), p.Journal.Book()).Before(today)
	})
	v.Figures, v.Months = figures(ctx, months, late), monthsTable(ctx, months)
	if v.Acts, err = actsTable(ctx, p.Journal); err == nil {
		v.Windows, v.Vias, err = visitTables(ctx, p.Journal)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, listPage(v))
}

func (p *Office) table(ctx context.Context, rows []room.Row) (ui.Table, error) {
	names, err := unit.Names(ctx, p.Journal.Store)
	if err != nil {
		return ui.Table{}, err
	}
	t := ui.Table{Caption: ui.T(ctx, "ratings.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "ratings.empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "ratings.col.grade")}, {Text: ui.T(ctx, "ratings.col.words")}, {Text: ui.T(ctx, "ratings.col.unit")}, {Text: ui.T(ctx, "ratings.col.at"), Whole: true}, {Text: ui.T(ctx, "ratings.col.due"), Whole: true}, {Text: ui.T(ctx, "ratings.col.state")}}}
	var list []ui.Row
	for _, x := range rows {
		who := names[x.Unit]
		switch {
		case x.Anonymous:
			who = ui.T(ctx, "ratings.anonymous")
		case hidden(ctx, x):
			who = ui.T(ctx, "ratings.hidden")
		}
		row := ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "rating.grade."+strconv.Itoa(x.Grade)), URL: oneURL(x.ID), Head: true}, {Text: told(ctx, x)}, {Text: who}, {Text: given(ctx, x), Quiet: true}, {}, {Tag: p.state(ctx, x)}}}
		if x.Open() {
			row.Cells[4] = ui.Cell{Text: ui.Date(ctx, x.Due(within(p.Pack(), p.Journal.Today()), p.Journal.Book()))}
		}
		list = append(list, row)
	}
	t.Groups = []ui.Group{{Rows: list}}
	return t, nil
}

// hidden tells whether whose a rating is isn't shown to the reader: as long as the answer
// to a poor one isn't settled, only those read it who answer and call back.
func hidden(ctx context.Context, x room.Row) bool {
	return x.Open() && !web.WhoOf(ctx).May(access.AnswerRating)
}

// given is when: of who rated without a name, or whose name is hidden, only the month,
// or the day on which their trip was closed would tell whose it is.
func given(ctx context.Context, x room.Row) string {
	if x.Anonymous || hidden(ctx, x) {
		d := calendar.DateOf(x.At)
		return ui.T(ctx, "ratings.month", "Year", strconv.Itoa(d.Year()), "Month", int(d.Month()))
	}
	return ui.At(ctx, x.At)
}

// told is what somebody ticked and wrote, in one line.
func told(ctx context.Context, x room.Row) string {
	var parts []string
	for _, t := range x.Tags {
		parts = append(parts, ui.T(ctx, "rating.tag."+t))
	}
	if x.Words != "" {
		parts = append(parts, x.Words)
	}
	if len(parts) == 0 {
		return ui.T(ctx, "ratings.wordless")
	}
	return ui.Sentences(ctx, parts...)
}

// state says how far the answer to a rating is; nothing of one that is no poor one.
func (p *Office) state(ctx context.Context, x room.Row) ui.Tag {
	switch today := p.Journal.Today(); {
	case !x.Rating().Poor():
		return ui.Tag{}
	case !x.Open():
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "ratings.is.settled")}
	case x.Dissatisfied(x.Duty.At):
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "ratings.is.again")}
	case x.Duty.Reply != "":
	case x.Due(within(p.Pack(), today), p.Journal.Book()).Before(today):
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "ratings.is.late")}
	default:
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "ratings.is.open")}
	}
	return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "ratings.is.replied")}
}

type oneView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Facts    ui.Facts
	History  ui.Timeline
	Note     ui.Note
	Key      string
	URL      string
	Reply    []ui.Field
	Call     []ui.Field
	Conclude bool
	Lacks    string // what keeps it from being concluded
	Does     []ui.Button
}

// load gives the rating of the page and what was done about it.
func (p *Office) load(r *http.Request) (room.Row, room.Duty, error) {
	ctx, id := r.Context(), r.PathValue("rating")
	x, there, err := room.ByID(ctx, p.Journal.Store, id)
	if err == nil && (!there || x.Grade == 0 || x.Shown.After(p.Journal.Now())) {
		err = fault.NotFound("rating " + id)
	}
	if err != nil {
		return x, room.Duty{}, err
	}
	d, _, err := journal.Load(ctx, p.Journal, room.DutyRoom, id)
	return x, d, err
}

func (p *Office) getOne(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }

// ui:keys ratings.treatment.*
// ui:keys ratings.outcome.*
func (p *Office) show(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	x, d, err := p.load(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	today := p.Journal.Today()
	v := oneView{Errors: ui.Summarise(ctx, failed), Key: web.NewKey(), URL: oneURL(x.ID),
		Head: ui.Head{Title: ui.T(ctx, "ratings.one", "Grade", ui.T(ctx, "rating.grade."+strconv.Itoa(x.Grade))), Lead: told(ctx, x)}}
	if v.Facts, err = p.facts(ctx, x); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.History, err = p.history(ctx, x); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	may := web.Who(r).May(access.AnswerRating)
	switch {
	case !x.Rating().Poor():
		v.Note = ui.Note{State: ui.OK, Text: ui.T(ctx, "ratings.nothing")}
	case !x.Open():
		v.Note = ui.Note{State: ui.OK, Text: ui.T(ctx, "ratings.settled")}
	case !may:
		v.Note = ui.Note{State: ui.Wait, Text: ui.T(ctx, "ratings.others")}
	default:
		beside := ui.FieldErrors(ctx, failed)
		treatment := ui.Field{Kind: ui.Radio, Name: "treatment", Label: ui.T(ctx, "ratings.treatment"), Error: beside["treatment"]}
		for _, t := range room.Treatments() {
			treatment.Options = append(treatment.Options, ui.Option{Value: string(t), Text: ui.T(ctx, "ratings.treatment."+string(t)), Chosen: r.PostFormValue("treatment") == string(t)})
		}
		v.Reply = []ui.Field{treatment, {Kind: ui.Area, Rows: 4, Name: "reply", Label: ui.T(ctx, "ratings.reply"), Hint: ui.T(ctx, "ratings.reply.hint"), Value: r.PostFormValue("reply"), Error: beside["reply"], Max: room.WordsLimit}}
		if !x.Anonymous {
			outcome := ui.Field{Kind: ui.Radio, Name: "outcome", Label: ui.T(ctx, "ratings.outcome"), Error: beside["outcome"]}
			for _, o := range room.Outcomes() {
				outcome.Options = append(outcome.Options, ui.Option{Value: string(o), Text: ui.T(ctx, "ratings.outcome."+string(o)), Chosen: r.PostFormValue("outcome") == string(o)})
			}
			v.Call = []ui.Field{outcome, {Kind: ui.Area, Rows: 2, Name: "said", Label: ui.T(ctx, "ratings.said"), Value: r.PostFormValue("said"), Error: beside["said"], Max: room.WordsLimit}}
		}
		lacks := d.Lacks(x, p.stands(), web.Who(r).Account, today, p.Journal.Book())
		// ui:keys feedback.duty.lacks.*
		if v.Conclude = lacks == ""; !v.Conclude {
			v.Lacks = ui.T(ctx, "feedback.duty.lacks."+lacks)
		}
	}
	var said ui.Banner
	// ui:keys ratings.said.*
	if key := "ratings.said." + r.URL.Query().Get("said"); ui.Known(key) {
		said.Text = ui.T(ctx, key)
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Banner: said, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "ratings.crumb"), URL: "/ratings"}, {Text: v.Head.Title}}}, onePage(v))
}

func (p *Office) stands() calendar.Workdays {
	return calendar.Workdays(p.Pack().Ref.Parameters.Whole("feedback.standsWorkdays", p.Journal.Today(), 5))
}

// facts names unit and case only where whoever rated lets them be known.
func (p *Office) facts(ctx context.Context, x room.Row) (ui.Facts, error) {
	out := ui.Facts{{Term: ui.T(ctx, "ratings.col.at"), Value: given(ctx, x)}}
	if x.Rating().Poor() {
		out = append(out, ui.Fact{Term: ui.T(ctx, "ratings.col.due"), Value: ui.Date(ctx, x.Due(within(p.Pack(), p.Journal.Today()), p.Journal.Book()))}, ui.Fact{Term: ui.T(ctx, "ratings.col.state"), Show: p.state(ctx, x)})
	}
	if x.Again > 0 {
		out = append(out, ui.Fact{Term: ui.T(ctx, "ratings.again"), Value: ui.Sentences(ctx, ui.T(ctx, "rating.grade."+strconv.Itoa(x.Again)), x.AgainWords)})
	}
	if x.Anonymous {
		return append(out, ui.Fact{Term: ui.T(ctx, "ratings.col.unit"), Value: ui.T(ctx, "ratings.anonymous.why")}), nil
	}
	if hidden(ctx, x) {
		return append(out, ui.Fact{Term: ui.T(ctx, "ratings.col.unit"), Value: ui.T(ctx, "ratings.hidden.why")}), nil
	}
	u, _, err := journal.Load(ctx, p.Journal, unit.Room, x.Unit)
	return append(out, ui.Fact{Term: ui.T(ctx, "ratings.col.unit"), Value: u.Name}, ui.Fact{Term: ui.T(ctx, "ratings.case"), Show: leading("/c/"+url.PathEscape(x.Filing), ui.T(ctx, "ratings.case.open"))}), err
}

// history is what the office did about it, newest first.
func (p *Office) history(ctx context.Context, x room.Row) (ui.Timeline, error) {
	events, err := p.Journal.History(ctx, journal.Ref{Kind: room.DutyRoom.Kind, ID: x.ID})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.Actor.Account)
	}
	names, err := account.Names(ctx, p.Journal.Store, ids)
	if err != nil {
		return nil, err
	}
	var out ui.Timeline
	for _, e := range events {
		h := ui.Happening{At: e.At, Who: names[e.Actor.Account], Zone: e.Origin}
		switch b := e.Body.(type) {
		case room.Called:
			h.What, h.Note = ui.T(ctx, "ratings.did.called", "Outcome", ui.T(ctx, "ratings.outcome."+string(b.Outcome))), b.Words
		case room.Replied:
			h.What, h.Note = ui.T(ctx, "ratings.did.replied", "Treatment", ui.T(ctx, "ratings.treatment."+string(b.Treatment))), b.Words
		case room.Concluded:
			h.What = ui.T(ctx, "ratings.did.concluded")
		}
		out = append(ui.Timeline{h}, out...)
	}
	return out, nil
}

// do gives a command about the rating of the page, by whoever may answer it.
func (p *Office) do(w http.ResponseWriter, r *http.Request, said string, command func(room.Row) journal.Command[room.Duty]) {
	x, _, err := p.load(r)
	if err == nil {
		_, err = journal.Do(r.Context(), p.Journal, room.DutyRoom, journal.Order{Subject: x.ID, Key: web.Key(r)}, command(x))
	}
	if fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, oneURL(r.PathValue("rating"))+"?said="+said)
}

func (p *Office) postReply(w http.ResponseWriter, r *http.Request) {
	p.do(w, r, "replied", func(x room.Row) journal.Command[room.Duty] {
		return room.Reply{Of: x, Treatment: room.Treatment(r.PostFormValue("treatment")), Words: r.PostFormValue("reply")}
	})
}

func (p *Office) postCall(w http.ResponseWriter, r *http.Request) {
	p.do(w, r, "called", func(x room.Row) journal.Command[room.Duty] {
		return room.Call{Of: x, Outcome: room.Outcome(r.PostFormValue("outcome")), Words: r.PostFormValue("said")}
	})
}

func (p *Office) postConclude(w http.ResponseWriter, r *http.Request) {
	p.do(w, r, "concluded", func(x room.Row) journal.Command[room.Duty] { return room.Conclude{Of: x, Stands: p.stands()} })
}
