package pack

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/ref"
)

// OwnRules is the file that rules written in the browser stand in.
const OwnRules = "rules/own.yaml"

// ThresholdLine is a threshold as parameters.yaml writes it.
type ThresholdLine struct {
	Key          string        `yaml:"key"`
	Value        string        `yaml:"value,omitempty"`
	Words        []string      `yaml:"words,omitempty,flow"`
	Unit         string        `yaml:"unit,omitempty"`
	Jurisdiction string        `yaml:"jurisdiction,omitempty"`
	Basis        string        `yaml:"basis"`
	From         calendar.Date `yaml:"effectiveFrom"`
	To           calendar.Date `yaml:"effectiveTo,omitempty"`
	Unverified   bool          `yaml:"unverified,omitempty"`
}

// WithThreshold gives a copy in which an own threshold holds from its first
// day; one of the same key that held until then ends the day before.
func (c Content) WithThreshold(line ThresholdLine) (Content, error) {
	return c.withList("parameters.yaml", func(list *yaml.Node) error {
		var own ref.Parameters
		if err := list.Decode(&own); err != nil {
			return err
		}
		for i, p := range own {
			switch {
			case p.Key != line.Key || !p.To.IsZero() && p.To.Before(line.From):
			case p.From == line.From:
				return put(list, i, line)
			case p.From.Before(line.From):
				set(list.Content[i], "effectiveTo", line.From.Prev().String())
			case line.To.IsZero():
				line.To = p.From.Prev() // until the one that begins later
			}
		}
		return put(list, len(own), line)
	})
}

// WithoutThreshold gives a copy without the office's own values of a threshold:
// what the program brings holds again.
func (c Content) WithoutThreshold(key string) (Content, error) {
	return c.withList("parameters.yaml", func(list *yaml.Node) error {
		list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return value(n, "key") == key })
		return nil
	})
}

// WithRule gives a copy with a rule, in the place of the one with its id or at
// the end of OwnRules. text is the rule as YAML: one mapping.
func (c Content) WithRule(id string, text []byte) (Content, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("a rule is one mapping")
	}
	file, at := c.ruleAt(id)
	if file == "" {
		file = OwnRules
	}
	return c.withList(file, func(list *yaml.Node) error {
		if at >= 0 {
			list.Content[at] = doc.Content[0]
		} else {
			list.Content = append(list.Content, doc.Content[0])
		}
		return nil
	})
}

// WithoutRule leaves an own rule out.
func (c Content) WithoutRule(id string) (Content, error) {
	file, at := c.ruleAt(id)
	if at < 0 {
		return c, nil
	}
	return c.withList(file, func(list *yaml.Node) error {
		list.Content = slices.Delete(list.Content, at, at+1)
		return nil
	})
}

// RuleText is an own rule as it is written; "" when the pack doesn't give it.
func (c Content) RuleText(id string) string {
	file, at := c.ruleAt(id)
	if at < 0 {
		return ""
	}
	return entryText(c[file], at)
}

// BuiltRuleText is a rule of the program as it is written.
func BuiltRuleText(id string) string {
	c, err := BuiltContent()
	if err != nil {
		return ""
	}
	return c.RuleText(id)
}

func entryText(file []byte, at int) string {
	list, err := listOf(file)
	if err != nil || at >= len(list.Content) {
		return ""
	}
	b, err := encoded(list.Content[at])
	if err != nil {
		return ""
	}
	return string(b)
}

func (c Content) ruleAt(id string) (string, int) {
	for _, name := range c.Names() {
		if !ruleFile.MatchString(name) {
			continue
		}
		list, err := listOf(c[name])
		if err != nil {
			continue // reading the pack says what is wrong with it
		}
		for i, entry := range list.Content {
			if value(entry, "id") == id {
				return name, i
			}
		}
	}
	return "", -1
}

// WithRuleOff switches a rule off, or on again when why is "".
func (c Content) WithRuleOff(id, why string) (Content, error) {
	return c.withList(offFile, func(list *yaml.Node) error {
		list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return value(n, "rule") == id })
		if why == "" {
			return nil
		}
		return put(list, len(list.Content), RuleOff{id, why})
	})
}

// WithText gives a copy in which pages say a sentence otherwise; an empty one
// takes the office's own back. The file is written in the order of its keys.
func (c Content) WithText(key string, t Text) (Content, error) {
	texts := Texts{}
	if wrong := read(TextsFile, c[TextsFile], &texts); len(wrong) > 0 {
		return nil, wrong
	}
	if texts == nil {
		texts = Texts{}
	}
	texts[key] = t
	if t == (Text{}) {
		delete(texts, key)
	}
	if len(texts) == 0 {
		return c.WithFile(TextsFile, nil), nil
	}
	b, err := encoded(texts)
	if err != nil {
		return nil, err
	}
	return c.WithFile(TextsFile, b), nil
}

