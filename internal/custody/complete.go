package custody

import (
	"slices"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

// Complete notes that a booklet which lacked something has it now: its
// bearer's signature, an endorsement.
type Complete struct {
	Booklet      string
	Filing       string
	Signed       bool
	Endorsements []string         // added
	Stamps       []passport.Stamp // of the passport zone: they take the place of those for their regions that end earlier
}

// Decide refuses to note nothing new, and takes what the passport zone tells
// again for told. What it put into a permit is there wherever the permit is now;
// one that is lost or void serves nobody.
func (cmd Complete) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.Booklet(cmd.Booklet)
	switch {
	case err != nil:
		return nil, err
	case len(cmd.Stamps) == 0 && b.Place != InStore:
		return nil, fault.NotNow("custody.complete.not_here", b.Place)
	case !b.Live():
		return nil, nil
	}
	stamps := latest(b.Stamps, cmd.Stamps)
	all := carries(append(slices.Clone(b.Endorsements), cmd.Endorsements...), cmd.Stamps)
	signs := cmd.Signed && b.Unsigned
	if !signs && len(all) == len(b.Endorsements) && slices.Equal(stamps, b.Stamps) {
		if len(cmd.Stamps) > 0 {
			return nil, nil // by rule: nobody is there to be told
		}
		return nil, fault.Field("complete", "custody.complete.nothing", nil)
	}
	return journal.Happened(Completed{Booklet: b.ID, Person: m.Subject, Filing: cmd.Filing, Signed: signs, Endorsements: all, Stamps: stamps}), nil
}

// latest keeps one endorsement for each region. What the passport zone told of one
// case can follow here after what it told of a later one, if it was held up; a
// later case is endorsed only for what the permit doesn't last for already.
func latest(held, told []passport.Stamp) []passport.Stamp {
	out := slices.Clone(held)
	for _, n := range told {
		i := slices.IndexFunc(out, func(s passport.Stamp) bool { return s.Region == n.Region })
		switch {
		case i < 0:
			out = append(out, n)
		case !n.Until.Before(out[i].Until):
			out[i] = n
		}
	}
	return out
}

// carries lists the regions of endorsements, each once.
func carries(regions []string, stamps []passport.Stamp) []string {
	var out []string
	for _, s := range stamps {
		regions = append(slices.Clone(regions), s.Region)
	}
	for _, r := range regions {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}
