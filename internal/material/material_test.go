package material_test

import (
	"context"
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
		if twin, err := material.Twin(ctx, j.Store, material.OfCase, "f1", "M04", "f1", second.Digest); err != nil || twin != "m2" {
			t.Fatal(twin, err)
		}
		if twin, err := material.Twin(ctx, j.Store, material.OfCase, "f1", "M04", "f1", letter.Digest); err != nil || twin != "" {
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
