package exchange

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// A test (测试包) is a record about nothing that goes the way of all others: through
// the release policy, a bundle, whatever carries it, into the other zone's journal,
// and its receipt back. No room looks at it.

// TestSent: somebody wanted to see whether the way is open.
type TestSent struct{}

// Tests are the tests as subjects.
var Tests = journal.Subject[struct{}]{Kind: "test", Evolve: func(s struct{}, e journal.Event) (struct{}, error) {
	if _, is := e.Body.(TestSent); !is {
		return s, fmt.Errorf("%T is nothing that happens to a test", e.Body)
	}
	return s, nil
}}

// SendTest sends one into each stream from here.
type SendTest struct{}

// Decide needs a new subject.
func (SendTest) Decide(_ struct{}, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("exchange.release.not_so", "")
	}
	return journal.Happened(TestSent{}), nil
}

var testLog = journal.Projection{
	Name: "exchange_test", Version: 2, Tables: []string{"exchange_test"},
	Schema: `
CREATE TABLE exchange_test (
  id TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_account TEXT NOT NULL
);
CREATE INDEX exchange_test_by_origin ON exchange_test (origin, position);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		if _, is := e.Body.(TestSent); !is {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO exchange_test (id, origin, position, at, by_account) VALUES ($1, $2, $3, $4, $5)`,
			e.Subject.ID, string(e.Origin), int64(e.Position), e.At.UnixMicro(), e.Actor.Account)
		return err
	},
}

// Hang is where a test is that has no receipt yet.
type Hang string

// The places.
const (
	HangNowhere  Hang = ""         // it has its receipt
	HangUnpaired Hang = "unpaired" // nothing goes there
	HangHeld     Hang = "held"     // the release policy holds it back
	HangSlowed   Hang = "slowed"   // the stream waits for a limit of the policy
	HangUnpacked Hang = "unpacked" // in no bundle yet
	HangOnWay    Hang = "way"      // in a bundle that has no receipt
)

// Test is one that was sent from here.
type Test struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	By   string    `json:"by,omitempty"` // account; "" by the command line
	Ways []TestWay `json:"ways"`
}

// TestWay is how far it has come in one stream.
type TestWay struct {
	To     zone.Zone `json:"to"`
	Bundle int64     `json:"bundle,omitempty"`
	Left   time.Time `json:"left,omitzero"`  // its bundle was made
	There  time.Time `json:"there,omitzero"` // taken in there, by that zone's clock
	Back   time.Time `json:"back,omitzero"`  // its receipt came
	Hangs  Hang      `json:"hangs,omitempty"`
	Late   bool      `json:"late,omitempty"` // for longer than the streams there and back promise
}

// HeardTest is one that another zone sent.
type HeardTest struct {
	From zone.Zone `json:"from"`
	Sent time.Time `json:"sent"` // by that zone's clock
	Came time.Time `json:"came"`
}

// SentTests lists the newest tests of this zone.
func (x *Exchange) SentTests(ctx context.Context, most int) ([]Test, error) {
	all, positions, err := x.sentTests(ctx, `TRUE`, most)
	for i := range all {
		for _, to := range x.Peers() {
			w, err := x.testWay(ctx, to, positions[i], all[i].At)
			if err != nil {
				return nil, err
			}
			all[i].Ways = append(all[i].Ways, w)
		}
	}
	return all, err
}

// OneTest is when a test was sent from here, and how far it has come to a zone.
func (x *Exchange) OneTest(ctx context.Context, id string, to zone.Zone) (sent time.Time, w TestWay, err error) {
	all, positions, err := x.sentTests(ctx, `id = $3`, 1, id)
	if err == nil && len(all) == 0 {
		err = fault.NotFound("test " + id)
	}
	if err != nil {
		return sent, w, err
	}
	w, err = x.testWay(ctx, to, positions[0], all[0].At)
	return all[0].At, w, err
}

