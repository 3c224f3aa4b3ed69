package visa

import (
	"fmt"
	"testing"

	"yitang/internal/material"
	"yitang/ref"
)

// Of several e-visas that are awaited its giver says whose it is, and it is compared
// with that country's order alone; where one is awaited nobody is asked.
func TestAnEVisaIsForTheCountryThatWasChosen(t *testing.T) {
	order := func(area string) Row {
		return Row{ID: area, Person: "a", Area: area, Filing: "f", Stage: NoneNeeded, Way: ref.Online}
	}
	ken, ind := order("KEN"), order("IND")
	other, free := order("ETH"), order("SRB")
	other.Person, free.Way = "b", ref.VisaFree
	serves := func(id, area string) Came {
		return Came{Paper: material.Material{ID: id}, Says: material.EVisa{Area: area}, Told: true}
	}
	unfit := serves("k", "KEN")
	unfit.Told = false
	for name, c := range map[string]struct {
		came     map[string]Came
		replaced string
		chosen   string
		want     string // the order, how many it is chosen from
	}{
		"two are awaited and none is chosen": {nil, "", "", " 2 [evisa.which]"},
		"the second is chosen":               {nil, "", "IND", "IND 2 []"},
		"what isn't awaited is chosen":       {nil, "", "ETH", " 2 [evisa.which]"},
		"one has come":                       {map[string]Came{"KEN": serves("k", "KEN")}, "", "", "IND 1 []"},
		"what came doesn't serve":            {map[string]Came{"KEN": unfit}, "", "", " 2 [evisa.which]"},
		"both have come":                     {map[string]Came{"KEN": serves("k", "KEN"), "IND": serves("i", "IND")}, "", "KEN", "KEN 2 []"},
		"another in the place of one":        {map[string]Came{"KEN": serves("k", "KEN")}, "k", "", "KEN 1 []"},
		"in the place of one that won't do":  {map[string]Came{"KEN": unfit}, "k", "", "KEN 1 []"},
		"of one of which nobody said whose":  {map[string]Came{"KEN": serves("k", ""), "IND": {Paper: material.Material{ID: "k"}}}, "k", "", "KEN 1 []"},
	} {
		awaiting := Awaiting([]Row{ken, other, free, ind}, []string{"a"}, c.came, c.replaced)
		o, unsaid := ForWhich(awaiting, c.chosen)
		var keys []string
		for _, f := range unsaid {
			keys = append(keys, f.Key)
		}
		if got := fmt.Sprint(o.ID, " ", len(awaiting), " ", keys); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	h := Have{Papers: []material.Material{{ID: "p", Added: material.Added{Kind: EVisa, Case: "f"}}}, Printed: map[string]material.EVisa{"p": {Area: "KEN"}}}
	if _, is := h.EVisaOf(ind); is {
		t.Error("one country's e-visa is taken for another's")
	}
}
