package filing

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/material"
	"yitang/internal/person"
	state "yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/web/ui"
)

// Ending is something held that ends before a trip that needs it does, or soon:
// a paper, or what a person's record and the keeper tell of.
type Ending struct {
	Of    endingOf
	Paper material.Material // of a paper
	Owner string            // whose: a person, or the unit
	Name  string            // the person's
	Type  string            // of a booklet
	Until calendar.Date
	Trip  room.Entry    // the first trip that it hurts; none when its ID is ""
	Hurts calendar.Date // the day on which it does: the departure, else its own end
	Ended bool          // its last day is past
}

type endingOf string

const (
	endingPaper   endingOf = "paper"
	endingCard    endingOf = "card"
	endingVetting endingOf = "vetting"
	endingBooklet endingOf = "booklet"
)

const (
	// endsSoon is how many days before its end a thing is announced though no
	// trip is known that needs it: time to have a new one made.
	endsSoon = 60
	// bookletEndsSoon is the same for a booklet, which serves nowhere in its last
	// half-year: the least that most missions want.
	bookletEndsSoon = 180
	// tripsLooked bounds how many of the unit's trips are looked through.
	tripsLooked = 30
	// tripsFrom and tripsUpTo are how many days around today trips are looked for.
	tripsFrom, tripsUpTo = 180, 730
)

// Endings are the things held of a unit and its people that end too early, in
// the order of the days on which that hurts, each once: a copy of a card ends
// with the card, and a filing form with the vetting.
func (w *Work) Endings(ctx context.Context, unit string) ([]Ending, error) {
	r, today := w.Journal.Store, w.Journal.Today()
	papers, err := material.Kept(ctx, r, unit)
	if err != nil {
		return nil, err
	}
	ids, err := person.IDsOf(ctx, r, unit)
	if err != nil {
		return nil, err
	}
	trips, err := w.tripsAround(ctx, unit, ids)
	if err != nil {
		return nil, err
	}
	var all []Ending
	people, err := person.Ending(ctx, r, unit, today.AddDays(tripsUpTo))
	if err != nil {
		return nil, err
	}
	for _, e := range people {
		all = append(all, Ending{Of: endingCard, Owner: e.ID, Until: e.Expires}, Ending{Of: endingVetting, Owner: e.ID, Until: e.Vetted})
	}
	booklets, err := custody.Ending(ctx, r, unit, today.AddDays(bookletEndsSoon))
	if err != nil {
		return nil, err
	}
	for _, b := range booklets {
		made, err := custody.BeingRenewed(ctx, r, b)
		if err != nil {
			return nil, err
		}
		if made {
			continue // nobody is asked for what is done already
		}
		all = append(all, Ending{Of: endingBooklet, Owner: ids[b.Person], Type: b.Type, Until: b.Expires})
	}
	for _, m := range papers {
		if !slices.ContainsFunc(papers, outlives(m)) {
			all = append(all, Ending{Of: endingPaper, Paper: m, Owner: m.Owner, Until: m.ValidUntil})
		}
	}
	served, err := w.served(ctx, trips, meaning(ids))
	if err != nil {
		return nil, err
	}
	out := endings(all, trips, served, today)
	for i, e := range out {
		if e.Owner == unit {
			continue
		}
		p, err := person.One(ctx, r, e.Owner)
		if err != nil {
			return nil, err
		}
		out[i].Name = p.Name()
	}
	return out, nil
}

// served tells what of a trip is done with, by whose it is and the trip: who has
// booklet and visas for it, or stays at home, needs nothing more that these are made
// of.
func (w *Work) served(ctx context.Context, trips map[string][]room.Entry, also map[string][]string) (map[string]map[string]bool, error) {
	asked := map[string]bool{}
	for _, all := range trips {
		for _, e := range all {
			asked[e.ID] = true
		}
	}
	heard, err := state.Each(ctx, w.Journal.Store, slices.Sorted(maps.Keys(asked)))
	if err != nil {
		return nil, err
	}
	stand := map[string]state.State{}
	for _, s := range heard {
		stand[s.Filing] = s
	}
	out := map[string]map[string]bool{}
	for whose, all := range trips {
		out[whose] = map[string]bool{}
		ids := also[whose]
		if len(ids) == 0 {
			ids = []string{whose}
		}
		for _, e := range all {
			s, known := stand[e.ID]
			out[whose][e.ID] = known && s.Served(ids...)
		}
	}
	return out, nil
}

