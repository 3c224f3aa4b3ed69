package node_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/drill"
	"yitang/internal/exchange"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

// simDear is after how many steps whole journals are read, and the tables made of them
// compared: it takes long.
const simDear = 40

// holds checks what must be so after each step.
func (s *sim) holds() {
	for _, z := range zone.All() {
		if s.wrong == nil {
			s.shows(s.places[z])
		}
	}
	for _, r := range s.streams() {
		if s.wrong == nil && !s.owed[r] {
			s.receiptsHold(r)
		}
	}
	if s.step > 0 && s.step%simDear == 0 {
		for _, z := range zone.All() {
			s.sound(s.places[z])
		}
	}
}

// shows: nothing is set aside, since nobody forgot what others have heard; what couldn't
// follow for want of space is shown with its reason, and nothing else waits.
func (s *sim) shows(p *simPlace) {
	ctx := context.Background()
	st, err := p.share.Status(ctx)
	parked, err2 := p.Journal.Parked(ctx)
	if err := errors.Join(err, err2); err != nil {
		if s.alive(p, "looks at the status") && !p.disk.full {
			s.fail("there is no status: %s: %v", p.zone, err)
		}
		return
	}
	for _, in := range st.Incoming {
		if in.Quarantined > 0 {
			all, err := p.share.Held(ctx)
			why := fmt.Sprint(err)
			for _, h := range all[:min(len(all), 3)] {
				why += fmt.Sprintf("; %s of %s: %s", h.Kind, h.Subject, h.Reason)
			}
			s.fail("a record was set aside without need: %d of them of %s in the %s zone%s", in.Quarantined, in.From, p.zone, why)
		}
	}
	said := map[journal.Ref]bool{} // subjects of which the first that waits says why
	for _, w := range parked {
		if !p.disk.full || w.Error == "" && !said[w.Subject] {
			s.fail("something waits that nothing holds up: %s: %+v", p.zone, w)
		}
		said[w.Subject] = true
	}
}

// receiptsHold: nothing is receipted that wasn't taken in.
func (s *sim) receiptsHold(r exchange.Stream) {
	out, in, err := s.ends(r)
	if err != nil {
		return // shows tells of it
	}
	if out.Epoch == in.Epoch && out.Applied > in.Applied {
		s.fail("a receipt says more than was taken in: %s: it says %d, and that is %d", r, out.Applied, in.Applied)
	}
}

// ends are the two ends of a stream, as the zones there tell of it.
func (s *sim) ends(r exchange.Stream) (out exchange.Outgoing, in exchange.Incoming, err error) {
	from, err := s.places[r.From].share.Status(context.Background())
	to, err2 := s.places[r.To].share.Status(context.Background())
	for _, o := range from.Outgoing {
		if o.To == r.To {
			out = o
		}
	}
	for _, i := range to.Incoming {
		if i.From == r.From {
			in = i
		}
	}
	return out, in, errors.Join(err, err2)
}

// sound: the chain, what others countersigned of it, the tables that were made of it,
// and what stands in it.
func (s *sim) sound(p *simPlace) {
	if s.wrong != nil {
		return
	}
	ctx := context.Background()
	flaws, err := p.Journal.Verify(ctx)
	said, err2 := p.share.VerifyReceipts(ctx)
	if err := errors.Join(err, err2); err != nil || len(flaws)+len(said) > 0 {
		s.fail("a chain doesn't verify: %s: %v %v %v", p.zone, flaws, said, err)
	}
	differ, err := p.Journal.Compare(ctx)
	if err != nil || len(differ) > 0 {
		s.fail("tables aren't what the journal makes of them: %s: %v (%v)", p.zone, differ, err)
	}
	s.reads(p)
}

