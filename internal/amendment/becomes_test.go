package amendment

import (
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/visa"
	"yitang/ref"
)

// What a traveller sees to has its last day and its papers in words: another
// journey says them anew.
func TestAnEVisaIsToldAnewWhenTheJourneyMoves(t *testing.T) {
	day := calendar.MustParse("2027-05-10")
	plan := func(way ref.Way, from calendar.Date) visa.Plan {
		return visa.Plan{Planned: visa.Planned{Way: string(way), From: from, To: from.AddDays(4), Days: 5, Depart: from}}
	}
	for _, c := range []struct {
		name     string
		was, now ref.Way
		moved    int
		want     approval.Act
	}{
		{"nothing is otherwise", ref.Online, ref.Online, 0, ""},
		{"it leaves later", ref.Online, ref.Online, 7, approval.NoVisaNeeded},
		{"free of visas and later", ref.VisaFree, ref.VisaFree, 7, ""},
		{"on arrival now", ref.VisaFree, ref.OnArrival, 0, approval.NoVisaNeeded},
	} {
		o := visa.Row{Stage: visa.NoneNeeded, Way: c.was, From: day, To: day.AddDays(4), Days: 5, Depart: day}
		if got := becomes(o, plan(c.now, day.AddDays(c.moved)), false); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
