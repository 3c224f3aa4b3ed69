package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/ledger"
	"yitang/internal/material"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// say appends a body as it is: the ledger is judged by events, not by verbs.
type say struct{ bodies []any }

func (c say) Decide(int, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(c.bodies...), nil
}

// anything is a subject without a state of its own.
func anything(kind string) journal.Subject[int] {
	return journal.Subject[int]{Kind: kind, Evolve: func(n int, _ journal.Event) (int, error) { return n + 1, nil }}
}

var kinds = slices.Concat(filing.Kinds, approval.Kinds, material.Kinds, hall.Kinds, visa.Kinds)

func open(t *testing.T, s *store.Store, z zone.Zone) *journal.Journal {
	return journaltest.Open(t, journaltest.Options{Store: s, Zone: z, Kinds: kinds, Projections: func(*keys.Ring) []journal.Projection { return ledger.Projections }}).Journal
}

func happen(t *testing.T, j *journal.Journal, kind, id string, bodies ...any) {
	t.Helper()
	if _, err := journal.Do(context.Background(), j, anything(kind), journal.Order{Subject: id}, say{bodies}); err != nil {
		t.Fatal(err)
	}
}

func TestAPaperThatTheDeskTurnsDownIsGivenAgainForThatReason(t *testing.T) {
	ctx := context.Background()
	j, office := open(t, journaltestStore(t), zone.Internet), open(t, journaltestStore(t), zone.Office)
	gives := func(id string) {
		happen(t, j, "material", id, material.Added{Kind: "M35", OwnerKind: material.OfPerson, Owner: "p1", Case: "f"})
		journaltest.Carry(t, j, office)
	}
	asks := func(had ...string) {
		happen(t, office, "visa", "f/p1", visa.PaperAsked{Filing: "f", Person: "p1", Kind: "M35", Words: "少一天", Had: had})
		journaltest.Carry(t, office, j)
	}
	is := func(want string) {
		t.Helper()
		l, err := ledger.Of(ctx, j.Store, "f")
		data, derr := ledger.Data(ctx, j.Store, "f")
		if err != nil || derr != nil || len(data) != 1 {
			t.Fatal(l, data, err, derr)
		}
		if got := fmt.Sprintf("%d asks %d returns, %d+%d-%d", l.Asks, l.Returns, data[0].Given, data[0].SentBack, data[0].Due); got != want || data[0].Asks() != l.Asks {
			t.Errorf("%s, not %s", got, want)
		}
	}
	asks() // for the first: nothing was turned down
	gives("m1")
	is("1 asks 0 returns, 1+0-0")
	asks("m1")
	asks("m1") // in other words
	is("1 asks 0 returns, 1+1-1")
	gives("m2")
	is("2 asks 0 returns, 1+1-0")
	gives("m3") // on nobody's word: it was asked for no more often
	is("2 asks 0 returns, 1+1-0")
}

