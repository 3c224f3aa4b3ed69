package guidance

import (
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a notice, and to a unit's taking note of it,
// whose id is that of the notice and of the unit.
var Kinds = []journal.Kind{
	journal.Declare[Published](both("guidance.published", zone.Office)),
	journal.Declare[Withdrawn](both("guidance.withdrawn", zone.Office)),
	journal.Declare[Acknowledged](both("guidance.acknowledged", zone.Internet)),
}

func both(name string, home zone.Zone) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(home), Reach: zone.Of(zone.Internet, zone.Office)}
}

// Published: a notice is out, or its next edition in place of the one before.
type Published struct {
	Edition int           `reach:"internet office"` // 1, 2, …
	Sort    Sort          `reach:"internet office"`
	Title   string        `reach:"internet office"`
	Body    string        `reach:"internet office"` // plain text: Blocks reads paragraphs and lists
	Units   []string      `reach:"internet office"` // whom it is for; none: not by unit
	Roles   []string      `reach:"internet office"` // none: not by role; neither: everybody
	From    calendar.Date `reach:"internet office"`
	Until   calendar.Date `reach:"internet office"` // the last day; zero: open
	Asks    bool          `reach:"internet office"` // each unit is to take note
}

// Withdrawn: a notice holds no more.
type Withdrawn struct {
	Reason string `reach:"internet office"`
}

// Acknowledged: a unit has taken note of an edition (阅知).
type Acknowledged struct {
	Notice  string `reach:"internet office"`
	Edition int    `reach:"internet office"`
	Unit    string `reach:"internet office"`
	// Name of who did: the office doesn't know the accounts of units.
	Name journal.Field[string] `reach:"internet office"`
}
