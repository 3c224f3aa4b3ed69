package exchange

import (
	"fmt"
	"strings"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// A disc that people carry is on record at both ends, each step with who did it,
// and each end takes two people (介质登记，两人办).
//
//	here    written ─▶ handed over ─▶ …its receipt comes by a bundle
//	there   read ─▶ witnessed
//	either  lost or destroyed: one says so and why ─▶ another agrees, or doesn't
//
// The log knows discs, not bundles: what is on one may come by another too, which
// does no harm.

// Load is what is on a disc.
type Load struct {
	Number  string `json:"number"` // on its label; "" of one that was written without the log
	Stream  Stream `json:"stream"`
	Epoch   int64  `json:"epoch"`
	First   int64  `json:"first"` // bundle
	Last    int64  `json:"last"`
	Bundles int    `json:"bundles"`
	Files   int    `json:"files"`
	Bytes   int64  `json:"bytes"`
	Digest  string `json:"digest"` // of its files, as both ends count it
}

// DiscWritten: somebody wrote a disc and made it ready.
type DiscWritten struct {
	Load Load `reach:"home"`
}

// DiscHandedOver: a second person gave it to who carries it.
type DiscHandedOver struct {
	Carrier string `reach:"home"`
	Trip    string `reach:"home"` // what goes in one hand has one list
}

// DiscRead: somebody put a disc in, for the first time or again.
type DiscRead struct {
	Load    Load       `reach:"home"`
	Answer  AnswerCode `reach:"home"`
	Says    string     `reach:"home"`
	Differs bool       `reach:"home"` // what came isn't what the disc says of itself
}

// DiscWitnessed: a second person stood by, and confirms to the carrier.
type DiscWitnessed struct {
	Carrier string `reach:"home"`
}

// DiscEnd is what became of a disc that serves no more.
type DiscEnd string

// The ends.
const (
	DiscLost      DiscEnd = "lost"
	DiscDestroyed DiscEnd = "destroyed"
)

// DiscEndAsked: somebody says that a disc is lost or was destroyed.
type DiscEndAsked struct {
	End DiscEnd `reach:"home"`
	Why string  `reach:"home"`
}

// DiscEnded: a second person agreed.
type DiscEnded struct{}

// DiscEndRefused: a second person didn't, or the first one took it back.
type DiscEndRefused struct {
	Why string `reach:"home"`
}

// DiscStage is how far a disc has come by the hands of people here.
type DiscStage string

// The stages.
const (
	DiscPrepared DiscStage = "prepared" // written
	DiscHanded   DiscStage = "handed"   // over, to who carries it
	DiscCame     DiscStage = "came"     // read in
	DiscSeen     DiscStage = "seen"     // by a second person too
)

// Disc is one as people here have handled it.
type Disc struct {
	Stage DiscStage
	By    string // account of who wrote it or read it in
	End   DiscEnd
	Ends  Stage // how far that has come
	EndBy string
}

// Discs are the discs as subjects; the id names the end of the way as well.
var Discs = journal.Subject[Disc]{Kind: "disc", Evolve: evolveDisc}

func evolveDisc(d Disc, e journal.Event) (Disc, error) {
	switch b := e.Body.(type) {
	case DiscWritten:
		d.Stage, d.By = DiscPrepared, e.Actor.Account
	case DiscHandedOver:
		d.Stage = DiscHanded
	case DiscRead:
		if d.Stage == "" { // later ones are the same disc once more
			d.Stage, d.By = DiscCame, e.Actor.Account
		}
	case DiscWitnessed:
		d.Stage = DiscSeen
	case DiscEndAsked:
		d.End, d.Ends, d.EndBy = b.End, Asked, e.Actor.Account
	case DiscEnded:
		d.Ends = Given
	case DiscEndRefused:
		d.Ends = TurnedDown
	default:
		return d, fmt.Errorf("%T is nothing that happens to a disc", e.Body)
	}
	return d, nil
}

// second says what keeps somebody from being the second person of a step.
func second(first string, m journal.Moment) error {
	switch m.Actor.Account {
	case "":
		return fault.Forbidden("disc.keep")
	case first:
		return fault.NotNow("exchange.disc.same_person", "")
	}
	return nil
}

// WriteDisc is the first person here: the disc is made ready.
type WriteDisc struct{ Load Load }

// Decide needs a person, and a number that no disc has.
func (cmd WriteDisc) Decide(d Disc, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Actor.Account == "":
		return nil, fault.Forbidden("disc.keep")
	case d.Stage != "":
		return nil, fault.NotNow("exchange.disc.number_taken", d.Stage)
	}
	return journal.Happened(DiscWritten(cmd)), nil
}

