package filing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
)

const draftSchema = `
CREATE TABLE IF NOT EXISTS draft (
  id TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  title TEXT NOT NULL,
  depart TEXT NOT NULL,
  return_ TEXT NOT NULL,
  members INTEGER NOT NULL,
  doc BLOB NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS draft_by_unit ON draft (unit, updated_at, id);
CREATE TABLE IF NOT EXISTS draft_gone (
  id TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  title TEXT NOT NULL,
  depart TEXT NOT NULL,
  return_ TEXT NOT NULL,
  members INTEGER NOT NULL,
  doc BLOB NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  called TEXT NOT NULL,
  gone_at INTEGER NOT NULL,
  gone_by TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS draft_gone_by_unit ON draft_gone (unit, gone_at, id);
CREATE INDEX IF NOT EXISTS draft_gone_by_day ON draft_gone (gone_at);`

// Draft is a draft as stored.
type Draft struct {
	ID       string
	Unit     string
	Revision int64
	Created  time.Time
	Updated  time.Time
	By       string // account
	Stage    Stage  // of the application that it belongs to
	Paper    Paper
}

// Drafts keeps drafts: sealed, each with its revision. They are no events,
// because nobody's half sentences are history.
type Drafts struct {
	journal *journal.Journal
	sealer  journal.Sealer
}

// NewDrafts makes the table where it is missing.
func NewDrafts(ctx context.Context, j *journal.Journal, s journal.Sealer) (*Drafts, error) {
	err := j.Store.Write(ctx, func(tx store.Tx) error { return tx.Define(ctx, draftSchema) })
	if err != nil {
		return nil, fmt.Errorf("preparing drafts: %w", err)
	}
	return &Drafts{journal: j, sealer: s}, nil
}

func sealContext(id string) string { return "draft/" + id }

// Begin makes a draft. The same id again gives the draft that is there: a
// double click begins one. One of another unit isn't there for whoever asks.
func (d *Drafts) Begin(ctx context.Context, id, unit string, p Paper) (Draft, error) {
	doc, err := d.seal(id, p)
	if err != nil {
		return Draft{}, err
	}
	now, by := d.journal.Now(), journal.ActorOf(ctx).Account
	err = d.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO draft (`+draftColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8, $9) ON CONFLICT (id) DO NOTHING`,
			id, unit, p.Case.Trip.Title, p.Case.Trip.Depart.String(), p.comesHome().String(), len(p.People), doc, now.UnixMicro(), by)
		return err
	})
	if err != nil {
		return Draft{}, fmt.Errorf("beginning a draft: %w", err)
	}
	there, err := d.Load(ctx, id)
	if err == nil && there.Unit != unit {
		return Draft{}, fault.NotFound("draft " + id)
	}
	return there, err
}

func (d *Drafts) seal(id string, p Paper) ([]byte, error) {
	if p.Case.Trip.Secret || p.Correction != nil && p.Correction.Trip.Secret {
		return nil, fault.Field("case.secret", "filing.draft.secret", nil) // by whatever way it came: GEN-019 must never find it stored
	}
	b, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("writing draft %s: %w", id, err)
	}
	if len(b) > maxDraft {
		return nil, fault.Field("", "filing.draft.too_large", nil)
	}
	doc, err := d.sealer.Seal(sealContext(id), b)
	if err != nil {
		return nil, fmt.Errorf("sealing draft %s: %w", id, err)
	}
	return doc, nil
}

// maxDraft bounds a draft, in bytes: some thousand times what people type.
const maxDraft = 8 << 20

const selectDraft = `SELECT d.id, d.unit, d.doc, d.revision, d.created_at, d.updated_at, d.updated_by, COALESCE(f.stage, '')
FROM draft d LEFT JOIN filing_list f ON f.id = d.id WHERE d.id = $1`

// Load gives a draft; one that isn't there is a fault.NotFound.
func (d *Drafts) Load(ctx context.Context, id string) (Draft, error) {
	return d.read(ctx, d.journal.Store, id)
}

func (d *Drafts) read(ctx context.Context, r store.Reader, id string) (Draft, error) {
	var out Draft
	var doc []byte
	var created, updated int64
	var stage string
	err := r.QueryRow(ctx, selectDraft, id).Scan(&out.ID, &out.Unit, &doc, &out.Revision, &created, &updated, &out.By, &stage)
	if store.NoRows(err) {
		return Draft{}, fault.NotFound("draft " + id)
	}
	if err != nil {
		return Draft{}, fmt.Errorf("reading draft %s: %w", id, err)
	}
	plain, err := d.sealer.Open(sealContext(id), doc)
	if err != nil {
		return Draft{}, fmt.Errorf("opening draft %s: %w", id, err)
	}
	if err := json.Unmarshal(plain, &out.Paper); err != nil {
		return Draft{}, fmt.Errorf("reading draft %s: %w", id, err)
	}
	out.Created, out.Updated, out.Stage = time.UnixMicro(created).UTC(), time.UnixMicro(updated).UTC(), Stage(stage)
	return out, nil
}

