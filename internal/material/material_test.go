package material_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/material"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var letter = material.Add{Kind: "M04", OwnerKind: material.OfCase, Owner: "f1", Unit: "u1", Case: "f1", Name: `C:\Users\x\邀请函.pdf`,
	Size: 7, Type: "application/pdf", Digest: strings.Repeat("ab", 32)}

func TestWhatAddRefuses(t *testing.T) {
	copied, unknown, empty, wrong := letter, letter, letter, letter
	copied.Same = "m0"
	unknown.Kind = "M99"
	empty.Size = 0
	wrong.Issued, wrong.ValidUntil = calendar.MustParse("2026-03-01"), calendar.MustParse("2026-02-01")
	text, picture := letter, letter
	text.Kind, picture.Kind, picture.Type = "M26", "M26", "image/png"
	for field, cmd := range map[string]material.Add{"file": copied, "kind": unknown, "file ": empty, "validUntil": wrong, " file": text} {
		_, err := cmd.Decide(material.Material{}, journaltest.Moment(zone.Internet, 0))
		if fs := fault.Findings(err); len(fs) != 1 || fs[0].Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := picture.Decide(material.Material{}, journaltest.Moment(zone.Internet, 0)); err != nil {
		t.Error("a photo that is a picture:", err)
	}
	if _, err := letter.Decide(material.Material{}, journaltest.Moment(zone.Internet, 1)); !fault.IsNotNow(err) {
		t.Error(err)
	}
}

func TestPapersAreListedByOwnerAndReplacedOnce(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Internet, Kinds: material.Kinds, Projections: func(*keys.Ring) []journal.Projection { return material.Projections }})
		do := func(id string, cmd journal.Command[material.Material]) error {
			_, err := journal.Do(ctx, j.Journal, material.Room, journal.Order{Subject: id}, cmd)
			return err
		}
		second := letter
		second.Digest = strings.Repeat("cd", 32)
		for _, err := range []error{do("m1", letter), do("m2", second), do("m1", material.Replace{By: "m2", Case: "f1"})} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := do("m1", material.Replace{}); !fault.IsNotNow(err) {
			t.Fatal(err)
		}
		// What was only taken away comes back, what another stands for doesn't.
		if err := do("m1", material.Restore{Case: "f1"}); !fault.IsNotNow(err) {
			t.Fatal(err)
		}
		for range 2 {
			for _, cmd := range []journal.Command[material.Material]{material.Replace{Case: "f1"}, material.Restore{Case: "f1"}, material.Restore{Case: "f1"}} {
				if err := do("m2", cmd); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := do("m9", material.Restore{}); !fault.IsNotFound(err) {
			t.Fatal(err)
		}
		if err := do("m9", material.Replace{}); !fault.IsNotFound(err) {
			t.Fatal(err)
		}
		held, err := material.Of(ctx, j.Store, material.OfCase, "f1")
		if err != nil || len(held) != 1 || held[0].ID != "m2" || held[0].Name != "邀请函.pdf" {
			t.Fatalf("%+v %v", held, err)
		}
		all, err := material.OfFiling(ctx, j.Store, "f1")
		if err != nil || len(all) != 2 || !all[0].Gone || all[0].ReplacedBy != "m2" {
			t.Fatalf("%+v %v", all, err)
		}
		if twin, err := material.Twin(ctx, j.Store, material.OfCase, "f1", "M04", "f1", "", "", second.Digest); err != nil || twin != "m2" {
			t.Fatal(twin, err)
		}
		if twin, err := material.Twin(ctx, j.Store, material.OfCase, "f1", "M04", "f1", "", "", letter.Digest); err != nil || twin != "" {
			t.Fatal("a replaced paper still counts as held", twin, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

func TestAPaperWrittenForOneTripEndsWithIt(t *testing.T) {
	of := func(kind string) material.Material {
		return material.Material{Added: material.Added{Kind: kind, OwnerKind: material.OfPerson, Owner: "p", Case: "last"}}
	}
	lasting := of("M12")
	lasting.ValidUntil = calendar.MustParse("2027-01-31")
	for name, c := range map[string]struct {
		paper       material.Material
		last, later bool
	}{
		"a commitment":                         {of("M13"), true, false},
		"a leave approval":                     {of("M19"), true, false},
		"a filing form without a term":         {of("M12"), true, false},
		"a filing form with a term":            {lasting, true, true},
		"bookings":                             {of("M36"), true, false},
		"a host's profile, the unit's to keep": {of("M06"), true, true},
		"an identity card":                     {of("M24"), true, true},
		"a commitment that tells no case":      {material.Material{Added: material.Added{Kind: "M13", OwnerKind: material.OfPerson}}, true, true},
		"the unit's own paper for everything":  {material.Material{Added: material.Added{Kind: "M21", OwnerKind: material.OfUnit, Case: "last"}}, true, true},
	} {
		if c.paper.Serves("last") != c.last || c.paper.Serves("later") != c.later {
			t.Errorf("%s serves its case: %v, a later one: %v", name, c.paper.Serves("last"), c.paper.Serves("later"))
		}
	}
}

// A paper goes on where it began: two zones that wrote the same version of it
// would each set the other's aside, and never agree again.
func TestAPaperIsReplacedOnlyInTheZoneThatHasAddedIt(t *testing.T) {
	ctx := context.Background()
	place := func(z zone.Zone) *journal.Journal {
		return journaltest.Open(t, journaltest.Options{Store: sqlite(t), Zone: z, Kinds: material.Kinds, Projections: func(*keys.Ring) []journal.Projection { return material.Projections }}).Journal
	}
	internet, office := place(zone.Internet), place(zone.Office)
	add := func(j *journal.Journal, id string, cmd journal.Command[material.Material]) error {
		_, err := journal.Do(ctx, j, material.Room, journal.Order{Subject: id}, cmd)
		return err
	}
	// carry takes the last event of one zone to the other.
	carry := func(from, to *journal.Journal) error {
		head, _ := from.Head()
		events, err := from.Events(ctx, head-1, 1)
		if err != nil {
			return err
		}
		record, goes, err := from.Registry().EncodeFor(events[0], to.Zone)
		if err != nil || !goes {
			t.Fatal(goes, err)
		}
		return to.Apply(ctx, func(a *journal.Applying) error {
			_, _, err := a.Take(ctx, record)
			return err
		})
	}
	for _, err := range []error{add(internet, "m1", letter), carry(internet, office)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := add(office, "m1", material.Replace{}); err == nil || !strings.Contains(err.Error(), "began in the internet zone") {
		t.Fatalf("the office went on with the internet's paper: %v", err)
	}
	// What another zone says of it all the same isn't taken; its own zone's is.
	astray := place(zone.Office)
	for _, err := range []error{add(astray, "m1", letter), add(astray, "m1", material.Replace{}), add(office, "m2", letter)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := carry(astray, internet); err == nil || !strings.Contains(err.Error(), "may not go on with it") {
		t.Fatalf("the office's word on the internet's paper was taken: %v", err)
	}
	if err := add(internet, "m1", material.Replace{}); err != nil {
		t.Fatal(err)
	}
	if err := carry(internet, office); err != nil {
		t.Fatalf("its own zone's replacement isn't taken: %v", err)
	}
	if held, err := material.OfFiling(ctx, office.Store, "f1"); err != nil || len(held) != 2 || !held[0].Gone {
		t.Fatalf("%+v %v", held, err)
	}
}

func sqlite(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
