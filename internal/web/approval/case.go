package approval

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/access"
	room "yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/precheck"
	"yitang/internal/quota"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// caseView is everything on a reviewer's page.
type caseView struct {
	ID       string
	Version  journal.Version
	Key      string
	Head     ui.Head
	Line     ui.Line
	Errors   ui.ErrorSummary
	Void     ui.Note     // that the approval was taken back
	Change   *changeView // of an amendment
	Amended  []ui.Row    // what was asked to be changed of this case
	Later    []ui.Row    // papers that an urgent case was handed in without
	Declared []ui.Row    // trips under an approval for a term, or the approval of such a trip
	Title    string      // of the first sheet: the suggestion
	Summary  []fact
	RuleNote string
	Findings ui.FindList
	Open     int       // of the findings nobody has judged
	Looked   *ui.Field // the tick that passing on with those needs
	Shown    []room.Finding
	Stops    string // what no tick passes, at intake and at the desk that decides
	Leader   *leaderView
	Once     string // why nothing can be put on a notice any more
	Days     dayByDay
	Costs    dayByDay // the budget, line by line
	Passed   string
	Members  []memberView
	Judging  bool // opinions or verdicts are asked for here
	Note     *ui.Field
	Back     *returned // after a sending back
	Papers   *ui.Papers
	NoForm   string      // which papers nobody gave, the data standing for them
	Made     []made.Line // papers of what was handed in
	Booklets []ui.Row
	Visas    []ui.Row
	NoVisas  string // why there are none
	Document []fact
	Letters  []letterLine // documents beside the approval
	Cross    *crossView   // of a delegation that two authorities have people in
	Timeline ui.Timeline
	Stand    progress.Stand
	Heard    ui.HeardList // how far the other zones have been heard
	Action   string       // where the decision is posted; "" when there is none to take
	Decide   ui.Decide
}

type fact struct{ Term, Text string }

// memberView is one line of the members' table.
type memberView struct {
	Person  string
	Name    string
	Role    string
	Post    string
	Booklet string
	Trips   string
	Earlier []ui.Tag // opinions of the steps before, or the verdict
	Approve bool
	Reason  string
	Error   string
	Index   int
}

// reviewed is one step that was taken, as far as the page tells of it.
type reviewed struct {
	Role     string
	Account  string
	Opinions []room.Opinion
	Note     string
}

// of is what a step thinks of a member; false of one of whom it said nothing,
// as of whoever came in with a correction later.
func (s reviewed) of(person string) (room.Opinion, bool) {
	i := slices.IndexFunc(s.Opinions, func(o room.Opinion) bool { return o.Person == person })
	if i < 0 {
		return room.Opinion{Person: person}, false
	}
	return s.Opinions[i], true
}

// ofAll tells whether a step said something of each member that there is now.
func (s reviewed) ofAll(members []room.Traveller) bool {
	return !slices.ContainsFunc(members, func(m room.Traveller) bool {
		_, said := s.of(m.Person)
		return !said
	})
}

// asBefore is the button that takes over what the desk before proposed for all.
const asBefore = "before"

// reviews gives the steps taken in the present round of review, oldest first;
// what was handed back inside no longer counts.
func (p *Pages) reviews(ctx context.Context, id string) ([]reviewed, error) {
	history, err := p.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: id})
	if err != nil {
		return nil, err
	}
	var out []reviewed
	for _, e := range history {
		switch b := e.Body.(type) {
		case room.Reviewed:
			out = append(out[:min(b.Step, len(out))], reviewed{Role: b.Role, Account: e.Actor.Account, Opinions: b.Opinions.Or(nil), Note: b.Note.Or("")})
		case room.TakenBack:
			out = out[:min(b.Step, len(out))]
		case room.HandedBackInside:
			out = out[:min(b.To, len(out))]
		}
	}
	return out, nil
}

// taken is the step that was taken back last, while nothing has happened
// since: what was said in it is where its desk goes on.
func (p *Pages) taken(ctx context.Context, id string) (reviewed, bool, error) {
	history, err := p.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: id})
	if err != nil || len(history) < 2 {
		return reviewed{}, false, err
	}
	if _, is := history[len(history)-1].Body.(room.TakenBack); !is {
		return reviewed{}, false, nil
	}
	b, is := history[len(history)-2].Body.(room.Reviewed)
	return reviewed{Role: b.Role, Opinions: b.Opinions.Or(nil), Note: b.Note.Or("")}, is, nil
}

func (p *Pages) getCase(w http.ResponseWriter, r *http.Request) { p.showCase(w, r, nil) }

// showCase writes the page; with an error it is the page that came back, with
// what was typed and what is wrong beside it.
func (p *Pages) showCase(w http.ResponseWriter, r *http.Request, failed error) {
	v, err := p.caseOf(r, r.PathValue("case"), failed)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	w.Header().Set("Content-Security-Policy", framing)
	crumbs := []ui.Link{{Text: ui.T(r.Context(), "review.queue.crumb"), URL: "/queue"}, {Text: v.Head.Title}}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Main: "rev", Errors: len(v.Errors.Errors), Banner: p.said(r), Crumbs: crumbs, Steps: p.steps(r.Context(), v.ID)}, casePage(v))
}

// framing allows a page to show a paper in a frame that the browser itself can show.
const framing = ui.ContentSecurityPolicy + "; frame-src 'self'"

// steps lead to the neighbours in the queue.
func (p *Pages) steps(ctx context.Context, id string) []ui.Button {
	row, ok, err := room.Row(ctx, p.Journal.Store, id)
	if err != nil || !ok || row.Desk == "" {
		return nil
	}
	at := room.After{Due: row.Due.String(), Filing: row.Filing}
	var out []ui.Button
	if before, ok, err := room.Before(ctx, p.Journal.Store, row.Desk, at); err == nil && ok {
		out = append(out, ui.Button{Text: ui.T(ctx, "review.previous"), URL: "/c/" + before.Filing, Kind: ui.Plain, Key: "K"})
	}
	if after, err := room.Queue(ctx, p.Journal.Store, row.Desk, room.AllCases, at, 1); err == nil && len(after) > 0 {
		out = append(out, ui.Button{Text: ui.T(ctx, "review.next"), URL: "/c/" + after[0].Filing, Kind: ui.Plain, Key: "J"})
	}
	return out
}

