package hall

import (
	"encoding/json"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a hall's plan (office), to a day of
// bookings (internet) and to a visit that took place (office).
var Kinds = []journal.Kind{
	journal.Declare[Planned](journal.Kind{Name: "hall.planned", Version: 2, Home: zone.Of(zone.Office), Reach: zone.Everywhere}).WithLift(plannedV1),

	journal.Declare[Held](own("hall.held")),
	journal.Declare[Released](own("hall.released")),
	journal.Declare[Booked](booking("hall.booked")),
	journal.Declare[Moved](booking("hall.moved")),
	journal.Declare[Cancelled](booking("hall.cancelled")),
	journal.Declare[Shortened](booking("hall.shortened")),
	journal.Declare[Announced](booking("hall.announced")),
	journal.Declare[WaitBegun](booking("hall.wait_begun")),
	journal.Declare[Offered](booking("hall.offered")),
	journal.Declare[WaitEnded](booking("hall.wait_ended")),

	journal.Declare[CheckedIn](attendance("attendance.checked_in")),
	journal.Declare[ActClosed](attendance("attendance.act_closed")),
	journal.Declare[Closed](attendance("attendance.closed")),
	journal.Declare[Missed](attendance("attendance.missed")),
	journal.Declare[MissTakenBack](attendance("attendance.miss_taken_back")),

	journal.Declare[TicketGiven](attendance("hall.ticket_given")),
	journal.Declare[Called](attendance("hall.called")),
	journal.Declare[PassedOver](attendance("hall.passed_over")),
	journal.Declare[Requeued](attendance("hall.requeued")),
	journal.Declare[TicketOver](attendance("hall.ticket_over")),
}

func own(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Own: true}
}

func booking(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Everywhere}
}

// attendance is written where people are met, at the office's window; what the
// capture station did reaches it as the passport zone's own events.
func attendance(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Everywhere}
}

// Planned: when and where the hall receives people (大厅开放计划). The latest one holds.
type Planned struct {
	Name    string            `reach:"all"`
	NameEn  string            `reach:"all"`
	Place   string            `reach:"all"` // address and way, for passes
	PlaceEn string            `reach:"all"`
	Windows []Window          `reach:"all"`
	Open    []Span            `reach:"all"` // on every working day of which Week says nothing else
	Minutes int               `reach:"all"` // length of a slot
	Lead    calendar.Workdays `reach:"all"` // between booking and coming
	Horizon int               `reach:"all"` // days ahead that can be booked
	Closed  []ClosedDay       `reach:"all"` // beside weekends and public holidays
	From    calendar.Date     `reach:"all"` // first day of this plan
	Phone   string            `reach:"all"` // ""
	Locker  string            `reach:"all"` // where the locker for booklets stands (智能柜); "" for none

	LockerEn string `reach:"all"`

	Offer int `reach:"all"` // minutes of open time for which a place is kept for who waits for it; 0: OfferMinutes
	Elder int `reach:"all"` // years from which people go first; 0: ElderYears

	Spot string `reach:"all"` // on the map: latitude and longitude as ReadSpot writes them; "" where nobody has said

	Special   []SpecialDay `reach:"all"` // single days with hours of their own, on which the hall is open whatever the calendar says
	UnitDay   int          `reach:"all"` // places that one unit may have on a day, beside those of its first case; 0: no limit
	PersonDay int          `reach:"all"` // times for which one person may be booked on a day; 0: no limit

	Each int `reach:"all"` // minutes that one place of a slot holds: who takes longer has several slots; 0: all of the slot's

	Week []WeekdayHours `reach:"all"` // days of the week with hours of their own, each once
}

// plannedV1 is of when a window served one counter alone.
func plannedV1(_ int, fields map[string]json.RawMessage) error {
	var windows []map[string]any
	if raw, told := fields["windows"]; told {
		if err := json.Unmarshal(raw, &windows); err != nil {
			return err
		}
	}
	for _, w := range windows {
		if c, one := w["counter"]; one {
			w["counters"] = []any{c}
			delete(w, "counter")
		}
	}
	var err error
	fields["windows"], err = json.Marshal(windows)
	return err
}

// Held: places are kept while somebody fills in the form (暂留).
type Held struct {
	Hold   string    `reach:"home"`
	Filing string    `reach:"home"`
	Unit   string    `reach:"home"`
	Slot   Clock     `reach:"home"`
	Window string    `reach:"home"`
	Uses   []Use     `reach:"home"`
	Until  time.Time `reach:"home"`
}

