package approval

import (
	"context"
	"net/http"
	"net/url"

	room "yitang/internal/approval"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// waiversMost is how many askings the list shows; they are answered within days.
const waiversMost = 200

// waiverView is one asking, to be answered.
type waiverView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Finding ui.FindList
	Facts   []fact
	Said    string
	Action  string
	Key     string
	Reason  ui.Field
	Grant   ui.Button
	Refuse  ui.Button
}

// getWaivers lists what units ask to be let pass, the longest waiting first.
func (p *Pages) getWaivers(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	all, err := room.OpenWaivers(ctx, p.Journal, waiversMost)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	title := ui.T(ctx, "waivers.none")
	if len(all) > 0 {
		title = ui.T(ctx, "waivers.some", "Count", len(all))
	}
	t := ui.Table{Caption: title, Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "waivers.empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "waivers.col.what")}, {Text: ui.T(ctx, "waivers.col.unit")}, {Text: ui.T(ctx, "waivers.col.rule")}, {Text: ui.T(ctx, "waivers.col.depart")}, {Text: ui.T(ctx, "waivers.col.asked")}}}
	var rows []ui.Row
	for _, x := range all {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: ui.Say(ctx, x.Plea.Says), URL: "/waivers/" + url.PathEscape(x.ID), Head: true, Sub: x.Plea.Title}, {Text: p.unitName(ctx, x.Asked.Unit)},
			{Text: x.Asked.Rule}, {Text: ui.Date(ctx, x.Asked.Depart)}, {Text: ui.At(ctx, x.At), Quiet: true}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	var said ui.Banner
	// ui:keys waivers.said.*
	if key := "waivers.said." + r.URL.Query().Get("said"); ui.Known(key) {
		said.Text = ui.T(ctx, key)
	}
	p.Site.Show(w, r, ui.Page{Title: title, Banner: said}, listPage(ui.Head{Title: title, Lead: ui.T(ctx, "waivers.lead")}, t))
}

func (p *Pages) unitName(ctx context.Context, id string) string {
	u, _, err := journal.Load(ctx, p.Journal, unit.Room, id)
	if err != nil || u.Name == "" {
		return id
	}
	return u.Name
}

func (p *Pages) getWaiver(w http.ResponseWriter, r *http.Request) { p.showWaiver(w, r, nil) }

func (p *Pages) showWaiver(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	x, err := room.OneWaiver(ctx, p.Journal, r.PathValue("waiver"))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := waiverView{Head: ui.Head{Title: ui.T(ctx, "waivers.title", "Rule", x.Asked.Rule), Lead: ui.T(ctx, "waivers.one.lead")}, Action: "/waivers/" + url.PathEscape(x.ID), Key: web.NewKey()}
	v.Finding = ui.FindList{{State: ui.Stop, Title: ui.Say(ctx, x.Plea.Says), Where: ui.Link{Text: p.placeOf(ctx, x)}, Basis: x.Plea.Basis, Rule: ruleLink(ctx, x.Asked.Rule),
		Fact: ui.T(ctx, "waivers.plea", "Words", x.Plea.Reason)}}
	v.Facts = []fact{{ui.T(ctx, "waivers.col.unit"), p.unitName(ctx, x.Asked.Unit)}, {ui.T(ctx, "waivers.col.case"), x.Plea.Title},
		{ui.T(ctx, "waivers.col.people"), ui.T(ctx, "waivers.people", "Count", len(x.Asked.Members))}, {ui.T(ctx, "waivers.col.depart"), ui.Date(ctx, x.Asked.Depart)}, {ui.T(ctx, "waivers.col.asked"), ui.At(ctx, x.At)}}
	// ui:keys waivers.is.*
	if x.Answer != room.WaiverOpen {
		v.Action = ""
		v.Said = ui.T(ctx, "waivers.is."+string(x.Answer), "Who", p.name(ctx, x.Said.By), "Day", x.AsOf(), "Why", x.Said.Words)
	}
	v.Reason = ui.Field{Name: "reason", Kind: ui.Area, Rows: 3, Max: 500, Label: ui.T(ctx, "waivers.reason"), Hint: ui.T(ctx, "waivers.reason.hint"), Value: r.PostFormValue("reason"), Error: ui.FieldErrors(ctx, failed)["reason"]}
	v.Grant = ui.Button{Text: ui.T(ctx, "waivers.grant"), Name: "answer", Value: "grant"}
	v.Refuse = ui.Button{Text: ui.T(ctx, "waivers.refuse"), Name: "answer", Value: "refuse", Kind: ui.Second}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "waivers.crumb"), URL: "/waivers"}, {Text: v.Head.Title}}}, waiverPage(v))
}

// placeOf names the field: of the case as it came in, or by its kind alone
// while the unit is still writing.
func (p *Pages) placeOf(ctx context.Context, x room.AskedWaiver) string {
	rounds, err := room.Rounds(ctx, p.Journal, x.Asked.Filing)
	if err != nil {
		return ""
	}
	return progress.Place(ctx, rounds[len(rounds)-1].Dossier, x.Plea.Place)
}

// postWaiver grants or refuses, with a reason.
func (p *Pages) postWaiver(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("waiver")
	asked, v, err := journal.Load(ctx, p.Journal, filing.WaiverRoom, id)
	if err == nil && v == 0 {
		err = fault.NotFound("waiver " + id)
	}
	var a room.Approval
	if err == nil {
		a, _, err = journal.Load(ctx, p.Journal, room.Room, asked.Asked.Filing)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	grant := r.PostFormValue("answer") == "grant"
	_, err = journal.Do(acting(r, "chief"), p.Journal, room.WaivingRoom, journal.Order{Subject: id, Key: web.Key(r)}, journal.Command[room.Waiving](room.AnswerWaiver{
		Grant: grant, Reason: r.PostFormValue("reason"), Asked: asked, Case: a, MayWaive: p.mayWaive(asked.Asked.Rule), Self: web.Who(r).Person}))
	if fault.Findings(err) != nil {
		p.showWaiver(w, r, err)
		return
	}
	said := "refused"
	if grant {
		said = "granted"
	}
	p.Site.Answer(w, r, err, "/waivers?said="+said)
}

// mayWaive tells whether a rule in force is one of which exceptions are made.
func (p *Pages) mayWaive(rule string) bool {
	for _, r := range p.Pack().Ref.Rules {
		if r.ID == rule {
			return r.MayWaive()
		}
	}
	return false
}
