package filing_test

import (
	"context"
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/pack"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

func trip(depart string, days int) dossier.Trip {
	d := calendar.MustParse(depart)
	return dossier.Trip{Depart: d, Return: d.AddDays(days - 1)}
}

// The kinds of domain 3.4, each with its path.
func TestEachKindOfAmendmentTakesItsPath(t *testing.T) {
	was, until := trip("2026-05-11", 5), calendar.MustParse("2026-09-01")
	for _, c := range []struct {
		name string
		kind filing.AmendmentKind
		is   dossier.Trip
		path filing.Path
	}{
		{"a slip of the pen", filing.AmendWriting, was, filing.LightPath},
		{"one stays at home", filing.AmendDrop, was, filing.LightPath},
		{"somebody else goes", filing.AmendMembers, was, filing.FullPath},
		{"a week later", filing.AmendShift, trip("2026-05-18", 5), filing.LightPath},
		{"a week later and a day longer", filing.AmendShift, trip("2026-05-18", 6), filing.FullPath},
		{"earlier", filing.AmendShift, trip("2026-05-10", 5), filing.FullPath},
		{"past the term", filing.AmendShift, trip("2026-08-30", 5), filing.FullPath},
		{"more days", filing.AmendDays, trip("2026-05-11", 7), filing.FullPath},
		{"another country", filing.AmendPlaces, was, filing.FullPath},
		{"held up abroad", filing.AmendDelayed, trip("2026-05-11", 7), filing.FullPath},
		{"a flight before midnight", filing.AmendDeviated, trip("2026-05-10", 6), filing.LightPath},
		{"the whole mission", filing.AmendCancel, was, filing.LightPath},
	} {
		if got := filing.PathOf(c.kind, was, c.is, until); got != c.path {
			t.Errorf("%s takes the %s path", c.name, got)
		}
	}
}

// What a pack may have a review path of its own for is what may be reviewed.
func TestPathsOfAPackKnowTheKindsThatAreReviewed(t *testing.T) {
	was, until := trip("2026-05-11", 5), calendar.MustParse("2026-09-01")
	for _, k := range filing.AmendmentKinds() {
		full := slices.ContainsFunc([]dossier.Trip{was, trip("2026-05-01", 9)}, func(is dossier.Trip) bool { return filing.PathOf(k, was, is, until) == filing.FullPath })
		if slices.Contains(pack.Change("").Words(), string(k)) != full {
			t.Errorf("%s is reviewed: %v, and a pack says otherwise", k, full)
		}
	}
}

func amending(a filing.Application, kind filing.AmendmentKind) filing.Amending {
	return filing.Amending{Of: "f", Kind: kind, Reason: "对方来函", Was: a.Case, People: a.Persons, Until: calendar.MustParse("2027-12-31"), Nth: 1}
}

// What a kind doesn't open is refused by its field, and so is a change of
// nothing, of nobody's reason, by the wrong kind.
func TestOnlyWhatMayChangeIsOpen(t *testing.T) {
	a := application(t)
	for _, c := range []struct {
		name   string
		kind   filing.AmendmentKind
		change func(*filing.Application, *filing.Amending)
		wrong  string // key of the finding; "" for none
	}{
		{"a purpose under a shift", filing.AmendShift, func(x *filing.Application, _ *filing.Amending) { x.Case.Trip.Purpose = "另一件事" }, "filing.amend.not_open"},
		{"nothing", filing.AmendDays, func(*filing.Application, *filing.Amending) {}, "filing.amend.nothing"},
		{"no reason", filing.AmendCancel, func(_ *filing.Application, am *filing.Amending) { am.Reason = " " }, "filing.amend.no_reason"},
		{"a newcomer under a drop", filing.AmendDrop, func(x *filing.Application, _ *filing.Amending) {
			x.Persons = append(slices.Clone(x.Persons), "new")
			x.Case.Members = append(x.Case.Members, dossier.Member{FamilyName: "新", Role: dossier.Ordinary})
		}, "filing.amend.no_newcomers"},
		{"somebody less under a shift", filing.AmendShift, func(x *filing.Application, _ *filing.Amending) {
			x.Case, x.Persons = filing.Only(x.Case, x.Persons, x.Persons[:1])
		}, "filing.amend.nobody_leaves"},
		{"another length under a shift", filing.AmendShift, func(x *filing.Application, _ *filing.Amending) { x.Case.Trip.Return = x.Case.Trip.Return.Next() }, "filing.amend.other_length"},
		{"a delay without proof", filing.AmendDelayed, func(x *filing.Application, _ *filing.Amending) { x.Case.Trip.Return = x.Case.Trip.Return.Next() }, "filing.amend.no_proof"},
		{"a newcomer nobody announced", filing.AmendMembers, func(x *filing.Application, _ *filing.Amending) {
			x.Persons = append(slices.Clone(x.Persons), "new")
			x.Case.Members = append(x.Case.Members, dossier.Member{FamilyName: "新", Role: dossier.Ordinary})
		}, "filing.amend.no_addendum"},
		{"one stays at home", filing.AmendDrop, func(x *filing.Application, _ *filing.Amending) {
			x.Case, x.Persons = filing.Only(x.Case, x.Persons, x.Persons[:1])
		}, ""},
		{"more days", filing.AmendDays, func(x *filing.Application, _ *filing.Amending) { x.Case.Trip.Return = x.Case.Trip.Return.Next() }, ""},
		{"the whole mission", filing.AmendCancel, func(*filing.Application, *filing.Amending) {}, ""},
	} {
		app := a
		app.Case, app.Persons = a.Case.Clone(), slices.Clone(a.Persons)
		am := amending(a, c.kind)
		app.Amending = &am
		c.change(&app, &am)
		_, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 1, Application: app})
		var keys []string
		for _, f := range fault.Findings(err) {
			keys = append(keys, f.Key)
		}
		if c.wrong == "" && err != nil || c.wrong != "" && !slices.Contains(keys, c.wrong) {
			t.Errorf("%s: %v, not %q", c.name, err, c.wrong)
		}
	}
}

