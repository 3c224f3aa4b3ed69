package hall

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"yitang/internal/access"
	room "yitang/internal/hall"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// caseView is the planner's word on a case: how often, who, why, and what
// needs nobody.
type caseView struct {
	Head     ui.Head
	Done     ui.Note // that a visit was cancelled just now
	Note     ui.Note
	Live     *liveView
	Changed  ui.Note // how what is needed differs from what was booked
	Waits    ui.Link // where it stands on the waiting list
	Visits   []plannedView
	Without  []stepLine
	Missions []stepLine
	Shared   []stepLine // booklets that are made on account of another case
	Spared   []stepLine // visits to a mission that needn't be
	Stuck    []stepLine
	Had      []stepLine
	Desk     ui.Facts // where booklets are fetched and returned
	Links    []ui.Link

	people []string // who must come at all
}

type liveView struct {
	Turn    string // what is so: booked, or in the hall
	Title   string
	Place   string
	Number  string
	Actions []ui.Button
}

type plannedView struct {
	Title  string
	People string
	Steps  []stepLine
	Why    []string
	Saves  []string
	Action ui.Button
}

type stepLine struct{ What, Note string }

func (p *Visits) getCase(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	n, err := p.Finder.Of(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v, err := p.view(ctx, n, web.Who(r).May(access.BookVisit))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if d, at, given := was(r); given && v.Live == nil && slices.ContainsFunc(n.Booked, func(b room.Booking) bool { return b.State == room.IsCancelled && b.Day == d && b.Slot == at }) {
		v.Done = ui.Note{State: ui.OK, Live: true, Text: ui.T(ctx, "visits.cancelled", "When", progress.When(ctx, d, at))}
	}
	p.show(w, r, http.StatusOK, v.Head, 0, casePage(v))
}

// view is the plan of a case in words. may tells whether the reader books.
func (p *Visits) view(ctx context.Context, n Needs, may bool) (caseView, error) {
	id := n.Filing
	h, plan, err := p.Finder.best(ctx, n)
	if err != nil {
		return caseView{}, err
	}
	n, plan = shownTo(web.WhoOf(ctx), n, plan)
	v := caseView{Head: ui.Head{Title: inShort(ctx, n, plan)}, Links: []ui.Link{{Text: ui.T(ctx, "visits.to_progress"), URL: "/cases/" + url.PathEscape(id) + "/progress"}}}
	v.Head.Lead = p.howOften(ctx, plan)
	live, booked := n.Live(p.Journal.Now())
	if booked {
		at, err := p.planned(ctx, live.Hall)
		if err != nil {
			return v, err
		}
		v.Live = &liveView{Turn: ui.T(ctx, "visits.booked"), Title: progress.When(ctx, live.Day, live.Slot), Place: progress.HallAt(ctx, at), Number: live.Number,
			Actions: []ui.Button{{Text: ui.T(ctx, "progress.do.pass"), URL: visitURL(id) + "/pass"}}}
		if may {
			v.Live.Actions = append(v.Live.Actions, p.Progress.Otherwise(ctx, id, live.Day))
			if p.Journal.Today().Before(live.Day) {
				v.Links = append([]ui.Link{{Text: ui.T(ctx, "visits.cancel"), URL: visitURL(id) + "/cancel"}}, v.Links...)
			}
		}
		v.Changed = p.changed(ctx, n, live, plan, may)
	}
	here, err := p.here(ctx, &v, n)
	if err != nil {
		return v, err
	}
	words, waits, err := p.waiting(ctx, id)
	if err != nil {
		return v, err
	}
	if waits && !booked && !here && may {
		v.Waits = ui.Link{Text: words, URL: visitURL(id) + "/wait"}
	}
	for i, pv := range plan.Visits {
		c := n.Choose(pv)
		o := plannedView{Title: ui.T(ctx, "visits.planned", "Count", i+1, "First", ui.MonthDay(ctx, c.From), "Last", ui.MonthDay(ctx, c.Last)), People: ui.List(ctx, c.Names)}
		if (booked || here) && i == 0 {
			o.Title = ui.T(ctx, "visits.then")
			if v.Changed.Text != "" {
				o.Title = ui.T(ctx, "visits.now")
			}
		}
		for _, name := range c.Names {
			if !slices.Contains(v.people, name) {
				v.people = append(v.people, name)
			}
		}
		if pv.ByOther && len(c.Names) == 0 {
			o.People = ui.T(ctx, "visits.anybody")
		}
		o.Steps = p.together(ctx, n, pv.Steps)
		for _, m := range pv.Why {
			o.Why = append(o.Why, ui.Say(ctx, m.Text()))
		}
		for _, m := range pv.Saves {
			o.Saves = append(o.Saves, ui.Say(ctx, m.Text()))
		}
		if i == 0 && may && n.Issued && !booked && !here && h.ID != "" {
			o.Action = ui.Button{Text: ui.T(ctx, "visits.book_this"), URL: slotsURL(id)}
		}
		v.Visits = append(v.Visits, o)
	}
	v.Without, v.Missions = p.together(ctx, n, plan.Without), p.together(ctx, n, plan.Missions)
	for _, s := range n.Shared {
		what, note := p.Progress.SharedIs(ctx, s, n.Depart)
		v.Shared = append(v.Shared, stepLine{what, note})
	}
	for _, name := range n.Other {
		v.Without = append(v.Without, stepLine{name, ui.T(ctx, "visits.other")})
	}
	for _, m := range n.Spared {
		v.Spared = append(v.Spared, p.atMission(ctx, m))
	}
	v.Stuck = p.stuck(ctx, n, plan)
	if n.Issued && h.ID != "" {
		v.Desk = progress.DeskOf(ctx, h)
	}
	for _, had := range n.Had {
		switch had.Presence {
		case room.NotCome:
		case room.Arrived: // they are still there
			v.Had = append(v.Had, stepLine{ui.MonthDay(ctx, had.Day), ui.T(ctx, "visits.had.now")})
		default:
			v.Had = append(v.Had, stepLine{ui.MonthDay(ctx, had.Day), ui.T(ctx, "visits.had", "Count", done(had))})
		}
	}
	for _, m := range n.made() {
		v.Had = append(v.Had, p.atMission(ctx, m))
	}
	switch {
	case len(v.Stuck) > 0:
		v.Note = ui.Note{State: ui.Warn, Title: ui.T(ctx, "visits.stuck.note"), Text: ui.T(ctx, "visits.stuck.do")}
	case len(plan.Visits) == 0:
	case !n.Issued:
		v.Note = ui.Note{State: ui.Info, Text: ui.T(ctx, "visits.not_yet")}
	case h.ID == "":
		v.Note = ui.Note{State: ui.Warn, Text: ui.T(ctx, "visits.no_hall")}
	}
	return v, nil
}

// shownTo leaves of a case's plan what is about the reader, where they only travel: who
// comes to a visit they read, because it is booked together, and of the others neither
// what they do there nor what else they have to do or lack.
func shownTo(who access.Who, n Needs, plan visit.Plan) (Needs, visit.Plan) {
	hides := func(member int) bool {
		return member >= 0 && member < len(n.Members) && !progress.Shows(who, n.Members[member].ID)
	}
	without := func(all []visit.Step) []visit.Step {
		return slices.DeleteFunc(slices.Clone(all), func(s visit.Step) bool { return hides(s.Act.Member) })
	}
	plan.Without, plan.Missions = without(plan.Without), without(plan.Missions)
	plan.Stuck = slices.DeleteFunc(slices.Clone(plan.Stuck), func(s visit.Stuck) bool { return hides(s.Act.Member) })
	n.Shared = slices.DeleteFunc(slices.Clone(n.Shared), func(s progress.Shared) bool { return !progress.Shows(who, s.Person) })
	n.Spared = slices.DeleteFunc(slices.Clone(n.Spared), func(m progress.AtMission) bool { return !progress.Shows(who, m.Person) })
	n.Orders = slices.DeleteFunc(slices.Clone(n.Orders), func(o visa.Row) bool { return !progress.Shows(who, o.Person) })
	n.Other = slices.DeleteFunc(slices.Clone(n.Other), func(name string) bool {
		return slices.ContainsFunc(n.Members, func(m Member) bool { return m.Name == name && !progress.Shows(who, m.ID) })
	})
	return n, plan
}

// here puts the number of who is in the hall now where a booking would stand: nothing
// is booked meanwhile. A further visit that is booked keeps its place, and who isn't at
// this one reads nothing of it.
func (p *Visits) here(ctx context.Context, v *caseView, n Needs) (bool, error) {
	i := slices.IndexFunc(n.Booked, func(b room.Booking) bool {
		return b.State == room.HasArrived && b.Day == p.Journal.Today() && progress.Theirs(web.WhoOf(ctx), b.People)
	})
	if i < 0 || v.Live != nil {
		return false, nil
	}
	b := n.Booked[i]
	h, err := p.planned(ctx, b.Hall)
	if err != nil {
		return false, err
	}
	title, lead, _, err := p.Progress.Turn(ctx, b.ID, h)
	if title == "" {
		title = ui.T(ctx, "visits.had.now")
	}
	v.Live = &liveView{Turn: ui.T(ctx, "visits.state."+string(b.State)), Title: title, Place: lead, Number: b.Number,
		Actions: []ui.Button{{Text: ui.T(ctx, "progress.do.pass"), URL: visitURL(n.Filing) + "/pass"}}}
	return true, err
}

// sinceBooked tells what is needed at the next visit and isn't in the one that is
// booked, as after a booklet was lost, and what is in it and isn't needed at all any more.
func sinceBooked(n Needs, b room.Booking, plan visit.Plan) (more, less []room.Act) {
	lacks := func(all []room.Act) func(room.Act) bool {
		return func(a room.Act) bool {
			return !slices.ContainsFunc(all, func(o room.Act) bool { return o.Kind == a.Kind && o.Person == a.Person })
		}
	}
	of := func(a visit.Act) room.Act {
		if a.Member == visit.WholeUnit {
			return room.Act{Kind: a.Kind}
		}
		return room.Act{Kind: a.Kind, Person: n.Members[a.Member].ID}
	}
	if len(plan.Visits) > 0 {
		for _, st := range plan.Visits[0].Steps {
			if a := of(st.Act); lacks(b.Acts)(a) {
				more = append(more, a)
			}
		}
	}
	var open []room.Act // at the visit or without it
	for _, a := range n.Acts {
		open = append(open, of(a))
	}
	for _, a := range b.Acts {
		if lacks(open)(a) {
			less = append(less, a)
		}
	}
	return more, less
}

// changed says how what is needed differs from what was booked, and what to do: the
// window does what is booked.
func (p *Visits) changed(ctx context.Context, n Needs, b room.Booking, plan visit.Plan, may bool) ui.Note {
	more, less := sinceBooked(n, b, plan)
	name := func(all []room.Act) string {
		var out []string
		for _, a := range all {
			if !progress.Shows(web.WhoOf(ctx), a.Person) {
				continue
			}
			what := ui.Say(ctx, a.Kind.Text())
			if a.Person != "" {
				what = ui.T(ctx, "visits.step", "Name", p.name(ctx, n, a.Person), "What", what)
			}
			if !slices.Contains(out, what) {
				out = append(out, what)
			}
		}
		return ui.List(ctx, out)
	}
	note := ui.Note{State: ui.Warn, Title: ui.T(ctx, "visits.changed")}
	var says []string
	if what := name(more); what != "" {
		says = append(says, ui.T(ctx, "visits.changed.more", "What", what))
	}
	if what := name(less); what != "" {
		says = append(says, ui.T(ctx, "visits.changed.less", "What", what))
	}
	anew := len(more) > 0 || len(less) == len(b.Acts)
	switch {
	case len(says) == 0:
		return ui.Note{}
	case len(more) > 0:
		says = append(says, ui.T(ctx, "visits.changed.anew"))
	case anew:
		says = append(says, ui.T(ctx, "visits.changed.none"))
	default:
		says = append(says, ui.T(ctx, "visits.changed.stays"))
	}
	if anew && may {
		note.Link = ui.Link{Text: ui.T(ctx, "visits.cancel"), URL: visitURL(n.Filing) + "/cancel"}
	}
	note.Text = ui.Sentences(ctx, says...)
	return note
}

// name is a member's, or of whoever was one when the visit was booked.
func (p *Visits) name(ctx context.Context, n Needs, id string) string {
	if i := slices.IndexFunc(n.Members, func(m Member) bool { return m.ID == id }); i >= 0 {
		return n.Members[i].Name
	}
	return p.Progress.Name(ctx, id)
}

// stuck is what can't be done in time, with whose it is and why.
func (p *Visits) stuck(ctx context.Context, n Needs, plan visit.Plan) []stepLine {
	var out []stepLine
	for _, s := range causes(plan.Stuck) {
		l := stepLine{begin(ui.Say(ctx, s.Act.Kind.Text())), p.say(ctx, s.Why)}
		if m := s.Act.Member; m >= 0 && m < len(n.Members) {
			l.What = ui.T(ctx, "visits.step", "Name", n.Members[m].Name, "What", ui.Say(ctx, s.Act.Kind.Text()))
		}
		if !slices.Contains(out, l) { // one person's visas for two countries
			out = append(out, l)
		}
	}
	return out
}

// causes are what can't be done in time, less what only waits for it.
func causes(all []visit.Stuck) []visit.Stuck {
	return slices.DeleteFunc(slices.Clone(all), func(s visit.Stuck) bool { return s.Why.Key == "visit.stuck.after" })
}

// atMission tells of a visit to a mission as the case's other pages do.
func (p *Visits) atMission(ctx context.Context, m progress.AtMission) stepLine {
	what, note := p.Progress.AtMissionIs(ctx, m)
	return stepLine{what, note}
}

// begin makes words that the planner gives for the middle of a sentence its
// beginning.
func begin(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// say is a message of the planner with countries by their names.
func (p *Visits) say(ctx context.Context, m visit.Message) string {
	if code, ok := m.Args["country"].(string); ok {
		m.Args = maps.Clone(m.Args)
		m.Args["country"] = p.Progress.Area(ctx, code)
	}
	return ui.Say(ctx, m.Text())
}

// together tells the same thing of several people once.
func (p *Visits) together(ctx context.Context, n Needs, steps []visit.Step) []stepLine {
	type thing struct {
		step  visit.Step
		names []string
		who   []int  // whose names they are: somebody may hand in two booklets
		when  string // of a mission
		paper string // that is brought
	}
	var things []*thing
	at := map[string]*thing{}
	for _, st := range steps {
		whose := ""
		if st.Act.Member != visit.WholeUnit {
			whose = n.Members[st.Act.Member].ID
		}
		if !progress.Shows(web.WhoOf(ctx), whose) {
			continue
		}
		o, _ := n.order(st.Act, whose)
		paper := p.Progress.Paper(ctx, string(st.Act.ID), st.Act.Kind)
		key := fmt.Sprint(st.Act.Kind, st.Note.Key, st.Note.Args["country"], o.Mission, paper)
		t := at[key]
		if t == nil {
			t = &thing{step: st, paper: paper}
			if st.Act.Kind == visit.MissionPresence {
				t.when = progress.WhenAtMission(ctx, o.Mission)
			}
			at[key] = t
			things = append(things, t)
		}
		if m := st.Act.Member; m != visit.WholeUnit && !slices.Contains(t.who, m) {
			t.names, t.who = append(t.names, n.Members[m].Name), append(t.who, m)
		}
	}
	var out []stepLine
	for _, t := range things {
		note, who := t.step.Note, ui.List(ctx, t.names)
		note.Args = maps.Clone(note.Args)
		if len(t.names) > 0 {
			note.Args["people"] = who
		}
		l := stepLine{begin(ui.Say(ctx, t.step.Act.Kind.Text())), p.say(ctx, note)}
		l.Note = ui.Sentences(ctx, t.paper, l.Note, t.when)
		if who != "" && !strings.Contains(l.Note, who) {
			l.What = ui.T(ctx, "visits.step", "Name", who, "What", ui.Say(ctx, t.step.Act.Kind.Text()))
		}
		out = append(out, l)
	}
	return out
}

// done counts what a visit came to.
func done(v room.Visit) (n int) {
	for _, a := range v.Acts {
		if a.Result == room.Done {
			n++
		}
	}
	return n
}
