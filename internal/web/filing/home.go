package filing

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	state "yitang/internal/progress"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/guidance"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// homeView is the unit's cases: what waits for the reader first.
type homeView struct {
	Head   ui.Head
	Lock   lockView
	Owed   []owed
	Known  []owed  // what is coming, with nothing to do about it yet
	Beyond ui.Link // to those of it that have no room here
	Drafts ui.Table
	Gone   []gone // deleted drafts that can be had back
	Open   []progress.Card
	Cases  ui.Table
	More   ui.Link
	Unit   progress.Unit
	Board  guidance.Board
	Copy   ui.Button // for those who may begin a case
}

// owed is one thing that the reader is to do.
type owed struct {
	Tag   ui.Tag
	Act   string
	Title string // of the case
	URL   string
	Text  string
	Do    ui.Button
	due   calendar.Date
}

const (
	pageSize = 30
	// endingMost is how many things that end stand on the home page; all of them
	// are on the page of papers.
	endingMost = 3
	knownMost  = 5
)

// getCases is the home of liaison officers and signatories.
//
// ui:keys cases.stage.*
func (p *Pages) getCases(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	at, later := fromPage(r)
	v := homeView{}
	var err error
	if v.Board, err = p.Board(ctx, who); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Unit, err = p.Progress.OfUnit(ctx, who); err == nil {
		v.Owed, v.Known, err = p.owed(ctx, who, v.Unit.Owed)
	}
	if err == nil {
		v.Lock, err = p.locked(ctx, who.Unit)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if n := len(v.Known); n > knownMost {
		v.Known, v.Beyond = v.Known[:knownMost], ui.Link{Text: ui.T(ctx, "ending.rest", "Count", n-knownMost), URL: "/papers"}
	}
	title := ui.T(ctx, "cases.home.nothing")
	if n := len(v.Owed) + v.Board.Asked; n > 0 { // a notice that waits to be read is one too
		title = ui.T(ctx, "cases.home.owed", "Count", n)
	}
	today := p.Work.Journal.Today()
	v.Head = ui.Head{Title: title, Over: ui.T(ctx, "cases.home.hello", "Name", who.Name), Lead: ui.T(ctx, "cases.home.lead", "Day", ui.MonthDay(ctx, today), "Weekday", ui.Weekday(ctx, today))}
	if who.May(access.EditCase) {
		v.Head.Actions = append(v.Head.Actions, ui.Button{Text: ui.T(ctx, "cases.home.new"), URL: "/cases/new"}, ui.Button{Text: ui.T(ctx, "plan.crumb"), URL: "/plan", Kind: ui.Plain})
		v.Copy = ui.Button{Text: ui.T(ctx, "cases.home.copy"), URL: "/cases/new#copy", Kind: ui.Second, Full: true}
		drafts, err := p.Work.Drafts.List(ctx, who.Unit)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		u, err := unit.One(ctx, p.Work.Journal.Store, who.Unit)
		if err != nil && !fault.IsNotFound(err) {
			p.Site.Fail(w, r, err)
			return
		}
		v.Drafts = p.draftTable(ctx, u.Name, drafts)
		if !later {
			if v.Gone, err = p.goneOf(ctx, who.Unit); err != nil {
				p.Site.Fail(w, r, err)
				return
			}
		}
		n := 0 // what was handed back stands above already
		for _, d := range drafts {
			if !slices.ContainsFunc(v.Owed, func(o owed) bool { return o.URL == caseURL(d.ID) }) {
				n++
			}
		}
		switch {
		case n > 0 && len(v.Owed)+v.Board.Asked == 0:
			title = ui.T(ctx, "cases.home.go_on", "Count", n)
			v.Head.Title = title
		case n > 0:
			v.Head.Lead = ui.T(ctx, "cases.home.lead.drafts", "Day", ui.MonthDay(ctx, today), "Weekday", ui.Weekday(ctx, today), "Count", n)
		}
	}
	shown := map[string]bool{}
	for i, c := range v.Unit.Open {
		if i == progress.CardsMost {
			break
		}
		shown[c.Filing] = true
		if !later {
			v.Open = append(v.Open, c)
		}
	}
	all, err := room.OfUnit(ctx, p.Work.Journal.Store, who.Unit, at, pageSize+1)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if len(all) > pageSize {
		all = all[:pageSize]
		last := all[pageSize-1]
		v.More = ui.Link{Text: ui.T(ctx, "cases.home.more"), URL: fmt.Sprintf("/cases?after=%d-%s#cases", last.At.UnixMicro(), last.ID)}
	}
	v.Cases = p.caseTable(ctx, all, shown)
	p.Site.Show(w, r, ui.Page{Title: title, Banner: p.said(r), Tabs: progress.Tabs(ctx, who, "")}, homePage(v))
}

// alike puts together what has the same words below it.
func alike(all []owed) [][]owed {
	var out [][]owed
	for _, o := range all {
		i := slices.IndexFunc(out, func(g []owed) bool { return g[0].Text == o.Text })
		if i < 0 {
			out, i = append(out, nil), len(out)
		}
		out[i] = append(out[i], o)
	}
	return out
}

// fromPage reads where the table goes on, and whether this is a later page of it.
func fromPage(r *http.Request) (room.After, bool) {
	micro, id, ok := strings.Cut(r.FormValue("after"), "-")
	n, err := strconv.ParseInt(micro, 10, 64)
	if !ok || err != nil {
		return room.After{}, false
	}
	return room.After{At: unixMicro(n), ID: id}, true
}

// owed are the cases in which the reader is the one who owes the next step,
// what is late or due soonest in front, and what they only need to know of.
func (p *Pages) owed(ctx context.Context, who access.Who, later []progress.Owed) (out, known []owed, err error) {
	add := func(stage room.Stage, keep func(room.Entry) bool, make func(room.Entry) owed) error {
		es, err := room.AtStage(ctx, p.Work.Journal.Store, who.Unit, stage, 20)
		for _, e := range es {
			if keep(e) {
				out = append(out, make(e))
			}
		}
		return err
	}
	always := func(room.Entry) bool { return true }
	if who.May(access.SignCase) {
		err := add(room.IsPresented, always, func(e room.Entry) owed {
			url := "/sign/" + e.ID
			return owed{Act: ui.T(ctx, "cases.owed.sign"), Title: p.called(ctx, e.ID, e.Title), URL: url, Text: ui.T(ctx, "cases.people", "Count", e.Members), Do: ui.Button{Text: ui.T(ctx, "cases.next.read"), URL: url}}
		})
		if err != nil {
			return nil, nil, err
		}
	}
	if who.May(access.EditCase) {
		err := add(room.IsSentBack, always, func(e room.Entry) owed {
			url := caseURL(e.ID) + "/notice"
			return owed{Act: ui.T(ctx, "cases.next.correct", "Count", e.Defects), Title: p.called(ctx, e.ID, e.Title), URL: url, Text: ui.T(ctx, "cases.owed.correct"), Do: ui.Button{Text: ui.T(ctx, "cases.next.mend"), URL: url}, due: e.Until}
		})
		if err == nil {
			err = add(room.InDraft, func(e room.Entry) bool { return e.Words != "" && p.isThere(ctx, e.ID) }, func(e room.Entry) owed {
				return owed{Act: ui.T(ctx, "cases.owed.handed_back"), Title: p.called(ctx, e.ID, e.Title), URL: caseURL(e.ID), Text: e.Words, Do: ui.Button{Text: ui.T(ctx, "cases.owed.mend"), URL: caseURL(e.ID)}}
			})
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if who.May(access.EditPeople) {
		ending, err := p.Work.Endings(ctx, who.Unit)
		if err != nil {
			return nil, nil, err
		}
		var acts []owed
		for _, e := range ending {
			o := owed{Act: e.Act(ctx), Title: e.When(ctx), URL: e.URL(), Text: e.Do(ctx), due: e.Hurts, Do: ui.Button{Text: e.Go(ctx), URL: e.URL()}}
			if e.Of != endingBooklet {
				acts = append(acts, o)
				continue
			}
			o.Tag = p.dueTag(ctx, o.due) // it is renewed with the next trip
			o.Tag.State = ui.Info
			known = append(known, o)
		}
		if n := len(acts) - endingMost; n > 0 { // the rest stand together
			acts = append(acts[:endingMost], owed{Act: ui.T(ctx, "ending.rest", "Count", n), Title: ui.T(ctx, "ending.all"), URL: "/papers", due: acts[endingMost].due, Do: ui.Button{Text: ui.T(ctx, "ending.see"), URL: "/papers"}})
		}
		out = append(out, acts...)
	}
	lacking := map[string]bool{}
	if who.May(access.EditCase) {
		lacks, err := p.Work.Lacking(ctx, who.Unit)
		if err != nil {
			return nil, nil, err
		}
		for _, l := range lacks {
			lacking[l.URL] = true
			out = append(out, owed{Act: l.Says, Title: l.Title, URL: l.URL, Text: l.Words, due: l.Due, Do: ui.Button{Text: ui.T(ctx, "progress.do.later"), URL: l.URL}})
		}
	}
	for _, o := range later {
		if lacking[laterURL(o.Filing)] && len(o.Next.Actions) > 0 && o.Next.Actions[0].URL == laterURL(o.Filing) {
			continue // an urgent case's papers stand among the others
		}
		w := owed{Act: o.Next.Act, Title: o.Title, URL: caseURL(o.Filing), Text: o.Next.Text, due: o.Due}
		if o.Next.When != "" {
			w.Act = ui.T(ctx, "cases.owed.come", "When", o.Next.When, "Act", o.Next.Act)
		}
		if len(o.Next.Actions) > 0 {
			w.Do = o.Next.Actions[0]
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, soonest(p.Work.Journal.Today()))
	for i := range out {
		out[i].Tag = p.dueTag(ctx, out[i].due)
		if i > 0 {
			out[i].Do.Kind = ui.Second // one filled button a page
		}
	}
	return out, known, nil
}

// isThere tells whether there still is a draft: what was handed back may be deleted.
func (p *Pages) isThere(ctx context.Context, id string) bool {
	unit, err := p.Work.Drafts.Find(ctx, id)
	p.Site.Missed(ctx, "a draft that was handed back", id, err)
	return unit != ""
}

// lackingMost bounds how many cases are looked through for papers that they lack.
const lackingMost = 40

// Lacking is a case that waits for papers after it was handed in.
type Lacking struct {
	Title, URL string        // of the case, and of the page where they are given
	Says       string        // how much is wanted
	Words      string        // the office's, where it has asked
	Due        calendar.Date // of the first
}

// Lacking are the unit's cases that wait for papers after they were handed in,
// the first to leave in front.
func (w *Work) Lacking(ctx context.Context, unit string) ([]Lacking, error) {
	open, err := state.OfUnit(ctx, w.Journal.Store, unit, false, state.After{}, lackingMost)
	if err != nil {
		return nil, err
	}
	var out []Lacking
	for _, s := range open {
		if s.Stage != state.Issued && s.Stage != state.Cleared && len(room.Open(s.Later)) == 0 {
			continue
		}
		f, err := w.gathered(ctx, s.Filing)
		if err != nil {
			return nil, err
		}
		all, err := w.Later(ctx, f)
		if err != nil {
			return nil, err
		}
		papers, data, due := stillOwed(all)
		if papers+data == 0 {
			continue
		}
		l := Lacking{Title: s.Title, URL: laterURL(s.Filing), Says: dueTitle(ctx, all, due), Due: due}
		if i := slices.IndexFunc(all, func(l Later) bool { return l.IsOpen() && l.Ask != nil }); i >= 0 {
			l.Words = ui.T(ctx, "later.asked.of", "Paper", all[i].name(ctx, f), "Words", all[i].Ask.Words)
		}
		out = append(out, l)
	}
	return out, nil
}

// dueTag says how near a day is: red when it is today, past, or never set.
func (p *Pages) dueTag(ctx context.Context, due calendar.Date) ui.Tag {
	left := due.Sub(p.Work.Journal.Today())
	switch {
	case due.IsZero():
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.yours")}
	case left < 0:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.due.late", "Count", -left)}
	case left == 0:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.due.today")}
	}
	return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "cases.due.left", "Count", left)}
}

// soonest orders what waits by its day; what has none waits for the reader now.
func soonest(today calendar.Date) func(a, b owed) int {
	when := func(o owed) calendar.Date {
		if o.due.IsZero() {
			return today
		}
		return o.due
	}
	return func(a, b owed) int { return when(a).Compare(when(b)) }
}
