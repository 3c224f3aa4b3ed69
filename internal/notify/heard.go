package notify

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/pack"
	"yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// TooLate is for how long something is news: who hears of what happened longer ago,
// because a zone was away or is read anew, finds it on the case's page.
const TooLate = 3

// Heard turns an event into what people are told of it; false for what is no news to
// anybody outside the house. s is where its case stands. What is filled in is title,
// days, counts and who goes: never the name of a restriction, anything of a body, or the number
// of a document, because it leaves the house.
func Heard(e journal.Event, s progress.State) (Fact, bool) {
	id := ledger.CaseOf(e)
	f := Fact{About: id, Unit: s.Unit, Of: e.ID, Fills: map[string]string{"Title": s.Title}}
	if of := ledger.SubjectOf(e); of != id { // a change of the case has pages of its own
		f.Of = thing(of, e.ID)
	}
	told := func(what pack.TellEvent, fills ...string) (Fact, bool) {
		f.What = what
		for i := 0; i+1 < len(fills); i += 2 {
			f.Fills[fills[i]] = fills[i+1]
		}
		return f, id != "" && f.Unit != ""
	}
	switch b := e.Body.(type) {
	case filing.Presented:
		f.Unit, f.Fills["Title"] = b.Unit, b.Title
		return told("case.to_sign")
	case approval.Accepted:
		return told("case.accepted", "Number", b.Number, "Day", b.Final.String())
	case approval.SentBack:
		return told("case.sent_back", "Count", strconv.Itoa(len(b.Defects)), "Day", b.Until.String())
	case approval.Decided:
		if b.Approved > 0 {
			return Fact{}, false // the document follows, and says it
		}
		return told("case.refused")
	case approval.DocumentIssued:
		f.People = s.Approved()
		n, refused := 0, ""
		for _, p := range s.People {
			if p.Refused {
				n++
			}
		}
		if n > 0 {
			refused = strconv.Itoa(n)
		}
		return told("case.approved", "Refused", refused)
	case approval.Amended:
		return f.changed(e, b, s)
	case approval.Revoked:
		f.People = s.Approved()
		if s.Cancelled {
			return told("case.revoked", "Kind", string(filing.AmendCancel))
		}
		return told("case.revoked")
	case approval.WaiverGranted, approval.WaiverRefused:
		return told("waiver.answered")
	case visa.PaperAsked:
		return told("visa.paper_asked", "Day", b.Until.String())
	case visa.Checked: // not when it is entered: a second officer may find it wrong
		done, all := visasOf(s)
		return told("visa.granted", "Count", strconv.Itoa(done), "All", strconv.Itoa(all))
	case visa.MissionDaySet:
		f.People, f.Who, f.Of = []string{b.Person}, b.Person, thing(e.Subject.ID, b.On.String()+"."+e.ID)
		return told("visa.appointment", "Day", b.On.String())
	case visa.Refused: // why stands on the page: it is the mission's word about somebody
		f.Who = b.Person
		return told("visa.refused", "Area", e.Subject.ID[strings.LastIndexByte(e.Subject.ID, '.')+1:])
	case hall.Booked:
		return f.visit("visit.booked", b.Booking, b.Sequence, b.Unit, b.People, b.Day, b.Slot, b.Number)
	case hall.Moved:
		return f.visit("visit.moved", b.Booking, b.Sequence, b.Unit, b.People, b.Day, b.Slot, b.Number)
	case hall.Cancelled:
		f.Of = thing(b.Booking, strconv.Itoa(b.Sequence))
		return told("visit.cancelled", "Day", b.Day.String(), "Slot", b.Slot.String())
	case hall.Offered:
		f.People, f.Of = b.People, thing(b.Wait, strconv.FormatInt(b.Until.Unix(), 36))
		return told("visit.offered", "Day", b.Day.String(), "Slot", b.Slot.String(), "UntilDay", calendar.DateOf(b.Until).String(), "Until", hall.ClockAt(b.Until).String())
	case hall.WaitEnded:
		if b.Why != hall.WaitLapsed && b.Why != hall.WaitClosed {
			return Fact{}, false // they know, because they did it
		}
		f.Of = thing(b.Wait, string(b.Why))
		return told("visit.wait_over", "Day", b.Day.String())
	case hall.Missed:
		if calendar.DateOf(e.At).Sub(b.Day) > TooLate {
			return Fact{}, false // it was noted long after
		}
		f.Of, f.Unit = thing(b.Booking, "missed."+b.Day.String()), b.Unit
		return told("visit.missed", "Day", b.Day.String())
	case hall.Closed: // it leads to a page that needs no signing in
		if b.Done == 0 {
			return Fact{}, false // all was put off
		}
		f.Of, f.Unit, f.Opens = thing(e.Subject.ID, "rate"), b.Unit, "?code="+feedback.Code(e.ID, feedback.MessageLink)
		return told("visit.rate", "Day", calendar.DateOf(e.At).String())
	case custody.Lent: // those of one day are one message to their unit
		f.People, f.Of = []string{b.Person}, thing(id, "lent."+calendar.DateOf(e.At).String())
		return told("booklet.lent", "Day", b.Due.String())
	case trip.LossTold: // at once, whatever the hour: the sooner it is void the less it can be misused
		f.People, f.Of = []string{b.Person}, thing(b.Booklet, e.ID)
		return told("booklet.loss_told", "Day", b.On.String())
	case trip.LossTakenBack:
		f.People, f.Of = []string{b.Person}, thing(b.Booklet, e.ID)
		return told("booklet.loss_taken_back")
	case custody.Recalled:
		f.People = []string{b.Person}
		if me := s.People[b.Person]; !s.Stage.OffCourse() && !s.Cancelled && !s.Revoked && len(s.Approved()) > 0 && (me == nil || !me.Approved) {
			f.Who = b.Person // the others go
		}
		return told("booklet.recalled", "Day", b.Due.String())
	}
	return Fact{}, false
}

