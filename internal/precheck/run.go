package precheck

import (
	"cmp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
)

// run is one check under way.
type run struct {
	engine *Engine
	c      *dossier.Case
	known  *Known
	at     At
	asOf   calendar.Date
	p      parameterView

	// what rules ask for most, in the form that CEL passes on
	members, legs, itinerary, invitations, materials []any
	budget                                           *dossier.Budget
	notice                                           *dossier.Notice

	leaves  []dossier.Leaf // of the case, once somebody asks
	hits    []hit
	unknown []Unknown
}

// hit is a finding before the more specific rules have silenced the others.
type hit struct {
	Finding
	rule  *rule
	i, j  int
	place int
}

// scopes are the parts of a case that a rule may be judged for, one by one.
var scopes = map[string]func(*run, func(*subject)){
	"case": func(r *run, do func(*subject)) { do(r.subject(-1, -1)) },
	"member": func(r *run, do func(*subject)) {
		for i := range r.c.Members {
			do(r.subject(i, -1))
		}
	},
	"trip": func(r *run, do func(*subject)) {
		for i, m := range r.c.Members {
			for j := range m.OtherTrips {
				s := r.subject(i, j)
				s.item = &r.c.Members[i].OtherTrips[j]
				do(s)
			}
		}
	},
	"leg":        each(func(c *dossier.Case) int { return len(c.Legs) }, func(c *dossier.Case, i int) any { return &c.Legs[i] }),
	"day":        each(func(c *dossier.Case) int { return len(c.Itinerary) }, func(c *dossier.Case, i int) any { return &c.Itinerary[i] }),
	"invitation": each(func(c *dossier.Case) int { return len(c.Invitations) }, func(c *dossier.Case, i int) any { return &c.Invitations[i] }),
	"line": each(func(c *dossier.Case) int {
		if c.Budget == nil {
			return 0
		}
		return len(c.Budget.Lines)
	}, func(c *dossier.Case, i int) any { return &c.Budget.Lines[i] }),
}

func each(count func(*dossier.Case) int, item func(*dossier.Case, int) any) func(*run, func(*subject)) {
	return func(r *run, do func(*subject)) {
		for i := range count(r.c) {
			s := r.subject(i, -1)
			s.item = item(r.c, i)
			do(s)
		}
	}
}

func (r *run) shape() {
	for i := range r.c.Members {
		r.members = append(r.members, &r.c.Members[i])
	}
	for i := range r.c.Legs {
		r.legs = append(r.legs, &r.c.Legs[i])
	}
	for i := range r.c.Itinerary {
		r.itinerary = append(r.itinerary, &r.c.Itinerary[i])
	}
	for i := range r.c.Invitations {
		r.invitations = append(r.invitations, &r.c.Invitations[i])
	}
	for i := range r.c.Materials {
		r.materials = append(r.materials, &r.c.Materials[i])
	}
	r.budget, r.notice = r.c.Budget, r.c.Notice
	if r.budget == nil {
		r.budget = &dossier.Budget{}
	}
	if r.notice == nil {
		r.notice = &dossier.Notice{}
	}
}

func (r *run) subject(i, j int) *subject { return &subject{run: r, i: i, j: j} }

// subject is what a rule looks at: the variables of its expressions.
type subject struct {
	run  *run
	i, j int
	item any     // leg, day, invitation, line or other trip
	it   ref.Val // of "each"
}

// Parent is none: a subject knows everything itself.
func (s *subject) Parent() cel.Activation { return nil }

// ResolveName gives a variable's value.
func (s *subject) ResolveName(name string) (any, bool) {
	r := s.run
	switch name {
	case "c":
		return r.c, true
	case "unit":
		return &r.c.Unit, true
	case "trip":
		return &r.c.Trip, true
	case "members":
		return r.members, true
	case "legs":
		return r.legs, true
	case "itinerary":
		return r.itinerary, true
	case "invitations":
		return r.invitations, true
	case "materials":
		return r.materials, true
	case "budget":
		return r.budget, true
	case "notice":
		return r.notice, true
	case "today":
		return timestamp(r.asOf), true
	case "moment":
		return types.String(r.at), true
	case "known":
		return r.known, true
	case "order":
		return orEmpty(r.known.Order), true
	case "lodging":
		return orEmpty(r.known.Lodging), true
	case "checkout":
		return orEmpty(r.known.Checkout), true
	case "amendment":
		return orEmpty(r.known.Amendment), true
	case "after":
		return orEmpty(r.known.After), true
	case "term":
		return orEmpty(r.known.Term), true
	case "p":
		return r.p, true
	case "i":
		return types.Int(s.i), true
	case "j":
		return types.Int(s.j), true
	case "member":
		if inside(r.c, s.i) {
			return &r.c.Members[s.i], true
		}
	case "knownMember":
		if s.i >= 0 && s.i < len(r.known.Members) {
			return &r.known.Members[s.i], true
		}
	case "leg", "day", "invitation", "line", "other":
		return s.item, s.item != nil
	case "it":
		return s.it, s.it != nil
	}
	return nil, false
}

// ofJourneys tells whether a rule judges one journey with its places, hosts,
// money, booklets and visas. An approval for a term has none of these: each trip
// under it is judged when it is declared.
func ofJourneys(rule string) bool {
	group, _, _ := strings.Cut(rule, "-")
	return slices.Contains([]string{"ITN", "INV", "BUD", "PPT", "VIS"}, group)
}

