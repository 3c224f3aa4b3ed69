package filing

import (
	"strings"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Withdraw ends the application at its unit's wish (撤回).
type Withdraw struct{ Reason string }

// Decide needs a reason, and an application that isn't decided yet.
func (cmd Withdraw) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	switch {
	case f.Stage != IsSubmitted && f.Stage != IsSentBack:
		return nil, fault.NotNow("filing.withdraw.not_now", f.Stage)
	case strings.TrimSpace(cmd.Reason) == "":
		return nil, fault.Field("reason", "filing.withdraw.no_reason", nil)
	}
	return journal.Happened(Withdrawn{Reason: strings.TrimSpace(cmd.Reason)}), nil
}

// Conclude takes note that the office has decided. It follows from the
// decision, may come more than once, and counts for nothing once withdrawn.
type Conclude struct{ Outcome Outcome }

// Decide concludes once.
func (cmd Conclude) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	switch f.Stage {
	case IsSubmitted, IsSentBack:
		return journal.Happened(Concluded(cmd)), nil
	case IsConcluded, IsWithdrawn:
		return nil, nil
	}
	return nil, fault.NotNow("filing.conclude.not_now", f.Stage)
}
