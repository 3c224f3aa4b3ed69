package progress

import (
	"context"
	"io"

	"yitang/internal/access"
	"yitang/internal/journal"
	room "yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/web/ui"
)

// Stand is what stands on every page about a case at a desk: the one next step,
// whose it is, and the trip ledger.
type Stand struct {
	Step   string // act, who owes it and by when; "" where this zone hasn't heard of the case
	Mine   bool   // it is the reader's
	Ledger []ui.Fact
	URL    string // where the ledger is told
}

func (s Stand) Render(ctx context.Context, w io.Writer) error { return standing(s).Render(ctx, w) }

// Stand reads it for one reader. url is where the ledger is told whole.
func (p *Pages) Stand(ctx context.Context, filing, url string, who access.Who) (Stand, error) {
	return p.stand(ctx, filing, url, func(s room.State, out *Stand) error {
		next, err := p.next(ctx, s, who)
		if err == nil && next.Turn == ui.Yours && room.Next(s, p.Journal.Now()).Key == "progress.next.visa_check" {
			var all bool
			if all, err = p.recordedAll(ctx, filing, who.Account); all {
				next.Turn, next.Owes = ui.Theirs, ui.T(ctx, "review.step.another", "Who", next.Owes)
			}
		}
		out.says(ctx, next)
		return err
	})
}

// recordedAll tells whether one account recorded every visa of a case that
// somebody else must check.
func (p *Pages) recordedAll(ctx context.Context, filing, account string) (bool, error) {
	orders, err := visa.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return false, err
	}
	var all []visa.Order
	for _, o := range orders {
		full, _, err := journal.Load(ctx, p.Journal, visa.Room, o.ID)
		if err != nil {
			return false, err
		}
		all = append(all, full)
	}
	return visa.AllRecordedBy(all, account), nil
}

// OnOrder is the same on the page of one visa order: the order's own step, and
// whose it is instead where the reader recorded the visa that somebody must check.
func (p *Pages) OnOrder(ctx context.Context, filing, url string, who access.Who, traveller, area, recordedBy string) (Stand, error) {
	return p.stand(ctx, filing, url, func(s room.State, out *Stand) error {
		step, others := room.OnOrder(s, traveller, area, p.Journal.Now())
		next, err := p.step(ctx, s, step, who)
		if step.Key == "progress.next.visa_check" && recordedBy == who.Account && next.Turn == ui.Yours {
			next.Turn, next.Owes = ui.Theirs, ui.T(ctx, "review.step.another", "Who", next.Owes)
		}
		if len(others) == 0 {
			out.says(ctx, next)
			return err
		}
		if next.Turn == ui.Yours {
			next.Turn = ui.Theirs
		}
		out.says(ctx, next)
		var names []string
		for _, id := range others {
			names = append(names, p.Name(ctx, id))
		}
		out.Step = ui.T(ctx, "review.step.others", "Names", ui.List(ctx, names), "Step", out.Step)
		return err
	})
}

func (p *Pages) stand(ctx context.Context, filing, url string, tell func(room.State, *Stand) error) (Stand, error) {
	if p == nil || filing == "" {
		return Stand{}, nil
	}
	out := Stand{URL: url}
	s, heard, err := room.Of(ctx, p.Journal.Store, filing)
	if err == nil && heard {
		err = tell(s, &out)
	}
	if err != nil {
		return out, err
	}
	figures, err := p.Ledger(ctx, filing)
	for _, f := range figures.Items {
		out.Ledger = append(out.Ledger, ui.Fact{Term: f.Label, Value: f.Number + " " + f.Unit})
	}
	return out, err
}

// says writes a step, who owes it and by when.
func (s *Stand) says(ctx context.Context, next ui.Next) {
	if next.Turn == ui.Nobody {
		s.Step = next.Act
		return
	}
	owes := next.Owes
	if s.Mine = next.Turn == ui.Yours; s.Mine {
		owes = ui.T(ctx, "review.step.you")
	}
	s.Step = ui.T(ctx, "review.step", "Act", next.Act, "Who", owes)
	if next.When != "" {
		next.By = next.When
	}
	if next.By != "" {
		s.Step = ui.T(ctx, "review.step.by", "Act", next.Act, "Who", owes, "By", next.By)
	}
}
