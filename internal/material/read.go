package material

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/person"
	"yitang/internal/store"
)

const columns = `id, kind, owner_kind, owner, unit, filing, name, size, type, digest, issued, valid_from, valid_until, at, account, gone, replaced_by, dpi, blank_pages, made, about, country, total, unread`

func scan(row interface{ Scan(...any) error }) (Material, error) {
	var s Material
	var ownerKind, issued, from, until, made, total string
	var gone, unread int
	err := row.Scan(&s.ID, &s.Kind, &ownerKind, &s.Owner, &s.Unit, &s.Case, &s.Name, &s.Size, &s.Type, &s.Digest, &issued, &from, &until, &s.At, &s.By, &gone, &s.ReplacedBy, &s.Seen.DPI, &s.Seen.BlankPages, &made, &s.About, &s.Country, &total, &unread)
	if err != nil {
		return s, err
	}
	s.OwnerKind, s.Gone, s.Seen.Unread = OwnerKind(ownerKind), gone != 0, unread != 0
	if err = s.Issued.UnmarshalText([]byte(issued)); err == nil {
		err = s.ValidFrom.UnmarshalText([]byte(from))
	}
	if err == nil {
		err = s.ValidUntil.UnmarshalText([]byte(until))
	}
	if err == nil {
		err = s.Seen.Made.UnmarshalText([]byte(made))
	}
	if err == nil && total != "" {
		err = s.Total.UnmarshalText([]byte(total))
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
	read := func(id string) ([]Material, error) {
		return list(ctx, r, `SELECT `+columns+` FROM material_list WHERE owner_kind = $1 AND owner = $2 AND gone = 0 ORDER BY at, id LIMIT 2000`, string(kind), id)
	}
	if kind != OfPerson {
		return read(owner)
	}
	all, err := person.Each(ctx, r, owner, read)
	for i := range all {
		all[i].Owner = owner // whoever asks knows the person by this id
	}
	slices.SortStableFunc(all, func(a, b Material) int { return cmp.Compare(a.At, b.At) })
	return all, err
}

// Kept lists what is held for more than one case: the unit's own papers, then
// those of the people on its list, by owner and kind. Papers go with their
// owner, whichever unit they were given in. Indexes: material_list_by_unit,
// material_list_by_owner.
func Kept(ctx context.Context, r store.Reader, unit string) ([]Material, error) {
	all, err := list(ctx, r, `SELECT `+columns+` FROM material_list WHERE unit = $1 AND gone = 0 AND owner_kind = 'unit' ORDER BY owner, kind, at, id LIMIT 2000`, unit)
	if err != nil {
		return nil, err
	}
	ids, err := person.IDsOf(ctx, r, unit)
	if err != nil {
		return nil, err
	}
	var theirs []Material
	for some := range slices.Chunk(slices.Sorted(maps.Keys(ids)), 400) {
		marks, args := make([]string, len(some)), make([]any, len(some))
		for i, id := range some {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), id
		}
		more, err := list(ctx, r, `SELECT `+columns+` FROM material_list WHERE owner_kind = 'person' AND gone = 0 AND owner IN (`+strings.Join(marks, ", ")+`) ORDER BY owner, kind, at, id`, args...)
		if err != nil {
			return nil, err
		}
		theirs = append(theirs, more...)
	}
	for i := range theirs {
		theirs[i].Owner = ids[theirs[i].Owner]
	}
	slices.SortStableFunc(theirs, func(a, b Material) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	return append(all, theirs...), nil
}

// Before lists the papers whose place one has taken, one after the other, the
// latest first. Index: material_list_by_next.
func Before(ctx context.Context, r store.Reader, id string) ([]Material, error) {
	var out []Material
	for next, steps := []string{id}, 0; len(next) > 0 && steps < replacedMost; steps++ {
		was, err := list(ctx, r, `SELECT `+columns+` FROM material_list WHERE replaced_by = $1 ORDER BY at DESC, id`, next[0])
		if err != nil {
			return nil, err
		}
		next = next[1:]
		for _, m := range was {
			out, next = append(out, m), append(next, m.ID)
		}
	}
	return out, nil
}

// replacedMost bounds how many replacements are followed back.
const replacedMost = 50

// Newest gives for each paper the one that stands in its place by now; what was
// only taken away is left out.
func Newest(ctx context.Context, r store.Reader, ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		m, err := One(ctx, r, id)
		for steps := 0; err == nil && m.Gone && m.ReplacedBy != "" && steps < replacedMost; steps++ {
			m, err = One(ctx, r, m.ReplacedBy)
		}
		if err != nil {
			return nil, err
		}
		if !m.Gone && !slices.Contains(out, m.ID) {
			out = append(out, m.ID)
		}
	}
	return out, nil
}

