package requirement

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/visit"
	"yitang/ref"
)

// Parameters are the limits and tables that an office sets; none of them is in
// the rules. Those with a key stand in ref/parameters.yaml with their source; the
// others are defaults of ours.
type Parameters struct {
	PassportMinRemainingMonths int // passport.minRemainingMonths, counted from the day of return
	PassportMinBlankPages      int // at least
	PassportPagesSpare         int // beyond one for each sticker
	PassportReturnDays         int // passport.returnDays, calendar days after entering China
	BookletWorkdays            int // from capture to the finished booklet
	PermitWorkdays             int
	IDCardMinDays              int // left at the visit
	PhotoMonths                int
	HostProfileMonths          int
	CaptureReuse               bool // an earlier capture in force serves a new booklet
	CaptureMinAge              int  // years; younger people's fingers aren't taken
	CaptureExemptTypes         []dossier.PassportType
	Entitlement                []Entitlement          // the first line that fits
	ApprovalWorkdays           int                    // expected, while there is no decision
	AgendaFromDays             int                    // agenda.requiredFromDays
	LeaveRanks                 []dossier.Rank         // who needs M19; advised
	Advised                    []dossier.MaterialKind // asked for by local practice; their absence stops nothing
	LocalPapers                []dossier.MaterialKind // papers of some places only that this office does ask for (M25)
	ExitCertificateTypes       []dossier.PassportType
	SpareCourierWorkdays       int // kept free between the last step and the departure
	Minutes                    map[visit.Kind]int
	Missions                   ref.Missions // what each area's want; none until With
	ReportDays                 int
	SecondNoticeMonths         int

	on calendar.Date // the day of With
}

// Entitlement is one line of the table of passport types. Empty lists fit all.
type Entitlement struct {
	Ranks     []dossier.Rank
	UnitTypes []dossier.UnitType
	Type      dossier.PassportType
}

// DefaultParameters are those of the demo packs.
func DefaultParameters() Parameters {
	const (
		dip = dossier.Diplomatic
		srv = dossier.Service
		pub = dossier.PublicAffairs
		hkm = dossier.HKMacauPermit
	)
	return Parameters{
		PassportMinRemainingMonths: 6,
		PassportMinBlankPages:      2,
		PassportPagesSpare:         1,
		PassportReturnDays:         7,
		BookletWorkdays:            5,
		PermitWorkdays:             5,
		IDCardMinDays:              30,
		PhotoMonths:                6,
		HostProfileMonths:          12,
		CaptureReuse:               true,
		CaptureMinAge:              16,
		CaptureExemptTypes:         []dossier.PassportType{dip, hkm},
		Entitlement: []Entitlement{
			{Ranks: []dossier.Rank{dossier.Minister}, Type: dip},
			{Ranks: []dossier.Rank{dossier.Bureau, dossier.Division}, UnitTypes: []dossier.UnitType{dossier.Government}, Type: srv},
			{Type: pub},
		},
		ApprovalWorkdays:     10,
		AgendaFromDays:       3,
		LeaveRanks:           []dossier.Rank{dossier.Division, dossier.Bureau, dossier.Minister},
		Advised:              []dossier.MaterialKind{"M06", "M19"},
		ExitCertificateTypes: []dossier.PassportType{pub},
		SpareCourierWorkdays: 1,
		Minutes: map[visit.Kind]int{visit.ShowID: 3, visit.Capture: 15, visit.Recapture: 15, visit.SurrenderOld: 3, visit.SignVisaForm: 5,
			visit.PaperOriginal: 3, visit.Collect: 5, visit.SignBooklet: 3, visit.HandIn: 3},
		ReportDays:         15,
		SecondNoticeMonths: 1,
	}
}

// area gives what the missions of an area want.
func (p Parameters) area(code string) ref.Mission { return p.Missions.On(code, p.on) }

// MissionTakes is how many workdays the missions of an area take: the one
// deadline of a visa that is under way, for pages and rules alike.
func (p Parameters) MissionTakes(area string) calendar.Workdays {
	return calendar.Workdays(p.area(area).Lead())
}
