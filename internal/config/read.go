package config

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/store"
)

// Base is the program's data from a moment on.
type Base struct {
	At      time.Time
	Version string
	Digest  string
}

// Row is a saved version as lists show it.
type Row struct {
	Number, Parent            int
	NameZh, NameEn            string
	Author, Account           string
	Reason                    string
	Origin                    Origin
	Seal                      string
	Digest                    string
	At                        time.Time
	Base, RuleSet             string // of its last check
	Mistakes, Trials, Changed int
}

// Begin is one time that a version was put in force.
type Begin struct {
	Number  int
	On      calendar.Date
	Reason  string
	Account string
	At      time.Time // when it was said
	Back    time.Time // when it was taken back; zero: it wasn't
	Why     string    // it was taken back
}

// Timeline is what was in force when.
type Timeline struct {
	Bases   []Base
	Begins  []Begin
	Digests map[int]string // of versions, by number
}

// At is the base and the version in force at a moment: that of the latest day
// that had begun, and of two that begin on one day, the later said. 0 and ""
// are the program's data alone.
func (t Timeline) At(at time.Time) (Base, int, string) {
	var base Base
	for _, b := range t.Bases {
		if !b.At.After(at) || base.Version == "" {
			base = b // before the first was recorded, it was the first
		}
	}
	day, best := calendar.DateOf(at), Begin{}
	for _, b := range t.Begins {
		if b.Back.IsZero() && !b.On.After(day) && !b.At.After(at) && !b.On.Before(best.On) {
			best = b
		}
	}
	return base, best.Number, t.Digests[best.Number]
}

// WholeTimeline reads what was in force when: a few dozen rows.
func WholeTimeline(ctx context.Context, r store.Reader) (Timeline, error) {
	t := Timeline{Digests: map[int]string{}}
	var err error
	if t.Bases, err = bases(ctx, r); err != nil {
		return t, err
	}
	if t.Begins, err = Begins(ctx, r); err != nil {
		return t, err
	}
	rows, err := r.Query(ctx, `SELECT number, digest FROM config_version`)
	if err != nil {
		return t, fmt.Errorf("reading versions of the configuration: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var digest string
		if err := rows.Scan(&n, &digest); err != nil {
			return t, err
		}
		t.Digests[n] = digest
	}
	return t, rows.Err()
}

func bases(ctx context.Context, r store.Reader) ([]Base, error) {
	rows, err := r.Query(ctx, `SELECT at, version, digest FROM config_base ORDER BY at`)
	if err != nil {
		return nil, fmt.Errorf("reading the program's data of the past: %w", err)
	}
	defer rows.Close()
	var out []Base
	for rows.Next() {
		var b Base
		var at int64
		if err := rows.Scan(&at, &b.Version, &b.Digest); err != nil {
			return nil, err
		}
		b.At = time.UnixMicro(at).UTC()
		out = append(out, b)
	}
	return out, rows.Err()
}

// Begins lists when versions were put in force, in the order in which it was said.
func Begins(ctx context.Context, r store.Reader) ([]Begin, error) {
	rows, err := r.Query(ctx, `SELECT number, on_day, reason, account, at, back, back_reason FROM config_force ORDER BY version`)
	if err != nil {
		return nil, fmt.Errorf("reading what is in force from when: %w", err)
	}
	defer rows.Close()
	var out []Begin
	for rows.Next() {
		var b Begin
		var on string
		var at, back int64
		if err := rows.Scan(&b.Number, &on, &b.Reason, &b.Account, &at, &back, &b.Why); err != nil {
			return nil, err
		}
		if b.On, err = calendar.Parse(on); err != nil {
			return nil, err
		}
		b.At = time.UnixMicro(at).UTC()
		if back != 0 {
			b.Back = time.UnixMicro(back).UTC()
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

// Sign changes whenever the timeline does, and is one cheap question.
func Sign(ctx context.Context, r store.Reader) (string, error) {
	var bases, versions, begins, back int64
	err := r.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM config_base), (SELECT COUNT(*) FROM config_version), (SELECT COUNT(*) FROM config_force),
(SELECT COUNT(*) FROM config_force WHERE back > 0)`).Scan(&bases, &versions, &begins, &back)
	if err != nil {
		return "", fmt.Errorf("looking for changes of the configuration: %w", err)
	}
	return fmt.Sprint(bases, versions, begins, back), nil
}

const versionColumns = `number, parent, name_zh, name_en, author, account, reason, origin, seal, digest, at, base, rule_set, mistakes, trials, changed`

// List gives saved versions, the newest first, below a number (0: from the top).
func List(ctx context.Context, r store.Reader, below, limit int) ([]Row, error) {
	if below <= 0 {
		below = 1 << 30
	}
	return list(ctx, r, `SELECT `+versionColumns+`
FROM config_version
WHERE number < $1
ORDER BY number DESC
LIMIT $2`, below, limit)
}

// One is a saved version; false when there is none of that number.
func One(ctx context.Context, r store.Reader, number int) (Row, bool, error) {
	all, err := list(ctx, r, `SELECT `+versionColumns+`
FROM config_version
WHERE number = $1`, number)
	if err != nil || len(all) == 0 {
		return Row{}, false, err
	}
	return all[0], true, nil
}

func list(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing versions of the configuration: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var v Row
		var at int64
		var origin string
		if err := rows.Scan(&v.Number, &v.Parent, &v.NameZh, &v.NameEn, &v.Author, &v.Account, &v.Reason, &origin, &v.Seal, &v.Digest, &at, &v.Base, &v.RuleSet, &v.Mistakes, &v.Trials, &v.Changed); err != nil {
			return nil, err
		}
		v.Origin, v.At = Origin(origin), time.UnixMicro(at).UTC()
		out = append(out, v)
	}
	return out, rows.Err()
}
