package filing

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/material"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// Portrait is what a photo is measured by (PPT-009), for the phone that takes it.
func (w *Work) Portrait() ui.Photo {
	all, today := w.Pack().Ref.Parameters, w.Journal.Today()
	return ui.Photo{Width: all.Whole("photo.minWidth", today, 354), Height: all.Whole("photo.minHeight", today, 472), Narrow: all.Whole("photo.minRatio", today, 680), Wide: all.Whole("photo.maxRatio", today, 758),
		Ground: all.Whole("photo.minGround", today, 190), Contrast: all.Whole("photo.minContrast", today, 12)}
}

// judgePhoto refuses a photo that no booklet could carry while its owner can
// still take another, and not only at the passport desk; it gives it as it stands
// upright, whichever way the telephone was held.
func (w *Work) judgePhoto(src io.ReaderAt, size int64) (io.ReadSeeker, error) {
	b, err := io.ReadAll(io.NewSectionReader(src, 0, size))
	if err != nil {
		return nil, err
	}
	var m precheck.Picture
	if b, err = blob.Upright(b); err == nil {
		m, err = passport.Measure(b)
	}
	if err != nil {
		return nil, fault.Field("file", "passport.capture.unreadable", nil)
	}
	wrong := w.ofPhoto(m).Blocking()
	// A rule tells the first thing that is wrong: whoever takes another photo has to
	// know all of them.
	all := slices.DeleteFunc(passport.Judge(passport.Sample{Photo: b}, "none taken"), func(x fault.Finding) bool { return x.Field != "photo" })
	if len(wrong) > 0 && len(all) > 1 {
		wrong = all
	}
	for i := range wrong {
		wrong[i].Field = "file"
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return bytes.NewReader(b), nil
}

// ownPhoto refuses a photo that is, to the last byte, that of somebody else of the
// unit: one file was chosen for two people.
func (w *Work) ownPhoto(ctx context.Context, add material.Add) error {
	ids, err := person.Also(ctx, w.Journal.Store, add.Owner)
	if err != nil {
		return err
	}
	same, err := material.WithBytes(ctx, w.Journal.Store, add.Digest)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(same, func(m material.Material) bool {
		return m.Kind == string(photo) && m.OwnerKind == material.OfPerson && m.Unit == add.Unit && !m.Gone && !slices.Contains(ids, m.Owner)
	}) {
		return fault.Field("file", "upload.other_photo", nil)
	}
	return nil
}

func (w *Work) ofPhoto(m precheck.Picture) precheck.Findings {
	return w.Pack().Checks.Check(dossier.Case{}, precheck.Order, w.Journal.Today(), precheck.Orders(precheck.Ordering{Step: precheck.StepPhoto, Picture: &m}))
}

// oldPhoto says that a photo is the very file that was given long ago; "" when
// it isn't. held is its index among the case's papers.
func (w *Work) oldPhoto(ctx context.Context, f *File, person string, held int) string {
	if held >= len(f.Now.Papers) || f.Now.Papers[held] == "" {
		return ""
	}
	now, err := material.One(ctx, w.Journal.Store, f.Now.Papers[held])
	if err != nil {
		return ""
	}
	first, ok, err := material.FirstOf(ctx, w.Journal.Store, person, now.Digest)
	if err != nil || !ok {
		return ""
	}
	m := precheck.Picture{FirstSeen: calendar.DateOf(time.UnixMicro(first.At)), SeenAs: PaperName(ctx, dossier.MaterialKind(first.Kind))}
	for _, x := range w.ofPhoto(m).Of("PPT-010") {
		return ui.Say(ctx, x.Message)
	}
	return ""
}
