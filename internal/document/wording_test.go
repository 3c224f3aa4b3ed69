package document

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/fault"
)

func TestEverySentenceIsSaidInTheOfficesWordsAndItsSpecimenShowsIt(t *testing.T) {
	for _, s := range Sentences() {
		p, err := fault.ReadPlaces(s.Said)
		if err != nil {
			t.Fatalf("%s: %v", s.Key, err)
		}
		for _, must := range s.Must {
			if !slices.Contains(p.Names(), must) {
				t.Errorf("%s must say %s, and the program doesn't", s.Key, must)
			}
		}
		own := Wording{s.Key: "甲" + s.Said}
		if flaws := own.Flaws(); len(flaws) > 0 {
			t.Errorf("%s: the program's own words, and one more, are refused: %v", s.Key, flaws)
		}
		pdf, name, err := Specimen(s.Key, "海澜市人民政府外国与港澳事务办公室", own)
		if err != nil || name == "" {
			t.Fatalf("%s: %v", s.Key, err)
		}
		pages, err := PageText(pdf)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(s.Said, "{{")
		if !strings.Contains(squeezed(strings.Join(pages, "")), squeezed("甲"+first)) {
			t.Errorf("the specimen of %s doesn't say it: %s", s.Key, squeezed(strings.Join(pages, "")))
		}
	}
}

func TestEachMistakeInASentenceOfADocumentIsNamedWithWhatToDo(t *testing.T) {
	for _, c := range []struct{ key, said, want string }{
		{"approval.titel", "批件", "no document says this; the nearest is approval.title: mend the key"},
		{"approval.title", " ", "it says nothing: write the sentence"},
		{"approval.title", "批\n件", "is one line"},
		{"approval.title", strings.Repeat("批", 61), "has 61 characters; here are at most 60"},
		{"approval.title", "批件\U000FFFFE", "no typeface has"},
		{"approval.title", "{{.Office}}批件", "nothing fills {{.Office}} here: it has nothing to be filled in"},
		{"approval.valid", "有效期至{{.Day}}、{{.Date}}。", "nothing fills {{.Day}} here; what is filled: {{.Date}}"},
		{"approval.valid", "有效期半年。", "{{.Date}} is missing"},
		{"approval.valid", "有效期至{{.Date。", "arguments are written {{.Name}}"},
		{"approval.valid", "至{{.Date}}有效。", ""},
	} {
		got := Wording{c.key: c.said}.Flaws()
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0].Key != c.key || got[0].Text.Zh == "" || !strings.Contains(got[0].Text.En, c.want)) {
			t.Errorf("%s: %q gives %v, want %q", c.key, c.said, got, c.want)
		}
	}
}
