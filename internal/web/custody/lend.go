package custody

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	room "yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	state "yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// getOut lists the cases whose document is in force, to lend for, in the order
// of departure.
func (p *Pages) getOut(w http.ResponseWriter, r *http.Request) {
	ctx, q, today := r.Context(), r.URL.Query(), p.Journal.Today()
	text := strings.TrimSpace(q.Get("q"))
	after := approval.Leaving{Past: q.Get("past") == "yes", Depart: q.Get("depart"), Filing: q.Get("after")}
	rows, more, err := p.waiting(ctx, text, today, after)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	t := ui.Table{Caption: ui.T(ctx, "keeping.out.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "keeping.out.empty")}, Columns: []ui.Column{
		{Text: ui.T(ctx, "keeping.col.for")}, {Text: ui.T(ctx, "keeping.col.number")}, {Text: ui.T(ctx, "keeping.col.unit")}, {Text: ui.T(ctx, "keeping.col.people"), Number: true}, {Text: ui.T(ctx, "keeping.col.depart")}, {Text: ui.T(ctx, "keeping.col.ready")}}}
	if text != "" {
		t.Empty = ui.Empty{Text: ui.T(ctx, "keeping.out.found.empty", "Text", text), Action: ui.Button{Text: ui.T(ctx, "keeping.out.all"), URL: "/booklets/out", Kind: ui.Second}}
	}
	var last outRow
	if len(rows) > 0 {
		last = rows[len(rows)-1] // where the next page goes on
	}
	readyFirst(rows)
	past := false
	for i, row := range rows {
		if gone := row.Depart.Before(today); i == 0 || gone != past {
			past = gone
			title := ui.T(ctx, "keeping.out.ahead")
			if past {
				title = ui.T(ctx, "keeping.out.past")
			}
			t.Groups = append(t.Groups, ui.Group{Title: title})
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: row.Title, URL: "/booklets/out/" + row.Filing, Head: true}, {Text: row.Number, Quiet: true}, {Text: row.UnitName}, {Text: ui.Count(row.Approved)}, {Text: ui.Short(ctx, row.Depart)}, {Tag: row.tag(ctx, p)}}})
	}
	if more {
		gone := ""
		if past {
			gone = "yes"
		}
		t.Groups[len(t.Groups)-1].More = ui.Link{Text: ui.T(ctx, "keeping.more"), URL: listURL("/booklets/out", "q", text, "past", gone, "depart", last.Depart.String(), "after", last.Filing)}
	}
	head := ui.Head{Title: ui.T(ctx, "keeping.out.title"), Lead: ui.T(ctx, "keeping.out.lead")}
	p.Site.Show(w, r, ui.Page{Title: head.Title}, outPage(head, text, t))
}

// waiting lists the cases for which something is still to be handed out: those
// whose people have all their booklets, or are under way, are left out.
func (p *Pages) waiting(ctx context.Context, text string, today calendar.Date, after approval.Leaving) (rows []outRow, more bool, err error) {
	for {
		var page []approval.QueueRow
		if text != "" {
			page, err = room.ToLend(ctx, p.Journal.Store, room.Find(text), today, after, approval.PageSize)
		} else {
			page, err = approval.Departing(ctx, p.Journal.Store, today, after, approval.PageSize)
		}
		if err != nil {
			return nil, false, err
		}
		for _, row := range page {
			s, heard, err := state.Of(ctx, p.Journal.Store, row.Filing)
			if err != nil {
				return nil, false, err
			}
			if heard && !waits(s) {
				continue
			}
			if len(rows) == approval.PageSize {
				return rows, true, nil
			}
			out, err := p.standing(ctx, row, s)
			if err != nil {
				return nil, false, err
			}
			if heard && out.Waiting == 0 {
				continue
			}
			rows = append(rows, out)
		}
		if len(page) < approval.PageSize {
			return rows, false, nil
		}
		last := page[len(page)-1]
		after = approval.Leaving{Past: last.Depart.Before(today), Depart: last.Depart.String(), Filing: last.Filing}
	}
}

// outRow is a case to hand out for: how many can have their booklet now, of those
// who wait for one, and what the others wait for: areas whose visas are open,
// another trip.
type outRow struct {
	approval.QueueRow
	Ready, Waiting int
	Claimed        int // whose booklet another trip wants sooner than it would be back
	Open           []string
	NoEVisa        []string
}

// readyFirst puts those of a day first for whom something can be handed out now.
func readyFirst(rows []outRow) {
	for len(rows) > 0 {
		day := slices.IndexFunc(rows, func(r outRow) bool { return r.Depart != rows[0].Depart })
		if day < 0 {
			day = len(rows)
		}
		slices.SortStableFunc(rows[:day], func(a, b outRow) int { return min(b.Ready, 1) - min(a.Ready, 1) })
		rows = rows[day:]
	}
}

