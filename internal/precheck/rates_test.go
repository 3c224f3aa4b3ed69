package precheck

import (
	"slices"
	"testing"
)

// One click on a rate that is too high mends the line's amount and the total with
// it: nothing else is then found wrong with the budget.
func TestARateThatIsLoweredTakesAmountAndTotalWithIt(t *testing.T) {
	c := caseFile(t, "lodging-far-too-dear")
	clicks := 0
	for {
		found := engine(t).Check(c, Submit, c.AsOf)
		i := slices.IndexFunc(found.List, func(f Finding) bool { return f.Rule == "BUD-001" && len(f.Fix.Set) > 0 })
		if i < 0 {
			break
		}
		var err error
		if c, err = Apply(c, found.List[i].Fix.Set); err != nil {
			t.Fatal(err)
		}
		if clicks++; clicks > len(c.Budget.Lines) {
			t.Fatal("it never ends")
		}
		if wrong := engine(t).Check(c, Submit, c.AsOf).Of("BUD-006"); len(wrong) > 0 {
			t.Fatalf("after click %d: %s", clicks, wrong[0].Message.En)
		}
	}
	if clicks == 0 {
		t.Error("no rate was too high")
	}
}

// A total without lines is no total to put right: the lines are asked for.
func TestATotalWithoutLinesIsntSetToNothing(t *testing.T) {
	c := caseFile(t, "valid-germany-5-days")
	c.Budget.Lines = nil
	found := engine(t).Check(c, Submit, c.AsOf).Of("BUD-006")
	if len(found) != 1 || found[0].Field != "budget.lines" || len(found[0].Fix.Set) > 0 {
		t.Errorf("found %+v", found)
	}
}
