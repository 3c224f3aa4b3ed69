package hall

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/visit"
)

// Plan is a hall as it is planned now.
type Plan struct {
	ID      string
	Name    string
	NameEn  string
	Place   string
	PlaceEn string
	Windows []Window
	Open    []Span
	Minutes int // of a slot
	Lead    calendar.Workdays
	Horizon int // days
	Closed  []ClosedDay
	From    calendar.Date
	Phone   string // ""
	Locker  string // where the locker for booklets stands; "" for none

	LockerEn string

	Offer int // minutes for which a place is kept for who waits for it
	Elder int // years from which people go first

	Spot string // on the map, as ReadSpot writes it; ""

	Special   []SpecialDay
	UnitDay   int // places of one unit on a day; 0: no limit
	PersonDay int // times of one person on a day; 0: no limit

	Each int // minutes that one place of a slot holds; 0: all of the slot's

	Week []WeekdayHours
}

// Main is the id of an office's first hall, and mostly its only one.
const Main = "main"

// Plans is the hall as a subject; its id is the hall's.
var Plans = journal.Subject[Plan]{Kind: "hallplan", Evolve: func(p Plan, e journal.Event) (Plan, error) {
	b, ok := e.Body.(Planned)
	if !ok {
		return p, fmt.Errorf("%T is nothing that happens to a hall's plan", e.Body)
	}
	return b.Plan(e.Subject.ID), nil
}}

// Plan is what was planned, as a hall's plan.
func (b Planned) Plan(id string) Plan {
	return Plan{ID: id, Name: b.Name, NameEn: b.NameEn, Place: b.Place, PlaceEn: b.PlaceEn, Windows: b.Windows, Open: b.Open, Minutes: b.Minutes,
		Lead: b.Lead, Horizon: b.Horizon, Closed: b.Closed, From: b.From, Phone: b.Phone, Locker: b.Locker, LockerEn: b.LockerEn,
		Offer: cmp.Or(b.Offer, OfferMinutes), Elder: cmp.Or(b.Elder, ElderYears), Spot: b.Spot,
		Special: b.Special, UnitDay: b.UnitDay, PersonDay: b.PersonDay, Each: b.Each, Week: b.Week}
}

// Planned is a plan as it would be said again.
func (p Plan) Planned() Planned {
	return Planned{Name: p.Name, NameEn: p.NameEn, Place: p.Place, PlaceEn: p.PlaceEn, Windows: p.Windows, Open: p.Open, Minutes: p.Minutes,
		Lead: p.Lead, Horizon: p.Horizon, Closed: p.Closed, From: p.From, Phone: p.Phone, Locker: p.Locker, LockerEn: p.LockerEn,
		Offer: p.Offer, Elder: p.Elder, Spot: p.Spot, Special: p.Special, UnitDay: p.UnitDay, PersonDay: p.PersonDay, Each: p.Each, Week: p.Week}
}

// What holds where a plan says nothing else.
const (
	OfferMinutes = 120
	ElderYears   = 60
)

// MostEach is the most minutes that a plan lets one place hold: a day, so that whoever comes
// takes one place, however long it takes.
const MostEach = 24 * 60

// ReadSpot reads a place on the map, latitude before longitude, in the coordinates that
// maps in China use (GCJ-02), and writes it in one way; false for what is none in China.
func ReadSpot(text string) (string, bool) {
	parts := strings.FieldsFunc(dossier.FoldText(text), func(r rune) bool { return r == ',' || r == '，' || r == ' ' })
	if len(parts) != 2 {
		return "", false
	}
	lat, bad := strconv.ParseFloat(parts[0], 64)
	lng, worse := strconv.ParseFloat(parts[1], 64)
	if bad != nil || worse != nil || !(lat > 3 && lat < 54) || !(lng > 73 && lng < 136) {
		return "", false
	}
	return fmt.Sprintf("%.6f,%.6f", lat, lng), true
}

// SetPlan says when and where a hall receives people. Bookings that exist stay.
type SetPlan struct {
	Planned Planned
	Others  []Plan // the office's other halls: a booking's number says its window, and so its hall
}

var windowID = regexp.MustCompile(`^[A-Z0-9]{1,2}$`)

