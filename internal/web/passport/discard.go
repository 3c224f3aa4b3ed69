package passport

import (
	"context"
	"net/http"
	"strings"

	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

func (p *Pages) getSpoiled(w http.ResponseWriter, r *http.Request) { p.showSpoiled(w, r, nil) }

// showSpoiled lists the numbers out of use with their two witnesses, and takes
// a blank out that was spoiled before it was anybody's.
func (p *Pages) showSpoiled(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	list, err := room.SpoiledOnes(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := blanksView{Errors: ui.Summarise(ctx, failed), Head: ui.Head{Title: ui.T(ctx, "making.spoiled.title"), Lead: ui.T(ctx, "making.spoiled.lead")}, Tabs: stockTabs(ctx, "/stock/spoiled"),
		Table: ui.Table{Caption: ui.T(ctx, "making.spoiled.title"), Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "making.spoiled.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "making.stock.number")}, {Text: ui.T(ctx, "making.reason")}, {Text: ui.T(ctx, "making.spoiled.by")}, {Text: ui.T(ctx, "making.spoiled.at")}}}}
	for _, b := range list {
		people, err := p.people(ctx, strings.Fields(b.Witnesses))
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Table.Groups[0].Rows = append(v.Table.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: b.Number, Head: true, Sub: kindName(ctx, b.Type)}, {Text: ui.Reason(ctx, b.Why)}, {Show: unbroken(people)}, {Show: unbroken(ui.At(ctx, b.At))}}})
	}
	beside := ui.FieldErrors(ctx, failed)
	v.Discard = formView{Action: "/stock/spoiled", Key: web.NewKey(), Button: ui.Button{Text: ui.T(ctx, "making.stock.discard")},
		Fields: append([]ui.Field{
			{Name: "number", Label: ui.T(ctx, "making.stock.number"), Hint: ui.T(ctx, "making.stock.number.hint"), Value: r.PostFormValue("number"), Error: beside["number"], Width: "mid", Complete: "off"},
			{Name: "reason", Label: ui.T(ctx, "making.reason"), Value: r.PostFormValue("reason"), Error: beside["reason"]},
		}, witnessFields(ctx, beside, r.PostFormValue("witness"))...)}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Main: "wrap stack", Errors: len(v.Errors.Errors)}, blanksPage(v))
}

// people names the two who stood by. What the rule took out of use by itself
// waits for the two who destroy it.
func (p *Pages) people(ctx context.Context, accounts []string) (string, error) {
	names, err := account.Names(ctx, p.Journal.Store, accounts)
	if err != nil {
		return "", err
	}
	var out []string
	for _, a := range accounts {
		switch {
		case names[a] != "":
			out = append(out, names[a])
		case a == "system":
			out = append(out, ui.T(ctx, "making.spoiled.rule"))
		}
	}
	return ui.List(ctx, out), nil
}

func (p *Pages) postDiscard(w http.ResponseWriter, r *http.Request) {
	two, err := p.two(r)
	number := strings.ToUpper(strings.TrimSpace(r.PostFormValue("number")))
	if err == nil {
		err = p.unmade(r.Context(), number)
	}
	if err == nil {
		stock := string(room.StockOf(number))
		if stock == "" {
			stock = "none" // no letters that we know: the command says so
		}
		_, err = journal.Do(r.Context(), p.Journal, room.Stocks, journal.Order{Subject: stock, Key: web.Key(r)}, room.Discard{Number: number, Why: r.PostFormValue("reason"), Two: two})
	}
	if fault.Findings(err) != nil {
		p.showSpoiled(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/stock/spoiled")
}

// unmade refuses a number that is somebody's booklet: that is spoiled at its
// order, which then is made again.
func (p *Pages) unmade(ctx context.Context, number string) error {
	stock := room.StockOf(number)
	if stock == "" {
		return nil
	}
	s, _, err := journal.Load(ctx, p.Journal, room.Stocks, string(stock))
	if err != nil || s.Taken[number] == "" {
		return err
	}
	o, _, err := p.order(ctx, s.Taken[number])
	if err != nil || o.Number != number {
		return err
	}
	return fault.Field("number", "making.discard.made", map[string]any{"Name": nameOf(o.Identity)})
}
