package passport

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/passport"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// judge runs the rules of a booklet's order on what is known at a step. There
// is no case file in this network: the rules read what came with the wish.
func (p *Pages) judge(o precheck.Ordering) precheck.Findings {
	return p.Rules().Check(dossier.Case{}, precheck.Order, p.Journal.Today(), precheck.Orders(o))
}

// taken judges an order as it is taken up.
func (p *Pages) taken(o room.Order) precheck.Findings { return p.judge(o.Ordering(precheck.StepTaken)) }

// refused turns what blocks into the fault of the command; nil if nothing does.
func refused(found precheck.Findings) error {
	if stop := found.Blocking(); len(stop) > 0 {
		return fault.Invalid(stop...)
	}
	return nil
}

// doubts are the findings about an order that nothing was made for yet.
func (p *Pages) doubts(ctx context.Context, o room.Order) *ui.Findings {
	if o.EndorseOnly() || o.Stage != room.IsOrdered && o.Stage != room.IsCaptured {
		return nil
	}
	return ui.Found(ctx, p.taken(o))
}

// ofPhoto are the room's own words about a photo for which the rules have better
// ones: with the fix and what it rests on.
var ofPhoto = []string{"passport.capture.too_small", "passport.capture.blank", "passport.capture.ratio", "passport.capture.ground", "passport.capture.grey"}

// byRule puts the rules' findings about a sample in the place of the room's own
// about its photo. A photo that isn't there or can't be read the room names.
func (p *Pages) byRule(o room.Order, s room.Sample, exemption string, form bool, wrong []fault.Finding) []fault.Finding {
	f := o.Ordering(precheck.StepCapture)
	f.Exemption, f.ExemptionForm = exemption, form
	if m, err := room.Measure(s.Photo); err == nil {
		f.Picture = &m
		wrong = slices.DeleteFunc(wrong, func(w fault.Finding) bool { return w.Field == "photo" && slices.Contains(ofPhoto, w.Key) })
	}
	for _, x := range p.judge(f).Blocking() {
		if f.Picture != nil || x.Field != "photo" {
			wrong = append(wrong, x)
		}
	}
	return wrong
}

// formSeen tells whether the sealed form of an exemption was looked at.
func formSeen(r *http.Request) bool { return r.FormValue("exemptionForm") != "" }
