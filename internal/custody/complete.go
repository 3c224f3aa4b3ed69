package custody

import (
	"slices"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Complete notes that a booklet which lacked something has it now: its
// bearer's signature, an endorsement.
type Complete struct {
	Booklet      string
	Filing       string
	Signed       bool
	Endorsements []string // added
}

// Decide refuses to note nothing new.
func (cmd Complete) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.complete.not_here", InStore)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(b.Endorsements)
	for _, region := range cmd.Endorsements {
		if !slices.Contains(all, region) {
			all = append(all, region)
		}
	}
	signs := cmd.Signed && b.Unsigned
	if !signs && len(all) == len(b.Endorsements) {
		return nil, fault.Field("complete", "custody.complete.nothing", nil)
	}
	return journal.Happened(Completed{Booklet: b.ID, Person: m.Subject, Filing: cmd.Filing, Signed: signs, Endorsements: all}), nil
}
