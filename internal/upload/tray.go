// Package upload keeps files that are still on their way (续传): what has come of
// each, so that a line that broke goes on where it stopped, after a restart and
// at another process of the zone too.
//
// A file that is whole waits for the form that it belongs to; then, or when
// nobody came back for it within Life, it is thrown away. Like a draft it is no
// event. Bytes and names are sealed: people's cards and passports are among
// them. Whoever isn't its owner is told that there is no such file.
package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"yitang/internal/fault"
	"yitang/internal/store"
)

const schema = `
CREATE TABLE IF NOT EXISTS upload_file (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  name BLOB NOT NULL,
  size INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  touched INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS upload_file_by_owner ON upload_file (owner);
CREATE INDEX IF NOT EXISTS upload_file_by_age ON upload_file (touched);
CREATE TABLE IF NOT EXISTS upload_part (
  id TEXT NOT NULL,
  start INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (id, start)
);`

const (
	// Life is for how long a file waits for more of it, or for its form.
	Life = 24 * time.Hour
	// Most is how many files one account may have on their way.
	Most = 20
	// part is what is kept at a time, in bytes: what a killed server loses of a line at most.
	part = 256 << 10
)

// File is one file on its way.
type File struct {
	ID    string
	Owner string // account, or a traveller's link
	Name  string
	Size  int64 // bytes, as announced
	Taken int64 // bytes that are kept: the next one has this offset
}

// Whole tells whether everything announced has come.
func (f File) Whole() bool { return f.Taken == f.Size }

// Sealer encrypts what is kept: keys.Ring.
type Sealer interface {
	Seal(context string, plaintext []byte) ([]byte, error)
	Open(context string, sealed []byte) ([]byte, error)
}

// Tray is the files on their way of one zone.
type Tray struct {
	store *store.Store
	seal  Sealer
	now   func() time.Time
	newID func() string
}

// New makes the tables where they are missing.
func New(ctx context.Context, s *store.Store, seal Sealer, now func() time.Time, newID func() string) (*Tray, error) {
	if err := s.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, schema) }); err != nil {
		return nil, fmt.Errorf("preparing uploads: %w", err)
	}
	return &Tray{store: s, seal: seal, now: now, newID: newID}, nil
}

func nameContext(id string) string                { return "upload/" + id + "/name" }
func partContext(id string, at int64) string      { return fmt.Sprintf("upload/%s/%d", id, at) }
func (t *Tray) failed(what string, e error) error { return fmt.Errorf("%s an upload: %w", what, e) }

// ErrMany reports an account that has Most files on their way.
var ErrMany = errors.New("too many files are on their way")

// Begin announces a file of size bytes, or gives ErrMany.
func (t *Tray) Begin(ctx context.Context, owner, name string, size int64) (File, error) {
	f := File{ID: t.newID(), Owner: owner, Name: name, Size: size}
	sealed, err := t.seal.Seal(nameContext(f.ID), []byte(name))
	if err != nil {
		return File{}, t.failed("sealing the name of", err)
	}
	many := false
	err = t.store.Write(ctx, func(tx store.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM upload_file WHERE owner = $1`, owner).Scan(&n); err != nil {
			return err
		}
		if many = n >= Most; many {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO upload_file (id, owner, name, size, taken, touched) VALUES ($1, $2, $3, $4, 0, $5)`, f.ID, owner, sealed, size, t.now().UnixMicro())
		return err
	})
	if err != nil {
		return File{}, t.failed("beginning", err)
	}
	if many {
		return File{}, ErrMany
	}
	return f, nil
}

// Find gives a file to its owner; to others, and when it isn't there, fault.NotFound.
func (t *Tray) Find(ctx context.Context, owner, id string) (File, error) {
	f := File{ID: id, Owner: owner}
	var name []byte
	err := t.store.QueryRow(ctx, `SELECT name, size, taken FROM upload_file WHERE id = $1 AND owner = $2`, id, owner).Scan(&name, &f.Size, &f.Taken)
	if store.NoRows(err) {
		return File{}, fault.NotFound("upload " + id)
	}
	if err != nil {
		return File{}, t.failed("reading", err)
	}
	plain, err := t.seal.Open(nameContext(id), name)
	if err != nil {
		return File{}, t.failed("opening the name of", err)
	}
	f.Name = string(plain)
	return f, nil
}

// Append keeps what src gives from offset on and tells how many bytes that was,
// also when src, or the keeping, breaks off in between. Of two that append at the
// same place one is told fault.NotFound: the file as it knew it is no more.
func (t *Tray) Append(ctx context.Context, f File, offset int64, src io.Reader) (int64, error) {
	var kept int64
	buf := make([]byte, part)
	for {
		n, broken := io.ReadFull(src, buf)
		if n > 0 {
			if err := t.keep(ctx, f, offset+kept, buf[:n]); err != nil {
				return kept, err
			}
			kept += int64(n)
		}
		if broken == io.EOF || broken == io.ErrUnexpectedEOF {
			return kept, nil
		}
		if broken != nil {
			return kept, broken
		}
	}
}

func (t *Tray) keep(ctx context.Context, f File, at int64, content []byte) error {
	sealed, err := t.seal.Seal(partContext(f.ID, at), content)
	if err != nil {
		return t.failed("sealing a part of", err)
	}
	there := false
	err = t.store.Write(ctx, func(tx store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE upload_file SET taken = $1, touched = $2 WHERE id = $3 AND owner = $4 AND taken = $5 AND size >= $1`,
			at+int64(len(content)), t.now().UnixMicro(), f.ID, f.Owner, at)
		if there = n == 1; err != nil || !there {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO upload_part (id, start, content) VALUES ($1, $2, $3)`, f.ID, at, sealed)
		return err
	})
	if err != nil {
		return t.failed("keeping a part of", err)
	}
	if !there {
		return fault.NotFound("upload " + f.ID)
	}
	return nil
}

// Content reads what has come of a file, part by part.
func (t *Tray) Content(ctx context.Context, f File) io.Reader {
	return &content{ctx: ctx, tray: t, file: f}
}

type content struct {
	ctx  context.Context
	tray *Tray
	file File
	at   int64
	rest []byte
}

func (c *content) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		if c.at == c.file.Taken {
			return 0, io.EOF
		}
		var sealed []byte
		err := c.tray.store.QueryRow(c.ctx, `SELECT content FROM upload_part WHERE id = $1 AND start = $2`, c.file.ID, c.at).Scan(&sealed)
		if err != nil {
			return 0, c.tray.failed("reading a part of", err)
		}
		if c.rest, err = c.tray.seal.Open(partContext(c.file.ID, c.at), sealed); err != nil {
			return 0, c.tray.failed("opening a part of", err)
		}
		c.at += int64(len(c.rest))
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// Remove throws a file away.
func (t *Tray) Remove(ctx context.Context, f File) error {
	return t.remove(ctx, `id = $1 AND owner = $2`, f.ID, f.Owner)
}

// ThrowAway removes what nobody has come back for within Life.
func (t *Tray) ThrowAway(ctx context.Context) error {
	return t.remove(ctx, `touched < $1`, t.now().Add(-Life).UnixMicro())
}

func (t *Tray) remove(ctx context.Context, which string, args ...any) error {
	err := t.store.Write(ctx, func(tx store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM upload_part WHERE id IN (SELECT id FROM upload_file WHERE `+which+`)`, args...); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM upload_file WHERE `+which, args...)
		return err
	})
	if err != nil {
		return t.failed("throwing away", err)
	}
	return nil
}
