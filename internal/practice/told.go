package practice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/store"
	"yitang/internal/web/sites"
	pages "yitang/internal/web/training"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// shown is a way by which the real house tells people, in a run: all that it does is
// to say that it would have been used. Nothing behind it reaches anybody, and no real
// way is ever given to a run's zones.
type shown struct{}

// AddressOf is no address: everybody counts as reached.
func (shown) AddressOf(context.Context, string) (string, error) { return "practice", nil }

func (shown) Repeats() bool { return true }

func (shown) Send(context.Context, notify.Outgoing) (string, error) { return "practice", nil }

// tells lets the internet zone and the office of a run tell their people by what only
// shows it.
func (s *Runs) tells(n *node.Node) {
	if n.Zone == zone.Passport {
		return // nobody is told anything there
	}
	ways := map[string]notify.Way{}
	for _, name := range s.ways() {
		ways[name] = shown{}
	}
	words := sites.Words(n)
	if words.URL = s.URL; n.Zone == zone.Office {
		words.URL = "" // the office's site isn't part of a run
	}
	n.Tell(node.Telling{Ways: ways, Write: words.Write, ByHand: true})
}

func (s *Runs) ways() []string {
	if s.Ways == nil {
		return nil
	}
	return s.Ways()
}

// lookedAt is when on each day that passes it is looked at what the day brings: after
// what waited for the morning.
const lookedAt = 9*time.Hour + 30*time.Minute

// pass lets time pass in a run, day by day, so that each day's reminders are told on
// the day.
func (x *run) pass(ctx context.Context, to time.Time) error {
	in, office := x.house.Internet, x.house.Office
	for day := in.Journal.Today().Next(); day.Begins().Add(lookedAt).Before(to); day = day.Next() {
		x.house.Clock.Set(day.Begins().Add(lookedAt))
		for _, n := range []*node.Node{in.Node, office.Node} {
			if err := n.DoChores(ctx); err != nil {
				return fmt.Errorf("looking at what %s brings: %w", day, err)
			}
		}
		if err := x.deliver(ctx); err != nil {
			return err
		}
	}
	x.house.Clock.Set(to)
	return nil
}

// deliver sends what is due now, in both zones that tell people.
func (x *run) deliver(ctx context.Context) error {
	return errors.Join(x.house.Internet.Deliver(ctx), x.house.Office.Deliver(ctx))
}

// all lists what somebody was told.
func all(ctx context.Context, r store.Reader, who string) ([]notify.Row, error) {
	var out []notify.Row
	for after := (notify.After{}); ; {
		page, err := notify.OfAccount(ctx, r, who, false, after)
		if err != nil || len(page) <= notify.PageSize {
			return append(out, page...), err
		}
		out = append(out, page[:notify.PageSize]...)
		last := out[len(out)-1]
		after = notify.After{At: last.At, ID: last.Key}
	}
}

// desks of the office are told, one for each desk: colleagues of a desk hear the same.
var desks = []access.Role{access.Intake, access.Reviewer, access.Chief, access.Director, access.Visa, access.Custodian, access.Window}

// Told is what a run's people were told, the newest first, and by which way.
func (in inside) Told(ctx context.Context) (pages.Heard, error) {
	out := pages.Heard{Ways: in.runs.ways()}
	internet, office := in.run.house.Internet.Node, in.run.house.Office.Node
	for _, login := range []string{drillOfficer, "signatory"} {
		who, _, err := account.ByLogin(ctx, internet.Store, login)
		if err != nil {
			return out, err
		}
		to := access.Signatory
		if login == drillOfficer {
			to = access.Liaison
		}
		if err := told(ctx, internet, who.ID, to, &out); err != nil {
			return out, err
		}
	}
	for _, desk := range desks {
		theirs, err := account.WithRole(ctx, office.Store, desk)
		if err != nil {
			return out, err
		}
		for _, a := range theirs[:min(1, len(theirs))] {
			if err := told(ctx, office, a.ID, desk, &out); err != nil {
				return out, err
			}
		}
	}
	slices.SortStableFunc(out.Told, func(a, b pages.Told) int { return b.At.Compare(a.At) })
	return out, nil
}

// told adds what one account was told in its zone.
func told(ctx context.Context, n *node.Node, account string, as access.Role, out *pages.Heard) error {
	words := sites.Words(n)
	ms, err := all(ctx, n.Store, account)
	if err != nil {
		return err
	}
	for _, m := range ms {
		o, err := words.Write(ctx, string(ui.LangOf(ctx)), []notify.Row{m})
		if err != nil {
			return err
		}
		tries, err := notify.Tries(ctx, n.Store, m.Key)
		if err != nil {
			return err
		}
		told := pages.Told{At: m.At, To: as, Subject: o.Subject, Text: o.Text, Due: m.Due, Next: m.Way}
		for _, t := range tries {
			if t.Outcome == "sent" {
				told.Way, told.Sent = t.Way, t.At
			}
		}
		out.Told = append(out.Told, told)
	}
	return nil
}
