package guidance

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"yitang/internal/person"
)

// Find gives the questions that somebody may mean by what they typed, the likeliest
// first: words of question or answer in either script and language, pinyin or
// initials of the question; and where they wrote a whole sentence, those that share
// most of it.
func Find(all []Question, typed string) []Question {
	wanted := strings.FieldsFunc(folded(typed), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	if len(wanted) == 0 {
		return all
	}
	type hit struct {
		q     Question
		score int
		near  int
	}
	rare := rarity(all, wanted)
	var hits []hit
	for _, q := range all {
		t, sum := spokenOf(q), 0
		for _, w := range wanted {
			n := t.match(w)
			if n == 0 {
				sum = 0
				break
			}
			sum += n
		}
		if sum > 0 {
			hits = append(hits, hit{q, sum, t.near(rare)})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.near, a.near)) })
	var out []Question
	for _, h := range hits {
		out = append(out, h.q)
	}
	return out
}

// rarity is how much each character that somebody typed tells: the fewer questions
// have it, the more.
func rarity(all []Question, wanted []string) map[rune]int {
	out := map[rune]int{}
	for _, r := range strings.Join(wanted, "") {
		if _, done := out[r]; done {
			continue
		}
		n := 0
		for _, q := range all {
			if strings.ContainsRune(folded(q.Ask), r) {
				n++
			}
		}
		out[r] = 10000 / (1 + n)
	}
	return out
}

// near is how much of what was typed, character by character, stands in the
// question; what stands in the answer alone counts a quarter.
func (s spoken) near(rare map[rune]int) int {
	sum := 0
	for r, worth := range rare {
		switch {
		case strings.ContainsRune(s.ask, r):
			sum += worth
		case strings.ContainsRune(s.answer, r):
			sum += worth / 4
		}
	}
	return sum
}

// folded is a text in which script, case and width of letters tell nothing apart.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full-width forms of ASCII
			r -= '！' - '!'
		}
		return unicode.ToLower(r)
	}, person.Simplified(s))
}

// spoken is a question as it is searched.
type spoken struct {
	ask, answer string
	read        []string // the question's syllables
}

func spokenOf(q Question) spoken {
	return spoken{ask: folded(q.Ask + "\n" + q.AskEn), answer: folded(q.Answer + "\n" + q.AnswerEn), read: strings.Fields(person.Read(person.Simplified(q.Ask)))}
}

// Weights: what stands in the question counts more than what stands in its answer.
const inAsk, inAnswer, byLikeness = 8, 4, 2

func (s spoken) match(w string) int {
	switch {
	case strings.Contains(s.ask, w) || s.sounds(w):
		return inAsk
	case strings.Contains(s.answer, w):
		return inAnswer
	case s.resembles(w):
		return byLikeness
	}
	return 0
}

// sounds tells whether letters are the pinyin or the initials of a part of the
// question, from two on: one letter begins too much.
func (s spoken) sounds(w string) bool {
	if len(w) < 2 || strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return false
	}
	for i := range s.read {
		initials, whole := "", ""
		for _, syllable := range s.read[i:] {
			initials, whole = initials+syllable[:1], whole+syllable
			if strings.HasPrefix(whole, w) && len(w) >= len(s.read[i]) || initials == w {
				return true
			}
			if len(initials) >= len(w) && len(whole) >= len(w) {
				break
			}
		}
	}
	return false
}

// resembles tells whether three pairs of neighbouring characters of a sentence stand
// in the question; or two, and most of the sentence in question and answer together.
func (s spoken) resembles(w string) bool {
	r := []rune(w)
	if len(r) < 4 || !unicode.Is(unicode.Han, r[0]) {
		return false
	}
	asked, all := 0, 0
	for i := range len(r) - 1 {
		pair := string(r[i : i+2])
		if strings.Contains(s.ask, pair) {
			asked++
			all++
		} else if strings.Contains(s.answer, pair) {
			all++
		}
	}
	return asked >= 3 || asked == 2 && 2*all >= len(r)-1
}
