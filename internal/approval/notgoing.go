package approval

import (
	"slices"

	"yitang/internal/calendar"
)

// NotGoing is somebody of a decided mission who doesn't travel: declined, or left
// out since by a change. A change brings a new list of members, on which such
// people don't stand; here they stay.
type NotGoing struct {
	Person    string
	Declined  bool   // by a decision, for Reason; else a change left them out
	Reason    string // of a refusal
	On        calendar.Date
	Amendment string // by which it came; "" for the first decision
}

// notGoing is who doesn't travel after one more decision: who is approved by it
// goes, whatever was said before.
func notGoing(before []NotGoing, went []string, now []Verdict, on calendar.Date, amendment string) []NotGoing {
	goes := approved(now)
	out := slices.DeleteFunc(slices.Clone(before), func(n NotGoing) bool { return slices.Contains(goes, n.Person) })
	known := func(person string) bool {
		return slices.ContainsFunc(out, func(n NotGoing) bool { return n.Person == person })
	}
	for _, v := range now {
		if !v.Approved && !known(v.Person) {
			out = append(out, NotGoing{Person: v.Person, Declined: true, Reason: v.Reason, On: on, Amendment: amendment})
		}
	}
	for _, person := range went {
		if !slices.Contains(goes, person) && !known(person) {
			out = append(out, NotGoing{Person: person, On: on, Amendment: amendment})
		}
	}
	return out
}
