// Package script writes simplified Chinese in the traditional script. Our own words
// are converted when the program is built (internal/tool/hant); names out of an
// office's configuration, which nobody knows then, while it runs. Never what people
// are called or what they typed.
package script

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Pair is a phrase or a character in both scripts.
type Pair struct {
	From, To string
	Own      bool // one of our glossary's terms, which no other phrase cuts in two
}

// Converter holds phrases by their first character, longest first.
type Converter map[rune][]Pair

// New makes a converter. Of two pairs with the same beginning the first counts.
func New(pairs []Pair) Converter {
	c := Converter{}
	for _, p := range pairs {
		first, _ := utf8.DecodeRuneInString(p.From)
		c[first] = append(c[first], p)
	}
	for _, ps := range c {
		slices.SortStableFunc(ps, func(a, b Pair) int { return len(b.From) - len(a.From) })
	}
	return c
}

// Convert writes a text in the traditional script: longest match wins.
func (c Converter) Convert(s string) string {
	var b strings.Builder
next:
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		for _, p := range c[r] {
			if strings.HasPrefix(s, p.From) && (p.Own || !c.cutsTerm(s, len(p.From))) {
				b.WriteString(p.To)
				s = s[len(p.From):]
				continue next
			}
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}

// cutsTerm tells whether a phrase of so many bytes at the front of a text would
// end within a term of ours: 待制 within 待制证.
func (c Converter) cutsTerm(s string, n int) bool {
	for at, r := range s[:n] {
		if at == 0 {
			continue
		}
		for _, p := range c[r] {
			if p.Own && at+len(p.From) > n && strings.HasPrefix(s[at:], p.From) {
				return true
			}
		}
	}
	return false
}

// Table writes the pairs that a converter needs: a phrase that reads as its
// characters do alone is left out, so that what the binary carries stays small.
func (c Converter) Table() []byte {
	one := Converter{}
	for r, ps := range c {
		for _, p := range ps {
			if utf8.RuneCountInString(p.From) == 1 {
				one[r] = append(one[r], p)
			}
		}
	}
	var lines []string
	for _, ps := range c {
		for _, p := range ps {
			if utf8.RuneCountInString(p.From) > 1 && !p.Own && one.Convert(p.From) == p.To {
				continue
			}
			mark := ""
			if p.Own {
				mark = "\t*"
			}
			lines = append(lines, p.From+"\t"+p.To+mark+"\n")
		}
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

// Read makes the converter of a table.
func Read(table []byte) (Converter, error) {
	var pairs []Pair
	for line := range strings.Lines(string(table)) {
		from, to, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || from == "" {
			return nil, fmt.Errorf("a table of scripts has the line %q", line)
		}
		to, own := strings.CutSuffix(to, "\t*")
		pairs = append(pairs, Pair{from, to, own})
	}
	return New(pairs), nil
}
