package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Fate is what became of one bundle that a carrier brought.
type Fate string

// The fates. Waiting bundles stay where they are and are tried again.
const (
	Applied Fate = "applied"
	Known   Fate = "known"   // applied before; harmless
	Waiting Fate = "waiting" // for an earlier bundle, or for a file that it names
	Refused Fate = "refused"
)

// Outcome tells what became of one bundle file, and why.
type Outcome struct {
	File        string `json:"file"`
	Fate        Fate   `json:"fate"`
	Reason      Reason `json:"reason,omitempty"`
	Detail      string `json:"detail,omitempty"`
	Sequence    int64  `json:"sequence"`
	Events      int    `json:"events"`
	Quarantined int    `json:"quarantined"`

	// spoiled is a file beside the bundle that isn't what it names: the bundle may be
	// good, and comes again with another one.
	spoiled string
}

// received is how far a stream was applied.
func (x *Exchange) received(ctx context.Context, r store.Reader, from zone.Zone) (Cursor, error) {
	var c Cursor
	var digest []byte
	err := r.QueryRow(ctx, `SELECT epoch, sequence, digest, last_position FROM exchange_received
WHERE from_zone = $1
ORDER BY epoch DESC, sequence DESC LIMIT 1`, string(from)).Scan(&c.Epoch, &c.Sequence, &digest, &c.Last)
	if store.NoRows(err) {
		return Cursor{}, nil
	}
	c.Digest = hash(digest)
	return c, err
}

// Import looks at all bundles from a zone that lie in a carrier's folder and
// applies those that can be applied, in order. It removes nothing: see Clear.
// The error is the machine's; what is wrong with a bundle stands in its Outcome.
func (x *Exchange) Import(ctx context.Context, from zone.Zone, src *carrier.Directory) ([]Outcome, error) {
	stream := Stream{from, x.Zone()}
	unlock, err := x.lock(stream)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := x.settleIn(ctx, from); err != nil {
		return nil, err
	}
	files, err := src.List()
	if err != nil {
		return nil, err
	}
	var names []Name
	for _, file := range files {
		if n, bundle, ok := ParseName(file); ok && bundle && n.Stream == stream {
			names = append(names, n)
		}
	}
	slices.SortFunc(names, func(a, b Name) int {
		if a.Epoch != b.Epoch {
			return int(a.Epoch - b.Epoch)
		}
		return int(a.Sequence - b.Sequence)
	})
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return nil, err
	}
	var out []Outcome
	waits := 0
	for _, n := range names {
		o, done, err := x.byName(ctx, n, at, src)
		if o.Reason == Gap {
			if waits++; waits > mostWaiting {
				continue
			}
		}
		if err == nil && !done {
			o, err = x.importOne(ctx, n, src)
		}
		if errors.Is(err, errGone) {
			continue
		}
		if err != nil {
			return out, fmt.Errorf("importing %s: %w", n.Bundle(), err)
		}
		out = append(out, o)
		if o.Fate == Applied {
			if at, err = x.received(ctx, x.journal.Store, from); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// mostWaiting is how many bundles that have to wait one look at a folder tells of.
const mostWaiting = 1000

// byName passes a bundle over that was applied, or whose turn hasn't come. By its name
// alone it can be passed over, never let in, and isn't worth decrypting: a folder may
// be filled by people, whom nothing bounds.
func (x *Exchange) byName(ctx context.Context, n Name, at Cursor, src *carrier.Directory) (o Outcome, done bool, err error) {
	o = Outcome{File: n.Bundle(), Sequence: n.Sequence}
	why := x.next(at, Header{Epoch: n.Epoch, Sequence: n.Sequence})
	if !isReason(why, Repeated) && !isReason(why, Gap) {
		return o, false, nil
	}
	if n.Epoch < at.Epoch {
		behind, err := x.behind(ctx, n, at, src)
		if err != nil {
			return o, false, err
		}
		if behind {
			why = refuse(Repeated, "%s", behindSays(n))
			o = o.because(why)
			o.Reason = OlderEpoch
			return o, true, nil
		}
	}
	return o.because(why), true, nil
}

func (x *Exchange) importOne(ctx context.Context, n Name, src *carrier.Directory) (Outcome, error) {
	o := Outcome{File: n.Bundle(), Sequence: n.Sequence}
	at, err := x.received(ctx, x.journal.Store, n.Stream.From)
	if err != nil {
		return o, err
	}
	b, err := x.read(n, src)
	if err != nil {
		return o.because(err), machine(err)
	}
	if err := x.next(at, b.Header); err != nil {
		return o.because(err), nil
	}
	if err := x.inSuite(ctx, x.journal.Store, at, b); err != nil {
		return o.because(err), machine(err)
	}
	if err := x.fetch(ctx, n, b, src); err != nil {
		var spoiled *spoiledFile
		if errors.As(err, &spoiled) {
			o.spoiled = spoiled.name
		}
		return o.because(err), machine(err)
	}
	if err := x.signedByNext(b.Header); err != nil {
		return o, err
	}
	newKeys, err := x.adopt(b)
	if err != nil {
		return o, err
	}
	_, rule := x.rule(n.Stream)
	err = x.journal.Apply(ctx, func(a *journal.Applying) error {
		o.Events, o.Quarantined = 0, 0
		return x.apply(ctx, a, b, rule, &o)
	})
	if err != nil {
		return o.because(err), machine(err)
	}
	if newKeys && !x.has(trustsTheOld) {
		if err := x.ring.Promote(n.Stream.From, b.Suite); err != nil {
			return o, err
		}
	}
	o.Fate = Applied
	return o, nil
}

func isReason(err error, why Reason) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Reason == why
}

// machine gives back an error that isn't the bundle's fault.
func machine(err error) error {
	var r *Refusal
	var w *missingFile
	if errors.As(err, &r) || errors.As(err, &w) {
		return nil
	}
	return err
}

func (o Outcome) because(err error) Outcome {
	var r *Refusal
	var w *missingFile
	switch {
	case errors.As(err, &w):
		o.Fate, o.Detail = Waiting, w.Error()
	case errors.As(err, &r):
		o.Reason, o.Detail = r.Reason, r.Error()
		switch r.Reason {
		case Repeated:
			o.Fate = Known
		case Gap:
			o.Fate = Waiting
		default:
			o.Fate = Refused
		}
	}
	return o
}

// errGone is for a bundle that has given way in the inbox to one that is nearer
// to its turn (makeRoom).
var errGone = errors.New("it is gone")

func (x *Exchange) read(n Name, src *carrier.Directory) (Bundle, error) {
	file, err := src.Take(n.Bundle())
	if errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, errGone
	}
	if err != nil {
		return Bundle{}, err
	}
	defer file.Close()
	b, err := Open(file, x.ring, x.limits)
	if isReason(err, BadSignature) && x.has(takesStrangers) {
		b, err = x.openLaxly(n, src)
	}
	if err == nil && b.Stream != n.Stream {
		err = refuse(WrongStream, "it is called %s and belongs to %s", n, b.Stream)
	}
	return b, err
}

