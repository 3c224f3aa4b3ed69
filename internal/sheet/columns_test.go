package sheet

import (
	"strings"
	"testing"

	"yitang/internal/money"
)

func TestNoSynonymMeansTwoThings(t *testing.T) {
	for _, c := range vocab().clash {
		t.Error(c)
	}
}

func TestEveryFieldAndWordHasItsNamesInBothLanguages(t *testing.T) {
	han := func(s string) bool { h, _ := scripts(s); return h != "" }
	for name, f := range vocab().Fields {
		if len(f.Names) < 2 || !han(f.Names[0]) || han(f.Names[1]) {
			t.Errorf("field %s begins with %q: a Chinese name, then an English one", name, f.Names[:min(2, len(f.Names))])
		}
	}
	for list, words := range vocab().Words {
		want := order(list)
		for word, names := range words {
			if len(names) < 2 || !han(names[0]) || han(names[1]) {
				t.Errorf("word %s of %s begins with %q", word, list, names[:min(2, len(names))])
			}
		}
		for _, w := range want {
			if _, ok := words[w]; !ok {
				t.Errorf("the case file knows %s %q, and nobody can write it", list, w)
			}
		}
		for w := range words {
			if !strings.Contains(" "+strings.Join(want, " ")+" ", " "+w+" ") && w != "day" {
				t.Errorf("%s %q is no word of the case file", list, w)
			}
			if list == "currency" && !money.Currency(w).Known() {
				t.Errorf("%q is no currency", w)
			}
		}
	}
	for f, def := range vocab().Forms {
		for _, n := range Fields(f) {
			if len(vocab().Fields[n].Names) == 0 {
				t.Errorf("form %s takes %q, which is no field", f, n)
			}
		}
		if len(def.Needs) == 0 {
			t.Errorf("form %s needs nothing", f)
		}
	}
}
