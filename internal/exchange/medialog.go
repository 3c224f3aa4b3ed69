package exchange

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// mediaLog is the table of discs. Whether a disc's bundles have a receipt isn't a
// matter of people, and so isn't in it: see arrived.
var mediaLog = journal.Projection{
	Name: "exchange_disc", Version: 1, Tables: []string{"exchange_disc"},
	Schema: `
CREATE TABLE exchange_disc (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL,
  from_zone TEXT NOT NULL,
  to_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  first_number INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  bundles INTEGER NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  stage TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at INTEGER NOT NULL,
  with_account TEXT NOT NULL,
  with_at INTEGER NOT NULL,
  carrier TEXT NOT NULL,
  trip TEXT NOT NULL,
  answer TEXT NOT NULL,
  says TEXT NOT NULL,
  differs INTEGER NOT NULL,
  times INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  ends TEXT NOT NULL,
  end_is TEXT NOT NULL,
  end_why TEXT NOT NULL,
  end_by TEXT NOT NULL,
  end_at INTEGER NOT NULL,
  end_answered_by TEXT NOT NULL,
  end_answered_at INTEGER NOT NULL,
  end_answer TEXT NOT NULL,
  version INTEGER NOT NULL
);
CREATE INDEX exchange_disc_by_time ON exchange_disc (at, id);
CREATE INDEX exchange_disc_by_stage ON exchange_disc (stage, to_zone, at);`,
	Apply: discHappened,
}

func discHappened(ctx context.Context, tx store.Tx, e journal.Event) error {
	set := func(columns string, args ...any) error {
		_, err := tx.Exec(ctx, `UPDATE exchange_disc SET `+columns+`, version = $2 WHERE id = $1`, append([]any{e.Subject.ID, int64(e.Version)}, args...)...)
		return err
	}
	begun := func(l Load, stage DiscStage, answer AnswerCode, says string, differs bool) error {
		_, err := tx.Exec(ctx, `INSERT INTO exchange_disc (id, number, from_zone, to_zone, epoch, first_number, last_number, bundles, files, bytes, digest, stage, by_account, at, with_account, with_at, carrier, trip, answer, says, differs, times, last_at, ends, end_is, end_why, end_by, end_at, end_answered_by, end_answered_at, end_answer, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', 0, '', '', $15, $16, $17, 1, $14, '', '', '', '', 0, '', 0, '', $18)`,
			e.Subject.ID, l.Number, string(l.Stream.From), string(l.Stream.To), l.Epoch, l.First, l.Last, l.Bundles, l.Files, l.Bytes, l.Digest, string(stage), e.Actor.Account, e.At.UnixMicro(), string(answer), says, number(differs), int64(e.Version))
		return err
	}
	switch b := e.Body.(type) {
	case DiscWritten:
		return begun(b.Load, DiscPrepared, "", "", false)
	case DiscHandedOver:
		return set(`stage = $3, with_account = $4, with_at = $5, carrier = $6, trip = $7`, string(DiscHanded), e.Actor.Account, e.At.UnixMicro(), b.Carrier, b.Trip)
	case DiscRead:
		if e.Version == 1 {
			return begun(b.Load, DiscCame, b.Answer, b.Says, b.Differs)
		}
		return set(`times = times + 1, last_at = $3, answer = $4, says = $5, differs = $6, files = $7, bytes = $8, bundles = $9`, e.At.UnixMicro(), string(b.Answer), b.Says, number(b.Differs), b.Load.Files, b.Load.Bytes, b.Load.Bundles)
	case DiscWitnessed:
		return set(`stage = $3, with_account = $4, with_at = $5, carrier = $6`, string(DiscSeen), e.Actor.Account, e.At.UnixMicro(), b.Carrier)
	case DiscEndAsked:
		return set(`ends = $3, end_is = $4, end_why = $5, end_by = $6, end_at = $7, end_answered_by = '', end_answered_at = 0, end_answer = ''`, string(Asked), string(b.End), b.Why, e.Actor.Account, e.At.UnixMicro())
	case DiscEnded:
		return set(`ends = $3, end_answered_by = $4, end_answered_at = $5`, string(Given), e.Actor.Account, e.At.UnixMicro())
	case DiscEndRefused:
		return set(`ends = $3, end_answered_by = $4, end_answered_at = $5, end_answer = $6`, string(TurnedDown), e.Actor.Account, e.At.UnixMicro(), b.Why)
	}
	return nil
}

