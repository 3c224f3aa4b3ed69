package fault

import "strings"

// because begins a reason that the program itself gives.
const because = "because."

// Because is a reason that the program gives, as it is kept where people's own words
// would stand: a word, by which each reader is told it in their language (the key
// because.WORD), and what somebody wrote that belongs to it, if anything. That may be
// such a reason too.
func Because(word string, own ...string) string {
	return strings.TrimSpace(because + word + "\n" + strings.Join(own, ""))
}

// Given takes a reason that the program gave apart; false for people's own words.
func Given(reason string) (word, own string, ours bool) {
	rest, ours := strings.CutPrefix(reason, because)
	word, own, _ = strings.Cut(rest, "\n")
	return word, own, ours
}
