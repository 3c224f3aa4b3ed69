package progress

import (
	"context"
	"io"

	"yitang/internal/access"
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
	if p == nil || filing == "" {
		return Stand{}, nil
	}
	s := Stand{URL: url}
	next, ok, err := p.Next(ctx, filing, who)
	if err != nil {
		return s, err
	}
	if ok && next.Turn != ui.Nobody {
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
	} else if ok {
		s.Step = next.Act
	}
	figures, err := p.Ledger(ctx, filing)
	for _, f := range figures.Items {
		s.Ledger = append(s.Ledger, ui.Fact{Term: f.Label, Value: f.Number + " " + f.Unit})
	}
	return s, err
}
