package calendar

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Workdays is a length of time in the office's working days (工作日).
type Workdays int

// Holiday is one run of days off (放假), both ends inclusive.
type Holiday struct {
	Zh, En string
	From   Date
	To     Date
}

// Year is what the State Council published for one year (节假日安排): days off and
// the weekend days that are worked instead (调休).
type Year struct {
	Year     int
	Holidays []Holiday
	Makeup   []Date
	Source   string // the notice's title and number
	Checked  Date   // when a person last compared it with the notice
}

// Book is the office's calendar for all announced years. In a year that is not
// announced only weekends and the days that are free by law in every year are,
// and Announced says so: a deadline computed there may still move.
type Book struct {
	years map[int]Year
	off   map[Date]string // day off to the holiday's Chinese name
	work  map[Date]bool   // weekend days that are worked
}

// NewBook checks the years and joins them. A year may announce days of its
// neighbours (New Year's holiday of 2027 may begin in December 2026).
func NewBook(years ...Year) (*Book, error) {
	b := &Book{years: map[int]Year{}, off: map[Date]string{}, work: map[Date]bool{}}
	for _, y := range years {
		if _, twice := b.years[y.Year]; twice {
			return nil, fmt.Errorf("holidays of %d are given twice", y.Year)
		}
		if len(y.Holidays) == 0 {
			return nil, fmt.Errorf("holidays of %d: none is named", y.Year)
		}
		b.years[y.Year] = y
		for _, h := range y.Holidays {
			if h.From.IsZero() || h.To.Before(h.From) || h.To.Sub(h.From) > 15 {
				return nil, fmt.Errorf("holidays of %d: %s from %s to %s", y.Year, h.Zh, h.From, h.To)
			}
			for d := h.From; !d.After(h.To); d = d.Next() {
				b.off[d] = h.Zh
			}
		}
		for _, d := range y.Makeup {
			if !weekend(d) {
				return nil, fmt.Errorf("holidays of %d: make-up day %s is no weekend day", y.Year, d)
			}
			if name, free := b.off[d]; free {
				return nil, fmt.Errorf("holidays of %d: %s is both worked and free (%s)", y.Year, d, name)
			}
			b.work[d] = true
		}
	}
	return b, nil
}

// fixed are the days off that the law names by the solar calendar: New Year, Labour
// Day, National Day. Basis: 全国年节及纪念日放假办法 (国务院令第795号, in force since 2025), art. 2.
var fixed = []struct {
	month time.Month
	day   int
}{{time.January, 1}, {time.May, 1}, {time.May, 2}, {time.October, 1}, {time.October, 2}, {time.October, 3}}

// moving are the days off that it names by the lunar calendar and a solar term:
// Spring Festival (its eve and its first three days are free), Qingming, Dragon Boat
// and Mid-Autumn. Computed with github.com/6tail/lunar-go v1.4.6, whose days of 2024
// to 2026 are those of the notices; a year after the last is free on fixed days alone.
var moving = map[int]struct{ spring, qingming, dragonBoat, midAutumn [2]int }{
	2027: {[2]int{2, 6}, [2]int{4, 5}, [2]int{6, 9}, [2]int{9, 15}}, 2028: {[2]int{1, 26}, [2]int{4, 4}, [2]int{5, 28}, [2]int{10, 3}},
	2029: {[2]int{2, 13}, [2]int{4, 4}, [2]int{6, 16}, [2]int{9, 22}}, 2030: {[2]int{2, 3}, [2]int{4, 5}, [2]int{6, 5}, [2]int{9, 12}},
	2031: {[2]int{1, 23}, [2]int{4, 5}, [2]int{6, 24}, [2]int{10, 1}}, 2032: {[2]int{2, 11}, [2]int{4, 4}, [2]int{6, 12}, [2]int{9, 19}},
	2033: {[2]int{1, 31}, [2]int{4, 4}, [2]int{6, 1}, [2]int{9, 8}}, 2034: {[2]int{2, 19}, [2]int{4, 5}, [2]int{6, 20}, [2]int{9, 27}},
	2035: {[2]int{2, 8}, [2]int{4, 5}, [2]int{6, 10}, [2]int{9, 16}}, 2036: {[2]int{1, 28}, [2]int{4, 4}, [2]int{5, 30}, [2]int{10, 4}},
	2037: {[2]int{2, 15}, [2]int{4, 4}, [2]int{6, 18}, [2]int{9, 24}}, 2038: {[2]int{2, 4}, [2]int{4, 5}, [2]int{6, 7}, [2]int{9, 13}},
	2039: {[2]int{1, 24}, [2]int{4, 5}, [2]int{5, 27}, [2]int{10, 2}}, 2040: {[2]int{2, 12}, [2]int{4, 4}, [2]int{6, 14}, [2]int{9, 20}},
}

