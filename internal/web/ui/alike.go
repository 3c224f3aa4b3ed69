package ui

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/fault"
)

// grouped names the lists of a case file whose items people count.
var grouped = []struct{ prefix, of string }{
	{"members[", "member"}, {"legs[", "leg"}, {"itinerary[", "day"}, {"invitations[", "invitation"}, {"budget.lines[", "line"},
}

// GroupOf is the group of a finding about a field, and about others beside it, by
// a rule of that title. What concerns several of a list at once, such as people at
// one address, isn't counted as one of them.
func GroupOf(ctx context.Context, field string, also []string, title fault.Text) FindGroup {
	g := FindGroup{Rule: Say(ctx, title), Of: "place", Whom: field}
	for _, l := range grouped {
		rest, ok := strings.CutPrefix(field, l.prefix)
		if !ok {
			continue
		}
		item, _, _ := strings.Cut(rest, "]")
		if !slices.ContainsFunc(also, func(path string) bool {
			other, same := strings.CutPrefix(path, l.prefix)
			n, _, _ := strings.Cut(other, "]")
			return same && n != item
		}) {
			g.Of, g.Whom = l.of, item
		}
		return g
	}
	return g
}

// Like names what findings have in common that stand together: the rule, how
// much they weigh, what they are about, and whether somebody still has to judge
// them. "" for one that stands alone.
func (f Finding) Like() string {
	if f.Group.Rule == "" {
		return ""
	}
	judged := ""
	if f.Over.Who != "" {
		judged = "/judged"
	}
	return f.Rule.Text + "/" + string(f.State) + "/" + f.Group.Of + judged
}

// alike puts findings together that are like each other, each group at the place
// of its first.
func alike(list []Finding) [][]Finding {
	var out [][]Finding
	at := map[string]int{}
	for _, f := range list {
		key := f.Like()
		i, known := at[key]
		if !known || key == "" {
			at[key] = len(out)
			out = append(out, []Finding{f})
			continue
		}
		out[i] = append(out[i], f)
	}
	return out
}

// within is a finding inside a group, which has the number that leads to it, and the
// unit's word where all of them have the same.
func (f Finding) within(own bool) Finding {
	f.Number, f.Current = 0, false
	if !own {
		f.Answer = ""
	}
	return f
}

// answers are the different words that the unit has on findings alike. One that has
// none differs from those that have some.
func answers(g []Finding) []string {
	var out []string
	for _, f := range g {
		if !slices.Contains(out, f.Answer) {
			out = append(out, f.Answer)
		}
	}
	return out
}

// together says what findings alike have in common: 3 名成员：护照有效期不足.
//
// ui:keys ui.find.alike.*
func together(ctx context.Context, g []Finding) string {
	whom := map[string]bool{}
	for _, f := range g {
		whom[f.Group.Whom] = true
	}
	of, n := g[0].Group.Of, len(whom)
	if n == 1 {
		of, n = "place", len(g) // several things about the same one
	}
	return T(ctx, "ui.find.alike."+of, "Count", n, "Rule", g[0].Group.Rule)
}
