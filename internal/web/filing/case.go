package filing

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/precheck"
	state "yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/web"
	visits "yitang/internal/web/hall"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

func unixMicro(n int64) time.Time { return time.UnixMicro(n).UTC() }

// caseView is a case as a list of tasks.
type caseView struct {
	Head     ui.Head
	Line     ui.Line
	Next     ui.Next
	Tasks    ui.Tasks
	Tally    ui.Findings
	Live     string
	Panel    *ui.Findings
	Acts     []ui.Button
	Follow   ui.Tasks
	Ledger   *ui.Figures
	Verdicts *ui.Table   // member by member, once decided
	Change   *changeView // of an amendment
	Amended  ui.Tasks    // what was asked to be changed of this case
	Declared ui.Tasks    // trips under an approval for a term, or the approval of such a trip
	Another  *ui.Button  // declares one more
	Later    ui.Tasks    // what is still to be given since it was handed in
	LaterIs  string      // how much, in short
	LaterURL string
	LaterDo  string    // what its link leads to
	Void     []ui.Note // that its approval was taken back
	Beside   []ui.Note // what has a day of its own
	Lost     []ui.Note // booklets, with what is to be done now
	LaterNow bool      // due before the visit that comes next
}

// getCase is the case's own page: where it stands, whose turn it is, what is
// done and what is missing.
func (p *Pages) getCase(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := caseView{Head: ui.Head{Title: f.title(ctx)}}
	if f.IsChange() {
		c := p.changeOf(ctx, f)
		v.Change = &c
	}
	if v.Head.Tag, err = p.Progress.Tag(ctx, f.ID, stageTag(ctx, f.Filing.Stage, f.Filing.Outcome)); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	entry := room.Entry{ID: f.ID, Stage: f.Filing.Stage, Outcome: f.Filing.Outcome, Round: f.Filing.Round, Kind: f.Now.Case.Trip.Kind, Countries: f.Now.Case.Countries()}
	if v.Line, err = p.line(ctx, entry); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if c := f.Now.Case; c.Trip.Days() > 0 {
		var where []string
		for _, x := range c.Countries() {
			where = append(where, p.country(ctx, x))
		}
		party, err := p.party(ctx, f)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Head.Lead = ui.T(ctx, "cases.case.lead", "Days", ui.Span(ctx, c.Trip.Depart, c.Trip.Return), "Count", c.Trip.Days(), "Places", ui.List(ctx, where), "People", party)
		if c.Trip.ForTerm() {
			v.Head.Lead = ui.T(ctx, "term.case.lead", "Days", ui.Span(ctx, c.Trip.Depart, c.Trip.Return), "Count", c.Trip.DaysEach, "Places", ui.List(ctx, where), "People", party)
		}
	}
	found := p.Work.Check(f, moment(f, ""))
	editing := f.Filing.Stage == room.InDraft && f.HasDraft && who.May(access.EditCase)
	if editing {
		panel := p.drafting(ctx, f, found, "")
		v.Panel, v.Tally, v.Live = &panel, panel, caseURL(f.ID)+"/findings"
		v.Tasks = p.tasks(ctx, f, found)
	}
	if v.Next, err = p.next(ctx, f, who, found); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Void, err = p.Progress.VoidNotes(ctx, f.ID); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Lost, err = p.Progress.Lost(ctx, f.ID); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Beside, err = p.Progress.Beside(ctx, f.ID, who); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Follow, err = p.Progress.Follow(ctx, f.ID); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if err := p.coming(ctx, f, v.Follow); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	later, err := p.Work.Later(ctx, f)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Later, v.LaterIs, v.LaterURL, v.LaterDo = p.laterTasks(ctx, f, later), laterTitle(ctx, later), laterURL(f.ID), ui.T(ctx, "later.open")
	if !slices.ContainsFunc(later, Later.IsOpen) {
		v.LaterDo = ui.T(ctx, "later.see")
	}
	if _, _, due := stillOwed(later); !due.IsZero() && f.Filing.Stage == room.IsConcluded {
		by, err := p.Visits.ComeBy(ctx, f.ID)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.LaterNow = !by.IsZero() && due.Before(by)
	}
	var change []ui.Button
	if v.Amended, change, err = p.amended(ctx, f, who); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Acts = append(v.Acts, change...)
	if v.Declared, v.Another, err = p.declared(ctx, f, who); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if f.Filing.Round > 0 {
		ledger, err := p.Progress.Ledger(ctx, f.ID)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Ledger = &ledger
		if v.Verdicts, err = p.Progress.Verdicts(ctx, f.ID); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if f.Filing.Stage != room.InDraft || !editing {
		status := ui.T(ctx, "cases.whole.status")
		if f.Filing.Round == 0 {
			status = ui.T(ctx, "cases.whole.draft")
		}
		v.Follow = append(ui.Tasks{{Name: ui.T(ctx, "cases.whole"), URL: caseURL(f.ID) + "/check", Status: status}}, v.Follow...)
	}
	if who.May(access.EditCase) {
		issued, err := p.issued(ctx, f)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		if f.Filing.Stage == room.IsConcluded && f.Filing.MayWithdraw(issued) {
			v.Acts = append(v.Acts, ui.Button{Text: ui.T(ctx, "cases.withdraw"), URL: caseURL(f.ID) + "/withdraw", Kind: ui.Plain})
		}
		switch f.Filing.Stage {
		case room.IsPresented:
			v.Acts = append(v.Acts, ui.Button{Text: ui.T(ctx, "cases.take_back"), Post: caseURL(f.ID) + "/takeback", Kind: ui.Second, Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}})
		case room.InDraft, room.IsSubmitted, room.IsSentBack:
			if f.Filing.Stage != room.InDraft || f.HasDraft {
				word := ui.T(ctx, "cases.withdraw")
				switch {
				case f.Filing.Stage == room.InDraft && f.IsChange():
					word = ui.T(ctx, "amend.discard")
				case f.Filing.Stage == room.InDraft:
					word = ui.T(ctx, "cases.discard.title")
				}
				v.Acts = append(v.Acts, ui.Button{Text: word, URL: caseURL(f.ID) + "/withdraw", Kind: ui.Plain})
			}
		}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Banner: p.saidOf(r, f), Tabs: progress.Tabs(ctx, who, f.ID), Crumbs: []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: v.Head.Title}}}, casePage(v))
}

