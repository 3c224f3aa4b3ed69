package filing

import (
	"context"
	"slices"
	"strconv"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/web/ui"
)

// mission is what for and why.
func (p *Pages) mission(b *fields, v *stepView) {
	ctx := b.ctx
	trip := b.f.Draft.Paper.Case.Trip
	kind := b.at("case.kind")
	if trip.Declared() {
		kind = ui.Field{Name: "case.kind", Label: ui.T(ctx, "field.case.kind"), Derived: ui.T(ctx, "word.caseKind.declared"), Says: b.says("case.under")}
	} else if trip.Kind != "" && b.change != "case.kind" && kind.Error == "" && b.typed == nil { // chosen when the case was begun
		kind.Derived, kind.ChangeURL = ui.T(ctx, "word.caseKind."+string(trip.Kind)), withBack(caseURL(b.f.ID)+"/mission?change=case.kind#"+ui.FieldID("case.kind"), b.back)
	} else {
		kind.Options = slices.DeleteFunc(kind.Options, func(o ui.Option) bool { return o.Value == string(dossier.Declared) })
	}
	title := b.derived("case.title", "mission")
	if title.Derived == "" && title.Value == "" && title.Error == "" && b.change != title.Name {
		title.Derived, title.ChangeURL = ui.T(ctx, "cases.title.follows"), withBack(caseURL(b.f.ID)+"/mission?change=case.title#"+ui.FieldID("case.title"), b.back)
	}
	what := rows(b.at("case.category"), kind, title)
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.what"), ID: "what", Rows: what})
	if b.f.Draft.Paper.Text("case.kind") == string(dossier.Joined) {
		v.Sheets = append(v.Sheets, p.organiser(b))
	}
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.why"), ID: "why", Rows: rows(b.at("case.purpose"), b.at("case.necessity"), b.at("case.expectedResults"))})
	if trip.Declared() {
		return // planned with the approval that it is declared under
	}
	v.Sheets = append(v.Sheets,
		sheet{Title: ui.T(ctx, "cases.sheet.plan"), ID: "plan", Rows: rows(b.at("case.inAnnualPlan"), b.planLine(), reason(b.at("case.offPlanReason"), b.offPlan()), b.at("case.urgent"), reason(b.at("case.urgencyReason"), trip.Urgent), b.at("case.academicRegime"))})
}

// offPlan tells whether the trip is beside the plan, as far as is known: by its
// own word, or because there is no such plan or line (GEN-008). A box that
// isn't ticked says nothing as long as the page was never filled in.
func (b *fields) offPlan() bool {
	if b.value("case.inAnnualPlan") != "true" && b.value("case.planLine") == "" && b.value("case.purpose") == "" {
		return false
	}
	if b.f.Draft.Paper.Text("case.inAnnualPlan") == "false" || len(b.found.Of("GEN-008")) > 0 {
		return true
	}
	return b.value("case.inAnnualPlan") == "true" && !slices.ContainsFunc(b.f.Planned, func(p Planned) bool { return p.InForce })
}

// planLine is picked from what is in force for the unit, with who used what and
// how much is left; typed only where the office has set sums alone.
func (b *fields) planLine() ui.Field {
	out := b.at("case.planLine")
	var hints []string
	lines := 0
	var spent []ui.Option // used by another case, or of a month that is past: behind those that are free
	for _, p := range b.f.Planned {
		year := strconv.Itoa(p.Year)
		if !p.InForce {
			hints = append(hints, ui.T(b.ctx, "plan.pick.none", "Year", year))
			continue
		}
		hints = append(hints, ui.T(b.ctx, "plan.pick.left", "Year", year, "Groups", p.Groups, "People", p.People, "Yuan", ui.Yuan(b.ctx, p.AmountFen)))
		free, rest := planOptions(b.ctx, p, b.f.Held.Today, out.Value)
		out.Options, spent, lines = append(out.Options, free...), append(spent, rest...), lines+len(p.Lines)
	}
	out.Options = append(out.Options, spent...)
	found := slices.ContainsFunc(out.Options, func(o ui.Option) bool { return o.Chosen })
	out.Hint = ui.Sentences(b.ctx, hints...)
	if lines == 0 {
		return out
	}
	out.Kind = ui.Select
	out.Options = append([]ui.Option{{Text: ui.T(b.ctx, "cases.choose")}}, out.Options...)
	if out.Value != "" && !found {
		out.Options = append(out.Options, ui.Option{Value: out.Value, Text: ui.T(b.ctx, "plan.pick.gone", "Line", out.Value), Chosen: true})
	}
	return out
}

// planOptions are the lines of a plan that are free, and those that another case
// has used or whose month is past.
func planOptions(ctx context.Context, p Planned, today calendar.Date, chosen string) (free, spent []ui.Option) {
	year := strconv.Itoa(p.Year)
	for _, l := range p.Lines {
		o := ui.Option{Value: l.ID, Chosen: dossier.FoldCode(l.ID) == dossier.FoldCode(chosen), Group: ui.T(ctx, "plan.pick.spent", "Year", year)}
		month := ui.T(ctx, "plan.month.open")
		if l.Month > 0 {
			month = ui.T(ctx, "plan.month", "Month", l.Month)
		}
		switch by := p.UsedBy[l.ID]; {
		case by != "":
			o.Text = ui.T(ctx, "plan.pick.used", "Line", l.ID, "Title", l.Title, "By", by)
		case l.Month > 0 && calendar.On(p.Year, time.Month(l.Month), 1).Before(calendar.On(today.Year(), today.Month(), 1)):
			o.Text = ui.T(ctx, "plan.pick.past", "Line", l.ID, "Title", l.Title, "Month", month, "People", l.People)
		default:
			o.Text, o.Group = ui.T(ctx, "plan.pick.free", "Line", l.ID, "Title", l.Title, "Month", month, "People", l.People), ui.T(ctx, "plan.pick", "Year", year)
			free = append(free, o)
			continue
		}
		spent = append(spent, o)
	}
	return free, spent
}

// organiser is whose delegation our people join, and the letters with which its
// authority asks or has approved: one of the two is enough.
func (p *Pages) organiser(b *fields) sheet {
	either := func(path string) ui.Field {
		f := b.at(path)
		f.Optional, f.When = true, ui.T(b.ctx, "cross.filing.either")
		return f
	}
	return sheet{Title: ui.T(b.ctx, "cross.filing.title"), ID: "organiser", Lead: ui.T(b.ctx, "cross.filing.lead"),
		Rows: append(rows(b.at("case.organiser"), b.at("case.organisingAuthority")),
			[]ui.Field{either("case.opinionRequest.number"), either("case.opinionRequest.issued")},
			[]ui.Field{either("case.missionNotice.number"), either("case.missionNotice.issued"), either("case.missionNotice.validUntil")})}
}

// reason is a field that is needed only sometimes.
func reason(f ui.Field, wanted bool) ui.Field {
	f.Optional, f.Rows = !wanted, 2
	return f
}
