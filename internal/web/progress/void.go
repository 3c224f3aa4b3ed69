package progress

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Void is an approval that was taken back: which document, by whom, when and with
// what words.
type Void struct {
	Number string // of the document; "" where none had come of the decision
	Who    string // by name where this zone knows it, else by role
	On     calendar.Date
	Words  string
	Unit   bool // its unit gave the mission up
}

// Voided tells how the approval of a case was taken back; false where it wasn't.
func (p *Pages) Voided(ctx context.Context, filing string) (v Void, is bool, err error) {
	all, err := p.Journal.History(ctx, journal.Ref{Kind: approval.Room.Kind, ID: filing})
	if err != nil {
		return v, false, fmt.Errorf("reading how the approval of %s was taken back: %w", filing, err)
	}
	for _, e := range all {
		switch b := e.Body.(type) {
		case approval.Revoked:
			names, err := account.Names(ctx, p.Journal.Store, []string{e.Actor.Account})
			if err != nil {
				return v, false, err
			}
			v.Number, v.On, v.Words, is = b.Number, calendar.DateOf(e.At), b.Reason, true
			if v.Who = whoName(ctx, e.Actor.Role); names[e.Actor.Account] != "" {
				v.Who = ui.T(ctx, "progress.void.name", "Role", v.Who, "Name", names[e.Actor.Account])
			}
		case approval.Cancelled:
			v.Unit = true
		}
	}
	return v, is, nil
}

// Note marks whatever shows the document.
//
// ui:keys progress.void.*
func (v Void) Note(ctx context.Context) ui.Note {
	of := "document"
	switch {
	case v.Number == "":
		of = "decision"
	case v.Unit:
		of = "unit"
	}
	return ui.Note{State: ui.Stop, Title: ui.T(ctx, "progress.void."+of, "Number", v.Number), Text: ui.T(ctx, "progress.void.text", "Who", v.Who, "Day", ui.Date(ctx, v.On), "Words", v.Words)}
}

// FileVoid is what the file of such a document is called that somebody keeps.
func FileVoid(ctx context.Context, name string) string {
	return ui.T(ctx, "progress.void.file", "Name", name)
}

// asSigned is the query with which somebody who has read the mark opens the file.
const asSigned = "as=signed"

// Marked shows, before the file of a document that was taken back, that it was:
// the file itself stays as it was signed. True when it has answered.
func (p *Pages) Marked(w http.ResponseWriter, r *http.Request, filing string, back ui.Link) bool {
	ctx := r.Context()
	v, is, err := p.Voided(ctx, filing)
	if err != nil {
		p.Site.Fail(w, r, err)
		return true
	}
	if !is || r.URL.Query().Get("as") == "signed" {
		return false
	}
	head := ui.Head{Title: ui.T(ctx, "progress.void.title", "Number", v.Number)}
	p.Site.Show(w, r, ui.Page{Title: head.Title, Phone: true, Tabs: tabsOf(ctx, filing)}, voidPage(head, v.Note(ctx), ui.Button{Text: ui.T(ctx, "progress.void.open"), URL: r.URL.Path + "?" + asSigned, Kind: ui.Second}, back))
	return true
}

// tabsOf are the tabs of a case's page on the internet side; the office has none.
func tabsOf(ctx context.Context, filing string) []ui.NavItem {
	who := web.WhoOf(ctx)
	if who.May(access.SeeQueue) || who.May(access.SeeVisas) {
		return nil
	}
	return Tabs(ctx, who, filing)
}

// VoidNotes is the mark on a case's own pages, with the way to the document; none
// while it holds.
func (p *Pages) VoidNotes(ctx context.Context, filing string) ([]ui.Note, error) {
	v, is, err := p.Voided(ctx, filing)
	if err != nil || !is {
		return nil, err
	}
	n := v.Note(ctx)
	if v.Number != "" {
		n.Link = ui.Link{Text: ui.T(ctx, "progress.void.see"), URL: "/cases/" + url.PathEscape(filing) + "/approval"}
	}
	return []ui.Note{n}, nil
}
