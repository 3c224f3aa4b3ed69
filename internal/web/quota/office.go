package quota

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/node"
	room "yitang/internal/quota"
	"yitang/internal/sheet"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Office is the pages on which the office reads all plans and answers them.
type Office struct {
	Site    *web.Site
	Country Country
}

// Routes are the addresses of these pages.
func (p *Office) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /plans", Right: access.SeePlans, Handle: p.getPlans},
		{Pattern: "GET /plans/export", Right: access.SeePlans, Handle: p.getExport},
		{Pattern: "GET /plans/{plan}", Right: access.SeePlans, Handle: p.getPlan},
		{Pattern: "POST /plans/{plan}", Right: access.KeepPlans, Handle: p.postPlan},
	}
}

type plansView struct {
	Head  ui.Head
	Year  string
	Query string
	Show  string
	Years ui.Chips
	Chips ui.Chips
	Table ui.Table
	Pages []ui.Link
}

// sum is one unit's plan beside what it has used.
type sum struct {
	room.Row
	Name           string
	Groups, People int // used
	Fen            int64
}

func (s sum) over() bool {
	return s.InForce && (s.Groups > s.Row.Groups || s.People > s.Row.People || s.Fen > s.Row.AmountFen)
}

// under tells whether less than half of the planned groups have been used.
func (s sum) under() bool { return s.InForce && !s.over() && 2*s.Groups < s.Row.Groups }

const pageSize = 50

// kept tells which of the office's filters a sum passes, in the order of their
// chips. ui:keys plans.show.*
var kept = []struct {
	name string
	is   func(sum) bool
}{
	{"", func(sum) bool { return true }}, {"waits", func(s sum) bool { return s.Waits() }}, {"over", sum.over}, {"under", sum.under}, {"none", func(s sum) bool { return !s.InForce }},
}

// sums lists every unit, what waits for an answer first.
func (p *Office) sums(ctx context.Context, year int, query string) ([]sum, error) {
	store := p.Site.Journal.Store
	names, err := unit.Names(ctx, store)
	if err != nil {
		return nil, err
	}
	rows, err := room.OfYear(ctx, store, year)
	if err != nil {
		return nil, err
	}
	of := map[string]room.Row{}
	for _, r := range rows {
		of[r.Unit] = r
	}
	uses, err := node.AllPlanUses(ctx, p.Site.Journal, year)
	if err != nil {
		return nil, err
	}
	var out []sum
	for id, name := range names {
		if query != "" && !strings.Contains(dossier.Letters(name), dossier.Letters(query)) {
			continue
		}
		s := sum{Row: of[id], Name: name}
		s.Unit, s.Year = id, year
		s.Groups, s.People, s.Fen = standing{Uses: uses[id]}.used()
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b sum) int {
		if a.Waits() != b.Waits() {
			if a.Waits() {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name+a.Unit, b.Name+b.Unit)
	})
	return out, nil
}

func plansURL(year int) string { return "/plans?year=" + strconv.Itoa(year) }

func (p *Office) getPlans(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	year := yearOf(r, p.Site.Journal)
	v := plansView{Year: strconv.Itoa(year), Query: strings.TrimSpace(r.FormValue("q")), Show: r.FormValue("show"), Years: years(ctx, "/plans", year, p.Site.Journal.Today().Year())}
	all, err := p.sums(ctx, year, v.Query)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	link := func(show string, from int) string {
		q := url.Values{"year": {v.Year}}
		for name, value := range map[string]string{"q": v.Query, "show": show} {
			if value != "" {
				q.Set(name, value)
			}
		}
		if from > 0 {
			q.Set("from", strconv.Itoa(from))
		}
		return "/plans?" + q.Encode()
	}
	list, waits := all, 0
	v.Chips.Label = ui.T(ctx, "plans.filter")
	for _, k := range kept {
		n := 0
		var only []sum
		for _, s := range all {
			if k.is(s) {
				n, only = n+1, append(only, s)
			}
		}
		name := k.name
		if name == "" {
			name = "all"
		}
		if k.name == "waits" {
			waits = n
		}
		if v.Show == k.name {
			list = only
		}
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "plans.show."+name), Count: n, Counted: true, URL: link(k.name, 0), Current: v.Show == k.name})
	}
	v.Head = ui.Head{Title: ui.T(ctx, "plans.title", "Year", v.Year), Lead: ui.T(ctx, "plans.lead", "Count", waits), Actions: []ui.Button{{Text: ui.T(ctx, "plan.export"), URL: "/plans/export?year=" + v.Year, Kind: ui.Second}}}
	from, err := strconv.Atoi(r.FormValue("from"))
	if err != nil || from < 0 || from >= len(list) {
		from = 0
	}
	to := min(from+pageSize, len(list))
	if from > 0 {
		v.Pages = append(v.Pages, ui.Link{Text: ui.T(ctx, "plans.before"), URL: link(v.Show, max(0, from-pageSize))})
	}
	if to < len(list) {
		v.Pages = append(v.Pages, ui.Link{Text: ui.T(ctx, "plans.after"), URL: link(v.Show, to)})
	}
	v.Table = p.table(ctx, list[from:to])
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Banner: said(r)}, plansPage(v))
}

