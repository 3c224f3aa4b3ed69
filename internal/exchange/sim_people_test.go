package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

func (n *simNode) as(account string) context.Context {
	return journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: account})
}

// write lets somebody say something: on a matter that is there, or on a new one.
func (s *sim) write() {
	n := s.node()
	label := fmt.Sprintf("%s-%d", n.zone, s.step)
	subject := fmt.Sprintf("%s.%d", n.zone, s.rng.IntN(4))
	if s.rng.IntN(3) == 0 {
		subject = fmt.Sprintf("%s.%d", n.zone, 10+s.step)
	}
	var body any = noted{label}
	content := ""
	switch k := s.rng.IntN(6); {
	case k == 0 && n.release > 0:
		body = secretAnew{label}
	case k == 0:
		body = secret{label}
	case k == 1:
		content = strings.Repeat(label, 40)
		body = written{Label: label, Text: journal.Of("t"), Print: journal.Of("CANARY-PRINT")}
	case k == 2:
		body = written{Label: label, Text: journal.Of("t"), Print: journal.Of("CANARY-PRINT")}
	case k == 3 && n.release > 0:
		body = said{label}
	case n.release > 0:
		body = notedMore{label, "+"}
	}
	s.note("%s writes %s of %s: %T", n.zone, label, subject, body)
	done := s.lived(n, "writing", func() error {
		if content != "" {
			ref, err := n.blobs.Put(context.Background(), strings.NewReader(content), blob.Limit)
			if err != nil {
				return err
			}
			w := body.(written)
			w.File = journal.Of(ref)
			body = w
		}
		_, err := journal.Do(context.Background(), n.journal, letters, journal.Order{Subject: subject}, write{body})
		return err
	})
	if done {
		s.said[label] = saying{n.zone, subject}
		s.stats.events++
		if content != "" {
			s.files[label] = content
		}
	}
}

// letGo lets two people decide on what is held in one zone.
func (s *sim) letGo(n *simNode) {
	s.lived(n, "letting go", func() error {
		all, err := n.Held(context.Background())
		if err != nil {
			return err
		}
		for _, h := range all {
			if h.Reason != ForPeople || h.Stage == Given {
				continue
			}
			s.note("%s lets %s go", n.zone, h.Key)
			if err := n.decide(h, LetGo); err != nil {
				return err
			}
		}
		return nil
	})
}

// decide is what two people want of something that is held. A zone may have died
// between the two.
func (n *simNode) decide(h Held, want Want) error {
	o := journal.Order{Subject: h.Key}
	if h.Stage != Asked {
		if err := n.Ask(n.as("ann"), o, want, "seen"); err != nil {
			return err
		}
		h.Version++
	}
	o.Seen = journal.At(h.Version)
	_, err := n.Agree(n.as("bob"), o)
	return err
}

func (s *sim) reopen() {
	r := s.stream()
	s.tellAnew(r)
}

// tellAnew lets a stream begin a new epoch.
func (s *sim) tellAnew(r Stream) {
	n := s.nodes[r.From]
	s.lived(n, "beginning a stream anew", func() error {
		epoch, err := n.Reopen(context.Background(), r.To)
		if err == nil {
			s.note("%s begins anew, with epoch %d", r, epoch)
			s.owed[r] = false
		}
		return err
	})
}

// agree lets people of a stream's receiver agree to a suite.
func (s *sim) agree(r Stream, to keys.Suite) {
	n := s.nodes[r.To]
	s.note("%s agrees to %s of %s", r.To, to, r)
	if s.lived(n, "agreeing to a suite", func() error { return n.AgreeSuite(context.Background(), r.From, to) }) {
		_, now := s.suites(r)
		s.agreed[r] = map[keys.Suite]bool{now: true, to: true}
	}
}