func (p *Pages) caseOf(r *http.Request, id string, failed error) (caseView, error) {
	ctx, who := r.Context(), web.Who(r)
	a, version, err := p.load(ctx, id)
	if err != nil {
		return caseView{}, err
	}
	rounds, err := room.Rounds(ctx, p.Journal, id)
	if err != nil {
		return caseView{}, err
	}
	round := rounds[len(rounds)-1]
	c := round.Dossier
	row, _, err := room.Row(ctx, p.Journal.Store, id)
	if err != nil {
		return caseView{}, err
	}
	number := a.Number
	if number == "" {
		number = ui.T(ctx, "review.not_numbered")
	}
	v := caseView{ID: id, Version: version, Key: web.NewKey(), Errors: ui.Summarise(ctx, failed),
		Head: ui.Head{Title: a.Title, Tag: left(ctx, row.Due, p.Journal.Today()),
			Lead: ui.T(ctx, "review.case.lead", "Unit", c.Unit.Name, "People", party(ctx, a, len(c.Members)), "Days", c.Trip.Days(), "Span", ui.Span(ctx, c.Trip.Depart, c.Trip.Return), "Number", number)}}
	if moves := ui.MayMove(ctx, p.Journal.Book(), p.Journal.Today(), row.Due); moves != "" {
		v.Head.Lead = ui.Sentences(ctx, v.Head.Lead, ui.T(ctx, "review.case.due", "Day", ui.MonthDay(ctx, row.Due)), moves)
	}
	for i := range v.Errors.Errors {
		named(ctx, &v.Errors.Errors[i], c)
	}
	if p.stillAsked(a) != "" {
		v.Head.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cross.waits", "Day", a.StandsStill())}
	}
	if v.Line, err = p.line(ctx, id, row); err != nil {
		return v, err
	}
	v.Line.Size = ui.LineSmall
	if c.Trip.ForTerm() {
		v.Head.Lead = ui.T(ctx, "term.office.lead", "Unit", c.Unit.Name, "People", party(ctx, a, len(c.Members)), "Span", ui.Span(ctx, c.Trip.Depart, c.Trip.Return), "Days", c.Trip.DaysEach, "Number", number)
	}
	if v.Declared, err = p.declared(ctx, id, c); err != nil {
		return v, err
	}
	if v.Later, err = p.owing(ctx, id); err != nil {
		return v, err
	}
	v.Summary = p.summary(ctx, a.Unit, c)
	reviews, err := p.reviews(ctx, id)
	if err != nil {
		return v, err
	}
	found, err := p.findings(ctx, id, a, rounds)
	if err != nil {
		return v, err
	}
	p.judge(ctx, &v, a, found, round, who, reviews)
	p.leader(ctx, &v, a, found, who, r, failed)
	if err := p.members(ctx, &v, a, round, r, failed, reviews); err != nil {
		return v, err
	}
	if v.Back, err = p.back(ctx, id, rounds); err != nil {
		return v, err
	}
	if v.Papers, err = p.papers(ctx, id, "", rounds, r.URL.Query().Get("paper")); err != nil {
		return v, err
	}
	v.Made = p.made(ctx, id, round)
	if err := p.after(ctx, &v, a, id, c, round); err != nil {
		return v, err
	}
	if v.Letters, err = p.letters(ctx, id); err != nil {
		return v, err
	}
	v.Cross = p.cross(ctx, a, id, c, round, who)
	if err := p.change(ctx, &v, a); err != nil {
		return v, err
	}
	if v.Amended, err = p.amendments(ctx, id); err != nil {
		return v, err
	}
	if v.Timeline, err = p.timeline(ctx, id); err != nil {
		return v, err
	}
	reader := who
	if ownTrip(who, a) {
		reader.Roles = nil // whose turn it is, it isn't this reader's
	}
	if err := p.follow(ctx, &v, reader); err != nil {
		return v, err
	}
	v.Days = p.itinerary(ctx, c, v.Findings)
	v.Costs = p.costs(ctx, c, calendar.DateOf(round.Event.At), v.Findings)
	v.Costs.Title = granted(ctx, v.Costs.Title, a, round)
	p.decision(ctx, &v, a, c, who, r, failed, reviews)
	if open := found.Unsettled(); v.Action != "" && len(open) > 0 {
		tick := lookedField(ctx, a, found)
		tick.Error = ui.FieldErrors(ctx, failed)["looked"]
		if r.PostForm != nil {
			tick.Value = r.PostFormValue("looked")
			if len(appeared(r, open)) > 0 { // it was ticked for others
				tick.Value = ""
			}
		}
		v.Looked, v.Shown = &tick, open
	}
	return v, nil
}

func (p *Pages) line(ctx context.Context, id string, row room.QueueRow) (ui.Line, error) {
	if p.Follow != nil {
		return p.Follow.Line(ctx, id)
	}
	l := approvalLine(row)
	// ui:keys review.stage.*
	l.Approval.Says = ui.T(ctx, "review.stage."+string(row.Stage))
	if row.StepZh != "" {
		l.Approval.Says = ui.Say(ctx, fault.Text{Zh: row.StepZh, En: row.StepEn})
	}
	return l, nil
}

