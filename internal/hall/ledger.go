package hall

import "yitang/internal/calendar"

// Visited tells the ledger who came and on which day.
func (e CheckedIn) Visited() (string, calendar.Date) {
	if e.Unit == "" && len(e.People) == 1 {
		return e.People[0], e.Day // a traveller on their own
	}
	return e.Unit, e.Day
}

// Delivered tells the ledger how many originals were taken over the counter.
func (e ActClosed) Delivered() int { return e.Originals }
