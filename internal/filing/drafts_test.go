package filing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

type desk struct {
	*journaltest.Bench
	drafts *filing.Drafts
	t      testing.TB
}

func open(t testing.TB, s *store.Store) desk {
	t.Helper()
	j := journaltest.Open(t, journaltest.Options{Store: s, Zone: zone.Internet, Kinds: filing.Kinds, Projections: func(k *keys.Ring) []journal.Projection { return append(person.Projections(k), filing.Projections...) }})
	d, err := filing.NewDrafts(context.Background(), j.Journal, j.Keys)
	if err != nil {
		t.Fatal(err)
	}
	return desk{j, d, t}
}

func as(account string) context.Context {
	return journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: account})
}

func (d desk) put(account string, base int64, path, text string) (filing.Draft, error) {
	return d.drafts.Change(as(account), "f1", base, func(p *filing.Paper) error {
		_ = p.Put(path, text) // unreadable text is kept too
		return nil
	})
}

func (d desk) do(c journal.Command[filing.Filing]) { d.t.Helper(); d.to("f1", c) }

func (d desk) to(id string, all ...journal.Command[filing.Filing]) {
	d.t.Helper()
	for _, cmd := range all {
		if _, err := journal.Do(as("a"), d.Journal, filing.Room, journal.Order{Subject: id}, cmd); err != nil {
			d.t.Fatal(err)
		}
	}
}

func TestTwoPeopleWriteOnOneDraft(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		d := open(t, at())
		if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.drafts.Begin(as("b"), "f1", "another unit", filing.Paper{}); !fault.IsNotFound(err) {
			t.Errorf("another unit begins what is there: %v", err)
		}
		again, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{CopiedFrom: "x"})
		if err != nil || again.Paper.CopiedFrom != "" {
			t.Fatal("a double click began another draft", err)
		}
		one, err := d.put("a", 1, "case.purpose", "签署备忘录")
		if err != nil || one.Revision != 2 {
			t.Fatal(one.Revision, err)
		}
		// Somebody else's page shows revision 1; another field doesn't meet.
		two, err := d.put("b", 1, "case.necessity", "一期将到期")
		if err != nil || two.Paper.Case.Trip.Purpose != "签署备忘录" {
			t.Fatal("two fields of one draft met", err)
		}
		d.Clock.Turn(time.Minute)
		three, err := d.put("b", 1, "case.purpose", "验收设备")
		var c *fault.ConflictError
		if !errors.As(err, &c) || len(c.Changes) != 1 || c.Changes[0].Field != "case.purpose" || c.Changes[0].Is != "签署备忘录" || c.Changes[0].Was != "验收设备" || c.Changes[0].Who != "a" || three.Revision != 3 {
			t.Fatalf("%+v %v", c, err)
		}
		if four, err := d.put("b", three.Revision, "case.purpose", "验收设备"); err != nil || four.Paper.Text("case.purpose") != "验收设备" {
			t.Fatal("who has seen the change can't write:", err)
		}
		if same, err := d.put("b", 4, "case.purpose", "验收设备"); err != nil || same.Revision != 4 {
			t.Fatal("saving the same again made a revision", err)
		}
	})
}

func TestWhatCannotBeReadIsKept(t *testing.T) {
	d := open(t, nil)
	if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
		t.Fatal(err)
	}
	for i, typed := range []string{"2026-5-11", "明年五月", "2026-05-11"} {
		got, err := d.put("a", int64(i+1), "case.depart", typed)
		if err != nil || got.Paper.Text("case.depart") != typed {
			t.Fatalf("%q came back as %q, %v", typed, got.Paper.Text("case.depart"), err)
		}
	}
	l, err := d.drafts.Load(context.Background(), "f1")
	if err != nil || len(l.Paper.Raw) != 0 || l.Paper.Case.Trip.Depart.String() != "2026-05-11" {
		t.Fatal(l.Paper.Raw, err)
	}
}