// judge runs the rules and shows what they leave to people.
func (p *Pages) judge(ctx context.Context, v *caseView, a room.Approval, found room.Judged, round room.Round, who access.Who, reviews []reviewed) {
	sheet := found.Sheet
	may := mayAct(who, a) && !ownTrip(who, a)
	open := 0
	failed := 0
	numbers := map[string]int{} // findings alike stand together under one number
	last := 0
	show := func(shown ui.Finding, as standing) {
		switch as {
		case isFailed: // what the desks before found stands in front of those who decide
			v.Summary = append(v.Summary, fact{shown.Word, ui.Clauses(ctx, shown.Where.Text, shown.Title)})
			failed++
		case isOpen:
			open++
			n, known := numbers[shown.Like()]
			if !known || shown.Like() == "" {
				last++
				n = last
				numbers[shown.Like()] = n
			}
			shown.Number, shown.Current = n, open == 1
		}
		v.Findings = append(v.Findings, shown)
	}
	for _, f := range found.List {
		show(p.finding(ctx, v.ID, a, f, found.Findings, sheet, round, may, mayReturn(who, a)))
	}
	for _, pt := range found.Points {
		show(p.point(ctx, v.ID, a, pt, sheet, round, may, mayReturn(who, a)))
	}
	v.Open = open
	if n := found.Counts.Block; n > 0 {
		if step, ok := a.Step(); ok && step.Decides {
			v.Stops = ui.T(ctx, "review.open.stops", "Count", n)
		} else if a.Stage == room.AtIntake {
			v.Stops = ui.T(ctx, "review.open.stops.intake", "Count", n)
		}
	}
	if may && a.Returns > 0 {
		v.Once = ui.T(ctx, "review.open.again")
		if !mayReturn(who, a) {
			v.Once = ui.T(ctx, "review.open.once")
		}
	}
	// What nobody has to look at any more goes to the end.
	slices.SortStableFunc(v.Findings, func(x, y ui.Finding) int { return settled(x) - settled(y) })
	v.RuleNote = ui.T(ctx, "review.case.rules", "Count", len(p.Pack().Ref.Rules)) // as the unit's own page counts them
	listed := len(found.Listed())
	said, any := thoughtOf(reviews, a.Members)
	switch {
	case len(a.Verdicts) > 0:
		approved := len(a.Approved())
		declined, left := 0, 0
		for _, n := range a.NotGoing {
			if n.Declined {
				declined++
			} else {
				left++
			}
		}
		v.Title = ui.T(ctx, "review.suggest.decided", "For", approved, "Against", declined)
		if left > 0 {
			v.Title = ui.Clauses(ctx, v.Title, ui.T(ctx, "review.suggest.left", "Count", left))
		}
		return
	case any && found.Counts.Block == 0 && open == 0 && listed == 0 && failed == 0:
		v.Title = said.say(ctx)
		return
	case any: // the rules' say comes first, the desks' beside it
		v.Summary = append(v.Summary, fact{ui.T(ctx, "review.suggest.so_far"), said.say(ctx)})
	}
	switch {
	case len(found.List)+len(found.Points) == 0:
		v.Title = ui.T(ctx, "review.suggest.agree", "Count", len(a.Members))
	case found.Counts.Block > 0:
		v.Title = ui.T(ctx, "review.suggest.send_back", "Count", found.Counts.Block)
	case failed > 0:
		v.Title = ui.T(ctx, "review.suggest.failed", "Count", failed)
	case open == 0 && listed > 0:
		v.Title = ui.T(ctx, "review.suggest.listed", "Count", listed)
	case open == 0:
		v.Title = ui.T(ctx, "review.suggest.judged", "Count", len(a.Members))
	default:
		v.Title = ui.T(ctx, "review.suggest.judge", "Count", open)
	}
	return
}

// party is how many a case is about: once some were declined, those who may go, of
// all who were filed.
func party(ctx context.Context, a room.Approval, filed int) string {
	if n := len(a.Approved()); n > 0 && n < filed {
		return ui.T(ctx, "cases.people.approved", "Count", n, "All", filed)
	}
	return ui.T(ctx, "cases.people", "Count", filed)
}

// granted says beside the budget as it was handed in what of it is approved, once
// some were declined.
func granted(ctx context.Context, title string, a room.Approval, round room.Round) string {
	approved := a.Approved()
	if title == "" || len(approved) == 0 || len(approved) >= len(round.Members) {
		return title
	}
	may, who := filing.Only(round.Dossier, round.People(), approved)
	if may.Budget == nil {
		return title
	}
	return ui.Clauses(ctx, title, ui.T(ctx, "review.budget.granted", "Count", len(who), "Sum", money.Yuan(may.Budget.TotalCny)))
}

func settled(f ui.Finding) int {
	if f.Over.Who != "" || f.State == ui.OK || f.State == ui.Info {
		return 1
	}
	return 0
}

// mayReturn tells whether the application can go back to its unit: once, and a
// second time only by a chief or director, who says why.
func mayReturn(who access.Who, a room.Approval) bool {
	return a.Returns == 0 || who.Has(access.Chief, access.Director)
}

// ruleLink leads to a rule's own words, for who may read the configuration.
func ruleLink(ctx context.Context, id string) ui.Link {
	if !web.WhoOf(ctx).May(access.SeeConfig) {
		return ui.Link{Text: id}
	}
	return ui.Link{Text: id, URL: "/config/rules?" + url.Values{"q": {id}}.Encode()}
}

// standing is how far a finding is judged.
type standing int

const (
	isOpen   standing = iota
	isJudged          // let pass, listed for the notice, or nothing that anybody has to judge
	isFailed          // explained, and somebody found that it doesn't hold
)

