package pack

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/ref"
	"yitang/testdata"
)

// Report is what checking a pack found.
type Report struct {
	Set      *Set // nil when it can't be read
	Mistakes Mistakes
	Trials   int              // examples that were run
	Changed  []precheck.Trial // of rules that the pack doesn't give: they come out otherwise because of its thresholds
	Brings   []fault.Text     // what its beginning changes on the register of units and in the hall, where that is known
}

// Holds tells whether the pack may be put in force.
func (r Report) Holds() bool { return r.Set != nil && len(r.Mistakes) == 0 }

// elsewhere names the figures of catalogue.yaml in whose place thresholds are
// counted by: written there, they change nothing.
func (c Content) elsewhere() (wrong Mistakes) {
	var figures map[string]any
	if yaml.Unmarshal(c[catalogueFile], &figures) != nil {
		return nil // said when it was laid
	}
	for _, name := range slices.Sorted(maps.Keys(figures)) {
		if key := requirement.JudgedAs(name); key != "" {
			wrong.add(catalogueFile, name, "这个数写在这里不起作用：请从这里删去，写到 parameters.yaml 的 "+key+"，并写明依据和起用日",
				"the figure has no effect here: take it out and put it into parameters.yaml as "+key+", with its basis and from when it holds")
		}
	}
	return wrong
}

// Check reads a pack over a base, compiles its rules and runs their examples;
// those of the base's rules too, for what its thresholds change. A rule of the
// base that can't be judged any more is a mistake; one that judges otherwise
// is what a threshold is for.
func (base *Set) Check(c Content) Report {
	set, wrong := base.Lay(c)
	r := Report{Set: set, Mistakes: wrong}
	if set == nil {
		return r
	}
	// Held against the program here and not where it is laid: what a later program
	// doesn't say any more is passed over, and a pack that began long ago is read on.
	for _, f := range set.Templates.Flaws() {
		r.Mistakes = append(r.Mistakes, Mistake{File: TemplatesFile, Key: f.Key, Text: f.Text, Nearest: f.Nearest})
	}
	for _, f := range set.Checks.Flaws(set.Own...) {
		r.Mistakes = append(r.Mistakes, Mistake{File: "rules/" + f.File, Key: f.Rule + "." + f.Key, Text: f.Text, Nearest: f.Nearest})
	}
	r.Mistakes = append(r.Mistakes, c.elsewhere()...)
	if len(r.Mistakes) > 0 {
		return r
	}
	for _, id := range set.Own {
		if x := set.rule(id).Examples; len(x.Pass) == 0 || len(x.Fail) == 0 {
			r.Mistakes.add("rules/"+set.rule(id).File, id+".examples", "要有一个通过的例子和一个触发的例子", "it needs an example that passes and one that fires")
		}
	}
	r.run(set.Checks.Trials(Example, set.Own...), func(t precheck.Trial) {
		kind, zh := "pass", "通过"
		if t.Fires {
			kind, zh = "fail", "触发"
		}
		r.Mistakes = append(r.Mistakes, Mistake{File: "rules/" + set.rule(t.Rule).File, Key: fmt.Sprintf("%s.examples.%s[%d]", t.Rule, kind, t.Index),
			Text: fault.Text{Zh: fmt.Sprintf("应%s的例子“%s”：%s", zh, t.Name, t.Why.Zh), En: fmt.Sprintf("example %q: %s", t.Name, t.Why.En)}})
	})
	if len(set.Over) > 0 {
		var rest []string
		for _, rule := range set.Ref.Rules {
			if !slices.Contains(set.Own, rule.ID) && slices.ContainsFunc(set.Over, func(p ref.Parameter) bool { return Reads(rule, p.Key) }) {
				rest = append(rest, rule.ID)
			}
		}
		r.run(set.Checks.TrialsAlone(Example, rest...), func(t precheck.Trial) {
			if strings.Contains(t.Why.En, "can't be judged") {
				r.Mistakes.add("parameters.yaml", "", "规则 "+t.Rule+" 因此无法判断："+t.Why.Zh, "rule "+t.Rule+" can't be judged with it: "+t.Why.En)
				return
			}
			r.Changed = append(r.Changed, t)
		})
	}
	return r
}

// Reads tells whether a rule asks for a threshold. Rules alone do: no function
// of theirs looks one up.
func Reads(r ref.Rule, key string) bool {
	text := fmt.Sprintf("%v", r)
	if r.Missing != nil {
		text += fmt.Sprintf("%v", *r.Missing)
	}
	return strings.Contains(text, `"`+key+`"`) || strings.Contains(text, `'`+key+`'`)
}

// run counts trials and passes on those that come out otherwise.
func (r *Report) run(trials []precheck.Trial, otherwise func(precheck.Trial)) {
	for _, t := range trials {
		r.Trials++
		if !t.OK {
			otherwise(t)
		}
	}
}

// Example is a case in order by its name, for the examples of rules to change.
func Example(name string) (dossier.Case, error) {
	b, err := testdata.Cases.ReadFile("cases/" + name + ".json")
	if err != nil {
		return dossier.Case{}, fmt.Errorf("there is no case %s to begin with", name)
	}
	return dossier.Read(bytes.NewReader(b))
}