// Change writes on a draft. base is the revision that the page showed: what
// somebody else has changed since is never overwritten; then nothing is
// stored, the error is a fault.Conflict that names each such field with both
// values, and the draft as it is now is given back. Changes elsewhere in the
// draft don't meet. What f makes of the paper when it fails is not kept; it may
// be asked again, of a paper that somebody else has written on meanwhile: it
// reads forms, and nobody else's writing waits for that.
func (d *Drafts) Change(ctx context.Context, id string, base int64, f func(*Paper) error) (Draft, error) {
	return d.change(ctx, id, base, f, nil)
}

// Mend is a change that one click can take back: how the draft was just before
// it is kept in it, beside the records of people as they were.
func (d *Drafts) Mend(ctx context.Context, id string, base int64, people map[string]Record, f func(*Paper) error) (Draft, error) {
	return d.change(ctx, id, base, f, &Undo{People: people})
}

func (d *Drafts) change(ctx context.Context, id string, base int64, f func(*Paper) error, undo *Undo) (Draft, error) {
	by, now := journal.ActorOf(ctx).Account, d.journal.Now()
	for {
		was, err := d.Load(ctx, id)
		if err != nil {
			return Draft{}, err
		}
		p, err := was.changed(base, by, now, f, undo)
		if err != nil || p == nil {
			return was, err
		}
		doc, err := d.seal(id, *p)
		if err != nil {
			return was, err
		}
		kept := false
		err = d.journal.Store.Write(ctx, func(tx store.Tx) error {
			var revision int64
			var stage string
			err := tx.QueryRow(ctx, `SELECT d.revision, COALESCE(f.stage, '') FROM draft d LEFT JOIN filing_list f ON f.id = d.id WHERE d.id = $1`, id).Scan(&revision, &stage)
			if store.NoRows(err) {
				return fault.NotFound("draft " + id)
			}
			if err != nil {
				return fmt.Errorf("reading draft %s: %w", id, err)
			}
			if !Stage(stage).MayEdit() {
				return fault.NotNow("filing.draft.standing", Stage(stage))
			}
			if kept = revision == was.Revision; !kept {
				return nil
			}
			_, err = tx.Exec(ctx, `UPDATE draft SET title = $2, depart = $3, return_ = $4, members = $5, doc = $6, revision = $7, updated_at = $8, updated_by = $9 WHERE id = $1`,
				id, p.Case.Trip.Title, p.Case.Trip.Depart.String(), p.comesHome().String(), len(p.People), doc, was.Revision+1, now.UnixMicro(), by)
			if err != nil {
				return fmt.Errorf("saving draft %s: %w", id, err)
			}
			return nil
		})
		if err != nil {
			return was, err
		}
		if kept {
			was.Paper, was.Revision, was.Updated, was.By = *p, was.Revision+1, now, by
			return was, nil
		}
	}
}

// changed is the paper with what f writes on it, and who wrote it; nil when
// that is nothing. What no page shows, such as what was asked for when a step was
// confirmed, is written too, and overtakes nobody.
func (d Draft) changed(base int64, by string, now time.Time, f func(*Paper) error, undo *Undo) (*Paper, error) {
	if !d.Stage.MayEdit() {
		return nil, fault.NotNow("filing.draft.standing", d.Stage)
	}
	if base > d.Revision {
		return nil, fault.Conflict("filing.draft.stale")
	}
	p, err := d.Paper.clone()
	if err != nil {
		return nil, fmt.Errorf("copying draft %s: %w", d.ID, err)
	}
	if err := f(&p); err != nil {
		return nil, err
	}
	touched := different(d.Paper.values(), p.values())
	if len(touched) == 0 && undo == nil {
		if same, err := d.Paper.same(p); err != nil || same {
			return nil, err
		}
	}
	if changes := overtaken(d.Paper, p, touched, base); len(changes) > 0 {
		return nil, fault.Conflict("filing.draft.stale", changes...)
	}
	if p.Touched == nil {
		p.Touched = map[string]Touch{}
	}
	p.Undo = nil // it went back behind what is written now
	if undo != nil {
		before := d.Paper
		before.Undo = nil
		was, err := json.Marshal(before)
		if err != nil {
			return nil, fmt.Errorf("keeping draft %s as it was: %w", d.ID, err)
		}
		p.Undo = &Undo{After: d.Revision + 1, Paper: was, People: undo.People}
	}
	for _, path := range touched {
		p.Touched[path] = Touch{Revision: d.Revision + 1, By: by, At: now}
	}
	return &p, nil
}

