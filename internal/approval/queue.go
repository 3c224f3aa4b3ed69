package approval

import (
	"encoding/json"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
)

// QueueRow is one case as the office's lists show it.
type QueueRow struct {
	Filing    string
	Unit      string
	UnitName  string
	Title     string
	Head      string
	People    int
	Kind      dossier.CaseKind
	Urgent    bool
	Depart    calendar.Date
	Return    calendar.Date
	Countries []string
	Questions int    // findings that nobody has judged
	Number    string // "" before acceptance
	Stage     Stage
	Desk      string
	Steps     []Step
	Step      int
	StepZh    string
	StepEn    string
	Due       calendar.Date
	Awaits    calendar.Date // until when the clocks stand still for another authority's reply
	Corrected bool          // has come back from its unit and nobody has looked yet
	Returns   int
	Approved  int
	Since     int64  // of the last change, microseconds
	Amends    string // the approved case that it changes; "" for an application
	Amendment filing.AmendmentKind
	Light     bool           // it need only be put on file
	Outcome   filing.Outcome // of a case that is closed
	Against   int            // members whom the desk before would decline

	beforeDesk string
	words      string
}

// Travelling is how many go: once some were approved, they alone.
func (r QueueRow) Travelling() int {
	if r.Approved > 0 {
		return r.Approved
	}
	return r.People
}

// StandsStill tells whether nothing can be done but wait for another authority's
// reply.
func (r QueueRow) StandsStill(today calendar.Date) bool {
	return !r.Awaits.IsZero() && !today.After(r.Awaits)
}

// Filter chooses from a desk.
type Filter string

const (
	AllCases  Filter = "all"
	Clean     Filter = "clean"     // nothing to judge, and nobody is to be declined
	Corrected Filter = "corrected" // back from the unit
	Urgent    Filter = "urgent"
)

// Filters lists them in the order of the chips.
func Filters() []Filter { return []Filter{AllCases, Clean, Corrected, Urgent} }

func (r QueueRow) in(f Filter) bool {
	switch f {
	case Clean:
		return r.Questions == 0 && r.Against == 0
	case Corrected:
		return r.Corrected
	case Urgent:
		return r.Urgent
	}
	return true
}

var none calendar.Date

func (r *QueueRow) facts(f Facts, n Names, people int) {
	r.Title, r.Kind, r.Urgent, r.Depart, r.Return, r.Countries = f.Title, f.Kind, f.Urgent, f.Depart, f.Return, f.Countries
	r.UnitName, r.Head, r.People = n.Unit, n.Head, people
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// values are in the order of queueColumns.
func (r QueueRow) values() []any {
	steps, err := json.Marshal(r.Steps)
	if err != nil {
		panic("writing review steps: " + err.Error()) // plain text and numbers always marshal
	}
	return []any{r.Filing, r.Unit, r.UnitName, r.Title, r.Head, r.People, string(r.Kind), flag(r.Urgent), r.Depart.String(), r.Return.String(),
		strings.Join(r.Countries, " "), r.Questions, r.Number, string(r.Stage), r.Desk, r.beforeDesk, string(steps), r.Step, r.StepZh, r.StepEn, r.Due.String(),
		flag(r.Corrected), r.Returns, r.Approved, r.Since, r.words, r.Amends, string(r.Amendment), flag(r.Light), r.Awaits.String(), string(r.Outcome), r.Against}
}

type scanner interface{ Scan(...any) error }

func scanRow(s scanner) (QueueRow, error) {
	var r QueueRow
	var depart, back, countries, steps, due, awaits string
	var urgent, corrected, light int
	err := s.Scan(&r.Filing, &r.Unit, &r.UnitName, &r.Title, &r.Head, &r.People, &r.Kind, &urgent, &depart, &back, &countries, &r.Questions, &r.Number,
		&r.Stage, &r.Desk, &r.beforeDesk, &steps, &r.Step, &r.StepZh, &r.StepEn, &due, &corrected, &r.Returns, &r.Approved, &r.Since, &r.words, &r.Amends, &r.Amendment, &light, &awaits, &r.Outcome, &r.Against)
	if err != nil {
		return r, err
	}
	r.Urgent, r.Corrected, r.Light, r.Countries = urgent == 1, corrected == 1, light == 1, strings.Fields(countries)
	if err := json.Unmarshal([]byte(steps), &r.Steps); err != nil {
		return r, err
	}
	for _, d := range []struct {
		text string
		into *calendar.Date
	}{{depart, &r.Depart}, {back, &r.Return}, {due, &r.Due}, {awaits, &r.Awaits}} {
		if err := d.into.UnmarshalText([]byte(d.text)); err != nil {
			return r, err
		}
	}
	return r, nil
}

// PlainCode is a verification code as it is looked up: people type it with
// blanks, in small letters, and mistake O for 0.
func PlainCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r >= '０' && r <= '９':
			r -= '０' - '0'
		}
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}
