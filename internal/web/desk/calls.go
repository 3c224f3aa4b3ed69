package desk

import (
	"context"
	"net/http"
	"net/url"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// callsView is calling at one window (叫号): whom it has called, who is next, who
// didn't come.
type callsView struct {
	Head    ui.Head
	Hall    string
	Halls   ui.Chips // where there are several
	Chips   ui.Chips // the windows
	Window  string
	Key     string
	Now     *calledView
	Next    ui.Button
	Waiting ui.Table
	Absent  []calledView
	Rule    string
}

// calledView is a number that was called.
type calledView struct {
	Number string
	Visit  string
	Who    ui.Link
	Word   string
	Pass   bool // called often enough to be passed over
}

func (p *Pages) getCalls(w http.ResponseWriter, r *http.Request) {
	h, err := p.at(w, r)
	var v callsView
	if err == nil {
		v, err = p.calls(r.Context(), h, r.FormValue("window"))
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(r.Context(), "desk.today"), URL: "/desk"}, {Text: ui.T(r.Context(), "desk.calls")}}}, callsPage(v))
}

// windowOf is the asked-for window, or the first.
func windowOf(h room.Plan, id string) room.Window {
	if w, ok := h.Window(id); ok {
		return w
	}
	if len(h.Windows) == 0 {
		return room.Window{}
	}
	return h.Windows[0]
}

func windowName(ctx context.Context, w room.Window) string {
	if w.Name == "" {
		return ui.T(ctx, "desk.window", "ID", w.ID)
	}
	return ui.Name(ctx, fault.Text{Zh: w.Name, En: w.NameEn})
}

// callsURL is where a window calls; it says of which hall it is, so that who looks at
// another hall meanwhile changes nothing here.
func callsURL(hall, window string) string {
	return "/desk/calls?" + url.Values{"hall": {hall}, "window": {window}}.Encode()
}

func (p *Pages) calls(ctx context.Context, h room.Plan, window string) (callsView, error) {
	v := callsView{Key: web.NewKey()}
	var err error
	if v.Halls, err = p.halls(ctx, h.ID, "/desk/calls"); err != nil {
		return v, err
	}
	n, err := p.namer(ctx)
	if err != nil {
		return v, err
	}
	all, err := room.TicketsOn(ctx, p.Journal.Store, h.ID, p.Journal.Today())
	if err != nil {
		return v, err
	}
	at := windowOf(h, window)
	v.Hall, v.Window, v.Rule = h.ID, at.ID, ui.T(ctx, "desk.calls.rule", "Age", h.Elder)
	v.Chips = ui.Chips{Label: ui.T(ctx, "desk.calls.window")}
	for _, x := range h.Windows {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: windowName(ctx, x), URL: callsURL(h.ID, x.ID), Current: x.ID == at.ID})
	}
	v.Waiting = ui.Table{Caption: ui.T(ctx, "desk.calls.caption"), Cards: true, Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "desk.calls.empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "desk.calls.col.number")}, {Text: ui.T(ctx, "desk.col.person")}, {Text: ui.T(ctx, "desk.calls.col.due")}, {Text: ui.T(ctx, "desk.calls.col.waits")}}}
	now := p.Journal.Now()
	for _, t := range room.InTurn(all) {
		if !at.Serves(t.Counter) {
			continue
		}
		_, x, err := p.one(ctx, t.Visit)
		if err != nil {
			return v, err
		}
		c := calledView{Number: room.TicketNumber(t.Number), Visit: t.Visit, Who: ui.Link{Text: n.short(x.People), URL: "/desk/" + t.Visit}, Pass: t.Calls >= room.CallsBeforeAbsent}
		switch {
		case t.State == room.AtWindow && t.Window == at.ID:
			c.Word = ui.T(ctx, "desk.calls.times", "Count", t.Calls, "Clock", ui.Clock(t.Called))
			v.Now = &c
		case t.State == room.NobodyAt:
			v.Absent = append(v.Absent, c)
		case t.State == room.InQueue:
			who := ui.Cell{Text: c.Who.Text, URL: c.Who.URL, Head: true, Sub: n.units[x.Unit]}
			// ui:keys desk.first.*
			if t.First != "" {
				who.Sub = ui.Clauses(ctx, who.Sub, ui.T(ctx, "desk.first."+string(t.First)))
			}
			v.Waiting.Groups[0].Rows = append(v.Waiting.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: c.Number}, who, {Text: ui.Clock(t.Due)}, {Text: ui.Lasting(ctx, now.Sub(t.Came))}}})
		}
	}
	waiting := len(v.Waiting.Groups[0].Rows)
	wall := "/screen"
	if len(v.Halls.Items) > 0 {
		wall += "?" + url.Values{"hall": {h.ID}}.Encode()
	}
	v.Head = ui.Head{Title: ui.T(ctx, "desk.calls.title", "Window", windowName(ctx, at), "Count", waiting), Lead: v.Rule,
		Actions: []ui.Button{{Text: ui.T(ctx, "desk.calls.screen"), URL: wall, Kind: ui.Second}, {Text: ui.T(ctx, "desk.calls.list"), URL: listURL(p.Journal.Today(), at.ID), Kind: ui.Second}}}
	if waiting > 0 {
		v.Next = ui.Button{Text: ui.T(ctx, "desk.calls.next"), Key: "N"}
	}
	return v, nil
}

