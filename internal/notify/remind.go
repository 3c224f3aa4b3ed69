package notify

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/pack"
	"yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/zone"
)

// What a day that comes brings is found by looking, at each hour and after every
// pause: a fact's step is the last one reached, so that a node that was away for days
// tells once how it is, and not what it would have told.

// Steps are the days on which a lent booklet is asked back (domain: 催还): so many before
// its last day, and so many after it.
type Steps struct {
	Soon   int // days before the last one
	First  int // days overdue, as the others
	Again  int
	Leader int // from then on the unit's leader hears of it
}

// StepsOf reads them from the thresholds in force.
func StepsOf(whole func(key string, day calendar.Date, unsaid int) int, today calendar.Date) Steps {
	return Steps{Soon: whole("passport.remindBefore", today, 2), First: whole("passport.remindFirst", today, 1),
		Again: whole("passport.remindAgain", today, 3), Leader: whole("passport.remindLeader", today, 7)}
}

// OfBooklet is what is told of a booklet that is out with its holder.
func OfBooklet(b custody.Row, title string, today calendar.Date, steps Steps) (Fact, bool) {
	if b.Place != custody.IsLent || b.Due.IsZero() {
		return Fact{}, false
	}
	late := today.Sub(b.Due)
	f := Fact{About: b.Filing, Unit: b.Answers, Of: thing(b.Booklet, b.Due.String()), People: []string{b.Person},
		Fills: map[string]string{"Title": title, "Day": b.Due.String(), "Count": strconv.Itoa(max(late, -late))}}
	switch {
	case late < -steps.Soon:
		return Fact{}, false
	case late < 0:
		f.What = "booklet.due_soon"
	case late == 0:
		f.What = "booklet.due"
	case late >= steps.Leader:
		f.What, f.Step = "booklet.overdue_long", strconv.Itoa(steps.Leader)
	case late >= steps.Again:
		f.What, f.Step = "booklet.overdue", strconv.Itoa(steps.Again)
	case late >= steps.First:
		f.What, f.Step = "booklet.overdue", strconv.Itoa(steps.First)
	default:
		return Fact{}, false // its day was told of, and the next step hasn't come
	}
	return f, true
}

// Together makes of what is told of the booklets of one case and day one fact for the
// unit, with all their holders; each of these hears of their own.
func Together(all []Fact) []Fact {
	var out []Fact
	at := map[string]int{}
	for _, f := range all {
		own := f
		own.Roles = []pack.TellRole{"traveller"}
		out = append(out, own)
		_, day, _ := strings.Cut(f.Of, "@")
		f.Of = thing(f.About, day)
		key := strings.Join([]string{string(f.What), f.Of, f.Step, f.Unit}, ":")
		if i, there := at[key]; there {
			out[i].People = append(out[i].People, f.People...)
			continue
		}
		f.Roles, f.People = []pack.TellRole{"liaison", "signatory"}, slices.Clone(f.People)
		at[key] = len(out)
		out = append(out, f)
	}
	return out
}

// Named is a fact with whom it concerns, for who reads it in their unit.
func (f Fact) Named(names []string) Fact {
	f.Fills = maps.Clone(f.Fills)
	f.Fills["Booklets"], f.Fills["Names"] = strconv.Itoa(len(f.People)), strings.Join(names, "、")
	return f
}

// OfUnit is what is told of the stop of a unit's new applications, which rule GEN-021
// judges: that it holds, and that it holds no more. late are its booklets on whose
// account; told is the last message of either kind, "" for none.
func OfUnit(unit string, late []custody.Row, told pack.TellEvent, toldOf string) (Fact, bool) {
	f := Fact{Unit: unit}
	switch {
	case len(late) > 0 && told != "unit.stopped":
		first := slices.MinFunc(late, func(a, b custody.Row) int { return strings.Compare(a.Due.String()+a.Booklet, b.Due.String()+b.Booklet) })
		f.What, f.Of, f.Fills = "unit.stopped", thing(unit, first.Due.String()+"."+first.Booklet), map[string]string{"Count": strconv.Itoa(len(late))}
		if f.Of == toldOf { // it was told of that booklet, and that it was lifted: something of it was corrected since
			f.Step = "again"
		}
		return f, true
	case len(late) == 0 && told == "unit.stopped":
		f.What, f.Of = "unit.released", toldOf
		return f, true
	}
	return Fact{}, false
}

// reportSoon is how many days ahead a report is asked for.
const reportSoon = 3

