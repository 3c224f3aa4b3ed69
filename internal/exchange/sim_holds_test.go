package exchange

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// simChecked is what was looked at already of a zone: a journal only grows.
type simChecked struct {
	upTo      journal.Position
	heard     map[zone.Zone]time.Time // when something of it was taken in last
	has       map[string]journal.Position
	origin    map[string]zone.Zone
	last      map[journal.Ref]journal.Version
	came      int64           // rowid in exchange_received
	went      int64           // rowid in exchange_sent
	aside     map[string]bool // keys of records that were set aside, and judged
	discarded map[string]bool // labels that people threw away
}

func newChecked() simChecked {
	return simChecked{heard: map[zone.Zone]time.Time{}, has: map[string]journal.Position{}, origin: map[string]zone.Zone{}, last: map[journal.Ref]journal.Version{}, aside: map[string]bool{}, discarded: map[string]bool{}}
}

// holds checks what must be so at any moment, wherever something was done since the
// last time. Whole journals, and the tables made of them, are compared now and then:
// it takes long.
func (s *sim) holds() {
	var touched []*simNode
	for _, z := range zone.All() {
		n := s.nodes[z]
		s.alive(n)
		if n.touched {
			touched = append(touched, n)
		}
	}
	for _, n := range touched {
		s.keepsOrder(n)
		s.remembersSent(n)
	}
	for _, n := range touched {
		s.tookWhatWasSent(n)
		s.judgesAside(n)
		s.shows(n)
	}
	for _, r := range s.streams() {
		if !s.nodes[r.From].touched && !s.nodes[r.To].touched {
			continue
		}
		s.receiptsHold(r)
		s.withinLimits(r)
		s.losesNothing(r)
		if _, received := s.suites(r); received != s.taken[r] {
			if !s.agreed[r][received] {
				s.fail("a stream is taken in a suite to which nobody has agreed: %s in %s", r, received)
			}
			s.taken[r], s.agreed[r] = received, map[keys.Suite]bool{received: true}
		}
	}
	for _, n := range touched {
		n.touched = false
	}
	if s.step > 0 && s.step%40 == 0 {
		for _, z := range zone.All() {
			s.sound(s.nodes[z])
		}
	}
}

// keepsOrder: each thing that was said is there at most once and in the order of
// its subject, nothing else is, and no field and no file beyond its reach.
func (s *sim) keepsOrder(n *simNode) {
	ctx := context.Background()
	c := &n.checked
	err := n.journal.Each(ctx, c.upTo, func(e journal.Event) error {
		c.upTo = e.Position
		label := simLabel(e.Body)
		if label == "" {
			return nil
		}
		if e.Version <= c.last[e.Subject] {
			s.fail("a subject's order is broken: %s: version %d of %s came after %d", n.zone, e.Version, e.Subject, c.last[e.Subject])
		}
		c.last[e.Subject] = e.Version
		if _, twice := c.has[label]; twice {
			s.fail("something was taken twice: %s has %s", n.zone, label)
		}
		c.has[label], c.origin[label] = e.Position, e.Origin
		if by := s.said[label]; by.by != e.Origin {
			s.fail("a zone knows what nobody said: %s has %s of %s", n.zone, label, e.Origin)
		}
		w, is := e.Body.(written)
		if !is {
			return nil
		}
		_, text := w.Text.Value()
		_, print := w.Print.Value()
		if text && n.zone == zone.Passport && e.Origin != n.zone || print && e.Origin != n.zone {
			s.fail("a zone holds a field that it may not: %s of %s", n.zone, label)
		}
		if ref, held := w.File.Value(); held {
			if n.zone == zone.Passport && e.Origin != n.zone {
				s.fail("a zone knows the name of a file that it may not: %s of %s", n.zone, label)
			}
			if has, err := n.blobs.Has(ctx, ref.Digest); err != nil || !has {
				s.fail("a file isn't there: %s: that of %s (%v)", n.zone, label, err)
			}
		}
		return nil
	})
	if err != nil {
		s.fail("a journal can't be read: %s: %v", n.zone, err)
	}
}

