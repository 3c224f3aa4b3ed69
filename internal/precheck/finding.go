package precheck

import (
	"maps"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/ref"
)

// Version names a set of rules with all data that they read: it changes with
// any byte of them. Decisions record the one that they were made under.
type Version string

// Format names the format of Findings as JSON.
const Format = "yitang.findings/1"

// Findings is the answer to one check.
type Findings struct {
	Format  string        `json:"format"`
	AsOf    calendar.Date `json:"asOf"`
	RuleSet Version       `json:"rules"`
	Counts  Counts        `json:"counts"`
	List    []Finding     `json:"findings"`
	Unknown []Unknown     `json:"unknown,omitempty"` // what can't be judged yet
}

// Without are the findings that are not about a field.
func (f Findings) Without(field string) Findings {
	f.List = slices.DeleteFunc(slices.Clone(f.List), func(x Finding) bool { return x.Field == field })
	return f.Counted()
}

// Counted are the findings with their numbers made anew.
func (f Findings) Counted() Findings {
	f.Counts = count(f.List)
	return f
}

// Only are the findings that are kept.
func (f Findings) Only(keep func(Finding) bool) Findings {
	f.List = slices.DeleteFunc(slices.Clone(f.List), func(x Finding) bool { return !keep(x) })
	f.Counts = count(f.List)
	return f
}

// Eased are the findings with those of a rule as warnings: told, and stopping nobody.
func (f Findings) Eased(rule string) Findings {
	f.List = slices.Clone(f.List)
	for i := range f.List {
		if f.List[i].Rule == rule && f.List[i].Severity == Block {
			f.List[i].Severity = Warn
		}
	}
	return f.Counted()
}

// And are these findings and those of another look at the same case.
func (f Findings) And(more Findings) Findings {
	f.List = append(slices.Clone(f.List), more.List...)
	f.Counts = count(f.List)
	return f
}

// Counts is how many findings there are of each severity; what was waived, or
// may follow an urgent case, blocks nobody and counts as nothing.
type Counts struct {
	Block int `json:"block"`
	Warn  int `json:"warn"`
	Info  int `json:"info"`
}

func count(list []Finding) (c Counts) {
	for _, f := range list {
		switch f.Severity {
		case Block:
			if f.Blocks() {
				c.Block++
			}
		case Warn:
			c.Warn++
		case Info:
			c.Info++
		}
	}
	return c
}

// Finding is one thing wrong with one field of the case file.
type Finding struct {
	Rule     string     `json:"rule"`
	Title    fault.Text `json:"-"` // what findings like it are called together
	Severity Severity   `json:"severity"`
	Field    string     `json:"field"`
	Also     []string   `json:"also,omitempty"`
	Message  fault.Text `json:"message"`
	Basis    ref.Basis  `json:"basis"`
	Fix      Fix        `json:"fix"`
	Missing  bool       `json:"missing,omitempty"` // something isn't there yet: a draft may keep quiet about it
	Follows  bool       `json:"follows,omitempty"` // a warning that asks the unit to change nothing now
	Waived   *Waived    `json:"waived,omitempty"`  // it would block, and a chief has let it pass for this case
	// Later is the paper with which it is made good after an urgent case was
	// handed in (补办); "" when it can't wait.
	Later dossier.MaterialKind `json:"later,omitempty"`
}

// Blocks tells whether it keeps the case from being handed in.
func (f Finding) Blocks() bool { return f.Severity == Block && f.Waived == nil && f.Later == "" }

// Later are the papers that may follow, each once, in the order of the rules.
func (fs Findings) Later() []dossier.MaterialKind {
	var out []dossier.MaterialKind
	for _, f := range fs.List {
		if f.Later != "" && f.Waived == nil && !slices.Contains(out, f.Later) {
			out = append(out, f.Later)
		}
	}
	return out
}

