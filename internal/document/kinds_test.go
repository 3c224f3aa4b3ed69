package document

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// Kinds misses none, each has its Chinese name, and a specimen of a sentence of
// its own shows it and not an approval.
func TestEachKindHasItsNameAndItsSpecimen(t *testing.T) {
	src, err := os.ReadFile("facts.go")
	if err != nil {
		t.Fatal(err)
	}
	written := regexp.MustCompile(`(?m)^\tKind\w+ +Kind = "(\w+)"$`).FindAllSubmatch(src, -1)
	if len(written) != len(Kinds()) {
		t.Errorf("%d kinds are written, %d are listed", len(written), len(Kinds()))
	}
	for _, w := range written {
		k := Kind(w[1])
		if !slices.Contains(Kinds(), k) {
			t.Errorf("%s isn't listed", k)
		}
		if k.Chinese() == Kind("").Chinese() {
			t.Errorf("%s has no Chinese name", k)
		}
		pdf, _, err := Specimen(string(k), "云江市人民政府外事办公室", nil)
		if err != nil {
			t.Fatalf("%s: %v", k, err)
		}
		if f, err := readFacts(pdf); err != nil || f.Kind != k {
			t.Errorf("the specimen of %s is of %s: %v", k, f.Kind, err)
		}
	}
}
