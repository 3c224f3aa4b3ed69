package filing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/sheet"
	"yitang/internal/store"
)

const importSchema = `
CREATE TABLE IF NOT EXISTS import_draft (
  id TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  form TEXT NOT NULL,
  filing TEXT NOT NULL,
  doc BLOB NOT NULL,
  file BLOB NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS import_draft_by_unit ON import_draft (unit, updated_at, id);`

// Import is a spreadsheet that somebody is looking over (导入): nothing of it
// has gone anywhere until it is taken. Like a draft it is no event.
type Import struct {
	ID      string
	Unit    string
	Form    sheet.Form
	Filing  string // case that it fills; "" for the register and the plan
	Updated time.Time
	ImportDoc
	File []byte // as it was sent; "" in lists
}

// ImportDoc is what is kept sealed beside the file.
type ImportDoc struct {
	Name   string       `json:"name"`             // of the file; "" for what was pasted
	Pasted bool         `json:"pasted,omitempty"` // File is text that was pasted
	Choice sheet.Choice `json:"choice,omitzero"`
	Taken  *Taken       `json:"taken,omitempty"`
}

// Taken is what became of the rows that went in.
type Taken struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	New     int       `json:"new"`
	Changed int       `json:"changed"`
	Joined  int       `json:"joined"` // put into the case
}

// ImportDays is for how long a file waits to be taken; it holds people's
// data, and what nobody finishes is thrown away.
const ImportDays = 30

// Imports keeps the files, sealed.
type Imports struct {
	journal *journal.Journal
	sealer  journal.Sealer
}

// NewImports makes the table where it is missing.
func NewImports(ctx context.Context, j *journal.Journal, s journal.Sealer) (*Imports, error) {
	err := j.Store.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, importSchema) })
	if err != nil {
		return nil, fmt.Errorf("preparing imports: %w", err)
	}
	return &Imports{journal: j, sealer: s}, nil
}

func importContext(id string) string { return "import/" + id }

func (im *Imports) seal(i Import) ([]byte, error) {
	b, err := json.Marshal(i.ImportDoc)
	if err != nil {
		return nil, err
	}
	return im.sealer.Seal(importContext(i.ID), b)
}

// ThrowAway removes the files that nobody has touched for ImportDays.
func (im *Imports) ThrowAway(ctx context.Context) error {
	err := im.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM import_draft WHERE updated_at < $1`, im.journal.Now().AddDate(0, 0, -ImportDays).UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("throwing away lists that nobody took: %w", err)
	}
	return nil
}

// Begin keeps a file. The same id again changes nothing: a double click keeps one.
func (im *Imports) Begin(ctx context.Context, i Import) error {
	doc, err := im.seal(i)
	var file []byte
	if err == nil {
		file, err = im.sealer.Seal(importContext(i.ID)+"/file", i.File)
	}
	if err != nil {
		return fmt.Errorf("sealing import %s: %w", i.ID, err)
	}
	now := im.journal.Now()
	err = im.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO import_draft (id, unit, form, filing, doc, file, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
			i.ID, i.Unit, string(i.Form), i.Filing, doc, file, now.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping import %s: %w", i.ID, err)
	}
	return nil
}

// Load gives a file; one that isn't there is a fault.NotFound.
func (im *Imports) Load(ctx context.Context, id string) (Import, error) {
	i := Import{ID: id}
	var form string
	var doc, file []byte
	var updated int64
	err := im.journal.Store.QueryRow(ctx, `SELECT unit, form, filing, doc, file, updated_at FROM import_draft WHERE id = $1`, id).Scan(&i.Unit, &form, &i.Filing, &doc, &file, &updated)
	if store.NoRows(err) {
		return Import{}, fault.NotFound("import " + id)
	}
	if err != nil {
		return Import{}, fmt.Errorf("reading import %s: %w", id, err)
	}
	i.Form, i.Updated = sheet.Form(form), time.UnixMicro(updated).UTC()
	if i.File, err = im.sealer.Open(importContext(id)+"/file", file); err != nil {
		return Import{}, fmt.Errorf("opening the file of import %s: %w", id, err)
	}
	return i, im.open(&i, doc)
}

func (im *Imports) open(i *Import, doc []byte) error {
	plain, err := im.sealer.Open(importContext(i.ID), doc)
	if err == nil {
		err = json.Unmarshal(plain, &i.ImportDoc)
	}
	if err != nil {
		return fmt.Errorf("opening import %s: %w", i.ID, err)
	}
	return nil
}

// Change writes what somebody decided about a file, or what became of it.
func (im *Imports) Change(ctx context.Context, id string, f func(*ImportDoc)) error {
	return im.journal.Store.Write(ctx, func(tx store.Tx) error {
		i := Import{ID: id}
		var doc []byte
		err := tx.QueryRow(ctx, `SELECT doc FROM import_draft WHERE id = $1`, id).Scan(&doc)
		if store.NoRows(err) {
			return fault.NotFound("import " + id)
		}
		if err == nil {
			err = im.open(&i, doc)
		}
		if err != nil {
			return err
		}
		f(&i.ImportDoc)
		if doc, err = im.seal(i); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE import_draft SET doc = $2, updated_at = $3 WHERE id = $1`, id, doc, im.journal.Now().UnixMicro())
		return err
	})
}

// Discard throws a file away. One that is gone already is no error.
func (im *Imports) Discard(ctx context.Context, id string) error {
	return im.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM import_draft WHERE id = $1`, id)
		return err
	})
}

// Find gives the unit of an import; "" when there is none.
func (im *Imports) Find(ctx context.Context, id string) (string, error) {
	var u string
	err := im.journal.Store.QueryRow(ctx, `SELECT unit FROM import_draft WHERE id = $1`, id).Scan(&u)
	if store.NoRows(err) {
		return "", nil
	}
	return u, err
}

// List gives a unit's files, the latest first, without their content.
func (im *Imports) List(ctx context.Context, unit string) ([]Import, error) {
	rows, err := im.journal.Store.Query(ctx, `SELECT id, form, filing, doc, updated_at FROM import_draft WHERE unit = $1 ORDER BY updated_at DESC, id DESC LIMIT 50`, unit)
	if err != nil {
		return nil, fmt.Errorf("listing imports: %w", err)
	}
	defer rows.Close()
	var out []Import
	for rows.Next() {
		i := Import{Unit: unit}
		var form string
		var doc []byte
		var updated int64
		if err := rows.Scan(&i.ID, &form, &i.Filing, &doc, &updated); err != nil {
			return nil, err
		}
		i.Form, i.Updated = sheet.Form(form), time.UnixMicro(updated).UTC()
		if err := im.open(&i, doc); err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, rows.Err()
}
