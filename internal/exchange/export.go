package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Sent is one bundle that was cut for a zone.
type Sent struct {
	Name      Name
	First     int64
	Last      int64
	Digest    Hash
	AsOf      time.Time
	Events    int
	Files     int
	Receipted time.Time // zero: not yet

	suite    keys.Suite // of its epoch
	previous Hash
	chain    Hash
	policy   string
	signer   string
	receiver string
	// receipt is the records that aren't events, one a line: notices of suites, a
	// receipt, and the sender's new public halves. The column had its name before there was one.
	receipt string
}

const sentColumns = `epoch, sequence, first_position, last_position, chain, previous, digest, as_of, policy, signer, receiver, receipt, events, files, receipted`

// sentSelected has the suite of the epoch behind them.
const sentSelected = sentColumns + `, COALESCE((SELECT q.suite FROM exchange_suite q WHERE q.way = 'out' AND q.zone = exchange_sent.to_zone AND q.epoch > 0 AND q.epoch <= exchange_sent.epoch ORDER BY q.epoch DESC LIMIT 1), 'international/1')`

type scanner interface{ Scan(...any) error }

func (x *Exchange) scanSent(row scanner, to zone.Zone) (Sent, error) {
	s := Sent{Name: Name{Stream: Stream{x.Zone(), to}}}
	var chain, previous, digest []byte
	var asOf, receipted int64
	err := row.Scan(&s.Name.Epoch, &s.Name.Sequence, &s.First, &s.Last, &chain, &previous, &digest, &asOf, &s.policy, &s.signer, &s.receiver, &s.receipt, &s.Events, &s.Files, &receipted, &s.suite)
	s.chain, s.previous, s.Digest, s.AsOf = hash(chain), hash(previous), hash(digest), time.UnixMicro(asOf).UTC()
	if receipted > 0 {
		s.Receipted = time.UnixMicro(receipted).UTC()
	}
	return s, err
}

// lastSent is the newest bundle for a zone; before the first, one with number
// 0 of epoch 1.
func (x *Exchange) lastSent(ctx context.Context, to zone.Zone) (Sent, error) {
	row := x.journal.Store.QueryRow(ctx, `SELECT `+sentSelected+` FROM exchange_sent WHERE to_zone = $1 ORDER BY epoch DESC, sequence DESC LIMIT 1`, string(to))
	s, err := x.scanSent(row, to)
	if store.NoRows(err) {
		return Sent{Name: Name{Stream: Stream{x.Zone(), to}, Epoch: 1}, suite: keys.International}, nil
	}
	return s, err
}

// Export cuts what is new for a zone, and receipts that are due, into bundles
// and keeps their files in the outbox. Nothing new: no bundle.
//
// A bundle is recorded before its files are written: several processes may serve
// one zone, and of two that cut at the same time one is overtaken and looks again.
// Dying in between leaves files to be made, which the next one does first.
func (x *Exchange) Export(ctx context.Context, to zone.Zone) ([]Sent, error) {
	unlock, err := x.lock(Stream{x.Zone(), to})
	if err != nil {
		return nil, err
	}
	defer unlock()
	if l := x.looked[to]; l != nil && !l.whole {
		if err := x.ready(ctx, to, Name{}, func(Sent, []string) error { return nil }); err != nil {
			return nil, err
		}
		l.whole = true
	}
	var made []Sent
	for {
		s, more, err := x.exportOne(ctx, to)
		if err != nil {
			if l := x.looked[to]; l != nil {
				l.whole = false
			}
			return made, fmt.Errorf("exporting to the %s zone: %w", to, err)
		}
		if s != nil {
			made = append(made, *s)
		}
		if !more {
			return made, x.prune(ctx, to)
		}
	}
}

// scanned is how far the journal was looked through for a zone. It may be
// ahead of the last bundle: much isn't for everybody.
func scannedCursor(to zone.Zone) string { return "exchange:" + string(to) }

// upcoming is what would go to a zone now.
type upcoming struct {
	run
	stored journal.Position // the cursor of what was looked through
	before *held            // the limit that the stream waited for
}

