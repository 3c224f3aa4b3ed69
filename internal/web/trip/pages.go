// Package trip is the pages after the approval: leaving, coming home, handing
// booklets in, the report. They are made for phones.
package trip

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/pack"
	state "yitang/internal/progress"
	"yitang/internal/requirement"
	room "yitang/internal/trip"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the internet node.
type Pages struct {
	Site     *web.Site
	Journal  *journal.Journal
	Blobs    blob.Store
	Progress *progress.Pages
	Needs    func() requirement.Parameters // limits that are in force today
	Pack     func() *pack.Set              // in force now
	Own      Own                           // whose link a request has
}

// Own is the traveller whose link a request has, and who acts with it. Where the link
// serves nobody, or the digits are still to be given, it answers and says false.
type Own func(w http.ResponseWriter, r *http.Request) (person string, as context.Context, ok bool)

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /cases/{case}/after", Right: access.SeeCase, Handle: p.get},
		{Pattern: "POST /cases/{case}/after/departed", Right: access.TellTrip, Handle: p.post(p.readDeparted)},
		{Pattern: "POST /cases/{case}/after/notleft", Right: access.TellTrip, Handle: p.post(p.readNotLeft)},
		{Pattern: "POST /cases/{case}/after/calloff", Right: access.CallOff, Handle: p.post(p.readCallOff)},
		{Pattern: "POST /cases/{case}/after/goes", Right: access.CallOff, Handle: p.post(p.readGoes)},
		{Pattern: "POST /cases/{case}/after/home", Right: access.TellTrip, Handle: p.postHome},
		{Pattern: "POST /cases/{case}/after/abroad", Right: access.TellTrip, Handle: p.post(p.readTakeBack)},
		{Pattern: "POST /cases/{case}/after/report", Right: access.TellTrip, Handle: p.postReport, Files: true},
		{Pattern: "POST /cases/{case}/after/notice", Right: access.TellTrip, Handle: p.postNotice, Files: true},
		{Pattern: "POST /cases/{case}/after/notice/text", Right: access.TellTrip, Handle: p.postNoticeText},
		{Pattern: "GET /cases/{case}/lost", Right: access.TellTrip, Handle: p.byCase(p.getLost)},
		{Pattern: "POST /cases/{case}/lost", Right: access.TellTrip, Handle: p.byCase(p.postLost), Files: true},
		{Pattern: "POST /cases/{case}/lost/found", Right: access.TellTrip, Handle: p.byCase(p.postFound)},
		{Pattern: "GET /mine/{token}/lost", Right: access.Public, Handle: p.byLink(p.getLost)},
		{Pattern: "POST /mine/{token}/lost", Right: access.Public, Handle: p.byLink(p.postLost), Files: true},
		{Pattern: "POST /mine/{token}/lost/found", Right: access.Public, Handle: p.byLink(p.postFound)},
	}
}

type view struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Next     ui.Next
	Forms    []form
	Found    *ui.Findings // what is owed, by the rules
	Report   *reportForm
	Notice   *reportForm // the notice after the trip
	Booklets []booklet
	Out      string // what these booklets are now, in words
	OutNote  string
	Lost     string    // what to do when one of them is lost
	Tell     ui.Button // and where that is told; none for who may not
	Desk     ui.Facts  // where they are handed in
	Sure     *sure     // what follows from a return that was just told
	Rate     ui.Note   // that the trip can be rated
	Told     string    // the return that is on record
	Coming   ui.Facts  // before the departure: what is told and given here, and when
	Papers   ui.Facts  // what was given after the trip, once nothing can be given any more
	Done     ui.Timeline
	Links    []ui.Link
}

// sure shows what follows from what was typed, before it is taken down.
type sure struct {
	Title  string
	Early  string // how much earlier than approved, and what comes of it; ""
	Facts  ui.Facts
	Action string
	Key    string
	Seen   string
	Send   []ui.Hidden
	Yes    ui.Button
	No     ui.Button
}

type form struct {
	ID     string
	Title  string
	Text   string
	Action string
	Key    string
	Seen   string
	Fields []ui.Field
	Button ui.Button
	Folded bool
	Open   bool // though folded: somebody was just filling it in
}

