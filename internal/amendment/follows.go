package amendment

import (
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/passport"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/ref"
)

// Standing is an approved mission with all that is under way for it.
type Standing struct {
	Filing     string
	Today      calendar.Date
	ReturnDays int          // parameter passport.returnDays
	Case       dossier.Case // those who may travel alone
	People     []string     // who may travel, in the order of Case.Members
	Document   string       // number of the approval in force
	Asked      []string     // for whom a booklet was asked
	// Of these, by key, those that are made on account of another case: its
	// passport order, "" once that has ended.
	Shared    map[string]string
	Waited    []string // own passport orders for which other cases wait
	Counted   int      // people that the unit's plan counts for it
	AmountFen int64    // and money
	Passports []passport.Row
	Visas     []visa.Row
	Booklets  []custody.Row     // that are away for it
	Gone      []string          // own passport orders whose booklet is lost or void: nothing is to be done with it
	Holders   map[string]string // who holds one under another id than that of People: by it, the latter
	Bookings  []hall.Booking
	Trip      trip.Trip
	Declared  []Declared // trips under it that nobody has left for
}

// Declared is a trip that was declared under an approval for a term.
type Declared struct {
	Filing string
	Number string
	Depart calendar.Date
}

// Wanted is the mission as it is to be.
type Wanted struct {
	Kind     filing.AmendmentKind
	Case     dossier.Case
	People   []string // who are to travel, in the order of Case.Members
	Approved []string // of them, who may: everybody until the office has said so
	Plans    []visa.Plan
	Takes    map[string]approval.Application // what each visa that is to be had takes, by its order
	Booklets []approval.BookletAsked         // whom requirement finds to need one
	Further  map[string][]approval.Region    // for which permits are to be endorsed beyond what was asked, by person
	Reprint  bool                            // the document would say something else
	Notice   int                             // working days that a newcomer is announced for
}

// Follows lists all that follows from changing a mission, in the order in which
// people ask: the document, passports, visas, booklets, places, the plan.
func Follows(s Standing, w Wanted) []approval.Follow {
	if w.Kind == filing.AmendCancel {
		return Ends(s, approval.CancelDocument)
	}
	var out []approval.Follow
	add := func(f approval.Follow) { out = append(out, f) }
	if w.Reprint {
		add(approval.Follow{Do: approval.ReplaceDocument, Ref: s.Document})
	} else {
		add(approval.Follow{Do: approval.KeepDocument, Ref: s.Document})
	}
	var gone, come []string
	for _, p := range s.People {
		if !slices.Contains(w.Approved, p) {
			gone = append(gone, p)
		}
	}
	for _, p := range w.Approved {
		if !slices.Contains(s.People, p) {
			come = append(come, p)
		}
	}
	for _, p := range come {
		add(approval.Follow{Do: approval.NoticeAddendum, Person: p, N: int64(w.Notice)})
	}
	for _, p := range gone {
		out = append(out, stops(s, p)...)
	}
	for _, b := range w.Booklets {
		if slices.Contains(w.Approved, b.Person) && !slices.Contains(s.Asked, b.Key()) {
			do := approval.AskBooklet
			if b.Why == approval.EndorseOnly {
				do = approval.AskEndorsement
			}
			add(approval.Follow{Do: do, Person: b.Person, Area: b.Type})
		}
	}
	out = append(out, orders(s, w)...)
	out = append(out, endorsements(s, w)...)
	out = append(out, visas(s, w, gone)...)
	out = append(out, papers(s, w)...)
	for _, b := range s.Booklets {
		if b.Place != custody.IsLent {
			continue
		}
		if slices.Contains(gone, s.holder(b)) {
			out = append(out, recall(s, b)...)
			continue
		}
		if due := custody.Due(w.Case.Trip.Return, s.ReturnDays); s.Trip.Stage != trip.IsHome && w.Case.Trip.Return != s.Case.Trip.Return && due != b.Due {
			add(approval.Follow{Do: approval.RedateBooklet, Person: b.Person, Ref: b.Booklet, Day: due})
		}
	}
	if s.handsOut(w) && w.Case.Trip.Return != s.Case.Trip.Return && !w.Case.Trip.Return.IsZero() {
		add(approval.Follow{Do: approval.BookletsBack, Day: custody.Due(w.Case.Trip.Return, s.ReturnDays)})
	}
	out = append(out, places(s, gone)...)
	if t := s.Trip; t.Stage == trip.IsCleared || t.Stage == trip.IsAbroad || t.Stage == trip.IsHome {
		goes := going(t, w.Approved, come)
		if t.Depart != w.Case.Trip.Depart || t.Return != w.Case.Trip.Return || !slices.Equal(t.Members, goes) {
			add(approval.Follow{Do: approval.AmendTrip, Day: w.Case.Trip.Return, N: int64(len(goes))})
		}
	}
	if was, is := s.Case.Trip.Depart, w.Case.Trip.Depart; !was.IsZero() && !is.IsZero() && was.Year() != is.Year() {
		add(approval.Follow{Do: approval.LeaveYear, Ref: s.Case.Trip.PlanLine, N: int64(was.Year())})
		add(approval.Follow{Do: approval.EnterYear, N: int64(is.Year())})
	}
	if n := len(w.Approved) - s.Counted; n != 0 {
		add(approval.Follow{Do: approval.GivePeople, N: int64(n)})
	}
	if n := w.AmountFen() - s.AmountFen; n != 0 {
		add(approval.Follow{Do: approval.GiveMoney, N: n})
	}
	return out
}

