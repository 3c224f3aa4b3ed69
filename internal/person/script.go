package person

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

// Which simplified character stands for a traditional one, a pair on each
// line: made by internal/tool/hant from OpenCC's table.
//
//go:embed simplified.txt
var pairs string

// simplified maps traditional characters to simplified ones, so that 張 finds
// 张, whichever of the two a record was written in.
var simplified = sync.OnceValue(func() map[rune]rune {
	out := make(map[rune]rune, len(pairs)/8)
	for s := pairs; s != ""; {
		from, n := utf8.DecodeRuneInString(s)
		to, m := utf8.DecodeRuneInString(s[n:])
		out[from] = to
		s = s[min(len(s), n+m+1):] // the line's end
	}
	return out
})

// Simplified is a text with each traditional character as its simplified one.
func Simplified(s string) string {
	table := simplified()
	return strings.Map(func(r rune) rune {
		if to, ok := table[r]; ok {
			return to
		}
		return r
	}, s)
}
