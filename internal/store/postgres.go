package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

func openPostgres(ctx context.Context, o Options) (*Store, error) {
	conf, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("reading the database address: %w", err)
	}
	db := stdlib.OpenDB(*conf)
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(8)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("reaching PostgreSQL at %s: %w", conf.Host, err)
	}
	return &Store{
		dialect: Postgres, readDB: db, writeDB: db, where: fmt.Sprintf("postgres %s/%s", conf.Host, conf.Database),
		writer: &writer{dialect: Postgres, db: db, begin: "BEGIN"},
	}, nil
}

func pgCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// IsUnique tells that a row that must be unique was there already.
func IsUnique(err error) bool { return sqliteUnique(err) || pgCode(err) == "23505" }

// IsFull tells that the disk is full, or refuses to be written.
func IsFull(err error) bool { return sqliteFull(err) || pgCode(err) == "53100" }

// NoRows tells that a QueryRow found nothing.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
