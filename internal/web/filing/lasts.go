package filing

import (
	"context"
	"net/http"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/web/ui"
)

// Lasts fills in from when and until when a paper serves, where nobody has told
// it and it is certain. A photo is as old as the first that holds its bytes.
func (w *Work) Lasts(ctx context.Context, add *material.Add) error {
	if !add.ValidUntil.IsZero() {
		return nil // as it is written on the paper
	}
	r, came, of := w.Journal.Store, add.Issued, dossier.Member{}
	if came.IsZero() {
		came = w.Journal.Today()
	}
	if add.OwnerKind == material.OfPerson {
		stands, err := person.Stands(ctx, r, add.Owner)
		if err != nil {
			return err
		}
		p, v, err := journal.Load(ctx, w.Journal, person.Room, stands)
		if err != nil {
			return err
		}
		if v > 0 {
			of = p.Facts.Member()
		}
		if add.Kind == photo && add.Issued.IsZero() {
			first, was, err := material.FirstOf(ctx, r, add.Owner, add.Digest)
			if err != nil {
				return err
			}
			if was {
				came = first.On()
			}
		}
	}
	issued, until := w.Pack().Needs(w.Journal.Today()).Lasts(add.Kind, came, of)
	if add.Issued.IsZero() {
		add.Issued = issued
	}
	add.ValidUntil = until
	return nil
}

// EndField asks for the end of a paper beside it; false for a paper whose end
// follows, or that has none. place tells the papers of one page apart. An
// insurance is bought for the journey: the day until which missions want it stands
// there, beyond days after the return, to be changed where the policy says another.
func EndField(ctx context.Context, kind dossier.MaterialKind, place string, trip dossier.Trip, beyond int) (ui.Field, bool) {
	end := requirement.EndOf(kind)
	f := ui.Field{Kind: ui.DateKind, Name: endName(place), Label: ui.T(ctx, "papers.valid_until"), Optional: end == requirement.MayEnd, Width: "short"}
	if kind == insurance && !trip.Return.IsZero() {
		f.Value, f.Hint = trip.Return.AddDays(beyond).String(), ui.T(ctx, "papers.valid_until.insured", "Count", beyond)
	}
	return f, end != requirement.NoEnd
}

// endName is its name in a form.
func endName(place string) string { return "until." + place }

// readEnd reads the end of a paper that came with it.
func readEnd(r *http.Request, kind dossier.MaterialKind, place string) (calendar.Date, error) {
	end, name := requirement.EndOf(kind), endName(place)
	typed := strings.TrimSpace(r.FormValue(name))
	switch {
	case end == requirement.NoEnd, end == requirement.MayEnd && typed == "":
		return calendar.Date{}, nil
	case typed == "":
		return calendar.Date{}, fault.Field(name, "upload.until", nil)
	}
	day, err := calendar.Parse(typed)
	if err != nil {
		return calendar.Date{}, fault.Field(name, "form.date.unreadable", nil)
	}
	return day, nil
}
