package trip

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Ready is what is known of a delegation before it leaves.
type Ready struct {
	Unit    string
	Depart  calendar.Date // as approved
	Return  calendar.Date
	Issued  bool // an approval is in force
	Members []Member
}

// Member is one approved traveller.
type Member struct {
	Person    string
	Booklet   bool     // in hand is all that the journey calls for: lent for this trip, or seen to by another authority, which has confirmed the mission
	OpenVisas []string // areas; of an e-visa too, which hasn't come or doesn't serve
	Barred    bool     // is not cleared for these days
	Awaits    bool     // a booklet or an endorsement that was asked for isn't there yet
}

// Lacks lists who isn't ready yet.
func (r Ready) Lacks() []string {
	var out []string
	for _, m := range r.Members {
		if !m.Booklet || m.Awaits || m.Barred || len(m.OpenVisas) > 0 {
			out = append(out, m.Person)
		}
	}
	return out
}

// wantsVisas tells whether somebody waits for a visa.
func (r Ready) wantsVisas() bool {
	return slices.ContainsFunc(r.Members, func(m Member) bool { return len(m.OpenVisas) > 0 })
}

// Clear lets a delegation go (可以成行). It is given by rule whenever something
// that it waits for has come.
type Clear struct{ Ready Ready }

// Decide says nothing while something is open, and nothing the second time.
func (cmd Clear) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	r := cmd.Ready
	if t.Stage != Nothing || !r.Issued || len(r.Members) == 0 || len(r.Lacks()) > 0 {
		return nil, nil
	}
	var who []string
	for _, m := range r.Members {
		who = append(who, m.Person)
	}
	return journal.Happened(Cleared{Unit: r.Unit, Members: who, Depart: r.Depart, Return: r.Return}), nil
}

// TakeClearanceBack follows when a booklet turns out not to have been handed out,
// is lost, a visa more is wanted, or somebody may not go.
type TakeClearanceBack struct {
	Lost   bool // the booklet that somebody was to go with
	Barred bool // somebody may not go any more
}

// Decide says nothing of a trip that wasn't cleared, or has begun. What is lost
// from the day of leaving on may be lost abroad, where nobody has told of the
// departure yet; and who may not go any more may have gone by then.
func (cmd TakeClearanceBack) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	if t.Stage != IsCleared || (cmd.Lost || cmd.Barred) && !m.Today.Before(t.Depart) {
		return nil, nil
	}
	return journal.Happened(ClearanceTakenBack{}), nil
}

// Depart says that the delegation has left (出境登记).
type Depart struct{ On calendar.Date }

// Decide refuses a day before the approved one: going earlier is an amendment
// (rule AMD-003). Later within the term is only told (AMD-004).
func (cmd Depart) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	if t.Stage != IsCleared {
		return nil, fault.NotNow("trip.depart.not_now", t.Stage)
	}
	switch {
	case cmd.On.IsZero():
		return nil, fault.Field("on", "trip.on.missing", nil)
	case cmd.On.After(m.Today):
		return nil, fault.Field("on", "trip.on.future", nil)
	case cmd.On.Before(t.Depart):
		return nil, fault.Invalid(fault.Finding{Field: "on", Rule: "AMD-003", Key: "trip.depart.early", Args: map[string]any{"Day": t.Depart}})
	}
	return journal.Happened(Departed{On: cmd.On}), nil
}

// TakeDepartureBack says that the delegation hasn't left: it was told by mistake, or
// turned back at the border, as when a flight is cancelled.
type TakeDepartureBack struct {
	CameBack int // who has come home already, and handed the booklet in
}

// Decide refuses what can't be: who has come home had left.
func (cmd TakeDepartureBack) Decide(t Trip, _ journal.Moment) ([]journal.Event, error) {
	switch {
	case t.Stage != IsAbroad:
		return nil, fault.NotNow("trip.take_departure_back.not_now", t.Stage)
	case cmd.CameBack > 0:
		return nil, fault.NotNow("trip.take_departure_back.settled", t.Stage)
	}
	return journal.Happened(DepartureTakenBack{On: t.Departed}), nil
}

// CallOff says that the mission doesn't take place (未成行).
type CallOff struct {
	Reason     string
	From       calendar.Date // from which the days are counted; zero for today
	ReturnDays int           // parameter passport.returnDays: booklets are back by then, calendar days
}

// Decide refuses once they are abroad. Who stays at home hands
// the booklets in as after a trip (黑龙江气象局 2016).
func (cmd CallOff) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	if t.Stage != IsCleared {
		return nil, fault.NotNow("trip.call_off.not_now", t.Stage)
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "trip.call_off.reason", nil)
	}
	from := cmd.From
	if from.IsZero() {
		from = m.Today
	}
	return journal.Happened(NotDeparted{On: m.Today, Reason: strings.TrimSpace(cmd.Reason), BookletsDue: custody.Due(from, cmd.ReturnDays)}), nil
}