// meaning are the ids that mean each of a unit's people, by the one whose record stands.
func meaning(ids map[string]string) map[string][]string {
	out := map[string][]string{}
	for id, stands := range ids {
		out[stands] = append(out[stands], id)
	}
	return out
}

// tripsAround are the trips of a unit, and of those of its people who travel,
// by whose they are.
func (w *Work) tripsAround(ctx context.Context, unit string, ids map[string]string) (map[string][]room.Entry, error) {
	r, today := w.Journal.Store, w.Journal.Today()
	off, err := trip.CalledOff(ctx, r, today.AddDays(-tripsFrom), today.AddDays(tripsUpTo))
	if err != nil {
		return nil, err
	}
	leaving, err := room.Leaving(ctx, r, unit, today.AddDays(-tripsFrom), today.AddDays(tripsUpTo), off)
	if err != nil {
		return nil, err
	}
	trips, also := map[string][]room.Entry{}, meaning(ids)
	var asked []string
	for id := range leaving {
		if who := ids[id]; who != "" && trips[who] == nil {
			trips[who], asked = []room.Entry{}, append(asked, also[who]...)
		}
	}
	ahead, err := room.Ahead(ctx, r, asked, today) // what is over hurts nobody
	if err != nil {
		return nil, err
	}
	for _, id := range asked {
		trips[ids[id]] = append(trips[ids[id]], ahead[id]...)
	}
	trips[unit], err = room.OfUnit(ctx, r, unit, room.After{}, tripsLooked)
	for whose, all := range trips {
		trips[whose] = slices.DeleteFunc(all, func(e room.Entry) bool { return off[e.ID] })
	}
	return trips, err
}

// neededUntil is the last day on which a trip needs the thing; false when it
// doesn't at all. A booklet that is too short for a trip is renewed with it.
func (e Ending) neededUntil(t room.Entry) (calendar.Date, bool) {
	switch {
	case e.Of == endingBooklet, e.Of == endingPaper && !e.Paper.Serves(t.ID), e.Of == endingPaper && e.Paper.OwnerKind == material.OfUnit && e.Paper.Case != t.ID:
		return calendar.Date{}, false
	case e.Of == endingCard, e.Of == endingPaper && madeWhenNeeded(e.Paper):
		return t.Depart, true
	}
	return t.Return, true
}

// forMaking tells whether it is wanted for booklet and visa alone: the photograph.
// The journey itself asks for nothing of it.
func (e Ending) forMaking() bool { return e.Of == endingPaper && e.Paper.Kind == string(photo) }

// madeWhenNeeded are the papers that end by the office's own limit and are made
// anew in a day: without a trip that wants them nobody is troubled.
func madeWhenNeeded(m material.Material) bool { return m.Kind == "M06" || m.Kind == string(photo) }

// endings judges things by the trips of their owners, and leaves out what says
// the same as another.
func endings(all []Ending, trips map[string][]room.Entry, served map[string]map[string]bool, today calendar.Date) []Ending {
	var out []Ending
	for _, e := range all {
		if e.Until.IsZero() || e.Owner == "" {
			continue
		}
		e.Hurts, e.Ended = e.Until, e.Until.Before(today)
		for _, t := range trips[e.Owner] {
			goes := t.Stage == room.IsPresented || t.Stage == room.IsSubmitted || t.Stage == room.IsSentBack || t.Stage == room.IsConcluded && t.Outcome == room.Approved
			last, needs := e.neededUntil(t)
			if !goes || !needs || last.Before(today) || !e.Until.Before(last) || e.forMaking() && served[e.Owner][t.ID] {
				continue
			}
			if e.Trip.ID == "" || t.Depart.Before(e.Hurts) {
				e.Trip, e.Hurts = t, t.Depart
			}
		}
		soon := endsSoon
		if e.Of == endingBooklet {
			soon = bookletEndsSoon
		}
		left := e.Until.Sub(today)
		if e.Trip.ID != "" || left >= 0 && left <= soon && !(e.Of == endingPaper && (e.Paper.OfOneTrip() || madeWhenNeeded(e.Paper))) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Ending) int {
		return cmp.Or(a.Hurts.Compare(b.Hurts), a.Until.Compare(b.Until))
	})
	var once []Ending
	for _, e := range out {
		if !slices.ContainsFunc(out, func(o Ending) bool { return o.Of != endingPaper && o.of() == e.of() && e.Of == endingPaper }) &&
			!slices.ContainsFunc(once, func(o Ending) bool { return o.of() == e.of() }) {
			once = append(once, e)
		}
	}
	return once
}

