package dossier

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
)

func TestPapersStandInTheOrderOfTheirTableThenOfTheMembersThenOfTheDays(t *testing.T) {
	day := calendar.MustParse("2026-03-01")
	all := []Material{{Kind: "M14", Owner: "members[10]"}, {Kind: "M14", Owner: "members[2]", Issued: day.Next(), File: "newer"}, {Kind: "M14", Owner: "members[2]", Issued: day, File: "older"},
		{Kind: "M04", Owner: "case"}, {Kind: "M14", Owner: "case"}, {Kind: "M02", Owner: "members[0]"}}
	slices.SortStableFunc(all, ByTable)
	var got []string
	for _, m := range all {
		got = append(got, string(m.Kind)+m.Owner+m.File)
	}
	if want := "M02members[0] M04case M14case M14members[2]older M14members[2]newer M14members[10]"; strings.Join(got, " ") != want {
		t.Errorf("%s", strings.Join(got, " "))
	}
}
