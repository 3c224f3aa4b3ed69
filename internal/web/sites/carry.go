package sites

import (
	"context"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/web/ui"
)

// tooStill is how long a carrier may say nothing of itself and count as running.
const tooStill = 5 * time.Minute

// carriers shows how bundles travel, for whoever looks after the node; without
// groups when people carry them.
func carriers(ctx context.Context, all []carrier.State, now time.Time) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "carry.title"), Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "carry.way")}, {Text: ui.T(ctx, "carry.now")}, {Text: ui.T(ctx, "carry.sent")}, {Text: ui.T(ctx, "carry.took")}}}
	if len(all) == 0 {
		return t
	}
	g := ui.Group{}
	for _, s := range all {
		// ui:keys carry.kind.*
		name := ui.T(ctx, "carry.kind."+string(s.Kind))
		if s.Name != "" {
			name = s.Name
		}
		says, sub := fares(ctx, s, now)
		files := func(does bool, n int64) ui.Cell {
			c := ui.Cell{Text: ui.T(ctx, "carry.no_way")}
			if does {
				c.Text = ui.T(ctx, "carry.files", "Count", int(n))
			}
			if does && n > 0 && !s.Moved.IsZero() {
				c.Sub = ui.T(ctx, "carry.last", "Age", ui.Ago(ctx, now, s.Moved))
			}
			return c
		}
		sent, took := files(s.Sends, s.Sent), files(s.Takes, s.Took)
		if s.NoReceipt > 0 {
			sent.Sub = ui.T(ctx, "carry.no_receipt", "Count", s.NoReceipt, "Again", ui.At(ctx, s.Again))
		}
		switch {
		case s.Later > 0:
			took.Sub = ui.T(ctx, "carry.later", "Count", s.Later)
		case s.Foreign > 0:
			took.Sub = ui.T(ctx, "carry.foreign", "Count", int(s.Foreign))
		}
		g.Rows = append(g.Rows, ui.Row{State: says.State, Cells: []ui.Cell{{Text: ui.ZoneName(ctx, s.With) + "　" + name, Sub: s.Does, Head: true}, {Tag: says, Sub: sub}, sent, took}})
	}
	t.Groups = append(t.Groups, g)
	return t
}

// fares says how one does, and since when.
func fares(ctx context.Context, s carrier.State, now time.Time) (ui.Tag, string) {
	switch {
	case s.Unused:
		return ui.Tag{State: ui.Warn, Long: true, Word: ui.T(ctx, "carry.unused")}, ""
	case s.Began.IsZero():
		return ui.Tag{State: ui.Warn, Long: true, Word: ui.T(ctx, "carry.never")}, ""
	case !s.Well():
		// ui:keys carry.trouble.*
		sub := ui.T(ctx, "carry.not_well")
		if !s.Worked.IsZero() {
			sub = ui.T(ctx, "carry.well", "Age", ui.Ago(ctx, now, s.Worked))
		}
		return ui.Tag{State: ui.Stop, Long: true, Word: ui.T(ctx, "carry.trouble."+string(s.Trouble))}, sub
	}
	if s.Worked.IsZero() {
		return ui.Tag{State: ui.Wait, Long: true, Word: ui.T(ctx, "carry.waits")}, ""
	}
	if last := later(s.Worked, s.Began); now.Sub(last) > tooStill {
		return ui.Tag{State: ui.Warn, Long: true, Word: ui.T(ctx, "carry.stopped", "Age", ui.Ago(ctx, now, last))}, ""
	}
	return ui.Tag{State: ui.OK, Long: true, Word: ui.T(ctx, "carry.ok", "Age", ui.Ago(ctx, now, later(s.Worked, s.Began)))}, ""
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
