package passport

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/passport"
	"yitang/internal/precheck"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// checkView is the second officer's comparison of a booklet with its order.
type checkView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Facts    ui.Facts
	Parts    ui.Table // of the machine readable zone: what is compared, and once it was read what differs
	Pictures []picture
	Form     formView
	Spoil    ui.Link
}

// formView is one form of this site.
type formView struct {
	Action string
	Key    string
	Seen   string
	Fields []ui.Field
	Button ui.Button
	Back   ui.Link
}

func (p *Pages) getCheck(w http.ResponseWriter, r *http.Request) { p.showCheck(w, r, nil) }

// showCheck shows what the data page should say, but not the machine readable
// lines: they are to come from the booklet.
func (p *Pages) showCheck(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("order")
	o, version, err := p.order(ctx, id)
	switch {
	case err != nil:
	case o.Stage != room.IsMade:
		err = fault.NotNow("passport.check.not_now", o.Stage)
	case o.Misprinted():
		err = fault.NotNow("passport.misprinted", o.Stage)
	case o.By(web.Who(r).Account):
		err = fault.NotNow("passport.check.same_officer", o.Stage)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	beside := ui.FieldErrors(ctx, failed)
	line := func(name, label, hint string) ui.Field {
		return ui.Field{Name: name, Label: label, Hint: hint, Value: r.PostFormValue(name), Error: beside[name], Lang: "zxx", Complete: "off"}
	}
	v := checkView{Errors: ui.Summarise(ctx, failed), Facts: dataPage(ctx, o), Pictures: printed(ctx, id, o),
		Head: ui.Head{Title: ui.T(ctx, "making.check.title", "Name", nameOf(o.Identity), "Number", o.Number), Lead: ui.T(ctx, "making.check.lead")},
		Form: formView{Action: orderURL(id) + "/check", Key: web.NewKey(), Seen: fmt.Sprint(int64(version)), Back: ui.Link{Text: ui.T(ctx, "making.to_order"), URL: orderURL(id)},
			Fields: []ui.Field{line("line1", ui.T(ctx, "making.line1"), ui.T(ctx, "making.scan")), line("line2", ui.T(ctx, "making.line2"), "")},
			Button: ui.Button{Text: ui.T(ctx, "making.check.do")}},
		Spoil: ui.Link{Text: ui.T(ctx, "making.check.bad"), URL: orderURL(id) + "/spoil"}}
	v.Parts = readParts(ctx, o, [2]string{r.PostFormValue("line1"), r.PostFormValue("line2")})
	if o.EndorseOnly() {
		v.Parts = ui.Table{}
		v.Form.Fields, v.Facts, v.Spoil = nil, wanted(ctx, o), ui.Link{}
		v.Head = ui.Head{Title: ui.T(ctx, "making.check.permit", "Name", nameOf(o.Identity)), Lead: ui.T(ctx, "making.check.permit.lead")}
	}
	for _, x := range o.Regions {
		name := "until." + x.Code
		v.Form.Fields = append(v.Form.Fields, ui.Field{Kind: ui.DateKind, Name: name, Label: ui.T(ctx, "making.check.until", "Place", ui.T(ctx, "making.region."+x.Code)),
			Hint: ui.T(ctx, "making.check.until.hint"), Value: r.PostFormValue(name), Error: beside[name]})
	}
	v.Form.Fields[0].Focus = failed == nil // a scanner types where the cursor is
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Main: "wrap stack", Errors: len(v.Errors.Errors),
		Crumbs: []ui.Link{{Text: ui.T(ctx, "making.orders"), URL: "/orders"}, {Text: nameOf(o.Identity), URL: orderURL(id)}, {Text: ui.T(ctx, "making.do.check")}}}, checkPage(v))
}

// readParts lists what of the two lines is compared with the data page; once they
// were read, what was read and whether it agrees. What they should say isn't shown:
// whoever saw it would copy it.
//
// ui:keys making.part.*
func readParts(ctx context.Context, o room.Order, read [2]string) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "making.parts"), Cards: true, Groups: []ui.Group{{}}, Columns: []ui.Column{{Text: ui.T(ctx, "making.col.part")}, {Text: ui.T(ctx, "making.col.read")}, {Text: ui.T(ctx, "making.col.agrees")}}}
	for _, p := range o.Parts(read) {
		tag := ui.Tag{State: ui.Wait, Word: ui.T(ctx, "making.part_unread")}
		switch {
		case strings.TrimSpace(p.Text) == "":
		case p.Same:
			tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "making.part_same")}
		default:
			tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "making.part_differs")}
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "making.part."+p.What), Head: true}, {Text: filled(ctx, p.Text), Lang: "zxx"}, {Tag: tag}}})
	}
	return t
}

// filled is what was read without the fillers behind it.
func filled(ctx context.Context, text string) string {
	text = strings.TrimSpace(text)
	if shown := strings.TrimRight(text, "<"); shown != "" || text == "" {
		return shown
	}
	return ui.T(ctx, "making.part_empty")
}

// dataPage is what the booklet's data page should say.
func dataPage(ctx context.Context, o room.Order) ui.Facts {
	i, fs := o.Identity, ui.Facts{}
	add(&fs, ui.T(ctx, "making.fact.number"), o.Number, "")
	add(&fs, ui.T(ctx, "making.fact.name"), nameOf(i), "")
	add(&fs, ui.T(ctx, "making.fact.latin"), latinOf(i), "zh-Latn")
	add(&fs, ui.T(ctx, "making.fact.sex"), sexName(ctx, i.Sex), "")
	add(&fs, ui.T(ctx, "making.fact.born"), ui.Date(ctx, i.DateOfBirth), "")
	add(&fs, ui.T(ctx, "making.fact.issued"), ui.Date(ctx, o.Issued), "")
	add(&fs, ui.T(ctx, "making.fact.expires"), ui.Date(ctx, o.Expires), "")
	return fs
}

// wanted is what the endorsements of a permit should allow.
func wanted(ctx context.Context, o room.Order) ui.Facts {
	fs := ui.Facts{}
	add(&fs, ui.T(ctx, "making.fact.name"), nameOf(o.Identity), "")
	add(&fs, ui.T(ctx, "making.fact.permit"), ui.T(ctx, "keeping.tail", "Tail", o.PermitTail), "")
	for _, x := range o.Regions {
		add(&fs, ui.T(ctx, "making.region."+x.Code), ui.T(ctx, "making.endorse.hint", "Times", x.Times, "Until", ui.Date(ctx, x.Until)), "")
	}
	return fs
}

func (p *Pages) postCheck(w http.ResponseWriter, r *http.Request) {
	read := [2]string{r.PostFormValue("line1"), r.PostFormValue("line2")}
	o, _, err := p.order(r.Context(), r.PathValue("order"))
	until := map[string]calendar.Date{}
	for _, x := range o.Regions {
		until[x.Code], _ = calendar.Parse(r.PostFormValue("until." + x.Code)) // no day isn't theirs either
	}
	if err == nil && o.Stage == room.IsMade && !o.EndorseOnly() && !o.By(web.Who(r).Account) {
		f := o.Ordering(precheck.StepCheck)
		f.Scanned, f.Misread = read[0] != "" && read[1] != "", o.Compare(read)
		err = refused(p.judge(f))
	}
	if err == nil {
		err = p.give(r, room.Check{Scanned: read, Until: until})
	}
	if fault.Findings(err) != nil {
		p.showCheck(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, orderURL(r.PathValue("order")))
}
