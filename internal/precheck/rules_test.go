package precheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
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

// knownOf gives what an example says that the node knows.
func knownOf(t *testing.T, example map[string]any) []Fact {
	if len(example) == 0 {
		return nil
	}
	text, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	var known Known
	if err := json.Unmarshal(text, &known); err != nil {
		t.Fatal(err)
	}
	return []Fact{func(_ *dossier.Case, k *Known) { *k = known }}
}

// factsOf adds what an example needn't write out: an amendment changes the case
// that it is made from.
func factsOf(t *testing.T, x ref.Example, base dossier.Case) []Fact {
	facts := knownOf(t, x.Known)
	if At(x.At) != Amending {
		return facts
	}
	return append(facts, func(_ *dossier.Case, k *Known) {
		a := *orEmpty(k.Amendment)
		a.Approved, k.Amendment = &base, &a
	})
}

// example gives the case, with its findings and those of its base.
func example(t *testing.T, x ref.Example) (Findings, Findings, dossier.Case) {
	t.Helper()
	name, at := x.Base, At(x.At)
	if name == "" {
		name = "valid-germany-5-days"
	}
	if at == "" {
		at = Submit
	}
	base := caseFile(t, name)
	c, err := patch(base, x.Set, x.Remove)
	if err != nil {
		t.Fatal(err)
	}
	return engine(t).Check(base, at, base.AsOf), engine(t).Check(c, at, c.AsOf, factsOf(t, x, base)...), c
}

func rulesIn(fs Findings) []string {
	var out []string
	for _, f := range fs.List {
		out = append(out, f.Rule+" "+f.Field)
	}
	return out
}

func TestEveryRulePassesAndFailsByItsExamples(t *testing.T) {
	if err := engine(t).Compile(); err != nil {
		t.Skip("TestAllRulesCompile says why")
	}
	for _, r := range engine(t).Rules() {
		t.Run(r.ID, func(t *testing.T) {
			if len(r.Examples.Pass) == 0 || len(r.Examples.Fail) == 0 {
				t.Fatal("a rule needs an example that passes and one that fails")
			}
			for i, x := range r.Examples.Pass {
				_, got, _ := example(t, x)
				if hit := got.Of(r.ID); len(hit) > 0 {
					t.Errorf("pass %d %s: fires at %s: %s", i, x.Name, hit[0].Field, hit[0].Message.En)
				}
				if len(got.Unknown) > 0 {
					t.Errorf("pass %d %s: %+v", i, x.Name, got.Unknown)
				}
			}
			for i, x := range r.Examples.Fail {
				base, got, _ := example(t, x)
				hits := got.Of(r.ID)
				if len(hits) == 0 {
					t.Errorf("fail %d %s: doesn't fire; there are %v, unknown %+v", i, x.Name, rulesIn(got), got.Unknown)
					continue
				}
				if x.Field != "" && hits[0].Field != x.Field {
					t.Errorf("fail %d %s: fires at %s, want %s", i, x.Name, hits[0].Field, x.Field)
				}
				before := rulesIn(base)
				for _, f := range got.List {
					if f.Rule != r.ID && !slices.Contains(x.Also, f.Rule) && !slices.Contains(before, f.Rule+" "+f.Field) {
						t.Errorf("fail %d %s: %s speaks too, at %s: %s", i, x.Name, f.Rule, f.Field, f.Message.En)
					}
				}
				for _, f := range hits {
					complete(t, f)
				}
				for _, id := range x.Also {
					if len(got.Of(id)) == 0 {
						t.Errorf("fail %d %s: %s is expected too and doesn't speak", i, x.Name, id)
					}
				}
			}
		})
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
