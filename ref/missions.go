package ref

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Schengen is the area whose missions ask for one visa.
const Schengen = "SCHENGEN"

// Mission is what the missions of a country or area want for a visa, for a
// time. The line whose area is "*" is for all that have none of their own.
type Mission struct {
	Area              string                 `yaml:"area"`
	Materials         []dossier.MaterialKind `yaml:"materials"` // beside form, photo, note verbale, approval, list and itinerary
	OriginalLetter    bool                   `yaml:"originalLetter"`
	SignedForm        bool                   `yaml:"signedForm"` // by hand
	FingerprintMonths int                    `yaml:"fingerprintMonths"`
	Interview         bool                   `yaml:"interview"`
	PresenceExempt    []dossier.PassportType `yaml:"presenceExempt"` // whose holders the mission needn't see
	Workdays          int                    `yaml:"workdays"`       // from lodging to result
	MFAHandled        bool                   `yaml:"mfaHandled"`     // the ministry hands it in: two working days more
	PersonalHistory   bool                   `yaml:"personalHistory"`
	PhotoWidth        int                    `yaml:"photoWidth"`      // mm; 0 where no source gives it
	PhotoHeight       int                    `yaml:"photoHeight"`     // mm
	InsuranceCover    int                    `yaml:"insuranceCover"`  // CNY at least
	NameListFrom      int                    `yaml:"nameListFrom"`    // members from which a list is wanted
	NoteFirst         bool                   `yaml:"noteFirst"`       // the application online comes after the note verbale
	OfficialBooking   bool                   `yaml:"officialBooking"` // the office makes the appointment, with the form's number
	StatementYears    int                    `yaml:"statementYears"`  // a refusal within so many years wants a statement
	AirsideVisa       bool                   `yaml:"airsideVisa"`     // who changes planes needs one too
	Source            string                 `yaml:"source"`
	Unverified        bool                   `yaml:"unverified"`
	From              calendar.Date          `yaml:"effectiveFrom"`
	To                calendar.Date          `yaml:"effectiveTo"`
	Checked           calendar.Date          `yaml:"checkedOn"`
}

// Lead is how many working days it takes, the ministry's included.
func (m Mission) Lead() int {
	if m.MFAHandled {
		return m.Workdays + 2
	}
	return m.Workdays
}

// Missions are those of all areas and times.
type Missions []Mission

// On finds what the missions of an area want on a day.
func (ms Missions) On(area string, day calendar.Date) Mission {
	for _, want := range []string{area, "*"} {
		for _, m := range ms {
			if m.Area == want && !day.Before(m.From) && (m.To.IsZero() || !day.After(m.To)) {
				return m
			}
		}
	}
	return Mission{}
}

func (ms Missions) check(countries Countries) error {
	for i, m := range ms {
		if _, known := countries[m.Area]; !known && m.Area != Schengen && m.Area != "*" {
			return fmt.Errorf("missions.yaml: there is no country %s", m.Area)
		}
		if m.From.IsZero() || m.Source == "" || m.Workdays < 1 {
			return fmt.Errorf("missions.yaml: %s lacks its working days, a source or the day from which it holds", m.Area)
		}
		for _, o := range ms[:i] {
			if o.Area == m.Area && (o.To.IsZero() || !o.To.Before(m.From)) && (m.To.IsZero() || !m.To.Before(o.From)) {
				return fmt.Errorf("missions.yaml: two lines for %s hold on the same day", m.Area)
			}
		}
	}
	return nil
}
