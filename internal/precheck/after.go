package precheck

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

const (
	StepLook   Step = "look"   // nobody does anything: what is owed is shown
	StepHome   Step = "home"   // the unit tells the day of return
	StepReport Step = "report" // the report is filed
)

// Aftermath is what happened after the approval (回国后). Rules know it as
// "after".
type Aftermath struct {
	Step        Step          `json:"step"`
	Departed    calendar.Date `json:"departed"`
	NotDeparted calendar.Date `json:"notDeparted"` // day on which it was said that nobody goes
	Home        calendar.Date `json:"home"`
	Approved    int           `json:"approved"`  // days
	Out         []OutBooklet  `json:"out"`       // lent for this trip and not handed in
	Elsewhere   string        `json:"elsewhere"` // stamps of places that aren't on the approval
	Private     bool          `json:"private"`   // somebody left on a private passport
	Words       string        `json:"words"`     // what the unit says about it

	ReportDue    calendar.Date `json:"reportDue"`
	ReportFiled  bool          `json:"reportFiled"`
	SecondNotice bool          `json:"secondNotice"` // the notice after the trip was put up (M11)
	NoNotice     bool          `json:"noNotice"`     // none is owed

	Spent     int    `json:"spent"`     // actual cost in fen; 0 where nobody said
	Budget    int    `json:"budget"`    // approved, in fen
	Overspent string `json:"overspent"` // the approval of what went beyond

	Text     string `json:"text"`     // of the report, as far as it can be read
	SameAs   string `json:"sameAs"`   // another trip whose report is the same file
	Likeness int    `json:"likeness"` // per cent of its sentences that stand in another report
}

// OutBooklet is one that isn't back.
type OutBooklet struct {
	Name string        `json:"name"`
	Tail string        `json:"tail"`
	Due  calendar.Date `json:"due"`
}

// DaysAway counts the day of leaving and the day of entering China, both.
func (a *Aftermath) DaysAway() int {
	return dossier.Trip{Depart: a.Departed, Return: a.Home}.Days()
}

// Happened tells what happened after the approval.
func Happened(a Aftermath) Fact { return func(_ *dossier.Case, k *Known) { k.After = &a } }