// Reading a form takes its time. Nobody else's writing waits for it, and what
// was written meanwhile is met as if it had been there before.
func TestNobodyWaitsWhileAFormIsRead(t *testing.T) {
	d := open(t, nil)
	if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
		t.Fatal(err)
	}
	read := 0
	got, err := d.drafts.Change(as("a"), "f1", 1, func(p *filing.Paper) error {
		if read++; read == 1 {
			if _, err := d.put("b", 1, "case.title", "赴德国"); err != nil {
				t.Error(err)
			}
		}
		return p.Put("case.purpose", "考察")
	})
	if err != nil || read != 2 || got.Revision != 3 || got.Paper.Case.Trip.Title != "赴德国" || got.Paper.Case.Trip.Purpose != "考察" {
		t.Fatal(err, read, got.Revision, got.Paper.Case.Trip)
	}
	// A defect in reading one is that form's alone.
	func() {
		defer func() { _ = recover() }()
		_, _ = d.drafts.Change(as("a"), "f1", 3, func(*filing.Paper) error { panic("a row that nobody foresaw") })
	}()
	if _, err := d.put("b", 3, "case.title", "赴法国"); err != nil {
		t.Fatal(err)
	}
}

// Which data of a record were typed here, and what was asked for when a step was
// confirmed, stand in no field of a page: they are kept though no field changed.
func TestWhatNoPageShowsIsKeptToo(t *testing.T) {
	d := open(t, nil)
	if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
		t.Fatal(err)
	}
	note := func(p *filing.Paper) error {
		p.TypedOf("p1", []string{"post", "mobile", "post"})
		p.Asked, p.Came = []string{"case.purpose"}, []string{"case.purpose"}
		return nil
	}
	for range 2 {
		if _, err := d.drafts.Change(as("a"), "f1", 1, note); err != nil {
			t.Fatal(err)
		}
	}
	l, err := d.drafts.Load(context.Background(), "f1")
	if err != nil || fmt.Sprint(l.Paper.Typed) != "map[p1:[post mobile]]" || len(l.Paper.Asked) != 1 || len(l.Paper.Came) != 1 || l.Revision != 2 {
		t.Fatalf("%+v at %d, %v", l.Paper, l.Revision, err)
	}
	if _, err := d.put("b", 1, "case.purpose", "考察"); err != nil {
		t.Fatal("it overtakes somebody:", err)
	}
}

// What somebody else writes while a fix is being made isn't undone with it.
func TestOneClickTakesBackItsFixAlone(t *testing.T) {
	d := open(t, nil)
	if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
		t.Fatal(err)
	}
	read := 0
	fixed, err := d.drafts.Mend(as("a"), "f1", 1, map[string]filing.Record{"p1": {Was: dossier.Member{Post: "教授"}}}, func(p *filing.Paper) error {
		if read++; read == 1 {
			if _, err := d.put("b", 1, "case.title", "赴德国"); err != nil {
				t.Error(err)
			}
		}
		return p.Put("case.purpose", "考察")
	})
	if err != nil || fixed.Paper.Undo == nil || fixed.Paper.Undo.After != fixed.Revision {
		t.Fatalf("%+v %v", fixed, err)
	}
	undo, err := d.drafts.Undo(as("a"), "f1")
	if err != nil || undo.People["p1"].Was.Post != "教授" {
		t.Fatal(undo, err)
	}
	l, err := d.drafts.Load(context.Background(), "f1")
	if err != nil || l.Paper.Case.Trip.Title != "赴德国" || l.Paper.Case.Trip.Purpose != "" {
		t.Fatalf("%+v %v", l.Paper.Case.Trip, err)
	}
	if _, err := d.drafts.Undo(as("a"), "f1"); !fault.IsConflict(err) {
		t.Error("it is taken back twice:", err)
	}
	// A fix of somebody's record alone can be taken back too, and what is written
	// after a fix ends that.
	if _, err := d.drafts.Mend(as("a"), "f1", l.Revision, map[string]filing.Record{"p1": {Was: dossier.Member{Post: "院长"}}}, func(*filing.Paper) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if l, err := d.drafts.Load(context.Background(), "f1"); err != nil || l.Paper.Undo == nil || l.Paper.Undo.People["p1"].Was.Post != "院长" {
		t.Fatalf("%+v %v", l.Paper.Undo, err)
	}
}

