package approval

import (
	"context"
	"slices"

	room "yitang/internal/approval"
	"yitang/internal/web/ui"
)

// thought is what the desks so far think of the members: how many should go,
// as the last of them has it, and whose opinion that is.
type thought struct {
	For, Against int
	Desks        []string // desks that think so, in their order
	Others       []string // desks that thought otherwise of somebody
}

// thoughtOf sums up the steps of this round; false when none is taken yet.
func thoughtOf(reviews []reviewed, members []room.Traveller) (thought, bool) {
	var o thought
	if len(reviews) == 0 || len(members) == 0 {
		return o, false
	}
	thinks := func(r reviewed) []bool {
		out := make([]bool, len(members))
		for i, m := range members {
			out[i], _ = r.of(m.Person)
		}
		return out
	}
	last := thinks(reviews[len(reviews)-1])
	for _, yes := range last {
		if yes {
			o.For++
		} else {
			o.Against++
		}
	}
	for _, r := range reviews {
		if slices.Equal(thinks(r), last) {
			o.Desks = append(o.Desks, r.Role)
		} else {
			o.Others = append(o.Others, r.Role)
		}
	}
	return o, true
}

// say names the numbers, and the desks that they come from.
func (o thought) say(ctx context.Context) string {
	names := func(desks []string) string {
		out := make([]string, len(desks))
		for i, d := range desks {
			out[i] = deskName(ctx, d)
		}
		return ui.List(ctx, out)
	}
	words := ui.T(ctx, "review.suggest.all", "Count", o.For)
	if o.Against > 0 {
		words = ui.T(ctx, "review.suggest.some", "For", o.For, "Against", o.Against)
	}
	if len(o.Others) > 0 {
		return ui.T(ctx, "review.suggest.differ", "Words", words, "Desks", names(o.Desks), "Others", names(o.Others))
	}
	return ui.T(ctx, "review.suggest.of", "Words", words, "Desks", names(o.Desks))
}

// proposed says in words what the desk before proposed for everybody: how many
// should go, and who not.
func proposed(ctx context.Context, by reviewed, members []memberView) string {
	var against []string
	for _, m := range members {
		if yes, _ := by.of(m.Person); !yes {
			against = append(against, m.Name)
		}
	}
	desk, yes := deskName(ctx, by.Role), len(members)-len(against)
	if len(against) == 0 {
		return ui.T(ctx, "review.proposed.all", "Desk", desk, "Count", yes)
	}
	return ui.T(ctx, "review.proposed.some", "Desk", desk, "Count", yes, "Names", ui.List(ctx, against))
}

// asProposed is the button that takes that over, whatever is chosen above.
func asProposed(ctx context.Context, step room.Step) string {
	if step.Decides {
		return ui.T(ctx, "review.decide.as_proposed.sign")
	}
	return ui.T(ctx, "review.decide.as_proposed")
}
