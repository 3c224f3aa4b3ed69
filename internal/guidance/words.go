package guidance

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"go.yaml.in/yaml/v3"
)

//go:embed search.yaml
var searchWords []byte

// meanings are what words tell when frequent questions are searched.
type meanings struct {
	same    *strings.Replacer // each group of words that mean one thing becomes one mark
	nothing *strings.Replacer // and what tells nothing a space
	vague   map[rune]bool     // marks that tell less than a word
}

// firstMark begins the marks: characters that no text has.
const firstMark = '\uE000'

var means = sync.OnceValue(func() meanings {
	var read struct {
		Nothing     []string
		Same, Vague [][]string
	}
	d := yaml.NewDecoder(bytes.NewReader(searchWords))
	d.KnownFields(true)
	if err := d.Decode(&read); err != nil {
		panic(err) // a test reads it before anybody does
	}
	out := meanings{vague: map[rune]bool{}}
	to := map[string]string{}
	for i, group := range slices.Concat(read.Same, read.Vague) {
		mark := firstMark + rune(i)
		out.vague[mark] = i >= len(read.Same)
		for _, w := range group {
			to[w] = string(mark)
		}
	}
	out.same = replacer(to)
	for _, w := range read.Nothing {
		if to[w] = " "; w[0] < 0x80 { // letters: the whole word alone
			delete(to, w)
			to[" "+w+" "] = " "
		}
	}
	out.nothing = replacer(to)
	return out
})

// replacer takes the longest word that fits.
func replacer(to map[string]string) *strings.Replacer {
	var words []string
	for w := range to {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var pairs []string
	for _, w := range words {
		pairs = append(pairs, w, to[w])
	}
	return strings.NewReplacer(pairs...)
}

func isMark(r rune) bool { return r >= firstMark && r < firstMark+0x100 }

// tokens are what somebody typed, piece by piece: marks, words of letters and
// digits, and of Chinese each two neighbouring characters. What tells nothing is left
// out, unless it is all that they typed.
func tokens(typed string) []string {
	if out := pieces(means().nothing.Replace(" " + folded(typed) + " ")); len(out) > 0 {
		return out
	}
	return pieces(folded(typed))
}

func pieces(s string) []string {
	var out []string
	add := func(run []rune) {
		switch {
		case len(run) == 0:
			return
		case !unicode.Is(unicode.Han, run[0]) || len(run) == 1:
			out = append(out, string(run))
		default:
			for i := range len(run) - 1 {
				out = append(out, string(run[i:i+2]))
			}
		}
	}
	var run []rune
	for _, r := range s {
		switch {
		case isMark(r):
			add(run)
			run = nil
			out = append(out, string(r))
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			add(run)
			run = nil
		case len(run) > 0 && unicode.Is(unicode.Han, r) != unicode.Is(unicode.Han, run[0]):
			add(run)
			run = []rune{r}
		default:
			run = append(run, r)
		}
	}
	add(run)
	slices.Sort(out)
	return slices.Compact(out)
}
