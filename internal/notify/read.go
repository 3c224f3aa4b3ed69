package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Row is one message as lists show it.
type Row struct {
	Message
	Zone  zone.Zone
	At    time.Time
	Way   string // that is next; ""
	Batch string // of an attempt that is open
	Until time.Time
	Seen  time.Time // zero: not yet
}

const columns = `id, zone, what, about, unit, account, role, of_, link, fills, at, ways, way, due, digest, legal, batch, until, seen`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading messages: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var fills, ways string
		var at, due, until, seen int64
		var digest, legal int
		if err := rs.Scan(&w.Key, &w.Zone, &w.What, &w.About, &w.Unit, &w.Account, &w.Role, &w.Of, &w.Link, &fills, &at, &ways, &w.Way, &due, &digest, &legal, &w.Batch, &until, &seen); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(fills), &w.Fills); err != nil {
			return nil, fmt.Errorf("reading message %s: %w", w.Key, err)
		}
		w.Ways, w.Digest, w.Legal = strings.Fields(ways), digest != 0, legal != 0
		w.At, w.Due, w.Until, w.Seen = moment(at), moment(due), moment(until), moment(seen)
		out = append(out, w)
	}
	return out, rs.Err()
}

func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// PageSize is how many messages a page shows.
const PageSize = 30

// index notify_told_by_account (account, at, id)
const ofAccount = `SELECT ` + columns + `
FROM notify_told
WHERE account = $1 AND (at, id) < ($2, $3) AND ($4 = 0 OR seen = 0)
ORDER BY at DESC, id DESC
LIMIT $5`

// After is where a list goes on: the last row of the page before; zero for the first.
type After struct {
	At time.Time
	ID string
}

// OfAccount lists what somebody was told, the newest first: one more than a page
// where there are more.
func OfAccount(ctx context.Context, r store.Reader, account string, unseen bool, after After) ([]Row, error) {
	at := int64(1) << 62
	if !after.At.IsZero() {
		at = after.At.UnixMicro()
	}
	return rows(ctx, r, ofAccount, account, at, after.ID, flag(unseen), PageSize+1)
}

