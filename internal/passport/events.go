package passport

import (
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a passport order and to the stock of
// blank booklets. What is taken from a person's body reaches no other zone.
var Kinds = []journal.Kind{
	journal.Declare[Ordered](everywhere("passport.ordered")),
	journal.Declare[Amended](everywhere("passport.amended")),
	journal.Declare[Captured](everywhere("passport.captured")),
	journal.Declare[Made](everywhere("passport.made")),
	journal.Declare[Spoiled](everywhere("passport.spoiled")),
	journal.Declare[Checked](everywhere("passport.checked")),
	journal.Declare[Endorsed](everywhere("passport.endorsed")),
	journal.Declare[HandedOver](everywhere("passport.handed_over")),
	journal.Declare[Stopped](everywhere("passport.stopped")),

	journal.Declare[StockReceived](own("stock.received")),
	journal.Declare[StockTaken](own("stock.taken")),
	journal.Declare[StockSpoiled](own("stock.spoiled")),

	journal.Declare[LookedAt](own("passport.looked_at")),
}

func everywhere(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Passport), Reach: zone.Everywhere}
}

func own(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Passport), Own: true}
}

// Ordered: the passport zone has taken the office's wish as an order (制证任务).
type Ordered struct {
	Filing   string                           `reach:"all"`
	Person   string                           `reach:"all"`
	Type     string                           `reach:"all"` // dossier.PassportType
	Why      string                           `reach:"all"` // requirement.BookletAction: new, renew, changeType
	Replaces string                           `reach:"all"` // last three characters of the old number; ""
	Regions  []approval.Region                `reach:"all"` // for which the permit is to be endorsed
	Permit   string                           `reach:"all"` // booklet that is only endorsed; ""
	Tail     string                           `reach:"all"` // last three characters of that one's number
	Approval string                           `reach:"all"` // number of the approval document
	Depart   calendar.Date                    `reach:"all"`
	Due      calendar.Date                    `reach:"all"` // day on which the booklet should be with the office, as long as nobody has to come for it
	Identity journal.Field[approval.Identity] `reach:"home" sealed:"yes"`
	Known    journal.Field[approval.Known]    `reach:"home"` // what the office knew of the person's booklets
}

// Amended: the order goes on as its mission was changed (任务变更): by corrected
// data, for other days. A booklet that was made with the data of before is
// spoiled and made again.
type Amended struct {
	Filing   string                           `reach:"all"`
	Person   string                           `reach:"all"`
	Depart   calendar.Date                    `reach:"all"`
	Due      calendar.Date                    `reach:"all"` // day on which the booklet should be with the office
	Identity journal.Field[approval.Identity] `reach:"home" sealed:"yes"`
	Return   calendar.Date                    `reach:"all"` // of the trip
	Regions  []approval.Region                `reach:"all"` // for which the permit is to be endorsed, where that isn't as it was
	Anew     bool                             `reach:"all"` // what it was endorsed for isn't enough: it is endorsed anew
}

// Quality is all that other zones learn of a capture.
type Quality string

const (
	Good   Quality = "good"   // face, two fingers and signature
	Exempt Quality = "exempt" // no fingers, with the special-case form (特殊情况)
)

// Captured: face, fingers and signature are taken, the identity card's
// original was looked at (采集).
type Captured struct {
	Filing       string                  `reach:"all"`
	Person       string                  `reach:"all"`
	Booking      string                  `reach:"all"` // visit at which it was done; ""
	Quality      Quality                 `reach:"all"`
	CardSeen     bool                    `reach:"all"`               // the identity card's original was compared with the order
	FormSeen     bool                    `reach:"all"`               // the sealed form of an exemption was looked at (M29)
	CaptureUntil calendar.Date           `reach:"all"`               // until when it serves another booklet
	Serves       bool                    `reach:"all"`               // an earlier capture serves again: nobody came
	Due          calendar.Date           `reach:"all"`               // day on which the booklet should be with the office; zero in old journals, where the order's holds on
	Photo        journal.Field[string]   `reach:"home" sealed:"yes"` // blob digest
	Fingerprints journal.Field[[]string] `reach:"home" sealed:"yes"` // blob digests, right then left
	Signature    journal.Field[string]   `reach:"home" sealed:"yes"` // blob digest
	Exemption    journal.Field[string]   `reach:"home" sealed:"yes"` // why there are no fingers
}