// Undo puts a draft back to how it was before the last fix. What was written
// since is never lost: then it is a fault.Conflict that names it.
func (d *Drafts) Undo(ctx context.Context, id string) (Undo, error) {
	now, err := d.Load(ctx, id)
	if err != nil {
		return Undo{}, err
	}
	u := now.Paper.Undo
	if u == nil {
		return Undo{}, fault.Conflict("filing.undo.nothing")
	}
	_, err = d.Change(ctx, id, u.After, func(p *Paper) error {
		touched := p.Touched
		var before Paper
		if err := json.Unmarshal(u.Paper, &before); err != nil {
			return fmt.Errorf("reading draft %s as it was: %w", id, err)
		}
		*p = before
		p.Touched = touched
		return nil
	})
	return *u, err
}

// different lists the paths whose values differ, sorted.
func different(was, is map[string]string) []string {
	var out []string
	for path, v := range is {
		if w, had := was[path]; !had || w != v {
			out = append(out, path)
		}
	}
	for path := range was {
		if _, has := is[path]; !has {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// overtaken are the fields among those changed that somebody changed after base.
func overtaken(was, is Paper, touched []string, base int64) []fault.Change {
	var out []fault.Change
	now, typed := was.values(), is.values()
	for _, path := range touched {
		if t := was.Touched[path]; t.Revision > base {
			out = append(out, fault.Change{Field: path, Was: typed[path], Is: now[path], Who: t.By, At: t.At})
		}
	}
	return out
}

// draftColumns are what a draft is, on the desk and among the deleted ones.
const draftColumns = `id, unit, title, depart, return_, members, doc, revision, created_at, updated_at, updated_by`

// GoneDays is for how long a deleted draft can be had back; it holds people's
// data, and then nothing is left of it.
const GoneDays = 7

// Discard deletes a draft that was never handed in: it can be had back for GoneDays,
// under the name that people know it by. Deleting it twice is deleting it once.
func (d *Drafts) Discard(ctx context.Context, id, called string) error {
	by, now := journal.ActorOf(ctx).Account, d.journal.Now()
	return d.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, gone, err := d.gone(ctx, tx, id)
		if err != nil {
			return err
		}
		was, err := d.mayGo(ctx, tx, id)
		if fault.IsNotFound(err) && gone {
			return nil
		}
		if err != nil {
			return err
		}
		// The id of a change that was given up is the next one's: of one that was only
		// begun nothing is kept, and what was given up before it stays.
		if !gone || was.Revision > 1 {
			if _, err := tx.Exec(ctx, `DELETE FROM draft_gone WHERE id = $1`, id); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO draft_gone (`+draftColumns+`, called, gone_at, gone_by) SELECT `+draftColumns+`, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT) FROM draft WHERE id = $1`,
				id, called, now.UnixMicro(), by); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `DELETE FROM draft WHERE id = $1`, id)
		return err
	})
}

// Forget deletes a draft for good: one of which nothing was written.
func (d *Drafts) Forget(ctx context.Context, id string) error {
	return d.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := d.mayGo(ctx, tx, id)
		if err == nil {
			_, err = tx.Exec(ctx, `DELETE FROM draft WHERE id = $1`, id)
		}
		return err
	})
}

func (d *Drafts) mayGo(ctx context.Context, tx store.Tx, id string) (Draft, error) {
	was, err := d.read(ctx, tx, id)
	if err == nil && was.Stage != InDraft {
		err = fault.NotNow("filing.draft.standing", was.Stage)
	}
	return was, err
}

// Restore brings a deleted draft back as it was, with its revision: what stands in
// another window goes on. Bringing it back twice is bringing it back once.
func (d *Drafts) Restore(ctx context.Context, id string) error {
	return d.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, gone, err := d.gone(ctx, tx, id)
		if err != nil {
			return err
		}
		switch there, err := d.read(ctx, tx, id); {
		case err == nil && gone && there.Revision > 1: // the id of a change that was given up is the next one's
			return fault.NotNow("filing.amend.another", there.Stage)
		case err == nil && !gone:
			return nil
		case err != nil && !fault.IsNotFound(err):
			return err
		case !gone:
			return fault.NotFound("deleted draft " + id)
		}
		for _, do := range []string{`DELETE FROM draft WHERE id = $1`,
			`INSERT INTO draft (` + draftColumns + `) SELECT ` + draftColumns + ` FROM draft_gone WHERE id = $1`,
			`DELETE FROM draft_gone WHERE id = $1`} {
			if _, err := tx.Exec(ctx, do, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// ThrowAway removes the drafts that were deleted more than GoneDays ago.
func (d *Drafts) ThrowAway(ctx context.Context) error {
	err := d.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM draft_gone WHERE gone_at <= $1`, d.goneSince())
		return err
	})
	if err != nil {
		return fmt.Errorf("throwing away drafts that were deleted: %w", err)
	}
	return nil
}

