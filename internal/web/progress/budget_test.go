package progress

import (
	"context"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/web/ui"
)

// A fee that covers a trip to two countries isn't put under one of them.
func TestFeesOfTheWholeTripAreCalledSo(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{})
	line := func(kind dossier.CostKind, country string) dossier.BudgetLine {
		return dossier.BudgetLine{Kind: kind, Country: country}
	}
	c := Costs{Place: func(_ context.Context, country, city string) string { return country + city }, Budget: dossier.Budget{Lines: []dossier.BudgetLine{
		line(dossier.Meals, "FRA"), line(dossier.Meals, "ITA"), line(dossier.Airfare, "FRA"), line(dossier.VisaFee, "FRA"), line(dossier.Insurance, "FRA"), line(dossier.Intercity, "FRA"), line(dossier.Intercity, "ITA"), line(dossier.OtherCost, "")}}}
	for i, want := range []string{"FRA", "ITA", "全程", "全程", "全程", "FRA", "ITA", "全程"} {
		if got := c.At(ctx, c.Budget.Lines[i]); got != want {
			t.Errorf("line %d, %s: %s instead of %s", i+1, c.Budget.Lines[i].Kind, got, want)
		}
	}
	c.Budget.Lines = []dossier.BudgetLine{line(dossier.Meals, "JPN"), line(dossier.VisaFee, "JPN")}
	if got := c.At(ctx, c.Budget.Lines[1]); got != "JPN" {
		t.Errorf("the visa of the only country is put at %s", got)
	}
}