type reportForm struct {
	Action string
	Key    string
	Error  string
	Filed  string      // name of the one that is there
	Spent  string      // what was told with it
	Send   []ui.Hidden // what was typed in the other form and refused
	Hint   string
	Fields []ui.Field // beside the file
	Text   *textForm  // of the notice
	Kept   string     // the file of a form that was refused, so that nobody chooses it again
	Name   string     // of that file
}

// anew tells whether somebody was just giving another one.
func (f reportForm) anew() bool {
	return f.Error != "" || f.Kept != "" || slices.ContainsFunc(f.Fields, func(x ui.Field) bool { return x.Error != "" })
}

type booklet struct {
	Name string
	Note string
	Tag  ui.Tag
}

func afterURL(id string) string { return "/cases/" + url.PathEscape(id) + "/after" }

func (p *Pages) get(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, failed error) {
	p.showSure(w, r, nil, failed)
}

// showSure shows the page; before a return is taken down, what follows from it
// stands in the place of all forms.
func (p *Pages) showSure(w http.ResponseWriter, r *http.Request, asked *room.CameHome, failed error) {
	ctx, id := r.Context(), r.PathValue("case")
	t, version, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	s, _, err := state.Of(ctx, p.Journal.Store, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := view{Errors: ui.Summarise(ctx, failed), Head: p.Progress.Head(ctx, s), Links: []ui.Link{{Text: ui.T(ctx, "after.to_progress"), URL: "/cases/" + url.PathEscape(id) + "/progress"}}}
	v.Head.Over = ""
	crumbs := progress.Crumbs(ctx, web.Who(r), id, s.Title, ui.T(ctx, "progress.follow.after"))
	if v.Next, _, err = p.Progress.Next(ctx, id, web.Who(r)); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	rate := "/me/rate/" + url.PathEscape(id)
	v.Next.Actions = slices.DeleteFunc(v.Next.Actions, func(b ui.Button) bool { return b.URL != rate }) // what else can be done stands below
	if err = p.booklets(ctx, &v, id, t); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if asked != nil {
		v.Sure = p.sure(r, t, *asked, len(v.Booklets), fmt.Sprint(int64(version)))
		if n := s.Travelling(); n > 1 {
			v.Sure.Facts = append(ui.Facts{{Term: ui.T(ctx, "after.sure.who"), Value: ui.T(ctx, "after.home.all", "Count", n)}}, v.Sure.Facts...)
		}
		p.Site.Show(w, r, ui.Page{Title: v.Sure.Title, Phone: true, Crumbs: crumbs, Tabs: progress.Tabs(ctx, web.Who(r), id)}, surePage(v))
		return
	}
	var notice bool
	if v.Found, notice, err = p.owed(ctx, id, t); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if t.Stage == room.IsHome {
		v.Head.Title = p.left(ctx, len(v.Booklets) > 0, t.Report == "", notice)
	} else {
		v.Head.Title = ui.T(ctx, "after.title."+stageKey(t.Stage))
	}
	if web.Who(r).May(access.TellTrip) {
		p.forms(r, &v, s, t, fmt.Sprint(int64(version)), failed)
	}
	if access.Check(web.Who(r), access.CallOff, access.Object{Unit: s.Unit}) == nil {
		p.callOff(r, &v, s, t, fmt.Sprint(int64(version)), failed)
	}
	if web.Who(r).May(access.TellTrip) {
		if err := p.report(r, &v, id, t, failed); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if t.Stage == room.IsHome && !s.Answered && len(v.Next.Actions) == 0 {
		v.Rate = ui.Note{State: ui.Info, Text: ui.T(ctx, "rating.voluntary"), Link: ui.Link{Text: ui.T(ctx, "after.rate"), URL: rate}}
	}
	if v.Done, err = p.Progress.TimelineOf(ctx, id, doneMost, "trip.departed", "trip.departure_taken_back", "trip.not_departed", "trip.call_off_taken_back", "trip.came_home", "trip.home_taken_back", "trip.report_filed", "trip.notice_filed", "trip.closed",
		"custody.lent", "custody.loan_taken_back", "custody.handed_in", "custody.hand_in_taken_back", "custody.lost", "trip.loss_told", "trip.loss_taken_back", "feedback."); err == nil && t.Stage == room.IsClosed {
		v.Papers, err = p.given(ctx, id, t)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	switch {
	case t.Stage == room.Nothing && s.Stage.Over():
		v.Head.Title = ui.T(ctx, "after.title.over")
	case t.Stage == room.IsCleared || t.Stage == room.Nothing:
		v.Coming = p.coming(ctx, s, t)
	}
	v.leadToParts()
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Crumbs: crumbs, Errors: len(v.Errors.Errors), Tabs: progress.Tabs(ctx, web.Who(r), id)}, page(v))
}

// leadToParts takes the links to parts of the page away that aren't there: who may
// tell nothing of the trip has no form of the report.
func (v *view) leadToParts() {
	if v.Found == nil {
		return
	}
	there := map[string]bool{"#report": v.Report != nil, "#notice": v.Notice != nil, "#booklets": len(v.Booklets) > 0}
	for i := range v.Found.List {
		if at := &v.Found.List[i].Where; !there[at.URL] {
			at.URL = ""
		}
	}
}

// doneMost bounds how much of what was done the page lists.
const doneMost = 300

// given are the day of coming home and the papers of a trip that is closed.
func (p *Pages) given(ctx context.Context, id string, t room.Trip) (ui.Facts, error) {
	var out ui.Facts
	if !t.Home.IsZero() {
		out = append(out, ui.Fact{Term: ui.T(ctx, "after.home.on"), Value: ui.Date(ctx, t.Home)})
	}
	for _, x := range []struct{ term, paper string }{{"after.report", t.Report}, {"after.notice", t.Notice}} {
		if x.paper == "" {
			continue
		}
		m, err := material.One(ctx, p.Journal.Store, x.paper)
		if err != nil {
			return nil, err
		}
		out = append(out, ui.Fact{Term: ui.T(ctx, x.term), Show: givenPaper(ui.Link{Text: m.Name, URL: "/cases/" + url.PathEscape(id) + "/papers/" + m.ID}, ui.T(ctx, "after.given", "Day", ui.Date(ctx, calendar.DateOf(time.UnixMicro(m.At)))))})
	}
	return out, nil
}

// coming is what comes when, for who looks before the departure.
func (p *Pages) coming(ctx context.Context, s state.State, t room.Trip) ui.Facts {
	depart, home := t.Depart, t.Return
	if depart.IsZero() {
		depart, home = s.Depart, s.Return
	}
	if depart.IsZero() || home.IsZero() {
		return nil
	}
	n := p.Needs()
	return ui.Facts{{Term: ui.T(ctx, "after.departed.title"), Value: ui.T(ctx, "after.coming.from", "Day", ui.MonthDay(ctx, depart))},
		{Term: ui.T(ctx, "after.home.title"), Value: ui.T(ctx, "after.coming.home", "Day", ui.MonthDay(ctx, home))},
		{Term: ui.T(ctx, "after.sure.booklets"), Value: ui.T(ctx, "after.coming.booklets", "Count", n.PassportReturnDays)},
		{Term: ui.T(ctx, "after.report"), Value: ui.T(ctx, "after.coming.report", "Count", n.ReportDays)}}
}

// left counts what is still to be done after coming home.
func (p *Pages) left(ctx context.Context, things ...bool) string {
	n := 0
	for _, owed := range things {
		if owed {
			n++
		}
	}
	if n == 0 {
		return ui.T(ctx, "after.left_none")
	}
	return ui.T(ctx, "after.left", "Count", n)
}

// ui:keys after.title.*
func stageKey(s room.Stage) string {
	if s == room.Nothing {
		return "preparing"
	}
	return string(s)
}

// add puts a form on the page for what can be told now, with what was typed in it.
func (p *Pages) add(r *http.Request, v *view, seen string, failed error, key, verb string, folded bool, fields ...ui.Field) {
	ctx := r.Context()
	beside := ui.FieldErrors(ctx, failed)
	for i, f := range fields {
		fields[i].Error = beside[f.Name]
		if r.PostForm.Has(f.Name) {
			fields[i].Value = r.PostFormValue(f.Name)
		}
	}
	kind := ui.Primary
	if folded {
		kind = ui.Second
	}
	v.Forms = append(v.Forms, form{ID: verb, Title: ui.T(ctx, key+".title"), Text: ui.T(ctx, key+".text", "Count", p.Needs().PassportReturnDays), Action: afterURL(r.PathValue("case")) + "/" + verb, Key: web.NewKey(), Seen: seen, Fields: fields,
		Button: ui.Button{Text: ui.T(ctx, key+".do"), Kind: kind, Full: true}, Folded: folded, Open: len(fields) > 0 && r.PostForm.Has(fields[0].Name)})
}

// callOff is what the unit tells of the whole delegation: that nobody goes, and that
// they do after all.
//
// ui:keys after.calloff.*
// ui:keys after.goes.*
func (p *Pages) callOff(r *http.Request, v *view, s state.State, t room.Trip, seen string, failed error) {
	switch {
	case t.Stage == room.IsCleared:
		p.add(r, v, seen, failed, "after.calloff", "calloff", true, ui.Field{Kind: ui.Area, Name: "reason", Label: ui.T(r.Context(), "after.calloff.reason"), Rows: 2})
	case t.Stage == room.DidNotGo && !s.Void():
		p.add(r, v, seen, failed, "after.goes", "goes", true)
	}
}

// forms are what can be told now.
func (p *Pages) forms(r *http.Request, v *view, s state.State, t room.Trip, seen string, failed error) {
	ctx := r.Context()
	add := func(key, verb string, folded bool, fields ...ui.Field) {
		p.add(r, v, seen, failed, key, verb, folded, fields...)
	}
	home := func(key, on, deviation, elsewhere, private string, folded bool) {
		defer func() { // one of them tells it for all
			if f := &v.Forms[len(v.Forms)-1]; s.Travelling() > 1 {
				f.Text = ui.Sentences(ctx, ui.T(ctx, "after.home.all", "Count", s.Travelling()), f.Text)
			}
		}()
		add(key, "home", folded, ui.Field{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "after.home.on"), Hint: ui.T(ctx, "after.stamp"), Value: on},
			ui.Field{Kind: ui.Area, Name: "deviation", Label: ui.T(ctx, "after.home.deviation"), Hint: ui.T(ctx, "after.home.deviation_hint"), Value: deviation, Optional: true, Rows: 2},
			ui.Field{Name: "elsewhere", Label: ui.T(ctx, "after.home.elsewhere"), Hint: ui.T(ctx, "after.home.elsewhere_hint"), Value: elsewhere, Optional: true, Max: 200},
			ui.Field{Kind: ui.Check, Name: "private", Label: ui.T(ctx, "after.home.private"), Value: private, Optional: true})
	}
	// ui:keys after.departed.*
	// ui:keys after.notleft.*
	// ui:keys after.home.*
	// ui:keys after.mend.*
	// ui:keys after.abroad.*
	switch t.Stage {
	case room.IsCleared:
		if !p.Journal.Today().Before(t.Depart) {
			add("after.departed", "departed", false, ui.Field{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "after.departed.on"), Hint: ui.T(ctx, "after.stamp"), Value: ui.ISO(t.Depart)})
		}
	case room.IsAbroad:
		on := ui.ISO(t.Return)
		switch today := p.Journal.Today(); {
		case !today.After(t.Departed): // on the day of leaving nobody is home without having said so
			on = ""
		case today.Before(t.Return): // who is home sooner says so today
			on = ui.ISO(today)
		}
		home("after.home", on, "", "", "", p.Journal.Today().Before(t.Return))
		if cameBack(s) == 0 {
			add("after.notleft", "notleft", true)
		}
	case room.IsHome:
		v.Told = ui.T(ctx, "after.told", "Day", ui.MonthDay(ctx, t.Home))
		if backIn(s) > 0 {
			break
		}
		private := ""
		if t.Private {
			private = "yes"
		}
		home("after.mend", ui.ISO(t.Home), t.Deviation, t.Elsewhere, private, true)
		if t.Report == "" {
			add("after.abroad", "abroad", true)
		}
	case room.Nothing, room.DidNotGo, room.IsClosed:
	}
}

