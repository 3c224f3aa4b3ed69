package sites

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/program"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// updates are the pages of releases of the program: what runs where, what there
// is, and what the office offers and each network puts in force.
type updates struct {
	site *web.Site
	node *node.Node
}

func (p updates) routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /update", Right: access.SeeProgram, Handle: p.list},
		{Pattern: "GET /update/{release}", Right: access.SeeProgram, Handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }},
		{Pattern: "POST /update/{release}", Right: access.ChangeProgram, Handle: p.post},
	}
}

// offer is a release that was offered, or lies ready to be.
type offer struct {
	id      string
	release program.Release
	at      time.Time // it was offered; zero: it lies ready
}

// offers lists what there is, the newest first. Files that are none are told apart.
func (p updates) offers(ctx context.Context) (all []offer, bad []string, err error) {
	if p.node.Programs().Offers() {
		brought, err := p.node.Programs().Brought()
		if err != nil {
			return nil, nil, err
		}
		for _, b := range brought {
			if b.Err != nil {
				bad = append(bad, b.File)
				continue
			}
			all = append(all, offer{id: b.Head.Manifest.ID(), release: program.Release{Head: b.Head}})
		}
	}
	rows, err := program.All(ctx, p.site.Journal.Store)
	for _, x := range rows {
		all = append(all, offer{x.ID, x.Release, x.At})
	}
	return all, bad, err
}

func (p updates) one(ctx context.Context, id string) (offer, error) {
	all, _, err := p.offers(ctx)
	if err != nil {
		return offer{}, err
	}
	for _, o := range all {
		if o.id == id {
			return o, nil
		}
	}
	return offer{}, fault.NotFound("release of the program")
}

// name is a release in a phrase.
func releaseName(ctx context.Context, m program.Manifest) string {
	return ui.T(ctx, "update.name", "Version", m.Version, "Number", m.Number)
}

// tag says what becomes of a release here.
// ui:keys program.wrong.*
func (p updates) tag(ctx context.Context, o offer) (ui.Tag, error) {
	wrong, err := p.node.Programs().Wrong(o.release)
	switch {
	case err != nil:
		return ui.Tag{}, err
	case wrong == "runs":
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "update.tag.runs")}, nil
	case wrong == "foreign" || wrong == "withdrawn":
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "update.tag."+wrong)}, nil
	case o.at.IsZero():
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "update.tag.ready")}, nil
	case wrong == "":
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "update.tag.may")}, nil
	}
	return ui.Tag{State: ui.Info, Word: ui.T(ctx, "update.tag.not")}, nil
}

// updateView is the list of what runs where, and of what there is.
type updateView struct {
	Head  ui.Head
	Runs  ui.Table
	Apart string
	All   ui.Table
	Bad   []string // files that are no release of the maker's
	How   []string // what an administrator does first
}

// ui:keys update.tag.*
func (p updates) list(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	running, err := p.node.Programs().Everywhere(ctx)
	var all []offer
	v := updateView{}
	if err == nil {
		all, v.Bad, err = p.offers(ctx)
	}
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	own := program.Running{}
	for _, x := range running {
		if x.Zone == p.site.Zone {
			own = x
		}
	}
	v.Head = ui.Head{Title: ui.T(ctx, "update.title", "Version", program.Version), Lead: ui.T(ctx, "update.lead", "Zone", ui.ZoneName(ctx, p.site.Zone))}
	if own.Instead != "" {
		v.Head.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "update.failed", "Version", own.Instead), Long: true}
	}
	v.Runs = ui.Table{Caption: ui.T(ctx, "update.where"), Cards: true, Groups: []ui.Group{{}}, Columns: []ui.Column{{Text: ui.T(ctx, "update.col.zone")}, {Text: ui.T(ctx, "update.col.runs")}, {Text: ui.T(ctx, "update.col.since")}}}
	for _, x := range running {
		if x.Number == 0 && p.site.Zone != zone.Office {
			continue // the other networks tell the office alone
		}
		cells := []ui.Cell{{Text: ui.ZoneName(ctx, x.Zone), Head: true}, {Text: ui.T(ctx, "update.unsaid")}, {}}
		if x.Number > 0 {
			cells[1].Text = ui.T(ctx, "update.name", "Version", x.Version, "Number", x.Number)
		}
		if x.Instead != "" {
			cells[1].Sub = ui.T(ctx, "update.failed", "Version", x.Instead)
		}
		if !x.Since.IsZero() {
			cells[2].Text = ui.At(ctx, x.Since)
		}
		v.Runs.Groups[0].Rows = append(v.Runs.Groups[0].Rows, ui.Row{Cells: cells})
	}
	if program.Apart(running) {
		v.Apart = ui.T(ctx, "update.apart")
	}
	// ui:keys update.none.*
	v.All = ui.Table{Caption: ui.T(ctx, "update.all"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "update.none."+string(p.site.Zone))},
		Columns: []ui.Column{{Text: ui.T(ctx, "update.col.release")}, {Text: ui.T(ctx, "update.col.offered")}, {Text: ui.T(ctx, "update.col.here")}}}
	for _, o := range all {
		tag, err := p.tag(ctx, o)
		if err != nil {
			p.site.Fail(w, r, err)
			return
		}
		offered := ui.T(ctx, "update.not_offered")
		if !o.at.IsZero() {
			offered = ui.At(ctx, o.at)
		}
		if len(v.All.Groups) == 0 {
			v.All.Groups = []ui.Group{{}}
		}
		v.All.Groups[0].Rows = append(v.All.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: releaseName(ctx, o.release.Head.Manifest), Sub: ui.Name(ctx, o.release.Head.Manifest.Notes()), Head: true, URL: "/update/" + url.PathEscape(o.id)}, {Text: offered}, {Tag: tag}}})
	}
	if maker, err := p.node.Programs().Maker(); err != nil {
		p.site.Fail(w, r, err)
		return
	} else if maker == nil {
		v.How = append(v.How, ui.T(ctx, "program.wrong.no_maker"))
	}
	if p.node.Programs().Offers() {
		v.How = append(v.How, ui.T(ctx, "update.how"))
	}
	var said ui.Banner
	// ui:keys update.said.*
	if key := "update.said." + r.URL.Query().Get("said"); ui.Known(key) {
		said.Text = ui.T(ctx, key)
	}
	p.site.Show(w, r, ui.Page{Title: v.Head.Title, Banner: said, Crumbs: []ui.Link{{Text: ui.T(ctx, "sites.nav.node"), URL: "/node"}, {Text: ui.T(ctx, "update.crumb")}}}, updateList(v))
}

