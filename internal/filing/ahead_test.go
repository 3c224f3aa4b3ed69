package filing_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"yitang/internal/filing"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

// The trips of many people are read in one look, each under the id that a case has them
// by, and those that are over not at all.
func TestTheTripsAheadOfManyPeopleAreReadInOneLook(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		d, ctx := open(t, at()), context.Background()
		a := application(t)
		back := a.Case.Trip.Return
		if len(a.Persons) < 2 {
			t.Fatal(a.Persons)
		}
		for _, id := range []string{"f1", "f2"} {
			d.to(id, filing.Present{Unit: "u", Revision: 1, Application: a}, filing.Submit{Revision: 1, Application: a})
			a.Persons = slices.Clone(a.Persons[:1]) // the second is of one alone
			a.Case = a.Case.Clone()
			a.Case.Members = a.Case.Members[:1]
		}
		people := []string{"p0", "p1", "nobody"}
		got, err := filing.Ahead(ctx, d.Store, people, back)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range people {
			want, err := filing.OfPerson(ctx, d.Store, who, 30)
			if err != nil || !reflect.DeepEqual(got[who], want) {
				t.Errorf("%s: %v instead of %v, %v", who, got[who], want, err)
			}
		}
		if len(got["p0"]) != 2 || len(got["p1"]) != 1 {
			t.Errorf("%d and %d trips", len(got["p0"]), len(got["p1"]))
		}
		if got, err := filing.Ahead(ctx, d.Store, people, back.Next()); err != nil || len(got) != 0 {
			t.Error("what is over is ahead:", got, err)
		}
	})
}