// Unseen counts what somebody hasn't read. Index: notify_told_unseen.
func Unseen(ctx context.Context, r store.Reader, account string) (int, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM notify_told WHERE account = $1 AND seen = 0`, account).Scan(&n)
	return n, err
}

// UnseenOf lists the keys of what somebody hasn't read. Index: notify_told_unseen.
func UnseenOf(ctx context.Context, r store.Reader, account string, most int) ([]string, error) {
	all, err := rows(ctx, r, `SELECT `+columns+` FROM notify_told WHERE account = $1 AND seen = 0 ORDER BY at, id LIMIT $2`, account, most)
	var out []string
	for _, w := range all {
		out = append(out, w.Key)
	}
	return out, err
}

// One reads one message; false when there is none of that key.
func One(ctx context.Context, r store.Reader, key string) (Row, bool, error) {
	all, err := rows(ctx, r, `SELECT `+columns+` FROM notify_told WHERE id = $1`, key)
	if err != nil || len(all) == 0 {
		return Row{}, false, err
	}
	return all[0], true, nil
}

// index notify_told_by_case (about, at, id)
const ofCase = `SELECT ` + columns + `
FROM notify_told
WHERE about = $1
ORDER BY at DESC, id DESC
LIMIT 500`

// OfCase lists what was told of a case, the newest first.
func OfCase(ctx context.Context, r store.Reader, filing string) ([]Row, error) {
	return rows(ctx, r, ofCase, filing)
}

// index notify_told_by_due (zone, way, due)
const toSend = `SELECT ` + columns + `
FROM notify_told
WHERE zone = $1 AND way <> '' AND due <= $2 AND until <= $2
ORDER BY due, id
LIMIT $3`

// ToSend lists what is due in a zone and in nobody's hands, the longest due first.
func ToSend(ctx context.Context, r store.Reader, z zone.Zone, now time.Time, most int) ([]Row, error) {
	return rows(ctx, r, toSend, string(z), now.UnixMicro(), most)
}

// index notify_told_by_unit (unit, what, at)
const ofUnit = `SELECT ` + columns + `
FROM notify_told
WHERE unit = $1 AND what IN ('unit.stopped', 'unit.released') AND zone = $2
ORDER BY at DESC, id DESC
LIMIT 1`

// Stop is what a unit was last told of the stop of its applications; "" for nothing.
func Stop(ctx context.Context, r store.Reader, z zone.Zone, unit string) (what pack.TellEvent, of string, err error) {
	all, err := rows(ctx, r, ofUnit, unit, string(z))
	if err != nil || len(all) == 0 {
		return "", "", err
	}
	return all[0].What, all[0].Of, nil
}

// index notify_told_by_unit (unit, what, at)
const ofStream = `SELECT ` + columns + `
FROM notify_told
WHERE unit = '' AND what IN ('stream.silent', 'stream.heard') AND zone = $1 AND of_ LIKE $2
ORDER BY at DESC, id DESC
LIMIT 1`

// Stream is what this zone's administrators were last told of another one's silence;
// "" for nothing.
func Stream(ctx context.Context, r store.Reader, here, from zone.Zone) (what pack.TellEvent, of string, err error) {
	all, err := rows(ctx, r, ofStream, string(here), string(from)+"@%")
	if err != nil || len(all) == 0 {
		return "", "", err
	}
	return all[0].What, all[0].Of, nil
}

// index notify_told_by_unit (unit, what, at)
const notOver = `SELECT l.of_, MIN(l.at) AS since
FROM notify_told l
WHERE l.unit = '' AND l.what = $1 AND l.zone = $2
AND NOT EXISTS (SELECT 1 FROM notify_told o WHERE o.unit = '' AND o.what = $3 AND o.zone = $2 AND o.of_ = l.of_)
GROUP BY l.of_
ORDER BY since DESC
LIMIT 200`

// NotOver lists the things of whose trouble this zone's people were told and not of
// its end, the newest 200.
func NotOver(ctx context.Context, r store.Reader, z zone.Zone, trouble, end pack.TellEvent) ([]string, error) {
	rs, err := r.Query(ctx, notOver, string(trouble), string(z), string(end))
	if err != nil {
		return nil, fmt.Errorf("reading what isn't over: %w", err)
	}
	defer rs.Close()
	var out []string
	for rs.Next() {
		var of string
		var since int64
		if err := rs.Scan(&of, &since); err != nil {
			return nil, err
		}
		out = append(out, of)
	}
	return out, rs.Err()
}

// Try is how one attempt ended.
type Try struct {
	Way     string
	At      time.Time
	Outcome string // sent, lapsed, or a Reason
	Receipt string
	Detail  string
}

// Tries lists how the attempts of a message ended, in order.
func Tries(ctx context.Context, r store.Reader, key string) ([]Try, error) {
	rs, err := r.Query(ctx, `SELECT way, at, outcome, receipt, detail FROM notify_try WHERE id = $1 ORDER BY version`, key)
	if err != nil {
		return nil, fmt.Errorf("reading how %s was sent: %w", key, err)
	}
	defer rs.Close()
	var out []Try
	for rs.Next() {
		var t Try
		var at int64
		if err := rs.Scan(&t.Way, &at, &t.Outcome, &t.Receipt, &t.Detail); err != nil {
			return nil, err
		}
		t.At = moment(at)
		out = append(out, t)
	}
	return out, rs.Err()
}

// Taken is a message that a way has taken, and of which it has told no more.
type Taken struct {
	Key     string
	What    pack.TellEvent
	Role    pack.TellRole
	Account string
	Receipt string
	At      time.Time
}

// index notify_try_by_outcome (way, outcome, at)
const toAsk = `SELECT t.id, m.what, m.role, m.account, t.receipt, t.at
FROM notify_try t JOIN notify_told m ON m.id = t.id
WHERE t.way = $1 AND t.outcome = 'sent' AND t.at > $2 AND t.receipt <> '' AND m.zone = $3
  AND NOT EXISTS (SELECT 1 FROM notify_try u WHERE u.id = t.id AND u.version > t.version)
ORDER BY t.at, t.id`

// ToAsk lists of which messages a way of a zone may have more to tell, the oldest first:
// all of them, for whoever asks knows which it is time to ask about.
func ToAsk(ctx context.Context, r store.Reader, z zone.Zone, way string, after time.Time) ([]Taken, error) {
	rs, err := r.Query(ctx, toAsk, way, after.UnixMicro(), string(z))
	if err != nil {
		return nil, fmt.Errorf("reading what %s has taken: %w", way, err)
	}
	defer rs.Close()
	var out []Taken
	for rs.Next() {
		var t Taken
		var at int64
		if err := rs.Scan(&t.Key, &t.What, &t.Role, &t.Account, &t.Receipt, &at); err != nil {
			return nil, err
		}
		t.At = moment(at)
		out = append(out, t)
	}
	return out, rs.Err()
}

// ContactOf is how somebody is reached.
func ContactOf(ctx context.Context, j *journal.Journal, account string) (Contact, error) {
	c, _, err := journal.Load(ctx, j, Contacts, account)
	return c, err
}