// tag says whether there is something to hand out, and what is waited for.
func (o outRow) tag(ctx context.Context, p *Pages) ui.Tag {
	if o.Ready > 0 && o.Ready == o.Waiting {
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "keeping.out.ready")}
	}
	t := ui.Tag{State: ui.Wait}
	var words []string
	if o.Ready > 0 {
		t.State, words = ui.OK, append(words, ui.T(ctx, "keeping.out.some", "Count", o.Ready))
	}
	if o.Claimed > 0 {
		words = append(words, ui.T(ctx, "keeping.out.claimed", "Count", o.Claimed))
	}
	if len(o.Open) > 0 {
		words = append(words, ui.T(ctx, "keeping.visas.open", "Areas", p.areas(ctx, o.Open)))
	}
	if len(o.NoEVisa) > 0 {
		words = append(words, ui.T(ctx, "keeping.visas.online", "Areas", p.areas(ctx, o.NoEVisa)))
	}
	if len(words) == 0 {
		words = append(words, ui.T(ctx, "keeping.out.none"))
	}
	t.Long, t.Word = o.Claimed > 0 || len(o.Open)+len(o.NoEVisa) > 0, ui.Clauses(ctx, words...)
	return t
}

// standing looks at each who waits as the page of the case does.
func (p *Pages) standing(ctx context.Context, row approval.QueueRow, s state.State) (outRow, error) {
	out := outRow{QueueRow: row}
	orders, err := visa.Of(ctx, p.Journal.Store, row.Filing)
	if err != nil {
		return out, err
	}
	for _, who := range waitsFor(s) {
		ids, err := person.Also(ctx, p.Journal.Store, who)
		if err != nil {
			return out, err
		}
		held, err := room.Of(ctx, p.Journal.Store, who)
		if err != nil {
			return out, err
		}
		if has(s.People[who].Booklet) && room.Suffice(lentFor(held, row.Filing), s.Countries) {
			continue // both are out
		}
		out.Waiting++
		open := visa.OpenAreas(orders, ids)
		online, err := visa.NoEVisa(ctx, p.Journal, p.Rules(), orders, ids)
		if err != nil {
			return out, err
		}
		out.Open, out.NoEVisa = eachOnce(out.Open, open), eachOnce(out.NoEVisa, online)
		if len(open)+len(online) > 0 {
			continue
		}
		goes := going(s.Countries, row.Filing, orders, ids, held)
		i := slices.IndexFunc(held, func(b room.Row) bool { return b.Place == room.InStore && slices.Contains(goes, b.Booklet) })
		if i < 0 {
			continue
		}
		claimed, err := p.claimed(ctx, row, held[i], ids, held)
		if err != nil {
			return out, err
		}
		if len(claimed) > 0 {
			out.Claimed++
		} else {
			out.Ready++
		}
	}
	return out, nil
}

// eachOnce adds areas that aren't in a list yet.
func eachOnce(list, areas []string) []string {
	for _, area := range areas {
		if !slices.Contains(list, area) {
			list = append(list, area)
		}
	}
	return list
}

// claimed says what other trips want a booklet sooner than it would be back from a
// case's.
func (p *Pages) claimed(ctx context.Context, row approval.QueueRow, b room.Row, ids []string, held []room.Row) ([]fault.Finding, error) {
	claims, err := p.claims(ctx, row.Filing, b, ids, held)
	return (room.Lend{Depart: row.Depart, Return: row.Return, ReturnDays: p.ReturnDays(), Claims: claims}).Claimed(p.Journal.Today()), err
}

// has tells whether somebody has had their booklet already.
func has(at state.Booklet) bool {
	return at == state.IsLent || at == state.IsHandedIn || at == state.IsLost
}

// waitsFor lists those who wait for a booklet from this office. Whoever is in
// another authority's charge has theirs from there. On a journey that calls for a
// passport and a permit everybody is listed: the state knows one booklet of each.
func waitsFor(s state.State) []string {
	passport, permit := room.Wants(s.Countries)
	return slices.DeleteFunc(s.Ours(), func(who string) bool { return has(s.People[who].Booklet) && !(passport && permit) })
}

// lentFor are those of somebody's booklets that are out for a case.
func lentFor(held []room.Row, filing string) []room.Row {
	return slices.DeleteFunc(slices.Clone(held), func(b room.Row) bool { return b.Place != room.IsLent || b.Filing != filing })
}

