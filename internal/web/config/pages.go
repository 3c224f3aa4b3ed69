// Package config is the administrators' pages of the configuration pack: what
// is in force, thresholds, rules and review paths as forms, the history with
// its differences, and packs in and out as files.
//
// A form shows first what it would change: mistakes beside their fields, the
// examples of rules, and which of the newest cases would have come out
// otherwise. Then it is saved as a new version, which is in force only when
// somebody sets a day.
package config

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	room "yitang/internal/config"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Pages is what these pages need of the office node.
type Pages struct {
	Site   *web.Site
	Office *node.Office

	comparing comparing
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /config", Right: access.SeeConfig, Handle: p.getOverview},
		{Pattern: "GET /config/thresholds", Right: access.SeeConfig, Handle: p.getThresholds},
		{Pattern: "GET /config/rules", Right: access.SeeConfig, Handle: p.getRules},
		{Pattern: "GET /config/paths", Right: access.SeeConfig, Handle: p.getPaths},
		{Pattern: "GET /config/entries", Right: access.SeeConfig, Handle: p.getEntries},
		{Pattern: "GET /config/texts", Right: access.SeeConfig, Handle: p.getTexts},
		{Pattern: "GET /config/templates", Right: access.SeeConfig, Handle: p.getTemplates},
		{Pattern: "GET /config/telling", Right: access.SeeConfig, Handle: p.getTelling},
		{Pattern: "GET /config/files", Right: access.SeeConfig, Handle: p.getFiles},
		{Pattern: "GET /config/v/{number}", Right: access.SeeConfig, Handle: p.getVersion},
		{Pattern: "GET /config/v/{number}/zip", Right: access.SeeConfig, Handle: p.getZip},
		{Pattern: "GET /config/edit/{what}", Right: access.Configure, Handle: p.getEdit},
		{Pattern: "POST /config/edit/{what}", Right: access.Configure, Handle: p.postEdit},
		{Pattern: "POST /config/rates", Right: access.Configure, Handle: p.postRates, Files: true},
		{Pattern: "GET /config/rates/template", Right: access.Configure, Handle: p.getRatesTemplate},
		{Pattern: "POST /config/import", Right: access.Configure, Handle: p.postImport, Files: true},
		{Pattern: "POST /config/v/{number}/force", Right: access.Configure, Handle: p.postForce},
		{Pattern: "POST /config/v/{number}/back", Right: access.Configure, Handle: p.postBack},
		{Pattern: "POST /config/v/{number}/revert", Right: access.Configure, Handle: p.postRevert},
	}
}

// working is the version that forms change: the one in force, or another that
// somebody chose openly, whose number then goes along in each address. One that
// was never in force, or taken back, isn't built upon by itself. Number 0 is
// empty: everything is as the program brings it.
type working struct {
	Number  int
	InForce int
	Newest  int
	Seen    journal.Version
	Content pack.Content
	Set     *pack.Set // nil when it can't be read over today's program
	Base    *pack.Set
}

func (p *Pages) working(r *http.Request) (working, error) {
	var w working
	ctx := r.Context()
	state, v, err := journal.Load(ctx, p.Office.Journal, room.Room, room.ID)
	if err != nil {
		return w, err
	}
	if w.InForce, err = p.Office.Packs.Number(ctx); err != nil {
		return w, err
	}
	w.Number, w.Newest, w.Seen, w.Content = w.InForce, state.Last, v, pack.Content{}
	if chosen := r.FormValue("base"); chosen != "" {
		n, err := strconv.Atoi(chosen)
		if err != nil || n < 0 || n > state.Last {
			return w, fault.NotFound("configuration version " + chosen)
		}
		w.Number = n
	}
	if w.Base, err = p.Office.Packs.Base(ctx); err != nil {
		return w, err
	}
	if w.Number > 0 {
		if w.Content, err = p.Office.Packs.Version(ctx, w.Number); err != nil {
			return w, err
		}
	}
	w.Set, _ = w.Base.Lay(w.Content)
	if w.Set == nil {
		w.Set = w.Base // its version page says what is wrong
	}
	return w, nil
}

// chosen tells whether another version than the one in force is built upon.
func (w working) chosen() bool { return w.Number != w.InForce }

// at is an address that goes on with what is being built upon.
func (w working) at(address string) string {
	switch {
	case !w.chosen():
		return address
	case strings.Contains(address, "?"):
		return address + "&base=" + strconv.Itoa(w.Number)
	}
	return address + "?base=" + strconv.Itoa(w.Number)
}

