package exchange

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// The ways of which something is held; each key begins with one.
const (
	WayOut  = "out"  // a record of this zone doesn't leave
	WayRate = "rate" // a stream from here waits for a limit
	WayIn   = "in"   // a record of another zone wasn't taken in
)

// Held is one thing that waits for two people, or for another policy.
type Held struct {
	Key     string    `json:"key"`
	Way     string    `json:"way"`
	Zone    zone.Zone `json:"zone"` // the other one
	Kind    string    `json:"kind"`
	Subject string    `json:"subject,omitempty"`
	Reason  string    `json:"reason"` // a code of the policy; or of what came, why it can't be taken in
	Since   time.Time `json:"since"`
	Slowed  *Slowed   `json:"slowed,omitempty"` // of a stream that waits
	Waiting int64     `json:"waiting"`          // events behind a stream that waits
	Bundle  int64     `json:"bundle,omitempty"` // that brought it
	// Goes are the fields that the other zone would read, or that came; Stays are
	// those of which only a commitment travels. Values aren't shown: who lets go
	// decides about kinds and may not read everything.
	Goes  []string `json:"goes,omitempty"`
	Stays []string `json:"stays,omitempty"`

	Stage      Stage     `json:"stage,omitempty"`
	Want       Want      `json:"want,omitempty"`
	Why        string    `json:"why,omitempty"`
	AskedBy    string    `json:"askedBy,omitempty"`
	AskedAt    time.Time `json:"askedAt,omitzero"`
	AnsweredBy string    `json:"answeredBy,omitempty"`
	Answer     string    `json:"answer,omitempty"`
	// Version counts what people said of it: who agrees names the one they read.
	Version journal.Version `json:"version"`

	position journal.Position
	record   []byte // that came
}

// heldShown is how much of each stream is listed.
const heldShown = 200

// Held lists what waits for people in all streams of this zone, the oldest
// first, at most 200 of each.
func (x *Exchange) Held(ctx context.Context) ([]Held, error) {
	var all []Held
	for _, peer := range x.Peers() {
		out, err := x.heldOut(ctx, peer, 0)
		if err != nil {
			return nil, err
		}
		in, err := x.heldIn(ctx, peer, `ORDER BY q.epoch, q.sequence, q.number LIMIT $2`, heldShown)
		if err != nil {
			return nil, err
		}
		all = append(append(all, out...), in...)
	}
	return all, nil
}

// HeldOne is one of them by its key, with the fields that it would bring.
func (x *Exchange) HeldOne(ctx context.Context, key string) (Held, error) {
	parts := strings.Split(key, "-")
	n := make([]int64, len(parts))
	for i, p := range parts[min(2, len(parts)):] {
		if _, err := fmt.Sscan(p, &n[i+2]); err != nil {
			return Held{}, fault.NotFound("held " + key)
		}
	}
	var found []Held
	var err error
	switch {
	case len(parts) == 3 && parts[0] == WayOut, len(parts) == 4 && parts[0] == WayRate:
		found, err = x.heldOut(ctx, zone.Zone(parts[1]), n[len(n)-1])
	case len(parts) == 5 && parts[0] == WayIn:
		found, err = x.heldIn(ctx, zone.Zone(parts[1]), `AND q.epoch = $2 AND q.sequence = $3 AND q.number = $4`, n[2], n[3], n[4])
	}
	if err != nil {
		return Held{}, err
	}
	for _, h := range found {
		if h.Key == key {
			err := x.fieldsOf(ctx, &h)
			return h, err
		}
	}
	return Held{}, fault.NotFound("held " + key)
}

