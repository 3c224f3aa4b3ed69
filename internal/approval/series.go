package approval

import (
	"context"
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
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

// Marks of the city in numbers, in Latin letters and in Chinese.
const (
	cityLetters = "YJ"
	cityMark    = "云"
)

// CaseNumber spells a case number (案件编号): YJ-YYYY-NNNNNN-C, where C is the
// check character of ISO 7064, MOD 37,36.
func (n Number) CaseNumber() string {
	body := fmt.Sprintf("%s%04d%06d", cityLetters, n.Year, n.N)
	return fmt.Sprintf("%s-%04d-%06d-%c", cityLetters, n.Year, n.N, checkCharacter(body))
}

// DocumentNumber spells an approval document's number (发文字号): 云外办出〔YYYY〕N号,
// without leading zeros and without 第, as GB/T 9704-2012 says.
func (n Number) DocumentNumber() string {
	return fmt.Sprintf("%s外办出〔%04d〕%d号", cityMark, n.Year, n.N)
}

// ValidCaseNumber tells whether a case number is well formed and was copied
// without a slip. Any city's two letters will do: the check covers them.
func ValidCaseNumber(s string) bool {
	p := strings.Split(s, "-")
	if len(p) != 4 || !capitals(p[0]) || len(p[1]) != 4 || len(p[2]) < 6 || len(p[3]) != 1 {
		return false
	}
	for _, r := range p[1] + p[2] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return checkCharacter(p[0]+p[1]+p[2]) == rune(p[3][0])
}

// capitals tells whether a text is two Latin capitals.
func capitals(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// checkCharacter is ISO 7064 MOD 37,36: it finds every single wrong character
// and every swap of two neighbours but one in 37.
func checkCharacter(body string) rune {
	p := 36
	for _, r := range body {
		s := (p + strings.IndexRune(alphanumeric, r)) % 36
		if s == 0 {
			s = 36
		}
		p = s * 2 % 37
	}
	return rune(alphanumeric[(37-p)%36])
}

// DocumentEdition names an edition of a case's document in its series.
func DocumentEdition(filing string, edition int) string {
	return fmt.Sprintf("%s.%d", filing, edition)
}

// validUntil is the last day of a document issued on a day.
func validUntil(on calendar.Date, months int) calendar.Date { return on.AddMonths(months) }
