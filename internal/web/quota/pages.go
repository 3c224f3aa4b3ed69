// Package quota is the pages of annual plans: on the Internet a unit writes its
// plan, its signatory hands it in, and both see what is left of it and which
// case used what; in the office all units' plans are read and put in force.
package quota

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	room "yitang/internal/quota"
	"yitang/internal/sheet"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Country spells a country's code in a language.
type Country func(code, lang string) string

// standing is a unit's plan for a year with what was used of it, and what the
// unit is about to change.
type standing struct {
	Unit     string
	Year     int
	Row      room.Row
	Plan     room.Plan // the zero value while none is in force
	Proposal room.Proposal
	Version  journal.Version // of the proposal
	Uses     []filing.Use
	History  []room.Step
}

func stands(ctx context.Context, j *journal.Journal, unit string, year int) (standing, error) {
	s := standing{Unit: unit, Year: year}
	var err error
	if s.Row, _, err = room.One(ctx, j.Store, unit, year); err != nil {
		return s, err
	}
	if s.Plan, _, err = room.Of(ctx, j.Store, unit, year); err != nil {
		return s, err
	}
	if s.Proposal, s.Version, err = journal.Load(ctx, j, room.Proposals, room.ID(unit, year)); err != nil {
		return s, err
	}
	if s.Uses, err = node.PlanUses(ctx, j, unit, year); err != nil {
		return s, err
	}
	s.History, err = room.History(ctx, j.Store, unit, year)
	return s, err
}

// inUse names, for each line that live cases stand on, one of them.
func (s standing) inUse() map[string]string {
	out := map[string]string{}
	for _, u := range s.Uses {
		if l, known := room.Find(s.Plan.Lines, u.Line); known {
			out[l.ID] = u.Title
		}
	}
	return out
}

// draft is where writing goes on: what the unit last wrote, or what is in force.
func (s standing) draft() ([]room.Line, string) {
	if s.Proposal.Stage == room.InDraft || s.Proposal.Stage == room.IsPresented || s.Row.Waits() || s.sentBack() {
		return s.Proposal.Lines, s.Proposal.Reason
	}
	return s.Plan.Lines, ""
}

// sentBack tells whether the last answer of the office was that the plan be
// written otherwise.
func (s standing) sentBack() bool {
	return s.Proposal.Round > 0 && !s.Row.Waits() && len(s.History) > 0 && s.History[0].What == room.WasSentBack
}

// proposed tells whether there is something of the unit's that isn't in force.
func (s standing) proposed() bool {
	return s.Proposal.Stage == room.InDraft || s.Proposal.Stage == room.IsPresented || s.Row.Waits() || s.sentBack()
}

// used sums what the plan counts.
func (s standing) used() (groups, people int, fen int64) {
	for _, u := range s.Uses {
		groups, people, fen = groups+u.Groups(), people+u.Members, fen+u.AmountFen
	}
	return groups, people, fen
}

// show lays out a plan with what was used of it.
type show struct {
	ctx     context.Context
	country Country
	caseURL func(id string) string
}

func (x show) countries(codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = ui.Country(x.ctx, x.country, c)
	}
	return ui.List(x.ctx, names)
}

func (x show) month(m int) string {
	if m == 0 {
		return ui.T(x.ctx, "plan.month.open")
	}
	return ui.T(x.ctx, "plan.month", "Month", m)
}

// figures is what is left of groups, people and money.
func (x show) figures(s standing) ui.Figures {
	groups, people, fen := s.used()
	one := func(key string, left, all, used string, over bool) ui.Figure {
		return ui.Figure{Label: ui.T(x.ctx, "plan.left."+key), Number: left, Sub: ui.T(x.ctx, "plan.of_used", "All", all, "Used", used), Missed: over}
	}
	// ui:keys plan.left.*
	p := s.Plan
	return ui.Figures{Items: []ui.Figure{
		one("groups", strconv.Itoa(p.Groups-groups), strconv.Itoa(p.Groups), strconv.Itoa(groups), groups > p.Groups),
		one("people", strconv.Itoa(p.People-people), strconv.Itoa(p.People), strconv.Itoa(people), people > p.People),
		one("amount", ui.Yuan(x.ctx, p.AmountFen-fen), ui.Yuan(x.ctx, p.AmountFen), ui.Yuan(x.ctx, fen), fen > p.AmountFen),
	}}
}

