package ref

import (
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
)

// Rule is one entry of the catalogue as data. Conditions and the parts of texts
// in braces are CEL expressions over the case; docs/writing-rules.md lists what they may
// use.
type Rule struct {
	File   string   `yaml:"-"` // that it stands in: 3-mem.yaml
	ID     string   `yaml:"id"`
	Title  Text     `yaml:"title"`
	Scope  string   `yaml:"scope"`  // case, member, leg, day, invitation, line, trip, endorsement
	Each   string   `yaml:"each"`   // a list: the rule is judged for each item, as "it"
	At     []string `yaml:"at"`     // draft, submit, intake, decide, order, lodge, checkout, amendment, after
	Absent string   `yaml:"absent"` // fires, silent or unknown, when a fact of needs is missing
	Needs  []string `yaml:"needs"`  // the facts that it reads
	If     string   `yaml:"if"`     // whom it concerns: where it doesn't hold, not even absence matters
	When   string   `yaml:"when"`   // the condition that fires

	Waivable *bool             `yaml:"waivable"` // false: no office makes an exception of it
	Never    Text              `yaml:"never"`    // why not, where the catalogue doesn't mark it so
	Blank    bool              `yaml:"blank"`    // what it finds is something that nobody has written yet: a draft counts it as still to be filled in
	Follows  bool              `yaml:"follows"`  // what it warns of is seen to after approval: the unit changes nothing now
	Later    string            `yaml:"later"`    // the paper (M10) that may follow an urgent case: then it doesn't stop it
	Severity Severity          `yaml:"severity"`
	Field    string            `yaml:"field"`
	Also     []string          `yaml:"also"`
	Message  Text              `yaml:"message"`
	Fix      Text              `yaml:"fix"`
	Set      map[string]string `yaml:"set"` // path to the value that cures it
	Basis    Basis             `yaml:"basis"`

	Unsure  *Unsure   `yaml:"unsure"`  // what it can't judge though the facts of the case are there
	Cases   []Variant `yaml:"cases"`   // the first that holds brings its own words
	Missing *Variant  `yaml:"missing"` // its words when it fires for absence
	QuietIf []string  `yaml:"quietIf"` // more specific rules that speak for it

	Examples Examples `yaml:"examples"`
	Office   bool     `yaml:"-"` // given by an office's pack
}

// MayWaive tells whether an office may let a case pass against the rule.
func (r Rule) MayWaive() bool { return r.Waivable == nil || *r.Waivable }

// Variant is one way in which a rule fires; what it leaves out the rule says.
type Variant struct {
	Title    Text              `yaml:"title"` // what findings of it are called together, where the rule's title says something else
	When     string            `yaml:"when"`
	Severity Severity          `yaml:"severity"`
	Field    string            `yaml:"field"`
	Message  Text              `yaml:"message"`
	Fix      Text              `yaml:"fix"`
	Set      map[string]string `yaml:"set"`
}

// Unsure names things that a rule has no knowledge to judge by.
type Unsure struct {
	Each  string `yaml:"each"` // a list, each as "it"
	Field string `yaml:"field"`
	Why   Text   `yaml:"why"`
}

// Text is a sentence in the languages written by hand.
type Text struct {
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
}

// Basis is what a rule rests on. A limit without a read basis is unverified.
type Basis struct {
	Text       string `yaml:"text" json:"text"`
	Source     string `yaml:"source" json:"source"`
	Address    string `yaml:"address" json:"address,omitempty"` // where it can be read, https; most sources have none
	Unverified bool   `yaml:"unverified" json:"unverified,omitempty"`
}

// Written is the basis as it stands where rules are kept: what is ordained, where
// it is written, and whether nobody has read it there yet.
func (b Basis) Written() string {
	if b.Unverified {
		if b.Source != "" {
			b.Source += "，"
		}
		b.Source += "原文待核"
	}
	return b.with(b.Source)
}

// Cited is the basis as it is told to people with a finding: by the title of
// what it rests on, its article and since when that is in force. Whether its
// wording still has to be read again is for who keeps the rules.
func (b Basis) Cited() string { return b.with(inFull(b.Source)) }

func (b Basis) with(source string) string {
	if source == "" {
		return b.Text
	}
	return b.Text + "（" + source + "）"
}

// Severity is one word, or one for each moment.
type Severity struct {
	Default string
	At      map[string]string
}

// UnmarshalYAML reads either form.
func (s *Severity) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&s.Default)
	}
	return n.Decode(&s.At)
}

// IsZero tells whether none is given.
func (s Severity) IsZero() bool { return s.Default == "" && len(s.At) == 0 }

// For is the severity at a moment.
func (s Severity) For(moment string) string {
	if word, own := s.At[moment]; own {
		return word
	}
	return s.Default
}