// finding shows one, with what a reviewer may do about it.
func (p *Pages) finding(ctx context.Context, id string, a room.Approval, f precheck.Finding, found precheck.Findings, sheet room.Worksheet, round room.Round, may, again bool) (ui.Finding, standing) {
	out := ui.Finding{State: ui.StateOf(f),
		Title: ui.Say(ctx, f.Message), Field: f.Field, Where: ui.Link{Text: progress.Place(ctx, round.Dossier, f.Field)}, Basis: f.Basis.Cited(), Read: f.Basis.Address, Rule: ruleLink(ctx, f.Rule), Fix: ui.Say(ctx, f.Fix.Text)}
	accept := ui.T(ctx, "review.find.fine") // nothing was explained that could hold
	if words := found.Answer(f, round.Answers); words != "" {
		accept, out.Answer = ui.T(ctx, "review.find.accept"), words
	}
	out.Group = ui.GroupOf(ctx, f.Field, f.Also, f.Title)
	if f.Later != "" { // it is listed and chased: nothing to judge
		out.Word, out.Text = ui.T(ctx, "later.word"), ui.T(ctx, "later.text.office", "Paper", paperName(ctx, string(f.Later)))
		return out, isJudged
	}
	if f.Waived != nil { // a chief's word, which stands
		out.State, out.Word = ui.OK, ui.T(ctx, "waiver.word")
		out.Over = ui.Override{Who: p.name(ctx, f.Waived.By), Why: ui.T(ctx, "waiver.why", "Day", f.Waived.On, "Why", f.Waived.Why)}
		return out, isJudged
	}
	if j, ok := sheet.Judged(f.Rule, f.Field); ok {
		out.State = ui.OK
		out.Over = ui.Override{Who: p.deskOf(ctx, j.By, j.Desk, j.At), Why: accept}
		if may {
			out.Actions = undo(ctx, id, f.Rule, f.Field, round.N)
		}
		return out, isJudged
	}
	if !f.Asks() {
		return out, isJudged
	}
	if j, not := sheet.Failed(f.Rule, f.Field); not && !sheet.Lists(f.Rule, f.Field) {
		p.failed(ctx, &out, j, id, round.N, may)
		if may && again {
			send := []ui.Hidden{{Name: "rule", Value: f.Rule}, {Name: "field", Value: f.Field}, {Name: "words", Value: f.Message.Zh}, {Name: "basis", Value: f.Basis.Cited()}, {Name: "fix", Value: f.Fix.Zh}, {Name: "round", Value: fmt.Sprint(round.N)}}
			out.Actions = append(out.Actions, ui.Button{Text: ui.T(ctx, "review.find.list"), Post: "/c/" + id + "/notice/list", Send: key(send), Kind: ui.Second, Key: "N"})
		}
		return out, isFailed
	}
	out.Said = p.seen(ctx, a, f.Rule, f.Field)
	list, words := ui.T(ctx, "review.find.list"), f.Message.Zh
	if out.Answer != "" && a.Returns == 0 && !sheet.Lists(f.Rule, f.Field) { // one press says both
		list = ui.T(ctx, "review.find.fails_list")
		words = strings.TrimRight(words, "。") + ui.T(ui.With(ctx, ui.Prefs{Lang: ui.ZhHans}), "review.find.fails_words", "Words", strings.TrimRight(out.Answer, "。"))
	}
	send := []ui.Hidden{{Name: "rule", Value: f.Rule}, {Name: "field", Value: f.Field}, {Name: "words", Value: words}, {Name: "basis", Value: f.Basis.Cited()}, {Name: "fix", Value: f.Fix.Zh},
		{Name: "round", Value: fmt.Sprint(round.N)}}
	if sheet.Lists(f.Rule, f.Field) {
		out.Note = ui.Tag{State: ui.OK, Word: ui.T(ctx, "review.find.listed")}
		if may {
			out.Actions = []ui.Button{{Text: ui.T(ctx, "review.find.take_off"), Post: "/c/" + id + "/notice/off", Send: key(send), Kind: ui.Plain}}
		}
		return out, isJudged
	}
	if !may {
		return out, isOpen
	}
	if wantsLeader(f) { // nobody explains it away, and the unit can't mend it
		if _, under := a.Step(); under {
			out.Actions = []ui.Button{{Text: ui.T(ctx, "review.leader.record"), URL: "#leader", Kind: ui.Second}}
		}
		return out, isOpen
	}
	if f.Severity != precheck.Block {
		out.Actions = append(out.Actions, ui.Button{Text: accept, Post: "/c/" + id + "/holds", Send: key(send), Kind: ui.Second, Key: "Y"})
		if out.Answer != "" && a.Returns > 0 {
			out.Actions = append(out.Actions, rejects(ctx, id, f.Rule, f.Field, round.N))
		}
	}
	if !again {
		if out.Answer != "" {
			out.Text = ui.T(ctx, "review.find.not_held")
		}
		return out, isOpen // the application went back once: what is left is judged or decided
	}
	out.Actions = append(out.Actions, ui.Button{Text: list, Post: "/c/" + id + "/notice/list", Send: key(send), Kind: ui.Second, Key: "N"})
	return out, isOpen
}

// point shows one that the unit was told of and left as it was: no rule knows
// whether its word on it holds.
func (p *Pages) point(ctx context.Context, id string, a room.Approval, pt room.Point, sheet room.Worksheet, round room.Round, may, again bool) (ui.Finding, standing) {
	out := ui.Finding{State: ui.Warn, Word: ui.T(ctx, "review.returned.nothing"), Title: pt.Words, Field: pt.Field, Where: ui.Link{Text: progress.DefectPlace(ctx, round.Dossier, pt.Defect)}, Basis: pt.Basis, Fix: pt.Fix}
	accept := ui.T(ctx, "review.find.fine")
	if pt.Reply != "" {
		accept, out.Word, out.Answer = ui.T(ctx, "review.find.accept"), ui.T(ctx, "review.returned.answered"), pt.Reply
	}
	if j, ok := sheet.Judged(pt.As, pt.Field); ok {
		out.State, out.Over = ui.OK, ui.Override{Who: p.deskOf(ctx, j.By, j.Desk, j.At), Why: accept}
		if may {
			out.Actions = undo(ctx, id, pt.As, pt.Field, round.N)
		}
		return out, isJudged
	}
	listed := sheet.ListsPoint(pt)
	if j, not := sheet.Failed(pt.As, pt.Field); not && !listed {
		p.failed(ctx, &out, j, id, round.N, may)
		if may && again {
			out.Actions = append(out.Actions, ui.Button{Text: ui.T(ctx, "review.find.list"), Post: "/c/" + id + "/notice/list", Send: key(ofPoint(pt, round.N)), Kind: ui.Second, Key: "N"})
		}
		return out, isFailed
	}
	out.Said = p.seen(ctx, a, pt.As, pt.Field)
	send := ofPoint(pt, round.N)
	if listed {
		out.Note = ui.Tag{State: ui.OK, Word: ui.T(ctx, "review.find.listed")}
	}
	switch {
	case !may:
	case listed:
		out.Actions = []ui.Button{{Text: ui.T(ctx, "review.find.take_off"), Post: "/c/" + id + "/notice/off", Send: key(send), Kind: ui.Plain}}
	default:
		holds := []ui.Hidden{{Name: "rule", Value: pt.As}, {Name: "field", Value: pt.Field}, {Name: "round", Value: fmt.Sprint(round.N)}}
		out.Actions = []ui.Button{{Text: accept, Post: "/c/" + id + "/holds", Send: key(holds), Kind: ui.Second, Key: "Y"}}
		if pt.Reply != "" {
			out.Actions = append(out.Actions, rejects(ctx, id, pt.As, pt.Field, round.N))
		}
		if !again {
			out.Text = ui.T(ctx, "review.find.not_held")
		} else {
			out.Actions = append(out.Actions, ui.Button{Text: ui.T(ctx, "review.find.list"), Post: "/c/" + id + "/notice/list", Send: key(send), Kind: ui.Second, Key: "N"})
		}
	}
	if listed {
		return out, isJudged
	}
	return out, isOpen
}

