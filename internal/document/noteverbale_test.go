package document

import (
	"strings"
	"testing"

	"yitang/internal/calendar"
)

// One visa serves for more countries than the one whose mission is asked.
func TestANoteNamesEachCountryOfTheJourneyWithItsDays(t *testing.T) {
	n := aNote()
	n.Host = "柏林示范大学、巴黎示范大学"
	n.Depart, n.Return, n.Days = calendar.On(2027, 1, 25), calendar.On(2027, 1, 31), 7
	n.Stays = []CountryStay{{"德国", calendar.On(2027, 1, 25), calendar.On(2027, 1, 28)}, {"法国", calendar.On(2027, 1, 28), calendar.On(2027, 1, 31)}}
	pages, err := PageText(anOffice(t, 1).issue(t, n))
	if err != nil {
		t.Fatal(err)
	}
	got := squeezed(strings.Join(pages, ""))
	for _, want := range []string{"应柏林示范大学、巴黎示范大学邀请，拟于2027年1月25日至31日赴德国、法国", "停留7天（德国2027年1月25日至28日，法国2027年1月28日至31日）", "办理德国一次入境公务签证"} {
		if !strings.Contains(got, want) {
			t.Errorf("the note doesn't say %s: %s", want, got)
		}
	}
	if f := n.facts(); len(f.Countries) != 2 {
		t.Errorf("its facts name %v", f.Countries)
	}
}
