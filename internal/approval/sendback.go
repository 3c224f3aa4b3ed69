package approval

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// SendBack gives the application back to its unit with everything that is to
// be mended, in one go (一次性告知).
type SendBack struct {
	Defects []Defect
	Reason  string            // why a second time
	Within  calendar.Workdays // the unit's time to mend it
	Self    string
}

// Decide refuses a notice without a field, and a second one without a chief's
// reason.
func (cmd SendBack) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if err := a.finds(m, cmd.Self); err != nil {
		return nil, err
	}
	var wrong []fault.Finding
	if len(cmd.Defects) == 0 {
		wrong = append(wrong, fault.Finding{Field: "defects", Key: "approval.send_back.nothing"})
	}
	seen := map[Defect]bool{}
	for i, d := range cmd.Defects {
		at := fmt.Sprintf("defects[%d]", i)
		if strings.TrimSpace(d.Field) == "" {
			wrong = append(wrong, fault.Finding{Field: at + ".field", Key: "approval.send_back.no_field"})
		}
		if strings.TrimSpace(d.Words) == "" {
			wrong = append(wrong, fault.Finding{Field: at + ".words", Key: "approval.send_back.no_words"})
		}
		if same := (Defect{Field: d.Field, Words: d.Words}); seen[same] {
			wrong = append(wrong, fault.Finding{Field: at + ".words", Key: "approval.send_back.twice"})
		} else {
			seen[same] = true
		}
	}
	second := a.Returns > 0
	switch {
	case !second:
	case m.Actor.Role != "chief" && m.Actor.Role != "director":
		return nil, fault.Forbidden("sending back a second time")
	case strings.TrimSpace(cmd.Reason) == "":
		wrong = append(wrong, fault.Finding{Field: "reason", Key: "approval.send_back.second_reason"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	reason := ""
	if second {
		reason = cmd.Reason
	}
	return journal.Happened(SentBack{Defects: cmd.Defects, Second: second, Reason: reason, Until: within(m, cmd.Within)}), nil
}

// finds refuses whoever may not say what is wrong with the application: it is
// for the desk whose turn it is and for its chiefs, while the case is here, and
// never for a traveller of the case themselves (回避).
func (a Approval) finds(m journal.Moment, self string) error {
	if a.Stage != AtIntake && a.Stage != UnderReview {
		return fault.NotNow("approval.send_back.not_now", a.Stage)
	}
	if err := a.notOwn(self); err != nil {
		return err
	}
	if !slices.Contains([]string{a.Desk(), "chief", "director"}, m.Actor.Role) {
		return fault.Forbidden("the step of " + a.Desk())
	}
	return nil
}

// TakeCorrection puts the mended application back on the desk that sent it.
type TakeCorrection struct {
	Changed []string // fields that differ from before
	Members []Traveller
	Facts   Facts
	Names   Names
	Within  calendar.Workdays // intake's clock; under review the step's own runs again
}

// Decide takes only what was sent back.
func (cmd TakeCorrection) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Stage != WithUnit {
		return nil, fault.NotNow("approval.take_correction.not_now", a.Stage)
	}
	if len(cmd.Members) == 0 {
		return nil, fault.Field("members", "approval.receive.nobody", nil)
	}
	clock := cmd.Within
	if a.before == UnderReview {
		clock = a.Steps[a.At].Workdays + pause(m, m.Today, a.StandsStill())
	}
	return journal.Happened(CorrectionTaken{Changed: cmd.Changed, Members: cmd.Members, Facts: cmd.Facts, Names: journal.Of(cmd.Names), Due: within(m, clock)}), nil
}