// waits tells whether somebody who may go hasn't got their booklet yet.
func waits(s state.State) bool { return s.Stage == state.Issued && len(waitsFor(s)) > 0 }

func (p *Pages) getLend(w http.ResponseWriter, r *http.Request) {
	p.showLend(w, r, r.URL.Query()["lent"], nil)
}

// lending is what lending for a case depends on.
func (p *Pages) lending(ctx context.Context, id string) (approval.Approval, approval.QueueRow, []visa.Row, error) {
	a, version, err := journal.Load(ctx, p.Journal, approval.Room, id)
	if err == nil && version == 0 {
		err = fault.NotFound("case " + id)
	}
	if err != nil {
		return a, approval.QueueRow{}, nil, err
	}
	if a.Kind == dossier.MultiTrip {
		return a, approval.QueueRow{}, nil, fault.NotNow("custody.lend.for_a_term", a.Stage)
	}
	row, _, err := approval.Row(ctx, p.Journal.Store, id)
	if err != nil {
		return a, row, nil, err
	}
	orders, err := visa.Of(ctx, p.Journal.Store, id)
	return a, row, orders, err
}

// showLend lists what those hold who travel with a booklet of this office, and
// marks what goes with them. done are the booklets that have just gone out, told
// what stood in the way of others.
func (p *Pages) showLend(w http.ResponseWriter, r *http.Request, done, told []string) {
	ctx, id := r.Context(), r.PathValue("case")
	a, row, orders, err := p.lending(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	now, err := approval.Standing(ctx, p.Journal, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	planned, err := p.Planned(ctx, id)
	if err != nil {
		p.Site.Log.Warn("reading how booklets are to be fetched", "case", id, "err", err)
	}
	names := p.people(ctx)
	r.PostFormValue("") // parses the form
	left, err := p.left(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	lent := false
	v := batchView{Action: "/booklets/out/" + id, Key: web.NewKey(), Told: told, May: web.Who(r).May(access.KeepBooklet), Button: ui.T(ctx, "keeping.lend"),
		Head: ui.Head{Title: ui.T(ctx, "keeping.lend.title"), Lead: ui.T(ctx, "keeping.lend.lead", "Title", row.Title, "When", room.Due(row.Return, p.ReturnDays()))},
		Table: ui.Table{Caption: ui.T(ctx, "keeping.caption"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "keeping.lend.empty")}, Groups: []ui.Group{{}}, Columns: []ui.Column{
			{Text: ui.T(ctx, "keeping.col.holder")}, {Text: ui.T(ctx, "keeping.col.type")}, {Text: ui.T(ctx, "keeping.col.tail")}, {Text: ui.T(ctx, "keeping.col.expires"), Whole: true}, {Text: ui.T(ctx, "keeping.col.visas")}, {Text: ui.T(ctx, "keeping.col.place")}, {Text: ui.T(ctx, "keeping.by")}}}}
	for _, who := range a.Ours() {
		held, err := room.Of(ctx, p.Journal.Store, who)
		var ids []string
		if err == nil {
			ids, err = person.Also(ctx, p.Journal.Store, who)
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		open := visa.OpenAreas(orders, ids)
		online, err := visa.NoEVisa(ctx, p.Journal, p.Rules(), orders, ids)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		visas := func(booklet string) ui.Cell {
			if tags := p.visasOf(ctx, orders, ids, booklet, online); len(tags) > 0 {
				return ui.Cell{Show: visaTags(tags)}
			}
			return ui.Cell{Text: ui.T(ctx, "keeping.visa.no"), Quiet: true}
		}
		shown := false
		goes, bears := going(now.Dossier.Countries(), id, orders, ids, held), visa.Bears(orders, ids)
		for _, b := range held {
			if b.Place == room.IsLost || b.Place == room.IsVoid {
				continue
			}
			tail, way := ui.Cell{Text: "…" + b.Tail, Quiet: true, Sub: replacedMark(ctx, b)}, ui.Cell{}
			line := ui.Row{}
			at := ui.Cell{Tag: placeTag(ctx, b)}
			if b.Place == room.IsLent {
				at.Sub = ui.T(ctx, "keeping.due", "When", ui.ISO(b.Due))
			}
			if slices.Contains(goes, b.Booklet) {
				tail.Sub = ui.T(ctx, "keeping.goes")
				if slices.Contains(bears, b.Booklet) && len(open) == 0 {
					tail.Sub = ui.T(ctx, "keeping.bears")
				}
				if b.Place == room.InStore && len(open)+len(online) == 0 {
					claimed, err := p.claimed(ctx, row, b, ids, held)
					if err != nil {
						p.Site.Fail(w, r, err)
						return
					}
					for _, f := range claimed {
						v.Claimed = append(v.Claimed, ui.T(ctx, "keeping.claimed.one", "Name", names.of(who), "Tail", b.Tail, "Why", ui.Sentence(ctx, f)))
					}
					line.Choose = b.Person + "/" + b.Booklet
					line.Chosen = slices.Contains(r.PostForm["choose"], line.Choose)
					way.Show = wayOf(names.of(who), b.Booklet, chosenWay(r, b.Booklet, planned[who]))
				}
			}
			line.Cells = []ui.Cell{{Text: names.of(who), Head: true}, {Text: typeName(ctx, b.Type)}, tail, {Text: ui.ISO(b.Expires)}, {}, at, way}
			if slices.Contains(goes, b.Booklet) {
				line.Cells[4] = visas(b.Booklet)
			}
			if slices.Contains(done, b.Booklet) && b.Place == room.IsLent && b.Filing == id {
				t := taken{Text: ui.T(ctx, "keeping.lent", "Name", names.of(who), "Tail", b.Tail, "By", ui.T(ctx, "keeping.by."+string(b.By)))}
				if !left && b.LentOn() == p.Journal.Today() {
					t.Undo = undoLoan(ctx, b, id)
				}
				v.Taken = append(v.Taken, t)
			}
			lent = lent || b.Place == room.IsLent && b.Filing == id
			v.Table.Groups[0].Rows = append(v.Table.Groups[0].Rows, line)
			shown = true
		}
		if !shown {
			v.Table.Groups[0].Rows = append(v.Table.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: names.of(who), Head: true}, {Text: ui.T(ctx, "keeping.none_yet")}, {}, {}, visas(""), {}, {}}})
		}
	}
	if len(v.Claimed) > 0 {
		v.Fields = append(v.Fields, ui.Field{Kind: ui.Check, Name: "anyway", Value: r.PostFormValue("anyway"), Label: ui.T(ctx, "keeping.claimed.anyway"), Hint: ui.T(ctx, "keeping.claimed.hint")})
	}
	if ahead := row.Depart.Sub(p.Journal.Today()); ahead > p.AheadDays() {
		v.Fields = append(v.Fields, ui.Field{Kind: ui.Check, Name: "ahead", Value: r.PostFormValue("ahead"), Label: ui.T(ctx, "keeping.lend.ahead", "Days", ahead), Hint: ui.T(ctx, "keeping.lend.ahead_hint", "Count", p.AheadDays())})
	}
	for _, by := range []room.By{room.Locker, room.Courier} { // ui:keys keeping.code.*
		name := codeField(by)
		v.Fields = append(v.Fields, ui.Field{Name: name, Label: ui.T(ctx, "keeping."+name), Hint: ui.T(ctx, "keeping."+name+"_hint"), Optional: true, Width: "mid", Value: r.PostFormValue(name)})
	}
	v.Back = ui.Link{Text: ui.T(ctx, "keeping.lend.others"), URL: "/booklets/out"}
	v.None = ui.Empty{Text: ui.T(ctx, "keeping.lend.none"), Action: ui.Button{Text: ui.T(ctx, "keeping.lend.others"), URL: "/booklets/out", Kind: ui.Second}}
	if lent {
		v.None = ui.Empty{Text: ui.T(ctx, "keeping.lend.out"), Action: ui.Button{Text: ui.T(ctx, "keeping.hand_in"), URL: "/booklets/in?case=" + url.QueryEscape(id), Kind: ui.Second}}
	}
	if len(v.Table.Groups[0].Rows) == 0 {
		v.Table.Empty.Action, v.None = v.None.Action, ui.Empty{}
	}
	p.showBatch(w, r, v)
}