// begin lets people of its sender begin one; hasty ones say that they were told of
// an agreement.
func (s *sim) begin(r Stream, in keys.Suite, hasty bool) {
	n := s.nodes[r.From]
	s.lived(n, "beginning a suite", func() error {
		_, err := n.BeginSuite(context.Background(), r.To, in, hasty)
		s.note("%s begins %s, hasty: %t (%v)", r, in, hasty, err)
		if err == nil {
			s.owed[r] = false
		}
		if !hasty && !(n.full && saysFull(err)) {
			return nil // it has a reason, which it says
		}
		return err
	})
}

func (s *sim) agreeSome() {
	r := s.stream()
	_, received := s.suites(r)
	s.agree(r, otherSuite(received))
}

func (s *sim) beginSome() {
	r := s.stream()
	sent, _ := s.suites(r)
	s.begin(r, otherSuite(sent), s.rng.IntN(3) == 0)
}

// suites are those of a stream at its two ends.
func (s *sim) suites(r Stream) (sent, received keys.Suite) {
	ctx := context.Background()
	last, err := s.nodes[r.From].lastSent(ctx, r.To)
	x := s.nodes[r.To]
	at, err2 := x.received(ctx, x.journal.Store, r.From)
	received, err3 := suiteAt(ctx, x.journal.Store, WayIn, r.From, at.Epoch)
	if err := errors.Join(err, err2, err3); err != nil {
		s.fail("a zone doesn't know its suites: %s: %v", r, err)
	}
	return last.suite, received
}

func otherSuite(s keys.Suite) keys.Suite {
	if s == keys.National {
		return keys.International
	}
	return keys.National
}

// renew draws new keys for a zone; its next bundles tell the others.
func (s *sim) renew() { s.renewOf(s.node()) }

func (s *sim) renewOf(n *simNode) {
	_, err := n.keys.Renew(n.chance, s.now.Add(n.skew))
	if err == nil {
		err = s.restarted(n)
	}
	if err != nil {
		s.fail("keys can't be renewed: %s: %v", n.zone, err)
		return
	}
	s.stats.renewals++
	s.note("%s renews its keys: now %s", n.zone, n.keys.Public().KeyID())
}

// restarted starts a zone's process again; on a full disk too.
func (s *sim) restarted(n *simNode) error {
	n.disk = n.disk.Restart() // as after a power cut: what was promised must last
	if n.full {
		n.disk.Room(0)
	}
	err := s.reboot(n)
	if n.full && saysFull(err) {
		return nil
	}
	return err
}

// revoke ends the trust in a zone's keys at one of its neighbours, because somebody
// else may have them; people pair the two anew, and both tell everything again.
func (s *sim) revoke() {
	r := s.stream()
	pinned, err := s.nodes[r.To].keys.PeerIn(r.From, keys.International)
	if err == nil {
		_, err = s.nodes[r.To].keys.Revoke(r.From, pinned.Fingerprint())
	}
	if err != nil {
		s.fail("keys can't be revoked: %s: %v", r, err)
		return
	}
	s.note("%s revokes the keys %s of %s", r.To, pinned.KeyID(), r.From)
	s.pair(r.From, r.To)
}

// pair lets people see to it that two zones trust each other's keys of today, and
// begin both streams anew if they had to change something.
func (s *sim) pair(a, b zone.Zone) {
	changed := false
	for _, r := range []Stream{{a, b}, {b, a}} {
		did, err := s.trust(r)
		if err != nil {
			s.fail("two zones can't be paired anew: %s: %v", r, err)
			return
		}
		changed = changed || did
	}
	if !changed {
		return
	}
	for _, r := range []Stream{{a, b}, {b, a}} {
		s.anew[r], s.owed[r] = true, true
		s.tellAnew(r)
	}
}