// ofPoint is a point of the last notice as the next one lists it.
func ofPoint(pt room.Point, round int) []ui.Hidden {
	return []ui.Hidden{{Name: "rule", Value: pt.Rule}, {Name: "field", Value: pt.Field}, {Name: "words", Value: pt.Words}, {Name: "basis", Value: pt.Basis}, {Name: "fix", Value: pt.Fix},
		{Name: "paper", Value: string(pt.Paper)}, {Name: "owner", Value: pt.Owner}, {Name: "round", Value: fmt.Sprint(round)}}
}

// rejects says that an explanation doesn't hold, for the desks after this one: the
// application went back already.
func rejects(ctx context.Context, id, rule, field string, round int) ui.Button {
	send := []ui.Hidden{{Name: "rule", Value: rule}, {Name: "field", Value: field}, {Name: "round", Value: fmt.Sprint(round)}, {Name: "holds", Value: "no"}}
	return ui.Button{Text: ui.T(ctx, "review.find.fails"), Post: "/c/" + id + "/holds", Send: key(send), Kind: ui.Second}
}

// failed shows a finding whose explanation somebody found not to hold, for those who
// decide: it stays in front, and can be taken back.
func (p *Pages) failed(ctx context.Context, out *ui.Finding, j room.Finding, id string, round int, may bool) {
	out.State, out.Word = ui.Stop, ui.T(ctx, "review.find.failed")
	out.Said = ui.T(ctx, "review.find.failed_by", "Who", p.deskOf(ctx, j.By, j.Desk, j.At))
	if may {
		send := []ui.Hidden{{Name: "rule", Value: j.Rule}, {Name: "field", Value: j.Field}, {Name: "round", Value: fmt.Sprint(round)}, {Name: "holds", Value: "no"}, {Name: "undo", Value: "1"}}
		out.Actions = []ui.Button{{Text: ui.T(ctx, "review.find.failed_undo"), Post: "/c/" + id + "/holds", Send: key(send), Kind: ui.Plain}}
	}
}

// undo takes back what was let pass: a key is pressed faster than a finding read.
func undo(ctx context.Context, id, rule, field string, round int) []ui.Button {
	send := []ui.Hidden{{Name: "rule", Value: rule}, {Name: "field", Value: field}, {Name: "round", Value: fmt.Sprint(round)}, {Name: "undo", Value: "1"}}
	return []ui.Button{{Text: ui.T(ctx, "review.find.undo"), Post: "/c/" + id + "/holds", Send: key(send), Kind: ui.Plain}}
}

// key gives a small form its own idempotency key.
func key(send []ui.Hidden) []ui.Hidden {
	return append(slices.Clone(send), ui.Hidden{Name: "_key", Value: web.NewKey()})
}

// seen says which desk has passed the case on with a finding; "" for none.
func (p *Pages) seen(ctx context.Context, a room.Approval, rule, field string) string {
	s, ok := a.SeenBy(rule, field)
	if !ok {
		return ""
	}
	return ui.T(ctx, "review.find.seen", "Who", p.deskOf(ctx, s.By, s.Desk, s.At))
}

// deskOf names who said something, at which desk, and when.
func (p *Pages) deskOf(ctx context.Context, by, desk string, at time.Time) string {
	if !ui.Known("review.desk." + desk) {
		return p.name(ctx, by)
	}
	return ui.T(ctx, "review.find.by", "Who", p.name(ctx, by), "Desk", deskName(ctx, desk), "Day", ui.MonthDay(ctx, calendar.DateOf(at)))
}

func (p *Pages) name(ctx context.Context, id string) string {
	if n := p.names(ctx, []string{id})[id]; n != "" {
		return n
	}
	return ui.T(ctx, "review.somebody")
}

// planLine names the line of the annual plan that a case is under: a bare number
// tells a reviewer nothing.
func (p *Pages) planLine(ctx context.Context, unit string, c dossier.Case) string {
	id := c.Trip.PlanLine
	if id == "" || !c.Trip.InAnnualPlan {
		return ""
	}
	in, _, err := quota.Of(ctx, p.Journal.Store, unit, c.Trip.Depart.Year())
	if err != nil {
		p.Site.Missed(ctx, "the plan of a unit", unit, err)
		return id
	}
	return lineName(ctx, in, id, p.countries)
}

// lineName says what, where, when and how many a line is for.
func lineName(ctx context.Context, in quota.Plan, id string, countries func(context.Context, []string) string) string {
	l, known := quota.Find(in.Lines, id)
	if !known {
		return ui.T(ctx, "plan.pick.gone", "Line", id)
	}
	month := ui.T(ctx, "plan.month.open")
	if l.Month > 0 {
		month = ui.T(ctx, "plan.month", "Month", l.Month)
	}
	return ui.Clauses(ctx, l.ID, l.Title, countries(ctx, l.Countries), month, ui.T(ctx, "cases.people", "Count", l.People))
}

