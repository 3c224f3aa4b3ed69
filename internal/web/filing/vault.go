package filing

import (
	"context"
	"slices"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/person"
	state "yitang/internal/progress"
)

// VaultOrder is in which order a unit's papers stand: who travels next before the
// others, as their case has them, the head first; then everybody else as on the
// unit's list. Hosts stand as the journeys lead to them.
type VaultOrder struct {
	people, hosts []string
}

// VaultOrder reads it of the unit's trips under way, by their day of departure.
func (w *Work) VaultOrder(ctx context.Context, unit string) (VaultOrder, error) {
	var o VaultOrder
	open, err := state.OfUnit(ctx, w.Journal.Store, unit, false, state.After{}, lackingMost)
	if err != nil {
		return o, err
	}
	ids, err := person.IDsOf(ctx, w.Journal.Store, unit)
	if err != nil {
		return o, err
	}
	for _, s := range open {
		f, v, err := journal.Load(ctx, w.Journal, room.Room, s.Filing)
		if err != nil {
			return o, err
		}
		if v > 0 {
			o.Leads(f.Dossier, f.Persons(), ids)
		}
	}
	all, err := person.List(ctx, w.Journal.Store, person.Listing{Unit: unit, Limit: person.MostOnly})
	for _, e := range all {
		o.person(e.ID)
	}
	return o, err
}

// Leads puts a trip's people and hosts behind those that are there; ids gives the
// record that stands for somebody.
func (o *VaultOrder) Leads(c dossier.Case, persons []string, ids map[string]string) {
	for _, i := range c.HeadFirst() {
		if i < len(persons) && ids[persons[i]] != "" {
			o.person(ids[persons[i]])
		}
	}
	for _, host := range hostsByRoute(c) {
		if hostAt(o.hosts, host) == len(o.hosts) {
			o.hosts = append(o.hosts, host)
		}
	}
}

func (o *VaultOrder) person(id string) {
	if !slices.Contains(o.people, id) {
		o.people = append(o.people, id)
	}
}

// Person and Host are the places of somebody, and of a host; who stands nowhere comes
// last.
func (o VaultOrder) Person(id string) int { return placeIn(o.people, id) }
func (o VaultOrder) Host(name string) int { return hostAt(o.hosts, name) }

// hostAt is the place of a host among these, however its name is written there.
func hostAt(all []string, host string) int {
	if i := slices.IndexFunc(all, func(had string) bool { return sameHost(had, host) }); i >= 0 {
		return i
	}
	return len(all)
}

func placeIn(all []string, x string) int {
	if i := slices.Index(all, x); i >= 0 {
		return i
	}
	return len(all)
}

// hostsByRoute are who invites, in the order in which the journey leads to them; those
// of no country that it leads to come last.
func hostsByRoute(c dossier.Case) []string {
	route, all := c.Countries(), slices.Clone(c.Invitations)
	slices.SortStableFunc(all, func(a, b dossier.Invitation) int {
		return placeIn(route, a.IssuerCountry) - placeIn(route, b.IssuerCountry)
	})
	var out []string
	for _, v := range all {
		if v.Issuer != "" && hostAt(out, v.Issuer) == len(out) {
			out = append(out, v.Issuer)
		}
	}
	return out
}
