package trip

import (
	"context"
	"strings"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the trip's reading tables.
var Projections = []journal.Projection{{
	Name: "trip", Version: 2, Tables: []string{"trip"},
	Schema: `
CREATE TABLE trip (
  filing TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  stage TEXT NOT NULL,
  members TEXT NOT NULL,
  depart TEXT NOT NULL,
  return_ TEXT NOT NULL,
  departed TEXT NOT NULL,
  home TEXT NOT NULL,
  booklets_due TEXT NOT NULL,
  report_due TEXT NOT NULL,
  report TEXT NOT NULL,
  notice_due TEXT NOT NULL,
  notice TEXT NOT NULL
);
CREATE INDEX trip_by_stage ON trip (stage, depart, filing);
CREATE INDEX trip_by_unit ON trip (unit, stage, report_due)`,
	Apply: apply,
}}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	id := e.Subject.ID
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
	switch b := e.Body.(type) {
	case Cleared:
		return exec(`INSERT INTO trip (filing, unit, stage, members, depart, return_, departed, home, booklets_due, report_due, report, notice_due, notice)
VALUES ($1, $2, 'cleared', $3, $4, $5, '', '', '', '', '', '', '')
ON CONFLICT (filing) DO UPDATE SET stage = excluded.stage, members = excluded.members, depart = excluded.depart, return_ = excluded.return_`, id, b.Unit, strings.Join(b.Members, " "), b.Depart.String(), b.Return.String())
	case Amended:
		return exec(`UPDATE trip SET members = $2, depart = $3, return_ = $4, stage = CASE WHEN $5 = 1 THEN stage ELSE '' END WHERE filing = $1`,
			id, strings.Join(b.Members, " "), b.Depart.String(), b.Return.String(), flag(b.Cleared))
	case ClearanceTakenBack:
		return exec(`UPDATE trip SET stage = '' WHERE filing = $1`, id)
	case Departed:
		return exec(`UPDATE trip SET stage = 'abroad', departed = $2 WHERE filing = $1`, id, b.On.String())
	case DepartureTakenBack:
		return exec(`UPDATE trip SET stage = 'cleared', departed = '' WHERE filing = $1`, id)
	case CallOffTakenBack:
		return exec(`UPDATE trip SET stage = 'cleared', booklets_due = '' WHERE filing = $1`, id)
	case NotDeparted:
		return exec(`UPDATE trip SET stage = 'not_departed', booklets_due = $2 WHERE filing = $1`, id, b.BookletsDue.String())
	case CameHome:
		return exec(`UPDATE trip SET stage = 'home', home = $2, booklets_due = $3, report_due = $4, notice_due = $5 WHERE filing = $1`, id, b.On.String(), b.BookletsDue.String(), b.ReportDue.String(), b.NoticeDue.String())
	case HomeTakenBack:
		return exec(`UPDATE trip SET stage = 'abroad', home = '', booklets_due = '', report_due = '', notice_due = '', notice = '' WHERE filing = $1`, id)
	case ReportFiled:
		return exec(`UPDATE trip SET report = $2 WHERE filing = $1`, id, b.Material)
	case NoticeFiled:
		return exec(`UPDATE trip SET notice = $2 WHERE filing = $1`, id, b.Material)
	case Closed:
		return exec(`UPDATE trip SET stage = 'closed' WHERE filing = $1`, id)
	}
	return nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
