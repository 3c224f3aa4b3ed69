package filing

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// Differing is one value that differs between two versions of a case. Its key
// names the thing and not its place in a list, so that somebody who is left out
// doesn't change everybody behind them.
type Differing struct {
	Key    string // person:<id>.post, half:2026-03-02/am.activity, case.depart, …
	Path   string // where it stands in the new version; of what is gone, in the old one
	Person string // whom it is about; "" for nobody
	Was    string
	Is     string
}

// Compare lists what differs, in the order of the new version, what is gone
// behind it. What the office itself keeps of people and units, and what is only
// counted, is no difference of an application.
func Compare(was dossier.Case, wasPeople []string, is dossier.Case, isPeople []string) []Differing {
	before, after := keyed(was, wasPeople), keyed(is, isPeople)
	old := map[string]entry{}
	for _, e := range before {
		old[e.key] = e
	}
	var out []Differing
	seen := map[string]bool{}
	for _, e := range after {
		seen[e.key] = true
		o, there := old[e.key]
		if there && strings.HasPrefix(e.key, paperKey) {
			continue // the same bytes: under which name, and which copy of them, changes nothing
		}
		if o.text != e.text {
			out = append(out, Differing{Key: e.key, Path: e.path, Person: e.person, Was: o.text, Is: e.text})
		}
	}
	for _, e := range before {
		if !seen[e.key] {
			out = append(out, Differing{Key: e.key, Path: e.path, Person: e.person, Was: e.text})
		}
	}
	return out
}

// paperKey leads the keys of papers, which are told apart by what they hold.
const paperKey = "paper:"

type entry struct{ key, path, person, text string }

// keyed spells a case as its values by what they are about.
func keyed(c dossier.Case, people []string) []entry {
	lines := map[string]int{}
	var names []string // of the items of each list, worked out once
	var out []entry
	for _, l := range c.Leaves() {
		g := dossier.Generic(l.Path)
		switch {
		case g == "format", g == "asOf", g == "case.daysAbroad", g == "budget.totalCny", g == "budget.lines.amountCny", g == "budget.lines.member",
			g == "members.tripsThisYear", g == "members.secretLevel", g == "members.secrecyConsent",
			strings.HasPrefix(g, "unit"), strings.HasPrefix(g, "members.passport"), strings.HasPrefix(g, "members.otherTrips"):
			continue
		}
		e := entry{key: l.Path, path: l.Path, text: l.Text}
		i, rest, listed := item(l.Path)
		switch {
		case !listed:
		case strings.HasPrefix(g, "members.") && i < len(people):
			e.person = people[i]
			e.key = "person:" + e.person + rest
		case strings.HasPrefix(g, "itinerary."):
			e.key = "half:" + c.Itinerary[i].Date.String() + "/" + string(c.Itinerary[i].Half) + rest
		case strings.HasPrefix(g, "materials."):
			m := c.Materials[i]
			if rest != ".file" {
				continue // one line for a paper
			}
			e.key = paperKey + m.SHA256
			if k, of := m.OfMember(); of && k < len(people) {
				e.person = people[k]
			}
		case strings.HasPrefix(g, "budget.lines."):
			line := c.Budget.Lines[i]
			who := ""
			if line.Member != nil && *line.Member < len(people) {
				who = people[*line.Member]
			}
			for len(names) <= i {
				names = append(names, "")
			}
			if names[i] == "" {
				key := (Line{Person: who, BudgetLine: line}).Key()
				lines[key]++
				names[i] = fmt.Sprintf("line:%s#%d", key, lines[key])
			}
			e.person, e.key = who, names[i]+rest
		}
		out = append(out, e)
	}
	return out
}

// item takes the first index out of a path: members[2].post gives 2 and .post.
func item(path string) (int, string, bool) {
	_, rest, ok := strings.Cut(path, "[")
	if !ok {
		return 0, "", false
	}
	digits, rest, ok := strings.Cut(rest, "]")
	var i int
	if _, err := fmt.Sscanf(digits, "%d", &i); err != nil || !ok {
		return 0, "", false
	}
	return i, rest, true
}

// Only is a case with some of its people alone: their data, budget lines and
// papers, and what is the group's.
func Only(c dossier.Case, people, stay []string) (dossier.Case, []string) {
	c = c.Clone()
	to := map[int]int{}
	var kept []string
	var members []dossier.Member
	for i, m := range c.Members {
		if i >= len(people) || !slices.Contains(stay, people[i]) {
			continue
		}
		to[i] = len(members)
		members, kept = append(members, m), append(kept, people[i])
	}
	c.Members = members
	if b := c.Budget; b != nil {
		var lines []dossier.BudgetLine
		for _, l := range b.Lines {
			if l.Member != nil {
				k, stays := to[*l.Member]
				if !stays {
					continue
				}
				l.Member = &k
			}
			lines = append(lines, l)
		}
		b.Lines, b.TotalCny = lines, total(lines)
	}
	var papers []dossier.Material
	for _, m := range c.Materials {
		if i, of := m.OfMember(); of {
			k, stays := to[i]
			if !stays {
				continue
			}
			m.Owner = dossier.Owner(k)
		}
		papers = append(papers, m)
	}
	c.Materials = papers
	return c, kept
}

// Amend begins a draft from an approved mission: everything stands in it as it
// was approved, and nothing counts as typed anew.
func Amend(a Amending, h Held) Paper {
	p := FromCase(a.Was, slices.Clone(a.People))
	p.Amending = &a
	p.Copied = p.Case.Values()
	if loose, ok := p.derivable(a, h); ok {
		return loose
	}
	return p
}

