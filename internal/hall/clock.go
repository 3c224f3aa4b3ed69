package hall

import (
	"fmt"
	"time"

	"yitang/internal/calendar"
)

// Clock is a time of day on the office's wall, in minutes since midnight.
type Clock int

// At is a time of day.
func At(hour, minute int) Clock { return Clock(hour*60 + minute) }

// ParseClock reads HH:MM.
func ParseClock(s string) (Clock, error) {
	if len(s) != 5 || s[2] != ':' {
		return 0, fmt.Errorf("%q is no time of day as HH:MM", s)
	}
	n := 0
	for i, c := range []byte(s) {
		if i == 2 {
			continue
		}
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%q is no time of day as HH:MM", s)
		}
		n = n*10 + int(c-'0')
	}
	if n/100 > 23 || n%100 > 59 {
		return 0, fmt.Errorf("%q is no time of day from 00:00 to 23:59", s)
	}
	return At(n/100, n%100), nil
}

// String gives HH:MM.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText gives HH:MM.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText gives.
func (c *Clock) UnmarshalText(text []byte) error {
	parsed, err := ParseClock(string(text))
	if err == nil {
		*c = parsed
	}
	return err
}

// On is the instant at which the office's wall shows c on that day.
func (c Clock) On(d calendar.Date) time.Time { return d.Begins().Add(time.Duration(c) * time.Minute) }

// ClockAt is what the office's wall shows at an instant.
func ClockAt(t time.Time) Clock {
	return Clock(t.Sub(calendar.DateOf(t).Begins()) / time.Minute)
}

// Span is a run of time within a day, its end not included.
type Span struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
}
