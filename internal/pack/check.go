package pack

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
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
	Changed  []precheck.Trial // that come out otherwise because of the pack's thresholds, once these hold
	On       calendar.Date    // when the last of the thresholds begins that these examples were judged by; zero: none was read
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
	later := set.trialsOnce(set.Own, func(e *precheck.Engine, ids ...string) []precheck.Trial { return e.Trials(Example, ids...) }, &r)
	r.run(set.Checks.Trials(Example, set.Own...), func(t precheck.Trial) {
		if once, there := later[trialOf(t)]; there && once.OK {
			return // it is of the days from which its threshold holds
		}
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
			if !slices.Contains(set.Own, rule.ID) {
				rest = append(rest, rule.ID)
			}
		}
		alone := func(e *precheck.Engine, ids ...string) []precheck.Trial { return e.TrialsAlone(Example, ids...) }
		now := set.trialsOnce(rest, alone, &r)
		before := base.trialsOn(set.begins(rest), alone)
		r.run(inOrder(now), func(t precheck.Trial) {
			if strings.Contains(t.Why.En, "can't be judged") {
				r.Mistakes.add("parameters.yaml", "", "规则 "+t.Rule+" 因此无法判断："+t.Why.Zh, "rule "+t.Rule+" can't be judged with it: "+t.Why.En)
				return
			}
			if was, there := before[trialOf(t)]; !there || was.OK { // an example of an earlier threshold is none of this pack's doing
				r.Changed = append(r.Changed, t)
			}
		})
	}
	return r
}

// begins gives of each of the rules that read thresholds of the pack the day on which
// the last of these begins: from then on all of them hold.
func (set *Set) begins(ids []string) map[string]calendar.Date {
	out := map[string]calendar.Date{}
	for _, id := range ids {
		rule := set.rule(id)
		for _, p := range set.Over {
			if (p.To.IsZero() || !p.To.Before(p.From)) && p.From.After(out[id]) && Reads(rule, p.Key) {
				out[id] = p.From
			}
		}
	}
	return out
}

// trialsOnce runs the examples of those rules that read thresholds of the pack, as of
// the day from which these hold: on the day of their case most don't yet.
func (set *Set) trialsOnce(ids []string, run func(*precheck.Engine, ...string) []precheck.Trial, r *Report) map[trialID]precheck.Trial {
	days := set.begins(ids)
	for _, day := range days {
		if day.After(r.On) {
			r.On = day
		}
	}
	return set.trialsOn(days, run)
}

func (set *Set) trialsOn(days map[string]calendar.Date, run func(*precheck.Engine, ...string) []precheck.Trial) map[trialID]precheck.Trial {
	together := map[calendar.Date][]string{}
	for id, day := range days {
		together[day] = append(together[day], id)
	}
	out := map[trialID]precheck.Trial{}
	for day, ids := range together {
		for _, t := range run(set.Checks.Under(day), ids...) {
			out[trialOf(t)] = t
		}
	}
	return out
}

// trialID is one example of a rule.
type trialID struct {
	rule  string
	fires bool
	index int
}

func trialOf(t precheck.Trial) trialID { return trialID{t.Rule, t.Fires, t.Index} }

// inOrder are trials by their rule, those that pass first.
func inOrder(trials map[trialID]precheck.Trial) []precheck.Trial {
	return slices.SortedFunc(maps.Values(trials), func(a, b precheck.Trial) int {
		if a.Fires != b.Fires && a.Rule == b.Rule {
			if b.Fires {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Index, b.Index))
	})
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
