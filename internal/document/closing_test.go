package document

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever comes before it, the signature shares its page with text, and its
// seal touches neither the text above nor the colophon below.
func TestTheSignatureIsNeverAloneOnItsPage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anApproval(rapid.IntRange(1, 60).Draw(t, "members"))
		a.Purpose = strings.Repeat("考察港口物流设施，", rapid.IntRange(1, 60).Draw(t, "purpose"))
		a.Conditions = nil
		for range rapid.IntRange(0, 8).Draw(t, "conditions") {
			a.Conditions = append(a.Conditions, strings.Repeat("严格按照批准的日程执行。", rapid.IntRange(1, 5).Draw(t, "length")))
		}
		a.CopiesTo = nil
		for range rapid.IntRange(0, 9).Draw(t, "copies") {
			a.CopiesTo = append(a.CopiesTo, "云江市公安局出入境边防检查站")
		}
		l := newLayout()
		a.lay(l)
		if err := l.refusal(); err != nil {
			t.Fatal(err)
		}
		if l.sealPage != len(l.pages)-1 {
			t.Fatalf("the seal is on page %d of %d", l.sealPage+1, len(l.pages))
		}
		last := l.pages[l.sealPage]
		tags := map[string]int{}
		for _, e := range last.marks {
			tags[e.tag]++
		}
		// Name, date, what is beside the code, the colophon's lines: and before
		// them at least the last paragraph.
		beside := 2 + 3 + 2
		if len(a.CopiesTo) > 0 {
			beside++
		}
		if tags["P"] <= beside {
			t.Errorf("the last page has %d paragraphs, all of them the closing's", tags["P"])
		}
		if foot := typeBottom - l.newColophon(a.CopiesTo, a.Office, a.Issued, nil).height(); l.sealY+sealDiameter > foot {
			t.Errorf("the seal ends at %.1f mm, the colophon starts at %.1f", l.sealY+sealDiameter, foot)
		}
		// The last line's cells end an em below its top.
		if free := l.sealY - l.signed; free < -(linePitch - bodyEm) {
			t.Errorf("the seal reaches %.1f mm into the text", -free-(linePitch-bodyEm))
		}
	})
}
