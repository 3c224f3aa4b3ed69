package node_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/fault"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/visa"
	applying "yitang/internal/web/filing"
)

// change is an amendment of a story's case on its way through the zones, by the
// commands that people give.
type change struct {
	*testing.T
	s    *drill.Story
	work *applying.Work
	id   string
}

func changing(t *testing.T, s *drill.Story, kind filing.AmendmentKind) *change {
	t.Helper()
	c := &change{T: t, s: s, work: applying.NewWork(s.Internet)}
	var err error
	if c.id, err = c.work.BeginAmendment(as(string(access.Liaison), "liaison"), s.ID, kind); err != nil {
		t.Fatalf("beginning to change it (%s): %v", kind, err)
	}
	return c
}

func (c *change) write(f func(*filing.Paper)) {
	c.Helper()
	d, err := c.work.Drafts.Load(context.Background(), c.id)
	if err != nil {
		c.Fatal(err)
	}
	_, err = c.work.Drafts.Change(as(string(access.Liaison), "liaison"), c.id, d.Revision, func(p *filing.Paper) error {
		p.Amending.Reason = "对方来函，情况有变"
		f(p)
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
}

func (c *change) open() *applying.File {
	c.Helper()
	f, err := c.work.Open(context.Background(), c.id)
	if err != nil {
		c.Fatal(err)
	}
	return f
}

// ask presents and submits it, and lets it arrive.
func (c *change) ask() []approval.Follow {
	c.Helper()
	f := c.open()
	if _, err := c.work.Present(as(string(access.Liaison), "liaison"), journal.Order{}, f); err != nil {
		c.Fatalf("presenting: %v", err)
	}
	waiting, err := filing.AtStage(context.Background(), c.s.Internet.Store, c.s.Unit, filing.IsPresented, 10)
	if err != nil || !slices.ContainsFunc(waiting, func(e filing.Entry) bool { return e.ID == c.id && e.Amends == c.s.ID }) {
		c.Fatalf("the signatory doesn't find it: %v, %v", waiting, err)
	}
	f = c.open()
	shown, err := c.work.Follows(context.Background(), f)
	if err != nil {
		c.Fatal(err)
	}
	if _, err := c.work.Submit(as(string(access.Signatory), "signatory"), journal.Order{}, f, ""); err != nil {
		c.Fatalf("submitting: %v", err)
	}
	settle(c.T, c.s)
	return shown
}

// file puts it on file in the office.
func (c *change) file() {
	c.Helper()
	give(c.T, as(string(access.Intake), "intake"), c.s.Office.Journal, approval.Room, c.id, approval.File{Number: "YJ-2026-900001-0"})
	settle(c.T, c.s)
}

// decide takes it along the whole path; against are the people declined.
func (c *change) decide(against ...string) {
	c.Helper()
	j := c.s.Office.Journal
	give(c.T, as(string(access.Intake), "intake"), j, approval.Room, c.id, approval.Accept{Number: "YJ-2026-900002-0", Path: c.s.Office.Packs.Now().Paths.For(c.open().Now.Case)})
	a := load(c.T, j, approval.Room, c.id)
	var say []approval.Opinion
	var judge []approval.Verdict
	for _, m := range a.Members {
		no := slices.Contains(against, m.Person)
		o, v := approval.Opinion{Person: m.Person, Approve: !no}, approval.Verdict{Person: m.Person, Approved: !no}
		if no {
			o.Words, v.Reason = "不宜前往", "不宜前往"
		}
		say, judge = append(say, o), append(judge, v)
	}
	for i, st := range a.Steps {
		who := as(st.Role, "desk"+st.Role)
		if i == len(a.Steps)-1 {
			give(c.T, who, j, approval.Room, c.id, approval.Decide{Members: judge, Months: 6})
		} else {
			give(c.T, who, j, approval.Room, c.id, approval.Review{Opinions: say})
		}
	}
	settle(c.T, c.s)
}

// holds checks that the amendment has had its way: the case is another one in
// both zones, the amendment in the archive, and one document in force.
func (c *change) holds(editions int, shown []approval.Follow) approval.Amended {
	c.Helper()
	ctx := context.Background()
	a := load(c.T, c.s.Office.Journal, approval.Room, c.s.ID)
	if !slices.Contains(a.Amendments, c.id) || a.Editions != editions {
		c.Fatalf("the approval has %v and %d editions, not %d", a.Amendments, a.Editions, editions)
	}
	if m := load(c.T, c.s.Office.Journal, approval.Room, c.id); m.Stage != approval.IsClosed || m.Outcome != "approved" {
		c.Errorf("the amendment is %q (%s)", m.Stage, m.Outcome)
	}
	if f := load(c.T, c.s.Internet.Journal, filing.Room, c.id); f.Stage != filing.IsConcluded || f.Outcome != filing.Approved {
		c.Errorf("the request is %q (%s)", f.Stage, f.Outcome)
	}
	history, err := c.s.Office.Journal.History(ctx, journal.Ref{Kind: approval.Room.Kind, ID: c.s.ID})
	if err != nil {
		c.Fatal(err)
	}
	var did approval.Amended
	for _, e := range history {
		if b, is := e.Body.(approval.Amended); is && b.Amendment == c.id {
			did = b
		}
	}
	if !slices.Equal(did.Follows, shown) {
		c.Errorf("shown was\n%+v\nand done\n%+v", shown, did.Follows)
	}
	for _, n := range c.s.Nodes()[:2] {
		docs, err := approval.DocumentsOf(ctx, n.Store, c.s.ID)
		if err != nil {
			c.Fatal(err)
		}
		for i, d := range docs {
			want := document.Superseded
			if i == len(docs)-1 {
				want = document.InForce
			}
			if d.Status != want {
				c.Errorf("in the %s zone edition %d is %s", n.Zone, i+1, d.Status)
			}
		}
		e, err := filing.One(ctx, n.Store, c.s.ID)
		if err != nil {
			c.Fatal(err)
		}
		if e.Depart != did.Facts.Depart || e.Return != did.Facts.Return || e.Members != len(did.Members) || e.AmountFen != did.AmountFen {
			c.Errorf("the %s zone lists %+v", n.Zone, e)
		}
	}
	c.sound()
	return did
}

func (c *change) sound() {
	c.Helper()
	for _, n := range c.s.Nodes() {
		if flaws, err := n.Journal.Verify(context.Background()); err != nil || len(flaws) > 0 {
			c.Error(n.Zone, flaws, err)
		}
		if differ, err := n.Journal.Compare(context.Background()); err != nil || len(differ) > 0 {
			c.Error(n.Zone, differ, err)
		}
	}
}

func everybody(a approval.Approval) []string {
	var out []string
	for _, m := range a.Members {
		out = append(out, m.Person)
	}
	return out
}

func acts(all []approval.Follow) map[approval.Act]int {
	out := map[approval.Act]int{}
	for _, f := range all {
		out[f.Do]++
	}
	return out
}

// Somebody stays at home: on file, a new edition without them, their orders
// stop, the others' go on.
func TestMemberWhoIsDroppedStopsWhatWasTheirs(t *testing.T) {
	onEach(t, func(t *testing.T, s *drill.Story) {
		play(t, s, drill.Book)
		gone := s.People[drill.Newcomer]
		c := changing(t, s, filing.AmendDrop)
		c.write(func(p *filing.Paper) { p.DropPerson(gone) })
		shown := c.ask()
		if got := acts(shown); got[approval.ReplaceDocument] != 1 || got[approval.StopBooklet] != 1 || got[approval.CancelBooking] != 1 || got[approval.WithdrawVisa] != 1 || got[approval.GivePeople] != 1 {
			t.Errorf("what follows is %+v", shown)
		}
		c.file()
		c.holds(2, shown)
		is, _, err := progress.Of(context.Background(), s.Internet.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p := is.People[gone]; p.Approved || p.Booklet != progress.IsStopped {
			t.Errorf("who stays at home is %+v", p)
		}
	})
}

// proof is the paper that shows why: a ticket, a statement.
func (c *change) proof(kind dossier.MaterialKind) {
	c.Helper()
	ref, err := c.s.Internet.Blobs.Put(context.Background(), strings.NewReader("%PDF-1.7 "+string(kind)), blob.Limit)
	if err != nil {
		c.Fatal(err)
	}
	give(c.T, as(string(access.Liaison), "liaison"), c.s.Internet.Journal, material.Room, c.s.Internet.Journal.NewID(), material.Add{Kind: kind, OwnerKind: material.OfCase,
		Owner: c.id, Unit: c.s.Unit, Case: c.id, Name: "说明.pdf", Size: ref.Size, Type: "application/pdf", Digest: ref.Digest.String()})
}

// announce is the notice for somebody who comes in.
func (c *change) announce(p *filing.Paper) {
	was := *p.Amending.Was.Notice
	today := c.s.Internet.Journal.Today()
	p.Case.Notice.From, p.Case.Notice.To = was.To.Next(), today.Prev()
	c.s.Clock.Set(c.s.Internet.Book().AddWorkdays(was.To, 8).Begins().Add(9 * time.Hour))
	p.Case.Notice.To = c.s.Internet.Journal.Today().Prev()
}

// Somebody else goes: reviewed and decided, announced before, with a booklet
// order of their own; refused, the approval goes on holding as it was.
func TestMemberWhoIsReplacedIsDecidedAnew(t *testing.T) {
	for name, refused := range map[string]bool{"approved": false, "refused": true} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, drill.Options{})
			play(t, s, drill.Document)
			gone, come := s.People[drill.Expert], s.People[drill.Declined]
			c := changing(t, s, filing.AmendMembers)
			c.write(func(p *filing.Paper) {
				p.DropPerson(gone)
				p.AddPerson(come)
				p.Case.Members[len(p.Case.Members)-1].Commitment, p.Case.Members[len(p.Case.Members)-1].DispatchConsent = true, true
			})
			_, err := c.work.Present(as(string(access.Liaison), "liaison"), journal.Order{}, c.open())
			if !slices.ContainsFunc(fault.Findings(err), func(f fault.Finding) bool { return f.Key == "filing.amend.no_addendum" }) {
				t.Fatalf("nobody asks for the newcomer's notice: %v", err)
			}
			c.write(c.announce)
			shown := c.ask()
			if got := acts(shown); got[approval.ReplaceDocument] != 1 || got[approval.WithdrawVisa] != 1 || got[approval.PlanVisa] != 1 || got[approval.NoticeAddendum] != 1 || got[approval.GivePeople] != 0 {
				t.Errorf("what follows is %+v", shown)
			}
			first := load(t, s.Office.Journal, approval.Room, s.ID)
			if refused {
				c.decide(everybody(load(t, s.Office.Journal, approval.Room, c.id))...)
				a := load(t, s.Office.Journal, approval.Room, s.ID)
				if !a.InForce(s.Office.Journal.Today()) || a.Editions != 1 || !slices.Equal(a.Approved(), first.Approved()) {
					t.Errorf("after the refusal the approval is %q, %d editions, for %v", a.Stage, a.Editions, a.Approved())
				}
				if m := load(t, s.Office.Journal, approval.Room, c.id); m.Stage != approval.IsClosed || m.Outcome != "refused" {
					t.Errorf("the amendment is %q (%s)", m.Stage, m.Outcome)
				}
				c.sound()
				return
			}
			c.decide()
			c.holds(2, shown)
			now, err := approval.Standing(context.Background(), s.Office.Journal, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(now.People(), gone) || !slices.Contains(now.People(), come) {
				t.Errorf("approved are %v", now.People())
			}
			// The window finds one group under the newcomer's name, not also what changed it.
			newcomer, err := person.One(context.Background(), s.Office.Store, come)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{newcomer.Name(), load(t, s.Internet.Journal, filing.Room, s.ID).Title} {
				if found, err := approval.Groups(context.Background(), s.Office.Store, text); err != nil || len(found) != 1 || found[0].Filing != s.ID {
					t.Errorf("looking for %q finds %+v, %v", text, found, err)
				}
			}
			for _, n := range s.Nodes()[:2] {
				orders, err := visa.Of(context.Background(), n.Store, s.ID)
				if err != nil {
					t.Fatal(err)
				}
				stage := map[string]visa.Stage{}
				for _, o := range orders {
					stage[o.Person] = o.Stage
				}
				if stage[gone] != visa.IsWithdrawn || stage[come] != visa.IsPlanned {
					t.Errorf("in the %s zone the visa orders are %v", n.Zone, stage)
				}
			}
		})
	}
}

