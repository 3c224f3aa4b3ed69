// Package guidance is the pages on which the office says what holds for all, and
// on which it is read (公告指南).
package guidance

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Pages is the internet zone's: for units, travellers and the public.
type Pages struct {
	Site    *web.Site
	Journal *journal.Journal
	Pack    func() *pack.Set          // in force now
	Code    func(typed string) string // of a country; "" for none
	// Mark gives a value as a keyed digest, by which it is recognised and not read.
	Mark  func(namespace, value string) string
	Tries *account.Throttle // of those who say something without signing in
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return append(append(p.guideRoutes(), p.faqRoutes()...),
		web.Route{Pattern: "GET /notices", Right: access.Public, Handle: p.getNotices},
		web.Route{Pattern: "GET /notices/{notice}", Right: access.Public, Handle: p.getNotice},
		web.Route{Pattern: "POST /notices/seen", Right: access.SeeUnit, Handle: p.postSeen})
}

func noticeURL(id string) string { return "/notices/" + url.PathEscape(id) }

// line is one notice in a list.
type line struct {
	Title string
	URL   string
	Sort  string
	Note  string
	Tag   ui.Tag
}

// read is what a reader sees of the notices: those of a unit with whether it has
// taken note.
func (p *Pages) read(ctx context.Context, who access.Who, rows []room.Row) ([]line, int, error) {
	noted := map[string]room.Noted{}
	var err error
	if who.May(access.SeeUnit) {
		if noted, err = room.NotedBy(ctx, p.Journal.Store, who.Unit); err != nil {
			return nil, 0, err
		}
	}
	var asked, rest []line
	for _, n := range rows {
		if !n.For.Has(who) || !n.Begun(p.Journal.Today()) {
			continue
		}
		l := line{Title: n.Title, URL: noticeURL(n.ID), Sort: sortName(ctx, n.Sort), Note: ui.Date(ctx, n.From), Tag: standing(ctx, n, p.Journal.Today())}
		if p.asks(who, n) && noted[n.ID].Edition < n.Edition {
			l.Tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "notices.asked")}
			asked = append(asked, l)
			continue
		}
		rest = append(rest, l)
	}
	return append(asked, rest...), len(asked), nil
}

// asks tells whether a notice waits for somebody's unit to take note of it.
func (p *Pages) asks(who access.Who, n room.Row) bool {
	return n.Asks && who.May(access.SeeUnit) && n.Holds(p.Journal.Today())
}

// ui:keys notices.sort.*
func sortName(ctx context.Context, s room.Sort) string { return ui.T(ctx, "notices.sort."+string(s)) }

// standing marks what doesn't hold: nothing is said of what does.
func standing(ctx context.Context, n room.Row, today calendar.Date) ui.Tag {
	switch {
	case !n.Last:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "notices.is.superseded")}
	case n.Stand == room.Back:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "notices.is.withdrawn")}
	case !n.Begun(today):
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "notices.is.coming")}
	case !n.Holds(today):
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "notices.is.over")}
	}
	return ui.Tag{}
}

type listView struct {
	Head  ui.Head
	Chips ui.Chips
	Lines []line
	Empty ui.Empty
}

// getNotices lists what is said now, or all that was ever said to its reader.
func (p *Pages) getNotices(w http.ResponseWriter, r *http.Request) {
	ctx, all := r.Context(), r.FormValue("show") == "all"
	rows, err := room.Current(ctx, p.Journal.Store, p.Journal.Today())
	if all {
		rows, err = room.All(ctx, p.Journal.Store)
	}
	var lines []line
	asked := 0
	if err == nil {
		lines, asked, err = p.read(ctx, web.Who(r), rows)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := listView{Head: ui.Head{Title: ui.T(ctx, "notices.title"), Lead: ui.T(ctx, "notices.lead")}, Lines: lines, Empty: ui.Empty{Text: ui.T(ctx, "notices.none")}}
	if asked > 0 {
		v.Head.Title = ui.T(ctx, "notices.title.asked", "Count", asked)
	}
	v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "changes.title"), URL: "/changes", Kind: ui.Plain}}
	v.Chips = shown(ctx, all)
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, listPage(v))
}

func shown(ctx context.Context, all bool) ui.Chips {
	return ui.Chips{Label: ui.T(ctx, "notices.show"), Items: []ui.Chip{
		{Text: ui.T(ctx, "notices.show.now"), URL: "/notices", Current: !all}, {Text: ui.T(ctx, "notices.show.all"), URL: "/notices?show=all", Current: all}}}
}

type noticeView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Note     ui.Note
	Blocks   []room.Block
	Facts    ui.Facts
	Editions []line
	Seen     *seenForm
	Office   *officeView
}

// seenForm is with what a unit takes note.
type seenForm struct {
	Key, Notice, Edition string
}

// pick is the edition that an address names, the newest where it names none, among
// all editions.
func pick(ctx context.Context, r *http.Request, j *journal.Journal) (room.Row, []room.Row, error) {
	id := r.PathValue("notice")
	all, err := room.Editions(ctx, j.Store, id)
	if err != nil {
		return room.Row{}, nil, err
	}
	asked := r.FormValue("edition")
	for _, n := range all {
		if asked == "" || asked == strconv.Itoa(n.Edition) {
			return n, all, nil
		}
	}
	return room.Row{}, nil, fault.NotFound("edition " + asked + " of notice " + id)
}

