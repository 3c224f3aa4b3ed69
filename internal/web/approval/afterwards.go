package approval

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/visa"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// after shows what follows the decision: the document, the booklets, the visas.
func (p *Pages) after(ctx context.Context, v *caseView, a room.Approval, id string, c dossier.Case, round room.Round) error {
	docs, err := room.DocumentsOf(ctx, p.Journal.Store, id)
	if err != nil {
		return err
	}
	var void progress.Void
	is := false
	if p.Follow != nil {
		if void, is, err = p.Follow.Voided(ctx, id); err != nil {
			return err
		}
	}
	if is {
		v.Void = void.Note(ctx)
	}
	for _, d := range docs {
		// ui:keys review.document.*
		says := ui.T(ctx, "review.document."+string(d.Status), "Until", d.ValidUntil, "By", d.By)
		if is && void.Number == d.Number {
			says = ui.Sentences(ctx, says, v.Void.Text)
		}
		v.Document = append(v.Document, fact{d.Number, says})
	}
	names := map[string]string{}
	for i, t := range round.Members {
		if i < len(c.Members) {
			names[t.Person] = c.Members[i].Name()
		}
	}
	orders, err := visa.Of(ctx, p.Journal.Store, id)
	if err != nil {
		return err
	}
	for _, o := range orders {
		// ui:keys visadesk.stage.*
		says := ui.T(ctx, "visadesk.stage."+string(o.Stage))
		if o.Stage == visa.NoneNeeded {
			says = ui.Say(ctx, fault.Text{Zh: o.Reason, En: o.ReasonEn})
		}
		v.Visas = append(v.Visas, ui.Row{Cells: []ui.Cell{{Text: names[o.Person], Head: true}, {Text: p.countries(ctx, []string{o.Apply})}, {Text: says}}})
	}
	if len(docs) > 0 && len(orders) == 0 && c.ToRegionsOnly() {
		v.NoVisas = ui.T(ctx, "review.visas.regions")
	}
	for _, person := range a.Approved() {
		held, err := custody.Of(ctx, p.Journal.Store, person)
		if err != nil {
			return err
		}
		for _, b := range held {
			// ui:keys keeping.place.*
			v.Booklets = append(v.Booklets, ui.Row{Cells: []ui.Cell{{Text: names[person], Head: true}, {Text: ui.T(ctx, "keeping.tail", "Tail", b.Tail), Sub: ui.T(ctx, "word.passportType."+b.Type)}, {Text: ui.T(ctx, "keeping.place."+string(b.Place))}}})
		}
	}
	return nil
}

// timeline is what happened to the case here, newest first.
//
// ui:keys event.*
func (p *Pages) timeline(ctx context.Context, id string) (ui.Timeline, error) {
	var events []journal.Event
	ids := []string{id}
	changes, err := room.AmendmentsOf(ctx, p.Journal.Store, id)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		ids = append(ids, c.Filing)
	}
	for _, of := range ids {
		for _, kind := range []string{"filing", room.Room.Kind} {
			h, err := p.Journal.History(ctx, journal.Ref{Kind: kind, ID: of})
			if err != nil {
				return nil, err
			}
			events = append(events, h...)
		}
	}
	slices.SortFunc(events, func(a, b journal.Event) int { return int(b.Position - a.Position) })
	var accounts []string
	for _, e := range events {
		if e.Actor.Account != "" {
			accounts = append(accounts, e.Actor.Account)
		}
	}
	names := p.names(ctx, accounts)
	var out ui.Timeline
	for _, e := range events {
		what := e.Kind
		if k := "event." + e.Kind; ui.Known(k) {
			what = ui.T(ctx, k)
		}
		if b, is := e.Body.(room.Revoked); is && b.Number == "" { // no document had come of it
			what = ui.T(ctx, "event.approval.revoked.annulled")
		}
		if b, is := e.Body.(filing.Corrected); is {
			what = progress.Corrected(ctx, b)
		}
		who := names[e.Actor.Account]
		if who == "" {
			who = progress.RoleName(ctx, e.Actor.Role) // an account of another zone has no name here
		}
		out = append(out, ui.Happening{At: e.At, What: what, Who: who, Zone: e.Origin, Note: noteOf(e)})
		if p.Follow != nil {
			p.Follow.Sent(ctx, &out[len(out)-1], e.Kind, e.Position)
		}
	}
	if p.Follow == nil {
		return out, nil
	}
	rest, err := p.Follow.TimelineBut(ctx, id, timelineLimit, "filing.", "approval.")
	if err != nil {
		return nil, err
	}
	out = append(out, rest...)
	slices.SortStableFunc(out, func(a, b ui.Happening) int { return b.At.Compare(a.At) })
	return out, nil
}

// timelineLimit is how much of a case's past beyond its approval one page shows.
const timelineLimit = 300

// follow adds what stands on every page of a case: the one next step, the trip
// ledger, and how far the other zones have been heard.
func (p *Pages) follow(ctx context.Context, v *caseView, who access.Who) error {
	if p.Follow == nil {
		return nil
	}
	var err error
	if v.Stand, err = p.Follow.Stand(ctx, v.ID, "#ledger", who); err != nil {
		return err
	}
	if p.Heard != nil {
		v.Heard, err = p.Heard(ctx)
	}
	return err
}

// noteOf is the one sentence that an event brings with it.
func noteOf(e journal.Event) string {
	switch b := e.Body.(type) {
	case room.Accepted:
		return b.Number
	case room.SentBack:
		var all []string
		for _, d := range b.Defects {
			if words := strings.TrimRight(d.Words, "。；;. "); !slices.Contains(all, words) { // said of several places, it is one point
				all = append(all, words)
			}
		}
		return strings.Join(all, "；")
	case room.Reviewed:
		return b.Note.Or("")
	case room.HandedBackInside:
		return b.Reason.Or("")
	case room.DocumentIssued:
		return b.Number
	case room.Revoked:
		return b.Reason
	case filing.Withdrawn:
		return b.Reason
	}
	return ""
}
