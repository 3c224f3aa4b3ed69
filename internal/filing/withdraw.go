package filing

import (
	"encoding/json"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Withdraw ends the application at its unit's wish (撤回).
type Withdraw struct {
	Reason string
	Issued bool // the document of its approval was heard of
}

// MayWithdraw tells whether the unit may still end it by itself: while it isn't
// decided, and after that while a joined delegation waits for the organiser's
// mission notice, which may never come.
func (f Filing) MayWithdraw(issued bool) bool {
	switch f.Stage {
	case IsSubmitted, IsSentBack:
		return true
	case IsConcluded:
		return f.Outcome == Approved && !issued && f.Dossier.Trip.Kind == dossier.Joined && f.Amends.Of == ""
	}
	return false
}

// Decide needs a reason, and an application that may still be withdrawn.
func (cmd Withdraw) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	switch {
	case !f.MayWithdraw(cmd.Issued):
		return nil, fault.NotNow("filing.withdraw.not_now", f.Stage)
	case strings.TrimSpace(cmd.Reason) == "":
		return nil, fault.Field("reason", "filing.withdraw.no_reason", nil)
	}
	return journal.Happened(Withdrawn{Reason: strings.TrimSpace(cmd.Reason)}), nil
}

// Conclude takes note that the office has decided. It follows from the
// decision, may come more than once, and counts for nothing once withdrawn.
type Conclude struct {
	Outcome  Outcome
	Approved []string // who may travel
}

// Decide concludes once. An approval that was given can still come to nothing:
// then what it used of the unit's plan is free again.
func (cmd Conclude) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	if cmd.Outcome == Revoked || cmd.Outcome == Cancelled {
		if f.Stage == IsConcluded && (f.Outcome == Approved || f.Outcome == Revoked && cmd.Outcome == Cancelled) {
			return journal.Happened(Concluded{Outcome: cmd.Outcome}), nil
		}
		return nil, nil
	}
	switch f.Stage {
	case IsSubmitted, IsSentBack:
		c := Concluded{Outcome: cmd.Outcome}
		if cmd.Outcome == Approved {
			c.People, c.AmountFen = Granted(f.Dossier, f.Persons(), cmd.Approved)
		}
		return journal.Happened(c), nil
	case IsConcluded, IsWithdrawn:
		return nil, nil
	}
	return nil, fault.NotNow("filing.conclude.not_now", f.Stage)
}

// concludedV1 lifts what was concluded before it said who may travel: a number
// below nobody leaves the application's own standing.
func concludedV1(_ int, fields map[string]json.RawMessage) error {
	fields["people"] = json.RawMessage("-1")
	return nil
}
