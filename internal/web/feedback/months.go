package feedback

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"yitang/internal/access"
	"yitang/internal/calendar"
	room "yitang/internal/feedback"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// recent counts the ratings of the last twelve months.
func recent(ctx context.Context, j *journal.Journal) ([]room.Month, error) {
	return room.Months(ctx, j.Store, j.Now(), since(j))
}

// since is the first day of the months that are shown.
func since(j *journal.Journal) calendar.Date {
	today := j.Today()
	return calendar.On(today.Year(), today.Month(), 1).AddMonths(1 - monthsBack)
}

// figures sum the months up; late tells that an answer is overdue.
func figures(ctx context.Context, months []room.Month, late bool) ui.Figures {
	var all room.Month
	for _, m := range months {
		for g, n := range m.Grades {
			all.Grades[g] += n
		}
		all.Answered += m.Answered
	}
	content := ui.Figure{Label: ui.T(ctx, "ratings.content"), Number: "—", Sub: ui.T(ctx, "ratings.content.sub")}
	if all.Rated() > 0 {
		content.Number, content.Unit = strconv.Itoa(all.Content()), "%"
	}
	return ui.Figures{Items: []ui.Figure{{Label: ui.T(ctx, "ratings.rated"), Number: strconv.Itoa(all.Rated()), Sub: ui.T(ctx, "ratings.rated.sub")}, content,
		{Label: ui.T(ctx, "ratings.answered"), Number: strconv.Itoa(all.Answered), Unit: ui.T(ctx, "ratings.answered.of", "Count", all.Poor()), Missed: late}}}
}

// gradesTable is the head of a table of how something was rated, each a row.
func gradesTable(ctx context.Context, caption, none, first string) ui.Table {
	t := ui.Table{Caption: caption, Cards: true, Empty: ui.Empty{Text: none}, Columns: []ui.Column{{Text: first, Whole: true}}}
	for g := 5; g >= 1; g-- {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "rating.grade."+grade(g)), Number: true})
	}
	t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "ratings.content"), Number: true})
	return t
}

// gradesRow is how one of them was rated.
func gradesRow(of string, all room.Grades) ui.Row {
	row := ui.Row{Cells: []ui.Cell{{Text: of, Head: true}}}
	for g := 5; g >= 1; g-- {
		row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(all[g])})
	}
	content := "—"
	if all.Rated() > 0 {
		content = strconv.Itoa(all.Content()) + "%"
	}
	return ui.Row{Cells: append(row.Cells, ui.Cell{Text: content})}
}

// monthsTable shows each month's grades.
func monthsTable(ctx context.Context, months []room.Month) ui.Table {
	t := gradesTable(ctx, ui.T(ctx, "ratings.months"), ui.T(ctx, "ratings.months.none"), ui.T(ctx, "ratings.col.month"))
	t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "ratings.answered"), Number: true})
	var rows []ui.Row
	for _, m := range months {
		row := gradesRow(ui.T(ctx, "ratings.month", "Year", strconv.Itoa(m.First.Year()), "Month", int(m.First.Month())), m.Grades)
		row.Cells = append(row.Cells, ui.Cell{Text: ui.T(ctx, "ratings.of", "Count", m.Answered, "All", m.Poor())})
		rows = append(rows, row)
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// actsTable shows how the acts of rated visits went, of the last twelve months.
func actsTable(ctx context.Context, j *journal.Journal) (ui.Table, error) {
	kinds, err := room.ByAct(ctx, j.Store, j.Now(), since(j))
	return sharesTable(ctx, ui.T(ctx, "ratings.acts"), ui.T(ctx, "ratings.col.act"), kinds, func(k string) string { return progress.ActName(ctx, k) }), err
}

func sharesTable(ctx context.Context, caption, first string, all []room.Share, name func(string) string) ui.Table {
	t := gradesTable(ctx, caption, ui.T(ctx, "ratings.visits.none"), first)
	var rows []ui.Row
	for _, x := range all {
		rows = append(rows, gradesRow(name(x.Of), x.Grades))
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// visitTables show how the visits of each window were rated, and those that were rated
// by each way: of the last twelve months.
//
// ui:keys ratings.via.*
func visitTables(ctx context.Context, j *journal.Journal) (windows, vias ui.Table, err error) {
	places, err := room.ByWindow(ctx, j.Store, j.Now(), since(j))
	if err != nil {
		return windows, vias, err
	}
	ways, err := room.ByVia(ctx, j.Store, j.Now(), since(j))
	if err != nil {
		return windows, vias, err
	}
	windows = sharesTable(ctx, ui.T(ctx, "ratings.windows"), ui.T(ctx, "ratings.col.window"), places, func(w string) string { return w })
	vias = sharesTable(ctx, ui.T(ctx, "ratings.vias"), ui.T(ctx, "ratings.col.via"), ways, func(by string) string { return ui.T(ctx, "ratings.via."+cmp.Or(by, "unsaid")) })
	return windows, vias, nil
}

type publishedView struct {
	Head    ui.Head
	Figures ui.Figures
	Months  ui.Table
	Acts    ui.Table
	Mine    []ratable // of whoever is signed in and may rate
	Asks    bool      // somebody is
}

// getPublished shows everybody how the office is rated: numbers alone. Whoever is signed
// in comes here to rate, and finds above them what they may.
func (p *Pages) getPublished(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	months, err := recent(ctx, p.Journal)
	var acts ui.Table
	if err == nil {
		acts, err = actsTable(ctx, p.Journal)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := publishedView{Head: ui.Head{Title: ui.T(ctx, "ratings.public"), Lead: ui.T(ctx, "ratings.public.lead")}, Figures: figures(ctx, months, false), Months: monthsTable(ctx, months), Acts: acts}
	if who := web.Who(r); who.May(access.Rate) {
		v.Asks = true
		if v.Mine, err = p.ratables(ctx, who); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, publishedPage(v))
}
