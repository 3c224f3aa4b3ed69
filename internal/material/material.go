// Package material is the papers that are held (材料): of a case, of a unit, or
// of a person for many cases. Home: where a paper was added.
//
//	added ─▶ replaced
//
// The bytes lie in the blobs; an event names them by digest. It refuses a
// second copy of a paper that the same owner already holds. Whether a paper is
// needed, or good enough, isn't its to say.
package material

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Material is one paper.
type Material struct {
	ID string
	Added
	At         int64  // microseconds since 1970, when it was added
	By         string // account
	ReplacedBy string // material id
	Gone       bool   // replaced or taken away
}

// Room is the paper as a subject.
var Room = journal.Subject[Material]{Kind: "material", Evolve: func(s Material, e journal.Event) (Material, error) {
	switch b := e.Body.(type) {
	case Added:
		s.ID, s.Added, s.At, s.By = e.Subject.ID, b, e.At.UnixMicro(), e.Actor.Account
	case Replaced:
		s.Gone, s.ReplacedBy = true, b.By
	default:
		return s, fmt.Errorf("%T is nothing that happens to a paper", e.Body)
	}
	return s, nil
}}

// Add records a paper whose bytes were put into the blobs before.
type Add struct {
	Kind       dossier.MaterialKind
	OwnerKind  OwnerKind
	Owner      string
	Unit       string
	Case       string
	Name       string
	Size       int64
	Type       string
	Digest     string
	Issued     calendar.Date
	ValidUntil calendar.Date
	// Same is the paper of that owner and kind with the same bytes that is
	// held already, as found by Twin; "" when there is none.
	Same string
}

// Decide refuses a copy of what is held, a kind outside the list, and dates
// the wrong way round.
func (cmd Add) Decide(s Material, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("material.add.already", "added")
	}
	var wrong []fault.Finding
	if !slices.Contains(cmd.Kind.Words(), string(cmd.Kind)) {
		wrong = append(wrong, fault.Finding{Field: "kind", Key: "form.choose"})
	}
	if cmd.Same != "" {
		wrong = append(wrong, fault.Finding{Field: "file", Key: "upload.duplicate"})
	}
	if cmd.Size <= 0 || len(cmd.Digest) != 64 {
		wrong = append(wrong, fault.Finding{Field: "file", Key: "upload.empty"})
	}
	if !cmd.Issued.IsZero() && !cmd.ValidUntil.IsZero() && cmd.ValidUntil.Before(cmd.Issued) {
		wrong = append(wrong, fault.Finding{Field: "validUntil", Key: "material.until_before_issued"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if cmd.Owner == "" || !slices.Contains([]OwnerKind{OfCase, OfUnit, OfPerson}, cmd.OwnerKind) {
		return nil, fmt.Errorf("a paper of %q %q has no owner", cmd.OwnerKind, cmd.Owner)
	}
	return journal.Happened(Added{Kind: string(cmd.Kind), OwnerKind: cmd.OwnerKind, Owner: cmd.Owner, Unit: cmd.Unit, Case: cmd.Case,
		Name: fileName(cmd.Name), Size: cmd.Size, Type: cmd.Type, Digest: cmd.Digest, Issued: cmd.Issued, ValidUntil: cmd.ValidUntil}), nil
}

// fileName keeps the last part of what a browser sent: some send a whole path.
func fileName(s string) string {
	s = dossier.FoldText(s)
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[len(runes)-200:]) // the end, where the extension is
	}
	return s
}

// Replace puts another paper in its place, or takes it away (By empty). The
// bytes stay: what was submitted with them must remain readable.
type Replace struct {
	By   string
	Case string
}

