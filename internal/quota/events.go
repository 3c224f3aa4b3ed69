package quota

import (
	"encoding/json"

	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a unit's plan for one year: to what the
// unit writes of it (yearplan), and to what is in force (quota).
var Kinds = []journal.Kind{
	journal.Declare[Set](journal.Kind{Name: "quota.set", Version: 2, Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}).WithLift(setV1),
	journal.Declare[SentBack](journal.Kind{Name: "quota.sent_back", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}),
	journal.Declare[Drafted](journal.Kind{Name: "yearplan.drafted", Home: zone.Of(zone.Internet), Own: true}),
	journal.Declare[Presented](journal.Kind{Name: "yearplan.presented", Home: zone.Of(zone.Internet), Own: true}),
	journal.Declare[Submitted](journal.Kind{Name: "yearplan.submitted", Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}),
}

// Set: what a unit may use in a year (年度计划), in force from now on.
type Set struct {
	Unit      string `reach:"internet office"`
	Year      int    `reach:"internet office"`
	Groups    int    `reach:"internet office"`
	People    int    `reach:"internet office"`
	AmountFen int64  `reach:"internet office"` // hundredths of a yuan
	Lines     []Line `reach:"internet office"` // none where the office has set sums alone
	Round     int    `reach:"internet office"` // of the submission that it follows; 0 for none
	Reason    string `reach:"internet office"` // of a change to a plan that was in force
}

// setV1 lifts a plan of before it had lines.
func setV1(_ int, fields map[string]json.RawMessage) error {
	fields["lines"], fields["round"], fields["reason"] = json.RawMessage("null"), json.RawMessage("0"), json.RawMessage(`""`)
	return nil
}

// SentBack: the office wants a submitted plan written otherwise.
type SentBack struct {
	Unit  string `reach:"internet office"`
	Year  int    `reach:"internet office"`
	Round int    `reach:"internet office"`
	Words string `reach:"internet office"`
}

// Drafted: the unit has written its plan as far as this.
type Drafted struct {
	Unit   string `reach:"home"`
	Year   int    `reach:"home"`
	Lines  []Line `reach:"home"`
	Last   int    `reach:"home"` // the highest number that a line was ever given
	Reason string `reach:"home"`
}

// Presented: the draft lies with the unit's signatory.
type Presented struct {
	Unit string `reach:"home"`
	Year int    `reach:"home"`
}

// Submitted: the unit's signatory has handed the plan to the office.
type Submitted struct {
	Unit   string `reach:"internet office"`
	Year   int    `reach:"internet office"`
	Round  int    `reach:"internet office"` // 1 for the first
	Lines  []Line `reach:"internet office"`
	Reason string `reach:"internet office"` // why a plan in force is to be changed
}
