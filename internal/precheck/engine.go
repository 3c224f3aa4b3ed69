package precheck

import (
	"fmt"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/ref"
)

// Engine is a set of rules, ready to judge. It may be used by many at once.
type Engine struct {
	data   ref.Data
	world  *world
	speech language
	rules  []*rule
	on     calendar.Date // whose thresholds judge; zero: those of the day of the check
}

// New prepares the rules of a set of reference data. A rule's expressions are
// compiled when it is first needed, so that a start doesn't wait for rules of
// other moments: Compile finds out at once whether all of them hold together.
func New(data ref.Data) (*Engine, error) {
	e := &Engine{data: data, world: newWorld(roots()...)}
	env, err := cel.NewEnv(e.vocabulary()...)
	if err != nil {
		return nil, fmt.Errorf("preparing the language of rules: %w", err)
	}
	e.speech = language{env}
	known := map[string]*rule{}
	for _, r := range data.Rules {
		if _, ok := scopes[r.Scope]; !ok {
			return nil, fmt.Errorf("%s: rule %s: there is no scope %q", r.File, r.ID, r.Scope)
		}
		if r.Later != "" && !slices.Contains(dossier.MaterialKind("").Words(), r.Later) {
			return nil, fmt.Errorf("%s: rule %s: there is no paper %s that could follow", r.File, r.ID, r.Later)
		}
		c := &rule{Rule: r, order: len(e.rules)}
		known[r.ID] = c
		e.rules = append(e.rules, c)
	}
	for _, r := range e.rules {
		for _, id := range r.QuietIf {
			if known[id] == nil {
				return nil, fmt.Errorf("%s: rule %s: there is no rule %s to be quiet for", r.File, r.ID, id)
			}
			r.quietIf = append(r.quietIf, known[id])
		}
	}
	return e, nil
}

// Compile compiles everything, texts too, and gives the first mistake. Whoever
// loads rules of an office's own calls it before putting them in force.
func (e *Engine) Compile() error {
	for _, r := range e.rules {
		if err := r.ready(e); err != nil {
			return fmt.Errorf("%s: %w", r.File, err)
		}
		for _, w := range r.words {
			if err := w.ready(r); err != nil {
				return fmt.Errorf("%s: rule %s: %w", r.File, r.ID, err)
			}
		}
	}
	return nil
}

// Version names the rules together with all data that they read.
func (e *Engine) Version() Version { return Version(e.data.Version) }

// Calendar is the office's calendar, as the rules count.
func (e *Engine) Calendar() *calendar.Book { return e.data.Holidays }

// Rules are the catalogue as loaded, for pages that show it.
func (e *Engine) Rules() []ref.Rule { return e.data.Rules }

// language is what the expressions of one rule may say: everything, and "it" if
// the rule is judged for each item of a list.
type language struct{ env *cel.Env }

// program compiles one expression. The limit stops a rule that would multiply
// lists by lists; no honest rule comes near it.
func (l language) program(expression string) (cel.Program, error) {
	ast, issues := l.env.Compile(expression)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return l.env.Program(ast, cel.CostLimit(costLimit))
}

// forEach adds the items of a list under the name "it", with their type.
func (l language) forEach(list string) (language, cel.Program, error) {
	ast, issues := l.env.Compile(list)
	if issues.Err() != nil {
		return l, nil, issues.Err()
	}
	t := ast.OutputType()
	if t.TypeName() != "list" {
		return l, nil, fmt.Errorf("%s is a %s, not a list", list, t)
	}
	env, err := l.env.Extend(cel.Variable("it", t.Parameters()[0]))
	if err != nil {
		return l, nil, err
	}
	p, err := l.env.Program(ast, cel.CostLimit(costLimit))
	return language{env}, p, err
}

const costLimit = 5_000_000

// Under is the engine with the thresholds of a day, whatever day it is: those
// in force when a case was handed in judge it to its end.
func (e *Engine) Under(day calendar.Date) *Engine {
	under := *e
	under.on = day
	return &under
}

// Check judges a case at a moment, on a day. Facts add what the node knows
// beyond the case; the case itself isn't changed. The same input gives the same
// answer, in the same order: what blocks first, then by rule and place.
func (e *Engine) Check(c dossier.Case, at At, asOf calendar.Date, facts ...Fact) Findings {
	c, known := withFacts(c, facts)
	on := e.on
	if on.IsZero() {
		on = asOf
	}
	run := &run{
		engine: e, c: &c, known: &known, at: at, asOf: asOf,
		p: parameterView{p: &parameters{all: e.data.Parameters, on: on}},
	}
	run.shape()
	for _, r := range e.rules {
		run.judge(r)
	}
	return run.answer()
}

// once guards what is compiled at first need.
type once struct {
	sync.Once
	err error
}
