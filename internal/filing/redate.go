package filing

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Redate lets what was written of half-days follow a trip whose days moved: from
// the days that its page showed to those that it has now. A trip that only got
// longer or shorter keeps its days. It gives the days by which they moved; 0:
// nothing did.
func (p *Paper) Redate(first, last calendar.Date) int { return redate(&p.Case, first, last) }

func redate(c *dossier.Case, first, last calendar.Date) int {
	t := c.Trip
	if first.IsZero() || last.IsZero() || t.Days() == 0 {
		return 0
	}
	by := t.Depart.Sub(first)
	overlaps := !t.Depart.After(last) && !first.After(t.Return)
	if by == 0 || overlaps && last.AddDays(by) != t.Return {
		return 0
	}
	moved := false
	for i := range c.Itinerary {
		h := &c.Itinerary[i]
		if !h.Date.IsZero() && !h.Date.Before(first) && !h.Date.After(last) {
			h.Date = h.Date.AddDays(by)
			moved = moved || told(*h)
		}
	}
	if !moved {
		return 0
	}
	return by
}

// Strays are the half-days of which something was written and whose days the
// trip no longer has, by day. Of trips beyond so many days every half-day is
// on the page as it was written.
func (p Paper) Strays(upTo int) []dossier.HalfDay {
	t := p.Case.Trip
	if days := t.Days(); days == 0 || days > upTo {
		return nil
	}
	var out []dossier.HalfDay
	for _, h := range p.Case.Itinerary {
		if told(h) && (h.Date.Before(t.Depart) || h.Date.After(t.Return)) {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b dossier.HalfDay) int { return a.Date.Compare(b.Date) })
	return out
}

// DropStrays takes them away.
func (p *Paper) DropStrays(upTo int) {
	strays := p.Strays(upTo)
	p.Case.Itinerary = slices.DeleteFunc(p.Case.Itinerary, func(h dossier.HalfDay) bool { return slices.Contains(strays, h) })
}

// told tells whether somebody wrote something of a half-day.
func told(h dossier.HalfDay) bool { return h.Activity != "" || h.Host != "" || h.Official }
