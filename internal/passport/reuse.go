package passport

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
)

// Reuse lets an earlier capture of the same person serve a new booklet
// (免再采集), so that nobody comes for what this zone holds. One city's
// guide says so; a national rule was not found.
type Reuse struct{ Earlier Order }

// Decide leaves the order waiting for the person when the earlier capture isn't
// theirs, is no longer in force, or they were captured anew meanwhile. The
// officer may still capture anew.
func (cmd Reuse) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	was := cmd.Earlier
	if o.Stage != IsOrdered || o.EndorseOnly() || was.Person != o.Person || was.Photo == "" || !was.InForce(m.Today) {
		return nil, nil
	}
	e := Captured{Filing: o.Filing, Person: o.Person, Quality: Good, CardSeen: true, CaptureUntil: was.CaptureUntil, Due: o.Due,
		Photo: journal.Of(was.Photo), Fingerprints: journal.Of(was.Fingerprints), Signature: journal.Of(was.Signature)}
	if was.Exemption != "" {
		e.Quality, e.Exemption = Exempt, journal.Of(was.Exemption)
	}
	return journal.Happened(e), nil
}

// InForce tells whether the order's capture still serves on a day.
func (o Order) InForce(on calendar.Date) bool {
	return !o.CaptureUntil.IsZero() && !o.CaptureUntil.Before(on)
}

// ReactReuse turns a new order into the use of an earlier capture, if there is one.
func ReactReuse(e journal.Event, earlier Order) []Wish {
	if _, placed := e.Body.(Ordered); !placed || earlier.Stage == Nothing {
		return nil
	}
	return []Wish{{journal.Order{Subject: e.Subject.ID, Key: e.ID + ":passport.reuse", Cause: e.ID}, Reuse{Earlier: earlier}}}
}

// ExemptionOf says why a type of booklet is made without fingerprints, and so
// without the person; "" where they are taken. Of a permit for Hong Kong and
// Macao only the picture and the signature are printed. Basis: 南京工业
// 职大 guide (Jiangsu).
func ExemptionOf(t dossier.PassportType) string {
	if t == dossier.HKMacauPermit {
		return "往来港澳通行证不采集指纹"
	}
	return ""
}