// rest is what the whole plan has beyond its lines, for trips that nobody could
// plan: the office grants it with the plan.
func rest(s standing) (groups, people int, fen int64) {
	groups, people, fen = room.Sums(s.Plan.Lines)
	return s.Plan.Groups - groups, s.Plan.People - people, s.Plan.AmountFen - fen
}

func (x show) sums(key string, groups, people int, fen int64) string {
	return ui.T(x.ctx, key, "Groups", groups, "People", people, "Yuan", ui.Yuan(x.ctx, fen))
}

// whole tells what the lines in force come to, what is left beside them, and
// that both together are the plan.
//
// ui:keys plan.sums.*
func (x show) whole(s standing) string {
	if len(s.Plan.Lines) == 0 {
		return ""
	}
	groups, people, fen := room.Sums(s.Plan.Lines)
	lines := x.sums("plan.sums.lines", groups, people, fen)
	if g, n, f := rest(s); g > 0 || n > 0 || f > 0 {
		return ui.Sentences(x.ctx, lines, x.sums("plan.sums.rest", g, n, f), x.sums("plan.sums.whole", s.Plan.Groups, s.Plan.People, s.Plan.AmountFen))
	}
	return lines
}

// granted is what the office's form begins with: what is on record stays where
// the lines fit into it, since more than they want is left for trips that nobody
// can plan.
func granted(s standing, lines []room.Line) (groups, people int, fen int64) {
	groups, people, fen = room.Sums(lines)
	return max(s.Plan.Groups, groups), max(s.Plan.People, people), max(s.Plan.AmountFen, fen)
}

// becomes tells what the plan in force is, and what the whole would be with the
// lines that are proposed, by what the office's form begins with.
func (x show) becomes(s standing) string {
	if !s.Row.InForce {
		return ui.T(x.ctx, "plan.becomes.first")
	}
	groups, people, fen := granted(s, s.Proposal.Lines)
	return ui.Sentences(x.ctx, x.sums("plan.becomes.now", s.Plan.Groups, s.Plan.People, s.Plan.AmountFen), x.sums("plan.becomes.then", groups, people, fen))
}