// An amendment says what it changes before it is an application, takes note on
// its case once, and changes nothing that has ended.
func TestVerbsOfAnAmendment(t *testing.T) {
	a := application(t)
	am := amending(a, filing.AmendDrop)
	less := a
	less.Case, less.Persons = filing.Only(a.Case, a.Persons, a.Persons[:1])
	less.Amending = &am
	f, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 3, Application: less}, filing.Submit{Revision: 3, Application: less})
	if err != nil || f.Amends.Of != "f" || f.Amends.Path != filing.LightPath || f.Stage != filing.IsSubmitted {
		t.Fatalf("%+v: %v", f.Amends, err)
	}
	note := filing.TakeAmendment{Amended: filing.Amended{Amendment: "f~1", Kind: filing.AmendDrop, Title: "t", Members: f.Members}}
	whole := filing.Submit{Revision: 7, Application: a}
	approved, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 7, Application: a}, whole, filing.Conclude{Outcome: filing.Approved, Approved: a.Persons}, note, note)
	if err != nil || approved.Amendment != "f~1" || len(approved.Members) != 1 {
		t.Fatalf("%+v: %v", approved, err)
	}
	if _, err := run(approved, filing.Conclude{Outcome: filing.Revoked}, note); !fault.IsNotNow(err) {
		t.Errorf("what was revoked is amended: %v", err)
	}
}

// What another application is held against is the journey as it was changed.
func TestAChangedJourneyIsWhatOthersAreHeldAgainst(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		ctx := context.Background()
		d := open(t, at())
		a := application(t)
		d.to("f", filing.Present{Unit: "u", Revision: 1, Application: a}, filing.Submit{Revision: 1, Application: a}, filing.Conclude{Outcome: filing.Approved, Approved: a.Persons})
		f, _, err := journal.Load(ctx, d.Journal, filing.Room, "f")
		if err != nil {
			t.Fatal(err)
		}
		moved := a.Case.Clone()
		moved.Trip.Depart, moved.Trip.Return = moved.Trip.Depart.AddDays(40), moved.Trip.Return.AddDays(40)
		moved.Legs[0].Country = "NOR"
		d.to("f", filing.TakeAmendment{Amended: filing.Amended{Amendment: "f~1", Kind: filing.AmendPlaces, Title: moved.Trip.Title, Depart: moved.Trip.Depart, Return: moved.Trip.Return, Countries: moved.Countries(),
			Members: f.Members, Dossier: journal.Of(moved)}})
		beside, err := filing.Beside(ctx, d.Store, moved, "u", "another", a.Case.Trip.Depart, 1)
		if err != nil || len(beside) != 1 || beside[0].Depart != moved.Trip.Depart || !slices.Contains(beside[0].Countries, "NOR") {
			t.Errorf("beside it stands %+v: %v", beside, err)
		}
	})
}

