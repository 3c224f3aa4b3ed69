package passport

import (
	"math"

	"yitang/internal/dossier"
	"yitang/internal/precheck"
)

// Ordering is what the rules may know of an order at a step.
func (o Order) Ordering(step precheck.Step) precheck.Ordering {
	k := o.Known
	f := precheck.Ordering{Step: step, Name: o.Identity.FamilyName + o.Identity.GivenName, Type: o.Type, Entitled: dossier.PassportType(k.Entitled), Approval: o.Approval,
		Return: k.Return, LostOn: k.LostOn, Replaces: o.Replaces, PriorOut: k.PriorOut}
	for _, b := range k.Kept {
		f.Kept = append(f.Kept, precheck.KeptBooklet{Tail: b.Tail, Expires: b.Expires, BlankPages: b.BlankPages})
	}
	return f
}

// Measure tells what can be measured of a picture.
func Measure(b []byte) (precheck.Picture, error) {
	p, err := see(b)
	if err != nil {
		return precheck.Picture{}, err
	}
	return precheck.Picture{Width: p.width, Height: p.height, Contrast: int(math.Round(p.contrast)), Ground: int(math.Round(p.ground)), Grey: p.grey}, nil
}