// coming says beside the visits of a case that has none booked how often people
// must still come: what their own page says.
func (p *Pages) coming(ctx context.Context, f *File, follow ui.Tasks) error {
	i := slices.IndexFunc(follow, func(t ui.Task) bool { return t.URL == "/visits/"+url.PathEscape(f.ID) })
	if i < 0 || follow[i].Status != "" {
		return nil
	}
	var err error
	follow[i].Status, follow[i].Note, err = p.Visits.InShort(ctx, f.ID)
	return err
}

// party is how many travel: after the decision those who were approved.
func (p *Pages) party(ctx context.Context, f *File) (string, error) {
	all := len(f.Now.Case.Members)
	s, heard, err := state.Of(ctx, p.Work.Journal.Store, f.ID)
	if n := len(s.Approved()); err == nil && heard && !f.IsChange() && n > 0 && n < all {
		return ui.T(ctx, "cases.people.approved", "Count", n, "All", all), nil
	}
	return ui.T(ctx, "cases.people", "Count", all), err
}

// groupsOf are the groups of requirements that each step shows.
var groupsOf = map[string][]requirement.Group{"mission": {requirement.GroupMission}, "trip": {requirement.GroupTrip}, "members": {requirement.GroupMembers},
	"invitations": {requirement.GroupInvitations}, "budget": {requirement.GroupBudget}, "notice": {requirement.GroupNotice}, "documents": {requirement.GroupDocuments}}

