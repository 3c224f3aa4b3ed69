package custody

import (
	"context"
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/store"
)

// Projections are custody's reading tables. The number of a booklet isn't in
// them: it stays sealed in the journal.
var Projections = []journal.Projection{{
	Name: "custody", Version: 7, Tables: []string{"custody_booklet"},
	Schema: `
CREATE TABLE custody_booklet (
  booklet TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  unit TEXT NOT NULL,
  type TEXT NOT NULL,
  tail TEXT NOT NULL,
  issued TEXT NOT NULL,
  expires TEXT NOT NULL,
  blank_pages INTEGER NOT NULL,
  capture_until TEXT NOT NULL,
  latin TEXT NOT NULL,
  made_for TEXT NOT NULL,
  place TEXT NOT NULL,
  filing TEXT NOT NULL,
  visa TEXT NOT NULL,
  batch TEXT NOT NULL,
  answers TEXT NOT NULL,
  due TEXT NOT NULL,
  by_way TEXT NOT NULL,
  code TEXT NOT NULL,
  since INTEGER NOT NULL,
  lent INTEGER NOT NULL,
  why TEXT NOT NULL,
  unsigned INTEGER NOT NULL,
  endorsements TEXT NOT NULL,
  stamps TEXT NOT NULL,
  replaced_by TEXT NOT NULL
);
CREATE INDEX custody_booklet_by_person ON custody_booklet (person, booklet);
CREATE INDEX custody_booklet_by_place ON custody_booklet (place, due, booklet);
CREATE INDEX custody_booklet_by_expiry ON custody_booklet (place, expires, booklet);
CREATE INDEX custody_booklet_by_since ON custody_booklet (place, since, booklet);
CREATE INDEX custody_booklet_by_tail ON custody_booklet (tail, person);
CREATE INDEX custody_booklet_by_holder_unit ON custody_booklet (unit, booklet);
CREATE INDEX custody_booklet_by_unit ON custody_booklet (answers, place, due);
CREATE INDEX custody_booklet_by_filing ON custody_booklet (filing, person)`,
	Apply: apply,
}}

const insertBooklet = `INSERT INTO custody_booklet
(booklet, person, unit, type, tail, issued, expires, blank_pages, capture_until, latin, made_for, place, filing, visa, batch, answers, due, by_way, code, since, lent, why, unsigned, endorsements, stamps, replaced_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', '', '', '', '', $13, 0, '', $14, $15, $16, '')`

const moveBooklet = `UPDATE custody_booklet
SET place = $2, filing = $3, visa = $4, batch = $5, answers = $6, due = $7, by_way = $8, code = $9, since = $10, why = $11
WHERE booklet = $1`

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	at := e.At.UnixMicro()
	move := func(booklet string, place Place, filing, visa, batch, answers string, due calendar.Date, by By, code, why string) error {
		_, err := tx.Exec(ctx, moveBooklet, booklet, string(place), filing, visa, batch, answers, due.String(), string(by), code, at, why)
		return err
	}
	var none calendar.Date
	switch b := e.Body.(type) {
	case Registered:
		_, err := tx.Exec(ctx, insertBooklet, b.Booklet, b.Person, b.Unit, b.Type, b.Tail, b.Issued.String(), b.Expires.String(), b.BlankPages,
			b.CaptureUntil.String(), b.LatinName, b.Filing, string(InStore), at, flag(b.Unsigned), strings.Join(b.Endorsements, " "), "")
		return err
	case Announced:
		_, err := tx.Exec(ctx, insertBooklet, b.Booklet, b.Person, b.Unit, b.Type, b.Tail, b.Issued.String(), b.Expires.String(), b.BlankPages,
			b.CaptureUntil.String(), b.LatinName, b.Filing, string(OnItsWay), at, 0, strings.Join(carries(nil, b.Stamps), " "), stampText(b.Stamps))
		return err
	case Received:
		return move(b.Booklet, InStore, "", "", "", "", none, "", "", "")
	case Replaced:
		_, err := tx.Exec(ctx, `UPDATE custody_booklet SET replaced_by = $2 WHERE booklet = $1`, b.Booklet, b.By)
		return err
	case Completed:
		query := `UPDATE custody_booklet SET endorsements = $2, stamps = $3 WHERE booklet = $1`
		if b.Signed {
			query = `UPDATE custody_booklet SET endorsements = $2, stamps = $3, unsigned = 0 WHERE booklet = $1`
		}
		_, err := tx.Exec(ctx, query, b.Booklet, strings.Join(b.Endorsements, " "), stampText(b.Stamps))
		return err
	case SentToMission:
		return move(b.Booklet, AtMission, b.Filing, b.Visa, b.Batch, "", none, "", "", "")
	case BackFromMission:
		return move(b.Booklet, InStore, "", "", "", "", none, "", "", "")
	case Lent:
		if err := move(b.Booklet, IsLent, b.Filing, "", "", b.Unit, b.Due, b.By, b.Code, ""); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE custody_booklet SET lent = since WHERE booklet = $1`, b.Booklet)
		return err
	case LoanTakenBack:
		return move(b.Booklet, InStore, "", "", "", "", none, "", "", "")
	case Redated:
		_, err := tx.Exec(ctx, `UPDATE custody_booklet SET due = $2, why = $3 WHERE booklet = $1`, b.Booklet, b.Due.String(), b.Reason)
		return err
	case Recalled:
		_, err := tx.Exec(ctx, `UPDATE custody_booklet SET due = $2, why = $3 WHERE booklet = $1`, b.Booklet, b.Due.String(), b.Reason)
		return err
	case HandedIn:
		return move(b.Booklet, InStore, "", "", "", "", none, b.By, "", "")
	case HandInTakenBack:
		if err := move(b.Booklet, IsLent, b.Filing, "", "", b.Unit, b.Due, b.By, "", ""); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE custody_booklet SET since = lent WHERE booklet = $1`, b.Booklet) // it has been out all the time
		return err
	case ReportedLost:
		return move(b.Booklet, IsLost, b.Filing, "", "", "", none, "", "", b.Reason)
	case TurnedUp:
		return move(b.Booklet, InStore, "", "", "", "", none, "", "", "")
	case Voided:
		return move(b.Booklet, IsVoid, "", "", "", "", none, "", "", b.Reason)
	}
	return nil
}

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// stampText writes endorsements as region:kind:last day, apart by spaces.
func stampText(all []passport.Stamp) string {
	var out []string
	for _, s := range all {
		out = append(out, s.Region+":"+string(s.Kind)+":"+s.Until.String())
	}
	return strings.Join(out, " ")
}

func readStamps(text string) ([]passport.Stamp, error) {
	var out []passport.Stamp
	for _, one := range strings.Fields(text) {
		parts := strings.SplitN(one, ":", 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("endorsement %q of a booklet isn't one", one)
		}
		until, err := calendar.Parse(parts[2])
		if err != nil {
			return nil, fmt.Errorf("endorsement %q of a booklet: %w", one, err)
		}
		out = append(out, passport.Stamp{Region: parts[0], Kind: passport.StampKind(parts[1]), Until: until})
	}
	return out, nil
}
