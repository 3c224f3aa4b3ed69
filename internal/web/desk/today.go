package desk

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	room "yitang/internal/hall"
	"yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// coming is one visit of the day: expected, going on, or over.
type coming struct {
	ID      string // the booking's; of people who came without one, the visit's
	Window  string // that is booked; ""
	Day     calendar.Date
	At      room.Clock
	Number  string
	Filing  string
	Unit    string
	People  []string
	Acts    int
	Closed  int
	State   room.State
	Came    time.Time
	Went    time.Time
	Booking bool
	Said    time.Time // when they said that they are at the hall; zero: they haven't
}

// heads is how many people it is: the unit's messenger counts as one.
func (c coming) heads() int { return max(1, len(c.People)) }

// day lists the visits of a day to a hall by their hour.
func (p *Pages) day(ctx context.Context, h room.Plan, day calendar.Date) ([]coming, error) {
	store := p.Journal.Store
	first, _, err := room.HallOf(ctx, store, "")
	if err != nil {
		return nil, err
	}
	visits, err := room.VisitsOn(ctx, store, day)
	if err != nil {
		return nil, err
	}
	visits = slices.DeleteFunc(visits, func(v room.Visit) bool { return cmp.Or(v.Hall, first.ID, h.ID) != h.ID })
	was := map[string]room.Visit{}
	for _, v := range visits {
		was[v.ID] = v
	}
	var out []coming
	list, err := room.DayList(ctx, store, h.ID, day)
	if err != nil {
		return nil, err
	}
	for _, b := range list {
		c := coming{ID: b.ID, Window: b.Window, Day: day, At: b.Slot, Number: b.Number, Filing: b.Filing, Unit: b.Unit, People: b.People, Acts: len(b.Acts), State: b.State, Booking: true, Said: b.Here}
		if v, came := was[b.ID]; came {
			c.here(v)
			delete(was, b.ID)
		}
		out = append(out, c)
	}
	for _, v := range visits {
		if _, alone := was[v.ID]; !alone {
			continue
		}
		local := ui.Local(v.Came)
		c := coming{ID: v.ID, Day: day, At: room.At(local.Hour(), local.Minute()), Filing: v.Filing, Unit: v.Unit, People: v.People, State: room.HasArrived}
		c.here(v)
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b coming) int { return int(a.At - b.At) })
	return out, nil
}

// here adds what is known of those who have come.
func (c *coming) here(v room.Visit) {
	c.Came, c.Went, c.Acts, c.Closed = v.Came, v.Went, len(v.Acts), 0
	if len(v.People) > 0 {
		c.People = v.People
	}
	for _, a := range v.Acts {
		if a.Result != "" {
			c.Closed++
		}
	}
	c.State = room.HasArrived
	if v.Presence == room.Left {
		c.State = room.HasLeft
	}
}

// tag says where a visit stands, and how long somebody has waited. What a day that
// is over left open isn't waited for.
func (p *Pages) tag(ctx context.Context, c coming) ui.Tag {
	now, over := p.Journal.Now(), c.Day.Before(p.Journal.Today())
	switch c.State {
	case room.HasLeft:
		if c.Closed < c.Acts {
			return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.state.left_open", "Open", c.Acts-c.Closed)}
		}
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "desk.state.left", "Time", ui.Lasting(ctx, c.Went.Sub(c.Came)))}
	case room.HasArrived:
		if over {
			return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.state.not_closed")}
		}
		if c.Closed > 0 {
			return ui.Tag{State: ui.Info, Word: ui.T(ctx, "desk.state.going", "Done", c.Closed, "Acts", c.Acts)}
		}
		waited := now.Sub(c.Came)
		if waited < time.Minute {
			return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.state.just_here")}
		}
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.state.here", "Time", ui.Lasting(ctx, waited))}
	case room.WasMissed:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.state.missed")}
	case room.WasExcused:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.state.excused")}
	}
	if over {
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.state.missed")}
	}
	if !c.Said.IsZero() {
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.state.announced", "Time", ui.Clock(c.Said))}
	}
	if late := now.Sub(c.At.On(c.Day)); late > room.Grace {
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.state.late", "Time", ui.Lasting(ctx, late))}
	}
	return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "desk.state.expected")}
}

// todayView is the day on the left and, when one is open, a visit on the right.
type todayView struct {
	Head     ui.Head
	Halls    ui.Chips // where there are several
	Query    string
	Table    ui.Table
	Others   *ui.Table // what else a search found
	Missed   *ui.Table // of days before, to take note of
	Key      string
	Visit    *visitView
	NextID   string // who is to be called next; "" when nobody waits
	Nobody   string // what is said then
	Occupied ui.Empty
}

