// Package store is the node's database behind one small interface: SQLite
// inside the binary (the default), or PostgreSQL for a zone on several servers.
//
// Rooms write one SQL text for both: $1 placeholders, types INTEGER, TEXT and
// BLOB, ON CONFLICT instead of dialect words. The store rewrites the few words
// of DDL that differ. It decides nothing and knows no table of the story.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Dialect says which database answers. Beside store only the journal asks, to
// lock its head where several nodes of a zone write.
type Dialect string

const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Reader runs queries. Reads outside a write see the last committed state.
type Reader interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
	Dialect() Dialect
}

// Tx is a write transaction. It is used by one goroutine at a time.
type Tx interface {
	Reader
	// Exec runs a statement and tells how many rows it touched.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Define runs DDL: several statements parted by semicolons, rewritten to the dialect.
	Define(ctx context.Context, ddl string) error
	// Attempt runs f so that its writes vanish when it fails, and the
	// transaction stays usable.
	Attempt(ctx context.Context, f func() error) error
}

// Store is one zone's database. Close it to end it cleanly.
type Store struct {
	dialect Dialect
	readDB  *sql.DB
	writeDB *sql.DB
	stmts   sync.Map // query text → *sql.Stmt on readDB
	writing sync.Mutex
	writer  *writer
	where   string
}

// Options tell where the database is. Exactly one of Path and URL is set.
type Options struct {
	Path string // SQLite file
	URL  string // postgres://…
	// MaxPages limits a SQLite file's size, so that tests meet a full disk.
	MaxPages int
	// Unflushed leaves it to the system when a SQLite file reaches the disk. A
	// crash may ruin the file, so it is only for one that is made at one go and
	// flushed before anybody relies on it.
	Unflushed bool
}

// Open opens or creates the database.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.URL != "" {
		return openPostgres(ctx, o)
	}
	return openSQLite(ctx, o)
}

// Dialect tells which database this is.
func (s *Store) Dialect() Dialect { return s.dialect }

// Where names the database for doctor and status, without a password.
func (s *Store) Where() string { return s.where }

// Query reads; the statement is prepared once and kept.
func (s *Store) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// QueryRow reads one row.
func (s *Store) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return s.readDB.QueryRowContext(ctx, query, args...) // carries the same error to Scan
	}
	return st.QueryRowContext(ctx, args...)
}

func (s *Store) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := s.stmts.Load(query); ok {
		return st.(*sql.Stmt), nil
	}
	st, err := s.readDB.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", firstLine(query), err)
	}
	if kept, had := s.stmts.LoadOrStore(query, st); had {
		st.Close()
		return kept.(*sql.Stmt), nil
	}
	return st, nil
}

// Forget drops kept statements; called after tables were dropped.
func (s *Store) Forget() {
	s.stmts.Range(func(k, v any) bool {
		s.stmts.Delete(k)
		v.(*sql.Stmt).Close()
		return true
	})
}

// Write runs f in one transaction, made durable before Write returns. Writes
// of one Store follow each other. When f fails nothing is kept.
func (s *Store) Write(ctx context.Context, f func(Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.writer.transact(ctx, f)
}

// Close waits for the running write and closes the database.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.Forget()
	err := s.writer.close()
	return errors.Join(err, s.readDB.Close(), closeIfOther(s.writeDB, s.readDB))
}

func closeIfOther(a, b *sql.DB) error {
	if a == nil || a == b {
		return nil
	}
	return a.Close()
}

// writer is the one connection that writes; Store.writing guards it.
type writer struct {
	dialect Dialect
	db      *sql.DB
	conn    *sql.Conn
	begin   string
	stmts   map[string]*sql.Stmt
	depth   int
	// broken is why the connection must be made anew before the next write. In a
	// transaction nothing more may happen then: SQLite gives up the whole of it by
	// itself on a full disk, and what came after would be a transaction of its own,
	// kept without what stood before it.
	broken error
}

func (w *writer) ready(ctx context.Context) error {
	if w.conn != nil && w.broken == nil {
		return nil
	}
	if err := w.close(); err != nil {
		return fmt.Errorf("leaving a broken connection: %w", err)
	}
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting to the database: %w", err)
	}
	w.conn, w.stmts, w.broken = conn, map[string]*sql.Stmt{}, nil
	return nil
}

