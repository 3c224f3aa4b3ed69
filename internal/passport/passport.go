package passport

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Stage is where an order stands.
type Stage string

const (
	Nothing      Stage = ""
	IsOrdered    Stage = "ordered"  // waits for the person
	IsCaptured   Stage = "captured" // waits to be made
	IsMade       Stage = "made"     // waits for the second officer
	IsChecked    Stage = "checked"  // waits for hand-over
	IsHandedOver Stage = "handed_over"
	IsStopped    Stage = "stopped"
)

// Stages lists them in the order of the work.
func Stages() []Stage {
	return []Stage{IsOrdered, IsCaptured, IsMade, IsChecked, IsHandedOver, IsStopped}
}

// Order is one booklet for one person on account of one case.
type Order struct {
	Stage        Stage
	Filing       string
	Person       string
	Type         dossier.PassportType
	Identity     approval.Identity
	Printed      approval.Identity // that the booklet was made with
	Depart       calendar.Date
	Due          calendar.Date // day on which it should be with the office; it counts once nobody has to come any more
	Why          string
	Replaces     string
	Regions      []approval.Region // for which a permit is to be endorsed
	Permit       string            // the one that is only endorsed; ""
	PermitTail   string
	Stamps       []Stamp // endorsements that were made
	Approval     string
	Known        approval.Known
	Photo        string // blob digests
	Fingerprints []string
	Signature    string
	Exemption    string // why there are no fingers
	CaptureUntil calendar.Date
	Number       string
	Issued       calendar.Date
	Expires      calendar.Date
	MadeBy       string   // account
	EndorsedBy   string   // account
	Tried        int      // booklets spoiled before
	Spoiled      []string // numbers that it had, none of which is made again
	Before       *Order   // what was captured for it before it was stopped and placed again; nil
}

// captured is what an order that begins anew keeps of itself.
func (o Order) captured() *Order {
	if o.Photo == "" {
		return nil
	}
	return &Order{Stage: o.Stage, Person: o.Person, Photo: o.Photo, Fingerprints: o.Fingerprints, Signature: o.Signature, Exemption: o.Exemption, CaptureUntil: o.CaptureUntil}
}

// By tells whether an account made or endorsed it: somebody else checks it.
func (o Order) By(account string) bool { return account == o.MadeBy || account == o.EndorsedBy }

// Room is the order as a subject; its id is OrderID.
var Room = journal.Subject[Order]{Kind: "order", Evolve: evolve}

// OrderID is the subject of an order: of which case, and which of its wishes
// (approval.BookletAsked.Key), which for a passport is the person.
func OrderID(filing, key string) string { return filing + "." + key }

// Of names the case of an order, and for whom it is, as that case knows them.
func Of(order string) (filing, who string) {
	filing, key, _ := strings.Cut(order, ".")
	return filing, approval.PersonOf(key)
}

// New is what a booklet that is made on a day will be: until when it holds, and
// its blank pages.
func New(t dossier.PassportType, issued calendar.Date) (expires calendar.Date, pages int) {
	k, made := kindOf(t)
	if !made {
		return calendar.Date{}, 0
	}
	return expiry(issued, k.years), k.pages
}

func evolve(o Order, e journal.Event) (Order, error) {
	switch b := e.Body.(type) {
	case Ordered:
		before := o.captured()
		o = Order{Stage: IsOrdered, Filing: b.Filing, Person: b.Person, Type: dossier.PassportType(b.Type), Identity: b.Identity.Or(approval.Identity{}), Depart: b.Depart, Due: b.Due,
			Why: b.Why, Replaces: b.Replaces, Regions: b.Regions, Permit: b.Permit, PermitTail: b.Tail, Approval: b.Approval, Known: b.Known.Or(approval.Known{})}
		if o.EndorseOnly() {
			o.Stage = IsCaptured // nobody has to come for it
		}
		o.Before = before
	case Amended:
		o.Identity, o.Depart, o.Due, o.Known.Return = b.Identity.Or(o.Identity), b.Depart, b.Due, b.Return
		if len(b.Regions) > 0 {
			o.Regions = b.Regions
		}
		if b.Anew {
			o.Stamps, o.EndorsedBy, o.Stage = nil, "", IsMade
			if o.EndorseOnly() {
				o.Stage = IsCaptured
			}
		}
	case Captured:
		o.Stage, o.CaptureUntil = IsCaptured, b.CaptureUntil
		if !b.Due.IsZero() {
			o.Due = b.Due
		}
		o.Photo, o.Fingerprints, o.Signature = b.Photo.Or(""), b.Fingerprints.Or(nil), b.Signature.Or("")
		o.Exemption = b.Exemption.Or("")
	case Made:
		o.Stage, o.Number, o.Issued, o.Expires, o.MadeBy = IsMade, b.Number.Or(""), b.Issued, b.Expires, e.Actor.Account
		o.Printed = o.Identity
	case Spoiled:
		o.Stage, o.Number, o.Issued, o.Expires, o.MadeBy = IsCaptured, "", calendar.Date{}, calendar.Date{}, ""
		o.Stamps, o.EndorsedBy = nil, ""
		o.Tried++
		if n := b.Number.Or(""); n != "" {
			o.Spoiled = append(slices.Clone(o.Spoiled), n)
		}
	case Checked:
		o.Stage = IsChecked
		if b.Only {
			o.Stage = IsHandedOver
		}
	case Endorsed:
		o.Stage, o.Stamps, o.EndorsedBy = IsMade, b.Stamps, e.Actor.Account
	case HandedOver:
		o.Stage = IsHandedOver
	case Stopped:
		o.Stage = IsStopped
	default:
		return o, fmt.Errorf("%T is nothing that happens to a passport order", e.Body)
	}
	return o, nil
}

// at refuses a verb outside the stages in which it has its place.
func (o Order) at(key string, stages ...Stage) error {
	for _, s := range stages {
		if o.Stage == s {
			return nil
		}
	}
	return fault.NotNow(key, o.Stage)
}

// kind is what this office knows of one type of booklet. Patterns of
// numbers and the second letter of the machine readable zone are
// data, because ICAO is harmonising that letter.
type kind struct {
	prefix string
	digits int
	code   string // document code of the machine readable zone, ICAO Doc 9303-4, 4.2.2
	years  int    // of validity
	pages  int    // blank visa pages of a new one
}

func kindOf(t dossier.PassportType) (kind, bool) {
	switch t {
	case dossier.PublicAffairs:
		return kind{prefix: "PE", digits: 7, code: "PP", years: 5, pages: 32}, true
	case dossier.Service:
		return kind{prefix: "SE", digits: 7, code: "PS", years: 5, pages: 32}, true
	case dossier.HKMacauPermit:
		return kind{prefix: "J", digits: 8, code: "PJ", years: 5, pages: 12}, true
	}
	return kind{}, false // diplomatic ones are the ministry's to make (护照法 art. 4)
}

// Types lists the types that are made here.
func Types() []dossier.PassportType {
	return []dossier.PassportType{dossier.PublicAffairs, dossier.Service, dossier.HKMacauPermit}
}

// expiry is the last day of validity: years after issue, less one day.
func expiry(issued calendar.Date, years int) calendar.Date {
	return issued.AddMonths(12 * years).Prev()
}
