package guidance

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"yitang/internal/person"
)

// Find gives the questions that somebody may mean by what they typed, the likeliest
// first: those that have most of it, in question or answer, in either script and
// language or in other words for it; pinyin or initials of the question too.
func Find(all []Question, typed string) []Question {
	wanted := tokens(typed)
	if len(wanted) == 0 {
		return all
	}
	var out []Question
	for _, h := range ranked(all, wanted, typed) {
		if 3*h.has >= 2*h.of {
			out = append(out, h.q)
		}
	}
	return out
}

// Nearest gives the few that share something with what somebody typed, for who finds
// nothing; none where none shares anything.
func Nearest(all []Question, typed string, most int) []Question {
	var out []Question
	for _, h := range ranked(all, tokens(typed), typed) {
		if len(out) < most {
			out = append(out, h.q)
		}
	}
	return out
}

// hit is a question that has something of what was typed: how much of how much, and
// how well.
type hit struct {
	q           Question
	has, of     int
	score, near int
}

func ranked(all []Question, wanted []string, typed string) []hit {
	rare := rarity(all, folded(typed))
	var hits []hit
	for _, q := range all {
		h, t := hit{q: q}, spokenOf(q)
		for _, w := range wanted {
			worth := 2
			if r := []rune(w); means().vague[r[0]] || len(r) == 1 && unicode.Is(unicode.Han, r[0]) {
				worth = 1
			}
			h.of += worth
			if n := t.match(w); n > 0 {
				h.has, h.score = h.has+worth, h.score+worth*n
			}
		}
		if h.has > 0 {
			h.near = t.near(rare)
			hits = append(hits, h)
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.near, a.near))
	})
	return hits
}

// rarity is how much each character that somebody typed tells: the fewer questions
// have it, the more.
func rarity(all []Question, typed string) map[rune]int {
	out := map[rune]int{}
	for _, r := range typed {
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
	said := func(zh, en string) string { // the words themselves, and what they mean
		is := folded(zh + "\n" + en)
		return is + "\n" + means().same.of(is)
	}
	return spoken{ask: said(q.Ask, q.AskEn), answer: said(q.Answer, q.AnswerEn), read: strings.Fields(person.Read(person.Simplified(q.Ask)))}
}

// Weights: what stands in the question counts more than what stands in its answer.
const inAsk, inAnswer = 4, 1

func (s spoken) match(w string) int {
	switch {
	case strings.Contains(s.ask, w) || s.sounds(w):
		return inAsk
	case strings.Contains(s.answer, w):
		return inAnswer
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
