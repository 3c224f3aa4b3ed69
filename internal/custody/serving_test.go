package custody_test

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/custody"
)

// A permit for Hong Kong is no passport for Germany, however long it is valid.
func TestTheBookletThatServesATripIsOfItsKind(t *testing.T) {
	permit := custody.Row{Booklet: "permit", Type: "hkMacauPermit", Place: custody.InStore, Expires: calendar.On(2030, 1, 1)}
	old := custody.Row{Booklet: "old", Type: "publicAffairs", Place: custody.InStore, Expires: calendar.On(2027, 4, 14)}
	newer := custody.Row{Booklet: "newer", Type: "publicAffairs", Place: custody.IsLent, Expires: calendar.On(2028, 4, 14)}
	lost := custody.Row{Booklet: "lost", Type: "publicAffairs", Place: custody.IsLost, Expires: calendar.On(2031, 4, 14)}
	for _, c := range []struct {
		name    string
		all     []custody.Row
		regions bool
		want    string
	}{
		{"abroad", []custody.Row{permit, old, newer, lost}, false, "newer"},
		{"to Hong Kong", []custody.Row{old, permit, newer}, true, "permit"},
		{"abroad with a permit alone", []custody.Row{permit}, false, ""},
		{"to Hong Kong with a passport alone", []custody.Row{old}, true, ""},
		{"all lost", []custody.Row{lost}, false, ""},
	} {
		got, ok := custody.Serving(c.all, c.regions)
		if got.Booklet != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v; want %q", c.name, got.Booklet, ok, c.want)
		}
	}
}
