package ui

import (
	"strings"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/precheck"
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

// Who judges findings reads the unit's word on them without opening anything: the one
// word of findings alike stands below the line that they fold behind, and those
// whose words differ stand open.
func TestTheWordOnAWarningStandsInSight(t *testing.T) {
	finding := func(who, answer string) Finding {
		return Finding{State: Warn, Title: who, Answer: answer, Rule: Link{Text: "DOC-003"}, Group: FindGroup{Rule: "护照有效期不足", Of: "member", Whom: who}}
	}
	for _, words := range [][]string{{"已约换发", "已约换发"}, {"已约换发", "只停一天"}, {"", "只停一天"}, {"", ""}} {
		var b strings.Builder
		if err := (FindList{finding("甲", words[0]), finding("乙", words[1])}).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		html := b.String()
		fold, rest, _ := strings.Cut(html[strings.Index(html, "<details"):], "</details>")
		open := strings.Contains(fold[:strings.Index(fold, ">")+1], " open")
		same := words[0] == words[1]
		if open == same {
			t.Errorf("%q: folded is %v", words, !open)
		}
		for _, w := range words {
			if w == "" {
				continue
			}
			if strings.Count(html, w) != 1 {
				t.Errorf("%q: %s is read %d times", words, w, strings.Count(html, w))
			}
			if strings.Contains(rest, w) != same {
				t.Errorf("%q: below the fold stands %s", words, rest)
			}
		}
	}
}

// Findings alike stand behind one line that says what they say, and counts rightly:
// people, where each is about one; places, where one is about several people.
func TestFindingsAlikeAreCountedAsWhatTheyAreAbout(t *testing.T) {
	finding := func(field string, also ...string) precheck.Finding {
		return precheck.Finding{Rule: "MEM-013", Severity: precheck.Warn, Field: field, Also: also, Title: fault.Text{Zh: "家庭住址相同", En: "Same home address"}}
	}
	for want, list := range map[string][]precheck.Finding{
		"2 名成员：家庭住址相同": {finding("members[0].homeAddress"), finding("members[1].homeAddress")},
		"2 处：家庭住址相同":   {finding("members[1].homeAddress", "members[0].homeAddress"), finding("members[4].homeAddress", "members[2].homeAddress")},
	} {
		var b strings.Builder
		fs := Found(t.Context(), precheck.Findings{List: list})
		if err := fs.Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) || !strings.Contains(b.String(), "须说明 2<") {
			t.Errorf("no line says %s: %s", want, b.String())
		}
	}
}
