package progress

import (
	"context"
	"encoding/json"
	"fmt"

	"yitang/internal/approval"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/store"
)

// Projections are the timeline and the state of each case.
var Projections = []journal.Projection{{
	Name: "progress", Version: 5, Tables: []string{"case_timeline", "case_state"},
	Schema: `
CREATE TABLE case_timeline (
  filing TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  zone TEXT NOT NULL,
  role TEXT NOT NULL,
  kind TEXT NOT NULL,
  args TEXT NOT NULL,
  PRIMARY KEY (filing, position)
);
CREATE INDEX case_timeline_by_time ON case_timeline (filing, at, position);
CREATE TABLE case_state (
  filing TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  stage TEXT NOT NULL,
  ended INTEGER NOT NULL,
  depart TEXT NOT NULL,
  approval TEXT NOT NULL,
  passport TEXT NOT NULL,
  passports_done INTEGER NOT NULL,
  passports INTEGER NOT NULL,
  visa TEXT NOT NULL,
  visas_done INTEGER NOT NULL,
  visas INTEGER NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX case_state_by_unit ON case_state (unit, ended, depart, filing)`,
	Apply: apply,
}}

const putState = `INSERT INTO case_state
(filing, unit, stage, ended, depart, approval, passport, passports_done, passports, visa, visas_done, visas, at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (filing) DO UPDATE SET unit = excluded.unit, stage = excluded.stage, ended = excluded.ended, depart = excluded.depart, approval = excluded.approval,
passport = excluded.passport, passports_done = excluded.passports_done, passports = excluded.passports,
visa = excluded.visa, visas_done = excluded.visas_done, visas = excluded.visas, at = excluded.at, state = excluded.state`

// stands tells whether the case stands where it stood: what is asked and
// answered about a rule while the unit is still writing begins no journey.
func stands(e journal.Event) bool {
	switch e.Body.(type) {
	case filing.WaiverAsked, filing.WaiverTakenBack, approval.WaiverGranted, approval.WaiverRefused:
		return true
	}
	return false
}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	id := ledger.CaseOf(e)
	if id == "" {
		return nil
	}
	if args, news := said(e); news {
		doc, err := json.Marshal(args)
		if err != nil {
			return fmt.Errorf("writing the timeline: %w", err)
		}
		_, err = tx.Exec(ctx, `INSERT INTO case_timeline (filing, position, at, zone, role, kind, args) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			id, int64(e.Position), e.At.UnixMicro(), string(e.Origin), e.Actor.Role, e.Kind, string(doc))
		if err != nil {
			return err
		}
	}
	if stands(e) {
		return nil
	}
	was, _, err := Of(ctx, tx, id)
	if err != nil {
		return err
	}
	was.Filing = id
	s := was.Hear(e)
	doc, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("writing the state of %s: %w", id, err)
	}
	over := 0
	if s.Stage.Over() {
		over = 1
	}
	l := LineOf(s)
	_, err = tx.Exec(ctx, putState, id, s.Unit, string(s.Stage), over, s.Depart.String(), string(l.Approval.Standing), string(l.Passport.Standing), l.Passport.Done, l.Passport.Of,
		string(l.Visa.Standing), l.Visa.Done, l.Visa.Of, e.At.UnixMicro(), string(doc))
	return err
}
