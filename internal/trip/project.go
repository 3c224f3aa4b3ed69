package trip

import (
	"context"
	"strings"

	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the trip's reading tables.
var Projections = []journal.Projection{{
	Name: "trip", Version: 3, Tables: []string{"trip", "trip_loss"},
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
CREATE INDEX trip_by_unit ON trip (unit, stage, report_due);` + lossTable,
	Apply: apply,
}}

const lossTable = `
CREATE TABLE trip_loss (
  booklet TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  filing TEXT NOT NULL,
  lost_on TEXT NOT NULL,
  place TEXT NOT NULL,
  told_to TEXT NOT NULL,
  words TEXT NOT NULL,
  paper TEXT NOT NULL,
  told_by TEXT NOT NULL,
  told INTEGER NOT NULL,
  back INTEGER NOT NULL,
  back_say TEXT NOT NULL,
  noted INTEGER NOT NULL,
  noting TEXT NOT NULL,
  found INTEGER NOT NULL,
  finding TEXT NOT NULL,
  gone INTEGER NOT NULL,
  moved INTEGER NOT NULL
);
CREATE INDEX trip_loss_by_moved ON trip_loss (gone, moved, booklet);
CREATE INDEX trip_loss_by_filing ON trip_loss (filing, booklet);
CREATE INDEX trip_loss_by_person ON trip_loss (person, booklet)`

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
	return applyLoss(ctx, tx, e)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// applyLoss keeps what is known of lost booklets.
func applyLoss(ctx context.Context, tx store.Tx, e journal.Event) error {
	at := e.At.UnixMicro()
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
	switch b := e.Body.(type) {
	case LossTold: // whatever was said of an earlier loan is over, but not what the office reported meanwhile
		var to []string
		for _, a := range b.To {
			to = append(to, string(a))
		}
		return exec(`INSERT INTO trip_loss (booklet, person, filing, lost_on, place, told_to, words, paper, told_by, told, back, back_say, noted, noting, found, finding, gone, moved)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '', 0, '', 0, '', 0, $10)
ON CONFLICT (booklet) DO UPDATE SET person = excluded.person, filing = excluded.filing, lost_on = excluded.lost_on, place = excluded.place, told_to = excluded.told_to,
  words = excluded.words, paper = excluded.paper, told_by = excluded.told_by, told = excluded.told, back = 0, back_say = '', found = 0, finding = '', moved = excluded.moved,
  noting = CASE WHEN trip_loss.noted > trip_loss.found THEN trip_loss.noting ELSE '' END,
  noted = CASE WHEN trip_loss.noted > trip_loss.found THEN trip_loss.noted ELSE 0 END`,
			b.Booklet, b.Person, e.Subject.ID, b.On.String(), b.Where, strings.Join(to, " "), b.Words.Or(""), b.Paper.Or(""), e.Actor.Role, at)
	case LossTakenBack:
		return exec(`UPDATE trip_loss SET back = $2, back_say = $3, moved = $2 WHERE booklet = $1`, b.Booklet, at, b.Words.Or(""))
	case custody.ReportedLost:
		return exec(`INSERT INTO trip_loss (booklet, person, filing, lost_on, place, told_to, words, paper, told_by, told, back, back_say, noted, noting, found, finding, gone, moved)
VALUES ($1, $2, $3, '', '', '', '', '', '', 0, 0, '', $4, $5, 0, '', 0, $4)
ON CONFLICT (booklet) DO UPDATE SET noted = excluded.noted, noting = excluded.noting, found = 0, finding = '', gone = 0, moved = excluded.moved`, b.Booklet, b.Person, b.Filing, at, b.Reason)
	case custody.TurnedUp:
		return exec(`UPDATE trip_loss SET found = $2, finding = $3, moved = $2 WHERE booklet = $1`, b.Booklet, at, b.Reason)
	case custody.Voided:
		return exec(`UPDATE trip_loss SET gone = 1 WHERE booklet = $1`, b.Booklet)
	}
	return nil
}
