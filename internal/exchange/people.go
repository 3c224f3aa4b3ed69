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
	Reason  string    `json:"reason"` // one of the above; of what came a sentence
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
			return nil, fmt.Errorf("opening what is held as %s: %w", h.Key, err)
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
		err := x.journal.Store.QueryRow(ctx, `SELECT stage, want, why, asked_by, asked_at, answered_by, answer FROM exchange_release WHERE id = $1`, h.Key).
			Scan(&h.Stage, &h.Want, &h.Why, &h.AskedBy, &asked, &h.AnsweredBy, &h.Answer)
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

// Agree is the second person. What came is taken in, or forgotten, at once; what
// leaves does so with the next bundle.
func (x *Exchange) Agree(ctx context.Context, o journal.Order) error {
	if _, err := journal.Do(ctx, x.journal, Room, o, GiveRelease{}); err != nil {
		return err
	}
	if way, rest, _ := strings.Cut(o.Subject, "-"); way == WayIn {
		from, _, _ := strings.Cut(rest, "-")
		unlock, err := x.lock(Stream{zone.Zone(from), x.Zone()})
		if err != nil {
			return err
		}
		defer unlock()
		return x.settleIn(journal.WithActor(ctx, journal.System), zone.Zone(from))
	}
	return nil
}

// TurnDown is the second person who doesn't agree, or the first who takes it back.
func (x *Exchange) TurnDown(ctx context.Context, o journal.Order, why string) error {
	_, err := journal.Do(ctx, x.journal, Room, o, RefuseRelease{why})
	return err
}

// settleIn takes in what was held of a zone and may come now: because two people
// let it, or because another policy is in force; what waited behind it follows.
// It holds the stream's lock.
func (x *Exchange) settleIn(ctx context.Context, from zone.Zone) error {
	var n int
	err := x.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_quarantine WHERE from_zone = $1`, string(from)).Scan(&n)
	if err != nil || n == 0 {
		return err
	}
	all, err := x.heldIn(ctx, from, `ORDER BY q.epoch, q.sequence, q.number`)
	if err != nil {
		return err
	}
	_, rule := x.rule(Stream{from, x.Zone()})
	blocked := map[string]bool{}
	for _, h := range all {
		given := h.Stage == Given
		byPolicy := h.Subject != "" // held by the policy here, or behind what is
		switch {
		case given && h.Want == Discard:
			err = x.journal.Store.Write(ctx, func(tx store.Tx) error { return forget(ctx, tx, h.place()) })
		case byPolicy && blocked[h.Subject]:
			continue
		case given || byPolicy && rule.knows(h.Kind):
			err = x.takeHeld(ctx, h, given)
		default:
			blocked[h.Subject] = byPolicy
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// place is where it lies in the quarantine. Its key was made of that.
func (h Held) place() Quarantined {
	q := Quarantined{From: h.Zone}
	if _, err := fmt.Sscanf(strings.TrimPrefix(h.Key, WayIn+"-"+string(h.Zone)+"-"), "%d-%d-%d", &q.Epoch, &q.Sequence, &q.Number); err != nil {
		return Quarantined{}
	}
	return q
}

// takeHeld takes a record in now. One that still can't be stays, and that is said.
func (x *Exchange) takeHeld(ctx context.Context, h Held, given bool) error {
	var why string
	err := x.journal.Apply(ctx, func(a *journal.Applying) error {
		why = ""
		var refused *quarantined
		var bad *journal.RecordError
		e, err := mayCome(h.record[1:], h.Zone, x.Zone())
		if err == nil {
			_, _, err = a.Take(ctx, h.record[1:])
		}
		switch {
		case errors.As(err, &refused):
			why = refused.why
		case errors.As(err, &bad):
			why = bad.Error()
		case err != nil:
			return fmt.Errorf("taking in %s of %s: %w", e.Header.Kind, h.Key, err)
		default:
			return forget(ctx, a.Tx, h.place())
		}
		return nil
	})
	if err != nil || why == "" {
		return err
	}
	q := h.place()
	err = x.journal.Store.Write(ctx, func(tx store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM exchange_aside WHERE from_zone = $1 AND epoch = $2 AND sequence = $3 AND number = $4`, string(q.From), q.Epoch, q.Sequence, q.Number); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE exchange_quarantine SET reason = $5 WHERE from_zone = $1 AND epoch = $2 AND sequence = $3 AND number = $4`, string(q.From), q.Epoch, q.Sequence, q.Number, why)
		return err
	})
	if err != nil || !given {
		return err
	}
	_, err = journal.Do(journal.WithActor(ctx, journal.System), x.journal, Room, journal.Order{Subject: h.Key}, FailRelease{why})
	return err
}
