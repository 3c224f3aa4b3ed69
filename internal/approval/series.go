package approval

import (
	"context"
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// Series is a run of numbers of one kind in one year, such as "case.2026". Its
// n-th event gives out the number n, so it can have neither gap nor double.
type Series struct{ Last int }

// SeriesRoom is the series as a subject.
var SeriesRoom = journal.Subject[Series]{Kind: "series", Evolve: func(s Series, e journal.Event) (Series, error) {
	b, ok := e.Body.(NumberTaken)
	if !ok {
		return s, fmt.Errorf("%T is nothing that happens to a series", e.Body)
	}
	s.Last = b.Number
	return s, nil
}}

// TakeNumber gives out the next number.
type TakeNumber struct{ For string }

// Decide always has a next one.
func (cmd TakeNumber) Decide(s Series, _ journal.Moment) ([]journal.Event, error) {
	if cmd.For == "" {
		return nil, fault.Field("for", "series.for_whom", nil)
	}
	return journal.Happened(NumberTaken{Number: s.Last + 1, For: cmd.For}), nil
}

// Kinds of series.
const (
	CaseSeries     = "case"
	DocumentSeries = "document"
)

// Number is a place in a series.
type Number struct{ Year, N int }

// NextNumber takes a number for somebody, or gives again the one that they
// have: a case that was interrupted between its number and its acceptance
// finds the same one, even after New Year.
func NextNumber(ctx context.Context, j *journal.Journal, kind, forWhom string) (Number, error) {
	id := fmt.Sprintf("%s.%d", kind, j.Today().Year())
	// The key is the system's, so that it is the same whoever presses the button.
	ans, err := journal.Do(journal.WithActor(ctx, journal.System), j, SeriesRoom, journal.Order{Subject: id, Key: "series:" + kind + ":" + forWhom}, TakeNumber{For: forWhom})
	if err != nil {
		return Number{}, fmt.Errorf("taking a number of series %s: %w", id, err)
	}
	n := Number{N: int(ans.Version)}
	if _, err := fmt.Sscanf(strings.TrimPrefix(ans.Subject.ID, kind+"."), "%d", &n.Year); err != nil {
		return Number{}, fmt.Errorf("reading the year of series %s: %w", ans.Subject.ID, err)
	}
	return n, nil
}

// As spells the number as a pattern says.
func (n Number) As(p pack.Pattern) string { return p.Spell(n.Year, n.N) }

// DocumentEdition names an edition of a case's document in its series.
func DocumentEdition(filing string, edition int) string {
	return fmt.Sprintf("%s.%d", filing, edition)
}

// validUntil is the last day of a document issued on a day.
func validUntil(on calendar.Date, months int) calendar.Date { return on.AddMonths(months) }
