package unit

import (
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a unit.
var Kinds = []journal.Kind{
	journal.Declare[Opened](journal.Kind{Name: "unit.opened", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[Changed](journal.Kind{Name: "unit.changed", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[OfficerConfirmed](both("unit.officer_confirmed")),
	journal.Declare[Suspended](both("unit.suspended")),
	journal.Declare[Resumed](both("unit.resumed")),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}
}

// Opened: the unit is on the office's register (开户备案).
type Opened struct {
	Name    string `reach:"all"`
	NameEn  string `reach:"all"`
	USCC    string `reach:"all"` // unified social credit code, 18 characters (GB 32100-2015)
	Type    string `reach:"all"` // dossier.UnitType
	Level   string `reach:"all"` // primary or subordinate
	Parent  string `reach:"all"` // id of the unit above it; ""
	Address string `reach:"all"`

	LeaveFromRank string `reach:"all"` // from which rank its people need an approval of leave; "": none do
}

// Changed: what the register says of the unit is another (变更备案). Its code
// and its place among units stay.
type Changed struct {
	Name    string `reach:"all"`
	NameEn  string `reach:"all"`
	Type    string `reach:"all"` // dossier.UnitType
	Address string `reach:"all"`

	LeaveFromRank string `reach:"all"`
}

// OfficerConfirmed: the liaison officer is trained and the signatory named,
// until a day (专管员备案).
type OfficerConfirmed struct {
	ValidUntil calendar.Date `reach:"internet office"`
	Signatory  string        `reach:"internet office"` // name, as it is printed on requests
}

// Suspended: it may not apply for the time being (暂停申报).
type Suspended struct {
	Reason string `reach:"internet office"`
}

// Resumed: the suspension is over.
type Resumed struct {
	Reason string `reach:"internet office"`
}
