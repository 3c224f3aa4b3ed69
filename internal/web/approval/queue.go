package approval

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/filing"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// queueView is the queue of one desk, or what a search found.
type queueView struct {
	Head   ui.Head
	Desks  ui.Chips
	Chips  ui.Chips
	Query  string
	Table  ui.Table
	Decide ui.Decide
}

func (p *Pages) getQueue(w http.ResponseWriter, r *http.Request) {
	ctx, who, q := r.Context(), web.Who(r), r.URL.Query()
	var v queueView
	var err error
	if text := strings.TrimSpace(q.Get("q")); text != "" {
		v, err = p.found(ctx, who, text)
	} else {
		v, err = p.queue(ctx, who, q)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev", Banner: p.said(r)}, queuePage(v))
}

// filterOf reads a filter; anything else is all.
func filterOf(s string) room.Filter {
	if f := room.Filter(s); slices.Contains(room.Filters(), f) {
		return f
	}
	return room.AllCases
}

// ui:keys review.filter.*
func filterName(ctx context.Context, f room.Filter) string {
	return ui.T(ctx, "review.filter."+string(f))
}

func queueURL(desk string, f room.Filter, after room.After) string {
	q := url.Values{"desk": {desk}}
	if f != room.AllCases {
		q.Set("f", string(f))
	}
	if after.Filing != "" {
		q.Set("due", after.Due)
		q.Set("after", after.Filing)
	}
	return "/queue?" + q.Encode()
}

func (p *Pages) queue(ctx context.Context, who access.Who, q url.Values) (queueView, error) {
	desk := q.Get("desk")
	if !slices.Contains(desks, access.Role(desk)) {
		desk = string(ownDesk(who))
	}
	f := filterOf(q.Get("f"))
	after := room.After{Due: q.Get("due"), Filing: q.Get("after")}
	today := p.Journal.Today()
	rows, err := room.Queue(ctx, p.Journal.Store, desk, f, after, room.PageSize)
	if err != nil {
		return queueView{}, err
	}
	tallies, err := room.Tallies(ctx, p.Journal.Store, desk, today)
	if err != nil {
		return queueView{}, err
	}
	hanging, err := room.Hanging(ctx, p.Journal.Store, today)
	if err != nil {
		return queueView{}, err
	}
	own, err := p.own(ctx, who)
	if err != nil {
		return queueView{}, err
	}
	all, here := tallies[room.AllCases], tallies[f]
	v := queueView{
		Head:  ui.Head{Title: ui.T(ctx, "review.queue.title", "Desk", deskName(ctx, desk)), Lead: ui.T(ctx, "review.queue.lead", "Count", all.All, "Today", all.Today, "Over", all.Overdue)},
		Desks: ui.Chips{Label: ui.T(ctx, "review.queue.desks")},
		Chips: ui.Chips{Label: ui.T(ctx, "review.queue.filters"), Note: ui.T(ctx, "review.queue.sorted")},
		Table: p.table(ctx, rows, today, here, after.Filing == "", own),
	}
	counts := map[string]int{}
	for _, h := range hanging {
		counts[h.Desk] = h.Tally.All
	}
	for _, d := range desks {
		v.Desks.Items = append(v.Desks.Items, ui.Chip{Text: deskName(ctx, string(d)), Count: counts[string(d)], Counted: true, URL: queueURL(string(d), room.AllCases, room.After{}), Current: string(d) == desk})
	}
	for _, x := range room.Filters() {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: filterName(ctx, x), Count: tallies[x].All, Counted: true, URL: queueURL(desk, x, room.After{}), Current: x == f})
	}
	if len(rows) == room.PageSize {
		last := rows[len(rows)-1]
		v.Table.Groups[len(v.Table.Groups)-1].More = ui.Link{Text: ui.T(ctx, "review.queue.more"), URL: queueURL(desk, f, room.After{Due: last.Due.String(), Filing: last.Filing})}
	}
	v.Table.Empty = ui.Empty{Text: ui.T(ctx, "review.queue.empty")}
	v.Decide = ui.Decide{Effect: ui.T(ctx, "review.queue.keys"), Keys: true}
	if n := tallies[room.Clean].All; n > 0 && f != room.Clean {
		v.Decide.Actions = []ui.Button{{Text: ui.T(ctx, "review.queue.clean", "Count", n), URL: queueURL(desk, room.Clean, room.After{}), Kind: ui.Second, Key: "B"}}
	}
	return v, nil
}