// backIn counts the booklets of a trip that were handed in, as far as it is heard.
func backIn(s state.State) int {
	n := 0
	for _, m := range s.People {
		if m.Booklet == state.IsHandedIn {
			n++
		}
	}
	return n
}

// cameBack counts those who came home and handed their booklet in while the others
// are abroad, as far as it is heard.
func cameBack(s state.State) int {
	n := 0
	for _, m := range s.People {
		if m.Booklet == state.IsHandedIn && m.Early != custody.NotUsed {
			n++
		}
	}
	return n
}

// sure asks once more, with what follows from the day.
func (p *Pages) sure(r *http.Request, t room.Trip, told room.CameHome, out int, seen string) *sure {
	ctx := r.Context()
	day := ui.MonthDay(ctx, told.On)
	s := &sure{Title: ui.T(ctx, "after.sure", "Day", day), Action: afterURL(r.PathValue("case")) + "/home", Key: web.NewKey(), Seen: seen,
		Yes: ui.Button{Text: ui.T(ctx, "after.sure.yes", "Day", day), Name: "sure", Value: "yes", Full: true}, No: ui.Button{Text: ui.T(ctx, "after.sure.no"), Name: "sure", Value: "no", Kind: ui.Second, Full: true}}
	if n := t.Early(told.On); n > 0 {
		s.Early = ui.T(ctx, "after.sure.early", "Count", n, "Planned", ui.MonthDay(ctx, t.Return), "Day", day)
	}
	s.Facts = ui.Facts{{Term: ui.T(ctx, "after.home.on"), Value: ui.T(ctx, "after.sure.on", "Day", day, "Departed", ui.MonthDay(ctx, t.Departed))}}
	if out > 0 {
		s.Facts = append(s.Facts, ui.Fact{Term: ui.T(ctx, "after.sure.booklets"), Value: ui.T(ctx, "after.sure.booklets_by", "Count", out, "Day", ui.MonthDay(ctx, told.BookletsDue))})
	}
	s.Facts = append(s.Facts, ui.Fact{Term: ui.T(ctx, "after.report"), Value: ui.T(ctx, "after.sure.report_by", "Day", ui.MonthDay(ctx, told.ReportDue))})
	if told.Deviation != "" {
		s.Facts = append(s.Facts, ui.Fact{Term: ui.T(ctx, "after.home.deviation"), Value: told.Deviation})
	}
	if told.Elsewhere != "" {
		s.Facts = append(s.Facts, ui.Fact{Term: ui.T(ctx, "after.home.elsewhere"), Value: told.Elsewhere})
	}
	if told.Private {
		s.Facts = append(s.Facts, ui.Fact{Term: ui.T(ctx, "after.home.private"), Value: ui.T(ctx, "after.sure.private")})
	}
	for _, name := range []string{"on", "deviation", "elsewhere", "private"} {
		if x := r.PostFormValue(name); x != "" {
			s.Send = append(s.Send, ui.Hidden{Name: name, Value: x})
		}
	}
	return s
}

