package feedback

import (
	"context"
	"net/http"
	"strconv"

	"yitang/internal/calendar"
	room "yitang/internal/feedback"
	"yitang/internal/journal"
	"yitang/internal/web/ui"
)

// recent counts the ratings of the last twelve months.
func recent(ctx context.Context, j *journal.Journal) ([]room.Month, error) {
	today := j.Today()
	return room.Months(ctx, j.Store, j.Now(), calendar.On(today.Year(), today.Month(), 1).AddMonths(1-monthsBack))
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

// monthsTable shows each month's grades.
func monthsTable(ctx context.Context, months []room.Month) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "ratings.months"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "ratings.months.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "ratings.col.month"), Whole: true}}}
	for g := 5; g >= 1; g-- {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "rating.grade."+grade(g)), Number: true})
	}
	t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "ratings.content"), Number: true}, ui.Column{Text: ui.T(ctx, "ratings.answered"), Number: true})
	var rows []ui.Row
	for _, m := range months {
		row := ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "ratings.month", "Year", strconv.Itoa(m.First.Year()), "Month", int(m.First.Month())), Head: true}}}
		for g := 5; g >= 1; g-- {
			row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(m.Grades[g])})
		}
		content := "—"
		if m.Rated() > 0 {
			content = strconv.Itoa(m.Content()) + "%"
		}
		rows = append(rows, ui.Row{Cells: append(row.Cells, ui.Cell{Text: content}, ui.Cell{Text: ui.T(ctx, "ratings.of", "Count", m.Answered, "All", m.Poor())})})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

type publishedView struct {
	Head    ui.Head
	Figures ui.Figures
	Months  ui.Table
}

// getPublished shows everybody how the office is rated: numbers alone.
func (p *Pages) getPublished(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	months, err := recent(ctx, p.Journal)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	h := ui.Head{Title: ui.T(ctx, "ratings.public"), Lead: ui.T(ctx, "ratings.public.lead")}
	p.Site.Show(w, r, ui.Page{Title: h.Title}, publishedPage(publishedView{Head: h, Figures: figures(ctx, months, false), Months: monthsTable(ctx, months)}))
}