// reads goes through a journal: each event is there once, in the order of its subject and
// in a zone that may know it; nothing follows twice from one thing; no number is given to
// two, and no place in the hall.
func (s *sim) reads(p *simPlace) {
	ids, last, follows, given := map[string]bool{}, map[journal.Ref]journal.Version{}, map[string]bool{}, map[string]string{}
	gives := func(what, to string) {
		if before, twice := given[what]; twice && before != to {
			s.fail("something was given twice: %s in the %s zone, to %s and to %s", what, p.zone, before, to)
		}
		given[what] = to
	}
	places := map[string]string{} // by day, window and time: the booking that has it
	err := p.Journal.Each(context.Background(), 0, func(e journal.Event) error {
		if ids[e.ID] {
			s.fail("something was taken twice: %s in the %s zone", e.Kind, p.zone)
		}
		if e.Version <= last[e.Subject] {
			s.fail("a subject's order is broken: version %d of %s in the %s zone", e.Version, e.Subject, p.zone)
		}
		if !p.Journal.Registry().Reaches(e.Kind, e.Origin, p.zone) {
			s.fail("a zone knows what it may not: %s of %s in the %s zone", e.Kind, e.Origin, p.zone)
		}
		ids[e.ID], last[e.Subject] = true, e.Version
		if e.Origin == p.zone && e.Cause != "" && e.Actor == journal.System {
			body, err := json.Marshal(e.Body)
			if err != nil {
				return err
			}
			key := strings.Join([]string{e.Cause, e.Subject.String(), e.Kind, string(body)}, " ")
			if follows[key] {
				s.fail("something followed twice: %s of %s in the %s zone", e.Kind, e.Subject, p.zone)
			}
			follows[key] = true
		}
		switch b := e.Body.(type) {
		case approval.Accepted:
			gives("case number "+b.Number, e.Subject.ID)
		case approval.NumberTaken:
			gives("place in "+e.Subject.ID+" for "+b.For, fmt.Sprint(b.Number))
		case approval.DocumentPrepared:
			gives("document number "+b.Number, fmt.Sprint(e.Subject.ID, " edition ", b.Edition))
		case passport.Made:
			if number, here := b.Number.Value(); here {
				gives("blank "+number, e.Subject.ID)
			}
		case custody.Announced:
			if number, here := b.Number.Value(); here {
				gives("booklet "+number, b.Booklet)
			}
		case hall.Booked:
			gives("booking "+b.Booking, b.Filing)
			for _, u := range b.Uses {
				at := fmt.Sprint(b.Day, " ", b.Window, " ", u.Slot)
				if has := places[at]; has != "" {
					s.fail("a place was given twice: %s in the %s zone, to %s and %s", at, p.zone, has, b.Booking)
				}
				places[at] = b.Booking
			}
		case hall.Cancelled:
			maps.DeleteFunc(places, func(_, has string) bool { return has == b.Booking })
		}
		return nil
	})
	if err != nil {
		s.fail("a journal can't be read: %s: %v", p.zone, err)
	}
}

// heal ends the faults: clocks are right, disks work, carriers bring all, and people do
// what is on their lists, day by day, until nothing is left to do.
func (s *sim) heal() {
	s.note("the faults end")
	clear(s.cut)
	for _, z := range zone.All() {
		p := s.places[z]
		p.disk.killAt(0)
		p.skew = 0
		s.tick()
		s.drain(p)
		s.alive(p, "does nothing")
		if p.copy != nil && s.wrong == nil {
			s.bringBack(p)
		}
	}
	for _, r := range s.streams() {
		if s.owed[r] && s.wrong == nil {
			s.tellAnew(r)
		}
	}
	for round := range 150 {
		if s.wrong != nil {
			return
		}
		before := s.stats.acts
		s.cross()
		for _, z := range zone.All() {
			for _, m := range s.matters {
				s.giveUp(z, m)
				s.work(z, m)
			}
		}
		s.cross()
		s.holds()
		if s.wrong != nil || s.quiet() && s.allOver(round > 30) {
			break
		}
		wait := 2 * time.Hour
		if s.stats.acts == before {
			wait = s.nextDay()
		}
		s.pass(wait)
	}
	for range 4 { // nothing happens any more, and the carriers come
		if s.wrong == nil {
			s.cross()
			s.pass(90 * time.Minute)
		}
	}
}

// nextDay is how long it is until a delegation leaves or comes home, or some days.
func (s *sim) nextDay() time.Duration {
	wait := 4 * 24 * time.Hour
	for _, m := range s.matters {
		st := s.stands(zone.Internet, m)
		for _, day := range []time.Time{st.Depart.Begins(), st.Return.Begins()} {
			if d := day.Add(10 * time.Hour).Sub(s.now); d > 0 && (st.Stage == progress.Cleared || st.Stage == progress.Abroad) {
				wait = min(wait, d)
			}
		}
	}
	return max(wait, 2*time.Hour)
}