// ui:keys after.booklets.*
//
// booklets are those that are out for the trip: until it ends they are what it is
// made with, afterwards days are counted, the overdue ones in red.
func (p *Pages) booklets(ctx context.Context, v *view, id string, t room.Trip) error {
	rows, err := custody.OutFor(ctx, p.Journal.Store, id)
	if err != nil {
		return err
	}
	today := p.Journal.Today()
	for _, b := range rows {
		if b.Place != custody.IsLent || !progress.Shows(web.WhoOf(ctx), b.Person) {
			continue
		}
		due := t.DueBack(b)
		o := booklet{Name: p.Progress.Name(ctx, b.Person), Note: ui.T(ctx, "after.booklet", "Tail", b.Tail, "Out", progress.HandedOut(ctx, b)), Tag: ui.Tag{State: ui.Info, Word: ui.T(ctx, "after.booklet.due", "Day", ui.MonthDay(ctx, due))}}
		code, err := p.Progress.Fetching(ctx, web.WhoOf(ctx), b)
		if err != nil {
			return err
		}
		if code != "" {
			o.Note = ui.Clauses(ctx, o.Note, code)
		}
		switch left := due.Sub(today); {
		case left < 0:
			o.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "after.booklet.late", "Count", -left)}
		case t.Ended() && left == 0:
			o.Tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "after.booklet.today")}
		case t.Ended():
			o.Tag.Word = ui.T(ctx, "after.booklet.left", "Count", left, "Day", ui.MonthDay(ctx, due))
		}
		v.Booklets = append(v.Booklets, o)
	}
	if len(v.Booklets) == 0 {
		return nil
	}
	v.Out, v.OutNote = ui.T(ctx, "after.booklets", "Count", len(v.Booklets)), ui.T(ctx, "after.booklets.how")
	if !t.Ended() {
		v.Out, v.OutNote = ui.T(ctx, "after.booklets.out", "Count", len(v.Booklets)), ui.T(ctx, "after.booklets.before", "Count", p.Needs().PassportReturnDays)
	}
	v.Lost = ui.T(ctx, "after.lost")
	switch t.Stage { // ui:keys progress.lost.on.*
	case room.IsAbroad:
		v.Lost = ui.Sentences(ctx, v.Lost, ui.T(ctx, "progress.lost.on.abroad"))
	case room.IsHome:
		v.Lost = ui.Sentences(ctx, v.Lost, ui.T(ctx, "progress.lost.on.home"))
	}
	if web.WhoOf(ctx).May(access.TellTrip) {
		v.Tell = ui.Button{Text: ui.T(ctx, "lost.title"), URL: lostURL(id), Kind: ui.Second, Full: true}
	}
	v.Desk, err = p.Progress.Desk(ctx)
	return err
}

