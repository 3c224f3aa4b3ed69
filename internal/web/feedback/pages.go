// Package feedback is the page on which people say how it went (评价).
package feedback

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/pack"
	state "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the internet node.
type Pages struct {
	Site     *web.Site
	Journal  *journal.Journal
	Progress *progress.Pages
	Pack     func() *pack.Set // in force now
	// Mark is what only this node can make of a value, for a purpose.
	Mark func(purpose, value string) string
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /ratings", Right: access.Public, Handle: p.getPublished},
		{Pattern: "GET /rate/{attendance}", Right: access.Public, Handle: p.getVisit},
		{Pattern: "POST /rate/{attendance}", Right: access.Public, Handle: p.postVisit},
		{Pattern: "POST /rate/{attendance}/again", Right: access.Public, Handle: p.postVisitAgain},
		{Pattern: "POST /me/rate/{case}/again", Right: access.Rate, Handle: p.postAgain},
		{Pattern: "GET /me/rate/{case}", Right: access.Rate, Handle: p.get},
		{Pattern: "POST /me/rate/{case}", Right: access.Rate, Handle: p.post},
		{Pattern: "GET /me/rate/{case}/decline", Right: access.Rate, Handle: p.getDecline},
		{Pattern: "POST /me/rate/{case}/decline", Right: access.Rate, Handle: p.postDecline},
	}
}

type view struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Done    ui.Note
	Action  string
	Key     string
	Grades  ui.Grades
	Acts    []ui.Field // of a visit: how each went
	Pick    ui.Pick
	Words   ui.Field
	Asked   bool // what was wrong: a second press sends it without
	Shy     ui.Field
	Decline ui.Button
	Links   []ui.Link
	Reply   ui.Note // the office's answer to a poor rating
	Again   *againView
}

// againView is how it is after the answer, to be said once.
type againView struct {
	Action string
	Key    string
	Grades ui.Grades
	Words  ui.Field
}

func rateURL(id string) string { return "/me/rate/" + url.PathEscape(id) }

func (p *Pages) get(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }

// ui:keys rating.grade.*
// ui:keys rating.tag.*
func (p *Pages) show(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("case")
	rating, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	lead, _, _, err := p.served(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if lead == "" {
		lead = ui.T(ctx, "rating.voluntary")
	}
	v := view{Errors: ui.Summarise(ctx, failed), Action: rateURL(id), Key: web.NewKey(), Head: ui.Head{Title: ui.T(ctx, "rating.title"), Lead: lead},
		Links: []ui.Link{{Text: ui.T(ctx, "after.to_progress"), URL: "/cases/" + url.PathEscape(id) + "/progress"}}}
	switch rating.Answer {
	case room.WasGiven:
		v.Done = ui.Note{State: ui.OK, Text: ui.T(ctx, "rating.thanks", "Grade", ui.T(ctx, "rating.grade."+grade(rating.Grade)))}
		if rating.Poor() {
			row, _, err := room.Of(ctx, p.Journal.Store, id)
			if err == nil {
				err = p.afterwards(r, &v, row, rating, failed)
			}
			if err != nil {
				p.Site.Fail(w, r, err)
				return
			}
		}
	case room.WasRefused:
		v.Done = ui.Note{State: ui.OK, Text: ui.T(ctx, "rating.declined")}
	case room.None:
	}
	p.ask(r, &v, ui.T(ctx, "rating.title"), failed)
	v.Decline = ui.Button{Text: ui.T(ctx, "rating.decline"), URL: rateURL(id) + "/decline", Kind: ui.Plain}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, web.Who(r), id), Tabs: progress.Tabs(ctx, web.Who(r), id)}, page(v))
}

