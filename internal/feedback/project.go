package feedback

import (
	"context"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the reading tables of ratings and of what they oblige to.
var Projections = []journal.Projection{{
	Name: "feedback", Version: 6, Tables: []string{"feedback_rating", "feedback_act", "feedback_duty"},
	Schema: `
CREATE TABLE feedback_rating (
  subject TEXT PRIMARY KEY, -- the case, or the visit, that it is about
  filing TEXT NOT NULL,
  id TEXT NOT NULL, -- the event by which it was given or declined
  unit TEXT NOT NULL,
  wicket TEXT NOT NULL, -- window of a visit that was rated
  visit TEXT NOT NULL,
  grade INTEGER NOT NULL,
  tags TEXT NOT NULL,
  words TEXT NOT NULL,
  anonymous INTEGER NOT NULL,
  again INTEGER NOT NULL,
  again_words TEXT NOT NULL,
  again_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  shown INTEGER NOT NULL, -- from when staff and the public may see it
  via TEXT NOT NULL, -- by what who rated a visit came there
  browser TEXT NOT NULL, -- marks of where it came from, of one day
  network TEXT NOT NULL
);
CREATE UNIQUE INDEX feedback_rating_id ON feedback_rating (id);
CREATE INDEX feedback_rating_shown ON feedback_rating (shown);
CREATE INDEX feedback_rating_at ON feedback_rating (at);
CREATE TABLE feedback_act (
  rating TEXT NOT NULL,
  kind TEXT NOT NULL,
  grade INTEGER NOT NULL,
  PRIMARY KEY (rating, kind)
);
CREATE TABLE feedback_duty (
  rating TEXT PRIMARY KEY,
  reply TEXT NOT NULL,
  treatment TEXT NOT NULL,
  replied_by TEXT NOT NULL,
  replied_at INTEGER NOT NULL,
  settled_at INTEGER NOT NULL
)`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		const insert = `INSERT INTO feedback_rating (subject, filing, id, unit, wicket, visit, grade, tags, words, anonymous, again, again_words, again_at, at, shown, via, browser, network) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '', 0, $11, $12, $13, $14, $15)`
		const duty = `INSERT INTO feedback_duty (rating, reply, treatment, replied_by, replied_at, settled_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (rating) DO UPDATE SET `
		at := e.At.UnixMicro()
		var err error
		switch b := e.Body.(type) {
		case Rated:
			var from int64
			if from, err = showing(ctx, tx, b.Anonymous, e.At); err == nil {
				_, err = tx.Exec(ctx, insert, e.Subject.ID, b.Filing, e.ID, b.Unit, "", b.Visit, b.Grade, strings.Join(b.Tags, " "), b.Words, flag(b.Anonymous), at, from, "", "", "")
			}
		case VisitRated:
			var from int64
			if from, err = showing(ctx, tx, b.Anonymous, e.At); err == nil {
				_, err = tx.Exec(ctx, insert, e.Subject.ID, b.Filing, e.ID, b.Unit, b.Window, b.Visit, b.Grade, strings.Join(b.Tags, " "), b.Words, flag(b.Anonymous), at, from,
					string(b.Via), b.Browser.Or(""), b.Network.Or(""))
			}
			for _, a := range b.Acts {
				if err == nil {
					_, err = tx.Exec(ctx, `INSERT INTO feedback_act (rating, kind, grade) VALUES ($1, $2, $3)`, e.ID, a.Kind, a.Grade)
				}
			}
		case Declined:
			_, err = tx.Exec(ctx, insert, e.Subject.ID, b.Filing, e.ID, "", "", "", 0, "", "", 0, at, at, "", "", "")
		case RatedAgain:
			_, err = tx.Exec(ctx, `UPDATE feedback_rating SET again = $2, again_words = $3, again_at = $4 WHERE subject = $1`, e.Subject.ID, b.Grade, b.Words, at)
		case Replied:
			_, err = tx.Exec(ctx, duty+`reply = excluded.reply, treatment = excluded.treatment, replied_by = excluded.replied_by, replied_at = excluded.replied_at`,
				e.Subject.ID, b.Words, string(b.Treatment), e.Actor.Account, at, 0)
		case Concluded:
			_, err = tx.Exec(ctx, duty+`settled_at = excluded.settled_at`, e.Subject.ID, "", "", "", 0, at)
		}
		return err
	},
}}

// batch is how many ratings without a name are shown at once before their month ends.
const batch = 5

// showing is from when a rating is seen. One without a name waits until it stands
// among five, or until its month is over: alone on the day on which a case was
// closed it would name whose it is.
func showing(ctx context.Context, tx store.Tx, anonymous bool, given time.Time) (int64, error) {
	at := given.UnixMicro()
	if !anonymous {
		return at, nil
	}
	var waiting int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM feedback_rating WHERE anonymous = 1 AND shown > $1`, at).Scan(&waiting); err != nil {
		return 0, err
	}
	if waiting+1 < batch {
		return monthOf(given).AddMonths(1).Begins().UnixMicro(), nil
	}
	_, err := tx.Exec(ctx, `UPDATE feedback_rating SET shown = $1 WHERE anonymous = 1 AND shown > $1`, at)
	return at, err
}

func monthOf(t time.Time) calendar.Date {
	d := calendar.DateOf(t)
	return calendar.On(d.Year(), d.Month(), 1)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