// next tells whether a bundle is the one that comes next.
func (x *Exchange) next(at Cursor, h Header) error {
	err := at.Next(h)
	if x.has(passesOverGaps) && isReason(err, Gap) && h.Epoch == max(at.Epoch, 1) {
		return nil
	}
	return err
}

// missingFile says that a bundle waits for a file that it names.
type missingFile struct{ digest blob.Digest }

func (m *missingFile) Error() string { return "waiting for file " + m.digest.String() }

// fetch takes over the files that a bundle names. They are durable before the
// records that name them, because the journal flushes files before it commits;
// a crash in between leaves files that nobody names.
func (x *Exchange) fetch(ctx context.Context, n Name, b Bundle, src *carrier.Directory) error {
	for _, f := range b.Files {
		held, err := x.blobs.Has(ctx, f.Digest)
		if err != nil {
			return err
		}
		if held || x.has(waitsForNoFile) {
			continue
		}
		if err := x.fetchOne(ctx, n, f, b.Suite, src); err != nil {
			return err
		}
	}
	return nil
}

func (x *Exchange) fetchOne(ctx context.Context, n Name, f blob.Ref, s keys.Suite, src *carrier.Directory) error {
	part, err := src.Take(n.part(f.Digest))
	if errors.Is(err, fs.ErrNotExist) {
		return &missingFile{f.Digest}
	}
	if err != nil {
		return err
	}
	defer part.Close()
	content, err := openPart(part, f, s, x.ring)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return &spoiledFile{n.part(f.Digest), err}
	}
	if err != nil {
		return err
	}
	_, err = x.blobs.Put(ctx, bytes.NewReader(content), f.Size)
	return err
}