// Decide lists everything that is wrong with a plan at once.
func (cmd SetPlan) Decide(_ Plan, m journal.Moment) ([]journal.Event, error) {
	p := cmd.Planned
	var wrong []fault.Finding
	if p.Spot != "" {
		spot, read := ReadSpot(p.Spot)
		if !read {
			wrong = append(wrong, fault.Finding{Field: "spot", Key: "hall.plan.spot"})
		}
		p.Spot = spot
	}
	add := func(field, key string) { wrong = append(wrong, fault.Finding{Field: field, Key: key}) }
	if p.Name == "" {
		add("name", "hall.plan.name")
	}
	if len(p.Windows) == 0 {
		add("windows", "hall.plan.windows")
	}
	seen := map[string]bool{}
	for _, h := range cmd.Others {
		for _, w := range h.Windows {
			seen[w.ID] = true
		}
	}
	for i, w := range p.Windows {
		at := fmt.Sprintf("windows[%d]", i)
		if !windowID.MatchString(w.ID) || seen[w.ID] {
			add(at+".id", "hall.plan.window_id")
		}
		seen[w.ID] = true
		if len(w.Counters) == 0 || slices.ContainsFunc(w.Counters, func(c visit.Counter) bool { return !slices.Contains(visit.Counters(), c) }) {
			add(at+".counters", "hall.plan.counter")
		}
		if w.Places < 1 || w.Kept < 0 || w.Kept > w.Places {
			add(at+".places", "hall.plan.places")
		}
		switch {
		case len(outOfTurn(w.Open)) > 0:
			add(at+".open", "hall.plan.span")
		case len(w.Open) > 0 && p.Minutes > 0 && !p.everOpen(w):
			add(at+".open", "hall.plan.window_never")
		}
	}
	if p.Minutes < 5 || p.Minutes > 240 {
		add("minutes", "hall.plan.minutes")
	}
	if len(p.Open) == 0 {
		add("open", "hall.plan.open")
	}
	for _, i := range outOfTurn(p.Open) {
		add(fmt.Sprintf("open[%d]", i), "hall.plan.span")
	}
	weekdays := map[time.Weekday]bool{}
	for _, w := range p.Week {
		if w.Day < time.Sunday || w.Day > time.Saturday || weekdays[w.Day] || len(outOfTurn(w.Open)) > 0 {
			add("week", "hall.plan.week")
			break
		}
		weekdays[w.Day] = true
	}
	days := map[calendar.Date]bool{}
	for _, c := range p.Closed {
		days[c.Day] = true
	}
	for _, s := range p.Special {
		switch {
		case days[s.Day]:
			wrong = append(wrong, fault.Finding{Field: "special", Key: "hall.plan.special_twice", Args: map[string]any{"Day": s.Day}})
		case len(s.Open) == 0 || len(outOfTurn(s.Open)) > 0:
			wrong = append(wrong, fault.Finding{Field: "special", Key: "hall.plan.special_hours", Args: map[string]any{"Day": s.Day}})
		}
		days[s.Day] = true
	}
	if p.Lead < 0 || p.Horizon < 1 || p.Horizon > 366 {
		add("horizon", "hall.plan.horizon")
	}
	if p.Offer < 0 || p.Offer > 0 && p.Offer < 15 || p.Offer > 960 {
		add("offer", "hall.plan.offer")
	}
	if p.Elder < 0 || p.Elder > 0 && p.Elder < 50 || p.Elder > 100 {
		add("elder", "hall.plan.elder")
	}
	if p.UnitDay < 0 || p.UnitDay > 999 {
		add("unitDay", "hall.plan.limit")
	}
	if p.PersonDay < 0 || p.PersonDay > 99 {
		add("personDay", "hall.plan.limit")
	}
	if p.Each < 0 || p.Each > MostEach {
		add("each", "hall.plan.each")
	}
	if p.From.IsZero() {
		p.From = m.Today
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(p), nil
}

// outOfTurn tells which spans of a day don't follow those before them.
func outOfTurn(open []Span) []int {
	var out []int
	var last Clock
	for i, o := range open {
		if o.From < last || o.To <= o.From || o.To > At(24, 0) {
			out = append(out, i)
		}
		last = o.To
	}
	return out
}

// everOpen tells whether a window with hours of its own is open for a whole slot on any
// day of the week.
func (b Planned) everOpen(w Window) bool {
	p := b.Plan("")
	open := func(hours []Span) bool { p.Open = hours; return len(p.SlotsOf(w)) > 0 }
	return open(b.Open) || slices.ContainsFunc(b.Week, func(d WeekdayHours) bool { return open(d.Open) })
}

// On is the plan as it is on a day: by its own hours, else by those of its day of the
// week, else by those of every working day. So has a weekend day on which people work
// instead of another the hours of every working day, unless the week says some of it.
func (p Plan) On(d calendar.Date) Plan {
	if w, own := p.weekly(d); own {
		p.Open = w.Open
	}
	for _, s := range p.Special {
		if s.Day == d {
			p.Open = s.Open
		}
	}
	return p
}

func (p Plan) weekly(d calendar.Date) (WeekdayHours, bool) {
	i := slices.IndexFunc(p.Week, func(w WeekdayHours) bool { return w.Day == d.Weekday() })
	if i < 0 {
		return WeekdayHours{}, false
	}
	return p.Week[i], true
}

// DayID is the subject of one day's bookings.
func (p Plan) DayID(d calendar.Date) string { return DayID(p.ID, d) }

// DayID is the subject of one day's bookings in a hall.
func DayID(hall string, d calendar.Date) string { return hall + "." + d.String() }

// OpenOn tells whether people are received on a day, and why not: the name of
// a public holiday, the hall's own reason, or nothing for a weekend and a day of the
// week on which the hall is never open. A weekend day with hours of its own every week
// is open unless it is a public holiday.
func (p Plan) OpenOn(d calendar.Date, book *calendar.Book) (open bool, why string) {
	if d.Before(p.From) {
		return false, ""
	}
	for _, c := range p.Closed {
		if c.Day == d {
			return false, c.Reason
		}
	}
	if slices.ContainsFunc(p.Special, func(s SpecialDay) bool { return s.Day == d }) {
		return true, ""
	}
	w, own := p.weekly(d)
	works := book == nil || book.IsWorkday(d)
	switch {
	case own && len(w.Open) == 0 && works:
		return false, ""
	case works || own && len(w.Open) > 0 && !book.Free(d):
		return true, ""
	}
	return false, book.Holiday(d)
}

// Bookable gives the first and last day that can be booked today.
func (p Plan) Bookable(today calendar.Date, book *calendar.Book) (from, to calendar.Date) {
	return book.AddWorkdays(today, p.Lead), today.AddDays(p.Horizon)
}

// Slots are the times at which people are called, earliest first.
func (p Plan) Slots() []Clock {
	var out []Clock
	for _, o := range p.Open {
		for c := o.From; c+Clock(p.Minutes) <= o.To; c += Clock(p.Minutes) {
			out = append(out, c)
		}
	}
	return out
}

// SlotsOf are those of them at which a window is open.
func (p Plan) SlotsOf(w Window) []Clock {
	return slices.DeleteFunc(p.Slots(), func(c Clock) bool { return !w.open(c, c+Clock(p.Minutes)) })
}

// bookable is how many places of a window can be booked at a slot.
func (p Plan) bookable(w Window, c Clock) int {
	if !w.open(c, c+Clock(p.Minutes)) {
		return 0
	}
	return w.Places - w.Kept
}

// longest is the most slots in a row at which a window of a counter is open.
func (p Plan) longest(c visit.Counter) int {
	most := 1
	for _, w := range p.Serving(c) {
		n := 0
		var follows Clock
		for _, s := range p.SlotsOf(w) {
			if n++; s != follows {
				n = 1
			}
			most = max(most, n)
			follows, _ = p.next(s)
		}
	}
	return most
}

// next is the slot that follows without a break, if there is one.
func (p Plan) next(c Clock) (Clock, bool) {
	for _, o := range p.Open {
		if c >= o.From && c < o.To {
			n := c + Clock(p.Minutes)
			return n, n+Clock(p.Minutes) <= o.To
		}
	}
	return 0, false
}

// has tells whether people are called at that time.
func (p Plan) has(c Clock) bool { return slices.Contains(p.Slots(), c) }

// Window finds one.
func (p Plan) Window(id string) (Window, bool) {
	for _, w := range p.Windows {
		if w.ID == id {
			return w, true
		}
	}
	return Window{}, false
}

// Serving lists the windows at which what belongs to a counter is done.
func (p Plan) Serving(c visit.Counter) []Window {
	var out []Window
	for _, w := range p.Windows {
		if w.Serves(c) {
			out = append(out, w)
		}
	}
	return out
}

// Holds is how many minutes of a slot one place is good for.
func (p Plan) Holds() int { return min(p.Minutes, cmp.Or(p.Each, p.Minutes)) }

// MinutesOf is a counter's time on one open day, over all its windows and
// places that can be booked. A window that serves several counts for each: what one of
// them has taken there is taken for all.
func (p Plan) MinutesOf(c visit.Counter) int {
	places := 0
	for _, w := range p.Serving(c) {
		places += (w.Places - w.Kept) * len(p.SlotsOf(w))
	}
	return places * p.Holds()
}
