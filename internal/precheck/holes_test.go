package precheck

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"yitang/ref"
)

// hole is what a sentence shows where a value should stand and doesn't.
var hole = regexp.MustCompile(`“”|「」|《》|（）|\(\)|  |^[的，。：、；, .:]|[，。：；“（][的，。：、；]|、[，。、；）]|, [,.;)]| [,.;:]`)

// Whatever of a case isn't written yet, what a rule says has no empty place in it.
// Each example that fires is tried without each datum that the rule's words name.
func TestNoFindingHasAHole(t *testing.T) {
	e, tried, told := engine(t), 0, map[string]bool{}
	bases := remembered(named)
	for _, r := range e.rules {
		alone := *e
		alone.rules = []*rule{r}
		words := wordsOf(r.Rule)
		for _, x := range r.Examples.Fail {
			name, at := judged(x)
			_, c, facts, err := alone.prepare(bases, name, x)
			if err != nil {
				t.Fatal(r.ID, err)
			}
			without := []string{""}
			for _, l := range c.Leaves() {
				if last := l.Path[strings.LastIndexByte(l.Path, '.')+1:]; slices.Contains(words, last) || strings.HasSuffix(last, "ame") && slices.Contains(words, "name") {
					without = append(without, l.Path)
				}
			}
			for _, path := range without {
				less := c.Clone()
				if path != "" && less.Put(path, "") != nil {
					continue
				}
				tried++
				for _, f := range alone.Check(less, at, less.AsOf, facts...).List {
					for _, text := range []string{f.Message.Zh, f.Message.En, f.Fix.Zh, f.Fix.En} {
						if hole.MatchString(text) && !told[text] {
							told[text] = true
							t.Errorf("%s without %s: %q", f.Rule, path, text)
						}
					}
				}
			}
		}
	}
	if tried < 1000 {
		t.Errorf("only %d tries", tried)
	}
}

var word = regexp.MustCompile(`[a-zA-Z]+`)

// wordsOf are the names that the texts of a rule have in braces.
func wordsOf(r ref.Rule) []string {
	var out []string
	add := func(text ref.Text) {
		for _, m := range regexp.MustCompile(`\{[^}]*\}`).FindAllString(text.Zh+text.En, -1) {
			out = append(out, word.FindAllString(m, -1)...)
		}
	}
	add(r.Message)
	add(r.Fix)
	for _, v := range append(slices.Clone(r.Cases), orNone(r.Missing)) {
		add(v.Message)
		add(v.Fix)
	}
	return out
}

func orNone(v *ref.Variant) ref.Variant {
	if v == nil {
		return ref.Variant{}
	}
	return *v
}
