package guidance

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Office is the pages on which the office writes notices and sees who has taken note.
type Office struct {
	Site    *web.Site
	Journal *journal.Journal
	Rule    func(id string) bool // whether there is such a rule
	Blobs   blob.Store
}

// Routes are the addresses of these pages.
func (p *Office) Routes() []web.Route {
	return append(append(p.faqRoutes(), p.remarkRoutes()...), []web.Route{
		{Pattern: "GET /notices", Right: access.Self, Handle: p.getNotices},
		{Pattern: "GET /notices/new", Right: access.PublishNotice, Handle: func(w http.ResponseWriter, r *http.Request) { p.form(w, r, nil) }},
		{Pattern: "POST /notices", Right: access.PublishNotice, Handle: p.postNotice},
		{Pattern: "GET /notices/{notice}", Right: access.Self, Handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }},
		{Pattern: "GET /notices/{notice}/edit", Right: access.PublishNotice, Handle: func(w http.ResponseWriter, r *http.Request) { p.form(w, r, nil) }},
		{Pattern: "POST /notices/{notice}/edit", Right: access.PublishNotice, Handle: p.postNotice},
		{Pattern: "POST /notices/{notice}/withdraw", Right: access.PublishNotice, Handle: p.postWithdraw},
	}...)
}

type officeList struct {
	Head  ui.Head
	Chips ui.Chips
	Table ui.Table
}

func (p *Office) getNotices(w http.ResponseWriter, r *http.Request) {
	ctx, all, today := r.Context(), r.FormValue("show") == "all", p.Journal.Today()
	rows, err := room.Current(ctx, p.Journal.Store, today)
	if all {
		rows, err = room.All(ctx, p.Journal.Store)
	}
	var units []unit.Unit
	if err == nil {
		units, err = unit.List(ctx, p.Journal.Store)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := officeList{Head: ui.Head{Title: ui.T(ctx, "notices.title"), Lead: ui.T(ctx, "notices.office.lead")}, Chips: shown(ctx, all)}
	if web.Who(r).May(access.PublishNotice) {
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "notices.new"), URL: "/notices/new"}}
	}
	v.Head.Actions = append(v.Head.Actions, ui.Button{Text: ui.T(ctx, "faq.title"), URL: "/faq", Kind: ui.Second}, ui.Button{Text: ui.T(ctx, "changes.title"), URL: "/changes", Kind: ui.Plain})
	v.Table = ui.Table{Caption: ui.T(ctx, "notices.title"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "notices.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "notices.col.title")}, {Text: ui.T(ctx, "notices.for")},
		{Text: ui.T(ctx, "notices.col.holds"), Whole: true}, {Text: ui.T(ctx, "notices.col.seen"), Number: true}, {Text: ui.T(ctx, "notices.col.state")}}}
	g := ui.Group{}
	for _, n := range rows {
		seen := ui.Cell{Text: ui.T(ctx, "notices.unasked"), Quiet: true}
		if n.Asks {
			noted, err := room.NotedOf(ctx, p.Journal.Store, n.ID)
			if err != nil {
				p.Site.Fail(w, r, err)
				return
			}
			due, done := asked(n, units), 0
			for _, u := range due {
				if noted[u.ID].Edition >= n.Edition {
					done++
				}
			}
			seen = ui.Cell{Text: ui.T(ctx, "notices.of", "Count", done, "All", len(due))}
		}
		tag := standing(ctx, n, today)
		if tag.Word == "" {
			tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "notices.is.out")}
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: n.Title, URL: noticeURL(n.ID), Sub: sortName(ctx, n.Sort), Head: true}, {Text: forWhom(ctx, n.For, units)}, {Text: held(ctx, n)}, seen, {Tag: tag}}})
	}
	v.Table.Groups = []ui.Group{g}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, officeListPage(v))
}

