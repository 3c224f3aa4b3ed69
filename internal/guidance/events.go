package guidance

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a notice, to a unit's taking note of it, whose
// id is that of the notice and of the unit, and to a frequent question.
var Kinds = []journal.Kind{
	journal.Declare[Published](both("guidance.published", zone.Office)),
	journal.Declare[Withdrawn](both("guidance.withdrawn", zone.Office)),
	journal.Declare[Acknowledged](both("guidance.acknowledged", zone.Internet)),
	journal.Declare[Answered](both("guidance.question_answered", zone.Office)),
	journal.Declare[TakenBack](both("guidance.question_taken_back", zone.Office)),
	journal.Declare[Helped](both("guidance.question_helped", zone.Internet)),
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

// Answered: a frequent question is out with its answer, or its next edition.
type Answered struct {
	Edition    int                `reach:"internet office"` // 1, 2, …
	Topic      Topic              `reach:"internet office"`
	Question   string             `reach:"internet office"`
	QuestionEn string             `reach:"internet office"` // "" for Chinese alone
	Answer     string             `reach:"internet office"` // plain text: Blocks reads it
	AnswerEn   string             `reach:"internet office"`
	Rules      []string           `reach:"internet office"` // whose findings lead to it
	Guides     []dossier.CaseKind `reach:"internet office"` // whose guides show it
}

// TakenBack: a question is no longer shown. Why is the office's own.
type TakenBack struct {
	Reason journal.Field[string] `reach:"office"`
}

// Helped: somebody has said whether an answer was of help.
type Helped struct {
	Question string                `reach:"internet office"`
	Edition  int                   `reach:"internet office"`
	Yes      bool                  `reach:"internet office"`
	Browser  journal.Field[string] `reach:"internet"` // a mark, so that it counts once
}
