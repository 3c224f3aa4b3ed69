package progress

import (
	"context"
	"fmt"
	"slices"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/filing"
	"yitang/internal/journal"
	room "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Results are what came of each member of a case: what was decided, and who has
// left since. A change brings a new list of members, but who was on it before is
// answered for all the same.
type Results struct {
	Verdicts []approval.Verdict  // in the order of the group; nothing before the decision
	NotGoing []approval.NotGoing // who was declined or has left
	reasons  map[string]string   // of the changes by which people left, by their id
	kinds    map[string]filing.AmendmentKind
	office   bool // it is read there, where all reasons are known
}

// Result is what came of one member.
type Result struct {
	Person string
	Tag    ui.Tag
	Says   string // when and why, as far as this reader may know it
}

// Results reads them.
func (p *Pages) Results(ctx context.Context, id string) (Results, error) {
	a, _, err := journal.Load(ctx, p.Journal, approval.Room, id)
	if err != nil {
		return Results{}, fmt.Errorf("reading what was decided on %s: %w", id, err)
	}
	out := Results{office: p.Journal.Zone == zone.Office, Verdicts: a.Verdicts, NotGoing: a.NotGoing, reasons: map[string]string{}, kinds: map[string]filing.AmendmentKind{}}
	for _, n := range a.NotGoing {
		if n.Declined || n.Amendment == "" {
			continue
		}
		change, _, err := journal.Load(ctx, p.Journal, filing.Room, n.Amendment)
		if err != nil {
			return Results{}, fmt.Errorf("reading why somebody left %s: %w", id, err)
		}
		out.reasons[n.Amendment], out.kinds[n.Amendment] = change.Amends.Reason, change.Amends.Kind
	}
	return out, nil
}

// Decided tells whether anything was decided at all.
func (r Results) Decided() bool { return len(r.Verdicts)+len(r.NotGoing) > 0 }

// Declined is the refusal of somebody, as it stands.
func (r Results) Declined(person string) (approval.NotGoing, bool) {
	n, not := r.not(person)
	return n, not && n.Declined
}

func (r Results) not(person string) (approval.NotGoing, bool) {
	i := slices.IndexFunc(r.NotGoing, func(n approval.NotGoing) bool { return n.Person == person })
	if i < 0 {
		return approval.NotGoing{}, false
	}
	return r.NotGoing[i], true
}

// Of says what came of one member; false where nothing is known of them.
func (r Results) Of(ctx context.Context, person string) (Result, bool) {
	if n, not := r.not(person); not {
		return r.say(ctx, n), true
	}
	if slices.ContainsFunc(r.Verdicts, func(v approval.Verdict) bool { return v.Person == person && v.Approved }) {
		return Result{Person: person, Tag: ui.Tag{State: ui.OK, Word: ui.T(ctx, "progress.verdict.yes")}}, true
	}
	return Result{}, false
}

// All says it of everybody, those who stand on the list of members no more at its end.
func (r Results) All(ctx context.Context) []Result {
	var out []Result
	for _, v := range r.Verdicts {
		if x, known := r.Of(ctx, v.Person); known {
			out = append(out, x)
		}
	}
	for _, n := range r.NotGoing {
		if !slices.ContainsFunc(out, func(x Result) bool { return x.Person == n.Person }) {
			out = append(out, r.say(ctx, n))
		}
	}
	return out
}

// say tells of somebody who doesn't travel. Why is for those to know who may see
// the unit's cases, and for themselves.
func (r Results) say(ctx context.Context, n approval.NotGoing) Result {
	who := web.WhoOf(ctx)
	x := Result{Person: n.Person, Tag: ui.Tag{State: ui.Stop, Word: ui.T(ctx, "progress.verdict.no")}, Says: ui.Date(ctx, n.On)}
	why := n.Reason
	if !n.Declined {
		x.Tag, why = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "progress.verdict.left")}, r.reasons[n.Amendment]
		if kind := r.kinds[n.Amendment]; kind != "" {
			x.Says = ui.T(ctx, "progress.verdict.by_change", "Day", ui.Date(ctx, n.On), "Kind", KindName(ctx, kind))
		}
	}
	if why != "" && (r.office || who.May(access.SeeUnit) || who.Person == n.Person) {
		x.Says = ui.Sentences(ctx, x.Says, ui.T(ctx, "progress.verdict.why", "Reason", why))
	}
	return x
}

// Verdicts is the decision member by member, with the day and the reason for each
// who was declined or has left, and for each who was approved whether and why that
// was revoked since; nil before the decision.
func (p *Pages) Verdicts(ctx context.Context, filing string) (*ui.Table, error) {
	all, err := p.Results(ctx, filing)
	if err != nil || !all.Decided() {
		return nil, err
	}
	s, _, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return nil, err
	}
	t := &ui.Table{Caption: ui.T(ctx, "progress.verdicts"), Groups: []ui.Group{{}},
		Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.name")}, {Text: ui.T(ctx, "progress.verdict")}}}
	for _, x := range all.All(ctx) {
		if !Shows(web.WhoOf(ctx), x.Person) {
			continue
		}
		cell := ui.Cell{Tag: x.Tag, Sub: x.Says}
		if x.Tag.State == ui.OK && s.Revoked {
			cell = ui.Cell{Tag: ui.Tag{State: ui.Stop, Word: ui.T(ctx, "progress.verdict.revoked")}, Sub: ui.T(ctx, "progress.verdict.why", "Reason", s.Words)}
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{ID: "verdict-" + x.Person, Cells: []ui.Cell{{Text: p.Name(ctx, x.Person), Head: true}, cell}})
	}
	return t, nil
}

// fates says who was declined by a decision, and who doesn't go since a change.
func (p *Pages) fates(ctx context.Context, filing string, h room.Happening) ([]string, error) {
	named := func(arg string) []string {
		var out []string
		ids, _ := h.Args[arg].([]any)
		for _, id := range ids {
			if id, is := id.(string); is && Shows(web.WhoOf(ctx), id) {
				out = append(out, p.Name(ctx, id))
			}
		}
		return out
	}
	declined, left := named("Declined"), named("Left")
	if h.Kind == "approval.amended" && len(declined)+len(left) == 0 { // one of before didn't say so itself
		by, _ := h.Args["Amendment"].(string)
		a, _, err := journal.Load(ctx, p.Journal, approval.Room, filing)
		if err != nil {
			return nil, fmt.Errorf("reading who left %s: %w", filing, err)
		}
		for _, n := range a.NotGoing {
			switch {
			case n.Amendment != by || by == "" || !Shows(web.WhoOf(ctx), n.Person):
			case n.Declined:
				declined = append(declined, p.Name(ctx, n.Person))
			default:
				left = append(left, p.Name(ctx, n.Person))
			}
		}
	}
	var out []string
	if len(declined) > 0 {
		out = append(out, ui.T(ctx, "progress.fate.declined", "Names", ui.List(ctx, declined)))
	}
	if len(left) > 0 {
		out = append(out, ui.T(ctx, "progress.fate.left", "Names", ui.List(ctx, left)))
	}
	return out, nil
}
