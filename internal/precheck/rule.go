package precheck

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"yitang/internal/fault"
	reference "yitang/ref"
)

// rule is a rule with its expressions compiled.
type rule struct {
	reference.Rule
	order   int
	quietIf []*rule

	compiled once
	speech   language
	each     cel.Program
	concerns cel.Program
	needs    []cel.Program
	when     cel.Program
	cases    []cel.Program
	unsure   *unsure
	words    []*words // of each case, or the rule's own; the last are those for absence
}

// unsure is what the rule can't judge, and how it says so.
type unsure struct {
	list          cel.Program
	field, zh, en template
}

func (r *rule) compileUnsure() error {
	if r.Unsure == nil {
		return nil
	}
	speech, list, err := r.speech.forEach(r.Unsure.Each)
	if err != nil {
		return fmt.Errorf("rule %s: unsure: %w", r.ID, err)
	}
	r.unsure = &unsure{list: list}
	for text, into := range map[string]*template{r.Unsure.Field: &r.unsure.field, r.Unsure.Why.Zh: &r.unsure.zh, r.Unsure.Why.En: &r.unsure.en} {
		if *into, err = speech.template(text); err != nil {
			return fmt.Errorf("rule %s: unsure: %q: %w", r.ID, text, err)
		}
	}
	return nil
}

// words is what a rule says when it fires in one way, compiled when it first does.
type words struct {
	from     reference.Variant
	also     []string
	compiled once

	field      template
	alsoFields []template
	zh, en     template
	fixZh      template
	fixEn      template
	set        []setting
}

type setting struct {
	path  template
	value cel.Program
}

// ready compiles the rule's conditions.
func (r *rule) ready(e *Engine) error {
	r.compiled.Do(func() { r.compiled.err = r.compile(e) })
	return r.compiled.err
}

func (r *rule) compile(e *Engine) error {
	optional := func(what, expression string, into *cel.Program) error {
		if expression == "" {
			return nil
		}
		p, err := r.speech.program(expression)
		if err != nil {
			return fmt.Errorf("rule %s: %s: %w", r.ID, what, err)
		}
		*into = p
		return nil
	}
	r.speech = e.speech
	if err := optional("if", r.If, &r.concerns); err != nil {
		return err
	}
	for _, need := range r.Needs {
		var p cel.Program
		if err := optional("needs", presence(need), &p); err != nil {
			return err
		}
		r.needs = append(r.needs, p)
	}
	if err := r.compileUnsure(); err != nil {
		return err
	}
	if r.Each != "" {
		speech, list, err := r.speech.forEach(r.Each)
		if err != nil {
			return fmt.Errorf("rule %s: each: %w", r.ID, err)
		}
		r.speech, r.each = speech, list
	}
	if err := optional("when", r.When, &r.when); err != nil {
		return err
	}
	for _, v := range r.Cases {
		var p cel.Program
		if err := optional("cases", v.When, &p); err != nil {
			return err
		}
		r.cases = append(r.cases, p)
		r.words = append(r.words, r.speak(v))
	}
	if len(r.Cases) == 0 {
		r.words = append(r.words, r.speak(reference.Variant{}))
	}
	if r.Missing != nil {
		r.words = append(r.words, r.speak(*r.Missing))
	}
	return nil
}

// presence asks whether a fact is given: a field by has(), anything else by
// being true.
func presence(need string) string {
	for _, c := range need {
		if c != '.' && c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return need
		}
	}
	if slices.Contains([]string{"legs", "members", "itinerary", "invitations", "materials"}, need) {
		return "size(" + need + ") > 0"
	}
	if need == "budget" || need == "notice" {
		need = "c." + need
	}
	return "has(" + need + ")"
}

// speak fills what a variant leaves out from the rule.
func (r *rule) speak(v reference.Variant) *words {
	if v.Field == "" {
		v.Field = r.Field
	}
	if v.Title.Zh == "" {
		v.Title = r.Title
	}
	if v.Message.Zh == "" {
		v.Message = r.Message
	}
	if v.Fix.Zh == "" {
		v.Fix = r.Fix
		if v.Set == nil {
			v.Set = r.Set // the values are part of the cure
		}
	}
	if v.Severity.IsZero() {
		v.Severity = r.Severity
	}
	return &words{from: v, also: r.Also}
}

func (w *words) ready(r *rule) error {
	w.compiled.Do(func() { w.compiled.err = w.compile(r.speech) })
	return w.compiled.err
}

func (w *words) compile(in language) error {
	for _, part := range []struct {
		text string
		into *template
	}{
		{w.from.Field, &w.field}, {w.from.Message.Zh, &w.zh}, {w.from.Message.En, &w.en}, {w.from.Fix.Zh, &w.fixZh}, {w.from.Fix.En, &w.fixEn},
	} {
		t, err := in.template(part.text)
		if err != nil {
			return fmt.Errorf("%q: %w", part.text, err)
		}
		*part.into = t
	}
	for _, path := range w.also {
		t, err := in.template(path)
		if err != nil {
			return fmt.Errorf("%q: %w", path, err)
		}
		w.alsoFields = append(w.alsoFields, t)
	}
	for path, expression := range w.from.Set {
		t, err := in.template(path)
		if err != nil {
			return fmt.Errorf("%q: %w", path, err)
		}
		p, err := in.program(expression)
		if err != nil {
			return fmt.Errorf("%q: %w", expression, err)
		}
		w.set = append(w.set, setting{t, p})
	}
	return nil
}

// finding says it for one subject.
func (w *words) finding(r *rule, s *subject, missing bool) (Finding, error) {
	if err := w.ready(r); err != nil {
		return Finding{}, err
	}
	f := Finding{Rule: r.ID, Title: fault.Text{Zh: w.from.Title.Zh, En: w.from.Title.En}, Severity: Severity(w.from.Severity.For(string(s.run.at))), Basis: r.Basis, Missing: missing}
	f.Follows = r.Follows && f.Severity == Warn
	var err error
	fill := func(t template, lang string) string {
		text, problem := t.fill(s, lang)
		if problem != nil && err == nil {
			err = problem
		}
		return text
	}
	f.Field = fill(w.field, "")
	for _, t := range w.alsoFields {
		if path := fill(t, ""); path != "" && path != f.Field {
			f.Also = append(f.Also, path)
		}
	}
	f.Message = fault.Filled(fill(w.zh, "zh"), fill(w.en, "en"))
	f.Fix.Text = fault.Filled(fill(w.fixZh, "zh"), fill(w.fixEn, "en"))
	for _, set := range w.set {
		v, _, problem := set.value.Eval(s)
		if problem != nil {
			return Finding{}, problem
		}
		if v == types.NullValue {
			continue // there is no one right value here
		}
		if f.Fix.Set == nil {
			f.Fix.Set = map[string]any{}
		}
		f.Fix.Set[fill(set.path, "")] = settable(v)
	}
	// A rule of the program that an office's threshold decided rests on the
	// office's regulation; a rule of the office's own names its basis itself.
	if own := s.run.p.p.instead; len(own) > 0 && !r.Office {
		f.Basis = own[0].AsBasis()
		for _, p := range own[1:] {
			f.Basis.Text += "；" + p.Basis
		}
	}
	return f, err
}

// settable is a value as a case file writes it.
func settable(v ref.Val) any {
	switch x := v.(type) {
	case types.Timestamp:
		return day(x).String()
	case types.Int:
		return int(x)
	case types.Bool:
		return bool(x)
	case traits.Lister:
		return strs(x)
	}
	return str(v)
}
