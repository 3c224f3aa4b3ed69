package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/exchange"
	"yitang/internal/fault"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/guidance"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/material"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

// Telling is what a zone needs to tell its people of what happens: the ways out of
// the house, and the words. It isn't begun by opening a node: a history that is loaded
// and a drill tell nobody.
type Telling struct {
	Ways  map[string]notify.Way
	Write func(ctx context.Context, lang string, ms []notify.Row) (notify.Outgoing, error)
	// ByHand leaves sending to Deliver: nothing is sent on its own.
	ByHand bool
}

// teller gathers facts for one zone, and who hears of them.
type teller struct {
	n *Node

	mu    sync.Mutex
	share *exchange.Exchange // opened when it is first asked
}

// Tell lets a zone tell its people, from Start on. The internet zone tells units and
// travellers, the office its own people what waits for them.
func (n *Node) Tell(t Telling) {
	n.Ways = t.Ways
	say := &teller{n: n}
	switch n.Zone {
	case zone.Internet:
		n.React(journal.Reaction{Name: "told", On: say.hear})
		n.Chore(say.remind)
	case zone.Office:
		n.React(journal.Reaction{Name: "told", On: say.hearInside})
		n.Chore(say.waits)
		n.Chore(say.ratings)
	default:
		return
	}
	n.Chore(say.silences)
	n.Chore(say.overdue)
	post := &notify.Post{Journal: n.Journal, Ways: t.Ways, Rules: func() pack.Telling { return n.Packs.Now().Telling }, Write: t.Write, Holds: say.holds, Log: n.Log}
	if t.ByHand {
		n.post = post
		return
	}
	n.work = append(n.work, post.Run)
}

// Deliver sends all that is due now, in a zone that tells by hand.
func (n *Node) Deliver(ctx context.Context) error {
	n.delivering.Lock()
	defer n.delivering.Unlock()
	return n.post.Round(ctx)
}

// hear tells of what has happened.
func (t *teller) hear(ctx context.Context, e journal.Event) error {
	if _, is := e.Body.(guidance.Handled); is {
		return t.remark(ctx, e)
	}
	if _, is := e.Body.(person.ClearanceTold); is {
		return t.barred(ctx, e)
	}
	if b, is := e.Body.(hall.Called); is {
		return t.called(ctx, e, b)
	}
	if _, is := e.Body.(feedback.Replied); is {
		return t.replied(ctx, e)
	}
	id := ledger.CaseOf(e)
	if id == "" || calendar.DateOf(t.n.Journal.Now()).Sub(calendar.DateOf(e.At)) > notify.TooLate {
		return nil
	}
	if b, is := e.Body.(approval.DocumentIssued); is && b.Replaces != "" {
		history, err := t.n.Journal.History(ctx, e.Subject)
		if err != nil || approval.ByChange(history, e.ID) {
			return err // the change itself was told of
		}
	}
	s, _, err := progress.Of(ctx, t.n.Store, id)
	if err != nil {
		return err
	}
	switch e.Body.(type) {
	case approval.WaiverGranted, approval.WaiverRefused:
		if s.Unit == "" { // still a draft: of it nothing was heard but what was asked
			w, err := approval.OneWaiver(ctx, t.n.Journal, e.Subject.ID)
			if err != nil {
				return err
			}
			s.Unit, s.Title = w.Asked.Unit, w.Plea.Title
		}
	}
	if f, told := notify.Heard(e, s); told {
		if b, is := e.Body.(hall.Cancelled); is { // whoever was to come hears that they needn't
			booking, _, err := hall.BookingOf(ctx, t.n.Store, b.Booking)
			if err != nil {
				return err
			}
			f.People = booking.People
		}
		if b, is := e.Body.(hall.WaitEnded); is { // and so does whoever waited
			all, err := hall.WaitsOf(ctx, t.n.Store, id)
			if err != nil {
				return err
			}
			if i := slices.IndexFunc(all, func(w hall.Wish) bool { return w.ID == b.Wait }); i >= 0 {
				f.People = all[i].People
			}
		}
		if b, is := e.Body.(hall.Missed); is {
			booking, _, err := hall.BookingOf(ctx, t.n.Store, b.Booking)
			if err != nil || booking.State != hall.WasMissed { // they had changed it in time
				return err
			}
			often, err := hall.MissedOf(ctx, t.n.Store, b.Unit, b.Day)
			if err != nil {
				return err
			}
			f.People, f.Fills["Slot"], f.Fills["Count"] = booking.People, booking.Slot.String(), strconv.Itoa(often)
		}
		if _, is := e.Body.(hall.Closed); is { // who was there says how it was, and else whoever came for the unit
			v, _, err := hall.VisitOf(ctx, t.n.Store, e.Subject.ID)
			if err != nil {
				return err
			}
			f.People, f.Roles = v.People, []pack.TellRole{"liaison"}
			if len(v.People) > 0 {
				f.Roles = []pack.TellRole{"traveller"}
			}
		}
		if f.Who != "" {
			who, err := person.One(ctx, t.n.Store, f.Who)
			if err != nil && !fault.IsNotFound(err) {
				return err
			}
			f.Fills["Who"] = who.Name()
		}
		if err := t.named(ctx, f); err != nil {
			return err
		}
		if of := ledger.SubjectOf(e); of != id { // it happened to a change of the case
			change, _, err := progress.Of(ctx, t.n.Store, of)
			if err != nil {
				return err
			}
			f.Fills["Kind"] = string(change.Amendment)
		}
		if err := t.tell(ctx, f); err != nil {
			return err
		}
	}
	switch e.Body.(type) {
	case custody.HandedIn, custody.ReportedLost, custody.LoanTakenBack, custody.Redated:
		return t.stop(ctx, s.Unit)
	}
	return nil
}