// heldOut lists what doesn't leave for a zone, or what is held of one event.
func (x *Exchange) heldOut(ctx context.Context, to zone.Zone, one int64) ([]Held, error) {
	last, err := x.lastSent(ctx, to)
	if err != nil {
		return nil, err
	}
	rows, err := x.journal.Store.Query(ctx, `SELECT position, reason, kind, subject, at, detail FROM exchange_held
WHERE to_zone = $1 AND epoch = 0 AND ($2 = 0 OR position = $2)
ORDER BY position LIMIT $3`, string(to), one, heldShown)
	if err != nil {
		return nil, fmt.Errorf("reading what is held for the %s zone: %w", to, err)
	}
	defer rows.Close()
	head, _ := x.journal.Head()
	_, rule := x.rule(Stream{x.Zone(), to})
	var all []Held
	for rows.Next() {
		var r held
		var at int64
		if err := rows.Scan(&r.position, &r.reason, &r.kind, &r.subject, &at, &r.detail); err != nil {
			return nil, err
		}
		r.at = instant(at)
		h := Held{Key: outKey(to, r.position), Way: WayOut, Zone: to, Kind: r.kind, Subject: r.subject, Reason: r.reason, Since: r.at, position: r.position}
		if r.reason == TooMuch {
			h.Key, h.Way, h.Slowed, h.Waiting = rateKey(to, last.Name.Epoch, r.position), WayRate, r.slowed(), int64(head-r.position)+1
		} else if r.reason != Behind && rule.judge(r.kind) == "" {
			h.Reason = ForRoom
		}
		all = append(all, h)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, x.decisions(ctx, all)
}

// heldIn lists what a zone said that wasn't taken in.
func (x *Exchange) heldIn(ctx context.Context, from zone.Zone, which string, args ...any) ([]Held, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT q.epoch, q.sequence, q.number, q.reason, q.record, q.at, COALESCE(a.subject, '') FROM exchange_quarantine q
LEFT JOIN exchange_aside a ON a.from_zone = q.from_zone AND a.epoch = q.epoch AND a.sequence = q.sequence AND a.number = q.number
WHERE q.from_zone = $1 `+which, append([]any{string(from)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("reading what wasn't taken in from the %s zone: %w", from, err)
	}
	defer rows.Close()
	var all []Held
	for rows.Next() {
		h := Held{Way: WayIn, Zone: from}
		var epoch, at int64
		var number int
		var sealed []byte
		if err := rows.Scan(&epoch, &h.Bundle, &number, &h.Reason, &sealed, &at, &h.Subject); err != nil {
			return nil, err
		}
		h.Key, h.Since = inKey(from, epoch, h.Bundle, number), instant(at)
		if h.record, err = x.ring.Open(quarantineContext(from, epoch, h.Bundle, number), sealed); err != nil {
			h.record, h.Reason = nil, "what is kept of it can't be opened: "+err.Error()
		}
		h.Kind = kindOf(h.record)
		all = append(all, h)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, x.decisions(ctx, all)
}

func inKey(from zone.Zone, epoch, sequence int64, number int) string {
	return fmt.Sprintf("%s-%s-%d-%d-%d", WayIn, from, epoch, sequence, number)
}

// decisions adds how far letting go has come.
func (x *Exchange) decisions(ctx context.Context, all []Held) error {
	for i := range all {
		h := &all[i]
		var asked int64
		err := x.journal.Store.QueryRow(ctx, `SELECT stage, want, why, asked_by, asked_at, answered_by, answer, version FROM exchange_release WHERE id = $1`, h.Key).
			Scan(&h.Stage, &h.Want, &h.Why, &h.AskedBy, &asked, &h.AnsweredBy, &h.Answer, &h.Version)
		if err != nil && !store.NoRows(err) {
			return fmt.Errorf("asking who lets %s go: %w", h.Key, err)
		}
		h.AskedAt = instant(asked)
	}
	return nil
}

// fieldsOf names what the other zone would read of it.
func (x *Exchange) fieldsOf(ctx context.Context, h *Held) error {
	record := h.record
	if h.Way == WayIn && len(record) > 0 {
		record = record[1:]
	}
	if h.Way == WayOut {
		events, err := x.journal.Events(ctx, h.position-1, 1)
		if err != nil || len(events) == 0 {
			return cmp.Or(err, fmt.Errorf("event %d, which is held, is gone", h.position))
		}
		if record, _, err = x.release(events[0], h.Zone); err != nil {
			return err
		}
	}
	var e eventText
	if json.Unmarshal(record, &e) != nil {
		return nil // of what can't be read there is nothing to name
	}
	if h.Way == WayIn && h.Subject == "" {
		h.Subject = e.Header.Subject
	}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		if e.Fields[name].Value == nil {
			h.Stays = append(h.Stays, name)
		} else {
			h.Goes = append(h.Goes, name)
		}
	}
	return nil
}

// MayTake tells whether what came can be asked to be taken in: events can, what
// else a bundle brings can't be tried again.
func (h Held) MayTake() bool {
	return h.Way != WayIn || len(h.record) > 0 && RecordType(h.record[0]) == EventRecord
}

// Ask is the first person: what is held is to go, or to be forgotten.
func (x *Exchange) Ask(ctx context.Context, o journal.Order, want Want, why string) error {
	h, err := x.HeldOne(ctx, o.Subject)
	if err != nil {
		return err
	}
	if want != LetGo && (want != Discard || h.Way != WayIn) || want == LetGo && !h.MayTake() {
		return fault.NotNow("exchange.release.not_so", h.Stage)
	}
	asked := ReleaseAsked{Want: want, Kind: h.Kind, Held: h.Reason, Why: why}
	if h.Way == WayRate {
		head, _ := x.journal.Head()
		asked.Until = int64(head)
	}
	_, err = journal.Do(ctx, x.journal, Room, o, AskRelease{asked})
	return err
}

// Became is what agreeing has made of what was held.
type Became string

// What agreeing can make of it.
const (
	Leaves    Became = "leaves"    // with the next bundle
	GoesOn    Became = "goes_on"   // a stream that waited
	Taken     Became = "taken"     // in
	Discarded Became = "discarded" // forgotten
	StillOut  Became = "failed"    // it can't be taken in, and stays
	NextInRow Became = "waits"     // for an earlier record of its subject
)

// Agree is the second person, who says which version of what was asked for they
// have read. What came is taken in, or forgotten, at once; what leaves does so with
// the next bundle.
func (x *Exchange) Agree(ctx context.Context, o journal.Order) (Became, error) {
	if o.Seen == nil {
		return "", fault.NotNow("exchange.release.unseen", Asked)
	}
	if _, err := journal.Do(ctx, x.journal, Room, o, GiveRelease{}); err != nil {
		return "", err
	}
	way, rest, _ := strings.Cut(o.Subject, "-")
	switch way {
	case WayOut:
		return Leaves, nil
	case WayRate:
		return GoesOn, nil
	}
	from, _, _ := strings.Cut(rest, "-")
	if err := x.settleIn(journal.WithActor(ctx, journal.System), zone.Zone(from)); err != nil {
		return "", err
	}
	l, _, err := journal.Load(ctx, x.journal, Room, o.Subject)
	if err != nil || l.Stage == Failed {
		return StillOut, err
	}
	_, err = x.HeldOne(ctx, o.Subject)
	switch {
	case err == nil:
		return NextInRow, nil
	case !fault.IsNotFound(err):
		return "", err
	case l.Want == Discard:
		return Discarded, nil
	}
	return Taken, nil
}

// TurnDown is the second person who doesn't agree, or the first who takes it back.
func (x *Exchange) TurnDown(ctx context.Context, o journal.Order, why string) error {
	_, err := journal.Do(ctx, x.journal, Room, o, RefuseRelease{why})
	return err
}

// settleIn takes in what was held of a zone and may come now: because two people
// let it, because another policy is in force, or because this zone has the release
// that can read it; what waited behind it follows.
// Others may do the same at the same time, in this process or another: what is
// decided here only names what to look at, and each transaction of the journal's
// one writer judges again. What can't be taken in stays with its reason and holds
// up its own subject alone.
func (x *Exchange) settleIn(ctx context.Context, from zone.Zone) error {
	all, err := x.mayBeSettled(ctx, from)
	if err != nil {
		return err
	}
	blocked := map[string]bool{}
	for _, h := range all {
		if h.Subject != "" && blocked[h.Subject] && (h.Stage != Given || h.Want != Discard) {
			continue
		}
		gone, err := x.settle(ctx, h)
		if err != nil {
			return err
		}
		if !gone || h.Want == Discard && h.Stage == Given {
			blocked[h.Subject] = true
		}
	}
	return nil
}

// mayBeSettled lists what two people have decided on and what the policy held, in
// its order. The records stay sealed.
func (x *Exchange) mayBeSettled(ctx context.Context, from zone.Zone) ([]Held, error) {
	newer := Newer
	if x.has(keepsNewer) {
		newer = ""
	}
	rows, err := x.journal.Store.Query(ctx, `SELECT q.epoch, q.sequence, q.number, q.reason, COALESCE(a.subject, ''), COALESCE(r.stage, ''), COALESCE(r.want, '') FROM exchange_quarantine q
LEFT JOIN exchange_aside a ON a.from_zone = q.from_zone AND a.epoch = q.epoch AND a.sequence = q.sequence AND a.number = q.number
LEFT JOIN exchange_release r ON r.id = $2 || CAST(q.epoch AS TEXT) || '-' || CAST(q.sequence AS TEXT) || '-' || CAST(q.number AS TEXT)
WHERE q.from_zone = $1 AND (r.stage = $3 OR a.subject IS NOT NULL AND q.reason IN ($4, $5, $6))
ORDER BY q.epoch, q.sequence, q.number`, string(from), fmt.Sprintf("%s-%s-", WayIn, from), string(Given), NotPermitted, Behind, newer)
	if err != nil {
		return nil, fmt.Errorf("reading what may be taken in from the %s zone: %w", from, err)
	}
	defer rows.Close()
	var all []Held
	for rows.Next() {
		h := Held{Way: WayIn, Zone: from}
		var epoch int64
		var number int
		if err := rows.Scan(&epoch, &h.Bundle, &number, &h.Reason, &h.Subject, &h.Stage, &h.Want); err != nil {
			return nil, err
		}
		h.Key = inKey(from, epoch, h.Bundle, number)
		all = append(all, h)
	}
	return all, rows.Err()
}

// settle takes one record in, or forgets it, if that may be; gone tells that it
// waits no more. An error of the machine with this record is no reason to stop the
// others: it is noted, and people decide.
func (x *Exchange) settle(ctx context.Context, h Held) (gone bool, err error) {
	var why string
	var of error // the record, or what came of it
	err = x.journal.Apply(ctx, func(a *journal.Applying) error {
		gone, why, of = x.settled(ctx, a, h)
		return of
	})
	// A disk that is full or a journal that ends says nothing of the record: it is
	// tried again.
	var later *fault.NotNowError
	if ctx.Err() != nil || errors.Is(err, journal.ErrClosed) || errors.As(err, &later) || of == nil && err != nil {
		return false, err
	}
	if err != nil {
		why = err.Error()
	}
	if why == "" {
		return gone, nil
	}
	q := h.place()
	err = x.journal.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE exchange_quarantine SET reason = $5 WHERE from_zone = $1 AND epoch = $2 AND sequence = $3 AND number = $4`, string(q.From), q.Epoch, q.Sequence, q.Number, why)
		return err
	})
	if err != nil {
		return false, err
	}
	_, err = journal.Do(journal.WithActor(ctx, journal.System), x.journal, Room, journal.Order{Subject: h.Key}, FailRelease{why})
	return false, err
}

