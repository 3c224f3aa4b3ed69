package exchange

import (
	"context"
	"crypto/sha256"
	"fmt"
	hashes "hash"

	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Knowledge is what the receiver of a stream knows by it up to a bundle. Both ends work
// it out for themselves, the receiver of what lies in its journal, the sender of what
// it let go. That they agree says that nothing is missing, nothing was added, and no
// field is held on one side alone; so does a receiver that lost everything and was
// told all again, of before and after.
type Knowledge struct {
	Stream   Stream `json:"stream"`
	Epoch    int64  `json:"epoch"`
	Sequence int64  `json:"sequence"` // of the last bundle that counts
	Events   int64  `json:"events"`
	// State is SHA-256 of "yitang.exchange.state/1\n" and of each event's record as it
	// travels on that stream, with its length before it in decimals and a colon; the
	// events of each origin in the order of their numbers there, the origins in the
	// order of their names. Bundles, epochs and suites don't enter into it.
	State Hash `json:"state"`
}

// reckoning adds records up.
type reckoning struct {
	sum    hashes.Hash
	events int64
}

func newReckoning() *reckoning {
	r := &reckoning{sum: sha256.New()}
	r.sum.Write([]byte("yitang.exchange.state/1\n"))
	return r
}

func (r *reckoning) add(record []byte) {
	fmt.Fprintf(r.sum, "%d:", len(record))
	r.sum.Write(record)
	r.events++
}

func (r *reckoning) known(s Stream, epoch, sequence int64) Knowledge {
	return Knowledge{Stream: s, Epoch: epoch, Sequence: sequence, Events: r.events, State: Hash(r.sum.Sum(nil))}
}

// origins are the zones of whose events a stream may bring any, by name.
func (s Stream) origins() []zone.Zone {
	var out []zone.Zone
	for _, z := range zone.All() {
		if z != s.To && passesOn(s.From, z) {
			out = append(out, z)
		}
	}
	return out
}

// Known is what this zone knows by the stream from another.
func (x *Exchange) Known(ctx context.Context, from zone.Zone) (Knowledge, error) {
	s := Stream{from, x.Zone()}
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return Knowledge{}, err
	}
	r := newReckoning()
	for _, z := range s.origins() {
		err := x.journal.EachOf(ctx, z, func(e journal.Event) error {
			record, err := e.Record()
			if err == nil {
				r.add(record)
			}
			return err
		})
		if err != nil {
			return Knowledge{}, fmt.Errorf("adding up what is known of the %s zone: %w", z, err)
		}
	}
	return r.known(s, max(at.Epoch, 1), at.Sequence), nil
}

// Told is what another zone knows of this one once it has applied a bundle of the
// epoch that lasts; of bundle 0, the newest one that has a receipt.
func (x *Exchange) Told(ctx context.Context, to zone.Zone, sequence int64) (Knowledge, error) {
	s := Stream{x.Zone(), to}
	last, err := x.lastSent(ctx, to)
	if err != nil {
		return Knowledge{}, err
	}
	if sequence == 0 {
		err := x.journal.Store.QueryRow(ctx, `SELECT COALESCE(MAX(sequence), 0) FROM exchange_sent WHERE to_zone = $1 AND epoch = $2 AND receipted > 0`,
			string(to), last.Name.Epoch).Scan(&sequence)
		if err != nil {
			return Knowledge{}, err
		}
	}
	if sequence < 0 || sequence > last.Name.Sequence {
		return Knowledge{}, fmt.Errorf("bundle %d of epoch %d was not sent to the %s zone; the newest is %d", sequence, last.Name.Epoch, to, last.Name.Sequence)
	}
	until := Name{s, last.Name.Epoch, sequence}
	through, err := x.lookedThrough(ctx, until)
	if err != nil {
		return Knowledge{}, err
	}
	left, err := x.leftWith(ctx, to)
	if err != nil {
		return Knowledge{}, err
	}
	r := newReckoning()
	for _, z := range s.origins() {
		err := x.journal.EachOf(ctx, z, func(e journal.Event) error {
			switch in, was := left[e.Position]; {
			case was && in.Epoch == 0: // it is held
				return nil
			case was && in.Epoch == until.Epoch:
				if in.Sequence > until.Sequence {
					return nil
				}
			case e.Position > through:
				return nil
			}
			record, _, err := x.release(e, to)
			if err == nil && record != nil {
				r.add(record)
			}
			return err
		})
		if err != nil {
			return Knowledge{}, fmt.Errorf("adding up what the %s zone was told: %w", to, err)
		}
	}
	return r.known(s, until.Epoch, until.Sequence), nil
}

// lookedThrough is how far the journal was looked through for a bundle.
func (x *Exchange) lookedThrough(ctx context.Context, n Name) (at journal.Position, err error) {
	err = x.journal.Store.QueryRow(ctx, `SELECT COALESCE(MAX(last_position), 0) FROM exchange_sent WHERE to_zone = $1 AND epoch = $2 AND sequence <= $3`,
		string(n.Stream.To), n.Epoch, n.Sequence).Scan(&at)
	return at, err
}

// leftWith lists the events that are held for a zone, under epoch 0, and those that
// were, with the bundle in which they left.
func (x *Exchange) leftWith(ctx context.Context, to zone.Zone) (map[journal.Position]Name, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT position, epoch, sequence FROM exchange_held WHERE to_zone = $1 AND reason <> $2`, string(to), TooMuch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[journal.Position]Name{}
	for rows.Next() {
		var p journal.Position
		var n Name
		if err := rows.Scan(&p, &n.Epoch, &n.Sequence); err != nil {
			return nil, err
		}
		out[p] = n
	}
	return out, rows.Err()
}
