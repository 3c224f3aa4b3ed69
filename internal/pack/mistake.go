package pack

import (
	"fmt"
	"strings"

	"yitang/internal/fault"
)

// Mistake is one thing that is wrong with a pack, and where.
type Mistake struct {
	File    string
	Key     string // path in the file: paths[1].steps[0].role
	Line    int    // 0 where it isn't known
	Text    fault.Text
	Nearest string // the known key or word most like the one found
}

// String names file, key and line, and what is wrong there.
func (m Mistake) String() string { return m.In("en") }

// In says it in a language: "en", else Chinese.
func (m Mistake) In(lang string) string {
	where := m.File
	if m.Key != "" {
		where += ": " + m.Key
	}
	if lang == "en" {
		if m.Line > 0 {
			where += fmt.Sprintf(" (line %d)", m.Line)
		}
		return where + ": " + m.Text.En
	}
	if m.Line > 0 {
		where += fmt.Sprintf("（第%d行）", m.Line)
	}
	return where + "：" + m.Text.Zh
}

// Mistakes is everything that is wrong, as an error.
type Mistakes []Mistake

func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Findings gives the same as faults, for pages.
func (ms Mistakes) Findings() []fault.Finding {
	out := make([]fault.Finding, len(ms))
	for i, m := range ms {
		out[i] = fault.Finding{Field: m.File + ":" + m.Key, Text: fault.Text{Zh: m.In("zh"), En: m.In("en")}}
	}
	return out
}

func (ms *Mistakes) add(file, key, zh, en string) {
	*ms = append(*ms, Mistake{File: file, Key: key, Text: fault.Text{Zh: zh, En: en}})
}