// says tells what is built upon.
func (w working) says(ctx context.Context) string {
	switch {
	case w.chosen():
		return ui.T(ctx, "config.base.chosen", "Version", called(ctx, w.Number), "InForce", called(ctx, w.InForce))
	case w.Newest > w.InForce:
		return ui.T(ctx, "config.base.others", "Version", called(ctx, w.InForce), "Newest", called(ctx, w.Newest))
	}
	return ui.T(ctx, "config.base.in_force", "Version", called(ctx, w.InForce))
}

func english(ctx context.Context) bool { return !ui.LangOf(ctx).Chinese() }

// called names a version: 第3版.
func called(ctx context.Context, number int) string {
	if number == 0 {
		return ui.T(ctx, "config.built")
	}
	return ui.T(ctx, "config.version", "Number", number)
}

func versionURL(number int) string { return fmt.Sprintf("/config/v/%d", number) }

func (p *Pages) getOverview(w http.ResponseWriter, r *http.Request) { p.showOverview(w, r, nil) }

type overview struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Base     string // which version the forms start from
	Other    ui.Link
	Parts    ui.Tasks
	Versions ui.Table
	May      bool
	Key      string
	Import   []ui.Field
	Restore  ui.Field // back to what the program brings; nothing while nothing else is there
}

func (p *Pages) showOverview(w http.ResponseWriter, r *http.Request, bad error) {
	ctx := r.Context()
	v := overview{May: web.Who(r).May(access.Configure), Key: web.NewKey(), Errors: ui.Summarise(ctx, bad)}
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	begins, err := room.Begins(ctx, p.Office.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	now := p.Office.Packs.Now()
	v.Head = ui.Head{Title: ui.T(ctx, "config.title", "Office", ui.Name(ctx, now.Office.Name), "Version", called(ctx, work.InForce)), Lead: ui.T(ctx, "config.lead", "RuleSet", string(now.Version))}
	v.Base = work.says(ctx)
	if work.chosen() {
		v.Other = ui.Link{Text: ui.T(ctx, "config.base.leave"), URL: "/config"}
	}
	v.Parts = ui.Tasks{
		{Name: ui.T(ctx, "config.part.thresholds"), URL: "/config/thresholds", Status: ui.T(ctx, "config.own", "Count", len(work.Set.Over))},
		{Name: ui.T(ctx, "config.part.rules"), URL: "/config/rules", Status: ui.T(ctx, "config.rules_own", "Count", len(work.Set.Ref.Rules), "Own", len(work.Set.Own), "Off", len(work.Set.Off))},
		{Name: ui.T(ctx, "config.part.paths"), URL: "/config/paths", Status: ui.T(ctx, "config.paths_count", "Count", len(work.Set.Paths.List))},
		{Name: ui.T(ctx, "config.part.entries"), URL: "/config/entries", Status: ui.T(ctx, "config.own", "Count", ownEntries(work.Content))},
		{Name: ui.T(ctx, "config.part.texts"), URL: "/config/texts", Status: ui.T(ctx, "config.own", "Count", len(work.Set.Texts))},
		{Name: ui.T(ctx, "config.part.templates"), URL: "/config/templates", Status: ui.T(ctx, "config.own", "Count", len(work.Set.Templates))},
		{Name: ui.T(ctx, "config.part.telling"), URL: "/config/telling", Status: ui.T(ctx, "config.tell.count", "Count", len(work.Set.Telling.Events))},
		{Name: ui.T(ctx, "config.part.files"), URL: "/config/files", Status: ui.T(ctx, "config.files_count", "Count", len(own(work.Content)))},
	}
	if v.May {
		v.Parts = append(v.Parts, ui.Task{Name: ui.T(ctx, "config.part.release"), URL: "/config/edit/release", Status: ui.T(ctx, "config.own", "Count", work.Content.OwnStreams())})
	}
	for i := range v.Parts {
		v.Parts[i].URL = work.at(v.Parts[i].URL)
	}
	if v.Versions, err = p.versions(ctx, begins); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	beside := ui.FieldErrors(ctx, bad)
	v.Import = []ui.Field{{Kind: ui.Text, Name: "reason", Label: ui.T(ctx, "config.reason"), Value: r.PostFormValue("reason"), Error: beside["reason"], Max: 200}}
	if v.May && work.Newest > 0 {
		v.Restore = ui.Field{Kind: ui.Text, Name: revertReason, Label: ui.T(ctx, "config.reason"), Value: r.PostFormValue(revertReason), Error: beside[revertReason], Max: 200}
	}
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, overviewPage(v))
}

