package precheck

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/ref"
)

// Scopes are the parts of a case that a rule may be judged for.
func Scopes() []string { return slices.Sorted(maps.Keys(scopes)) }

// Flaw is one expression of a rule that can't be compiled, at a key of it.
type Flaw struct {
	Rule, File string
	Key        string // when, cases[1].message.zh
	Text       fault.Text
	Nearest    string // the known word most like the one that isn't
}

var undeclared = regexp.MustCompile(`undeclared reference to '([^']+)'|undefined field '([^']+)'`)

// Flaws compiles every expression of the named rules and lists all that fail.
// Those of a rule's conditions come alone: its texts can't be read before.
func (e *Engine) Flaws(ids ...string) []Flaw {
	var all []Flaw
	for _, r := range e.rules {
		if slices.Contains(ids, r.ID) {
			all = append(all, e.flaws(r)...)
		}
	}
	return all
}

func (e *Engine) flaws(r *rule) []Flaw {
	var all []Flaw
	speech := e.speech
	try := func(key, expression string) {
		if expression == "" {
			return
		}
		if _, err := speech.program(expression); err != nil {
			all = append(all, e.flaw(r, key, err))
		}
	}
	fill := func(key, text string) {
		if _, err := speech.template(text); err != nil {
			all = append(all, e.flaw(r, key, err))
		}
	}
	try("if", r.If)
	for i, need := range r.Needs {
		try(fmt.Sprintf("needs[%d]", i), presence(need))
	}
	if r.Each != "" {
		each, _, err := speech.forEach(r.Each)
		if err != nil {
			return append(all, e.flaw(r, "each", err))
		}
		speech = each
	}
	try("when", r.When)
	say := func(at string, v ref.Variant) {
		try(at+"when", v.When)
		fill(at+"field", v.Field)
		fill(at+"message.zh", v.Message.Zh)
		fill(at+"message.en", v.Message.En)
		fill(at+"fix.zh", v.Fix.Zh)
		fill(at+"fix.en", v.Fix.En)
		for _, path := range slices.Sorted(maps.Keys(v.Set)) {
			fill(at+"set", path)
			try(at+"set."+path, v.Set[path])
		}
	}
	say("", ref.Variant{Field: r.Field, Message: r.Message, Fix: r.Fix, Set: r.Set})
	for i, path := range r.Also {
		fill(fmt.Sprintf("also[%d]", i), path)
	}
	for i, v := range r.Cases {
		say(fmt.Sprintf("cases[%d].", i), v)
	}
	if r.Missing != nil {
		say("missing.", *r.Missing)
	}
	return all
}

// flaw says a compiler's complaint in one line, with the nearest known word.
func (e *Engine) flaw(r *rule, key string, err error) Flaw {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line = strings.TrimPrefix(strings.TrimSpace(line), "ERROR: ")
	f := Flaw{Rule: r.ID, File: r.File, Key: key}
	zh, en := "表达式读不懂："+line, "the expression can't be read: "+line
	if m := undeclared.FindStringSubmatch(err.Error()); m != nil {
		word := m[1] + m[2]
		f.Nearest = dossier.Nearest(word, e.Words())
		zh, en = fmt.Sprintf("没有 %s，最接近的是 %s", word, f.Nearest), fmt.Sprintf("there is no %s; the nearest is %s", word, f.Nearest)
	}
	f.Text = fault.Text{Zh: zh, En: en}
	return f
}

