package filing

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	room "yitang/internal/filing"
	"yitang/internal/material"
)

func TestWhatEndsIsAnnouncedOnceInTheOrderInWhichItHurts(t *testing.T) {
	day := calendar.MustParse
	paper := func(id, owner, kind, until string) Ending {
		m := material.Material{ID: id, Added: material.Added{OwnerKind: material.OfPerson, Owner: owner, Kind: kind}}
		if until != "" {
			m.ValidUntil = day(until)
		}
		return Ending{Of: endingPaper, Paper: m, Owner: owner, Until: m.ValidUntil}
	}
	held := func(of endingOf, owner, until string) Ending {
		return Ending{Of: of, Owner: owner, Until: day(until)}
	}
	contract := func(id, from, until string) Ending {
		e := paper(id, "unit", "M21", until)
		e.Paper.OwnerKind, e.Paper.Case = material.OfUnit, from
		return e
	}
	trip := func(id, from, to string, stage room.Stage) room.Entry {
		return room.Entry{ID: id, Depart: day(from), Return: day(to), Stage: stage, Outcome: room.Approved}
	}
	jiang := []room.Entry{trip("autumn", "2026-09-01", "2026-09-05", room.IsSubmitted), trip("may", "2026-05-11", "2026-05-15", room.IsConcluded), trip("past", "2026-01-05", "2026-01-09", room.IsConcluded)}
	trips := map[string][]room.Entry{"jiang": jiang, "shu": {trip("april", "2026-04-01", "2026-04-04", room.IsWithdrawn)}, "unit": jiang,
		"lei": {trip("june", "2026-06-01", "2026-06-05", room.IsConcluded)}}
	for name, c := range map[string]struct {
		all  []Ending
		want string
	}{
		"nothing that has no end":                         {[]Ending{paper("endless", "jiang", "M25", "")}, ""},
		"a photo before a departure":                      {[]Ending{paper("photo", "jiang", "M26", "2026-05-10")}, "photo may 2026-05-11"},
		"no photo once booklet and visas are there":       {[]Ending{paper("photo", "lei", "M26", "2025-05-10")}, ""},
		"vetting though booklet and visas are there":      {[]Ending{held(endingVetting, "lei", "2026-06-03")}, "vetting june 2026-06-01"},
		"no photo that ends on the journey":               {[]Ending{paper("photo", "jiang", "M26", "2026-09-03")}, ""},
		"no photo that nobody needs":                      {[]Ending{paper("photo", "shu", "M26", "2026-04-20")}, ""},
		"a form that ends during a journey":               {[]Ending{paper("filing", "jiang", "M12", "2026-09-03")}, "filing autumn 2026-09-01"},
		"a card that ends soon, whoever travels":          {[]Ending{held(endingCard, "shu", "2026-04-20")}, "card  2026-04-20"},
		"no card that ends in two years":                  {[]Ending{held(endingCard, "shu", "2028-04-20")}, ""},
		"vetting that ends on the journey":                {[]Ending{held(endingVetting, "jiang", "2026-09-03")}, "vetting autumn 2026-09-01"},
		"no card that ends on the journey":                {[]Ending{held(endingCard, "jiang", "2026-09-03")}, ""},
		"a booklet half a year before":                    {[]Ending{held(endingBooklet, "jiang", "2026-09-03"), held(endingBooklet, "shu", "2026-09-20")}, "booklet  2026-09-03"},
		"a card and its copy, once":                       {[]Ending{paper("front", "shu", "M24", "2026-04-20"), paper("back", "shu", "M24", "2026-04-20"), held(endingCard, "shu", "2026-04-20")}, "card  2026-04-20"},
		"both sides of a copy, once":                      {[]Ending{paper("front", "shu", "M24", "2026-04-20"), paper("back", "shu", "M24", "2026-04-20")}, "front  2026-04-20"},
		"vetting and its form, once":                      {[]Ending{paper("filing", "jiang", "M12", "2026-04-20"), held(endingVetting, "jiang", "2026-04-20")}, "vetting may 2026-05-11"},
		"a contract in the case that it came with":        {[]Ending{contract("works", "autumn", "2026-08-31")}, "works autumn 2026-09-01"},
		"no contract in a case that it hasn't to do with": {[]Ending{contract("works", "other", "2026-08-31")}, ""},
		"what hurts first in front":                       {[]Ending{held(endingCard, "shu", "2026-05-01"), held(endingCard, "tan", "2026-03-20"), held(endingVetting, "jiang", "2026-04-30")}, "card  2026-03-20, card  2026-05-01, vetting may 2026-05-11"},
		"nothing that has ended and nobody needs":         {[]Ending{held(endingCard, "tan", "2026-02-01")}, ""},
	} {
		var got []string
		for _, e := range endings(c.all, trips, map[string]map[string]bool{"lei": {"june": true}}, day("2026-03-10")) {
			id := string(e.Of)
			if e.Of == endingPaper {
				id = e.Paper.ID
			}
			got = append(got, id+" "+e.Trip.ID+" "+e.Hurts.String())
		}
		if said := strings.Join(got, ", "); said != c.want {
			t.Errorf("%s: %q, want %q", name, said, c.want)
		}
	}
	older, newer := paper("older", "tan", "M24", "2026-04-01").Paper, paper("newer", "tan", "M24", "2027-04-01").Paper
	if !slices.ContainsFunc([]material.Material{newer}, outlives(older)) || slices.ContainsFunc([]material.Material{older}, outlives(newer)) {
		t.Error("a newer one of its kind doesn't do for an older one")
	}
}

func TestWhatHasEndedIsNotAboutToEnd(t *testing.T) {
	ctx, day := context.Background(), calendar.MustParse
	trips := map[string][]room.Entry{"shu": {{ID: "april", Title: "四月团组", Depart: day("2026-04-01"), Return: day("2026-04-04"), Stage: room.IsSubmitted}}}
	for until, word := range map[string]string{"2026-03-09": "已过期", "2026-03-11": "快到期"} {
		all := endings([]Ending{{Of: endingCard, Owner: "shu", Until: day(until)}}, trips, nil, day("2026-03-10"))
		if len(all) != 1 || !strings.HasSuffix(all[0].Act(ctx), word) || strings.Contains(all[0].When(ctx), "已过期") != (word == "已过期") {
			t.Errorf("a card until %s: %+v", until, all)
		}
	}
}

func TestABookletThatEndsIsRenewedWithATripAndNowhereElse(t *testing.T) {
	ctx := context.Background()
	booklet, card := Ending{Of: endingBooklet, Owner: "p"}, Ending{Of: endingCard, Owner: "p"}
	if booklet.Go(ctx) == card.Go(ctx) || !strings.Contains(booklet.Do(ctx), "现在不用办") || strings.Contains(booklet.Go(ctx), "去换") {
		t.Errorf("a booklet: %s %s; a card: %s", booklet.Do(ctx), booklet.Go(ctx), card.Go(ctx))
	}
}
