package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// note is the record of b6: what one zone tells another of, some hundred bytes of
// which a part is sealed at rest, kept by the receiver's table in one row.
type note struct {
	Label string                `reach:"all"`
	Text  journal.Field[string] `reach:"internet office" sealed:"yes"`
}

type (
	noteState struct{}
	writeNote struct{ note }
)

func (cmd writeNote) Decide(noteState, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(cmd.note), nil
}

var (
	notes     = journal.Subject[noteState]{Kind: "note", Evolve: func(s noteState, _ journal.Event) (noteState, error) { return s, nil }}
	noteKinds = append(slices.Clone(exchange.Kinds), journal.Declare[note](journal.Kind{Name: "note.written", Home: zone.Everywhere, Reach: zone.Everywhere}))
	noteTable = journal.Projection{Name: "note", Version: 1, Tables: []string{"note"},
		Schema: `CREATE TABLE note (id TEXT PRIMARY KEY, label TEXT NOT NULL, at INTEGER NOT NULL);`,
		Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
			b, ok := e.Body.(note)
			if !ok {
				return nil
			}
			_, err := tx.Exec(ctx, `INSERT INTO note (id, label, at) VALUES ($1, $2, $3)`, e.Subject.ID, b.Label, e.At.UnixMicro())
			return err
		}}
)

var noteText = strings.Repeat("来文已收，按期办理。", 12) // 360 bytes

// share is one zone's journal and its part in the exchange, without a node's rooms.
type share struct {
	*exchange.Exchange
	store   *store.Store
	journal *journal.Journal
}

func openShare(ctx context.Context, dir string, ring *keys.Ring, db store.Options) (*share, error) {
	registry, err := journal.NewRegistry(noteKinds...)
	if err != nil {
		return nil, err
	}
	blobs, err := blob.OpenFolder(blob.OS{}, filepath.Join(dir, "blobs"), ring)
	if err != nil {
		return nil, err
	}
	s := &share{}
	if s.store, err = store.Open(ctx, db); err != nil {
		return nil, err
	}
	s.journal, err = journal.Open(ctx, journal.Options{Store: s.store, Zone: ring.Zone(), Registry: registry, Sealer: ring, Clock: time.Now, Chance: rand.Reader,
		Durable: func() error { return blobs.Sync(context.Background()) }, Projections: append(slices.Clone(exchange.Projections), noteTable)})
	if err != nil {
		s.store.Close()
		return nil, err
	}
	s.Exchange, err = exchange.New(ctx, exchange.Options{Journal: s.journal, Keys: ring, Blobs: blobs, Disk: blob.OS{}, Dir: filepath.Join(dir, "exchange")})
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *share) close() {
	s.journal.Close()
	s.store.Close()
}

// count is how many records a zone's table holds.
func (s *share) count(ctx context.Context) (n int, err error) {
	err = s.store.QueryRow(ctx, `SELECT COUNT(*) FROM note`).Scan(&n)
	return n, err
}

// applying is B6: a backlog of records goes from one zone to another, through the
// real exchange: bundles made, signed and encrypted, carried as files, opened and
// applied, each in the transaction that moves the cursor, into SQLite and into
// PostgreSQL. The peer is a queue library on the same PostgreSQL, whose workers
// take the same records one by one.
func applying(ctx context.Context, s settings, _ limits) error {
	dir, remove, err := scratch()
	if err != nil {
		return err
	}
	defer remove()
	server, err := startPostgres()
	if err != nil {
		return fmt.Errorf("b6: %w", err)
	}
	defer server.stop()
	rings := map[zone.Zone]*keys.Ring{}
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		if rings[z], err = keys.Create(filepath.Join(dir, string(z), "keys"), z, rand.Reader, time.Now()); err != nil {
			return err
		}
	}
	if err := errors.Join(rings[zone.Internet].Pin(rings[zone.Office].Public()), rings[zone.Office].Pin(rings[zone.Internet].Public())); err != nil {
		return err
	}
	internet, err := openShare(ctx, filepath.Join(dir, "internet"), rings[zone.Internet], store.Options{Path: filepath.Join(dir, "internet.db")})
	if err != nil {
		return fmt.Errorf("b6: %w", err)
	}
	defer internet.close()
	began := time.Now()
	err = together(ctx, s.Records, atOnce, func(ctx context.Context, i int) error {
		_, err := journal.Do(ctx, internet.journal, notes, journal.Order{Subject: internet.journal.NewID()}, writeNote{note{fmt.Sprint("n", i), journal.Of(noteText)}})
		return err
	})
	if err != nil {
		return fmt.Errorf("b6, writing: %w", err)
	}
	fmt.Printf("b6   %d records from one zone to another; written there in %.1f s, which doesn't count\n", s.Records, time.Since(began).Seconds())

	began = time.Now()
	made, err := internet.Export(ctx, zone.Office)
	if err != nil {
		return fmt.Errorf("b6, making bundles: %w", err)
	}
	making := time.Since(began)
	way, err := carrier.Make(blob.OS{}, filepath.Join(dir, "way"))
	if err != nil {
		return err
	}
	began = time.Now()
	if _, err := internet.Hand(ctx, zone.Office, way); err != nil {
		return fmt.Errorf("b6, carrying: %w", err)
	}
	carrying := time.Since(began)
	entries, err := way.Entries()
	if err != nil {
		return err
	}
	var bytes int64
	for _, e := range entries {
		bytes += e.Size
	}
	per := func(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }
	fmt.Printf("     %d bundles of %.1f MB in all: made, signed, packed, encrypted and flushed at %.0f records/s; carried as files at %.0f records/s\n",
		len(made), float64(bytes)/1e6, per(s.Records, making), per(s.Records, carrying))

	rates := map[string]float64{}
	for _, kind := range []string{"SQLite", "PostgreSQL"} {
		db := store.Options{Path: filepath.Join(dir, "office.db")}
		if kind == "PostgreSQL" {
			url, err := server.database(ctx, "office")
			if err != nil {
				return fmt.Errorf("b6: %w", err)
			}
			db = store.Options{URL: url}
		}
		took, err := applied(ctx, filepath.Join(dir, "office-"+kind), rings[zone.Office], db, way, s.Records)
		if err != nil {
			return fmt.Errorf("b6, applying into %s: %w", kind, err)
		}
		rates[kind] = per(s.Records, took)
		fmt.Printf("     opened and applied into %s: %.0f records/s (%.1f s); digest, commitments, chain, sealing, the record's row\n", kind, rates[kind], took.Seconds())
	}
	return beside(ctx, s, server, rates)
}