// Released: places are free again without anybody having come.
type Released struct {
	Hold    string `reach:"home"` // a hold given up; ""
	Booking string `reach:"home"` // a booking that has moved to another day; ""
	To      string `reach:"home"` // hall day that it has moved to
}

// Booked: somebody will come (预约).
type Booked struct {
	Booking  string        `reach:"all"`
	Hall     string        `reach:"all"`
	Day      calendar.Date `reach:"all"`
	Slot     Clock         `reach:"all"` // when to be there
	Until    Clock         `reach:"all"` // when the places end
	Window   string        `reach:"all"`
	Counter  string        `reach:"all"` // visit.Counter
	Number   string        `reach:"all"` // YYYYMMDD-W-NNN
	Code     string        `reach:"all"` // what the pass's QR code carries
	Filing   string        `reach:"all"`
	Unit     string        `reach:"all"`
	People   []string      `reach:"all"` // persons who come; empty: the liaison officer alone
	Acts     []Act         `reach:"all"`
	Uses     []Use         `reach:"all"`
	Sequence int           `reach:"all"` // of the calendar file (RFC 5545, 3.8.7.4)
	Cause    string        `reach:"all"` // why there is a second visit; ""
	Takes    []int         `reach:"all"` // of each of those who come, how many slots; empty: one
}

// Moved: the same booking, at another time (改期). The old places are free once
// this one is sure.
type Moved struct {
	Booking  string        `reach:"all"`
	Hall     string        `reach:"all"`
	Day      calendar.Date `reach:"all"`
	Slot     Clock         `reach:"all"`
	Until    Clock         `reach:"all"`
	Window   string        `reach:"all"`
	Counter  string        `reach:"all"`
	Number   string        `reach:"all"`
	Code     string        `reach:"all"`
	Filing   string        `reach:"all"`
	Unit     string        `reach:"all"`
	People   []string      `reach:"all"`
	Acts     []Act         `reach:"all"`
	Uses     []Use         `reach:"all"`
	Sequence int           `reach:"all"`
	FromDay  calendar.Date `reach:"all"`
	FromSlot Clock         `reach:"all"`
	Takes    []int         `reach:"all"` // as in Booked
}

// Announced: whoever booked says that they are at the hall, by scanning the code that
// hangs there. The window checks them in as ever.
type Announced struct {
	Booking string        `reach:"all"`
	Filing  string        `reach:"all"`
	Day     calendar.Date `reach:"all"`
}

// Cancelled: nobody comes (取消).
type Cancelled struct {
	Booking  string        `reach:"all"`
	Filing   string        `reach:"all"`
	Day      calendar.Date `reach:"all"`
	Slot     Clock         `reach:"all"`
	Sequence int           `reach:"all"`
	Reason   string        `reach:"all"`
}

// Shortened: somebody needn't come any more; the others come as they booked.
type Shortened struct {
	Booking  string        `reach:"all"`
	Filing   string        `reach:"all"`
	Day      calendar.Date `reach:"all"`
	Person   string        `reach:"all"`
	People   []string      `reach:"all"` // who still comes
	Acts     []Act         `reach:"all"`
	Sequence int           `reach:"all"`
	Reason   string        `reach:"all"`
	Uses     []Use         `reach:"all"` // what the others still take; empty: one place less, of the last slot
}

// WaitBegun: a case waits for places of a day that has none for it (候补).
type WaitBegun struct {
	Wait    string        `reach:"all"`
	Hall    string        `reach:"all"`
	Day     calendar.Date `reach:"all"`
	Counter string        `reach:"all"` // visit.Counter
	Filing  string        `reach:"all"`
	Unit    string        `reach:"all"`
	People  []string      `reach:"all"` // who would come; empty: the liaison officer alone
	First   First         `reach:"all"` // why they go first; ""
	Minutes []int         `reach:"all"` // how long each of them takes; empty: no longer than one place holds
}

// Offered: a place has come free, and is kept for the first in line whom it fits (候补到位).
type Offered struct {
	Wait   string        `reach:"all"`
	Hall   string        `reach:"all"`
	Day    calendar.Date `reach:"all"`
	Filing string        `reach:"all"`
	Unit   string        `reach:"all"`
	People []string      `reach:"all"`
	Slot   Clock         `reach:"all"`
	Window string        `reach:"all"`
	Uses   []Use         `reach:"all"`
	Until  time.Time     `reach:"all"` // to answer by
}

// WaitEnded: a case waits for a day no more, and hasn't booked it.
type WaitEnded struct {
	Wait   string        `reach:"all"`
	Filing string        `reach:"all"`
	Day    calendar.Date `reach:"all"`
	Why    WaitOver      `reach:"all"`
}

