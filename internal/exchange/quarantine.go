package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// quarantined is a record that a person must look at; the others go on.
type quarantined struct {
	why string
	// subject, when the release policy is why: later records of it wait behind.
	subject string
}

func (q *quarantined) Error() string { return q.why }

func quarantine(format string, args ...any) error {
	return &quarantined{why: fmt.Sprintf(format, args...)}
}

// setAside keeps a refused record, sealed because it may say what this zone
// must not hold in plain, until a person has looked at it and discards it.
func (x *Exchange) setAside(ctx context.Context, a *journal.Applying, h Header, number int, r Record, q *quarantined) error {
	sealed, err := x.ring.Seal(quarantineContext(h.Stream.From, h.Epoch, h.Sequence, number), append([]byte{byte(r.Type)}, r.Body...))
	if err != nil {
		return err
	}
	_, err = a.Tx.Exec(ctx, `INSERT INTO exchange_quarantine (from_zone, epoch, sequence, number, reason, record, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(h.Stream.From), h.Epoch, h.Sequence, number, q.why, sealed, x.journal.Now().UnixMicro())
	if err != nil || q.subject == "" {
		return err
	}
	_, err = a.Tx.Exec(ctx, `INSERT INTO exchange_aside (from_zone, epoch, sequence, number, subject) VALUES ($1, $2, $3, $4, $5)`,
		string(h.Stream.From), h.Epoch, h.Sequence, number, q.subject)
	return err
}

func quarantineContext(from zone.Zone, epoch, sequence int64, number int) string {
	return fmt.Sprintf("exchange quarantine/%s/%d/%d/%d", from, epoch, sequence, number)
}

// Quarantined is a record that was refused alone, while its bundle was applied.
type Quarantined struct {
	From     zone.Zone `json:"from"`
	Epoch    int64     `json:"epoch"`
	Sequence int64     `json:"sequence"`
	Number   int       `json:"number"` // place in its bundle
	Kind     string    `json:"kind"`   // of the event; "receipt"; "unknown" for what can't be read
	Reason   string    `json:"reason"`
	At       time.Time `json:"at"`
}

// Key names it to whoever decides on it.
func (q Quarantined) Key() string { return inKey(q.From, q.Epoch, q.Sequence, q.Number) }

// quarantineShown is how many of a zone's refused records are listed.
const quarantineShown = 200

// Quarantine lists the refused records of a zone, newest first, at most 200.
// Of what a record says it tells the kind alone.
func (x *Exchange) Quarantine(ctx context.Context, from zone.Zone) ([]Quarantined, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT epoch, sequence, number, reason, record, at FROM exchange_quarantine
WHERE from_zone = $1
ORDER BY epoch DESC, sequence DESC, number DESC LIMIT $2`, string(from), quarantineShown)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []Quarantined{}
	for rows.Next() {
		q := Quarantined{From: from}
		var sealed []byte
		var at int64
		if err := rows.Scan(&q.Epoch, &q.Sequence, &q.Number, &q.Reason, &sealed, &at); err != nil {
			return nil, err
		}
		q.At = time.UnixMicro(at).UTC()
		record, err := x.ring.Open(quarantineContext(from, q.Epoch, q.Sequence, q.Number), sealed)
		if err != nil { // one that is spoiled must not hide the others
			record, q.Reason = nil, "what is kept of it can't be opened: "+err.Error()
		}
		q.Kind = kindOf(record)
		out = append(out, q)
	}
	return out, rows.Err()
}

// kindOf says what a record is, as far as it lets itself be read.
func kindOf(record []byte) string {
	var peek struct {
		Header struct {
			Kind string `json:"kind"`
		} `json:"header"`
	}
	switch {
	case len(record) > 0 && RecordType(record[0]) == ReceiptRecord:
		return "receipt"
	case len(record) > 0 && RecordType(record[0]) == EventRecord && json.Unmarshal(record[1:], &peek) == nil && peek.Header.Kind != "":
		return peek.Header.Kind
	}
	return "unknown"
}

// forget takes a refused record out of the quarantine.
func forget(ctx context.Context, tx store.Tx, q Quarantined) error {
	for _, table := range []string{"exchange_quarantine", "exchange_aside"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE from_zone = $1 AND epoch = $2 AND sequence = $3 AND number = $4`,
			string(q.From), q.Epoch, q.Sequence, q.Number); err != nil {
			return err
		}
	}
	return nil
}
