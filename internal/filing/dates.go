package filing

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// MovesTrip tells whether other days of the journey may be what mends a defect:
// it is about its days, about a leg or a half-day as a whole, or about another
// trip of a member that lies too near, of which nothing can be written here.
func (d Defect) MovesTrip() bool {
	switch dossier.Generic(d.Field) {
	case "case.depart", "case.return", "case.daysAbroad", "legs", "legs.arrive", "legs.leave", "itinerary", "itinerary.date", "itinerary.half":
		return true
	}
	return dossier.Within(dossier.Generic(d.Field), "members.otherTrips")
}

// Opens tells whether a path may be changed to mend a defect: it was sent back
// itself, or the journey's days are what must change.
func (d Defect) Opens(path string) bool {
	return dossier.Within(path, d.Field) || d.MovesTrip() && IsDayOfTrip(path)
}

// IsDayOfTrip tells whether a path says when people travel.
func IsDayOfTrip(path string) bool {
	return slices.Contains([]string{"case.depart", "case.return", "legs.arrive", "legs.leave"}, dossier.Generic(path))
}

// MovesTrip tells whether any defect may be mended by other days.
func (f Filing) MovesTrip() bool { return slices.ContainsFunc(f.Defects, Defect.MovesTrip) }

// Moved tells whether what was mended has the journey on other days. Its half-days
// may change then, though nobody sent them back.
func (f Filing) Moved(mended dossier.Case) bool {
	was, is := f.Dossier.Trip, mended.Trip
	return f.MovesTrip() && (was.Depart != is.Depart || was.Return != is.Return)
}

// FitDays lets the half-days of a correction follow the journey's days: what was
// written moves along, a day that is new waits to be told, and days that went take
// theirs with them. Back on the days that were handed in, all is as it was.
func (p *Paper) FitDays(f Filing, upTo int) {
	c := p.Correction
	if c == nil || len(f.Dossier.Itinerary) == 0 || !f.MovesTrip() || f.Open("itinerary") != "" {
		return
	}
	if !f.Moved(*c) {
		c.Itinerary = slices.Clone(f.Dossier.Itinerary)
		return
	}
	if days := c.Trip.Days(); days == 0 || days > upTo {
		return
	}
	first, last := spanOf(c.Itinerary)
	redate(c, first, last)
	var out []dossier.HalfDay
	for d := c.Trip.Depart; !d.After(c.Trip.Return); d = d.Next() {
		for _, half := range []dossier.Half{dossier.Morning, dossier.Afternoon} {
			out = append(out, halfOf(d, half, c, f.Dossier))
		}
	}
	c.Itinerary = out
}

// halfOf is a half-day as it is written now, or was handed in, or an empty one
// where the legs have people.
func halfOf(d calendar.Date, half dossier.Half, c *dossier.Case, handedIn dossier.Case) dossier.HalfDay {
	for _, all := range [][]dossier.HalfDay{c.Itinerary, handedIn.Itinerary} {
		if i := slices.IndexFunc(all, func(h dossier.HalfDay) bool { return h.Date == d && h.Half == half }); i >= 0 {
			return all[i]
		}
	}
	h := dossier.HalfDay{Date: d, Half: half}
	if leg, _, there := legOn(c.Legs, h); there {
		h.Country, h.City = leg.Country, leg.City
	}
	return h
}

// spanOf are the first and the last day of which half-days tell.
func spanOf(all []dossier.HalfDay) (first, last calendar.Date) {
	for _, h := range all {
		if first.IsZero() || h.Date.Before(first) {
			first = h.Date
		}
		if h.Date.After(last) {
			last = h.Date
		}
	}
	return first, last
}