func held(ctx context.Context, n room.Row) string {
	if n.Until.IsZero() {
		return ui.T(ctx, "notices.since", "Day", ui.Date(ctx, n.From))
	}
	return ui.Span(ctx, n.From, n.Until)
}

// asked are the units that are to take note of a notice.
func asked(n room.Row, units []unit.Unit) []unit.Unit {
	if len(n.For.Units) == 0 {
		return units
	}
	return slices.DeleteFunc(slices.Clone(units), func(u unit.Unit) bool { return !slices.Contains(n.For.Units, u.ID) })
}

// ui:keys progress.who.*
func forWhom(ctx context.Context, a room.Audience, units []unit.Unit) string {
	var names []string
	for _, u := range units {
		if slices.Contains(a.Units, u.ID) {
			names = append(names, u.Name)
		}
	}
	for _, r := range a.Roles {
		names = append(names, ui.T(ctx, "progress.who."+r))
	}
	switch {
	case a.All():
		return ui.T(ctx, "notices.to.all")
	case len(names) > 3:
		return ui.T(ctx, "notices.to.many", "Name", names[0], "Count", len(names))
	}
	return ui.List(ctx, names)
}

// officeView is what the office alone sees of a notice.
type officeView struct {
	Seen     ui.Table
	Count    string
	Replace  ui.Button
	Withdraw []ui.Field // none: not to be withdrawn, or not by the reader
	URL, Key string
}

func (p *Office) show(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, today := r.Context(), p.Journal.Today()
	n, all, err := pick(ctx, r, p.Journal)
	var units []unit.Unit
	if err == nil {
		units, err = unit.List(ctx, p.Journal.Store)
	}
	var names map[string]string
	if err == nil {
		names, err = account.Names(ctx, p.Journal.Store, []string{n.Author})
	}
	var noted map[string]room.Noted
	if err == nil {
		noted, err = room.NotedOf(ctx, p.Journal.Store, n.ID)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := noticeOf(ctx, n, all, today)
	v.Errors = ui.Summarise(ctx, failed)
	v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "notices.author"), Value: names[n.Author]}, ui.Fact{Term: ui.T(ctx, "notices.for"), Value: forWhom(ctx, n.For, units)})
	o := &officeView{URL: noticeURL(n.ID), Key: web.NewKey()}
	if n.Asks {
		o.Seen, o.Count = p.seen(ctx, n, asked(n, units), noted)
	}
	if web.Who(r).May(access.PublishNotice) && n.Last && n.Stand == room.Out {
		o.Replace = ui.Button{Text: ui.T(ctx, "notices.replace"), URL: noticeURL(n.ID) + "/edit", Kind: ui.Second}
		o.Withdraw = []ui.Field{{Name: "reason", Label: ui.T(ctx, "notices.reason"), Hint: ui.T(ctx, "notices.reason.hint"), Value: r.PostFormValue("reason"), Error: ui.FieldErrors(ctx, failed)["reason"], Max: room.ReasonLimit}}
	}
	v.Office = o
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: n.Title, Banner: said(r), Errors: len(v.Errors.Errors), Crumbs: crumbs(ctx, n.Title)}, noticePage(v))
}

