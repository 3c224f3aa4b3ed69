package desk

import (
	"context"
	"net/http"

	room "yitang/internal/hall"
	"yitang/internal/progress"
	"yitang/internal/web/ui"
)

// getWaiting shows the window who waits for a place (候补), day by day in the order in
// which they are offered one.
func (p *Pages) getWaiting(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	n, err := p.namer(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	halls, err := room.AllPlans(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	t := ui.Table{Caption: ui.T(ctx, "desk.waiting.caption"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "desk.waiting.empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "desk.waiting.col.turn"), Number: true}, {Text: ui.T(ctx, "desk.col.person")}, {Text: ui.T(ctx, "desk.waiting.col.counter")}, {Text: ui.T(ctx, "desk.waiting.col.since")}, {Text: ui.T(ctx, "desk.col.state")}}}
	lead := ui.T(ctx, "desk.waiting.lead")
	count := 0
	for _, h := range halls {
		lead = ui.Sentences(ctx, ui.T(ctx, "desk.waiting.lead"), ui.T(ctx, "visits.wait.rule", "Age", h.Elder))
		line, err := room.Lines(ctx, p.Journal.Store, h.ID)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		for i, x := range line {
			if i == 0 || line[i-1].Day != x.Day {
				t.Groups = append(t.Groups, ui.Group{Title: ui.Clauses(ctx, ui.T(ctx, "visits.wait.day", "Day", ui.MonthDay(ctx, x.Day), "Weekday", ui.Weekday(ctx, x.Day)), called(ctx, h, len(halls)))})
			}
			g := &t.Groups[len(t.Groups)-1]
			state := ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.waiting.waits")}
			switch {
			case x.Open(p.Journal.Now()):
				state = ui.Tag{State: ui.Info, Word: ui.T(ctx, "desk.waiting.offered", "Slot", x.Offer.Slot.String(), "Until", ui.At(ctx, x.Offer.Until))}
			case x.Offer != nil:
				state = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.waiting.lapsed")}
			}
			who := ui.Cell{Text: n.short(x.People), Head: true, Sub: n.units[x.Unit]}
			// ui:keys desk.first.*
			if x.First != "" {
				who.Sub = ui.Clauses(ctx, who.Sub, ui.T(ctx, "desk.first."+string(x.First)))
			}
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Count(len(g.Rows) + 1)}, who, {Text: ui.T(ctx, "desk.plan.counter."+string(x.Counter))}, {Text: ui.At(ctx, x.Since)}, {Tag: state}}})
			count++
		}
	}
	head := ui.Head{Title: ui.T(ctx, "desk.waiting.title", "Count", count), Lead: lead}
	kept, err := p.kept(ctx, n)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "desk.today"), URL: "/desk"}, {Text: ui.T(ctx, "desk.waiting")}}}, waitingPage(head, t, kept))
}

// kept are those whose case waits for a visit that another unit hasn't booked: the window
// asks that unit to, or takes them without a booking, for the case on whose account their
// booklet is made.
func (p *Pages) kept(ctx context.Context, n *namer) (ui.Table, error) {
	t := ui.Table{Caption: ui.T(ctx, "desk.kept"), Cards: true, Groups: []ui.Group{{}},
		Columns: []ui.Column{{Text: ui.T(ctx, "desk.col.person")}, {Text: ui.T(ctx, "desk.kept.col.waits")}, {Text: ui.T(ctx, "desk.kept.col.for")}, {Text: ui.T(ctx, "desk.kept.col.do")}}}
	all, err := room.KeptWaiting(ctx, p.Journal.Store, p.Journal.Now())
	if err != nil {
		return t, err
	}
	for _, k := range all {
		waits, _, err := progress.Of(ctx, p.Journal.Store, k.Filing)
		if err != nil {
			return t, err
		}
		of, _, err := progress.Of(ctx, p.Journal.Store, k.For)
		if err != nil {
			return t, err
		}
		if waits.Stage.Over() || waits.Stage.OffCourse() || of.Stage.Over() {
			continue
		}
		called := func(s progress.State) string { return ui.Clauses(ctx, n.units[s.Unit], s.Number) }
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: n.person(k.Person), Head: true},
			{Text: called(waits), Sub: ui.T(ctx, "desk.kept.departs", "Day", ui.MonthDay(ctx, waits.Depart))}, {Text: called(of)},
			{Text: ui.T(ctx, "desk.kept.take"), URL: "/desk/walk?case=" + escape(k.For)}}})
	}
	return t, nil
}
