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
	Trials   int             // examples that were run, each day's counted
	Changed  []Otherwise     // that come out otherwise because of the pack's thresholds, once these hold
	Days     []calendar.Date // on which thresholds begin that rules read: as of each of them their examples were judged
	Brings   []fault.Text    // what its beginning changes on the register of units and in the hall, where that is known
}

// Otherwise is an example that comes out otherwise from a day on.
type Otherwise struct {
	precheck.Trial
	From calendar.Date
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
	whole := func(e *precheck.Engine, ids ...string) []precheck.Trial { return e.Trials(Example, ids...) }
	own := set.Checks.Trials(Example, set.Own...)
	later := set.trialsSince(set.begins(set.Own), whole)
	r.run(own, func(t precheck.Trial) {
		if slices.ContainsFunc(later, func(d day) bool { return d.trials[trialOf(t)].OK }) {
			return // it is of the days from which one of its thresholds holds
		}
		kind, zh := "pass", "通过"
		if t.Fires {
			kind, zh = "fail", "触发"
		}
		r.Mistakes = append(r.Mistakes, Mistake{File: "rules/" + set.rule(t.Rule).File, Key: fmt.Sprintf("%s.examples.%s[%d]", t.Rule, kind, t.Index),
			Text: fault.Text{Zh: fmt.Sprintf("应%s的例子“%s”：%s", zh, t.Name, t.Why.Zh), En: fmt.Sprintf("example %q: %s", t.Name, t.Why.En)}})
	})
	r.turns(day{trials: byID(own)}, later)
	if len(set.Over) > 0 {
		var rest []string
		for _, rule := range set.Ref.Rules {
			if !slices.Contains(set.Own, rule.ID) {
				rest = append(rest, rule.ID)
			}
		}
		alone := func(e *precheck.Engine, ids ...string) []precheck.Trial { return e.TrialsAlone(Example, ids...) }
		begins := set.begins(rest)
		r.differ(base.trialsSince(begins, alone), set.trialsSince(begins, alone))
	}
	slices.SortFunc(r.Days, calendar.Date.Compare)
	r.Days = slices.Compact(r.Days)
	return r
}

// turns tells of the city's own rules which examples came out as they should, and
// from a day on don't any more: what they are examples of doesn't hold for good.
func (r *Report) turns(was day, later []day) {
	for _, d := range later {
		r.Days = append(r.Days, d.from)
		for _, t := range inOrder(d.trials) {
			if !d.from.After(t.Got.AsOf) {
				continue // it holds on the example's own day
			}
			switch id := trialOf(t); {
			case t.OK:
				r.Trials++
			case was.trials[id].OK && !r.unjudged(t, d.from):
				r.Trials++
				r.Changed = append(r.Changed, Otherwise{t, d.from})
			}
			was.trials[trialOf(t)] = t
		}
	}
}

// differ tells of the program's rules which examples come out otherwise than before,
// each from the day on which it begins to.
func (r *Report) differ(before, now []day) {
	otherwise := map[trialID]bool{}
	for i, d := range now {
		r.Days = append(r.Days, d.from)
		r.run(inOrder(d.trials), func(t precheck.Trial) {
			id := trialOf(t)
			was, there := before[i].trials[id]
			if !unjudged(was) && r.unjudged(t, d.from) {
				return
			}
			differs := !there || was.OK // an example of an earlier threshold is none of this pack's doing
			switch {
			case !differs:
			case otherwise[id]:
				r.Trials-- // told of from the day on which it began: counted once
			default:
				r.Changed = append(r.Changed, Otherwise{t, d.from})
			}
			otherwise[id] = differs
		})
		for id, t := range d.trials {
			otherwise[id] = otherwise[id] && !t.OK
		}
	}
}

// unjudged tells whether a rule can't be judged with the thresholds of a day, which is a mistake of theirs.
func (r *Report) unjudged(t precheck.Trial, from calendar.Date) bool {
	if !unjudged(t) {
		return false
	}
	en := "rule " + t.Rule + " can't be judged with it from "
	if !slices.ContainsFunc(r.Mistakes, func(m Mistake) bool { return strings.HasPrefix(m.Text.En, en) }) {
		r.Mistakes.add("parameters.yaml", "", "规则 "+t.Rule+" 从"+from.String()+"起因此无法判断："+t.Why.Zh, en+from.String()+": "+t.Why.En)
	}
	return true
}

func unjudged(t precheck.Trial) bool { return strings.Contains(t.Why.En, "can't be judged") }

// begins gives of each of the rules that read thresholds of the pack the days on
// which one of these begins. From one to the next its examples come out the same.
func (set *Set) begins(ids []string) map[string][]calendar.Date {
	out := map[string][]calendar.Date{}
	for _, id := range ids {
		rule := set.rule(id)
		for _, p := range set.Over {
			if (p.To.IsZero() || !p.To.Before(p.From)) && !p.From.IsZero() && Reads(rule, p.Key) && !slices.Contains(out[id], p.From) {
				out[id] = append(out[id], p.From)
			}
		}
	}
	return out
}

// day is how the examples came out as of a day on which a threshold begins.
type day struct {
	from   calendar.Date
	trials map[trialID]precheck.Trial
}

// trialsSince runs the examples of those rules as of each of their days, and gives
// these in order: on the day of their case most of the thresholds don't hold yet.
func (set *Set) trialsSince(days map[string][]calendar.Date, run func(*precheck.Engine, ...string) []precheck.Trial) []day {
	together := map[calendar.Date][]string{}
	for id, of := range days {
		for _, d := range of {
			together[d] = append(together[d], id)
		}
	}
	var out []day
	for _, d := range slices.SortedFunc(maps.Keys(together), calendar.Date.Compare) {
		out = append(out, day{d, byID(run(set.Checks.Under(d), together[d]...))})
	}
	return out
}

func byID(trials []precheck.Trial) map[trialID]precheck.Trial {
	out := map[trialID]precheck.Trial{}
	for _, t := range trials {
		out[trialOf(t)] = t
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