// called tells who waits in the hall that it is their turn, on their telephone: while it
// is, and not again when they are called again.
func (t *teller) called(ctx context.Context, e journal.Event, b hall.Called) error {
	turn, v, still, err := t.awaited(ctx, b.Visit)
	if err != nil || !still || b.Calls > 1 {
		return err
	}
	h, err := hallOf(ctx, t.n, v.Hall, v.Booking)
	if err != nil {
		return err
	}
	s, _, err := progress.Of(ctx, t.n.Store, b.Filing)
	if err != nil {
		return err
	}
	window, _ := h.Window(turn.Window)
	return t.tell(ctx, notify.Called(e, turn, v, window, s))
}

// awaited tells whether a visit's people are called to a window now.
func (t *teller) awaited(ctx context.Context, visit string) (hall.Ticket, hall.Visit, bool, error) {
	turn, _, err := hall.TicketOf(ctx, t.n.Store, visit)
	if err != nil {
		return turn, hall.Visit{}, false, err
	}
	v, _, err := hall.VisitOf(ctx, t.n.Store, visit)
	return turn, v, err == nil && notify.StillCalled(turn, v, t.n.Journal.Now()), err
}

// named fills in the names of those of whom a fact tells.
func (t *teller) named(ctx context.Context, f notify.Fact) error {
	for place, people := range f.Whose {
		var names []string
		for _, id := range people {
			who, err := person.One(ctx, t.n.Store, id)
			if err != nil && !fault.IsNotFound(err) {
				return err
			}
			if who.Name() != "" {
				names = append(names, who.Name())
			}
		}
		if len(names) > 0 {
			f.Fills[place] = strings.Join(names, "、")
		}
	}
	return nil
}

