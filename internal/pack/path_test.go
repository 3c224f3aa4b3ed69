package pack

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/packs"
)

func demo(t testing.TB) Paths {
	t.Helper()
	built, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	return built.Paths
}

func TestHighestRankAndKindChooseThePath(t *testing.T) {
	p := demo(t)
	group := func(kind dossier.CaseKind, ranks ...dossier.Rank) dossier.Case {
		c := dossier.Case{Trip: dossier.Trip{Kind: kind}}
		for _, r := range ranks {
			c.Members = append(c.Members, dossier.Member{Rank: r})
		}
		return c
	}
	for _, c := range []struct {
		want string
		c    dossier.Case
	}{
		{"ordinary", group(dossier.Own, dossier.Division, dossier.NoRank)},
		{"leaders", group(dossier.Own, dossier.Section, dossier.Bureau)},
		{"leaders", group(dossier.HKMacau, dossier.Minister)},
		{"regions", group(dossier.HKMacau, dossier.Division)},
		{"ordinary", group(dossier.Joined)},
	} {
		if got := p.For(c.c).ID; got != c.want {
			t.Errorf("%s group of %v goes by %s, want %s", c.c.Trip.Kind, c.c.Members, got, c.want)
		}
	}
}

// A change of an approved mission goes by a path of its own where the office
// has one, and by that of a new case elsewhere.
func TestAChangeOfAnApprovedMissionMayHaveAPathOfItsOwn(t *testing.T) {
	files, _ := packs.Named("hailan")
	c, err := ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	set, wrong := built(t).Lay(c)
	if wrong != nil {
		t.Fatal(wrong)
	}
	leader := dossier.Case{Trip: dossier.Trip{Kind: dossier.Own}, Members: []dossier.Member{{Rank: dossier.Bureau}}}
	for change, want := range map[Change]string{"": "leaders", "shift": "moved", "days": "moved", "members": "leaders", "places": "leaders"} {
		if got := set.Paths.Changing(leader, change).ID; got != want {
			t.Errorf("change %q goes by %s, want %s", change, got, want)
		}
		if got := demo(t).Changing(leader, change).ID; got != "leaders" {
			t.Errorf("without a path of its own %q goes by %s", change, got)
		}
	}
}

func TestPathsThatLeaveACaseAloneAreRefused(t *testing.T) {
	good := `
intake: {workdays: 2}
correction: {workdays: 2}
document: {months: 6}
paths:
  - {id: a, name: {zh: 甲, en: A}, when: {kinds: [hkMacau]}, steps: [{role: director, workdays: 1, name: {zh: 签批, en: Decision}}]}
  - {id: b, name: {zh: 乙, en: B}, steps: [{role: reviewer, workdays: 1, name: {zh: 审核, en: Review}}, {role: director, workdays: 1, name: {zh: 签批, en: Decision}}]}
`
	if _, wrong := ParsePaths([]byte(good)); wrong != nil {
		t.Fatal(wrong)
	}
	for change, want := range map[string]string{
		"when: {kinds: [hkMacau]}, =>":                       "never taken",
		"{id: b, => {id: b, when: {minRank: bureau},":        "last path must have no condition",
		"id: b, => id: a,":                                   "id of its own",
		"{kinds: [hkMacau]} => {amends: [shft]}":             "nearest is shift",
		"hkMacau => hkMacao":                                 "nearest is hkMacau",
		"role: reviewer => role: revewer":                    "nearest is reviewer",
		"workdays: 1, name: {zh: 审核 => name: {zh: 审核":        "needs a clock",
		"intake: {workdays: 2} => intake: {workdays: 0}":     "at least 1",
		"months: 6 => month: 6":                              "nearest is months",
		"{role: reviewer, => {role: reviewer, deputy: true,": "deputy",
		"steps: [{role: director, => steps: [{role: chief,":  "director's",
	} {
		old, new, _ := strings.Cut(change, " =>")
		changed := strings.Replace(good, old, strings.TrimPrefix(new, " "), 1)
		if changed == good {
			t.Fatalf("%q changes nothing", change)
		}
		if _, wrong := ParsePaths([]byte(changed)); wrong == nil || !strings.Contains(wrong.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", change, wrong, want)
		}
	}
}

// The approval gives the deadlines by which every page counts, whoever set them.
func TestSentencesOfADocumentGiveTheNumbersInForce(t *testing.T) {
	on := calendar.On(2027, 3, 1)
	base := built(t)
	own, wrong := base.Lay(content(map[string]string{"catalogue.yaml": "reportDays: 20", "parameters.yaml": "- {key: passport.returnDays, value: 10, basis: b, effectiveFrom: 2020-01-01}"}))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for _, set := range []*Set{base, own} {
		needs := set.Needs(on)
		want := fmt.Sprintf("回国后%d天内交回因公护照，%d个工作日内提交出访报告，%d个月内进行事后公示", needs.PassportReturnDays, needs.ReportDays, needs.SecondNoticeMonths)
		if got := set.Sentences(dossier.Case{}, on); !slices.Contains(got, want) {
			t.Errorf("%q, want %q among them", got, want)
		}
	}
	if n := own.Needs(on); n.ReportDays != 20 || n.PassportReturnDays != 10 {
		t.Errorf("the pack sets %d and %d", n.ReportDays, n.PassportReturnDays)
	}
	_, wrong = ParsePaths([]byte("intake: {workdays: 1}\ncorrection: {workdays: 1}\ndocument: {months: 1, conditions: ['{天数}内交回']}\npaths: []"))
	if !strings.Contains(wrong.Error(), "document.conditions[0]") {
		t.Errorf("an unknown number: %v", wrong)
	}
}
