package filing

import (
	"fmt"
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
	return slices.Contains([]string{"case.depart", "case.return", "case.leavesChina", "legs.arrive", "legs.leave"}, dossier.Generic(path))
}

// MovesTrip tells whether any defect may be mended by other days.
func (f Filing) MovesTrip() bool { return slices.ContainsFunc(f.Defects, Defect.MovesTrip) }

// Moved tells whether what was mended has the journey on other days. What the rules
// judge by its days may change then, though nobody sent it back (ByDays).
func (f Filing) Moved(mended dossier.Case) bool {
	return f.MovesTrip() && (f.otherDays(mended) || !slices.EqualFunc(f.Dossier.Legs, mended.Legs, func(was, is dossier.Leg) bool {
		return was.Arrive == is.Arrive && was.Leave == is.Leave
	}))
}

func (f Filing) otherDays(mended dossier.Case) bool {
	was, is := f.Dossier.Trip, mended.Trip
	return was.Depart != is.Depart || was.Return != is.Return
}

// ByDays tells whether a place of what was handed in is right or wrong by the days
// of the journey: its half-days, the days for which a host invites and the letter
// that says so, nights and days that are paid for, an insurance.
func (f Filing) ByDays(path string) bool {
	switch g := dossier.Generic(path); {
	case valueByDays(path):
		return true
	case g == "materials.kind", g == "materials.owner":
		return false // the same paper, written anew
	}
	return slices.ContainsFunc(f.PapersByDays(), func(i int) bool { return dossier.Within(path, fmt.Sprintf("materials[%d]", i)) })
}

func valueByDays(path string) bool {
	return dossier.Within(path, "itinerary") || slices.Contains([]string{"invitations.issued", "invitations.from", "invitations.to", "budget.lines.units"}, dossier.Generic(path))
}

// PapersByDays are the places of the papers that were handed in and hold for days:
// letters of invitation with their translations, insurances.
func (f Filing) PapersByDays() []int {
	var out []int
	for i, m := range f.Dossier.Materials {
		switch m.Kind {
		case "M04", "M05", "M35":
			out = append(out, i)
		}
	}
	return out
}

// sumByDays tells whether a sum follows from nights and days that are paid for.
func sumByDays(path string) bool {
	return path == "budget.totalCny" || dossier.Generic(path) == "budget.lines.amountCny"
}

// paidDays are the nights or days that a line of a budget has to pay for: those of
// all stays at its place. 0 where nothing is counted by days.
func paidDays(c dossier.Case, l dossier.BudgetLine) int {
	a, n := assembler{out: Assembled{Case: c}}, 0
	for i, leg := range c.Legs {
		switch {
		case !leg.Counts() || leg.Country != l.Country || leg.City != l.City:
		case l.Kind == dossier.Lodging:
			n += leg.Nights()
		case l.Kind == dossier.Meals, l.Kind == dossier.Incidentals:
			n += a.daysOf(i)
		}
	}
	return n
}

// PaysByDays tells whether a line of the budget as it was handed in pays for the days
// of the journey, no more and no less: then it follows them by itself.
func (f Filing) PaysByDays(i int) bool {
	b := f.Dossier.Budget
	return b != nil && i < len(b.Lines) && b.Lines[i].Units > 0 && b.Lines[i].Units == paidDays(f.Dossier, b.Lines[i])
}

// paidByDays tells whether a path is the number of nights or days of such a line.
func (f Filing) paidByDays(path string) bool {
	i, name, _ := item(path)
	return dossier.Generic(path) == "budget.lines.units" && name == ".units" && f.PaysByDays(i)
}

// fitBudget lets the lines of a budget that follow the days do so.
func (f Filing) fitBudget(c *dossier.Case) {
	if c.Budget == nil {
		return
	}
	for i := range c.Budget.Lines {
		if path := fmt.Sprintf("budget.lines[%d].units", i); f.Open(path) != "" || !f.PaysByDays(i) {
			continue
		}
		if n := paidDays(*c, c.Budget.Lines[i]); n > 0 {
			c.Budget.Lines[i].Units = n
		}
	}
}

// asHandedIn puts back what was opened by other days alone: on the old ones it isn't
// handed in.
func (f Filing) asHandedIn(c *dossier.Case) {
	for i := range min(len(c.Invitations), len(f.Dossier.Invitations)) {
		was, is, path := f.Dossier.Invitations[i], &c.Invitations[i], fmt.Sprintf("invitations[%d]", i)
		for _, x := range []struct {
			name string
			is   *calendar.Date
			was  calendar.Date
		}{{"issued", &is.Issued, was.Issued}, {"from", &is.From, was.From}, {"to", &is.To, was.To}} {
			if f.Open(path+"."+x.name) == "" {
				*x.is = x.was
			}
		}
	}
	if c.Budget == nil || f.Dossier.Budget == nil {
		return
	}
	for i := range min(len(c.Budget.Lines), len(f.Dossier.Budget.Lines)) {
		if f.Open(fmt.Sprintf("budget.lines[%d].units", i)) == "" {
			c.Budget.Lines[i].Units = f.Dossier.Budget.Lines[i].Units
		}
	}
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