// Words are all that an expression may say: variables, functions and fields.
func (e *Engine) Words() []string {
	seen := map[string]bool{}
	for _, v := range e.speech.env.Variables() {
		seen[v.Name()] = true
	}
	for name := range e.speech.env.Functions() {
		if !strings.ContainsAny(name, "_@!.") {
			seen[name] = true
		}
	}
	for _, o := range e.world.byName {
		for _, name := range o.names {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Trial is one example of a rule, and what came of it.
type Trial struct {
	Rule    string
	Fires   bool // an example that must fire; else one that must pass
	Index   int
	Name    string
	OK      bool
	Why     fault.Text // when it came out otherwise
	Beside  string     // the rule that speaks with it and isn't expected, or is and doesn't, when that is why
	Message fault.Text // what the rule said, when it fired
	Got     Findings   // all that was found
}

// Bases gives the cases in order that examples change, by their names.
type Bases func(name string) (dossier.Case, error)

const usualBase = "valid-germany-5-days"

// Trials runs the examples of the named rules. An example that fires must be
// found at its field, and the rules that speak with it are those expected.
func (e *Engine) Trials(bases Bases, ids ...string) []Trial {
	var all []Trial
	before := map[string][]string{} // what already speaks in a base, by name and moment
	bases = remembered(bases)
	for _, r := range e.data.Rules {
		if slices.Contains(ids, r.ID) {
			all = append(all, e.trials(bases, before, r)...)
		}
	}
	return all
}

// TrialsAlone runs the examples of the named rules with no other rule speaking
// but those that they are quiet for: enough to see which come out otherwise
// under other thresholds, and quick.
func (e *Engine) TrialsAlone(bases Bases, ids ...string) []Trial {
	var all []Trial
	bases = remembered(bases)
	for _, r := range e.rules {
		if slices.Contains(ids, r.ID) {
			alone := *e
			alone.rules = append([]*rule{r}, r.quietIf...)
			all = append(all, alone.trials(bases, map[string][]string{}, r.Rule)...)
		}
	}
	return slices.DeleteFunc(all, func(t Trial) bool { return t.Beside != "" })
}

func (e *Engine) trials(bases Bases, before map[string][]string, r ref.Rule) []Trial {
	var all []Trial
	for i, x := range r.Examples.Pass {
		all = append(all, e.try(bases, before, r, x, Trial{Rule: r.ID, Index: i, Name: x.Name}))
	}
	for i, x := range r.Examples.Fail {
		all = append(all, e.try(bases, before, r, x, Trial{Rule: r.ID, Fires: true, Index: i, Name: x.Name}))
	}
	return all
}

// remembered reads each base once.
func remembered(bases Bases) Bases {
	had := map[string]dossier.Case{}
	return func(name string) (dossier.Case, error) {
		if c, known := had[name]; known {
			return c, nil
		}
		c, err := bases(name)
		if err == nil {
			had[name] = c
		}
		return c, err
	}
}

// judged is the base of an example and the moment at which it is judged.
func judged(x ref.Example) (base string, at At) {
	return cmp.Or(x.Base, usualBase), cmp.Or(At(x.At), Submit)
}

func (e *Engine) try(bases Bases, before map[string][]string, r ref.Rule, x ref.Example, t Trial) Trial {
	name, at := judged(x)
	base, c, facts, err := e.prepare(bases, name, x)
	if err != nil {
		t.Why = fault.Text{Zh: "例子本身读不懂：" + err.Error(), En: "the example itself can't be read: " + err.Error()}
		return t
	}
	got := e.Check(c, at, c.AsOf, facts...)
	hits := got.Of(r.ID)
	t.Got = got
	if len(hits) > 0 {
		t.Message = hits[0].Message
	}
	for _, u := range got.Unknown {
		if u.Rule == r.ID && u.Why != "" {
			t.Why = fault.Text{Zh: "规则无法判断：" + u.Why, En: "the rule can't be judged: " + u.Why}
			return t
		}
	}
	if !t.Fires {
		t.OK = len(hits) == 0
		if !t.OK {
			t.Why = fault.Text{Zh: "不应触发，却在 " + hits[0].Field + " 触发了", En: "it should pass and fires at " + hits[0].Field}
		}
		return t
	}
	key := name + "@" + string(at)
	if _, known := before[key]; !known {
		before[key] = spoken(e.Check(base, at, base.AsOf))
	}
	silent := slices.IndexFunc(x.Also, func(id string) bool { return len(got.Of(id)) == 0 })
	switch also := e.others(got, r.ID, x, before[key]); {
	case len(hits) == 0:
		t.Why = fault.Text{Zh: "应当触发，却没有触发", En: "it should fire and doesn't"}
	case x.Field != "" && hits[0].Field != x.Field:
		t.Why = fault.Text{Zh: fmt.Sprintf("应在 %s 触发，却在 %s 触发", x.Field, hits[0].Field), En: fmt.Sprintf("it should fire at %s and does at %s", x.Field, hits[0].Field)}
	case also != "":
		t.Beside = also
		t.Why = fault.Text{Zh: "规则 " + also + " 也触发了（确应同时触发的，写进 also）", En: also + " speaks too (write it under also if it rightly does)"}
	case silent >= 0:
		t.Beside = x.Also[silent]
		t.Why = fault.Text{Zh: "also 里的规则 " + t.Beside + " 没有触发", En: t.Beside + ", named under also, doesn't speak"}
	default:
		t.OK = true
	}
	return t
}

// others names a rule that speaks with the one tried and isn't expected to.
func (e *Engine) others(got Findings, id string, x ref.Example, before []string) string {
	for _, f := range got.List {
		if f.Rule != id && !slices.Contains(x.Also, f.Rule) && !slices.Contains(before, f.Rule+" "+f.Field) {
			return f.Rule
		}
	}
	return ""
}

func spoken(fs Findings) []string {
	var out []string
	for _, f := range fs.List {
		out = append(out, f.Rule+" "+f.Field)
	}
	return out
}

func (e *Engine) prepare(bases Bases, name string, x ref.Example) (base, changed dossier.Case, facts []Fact, err error) {
	if base, err = bases(name); err != nil {
		return base, changed, nil, err
	}
	if changed, err = patch(base, x.Set, x.Remove); err != nil {
		return base, changed, nil, err
	}
	facts, err = exampleFacts(x, base)
	return base, changed, facts, err
}

// exampleFacts gives what an example says that the node knows. An amendment has the
// base as what was approved.
func exampleFacts(x ref.Example, base dossier.Case) ([]Fact, error) {
	var facts []Fact
	if len(x.Known) > 0 {
		text, err := json.Marshal(x.Known)
		if err != nil {
			return nil, err
		}
		var known Known
		if err := json.Unmarshal(text, &known); err != nil {
			return nil, fmt.Errorf("known: %w", err)
		}
		facts = append(facts, func(_ *dossier.Case, k *Known) { *k = known })
	}
	if At(x.At) != Amending {
		return facts, nil
	}
	return append(facts, func(_ *dossier.Case, k *Known) {
		a := Amendment{}
		if k.Amendment != nil {
			a = *k.Amendment
		}
		a.Approved, k.Amendment = &base, &a
	}), nil
}