// OfFiling lists all papers that came in the course of a case, replaced ones too.
func OfFiling(ctx context.Context, r store.Reader, filing string) ([]Material, error) {
	return list(ctx, r, `SELECT `+columns+` FROM material_list WHERE filing = $1 ORDER BY at, id LIMIT 2000`, filing)
}

// Twin is the id of the paper of that kind that an owner already holds with
// the same bytes, and that serves the case; "" when there is none. A file that
// tells of two hosts is a profile of each: of another one than about is no twin,
// nor is a letter for another country.
func Twin(ctx context.Context, r store.Reader, kind OwnerKind, owner string, of dossier.MaterialKind, filing, about, country, digest string) (string, error) {
	read := func(id string) ([]Material, error) {
		return list(ctx, r, `SELECT `+columns+` FROM material_list WHERE digest = $1 AND owner_kind = $2 AND owner = $3 AND kind = $4 AND gone = 0`, digest, string(kind), id, string(of))
	}
	var same []Material
	var err error
	if kind == OfPerson {
		same, err = person.Each(ctx, r, owner, read)
	} else {
		same, err = read(owner)
	}
	for _, m := range same {
		if m.Serves(filing) && (m.About == "" || about == "" || dossier.SameUnit(m.About, about)) && m.For(country) {
			return m.ID, nil
		}
	}
	return "", err
}

// Elsewhere is a paper of a kind with the same bytes that another owner holds;
// false when there is none. Index: material_list_by_digest.
func Elsewhere(ctx context.Context, r store.Reader, of dossier.MaterialKind, digest, but string) (Material, bool, error) {
	same, err := list(ctx, r, `SELECT `+columns+` FROM material_list WHERE digest = $1 AND kind = $2 AND owner <> $3 ORDER BY at, id LIMIT 1`, digest, string(of), but)
	if err != nil || len(same) == 0 {
		return Material{}, false, err
	}
	return same[0], true, nil
}

// WithBytes lists the papers that hold these bytes, replaced ones too, the
// newest first. Index: material_list_by_digest.
func WithBytes(ctx context.Context, r store.Reader, digest string) ([]Material, error) {
	return list(ctx, r, `SELECT `+columns+` FROM material_list WHERE digest = $1 ORDER BY at DESC, id`, digest)
}

// FirstOf is the first paper with these bytes that a person ever gave, of
// whatever kind; false when there is none. Index: material_list_by_digest.
func FirstOf(ctx context.Context, r store.Reader, person, digest string) (Material, bool, error) {
	same, err := list(ctx, r, `SELECT `+columns+` FROM material_list WHERE digest = $1 AND owner_kind = 'person' AND owner = $2 ORDER BY at, id LIMIT 1`, digest, person)
	if err != nil || len(same) == 0 {
		return Material{}, false, err
	}
	return same[0], true, nil
}

// Latest lists the papers of a kind that a unit's cases hold, the newest first.
// Index: material_list_by_unit.
func Latest(ctx context.Context, r store.Reader, unit string, of dossier.MaterialKind, limit int) ([]Material, error) {
	return list(ctx, r, `SELECT `+columns+` FROM material_list WHERE unit = $1 AND gone = 0 AND owner_kind = 'case' AND kind = $2 ORDER BY at DESC, id LIMIT $3`, unit, string(of), limit)
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
