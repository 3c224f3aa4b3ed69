package custody

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var today = calendar.On(2026, 11, 24)

func openJournal(t testing.TB, s *store.Store) *journal.Journal {
	t.Helper()
	return openJournalAt(t, s, func() time.Time { return today.Begins().Add(time.Hour) })
}

func openJournalAt(t testing.TB, s *store.Store, clock func() time.Time) *journal.Journal {
	t.Helper()
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys"), zone.Office, rand.Reader, today.Begins())
	if err != nil {
		t.Fatal(err)
	}
	reg, err := journal.NewRegistry(Kinds...)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(context.Background(), journal.Options{Store: s, Zone: zone.Office, Registry: reg, Projections: append(person.Projections(ring), Projections...), Sealer: ring,
		Clock: clock, Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func do(j *journal.Journal, person string, cmd journal.Command[Holder]) error {
	_, err := journal.Do(context.Background(), j, Room, journal.Order{Subject: person}, cmd)
	return err
}

func outcome(err error) string {
	var n *fault.NotNowError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &n):
		return "notNow:" + n.Key
	case fault.IsNotFound(err):
		return "notFound"
	}
	var out []string
	for _, f := range fault.Findings(err) {
		out = append(out, f.Field+"="+f.Key)
	}
	if out == nil {
		return err.Error()
	}
	return strings.Join(out, " ")
}

func register(id, typ string) Register {
	return Register{Booklet: id, Unit: "u1", Type: typ, Number: "pe1234" + id, Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20}
}

func lend(id, filing string) Lend {
	return Lend{Booklet: id, Filing: filing, Unit: "u1", Approval: "渝外办出〔2026〕1号", Return: calendar.On(2026, 12, 18), ReturnDays: 7, By: Courier}
}

func TestEachMoveOfABookletHasItsConditions(t *testing.T) {
	m := journal.Moment{Today: today, Subject: "p1"}
	play := func(cmds ...journal.Command[Holder]) Holder {
		h := Holder{}
		for _, c := range cmds {
			events, err := c.Decide(h, m)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if h, err = evolve(h, e); err != nil {
					t.Fatal(err)
				}
			}
		}
		return h
	}
	a, b, permit := register("001", "publicAffairs"), register("002", "service"), register("003", "hkMacauPermit")
	store := play(a, b, permit)
	lent := play(a, b, permit, lend("001", "f1"))
	away := play(a, SendToMission{Booklet: "001", Filing: "f1", Visa: "v1", Batch: "B"})
	announced := Announce{Booklet: "004", Filing: "f4", Type: "publicAffairs", Number: "PE0000004", Expires: calendar.On(2032, 1, 1), Replaces: "001"}
	coming := play(a, permit, announced)
	renewed := play(a, permit, announced, Receive{Booklet: "004"})
	bearing := lend("001", "f1")
	bearing.Bears = true
	noApproval, openVisa, tooLate, noWay := lend("001", "f"), lend("001", "f"), lend("001", "f"), lend("001", "f")
	noApproval.Approval, openVisa.OpenVisas, noWay.By = "", []string{"SCHENGEN"}, "pigeon"
	ahead := lend("001", "f")
	ahead.Depart, ahead.AheadDays = today.AddDays(16), 15
	meant, near := ahead, ahead
	meant.Ahead, near.Depart = true, today.AddDays(15)
	tooLate.Return = calendar.On(2030, 3, 1)
	claimed := lend("001", "f")
	claimed.Depart, claimed.Claims = calendar.On(2026, 12, 10), []Claim{{Filing: "g", Depart: calendar.On(2026, 12, 15), Return: calendar.On(2026, 12, 20)}}
	anyway := claimed
	anyway.Anyway = true
	for _, c := range []struct {
		what string
		at   Holder
		do   journal.Command[Holder]
		want string
	}{
		{"registered twice", store, a, "notNow:custody.register.twice"},
		{"announced twice", coming, announced, ""},
		{"sent before the keeper has it", coming, SendToMission{Booklet: "004", Filing: "f4", Visa: "v"}, "notNow:custody.coming"},
		{"lent before the keeper has it", coming, lend("004", "f4"), "notNow:custody.coming"},
		{"received though it isn't on its way", store, Receive{Booklet: "001"}, "notNow:custody.receive.not_coming"},
		{"received twice", renewed, Receive{Booklet: "004"}, "notNow:custody.receive.not_coming"},
		{"the old one lent by accident", renewed, lend("001", "f4"), "notNow:custody.replaced"},
		{"the old one sent by accident", renewed, SendToMission{Booklet: "001", Filing: "f4", Visa: "v"}, "notNow:custody.replaced"},
		{"the old one with the visa for the trip", renewed, bearing, ""},
		{"the new one lent", renewed, lend("004", "f4"), ""},
		{"the permit beside the new one", renewed, lend("003", "f4"), ""},
		{"an expired one without a number", Holder{}, Register{Booklet: "x", Type: "service", Expires: calendar.On(2026, 1, 1)}, "number=custody.register.number expires=custody.register.expired"},
		{"lent without an approval", store, noApproval, "notNow:custody.lend.no_approval"},
		{"lent while a visa is open", store, openVisa, "notNow:custody.lend.visas_open"},
		{"lent beyond its expiry", store, tooLate, "booklet=custody.lend.expires"},
		{"lent by no way", store, noWay, "by=custody.by"},
		{"lent far ahead", store, ahead, "ahead=custody.lend.ahead"},
		{"lent far ahead on purpose", store, meant, ""},
		{"lent within the usual days", store, near, ""},
		{"lent though another trip wants it", store, claimed, "anyway=custody.lend.claim.overlap"},
		{"lent though another trip wants it on purpose", store, anyway, ""},
		{"a loan taken back that never was", store, TakeLoanBack{Booklet: "001"}, "notNow:custody.take_loan_back.not_lent"},
		{"handed in before the trip ends", lent, HandIn{Booklet: "001", By: Courier, Ends: today.Next()}, "early=custody.hand_in.early"},
		{"handed in before the trip ends for no known reason", lent, HandIn{Booklet: "001", By: Courier, Ends: today.Next(), Early: "rain"}, "early=custody.hand_in.early"},
		{"handed in unused", lent, HandIn{Booklet: "001", By: Courier, Ends: today.Next(), Early: NotUsed}, ""},
		{"handed in on the day the trip ends", lent, HandIn{Booklet: "001", By: Courier, Ends: today}, ""},
		{"lent", store, lend("001", "f1"), ""},
		{"lent twice", lent, lend("001", "f2"), "notNow:custody.lend.not_here"},
		{"a second passport beside the first", lent, lend("002", "f2"), "notNow:custody.lend.another_out"},
		{"a permit beside a passport", lent, lend("003", "f1"), ""},
		{"lent while with a mission", away, lend("001", "f1"), "notNow:custody.lend.not_here"},
		{"unknown", store, lend("009", "f1"), "notFound"},
		{"sent while lent", lent, SendToMission{Booklet: "001", Visa: "v"}, "notNow:custody.send.not_here"},
		{"sent to a second mission", away, SendToMission{Booklet: "001", Visa: "v2"}, "notNow:custody.send.not_here"},
		{"sent for the same order again", away, SendToMission{Booklet: "001", Visa: "v1"}, ""},
		{"taken back though never sent", store, TakeBack{Booklet: "001"}, "notNow:custody.take_back.not_away"},
		{"handed in though never lent", store, HandIn{Booklet: "001", By: Courier}, "notNow:custody.hand_in.not_lent"},
		{"taken back, though never handed in", store, TakeHandInBack{Booklet: "001"}, "notNow:custody.take_hand_in_back.moved"},
		{"handed in tomorrow", lent, HandIn{Booklet: "001", By: Courier, On: today.Next()}, "on=custody.hand_in.future"},
		{"lost without a statement", lent, ReportLost{Booklet: "001"}, "reason=custody.reason"},
		{"voided while out", lent, Void{Booklet: "001", Reason: "x"}, "notNow:custody.void.not_now"},
		{"voided after the loss", play(a, lend("001", "f1"), ReportLost{Booklet: "001", Reason: "途中遗失"}), Void{Booklet: "001", Reason: "挂失"}, ""},
		{"found after the loss", play(a, lend("001", "f1"), ReportLost{Booklet: "001", Reason: "途中遗失"}), ReportFound{Booklet: "001", Reason: "在行李里"}, ""},
		{"found, and nobody says how", play(a, lend("001", "f1"), ReportLost{Booklet: "001", Reason: "途中遗失"}), ReportFound{Booklet: "001"}, "reason=custody.reason"},
		{"found though never lost", lent, ReportFound{Booklet: "001", Reason: "x"}, "notNow:custody.found.not_lost"},
		{"found after it was voided", play(a, lend("001", "f1"), ReportLost{Booklet: "001", Reason: "途中遗失"}, Void{Booklet: "001", Reason: "挂失"}), ReportFound{Booklet: "001", Reason: "x"}, "notNow:custody.found.void"},
		{"lent again after it was found", play(a, lend("001", "f1"), ReportLost{Booklet: "001", Reason: "途中遗失"}, ReportFound{Booklet: "001", Reason: "在行李里"}), lend("001", "f1"), ""},
	} {
		_, err := c.do.Decide(c.at, m)
		if got := outcome(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	if k, _ := lent.Booklet("001"); k.Due != calendar.On(2026, 12, 25) {
		t.Errorf("due %s, want seven days after the return", k.Due)
	}
}

func TestOverdueIsReadOffTheDayOnBothDatabases(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := openJournal(t, open())
		for i := range 8 {
			p, id := fmt.Sprint("p", i), fmt.Sprintf("00%d", i)
			l := lend(id, "f1")
			l.Return = today.AddDays(i)
			l.Unit = fmt.Sprint("u", i%2)
			for _, c := range []journal.Command[Holder]{register(id, "service"), l} {
				if err := do(j, p, c); err != nil {
					t.Fatal(err)
				}
			}
		}
		// Due on 12-01, 12-02, …, 12-08.
		late, err := Overdue(ctx, j.Store, calendar.On(2026, 12, 4), After{})
		if err != nil || len(late) != 3 || late[0].Booklet != "000" || late[0].DaysLate(calendar.On(2026, 12, 4)) != 3 {
			t.Fatalf("%+v %v", late, err)
		}
		rest, err := Overdue(ctx, j.Store, calendar.On(2026, 12, 4), After{late[0].Due.String(), late[0].Booklet})
		if err != nil || len(rest) != 2 {
			t.Fatalf("the next page has %d, %v", len(rest), err)
		}
		of, err := OverdueOf(ctx, j.Store, "u0", calendar.On(2026, 12, 4))
		if err != nil || len(of) != 2 {
			t.Fatalf("unit u0 owes %d, %v", len(of), err)
		}
		if err := do(j, "p0", HandIn{Booklet: "000", By: Courier}); err != nil {
			t.Fatal(err)
		}
		counts, n, err := Counts(ctx, j.Store, calendar.On(2026, 12, 4))
		if err != nil || counts[IsLent] != 7 || counts[InStore] != 1 || n != 2 {
			t.Fatalf("%v %d %v", counts, n, err)
		}
		out, err := OutFor(ctx, j.Store, "f1")
		if err != nil || len(out) != 7 {
			t.Fatalf("%d are out for the case, %v", len(out), err)
		}
		ws := React(journal.Event{ID: "e", At: today.Begins(), Body: approval.Revoked{Reason: "取消"}}, "", "", Row{}, out, 7)
		if len(ws) != 7 {
			t.Fatalf("%d are recalled", len(ws))
		}
		for _, w := range ws {
			if _, err := journal.Do(ctx, j, Room, w.Order, w.Command); err != nil {
				t.Fatal(err)
			}
		}
		one, _, err := One(ctx, j.Store, "007")
		if err != nil || one.Due != today.AddDays(7) {
			t.Fatalf("recalled until %s, %v", one.Due, err)
		}
	})
}