// spoiledFile is a file beside a bundle that isn't what the bundle names.
type spoiledFile struct {
	name string
	error
}

func (s *spoiledFile) Unwrap() error { return s.error }

// openPart decrypts a file that travels beside a bundle. Its digest is checked
// before anything is kept.
func openPart(part io.Reader, f blob.Ref, s keys.Suite, to Receiver) ([]byte, error) {
	bounded := &boundedReader{r: part, left: sealedSize(s, f.Size)}
	plain, envelope, err := decrypt(bounded, to)
	if err == nil && envelope != s {
		err = fmt.Errorf("its envelope is of suite %s", envelope)
	}
	if err != nil {
		return nil, spoiledPart(err, f, bounded)
	}
	content, err := io.ReadAll(io.LimitReader(plain, f.Size+1))
	if err != nil {
		return nil, spoiledPart(err, f, bounded)
	}
	if int64(len(content)) != f.Size || blob.DigestOf(content) != f.Digest {
		return nil, refuse(Altered, "file %s isn't what the bundle names", f.Digest)
	}
	return content, nil
}

// spoiledPart tells a part that was changed from a disk that fails. Whatever
// is wrong with it, it isn't the file that the bundle names.
func spoiledPart(err error, f blob.Ref, read *boundedReader) error {
	if read.failed != nil {
		return fmt.Errorf("reading file %s: %w", f.Digest, read.failed)
	}
	return refuseBecause(Altered, err, "file %s doesn't decrypt", f.Digest)
}

// apply takes over one bundle, in the transaction that moves the cursor: dying
// anywhere in here leaves nothing of it, and the file is read again.
func (x *Exchange) apply(ctx context.Context, a *journal.Applying, b Bundle, rule Rule, o *Outcome) error {
	from := b.Stream.From
	at, err := x.received(ctx, a.Tx, from)
	if err != nil {
		return err
	}
	if err := x.next(at, b.Header); err != nil {
		return err
	}
	if err := x.inSuite(ctx, a.Tx, at, b); err != nil {
		return err
	}
	for number, r := range b.Content {
		var err error
		switch r.Type {
		case EventRecord:
			o.Events++
			err = x.takeEvent(ctx, a, b.Stream, rule, r.Body)
		case ReceiptRecord:
			err = x.takeReceipt(ctx, a, from, r.Body)
		case KeyRecord:
			err = x.takeKey(b.Header, r.Body)
		case SuiteRecord:
			err = x.takeSuite(ctx, a, b.Header, r.Body)
		default:
			err = quarantine("records of type %q are unknown here", rune(r.Type))
		}
		var refused *quarantined
		var record *journal.RecordError
		if errors.As(err, &record) {
			refused = &quarantined{why: record.Error()}
			if e, err := mayCome(r.Body, from, x.Zone()); err == nil && record.Newer() {
				refused = &quarantined{Newer, e.Header.Subject}
			}
			if refused.why == Newer && x.has(dropsNewer) {
				continue
			}
		}
		if refused == nil && !errors.As(err, &refused) {
			if err != nil {
				return fmt.Errorf("applying record %d: %w", number, err)
			}
			continue
		}
		o.Quarantined++
		if err := x.setAside(ctx, a, b.Header, number, r, refused); err != nil {
			return err
		}
	}
	if x.has(keepsNoCursor) {
		return nil
	}
	if err := x.entered(ctx, a, b); err != nil {
		return err
	}
	if err := heardOn(ctx, a.Tx, from); err != nil {
		return err
	}
	_, err = a.Tx.Exec(ctx, `INSERT INTO exchange_received
(from_zone, epoch, sequence, last_position, head_position, chain, digest, as_of, applied, events, acknowledged)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)`,
		string(from), b.Epoch, b.Sequence, b.Last, b.Head.Position, b.Head.Chain[:], b.Digest[:], b.AsOf.UnixMicro(), x.journal.Now().UnixMicro(), o.Events)
	return err
}