func (p *Pages) report(r *http.Request, v *view, id string, t room.Trip, failed error) error {
	ctx := r.Context()
	if t.Stage != room.IsHome {
		return nil
	}
	f := &reportForm{Action: afterURL(id) + "/report", Key: web.NewKey(), Error: ui.FieldErrors(ctx, failed)["report"], Hint: ui.T(ctx, "after.report.hint", "Day", ui.MonthDay(ctx, t.ReportDue))}
	if moves := ui.MayMove(ctx, p.Journal.Book(), p.Journal.Today(), t.ReportDue); moves != "" {
		f.Hint = ui.Sentences(ctx, f.Hint, moves)
	}
	if late := p.Journal.Today().Sub(t.ReportDue); late > 0 && t.Report == "" && !t.ReportDue.IsZero() {
		f.Hint = ui.T(ctx, "after.report.late", "Day", ui.MonthDay(ctx, t.ReportDue), "Count", late)
	}
	if t.Report != "" {
		m, err := material.One(ctx, p.Journal.Store, t.Report)
		if err != nil {
			return err
		}
		f.Filed = m.Name
		if t.SpentFen > 0 {
			f.Spent = ui.T(ctx, "after.report.spent_said", "Amount", money.Amount{Minor: int64(t.SpentFen), Currency: money.CNY})
		}
	}
	application, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil {
		return err
	}
	f.Fields = p.reportFields(r, t, granted(application), failed)
	v.Report = f
	return p.notice(ctx, v, id, t, failed)
}

