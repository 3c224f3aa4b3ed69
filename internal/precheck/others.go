package precheck

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// otherCases are the other applications that the file and the node tell of.
func otherCases(c *dossier.Case, k *Known) []dossier.OtherCase {
	if len(k.Cases) == 0 {
		return c.OtherCases
	}
	return append(slices.Clone(c.OtherCases), k.Cases...)
}

// ofOurUnit tells whether another application is of this one's organising unit.
func ofOurUnit(c *dossier.Case, o dossier.OtherCase) bool {
	return o.Unit != "" && dossier.SameUnit(o.Unit, c.Unit.Name)
}

// splitMates are live applications of the same unit to the same country that
// leave within so many days and call on the same host (拆分团组).
func splitMates(c *dossier.Case, k *Known, within int) []dossier.OtherCase {
	var out []dossier.OtherCase
	hosts := c.Hosts()
	for _, o := range otherCases(c, k) {
		if o.Live() && !o.Linked && ofOurUnit(c, o) && shared(c.Countries(), o.Countries) && apart(c.Trip.Depart, o.Depart) <= within && sharedHost(hosts, o.Hosts) {
			out = append(out, o)
		}
	}
	return out
}

// withMates is how many people travel with this application and its mates together.
func withMates(c *dossier.Case, k *Known, within int) int {
	n := len(c.Members)
	for _, o := range splitMates(c, k, within) {
		n += o.MemberCount
	}
	return n
}

// shadows are live applications of other units with the same places, days and
// host that nobody has declared to belong together (团外团).
func shadows(c *dossier.Case, k *Known) []dossier.OtherCase {
	var out []dossier.OtherCase
	hosts := c.Hosts()
	for _, o := range otherCases(c, k) {
		if o.Live() && !o.Linked && !ofOurUnit(c, o) && sameSet(c.Countries(), o.Countries) &&
			apart(c.Trip.Depart, o.Depart) <= 1 && apart(c.Trip.Return, o.Return) <= 1 && sharedHost(hosts, o.Hosts) {
			out = append(out, o)
		}
	}
	return out
}

// copiedFrom are applications, past ones too, whose necessity is word for word
// the same.
func copiedFrom(c *dossier.Case, k *Known) []dossier.OtherCase {
	text := dossier.Letters(c.Trip.Necessity)
	if text == "" {
		return nil
	}
	var out []dossier.OtherCase
	for _, o := range otherCases(c, k) {
		if o.State != dossier.CancelledTrip && dossier.Letters(o.Necessity) == text {
			out = append(out, o)
		}
	}
	return out
}

// Away is a leader who travels with another application.
type Away struct {
	Name           string
	Title          string // of the other application
	Country        string
	Depart, Return calendar.Date
}

// principalsAway are the other principals of a member's unit who are abroad,
// with another delegation, on a day of this trip.
func principalsAway(c *dossier.Case, k *Known, member int) []Away {
	m := c.Members[member]
	if m.Principal == "" {
		return nil
	}
	var out []Away
	for _, o := range otherCases(c, k) {
		if !o.Live() || !dossier.Overlaps(c.Trip.Depart, c.Trip.Return, o.Depart, o.Return) {
			continue
		}
		for _, l := range o.Leaders {
			if l.Principal != "" && l.Unit == c.From(member) && l.Name != m.Name() {
				out = append(out, awayWith(o, l))
			}
		}
	}
	return out
}

func awayWith(o dossier.OtherCase, l dossier.Leader) Away {
	a := Away{Name: l.Name, Title: o.Title, Depart: o.Depart, Return: o.Return}
	if len(o.Countries) > 0 {
		a.Country = o.Countries[0]
	}
	return a
}

// ledThere are other leaders of the head's unit who lead a delegation of their
// own to one of these countries less than so many months away.
func ledThere(c *dossier.Case, k *Known, months int) []Away {
	head := slices.IndexFunc(c.Members, func(m dossier.Member) bool { return m.Role == dossier.Head })
	if head < 0 || !c.Members[head].Leads() || c.Trip.Depart.IsZero() {
		return nil
	}
	var out []Away
	for _, o := range otherCases(c, k) {
		if o.State == dossier.CancelledTrip || o.Depart.IsZero() || !shared(c.Countries(), o.Countries) ||
			!o.Depart.AddMonths(months).After(c.Trip.Depart) || !c.Trip.Depart.AddMonths(months).After(o.Depart) {
			continue
		}
		for _, l := range o.Leaders {
			if l.Head && l.Leads() && l.Unit == c.From(head) && l.Name != c.Members[head].Name() {
				a := awayWith(o, l)
				a.Country = first(c.Countries(), o.Countries)
				out = append(out, a)
			}
		}
	}
	return out
}