// settled is settle in its transaction; why is what stands against it.
func (x *Exchange) settled(ctx context.Context, a *journal.Applying, h Held) (gone bool, why string, err error) {
	q := h.place()
	var sealed []byte
	var reason string
	err = a.Tx.QueryRow(ctx, `SELECT record, reason FROM exchange_quarantine WHERE from_zone = $1 AND epoch = $2 AND sequence = $3 AND number = $4`, string(q.From), q.Epoch, q.Sequence, q.Number).Scan(&sealed, &reason)
	if store.NoRows(err) {
		return true, "", nil // somebody else has done it
	}
	if err != nil {
		return false, "", err
	}
	var stage Stage
	var want Want
	err = a.Tx.QueryRow(ctx, `SELECT stage, want FROM exchange_release WHERE id = $1`, h.Key).Scan(&stage, &want)
	if err != nil && !store.NoRows(err) {
		return false, "", err
	}
	if stage == Given && want == Discard {
		return true, "", x.discard(ctx, a.Tx, q, h.Subject)
	}
	if before, err := earlier(ctx, a.Tx, q, h.Subject); err != nil || before {
		return false, "", err
	}
	record, err := x.ring.Open(quarantineContext(q.From, q.Epoch, q.Sequence, q.Number), sealed)
	if err != nil {
		return false, "what is kept of it can't be opened: " + err.Error(), nil
	}
	_, rule := x.rule(Stream{q.From, x.Zone()})
	if byPolicy := reason == NotPermitted || reason == Behind || reason == Newer; stage != Given && !(byPolicy && rule.knows(kindOf(record))) {
		return false, "", nil
	}
	var refused *quarantined
	var bad *journal.RecordError
	if _, err = mayCome(record[1:], h.Zone, x.Zone()); err == nil {
		err = x.take(ctx, a, record[1:])
	}
	switch {
	case errors.As(err, &refused):
		return false, refused.why, nil
	case errors.As(err, &bad) && bad.Newer() && stage != Given:
		return false, "", nil
	case errors.As(err, &bad):
		return false, bad.Error(), nil
	case err != nil:
		return false, "", fmt.Errorf("taking in %s of %s: %w", kindOf(record), h.Key, err)
	}
	return true, "", forget(ctx, a.Tx, q)
}

