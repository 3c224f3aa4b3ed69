package visa

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/ref"
)

func held(id, kind string, owner material.OwnerKind) material.Material {
	return material.Material{ID: id, Added: material.Added{Kind: kind, OwnerKind: owner, Case: "c1"}}
}

// What a kit lacks is one answer for the unit and for the desk: a paper that came
// is there, one that was asked for again isn't until another has come, and what
// is made of something is there only with what it is made of.
func TestAKitLacksWhatNobodyHasBroughtAndWhatWasAskedForAgain(t *testing.T) {
	o := Row{Filing: "c1", Person: "p1", Stage: IsPlanned, SendBy: calendar.MustParse("2026-04-10"), Kit: []Item{
		{ID: "M33", Key: "M33", Held: true}, {ID: "M34", Key: "M34", Held: true}, {ID: "M35", Key: "M35"}, {ID: "M36", Key: "M36"}, {ID: "M17", Key: "M17", Held: true},
		{ID: "M38", Key: "M38", Held: true}, {ID: "person.family", Key: "person.family"}, {ID: "M41", Key: "M41", Held: true}}}
	book, err := calendar.NewBook()
	if err != nil {
		t.Fatal(err)
	}
	lacks := func(h Have) (out string) {
		for _, l := range Lacks(o, h, book) {
			if want := calendar.MustParse("2026-04-09"); l.Ask == nil && l.Due != want {
				t.Errorf("the unit's day for %s is %s, and the kit goes on %s", l.Kind, l.Due, o.SendBy)
			}
			if l.Came == nil {
				out += string(l.Kind) + string(l.Datum) + " "
			}
		}
		return out
	}
	if got := lacks(Have{}); got != "M26 M35 M36 person.family " {
		t.Errorf("nothing is there, and the unit is to bring %q", got)
	}
	if got := Own(o, Have{}); len(got) != 2 { // the form and the note
		t.Errorf("the office itself is to add %v, want the form and the note", got)
	}
	if got := Own(o, Have{Signed: true, Note: true}); len(got) != 0 {
		t.Errorf("the office has added all, and %v are missing", got)
	}
	for _, it := range o.Kit {
		if want := it.Key == "M17"; (Have{}).Has(o, it) != want {
			t.Errorf("%s is there: %t", it.Key, !want)
		}
	}
	h := Have{Papers: []material.Material{held("a", "M35", material.OfPerson), held("b", "M26", material.OfPerson), held("c", "M36", material.OfCase)},
		Details: person.Details{Marital: "single", Family: []person.Relative{{Name: "甲"}}}}
	if got := lacks(h); got != "" {
		t.Errorf("all was brought, and %q is wanted", got)
	}
	if other := (Have{Papers: []material.Material{{ID: "x", Added: material.Added{Kind: "M35", OwnerKind: material.OfPerson, Case: "c0"}}}}); other.Has(o, o.Kit[2]) {
		t.Error("an insurance for another trip serves this one")
	}
	o.Asked = asking(nil, PaperAsked{Kind: "M35", Words: "少一天", Had: []string{"a"}})
	if got := lacks(h); got != "M35 " {
		t.Errorf("asked for again, and %q is wanted", got)
	}
	o.Stage = IsSent
	if got := lacks(Have{}); got != "M35 " {
		t.Errorf("once it is sent only what is asked for is wanted, not %q", got)
	}
	h.Papers = append(h.Papers, held("d", "M35", material.OfPerson))
	all := Lacks(o, h, book)
	if len(all) != 1 || all[0].Came == nil || all[0].Came.ID != "d" {
		t.Errorf("what came since isn't the answer: %+v", all)
	}
}

func TestAskingNamesAPaperAReasonAndADayThatCanBeKept(t *testing.T) {
	m := journal.Moment{Today: calendar.MustParse("2026-03-20")}
	o := Order{Stage: IsPlanned, Plan: Planned{Filing: "c1", Person: "p1", Depart: calendar.MustParse("2026-05-11")}}
	for _, c := range []struct {
		cmd   AskPaper
		field string
	}{
		{AskPaper{Kind: "M33", Words: "x", Until: m.Today}, "paper"},
		{AskPaper{Kind: "M35", Until: m.Today}, "words"},
		{AskPaper{Kind: "M35", Words: "x"}, "by"},
		{AskPaper{Kind: "M35", Words: "x", Until: m.Today.Prev()}, "by"},
		{AskPaper{Kind: "M35", Words: "x", Until: o.Plan.Depart}, "by"},
	} {
		if _, err := c.cmd.Decide(o, m); len(fault.Findings(err)) != 1 || fault.Findings(err)[0].Field != c.field {
			t.Errorf("%+v: %v", c.cmd, err)
		}
	}
	es, err := AskPaper{Kind: "M35", Words: " 少一天 ", Until: m.Today}.Decide(o, m)
	if err != nil || len(es) != 1 || es[0].Body.(PaperAsked).Words != "少一天" {
		t.Errorf("%v %v", es, err)
	}
	if _, err := (AskPaper{Kind: "M35", Words: "x", Until: m.Today}).Decide(Order{Stage: IsReleased}, m); !fault.IsNotNow(err) {
		t.Errorf("asked once all is over: %v", err)
	}
}

