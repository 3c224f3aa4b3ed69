package custody

import (
	"testing"

	"yitang/internal/calendar"
)

// A booklet goes out for 10 to 18 December and is due back on the 25th.
func TestAnotherTripThatWantsTheBookletSoonerIsTold(t *testing.T) {
	day := func(n int) calendar.Date { return calendar.On(2026, 12, 0).AddDays(n) }
	for _, c := range []struct {
		what         string
		depart, back int
		send         int // 0: no visa
		want         Clash
	}{
		{"long after", 40, 45, 0, NoClash},
		{"leaves the day after it is due", 26, 30, 0, NoClash},
		{"leaves on the day it is due", 25, 30, 0, SoonAfter},
		{"leaves the day after the return", 19, 30, 0, SoonAfter},
		{"leaves on the day of the return", 18, 30, 0, Overlap},
		{"leaves before the return", 12, 14, 0, Overlap},
		{"comes home on the day of the departure", 5, 10, 0, Overlap},
		{"is over before", 3, 9, 0, TripFirst},
		{"was over yesterday", -12, -8, 0, NoClash},
		{"long after, to be lodged before it is due", 40, 45, 20, VisaFirst},
		{"long after, should have been lodged", 40, 45, -8, VisaFirst},
		{"long after, to be lodged later", 40, 45, 26, NoClash},
		{"soon after, to be lodged on the due day", 24, 30, 25, VisaFirst},
	} {
		claim := Claim{Depart: day(c.depart), Return: day(c.back)}
		if c.send != 0 {
			claim.Send = day(c.send)
		}
		if got := claim.Clashes(day(10), day(18), day(25), today); got != c.want {
			t.Errorf("%s: %q instead of %q", c.what, got, c.want)
		}
	}
}