func (p *Pages) showBatch(w http.ResponseWriter, r *http.Request, v batchView) {
	status := http.StatusOK
	if len(v.Told) > 0 || v.Scan.Error != "" {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title}, batchPage(v))
}

// each gives one command to the holder of each chosen booklet. What can't be
// done is told, each reason once; the others are done all the same.
func (p *Pages) each(r *http.Request, cmd func(booklet string) journal.Command[room.Holder]) (done, told []string, err error) {
	ctx := r.Context()
	r.PostFormValue("") // parses the form
	chosen := r.PostForm["choose"]
	if len(chosen) == 0 {
		return nil, []string{ui.T(ctx, "keeping.none_chosen")}, nil
	}
	names := p.people(ctx)
	var whys []string
	whose := map[string][]string{} // names by why theirs can't be done
	for _, c := range chosen {
		who, booklet, ok := strings.Cut(c, "/")
		if !ok {
			return nil, nil, fault.Field("choose", "form.choose", nil)
		}
		_, err := journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: who, Key: web.Key(r) + ":" + booklet}, cmd(booklet))
		switch {
		case err == nil:
			done = append(done, booklet)
		case tellable(err):
			why := words(ctx, err)
			if whose[why] == nil {
				whys = append(whys, why)
			}
			if name := names.of(who); !slices.Contains(whose[why], name) {
				whose[why] = append(whose[why], name)
			}
		default:
			return nil, nil, err
		}
	}
	for _, why := range whys {
		told = append(told, ui.T(ctx, "keeping.not_done", "Name", ui.List(ctx, whose[why]), "Why", why))
	}
	return done, told, nil
}