// of names what ends: the copy of a card is the card, to whoever has to see to it.
func (e Ending) of() [3]string {
	switch {
	case e.Of == endingPaper && e.Paper.Kind == "M24":
		return [3]string{e.Owner, string(endingCard)}
	case e.Of == endingPaper && e.Paper.Kind == "M12":
		return [3]string{e.Owner, string(endingVetting)}
	case e.Of == endingPaper:
		return [3]string{e.Owner, e.Paper.Kind, e.Paper.About}
	}
	return [3]string{e.Owner, string(e.Of), e.Type}
}

// What names it, and whose it is where it is a person's.
//
// ui:keys ending.of.*
// ui:keys word.passportType.*
func (e Ending) What(ctx context.Context) string {
	name := ""
	switch e.Of {
	case endingPaper:
		name = PaperName(ctx, dossier.MaterialKind(e.Paper.Kind))
	case endingBooklet:
		name = ui.T(ctx, "word.passportType."+e.Type)
	case endingCard, endingVetting:
		name = ui.T(ctx, "ending.of."+string(e.Of))
	}
	if e.Name == "" {
		return name
	}
	return ui.T(ctx, "cases.paper.of", "Name", name, "Who", e.Name)
}

// Act says that it ends, or that it has ended.
func (e Ending) Act(ctx context.Context) string {
	if e.Ended {
		return ui.T(ctx, "ending.act.ended", "What", e.What(ctx))
	}
	return ui.T(ctx, "ending.act", "What", e.What(ctx))
}

// Do is what somebody does about it.
//
// ui:keys ending.do.*
func (e Ending) Do(ctx context.Context) string { return ui.T(ctx, "ending.do."+string(e.Of)) }

// Go says what the page behind it is for: a booklet is renewed with a trip and
// nowhere else.
func (e Ending) Go(ctx context.Context) string {
	if e.Of == endingBooklet {
		return ui.T(ctx, "ending.look")
	}
	return ui.T(ctx, "ending.go")
}

// URL is where it is done.
func (e Ending) URL() string {
	if e.Of == endingPaper {
		return "/papers/" + url.PathEscape(e.Paper.ID)
	}
	return "/people/" + url.PathEscape(e.Owner)
}

// When says on which day it ends, and for which trip that is too early.
func (e Ending) When(ctx context.Context) string {
	if e.Trip.ID != "" && e.Ended {
		return ui.T(ctx, "ending.hurts.ended", "Day", ui.Date(ctx, e.Until), "Title", e.Trip.Title, "Depart", ui.MonthDay(ctx, e.Trip.Depart))
	}
	if e.Trip.ID != "" {
		return ui.T(ctx, "ending.hurts", "Day", ui.Date(ctx, e.Until), "Title", e.Trip.Title, "Depart", ui.MonthDay(ctx, e.Trip.Depart))
	}
	return ui.T(ctx, "ending.ends", "Day", ui.Date(ctx, e.Until))
}

// outlives finds a paper of the same kind and owner that lasts longer.
func outlives(m material.Material) func(material.Material) bool {
	return func(o material.Material) bool {
		return o.ID != m.ID && o.Owner == m.Owner && o.Kind == m.Kind && !o.OfOneTrip() && (o.ValidUntil.IsZero() || o.ValidUntil.After(m.ValidUntil))
	}
}
