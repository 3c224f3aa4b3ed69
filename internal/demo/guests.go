package demo

import (
	"slices"

	"yitang/internal/access"
	"yitang/internal/zone"
)

// Guest is somebody to sign in as. What they find changes from day to day:
// Finds counts it.
type Guest struct {
	Zone  zone.Zone `json:"zone"`
	Login string    `json:"login"`
	Name  string    `json:"name"`
	What  string    `json:"what"` // unit and post, in Chinese, as on the pages
}

// standings are where an open case may stand; steps at one place look the same to
// its unit.
var standings = [][]Step{
	{Begins, HandsBack}, {Presents}, {SendsBack}, {Submits, Corrects, Accepts, Asks, Reviews},
	{Decides, Issues, Supersedes, Books, Visits, Makes, Checks, HandsOver, Receives, KitReady, SendsVisa, GetsVisa, ChecksVisa, Lends}, {Clears}, {Departs}, {ComesHome, HandsIn, Reports, Rates, StaysHome},
}

// open tells whether a case is under way.
func (p Plan) open() bool {
	return !p.Fate.Refused && p.Fate.Upto != Withdraws && p.Fate.Upto != Revokes && p.Fate.Upto != Closes
}

// Guests are a few of the city's accounts that find something to do.
func (c City) Guests() []Guest {
	var out []Guest
	add := func(z zone.Zone, login, what string) {
		for _, a := range c.Accounts {
			if a.Zone == z && a.Login == login {
				out = append(out, Guest{z, login, a.Name, what})
			}
		}
	}
	busy, late, free := c.busiest()
	unit := func(u int) {
		for _, a := range c.Accounts {
			switch {
			case a.Unit != u:
			case slices.Contains(a.Roles, access.Signatory):
				add(a.Zone, a.Login, c.Units[u].Name+" 签批人")
			default:
				add(a.Zone, a.Login, c.Units[u].Name+" 专管员")
			}
		}
	}
	unit(busy)
	if late != busy {
		unit(late)
	}
	if free >= 0 {
		unit(free)
	}
	for _, g := range []Guest{
		{zone.Office, "intake1", "", "受理岗"}, {zone.Office, "review1", "", "审核岗"}, {zone.Office, travellingReviewer, "", "审核岗，随团出访一件，要回避"}, {zone.Office, "chief1", "", "处长"}, {zone.Office, "director1", "", "分管主任"},
		{zone.Office, "visa1", "", "签证岗"}, {zone.Office, "keeper1", "", "证照岗"}, {zone.Office, "window1", "", "窗口"}, {zone.Office, "personnel1", "", "人员管控岗"}, {zone.Office, "admin", "", "管理员"}, {zone.Office, "auditor", "", "审计员"},
		{zone.Passport, "capture1", "", "采集岗"}, {zone.Passport, "passport1", "", "制证岗"},
	} {
		add(g.Zone, g.Login, g.What)
	}
	return out
}

// busiest is the unit whose open cases stand at the most different places, and
// the one with booklets overdue that has most, and among those that may hand in,
// because they owe nothing of a trip, the one other than the busiest that has most;
// -1 where there is none.
func (c City) busiest() (busy, late, free int) {
	at := make([]map[int]bool, len(c.Units))
	overdue := make([]int, len(c.Units))
	owes := make([]bool, len(c.Units))
	for u := range at {
		at[u] = map[int]bool{}
	}
	for _, p := range c.Plans {
		if !p.open() {
			continue
		}
		for i, steps := range standings {
			if slices.Contains(steps, p.Fate.Upto) {
				at[p.Unit][i] = true
			}
		}
		if p.Fate.Upto == Rates || p.Fate.Overdue { // a report that is owed, or booklets
			owes[p.Unit] = true
		}
		if p.Fate.Overdue {
			overdue[p.Unit]++
		}
	}
	late, free = -1, -1
	for u := range c.Units {
		if len(at[u]) > len(at[busy]) {
			busy = u
		}
		if overdue[u] > 0 && (late < 0 || len(at[u]) > len(at[late])) {
			late = u
		}
	}
	for u := range c.Units { // another than the busiest, so that three are named
		if !owes[u] && u != busy && (free < 0 || len(at[u]) > len(at[free])) {
			free = u
		}
	}
	if late < 0 {
		late = busy
	}
	return busy, late, free
}