// post gives the command that read makes of a form to the trip.
func (p *Pages) post(read func(*http.Request) (journal.Command[room.Trip], error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("case")
		cmd, err := read(r)
		if err == nil {
			_, err = journal.Do(r.Context(), p.Journal, room.Room, web.Order(r, id), cmd)
		}
		if fault.Findings(err) != nil {
			p.show(w, r, err)
			return
		}
		p.Site.Answer(w, r, err, afterURL(id))
	}
}

// day reads the date field "on"; an empty one is the command's to refuse.
func day(r *http.Request) (calendar.Date, error) {
	text := r.PostFormValue("on")
	if text == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(text)
	if err != nil {
		return d, fault.Field("on", "trip.on.missing", nil)
	}
	return d, nil
}

func (p *Pages) readDeparted(r *http.Request) (journal.Command[room.Trip], error) {
	d, err := day(r)
	return room.Depart{On: d}, err
}

func (p *Pages) readNotLeft(r *http.Request) (journal.Command[room.Trip], error) {
	s, _, err := state.Of(r.Context(), p.Journal.Store, r.PathValue("case"))
	return room.TakeDepartureBack{CameBack: cameBack(s)}, err
}

func (p *Pages) readGoes(r *http.Request) (journal.Command[room.Trip], error) {
	s, _, err := state.Of(r.Context(), p.Journal.Store, r.PathValue("case"))
	return room.TakeCallOffBack{InForce: !s.Void(), ReturnDays: p.Needs().PassportReturnDays}, err
}

func (p *Pages) readCallOff(r *http.Request) (journal.Command[room.Trip], error) {
	return room.CallOff{Reason: r.PostFormValue("reason"), ReturnDays: p.Needs().PassportReturnDays}, nil
}

