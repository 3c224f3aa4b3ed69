package requirement

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/ref"
)

// Facts is all that a result depends on: the case as it stands, what is known
// beyond it, and the reference on countries.
type Facts struct {
	Case      dossier.Case
	Known     Known
	Countries map[string]Country // by ISO alpha-3
	Today     calendar.Date
	Approved  calendar.Date            // decided on, or zero
	Workday   func(calendar.Date) bool // nil: Monday to Friday
}

// Known is what the node holds beyond the case file. The zero value is a bare
// file that is checked without a node.
type Known struct {
	Booklets     []KnownBooklet
	Captures     []KnownCapture
	Fingerprints []KnownFingerprints
	Visas        []KnownVisa
	Materials    []KnownMaterial
	Data         []KnownDatum
}

// Add takes in what is known of one member of a case, its i-th.
func (k *Known) Add(i int, of Known) {
	for _, b := range of.Booklets {
		b.Member = i
		k.Booklets = append(k.Booklets, b)
	}
	for _, c := range of.Captures {
		c.Member = i
		k.Captures = append(k.Captures, c)
	}
	for _, f := range of.Fingerprints {
		f.Member = i
		k.Fingerprints = append(k.Fingerprints, f)
	}
	for _, v := range of.Visas {
		v.Member = i
		k.Visas = append(k.Visas, v)
	}
}

// WithoutComing is what is known but for booklets that are still being made.
func (k Known) WithoutComing() Known {
	k.Booklets = slices.DeleteFunc(slices.Clone(k.Booklets), func(b KnownBooklet) bool { return b.Coming })
	return k
}

// OnlyComing is what is known of booklets that are still being made, and nothing else.
func (k Known) OnlyComing() Known {
	return Known{Booklets: slices.DeleteFunc(slices.Clone(k.Booklets), func(b KnownBooklet) bool { return !b.Coming })}
}

// KnownBooklet is a booklet in custody or on record, beside the one that the
// case file names.
type KnownBooklet struct {
	Member   int
	Passport dossier.Passport
	Gone     bool          // lost, void or destroyed: serves for nothing
	Coming   bool          // is being made on account of another case, and will be as it says here
	From     calendar.Date // of one that is coming, from when it can be had; zero as long as its holder must come first
}

// KnownCapture is a biometric capture whose result the passport zone has told.
type KnownCapture struct {
	Member     int
	Since      calendar.Date
	ValidUntil calendar.Date
	Exempt     string // reason for an exemption on record, or empty
}

// KnownFingerprints were given to the missions of an area ("SCHENGEN", "GBR").
type KnownFingerprints struct {
	Member int
	Area   string
	On     calendar.Date
	With   dossier.PassportType // that the visa was for; "": not told. The holders of some are never asked
}

// KnownVisa is a visa in force.
type KnownVisa struct {
	Member   int
	Area     string // "SCHENGEN" or ISO alpha-3
	From     calendar.Date
	Until    calendar.Date
	Entries  int              // left; 0 is any number
	StayDays int              // left; 0 is any number
	In       dossier.Passport // the booklet that it is in; the zero value: not told
}

// KnownMaterial is a paper held from earlier, of a member or of the unit.
type KnownMaterial struct {
	Kind       dossier.MaterialKind
	Owner      Owner
	Issued     calendar.Date
	ValidUntil calendar.Date // zero: doesn't expire by itself
	Ref        string        // digest
}

// KnownDatum is something in the person's file that the case file doesn't carry.
type KnownDatum struct {
	Member int
	Key    Key
	Since  calendar.Date
	Ref    string
}

// Country is what the three links need to know of one country or region.
type Country struct {
	Code       string // ISO alpha-3
	Name       Name
	Schengen   bool
	Exemptions []Exemption
}

// Name of a country in both languages written by hand.
type Name struct{ Zh, En string }

// Exemption is one line of the list of those who need no visa in the booklet.
type Exemption struct {
	Passport  dossier.PassportType
	Way       ref.Way
	MaxDays   int           // 0: no limit told
	Condition string        // restricts it, e.g. only with a minister; such a line exempts nobody by itself
	From, To  calendar.Date // in force; zero: open
	Basis     string
	Workdays  int        // of an e-visa: from application to result
	Papers    fault.Text // to show at the border or to send with the application
	Address   string     // of an e-visa: where it is applied for
}

// Codes that the rules treat apart.
const (
	hongKong = "HKG"
	macau    = "MAC"
	taiwan   = "TWN"
	mainland = "CHN"
	schengen = "SCHENGEN"
)