func (w *writer) close() error {
	for _, st := range w.stmts {
		st.Close()
	}
	w.stmts = nil
	if w.conn == nil {
		return nil
	}
	conn := w.conn
	w.conn = nil
	if w.broken != nil {
		// Closing gives a connection back to the pool, with whatever transaction
		// is open on it; this word makes the pool throw it away.
		err := conn.Raw(func(any) error { return driver.ErrBadConn })
		if errors.Is(err, driver.ErrBadConn) {
			return nil
		}
		return err
	}
	return conn.Close()
}

func (w *writer) transact(ctx context.Context, f func(Tx) error) error {
	// A request that goes away must not tear the writer's connection.
	ctx = context.WithoutCancel(ctx)
	if err := w.ready(ctx); err != nil {
		return err
	}
	if _, err := w.conn.ExecContext(ctx, w.begin); err != nil {
		w.broken = fmt.Errorf("beginning a write: %w", explain(err))
		return w.broken
	}
	// Whatever happens in f, a panic too, no transaction stays open: the next
	// write couldn't begin, and nothing would be written until a restart.
	committed := false
	defer func() {
		if !committed {
			w.rollback(ctx)
		}
	}()
	if err := f(w); err != nil {
		return err
	}
	if w.broken != nil { // whatever f made of that
		return w.broken
	}
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", explain(err))
	}
	committed = true
	return nil
}

func (w *writer) rollback(ctx context.Context) {
	if _, err := w.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		w.broken = cmp.Or(w.broken, err) // e.g. SQLite rolled back by itself on a full disk
	}
}

func (w *writer) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := w.stmts[query]; ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", firstLine(query), explain(err))
	}
	w.stmts[query] = st
	return st, nil
}

func (w *writer) Dialect() Dialect { return w.dialect }

func (w *writer) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if w.broken != nil {
		return 0, w.broken
	}
	st, err := w.prepared(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", firstLine(query), explain(err))
	}
	return res.RowsAffected()
}

func (w *writer) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := w.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (w *writer) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := w.prepared(ctx, query)
	if err != nil {
		return w.conn.QueryRowContext(ctx, query, args...)
	}
	return st.QueryRowContext(ctx, args...)
}

func (w *writer) Define(ctx context.Context, ddl string) error {
	if w.broken != nil {
		return w.broken
	}
	for _, one := range strings.Split(ddl, ";") {
		if strings.TrimSpace(stripComments(one)) == "" {
			continue
		}
		if _, err := w.conn.ExecContext(ctx, w.dialect.rewrite(one)); err != nil {
			return fmt.Errorf("%s: %w", firstLine(stripComments(one)), explain(err))
		}
	}
	// Kept statements may name columns that are gone.
	for q, st := range w.stmts {
		st.Close()
		delete(w.stmts, q)
	}
	return nil
}

func (w *writer) Attempt(ctx context.Context, f func() error) error {
	if w.broken != nil {
		return w.broken
	}
	w.depth++
	name := fmt.Sprintf("a%d", w.depth)
	defer func() { w.depth-- }()
	if _, err := w.conn.ExecContext(ctx, "SAVEPOINT "+name); err != nil {
		return fmt.Errorf("setting a savepoint: %w", explain(err))
	}
	failed := f()
	if w.broken != nil {
		return cmp.Or(failed, w.broken)
	}
	if failed != nil {
		if _, err := w.conn.ExecContext(ctx, "ROLLBACK TO "+name); err != nil {
			w.broken = failed
			return errors.Join(failed, fmt.Errorf("rolling back: %w", err))
		}
	}
	if _, err := w.conn.ExecContext(ctx, "RELEASE "+name); err != nil {
		w.broken = cmp.Or(failed, explain(err))
		return errors.Join(failed, err)
	}
	return failed
}

var ddlWords = regexp.MustCompile(`\b(INTEGER|BLOB|TEXT|WITHOUT ROWID|STRICT)\b`)

// rewrite turns the common DDL into the dialect's: PostgreSQL's INTEGER has 32
// bits, and its TEXT sorts by locale unless told otherwise.
func (d Dialect) rewrite(ddl string) string {
	if d != Postgres {
		return ddl
	}
	return ddlWords.ReplaceAllStringFunc(ddl, func(w string) string {
		switch w {
		case "INTEGER":
			return "BIGINT"
		case "BLOB":
			return "BYTEA"
		case "TEXT":
			return `TEXT COLLATE "C"`
		}
		return ""
	})
}

func stripComments(s string) string {
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		if !strings.HasPrefix(strings.TrimSpace(l), "--") {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}

func firstLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '\n'); i > 0 {
		return s[:i] + " …"
	}
	return s
}
