package visa

import (
	"context"
	"encoding/json"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the visa desk's reading tables.
var Projections = []journal.Projection{{
	Name: "visa", Version: 7, Tables: []string{"visa_order"},
	Schema: `
CREATE TABLE visa_order (
  id TEXT PRIMARY KEY,
  filing TEXT NOT NULL,
  person TEXT NOT NULL,
  area TEXT NOT NULL,
  apply TEXT NOT NULL,
  with_type TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  days INTEGER NOT NULL,
  depart TEXT NOT NULL,
  send_by TEXT NOT NULL,
  stage TEXT NOT NULL,
  due TEXT NOT NULL,
  reason TEXT NOT NULL,
  reason_en TEXT NOT NULL,
  kit TEXT NOT NULL,
  batch TEXT NOT NULL,
  booklet TEXT NOT NULL,
  sent_on TEXT NOT NULL,
  back TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  entries INTEGER NOT NULL,
  stay INTEGER NOT NULL,
  since INTEGER NOT NULL,
  refused_on TEXT NOT NULL,
  asked TEXT NOT NULL,
  mission TEXT NOT NULL,
  way TEXT NOT NULL
);
CREATE INDEX visa_order_by_filing ON visa_order (filing, person, area);
CREATE INDEX visa_order_by_stage ON visa_order (stage, due, id);
CREATE INDEX visa_order_by_depart ON visa_order (stage, depart, id);
CREATE INDEX visa_order_by_batch ON visa_order (batch, id);
CREATE INDEX visa_order_by_person ON visa_order (person, valid_until)`,
	Apply: apply,
}}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	id, at := e.Subject.ID, e.At.UnixMicro()
	set := func(what string, args ...any) error {
		_, err := tx.Exec(ctx, what, append([]any{id, at}, args...)...)
		return err
	}
	switch b := e.Body.(type) {
	case Planned:
		plan, err := planned(b)
		if err != nil {
			return err
		}
		return set(`INSERT INTO visa_order
(id, since, filing, person, area, apply, with_type, first_day, last_day, days, depart, send_by, stage, due, reason, reason_en, kit, way, batch, booklet, sent_on, back, valid_from, valid_until, entries, stay, refused_on, asked, mission)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, '', '', '', '', '', '', 0, 0, '', '[]', '{}')`, plan...)
	case Replanned:
		// What isn't named stays: a visit to a mission isn't made again but after a
		// refusal, and a mission remembers what it was given and what it refused.
		// Order.anew says the same.
		plan, err := planned(b.Plan)
		if err != nil {
			return err
		}
		return set(`UPDATE visa_order SET since = $2, filing = $3, person = $4, area = $5, apply = $6, with_type = $7, first_day = $8, last_day = $9, days = $10, depart = $11, send_by = $12, stage = $13,
due = $14, reason = $15, reason_en = $16, kit = $17, way = $18, batch = '', booklet = '', back = '', valid_from = '', valid_until = '', entries = 0, stay = 0, asked = '[]',
 mission = CASE WHEN stage = '`+string(IsRefused)+`' THEN '{}' ELSE mission END WHERE id = $1`, plan...)
	case PaperAsked:
		var all []Ask
		return change(ctx, tx, id, "asked", &all, func() { all = asking(all, b) })
	case MissionDaySet:
		var is Mission
		return change(ctx, tx, id, "mission", &is, func() { is = Mission{Day: b.On, Words: b.Words} })
	case MissionSeen:
		var is Mission
		return change(ctx, tx, id, "mission", &is, func() { is.Seen = b.On })
	case Redated:
		// since when it is at its stage stays
		_, err := tx.Exec(ctx, `UPDATE visa_order SET first_day = $2, last_day = $3, days = $4, depart = $5, send_by = $6, due = CASE WHEN stage IN ('planned', 'kit') THEN $6 WHEN stage IN ('granted', 'refused', 'checked') THEN $5 ELSE due END WHERE id = $1`,
			id, b.From.String(), b.To.String(), b.Days, b.Depart.String(), b.SendBy.String())
		return err
	case KitCompleted:
		return set(`UPDATE visa_order SET stage = 'kit', since = $2, asked = '[]' WHERE id = $1`)
	case Sent:
		return set(`UPDATE visa_order SET stage = 'sent', since = $2, sent_on = $3, batch = $4, booklet = $5, back = $6, due = $6 WHERE id = $1`,
			b.On.String(), b.Batch, b.Booklet, b.Back.String())
	case Granted:
		return set(printed, b.From.String(), b.Until.String(), b.Entries, b.Days)
	case Corrected:
		return set(printed, b.From.String(), b.Until.String(), b.Entries, b.Days)
	case Refused:
		return set(`UPDATE visa_order SET stage = 'refused', since = $2, reason = $3, due = depart, refused_on = $4 WHERE id = $1`, b.Reason, calendar.DateOf(e.At).String())
	case Checked:
		return set(`UPDATE visa_order SET stage = 'checked', since = $2, due = depart WHERE id = $1`)
	case FoundWrong:
		return set(`UPDATE visa_order SET stage = 'kit', since = $2, reason = $3, valid_from = '', valid_until = '', entries = 0, stay = 0, due = send_by WHERE id = $1`, b.What)
	case Released:
		return set(`UPDATE visa_order SET stage = 'released', since = $2, due = '' WHERE id = $1`)
	case Withdrawn:
		return set(`UPDATE visa_order SET stage = 'withdrawn', since = $2, reason = $3, due = '' WHERE id = $1`, b.Reason)
	}
	return nil
}

// planned are a plan's columns.
func planned(b Planned) ([]any, error) {
	stage := IsPlanned
	if !b.Needed {
		stage = NoneNeeded
	}
	kit, err := json.Marshal(b.Kit)
	return []any{b.Filing, b.Person, b.Area, b.Apply, b.With, b.From.String(), b.To.String(), b.Days, b.Depart.String(), b.SendBy.String(), string(stage),
		b.SendBy.String(), b.Reason, b.ReasonEn, string(kit), b.Way}, err
}

// printed is what a visa says, whether it is recorded or corrected: it is to be
// checked.
const printed = `UPDATE visa_order SET stage = 'granted', since = $2, valid_from = $3, valid_until = $4, entries = $5, stay = $6, due = depart WHERE id = $1`

// change reads what stands in a column, changes it and writes it again.
func change(ctx context.Context, tx store.Tx, id, column string, into any, how func()) error {
	var doc string
	if err := tx.QueryRow(ctx, `SELECT `+column+` FROM visa_order WHERE id = $1`, id).Scan(&doc); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(doc), into); err != nil {
		return err
	}
	how()
	now, err := json.Marshal(into)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE visa_order SET `+column+` = $2 WHERE id = $1`, id, string(now))
	return err
}
