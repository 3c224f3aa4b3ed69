package exchange

import (
	"context"
	"fmt"
	"strings"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Letting go of what is held takes two people (放行，两人办): one asks and says
// why, another one agrees or refuses. Both are on record in this zone's journal
// and nowhere else.
//
//	held ─▶ asked ─▶ given      (it leaves, or is taken in)
//	          │  └──▶ refused   (it stays; somebody may ask again)
//	          └ given, but it still can't be taken in ─▶ failed

// Kinds is what can have happened to what is held and to discs, and tests of the way.
var Kinds = []journal.Kind{
	journal.Declare[ReleaseAsked](ofThisZone("exchange.release_asked")),
	journal.Declare[ReleaseGiven](ofThisZone("exchange.release_given")),
	journal.Declare[ReleaseRefused](ofThisZone("exchange.release_refused")),
	journal.Declare[ReleaseFailed](ofThisZone("exchange.release_failed")),
	journal.Declare[DiscWritten](ofThisZone("exchange.disc_written")),
	journal.Declare[DiscHandedOver](ofThisZone("exchange.disc_handed_over")),
	journal.Declare[DiscRead](ofThisZone("exchange.disc_read")),
	journal.Declare[DiscWitnessed](ofThisZone("exchange.disc_witnessed")),
	journal.Declare[DiscEndAsked](ofThisZone("exchange.disc_end_asked")),
	journal.Declare[DiscEnded](ofThisZone("exchange.disc_ended")),
	journal.Declare[DiscEndRefused](ofThisZone("exchange.disc_end_refused")),
	journal.Declare[TestSent](journal.Kind{Name: "exchange.test_sent", Home: zone.Everywhere, Reach: zone.Everywhere}),
}

func ofThisZone(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Everywhere, Own: true}
}

// Want is what is to become of what is held.
type Want string

// What may be asked for.
const (
	LetGo   Want = "release" // it leaves; or, come from another zone, is taken in
	Discard Want = "discard" // what came from another zone is forgotten; its home still has it
)

// ReleaseAsked: somebody wants what is held to go.
type ReleaseAsked struct {
	Want  Want   `reach:"home"`
	Kind  string `reach:"home"` // of the record; of a stream that waits the first that does
	Held  string `reach:"home"` // the reason for which it is held
	Why   string `reach:"home"`
	Until int64  `reach:"home"` // of a stream that waits: up to this event it goes on
}

// ReleaseGiven: a second person agreed.
type ReleaseGiven struct{}

// ReleaseRefused: a second person didn't, or the first one took it back.
type ReleaseRefused struct {
	Why string `reach:"home"`
}

// ReleaseFailed: two people agreed, and it still can't be taken in.
type ReleaseFailed struct {
	Why string `reach:"home"`
}

// Stage is how far letting go has come.
type Stage string

// The stages.
const (
	NobodyAsked Stage = ""
	Asked       Stage = "asked"
	Given       Stage = "given"
	TurnedDown  Stage = "refused"
	Failed      Stage = "failed"
)

// Letting is the decision on one thing that is held.
type Letting struct {
	Stage Stage
	Want  Want
	By    string // account of who asked
}

// Room is that decision as a subject; its id is the key of what is held.
var Room = journal.Subject[Letting]{Kind: "exchange", Evolve: evolve}

func evolve(l Letting, e journal.Event) (Letting, error) {
	switch b := e.Body.(type) {
	case ReleaseAsked:
		return Letting{Asked, b.Want, e.Actor.Account}, nil
	case ReleaseGiven:
		l.Stage = Given
	case ReleaseRefused:
		l.Stage = TurnedDown
	case ReleaseFailed:
		l.Stage = Failed
	default:
		return l, fmt.Errorf("%T is nothing that happens to what is held", e.Body)
	}
	return l, nil
}

// AskRelease is the first of the two.
type AskRelease struct{ ReleaseAsked }

// Decide needs a reason, and that nobody has asked yet.
func (cmd AskRelease) Decide(l Letting, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Actor.Account == "":
		return nil, fault.Forbidden("release.ask")
	case l.Stage == Asked:
		return nil, fault.NotNow("exchange.release.already_asked", l.Stage)
	case l.Stage == Given:
		return nil, fault.NotNow("exchange.release.already_given", l.Stage)
	case strings.TrimSpace(cmd.Why) == "":
		return nil, fault.Field("why", "exchange.release.why", nil)
	}
	cmd.Why = strings.TrimSpace(cmd.Why)
	return journal.Happened(cmd.ReleaseAsked), nil
}

