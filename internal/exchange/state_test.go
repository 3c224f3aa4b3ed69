package exchange

import (
	"strings"
	"testing"

	"yitang/internal/store"
	"yitang/internal/zone"
)

// agree demands that both ends of a stream reckon alike what the receiver knows.
func agree(t *testing.T, from, to place) Knowledge {
	t.Helper()
	told, err := from.Told(t.Context(), to.Zone(), 0)
	if err != nil {
		t.Fatal(err)
	}
	known, err := to.Known(t.Context(), from.Zone())
	if err != nil {
		t.Fatal(err)
	}
	if told != known {
		t.Errorf("told is %+v, known %+v", told, known)
	}
	return known
}

// receipts brings those for what came.
func (p place) receipts(from place) {
	p.t.Helper()
	p.carry(from, aFolder(p.t))
}

func TestBothEndsOfAStreamReckonAlikeWhatItsReceiverKnows(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		internet, office, passport := threePlaces(t, open)
		if k := agree(t, internet, office); k.Events != 0 || k.Sequence != 0 {
			t.Errorf("before anything was told: %+v", k)
		}
		way, on := aFolder(t), aFolder(t)
		internet.write("one", "not for the passport zone", "a file")
		office.write("of the office", "x", "")
		office.say("noted", inHouse{"in house"}) // goes nowhere
		internet.carry(office, way)
		office.receipts(internet)
		first := agree(t, internet, office)
		office.carry(passport, on)
		passport.receipts(office)
		relayed := agree(t, office, passport)
		if first.Events != 1 || relayed.Events != 2 || first.State == relayed.State {
			t.Errorf("of the internet zone %+v, passed on %+v", first, relayed)
		}

		// Bundle by bundle, also when the receiver is further than its receipts say.
		internet.write("two", strings.Repeat("longer ", 1000), "")
		internet.carry(office, way)
		if told, err := internet.Told(t.Context(), zone.Office, 0); err != nil || told.Sequence != 1 || told.State != first.State {
			t.Errorf("without a receipt it reckons %+v (%v)", told, err)
		}
		told, err := internet.Told(t.Context(), zone.Office, 2)
		known, err2 := office.Known(t.Context(), zone.Internet)
		if err != nil || err2 != nil || told != known || told.State == first.State {
			t.Errorf("told %+v (%v), known %+v (%v)", told, err, known, err2)
		}
		if _, err := internet.Told(t.Context(), zone.Office, 9); err == nil {
			t.Error("it reckoned a bundle that was never sent")
		}
		office.receipts(internet)
		whole := agree(t, internet, office)

		// Who lost everything and is told all again knows what it knew.
		fresh := aPlace(t, office.ring, open(), letterKind...)
		if _, err := internet.Reopen(t.Context(), zone.Office); err != nil {
			t.Fatal(err)
		}
		internet.carry(fresh, aFolder(t))
		again, err := fresh.Known(t.Context(), zone.Internet)
		if err != nil || again.State != whole.State || again.Events != whole.Events || again.Epoch == whole.Epoch {
			t.Errorf("told again it knows %+v (%v), before %+v", again, err, whole)
		}

		// One record, or one field, makes a difference.
		if err := fresh.journal.Store.Write(t.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM journal_event WHERE position = (SELECT MAX(position) FROM journal_event WHERE origin = 'internet')`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if less, err := fresh.Known(t.Context(), zone.Internet); err != nil || less.State == whole.State || less.Events != whole.Events-1 {
			t.Errorf("without one event it knows %+v (%v)", less, err)
		}
	})
}

func TestWhatIsHeldIsReckonedOnceItHasLeft(t *testing.T) {
	rule := Rule{May: []string{"letter.*", "diary.*"}, Hold: []string{"diary.secret"}}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
	office.say("a", noted{"a1"})
	held := office.say("a", secret{"a2"})
	office.say("b", noted{"b1"})
	office.carry(passport, aFolder(t))
	passport.receipts(office)
	if k := agree(t, office, passport); k.Events != 2 {
		t.Errorf("while one is held %+v", k)
	}
	office.letTwo(outKey(zone.Passport, held), 0)
	office.carry(passport, aFolder(t))
	if told, err := office.Told(t.Context(), zone.Passport, 1); err != nil || told.Events != 2 {
		t.Errorf("of the bundle before it reckons %+v (%v)", told, err)
	}
	passport.receipts(office)
	before := agree(t, office, passport)
	if _, err := office.Reopen(t.Context(), zone.Passport); err != nil {
		t.Fatal(err)
	}
	office.carry(passport, aFolder(t))
	passport.receipts(office)
	if k := agree(t, office, passport); k.State != before.State || k.Events != before.Events {
		t.Errorf("told again %+v, before %+v", k, before)
	}
}