func (p *Pages) found(ctx context.Context, who access.Who, text string) (queueView, error) {
	var also room.Also
	for _, k := range filing.AmendmentKinds() {
		if strings.Contains(ui.T(ctx, "amend.head", "Kind", progress.KindName(ctx, k), "Title", ""), text) {
			also.Changes = append(also.Changes, k)
		}
	}
	for code := range p.Pack().Ref.Countries {
		if strings.EqualFold(ui.Country(ctx, p.Country, code), text) {
			also.Countries = append(also.Countries, code)
		}
	}
	rows, err := room.SearchAlso(ctx, p.Journal.Store, text, also)
	if err != nil {
		return queueView{}, err
	}
	own, err := p.own(ctx, who)
	if err != nil {
		return queueView{}, err
	}
	v := queueView{Head: ui.Head{Title: ui.T(ctx, "review.search.title", "Text", text), Lead: ui.T(ctx, "review.search.lead", "Count", len(rows))}, Query: text,
		Table: p.table(ctx, rows, p.Journal.Today(), room.Tally{}, false, own)}
	v.Table.Empty = ui.Empty{Text: ui.T(ctx, "review.search.empty"), Action: ui.Button{Text: ui.T(ctx, "review.back_to_queue"), URL: "/queue", Kind: ui.Second}}
	return v, nil
}

// own are the cases that the reader travels in: nothing is asked of them there.
func (p *Pages) own(ctx context.Context, who access.Who) ([]string, error) {
	if who.Person == "" {
		return nil, nil
	}
	rows, err := room.AheadOf(ctx, p.Journal.Store, who.Person)
	var out []string
	for _, row := range rows {
		out = append(out, row.Filing)
	}
	return out, err
}

// table groups the rows by how soon they are due; the first page carries the
// exact count of each group.
func (p *Pages) table(ctx context.Context, rows []room.QueueRow, today calendar.Date, counts room.Tally, first bool, own []string) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "review.queue.caption"), Keys: true, Cards: true, Columns: []ui.Column{
		{Text: ui.T(ctx, "review.col.number")}, {Text: ui.T(ctx, "review.col.group")}, {Text: ui.T(ctx, "review.col.unit")}, {Text: ui.T(ctx, "review.col.people"), Number: true},
		{Text: ui.T(ctx, "review.col.depart")}, {Text: ui.T(ctx, "review.col.line")}, {Text: ui.T(ctx, "review.col.todo")}, {Text: ui.T(ctx, "review.col.left"), Number: true},
	}}
	group := func(title, note string) {
		t.Groups = append(t.Groups, ui.Group{Title: title, Note: note})
	}
	was := ""
	for i, row := range rows {
		when, note := "later", ""
		switch {
		case row.Desk == "" || row.Due.IsZero():
			when = "closed"
		case row.Due.Before(today):
			when = "over"
			if first {
				note = ui.T(ctx, "review.queue.count", "Count", counts.Overdue)
			}
		case row.Due == today:
			when = "today"
			if first {
				note = ui.T(ctx, "review.queue.count", "Count", counts.Today)
			}
		}
		if when != was {
			// ui:keys review.group.*
			group(ui.T(ctx, "review.group."+when), note)
			was = when
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Rows = append(g.Rows, p.row(ctx, row, today, i == 0, slices.Contains(own, row.Filing) || row.Amends != "" && slices.Contains(own, row.Amends)))
	}
	return t
}

func (p *Pages) row(ctx context.Context, row room.QueueRow, today calendar.Date, current, own bool) ui.Row {
	number := row.Number
	if number == "" {
		number = ui.T(ctx, "review.not_numbered")
	}
	line := approvalLine(row)
	line.Size = ui.LineMini
	out := ui.Row{Current: current, Cells: []ui.Cell{
		{Text: number, Quiet: true},
		{Text: marked(ctx, row), URL: "/c/" + row.Filing, Head: true, Sub: p.countries(ctx, row.Countries)},
		{Text: row.UnitName}, {Text: ui.Count(row.Travelling())}, {Text: ui.Short(ctx, row.Depart)}, {Show: line}, {Tag: changing(ctx, row, todo(ctx, row, today))}, {Tag: left(ctx, row.Due, today)},
	}}
	if own && row.Desk != "" && row.Desk != "unit" {
		out.Cells[6].Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "review.todo.own")}
	}
	if row.Desk != "" && row.Due.Before(today) {
		out.State = ui.Stop
	}
	return out
}