// AllNow are the findings of which none may wait: a change of an approved
// mission puts nothing off.
func (f Findings) AllNow() Findings {
	f.List = slices.Clone(f.List)
	for i := range f.List {
		f.List[i].Later = ""
	}
	return f.Counted()
}

// Shown is how heavily it weighs to the eye: what follows by itself, or may be
// made good later, is good to know, and isn't counted among what to change.
func (f Finding) Shown() Severity {
	if f.Follows || f.Later != "" {
		return Info
	}
	return f.Severity
}

// Asks tells whether somebody has to judge it: what is only good to know stands
// for itself, and so does what a chief has waived.
func (f Finding) Asks() bool { return f.Waived == nil && f.Shown() != Info }

// Subject names what it is about: the rule, and where. An answer belongs to it.
func (f Finding) Subject() string { return f.Rule + "/" + f.Field }

// Warns tells whether the unit mends it or says why it stays: a warning about
// what is there.
func (f Finding) Warns() bool { return f.Asks() && f.Severity == Warn && !f.Missing }

// Unanswered are the warnings on which the unit has said nothing yet.
func (fs Findings) Unanswered(answers map[string]string) []Finding {
	var out []Finding
	for _, f := range fs.List {
		if f.Warns() && strings.TrimSpace(fs.Answer(f, answers)) == "" {
			out = append(out, f)
		}
	}
	return out
}

// OfAll is under what the unit answers all that a rule warns of at once.
func OfAll(rule string) string { return rule + "/*" }

// Answer is the unit's word on a finding. One that was given by rule alone, as
// it once was, speaks where the rule has found one thing only.
func (fs Findings) Answer(f Finding, answers map[string]string) string {
	if words := answers[f.Subject()]; words != "" {
		return words
	}
	if words := answers[OfAll(f.Rule)]; words != "" {
		return words
	}
	n := 0
	for _, o := range fs.List {
		if o.Rule == f.Rule {
			n++
		}
	}
	if n > 1 {
		return ""
	}
	if words := answers[f.Rule]; words != "" {
		return words
	}
	for _, at := range slices.Sorted(maps.Keys(answers)) { // of a list as such it was once given at one of its items
		if strings.HasPrefix(at, f.Subject()+"[") {
			return answers[at]
		}
	}
	return ""
}

// Fix is how to mend it: in words and, where there is only one way, as values
// to put into fields.
type Fix struct {
	fault.Text
	Set map[string]any `json:"set,omitempty"` // path to text, whole number or true/false
}

// Unknown is a rule that lacks a fact, or failed: neither a pass nor a finding.
type Unknown struct {
	Rule  string `json:"rule"`
	Field string `json:"field"`
	Why   string `json:"why,omitempty"` // only if the rule itself failed
	// Message says it to people, where there is more to say than that a fact is missing.
	Message fault.Text `json:"message,omitzero"`
}

// Blocking gives what keeps the case from being submitted, as faults.
func (fs Findings) Blocking() []fault.Finding {
	var out []fault.Finding
	for _, f := range fs.List {
		if f.Blocks() {
			out = append(out, f.Fault())
		}
	}
	return out
}

// Beside gives the findings about one field, or anything below it, for a form.
func (fs Findings) Beside(field string) []Finding {
	var out []Finding
	for _, f := range fs.List {
		if f.Field == field || len(f.Field) > len(field) && f.Field[:len(field)] == field &&
			(f.Field[len(field)] == '.' || f.Field[len(field)] == '[') {
			out = append(out, f)
		}
	}
	return out
}

// Of gives the findings of one rule.
func (fs Findings) Of(rule string) []Finding {
	return slices.DeleteFunc(slices.Clone(fs.List), func(f Finding) bool { return f.Rule != rule })
}

// Fault is the finding as pages and the API answer it.
func (f Finding) Fault() fault.Finding {
	return fault.Finding{
		Field: f.Field, Rule: f.Rule, Text: f.Message, Basis: f.Basis.Cited(), Read: f.Basis.Address, Fix: f.Fix.Text,
	}
}
