package filing

import (
	"testing"

	"yitang/internal/dossier"
)

// A rate of exchange is asked once for each currency: what is wrong with it in
// any line leads there, unless the unit writes its lines itself.
func TestAMissingRateLeadsToTheOneFieldOfItsCurrency(t *testing.T) {
	f := &File{ID: "c"}
	f.Now.Case.Budget = &dossier.Budget{Lines: []dossier.BudgetLine{{Currency: "CNY"}, {Currency: "EUR"}}}
	if got := f.place("budget.lines[1].fxRate"); got != "/cases/c/budget#f-fx-EUR-rate" {
		t.Errorf("leads to %s", got)
	}
	if got := f.place("budget.lines[7].fxRate"); got != "/cases/c/budget?lines=1#f-budget-lines-7-fxRate" {
		t.Errorf("a line that isn't there leads to %s", got)
	}
	f.Draft.Paper.OwnLines = true
	if got := f.place("budget.lines[1].fxRate"); got != "/cases/c/budget?lines=1#f-budget-lines-1-fxRate" {
		t.Errorf("a line of the unit's own leads to %s", got)
	}
}