// remark tells who said something about a page that the office has answered. What
// either wrote stays on the page that it leads to.
func (t *teller) remark(ctx context.Context, e journal.Event) error {
	m, err := guidance.OneRemark(ctx, t.n.Store, e.Subject.ID)
	if err != nil && !fault.IsNotFound(err) {
		return err
	}
	if m.Account == "" || m.Is != guidance.Done && m.Is != guidance.Declined {
		return nil // nobody to tell, or nothing yet
	}
	return t.tell(ctx, notify.Fact{What: "remark.answered", Of: m.ID + "@" + e.ID, Unit: m.On.Unit, Account: m.Account, Fills: map[string]string{"Day": calendar.DateOf(m.At).String()}})
}

// hearInside tells the office's own people: those who answer remarks that there is
// one, and who gave one there that it was answered.
func (t *teller) hearInside(ctx context.Context, e journal.Event) error {
	if calendar.DateOf(t.n.Journal.Now()).Sub(calendar.DateOf(e.At)) > notify.TooLate {
		return nil
	}
	switch e.Body.(type) {
	case guidance.HandledInside:
		return t.remark(ctx, e)
	case guidance.Remarked, guidance.RemarkedInside, guidance.RemarkedAtPassports:
		return t.tell(ctx, notify.Fact{What: "remark.new", Of: e.Subject.ID, Fills: map[string]string{"Day": calendar.DateOf(e.At).String()}})
	case feedback.Rated, feedback.VisitRated, feedback.RatedAgain:
		return t.ratings(ctx) // one without a name may bring others to light
	}
	return nil
}

// ratedMost is more poor ratings than an office ever leaves open.
const ratedMost = 1000

