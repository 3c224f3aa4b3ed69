package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/uuid/v5"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Options are what a journal is opened with. Clock and Chance come from
// outside, so that a simulator can replay: what is written depends on nothing
// else. How long a parked event waits for its next try is the machine's own time.
type Options struct {
	Store       *store.Store
	Zone        zone.Zone
	Registry    *Registry
	Projections []Projection
	Sealer      Sealer
	Book        *calendar.Book
	Clock       func() time.Time
	Chance      io.Reader
	// Durable is called before each commit: blobs that events name must be
	// safe before the events are.
	Durable func() error
	// Shared tells that another node may write to the same database: then each
	// command asks the store what is newer than the state in memory, and positions
	// stay dense. No more is promised: reactions and chores take no leases, what
	// another node commits wakes none of this one's readers, and files lie in the
	// folder of one node.
	Shared bool
}

// Journal is one node's memory. Create it with Open; it is safe for use by
// many goroutines.
type Journal struct {
	Store *store.Store
	Zone  zone.Zone

	registry    *Registry
	projections []Projection
	sealer      Sealer
	book        atomic.Pointer[calendar.Book]
	clock       func() time.Time
	chance      io.Reader
	durable     func() error
	alone       bool

	jobs   chan *job
	ended  chan struct{} // closed when the writer goroutine is gone
	cancel context.CancelFunc

	ids  *uuid.Gen // used by the writer goroutine alone
	seen *recent   // likewise

	newest newest

	reached sync.Map // of each reaction that runs here, by name, the Position up to which all is finished

	mu    sync.Mutex // guards what follows
	news  chan struct{}
	head  Position
	chain [32]byte
}

const schema = `
CREATE TABLE IF NOT EXISTS journal_event (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_position INTEGER NOT NULL,
  subject_kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  kind_version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  cause TEXT NOT NULL,
  fields BLOB NOT NULL,
  digest BLOB NOT NULL,
  chain BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS journal_event_by_subject ON journal_event (subject_kind, subject, version);
CREATE UNIQUE INDEX IF NOT EXISTS journal_event_by_origin ON journal_event (origin, origin_position);
CREATE TABLE IF NOT EXISTS journal_head (
  one INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  chain BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_answer (
  key TEXT PRIMARY KEY,
  subject_kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_answer_of_people ON journal_answer (at) WHERE substr(key, 1, 1) <> '|';
CREATE TABLE IF NOT EXISTS journal_cursor (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_parked (
  reaction TEXT NOT NULL,
  position INTEGER NOT NULL,
  subject_kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  error TEXT NOT NULL,
  tries INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (reaction, position)
);`

