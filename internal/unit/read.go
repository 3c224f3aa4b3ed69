package unit

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/store"
)

const columns = `id, name, name_en, uscc, type, level, parent, address, officer_until, signatory, suspended, leave_from_rank`

func scan(row interface{ Scan(...any) error }) (Unit, error) {
	var u Unit
	var kind, until string
	err := row.Scan(&u.ID, &u.Name, &u.NameEn, &u.USCC, &kind, &u.Level, &u.Parent, &u.Address, &until, &u.Signatory, &u.Why, &u.LeaveFromRank)
	if err != nil {
		return u, err
	}
	u.Type, u.Suspended = dossier.UnitType(kind), u.Why != ""
	if until != "" {
		u.Officer, err = calendar.Parse(until)
	}
	return u, err
}

// One gives a unit; one that isn't known is a fault.NotFound.
func One(ctx context.Context, r store.Reader, id string) (Unit, error) {
	u, err := scan(r.QueryRow(ctx, `SELECT `+columns+` FROM unit_list WHERE id = $1`, id))
	if store.NoRows(err) {
		return Unit{}, fault.NotFound("unit " + id)
	}
	if err != nil {
		return Unit{}, fmt.Errorf("reading unit %s: %w", id, err)
	}
	return u, nil
}

// Names gives the names of all units by id: there are dozens, not thousands.
func Names(ctx context.Context, r store.Reader) (map[string]string, error) {
	all, err := List(ctx, r)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(all))
	for _, u := range all {
		out[u.ID] = u.Name
	}
	return out, nil
}

// List gives all units by name.
func List(ctx context.Context, r store.Reader) ([]Unit, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+` FROM unit_list ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("listing units: %w", err)
	}
	defer rows.Close()
	var out []Unit
	for rows.Next() {
		u, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

// Like is what a search box means among the names of units (unit_list), as a
// pattern for LIKE on lower(name) or lower(name_en); it finds none while too
// little is typed.
func Like(query string) string {
	q := strings.ToLower(dossier.FoldText(query))
	if utf8.RuneCountInString(q) < 2 {
		return "\x01" // and not "", which a unit without an English name is like
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%"
}
