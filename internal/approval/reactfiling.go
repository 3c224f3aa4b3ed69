package approval

import (
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// FilingWish is what the application does because of what the office did.
type FilingWish struct {
	Order   journal.Order
	Command journal.Command[filing.Filing]
}

// ReactFiling turns the office's answer into what becomes of the application
// in its own zone: sent back, its fields open again; decided, it is concluded.
func ReactFiling(e journal.Event) []FilingWish {
	wish := func(what string, cmd journal.Command[filing.Filing]) []FilingWish {
		return []FilingWish{{journal.Order{Subject: e.Subject.ID, Key: e.ID + ":" + what, Cause: e.ID}, cmd}}
	}
	switch b := e.Body.(type) {
	case SentBack:
		return wish("filing.reopen", filing.Reopen{Defects: b.Defects, Until: b.Until})
	case Decided:
		outcome := filing.Approved
		if b.Approved == 0 {
			outcome = filing.Refused
		}
		return wish("filing.conclude", filing.Conclude{Outcome: outcome})
	}
	return nil
}
