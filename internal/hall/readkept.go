package hall

import (
	"context"
	"time"

	"yitang/internal/approval"
	"yitang/internal/passport"
	"yitang/internal/store"
)

// Kept is somebody whose case waits for a visit that nobody has booked: their booklet is made
// on account of another case, whose unit books the capture, unless their own is quicker.
type Kept struct {
	Filing string // that waits
	Person string
	Type   string // dossier.PassportType of the booklet
	For    string // the case on whose account the booklet is made
}

// keptMost is of how many booklets of other cases it is looked, the newest first.
const keptMost = 500

// KeptWaiting lists them. Whoever has an appointment is kept waiting by nobody.
func KeptWaiting(ctx context.Context, r store.Reader, now time.Time) ([]Kept, error) {
	all, err := approval.Following(ctx, r, keptMost)
	if err != nil {
		return nil, err
	}
	var out []Kept
	for _, b := range all {
		o, known, err := passport.One(ctx, r, b.From)
		if err != nil {
			return nil, err
		}
		if !known || !o.Waits() {
			continue
		}
		booked, err := CapturesFor(ctx, r, b.Person, b.Type, o.Filing, now)
		if err != nil {
			return nil, err
		}
		if len(booked) == 0 {
			out = append(out, Kept{Filing: b.Filing, Person: b.Person, Type: b.Type, For: o.Filing})
		}
	}
	return out, nil
}
