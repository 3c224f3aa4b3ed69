package hall

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/internal/visit"
	progresspages "yitang/internal/web/progress"
)

// Needs is what a case still has to be done in person, and for whom.
type Needs struct {
	Filing  string
	Unit    string
	Title   string
	Issued  bool // the approval is there: nothing can be booked before
	Urgent  bool
	Depart  calendar.Date
	Members []Member
	Acts    []visit.Act
	Had     []room.Visit              // visits that took place
	Orders  []visa.Row                // which know when a mission sees somebody
	Spared  []progresspages.AtMission // whose fingerprints serve again: no mission sees them
	Shared  []progresspages.Shared    // whose booklet is made on account of another case: they come on account of that, unless this one books the capture
	Other   []string                  // names of those who are captured at the visit that another case has booked
	Booked  []room.Booking
}

// Member is an approved traveller.
type Member struct {
	ID   string
	Name string
}

// Earlier counts bookings and visits of the case: a further one needs a cause. A
// time that was missed is none.
func (n Needs) Earlier(now time.Time) int {
	c := 0
	for _, b := range n.Booked {
		if b.State != room.IsBooked && b.State.Live() || b.Awaited(now) {
			c++
		}
	}
	for _, v := range n.Had {
		if v.Booking == "" {
			c++
		}
	}
	return c
}

// came tells whether somebody was there for the case already.
func (n Needs) came() bool {
	return slices.ContainsFunc(n.Had, func(v room.Visit) bool { return v.Presence != room.NotCome })
}

// Live is the booking that is still to come, if there is one.
func (n Needs) Live(now time.Time) (room.Booking, bool) {
	for _, b := range n.Booked {
		if b.Awaited(now) {
			return b, true
		}
	}
	return room.Booking{}, false
}

// Finder works out what a case needs, from what this zone holds and hears.
type Finder struct {
	Journal *journal.Journal
	Pack    func() *pack.Set // in force now
}

// Of reads one case. Acts that are done, at the window or by the capture
// station, aren't in it, nor those of members who may not travel or are in
// another authority's charge.
func (f Finder) Of(ctx context.Context, id string) (Needs, error) {
	fl, _, err := journal.Load(ctx, f.Journal, filing.Room, id)
	if err != nil {
		return Needs{Filing: id}, err
	}
	return f.For(ctx, id, fl)
}

// For is the same of an application as it is given, which may be a draft that
// nobody has handed in.
func (f Finder) For(ctx context.Context, id string, fl filing.Filing) (Needs, error) {
	n := Needs{Filing: id}
	a, _, err := journal.Load(ctx, f.Journal, approval.Room, id)
	if err != nil {
		return n, err
	}
	n.Unit, n.Title, n.Depart, n.Issued = fl.Unit, fl.Title, fl.Dossier.Trip.Depart, a.Stage == approval.IsIssued
	n.Urgent = fl.Dossier.Trip.Urgent
	people := fl.Persons()
	if n.Booked, err = room.OfFiling(ctx, f.Journal.Store, id); err != nil {
		return n, err
	}
	if n.Had, err = room.VisitsOf(ctx, f.Journal.Store, id); err != nil {
		return n, err
	}
	if n.Orders, err = visa.Of(ctx, f.Journal.Store, id); err != nil {
		return n, err
	}
	s, _, err := progress.Of(ctx, f.Journal.Store, id)
	if err != nil {
		return n, err
	}
	index := n.take(fl, a)
	reqs, err := f.requirements(ctx, id, fl, people, a)
	if err != nil {
		return n, fmt.Errorf("working out what case %s needs: %w", id, err)
	}
	for _, act := range requirement.Acts(reqs) {
		if act.Member != visit.WholeUnit {
			m, travels := index[act.Member]
			if !travels {
				continue
			}
			act.Member = m
		}
		if act.Kind == visit.Education || n.done(act, s) || under(s) && act.Kind != visit.HandIn {
			continue
		}
		n.Acts = append(n.Acts, act)
	}
	if err := f.otherwise(ctx, &n); err != nil {
		return n, err
	}
	n.untie()
	if err := f.holdTo(ctx, &n); err != nil {
		return n, err
	}
	if s.Stage.Over() {
		n.Acts = nil // whoever didn't come needn't any more
	} else if !under(s) {
		n.Spared = spared(reqs, people, n.Members)
		n.Shared, err = f.shared(ctx, id, reqs, people, n.Members)
		n.joins(f.Pack().Needs(f.Journal.Today()), f.Journal, people)
	}
	return n, err
}