// CallHolds is for how long it is news on a telephone that a number is called: then they
// are at the window, or it was called again and passed over.
const CallHolds = 10 * time.Minute

// Called is what those who wait in the hall are told when their number is called: once
// for each turn, however often the window calls it. Where nobody travels with the visit,
// a liaison officer came.
func Called(e journal.Event, t hall.Ticket, v hall.Visit, window hall.Window, s progress.State) Fact {
	f := Fact{What: "visit.called", About: t.Filing, Unit: v.Unit, Of: thing(t.Visit, e.ID), People: v.People, Roles: []pack.TellRole{"liaison"},
		Fills: map[string]string{"Title": s.Title, "Ticket": hall.TicketNumber(t.Number), "Window": cmp.Or(window.Name, t.Window), "WindowEn": window.NameEn}}
	if len(v.People) > 0 {
		f.Roles = []pack.TellRole{"traveller"}
	}
	return f
}

// StillCalled tells whether somebody is awaited at a window: called a moment ago, and
// nothing of what they came for is over since.
func StillCalled(t hall.Ticket, v hall.Visit, now time.Time) bool {
	return t.State == hall.AtWindow && now.Sub(t.Called) <= CallHolds && v.Presence == hall.Arrived &&
		!slices.ContainsFunc(v.Acts, func(a hall.ActRow) bool { return a.Result != "" && !a.At.Before(t.Waited) })
}

// changed is a fact of a change that holds from now on: what it is, who goes no more or
// goes too, on which days, and what becomes of the document.
func (f Fact) changed(e journal.Event, b approval.Amended, s progress.State) (Fact, bool) {
	f.What, f.Of = "case.approved", thing(b.Amendment, e.ID)
	f.People = append(b.Approved(), b.Left...)
	f.Fills = map[string]string{"Title": b.Facts.Title, "Kind": string(b.Kind), "Day": calendar.DateOf(e.At).String(), "Count": strconv.Itoa(len(b.Approved()))}
	if b.Kind.AnotherJourney() || b.Kind == filing.AmendDelayed {
		f.Fills["Depart"], f.Fills["Return"] = b.Facts.Depart.String(), b.Facts.Return.String()
	}
	if b.Reprint {
		f.Fills["Reprint"] = "1"
	}
	var come []string
	for _, x := range b.Follows {
		if x.Do == approval.NoticeAddendum { // each newcomer is announced
			come = append(come, x.Person)
		}
	}
	f.Whose = map[string][]string{"Left": b.Left, "Come": come}
	if n := len(b.Declined); n > 0 { // who and why stands on the page
		f.Fills["Declined"] = strconv.Itoa(n)
	}
	return f, f.About != "" && f.Unit != ""
}

// Barred is what a unit is told of an approved trip on which somebody may not go any more.
func Barred(e journal.Event, s progress.State) (Fact, bool) {
	n := len(s.Barred())
	return Fact{What: "trip.held", About: s.Filing, Unit: s.Unit, Of: thing(s.Filing, e.ID),
		Fills: map[string]string{"Title": s.Title, "Count": strconv.Itoa(n)}}, n > 0 && s.Unit != ""
}

// visasOf counts the visas of a case that were found in order, and all that are wanted.
func visasOf(s progress.State) (done, all int) {
	for _, p := range s.People {
		for _, v := range p.Visas {
			switch v.Stage {
			case visa.NoneNeeded, visa.IsWithdrawn:
				continue
			case visa.IsChecked, visa.IsReleased:
				done++
			}
			all++
		}
	}
	return done, all
}

// visit is a fact of a booking. Its number of changes tells it from the like, as it
// does for calendars.
func (f Fact) visit(what pack.TellEvent, booking string, sequence int, unit string, people []string, day calendar.Date, slot hall.Clock, number string) (Fact, bool) {
	f.What, f.Of, f.Unit, f.People = what, thing(booking, strconv.Itoa(sequence)), unit, people
	f.Fills = map[string]string{"Title": f.Fills["Title"], "Day": day.String(), "Slot": slot.String(), "Number": number}
	return f, unit != ""
}

// thing names what a fact is about, and which state of it.
func thing(id, state string) string { return id + "@" + state }
