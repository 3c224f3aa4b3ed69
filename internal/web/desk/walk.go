package desk

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web"
	follow "yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// walkView is the form for people who came without a booking.
type walkView struct {
	Head   ui.Head
	Query  string
	Asked  bool
	Found  []ui.Task
	Ended  int  // found too, and nothing is left to be done for them
	Over   bool // so is the one that was chosen
	Errors ui.ErrorSummary
	Hall   string // at which they are
	Case   string // "" while none is chosen
	ID     string // of the visit
	Key    string
	Here   ui.Link // the case is being served already
	Fields []ui.Field
	Line   ui.Line
	Booked string  // what is booked for later, and becomes of it
	Kept   ui.Note // what is left of the places that are kept for people without a booking
}

// keptNow says what is left of this hour's places of a hall for people without a booking. Where none is
// left that is a warning and no more: who is there is served.
func (p *Pages) keptNow(ctx context.Context, h room.Plan) (ui.Note, error) {
	slot, all, ok, err := room.AllotmentsAt(ctx, p.Journal.Store, h, p.Journal.Now(), p.Journal.Book())
	if err != nil || !ok || len(all) == 0 {
		return ui.Note{}, err
	}
	var left, used []string
	for _, a := range all {
		name := ui.T(ctx, "desk.plan.counter."+string(a.Counter))
		left = append(left, ui.T(ctx, "desk.walk.kept.of", "Counter", name, "Left", a.Left))
		if a.Left == 0 {
			used = append(used, name)
		}
	}
	n := ui.Note{State: ui.Info, Text: ui.T(ctx, "desk.walk.kept", "From", slot.String(), "To", (slot + room.Clock(h.Minutes)).String(), "Left", ui.List(ctx, left))}
	if len(used) > 0 {
		n.State = ui.Warn
		n.Text = ui.Sentences(ctx, n.Text, ui.T(ctx, "desk.walk.kept.used", "Counters", ui.List(ctx, used)))
	}
	return n, nil
}

func (p *Pages) getWalk(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("case")
	if id == "" {
		p.showFind(w, r)
		return
	}
	p.showWalk(w, r, id, nil)
}

// showFind lets the window find the case.
func (p *Pages) showFind(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := walkView{Query: strings.TrimSpace(r.URL.Query().Get("q")), Head: ui.Head{Title: ui.T(ctx, "desk.walk"), Lead: ui.T(ctx, "desk.walk.lead")}}
	rows, err := approval.Groups(ctx, p.Journal.Store, v.Query)
	var h room.Plan
	if err == nil {
		h, err = p.at(w, r)
	}
	if err == nil {
		v.Kept, err = p.keptNow(ctx, h)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Asked = v.Query != ""
	for _, row := range rows {
		if s, known, err := progress.Of(ctx, p.Journal.Store, row.Filing); err != nil {
			p.Site.Fail(w, r, err)
			return
		} else if known && len(offers(s, nil, nil)) == 0 {
			v.Ended++
			continue
		}
		of := row.UnitName
		if row.Number != "" {
			of = ui.T(ctx, "desk.walk.of", "Unit", row.UnitName, "Number", row.Number)
		}
		v.Found = append(v.Found, ui.Task{Name: row.Title, URL: "/desk/walk?case=" + escape(row.Filing), Note: of, Status: ui.Short(ctx, row.Depart)})
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "desk.today"), URL: "/desk"}, {Text: v.Head.Title}}}, walkPage(v))
}

// offer is one act that somebody may have come for.
type offer struct {
	kind   visit.Kind
	person string // "" for the unit
	owed   bool   // what the case stands at makes it likely
}

func (o offer) value() string { return string(o.kind) + "|" + o.person }

// otherMinutes is how long an act is taken to last for which the office has no time.
const otherMinutes = 5