// ratings tells those who answer poor ratings what there is to answer, and by when.
func (t *teller) ratings(ctx context.Context) error {
	now := t.n.Journal.Now()
	owed, err := feedback.Owed(ctx, t.n.Store, now, ratedMost)
	if err != nil {
		return err
	}
	within := feedback.ReplyWithin(t.n.Packs.Now().Ref.Parameters.Whole, calendar.DateOf(now))
	for _, x := range owed {
		if f, told := notify.OfRating(x, within, now, t.n.Book()); told {
			if err := t.tell(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// replied tells who gave a poor rating that the office has answered it.
func (t *teller) replied(ctx context.Context, e journal.Event) error {
	if calendar.DateOf(t.n.Journal.Now()).Sub(calendar.DateOf(e.At)) > notify.TooLate {
		return nil
	}
	x, there, err := feedback.ByID(ctx, t.n.Store, e.Subject.ID)
	if err != nil || !there {
		return err
	}
	given, _, err := journal.Load(ctx, t.n.Journal, feedback.Room, x.Subject)
	if err != nil {
		return err
	}
	if f, told := notify.Replied(e, x, given.By); told {
		return t.tell(ctx, f)
	}
	return nil
}

// barred tells the units of those who may not go on an approved trip any more that they
// can't: neither why nor until when leaves the house with it.
func (t *teller) barred(ctx context.Context, e journal.Event) error {
	if calendar.DateOf(t.n.Journal.Now()).Sub(calendar.DateOf(e.At)) > notify.TooLate {
		return nil
	}
	all, err := filing.OfPerson(ctx, t.n.Store, e.Subject.ID, concerned)
	if err != nil {
		return err
	}
	for _, f := range all {
		s, _, err := progress.Of(ctx, t.n.Store, f.ID)
		if err != nil {
			return err
		}
		if fact, told := notify.Barred(e, s); told {
			if err := t.tell(ctx, fact); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell queues a fact for all who hear of it.
func (t *teller) tell(ctx context.Context, f notify.Fact) error {
	set := t.n.Packs.Now()
	all, err := t.recipients(ctx, f, set.Telling.Events[f.What])
	if err != nil {
		return fmt.Errorf("looking for whom to tell of %s: %w", f.What, err)
	}
	for _, m := range notify.Owed(f, all, set.Telling, t.n.Book(), t.n.Journal.Now()) {
		if _, err := journal.Do(journal.WithActor(ctx, journal.System), t.n.Journal, notify.Room, journal.Order{Subject: m.Key}, notify.Queue{Message: m}); err != nil {
			return fmt.Errorf("queuing %s: %w", m.Key, err)
		}
	}
	return nil
}

// recipients are the accounts that a fact's roles name, as far as the pack tells them.
func (t *teller) recipients(ctx context.Context, f notify.Fact, rule pack.Telled) ([]notify.Recipient, error) {
	var out []notify.Recipient
	for _, role := range slices.Sorted(maps.Keys(rule.To)) {
		if f.Roles != nil && !slices.Contains(f.Roles, role) {
			continue
		}
		var found []account.Entry
		var err error
		switch r := access.Role(role); {
		case f.Account != "":
			var a account.Entry
			if a, err = account.One(ctx, t.n.Store, f.Account); err == nil && slices.Contains(a.Roles, r) && !a.Closed {
				found = []account.Entry{a}
			}
		case r == access.Administrator:
			found, err = account.WithRole(ctx, t.n.Store, r)
		case r == access.Traveller:
			found, err = t.travellers(ctx, f.People)
		case t.n.Zone == zone.Internet && f.Unit != "":
			found, err = account.OfUnit(ctx, t.n.Store, f.Unit, r)
		case t.n.Zone == zone.Office:
			found, err = account.WithRole(ctx, t.n.Store, r)
		}
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			c, err := notify.ContactOf(ctx, t.n.Journal, a.ID)
			if err != nil {
				return nil, err
			}
			out = append(out, notify.Recipient{Account: a.ID, Role: role, Off: c.Off})
		}
	}
	return out, nil
}

func (t *teller) travellers(ctx context.Context, people []string) ([]account.Entry, error) {
	var out []account.Entry
	for _, who := range people {
		ids, err := person.Also(ctx, t.n.Store, who)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			theirs, err := account.OfPerson(ctx, t.n.Store, id)
			if err != nil {
				return nil, err
			}
			out = append(out, theirs...)
		}
	}
	return out, nil
}

// remind looks for what the day has brought to units and travellers. What fails keeps
// nobody else from being told.
func (t *teller) remind(ctx context.Context) error {
	today := t.n.Journal.Today()
	err := t.booklets(ctx, today)
	err = errors.Join(err, t.visits(ctx, today), t.reports(ctx, today))
	units, listed := unit.List(ctx, t.n.Store)
	err = errors.Join(err, listed)
	for _, u := range units {
		err = errors.Join(err, t.stop(ctx, u.ID), t.papers(ctx, u.ID, today), t.waitsOf(ctx, u.ID))
	}
	return err
}

func (t *teller) booklets(ctx context.Context, today calendar.Date) error {
	owed, err := t.bookletsOwed(ctx, today)
	if err != nil {
		return err
	}
	for _, f := range notify.Together(owed) {
		if !slices.Contains(f.Roles, pack.TellRole(access.Traveller)) {
			var names []string
			for _, who := range f.People {
				e, err := person.One(ctx, t.n.Store, who)
				if err == nil && e.Name() != "" { // of somebody of whom this zone knows no name the count tells
					names = append(names, e.Name())
				}
			}
			f = f.Named(names)
		}
		if err := t.of(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// bookletsOwed are the lent booklets of which something is told today, each alone.
func (t *teller) bookletsOwed(ctx context.Context, today calendar.Date) ([]notify.Fact, error) {
	var out []notify.Fact
	after, steps := custody.Next{}, notify.StepsOf(t.n.Packs.Now().Ref.Parameters.Whole, today)
	for {
		page, err := custody.Sorted(ctx, t.n.Store, custody.IsLent, custody.ByDue, after)
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, b := range page {
			f, owed := notify.OfBooklet(b, "", today, steps)
			if !owed && b.Due.After(today) {
				return out, nil // the rest is due later
			}
			if owed {
				out = append(out, f)
			}
		}
		after = custody.ByDue.NextOf(page[len(page)-1])
	}
}

// of tells a fact of a case under its title.
func (t *teller) of(ctx context.Context, f notify.Fact) error {
	s, _, err := progress.Of(ctx, t.n.Store, f.About)
	if err != nil {
		return err
	}
	f.Fills["Title"] = s.Title
	return t.tell(ctx, f)
}

func (t *teller) visits(ctx context.Context, today calendar.Date) error {
	halls, err := hall.AllPlans(ctx, t.n.Store)
	if err != nil {
		return err
	}
	for _, h := range halls {
		day, err := hall.DayList(ctx, t.n.Store, h.ID, today.Next())
		if err != nil {
			return err
		}
		for _, b := range day {
			if f, owed := notify.OfVisit(b, "", today); owed {
				if err := t.of(ctx, f); err != nil {
					return err
				}
			}
		}
		if day, err = hall.DayList(ctx, t.n.Store, h.ID, today); err != nil {
			return err
		}
		for _, b := range day {
			if f, owed := notify.OfVisitSoon(b, "", t.n.Journal.Now()); owed {
				if err := t.of(ctx, f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *teller) reports(ctx context.Context, today calendar.Date) error {
	after, last := "", ""
	for {
		page, err := trip.InStage(ctx, t.n.Store, trip.IsHome, after, last, 100)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, row := range page {
			after, last = row.Trip.Depart.String(), row.Filing
			if f, owed := notify.OfReport(row, "", today); owed {
				if err := t.of(ctx, f); err != nil {
					return err
				}
			}
		}
	}
}

// stop tells a unit that rule GEN-021 stops its new applications, or does no more.
func (t *teller) stop(ctx context.Context, u string) error {
	if u == "" {
		return nil
	}
	today := t.n.Journal.Today()
	late, err := custody.OverdueOf(ctx, t.n.Store, u, today)
	if err != nil {
		return err
	}
	after := t.n.Packs.Now().Ref.Parameters.Whole("passport.lockAfter", today, 1) // data from before there was this threshold stops at once
	late = slices.DeleteFunc(late, func(b custody.Row) bool { return today.Sub(b.Due) < after })
	told, of, err := notify.Stop(ctx, t.n.Store, t.n.Zone, u)
	if err != nil {
		return err
	}
	if f, owed := notify.OfUnit(u, late, told, of); owed {
		return t.tell(ctx, f)
	}
	return nil
}

func (t *teller) papers(ctx context.Context, u string, today calendar.Date) error {
	kept, err := material.Kept(ctx, t.n.Store, u)
	if err != nil {
		return err
	}
	for _, m := range kept {
		if f, owed := notify.OfPaper(m, u, today); owed {
			if err := t.tell(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// exchange is the zone's share in the streams.
func (t *teller) exchange(ctx context.Context) (x *exchange.Exchange, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.share == nil {
		t.share, err = t.n.Exchange(ctx)
	}
	return t.share, err
}

// incoming is how far the other zones were heard.
func (t *teller) incoming(ctx context.Context) ([]exchange.Incoming, error) {
	x, err := t.exchange(ctx)
	if err != nil {
		return nil, err
	}
	s, err := x.Status(ctx)
	return s.Incoming, err
}

// silences tells administrators of a stream that is silent for longer than it may be,
// and that it is heard again.
func (t *teller) silences(ctx context.Context) error {
	all, err := t.incoming(ctx)
	if err != nil {
		return err
	}
	for _, in := range all {
		what, of, err := notify.Stream(ctx, t.n.Store, t.n.Zone, in.From)
		if err != nil {
			return err
		}
		since := in.Silent
		if since.IsZero() {
			since = in.AppliedAt
		}
		if f, owed := notify.OfStream(in.From, !in.Silent.IsZero(), since, what, of); owed {
			if err := t.tell(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// overdue tells those who run the exchange of discs that never arrived and of tests of
// the way that have no answer, each once, and that the receipt came after all.
func (t *teller) overdue(ctx context.Context) error {
	x, err := t.exchange(ctx)
	if err != nil {
		return err
	}
	discs, err := x.MediaLog(ctx, exchange.DiscQuery{Show: exchange.DiscsLate, Most: 200})
	if err != nil {
		return err
	}
	for _, d := range discs {
		if err := t.tell(ctx, notify.OfDisc(d.ID, d.Number, d.Stream.To, calendar.DateOf(d.WithAt), false)); err != nil {
			return err
		}
	}
	tests, err := x.SentTests(ctx, 50)
	if err != nil {
		return err
	}
	for _, test := range tests {
		for _, w := range test.Ways {
			if !w.Late || w.Hangs == exchange.HangUnpaired { // nothing goes there, and nothing is owed
				continue
			}
			if err := t.tell(ctx, notify.OfTest(test.ID, w.To, calendar.DateOf(test.At), false)); err != nil {
				return err
			}
		}
	}
	return t.afterAll(ctx, x)
}

// afterAll tells of the end of what was told to be overdue.
func (t *teller) afterAll(ctx context.Context, x *exchange.Exchange) error {
	discs, err := notify.NotOver(ctx, t.n.Store, t.n.Zone, "disc.late", "disc.arrived")
	if err != nil {
		return err
	}
	for _, id := range discs {
		d, err := x.OneDisc(ctx, id)
		if err == nil && !d.Receipt.IsZero() {
			err = t.tell(ctx, notify.OfDisc(d.ID, d.Number, d.Stream.To, calendar.DateOf(d.WithAt), true))
		}
		if err != nil {
			return err
		}
	}
	tests, err := notify.NotOver(ctx, t.n.Store, t.n.Zone, "test.late", "test.answered")
	if err != nil {
		return err
	}
	for _, of := range tests {
		id, to, _ := strings.Cut(of, "@")
		sent, w, err := x.OneTest(ctx, id, zone.Zone(to))
		if err == nil && !w.Back.IsZero() {
			err = t.tell(ctx, notify.OfTest(id, w.To, calendar.DateOf(sent), true))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// waits tells the office's own people what waits for them.
func (t *teller) waits(ctx context.Context) error {
	units, err := unit.List(ctx, t.n.Store)
	for _, u := range units {
		err = errors.Join(err, t.waitsOf(ctx, u.ID))
	}
	return errors.Join(err, t.unclosed(ctx))
}

// unclosed tells the window of visits that it hasn't ended.
func (t *teller) unclosed(ctx context.Context) error {
	all, err := hall.Unended(ctx, t.n.Store, t.n.Journal.Today())
	if err != nil {
		return err
	}
	if f, owed := notify.OfUnclosed(all); owed {
		return t.tell(ctx, f)
	}
	return nil
}

func (t *teller) waitsOf(ctx context.Context, u string) error {
	after := progress.After{}
	for {
		page, err := progress.Open(ctx, t.n.Store, u, after, 100)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, s := range page {
			after = progress.After{Depart: s.Depart, Filing: s.Filing}
			f, owed := notify.OfWait(s.State, s.At, t.n.Journal.Now(), t.n.Book())
			if !owed || f.OfUnitsOwn() != (t.n.Zone == zone.Internet) {
				continue
			}
			if err := t.tell(ctx, f); err != nil {
				return err
			}
		}
	}
}

// holds tells whether what waits to be sent is still so: nobody is told in the morning
// to hand in what they handed in last night.
func (t *teller) holds(ctx context.Context, m notify.Row) (bool, error) {
	id, state, _ := strings.Cut(m.Of, "@")
	switch room, _, _ := strings.Cut(string(m.What), "."); {
	case m.What == "booklet.recalled" || m.What == "booklet.lent" || m.What == "booklet.loss_taken_back":
		return true, nil
	case m.What == "booklet.loss_told":
		l, known, err := trip.LostOne(ctx, t.n.Store, id)
		return known && l.Back == 0, err
	case room == "booklet":
		b, known, err := custody.One(ctx, t.n.Store, id)
		if err != nil || known {
			return b.Place == custody.IsLent && b.Due.String() == state, err
		}
		out, err := custody.OutFor(ctx, t.n.Store, id) // the unit is told of all of a case
		return slices.ContainsFunc(out, func(b custody.Row) bool { return b.Place == custody.IsLent && b.Due.String() == state }), err
	case m.What == "remark.new":
		said, err := guidance.OneRemark(ctx, t.n.Store, id)
		return said.Is == guidance.Fresh, err
	case m.What == "desk.unclosed":
		all, err := hall.Unended(ctx, t.n.Store, t.n.Journal.Today())
		return len(all) > 0, err
	case m.What == "rating.replied":
		return true, nil
	case room == "rating":
		x, known, err := feedback.ByID(ctx, t.n.Store, id)
		return known && x.Open() && (x.Duty.Reply == "" || x.Dissatisfied(x.Duty.At)), err
	case m.What == "visit.rate":
		given, _, err := journal.Load(ctx, t.n.Journal, feedback.Room, id)
		return given.Answer == feedback.None, err
	case m.What == "visit.booked" || m.What == "visit.moved" || m.What == "visit.tomorrow" || m.What == "visit.soon":
		b, known, err := hall.BookingOf(ctx, t.n.Store, id)
		if m.What == "visit.soon" && (!b.Here.IsZero() || !t.n.Journal.Now().Before(b.Slot.On(b.Day))) {
			return false, err // they are there, or it is too late to remind them
		}
		return known && b.State == hall.IsBooked && fmt.Sprint(b.Sequence) == state, err
	case m.What == "visit.called":
		_, _, still, err := t.awaited(ctx, id)
		return still, err
	case m.What == "visit.missed":
		b, known, err := hall.BookingOf(ctx, t.n.Store, id)
		return known && b.State == hall.WasMissed, err
	case m.What == "visa.appointment":
		o, known, err := visa.One(ctx, t.n.Store, id)
		day, _, _ := strings.Cut(state, ".")
		return known && o.Stage.Open() && o.Mission.Seen.IsZero() && o.Mission.Day.String() == day, err
	case m.What == "visit.offered":
		all, err := hall.WaitsOf(ctx, t.n.Store, m.About)
		now := t.n.Journal.Now()
		return slices.ContainsFunc(all, func(w hall.Wish) bool { return w.ID == id && w.State == hall.IsWaiting && w.Open(now) }), err
	case m.What == "report.due" || m.What == "report.overdue":
		row, known, err := trip.One(ctx, t.n.Store, id)
		return known && row.Report == "" && row.ReportDue.String() == state, err
	case m.What == "case.waits":
		at, err := progress.HeardAt(ctx, t.n.Store, m.About)
		return !at.After(m.At), err
	case m.What == "stream.silent":
		in, err := t.incoming(ctx)
		return slices.ContainsFunc(in, func(i exchange.Incoming) bool { return string(i.From) == id && !i.Silent.IsZero() }), err
	case m.What == "disc.late" || m.What == "test.late":
		x, err := t.exchange(ctx)
		if err != nil {
			return false, err
		}
		if m.What == "disc.late" {
			d, err := x.OneDisc(ctx, id)
			return d.Late, err
		}
		_, w, err := x.OneTest(ctx, id, zone.Zone(state))
		return w.Late, err
	case m.What == "case.to_sign":
		of := m.About
		if ledger.Case(id) != id { // a change of the case
			of = id
		}
		s, _, err := progress.Of(ctx, t.n.Store, of)
		return s.Stage == progress.AtSignatory, err
	}
	return true, nil
}