// trust lets a stream's receiver trust the keys of its sender in every suite, and no
// others. Where it has others these are revoked, which takes those of all suites;
// what was revoked there is renewed first.
func (s *sim) trust(r Stream) (changed bool, err error) {
	from, to := s.nodes[r.From], s.nodes[r.To]
	for range 6 { // at most: revoked, pinned until one turns out revoked, renewed, and all this again
		var missing []keys.Public
		other := ""
		for _, suite := range keys.Suites() {
			card, err := from.keys.PublicIn(suite)
			if err != nil {
				return changed, err
			}
			pinned, err := to.keys.PeerIn(r.From, suite)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return changed, err
			}
			if err == nil {
				if pinned.Equal(card) {
					continue
				}
				if next, err := to.keys.NextIn(r.From, suite); err == nil && next.Equal(card) {
					continue // it has heard already
				}
				other = pinned.Fingerprint()
			}
			missing = append(missing, card)
		}
		if len(missing) == 0 {
			return changed, nil
		}
		changed = true
		if other != "" {
			if _, err := to.keys.Revoke(r.From, other); err != nil {
				return changed, err
			}
			continue
		}
		for _, card := range missing {
			err := to.keys.Pin(card)
			if errors.Is(err, keys.ErrRevoked) {
				s.renewOf(from)
				break
			}
			if err != nil {
				return changed, err
			}
			s.note("%s trusts %s of %s from now on", r.To, card.KeyID(), r.From)
		}
	}
	return changed, errors.New("none is left that may be pinned")
}

func (s *sim) backUpSome() {
	n := s.node()
	s.backUp(n)
	s.note("%s is backed up, as backup %d", n.zone, len(n.backups)-1)
}

// restore puts a zone back as it was on the day of a backup: it has lost what came
// after, and says so by beginning its streams anew. Its neighbours may need a while
// to hear of it.
func (s *sim) restore() {
	n := s.node()
	which := s.rng.IntN(len(n.backups))
	had, err := s.ownLabels(n)
	if err == nil {
		err = s.refill(n, n.backups[which])
	}
	var has map[string]bool
	if err == nil {
		has, err = s.ownLabels(n)
	}
	if err != nil {
		s.fail("a zone can't be restored: %s: %v", n.zone, err)
		return
	}
	lost := 0
	for label := range had {
		if !has[label] {
			lost++
			s.forgotten[label], s.broken[s.said[label].subject] = true, true
		}
	}
	n.life++
	n.checked = newChecked()
	for r := range s.limits {
		if r.From == n.zone {
			s.limits[r] = 0
		}
	}
	s.stats.restores++
	s.note("%s is restored from backup %d, of %s: %d of its own are lost", n.zone, which, n.backups[which].at.Format(time.DateOnly), lost)
	if n.skew < 0 { // who restores a zone looks at its clock
		n.skew = 0
		s.pass(0)
	}
	for _, peer := range n.Peers() { // people may have agreed to another suite since
		r := Stream{peer, n.zone}
		_, now := s.suites(r)
		agreed, err := agreedSuite(context.Background(), n.journal.Store, WayIn, peer)
		if err != nil {
			s.fail("a zone doesn't know to which suite it has agreed: %s: %v", r, err)
		}
		s.taken[r], s.agreed[r] = now, map[keys.Suite]bool{now: true, agreed: true}
	}
	told := s.rng.IntN(2) == 0
	for _, peer := range n.Peers() {
		s.owed[Stream{peer, n.zone}] = true
		s.tellAnew(Stream{n.zone, peer}) // yitang restore does
		s.pair(n.zone, peer)
		if told {
			s.tellAnew(Stream{peer, n.zone})
		}
	}
}

// ownLabels are what a zone has of what it said itself.
func (s *sim) ownLabels(n *simNode) (map[string]bool, error) {
	out := map[string]bool{}
	err := n.journal.Each(context.Background(), 0, func(e journal.Event) error {
		if label := simLabel(e.Body); label != "" && e.Origin == n.zone {
			out[label] = true
		}
		return nil
	})
	return out, err
}

// tellAgain is a neighbour that was told that a zone was restored.
func (s *sim) tellAgain() {
	for _, r := range s.streams() {
		if s.owed[r] {
			s.tellAnew(r)
			return
		}
	}
}

