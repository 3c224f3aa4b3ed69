package node_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/custody"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/store/storetest"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// onEach tells a story on both databases. Where no PostgreSQL can be had the
// second is skipped with words, but never in CI.
func onEach(t *testing.T, f func(t *testing.T, s *drill.Story)) {
	onSQLite(t, f)
	t.Run("postgres", func(t *testing.T) {
		urls := map[zone.Zone]string{}
		for _, z := range zone.All() {
			urls[z] = storetest.Postgres(t)
		}
		f(t, begin(t, drill.Options{Databases: urls}))
	})
}

func onSQLite(t *testing.T, f func(t *testing.T, s *drill.Story)) {
	t.Run("sqlite", func(t *testing.T) { f(t, begin(t, drill.Options{})) })
}

// upTo is the story as it stands after a step; see drilltest.Told.
func upTo(t *testing.T, step drill.Name) *drill.Story {
	t.Helper()
	return drilltest.Told(t, step, drill.Options{Log: slog.New(slog.NewTextHandler(testWriter{t}, nil))})
}

func begin(t *testing.T, o drill.Options) *drill.Story {
	t.Helper()
	o.Dir, o.Log, o.Passwords = t.TempDir(), slog.New(slog.NewTextHandler(testWriter{t}, nil)), account.Slight
	s, err := drill.Begin(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func play(t *testing.T, s *drill.Story, upTo drill.Name) {
	t.Helper()
	if _, err := s.Play(context.Background(), upTo, nil); err != nil {
		t.Fatal(err)
	}
}

func settle(t *testing.T, s *drill.Story) {
	t.Helper()
	if err := s.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// One case by the commands that people give, from the draft to the archive:
// returned once, one member declined, one booklet made at the one visit. Each
// step checks what the zones hold; see package drill.
func TestOneCaseGoesToTheArchiveOnBothDatabases(t *testing.T) {
	onEach(t, func(t *testing.T, s *drill.Story) {
		play(t, s, "")
		for _, n := range s.Nodes() {
			l, err := s.Ledger(context.Background(), n)
			if err != nil {
				t.Fatal(err)
			}
			if n.Zone != zone.Passport && (l.Visits != 1 || l.Returns != 1 || l.Paper != 0) {
				t.Errorf("the %s zone counts %+v", n.Zone, l)
			}
		}
		// The timeline tells the whole story, in both zones the same way.
		for _, n := range s.Nodes()[:2] {
			is, _, err := progress.Of(context.Background(), n.Store, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			if next := progress.Next(is, n.Journal.Now()); next.Key != "progress.next.archived" || next.Who != progress.Nobody {
				t.Errorf("in the %s zone somebody still owes %+v", n.Zone, next)
			}
			if l := progress.LineOf(is); !l.Complete() {
				t.Errorf("in the %s zone the line is %+v", n.Zone, l)
			}
		}
	})
}

func load[S any](t *testing.T, j *journal.Journal, room journal.Subject[S], id string) S {
	t.Helper()
	s, _, err := journal.Load(context.Background(), j, room, id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ended checks that a case is in the archive everywhere, and that nothing of it
// is under way.
func ended(t *testing.T, s *drill.Story, outcome string) {
	t.Helper()
	ctx := context.Background()
	settle(t, s)
	if a := load(t, s.Office.Journal, approval.Room, s.ID); a.Stage != approval.IsClosed || a.Outcome != outcome {
		t.Errorf("the approval is %q (%s), not closed as %s", a.Stage, a.Outcome, outcome)
	}
	orders, err := passport.OfFiling(ctx, s.Passport.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range orders {
		if o.Stage != passport.IsStopped && o.Stage != passport.IsHandedOver {
			t.Errorf("the passport order is %q", o.Stage)
		}
	}
	for _, n := range s.Nodes()[:2] {
		visas, err := visa.Of(ctx, n.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range visas {
			if v.Stage.Open() {
				t.Errorf("in the %s zone a visa order is %q", n.Zone, v.Stage)
			}
		}
		is, _, err := progress.Of(ctx, n.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if is.Stage != progress.Archived || is.Outcome != outcome {
			t.Errorf("in the %s zone the case is %q (%s)", n.Zone, is.Stage, is.Outcome)
		}
		if l := progress.LineOf(is); l.Complete() != (outcome == "approved") {
			t.Errorf("in the %s zone the line is %+v", n.Zone, l)
		}
		says := map[string]string{"approved": "archived"}[outcome]
		if says == "" {
			says = outcome
		}
		if next := progress.Next(is, n.Journal.Now()); next.Key != "progress.next."+says || next.Who != progress.Nobody {
			t.Errorf("in the %s zone people read %s, owed by %q", n.Zone, next.Key, next.Who)
		}
	}
	for _, n := range s.Nodes() {
		bookings, err := hall.OfFiling(ctx, n.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bookings {
			if b.State == hall.IsBooked {
				t.Errorf("in the %s zone a place is still booked", n.Zone)
			}
		}
	}
}

func revoke(t *testing.T, s *drill.Story) {
	t.Helper()
	give(t, as(string(access.Director), "director"), s.Office.Journal, approval.Room, s.ID, approval.Revoke{Reason: "对方取消了邀请"})
}

func TestRefusedCaseIsClosedByRule(t *testing.T) {
	s := upTo(t, drill.Review)
	var nobody []approval.Verdict
	for _, p := range s.People {
		nobody = append(nobody, approval.Verdict{Person: p, Reason: "本年度已有同类任务"})
	}
	give(t, as(string(access.Director), "director"), s.Office.Journal, approval.Room, s.ID, approval.Decide{Members: nobody})
	ended(t, s, "refused")
	if f := load(t, s.Internet.Journal, filing.Room, s.ID); f.Outcome != filing.Refused {
		t.Errorf("the application is %q, %q", f.Stage, f.Outcome)
	}
}

func TestWithdrawnCaseIsClosedByRule(t *testing.T) {
	s := upTo(t, drill.Accept)
	give(t, as(string(access.Liaison), "liaison"), s.Internet.Journal, filing.Room, s.ID, filing.Withdraw{Reason: "任务取消"})
	ended(t, s, "withdrawn")
}

// The unit withdraws while the decision is on its way to it: the office's
// document doesn't outlive the mission.
func TestWithdrawalThatCrossesTheDecisionRevokesIt(t *testing.T) {
	onEach(t, func(t *testing.T, s *drill.Story) {
		play(t, s, drill.Review)
		s.Hold() // nothing crosses between the zones
		give(t, as(string(access.Liaison), "liaison"), s.Internet.Journal, filing.Room, s.ID, filing.Withdraw{Reason: "任务取消"})
		verdicts := []approval.Verdict{}
		for _, p := range s.People {
			verdicts = append(verdicts, approval.Verdict{Person: p, Approved: true})
		}
		give(t, as(string(access.Director), "director"), s.Office.Journal, approval.Room, s.ID, approval.Decide{Members: verdicts, Months: 6})
		s.Resume()
		ended(t, s, "revoked")
		papers, err := approval.DocumentsOf(context.Background(), s.Internet.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(papers) != 1 || papers[0].Status != "revoked" {
			t.Errorf("the document is %+v on the internet", papers)
		}
	})
}

// Before anybody has a booklet: orders, visas and the booked place are given up.
func TestRevokedCaseStopsEverythingUnderWay(t *testing.T) {
	onEach(t, func(t *testing.T, s *drill.Story) {
		play(t, s, drill.Book)
		revoke(t, s)
		ended(t, s, "revoked")
	})
}

// After clearing: the trip is called off, the booklets are wanted back, and the
// case is closed when the last one is in.
func TestRevokedCaseIsClosedWhenTheLastBookletIsBack(t *testing.T) {
	s := upTo(t, drill.Lend)
	revoke(t, s)
	settle(t, s)
	if tr := load(t, s.Internet.Journal, trip.Room, s.ID); tr.Stage != trip.DidNotGo {
		t.Fatalf("the trip is %q", tr.Stage)
	}
	out, err := custody.OutFor(context.Background(), s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range out {
		if a := load(t, s.Office.Journal, approval.Room, s.ID); a.Stage != approval.IsRevoked {
			t.Fatalf("with %d booklets still out the case is %q", len(out)-i, a.Stage)
		}
		if want := s.Office.Journal.Today().AddDays(7); b.Due.After(want) {
			t.Errorf("booklet %s is due on %s only", b.Tail, b.Due)
		}
		give(t, as(string(access.Custodian), "keeper"), s.Office.Journal, custody.Room, b.Person, custody.HandIn{Booklet: b.Booklet, By: custody.Courier})
		settle(t, s)
	}
	ended(t, s, "revoked")
}

// Who is abroad when the approval is revoked comes home as always, and hands booklets
// and report in by then: nothing is wanted back while they travel, also where the
// office hears only afterwards that they had left.
func TestWhoIsAbroadWhenItIsRevokedComesHomeAsAlways(t *testing.T) {
	for _, crossing := range []bool{false, true} {
		t.Run(fmt.Sprint("the office hears of the departure later ", crossing), func(t *testing.T) {
			onSQLite(t, func(t *testing.T, s *drill.Story) {
				ctx := context.Background()
				if crossing {
					play(t, s, drill.Lend)
					depart := load(t, s.Internet.Journal, trip.Room, s.ID).Depart
					s.Clock.Set(depart.Begins().Add(10 * time.Hour))
					give(t, as(string(access.Liaison), "liaison"), s.Internet.Journal, trip.Room, s.ID, trip.Depart{On: depart})
				} else {
					play(t, s, drill.Depart)
				}
				revoke(t, s)
				settle(t, s)
				back := load(t, s.Internet.Journal, trip.Room, s.ID).Return
				for _, n := range s.Nodes()[:2] {
					out, err := custody.OutFor(ctx, n.Store, s.ID)
					if err != nil || len(out) == 0 {
						t.Fatal(out, err)
					}
					for _, b := range out {
						if b.Due != back.AddDays(7) {
							t.Errorf("in the %s zone booklet %s is due on %s, and they come home on %s", n.Zone, b.Tail, b.Due, back)
						}
					}
					is, _, err := progress.Of(ctx, n.Store, s.ID)
					if err != nil || is.Stage != progress.Abroad {
						t.Errorf("in the %s zone the case is %q, %v", n.Zone, is.Stage, err)
					}
				}
				if crossing {
					return
				}
				liaison := as(string(access.Liaison), "liaison")
				s.Clock.Set(back.Begins().Add(20 * time.Hour))
				for _, cmd := range []journal.Command[trip.Trip]{trip.ComeHome{On: back, ReturnDays: 7, ReportIn: 15}, trip.FileReport{Material: "m"}} {
					give(t, liaison, s.Internet.Journal, trip.Room, s.ID, cmd)
				}
				settle(t, s)
				out, err := custody.OutFor(ctx, s.Office.Store, s.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, b := range out {
					give(t, as(string(access.Custodian), "keeper"), s.Office.Journal, custody.Room, b.Person, custody.HandIn{Booklet: b.Booklet, By: custody.Courier})
				}
				settle(t, s)
				give(t, liaison, s.Internet.Journal, feedback.Room, s.ID,
					journal.Command[feedback.Rating](feedback.Rate{Filing: s.ID, Unit: s.Unit, Visit: s.Booking, Served: true, Grade: 5}))
				ended(t, s, "revoked")
			})
		})
	}
}

// A departure and a call-off that were told by mistake are taken back: the zones are
// where they were before, and the trip is made.
func TestATripGoesOnAfterWhatWasToldOfItByMistake(t *testing.T) {
	s := upTo(t, drill.Lend)
	ctx := context.Background()
	depart := load(t, s.Internet.Journal, trip.Room, s.ID).Depart
	tell := func(cmd journal.Command[trip.Trip]) {
		t.Helper()
		give(t, as(string(access.Liaison), "liaison"), s.Internet.Journal, trip.Room, s.ID, cmd)
		settle(t, s)
	}
	stand := func() map[zone.Zone]string {
		t.Helper()
		out := map[zone.Zone]string{}
		for _, n := range s.Nodes()[:2] {
			is, _, err := progress.Of(ctx, n.Store, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			lent, err := custody.OutFor(ctx, n.Store, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			out[n.Zone] = fmt.Sprint(is.Stage, is.Departed, is.BookletsDue)
			for _, b := range lent {
				out[n.Zone] += fmt.Sprint(" ", b.Tail, b.Due)
			}
		}
		return out
	}
	before := stand()
	tell(trip.CallOff{Reason: "对方改期", ReturnDays: 7})
	if maps.Equal(before, stand()) {
		t.Fatal("nothing was called off")
	}
	tell(trip.TakeCallOffBack{InForce: true, ReturnDays: 7})
	if now := stand(); !maps.Equal(before, now) {
		t.Errorf("they go after all: %v, and before %v", now, before)
	}
	s.Clock.Set(depart.Begins().Add(10 * time.Hour))
	tell(trip.Depart{On: depart})
	tell(trip.TakeDepartureBack{})
	if now := stand(); !maps.Equal(before, now) {
		t.Errorf("they hadn't left: %v, and before %v", now, before)
	}
	tell(trip.Depart{On: depart})
	if is, _, err := progress.Of(ctx, s.Office.Store, s.ID); err != nil || is.Stage != progress.Abroad {
		t.Errorf("the case is %q, %v", is.Stage, err)
	}
}

// A booklet that is lost can't be handed in: the trip that didn't take place
// waits for it no longer, whoever gave the mission up.
func TestCaseIsClosedWhenTheLastBookletIsLost(t *testing.T) {
	closedWith(t, func(booklet string) journal.Command[custody.Holder] {
		return custody.ReportLost{Booklet: booklet, Reason: "在机场遗失"}
	})
}

// Nor for one of which it turns out that it never left the store.
func TestCaseIsClosedWhenTheLastBookletNeverWentOut(t *testing.T) {
	closedWith(t, func(booklet string) journal.Command[custody.Holder] { return custody.TakeLoanBack{Booklet: booklet} })
}

// closedWith gives a trip up, in either way, and has all booklets handed in but one.
func closedWith(t *testing.T, last func(booklet string) journal.Command[custody.Holder]) {
	for _, c := range []struct {
		name, outcome string
		giveUp        func(t *testing.T, s *drill.Story)
	}{
		{"called off by the unit", "approved", func(t *testing.T, s *drill.Story) {
			give(t, as(string(access.Liaison), "liaison"), s.Internet.Journal, trip.Room, s.ID, trip.CallOff{Reason: "对方改期", ReturnDays: 7})
		}},
		{"revoked by the office", "revoked", revoke},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := upTo(t, drill.Lend)
			c.giveUp(t, s)
			settle(t, s)
			out, err := custody.OutFor(context.Background(), s.Office.Store, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			keeper := as(string(access.Custodian), "keeper")
			for i, b := range out {
				if tr := load(t, s.Internet.Journal, trip.Room, s.ID); tr.Stage != trip.DidNotGo {
					t.Fatalf("with %d booklets still out the trip is %q", len(out)-i, tr.Stage)
				}
				var cmd journal.Command[custody.Holder] = custody.HandIn{Booklet: b.Booklet, By: custody.Courier}
				if i == len(out)-1 {
					cmd = last(b.Booklet)
				}
				give(t, keeper, s.Office.Journal, custody.Room, b.Person, cmd)
				settle(t, s)
			}
			ended(t, s, c.outcome)
		})
	}
}

// amend commits a new edition of the document as the director does, and ends
// there, as a process that is killed then does.
func amend(t *testing.T, s *drill.Story) {
	t.Helper()
	a := load(t, s.Office.Journal, approval.Room, s.ID)
	number, err := s.Office.Issuer.NextNumber(context.Background(), s.ID, a.Editions+1)
	if err != nil {
		t.Fatal(err)
	}
	give(t, as(string(access.Director), "director"), s.Office.Journal, approval.Room, s.ID, approval.Supersede{Number: number, Reason: "职务名称更正"})
}

func TestNewEditionIsIssuedByWhoeverComesAfterAKill(t *testing.T) {
	s := upTo(t, drill.Document)
	first := load(t, s.Office.Journal, approval.Room, s.ID).Document.Number
	amend(t, s)
	settle(t, s)
	a := load(t, s.Office.Journal, approval.Room, s.ID)
	if a.Prepared != nil || a.Document.Replaces != first || a.Editions != 2 {
		t.Fatalf("prepared %+v, in force %+v", a.Prepared, a.Document)
	}
}

// stuck is where no file can be kept for now.
type stuck struct {
	blob.Store
	now atomic.Bool
}

func (b *stuck) Put(ctx context.Context, r io.Reader, limit int64) (blob.Ref, error) {
	if b.now.Load() {
		return blob.Ref{}, errors.New("no file can be kept")
	}
	return b.Store.Put(ctx, r, limit)
}

// The document can't be made while the trip ends: both wait, are shown as
// waiting, and come to their end when it can be made again.
func TestCaseWaitsForTheDocumentThatCouldNotBeMade(t *testing.T) {
	s := begin(t, drill.Options{})
	files := &stuck{Store: s.Office.Issuer.Blobs}
	s.Office.Issuer.Blobs = files
	ctx := context.Background()
	play(t, s, drill.Report)
	files.now.Store(true)
	amend(t, s)
	parked := func(reaction string) bool {
		ps, err := s.Office.Journal.Parked(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(ps, func(p journal.Parked) bool { return p.Reaction == reaction })
	}
	eventually(t, "the document waits", func() bool { return parked("documents") })
	give(t, as(string(access.Liaison), "liaison"), s.Internet.Journal, feedback.Room, s.ID, feedback.Rate{Filing: s.ID, Unit: s.Unit, Visit: s.Booking, Served: true, Grade: 5})
	eventually(t, "the trip is closed", func() bool { return load(t, s.Internet.Journal, trip.Room, s.ID).Stage == trip.IsClosed })
	eventually(t, "the archive waits", func() bool { return parked("after") })
	files.now.Store(false)
	eventually(t, "nothing waits", func() bool { return !parked("documents") && !parked("after") })
	ended(t, s, "approved")
	if a := load(t, s.Office.Journal, approval.Room, s.ID); a.Editions != 2 || a.Prepared != nil {
		t.Errorf("edition %d, prepared %+v", a.Editions, a.Prepared)
	}
}

func eventually(t *testing.T, what string, fact func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !fact(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came about that %s", what)
		}
	}
}

// The two days of the foreign ministry are in the deadline that follows by
// rule, as they are in the one that the visa desk's page gives.
func TestMissionHasTheTimeThatThePageSays(t *testing.T) {
	s := upTo(t, drill.Receive)
	person := s.People[drill.Head]
	id := visa.OrderID(s.ID, person, "RUS")
	desk := as(string(access.Visa), "visa")
	give(t, desk, s.Office.Journal, visa.Room, id, visa.Plan{Planned: visa.Planned{Filing: s.ID, Person: person, Area: "RUS", Apply: "RUS", With: "publicAffairs", Needed: true}})
	give(t, desk, s.Office.Journal, visa.Room, id, visa.CompleteKit{})
	give(t, desk, s.Office.Journal, custody.Room, person, custody.SendToMission{Booklet: goes(t, s, person), Filing: s.ID, Visa: id, Batch: "第1批"})
	settle(t, s)
	orders, err := visa.Of(context.Background(), s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(orders, func(o visa.Row) bool { return o.ID == id })
	if want := s.Office.Book().AddWorkdays(s.Office.Journal.Today(), 7); orders[i].Stage != visa.IsSent || orders[i].Back != want {
		t.Errorf("the order is %q and expected on %s, not on %s", orders[i].Stage, orders[i].Back, want)
	}
}

// goes is the booklet with which somebody travels.
func goes(t *testing.T, s *drill.Story, person string) string {
	t.Helper()
	b, ok, err := custody.Trip{Filing: s.ID}.Booklet(context.Background(), s.Office.Store, person)
	if err != nil || !ok {
		t.Fatal("no booklet serves the trip", err)
	}
	return b.Booklet
}

// A member whose visa was refused stays at home; the others are cleared.
func TestMemberWithoutAVisaDoesNotKeepTheOthers(t *testing.T) {
	s := upTo(t, drill.VisaSent)
	ctx := context.Background()
	orders, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	desk := as(string(access.Visa), "visa")
	for _, o := range orders {
		if o.Person == s.People[drill.Expert] {
			give(t, desk, s.Office.Journal, visa.Room, o.ID, visa.Refuse{Reason: "未说明原因"})
			give(t, desk, s.Office.Journal, visa.Room, o.ID, visa.Withdraw{Reason: "拒签，该团员不再出行"})
			continue
		}
		give(t, desk, s.Office.Journal, visa.Room, o.ID, visa.Grant{Printed: visa.Printed{From: o.From, Until: o.To, Days: o.Days}})
		give(t, as(string(access.Visa), "visa2"), s.Office.Journal, visa.Room, o.ID, visa.Check{})
	}
	settle(t, s)
	a := load(t, s.Office.Journal, approval.Room, s.ID)
	for _, m := range []int{drill.Head, drill.Newcomer} {
		give(t, as(string(access.Custodian), "keeper"), s.Office.Journal, custody.Room, s.People[m], custody.Lend{Booklet: goes(t, s, s.People[m]), Filing: s.ID, Unit: s.Unit,
			Approval: a.Document.Number, Return: s.Office.Journal.Today().AddDays(60), ReturnDays: 7, By: custody.Courier})
	}
	settle(t, s)
	tr := load(t, s.Internet.Journal, trip.Room, s.ID)
	if tr.Stage != trip.IsCleared || len(tr.Members) != 2 {
		t.Fatalf("the trip is %q with %v", tr.Stage, tr.Members)
	}
}

// Nobody rates: after thirty days the trip waits no longer. No event tells of
// that, so it is looked for.
func TestTripThatNobodyRatesIsClosedInTheEnd(t *testing.T) {
	s := upTo(t, drill.Report)
	ctx := context.Background()
	home := load(t, s.Internet.Journal, trip.Room, s.ID).Home
	for _, day := range []struct {
		after int
		stage trip.Stage
	}{{30, trip.IsHome}, {31, trip.IsClosed}} {
		s.Clock.Set(home.AddDays(day.after).Begins().Add(9 * time.Hour))
		if err := s.Internet.DoChores(ctx); err != nil {
			t.Fatal(err)
		}
		if tr := load(t, s.Internet.Journal, trip.Room, s.ID); tr.Stage != day.stage {
			t.Fatalf("%d days after coming home the trip is %q", day.after, tr.Stage)
		}
	}
	ended(t, s, "approved")
}

// The one who is booked for the capture comes before that day, and goes to the
// station without having checked in.
func TestWhoIsCapturedBeforeTheBookedDayNeedsTheBookingNoMore(t *testing.T) {
	s := upTo(t, drill.Book)
	b, ok, err := hall.BookingOf(context.Background(), s.Internet.Store, s.Booking)
	if err != nil || !ok || !s.Clock.Now().Before(b.Slot.On(b.Day)) {
		t.Fatal(b, ok, err)
	}
	give(t, as("capture", "cai"), s.Passport.Journal, passport.Room, passport.OrderID(s.ID, s.People[drill.Newcomer]),
		passport.Capture{Photo: "d1", Fingers: []string{"d2", "d3"}, Signature: "d4", CardSeen: true, Within: 5})
	settle(t, s)
	for _, n := range s.Nodes() {
		if b, _, err := hall.BookingOf(context.Background(), n.Store, s.Booking); err != nil || b.State != hall.IsCancelled {
			t.Errorf("the booking lives on in the %s zone: %+v %v", n.Zone, b, err)
		}
		if l, err := s.Ledger(context.Background(), n); err != nil || n.Zone != zone.Passport && l.Visits != 1 {
			t.Errorf("the %s zone counts %d visits, %v", n.Zone, l.Visits, err)
		}
	}
}

// Two people of a unit book two days at one moment: the first has its visit, and the
// other time is free again.
func TestACaseIsBookedOnce(t *testing.T) {
	s := upTo(t, drill.Book)
	ctx := context.Background()
	j := s.Internet.Journal
	b, _, err := hall.BookingOf(ctx, s.Internet.Store, s.Booking)
	if err != nil {
		t.Fatal(err)
	}
	plan, _, err := hall.PlanOf(ctx, s.Internet.Store, b.Hall)
	if err != nil {
		t.Fatal(err)
	}
	day := j.Book().AddWorkdays(b.Day, 1)
	s.Clock.Set(s.Clock.Now().Add(time.Millisecond)) // ids follow the clock, which stood while the story was opened again
	want := hall.Wanted{Plan: plan, Day: day, Slot: b.Slot, Counter: b.Counter, Filing: s.ID, Unit: s.Unit, People: max(1, len(b.People))}
	give(t, as("liaison", "another"), j, hall.Days, plan.DayID(day), journal.Command[hall.Day](hall.Book{Wanted: want, People: b.People, Acts: b.Acts}))
	settle(t, s)
	for _, n := range s.Nodes()[:2] {
		all, err := hall.OfFiling(ctx, n.Store, s.ID)
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		for _, x := range all {
			if first := x.ID == b.ID; first != (x.State == hall.IsBooked) || first == (x.State == hall.IsCancelled) {
				t.Errorf("in the %s zone the booking of %s is %q", n.Zone, x.Day, x.State)
			}
		}
	}
}