// updateOne is one release.
type updateOne struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Facts  []releaseFact
	Action string
	Key    string
	Seen   string
	Why    ui.Field
	Said   string
	Do     []ui.Button
}

func (p updates) show(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	o, err := p.one(ctx, r.PathValue("release"))
	var wrong string
	var tag ui.Tag
	if err == nil {
		wrong, err = p.node.Programs().Wrong(o.release)
	}
	if err == nil {
		tag, err = p.tag(ctx, o)
	}
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	m := o.release.Head.Manifest
	v := updateOne{Head: ui.Head{Title: releaseName(ctx, m), Lead: ui.Name(ctx, m.Notes()), Tag: tag}}
	fact := func(key, text string) {
		if text != "" {
			v.Facts = append(v.Facts, releaseFact{ui.T(ctx, key), text})
		}
	}
	fact("update.fact.made", ui.Date(ctx, m.Made))
	if !o.at.IsZero() {
		fact("update.fact.offered", ui.At(ctx, o.at))
	}
	fact("update.fact.platform", m.Platform)
	fact("update.fact.size", ui.Size(m.Size))
	fact("update.fact.digest", m.Digest)
	fact("update.fact.withdrawn", o.release.Withdrawn)
	if wrong != "" {
		v.Said = ui.T(ctx, "program.wrong."+wrong)
	}
	if web.Who(r).May(access.ChangeProgram) {
		p.buttons(ctx, &v, o, wrong)
	}
	v.Key, v.Seen = web.NewKey(), ""
	v.Why.Value, v.Why.Error = r.PostFormValue("reason"), ui.FieldErrors(ctx, failed)["reason"]
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	p.site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "sites.nav.node"), URL: "/node"}, {Text: ui.T(ctx, "update.crumb"), URL: "/update"}, {Text: v.Head.Title}}}, updatePage(v))
}

func (p updates) buttons(ctx context.Context, v *updateOne, o offer, wrong string) {
	offers := p.node.Programs().Offers()
	v.Why = ui.Field{Name: "reason", Kind: ui.Area, Rows: 3, Max: 500, Label: ui.T(ctx, "update.reason"), Hint: ui.T(ctx, "update.reason.hint")}
	switch {
	case o.at.IsZero(): // in the office alone
		v.Do = []ui.Button{{Text: ui.T(ctx, "update.do.offer"), Name: "do", Value: "offer"}}
		v.Why = ui.Field{}
		v.Said = ui.T(ctx, "update.offer.then")
	case wrong == "" && p.node.Again == nil: // a start would hand over one network without the others
		v.Said = ui.T(ctx, "update.choose.by_hand")
	case wrong == "":
		v.Do = []ui.Button{{Text: ui.T(ctx, "update.do.choose"), Name: "do", Value: "choose"}}
		v.Said = ui.T(ctx, "update.choose.then")
	}
	if offers && !o.at.IsZero() && o.release.Withdrawn == "" {
		v.Do = append(v.Do, ui.Button{Text: ui.T(ctx, "update.do.withdraw"), Name: "do", Value: "withdraw", Kind: ui.Second})
	}
	if len(v.Do) > 0 {
		v.Action = "/update/" + url.PathEscape(o.id)
	}
}

func (p updates) post(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r)
	ctx := journal.WithActor(r.Context(), journal.Actor{Role: string(who.As(access.ChangeProgram)), Account: who.Account})
	id, reason, said := r.PathValue("release"), r.PostFormValue("reason"), r.PostFormValue("do")
	order := web.Order(r, id)
	var err error
	switch said {
	case "offer":
		err = p.node.Programs().Offer(ctx, order, id)
	case "withdraw":
		err = p.node.Programs().Withdraw(ctx, order, reason)
	case "choose":
		if err = fault.NotNow("update.choose.by_hand", ""); p.node.Again != nil {
			err = p.node.Programs().Choose(ctx, order, id, reason)
		}
	default:
		err = fault.NotFound("answer")
	}
	if fault.Findings(err) != nil || fault.IsNotNow(err) {
		p.show(w, r, err)
		return
	}
	p.site.Answer(w, r, err, "/update?said="+said)
	if err == nil && said == "choose" {
		time.AfterFunc(time.Second, p.node.Again) // once the answer is out
	}
}