// look makes the next run for a zone, as the policy in force lets it: what was
// held and may leave first, in a bundle of its own, then what is new.
func (x *Exchange) look(ctx context.Context, to zone.Zone, last Sent, looked journal.Position, rule Rule, now time.Time) (upcoming, error) {
	var u upcoming
	var err error
	if u.stored, err = x.journal.Cursor(ctx, scannedCursor(to)); err != nil {
		return u, err
	}
	from := max(u.stored, journal.Position(last.Last), looked)
	s, err := x.stand(ctx, to, rule)
	if err != nil {
		return u, err
	}
	u.before = s.waits
	v, err := x.sift(ctx, to, rule, s, last.Name.Epoch, now)
	if err != nil {
		return u, err
	}
	if u.run, err = x.leave(ctx, to, s.free, v); err != nil || len(u.left) > 0 {
		u.last, u.more = from, true
		return u, err
	}
	u.run, err = x.gather(ctx, to, from, v)
	u.looked = true
	return u, err
}

func (x *Exchange) exportOne(ctx context.Context, to zone.Zone) (*Sent, bool, error) {
	before, err := x.lastSent(ctx, to)
	if err != nil {
		return nil, false, err
	}
	policy, rule := x.rule(Stream{x.Zone(), to})
	asOf := x.journal.Now().Truncate(time.Microsecond)
	var looked journal.Position
	if l := x.looked[to]; l.epoch == before.Name.Epoch {
		looked = l.at
	}
	u, err := x.look(ctx, to, before, looked, rule, asOf)
	if err != nil {
		return nil, false, err
	}
	run := u.run
	due, pressing, err := x.due(ctx, to)
	if err != nil {
		return nil, false, err
	}
	told, renewed, err := x.untoldKeys(ctx, before)
	if err != nil {
		return nil, false, err
	}
	notices, agreed, err := x.owedNotices(ctx, to, before)
	if err != nil {
		return nil, false, err
	}
	if len(run.records) == 0 && !pressing && len(renewed) == 0 && !agreed && !x.owesSign(to, before, rule, asOf) {
		err := x.passOver(ctx, before.Name, u, policy)
		if errors.Is(err, errOvertaken) {
			return nil, true, nil
		}
		return nil, run.more, err
	}

	peer, err := x.ring.PeerIn(to, before.suite)
	if err != nil {
		return nil, false, err
	}
	s := Sent{
		Name:  Name{Stream: Stream{x.Zone(), to}, Epoch: before.Name.Epoch, Sequence: before.Name.Sequence + 1},
		First: before.Last + 1, Last: int64(run.last), AsOf: asOf,
		Events: len(run.records), Files: len(run.files),
		previous: before.Digest, policy: policy, receiver: peer.ReceivingID().String(), suite: before.suite,
	}
	// The key that its receiver knows: this bundle may be what tells of another.
	signer, err := x.ring.SignerOf(s.suite, told)
	if err != nil {
		return nil, false, err
	}
	s.signer = keys.SignerID(signer).String()
	if s.chain, err = x.chainAt(ctx, x.journal.Store, s.Last); err != nil {
		return nil, false, err
	}
	if x.has(saysNoSuite) {
		notices = nil
	}
	if due != nil {
		text, err := json.Marshal(due)
		if err != nil {
			return nil, false, err
		}
		notices = append(notices, string(text))
	}
	for _, suite := range renewed {
		card, err := x.ring.PublicIn(suite)
		if err != nil {
			return nil, false, err
		}
		text, err := card.OneLine()
		if err != nil {
			return nil, false, err
		}
		notices = append(notices, string(text))
	}
	s.receipt = strings.Join(notices, "\n")
	if n := len(run.records); n > 3 && x.has(losesARecord) {
		run.records = run.records[:n-1]
	}
	inner, err := s.inner(run)
	if err != nil {
		return nil, false, err
	}
	s.Digest = inner.Digest()
	switch err := x.record(ctx, before.Name, s, u, due, agreed); {
	case errors.Is(err, errOvertaken):
		return nil, true, nil
	case err != nil:
		return nil, false, err
	}
	if err = x.keep(ctx, s, inner, run.files, peer); x.has(swallowsFull) && errors.Is(err, syscall.ENOSPC) {
		err = nil
	}
	return &s, run.more, err
}

