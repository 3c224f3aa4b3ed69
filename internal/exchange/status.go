package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Outgoing is how far another zone has been told, as far as this one knows.
type Outgoing struct {
	To      zone.Zone `json:"to"`
	Epoch   int64     `json:"epoch"`
	Sent    int64     `json:"sent"`   // number of the last bundle made
	SentAt  time.Time `json:"sentAt"` // zero: none yet
	Applied int64     `json:"applied"`
	// AppliedAt is when the receipt for Applied came; zero: there is no receipt.
	AppliedAt time.Time `json:"appliedAt"`
	// Unreceipted counts the bundles with events whose receipt is awaited, and
	// WaitingSince is when the oldest of them was made.
	Unreceipted  int64     `json:"unreceipted"`
	Records      int64     `json:"records"` // the events in them
	WaitingSince time.Time `json:"waitingSince"`
	// Behind counts the events of the journal that weren't looked through for
	// this zone yet. Not all of them are for it.
	Behind int64 `json:"behind"`
	Held   int64 `json:"held"` // records that the release policy holds back
	// Slowed says that the stream waits for a limit of the policy.
	Slowed *Slowed `json:"slowed,omitempty"`
	Paired bool    `json:"paired"`
	// Suite is that of the stream, and Takes another one in which the other zone
	// has agreed to be told from the next epoch on.
	Suite keys.Suite `json:"suite"`
	Takes keys.Suite `json:"takes,omitempty"`
	// Ahead is the epoch in which that zone has heard this one, where it is later than
	// any that is remembered here: this zone was restored, and begins anew.
	Ahead int64 `json:"ahead,omitempty"`
	// Discs are those that people carry there, as the media log has them.
	Discs DiscCount `json:"discs"`
}

// Slowed is a stream that has sent as much as the release policy allows.
type Slowed struct {
	Since time.Time     `json:"since"`
	Per   time.Duration `json:"per"`
	Most  int64         `json:"most"`  // records, or 0
	Bytes int64         `json:"bytes"` // the same, of bytes
	Again time.Time     `json:"again"` // there is room again, at the earliest
}

// slowed reads what the stream noted when it had to wait.
func (h held) slowed() *Slowed {
	var per, again int64
	s := Slowed{Since: h.at}
	if _, err := fmt.Sscan(h.detail, &per, &s.Most, &s.Bytes, &again); err != nil {
		return &s // it is shown without its figures
	}
	s.Per, s.Again = time.Duration(per)*time.Second, time.Unix(again, 0).UTC()
	return &s
}

// Incoming is how far this zone has heard of another.
type Incoming struct {
	From      zone.Zone `json:"from"`
	Epoch     int64     `json:"epoch"`
	Applied   int64     `json:"applied"` // number of the last bundle
	AppliedAt time.Time `json:"appliedAt"`
	AsOf      time.Time `json:"asOf"`    // all that happened there before is known here
	Waiting   []int64   `json:"waiting"` // numbers in the inbox that can't be applied yet
	Missing   []int64   `json:"missing"` // numbers that they wait for
	// Lacking are the files that the next bundle names, which has come, and that
	// haven't: it waits for them, and all behind it with it.
	Lacking     []string `json:"lacking"`
	Quarantined int64    `json:"quarantined"`
	// Promise is how long the stream may be silent by the release policy; 0: as
	// long as it likes. Silent is since when it has been for longer; zero: it isn't.
	Promise time.Duration `json:"promise"`
	Silent  time.Time     `json:"silent,omitzero"`
	// Refused are whole bundles that no good one has taken the place of.
	Refused []RefusedBundle `json:"refused"`
	Unkept  Unkept          `json:"unkept"` // refused ones that aren't kept
	// Behind is when bundles came last of an epoch that was never heard and is older
	// than the known one: old discs, or that zone was restored and its clock is behind.
	Behind time.Time `json:"behind,omitzero"`
	Inbox  Inbox     `json:"inbox"`
	Paired bool      `json:"paired"`
	// Suite is that of the stream, and Agreed another one to which people here
	// have agreed for the next epoch.
	Suite  keys.Suite `json:"suite"`
	Agreed keys.Suite `json:"agreed,omitempty"`
}

// Lag is how old the knowledge of the other zone is.
func (i Incoming) Lag(now time.Time) time.Duration {
	if i.AsOf.IsZero() {
		return 0
	}
	return now.Sub(i.AsOf)
}

// Status is a zone's view of its streams.
type Status struct {
	Zone     zone.Zone  `json:"zone"`
	Outgoing []Outgoing `json:"outgoing"`
	Incoming []Incoming `json:"incoming"`
}

// HasGap tells whether a bundle is missing that others wait for, or a file of one.
func (s Status) HasGap() bool {
	for _, i := range s.Incoming {
		if len(i.Missing) > 0 || len(i.Lacking) > 0 {
			return true
		}
	}
	return false
}

