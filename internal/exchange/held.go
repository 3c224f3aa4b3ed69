package exchange

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yitang/internal/blob"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// What the policy doesn't let go is held (暂扣): a row with its reason, never
// dropped. The stream goes on without it, and without what happened to the same
// subject afterwards, so that nobody hears the end of a story before its
// beginning. It leaves, in a bundle of its own and in its order, when the policy
// in force permits it or two people have let it go.
//
// A limit of rate holds the stream itself: it waits before the record that is
// too much, and goes on when the hour has room or two people let go what waits.
// What was held and another policy lets go counts as well, and comes first; what
// two people let go by name counts against nothing.
//
// Rows stay: made again, a bundle must leave out what was held when it was cut.
const heldSchema = `
CREATE TABLE IF NOT EXISTS exchange_held (
  to_zone TEXT NOT NULL,
  position INTEGER NOT NULL,
  reason TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  at INTEGER NOT NULL,
  policy TEXT NOT NULL,
  detail TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (to_zone, position)
);
CREATE INDEX IF NOT EXISTS exchange_held_by_bundle ON exchange_held (to_zone, epoch, sequence, position);
CREATE TABLE IF NOT EXISTS exchange_aside (
  from_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (from_zone, epoch, sequence, number)
);
CREATE INDEX IF NOT EXISTS exchange_aside_by_subject ON exchange_aside (subject);
CREATE TABLE IF NOT EXISTS exchange_went (
  to_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  records INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (to_zone, epoch, sequence)
);
CREATE INDEX IF NOT EXISTS exchange_went_by_time ON exchange_went (to_zone, at);`

// held is a record of this zone's journal that doesn't go to another for now.
type held struct {
	position journal.Position
	reason   string
	kind     string
	subject  string
	at       time.Time
	detail   string // of a limit of rate: which, and when it has room again
	let      bool   // two people let it go
}

// outKey names a held record, and rateKey a stream that waits, to whoever lets
// them go. What a limit held is let go for this epoch alone.
func outKey(to zone.Zone, p journal.Position) string { return outKeys(to) + fmt.Sprint(p) }

func rateKey(to zone.Zone, epoch int64, p journal.Position) string {
	return rateKeys(to, epoch) + fmt.Sprint(p)
}

// outKeys and rateKeys are what those keys begin with.
func outKeys(to zone.Zone) string { return fmt.Sprintf("%s-%s-", WayOut, to) }

func rateKeys(to zone.Zone, epoch int64) string { return fmt.Sprintf("%s-%s-%d-", WayRate, to, epoch) }