// giveUp is what people do of a trip whose days are over before it could begin.
func (s *sim) giveUp(z zone.Zone, m *simMatter) {
	if s.wrong != nil {
		return
	}
	st, today := s.stands(z, m), s.places[z].Journal.Today()
	if st.Depart.IsZero() || !st.Depart.Before(today) {
		return
	}
	switch {
	case z == zone.Internet && (st.Stage == progress.AtIntake || st.Stage == progress.InReview || st.Stage == progress.SentBack || st.Stage == progress.OnTheWay):
		s.does(z, m, "withdraws it, because its days are over", func(_ context.Context, h drill.Hands) error {
			return simOrder(access.Signatory, h.Internet.Journal, filing.Room, m.id, journal.Command[filing.Filing](filing.Withdraw{Reason: "行期已过"}))
		})
	case z == zone.Office && (st.Stage == progress.Decided || st.Stage == progress.Issued):
		s.does(z, m, "revokes it, because its days are over", func(_ context.Context, h drill.Hands) error {
			return simOrder(access.Director, h.Office.Journal, approval.Room, m.id, journal.Command[approval.Approval](approval.Revoke{Reason: "行期已过"}))
		})
	}
}

// quiet: everything that is for others has come to them.
func (s *sim) quiet() bool {
	for _, r := range s.streams() {
		out, in, err := s.ends(r)
		if err != nil {
			s.fail("there is no status: %v", err)
			return true
		}
		if out.Unreceipted > 0 || out.Held > 0 || out.Slowed != nil || in.Quarantined > 0 || len(in.Missing) > 0 {
			return false
		}
	}
	return true
}

// allOver: every case is in the archive; one that its unit can't present, because its
// days are over, needn't be.
func (s *sim) allOver(late bool) bool {
	return !slices.ContainsFunc(s.matters, func(m *simMatter) bool {
		if late && loads(s, zone.Internet, filing.Room, m.id).Stage == filing.InDraft {
			return false
		}
		return s.stands(zone.Internet, m).Stage != progress.Archived || s.stands(zone.Office, m).Stage != progress.Archived
	})
}

// converges checks what must be so when the faults have ended.
func (s *sim) converges() {
	if !s.quiet() {
		for _, r := range s.streams() {
			out, in, _ := s.ends(r)
			s.fail("when all is over, a stream isn't settled: %s: %+v, %+v", r, out, in)
		}
	}
	s.sameEvents()
	for _, m := range s.matters {
		s.ended(m)
	}
	for _, z := range zone.All() {
		s.sound(s.places[z])
	}
	s.searches()
}

// sameEvents: each zone has, byte for byte, all that another says and it may hear, and
// nothing else of it.
func (s *sim) sameEvents() {
	type pair struct{ from, to zone.Zone }
	has, should := map[pair][]string{}, map[pair][]string{}
	for _, z := range zone.All() {
		j := s.places[z].Journal
		err := j.Each(context.Background(), 0, func(e journal.Event) error {
			line := fmt.Sprintf("%d %s %s %x", e.From, e.Kind, e.Subject, e.Digest())
			if e.Origin != z {
				has[pair{e.Origin, z}] = append(has[pair{e.Origin, z}], line)
				return nil
			}
			for _, to := range zone.All() {
				if to != z && j.Registry().Reaches(e.Kind, z, to) {
					should[pair{z, to}] = append(should[pair{z, to}], line)
				}
			}
			return nil
		})
		if err != nil {
			s.fail("a journal can't be read: %s: %v", z, err)
		}
	}
	for _, from := range zone.All() {
		for _, to := range zone.All() {
			a, b := has[pair{from, to}], should[pair{from, to}]
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				s.fail("when all is over, a zone hasn't what another says: %s has %d of %d events of %s; %s", to, len(a), len(b), from, firstApart(a, b))
			}
		}
	}
}

func firstApart(a, b []string) string {
	for _, l := range b {
		if !slices.Contains(a, l) {
			return "not " + l
		}
	}
	for _, l := range a {
		if !slices.Contains(b, l) {
			return "and nobody says " + l
		}
	}
	return "in another order"
}

