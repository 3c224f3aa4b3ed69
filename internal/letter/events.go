package letter

import (
	"time"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a letter.
var Kinds = []journal.Kind{
	journal.Declare[Prepared](journal.Kind{Name: "letter.prepared", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Office)}),
	journal.Declare[Issued](journal.Kind{Name: "letter.issued", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}),
	journal.Declare[Revoked](journal.Kind{Name: "letter.revoked", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}),
}

// Content is what a letter says; which parts are used, its kind says.
type Content struct {
	Unit       string `json:"unit"`
	Delegation string `json:"delegation,omitempty"`
	Case       string `json:"case,omitempty"` // number

	Defects []Defect      `json:"defects,omitempty"`
	Until   calendar.Date `json:"until,omitzero"`

	Mission    string        `json:"mission,omitempty"`
	Purpose    string        `json:"purpose,omitempty"`
	Host       string        `json:"host,omitempty"`
	Country    string        `json:"country,omitempty"` // Chinese name
	Depart     calendar.Date `json:"depart,omitzero"`
	Return     calendar.Date `json:"return,omitzero"`
	Days       int           `json:"days,omitempty"`
	Costs      string        `json:"costs,omitempty"`
	Visa       string        `json:"visa,omitempty"`
	Entries    int           `json:"entries,omitempty"`
	Supplement string        `json:"supplement,omitempty"`
	Approval   string        `json:"approval,omitempty"` // number of the document that it rests on
	Reason     string        `json:"reason,omitempty"`   // why no visa is in the booklet
	Bearers    []Bearer      `json:"bearers,omitempty"`

	// To another authority about people of a common delegation.
	To         string        `json:"to,omitempty"`
	Going      []Going       `json:"going,omitempty"`
	Stays      []Stay        `json:"stays,omitempty"`
	Request    string        `json:"request,omitempty"` // number of the letter that a reply answers
	RequestOn  calendar.Date `json:"requestOn,omitzero"`
	Opinion    string        `json:"opinion,omitempty"`
	Conditions []string      `json:"conditions,omitempty"`
}

// Defect is one thing to mend.
type Defect struct {
	Where string `json:"where"`
	Wrong string `json:"wrong"`
	Basis string `json:"basis,omitempty"`
	Fix   string `json:"fix,omitempty"`
}

// Bearer is a traveller as border and missions know them.
type Bearer struct {
	Person   string        `json:"person"`
	Name     string        `json:"name"`
	Latin    string        `json:"latin,omitempty"`
	Sex      string        `json:"sex,omitempty"` // 男, 女
	Born     calendar.Date `json:"born"`
	Post     string        `json:"post,omitempty"`
	Passport string        `json:"passport,omitempty"` // its kind in Chinese
	Number   string        `json:"number"`
}

// Prepared fixes all that an edition says, before it is laid out.
type Prepared struct {
	Kind       document.Kind          `reach:"office"`
	Filing     string                 `reach:"office"`
	Unit       string                 `reach:"office"` // id
	Edition    int                    `reach:"office"` // 1, 2, … of this letter
	Number     string                 `reach:"office"`
	Code       string                 `reach:"office"` // verification code
	On         calendar.Date          `reach:"office"`
	ValidUntil calendar.Date          `reach:"office"` // zero where it doesn't end by itself
	At         time.Time              `reach:"office"` // whole seconds, UTC
	Replaces   string                 `reach:"office"` // number of the one in force before; ""
	Reason     string                 `reach:"office"` // why it is replaced
	Content    journal.Field[Content] `reach:"office" sealed:"yes"`
}

// Issued: an edition is signed and given out.
type Issued struct {
	Kind       document.Kind         `reach:"internet office"`
	Filing     string                `reach:"internet office"`
	Unit       string                `reach:"internet office"` // whose people may see it
	Number     string                `reach:"internet office"`
	On         calendar.Date         `reach:"internet office"`
	ValidUntil calendar.Date         `reach:"internet office"`
	Digest     string                `reach:"internet office"` // document.Digest, hex
	Code       string                `reach:"internet office"`
	Replaces   string                `reach:"internet office"` // number of the superseded one; ""
	Size       int64                 `reach:"internet office"` // bytes of the PDF
	Shared     string                `reach:"internet office"` // SHA-256 of the PDF of a notice, which its unit opens; "" for others
	Held       journal.Field[string] `reach:"office"`          // of one that stays in the office
}

// Revoked: the letter no longer holds.
type Revoked struct {
	Filing string        `reach:"internet office"`
	Kind   document.Kind `reach:"internet office"`
	Number string        `reach:"internet office"`
	Reason string        `reach:"internet office"`
}

// CaseID names the case in whose timeline this stands.
func (e Prepared) CaseID() string { return e.Filing }

// CaseID is the same for what is issued.
func (e Issued) CaseID() string { return e.Filing }

// CaseID is the same for what is revoked.
func (e Revoked) CaseID() string { return e.Filing }

// Carries names the file that travels along (exchange.Carries): what is withheld
// from a zone isn't named there.
func (e Issued) Carries() []blob.Ref {
	d, err := blob.ParseDigest(e.Shared)
	if err != nil {
		return nil
	}
	return []blob.Ref{{Digest: d, Size: e.Size}}
}
