package guidance

import (
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a notice, to a unit's taking note of it, whose
// id is that of the notice and of the unit, to a frequent question, and to a remark.
var Kinds = []journal.Kind{
	journal.Declare[Published](both("guidance.published", zone.Office)),
	journal.Declare[Withdrawn](both("guidance.withdrawn", zone.Office)),
	journal.Declare[Acknowledged](both("guidance.acknowledged", zone.Internet)),
	journal.Declare[Answered](both("guidance.question_answered", zone.Office)),
	journal.Declare[TakenBack](both("guidance.question_taken_back", zone.Office)),
	journal.Declare[Helped](both("guidance.question_helped", zone.Internet)),
	journal.Declare[Remarked](both("guidance.remarked", zone.Internet)),
	journal.Declare[RemarkedInside](journal.Kind{Name: "guidance.remarked_inside", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Office)}),
	journal.Declare[RemarkedAtPassports](journal.Kind{Name: "guidance.remarked_at_passports", Home: zone.Of(zone.Passport), Reach: zone.Of(zone.Passport, zone.Office)}),
	journal.Declare[Handled](both("guidance.handled", zone.Office)),
	journal.Declare[HandledInside](journal.Kind{Name: "guidance.handled_inside", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Office)}),
	journal.Declare[HandledAtPassports](journal.Kind{Name: "guidance.handled_at_passports", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Passport, zone.Office)}),
	journal.Declare[Changed](journal.Kind{Name: "guidance.changed", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[PutAway](journal.Kind{Name: "guidance.put_away", Home: zone.Everywhere, Own: true}),
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

// Picture is one that comes with a remark: drawn anew when it was taken in, so that it
// holds what is seen and nothing of where and by what it was made.
type Picture struct {
	Digest string    `json:"digest"` // SHA-256, hexadecimal; "" for none
	Size   int64     `json:"size"`   // bytes
	Type   blob.Type `json:"type"`
}

// Carries names the file that travels with the record (exchange.Carries).
func (p Picture) Carries() []blob.Ref {
	d, err := blob.ParseDigest(p.Digest)
	if err != nil {
		return nil
	}
	return []blob.Ref{{Digest: d, Size: p.Size}}
}

// Carries is the picture of a remark.
func (e Remarked) Carries() []blob.Ref            { return e.Picture.Carries() }
func (e RemarkedInside) Carries() []blob.Ref      { return e.Picture.Carries() }
func (e RemarkedAtPassports) Carries() []blob.Ref { return e.Picture.Carries() }

// Remarked: somebody of the internet has said something about a page (意见建议).
type Remarked struct {
	Matter  Matter                `reach:"internet office"`
	Words   string                `reach:"internet office"`
	Page    string                `reach:"internet office"` // address
	Title   string                `reach:"internet office"` // of the page
	Role    string                `reach:"internet office"`
	Unit    string                `reach:"internet office"`
	Browser string                `reach:"internet office"`
	Size    string                `reach:"internet office"` // of its window
	Name    journal.Field[string] `reach:"internet office"` // the office doesn't know all accounts
	Picture Picture               `reach:"internet office"` // of what is meant; none: zero
}

// RemarkedInside is one of the office's own people's. It stays there.
type RemarkedInside struct {
	Matter  Matter                `reach:"office"`
	Words   string                `reach:"office"`
	Page    string                `reach:"office"` // address
	Title   string                `reach:"office"` // of the page
	Role    string                `reach:"office"`
	Unit    string                `reach:"office"`
	Browser string                `reach:"office"`
	Size    string                `reach:"office"` // of its window
	Name    journal.Field[string] `reach:"office"` // the office doesn't know all accounts
	Picture Picture               `reach:"office"` // of what is meant; none: zero
}

// RemarkedAtPassports is one of the passport zone's people.
type RemarkedAtPassports struct {
	Matter  Matter                `reach:"passport office"`
	Words   string                `reach:"passport office"`
	Page    string                `reach:"passport office"` // address
	Title   string                `reach:"passport office"` // of the page
	Role    string                `reach:"passport office"`
	Unit    string                `reach:"passport office"`
	Browser string                `reach:"passport office"`
	Size    string                `reach:"passport office"` // of its window
	Name    journal.Field[string] `reach:"passport office"` // the office doesn't know all accounts
	Picture Picture               `reach:"passport office"` // of what is meant; none: zero
}

// Handled: the office looks at a remark, or has answered it.
type Handled struct {
	At    Progress `reach:"internet office"`
	Words string   `reach:"internet office"` // the answer; none while somebody looks
}

// HandledInside is what becomes of one that was made in the office.
type HandledInside struct {
	At    Progress `reach:"office"`
	Words string   `reach:"office"` // the answer; none while somebody looks
}

// HandledAtPassports is what becomes of one that was made in the passport zone.
type HandledAtPassports struct {
	At    Progress `reach:"passport office"`
	Words string   `reach:"passport office"` // the answer; none while somebody looks
}

// Changed: something was changed because of a remark, in words for everybody.
type Changed struct {
	What   string `reach:"all"`
	WhatEn string `reach:"all"` // "" for Chinese alone
}

// PutAway: an account has put a piece of news away.
type PutAway struct {
	News string `reach:"home"`
}