// applied takes in a folder of bundles and gives how long that took.
func applied(ctx context.Context, dir string, ring *keys.Ring, db store.Options, way *carrier.Directory, want int) (time.Duration, error) {
	office, err := openShare(ctx, dir, ring, db)
	if err != nil {
		return 0, err
	}
	defer office.close()
	began := time.Now()
	outcomes, err := office.Import(ctx, zone.Internet, way)
	took := time.Since(began)
	if err != nil {
		return took, err
	}
	for _, o := range outcomes {
		if o.Fate != exchange.Applied || o.Quarantined > 0 {
			return took, fmt.Errorf("%s: %s, %d records set aside: %s", o.File, o.Fate, o.Quarantined, o.Detail)
		}
	}
	if n, err := office.count(ctx); err != nil || n != want {
		return took, fmt.Errorf("%d of %d records are there: %w", n, want, err)
	}
	return took, nil
}

// beside lets the queue library bring the same records: enqueued in batches, then
// taken by workers, each with a transaction that writes the row and takes the job
// away. It has as long as each measurement has, and its rate is what counts.
func beside(ctx context.Context, s settings, server *postgres, rates map[string]float64) error {
	q, err := openQueue(ctx, server)
	if err != nil {
		return fmt.Errorf("b6, the queue library: %w", err)
	}
	defer q.close()
	put, took := 0, time.Duration(0)
	for began := time.Now(); put < s.Records && time.Since(began) < s.Seconds; took = time.Since(began) {
		n := min(500, s.Records-put)
		if err := q.put(ctx, put, n); err != nil {
			return fmt.Errorf("b6, enqueuing: %w", err)
		}
		put += n
	}
	if err := q.settle(ctx); err != nil {
		return fmt.Errorf("b6: %w", err)
	}
	var done atomic.Int64 // or nearly: the library says so before the transaction ends
	work, stop := context.WithCancel(ctx)
	began := time.Now()
	ended := make(chan error, 1)
	go func() { ended <- q.work(work, &done) }()
	for done.Load() < int64(put) && time.Since(began) < s.Seconds && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	err = <-ended
	span := time.Since(began)
	if err != nil {
		return fmt.Errorf("b6, working: %w", err)
	}
	worked, left, err := q.count(ctx)
	if err != nil {
		return err
	}
	if worked+left != put || worked == 0 {
		return fmt.Errorf("b6: of %d jobs the queue library has %d left, and %d rows are there", put, left, worked)
	}
	rate := float64(worked) / span.Seconds()
	fmt.Printf("     %s on the same PostgreSQL, %d workers: enqueued in batches of 500 at %.0f/s, %d jobs done at %.0f/s; nothing signed, encrypted, chained or carried\n", queueName, queueWorkers, float64(put)/took.Seconds(), worked, rate)
	fmt.Printf("     ratio %.2f into PostgreSQL, %.2f into SQLite\n", rates["PostgreSQL"]/rate, rates["SQLite"]/rate)
	return ctx.Err()
}
