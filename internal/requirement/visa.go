package requirement

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/ref"
)

// visaNeed is what one member needs for one area.
type visaNeed struct {
	stay
	with   dossier.PassportType
	status Status        // Missing: an order is made
	free   *Exemption    // goes without a visa in the booklet; nil: not by any line
	by     calendar.Date // of an e-visa: the last day to apply
}

// online tells whether an e-visa is applied for.
func (n visaNeed) online() bool { return n.free != nil && n.free.Way == ref.Online }

func (n visaNeed) ordered() bool { _, is := n.status.(Missing); return is }

// foreignNeeds decides a member's booklet and visas together: stickers take
// pages, and a visa in a booklet that is replaced isn't counted on.
func (b *builder) foreignNeeds(i int) (bookNeed, []visaNeed) {
	book := b.passportNeed(i, 0)
	visas := b.visaNeeds(i, book)
	stickers := 0
	for _, n := range visas {
		if n.ordered() {
			stickers++
		}
	}
	if full := b.passportNeed(i, stickers); full.action != book.action {
		return full, b.visaNeeds(i, full)
	}
	return book, visas
}

// visaNeeds decides area by area.
func (b *builder) visaNeeds(i int, book bookNeed) []visaNeed {
	var out []visaNeed
	for _, s := range b.stays() {
		n := visaNeed{stay: s, with: b.entitled(b.c.Members[i])}
		n.status, n.free = b.visaStatus(i, n, book)
		if n.online() {
			n.by = b.applyBy(*n.free)
		}
		out = append(out, n)
	}
	return out
}

// visaStatus asks in this order: a visa held; an exemption, a visa on arrival or
// an e-visa for this passport type and stay; else an application to the mission.
func (b *builder) visaStatus(i int, n visaNeed, book bookNeed) (Status, *Exemption) {
	if b.c.Members[i].Foreign() {
		return NotNeeded{because("spare.foreign")}, nil
	}
	if b.c.Elsewhere(i) {
		return NotNeeded{because("spare.elsewhere", "authority", b.c.Members[i].Jurisdiction)}, nil
	}
	for _, v := range b.Known.Visas {
		if v.Member == i && v.Area == n.area && b.serves(v, n, book) {
			return Held{Since: v.From, Until: v.Until, Proof: Proof{FromResult, fmt.Sprintf("visa.%s@members[%d]", v.Area, i)}}, nil
		}
	}
	var free *Exemption
	for _, country := range b.countriesOf(n.area) {
		e, ok := b.exemption(country, n)
		if !ok || e.Condition != "" {
			return b.order(i, n, ok), nil
		}
		if free == nil || country == n.apply {
			free = &e
		}
	}
	if free == nil {
		return b.order(i, n, false), nil
	}
	return NotNeeded{b.without(n, *free)}, free
}

// without says why no visa is put into the booklet, and what the traveller does
// instead.
func (b *builder) without(n visaNeed, e Exemption) Message {
	args := []any{"country", b.countryName(n.area), "type", Text("passport." + string(n.with)), "days", n.days}
	key := "spare.exempt"
	switch e.Way {
	case ref.OnArrival:
		key = "spare.onArrival"
	case ref.Online:
		key = "spare.online"
		by := b.applyBy(e)
		if by.Before(b.Today) {
			key = "spare.onlineLate"
		}
		args = append(args, "by", by, "where", where(e))
	case ref.VisaFree, ref.InBooklet:
		if e.MaxDays > 0 {
			key = "spare.exemptDays"
			args = append(args, "limit", e.MaxDays)
		}
	}
	why := because(key, append(args, "papers", papersFor(e))...)
	if e.Basis != "" {
		why.Basis = e.Basis
	}
	return why
}

// where an e-visa is applied for, as part of a sentence; nothing where no line says.
func where(e Exemption) fault.Text {
	if e.Address == "" {
		return fault.Text{}
	}
	return fault.Text{Zh: "（" + e.Address + "）", En: " (" + e.Address + ")"}
}

// papersFor are what a line says of the papers, else those that any border asks for.
func papersFor(e Exemption) fault.Text {
	if e.Papers.Zh != "" {
		return e.Papers
	}
	return Text("papers.usual")
}

// applyBy is the last day on which an e-visa still comes before the departure.
func (b *builder) applyBy(e Exemption) calendar.Date { return b.workdays(b.beforeTrip(), -e.Workdays) }

func (b *builder) order(i int, n visaNeed, conditional bool) Missing {
	why := because("order.visa", "country", b.countryName(n.area), "type", Text("passport."+string(n.with)))
	switch {
	case conditional:
		why = because("order.visaConditional", "country", b.countryName(n.area), "type", Text("passport."+string(n.with)))
	case n.area == schengen:
		why = because("order.schengen", "country", b.countryName(n.apply), "type", Text("passport."+string(n.with)))
	}
	return Missing{Why: why, Ask: AskVisaDesk, Field: memberField(i, "passport")}
}

// countriesOf lists the countries of the trip that lie in the area.
func (b *builder) countriesOf(area string) []string {
	return slices.DeleteFunc(b.abroad(), func(c string) bool { return b.areaOf(c) != area })
}

// exemption finds the line that serves this passport type, stay and time: one
// without conditions before one with, then the least trouble.
func (b *builder) exemption(country string, n visaNeed) (Exemption, bool) {
	var best Exemption
	found := false
	for _, e := range b.Countries[country].Exemptions {
		switch {
		case e.Passport != n.with, e.Way == ref.InBooklet,
			e.MaxDays > 0 && n.days > e.MaxDays,
			!e.From.IsZero() && !n.from.IsZero() && n.from.Before(e.From),
			!e.To.IsZero() && n.to.After(e.To):
			continue
		}
		if !found || best.Condition != "" && e.Condition == "" || (best.Condition == "") == (e.Condition == "") && trouble(e) < trouble(best) {
			best, found = e, true
		}
	}
	return best, found
}

// trouble is how much a way asks of the traveller.
func trouble(e Exemption) int {
	return slices.Index([]ref.Way{ref.VisaFree, ref.OnArrival, ref.Online}, e.Way)
}

// serves tells whether a visa held covers the stay, in a booklet still used.
func (b *builder) serves(v KnownVisa, n visaNeed, book bookNeed) bool {
	if v.StayDays > 0 && n.days > v.StayDays || v.Entries > 0 && b.entries(n.area) > v.Entries {
		return false
	}
	if !n.from.IsZero() && !v.From.IsZero() && v.From.After(n.from) || v.Until.Before(later(n.to, n.from)) {
		return false
	}
	return book.action == ReuseBooklet && (v.In.Type == "" || v.In.Is(*book.old))
}

// entries counts how often the area is entered.
func (b *builder) entries(area string) int {
	n, inside := 0, false
	for _, l := range b.c.Legs {
		if !l.Counts() {
			continue
		}
		in := b.areaOf(l.Country) == area
		if in && !inside {
			n++
		}
		inside = in
	}
	return n
}

// needsVisaSomewhere tells whether anybody applies for a visa for this country:
// then its names are wanted in English too.
func (b *builder) needsVisaSomewhere(country string) bool {
	if !slices.Contains(b.abroad(), country) {
		return false
	}
	area := b.areaOf(country)
	for i := range b.c.Members {
		_, visas := b.foreignNeeds(i)
		for _, n := range visas {
			if n.area == area && n.ordered() {
				return true
			}
		}
	}
	return false
}