func TestHandedOverBookletIsAnnouncedOnceAndReceivedByTheKeeper(t *testing.T) {
	j := openJournal(t, sqlite(t))
	e := journal.Event{ID: "e1", Subject: journal.Ref{Kind: "order", ID: "f1.p1"}, Body: passport.HandedOver{Filing: "f1", Person: "p1", Type: "service", Tail: "567",
		Expires: calendar.On(2031, 11, 1), BlankPages: 32, Number: journal.Of("SE1234567"), LatinName: journal.Of("SHEN ZHIXING")}}
	for range 2 {
		for _, w := range React(e, "u1", "123", Row{}, nil, 7) {
			if _, err := journal.Do(context.Background(), j, Room, w.Order, w.Command); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := Of(context.Background(), j.Store, "p1")
	if err != nil || len(got) != 1 || got[0].Tail != "567" || got[0].LatinName != "SHEN ZHIXING" || got[0].MadeFor != "f1" || got[0].Place != OnItsWay {
		t.Fatalf("%+v %v", got, err)
	}
	if err := do(j, "p1", Receive{Booklet: "f1.p1"}); err != nil {
		t.Fatal(err)
	}
	if got, err = Of(context.Background(), j.Store, "p1"); err != nil || got[0].Place != InStore {
		t.Fatalf("%+v %v", got, err)
	}
}

func sqlite(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Whatever is tried, nobody has two booklets of a kind out, and the tables
// rebuilt equal those kept.
func TestNobodyHasTwoBookletsOut(t *testing.T) {
	j := openJournal(t, sqlite(t))
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		person := fmt.Sprint("q", n)
		ids := []string{fmt.Sprint(n, "-a"), fmt.Sprint(n, "-b"), fmt.Sprint(n, "-c")}
		for range rapid.IntRange(4, 25).Draw(rt, "moves") {
			id := rapid.SampledFrom(ids).Draw(rt, "booklet")
			cmd := rapid.SampledFrom([]journal.Command[Holder]{
				register(id, rapid.SampledFrom([]string{"service", "hkMacauPermit"}).Draw(rt, "type")), Announce{Booklet: id, Filing: "f", Type: "service", Number: "SE1234567", Expires: calendar.On(2031, 1, 1)}, Receive{Booklet: id}, lend(id, "f"), lend(id, "g"), HandIn{Booklet: id, By: Locker},
				SendToMission{Booklet: id, Visa: "v"}, TakeBack{Booklet: id}, ReportLost{Booklet: id, Reason: "x"}, ReportFound{Booklet: id, Reason: "x"}, Void{Booklet: id, Reason: "x"}, Recall{Booklet: id, Filing: "f", Due: today.AddDays(7)}, TakeHandInBack{Booklet: id},
			}).Draw(rt, "move")
			if err := do(j, person, cmd); err != nil && fault.Findings(err) == nil && !fault.IsNotNow(err) && !fault.IsNotFound(err) {
				rt.Fatal(err)
			}
			rows, err := Of(context.Background(), j.Store, person)
			if err != nil {
				rt.Fatal(err)
			}
			out := map[bool]int{}
			for _, r := range rows {
				if r.Place == IsLent {
					out[r.Type == permit]++
				}
			}
			if out[false] > 1 || out[true] > 1 {
				rt.Fatalf("%+v", rows)
			}
		}
	})
	kept, err := j.Dump(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	again, err := j.Dump(context.Background())
	if err != nil || fmt.Sprint(kept) != fmt.Sprint(again) {
		t.Fatal("rebuilt tables differ", err)
	}
}

// A booklet that was noted as handed in by mistake is lent as before; one that
// went on since, or whose case is closed, stays where it is.
func TestHandInIsTakenBack(t *testing.T) {
	lent := Lent{Booklet: "b", Person: "p1", Filing: "f", Unit: "u", Due: today.AddDays(9), By: Locker}
	var h Holder
	for _, body := range []any{Registered{Booklet: "b", Person: "p1"}, lent, HandedIn{Booklet: "b", Person: "p1", Filing: "f"}} {
		var err error
		if h, err = Room.Evolve(h, journal.Event{Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (TakeHandInBack{Booklet: "b", Closed: true}).Decide(h, journal.Moment{Today: today, Subject: "p1"}); !fault.IsNotNow(err) {
		t.Errorf("of a closed case: %v", err)
	}
	out := h
	out.Booklets = append(slices.Clone(h.Booklets), Booklet{ID: "c", Type: h.Booklets[0].Type, Place: IsLent})
	if _, err := (TakeHandInBack{Booklet: "b"}).Decide(out, journal.Moment{Today: today, Subject: "p1"}); !fault.IsNotNow(err) {
		t.Errorf("while another is out: %v", err)
	}
	es, err := TakeHandInBack{Booklet: "b"}.Decide(h, journal.Moment{Today: today, Subject: "p1"})
	if err != nil {
		t.Fatal(err)
	}
	h, err = Room.Evolve(h, journal.Event{Body: es[0].Body})
	if k := h.Booklets[0]; err != nil || k.Place != IsLent || k.Filing != lent.Filing || k.Unit != lent.Unit || k.Due != lent.Due || k.By != lent.By {
		t.Errorf("%+v %v", k, err)
	}
}

// A booklet whose handing in is taken back has been out since it was lent: whether
// that can be taken back too, the lists and the verb answer alike.
func TestABookletThatIsOutAgainHasBeenOutSinceItWasLent(t *testing.T) {
	for name, days := range map[string]int{"lent today": 0, "lent the day before": 1} {
		storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
			now := today.Begins().AddDate(0, 0, -days)
			j := openJournalAt(t, open(), func() time.Time { return now })
			for _, cmd := range []journal.Command[Holder]{register("001", "service"), lend("001", "f")} {
				if err := do(j, "p1", cmd); err != nil {
					t.Fatal(err)
				}
			}
			now = today.Begins()
			for _, cmd := range []journal.Command[Holder]{HandIn{Booklet: "001", By: Courier}, TakeHandInBack{Booklet: "001"}} {
				if err := do(j, "p1", cmd); err != nil {
					t.Fatal(err)
				}
			}
			h, _, err := journal.Load(context.Background(), j, Room, "p1")
			if err != nil {
				t.Fatal(err)
			}
			k, _ := h.Booklet("001")
			row, _, err := One(context.Background(), j.Store, "001")
			if lent := today.AddDays(-days); err != nil || k.LentOn != lent || row.LentOn() != lent {
				t.Errorf("%s: lent on %s, as lists have it on %s: %v", name, k.LentOn, row.LentOn(), err)
			}
		})
	}
}

// A slip of the day is taken back, and the booklet is in the store as before; the
// day after, and from who has left, it comes back as any other.
func TestLendingIsTakenBackOnItsDay(t *testing.T) {
	m := journal.Moment{Today: today, Subject: "p1"}
	var h Holder
	for _, body := range []any{Registered{Booklet: "b", Person: "p1"}, Lent{Booklet: "b", Person: "p1", Filing: "f", Unit: "u", Due: today.AddDays(9), By: Locker}} {
		var err error
		if h, err = Room.Evolve(h, journal.Event{At: today.Begins(), Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (TakeLoanBack{Booklet: "b", Left: true}).Decide(h, m); !fault.IsNotNow(err) {
		t.Errorf("its holder has left: %v", err)
	}
	if _, err := (TakeLoanBack{Booklet: "b"}).Decide(h, journal.Moment{Today: today.Next(), Subject: "p1"}); !fault.IsNotNow(err) {
		t.Errorf("on the next day: %v", err)
	}
	es, err := TakeLoanBack{Booklet: "b"}.Decide(h, m)
	if err != nil {
		t.Fatal(err)
	}
	h, err = Room.Evolve(h, journal.Event{Body: es[0].Body})
	if k := h.Booklets[0]; err != nil || k.Place != InStore || k.Filing != "" || k.Due != (calendar.Date{}) || es[0].Body.(LoanTakenBack).Filing != "f" {
		t.Errorf("%+v %v", k, err)
	}
}

// Of somebody whose two records were merged no second booklet goes out, whichever
// record it is kept under, and a permit isn't taken for the passport whose last
// characters it shares.
func TestNobodyHasTwoBookletsOfAKindUnderTwoRecords(t *testing.T) {
	m := journal.Moment{Today: today, Subject: "p1"}
	h := Holder{Booklets: []Booklet{{ID: "a", Type: "publicAffairs", Tail: "001", Place: InStore, Expires: calendar.On(2031, 1, 1)}}}
	lend := Lend{Booklet: "a", Filing: "f", Approval: "X", Return: today, By: Window}
	for _, c := range []struct {
		other   Row
		refused bool
	}{
		{Row{Booklet: "b", Type: "publicAffairs", Tail: "002", Place: IsLent}, true},
		{Row{Booklet: "b", Type: "publicAffairs", Tail: "002", Place: InStore}, false},
		{Row{Booklet: "b", Type: permit, Tail: "002", Place: IsLent}, false},
	} {
		lend.Besides = []Row{c.other}
		if _, err := lend.Decide(h, m); fault.IsNotNow(err) != c.refused || !c.refused && err != nil {
			t.Errorf("beside %+v: %v", c.other, err)
		}
	}
	h = Holder{Booklets: []Booklet{{ID: "permit", Type: permit, Tail: "001", Place: InStore}, {ID: "b", Type: "publicAffairs", Tail: "002", Place: OnItsWay, Replaces: "001"}}}
	if es, err := (Receive{"b"}).Decide(h, m); err != nil || len(es) != 1 {
		t.Errorf("a permit with the tail of the old passport: %v %v", es, err)
	}
}

// Two booklets of a kind may be on their way at once. The one that is received
// first doesn't take the other's place before it is there: else each would be the
// other's successor, and neither could leave the store.
func TestOfTwoBookletsOnTheirWayOneServes(t *testing.T) {
	m := journal.Moment{Today: today, Subject: "p1"}
	coming := func(id, number, replaces string) Announce {
		return Announce{Booklet: id, Type: "publicAffairs", Number: number, Expires: calendar.On(2031, 1, 1), Replaces: replaces}
	}
	a, b := coming("a", "PE0000001", ""), coming("b", "PE0000002", "")
	renews := coming("b", "PE0000002", "001")
	for _, c := range []struct {
		what   string
		do     []journal.Command[Holder]
		serves string
	}{
		{"the first, while the other is on its way", []journal.Command[Holder]{a, b, Receive{"a"}}, "a"},
		{"both: the one that came last", []journal.Command[Holder]{a, b, Receive{"a"}, Receive{"b"}}, "b"},
		{"both, the other way round", []journal.Command[Holder]{a, b, Receive{"b"}, Receive{"a"}}, "a"},
		{"the one that its order names is replaced, whenever it comes", []journal.Command[Holder]{a, renews, Receive{"b"}, Receive{"a"}}, "b"},
	} {
		h := Holder{}
		for _, cmd := range c.do {
			events, err := cmd.Decide(h, m)
			if err != nil {
				t.Fatal(c.what, err)
			}
			for _, e := range events {
				if h, err = evolve(h, e); err != nil {
					t.Fatal(c.what, err)
				}
			}
		}
		got := ""
		for _, k := range h.Booklets {
			if _, err := h.ready(k.ID, "no", false); err == nil {
				got += k.ID
			}
		}
		if got != c.serves {
			t.Errorf("%s: %q serves, want %q", c.what, got, c.serves)
		}
	}
}

// A booklet that is received replaces the older one of its kind, whichever record
// of its holder that is kept under.
func TestAReceivedBookletReplacesTheOneUnderTheOtherRecord(t *testing.T) {
	const passport, other = "publicAffairs", "official"
	fresh := Booklet{ID: "b", Type: passport, Tail: "002", Place: InStore, Replaces: "001"}
	e := journal.Event{ID: "e", Subject: journal.Ref{Kind: Room.Kind, ID: "p1"}, Body: Received{Booklet: "b", Filing: "f"}}
	for _, c := range []struct {
		name     string
		old      Booklet
		replaced bool
	}{
		{"of its kind", Booklet{Type: passport, Tail: "009", Place: InStore}, true},
		{"lent", Booklet{Type: passport, Tail: "009", Place: IsLent}, true},
		{"named by its order", Booklet{Type: other, Tail: "001", Place: InStore}, true},
		{"of another kind", Booklet{Type: other, Tail: "009", Place: InStore}, false},
		{"void", Booklet{Type: passport, Tail: "009", Place: IsVoid}, false},
		{"on its way itself", Booklet{Type: passport, Tail: "009", Place: OnItsWay}, false},
		{"a permit of the same tail", Booklet{Type: permit, Tail: "001", Place: InStore}, false},
	} {
		c.old.ID = "a"
		kept := []Row{{Booklet: "a", Person: "p1b", Type: c.old.Type, Tail: c.old.Tail, Place: c.old.Place}, {Booklet: "b", Person: "p1", Type: passport}}
		ws := ReactReceived(e, Holder{Booklets: []Booklet{fresh}}, kept)
		if len(ws) != 1 || ws[0].Order.Subject != "p1b" {
			t.Fatalf("%s: %+v", c.name, ws)
		}
		es, err := ws[0].Command.Decide(Holder{Booklets: []Booklet{c.old}}, journal.Moment{Today: today, Subject: "p1b"})
		if err != nil || (len(es) == 1) != c.replaced || c.replaced && es[0].Body.(Replaced).By != "b" {
			t.Errorf("%s: %v %v", c.name, es, err)
		}
	}
}
