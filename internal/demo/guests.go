package demo

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/zone"
)

// Guest is somebody to sign in as, and what they find.
type Guest struct {
	Zone  zone.Zone `json:"zone"`
	Login string    `json:"login"`
	Name  string    `json:"name"`
	What  string    `json:"what"` // unit and post, in Chinese, as on the pages
	Finds string    `json:"finds"`
}

// phrases are what is said of the cases at a step; steps with the same words
// are counted together.
var phrases = []struct {
	at   []Step
	says string
}{
	{[]Step{Begins, HandsBack}, "in draft"},
	{[]Step{Presents}, "to sign"},
	{[]Step{SendsBack}, "to correct"},
	{[]Step{Submits, Corrects, Accepts, Reviews}, "at the office"},
	{[]Step{Decides, Issues, Books, Visits, Makes, Checks, HandsOver, KitReady, SendsVisa, GetsVisa, ChecksVisa, Lends}, "approved"},
	{[]Step{Clears}, "ready to go"},
	{[]Step{Departs}, "abroad"},
	{[]Step{ComesHome, HandsIn, Reports, Rates}, "just home"},
}

// open tells whether a case is under way.
func (p Plan) open() bool {
	return !p.Fate.Refused && p.Fate.Upto != Withdraws && p.Fate.Upto != Closes
}

// Guests are a few of the city's accounts that find something to do.
func (c City) Guests() []Guest {
	count := func(steps ...Step) int {
		n := 0
		for _, p := range c.Plans {
			if p.open() && slices.Contains(steps, p.Fate.Upto) {
				n++
			}
		}
		return n
	}
	var out []Guest
	add := func(z zone.Zone, login, what, finds string) {
		for _, a := range c.Accounts {
			if a.Zone == z && a.Login == login {
				out = append(out, Guest{z, login, a.Name, what, finds})
			}
		}
	}
	busy, late := c.busiest()
	unit := func(u int, finds string) {
		for _, a := range c.Accounts {
			if a.Unit != u {
				continue
			}
			if slices.Contains(a.Roles, access.Signatory) {
				add(a.Zone, a.Login, c.Units[u].Name+" 签批人", fmt.Sprintf("signs for this unit: %s", c.tally(u, Presents)))
			} else {
				add(a.Zone, a.Login, c.Units[u].Name+" 专管员", finds)
				finds = "the unit's second liaison officer"
			}
		}
	}
	unit(busy, c.tally(busy))
	if late != busy {
		unit(late, c.tally(late)+"; booklets overdue")
	}
	add(zone.Office, "intake1", "受理岗", fmt.Sprintf("%d cases to accept or send back", count(Submits, Corrects)))
	add(zone.Office, "review1", "审核岗", fmt.Sprintf("%d cases under review", count(Accepts, Reviews)))
	add(zone.Office, "chief1", "处室负责人", "reviews what the reviewers have passed on")
	add(zone.Office, "director1", "审批人", "decides, member by member")
	add(zone.Office, "visa1", "签证岗", fmt.Sprintf("%d cases with visas under way; visa2 checks them", count(HandsOver, Issues, KitReady, SendsVisa, GetsVisa)))
	add(zone.Office, "keeper1", "证照管理岗", fmt.Sprintf("booklets to lend and take back, some overdue; %d groups abroad", count(Departs)))
	add(zone.Office, "window1", "窗口", fmt.Sprintf("%d cases with a visit booked", count(Books)))
	add(zone.Office, "admin", "管理员", "the hall's plan, refusals, how far the other networks are")
	add(zone.Office, "auditor", "审计员", "reads everything, changes nothing")
	add(zone.Passport, "capture1", "采集岗", fmt.Sprintf("%d cases whose people come to be captured", count(Books)))
	add(zone.Passport, "passport1", "制证岗", fmt.Sprintf("%d cases with booklets to make, check or hand over; passport2 checks them", count(Visits, Makes, Checks)))
	return out
}

// busiest is the unit whose open cases stand at the most different places, and
// the one with booklets overdue that has most.
func (c City) busiest() (busy, late int) {
	places := make([]map[int]bool, len(c.Units))
	overdue := make([]int, len(c.Units))
	for u := range places {
		places[u] = map[int]bool{}
	}
	for _, p := range c.Plans {
		if !p.open() {
			continue
		}
		for i, ph := range phrases {
			if slices.Contains(ph.at, p.Fate.Upto) {
				places[p.Unit][i] = true
			}
		}
		if p.Fate.Overdue {
			overdue[p.Unit]++
		}
	}
	late = -1
	for u := range c.Units {
		if len(places[u]) > len(places[busy]) {
			busy = u
		}
		if overdue[u] > 0 && (late < 0 || len(places[u]) > len(places[late])) {
			late = u
		}
	}
	if late < 0 {
		late = busy
	}
	return busy, late
}

// tally says where a unit's open cases stand, of all steps or of some.
func (c City) tally(unit int, only ...Step) string {
	var out []string
	for _, ph := range phrases {
		n := 0
		for _, p := range c.Plans {
			if p.Unit == unit && p.open() && slices.Contains(ph.at, p.Fate.Upto) && (len(only) == 0 || slices.Contains(only, p.Fate.Upto)) {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, ph.says))
		}
	}
	if len(out) == 0 {
		return "nothing waits today"
	}
	return strings.Join(out, ", ")
}