// letters are the hosts' for the new days.
func letters(p *filing.Paper) {
	for i := range p.Case.Invitations {
		p.Case.Invitations[i].From, p.Case.Invitations[i].To = p.Case.Trip.Depart.Prev(), p.Case.Trip.Return.Next()
	}
}

// As many days a week later, within the term: on file, orders move along; the
// officer typed one day.
func TestShiftWithinTheTermIsFiledAndMovesEverything(t *testing.T) {
	s := upTo(t, drill.Document)
	c := changing(t, s, filing.AmendShift)
	c.write(func(p *filing.Paper) {
		p.Shift(7)
		letters(p)
	})
	f := c.open()
	var typed []string
	for path, o := range f.Now.Origins {
		if o == filing.Typed {
			typed = append(typed, path)
		}
	}
	slices.Sort(typed)
	if !slices.Equal(typed, []string{"case.depart", "invitations[0].from", "invitations[0].to", "invitations[1].from", "invitations[1].to"}) {
		t.Errorf("a shift counts %v as typed", typed)
	}
	shown := c.ask()
	if got := acts(shown); got[approval.RedateVisa] != 3 || got[approval.ReplaceDocument] != 1 || len(shown) != 6 || got[approval.BookletsBack] != 1 || got[approval.RedateOrder] != 1 {
		t.Errorf("what follows is %+v", shown)
	}
	c.file()
	did := c.holds(2, shown)
	orders, err := visa.Of(context.Background(), s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range orders {
		if o.Depart != did.Facts.Depart {
			t.Errorf("the visa of %s is for %s", o.Person, o.Depart)
		}
		// The letters that go with it are of the trip as it is now.
		if with, err := s.Office.Letters.For(context.Background(), o.ID); err != nil || with.With.Case.Trip.Depart != did.Facts.Depart {
			t.Errorf("the letter for %s is about a trip from %s, %v", o.Person, with.With.Case.Trip.Depart, err)
		}
	}
}

// Earlier is decided anew, and what was granted for the old days is asked for
// again; a booklet that is out is due on another day.
func TestEarlierDepartureTakesTheWholePath(t *testing.T) {
	s := upTo(t, drill.VisaChecked)
	c := changing(t, s, filing.AmendShift)
	c.write(func(p *filing.Paper) {
		p.Shift(-2)
		letters(p)
	})
	shown := c.ask()
	if m := load(t, s.Office.Journal, approval.Room, c.id); m.Amends.Path != filing.FullPath {
		t.Fatalf("it takes the %s path", m.Amends.Path)
	}
	if got := acts(shown); got[approval.RedoVisa] != 3 {
		t.Errorf("what follows is %+v", shown)
	}
	if _, err := journal.Do(as(string(access.Intake), "intake"), s.Office.Journal, approval.Room, journal.Order{Subject: c.id}, journal.Command[approval.Approval](approval.File{Number: "x"})); !fault.IsNotNow(err) {
		t.Errorf("what must be decided was filed: %v", err)
	}
	c.decide()
	c.holds(2, shown)
}

// One country more: decided anew, with a visa order for it.
func TestCountryThatIsAddedIsDecidedAnew(t *testing.T) {
	s := upTo(t, drill.Document)
	c := changing(t, s, filing.AmendPlaces)
	c.write(func(p *filing.Paper) {
		last := &p.Case.Legs[1]
		third := *last
		day := last.Arrive.Date.AddDays(2)
		last.Leave = calendar.LocalTime{Date: day, Minute: 8 * 60}
		third.Country, third.City, third.CityEn, third.Number, third.Zone = "JPN", "东京", "Tokyo", "JL555", ""
		third.Arrive = calendar.LocalTime{Date: day, Minute: 23 * 60}
		p.Case.Legs = append(p.Case.Legs, third)
		host := p.Case.Invitations[1]
		host.Issuer, host.IssuerCountry = "东京示范大学", "JPN"
		p.Case.Invitations = append(p.Case.Invitations, host)
		p.Case.Trip.Title = ""
		for i := range p.Case.Itinerary {
			if h := &p.Case.Itinerary[i]; !h.Date.Before(day) {
				h.Country, h.City = "JPN", "东京"
				if h.Host != "" {
					h.Host = "东京示范大学"
				}
			}
		}
		c.announce(p)
		p.Fx = map[money.Currency]filing.Fx{"EUR": p.Fx["EUR"], "JPY": {Rate: money.MustDecimal("0.049"), Date: p.Fx["EUR"].Date}}
	})
	if err := c.work.Answered(as(string(access.Liaison), "liaison"), c.open(), "同一合作项目，接续访问"); err != nil {
		t.Fatal(err)
	}
	shown := c.ask()
	if got := acts(shown); got[approval.PlanVisa] != 3 || got[approval.ReplaceDocument] != 1 {
		t.Errorf("what follows is %+v", shown)
	}
	c.decide()
	did := c.holds(2, shown)
	if !slices.Contains(did.Facts.Countries, "JPN") {
		t.Errorf("approved are %v", did.Facts.Countries)
	}
}

// Held up abroad: told with proof, ratified along the whole path; the booklets
// are due later, and nobody is called overdue meanwhile.
func TestDelayAbroadIsRatifiedAfterwards(t *testing.T) {
	s := upTo(t, drill.Depart)
	work := applying.NewWork(s.Internet)
	if _, err := work.BeginAmendment(as(string(access.Liaison), "liaison"), s.ID, filing.AmendShift); fault.Findings(err) == nil {
		t.Fatalf("abroad the days were to be shifted: %v", err)
	}
	c := changing(t, s, filing.AmendDelayed)
	c.write(func(p *filing.Paper) {
		p.Case.Trip.Return = p.Case.Trip.Return.AddDays(2)
		p.Case.Legs[1].Leave.Date = p.Case.Legs[1].Leave.Date.AddDays(2)
	})
	_, err := c.work.Present(as(string(access.Liaison), "liaison"), journal.Order{}, c.open())
	if !slices.ContainsFunc(fault.Findings(err), func(f fault.Finding) bool { return f.Key == "filing.amend.no_proof" }) {
		t.Fatalf("nobody asks for proof: %v", err)
	}
	c.proof("M50")
	open := c.work.Application(c.open(), precheck.Submit).Unanswered
	if !slices.ContainsFunc(open, func(f fault.Finding) bool { return f.Rule == "ITN-009" || f.Rule == "ITN-011" }) {
		t.Errorf("nobody asks what fills the days: %+v; %+v", open, c.work.Check(c.open(), precheck.Submit).List)
	}
	if err := c.work.Answered(as(string(access.Liaison), "liaison"), c.open(), "航班取消，每日在酒店候机"); err != nil {
		t.Fatal(err)
	}
	shown := c.ask()
	if got := acts(shown); got[approval.RedateBooklet] != 3 || got[approval.AmendTrip] != 1 {
		t.Errorf("what follows is %+v", shown)
	}
	c.decide()
	did := c.holds(2, shown)
	tr := load(t, s.Internet.Journal, trip.Room, s.ID)
	if tr.Stage != trip.IsAbroad || tr.Return != did.Facts.Return {
		t.Errorf("the trip is %q until %s", tr.Stage, tr.Return)
	}
	out, err := custody.OutFor(context.Background(), s.Internet.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range out {
		if b.Due != did.Facts.Return.AddDays(7) {
			t.Errorf("the booklet of %s is due on %s", b.Person, b.Due)
		}
	}
}

func leftBeforeMidnight(p *filing.Paper) {
	p.Case.Trip.Depart = p.Case.Trip.Depart.Prev()
	p.Case.Itinerary = append(p.Case.Itinerary, dossier.HalfDay{Date: p.Case.Trip.Depart, Half: dossier.Afternoon, Activity: "红眼航班当晚出境"})
}

// A flight before midnight made a day more: told with the ticket once they are
// home, and put on file.
func TestDeviationIsFiledAfterComingHome(t *testing.T) {
	s := upTo(t, drill.ComeHome)
	c := changing(t, s, filing.AmendDeviated)
	c.write(leftBeforeMidnight)
	c.proof("M50")
	shown := c.ask()
	c.file()
	c.holds(2, shown)
}

// A case isn't archived over what is asked to be changed about it: nobody could
// decide on that any more. It is once the office has.
func TestACaseIsNotArchivedOverAnOpenChange(t *testing.T) {
	s := upTo(t, drill.Report)
	c := changing(t, s, filing.AmendDeviated)
	c.write(leftBeforeMidnight)
	c.proof("M50")
	shown := c.ask()
	give(t, as(string(access.Traveller), "jiang"), s.Internet.Journal, feedback.Room, s.ID, feedback.Rate{Filing: s.ID, Unit: s.Unit, Served: true, Grade: 5})
	chores := func() trip.Stage {
		t.Helper()
		if err := s.Internet.DoChores(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(context.Background()); err != nil {
			t.Fatal(err)
		}
		return load(t, s.Internet.Journal, trip.Room, s.ID).Stage
	}
	if is := chores(); is != trip.IsHome {
		t.Fatalf("over an open change the trip is %q", is)
	}
	c.file()
	c.holds(2, shown)
	if is := chores(); is != trip.IsClosed {
		t.Errorf("once it is filed the trip is %q", is)
	}
}

// The unit gives the mission up: everything is stopped and given back, and the
// document says so to whoever verifies it.
func TestMissionThatIsCancelledGivesEverythingBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *drill.Story) {
		play(t, s, drill.Lend)
		ctx := context.Background()
		_, before, _, err := node.PlanUsed(ctx, s.Internet.Journal, s.Unit, load(t, s.Internet.Journal, filing.Room, s.ID).Dossier.Trip.Depart.Year(), "")
		if err != nil || before == 0 {
			t.Fatal(before, err)
		}
		c := changing(t, s, filing.AmendCancel)
		c.write(func(*filing.Paper) {})
		shown := c.ask()
		if got := acts(shown); got[approval.CancelDocument] != 1 || got[approval.RecallBooklet] != 3 || got[approval.CallOffTrip] != 1 || got[approval.GiveGroup] != 1 {
			t.Errorf("what follows is %+v", shown)
		}
		c.file()
		a := load(t, s.Office.Journal, approval.Room, s.ID)
		if a.Stage != approval.IsRevoked || !a.Cancelled {
			t.Fatalf("the approval is %q", a.Stage)
		}
		out, err := custody.OutFor(ctx, s.Office.Store, s.ID)
		if err != nil || len(out) != 3 {
			t.Fatal(out, err)
		}
		for _, b := range out {
			if b.Due != s.Office.Journal.Today().AddDays(7) {
				t.Errorf("the booklet of %s is due on %s", b.Person, b.Due)
			}
			give(t, as(string(access.Custodian), "keeper"), s.Office.Journal, custody.Room, b.Person, custody.HandIn{Booklet: b.Booklet, By: custody.Courier})
		}
		ended(t, s, "cancelled")
		if f := load(t, s.Internet.Journal, filing.Room, s.ID); f.Outcome != filing.Cancelled {
			t.Errorf("the application came to %q", f.Outcome)
		}
		_, after, _, err := node.PlanUsed(ctx, s.Internet.Journal, s.Unit, load(t, s.Internet.Journal, filing.Room, s.ID).Dossier.Trip.Depart.Year(), "")
		if err != nil || after != 0 {
			t.Errorf("of the unit's plan %d people are still used: %v", after, err)
		}
		trust, err := approval.LiveTrust(ctx, s.Internet.Journal)
		if err != nil {
			t.Fatal(err)
		}
		pdf, err := os.ReadFile(s.Approval)
		if err != nil {
			t.Fatal(err)
		}
		if v := document.Verify(pdf, trust); v.Answer != document.IsCancelled {
			t.Errorf("verifying says %s: %s", v.Answer, v.Sentence())
		}
		c.sound()
	})
}

