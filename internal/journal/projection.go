package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/store"
)

// Projection is a set of tables made for reading, kept in the transaction
// that appends, and made again from the journal whenever Version is raised.
type Projection struct {
	Name    string
	Version int
	Tables  []string
	Schema  string // CREATE TABLE and CREATE INDEX statements in the store's common SQL
	// Apply writes what one event means for the tables. It must depend on
	// nothing but the event and the tables themselves, so that a rebuild gives
	// the same rows.
	Apply func(ctx context.Context, tx store.Tx, e Event) error
}

const projectionSchema = `
CREATE TABLE IF NOT EXISTS projection (name TEXT PRIMARY KEY, version INTEGER NOT NULL, tables TEXT NOT NULL)`

// prepareProjections creates new tables and rebuilds those whose number was
// raised, all in one passage through the journal.
func (j *Journal) prepareProjections(ctx context.Context) error {
	have, err := j.projectionVersions(ctx)
	if err != nil {
		return fmt.Errorf("asking for the projections: %w", err)
	}
	var old []string
	for _, p := range j.projections {
		if have[p.Name] > p.Version { // to make it anew would take away what that release keeps
			return fault.Unavailable("data.later", fmt.Errorf("a later release of the program has worked with this data (%s is its version %d, this program's is %d): start that release, or restore the backup that was made before it (yitang restore)", p.Name, have[p.Name], p.Version))
		}
		if version, known := have[p.Name]; !known || version != p.Version {
			old = append(old, p.Name)
		}
	}
	if len(old) == 0 {
		return nil
	}
	return j.Rebuild(ctx, old...)
}

func (j *Journal) projectionVersions(ctx context.Context) (map[string]int, error) {
	rows, err := j.Store.Query(ctx, `SELECT name, version FROM projection`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have := map[string]int{}
	for rows.Next() {
		var name string
		var version int
		if err := rows.Scan(&name, &version); err != nil {
			return nil, err
		}
		have[name] = version
	}
	return have, rows.Err()
}

// Rebuild throws away the tables of the named projections (all, when none is
// named) and makes them again from the journal, in one transaction. A table's
// name, as Compare gives it, stands for its projection.
func (j *Journal) Rebuild(ctx context.Context, names ...string) error {
	chosen := j.projections
	if len(names) > 0 {
		chosen = nil
		for _, n := range names {
			found := false
			for _, p := range j.projections {
				if p.Name != n && !slices.Contains(p.Tables, n) {
					continue
				}
				found = true
				if !slices.ContainsFunc(chosen, func(c Projection) bool { return c.Name == p.Name }) {
					chosen = append(chosen, p)
				}
			}
			if !found {
				return fmt.Errorf("there is no table for reading %q", n)
			}
		}
	}
	j.Store.Forget()
	err := j.Store.Write(ctx, func(tx store.Tx) error {
		for _, p := range chosen {
			var had string
			if err := tx.QueryRow(ctx, `SELECT tables FROM projection WHERE name = $1`, p.Name).Scan(&had); err != nil && !store.NoRows(err) {
				return err
			}
			drop := append(strings.Fields(had), p.Tables...)
			for _, t := range drop {
				if err := tx.Define(ctx, `DROP TABLE IF EXISTS `+t); err != nil {
					return err
				}
			}
			if err := tx.Define(ctx, p.Schema); err != nil {
				return fmt.Errorf("making the tables of %s: %w", p.Name, err)
			}
			_, err := tx.Exec(ctx, `INSERT INTO projection (name, version, tables) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET version = excluded.version, tables = excluded.tables`, p.Name, p.Version, strings.Join(p.Tables, " "))
			if err != nil {
				return err
			}
		}
		return j.each(ctx, tx, 0, func(e Event) error { return project(ctx, tx, chosen, e) })
	})
	j.Store.Forget()
	if err != nil {
		return fmt.Errorf("rebuilding: %w", err)
	}
	return nil
}

func project(ctx context.Context, tx store.Tx, ps []Projection, e Event) error {
	for _, p := range ps {
		if err := p.Apply(ctx, tx, e); err != nil {
			return fmt.Errorf("projecting event %d (%s) into %s: %w", e.Position, e.Kind, p.Name, err)
		}
	}
	return nil
}

// Dump gives every row of every projection's tables as text, sorted: what the
// property test and doctor compare.
func (j *Journal) Dump(ctx context.Context) (map[string][]string, error) {
	out := map[string][]string{}
	for _, p := range j.projections {
		for _, t := range p.Tables {
			rows, err := dumpTable(ctx, j.Store, t)
			if err != nil {
				return nil, err
			}
			out[t] = rows
		}
	}
	return out, nil
}

// errCompared ends Compare's transaction so that nothing of it is kept.
var errCompared = errors.New("compared")

// Compare rebuilds every projection in a transaction that is thrown away, and
// names the tables whose kept rows differ from the rebuilt ones.
func (j *Journal) Compare(ctx context.Context) ([]string, error) {
	var differ []string
	err := j.Store.Write(ctx, func(tx store.Tx) error {
		kept := map[string][]string{}
		for _, p := range j.projections {
			for _, t := range p.Tables {
				rows, err := dumpTable(ctx, tx, t)
				if err != nil {
					return err
				}
				kept[t] = rows
				if err := tx.Define(ctx, `DROP TABLE `+t); err != nil {
					return err
				}
			}
			if err := tx.Define(ctx, p.Schema); err != nil {
				return err
			}
		}
		if err := j.each(ctx, tx, 0, func(e Event) error { return project(ctx, tx, j.projections, e) }); err != nil {
			return err
		}
		for _, p := range j.projections {
			for _, t := range p.Tables {
				rows, err := dumpTable(ctx, tx, t)
				if err != nil {
					return err
				}
				if !slices.Equal(rows, kept[t]) {
					differ = append(differ, t)
				}
			}
		}
		return errCompared
	})
	j.Store.Forget()
	if !errors.Is(err, errCompared) {
		return nil, fmt.Errorf("comparing the tables: %w", err)
	}
	return differ, nil
}

// Latest is when the newest event happened; the zero time in an empty journal.
func (j *Journal) Latest(ctx context.Context) (time.Time, error) {
	var at int64
	err := j.Store.QueryRow(ctx, `SELECT at FROM journal_event ORDER BY position DESC LIMIT 1`).Scan(&at)
	if store.NoRows(err) {
		return time.Time{}, nil
	}
	return time.UnixMicro(at).UTC(), err
}
