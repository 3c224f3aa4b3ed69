package requirement

import (
	"fmt"
	"slices"

	"yitang/internal/dossier"
)

// visaNeed is what one member needs for one area.
type visaNeed struct {
	stay
	with   dossier.PassportType
	status Status // Missing: an order is made
	exempt bool   // may go without, by agreement
}

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
		n.status, n.exempt = b.visaStatus(i, n, book)
		out = append(out, n)
	}
	return out
}

// visaStatus asks in this order: a visa held, an exemption
// for this passport type and stay, else an application.
func (b *builder) visaStatus(i int, n visaNeed, book bookNeed) (Status, bool) {
	if b.c.Members[i].Foreign() {
		return NotNeeded{because("spare.foreign")}, false
	}
	if b.c.Elsewhere(i) {
		return NotNeeded{because("spare.elsewhere", "authority", b.c.Members[i].Jurisdiction)}, false
	}
	for _, v := range b.Known.Visas {
		if v.Member == i && v.Area == n.area && b.serves(v, n, book) {
			return Held{Since: v.From, Until: v.Until, Proof: Proof{FromResult, fmt.Sprintf("visa.%s@members[%d]", v.Area, i)}}, false
		}
	}
	conditional := false
	for _, country := range b.countriesOf(n.area) {
		e, ok := b.exemption(country, n)
		if !ok {
			return b.order(i, n, conditional), false
		}
		conditional = e.Condition != ""
		if conditional {
			return b.order(i, n, true), false
		}
	}
	e, _ := b.exemption(n.apply, n)
	why := because("spare.exempt", "country", b.countryName(n.area), "type", Text("passport."+string(n.with)), "days", n.days)
	if e.MaxDays > 0 {
		why = because("spare.exemptDays", "country", b.countryName(n.area), "type", Text("passport."+string(n.with)), "days", n.days, "limit", e.MaxDays)
	}
	if e.Basis != "" {
		why.Basis = e.Basis
	}
	return NotNeeded{why}, true
}

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

// exemption finds the agreement that serves this passport type, stay and time;
// one without conditions before one with.
func (b *builder) exemption(country string, n visaNeed) (Exemption, bool) {
	var best Exemption
	found := false
	for _, e := range b.Countries[country].Exemptions {
		switch {
		case e.Passport != n.with,
			e.MaxDays > 0 && n.days > e.MaxDays,
			!e.From.IsZero() && !n.from.IsZero() && n.from.Before(e.From),
			!e.To.IsZero() && n.to.After(e.To):
			continue
		}
		if !found || best.Condition != "" && e.Condition == "" {
			best, found = e, true
		}
	}
	return best, found
}

// serves tells whether a visa held covers the stay, in a booklet still used.
func (b *builder) serves(v KnownVisa, n visaNeed, book bookNeed) bool {
	if v.StayDays > 0 && n.days > v.StayDays || v.Entries > 0 && b.entries(n.area) > v.Entries {
		return false
	}
	if !n.from.IsZero() && !v.From.IsZero() && v.From.After(n.from) || v.Until.Before(later(n.to, n.from)) {
		return false
	}
	return book.action == ReuseBooklet && (v.InBooklet == "" || tail(v.InBooklet) == tail(book.old.Number))
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
