package drill

import (
	"context"
	"fmt"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/material"
	"yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

// travellers are those who go, by their place in the delegation.
var travellers = []int{Head, Newcomer, Expert}

// eachVisa gives a command to every visa order of the case.
func (s *Story) eachVisa(ctx context.Context, cmd func(visa.Row) journal.Command[visa.Order]) error {
	orders, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		return err
	}
	for _, o := range orders {
		if err := give(ctx, s.Office.Journal, visa.Room, o.ID, cmd(o)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Story) desk(ctx context.Context, login string) context.Context {
	return s.as(ctx, zone.Office, login, access.Visa)
}

// kits packs what each application consists of.
func kits(ctx context.Context, s *Story) error { return s.Hands().kits(ctx, s.ID) }

// send gives the booklets to the mission; the orders follow.
func send(ctx context.Context, s *Story) error { return s.Hands().send(ctx, s.ID) }

// grant records the visas with the number that is printed in them: that of the
// booklet which the note names, the new one of who had an old one too.
func grant(ctx context.Context, s *Story) error {
	printed := map[string]custody.Row{}
	for _, m := range travellers {
		held, err := custody.Of(ctx, s.Office.Store, s.People[m])
		if err != nil {
			return err
		}
		for _, b := range held {
			if b.Type == string(dossier.PublicAffairs) && (m != Newcomer || b.Booklet == s.order()) {
				printed[s.People[m]] = b
			}
		}
	}
	return s.eachVisa(s.desk(ctx, "visa"), func(o visa.Row) journal.Command[visa.Order] {
		b := printed[o.Person]
		return visa.Grant{Printed: visa.Printed{From: o.From.Prev(), Until: o.To.AddDays(15), Entries: 1, Days: o.Days + 5, Name: b.LatinName, Tail: b.Tail}}
	})
}

// compare is another officer's: the visas are in the booklets that were sent.
func compare(ctx context.Context, s *Story) error {
	orders, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		return err
	}
	for _, row := range orders {
		o, _, err := journal.Load(ctx, s.Office.Journal, visa.Room, row.ID)
		if err != nil {
			return err
		}
		if b, _, err := custody.One(ctx, s.Office.Store, o.Booklet); err != nil || b.Tail != o.Visa.Tail {
			return fmt.Errorf("the visa is in …%s and …%s was sent: %v", o.Visa.Tail, b.Tail, err)
		}
	}
	return s.eachVisa(s.desk(ctx, "visa2"), func(visa.Row) journal.Command[visa.Order] { return visa.Check{} })
}

// visasAre checks the orders in the two zones that know of them.
func visasAre(stage visa.Stage, booklet progress.Booklet) func(context.Context, *Story) error {
	return func(ctx context.Context, s *Story) error {
		want := map[int]progress.Booklet{}
		for _, m := range travellers {
			want[m] = booklet
		}
		if booklet != "" {
			if err := s.booklets(ctx, want, s.Internet.Node, s.Office.Node); err != nil {
				return err
			}
		}
		for _, n := range []*journal.Journal{s.Internet.Journal, s.Office.Journal} {
			orders, err := visa.Of(ctx, n.Store, s.ID)
			if err != nil {
				return err
			}
			for _, o := range orders {
				if o.Stage != stage {
					return fmt.Errorf("in the %s zone the visa order for %s is %q", n.Zone, o.Area, o.Stage)
				}
			}
			if len(orders) != len(travellers) {
				return fmt.Errorf("the %s zone knows %d visa orders", n.Zone, len(orders))
			}
		}
		return nil
	}
}

func (s *Story) parameters() requirement.Parameters {
	return s.Internet.Packs.Now().Needs(s.Internet.Journal.Today())
}

// lend gives the booklets out, by courier: nobody comes for them.
func lend(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Office, "keeper", access.Custodian)
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		return err
	}
	orders, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		return err
	}
	held, err := custody.Of(ctx, s.Office.Store, s.People[Newcomer])
	if err != nil {
		return err
	}
	for _, old := range held {
		if old.ReplacedBy == "" {
			continue
		}
		cmd := custody.Lend{Booklet: old.Booklet, Filing: s.ID, Unit: a.Unit, Approval: a.Document.Number, Return: s.days.home, By: custody.Courier}
		if err := give(ctx, s.Office.Journal, custody.Room, old.Person, journal.Command[custody.Holder](cmd)); !fault.IsNotNow(err) {
			return fmt.Errorf("a booklet that was replaced could be lent: %v", err)
		}
	}
	for _, m := range travellers {
		person := s.People[m]
		b, _, err := custody.Trip{Filing: s.ID, Bears: visa.Bears(orders, []string{person})}.Booklet(ctx, s.Office.Store, person)
		if err != nil {
			return err
		}
		cmd := custody.Lend{Booklet: b.Booklet, Filing: s.ID, Unit: a.Unit, Approval: a.Document.Number, Return: s.days.home,
			ReturnDays: s.parameters().PassportReturnDays, OpenVisas: visa.OpenAreas(orders, []string{person}), By: custody.Courier}
		if err := give(ctx, s.Office.Journal, custody.Room, person, journal.Command[custody.Holder](cmd)); err != nil {
			return err
		}
	}
	return nil
}

