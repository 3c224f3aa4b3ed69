package filing

import (
	"context"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/pack"
	"yitang/internal/web/ui"
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

// What a reader is shown in any language may be sent back as it stands.
func TestACountryIsReadAsItIsWrittenInEachLanguage(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	w := &Work{Pack: func() *pack.Set { return set }}
	for code := range set.Ref.Countries {
		for _, lang := range ui.Langs() {
			shown := w.Country(ui.With(context.Background(), ui.Prefs{Lang: lang}), code)
			if got := w.CountryCode(shown); got != code {
				t.Errorf("%s, as %s reads it, is read as %q and not %s", shown, lang, got, code)
			}
		}
	}
}

// What a person's form doesn't ask leads to where it is shown.
func TestAFindingLeadsToAFieldThatIsThere(t *testing.T) {
	f := &File{ID: "c"}
	f.Now.Persons = []string{"p"}
	for path, want := range map[string]string{
		"unit.signatory":              "/cases/c/members#pick",
		"unit.overdueBooklets":        "/cases#lock",
		"members[0].tripsThisYear":    "/cases/c/members#m-p",
		"members[0].passport.expires": "/cases/c/members#m-p",
		"members[0].post":             "/cases/c/members/p#f-members-0-post",
		"members[0].family":           "/people/p/details?case=c",
		"members[0].homeAddress":      "/people/p/details?case=c",
	} {
		if got := f.place(path); got != want {
			t.Errorf("%s leads to %s, want %s", path, got, want)
		}
	}
}