func (p *Office) table(ctx context.Context, list []sum) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "plans.table"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "plans.empty")}, Columns: []ui.Column{{Text: ui.T(ctx, "plans.col.unit")}, {Text: ui.T(ctx, "plan.left.groups.used"), Number: true},
		{Text: ui.T(ctx, "plan.left.people.used"), Number: true}, {Text: ui.T(ctx, "plan.left.amount.used"), Number: true}, {Text: ui.T(ctx, "plan.col.state")}}}
	var rows []ui.Row
	for _, s := range list {
		of := func(used, all string) ui.Cell {
			if !s.InForce {
				return ui.Cell{Text: used}
			}
			return ui.Cell{Text: used, Sub: ui.T(ctx, "plan.of", "All", all)}
		}
		tag := ui.Tag{State: ui.OK, Word: ui.T(ctx, "plans.is.in_force")}
		switch {
		case s.Waits():
			tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "plans.is.waits")}
		case !s.InForce:
			tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "plans.is.none")}
		case s.over():
			tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "plans.is.over")}
		case s.under():
			tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "plans.is.under")}
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: s.Name, URL: "/plans/" + url.PathEscape(room.ID(s.Unit, s.Year)), Head: true}, of(strconv.Itoa(s.Groups), strconv.Itoa(s.Row.Groups)), of(strconv.Itoa(s.People), strconv.Itoa(s.Row.People)),
			of(ui.Yuan(ctx, s.Fen), ui.Yuan(ctx, s.Row.AmountFen)), {Tag: tag}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// getExport gives every unit's plan and use as a workbook.
func (p *Office) getExport(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	year := yearOf(r, p.Site.Journal)
	name := ui.T(ctx, "plans.title", "Year", strconv.Itoa(year))
	all, err := p.sums(ctx, year, "")
	var data []byte
	if err == nil {
		var titles []sheet.Title
		for _, key := range []string{"plans.col.unit", "plan.field.groups", "plan.left.groups.used", "plan.field.people", "plan.left.people.used", "plan.field.amount", "plan.left.amount.used"} {
			titles = append(titles, sheet.Title{Text: ui.T(ctx, key), Width: 18})
		}
		// ui:keys plan.field.*
		data, err = sheet.Export(name, titles, func(yield func([]string) bool) {
			for _, s := range all {
				if !yield([]string{s.Name, strconv.Itoa(s.Row.Groups), strconv.Itoa(s.Groups), strconv.Itoa(s.Row.People), strconv.Itoa(s.People), room.Yuan(s.Row.AmountFen).String(), room.Yuan(s.Fen).String()}) {
					return
				}
			}
		})
	}
	give(p.Site, w, r, name, data, err)
}

func (p *Office) getPlan(w http.ResponseWriter, r *http.Request) { p.showPlan(w, r, nil) }

func (p *Office) open(r *http.Request) (standing, string, error) {
	ctx := r.Context()
	u, year, err := room.Named(r.PathValue("plan"))
	if err != nil {
		return standing{}, "", err
	}
	one, err := unit.One(ctx, p.Site.Journal.Store, u)
	if err != nil {
		return standing{}, "", err
	}
	s, err := stands(ctx, p.Site.Journal, u, year)
	return s, one.Name, err
}

func (p *Office) showPlan(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	s, name, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	x := show{ctx, p.Country, caseAt("/c/")}
	year := strconv.Itoa(s.Year)
	v := planView{Head: ui.Head{Title: ui.T(ctx, "plans.one", "Name", name, "Year", year)}, Lines: x.lines(s), Off: x.off(s), Took: x.took(s), History: x.history(s)}
	v.Lines.Empty = ui.Empty{Text: ui.T(ctx, "plans.no_lines")}
	if s.Row.InForce {
		figs := x.figures(s)
		v.Figures = &figs
		v.Whole = x.whole(s)
	}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	if s.Row.Waits() {
		p.deciding(r, s, x, failed, &v)
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "plans.crumb"), URL: plansURL(s.Year)}, {Text: v.Head.Title}}}, planPage(v))
}

