package progress

import (
	"context"
	"net/url"
	"slices"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/hall"
	room "yitang/internal/progress"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Turn is what somebody in the hall is called by, to where, and what to do: their pass,
// their home and what the chat answers say the same. called tells whether it is now;
// title is "" for who has no number.
func (p *Pages) Turn(ctx context.Context, visit string, h hall.Plan) (title, lead string, called bool, err error) {
	t, has, err := hall.TicketOf(ctx, p.Journal.Store, visit)
	if err != nil || !has {
		return "", "", false, err
	}
	number := hall.TicketNumber(t.Number)
	switch t.State {
	case hall.AtWindow:
		window := t.Window
		if x, ok := h.Window(t.Window); ok && x.Name != "" {
			window = ui.Name(ctx, fault.Text{Zh: x.Name, En: x.NameEn})
		}
		return ui.T(ctx, "visits.ticket.called", "Number", number, "Window", window), ui.T(ctx, "visits.ticket.called.do"), true, nil
	case hall.NobodyAt:
		return ui.T(ctx, "visits.ticket.absent", "Number", number), ui.T(ctx, "visits.ticket.absent.do"), true, nil
	case hall.InQueue:
		return ui.T(ctx, "visits.ticket", "Number", number), ui.T(ctx, "visits.ticket.do"), false, nil
	case hall.TicketUsed:
	}
	return "", "", false, nil
}

// Shows tells whether somebody who reads about a case is shown what is about one of its
// travellers: those who travel are shown what is about themselves, the unit and the office
// all of it. person "" is the whole delegation.
func Shows(who access.Who, person string) bool {
	return person == "" || person == who.Person || !ownOnly(who)
}

// ownOnly tells whether somebody only travels: the unit's pages aren't theirs.
func ownOnly(who access.Who) bool {
	return who.Person != "" && who.Zone == zone.Internet && !who.May(access.SeeUnit)
}

// Theirs tells the same of a visit, by those who are at it: where a messenger came alone
// that is nobody.
func Theirs(who access.Who, people []string) bool {
	return who.Zone != zone.Internet || who.May(access.SeeUnit) || slices.Contains(people, who.Person)
}

// InHall is the next step of somebody who is in the hall today: their number, and the
// code that they show. Whatever else their trip waits for waits until they are out.
func (p *Pages) InHall(ctx context.Context, s room.State, w access.Who) (ui.Next, bool, error) {
	c := s.Coming
	if c == nil || c.State != hall.HasArrived || c.Booking == "" || c.Day != p.Journal.Today() || w.Zone != zone.Internet {
		return ui.Next{}, false, nil
	}
	if !Theirs(w, c.People) {
		return ui.Next{}, false, nil
	}
	h, _, err := hall.HallOf(ctx, p.Journal.Store, c.Hall)
	if err != nil {
		return ui.Next{}, false, err
	}
	title, lead, called, err := p.Turn(ctx, c.Booking, h)
	if err != nil {
		return ui.Next{}, false, err
	}
	n := ui.Next{Turn: ui.Theirs, Owes: whoName(ctx, "window"), Act: title, Text: lead, Place: HallAt(ctx, h),
		Actions: []ui.Button{{Text: ui.T(ctx, "progress.do.pass"), URL: "/visits/" + url.PathEscape(s.Filing) + "/pass"}}}
	if called {
		n.Turn = ui.Yours
	}
	if title == "" { // at the window, or nobody counts numbers today
		n.Act = ui.T(ctx, "progress.next.served")
	}
	return n, true, nil
}
