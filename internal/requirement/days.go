package requirement

import (
	"time"

	"yitang/internal/calendar"
)

// mondayToFriday stands in where no calendar of holidays is given.
func mondayToFriday(d calendar.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// workdays moves by n working days, back where n is negative.
func (b *builder) workdays(d calendar.Date, n int) calendar.Date {
	if d.IsZero() {
		return d
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if b.Workday(d) {
			n--
		}
	}
	return d
}

// tripEnd is the day up to which papers have to serve: the day of return, else
// of departure, else today.
func (b *builder) tripEnd() calendar.Date {
	switch {
	case !b.c.Trip.Return.IsZero():
		return b.c.Trip.Return
	case !b.c.Trip.Depart.IsZero():
		return b.c.Trip.Depart
	}
	return b.Today
}

// decided is the day from which passports and visas may be worked on.
func (b *builder) decided() calendar.Date {
	if !b.Approved.IsZero() {
		return later(b.Approved, b.Today)
	}
	return b.workdays(b.Today, b.p.ApprovalWorkdays)
}

func later(a, b calendar.Date) calendar.Date {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return a
	}
	return b
}
