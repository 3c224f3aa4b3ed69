package pack

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/document"
)

const (
	caseNumbers Pattern = "YJ-{year}-{serial:6}-{check}"
	documents   Pattern = "云外办出〔{year}〕{serial}号"
)

func TestNumbersAreSpeltAsThePackSays(t *testing.T) {
	for want, got := range map[string]string{
		"YJ-2026-000117-G": caseNumbers.Spell(2026, 117),
		"云外办出〔2026〕12号":    documents.Spell(2026, 12),
		"海外办批字〔2027〕0012号": Pattern("海外办批字〔{year}〕{serial:4}号").Spell(2027, 12),
		"2027/1000000":     Pattern("{year}/{serial:4}").Spell(2027, 1000000),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Each kind of document has a series of its own, also where a pack is silent; a
// kind that nobody has given a pattern gets none, and not the approval's.
func TestEachKindOfDocumentHasItsOwnNumbers(t *testing.T) {
	n := Numbers{Case: caseNumbers, Document: documents}
	var had []Pattern
	for _, k := range document.Kinds() {
		p := n.Of(k)
		if p == "" || p.wrong().En != "" || slices.Contains(had, p) {
			t.Errorf("%s is numbered %q: %s", k, p, p.wrong().En)
		}
		had = append(had, p)
	}
	if p := n.Of("aNewKind"); p != "" {
		t.Errorf("a new kind is numbered as %s", p)
	}
}

// The check character finds every single wrong character; other cities'
// numbers and other years' spellings don't pass for one's own.
func TestANumberCopiedWithASlipIsFound(t *testing.T) {
	if got := checkCharacter("A12425GABC1234002"); got != 'M' { // the standard's example
		t.Fatalf("check character %c, want M", got)
	}
	n := caseNumbers.Spell(2026, 117)
	if !caseNumbers.Fits(n) {
		t.Fatalf("%s doesn't fit", n)
	}
	for i := range n {
		for _, r := range alphanumeric {
			if bad := n[:i] + string(r) + n[i+1:]; bad != n && caseNumbers.Fits(bad) {
				t.Errorf("%s passes for %s", bad, n)
			}
		}
	}
	for _, bad := range []string{"", "YJ-2026-117-C", "YJ-2026-000000-0", strings.ToLower(n), n + " "} {
		if caseNumbers.Fits(bad) {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestPatternThatGivesNoNumberOfItsOwnIsRefused(t *testing.T) {
	for pattern, want := range map[Pattern]string{
		"YJ-{year}":              "two cases",
		"YJ-{serial}":            "two cases",
		"{year}{serial}{serial}": "two cases",
		"{jear}-{serial}":        "nearest is {year}",
		"{year:4}-{serial}":      "only {serial}",
		"{year}-{serial:0}":      "1 to 9",
		"{check}{year}{serial}":  "behind",
		"{year}-{serial":         "brace",
		"{year}{serial}}":        "brace",
		Pattern(strings.Repeat("云", 41)) + "{year}{serial}": "longer",
	} {
		if got := pattern.wrong().En; !strings.Contains(got, want) {
			t.Errorf("%s: %q, want it to say %q", pattern, got, want)
		}
	}
	for _, good := range []Pattern{caseNumbers, documents, "HL{year}C{serial:5}{check}"} {
		if got := good.wrong().En; got != "" {
			t.Errorf("%s: %s", good, got)
		}
	}
}