// Status reads how far each zone has heard of the others.
func (x *Exchange) Status(ctx context.Context) (Status, error) {
	s := Status{Zone: x.Zone()}
	for _, peer := range x.Peers() {
		out, err := x.outgoing(ctx, peer)
		if err != nil {
			return s, fmt.Errorf("asking how far the %s zone was told: %w", peer, err)
		}
		in, err := x.incoming(ctx, peer)
		if err != nil {
			return s, fmt.Errorf("asking how far the %s zone was heard: %w", peer, err)
		}
		if err := x.suites(ctx, peer, &out, &in); err != nil {
			return s, fmt.Errorf("asking in which suite the %s zone is heard: %w", peer, err)
		}
		s.Outgoing, s.Incoming = append(s.Outgoing, out), append(s.Incoming, in)
	}
	return s, nil
}

// suites adds in which suite each of a zone's two streams is, what was agreed to,
// and whether its keys are pinned.
func (x *Exchange) suites(ctx context.Context, peer zone.Zone, out *Outgoing, in *Incoming) (err error) {
	r := x.journal.Store
	if out.Suite, err = suiteAt(ctx, r, WayOut, peer, out.Epoch); err != nil {
		return err
	}
	if in.Suite, err = suiteAt(ctx, r, WayIn, peer, in.Epoch); err != nil {
		return err
	}
	if out.Takes, err = agreedSuite(ctx, r, WayOut, peer); err != nil {
		return err
	}
	if in.Agreed, err = agreedSuite(ctx, r, WayIn, peer); err != nil {
		return err
	}
	if out.Takes == out.Suite {
		out.Takes = ""
	}
	if in.Agreed == in.Suite {
		in.Agreed = ""
	}
	_, err = x.ring.PeerIn(peer, out.Suite)
	out.Paired = err == nil
	_, err = x.ring.PeerIn(peer, in.Suite)
	in.Paired = err == nil
	return nil
}

// paired tells whether any keys of a zone are pinned here.
func (x *Exchange) paired(peer zone.Zone) bool {
	for _, s := range keys.Suites() {
		if _, err := x.ring.PeerIn(peer, s); err == nil {
			return true
		}
	}
	return false
}

func (x *Exchange) outgoing(ctx context.Context, to zone.Zone) (Outgoing, error) {
	o := Outgoing{To: to}
	last, err := x.lastSent(ctx, to)
	if err != nil {
		return o, err
	}
	o.Epoch, o.Sent = last.Name.Epoch, last.Name.Sequence
	if o.Sent > 0 {
		o.SentAt = last.AsOf
	}
	var since, at int64
	err = x.journal.Store.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(events), 0), COALESCE(MIN(as_of), 0) FROM exchange_sent WHERE to_zone = $1 AND receipted = 0 AND events > 0`, string(to)).
		Scan(&o.Unreceipted, &o.Records, &since)
	if err != nil {
		return o, err
	}
	err = x.journal.Store.QueryRow(ctx, `SELECT sequence, receipted FROM exchange_sent
WHERE to_zone = $1 AND epoch = $2 AND receipted > 0 AND sequence > 0
ORDER BY sequence DESC LIMIT 1`, string(to), o.Epoch).Scan(&o.Applied, &at)
	if err != nil && !store.NoRows(err) {
		return o, err
	}
	o.WaitingSince, o.AppliedAt = instant(since), instant(at)
	looked, err := x.journal.Cursor(ctx, scannedCursor(to))
	if err != nil {
		return o, err
	}
	head, _ := x.journal.Head()
	o.Behind = int64(head - max(looked, journal.Position(last.Last)))
	err = x.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_held WHERE to_zone = $1 AND epoch = 0 AND reason <> $2`, string(to), TooMuch).Scan(&o.Held)
	if err != nil {
		return o, err
	}
	var waits held
	err = x.journal.Store.QueryRow(ctx, `SELECT at, detail FROM exchange_held WHERE to_zone = $1 AND epoch = 0 AND reason = $2`, string(to), TooMuch).Scan(&at, &waits.detail)
	if err == nil {
		waits.at = instant(at)
		o.Slowed = waits.slowed()
	} else if !store.NoRows(err) {
		return o, err
	}
	if o.Ahead, err = x.ahead(ctx, to, o.Epoch); err != nil {
		return o, err
	}
	o.Discs, err = x.countDiscs(ctx, to)
	return o, err
}