// cleared checks that the trip may go, and that the line of the three links is
// complete.
func cleared(ctx context.Context, s *Story) error {
	if err := both(progress.Cleared)(ctx, s); err != nil {
		return err
	}
	if err := visasAre(visa.IsReleased, progress.IsLent)(ctx, s); err != nil {
		return err
	}
	for _, n := range []*journal.Journal{s.Internet.Journal, s.Office.Journal} {
		is, _, err := progress.Of(ctx, n.Store, s.ID)
		if err != nil {
			return err
		}
		if l := progress.LineOf(is); !l.Complete() {
			return fmt.Errorf("in the %s zone the line is %+v", n.Zone, l)
		}
	}
	return nil
}

func (s *Story) tellTrip(ctx context.Context, cmd journal.Command[trip.Trip]) error {
	return give(s.as(ctx, zone.Internet, "liaison", access.Liaison), s.Internet.Journal, trip.Room, s.ID, cmd)
}

func depart(ctx context.Context, s *Story) error {
	return s.tellTrip(ctx, trip.Depart{On: s.days.depart})
}

func comeHome(ctx context.Context, s *Story) error {
	return s.tellTrip(ctx, trip.ComeHome{On: s.days.home, ReturnDays: s.parameters().PassportReturnDays, ReportIn: calendar.Workdays(s.parameters().ReportDays), NoticeIn: s.parameters().SecondNoticeMonths})
}

// dueOn checks that what is owed after coming home is owed on the office's own
// days: the booklets so many calendar days later, the report so many working days.
func dueOn(ctx context.Context, s *Story) error {
	if err := both(progress.Home)(ctx, s); err != nil {
		return err
	}
	t, _, err := journal.Load(ctx, s.Internet.Journal, trip.Room, s.ID)
	if err != nil {
		return err
	}
	p := s.parameters()
	if want := s.Internet.Book().AddWorkdays(s.days.home, calendar.Workdays(p.ReportDays)); t.BookletsDue != s.days.home.AddDays(p.PassportReturnDays) || t.ReportDue != want {
		return fmt.Errorf("the booklets are due on %s and the report on %s, not %d days and %d working days after %s", t.BookletsDue, t.ReportDue, p.PassportReturnDays, p.ReportDays, s.days.home)
	}
	return nil
}

// handIn takes the booklets back by courier, within the days allowed.
func handIn(ctx context.Context, s *Story) error {
	out, err := custody.OutFor(ctx, s.Office.Store, s.ID)
	if err != nil {
		return err
	}
	if len(out) != len(travellers) {
		return fmt.Errorf("%d booklets are out", len(out))
	}
	return s.Hands().handIn(ctx, s.ID)
}

func handedIn(ctx context.Context, s *Story) error {
	want := map[int]progress.Booklet{}
	for _, m := range travellers {
		want[m] = progress.IsHandedIn
	}
	if err := s.booklets(ctx, want, s.Internet.Node, s.Office.Node); err != nil {
		return err
	}
	late, err := custody.OverdueOf(ctx, s.Internet.Store, s.Unit, s.Internet.Journal.Today().AddDays(30))
	if err == nil && len(late) > 0 {
		err = fmt.Errorf("%d booklets count as overdue", len(late))
	}
	return err
}