// Reused is a letter of invitation that another application carries too.
type Reused struct {
	Index int    // of the material
	Title string // of the other application; "" where it may not be named here
}

func reusedLetters(c *dossier.Case, k *Known) []Reused {
	var out []Reused
	for i, m := range c.Materials {
		if m.Kind != "M04" || m.SHA256 == "" {
			continue
		}
		for _, o := range otherCases(c, k) {
			if o.State != dossier.CancelledTrip && !o.Linked && slices.Contains(o.Letters, m.SHA256) {
				out = append(out, Reused{i, o.Title})
				break
			}
		}
	}
	return out
}

// teamMates are the earlier members of the list who sit in the same unit's
// leadership as this one. Two principals are another rule's business.
func teamMates(c *dossier.Case, member int) []string {
	m := c.Members[member]
	if !m.Leads() {
		return nil
	}
	var out []string
	for j, other := range c.Members[:member] {
		if other.Leads() && c.From(j) == c.From(member) && (m.Principal == "" || other.Principal == "") {
			out = append(out, other.Name())
		}
	}
	return out
}

// Related is a member of whose family another member is.
type Related struct {
	Name  string
	How   string   // spouse, child, or address
	Names []string // of those at the same address: all of them
	Where string   // and the place of the first
}

// relatives are the members who are this one's spouse or child; told at the later
// one of the two. Those who live at the same address are told once, at the last of
// them, however many they are.
func relatives(c *dossier.Case, member int) []Related {
	var out []Related
	m := c.Members[member]
	for j, other := range c.Members {
		switch how := kin(m, other); {
		case j == member:
		case how != "":
			if kin(other, m) == "" || j < member {
				out = append(out, Related{Name: other.Name(), How: how})
			}
		}
	}
	if house := household(c, member); len(house) > 0 {
		r := Related{Name: c.Members[house[0]].Name(), How: "address", Where: fmt.Sprintf("members[%d].homeAddress", house[0])}
		for _, j := range house {
			r.Names = append(r.Names, c.Members[j].Name())
		}
		out = append(out, r)
	}
	return out
}

// household are the earlier members at the address of one who is the last there;
// who is known to be of this one's family is told as that.
func household(c *dossier.Case, member int) []int {
	m, home := c.Members[member], dossier.Letters(c.Members[member].HomeAddress)
	var out []int
	for j, other := range c.Members {
		switch {
		case home == "" || j == member || dossier.Letters(other.HomeAddress) != home:
		case j > member:
			return nil // told there
		case kin(other, m) == "" && kin(m, other) == "":
			out = append(out, j)
		}
	}
	return out
}

// kin is how the second is related to the first, as the first declared.
func kin(m, other dossier.Member) string {
	for _, f := range m.Family {
		if f.Name != "" && f.Name == other.Name() && (f.Relation == dossier.Spouse || f.Relation == dossier.Child) {
			return string(f.Relation)
		}
	}
	return ""
}

func sharedHost(ours, theirs []string) bool {
	return slices.ContainsFunc(theirs, func(s string) bool { return slices.Contains(ours, dossier.Letters(s)) })
}

func shared(a, b []string) bool { return first(a, b) != "" }

// first is the first of a that is in b, too.
func first(a, b []string) string {
	for _, s := range a {
		if slices.Contains(b, s) {
			return s
		}
	}
	return ""
}

func sameSet(a, b []string) bool {
	in := func(list []string) func(string) bool {
		return func(s string) bool { return !slices.Contains(list, s) }
	}
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}

// apart is how many days lie between two days; a great many when one is absent.
func apart(a, b calendar.Date) int {
	if a.IsZero() || b.IsZero() {
		return 1 << 30
	}
	return max(a.Sub(b), b.Sub(a))
}