// ended: of each case both zones tell the same; it is in the archive and nothing of it is
// under way, or it stands where a person must act.
func (s *sim) ended(m *simMatter) {
	ctx := context.Background()
	in, out := s.stands(zone.Internet, m), s.stands(zone.Office, m)
	if loads(s, zone.Internet, filing.Room, m.id).Stage == filing.InDraft || in.Stage == progress.AtSignatory {
		s.note("%s is still with its unit", m)
		return // nobody else has heard of it
	}
	next := [2]progress.Step{progress.Next(in, s.now), progress.Next(out, s.now)}
	// Of a visit that crossed on the way with a time that was booked anew each zone shows
	// the one that it heard of last.
	in.Coming, out.Coming = nil, nil
	there, err := json.Marshal(in)
	here, err2 := json.Marshal(out)
	if err := errors.Join(err, err2); err != nil || string(there) != string(here) {
		s.fail("two zones tell a case differently: %s: (%v)\n%s\n%s", m, err, there, here)
	}
	if in.Stage != progress.Archived {
		if next[0].Who == progress.System || next[0].Who == progress.Nobody {
			s.fail("a case is stuck, and nobody's turn: %s at %q: %+v", m, in.Stage, next[0])
		}
		s.fail("a case doesn't come to its end: %s at %q: it is the turn of %s: %s", m, in.Stage, next[0].Who, next[0].Key)
		return
	}
	s.stats.over++
	s.papers(m)
	for _, z := range zone.All() {
		booked, err := hall.OfFiling(ctx, s.places[z].Store, m.id)
		if err != nil {
			s.fail("what is booked can't be read: %v", err)
		}
		for _, b := range booked {
			if b.Awaited(s.now) || b.State == hall.IsBooked && !b.Day.Before(s.places[z].Journal.Today()) {
				s.fail("a case that has ended holds a place: %s on %s in the %s zone", m, b.Day, z)
			}
		}
		orders, err := passport.OfFiling(ctx, s.places[z].Store, m.id)
		if err != nil {
			s.fail("orders can't be read: %v", err)
		}
		for _, o := range orders {
			if o.Stage != passport.IsHandedOver && o.Stage != passport.IsStopped {
				s.fail("a case that has ended has a booklet made: %s: %q in the %s zone", m, o.Stage, z)
			}
		}
		if z == zone.Passport {
			continue
		}
		lent, err := custody.OutFor(ctx, s.places[z].Store, m.id)
		if err != nil || len(lent) > 0 {
			s.fail("a case that has ended has booklets out: %s: %d in the %s zone (%v)", m, len(lent), z, err)
		}
		visas, err := visa.Of(ctx, s.places[z].Store, m.id)
		if err != nil {
			s.fail("visas can't be read: %v", err)
		}
		for _, v := range visas {
			if v.Stage == visa.IsPlanned || v.Stage == visa.KitIsReady {
				s.fail("a case that has ended has a visa applied for: %s: %q in the %s zone", m, v.Stage, z)
			}
		}
	}
}

// papers: each edition of the document was given out once, both zones have it, and the
// last alone may be in force.
func (s *sim) papers(m *simMatter) {
	ctx := context.Background()
	editions := loads(s, zone.Office, approval.Room, m.id).Editions
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		issued, err := approval.DocumentsOf(ctx, s.places[z].Store, m.id)
		papers, err2 := material.OfFiling(ctx, s.places[z].Store, m.id)
		if err := errors.Join(err, err2); err != nil {
			s.fail("documents can't be read: %v", err)
		}
		papers = slices.DeleteFunc(papers, func(p material.Material) bool { return p.Kind != "M17" })
		if len(issued) != editions || len(papers) != editions {
			s.fail("documents aren't what was given out: %s: %d editions, %d of them and %d papers in the %s zone", m, editions, len(issued), len(papers), z)
		}
		for i, d := range issued {
			if d.Status == document.InForce && i != len(issued)-1 {
				s.fail("two documents of a case are in force: %s in the %s zone", m, z)
			}
		}
	}
}

// searches looks for what was taken from people's bodies outside the passport zone.
func (s *sim) searches() {
	if s.wrong != nil || len(s.marks) == 0 {
		return
	}
	search := drill.NewSearch(s.marks)
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		found, err := search.Zone(context.Background(), s.places[z].Node, s.places[z].dir)
		if err != nil || len(found) > 0 {
			s.fail("something of a person's body is outside the passport zone: in the %s zone: %v (%v)", z, found[:min(len(found), 3)], err)
		}
	}
}