func number(is bool) int {
	if is {
		return 1
	}
	return 0
}

// DiscRow is one line of the media log.
type DiscRow struct {
	ID string `json:"id"`
	Load
	Stage   DiscStage  `json:"stage"`
	By      string     `json:"by"` // account of who wrote it or read it in
	At      time.Time  `json:"at"`
	With    string     `json:"with"` // the second person
	WithAt  time.Time  `json:"withAt,omitzero"`
	Carrier string     `json:"carrier"`
	Trip    string     `json:"-"`
	Answer  AnswerCode `json:"answer,omitempty"` // of import, the last time
	Says    string     `json:"says,omitempty"`
	Differs bool       `json:"differs,omitempty"`
	Times   int        `json:"times"` // that it was read in
	LastAt  time.Time  `json:"lastAt"`
	// Receipt is when the receipt of its last bundle came; zero: it didn't.
	Receipt time.Time `json:"receipt,omitzero"`
	// Late is set for one that was handed over longer ago than the way there and the
	// receipt may take.
	Late bool `json:"late,omitempty"`

	Ends        Stage           `json:"ends,omitempty"`
	End         DiscEnd         `json:"end,omitempty"`
	EndWhy      string          `json:"endWhy,omitempty"`
	EndBy       string          `json:"endBy,omitempty"`
	EndAt       time.Time       `json:"endAt,omitzero"`
	AnsweredBy  string          `json:"answeredBy,omitempty"`
	AnsweredAt  time.Time       `json:"answeredAt,omitzero"`
	WhyNot      string          `json:"whyNot,omitempty"`
	SeenVersion journal.Version `json:"version"`
}

// CameIn tells a disc that was read in from one that was written here.
func (r DiscRow) CameIn() bool { return r.Stage == DiscCame || r.Stage == DiscSeen }

// DaysOpen is how many whole days a disc is on its way.
func (r DiscRow) DaysOpen(now time.Time) int { return int(now.Sub(r.WithAt) / (24 * time.Hour)) }

// DiscShow is which discs a list shows.
type DiscShow string

// What can be shown.
const (
	AllDiscs     DiscShow = ""
	DiscsHalf    DiscShow = "half"    // wait for a second person
	DiscsOnWay   DiscShow = "way"     // handed over, without a receipt
	DiscsLate    DiscShow = "late"    // those for longer than that may take
	DiscsArrived DiscShow = "arrived" // with a receipt
	DiscsIn      DiscShow = "in"      // read in here
	DiscsGone    DiscShow = "gone"    // lost or destroyed
)

// DiscShows lists them, in the order of a page.
func DiscShows() []DiscShow {
	return []DiscShow{AllDiscs, DiscsHalf, DiscsOnWay, DiscsLate, DiscsArrived, DiscsIn, DiscsGone}
}

// arrived is true of a disc whose last bundle has a receipt.
const arrived = `EXISTS (SELECT 1 FROM exchange_receipt r WHERE r.to_zone = d.to_zone AND r.epoch = d.epoch AND r.sequence >= d.last_number)`

// discWhere is each of them as a condition. Of those that are late $7 and $9 are
// zones, $8 and $10 since when one handed over to them is.
var discWhere = map[DiscShow]string{
	AllDiscs:     `TRUE`,
	DiscsHalf:    `(d.stage IN ('prepared', 'came') AND d.ends <> 'given' OR d.ends = 'asked')`,
	DiscsOnWay:   `d.stage = 'handed' AND d.ends <> 'given' AND NOT ` + arrived,
	DiscsLate:    `d.stage = 'handed' AND d.ends <> 'given' AND (d.to_zone = $7 AND d.with_at < $8 OR d.to_zone = $9 AND d.with_at < $10) AND NOT ` + arrived,
	DiscsArrived: `d.stage IN ('prepared', 'handed') AND ` + arrived,
	DiscsIn:      `d.stage IN ('came', 'seen')`,
	DiscsGone:    `d.ends = 'given'`,
}

