package guidance

import (
	"regexp"
	"strings"
)

// Block is one piece of a plain text: a paragraph, or a list.
type Block struct {
	Lines   []string // of a paragraph one
	List    bool
	Ordered bool
}

var (
	dotted   = regexp.MustCompile(`^\s*[-•·]\s+`)
	numbered = regexp.MustCompile(`^\s*(?:\d{1,2}[.．、)）]|[（(]\d{1,2}[)）])\s*`)
)

// Blocks reads a plain text: an empty line or the end of a line ends a paragraph,
// lines that begin with a dash are a list, and those with a number one in order.
// A number in order is one that follows: "2026.3 起" begins no list.
func Blocks(text string) []Block {
	var out []Block
	next := func(line string, ordered bool) {
		if n := len(out); n > 0 && out[n-1].List && out[n-1].Ordered == ordered {
			out[n-1].Lines = append(out[n-1].Lines, line)
			return
		}
		out = append(out, Block{List: true, Ordered: ordered, Lines: []string{line}})
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		switch at := numbered.FindString(line); {
		case strings.TrimSpace(line) == "":
		case dotted.MatchString(line):
			next(strings.TrimSpace(dotted.ReplaceAllString(line, "")), false)
		case at != "" && counts(at, out):
			next(strings.TrimSpace(line[len(at):]), true)
		default:
			out = append(out, Block{Lines: []string{strings.TrimSpace(line)}})
		}
	}
	return out
}

// counts tells whether a line's number is the next of its list: a list is shown
// with numbers of its own, and mustn't say others than were written.
func counts(at string, before []Block) bool {
	want := 1
	if n := len(before); n > 0 && before[n-1].Ordered {
		want = len(before[n-1].Lines) + 1
	}
	n := 0
	for _, c := range at {
		if c >= '0' && c <= '9' {
			n = n*10 + int(c-'0')
		}
	}
	return n == want
}
