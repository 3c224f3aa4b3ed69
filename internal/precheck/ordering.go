package precheck

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Step is what is being done at a moment that has several acts. A rule of such
// a moment names its step in "if", so that what an act can't know yet isn't
// taken for missing.
type Step string

const (
	StepTaken   Step = "taken"   // an order is taken up, before anything is made
	StepPhoto   Step = "photo"   // a photo is given
	StepCapture Step = "capture" // the person is at the station
	StepMake    Step = "make"    // a blank is about to become the booklet
	StepCheck   Step = "check"   // the second officer reads it
)

// Ordering is what is known when a booklet is ordered, made and checked (办证).
// Rules know it as "order". The passport network has no case file: what the
// office knows of the person came with the wish.
type Ordering struct {
	Step     Step                 `json:"step"`
	Name     string               `json:"name"`
	Type     dossier.PassportType `json:"type"`     // that is ordered
	Entitled dossier.PassportType `json:"entitled"` // that post and rank call for
	Approval string               `json:"approval"` // number of the document that names the person and the countries
	Return   calendar.Date        `json:"return"`   // of the trip
	Kept     []KeptBooklet        `json:"kept"`     // of the same type, in the office's keeping and neither lost nor void
	LostOn   calendar.Date        `json:"lostOn"`   // when the last one of this type was reported lost
	Replaces string               `json:"replaces"` // last characters of the booklet that this one replaces
	PriorOut bool                 `json:"priorOut"` // and it isn't in the office's keeping

	Exemption     string `json:"exemption"`     // why no fingers are taken
	ExemptionForm bool   `json:"exemptionForm"` // the sealed form was seen (M29)

	Picture *Picture  `json:"picture"`
	Misread []Misread `json:"misread"`
	Scanned bool      `json:"scanned"` // both lines were read

	Number  string `json:"number"`
	InStock bool   `json:"inStock"` // received, not spoiled, and not another order's
}

// KeptBooklet is one booklet in the office's keeping.
type KeptBooklet struct {
	Tail       string        `json:"tail"`
	Expires    calendar.Date `json:"expires"`
	BlankPages int           `json:"blankPages"`
}

// Picture is what can be measured of a photo.
type Picture struct {
	Width     int           `json:"width"` // pixels
	Height    int           `json:"height"`
	Contrast  int           `json:"contrast"` // standard deviation of brightness, 0 to 255
	Ground    int           `json:"ground"`   // mean brightness of the upper corners, 0 to 255
	Grey      bool          `json:"grey"`
	Taken     calendar.Date `json:"taken"`     // as its owner says; absent where nobody said
	FirstSeen calendar.Date `json:"firstSeen"` // when the very same file was first given for this person
	SeenAs    string        `json:"seenAs"`    // the kind of material that it was then
}

// Ratio is width to height in thousandths.
func (p *Picture) Ratio() int {
	if p.Height == 0 {
		return 0
	}
	return p.Width * 1000 / p.Height
}

// Misread is one line of the machine readable zone that isn't as it should be.
type Misread struct {
	Line int    `json:"line"` // 1 or 2
	What string `json:"what"` // unreadable, digits (a check digit is wrong) or differs (from the data page)

	Length int    `json:"length"` // characters read, of an unreadable one
	Part   string `json:"part"`   // whose check digit is wrong: number, born, expires, optional or line
	Read   string `json:"read"`   // what that part was read as; "" of the line's own
	Digit  string `json:"digit"`  // its check digit, as read
	Should string `json:"should"` // and what it would be by what was read
}

// Orders tells what is known of a booklet's order.
func Orders(o Ordering) Fact { return func(_ *dossier.Case, k *Known) { k.Order = &o } }

// bookletName is a type of booklet in words.
func bookletName(t, lang string) string {
	zh := map[dossier.PassportType]string{dossier.Diplomatic: "外交护照", dossier.Service: "公务护照", dossier.PublicAffairs: "公务普通护照", dossier.HKMacauPermit: "因公往来港澳通行证"}
	en := map[dossier.PassportType]string{dossier.Diplomatic: "diplomatic passport", dossier.Service: "service passport", dossier.PublicAffairs: "passport for public affairs", dossier.HKMacauPermit: "permit for Hong Kong and Macao"}
	if lang == "en" {
		return en[dossier.PassportType(t)]
	}
	return zh[dossier.PassportType(t)]
}
