// Package me is the home of somebody who travels: their trip, what is the next
// thing to do, what was done for them already. It is made for a phone.
package me

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/filing"
	"yitang/internal/journal"
	state "yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/guidance"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the internet node.
type Pages struct {
	Site     *web.Site
	Journal  *journal.Journal
	Progress *progress.Pages
	// Board is what the home shows of the office's notices.
	Board func(context.Context, access.Who) (guidance.Board, error)
}

// Routes are the addresses of these pages. Everybody has a home here: liaison
// officers and signatories travel too.
func (p *Pages) Routes() []web.Route {
	return []web.Route{{Pattern: "GET /me", Right: access.Self, Handle: p.get}}
}

type view struct {
	Head   ui.Head
	Line   *ui.Line
	Next   *ui.Next
	First  bool   // the next step has an hour, or is a number in the hall: it stands before all else, however large the type
	To     []done // visits to a mission
	Entry  []done // visas on arrival and online
	Done   []done
	Others []other
	Empty  ui.Empty
	Board  templ.Component // the office's notices; nil for none
	More   ui.Link         // what is known of the trip
	Own    []ui.Link       // the reader's own account
	Seen   ui.Link         // who has seen their data; none for who doesn't travel
	Lost   ui.Link         // where they tell that their booklet is lost; none while it isn't out
}

// done is one thing that the office did already.
type done struct{ What, Note, URL string }

// other is another trip of theirs.
type other struct {
	Title string
	Note  string
	URL   string
	Tag   ui.Tag
	Why   string // why they were declined for it
}

// tripsShown is how many trips of somebody are looked through: years of them.
const tripsShown = 50

func (p *Pages) get(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	v := view{Head: ui.Head{Over: ui.T(ctx, "me.hello", "Name", who.Name), Title: ui.T(ctx, "me.none")}, Empty: ui.Empty{Text: ui.T(ctx, "me.none.text")}}
	trips, err := p.trips(ctx, who.Person)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	declined, err := p.declined(ctx, trips, who.Person)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	current, at := "", inFront(trips, declined)
	for i, s := range trips {
		if i == at {
			current = s.Filing
			if err := p.show(ctx, &v, s, who); err != nil {
				p.Site.Fail(w, r, err)
				return
			}
			if why, not := declined[s.Filing]; not {
				v.Next, v.First = ownDecision(ctx, why), false
			}
			continue
		}
		o := p.other(ctx, s)
		if why, not := declined[s.Filing]; not {
			o.URL, o.Tag = caseURL(s.Filing)+"/progress", ui.Tag{State: ui.Stop, Word: ui.T(ctx, "me.declined.tag")}
			o.Why = why
		}
		v.Others = append(v.Others, o)
	}
	board, err := p.Board(ctx, who)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Board = board.Show
	if who.Person != "" {
		v.Seen = ui.Link{Text: ui.T(ctx, "mine.seen"), URL: "/me/seen"}
	}
	v.Own = []ui.Link{{Text: ui.T(ctx, "told.ways"), URL: "/told/ways"}, {Text: ui.T(ctx, "ui.page.display"), URL: "/display"}}
	if who.Login != "" { // whom WeChat lets in has no password
		v.Own = slices.Insert(v.Own, 1, ui.Link{Text: ui.T(ctx, "password.title"), URL: "/password"})
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true, Tabs: progress.Tabs(ctx, who, current)}, page(v))
}

// trips are somebody's, the one that is under way and leaves first in front.
func (p *Pages) trips(ctx context.Context, person string) ([]state.State, error) {
	if person == "" {
		return nil, nil
	}
	all, err := filing.OfPerson(ctx, p.Journal.Store, person, tripsShown)
	if err != nil {
		return nil, err
	}
	var open, over []state.State
	for _, e := range all {
		s, ok, err := state.Of(ctx, p.Journal.Store, e.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case !ok:
		case s.Stage.Over():
			over = append(over, s)
		default:
			open = append([]state.State{s}, open...) // the list's last leaves first
		}
	}
	return append(open, over...), nil
}

// declined are the trips that somebody was not approved for, with the reason.
func (p *Pages) declined(ctx context.Context, trips []state.State, person string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range trips {
		if me := s.People[person]; me == nil || me.Approved {
			continue
		}
		all, err := p.Progress.Results(ctx, s.Filing)
		if err != nil {
			return nil, err
		}
		if not, declined := all.Declined(person); declined {
			out[s.Filing] = not.Reason
		}
	}
	return out, nil
}

// inFront is the trip that their home is about: the first that is under way, one
// that they were declined for only where there is no other; -1 for none.
func inFront(trips []state.State, declined map[string]string) int {
	return slices.IndexFunc(trips, func(s state.State) bool {
		_, not := declined[s.Filing]
		return !s.Stage.Over() && !(not && goesElsewhere(trips, declined))
	})
}

// Trips are somebody's: the one that their home is about, nil for none, and the
// others.
func (p *Pages) Trips(ctx context.Context, person string) (*state.State, []state.State, error) {
	trips, err := p.trips(ctx, person)
	if err != nil {
		return nil, nil, err
	}
	declined, err := p.declined(ctx, trips, person)
	if err != nil {
		return nil, nil, err
	}
	i := inFront(trips, declined)
	if i < 0 {
		return nil, trips, nil
	}
	current := trips[i]
	return &current, slices.Delete(slices.Clone(trips), i, i+1), nil
}