// errOvertaken: another process of this zone has cut or passed over what this one
// was about to, or began a new epoch. What was looked at is to be looked at again.
var errOvertaken = errors.New("another process of this zone went on with the stream")

// stillThere sees to it, in the transaction that goes on with a stream, that
// nobody did since it was looked at.
func (x *Exchange) stillThere(ctx context.Context, a *journal.Applying, before Name, stored journal.Position) error {
	at := Name{Stream: before.Stream, Epoch: 1}
	err := a.Tx.QueryRow(ctx, `SELECT epoch, sequence FROM exchange_sent WHERE to_zone = $1 ORDER BY epoch DESC, sequence DESC LIMIT 1`, string(before.Stream.To)).Scan(&at.Epoch, &at.Sequence)
	if err != nil && !store.NoRows(err) {
		return err
	}
	looked, err := a.Cursor(ctx, scannedCursor(before.Stream.To))
	if err != nil {
		return err
	}
	if at != before || looked != stored {
		return errOvertaken
	}
	return nil
}

// owesSign tells whether a sign of life is due: a stream that is silent because
// nothing happens mustn't look like one that is cut. Twice in the time that it may
// be silent a bundle without events says so.
func (x *Exchange) owesSign(to zone.Zone, before Sent, rule Rule, now time.Time) bool {
	// A bundle of tomorrow was cut by a clock that was wrong, and nobody waits for it.
	if since := now.Sub(before.AsOf); rule.Promise == 0 || x.has(givesNoSign) || since >= 0 && since < rule.Promise/2 {
		return false
	}
	_, err := x.ring.PeerIn(to, before.suite)
	return err == nil // who isn't paired yet hears nothing
}

// passOver goes on without a bundle: there is nothing for that zone in what was
// looked through, or all of it is held.
func (x *Exchange) passOver(ctx context.Context, before Name, u upcoming, policy string) error {
	to := before.Stream.To
	x.looked[to].epoch, x.looked[to].at = before.Epoch, u.last
	if len(u.left) == 0 && !u.changes(u.before) && u.last < u.stored+1000 { // more spares the next start a long look
		return nil
	}
	err := x.journal.Apply(ctx, func(a *journal.Applying) error {
		if err := x.stillThere(ctx, a, before, u.stored); err != nil {
			return err
		}
		if err := x.noteHeld(ctx, a.Tx, to, policy, u.run, before); err != nil {
			return err
		}
		return a.MoveCursor(ctx, scannedCursor(to), u.last)
	})
	if err != nil {
		*x.looked[to] = lookedThrough{}
	}
	return err
}

// record makes the bundle a fact, if nobody went on with the stream meanwhile.
func (x *Exchange) record(ctx context.Context, before Name, s Sent, u upcoming, due *Receipt, agreed bool) error {
	to, run := before.Stream.To, u.run
	return x.journal.Apply(ctx, func(a *journal.Applying) error {
		if err := x.stillThere(ctx, a, before, u.stored); err != nil {
			return err
		}
		_, err := a.Tx.Exec(ctx, `INSERT INTO exchange_sent (to_zone, `+sentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
			string(to), s.Name.Epoch, s.Name.Sequence, s.First, s.Last, s.chain[:], s.previous[:], s.Digest[:], s.AsOf.UnixMicro(), s.policy, s.signer, s.receiver, s.receipt, s.Events, s.Files, 0)
		if err != nil {
			return err
		}
		if due != nil {
			_, err := a.Tx.Exec(ctx, `UPDATE exchange_received SET acknowledged = 1 WHERE from_zone = $1 AND acknowledged = 0 AND (epoch < $2 OR epoch = $2 AND sequence <= $3)`,
				string(to), due.Epoch, due.Sequence)
			if err == nil {
				err = answered(ctx, a.Tx, to)
			}
			if err != nil {
				return err
			}
		}
		if agreed {
			if _, err := a.Tx.Exec(ctx, `UPDATE exchange_suite SET told = 1 WHERE way = $1 AND zone = $2 AND epoch = 0`, WayIn, string(to)); err != nil {
				return err
			}
		}
		if err := x.noteTold(ctx, a, to, keys.Suites()...); err != nil {
			return err
		}
		if err := x.noteHeld(ctx, a.Tx, to, s.policy, run, s.Name); err != nil {
			return err
		}
		_, err = a.Tx.Exec(ctx, `INSERT INTO exchange_went (to_zone, epoch, sequence, at, records, bytes) VALUES ($1, $2, $3, $4, $5, $6)`,
			string(to), s.Name.Epoch, s.Name.Sequence, s.AsOf.UnixMicro(), run.counted, run.weighs)
		if err != nil {
			return err
		}
		return a.MoveCursor(ctx, scannedCursor(to), run.last)
	})
}