func TestDraftIsSealedAndStandsWhilePresented(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		d := open(t, at())
		ctx := context.Background()
		if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.put("a", 1, "case.purpose", "CANARY"); err != nil {
			t.Fatal(err)
		}
		var doc []byte
		if err := d.Store.QueryRow(ctx, `SELECT doc FROM draft`).Scan(&doc); err != nil || bytes.Contains(doc, []byte("CANARY")) {
			t.Fatal("a draft lies in plain text", err)
		}
		a := application(t)
		if l, err := d.drafts.List(ctx, "u"); err != nil || len(l) != 1 {
			t.Fatal(l, err)
		}
		d.do(filing.Present{Unit: "u", Revision: 2, Application: a})
		if _, err := d.put("a", 2, "case.purpose", "x"); !fault.IsNotNow(err) {
			t.Fatal("a presented draft was changed:", err)
		}
		if err := d.drafts.Discard(ctx, "f1", "团组"); !fault.IsNotNow(err) {
			t.Fatal(err)
		}
		if l, err := d.drafts.List(ctx, "u"); err != nil || len(l) != 0 {
			t.Fatal(l, err)
		}
		d.do(filing.TakeBack{})
		if _, err := d.put("a", 2, "case.purpose", "y"); err != nil {
			t.Fatal(err)
		}
		if err := d.drafts.Discard(ctx, "f1", "团组"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.drafts.Load(ctx, "f1"); !fault.IsNotFound(err) {
			t.Fatal(err)
		}
	})
}

// A deleted draft comes back with everything that was typed and with its revision, so
// that a page which another window still shows goes on; after GoneDays nothing is left.
func TestADeletedDraftComesBackForSomeDays(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		d := open(t, at())
		ctx := context.Background()
		if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.put("a", 1, "case.depart", "明年五月"); err != nil {
			t.Fatal(err)
		}
		was, err := d.put("a", 2, "case.purpose", "签署备忘录")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a second window deletes it once more
			if err := d.drafts.Discard(as("b"), "f1", "赴德团组"); err != nil {
				t.Fatal(err)
			}
		}
		g, gone, err := d.drafts.Gone(ctx, "f1")
		if err != nil || !gone || g.Unit != "u" || g.Called != "赴德团组" || g.By != "b" || g.Until.Sub(g.At) != filing.GoneDays*24*time.Hour {
			t.Fatalf("%+v %v %v", g, gone, err)
		}
		if unit, err := d.drafts.Find(ctx, "f1"); err != nil || unit != "" {
			t.Fatal("a deleted draft is found", unit, err)
		}
		if all, err := d.drafts.GoneOf(ctx, "u"); err != nil || len(all) != 1 || all[0] != g {
			t.Fatal(all, err)
		}
		if all, err := d.drafts.GoneOf(ctx, "another"); err != nil || len(all) != 0 {
			t.Fatal("another unit sees", all, err)
		}
		d.Clock.Turn(filing.GoneDays*24*time.Hour - time.Minute)
		if err := d.drafts.ThrowAway(ctx); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := d.drafts.Restore(as("a"), "f1"); err != nil {
				t.Fatal(err)
			}
		}
		is, err := d.drafts.Load(ctx, "f1")
		if err != nil || is.Revision != was.Revision || is.Paper.Text("case.depart") != "明年五月" || is.Paper.Text("case.purpose") != "签署备忘录" || !is.Updated.Equal(was.Updated) {
			t.Fatalf("it came back as %+v, %v", is, err)
		}
		if next, err := d.put("a", was.Revision, "case.purpose", "验收设备"); err != nil || next.Revision != was.Revision+1 {
			t.Fatal("who had it open can't write on:", err)
		}
		if err := d.drafts.Discard(as("b"), "f1", "赴德团组"); err != nil {
			t.Fatal(err)
		}
		d.Clock.Turn(filing.GoneDays * 24 * time.Hour)
		if err := d.drafts.Restore(as("a"), "f1"); !fault.IsNotFound(err) {
			t.Fatal("it came back too late:", err)
		}
		if err := d.drafts.ThrowAway(ctx); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.Store.QueryRow(ctx, `SELECT count(*) FROM draft_gone`).Scan(&n); err != nil || n != 0 {
			t.Fatal(n, "are left", err)
		}
	})
}

