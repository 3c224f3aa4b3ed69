package approval

import (
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// TakeBack undoes a step of the review that was passed on by mistake (撤回上报):
// the case lies on the desk that it came from, as if the step weren't taken.
type TakeBack struct{}

// Decide lets whoever took the last step take it back, until the next desk
// has acted on the case: asked the unit, handed it back, passed it on or
// decided. What the next desk noted on its worksheet stays and hinders nobody.
// The step's own clock runs on: taking back gains no time.
func (cmd TakeBack) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	switch a.Stage {
	case UnderReview:
	case IsDecided, IsRefused, IsIssued, IsRevoked, IsClosed:
		return nil, fault.NotNow("approval.take_back.decided", a.Stage)
	default:
		return nil, fault.NotNow("approval.take_back.not_now", a.Stage)
	}
	if a.At == 0 {
		return nil, fault.NotNow("approval.take_back.nothing", a.Stage)
	}
	if !a.passedOn {
		return nil, fault.NotNow("approval.take_back.acted", a.Stage)
	}
	step := a.Steps[a.At-1]
	if m.Actor.Role != step.Role {
		return nil, fault.Forbidden("the step of " + step.Role)
	}
	if m.Actor.Account == "" || m.Actor.Account != a.Acted[a.At-1] {
		return nil, fault.NotNow("approval.take_back.not_yours", a.Stage)
	}
	return journal.Happened(TakenBack{Step: a.At - 1, Role: step.Role, Due: a.dueBefore}), nil
}

// MayTakeBack tells whether an account may still take back what it passed on.
func (a Approval) MayTakeBack(account string) bool {
	return a.Stage == UnderReview && a.passedOn && account != "" && a.Acted[a.At-1] == account
}