// goesElsewhere tells whether there is a trip under way that they do go on.
func goesElsewhere(trips []state.State, declined map[string]string) bool {
	return slices.ContainsFunc(trips, func(s state.State) bool { _, not := declined[s.Filing]; return !not && !s.Stage.Over() })
}

// ownDecision stands where the next step of a trip would: whoever was declined
// has none, and is told why.
func ownDecision(ctx context.Context, why string) *ui.Next {
	text := ui.T(ctx, "me.declined.ask")
	if why != "" {
		text = ui.T(ctx, "me.declined.why", "Reason", strings.TrimRight(why, "。."))
	}
	return &ui.Next{Turn: ui.Nobody, Act: ui.T(ctx, "me.declined"), Text: text}
}

func (p *Pages) show(ctx context.Context, v *view, s state.State, who access.Who) error {
	hello := v.Head.Over
	v.Head = p.Progress.Head(ctx, s)
	v.Head.Over = hello
	line, err := p.Progress.Line(ctx, s.Filing)
	if err != nil {
		return err
	}
	next, _, err := p.Progress.Next(ctx, s.Filing, who)
	if err != nil {
		return err
	}
	_, here, err := p.Progress.InHall(ctx, s, who)
	if err != nil {
		return err
	}
	v.Line, v.Next, v.First = &line, &next, here || next.When != "" && next.Turn == ui.Yours
	entries, err := p.Progress.Entries(ctx, s.Filing)
	if err != nil {
		return err
	}
	theirs := map[string]bool{}
	for _, e := range entries {
		if e.Person == who.Person {
			theirs[e.Area] = true
			v.Entry = append(v.Entry, done{What: ui.T(ctx, "entry.own", "Area", p.Progress.Area(ctx, e.Area)), Note: e.Says})
		}
	}
	v.Done = p.done(ctx, s, who.Person, theirs)
	if v.To, err = p.missions(ctx, s.Filing, who.Person); err != nil {
		return err
	}
	if me := s.People[who.Person]; me != nil && me.Booklet == state.IsLent {
		v.Lost = ui.Link{Text: ui.T(ctx, "lost.title"), URL: caseURL(s.Filing) + "/lost"}
	}
	v.More = ui.Link{Text: ui.T(ctx, "me.all"), URL: caseURL(s.Filing) + "/progress"}
	return nil
}

// ui:keys me.booklet.*
// ui:keys me.visa.*
//
// done is what the traveller needn't see to: the approval, their booklet,
// their visas, but for the areas that they get into by their own doing.
func (p *Pages) done(ctx context.Context, s state.State, person string, own map[string]bool) []done {
	var out []done
	if s.Document != "" {
		d := done{What: ui.T(ctx, progress.DocumentName(s)), Note: s.Document}
		if s.File != "" {
			d.URL = caseURL(s.Filing) + "/approval"
		}
		out = append(out, d)
	}
	me := s.People[person]
	if me == nil || !me.Approved {
		return out
	}
	if me.From != "" && (me.Booklet == state.IsAsked || me.Booklet == state.IsOrdered) {
		out = append(out, done{What: ui.T(ctx, "me.booklet"), Note: ui.T(ctx, "me.booklet.other")})
	} else if key := "me.booklet." + string(me.Booklet); me.Booklet != state.NoneAsked && ui.Known(key) {
		out = append(out, done{What: ui.T(ctx, "me.booklet"), Note: ui.T(ctx, key)})
	} else if me.Booklet == state.NoneAsked {
		out = append(out, done{What: ui.T(ctx, "me.booklet"), Note: ui.T(ctx, "me.booklet.held")})
	}
	for _, area := range slices.Sorted(maps.Keys(me.Visas)) {
		if key := "me.visa." + string(me.Visas[area].Stage); ui.Known(key) && me.Visas[area].Stage != visa.IsPlanned && !own[area] {
			out = append(out, done{What: ui.T(ctx, "me.visa", "Area", p.Progress.Area(ctx, area)), Note: ui.T(ctx, key)})
		}
	}
	return out
}

// missions are the traveller's own visits to a mission: to come, made, or spared.
func (p *Pages) missions(ctx context.Context, filing, person string) ([]done, error) {
	if p.Progress.Missions == nil {
		return nil, nil
	}
	all, err := p.Progress.Missions(ctx, filing)
	var out []done
	for _, m := range all {
		if m.Person == person {
			out = append(out, done{What: ui.T(ctx, "me.mission", "Area", p.Progress.Area(ctx, m.Country)), Note: p.Progress.WhyAtMission(ctx, m), URL: "/visits/" + url.PathEscape(filing)})
		}
	}
	return out, err
}

func (p *Pages) other(ctx context.Context, s state.State) other {
	o := other{Title: s.Title, URL: caseURL(s.Filing) + "/progress"}
	if !s.Depart.IsZero() {
		o.Note = ui.Span(ctx, s.Depart, s.Return)
	}
	o.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "me.open")}
	if s.Stage.Over() {
		o.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "me.over")}
	}
	if s.Stage == state.Home && !s.Answered {
		o.URL, o.Tag = "/me/rate/"+url.PathEscape(s.Filing), ui.Tag{State: ui.Info, Word: ui.T(ctx, "me.rate")}
	}
	replied, err := p.Progress.Replied(ctx, s)
	p.Site.Missed(ctx, "whether a rating is answered", s.Filing, err)
	if replied {
		o.URL, o.Tag = "/me/rate/"+url.PathEscape(s.Filing), ui.Tag{State: ui.Info, Word: ui.T(ctx, "me.replied")}
	}
	return o
}

func caseURL(id string) string { return "/cases/" + url.PathEscape(id) }
