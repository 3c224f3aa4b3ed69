package approval

import (
	"context"
	"net/http"

	"yitang/internal/amendment"
	room "yitang/internal/approval"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// changeView is an amendment on the reviewer's page: what is approved beside
// what is wanted, and what follows.
type changeView struct {
	Title   string
	Lead    string
	Path    ui.Tag
	Reason  string
	Of      ui.Link
	Differs ui.Changes
	Follows ui.Table
	Heading string // of Follows
	Digest  string
}

// change fills in what a case changes; nothing for an application.
func (p *Pages) change(ctx context.Context, v *caseView, a room.Approval) error {
	if !a.IsAmendment() || p.Follow == nil {
		return nil
	}
	l, err := amendment.See(ctx, p.Journal, p.Pack(), v.ID)
	if err != nil {
		return err
	}
	c := changeView{Title: ui.T(ctx, "amend.title", "Kind", progress.KindName(ctx, l.Kind)), Path: progress.PathTag(ctx, l.Kind, l.Path), Reason: l.Reason, Lead: ui.T(ctx, "amend.of", "Number", l.Number),
		Of: ui.Link{Text: ui.T(ctx, "amend.to_case"), URL: "/c/" + l.Of}, Differs: p.Follow.Differs(ctx, l.Was, l.Before, l.Is, l.People),
		Heading: ui.T(ctx, "follow.title"), Digest: amendment.Digest(l.Follows)}
	switch {
	case l.Done:
		c.Heading = ui.T(ctx, "follow.title.done")
	case l.Over:
		c.Heading = ui.T(ctx, "follow.title.over")
	}
	c.Follows = p.Follow.Follows(ctx, l.Follows, c.Heading)
	v.Change = &c
	v.Head.Title = ui.T(ctx, "amend.head", "Kind", progress.KindName(ctx, l.Kind), "Title", a.Title)
	return nil
}

// amendments lists what was asked to be changed of a case.
func (p *Pages) amendments(ctx context.Context, id string) ([]ui.Row, error) {
	all, err := room.AmendmentsOf(ctx, p.Journal.Store, id)
	if err != nil {
		return nil, err
	}
	var out []ui.Row
	for _, row := range all {
		// ui:keys review.stage.*
		out = append(out, ui.Row{Cells: []ui.Cell{{Text: progress.KindName(ctx, row.Amendment), URL: "/c/" + row.Filing, Head: true, Sub: row.Number}, {Text: ui.T(ctx, "review.stage."+string(row.Stage))}}})
	}
	return out, nil
}

// sameList refuses to confirm another list of consequences than the one that
// was on the page: something has happened to the case since.
func (p *Pages) sameList(r *http.Request, a room.Approval) error {
	if !a.IsAmendment() {
		return nil
	}
	l, err := amendment.See(r.Context(), p.Journal, p.Pack(), r.PathValue("case"))
	if err != nil {
		return err
	}
	if r.PostFormValue("_follows") != amendment.Digest(l.Follows) {
		return fault.Field("", "amend.follows.changed", nil)
	}
	return nil
}

// postFile puts an amendment on file.
func (p *Pages) postFile(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	a, row, ok := p.before(w, r)
	if !ok {
		return
	}
	cmd := room.File{Number: a.Number, Self: web.Who(r).Person}
	if a.Stage == room.AtIntake {
		var err error
		if _, cmd.Blocks, err = p.looked(r, id, a); err != nil {
			p.answer(w, r, err, row, "")
			return
		}
		if err := p.sameList(r, a); err != nil {
			p.answer(w, r, err, row, "")
			return
		}
	}
	ctx := acting(r, pack.StepRoles()...)
	if a.Stage == room.AtIntake {
		n, err := room.NextNumber(ctx, p.Journal, room.CaseSeries, id)
		if err != nil {
			p.answer(w, r, err, row, "")
			return
		}
		cmd.Number = n.As(p.Pack().Office.Numbers.Case)
	}
	_, err := journal.Do(ctx, p.Journal, room.Room, order(r, id), cmd)
	p.answer(w, r, err, row, "filed")
}

// ending is what follows from taking an approval back, shown before it is done,
// with the digest of that list.
func (p *Pages) ending(ctx context.Context, id string) (ui.Table, string, error) {
	s, _, err := amendment.Read(ctx, p.Journal, p.Pack(), id)
	if err != nil {
		return ui.Table{}, "", err
	}
	follows := amendment.Ends(s, room.RevokeDocument)
	return p.Follow.Follows(ctx, follows, ui.T(ctx, "follow.title")), amendment.Digest(follows), nil
}

// marked is the title of a row in the queue, with what it is when it changes an
// approval.
func marked(ctx context.Context, row room.QueueRow) string {
	if row.Amends == "" {
		return row.Title
	}
	return ui.T(ctx, "amend.head", "Kind", progress.KindName(ctx, row.Amendment), "Title", row.Title)
}

// changing leads the todo tag of an amendment: which way it takes.
func changing(ctx context.Context, row room.QueueRow, t ui.Tag) ui.Tag {
	if row.Amends == "" || row.Desk == "" || row.Desk == "unit" {
		return t
	}
	path := filing.FullPath
	if row.Light {
		path = filing.LightPath
	}
	t.Word = ui.T(ctx, "amend.todo", "Path", progress.PathTag(ctx, row.Amendment, path).Word, "Todo", t.Word)
	return t
}
