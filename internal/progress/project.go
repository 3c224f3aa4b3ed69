package progress

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/store"
)

// Projections are the timeline and the state of each case.
var Projections = []journal.Projection{{
	Name: "progress", Version: 22, Tables: []string{"case_timeline", "case_state", "case_follow", "case_walk"},
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
  state TEXT NOT NULL,
  barred INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX case_state_by_unit ON case_state (unit, ended, depart, filing);
CREATE INDEX case_state_by_barred ON case_state (depart, filing) WHERE barred > 0;
CREATE TABLE case_follow (
  booklet TEXT NOT NULL,
  filing TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (booklet, filing, person)
);
CREATE TABLE case_walk (
  filing TEXT NOT NULL,
  stretch TEXT NOT NULL,
  whose TEXT NOT NULL,
  began TEXT NOT NULL,
  ended TEXT NOT NULL,
  PRIMARY KEY (filing, stretch, whose)
);
CREATE INDEX case_walk_by_end ON case_walk (stretch, ended, began)`,
	Apply: apply,
}}

const putState = `INSERT INTO case_state
(filing, unit, stage, ended, depart, approval, passport, passports_done, passports, visa, visas_done, visas, at, state, barred)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (filing) DO UPDATE SET unit = excluded.unit, stage = excluded.stage, ended = excluded.ended, depart = excluded.depart, approval = excluded.approval,
passport = excluded.passport, passports_done = excluded.passports_done, passports = excluded.passports,
visa = excluded.visa, visas_done = excluded.visas_done, visas = excluded.visas, at = excluded.at, state = excluded.state, barred = excluded.barred`

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
	if b, is := e.Body.(person.ClearanceTold); is {
		return barred(ctx, tx, e, b)
	}
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
	s, err := hear(ctx, tx, was, e)
	if err != nil {
		return err
	}
	switch e.Body.(type) {
	case approval.Decided, approval.Amended: // who goes is known anew
		for _, who := range s.Approved() {
			if s.People[who].Not, err = person.Uncleared(ctx, tx, who); err != nil {
				return err
			}
		}
	}
	if b, is := e.Body.(approval.BookletAsked); is {
		if s, err = shares(ctx, tx, s, b); err != nil {
			return err
		}
	}
	if t, turns := turnOf(was, e); turns {
		if err := walk(ctx, tx, id, t); err != nil {
			return err
		}
	}
	if err := put(ctx, tx, s, e); err != nil {
		return err
	}
	return follow(ctx, tx, e)
}

// walk notes that a stretch of the way was begun, ended or given up. What ended
// once isn't begun again but by what restarts it: an edition of a document ends
// nothing that wasn't on its way.
func walk(ctx context.Context, tx store.Tx, filing string, t turn) error {
	var err error
	switch w := t.walk; {
	case t.given:
		_, err = tx.Exec(ctx, `DELETE FROM case_walk WHERE filing = $1 AND stretch = $2 AND whose = $3 AND ended = ''`, filing, string(w.Stretch), w.Whose)
	case w.Ended.IsZero() && t.restart:
		_, err = tx.Exec(ctx, `INSERT INTO case_walk (filing, stretch, whose, began, ended) VALUES ($1, $2, $3, $4, '')
ON CONFLICT (filing, stretch, whose) DO UPDATE SET began = excluded.began, ended = ''`, filing, string(w.Stretch), w.Whose, w.Began.String())
	case w.Ended.IsZero():
		_, err = tx.Exec(ctx, `INSERT INTO case_walk (filing, stretch, whose, began, ended) VALUES ($1, $2, $3, $4, '')
ON CONFLICT (filing, stretch, whose) DO UPDATE SET began = excluded.began WHERE case_walk.ended = ''`, filing, string(w.Stretch), w.Whose, w.Began.String())
	default:
		_, err = tx.Exec(ctx, `UPDATE case_walk SET ended = $4 WHERE filing = $1 AND stretch = $2 AND whose = $3 AND ended = ''`, filing, string(w.Stretch), w.Whose, w.Ended.String())
	}
	return err
}

// latest is how many of somebody's cases hear on which days they may travel: those
// that lie farther back are over.
const latest = 50

// barred lets somebody's cases hear on which days they may not travel.
func barred(ctx context.Context, tx store.Tx, e journal.Event, b person.ClearanceTold) error {
	all, err := filing.OfPerson(ctx, tx, e.Subject.ID, latest)
	if err != nil {
		return err
	}
	ids, err := person.Also(ctx, tx, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, f := range all {
		s, known, err := stateOf(ctx, tx, f.ID)
		if err != nil {
			return err
		}
		if !known || s.Stage.Over() {
			continue
		}
		s.People = cloned(s.People)
		for _, id := range ids {
			if p := s.People[id]; p != nil {
				p.Not = b.Not
			}
		}
		if err := put(ctx, tx, s, e); err != nil {
			return err
		}
	}
	return nil
}

// hear is the state after one more event. What happens to a booklet is its holder's,
// who may have another id there than in the case: two records that became one keep
// the ids that they were given.
func hear(ctx context.Context, r store.Reader, s State, e journal.Event) (State, error) {
	who := e.Subject.ID
	if e.Subject.Kind != custody.Room.Kind || len(s.People) == 0 || s.People[who] != nil {
		return s.Hear(e), nil
	}
	ids, err := person.Also(ctx, r, who)
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(ids, func(id string) bool { return s.People[id] != nil })
	if i < 0 {
		return s.Hear(e), nil
	}
	return s.renamed(ids[i], who).Hear(e).renamed(who, ids[i]), nil
}

// put writes where a case stands after an event.
func put(ctx context.Context, tx store.Tx, s State, e journal.Event) error {
	doc, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("writing the state of %s: %w", s.Filing, err)
	}
	over := 0
	if s.Stage.Over() {
		over = 1
	}
	l := LineOf(s)
	_, err = tx.Exec(ctx, putState, s.Filing, s.Unit, string(s.Stage), over, s.Depart.String(), string(l.Approval.Standing), string(l.Passport.Standing), l.Passport.Done, l.Passport.Of,
		string(l.Visa.Standing), l.Visa.Done, l.Visa.Of, e.At.UnixMicro(), string(doc), len(s.Barred()))
	return err
}

// shares notes that a case waits for the booklet of another, or no longer does,
// and how far that one is.
func shares(ctx context.Context, tx store.Tx, s State, b approval.BookletAsked) (State, error) {
	if _, err := tx.Exec(ctx, `DELETE FROM case_follow WHERE filing = $1 AND person = $2`, s.Filing, b.Person); err != nil || b.From == "" {
		return s, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO case_follow (booklet, filing, person) VALUES ($1, $2, $3)`, b.From, s.Filing, b.Person); err != nil {
		return s, err
	}
	of, who := passport.Of(b.From)
	other, known, err := stateOf(ctx, tx, of)
	if err != nil || !known || other.People[who] == nil {
		return s, err
	}
	return s.goes(b.Person, *other.People[who]), nil
}

