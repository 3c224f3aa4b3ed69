// Package calendar is days as the office counts them (日期、工作日): without hour
// or zone, with China's public holidays and make-up working days. It never reads
// a clock: whoever needs today is handed it.
package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a civil day of the Gregorian calendar, without hour or zone. The zero
// value means "no date given". Dates compare with == and lie between the years
// 1 and 9999.
type Date struct {
	n int32 // days since 0000-12-31, so that 0001-01-01 is 1 and absent is 0
}

// office is where the office's days begin and end. China has kept one zone of
// UTC+8 without summer time since 1992, so no zone database is needed.
var office = time.FixedZone("Asia/Shanghai", 8*60*60)

const secondsPerDay = 24 * 60 * 60

var epoch = time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC).Unix()

func fromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int32((time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() - epoch) / secondsPerDay)}
}

func (d Date) time() time.Time {
	return time.Unix(epoch+int64(d.n)*secondsPerDay, 0).UTC()
}

// On is the day of that year, month and day. Overflow is carried as time.Date
// does, so On(2026, 2, 30) is 2 March: for what people typed use Parse.
func On(year int, month time.Month, day int) Date {
	return fromTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf is the day on the office's wall (Asia/Shanghai) at instant t; absent
// for the zero instant.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return fromTime(t.In(office))
}

// Parse reads YYYY-MM-DD. The error says what is wrong with the text, for
// people. An empty text is an error: absence is the caller's to allow.
func Parse(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("%q is not a date as YYYY-MM-DD", s)
	}
	y, errY := digits(s[:4])
	m, errM := digits(s[5:7])
	d, errD := digits(s[8:])
	if errY != nil || errM != nil || errD != nil || y == 0 {
		return Date{}, fmt.Errorf("%q is not a date as YYYY-MM-DD", s)
	}
	if m < 1 || m > 12 {
		return Date{}, fmt.Errorf("%q: there is no month %02d", s, m)
	}
	if d < 1 || d > DaysIn(y, time.Month(m)) {
		return Date{}, fmt.Errorf("%q: %04d-%02d has %d days", s, y, m, DaysIn(y, time.Month(m)))
	}
	return On(y, time.Month(m), d), nil
}

// MustParse is Parse for dates written in code and tests; it panics on others.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// digits refuses the signs and blanks that strconv and fmt would let through.
func digits(s string) (int, error) {
	if strings.Trim(s, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return strconv.Atoi(s)
}

// DaysIn is the number of days in a month.
func DaysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// IsZero tells whether no date was given.
func (d Date) IsZero() bool { return d.n == 0 }

// String gives YYYY-MM-DD, or nothing for an absent date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.time().Format("2006-01-02")
}

// Year, Month and Day are the date's parts; all 0 for an absent date.
func (d Date) Year() int {
	if d.IsZero() {
		return 0
	}
	return d.time().Year()
}

// Month is 1 to 12, or 0 for an absent date.
func (d Date) Month() time.Month {
	if d.IsZero() {
		return 0
	}
	return d.time().Month()
}

// Day is the day of the month, or 0 for an absent date.
func (d Date) Day() int {
	if d.IsZero() {
		return 0
	}
	return d.time().Day()
}

// Weekday is the day of the week; meaningless for an absent date.
func (d Date) Weekday() time.Weekday { return d.time().Weekday() }

// Begins is the instant at which the day begins on the office's wall.
func (d Date) Begins() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.time().Add(-8 * time.Hour)
}

// AddDays moves by whole days; an absent date stays absent.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return Date{d.n + int32(n)}
}

// Next and Prev are the neighbouring days.
func (d Date) Next() Date { return d.AddDays(1) }

// Prev is the day before.
func (d Date) Prev() Date { return d.AddDays(-1) }

// Sub is the number of days from other to d: 1 for the day after. The caller
// makes sure that both are given.
func (d Date) Sub(other Date) int { return int(d.n - other.n) }

// DaysUntil is the number of days from d to later: 1 for the day after d.
func (d Date) DaysUntil(later Date) int { return later.Sub(d) }

// AddMonths moves by calendar months and stops at the month's last day: one
// month after 31 January is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	y, m, day := d.time().Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return On(first.Year(), first.Month(), min(day, DaysIn(first.Year(), first.Month())))
}

// Age is the number of full years from birth to the given day.
func Age(birth, on Date) int {
	years := on.Year() - birth.Year()
	if birth.AddMonths(12 * years).After(on) {
		years--
	}
	return years
}

// Before, After and Compare order dates; an absent date lies before all others.
func (d Date) Before(other Date) bool { return d.n < other.n }

// After tells whether d is later than other.
func (d Date) After(other Date) bool { return d.n > other.n }

// Compare is -1, 0 or 1, for sorting.
func (d Date) Compare(other Date) int {
	switch {
	case d.n < other.n:
		return -1
	case d.n > other.n:
		return 1
	}
	return 0
}

// MarshalText gives YYYY-MM-DD, or nothing for an absent date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText gives.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Chinese spells the date as official documents do (GB/T 9704-2012): Arabic
// numerals without leading zeros.
func (d Date) Chinese() string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.time().Date()
	return fmt.Sprintf("%d年%d月%d日", y, m, day)
}

// English spells the date as English pages do: 12 January 2027.
func (d Date) English() string {
	if d.IsZero() {
		return ""
	}
	return d.time().Format("2 January 2006")
}