// handsOut tells whether somebody who may travel has yet to be handed a booklet.
func (s Standing) handsOut(w Wanted) bool {
	if s.Trip.Stage == trip.IsAbroad || s.Trip.Stage == trip.IsHome {
		return false
	}
	return slices.ContainsFunc(w.Approved, func(p string) bool {
		return !slices.ContainsFunc(s.Booklets, func(b custody.Row) bool { return b.Place == custody.IsLent && s.holder(b) == p })
	})
}

// going are those who travel after a change: who was cleared before and may
// still go, in that order, and then who comes in by it. Somebody whose visa was
// refused stays at home whatever else is changed.
func going(t trip.Trip, may, come []string) []string {
	var out []string
	for _, p := range t.Members {
		if slices.Contains(may, p) {
			out = append(out, p)
		}
	}
	if t.Stage != trip.IsCleared {
		return out // nobody follows them now
	}
	for _, p := range come {
		if slices.Contains(may, p) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// AmountFen is the budget of those who may travel, in hundredths of a yuan.
func (w Wanted) AmountFen() int64 {
	c, _ := filing.Only(w.Case, w.People, w.Approved)
	if c.Budget == nil {
		return 0
	}
	return money.Yuan(c.Budget.TotalCny).Minor
}

// Ends lists what follows when nobody travels any more: the unit gives the
// mission up, or the office takes its approval back.
func Ends(s Standing, how approval.Act) []approval.Follow {
	out := []approval.Follow{{Do: how, Ref: s.Document}}
	for _, p := range s.People {
		out = append(out, stops(s, p)...)
	}
	for _, o := range s.Visas {
		if stoppable(o) {
			out = append(out, approval.Follow{Do: approval.WithdrawVisa, Person: o.Person, Area: o.Area, Ref: o.ID})
		}
	}
	for _, b := range s.Booklets {
		if b.Place == custody.IsLent {
			out = append(out, recall(s, b)...)
		}
	}
	for _, b := range s.Bookings {
		if b.State == hall.IsBooked {
			out = append(out, approval.Follow{Do: approval.CancelBooking, Ref: b.ID, Day: b.Day})
		}
	}
	if s.Trip.Stage == trip.IsCleared {
		out = append(out, approval.Follow{Do: approval.CallOffTrip})
	}
	for _, d := range s.Declared {
		out = append(out, approval.Follow{Do: approval.EndDeclared, Ref: d.Number, Day: d.Depart})
	}
	out = append(out, approval.Follow{Do: approval.GiveGroup, N: -1})
	if s.Counted != 0 {
		out = append(out, approval.Follow{Do: approval.GivePeople, N: -int64(s.Counted)})
	}
	if s.AmountFen != 0 {
		out = append(out, approval.Follow{Do: approval.GiveMoney, N: -s.AmountFen})
	}
	return out
}

// stops ends the orders of somebody's booklets, unless they were made already:
// what was handed over lies in custody and stays theirs. What another case has
// ordered goes on, and whoever waited for what is stopped gets one of their own.
func stops(s Standing, person string) []approval.Follow {
	var out []approval.Follow
	keys := []string{person, approval.BookletAsked{Person: person, Type: string(dossier.HKMacauPermit)}.Key()}
	for _, key := range s.Asked {
		if approval.PersonOf(key) == person && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		if order, shared := s.Shared[key]; shared {
			if order != "" {
				out = append(out, approval.Follow{Do: approval.LeaveBooklet, Person: person, Ref: order})
			}
			continue
		}
		id := passport.OrderID(s.Filing, key)
		i := slices.IndexFunc(s.Passports, func(o passport.Row) bool { return o.ID == id })
		if i < 0 && !slices.Contains(s.Asked, key) || i >= 0 && (s.Passports[i].Stage == passport.IsHandedOver || s.Passports[i].Stage == passport.IsStopped) {
			continue
		}
		out = append(out, approval.Follow{Do: approval.StopBooklet, Person: person, Ref: id})
		if slices.Contains(s.Waited, id) {
			out = append(out, approval.Follow{Do: approval.OtherBooklet, Person: person, Ref: id})
		}
	}
	return out
}

// orders are this case's own booklets that were asked for already, of those who
// go on travelling: they are made by the data and for the days as they are now.
func orders(s Standing, w Wanted) []approval.Follow {
	var out []approval.Follow
	for _, key := range s.Asked {
		person := approval.PersonOf(key)
		f := approval.Follow{Person: person, Ref: passport.OrderID(s.Filing, key)}
		if _, shared := s.Shared[key]; shared || !slices.Contains(w.Approved, person) || slices.Contains(s.Gone, f.Ref) {
			continue
		}
		var o passport.Row // of which nothing was heard yet
		if i := slices.IndexFunc(s.Passports, func(r passport.Row) bool { return r.ID == f.Ref }); i >= 0 {
			o = s.Passports[i]
		}
		was, is, corrected := s.corrected(w, person)
		misprinted := corrected && o.Why != approval.EndorseOnly && !was.Prints(is)
		switch o.Stage {
		case passport.IsStopped:
			continue
		case passport.IsHandedOver:
			if f.Do = approval.WrongBooklet; misprinted {
				out = append(out, f)
			}
			continue
		case passport.IsMade, passport.IsChecked:
			if f.Do = approval.CorrectBooklet; misprinted {
				f.Do = approval.RemakeBooklet
			}
		default:
			f.Do = approval.CorrectBooklet
		}
		if corrected {
			out = append(out, f)
		}
		if s.Case.Trip.Depart != w.Case.Trip.Depart || s.Case.Trip.Return != w.Case.Trip.Return {
			out = append(out, approval.Follow{Do: approval.RedateOrder, Person: person, Ref: f.Ref, Day: w.Case.Trip.Depart})
		}
	}
	return out
}

// endorsements are what permits have to allow beyond what was asked for: one that
// is being made or endorsed is endorsed for more, one that was handed over again.
func endorsements(s Standing, w Wanted) []approval.Follow {
	var out []approval.Follow
	for _, person := range w.People {
		if len(w.Further[person]) == 0 {
			continue
		}
		f := approval.Follow{Do: approval.AskEndorsement, Person: person, Area: string(dossier.HKMacauPermit)}
		keys := approval.PermitKeys(s.Asked, person)
		last := passport.OrderID(s.Filing, keys[len(keys)-1])
		if !slices.ContainsFunc(s.Passports, func(o passport.Row) bool {
			return o.ID == last && (o.Stage == passport.IsHandedOver || o.Stage == passport.IsStopped)
		}) {
			f = approval.Follow{Do: approval.WidenPermit, Person: person, Ref: last}
		}
		out = append(out, f)
	}
	return out
}

// corrected tells whether somebody's data aren't those of before. How their unit
// is called is nothing of theirs.
func (s Standing) corrected(w Wanted, person string) (was, is approval.Identity, differs bool) {
	i, k := slices.Index(s.People, person), slices.Index(w.People, person)
	if i < 0 || k < 0 || i >= len(s.Case.Members) || k >= len(w.Case.Members) {
		return was, is, false
	}
	was, is = approval.IdentityOf(s.Case, i), approval.IdentityOf(w.Case, k)
	was.Unit = is.Unit
	return was, is, was != is
}

// Changed is what the passport zone is told of those orders; nil for nothing.
func Changed(s Standing, w Wanted, all []approval.Follow) *approval.BookletsChanged {
	out := approval.BookletsChanged{Depart: w.Case.Trip.Depart, Return: w.Case.Trip.Return}
	corrected, told := map[string]approval.Identity{}, false
	for _, f := range all {
		switch f.Do {
		case approval.CorrectBooklet, approval.RemakeBooklet:
			_, corrected[f.Person], _ = s.corrected(w, f.Person)
			told = true
		case approval.RedateOrder:
			told = true
		case approval.WidenPermit:
			if out.Regions == nil {
				out.Regions = map[string][]approval.Region{}
			}
			out.Regions[f.Person], told = w.Further[f.Person], true
		}
	}
	if !told {
		return nil
	}
	if len(corrected) > 0 {
		out.Identities = journal.Of(corrected)
	}
	return &out
}

func stoppable(o visa.Row) bool {
	return o.Stage != visa.IsReleased && o.Stage != visa.NoneNeeded && o.Stage != visa.IsWithdrawn
}

// holder is who holds a booklet, as this case calls them.
func (s Standing) holder(b custody.Row) string {
	if p, other := s.Holders[b.Person]; other {
		return p
	}
	return b.Person
}

func recall(s Standing, b custody.Row) []approval.Follow {
	due := custody.Due(s.Today, s.ReturnDays)
	if !due.Before(b.Due) {
		return nil // it is due sooner anyway
	}
	return []approval.Follow{{Do: approval.RecallBooklet, Person: b.Person, Ref: b.Booklet, Day: due}}
}

// visas compares the orders that are there with those that the changed journey
// needs.
func visas(s Standing, w Wanted, gone []string) []approval.Follow {
	var out []approval.Follow
	plans := map[string]visa.Plan{}
	for _, p := range w.Plans {
		plans[visa.OrderID(s.Filing, p.Person, p.Area)] = p
	}
	seen := map[string]bool{}
	for _, o := range s.Visas {
		seen[o.ID] = true
		f := approval.Follow{Person: o.Person, Area: o.Area, Ref: o.ID}
		p, planned := plans[o.ID]
		switch {
		case slices.Contains(gone, o.Person):
			if stoppable(o) {
				f.Do = approval.WithdrawVisa
			}
		case !planned: // the journey doesn't lead there any more
			if stoppable(o) {
				f.Do = approval.NoVisaNeeded
			}
		default:
			f.Do = becomes(o, p, !slices.Contains(s.People, o.Person))
			f.Day = p.From
			if f.Do == approval.KeepVisa {
				f.Day, f.N = o.ValidTo, int64(o.Stay)
			}
			if f.Do == approval.RedoVisa {
				f.Apply = w.Takes[o.ID]
			}
		}
		if f.Do != "" {
			out = append(out, f)
		}
	}
	for _, p := range w.Plans {
		id := visa.OrderID(s.Filing, p.Person, p.Area)
		if seen[id] || !slices.Contains(w.Approved, p.Person) {
			continue
		}
		f := approval.Follow{Do: approval.PlanVisa, Person: p.Person, Area: p.Area, Ref: id, Day: p.From, Apply: w.Takes[id]}
		if !p.Needed {
			f.Do, f.Apply = approval.NoVisaNeeded, approval.Application{}
		}
		out = append(out, f)
	}
	return out
}

// becomes is what an order turns into under the plan of the changed journey; ""
// when it goes on as it is. anew: the person comes in again by this change.
func becomes(o visa.Row, p visa.Plan, anew bool) approval.Act {
	same := o.From == p.From && o.To == p.To && o.Days == p.Days && o.Depart == p.Depart
	switch o.Stage {
	case visa.NoneNeeded, visa.IsWithdrawn:
		if p.Needed && (o.Stage == visa.NoneNeeded || anew) {
			return approval.RedoVisa
		}
		if o.Stage == visa.NoneNeeded && (o.Way != ref.Way(p.Way) || o.SeenToByTraveller() && !same) {
			return approval.NoVisaNeeded // what the traveller sees to, and by when, is another thing now
		}
		return "" // who stays at home for want of this visa goes on doing so
	case visa.IsGranted, visa.IsChecked, visa.IsReleased:
		covers := !o.ValidFrom.After(p.From) && !o.ValidTo.Before(p.To) && o.Stay >= p.Days
		switch {
		case !covers:
			return approval.RedoVisa
		case same:
			return ""
		}
		return approval.KeepVisa
	}
	switch {
	case !p.Needed:
		return approval.NoVisaNeeded
	case o.Apply != p.Apply || o.With != p.With || o.Stage != visa.IsSent && !samePapers(o.Kit, p.Kit):
		return approval.RedoVisa // another mission judges it, or other papers go there
	case same:
		return ""
	}
	return approval.RedateVisa
}

// dated are the papers that are made out for the days of a journey.
var dated = []dossier.MaterialKind{"M35", "M36"}

// papers are those of the approved mission that don't fit its new days. One that
// holds over all of them stays; one that tells no days is for those of before.
func papers(s Standing, w Wanted) []approval.Follow {
	was, is := s.Case.Trip, w.Case.Trip
	if was.Depart == is.Depart && was.Return == is.Return {
		return nil
	}
	var out []approval.Follow
	for _, m := range w.Case.Materials {
		had := slices.ContainsFunc(s.Case.Materials, func(x dossier.Material) bool { return x.Kind == m.Kind && x.SHA256 == m.SHA256 })
		holds := !m.ValidUntil.IsZero() && !m.ValidUntil.Before(is.Return) && !m.ValidFrom.After(is.Depart)
		if !had || holds || !slices.Contains(dated, m.Kind) {
			continue
		}
		f := approval.Follow{Do: approval.RenewPaper, Ref: string(m.Kind)}
		if i, of := m.OfMember(); of && i < len(w.People) {
			f.Person = w.People[i]
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

func samePapers(a, b []visa.Item) bool {
	return slices.EqualFunc(a, b, func(x, y visa.Item) bool { return x.ID == y.ID })
}

// places takes those who stay at home out of the visits that are booked.
func places(s Standing, gone []string) []approval.Follow {
	var out []approval.Follow
	for _, b := range s.Bookings {
		if b.State != hall.IsBooked {
			continue
		}
		var less []string
		for _, p := range b.People {
			if slices.Contains(gone, p) {
				less = append(less, p)
			}
		}
		if len(less) > 0 && len(less) == len(b.People) {
			out = append(out, approval.Follow{Do: approval.CancelBooking, Ref: b.ID, Day: b.Day})
			continue
		}
		for _, p := range less {
			out = append(out, approval.Follow{Do: approval.ShortenBooking, Person: p, Ref: b.ID, Day: b.Day})
		}
	}
	return out
}

// Stopped are the people for whom this case wants no booklet any more.
func Stopped(all []approval.Follow) []string {
	var out []string
	for _, f := range all {
		if f.Do == approval.StopBooklet || f.Do == approval.LeaveBooklet {
			out = append(out, f.Person)
		}
	}
	return out
}
