package filing

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/pack"
	"yitang/internal/quota"
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

// Whatever somebody calls Taiwan, they are told whose business it is (GEN-005).
func TestEveryUsualNameOfTaiwanIsRead(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"台湾", "臺灣", "台灣", "台湾省", "台湾地区", "中国台湾", "中国台湾省", "中华台北", "Taiwan", "taiwan", "TAIWAN, CHINA", "Chinese Taipei", "tw", "TWN"} {
		if got := CountryCode(set.Ref.Countries, name); got != "TWN" {
			t.Errorf("%s is read as %q", name, got)
		}
	}
}

// Who has given the papers sees who has to come before all is checked; a change
// and an approval for a term have no visits of their own.
func TestAfterThePapersComeTheVisitsWhereThereAreAny(t *testing.T) {
	var term dossier.Case
	term.Trip.Kind = dossier.MultiTrip
	for want, f := range map[string]*File{"/visit": {ID: "c"}, "/check": {ID: "c~1"}} {
		if got := f.goesOn("documents"); got != want {
			t.Errorf("%s goes on at %s, want %s", f.ID, got, want)
		}
	}
	f := &File{ID: "c"}
	f.Now.Case = term
	if got := f.goesOn("documents"); got != "/check" {
		t.Errorf("an approval for a term goes on at %s", got)
	}
}

func TestAPaperThatSeveralMustGiveIsNamedOnce(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	f := &File{ID: "c"}
	f.Now.Persons = []string{"p", "q"}
	f.Now.Case.Members = []dossier.Member{{FamilyName: "沈", GivenName: "知行"}, {FamilyName: "江", GivenName: "明远"}}
	got := f.listed(ctx, []string{"paper-M13-p", "case.purpose", "paper-M13-q", "paper-M12-p", "case.purpose"})
	want := []string{"承诺书（沈知行、江明远）", "出访任务", "备案表，沈知行"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLinesOfThePlanThatAreUsedOrPastStandLast(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	p := Planned{Year: 2026, UsedBy: map[string]string{"2026-02": "赴东京团组"}, Lines: []quota.Line{{ID: "2026-01", Month: 2}, {ID: "2026-02", Month: 6}, {ID: "2026-03", Month: 3}, {ID: "2026-04"}}}
	free, spent := planOptions(ctx, p, calendar.On(2026, 3, 31), "")
	if len(free) != 2 || free[0].Value != "2026-03" || free[1].Value != "2026-04" || free[0].Group == spent[0].Group {
		t.Errorf("offered: %v", free)
	}
	if len(spent) != 2 || !strings.Contains(spent[0].Text, "2月，已过") || !strings.Contains(spent[1].Text, "已用于“赴东京团组”") {
		t.Errorf("behind them: %v", spent)
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

// A number of the budget that can't be taken is named by its box, with why.
func TestANumberOfTheBudgetThatIsNotTakenIsNamedByItsBox(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	f := &File{ID: "c"}
	for path, want := range map[string]string{"costs.airfare": "国际旅费", "fx.EUR.rate": "EUR"} {
		if got := f.where(ctx, path); !strings.Contains(got, want) {
			t.Errorf("%s is called %s", path, got)
		}
	}
	var c dossier.Case
	for typed, want := range map[string]string{"60.005": "form.amount.digits", "9千": "form.amount.unreadable"} {
		if err := c.Put("budget.lines[0].rate", typed); err == nil {
			t.Errorf("%s a night is taken", typed)
		}
		if got := unreadable("budget.lines[0].rate", typed); got != want {
			t.Errorf("%s: %s", typed, got)
		}
	}
}

func TestAPhotoIsNoCaseFile(t *testing.T) {
	for text, is := range map[string]bool{"\xff\xd8\xff\xe0JFIF": false, "%PDF-1.7": false, "\xef\xbb\xbf {\"format\"": true, "\xff\xfe{\x00": true} {
		if looksLikeCase([]byte(text)) != is {
			t.Errorf("%q: %v", text, !is)
		}
	}
}
