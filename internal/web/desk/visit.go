package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/visit"
	"yitang/internal/web"
	follow "yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

func escape(s string) string { return url.QueryEscape(s) }

// visitView is one visit on the window's page.
type visitView struct {
	ID      string
	Who     string
	Lead    string
	Case    ui.Link
	Tag     ui.Tag
	Line    ui.Line
	Errors  ui.ErrorSummary
	CheckIn *checkInView
	Said    string // what is to be known of the pass that was scanned
	Notice  string // why nothing can be done here, and what instead
	Absent  string // who didn't come, and what becomes of what they were to do
	Instead ui.Button
	Undo    bool // it was noted that nobody came, which can be taken back
	People  []personView
	Decide  *ui.Decide
	Key     string // of closing
	Over    string // what holds once it is over
	Rate    string // address at which they rate it, on a phone of theirs; ""
}

// checkInView asks who of those expected are there.
type checkInView struct {
	Key    string
	Fields []ui.Field
	Focus  bool // it was scanned: pressing Enter checks in
}

// personView is what one person came for; the unit's own acts have no person.
type personView struct {
	Name string
	Acts []actView
}

// actView is one act: over, or with the forms that end it.
type actView struct {
	N         int
	ID        string
	Name      string
	Note      string
	Over      ui.Tag
	Done      *ui.Button // ends it; nil while something else must happen before
	Originals *ui.Field  // asked along with it
	Way       ui.Link    // where that something is done
	Key       string
	Other     []ui.Field // how it ended otherwise, and why
	Open      bool       // that form came back
	Station   bool       // leaving doesn't end it
}

// one finds a visit under its id: a booking, people who are here, or both.
func (p *Pages) one(ctx context.Context, id string) (b room.Booking, v room.Visit, err error) {
	b, booked, err := room.BookingOf(ctx, p.Journal.Store, id)
	if err != nil {
		return b, v, err
	}
	v, came, err := room.VisitOf(ctx, p.Journal.Store, id)
	if err == nil && !booked && !came {
		err = fault.NotFound("visit " + id)
	}
	return b, v, err
}

func (p *Pages) getVisit(w http.ResponseWriter, r *http.Request) { p.showVisit(w, r, nil) }

// showVisit writes the day with the visit beside it; with an error, as the page
// that came back.
func (p *Pages) showVisit(w http.ResponseWriter, r *http.Request, bad error) {
	ctx, id := r.Context(), r.PathValue("visit")
	b, x, err := p.one(ctx, id)
	var v todayView
	var h room.Plan
	if err == nil {
		h, err = p.at(w, r)
	}
	if err == nil {
		v, err = p.today(ctx, h, r.URL.Query().Get("q"), id)
	}
	if err == nil {
		v.Visit, err = p.visit(r, h, b, x, v, bad)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: ui.Clauses(ctx, v.Visit.Who, v.Visit.Tag.Word), Main: "rev desk", Errors: len(v.Visit.Errors.Errors)}, todayPage(v))
}