// derivable takes the budget apart again into what was typed for all of it:
// rates of exchange, costs that are the same for everybody, and the lines that
// differ. Only if putting it together gives what was approved, so that nothing
// changes by being looked at.
func (p Paper) derivable(a Amending, h Held) (Paper, bool) {
	if a.Was.Budget == nil {
		return p, false
	}
	loose, err := p.clone()
	if err != nil {
		return p, false
	}
	loose.OwnLines, loose.Lines = false, nil
	loose.Fx = map[money.Currency]Fx{}
	loose.Costs = map[dossier.CostKind]money.Decimal{}
	share := map[dossier.CostKind]int{}
	for _, l := range p.Lines {
		if l.Currency != money.CNY && !l.FxRate.IsZero() {
			loose.Fx[l.Currency] = Fx{Rate: l.FxRate, Date: l.FxDate, Source: l.FxSource}
		}
		if l.Currency == money.CNY && l.Units == 1 && l.Person != "" {
			if was, seen := loose.Costs[l.Kind]; !seen || was == l.Rate {
				loose.Costs[l.Kind] = l.Rate
				share[l.Kind]++
			}
		}
	}
	for kind, n := range share {
		if n != len(p.People) {
			delete(loose.Costs, kind)
		}
	}
	now := Assemble(loose, h)
	by := map[string]dossier.BudgetLine{}
	for i, o := range now.Lines {
		by[o.Key] = now.Case.Budget.Lines[i]
	}
	for _, l := range p.Lines {
		is, there := by[l.Key()]
		is.Member = nil
		if !there || is.AmountCny != l.AmountCny || is.Units != l.Units {
			loose.SetLine(l)
		}
	}
	now = Assemble(loose, h)
	for _, d := range Compare(a.Was, a.People, now.Case, now.Persons) {
		if strings.HasPrefix(d.Path, "budget") {
			return p, false
		}
	}
	return loose, true
}

// settle puts back what an amendment of this kind doesn't touch: people's own
// data are as they were approved, whatever their records say by now.
func (a *Amending) settle(out *Assembled) {
	for i, who := range out.Persons {
		k := slices.Index(a.People, who)
		if k < 0 || i >= len(out.Case.Members) || a.Kind == AmendWriting {
			continue
		}
		now := out.Case.Members[i]
		m := a.Was.Members[k]
		m.Role, m.Paper, m.DispatchConsent, m.Commitment = now.Role, now.Paper, now.DispatchConsent, now.Commitment
		m.Passport, m.OtherTrips, m.TripsThisYear = now.Passport, now.OtherTrips, now.TripsThisYear
		out.Case.Members[i] = m
	}
	was, typed := a.Was.Clone(), map[string]bool{}
	shift(&was, a.Shifted)
	for _, d := range Compare(was, a.People, out.Case, out.Persons) {
		typed[d.Path] = true
	}
	typed["case.depart"] = typed["case.depart"] || a.Shifted != 0
	for path, o := range out.Origins {
		if o == Typed && !typed[path] && !strings.HasPrefix(path, "materials[") {
			out.Origins[path] = FromFile // it was given when the mission was approved
		}
	}
	out.Case.Materials, out.Papers = a.papers(out)
	for i := range out.Case.Materials {
		if path := fmt.Sprintf("materials[%d]", i); out.Papers[i] == "" {
			out.Origins[path] = FromFile
		}
	}
}

// papers are those of the approved application and those that came for this.
func (a *Amending) papers(out *Assembled) ([]dossier.Material, []string) {
	var list []dossier.Material
	var ids []string
	seen := map[string]int{}
	for _, m := range a.Was.Materials {
		if i, of := m.OfMember(); of {
			if i >= len(a.People) {
				continue
			}
			k := slices.Index(out.Persons, a.People[i])
			if k < 0 {
				continue
			}
			m.Owner = dossier.Owner(k)
		}
		if _, twice := seen[copyOf(m)]; twice {
			continue
		}
		seen[copyOf(m)] = len(list)
		list, ids = append(list, m), append(ids, "")
	}
	for i, m := range out.Case.Materials {
		if k, there := seen[copyOf(m)]; there {
			ids[k] = out.Papers[i]
			continue
		}
		if _, of := m.OfMember(); of && a.Kind == AmendDrop { // of who was approved and goes: what is held of them since is no change
			continue
		}
		list, ids = append(list, m), append(ids, out.Papers[i])
	}
	return list, ids
}

// copyOf tells papers apart by what they hold, and those of a member by whose they
// are: one that lies with the unit and with the case is one paper, and which of its
// copies was read when is no change.
func copyOf(m dossier.Material) string {
	if _, of := m.OfMember(); of {
		return string(m.Kind) + m.Owner + m.SHA256
	}
	return string(m.Kind) + m.SHA256
}

// Shift moves everything that has a day by so many: departure and return, each
// leg, the half-days. One day typed moves the whole journey; letters stay as they
// are, because a host must say whether they hold.
func (p *Paper) Shift(days int) {
	if p.Amending == nil || p.Case.Trip.Depart.IsZero() || days == 0 {
		return
	}
	shift(&p.Case, days)
	p.Amending.Shifted += days
}

func shift(c *dossier.Case, days int) {
	c.Trip.Depart, c.Trip.Return = c.Trip.Depart.AddDays(days), c.Trip.Return.AddDays(days)
	times := []*calendar.LocalTime{&c.Trip.LeavesChina}
	for i := range c.Legs {
		times = append(times, &c.Legs[i].Arrive, &c.Legs[i].Leave)
	}
	for _, t := range times {
		if !t.IsZero() {
			t.Date = t.Date.AddDays(days)
		}
	}
	for i := range c.Itinerary {
		if d := &c.Itinerary[i].Date; !d.IsZero() {
			*d = d.AddDays(days)
		}
	}
}