// OfReport is what is told of a report that is owed.
func OfReport(t trip.Row, title string, today calendar.Date) (Fact, bool) {
	if t.Stage != trip.IsHome || t.Report != "" || t.ReportDue.IsZero() || t.ReportDue.Sub(today) > reportSoon {
		return Fact{}, false
	}
	f := Fact{What: "report.due", About: t.Filing, Unit: t.Unit, Of: thing(t.Filing, t.ReportDue.String()),
		Fills: map[string]string{"Title": title, "Day": t.ReportDue.String()}}
	if t.ReportDue.Before(today) {
		f.What = "report.overdue"
	}
	return f, true
}

// OfVisit is what is told of a visit to the hall on the day before it.
func OfVisit(b hall.Booking, title string, today calendar.Date) (Fact, bool) {
	if b.State != hall.IsBooked || b.Day != today.Next() {
		return Fact{}, false
	}
	f := Fact{About: b.Filing, Fills: map[string]string{"Title": title}}
	return f.visit("visit.tomorrow", b.ID, b.Sequence, b.Unit, b.People, b.Day, b.Slot, b.Number)
}

// visitSoon is how long before a visit it is told once more (domain: T-2 h), and lookAhead
// how much sooner that is looked for: chores are done each hour.
const (
	visitSoon = 2 * time.Hour
	lookAhead = time.Hour
)

// OfVisitSoon is what is told of a visit two hours before it, to whom is still awaited.
func OfVisitSoon(b hall.Booking, title string, now time.Time) (Fact, bool) {
	at := b.Slot.On(b.Day)
	if b.State != hall.IsBooked || !now.Before(at) || at.Sub(now) > visitSoon+lookAhead || !b.Here.IsZero() {
		return Fact{}, false
	}
	f := Fact{About: b.Filing, Fills: map[string]string{"Title": title}, NotBefore: at.Add(-visitSoon)}
	return f.visit("visit.soon", b.ID, b.Sequence, b.Unit, b.People, b.Day, b.Slot, b.Number)
}

// paperSoon is how many days ahead a paper's end is told.
const paperSoon = 30

// OfPaper is what is told of a paper that will serve no more.
func OfPaper(m material.Material, unit string, today calendar.Date) (Fact, bool) {
	if m.Gone || m.ValidUntil.IsZero() || m.OfOneTrip() || m.ValidUntil.Before(today) || m.ValidUntil.Sub(today) > paperSoon {
		return Fact{}, false
	}
	return Fact{What: "paper.expiring", Unit: unit, Of: thing(m.ID, m.ValidUntil.String()),
		Fills: map[string]string{"Day": m.ValidUntil.String(), "Count": strconv.Itoa(m.ValidUntil.Sub(today))}}, true
}

// replySoon is how many working days ahead the last day for the answer to a poor
// rating is told.
const replySoon = calendar.Workdays(3)

// OfRating is what is told to those who answer poor ratings of one for which the office
// still owes something: that it is there, that its day is near, that this is past, and
// that the answer left its giver dissatisfied. x is shown by now. It names neither
// case nor unit, which until it is settled stand on the rating's own page alone.
func OfRating(x feedback.Row, within calendar.Workdays, now time.Time, book *calendar.Book) (Fact, bool) {
	today, due := calendar.DateOf(now), x.Due(within, book)
	f := Fact{What: "rating.poor", Of: x.ID, Fills: map[string]string{"Grade": strconv.Itoa(x.Grade), "Day": due.String()}}
	news := func(at time.Time) bool { return today.Sub(calendar.DateOf(at)) <= TooLate }
	switch {
	case !x.Open():
		return Fact{}, false
	case x.Dissatisfied(x.Duty.At):
		f.Step, f.Fills["Again"], f.Fills["Grade"] = "again", "1", strconv.Itoa(x.Again)
		return f, news(x.AgainAt)
	case x.Duty.Reply != "":
		return Fact{}, false
	case due.Before(today):
		f.What = "rating.late"
	case !book.AddWorkdays(today, replySoon).Before(due):
		f.What = "rating.due"
	default:
		return f, news(x.Shown)
	}
	return f, true
}

// ofVisit begins the state of a rating that is a visit's.
const ofVisit = "visit."

// Replied is what is told of the office's answer to whoever gave a poor rating and was
// signed in: by is their account. It stands with no case, where colleagues would read of it.
func Replied(e journal.Event, x feedback.Row, by string) (Fact, bool) {
	f := Fact{What: "rating.replied", Of: thing(x.Subject, e.ID), Account: by, Fills: map[string]string{"Day": calendar.DateOf(x.At).String()}}
	if x.OfVisit() {
		f.Of = thing(x.Subject, ofVisit+e.ID)
	}
	if x.Again != 0 { // how it is now was said after an earlier answer
		f.Fills["Again"] = "1"
	}
	return f, by != ""
}

