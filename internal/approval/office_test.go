package approval

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"yitang/internal/journal/journaltest"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/material"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// office is an office zone with what these tests need, and an internet zone
// that applications come from.
type office struct {
	t        testing.TB
	j        *journal.Journal
	internet *journal.Journal
	ring     *keys.Ring
	blobs    *blob.Folder
	now      *time.Time
}

// stub writes an application's events as filing would.
type stub struct{ body any }

func (s stub) Decide(struct{}, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(s.body), nil
}

var stubs = journal.Subject[struct{}]{Kind: "filing", Evolve: func(s struct{}, _ journal.Event) (struct{}, error) { return s, nil }}

func sqlite(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newOffice(t testing.TB, s *store.Store) *office {
	t.Helper()
	now := monday.Begins().Add(2 * time.Hour)
	o := &office{t: t, now: &now}
	dir := t.TempDir()
	var err error
	if o.ring, err = keys.Create(filepath.Join(dir, "keys"), zone.Office, rand.Reader, now); err != nil {
		t.Fatal(err)
	}
	if o.blobs, err = blob.OpenFolder(blob.OS{}, filepath.Join(dir, "blobs"), o.ring); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.blobs.Close() })
	open := func(s *store.Store, z zone.Zone) *journal.Journal {
		var kinds []journal.Kind
		for _, k := range [][]journal.Kind{filing.Kinds, material.Kinds, Kinds} {
			kinds = append(kinds, k...)
		}
		reg, err := journal.NewRegistry(kinds...)
		if err != nil {
			t.Fatal(err)
		}
		j, err := journal.Open(context.Background(), journal.Options{Store: s, Zone: z, Registry: reg, Sealer: o.ring, Book: book(t), Clock: func() time.Time { return *o.now },
			Chance: rand.Reader, Projections: slices.Concat(person.Projections(o.ring), material.Projections, Projections)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(j.Close)
		return j
	}
	o.j, o.internet = open(s, zone.Office), open(sqlite(t), zone.Internet)
	return o
}

func by(role, account string) context.Context {
	return journal.WithActor(context.Background(), journal.Actor{Role: role, Account: account})
}

func (o *office) do(role, account, id string, cmd journal.Command[Approval]) error {
	_, err := journal.Do(by(role, account), o.j, Room, journal.Order{Subject: id}, cmd)
	return err
}

func (o *office) must(role, account, id string, cmd journal.Command[Approval]) {
	o.t.Helper()
	if err := o.do(role, account, id, cmd); err != nil {
		o.t.Fatalf("%T by %s: %v", cmd, role, err)
	}
}

func aDossier() dossier.Case {
	at := func(d calendar.Date) calendar.LocalTime { return calendar.LocalTime{Date: d, Minute: 600} }
	return dossier.Case{
		Format: dossier.Format, Unit: dossier.Unit{Name: "云江市商务委员会（虚构）"},
		Trip: dossier.Trip{Title: "赴德国经贸洽谈", Kind: dossier.Own, Purpose: "参加柏林产业合作对接会，与三家企业洽谈", Depart: calendar.On(2027, 1, 12), Return: calendar.On(2027, 1, 16)},
		Members: []dossier.Member{
			{FamilyName: "沈", GivenName: "知行", Sex: dossier.Male, Post: "副主任", Role: dossier.Head, Rank: dossier.Division},
			{FamilyName: "顾", GivenName: "青", Sex: dossier.Female, Post: "处长"},
			{FamilyName: "林", GivenName: "若溪", Sex: dossier.Female, Post: "馆员", Role: dossier.Interpreter, Unit: "云江市外事翻译中心（虚构）"},
		},
		Legs:      []dossier.Leg{{Country: "DEU", City: "柏林", Arrive: at(calendar.On(2027, 1, 12)), Leave: at(calendar.On(2027, 1, 15))}},
		Itinerary: []dossier.HalfDay{{Date: calendar.On(2027, 1, 13), Half: dossier.Morning, Country: "DEU", City: "柏林", Activity: "座谈", Host: "柏林投资促进局", Official: true}},
		Budget:    &dossier.Budget{Fund: dossier.FiscalFund},
	}
}

func submitted() filing.Submitted {
	c := aDossier()
	return filing.Submitted{Unit: "u1", Title: c.Trip.Title, Kind: c.Trip.Kind, Depart: c.Trip.Depart, Return: c.Trip.Return, Countries: []string{"DEU"},
		Members: group, Round: 1, Dossier: journal.Of(c), Answers: map[string]string{"INV-013": "馆长授权其签署"}}
}

// submit lets an application come in and be received, by the reaction.
func (o *office) submit(id string, body any) {
	o.t.Helper()
	_, err := journal.Do(by("signatory", "s"), o.internet, stubs, journal.Order{Subject: id}, stub{body})
	if err != nil {
		o.t.Fatal(err)
	}
	journaltest.Carry(o.t, o.internet, o.j)
	events, err := o.j.History(context.Background(), journal.Ref{Kind: "filing", ID: id})
	if err != nil {
		o.t.Fatal(err)
	}
	for range 2 { // a reaction may run twice
		for _, w := range React(events[len(events)-1], filing.Filing{}, pack.Paths{IntakeWorkdays: 2}) {
			if _, err := journal.Do(context.Background(), o.j, Room, w.Order, w.Command); err != nil {
				o.t.Fatal(err)
			}
		}
	}
}

// accept takes a case in with its own number.
func (o *office) accept(id string) string {
	o.t.Helper()
	n, err := NextNumber(context.Background(), o.j, CaseSeries, id)
	if err != nil {
		o.t.Fatal(err)
	}
	o.must("intake", "i", id, Accept{Number: n.As(caseNumbers), Path: threeSteps})
	return n.As(caseNumbers)
}

func (o *office) decide(id string, against ...string) {
	o.t.Helper()
	o.must("reviewer", "r", id, Review{Opinions: allFor(against...), Note: "材料齐"})
	o.must("chief", "c", id, Review{Opinions: allFor(against...)})
	o.must("director", "d", id, Decide{Members: verdicts(against...), Months: 6, Conditions: []string{"严格按照批准的日程执行"}})
}

func (o *office) state(id string) Approval {
	o.t.Helper()
	a, _, err := journal.Load(context.Background(), o.j, Room, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

// sameRebuilt fails when rebuilt tables differ from those kept on the way.
func sameRebuilt(t interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}, j *journal.Journal) {
	t.Helper()
	kept, err := j.Dump(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	again, err := j.Dump(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for table := range kept {
		if fmt.Sprint(kept[table]) != fmt.Sprint(again[table]) {
			t.Fatalf("%s kept\n%v\nrebuilt\n%v", table, kept[table], again[table])
		}
	}
}

// caseNumbers is how these tests' office spells its case numbers.
const caseNumbers pack.Pattern = "YJ-{year}-{serial:6}-{check}"
