package program

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Release is one that the office has offered.
type Release struct {
	Head      Head
	Offered   Offered
	Withdrawn string // the reason; "" while it stands
}

// Offers are the releases as subjects; one's id is Manifest.ID.
var Offers = journal.Subject[Release]{Kind: "program", Evolve: func(r Release, e journal.Event) (Release, error) {
	switch b := e.Body.(type) {
	case Offered:
		h, err := HeadOf(b.Manifest, b.Signature)
		if err != nil {
			return r, err
		}
		if id := h.Manifest.ID(); id != e.Subject.ID {
			return r, fmt.Errorf("release %s was offered under the name of %s", id, e.Subject.ID)
		}
		return Release{Head: h, Offered: b}, nil
	case Withdrawn:
		r.Withdrawn = b.Reason
		return r, nil
	}
	return r, fmt.Errorf("%T is nothing that happens to a release", e.Body)
}}

// Offer brings a release to all networks.
type Offer struct{ Offered }

// Decide takes one release once; one that was withdrawn may be offered again.
func (cmd Offer) Decide(r Release, _ journal.Moment) ([]journal.Event, error) {
	if _, err := HeadOf(cmd.Manifest, cmd.Signature); err != nil {
		return nil, err
	}
	if r.Head.Text != "" && r.Withdrawn == "" {
		return nil, nil
	}
	return journal.Happened(cmd.Offered), nil
}

// Withdraw warns of a release that was offered.
type Withdraw struct{ Reason string }

// Decide needs a reason that other networks' people read.
func (cmd Withdraw) Decide(r Release, _ journal.Moment) ([]journal.Event, error) {
	reason := strings.TrimSpace(cmd.Reason)
	switch {
	case r.Head.Text == "":
		return nil, fault.NotFound("release of the program")
	case reason == "":
		return nil, fault.Field("reason", "program.reason", nil)
	case r.Withdrawn != "":
		return nil, nil
	}
	return journal.Happened(Withdrawn{Reason: reason}), nil
}

// Running is what a network runs.
type Running struct {
	Zone    zone.Zone
	Number  int // 0: nobody has said yet
	Version string
	Since   time.Time
	Instead string // version that was chosen and didn't come up
	Chosen  Chosen // the last choice; kept by the zone alone
}

// Zones are the networks as subjects; one's id is its name.
var Zones = journal.Subject[Running]{Kind: "programzone", Evolve: func(r Running, e journal.Event) (Running, error) {
	r.Zone = zone.Zone(e.Subject.ID)
	switch b := e.Body.(type) {
	case Chosen:
		r.Chosen = b
	case Runs:
		r.Number, r.Version, r.Instead, r.Since = b.Number, b.Version, b.Instead, e.At
	case RunsAtPassports:
		r.Number, r.Version, r.Instead, r.Since = b.Number, b.Version, b.Instead, e.At
	default:
		return r, fmt.Errorf("%T is nothing that happens to a network's program", e.Body)
	}
	return r, nil
}}

// Choose puts a release in force in this network (启用新版).
type Choose struct {
	Release  Release
	Maker    ed25519.PublicKey // whose releases this network takes; nil: nobody's yet
	Platform string            // of this machine
	Number   int               // of the program that runs
	Version  string            // of the program that runs
	Reason   string
}

// Decide refuses what isn't the maker's, isn't for this machine, or would take
// this network further than its neighbours can follow.
func (cmd Choose) Decide(_ Running, _ journal.Moment) ([]journal.Event, error) {
	if wrong := cmd.Wrong(); wrong != "" {
		return nil, fault.NotNow("program.wrong."+wrong, "")
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "program.reason", nil)
	}
	m := cmd.Release.Head.Manifest
	return journal.Happened(Chosen{Release: m.ID(), Number: m.Number, Version: m.Version, Reason: strings.TrimSpace(cmd.Reason)}), nil
}

// Wrong says what stands against a release here, in a word; "" for nothing.
func (cmd Choose) Wrong() string {
	m := cmd.Release.Head.Manifest
	switch {
	case cmd.Release.Withdrawn != "":
		return "withdrawn"
	case len(cmd.Maker) == 0:
		return "no_maker"
	case !cmd.Release.Head.By(cmd.Maker):
		return "foreign"
	case m.Platform != cmd.Platform:
		return "platform"
	case m.Number == cmd.Number && m.Version == cmd.Version:
		return "runs"
	case m.Number > cmd.Number+1:
		return "skips"
	case m.Number < cmd.Number:
		return "old" // it can't read what this one has written
	}
	return ""
}

// Report says what was started.
type Report struct {
	Zone    zone.Zone
	Number  int
	Version string
	Instead string
}

// Decide says it when it is news.
func (cmd Report) Decide(r Running, _ journal.Moment) ([]journal.Event, error) {
	if r.Number == cmd.Number && r.Version == cmd.Version && r.Instead == cmd.Instead {
		return nil, nil
	}
	now := Runs{Number: cmd.Number, Version: cmd.Version, Instead: cmd.Instead}
	if cmd.Zone == zone.Passport {
		return journal.Happened(RunsAtPassports(now)), nil
	}
	return journal.Happened(now), nil
}

// Apart tells whether networks run releases that no longer understand each
// other: more than one number lies between them.
func Apart(all []Running) bool {
	var numbers []int
	for _, r := range all {
		if r.Number > 0 {
			numbers = append(numbers, r.Number)
		}
	}
	return len(numbers) > 1 && slices.Max(numbers)-slices.Min(numbers) > 1
}