// WithTemplate gives a copy in which documents say a sentence otherwise; "" takes
// the office's own back. The file is written in the order of its keys.
func (c Content) WithTemplate(key, said string) (Content, error) {
	own := document.Wording{}
	if wrong := read(TemplatesFile, c[TemplatesFile], &own); len(wrong) > 0 {
		return nil, wrong
	}
	if own == nil {
		own = document.Wording{}
	}
	own[key] = said
	if said == "" {
		delete(own, key)
	}
	if len(own) == 0 {
		return c.WithFile(TemplatesFile, nil), nil
	}
	b, err := encoded(own)
	if err != nil {
		return nil, err
	}
	return c.WithFile(TemplatesFile, b), nil
}

// WithPaths gives a copy with other review paths.
func (c Content) WithPaths(f PathFile) (Content, error) {
	b, err := encoded(f)
	if err != nil {
		return nil, err
	}
	return c.WithFile(pathFile, b), nil
}

// PathsAsWritten are the paths of the pack, else those of the program.
func (c Content) PathsAsWritten() (PathFile, error) {
	var f PathFile
	b, own := c[pathFile]
	if !own {
		built, err := BuiltContent()
		if err != nil {
			return f, err
		}
		b = built[pathFile]
	}
	if wrong := read(pathFile, b, &f); len(wrong) > 0 {
		return f, wrong
	}
	return f, nil
}

// WithFile gives a copy with a file's text; nothing takes the file out.
func (c Content) WithFile(name string, text []byte) Content {
	out := maps.Clone(c)
	if out == nil {
		out = Content{}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		delete(out, name)
		return out
	}
	out[name] = text
	return out
}

func (c Content) withList(name string, change func(*yaml.Node) error) (Content, error) {
	list, err := listOf(c[name])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := change(list); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(list.Content) == 0 {
		return c.WithFile(name, nil), nil
	}
	b, err := encoded(list)
	if err != nil {
		return nil, err
	}
	return c.WithFile(name, b), nil
}

// listOf parses a file that is a list, with its comments.
func listOf(text []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return &yaml.Node{Kind: yaml.SequenceNode}, nil
	}
	if doc.Content[0].Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("it is no list")
	}
	return doc.Content[0], nil
}

func put(list *yaml.Node, at int, entry any) error {
	var n yaml.Node
	if err := n.Encode(entry); err != nil {
		return err
	}
	if at < len(list.Content) {
		list.Content[at] = &n
	} else {
		list.Content = append(list.Content, &n)
	}
	return nil
}

func value(entry *yaml.Node, key string) string {
	for i := 0; i+1 < len(entry.Content); i += 2 {
		if entry.Content[i].Value == key {
			return entry.Content[i+1].Value
		}
	}
	return ""
}

func set(entry *yaml.Node, key, text string) {
	for i := 0; i+1 < len(entry.Content); i += 2 {
		if entry.Content[i].Value == key {
			entry.Content[i+1].Value = text
			return
		}
	}
	entry.Content = append(entry.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, &yaml.Node{Kind: yaml.ScalarNode, Value: text})
}

func encoded(v any) ([]byte, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

// FileDiff is what differs in one file.
type FileDiff struct {
	Name  string
	Lines []DiffLine
}

// DiffLine is a line that went (-), came (+), or stands around them ( ).
type DiffLine struct {
	Op   byte
	Text string
}

// Diff lists what differs from an earlier pack, file by file.
func Diff(was, is Content) []FileDiff {
	names := map[string]bool{}
	for _, c := range []Content{was, is} {
		for name := range c {
			names[name] = name != manifestFile && name != signatureFile
		}
	}
	var all []FileDiff
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if names[name] && !bytes.Equal(was[name], is[name]) {
			all = append(all, FileDiff{name, diffLines(lines(was[name]), lines(is[name]))})
		}
	}
	return all
}

func lines(b []byte) []string {
	if len(b) == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(string(b), "\n"), "\n")
}

// around is how many equal lines are shown beside what differs.
const around = 1

// diffLines compares by the longest common subsequence, after taking off what
// both begin and end with; very long rests are shown as wholly replaced.
func diffLines(a, b []string) []DiffLine {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []DiffLine
	for _, l := range a[max(0, head-around):head] {
		out = append(out, DiffLine{' ', l})
	}
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, l := range a[len(a)-tail : min(len(a), len(a)-tail+around)] {
		out = append(out, DiffLine{' ', l})
	}
	return out
}

func middle(a, b []string) []DiffLine {
	var out []DiffLine
	if len(a)*len(b) > 4_000_000 {
		for _, l := range a {
			out = append(out, DiffLine{'-', l})
		}
		for _, l := range b {
			out = append(out, DiffLine{'+', l})
		}
		return out
	}
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, DiffLine{' ', a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, DiffLine{'-', a[i]})
			i++
		default:
			out = append(out, DiffLine{'+', b[j]})
			j++
		}
	}
	return out
}

// Named is the path's name.
func (p PathLine) Named() fault.Text { return p.Name.said() }

// Called gives it a name.
func (p PathLine) Called(zh, en string) PathLine {
	p.Name = text{zh, en}
	return p
}

// Named is the step's name.
func (s PathStep) Named() fault.Text { return s.Name.said() }

// Called gives it a name.
func (s PathStep) Called(zh, en string) PathStep {
	s.Name = text{zh, en}
	return s
}