// DiscQuery is what somebody looks for in the media log.
type DiscQuery struct {
	Show DiscShow
	Find string // part of a number or a carrier's name, four or more letters of a digest, the number of a bundle
	Trip string
	// BeforeAt and BeforeID are the last row of the page before.
	BeforeAt time.Time
	BeforeID string
	Most     int
}

// patience is how long a disc to a zone, or a test, may be without a receipt: what
// the streams there and back promise, or a week where they promise nothing.
func (x *Exchange) patience(to zone.Zone) time.Duration {
	_, there := x.rule(Stream{x.Zone(), to})
	_, back := x.rule(Stream{to, x.Zone()})
	if there.Promise == 0 || back.Promise == 0 {
		return 7 * 24 * time.Hour
	}
	return there.Promise + back.Promise
}

// lateSince are the arguments of DiscsLate. A zone has two others at most.
func (x *Exchange) lateSince() []any {
	args := make([]any, 0, 4)
	for _, to := range x.Peers() {
		args = append(args, string(to), x.journal.Now().Add(-x.patience(to)).UnixMicro())
	}
	for len(args) < 4 {
		args = append(args, "", int64(0))
	}
	return args
}

const discColumns = `d.id, d.number, d.from_zone, d.to_zone, d.epoch, d.first_number, d.last_number, d.bundles, d.files, d.bytes, d.digest, d.stage, d.by_account, d.at, d.with_account, d.with_at, d.carrier, d.trip, d.answer, d.says, d.differs, d.times, d.last_at, d.ends, d.end_is, d.end_why, d.end_by, d.end_at, d.end_answered_by, d.end_answered_at, d.end_answer, d.version,
COALESCE((SELECT MIN(r.here) FROM exchange_receipt r WHERE r.to_zone = d.to_zone AND r.epoch = d.epoch AND r.sequence >= d.last_number), 0)`