// lawful are the days of a year that the law frees, whatever an autumn's notice adds
// around them: thirteen, or twelve where two fall on one.
var lawful = func() map[int][]Date {
	out := map[int][]Date{}
	for year, m := range moving {
		on := func(x [2]int) Date { return On(year, time.Month(x[0]), x[1]) }
		spring := on(m.spring)
		out[year] = append(fixedIn(year), spring.AddDays(-1), spring, spring.Next(), spring.AddDays(2), on(m.qingming), on(m.dragonBoat))
		if autumn := on(m.midAutumn); !slices.Contains(out[year], autumn) {
			out[year] = append(out[year], autumn)
		}
	}
	return out
}()

func fixedIn(year int) []Date {
	out := make([]Date, len(fixed))
	for i, c := range fixed {
		out[i] = On(year, c.month, c.day)
	}
	return out
}

func byLaw(year int) []Date {
	if all, known := lawful[year]; known {
		return all
	}
	return fixedIn(year)
}

// freeByLaw tells whether d is free although nothing is announced of its year.
func (b *Book) freeByLaw(d Date) bool {
	return !b.Announced(d.Year()) && slices.Contains(byLaw(d.Year()), d)
}

// Unannounced is the first year from one day to another whose holidays aren't
// loaded: no day counted there is certain. 0 if all are.
func (b *Book) Unannounced(from, to Date) int {
	if from.IsZero() || to.IsZero() {
		return 0
	}
	for y := from.Year(); y <= to.Year(); y++ {
		if !b.Announced(y) {
			return y
		}
	}
	return 0
}

func weekend(d Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// Announced tells whether the year's holidays are published and loaded.
func (b *Book) Announced(year int) bool {
	_, ok := b.years[year]
	return ok
}

// Year gives what was announced for a year.
func (b *Book) Year(year int) (Year, bool) {
	y, ok := b.years[year]
	return y, ok
}

// Holiday names the public holiday on d, in Chinese, or "".
func (b *Book) Holiday(d Date) string { return b.off[d] }

// Years are all announced years, in order.
func (b *Book) Years() []Year {
	return slices.SortedFunc(maps.Values(b.years), func(x, y Year) int { return x.Year - y.Year })
}

// Free tells whether d is a public holiday, announced or by the law alone.
func (b *Book) Free(d Date) bool { return b.off[d] != "" || b.freeByLaw(d) }

// IsWorkday tells whether the office works on d.
func (b *Book) IsWorkday(d Date) bool {
	if b.work[d] {
		return true
	}
	return !b.Free(d) && !weekend(d)
}

// AddWorkdays is the n-th working day after d; with a negative n, before d. With
// n = 0 it is d itself if that is worked, else the next working day. An absent
// date stays absent, and so does what lies before the first day there is.
func (b *Book) AddWorkdays(d Date, n Workdays) Date {
	if n == 0 {
		for !d.IsZero() && !b.IsWorkday(d) {
			d = d.Next()
		}
		return d
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 && !d.IsZero() {
		d = d.AddDays(step)
		if b.IsWorkday(d) {
			n--
		}
	}
	return d
}

// WorkdaysBetween counts the working days from one day to another, both
// included: a notice from Monday to Friday of an ordinary week hung for five.
// It is 0 when to lies before from or either is absent.
func (b *Book) WorkdaysBetween(from, to Date) Workdays {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return 0
	}
	// Whole weeks by arithmetic, so that a file with a date in the year 9999
	// costs no more than any other.
	days := to.Sub(from) + 1
	n := Workdays(days / 7 * 5)
	for d := to.AddDays(1 - days%7); !d.After(to); d = d.Next() {
		if !weekend(d) {
			n++
		}
	}
	for d := range b.off {
		if !d.Before(from) && !d.After(to) && !weekend(d) {
			n--
		}
	}
	for y := from.Year(); y <= to.Year(); y++ {
		if b.Announced(y) {
			continue
		}
		for _, d := range byLaw(y) {
			if _, told := b.off[d]; !told && !d.Before(from) && !d.After(to) && !weekend(d) {
				n--
			}
		}
	}
	for d := range b.work {
		if !d.Before(from) && !d.After(to) {
			n++
		}
	}
	return n
}
