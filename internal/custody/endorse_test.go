package custody

import (
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

// What the passport zone put into a permit lies in the store with it, and holds
// until its last day; a new endorsement takes the old one's place.
func TestAPermitCarriesItsEndorsementsUntilTheyEnd(t *testing.T) {
	on := calendar.On(2026, 8, 10)
	stamp := func(region string, until calendar.Date) passport.Stamp {
		return passport.Stamp{Region: region, Kind: passport.ThreeMonthsOnce, Until: until}
	}
	was := Holder{Booklets: []Booklet{{ID: "b1", Type: permit, Place: InStore, Endorsements: []string{"HKG"}, Stamps: []passport.Stamp{stamp("HKG", on)}}}}
	e := journal.Event{ID: "e1", Subject: journal.Ref{Kind: "order", ID: "f.p1.permit"},
		Body: passport.Checked{Filing: "f", Person: "p1", Only: true, Permit: "b1", Stamps: []passport.Stamp{stamp("HKG", on.AddMonths(3)), stamp("MAC", on.AddMonths(3))}}}
	ws := React(e, "u1", "", Row{}, nil, 7)
	if len(ws) != 1 || ws[0].Order.Subject != "p1" {
		t.Fatalf("%+v", ws)
	}
	got, err := ws[0].Command.Decide(was, journal.Moment{Today: on, Subject: "p1"})
	if err != nil || len(got) != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	after, err := evolve(was, got[0])
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ws[0].Command.Decide(after, journal.Moment{Today: on, Subject: "p1"}); err != nil || len(again) != 0 {
		t.Errorf("told again: %v, %v", again, err) // an error would be tried again for ever
	}
	// What was told of an earlier case and was held up takes nothing of it away.
	late := Complete{Booklet: "b1", Stamps: []passport.Stamp{stamp("HKG", on.AddMonths(1))}}
	if again, err := late.Decide(after, journal.Moment{Today: on, Subject: "p1"}); err != nil || len(again) != 0 {
		t.Errorf("an earlier endorsement, told later: %v, %v", again, err)
	}
	if ws := React(journal.Event{ID: "e3", Body: passport.Checked{Person: "p1", Only: true, Permit: "b1"}}, "u1", "", Row{}, nil, 7); len(ws) != 0 {
		t.Errorf("a permit into which nothing was put: %+v", ws)
	}
	if merged := React(e, "u1", "", Row{Booklet: "b1", Person: "old"}, nil, 7); merged[0].Order.Subject != "old" {
		t.Errorf("a permit that is held under another id is looked for under %s", merged[0].Order.Subject)
	}
	was.Booklets[0].Place = IsLent // the traveller brought it
	if got, err := ws[0].Command.Decide(was, journal.Moment{Today: on, Subject: "p1"}); err != nil || len(got) != 1 {
		t.Errorf("one that is out: %v, %v", got, err)
	}
	was.Booklets[0].Place = IsLost
	if got, err := ws[0].Command.Decide(was, journal.Moment{Today: on, Subject: "p1"}); err != nil || len(got) != 0 {
		t.Errorf("one that is lost: %v, %v", got, err)
	}
	b := got[0].Body.(Completed)
	if !slices.Equal(b.Endorsements, []string{"HKG", "MAC"}) || len(b.Stamps) != 2 || b.Stamps[0].Until != on.AddMonths(3) {
		t.Errorf("%+v", b)
	}
	all, err := readStamps(stampText(b.Stamps))
	if err != nil || !slices.Equal(all, b.Stamps) {
		t.Errorf("read back as %+v, %v", all, err)
	}
	row := Row{Endorsements: []string{"HKG", "MAC"}, Stamps: []passport.Stamp{stamp("HKG", on)}}
	if in, out := row.Endorsed(on), row.Endorsed(on.AddDays(1)); !slices.Equal(in, []string{"HKG", "MAC"}) || !slices.Equal(out, []string{"MAC"}) {
		t.Errorf("it serves %v on its last day and %v after it", in, out)
	}
	if ws := React(journal.Event{ID: "e2", Body: passport.Checked{Person: "p1"}}, "u1", "", Row{}, nil, 7); len(ws) != 0 {
		t.Errorf("a permit that is on its way needs no note: %+v", ws)
	}
}