func (p *Pages) summary(ctx context.Context, unit string, c dossier.Case) []fact {
	var out []fact
	add := func(key, text string) {
		if text != "" {
			out = append(out, fact{ui.T(ctx, key), text})
		}
	}
	if c.Trip.Urgent {
		add("review.sum.urgent", c.Trip.UrgencyReason)
	}
	if c.Trip.AcademicRegime {
		add("review.sum.regime", ui.T(ctx, "review.sum.academic"))
	}
	add("review.sum.task", c.Trip.Purpose)
	add("review.sum.necessity", c.Trip.Necessity)
	add("review.sum.results", c.Trip.ExpectedResults)
	var legs []string
	for _, l := range c.Legs {
		if l.Counts() && c.Trip.ForTerm() {
			legs = append(legs, strings.TrimSpace(p.countries(ctx, []string{l.Country})+" "+l.City))
		} else if l.Counts() {
			legs = append(legs, strings.TrimSpace(p.countries(ctx, []string{l.Country})+" "+l.City+" "+ui.MonthDay(ctx, l.Arrive.Date)+"–"+ui.MonthDay(ctx, l.Leave.Date)))
		}
	}
	add("review.sum.route", ui.List(ctx, legs))
	if c.Trip.ForTerm() {
		add("term.often", ui.T(ctx, "term.often.each", "Days", c.Trip.DaysEach, "Trips", c.Trip.Trips))
	}
	plan := p.planLine(ctx, unit, c)
	if c.Trip.InAnnualPlan && plan == "" {
		plan = ui.T(ctx, "review.sum.in_plan")
	}
	if !c.Trip.InAnnualPlan && !c.Trip.Declared() {
		plan = ui.T(ctx, "review.sum.off_plan", "Reason", c.Trip.OffPlanReason)
	}
	add("review.sum.plan", plan)
	if b := c.Budget; b != nil {
		add("review.sum.budget", ui.T(ctx, "review.sum.money", "Sum", ui.Yuan(ctx, money.Yuan(b.TotalCny).Minor), "Reviewed", reviewedBy(ctx, c)))
	}
	if n := c.Notice; n != nil {
		add("review.sum.notice", ui.T(ctx, "review.sum.hung", "Span", ui.Span(ctx, n.From, n.To), "Count", int(p.Journal.Book().WorkdaysBetween(n.From, n.To))))
	}
	for _, i := range c.Invitations {
		add("review.sum.host", ui.Clauses(ctx, slices.DeleteFunc([]string{i.HostName(), i.Signatory, i.SignatoryTitle}, func(s string) bool { return s == "" })...))
	}
	return out
}

// reviewedBy says what there is of the finance side's opinion on a budget, or that
// there needn't be one. A paper that a unit uploaded proves no more than that.
func reviewedBy(ctx context.Context, c dossier.Case) string {
	switch {
	case c.Holds("M09"):
		return ui.T(ctx, "review.sum.reviewed")
	case c.Budget.Fund == dossier.EnterpriseFund || c.Budget.Fund == dossier.HostFund:
		return ui.T(ctx, "review.sum.no_review", "Fund", ui.T(ctx, "word.fund."+string(c.Budget.Fund)))
	case c.FinanceReviewed():
		return ui.T(ctx, "review.sum.told_reviewed")
	}
	return ui.T(ctx, "review.sum.not_reviewed")
}

// members fills the table: who they are, what they hold, what was said so far,
// and the choice to be made.
func (p *Pages) members(ctx context.Context, v *caseView, a room.Approval, round room.Round, r *http.Request, failed error, reviews []reviewed) error {
	beside := ui.FieldErrors(ctx, failed)
	posted := failed != nil && r.PostForm != nil
	taken, _, err := p.taken(ctx, v.ID)
	if err != nil {
		return err
	}
	needs, err := p.needs(ctx, v.ID, round)
	if err != nil {
		return err
	}
	v.NoForm = onRecordAlone(ctx, needs, round.Dossier)
	pressed := map[string]room.Opinion{}
	if posted && r.PostForm.Get("all") != "" {
		for _, o := range opinions(r, a, reviews) {
			pressed[o.Person] = o
		}
	}
	var results progress.Results
	if p.Follow != nil {
		if results, err = p.Follow.Results(ctx, v.ID); err != nil {
			return err
		}
	}
	for i, m := range round.Dossier.Members {
		if i >= len(round.Members) {
			break
		}
		person := round.Members[i].Person
		x := memberView{Index: i, Person: person, Name: m.Name(), Role: roleName(ctx, m.Role), Post: m.Post, Trips: ui.T(ctx, "review.member.trips", "Year", strconv.Itoa(round.Dossier.Trip.Depart.Year()), "Count", m.TripsThisYear), Approve: true,
			Error: strings.TrimSpace(beside[fmt.Sprintf("members[%d]", i)] + " " + beside[fmt.Sprintf("members[%d].reason", i)])}
		if x.Booklet, err = p.booklet(ctx, v.ID, person, i, round.Dossier, needs); err != nil {
			return err
		}
		for n, said := range reviews {
			last := n == len(reviews)-1
			o, told := said.of(person)
			if told {
				x.Earlier = append(x.Earlier, opinionTag(ctx, o.Approve, deskName(ctx, said.Role), o.Words))
			}
			switch {
			case last && told: // where the next desk begins
				x.Approve, x.Reason = o.Approve, o.Words
			case last:
				x.Earlier = append(x.Earlier, ui.Tag{State: ui.Warn, Word: ui.T(ctx, "review.member.unsaid", "Who", deskName(ctx, said.Role))})
			}
		}
		for _, o := range taken.Opinions {
			if o.Person == person {
				x.Approve, x.Reason = o.Approve, o.Words
			}
		}
		for _, d := range a.Verdicts {
			if d.Person == person {
				x.Earlier = []ui.Tag{opinionTag(ctx, d.Approved, ui.T(ctx, "review.member.decided"), d.Reason)}
			}
		}
		if not, known := results.Of(ctx, person); known && not.Tag.State != ui.OK {
			not.Tag.Long = true
			not.Tag.Word = ui.T(ctx, "review.member.not_going", "Word", not.Tag.Word, "Says", not.Says)
			x.Earlier = []ui.Tag{not.Tag}
		}
		if r.PostForm.Has("opinion."+person) && posted {
			x.Approve, x.Reason = r.PostFormValue("opinion."+person) != "no", r.PostFormValue("reason."+person)
		}
		if said, chosen := pressed[person]; chosen { // a button spoke for all of them
			x.Approve, x.Reason = said.Approve, cmp.Or(said.Words, x.Reason)
		}
		v.Members = append(v.Members, x)
	}
	for _, said := range reviews {
		if said.Note != "" {
			v.Summary = append(v.Summary, fact{ui.T(ctx, "review.note_of", "Desk", deskName(ctx, said.Role)), said.Note})
		}
	}
	return nil
}

