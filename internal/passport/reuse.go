package passport

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Reuse lets an earlier capture of the same person serve a new booklet
// (免再采集), so that nobody comes for what this zone holds. One city's
// guide says so; a national rule was not found.
type Reuse struct {
	Earlier Order
	Ids     []string // that mean the person of the order, their records being one
	Serves  bool     // the office lets a capture serve again; of those who can give no fingers it is on record either way
}

// Decide leaves the order waiting for the person when the earlier capture isn't
// theirs, is no longer in force or may serve one booklet alone, or they were captured anew meanwhile. The
// officer may still capture anew.
func (cmd Reuse) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	was := cmd.Earlier
	if !cmd.Serves && was.Exemption == "" {
		return nil, nil
	}
	if o.Stage != IsOrdered || o.EndorseOnly() || !cmd.theirs(o) || was.Photo == "" || !was.InForce(m.Today) {
		return nil, nil
	}
	e := Captured{Filing: o.Filing, Person: o.Person, Quality: Good, CardSeen: true, CaptureUntil: was.CaptureUntil, Serves: true, Due: o.Due,
		Photo: journal.Of(was.Photo), Fingerprints: journal.Of(was.Fingerprints), Signature: journal.Of(was.Signature)}
	if was.Exemption != "" {
		e.Quality, e.Exemption = Exempt, journal.Of(was.Exemption)
	}
	return journal.Happened(e), nil
}

// theirs tells whether the earlier capture is of the person of an order.
func (cmd Reuse) theirs(o Order) bool {
	return cmd.Earlier.Person == o.Person || slices.Contains(cmd.Ids, cmd.Earlier.Person) && slices.Contains(cmd.Ids, o.Person)
}

// InForce tells whether the order's capture still serves on a day.
func (o Order) InForce(on calendar.Date) bool {
	return !o.CaptureUntil.IsZero() && !o.CaptureUntil.Before(on)
}

// ReactReuse lets an earlier capture serve an order that waits for its person,
// once it is placed and when the records of two turn out to be one person's.
func ReactReuse(e journal.Event, order string, cmd Reuse) []Wish {
	if cmd.Earlier.Stage == Nothing {
		return nil
	}
	return []Wish{{journal.Order{Subject: order, Key: e.ID + ":passport.reuse:" + order, Cause: e.ID}, cmd}}
}

// ExemptionOf says why a type of booklet is made without fingerprints, and so
// without the person; "" where they are taken. Of a permit for Hong Kong and
// Macao only the picture and the signature are printed. Basis: 南京工业
// 职大 guide (Jiangsu).
func ExemptionOf(t dossier.PassportType) string {
	if t == dossier.HKMacauPermit {
		return fault.Because("permit_without_fingers")
	}
	return ""
}