// Made: a blank has become this person's booklet (制作).
type Made struct {
	Filing  string                  `reach:"all"`
	Person  string                  `reach:"all"`
	Type    string                  `reach:"all"`
	Tail    string                  `reach:"all"` // last three characters of the number
	Issued  calendar.Date           `reach:"all"`
	Expires calendar.Date           `reach:"all"`
	Number  journal.Field[string]   `reach:"office passport" sealed:"yes"`
	MRZ     journal.Field[[]string] `reach:"home" sealed:"yes"` // the two lines of the machine readable zone
}

// Spoiled: the booklet is no good; its number is never used again (废照).
type Spoiled struct {
	Filing string                  `reach:"all"`
	Person string                  `reach:"all"`
	Tail   string                  `reach:"all"`
	Reason string                  `reach:"all"`
	Number journal.Field[string]   `reach:"home" sealed:"yes"`
	Two    journal.Field[[]string] `reach:"home"` // the accounts that saw it destroyed
}

// Checked: a second officer has compared the machine readable zone with the
// data page, and the endorsements with what was wanted (质检). Where nothing else
// was ordered, the order is done.
type Checked struct {
	Filing string  `reach:"all"`
	Person string  `reach:"all"`
	Only   bool    `reach:"all"` // a permit that was only endorsed
	Permit string  `reach:"all"` // in the office's store; "" where it isn't kept there
	Stamps []Stamp `reach:"all"`
}

// HandedOver: the booklet is on its way into the office's custody (移交).
type HandedOver struct {
	Filing       string                `reach:"all"`
	Person       string                `reach:"all"`
	Type         string                `reach:"all"`
	Tail         string                `reach:"all"`
	Issued       calendar.Date         `reach:"all"`
	Expires      calendar.Date         `reach:"all"`
	BlankPages   int                   `reach:"all"`
	Stamps       []Stamp               `reach:"all"` // endorsements of a permit
	CaptureUntil calendar.Date         `reach:"all"`
	Number       journal.Field[string] `reach:"office passport" sealed:"yes"`
	LatinName    journal.Field[string] `reach:"office passport" sealed:"yes"` // as printed: SURNAME GIVEN NAMES
}

// Endorsed: a permit has the endorsements that its mission needs (签注), and
// waits for the check.
type Endorsed struct {
	Filing string  `reach:"all"`
	Person string  `reach:"all"`
	Only   bool    `reach:"all"` // nothing else was ordered
	Stamps []Stamp `reach:"all"`
}

// Stopped: the order isn't carried on with, because its approval is gone.
type Stopped struct {
	Filing string                `reach:"all"`
	Person string                `reach:"all"`
	Reason string                `reach:"all"`
	Number journal.Field[string] `reach:"home" sealed:"yes"` // of a booklet that was made already
}

// CaseID names the case in whose timeline this stands.
func (e Ordered) CaseID() string    { return e.Filing }
func (e Amended) CaseID() string    { return e.Filing }
func (e Captured) CaseID() string   { return e.Filing }
func (e Made) CaseID() string       { return e.Filing }
func (e Spoiled) CaseID() string    { return e.Filing }
func (e Checked) CaseID() string    { return e.Filing }
func (e Endorsed) CaseID() string   { return e.Filing }
func (e HandedOver) CaseID() string { return e.Filing }
func (e Stopped) CaseID() string    { return e.Filing }

// StockReceived: a run of blank booklets has come in (空白护照入库).
type StockReceived struct {
	First string `reach:"home"` // PE0000001
	Last  string `reach:"home"` // of the same series, inclusive
	Count int    `reach:"home"`
}

// StockTaken: one blank is taken for an order.
type StockTaken struct {
	Number string `reach:"home"`
	Order  string `reach:"home"`
}

// StockSpoiled: one number is out of use for ever, with two people as witnesses.
type StockSpoiled struct {
	Number string   `reach:"home"`
	Order  string   `reach:"home"` // that it had been taken for; ""
	Why    string   `reach:"home"`
	Two    []string `reach:"home"` // accounts
}

// LookedAt: somebody had a captured person's picture shown. It happens to the
// subject Looks.
type LookedAt struct {
	Order   string `reach:"home"`
	Picture string `reach:"home"`
}