// own are the files that say something.
func own(c pack.Content) []string {
	return slices.DeleteFunc(c.Names(), func(name string) bool { return name == "pack.yaml" || name == "pack.sig" })
}

func (p *Pages) versions(ctx context.Context, begins []room.Begin) (ui.Table, error) {
	t := ui.Table{Caption: ui.T(ctx, "config.versions"), Cards: true, Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "config.versions_none")},
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.version")}, {Text: ui.T(ctx, "config.col.why")}, {Text: ui.T(ctx, "config.col.who")}, {Text: ui.T(ctx, "config.col.when")}, {Text: ui.T(ctx, "config.col.state")}}}
	rows, err := room.List(ctx, p.Office.Store, 0, 200)
	if err != nil || len(rows) == 0 {
		return t, err
	}
	g := ui.Group{}
	for _, v := range rows {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{
			{Text: called(ctx, v.Number), URL: versionURL(v.Number), Head: true}, {Text: v.Reason}, {Text: p.author(ctx, v)}, {Text: ui.Date(ctx, calendar.DateOf(v.At))},
			{Tag: p.state(ctx, v, begins)},
		}})
	}
	t.Groups = []ui.Group{g}
	return t, nil
}

func (p *Pages) author(ctx context.Context, v room.Row) string {
	if v.Author != "" && v.Author != "console" {
		return v.Author
	}
	if names, err := account.Names(ctx, p.Office.Store, []string{v.Account}); err == nil && names[v.Account] != "" {
		return names[v.Account]
	}
	return ui.T(ctx, "config.console")
}

// state says what became of a version.
func (p *Pages) state(ctx context.Context, v room.Row, begins []room.Begin) ui.Tag {
	today := p.Office.Journal.Today()
	var last room.Begin
	var inForce room.Begin
	for _, b := range begins {
		if !b.Back.IsZero() {
			continue
		}
		if b.Number == v.Number {
			last = b
		}
		if !b.On.After(today) && !b.On.Before(inForce.On) {
			inForce = b
		}
	}
	switch {
	case last.Number != 0 && last == inForce:
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "config.state.in_force", "Day", ui.Date(ctx, last.On))}
	case last.Number != 0 && last.On.After(today):
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "config.state.begins", "Day", ui.Date(ctx, last.On))}
	case last.Number != 0:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.state.was", "Day", ui.Date(ctx, last.On))}
	case v.Mistakes > 0:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "config.state.mistakes", "Count", v.Mistakes)}
	}
	return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "config.state.saved")}
}

// listPage is a searched list with its links.
type listPage struct {
	Head   ui.Head
	Search ui.Field
	Table  ui.Table
	Action string
	Base   string // which version it shows, and forms start from
	Send   []ui.Hidden
	Folded string // each group of the table behind its name with this many of what, unless something was searched for; "" for open
}

func (p *Pages) searched(r *http.Request, v listPage) listPage {
	v.Search = ui.Field{Kind: ui.Search, Name: "q", Label: ui.T(r.Context(), "config.search"), Value: r.FormValue("q")}
	return v
}

// folding is how a group of a list lies: one is open at a time, after a search
// all that was found.
func folding(searched bool) templ.Attributes {
	if searched {
		return templ.Attributes{"open": true}
	}
	return templ.Attributes{"name": "family"}
}

func matches(q string, texts ...string) bool {
	q = strings.ToLower(strings.TrimSpace(q))
	return q == "" || strings.Contains(strings.ToLower(strings.Join(texts, "\n")), q)
}