// TakeCallOffBack says that the mission takes place after all.
type TakeCallOffBack struct {
	InForce    bool // the approval holds
	ReturnDays int  // parameter passport.returnDays
}

// Decide refuses what the office has revoked. The booklets are due again as they
// were when they were lent; one that was handed in is lent anew.
func (cmd TakeCallOffBack) Decide(t Trip, _ journal.Moment) ([]journal.Event, error) {
	switch {
	case t.Stage != DidNotGo:
		return nil, fault.NotNow("trip.take_call_off_back.not_now", t.Stage)
	case !cmd.InForce:
		return nil, fault.NotNow("trip.take_call_off_back.revoked", t.Stage)
	}
	return journal.Happened(CallOffTakenBack{BookletsDue: custody.Due(t.Return, cmd.ReturnDays)}), nil
}

// ComeHome says that the delegation has entered China again (回国登记). Told once
// more it puts right what was told, until a booklet of the trip is back.
type ComeHome struct {
	On         calendar.Date
	Deviation  string            // how it differed from what was approved
	Elsewhere  string            // stamps of places that aren't approved
	Private    bool              // somebody left on a private passport
	Wrong      []fault.Finding   // what the rules of coming home say against it
	ReturnDays int               // parameter passport.returnDays, calendar days, holidays counting
	ReportIn   calendar.Workdays // requirement.Parameters.ReportDays
	NoticeIn   int               // months in which the notice after the trip is put up; 0: none is asked
	BackIn     int               // booklets of the trip that were handed in
}

// Decide wants a word when they stayed longer than approved.
func (cmd ComeHome) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	switch {
	case t.Stage == IsHome && cmd.BackIn > 0:
		return nil, fault.NotNow("trip.come_home.settled", t.Stage)
	case t.Stage != IsAbroad && t.Stage != IsHome:
		return nil, fault.NotNow("trip.come_home.not_now", t.Stage)
	}
	deviation := strings.TrimSpace(cmd.Deviation)
	switch {
	case cmd.On.IsZero():
		return nil, fault.Field("on", "trip.on.missing", nil)
	case cmd.On.After(m.Today):
		return nil, fault.Field("on", "trip.on.future", nil)
	case cmd.On.Before(t.Departed):
		return nil, fault.Field("on", "trip.come_home.before_departure", map[string]any{"Day": t.Departed})
	case len(cmd.Wrong) > 0:
		return nil, fault.Invalid(cmd.Wrong...)
	case deviation == "" && cmd.On.Sub(t.Departed) > t.Return.Sub(t.Depart):
		return nil, fault.Invalid(fault.Finding{Field: "deviation", Rule: "POST-004", Key: "trip.come_home.longer", Args: map[string]any{"Days": cmd.On.Sub(t.Departed) - t.Return.Sub(t.Depart)}})
	}
	told := CameHome{On: cmd.On, BookletsDue: custody.Due(cmd.On, cmd.ReturnDays), ReportDue: m.Book.AddWorkdays(cmd.On, cmd.ReportIn), Deviation: deviation,
		Elsewhere: strings.TrimSpace(cmd.Elsewhere), Private: cmd.Private}
	if cmd.NoticeIn > 0 {
		told.NoticeDue = cmd.On.AddMonths(cmd.NoticeIn)
	}
	if t.Stage == IsHome && told == (CameHome{On: t.Home, BookletsDue: t.BookletsDue, ReportDue: t.ReportDue, Deviation: t.Deviation, Elsewhere: t.Elsewhere, Private: t.Private, NoticeDue: t.NoticeDue}) {
		return nil, nil
	}
	return journal.Happened(told), nil
}

// Early is by how many days somebody who comes home on a day is before the
// approved one.
func (t Trip) Early(on calendar.Date) int { return max(0, t.Return.Sub(on)) }

// TakeHomeBack says that the delegation isn't home yet: the return was told by
// mistake.
type TakeHomeBack struct {
	ReturnDays int // parameter passport.returnDays
	BackIn     int // booklets of the trip that were handed in
}

// Decide refuses once somebody has acted on it: a booklet is back, or the
// report is there. The booklets are due again as they were when they were lent.
func (cmd TakeHomeBack) Decide(t Trip, _ journal.Moment) ([]journal.Event, error) {
	switch {
	case t.Stage != IsHome:
		return nil, fault.NotNow("trip.take_back.not_now", t.Stage)
	case cmd.BackIn > 0:
		return nil, fault.NotNow("trip.come_home.settled", t.Stage)
	case t.Report != "":
		return nil, fault.NotNow("trip.take_back.reported", t.Stage)
	}
	return journal.Happened(HomeTakenBack{On: t.Home, BookletsDue: custody.Due(t.Return, cmd.ReturnDays)}), nil
}