func status(failed error) int {
	if failed != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// seen lists the units that were asked, those in front that haven't taken note.
func (p *Office) seen(ctx context.Context, n room.Row, due []unit.Unit, noted map[string]room.Noted) (ui.Table, string) {
	t := ui.Table{Caption: ui.T(ctx, "notices.seen.title"), Columns: []ui.Column{{Text: ui.T(ctx, "notices.col.unit")}, {Text: ui.T(ctx, "notices.col.seen")}}}
	var open, done []ui.Row
	for _, u := range due {
		by, any := noted[u.ID]
		row := ui.Row{Cells: []ui.Cell{{Text: u.Name, Head: true}, {Tag: ui.Tag{State: ui.Warn, Word: ui.T(ctx, "notices.unseen")}}}}
		switch {
		case by.Edition >= n.Edition:
			row.Cells[1] = ui.Cell{Text: ui.T(ctx, "notices.seen.by", "Name", by.Name, "When", ui.At(ctx, by.At))}
			done = append(done, row)
			continue
		case any:
			row.Cells[0].Sub = ui.T(ctx, "notices.seen.older", "Number", by.Edition)
		}
		open = append(open, row)
	}
	t.Groups = []ui.Group{{Rows: append(open, done...)}}
	return t, ui.T(ctx, "notices.of", "Count", len(done), "All", len(due))
}

type formView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Send   []ui.Hidden
	Fields []ui.Field
	For    ui.Field
	Units  ui.Field
	Roles  ui.Field
	Rest   []ui.Field
	Do     ui.Button
}

// form is that of a new notice, or of the next edition of one that is out.
//
// ui:keys notices.to.*
func (p *Office) form(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("notice")
	v := formView{Head: ui.Head{Title: ui.T(ctx, "notices.new"), Lead: ui.T(ctx, "notices.new.lead")}, Action: "/notices", Key: web.NewKey(), Errors: ui.Summarise(ctx, failed),
		Do: ui.Button{Text: ui.T(ctx, "notices.publish")}, Send: []ui.Hidden{{Name: "new", Value: cmp.Or(r.PostFormValue("new"), p.Journal.NewID())}}}
	given := typed(r)
	if id != "" {
		all, err := room.Editions(ctx, p.Journal.Store, id)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		_, version, err := journal.Load(ctx, p.Journal, room.Room, id)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Head, v.Action = ui.Head{Title: ui.T(ctx, "notices.replace.title", "Title", all[0].Title), Lead: ui.T(ctx, "notices.replace.lead")}, noticeURL(id)+"/edit"
		v.Do.Text, v.Send = ui.T(ctx, "notices.replace"), []ui.Hidden{{Name: "_seen", Value: strconv.Itoa(int(version))}}
		if failed == nil {
			given = draftOf(all[0], p.Journal.Today())
		}
	} else if failed == nil {
		given = draft{Sort: string(room.Notice), To: "all", From: p.Journal.Today().String()}
	}
	units, err := unit.List(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	wrong := ui.FieldErrors(ctx, failed)
	sort := ui.Field{Kind: ui.Radio, Name: "sort", Label: ui.T(ctx, "notices.sort"), Across: true, Error: wrong["sort"]}
	for _, s := range room.Sorts() {
		sort.Options = append(sort.Options, ui.Option{Value: string(s), Text: sortName(ctx, s), Chosen: given.Sort == string(s)})
	}
	v.Fields = []ui.Field{sort, {Name: "title", Label: ui.T(ctx, "notices.col.title"), Value: given.Title, Error: wrong["title"], Max: room.TitleLimit},
		{Kind: ui.Area, Rows: 10, Name: "body", Label: ui.T(ctx, "notices.body"), Hint: ui.T(ctx, "notices.body.hint"), Value: given.Body, Error: wrong["body"], Max: room.BodyLimit}}
	v.For = ui.Field{Kind: ui.Radio, Name: "to", Label: ui.T(ctx, "notices.for"), Error: wrong["to"]}
	for _, to := range []string{"all", "units", "roles"} {
		v.For.Options = append(v.For.Options, ui.Option{Value: to, Text: ui.T(ctx, "notices.to."+to), Chosen: given.To == to})
	}
	v.Units = ui.Field{Kind: ui.Checks, Name: "unit", Label: ui.T(ctx, "notices.units"), Optional: true}
	for _, u := range units {
		v.Units.Options = append(v.Units.Options, ui.Option{Value: u.ID, Text: u.Name, Chosen: slices.Contains(given.Units, u.ID)})
	}
	v.Roles = ui.Field{Kind: ui.Checks, Name: "role", Label: ui.T(ctx, "notices.roles"), Across: true, Optional: true}
	for _, x := range room.AudienceRoles() {
		v.Roles.Options = append(v.Roles.Options, ui.Option{Value: x, Text: ui.T(ctx, "progress.who."+x), Chosen: slices.Contains(given.Roles, x)})
	}
	v.Rest = []ui.Field{{Kind: ui.DateKind, Name: "from", Label: ui.T(ctx, "notices.from"), Value: given.From, Error: wrong["from"]},
		{Kind: ui.DateKind, Name: "until", Label: ui.T(ctx, "notices.until"), Hint: ui.T(ctx, "notices.until.hint"), Optional: true, Value: given.Until, Error: wrong["until"]},
		{Kind: ui.Check, Name: "asks", Label: ui.T(ctx, "notices.asks"), Hint: ui.T(ctx, "notices.asks.hint"), Value: given.Asks, Error: wrong["asks"]}}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: crumbs(ctx, v.Head.Title)}, formPage(v))
}