// ask fills in what is asked of whoever rates.
//
// ui:keys rating.tag.*
func (p *Pages) ask(r *http.Request, v *view, legend string, failed error) {
	ctx := r.Context()
	beside := ui.FieldErrors(ctx, failed)
	v.Grades = grades(r, legend, beside["grade"], ui.T(ctx, "rating.reply", "Count", p.replyWithin()))
	v.Pick = ui.Pick{Name: "tags", Legend: ui.T(ctx, "rating.better"), Note: ui.T(ctx, "rating.any")}
	for _, t := range TagWords(ctx) {
		v.Pick.Options = append(v.Pick.Options, ui.Option{Value: t.Value, Text: t.Text, Chosen: slices.Contains(r.PostForm["tags"], t.Value)})
	}
	v.Words = ui.Field{Kind: ui.Area, Name: "words", Label: ui.T(ctx, "rating.words"), Hint: ui.T(ctx, "rating.words.hint"), Optional: true, Value: r.PostFormValue("words"), Error: beside["words"], Max: room.WordsLimit}
	v.Asked = beside["words"] != ""
	v.Shy = ui.Field{Kind: ui.Check, Name: "anonymous", Label: ui.T(ctx, "rating.anonymous"), Value: r.PostFormValue("anonymous"),
		Hint: ui.Sentences(ctx, ui.T(ctx, "rating.anonymous.hint"), p.AnsweredBy(ctx))}
}

// AnsweredBy says by when a poor rating of today is answered: with a name the office's
// days count from now; without one, at the latest from the month's end.
func (p *Pages) AnsweredBy(ctx context.Context) string {
	today, book, days := p.Journal.Today(), p.Journal.Book(), within(p.Pack(), p.Journal.Today())
	month := calendar.On(today.Year(), today.Month(), 1).AddMonths(1)
	return ui.T(ctx, "rating.anonymous.days", "Named", ui.Date(ctx, book.AddWorkdays(today, days)), "Unnamed", ui.Date(ctx, book.AddWorkdays(month, days)))
}

// replyWithin is how many working days the office has to answer a poor rating.
func (p *Pages) replyWithin() int {
	return int(within(p.Pack(), p.Journal.Today()))
}

// grades are the five to choose from, with what is said beside a poor one.
func grades(r *http.Request, legend, wrong, poor string) ui.Grades {
	out := ui.Grades{Name: "grade", Legend: legend, Error: wrong}
	for _, w := range gradeWords(r.Context(), poor) {
		out.Options = append(out.Options, ui.Option{Value: w.Value, Text: w.Text, Hint: w.Note, Chosen: r.PostFormValue("grade") == w.Value})
	}
	return out
}

// afterwards shows the answer to a poor rating and asks once how it is now; or
// says by when an answer comes.
func (p *Pages) afterwards(r *http.Request, v *view, row room.Row, rating room.Rating, failed error) (err error) {
	ctx := r.Context()
	if row.Duty.Reply == "" {
		v.Done.Text, err = p.promise(ctx, row, v.Done.Text)
		return err
	}
	v.Reply = ui.Note{State: ui.Info, Title: repliedTitle(ctx, row), Text: row.Duty.Reply}
	switch {
	case rating.Again != 0:
		v.Done.Text = ui.Sentences(ctx, v.Done.Text, ui.T(ctx, "rating.again.is", "Grade", ui.T(ctx, "rating.grade."+grade(rating.Again))))
	case mayAgain(ctx, row, rating):
		beside := ui.FieldErrors(ctx, failed)
		v.Again = &againView{Action: v.Action + "/again", Key: web.NewKey(), Grades: grades(r, ui.T(ctx, "rating.again"), beside["grade"], ""),
			Words: ui.Field{Kind: ui.Area, Name: "words", Label: ui.T(ctx, "rating.words"), Hint: ui.T(ctx, "rating.words.hint"), Optional: true, Value: r.PostFormValue("words"), Error: beside["words"], Max: room.WordsLimit}}
	}
	return nil
}

// postAgain takes the second rating, after the office's answer.
func (p *Pages) postAgain(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	err := p.again(r.Context(), id, id, graded(r), r.PostFormValue("words"), web.Key(r))
	if fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, rateURL(id))
}

// graded is the grade that was sent; 0 for none.
func graded(r *http.Request) int {
	if g := r.PostFormValue("grade"); len(g) == 1 && g[0] >= '1' && g[0] <= '5' {
		return int(g[0] - '0')
	}
	return 0
}

// promise says by when the office answers a poor rating, to whom and how, and
// whom to ask when it didn't. Who rated without a name reads the answer here.
func (p *Pages) promise(ctx context.Context, row room.Row, thanks string) (string, error) {
	by := row.Due(within(p.Pack(), p.Journal.Today()), p.Journal.Book())
	if row.Anonymous {
		return ui.Sentences(ctx, thanks, ui.T(ctx, "rating.answer.here", "Day", ui.Date(ctx, by))), nil
	}
	says := ui.T(ctx, "rating.answer", "Day", ui.Date(ctx, by))
	phone, err := p.Progress.Phone(ctx)
	if phone != "" {
		says = ui.T(ctx, "rating.answer.phone", "Says", says, "Phone", phone)
	}
	return ui.Sentences(ctx, thanks, says), err
}