// A name that was written wrongly is put right on file.
func TestWritingThatWasWrongIsFiled(t *testing.T) {
	s := upTo(t, drill.Document)
	who := s.People[drill.Expert]
	rec := load(t, s.Internet.Journal, person.Room, who)
	facts := rec.Facts
	facts.Post = "副教授"
	c := changing(t, s, filing.AmendWriting)
	if err := c.work.ChangePerson(as(string(access.Liaison), "liaison"), journal.Order{Subject: who}, c.id, facts); err != nil {
		t.Fatal(err)
	}
	c.write(func(*filing.Paper) {})
	shown := c.ask()
	if got := acts(shown); len(shown) != 1 || got[approval.ReplaceDocument] != 1 {
		t.Errorf("what follows is %+v", shown)
	}
	c.file()
	c.holds(2, shown)
}

// The office sends an amendment back field by field, once; the ledger counts the
// return on the case.
func TestAmendmentIsSentBackLikeACase(t *testing.T) {
	s := upTo(t, drill.Document)
	before, err := s.Ledger(context.Background(), s.Internet.Node)
	if err != nil {
		t.Fatal(err)
	}
	c := changing(t, s, filing.AmendShift)
	c.write(func(p *filing.Paper) {
		p.Shift(-2)
		letters(p)
	})
	c.ask()
	give(t, as(string(access.Intake), "intake"), s.Office.Journal, approval.Room, c.id, approval.SendBack{Defects: []approval.Defect{{Field: "legs[0].number", Words: "航班号与日期不符"}}})
	settle(t, s)
	f := c.open()
	if f.Filing.Stage != filing.IsSentBack {
		t.Fatalf("the request is %q", f.Filing.Stage)
	}
	c.write(func(p *filing.Paper) {
		p.Reopened(f.Filing)
		if err := p.Put("legs[0].number", "CA933"); err != nil {
			t.Error(err)
		}
	})
	if _, err := c.work.Correct(as(string(access.Liaison), "liaison"), journal.Order{}, c.open()); err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	c.decide()
	if now, err := approval.Standing(context.Background(), s.Office.Journal, s.ID); err != nil || now.Dossier.Legs[0].Number != "CA933" {
		t.Errorf("approved is flight %s: %v", now.Dossier.Legs[0].Number, err)
	}
	after, err := s.Ledger(context.Background(), s.Internet.Node)
	if err != nil || after.Returns != before.Returns+1 || after.Asks != before.Asks+6 {
		t.Errorf("the ledger went from %+v to %+v: %v", before, after, err)
	}
	c.sound()
}

