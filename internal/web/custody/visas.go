package custody

import (
	"context"
	"slices"

	"yitang/internal/visa"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// visasOf says of each country of a trip how far its visa is, for whoever is about
// to hand a booklet out: what is still missing, what lies in this booklet and was
// checked, and where none is needed. booklet is "" for somebody who holds none yet;
// noEVisa are the areas for which no visa that serves, granted online, has come yet.
//
// ui:keys keeping.visa.*
func (p *Pages) visasOf(ctx context.Context, orders []visa.Row, ids []string, booklet string, noEVisa []string) []ui.Tag {
	var out []ui.Tag
	for _, o := range orders {
		if !slices.Contains(ids, o.Person) || o.Booklet != "" && booklet != "" && o.Booklet != booklet {
			continue
		}
		t, key := ui.Tag{State: ui.Warn, Long: true}, string(o.Stage)
		var args []any
		switch o.Stage {
		case visa.Nothing, visa.IsWithdrawn:
			continue
		case visa.IsSent:
			if !o.Back.IsZero() {
				key, args = "sent.back", []any{"Day", ui.MonthDay(ctx, o.Back)}
			}
		case visa.IsRefused:
			t.State = ui.Stop
		case visa.IsChecked, visa.IsReleased:
			t.State, key = ui.OK, "checked"
			if !o.ValidTo.IsZero() {
				key, args = "checked.until", []any{"Day", ui.ISO(o.ValidTo)}
			}
		case visa.NoneNeeded:
			t.State = ui.Info
			switch {
			case o.Way == ref.OnArrival:
				key = "arrival"
			case o.Online() && slices.Contains(noEVisa, o.Area):
				t.State, key = ui.Warn, "online.none"
			case o.Online():
				t.State, key = ui.OK, "online"
			}
		}
		t.Word = ui.T(ctx, "keeping.visa."+key, append(args, "Area", ui.List(ctx, p.areas(ctx, []string{o.Area})))...)
		out = append(out, t)
	}
	return out
}
