package custody

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// Claim is another trip of its holder for which a booklet is wanted, approved or
// still under review.
type Claim struct {
	Filing string
	Case   string // the trip in words: title, number, how far it is
	Depart calendar.Date
	Return calendar.Date
	Send   calendar.Date // latest sending day of a visa that it must be with a mission for; zero for none
	Areas  []string      // of such visas, in words
}

// Clash is how a claim gets in the way of a loan.
type Clash string

const (
	NoClash   Clash = ""
	Overlap   Clash = "overlap" // nobody goes on both trips
	TripFirst Clash = "before"  // that trip is over before this one begins
	VisaFirst Clash = "visa"    // it should be with a mission before it is back
	SoonAfter Clash = "after"   // that trip begins before it is due back
)

// Clashes tells how a claim gets in the way of a loan that begins today for a
// trip, and is due on a day. A trip that is over claims nothing.
func (c Claim) Clashes(depart, home, due, today calendar.Date) Clash {
	switch {
	case c.Return.Before(today):
		return NoClash
	case !c.Return.Before(depart) && !c.Depart.After(home):
		return Overlap
	case c.Return.Before(depart):
		return TripFirst
	case !c.Send.IsZero() && !c.Send.After(due):
		return VisaFirst
	case !c.Depart.After(due):
		return SoonAfter
	}
	return NoClash
}

// Claimed says what other trips want the booklet sooner than it would be back: the
// keeper decides, and says so.
//
// ui:keys custody.lend.claim.*
func (cmd Lend) Claimed(today calendar.Date) []fault.Finding {
	var out []fault.Finding
	due := Due(cmd.Return, cmd.ReturnDays)
	for _, c := range cmd.Claims {
		if clash := c.Clashes(cmd.Depart, cmd.Return, due, today); clash != NoClash {
			out = append(out, fault.Finding{Field: "anyway", Key: "custody.lend.claim." + string(clash),
				Args: map[string]any{"Case": c.Case, "Depart": c.Depart, "Return": c.Return, "Send": c.Send, "Areas": c.Areas, "Home": cmd.Return, "Until": c.Depart.Prev()}})
		}
	}
	return out
}