// OfUnclosed is what is told to the window of visits of days before today that nobody
// has ended, the latest first: once for each day on which such a visit was.
func OfUnclosed(all []hall.Visit) (Fact, bool) {
	if len(all) == 0 {
		return Fact{}, false
	}
	day := all[0].Day.String()
	return Fact{What: "desk.unclosed", Of: day, Fills: map[string]string{"Count": strconv.Itoa(len(all)), "Day": day}}, true
}

const (
	waitDays  = calendar.Workdays(2)
	aheadDays = 7 // a step that has its day further ahead waits for that day, and for nobody
)

// OfWait is what is told of a case in which nothing has happened for two working days
// and in which it is somebody's turn. Whoever is writing isn't reminded of it.
func OfWait(s progress.State, since, now time.Time, book *calendar.Book) (Fact, bool) {
	today, step := calendar.DateOf(now), progress.Next(s, now)
	if today.Before(book.AddWorkdays(calendar.DateOf(since), waitDays)) || step.Key == "progress.next.draft" || !step.Due.IsZero() && step.Due.Sub(today) > aheadDays {
		return Fact{}, false
	}
	f := Fact{What: "case.waits", About: s.Filing, Unit: s.Unit, Of: s.Filing, Step: step.Key + "@" + strconv.FormatInt(since.UnixMicro(), 36),
		Fills: map[string]string{"Title": s.Title, "Count": strconv.Itoa(today.Sub(calendar.DateOf(since)))}}
	switch step.Who {
	case progress.Unit:
		if ownDay(step) {
			return Fact{}, false
		}
	case progress.Liaison, progress.Signatory, progress.Custodian, progress.VisaDesk, progress.Intake, "reviewer", "chief", "director":
	default:
		return Fact{}, false
	}
	f.Roles = []pack.TellRole{pack.TellRole(step.Who)}
	if step.Who == progress.Unit { // their liaison officer tells it
		f.Roles, f.People = append(f.Roles, pack.TellRole(progress.Liaison)), holders(s, step.Key)
	}
	return f, true
}

// ownDay tells of what travellers owe whether its day is told by messages of its own:
// the booking's, and those of a booklet that is due.
func ownDay(st progress.Step) bool {
	return st.Key == "progress.next.come" || st.Key == "progress.next.hand_in" && !st.Due.IsZero()
}

// holders are the travellers whose booklet is out, of those that lie in a locker.
func holders(s progress.State, step string) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(s.People)) {
		if p := s.People[id]; p.Booklet == progress.IsLent && (step != "progress.next.fetch" || p.By == custody.Locker && !p.Recalled) {
			out = append(out, id)
		}
	}
	return out
}

// OfUnitsOwn tells whether a wait is the unit's to end, and so told where it signs in.
func (f Fact) OfUnitsOwn() bool {
	return slices.Contains(f.Roles, pack.TellRole(progress.Liaison)) || slices.Contains(f.Roles, pack.TellRole(progress.Signatory))
}

// OfStream is what administrators are told of another zone that is silent for longer
// than it may be, and once that it is heard again. last and of are what they were told
// of it before; since is when it was heard last, zero if it never was: then a policy
// that promises nothing any more isn't news of that zone.
func OfStream(from zone.Zone, silent bool, since time.Time, last pack.TellEvent, of string) (Fact, bool) {
	f := Fact{What: "stream.silent", Of: string(from) + "@" + strconv.FormatInt(since.UnixMicro(), 36), Fills: map[string]string{"Zone": string(from), "Day": calendar.DateOf(since).String()}}
	if silent {
		return f, last != f.What || of != f.Of
	}
	f.What = "stream.heard"
	return f, last == "stream.silent" && !since.IsZero()
}

// OfDisc is what those who run the exchange are told, once, of a disc that was handed
// over on a day and never arrived, and once that its receipt came after all.
func OfDisc(id, number string, to zone.Zone, day calendar.Date, arrived bool) Fact {
	f := Fact{What: "disc.late", Of: id, Fills: map[string]string{"Number": number, "Zone": string(to), "Day": day.String()}}
	if arrived {
		f.What = "disc.arrived"
	}
	return f
}

// OfTest is the same of a test of the way to a zone that was sent on a day.
func OfTest(id string, to zone.Zone, day calendar.Date, answered bool) Fact {
	f := Fact{What: "test.late", Of: id + "@" + string(to), Fills: map[string]string{"Zone": string(to), "Day": day.String()}}
	if answered {
		f.What = "test.answered"
	}
	return f
}
