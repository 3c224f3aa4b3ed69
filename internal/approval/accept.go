package approval

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// Accept takes the case in: it gets its number and its path, and the clock
// runs (受理).
type Accept struct {
	Number string // the next of the case series, as the office spells it
	Path   pack.Path
	Looked []Finding // findings left open, which the desk says to have seen
	Blocks int       // findings that block: no desk's tick sets one aside
	Self   string    // person of who acts; "" when they never travel
}

// Decide fixes the path as it is today.
func (cmd Accept) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Stage != AtIntake {
		return nil, fault.NotNow("approval.accept.not_now", a.Stage)
	}
	if a.IsAmendment() && a.Light() {
		return nil, fault.NotNow("approval.accept.light_path", a.Stage)
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	if err := blocked(cmd.Blocks); err != nil {
		return nil, err
	}
	if cmd.Number == "" {
		return nil, fault.Field("number", "approval.accept.number", nil)
	}
	var steps []Step
	var whole calendar.Workdays
	for i, s := range cmd.Path.Steps {
		steps = append(steps, Step{Role: s.Role, Zh: s.Name.Zh, En: s.Name.En, Workdays: s.Workdays, FourEyes: s.FourEyes, Decides: i == len(cmd.Path.Steps)-1})
		whole += s.Workdays
	}
	if len(steps) == 0 {
		return nil, fault.Field("path", "approval.accept.path", nil)
	}
	return journal.Happened(Accepted{Number: cmd.Number, Path: cmd.Path.ID, Steps: steps,
		Due: m.Book.AddWorkdays(m.Today, steps[0].Workdays), Final: m.Book.AddWorkdays(m.Today, whole), Looked: journal.Of(cmd.Looked)}), nil
}

// blocked refuses to take in what a rule doesn't let pass: the unit mends it, or a
// chief waives it for this case and says why. Nobody who takes cases in may.
func blocked(n int) error {
	if n == 0 {
		return nil
	}
	return fault.Field("looked", "approval.accept.blocks", map[string]any{"Count": n})
}
