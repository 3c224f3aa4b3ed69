package drill

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

// The steps by name, in their order.
const (
	Zones       Name = "zones"
	Accounts    Name = "accounts"
	Register    Name = "register"
	Draft       Name = "draft"
	Present     Name = "present"
	Submit      Name = "submit"
	SendBack    Name = "send back"
	Correct     Name = "correct"
	Accept      Name = "accept"
	Review      Name = "review"
	Decide      Name = "decide"
	Document    Name = "document"
	Book        Name = "book"
	CheckIn     Name = "check in"
	Capture     Name = "capture"
	Make        Name = "make"
	Check       Name = "check"
	HandOver    Name = "hand over"
	Receive     Name = "receive"
	VisaKit     Name = "visa kit"
	VisaSent    Name = "visa sent"
	VisaGranted Name = "visa granted"
	VisaChecked Name = "visa checked"
	Lend        Name = "lend"
	Depart      Name = "depart"
	ComeHome    Name = "come home"
	HandIn      Name = "hand in"
	Report      Name = "report"
	Rate        Name = "rate"
	Ledger      Name = "ledger"
	Sound       Name = "sound"
	Biometrics  Name = "biometrics"
)

// steps are the whole story.
func steps() []step {
	submissionDay := func(minutes int) func(*Story) time.Time { return after(0, minutes) }
	visitDay := func(minutes int) func(*Story) time.Time {
		return func(s *Story) time.Time {
			b, _, err := hall.BookingOf(context.Background(), s.Office.Store, s.Booking)
			if err != nil || b.ID == "" {
				return s.Clock.Now() // the step itself will say what is missing
			}
			return at(b.Day, minutes)
		}
	}
	onDay := func(day func(days) calendar.Date, plus int) func(*Story) time.Time {
		return func(s *Story) time.Time {
			return at(s.Office.Book().AddWorkdays(day(s.days), calendar.Workdays(plus)), 0)
		}
	}
	departs, isHome := func(d days) calendar.Date { return d.depart }, func(d days) calendar.Date { return d.home }
	exactly := func(day func(days) calendar.Date, minutes int) func(*Story) time.Time {
		return func(s *Story) time.Time { return at(day(s.days), minutes) }
	}
	nothing := func(context.Context, *Story) error { return nil }
	return []step{
		{Zones, "three fresh zones trust each other (建网互认)", submissionDay(-60), nothing, paired},
		{Accounts, "everybody signs in, each in their own zone (账号)", submissionDay(-50), openAccounts, signIn},
		{Register, "unit, quota, hall, blanks, people and their booklets (登记)", submissionDay(-40), register, registered},
		{Draft, "the case is written and its papers uploaded; nothing known is asked (填报)", submissionDay(0), draft, drafted},
		{Present, "the case is laid before the signatory (送签批人)", submissionDay(30), present, presented},
		{Submit, "the signatory submits it, but not a trip of their own (提交)", submissionDay(60), submit, submitted},
		{SendBack, "intake sends it back once, for one field (一次性告知)", after(1, 0), sendBack, both(progress.SentBack)},
		{Correct, "that field alone is mended (补正)", after(2, 0), correct, corrected},
		{Accept, "intake accepts it with a number (受理)", after(3, 0), accept, both(progress.InReview)},
		{Review, "each step of the path, by another person (审核)", after(4, 0), review, reviewed},
		{Decide, "the director approves three of four; orders go out (批准)", after(5, 0), decide, ordered},
		{Document, "the document has reached the unit, is genuine, and no altered one is (批件)", after(5, 30), nothing, read},
		{Book, "the planner finds one visit, and a place is booked (预约)", after(6, 0), book, booked},
		{CheckIn, "the window checks the newcomer in (签到)", visitDay(5), checkIn, checkedIn},
		{Capture, "face, fingers and signature; the act at the window ends (采集)", visitDay(20), capture, captured},
		{Make, "a blank becomes a booklet (制证)", visitDay(120), makeBooklet, orderStands(passport.IsMade, progress.IsMade)},
		{Check, "another officer reads it (质检)", visitDay(180), check, orderStands(passport.IsChecked, progress.IsChecked)},
		{HandOver, "it is on its way to the keeper (移交)", visitDay(240), handOver, orderStands(passport.IsHandedOver, progress.IsHandedOver)},
		{Receive, "the keeper has it, with its number (入库)", visitDay(270), receive, received},
		{VisaKit, "the visa kits are complete (备签)", after(15, 0), kits, visasAre(visa.KitIsReady, "")},
		{VisaSent, "the mission has booklets and kits (送签)", after(16, 0), send, visasAre(visa.IsSent, progress.AtMission)},
		{VisaGranted, "the visas are granted; the booklets are back (签出)", after(25, 0), grant, visasAre(visa.IsGranted, progress.InStore)},
		{VisaChecked, "another officer compares them with the trip (核签)", after(25, 60), compare, visasAre(visa.IsChecked, progress.InStore)},
		{Lend, "the booklets go out by courier; the delegation may go (出库)", onDay(departs, -5), lend, cleared},
		{Depart, "it has left (出境)", exactly(departs, 0), depart, both(progress.Abroad)},
		{ComeHome, "it is home (回国)", exactly(isHome, 60), comeHome, dueOn},
		{HandIn, "the booklets are back by courier, in time (交回)", onDay(isHome, 2), handIn, handedIn},
		{Report, "the report and the notice after the trip are uploaded (总结)", onDay(isHome, 4), report, both(progress.Home)},
		{Rate, "the unit rates it; the case is in the archive (评价、归档)", onDay(isHome, 5), rate, archived},
		{Ledger, "one visit, one return, every datum asked for once (行程账)", onDay(isHome, 5), nothing, numbers},
		{Sound, "chains, tables and receipts of all zones (链与回执)", onDay(isHome, 5), nothing, sound},
		{Biometrics, "nothing of a person's body is outside the passport zone (生物特征)", onDay(isHome, 5), nothing, atHome},
	}
}

// paired checks that each zone trusts those that it exchanges bundles with.
func paired(_ context.Context, s *Story) error {
	for _, pair := range zone.Streams() {
		for _, n := range s.Nodes() {
			if n.Zone != pair[0] {
				continue
			}
			if _, err := n.Keys.Peer(pair[1]); err != nil {
				return fmt.Errorf("the %s zone doesn't trust the %s zone: %w", pair[0], pair[1], err)
			}
		}
	}
	return nil
}

// atHome looks for what was taken from the newcomer's body: it must be found in
// the passport zone, or the search itself is no good, and nowhere else.
func atHome(ctx context.Context, s *Story) error {
	search := NewSearch(s.Canaries)
	for _, n := range s.Nodes() {
		found, err := search.Zone(ctx, n, filepath.Join(s.Dir, string(n.Zone)))
		if err != nil {
			return err
		}
		if n.Zone == zone.Passport && len(found) == 0 {
			return errors.New("the passport zone itself doesn't hold what was captured")
		}
		if n.Zone != zone.Passport && len(found) > 0 {
			return fmt.Errorf("in the %s zone, %s", n.Zone, found[0])
		}
	}
	return nil
}