// lines is the plan in force, each line with the cases that use it.
func (x show) lines(s standing) ui.Table {
	ctx := x.ctx
	t := ui.Table{Caption: ui.T(ctx, "plan.lines"), Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "plan.col.trip")}, {Text: ui.T(ctx, "plan.col.month")},
		{Text: ui.T(ctx, "plan.col.people"), Number: true, Whole: true}, {Text: ui.T(ctx, "plan.col.amount"), Number: true, Whole: true}, {Text: ui.T(ctx, "plan.col.by")}, {Text: ui.T(ctx, "plan.col.state")}}}
	var rows []ui.Row
	for _, l := range s.Plan.Lines {
		var by []filing.Use
		people, fen := 0, int64(0)
		for _, u := range s.Uses {
			if is, known := room.Find(s.Plan.Lines, u.Line); known && is.ID == l.ID {
				by, people, fen = append(by, u), people+u.Members, fen+u.AmountFen
			}
		}
		tag := ui.Tag{State: ui.Info, Word: ui.T(ctx, "plan.is.free")}
		switch {
		case len(by) > 1:
			tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "plan.is.twice")}
		case people > l.People || l.AmountFen > 0 && fen > l.AmountFen:
			tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "plan.is.over")}
		case len(by) == 1:
			tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "plan.is.used")}
		}
		used := ui.Cell{}
		if len(by) > 0 {
			used.Show = usesOf(x.links(by))
		}
		rows = append(rows, ui.Row{ID: "line-" + l.ID, Cells: []ui.Cell{
			{Text: l.Title, Head: true, Sub: dots(l.ID, x.countries(l.Countries))}, {Text: x.month(l.Month)},
			{Text: strconv.Itoa(l.People), Sub: x.drawn(len(by), strconv.Itoa(people))}, {Text: ui.Yuan(ctx, l.AmountFen), Sub: x.drawn(len(by), ui.Yuan(ctx, fen))},
			used, {Tag: tag}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

func (x show) drawn(n int, what string) string {
	if n == 0 {
		return ""
	}
	return ui.T(x.ctx, "plan.drawn", "What", what)
}

func (x show) links(uses []filing.Use) []ui.Link {
	var out []ui.Link
	for _, u := range uses {
		out = append(out, ui.Link{Text: u.Title, URL: x.caseURL(u.Filing)})
	}
	return out
}

// unplanned are the cases that the plan counts and none of its lines foresaw.
func unplanned(s standing) []filing.Use {
	var out []filing.Use
	for _, u := range s.Uses {
		if _, planned := room.Find(s.Plan.Lines, u.Line); !planned {
			out = append(out, u)
		}
	}
	return out
}

// took says what they use of the plan's sums, and whether that is more than was
// left for them: then it is missing for the lines.
func (x show) took(s standing) string {
	if !s.Row.InForce {
		return ""
	}
	groups, people, fen := 0, 0, int64(0)
	for _, u := range unplanned(s) {
		groups, people, fen = groups+u.Groups(), people+u.Members, fen+u.AmountFen
	}
	if people == 0 {
		return ""
	}
	all := x.sums("plan.sums.took", groups, people, fen)
	if left, _, _ := rest(s); len(s.Plan.Lines) > 0 && groups > left {
		return ui.Sentences(x.ctx, all, ui.T(x.ctx, "plan.off.over", "Left", max(left, 0), "Over", groups-max(left, 0)))
	}
	return all
}

func (x show) off(s standing) ui.Table {
	ctx := x.ctx
	t := ui.Table{Caption: ui.T(ctx, "plan.off"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "plan.off.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "plan.col.trip")}, {Text: ui.T(ctx, "plan.col.depart")},
		{Text: ui.T(ctx, "plan.col.took")}, {Text: ui.T(ctx, "plan.col.people"), Number: true, Whole: true}, {Text: ui.T(ctx, "plan.col.amount"), Number: true, Whole: true}}}
	var rows []ui.Row
	for _, u := range unplanned(s) {
		sub := ""
		if u.Line != "" {
			sub = ui.T(ctx, "plan.off.number", "Line", u.Line)
		}
		takes := ui.Cell{Text: ui.T(ctx, "plan.takes", "Count", u.Groups())}
		if u.Groups() == 0 {
			takes = ui.Cell{Text: ui.T(ctx, "plan.takes.none"), Quiet: true}
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: u.Title, URL: x.caseURL(u.Filing), Head: true, Sub: sub}, {Text: ui.Date(ctx, u.Depart)}, takes, {Text: strconv.Itoa(u.Members)}, {Text: ui.Yuan(ctx, u.AmountFen)}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// changes is what a unit proposes, line by line, against what is in force.
func (x show) changes(s standing, lines []room.Line) ui.Table {
	ctx := x.ctx
	t := ui.Table{Caption: ui.T(ctx, "plan.proposed"), Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "plan.col.trip")}, {Text: ui.T(ctx, "plan.col.month")},
		{Text: ui.T(ctx, "plan.col.people"), Number: true}, {Text: ui.T(ctx, "plan.col.amount"), Number: true}, {Text: ui.T(ctx, "plan.col.change")}}}
	cell := func(was, is string, had bool) ui.Cell {
		c := ui.Cell{Text: is}
		if had && was != is {
			c.Sub = ui.T(ctx, "plan.was", "What", was)
		}
		return c
	}
	var rows []ui.Row
	row := func(l, was room.Line, had bool, tag ui.Tag) {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: l.Title, Head: true, Sub: dots(l.ID, x.countries(l.Countries), l.Purpose)}, cell(x.month(was.Month), x.month(l.Month), had),
			cell(strconv.Itoa(was.People), strconv.Itoa(l.People), had), cell(ui.Yuan(ctx, was.AmountFen), ui.Yuan(ctx, l.AmountFen), had), {Tag: tag}}})
	}
	for _, l := range lines {
		was, had := room.Find(s.Plan.Lines, l.ID)
		var tag ui.Tag
		switch {
		case !had:
			tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "plan.change.new")}
		case fmt.Sprint(was) != fmt.Sprint(l):
			tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "plan.change.other")}
		}
		row(l, was, had, tag)
	}
	for _, l := range s.Plan.Lines {
		if _, kept := room.Find(lines, l.ID); !kept {
			row(l, l, true, ui.Tag{State: ui.Warn, Word: ui.T(ctx, "plan.change.gone")})
		}
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// history is what was done with the plan, the latest first.
//
// ui:keys plan.step.*
func (x show) history(s standing) ui.Table {
	ctx := x.ctx
	t := ui.Table{Caption: ui.T(ctx, "plan.history"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "plan.history.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "plan.col.what")}, {Text: ui.T(ctx, "plan.col.when")}, {Text: ui.T(ctx, "plan.col.sums")}, {Text: ui.T(ctx, "plan.col.words")}}}
	var rows []ui.Row
	for _, h := range s.History {
		sums := ""
		if h.What != room.WasSentBack {
			sums = ui.T(ctx, "plan.sums", "Groups", h.Groups, "People", h.People, "Yuan", ui.Yuan(ctx, h.AmountFen))
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "plan.step."+string(h.What), "Round", h.Round), Head: true}, {Text: ui.At(ctx, h.At), Quiet: true}, {Text: sums}, {Text: h.Words}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// export gives a plan as a workbook that can be read in again.
func (x show) export(name string, lines []room.Line) ([]byte, error) {
	english := !ui.LangOf(x.ctx).Chinese()
	fields := sheet.Fields(sheet.Plan)
	var titles []sheet.Title
	for _, f := range fields {
		label := sheet.Label(f, english)
		if f == "amount" {
			label += map[bool]string{true: " (yuan)", false: "（元）"}[english]
		}
		titles = append(titles, sheet.Title{Text: label, Width: 18})
	}
	return sheet.Export(name, titles, func(yield func([]string) bool) {
		for _, l := range lines {
			m := map[string]string{"title": l.Title, "head": l.Head, "countries": x.countries(l.Countries), "purpose": l.Purpose, "category": string(l.Category), "fund": string(l.Fund), "amount": room.Yuan(l.AmountFen).String()}
			for name, n := range map[string]int{"people": l.People, "days": l.Days, "month": l.Month} {
				if n > 0 {
					m[name] = strconv.Itoa(n)
				}
			}
			row := make([]string, len(fields))
			for i, f := range fields {
				row[i] = sheet.WordLabel(f, m[f], english)
			}
			if !yield(row) {
				return
			}
		}
	})
}

// give sends a workbook.
func give(s *web.Site, w http.ResponseWriter, r *http.Request, name string, data []byte, err error) {
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".xlsx"}))
	if _, err := w.Write(data); err != nil {
		s.Log.Warn("sending a workbook", "err", err)
	}
}

// yearOf is the year that a page is asked for; without one the present one.
func yearOf(r *http.Request, j *journal.Journal) int {
	if y, err := strconv.Atoi(strings.TrimSpace(r.FormValue("year"))); err == nil && y >= 2000 && y <= 2200 {
		return y
	}
	return j.Today().Year()
}

// years leads to the plans of the years around.
func years(ctx context.Context, path string, year, today int) ui.Chips {
	c := ui.Chips{Label: ui.T(ctx, "plan.years")}
	all := []int{today - 1, today, today + 1}
	if !slices.Contains(all, year) {
		all = append(all, year)
	}
	for _, y := range all {
		c.Items = append(c.Items, ui.Chip{Text: ui.T(ctx, "plan.year", "Year", strconv.Itoa(y)), URL: path + "?year=" + strconv.Itoa(y), Current: y == year})
	}
	return c
}

// dots joins what is there.
func dots(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func word(ctx context.Context, kind, value string) string {
	if value == "" {
		return ""
	}
	return ui.T(ctx, "word."+kind+"."+value)
}

func caseAt(prefix string) func(string) string {
	return func(id string) string { return prefix + url.PathEscape(id) }
}

var categories, funds = dossier.Category("").Words(), dossier.Fund("").Words()