// named puts the member's name before what is wrong with what was said of them:
// away from the table, "a reason is needed" is nobody's.
func named(ctx context.Context, e *ui.FieldError, c dossier.Case) {
	var i int
	if n, _ := fmt.Sscanf(e.Field, "members[%d]", &i); n == 1 && i >= 0 && i < len(c.Members) {
		e.Text = ui.T(ctx, "review.member.wrong", "Name", c.Members[i].Name(), "Why", e.Text)
	}
}

// ui:keys review.role.*
func roleName(ctx context.Context, r dossier.Role) string {
	if r == "" || r == dossier.Ordinary {
		return ""
	}
	return ui.T(ctx, "review.role."+string(r))
}

func opinionTag(ctx context.Context, approve bool, who, words string) ui.Tag {
	if approve {
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "review.member.agree", "Who", who)}
	}
	return ui.Tag{State: ui.Stop, Long: true, Word: ui.T(ctx, "review.member.against", "Who", who, "Words", words)}
}

// needs are what the requirement engine finds that a case needs, by what the office
// knows today of its members' booklets.
func (p *Pages) needs(ctx context.Context, id string, round room.Round) ([]requirement.Requirement, error) {
	today, set := p.Journal.Today(), p.Pack()
	known, err := visa.Known(ctx, p.Journal.Store, id, round.Dossier, round.People(), today)
	if err != nil {
		return nil, err
	}
	facts := requirement.Facts{Case: round.Dossier, Known: known, Countries: set.Countries, Today: today}
	if b := p.Journal.Book(); b != nil {
		facts.Workday = b.IsWorkday
	}
	return requirement.For(facts, set.Needs(today)), nil
}

// booklet says in a word what a member travels with and what becomes of it: the
// kind that this trip needs. One of another kind is named, and isn't taken for it.
func (p *Pages) booklet(ctx context.Context, id, person string, i int, c dossier.Case, needs []requirement.Requirement) (string, error) {
	held, err := custody.Of(ctx, p.Journal.Store, person)
	if err != nil {
		return "", err
	}
	regions := c.ToRegionsOnly()
	need, _ := requirement.BookletOf(needs, i, regions)
	if need.Action == requirement.AwaitBooklet {
		return ui.T(ctx, "review.member.await"), nil
	}
	if old := need.Old; old != nil && !old.Expires.IsZero() {
		holds := ui.T(ctx, "review.member.holds", "Kind", kindName(ctx, string(old.Type)), "Until", yearMonth(old.Expires.String()))
		switch need.Action {
		case requirement.ReuseBooklet:
			return ui.Clauses(ctx, holds, ui.T(ctx, "review.member.reuse")), nil
		case requirement.RenewBooklet, requirement.ChangeBooklet:
			return ui.Clauses(ctx, holds, ui.T(ctx, "review.member.renew")), nil
		}
	}
	if need.Action == requirement.NoBooklet {
		return ui.T(ctx, "review.member.reuse"), nil
	}
	if other, ok := (custody.Trip{Filing: id, Regions: !regions}).Serving(held); ok {
		return ui.T(ctx, "review.member.new_booklet.other", "Kind", kindName(ctx, other.Type)), nil
	}
	return ui.T(ctx, "review.member.new_booklet"), nil
}

func yearMonth(iso string) string {
	if len(iso) < 7 {
		return iso
	}
	return iso[:7]
}