// Examples must pass and fail as they say; they are run as tests.
type Examples struct {
	Pass []Example `yaml:"pass"`
	Fail []Example `yaml:"fail"`
}

// Example is a change to a case file that is in order.
type Example struct {
	Name   string         `yaml:"name"`
	Known  map[string]any `yaml:"known"` // what the node knows beyond the file
	Base   string         `yaml:"base"`  // file among the example cases; default valid-germany-5-days
	At     string         `yaml:"at"`    // the moment; default submit
	Set    map[string]any `yaml:"set"`
	Remove []string       `yaml:"remove"`
	Field  string         `yaml:"field"` // where a failing example must be found
	Also   []string       `yaml:"also"`  // rules that rightly speak too
}

var ruleID = regexp.MustCompile(`^[A-Z]{3,4}-[0-9]{3}$`)

func (r Rule) check() error {
	if wrong := r.Wrong(); len(wrong) > 0 {
		return fmt.Errorf("%s", wrong[0].En)
	}
	return nil
}

// Wrong lists what keeps a rule from being one, whatever its expressions say.
func (r Rule) Wrong() []Wrong {
	var all []Wrong
	add := func(wrong bool, key, zh, en string) {
		if wrong {
			all = append(all, Wrong{key, zh, en})
		}
	}
	add(!ruleID.MatchString(r.ID), "id", "编号应为三四个大写字母加三位数字，如 GEN-001", "has no id such as GEN-001")
	add(r.When == "" && len(r.Cases) == 0 && r.Absent != "fires", "when", "没有写明什么情况下触发", "has no condition")
	add(r.Field == "", "field", "没有指明对应案卷的哪一项", "names no field")
	add(r.Basis.Text == "", "basis.text", "没有写依据", "has no basis with its source")
	add(r.Basis.Source == "", "basis.source", "没有写依据的出处", "has no basis with its source")
	add(r.Absent != "fires" && r.Absent != "silent" && r.Absent != "unknown", "absent", "缺资料时怎么办，应为 fires、silent、unknown 之一",
		"doesn't say what an absent fact means: fires, silent or unknown")
	add(len(r.At) == 0, "at", "没有写明在哪一步检查", "doesn't say when it runs")
	for key, t := range map[string]Text{"message": r.Message, "fix": r.Fix} {
		add((t.Zh == "") != (t.En == ""), key, "中文和英文都要写", "speaks one language only")
	}
	for _, word := range append([]string{r.Severity.Default}, mapValues(r.Severity.At)...) {
		add(word != "" && word != "block" && word != "warn" && word != "info", "severity", fmt.Sprintf("轻重 %q 不是 block、warn、info 之一", word),
			fmt.Sprintf("has severity %q, which is none of block, warn, info", word))
	}
	return all
}

func mapValues(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// Parameters are all versions of all thresholds.
type Parameters []Parameter

// Parameter is one threshold or word list for a time.
type Parameter struct {
	Key          string        `yaml:"key"`
	Value        string        `yaml:"value"`
	Words        []string      `yaml:"words"`
	Unit         string        `yaml:"unit"`
	Jurisdiction string        `yaml:"jurisdiction"`
	Basis        string        `yaml:"basis"`
	From         calendar.Date `yaml:"effectiveFrom"`
	To           calendar.Date `yaml:"effectiveTo"` // the last day, absent: still in force
	Checked      calendar.Date `yaml:"checkedOn"`
	Unverified   bool          `yaml:"unverified"`
	Instead      bool          `yaml:"-"` // an office's own, in the place of the program's
}

// AsBasis is what a finding rests on where an office's threshold decided: its own
// regulation, and from when.
func (p Parameter) AsBasis() Basis {
	return Basis{Text: p.Basis, Source: fmt.Sprintf("本办自定，%d年%d月%d日起", p.From.Year(), int(p.From.Month()), p.From.Day()), Unverified: p.Unverified}
}

// On finds the parameter in force on a day.
func (ps Parameters) On(key string, day calendar.Date) (Parameter, bool) {
	for _, p := range ps {
		if p.Key == key && !day.Before(p.From) && (p.To.IsZero() || !day.After(p.To)) {
			return p, true
		}
	}
	return Parameter{}, false
}

// Whole is a parameter that is a whole number, or otherwise where the data has
// none.
func (ps Parameters) Whole(key string, day calendar.Date, otherwise int) int {
	if p, ok := ps.On(key, day); ok {
		if n, err := strconv.Atoi(p.Value); err == nil {
			return n
		}
	}
	return otherwise
}

func (p Parameter) overlaps(q Parameter) bool {
	endsBefore := func(a, b Parameter) bool { return !a.To.IsZero() && a.To.Before(b.From) }
	return !endsBefore(p, q) && !endsBefore(q, p)
}