// todo says what a row asks of its reader: what is urgent or has come back, and
// in any case whether something is left to judge, which is what the filter
// counts by.
//
// ui:keys review.stage.*
func todo(ctx context.Context, row room.QueueRow, today calendar.Date) ui.Tag {
	if row.Desk == "" || row.Desk == "unit" {
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "review.stage."+string(row.Stage))}
	}
	if row.StandsStill(today) {
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cross.queue", "Day", ui.Short(ctx, row.Awaits))}
	}
	t := ui.Tag{State: ui.OK, Word: ui.T(ctx, "review.todo.clean")}
	if row.Questions > 0 {
		t = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "review.todo.judge", "Count", row.Questions)}
	}
	if row.Against > 0 {
		t = ui.Tag{State: ui.Warn, Word: ui.Clauses(ctx, ui.T(ctx, "review.todo.against", "Count", row.Against), t.Word)}
	}
	switch {
	case row.Corrected:
		t = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "review.todo.both", "What", ui.T(ctx, "review.todo.corrected"), "Judge", t.Word)}
	case row.Urgent:
		t = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "review.todo.both", "What", ui.T(ctx, "review.todo.urgent"), "Judge", t.Word)}
	}
	return t
}

// approvalLine is how far the first link has come, where nobody tells of the
// other two.
func approvalLine(row room.QueueRow) ui.Line {
	s := ui.Station{State: ui.Here, Filled: 2}
	switch row.Stage {
	case room.UnderReview:
		if n := len(row.Steps); n > 0 {
			s.Filled = 3 + row.Step*6/n
		}
	case room.WithUnit:
		s.Filled = 2
	case room.IsDecided:
		s.Filled = 9
	case room.IsIssued, room.IsClosed, room.IsRefused, room.IsRevoked, room.IsWithdrawn:
		s = ui.Station{State: ui.Done}
	}
	return ui.Line{Approval: s}
}

func (p *Pages) getSign(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	rows, err := room.Queue(ctx, p.Journal.Store, string(access.Director), room.AllCases, room.After{Due: r.URL.Query().Get("due"), Filing: r.URL.Query().Get("after")}, room.PageSize)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	today := p.Journal.Today()
	t := ui.Table{Caption: ui.T(ctx, "review.sign.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "review.sign.empty")}, Columns: []ui.Column{
		{Text: ui.T(ctx, "review.col.number")}, {Text: ui.T(ctx, "review.col.group")}, {Text: ui.T(ctx, "review.col.unit")}, {Text: ui.T(ctx, "review.col.head")},
		{Text: ui.T(ctx, "review.col.people"), Number: true}, {Text: ui.T(ctx, "review.col.depart")}, {Text: ui.T(ctx, "review.col.opinion")}, {Text: ui.T(ctx, "review.col.left"), Number: true},
	}, Groups: []ui.Group{{}}}
	for i, row := range rows {
		opinion, err := p.opinionOf(ctx, row)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Current: i == 0, Cells: []ui.Cell{
			{Text: row.Number, Quiet: true}, {Text: marked(ctx, row), URL: "/c/" + row.Filing, Head: true, Sub: p.countries(ctx, row.Countries)}, {Text: row.UnitName}, {Text: row.Head},
			{Text: ui.Count(row.People)}, {Text: ui.Short(ctx, row.Depart)}, {Tag: opinion}, {Tag: left(ctx, row.Due, today)},
		}})
	}
	if len(rows) == room.PageSize {
		last := rows[len(rows)-1]
		t.Groups[0].More = ui.Link{Text: ui.T(ctx, "review.queue.more"), URL: "/sign?" + url.Values{"due": {last.Due.String()}, "after": {last.Filing}}.Encode()}
	}
	tallies, err := room.Tallies(ctx, p.Journal.Store, string(access.Director), today)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	n := tallies[room.AllCases]
	head := ui.Head{Title: ui.T(ctx, "review.sign.title", "Count", n.All), Lead: ui.T(ctx, "review.queue.lead", "Count", n.All, "Today", n.Today, "Over", n.Overdue)}
	p.Site.Show(w, r, ui.Page{Title: head.Title, Banner: p.said(r)}, listPage(head, t))
}

// opinionOf sums up what the step before thinks of a case.
func (p *Pages) opinionOf(ctx context.Context, row room.QueueRow) (ui.Tag, error) {
	reviews, err := p.reviews(ctx, row.Filing)
	if err != nil || len(reviews) == 0 {
		return ui.Tag{}, err
	}
	against := 0
	for _, o := range reviews[len(reviews)-1].Opinions {
		if !o.Approve {
			against++
		}
	}
	if against == 0 {
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "review.opinion.all", "Count", row.People)}, nil
	}
	return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "review.opinion.some", "For", row.People-against, "Against", against)}, nil
}