// offers lists what may be done for a case at the window: what each member
// in this office's charge owes, as the case stands, and what a unit brings or
// fetches. renewing are those whose new booklet takes an older one's place, planned
// what the plan still has done at the hall. Of a journey that has ended, or that
// nobody goes on, only booklets that are still out are taken in.
func offers(s progress.State, renewing, planned []string) []offer {
	var out []offer
	if s.Stage.Over() || s.Stage.OffCourse() || s.Void() {
		// Who was taken out by a change, or declined, may hold one too.
		for _, id := range slices.Sorted(maps.Keys(s.People)) {
			if p := s.People[id]; p.Inquiry == 0 && p.Booklet == progress.IsLent {
				out = append(out, offer{visit.HandIn, id, true})
			}
		}
		if len(out) > 0 {
			out = append(out, offer{kind: visit.HandIn, owed: slices.Contains(planned, offer{kind: visit.HandIn}.value())})
		}
		return out
	}
	for _, id := range s.Ours() {
		who := s.People[id]
		sign := func() {
			if signs(*who) {
				out = append(out, offer{kind: visit.SignVisaForm, person: id})
			}
		}
		switch who.Booklet {
		case progress.IsAsked, progress.IsOrdered:
			if !who.MustCome() { // the case that it is made for captures them
				sign()
				break
			}
			out = append(out, offer{visit.ShowID, id, true}, offer{visit.Capture, id, true})
		case progress.IsCaptured:
			out = append(out, offer{visit.Recapture, id, false})
		case progress.InStore:
			sign()
			out = append(out, offer{visit.Collect, id, false})
		case progress.AtMission, progress.NoneAsked:
			sign()
		case progress.IsLent:
			out = append(out, offer{visit.HandIn, id, s.Stage == progress.Home})
		}
		if slices.Contains(renewing, id) {
			out = append(out, offer{visit.SurrenderOld, id, false})
		}
	}
	for _, kind := range []visit.Kind{visit.HandIn, visit.PaperOriginal, visit.SealedPaper} {
		out = append(out, offer{kind: kind})
	}
	for i, o := range out {
		out[i].owed = o.owed || slices.Contains(planned, o.value())
	}
	return out
}

// planned are the offers that the plan of a case still has somebody do at the hall.
func (p *Pages) planned(ctx context.Context, id string) []string {
	steps, err := p.Steps(ctx, id)
	p.Site.Missed(ctx, "what is still to be done at the hall", id, err)
	var out []string
	for _, st := range steps {
		if st.Act.Member == visit.WholeUnit || st.Way == visit.InPerson {
			out = append(out, offer{kind: st.Act.Kind, person: st.Person}.value())
		}
	}
	return out
}

// signs tells whether a visa form may still be signed: the mission hasn't answered
// yet, and may want the form anew.
func signs(who progress.Person) bool {
	for _, v := range who.Visas {
		if v.Stage == visa.IsPlanned || v.Stage == visa.KitIsReady || v.Stage == visa.IsSent {
			return true
		}
	}
	return false
}

// renewing lists the members of a case for whom a booklet is made that replaces
// one: they bring that along.
func (p *Pages) renewing(ctx context.Context, id string) ([]string, error) {
	orders, err := passport.OfFiling(ctx, p.Journal.Store, id)
	var out []string
	for _, o := range orders {
		if o.Stage != passport.IsStopped && (o.Why == string(requirement.RenewBooklet) || o.Why == string(requirement.ChangeBooklet)) {
			out = append(out, o.Person)
		}
	}
	return out, err
}

func (p *Pages) walkState(ctx context.Context, id string) (progress.State, error) {
	s, ok, err := progress.Of(ctx, p.Journal.Store, id)
	if err == nil && !ok {
		err = fault.NotFound("case " + id)
	}
	return s, err
}