func TestACaseReturnedOnceAndVisitedOnce(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		ctx := context.Background()
		j := open(t, openStore(), zone.Internet)
		office := open(t, journaltestStore(t), zone.Office)
		happen(t, j, "material", "m1", material.Added{Kind: "M05", OwnerKind: material.OfCase, Owner: "f", Case: "f"})
		happen(t, j, "material", "m2", material.Added{Kind: "M01", OwnerKind: material.OfPerson, Owner: "p1"}) // years ago, for no case
		happen(t, j, "filing", "f", filing.Submitted{Unit: "u", Origins: map[string]filing.Origin{
			"case.title": filing.Typed, "case.purpose": filing.Typed, "legs[0].arrive": filing.Typed, "legs[1].leave": filing.Typed, "members[0].idNumber": filing.FromFile, "members[0].sex": filing.Derived,
			"case.daysAbroad": filing.Derived, "materials[0]": filing.Typed}})
		journaltest.Carry(t, j, office) // nothing is sent back before it was heard of
		happen(t, office, "approval", "f", approval.SentBack{Defects: []filing.Defect{{Field: "case.purpose"}, {Field: "legs[0]"}, {Field: "materials[0]"}}})
		happen(t, office, "material", "m3", material.Added{Kind: "M09", OwnerKind: material.OfCase, Owner: "f", Case: "f"}) // the approval itself
		journaltest.Carry(t, office, j)
		if got, _ := ledger.Of(ctx, j.Store, "f"); got.Asks != 5 || got.Returns != 1 {
			t.Fatalf("what was sent back counts before it is supplied: %+v", got)
		}
		happen(t, j, "material", "m4", material.Added{Kind: "M05", OwnerKind: material.OfCase, Owner: "f", Case: "f"})                                                              // the one that was sent back
		happen(t, j, "filing", "f", filing.Corrected{Origins: map[string]filing.Origin{"case.purpose": filing.Typed, "legs[0].arrive": filing.Typed, "legs[1].leave": filing.Typed, // which changed along
			"case.daysAbroad": filing.Derived}})
		monday := calendar.On(2026, 8, 10)
		acts := []hall.Act{{ID: "a", Person: "p1"}}
		happen(t, office, "attendance", "k1", hall.CheckedIn{Booking: "k1", Filing: "f", Unit: "u", Day: monday, People: []string{"p1", "p2"}, Acts: acts})
		happen(t, office, "attendance", "k2", hall.CheckedIn{Booking: "k2", Filing: "f", Unit: "u", Day: monday, People: []string{"p3"}, Acts: acts}) // the same day: the same visit
		happen(t, office, "attendance", "k1", hall.ActClosed{Filing: "f", Act: "a", Result: hall.Done, Originals: 1}, hall.ActClosed{Filing: "f", Act: "b", Result: hall.Done})
		journaltest.Carry(t, office, j)
		want := ledger.Ledger{Visits: 1, Asks: 8, Data: 5, Returns: 1, Defects: 3, Paper: 1}
		got, err := ledger.Of(ctx, j.Store, "f")
		if err != nil || got != want {
			t.Fatalf("%+v %v", got, err)
		}
		data, err := ledger.Data(ctx, j.Store, "f")
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, d := range data {
			lines = append(lines, fmt.Sprintf("%s %d+%d", d.Path, d.Given, d.SentBack))
		}
		wantData := "[case.purpose 1+1 case.title 1+0 legs[0] 0+1 legs[0].arrive 1+0 legs[1].leave 1+0 material:M05@case 1+0 materials[0] 0+1]"
		if fmt.Sprint(lines) != wantData {
			t.Fatalf("got %v", lines)
		}
		happen(t, office, "attendance", "k3", hall.CheckedIn{Filing: "f", Unit: "u", Day: monday.Next(), Acts: acts})
		journaltest.Carry(t, office, j)
		if got, _ := ledger.Of(ctx, j.Store, "f"); got.Visits != 2 {
			t.Fatalf("another day is another visit: %+v", got)
		}
		// Who was at a mission came to nobody's hall.
		happen(t, office, "visa", "f.p1.DEU", visa.MissionSeen{Filing: "f", Person: "p1", On: monday})
		journaltest.Carry(t, office, j)
		if got, _ := ledger.Of(ctx, j.Store, "f"); got.Visits != 2 || got.Missions != 1 {
			t.Fatalf("a visit to a mission: %+v", got)
		}
		// The office counts the same, from what it hears.
		journaltest.Carry(t, j, office)
		there, err := ledger.Of(ctx, office.Store, "f")
		if here, _ := ledger.Of(ctx, j.Store, "f"); err != nil || there != here {
			t.Fatalf("internet %+v, office %+v, %v", here, there, err)
		}
		// Compared with others from the month of its first document on; a case without
		// one is in nobody's figures.
		happen(t, office, "approval", "g", approval.SentBack{Defects: []filing.Defect{{Field: "case.purpose"}}})
		happen(t, office, "approval", "f", approval.DocumentIssued{Number: "1", On: calendar.On(2026, 8, 3)}, approval.DocumentIssued{Number: "2", On: calendar.On(2026, 9, 1), Replaces: "1"})
		journaltest.Carry(t, office, j)
		for _, j := range []*journal.Journal{j, office} {
			months, err := ledger.Months(ctx, j.Store, calendar.On(2026, 8, 1))
			if want := []ledger.Month{{Month: "2026-08", Cases: 1, Ledger: ledger.Ledger{Visits: 2, Asks: 8, Data: 5, Returns: 1, Paper: 1}}}; err != nil || !slices.Equal(months, want) {
				t.Fatalf("%+v %v, not %+v", months, err, want)
			}
			if months, err := ledger.Months(ctx, j.Store, calendar.On(2026, 9, 1)); err != nil || len(months) != 0 {
				t.Fatalf("the second document counts: %+v %v", months, err)
			}
		}
		if none, err := ledger.Of(ctx, j.Store, "nobody's"); err != nil || none != (ledger.Ledger{}) {
			t.Fatal(none, err)
		}
		journaltest.RebuiltEqualsKept(t, j)
		journaltest.RebuiltEqualsKept(t, office)
	})
}

func journaltestStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: t.TempDir() + "/n.db"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
