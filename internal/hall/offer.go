package hall

import (
	"time"

	"yitang/internal/calendar"
	"yitang/internal/journal"
)

// Serve goes through the line of a day (候补递补): ends what wasn't answered in time,
// and offers what is free to the first whom it fits. It may be given at any time and
// any number of times: what is due follows from the day and the clock alone.
type Serve struct {
	Plan Plan
	Day  calendar.Date
}

// Decide offers while the hall is open, when people can be reached and answer. Until
// then what is free stays with the line: see promised.
func (cmd Serve) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	if len(d.Waits) == 0 {
		return nil, nil
	}
	var out []any
	open, _ := cmd.Plan.OpenOn(cmd.Day, m.Book)
	closed := !open || !m.Now.Before(cmd.Plan.closes(cmd.Day, m.Book))
	for _, w := range d.line() {
		end := WaitEnded{Wait: w.ID, Filing: w.Filing, Day: cmd.Day}
		switch {
		case w.Offer != nil && !w.Open(m.Now):
			end.Why = WaitLapsed
		case closed:
			end.Why = WaitClosed
		default:
			continue
		}
		out = append(out, end)
	}
	if closed || !cmd.Plan.atWork(m.Now, m.Book) {
		return journal.Happened(out...), nil
	}
	until := cmd.Plan.answerBy(cmd.Day, m.Now, m.Book)
	for _, o := range cmd.Plan.On(cmd.Day).owed(d, cmd.Day, m.Now) {
		by := until
		if start := o.Slot.On(cmd.Day); start.Before(by) {
			by = start
		}
		out = append(out, Offered{Wait: o.Waiting.ID, Hall: cmd.Plan.ID, Day: cmd.Day, Filing: o.Waiting.Filing, Unit: o.Waiting.Unit, People: o.Waiting.People,
			Slot: o.Slot, Window: o.Window, Uses: o.Uses, Until: by})
	}
	return journal.Happened(out...), nil
}

// atWork tells whether the hall's people are there, their noon included.
func (p Plan) atWork(now time.Time, book *calendar.Book) bool {
	today := calendar.DateOf(now)
	open, _ := p.OpenOn(today, book)
	p = p.On(today)
	if !open || len(p.Open) == 0 {
		return false
	}
	return !now.Before(p.Open[0].From.On(today)) && now.Before(p.Open[len(p.Open)-1].To.On(today))
}

// Shuts is when nobody is received any more on a day.
func (p Plan) Shuts(d calendar.Date) time.Time {
	open := p.On(d).Open
	if len(open) == 0 {
		return d.Next().Begins()
	}
	return open[len(open)-1].To.On(d)
}

// Over is when nobody is waited for at a booking any more, though the hall's hours have
// been shortened since.
func (p Plan) Over(b Booking) time.Time {
	over := p.Shuts(b.Day)
	if ends := b.Ends.On(b.Day); ends.After(over) {
		over = ends
	}
	return over.Add(Grace)
}

// closes is when nothing of a day can be booked any more.
func (p Plan) closes(day calendar.Date, book *calendar.Book) time.Time {
	last := day
	for range 120 { // working days ahead, and the longest run of holidays
		if from, _ := p.Bookable(last, book); !from.After(day) {
			break
		}
		last = last.Prev()
	}
	return last.Next().Begins()
}

// answerBy is until when a place is kept for who waited for it: so many minutes of the
// hall's open hours from now on, and never longer than it can be booked.
func (p Plan) answerBy(day calendar.Date, now time.Time, book *calendar.Book) time.Time {
	left, end := time.Duration(p.Offer)*time.Minute, p.closes(day, book)
	for d := calendar.DateOf(now); d.Begins().Before(end); d = d.Next() {
		if open, _ := p.OpenOn(d, book); !open {
			continue
		}
		for _, o := range p.On(d).Open {
			from, to := o.From.On(d), o.To.On(d)
			if from.Before(now) {
				from = now
			}
			if !from.Before(to) {
				continue
			}
			if by := from.Add(left); !by.After(to) {
				if by.After(end) {
					return end
				}
				return by
			}
			left -= to.Sub(from)
		}
	}
	return end
}

// DayOf reads what DayID gives.
func DayOf(id string) (hall string, day calendar.Date, ok bool) {
	if len(id) < 12 || id[len(id)-11] != '.' {
		return "", calendar.Date{}, false
	}
	day, err := calendar.Parse(id[len(id)-10:])
	return id[:len(id)-11], day, err == nil
}
