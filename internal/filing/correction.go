package filing

import (
	"cmp"
	"fmt"
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/material"
)

// Reopened prepares a draft for mending what was sent back: it goes on with
// the application as it was handed in. Doing so twice changes nothing.
func (p *Paper) Reopened(f Filing) {
	if p.Correction != nil && p.Round == f.Round {
		return
	}
	c := f.Dossier.Clone()
	p.Correction, p.Round, p.Replies, p.Raw = &c, f.Round, nil, nil
	p.People = f.Persons()
}

// Mended is the application as corrected so far: what was handed in, with what
// was typed in the fields that were sent back and what follows from it. Papers
// are the case's as they are now, where papers were sent back; all holds
// replaced ones too.
func (p Paper) Mended(f Filing, all []material.Material) dossier.Case {
	if p.Correction == nil {
		return f.Dossier
	}
	c := p.Correction.Clone()
	c.Trip.DaysAbroad = c.Trip.Days()
	for i := range c.Members {
		if f.Open(fmt.Sprintf("members[%d].idNumber", i)) == "" {
			continue
		}
		if id := dossier.ReadID(c.Members[i].IDNumber); id.Verdict == dossier.IDGood {
			c.Members[i].Sex, c.Members[i].DateOfBirth = id.Sex, id.Birth
		}
	}
	if f.Moved(c) {
		f.fitBudget(&c)
	} else {
		f.asHandedIn(&c)
	}
	f.addUp(&c)
	c.Materials = f.papers(c, p.People, all)
	if !f.noticeSentBack() && !f.Outgrown(c) {
		c.Notice = f.Dossier.Notice // it fits again: what was to replace it isn't wanted
	}
	return c
}

// addUp counts the sums of a budget again, where it was sent back or pays for other
// nights and days than were handed in.
func (f Filing) addUp(c *dossier.Case) {
	if c.Budget == nil {
		return
	}
	again := slices.ContainsFunc(f.Defects, func(d Defect) bool { return dossier.Within(d.Field, "budget") })
	for i := range c.Budget.Lines {
		path := fmt.Sprintf("budget.lines[%d]", i)
		days := f.Dossier.Budget != nil && i < len(f.Dossier.Budget.Lines) && c.Budget.Lines[i].Units != f.Dossier.Budget.Lines[i].Units
		if again = again || days; !days && f.Open(path) == "" && !f.follows(path+".amountCny") {
			continue
		}
		if amount, ok := product(c.Budget.Lines[i]); ok {
			c.Budget.Lines[i].AmountCny = amount
		}
	}
	if again {
		c.Budget.TotalCny = total(c.Budget.Lines)
	}
}

func (f Filing) noticeSentBack() bool {
	return slices.ContainsFunc(f.Defects, func(d Defect) bool { return overlaps(d.Field, "notice") })
}

// papers puts replaced papers in the place of those that they replace, where
// these were sent back or hold for other days than the journey's, and adds new ones
// at the end where all papers were.
func (f Filing) papers(c dossier.Case, people []string, all []material.Material) []dossier.Material {
	was, moved := c.Materials, f.Moved(c)
	byID := map[string]material.Material{}
	for _, m := range all {
		byID[m.ID] = m
	}
	known := map[string]bool{}
	out := slices.Clone(was)
	for i, w := range was {
		known[w.SHA256] = true
		if path := fmt.Sprintf("materials[%d]", i); !f.opensAt(path, c) && !(moved && f.ByDays(path)) {
			continue
		}
		for _, m := range all {
			if !m.Gone || !SamePaper(w, m, people) {
				continue
			}
			for m.Gone && m.ReplacedBy != "" {
				m = byID[m.ReplacedBy]
			}
			if !m.Gone && m.ID != "" {
				out[i] = asMaterial(m, people)
				known[m.Digest] = true
			}
		}
	}
	if f.Open("materials") == "" {
		return out
	}
	for _, m := range all {
		is := asMaterial(m, people)
		if !m.Gone && !known[m.Digest] && m.At > f.Submitted.UnixMicro() && f.OpensPaper(is.Kind, OwnerOf(is)) { // what was held before, the unit had not sent with it
			out = append(out, is)
		}
	}
	return out
}

// PapersOf names the paper behind each one of a case: what is live, or else what
// has been replaced; "" for one that isn't among all. Of two with the same bytes
// each is another one.
func PapersOf(c dossier.Case, people []string, all []material.Material) []string {
	out := make([]string, len(c.Materials))
	for i, w := range c.Materials {
		var fresh, any string
		for _, m := range all {
			if !SamePaper(w, m, people) {
				continue
			}
			if any == "" || !m.Gone {
				any = m.ID
			}
			if !slices.Contains(out[:i], m.ID) && (fresh == "" || !m.Gone) {
				fresh = m.ID
			}
		}
		out[i] = cmp.Or(fresh, any)
	}
	return out
}

// SamePaper tells whether a paper is the one that an application names. The same
// bytes may have been given as two papers, or for two people or countries: a
// letter that holds its own translation, a pledge that all have signed.
func SamePaper(w dossier.Material, m material.Material, people []string) bool {
	if m.Digest != w.SHA256 || m.Kind != string(w.Kind) || m.Country != w.Country {
		return false
	}
	of, member := w.OfMember()
	if member != (m.OwnerKind == material.OfPerson) {
		return false
	}
	i := slices.Index(people, m.Owner)
	return !member || i < 0 || i == of // somebody may be known by another id by now
}

// Since is a case as it was handed in with the papers that came since.
func Since(c dossier.Case, people []string, held []material.Material) dossier.Case {
	c = c.Clone()
	for _, m := range held {
		if !m.Gone && !slices.ContainsFunc(c.Materials, func(w dossier.Material) bool { return SamePaper(w, m, people) }) {
			c.Materials = append(c.Materials, asMaterial(m, people))
		}
	}
	return c
}

func asMaterial(m material.Material, people []string) dossier.Material {
	owner := string(m.OwnerKind)
	if m.OwnerKind == material.OfPerson {
		owner = dossier.Owner(max(0, slices.Index(people, m.Owner)))
	}
	return m.Dossier(owner)
}
