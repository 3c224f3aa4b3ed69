package precheck

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"yitang/internal/dossier"
	"yitang/ref"
)

var built = sync.OnceValues(func() (*Engine, error) {
	data, err := ref.Built()
	if err != nil {
		return nil, err
	}
	return New(data)
})

// engine is the one that ships. A rule that can't be read fails the test that
// asks, by its file and number.
func engine(t interface {
	Helper()
	Fatal(...any)
}) *Engine {
	t.Helper()
	e, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func caseFile(t testing.TB, name string) dossier.Case {
	t.Helper()
	text, err := os.ReadFile("../../testdata/cases/" + strings.TrimSuffix(name, ".json") + ".json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := dossier.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

func TestAllRulesCompile(t *testing.T) {
	if err := engine(t).Compile(); err != nil {
		t.Fatal(err)
	}
}

func TestABadRuleIsNamedWithItsFile(t *testing.T) {
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, spoil := range []func(*ref.Rule){
		func(r *ref.Rule) { r.Scope = "planet" },
		func(r *ref.Rule) { r.QuietIf = []string{"XYZ-999"} },
		func(r *ref.Rule) { r.When = "case.days >" },
		func(r *ref.Rule) { r.Message.Zh = "共{case.dais}天" },
	} {
		d := data
		d.Rules = slices.Clone(data.Rules)
		last := len(d.Rules) - 1
		for len(d.Rules[last].Cases) > 0 { // whose own words would hide the rule's
			last--
		}
		r := &d.Rules[last]
		spoil(r)
		e, err := New(d)
		if err == nil {
			err = e.Compile()
		}
		if err == nil || !strings.Contains(err.Error(), r.File) || !strings.Contains(err.Error(), r.ID) {
			t.Errorf("the error names neither %s nor %s: %v", r.File, r.ID, err)
		}
	}
}

func rulesIn(fs Findings) []string {
	var out []string
	for _, f := range fs.List {
		out = append(out, f.Rule+" "+f.Field)
	}
	return out
}

// named gives the cases in order that examples change.
func named(name string) (dossier.Case, error) {
	text, err := os.ReadFile("../../testdata/cases/" + name + ".json")
	if err != nil {
		return dossier.Case{}, err
	}
	return dossier.Read(bytes.NewReader(text))
}

func TestEveryRulePassesAndFailsByItsExamples(t *testing.T) {
	if err := engine(t).Compile(); err != nil {
		t.Skip("TestAllRulesCompile says why")
	}
	var ids []string
	for _, r := range engine(t).Rules() {
		ids = append(ids, r.ID)
		if len(r.Examples.Pass) == 0 || len(r.Examples.Fail) == 0 {
			t.Errorf("%s needs an example that passes and one that fails", r.ID)
		}
	}
	for _, trial := range engine(t).Trials(named, ids...) {
		if !trial.OK {
			t.Errorf("%s, example %d %q: %s; there are %v", trial.Rule, trial.Index, trial.Name, trial.Why.En, rulesIn(trial.Got))
		}
		for _, u := range trial.Got.Unknown {
			if !trial.Fires && (u.Why != "" || u.Message.En == "") {
				t.Errorf("%s, example %d %q: %+v", trial.Rule, trial.Index, trial.Name, u)
			}
		}
		for _, f := range trial.Got.Of(trial.Rule) {
			complete(t, f)
		}
	}
}

// complete asks of each finding what people need.
func complete(t *testing.T, f Finding) {
	t.Helper()
	for what, text := range map[string]string{
		"message": f.Message.Zh, "message in English": f.Message.En, "fix": f.Fix.Zh, "fix in English": f.Fix.En,
		"basis": f.Basis.Text, "source": f.Basis.Source, "field": f.Field,
	} {
		if text == "" || strings.ContainsAny(text, "{}") {
			t.Errorf("%s: the %s is %q", f.Rule, what, text)
		}
	}
	if _, err := stepsOf(f.Field); err != nil {
		t.Errorf("%s: %v", f.Rule, err)
	}
	if strings.Contains(fmt.Sprint(f.Message, f.Fix), "%!") || strings.Contains(f.Message.Zh, "0001-01-01") {
		t.Errorf("%s: %s", f.Rule, f.Message.Zh)
	}
}

// Of two texts that are too short both are named at once.
func TestEachTextThatIsTooShortIsNamed(t *testing.T) {
	c := caseFile(t, "valid-france-italy-8-days")
	c.Trip.Necessity, c.Trip.ExpectedResults = "很有必要", "增进友谊"
	var fields []string
	for _, f := range engine(t).Check(c, Submit, c.AsOf).Of("GEN-025") {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(fields, " "); got != "case.necessity case.expectedResults" {
		t.Errorf("named are %q", got)
	}
}

// Papers are known to people by their names: no rule says a number.
func TestNoRuleCallsAPaperByItsNumber(t *testing.T) {
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`'M\d\d'`) // what an expression looks for or names
	number := regexp.MustCompile(`M\d\d`)
	looked := 0
	for _, r := range data.Rules {
		texts := []ref.Text{r.Title, r.Message, r.Fix}
		for _, v := range r.Cases {
			texts = append(texts, v.Message, v.Fix)
		}
		if r.Missing != nil {
			texts = append(texts, r.Missing.Message, r.Missing.Fix)
		}
		for _, x := range texts {
			for _, says := range []string{x.Zh, x.En} {
				looked++
				if found := number.FindString(asked.ReplaceAllString(says, "")); found != "" {
					t.Errorf("%s says %s: %s", r.ID, found, says)
				}
			}
		}
	}
	if looked < 500 {
		t.Errorf("only %d texts were looked at", looked)
	}
}