func TestAMissionSeesATravellerOnADayBeforeTheDepartureAndOnce(t *testing.T) {
	m := journal.Moment{Today: calendar.MustParse("2026-03-20")}
	o := Order{Stage: KitIsReady, Plan: Planned{Filing: "c1", Person: "p1", Depart: calendar.MustParse("2026-05-11")}}
	for _, on := range []calendar.Date{{}, m.Today.Prev(), o.Plan.Depart} {
		if _, err := (SetMissionDay{On: on}).Decide(o, m); fault.Findings(err) == nil {
			t.Errorf("%s is taken", on)
		}
	}
	if es, err := (SetMissionDay{On: m.Today, Words: "九点"}).Decide(o, m); err != nil || len(es) != 1 {
		t.Errorf("%v %v", es, err)
	}
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	m.Book = data.Holidays
	for on, asked := range map[string]bool{"2026-03-21": true, "2026-04-06": true, "2026-03-23": false, "2026-05-09": false} { // a Saturday, Qingming, a Monday, a Saturday that is worked
		_, err := SetMissionDay{On: calendar.MustParse(on)}.Decide(o, m)
		if (fault.Findings(err) != nil) != asked {
			t.Errorf("%s: asked about %v, %v", on, !asked, err)
		}
		if _, err := (SetMissionDay{On: calendar.MustParse(on), Anyway: true}).Decide(o, m); err != nil {
			t.Errorf("%s, which was confirmed: %v", on, err)
		}
	}
	if _, err := (SeeMission{On: m.Today.Next()}).Decide(o, m); fault.Findings(err) == nil {
		t.Error("seen tomorrow")
	}
	if es, err := (SeeMission{On: m.Today}).Decide(o, m); err != nil || len(es) != 1 {
		t.Errorf("%v %v", es, err)
	}
	o.Mission.Seen = m.Today
	if es, err := (SeeMission{On: m.Today}).Decide(o, m); err != nil || es != nil {
		t.Errorf("seen twice: %v %v", es, err)
	}
}

// A visa for which the mission had to see the traveller isn't recorded without
// the visit, or without why there was none; the visit counts from then on.
func TestAVisaWantsTheVisitToTheMissionOrWhyThereWasNone(t *testing.T) {
	sent := []step{{"ann", plan}, {"ann", wholeKit}, {"ann", Send{Batch: "S-1", Booklet: "b1", Within: 10}}}
	grant := func(of Grant, before ...step) (Order, error) {
		of.From, of.Until, of.Entries, of.Days = good.From, good.Until, good.Entries, good.Days
		return play(t, append(append(sent[:3:3], before...), step{"ann", of})...)
	}
	if _, err := grant(Grant{Wanted: true}); outcome(err) != "went=visa.grant.unseen" {
		t.Fatal(err)
	}
	if _, err := grant(Grant{Wanted: true, Went: today.Next()}); outcome(err) != "went=visa.mission.future" {
		t.Fatal(err)
	}
	if o, err := grant(Grant{Wanted: true, Went: today}); err != nil || o.Mission.Seen != today || o.Stage != IsGranted || o.Visa.Unseen != "" {
		t.Fatalf("%+v %v", o, err)
	}
	if o, err := grant(Grant{Wanted: true, Unseen: "使领馆免录"}); err != nil || !o.Mission.Seen.IsZero() || o.Visa.Unseen != "使领馆免录" {
		t.Fatalf("%+v %v", o, err)
	}
	if o, err := grant(Grant{Wanted: true, Unseen: "不用"}, step{"ann", SeeMission{On: today}}); err != nil || o.Visa.Unseen != "" {
		t.Fatalf("why a visit that was made isn't on record: %+v %v", o, err)
	}
	if _, err := grant(Grant{}); err != nil {
		t.Fatal("nobody had to go, and the desk is asked: ", err)
	}
}

func TestWhoRecordedEveryVisaChecksNone(t *testing.T) {
	mine, hers, sent := Order{Stage: IsGranted, GrantedBy: "ann"}, Order{Stage: IsGranted, GrantedBy: "bob"}, Order{Stage: IsSent}
	for _, c := range []struct {
		all  []Order
		want bool
	}{{[]Order{mine, sent}, true}, {[]Order{mine, hers}, false}, {[]Order{sent}, false}, {nil, false}, {[]Order{mine, {Stage: IsChecked, GrantedBy: "bob"}}, true}} {
		if got := AllRecordedBy(c.all, "ann"); got != c.want {
			t.Errorf("%+v: %v", c.all, got)
		}
	}
}

// Each country's kit has its own host's letter; one that nobody tied serves everywhere.
func TestAKitHasTheLetterOfItsOwnCountry(t *testing.T) {
	item := Item{ID: "M04@case#FRA", Key: "M04"}
	france, italy := Row{Filing: "c1", Kit: []Item{item}}, Row{Filing: "c1", Kit: []Item{{ID: "M04@case#ITA", Key: "M04"}}}
	letter := func(id, country string) material.Material {
		m := held(id, "M04", material.OfCase)
		m.Country = country
		return m
	}
	h := Have{Papers: []material.Material{letter("f", "FRA"), letter("any", "")}}
	if got := h.OfItem(france, item, "M04"); len(got) != 2 {
		t.Errorf("France's kit lists %v", got)
	}
	if got := h.Of(italy, "M04"); len(got) != 1 || got[0].ID != "any" {
		t.Errorf("Italy's order lists %v", got)
	}
	if h = (Have{Papers: h.Papers[:1]}); h.Has(italy, italy.Kit[0]) || !h.Has(france, item) {
		t.Error("a letter from France serves Italy's kit, or not its own")
	}
	ask := Ask{Kind: "M04"}
	if _, came := ask.Answer(h, italy); came {
		t.Error("a letter from France answers what Italy's desk asked for")
	}
}