func (p *Pages) visit(r *http.Request, h room.Plan, b room.Booking, x room.Visit, day todayView, bad error) (*visitView, error) {
	ctx := r.Context()
	n, err := p.namer(ctx)
	if err != nil {
		return nil, err
	}
	c := coming{ID: b.ID, Day: b.Day, At: b.Slot, Number: b.Number, Filing: b.Filing, Unit: b.Unit, People: b.People, Acts: len(b.Acts), State: b.State}
	if x.ID != "" && x.Presence != room.NotCome {
		c.ID, c.Day, c.Filing, c.Unit = x.ID, x.Day, x.Filing, x.Unit
		c.here(x)
	}
	v := &visitView{ID: c.ID, Who: n.all(c.People), Tag: p.tag(ctx, c), Key: web.NewKey(), Errors: ui.Summarise(ctx, bad)}
	row, _, err := approval.Row(ctx, p.Journal.Store, c.Filing)
	if err != nil {
		return nil, err
	}
	s, _, err := progress.Of(ctx, p.Journal.Store, c.Filing)
	if err != nil {
		return nil, err
	}
	v.Case = ui.Link{Text: row.Title, URL: "/c/" + c.Filing}
	v.Lead = lead(ctx, n.units[c.Unit], s)
	if c.Number != "" {
		v.Lead += " · " + c.Number
	}
	if t, has, err := room.TicketOf(ctx, p.Journal.Store, c.ID); err != nil {
		return nil, err
	} else if has {
		v.Lead += " · " + ui.T(ctx, "desk.ticket", "Number", room.TicketNumber(t.Number))
	}
	if v.Line, err = p.Progress.Line(ctx, c.Filing); err != nil {
		return nil, err
	}
	v.Line.Size = ui.LineSmall
	if absent := slices.DeleteFunc(slices.Clone(b.People), func(who string) bool { return slices.Contains(x.People, who) }); x.ID != "" && x.Presence != room.NotCome && len(absent) > 0 {
		v.Absent = ui.T(ctx, "desk.absent", "Name", n.all(absent))
	}
	said := r.URL.Query().Get("scan")
	if said != "" {
		if v.Said, err = p.scanned(ctx, said, h, b, x, c); err != nil {
			return nil, err
		}
	}
	switch {
	case c.State == room.HasArrived:
		err = p.acts(r, v, n, x, bad)
		v.Decide = p.closing(ctx, v, day.NextID)
	case c.State == room.HasLeft:
		err = p.acts(r, v, n, x, bad)
		if err == nil {
			v.Over, err = p.over(ctx, c)
		}
		if err == nil {
			v.Rate, err = p.ratedAt(ctx, x)
		}
		v.Decide = leading(ctx, day)
	case b.State.MayCome() && b.Day == p.Journal.Today():
		v.Undo = b.State == room.WasMissed
		var elsewhere string
		if elsewhere, err = p.elsewhere(ctx, h, b); err != nil {
			return nil, err
		}
		v.Said = ui.Sentences(ctx, v.Said, elsewhere)
		if err = p.checkIn(r, v, n, b, bad); err == nil {
			v.CheckIn.Focus = said != "" && elsewhere == "" && bad == nil
		}
	case b.State == room.IsBooked:
		v.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.state.other_day", "Day", ui.MonthDay(ctx, b.Day), "Slot", b.Slot.String())}
		v.Notice = ui.T(ctx, "desk.other_day", "Day", ui.MonthDay(ctx, b.Day), "Slot", b.Slot.String())
		v.Instead = ui.Button{Text: ui.T(ctx, "desk.walk"), URL: "/desk/walk?case=" + escape(c.Filing)}
	default:
		v.Undo = b.State == room.WasMissed
		v.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.state.missed")}
		switch b.State {
		case room.IsCancelled:
			v.Tag.Word = ui.T(ctx, "desk.state.cancelled")
		case room.WasExcused:
			v.Tag.Word = ui.T(ctx, "desk.state.excused")
		}
		v.Notice = ui.T(ctx, "desk.void")
		v.Instead = ui.Button{Text: ui.T(ctx, "desk.walk"), URL: "/desk/walk?case=" + escape(c.Filing)}
	}
	return v, err
}

// scanned says what is to be known of a pass that can't be checked in with: it was used, or
// the booking is off or on another day. The number of before a move says so too.
func (p *Pages) scanned(ctx context.Context, said string, h room.Plan, b room.Booking, x room.Visit, c coming) (string, error) {
	s, _, err := room.Scanned(ctx, p.Journal.Store, said, p.Journal.Today(), h.ID)
	if err != nil {
		return "", err
	}
	var out []string
	if s.Was {
		out = append(out, ui.T(ctx, "desk.scan.moved", "Number", said, "Day", ui.MonthDay(ctx, b.Day), "Slot", b.Slot.String()))
	}
	switch {
	case c.State == room.HasArrived:
		out = append(out, ui.T(ctx, "desk.scan.here", "Time", ui.At(ctx, x.Came)))
	case c.State == room.HasLeft:
		out = append(out, ui.T(ctx, "desk.scan.left", "Time", ui.At(ctx, x.Went)))
	case b.State == room.IsCancelled && b.Reason != "":
		out = append(out, ui.T(ctx, "desk.scan.cancelled_because", "Why", ui.Reason(ctx, b.Reason)))
	case b.State == room.IsCancelled:
		out = append(out, ui.T(ctx, "desk.scan.cancelled"))
	case b.State == room.WasMissed:
		out = append(out, ui.T(ctx, "desk.scan.missed", "Day", ui.MonthDay(ctx, b.Day), "Slot", b.Slot.String()))
	}
	return ui.Sentences(ctx, out...), nil
}

// elsewhere says of a booking that it is for another hall than the one where the window is:
// their number is called there. "" where it is for this one.
func (p *Pages) elsewhere(ctx context.Context, h room.Plan, b room.Booking) (string, error) {
	at, _, err := room.HallOf(ctx, p.Journal.Store, b.Hall)
	if err != nil || at.ID == h.ID {
		return "", err
	}
	where := ui.Clauses(ctx, ui.Name(ctx, fault.Text{Zh: at.Name, En: at.NameEn}), ui.Name(ctx, fault.Text{Zh: at.Place, En: at.PlaceEn}))
	return ui.T(ctx, "desk.scan.elsewhere", "Where", where), nil
}