func (p *Pages) getThresholds(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	today, may := p.Office.Journal.Today(), web.Who(r).May(access.Configure)
	t := ui.Table{Caption: ui.T(ctx, "config.part.thresholds"), Cards: true, Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "config.none_found")},
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.threshold"), Third: true}, {Text: ui.T(ctx, "config.col.value"), Third: true}, {Text: ui.T(ctx, "config.col.basis")}, {Text: ui.T(ctx, "config.col.from"), Whole: true}, {Text: ui.T(ctx, "config.col.origin")}}}
	var ownRows, rest []ui.Row
	for _, x := range work.Set.Ref.Parameters {
		name, says := thresholdNames(ctx, x.Key), p.spelt(ctx, work.Set, x)
		if !x.To.IsZero() && x.To.Before(today) || !matches(r.FormValue("q"), append(name, x.Key, x.Value, says, strings.Join(x.Words, " "), x.Basis)...) {
			continue
		}
		mine := isOwn(work.Set, x)
		origin := ui.Tag{}
		if mine {
			origin = ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.origin.own")}
		} else if x.Unverified {
			origin = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "config.origin.unverified")}
		}
		cell := ui.Cell{Text: name[0], Sub: strings.TrimSpace(x.Key + " " + ruleNames(ctx, work.Set, x.Key)), Head: true}
		if may {
			cell.URL = "/config/edit/threshold?key=" + x.Key
		}
		from := ui.Cell{Text: ui.Date(ctx, x.From)}
		if x.From.After(today) {
			from.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "config.state.begins", "Day", ui.Date(ctx, x.From))}
			from.Text = ""
		}
		row := ui.Row{Cells: []ui.Cell{cell, {Text: says}, {Text: x.Basis}, from, {Tag: origin}}}
		if mine {
			ownRows = append(ownRows, row)
		} else {
			rest = append(rest, row)
		}
	}
	t.Groups = ownFirst(ctx, ownRows, ui.T(ctx, "config.group.built"), rest)
	v := listPage{Head: ui.Head{Title: ui.T(ctx, "config.thresholds.title", "Count", len(ownRows)+len(rest)), Lead: ui.T(ctx, "config.thresholds.lead", "Version", called(ctx, work.Number))}, Table: t, Action: "/config/thresholds"}
	p.show(w, r, work, v)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, work working, v listPage) {
	v = p.searched(r, v)
	v.Base = work.says(r.Context())
	if work.chosen() {
		v.Send = []ui.Hidden{{Name: "base", Value: strconv.Itoa(work.Number)}}
	}
	for i, b := range v.Head.Actions {
		v.Head.Actions[i].URL = work.at(b.URL)
	}
	for _, g := range v.Table.Groups {
		for _, row := range g.Rows {
			if len(row.Cells) > 0 && row.Cells[0].URL != "" {
				row.Cells[0].URL = work.at(row.Cells[0].URL)
			}
		}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: p.crumbs(r.Context(), v.Head.Title)}, listed(v))
}

func (p *Pages) crumbs(ctx context.Context, here string) []ui.Link {
	return []ui.Link{{Text: ui.T(ctx, "sites.nav.config"), URL: "/config"}, {Text: here}}
}