func (x *Exchange) takeEvent(ctx context.Context, a *journal.Applying, s Stream, rule Rule, record []byte) error {
	e, err := mayCome(record, s.From, x.Zone())
	if err != nil {
		return err
	}
	if err := admits(ctx, a.Tx, s, rule, e); err != nil {
		return err
	}
	return x.take(ctx, a, record)
}

// take takes a record into the journal. When a test of another zone came is written
// down with it: the numbers of a zone tell nothing of the bundle they came in.
func (x *Exchange) take(ctx context.Context, a *journal.Applying, record []byte) error {
	e, taken, err := a.Take(ctx, record)
	if _, is := e.Body.(TestSent); err != nil || !taken || !is {
		return err
	}
	_, err = a.Tx.Exec(ctx, `INSERT INTO exchange_came (test, at) VALUES ($1, $2) ON CONFLICT (test) DO NOTHING`, e.Subject.ID, x.journal.Now().UnixMicro())
	return err
}

// admits is the release policy at this end: what a sender by another policy, or
// by none, lets go isn't taken in because of that. What happened to the same
// subject afterwards waits behind it.
func admits(ctx context.Context, tx store.Tx, s Stream, rule Rule, e eventText) error {
	if !rule.knows(e.Header.Kind) {
		return &quarantined{NotPermitted, e.Header.Subject}
	}
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_aside WHERE subject = $1`, e.Header.Subject).Scan(&n)
	if err != nil {
		return err
	}
	if n > 0 {
		return &quarantined{Behind, e.Header.Subject}
	}
	return nil
}

// takeReceipt notes what the other zone has applied. It repeats our chain; one
// that differs from ours means that somebody's history was rewritten.
func (x *Exchange) takeReceipt(ctx context.Context, a *journal.Applying, from zone.Zone, text []byte) error {
	r, err := readReceipt(text)
	if err != nil {
		return err
	}
	if err := r.comes(from, x.Zone()); err != nil {
		return err
	}
	var digest []byte
	err = a.Tx.QueryRow(ctx, `SELECT digest FROM exchange_sent WHERE to_zone = $1 AND epoch = $2 AND sequence = $3`, string(from), r.Epoch, r.Sequence).Scan(&digest)
	if store.NoRows(err) {
		if err := x.noteAhead(ctx, a, r); err != nil {
			return err
		}
		return quarantine("a receipt for number %d of epoch %d, which was never sent", r.Sequence, r.Epoch)
	}
	if err != nil {
		return err
	}
	chain, err := x.chainAt(ctx, a.Tx, r.Head.Position)
	if err != nil && !store.NoRows(err) {
		return err
	}
	if err := r.fits(hash(digest), chain); err != nil {
		return err
	}
	here := x.journal.Now().UnixMicro()
	_, err = a.Tx.Exec(ctx, `UPDATE exchange_sent SET receipted = $1 WHERE to_zone = $2 AND receipted = 0 AND (epoch < $3 OR epoch = $3 AND sequence <= $4)`,
		here, string(from), r.Epoch, r.Sequence)
	if err != nil {
		return err
	}
	// A new epoch takes the debts of the old one over as if they had a receipt; what
	// truly has one stands here.
	_, err = a.Tx.Exec(ctx, `INSERT INTO exchange_receipt (to_zone, epoch, sequence, there, here) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (to_zone, epoch, sequence) DO NOTHING`,
		string(from), r.Epoch, r.Sequence, r.At.UnixMicro(), here)
	return err
}

// Clear tidies an inbox after an import: what was applied or known goes, what
// was refused is moved aside for a person to see, what waits stays.
func (x *Exchange) Clear(src *carrier.Directory, outcomes []Outcome) error {
	files, err := src.List()
	if err != nil {
		return err
	}
	owned := map[Name][]string{}
	for _, file := range files {
		if n, _, ok := ParseName(file); ok {
			owned[n] = append(owned[n], file)
		}
	}
	for _, o := range outcomes {
		n, _, ok := ParseName(o.File)
		if !ok || o.Fate == Waiting {
			continue
		}
		if o.Fate == Refused {
			if err := x.moveAside(src, o, n); err != nil {
				return err
			}
			if o.spoiled != "" { // or a carrier would take it for the one that is wanted
				if err := src.Remove(o.spoiled); err != nil {
					return err
				}
			}
			continue // its other parts may belong to the genuine one, which can still come
		}
		for _, file := range owned[n] {
			if err := src.Remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}