// tasks says of each step what blocks, what is missing, what is there already.
func (p *Pages) tasks(ctx context.Context, f *File, found precheck.Findings) ui.Tasks {
	var out ui.Tasks
	all, lacks := requirement.Tasks(p.Work.Requirements(f)), p.Work.lacks(f, found)
	var data []string // what of the members' files has to be seen to, by how many things and people
	gone, old := 0, 0
	for _, l := range p.Work.lacksData(ctx, f) {
		gone += len(l.Gone)
		if len(l.Stale) > 0 {
			old++
		}
	}
	if gone > 0 {
		data = append(data, ui.T(ctx, "cases.task.details", "Count", gone))
	}
	if old > 0 {
		data = append(data, ui.T(ctx, "cases.task.details.stale", "Count", old))
	}
	for _, step := range f.stepsOf() {
		t := ui.Task{Name: ui.T(ctx, "cases.step."+step), URL: caseURL(f.ID) + "/" + step}
		block, warn, missing := 0, 0, len(lacksOf(lacks, step))
		for _, x := range found.List {
			if f.stepFor(x.Field) != step {
				continue
			}
			switch {
			case x.Waived != nil, x.Later != "", x.Missing:
			case x.Severity == precheck.Block:
				block++
			case x.Shown() == precheck.Warn:
				warn++
			}
		}
		for path := range f.Draft.Paper.Raw {
			if stepOf(path) == step {
				block++
			}
		}
		held, derived := 0, 0
		for _, g := range all {
			if slices.Contains(groupsOf[step], g.Group) {
				own := ofRecord(g)
				held, derived = held+g.Held-own, derived+g.Derived+own
			}
		}
		switch {
		case block > 0:
			t.State = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.task.block", "Count", block)}
		case missing > 0:
			t.State = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.task.missing", "Count", missing)}
		case warn > 0:
			t.State = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "cases.task.warn", "Count", warn)}
		case step == "members" && len(data) > 0:
			t.State = ui.Tag{State: ui.Wait, Word: ui.Clauses(ctx, data...)}
		default:
			t.Status = ui.T(ctx, "cases.task.done")
		}
		var there []string
		if step == "members" && block+missing+warn > 0 {
			there = append(there, data...)
		}
		if block > 0 && missing > 0 {
			there = append(there, ui.T(ctx, "cases.task.missing", "Count", missing))
		}
		if files := len(f.Now.Case.Materials); step == "documents" && files > 0 {
			there = append(there, ui.T(ctx, "cases.task.files", "Count", files))
		} else if held > 0 {
			there = append(there, ui.T(ctx, "cases.task.held", "Count", held))
		}
		if derived > 0 {
			there = append(there, ui.T(ctx, "cases.task.derived", "Count", derived))
		}
		t.Note = ui.Clauses(ctx, there...)
		out = append(out, t)
	}
	if f.plansVisits() {
		out = append(out, p.visitTask(ctx, f))
	}
	return append(out, ui.Task{Name: ui.T(ctx, "cases.step.check"), URL: caseURL(f.ID) + "/check"})
}

// ofRecord is how much of a group is held because the unit's own record says it:
// it is brought along, and nothing that was done in the case.
func ofRecord(g requirement.Task) int {
	n := 0
	for _, r := range g.Items {
		if _, held := r.Status.(requirement.Held); held && strings.HasPrefix(string(r.Key), "unit.") {
			n++
		}
	}
	return n
}

// visitTask says how often somebody must come and who, as the planner sees it.
func (p *Pages) visitTask(ctx context.Context, f *File) ui.Task {
	t := ui.Task{Name: ui.T(ctx, "cases.step.visit"), URL: caseURL(f.ID) + "/visit", Status: ui.T(ctx, "cases.visit.unknown")}
	if !f.foreseeable() {
		return t
	}
	v, err := p.Visits.Foresee(ctx, f.ID, f.asFiled())
	if err != nil {
		p.Site.Log.Warn("planning the visits of a draft", "case", f.ID, "err", err)
		return t
	}
	t.Status, t.Note = v.Head.Title, ui.List(ctx, v.People)
	return t
}

// foreseeable tells whether enough is known to plan visits.
func (f *File) foreseeable() bool {
	c := f.Now.Case
	return len(c.Members) > 0 && len(c.Legs) > 0 && !c.Trip.Depart.IsZero()
}

// asFiled is the case as if it were handed in now.
func (f *File) asFiled() room.Filing {
	out := room.Filing{Unit: f.Unit, Title: f.Now.Case.Trip.Title, Dossier: f.Now.Case}
	for _, id := range f.Now.Persons {
		out.Members = append(out.Members, room.Traveller{Person: id})
	}
	return out
}

// signers names who may sign a case for its unit: nobody does for a trip of their
// own.
func (p *Pages) signers(ctx context.Context, f *File) string {
	all, err := account.OfUnit(ctx, p.Work.Journal.Store, f.Unit, access.Signatory)
	p.Site.Missed(ctx, "who signs", f.ID, err)
	var names []string
	for _, a := range all {
		if a.Person == "" || !slices.Contains(f.Now.Persons, a.Person) {
			names = append(names, a.Name)
		}
	}
	if len(names) == 0 {
		return ui.T(ctx, "cases.who.signatory")
	}
	return ui.T(ctx, "cases.who.signatory_named", "Names", ui.List(ctx, names))
}