// otherwise takes out the capture of those for whom another case has booked it: that
// case goes with the same booklet, and its unit was quicker. What this case has
// booked itself stays in it.
func (f Finder) otherwise(ctx context.Context, n *Needs) error {
	gone := map[int]bool{}
	own := func(b room.Booking) bool { return b.Filing == n.Filing }
	for _, a := range n.Acts {
		if !a.Kind.AtStation() || a.Member == visit.WholeUnit {
			continue
		}
		m := n.Members[a.Member]
		booked, err := room.Captures(ctx, f.Journal.Store, m.ID, f.Journal.Now())
		if err != nil {
			return err
		}
		if len(booked) > 0 && !slices.ContainsFunc(booked, own) {
			gone[a.Member] = true
			n.Other = append(n.Other, m.Name)
		}
	}
	n.Acts = slices.DeleteFunc(n.Acts, func(a visit.Act) bool { return gone[a.Member] && (a.Kind.AtStation() || a.Kind == visit.ShowID) })
	return nil
}

// joins adds the capture of those whose booklet is made on account of another case that
// hasn't booked it: so that nobody keeps this one waiting, its unit may.
func (n *Needs) joins(p requirement.Parameters, j *journal.Journal, people []string) {
	for k, s := range n.Shared {
		m := slices.IndexFunc(n.Members, func(x Member) bool { return x.ID == s.Person })
		if m < 0 || !n.Issued || !s.Of.Waits() || s.Elsewhere || s.Of.Type == string(dossier.HKMacauPermit) || n.captured(s.Person) {
			continue
		}
		n.Shared[k].Mine = true
		of := fmt.Sprintf("members[%d]", slices.Index(people, s.Person))
		show := visit.Act{ID: visit.ActID("act.showId@" + of), Kind: visit.ShowID, Member: m, Minutes: p.Minutes[visit.ShowID], Earliest: j.Today(), Latest: n.Depart.Prev(),
			Ways: []visit.Way{visit.InPerson}, Why: joined}
		if book := j.Book(); book != nil {
			show.Latest = book.AddWorkdays(n.Depart, calendar.Workdays(-s.Within))
		}
		capture := show
		capture.ID, capture.Kind, capture.Minutes, capture.After = visit.ActID("act.capture@"+of), visit.Capture, p.Minutes[visit.Capture], []visit.After{{Act: show.ID}}
		n.Acts = append(n.Acts, show, capture)
	}
}

// joined says why somebody comes on account of a case for whom another has the booklet made.
var joined = fault.Text{Zh: "证照正在为另一团组办理，那边还没有约采集，可以由本单位来约", En: "the booklet is being made for another delegation, which hasn't booked the capture: this one may"}

// captured tells whether somebody was captured at a visit of the case.
func (n Needs) captured(who string) bool {
	for _, v := range n.Had {
		for _, a := range v.Acts {
			if a.Kind.AtStation() && a.Person == who && a.Result == room.Done {
				return true
			}
		}
	}
	return false
}

// take keeps the members who may travel and for whom this office works: whoever
// another authority was asked about has booklet and visa from there, whether or
// not their jurisdiction stands in the case. The result finds them by their place
// in it.
func (n *Needs) take(fl filing.Filing, a approval.Approval) map[int]int {
	approved := a.Approved()
	index := map[int]int{}
	for i, p := range fl.Persons() {
		_, asked := a.InquiryOf(p)
		if i >= len(fl.Dossier.Members) || asked || len(approved) > 0 && !slices.Contains(approved, p) {
			continue
		}
		index[i] = len(n.Members)
		n.Members = append(n.Members, Member{ID: p, Name: fl.Dossier.Members[i].Name()})
	}
	return index
}

