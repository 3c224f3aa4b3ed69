package passport

import (
	"context"
	"net/http"

	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/precheck"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// nextMake says which blank to take, so that the number on it and the one on
// record are the same; without one left, where to receive some.
// What the rules forbid now is offered to nobody: the page says below why, and from when.
func (p *Pages) nextMake(ctx context.Context, id string, o room.Order, by string, send []ui.Hidden) (ui.Next, error) {
	if refused(p.taken(o)) != nil {
		return ui.Next{Turn: ui.Nobody, By: by, Act: ui.T(ctx, "making.not_yet"), Text: ui.T(ctx, "making.not_yet.text")}, nil
	}
	number, ok, err := p.blank(ctx, id, o)
	if err != nil {
		return ui.Next{}, err
	}
	n := ui.Next{Turn: ui.Yours, By: by, Act: ui.T(ctx, "making.do.make")}
	if !ok {
		n.Text = ui.T(ctx, "making.no_blank", "Type", typeName(ctx, o.Type))
		n.Actions = []ui.Button{{Text: ui.T(ctx, "making.to_stock"), URL: "/stock"}}
		return n, nil
	}
	n.Text = ui.T(ctx, "making.do.make.text", "Number", number)
	n.Actions = []ui.Button{{Text: ui.T(ctx, "making.do.make"), Post: orderURL(id) + "/make", Send: append(send, ui.Hidden{Name: "number", Value: number})}}
	return n, nil
}

// blank is the number that the stock has for an order now.
func (p *Pages) blank(ctx context.Context, id string, o room.Order) (string, bool, error) {
	s, _, err := journal.Load(ctx, p.Journal, room.Stocks, string(o.Type))
	if err != nil {
		return "", false, err
	}
	number, ok := s.Next(id, o)
	return number, ok, nil
}

// postMake makes the booklet. A colleague may have taken the blank that the
// page showed: then nothing is made, and the page names the next one.
func (p *Pages) postMake(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("order")
	o, _, err := p.order(ctx, id)
	if err == nil && o.Stage == room.IsCaptured && r.PostFormValue("number") != "" {
		var number string
		if number, _, err = p.blank(ctx, id, o); err == nil && number != r.PostFormValue("number") {
			f := o.Ordering(precheck.StepMake)
			f.Number = r.PostFormValue("number")
			err = fault.Invalid(append(p.judge(f).Blocking(), fault.Finding{Rule: "PPT-017", Key: "making.other_number", Args: map[string]any{"Number": number, "Was": f.Number}})...)
		}
	}
	if err == nil && o.Stage == room.IsCaptured {
		err = refused(p.taken(o))
	}
	if err == nil {
		_, err = room.Make(ctx, p.Journal, web.Order(r, id))
	}
	if fault.Findings(err) != nil {
		p.showOrder(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, orderURL(id))
}
