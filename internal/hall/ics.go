package hall

import (
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Entry is a booking as a calendar shows it.
type Entry struct {
	Booking Booking
	Summary string // 一趟 · 来外办采集指纹
	Place   string
	Text    string // what to bring
	URL     string // of the pass
	Now     time.Time

	Office    string // who invites, by name
	Organizer string // the office's address: of mail, or where it sends none, of its site
	Attendee  string // the mail address that it goes to; "" for a file that somebody takes from a page
}

// Method is what a calendar is to do with the entry (RFC 5546, 3.2): take it up or
// change it, or take it away. One that is addressed to nobody is published.
func (e Entry) Method() string {
	switch {
	case e.Booking.State == IsCancelled:
		return string(ics.MethodCancel)
	case e.Attendee == "":
		return string(ics.MethodPublish)
	}
	return string(ics.MethodRequest)
}

// Calendar is the booking as a calendar file (RFC 5545). Sent again after a
// move it changes the same entry, because its SEQUENCE has risen (3.8.7.4);
// after a cancellation it takes the entry away.
func Calendar(e Entry) []byte {
	b := e.Booking
	c := ics.NewCalendarFor("Yitang")
	c.SetVersion("2.0")
	c.SetMethod(ics.Method(e.Method()))
	c.SetCalscale("GREGORIAN")
	// China has kept one offset without summer time since 1992, so one rule does.
	tz := c.AddTimezone("Asia/Shanghai")
	std := ics.NewStandard()
	std.AddProperty(ics.ComponentProperty("DTSTART"), "19920101T000000")
	std.AddProperty(ics.ComponentProperty("TZOFFSETFROM"), "+0800")
	std.AddProperty(ics.ComponentProperty("TZOFFSETTO"), "+0800")
	std.AddProperty(ics.ComponentProperty("TZNAME"), "CST")
	tz.Components = append(tz.Components, std)
	ev := c.AddEvent(b.ID + "@yitang")
	ev.SetDtStampTime(e.Now.UTC())
	wall := &ics.KeyValues{Key: "TZID", Value: []string{"Asia/Shanghai"}}
	at := func(k Clock) string {
		return fmt.Sprintf("%04d%02d%02dT%02d%02d00", b.Day.Year(), b.Day.Month(), b.Day.Day(), int(k)/60, int(k)%60)
	}
	ev.SetProperty(ics.ComponentPropertyDtStart, at(b.Slot), wall)
	ev.SetProperty(ics.ComponentPropertyDtEnd, at(b.Ends), wall)
	ev.SetSequence(b.Sequence)
	organizer := e.Organizer
	if !strings.Contains(organizer, "://") { // a calendar user's address is any URI (RFC 5545, 3.3.3)
		organizer = "mailto:" + organizer
	}
	ev.SetProperty(ics.ComponentPropertyOrganizer, organizer, ics.WithCN(e.Office))
	if e.Attendee != "" { // who booked has said that they come: no calendar asks them, or answers the office
		ev.AddAttendee(e.Attendee, ics.ParticipationRoleReqParticipant, ics.ParticipationStatusAccepted, ics.WithRSVP(false))
	}
	ev.SetSummary(e.Summary)
	ev.SetLocation(e.Place)
	ev.SetDescription(e.Text)
	if e.URL != "" {
		ev.SetURL(e.URL)
	}
	ev.SetStatus(ics.ObjectStatusConfirmed)
	if b.State == IsCancelled {
		ev.SetStatus(ics.ObjectStatusCancelled)
	} else {
		alarm := ev.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger("-P1D")
		alarm.SetDescription(e.Summary)
	}
	// Some clients want CRLF and folding below 75 octets, as the format says.
	return []byte(c.Serialize(ics.WithNewLineWindows))
}
