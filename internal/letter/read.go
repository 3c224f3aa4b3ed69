package letter

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/store"
)

// Row is one edition as lists show it.
type Row struct {
	Number     string
	Letter     string // subject
	Kind       document.Kind
	Filing     string
	Unit       string
	Digest     string
	Code       string // without dashes
	File       string // SHA-256 of the PDF; "" where this zone doesn't hold it
	Issued     calendar.Date
	ValidUntil calendar.Date
	Status     document.Status
	By         string // what superseded it
	Reason     string // of a revocation
	At         time.Time
}

const columns = `number, letter, kind, filing, unit, digest, code, file, issued, valid_until, status, by_number, reason, at`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading letters: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var issued, until string
		var at int64
		if err := rs.Scan(&w.Number, &w.Letter, &w.Kind, &w.Filing, &w.Unit, &w.Digest, &w.Code, &w.File, &issued, &until, &w.Status, &w.By, &w.Reason, &at); err != nil {
			return nil, err
		}
		if err := w.Issued.UnmarshalText([]byte(issued)); err != nil {
			return nil, err
		}
		if err := w.ValidUntil.UnmarshalText([]byte(until)); err != nil {
			return nil, err
		}
		w.At = time.Unix(at, 0).UTC()
		out = append(out, w)
	}
	return out, rs.Err()
}

// index letter_issued_by_filing (filing, at, number)
const ofFiling = `SELECT ` + columns + `
FROM letter_issued
WHERE filing = $1
ORDER BY at, number`

// Of lists the letters of a case, the oldest first.
func Of(ctx context.Context, r store.Reader, filing string) ([]Row, error) {
	return rows(ctx, r, ofFiling, filing)
}

func one(ctx context.Context, r store.Reader, query, arg string) (Row, bool, error) {
	out, err := rows(ctx, r, query, arg)
	if err != nil || len(out) == 0 {
		return Row{}, false, err
	}
	return out[0], true, nil
}

// ByNumber finds an edition by its number.
func ByNumber(ctx context.Context, r store.Reader, number string) (Row, bool, error) {
	return one(ctx, r, `SELECT `+columns+` FROM letter_issued WHERE number = $1`, number)
}

// ByCode finds an edition by its verification code, however typed.
func ByCode(ctx context.Context, r store.Reader, code string) (Row, bool, error) {
	return one(ctx, r, `SELECT `+columns+` FROM letter_issued WHERE code = $1`, approval.PlainCode(code))
}