// GiveRelease is the second, who agrees.
type GiveRelease struct{}

// Decide needs somebody else than who asked.
func (GiveRelease) Decide(l Letting, m journal.Moment) ([]journal.Event, error) {
	switch {
	case l.Stage != Asked:
		return nil, fault.NotNow("exchange.release.not_asked", l.Stage)
	case m.Actor.Account == "" || m.Actor.Account == l.By:
		return nil, fault.NotNow("exchange.release.same_person", l.Stage)
	}
	return journal.Happened(ReleaseGiven{}), nil
}

// RefuseRelease is the second, who doesn't agree, or the first, who takes it back.
type RefuseRelease struct{ Why string }

// Decide needs a reason.
func (cmd RefuseRelease) Decide(l Letting, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Actor.Account == "":
		return nil, fault.Forbidden("release.give")
	case l.Stage != Asked:
		return nil, fault.NotNow("exchange.release.not_asked", l.Stage)
	case strings.TrimSpace(cmd.Why) == "":
		return nil, fault.Field("why", "exchange.release.why_not", nil)
	}
	return journal.Happened(ReleaseRefused{strings.TrimSpace(cmd.Why)}), nil
}

// FailRelease notes that what two people let in still can't be taken.
type FailRelease struct{ Why string }

// Decide needs that they did.
func (cmd FailRelease) Decide(l Letting, _ journal.Moment) ([]journal.Event, error) {
	if l.Stage != Given {
		return nil, nil
	}
	return journal.Happened(ReleaseFailed{cmd.Why}), nil
}

// Projections are the tables of this room.
var Projections = []journal.Projection{mediaLog, testLog, {
	Name: "exchange_release", Version: 2, Tables: []string{"exchange_release"},
	Schema: `
CREATE TABLE exchange_release (
  id TEXT PRIMARY KEY,
  stage TEXT NOT NULL,
  want TEXT NOT NULL,
  why TEXT NOT NULL,
  until INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  answered_by TEXT NOT NULL,
  answered_at INTEGER NOT NULL,
  answer TEXT NOT NULL,
  version INTEGER NOT NULL
);`,
	Apply: applied,
}}

func applied(ctx context.Context, tx store.Tx, e journal.Event) error {
	answered := func(stage Stage, why string) error {
		_, err := tx.Exec(ctx, `UPDATE exchange_release SET stage = $2, answered_by = $3, answered_at = $4, answer = $5, version = $6 WHERE id = $1`,
			e.Subject.ID, string(stage), e.Actor.Account, e.At.UnixMicro(), why, int64(e.Version))
		return err
	}
	switch b := e.Body.(type) {
	case ReleaseAsked:
		_, err := tx.Exec(ctx, `INSERT INTO exchange_release (id, stage, want, why, until, asked_by, asked_at, answered_by, answered_at, answer, version) VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0, '', $8)
ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, want = excluded.want, why = excluded.why, until = excluded.until, asked_by = excluded.asked_by, asked_at = excluded.asked_at, answered_by = '', answered_at = 0, answer = '', version = excluded.version`,
			e.Subject.ID, string(Asked), string(b.Want), b.Why, b.Until, e.Actor.Account, e.At.UnixMicro(), int64(e.Version))
		return err
	case ReleaseGiven:
		return answered(Given, "")
	case ReleaseRefused:
		return answered(TurnedDown, b.Why)
	case ReleaseFailed:
		_, err := tx.Exec(ctx, `UPDATE exchange_release SET stage = $2, answer = $3, version = $4 WHERE id = $1`, e.Subject.ID, string(Failed), b.Why, int64(e.Version))
		return err
	}
	return nil
}

// let tells whether two people have let something go.
func (x *Exchange) let(ctx context.Context, key string) (bool, error) {
	var n int
	err := x.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_release WHERE id = $1 AND stage = $2 AND want = $3`, key, string(Given), string(LetGo)).Scan(&n)
	return n > 0, err
}