// call gives a command to today's queue and comes back to the window.
func (p *Pages) call(w http.ResponseWriter, r *http.Request, cmd func(at room.Window) journal.Command[room.Queue]) {
	ctx, window := r.Context(), r.PostFormValue("window")
	h, err := p.shown(w, r)
	var at room.Window
	if err == nil {
		var has bool
		if at, has = h.Window(window); !has {
			err = fault.NotFound("window " + window)
		}
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Queues, keyed(r, h.DayID(p.Journal.Today())), cmd(at))
	}
	p.Site.Answer(w, r, err, callsURL(h.ID, window))
}

func (p *Pages) postNext(w http.ResponseWriter, r *http.Request) {
	p.call(w, r, func(at room.Window) journal.Command[room.Queue] {
		return room.CallNext{Window: at}
	})
}

func (p *Pages) postAgain(w http.ResponseWriter, r *http.Request) {
	p.call(w, r, func(room.Window) journal.Command[room.Queue] {
		return room.CallAgain{Visit: r.PostFormValue("visit")}
	})
}

func (p *Pages) postPassOver(w http.ResponseWriter, r *http.Request) {
	p.call(w, r, func(room.Window) journal.Command[room.Queue] {
		return room.PassOver{Visit: r.PostFormValue("visit")}
	})
}

func (p *Pages) postRequeue(w http.ResponseWriter, r *http.Request) {
	p.call(w, r, func(room.Window) journal.Command[room.Queue] {
		return room.Requeue{Visit: r.PostFormValue("visit")}
	})
}

// screenView is what hangs on the hall's wall: numbers and windows, no name.
type screenView struct {
	Head  ui.Head
	Now   []screenRow // who was called last at each window, the latest first
	Next  []string    // numbers in line
	Rule  string
	Clock string
}

type screenRow struct{ Number, Window string }

const (
	// screenAgain is after how many seconds the screen looks again.
	screenAgain = 10
	screenNext  = 12
)

// getScreen is the screen of the hall. It is public in the office network, because a
// monitor signs in nowhere; nothing on it tells who somebody is, and who opens it from
// a desk isn't named on it either.
func (p *Pages) getScreen(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v, err := p.screen(ctx, r.FormValue("hall"), p.Journal.Today())
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Bare: true, Again: screenAgain, Main: "wallpage"}, screenPage(v))
}

func (p *Pages) screen(ctx context.Context, hall string, today calendar.Date) (screenView, error) {
	h, err := p.served(ctx, hall)
	if err != nil {
		return screenView{}, err
	}
	all, err := room.TicketsOn(ctx, p.Journal.Store, h.ID, today)
	if err != nil {
		return screenView{}, err
	}
	halls, err := p.halls(ctx, h.ID, "/screen")
	if err != nil {
		return screenView{}, err
	}
	name := called(ctx, h, len(halls.Items))
	v := screenView{Rule: ui.T(ctx, "desk.calls.rule", "Age", h.Elder), Clock: ui.Clock(p.Journal.Now())}
	for _, t := range room.LastCalled(all) {
		x, _ := h.Window(t.Window)
		x.ID = t.Window
		v.Now = append(v.Now, screenRow{room.TicketNumber(t.Number), windowName(ctx, x)})
	}
	for _, t := range room.InTurn(all) {
		if t.State == room.InQueue && len(v.Next) < screenNext {
			v.Next = append(v.Next, room.TicketNumber(t.Number))
		}
	}
	v.Head = ui.Head{Title: ui.Clauses(ctx, name, ui.T(ctx, "desk.screen.title")), Lead: ui.T(ctx, "desk.screen.lead", "Clock", v.Clock)}
	return v, nil
}
