package filing

import (
	"context"

	"yitang/internal/access"
	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Declare is the draft in which a trip is declared under an approval for a term
// (一次审批、多次有效), while that is in force.
func (w *Work) Declare(ctx context.Context, under, unit string) (room.Paper, error) {
	s, a, err := amendment.Read(ctx, w.Journal, w.Pack(), under)
	switch {
	case err != nil:
		return room.Paper{}, err
	case a.Unit != unit || a.Kind != dossier.MultiTrip:
		return room.Paper{}, fault.NotFound("approval for a term " + under)
	case w.Journal.Today().After(a.ValidUntil):
		return room.Paper{}, fault.NotNow("filing.declare.over", a.Stage)
	}
	return room.Declare(under, s.Case, s.People), nil
}

// daysOr are the days of a trip, or that there are none yet.
func daysOr(ctx context.Context, depart, back calendar.Date) string {
	if depart.IsZero() || back.IsZero() {
		return ui.T(ctx, "term.no_days")
	}
	return ui.Span(ctx, depart, back)
}

// under is the approval for a term under which a trip is declared, and how long
// it holds.
func (p *Pages) under(ctx context.Context, f *File) (ui.SummaryRow, bool) {
	trip := f.Now.Case.Trip
	if !trip.Declared() {
		return ui.SummaryRow{}, false
	}
	a, _, err := journal.Load(ctx, p.Work.Journal, approval.Room, trip.Under)
	p.Site.Missed(ctx, "the approval that a trip is declared under", f.ID, err)
	if err != nil || a.Document == nil {
		return ui.SummaryRow{}, false
	}
	return ui.SummaryRow{Term: ui.T(ctx, "term.basis"), Value: ui.T(ctx, "term.basis.holds", "Number", a.Document.Number, "Days", ui.Span(ctx, a.Depart, a.ValidUntil))}, true
}

// declared lists the trips that were declared under an approval for a term, those
// that are being written first, and offers to declare another; for a declared trip it leads to its approval.
func (p *Pages) declared(ctx context.Context, f *File, who access.Who) (ui.Tasks, *ui.Button, error) {
	trip := f.Now.Case.Trip
	if trip.Declared() {
		a, _, err := journal.Load(ctx, p.Work.Journal, approval.Room, trip.Under)
		if err != nil || a.Document == nil {
			return nil, nil, err
		}
		return ui.Tasks{{Name: ui.T(ctx, "term.under", "Number", a.Document.Number), URL: caseURL(trip.Under), Note: ui.Span(ctx, a.Depart, a.ValidUntil), Status: ui.T(ctx, "cases.whole.status")}}, nil, nil
	}
	if !trip.ForTerm() || f.Filing.Round == 0 {
		return nil, nil, nil
	}
	var out ui.Tasks
	drafts, err := p.Work.Drafts.List(ctx, f.Unit)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range drafts {
		one, err := p.Work.Drafts.Load(ctx, d.ID)
		if err != nil {
			return nil, nil, err
		}
		if one.Paper.Case.Trip.Under == f.ID {
			out = append(out, ui.Task{Name: daysOr(ctx, d.Depart, d.Return), URL: caseURL(d.ID), State: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.stage.draft")}})
		}
	}
	all, err := room.DeclaredUnder(ctx, p.Work.Journal.Store, f.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range all {
		tag, err := p.Progress.Tag(ctx, e.ID, stageTag(ctx, e.Stage, e.Outcome))
		if err != nil {
			return nil, nil, err
		}
		out = append(out, ui.Task{Name: daysOr(ctx, e.Depart, e.Return), Note: ui.T(ctx, "cases.people", "Count", e.Members), URL: caseURL(e.ID), State: tag})
	}
	a, _, err := journal.Load(ctx, p.Work.Journal, approval.Room, f.ID)
	if err != nil || a.Stage != approval.IsIssued || p.Work.Journal.Today().After(a.ValidUntil) || !who.May(access.EditCase) {
		return out, nil, err
	}
	return out, &ui.Button{Text: ui.T(ctx, "term.declare"), Post: "/cases/new", Send: []ui.Hidden{{Name: "_id", Value: p.Work.Journal.NewID()}, {Name: "_key", Value: web.NewKey()}, {Name: "from", Value: f.ID}, {Name: "declare", Value: "true"}}}, nil
}
