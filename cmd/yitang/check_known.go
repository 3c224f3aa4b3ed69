package main

import (
	"context"
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/quota"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

// knownHere adds to a case what the nodes in a folder know, and gives what no
// case file tells, and the configuration in force. What the file says itself stays; the passport zone knows
// nothing that a check may see, and the office all that the Internet does.
func knownHere(ctx context.Context, dir string, c *dossier.Case, today calendar.Date) ([]precheck.Fact, *pack.Set, error) {
	var beyond []precheck.Fact
	var set *pack.Set
	folders, err := zoneFolders(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, folder := range folders {
		n, err := node.Open(ctx, node.Options{Dir: folder})
		if err != nil {
			return nil, nil, err
		}
		var facts []precheck.Fact
		if n.Zone != zone.Passport {
			facts, err = knownTo(ctx, n, c, today)
		}
		if n.Zone == zone.Office || set == nil {
			set = n.Packs.Now()
		}
		n.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("%s zone: %w", n.Zone, err)
		}
		if n.Zone == zone.Office || beyond == nil {
			beyond = facts
		}
	}
	return beyond, set, nil
}

func knownTo(ctx context.Context, n *node.Node, c *dossier.Case, today calendar.Date) ([]precheck.Fact, error) {
	asked := node.Asked{Today: today, People: make([]string, len(c.Members))}
	u, found, err := unitOf(ctx, n, *c)
	if err != nil {
		return nil, err
	}
	year := today.Year()
	if !c.Trip.Depart.IsZero() {
		year = c.Trip.Depart.Year()
	}
	if found {
		asked.Unit = u.ID
		if err := knownOfUnit(ctx, n, c, u, year, today); err != nil {
			return nil, err
		}
	}
	for i := range c.Members {
		if err := knownOfMember(ctx, n, c, i, year, today); err != nil {
			return nil, fmt.Errorf("members[%d]: %w", i, err)
		}
	}
	asked.Case = *c
	return node.Beyond(ctx, n.Journal, n.Keys, asked)
}

// unitOf finds the unit by its code, else by its name.
func unitOf(ctx context.Context, n *node.Node, c dossier.Case) (unit.Unit, bool, error) {
	all, err := unit.List(ctx, n.Store)
	if err != nil {
		return unit.Unit{}, false, err
	}
	i := slices.IndexFunc(all, func(u unit.Unit) bool { return c.Unit.USCC != "" && u.USCC == c.Unit.USCC })
	if i < 0 {
		i = slices.IndexFunc(all, func(u unit.Unit) bool { return c.Unit.Name != "" && u.Name == c.Unit.Name })
	}
	if i < 0 {
		return unit.Unit{}, false, nil
	}
	return all[i], true, nil
}

func knownOfUnit(ctx context.Context, n *node.Node, c *dossier.Case, u unit.Unit, year int, today calendar.Date) error {
	known := u.Dossier()
	if c.Unit.Status == "" {
		c.Unit.Status = known.Status
	}
	if c.Unit.OfficerValidUntil.IsZero() {
		c.Unit.OfficerValidUntil = known.OfficerValidUntil
	}
	if c.Unit.Quota == nil {
		p, ok, err := quota.Of(ctx, n.Store, u.ID, year)
		if err != nil {
			return err
		}
		if ok {
			groups, people, fen, err := node.PlanUsed(ctx, n.Journal, u.ID, year, "")
			if err != nil {
				return err
			}
			c.Unit.Quota, c.Unit.Used = quota.Dossier(p.Groups, p.People, p.AmountFen), quota.Dossier(groups, people, fen)
		}
	}
	late, err := custody.OverdueOf(ctx, n.Store, u.ID, today)
	if err != nil {
		return err
	}
	c.Unit.OverdueBooklets = max(c.Unit.OverdueBooklets, len(late))
	papers, err := material.Of(ctx, n.Store, material.OfUnit, u.ID)
	if err != nil {
		return err
	}
	addPapers(c, papers, "unit")
	return nil
}

func knownOfMember(ctx context.Context, n *node.Node, c *dossier.Case, i, year int, today calendar.Date) error {
	m := &c.Members[i]
	who, err := person.Numbered(ctx, n.Store, n.Keys, m.IDNumber)
	if err != nil || who == "" {
		return err
	}
	trips, thisYear, err := node.TripsOf(ctx, n.Journal, who, "", year)
	if err != nil {
		return err
	}
	for _, t := range trips {
		if !slices.ContainsFunc(m.OtherTrips, func(o dossier.OtherTrip) bool {
			return o.Depart == t.Depart && o.Return == t.Return && o.Country == t.Country
		}) {
			m.OtherTrips = append(m.OtherTrips, t)
		}
	}
	m.TripsThisYear = max(m.TripsThisYear, thisYear)
	booklets, err := custody.Of(ctx, n.Store, who)
	if err != nil {
		return err
	}
	for _, b := range booklets {
		if b.Place != custody.IsLost && b.Place != custody.IsVoid {
			addBooklet(m, b, today)
		}
	}
	papers, err := material.Of(ctx, n.Store, material.OfPerson, who)
	if err != nil {
		return err
	}
	addPapers(c, papers, dossier.Owner(i))
	return nil
}

// addBooklet gives the member the booklet that lasts longest, and tells of one
// that the file names where it is.
func addBooklet(m *dossier.Member, b custody.Row, today calendar.Date) {
	custodyNow, overdue := dossier.WithOffice, false
	if b.Place == custody.IsLent {
		custodyNow, overdue = dossier.Lent, b.Overdue(today)
	}
	p := m.Passport
	if p != nil && p.Expires == b.Expires && string(p.Type) == b.Type {
		p.Custody, p.Overdue = custodyNow, overdue || p.Overdue
		return
	}
	if p == nil || p.Expires.Before(b.Expires) && string(p.Type) == b.Type {
		pages := b.BlankPages
		m.Passport = &dossier.Passport{Type: dossier.PassportType(b.Type), LatinName: b.LatinName, Issued: b.Issued, Expires: b.Expires,
			BlankPages: &pages, Custody: custodyNow, Overdue: overdue}
	}
}

func addPapers(c *dossier.Case, papers []material.Material, owner string) {
	for _, m := range papers {
		held := m.Dossier(owner)
		if !slices.ContainsFunc(c.Materials, func(o dossier.Material) bool {
			return o.Kind == held.Kind && o.Owner == held.Owner && o.SHA256 == held.SHA256
		}) {
			c.Materials = append(c.Materials, held)
		}
	}
}