// inner lays the bundle out; s and the run say everything, so that it can be
// done again.
func (s Sent) inner(run run) (Inner, error) {
	var records []Record
	for line := range strings.Lines(s.receipt) {
		kind := ReceiptRecord
		switch {
		case strings.HasPrefix(line, `{"format":`):
			kind = KeyRecord
		case strings.HasPrefix(line, suiteFirst):
			kind = SuiteRecord
		}
		records = append(records, Record{kind, []byte(strings.TrimSuffix(line, "\n"))})
	}
	return Build(Header{
		Suite: s.suite, Stream: s.Name.Stream, Epoch: s.Name.Epoch, Sequence: s.Name.Sequence, Previous: s.previous,
		First: s.First, Last: s.Last, Head: Head{s.Last, s.chain}, AsOf: s.AsOf, Policy: s.policy,
		Signer: s.signer, Receiver: s.receiver, Files: run.files,
	}, append(records, run.records...))
}

// run is a stretch of the journal as one zone may see it.
type run struct {
	records []Record
	files   []blob.Ref
	last    journal.Position // looked at
	more    bool             // the cut ended it, not the journal

	looked  bool               // at what is new, not only at what was held
	held    []held             // by the policy
	waits   *held              // a limit ended it
	left    []journal.Position // held before, and in it now
	counted int64              // records that count against the limits, and
	weighs  int64              // their bytes with their files
}

// bundling fills a run.
type bundling struct {
	x         *Exchange
	run       *run
	named     map[blob.Digest]bool
	bytes     int
	fileBytes int64
}

func (b *bundling) full() bool {
	c, r := b.x.cut, b.run
	return len(r.records) >= c.records || b.bytes >= c.bytes || b.fileBytes >= c.files || len(r.files) >= b.x.limits.Files/2
}

// fresh keeps of an event's files those that are here and aren't in the bundle
// already, and tells what they weigh.
func (b *bundling) fresh(ctx context.Context, files []blob.Ref) (out []blob.Ref, size int64, err error) {
	seen := map[blob.Digest]bool{}
	for _, f := range files {
		held, err := b.x.blobs.Has(ctx, f.Digest)
		if err != nil {
			return nil, 0, err
		}
		if held && !b.named[f.Digest] && !seen[f.Digest] {
			seen[f.Digest] = true
			out, size = append(out, f), size+f.Size
		}
	}
	return out, size, nil
}

func (b *bundling) add(record []byte, files []blob.Ref) {
	b.run.records = append(b.run.records, Record{EventRecord, record})
	b.bytes += len(record)
	for _, f := range files {
		b.named[f.Digest] = true
		b.run.files, b.fileBytes = append(b.run.files, f), b.fileBytes+f.Size
	}
}

// gather reads the journal after a position up to the cut, or until a limit is
// reached, as the policy lets it go.
func (x *Exchange) gather(ctx context.Context, to zone.Zone, after journal.Position, v *sift) (run, error) {
	out := run{last: after}
	b := bundling{x: x, run: &out, named: map[blob.Digest]bool{}}
	for {
		events, err := x.journal.Events(ctx, out.last, 200)
		if err != nil {
			return out, err
		}
		for _, e := range events {
			if b.full() || len(out.held) >= x.cut.records {
				out.more = true
				return out, nil
			}
			record, files, err := x.release(e, to)
			if err != nil {
				return out, fmt.Errorf("event %d: %w", e.Position, err)
			}
			if record == nil {
				out.last = e.Position
				continue
			}
			why, err := v.holds(ctx, e)
			if err != nil {
				return out, err
			}
			if why != "" {
				out.held, out.last = append(out.held, v.row(e, why)), e.Position
				continue
			}
			files, weigh, err := b.fresh(ctx, files)
			if err != nil {
				return out, err
			}
			weigh += int64(len(record))
			counts, wait := v.room(e, weigh)
			if wait != nil {
				out.waits = wait
				return out, nil
			}
			if counts && !x.has(countsNothing) {
				out.counted, out.weighs = out.counted+1, out.weighs+weigh
			}
			b.add(record, files)
			out.last = e.Position
		}
		if len(events) == 0 {
			return out, nil
		}
	}
}