// Open makes the tables that are missing, rebuilds projections whose number
// was raised, and starts the writer.
func Open(ctx context.Context, o Options) (*Journal, error) {
	j := &Journal{
		Store: o.Store, Zone: o.Zone, registry: o.Registry, projections: o.Projections, sealer: o.Sealer,
		clock: o.Clock, chance: o.Chance, durable: o.Durable, alone: !o.Shared,
		jobs: make(chan *job, 4096), ended: make(chan struct{}), news: make(chan struct{}),
		ids: uuid.NewGenWithOptions(uuid.WithRandomReader(o.Chance), uuid.WithEpochFunc(o.Clock)), seen: newRecent(20_000),
	}
	j.Follow(o.Book)
	err := o.Store.Write(ctx, func(tx store.Tx) error {
		if err := tx.Define(ctx, schema); err != nil {
			return err
		}
		if err := tx.Define(ctx, projectionSchema); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO journal_head (one, position, chain) VALUES (1, 0, $1) ON CONFLICT (one) DO NOTHING`, make([]byte, 32))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the journal: %w", err)
	}
	if err := j.prepareProjections(ctx); err != nil {
		return nil, err
	}
	var chain []byte
	if err := o.Store.QueryRow(ctx, `SELECT position, chain FROM journal_head WHERE one = 1`).Scan(&j.head, &chain); err != nil {
		return nil, fmt.Errorf("reading the journal's head: %w", err)
	}
	copy(j.chain[:], chain)
	run, cancel := context.WithCancel(context.Background())
	j.cancel = cancel
	go j.write(run)
	return j, nil
}

// Close ends the writer after the batch that it is at. What still waits is
// answered with ErrClosed, and nothing of it was written. It doesn't close the store.
func (j *Journal) Close() {
	j.cancel()
	<-j.ended
}

// Registry is the list of kinds.
func (j *Journal) Registry() *Registry { return j.registry }

// Book is the office's calendar.
func (j *Journal) Book() *calendar.Book { return j.book.Load() }

// Follow gives it another calendar, when other holidays are announced.
func (j *Journal) Follow(b *calendar.Book) { j.book.Store(b) }

// Now is the node's clock, in UTC.
func (j *Journal) Now() time.Time { return j.clock().UTC() }

// Today is the day in the office's calendar.
func (j *Journal) Today() calendar.Date { return calendar.DateOf(j.clock()) }

// Head is the last committed position and the chain there.
func (j *Journal) Head() (Position, [32]byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.head, j.chain
}

// News is closed at the next commit. Take it before reading, so that nothing
// is missed between reading and waiting.
func (j *Journal) News() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.news
}

// NewID gives an id outside a command: for drafts and uploads.
func (j *Journal) NewID() string {
	id, err := uuid.NewGenWithOptions(uuid.WithRandomReader(j.chance), uuid.WithEpochFunc(j.clock)).NewV7()
	if err != nil {
		panic(fmt.Sprintf("drawing an id: %v", err)) // the machine has no randomness: nothing may go on
	}
	return id.String()
}

type job struct {
	ctx  context.Context
	do   func(*writing) error
	err  error
	done chan struct{}
}

// ErrClosed answers commands after Close.
var ErrClosed = errors.New("the journal is closed")

func (j *Journal) submit(ctx context.Context, do func(*writing) error) error {
	jb := &job{ctx: ctx, do: do, done: make(chan struct{})}
	select {
	case j.jobs <- jb:
	case <-j.ended:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-jb.done:
		return jb.err
	case <-j.ended:
		select {
		case <-jb.done:
			return jb.err
		default:
			return ErrClosed
		}
	}
}

// batchSize bounds how many commands share one flush.
const batchSize = 256

// write is the one goroutine that writes. Commands that wait while a flush is
// running share the next one.
func (j *Journal) write(ctx context.Context) {
	defer close(j.ended)
	for {
		var batch []*job
		select {
		case first := <-j.jobs:
			batch = append(batch, first)
		case <-ctx.Done():
			return
		}
	more:
		for len(batch) < batchSize {
			select {
			case next := <-j.jobs:
				batch = append(batch, next)
			default:
				break more
			}
		}
		j.commit(batch)
	}
}

// commit runs a batch in one transaction. Dying anywhere before COMMIT leaves
// nothing of the batch, and nobody was told otherwise.
func (j *Journal) commit(batch []*job) {
	ctx := context.Background()
	w := &writing{j: j, now: j.clock().UTC().Truncate(time.Microsecond)}
	err := j.Store.Write(ctx, func(tx store.Tx) error {
		w.tx = tx
		if err := w.begin(ctx); err != nil {
			return err
		}
		for _, jb := range batch {
			jb.err = w.one(ctx, jb)
		}
		if err := w.end(ctx); err != nil {
			return err
		}
		if j.durable != nil {
			if err := j.durable(); err != nil {
				return fmt.Errorf("making blobs durable: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		for _, jb := range batch {
			if jb.err == nil {
				jb.err = err
			}
		}
		j.seen.clear()
	} else if w.head != w.headBefore {
		j.mu.Lock()
		j.head, j.chain = w.head, w.chain
		close(j.news)
		j.news = make(chan struct{})
		j.mu.Unlock()
	}
	for _, jb := range batch {
		close(jb.done)
	}
}

// writing is one transaction of the writer.
type writing struct {
	j          *Journal
	tx         store.Tx
	now        time.Time
	head       Position
	headBefore Position
	chain      [32]byte
	life       Position // see BeginLife
	fresh      []Ref    // cache entries made by the command at hand
}

func (w *writing) begin(ctx context.Context) error {
	q := `SELECT position, chain, COALESCE((SELECT position FROM journal_cursor WHERE name = '` + lifeCursor + `'), 0) FROM journal_head WHERE one = 1`
	if w.tx.Dialect() == store.Postgres {
		q += ` FOR UPDATE` // other nodes of this zone wait here, so positions stay dense
	}
	var chain []byte
	if err := w.tx.QueryRow(ctx, q).Scan(&w.head, &chain, &w.life); err != nil {
		return fmt.Errorf("reading the journal's head: %w", err)
	}
	w.headBefore = w.head
	copy(w.chain[:], chain)
	return nil
}

func (w *writing) end(ctx context.Context) error {
	if w.head == w.headBefore {
		return nil
	}
	_, err := w.tx.Exec(ctx, `UPDATE journal_head SET position = $1, chain = $2 WHERE one = 1`, int64(w.head), w.chain[:])
	return err
}

// one runs a single command so that it succeeds or fails alone.
func (w *writing) one(ctx context.Context, jb *job) error {
	if err := jb.ctx.Err(); err != nil {
		return err // who asked is gone and was told nothing
	}
	head, chain, life := w.head, w.chain, w.life
	w.fresh = w.fresh[:0]
	err := w.tx.Attempt(ctx, func() (err error) {
		defer func() {
			// A defect in one room must not take the writer, and with it the whole zone, down.
			if r := recover(); r != nil {
				err = fault.Defect("deciding", r)
			}
		}()
		return jb.do(w)
	})
	if err != nil {
		w.head, w.chain, w.life = head, chain, life
		for _, ref := range w.fresh {
			w.j.seen.drop(ref)
		}
	}
	return err
}

func (w *writing) moment(a Actor) Moment {
	return Moment{Now: w.now, Today: calendar.DateOf(w.now), Book: w.j.Book(), Zone: w.j.Zone, Actor: a, Fresh: w.newID}
}

func (w *writing) newID() string {
	id, err := w.j.ids.NewV7AtTime(w.now)
	if err != nil {
		panic(fmt.Sprintf("drawing an id: %v", err))
	}
	return id.String()
}

// append writes one event of this zone and projects it.
func (w *writing) append(ctx context.Context, e Event) (Event, error) {
	k, err := w.j.registry.of(e.Body)
	if err != nil {
		return e, err
	}
	if !k.Home.Has(w.j.Zone) {
		return e, fmt.Errorf("%s may not be written in the %s zone", k.Name, w.j.Zone)
	}
	if from, begun, err := w.begunIn(ctx, k, e); err != nil {
		return e, err
	} else if begun && from != w.j.Zone {
		return e, fmt.Errorf("%s began in the %s zone: %s may not be written in the %s zone", e.Subject, from, k.Name, w.j.Zone)
	}
	e.ID, e.Origin, e.From = w.newID(), w.j.Zone, w.life+w.head+1
	if err := e.commit(k, w.j.chance); err != nil {
		return e, err
	}
	if e.digest, err = e.computeDigest(); err != nil {
		return e, err
	}
	return w.keep(ctx, k, e)
}

// begunIn tells in which zone a subject began, for a later event of a kind that
// several zones may write: only that zone goes on with it, or two would write the
// same version and neither take the other's. Kinds with one home, and those that
// never leave theirs, can't meet so.
func (w *writing) begunIn(ctx context.Context, k Kind, e Event) (zone.Zone, bool, error) {
	if e.Version < 2 || k.Own || k.Home.One() {
		return "", false, nil
	}
	var from zone.Zone
	err := w.tx.QueryRow(ctx, `SELECT origin FROM journal_event WHERE subject_kind = $1 AND subject = $2 AND version = 1`, e.Subject.Kind, e.Subject.ID).Scan(&from)
	if store.NoRows(err) {
		return "", false, nil
	}
	return from, err == nil, err
}

const insertEvent = `INSERT INTO journal_event
(position, id, origin, origin_position, subject_kind, subject, version, kind, kind_version, at, actor, cause, fields, digest, chain)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

func (w *writing) keep(ctx context.Context, k Kind, e Event) (Event, error) {
	e.Position = w.head + 1
	e.chain = nextChain(w.chain, e.digest)
	fields, err := e.atRest(k, w.j.sealer)
	if err != nil {
		return e, err
	}
	_, err = w.tx.Exec(ctx, insertEvent, int64(e.Position), e.ID, string(e.Origin), int64(e.From), e.Subject.Kind, e.Subject.ID, int64(e.Version),
		e.Kind, e.kindVersion, e.At.UnixMicro(), e.Actor.String(), e.Cause, fields, e.digest[:], e.chain[:])
	if err != nil {
		return e, fmt.Errorf("appending %s to %s: %w", e.Kind, e.Subject, err)
	}
	w.head, w.chain = e.Position, e.chain
	return e, project(ctx, w.tx, w.j.projections, e)
}

// answered gives the first answer to a key, if there was one. Keys belong to who used them.
func (w *writing) answered(ctx context.Context, a Actor, key string) (Answer, bool, error) {
	var ans Answer
	err := w.tx.QueryRow(ctx, `SELECT subject_kind, subject, version, position FROM journal_answer WHERE key = $1`, a.Account+"|"+key).
		Scan(&ans.Subject.Kind, &ans.Subject.ID, &ans.Version, &ans.Position)
	if errors.Is(err, sql.ErrNoRows) {
		return Answer{}, false, nil
	}
	ans.Repeated = true
	return ans, err == nil, err
}

// answersKept is for how long a form that is sent again, by Back or by a
// machine that slept, finds its first answer.
const answersKept = 90 * 24 * time.Hour

// ForgetAnswers drops the answers to forms that nobody can have open any more.
// Answers to what followed by rule stay: a reaction that reads the journal anew
// must find that it has done its work, however long ago.
func (j *Journal) ForgetAnswers(ctx context.Context) error {
	const some = 1000 // the writer isn't held up for long
	for gone := int64(some); gone == some; {
		err := j.submit(ctx, func(w *writing) error {
			var err error
			gone, err = w.tx.Exec(ctx, `DELETE FROM journal_answer WHERE key IN (SELECT key FROM journal_answer WHERE substr(key, 1, 1) <> '|' AND at < $1 ORDER BY at LIMIT $2)`,
				w.now.Add(-answersKept).UnixMicro(), some)
			return err
		})
		if err != nil {
			return fmt.Errorf("forgetting old answers: %w", err)
		}
	}
	return nil
}

func (w *writing) answer(ctx context.Context, a Actor, key string, ans Answer) error {
	_, err := w.tx.Exec(ctx, `INSERT INTO journal_answer (key, subject_kind, subject, version, position, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.Account+"|"+key, ans.Subject.Kind, ans.Subject.ID, int64(ans.Version), int64(ans.Position), w.now.UnixMicro())
	return err
}
