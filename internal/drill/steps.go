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
			return at(s.Office.Book.AddWorkdays(day(s.days), calendar.Workdays(plus)), 0)
		}
	}
	departs, isHome := func(d days) calendar.Date { return d.depart }, func(d days) calendar.Date { return d.home }
	exactly := func(day func(days) calendar.Date, minutes int) func(*Story) time.Time {
		return func(s *Story) time.Time { return at(day(s.days), minutes) }
	}
	nothing := func(context.Context, *Story) error { return nil }
	return []step{
		{Zones, submissionDay(-60), nothing, paired},
		{Accounts, submissionDay(-50), openAccounts, signIn},
		{Register, submissionDay(-40), register, registered},
		{Draft, submissionDay(0), draft, drafted},
		{Present, submissionDay(30), present, nil},
		{Submit, submissionDay(60), submit, submitted},
		{SendBack, after(1, 0), sendBack, both(progress.SentBack)},
		{Correct, after(2, 0), correct, corrected},
		{Accept, after(3, 0), accept, both(progress.InReview)},
		{Review, after(4, 0), review, nil},
		{Decide, after(5, 0), decide, ordered},
		{Document, after(5, 30), nothing, read},
		{Book, after(6, 0), book, booked},
		{CheckIn, visitDay(5), checkIn, nil},
		{Capture, visitDay(20), capture, captured},
		{Make, visitDay(120), makeBooklet, orderStands(passport.IsMade, progress.IsMade)},
		{Check, visitDay(180), check, orderStands(passport.IsChecked, progress.IsChecked)},
		{HandOver, visitDay(240), handOver, handedOver},
		{VisaKit, after(15, 0), kits, visasAre(visa.KitIsReady, "")},
		{VisaSent, after(16, 0), send, visasAre(visa.IsSent, progress.AtMission)},
		{VisaGranted, after(25, 0), grant, visasAre(visa.IsGranted, progress.InStore)},
		{VisaChecked, after(25, 60), compare, visasAre(visa.IsChecked, progress.InStore)},
		{Lend, onDay(departs, -5), lend, cleared},
		{Depart, exactly(departs, 0), depart, both(progress.Abroad)},
		{ComeHome, exactly(isHome, 60), comeHome, both(progress.Home)},
		{HandIn, onDay(isHome, 2), handIn, handedIn},
		{Report, onDay(isHome, 4), report, both(progress.Home)},
		{Rate, onDay(isHome, 5), rate, archived},
		{Ledger, onDay(isHome, 5), nothing, numbers},
		{Sound, onDay(isHome, 5), nothing, sound},
		{Biometrics, onDay(isHome, 5), nothing, atHome},
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
