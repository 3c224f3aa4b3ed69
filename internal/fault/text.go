package fault

import "strings"

// Text is a sentence in the languages written by hand.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
	// Marked is Zh with a mark around each value that was filled in; "" when
	// nothing was. Our own words are shown in the traditional script too, and
	// what people are called or typed is left as it is.
	Marked string `json:"-"`
}

// The marks can't be typed: they are taken out of what people enter.
const (
	opens  = "\x0e"
	closes = "\x0f"
)

var unmark = strings.NewReplacer(opens, "", closes, "")

// Mark puts marks around a value that is filled into a sentence.
func Mark(value string) string { return opens + unmark.Replace(value) + closes }

// Filled is a text whose Chinese was filled with marked values.
func Filled(marked, en string) Text {
	if !strings.Contains(marked, opens) {
		return Text{Zh: marked, En: en}
	}
	return Text{Zh: unmark.Replace(marked), En: en, Marked: marked}
}

// Rewrite gives the Chinese with our words and the values each rewritten.
func (t Text) Rewrite(ours, value func(string) string) string {
	if t.Marked == "" {
		return ours(t.Zh)
	}
	var b strings.Builder
	rest := t.Marked
	for {
		words, after, more := strings.Cut(rest, opens)
		if words != "" {
			b.WriteString(ours(words))
		}
		if !more {
			return b.String()
		}
		filled, tail, _ := strings.Cut(after, closes)
		b.WriteString(value(filled))
		rest = tail
	}
}