// HandOverDisc is the second, who gives it to the carrier.
type HandOverDisc struct{ Carrier, Trip string }

// Decide needs a disc that lies ready, another person than who wrote it, and the
// carrier's name.
func (cmd HandOverDisc) Decide(d Disc, m journal.Moment) ([]journal.Event, error) {
	if d.Stage != DiscPrepared || d.Ends == Given {
		return nil, fault.NotNow("exchange.disc.not_ready", d.Stage)
	}
	if err := second(d.By, m); err != nil {
		return nil, err
	}
	if cmd.Carrier = strings.TrimSpace(cmd.Carrier); cmd.Carrier == "" {
		return nil, fault.Field("carrier", "exchange.disc.carrier", nil)
	}
	return journal.Happened(DiscHandedOver(cmd)), nil
}

// ReadDisc notes that somebody put a disc in, and what import said of it.
type ReadDisc struct{ DiscRead }

// Decide needs a person.
func (cmd ReadDisc) Decide(_ Disc, m journal.Moment) ([]journal.Event, error) {
	if m.Actor.Account == "" {
		return nil, fault.Forbidden("disc.keep")
	}
	return journal.Happened(cmd.DiscRead), nil
}

// WitnessDisc is the second person there.
type WitnessDisc struct{ Carrier string }

// Decide needs a disc that was read in, and another person than who did.
func (cmd WitnessDisc) Decide(d Disc, m journal.Moment) ([]journal.Event, error) {
	if d.Stage != DiscCame {
		return nil, fault.NotNow("exchange.disc.not_read", d.Stage)
	}
	if err := second(d.By, m); err != nil {
		return nil, err
	}
	if cmd.Carrier = strings.TrimSpace(cmd.Carrier); cmd.Carrier == "" {
		return nil, fault.Field("carrier", "exchange.disc.carrier", nil)
	}
	return journal.Happened(DiscWitnessed(cmd)), nil
}

// EndDisc is the first who says that a disc is lost or was destroyed.
type EndDisc struct{ DiscEndAsked }

// Decide needs a disc, a reason, and that nobody has said so yet.
func (cmd EndDisc) Decide(d Disc, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Actor.Account == "":
		return nil, fault.Forbidden("disc.keep")
	case d.Stage == "":
		return nil, fault.NotFound("disc")
	case d.Ends == Asked:
		return nil, fault.NotNow("exchange.release.already_asked", d.Ends)
	case d.Ends == Given:
		return nil, fault.NotNow("exchange.disc.ended", d.Ends)
	case cmd.End != DiscLost && cmd.End != DiscDestroyed:
		return nil, fault.NotNow("exchange.release.not_so", d.Ends)
	}
	if cmd.Why = strings.TrimSpace(cmd.Why); cmd.Why == "" {
		return nil, fault.Field("why", "exchange.release.why", nil)
	}
	return journal.Happened(cmd.DiscEndAsked), nil
}

// AgreeEnd is the second, who agrees.
type AgreeEnd struct{}

// Decide needs somebody else than who said so.
func (AgreeEnd) Decide(d Disc, m journal.Moment) ([]journal.Event, error) {
	if d.Ends != Asked {
		return nil, fault.NotNow("exchange.release.not_asked", d.Ends)
	}
	if err := second(d.EndBy, m); err != nil {
		return nil, err
	}
	return journal.Happened(DiscEnded{}), nil
}

// RefuseEnd is the second, who doesn't agree, or the first, who takes it back.
type RefuseEnd struct{ Why string }

// Decide needs a reason.
func (cmd RefuseEnd) Decide(d Disc, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Actor.Account == "":
		return nil, fault.Forbidden("disc.keep")
	case d.Ends != Asked:
		return nil, fault.NotNow("exchange.release.not_asked", d.Ends)
	}
	if cmd.Why = strings.TrimSpace(cmd.Why); cmd.Why == "" {
		return nil, fault.Field("why", "exchange.release.why_not", nil)
	}
	return journal.Happened(DiscEndRefused(cmd)), nil
}
