package precheck

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

const (
	StepSticker Step = "sticker" // the second officer compares a visa with the trip
	StepOnline  Step = "online"  // an e-visa is given, by the traveller's unit
	StepLend    Step = "lend"    // a booklet is about to be handed out
)

// Collecting is what is known of one traveller's booklet and visas before they
// are handed out (领证). Rules know it as "checkout".
type Collecting struct {
	Step     Step     `json:"step"`
	Member   int      `json:"member"` // index in the case
	Name     string   `json:"name"`
	Approval string   `json:"approval"` // number of the document in force; "" for none
	Named    bool     `json:"named"`    // it names this person
	Unsigned bool     `json:"unsigned"` // the bearer's line is blank
	PriorOut string   `json:"priorOut"` // last characters of the replaced booklet that isn't handed in; ""
	Tail     string   `json:"tail"`     // last characters of the number
	Latin    string   `json:"latin"`    // the bearer's name as printed
	Visas    []Visa   `json:"visas"`
	Missing  []string `json:"missing"` // countries of the trip that the approval doesn't name
}

// Visa is one that was granted, as it is printed.
type Visa struct {
	Area    string        `json:"area"`
	Online  bool          `json:"online"` // an e-visa: its traveller applied for it
	Name    string        `json:"name"`
	Tail    string        `json:"tail"` // last characters of the booklet's number
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	Entries int           `json:"entries"` // 0: any number
	Days    int           `json:"days"`    // of stay
	First   calendar.Date `json:"first"`   // what the trip needs: first and last day there, days, entries
	Last    calendar.Date `json:"last"`
	Stay    int           `json:"stay"`
	Times   int           `json:"times"`
}

// ChecksOut tells what is known of a booklet that is to be handed out.
func ChecksOut(o Collecting) Fact { return func(_ *dossier.Case, k *Known) { k.Checkout = &o } }
