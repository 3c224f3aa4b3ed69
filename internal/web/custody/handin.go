package custody

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/calendar"
	room "yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
	state "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

func (p *Pages) getIn(w http.ResponseWriter, r *http.Request) {
	p.showIn(w, r, r.URL.Query()["done"], nil, nil)
}

// showIn lists what is lent, as it was looked for. done are the booklets that were
// just taken in, failed is what was wrong with the one that was scanned. What is
// ticked stands first.
func (p *Pages) showIn(w http.ResponseWriter, r *http.Request, done, told []string, failed error) {
	ctx, q := r.Context(), r.URL.Query()
	text := strings.TrimSpace(q.Get("q"))
	next := room.Next{Value: q.Get("from"), Booklet: q.Get("after")}
	id := q.Get("case")
	var rows []room.Row
	var err error
	switch {
	case id != "":
		rows, err = room.OutFor(ctx, p.Journal.Store, id)
		rows = slices.DeleteFunc(rows, func(b room.Row) bool { return b.Place != room.IsLent })
	case text != "":
		rows, err = room.Found(ctx, p.Journal.Store, room.Find(text), room.IsLent, room.ByDue, next)
	default:
		rows, err = room.Sorted(ctx, p.Journal.Store, room.IsLent, room.ByDue, next)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	r.PostFormValue("") // parses the form
	page := rows
	if rows, err = p.chosenFirst(ctx, rows, r.PostForm["choose"]); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	ticked := r.PostForm["choose"]
	promised := string(p.promised(ctx, rows[:cmp.Or(min(len(ticked), len(rows)), len(rows))]))
	on, by := p.Journal.Today().String(), promised
	if r.Method == http.MethodPost {
		on = r.PostFormValue("on")
		if chosen := r.PostFormValue("by"); chosen != r.PostFormValue("promised") { // else nobody chose: it follows what is ticked
			by = chosen
		}
	}
	v := batchView{Action: inURL(q, nil), Key: web.NewKey(), Promised: promised, Told: told, May: web.Who(r).May(access.KeepBooklet), Button: ui.T(ctx, "keeping.hand_in"), Table: p.table(ctx, rows, room.IsLent, ui.T(ctx, "keeping.in.empty")),
		Fields: []ui.Field{promisedWay(ctx, by, promised), {Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "keeping.in.on"), Hint: ui.T(ctx, "keeping.in.on_hint"), Value: on}},
		Head:   ui.Head{Title: ui.T(ctx, "keeping.in.title"), Lead: ui.T(ctx, "keeping.in.lead")}}
	if len(rows) > 0 {
		for i, b := range rows {
			row := &v.Table.Groups[0].Rows[i]
			row.Choose = b.Person + "/" + b.Booklet
			row.Chosen = slices.Contains(r.PostForm["choose"], row.Choose)
		}
		if id == "" { // those of one case are all there
			more(ctx, &v.Table, room.ByDue, page, "/booklets/in", "q", text)
		}
	}
	came := p.Journal.Today()
	if d, err := calendar.Parse(on); err == nil && d.Before(came) {
		came = d // entered later than it came
	}
	before, err := p.anyBeforeItsEnd(ctx, rows, came)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if before {
		v.Fields = append(v.Fields, early(ctx, r.PostFormValue("early")))
	}
	if v.Taken, v.Done, err = p.taken(ctx, q, done); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Scan = ui.Field{Name: "scan", Label: ui.T(ctx, "keeping.coming.scan"), Hint: ui.T(ctx, "keeping.in.scan_hint"), Width: "mid", Optional: true, Error: ui.FieldErrors(ctx, failed)["scan"], Value: r.PostFormValue("scan"), Focus: r.PostForm.Has("pick")}
	if n := len(r.PostForm["choose"]); n > 0 && r.PostForm.Has("pick") {
		v.Done = append(v.Done, ui.T(ctx, "keeping.in.picked", "Count", n))
	}
	if folded(len(rows), id != "" || text != "" || len(ticked) > 0) {
		v.Fold = ui.T(ctx, "keeping.in.fold", "Count", len(rows))
	}
	v.Finder, v.Query = "/booklets/in", text
	v.Table.Empty.Action = ui.Button{Text: ui.T(ctx, "keeping.to_list"), URL: "/booklets", Kind: ui.Second}
	if text != "" {
		v.Table.Empty = ui.Empty{Text: ui.T(ctx, "keeping.in.found.empty", "Text", text), Action: ui.Button{Text: ui.T(ctx, "keeping.in.all"), URL: "/booklets/in", Kind: ui.Second}}
	}
	p.showBatch(w, r, v)
}

