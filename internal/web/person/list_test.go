package person

import (
	"strings"
	"testing"

	"yitang/internal/calendar"
	room "yitang/internal/person"
)

// The list by what ends first goes by the day that it shows, whatever paper that is of,
// and turned round those of whom it shows none come last all the same.
func TestTheListByWhatEndsFirstGoesByTheDayItShows(t *testing.T) {
	days := map[string]calendar.Date{"booklet": calendar.MustParse("2027-03-01"), "card": calendar.MustParse("2026-12-01"), "late": calendar.MustParse("2031-01-01")}
	for last, want := range map[bool]string{false: "card booklet late none", true: "late booklet card none"} {
		all := []room.Entry{{ID: "none"}, {ID: "late"}, {ID: "booklet"}, {ID: "card"}}
		byEnd(all, func(id string) calendar.Date { return days[id] }, last)
		var got []string
		for _, e := range all {
			got = append(got, e.ID)
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("turned round %v it is %s, not %s", last, g, want)
		}
	}
}

func TestWhoWasJustRecordedIsSpeltInLatinLettersToo(t *testing.T) {
	for e, want := range map[*room.Entry]string{{Family: "江", Given: "明远"}: "JIANG MINGYUAN", {Family: "江", Given: "明远", Latin: "CHIANG/MING YUAN"}: "CHIANG MING YUAN"} {
		if got := spelt(*e); got != want {
			t.Errorf("%s%s is spelt %q, not %q", e.Family, e.Given, got, want)
		}
	}
}
