package visa

import (
	"context"
	"net/http"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/node"
	room "yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// letterView is the document that goes with an order: the note verbale to the
// mission, or the exit certificate where no visa is asked for.
type letterView struct {
	Title    string
	Lead     string // whom it names, and whether it is out of date
	Editions []editionLine
	Form     *orderForm
}

type editionLine struct {
	Number string
	URL    string
	Tag    ui.Tag
	Note   string
}

// letters shows what was issued for an order's group and area, and the form for
// the first edition or the next.
func (p *Pages) letters(r *http.Request, id string, posted bool, beside map[string]string) (*letterView, error) {
	ctx := r.Context()
	offer, err := p.Letters.For(ctx, id)
	if err != nil || offer.Kind == "" {
		return nil, err
	}
	l, _, err := journal.Load(ctx, p.Journal, letter.Room, offer.Letter)
	if err != nil {
		return nil, err
	}
	// ui:keys letter.kind.*
	v := &letterView{Title: ui.T(ctx, "letter.kind."+string(offer.Kind)), Lead: ui.T(ctx, "letter.for", "Count", len(offer.With.Orders))}
	for i := len(l.Editions) - 1; i >= 0; i-- {
		row, ok, err := letter.ByNumber(ctx, p.Journal.Store, l.Editions[i].Number)
		if err != nil {
			return nil, err
		}
		if ok {
			v.Editions = append(v.Editions, editionLine{Number: row.Number, URL: "/visa/" + id + "/letters/" + row.Code, Tag: statusTag(ctx, row), Note: ui.T(ctx, "letter.issued_on", "When", row.Issued)})
		}
	}
	said := offer.With.Wanted(l.Content)
	if posted {
		said = readWanted(r)
	}
	cmd, problem := prepare(offer, said)
	_, inForce := l.InForce()
	if inForce && problem == nil && !l.Says(cmd.Content) && !posted {
		v.Lead = ui.T(ctx, "letter.outdated")
	}
	// What stands in the way is said instead of a form that would be refused.
	blocked := fault.IsNotNow(problem)
	if fs := fault.Findings(problem); fs != nil {
		blocked = blocked || fs[0].Field == "booklet"
	}
	if blocked {
		if len(v.Editions) == 0 && fault.IsNotNow(problem) {
			return nil, nil
		}
		v.Lead = words(ctx, problem)
	}
	if web.Who(r).May(access.HandleVisas) && !blocked && (!inForce || problem != nil || posted || !l.Says(cmd.Content) || offer.Kind == document.KindNoteVerbale) {
		f := p.letterForm(ctx, id, offer, said, inForce)
		for i := range f.Fields {
			f.Fields[i].Error = beside[f.Fields[i].Name]
			if posted && f.Fields[i].Name == "reason" {
				f.Fields[i].Value = text(r, "reason")
			}
		}
		v.Form = &f
	}
	return v, nil
}

// ui:keys letter.status.*
func statusTag(ctx context.Context, row letter.Row) ui.Tag {
	state := ui.OK
	if row.Status != document.InForce {
		state = ui.Wait
	}
	return ui.Tag{State: state, Word: ui.T(ctx, "letter.status."+string(row.Status), "By", row.By)}
}

func prepare(o node.Offer, w room.Wanted) (letter.Prepare, error) {
	cmd, err := o.With.Exit()
	if o.Kind == document.KindNoteVerbale {
		cmd, err = o.With.Note(w)
	}
	cmd.Unit = o.Unit
	return cmd, err
}

func (p *Pages) letterForm(ctx context.Context, id string, o node.Offer, said room.Wanted, again bool) orderForm {
	f := orderForm{Action: "/visa/" + id + "/letter", Key: web.NewKey(), Button: ui.Button{Text: ui.T(ctx, "letter.issue"), Kind: ui.Second}}
	if o.Kind == document.KindNoteVerbale {
		entries := ui.Field{Kind: ui.Select, Name: "noteEntries", Label: ui.T(ctx, "letter.entries")}
		// ui:keys letter.entries.*
		for i, n := range []string{"0", "1", "2", "3"} {
			entries.Options = append(entries.Options, ui.Option{Value: n, Text: ui.T(ctx, "letter.entries."+n), Chosen: said.Entries == i})
		}
		f.Fields = append(f.Fields, ui.Field{Name: "mission", Label: ui.T(ctx, "letter.mission"), Hint: ui.T(ctx, "letter.mission.hint"), Value: said.Mission, Width: "mid", Lang: "zh-Hans"}, entries,
			ui.Field{Kind: ui.Area, Name: "supplement", Label: ui.T(ctx, "letter.supplement"), Optional: true, Rows: 2, Value: said.Supplement, Lang: "zh-Hans"})
	}
	if again {
		f.Button.Text = ui.T(ctx, "letter.issue_again")
		f.Fields = append(f.Fields, ui.Field{Kind: ui.Area, Name: "reason", Label: ui.T(ctx, "letter.why_again"), Rows: 2})
	}
	return f
}

func readWanted(r *http.Request) room.Wanted {
	w := room.Wanted{Mission: text(r, "mission"), Supplement: text(r, "supplement")}
	switch text(r, "noteEntries") {
	case "1":
		w.Entries = 1
	case "2":
		w.Entries = 2
	case "3":
		w.Entries = 3
	}
	return w
}

// postLetter issues the document, or an edition that takes the place of the one
// in force.
func (p *Pages) postLetter(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("order")
	r.PostFormValue("") // parses the form
	offer, err := p.Letters.For(r.Context(), id)
	if err == nil && offer.Kind == "" {
		err = fault.NotNow("letter.nobody", "")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	cmd, err := prepare(offer, readWanted(r))
	if err == nil {
		cmd.Reason = text(r, "reason")
		err = p.Letters.Issue(r.Context(), journal.Order{Subject: offer.Letter, Key: web.Key(r)}, cmd)
	}
	if fault.Findings(err) != nil {
		p.showOrder(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/visa/"+id+"#letter")
}

// getApproval gives the approval document of the order's case (批件): a kit holds it.
func (p *Pages) getApproval(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	o, ok, err := room.One(ctx, p.Journal.Store, r.PathValue("order"))
	var a approval.Approval
	if err == nil && ok {
		a, _, err = journal.Load(ctx, p.Journal, approval.Room, o.Filing)
	}
	if err == nil && a.Document == nil {
		err = fault.NotFound("approval of visa order " + r.PathValue("order"))
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	name := a.Document.Number
	if a.Stage == approval.IsRevoked || a.Outcome == string(filing.Revoked) || a.Outcome == string(filing.Cancelled) {
		if p.Follow.Marked(w, r, o.Filing, ui.Link{Text: ui.T(ctx, "progress.void.back_order"), URL: "/visa/" + r.PathValue("order")}) {
			return
		}
		name = progress.FileVoid(ctx, name)
	}
	p.Site.ShowPDF(w, r, p.Letters.Approval.Blobs, a.Document.File, name)
}

// getLetter gives the file of a letter of the order's case, and of no other:
// knowing a code is not enough.
func (p *Pages) getLetter(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	o, ok, err := room.One(ctx, p.Journal.Store, r.PathValue("order"))
	if err == nil && !ok {
		err = fault.NotFound("visa order " + r.PathValue("order"))
	}
	var row letter.Row
	if err == nil {
		row, ok, err = letter.ByCode(ctx, p.Journal.Store, r.PathValue("code"))
	}
	if err == nil && (!ok || row.Filing != o.Filing || row.Kind == document.KindOneTimeNotice) {
		err = fault.NotFound("letter " + r.PathValue("code"))
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.ShowPDF(w, r, p.Letters.Approval.Blobs, row.File, row.Number)
}
