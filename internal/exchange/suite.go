package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Each stream is in one suite, the international one at first. It changes with a
// new epoch, when people of both zones have agreed (换密码套件，两网都同意):
//
//	receiver: AgreeSuite ──"I take national/1 on this stream"──▶ sender
//	receiver ◀──new epoch, number 1: "this stream is in national/1"── sender: BeginSuite
//
// Both sentences are the same record (SuiteNotice), one in the opposite stream,
// one in its own. The sender needs to have heard the first, or somebody who says
// that they were told of it; the receiver refuses a suite to which nobody there
// has agreed, whatever the sender says.

// epoch is the one with which a suite began, 0 of one that was agreed to for the
// next; told whether the other zone was told of what was agreed to here.
const suiteSchema = `
CREATE TABLE IF NOT EXISTS exchange_suite (
  way TEXT NOT NULL,
  zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  suite TEXT NOT NULL,
  at INTEGER NOT NULL,
  told INTEGER NOT NULL,
  PRIMARY KEY (way, zone, epoch)
);
`

// SuiteNotice says in which suite a stream is from an epoch on, in the stream
// itself; in the opposite one that its receiver takes that suite from an epoch
// after the named one.
type SuiteNotice struct {
	Suite  keys.Suite `json:"suite"`
	Stream Stream     `json:"stream"`
	Epoch  int64      `json:"epoch"`
}

// MarshalJSON writes a notice in the one way in which it may be written.
func (n SuiteNotice) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"suite":"%s","stream":{"from":"%s","to":"%s"},"epoch":%d}`, n.Suite, n.Stream.From, n.Stream.To, n.Epoch), nil
}

// readNotice reads what a record says, and whether it may be said in a bundle
// with that header.
func readNotice(text []byte, h Header) (SuiteNotice, error) {
	var n SuiteNotice
	if err := json.Unmarshal(text, &n); err != nil {
		return n, quarantine("the notice of a suite can't be read: %v", err)
	}
	if again, err := n.MarshalJSON(); err != nil || !bytes.Equal(again, text) {
		return n, quarantine("the notice of a suite isn't written in the one canonical way")
	}
	if _, err := keys.ParseSuite(string(n.Suite)); err != nil {
		return n, quarantine("a notice of the suite %q, which this program doesn't know", n.Suite)
	}
	if n.Epoch < 0 || n.Epoch > exact {
		return n, quarantine("a number of the notice is out of range")
	}
	switch opposite := (Stream{h.Stream.To, h.Stream.From}); {
	case n.Stream == opposite:
	case n.Stream != h.Stream:
		return n, quarantine("a notice for the stream %s came in the stream %s", n.Stream, h.Stream)
	case h.Sequence != 1 || n.Epoch != h.Epoch || n.Suite != h.Suite:
		return n, quarantine("a notice of suite %s for epoch %d came in number %d of epoch %d, of suite %s", n.Suite, n.Epoch, h.Sequence, h.Epoch, h.Suite)
	}
	return n, nil
}

// suiteAt is the suite of a stream in an epoch.
func suiteAt(ctx context.Context, r store.Reader, way string, other zone.Zone, epoch int64) (keys.Suite, error) {
	var s keys.Suite
	err := r.QueryRow(ctx, `SELECT suite FROM exchange_suite WHERE way = $1 AND zone = $2 AND epoch > 0 AND epoch <= $3 ORDER BY epoch DESC LIMIT 1`, way, string(other), epoch).Scan(&s)
	if store.NoRows(err) {
		return keys.International, nil
	}
	return s, err
}

// agreedSuite is the one that the next epoch of a stream may be in, beside the
// present one; "" when nobody has agreed to another.
func agreedSuite(ctx context.Context, r store.Reader, way string, other zone.Zone) (keys.Suite, error) {
	var s keys.Suite
	err := r.QueryRow(ctx, `SELECT suite FROM exchange_suite WHERE way = $1 AND zone = $2 AND epoch = 0`, way, string(other)).Scan(&s)
	if store.NoRows(err) {
		return "", nil
	}
	return s, err
}

func (x *Exchange) noteSuite(ctx context.Context, tx store.Tx, way string, other zone.Zone, epoch int64, s keys.Suite) error {
	_, err := tx.Exec(ctx, `INSERT INTO exchange_suite (way, zone, epoch, suite, at, told) VALUES ($1, $2, $3, $4, $5, 0)
