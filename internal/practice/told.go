package practice

import (
	"context"
	"fmt"
	"slices"
	"time"

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

// tells lets the internet zone of a run tell its people by what only shows it. The
// office's own people aren't there to be told.
func (s *Runs) tells(n *node.Node) {
	if n.Zone != zone.Internet {
		return
	}
	ways := map[string]notify.Way{}
	for _, name := range s.ways() {
		ways[name] = shown{}
	}
	words := sites.Words(n)
	words.URL = s.URL
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
	in := x.house.Internet
	for day := in.Journal.Today().Next(); day.Begins().Add(lookedAt).Before(to); day = day.Next() {
		x.house.Clock.Set(day.Begins().Add(lookedAt))
		if err := in.DoChores(ctx); err != nil {
			return fmt.Errorf("looking at what %s brings: %w", day, err)
		}
		if err := in.Deliver(ctx); err != nil {
			return err
		}
	}
	x.house.Clock.Set(to)
	return nil
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

// Told is what a run's people were told, the newest first, and by which way.
func (in inside) Told(ctx context.Context) (pages.Heard, error) {
	n := in.run.house.Internet
	words := sites.Words(n.Node)
	out := pages.Heard{Ways: in.runs.ways()}
	for _, login := range []string{drillOfficer, "signatory"} {
		who, _, err := account.ByLogin(ctx, n.Store, login)
		if err != nil {
			return out, err
		}
		ms, err := all(ctx, n.Store, who.ID)
		if err != nil {
			return out, err
		}
		for _, m := range ms {
			o, err := words.Write(ctx, string(ui.LangOf(ctx)), []notify.Row{m})
			if err != nil {
				return out, err
			}
			tries, err := notify.Tries(ctx, n.Store, m.Key)
			if err != nil {
				return out, err
			}
			told := pages.Told{At: m.At, Own: login == drillOfficer, Subject: o.Subject, Text: o.Text, Due: m.Due, Next: m.Way}
			for _, t := range tries {
				if t.Outcome == "sent" {
					told.Way, told.Sent = t.Way, t.At
				}
			}
			out.Told = append(out.Told, told)
		}
	}
	slices.SortStableFunc(out.Told, func(a, b pages.Told) int { return b.At.Compare(a.At) })
	return out, nil
}