// postHome takes a return down when what follows from it was seen; before that
// it shows it.
func (p *Pages) postHome(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	if r.PostFormValue("sure") == "no" {
		p.show(w, r, nil)
		return
	}
	cmd, err := p.readHome(r)
	if err == nil && r.PostFormValue("sure") != "" {
		p.post(func(*http.Request) (journal.Command[room.Trip], error) { return cmd, nil })(w, r)
		return
	}
	var t room.Trip
	if err == nil {
		t, _, err = journal.Load(ctx, p.Journal, room.Room, id)
	}
	var es []journal.Event
	if err == nil {
		es, err = cmd.Decide(t, journal.Moment{Now: p.Journal.Now(), Today: p.Journal.Today(), Book: p.Journal.Book(), Subject: id})
	}
	switch {
	case fault.Findings(err) != nil:
		p.show(w, r, err)
	case err != nil || len(es) == 0:
		p.Site.Answer(w, r, err, afterURL(id))
	default:
		told := es[0].Body.(room.CameHome)
		p.showSure(w, r, &told, nil)
	}
}

func (p *Pages) readTakeBack(r *http.Request) (journal.Command[room.Trip], error) {
	s, _, err := state.Of(r.Context(), p.Journal.Store, r.PathValue("case"))
	return room.TakeHomeBack{ReturnDays: p.Needs().PassportReturnDays, BackIn: backIn(s)}, err
}

func (p *Pages) readHome(r *http.Request) (journal.Command[room.Trip], error) {
	d, err := day(r)
	if err != nil {
		return nil, err
	}
	return p.comesHome(r.Context(), r.PathValue("case"), Homecoming{On: d, Deviation: r.PostFormValue("deviation"), Elsewhere: r.PostFormValue("elsewhere"), Private: r.PostFormValue("private") != ""})
}

// Homecoming is what somebody tells of it.
type Homecoming struct {
	On        calendar.Date
	Deviation string // why it isn't the day that was approved
	Elsewhere string // where they were that wasn't approved
	Private   bool   // some days were their own
}

func (p *Pages) comesHome(ctx context.Context, filing string, h Homecoming) (journal.Command[room.Trip], error) {
	s, _, err := state.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return nil, err
	}
	wrong, err := p.judgeHome(ctx, filing, h)
	if err != nil {
		return nil, err
	}
	notice, err := p.noticeIn(ctx, filing)
	if err != nil {
		return nil, err
	}
	return room.ComeHome{NoticeIn: notice, BackIn: backIn(s), On: h.On, Deviation: h.Deviation, Elsewhere: h.Elsewhere, Private: h.Private, Wrong: wrong, ReturnDays: p.Needs().PassportReturnDays, ReportIn: calendar.Workdays(p.Needs().ReportDays)}, nil
}

// Depart takes a departure down.
func (p *Pages) Depart(ctx context.Context, filing string, on calendar.Date, key string) error {
	_, err := journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: filing, Key: key}, journal.Command[room.Trip](room.Depart{On: on}))
	return err
}

// ComeHome takes a return down.
func (p *Pages) ComeHome(ctx context.Context, filing string, h Homecoming, key string) error {
	cmd, err := p.comesHome(ctx, filing, h)
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: filing, Key: key}, cmd)
	}
	return err
}

// postReport keeps the file, records it as the case's trip report (M46) and
// hands it in. Dying after the first two leaves a paper that the next try finds.
func (p *Pages) postReport(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	err := p.takeReport(ctx, r, id)
	if fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, afterURL(id))
}

func (p *Pages) takeReport(ctx context.Context, r *http.Request, id string) error {
	if err := readable(r, "report"); err != nil {
		return err
	}
	defer r.MultipartForm.RemoveAll()
	// The file first: what is wrong beside it must not cost whoever chose it.
	kept, err := p.keep(ctx, r, id, "report", "M46")
	wrong := slices.Clone(fault.Findings(err))
	if err != nil && len(wrong) == 0 {
		return err
	}
	spent, err := spentFen(r)
	if wrong = append(wrong, fault.Findings(err)...); len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	cmd := room.FileReport{Material: kept.ID, SpentFen: spent, Over: r.FormValue("overspent"), Why: r.FormValue("why")}
	if cmd.Wrong, err = p.judgeReport(ctx, id, kept, cmd); err != nil {
		return err
	}
	_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r)}, cmd)
	return err
}

