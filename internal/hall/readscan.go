package hall

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/store"
)

// Scan is the visit to which what was scanned or typed at a window leads.
type Scan struct {
	Visit string // the booking's id, or of people who came without one the visit's
	Was   bool   // by a number that the booking had before it was moved
}

var (
	serialOnly = regexp.MustCompile(`^([A-Z0-9]{1,2})-([0-9]{1,3})$`)
	ticketOnly = regexp.MustCompile(`^[0-9]{3}$`)
)

// Scanned finds the visit of a pass's code, of a booking's number, now or before it was
// moved, of the part of a number of today that is called (A1-001), or of a number of
// today's queue of the hall that is asked (001; each hall counts from there). What is none of these, or not whole, finds nothing.
func Scanned(ctx context.Context, r store.Reader, said string, today calendar.Date, hall string) (Scan, bool, error) {
	if said = dossier.FoldCode(said); said == "" {
		return Scan{}, false, nil
	}
	if ticketOnly.MatchString(said) {
		return ticketScanned(ctx, r, said, today, hall)
	}
	if m := serialOnly.FindStringSubmatch(said); m != nil {
		said = strings.ReplaceAll(today.String(), "-", "") + "-" + m[1] + "-" + strings.Repeat("0", 3-len(m[2])) + m[2]
	}
	b, ok, err := Found(ctx, r, said)
	if err != nil || ok {
		return Scan{Visit: b.ID}, ok, err
	}
	var id string
	err = r.QueryRow(ctx, `SELECT booking FROM hall_number WHERE number = $1 ORDER BY booking LIMIT 1`, said).Scan(&id)
	if store.NoRows(err) {
		return Scan{}, false, nil
	}
	if err != nil {
		return Scan{}, false, fmt.Errorf("finding the booking that had number %s: %w", said, err)
	}
	return Scan{Visit: id, Was: true}, true, nil
}

func ticketScanned(ctx context.Context, r store.Reader, said string, today calendar.Date, hall string) (Scan, bool, error) {
	all, err := TicketsOn(ctx, r, hall, today)
	for _, t := range all {
		if TicketNumber(t.Number) == said {
			return Scan{Visit: t.Visit}, true, err
		}
	}
	return Scan{}, false, err
}