// noticeOf shows one edition, with what became of it and the others.
func noticeOf(ctx context.Context, n room.Row, all []room.Row, today calendar.Date) noticeView {
	v := noticeView{Head: ui.Head{Title: n.Title, Over: sortName(ctx, n.Sort), Tag: standing(ctx, n, today)}, Blocks: room.Blocks(n.Body)}
	v.Facts = ui.Facts{{Term: ui.T(ctx, "notices.from"), Value: ui.Date(ctx, n.From)}}
	if !n.Until.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "notices.until"), Value: ui.Date(ctx, n.Until)})
	}
	v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "notices.at"), Value: ui.At(ctx, n.At)})
	switch newest := all[0]; {
	case !n.Last:
		v.Note = ui.Note{State: ui.Warn, Title: ui.T(ctx, "notices.superseded", "Day", ui.At(ctx, newest.At)), Link: ui.Link{Text: ui.T(ctx, "notices.to_newest"), URL: noticeURL(n.ID)}}
	case n.Stand == room.Back:
		v.Note = ui.Note{State: ui.Stop, Title: ui.T(ctx, "notices.withdrawn", "Day", ui.At(ctx, n.Back)), Text: n.Reason}
	}
	if len(all) > 1 {
		for _, e := range all {
			l := line{Title: ui.T(ctx, "notices.edition", "Number", e.Edition), URL: noticeURL(e.ID) + "?edition=" + strconv.Itoa(e.Edition), Note: ui.At(ctx, e.At), Tag: standing(ctx, e, today)}
			if e.Edition == n.Edition {
				l.URL = ""
			}
			v.Editions = append(v.Editions, l)
		}
	}
	return v
}

func (p *Pages) getNotice(w http.ResponseWriter, r *http.Request) {
	ctx, who, today := r.Context(), web.Who(r), p.Journal.Today()
	n, all, err := pick(ctx, r, p.Journal)
	if err == nil && (!n.For.Has(who) || !n.Begun(today)) {
		err = fault.NotFound("notice " + n.ID) // whether there is one for others isn't told
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	for i, e := range all {
		if !e.For.Has(who) {
			all = all[:i] // an older edition was for others
			break
		}
	}
	v := noticeOf(ctx, n, all, today)
	if n.Asks && who.May(access.SeeUnit) {
		noted, err := room.NotedBy(ctx, p.Journal.Store, who.Unit)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		switch by := noted[n.ID]; {
		case by.Edition >= n.Edition:
			v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "notices.seen"), Value: ui.T(ctx, "notices.seen.by", "Name", by.Name, "When", ui.At(ctx, by.At))})
		case p.asks(who, n):
			v.Seen = &seenForm{Key: web.NewKey(), Notice: n.ID, Edition: strconv.Itoa(n.Edition)}
		}
	}
	p.Site.Show(w, r, ui.Page{Title: n.Title, Banner: said(r), Crumbs: crumbs(ctx, n.Title)}, noticePage(v))
}

func crumbs(ctx context.Context, title string) []ui.Link {
	return []ui.Link{{Text: ui.T(ctx, "notices.title"), URL: "/notices"}, {Text: title}}
}

// ui:keys notices.said.*
func said(r *http.Request) ui.Banner {
	if key := "notices.said." + r.URL.Query().Get("said"); ui.Known(key) {
		return ui.Banner{Text: ui.T(r.Context(), key)}
	}
	return ui.Banner{}
}

// postSeen takes note for the unit, of the edition that was read: a newer one is
// asked for anew.
func (p *Pages) postSeen(w http.ResponseWriter, r *http.Request) {
	ctx, who, id := r.Context(), web.Who(r), r.PostFormValue("notice")
	all, err := room.Editions(ctx, p.Journal.Store, id)
	if err == nil && !all[0].For.Has(who) {
		err = fault.NotFound("notice " + id)
	}
	if err == nil && r.PostFormValue("edition") == strconv.Itoa(all[0].Edition) {
		_, err = journal.Do(ctx, p.Journal, room.Notes, journal.Order{Subject: room.NoteID(id, who.Unit), Key: web.Key(r)}, room.Acknowledge{Of: all[0], Unit: who.Unit, Name: who.Name})
		p.Site.Answer(w, r, err, noticeURL(id)+"?said=seen")
		return
	}
	p.Site.Answer(w, r, err, noticeURL(id)+"?said=newer")
}

// Board is what a home says of notices.
type Board struct {
	Asked int // how many wait for the reader's unit to take note
	Show  templ.Component
}

// onHome is how many notices a home shows; all stand on a page of their own.
const onHome = 3

// Board shows the newest notices for somebody, those in front that wait for them;
// nothing where there are none.
func (p *Pages) Board(ctx context.Context, who access.Who) (Board, error) {
	rows, err := room.Current(ctx, p.Journal.Store, p.Journal.Today())
	if err != nil {
		return Board{}, err
	}
	lines, asked, err := p.read(ctx, who, rows)
	if err != nil || len(lines) == 0 {
		return Board{}, err
	}
	return Board{Asked: asked, Show: board(lines[:min(len(lines), max(onHome, asked))])}, nil
}