// next is the one next step.
func (p *Pages) next(ctx context.Context, f *File, who access.Who, found precheck.Findings) (ui.Next, error) {
	if f.Filing.Round > 0 {
		n, ok, err := p.Progress.Next(ctx, f.ID, who)
		if err != nil || ok {
			return n, err
		}
	}
	liaison := who.May(access.EditCase)
	switch f.Filing.Stage {
	case room.InDraft:
		if found.Counts.Block == 0 && f.IsChange() && f.Filing.Words == "" && liaison {
			return ui.Next{Turn: ui.Yours, Act: ui.T(ctx, "amend.next.draft"), Actions: []ui.Button{{Text: ui.T(ctx, "amend.next.go_on"), URL: caseURL(f.ID) + "/amendment"}}}, nil
		}
		n := p.nextInDraft(ctx, f, found)
		if f.Filing.Words != "" {
			n.Act, n.Text = ui.T(ctx, "cases.next.handed_back"), f.Filing.Words
		}
		if !liaison {
			n.Turn, n.Owes, n.Actions = ui.Theirs, ui.T(ctx, "cases.who.liaison"), nil
		}
		return n, nil
	case room.IsPresented:
		if who.May(access.SignCase) {
			return ui.Next{Turn: ui.Yours, Act: ui.T(ctx, "cases.next.sign"), Actions: []ui.Button{{Text: ui.T(ctx, "cases.next.read"), URL: "/sign/" + f.ID}}}, nil
		}
		return ui.Next{Turn: ui.Theirs, Owes: p.signers(ctx, f), Act: ui.T(ctx, "cases.next.presented")}, nil
	case room.IsSentBack:
		n := ui.Next{Turn: ui.Yours, Act: ui.T(ctx, "cases.next.correct", "Count", len(f.Filing.Defects)), Actions: []ui.Button{{Text: ui.T(ctx, "cases.next.mend"), URL: caseURL(f.ID) + "/notice"}}}
		if !f.Filing.Until.IsZero() {
			n.By = ui.Date(ctx, f.Filing.Until)
		}
		if !liaison {
			n.Turn, n.Owes, n.Actions = ui.Theirs, ui.T(ctx, "cases.who.liaison"), nil
		}
		return n, nil
	case room.IsSubmitted:
		return ui.Next{Turn: ui.Theirs, Owes: ui.T(ctx, "cases.who.office"), Act: ui.T(ctx, "cases.next.submitted"), Text: ui.T(ctx, "cases.next.submitted_text")}, nil
	}
	return ui.Next{Turn: ui.Nobody}, nil
}

// nextInDraft leads on to what is still to be filled in, or to be checked.
func (p *Pages) nextInDraft(ctx context.Context, f *File, found precheck.Findings) ui.Next {
	check := ui.Button{Text: ui.T(ctx, "cases.next.check"), URL: caseURL(f.ID) + "/check"}
	n := ui.Next{Turn: ui.Yours, Act: ui.T(ctx, "cases.next.draft"), Text: ui.T(ctx, "cases.next.filled"), Actions: []ui.Button{check}}
	todo := p.todo(ctx, f, found, "")
	wrong := 0
	for _, x := range found.List {
		if x.Blocks() && !x.Missing {
			wrong++
		}
	}
	switch {
	case wrong > 0 && todo.Count > 0:
		n.Text = ui.T(ctx, "cases.next.wrong_and_todo", "Count", wrong, "Todo", todo.Count)
	case wrong > 0:
		n.Text = ui.T(ctx, "cases.next.wrong", "Count", wrong)
	case todo.Count > 0:
		n.Text = ui.T(ctx, "cases.next.todo", "Count", todo.Count, "Step", todo.On.Text)
	}
	if todo.On.URL != "" {
		check.Kind = ui.Second
		n.Actions = []ui.Button{{Text: ui.T(ctx, "cases.next.go_on"), URL: todo.On.URL}, check}
	}
	return n
}

