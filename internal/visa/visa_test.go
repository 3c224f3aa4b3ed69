package visa

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

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var today = calendar.On(2026, 11, 24)

func book(t testing.TB) *calendar.Book {
	t.Helper()
	b, err := calendar.NewBook()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var plan = Plan{Planned{Filing: "f1", Person: "p1", Area: "SCHENGEN", Apply: "DEU", From: calendar.On(2027, 1, 12), To: calendar.On(2027, 1, 18), Days: 7, Depart: calendar.On(2027, 1, 12),
	SendBy: calendar.On(2026, 12, 25), Needed: true, Kit: []Item{{ID: "material.M31@members[0]", Zh: "签证照片"}, {ID: "material.M17@case", Zh: "任务批件", Held: true}}}}

var wholeKit = CompleteKit{Items: []string{"material.M31@members[0]", "material.M17@case"}}
var good = Grant{Printed: Printed{From: calendar.On(2027, 1, 10), Until: calendar.On(2027, 1, 25), Entries: 1, Days: 10}}

type step struct {
	by  string
	cmd journal.Command[Order]
}

func play(t testing.TB, steps ...step) (Order, error) {
	t.Helper()
	o := Order{}
	for _, s := range steps {
		m := journal.Moment{Today: today, Book: book(t), Subject: OrderID("f1", "p1", "SCHENGEN"), Actor: journal.Actor{Role: "visa", Account: s.by}}
		events, err := s.cmd.Decide(o, m)
		if err != nil {
			return o, err
		}
		for _, e := range events {
			e.Actor = m.Actor
			if o, err = evolve(o, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	return o, nil
}

func outcome(err error) string {
	var n *fault.NotNowError
	switch {
	case err == nil:
		return ""
	case fault.IsForbidden(err):
		return "forbidden"
	case errors.As(err, &n):
		return "notNow:" + n.Key
	}
	var out []string
	for _, f := range fault.Findings(err) {
		out = append(out, f.Field+"="+f.Key)
	}
	return strings.Join(out, " ")
}

func TestEachStepOfAnOrderHasItsConditions(t *testing.T) {
	planned, kit := step{"", plan}, step{"v1", wholeKit}
	sent := step{"v1", Send{Batch: "SCHENGEN-1", Booklet: "b1", Within: 10}}
	granted := step{"v1", good}
	short := good
	short.Until, short.Days = calendar.On(2027, 1, 17), 6
	really := short
	really.AsIs = true
	named := good
	named.Misfits = []fault.Finding{{Field: "name", Key: "x"}, {Field: "until", Key: "y"}}
	shortNamed := named
	shortNamed.Until = short.Until
	noneNeeded := plan
	noneNeeded.Needed, noneNeeded.Kit, noneNeeded.Reason = false, nil, "免签"
	for _, c := range []struct {
		what  string
		steps []step
		want  string
	}{
		{"planned under another name", []step{{"", Plan{Planned{Filing: "f1", Person: "p1", Area: "JPN", Needed: true}}}}, "area=visa.plan.other"},
		{"none needed without a reason", []step{{"", Plan{Planned{Filing: "f1", Person: "p1", Area: "SCHENGEN"}}}}, "reason=visa.plan.reason"},
		{"planned twice is the same news", []step{planned, planned}, ""},
		{"a kit for nothing", []step{{"", noneNeeded}, kit}, "notNow:visa.kit.not_now"},
		{"an item nobody looked at", []step{planned, {"v1", CompleteKit{Items: wholeKit.Items[:1]}}}, "kit.material.M17@case=visa.kit.missing"},
		{"sent without a kit", []step{planned, sent}, "notNow:visa.send.not_now"},
		{"sent without a booklet in no batch", []step{planned, kit, {"v1", Send{}}}, "booklet=visa.send.booklet batch=visa.send.batch"},
		{"sent tomorrow", []step{planned, kit, {"v1", Send{Batch: "b", Booklet: "b", On: today.Next()}}}, "on=visa.send.future"},
		{"a result before sending", []step{planned, kit, granted}, "notNow:visa.result.not_now"},
		{"a visa without dates", []step{planned, kit, sent, {"v1", Grant{}}}, "from=visa.grant.from until=visa.grant.until days=visa.grant.days"},
		{"refused without a word", []step{planned, kit, sent, {"v1", Refuse{}}}, "reason=visa.reason"},
		{"checked by who recorded it", []step{planned, kit, sent, granted, {"v1", Check{}}}, "forbidden"},
		{"a visa that is too short, as it is typed", []step{planned, kit, sent, {"v1", short}}, "until=visa.check.until days=visa.check.days asIs=visa.grant.as_is"},
		{"what the rules say of it is said once", []step{planned, kit, sent, {"v1", shortNamed}}, "name=x until=y asIs=visa.grant.as_is"},
		{"checked though too short", []step{planned, kit, sent, {"v1", really}, {"v2", Check{}}}, "until=visa.check.until days=visa.check.days"},
		{"found wrong and sent again", []step{planned, kit, sent, {"v1", really}, {"v2", FindWrong{What: "有效期不足"}}, sent, granted, {"v2", Check{}}, {"", Release{}}}, ""},
		{"corrected before it is recorded", []step{planned, kit, sent, {"v1", Correct{Printed: good.Printed}}}, "notNow:visa.correct.not_now"},
		{"corrected to the same", []step{planned, kit, sent, granted, {"v1", Correct{Printed: good.Printed}}}, "correct=visa.correct.same"},
		{"corrected to what doesn't serve", []step{planned, kit, sent, granted, {"v1", Correct{Printed: short.Printed}}}, "until=visa.check.until days=visa.check.days asIs=visa.grant.as_is"},
		{"corrected to what is missing", []step{planned, kit, sent, granted, {"v1", Correct{}}}, "from=visa.grant.from until=visa.grant.until days=visa.grant.days"},
		{"corrected after the booklet went out", []step{planned, kit, sent, granted, {"v2", Check{}}, {"v1", Correct{Printed: really.Printed, Out: true}}}, "notNow:visa.correct.not_now"},
		{"corrected after the release", []step{planned, kit, sent, granted, {"v2", Check{}}, {"", Release{}}, {"v1", Correct{Printed: really.Printed}}}, "notNow:visa.correct.not_now"},
		{"checked by who corrected it", []step{planned, kit, sent, {"v1", really}, {"v2", Correct{Printed: good.Printed}}, {"v2", Check{}}}, "forbidden"},
		{"checked by another than who corrected it", []step{planned, kit, sent, {"v1", really}, {"v2", Correct{Printed: good.Printed}}, {"v1", Check{}}}, ""},
		{"released though corrected after the check", []step{planned, kit, sent, granted, {"v2", Check{}}, {"v2", Correct{Printed: really.Printed}}, {"", Release{}}}, "notNow:visa.release.not_now"},
		{"released unchecked", []step{planned, kit, sent, granted, {"", Release{}}}, "notNow:visa.release.not_now"},
		{"withdrawn after the release", []step{planned, kit, sent, granted, {"v2", Check{}}, {"", Release{}}, {"", Withdraw{Reason: "x"}}}, "notNow:visa.withdraw.not_now"},
		{"applied for again after a refusal", []step{planned, kit, sent, {"v1", Refuse{Reason: "未告知"}}, {"v1", Again{}}, kit, sent}, ""},
		{"applied for again without a refusal", []step{planned, kit, sent, {"v1", Again{}}}, "notNow:visa.again.not_now"},
		{"applied for again twice", []step{planned, kit, sent, {"v1", Refuse{Reason: "未告知"}}, {"v1", Again{}}, {"v1", Again{}}}, "notNow:visa.again.not_now"},
		{"withdrawn after a refusal", []step{planned, kit, sent, {"v1", Refuse{Reason: "未告知"}}, {"v1", Withdraw{Reason: "不再申请"}}}, ""},
	} {
		_, err := play(t, c.steps...)
		if got := outcome(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	o, err := play(t, planned, kit, sent)
	if err != nil || o.Stage != IsSent || !o.Stage.Open() || o.Booklet != "b1" {
		t.Fatalf("%+v %v", o, err)
	}
}

// What was typed of a visa is mended without the mission: the old value and who
// changed it stay, and it is to be checked anew, here and in the desk's list.
func TestACorrectionKeepsWhatWasTypedAndWantsAnotherCheck(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j, ctx := openJournal(t, open()), context.Background()
		id := OrderID("f1", "p1", "SCHENGEN")
		give := func(by string, cmd journal.Command[Order]) {
			t.Helper()
			if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: "visa", Account: by}), j, Room, journal.Order{Subject: id}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		for _, cmd := range []journal.Command[Order]{plan, wholeKit, Send{Batch: "b", Booklet: "b1"}} {
			give("v1", cmd)
		}
		typed, right := good, good.Printed
		typed.Name, typed.Unseen = "LUO", ""
		right.Name, right.Until = "LUO ZHIXING", good.Until.Next()
		give("v1", typed)
		give("v2", Check{})
		give("v2", Correct{Printed: right})
		o, _, err := journal.Load(ctx, j, Room, id)
		if err != nil || o.Stage != IsGranted || o.GrantedBy != "v2" || o.Visa.Name.Or("") != "LUO ZHIXING" || o.Visa.Until != right.Until || len(o.Mended) != 1 {
			t.Fatalf("%+v %v", o, err)
		}
		if m := o.Mended[0]; m.By != "v2" || m.At.IsZero() || m.Was.Name.Or("") != "LUO" || m.Was.Until != good.Until || fmt.Sprint(Differs(m.Was, m.Is)) != "[name until]" {
			t.Errorf("the correction keeps %+v", m)
		}
		if r, _, err := One(ctx, j.Store, id); err != nil || r.Stage != IsGranted || r.ValidTo != right.Until {
			t.Errorf("the desk reads %+v %v", r, err)
		}
	})
}

func TestPlansAreForApprovedMembersAndSayWhyNoneIsNeeded(t *testing.T) {
	kitID := requirement.ID("material.M31@members[0]")
	need := func(area string, kit ...requirement.ID) requirement.VisaNeed {
		return requirement.VisaNeed{Area: area, Apply: "DEU", With: dossier.Service, From: calendar.On(2027, 1, 12), To: calendar.On(2027, 1, 18), Days: 7, Kit: kit}
	}
	reqs := []requirement.Requirement{
		{ID: "v0", Owner: requirement.OfMember(0), What: need("SCHENGEN", kitID), Status: requirement.Missing{}},
		{ID: "v1", Owner: requirement.OfMember(1), What: need("SCHENGEN"), Status: requirement.Missing{}},
		{ID: "v2", Owner: requirement.OfMember(2), What: need("SCHENGEN"), Status: requirement.Held{Until: calendar.On(2027, 6, 1)}},
		{ID: kitID, Key: "visa.photo", Owner: requirement.OfMember(0), What: requirement.Material{Kind: "M31"}, Status: requirement.Held{Proof: requirement.Proof{Ref: "abc"}}},
	}
	g := Group{Filing: "f1", People: []string{"p1", "p2", "p3"}, Approved: []string{"p1", "p3"}, Depart: calendar.On(2027, 1, 12), Book: book(t), P: requirement.DefaultParameters()}
	plans := Plans(reqs, g)
	if len(plans) != 2 {
		t.Fatalf("%+v", plans)
	}
	p := plans[0].Planned
	if !p.Needed || p.Person != "p1" || len(p.Kit) != 1 || !p.Kit[0].Held || p.Kit[0].Ref != "abc" || !p.SendBy.Before(p.Depart) || p.SendBy.IsZero() {
		t.Fatalf("%+v", p)
	}
	if n := plans[1].Planned; n.Needed || n.Person != "p3" || !strings.Contains(n.Reason, "2027年6月1日") {
		t.Fatalf("%+v", n)
	}
}

// A plan that is made when its days are past wants the kit at once, and nobody is late
// with what they hear of that day.
func TestNobodyIsLateWithWhatAPlanMadeTodayAsksFor(t *testing.T) {
	late := plan.Planned
	late.SendBy = today.AddDays(-10)
	m := journal.Moment{Now: today.Begins(), Today: today, Book: book(t), Subject: OrderID("f1", "p1", "SCHENGEN")}
	first, err := Plan{late}.Decide(Order{}, m)
	if err != nil || len(first) != 1 || first[0].Body.(Planned).SendBy != today {
		t.Fatalf("planned: %+v, %v", first, err)
	}
	anew, err := Replan{late}.Decide(Order{Stage: IsChecked, Plan: plan.Planned}, m)
	if err != nil || len(anew) != 1 || anew[0].Body.(Replanned).Plan.SendBy != today {
		t.Fatalf("planned anew: %+v, %v", anew, err)
	}
	o := Row{Stage: IsPlanned, SendBy: today, Since: today.Begins().UnixMicro(), Kit: []Item{{Key: "M35"}}}
	if all := Lacks(o, Have{}, book(t)); len(all) != 1 || all[0].Due != today {
		t.Errorf("asked for today, the papers are due %+v", all)
	}
}

func openJournal(t testing.TB, s *store.Store) *journal.Journal {
	t.Helper()
	ring, err := keys.Create(filepath.Join(t.TempDir(), "keys"), zone.Office, rand.Reader, today.Begins())
	if err != nil {
		t.Fatal(err)
	}
	reg, err := journal.NewRegistry(append(append([]journal.Kind{}, Kinds...), custody.Kinds...)...)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(context.Background(), journal.Options{Store: s, Zone: zone.Office, Registry: reg, Projections: append(append(person.Projections(ring), Projections...), custody.Projections...),
		Sealer: ring, Book: book(t), Clock: func() time.Time { return today.Begins().Add(time.Hour) }, Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func TestOrderAndBookletGoToTheMissionAndBackTogether(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := openJournal(t, open())
		id := OrderID("f1", "p1", "SCHENGEN")
		order := func(account string, cmd journal.Command[Order]) {
			t.Helper()
			c := journal.WithActor(ctx, journal.Actor{Role: "visa", Account: account})
			if _, err := journal.Do(c, j, Room, journal.Order{Subject: id}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		holder := func(cmd journal.Command[custody.Holder]) {
			t.Helper()
			if _, err := journal.Do(ctx, j, custody.Room, journal.Order{Subject: "p1"}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		// react runs what follows by rule from the last event, twice.
		react := func() {
			t.Helper()
			head, _ := j.Head()
			events, err := j.Events(ctx, head-1, 1)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				orders, err := Of(ctx, j.Store, "f1")
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range React(events[0], orders, func(string) calendar.Workdays { return 10 }) {
					if _, err := journal.Do(ctx, j, Room, w.Order, w.Command); err != nil {
						t.Fatal(err)
					}
				}
				b, _, err := custody.One(ctx, j.Store, "b1")
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range ReactCustody(events[0], b) {
					if _, err := journal.Do(ctx, j, custody.Room, w.Order, w.Command); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		stage := func() Stage {
			r, ok, err := One(ctx, j.Store, id)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			return r.Stage
		}
		place := func() custody.Place {
			r, _, err := custody.One(ctx, j.Store, "b1")
			if err != nil {
				t.Fatal(err)
			}
			return r.Place
		}
		order("", plan)
		holder(custody.Register{Booklet: "b1", Type: "service", Number: "SE1234567", Expires: calendar.On(2031, 1, 1)})
		order("v1", wholeKit)
		holder(custody.SendToMission{Booklet: "b1", Filing: "f1", Visa: id, Batch: "SCHENGEN-1"})
		react()
		if stage() != IsSent || place() != custody.AtMission {
			t.Fatal(stage(), place())
		}
		order("v1", good)
		react()
		if stage() != IsGranted || place() != custody.InStore {
			t.Fatal(stage(), place())
		}
		orders, err := Of(ctx, j.Store, "f1")
		if err != nil || fmt.Sprint(OpenAreas(orders, []string{"p1"})) != "[SCHENGEN]" {
			t.Fatal(OpenAreas(orders, []string{"p1"}), err)
		}
		order("v2", Check{})
		holder(custody.Lend{Booklet: "b1", Filing: "f1", Approval: "n", Return: calendar.On(2027, 1, 18), ReturnDays: 7, By: custody.Courier})
		react()
		if stage() != IsReleased || place() != custody.IsLent {
			t.Fatal(stage(), place())
		}
		held, err := HeldBy(ctx, j.Store, "p1", calendar.On(2027, 1, 20))
		if err != nil || len(held) != 1 {
			t.Fatal(held, err)
		}
		counts, err := Counts(ctx, j.Store)
		if err != nil || counts[IsReleased] != 1 {
			t.Fatal(counts, err)
		}
		kept, err := j.Dump(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if again, err := j.Dump(ctx); err != nil || fmt.Sprint(kept) != fmt.Sprint(again) {
			t.Fatal("rebuilt tables differ", err)
		}
	})
}

// Applying again is another application: the mission sees them once more, and it
// is to be sent at once where the last day for it is past.
func TestAnotherApplicationBeginsWithoutTheEarlierInterview(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := openJournal(t, open())
		late := plan
		late.SendBy = today.AddDays(-3)
		id := OrderID("f1", "p1", "SCHENGEN")
		for _, cmd := range []journal.Command[Order]{late, wholeKit, Send{Batch: "SCHENGEN-1", Booklet: "b1", Within: 10}, SetMissionDay{On: today}, SeeMission{On: today}, Refuse{Reason: "材料不足"}, Again{}} {
			if _, err := journal.Do(ctx, j, Room, journal.Order{Subject: id}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		row := func() Row {
			all, err := Of(ctx, j.Store, "f1")
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			return all[0]
		}
		if r := row(); r.Mission != (Mission{}) || r.SendBy != today || r.Due != today {
			t.Errorf("the earlier visit stays: %+v, send by %s", r.Mission, r.SendBy)
		}
		if _, err := journal.Do(ctx, j, Room, journal.Order{Subject: id}, SetMissionDay{On: today, Words: "面谈"}); err != nil || row().Mission.Day != today {
			t.Errorf("another interview: %v", err)
		}
	})
}

// An order that is begun anew, because the journey changed or the visa was refused,
// keeps what happened before: the mission remembers what it was given and what it refused, under
// whatever id the traveller is known.
func TestAnOrderThatIsBegunAnewKeepsWhatHappened(t *testing.T) {
	for why, anew := range map[string]journal.Command[Order]{"the journey changed": Replan{plan.Planned}, "applied for again": Again{}} {
		t.Run(why, func(t *testing.T) {
			storetest.EachStore(t, func(t *testing.T, open func() *store.Store) { begunAnew(t, open, anew) })
		})
	}
}

func begunAnew(t *testing.T, open func() *store.Store, anew journal.Command[Order]) {
	t.Helper()
	ctx := context.Background()
	j := openJournal(t, open())
	id := OrderID("f1", "p1", "SCHENGEN")
	for _, cmd := range []journal.Command[Order]{plan, wholeKit, Send{Batch: "SCHENGEN-1", Booklet: "b1", Within: 10}, Refuse{Reason: "材料不足"}, anew} {
		if _, err := journal.Do(ctx, j, Room, journal.Order{Subject: id}, cmd); err != nil {
			t.Fatal(err)
		}
	}
	o, _, err := journal.Load(ctx, j, Room, id)
	if err != nil || !o.SentOn.IsZero() || o.WentWith("SCHENGEN-1") || len(o.Earlier) != 1 || o.Earlier[0].Batch != "SCHENGEN-1" || o.Earlier[0].SentOn != today || o.Earlier[0].Why != "材料不足" {
		t.Errorf("%+v, %v", o, err)
	}
	given, err := PrintsOf(ctx, j.Store, "p1", 0, "f2")
	if err != nil || len(given) != 1 || given[0].On != today {
		t.Errorf("fingerprints were given %+v, %v", given, err)
	}
	err = j.Store.Write(ctx, func(tx store.Tx) error {
		for _, p := range person.Projections(noIndex{}) {
			named := person.Recorded{In: "u1", FamilyName: journal.Of("王"), GivenName: journal.Of("知行"), LatinSurname: journal.Of(""), LatinGivenNames: journal.Of(""), IDNumber: journal.Of("")}
			for _, e := range []journal.Event{{Subject: journal.Ref{Kind: "person", ID: "p1"}, Body: named}, {Subject: journal.Ref{Kind: "person", ID: "p9"}, Body: named},
				{Subject: journal.Ref{Kind: "person", ID: "p1"}, Body: person.Absorbed{Into: "p9"}}} {
				if err := p.Apply(ctx, tx, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]calendar.Date{"p1": today, "p9": today, "p2": {}} {
		if on, err := LastRefused(ctx, j.Store, who, "SCHENGEN"); err != nil || on != want {
			t.Errorf("%s was refused on %q, want %q, %v", who, on, want, err)
		}
	}
}

// An order went on the day on which its booklet did, even if the rule that says
// so had to wait.
func TestAnOrderGoesOnTheDayOfItsBooklet(t *testing.T) {
	went := today.AddDays(-3)
	ws := React(journal.Event{ID: "e", At: went.Begins().Add(time.Hour), Body: custody.SentToMission{Booklet: "b1", Visa: "v", Batch: "S"}}, []Row{{ID: "v", Stage: KitIsReady}}, func(string) calendar.Workdays { return 10 })
	if len(ws) != 1 || ws[0].Command.(Send).On != went {
		t.Errorf("%+v", ws)
	}
}

func TestRevokedCaseStopsItsOrders(t *testing.T) {
	orders := []Row{{ID: "a", Stage: IsPlanned}, {ID: "b", Stage: IsReleased}, {ID: "c", Stage: NoneNeeded}, {ID: "d", Stage: IsSent}}
	ws := React(journal.Event{ID: "e", Body: approval.Revoked{Reason: "取消"}}, orders, nil)
	if len(ws) != 2 || ws[0].Order.Subject != "a" || ws[1].Order.Subject != "d" {
		t.Fatalf("%+v", ws)
	}
}

// Who was merged has orders under one id and booklets under another; a permit
// lent for the same case says nothing of a visa in the passport.
func TestTheBookletAndNotTheIdOfItsHolderLeadsToItsVisas(t *testing.T) {
	orders := []Row{{ID: "a", Person: "p1", Booklet: "passport", Stage: IsChecked}, {ID: "b", Person: "p1", Booklet: "passport", Stage: IsGranted}, {ID: "c", Person: "p2", Booklet: "another", Stage: IsChecked}}
	for _, c := range []struct {
		booklet, holder string
		want            []string
	}{{"passport", "p1", []string{"a"}}, {"passport", "merged", []string{"a"}}, {"permit", "p1", nil}} {
		var got []string
		for _, w := range React(journal.Event{ID: "e", Body: custody.Lent{Booklet: c.booklet, Person: c.holder}}, orders, nil) {
			got = append(got, w.Order.Subject)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v releases %v", c, got)
		}
	}
	for _, c := range []struct {
		ids         []string
		open, bears string
	}{{[]string{"merged", "p1"}, "[SCHENGEN]", "[passport passport]"}, {[]string{"merged"}, "[]", "[]"}, {[]string{"p2"}, "[]", "[another]"}} {
		orders[1].Area = "SCHENGEN"
		if open, bears := fmt.Sprint(OpenAreas(orders, c.ids)), fmt.Sprint(Goes(orders[0], orders, c.ids).Bears); open != c.open || bears != c.bears {
			t.Errorf("%v waits for %s and bears %s", c.ids, open, bears)
		}
	}
	for _, body := range []any{Granted{Person: "p1"}, Refused{Person: "p1"}} {
		ws := ReactCustody(journal.Event{ID: "e", Body: body}, custody.Row{Booklet: "passport", Person: "merged"})
		if len(ws) != 1 || ws[0].Order.Subject != "merged" || ws[0].Command.(custody.TakeBack).Booklet != "passport" {
			t.Errorf("%T brings %+v", body, ws)
		}
	}
}