// decision fills the bar at the foot with what the reader may do now.
func (p *Pages) decision(ctx context.Context, v *caseView, a room.Approval, c dossier.Case, who access.Who, r *http.Request, failed error, reviews []reviewed) {
	v.Decide.Keys = true
	step, under := a.Step()
	switch {
	case ownTrip(who, a):
		v.Decide.Effect = ui.T(ctx, "review.decide.own_trip")
	case a.Stage == room.AtIntake && a.IsAmendment() && a.Light() && who.Has(desks...):
		v.Action = "/c/" + v.ID + "/file"
		v.Decide.Effect = ui.T(ctx, "amend.file.effect")
		v.Decide.Actions = append(p.toNotice(ctx, v.ID, who, a), ui.Button{Text: ui.T(ctx, "amend.file"), Key: "A"})
	case a.Stage == room.AtIntake && who.Has(access.Intake):
		v.Action = "/c/" + v.ID + "/accept"
		path := a.PathBy(p.Pack().Paths, c)
		v.Decide.Effect = ui.T(ctx, "review.decide.path", "Path", ui.Say(ctx, path.Name))
		v.Decide.Actions = append(p.toNotice(ctx, v.ID, who, a), ui.Button{Text: ui.T(ctx, "review.decide.accept"), Key: "A"})
	case under && who.Has(access.Role(step.Role)) && p.stillAsked(a) != "":
		v.Judging = true
		v.Decide.Effect = ui.T(ctx, "approval.opinion.awaited")
		v.Decide.Actions = append(p.toNotice(ctx, v.ID, who, a), ui.Button{Text: ui.T(ctx, "cross.do.reply"), URL: letterIn(v.ID, takeReply, p.stillAsked(a)), Key: "A"})
	case under && who.Has(access.Role(step.Role)):
		v.Judging = true
		v.Action = "/c/" + v.ID + "/review"
		label, effect := ui.T(ctx, "review.decide.forward"), ""
		note := ui.Field{Kind: ui.Area, Name: "note", Label: ui.T(ctx, "review.note"), Hint: ui.T(ctx, "review.note.hint"), Optional: true, Rows: 2, Error: ui.FieldErrors(ctx, failed)["note"]}
		if step.Decides {
			v.Action = "/c/" + v.ID + "/decide"
			label, effect = ui.T(ctx, "review.decide.sign"), ui.T(ctx, "review.decide.effect_sign")
			note = ui.Field{Kind: ui.Area, Name: "conditions", Label: ui.T(ctx, "review.conditions"), Hint: ui.T(ctx, "review.conditions.hint"), Optional: true, Rows: 4, Value: strings.Join(p.conditions(a, c), "\n"), Lang: "zh-Hans"}
		} else if a.At+1 < len(a.Steps) {
			next := a.Steps[a.At+1]
			effect = ui.T(ctx, "review.decide.effect_forward", "Next", ui.Say(ctx, fault.Text{Zh: next.Zh, En: next.En}))
		}
		if was, ok, err := p.taken(ctx, v.ID); err == nil && ok && !step.Decides {
			note.Value = was.Note
		}
		if failed != nil && r.PostForm != nil {
			note.Value = r.PostFormValue(note.Name)
		}
		v.Note = &note
		v.Decide.Effect = effect
		v.Decide.Actions = p.toNotice(ctx, v.ID, who, a)
		if a.MayTakeBack(who.Account) { // of two roles
			v.Decide.Actions = append(v.Decide.Actions, ui.Button{Text: ui.T(ctx, "review.take_back"), To: "/c/" + v.ID + "/takeback", Loose: true, Kind: ui.Second})
		}
		if a.At > 0 {
			v.Decide.Actions = append(v.Decide.Actions, ui.Button{Text: ui.T(ctx, "review.decide.back"), URL: "/c/" + v.ID + "/back", Kind: ui.Second})
		}
		v.Decide.Actions = append(v.Decide.Actions, ui.Button{Text: ui.T(ctx, "review.decide.none"), Name: "all", Value: "no", Kind: ui.Second, Key: "D"})
		if n := len(reviews); n > 0 {
			v.Decide.Effect = ui.Sentences(ctx, proposed(ctx, reviews[n-1], v.Members), v.Decide.Effect)
			if reviews[n-1].ofAll(a.Members) {
				v.Decide.Actions = append(v.Decide.Actions, ui.Button{Text: asProposed(ctx, step), Name: "all", Value: asBefore, Kind: ui.Second, Key: "S"})
			}
		}
		v.Decide.Actions = append(v.Decide.Actions, ui.Button{Text: label, Key: "A"})
	case a.Stage == room.IsIssued && who.Has(access.Director):
		v.Decide.Effect = ui.T(ctx, "review.stage.issued")
		v.Decide.Actions = []ui.Button{{Text: ui.T(ctx, "review.decide.supersede"), URL: "/c/" + v.ID + "/supersede", Kind: ui.Second}, {Text: ui.T(ctx, "review.decide.revoke"), URL: "/c/" + v.ID + "/revoke", Kind: ui.Second}}
	case a.AwaitsNotice() && who.Has(access.Director):
		v.Decide.Effect = ui.T(ctx, "review.decide.waits", "Desk", p.whose(ctx, a))
		v.Decide.Actions = []ui.Button{{Text: ui.T(ctx, "review.revoke.awaited"), URL: "/c/" + v.ID + "/revoke", Kind: ui.Second}}
	default:
		if (a.Stage == room.AtIntake || under) && who.Has(access.Chief, access.Director) {
			v.Decide.Actions = p.toNotice(ctx, v.ID, who, a)
		}
		v.Decide.Effect = ui.T(ctx, "review.decide.waits", "Desk", p.whose(ctx, a))
		if a.MayTakeBack(who.Account) {
			v.Decide.Effect = ui.T(ctx, "review.take_back.effect", "Desk", p.whose(ctx, a))
			v.Decide.Actions = append(v.Decide.Actions, takeBack(ctx, v.ID))
		}
	}
}

// toNotice leads to the notice while one can still be sent.
func (p *Pages) toNotice(ctx context.Context, id string, who access.Who, a room.Approval) []ui.Button {
	if !mayReturn(who, a) {
		return nil
	}
	text := ui.T(ctx, "review.decide.notice")
	if a.Returns > 0 {
		text = ui.T(ctx, "review.decide.notice_again")
	}
	return []ui.Button{{Text: text, URL: "/c/" + id + "/notice", Kind: ui.Second, Key: "O"}}
}

func (p *Pages) whose(ctx context.Context, a room.Approval) string {
	if d := a.Desk(); d != "" {
		return deskName(ctx, d)
	}
	if a.Stage == room.IsDecided && a.JoinsAnother() {
		return ui.T(ctx, "progress.next.notice")
	}
	return ui.T(ctx, "review.stage."+string(a.Stage))
}

// dossierOf is the application as it stands. What can't be read is no empty
// application: for that the last path, without conditions, would hold.
func (p *Pages) dossierOf(ctx context.Context, id string) (dossier.Case, error) {
	now, err := room.Standing(ctx, p.Journal, id)
	return now.Dossier, err
}

// paperURL is the case's page with a paper open.
func paperURL(id, page, material string) string {
	return "/c/" + id + page + "?" + url.Values{"paper": {material}}.Encode() + "#papers"
}

// conditions are what the document says unless the director changes it: the
// pack's, and what other authorities have tied their consent to. The reply to
// one that organises says only what we ask of it.
func (p *Pages) conditions(a room.Approval, c dossier.Case) []string {
	if a.JoinsAnother() {
		return nil
	}
	out := slices.Clone(p.Pack().Sentences(c, p.Journal.Today()))
	for _, q := range a.Inquiries {
		if q.Reply != nil && q.Reply.Answer == room.AgreesWith {
			out = append(out, lines(q.Reply.Words)...)
		}
	}
	return out
}
