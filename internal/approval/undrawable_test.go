package approval

import (
	"context"
	"strings"
	"testing"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

func TestWhatTheDocumentCannotShowIsNamedByItsField(t *testing.T) {
	c := aDossier()
	if err := Undrawable(c); err != nil {
		t.Fatal(err)
	}
	c.Members[1].GivenName += "\U00030000"
	c.Members[0].Post = "\uE815长"
	found := fault.Findings(Undrawable(c))
	if len(found) != 2 || found[0].Field != "members[0].post" || found[1].Field != "members[1].givenName" ||
		!strings.Contains(found[1].Args["characters"].(string), "U+30000") {
		t.Errorf("found %+v", found)
	}
}

// However such a case got through: it alone waits, with its reason, and the
// documents decided after it are issued.
func TestDocumentThatCannotBeLaidOutHoldsUpNoOther(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		o := newOffice(t, open())
		i := o.issuer()
		bad := submitted()
		d := aDossier()
		d.Members[0].GivenName += "\U00030000"
		bad.Dossier = journal.Of(d)
		o.submit("f1", bad)
		o.submit("f2", submitted())
		o.accept("f1")
		o.accept("f2")
		o.decide("f1")
		o.decide("f2")
		run, stop := context.WithCancel(ctx)
		done := o.j.RunReactions(run, func(string, journal.Event, error) {}, journal.Reaction{Name: "documents", On: func(ctx context.Context, e journal.Event) error {
			if _, is := e.Body.(Decided); is {
				return i.Issue(ctx, e.Subject.ID)
			}
			return nil
		}})
		defer func() { stop(); <-done }()
		for end := time.Now().Add(20 * time.Second); o.state("f2").Stage != IsIssued; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the second document waits for the first")
			}
		}
		var parked []journal.Parked
		for end := time.Now().Add(20 * time.Second); len(parked) == 0; time.Sleep(5 * time.Millisecond) {
			var err error
			if parked, err = o.j.Parked(ctx); err != nil || time.Now().After(end) {
				t.Fatal("nothing is parked", err)
			}
		}
		if p := parked[0]; p.Subject.ID != "f1" || p.Reaction != "documents" || !strings.Contains(p.Error, "U+30000") {
			t.Errorf("parked: %+v", p)
		}
		if o.state("f1").Stage != IsDecided {
			t.Errorf("the first stands at %s", o.state("f1").Stage)
		}
	})
}
