package ui

import (
	"strings"
	"testing"

	"yitang/internal/fault"
)

// A basis whose address is known is a link that tells its site nothing of us; no
// other has one.
func TestABasisLinksToItsSourceWhereAnAddressIsKnown(t *testing.T) {
	for _, address := range []string{"", "https://example.org/rules"} {
		var b strings.Builder
		f := FromFault(t.Context(), fault.Finding{Field: "case.purpose", Text: fault.Text{Zh: "太短", En: "too short"}, Basis: "本市规定", Read: address}, Stop)
		if err := (FindList{f}).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		linked := strings.Contains(b.String(), `<a href="https://example.org/rules" target="_blank" rel="noopener noreferrer">`)
		if linked != (address != "") || strings.Contains(b.String(), "看原文") != linked || !strings.Contains(b.String(), "本市规定") {
			t.Errorf("with %q: %s", address, b.String())
		}
	}
}
