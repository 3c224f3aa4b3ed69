package feedback

import (
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a rating, whose id is the filing's, or that of
// the visit that it is about: once an item (国办发〔2019〕51号); and to the duty that a poor one opens, whose id is
// that of the event by which it was given: it names no case.
var Kinds = []journal.Kind{
	journal.Declare[Rated](both("feedback.rated", zone.Internet)),
	journal.Declare[VisitRated](both("feedback.visit_rated", zone.Internet)),
	journal.Declare[Declined](both("feedback.declined", zone.Internet)),
	journal.Declare[RatedAgain](both("feedback.rated_again", zone.Internet)),
	journal.Declare[Called](journal.Kind{Name: "feedback.called", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Office)}),
	journal.Declare[Replied](both("feedback.replied", zone.Office)),
	journal.Declare[Concluded](both("feedback.concluded", zone.Office)),
}

func both(name string, home zone.Zone) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(home), Reach: zone.Of(zone.Internet, zone.Office)}
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

// VisitRated: whoever was served in the hall has said how it went (一次一评): at the
// window's code or by a message's link, without signing in. Of the whole case nothing
// is said with it.
type VisitRated struct {
	Visit  string     `reach:"internet office"`
	Filing string     `reach:"internet office"`
	Unit   string     `reach:"internet office"`
	Window string     `reach:"internet office"` // that served them; "" where nobody was called
	Acts   []ActGrade `reach:"internet office"` // what was done, each kind once
	Grade  int        `reach:"internet office"` // of all together
	Tags   []string   `reach:"internet office"`
	Words  string     `reach:"internet office"`
	// Anonymous: who works at the window isn't shown whose it is.
	Anonymous bool `reach:"internet office"`
	Via       Via  `reach:"internet office"` // by what whoever gave it came there; "" in what is older
	// Browser and Network are marks of where it came from, by which one day's are
	// counted: neither is recognised on another day, and no address is kept.
	Browser journal.Field[string] `reach:"home"`
	Network journal.Field[string] `reach:"home"`
}

// ActGrade is how one act went.
type ActGrade struct {
	Kind  string `json:"kind"` // visit.Kind
	Grade int    `json:"grade"`
}

// Declined: it was said that there will be no rating. Rating is voluntary.
type Declined struct {
	Filing string `reach:"internet office"`
}

// RatedAgain: who was dissatisfied has said how it was after the answer.
type RatedAgain struct {
	Filing string `reach:"internet office"`
	Grade  int    `reach:"internet office"`
	Words  string `reach:"internet office"`
	// Anonymous is as the first rating was.
	Anonymous bool `reach:"internet office"`
}

// Called: somebody of the office tried to speak with whoever was dissatisfied
// (回访). It stays in the office.
type Called struct {
	Outcome Outcome `reach:"office"`
	Words   string  `reach:"office"` // what was said, or why nobody was reached
}

// Replied: the office has answered a poor rating (答复).
type Replied struct {
	Filing    string    `reach:"internet office"`
	Treatment Treatment `reach:"internet office"`
	Words     string    `reach:"internet office"`
	// Anonymous is as the rating was: then it stands in no timeline.
	Anonymous bool `reach:"internet office"`
}

// Concluded: somebody other than who replied has seen that it is done (办结).
type Concluded struct {
	Filing    string `reach:"internet office"`
	Anonymous bool   `reach:"internet office"`
}

// CaseID names the case in whose timeline this stands.
func (e Rated) CaseID() string    { return e.Filing }
func (e Declined) CaseID() string { return e.Filing }

// CaseID names no case while people of the office mustn't know whose it is.
func (e VisitRated) CaseID() string {
	if e.Anonymous {
		return ""
	}
	return e.Filing
}

// CaseID names no case while people of the office mustn't know whose it is.
func (e RatedAgain) CaseID() string {
	if e.Anonymous {
		return ""
	}
	return e.Filing
}

// CaseID names no case while people of the office mustn't know whose it is.
func (e Replied) CaseID() string {
	if e.Anonymous {
		return ""
	}
	return e.Filing
}
