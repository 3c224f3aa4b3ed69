package sites

import (
	"context"
	"net/http"
	"time"

	"yitang/internal/access"
	"yitang/internal/exchange"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// testsShown is how many of the newest tests each way the page of the network lists.
const testsShown = 3

// tests shows what was sent to see whether the ways are open, and what became of it.
func (d *distance) tests(ctx context.Context, v *nodeView) error {
	now := d.node.Journal.Now()
	v.Sent = ui.Table{Caption: ui.T(ctx, "test.title"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "test.none")},
		Columns: []ui.Column{{Text: ui.T(ctx, "test.col.to")}, {Text: ui.T(ctx, "test.col.sent")}, {Text: ui.T(ctx, "test.col.there")}, {Text: ui.T(ctx, "test.col.back")}, {Text: ui.T(ctx, "test.col.now")}}}
	all, err := d.share.SentTests(ctx, testsShown)
	if err != nil {
		return err
	}
	for _, t := range all {
		g := ui.Group{}
		for _, w := range t.Ways {
			none := ui.Cell{Text: ui.T(ctx, "distance.none"), Quiet: true}
			there, back := none, none
			if !w.There.IsZero() {
				there = ui.Cell{Text: ui.At(ctx, w.There), Sub: took(ctx, t.At, w.There)}
			}
			if !w.Back.IsZero() {
				back = ui.Cell{Text: ui.At(ctx, w.Back), Sub: took(ctx, t.At, w.Back)}
			}
			tag := testTag(ctx, t, w, now)
			row := ui.Row{Cells: []ui.Cell{{Text: ui.ZoneName(ctx, w.To), Head: true}, {Text: ui.At(ctx, t.At)}, there, back, {Tag: tag}}}
			if tag.State == ui.Stop {
				row.State = ui.Stop
			}
			g.Rows = append(g.Rows, row)
		}
		v.Sent.Groups = append(v.Sent.Groups, g)
	}
	heard, err := d.share.HeardTests(ctx, testsShown)
	if err != nil || len(heard) == 0 {
		return err
	}
	g := ui.Group{}
	for _, h := range heard {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.ZoneName(ctx, h.From), Head: true}, {Text: ui.At(ctx, h.Sent)}, {Text: ui.At(ctx, h.Came), Sub: took(ctx, h.Sent, h.Came)}}})
	}
	v.Heard = ui.Table{Caption: ui.T(ctx, "test.heard"), Titled: true, Cards: true, Groups: []ui.Group{g}, Columns: []ui.Column{{Text: ui.T(ctx, "test.col.from")}, {Text: ui.T(ctx, "test.col.sent")}, {Text: ui.T(ctx, "test.col.came")}}}
	return nil
}

// took is how long something was on its way. Two clocks that differ may say less than
// nothing, of which nothing is said.
func took(ctx context.Context, from, to time.Time) string {
	if to.Before(from) {
		return ""
	}
	return ui.T(ctx, "test.took", "Span", ui.Lasting(ctx, to.Sub(from)))
}

// testTag says that a test is back, or where it hangs and who does what.
// ui:keys test.hangs.*
// ui:keys test.late.*
func testTag(ctx context.Context, t exchange.Test, w exchange.TestWay, now time.Time) ui.Tag {
	args := []any{"Zone", ui.ZoneName(ctx, w.To), "Number", int(w.Bundle), "Age", ui.Lasting(ctx, now.Sub(t.At))}
	switch {
	case w.Hangs == exchange.HangNowhere:
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "test.back", args...), Long: true}
	case w.Late:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "test.late."+string(w.Hangs), args...), Long: true}
	case w.Hangs == exchange.HangOnWay || w.Hangs == exchange.HangUnpacked:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "test.hangs."+string(w.Hangs), args...), Long: true}
	}
	return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "test.hangs."+string(w.Hangs), args...), Long: true}
}

// sendTest sends one through each stream.
func sendTest(s *web.Site, d *distance) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := actingOn(r, access.KeepDiscs)
		_, err := journal.Do(ctx, s.Journal, exchange.Tests, web.Order(r, s.Journal.NewID()), journal.Command[struct{}](exchange.SendTest{}))
		d.forget()
		s.Answer(w, r, err, "/node?said=test#tests")
	}
}