// lead says of a case whose it is, how many go and when: those who were declined
// don't.
func lead(ctx context.Context, unit string, s progress.State) string {
	if s.Depart.IsZero() {
		return unit
	}
	return ui.T(ctx, "desk.visit.lead", "Unit", unit, "Count", s.Travelling(), "Day", ui.MonthDay(ctx, s.Depart))
}

// checkIn asks who is there: all are ticked, as they usually are.
func (p *Pages) checkIn(r *http.Request, v *visitView, n *namer, b room.Booking, bad error) error {
	ctx := r.Context()
	before, err := p.earlier(ctx, b.Filing)
	if err != nil {
		return err
	}
	beside := ui.FieldErrors(ctx, bad)
	v.CheckIn = &checkInView{Key: web.NewKey()}
	if len(b.People) > 1 {
		f := ui.Field{Kind: ui.Checks, Name: "people", Label: ui.T(ctx, "desk.in.people"), Across: true, Error: beside["people"]}
		for _, id := range b.People {
			chosen := bad == nil
			for _, was := range r.PostForm["people"] {
				chosen = chosen || was == id
			}
			f.Options = append(f.Options, ui.Option{Value: id, Text: n.person(id), Chosen: chosen})
		}
		v.CheckIn.Fields = append(v.CheckIn.Fields, f)
	}
	if before > 0 && b.Cause == "" {
		v.CheckIn.Fields = append(v.CheckIn.Fields, p.cause(ctx, before, r.PostFormValue("cause"), beside["cause"]))
	}
	for _, g := range grouped(b.Acts) {
		pv := personView{Name: p.nameOf(n, g.person)}
		for _, a := range g.acts {
			pv.Acts = append(pv.Acts, actView{Name: follow.ActName(ctx, string(a.Kind)), Note: ui.T(ctx, "desk.minutes", "Count", a.Minutes)})
		}
		v.People = append(v.People, pv)
	}
	return nil
}

// cause asks why people come again.
func (p *Pages) cause(ctx context.Context, before int, typed, wrong string) ui.Field {
	return ui.Field{Name: "cause", Label: ui.T(ctx, "desk.cause"), Hint: ui.T(ctx, "desk.cause_hint", "Count", before), Value: typed, Error: wrong, Max: 200}
}

func (p *Pages) nameOf(n *namer, person string) string {
	if person == "" {
		return ui.T(n.ctx, "desk.of_unit")
	}
	return n.person(person)
}

// group is the acts of one person, in the order in which they first appear.
type group struct {
	person string
	acts   []room.Act
}

func grouped(acts []room.Act) []group {
	var out []group
	at := map[string]int{}
	for _, a := range acts {
		i, ok := at[a.Person]
		if !ok {
			i = len(out)
			at[a.Person] = i
			out = append(out, group{person: a.Person})
		}
		out[i].acts = append(out[i].acts, a)
	}
	return out
}

