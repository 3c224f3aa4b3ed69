package ref

import (
	"regexp"
	"slices"
	"strings"
)

// quoted are the texts that an expression holds. Keys of parameters are told by
// their name; a key that is put together ends in a dot and stands for all that
// begin like it.
var quoted = regexp.MustCompile(`'([a-zA-Z0-9.]+)'`)

// Reads are the keys of the thresholds that a rule reads.
func (r Rule) Reads(all Parameters) []string {
	texts := []string{r.Each, r.If, r.When, r.Message.Zh, r.Fix.Zh}
	for _, c := range r.Cases {
		texts = append(texts, c.When, c.Message.Zh)
	}
	texts = append(texts, r.Needs...)
	var out []string
	for _, m := range quoted.FindAllStringSubmatch(strings.Join(texts, "\n"), -1) {
		for _, p := range all {
			family := strings.HasSuffix(m[1], ".") && strings.HasPrefix(p.Key, m[1])
			if (p.Key == m[1] || family) && !slices.Contains(out, p.Key) {
				out = append(out, p.Key)
			}
		}
	}
	return out
}