func (p *Pages) crumbs(ctx context.Context, who access.Who, id string) []ui.Link {
	s, _, err := state.Of(ctx, p.Journal.Store, id)
	p.Site.Missed(ctx, "what a case is called", id, err)
	return progress.Crumbs(ctx, who, id, s.Title, ui.T(ctx, "progress.follow.rate"))
}

func grade(g int) string { return string(rune('0' + g)) }

// served tells what there is to rate: the last visit in words and as its booking,
// and whether anything was done yet at all.
func (p *Pages) served(ctx context.Context, id string) (lead, visit string, done bool, err error) {
	vs, err := hall.VisitsOf(ctx, p.Journal.Store, id)
	if err != nil {
		return "", "", false, err
	}
	for _, v := range slices.Backward(vs) {
		if v.Presence == hall.Left {
			return ui.T(ctx, "rating.visit", "Day", ui.MonthDay(ctx, v.Day), "Time", ui.Lasting(ctx, v.Went.Sub(v.Came))), v.ID, true, nil
		}
	}
	s, _, err := state.Of(ctx, p.Journal.Store, id)
	return "", "", s.Document != "" || s.Stage.Over(), err
}

func (p *Pages) post(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	err := p.Give(r.Context(), id, entered(r), web.Key(r))
	if fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, rateURL(id))
}

// Given is a rating as somebody gave it.
type Given struct {
	Grade     int // 5 is very satisfied, 1 very dissatisfied
	Tags      []string
	Words     string
	Anonymous bool
	Asked     bool // they were asked what was wrong already
}

// entered reads a rating from its form.
func entered(r *http.Request) Given {
	return Given{Grade: graded(r), Tags: r.PostForm["tags"], Words: r.PostFormValue("words"), Anonymous: r.PostFormValue("anonymous") != "", Asked: r.PostFormValue("asked") != ""}
}

// Give takes the rating of a case.
func (p *Pages) Give(ctx context.Context, filing string, g Given, key string) error {
	_, visit, served, err := p.served(ctx, filing)
	if err != nil {
		return err
	}
	if err := g.complete(); err != nil {
		return err
	}
	cmd := room.Rate{Filing: filing, Unit: web.WhoOf(ctx).Unit, Visit: visit, Served: served, Words: g.Words, Tags: g.Tags, Anonymous: g.Anonymous, Grade: g.Grade}
	_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: filing, Key: key}, cmd)
	return err
}

// complete asks who was dissatisfied and said nothing of it for a word, once.
func (g Given) complete() error {
	if g.wordless() {
		return fault.Field("words", "rating.wordless", nil)
	}
	return nil
}

// wordless tells of a poor rating that says nothing of what was wrong, so that
// the office could only guess. They are asked once; whoever doesn't want to say
// presses again.
func (g Given) wordless() bool {
	poor := room.Rating{Answer: room.WasGiven, Grade: g.Grade}.Poor() && g.Grade > 0
	return poor && !g.Asked && strings.TrimSpace(g.Words) == "" && len(g.Tags) == 0
}

// getDecline asks once: a case is rated or declined for good.
func (p *Pages) getDecline(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	rating, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err != nil || rating.Answer != room.None {
		p.Site.Answer(w, r, err, rateURL(id))
		return
	}
	h := ui.Head{Title: ui.T(ctx, "rating.sure"), Lead: ui.T(ctx, "rating.sure.lead")}
	do := ui.Button{Text: ui.T(ctx, "rating.sure.do"), Post: rateURL(id) + "/decline", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}}
	back := ui.Button{Text: ui.T(ctx, "rating.sure.not"), URL: rateURL(id), Kind: ui.Second}
	p.Site.Show(w, r, ui.Page{Title: h.Title, Phone: true, Crumbs: p.crumbs(ctx, web.Who(r), id), Tabs: progress.Tabs(ctx, web.Who(r), id)}, surePage(h, do, back))
}

func (p *Pages) postDecline(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	_, err := journal.Do(r.Context(), p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r)}, room.Decline{Filing: id})
	p.Site.Answer(w, r, err, rateURL(id))
}
