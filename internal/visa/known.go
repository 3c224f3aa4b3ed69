package visa

import (
	"context"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/requirement"
	"yitang/internal/store"
)

// Known is all that a zone holds of the members of a case beyond it, for the
// requirement engine. People are their ids, in the order of the members.
func Known(ctx context.Context, r store.Reader, filing string, c dossier.Case, people []string, today calendar.Date) (requirement.Known, error) {
	var known requirement.Known
	for i, who := range people {
		if i >= len(c.Members) || who == "" {
			continue
		}
		k, err := Knows(ctx, r, custody.Traveller{Index: i, ID: who, Filing: filing, Case: c}, today)
		if err != nil {
			return known, err
		}
		known.Add(i, k)
	}
	return known, nil
}

// Knows is what is known of one of them: booklets, captures, the fingerprints that
// they gave, and the visas that they hold.
func Knows(ctx context.Context, r store.Reader, t custody.Traveller, today calendar.Date) (requirement.Known, error) {
	k, err := t.Knows(ctx, r, today)
	if err != nil {
		return k, err
	}
	if k.Fingerprints, err = PrintsOf(ctx, r, t.ID, t.Index, t.Filing); err != nil {
		return k, err
	}
	held, err := HeldBy(ctx, r, t.ID, today)
	if err != nil || len(held) == 0 {
		return k, err
	}
	all, err := ordersOf(ctx, r, t.ID)
	if err != nil {
		return k, err
	}
	for _, o := range held {
		entries, any := o.entriesFor(t.Filing, all)
		if !any {
			continue
		}
		b, there, err := custody.One(ctx, r, o.Booklet)
		if err != nil {
			return k, err
		}
		v := requirement.KnownVisa{Member: t.Index, Area: o.Area, From: o.ValidFrom, Until: o.ValidTo, Entries: entries, StayDays: o.Stay}
		if there {
			v.In = b.Passport(t.Case.Trip.Return)
		}
		k.Visas = append(k.Visas, v)
	}
	return k, nil
}

// entriesFor is how often somebody may still enter with a visa on account of a case
// (0: any number), and whether they may at all: the case that it was granted for goes
// first, and each other trip that goes there on a visa held takes an entry, too.
func (o Row) entriesFor(filing string, all []Row) (int, bool) {
	if o.Entries == 0 || o.Filing == filing {
		return o.Entries, true
	}
	left := o.Entries - 1
	for _, x := range all {
		if x.Area == o.Area && x.Stage == NoneNeeded && x.Way == "" && !slices.Contains([]string{filing, o.Filing}, x.Filing) &&
			!x.From.Before(o.ValidFrom) && !x.From.After(o.ValidTo) {
			left--
		}
	}
	return left, left > 0
}