// fewRows stand open on a phone; more, which nobody searched for or ticked, would
// push what is to be filled in off the end of the page.
const fewRows = 6

func folded(rows int, sought bool) bool { return rows > fewRows && !sought }

// promisedMost bounds for how many cases of a list the plans of visits are read.
const promisedMost = 8

// promisedWay asks by which way they came; where the plans don't say one for all,
// none is chosen beforehand.
func promisedWay(ctx context.Context, by, promised string) ui.Field {
	f := ways(ctx, by)
	f.Hint = ui.T(ctx, "keeping.in.promised")
	if promised == "" {
		f.Hint = ui.T(ctx, "keeping.in.promised.various")
	}
	return f
}

// promised is how the booklets of a list are to be handed in, as their units read
// it: by courier where nobody was told anything, "" where they were told various ways.
func (p *Pages) promised(ctx context.Context, rows []room.Row) room.By {
	cases := map[string]bool{}
	for _, b := range rows {
		if cases[b.Filing] = true; len(cases) > promisedMost {
			return ""
		}
	}
	var all []room.By
	for _, by := range p.agreed(ctx, rows) {
		if !slices.Contains(all, by) {
			all = append(all, by)
		}
	}
	switch len(all) {
	case 0:
		return room.Courier
	case 1:
		return all[0]
	}
	return ""
}

// agreed is how each of some booklets is to be handed in, in their order: as its
// unit reads it, by courier where nobody was told anything, "" where the plan of
// the visits can't be read.
func (p *Pages) agreed(ctx context.Context, rows []room.Row) []room.By {
	ways, unread := map[string]map[string]room.By{}, map[string]bool{}
	var out []room.By
	for _, b := range rows {
		if _, read := ways[b.Filing]; !read {
			var err error
			if ways[b.Filing], err = p.Promised(ctx, b.Filing); err != nil {
				p.Site.Missed(ctx, "how booklets are to be handed in", b.Filing, err)
				unread[b.Filing] = true
			}
		}
		by := ways[b.Filing][b.Person]
		if by == "" && !unread[b.Filing] {
			by = room.Courier
		}
		out = append(out, by)
	}
	return out
}

// chosenFirst puts the booklets of a list that are ticked on top, and beside them
// those that are lent and aren't on this page of it.
func (p *Pages) chosenFirst(ctx context.Context, rows []room.Row, chosen []string) ([]room.Row, error) {
	var out []room.Row
	for _, c := range chosen {
		_, id, _ := strings.Cut(c, "/")
		if i := slices.IndexFunc(rows, func(b room.Row) bool { return b.Booklet == id }); i >= 0 {
			out = append(out, rows[i])
			continue
		}
		b, ok, err := room.One(ctx, p.Journal.Store, id)
		if err != nil {
			return nil, err
		}
		if ok && b.Place == room.IsLent {
			out = append(out, b)
		}
	}
	for _, b := range rows {
		if !slices.ContainsFunc(out, func(o room.Row) bool { return o.Booklet == b.Booklet }) {
			out = append(out, b)
		}
	}
	return out, nil
}