// acts fills in what everybody came for, with the forms that end each act.
func (p *Pages) acts(r *http.Request, v *visitView, n *namer, x room.Visit, bad error) error {
	ctx := r.Context()
	beside := ui.FieldErrors(ctx, bad)
	at := map[string]int{}
	first := true
	for i, a := range x.Acts {
		k, ok := at[a.Person]
		if !ok {
			k = len(v.People)
			at[a.Person] = k
			v.People = append(v.People, personView{Name: p.nameOf(n, a.Person)})
		}
		av := actView{N: i, ID: a.ID, Name: follow.ActName(ctx, string(a.Kind)), Note: ui.T(ctx, "desk.minutes", "Count", a.Minutes), Key: web.NewKey()}
		if a.Result != "" {
			// ui:keys desk.result.*
			av.Over = ui.Tag{State: ui.OK, Word: ui.T(ctx, "desk.result."+string(a.Result))}
			av.Note = ui.T(ctx, "desk.at", "Clock", ui.Clock(a.At))
			if a.Result != room.Done {
				av.Over.State = ui.Warn
				av.Note = ui.Clauses(ctx, av.Note, a.Note)
			}
			if a.Originals > 0 {
				av.Note = ui.Clauses(ctx, av.Note, ui.T(ctx, "desk.took", "Count", a.Originals))
			}
			v.People[k].Acts = append(v.People[k].Acts, av)
			continue
		}
		if x.Presence == room.Left {
			av.Over, av.Note = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.result.open")}, ui.T(ctx, "desk.result.open_note")
			v.People[k].Acts = append(v.People[k].Acts, av)
			continue
		}
		av.Station = a.Kind.AtStation()
		hold, err := p.hold(ctx, x.Filing, a)
		if err != nil {
			return err
		}
		if hold.Text != "" {
			av.Note, av.Way = hold.Note, hold.Link
		} else {
			av.Done = &ui.Button{Text: doneWord(ctx, a.Kind), Kind: ui.Second, Name: "result", Value: string(room.Done)}
			if first {
				av.Done.Kind, av.Done.Key = ui.Primary, "Enter"
				first = false
			}
			if av.Station {
				av.Note = ui.T(ctx, "desk.capture_note")
			}
			if a.Kind.BringsPaper() {
				name := fmt.Sprintf("originals.%d", i)
				value := "1"
				if typed := r.PostFormValue(name); bad != nil && typed != "" {
					value = typed
				}
				av.Originals = &ui.Field{Kind: ui.Number, Name: name, Label: ui.T(ctx, "desk.originals"), Value: value, Width: "short", Error: beside[name]}
			}
		}
		result, note := fmt.Sprintf("result.%d", i), fmt.Sprintf("note.%d", i)
		av.Open = beside[result] != "" || beside[note] != ""
		f := ui.Field{Kind: ui.Radio, Name: result, Label: ui.T(ctx, "desk.other.how"), Across: true, Error: beside[result]}
		for _, res := range []room.Result{room.Replanned, room.Waived} {
			f.Options = append(f.Options, ui.Option{Value: string(res), Text: ui.T(ctx, "desk.result."+string(res)), Chosen: r.PostFormValue(result) == string(res)})
		}
		hint := "desk.other.why_hint"
		if a.Kind.AtStation() {
			hint = "desk.other.why_hint.capture"
		}
		av.Other = []ui.Field{f, {Name: note, Label: ui.T(ctx, "desk.other.why"), Hint: ui.T(ctx, hint), Value: r.PostFormValue(note), Error: beside[note], Max: 200}}
		v.People[k].Acts = append(v.People[k].Acts, av)
	}
	return nil
}

// ui:keys desk.do.*
func doneWord(ctx context.Context, k visit.Kind) string {
	if key := "desk.do." + string(k); ui.Known(key) {
		return ui.T(ctx, key)
	}
	return ui.T(ctx, "desk.do.other")
}

// held is why an act can't be ended yet, and where that is mended.
type held struct {
	ui.Link
	Note string
}

// hold keeps the window and the booklet store in step: a booklet was collected
// when the store has lent it, and handed in when the store has it back.
func (p *Pages) hold(ctx context.Context, filing string, a room.ActRow) (held, error) {
	if a.Kind != visit.Collect && a.Kind != visit.HandIn {
		return held{}, nil
	}
	rows, err := custody.OutFor(ctx, p.Journal.Store, filing)
	var ids []string // a booklet is theirs under any of them
	if err == nil && a.Person != "" {
		ids, err = person.Also(ctx, p.Journal.Store, a.Person)
	}
	if err != nil {
		return held{}, err
	}
	lent := 0
	for _, b := range rows {
		if b.Place == custody.IsLent && (a.Person == "" || slices.Contains(ids, b.Person)) {
			lent++
		}
	}
	switch {
	case a.Kind == visit.Collect && lent == 0:
		return held{ui.Link{Text: ui.T(ctx, "desk.collect.go"), URL: "/booklets/out/" + filing}, ui.T(ctx, "desk.collect.not_lent")}, nil
	case a.Kind == visit.HandIn && lent > 0:
		return held{ui.Link{Text: ui.T(ctx, "desk.hand_in.go"), URL: "/booklets/in?case=" + escape(filing)}, ui.T(ctx, "desk.hand_in.still_out", "Count", lent)}, nil
	}
	return held{}, nil
}

// closing is the bar at the foot while people are there.
func (p *Pages) closing(ctx context.Context, v *visitView, next string) *ui.Decide {
	window, station, waits := 0, 0, 0
	for _, person := range v.People {
		for _, a := range person.Acts {
			switch {
			case a.Over.Word != "":
			case a.Station:
				station++
			case a.Done == nil:
				waits++
			default:
				window++
			}
		}
	}
	word := ui.T(ctx, "desk.close.leave")
	var effect []string
	if window > 0 {
		word = ui.T(ctx, "desk.close", "Count", window)
		effect = append(effect, ui.T(ctx, "desk.close.effect", "Count", window))
	}
	if station > 0 {
		effect = append(effect, ui.T(ctx, "desk.close.station", "Count", station))
	}
	d := &ui.Decide{Effect: ui.Sentences(ctx, effect...)}
	if next != "" {
		d.Actions = append(d.Actions, ui.Button{Text: ui.T(ctx, "desk.next"), URL: p.url(next, ""), Kind: ui.Second, Key: "N"})
	}
	if waits > 0 {
		d.Effect = ui.T(ctx, "desk.close.waits", "Count", waits)
		return d
	}
	d.Actions = append(d.Actions, ui.Button{Text: word, Kind: ui.Second, Key: "D"})
	return d
}

