package hall

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/visit"
)

// State is where a booking stands.
type State string

const (
	IsBooked    State = "booked"
	IsCancelled State = "cancelled"
	HasArrived  State = "arrived"
	HasLeft     State = "left"
	WasMissed   State = "missed"
	WasExcused  State = "excused" // it doesn't count as missed that nobody came
)

// Live tells whether somebody still comes or came.
func (s State) Live() bool { return s == IsBooked || s == HasArrived || s == HasLeft }

// MayCome tells whether people may still be checked in on the day: who was given up and is
// there is served.
func (s State) MayCome() bool { return s == IsBooked || s == WasMissed || s == WasExcused }

// Grace is how late somebody may be and is still waited for. Whoever comes later on
// that day is served all the same, but their case may book another time.
const Grace = 15 * time.Minute

// Past tells whether nobody is waited for at a time any more.
func Past(d calendar.Date, c Clock, now time.Time) bool { return now.After(c.On(d).Add(Grace)) }

// Booking is one booking as pages show it.
type Booking struct {
	ID       string
	Hall     string
	Day      calendar.Date
	Slot     Clock
	Ends     Clock
	Window   string
	Counter  visit.Counter
	Number   string
	Code     string
	Filing   string
	Unit     string
	People   []string
	Acts     []Act
	Sequence int
	State    State
	Cause    string
	Reason   string    // why it was cancelled; ""
	Here     time.Time // when they said that they are at the hall; zero: they haven't
}

// Minutes is how long all acts take together.
func (b Booking) Minutes() int {
	n := 0
	for _, a := range b.Acts {
		n += a.Minutes
	}
	return n
}

// Awaited tells whether it is still waited for.
func (b Booking) Awaited(now time.Time) bool { return b.State == IsBooked && !Past(b.Day, b.Slot, now) }

// PlanOf reads a hall's plan.
func PlanOf(ctx context.Context, r store.Reader, hall string) (Plan, bool, error) {
	ps, err := plans(ctx, r, `SELECT plan FROM hall_plan WHERE hall = $1`, hall)
	if err != nil || len(ps) == 0 {
		return Plan{}, false, err
	}
	return ps[0], true, nil
}

// AllPlans reads the plans of all halls, the main one first.
func AllPlans(ctx context.Context, r store.Reader) ([]Plan, error) {
	return plans(ctx, r, `SELECT plan FROM hall_plan ORDER BY CASE WHEN hall = '`+Main+`' THEN 0 ELSE 1 END, hall`)
}

// HallOf reads the hall that is asked for, or the office's first where it isn't said or
// there is no such; ok is false while none is planned.
func HallOf(ctx context.Context, r store.Reader, id string) (h Plan, ok bool, err error) {
	all, err := AllPlans(ctx, r)
	h, ok = Among(all, id)
	return h, ok, err
}

// Among finds it in the plans of all halls.
func Among(all []Plan, id string) (h Plan, ok bool) {
	if len(all) == 0 {
		return Plan{}, false
	}
	return all[max(0, slices.IndexFunc(all, func(h Plan) bool { return h.ID == id }))], true
}