// getVisit tells who will have to come, and why, before there is anything to
// book; what was handed in has a page for that.
func (p *Pages) getVisit(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if f.Filing.Round > 0 {
		p.Site.Answer(w, r, nil, "/visits/"+url.PathEscape(f.ID))
		return
	}
	v := visits.Foreseen{Head: ui.Head{Title: ui.T(ctx, "cases.visit.unknown"), Lead: ui.T(ctx, "cases.visit.unknown_text")}, Body: templ.NopComponent}
	if f.foreseeable() {
		if v, err = p.Visits.Foresee(ctx, f.ID, f.asFiled()); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	page := ui.Page{Title: v.Head.Title, Crumbs: p.crumbs(ctx, f, ui.T(ctx, "cases.step.visit"))}
	var next ui.Button
	if f.Filing.Stage == room.InDraft && f.HasDraft && web.Who(r).May(access.EditCase) {
		next = ui.Button{Text: ui.T(ctx, "cases.next.check"), URL: caseURL(f.ID) + "/check"}
		page.Banner, _ = p.left(ctx, r, f, p.Work.Check(f, precheck.Draft))
	}
	p.Site.Show(w, r, page, visitPage(v, next))
}

// withdrawView is the page that asks before an application ends.
type withdrawView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Reason *ui.Field
	Do     ui.Button
	Back   ui.Button
}

func (p *Pages) getWithdraw(w http.ResponseWriter, r *http.Request) { p.showWithdraw(w, r, nil) }

func (p *Pages) showWithdraw(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := withdrawView{Head: ui.Head{Title: ui.T(ctx, "cases.withdraw.title"), Lead: ui.T(ctx, "cases.withdraw.lead")}, Action: caseURL(f.ID) + "/withdraw", Key: web.NewKey(),
		Do: ui.Button{Text: ui.T(ctx, "cases.withdraw.do")}, Back: ui.Button{Text: ui.T(ctx, "cases.withdraw.not"), URL: caseURL(f.ID), Kind: ui.Second}}
	status := http.StatusOK
	if f.Filing.Stage == room.InDraft {
		v.Head.Title, v.Head.Lead, v.Do.Text = ui.T(ctx, "cases.discard.title"), ui.T(ctx, "cases.discard.lead", "Count", room.GoneDays), ui.T(ctx, "cases.discard.do")
		v.Back.Text = ui.T(ctx, "cases.discard.not")
		if f.IsChange() {
			v.Head.Title, v.Head.Lead, v.Do.Text, v.Back.Text = ui.T(ctx, "amend.discard"), ui.T(ctx, "amend.discard.lead", "Count", room.GoneDays), ui.T(ctx, "amend.discard"), ui.T(ctx, "amend.discard.not")
		}
		if slices.ContainsFunc(f.Waivers, func(x approval.AskedWaiver) bool { return x.Answer == approval.WaiverOpen }) {
			v.Head.Lead = ui.Sentences(ctx, v.Head.Lead, ui.T(ctx, "cases.discard.waivers"))
		}
	} else {
		v.Reason = &ui.Field{Name: "reason", Kind: ui.Area, Label: ui.T(ctx, "cases.withdraw.reason"), Max: 500, Value: r.PostFormValue("reason"), Error: ui.FieldErrors(ctx, failed)["reason"]}
	}
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f, v.Head.Title)}, withdrawPage(v))
}

func (p *Pages) postWithdraw(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	if _, gone, err := p.Work.Drafts.Gone(ctx, id); err != nil || gone { // in another window
		p.Site.Answer(w, r, err, discarded(id))
		return
	}
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if f.Filing.Stage == room.InDraft {
		// What was asked for it would wait with the chief for ever.
		for _, x := range f.Waivers {
			if x.Answer != approval.WaiverOpen {
				continue
			}
			if _, err := journal.Do(ctx, p.Work.Journal, room.WaiverRoom, journal.Order{Subject: x.ID, Key: web.Key(r) + ":" + x.ID}, journal.Command[room.Waiver](room.TakeBackWaiver{})); err != nil && !fault.Overtaken(err) {
				p.Site.Fail(w, r, err)
				return
			}
		}
		p.Site.Answer(w, r, p.Work.Drafts.Discard(ctx, id, f.title(ctx)), discarded(id))
		return
	}
	issued, err := p.issued(ctx, f)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	_, err = journal.Do(ctx, p.Work.Journal, room.Room, keyed(r, f.ID), room.Withdraw{Reason: r.PostFormValue("reason"), Issued: issued})
	if fault.Findings(err) != nil {
		p.showWithdraw(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"?said=withdrawn")
}

// issued tells whether the document of the approval was heard of.
func (p *Pages) issued(ctx context.Context, f *File) (bool, error) {
	s, _, err := state.Of(ctx, p.Work.Journal.Store, f.ID)
	return s.Document != "", err
}

func revision(f *File) string { return strconv.FormatInt(f.Draft.Revision, 10) }

func trimmed(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