// draft is a notice as a form has it.
type draft struct {
	Sort, Title, Body, To, From, Until, Asks string
	Units, Roles                             []string
}

func typed(r *http.Request) draft {
	_ = r.ParseForm() // what can't be read is empty, and said beside its field
	of := r.PostFormValue
	return draft{Sort: of("sort"), Title: of("title"), Body: of("body"), To: of("to"), From: of("from"), Until: of("until"), Asks: of("asks"), Units: r.PostForm["unit"], Roles: r.PostForm["role"]}
}

func draftOf(n room.Row, today calendar.Date) draft {
	d := draft{Sort: string(n.Sort), Title: n.Title, Body: n.Body, To: "all", From: today.String(), Units: n.For.Units, Roles: n.For.Roles}
	switch {
	case len(n.For.Units) > 0:
		d.To = "units"
	case len(n.For.Roles) > 0:
		d.To = "roles"
	}
	if !n.Until.IsZero() {
		d.Until = n.Until.String()
	}
	if n.Asks {
		d.Asks = "yes"
	}
	return d
}

// publish is what a draft wants; a day that can't be read is said beside its field.
func (d draft) publish() (room.Publish, []fault.Finding) {
	cmd := room.Publish{Sort: room.Sort(d.Sort), Title: d.Title, Body: d.Body, Asks: d.Asks != "", Chosen: d.To != "all"}
	switch d.To {
	case "units":
		cmd.For.Units = d.Units
	case "roles":
		cmd.For.Roles = d.Roles
	}
	var wrong []fault.Finding
	day := func(field, text string) calendar.Date {
		if text = strings.TrimSpace(text); text == "" {
			return calendar.Date{}
		}
		on, err := calendar.Parse(text)
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: field, Key: "guidance.day", Args: map[string]any{"Text": text}})
		}
		return on
	}
	cmd.From, cmd.Until = day("from", d.From), day("until", d.Until)
	return cmd, wrong
}

// postNotice publishes a new notice, or the next edition of the one that the
// address names.
func (p *Office) postNotice(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("notice")
	var err error
	said := "replaced"
	if id == "" {
		said = "published"
		id, err = p.Site.NewID(r, "new")
	} else {
		_, err = room.Editions(ctx, p.Journal.Store, id)
	}
	if err == nil {
		cmd, wrong := typed(r).publish()
		if err = fault.Invalid(wrong...); len(wrong) == 0 {
			order := web.Order(r, id)
			_, err = journal.Do(ctx, p.Journal, room.Room, order, cmd)
		}
	}
	if fault.Findings(err) != nil {
		p.form(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, noticeURL(id)+"?said="+said)
}

func (p *Office) postWithdraw(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("notice")
	_, err := journal.Do(r.Context(), p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r)}, room.Withdraw{Reason: r.PostFormValue("reason")})
	if fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, noticeURL(id)+"?said=withdrawn")
}
