package wechat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// What is kept for a while and is nobody's history: tokens, what a browser was
// sent away with, what was heard already. All processes of a zone share it;
// values are sealed.
const keptSchema = `
CREATE TABLE IF NOT EXISTS wechat_kept (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL,
  expires INTEGER NOT NULL,
  leased INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS wechat_kept_by_end ON wechat_kept (expires);
CREATE TABLE IF NOT EXISTS wechat_sent (
  receipt TEXT PRIMARY KEY,
  identity TEXT NOT NULL,
  template TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  says TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS wechat_sent_by_identity ON wechat_sent (identity, template, at);`

type shelf struct {
	store *store.Store
	seal  journal.Sealer
	now   func() time.Time
}

func (s *shelf) prepare(ctx context.Context) error {
	return s.store.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, keptSchema) })
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// put keeps a value for a while, in place of the one that was there.
func (s *shelf) put(ctx context.Context, name, value string, life time.Duration) error {
	sealed, err := s.seal.Seal("wechat/"+name, []byte(value))
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO wechat_kept (name, value, expires, leased) VALUES ($1, $2, $3, 0)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, expires = excluded.expires, leased = 0`, name, sealed, s.now().Add(life).UnixMicro())
		return err
	})
}

// first keeps a name for a while and tells whether nobody had it. What is over goes.
func (s *shelf) first(ctx context.Context, name string, life time.Duration) (bool, error) {
	var n int64
	err := s.store.Write(ctx, func(tx store.Tx) error {
		now := s.now()
		if _, err := tx.Exec(ctx, `DELETE FROM wechat_kept WHERE expires > 0 AND expires <= $1`, now.UnixMicro()); err != nil {
			return err
		}
		var err error
		n, err = tx.Exec(ctx, `INSERT INTO wechat_kept (name, value, expires, leased) VALUES ($1, $2, $3, 0) ON CONFLICT (name) DO NOTHING`, name, []byte{}, now.Add(life).UnixMicro())
		return err
	})
	return n == 1, err
}

// get gives what is kept and when that ends; "" for nothing, or nothing any more.
func (s *shelf) get(ctx context.Context, name string) (string, time.Time, error) {
	return s.read(ctx, s.store, name)
}

func (s *shelf) read(ctx context.Context, r store.Reader, name string) (string, time.Time, error) {
	var sealed []byte
	var expires int64
	err := r.QueryRow(ctx, `SELECT value, expires FROM wechat_kept WHERE name = $1`, name).Scan(&sealed, &expires)
	if store.NoRows(err) || err == nil && (len(sealed) == 0 || time.UnixMicro(expires).Before(s.now())) {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("reading what is kept for WeChat: %w", err)
	}
	value, err := s.seal.Open("wechat/"+name, sealed)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("opening what is kept for WeChat: %w", err)
	}
	return string(value), time.UnixMicro(expires), nil
}

// take gives what is kept, once.
func (s *shelf) take(ctx context.Context, name string) (string, error) {
	var value string
	err := s.store.Write(ctx, func(tx store.Tx) error {
		var err error
		if value, _, err = s.read(ctx, tx, name); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `DELETE FROM wechat_kept WHERE name = $1`, name)
		if n == 0 {
			value = "" // another process was quicker
		}
		return err
	})
	return value, err
}

// lease tells whether this caller may fetch a value anew until the lease ends:
// one at a time, of all processes.
func (s *shelf) lease(ctx context.Context, name string, life time.Duration) (bool, error) {
	var n int64
	err := s.store.Write(ctx, func(tx store.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO wechat_kept (name, value, expires, leased) VALUES ($1, $2, 0, 0) ON CONFLICT (name) DO NOTHING`, name, []byte{}); err != nil {
			return err
		}
		now := s.now()
		var err error
		n, err = tx.Exec(ctx, `UPDATE wechat_kept SET leased = $2 WHERE name = $1 AND leased < $3`, name, now.Add(life).UnixMicro(), now.UnixMicro())
		return err
	})
	return n == 1, err
}

func (s *shelf) release(ctx context.Context, name string) error {
	return s.store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE wechat_kept SET leased = 0 WHERE name = $1`, name)
		return err
	})
}

// Between two looks at whether the process that fetches has done so, and how
// long it is given: longer than one answer may take.
const (
	look      = 50 * time.Millisecond
	leaseLife = 2*patience + time.Second
)

// shared gives a value that all processes share, fetched by one of them when it
// is missing, near its end, or the one that just failed (stale).
func (s *shelf) shared(ctx context.Context, name, stale string, margin time.Duration, fetch func(context.Context) (string, time.Duration, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*leaseLife)
	defer cancel()
	good := func() (string, error) {
		value, ends, err := s.get(ctx, name)
		if err != nil || value == stale || s.now().Add(margin).After(ends) {
			return "", err
		}
		return value, nil
	}
	for {
		if value, err := good(); err != nil || value != "" {
			return value, err
		}
		mine, err := s.lease(ctx, name, leaseLife)
		if err != nil {
			return "", err
		}
		if mine {
			return s.renew(ctx, name, good, fetch)
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("waiting for another process to fetch what WeChat gives: %w", ctx.Err())
		case <-time.After(look):
		}
	}
}

func (s *shelf) renew(ctx context.Context, name string, good func() (string, error), fetch func(context.Context) (string, time.Duration, error)) (value string, err error) {
	kept := false
	defer func() {
		if !kept { // the next one may try at once
			if failed := s.release(context.WithoutCancel(ctx), name); err == nil {
				err = failed
			}
		}
	}()
	if value, err = good(); err != nil || value != "" { // somebody was quicker between the look and the lease
		return value, err
	}
	value, life, err := fetch(ctx)
	if err != nil {
		return "", err
	}
	if err = s.put(ctx, name, value, life); err != nil {
		return "", err
	}
	kept = true
	return value, nil
}
