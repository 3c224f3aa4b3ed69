package quota

import (
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a unit's plan for one year.
var Kinds = []journal.Kind{
	journal.Declare[Set](journal.Kind{Name: "quota.set", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}),
}

// Set: what a unit may use in a year (年度计划).
type Set struct {
	Unit      string `reach:"internet office"`
	Year      int    `reach:"internet office"`
	Groups    int    `reach:"internet office"`
	People    int    `reach:"internet office"`
	AmountFen int64  `reach:"internet office"` // hundredths of a yuan
}
