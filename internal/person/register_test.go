package person_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

// fatal is what a test and a property test have in common.
type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// follow gives the commands that follow by rule, as the internet node does.
func follow(t fatal, j *journaltest.Bench) { t.Helper(); followAfter(t, j, 0) }

func followAfter(t fatal, j *journaltest.Bench, after journal.Position) {
	t.Helper()
	ctx := context.Background()
	err := j.Each(ctx, after, func(e journal.Event) error {
		for _, w := range person.React(e) {
			if _, err := journal.Do(journal.WithActor(ctx, journal.System), j.Journal, person.Room, w.Order, w.Command); err != nil && !fault.IsNotNow(err) && !store.IsUnique(err) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func load(t fatal, j *journaltest.Bench, id string) person.Person {
	t.Helper()
	p, _, err := journal.Load(context.Background(), j.Journal, person.Room, id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func refused(t *testing.T, j *journaltest.Bench, id string, cmd journal.Command[person.Person]) error {
	t.Helper()
	_, err := journal.Do(context.Background(), j.Journal, person.Room, journal.Order{Subject: id}, cmd)
	if err == nil {
		t.Fatalf("%T was let through", cmd)
	}
	return err
}

var today = calendar.DateOf(journaltest.Morning)

func TestPeopleAreFoundInEitherScriptAndByAnyPartOfANumber(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := bench(t, open())
		ctx := context.Background()
		record := func(id, unit, family, given, mobile string, n person.IDNumber) {
			do(t, j, person.Room, id, person.Record{In: unit, Facts: person.Facts{FamilyName: family, GivenName: given, IDNumber: n, Mobile: mobile}})
		}
		record("p1", "u1", "张", "汉东", "13800241357", "509901197504121214")
		record("p2", "u1", "張", "國强", "+8613900001111", "509901198309031242")
		record("p3", "u2", "张", "汉东", "13800241358", "")
		record("p4", "u1", "𠮷", "野", "", "")
		for q, want := range map[string]string{
			"张": "p1 p2", "張": "p1 p2", "張漢東": "p1", "国强": "p2", "國強": "p2", "𠮷": "p4",
			"1975": "p1", "750412": "p1", "99011983": "p2", "2413": "p1", "1380024135": "p1", "13900001111": "p2", "509901": "p1 p2", "7504121214": "p1",
			"7505": "", "41324": "", "4357": "",
		} {
			got, err := person.Find(ctx, j.Store, j.Keys, "u1", q, 50)
			if err != nil {
				t.Fatal(err)
			}
			ids := map[string]bool{}
			for _, e := range got {
				ids[e.ID] = true
			}
			for _, id := range strings.Fields(want) {
				if !ids[id] {
					t.Errorf("%q doesn't find %s", q, id)
				}
				delete(ids, id)
			}
			if len(ids) > 0 {
				t.Errorf("%q finds %v too", q, ids)
			}
		}
		if all, err := person.Find(ctx, j.Store, j.Keys, "", "13800241", 50); err != nil || len(all) != 2 {
			t.Errorf("on all lists: %v %v", all, err)
		}
		// A changed number isn't found by its old parts.
		f := load(t, j, "p1").Facts
		f.Mobile = "13700009999"
		do(t, j, person.Room, "p1", person.Change{Facts: f})
		if old, _ := person.Find(ctx, j.Store, j.Keys, "u1", "0024135", 50); len(old) > 0 {
			t.Error("found by a number that they no longer have")
		}
		var plain int
		if err := j.Store.QueryRow(ctx, `SELECT count(*) FROM person_part WHERE part LIKE '%1975%' OR part LIKE '%0024%'`).Scan(&plain); err != nil || plain != 0 {
			t.Error("parts of numbers lie in plain text", plain, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

func TestAListIsSortedAsItIsReadAndGivesEverybodyOnce(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := bench(t, open())
		ctx := context.Background()
		names := [][2]string{{"张", "一"}, {"安", "二"}, {"李", "三"}, {"欧阳", "四"}, {"单", "五"}, {"白", "六"}, {"李", "三"}, {"向", "前"}, {"冼", "星"}, {"翟", "安"}, {"查", "文"}}
		for i, n := range names {
			do(t, j, person.Room, fmt.Sprintf("p%d", i), person.Record{In: "u", Facts: person.Facts{FamilyName: n[0], GivenName: n[1], IDExpires: today.AddDays(100 - i)}})
		}
		do(t, j, person.Room, "p0", person.Leave{On: today})
		for sort, want := range map[person.Sort]string{person.ByName: "安二 白六 李三 李三 欧阳四 单五 冼星 向前 查文 翟安", person.ByChange: "翟安 冼星 向前 李三 白六 单五 欧阳四 李三 查文 安二", person.ByExpiry: "查文 翟安 冼星 向前 李三 白六 单五 欧阳四 李三 安二"} {
			var got []string
			l := person.Listing{Unit: "u", Sort: sort, Limit: 2}
			for range 9 {
				page, err := person.List(ctx, j.Store, l)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				for _, e := range page {
					got = append(got, e.Name())
				}
				l.After = sort.AfterOf(page[len(page)-1])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("by %q: %v", sort, got)
			}
		}
		if n, err := person.Size(ctx, j.Store, person.Listing{Unit: "u", Only: []string{"p1", "p2", "p0"}}); err != nil || n != 2 {
			t.Error(n, err)
		}
		if n, err := person.Size(ctx, j.Store, person.Listing{Unit: "u", Standing: person.HasLeft}); err != nil || n != 1 {
			t.Error(n, err)
		}
	})
}

func TestAChangeToComeIsAnnouncedAndTakesEffectOnItsDay(t *testing.T) {
	j := bench(t, nil)
	ctx := context.Background()
	do(t, j, person.Room, "p", person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "明远", Post: "处长", Mobile: "19900001000"}})
	f := load(t, j, "p").Facts
	f.Post = "副主任"
	do(t, j, person.Room, "p", person.Change{Facts: f, Nature: person.NewState, From: today.AddDays(2)})
	if p := load(t, j, "p"); p.Post != "处长" || len(p.Coming) != 1 || p.Coming[0].Data["post"] != "副主任" {
		t.Fatalf("before its day: %v %v", p.Post, p.Coming)
	}
	if due, err := person.Due(ctx, j.Store, today); err != nil || len(due) > 0 {
		t.Fatal(due, err)
	}
	f.Mobile = "13800000000"
	err := refused(t, j, "p", person.Change{Facts: f, Nature: person.NewState, From: today.AddDays(2)})
	if fs := fault.Findings(err); len(fs) != 1 || fs[0].Field != "mobile" || fs[0].Key != "person.from.work" {
		t.Fatal("a telephone number isn't announced:", err)
	}
	j.Clock.Turn(48 * time.Hour)
	due, err := person.Due(ctx, j.Store, j.Today())
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	do(t, j, person.Room, "p", person.TakeEffect{})
	do(t, j, person.Room, "p", person.TakeEffect{})
	p := load(t, j, "p")
	h, err := j.History(ctx, journal.Ref{Kind: "person", ID: "p"})
	if err != nil || p.Post != "副主任" || len(p.Coming) != 0 || len(h) != 3 {
		t.Fatalf("on its day: %v %v, %d events, %v", p.Post, p.Coming, len(h), err)
	}
	if c, is := h[2].Body.(person.Changed); !is || c.Nature != person.NewState || c.From != today.AddDays(2) {
		t.Fatalf("%+v", h[2].Body)
	}
	if due, err := person.Due(ctx, j.Store, j.Today()); err != nil || len(due) > 0 {
		t.Fatal(due, err)
	}
	journaltest.RebuiltEqualsKept(t, j.Journal)
}

func TestNobodyIsLostBetweenTwoUnits(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := bench(t, open())
		ctx := context.Background()
		do(t, j, person.Room, "p", person.Record{In: "old", Facts: person.Facts{FamilyName: "江", GivenName: "明远", Post: "处长"}})
		on := func() string {
			var out []string
			for _, u := range []string{"old", "new", "third"} {
				if n, err := person.Count(ctx, j.Store, u); err != nil {
					t.Fatal(err)
				} else if n == 1 {
					out = append(out, u)
				}
			}
			return strings.Join(out, " ")
		}
		if err := refused(t, j, "p", person.Arrive{To: "new"}); !fault.IsNotNow(err) {
			t.Fatal("a unit helps itself:", err)
		}
		do(t, j, person.Room, "p", person.HandOver{To: "new", On: today})
		if err := refused(t, j, "p", person.Arrive{To: "third"}); !fault.IsNotNow(err) {
			t.Fatal("a third unit helps itself:", err)
		}
		if err := refused(t, j, "p", person.Leave{On: today}); !fault.IsNotNow(err) {
			t.Fatal(err)
		}
		if on() != "old" {
			t.Fatal("while it isn't confirmed, on the list of", on())
		}
		if a, err := person.Arriving(ctx, j.Store, "new"); err != nil || len(a) != 1 {
			t.Fatal(a, err)
		}
		if err := refused(t, j, "p", person.Keep{By: "new"}); len(fault.Findings(err)) != 1 {
			t.Fatal("turned down without a reason:", err)
		}
		do(t, j, person.Room, "p", person.Keep{By: "new", Why: "查无此人"})
		do(t, j, person.Room, "p", person.HandOver{To: "new", On: today})
		do(t, j, person.Room, "p", person.Keep{By: "old"})
		do(t, j, person.Room, "p", person.AskFor{By: "new"})
		if a, err := person.AskedOf(ctx, j.Store, "old"); err != nil || len(a) != 1 || a[0].Asked != "new" {
			t.Fatal(a, err)
		}
		do(t, j, person.Room, "p", person.HandOver{To: "new", On: today})
		do(t, j, person.Room, "p", person.Arrive{To: "new"})
		if on() != "new" {
			t.Fatal("confirmed, on the list of", on())
		}
		gone, err := person.Gone(ctx, j.Store, "old")
		if err != nil || len(gone) != 1 || gone[0].NowAt != "new" || gone[0].On != today || gone[0].Name != "江明远" {
			t.Fatal(gone, err)
		}
		// Whoever has left is nobody's: any unit takes them on, and they are found until then.
		do(t, j, person.Room, "p", person.Leave{On: today})
		if found, err := person.Search(ctx, j.Store, "new", "江明远"); err != nil || len(found) != 1 || found[0].Standing != person.HasLeft {
			t.Fatal(found, err)
		}
		do(t, j, person.Room, "p", person.Arrive{To: "old"})
		if on() != "old" {
			t.Fatal("taken on again, on the list of", on())
		}
		if gone, err := person.Gone(ctx, j.Store, "old"); err != nil || len(gone) != 0 {
			t.Fatal("who came back is still remembered as gone:", gone, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

// Two records of one person, one with the number and one with the telephone.
func twoRecords(t *testing.T, j *journaltest.Bench) (a, b person.Person) {
	t.Helper()
	do(t, j, person.Room, "a", person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "明远", Post: "处长", Mobile: "19900001000", DateOfBirth: calendar.MustParse("1975-04-12")}})
	do(t, j, person.Room, "b", person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "明远", Post: "副处长", IDNumber: "509901197504121214", IDExpires: today.AddMonths(30), Rank: dossier.Division}})
	return load(t, j, "a"), load(t, j, "b")
}

// The rules may come after people have gone on: what was undone stays undone, and
// what was merged anew stays merged.
func TestARuleThatComesLateUndoesNothing(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := bench(t, open())
		ctx := context.Background()
		a, b := twoRecords(t, j)
		r := person.Register{Journal: j.Journal, Index: j.Keys}
		merge := func() {
			t.Helper()
			choice := person.Data{"idNumber": b.Text("idNumber"), "idExpires": b.Text("idExpires")}
			if err := r.Merge(ctx, journal.Order{Subject: "b"}, person.Absorb{Into: "a", Other: load(t, j, "a"), Choice: choice}); err != nil {
				t.Fatal(err)
			}
		}
		undo := func() {
			t.Helper()
			if err := r.Undo(ctx, journal.Order{Subject: "a"}, person.GiveBack{Other: "b"}); err != nil {
				t.Fatal(err)
			}
		}
		merge()
		undo()
		follow(t, j)
		if got, other := load(t, j, "a"), load(t, j, "b"); got.Facts != a.Facts || other.Facts != b.Facts || other.Standing != person.Here {
			t.Errorf("undone, they are\n%+v\n%+v", got, other)
		}
		merge()
		undo()
		merge()
		follow(t, j)
		if got, other := load(t, j, "a"), load(t, j, "b"); got.IDNumber != b.IDNumber || other.Standing != person.WasDuple {
			t.Errorf("merged anew, they are\n%+v\n%+v", got, other)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

func TestMergingIsUndoneAsIfItHadNeverBeen(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := bench(t, open())
		ctx := context.Background()
		a, b := twoRecords(t, j)
		pairs, err := person.Duplicates(ctx, j.Store, "u")
		if err != nil || len(pairs) != 1 {
			t.Fatal(pairs, err)
		}
		choice := person.Data{"idNumber": b.Text("idNumber"), "idExpires": b.Text("idExpires"), "rank": b.Text("rank")}
		if err := refused(t, j, "b", person.Absorb{Into: "a", Other: a, Choice: person.Data{"post": "厅长"}}); len(fault.Findings(err)) != 1 {
			t.Fatal("something that stands in neither was chosen:", err)
		}
		do(t, j, person.Room, "b", person.Absorb{Into: "a", Other: a, Choice: choice})
		follow(t, j)
		follow(t, j) // a restart may follow it again
		now := load(t, j, "a")
		if now.IDNumber != b.IDNumber || now.Post != "处长" || now.Rank != dossier.Division || now.Sex != dossier.Male {
			t.Fatalf("merged: %+v", now.Facts)
		}
		if n, _ := person.Count(ctx, j.Store, "u"); n != 1 {
			t.Fatal("the list has", n)
		}
		if id, err := person.Numbered(ctx, j.Store, j.Keys, b.IDNumber.Reveal()); err != nil || id != "a" {
			t.Fatal("the number finds", id, err)
		}
		if e, err := person.One(ctx, j.Store, "b"); err != nil || e.ID != "b" || e.Post != "处长" {
			t.Fatal(e, err)
		}
		if ids, err := person.Also(ctx, j.Store, "a"); err != nil || strings.Join(ids, " ") != "a b" {
			t.Fatal(ids, err)
		}
		if err := refused(t, j, "b", person.Change{Facts: b.Facts}); !fault.IsNotNow(err) {
			t.Fatal(err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
		// What is changed after merging stays when it is undone.
		f := now.Facts
		f.Mobile = "13800000000"
		do(t, j, person.Room, "a", person.Change{Facts: f})
		do(t, j, person.Room, "a", person.GiveBack{Other: "b"})
		follow(t, j)
		follow(t, j)
		wantA := a.Facts
		wantA.Mobile = "13800000000"
		if got := load(t, j, "a"); got.Facts != wantA || len(got.Merges) != 0 {
			t.Errorf("the one that stayed:\n%+v\n%+v", got.Facts, wantA)
		}
		if got := load(t, j, "b"); got.Facts != b.Facts || got.Standing != person.Here {
			t.Errorf("the one that went:\n%+v\n%+v", got.Facts, b.Facts)
		}
		if id, err := person.Numbered(ctx, j.Store, j.Keys, b.IDNumber.Reveal()); err != nil || id != "b" {
			t.Error("the number finds", id, err)
		}
		if found, err := person.Search(ctx, j.Store, "u", "jmy"); err != nil || len(found) != 2 {
			t.Error(found, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

func TestTheInternetHearsDaysAndNoReason(t *testing.T) {
	o := journaltest.Open(t, journaltest.Options{Zone: zone.Office, Kinds: person.Kinds, Projections: projections})
	ctx := context.Background()
	staff := func(cmd journal.Command[person.Personnel]) {
		t.Helper()
		do(t, o, person.Staff, "p", cmd)
	}
	staff(person.Restrict{Source: "云江市公安局 云公限〔2026〕3号", Reason: "涉案", From: today, To: today.AddDays(30)})
	staff(person.NoteSecrecy{Secrecy: person.Secrecy{Level: dossier.ImportantSecrets, Since: today.AddDays(10), Until: today.AddDays(90), Source: "市委组织部"}})
	p, err := person.PersonnelOf(ctx, o.Journal, "p")
	if err != nil || len(p.Told) != 1 || p.Told[0] != (person.Span{From: today, To: today.AddDays(90)}) {
		t.Fatalf("%+v %v", p.Told, err)
	}
	if !p.Restricted(today.AddDays(5), today.AddDays(6)) || p.Restricted(today.AddDays(31), today.AddDays(40)) {
		t.Error("restricted on the wrong days")
	}
	if level, agreed := p.SecretLevel(today.AddDays(20), today.AddDays(25)); level != dossier.ImportantSecrets || agreed {
		t.Error(level, agreed)
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", p, p, p), "涉案") {
		t.Error("a reason is printed")
	}
	// Every event of it as the Internet would get it.
	registry, err := journal.NewRegistry(person.Kinds...)
	if err != nil {
		t.Fatal(err)
	}
	heard := 0
	err = o.Each(ctx, 0, func(e journal.Event) error {
		b, goes, err := registry.EncodeFor(e, zone.Internet)
		if err != nil || !goes {
			return err
		}
		heard++
		for _, secret := range []string{"公安", "涉案", "important", "restrict", "secre", "组织部"} {
			if strings.Contains(string(b), secret) {
				t.Errorf("the Internet hears %q: %s", secret, b)
			}
		}
		return nil
	})
	if err != nil || heard != 2 {
		t.Fatal(heard, err)
	}
	spans, err := person.Uncleared(ctx, o.Store, "p")
	if err != nil || !reflect.DeepEqual(spans, p.Told) {
		t.Fatal(spans, err)
	}
	// Consent and lifting clear the days again.
	staff(person.NoteSecrecy{Secrecy: person.Secrecy{Level: dossier.ImportantSecrets, Since: today.AddDays(10), Until: today.AddDays(90), Consent: true, Source: "市委保密办"}})
	p, _ = person.PersonnelOf(ctx, o.Journal, "p")
	staff(person.Lift{ID: p.Restrictions[0].ID, Source: "云公解〔2026〕1号", On: today.AddDays(3)})
	if spans, err = person.Uncleared(ctx, o.Store, "p"); err != nil || len(spans) != 1 || spans[0].To != today.AddDays(2) {
		t.Fatal(spans, err)
	}
	journaltest.RebuiltEqualsKept(t, o.Journal)
}

func TestALinkIsForOnePersonAndForATime(t *testing.T) {
	j := bench(t, nil)
	do(t, j, person.Room, "p", person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "明远", IDNumber: "509901197504121214"}})
	do(t, j, person.Room, "q", person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "无号"}})
	if _, err := (person.GiveLink{Person: load(t, j, "q")}).Decide(person.Link{}, journaltest.Moment(zone.Internet, 0)); len(fault.Findings(err)) != 1 {
		t.Error("without a number there is nothing to ask for:", err)
	}
	do(t, j, person.Links, "l", person.GiveLink{Person: load(t, j, "p")})
	token := person.Token(j.Keys, "l")
	if person.LinkOf(j.Keys, token) != "l" {
		t.Error("its own mark isn't known")
	}
	for _, wrong := range []string{"", "l", "l.", "m" + token[1:], token[:len(token)-1] + "!", "l." + strings.Repeat("A", 22)} {
		if person.LinkOf(j.Keys, wrong) != "" {
			t.Errorf("%q opens", wrong)
		}
	}
	do(t, j, person.Links, "l", person.OpenLink{})
	l, _, err := journal.Load(context.Background(), j.Journal, person.Links, "l")
	if err != nil || l.Person != "p" || l.Opened != 1 || !l.Serves(j.Now()) || l.Serves(j.Now().AddDate(0, 0, person.LinkServes)) {
		t.Fatalf("%+v %v", l, err)
	}
	do(t, j, person.Links, "l", person.EndLink{Why: person.LinkRevoked})
	if _, err := journal.Do(context.Background(), j.Journal, person.Links, journal.Order{Subject: "l"}, person.OpenLink{}); !fault.IsNotFound(err) {
		t.Error("taken back, it opens:", err)
	}
	journaltest.RebuiltEqualsKept(t, j.Journal)
}

func TestAProposalIsAnsweredDatumByDatum(t *testing.T) {
	j := bench(t, nil)
	do(t, j, person.Room, "p", person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "明远", Post: "处长", Mobile: "19900001000", Rank: dossier.Division, Vetting: dossier.Vetting{Status: dossier.VettingPending}}})
	p := load(t, j, "p")
	f := p.Facts
	f.Post, f.Mobile, f.Vetting.Status = "副主任", "13800000000", dossier.VettingPassed
	do(t, j, person.Proposals, "x", person.Propose{Person: p, Facts: f})
	x, _, _ := journal.Load(context.Background(), j.Journal, person.Proposals, "x")
	if !reflect.DeepEqual(x.Data, person.Data{"post": "副主任", "mobile": "13800000000"}) {
		t.Fatal("a traveller proposes", x.Data)
	}
	_, err := journal.Do(context.Background(), j.Journal, person.Proposals, journal.Order{Subject: "x"}, person.Settle{Taken: []string{"mobile"}})
	if fs := fault.Findings(err); len(fs) != 1 || fs[0].Field != "why.post" {
		t.Fatal("turned down without a reason:", err)
	}
	do(t, j, person.Proposals, "x", person.Settle{Taken: []string{"mobile"}, Declined: person.Data{"post": "任命文件未到"}})
	if open, err := person.OpenProposals(context.Background(), j.Store, "u"); err != nil || len(open) != 0 {
		t.Fatal(open, err)
	}
	f = p.Facts
	f.Mobile = "call me"
	if _, err := (person.Propose{Person: p, Facts: f}).Decide(person.Proposal{}, journaltest.Moment(zone.Internet, 0)); len(fault.Findings(err)) != 1 {
		t.Error("what can't be true is taken:", err)
	}
	if _, err := (person.Propose{Person: p, Facts: p.Facts}).Decide(person.Proposal{}, journaltest.Moment(zone.Internet, 0)); len(fault.Findings(err)) != 1 {
		t.Error("nothing at all is taken:", err)
	}
	journaltest.RebuiltEqualsKept(t, j.Journal)
}

func TestDetailsAreToldOnceAndConfirmedAfterAYear(t *testing.T) {
	j := bench(t, nil)
	do(t, j, person.Room, "p", person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "明远"}})
	d := person.Details{Province: "50", HomeAddress: "云江市江北大道１号", Marital: "married", Family: []person.Relative{{Relation: "spouse", Name: "舒 兰"}, {}},
		Schooling: []person.Stage{{From: "1994年9月", To: "1998.7", Where: "云江大学"}}, Jobs: []person.Stage{{From: "199808", Where: "云江市文化局"}}}
	do(t, j, person.Room, "p", person.Detail{Details: d})
	p := load(t, j, "p")
	if len(p.Details.Family) != 1 || p.Details.Family[0].Name != "舒兰" || p.Details.Schooling[0].From != "1994-09" || p.Details.Jobs[0].From != "1998-08" || p.Details.HomeAddress != "云江市江北大道1号" {
		t.Fatal(p.Details.Family, p.Details.Schooling, p.Details.Jobs, p.Details.HomeAddress)
	}
	for _, key := range []string{"person.placeOfBirth", "person.homeAddress", "person.family", "person.education"} {
		if !p.Details.Holds(key) {
			t.Error(key, "isn't held")
		}
	}
	// An English post is that of the Chinese one: it goes with it, and the rest stays.
	for _, key := range []string{"person.postEn", "person.homeAddressEn"} {
		if p.Details.Holds(key) {
			t.Error(key, "is held")
		}
	}
	d = p.Details
	d.PostEn, d.HomeEn = "Director", "1 Jiangbei Road, Yunjiang"
	do(t, j, person.Room, "p", person.Detail{Details: d})
	if p = load(t, j, "p"); !p.Details.Holds("person.postEn") || !p.Details.Holds("person.homeAddressEn") {
		t.Error("what is told in English isn't held")
	}
	do(t, j, person.Room, "p", person.Change{Facts: p.Facts.With(person.Data{"mobile": "13900000009"})})
	if p = load(t, j, "p"); !p.Details.Holds("person.postEn") {
		t.Error("another telephone number ends the English post")
	}
	do(t, j, person.Room, "p", person.Change{Facts: p.Facts.With(person.Data{"post": "局长"})})
	if p = load(t, j, "p"); p.Details.Holds("person.postEn") || !p.Details.Holds("person.homeAddressEn") {
		t.Error("the English post outlives its Chinese one, or the address goes too")
	}
	if p.Details.Stale(today.AddMonths(12)) || !p.Details.Stale(today.AddMonths(12).Next()) {
		t.Error("they serve for", person.DetailsServe, "months")
	}
	j.Clock.Turn(400 * 24 * time.Hour)
	do(t, j, person.Room, "p", person.Detail{Details: p.Details})
	if p = load(t, j, "p"); p.Details.Stale(j.Today()) {
		t.Error("confirmed as they were, they are stale")
	}
	bad := person.Details{Province: "00", PostEn: "局长", HomeEn: "江北大道", Marital: "x", Family: []person.Relative{{Name: "舒兰"}}, Schooling: []person.Stage{{From: "2099-01", Where: ""}}}
	err := refused(t, j, "p", person.Detail{Details: bad})
	var fields []string
	for _, f := range fault.Findings(err) {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(fields, " "); got != "details.homeEn details.postEn details.province details.marital details.family[0].relation details.schooling[0].from details.schooling[0].where" {
		t.Error(got)
	}
	if s := fmt.Sprintf("%v %+v %#v", p, p, p); strings.Contains(s, "舒兰") || strings.Contains(s, "江北大道") {
		t.Error("details are printed:", s)
	}
	journaltest.RebuiltEqualsKept(t, j.Journal)
}

func TestEachDatumIsReachedByItsName(t *testing.T) {
	f := person.Facts{FamilyName: "江", GivenName: "明远", LatinSurname: "JIANG", LatinGivenNames: "MINGYUAN", Sex: "M", DateOfBirth: calendar.MustParse("1975-04-12"),
		IDNumber: "509901197504121214", IDExpires: today, Mobile: "1", Email: "a@b", Unit: "u", Department: "d", Post: "p", Rank: dossier.Division, Principal: "none", Leadership: true,
		Academic: true, Employment: dossier.Active, Nationality: "CHN", ForeignResidence: true, Vetting: dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: today}, Cleared: person.ClearanceGiven}
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Fatal("this test says nothing of", v.Type().Field(i).Name)
		}
	}
	if got := (person.Facts{}).With(f.Data()); got != f {
		t.Errorf("%+v\n%+v", got, f)
	}
	if f.Put("rank", "emperor") || f.Put("idExpires", "soon") || f.Put("nothing", "x") {
		t.Error("anything is taken")
	}
}
