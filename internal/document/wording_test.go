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
		{"itinerary.titel", "日程", "the nearest is itinerary.title: mend the key"},
		{"working.foot", "仅供办事使用。", "{{.State}} is missing"},
		{"working.foot", "按{{.Case}}、{{.State}}生成。", "nothing fills {{.Case}} here; what is filled: {{.State}}"},
		{"column.place", strings.Repeat("地", 25), "has 25 characters; here are at most 24"},
		{"colophon.printed", "印发", "{{.Date}} is missing"},
		{"colophon.organ", "{{.Office}}秘书处", ""},
	} {
		got := Wording{c.key: c.said}.Flaws()
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0].Key != c.key || got[0].Text.Zh == "" || !strings.Contains(got[0].Text.En, c.want)) {
			t.Errorf("%s: %q gives %v, want %q", c.key, c.said, got, c.want)
		}
	}
}

// An organ's name that leaves the day no room beside it has lines of its own, and
// the seal keeps clear of them.
func TestTheColophonHasRoomForWhatAnOfficeWritesThere(t *testing.T) {
	for _, c := range []struct {
		organ string
		rows  int
	}{{"{{.Office}}秘书处", 2}, {"{{.Office}}综合与政策研究处（印发）", 3}, {"{{.Office}}" + strings.Repeat("综合处", 9), 4}} {
		a := anApproval(4)
		a.Wording = Wording{"colophon.organ": c.organ, "colophon.copies": "分送：{{.Copies}}。", "colophon.printed": "{{.Date}}印"}
		l := newLayout()
		a.lay(l)
		foot := l.newColophon(a.CopiesTo, a.Office, a.Issued, a.Wording)
		if got := foot.height() / colophonRow; got != float64(c.rows) {
			t.Errorf("%s: the colophon has %.0f rows, want %d", c.organ, got, c.rows)
		}
		if l.sealY+sealDiameter > typeBottom-foot.height() {
			t.Errorf("%s: the seal is printed over the colophon", c.organ)
		}
		pdf, err := Render(a)
		if err != nil {
			t.Fatal(err)
		}
		text := squeezed(readBack(t, pdf))
		for _, want := range []string{"分送：云江市财政局，云江市公安局出入境边防检查站。", strings.ReplaceAll(c.organ, "{{.Office}}", a.Office), "2026年11月20日印"} {
			if !strings.Contains(text, squeezed(want)) {
				t.Errorf("the colophon doesn't say %s: %s", want, text)
			}
		}
	}
}

func TestNoTwoSentencesHaveOneKey(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sentences {
		if seen[s.Key] {
			t.Errorf("%s is said twice: the later one would speak for both", s.Key)
		}
		seen[s.Key] = true
	}
}
