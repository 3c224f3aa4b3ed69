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

// TermFields asks for the end of a paper beside it, and for its first day where
// that doesn't follow; none for a paper whose end follows, or that has none. place
// tells the papers of one page apart. An insurance is bought for the journey: the
// day until which missions want it stands there, beyond days after the return, to
// be changed where the policy says another, and so does the day before leaving, since
// most want it to hold a day before the arrival.
func TermFields(ctx context.Context, kind dossier.MaterialKind, place string, trip dossier.Trip, beyond int, areas []ui.Option) []ui.Field {
	if kind == material.EVisaPaper {
		return EVisaFields(ctx, place, areas)
	}
	end := requirement.EndOf(kind)
	if end == requirement.NoEnd {
		return nil
	}
	var out []ui.Field
	if requirement.BeginAsked(kind) {
		from := ui.Field{Kind: ui.DateKind, Name: beginName(place), Label: ui.T(ctx, "papers.valid_from"), Hint: ui.T(ctx, "papers.valid_from.hint"), Width: "short"}
		if kind == insurance && !trip.Depart.IsZero() { // it is bought for the journey
			from.Value = trip.Depart.Prev().String()
		}
		out = append(out, from)
	}
	f := ui.Field{Kind: ui.DateKind, Name: endName(place), Label: ui.T(ctx, "papers.valid_until"), Optional: end == requirement.MayEnd, Width: "short"}
	if kind == insurance && !trip.Return.IsZero() {
		f.Value, f.Hint = trip.Return.AddDays(beyond).String(), ui.T(ctx, "papers.valid_until.insured", "Count", beyond)
	}
	return append(out, f)
}

// beginName and endName are their names in a form.
func beginName(place string) string { return "from." + place }
func endName(place string) string   { return "until." + place }

// term is from when until when a paper serves, as it is written on it; of an e-visa
// all that it says.
type term struct {
	From, Until calendar.Date
	EVisa       map[string]string
}

// readTerm reads what was told of it with a paper that came.
func readTerm(r *http.Request, kind dossier.MaterialKind, place string) (term, error) {
	if kind == material.EVisaPaper { // what is missing may stand in the file
		return term{EVisa: ReadEVisa(r, place)}, nil
	}
	var out term
	var wrong []fault.Finding
	end := requirement.EndOf(kind)
	for _, d := range []struct {
		name, missing string
		asked, must   bool
		into          *calendar.Date
	}{
		{beginName(place), "upload.from", requirement.BeginAsked(kind), true, &out.From},
		{endName(place), "upload.until", end != requirement.NoEnd, end == requirement.MustEnd, &out.Until},
	} {
		typed := strings.TrimSpace(r.FormValue(d.name))
		switch {
		case !d.asked, typed == "" && !d.must:
		case typed == "":
			wrong = append(wrong, fault.Finding{Field: d.name, Key: d.missing})
		default:
			var err error
			if *d.into, err = calendar.Parse(typed); err != nil {
				wrong = append(wrong, fault.Finding{Field: d.name, Key: "form.date.unreadable"})
			}
		}
	}
	if len(wrong) > 0 {
		return term{}, fault.Invalid(wrong...)
	}
	return out, nil
}
