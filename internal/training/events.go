package training

import (
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to somebody's training.
var Kinds = []journal.Kind{
	journal.Declare[Began](both("training.began")),
	journal.Declare[Passed](both("training.passed")),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}
}

// Began: an officer has begun to practise with a made-up case.
type Began struct {
	Unit string                `reach:"internet office"`
	Name journal.Field[string] `reach:"internet office"`
}

// Passed: that case has come to the archive.
type Passed struct {
	Unit    string                `reach:"internet office"`
	Name    journal.Field[string] `reach:"internet office"`
	Visits  int                   `reach:"internet office"`
	Returns int                   `reach:"internet office"`
}