// CheckedIn: a unit, or a traveller alone, has come (到场). One on one day is one
// visit of the ledger, whatever the acts and people.
type CheckedIn struct {
	Booking string        `reach:"all"` // "" for somebody who came without one
	Filing  string        `reach:"all"`
	Unit    string        `reach:"all"`
	Day     calendar.Date `reach:"all"`
	People  []string      `reach:"all"` // who are there
	Acts    []Act         `reach:"all"` // what they came for, without what those who stayed away were to do
	Number  string        `reach:"all"`
	Cause   string        `reach:"all"` // why it is not the first visit of this case; ""
	Hall    string        `reach:"all"` // "" where nobody said: the office's first
}

// Result is how an act of a visit ended.
type Result string

const (
	Done      Result = "done"
	Waived    Result = "waived"    // not needed after all, with the reason
	Replanned Result = "replanned" // another time, with the reason
)

// ActClosed: one act of the visit is over.
type ActClosed struct {
	Filing    string `reach:"all"`
	Act       string `reach:"all"` // Act.ID
	Kind      string `reach:"all"` // visit.Kind
	Person    string `reach:"all"` // "" for the unit
	Result    Result `reach:"all"`
	Note      string `reach:"all"`
	Originals int    `reach:"all"` // papers taken over the counter for good
}

// Closed: people have left (离场); what isn't over by then waits for another day.
type Closed struct {
	Filing string `reach:"all"`
	Unit   string `reach:"all"`
	Done   int    `reach:"all"` // acts done
}

// Missed: nobody came, and the hall is closed on that day (未到).
type Missed struct {
	Booking string        `reach:"all"`
	Filing  string        `reach:"all"`
	Unit    string        `reach:"all"`
	Day     calendar.Date `reach:"all"`
}

// MissTakenBack: it doesn't count as missed that nobody was noted to have come (撤销未到).
type MissTakenBack struct {
	Booking string        `reach:"all"`
	Filing  string        `reach:"all"`
	Unit    string        `reach:"all"`
	Day     calendar.Date `reach:"all"`
}

// TicketGiven: who has checked in has a number, by which they are called (取号).
type TicketGiven struct {
	Visit   string    `reach:"all"`
	Filing  string    `reach:"all"`
	Number  int       `reach:"all"`
	Counter string    `reach:"all"` // visit.Counter
	First   First     `reach:"all"` // why they go first; ""
	Due     time.Time `reach:"all"` // the hour by which their turn goes
	Came    time.Time `reach:"all"`
}

// Called: a window calls a number (叫号).
type Called struct {
	Visit  string `reach:"all"`
	Filing string `reach:"all"`
	Window string `reach:"all"`
	Calls  int    `reach:"all"` // this one included
}

// PassedOver: called three times, and nobody came to the window (过号).
type PassedOver struct {
	Visit  string `reach:"all"`
	Filing string `reach:"all"`
}

// Requeued: who was passed over is there, and in line again.
type Requeued struct {
	Visit  string `reach:"all"`
	Filing string `reach:"all"`
}

// TicketOver: a number needn't be called any more.
type TicketOver struct {
	Visit  string `reach:"all"`
	Filing string `reach:"all"`
}

// CaseID names the case in whose timeline this stands.
func (e Held) CaseID() string      { return "" } // a form being filled in is no news of the case
func (e Booked) CaseID() string    { return e.Filing }
func (e Moved) CaseID() string     { return e.Filing }
func (e WaitBegun) CaseID() string { return e.Filing }
func (e Offered) CaseID() string   { return e.Filing }
func (e WaitEnded) CaseID() string { return e.Filing }
func (e Cancelled) CaseID() string { return e.Filing }
func (e Shortened) CaseID() string { return e.Filing }
func (e Announced) CaseID() string { return e.Filing }
func (e CheckedIn) CaseID() string { return e.Filing }
func (e ActClosed) CaseID() string { return e.Filing }
func (e Closed) CaseID() string    { return e.Filing }
func (e Missed) CaseID() string    { return e.Filing }

// CaseID names the case in whose timeline this stands.
func (e MissTakenBack) CaseID() string { return e.Filing }

// Turns at the windows are no news of the case.
func (e TicketGiven) CaseID() string { return "" }
func (e Called) CaseID() string      { return "" }
func (e PassedOver) CaseID() string  { return "" }
func (e Requeued) CaseID() string    { return "" }
func (e TicketOver) CaseID() string  { return "" }
