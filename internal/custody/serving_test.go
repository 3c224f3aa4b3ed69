package custody_test

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/custody"
)

// One choice for everything that speaks of a trip's booklet. A permit for Hong
// Kong is no passport for Germany, however long it is valid; what was made for
// the trip goes before what is valid longer; what was replaced doesn't go, but
// for the trip whose visa is in it.
func TestTheBookletThatServesATrip(t *testing.T) {
	abroad, regions := custody.Trip{Filing: "f"}, custody.Trip{Filing: "f", Regions: true}
	service := custody.Trip{Filing: "f", Type: "service"}
	bears := custody.Trip{Filing: "f", Bears: []string{"replaced"}}
	book := func(id, typ string, place custody.Place, year int, also ...func(*custody.Row)) custody.Row {
		b := custody.Row{Booklet: id, Type: typ, Place: place, Expires: calendar.On(year, 4, 14)}
		for _, f := range also {
			f(&b)
		}
		return b
	}
	madeFor := func(b *custody.Row) { b.MadeFor = "f" }
	replacedBy := func(by string) func(*custody.Row) { return func(b *custody.Row) { b.ReplacedBy = by } }
	permit := book("permit", "hkMacauPermit", custody.InStore, 2030)
	old := book("old", "publicAffairs", custody.InStore, 2027)
	newer := book("newer", "publicAffairs", custody.IsLent, 2028)
	lost := book("lost", "publicAffairs", custody.IsLost, 2031)
	made := book("made", "publicAffairs", custody.OnItsWay, 2027, madeFor)
	replaced := book("replaced", "publicAffairs", custody.InStore, 2033, replacedBy("newer"))
	outForIt := book("out", "publicAffairs", custody.IsLent, 2027, replacedBy("newer"), func(b *custody.Row) { b.Filing = "f" })
	official := book("official", "service", custody.InStore, 2026)
	for _, c := range []struct {
		name string
		trip custody.Trip
		all  []custody.Row
		want string
	}{
		{"abroad", abroad, []custody.Row{permit, old, newer, lost}, "newer"},
		{"to Hong Kong", regions, []custody.Row{old, permit, newer}, "permit"},
		{"abroad with a permit alone", abroad, []custody.Row{permit}, ""},
		{"to Hong Kong with a passport alone", regions, []custody.Row{old}, ""},
		{"all lost", abroad, []custody.Row{lost}, ""},
		{"of the kind that the papers name", service, []custody.Row{newer, official}, "official"},
		{"made for the trip", abroad, []custody.Row{newer, made, old}, "made"},
		{"made for another case", abroad, []custody.Row{old, book("theirs", "publicAffairs", custody.OnItsWay, 2031, func(b *custody.Row) { b.MadeFor = "g" })}, "theirs"},
		{"replaced", abroad, []custody.Row{replaced, newer}, "newer"},
		{"replaced, with the visa", bears, []custody.Row{replaced, newer}, "replaced"},
		{"replaced while it is out for the trip", abroad, []custody.Row{newer, outForIt}, "out"},
		{"replaced, and the new one lost", abroad, []custody.Row{replaced, lost}, "replaced"},
	} {
		for range 2 { // in whatever order they are found
			if got, ok := c.trip.Serving(c.all); got.Booklet != c.want || ok != (c.want != "") {
				t.Errorf("%s: %q, %v; want %q", c.name, got.Booklet, ok, c.want)
			}
			for i, j := 0, len(c.all)-1; i < j; i, j = i+1, j-1 {
				c.all[i], c.all[j] = c.all[j], c.all[i]
			}
		}
	}
}