// shared are the members who go with a booklet that is being made on account of
// another case, each with the day by which it should be there: as promised, or as
// the visit that is booked for them there lets one expect.
func (f Finder) shared(ctx context.Context, id string, reqs []requirement.Requirement, people []string, members []Member) ([]progresspages.Shared, error) {
	var out []progresspages.Shared
	for _, r := range reqs {
		need, is := r.What.(requirement.Booklet)
		i, personal := r.Owner.Member()
		if !is || !personal || need.Action != requirement.AwaitBooklet || !slices.ContainsFunc(members, func(m Member) bool { return m.ID == people[i] }) {
			continue
		}
		all, err := custody.UnderwayOf(ctx, f.Journal.Store, people[i], id)
		if err != nil {
			return nil, err
		}
		k := slices.IndexFunc(all, func(u custody.Underway) bool { return u.Type == string(need.Type) })
		if k < 0 {
			continue
		}
		x := progresspages.Shared{Person: people[i], Of: all[k], By: all[k].Due, Within: f.Pack().Needs(f.Journal.Today()).BookletWorkdays}
		if all[k].Waits() {
			if err := f.foreseen(ctx, id, &x); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// foreseen adds the day by which a booklet should be there for whose capture a visit is
// booked, and by which case: this one, where both have booked it.
func (f Finder) foreseen(ctx context.Context, filing string, x *progresspages.Shared) error {
	all, err := room.CapturesFor(ctx, f.Journal.Store, x.Person, x.Of.Type, x.Of.Filing, f.Journal.Now())
	if err != nil || len(all) == 0 {
		return err
	}
	b := all[max(0, slices.IndexFunc(all, func(b room.Booking) bool { return b.Filing == filing }))]
	s, _, err := progress.Of(ctx, f.Journal.Store, x.Of.Filing)
	x.By, x.Elsewhere, x.Mine = passport.Promised(f.Journal.Book(), b.Day, calendar.Workdays(x.Within), s.Depart), b.Filing != filing, b.Filing == filing
	return err
}

// SharedOf are those of a case, for the pages that tell of it.
func (f Finder) SharedOf(ctx context.Context, id string) ([]progresspages.Shared, error) {
	n, err := f.Of(ctx, id)
	return n.Shared, err
}

// spared are the members whom a mission would see but for fingerprints that they
// gave for an earlier visa.
func spared(reqs []requirement.Requirement, people []string, members []Member) []progresspages.AtMission {
	var out []progresspages.AtMission
	for _, r := range reqs {
		act, is := r.What.(requirement.Act)
		held, serves := r.Status.(requirement.Held)
		if !is || !serves || act.Kind != visit.MissionPresence || act.Member < 0 || act.Member >= len(people) {
			continue
		}
		if who := people[act.Member]; slices.ContainsFunc(members, func(m Member) bool { return m.ID == who }) {
			out = append(out, progresspages.AtMission{Person: who, Country: act.Country, Given: held.Since, Until: held.Until})
		}
	}
	return out
}

func (f Finder) requirements(ctx context.Context, id string, fl filing.Filing, people []string, a approval.Approval) ([]requirement.Requirement, error) {
	today := f.Journal.Today()
	known, err := visa.Known(ctx, f.Journal.Store, id, fl.Dossier, people, today)
	if err != nil {
		return nil, err
	}
	set := f.Pack()
	facts := requirement.Facts{Case: fl.Dossier, Known: known, Countries: set.Countries, Today: today}
	if a.Document != nil {
		facts.Approved = a.Document.On
	}
	if b := f.Journal.Book(); b != nil {
		facts.Workday = b.IsWorkday
	}
	return requirement.For(facts, set.Needs(today)), nil
}

// holdTo lets a booklet be sent only where it could be if everything took as long
// as was promised: what comes sooner changes no way of handing over that the unit
// was told.
func (f Finder) holdTo(ctx context.Context, n *Needs) error {
	book := f.Journal.Book()
	made, err := passport.OfFiling(ctx, f.Journal.Store, n.Filing)
	if err != nil || book == nil {
		return err
	}
	needs := f.Pack().Needs(f.Journal.Today())
	for i, act := range n.Acts {
		if act.Kind != visit.Collect || act.Member == visit.WholeUnit {
			continue
		}
		there := promised(book, n.Members[act.Member].ID, made, n.Orders, needs.MissionTakes)
		if book.AddWorkdays(there, calendar.Workdays(Offers().CourierWorkdays)).After(act.Latest) {
			n.Acts[i].Ways = slices.DeleteFunc(slices.Clone(act.Ways), func(w visit.Way) bool { return w == visit.Courier })
		}
	}
	return nil
}

// promised is the day on which somebody's booklet was to be with the office and its
// visas in it; zero where nothing was promised, which is no day after any.
func promised(book *calendar.Book, who string, made []passport.Row, visas []visa.Row, takes func(area string) calendar.Workdays) calendar.Date {
	var day calendar.Date
	for _, o := range made {
		if o.Person == who && o.Stage != passport.IsStopped && !o.Waits() && o.Due.After(day) {
			day = o.Due
		}
	}
	for _, o := range visas {
		if o.Person != who || o.SentOn.IsZero() {
			continue
		}
		if back := book.AddWorkdays(o.SentOn, takes(o.Area)); back.After(day) {
			day = back
		}
	}
	return day
}

// under tells whether the trip is under way or over: what had to be done before
// it was done, or will never be.
func under(s progress.State) bool { return s.Stage == progress.Abroad || s.Stage == progress.Home }

// done tells whether an act was done already.
func (n Needs) done(act visit.Act, s progress.State) bool {
	person := ""
	if act.Member != visit.WholeUnit {
		person = n.Members[act.Member].ID
	}
	if _, area, one := strings.Cut(string(act.ID), "#"); act.Kind == visit.PaperOriginal && one {
		_, brought := room.Original(n.Had, area)
		return brought
	}
	for _, v := range n.Had {
		for _, r := range v.Acts {
			if r.Kind == act.Kind && r.Person == person && (r.Result == room.Done || r.Result == room.Waived) {
				return true
			}
		}
	}
	if o, known := n.order(act, person); known && (!o.Mission.Seen.IsZero() || o.Stage == visa.IsGranted || !o.Stage.Open()) {
		return true // they were there, or the visa came without
	} else if known && act.Kind == visit.SignVisaForm && o.Stage == visa.IsSent {
		return true // the form is with the mission
	}
	p := s.People[person]
	if p == nil {
		return false
	}
	switch act.Kind {
	case visit.Capture, visit.Recapture, visit.ShowID:
		return !p.MustCome()
	case visit.Collect:
		return p.Booklet == progress.IsLent || p.Booklet == progress.IsHandedIn
	case visit.HandIn:
		return p.Booklet == progress.IsHandedIn
	}
	return false
}

// order is the visa order for which a mission sees a traveller, or has their form.
func (n Needs) order(act visit.Act, person string) (visa.Row, bool) {
	if act.Kind != visit.MissionPresence && act.Kind != visit.SignVisaForm {
		return visa.Row{}, false
	}
	i := slices.IndexFunc(n.Orders, func(o visa.Row) bool { return o.Person == person && o.Apply == act.Country })
	if i < 0 {
		return visa.Row{}, false
	}
	return n.Orders[i], true
}

// Missions are the travellers' own visits to missions: those that were made,
// those that are wanted, and those that fingerprints given before spare.
func (f Finder) Missions(ctx context.Context, id string) ([]progresspages.AtMission, error) {
	n, err := f.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	return slices.Concat(n.made(), n.wanted(), n.Spared), nil
}

func (n Needs) made() []progresspages.AtMission {
	var out []progresspages.AtMission
	for _, o := range n.Orders {
		if !o.Mission.Seen.IsZero() {
			out = append(out, progresspages.AtMission{Person: o.Person, Country: o.Apply, Is: o.Mission})
		}
	}
	return out
}

func (n Needs) wanted() []progresspages.AtMission {
	var out []progresspages.AtMission
	for _, act := range n.Acts {
		if act.Kind == visit.MissionPresence && act.Member >= 0 {
			who := n.Members[act.Member].ID
			o, _ := n.order(act, who)
			out = append(out, progresspages.AtMission{Person: who, Country: act.Country, Is: o.Mission})
		}
	}
	return out
}

// untie drops what an act would wait for and what isn't in the list any more.
func (n *Needs) untie() {
	open := map[visit.ActID]bool{}
	for _, a := range n.Acts {
		open[a.ID] = true
	}
	for i := range n.Acts {
		n.Acts[i].After = slices.DeleteFunc(slices.Clone(n.Acts[i].After), func(w visit.After) bool { return !open[w.Act] })
	}
}

// Offers is what this office offers so that people needn't come.
func Offers() visit.Offers {
	return visit.Offers{Courier: true, CourierWorkdays: 2, Locker: true, OnlineSigning: true}
}

// An office that hasn't planned its hall yet is taken to be open on workdays,
// for as long ahead as this, in days, when there is no departure either, and
// for so many minutes a day. Nothing can be booked then; how often somebody must
// come depends little on it.
const (
	foreseen    = 60
	openMinutes = 6 * 60
)

// anyWorkday is the hall that nobody has planned.
func (f Finder) anyWorkday(last calendar.Date) []visit.HallDay {
	open := map[visit.Counter]visit.Room{}
	for _, c := range visit.Counters() {
		open[c] = visit.Room{Minutes: openMinutes}
	}
	var out []visit.HallDay
	for d := f.Journal.Today().Next(); !d.After(last); d = d.Next() {
		if b := f.Journal.Book(); b == nil || b.IsWorkday(d) {
			out = append(out, visit.HallDay{Date: d, Room: open})
		}
	}
	return out
}

// Plan proposes the visits of a case. hall is where they would be; the zero
// Plan stands for one that isn't planned yet.
func (f Finder) Plan(ctx context.Context, n Needs, hall room.Plan) (visit.Plan, error) {
	last := n.Depart
	if last.IsZero() {
		last = f.Journal.Today().AddDays(max(hall.Horizon, foreseen))
	}
	var days []visit.HallDay
	if hall.ID == "" {
		days = f.anyWorkday(last)
	} else {
		var err error
		ask := room.Ask{Plan: hall, Filing: n.Filing, Now: f.Journal.Now(), Book: f.Journal.Book()}
		if days, err = room.HallDays(ctx, f.Journal.Store, ask, last); err != nil {
			return visit.Plan{}, err
		}
	}
	in := visit.Input{Acts: n.Acts, Hall: days, Offers: Offers()}
	if b := f.Journal.Book(); b != nil {
		in.Workday = b.IsWorkday
	}
	for _, m := range n.Members {
		in.Members = append(in.Members, visit.Member{Name: m.Name})
	}
	return propose(in, last), nil
}

// Latest is the day by which people of a case must come, at the next of its
// visits; zero where nobody must.
func (f Finder) Latest(ctx context.Context, id string) (calendar.Date, error) {
	n, err := f.Of(ctx, id)
	if err != nil {
		return calendar.Date{}, err
	}
	_, plan, err := f.best(ctx, n)
	if err != nil || len(plan.Visits) == 0 {
		return calendar.Date{}, err
	}
	return n.Choose(plan.Visits[0]).Last, nil
}

// best plans the visits at the first of the office's halls that can do all of it in time;
// where none can, at the one that leaves least undone. The zero Plan stands for an office
// that hasn't planned one.
func (f Finder) best(ctx context.Context, n Needs) (at room.Plan, plan visit.Plan, err error) {
	halls, err := room.AllPlans(ctx, f.Journal.Store)
	if err != nil {
		return at, plan, err
	}
	if len(halls) == 0 {
		halls = []room.Plan{{}}
	}
	for i, h := range halls {
		p, err := f.Plan(ctx, n, h)
		if err != nil {
			return at, plan, err
		}
		if i == 0 || better(p, plan) {
			at, plan = h, p
		}
		if len(p.Stuck) == 0 {
			break
		}
	}
	return at, plan, nil
}

// better tells whether a plan leaves less undone than another for the same needs.
func better(p, than visit.Plan) bool {
	if some, had := len(p.Visits) > 0, len(than.Visits) > 0; some != had {
		return some
	}
	return len(p.Stuck) < len(than.Stuck)
}

// Ways says how each member's booklet is to be fetched (领取) or handed in (交回),
// by the plan of the case's visits.
func (f Finder) Ways(ctx context.Context, id string, act visit.Kind) (map[string]visit.Way, error) {
	steps, err := f.Steps(ctx, id)
	out := map[string]visit.Way{}
	for _, st := range steps {
		if st.Act.Kind == act && st.Person != "" {
			out[st.Person] = st.Way
		}
	}
	return out, err
}

// Step is one thing that is still to be done of a case, and whose it is.
type Step struct {
	visit.Step
	Person string // "" for the unit's
}

// Steps is the plan of a case's visits, thing by thing: at the hall, without
// anybody, at a mission. Every page that tells how something gets done reads it.
func (f Finder) Steps(ctx context.Context, id string) ([]Step, error) {
	n, err := f.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	_, plan, err := f.best(ctx, n)
	if err != nil {
		return nil, err
	}
	steps := slices.Concat(plan.Without, plan.Missions)
	for _, v := range plan.Visits {
		steps = append(steps, v.Steps...)
	}
	var out []Step
	for _, st := range steps {
		x := Step{Step: st}
		if st.Act.Member >= 0 && st.Act.Member < len(n.Members) {
			x.Person = n.Members[st.Act.Member].ID
		}
		out = append(out, x)
	}
	return out, nil
}

// propose plans the visits, and where it is too late for the usual times the
// first that is still before last: people may come all the same, and read under
// Stuck what it endangers. A case must never stand where nobody can go on.
func propose(in visit.Input, last calendar.Date) visit.Plan {
	plan := visit.Propose(in)
	if len(plan.Visits) > 0 || len(plan.Stuck) == 0 {
		return plan
	}
	in.Acts = slices.Clone(in.Acts)
	for i := range in.Acts {
		in.Acts[i].Latest = last.Prev()
	}
	late := visit.Propose(in)
	if len(late.Visits) == 0 {
		return plan
	}
	late.Stuck = plan.Stuck
	return late
}

// Chosen is the visit that is booked: the first of the plan, with the counter
// where most of it is done.
type Chosen struct {
	People  []string
	Names   []string
	Acts    []room.Act
	Counter visit.Counter
	From    calendar.Date // earliest that serves
	First   calendar.Date // proposed
	Last    calendar.Date // latest that serves, whether it can be booked yet or not
}

// Choose turns a planned visit into what is booked.
func (n Needs) Choose(v visit.Visit) Chosen {
	c := Chosen{From: v.From(), First: v.Day, Last: v.Last, Counter: visit.PassportCounter}
	for _, m := range v.Members {
		c.People, c.Names = append(c.People, n.Members[m].ID), append(c.Names, n.Members[m].Name)
	}
	minutes := map[visit.Counter]int{}
	for _, st := range v.Steps {
		a := room.Act{ID: string(st.Act.ID), Kind: st.Act.Kind, Minutes: st.Act.Minutes}
		if st.Act.Member != visit.WholeUnit {
			a.Person = n.Members[st.Act.Member].ID
		}
		c.Acts = append(c.Acts, a)
		minutes[st.Act.Kind.Counter()] += max(1, st.Act.Minutes)
	}
	best := 0
	for _, k := range visit.Counters() { // a fixed order, so that ties go the same way
		if minutes[k] > best {
			best, c.Counter = minutes[k], k
		}
	}
	return c
}

// title is what a case is called.
func (f Finder) title(ctx context.Context, id string) (string, error) {
	s, _, err := progress.Of(ctx, f.Journal.Store, id)
	return s.Title, err
}