func plans(ctx context.Context, r store.Reader, query string, args ...any) ([]Plan, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading hall plans: %w", err)
	}
	defer rows.Close()
	var out []Plan
	for rows.Next() {
		var doc string
		if err := rows.Scan(&doc); err != nil {
			return nil, err
		}
		var p Plan
		if err := json.Unmarshal([]byte(doc), &p); err != nil {
			return nil, fmt.Errorf("reading a hall plan: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

const bookingColumns = `booking, hall, day, slot, ends, wicket, counter, number, code, filing, unit, people, acts, sequence, state, cause, reason, here`

func bookings(ctx context.Context, r store.Reader, query string, args ...any) ([]Booking, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading bookings: %w", err)
	}
	defer rows.Close()
	var out []Booking
	for rows.Next() {
		var b Booking
		var day, people, acts string
		var here int64
		if err := rows.Scan(&b.ID, &b.Hall, &day, &b.Slot, &b.Ends, &b.Window, &b.Counter, &b.Number, &b.Code, &b.Filing, &b.Unit, &people, &acts,
			&b.Sequence, &b.State, &b.Cause, &b.Reason, &here); err != nil {
			return nil, err
		}
		if here > 0 {
			b.Here = time.UnixMicro(here).UTC()
		}
		if b.Day, err = calendar.Parse(day); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(people), &b.People); err != nil {
			return nil, fmt.Errorf("reading the people of booking %s: %w", b.ID, err)
		}
		if err := json.Unmarshal([]byte(acts), &b.Acts); err != nil {
			return nil, fmt.Errorf("reading the acts of booking %s: %w", b.ID, err)
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

func one(bs []Booking, err error) (Booking, bool, error) {
	if err != nil || len(bs) == 0 {
		return Booking{}, false, err
	}
	return bs[0], true, nil
}

// BookingOf reads one booking.
func BookingOf(ctx context.Context, r store.Reader, id string) (Booking, bool, error) {
	return one(bookings(ctx, r, `SELECT `+bookingColumns+` FROM hall_booking WHERE booking = $1`, id))
}

// Found looks a booking up by the pass's code, or by its number.
//
// indexes hall_booking_by_code (code), hall_booking_by_number (number)
func Found(ctx context.Context, r store.Reader, said string) (Booking, bool, error) {
	return one(bookings(ctx, r, `SELECT `+bookingColumns+` FROM hall_booking WHERE code = $1 OR number = $1 ORDER BY day DESC LIMIT 1`, said))
}

// index hall_booking_by_filing (filing, day, booking)
const bookingsOfFiling = `SELECT ` + bookingColumns + `
FROM hall_booking
WHERE filing = $1
ORDER BY day, slot, booking`

// OfFiling lists all bookings of a case, earliest first.
func OfFiling(ctx context.Context, r store.Reader, filing string) ([]Booking, error) {
	return bookings(ctx, r, bookingsOfFiling, filing)
}

// index hall_booking_by_unit (unit, day, booking)
const bookingsOfUnit = `SELECT ` + bookingColumns + `
FROM hall_booking
WHERE unit = $1 AND day >= $2
ORDER BY day, slot, booking
LIMIT 100`

// OfUnit lists a unit's bookings from a day on.
func OfUnit(ctx context.Context, r store.Reader, unit string, from calendar.Date) ([]Booking, error) {
	return bookings(ctx, r, bookingsOfUnit, unit, from.String())
}

// Whom a booking has lost since keep their row: its list of people tells.
// index hall_booking_by_person (person, booking)
const bookingsOfPerson = `SELECT ` + bookingColumns + `
FROM hall_booking
WHERE booking IN (SELECT booking FROM hall_booking_person WHERE person = $1) AND state = $2 AND day >= $3 AND people LIKE $4
ORDER BY day, slot, booking`

// OfPerson lists the bookings from a day on for which somebody is still waited, whichever
// case they are for, under all ids that mean them.
func OfPerson(ctx context.Context, r store.Reader, who string, from calendar.Date) ([]Booking, error) {
	return ofPerson(ctx, r, who, IsBooked, from)
}

// Within are the visits of a day at which somebody is still in the hall.
func Within(ctx context.Context, r store.Reader, who string, day calendar.Date) ([]Booking, error) {
	return ofPerson(ctx, r, who, HasArrived, day)
}

func ofPerson(ctx context.Context, r store.Reader, who string, is State, from calendar.Date) ([]Booking, error) {
	return person.Each(ctx, r, who, func(id string) ([]Booking, error) {
		return bookings(ctx, r, bookingsOfPerson, id, string(is), from.String(), `%"`+id+`"%`)
	})
}

// CapturesFor lists the bookings at which somebody will be captured for a booklet that
// is made on account of a case, the next one first. What is captured for a passport
// serves none of another type.
func CapturesFor(ctx context.Context, r store.Reader, who, booklet, of string, now time.Time) ([]Booking, error) {
	all, err := Captures(ctx, r, who, now)
	if dossier.PassportType(booklet) == dossier.HKMacauPermit {
		all = slices.DeleteFunc(all, func(b Booking) bool { return b.Filing != of })
	}
	return all, err
}

// Captures lists the bookings at which somebody will be captured, the next one first.
func Captures(ctx context.Context, r store.Reader, who string, now time.Time) ([]Booking, error) {
	ids, err := person.Also(ctx, r, who)
	if err != nil {
		return nil, err
	}
	theirs := func(a Act) bool { return a.Kind.AtStation() && slices.Contains(ids, a.Person) }
	all, err := OfPerson(ctx, r, who, calendar.DateOf(now))
	return slices.DeleteFunc(all, func(b Booking) bool { return !b.Awaited(now) || !slices.ContainsFunc(b.Acts, theirs) }), err
}

// index hall_booking_by_day (hall, day, slot, number)
const dayList = `SELECT ` + bookingColumns + `
FROM hall_booking
WHERE hall = $1 AND day = $2 AND state <> 'cancelled'
ORDER BY slot, number`

// DayList is who is expected on a day, in the order of time: for the window
// and the capture desk, on the screen and on paper.
func DayList(ctx context.Context, r store.Reader, hall string, day calendar.Date) ([]Booking, error) {
	return bookings(ctx, r, dayList, hall, day.String())
}

// Overlooked lists bookings before a day to which nobody came and of which
// nobody took note.
func Overlooked(ctx context.Context, r store.Reader, hall string, before calendar.Date) ([]Booking, error) {
	return bookings(ctx, r, `SELECT `+bookingColumns+` FROM hall_booking WHERE hall = $1 AND day < $2 AND state = 'booked' ORDER BY day, slot, number LIMIT 500`,
		hall, before.String())
}

// takenOn reads what is taken on a day, holds that still count included. A booking that has
// moved to another day has left this one: that its places were let go isn't told to every zone.
func takenOn(ctx context.Context, r store.Reader, id string, now time.Time, except string) (places, error) {
	rows, err := r.Query(ctx, `SELECT wicket, slot, places FROM hall_place WHERE day = $1 AND (until = 0 OR until > $2) AND filing <> $3 AND `+stays, id, now.UnixMicro(), except)
	if err != nil {
		return nil, fmt.Errorf("reading the places of %s: %w", id, err)
	}
	defer rows.Close()
	out := places{}
	for rows.Next() {
		var window string
		var u Use
		if err := rows.Scan(&window, &u.Slot, &u.Places); err != nil {
			return nil, err
		}
		out.add(window, []Use{u})
	}
	return out, rows.Err()
}

// sumsOn reads how much of each window is taken on the days of a span, by day and
// window, in one look: as takenOn, which tells the times apart.
func sumsOn(ctx context.Context, r store.Reader, from, to string, now time.Time, except string) (map[string]map[string]int, error) {
	rows, err := r.Query(ctx, `SELECT day, wicket, CAST(SUM(places) AS BIGINT) FROM hall_place WHERE day >= $1 AND day <= $2 AND (until = 0 OR until > $3) AND filing <> $4 AND `+stays+` GROUP BY day, wicket`, from, to, now.UnixMicro(), except)
	if err != nil {
		return nil, fmt.Errorf("reading the places from %s to %s: %w", from, to, err)
	}
	defer rows.Close()
	out := map[string]map[string]int{}
	for rows.Next() {
		var day, window string
		var n int
		if err := rows.Scan(&day, &window, &n); err != nil {
			return nil, err
		}
		if out[day] == nil {
			out[day] = map[string]int{}
		}
		out[day][window] = n
	}
	return out, rows.Err()
}

// stays tells of places that their booking, where it is one, hasn't moved to another day.
const stays = `NOT EXISTS (SELECT 1 FROM hall_booking b WHERE b.booking = hall_place.id AND b.hall || '.' || b.day <> hall_place.day)`

// Free is one time of a day: how many places nobody has, and whether the people
// asked about all fit in from there on when they give up their own.
type Free struct {
	Slot   Clock
	Places int
	Fits   bool
	Until  Clock // when all are through, where they fit
	Held   bool  // they would fit in, but for what others keep while they make up their minds
}

// DayFree is one day of the hall as somebody who wants to book sees it.
type DayFree struct {
	Day   calendar.Date
	Open  bool
	Why   string // why it is closed: a holiday's name, the hall's reason, or nothing
	Slots []Free
	Limit string // why they may book nothing of it, whatever is free; ""
	Takes int    // slots in a row of whoever of them takes longest
}

// Left is how many places are in the day's times that fit.
func (d DayFree) Left() int {
	n := 0
	for _, s := range d.Slots {
		if s.Fits {
			n += s.Places
		}
	}
	return n
}

// Held tells whether nothing of a day is free, and something may come free within minutes.
func (d DayFree) Held() bool {
	return d.Left() == 0 && slices.ContainsFunc(d.Slots, func(s Free) bool { return s.Held })
}

// Ask is what somebody wants to know about free places.
type Ask struct {
	Plan    Plan
	Counter visit.Counter
	People  int
	Filing  string   // whose own places don't count as taken
	Unit    string   // whose other places count against its limit; "" for who asks for no unit
	Persons []string // who they are: nobody is at two windows at once
	Acts    []Act    // what they come for: it says how long they take
	Now     time.Time
	Book    *calendar.Book
}

// dayOn reads a day as it limits who asks and who waits: all that is taken of it, by
// whichever unit. Who comes is read only where somebody is asked for or waits.
func (a Ask) dayOn(ctx context.Context, r store.Reader, day calendar.Date) (Day, error) {
	d := Day{Bookings: map[string]Placed{}, Holds: map[string]Hold{}, Waits: map[string]Waiting{}}
	line, err := lineOn(ctx, r, a.Plan.ID, day)
	if err != nil {
		return d, err
	}
	for _, w := range line {
		d.Waits[w.ID] = w
	}
	if len(a.Persons) > 0 || len(line) > 0 {
		all, err := DayList(ctx, r, a.Plan.ID, day)
		if err != nil {
			return d, err
		}
		for _, b := range all {
			d.Bookings[b.ID] = Placed{Filing: b.Filing, Unit: b.Unit, People: b.People, Slot: b.Slot, Window: b.Window}
		}
	}
	return d, d.placesOn(ctx, r, a.Plan.DayID(day), a.Now)
}

// AwayOn reads a day in the office's other halls, as it limits who asks for places in one.
func AwayOn(ctx context.Context, r store.Reader, a Ask, day calendar.Date) ([]Away, error) {
	if a.Unit == "" && len(a.Persons) == 0 {
		return nil, nil // it limits nobody
	}
	others, err := plans(ctx, r, `SELECT plan FROM hall_plan WHERE hall <> $1`, a.Plan.ID)
	var out []Away
	for _, h := range others {
		a.Plan = h
		d, err := a.dayOn(ctx, r, day)
		if err != nil {
			return nil, err
		}
		out = append(out, Away{d, h.Minutes})
	}
	return out, err
}

// placesOn reads the places of what is booked, held and offered on a day.
func (d Day) placesOn(ctx context.Context, r store.Reader, id string, now time.Time) error {
	rows, err := r.Query(ctx, `SELECT id, wicket, slot, places, filing, unit, until FROM hall_place WHERE day = $1 AND (until = 0 OR until > $2) ORDER BY id, slot`, id, now.UnixMicro())
	if err != nil {
		return fmt.Errorf("reading the places of %s: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		var of, window, filing, unit string
		var u Use
		var until int64
		if err := rows.Scan(&of, &window, &u.Slot, &u.Places, &filing, &unit, &until); err != nil {
			return err
		}
		switch w, waits := d.Waits[of]; {
		case waits && w.Offer != nil:
			w.Offer.Uses = append(w.Offer.Uses, u)
		case until == 0:
			b := d.Bookings[of]
			b.Filing, b.Unit, b.Window, b.Uses = filing, unit, window, append(b.Uses, u)
			d.Bookings[of] = b
		default:
			h := d.Holds[of]
			h.Filing, h.Unit, h.Window, h.Uses, h.Until = filing, unit, window, append(h.Uses, u), time.UnixMicro(until).UTC()
			d.Holds[of] = h
		}
	}
	return rows.Err()
}

// FreeOn reads one day.
func FreeOn(ctx context.Context, r store.Reader, a Ask, day calendar.Date) (DayFree, error) {
	d := DayFree{Day: day}
	from, to := a.Plan.Bookable(calendar.DateOf(a.Now), a.Book)
	d.Open, d.Why = a.Plan.OpenOn(day, a.Book)
	if !d.Open || day.Before(from) || day.After(to) {
		return d, nil
	}
	a.Plan = a.Plan.On(day)
	all, err := a.dayOn(ctx, r, day)
	if err != nil {
		return d, err
	}
	want := Wanted{Plan: a.Plan, Counter: a.Counter, Filing: a.Filing, Unit: a.Unit, People: max(1, a.People), Persons: a.Persons, Acts: a.Acts}
	if want.Away, err = AwayOn(ctx, r, a, day); err != nil {
		return d, err
	}
	takes := want.takes()
	d.Takes = slices.Max(takes)
	if a.Unit == "" {
		want.Plan.UnitDay = 0
	}
	d.Limit = want.limit(all, takes, a.Now)
	busy, taken, counted := want.busy(all, a.Now), all.taken(a.Now, a.Filing), all.taken(a.Now, "")
	for _, o := range a.Plan.owed(all, day, a.Now) { // nobody but the line may have it
		counted.add(o.Window, o.Uses)
		if o.Waiting.Filing != a.Filing {
			taken.add(o.Window, o.Uses)
		}
	}
	var firm places // what is taken for longer than somebody makes up their mind
	if len(all.Holds) > 0 {
		firm = Day{Bookings: all.Bookings, Waits: all.Waits}.promised(a.Plan, day, journal.Moment{Now: a.Now}, a.Filing)
	}
	past := clockOf(a.Now, day)
	serving := a.Plan.Serving(a.Counter)
	for _, s := range a.Plan.Slots() {
		if s <= past || len(serving) > 0 && !slices.ContainsFunc(serving, func(w Window) bool { return w.open(s, s+Clock(a.Plan.Minutes)) }) {
			continue
		}
		f := Free{Slot: s}
		for _, w := range serving {
			f.Places += max(0, a.Plan.bookable(w, s)-counted[w.ID][s])
		}
		_, uses, fits := a.Plan.fit(taken, a.Counter, s, takes)
		if f.Fits = fits && d.Limit == "" && !busy.meets(uses); f.Fits {
			f.Until = uses[len(uses)-1].Slot + Clock(a.Plan.Minutes)
		} else if firm != nil && d.Limit == "" {
			_, uses, fits = a.Plan.fit(firm, a.Counter, s, takes)
			f.Held = fits && !busy.meets(uses)
		}
		d.Slots = append(d.Slots, f)
	}
	return d, nil
}

// FreeDays reads a run of days, closed ones included.
func FreeDays(ctx context.Context, r store.Reader, a Ask, from calendar.Date, days int) ([]DayFree, error) {
	var out []DayFree
	for i := range days {
		d, err := FreeOn(ctx, r, a, from.AddDays(i))
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// Elsewhere names up to three free times on the open days around one, for the
// answer to those who came too late.
func Elsewhere(ctx context.Context, r store.Reader, a Ask, day calendar.Date) ([]string, error) {
	from, to := a.Plan.Bookable(calendar.DateOf(a.Now), a.Book)
	var out []string
	for away := 1; away <= 14 && len(out) < 3; away++ {
		for _, d := range []calendar.Date{day.AddDays(away), day.AddDays(-away)} {
			if d.Before(from) || d.After(to) || len(out) == 3 {
				continue
			}
			free, err := FreeOn(ctx, r, a, d)
			if err != nil {
				return nil, err
			}
			for _, s := range free.Slots {
				if s.Fits {
					out = append(out, PlaceID(d, s.Slot))
					break
				}
			}
		}
	}
	return out, nil
}

// Near names up to three free times around one, that one first where it is free.
func Near(ctx context.Context, r store.Reader, a Ask, day calendar.Date, at Clock) ([]string, error) {
	free, err := FreeOn(ctx, r, a, day)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(free.Slots, func(x, y Free) int { return int(apart(x.Slot, at) - apart(y.Slot, at)) })
	var out []string
	for _, s := range free.Slots {
		if s.Fits {
			out = append(out, PlaceID(day, s.Slot))
		}
	}
	elsewhere, err := Elsewhere(ctx, r, a, day)
	out = append(out, elsewhere...)
	return out[:min(3, len(out))], err
}

// HallDays is the hall as the visit planner sees it, from the first day that
// can be booked to a last one.
func HallDays(ctx context.Context, r store.Reader, a Ask, last calendar.Date) ([]visit.HallDay, error) {
	from, to := a.Plan.Bookable(calendar.DateOf(a.Now), a.Book)
	if last.Before(to) {
		to = last
	}
	taken, err := sumsOn(ctx, r, a.Plan.DayID(from), a.Plan.DayID(to), a.Now, a.Filing)
	if err != nil {
		return nil, err
	}
	var out []visit.HallDay
	for d := from; !d.After(to); d = d.Next() {
		if open, _ := a.Plan.OpenOn(d, a.Book); !open {
			continue
		}
		day := visit.HallDay{Date: d, Room: map[visit.Counter]visit.Room{}}
		for _, c := range visit.Counters() {
			room := visit.Room{Minutes: a.Plan.On(d).MinutesOf(c)}
			for _, w := range a.Plan.Serving(c) {
				room.Booked += taken[a.Plan.DayID(d)][w.ID] * a.Plan.Holds()
			}
			day.Room[c] = room
		}
		out = append(out, day)
	}
	return out, nil
}

// Visit is one attendance as lists show it.
type Visit struct {
	ID       string
	Booking  string
	Number   string
	Hall     string // "" where nobody said: the office's first
	Filing   string
	Unit     string
	Day      calendar.Date
	Came     time.Time
	Went     time.Time // zero while they are there
	People   []string
	Cause    string
	Presence Presence
	Acts     []ActRow
}

// ActRow is one act of it.
type ActRow struct {
	ID        string
	Kind      visit.Kind
	Person    string
	Minutes   int
	Result    Result // "" while it isn't over
	Note      string
	Originals int
	At        time.Time
}

// Ratable is a visit as it is rated.
type Ratable struct {
	Visit
	Window string       // that called them last; else the one that they had booked; ""
	Done   []visit.Kind // acts that were done, each kind once
}

// RatableOf reads one by its visit's id.
func RatableOf(ctx context.Context, r store.Reader, id string) (Ratable, bool, error) {
	v, there, err := VisitOf(ctx, r, id)
	if err != nil || !there {
		return Ratable{}, false, err
	}
	out := Ratable{Visit: v}
	for _, a := range v.Acts {
		if a.Result == Done && !slices.Contains(out.Done, a.Kind) {
			out.Done = append(out.Done, a.Kind)
		}
	}
	t, _, err := TicketOf(ctx, r, id)
	if out.Window = t.Window; err != nil || out.Window != "" {
		return out, true, err
	}
	b, _, err := BookingOf(ctx, r, id)
	out.Window = b.Window
	return out, true, err
}

const visitColumns = `attendance, booking, number, hall, filing, unit, day, came, went, people, cause, presence`

func visits(ctx context.Context, r store.Reader, query string, args ...any) ([]Visit, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading visits: %w", err)
	}
	defer rows.Close()
	var out []Visit
	for rows.Next() {
		var v Visit
		var day, people string
		var came, went int64
		if err := rows.Scan(&v.ID, &v.Booking, &v.Number, &v.Hall, &v.Filing, &v.Unit, &day, &came, &went, &people, &v.Cause, &v.Presence); err != nil {
			return nil, err
		}
		if v.Day, err = calendar.Parse(day); err != nil {
			return nil, err
		}
		v.Came = time.UnixMicro(came).UTC()
		if went > 0 {
			v.Went = time.UnixMicro(went).UTC()
		}
		if err := json.Unmarshal([]byte(people), &v.People); err != nil {
			return nil, fmt.Errorf("reading the people of visit %s: %w", v.ID, err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for i := range out {
		if out[i].Acts, err = actsOf(ctx, r, out[i].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func actsOf(ctx context.Context, r store.Reader, id string) ([]ActRow, error) {
	rows, err := r.Query(ctx, `SELECT act, kind, person, minutes, result, note, originals, at FROM hall_act WHERE attendance = $1 ORDER BY nth`, id)
	if err != nil {
		return nil, fmt.Errorf("reading the acts of visit %s: %w", id, err)
	}
	defer rows.Close()
	var out []ActRow
	for rows.Next() {
		var a ActRow
		var at int64
		if err := rows.Scan(&a.ID, &a.Kind, &a.Person, &a.Minutes, &a.Result, &a.Note, &a.Originals, &at); err != nil {
			return nil, err
		}
		if at > 0 {
			a.At = time.UnixMicro(at).UTC()
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// index hall_attendance_by_day (day, came)
const visitsOn = `SELECT ` + visitColumns + `
FROM hall_attendance
WHERE day = $1 AND presence <> 'missed'
ORDER BY came, attendance`

// VisitsOn lists who came on a day.
func VisitsOn(ctx context.Context, r store.Reader, day calendar.Date) ([]Visit, error) {
	return visits(ctx, r, visitsOn, day.String())
}

// NotClosed lists visits of days before one that nobody has ended, the latest
// first. Whether their case still goes on Unended tells.
func NotClosed(ctx context.Context, r store.Reader, before calendar.Date) ([]Visit, error) {
	return visits(ctx, r, `SELECT `+visitColumns+` FROM hall_attendance WHERE presence = 'arrived' AND day < $1 ORDER BY day DESC, came, attendance LIMIT 50`, before.String())
}

// Unended lists those of them that somebody should still end. What was left open in a
// case that is over is nobody's work any more.
func Unended(ctx context.Context, r store.Reader, before calendar.Date) ([]Visit, error) {
	old, err := NotClosed(ctx, r, before)
	var out []Visit
	for _, x := range old {
		row, known, err := approval.Row(ctx, r, x.Filing)
		if err != nil {
			return nil, err
		}
		if !known || row.Stage != approval.IsClosed {
			out = append(out, x)
		}
	}
	return out, err
}

// index hall_attendance_by_filing (filing, day)
const visitsOf = `SELECT ` + visitColumns + `
FROM hall_attendance
WHERE filing = $1
ORDER BY day, came, attendance`

// VisitsOf lists the visits of a case.
func VisitsOf(ctx context.Context, r store.Reader, filing string) ([]Visit, error) {
	return visits(ctx, r, visitsOf, filing)
}

// Original is what the window said of the paper original that the missions of an
// area want to see: that it was brought, or that it needn't be. Who brings one
// without a booking isn't asked for which of them.
func Original(had []Visit, area string) (ActRow, bool) {
	var said ActRow
	for _, v := range had {
		for _, a := range v.Acts {
			_, of, one := strings.Cut(a.ID, "#")
			if a.Kind == visit.PaperOriginal && (a.Result == Done || a.Result == Waived) && (!one || of == area) && said.Result != Done {
				said = a
			}
		}
	}
	return said, said.Result != ""
}

// VisitOf reads one visit.
func VisitOf(ctx context.Context, r store.Reader, id string) (Visit, bool, error) {
	vs, err := visits(ctx, r, `SELECT `+visitColumns+` FROM hall_attendance WHERE attendance = $1`, id)
	if err != nil || len(vs) == 0 {
		return Visit{}, false, err
	}
	return vs[0], true, nil
}

// VisitsBefore counts the days other than one on which a case's people came.
func VisitsBefore(ctx context.Context, r store.Reader, filing string, day calendar.Date) (int, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT COUNT(DISTINCT day) FROM hall_attendance WHERE filing = $1 AND day <> $2 AND presence <> 'missed'`, filing, day.String()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting the visits of %s: %w", filing, err)
	}
	return n, nil
}

// IsWaiting is the state of a wish that still holds.
const IsWaiting = "waiting"

// Wish is a case in line as pages show it.
type Wish struct {
	Waiting
	Hall  string
	Day   calendar.Date
	State string // "waiting", "booked", or why it is over
}

const wishColumns = `wait, hall, day, counter, filing, unit, people, minutes, first, since, state, slot, wicket, until`

func wishes(ctx context.Context, r store.Reader, query string, args ...any) ([]Wish, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading who waits: %w", err)
	}
	defer rows.Close()
	var out []Wish
	for rows.Next() {
		var w Wish
		var day, people, minutes string
		var since, until int64
		var o Offer
		if err := rows.Scan(&w.ID, &w.Hall, &day, &w.Counter, &w.Filing, &w.Unit, &people, &minutes, &w.First, &since, &w.State, &o.Slot, &o.Window, &until); err != nil {
			return nil, err
		}
		if w.Day, err = calendar.Parse(day); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(people), &w.People); err != nil {
			return nil, fmt.Errorf("reading the people of wait %s: %w", w.ID, err)
		}
		if err := json.Unmarshal([]byte(minutes), &w.Minutes); err != nil {
			return nil, fmt.Errorf("reading how long wait %s takes: %w", w.ID, err)
		}
		w.Since = time.UnixMicro(since).UTC()
		if until > 0 {
			o.Until = time.UnixMicro(until).UTC()
			w.Offer = &o
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

// index hall_wait_by_day (state, hall, day)
const lineQuery = `SELECT ` + wishColumns + `
FROM hall_wait
WHERE state = 'waiting' AND hall = $1 AND day = $2`

// lineOn is who waits for a day, in their order.
func lineOn(ctx context.Context, r store.Reader, hall string, day calendar.Date) ([]Waiting, error) {
	ws, err := wishes(ctx, r, lineQuery, hall, day.String())
	var out []Waiting
	for _, w := range ws {
		out = append(out, w.Waiting)
	}
	return inLine(out), err
}

// Lines lists who waits in a hall, day by day and in their order.
func Lines(ctx context.Context, r store.Reader, hall string) ([]Wish, error) {
	ws, err := wishes(ctx, r, `SELECT `+wishColumns+` FROM hall_wait WHERE state = 'waiting' AND hall = $1`, hall)
	slices.SortFunc(ws, func(a, b Wish) int { return cmp.Or(a.Day.Compare(b.Day), order(a.Waiting, b.Waiting)) })
	return ws, err
}

// index hall_wait_by_filing (filing, day)
const waitsOf = `SELECT ` + wishColumns + `
FROM hall_wait
WHERE filing = $1
ORDER BY day, wait`

// WaitsOf lists the days for which a case waits or waited.
func WaitsOf(ctx context.Context, r store.Reader, filing string) ([]Wish, error) {
	return wishes(ctx, r, waitsOf, filing)
}

// Turn is the how-manieth a wish is in its line: those before it at the same counter
// who have no offer yet, and itself.
func Turn(ctx context.Context, r store.Reader, w Wish) (int, error) {
	line, err := lineOn(ctx, r, w.Hall, w.Day)
	n := 0
	for _, x := range line {
		if x.Counter == w.Counter && x.Offer == nil {
			n++
		}
		if x.ID == w.ID {
			break
		}
	}
	return n, err
}

const ticketColumns = `visit, filing, number, counter, first, due, came, state, wicket, calls, called, waited`

func tickets(ctx context.Context, r store.Reader, query string, args ...any) ([]Ticket, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the queue: %w", err)
	}
	defer rows.Close()
	var out []Ticket
	for rows.Next() {
		var t Ticket
		var due, came, called, waited int64
		if err := rows.Scan(&t.Visit, &t.Filing, &t.Number, &t.Counter, &t.First, &due, &came, &t.State, &t.Window, &t.Calls, &called, &waited); err != nil {
			return nil, err
		}
		t.Due, t.Came = time.UnixMicro(due).UTC(), time.UnixMicro(came).UTC()
		if called > 0 {
			t.Called, t.Waited = time.UnixMicro(called).UTC(), time.UnixMicro(waited).UTC()
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// index hall_ticket_by_day (hall, day, number)
const ticketsOn = `SELECT ` + ticketColumns + `
FROM hall_ticket
WHERE hall = $1 AND day = $2
ORDER BY number`

// TicketsOn lists the numbers of a day.
func TicketsOn(ctx context.Context, r store.Reader, hall string, day calendar.Date) ([]Ticket, error) {
	return tickets(ctx, r, ticketsOn, hall, day.String())
}

// TicketOf reads the number of one visit.
func TicketOf(ctx context.Context, r store.Reader, visit string) (Ticket, bool, error) {
	ts, err := tickets(ctx, r, `SELECT `+ticketColumns+` FROM hall_ticket WHERE visit = $1`, visit)
	if err != nil || len(ts) == 0 {
		return Ticket{}, false, err
	}
	return ts[0], true, nil
}