// Decide replaces once.
func (cmd Replace) Decide(s Material, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version == 0:
		return nil, fault.NotFound("material " + m.Subject)
	case s.Gone:
		return nil, fault.NotNow("material.replace.already", "replaced")
	}
	return journal.Happened(Replaced(cmd)), nil
}

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "material", Version: 1, Tables: []string{"material_list"},
	Schema: `
CREATE TABLE material_list (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  unit TEXT NOT NULL,
  filing TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  digest TEXT NOT NULL,
  issued TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  at INTEGER NOT NULL,
  account TEXT NOT NULL,
  gone INTEGER NOT NULL,
  replaced_by TEXT NOT NULL
);
CREATE INDEX material_list_by_owner ON material_list (owner_kind, owner, gone, at, id);
CREATE INDEX material_list_by_filing ON material_list (filing, at, id);
CREATE INDEX material_list_by_digest ON material_list (digest);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		var err error
		switch b := e.Body.(type) {
		case Added:
			_, err = tx.Exec(ctx, `INSERT INTO material_list
(id, kind, owner_kind, owner, unit, filing, name, size, type, digest, issued, valid_until, at, account, gone, replaced_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, '')`,
				e.Subject.ID, b.Kind, string(b.OwnerKind), b.Owner, b.Unit, b.Case, b.Name, b.Size, b.Type, b.Digest,
				b.Issued.String(), b.ValidUntil.String(), e.At.UnixMicro(), e.Actor.Account)
		case Replaced:
			_, err = tx.Exec(ctx, `UPDATE material_list SET gone = 1, replaced_by = $2 WHERE id = $1`, e.Subject.ID, b.By)
		}
		return err
	},
}}

const columns = `id, kind, owner_kind, owner, unit, filing, name, size, type, digest, issued, valid_until, at, account, gone, replaced_by`

func scan(row interface{ Scan(...any) error }) (Material, error) {
	var s Material
	var ownerKind, issued, until string
	var gone int
	err := row.Scan(&s.ID, &s.Kind, &ownerKind, &s.Owner, &s.Unit, &s.Case, &s.Name, &s.Size, &s.Type, &s.Digest, &issued, &until, &s.At, &s.By, &gone, &s.ReplacedBy)
	if err != nil {
		return s, err
	}
	s.OwnerKind, s.Gone = OwnerKind(ownerKind), gone != 0
	if err = s.Issued.UnmarshalText([]byte(issued)); err == nil {
		err = s.ValidUntil.UnmarshalText([]byte(until))
	}
	return s, err
}

// One gives a paper; one that isn't known is a fault.NotFound.
func One(ctx context.Context, r store.Reader, id string) (Material, error) {
	s, err := scan(r.QueryRow(ctx, `SELECT `+columns+` FROM material_list WHERE id = $1`, id))
	if store.NoRows(err) {
		return Material{}, fault.NotFound("material " + id)
	}
	if err != nil {
		return Material{}, fmt.Errorf("reading paper %s: %w", id, err)
	}
	return s, nil
}

// Of lists the papers that an owner holds now, oldest first.
func Of(ctx context.Context, r store.Reader, kind OwnerKind, owner string) ([]Material, error) {
	return list(ctx, r, `SELECT `+columns+` FROM material_list WHERE owner_kind = $1 AND owner = $2 AND gone = 0 ORDER BY at, id LIMIT 2000`, string(kind), owner)
}

// OfFiling lists all papers that came in the course of a case, replaced ones too.
func OfFiling(ctx context.Context, r store.Reader, filing string) ([]Material, error) {
	return list(ctx, r, `SELECT `+columns+` FROM material_list WHERE filing = $1 ORDER BY at, id LIMIT 2000`, filing)
}

// Twin is the id of the paper of that kind that an owner already holds with
// the same bytes; "" when there is none.
func Twin(ctx context.Context, r store.Reader, kind OwnerKind, owner string, of dossier.MaterialKind, digest string) (string, error) {
	var id string
	err := r.QueryRow(ctx, `SELECT id FROM material_list WHERE digest = $1 AND owner_kind = $2 AND owner = $3 AND kind = $4 AND gone = 0`, digest, string(kind), owner, string(of)).Scan(&id)
	if store.NoRows(err) {
		return "", nil
	}
	return id, err
}

func list(ctx context.Context, r store.Reader, query string, args ...any) ([]Material, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing papers: %w", err)
	}
	defer rows.Close()
	var out []Material
	for rows.Next() {
		s, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
