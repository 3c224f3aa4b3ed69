package document

import (
	"strings"
	"testing"
)

// A mark stands three times on each page of every kind of paper, and without one
// nothing is drawn for it.
func TestAMarkStandsOnEachPageOfEveryPaper(t *testing.T) {
	const mark = "练习用，没有效力"
	of := map[string]bool{}
	for _, s := range sentences {
		if of[s.Of()] {
			continue
		}
		of[s.Of()] = true
		for _, w := range []Wording{nil, Wording(nil).Marked(mark)} {
			pdf, name, err := Specimen(s.Key, "云江市人民政府外事办公室", w)
			if err != nil {
				t.Fatalf("%s: %v", s.Key, err)
			}
			pages, err := PageText(pdf)
			if err != nil {
				t.Fatal(err)
			}
			for i, page := range pages {
				if got, want := strings.Count(page, mark), 3*len(w); got != want {
					t.Errorf("page %d of %s (%s) has %d marks, not %d", i+1, name, s.Key, got, want)
				}
			}
		}
	}
	if len(of) < 15 {
		t.Errorf("only %d kinds of papers were looked at", len(of))
	}
}