ON CONFLICT (way, zone, epoch) DO UPDATE SET suite = excluded.suite, at = excluded.at, told = 0`,
		way, string(other), epoch, string(s), x.journal.Now().UnixMicro())
	return err
}

func forgetAgreed(ctx context.Context, tx store.Tx, way string, other zone.Zone) error {
	_, err := tx.Exec(ctx, `DELETE FROM exchange_suite WHERE way = $1 AND zone = $2 AND epoch = 0`, way, string(other))
	return err
}

// inSuite tells whether a bundle is in a suite in which it may come: that of its
// epoch, or with a new epoch the one to which people here have agreed.
func (x *Exchange) inSuite(ctx context.Context, r store.Reader, at Cursor, b Bundle) error {
	from := b.Stream.From
	now, err := suiteAt(ctx, r, WayIn, from, at.Epoch)
	if err != nil || b.Suite == now || x.has(takesAnySuite) {
		return err
	}
	agreed, err := agreedSuite(ctx, r, WayIn, from)
	if err != nil {
		return err
	}
	return suiteChange(now, agreed, at, b)
}

// suiteChange judges a bundle in another suite than that of its stream.
func suiteChange(now, agreed keys.Suite, at Cursor, b Bundle) error {
	switch {
	case b.Epoch == at.Epoch:
		return refuse(WrongSuite, "it is of suite %s in the middle of an epoch of suite %s", b.Suite, now)
	case b.Suite != agreed:
		return refuse(WrongSuite, "it is of suite %s; the stream %s is in %s, and nobody here has agreed to another (yitang exchange suite)", b.Suite, b.Stream, now)
	case len(b.Content) > 0 && b.Content[0].Type == SuiteRecord:
		if n, err := readNotice(b.Content[0].Body, b.Header); err == nil && n.Stream == b.Stream {
			return nil
		}
	}
	return refuse(WrongSuite, "it changes the suite of its stream to %s without a record that says so", b.Suite)
}

// takeSuite is what a notice does here. That of its own stream was judged by
// inSuite; here it is kept which suite the epoch has.
func (x *Exchange) takeSuite(ctx context.Context, a *journal.Applying, h Header, text []byte) error {
	n, err := readNotice(text, h)
	if err != nil || n.Stream == h.Stream {
		return err
	}
	// Of the suite in which the stream is: an agreement that was used already, or
	// is taken back.
	var epoch int64
	if err := a.Tx.QueryRow(ctx, `SELECT COALESCE(MAX(epoch), 0) FROM exchange_sent WHERE to_zone = $1`, string(h.Stream.From)).Scan(&epoch); err != nil {
		return err
	}
	now, err := suiteAt(ctx, a.Tx, WayOut, h.Stream.From, epoch)
	if err != nil {
		return err
	}
	if n.Suite == now {
		return forgetAgreed(ctx, a.Tx, WayOut, h.Stream.From)
	}
	return x.noteSuite(ctx, a.Tx, WayOut, h.Stream.From, 0, n.Suite)
}

// entered keeps the suite with which an epoch began, in the transaction that
// moves the cursor.
func (x *Exchange) entered(ctx context.Context, a *journal.Applying, b Bundle) error {
	now, err := suiteAt(ctx, a.Tx, WayIn, b.Stream.From, b.Epoch)
	if err != nil || now == b.Suite {
		return err
	}
	if err := x.noteSuite(ctx, a.Tx, WayIn, b.Stream.From, b.Epoch, b.Suite); err != nil {
		return err
	}
	return forgetAgreed(ctx, a.Tx, WayIn, b.Stream.From)
}

// AgreeSuite is the receiver's side of a change: from the next epoch on the
// stream from that zone may be in this suite. The other zone hears of it with
// the next bundle. To agree to the suite in which the stream is takes an
// agreement back.
func (x *Exchange) AgreeSuite(ctx context.Context, from zone.Zone, s keys.Suite) error {
	unlock, err := x.lock(Stream{from, x.Zone()})
	if err != nil {
		return err
	}
	defer unlock()
	if err := x.bothHave(from, s); err != nil {
		return err
	}
	return x.journal.Store.Write(ctx, func(tx store.Tx) error { return x.noteSuite(ctx, tx, WayIn, from, 0, s) })
}

// bothHave tells whether both zones have keys of a suite.
func (x *Exchange) bothHave(other zone.Zone, s keys.Suite) error {
	if _, err := x.ring.PublicIn(s); err != nil {
		return err
	}
	_, err := x.ring.PeerIn(other, s)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no key of the %s zone of suite %s is pinned here: %w", other, s, fs.ErrNotExist)
	}
	return err
}

// BeginSuite is the sender's side: a new epoch of the stream to a zone begins in
// this suite. The receiver must have agreed, which a bundle of its told, or is
// said to have by whoever knows it otherwise (told), where there is no way back.
func (x *Exchange) BeginSuite(ctx context.Context, to zone.Zone, s keys.Suite, told bool) (int64, error) {
	unlock, err := x.lock(Stream{x.Zone(), to})
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := x.bothHave(to, s); err != nil {
		return 0, err
	}
	last, err := x.lastSent(ctx, to)
	if err != nil {
		return 0, err
	}
	if last.suite == s {
		return 0, fmt.Errorf("the stream to the %s zone is in suite %s already", to, s)
	}
	if !told {
		if err := x.mayBegin(ctx, to, s); err != nil {
			return 0, err
		}
	}
	return x.anew(ctx, to, last, s)
}

func (x *Exchange) mayBegin(ctx context.Context, to zone.Zone, s keys.Suite) error {
	agreed, err := agreedSuite(ctx, x.journal.Store, WayOut, to)
	if err != nil {
		return err
	}
	if agreed != s {
		return fmt.Errorf("the %s zone hasn't said that it takes suite %s: its operator agrees first (yitang exchange suite --from %s --take %s), and its next bundle tells of it", to, s, x.Zone(), s)
	}
	last, err := x.lastSent(ctx, to)
	if err != nil {
		return err
	}
	if _, renewed, err := x.untoldKeys(ctx, last); err != nil {
		return err
	} else if len(renewed) > 0 {
		return fmt.Errorf("this zone has new keys that the %s zone hasn't been told of: export and let that cross first", to)
	}
	waiting, err := x.pending(ctx, to)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if strings.Contains("\n"+w.receipt, "\n"+`{"format":`) {
			return fmt.Errorf("number %d to the %s zone brings new keys and has no receipt yet: wait for it, or that zone won't know who signs the new epoch", w.Name.Sequence, to)
		}
	}
	return nil
}

// owedNotices are the records about suites that the next bundle to a zone
// brings: what its first number says of the stream, and what was agreed to here.
func (x *Exchange) owedNotices(ctx context.Context, to zone.Zone, before Sent) (lines []string, agreed bool, err error) {
	// In each later epoch, whatever this zone remembers: one that was restored from
	// before a change has forgotten that the receiver is in another suite.
	if before.Name.Sequence == 0 && before.Name.Epoch > 1 {
		lines = append(lines, SuiteNotice{before.suite, before.Name.Stream, before.Name.Epoch}.line())
	}
	var s keys.Suite
	err = x.journal.Store.QueryRow(ctx, `SELECT suite FROM exchange_suite WHERE way = $1 AND zone = $2 AND epoch = 0 AND told = 0`, WayIn, string(to)).Scan(&s)
	if store.NoRows(err) {
		return lines, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	at, err := x.received(ctx, x.journal.Store, to)
	return append(lines, SuiteNotice{s, Stream{to, x.Zone()}, at.Epoch}.line()), true, err
}

func (n SuiteNotice) line() string {
	text, err := n.MarshalJSON()
	if err != nil {
		panic(err) // it has texts and a number
	}
	return string(text)
}
