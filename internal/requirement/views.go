package requirement

import (
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/visit"
)

// Task is one group of the task list with what is done in it.
type Task struct {
	Group   Group
	Name    fault.Text
	Items   []Requirement
	Held    int // there already: 已有，无需再交
	Derived int // follows from what is there: nobody is asked
	Missing int // asked of people before submission
	Advised int // missing too, but stops nothing
	Later   int // missing, needed only after the decision; may be brought at once
	Orders  int // missing, but the office sees to it
}

// Done tells whether nothing of it keeps the case from being submitted.
func (t Task) Done() bool { return t.Missing == 0 }

// Tasks gives the task list: the groups of the draft in their order, each once,
// empty ones too. What falls due after the journey isn't among them.
func Tasks(reqs []Requirement) []Task {
	var out []Task
	for _, g := range Groups() {
		if g == GroupAfter {
			continue
		}
		t := Task{Group: g, Name: Text("group." + string(g))}
		for _, r := range reqs {
			if r.Group == g {
				t.count(r)
			}
		}
		out = append(out, t)
	}
	return out
}

func (t *Task) count(r Requirement) {
	t.Items = append(t.Items, r)
	switch r.Status.(type) {
	case Held:
		t.Held++
	case Derivable:
		t.Derived++
	case Missing:
		switch {
		case !r.AsksPeople():
			t.Orders++
		case r.Need != AtSubmission:
			t.Later++
		case r.Advised:
			t.Advised++
		default:
			t.Missing++
		}
	case NotNeeded:
	}
}

// Asks lists what people are asked for by the moment, in the order of the list.
// What is held, derivable or not needed is never in it.
func Asks(reqs []Requirement, by Moment) []Requirement {
	return slices.DeleteFunc(slices.Clone(reqs), func(r Requirement) bool { return !r.AsksPeople() || r.Need > by })
}

// Kit lists what a member's application consists of, in the order of the kit.
// The country is the area ("SCHENGEN") or the one whose mission is asked. It is
// empty where no application is made.
func Kit(reqs []Requirement, member int, country string) []Requirement {
	by := make(map[ID]Requirement, len(reqs))
	for _, r := range reqs {
		by[r.ID] = r
	}
	var out []Requirement
	for _, o := range VisaOrders(reqs) {
		if o.Member != member || o.Area != country && o.Apply != country {
			continue
		}
		for _, id := range o.Kit {
			if r, ok := by[id]; ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// Acts gives the acts that are still to be done, for the visit plan. What an act
// would wait for and needn't be done any more, it doesn't wait for.
func Acts(reqs []Requirement) []visit.Act {
	var out []visit.Act
	open := map[visit.ActID]bool{}
	for _, r := range reqs {
		if a, is := r.What.(Act); is && r.IsMissing() {
			out = append(out, a.Act)
			open[a.ID] = true
		}
	}
	for i := range out {
		out[i].After = slices.DeleteFunc(slices.Clone(out[i].After), func(w visit.After) bool { return !open[w.Act] })
	}
	return out
}

// BookletOrder is one booklet that has to be made.
type BookletOrder struct {
	Member int
	Action BookletAction
	Type   dossier.PassportType
	Old    *dossier.Passport // to be handed over, where there is one
	Why    Message
	// Capture tells whether the member has to come for it; Endorse lists the
	// regions that the new permit carries.
	Capture bool
	Endorse []string
}

// BookletOrders lists them, passports before permits, members in their order.
func BookletOrders(reqs []Requirement) []BookletOrder {
	capture := map[Owner]bool{}
	endorse := map[Owner][]string{}
	for _, r := range reqs {
		if r.Key == "act.capture" && r.IsMissing() {
			capture[r.Owner] = true
		}
		if e, is := r.What.(Endorsement); is && r.IsMissing() {
			endorse[r.Owner] = append(endorse[r.Owner], e.Region)
		}
	}
	var out []BookletOrder
	for _, r := range reqs {
		b, is := r.What.(Booklet)
		m, missing := r.Status.(Missing)
		i, personal := r.Owner.Member()
		if !is || !missing || !personal {
			continue
		}
		o := BookletOrder{Member: i, Action: b.Action, Type: b.Type, Old: b.Old, Why: m.Why}
		if b.Type == dossier.HKMacauPermit {
			o.Endorse = endorse[r.Owner]
		} else {
			o.Capture = capture[r.Owner]
		}
		out = append(out, o)
	}
	return out
}

// VisaOrder is one application that has to be made.
type VisaOrder struct {
	Member int
	VisaNeed
	Why Message
}

// VisaOrders lists them in the order of members, then of entry.
func VisaOrders(reqs []Requirement) []VisaOrder {
	var out []VisaOrder
	for _, r := range reqs {
		n, is := r.What.(VisaNeed)
		m, missing := r.Status.(Missing)
		if i, personal := r.Owner.Member(); is && missing && personal {
			out = append(out, VisaOrder{i, n, m.Why})
		}
	}
	return out
}
