package store

// All that is modernc's stands in this file, so that it stays exchangeable.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

func openSQLite(ctx context.Context, o Options) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	pragmas, flush := url.Values{}, "synchronous(full)"
	if o.Unflushed {
		flush = "synchronous(off)"
	}
	for _, p := range []string{"busy_timeout(10000)", "journal_mode(wal)", flush, "foreign_keys(1)", "cache_size(-16000)", "temp_store(memory)"} {
		pragmas.Add("_pragma", p)
	}
	if o.MaxPages > 0 {
		pragmas.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.MaxPages))
	}
	write, err := sql.Open("sqlite", address(o.Path, pragmas))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", o.Path, err)
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		write.Close()
		return nil, fmt.Errorf("opening %s: %w", o.Path, explain(err))
	}
	pragmas = url.Values{"_pragma": {"busy_timeout(10000)", "query_only(1)", "cache_size(-8000)", "temp_store(memory)"}}
	read, err := sql.Open("sqlite", address(o.Path, pragmas))
	if err != nil {
		write.Close()
		return nil, fmt.Errorf("opening %s for reading: %w", o.Path, err)
	}
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	return &Store{
		dialect: SQLite, readDB: read, writeDB: write, where: o.Path,
		writer: &writer{dialect: SQLite, db: write, begin: "BEGIN IMMEDIATE"},
	}, nil
}

// address names a database file as SQLite reads it: an address, in which these
// characters of a folder's name would end the name, and the file lie elsewhere.
func address(path string, pragmas url.Values) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) + "?" + pragmas.Encode()
}

func sqliteCode(err error) (int, bool) {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code(), true
	}
	return 0, false
}

func sqliteUnique(err error) bool {
	code, ok := sqliteCode(err)
	return ok && (code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

func sqliteFull(err error) bool {
	code, ok := sqliteCode(err)
	return ok && saysFull(code)
}

// saysFull knows the words that a full disk, or a used-up share of one, is told
// by. Other trouble with the disk isn't cured by space, and is not told so.
func saysFull(code int) bool {
	switch code {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE:
		return true
	}
	return code&0xff == sqlite3.SQLITE_FULL
}

func sqliteReadOnly(err error) bool {
	code, ok := sqliteCode(err)
	return ok && (code&0xff == sqlite3.SQLITE_READONLY || code&0xff == sqlite3.SQLITE_CANTOPEN)
}
