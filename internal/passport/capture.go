package passport

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Capture records that a person was captured (采集). The pictures are in this
// zone's blob store already: Take puts them there.
type Capture struct {
	Photo     string // blob digests
	Fingers   []string
	Signature string
	Exemption string // special-case form: why there are no fingers
	CardSeen  bool   // the identity card's original was compared
	FormSeen  bool   // so was the sealed form of an exemption
	Booking   string // the visit; ""
	Wrong     []fault.Finding
	Years     int               // for how long a capture serves; 0: as long as a booklet
	Within    calendar.Workdays // the office's promise for making, which counts from the capture
	Wait      int               // days after a loss was reported before another is made
}

// Decide refuses pictures that won't do and a capture without the identity
// card: the person stays on the list, with everything that was wrong. Basis:
// 福建外办 2014, 民航局 2024.
func (cmd Capture) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.EndorseOnly() {
		return nil, fault.NotNow("passport.capture.endorse_only", o.Stage)
	}
	if err := o.at("passport.capture.not_now", IsOrdered, IsCaptured); err != nil {
		return nil, err
	}
	wrong := cmd.Wrong
	byType := ExemptionOf(o.Type)
	if !cmd.CardSeen && byType == "" { // nobody comes for what is made without fingers
		wrong = append(wrong, fault.Finding{Field: "cardSeen", Key: "passport.capture.card"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	quality := Good
	if strings.TrimSpace(cmd.Exemption) != "" {
		quality = Exempt
	}
	years := cmd.Years
	if years == 0 {
		years = 5
	}
	e := Captured{Filing: o.Filing, Person: o.Person, Booking: cmd.Booking, Quality: quality, CardSeen: cmd.CardSeen, FormSeen: cmd.FormSeen, CaptureUntil: expiry(m.Today, years), Due: o.Due,
		Photo: journal.Of(cmd.Photo), Fingerprints: journal.Of(cmd.Fingers), Signature: journal.Of(cmd.Signature)}
	if o.Stage == IsOrdered {
		e.Due = Promised(m.Book, begins(m.Today, o.Known.LostOn, cmd.Wait), cmd.Within, o.Depart)
	} // who is captured anew, because the first pictures were no good, waits no longer for it
	if byType != "" {
		e.CaptureUntil = calendar.Date{} // it serves no passport
		e.Due = o.Due                    // and nobody's coming was waited for
	}
	if quality == Exempt {
		e.Exemption = journal.Of(strings.TrimSpace(cmd.Exemption))
	}
	return journal.Happened(e), nil
}

// Take reads a device, judges what it gave and keeps the pictures in the zone's
// own blob store. The command it gives is to be decided next; pictures of a
// refused one are referred to by nobody.
func Take(ctx context.Context, d Device, blobs blob.Store, exemption string) (Capture, error) {
	s, err := d.Capture(ctx)
	if err != nil {
		return Capture{}, err
	}
	cmd := Capture{Exemption: exemption, Wrong: Judge(s, strings.TrimSpace(exemption))}
	if len(cmd.Wrong) > 0 {
		return cmd, nil // nothing of a person's body is kept that serves for nothing
	}
	keep := func(b []byte) (string, error) {
		ref, err := blobs.Put(ctx, bytes.NewReader(b), pictureLimit)
		if err != nil {
			return "", fmt.Errorf("keeping a picture of the capture: %w", err)
		}
		return ref.Digest.String(), nil
	}
	if cmd.Photo, err = keep(s.Photo); err != nil {
		return cmd, err
	}
	if cmd.Signature, err = keep(s.Signature); err != nil {
		return cmd, err
	}
	for _, f := range s.Fingers {
		if len(f) == 0 {
			continue // with an exemption
		}
		digest, err := keep(f)
		if err != nil {
			return cmd, err
		}
		cmd.Fingers = append(cmd.Fingers, digest)
	}
	return cmd, nil
}