// earlier tells whether a record of the same subject that came before is still held.
func earlier(ctx context.Context, tx store.Tx, q Quarantined, subject string) (bool, error) {
	if subject == "" {
		return false, nil
	}
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_aside
WHERE from_zone = $1 AND subject = $2 AND (epoch < $3 OR epoch = $3 AND (sequence < $4 OR sequence = $4 AND number < $5))`,
		string(q.From), subject, q.Epoch, q.Sequence, q.Number).Scan(&n)
	return n > 0, err
}

// discard forgets a record. What waits behind it would tell a story in which
// something is missing: people decide on the first of it.
func (x *Exchange) discard(ctx context.Context, tx store.Tx, q Quarantined, subject string) error {
	if err := forget(ctx, tx, q); err != nil || subject == "" {
		return err
	}
	if before, err := earlier(ctx, tx, q, subject); err != nil || before {
		return err // what comes after waits for that one
	}
	var next Quarantined
	err := tx.QueryRow(ctx, `SELECT epoch, sequence, number FROM exchange_aside WHERE from_zone = $1 AND subject = $2
ORDER BY epoch, sequence, number LIMIT 1`, string(q.From), subject).Scan(&next.Epoch, &next.Sequence, &next.Number)
	if store.NoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE exchange_quarantine SET reason = $5 WHERE from_zone = $1 AND epoch = $2 AND sequence = $3 AND number = $4 AND reason = $6`,
		string(q.From), next.Epoch, next.Sequence, next.Number, AfterDiscarded, Behind)
	return err
}

// place is where it lies in the quarantine. Its key was made of that.
func (h Held) place() Quarantined {
	q := Quarantined{From: h.Zone}
	if _, err := fmt.Sscanf(strings.TrimPrefix(h.Key, WayIn+"-"+string(h.Zone)+"-"), "%d-%d-%d", &q.Epoch, &q.Sequence, &q.Number); err != nil {
		return Quarantined{}
	}
	return q
}
