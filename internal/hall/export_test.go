package hall

import (
	"context"

	"yitang/internal/calendar"
	"yitang/internal/store"
	"yitang/internal/visit"
)

// BookedEachDay is what HallDays tells of what is booked, by a look at each day.
func BookedEachDay(ctx context.Context, r store.Reader, a Ask, last calendar.Date) (map[calendar.Date]map[visit.Counter]int, error) {
	from, to := a.Plan.Bookable(calendar.DateOf(a.Now), a.Book)
	out := map[calendar.Date]map[visit.Counter]int{}
	for d := from; !d.After(to) && !d.After(last); d = d.Next() {
		if open, _ := a.Plan.OpenOn(d, a.Book); !open {
			continue
		}
		taken, err := takenOn(ctx, r, a.Plan.DayID(d), a.Now, a.Filing)
		if err != nil {
			return nil, err
		}
		out[d] = map[visit.Counter]int{}
		for _, c := range visit.Counters() {
			for _, w := range a.Plan.Serving(c) {
				for _, n := range taken[w.ID] {
					out[d][c] += n * a.Plan.Holds()
				}
			}
		}
	}
	return out, nil
}

// Queries are the lists' queries with the index that carries each.
var Queries = map[string]string{dayList: "hall_booking_by_day", bookingsOfFiling: "hall_booking_by_filing", bookingsOfUnit: "hall_booking_by_unit", bookingsOfPerson: "hall_booking_by_person",
	keptFor:  "hall_place_by_filing",
	visitsOn: "hall_attendance_by_day", visitsOf: "hall_attendance_by_filing",
	lineQuery: "hall_wait_by_day", waitsOf: "hall_wait_by_filing", ticketsOn: "hall_ticket_by_day"}