func (x *Exchange) sentTests(ctx context.Context, where string, most int, args ...any) ([]Test, []journal.Position, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT id, position, at, by_account FROM exchange_test WHERE origin = $1 AND `+where+` ORDER BY position DESC LIMIT $2`, append([]any{string(x.Zone()), most}, args...)...)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the tests: %w", err)
	}
	defer rows.Close()
	all := []Test{}
	var positions []journal.Position
	for rows.Next() {
		var t Test
		var p journal.Position
		var at int64
		if err := rows.Scan(&t.ID, &p, &at, &t.By); err != nil {
			return nil, nil, err
		}
		t.At = instant(at)
		all, positions = append(all, t), append(positions, p)
	}
	return all, positions, rows.Err()
}

func (x *Exchange) testWay(ctx context.Context, to zone.Zone, at journal.Position, sent time.Time) (TestWay, error) {
	w := TestWay{To: to}
	left, held, err := x.heldAt(ctx, to, at)
	if err != nil {
		return w, err
	}
	switch {
	case !x.paired(to):
		w.Hangs = HangUnpaired
	case held:
		w.Hangs = HangHeld
	default:
		if err := x.testBundle(ctx, &w, left, at); err != nil {
			return w, err
		}
	}
	w.Late = w.Hangs != HangNowhere && x.journal.Now().Sub(sent) > x.patience(to)
	return w, nil
}

// testBundle finds the bundle that a test left in, the one with a receipt where a
// new epoch told it again. What was held and let go left in one that its position
// doesn't tell; a later epoch tells it in its place.
func (x *Exchange) testBundle(ctx context.Context, w *TestWay, left Name, at journal.Position) error {
	rows, err := x.journal.Store.Query(ctx, `SELECT s.epoch, MIN(s.sequence) FROM exchange_sent s
WHERE s.to_zone = $1 AND s.sequence > 0 AND (s.epoch = $3 AND s.sequence = $4 OR s.epoch > $3 AND s.last_position >= $2 AND s.events > 0)
GROUP BY s.epoch ORDER BY s.epoch DESC LIMIT 20`, string(w.To), int64(at), left.Epoch, left.Sequence)
	if err != nil {
		return err
	}
	defer rows.Close()
	var all []Name
	for rows.Next() {
		var n Name
		if err := rows.Scan(&n.Epoch, &n.Sequence); err != nil {
			return err
		}
		all = append(all, n)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(all) == 0 {
		w.Hangs = HangUnpacked
		var n int64
		err := x.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_held WHERE to_zone = $1 AND epoch = 0 AND reason = $2`, string(w.To), TooMuch).Scan(&n)
		if n > 0 {
			w.Hangs = HangSlowed
		}
		return err
	}
	in := all[0]
	for _, n := range all {
		var there, here int64
		err := x.journal.Store.QueryRow(ctx, `SELECT there, here FROM exchange_receipt WHERE to_zone = $1 AND epoch = $2 AND sequence >= $3 ORDER BY sequence LIMIT 1`, string(w.To), n.Epoch, n.Sequence).Scan(&there, &here)
		if err != nil && !store.NoRows(err) {
			return err
		}
		if here > 0 {
			in, w.There, w.Back = n, instant(there), instant(here)
			break
		}
	}
	if w.Back.IsZero() {
		w.Hangs = HangOnWay
	}
	w.Bundle = in.Sequence
	var made int64
	err = x.journal.Store.QueryRow(ctx, `SELECT as_of FROM exchange_sent WHERE to_zone = $1 AND epoch = $2 AND sequence = $3`, string(w.To), in.Epoch, in.Sequence).Scan(&made)
	w.Left = instant(made)
	return err
}

// HeardTests lists the newest tests of the zones beside this one.
func (x *Exchange) HeardTests(ctx context.Context, most int) ([]HeardTest, error) {
	all := []HeardTest{}
	for _, from := range x.Peers() {
		rows, err := x.journal.Store.Query(ctx, `SELECT t.at, COALESCE(c.at, 0) FROM exchange_test t
LEFT JOIN exchange_came c ON c.test = t.id
WHERE t.origin = $1 ORDER BY t.position DESC LIMIT $2`, string(from), most)
		if err != nil {
			return nil, fmt.Errorf("reading the tests of the %s zone: %w", from, err)
		}
		defer rows.Close()
		for rows.Next() {
			var sent, came int64
			if err := rows.Scan(&sent, &came); err != nil {
				return nil, err
			}
			all = append(all, HeardTest{from, instant(sent), instant(came)})
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