// groups is the order of the day's list: who is there stands on top.
var groups = []room.State{room.HasArrived, room.IsBooked, room.HasLeft, room.WasMissed, room.WasExcused}

// today fills in the day. current is the visit that is open beside it.
func (p *Pages) today(ctx context.Context, h room.Plan, query, current string) (todayView, error) {
	v := todayView{Query: strings.TrimSpace(query), Key: web.NewKey()}
	n, err := p.namer(ctx)
	if err != nil {
		return v, err
	}
	if v.Halls, err = p.halls(ctx, h.ID, "/desk"); err != nil {
		return v, err
	}
	list, err := p.day(ctx, h, p.Journal.Today())
	if err != nil {
		return v, err
	}
	heads := map[room.State]int{}
	for _, c := range list {
		heads[c.State] += c.heads()
	}
	total := heads[room.HasArrived] + heads[room.IsBooked] + heads[room.HasLeft]
	v.Head = ui.Head{Title: ui.T(ctx, "desk.title", "Count", total, "Here", heads[room.HasArrived]),
		Lead: ui.T(ctx, "desk.lead", "Day", p.Journal.Today(), "Weekday", ui.Weekday(ctx, p.Journal.Today()), "Left", heads[room.HasLeft], "Expected", heads[room.IsBooked]),
		Actions: []ui.Button{{Text: ui.T(ctx, "desk.walk"), URL: "/desk/walk", Kind: ui.Second, Key: "W"}, {Text: ui.T(ctx, "desk.print"), URL: "/desk/list", Kind: ui.Second, Key: "L"},
			{Text: ui.T(ctx, "desk.calls"), URL: "/desk/calls", Kind: ui.Second},
			{Text: ui.T(ctx, "desk.waiting"), URL: "/desk/waiting", Kind: ui.Plain}}}
	v.Table = ui.Table{Caption: ui.T(ctx, "desk.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "desk.empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "desk.col.time")}, {Text: ui.T(ctx, "desk.col.person")}, {Text: ui.T(ctx, "desk.col.acts"), Number: true}, {Text: ui.T(ctx, "desk.col.state")}}}
	q := strings.ToLower(v.Query)
	shown := map[string]bool{}
	for _, state := range groups {
		g := ui.Group{}
		for _, c := range list {
			if c.State != state {
				continue
			}
			if state == room.HasArrived && v.NextID == "" && c.ID != current {
				v.NextID = c.ID
			}
			if q != "" {
				named, err := approval.Named(ctx, p.Journal.Store, c.Filing, v.Query)
				if err != nil {
					return v, err
				}
				if !named && !contains([]string{c.Number, n.units[c.Unit]}, q) {
					continue
				}
			}
			shown[c.ID] = true
			g.Rows = append(g.Rows, ui.Row{Current: c.ID == current, Cells: []ui.Cell{{Text: c.At.String(), Sub: serial(c.Number)},
				{Text: n.short(c.People), URL: p.url(c.ID, v.Query), Head: true, Sub: n.units[c.Unit]}, {Text: ui.T(ctx, "desk.acts", "Count", c.Acts)}, {Tag: p.tag(ctx, c)}}})
		}
		if len(g.Rows) > 0 {
			// ui:keys desk.group.*
			g.Title = ui.T(ctx, "desk.group."+string(state))
			v.Table.Groups = append(v.Table.Groups, g)
		}
	}
	old, err := room.Unended(ctx, p.Journal.Store, p.Journal.Today())
	if err != nil {
		return v, err
	}
	if len(old) > 0 && q == "" {
		g := ui.Group{Title: ui.T(ctx, "desk.group.not_closed")}
		for _, x := range old {
			g.Rows = append(g.Rows, ui.Row{Current: x.ID == current, Cells: []ui.Cell{{Text: ui.Short(ctx, x.Day)}, {Text: n.short(x.People), URL: p.url(x.ID, ""), Head: true, Sub: n.units[x.Unit]},
				{Text: ui.T(ctx, "desk.acts", "Count", len(x.Acts))}, {Tag: ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.state.not_closed")}}}})
		}
		v.Table.Groups = append(v.Table.Groups, g)
	}
	// Only who is there can be called; who isn't yet is named by the hour.
	v.Nobody = ui.T(ctx, "desk.nobody_waits")
	if i := slices.IndexFunc(list, func(c coming) bool { return c.State == room.IsBooked && c.ID != current }); i >= 0 {
		v.Nobody = ui.T(ctx, "desk.nobody_waits.until", "Time", list[i].At.String(), "Name", n.short(list[i].People))
	}
	if q != "" {
		v.Table.Empty = ui.Empty{Text: ui.T(ctx, "desk.search.none_today")}
		if v.Others, err = p.others(ctx, n, v.Query, shown); err != nil {
			return v, err
		}
		if len(shown) > 0 && len(v.Others.Groups[0].Rows) == 0 {
			v.Others = nil // all there is stands in the list
		}
	}
	v.Missed, err = p.overlooked(ctx, h, n)
	return v, err
}

// serial is the part of a booking's number that is called out.
func serial(number string) string {
	if i := strings.IndexByte(number, '-'); i >= 0 {
		return number[i+1:]
	}
	return number
}

// url is where a visit is open; on a phone it stands below the list.
func (p *Pages) url(id, query string) string {
	if query == "" {
		return "/desk/" + id + "#visit"
	}
	return "/desk/" + id + "?q=" + escape(query) + "#visit"
}

// others is what a search finds beyond today: cases whose people may be served without
// a booking.
func (p *Pages) others(ctx context.Context, n *namer, query string, shown map[string]bool) (*ui.Table, error) {
	store, today := p.Journal.Store, p.Journal.Today()
	t := &ui.Table{Caption: ui.T(ctx, "desk.search.others"), Titled: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "desk.search.nothing")}, Groups: []ui.Group{{}},
		Columns: []ui.Column{{Text: ui.T(ctx, "desk.col.group")}, {Text: ui.T(ctx, "desk.col.person")}, {Text: ui.T(ctx, "desk.col.booked")}, {Text: ui.T(ctx, "desk.col.do")}}}
	seen := map[string]bool{}
	add := func(filing, title, unit string) error {
		if seen[filing] {
			return nil
		}
		seen[filing] = true
		booked, err := room.OfFiling(ctx, store, filing)
		if err != nil {
			return err
		}
		when, who := ui.Cell{Text: ui.T(ctx, "desk.search.not_booked"), Quiet: true}, ""
		for _, b := range booked {
			if b.State == room.IsBooked && !b.Day.Before(today) {
				when, who = ui.Cell{Text: ui.Short(ctx, b.Day) + " " + b.Slot.String(), URL: "/desk/" + b.ID}, n.short(b.People)
				if shown[b.ID] {
					return nil // it stands in the list of the day
				}
			}
		}
		if who == "" { // nobody has booked: those of the group who may come
			s, known, err := progress.Of(ctx, store, filing)
			if err != nil {
				return err
			}
			if of := s.Ours(); known && len(of) > 0 {
				row, _, err := approval.Row(ctx, store, filing)
				if err != nil {
					return err
				}
				if i := slices.IndexFunc(of, func(id string) bool { return n.person(id) == row.Head }); i > 0 {
					of[0], of[i] = of[i], of[0] // a group is known by its head
				}
				who = n.short(of)
			}
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: title, Sub: n.units[unit], URL: "/desk/walk?case=" + escape(filing), Head: true}, {Text: who}, when,
			{Text: ui.T(ctx, "desk.walk"), URL: "/desk/walk?case=" + escape(filing)}}})
		return nil
	}
	cases, err := approval.Groups(ctx, store, query)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if err := add(c.Filing, c.Title, c.Unit); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// overlooked lists bookings of days before to which nobody came; nil for none.
