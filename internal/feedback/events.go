package feedback

import (
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a rating. Its subject's id is the
// filing's: once an item (国办发〔2019〕51号).
var Kinds = []journal.Kind{
	journal.Declare[Rated](both("feedback.rated")),
	journal.Declare[Declined](both("feedback.declined")),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}
}

// Rated: somebody has said how it went (好差评).
type Rated struct {
	Filing string   `reach:"internet office"`
	Visit  string   `reach:"internet office"` // booking that it is about; "" for the whole case
	Unit   string   `reach:"internet office"`
	Grade  int      `reach:"internet office"` // 5 very satisfied … 1 very dissatisfied
	Tags   []string `reach:"internet office"`
	Words  string   `reach:"internet office"`
	// Anonymous: who works at the window isn't shown who said it.
	Anonymous bool `reach:"internet office"`
}

// Declined: it was said that there will be no rating. Rating is voluntary.
type Declined struct {
	Filing string `reach:"internet office"`
}

// CaseID names the case in whose timeline this stands.
func (e Rated) CaseID() string    { return e.Filing }
func (e Declined) CaseID() string { return e.Filing }