// pickIn ticks the booklet that was scanned, so that a pile is read before it is
// taken in together.
func (p *Pages) pickIn(w http.ResponseWriter, r *http.Request) {
	var err error
	if text := strings.TrimSpace(r.PostFormValue("scan")); text != "" {
		var b room.Row
		b, err = p.scanned(r.Context(), text, "", "keeping.in.unknown")
		if err == nil && b.Place != room.IsLent {
			err = fault.Field("scan", "keeping.in.not_lent", map[string]any{"Tail": b.Tail, "Place": placeName(r.Context(), b.Place)})
		}
		if choose := b.Person + "/" + b.Booklet; err == nil {
			if !slices.Contains(r.PostForm["choose"], choose) {
				r.PostForm["choose"] = append([]string{choose}, r.PostForm["choose"]...)
			}
			r.PostForm.Del("scan")
		}
	}
	if err != nil && fault.Findings(err) == nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.showIn(w, r, nil, nil, err)
}

func (p *Pages) postIn(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("pick") != "" {
		p.pickIn(w, r)
		return
	}
	on, err := day(r, "on")
	if err != nil {
		p.showIn(w, r, nil, []string{words(r.Context(), err)}, nil)
		return
	}
	ends := map[string]calendar.Date{}
	var chosen []room.Row
	for _, c := range r.PostForm["choose"] {
		_, booklet, _ := strings.Cut(c, "/")
		b, ok, err := room.One(r.Context(), p.Journal.Store, booklet)
		if err == nil && ok {
			chosen = append(chosen, b)
			ends[booklet], err = p.ends(r.Context(), b.Filing)
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	ways := map[string]room.By{}
	if by := room.By(r.PostFormValue("by")); by != "" {
		for _, b := range chosen {
			ways[b.Booklet] = by
		}
	} else { // nobody chose: each as it was agreed
		for i, by := range p.agreed(r.Context(), chosen) {
			ways[chosen[i].Booklet] = by
		}
	}
	done, told, err := p.each(r, func(booklet string) journal.Command[room.Holder] {
		return room.HandIn{Booklet: booklet, By: ways[booklet], On: on, Ends: ends[booklet], Early: room.Early(r.PostFormValue("early"))}
	})
	switch {
	case err != nil:
		p.Site.Fail(w, r, err)
	case len(told) > 0:
		p.showIn(w, r, done, told, nil)
	default:
		http.Redirect(w, r, inURL(r.URL.Query(), done), http.StatusSeeOther)
	}
}

// ends is the day on which a case's trip ends: as its unit told it, or as it was
// approved. A trip that won't take place has none.
func (p *Pages) ends(ctx context.Context, filing string) (calendar.Date, error) {
	s, _, err := state.Of(ctx, p.Journal.Store, filing)
	switch {
	case err != nil, s.Stage == state.NotDeparted, s.Stage == state.Revoked, s.Stage.Over():
		return calendar.Date{}, err
	case !s.CameHome.IsZero():
		return s.CameHome, nil
	}
	return s.Return, nil
}

// anyBeforeItsEnd tells whether a trip of those listed isn't over by a day.
func (p *Pages) anyBeforeItsEnd(ctx context.Context, rows []room.Row, by calendar.Date) (bool, error) {
	seen := map[string]bool{}
	for _, b := range rows {
		if seen[b.Filing] {
			continue
		}
		seen[b.Filing] = true
		if end, err := p.ends(ctx, b.Filing); err != nil || by.Before(end) {
			return err == nil, err
		}
	}
	return false, nil
}

// early asks why a booklet comes back before its trip's end.
func early(ctx context.Context, chosen string) ui.Field {
	f := ui.Field{Kind: ui.Radio, Name: "early", Label: ui.T(ctx, "keeping.early"), Hint: ui.T(ctx, "keeping.early_hint"), Optional: true, Across: true}
	for _, e := range []room.Early{room.NotUsed, room.CameSooner} {
		f.Options = append(f.Options, ui.Option{Value: string(e), Text: ui.T(ctx, "keeping.early."+string(e)), Chosen: chosen == string(e)})
	}
	return f
}

// inURL is the list as it was looked for, with what was just done on it.
func inURL(q url.Values, done []string) string {
	to := url.Values{}
	for _, name := range []string{"q", "case", "from", "after"} {
		if q.Has(name) {
			to.Set(name, q.Get(name))
		}
	}
	if len(done) > 0 {
		to["done"] = done
	}
	if len(to) == 0 {
		return "/booklets/in"
	}
	return "/booklets/in?" + to.Encode()
}

// taken says which booklets were just taken in, each with the way to take that
// back as long as there is one, and which are lent again.
func (p *Pages) taken(ctx context.Context, q url.Values, done []string) (in []taken, again []string, err error) {
	names := p.people(ctx)
	for _, id := range done {
		b, ok, err := room.One(ctx, p.Journal.Store, id)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case !ok:
		case b.Place == room.IsLent:
			again = append(again, ui.T(ctx, "keeping.lent_again", "Name", names.of(b.Person), "Tail", b.Tail))
		case b.Place == room.InStore:
			t := taken{Text: ui.T(ctx, "keeping.taken", "Name", names.of(b.Person), "Tail", b.Tail)}
			can, err := p.undoable(ctx, b)
			if err != nil {
				return nil, nil, err
			}
			if can {
				t.Undo = undoHandIn(ctx, b, inURL(q, []string{id}))
			}
			in = append(in, t)
		}
	}
	return in, again, nil
}

// undoable tells whether what was noted as handed in may be taken back.
func (p *Pages) undoable(ctx context.Context, b room.Row) (bool, error) {
	h, _, err := journal.Load(ctx, p.Journal, room.Room, b.Person)
	if err != nil {
		return false, err
	}
	k, err := h.Booklet(b.Booklet)
	if err != nil || k.Place != room.InStore || k.Was == (room.Loan{}) {
		return false, err
	}
	closed, err := p.closed(ctx, k.Was.Filing)
	return !closed, err
}

func (p *Pages) closed(ctx context.Context, filing string) (bool, error) {
	s, ok, err := state.Of(ctx, p.Journal.Store, filing)
	return ok && s.Stage.Over(), err
}

// undoHandIn is the way to take back that a booklet was noted as handed in.
func undoHandIn(ctx context.Context, b room.Row, to string) ui.Button {
	return undo(ctx, "keeping.undo", "/booklets/in/undo", b, to)
}

// undo is the way to take a slip back; to says which page to come back to, "" for
// the booklet's own.
//
// ui:keys keeping.undo*
func undo(ctx context.Context, word, action string, b room.Row, to string) ui.Button {
	return ui.Button{Text: ui.T(ctx, word), Post: action, Kind: ui.Second,
		Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "choose", Value: b.Person + "/" + b.Booklet}, {Name: "to", Value: to}}}
}

