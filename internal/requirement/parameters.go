package requirement

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/visit"
	"yitang/ref"
)

// Parameters are the limits and tables that an office sets; none of them is in
// the rules. Those with a key stand in ref/parameters.yaml with their source,
// because a rule judges them too: With takes them from there. The others are
// the catalogue's alone.
type Parameters struct {
	PassportMinRemainingMonths int                    `yaml:"passportMinRemainingMonths"` // passport.minRemainingMonths, counted from the day of return
	PassportMinBlankPages      int                    `yaml:"passportMinBlankPages"`      // at least
	PassportPagesSpare         int                    `yaml:"passportPagesSpare"`         // beyond one for each sticker
	PassportReturnDays         int                    `yaml:"passportReturnDays"`         // passport.returnDays, calendar days after entering China
	PassportHandOutDays        int                    `yaml:"passportHandOutDays"`        // passport.handOutDays, before the departure
	BookletWorkdays            int                    `yaml:"bookletWorkdays"`            // from capture to the finished booklet
	PermitWorkdays             int                    `yaml:"permitWorkdays"`
	IDCardMinDays              int                    `yaml:"idCardMinDays"` // left at the visit
	PhotoMonths                int                    `yaml:"photoMonths"`   // photo.maxAgeMonths
	HostProfileMonths          int                    `yaml:"hostProfileMonths"`
	CaptureReuse               bool                   `yaml:"captureReuse"`  // an earlier capture in force serves a new booklet
	CaptureMinAge              int                    `yaml:"captureMinAge"` // years; younger people's fingers aren't taken
	CaptureExemptTypes         []dossier.PassportType `yaml:"captureExemptTypes,flow"`
	Entitlement                []Entitlement          `yaml:"entitlement"`      // the first line that fits
	ApprovalWorkdays           int                    `yaml:"approvalWorkdays"` // expected, while there is no decision
	AgendaFromDays             int                    `yaml:"agendaFromDays"`   // agenda.requiredFromDays
	LeaveRanks                 []dossier.Rank         `yaml:"leaveRanks,flow"`  // who needs M19; advised
	Advised                    []dossier.MaterialKind `yaml:"advised,flow"`     // asked for by local practice; their absence stops nothing
	LocalPapers                []dossier.MaterialKind `yaml:"localPapers,flow"` // papers of some places only that this office does ask for (M25)
	ExitCertificateTypes       []dossier.PassportType `yaml:"exitCertificateTypes,flow"`
	SpareCourierWorkdays       int                    `yaml:"spareCourierWorkdays"` // kept free between the last step and the departure
	Minutes                    map[visit.Kind]int     `yaml:"minutes"`
	ReportDays                 int                    `yaml:"reportDays"`
	SecondNoticeMonths         int                    `yaml:"secondNoticeMonths"` // secondNotice.months
	Missions                   ref.Missions           `yaml:"-"`                  // what each area's want; none until With

	on calendar.Date // the day of With
}

// Entitlement is one line of the table of passport types. Empty lists fit all.
type Entitlement struct {
	Ranks     []dossier.Rank       `yaml:"ranks,omitempty,flow"`
	UnitTypes []dossier.UnitType   `yaml:"unitTypes,omitempty,flow"`
	Type      dossier.PassportType `yaml:"type,omitempty"`
}

// DefaultParameters are those of the demo packs. The figures that a rule judges too
// aren't among them: With takes those from ref/parameters.yaml, their one source.
func DefaultParameters() Parameters {
	const (
		dip = dossier.Diplomatic
		srv = dossier.Service
		pub = dossier.PublicAffairs
		hkm = dossier.HKMacauPermit
	)
	return Parameters{
		PassportPagesSpare: 1,
		BookletWorkdays:    5,
		PermitWorkdays:     5,
		IDCardMinDays:      30,
		HostProfileMonths:  12,
		CaptureReuse:       true,
		CaptureMinAge:      16,
		CaptureExemptTypes: []dossier.PassportType{dip, hkm},
		Entitlement: []Entitlement{
			{Ranks: []dossier.Rank{dossier.Minister}, Type: dip},
			{Ranks: []dossier.Rank{dossier.Bureau, dossier.Division}, UnitTypes: []dossier.UnitType{dossier.Government}, Type: srv},
			{Type: pub},
		},
		ApprovalWorkdays:     10,
		LeaveRanks:           []dossier.Rank{dossier.Division, dossier.Bureau, dossier.Minister},
		Advised:              []dossier.MaterialKind{"M06", "M19"},
		ExitCertificateTypes: []dossier.PassportType{pub},
		SpareCourierWorkdays: 1,
		Minutes: map[visit.Kind]int{visit.ShowID: 3, visit.Capture: 15, visit.Recapture: 15, visit.SurrenderOld: 3, visit.SignVisaForm: 5,
			visit.PaperOriginal: 3, visit.Collect: 5, visit.SignBooklet: 3, visit.HandIn: 3},
		ReportDays: 15,
	}
}

// area gives what the missions of an area want.
func (p Parameters) area(code string) ref.Mission { return p.Missions.On(code, p.on) }

// MissionTakes is how many workdays the missions of an area take: the one
// deadline of a visa that is under way, for pages and rules alike.
func (p Parameters) MissionTakes(area string) calendar.Workdays {
	return calendar.Workdays(p.area(area).Lead())
}