// The unit takes an amendment back, and the case knows nothing of it.
func TestAmendmentThatIsWithdrawnLeavesTheCaseAlone(t *testing.T) {
	s := upTo(t, drill.VisaKit)
	c := changing(t, s, filing.AmendDrop)
	c.write(func(p *filing.Paper) { p.DropPerson(s.People[drill.Expert]) })
	c.ask()
	give(t, as(string(access.Liaison), "liaison"), s.Internet.Journal, filing.Room, c.id, filing.Withdraw{Reason: "仍可前往"})
	settle(t, s)
	if m := load(t, s.Office.Journal, approval.Room, c.id); m.Stage != approval.IsClosed || m.Outcome != "withdrawn" {
		t.Errorf("the amendment is %q (%s)", m.Stage, m.Outcome)
	}
	if a := load(t, s.Office.Journal, approval.Room, s.ID); a.Stage != approval.IsIssued || len(a.Amendments) != 0 {
		t.Errorf("the approval is %q", a.Stage)
	}
	orders, err := visa.Of(context.Background(), s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range orders {
		if o.Stage != visa.KitIsReady {
			t.Errorf("the visa order of %s is %q", o.Person, o.Stage)
		}
	}
	if _, err := c.work.BeginAmendment(as(string(access.Liaison), "liaison"), s.ID, filing.AmendDrop); err != nil {
		t.Errorf("nothing can be changed after that: %v", err)
	}
}

// An amendment that the office let through is under way until its change has come
// to the case: one that is begun before would start from what stood, and undo it.
func TestAnAmendmentIsUnderWayUntilItsCaseHasChanged(t *testing.T) {
	s := upTo(t, drill.Document)
	c := changing(t, s, filing.AmendDrop)
	c.write(func(p *filing.Paper) { p.DropPerson(s.People[drill.Expert]) })
	c.ask()
	// The office's word on the amendment is here, the change itself isn't.
	give(t, as("system", "rule"), s.Internet.Journal, filing.Room, c.id, filing.Conclude{Outcome: filing.Approved})
	if id, err := c.work.BeginAmendment(as(string(access.Liaison), "liaison"), s.ID, filing.AmendDrop); id != c.id || !fault.IsNotNow(err) {
		t.Errorf("another is begun meanwhile: %s, %v", id, err)
	}
	c.file()
	if id, err := c.work.BeginAmendment(as(string(access.Liaison), "liaison"), s.ID, filing.AmendDrop); id == c.id || err != nil {
		t.Errorf("none can be begun after it: %s, %v", id, err)
	}
}

// An approval that is taken back while it is being changed takes the amendment
// with it.
func TestRevokedApprovalEndsItsAmendments(t *testing.T) {
	s := upTo(t, drill.Document)
	c := changing(t, s, filing.AmendDrop)
	c.write(func(p *filing.Paper) { p.DropPerson(s.People[drill.Expert]) })
	c.ask()
	revoke(t, s)
	settle(t, s)
	if m := load(t, s.Office.Journal, approval.Room, c.id); m.Stage != approval.IsClosed {
		t.Errorf("the amendment is %q", m.Stage)
	}
	if f := load(t, s.Internet.Journal, filing.Room, c.id); f.Stage != filing.IsConcluded || f.Outcome != filing.Refused {
		t.Errorf("the request is %q (%s)", f.Stage, f.Outcome)
	}
	ended(t, s, "revoked")
}

// orderOf is the passport order of the story's newcomer, in the passport zone.
func (c *change) orderOf(who string) (passport.Order, passport.Row) {
	c.Helper()
	id := passport.OrderID(c.s.ID, who)
	row, known, err := passport.One(context.Background(), c.s.Passport.Store, id)
	if err != nil || !known {
		c.Fatalf("no passport order of %s, %v", who, err)
	}
	return load(c.T, c.s.Passport.Journal, passport.Room, id), row
}

// rename asks for another given name of somebody, which was written wrongly.
func rename(t *testing.T, s *drill.Story, who, given string) *change {
	t.Helper()
	facts := load(t, s.Internet.Journal, person.Room, who).Facts
	facts.GivenName = given
	c := changing(t, s, filing.AmendWriting)
	if err := c.work.ChangePerson(as(string(access.Liaison), "liaison"), journal.Order{Subject: who}, c.id, facts); err != nil {
		t.Fatal(err)
	}
	c.write(func(*filing.Paper) {})
	return c
}

// A name that was written wrongly is right in the booklet, whatever was made of
// it before: an order that waits goes on with the right one, and a booklet that
// is made isn't handed over before it is spoiled and made again.
func TestACorrectedNameReachesTheBooklet(t *testing.T) {
	for name, at := range map[drill.Name]approval.Act{drill.Document: approval.CorrectBooklet, drill.Make: approval.RemakeBooklet} {
		t.Run(string(name), func(t *testing.T) {
			s := upTo(t, name)
			who := s.People[drill.Newcomer]
			c := rename(t, s, who, "若岚")
			shown := c.ask()
			if got := acts(shown); got[at] != 1 {
				t.Errorf("what follows is %+v", shown)
			}
			c.file()
			c.holds(2, shown)
			o, _ := c.orderOf(who)
			if o.Identity.GivenName != "若岚" || o.Misprinted() != (name == drill.Make) {
				t.Errorf("the order is made for %s, misprinted %v", o.Identity.GivenName, o.Misprinted())
			}
			if name != drill.Make {
				return
			}
			id := passport.OrderID(s.ID, who)
			check := journal.Command[passport.Order](passport.Check{Scanned: o.Page(o.Number, o.Expires).MRZ()})
			if _, err := journal.Do(as("passport_officer", "somebody"), s.Passport.Journal, passport.Room, journal.Order{Subject: id}, check); !fault.IsNotNow(err) {
				t.Errorf("the booklet with the wrong name passes the check: %v", err)
			}
			give(t, as("passport_officer", "bo"), s.Passport.Journal, passport.Room, id, passport.Spoil{Reason: "姓名更正", Two: []string{"bo", "cai"}})
			if again, _ := c.orderOf(who); again.Misprinted() || again.Stage != passport.IsCaptured || again.Identity.GivenName != "若岚" {
				t.Errorf("once it is spoiled the order is %+v", again)
			}
		})
	}
}

// The passport network works by the days of the journey as it is now.
func TestPassportOrdersFollowTheDeparture(t *testing.T) {
	s := upTo(t, drill.Document)
	c := changing(t, s, filing.AmendShift)
	_, was := c.orderOf(s.People[drill.Newcomer])
	c.write(func(p *filing.Paper) {
		p.Shift(-2)
		letters(p)
	})
	shown := c.ask()
	if got := acts(shown); got[approval.RedateOrder] != 1 {
		t.Errorf("what follows is %+v", shown)
	}
	c.decide()
	did := c.holds(2, shown)
	o, row := c.orderOf(s.People[drill.Newcomer])
	if o.Depart != did.Facts.Depart || row.Depart != did.Facts.Depart || o.Depart != was.Depart.AddDays(-2) || o.Known.Return != did.Facts.Return {
		t.Errorf("the order is for a departure on %s, listed on %s", o.Depart, row.Depart)
	}
	if before := s.Passport.Book().AddWorkdays(o.Depart, -1); o.Due.After(before) || row.Due != o.Due {
		t.Errorf("it is due on %s, listed on %s, after the departure on %s", o.Due, row.Due, o.Depart)
	}
}