// remembersSent notes what a zone has recorded as sent, in this life.
func (s *sim) remembersSent(n *simNode) {
	rows, err := n.journal.Store.Query(context.Background(), `SELECT rowid, to_zone, epoch, sequence, digest FROM exchange_sent WHERE rowid > $1 ORDER BY rowid`, n.checked.went)
	if err != nil {
		s.fail("a zone doesn't know what it has sent: %v", err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var to string
		var b sentBundle
		var digest []byte
		if err := rows.Scan(&n.checked.went, &to, &b.epoch, &b.sequence, &digest); err != nil {
			s.fail("a zone doesn't know what it has sent: %v", err)
		}
		b.digest = hash(digest)
		s.sent[Stream{n.zone, zone.Zone(to)}][b] = true
	}
}

// tookWhatWasSent: each bundle that was applied is one that its sender made.
func (s *sim) tookWhatWasSent(n *simNode) {
	rows, err := n.journal.Store.Query(context.Background(), `SELECT rowid, from_zone, epoch, sequence, digest FROM exchange_received WHERE rowid > $1 ORDER BY rowid`, n.checked.came)
	if err != nil {
		s.fail("a zone doesn't know what it has received: %v", err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var from string
		var b sentBundle
		var digest []byte
		if err := rows.Scan(&n.checked.came, &from, &b.epoch, &b.sequence, &digest); err != nil {
			s.fail("a zone doesn't know what it has received: %v", err)
		}
		b.digest = hash(digest)
		if r := (Stream{zone.Zone(from), n.zone}); !s.sent[r][b] {
			s.fail("a bundle was applied that its sender never made: number %d of epoch %d of %s", b.sequence, b.epoch, r)
		}
	}
}

// judgesAside: what is set aside has a reason that the faults explain.
func (s *sim) judgesAside(n *simNode) {
	for _, from := range n.Peers() {
		if s.countAside(n, from) == 0 {
			continue
		}
		all, err := n.heldIn(context.Background(), from, `ORDER BY q.epoch, q.sequence, q.number`)
		if err != nil {
			s.fail("what was set aside can't be read: %v", err)
			return
		}
		for _, h := range all {
			if !n.checked.aside[h.Key+h.Reason] {
				n.checked.aside[h.Key+h.Reason] = true
				s.judgeAside(n, from, h)
			}
		}
	}
}

func (s *sim) countAside(n *simNode, from zone.Zone) (count int64) {
	err := n.journal.Store.QueryRow(context.Background(), `SELECT COUNT(*) FROM exchange_quarantine WHERE from_zone = $1`, string(from)).Scan(&count)
	if err != nil {
		s.fail("what was set aside can't be read: %v", err)
	}
	return count
}

func (s *sim) judgeAside(n *simNode, from zone.Zone, h Held) {
	var e eventText
	why := ""
	if len(h.record) == 0 {
		s.fail("what was set aside can't be opened: %s of %s: %s", n.zone, h.Key, h.Reason)
		return
	}
	switch kind := RecordType(h.record[0]); {
	case kind == EventRecord && (h.Reason == Newer || h.Reason == Behind):
		if s.stats.updates == 0 {
			why = "no zone is a release ahead"
		}
	case kind == EventRecord:
		if e, _ = mayCome(h.record[1:], from, n.zone); !s.broken[strings.TrimPrefix(e.Header.Subject, letters.Kind+"/")] {
			why = "its own zone has forgotten nothing of it"
		}
	case kind == ReceiptRecord:
		if n.life == 0 {
			why = "this zone has forgotten nothing"
		}
	case kind == KeyRecord:
		if !s.anew[Stream{from, n.zone}] {
			why = "nobody has paired the two anew"
		}
	default:
		why = "nothing explains it"
	}
	if why != "" {
		s.fail("a record was set aside without need: %s of %s: %s; %s", n.zone, h.Key, h.Reason, why)
	}
}

// shows: what is stuck is seen in the operator's status.
func (s *sim) shows(n *simNode) {
	st, err := n.Status(context.Background())
	if err != nil {
		s.fail("there is no status: %s: %v", n.zone, err)
		return
	}
	for _, in := range st.Incoming {
		if in.Quarantined != s.countAside(n, in.From) {
			s.fail("a status doesn't show what was set aside: %s of %s", n.zone, in.From)
		}
		if at := n.checked.heard[in.From]; in.Silent.IsZero() && !at.IsZero() && s.now.Sub(at) > in.Promise+90*time.Hour {
			s.fail("a stream is silent, and nobody is told: %s of %s since %s", n.zone, in.From, at)
		}
		inbox, err := n.Inbox(in.From)
		if err != nil {
			s.fail("an inbox can't be opened: %v", err)
			return
		}
		ahead, there := "", false
		for _, file := range s.list(inbox) {
			name, bundle, _ := ParseName(file)
			if bundle && name.Epoch == max(in.Epoch, 1) && name.Sequence > in.Applied+1 {
				ahead = file
			}
			there = there || bundle && name.Epoch == max(in.Epoch, 1) && name.Sequence == in.Applied+1
		}
		if ahead != "" && (len(in.Waiting) == 0 || !there && len(in.Missing) == 0) {
			s.fail("a bundle waits for one that is missing, and nobody is told: %s of %s: %s, %v", n.zone, in.From, ahead, s.list(inbox))
		}
		s.showsLacking(n, in, inbox)
	}
	for _, out := range st.Outgoing {
		var held, waits, open int64
		err := n.journal.Store.QueryRow(context.Background(), `SELECT COALESCE(SUM(reason <> $2), 0), COALESCE(SUM(reason = $2), 0), (SELECT COUNT(*) FROM exchange_sent WHERE to_zone = $1 AND receipted = 0 AND events > 0) FROM exchange_held WHERE to_zone = $1 AND epoch = 0`,
			string(out.To), TooMuch).Scan(&held, &waits, &open)
		if err != nil {
			s.fail("what is held can't be counted: %v", err)
		}
		if held != out.Held || waits > 0 != (out.Slowed != nil) || open != out.Unreceipted {
			s.fail("a status doesn't show what is held, waits or has no receipt: %s to %s", n.zone, out.To)
		}
	}
}

// showsLacking: what an import finds the next bundle to wait for is named.
func (s *sim) showsLacking(n *simNode, in Incoming, inbox *carrier.Directory) {
	next := Name{Stream{in.From, n.zone}, max(in.Epoch, 1), in.Applied + 1}
	b, err := n.read(next, inbox)
	if err != nil {
		return
	}
	names := s.list(inbox)
	for _, f := range b.Files {
		has, err := n.blobs.Has(context.Background(), f.Digest)
		if err != nil {
			s.fail("a file can't be asked for: %v", err)
			return
		}
		if part := next.part(f.Digest); !has && !slices.Contains(names, part) && !slices.Contains(in.Lacking, part) {
			s.fail("a bundle waits for a file, and nobody is told which: %s of %s: %s", n.zone, in.From, part)
		}
	}
}

// receiptsHold: nothing is receipted that wasn't applied. Of a zone that was
// restored, and has lost what it receipted, this is so again when it was told anew.
func (s *sim) receiptsHold(r Stream) {
	ctx := context.Background()
	out, err := s.nodes[r.From].outgoing(ctx, r.To)
	in, err2 := s.nodes[r.To].received(ctx, s.nodes[r.To].journal.Store, r.From)
	if err := errors.Join(err, err2); err != nil {
		s.fail("a stream can't be looked at: %v", err)
		return
	}
	if !s.owed[r] && out.Epoch == in.Epoch && out.Applied > in.Sequence {
		s.fail("a receipt says more than was taken in: %s: it says %d, and that is %d", r, out.Applied, in.Sequence)
	}
}

// losesNothing: of what a zone knows and a neighbour may know and doesn't, each
// thing is either still to be looked at, held, on its way, or set aside there.
func (s *sim) losesNothing(r Stream) {
	if s.owed[r] {
		return
	}
	from, to := s.nodes[r.From], s.nodes[r.To]
	missing := s.missing(r)
	if len(missing) == 0 {
		return
	}
	looked, err := from.journal.Cursor(context.Background(), scannedCursor(r.To))
	if err != nil {
		s.fail("a zone doesn't know how far it has looked: %v", err)
		return
	}
	var aside map[string]bool
	for _, label := range missing {
		at := from.checked.has[label]
		if at > looked || s.onItsWay(from, r, at) {
			continue
		}
		if aside == nil {
			aside = s.asideOf(to, r.From)
		}
		if !aside[label] {
			s.fail("something is lost, and nobody is told: %s of %s", label, r)
			return
		}
	}
}

// missing are the labels that a zone has, another may know, and hasn't.
func (s *sim) missing(r Stream) []string {
	from, to := s.nodes[r.From], s.nodes[r.To]
	var out []string
	for label := range from.checked.has {
		origin := from.checked.origin[label]
		if _, known := to.checked.has[label]; !known && origin != r.To && passesOn(r.From, origin) && !to.checked.discarded[label] {
			out = append(out, label)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return int(from.checked.has[a] - from.checked.has[b]) })
	return out
}

// onItsWay: an event is held, or in a bundle without a receipt.
func (s *sim) onItsWay(n *simNode, r Stream, at journal.Position) bool {
	ctx := context.Background()
	left, held, err := n.heldAt(ctx, r.To, at)
	if err == nil && held {
		return true
	}
	var open int
	if err == nil { // in the bundle of its stretch, or in the one with which it left after it was held
		err = n.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_sent WHERE to_zone = $1 AND (first_position <= $2 AND last_position >= $2 OR epoch = $3 AND sequence = $4) AND receipted = 0`,
			string(r.To), int64(at), left.Epoch, left.Sequence).Scan(&open)
	}
	if err != nil {
		s.fail("a zone doesn't know where something is: %v", err)
	}
	return open > 0
}

// asideOf are the labels of what a zone has set aside.
func (s *sim) asideOf(n *simNode, from zone.Zone) map[string]bool {
	all, err := n.heldIn(context.Background(), from, `ORDER BY q.epoch`)
	if err != nil {
		s.fail("what was set aside can't be read: %v", err)
	}
	out := map[string]bool{}
	for _, h := range all {
		out[recordLabel(h.record)] = true
	}
	return out
}

// withinLimits counts, for each bundle, the events that had gone by then within an
// hour, by its zone's clock. What people let go by name doesn't count, nor what went
// while that clock was ahead by more than the hour.
func (s *sim) withinLimits(r Stream) {
	n, limit := s.nodes[r.From], simRule.Limits[0]
	rows, err := n.journal.Store.Query(context.Background(), `SELECT rowid, as_of, events - (SELECT COUNT(*) FROM exchange_held h JOIN exchange_release r ON r.id = 'out-' || h.to_zone || '-' || h.position AND r.stage = 'given' WHERE h.to_zone = s.to_zone AND h.epoch = s.epoch AND h.sequence = s.sequence)
FROM exchange_sent s WHERE to_zone = $1 AND sequence > 0 AND rowid > $2 ORDER BY rowid`, string(r.To), s.limits[r]-50)
	if err != nil {
		s.fail("what went can't be counted: %v", err)
		return
	}
	defer rows.Close()
	type went struct{ row, at, n int64 }
	var all []went
	for rows.Next() {
		var w went
		if err := rows.Scan(&w.row, &w.at, &w.n); err != nil {
			s.fail("what went can't be counted: %v", err)
		}
		all = append(all, w)
	}
	for i, w := range all {
		if w.row <= s.limits[r] {
			continue
		}
		s.limits[r] = w.row
		sum, hour := int64(0), limit.Per.Microseconds()
		for _, b := range all[:i+1] {
			if d := w.at - b.at; d < hour && d > -hour {
				sum += b.n
			}
		}
		if sum > limit.Records {
			s.fail("more went than a limit allows: %s: %d records within an hour", r, sum)
		}
	}
}

// sound: the journal's chain, what others countersigned of it, and the tables that
// were made of it.
func (s *sim) sound(n *simNode) {
	ctx := context.Background()
	flaws, err := n.journal.Verify(ctx)
	said, err2 := n.VerifyReceipts(ctx)
	if err := errors.Join(err, err2); err != nil || len(flaws)+len(said) > 0 {
		s.fail("a chain doesn't verify: %s: %v %v %v", n.zone, flaws, said, err)
	}
	differ, err := n.journal.Compare(ctx)
	if n.full && store.IsFull(err) {
		return
	}
	if err != nil || len(differ) > 0 {
		s.fail("tables aren't what the journal makes of them: %s: %v (%v)", n.zone, differ, err)
	}
}