func (p *Pages) overlooked(ctx context.Context, h room.Plan, n *namer) (*ui.Table, error) {
	t := &ui.Table{Caption: ui.T(ctx, "desk.missed.caption"), Cards: true, Groups: []ui.Group{{}},
		Columns: []ui.Column{{Text: ui.T(ctx, "desk.col.time")}, {Text: ui.T(ctx, "desk.col.person")}, {Text: ui.T(ctx, "desk.col.unit")}}}
	list, err := room.Overlooked(ctx, p.Journal.Store, h.ID, p.Journal.Today())
	if err != nil {
		return nil, err
	}
	for _, b := range list {
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Choose: b.ID, Cells: []ui.Cell{{Text: ui.Short(ctx, b.Day) + " " + b.Slot.String()}, {Text: n.short(b.People), Head: true}, {Text: n.units[b.Unit]}}})
	}
	if len(t.Groups[0].Rows) == 0 {
		return nil, nil
	}
	return t, nil
}

// getToday shows the day; who scans a pass, or types its number, is led to that visit.
func (p *Pages) getToday(w http.ResponseWriter, r *http.Request) {
	h, err := p.at(w, r)
	q := r.URL.Query().Get("q")
	if err == nil {
		var s room.Scan
		var found bool
		if s, found, err = room.Scanned(r.Context(), p.Journal.Store, q, p.Journal.Today(), h.ID); err == nil && found {
			// Without a place on the page: what has the focus there is seen.
			http.Redirect(w, r, "/desk/"+s.Visit+"?scan="+escape(strings.TrimSpace(q)), http.StatusSeeOther)
			return
		}
	}
	var v todayView
	if err == nil {
		v, err = p.today(r.Context(), h, q, "")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev desk"}, todayPage(v))
}
