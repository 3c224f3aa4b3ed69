package progress

import (
	"maps"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/visa"
)

// Who owes a step. The values are access roles where somebody signs in for it.
type Who string

const (
	Liaison   Who = "liaison"
	Signatory Who = "signatory"
	Intake    Who = "intake"
	Unit      Who = "traveller" // the members themselves; their liaison officer tells it
	Passport  Who = "passport_officer"
	Custodian Who = "custodian"
	VisaDesk  Who = "visa"
	Mission   Who = "mission" // a foreign mission
	System    Who = "system"  // follows by rule
	Nobody    Who = ""
)

// OfUnit tells whether it is owed by the unit's own people.
func (w Who) OfUnit() bool { return w == Liaison || w == Signatory || w == Unit }

// Step is the one next step of a case.
type Step struct {
	Key   string // message key: what is to be done
	Args  map[string]any
	Who   Who
	Due   calendar.Date // zero: no day is set
	Of    string        // what Due is the last day of, where that isn't the step: Booklets, Attendance
	Late  bool          // Due is past
	Page  string        // under /cases/{id}/: where the reader does it; ""
	Count int           // people or orders that it is about
}

// Whose last day Due is, where it isn't the step's. Booklets are promised by a day
// that counts from the capture of their holders, or from the order where nobody
// has to come. The day by which the holders must come is another: the plan of the
// visit knows it, and nothing here.
const (
	Booklets   = "booklets"
	Attendance = "coming"
	// Appointment is the day itself, and nothing is due before it.
	Appointment = "day"
)

// Next computes the one next step. Of things that run side by side, what the
// unit owes comes first, then what holds the others up. A pure function: the
// whole journey is its test.
func Next(s State, now time.Time) Step { return s.next(now).on(calendar.DateOf(now)) }

// Beside is what is owed beside the next step: the report and the notice after a
// trip while something else comes first, because each has its own day; the papers
// that an urgent case was handed in without; and booklets that lie in a locker.
func Beside(s State, now time.Time) []Step {
	today := calendar.DateOf(now)
	var out []Step
	next := s.next(now)
	if st := s.report(); s.Stage == Home && s.Report == "" && next.Key != st.Key {
		out = append(out, st.on(today))
	}
	if st, owed := s.notice(); owed && next.Key != st.Key {
		out = append(out, st.on(today))
	}
	if st, owed := s.later(); owed && next.Key != st.Key {
		out = append(out, st.on(today))
	}
	if st, lies := s.fetch(today); lies && next.Key != st.Key {
		out = append(out, st.on(today))
	}
	for _, st := range slices.Concat(s.wantedBack(), s.atMissions(today)) {
		out = append(out, st.on(today))
	}
	return out
}

// later is the papers of an urgent case that must still follow, as long as its
// trip may be made.
func (s State) later() (Step, bool) {
	due := calendar.Date{}
	owed := filing.Open(s.Later)
	for _, o := range owed {
		if due.IsZero() || o.Due.Before(due) {
			due = o.Due
		}
	}
	n := len(owed)
	return Step{Key: "later", Who: Liaison, Due: due, Count: n, Args: map[string]any{"Count": n}, Page: "later"}, n > 0 && !s.Stage.Over()
}

func (st Step) on(today calendar.Date) Step {
	st.Key = "progress.next." + st.Key
	st.Late = !st.Due.IsZero() && st.Due.Before(today)
	return st
}

func (s State) report() Step {
	return Step{Key: "report", Who: Liaison, Due: s.ReportDue, Page: "after"}
}

// notice is the one after the trip, where it is asked for (事后公示).
func (s State) notice() (Step, bool) {
	return Step{Key: "put_up", Who: Liaison, Due: s.NoticeDue, Page: "after"}, s.Stage == Home && !s.NoticeDue.IsZero() && s.Notice == ""
}

