package passport

import (
	"context"

	"yitang/internal/approval"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the passport desk's reading tables. Names and numbers of
// people aren't in them: pages read them, sealed, from the order itself.
var Projections = []journal.Projection{{
	Name: "passport", Version: 4, Tables: []string{"passport_order", "passport_stock", "passport_blank"},
	Schema: `
CREATE TABLE passport_order (
  id TEXT PRIMARY KEY,
  filing TEXT NOT NULL,
  person TEXT NOT NULL,
  type TEXT NOT NULL,
  why TEXT NOT NULL,
  approval TEXT NOT NULL,
  approval_was TEXT NOT NULL,
  approval_on TEXT NOT NULL,
  depart TEXT NOT NULL,
  due TEXT NOT NULL,
  stage TEXT NOT NULL,
  tail TEXT NOT NULL,
  issued TEXT NOT NULL,
  expires TEXT NOT NULL,
  capture_until TEXT NOT NULL,
  quality TEXT NOT NULL,
  booking TEXT NOT NULL,
  made_by TEXT NOT NULL,
  tried INTEGER NOT NULL,
  since INTEGER NOT NULL,
  why_not TEXT NOT NULL
);
CREATE INDEX passport_order_by_stage ON passport_order (stage, due, id);
CREATE INDEX passport_order_by_filing ON passport_order (filing, person);
CREATE INDEX passport_order_by_person ON passport_order (person, capture_until);
CREATE TABLE passport_stock (
  type TEXT NOT NULL,
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  count INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (type, first)
);
CREATE TABLE passport_blank (
  number TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  made_for TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  witnesses TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX passport_blank_by_state ON passport_blank (type, state, number)`,
	Apply: apply,
}}

const insertOrder = `INSERT INTO passport_order
(id, filing, person, type, why, approval, approval_was, approval_on, depart, due, stage, tail, issued, expires, capture_until, quality, booking, made_by, tried, since, why_not)
VALUES ($1, $2, $3, $4, $5, $6, '', '', $7, $8, $10, '', '', '', '', '', '', '', 0, $9, '')
ON CONFLICT (id) DO UPDATE SET type = excluded.type, why = excluded.why, approval = excluded.approval, approval_was = '', approval_on = '', depart = excluded.depart, due = excluded.due, stage = excluded.stage,
  tail = '', issued = '', expires = '', capture_until = '', quality = '', booking = '', made_by = '', tried = 0, since = excluded.since, why_not = ''`

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	id, at := e.Subject.ID, e.At.UnixMicro()
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
	switch b := e.Body.(type) {
	case Ordered:
		stage := IsOrdered
		if b.Why == approval.EndorseOnly {
			stage = IsCaptured
		}
		return exec(insertOrder, id, b.Filing, b.Person, b.Type, b.Why, b.Approval, b.Depart.String(), b.Due.String(), at, string(stage))
	case approval.DocumentSuperseded: // the order's own number stays the one that it was placed under
		return exec(`UPDATE passport_order SET approval_was = CASE WHEN approval_was = '' THEN approval ELSE approval_was END, approval = $2, approval_on = $4 WHERE filing = $1 AND approval = $3`, id, b.Number, b.Replaces, b.On.String())
	case Amended:
		if !b.Anew {
			return exec(`UPDATE passport_order SET depart = $2, due = $3 WHERE id = $1`, id, b.Depart.String(), b.Due.String())
		}
		return exec(`UPDATE passport_order SET depart = $2, due = $3, stage = CASE WHEN why = $4 THEN 'captured' ELSE 'made' END WHERE id = $1`, id, b.Depart.String(), b.Due.String(), approval.EndorseOnly)
	case Captured:
		return exec(`UPDATE passport_order SET stage = 'captured', capture_until = $2, quality = $3, booking = $4, since = $5, due = CASE WHEN $6 = '' THEN due ELSE $6 END WHERE id = $1`,
			id, b.CaptureUntil.String(), string(b.Quality), b.Booking, at, b.Due.String())
	case Made:
		return exec(`UPDATE passport_order SET stage = 'made', tail = $2, issued = $3, expires = $4, made_by = $5, since = $6 WHERE id = $1`,
			id, b.Tail, b.Issued.String(), b.Expires.String(), e.Actor.Account, at)
	case Spoiled:
		return exec(`UPDATE passport_order SET stage = 'captured', tail = '', issued = '', expires = '', made_by = '', tried = tried + 1, since = $2, why_not = $3 WHERE id = $1`,
			id, at, b.Reason)
	case Checked:
		stage := IsChecked
		if b.Only {
			stage = IsHandedOver
		}
		return exec(`UPDATE passport_order SET stage = $3, since = $2 WHERE id = $1`, id, at, string(stage))
	case Endorsed:
		if !b.Only {
			return nil // it is at its check already
		}
		return exec(`UPDATE passport_order SET stage = 'made', made_by = $3, since = $2 WHERE id = $1`, id, at, e.Actor.Account)
	case HandedOver:
		return exec(`UPDATE passport_order SET stage = 'handed_over', since = $2 WHERE id = $1`, id, at)
	case Stopped:
		return exec(`UPDATE passport_order SET stage = 'stopped', since = $2, why_not = $3 WHERE id = $1`, id, at, b.Reason)
	case StockReceived:
		return exec(`INSERT INTO passport_stock (type, first, last, count, at) VALUES ($1, $2, $3, $4, $5)`, id, b.First, b.Last, b.Count, at)
	case StockTaken:
		return exec(`INSERT INTO passport_blank (number, type, made_for, state, why, witnesses, at) VALUES ($1, $2, $3, 'taken', '', '', $4)`, b.Number, id, b.Order, at)
	case StockSpoiled:
		two := ""
		if len(b.Two) == 2 {
			two = b.Two[0] + " " + b.Two[1]
		}
		return exec(`INSERT INTO passport_blank (number, type, made_for, state, why, witnesses, at) VALUES ($1, $2, $3, 'spoiled', $4, $5, $6)
ON CONFLICT (number) DO UPDATE SET state = 'spoiled', why = excluded.why, witnesses = excluded.witnesses, at = excluded.at`, b.Number, id, b.Order, b.Why, two, at)
	}
	return nil
}