// again makes the run of a bundle that was cut before.
func (x *Exchange) again(ctx context.Context, s Sent) (run, error) {
	to := s.Name.Stream.To
	skip, left, err := x.without(ctx, s)
	if err != nil {
		return run{}, err
	}
	if len(left) > 0 {
		return x.leave(ctx, to, left, nil)
	}
	out := run{last: journal.Position(s.First - 1)}
	b := bundling{x: x, run: &out, named: map[blob.Digest]bool{}}
	for int64(out.last) < s.Last {
		events, err := x.journal.Events(ctx, out.last, 200)
		if err != nil || len(events) == 0 {
			return out, err
		}
		for _, e := range events {
			if int64(e.Position) > s.Last {
				return out, nil
			}
			out.last = e.Position
			if skip[e.Position] {
				continue
			}
			record, files, err := x.release(e, to)
			if err != nil {
				return out, fmt.Errorf("event %d: %w", e.Position, err)
			}
			if record == nil {
				continue
			}
			if files, _, err = b.fresh(ctx, files); err != nil {
				return out, err
			}
			b.add(record, files)
		}
	}
	return out, nil
}

// release gives an event as another zone may see it, and the files that it
// still names then; nil when it isn't for that zone.
func (x *Exchange) release(e journal.Event, to zone.Zone) ([]byte, []blob.Ref, error) {
	if !passesOn(x.Zone(), e.Origin) {
		return nil, nil, nil
	}
	as := to
	if x.has(withholdsNothing) {
		as = x.Zone()
	}
	record, ok, err := x.journal.Registry().EncodeFor(e, as)
	if err != nil || !ok {
		return nil, nil, err
	}
	if _, carries := e.Body.(Carries); !carries {
		return record, nil, nil
	}
	// Asked of the event as it arrives there, a withheld file isn't named.
	there, err := x.journal.Registry().Decode(record, to)
	if err != nil {
		return nil, nil, err
	}
	return record, there.Body.(Carries).Carries(), nil
}

// passesOn tells whether a zone's bundles may hold events of an origin: its
// own, and the office's also what it relays.
func passesOn(sender, origin zone.Zone) bool { return sender == origin || sender == zone.Office }

func (x *Exchange) chainAt(ctx context.Context, r store.Reader, position int64) (Hash, error) {
	if position == 0 {
		return Hash{}, nil
	}
	var chain []byte
	err := r.QueryRow(ctx, `SELECT chain FROM journal_event WHERE position = $1`, position).Scan(&chain)
	return hash(chain), err
}

// keep writes a bundle's files into the outbox: parts, bundle, and last the
// list for people, so that a list never promises what isn't there.
func (x *Exchange) keep(ctx context.Context, s Sent, inner Inner, files []blob.Ref, peer keys.Public) error {
	out, err := x.Outbox(peer.Zone)
	if err != nil {
		return err
	}
	if err := dropStrays(out, s.Name, files); err != nil {
		return err
	}
	for _, f := range files {
		sealed, err := x.sealPart(ctx, f, peer)
		if err != nil {
			return fmt.Errorf("packing file %s: %w", f.Digest, err)
		}
		if err := out.Send(s.Name.part(f.Digest), sealed); err != nil {
			return err
		}
	}
	signer, err := x.ring.SigningKeyNamed(s.signer)
	if err != nil {
		return err
	}
	sealed, err := Seal(inner, signer, peer)
	if err != nil {
		return err
	}
	if err := out.Send(s.Name.Bundle(), sealed); err != nil {
		return err
	}
	return out.Send(s.Name.manifest(), s.manifest(len(sealed), files))
}

