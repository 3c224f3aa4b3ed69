package approval

import (
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/requirement"
)

// Wish is a command that follows by rule from an event. Its order carries a
// key made from the event, so that a repeat is harmless.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Approval]
}

func wish(e journal.Event, what, subject string, cmd journal.Command[Approval]) []Wish {
	return []Wish{{Order: journal.Order{Subject: subject, Key: e.ID + ":" + what, Cause: e.ID}, Command: cmd}}
}

// React turns what the unit did into what the office does with it: an
// application that has come in is received, a correction taken, a withdrawal
// noted.
//
// f is the application as the office knows it: an amendment says so before it
// comes in.
func React(e journal.Event, f filing.Filing, clocks pack.Paths) []Wish {
	switch b := e.Body.(type) {
	case filing.Submitted:
		c, _ := b.Dossier.Value()
		return wish(e, "approval.receive", e.Subject.ID, Receive{Unit: b.Unit, Members: b.Members, Amends: f.Amends, Names: namesOf(c), Within: clocks.IntakeWorkdays,
			Facts: Facts{Title: b.Title, Kind: b.Kind, Urgent: b.Urgent, Depart: b.Depart, Return: b.Return, Countries: b.Countries, Questions: len(b.Answers)}})
	case filing.Corrected:
		c, _ := b.Dossier.Value()
		return wish(e, "approval.take_correction", e.Subject.ID, TakeCorrection{Changed: b.Changed, Members: b.Members, Names: namesOf(c), Within: clocks.IntakeWorkdays,
			Facts: Facts{Title: b.Title, Kind: b.Kind, Urgent: b.Urgent, Depart: b.Depart, Return: b.Return, Countries: b.Countries, Questions: len(b.Answers)}})
	case filing.Withdrawn:
		return wish(e, "approval.withdraw", e.Subject.ID, Withdraw{Reason: b.Reason})
	}
	return nil
}

// Crossing is the withdrawal of an application that was decided before the
// office heard of it: given once its document is issued, it revokes that. f is
// the application as the office knows it.
func Crossing(e journal.Event, f filing.Filing) []Wish {
	if _, issued := e.Body.(DocumentIssued); !issued || f.Stage != filing.IsWithdrawn {
		return nil
	}
	return wish(e, "approval.withdraw", e.Subject.ID, Withdraw{Reason: fault.Because("unit_withdrew")})
}

func namesOf(c dossier.Case) Names {
	n := Names{Unit: c.Unit.Name}
	for _, m := range c.Members {
		if m.Role == dossier.Head {
			n.Head = m.Name()
			break
		}
	}
	return n
}

// Booklets turns the booklet orders of the requirement engine into what the
// passport zone is asked for, for the approved members: booklets to be made, and
// permits to be endorsed. people are the members' ids in the order of the dossier.
func Booklets(c dossier.Case, reqs []requirement.Requirement, people, approved []string) AskBooklets {
	may := map[string]bool{}
	for _, p := range approved {
		may[p] = true
	}
	regions := map[int][]Region{}
	for _, r := range reqs {
		e, is := r.What.(requirement.Endorsement)
		if i, personal := r.Owner.Member(); is && personal && r.IsMissing() {
			regions[i] = append(regions[i], regionOf(c, e.Region))
		}
	}
	var cmd AskBooklets
	for _, r := range reqs {
		need, is := r.What.(requirement.Booklet)
		i, personal := r.Owner.Member()
		if !is || !personal || i >= len(people) || i >= len(c.Members) || !may[people[i]] {
			continue
		}
		permit := need.Type == dossier.HKMacauPermit
		only := permit && r.IsHeld() && len(regions[i]) > 0
		if !r.IsMissing() && !only {
			continue
		}
		ask := BookletAsked{Person: people[i], Type: string(need.Type), Why: string(need.Action), Depart: c.Trip.Depart,
			Identity: journal.Of(IdentityOf(c, i))}
		if permit {
			ask.Regions = regions[i]
		}
		switch {
		case only:
			ask.Why = EndorseOnly
		case need.Old != nil:
			ask.Replaces = dossier.Tail(need.Old.Number)
		}
		cmd.Booklets = append(cmd.Booklets, ask)
	}
	return cmd
}

// Regions is what endorsements have to allow for a journey.
func Regions(c dossier.Case) []Region {
	var out []Region
	for _, code := range c.Countries() {
		if dossier.RegionsOnly([]string{code}) {
			out = append(out, regionOf(c, code))
		}
	}
	return out
}

// regionOf counts how often a case enters a region, and finds its last day there.
func regionOf(c dossier.Case, code string) Region {
	out := Region{Code: code, Until: c.Trip.Return}
	there := false
	for _, l := range c.Legs {
		if !l.Counts() {
			continue
		}
		if l.Country == code && !there {
			out.Times++
		}
		if there = l.Country == code; there && !l.Leave.Date.IsZero() {
			out.Until = l.Leave.Date
		}
	}
	out.Times = max(1, out.Times)
	return out
}
