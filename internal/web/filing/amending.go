package filing

import (
	"context"
	"fmt"
	"slices"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/precheck"
	"yitang/internal/trip"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// BeginAmendment begins a draft that changes an approved case: everything stands
// in it as it was approved. A case has one amendment under way at a time; when
// there is one, its id comes back with a fault.NotNow.
//
// ui:keys filing.amend.not_at_this_time.*
func (w *Work) BeginAmendment(ctx context.Context, of string, kind room.AmendmentKind) (string, error) {
	s, a, err := amendment.Read(ctx, w.Journal, w.Pack(), of)
	if err != nil {
		return "", err
	}
	if !kind.Known() {
		return "", fault.Field("kind", "filing.amend.kind", nil)
	}
	if kind.When() != Travelling(s.Trip.Stage) {
		return "", fault.Field("kind", "filing.amend.not_at_this_time."+string(kind.When()), nil)
	}
	open, err := w.AmendmentUnderWay(ctx, of)
	if err != nil {
		return "", err
	}
	if open != "" {
		begun, err := w.begunToChange(ctx, open)
		if err == nil && begun {
			err = fault.NotNow("filing.amend.another", room.IsSubmitted)
		}
		if err != nil {
			return open, err
		}
		d, err := w.Drafts.Load(ctx, open)
		if err == nil && d.Paper.Amending != nil && d.Paper.Amending.Kind == kind {
			return open, nil
		}
		if err == nil {
			err = w.Drafts.Forget(ctx, open)
		}
		if err != nil && !fault.IsNotFound(err) {
			return "", err
		}
	}
	earlier, err := room.AmendmentsOf(ctx, w.Journal.Store, of)
	if err != nil {
		return "", err
	}
	n := 1
	for _, e := range earlier {
		if e.ID == room.AmendmentID(of, n) {
			n++
		}
	}
	f := &File{ID: room.AmendmentID(of, n), Unit: a.Unit, work: w}
	am := room.Amending{Of: of, Kind: kind, Was: s.Case, People: s.People, Number: s.Document, Until: a.ValidUntil, Nth: n}
	f.Draft.Paper = room.FromCase(s.Case, s.People)
	f.Draft.Paper.Amending = &am
	if err := w.hold(ctx, f); err != nil {
		return "", err
	}
	_, err = w.Drafts.Begin(ctx, f.ID, a.Unit, room.Amend(am, f.Held))
	return f.ID, err
}

// Travelling is how far a journey has come, as amendments ask it.
func Travelling(s trip.Stage) room.Travelling {
	switch s {
	case trip.IsAbroad:
		return room.Abroad
	case trip.IsHome, trip.IsClosed:
		return room.IsHome
	}
	return room.NotYet
}

// AmendmentUnderWay is the amendment of a case that is being written, that the
// office hasn't answered yet, or that it let through and whose change hasn't come
// to the case yet: another one would start from what stood before, and undo it.
// "" for none.
func (w *Work) AmendmentUnderWay(ctx context.Context, of string) (string, error) {
	all, err := room.AmendmentsOf(ctx, w.Journal.Store, of)
	if err != nil {
		return "", err
	}
	a, _, err := journal.Load(ctx, w.Journal, approval.Room, of)
	if err != nil {
		return "", err
	}
	for _, e := range all {
		switch {
		case e.Stage == room.IsPresented, e.Stage == room.IsSubmitted, e.Stage == room.IsSentBack,
			e.Stage == room.IsConcluded && e.Outcome == room.Approved && a.Stage == approval.IsIssued && !slices.Contains(a.Amendments, e.ID):
			return e.ID, nil
		}
	}
	for n := range len(all) + 1 { // a draft of which nothing happened yet stands in no list
		id := room.AmendmentID(of, n+1)
		unit, err := w.Drafts.Find(ctx, id)
		if err != nil {
			return "", err
		}
		if f, _, err := journal.Load(ctx, w.Journal, room.Room, id); err != nil || unit != "" && f.Stage == room.InDraft {
			return id, err
		}
	}
	return "", nil
}

// begunToChange tells whether anything was written of an amendment, or given for
// it: who only looked at a kind has begun nothing, and nothing stands in the way
// of another kind.
func (w *Work) begunToChange(ctx context.Context, id string) (bool, error) {
	f, _, err := journal.Load(ctx, w.Journal, room.Room, id)
	if err != nil || f.Stage != room.InDraft || f.Words != "" {
		return true, err
	}
	d, err := w.Drafts.Load(ctx, id)
	if fault.IsNotFound(err) {
		return false, nil
	}
	if err != nil || d.Revision > 1 {
		return true, err
	}
	papers, err := material.OfFiling(ctx, w.Journal.Store, id)
	return len(papers) > 0, err
}

// Amends tells what a file changes; nil for an application.
func (f *File) Amends() *room.Amending { return f.Draft.Paper.Amending }

// ofCase is the case that a file is part of: what is counted of the unit's plan
// and of people's other trips leaves it out.
func (f *File) ofCase() string {
	if a := f.Amends(); a != nil {
		return a.Of
	}
	return f.ID
}

// judged is what the rules say of an amendment as it is written now.
func (w *Work) judged(f *File, at precheck.At) precheck.Findings {
	a := asked(f.Amends())
	before := append(slices.Clone(f.before), f.personal(a.People)...)
	return amendment.Judge(f.rules, a, f.Now.Case, f.Now.Persons, at, w.Journal.Today(), amendment.Known{Before: before, Now: f.facts()})
}

// forbidden are the differences that stand in a draft though this kind of change may
// not touch them, each with what was approved: an older page, or a button of one, may
// have written them.
func (w *Work) forbidden(f *File) []precheck.Finding {
	a := f.Amends()
	if f.Filing.Stage != room.InDraft && f.Filing.Stage != room.IsPresented {
		return nil
	}
	var out []precheck.Finding
	for _, d := range a.Forbidden(f.Now.Case, f.Now.Persons) {
		x := precheck.Finding{Severity: precheck.Block, Field: d.Path}
		if _, is := dossier.FormOf(d.Path); is && d.Is == f.Now.Case.Text(d.Path) && d.Was == a.Was.Text(d.Path) {
			x.Fix.Set = map[string]any{d.Path: d.Was}
		}
		say := func(lang ui.Lang) (message, fix string) {
			ctx := ui.With(context.Background(), ui.Prefs{Lang: lang})
			value := func(text string) string {
				if text == "" {
					return ui.T(ctx, "amend.none")
				}
				return progress.Value(ctx, d.Path, text, w.Pack().Country)
			}
			field := f.where(ctx, d.Path)
			if d.Is == "" { // what is gone stands in the approved case alone
				field = progress.Place(ctx, a.Was, d.Path)
			}
			return ui.T(ctx, "amend.forbidden", "Kind", progress.KindName(ctx, a.Kind), "Field", field, "Was", value(d.Was), "Is", value(d.Is)), ui.T(ctx, "amend.forbidden.fix", "Was", value(d.Was))
		}
		x.Message.Zh, x.Fix.Text.Zh = say(ui.ZhHans)
		x.Message.En, x.Fix.Text.En = say(ui.En)
		out = append(out, x)
	}
	return out
}

func asked(a *room.Amending) amendment.Asked {
	return amendment.Asked{Kind: a.Kind, Nth: a.Nth, Until: a.Until, Was: a.Was, People: a.People}
}

// Follows is all that follows from an amendment as it is written now, or as it
// was handed in.
func (w *Work) Follows(ctx context.Context, f *File) ([]approval.Follow, error) {
	of, kind := f.Filing.Amends.Of, f.Filing.Amends.Kind
	if a := f.Amends(); a != nil {
		of, kind = a.Of, a.Kind
	}
	if of == "" {
		return nil, fmt.Errorf("case %s changes no other", f.ID)
	}
	own, _, err := journal.Load(ctx, w.Journal, approval.Room, f.ID)
	if err != nil {
		return nil, err
	}
	_, _, follows, err := amendment.Of(ctx, w.Journal, w.Pack(), of, kind, f.Now.Case, f.Now.Persons, f.Now.Persons, own.Inquiries)
	return follows, err
}

// letters are the papers that come along with an amendment: the unit's letter,
// and the proof where one is needed.
func letters(k room.AmendmentKind) []dossier.MaterialKind {
	out := []dossier.MaterialKind{k.Letter()}
	if p := k.Proof(); p != "" {
		out = append([]dossier.MaterialKind{p}, out...)
	}
	return out
}