// dropStrays removes parts of the same number that a process of the release before
// left, which died before its bundle was recorded: this one may hold less.
func dropStrays(out *carrier.Directory, n Name, files []blob.Ref) error {
	names, err := out.List()
	if err != nil {
		return err
	}
	wanted := map[string]bool{n.Bundle(): true, n.manifest(): true}
	for _, f := range files {
		wanted[n.part(f.Digest)] = true
	}
	for _, name := range names {
		if n.owns(name) && !wanted[name] {
			if err := out.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *Exchange) sealPart(ctx context.Context, f blob.Ref, to keys.Public) ([]byte, error) {
	content, err := x.blobs.Get(ctx, f.Digest)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	var sealed bytes.Buffer
	sealed.Grow(int(f.Size) + 1024)
	w, err := encrypt(&sealed, to)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(w, content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// manifest is for whoever carries the files, in both languages.
func (s Sent) manifest(size int, files []blob.Ref) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "一趟 网间数据包 / Yitang bundle\n\n")
	fmt.Fprintf(&b, "自 from      %s\n至 to        %s\n序号 number  %d (第 %d 代 epoch %d)\n截至 as of   %s\n记录 records %d\n\n",
		s.Name.Stream.From, s.Name.Stream.To, s.Name.Sequence, s.Name.Epoch, s.Name.Epoch, s.AsOf.Format(time.RFC3339), s.Events)
	fmt.Fprintf(&b, "%12d  %s\n", size, s.Name.Bundle())
	for _, f := range files {
		fmt.Fprintf(&b, "%12d  %s\n", sealedSize(s.suite, f.Size), s.Name.part(f.Digest))
	}
	b.WriteString("\n请把以上文件一起带到对方网络。内容已签名加密，重复导入无妨。\nCarry all of these to the other network. They are signed and encrypted; importing them twice does no harm.\n")
	return []byte(b.String())
}

// pending lists the bundles for a zone that have no receipt yet, oldest first.
func (x *Exchange) pending(ctx context.Context, to zone.Zone) ([]Sent, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT `+sentSelected+` FROM exchange_sent WHERE to_zone = $1 AND receipted = 0 ORDER BY epoch, sequence`, string(to))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Sent
	for rows.Next() {
		s, err := x.scanSent(rows, to)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Hand puts every bundle that has no receipt yet into a carrier's folder, and
// tells which. A kept file that was lost is made again, with the same bytes
// inside. A note there, of the disc that it was before, goes.
func (x *Exchange) Hand(ctx context.Context, to zone.Zone, dest *carrier.Directory) ([]Sent, error) {
	if err := dropNotes(dest, Stream{x.Zone(), to}, nil); err != nil {
		return nil, err
	}
	return x.handAfter(ctx, to, Name{}, dest)
}

func (x *Exchange) handAfter(ctx context.Context, to zone.Zone, after Name, dest *carrier.Directory) ([]Sent, error) {
	unlock, err := x.lock(Stream{x.Zone(), to})
	if err != nil {
		return nil, err
	}
	defer unlock()
	out, err := x.Outbox(to)
	if err != nil {
		return nil, err
	}
	var handed []Sent
	err = x.ready(ctx, to, after, func(s Sent, files []string) error {
		for _, name := range files {
			if err := copyFile(out, dest, name); err != nil {
				return fmt.Errorf("handing over %s: %w", s.Name, err)
			}
		}
		handed = append(handed, s)
		return nil
	})
	return handed, err
}

// ready gives each bundle that has no receipt yet with its files, parts before
// the bundle before the list, and mends the outbox first where some are missing.
func (x *Exchange) ready(ctx context.Context, to zone.Zone, after Name, do func(Sent, []string) error) error {
	bundles, err := x.pending(ctx, to)
	if err != nil {
		return err
	}
	lie, err := x.lying(to)
	if err != nil {
		return err
	}
	for _, s := range bundles {
		if s.Name.Epoch == after.Epoch && s.Name.Sequence <= after.Sequence {
			continue
		}
		files, whole := s.whole(lie)
		if !whole {
			if err := x.rebuild(ctx, s); err != nil {
				return fmt.Errorf("handing over %s: %w", s.Name, err)
			}
			if lie, err = x.lying(to); err != nil {
				return err
			}
			if files, whole = s.whole(lie); !whole {
				return fmt.Errorf("handing over %s: its files vanish as soon as they are written", s.Name)
			}
		}
		if err := do(s, files); err != nil {
			return err
		}
	}
	return nil
}

// lying lists what is in the outbox for a zone, bundle by bundle.
func (x *Exchange) lying(to zone.Zone) (map[Name][]string, error) {
	out, err := x.Outbox(to)
	if err != nil {
		return nil, err
	}
	names, err := out.List()
	if err != nil {
		return nil, err
	}
	all := map[Name][]string{}
	for _, file := range names {
		if n, _, ok := ParseName(file); ok {
			all[n] = append(all[n], file)
		}
	}
	return all, nil
}

// whole gives a bundle's files in the order in which they are carried, and
// tells whether none is missing.
func (s Sent) whole(lie map[Name][]string) ([]string, bool) {
	files := inOrder(lie[s.Name])
	return files, len(files) == s.Files+2 && slices.Contains(files, s.Name.Bundle()) && slices.Contains(files, s.Name.manifest())
}

// rebuild makes a bundle's files again from the journal. The signed bytes must
// come out the same; where fields were erased since, they can't.
func (x *Exchange) rebuild(ctx context.Context, s Sent) error {
	to := s.Name.Stream.To
	peer, err := x.ring.PeerIn(to, s.suite)
	if err != nil {
		return err
	}
	run, err := x.again(ctx, s)
	if err != nil {
		return err
	}
	inner, err := s.inner(run)
	if err != nil {
		return err
	}
	if inner.Digest() != s.Digest {
		return fmt.Errorf("%s was lost and can't be made again as it was: begin a new epoch", s.Name)
	}
	return x.keep(ctx, s, inner, run.files, peer)
}

func copyFile(from, to *carrier.Directory, name string) error {
	r, err := from.Take(name)
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return to.Send(name, content)
}

// prune removes files whose receipt has come, and notes of discs all of whose have.
func (x *Exchange) prune(ctx context.Context, to zone.Zone) error {
	out, err := x.Outbox(to)
	if err != nil {
		return err
	}
	names, err := out.List()
	if err != nil || len(names) == 0 {
		return err
	}
	waiting, err := x.pending(ctx, to)
	if err != nil {
		return err
	}
	open := map[Name]bool{}
	for _, s := range waiting {
		open[s.Name] = true
	}
	for _, file := range names {
		if n, _, ok := ParseName(file); ok && !open[n] {
			if err := out.Remove(file); err != nil {
				return err
			}
		}
	}
	return dropNotes(out, Stream{x.Zone(), to}, func(_ string, d discNote) bool {
		return slices.ContainsFunc(waiting, func(s Sent) bool { return d.covers(s.Name) })
	})
}

// Reopen begins a new epoch towards a zone: everything that it may hear is
// sent again from the first event on, in new bundles. It is what an operator
// does after this node was restored from a backup; what the other side knows
// already it doesn't take twice. That nothing was sent yet, as far as this node
// remembers, is no reason against it: the other side may know better.
func (x *Exchange) Reopen(ctx context.Context, to zone.Zone) (int64, error) {
	unlock, err := x.lock(Stream{x.Zone(), to})
	if err != nil {
		return 0, err
	}
	defer unlock()
	last, err := x.lastSent(ctx, to)
	if err != nil {
		return 0, err
	}
	return x.anew(ctx, to, last, last.suite)
}

// anew is that under the stream's lock; the new epoch is in a suite.
func (x *Exchange) anew(ctx context.Context, to zone.Zone, last Sent, s keys.Suite) (int64, error) {
	*x.looked[to] = lookedThrough{}
	ahead, err := x.ahead(ctx, to, last.Name.Epoch)
	if err != nil {
		return 0, err
	}
	epoch := nextEpoch(max(last.Name.Epoch, ahead), x.journal.Now())
	if x.has(reusesEpochs) {
		epoch = last.Name.Epoch + 1
	}
	err = x.journal.Apply(ctx, func(a *journal.Applying) error {
		// What the old epoch still owed is in the new one.
		if _, err := a.Tx.Exec(ctx, `UPDATE exchange_sent SET receipted = $1 WHERE to_zone = $2 AND receipted = 0`, x.journal.Now().UnixMicro(), string(to)); err != nil {
			return err
		}
		// Whoever begins anew may have been restored from a backup, or from a copy of
		// its disk, and numbers of its events been given to others.
		if !x.has(goesOnAsBefore) {
			if err := a.BeginLife(ctx, epoch); err != nil {
				return err
			}
		}
		// Number 0 stands for "before the first": nothing is sent under it.
		_, err := a.Tx.Exec(ctx, `INSERT INTO exchange_sent (to_zone, `+sentColumns+`) VALUES ($1, $2, 0, 0, 0, $3, $3, $3, $4, '', '', '', '', 0, 0, $4)`,
			string(to), epoch, make([]byte, 32), x.journal.Now().UnixMicro())
		if err != nil {
			return err
		}
		// Everything is told anew with the keys of today: if the other side
		// doesn't know them, people pair the two again.
		if err := x.noteTold(ctx, a, to, s); err != nil {
			return err
		}
		for _, other := range keys.Suites() { // what the old epoch told of them may be lost
			if other != s {
				if err := a.MoveCursor(ctx, toldKeys(to, other), 0); err != nil {
					return err
				}
			}
		}
		// So is what was agreed to here.
		if _, err := a.Tx.Exec(ctx, `UPDATE exchange_suite SET told = 0 WHERE way = $1 AND zone = $2 AND epoch = 0`, WayIn, string(to)); err != nil {
			return err
		}
		if s != last.suite {
			if err := x.noteSuite(ctx, a.Tx, WayOut, to, epoch, s); err != nil {
				return err
			}
			if err := forgetAgreed(ctx, a.Tx, WayOut, to); err != nil {
				return err
			}
		}
		// What is held is found again on the way; what people let go stays so.
		if _, err := a.Tx.Exec(ctx, `DELETE FROM exchange_held WHERE to_zone = $1 AND epoch = 0`, string(to)); err != nil {
			return err
		}
		if x.has(tellsNoneAgain) {
			return nil
		}
		return a.MoveCursor(ctx, scannedCursor(to), 0)
	})
	return epoch, err
}

// nextEpoch is named after the millisecond in which it begins, 261128113005123: a
// zone that is restored from one backup twice must not give its second new life
// the number of the first, whose bundles the other side has. No restore takes less.
func nextEpoch(last int64, now time.Time) int64 {
	named, err := strconv.ParseInt(strings.ReplaceAll(now.UTC().Format("060102150405.000"), ".", ""), 10, 64)
	if err != nil {
		named = 0 // a clock before the year 1 or after 9999; the next number will do
	}
	return max(last+1, named)
}

// due is the receipt for the newest bundle that a zone has no receipt for, or
// nil. It presses only for bundles that brought events: or two zones would
// thank each other for ever. The others are acknowledged when there is a
// bundle to send anyway.
func (x *Exchange) due(ctx context.Context, to zone.Zone) (due *Receipt, pressing bool, err error) {
	r := Receipt{Stream: Stream{to, x.Zone()}}
	var digest, chain []byte
	var applied, events int64
	err = x.journal.Store.QueryRow(ctx, `SELECT epoch, sequence, digest, head_position, chain, applied,
(SELECT COALESCE(SUM(events), 0) FROM exchange_received WHERE from_zone = $1 AND acknowledged = 0)
FROM exchange_received
WHERE from_zone = $1 AND acknowledged = 0
ORDER BY epoch DESC, sequence DESC LIMIT 1`, string(to)).Scan(&r.Epoch, &r.Sequence, &digest, &r.Head.Position, &chain, &applied, &events)
	if store.NoRows(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if x.has(receiptsTooMuch) {
		r.Sequence++
	}
	r.Bundle, r.Head.Chain, r.At = hash(digest), hash(chain), time.UnixMicro(applied).UTC()
	behind, err := x.mustAnswer(ctx, to)
	return &r, events > 0 || behind, err
}