// openHeld lists what is held for a zone and hasn't left, oldest first.
func (x *Exchange) openHeld(ctx context.Context, to zone.Zone) ([]held, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT h.position, h.reason, h.kind, h.subject, h.at, h.detail, COALESCE(r.stage = $3 AND r.want = $4, FALSE) FROM exchange_held h
LEFT JOIN exchange_release r ON r.id = $2 || CAST(h.position AS TEXT)
WHERE h.to_zone = $1 AND h.epoch = 0
ORDER BY h.position`, string(to), outKeys(to), string(Given), string(LetGo))
	if err != nil {
		return nil, fmt.Errorf("reading what is held for the %s zone: %w", to, err)
	}
	defer rows.Close()
	var all []held
	for rows.Next() {
		var h held
		var at int64
		if err := rows.Scan(&h.position, &h.reason, &h.kind, &h.subject, &at, &h.detail, &h.let); err != nil {
			return nil, err
		}
		h.at = instant(at)
		all = append(all, h)
	}
	return all, rows.Err()
}

// standing is what is held for a zone as a bundle for it is cut: what may leave
// now, and whose later records stay behind.
type standing struct {
	free    []held
	blocked map[string]bool // subjects
	waits   *held           // the limit that the stream waited for last
}

// stand judges what is held by the policy in force and by what people have said.
func (x *Exchange) stand(ctx context.Context, to zone.Zone, r Rule) (standing, error) {
	s := standing{blocked: map[string]bool{}}
	all, err := x.openHeld(ctx, to)
	if err != nil {
		return s, err
	}
	for i, h := range all {
		switch {
		case h.reason == TooMuch:
			s.waits = &all[i]
		case s.blocked[h.subject] || r.judge(h.kind) != "" && !h.let:
			s.blocked[h.subject] = true
		default:
			s.free = append(s.free, h)
		}
	}
	return s, nil
}

// leave makes a run of what was held and may go, up to the cut. It stands in no
// stretch of the journal: that was looked through before. What isn't let go by name
// waits for room in the limits, with what happened to its subject afterwards, and
// then everything does that counts; without a sift all of it goes.
func (x *Exchange) leave(ctx context.Context, to zone.Zone, free []held, v *sift) (run, error) {
	out := run{}
	b := bundling{x: x, run: &out, named: map[blob.Digest]bool{}}
	for _, h := range free {
		if v != nil && b.full() {
			return out, nil
		}
		counts := v != nil && !h.let && h.position > v.free
		if v != nil && (v.blocked[h.subject] || counts && v.budget.spent != nil) {
			v.blocked[h.subject] = true
			continue
		}
		events, err := x.journal.Events(ctx, h.position-1, 1)
		if err != nil {
			return out, err
		}
		if len(events) == 0 || events[0].Position != h.position {
			return out, fmt.Errorf("event %d, which is held, is gone", h.position)
		}
		record, files, err := x.release(events[0], to)
		if err != nil {
			return out, fmt.Errorf("event %d: %w", h.position, err)
		}
		if record != nil { // its kind may have lost its reach with an update
			var weigh int64
			if files, weigh, err = b.fresh(ctx, files); err != nil {
				return out, err
			}
			weigh += int64(len(record))
			if counts && !v.budget.take(weigh) {
				v.blocked[h.subject] = true
				continue
			}
			if counts && !x.has(countsNothing) {
				out.counted, out.weighs = out.counted+1, out.weighs+weigh
			}
			b.add(record, files)
		}
		out.left = append(out.left, h.position)
	}
	return out, nil
}

// sift is a look at the journal under a policy: it decides for each record that
// has the reach whether it goes.
type sift struct {
	x       *Exchange
	to      zone.Zone
	rule    Rule
	blocked map[string]bool
	budget  budget
	free    journal.Position // up to here two people let the stream go on
	now     time.Time
}

func (x *Exchange) sift(ctx context.Context, to zone.Zone, r Rule, s standing, epoch int64, now time.Time) (*sift, error) {
	v := &sift{x: x, to: to, rule: r, blocked: s.blocked, now: now}
	var err error
	if v.budget, err = x.budget(ctx, to, r, now); err != nil {
		return nil, err
	}
	v.free, err = x.letOn(ctx, to, epoch)
	return v, err
}

// letOn is the event up to which people let a stream go on in an epoch, in as many
// bundles as it takes.
func (x *Exchange) letOn(ctx context.Context, to zone.Zone, epoch int64) (until journal.Position, err error) {
	err = x.journal.Store.QueryRow(ctx, `SELECT COALESCE(MAX(until), 0) FROM exchange_release WHERE id LIKE $1 || '%' AND stage = $2 AND want = $3`, rateKeys(to, epoch), string(Given), string(LetGo)).Scan(&until)
	if err != nil {
		return 0, fmt.Errorf("asking how far the stream to the %s zone was let go on: %w", to, err)
	}
	return until, nil
}

// holds gives why an event is held back; "" when it goes.
func (v *sift) holds(ctx context.Context, e journal.Event) (string, error) {
	why := v.rule.judge(e.Kind)
	if why != "" {
		let, err := v.x.let(ctx, outKey(v.to, e.Position))
		if err != nil {
			return "", err
		}
		if let {
			why = ""
		}
	}
	if why == "" && v.blocked[e.Subject.String()] && !v.x.has(overtakes) {
		why = Behind
	}
	if why != "" {
		v.blocked[e.Subject.String()] = true
	}
	return why, nil
}

func (v *sift) row(e journal.Event, why string) held {
	return held{position: e.Position, reason: why, kind: e.Kind, subject: e.Subject.String(), at: v.now}
}

// room counts a record against the limits, or gives the row of a stream that
// must wait. What people let go on doesn't count.
func (v *sift) room(e journal.Event, bytes int64) (counts bool, wait *held) {
	if e.Position <= v.free {
		return false, nil
	}
	if v.budget.take(bytes) {
		return true, nil
	}
	l, h := v.rule.Limits[*v.budget.spent], v.row(e, TooMuch)
	h.detail = fmt.Sprintf("%d %d %d %d", int64(l.Per/time.Second), l.Records, l.Bytes, v.budget.again[*v.budget.spent].Unix())
	return false, &h
}

// noteHeld writes down, in the transaction in which the stream goes on, what is
// held from now on, what has left, and whether the stream waits.
func (x *Exchange) noteHeld(ctx context.Context, tx store.Tx, to zone.Zone, policy string, r run, in Name) error {
	if r.looked {
		if _, err := tx.Exec(ctx, `DELETE FROM exchange_held WHERE to_zone = $1 AND epoch = 0 AND reason = $2`, string(to), TooMuch); err != nil {
			return err
		}
	}
	rows := r.held
	if r.waits != nil {
		rows = append(slices.Clip(rows), *r.waits)
	}
	if x.has(forgetsHeld) {
		rows = nil
	}
	for _, h := range rows {
		_, err := tx.Exec(ctx, `INSERT INTO exchange_held (to_zone, position, reason, kind, subject, at, policy, detail, epoch, sequence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)
ON CONFLICT (to_zone, position) DO UPDATE SET reason = excluded.reason, policy = excluded.policy, detail = excluded.detail, epoch = 0, sequence = 0`,
			string(to), int64(h.position), h.reason, h.kind, h.subject, h.at.UnixMicro(), policy, h.detail)
		if err != nil {
			return err
		}
	}
	for _, p := range r.left {
		if _, err := tx.Exec(ctx, `UPDATE exchange_held SET epoch = $3, sequence = $4 WHERE to_zone = $1 AND position = $2`, string(to), int64(p), in.Epoch, in.Sequence); err != nil {
			return err
		}
	}
	return nil
}

// changes tells whether a look that makes no bundle must be written down: what
// it holds, or that the stream waits or does no more.
func (r run) changes(before *held) bool {
	switch {
	case len(r.held) > 0:
		return true
	case r.waits == nil || before == nil:
		return (r.waits == nil) != (before == nil)
	}
	return r.waits.position != before.position || r.waits.detail != before.detail
}

// without lists what was held when a bundle was cut and so isn't in its stretch,
// and what was held before and left with it.
func (x *Exchange) without(ctx context.Context, s Sent) (skip map[journal.Position]bool, left []held, err error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT position, epoch, sequence FROM exchange_held
WHERE to_zone = $1 AND reason <> $2 AND (epoch = 0 AND position >= $3 AND position <= $4 OR epoch = $5)
ORDER BY position`, string(s.Name.Stream.To), TooMuch, s.First, s.Last, s.Name.Epoch)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	skip = map[journal.Position]bool{}
	for rows.Next() {
		var p journal.Position
		var n Name
		if err := rows.Scan(&p, &n.Epoch, &n.Sequence); err != nil {
			return nil, nil, err
		}
		skip[p] = true
		if n.Epoch == s.Name.Epoch && n.Sequence == s.Name.Sequence {
			left = append(left, held{position: p})
		}
	}
	return skip, left, rows.Err()
}

// heldAt tells whether an event is held for a zone, or in which bundle it left
// after it had been; neither of one that was never held.
func (x *Exchange) heldAt(ctx context.Context, to zone.Zone, at journal.Position) (left Name, held bool, err error) {
	err = x.journal.Store.QueryRow(ctx, `SELECT epoch, sequence FROM exchange_held WHERE to_zone = $1 AND position = $2 AND reason <> $3`, string(to), int64(at), TooMuch).Scan(&left.Epoch, &left.Sequence)
	if store.NoRows(err) {
		return Name{}, false, nil
	}
	return left, err == nil && left.Epoch == 0, err
}