func (p *Pages) showWalk(w http.ResponseWriter, r *http.Request, id string, bad error) {
	ctx := r.Context()
	s, err := p.walkState(ctx, id)
	var before int
	if err == nil {
		before, err = p.earlier(ctx, id)
	}
	var n *namer
	if err == nil {
		n, err = p.namer(ctx)
	}
	var renewing []string
	if err == nil {
		renewing, err = p.renewing(ctx, id)
	}
	v := walkView{Case: id, Key: web.NewKey(), ID: p.Journal.NewID(), Errors: ui.Summarise(ctx, bad)}
	if err == nil {
		v.Line, err = p.Progress.Line(ctx, id)
	}
	var had []room.Visit
	if err == nil {
		had, err = room.VisitsOf(ctx, p.Journal.Store, id)
	}
	var booked []room.Booking
	if err == nil {
		booked, err = room.OfFiling(ctx, p.Journal.Store, id)
	}
	var h room.Plan
	if err == nil {
		h, err = p.at(w, r)
	}
	if err == nil {
		v.Hall = h.ID
		v.Kept, err = p.keptNow(ctx, h)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Line.Size = ui.LineSmall
	for _, x := range had {
		if x.Presence == room.Arrived && x.Day == p.Journal.Today() {
			v.Here = ui.Link{Text: ui.T(ctx, "desk.walk.here_link"), URL: "/desk/" + x.ID}
		}
	}
	for _, b := range booked {
		if b.State == room.IsBooked && !b.Day.Before(p.Journal.Today()) {
			v.Booked = ui.T(ctx, "desk.walk.booked", "When", follow.When(ctx, b.Day, b.Slot), "Name", n.short(b.People))
		}
	}
	v.Head = ui.Head{Title: ui.T(ctx, "desk.walk.title", "Title", s.Title), Lead: lead(ctx, n.units[s.Unit], s)}
	beside := ui.FieldErrors(ctx, bad)
	f := ui.Field{Kind: ui.Checks, Name: "acts", Label: ui.T(ctx, "desk.walk.acts"), Hint: ui.T(ctx, "desk.walk.acts_hint"), Error: beside["acts"]}
	for _, o := range offers(s, renewing, p.planned(ctx, id)) {
		chosen := o.owed
		if bad != nil {
			chosen = slices.Contains(r.PostForm["acts"], o.value())
		}
		f.Options = append(f.Options, ui.Option{Value: o.value(), Text: ui.T(ctx, "desk.walk.act", "Name", p.nameOf(n, o.person), "Act", follow.ActName(ctx, string(o.kind))), Chosen: chosen})
	}
	v.Over = len(f.Options) == 0
	v.Fields = append(v.Fields, f)
	if before > 0 {
		v.Fields = append(v.Fields, p.cause(ctx, before, r.PostFormValue("cause"), beside["cause"]))
	}
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "desk.today"), URL: "/desk"}, {Text: ui.T(ctx, "desk.walk"), URL: "/desk/walk"}, {Text: s.Title}}}, walkPage(v))
}

func (p *Pages) postWalk(w http.ResponseWriter, r *http.Request) {
	ctx, filing, id := r.Context(), r.PostFormValue("case"), r.PostFormValue("id")
	s, err := p.walkState(ctx, filing)
	var before int
	if err == nil {
		before, err = p.earlier(ctx, filing)
	}
	var renewing []string
	if err == nil {
		renewing, err = p.renewing(ctx, filing)
	}
	var h room.Plan
	if err == nil {
		h, err = p.shown(w, r)
	}
	if err == nil && id == "" {
		err = fault.Field("", "hall.check_in.which", nil)
	}
	if err == nil {
		// A booking has its own page and rules: nobody walks in under its id.
		var booked bool
		if _, booked, err = room.BookingOf(ctx, p.Journal.Store, id); err == nil && booked {
			err = fault.NotFound("visit " + id)
		}
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	cmd := room.CheckIn{Booking: room.Booking{Hall: h.ID, Filing: filing, Unit: s.Unit}, Earlier: before, Cause: r.PostFormValue("cause")}
	for _, o := range offers(s, renewing, nil) {
		if !slices.Contains(r.PostForm["acts"], o.value()) {
			continue
		}
		act := "act." + string(o.kind)
		if o.person != "" {
			act += "@" + o.person
			if !slices.Contains(cmd.People, o.person) {
				cmd.People = append(cmd.People, o.person)
			}
		}
		cmd.Booking.Acts = append(cmd.Booking.Acts, room.Act{ID: act, Kind: o.kind, Person: o.person, Minutes: cmp.Or(p.Minutes(o.kind), otherMinutes)})
	}
	_, err = journal.Do(ctx, p.Journal, room.Attendances, keyed(r, id), cmd)
	switch {
	case err == nil:
		http.Redirect(w, r, "/desk/"+id, http.StatusSeeOther)
	case tellable(err):
		p.showWalk(w, r, filing, err)
	default:
		p.Site.Fail(w, r, err)
	}
}

// postMissed takes note of those who didn't come on a day before.
func (p *Pages) postMissed(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	r.PostFormValue("") // parses the form
	for _, id := range r.PostForm["choose"] {
		b, ok, err := room.BookingOf(ctx, p.Journal.Store, id)
		if err == nil && !ok {
			err = fault.NotFound("booking " + id)
		}
		if err == nil {
			_, err = journal.Do(ctx, p.Journal, room.Attendances, journal.Order{Subject: id, Key: web.Key(r) + ":" + id}, room.Miss{Booking: b})
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	http.Redirect(w, r, "/desk", http.StatusSeeOther)
}