func (p *Pages) postUndoHandIn(w http.ResponseWriter, r *http.Request) {
	back := ""
	if u, bad := url.Parse(r.PostFormValue("to")); bad == nil && u.Path == "/booklets/in" && u.Host == "" {
		back = inURL(u.Query(), u.Query()["done"])
	}
	p.takeBack(w, r, back, func(ctx context.Context, k room.Booklet) (journal.Command[room.Holder], error) {
		closed, err := p.closed(ctx, k.Was.Filing)
		return room.TakeHandInBack{Booklet: k.ID, Closed: closed}, err
	})
}

// takeBack gives the command that takes a slip back, and leads to a page; "" for
// the booklet's own.
func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request, to string, command func(context.Context, room.Booklet) (journal.Command[room.Holder], error)) {
	ctx := r.Context()
	who, booklet, _ := strings.Cut(r.PostFormValue("choose"), "/")
	h, _, err := journal.Load(ctx, p.Journal, room.Room, who)
	if err == nil {
		var k room.Booklet
		if k, err = h.Booklet(booklet); err == nil {
			var cmd journal.Command[room.Holder]
			if cmd, err = command(ctx, k); err == nil {
				_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: who, Key: web.Key(r)}, cmd)
			}
		}
	}
	p.Site.Answer(w, r, err, cmp.Or(to, "/booklets/b/"+url.PathEscape(booklet)))
}