func (s State) next(now time.Time) Step {
	today := calendar.DateOf(now)
	if s.IsChange() {
		if st, own := s.change(); own {
			return st
		}
	}
	switch who := s.lossTold(); len(who) {
	case 0:
	case 1:
		return Step{Key: "loss_told", Who: Custodian, Count: 1, Args: map[string]any{"Person": who[0]}, Page: "lost"}
	default:
		return Step{Key: "losses_told", Who: Custodian, Count: len(who), Args: map[string]any{"Count": len(who)}, Page: "lost"}
	}
	if n := len(s.Barred()); n > 0 {
		args := map[string]any{"Count": n}
		if _, under := s.Changing(); under {
			return Step{Key: "barred_change", Who: "reviewer", Count: n, Args: args}
		}
		return Step{Key: "barred", Who: Liaison, Count: n, Args: args, Page: "amend"}
	}
	switch s.Stage {
	case InDraft:
		if s.Words != "" {
			return Step{Key: "mend_draft", Who: Liaison, Args: map[string]any{"Words": s.Words}}
		}
		return Step{Key: "draft", Who: Liaison}
	case AtSignatory:
		return Step{Key: "sign", Who: Signatory, Page: "sign"}
	case OnTheWay:
		return Step{Key: "arrive", Who: System}
	case AtIntake:
		return Step{Key: "accept", Who: Intake, Due: s.Due}
	case SentBack:
		return Step{Key: "correct", Who: Liaison, Due: s.Due, Args: map[string]any{"Count": s.Defects}, Count: s.Defects, Page: "correct"}
	case InReview:
		who := Who("reviewer")
		args := map[string]any{"Step": s.Step + 1, "Steps": len(s.Steps)}
		if s.Step < len(s.Steps) {
			who = Who(s.Steps[s.Step].Role)
			args["Zh"], args["En"] = s.Steps[s.Step].Zh, s.Steps[s.Step].En
		}
		if !s.Awaits.IsZero() && !today.After(s.Awaits) {
			return Step{Key: "opinion", Who: who, Due: s.Awaits, Args: map[string]any{"Authority": s.AwaitsFrom}}
		}
		return Step{Key: "review", Who: who, Due: s.Due, Args: args}
	case Decided:
		if s.Joins {
			return Step{Key: "notice", Who: "reviewer"}
		}
		return Step{Key: "document", Who: System}
	case Issued:
		if s.ForTerm && today.After(s.Return) {
			return Step{Key: "term_over", Who: Nobody, Args: map[string]any{"Day": s.Return}}
		}
		if s.ForTerm {
			return Step{Key: "declare", Who: Liaison, Args: map[string]any{"Day": s.Return}}
		}
		return s.preparing(now)
	case Cleared:
		if st, lies := s.fetch(today); lies {
			return st
		}
		if today.Before(s.Depart) {
			return Step{Key: "go", Who: Nobody, Args: map[string]any{"Day": s.Depart}}
		}
		return Step{Key: "tell_departed", Who: Liaison, Due: s.Depart.Next(), Page: "after"}
	case Abroad:
		if today.Before(s.Return) {
			return Step{Key: "abroad", Who: Nobody, Args: map[string]any{"Day": s.Return}}
		}
		return Step{Key: "tell_home", Who: Liaison, Due: s.Return.Next(), Page: "after"}
	case Home:
		return s.afterwards()
	case NotDeparted, Revoked:
		if n := s.out(); n > 0 {
			return s.handIn(n)
		}
		if s.Cancelled {
			return Step{Key: "cancelled", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
		}
		if s.Annulled() {
			return Step{Key: "annulled", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
		}
		if s.Stage == Revoked {
			return Step{Key: "revoked", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
		}
		return Step{Key: "closing", Who: System}
	case Done:
		return Step{Key: "archiving", Who: System}
	case Refused:
		return Step{Key: "refused", Who: Nobody}
	case Withdrawn:
		return Step{Key: "withdrawn", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
	case Archived:
		if s.Annulled() {
			return Step{Key: "annulled", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
		}
		switch s.Outcome { // how it ended says more than that it lies in the archive
		case "refused":
			return Step{Key: "refused", Who: Nobody}
		case "revoked":
			return Step{Key: "revoked", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
		case "cancelled":
			return Step{Key: "cancelled", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
		case "withdrawn":
			return Step{Key: "withdrawn", Who: Nobody, Args: map[string]any{"Reason": s.Words}}
		}
		return Step{Key: "archived", Who: Nobody}
	}
	return Step{Key: "draft", Who: Liaison}
}

// out counts the booklets that are lent for this case.
func (s State) out() int {
	n := 0
	for _, p := range s.People {
		if p.Booklet == IsLent {
			n++
		}
	}
	return n
}

// wantedBack is the booklets of those who don't go, while the others do.
func (s State) wantedBack() []Step {
	var out []Step
	for _, id := range slices.Sorted(maps.Keys(s.People)) {
		if p := s.People[id]; p.Booklet == IsLent && p.Recalled && (s.Stage == Issued || s.Stage == Cleared || s.Stage == Abroad) {
			out = append(out, Step{Key: "give_back", Who: Unit, Due: p.HandIn, Count: 1, Args: map[string]any{"Person": id}, Page: "after"})
		}
	}
	return out
}

// atMissions are the days on which missions see travellers, until these are past.
func (s State) atMissions(today calendar.Date) []Step {
	var out []Step
	for _, id := range s.Ours() {
		for _, area := range slices.Sorted(maps.Keys(s.People[id].Visas)) {
			if v := s.People[id].Visas[area]; v.Stage.Open() && !v.Sees.IsZero() && !v.Sees.Before(today) && !s.Stage.OffCourse() {
				out = append(out, Step{Key: "at_mission", Who: Unit, Due: v.Sees, Of: Appointment, Count: 1, Args: map[string]any{"Person": id, "Area": area, "Day": v.Sees}, Page: "progress"})
			}
		}
	}
	return out
}

// fetch is the booklets that were put into a locker for their holders. Nobody tells
// when they are taken out, so it is asked until the day of departure.
func (s State) fetch(today calendar.Date) (Step, bool) {
	n := 0
	for _, p := range s.People {
		if p.Booklet == IsLent && p.By == custody.Locker && !p.Recalled {
			n++
		}
	}
	due := s.Depart
	if !due.IsZero() {
		due = due.Prev()
	}
	return Step{Key: "fetch", Who: Unit, Due: due, Count: n, Args: map[string]any{"Count": n}, Page: "after"},
		n > 0 && (s.Stage == Issued || s.Stage == Cleared) && today.Before(s.Depart)
}

// lossTold are those whose booklet is said to be lost, as long as the office
// hasn't acted on it: nothing is more urgent.
func (s State) lossTold() []string {
	var out []string
	for id, p := range s.People {
		if p.LossTold {
			out = append(out, id)
		}
	}
	return out
}

func (s State) handIn(n int) Step {
	due := s.BookletsDue
	for _, p := range s.People { // of a trip that isn't made, no later than the office wants them back
		if p.Booklet == IsLent && !p.HandIn.IsZero() && (due.IsZero() || p.HandIn.Before(due)) && s.Stage != Home {
			due = p.HandIn
		}
	}
	return Step{Key: "hand_in", Who: Unit, Due: due, Count: n, Args: map[string]any{"Count": n}, Page: "after"}
}

// afterwards is what is owed after coming home: booklets, report,
// notice, rating.
func (s State) afterwards() Step {
	if n := s.out(); n > 0 {
		return s.handIn(n)
	}
	if s.Report == "" {
		return s.report()
	}
	if st, owed := s.later(); owed {
		return st
	}
	if st, owed := s.notice(); owed {
		return st
	}
	if !s.Answered {
		// Voluntary: nobody owes it, and the case closes without it.
		return Step{Key: "rate", Who: Nobody, Args: map[string]any{"Day": s.CameHome.AddDays(feedback.Within + 1)}, Page: "rate"}
	}
	return Step{Key: "closing", Who: System}
}

// preparing is what happens between the approval and the departure: capture,
// making, visas, lending, side by side.
func (s State) preparing(now time.Time) Step {
	people := s.Ours()
	count := func(stages ...Booklet) (n int, due calendar.Date) {
		for _, id := range people {
			p := s.People[id]
			for _, st := range stages {
				if p.Booklet == st && !p.awaits() {
					n++
					if !p.Due.IsZero() && (due.IsZero() || p.Due.Before(due)) {
						due = p.Due
					}
				}
			}
		}
		return n, due
	}
	if n, _ := count(IsAsked, IsOrdered); n > 0 { // the promise counts from the capture
		c := s.Coming
		switch {
		case c != nil && c.State == hall.HasArrived:
			return Step{Key: "served", Who: Passport, Due: c.Day, Count: n, Args: map[string]any{"Count": n}}
		case c != nil && c.Awaited(now):
			return Step{Key: "come", Who: Unit, Due: c.Day, Count: n, Args: map[string]any{"Count": n, "Day": c.Day, "Slot": c.Slot.String(), "Number": c.Number}, Page: "visit"}
		case c != nil && c.State.MayCome():
			return Step{Key: "book_again", Who: Liaison, Of: Attendance, Count: n, Args: map[string]any{"Count": n}, Page: "visit"}
		case c != nil && c.State == hall.HasLeft:
			// Who was there may be captured, and the passport zone's news still on its
			// way; who stayed away, or isn't by the next day, has to come again.
			away := slices.DeleteFunc(slices.Clone(people), func(id string) bool {
				b := s.People[id]
				return !b.MustCome() || slices.Contains(c.People, id) && !calendar.DateOf(now).After(c.Day)
			})
			if n := len(away); n > 0 {
				return Step{Key: "book_again", Who: Liaison, Of: Attendance, Count: n, Args: map[string]any{"Count": n}, Page: "visit"}
			}
			return Step{Key: "capture_pending", Who: Passport, Count: n, Args: map[string]any{"Count": n}, Page: "visit"}
		}
		return Step{Key: "book", Who: Liaison, Of: Attendance, Count: n, Args: map[string]any{"Count": n}, Page: "visit"}
	}
	for _, w := range []struct {
		at  Booklet
		key string
		who Who
	}{{IsCaptured, "make", Passport}, {IsMade, "check", Passport}, {IsChecked, "hand_over", Passport}, {IsHandedOver, "register", Custodian}, {IsLost, "lost", Custodian}} {
		if n, due := count(w.at); n > 0 {
			of := Booklets
			if w.at == IsLost {
				of = ""
			}
			return Step{Key: w.key, Who: w.who, Due: due, Of: of, Count: n, Args: map[string]any{"Count": n}}
		}
	}
	awaited := 0
	for _, id := range people {
		if s.People[id].awaits() {
			awaited++
		}
	}
	if awaited > 0 { // they come on account of the other case, which says when
		return Step{Key: "other_case", Who: Nobody, Count: awaited, Args: map[string]any{"Count": awaited}}
	}
	if st, open := s.visaStep(); open {
		return st
	}
	lent, _ := count(IsLent)
	if n := len(people) - lent; n > 0 {
		due := calendar.Date{}
		if !s.Depart.IsZero() {
			due = s.Depart.Prev()
		}
		return Step{Key: "lend", Who: Custodian, Due: due, Count: n, Args: map[string]any{"Count": n}}
	}
	if authority, n := s.unconfirmed(); n > 0 {
		return Step{Key: "confirmation", Who: "reviewer", Count: n, Args: map[string]any{"Authority": authority, "Count": n}}
	}
	return Step{Key: "clearing", Who: System}
}

type visaWait struct {
	at  visa.Stage
	key string
	who Who
}

// visaSteps are what the visa link waits for: a refusal first, because somebody
// must decide what becomes of it.
var visaSteps = []visaWait{{visa.IsRefused, "visa_refused", VisaDesk}, {visa.IsPlanned, "visa_kit", VisaDesk}, {visa.KitIsReady, "visa_send", VisaDesk}, {visa.IsGranted, "visa_check", VisaDesk}, {visa.IsSent, "visa_wait", Mission}}

// oneOf ends the key of a step that names the one whom it is about.
const oneOf = "_one"

func (s State) visaStep() (Step, bool) {
	for _, w := range visaSteps {
		n, due := 0, calendar.Date{}
		var one map[string]any
		for _, id := range s.Ours() {
			for area, v := range s.People[id].Visas {
				if v.Stage == w.at {
					n++
					one = map[string]any{"Person": id, "Area": area, "Reason": v.Why, "Count": 1}
					if !v.Due.IsZero() && (due.IsZero() || v.Due.Before(due)) {
						due = v.Due
					}
				}
			}
		}
		if n == 1 && w.at == visa.IsRefused { // who, where and why
			return Step{Key: w.key + oneOf, Who: w.who, Due: due, Count: 1, Args: one}, true
		}
		if n > 0 {
			return Step{Key: w.key, Who: w.who, Due: due, Count: n, Args: map[string]any{"Count": n}}, true
		}
	}
	return Step{}, false
}

// OnOrder is a case's next step as the page of one visa order tells it. What the
// visa link waits for there is the order's own step, whatever others wait for; an
// order that is done has none, and then the step is that of others, who are named.
func OnOrder(s State, who, area string, now time.Time) (st Step, others []string) {
	st = Next(s, now)
	i := slices.IndexFunc(visaSteps, func(w visaWait) bool { return strings.TrimSuffix(st.Key, oneOf) == "progress.next."+w.key })
	if i < 0 || s.People[who] == nil {
		return st, nil
	}
	own := s.People[who].Visas[area]
	for _, w := range visaSteps {
		if w.at == own.Stage {
			return Step{Key: w.key, Who: w.who, Due: own.Due, Count: 1, Args: map[string]any{"Count": 1}}.on(calendar.DateOf(now)), nil
		}
	}
	for _, id := range s.Ours() {
		for _, v := range s.People[id].Visas {
			if v.Stage == visaSteps[i].at && !slices.Contains(others, id) {
				others = append(others, id)
			}
		}
	}
	return st, others
}
