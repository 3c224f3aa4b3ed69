package approval

import (
	"context"
	"testing"

	"yitang/internal/ledger"
)

func TestWhatTripsCostIsHeldAgainstTheAim(t *testing.T) {
	months := []ledger.Month{
		{Month: "2026-09", Cases: 1, Ledger: ledger.Ledger{Visits: 3, Asks: 30, Data: 20, Returns: 2, Paper: 1}},
		{Month: "2026-11", Cases: 3, Clean: 3, Ledger: ledger.Ledger{Visits: 2, Asks: 60, Data: 60}},
	}
	got := spentOf(context.Background(), months)
	for i, want := range []struct {
		number string
		missed bool
	}{{"1.2", true}, {"1.12", false}, {"0.50", false}, {"1", false}} {
		if f := got.Figures.Items[i]; f.Number != want.number || f.Missed != want.missed {
			t.Errorf("%d: %s %v, not %+v", i, f.Number, f.Missed, want)
		}
	}
	if p := got.Visits.Points; len(p) != 2 || p[0].Value != 3 || p[1].Label != "2026年11月" || p[1].Short != "11月" {
		t.Errorf("by month: %+v", p)
	}
	if none := spentOf(context.Background(), nil); len(none.Figures.Items)+len(none.Visits.Points) != 0 {
		t.Errorf("figures of nothing: %+v", none)
	}
}