// ownFirst is a list in two groups: what is the office's own, and the rest.
func ownFirst(ctx context.Context, own []ui.Row, restTitle string, rest []ui.Row) []ui.Group {
	var out []ui.Group
	for _, g := range []ui.Group{{Title: ui.T(ctx, "config.group.own"), Rows: own}, {Title: restTitle, Rows: rest}} {
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func isOwn(s *pack.Set, x ref.Parameter) bool {
	return slices.ContainsFunc(s.Over, func(o ref.Parameter) bool { return o.Key == x.Key && o.From == x.From })
}

// thresholdNames are what people call a threshold, in the reader's language
// first; that of an office's own is its key.
//
// ui:keys threshold.name.*
func thresholdNames(ctx context.Context, key string) []string {
	w, known := ui.WordingOf("threshold.name." + key)
	if !known {
		return []string{key}
	}
	if english(ctx) {
		return []string{w.En, w.Zh, w.Hant}
	}
	return []string{ui.T(ctx, "threshold.name."+key), w.Zh, w.Hant, w.En}
}

// unitName is the unit of a threshold in words.
//
// ui:keys threshold.unit.*
func unitName(ctx context.Context, unit string) string {
	if key := "threshold.unit." + strings.ReplaceAll(unit, " ", "_"); ui.Known(key) {
		return ui.T(ctx, key)
	}
	return unit
}

var threeLetters = regexp.MustCompile(`^[A-Z]{3}$`)

// spelt is a threshold's value as people read it: countries and ranks by their
// names, a number with its unit.
func (p *Pages) spelt(ctx context.Context, s *pack.Set, x ref.Parameter) string {
	if len(x.Words) > 0 {
		names := slices.Clone(x.Words)
		for i, code := range names {
			if _, country := s.Ref.Countries[code]; country && threeLetters.MatchString(code) {
				names[i] = ui.Country(ctx, s.Country, code)
			}
		}
		return ui.List(ctx, names)
	}
	if strings.HasPrefix(x.Unit, "rank") {
		return word(ctx, "rank", x.Value)
	}
	if x.Unit == "" {
		return x.Value
	}
	return ui.T(ctx, "threshold.valued", "Value", x.Value, "Unit", unitName(ctx, x.Unit))
}

// ruleNames are the rules that read a threshold.
func ruleNames(ctx context.Context, s *pack.Set, key string) string {
	var ids []string
	for _, rule := range s.Ref.Rules {
		if pack.Reads(rule, key) {
			ids = append(ids, rule.ID)
		}
	}
	return strings.Join(ids, " ")
}

// ui:keys config.severity.*
//
// ui:keys config.group.rules
func (p *Pages) getRules(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	may := web.Who(r).May(access.Configure)
	t := ui.Table{Caption: ui.T(ctx, "config.part.rules"), Cards: true, Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "config.none_found")},
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.rule")}, {Text: ui.T(ctx, "config.col.severity")}, {Text: ui.T(ctx, "config.col.basis")}, {Text: ui.T(ctx, "config.col.origin")}}}
	groups := map[string]*ui.Group{}
	var order []string
	n := 0
	add := func(group string, rule ref.Rule, tag ui.Tag) {
		title := rule.Title.Zh
		if english(ctx) {
			title = rule.Title.En
		}
		if !matches(r.FormValue("q"), append(ruleWords(rule), rule.ID, rule.Title.Zh, rule.Title.En, rule.Basis.Text)...) {
			return
		}
		n++
		if groups[group] == nil {
			groups[group] = &ui.Group{Title: group}
			order = append(order, group)
		}
		name := ui.Cell{Text: rule.ID, Sub: title, Head: true}
		if may {
			name.URL = "/config/edit/rule?id=" + rule.ID
		}
		severity := rule.Severity.For("submit")
		cell := ui.Cell{Text: "—", Quiet: true}
		if severity != "" {
			cell = ui.Cell{Text: ui.T(ctx, "config.severity."+severity)}
		}
		groups[group].Rows = append(groups[group].Rows, ui.Row{Cells: []ui.Cell{name, cell, {Text: rule.Basis.Written()}, {Tag: tag}}})
	}
	for _, off := range work.Set.Off {
		for _, rule := range work.Base.Ref.Rules {
			if rule.ID == off.Rule {
				add(ui.T(ctx, "config.group.off"), rule, ui.Tag{State: ui.Stop, Word: ui.T(ctx, "config.origin.off")})
			}
		}
	}
	for _, rule := range work.Set.Ref.Rules {
		if slices.Contains(work.Set.Own, rule.ID) {
			add(ui.T(ctx, "config.group.own"), rule, ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.origin.own")})
		}
	}
	for _, rule := range work.Set.Ref.Rules {
		if !slices.Contains(work.Set.Own, rule.ID) {
			add(family(ctx, rule), rule, ui.Tag{})
		}
	}
	for _, name := range order {
		t.Groups = append(t.Groups, *groups[name])
	}
	v := listPage{Head: ui.Head{Title: ui.T(ctx, "config.rules.title", "Count", n), Lead: ui.T(ctx, "config.rules.lead", "Version", called(ctx, work.Number))}, Table: t, Action: "/config/rules", Folded: "config.group.rules"}
	if may {
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "config.rules.add"), URL: "/config/edit/rule"}}
	}
	p.show(w, r, work, v)
}

// family is what a group of the program's own rules is about, by the letters of
// their numbers.
//
// ui:keys config.rules.of.*
func family(ctx context.Context, rule ref.Rule) string {
	letters, _, _ := strings.Cut(rule.ID, "-")
	if key := "config.rules.of." + letters; ui.Known(key) {
		return ui.T(ctx, "config.rules.of", "Letters", letters, "What", ui.T(ctx, key))
	}
	return letters
}

// ruleWords is all that a rule may say, in whatever case, and how it is put right.
func ruleWords(rule ref.Rule) []string {
	out := []string{rule.Message.Zh, rule.Message.En, rule.Fix.Zh, rule.Fix.En}
	for _, c := range rule.Cases {
		out = append(out, c.Message.Zh, c.Message.En, c.Fix.Zh, c.Fix.En)
	}
	return out
}

