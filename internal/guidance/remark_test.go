package guidance_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestARemarkIsTakenOnceAndStaysWhereItBelongs(t *testing.T) {
	good := guidance.Give{Matter: "wish", Words: "字再大一点", On: guidance.Context{Page: "/cases", Title: strings.Repeat("长", 300), Browser: "a\nb"}, Name: "何远舟"}
	for _, c := range []struct {
		name  string
		in    zone.Zone
		given guidance.Said
		when  guidance.Give
		then  string
	}{
		{"on the internet", zone.Internet, guidance.Said{}, good, "guidance.Remarked"},
		{"in the office", zone.Office, guidance.Said{}, good, "guidance.RemarkedInside"},
		{"at the passports", zone.Passport, guidance.Said{}, good, "guidance.RemarkedAtPassports"},
		{"sent twice", zone.Internet, guidance.Said{Made: true}, good, ""},
		{"nothing written", zone.Internet, guidance.Said{}, guidance.Give{Words: " "}, "invalid: words: guidance.empty; matter: guidance.matter"},
		{"too much", zone.Internet, guidance.Said{}, guidance.Give{Matter: "wrong", Words: strings.Repeat("长", 1001)}, "invalid: words: guidance.long"},
	} {
		es, err := c.when.Decide(c.given, journaltest.Moment(c.in, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
	es, _ := good.Decide(guidance.Said{}, journaltest.Moment(zone.Internet, 0))
	if b := es[0].Body.(guidance.Remarked); len([]rune(b.Title)) != 201 || b.Browser != "a b" {
		t.Errorf("what a program says about itself is kept as %d characters and %q", len([]rune(b.Title)), b.Browser)
	}
}

func TestARemarkIsLookedAtAnsweredAndWhatChangedIsPublished(t *testing.T) {
	of := func(z zone.Zone) guidance.RemarkRow { return guidance.RemarkRow{ID: "r", Zone: z} }
	tell := func(at guidance.Progress) guidance.Tell {
		return guidance.Tell{Of: of(zone.Internet), At: at, Words: "改了"}
	}
	mark := guidance.Mark{What: fault.Text{Zh: "字大了", En: "Larger type"}}
	for _, c := range []struct {
		name  string
		given guidance.Answering
		when  journal.Command[guidance.Answering]
		then  string
	}{
		{"looked at", guidance.Answering{}, guidance.Look{Of: of(zone.Internet)}, "guidance.Handled"},
		{"one of the office's own", guidance.Answering{}, guidance.Look{Of: of(zone.Office)}, "guidance.HandledInside"},
		{"one of the passport zone", guidance.Answering{}, guidance.Look{Of: of(zone.Passport)}, "guidance.HandledAtPassports"},
		{"looked at by a colleague before", guidance.Answering{At: guidance.Looking}, guidance.Look{Of: of(zone.Internet)}, ""},
		{"answered", guidance.Answering{At: guidance.Looking}, tell(guidance.Done), "guidance.Handled"},
		{"answered at once", guidance.Answering{}, tell(guidance.Declined), "guidance.Handled"},
		{"answered better", guidance.Answering{At: guidance.Declined}, tell(guidance.Done), "guidance.Handled"},
		{"declined after it was published", guidance.Answering{At: guidance.Done, Changed: true}, tell(guidance.Declined), "invalid: at: guidance.remark.changed"},
		{"answered with nothing", guidance.Answering{}, guidance.Tell{Of: of(zone.Internet)}, "invalid: reply: guidance.empty; at: guidance.remark.at"},
		{"changed", guidance.Answering{At: guidance.Done}, mark, "guidance.Changed"},
		{"changed, told better", guidance.Answering{At: guidance.Done, Changed: true}, mark, "guidance.Changed"},
		{"changed before it is done", guidance.Answering{At: guidance.Looking}, mark, "not now: guidance.remark.undone while looking"},
		{"changed, no words", guidance.Answering{At: guidance.Done}, guidance.Mark{}, "invalid: what: guidance.empty"},
	} {
		es, err := c.when.Decide(c.given, journaltest.Moment(zone.Office, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

func TestRemarksAreListedByHowFarTheyAreAndByWhoMadeThem(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		all := slices.Clone(guidance.Kinds)
		for i := range all {
			all[i].Home = zone.Of(zone.Office) // one journal that may hold both zones' events
		}
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office, Kinds: all,
			Projections: func(*keys.Ring) []journal.Projection { return guidance.Projections }})
		as := func(account string) context.Context {
			return journal.WithActor(ctx, journal.Actor{Role: "chief", Account: account})
		}
		for i := range guidance.RemarksPage + 2 {
			who := "a"
			if i == 0 {
				who = ""
			}
			if _, err := journal.Do(as(who), j.Journal, guidance.Remarks, journal.Order{Subject: fmt.Sprintf("r%02d", i)}, guidance.Give{Matter: "wish", Words: fmt.Sprintf("第 %d 条", i), On: guidance.Context{Page: "/p", Size: "390×844"}}); err != nil {
				t.Fatal(err)
			}
		}
		first, err := guidance.RemarksAt(ctx, j.Store, guidance.Fresh, guidance.Next{})
		if err != nil || len(first) != guidance.RemarksPage || first[0].ID != "r51" || first[0].Zone != zone.Office || first[0].On.Size != "390×844" {
			t.Fatal(err, len(first))
		}
		last := first[len(first)-1]
		rest, err := guidance.RemarksAt(ctx, j.Store, guidance.Fresh, guidance.Next{At: last.At, ID: last.ID})
		if err != nil || len(rest) != 2 || rest[1].ID != "r00" {
			t.Fatal(err, rest)
		}
		for _, cmd := range []journal.Command[guidance.Answering]{guidance.Look{Of: rest[0]}, guidance.Tell{Of: rest[0], At: guidance.Done, Words: "改了"}, guidance.Mark{What: fault.Text{Zh: "字小了"}}, guidance.Mark{What: fault.Text{Zh: "字大了", En: "Larger type"}}} {
			if _, err := journal.Do(as("chief"), j.Journal, guidance.Answers, journal.Order{Subject: rest[0].ID}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		one, err := guidance.OneRemark(ctx, j.Store, rest[0].ID)
		if err != nil || one.Is != guidance.Done || one.Reply != "改了" || one.Replier != "chief" || !one.Changed {
			t.Errorf("%v: %+v", err, one)
		}
		if n, err := guidance.RemarkCounts(ctx, j.Store); err != nil || n[guidance.Fresh] != guidance.RemarksPage+1 || n[guidance.Done] != 1 {
			t.Errorf("%v: %v", err, n)
		}
		if mine, err := guidance.RemarksOf(ctx, j.Store, "a"); err != nil || len(mine) != guidance.RemarksPage {
			t.Errorf("%v: %d of one account", err, len(mine))
		}
		if nobodys, err := guidance.RemarksOf(ctx, j.Store, ""); err != nil || len(nobodys) != 0 {
			t.Errorf("who hasn't signed in reads what others said: %v %v", nobodys, err)
		}
		made, err := guidance.ChangesMade(ctx, j.Store)
		if err != nil || len(made) != 1 || made[0].What != (fault.Text{Zh: "字大了", En: "Larger type"}) {
			t.Errorf("%v: %+v", err, made)
		}
		if _, there, err := guidance.ChangeOf(ctx, j.Store, "r00"); there || err != nil {
			t.Errorf("nothing was changed because of it: %v %v", there, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

// The change log that the program brings can be read, and says each thing to somebody.
func TestTheChangeLogIsWholeInBothLanguages(t *testing.T) {
	all := guidance.Releases()
	if len(all) < 5 {
		t.Fatalf("%d entries", len(all))
	}
	for i, r := range all {
		if i > 0 && r.On.After(all[i-1].On) {
			t.Errorf("%s stands before a later one", r.ID)
		}
	}
	for bad, want := range map[string]string{
		"- {id: a, on: 2026-01-01, for: [king], title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}": "whom it concerns",
		"- {id: a, on: 2026-01-01, for: [unit], title: {zh: 甲}, text: {zh: 乙, en: b}}":        "lacks its day, or words",
		"- {on: 2026-01-01, for: [unit], title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}":        "no id of its own",
		"- {id: a, when: 2026-01-01}": "reading the change log",
	} {
		if _, err := guidance.ReadReleases([]byte(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestANewFeatureIsToldToWhomItConcernsUntilItIsPutAway(t *testing.T) {
	today := day("2026-03-10")
	liaison := access.Who{Account: "a", Zone: zone.Internet, Unit: "u1", Roles: []access.Role{access.Liaison}}
	traveller := access.Who{Account: "t", Zone: zone.Internet, Roles: []access.Role{access.Traveller}}
	window := access.Who{Account: "w", Zone: zone.Office, Roles: []access.Role{access.Window}}
	releases, err := guidance.ReadReleases([]byte(`
- {id: units, on: 2026-03-01, for: [unit], feature: true, title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}
- {id: small, on: 2026-03-09, for: [unit], title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}
- {id: later, on: 2026-03-11, for: [unit, traveller], feature: true, title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}
- {id: old, on: 2026-01-08, for: [traveller], feature: true, title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}
`))
	if err != nil {
		t.Fatal(err)
	}
	said := guidance.Row{ID: "n", Last: true, Stand: guidance.Out, Sort: guidance.Feature, From: day("2026-03-05"), For: guidance.Audience{Roles: []string{"window"}}}
	for _, c := range []struct {
		name string
		who  access.Who
		away string
		want string
	}{
		{"a unit's", liaison, "", "release units"},
		{"put away", liaison, "release units", ""},
		{"something older put away", liaison, "release old", "release units"},
		{"nothing new for travellers", traveller, "", ""},
		{"told by the office to its own", window, "", "notice n"},
	} {
		n, there := guidance.NewsFor(c.who, releases, []guidance.Row{said}, c.away, today)
		if !there {
			n.ID = ""
		}
		if n.ID != c.want {
			t.Errorf("%s: %q", c.name, n.ID)
		}
	}
	for _, c := range []struct {
		away guidance.Reader
		put  string
		then string
	}{{guidance.Reader{}, "release units", "guidance.PutAway"}, {guidance.Reader{Away: "release units"}, "release units", ""}, {guidance.Reader{}, strings.Repeat("x", 300), ""}} {
		es, err := guidance.Put{News: c.put}.Decide(c.away, journaltest.Moment(zone.Internet, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("putting %q away after %q: %q", c.put, c.away.Away, got)
		}
	}
}

func TestTheListOfChangesJoinsProgramOfficeAndRemarks(t *testing.T) {
	today := day("2026-03-10")
	releases, err := guidance.ReadReleases([]byte(`
- {id: units, on: 2026-03-01, for: [unit], feature: true, title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}
- {id: inside, on: 2026-03-02, for: [office], title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}
- {id: later, on: 2026-03-11, for: [unit], title: {zh: 甲, en: a}, text: {zh: 乙, en: b}}
`))
	if err != nil {
		t.Fatal(err)
	}
	row := func(id string, but func(*guidance.Row)) guidance.Row {
		r := guidance.Row{ID: id, Last: true, Stand: guidance.Out, Sort: guidance.Changes, From: day("2026-03-03")}
		but(&r)
		return r
	}
	notices := []guidance.Row{row("log", func(*guidance.Row) {}), row("plain", func(r *guidance.Row) { r.Sort = guidance.Notice }), row("back", func(r *guidance.Row) { r.Stand = guidance.Back }),
		row("others", func(r *guidance.Row) { r.For.Units = []string{"u2"} }), row("tomorrow", func(r *guidance.Row) { r.From = day("2026-03-11") })}
	changes := []guidance.Change{{Remark: "r", What: fault.Text{Zh: "字大了"}, At: time.Date(2026, 3, 4, 1, 0, 0, 0, time.UTC)}}
	for z, want := range map[zone.Zone]string{zone.Internet: "c-r remark, n-log update, units feature", zone.Office: "c-r remark, n-others update, n-log update, inside update, units feature", zone.Passport: "c-r remark, n-log update"} {
		var got []string
		who := access.Who{Account: "a", Zone: z, Roles: []access.Role{access.Administrator}}
		for _, e := range guidance.Entries(who, z, releases, notices, changes, today) {
			got = append(got, e.ID+" "+string(e.Why))
		}
		slices.Sort(got)
		wanted := strings.Split(want, ", ")
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			t.Errorf("%s: %v, want %v", z, got, wanted)
		}
	}
}