// postNotice hands in the evidence of the notice after the trip (M11).
func (p *Pages) postNotice(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	err := readable(r, "notice")
	if err == nil {
		defer r.MultipartForm.RemoveAll()
		err = p.takeNotice(ctx, r, id)
	}
	if fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	if err == nil && r.FormValue("spent")+r.FormValue("overspent")+r.FormValue("why") != "" {
		p.show(w, r, nil) // what was typed beside the report isn't handed in yet
		return
	}
	p.Site.Answer(w, r, err, afterURL(id))
}

func (p *Pages) takeNotice(ctx context.Context, r *http.Request, id string) error {
	kept, err := p.keep(ctx, r, id, "notice", "M11")
	if err != nil {
		return err
	}
	_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r)}, room.FileNotice{Material: kept.ID})
	return err
}

// noticeIn is how many months there are for the notice after a trip; 0 where
// nothing of it is put up.
func (p *Pages) noticeIn(ctx context.Context, id string) (int, error) {
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil || f.Dossier.Trip.Secret {
		return 0, err
	}
	return p.Needs().SecondNoticeMonths, nil
}

// readable reads a form with a file.
func readable(r *http.Request, field string) error {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return blob.TooLarge(field, r.ContentLength, blob.Limit)
		}
		return fault.Field(field, "upload.cut_off", nil)
	}
	return nil
}

// keep keeps the file of a form as a paper of the case. One that was kept for
// a form that was then refused is found again.
func (p *Pages) keep(ctx context.Context, r *http.Request, id, field string, kind dossier.MaterialKind) (material.Material, error) {
	file, head, err := r.FormFile(field)
	if err != nil {
		return p.keptBefore(ctx, r, id, field, kind)
	}
	defer file.Close()
	unread := false
	typ, err := blob.Sniff(file, head.Size, head.Filename)
	if err == nil {
		unread, err = material.Unmarked(file, head.Size, typ, head.Filename)
	}
	if err != nil {
		return material.Material{}, renamed(err, field)
	}
	if material.IsText(kind) && !material.Serves(kind, typ) {
		return material.Material{}, fault.Field(field, "upload.text", nil)
	}
	kept, err := p.Blobs.Put(ctx, io.NewSectionReader(file, 0, head.Size), blob.Limit)
	if err != nil {
		return material.Material{}, err
	}
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil {
		return material.Material{}, err
	}
	twin, err := material.Twin(ctx, p.Journal.Store, material.OfCase, id, kind, id, "", "", kept.Digest.String())
	if err != nil {
		return material.Material{}, err
	}
	if twin == "" {
		twin = p.Journal.NewID()
		ans, err := journal.Do(ctx, p.Journal, material.Room, journal.Order{Subject: twin, Key: web.Key(r) + ":paper:" + kept.Digest.String()}, material.Add{Kind: kind, OwnerKind: material.OfCase, Owner: id, Unit: f.Unit, Case: id,
			Name: head.Filename, Size: kept.Size, Type: string(typ), Digest: kept.Digest.String(), Seen: blob.Seen{Unread: unread}})
		if err != nil {
			return material.Material{}, err
		}
		twin = ans.Subject.ID // a repeat gives the first one's
	}
	return material.One(ctx, p.Journal.Store, twin)
}

// keptBefore is the paper that a refused form left behind, so that nobody has to
// choose the file again.
func (p *Pages) keptBefore(ctx context.Context, r *http.Request, id, field string, kind dossier.MaterialKind) (material.Material, error) {
	if was := r.FormValue("kept"); was != "" {
		m, err := material.One(ctx, p.Journal.Store, was)
		if err == nil && m.OwnerKind == material.OfCase && m.Owner == id && m.Kind == string(kind) {
			return m, nil
		}
	}
	return material.Material{}, fault.Field(field, "upload.none", nil)
}

// renamed puts what is wrong with a file beside the field that it was given in.
func renamed(err error, field string) error {
	fs := slices.Clone(fault.Findings(err))
	if len(fs) == 0 {
		return err
	}
	for i := range fs {
		fs[i].Field = field
	}
	return fault.Invalid(fs...)
}