// codeField is where the form asks with what the booklets that go one way are
// fetched: a locker's code opens no parcel.
func codeField(by room.By) string { return "code." + string(by) }

func (p *Pages) postLend(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	a, row, orders, err := p.lending(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	number := ""
	if a.InForce(p.Journal.Today()) {
		number = a.Document.Number
	}
	owner := map[string][]string{} // all ids that mean who holds a booklet
	wrong, claims, besides, online := map[string][]fault.Finding{}, map[string][]room.Claim{}, map[string][]room.Row{}, map[string][]string{}
	r.PostFormValue("") // parses the form
	for _, c := range r.PostForm["choose"] {
		who, b, ok := strings.Cut(c, "/")
		if !ok {
			continue
		}
		if owner[b], err = person.Also(ctx, p.Journal.Store, who); err == nil {
			wrong[b], err = p.judge(ctx, id, a, number, who, b)
		}
		if err == nil {
			claims[b], err = p.claimsOf(ctx, id, who, b, owner[b])
		}
		if err == nil {
			besides[b], err = room.Of(ctx, p.Journal.Store, who)
		}
		if err == nil {
			online[b], err = visa.NoEVisa(ctx, p.Journal, p.Rules(), orders, owner[b])
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	done, told, err := p.each(r, func(booklet string) journal.Command[room.Holder] {
		approvalNumber := number
		if !slices.ContainsFunc(a.Approved(), func(who string) bool { return slices.Contains(owner[booklet], who) }) {
			approvalNumber = "" // whoever isn't approved has no approval to be lent against
		}
		return room.Lend{Booklet: booklet, Filing: id, Unit: a.Unit, Approval: approvalNumber, Depart: row.Depart, Return: row.Return, ReturnDays: p.ReturnDays(), AheadDays: p.AheadDays(), Ahead: r.PostFormValue("ahead") != "",
			Claims: claims[booklet], Anyway: r.PostFormValue("anyway") != "", OpenVisas: p.areas(ctx, visa.OpenAreas(orders, owner[booklet])), NoEVisa: p.areas(ctx, online[booklet]), By: room.By(r.PostFormValue("by." + booklet)), Code: r.PostFormValue(codeField(room.By(r.PostFormValue("by." + booklet)))), Bears: slices.Contains(visa.Bears(orders, owner[booklet]), booklet), Wrong: wrong[booklet],
			Besides: slices.DeleteFunc(besides[booklet], func(o room.Row) bool { return o.Booklet == booklet })}
	})
	switch {
	case err != nil:
		p.Site.Fail(w, r, err)
	case len(told) > 0:
		p.showLend(w, r, done, told)
	default:
		http.Redirect(w, r, "/booklets/out/"+id+"?"+url.Values{"lent": done}.Encode(), http.StatusSeeOther)
	}
}

// left tells whether the delegation is on its way, or was.
func (p *Pages) left(ctx context.Context, filing string) (bool, error) {
	s, _, err := state.Of(ctx, p.Journal.Store, filing)
	return !s.Departed.IsZero(), err
}

// undoLoan is the way to take a slip of today back; filing is the page to come
// back to, "" for the booklet's own.
func undoLoan(ctx context.Context, b room.Row, filing string) ui.Button {
	return undo(ctx, "keeping.undo_loan", "/booklets/out/undo", b, filing)
}

func (p *Pages) postUndoLoan(w http.ResponseWriter, r *http.Request) {
	back := ""
	if id := r.PostFormValue("to"); id != "" {
		back = "/booklets/out/" + url.PathEscape(id)
	}
	p.takeBack(w, r, back, func(ctx context.Context, k room.Booklet) (journal.Command[room.Holder], error) {
		left, err := p.left(ctx, k.Filing)
		return room.TakeLoanBack{Booklet: k.ID, Left: left}, err
	})
}