// ui:keys review.desk.*
func (p *Pages) getPaths(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	t := ui.Table{Caption: ui.T(ctx, "config.part.paths"), Cards: true,
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.path")}, {Text: ui.T(ctx, "config.col.taken")}, {Text: ui.T(ctx, "config.col.steps")}, {Text: ui.T(ctx, "config.col.days"), Number: true}}}
	g := ui.Group{}
	for _, path := range work.Set.Paths.List {
		if !matches(r.FormValue("q"), path.ID, path.Name.Zh, path.Name.En) {
			continue
		}
		var steps []string
		days := 0
		for _, s := range path.Steps {
			steps = append(steps, step(ctx, s))
			days += int(s.Workdays)
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Say(ctx, path.Name), Sub: path.ID, Head: true}, {Text: taken(ctx, work.Set, path.When)}, {Text: strings.Join(steps, " → ")}, {Text: fmt.Sprint(days)}}})
	}
	t.Groups = []ui.Group{g}
	v := listPage{Head: ui.Head{Title: ui.T(ctx, "config.paths.title", "Count", len(work.Set.Paths.List)),
		Lead: ui.T(ctx, "config.paths.lead", "Version", called(ctx, work.Number), "Intake", int(work.Set.Paths.IntakeWorkdays), "Correction", int(work.Set.Paths.CorrectionWorkdays), "Months", work.Set.Paths.DocumentMonths)}, Table: t, Action: "/config/paths"}
	if web.Who(r).May(access.Configure) {
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "config.paths.edit"), URL: "/config/edit/paths"}}
	}
	p.show(w, r, work, v)
}

// taken says when a path is.
//
// ui:keys word.rank.*
// ui:keys word.caseKind.*
func taken(ctx context.Context, s *pack.Set, c pack.Conditions) string {
	var all []string
	if c.MinRank != "" {
		all = append(all, ui.T(ctx, "config.when.rank", "Rank", word(ctx, "rank", string(c.MinRank))))
	}
	if c.Urgent {
		all = append(all, ui.T(ctx, "config.when.urgent"))
	}
	if len(c.Amends) > 0 {
		var kinds []string
		for _, k := range c.Amends {
			kinds = append(kinds, ui.T(ctx, "amend.kind."+string(k)))
		}
		all = append(all, ui.T(ctx, "config.when.amends", "Kinds", ui.List(ctx, kinds)))
	}
	if len(c.Kinds) > 0 {
		var kinds []string
		for _, k := range c.Kinds {
			kinds = append(kinds, word(ctx, "caseKind", string(k)))
		}
		all = append(all, ui.T(ctx, "config.when.kind", "Kinds", ui.List(ctx, kinds)))
	}
	if len(c.Countries) > 0 {
		var names []string
		for _, code := range c.Countries {
			names = append(names, ui.Country(ctx, s.Country, code))
		}
		all = append(all, ui.T(ctx, "config.when.countries", "Countries", ui.List(ctx, names)))
	}
	if len(all) == 0 {
		return ui.T(ctx, "config.when.else")
	}
	return ui.List(ctx, all)
}

// word is a word of the case file as people read it.
func word(ctx context.Context, of, w string) string {
	if key := "word." + of + "." + w; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return w
}

func (p *Pages) getFiles(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	may := web.Who(r).May(access.Configure)
	t := ui.Table{Caption: ui.T(ctx, "config.part.files"), Cards: true, Keys: true, Columns: []ui.Column{{Text: ui.T(ctx, "config.col.file")}, {Text: ui.T(ctx, "config.col.holds")}, {Text: ui.T(ctx, "config.col.origin")}}}
	g := ui.Group{}
	names := slices.DeleteFunc(pack.Files(), func(n string) bool { return n == "pack.yaml" })
	for _, name := range own(work.Content) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		// ui:keys config.file.*
		holds := ui.T(ctx, "config.file.rules")
		if key := "config.file." + strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".csv"); ui.Known(key) {
			holds = ui.T(ctx, key)
		}
		if !matches(r.FormValue("q"), name, holds) {
			continue
		}
		cell := ui.Cell{Text: name, Head: true}
		if may {
			cell.URL = "/config/edit/file?name=" + name
		}
		tag := ui.Tag{}
		if _, mine := work.Content[name]; mine {
			tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.origin.own")}
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: holds}, {Tag: tag}}})
	}
	t.Groups = []ui.Group{g}
	p.show(w, r, work, listPage{Head: ui.Head{Title: ui.T(ctx, "config.files.title"), Lead: ui.T(ctx, "config.files.lead", "Version", called(ctx, work.Number))}, Table: t, Action: "/config/files"})
}
