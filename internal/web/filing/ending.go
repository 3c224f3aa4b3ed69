package filing

import (
	"cmp"
	"context"
	"slices"

	"yitang/internal/calendar"
	room "yitang/internal/filing"
	"yitang/internal/material"
	"yitang/internal/store"
)

// Ending is a paper that ends before a trip that needs it does, or soon.
type Ending struct {
	material.Material
	Trip  room.Entry    // the first trip that it hurts; none when its ID is ""
	Hurts calendar.Date // the day on which it does: the departure, else its own end
}

// endsSoon is how many days before its end a paper is announced though no trip
// is known that needs it: time to have a new one made.
const endsSoon = 60

// tripsLooked bounds how many of an owner's trips are looked through.
const tripsLooked = 30

// Endings are the papers of a unit and its people that end too early, in the
// order of the days on which that hurts.
func Endings(ctx context.Context, r store.Reader, unit string, today calendar.Date) ([]Ending, error) {
	papers, err := material.Kept(ctx, r, unit)
	if err != nil {
		return nil, err
	}
	trips := map[string][]room.Entry{}
	for _, m := range papers {
		if _, known := trips[m.Owner]; known || m.ValidUntil.IsZero() {
			continue
		}
		if m.OwnerKind == material.OfPerson {
			trips[m.Owner], err = room.OfPerson(ctx, r, m.Owner, tripsLooked)
		} else {
			trips[m.Owner], err = room.OfUnit(ctx, r, unit, room.After{}, tripsLooked)
		}
		if err != nil {
			return nil, err
		}
	}
	return endings(papers, trips, today), nil
}

// endings judges papers by the trips of their owners.
func endings(papers []material.Material, trips map[string][]room.Entry, today calendar.Date) []Ending {
	var out []Ending
	for _, m := range papers {
		if m.ValidUntil.IsZero() || slices.ContainsFunc(papers, outlives(m)) {
			continue
		}
		e := Ending{Material: m, Hurts: m.ValidUntil}
		for _, t := range trips[m.Owner] {
			goes := t.Stage == room.IsPresented || t.Stage == room.IsSubmitted || t.Stage == room.IsSentBack || t.Stage == room.IsConcluded && t.Outcome == room.Approved
			if !goes || t.Return.Before(today) || !m.ValidUntil.Before(t.Return) || !m.Serves(t.ID) {
				continue
			}
			if e.Trip.ID == "" || t.Depart.Before(e.Hurts) {
				e.Trip, e.Hurts = t, t.Depart
			}
		}
		left := m.ValidUntil.Sub(today)
		if e.Trip.ID != "" || !m.OfOneTrip() && left >= 0 && left <= endsSoon {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Ending) int {
		return cmp.Or(a.Hurts.Compare(b.Hurts), a.ValidUntil.Compare(b.ValidUntil), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// outlives finds a paper of the same kind and owner that lasts longer.
func outlives(m material.Material) func(material.Material) bool {
	return func(o material.Material) bool {
		return o.ID != m.ID && o.Owner == m.Owner && o.Kind == m.Kind && !o.OfOneTrip() && (o.ValidUntil.IsZero() || o.ValidUntil.After(m.ValidUntil))
	}
}