// follow lets the cases that wait for a booklet hear what happens to it.
func follow(ctx context.Context, tx store.Tx, e journal.Event) error {
	booklet := underway(e)
	if booklet == "" {
		return nil
	}
	all, err := waiting(ctx, tx, booklet)
	if err != nil {
		return err
	}
	for _, f := range all {
		s, known, err := stateOf(ctx, tx, f.filing)
		if err != nil {
			return err
		}
		if !known || s.People[f.person] == nil || s.People[f.person].From != booklet {
			continue
		}
		if err := put(ctx, tx, s.follow(f.person, e), e); err != nil {
			return err
		}
	}
	if _, in := e.Body.(custody.Received); !in {
		return nil
	}
	// From now on it is a booklet as any other: each case hears what is done with it there.
	_, err = tx.Exec(ctx, `DELETE FROM case_follow WHERE booklet = $1`, booklet)
	return err
}

// follower is somebody who waits for the booklet of another case.
type follower struct{ filing, person string }

// waiting lists those who wait for a booklet.
func waiting(ctx context.Context, r store.Reader, booklet string) ([]follower, error) {
	rs, err := r.Query(ctx, `SELECT filing, person FROM case_follow WHERE booklet = $1 ORDER BY filing, person`, booklet)
	if err != nil {
		return nil, fmt.Errorf("looking for those who wait for booklet %s: %w", booklet, err)
	}
	defer rs.Close()
	var out []follower
	for rs.Next() {
		var f follower
		if err := rs.Scan(&f.filing, &f.person); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rs.Err()
}
