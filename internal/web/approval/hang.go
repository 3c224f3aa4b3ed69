package approval

import (
	"context"
	"slices"

	room "yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/passport"
	"yitang/internal/person"
	state "yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/web/ui"
)

// lateShown is how many late ones of each link are listed.
const lateShown = 20

// link is where one of the links after the approval hangs: a group of the
// chart, and those that are late.
type link struct {
	Group ui.BarGroup
	Late  ui.Table
	Over  int // how many are late
}

// count fills a group: one bar for each stage at which something lies.
type count struct {
	label string
	n     int
	late  int
	first calendar.Date
	url   string
}

func (p *Pages) link(ctx context.Context, title, caption string, columns []ui.Column, counts []count) link {
	today, all := p.Journal.Today(), 0
	l := link{Late: ui.Table{Caption: caption, Titled: true, Keys: true, Cards: true, Columns: columns, Groups: []ui.Group{{}}}}
	for _, c := range counts {
		all += c.n
		if c.n == 0 {
			continue
		}
		bar := ui.Bar{Label: c.label, Value: c.n, Hot: c.late > 0, URL: c.url, Note: ui.T(ctx, "review.hang.in_time")}
		if c.late > 0 {
			bar.Note = ui.T(ctx, "review.hang.over", "Over", c.late, "Count", today.Sub(c.first))
		}
		l.Over += c.late
		l.Group.Bars = append(l.Group.Bars, bar)
	}
	l.Group.Title, l.Group.Note = title, ui.T(ctx, "review.hang.things", "Count", all)
	return l
}

// links are the passport's, as this office has heard of it, the visas', and
// booklets that should have been handed in.
//
// ui:keys making.stage.*
// ui:keys visadesk.stage.*
func (p *Pages) links(ctx context.Context) ([]link, error) {
	store, today := p.Journal.Store, p.Journal.Today()
	columns := func(what string) []ui.Column {
		return []ui.Column{{Text: ui.T(ctx, "review.col.name")}, {Text: ui.T(ctx, "review.col.group")}, {Text: what}, {Text: ui.T(ctx, "review.col.where")}, {Text: ui.T(ctx, "review.hang.due")}, {Text: ui.T(ctx, "review.col.left"), Number: true}}
	}
	titles := map[string]string{}
	row := func(who, filing, what, where string, due calendar.Date, url string) (ui.Row, error) {
		name := ui.T(ctx, "review.somebody")
		e, err := person.One(ctx, store, who)
		if err != nil && !fault.IsNotFound(err) {
			return ui.Row{}, err
		}
		if err == nil {
			name = e.Name()
		}
		if _, known := titles[filing]; !known && filing != "" {
			r, _, err := room.Row(ctx, store, filing)
			if err != nil {
				return ui.Row{}, err
			}
			titles[filing] = r.Title
		}
		return ui.Row{State: ui.Stop, Cells: []ui.Cell{{Text: name, URL: url, Head: true}, {Text: titles[filing], URL: "/c/" + filing}, {Text: what}, {Text: where}, {Text: ui.Short(ctx, due)}, {Tag: left(ctx, due, today)}}}, nil
	}

	made, err := passport.Counts(ctx, store)
	if err != nil {
		return nil, err
	}
	hung, err := passport.Hanging(ctx, store, today)
	if err != nil {
		return nil, err
	}
	var counts []count
	open := []passport.Stage{passport.IsOrdered, passport.IsCaptured, passport.IsMade, passport.IsChecked}
	for _, s := range open {
		c := count{label: ui.T(ctx, "making.stage."+string(s)), n: made[s]}
		if i := slices.IndexFunc(hung, func(h passport.Hang) bool { return h.Stage == s }); i >= 0 {
			c.late, c.first = hung[i].Late, hung[i].FirstDue
		}
		counts = append(counts, c)
	}
	books := p.link(ctx, ui.T(ctx, "review.hang.passport"), ui.T(ctx, "review.hang.passport.late"), columns(ui.T(ctx, "review.col.booklet")), counts)
	orders, _, err := passport.Find(ctx, store, passport.Filter{Stages: open, Before: today, By: passport.ByDue}, nil)
	if err != nil {
		return nil, err
	}
	for _, o := range orders[:min(lateShown, len(orders))] {
		r, err := row(o.Person, o.Filing, kindName(ctx, string(o.Type)), ui.T(ctx, "making.stage."+string(o.Stage)), o.Due, "/c/"+o.Filing)
		if err != nil {
			return nil, err
		}
		books.Late.Groups[0].Rows = append(books.Late.Groups[0].Rows, r)
	}

	sent, err := visa.Counts(ctx, store)
	if err != nil {
		return nil, err
	}
	waits, err := visa.Hanging(ctx, store, today)
	if err != nil {
		return nil, err
	}
	counts = nil
	for _, s := range visa.Stages() {
		if !s.Open() {
			continue
		}
		c := count{label: ui.T(ctx, "visadesk.stage."+string(s)), n: sent[s], url: "/visa?stage=" + string(s)}
		if i := slices.IndexFunc(waits, func(h visa.Hang) bool { return h.Stage == s }); i >= 0 {
			c.late, c.first = waits[i].Late, waits[i].FirstDue
		}
		counts = append(counts, c)
	}
	visas := p.link(ctx, ui.T(ctx, "ui.line.visa"), ui.T(ctx, "review.hang.visa.late"), columns(ui.T(ctx, "review.col.country")), counts)
	late, err := visa.Late(ctx, store, today, lateShown)
	if err != nil {
		return nil, err
	}
	for _, o := range late {
		r, err := row(o.Person, o.Filing, p.countries(ctx, []string{o.Apply}), ui.T(ctx, "visadesk.stage."+string(o.Stage)), o.Due, "/visa/"+o.ID)
		if err != nil {
			return nil, err
		}
		visas.Late.Groups[0].Rows = append(visas.Late.Groups[0].Rows, r)
	}

	places, overdue, err := custody.Counts(ctx, store, today)
	if err != nil {
		return nil, err
	}
	owed, err := custody.Overdue(ctx, store, today, custody.After{})
	if err != nil {
		return nil, err
	}
	c := count{label: ui.T(ctx, "keeping.place.lent"), n: places[custody.IsLent], late: overdue, url: "/booklets/overdue"}
	if len(owed) > 0 {
		c.first = owed[0].Due
	}
	back := p.link(ctx, ui.T(ctx, "review.hang.back"), ui.T(ctx, "review.hang.back.late"), columns(ui.T(ctx, "review.col.booklet")), []count{c})
	for _, b := range owed[:min(lateShown, len(owed))] {
		r, err := row(b.Person, b.Filing, kindName(ctx, b.Type), ui.T(ctx, "keeping.place."+string(b.Place)), b.Due, "/booklets/b/"+b.Booklet)
		if err != nil {
			return nil, err
		}
		back.Late.Groups[0].Rows = append(back.Late.Groups[0].Rows, r)
	}
	later, err := p.chased(ctx)
	if err != nil {
		return nil, err
	}
	held, err := p.barred(ctx)
	return []link{books, visas, back, later, held}, err
}