// judge runs one rule over all its subjects.
func (r *run) judge(rule *rule) {
	if !slices.Contains(rule.At, string(r.at)) || r.c.Trip.ForTerm() && ofJourneys(rule.ID) {
		return
	}
	if err := rule.ready(r.engine); err != nil {
		r.failed(rule, err.Error())
		return
	}
	scopes[rule.Scope](r, func(s *subject) {
		r.p.p.instead = nil
		if rule.concerns != nil && !r.holds(rule, s, rule.concerns) {
			return
		}
		for _, need := range rule.needs {
			if r.holds(rule, s, need) {
				continue
			}
			r.absent(rule, s)
			return
		}
		r.unsure(rule, s)
		if rule.each == nil {
			r.one(rule, s)
			return
		}
		list, _, err := rule.each.Eval(s)
		items, ok := list.(traits.Lister)
		if err != nil || !ok {
			r.broken(rule, err)
			return
		}
		for it := items.Iterator(); it.HasNext() == types.True; {
			s.it = it.Next()
			r.one(rule, s)
		}
	})
}

// absent does what the rule wants when a fact of it isn't given.
func (r *run) absent(rule *rule, s *subject) {
	switch rule.Absent {
	case "fires":
		last := rule.words[len(rule.words)-1]
		r.fire(rule, s, last, true)
	case "unknown":
		field, err := rule.speech.template(rule.Field)
		if err == nil {
			path, _ := field.fill(s, "")
			r.unknown = append(r.unknown, Unknown{Rule: rule.ID, Field: path})
		}
	}
}

func (r *run) one(rule *rule, s *subject) {
	if rule.when != nil && !r.holds(rule, s, rule.when) {
		return
	}
	if len(rule.cases) == 0 {
		if rule.when != nil || rule.each != nil {
			r.fire(rule, s, rule.words[0], false)
		}
		return
	}
	for i, p := range rule.cases {
		if p == nil || r.holds(rule, s, p) {
			r.fire(rule, s, rule.words[i], false)
			return
		}
	}
}

// holds evaluates a condition. A condition that fails holds nowhere and shows
// among the unknown: a broken rule mustn't stop people.
func (r *run) holds(rule *rule, s *subject, p cel.Program) bool {
	v, _, err := p.Eval(s)
	if err != nil {
		r.broken(rule, err)
		return false
	}
	return v == types.True
}

func (r *run) broken(rule *rule, err error) {
	why := "no list"
	if err != nil {
		why = err.Error()
	}
	r.failed(rule, why)
}

// failed notes a rule that couldn't be run.
func (r *run) failed(rule *rule, why string) {
	r.unknown = append(r.unknown, Unknown{Rule: rule.ID, Why: why, Message: fault.Text{Zh: "这条规则没能判断：" + why, En: "this rule couldn't be judged: " + why}})
}

// unsure notes what the rule has no knowledge to judge by.
func (r *run) unsure(rule *rule, s *subject) {
	if rule.unsure == nil {
		return
	}
	list, _, err := rule.unsure.list.Eval(s)
	items, ok := list.(traits.Lister)
	if err != nil || !ok {
		r.broken(rule, err)
		return
	}
	for it := items.Iterator(); it.HasNext() == types.True; {
		s.it = it.Next()
		var texts [3]string
		for i, t := range []template{rule.unsure.field, rule.unsure.zh, rule.unsure.en} {
			if texts[i], err = t.fill(s, []string{"", "zh", "en"}[i]); err != nil {
				r.broken(rule, err)
				return
			}
		}
		r.unknown = append(r.unknown, Unknown{Rule: rule.ID, Field: texts[0], Message: fault.Filled(texts[1], texts[2])})
	}
	s.it = nil
}

func (r *run) fire(rule *rule, s *subject, w *words, missing bool) {
	f, err := w.finding(rule, s, missing)
	if err != nil {
		r.broken(rule, err)
		return
	}
	if f.Severity == "" {
		return // the rule says nothing at this moment
	}
	if rule.Blank || rule.Absent == "fires" && r.empty(f.Field) {
		f.Missing = true
	}
	if t := r.c.Trip; f.Severity == Block && t.Urgent && !t.ForTerm() {
		f.Later = dossier.MaterialKind(rule.Later)
	}
	r.hits = append(r.hits, hit{Finding: f, rule: rule, i: s.i, j: s.j, place: len(r.hits)})
}

// empty tells whether nothing at all stands at a path or below it.
func (r *run) empty(path string) bool {
	if r.leaves == nil {
		r.leaves = r.c.Leaves()
	}
	return !slices.ContainsFunc(r.leaves, func(l dossier.Leaf) bool {
		rest, below := strings.CutPrefix(l.Path, path)
		return below && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// answer drops what a more specific rule already says, and puts the rest in order.
func (r *run) answer() Findings {
	out := Findings{Format: Format, AsOf: r.asOf, RuleSet: r.engine.Version(), List: []Finding{}, Unknown: r.unknown}
	kept := slices.DeleteFunc(slices.Clone(r.hits), r.silenced)
	slices.SortStableFunc(kept, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.Severity.order(), b.Severity.order()), cmp.Compare(a.rule.order, b.rule.order), cmp.Compare(a.place, b.place))
	})
	for _, h := range kept {
		out.List = append(out.List, h.Finding)
	}
	out.Counts = count(out.List)
	return out
}

// silenced tells whether a more specific rule speaks about the same thing: for
// two rules of one scope, about the same part of the case.
func (r *run) silenced(h hit) bool {
	return slices.ContainsFunc(r.hits, func(other hit) bool {
		return slices.Contains(h.rule.quietIf, other.rule) && (h.rule.Scope != other.rule.Scope || h.i == other.i && h.j == other.j)
	})
}
