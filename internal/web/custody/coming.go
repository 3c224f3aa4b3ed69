package custody

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// comingView is the new booklets that are on their way to the keeper.
type comingView struct {
	batchView
	Chips ui.Chips
	Scan  ui.Field
}

func (p *Pages) getComing(w http.ResponseWriter, r *http.Request) {
	p.showComing(w, r, r.URL.Query()["received"], nil, nil)
}

// showComing lists what is on its way. done are the booklets that have just been
// received, failed is what was wrong with the one that was scanned.
func (p *Pages) showComing(w http.ResponseWriter, r *http.Request, done, told []string, failed error) {
	ctx, q := r.Context(), r.URL.Query()
	rows, err := room.Sorted(ctx, p.Journal.Store, room.OnItsWay, room.BySince, room.Next{Value: q.Get("from"), Booklet: q.Get("after")})
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	chips, counts, _, err := p.chips(ctx, string(room.OnItsWay))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := comingView{Chips: chips, batchView: batchView{Action: "/booklets/coming", Key: web.NewKey(), Told: told, May: web.Who(r).May(access.KeepBooklet), Button: ui.T(ctx, "keeping.receive.do"),
		Table: p.table(ctx, rows, room.OnItsWay, ui.T(ctx, "keeping.coming.empty")), Head: ui.Head{Title: ui.T(ctx, "keeping.title", "Place", placeName(ctx, room.OnItsWay), "Count", counts[room.OnItsWay]), Lead: ui.T(ctx, "keeping.coming.lead")}},
		Scan: ui.Field{Name: "scan", Label: ui.T(ctx, "keeping.coming.scan"), Hint: ui.T(ctx, "keeping.coming.scan_hint"), Width: "mid", Error: ui.FieldErrors(ctx, failed)["scan"], Focus: failed != nil}}
	if failed != nil {
		v.Scan.Value = r.PostFormValue("scan")
	}
	v.Table.Empty.Action = ui.Button{Text: ui.T(ctx, "keeping.to_list"), URL: "/booklets", Kind: ui.Second}
	for i, b := range rows {
		v.Table.Groups[0].Rows[i].Choose = b.Person + "/" + b.Booklet
		v.Table.Groups[0].Rows[i].Cells[5].Text = p.title(ctx, b.MadeFor)
	}
	more(ctx, &v.Table, room.BySince, rows, "/booklets/coming")
	if v.Done, err = p.received(ctx, done); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil || len(told) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Main: "rev"}, comingPage(v))
}

// received says which booklets are in the store now, and which they replace.
func (p *Pages) received(ctx context.Context, done []string) ([]string, error) {
	names := p.people(ctx)
	var out []string
	for _, id := range done {
		b, ok, err := room.One(ctx, p.Journal.Store, id)
		if err != nil {
			return nil, err
		}
		if !ok || b.Place != room.InStore {
			continue
		}
		held, err := room.Of(ctx, p.Journal.Store, b.Person)
		if err != nil {
			return nil, err
		}
		says := ui.T(ctx, "keeping.received", "Name", names.of(b.Person), "Tail", b.Tail)
		for _, old := range held {
			if old.ReplacedBy == id {
				says = ui.Sentences(ctx, says, ui.T(ctx, "keeping.received.replaces", "Tail", old.Tail))
			}
		}
		out = append(out, says)
	}
	return out, nil
}

// postComing takes the booklets that were ticked into the store, or the one
// whose number was scanned.
func (p *Pages) postComing(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if scanned := strings.TrimSpace(r.PostFormValue("scan")); scanned != "" || r.PostForm.Has("scan") {
		b, err := p.scanned(ctx, scanned, room.OnItsWay, "keeping.coming.unknown")
		if fault.Findings(err) != nil {
			p.showComing(w, r, nil, nil, err)
			return
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		r.PostForm.Set("choose", b.Person+"/"+b.Booklet)
	}
	done, told, err := p.each(r, func(booklet string) journal.Command[room.Holder] { return room.Receive{Booklet: booklet} })
	switch {
	case err != nil:
		p.Site.Fail(w, r, err)
	case len(told) > 0:
		p.showComing(w, r, done, told, nil)
	default:
		http.Redirect(w, r, "/booklets/coming?"+url.Values{"received": done}.Encode(), http.StatusSeeOther)
	}
}

// scanned finds the booklet at a place, or ("") anywhere, whose number, or whose
// second machine-readable line, was read; unknown says that there is none.
func (p *Pages) scanned(ctx context.Context, text string, at room.Place, unknown string) (room.Row, error) {
	number := ""
	if lines := strings.Fields(text); len(lines) > 0 {
		number = lines[len(lines)-1]
	}
	if len(number) == 44 {
		number = strings.TrimRight(number[:9], "<")
	}
	number = dossier.FoldCode(number)
	if len(number) < 6 {
		return room.Row{}, fault.Field("scan", "keeping.coming.unread", nil)
	}
	rows, err := room.Found(ctx, p.Journal.Store, room.Find(number), at, room.BySince, room.Next{})
	if err != nil {
		return room.Row{}, err
	}
	for _, b := range rows {
		numbers, err := room.Numbers(ctx, p.Journal, b.Person)
		if err != nil {
			return room.Row{}, err
		}
		if numbers[b.Booklet] == number {
			return b, nil
		}
	}
	return room.Row{}, fault.Field("scan", unknown, map[string]any{"number": number})
}
