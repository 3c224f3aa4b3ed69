package hall

import (
	"context"
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/store"
)

// MissesToRemind is how many missed bookings of a quarter a unit is reminded of.
const MissesToRemind = 3

// QuarterOf is the first and last day of a day's quarter.
func QuarterOf(d calendar.Date) (from, to calendar.Date) {
	from = calendar.On(d.Year(), (d.Month()-1)/3*3+1, 1)
	return from, from.AddMonths(3).Prev()
}

// StillAwaited lists bookings of a stretch of days to which nobody has come and of which
// nobody has taken note.
//
// index hall_booking_by_day (hall, day, slot, number)
func StillAwaited(ctx context.Context, r store.Reader, hall string, from, to calendar.Date) ([]Booking, error) {
	return bookings(ctx, r, `SELECT `+bookingColumns+` FROM hall_booking WHERE hall = $1 AND day >= $2 AND day <= $3 AND state = 'booked' ORDER BY day, slot, number`,
		hall, from.String(), to.String())
}

// MissedBy counts the bookings of a day's quarter to which nobody came, unit by unit.
func MissedBy(ctx context.Context, r store.Reader, day calendar.Date) (map[string]int, error) {
	from, to := QuarterOf(day)
	rows, err := r.Query(ctx, `SELECT unit, COUNT(*) FROM hall_booking WHERE state = 'missed' AND day >= $1 AND day <= $2 GROUP BY unit`, from.String(), to.String())
	if err != nil {
		return nil, fmt.Errorf("counting who didn't come: %w", err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var unit string
		var n int
		if err := rows.Scan(&unit, &n); err != nil {
			return nil, err
		}
		out[unit] = n
	}
	return out, rows.Err()
}

// MissedOf counts one unit's.
func MissedOf(ctx context.Context, r store.Reader, unit string, day calendar.Date) (n int, err error) {
	from, to := QuarterOf(day)
	// index hall_booking_by_unit (unit, day, booking)
	err = r.QueryRow(ctx, `SELECT COUNT(*) FROM hall_booking WHERE unit = $1 AND day >= $2 AND day <= $3 AND state = 'missed'`, unit, from.String(), to.String()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting to what unit %s didn't come: %w", unit, err)
	}
	return n, nil
}