// MediaLog lists discs, the newest first.
func (x *Exchange) MediaLog(ctx context.Context, q DiscQuery) ([]DiscRow, error) {
	where, known := discWhere[q.Show]
	if !known {
		return nil, fault.NotFound("list of discs " + string(q.Show))
	}
	find := strings.TrimSpace(q.Find)
	bundle, err := strconv.ParseInt(find, 10, 64)
	if err != nil {
		bundle = -1
	}
	before := int64(1) << 62
	if !q.BeforeAt.IsZero() {
		before = q.BeforeAt.UnixMicro()
	}
	args := []any{find, bundle, q.Trip, before, q.BeforeID, q.Most}
	if q.Show == DiscsLate {
		args = append(args, x.lateSince()...)
	}
	// index exchange_disc_by_time (at, id)
	rows, err := x.journal.Store.Query(ctx, `SELECT `+discColumns+` FROM exchange_disc d
WHERE (`+where+`)
AND ($1 = '' OR LOWER(d.number) LIKE '%' || LOWER($1) || '%' OR LOWER(d.carrier) LIKE '%' || LOWER($1) || '%' OR LENGTH($1) >= 4 AND d.digest LIKE LOWER($1) || '%' OR d.first_number <= $2 AND d.last_number >= $2)
AND ($3 = '' OR d.trip = $3)
AND (d.at < $4 OR d.at = $4 AND d.id < $5)
ORDER BY d.at DESC, d.id DESC LIMIT $6`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the media log: %w", err)
	}
	defer rows.Close()
	all := []DiscRow{}
	for rows.Next() {
		r, err := x.scanDisc(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// OneDisc is one line of it.
func (x *Exchange) OneDisc(ctx context.Context, id string) (DiscRow, error) {
	r, err := x.scanDisc(x.journal.Store.QueryRow(ctx, `SELECT `+discColumns+` FROM exchange_disc d WHERE d.id = $1`, id))
	if store.NoRows(err) {
		return r, fault.NotFound("disc " + id)
	}
	return r, err
}

func (x *Exchange) scanDisc(row scanner) (DiscRow, error) {
	var r DiscRow
	var at, withAt, differs, lastAt, endAt, answeredAt, receipt int64
	err := row.Scan(&r.ID, &r.Number, &r.Stream.From, &r.Stream.To, &r.Epoch, &r.First, &r.Last, &r.Bundles, &r.Files, &r.Bytes, &r.Digest, &r.Stage, &r.By, &at, &r.With, &withAt, &r.Carrier, &r.Trip, &r.Answer, &r.Says, &differs, &r.Times, &lastAt, &r.Ends, &r.End, &r.EndWhy, &r.EndBy, &endAt, &r.AnsweredBy, &answeredAt, &r.WhyNot, &r.SeenVersion, &receipt)
	r.At, r.WithAt, r.LastAt, r.EndAt, r.AnsweredAt, r.Differs = instant(at), instant(withAt), instant(lastAt), instant(endAt), instant(answeredAt), differs != 0
	if !r.CameIn() {
		r.Receipt = instant(receipt)
	}
	r.Late = r.Stage == DiscHanded && r.Ends != Given && r.Receipt.IsZero() && x.journal.Now().Sub(r.WithAt) > x.patience(r.Stream.To)
	return r, err
}

// DiscCount is how many discs to a zone lie ready, are on their way, or are so for
// longer than that may take, and since when the first of these.
type DiscCount struct {
	Ready int       `json:"ready"`
	OnWay int       `json:"onWay"`
	Late  int       `json:"late"`
	Since time.Time `json:"since,omitzero"` // the oldest on its way was handed over
}

func (x *Exchange) countDiscs(ctx context.Context, to zone.Zone) (DiscCount, error) {
	var c DiscCount
	var since int64
	// index exchange_disc_by_stage (stage, to_zone, at)
	err := x.journal.Store.QueryRow(ctx, `SELECT
(SELECT COUNT(*) FROM exchange_disc d WHERE d.stage = 'prepared' AND d.to_zone = $1 AND d.ends <> 'given'),
COUNT(*), COALESCE(SUM(CASE WHEN d.with_at < $2 THEN 1 ELSE 0 END), 0), COALESCE(MIN(d.with_at), 0)
FROM exchange_disc d WHERE d.stage = 'handed' AND d.to_zone = $1 AND d.ends <> 'given' AND NOT `+arrived,
		string(to), x.journal.Now().Add(-x.patience(to)).UnixMicro()).Scan(&c.Ready, &c.OnWay, &c.Late, &since)
	c.Since = instant(since)
	return c, err
}

// offRecordLooks is how many of the newest bundles are held against the log.
const offRecordLooks = 200

// OffRecord are the numbers of the newest bundles that were taken in from a zone within
// a month and came on no disc that is on record, since the first disc to or from it was.
func (x *Exchange) OffRecord(ctx context.Context, from zone.Zone) ([]int64, error) {
	rows, err := x.journal.Store.Query(ctx, `SELECT r.sequence FROM
(SELECT epoch, sequence, applied FROM exchange_received WHERE from_zone = $1 AND sequence > 0 ORDER BY epoch DESC, sequence DESC LIMIT $2) r
WHERE r.applied > $3
AND EXISTS (SELECT 1 FROM exchange_disc d WHERE (d.from_zone = $1 OR d.to_zone = $1) AND d.at < r.applied)
AND NOT EXISTS (SELECT 1 FROM exchange_disc d WHERE d.stage IN ('came', 'seen') AND d.from_zone = $1 AND d.epoch = r.epoch AND d.first_number <= r.sequence AND d.last_number >= r.sequence)
ORDER BY r.epoch, r.sequence`, string(from), offRecordLooks, x.journal.Now().Add(-30*24*time.Hour).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("holding what came from the %s zone against the log of discs: %w", from, err)
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// LastArrived is the disc with the newest bundle to a zone that has a receipt there;
// false where there is none.
func (x *Exchange) LastArrived(ctx context.Context, to zone.Zone) (DiscRow, bool, error) {
	d, err := x.scanDisc(x.journal.Store.QueryRow(ctx, `SELECT `+discColumns+` FROM exchange_disc d WHERE d.to_zone = $1 AND `+discWhere[DiscsArrived]+` ORDER BY d.epoch DESC, d.last_number DESC, d.at DESC LIMIT 1`, string(to)))
	if store.NoRows(err) {
		return DiscRow{}, false, nil
	}
	return d, err == nil, err
}
