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
	Unsaid       int      // of whom that desk said nothing
	Desks        []string // desks that think so, in their order
	Others       []string // desks that thought otherwise of somebody
}

// thoughtOf sums up the steps of this round; false when none is taken yet.
func thoughtOf(reviews []reviewed, members []room.Traveller) (thought, bool) {
	var o thought
	if len(reviews) == 0 || len(members) == 0 {
		return o, false
	}
	last := reviews[len(reviews)-1]
	for _, m := range members {
		switch said, told := last.of(m.Person); {
		case !told:
			o.Unsaid++
		case said.Approve:
			o.For++
		default:
			o.Against++
		}
	}
	for _, r := range reviews {
		switch {
		case r.differs(last, members):
			o.Others = append(o.Others, r.Role)
		case r.ofAll(members) || !last.ofAll(members): // a desk that never heard of somebody shares no opinion of all
			o.Desks = append(o.Desks, r.Role)
		}
	}
	return o, true
}

// differs tells whether two steps think otherwise of somebody of whom both spoke.
func (s reviewed) differs(from reviewed, members []room.Traveller) bool {
	return slices.ContainsFunc(members, func(m room.Traveller) bool {
		a, said := s.of(m.Person)
		b, too := from.of(m.Person)
		return said && too && a.Approve != b.Approve
	})
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
	if o.Unsaid > 0 {
		words = ui.Clauses(ctx, words, ui.T(ctx, "review.suggest.unsaid", "Count", o.Unsaid))
	}
	if len(o.Others) > 0 {
		return ui.T(ctx, "review.suggest.differ", "Words", words, "Desks", names(o.Desks), "Others", names(o.Others))
	}
	return ui.T(ctx, "review.suggest.of", "Words", words, "Desks", names(o.Desks))
}

// proposed says in words what the desk before proposed for everybody: how many
// should go, who not, and of whom nothing was said.
func proposed(ctx context.Context, by reviewed, members []memberView) string {
	var against, unsaid []string
	for _, m := range members {
		switch o, said := by.of(m.Person); {
		case !said:
			unsaid = append(unsaid, m.Name)
		case !o.Approve:
			against = append(against, m.Name)
		}
	}
	desk, yes := deskName(ctx, by.Role), len(members)-len(against)-len(unsaid)
	words := ui.T(ctx, "review.proposed.all", "Desk", desk, "Count", yes)
	if len(against) > 0 {
		words = ui.T(ctx, "review.proposed.some", "Desk", desk, "Count", yes, "Names", ui.List(ctx, against))
	}
	if len(unsaid) > 0 {
		words = ui.Sentences(ctx, words, ui.T(ctx, "review.proposed.unsaid", "Names", ui.List(ctx, unsaid)))
	}
	return words
}

// asProposed is the button that takes that over, whatever is chosen above.
func asProposed(ctx context.Context, step room.Step) string {
	if step.Decides {
		return ui.T(ctx, "review.decide.as_proposed.sign")
	}
	return ui.T(ctx, "review.decide.as_proposed")
}