// report uploads the report on the trip, and the evidence of the notice after it.
func report(ctx context.Context, s *Story) error {
	return s.Hands().report(ctx, s.ID)
}

func rate(ctx context.Context, s *Story) error {
	return give(s.as(ctx, zone.Internet, "liaison", access.Liaison), s.Internet.Journal, feedback.Room, s.ID,
		journal.Command[feedback.Rating](feedback.Rate{Filing: s.ID, Unit: s.Unit, Visit: s.Booking, Served: true, Grade: 5, Words: "一次办成。"}))
}

// archived checks that the rating has closed the trip, and that the case is in
// the archive, in both zones.
func archived(ctx context.Context, s *Story) error {
	if err := both(progress.Archived)(ctx, s); err != nil {
		return err
	}
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		return err
	}
	t, _, err := journal.Load(ctx, s.Internet.Journal, trip.Room, s.ID)
	if err != nil {
		return err
	}
	f, _, err := journal.Load(ctx, s.Internet.Journal, filing.Room, s.ID)
	if err != nil {
		return err
	}
	if a.Stage != approval.IsClosed || a.Outcome != "approved" || t.Stage != trip.IsClosed || f.Stage != filing.IsConcluded {
		return fmt.Errorf("the approval is %q (%s), the trip %q, the application %q", a.Stage, a.Outcome, t.Stage, f.Stage)
	}
	return nil
}

// numbers checks the trip ledger: one visit, one return with one defect, and
// every datum asked for once; no paper over a counter.
func numbers(ctx context.Context, s *Story) error {
	papers, err := material.OfFiling(ctx, s.Internet.Store, s.ID)
	if err != nil {
		return err
	}
	expected := 1 // the defect
	for _, m := range papers {
		if m.Case == s.ID && m.Kind != "M17" { // the office's own document is asked of nobody
			expected++
		}
	}
	for path := range s.typed {
		if !strings.HasPrefix(path, "materials[") {
			expected++
		}
	}
	for _, n := range []*journal.Journal{s.Internet.Journal, s.Office.Journal} {
		l, err := ledger.Of(ctx, n.Store, s.ID)
		if err != nil {
			return err
		}
		data, err := ledger.Data(ctx, n.Store, s.ID)
		if err != nil {
			return err
		}
		asks := 0
		for _, d := range data {
			asks += d.Asks()
			back := 0
			if d.Path == defect {
				back = 1
			}
			if d.Given > 1 || d.SentBack != back {
				return fmt.Errorf("the %s zone counts %s as given %d times and sent back %d times", n.Zone, d.Path, d.Given, d.SentBack)
			}
		}
		if l.Visits != 1 || l.Returns != 1 || l.Defects != 1 || l.Paper != 0 || l.Asks != asks {
			return fmt.Errorf("the %s zone counts %+v, and %d asks datum by datum", n.Zone, l, asks)
		}
		if asks != expected {
			return fmt.Errorf("the %s zone counts %d asks, where %d data and papers were given and one was sent back", n.Zone, asks, expected-1)
		}
	}
	return nil
}

// sound checks the chains and tables of all zones, and each other's receipts.
func sound(ctx context.Context, s *Story) error {
	for _, n := range s.Nodes() {
		flaws, err := n.Journal.Verify(ctx)
		if err != nil {
			return err
		}
		if len(flaws) > 0 {
			return fmt.Errorf("in the %s zone event %d: %s", n.Zone, flaws[0].Position, flaws[0].What)
		}
		differ, err := n.Journal.Compare(ctx)
		if err != nil {
			return err
		}
		if len(differ) > 0 {
			return fmt.Errorf("in the %s zone these tables differ from the journal: %v", n.Zone, differ)
		}
		wrong, err := s.Shares[n.Zone].VerifyReceipts(ctx)
		if err != nil {
			return err
		}
		st, err := s.Shares[n.Zone].Status(ctx)
		if err != nil {
			return err
		}
		for _, in := range st.Incoming {
			if in.Quarantined > 0 {
				wrong = append(wrong, fmt.Sprintf("%d records from the %s zone lie in quarantine", in.Quarantined, in.From))
			}
		}
		if len(wrong) > 0 {
			return fmt.Errorf("in the %s zone: %s", n.Zone, wrong[0])
		}
	}
	return nil
}
