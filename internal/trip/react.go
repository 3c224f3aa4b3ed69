package trip

import (
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/visa"
)

// Wish is a command to a trip that follows by rule. It is given in the internet
// zone.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Trip]
}

// Concerns names the case whose trip may be cleared or closed by an event; ""
// for none. The caller then reads Ready and Owed and asks React.
func Concerns(e journal.Event) string {
	switch b := e.Body.(type) {
	case custody.Lent:
		return b.Filing
	case custody.HandedIn:
		return b.Filing
	case visa.Checked:
		return b.Filing
	case visa.Released:
		return b.Filing
	case visa.Withdrawn:
		return b.Filing
	case visa.Planned:
		return b.Filing
	case approval.DocumentIssued, ReportFiled, NotDeparted:
		return e.Subject.ID
	}
	return ""
}

// React turns news into clearing and closing.
func React(e journal.Event, ready Ready, owed Owed) []Wish {
	filing := Concerns(e)
	if filing == "" {
		return nil
	}
	switch e.Body.(type) {
	case custody.HandedIn, ReportFiled, NotDeparted:
		return []Wish{Concluding(e, filing, owed)}
	}
	return []Wish{{journal.Order{Subject: filing, Key: e.ID + ":trip.clear", Cause: e.ID}, Clear{Ready: ready}}}
}

// Concluding is the wish to close a trip if nothing is owed, on account of an
// event of this room or a later one.
func Concluding(e journal.Event, filing string, owed Owed) Wish {
	return Wish{journal.Order{Subject: filing, Key: e.ID + ":trip.conclude", Cause: e.ID}, Conclude{Owed: owed}}
}

// Archiving turns a closed trip into the end of its case. It is given in the
// office zone.
func Archiving(e journal.Event) []approval.Wish {
	if _, ok := e.Body.(Closed); !ok {
		return nil
	}
	return []approval.Wish{{Order: journal.Order{Subject: e.Subject.ID, Key: e.ID + ":approval.close", Cause: e.ID}, Command: approval.Close{}}}
}

// Recalling wants the booklets of a mission that doesn't take place back. It is
// given in the office zone; out lists what is lent for the case.
func Recalling(e journal.Event, out []custody.Row) []custody.Wish {
	b, ok := e.Body.(NotDeparted)
	if !ok {
		return nil
	}
	var ws []custody.Wish
	for _, r := range out {
		if r.Place == custody.IsLent {
			ws = append(ws, custody.Wish{Order: journal.Order{Subject: r.Person, Key: e.ID + ":custody.recall:" + r.Booklet, Cause: e.ID},
				Command: custody.Recall{Booklet: r.Booklet, Filing: e.Subject.ID, ReturnDays: b.BookletsDue.Sub(b.On), Reason: b.Reason}})
		}
	}
	return ws
}