func (p *Pages) getHang(w http.ResponseWriter, r *http.Request) {
	ctx, today := r.Context(), p.Journal.Today()
	hanging, err := room.Hanging(ctx, p.Journal.Store, today)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	// The desk that keeps people waiting longest gives the page its title.
	worst := room.Hang{FirstDue: today}
	total := room.Tally{}
	for _, h := range hanging {
		total.All, total.Overdue, total.Today = total.All+h.Tally.All, total.Overdue+h.Tally.Overdue, total.Today+h.Tally.Today
		if h.FirstDue.Before(worst.FirstDue) {
			worst = h
		}
	}
	g := ui.BarGroup{Title: ui.T(ctx, "ui.line.approval"), Note: ui.T(ctx, "review.queue.count", "Count", total.All)}
	slices.SortFunc(hanging, func(a, b room.Hang) int { return slices.Index(deskOrder, a.Desk) - slices.Index(deskOrder, b.Desk) })
	for _, h := range hanging {
		bar := ui.Bar{Label: deskName(ctx, h.Desk), Value: h.Tally.All, Hot: h.Tally.Overdue > 0, URL: queueURL(h.Desk, room.AllCases, room.After{}), Note: ui.T(ctx, "review.hang.in_time")}
		switch {
		case h.Desk == "unit":
			bar.URL = ""
			fallthrough
		default:
			if h.Tally.Overdue > 0 {
				bar.Note = ui.T(ctx, "review.hang.over", "Over", h.Tally.Overdue, "Count", today.Sub(h.FirstDue))
				if h.Tally.Today > 0 {
					bar.Note = ui.Clauses(ctx, bar.Note, ui.T(ctx, "review.hang.today", "Count", h.Tally.Today))
				}
			} else if h.Tally.Today > 0 {
				bar.Note = ui.T(ctx, "review.hang.today", "Count", h.Tally.Today)
			}
		}
		g.Bars = append(g.Bars, bar)
	}
	var late []room.QueueRow
	for _, h := range hanging {
		rows, err := room.Queue(ctx, p.Journal.Store, h.Desk, room.AllCases, room.After{}, 10)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		for _, row := range rows {
			if row.Due.Before(today) {
				late = append(late, row)
			}
		}
	}
	slices.SortFunc(late, func(a, b room.QueueRow) int { return a.Due.Compare(b.Due) })
	t := ui.Table{Caption: ui.T(ctx, "review.hang.late"), Titled: true, Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "review.hang.empty")}, Columns: []ui.Column{
		{Text: ui.T(ctx, "review.col.number")}, {Text: ui.T(ctx, "review.col.group")}, {Text: ui.T(ctx, "review.col.unit")}, {Text: ui.T(ctx, "review.col.where")}, {Text: ui.T(ctx, "review.col.left"), Number: true}}, Groups: []ui.Group{{}}}
	for _, row := range late {
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{State: ui.Stop, Cells: []ui.Cell{{Text: row.Number, Quiet: true}, {Text: marked(ctx, row), URL: "/c/" + row.Filing, Head: true}, {Text: row.UnitName},
			{Text: deskName(ctx, row.Desk)}, {Tag: left(ctx, row.Due, today)}}})
	}
	title := ui.T(ctx, "review.hang.flowing", "Count", total.All)
	if worst.FirstDue.Before(today) {
		title = ui.T(ctx, "review.hang.title", "Desk", deskName(ctx, worst.Desk), "Over", worst.Tally.Overdue, "Count", today.Sub(worst.FirstDue))
	}
	head := ui.Head{Title: title, Lead: ui.T(ctx, "review.queue.lead", "Count", total.All, "Today", total.Today, "Over", total.Overdue)}
	if total.All == 0 {
		head.Title = ui.T(ctx, "review.hang.none")
	}
	links, err := p.links(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	tables := []ui.Table{t}
	groups := []ui.BarGroup{g}
	over := make([]int, len(links))
	for i, l := range links {
		over[i] = l.Over
		if len(l.Group.Bars) > 0 {
			groups = append(groups, l.Group)
		}
		if l.Over > 0 {
			tables = append(tables, l.Late)
		}
	}
	if over[0]+over[1]+over[2] > 0 {
		head.Lead += " " + ui.T(ctx, "review.hang.beyond", "Passports", over[0], "Visas", over[1], "Back", over[2])
	}
	bars := ui.Bars{Title: ui.T(ctx, "review.hang.where", "Count", total.All), Label: ui.T(ctx, "review.col.where"), Unit: ui.T(ctx, "review.hang.cases"), Groups: groups}
	cost, err := p.spent(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: head.Title}, hangPage(head, cost, bars, tables))
}

var deskOrder = append([]string{"unit"}, pack.StepRoles()...)