// leading is the bar once they have left.
func leading(ctx context.Context, day todayView) *ui.Decide {
	if day.NextID == "" {
		return &ui.Decide{Effect: day.Nobody}
	}
	return &ui.Decide{Effect: ui.T(ctx, "desk.closed.effect"), Actions: []ui.Button{nextButton(ui.T(ctx, "desk.next"), day.NextID)}}
}

// over says what a visit came to: how long, and how many the case has had.
func (p *Pages) over(ctx context.Context, c coming) (string, error) {
	before, err := p.earlier(ctx, c.Filing)
	key := "desk.over"
	if c.Closed < c.Acts {
		key = "desk.over.open"
	}
	return ui.T(ctx, key, "Open", c.Acts-c.Closed, "Time", ui.Lasting(ctx, c.Went.Sub(c.Came)), "Count", before+1), err
}

func (p *Pages) postCheckIn(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("visit")
	b, _, err := p.one(ctx, id)
	if err == nil && b.ID == "" {
		err = fault.NotFound("booking " + id)
	}
	before := 0
	if err == nil {
		before, err = p.earlier(ctx, b.Filing)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	r.PostFormValue("") // parses the form
	people := r.PostForm["people"]
	if len(b.People) == 1 {
		people = b.People
	}
	if len(b.People) > 1 && len(people) == 0 {
		err = fault.Field("people", "hall.slot.nobody", nil)
	} else {
		_, err = journal.Do(ctx, p.Journal, room.Attendances, keyed(r, id), room.CheckIn{Booking: b, People: people, Earlier: before, Cause: r.PostFormValue("cause")})
	}
	p.answer(w, r, err)
}

// postUnmiss takes back that nobody came.
func (p *Pages) postUnmiss(w http.ResponseWriter, r *http.Request) {
	_, err := journal.Do(r.Context(), p.Journal, room.Attendances, keyed(r, r.PathValue("visit")), room.TakeBackMiss{})
	p.answer(w, r, err)
}

func (p *Pages) postAct(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("visit")
	_, x, err := p.one(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	n := -1
	for i, a := range x.Acts {
		if a.ID == r.PostFormValue("act") {
			n = i
		}
	}
	if n < 0 {
		p.Site.Fail(w, r, fault.NotFound("act of visit "+id))
		return
	}
	suffix := fmt.Sprintf(".%d", n)
	cmd := room.CloseAct{Act: x.Acts[n].ID, Result: room.Result(r.PostFormValue("result")), Note: r.PostFormValue("note" + suffix)}
	if cmd.Result != room.Done {
		cmd.Result = room.Result(r.PostFormValue("result" + suffix))
	}
	if typed := strings.TrimSpace(r.PostFormValue("originals" + suffix)); typed != "" && cmd.Result == room.Done {
		if _, err := fmt.Sscanf(typed, "%d", &cmd.Originals); err != nil {
			cmd.Originals = -1 // refused by the command, in its own words
		}
	}
	if cmd.Result == room.Done {
		var hold held
		if hold, err = p.hold(ctx, x.Filing, x.Acts[n]); err == nil && hold.Text != "" {
			err = fault.Field("", "desk.not_yet", map[string]any{"Why": hold.Note})
		}
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Attendances, keyed(r, id), cmd)
	}
	p.answer(w, r, failed(err, suffix))
}

func (p *Pages) postClose(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("visit")
	_, x, err := p.one(ctx, id)
	for _, a := range x.Acts {
		if a.Result == "" && err == nil {
			var hold held
			if hold, err = p.hold(ctx, x.Filing, a); err == nil && hold.Text != "" {
				err = fault.Field("", "desk.not_yet", map[string]any{"Why": hold.Note})
			}
		}
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Attendances, keyed(r, id), room.Close{})
	}
	p.answer(w, r, err)
}

// answer leads back to the visit, or shows what is wrong beside what was typed.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case err == nil:
		http.Redirect(w, r, p.url(r.PathValue("visit"), ""), http.StatusSeeOther)
	case tellable(err):
		p.showVisit(w, r, err)
	default:
		p.Site.Fail(w, r, err)
	}
}
