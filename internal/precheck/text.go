package precheck

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// template is a sentence or a path with expressions in braces.
type template struct {
	texts []string // one more than the parts
	parts []part   // what stands between them
}

// part is an expression in a text. Where it gives nothing, something must stand in
// its place, unless nothing is one of the words that it chooses from.
type part struct {
	cel.Program
	said string // the expression
}

func (p part) mayBeEmpty() bool { return strings.Contains(p.said, "''") }

func (l language) template(text string) (template, error) {
	var t template
	rest := text
	for {
		before, after, found := strings.Cut(rest, "{")
		t.texts = append(t.texts, before)
		if !found {
			return t, nil
		}
		expression, tail, closed := strings.Cut(after, "}")
		if !closed {
			return template{}, fmt.Errorf("a brace isn't closed in %q", text)
		}
		p, err := l.program(expression)
		if err != nil {
			return template{}, err
		}
		t.parts = append(t.parts, part{p, expression})
		rest = tail
	}
}

// fill puts the values in; in Chinese with marks around them, see fault.Text.
func (t template) fill(s *subject, lang string) (string, error) {
	if len(t.parts) == 0 {
		return t.texts[0], nil
	}
	var b strings.Builder
	for i, p := range t.parts {
		b.WriteString(t.texts[i])
		v, _, err := p.Eval(s)
		if err != nil {
			return "", err
		}
		text := spell(v, lang)
		if text == "" && lang != "" && !p.mayBeEmpty() {
			text = s.unsaid(p.said, lang)
		}
		switch {
		case lang == "en" && b.Len() == 0:
			text = capital(text)
		case lang == "zh":
			text = fault.Mark(text)
		}
		b.WriteString(text)
	}
	b.WriteString(t.texts[len(t.parts)])
	return b.String(), nil
}

// unsaid stands in a sentence for a datum that isn't given, so that nobody reads
// a sentence with a hole: what can be counted by its number.
func (s *subject) unsaid(what, lang string) string {
	zh, en := "（未填）", "(not given)"
	switch what {
	case "invitation.issuer":
		zh, en = fmt.Sprintf("第%d家邀请单位", s.i+1), fmt.Sprintf("host %d", s.i+1)
	case "member.name", "member.latinName":
		zh, en = fmt.Sprintf("第%d名团员", s.i+1), fmt.Sprintf("member %d", s.i+1)
	}
	if lang == "zh" {
		return zh
	}
	return en
}

// spell writes a value for people: days as each language writes them, lists
// with its comma. In paths (lang "") everything is bare.
func spell(v ref.Val, lang string) string {
	switch x := v.(type) {
	case types.Timestamp:
		return spellTime(x.Time, lang)
	case traits.Lister:
		parts := []string{}
		for it := x.Iterator(); it.HasNext() == types.True; {
			parts = append(parts, spell(it.Next(), lang))
		}
		if lang == "en" {
			return strings.Join(parts, ", ")
		}
		return strings.Join(parts, "、")
	}
	if named, ok := v.Value().(interface{ Spell(string) string }); ok {
		return named.Spell(lang)
	}
	return fmt.Sprint(v.Value())
}

// capital begins a sentence with a large letter.
func capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// withArticle is a country's English name as it stands in a sentence: in the
// United States, in France.
func withArticle(code, name string) string {
	last := name[strings.LastIndexByte(name, ' ')+1:]
	if slices.Contains([]string{"States", "Kingdom", "Emirates", "Republic", "Islands"}, last) ||
		slices.Contains([]string{"NLD", "PHL", "MDV", "BHS", "GMB", "SYC", "COM"}, code) {
		return "the " + name
	}
	return name
}

func spellTime(t time.Time, lang string) string {
	d := calendar.On(t.Year(), t.Month(), t.Day())
	text := d.English()
	if lang == "zh" {
		text = d.Chinese()
	}
	if t.Hour() != 0 || t.Minute() != 0 {
		text += t.Format(" 15:04")
	}
	return text
}