// deciding shows what was handed in and, to whoever may, the two answers.
func (p *Office) deciding(r *http.Request, s standing, x show, failed error, v *planView) {
	ctx := r.Context()
	table := x.changes(s, s.Proposal.Submitted)
	v.Proposed, v.Reason = &table, s.Proposal.Reason
	groups, people, fen := room.Sums(s.Proposal.Submitted)
	v.Sums = ui.T(ctx, "plan.sums.lines", "Groups", groups, "People", people, "Yuan", ui.Yuan(ctx, fen))
	if !web.Who(r).May(access.KeepPlans) {
		v.Notes = append(v.Notes, ui.Note{State: ui.Wait, Text: ui.T(ctx, "plans.chief")})
		return
	}
	wrong := ui.FieldErrors(ctx, failed)
	groups, people, fen = granted(s, s.Proposal.Submitted)
	most := func(name string, ui_ ui.Kind, is string) ui.Field {
		if t, typed := r.PostForm[name]; typed {
			is = t[0]
		}
		return ui.Field{Name: name, Kind: ui_, Label: ui.T(ctx, "plan.field."+name), Value: is, Error: wrong[name], Width: "short"}
	}
	v.Decide = &decideForm{Action: "/plans/" + url.PathEscape(room.ID(s.Unit, s.Year)), Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "round", Value: strconv.Itoa(s.Proposal.Round)}},
		Fields: []ui.Field{most("groups", ui.Number, strconv.Itoa(groups)), most("people", ui.Number, strconv.Itoa(people)), most("amount", ui.Decimal, room.Yuan(fen).String())},
		Do:     ui.Decide{Effect: ui.T(ctx, "plans.effect"), Actions: []ui.Button{{Text: ui.T(ctx, "plans.force"), Name: "answer", Value: "force"}}},
		Back:   &ui.Field{Name: "words", Kind: ui.Area, Rows: 2, Max: 500, Label: ui.T(ctx, "plans.words"), Optional: true, Value: r.PostFormValue("words"), Error: wrong["words"]},
		BackDo: ui.Button{Text: ui.T(ctx, "plans.back"), Name: "answer", Value: "back", Kind: ui.Second}}
}

// postPlan puts in force what was seen, or sends it back.
func (p *Office) postPlan(w http.ResponseWriter, r *http.Request) {
	s, _, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if r.PostFormValue("round") != strconv.Itoa(s.Proposal.Round) {
		p.Site.Fail(w, r, fault.NotNow("plan.answered", "plan"))
		return
	}
	who := web.Who(r)
	ctx := journal.WithActor(r.Context(), journal.Actor{Role: string(access.Chief), Account: who.Account})
	order := web.Order(r, room.ID(s.Unit, s.Year))
	said := "force"
	if r.PostFormValue("answer") == "back" {
		said = "back"
		_, err = journal.Do(ctx, p.Site.Journal, room.Room, order, journal.Command[room.Plan](room.SendBack{Submission: s.Proposal, Words: clip(r.PostFormValue("words"), 500)}))
	} else {
		var cmd room.PutInForce
		if cmd, err = parse(r, s); err == nil {
			_, err = journal.Do(ctx, p.Site.Journal, room.Room, order, journal.Command[room.Plan](cmd))
		}
	}
	if fault.Findings(err) != nil {
		p.showPlan(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, plansURL(s.Year)+"&said="+said)
}

func parse(r *http.Request, s standing) (room.PutInForce, error) {
	cmd := room.PutInForce{Submission: s.Proposal}
	var wrong []fault.Finding
	for name, to := range map[string]*int{"groups": &cmd.Groups, "people": &cmd.People} {
		n, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue(name)))
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.number.unreadable"})
		}
		*to = n
	}
	d, err := money.ParseDecimal(strings.ReplaceAll(strings.TrimSpace(r.PostFormValue("amount")), ",", ""))
	if err != nil || !d.Fits(2) {
		wrong = append(wrong, fault.Finding{Field: "amount", Key: "form.amount.unreadable"})
	}
	cmd.AmountFen = money.Yuan(d).Minor
	if len(wrong) > 0 {
		return cmd, fault.Invalid(wrong...)
	}
	return cmd, nil
}
