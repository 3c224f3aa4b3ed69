package document

import (
	"fmt"
	"strings"
)

// sections numbers the parts of a document: 一、 in 黑体, 1. below it.
// Source: GB/T 9704-2012, 7.3.3. A heading never stands alone at the foot of a
// page.
type sections struct {
	l *layout
	n int
}

func (s *sections) head(text string) span {
	s.n++
	return span{chineseNumber(s.n) + "、" + text, heading}
}

// text is a part of one paragraph that starts on the heading's line.
func (s *sections) text(head, text string) {
	h := s.head(head)
	h.text += "。"
	s.keep(linePitch + bodyEm)
	s.l.paragraph(running(), h, span{ended(text), body})
}

func (s *sections) table(head string, t table) {
	s.keep(linePitch + t.together())
	s.l.paragraph(running(), s.head(head))
	s.l.table(t)
}

func (s *sections) list(head string, items []string) {
	s.keep(2*linePitch + bodyEm)
	s.l.paragraph(running(), s.head(head))
	for i, item := range items {
		s.l.paragraph(running(), span{fmt.Sprintf("%d. %s", i+1, ended(item)), body})
	}
}

func (s *sections) keep(mm float64) {
	if !s.l.room(mm) {
		s.l.newPage()
	}
}

// numbered lets a few sentences run on, each with its number.
func numbered(items []string) string {
	var all []string
	for i, item := range items {
		all = append(all, fmt.Sprintf("%d. %s", i+1, ended(item)))
	}
	return strings.Join(all, "")
}

// ended makes sure that a sentence has its full stop.
func ended(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "！") || strings.HasSuffix(s, "？") {
		return s
	}
	return strings.TrimRight(s, ".；;") + "。"
}

// chineseNumber writes 1 to 99 as headings are numbered.
func chineseNumber(n int) string {
	digits := []rune("零一二三四五六七八九")
	switch {
	case n < 10:
		return string(digits[n])
	case n < 20:
		return strings.TrimSuffix("十"+string(digits[n%10]), "零")
	}
	return strings.TrimSuffix(string(digits[n/10])+"十"+string(digits[n%10]), "零")
}
