package progress

import (
	"context"
	"net/url"
	"slices"

	"yitang/internal/access"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/person"
	room "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Follow are the pages of a case after it was handed in, as far as there is
// something on them: how far it is, the approval, coming, the trip, the rating.
func (p *Pages) Follow(ctx context.Context, filing string) (ui.Tasks, error) {
	s, ok, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil || !ok || s.Stage == room.InDraft {
		return nil, err
	}
	id := url.PathEscape(filing)
	out := ui.Tasks{{Name: ui.T(ctx, "progress.follow.progress"), URL: "/cases/" + id + "/progress"}}
	if s.Visits > 0 { // how often people must still come stands beside their visits
		out[0].Status = ui.T(ctx, "progress.follow.visits", "Count", s.Visits)
	}
	if s.File != "" {
		t := ui.Task{Name: ui.T(ctx, DocumentName(s)), URL: "/cases/" + id + "/approval", Note: s.Document, Act: ui.Button{Text: ui.T(ctx, "progress.follow.pdf"), URL: "/cases/" + id + "/approval", Kind: ui.Plain}}
		if s.Revoked {
			t.State, t.Act = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "progress.void.tag")}, ui.Button{}
		}
		out = append(out, t)
	}
	if s.Document != "" {
		t := ui.Task{Name: ui.T(ctx, "progress.follow.visit"), URL: "/visits/" + id}
		if c := s.Coming; c != nil {
			t.Note, t.Status = came(ctx, *c), comingWord(ctx, s, p.Journal.Now())
		}
		out = append(out, t)
	}
	sent, err := p.handedOut(ctx, filing)
	if err != nil {
		return nil, err
	}
	if after(s) || sent != "" {
		out = append(out, ui.Task{Name: ui.T(ctx, "progress.follow.after"), Note: sent, URL: "/cases/" + id + "/after"})
	}
	if sent != "" && web.WhoOf(ctx).May(access.TellTrip) {
		out = append(out, ui.Task{Name: ui.T(ctx, "progress.follow.lost"), URL: "/cases/" + id + "/lost"})
	}
	if ratable(s) && web.WhoOf(ctx).May(access.Rate) {
		t := ui.Task{Name: ui.T(ctx, "progress.follow.rate"), URL: "/me/rate/" + id}
		if t.Status, err = p.rated(ctx, s); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// ratable tells whether a trip that is over can be rated, or was: closed without
// a rating, as it is once nobody gave one in time, it still can.
func ratable(s room.State) bool {
	switch s.Stage {
	case room.Home:
		return true
	case room.Done, room.Archived:
		return !s.CameHome.IsZero() || s.Answered
	}
	return s.Answered
}

// rated says how far the rating of a case is: given or declined, or answered by
// the office; "" while nobody has said anything.
func (p *Pages) rated(ctx context.Context, s room.State) (string, error) {
	if !s.Answered {
		return "", nil
	}
	row, _, err := feedback.Of(ctx, p.Journal.Store, s.Filing)
	switch {
	case answered(row):
		return ui.T(ctx, "progress.follow.replied"), err
	case row.Grade == 0:
		return ui.T(ctx, "progress.follow.declined"), err
	}
	return ui.T(ctx, "progress.follow.rated"), err
}

// answered tells whether the office has answered a poor rating, and nobody has said
// yet how it is since.
func answered(r feedback.Row) bool { return r.Open() && r.Duty.Reply != "" && r.Again == 0 }

// Replied tells whether the office has answered a poor rating, and nobody has
// said yet how it is since.
func (p *Pages) Replied(ctx context.Context, s room.State) (bool, error) {
	if !s.Answered {
		return false, nil
	}
	row, _, err := feedback.Of(ctx, p.Journal.Store, s.Filing)
	return answered(row), err
}

// handedOut says of the booklets that are out for a case how and when they went
// to their holders, and to whom it is for, with what they are fetched; "" while none
// is.
func (p *Pages) handedOut(ctx context.Context, filing string) (string, error) {
	rows, err := custody.OutFor(ctx, p.Journal.Store, filing)
	if err != nil {
		return "", err
	}
	n := map[string]int{}
	var order []string
	for _, b := range rows {
		if b.Place != custody.IsLent {
			continue
		}
		how := HandedOut(ctx, b)
		if n[how]++; n[how] == 1 {
			order = append(order, how)
		}
	}
	for i, how := range order {
		order[i] = ui.T(ctx, "progress.follow.booklets", "Count", n[how], "How", how)
	}
	fetch, err := p.codes(ctx, filing, "")
	return ui.Sentences(ctx, ui.List(ctx, order), fetch), err
}

// codes are those with which the booklets that are out for a case are fetched, with
// whose each is, as far as they are this reader's to know; of one way, or "" for any.
func (p *Pages) codes(ctx context.Context, filing string, by custody.By) (string, error) {
	rows, err := custody.OutFor(ctx, p.Journal.Store, filing)
	if err != nil {
		return "", err
	}
	var out []string
	for _, b := range rows {
		code, err := p.Fetching(ctx, web.WhoOf(ctx), b)
		if err != nil {
			return "", err
		}
		if code != "" && (by == "" || by == b.By) {
			out = append(out, ui.T(ctx, "progress.code.of", "Name", p.Name(ctx, b.Person), "Code", code))
		}
	}
	return ui.List(ctx, out), nil
}

// HandedOut says when and by which way a booklet that is lent went to its holder.
//
// ui:keys keeping.by.*
func HandedOut(ctx context.Context, b custody.Row) string {
	return ui.T(ctx, "progress.booklet.out", "Day", ui.MonthDay(ctx, b.LentOn()), "By", ui.T(ctx, "keeping.by."+string(b.By)))
}

// Fetching is what opens the locker in which a lent booklet lies, or the number of
// its parcel. It is for whoever fetches it, its holder and the liaison officer, and
// for as long as it is out: to anybody else, and afterwards, "".
func (p *Pages) Fetching(ctx context.Context, who access.Who, b custody.Row) (string, error) {
	if b.Place != custody.IsLent || b.Code == "" {
		return "", nil
	}
	if !who.Has(access.Liaison) {
		mine, err := person.Also(ctx, p.Journal.Store, who.Person)
		if err != nil || who.Person == "" || !slices.Contains(mine, b.Person) {
			return "", err
		}
	}
	if b.By == custody.Locker {
		return ui.T(ctx, "progress.code.locker", "Code", b.Code), nil
	}
	return ui.T(ctx, "progress.code.courier", "Code", b.Code), nil
}

// after tells whether the trip has come so far that there is something to tell of it.
func after(s room.State) bool {
	switch s.Stage {
	case room.Cleared, room.Abroad, room.Home, room.NotDeparted, room.Done, room.Archived:
		return s.Document != ""
	}
	return false
}

const iconPerson ui.Icon = "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.2-6 8-6s8 2 8 6"

// Tabs are the ways on at the foot of a phone's page, for whoever reads it. For a
// unit they are the same on all pages; a traveller's lead on in filing, the case
// that the page is about; "" for none.
func Tabs(ctx context.Context, w access.Who, filing string) []ui.NavItem {
	if w.May(access.SeeUnit) {
		out := []ui.NavItem{{Text: ui.T(ctx, "progress.tab.cases"), URL: "/cases", Icon: ui.IconHome}, {Text: ui.T(ctx, "progress.tab.people"), URL: "/people", Icon: iconPerson}}
		if w.May(access.SignCase) && !w.May(access.EditCase) { // a signatory begins with what waits for the signature
			out = append([]ui.NavItem{{Text: ui.T(ctx, "sites.nav.to_sign"), URL: "/sign", Icon: ui.IconTick}}, out...)
		} else {
			out = append(out, ui.NavItem{Text: ui.T(ctx, "progress.tab.visits"), URL: "/visits", Icon: ui.IconDays},
				ui.NavItem{Text: ui.T(ctx, "progress.tab.papers"), URL: "/papers", Icon: ui.IconPaper})
		}
		if w.Person != "" { // who travels too
			out = append(out, ui.NavItem{Text: ui.T(ctx, "progress.tab.me"), URL: "/me", Icon: ui.IconLine})
		}
		return out
	}
	out := []ui.NavItem{{Text: ui.T(ctx, "progress.tab.me"), URL: "/me", Icon: ui.IconHome}}
	if filing == "" {
		return out
	}
	id := url.PathEscape(filing)
	return append(out, ui.NavItem{Text: ui.T(ctx, "progress.tab.progress"), URL: "/cases/" + id + "/progress", Icon: ui.IconLine},
		ui.NavItem{Text: ui.T(ctx, "progress.tab.visits"), URL: "/visits/" + id, Icon: ui.IconDays},
		ui.NavItem{Text: ui.T(ctx, "progress.tab.after"), URL: "/cases/" + id + "/after", Icon: ui.IconPaper})
}

// Crumbs lead back from a page of a case that was handed in: to the reader's
// cases, and to this one.
func Crumbs(ctx context.Context, w access.Who, filing, title, here string) []ui.Link {
	id := url.PathEscape(filing)
	all, one := ui.Link{Text: ui.T(ctx, "progress.tab.me"), URL: "/me"}, ui.Link{Text: title, URL: "/cases/" + id + "/progress"}
	if w.May(access.SeeUnit) {
		all, one.URL = ui.Link{Text: ui.T(ctx, "progress.tab.cases"), URL: "/cases"}, "/cases/"+id
	}
	if title == "" {
		one.Text = ui.T(ctx, "progress.untitled")
	}
	return []ui.Link{all, one, {Text: here}}
}

// DocumentName is the key of what the office's decision is called as a paper:
// for a delegation that another authority approves it is the confirmation.
func DocumentName(s room.State) string {
	if s.Joins {
		return "progress.follow.confirmation"
	}
	return "progress.follow.approval"
}
