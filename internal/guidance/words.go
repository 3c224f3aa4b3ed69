package guidance

import (
	"bytes"
	"cmp"
	_ "embed"
	"regexp"
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
	same    saying        // each group of words that mean one thing becomes one mark
	nothing saying        // and what tells nothing a space
	vague   map[rune]bool // marks that tell less than a word
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
	out.same = sayingOf(to)
	for _, w := range read.Nothing {
		to[w] = " "
	}
	out.nothing = sayingOf(to)
	return out
})

// saying says words otherwise: Chinese ones wherever they stand, those of letters only
// where they stand as whole words.
type saying struct {
	inside  *strings.Replacer
	letters map[string]string // of one word or several with a space between them
	longest int               // words in one of them
}

func sayingOf(to map[string]string) saying {
	out, inside := saying{letters: map[string]string{}, longest: 1}, map[string]string{}
	for w, is := range to {
		if w[0] >= 0x80 {
			inside[w] = is
			continue
		}
		out.letters[w], out.longest = is, max(out.longest, len(strings.Fields(w)))
	}
	out.inside = replacer(inside)
	return out
}

// words are letters and digits with nothing but spaces between them.
var words = regexp.MustCompile(`[\p{Latin}\p{Nd}]+(?:[\s\p{Zs}]+[\p{Latin}\p{Nd}]+)*`)

func (s saying) of(text string) string {
	return s.inside.Replace(words.ReplaceAllStringFunc(text, func(run string) string {
		var out []string
		for left := strings.Fields(run); len(left) > 0; {
			n := min(s.longest, len(left))
			for n > 1 && s.letters[strings.Join(left[:n], " ")] == "" {
				n--
			}
			w := strings.Join(left[:n], " ")
			out, left = append(out, cmp.Or(s.letters[w], w)), left[n:]
		}
		return strings.Join(out, " ")
	}))
}

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
	if out := pieces(means().nothing.of(folded(typed))); len(out) > 0 {
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