func (x *Exchange) incoming(ctx context.Context, from zone.Zone) (Incoming, error) {
	i := Incoming{From: from, Waiting: []int64{}, Missing: []int64{}, Lacking: []string{}, Refused: []RefusedBundle{}}
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return i, err
	}
	i.Epoch, i.Applied = at.Epoch, at.Sequence
	var asOf, applied int64
	err = x.journal.Store.QueryRow(ctx, `SELECT as_of, applied FROM exchange_received WHERE from_zone = $1 AND epoch = $2 AND sequence = $3`, string(from), at.Epoch, at.Sequence).
		Scan(&asOf, &applied)
	if err != nil && !store.NoRows(err) {
		return i, err
	}
	i.AsOf, i.AppliedAt = instant(asOf), instant(applied)
	err = x.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_quarantine WHERE from_zone = $1`, string(from)).Scan(&i.Quarantined)
	if err != nil {
		return i, err
	}
	inbox, err := x.Inbox(from)
	if err != nil {
		return i, err
	}
	files, err := inbox.List()
	if err != nil {
		return i, err
	}
	if i.Inbox, err = x.lies(from, inbox, files); err != nil {
		return i, err
	}
	_, rule := x.rule(Stream{from, x.Zone()})
	i.Promise = rule.Promise
	if i.Silent, err = x.silent(ctx, i); err != nil {
		return i, err
	}
	if i.Behind, err = x.behindSince(ctx, from); err != nil {
		return i, err
	}
	i.Waiting, i.Missing = gaps(files, Stream{from, x.Zone()}, at)
	if !x.has(hidesLacking) {
		if i.Lacking, err = x.lacking(ctx, inbox, files, Name{Stream{from, x.Zone()}, max(at.Epoch, 1), at.Sequence + 1}); err != nil {
			return i, err
		}
	}
	refused, others, err := x.refusedBundles(from, at)
	i.Refused, i.Unkept = append(i.Refused, refused...), others
	return i, err
}

// silent tells since when nothing was taken in of a zone, if that is longer than
// the stream may be silent. Of a zone that was never heard it is the moment at
// which this one first had something to tell it. This zone's own clock counts:
// a sender whose clock is wrong is neither silent nor heard because of that.
func (x *Exchange) silent(ctx context.Context, i Incoming) (time.Time, error) {
	if i.Promise == 0 {
		return time.Time{}, nil
	}
	since := i.AppliedAt
	if since.IsZero() {
		var first int64
		err := x.journal.Store.QueryRow(ctx, `SELECT COALESCE(MIN(as_of), 0) FROM exchange_sent WHERE to_zone = $1 AND sequence > 0`, string(i.From)).Scan(&first)
		if err != nil {
			return time.Time{}, err
		}
		since = instant(first)
	}
	if since.IsZero() || x.journal.Now().Sub(since) <= i.Promise {
		return time.Time{}, nil
	}
	return since, nil
}

// gaps tells which numbers wait in a folder, and which they wait for. At most
// a hundred missing ones are named, and a thousand that wait.
func gaps(files []string, s Stream, at Cursor) (waiting, missing []int64) {
	waiting, missing = []int64{}, []int64{}
	epoch, next := max(at.Epoch, 1), at.Sequence+1
	for _, file := range inOrder(files) { // not of names: an epoch has any number of digits
		n, bundle, ok := ParseName(file)
		if !ok || !bundle || n.Stream != s || n.Epoch < epoch || n.Epoch == epoch && n.Sequence < next {
			continue
		}
		if n.Epoch > epoch {
			epoch, next = n.Epoch, 1
		}
		for ; next < n.Sequence && len(missing) < 100; next++ {
			missing = append(missing, next)
		}
		next = n.Sequence + 1
		if len(waiting) < 1000 {
			waiting = append(waiting, n.Sequence)
		}
	}
	return waiting, missing
}

// lacking names the files that a bundle in a folder waits for. One that isn't there,
// or can't be read, waits for none: it is missing, or refused.
func (x *Exchange) lacking(ctx context.Context, src *carrier.Directory, files []string, n Name) ([]string, error) {
	all := []string{}
	b, err := x.read(n, src)
	if errors.Is(err, errGone) || err != nil && machine(err) == nil {
		return all, nil
	}
	if err != nil {
		return all, err
	}
	for _, f := range b.Files {
		held, err := x.blobs.Has(ctx, f.Digest)
		if err != nil {
			return all, err
		}
		if part := n.part(f.Digest); !held && !slices.Contains(files, part) {
			all = append(all, part)
		}
	}
	return all, nil
}

func instant(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// VerifyReceipts compares the chain that other zones countersigned with the
// journal as it is now: a history that was rewritten, chain and all, is found
// here. It gives a sentence for each contradiction.
func (x *Exchange) VerifyReceipts(ctx context.Context) ([]string, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT s.to_zone, s.epoch, s.sequence, s.last_position, s.chain, e.chain FROM exchange_sent s
LEFT JOIN journal_event e ON e.position = s.last_position
WHERE s.sequence > 0 AND s.last_position > 0
ORDER BY s.to_zone, s.epoch, s.sequence`)
	if err != nil {
		return nil, fmt.Errorf("reading what was countersigned: %w", err)
	}
	defer rows.Close()
	var flaws []string
	for rows.Next() {
		var to string
		var epoch, sequence, position int64
		var said, is []byte
		if err := rows.Scan(&to, &epoch, &sequence, &position, &said, &is); err != nil {
			return nil, err
		}
		switch {
		case is == nil:
			flaws = append(flaws, fmt.Sprintf("event %d, which bundle %d to the %s zone told of, is gone", position, sequence, to))
		case hash(said) != hash(is):
			flaws = append(flaws, fmt.Sprintf("the chain at event %d isn't the one that bundle %d to the %s zone told of", position, sequence, to))
		}
	}
	return flaws, rows.Err()
}
