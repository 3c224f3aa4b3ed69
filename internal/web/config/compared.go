package config

import (
	"context"
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// listed is how many cases stand under one change; the rest is counted.
const listedCases = 20

// courses are the cases that would have gone another way, those with the same
// change together: the steps, how many working days they may take, and papers.
func courses(ctx context.Context, goes []node.Otherwise, mayLook bool) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "config.goes"), Titled: true, Cards: true,
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.case")}, {Text: ui.T(ctx, "config.col.until_was")}, {Text: ui.T(ctx, "config.col.until_will")}, {Text: ui.T(ctx, "config.col.effect")}}}
	counted := map[string]int{}
	for _, o := range goes {
		title := changed(ctx, o)
		i := slices.IndexFunc(t.Groups, func(g ui.Group) bool { return g.Title == title })
		if i < 0 {
			i = len(t.Groups)
			t.Groups = append(t.Groups, ui.Group{Title: title})
		}
		if counted[title]++; counted[title] > listedCases {
			continue
		}
		name := caseCell(ctx, o.Number, o.Title, o.Filing, mayLook)
		effect := ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.effect.same_day")}
		switch n := o.Will.Days - o.Was.Days; {
		case n > 0:
			effect = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "config.effect.later", "Count", n)}
		case n < 0:
			effect = ui.Tag{State: ui.OK, Word: ui.T(ctx, "config.effect.earlier", "Count", -n)}
		case o.Was.Until != o.Will.Until:
			effect = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "config.effect.calendar")}
		}
		t.Groups[i].Rows = append(t.Groups[i].Rows, ui.Row{Cells: []ui.Cell{name, {Text: ui.Date(ctx, o.Was.Until)}, {Text: ui.Date(ctx, o.Will.Until)}, {Tag: effect}}})
	}
	for i, g := range t.Groups {
		t.Groups[i].Rows = nameless(ctx, g.Rows)
		t.Groups[i].Note = ui.T(ctx, "config.goes.count", "Count", counted[g.Title])
		if n := counted[g.Title]; n > listedCases {
			t.Groups[i].Note = ui.T(ctx, "config.goes.count_first", "Count", n, "Shown", listedCases)
		}
	}
	return t
}

// changed says what is otherwise: the path from the steps that are to those that
// would be, and papers that are asked for or no longer.
func changed(ctx context.Context, o node.Otherwise) string {
	var says []string
	if was, will := stepsSaid(ctx, o.Was), stepsSaid(ctx, o.Will); was != will {
		says = append(says, ui.T(ctx, "config.goes.path", "Was", was, "Will", will))
	} else if o.Was.Until != o.Will.Until {
		says = append(says, ui.T(ctx, "config.goes.intake", "Was", o.Was.Days, "Will", o.Will.Days))
	}
	if len(o.Asked) > 0 {
		says = append(says, ui.T(ctx, "config.goes.asked", "Papers", papers(ctx, o.Asked)))
	}
	if len(o.Spared) > 0 {
		says = append(says, ui.T(ctx, "config.goes.spared", "Papers", papers(ctx, o.Spared)))
	}
	return ui.Sentences(ctx, says...)
}

func stepsSaid(ctx context.Context, c node.Course) string {
	if len(c.Path.Steps) == 0 {
		return ui.T(ctx, "config.goes.filed")
	}
	var all []string
	for _, s := range c.Path.Steps {
		all = append(all, step(ctx, s))
	}
	return ui.List(ctx, all)
}

// step is one desk of a path with its role and days.
func step(ctx context.Context, s pack.Step) string {
	say := ui.T(ctx, "config.step", "Name", ui.Say(ctx, s.Name), "Role", ui.T(ctx, "review.desk."+s.Role), "Days", int(s.Workdays))
	if s.FourEyes {
		say += ui.T(ctx, "config.step_eyes")
	}
	return say
}

func papers(ctx context.Context, kinds []dossier.MaterialKind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, progress.PaperName(ctx, string(k)))
	}
	return ui.List(ctx, names)
}

// nameless puts together what is said in the same words of cases that have no
// number yet, for a reader who may not know their titles: one line for each
// would tell nothing more.
func nameless(ctx context.Context, rows []ui.Row) []ui.Row {
	none := ui.T(ctx, "config.no_number")
	var out []ui.Row
	counted := map[int]int{}
	for _, r := range rows {
		i := slices.IndexFunc(out, func(o ui.Row) bool {
			return r.Cells[0].Text == none && r.Cells[0].URL == "" && slices.EqualFunc(r.Cells, o.Cells, func(a, b ui.Cell) bool { return a.Text == b.Text && a.Tag == b.Tag && a.URL == b.URL })
		})
		if i < 0 {
			i = len(out)
			out = append(out, r)
		}
		counted[i]++
	}
	for i, n := range counted {
		if n > 1 {
			out[i].Cells = slices.Clone(out[i].Cells)
			out[i].Cells[0].Text = ui.T(ctx, "config.no_number.count", "Count", n)
		}
	}
	return out
}

// caseCell names a case that a pack was tried on, and leads whoever may look to it.
func caseCell(ctx context.Context, number, title, filing string, mayLook bool) ui.Cell {
	c := ui.Cell{Text: number, Head: true}
	if number == "" {
		c.Text = ui.T(ctx, "config.no_number")
	}
	if mayLook {
		c.Sub, c.URL = title, "/c/"+filing
	}
	return c
}