func TestManyPausesAtOnceLoseNothing(t *testing.T) {
	d := open(t, nil)
	if _, err := d.drafts.Begin(as("a"), "f1", "u", filing.Paper{}); err != nil {
		t.Fatal(err)
	}
	fields := []string{"case.title", "case.purpose", "case.necessity", "case.expectedResults", "case.planLine", "case.offPlanReason", "notice.place", "case.urgencyReason"}
	var wg sync.WaitGroup
	for _, f := range fields {
		wg.Go(func() {
			if _, err := d.put("a", 1, f, f); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	l, err := d.drafts.Load(context.Background(), "f1")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if dossier.FoldCode(l.Paper.Text(f)) != dossier.FoldCode(f) {
			t.Errorf("%s is %q", f, l.Paper.Text(f))
		}
	}
}

// used sums up what the plan of the unit counts.
func used(t *testing.T, d desk) (groups, people int, fen int64) {
	t.Helper()
	uses, err := filing.Uses(context.Background(), d.Store, "u", 2026)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range uses {
		groups, people, fen = groups+1, people+u.Members, fen+u.AmountFen
	}
	return groups, people, fen
}

func TestListsTellWhereCasesStandAndWhatIsUsed(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		d := open(t, at())
		ctx := context.Background()
		a := application(t)
		d.do(filing.Present{Unit: "u", Revision: 1, Application: a})
		if l, err := filing.AtStage(ctx, d.Store, "u", filing.IsPresented, 10); err != nil || len(l) != 1 || l[0].PresentedBy != "a" {
			t.Fatal(l, err)
		}
		if g, _, _ := used(t, d); g != 0 {
			t.Fatal("what isn't handed in uses nothing", g)
		}
		d.do(filing.Submit{Revision: 1, Application: a})
		if g, n, fen := used(t, d); g != 1 || n != 4 || fen != 5862000 {
			t.Fatal(g, n, fen)
		}
		// Their record goes into another: the trip stays theirs, with its task.
		if err := d.Store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO person_alias (id, into_id) VALUES ('p2', 'another')`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		merged, err := filing.TripsBut(ctx, d.Store, "another", "")
		if err != nil || len(merged) != 1 || merged[0].Category != a.Case.Trip.Category || merged[0].Category == "" {
			t.Fatal(merged, err)
		}
		trips, err := filing.TripsBut(ctx, d.Store, "p1", "")
		if err != nil || len(trips) != 1 || trips[0].Country != "DEU" || trips[0].State != dossier.Submitted {
			t.Fatal(trips, err)
		}
		e, err := filing.One(ctx, d.Store, "f1")
		if err != nil || e.Return.String() != "2026-05-15" || e.Round != 1 {
			t.Fatal(e, err)
		}
		d.do(filing.Conclude{Outcome: filing.Refused})
		if g, _, _ := used(t, d); g != 0 {
			t.Fatal("a refused case takes of the plan")
		}
		if l, err := filing.OfUnit(ctx, d.Store, "u", filing.After{}, 10); err != nil || len(l) != 1 || l[0].Outcome != filing.Refused {
			t.Fatal(l, err)
		}
	})
}

func TestATripThatCameToNothingCountsNowhere(t *testing.T) {
	ctx := context.Background()
	a := application(t)
	day, approved := a.Case.Trip.Depart, filing.Conclude{Outcome: filing.Approved, Approved: ids(4)}
	for outcome, ends := range map[filing.Outcome]cmds{
		"":               nil,
		filing.Approved:  {approved},
		filing.Refused:   {filing.Conclude{Outcome: filing.Refused}},
		filing.Revoked:   {approved, filing.Conclude{Outcome: filing.Revoked}},
		filing.Cancelled: {approved, filing.Conclude{Outcome: filing.Revoked}, filing.Conclude{Outcome: filing.Cancelled}},
	} {
		d := open(t, nil)
		d.to("f1", append(cmds{filing.Present{Unit: "u", Revision: 1, Application: a}, filing.Submit{Revision: 1, Application: a}}, ends...)...)
		e, err := filing.One(ctx, d.Store, "f1")
		if err != nil || e.Outcome != outcome {
			t.Fatal(outcome, e, err)
		}
		uses, err := filing.Uses(ctx, d.Store, "u", 2026)
		if err != nil || len(uses) == 1 && (uses[0].Line != a.Case.Trip.PlanLine || uses[0].Members != 4) {
			t.Errorf("%q: its line of the plan is used by %+v: %v", outcome, uses, err)
		}
		trips, err := filing.TripsBut(ctx, d.Store, "p1", "")
		if err != nil {
			t.Fatal(err)
		}
		leaving, err := filing.Leaving(ctx, d.Store, "u", day, day, nil)
		if err != nil {
			t.Fatal(err)
		}
		if none, err := filing.Leaving(ctx, d.Store, "u", day, day, map[string]bool{"f1": true}); err != nil || len(none) > 0 {
			t.Errorf("%q: on a trip that was called off leave %v, %v", outcome, none, err)
		}
		beside, err := filing.Beside(ctx, d.Store, a.Case, "u", "another", day, 7)
		if err != nil || len(beside) != 1 {
			t.Fatal(beside, err)
		}
		later := a.Case.Clone() // eight months on: as far as the rules look, and no further
		later.Trip.Depart, later.Trip.Necessity, later.Trip.PlanLine, later.Materials = day.AddMonths(8), "", "", nil
		for months, want := range map[int]int{7: 0, 9: 1} {
			if far, err := filing.Beside(ctx, d.Store, later, "u", "another", day, months); err != nil || len(far) != want {
				t.Errorf("within %d months there are %d: %v", months, len(far), err)
			}
		}
		live := outcome == "" || outcome == filing.Approved
		for what, counts := range map[string]bool{"the plan": len(uses) == 1, "a member's trips": len(trips) == 1, "who leaves": len(leaving) == 4, "applications beside": beside[0].State != dossier.CancelledTrip} {
			if counts != live {
				t.Errorf("concluded %q, the trip counts among %s: %v", outcome, what, counts)
			}
		}
	}
}

func TestRebuiltListsEqualKept(t *testing.T) {
	d := open(t, nil)
	a := application(t)
	mended := a
	mended.Case = a.Case.Clone()
	mended.Case.Trip.Purpose += "并形成报告。"
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 10).Draw(rt, "commands") {
			id := fmt.Sprintf("f%d", rapid.IntRange(1, 4).Draw(rt, "case"))
			cmd := rapid.SampledFrom(cmds{filing.Present{Unit: "u", Revision: 1, Application: a}, filing.TakeBack{}, filing.HandBack{Words: "x"}, filing.Submit{Revision: 1, Application: a},
				filing.Reopen{Defects: []filing.Defect{{Field: "case.purpose"}}}, filing.Correct{Application: mended, Replies: map[string]string{"case.purpose": "x"}}, filing.Withdraw{Reason: "x"}, filing.Conclude{Outcome: filing.Approved}}).Draw(rt, "verb")
			_, _ = journal.Do(as("a"), d.Journal, filing.Room, journal.Order{Subject: id}, cmd) // refusals are part of life
		}
		journaltest.RebuiltEqualsKept(rt, d.Journal)
	})
}