// update gives a zone the next release.
func (s *sim) update() { s.updateOf(s.node()) }

func (s *sim) updateOf(n *simNode) {
	if n.release > 0 {
		return
	}
	n.release = 1
	if err := s.restarted(n); err != nil {
		s.fail("a zone doesn't start with the next release: %s: %v", n.zone, err)
	}
	s.stats.updates++
	s.note("%s has the next release", n.zone)
}

// kill lets a process die at one of the next operations of its disk.
func (s *sim) kill() {
	n, at := s.node(), 1+s.rng.IntN(40)
	s.note("%s will die in the %d-th operation of its disk", n.zone, at)
	n.disk.KillAt(at)
}

// fill lets a disk run full: at once, or after some bytes.
func (s *sim) fill() {
	n := s.node()
	if n.full {
		return
	}
	room := int64(0)
	if s.rng.IntN(2) == 0 {
		room = int64(s.rng.IntN(4000))
	}
	n.full = true
	if err := s.restarted(n); err != nil {
		s.fail("a zone doesn't start on a full disk: %s: %v", n.zone, err)
	}
	n.disk.Room(room)
	s.stats.full++
	s.note("the disk of %s has room for %d bytes", n.zone, room)
}

func (s *sim) drain() {
	for _, z := range zone.All() {
		if n := s.nodes[z]; n.full {
			s.drainOf(n)
			return
		}
	}
}

func (s *sim) drainOf(n *simNode) {
	n.full = false
	if err := s.restarted(n); err != nil {
		s.fail("a zone doesn't start though there is space again: %s: %v", n.zone, err)
	}
	s.note("the disk of %s has space again", n.zone)
}

// jump sets a clock wrong, or right again.
func (s *sim) jump() {
	n := s.node()
	switch s.rng.IntN(4) {
	case 0:
		n.skew = 0
	case 1:
		n.skew = -time.Duration(s.rng.IntN(48*60)) * time.Minute
	case 2:
		n.skew = time.Duration(s.rng.IntN(26*60)) * time.Minute
	case 3:
		n.skew = time.Duration(s.rng.IntN(30)) * time.Minute
	}
	s.note("the clock of %s is wrong by %s", n.zone, n.skew)
	s.pass(0)
}

// tidy lets people clear away what nobody can do anything with, when the faults
// have ended: files that an enemy put into an inbox, and records that can't be
// taken in because their own zone has forgotten what they contradict.
func (s *sim) tidy(n *simNode) {
	ctx := context.Background()
	for _, peer := range n.Peers() {
		inbox, err := n.Inbox(peer)
		if err != nil {
			s.fail("an inbox can't be opened: %v", err)
			return
		}
		names, err := inbox.List()
		if err != nil {
			s.fail("an inbox can't be read: %v", err)
			return
		}
		for _, name := range names {
			if err := inbox.Remove(name); err != nil { // carriers bring the good ones again
				s.fail("an inbox can't be cleared: %v", err)
			}
		}
	}
	if aside, err := carrier.At(n.disk, n.refusedDir()); err == nil {
		for _, name := range s.list(aside) {
			if s.strays[name] {
				err = errors.Join(err, aside.Remove(name))
			}
		}
		if err != nil {
			s.fail("what was refused can't be cleared away: %v", err)
		}
	}
	all, err := n.Held(ctx)
	if err != nil {
		s.fail("what is held can't be listed: %v", err)
		return
	}
	for _, h := range all {
		if h.Way != WayIn || slices.Contains([]string{NotPermitted, Behind, Newer}, h.Reason) {
			continue
		}
		if label := recordLabel(h.record); label != "" {
			n.checked.discarded[label] = true
		}
		s.note("%s throws away %s: %s", n.zone, h.Key, h.Reason)
		if err := n.decide(h, Discard); err != nil {
			s.fail("what can't be taken in can't be thrown away: %v", err)
		}
	}
}
