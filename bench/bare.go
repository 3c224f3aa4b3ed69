package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	_ "modernc.org/sqlite" // the baseline is the same database without the product around it
)

// bare opens the baseline's database: modernc's SQLite, WAL, flushed at each
// commit, one connection. It has no audit, no encryption and no group commit.
func bare(ctx context.Context, dir, schema string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "bare.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("preparing the baseline: %w", err)
	}
	return db, nil
}
