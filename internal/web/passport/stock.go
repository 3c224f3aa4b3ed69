package passport

import (
	"context"
	"net/http"

	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// stockView is the balance of each type and what came in.
type stockView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Tabs    ui.Chips
	Balance ui.Table
	Runs    ui.Table
	Receive formView
}

// stockTabs lead between the three pages of the stock.
func stockTabs(ctx context.Context, at string) ui.Chips {
	c := ui.Chips{Label: ui.T(ctx, "making.stock.pages")}
	for _, t := range []struct{ url, text string }{{"/stock", ui.T(ctx, "making.stock.balance")}, {"/stock/taken", ui.T(ctx, "making.stock.taken")}, {"/stock/spoiled", ui.T(ctx, "making.stock.spoiled")}} {
		c.Items = append(c.Items, ui.Chip{Text: t.text, URL: t.url, Current: t.url == at})
	}
	return c
}

func (p *Pages) getStock(w http.ResponseWriter, r *http.Request) { p.showStock(w, r, nil) }

func (p *Pages) showStock(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	balances, err := room.Balances(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	runs, err := room.Runs(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	beside := ui.FieldErrors(ctx, failed)
	number := func(text string) ui.Column { return ui.Column{Text: text, Number: true} }
	v := stockView{Errors: ui.Summarise(ctx, failed), Tabs: stockTabs(ctx, "/stock"),
		Balance: ui.Table{Caption: ui.T(ctx, "making.stock.table"), Groups: []ui.Group{{}}, Columns: []ui.Column{{Text: ui.T(ctx, "making.col.type")}, number(ui.T(ctx, "making.stock.remaining")), number(ui.T(ctx, "making.stock.received")), number(ui.T(ctx, "making.stock.taken")), number(ui.T(ctx, "making.stock.spoiled"))}},
		Runs:    ui.Table{Caption: ui.T(ctx, "making.stock.run_list"), Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "making.stock.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "making.col.type")}, {Text: ui.T(ctx, "making.stock.first")}, {Text: ui.T(ctx, "making.stock.last")}, number(ui.T(ctx, "making.stock.count")), {Text: ui.T(ctx, "making.stock.at")}}}}
	left := 0
	types := ui.Field{Kind: ui.Select, Name: "type", Label: ui.T(ctx, "making.col.type"), Error: beside["type"], Options: []ui.Option{{Text: ui.T(ctx, "making.choose")}}}
	for _, t := range room.Types() {
		b := balances[t]
		left += b.Remaining
		rest := ui.Cell{Text: ui.Count(b.Remaining)}
		if b.Remaining == 0 {
			rest = ui.Cell{Tag: ui.Tag{State: ui.Warn, Word: ui.T(ctx, "making.stock.empty")}}
		}
		v.Balance.Groups[0].Rows = append(v.Balance.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: kindName(ctx, t), Head: true}, rest, {Text: ui.Count(b.Received)}, {Text: ui.Count(b.Taken)}, {Text: ui.Count(b.Spoiled)}}})
		types.Options = append(types.Options, ui.Option{Value: string(t), Text: typeName(ctx, t), Chosen: r.PostFormValue("type") == string(t)})
	}
	for _, x := range runs {
		v.Runs.Groups[0].Rows = append(v.Runs.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: kindName(ctx, x.Type), Head: true}, {Show: unbroken(x.First)}, {Show: unbroken(x.Last)}, {Text: ui.Count(x.Count)}, {Show: unbroken(ui.At(ctx, x.At))}}})
	}
	field := func(name, label, hint string) ui.Field {
		return ui.Field{Name: name, Label: label, Hint: hint, Error: beside[name], Value: r.PostFormValue(name), Width: "mid", Complete: "off"}
	}
	v.Receive = formView{Action: "/stock", Key: web.NewKey(), Button: ui.Button{Text: ui.T(ctx, "making.stock.receive")},
		Fields: []ui.Field{types, field("first", ui.T(ctx, "making.stock.first"), ui.T(ctx, "making.stock.first.hint")), field("last", ui.T(ctx, "making.stock.last"), ui.T(ctx, "making.stock.last.hint"))}}
	v.Head = ui.Head{Title: ui.T(ctx, "making.stock.title", "Count", left), Lead: ui.T(ctx, "making.stock.lead")}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Main: "wrap stack", Errors: len(v.Errors.Errors)}, stockPage(v))
}

// postStock takes a run of blanks in. A type that wasn't chosen names a stock
// that doesn't exist, which the command refuses.
func (p *Pages) postStock(w http.ResponseWriter, r *http.Request) {
	typ := r.PostFormValue("type")
	if typ == "" {
		typ = "none"
	}
	_, err := journal.Do(r.Context(), p.Journal, room.Stocks, journal.Order{Subject: typ, Key: web.Key(r)}, room.Receive{First: r.PostFormValue("first"), Last: r.PostFormValue("last")})
	if fault.Findings(err) != nil {
		p.showStock(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/stock")
}

// blanksView lists numbers that are no longer in the stock.
type blanksView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Tabs    ui.Chips
	Table   ui.Table
	Discard formView
}

// getTakenBlanks lists which number was taken for whom.
func (p *Pages) getTakenBlanks(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	list, err := room.TakenOnes(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := blanksView{Head: ui.Head{Title: ui.T(ctx, "making.taken.title"), Lead: ui.T(ctx, "making.taken.lead")}, Tabs: stockTabs(ctx, "/stock/taken"),
		Table: ui.Table{Caption: ui.T(ctx, "making.taken.title"), Keys: true, Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "making.taken.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "making.stock.number")}, {Text: ui.T(ctx, "making.col.person")}, {Text: ui.T(ctx, "making.col.stage")}, {Text: ui.T(ctx, "making.taken.at")}}}}
	for _, b := range list {
		o, _, err := p.order(ctx, b.Order)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Table.Groups[0].Rows = append(v.Table.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: b.Number, URL: orderURL(b.Order), Head: true, Sub: kindName(ctx, b.Type)}, {Show: unbroken(nameOf(o.Identity))}, {Tag: stageTag(ctx, o.Stage, o.Why)}, {Show: unbroken(ui.At(ctx, b.At))}}})
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "wrap stack"}, blanksPage(v))
}
