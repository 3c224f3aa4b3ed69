package program

import (
	"yitang/internal/blob"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to releases of the program.
var Kinds = []journal.Kind{
	journal.Declare[Offered](journal.Kind{Name: "program.offered", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[Withdrawn](journal.Kind{Name: "program.withdrawn", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[Chosen](journal.Kind{Name: "program.chosen", Home: zone.Everywhere, Own: true}),
	journal.Declare[Runs](journal.Kind{Name: "program.runs", Home: zone.Of(zone.Internet, zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}),
	journal.Declare[RunsAtPassports](journal.Kind{Name: "program.runs_at_passports", Home: zone.Of(zone.Passport), Reach: zone.Of(zone.Passport, zone.Office)}),
}

// Offered: the office brings a release to the other networks. Whether it is the
// maker's each of them judges for itself.
type Offered struct {
	Manifest  string     `reach:"all"` // the line that is signed
	Signature []byte     `reach:"all"`
	Parts     []blob.Ref `reach:"all"` // what follows the head, in order
}

// Carries names the files that travel with the record (exchange.Carries).
func (e Offered) Carries() []blob.Ref { return e.Parts }

// Withdrawn: the office warns of a release. Who runs it already goes on.
type Withdrawn struct {
	Reason string `reach:"all"`
}

// Chosen: a person of this network has put a release in force: the program is
// started anew as that one.
type Chosen struct {
	Release string `reach:"home"` // Manifest.ID
	Number  int    `reach:"home"`
	Version string `reach:"home"`
	Reason  string `reach:"home"`
}

// Runs: the program was started, and is another release than before; or it is the
// same because the one that was chosen didn't come up.
type Runs struct {
	Number  int    `reach:"internet office"`
	Version string `reach:"internet office"`
	Instead string `reach:"internet office"` // version that didn't come up; "" where none failed
}

// RunsAtPassports is Runs of the passport zone, which the internet zone doesn't
// hear of.
type RunsAtPassports struct {
	Number  int    `reach:"office passport"`
	Version string `reach:"office passport"`
	Instead string `reach:"office passport"`
}
