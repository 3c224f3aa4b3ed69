package trip

import (
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a trip. Its subject's id is the filing's.
var Kinds = []journal.Kind{
	journal.Declare[Cleared](both("trip.cleared")),
	journal.Declare[ClearanceTakenBack](both("trip.clearance_taken_back")),
	journal.Declare[Departed](both("trip.departed")),
	journal.Declare[DepartureTakenBack](both("trip.departure_taken_back")),
	journal.Declare[NotDeparted](both("trip.not_departed")),
	journal.Declare[CallOffTakenBack](both("trip.call_off_taken_back")),
	journal.Declare[CameHome](both("trip.came_home")),
	journal.Declare[HomeTakenBack](both("trip.home_taken_back")),
	journal.Declare[ReportFiled](both("trip.report_filed")),
	journal.Declare[NoticeFiled](both("trip.notice_filed")),
	journal.Declare[Closed](both("trip.closed")),
	journal.Declare[Amended](both("trip.amended")),
	journal.Declare[LossTold](everywhere("trip.loss_told")),
	journal.Declare[LossTakenBack](everywhere("trip.loss_taken_back")),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}
}

// everywhere is for losses: who made the booklet has to know as soon as who keeps it.
func everywhere(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Everywhere}
}

// Cleared: everybody who may go has booklet and visa in hand (可以成行).
type Cleared struct {
	Unit    string        `reach:"internet office"`
	Members []string      `reach:"internet office"` // persons who go
	Depart  calendar.Date `reach:"internet office"` // as approved
	Return  calendar.Date `reach:"internet office"`
}

// ClearanceTakenBack: somebody's booklet had not been handed out after all.
type ClearanceTakenBack struct{}

// Departed: the delegation has left China.
type Departed struct {
	On calendar.Date `reach:"internet office"`
}

// DepartureTakenBack: the delegation has not left after all (撤回出境登记).
type DepartureTakenBack struct {
	On calendar.Date `reach:"internet office"` // the day that was told
}

// NotDeparted: the mission doesn't take place (未成行).
type NotDeparted struct {
	On          calendar.Date `reach:"internet office"` // day on which it was said
	Reason      string        `reach:"internet office"`
	BookletsDue calendar.Date `reach:"internet office"`
}

// CallOffTakenBack: the mission does take place (撤回未成行登记).
type CallOffTakenBack struct {
	BookletsDue calendar.Date `reach:"internet office"` // as it was before
}

// CameHome: the delegation has entered China again. A traveller comes home;
// papers are what is returned. A later one takes the place of an earlier.
type CameHome struct {
	On          calendar.Date `reach:"internet office"`
	BookletsDue calendar.Date `reach:"internet office"` // last day for handing booklets in
	ReportDue   calendar.Date `reach:"internet office"`
	Deviation   string        `reach:"internet office"` // how it differed from what was approved; ""
	Elsewhere   string        `reach:"internet office"` // stamps of places that aren't approved
	Private     bool          `reach:"internet office"` // somebody left on a private passport
	NoticeDue   calendar.Date `reach:"internet office"` // last day of the notice after the trip; zero where none is asked
}

// HomeTakenBack: what was told of their coming home was a mistake; they are
// abroad (撤回回国登记).
type HomeTakenBack struct {
	On          calendar.Date `reach:"internet office"` // the day that was told
	BookletsDue calendar.Date `reach:"internet office"` // as it was before
}

// ReportFiled: the report on the trip is there (出访报告).
type ReportFiled struct {
	Material string `reach:"internet office"`
	Late     int    `reach:"internet office"` // days
	SpentFen int    `reach:"internet office"` // actual cost; 0 where nobody said
	Over     string `reach:"internet office"` // who approved what went beyond the budget
	Why      string `reach:"internet office"` // why it was filed in spite of a warning
}

// NoticeFiled: the evidence of the notice after the trip is there (事后公示).
type NoticeFiled struct {
	Material string `reach:"internet office"`
	Late     int    `reach:"internet office"` // days
}

// Closed: nothing of the trip is owed any more.
type Closed struct {
	Departed bool `reach:"internet office"`
}

// Amended: the journey that was cleared is another one now.
type Amended struct {
	Amendment string        `reach:"internet office"`
	Members   []string      `reach:"internet office"` // who goes
	Depart    calendar.Date `reach:"internet office"`
	Return    calendar.Date `reach:"internet office"`
	Cleared   bool          `reach:"internet office"` // they may still go; false: somebody isn't ready yet
}

// LossTold: somebody of the unit says that a booklet which is out for this trip is
// lost (报告遗失). It serves on until the office has reported it lost.
type LossTold struct {
	Booklet string                `reach:"all"`
	Person  string                `reach:"all"` // its holder
	Lent    calendar.Date         `reach:"all"` // since when it was out
	On      calendar.Date         `reach:"all"`
	Where   string                `reach:"all"`
	To      []Authority           `reach:"all"`             // to whom it was reported there
	Words   journal.Field[string] `reach:"internet office"` // how it happened
	Paper   journal.Field[string] `reach:"internet office"` // material; ""
}

// LossTakenBack: a booklet of which a loss was told is there (撤回遗失报告).
type LossTakenBack struct {
	Booklet string                `reach:"all"`
	Person  string                `reach:"all"`
	Words   journal.Field[string] `reach:"internet office"` // where it was; ""
}