// goneSince is the moment before which what was deleted isn't there any more.
func (d *Drafts) goneSince() int64 { return d.journal.Now().AddDate(0, 0, -GoneDays).UnixMicro() }

// GoneDraft is a deleted draft that can be had back.
type GoneDraft struct {
	ID     string
	Unit   string
	Called string
	At     time.Time
	By     string // account
	Until  time.Time
}

const selectGone = `SELECT id, unit, called, gone_at, gone_by FROM draft_gone WHERE gone_at > $1 AND `

func scanGone(row interface{ Scan(...any) error }) (GoneDraft, error) {
	var g GoneDraft
	var at int64
	err := row.Scan(&g.ID, &g.Unit, &g.Called, &at, &g.By)
	g.At = time.UnixMicro(at).UTC()
	g.Until = g.At.AddDate(0, 0, GoneDays)
	return g, err
}

// Gone tells whether a draft was deleted, can be had back, and no other stands in its
// place.
func (d *Drafts) Gone(ctx context.Context, id string) (GoneDraft, bool, error) {
	g, gone, err := d.gone(ctx, d.journal.Store, id)
	if err != nil || !gone {
		return g, false, err
	}
	unit, err := d.Find(ctx, id)
	return g, unit == "" && err == nil, err
}

func (d *Drafts) gone(ctx context.Context, r store.Reader, id string) (GoneDraft, bool, error) {
	g, err := scanGone(r.QueryRow(ctx, selectGone+`id = $2`, d.goneSince(), id))
	if store.NoRows(err) {
		return GoneDraft{}, false, nil
	}
	if err != nil {
		return GoneDraft{}, false, fmt.Errorf("looking for the deleted draft %s: %w", id, err)
	}
	return g, true, nil
}

// GoneOf lists a unit's deleted drafts that can be had back, the latest first.
func (d *Drafts) GoneOf(ctx context.Context, unit string) ([]GoneDraft, error) {
	rows, err := d.journal.Store.Query(ctx, selectGone+`unit = $2 AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.id = draft_gone.id) ORDER BY gone_at DESC, id LIMIT 20`, d.goneSince(), unit)
	if err != nil {
		return nil, fmt.Errorf("listing deleted drafts: %w", err)
	}
	defer rows.Close()
	var out []GoneDraft
	for rows.Next() {
		g, err := scanGone(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// DraftEntry is one draft as lists show it.
type DraftEntry struct {
	ID      string
	Title   string
	Depart  calendar.Date
	Return  calendar.Date
	Members int
	Updated time.Time
	By      string
}

// List gives a unit's drafts that were not handed in yet, the latest first; not
// those of a change of which nothing was written: somebody looked at its kind.
func (d *Drafts) List(ctx context.Context, unit string) ([]DraftEntry, error) {
	rows, err := d.journal.Store.Query(ctx, `SELECT d.id, d.title, d.depart, d.return_, d.members, d.updated_at, d.updated_by
FROM draft d LEFT JOIN filing_list f ON f.id = d.id
WHERE d.unit = $1 AND COALESCE(f.stage, '') = '' AND (d.revision > 1 OR d.id NOT LIKE '%~%')
ORDER BY d.updated_at DESC, d.id DESC LIMIT 200`, unit)
	if err != nil {
		return nil, fmt.Errorf("listing drafts: %w", err)
	}
	defer rows.Close()
	var out []DraftEntry
	for rows.Next() {
		var e DraftEntry
		var depart, ret string
		var updated int64
		if err := rows.Scan(&e.ID, &e.Title, &depart, &ret, &e.Members, &updated, &e.By); err != nil {
			return nil, err
		}
		if err := e.Depart.UnmarshalText([]byte(depart)); err != nil {
			return nil, err
		}
		if err := e.Return.UnmarshalText([]byte(ret)); err != nil {
			return nil, err
		}
		e.Updated = time.UnixMicro(updated).UTC()
		out = append(out, e)
	}
	return out, rows.Err()
}

// Find gives the unit of a draft; "" when there is none.
func (d *Drafts) Find(ctx context.Context, id string) (string, error) {
	var u string
	err := d.journal.Store.QueryRow(ctx, `SELECT unit FROM draft WHERE id = $1`, id).Scan(&u)
	if store.NoRows(err) {
		return "", nil
	}
	return u, err
}
