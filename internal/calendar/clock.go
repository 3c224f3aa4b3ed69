package calendar

import (
	"fmt"
	"time"
)

// LocalTime is a day and an hour on a wall somewhere (当地时间), as tickets print
// it: YYYY-MM-DDTHH:MM. Which wall is said beside it. The zero value is absent.
type LocalTime struct {
	Date   Date
	Minute int // minutes since midnight, 0 to 1439
}

// ParseLocal reads YYYY-MM-DDTHH:MM.
func ParseLocal(s string) (LocalTime, error) {
	if len(s) != 16 || s[10] != 'T' || s[13] != ':' {
		return LocalTime{}, fmt.Errorf("%q is not a local time as YYYY-MM-DDTHH:MM", s)
	}
	day, err := Parse(s[:10])
	if err != nil {
		return LocalTime{}, fmt.Errorf("%q: %w", s, err)
	}
	hour, errH := digits(s[11:13])
	minute, errM := digits(s[14:])
	if errH != nil || errM != nil || hour > 23 || minute > 59 {
		return LocalTime{}, fmt.Errorf("%q: %s is no time of day from 00:00 to 23:59", s, s[11:])
	}
	return LocalTime{Date: day, Minute: hour*60 + minute}, nil
}

// IsZero tells whether no time was given.
func (l LocalTime) IsZero() bool { return l.Date.IsZero() }

// String gives YYYY-MM-DDTHH:MM, or nothing when absent.
func (l LocalTime) String() string {
	if l.IsZero() {
		return ""
	}
	return fmt.Sprintf("%sT%02d:%02d", l.Date, l.Minute/60, l.Minute%60)
}

// In is the instant at which the wall in that zone showed l. An hour that
// summer time skips is taken as one hour later, as time.Date does.
func (l LocalTime) In(zone *time.Location) time.Time {
	if l.IsZero() {
		return time.Time{}
	}
	y, m, d := l.Date.time().Date()
	return time.Date(y, m, d, 0, l.Minute, 0, 0, zone)
}

// MarshalText gives what String gives.
func (l LocalTime) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText gives.
func (l *LocalTime) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*l = LocalTime{}
		return nil
	}
	parsed, err := ParseLocal(string(text))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}