// barred is the approved delegations of which somebody may not travel any more.
func (p *Pages) barred(ctx context.Context) (link, error) {
	all, err := state.BarredCases(ctx, p.Journal.Store, lateShown)
	if err != nil {
		return link{}, err
	}
	out := p.link(ctx, ui.T(ctx, "review.hang.barred"), ui.T(ctx, "review.hang.barred.list"), []ui.Column{{Text: ui.T(ctx, "review.col.group")}, {Text: ui.T(ctx, "review.col.where")}, {Text: ui.T(ctx, "review.hang.barred.depart")}},
		[]count{{label: ui.T(ctx, "review.hang.barred.label"), n: len(all)}})
	out.Over = len(all)
	out.Group.Note = ui.T(ctx, "review.hang.barred.note", "Count", len(all))
	for i := range out.Group.Bars {
		out.Group.Bars[i].Hot, out.Group.Bars[i].Note = true, ""
	}
	for _, s := range all {
		next := state.Next(s, p.Journal.Now())
		out.Late.Groups[0].Rows = append(out.Late.Groups[0].Rows, ui.Row{State: ui.Stop, Cells: []ui.Cell{{Text: s.Title, URL: "/c/" + s.Filing, Head: true}, {Text: ui.TMap(ctx, next.Key, next.Args)}, {Text: ui.Short(ctx, s.Depart)}}})
	}
	return out, nil
}

// kindName is what people call a kind of booklet.
//
// ui:keys visadesk.with.*
func kindName(ctx context.Context, typ string) string {
	if key := "visadesk.with." + typ; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return ui.T(ctx, "review.col.booklet")
}
