package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

const columns = `id, login, name, roles, unit, person, password_version, closed`

// Entry is one account as lists show it.
type Entry struct {
	Account
	Password journal.Version // of the account, when the password was last set; 0: it has none
}

// WithoutPassword tells whether another door alone opens it, WeChat's.
func (e Entry) WithoutPassword() bool { return e.Password == 0 }

// Who is the account as the table of rights asks for it. What nobody types has no login.
func (e Entry) Who(z zone.Zone) access.Who {
	w := e.Account.Who(z)
	if e.WithoutPassword() {
		w.Login = ""
	}
	return w
}

func scan(row interface{ Scan(...any) error }) (Entry, error) {
	var e Entry
	var rs string
	var closed int
	err := row.Scan(&e.ID, &e.Login, &e.Name, &rs, &e.Unit, &e.Person, &e.Password, &closed)
	e.Roles, e.Closed = roles(strings.Fields(rs)), closed != 0
	return e, err
}

// ByLogin finds the account with a login; false when there is none.
func ByLogin(ctx context.Context, r store.Reader, login string) (Entry, bool, error) {
	e, err := scan(r.QueryRow(ctx, `SELECT `+columns+` FROM account_list WHERE login = $1`, Fold(login)))
	if store.NoRows(err) {
		return Entry{}, false, nil
	}
	return e, err == nil, err
}

// One gives an account; one that isn't known is a fault.NotFound.
func One(ctx context.Context, r store.Reader, id string) (Entry, error) {
	e, err := scan(r.QueryRow(ctx, `SELECT `+columns+` FROM account_list WHERE id = $1`, id))
	if store.NoRows(err) {
		return Entry{}, fault.NotFound("account " + id)
	}
	if err != nil {
		return Entry{}, fmt.Errorf("reading account %s: %w", id, err)
	}
	return e, nil
}

// OfUnit lists the open accounts of a unit that have a role, by name. Index:
// account_list_by_unit.
func OfUnit(ctx context.Context, r store.Reader, unit string, role access.Role) ([]Entry, error) {
	all, err := entries(ctx, r, `SELECT `+columns+` FROM account_list WHERE unit = $1 AND closed = 0 ORDER BY name, id LIMIT 500`, unit)
	return slices.DeleteFunc(all, func(e Entry) bool { return !slices.Contains(e.Roles, role) }), err
}

// OfPerson lists the open accounts of a traveller. Index: account_list_by_person.
func OfPerson(ctx context.Context, r store.Reader, person string) ([]Entry, error) {
	return entries(ctx, r, `SELECT `+columns+` FROM account_list WHERE person = $1 AND closed = 0 ORDER BY id`, person)
}

// WithRole lists the open accounts of a zone that have a role: for the office, whose
// people are dozens.
func WithRole(ctx context.Context, r store.Reader, role access.Role) ([]Entry, error) {
	all, err := entries(ctx, r, `SELECT `+columns+` FROM account_list WHERE closed = 0 AND ' ' || roles || ' ' LIKE $1 ORDER BY name, id`, "% "+string(role)+" %")
	return slices.DeleteFunc(all, func(e Entry) bool { return !slices.Contains(e.Roles, role) }), err
}

func entries(ctx context.Context, r store.Reader, query string, args ...any) ([]Entry, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing accounts: %w", err)
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// Names gives the names of accounts by id, for timelines.
func Names(ctx context.Context, r store.Reader, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		if _, had := out[id]; had || id == "" {
			continue
		}
		e, err := One(ctx, r, id)
		if fault.IsNotFound(err) {
			continue // an account of another zone
		}
		if err != nil {
			return nil, err
		}
		out[id] = e.Name
	}
	return out, nil
}

// RefusalRow is one line of the list of refusals.
type RefusalRow struct {
	Account, Login, Name string // login and name are "" for an account that isn't known
	Right                access.Right
	Path                 string // "" for various addresses
	Times                int
	At                   time.Time // UTC
}

// RefusalsLately lists the newest refusals, newest first.
func RefusalsLately(ctx context.Context, r store.Reader, limit int) ([]RefusalRow, error) {
	rows, err := r.Query(ctx, `SELECT x.account, COALESCE(a.login, ''), COALESCE(a.name, ''), x.wanted, x.address, x.times, x.at
FROM account_refusal x LEFT JOIN account_list a ON a.id = x.account ORDER BY x.at DESC, x.account, x.version DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("listing refusals: %w", err)
	}
	defer rows.Close()
	var out []RefusalRow
	for rows.Next() {
		var row RefusalRow
		var at int64
		if err := rows.Scan(&row.Account, &row.Login, &row.Name, &row.Right, &row.Path, &row.Times, &at); err != nil {
			return nil, err
		}
		row.At = time.UnixMicro(at).UTC()
		out = append(out, row)
	}
	return out, rows.Err()
}