// The tenth change of a case comes after the second, and the eleventh finds a
// number of its own.
func TestChangesOfACaseAreListedInTheirOrder(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		d := open(t, at())
		a := application(t)
		less := a
		less.Case, less.Persons = filing.Only(a.Case, a.Persons, a.Persons[:1])
		var want []string
		for nth := 1; nth <= 11; nth++ {
			am := amending(a, filing.AmendDrop)
			am.Nth = nth
			less.Amending = &am
			id := filing.AmendmentID(am.Of, nth)
			d.to(id, filing.Present{Unit: "u", Revision: 1, Application: less})
			want = append(want, id)
		}
		all, err := filing.AmendmentsOf(context.Background(), d.Store, "f")
		var got []string
		for _, e := range all {
			got = append(got, e.ID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// One day typed moves all that has a day of its own, the flight out of China too.
func TestAShiftMovesTheWholeJourney(t *testing.T) {
	was := application(t).Case
	was.Trip.LeavesChina = calendar.LocalTime{Date: was.Trip.Depart, Minute: 23*60 + 30}
	p := filing.Paper{Case: was.Clone(), Amending: &filing.Amending{Kind: filing.AmendShift}}
	p.Shift(7)
	if p.Case.Trip.LeavesChina.Date != was.Trip.Depart.AddDays(7) || p.Case.Trip.LeavesChina.Minute != 23*60+30 {
		t.Errorf("the flight out of China leaves %s, the trip begins %s", p.Case.Trip.LeavesChina, p.Case.Trip.Depart)
	}
	if !filing.AmendShift.Opens("case.leavesChina") {
		t.Error("a shift may not move the flight out of China")
	}
	for i, l := range p.Case.Legs {
		if l.Arrive.Date != was.Legs[i].Arrive.Date.AddDays(7) {
			t.Errorf("leg %d arrives %s, was %s", i, l.Arrive, was.Legs[i].Arrive)
		}
	}
	for i, h := range p.Case.Itinerary {
		if h.Date != was.Itinerary[i].Date.AddDays(7) {
			t.Errorf("half-day %d is on %s, was on %s", i, h.Date, was.Itinerary[i].Date)
		}
	}
}

// A paper that lies with the unit and with the case under two names is one paper:
// neither a change begun nor one handed in shows it.
func TestAnotherCopyOfAPaperIsNoChange(t *testing.T) {
	was := application(t).Case
	was.Materials = append(was.Materials, dossier.Material{Kind: "M06", Owner: "unit", File: "M06.pdf", SHA256: "a1"})
	people := application(t).Persons
	am := filing.Amending{Of: "f", Kind: filing.AmendShift, Was: was, People: people}
	here := material.Material{ID: "m", Added: material.Added{OwnerKind: material.OfCase, Owner: "f", Case: "f", Kind: "M06", Name: "邀请单位简介.pdf", Digest: "a1"}}
	now := filing.Assemble(filing.Amend(am, filing.Held{}), filing.Held{Filing: "f~1", Materials: []material.Material{here}})
	n := 0
	for _, m := range now.Case.Materials {
		if m.SHA256 == "a1" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the paper stands in the case %d times", n)
	}
	renamed := was.Clone()
	renamed.Materials[len(renamed.Materials)-1].File, renamed.Materials[len(renamed.Materials)-1].Owner = "邀请单位简介.pdf", "case"
	if d := filing.Compare(was, people, renamed, people); len(d) > 0 {
		t.Errorf("another name of it is a change: %+v", d)
	}
}
