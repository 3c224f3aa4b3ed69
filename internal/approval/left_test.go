package approval

import (
	"slices"
	"testing"

	"yitang/internal/filing"
)

// A change tells itself who goes no more because of it: the timeline keeps that, though
// a later change brings them back.
func TestAChangeTellsWhoGoesNoMoreBecauseOfIt(t *testing.T) {
	a := play(t, received, accepted, reviewed, chiefed, decided, step{"system", PrepareDocument{Number: "云外办出〔2026〕1号"}}, step{"system", IssueDocument{Edition: 1, Digest: "d", File: "m"}})
	all := a.Approved()
	if len(all) < 2 {
		t.Fatalf("only %v were approved", all)
	}
	amend := func(id string, verdicts ...Verdict) Amended {
		t.Helper()
		events, err := Amend{Amended: Amended{Amendment: id, Kind: filing.AmendMembers, Verdicts: verdicts}}.Decide(a, moment(t, "system", ""))
		if err != nil {
			t.Fatal(err)
		}
		b := events[0].Body.(Amended)
		if a, err = evolve(a, events[0]); err != nil {
			t.Fatal(err)
		}
		return b
	}
	var stay []Verdict
	for _, who := range all[1:] {
		stay = append(stay, Verdict{Person: who, Approved: true})
	}
	first := amend("f1~1", append(slices.Clone(stay), Verdict{Person: "new", Reason: "身份与任务不符"})...)
	if !slices.Equal(first.Left, all[:1]) || !slices.Equal(first.Declined, []string{"new"}) {
		t.Errorf("left are %v, declined %v", first.Left, first.Declined)
	}
	if back := amend("f1~2", append(stay, Verdict{Person: all[0], Approved: true})...); len(back.Left)+len(back.Declined) != 0 {
		t.Errorf("who came back left again: %v %v", back.Left, back.Declined)
	}
}
