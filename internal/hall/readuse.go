package hall

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/store"
)

// Usage is one window in one week: what it offered and what became of it (利用率). Beside
// places and waits people are counted; the unit's messenger is one.
type Usage struct {
	Week    calendar.Date // its Monday
	Window  string        // "" for people without a booking whom no window has called
	Offered int           // places that could be booked
	Taken   int           // of these, that were: who takes longer has several
	Booked  int
	Came    int // of those booked
	Missed  int
	Walked  int // without a booking
	Called  int // visits that were called
	Waited  time.Duration
}

// Wait is the average time from check-in to the first call.
func (u Usage) Wait() time.Duration {
	if u.Called == 0 {
		return 0
	}
	return u.Waited / time.Duration(u.Called)
}

// Plus adds another week or window to it.
func (u Usage) Plus(o Usage) Usage {
	u.Offered += o.Offered
	u.Taken += o.Taken
	u.Booked += o.Booked
	u.Came += o.Came
	u.Missed += o.Missed
	u.Walked += o.Walked
	u.Called += o.Called
	u.Waited += o.Waited
	return u
}

// weekOf is the Monday of a day's week.
func weekOf(d calendar.Date) calendar.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

type usages map[calendar.Date]map[string]*Usage

func (us usages) at(day calendar.Date, window string) *Usage {
	week := weekOf(day)
	if us[week] == nil {
		us[week] = map[string]*Usage{}
	}
	if us[week][window] == nil {
		us[week][window] = &Usage{Week: week, Window: window}
	}
	return us[week][window]
}

// UsageOf counts a hall's days from one to another, week by week and window by window.
// Each day offered what the plan of that day said.
func UsageOf(ctx context.Context, r store.Reader, hall string, from, to, today calendar.Date, book *calendar.Book) ([]Usage, error) {
	us := usages{}
	plans, err := plansOf(ctx, r, hall)
	if err != nil {
		return nil, err
	}
	for d := from; !d.After(to); d = d.Next() {
		p := plans.on(d)
		if open, _ := p.OpenOn(d, book); !open {
			continue
		}
		for _, w := range p.Windows {
			us.at(d, w.ID).Offered += (w.Places - w.Kept) * len(p.On(d).SlotsOf(w))
		}
	}
	windows, err := us.bookings(ctx, r, hall, from, to, today)
	if err != nil {
		return nil, err
	}
	if err := us.places(ctx, r, hall, from, to); err != nil {
		return nil, err
	}
	all, err := AllPlans(ctx, r)
	if err != nil {
		return nil, err
	}
	first := len(all) == 0 || all[0].ID == hall
	here := func(said string) bool { return said == hall || said == "" && first }
	if err := us.visits(ctx, r, from, to, windows, here); err != nil {
		return nil, err
	}
	var out []Usage
	for _, week := range us {
		for _, u := range week {
			out = append(out, *u)
		}
	}
	slices.SortFunc(out, func(a, b Usage) int { return cmp.Or(a.Week.Compare(b.Week), cmp.Compare(a.Window, b.Window)) })
	return out, nil
}

// bookings counts who booked and who missed it; it gives the window of each booking.
func (us usages) bookings(ctx context.Context, r store.Reader, hall string, from, to, today calendar.Date) (map[string]string, error) {
	all, err := bookings(ctx, r, `SELECT `+bookingColumns+` FROM hall_booking WHERE hall = $1 AND day >= $2 AND day <= $3 AND state <> 'cancelled'`, hall, from.String(), to.String())
	windows := map[string]string{}
	for _, b := range all {
		u, n := us.at(b.Day, b.Window), max(1, len(b.People))
		windows[b.ID] = b.Window
		u.Booked += n
		if b.State == WasMissed || b.State == IsBooked && b.Day.Before(today) {
			u.Missed += n
		}
	}
	return windows, err
}

// places counts what the bookings of each day took.
func (us usages) places(ctx context.Context, r store.Reader, hall string, from, to calendar.Date) error {
	rows, err := r.Query(ctx, `SELECT day, wicket, SUM(places) FROM hall_place WHERE day >= $1 AND day <= $2 AND until = 0 AND `+stays+` GROUP BY day, wicket`, DayID(hall, from), DayID(hall, to))
	if err != nil {
		return fmt.Errorf("counting places: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, window string
		var n int
		if err := rows.Scan(&id, &window, &n); err != nil {
			return err
		}
		if of, day, ok := DayOf(id); ok && of == hall {
			us.at(day, window).Taken += n
		}
	}
	return rows.Err()
}

// visits counts who came to a hall, and how long they waited to be called: here tells
// which of those who came without a booking did.
func (us usages) visits(ctx context.Context, r store.Reader, from, to calendar.Date, windows map[string]string, here func(hall string) bool) error {
	rows, err := r.Query(ctx, `SELECT v.hall, v.day, v.booking, v.people, COALESCE(t.wicket, ''), COALESCE(t.came, 0), COALESCE(t.waited, 0)
FROM hall_attendance v LEFT JOIN hall_ticket t ON t.visit = v.attendance
WHERE v.day >= $1 AND v.day <= $2 AND v.presence <> 'missed'`, from.String(), to.String())
	if err != nil {
		return fmt.Errorf("counting visits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var at, on, booking, who, window string
		var came, waited int64
		if err := rows.Scan(&at, &on, &booking, &who, &window, &came, &waited); err != nil {
			return err
		}
		booked, there := windows[booking]
		if !there && !here(at) {
			continue
		}
		day, err := calendar.Parse(on)
		if err != nil {
			return err
		}
		var people []string
		if err := json.Unmarshal([]byte(who), &people); err != nil {
			return fmt.Errorf("reading who came: %w", err)
		}
		n := max(1, len(people))
		if there {
			us.at(day, booked).Came += n
		} else {
			us.at(day, window).Walked += n
		}
		if waited > 0 {
			u := us.at(day, window)
			u.Called++
			u.Waited += time.Duration(waited-came) * time.Microsecond
		}
	}
	return rows.Err()
}

// history is a hall's plans, the oldest first, each with the day on which it was made.
type history []struct {
	since calendar.Date
	plan  Plan
}

// on is the plan that held on a day; before the first, the first.
func (h history) on(d calendar.Date) Plan {
	var p Plan
	for i, x := range h {
		if i == 0 || !x.since.After(d) {
			p = x.plan
		}
	}
	return p
}

func plansOf(ctx context.Context, r store.Reader, hall string) (history, error) {
	rows, err := r.Query(ctx, `SELECT since, plan FROM hall_plan_was WHERE hall = $1 ORDER BY since`, hall)
	if err != nil {
		return nil, fmt.Errorf("reading the plans of hall %s: %w", hall, err)
	}
	defer rows.Close()
	var out history
	for rows.Next() {
		var since int64
		var doc string
		if err := rows.Scan(&since, &doc); err != nil {
			return nil, err
		}
		var p Plan
		if err := json.Unmarshal([]byte(doc), &p); err != nil {
			return nil, fmt.Errorf("reading a plan of hall %s: %w", hall, err)
		}
		out = append(out, struct {
			since calendar.Date
			plan  Plan
		}{calendar.DateOf(time.UnixMicro(since)), p})
	}
	return out, rows.Err()
}
