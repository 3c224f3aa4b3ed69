package progress

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/requirement"
	"yitang/internal/web/ui"
)

// DefectPlace names what a defect is tied to: its field, or the papers that are
// missing: those that the office chose, or that its words name.
func DefectPlace(ctx context.Context, c dossier.Case, d filing.Defect) string {
	if d.Field != "materials" || len(d.Papers()) == 0 {
		return Place(ctx, c, d.Field)
	}
	var out []string
	for _, kind := range d.Papers() {
		name, whose := PaperName(ctx, string(kind)), d.Whose(kind, c.Members)
		for _, i := range whose {
			out = append(out, ui.T(ctx, "place.of", "Whose", element(ctx, c, "members", i), "Field", name))
		}
		if len(whose) == 0 {
			out = append(out, name)
		}
	}
	return ui.List(ctx, out)
}

// oneOf is the first element of a list in a path: list, number, rest.
var oneOf = regexp.MustCompile(`^([a-zA-Z.]+)\[(\d+)\](.*)$`)

// Place names a field of a case for people, by its label and whose it is:
// 沈知行的身份证号, 第 1 封邀请函的联系方式, 出访任务. What stands for no field is
// named by the part of the case it lies in. No path is ever shown.
func Place(ctx context.Context, c dossier.Case, at string) string {
	generic := dossier.Generic(at)
	m := oneOf.FindStringSubmatch(at)
	if m == nil {
		return plain(ctx, generic)
	}
	i, _ := strconv.Atoi(m[2]) // digits; one too large is no element
	owner := element(ctx, c, m[1], i)
	name := label(ctx, generic)
	if strings.Trim(m[3], ".") == "" || name == "" {
		return owner
	}
	key := "place.of"
	if form, ok := dossier.FormOf(at); ok && form.Kind == dossier.BoolForm || m[1] == "budget.lines" {
		key = "place.with" // 已签承诺书 is a statement: nobody has one; and 张三的国际旅费的舱位 is one 的 too many
	}
	return ui.T(ctx, key, "Whose", owner, "Field", name)
}

// ui:keys place.part.*
//
// plain names what is no element of a list.
func plain(ctx context.Context, generic string) string {
	head, _, deep := strings.Cut(generic, ".")
	part := ""
	if key := "place.part." + head; ui.Known(key) {
		part = ui.T(ctx, key)
	}
	name := label(ctx, generic)
	switch {
	case name == "" && part == "":
		return ui.T(ctx, "place.part.case")
	case name == "":
		return part
	case deep && (head == "budget" || head == "notice") && !strings.Contains(name, part): // 合计 of what?
		return ui.T(ctx, "place.with", "Whose", part, "Field", name)
	}
	return name
}

// Whereabouts names where people are in a half-day: the place, which place spells,
// or the journey.
func Whereabouts(ctx context.Context, c dossier.Case, h dossier.HalfDay, place func(dossier.HalfDay) string) string {
	if dossier.OnTheWay(c.Legs, h) {
		return ui.T(ctx, "cases.half.travel")
	}
	return place(h)
}

// ui:keys place.nth.*
// ui:keys word.costKind.*
//
// element names one of a list: a member, a half day, a paper by what it is,
// anything else by its number.
func element(ctx context.Context, c dossier.Case, list string, i int) string {
	switch {
	case list == "members" && i < len(c.Members) && c.Members[i].Name() != "":
		return c.Members[i].Name()
	case list == "itinerary" && i < len(c.Itinerary) && !c.Itinerary[i].Date.IsZero() && c.Itinerary[i].Half != "":
		h := c.Itinerary[i]
		return ui.T(ctx, "place.half", "Day", ui.MonthDay(ctx, h.Date), "Half", ui.T(ctx, "word.half."+string(h.Half)))
	case list == "budget.lines" && c.Budget != nil && i < len(c.Budget.Lines) && c.Budget.Lines[i].Kind != "":
		l := c.Budget.Lines[i]
		who := ui.T(ctx, "cases.lines.group")
		if l.Member != nil && *l.Member < len(c.Members) {
			who = element(ctx, c, "members", *l.Member)
		}
		kind := ui.T(ctx, "word.costKind."+string(l.Kind))
		if l.City != "" && slices.ContainsFunc(c.Budget.Lines, func(o dossier.BudgetLine) bool {
			return o.Kind == l.Kind && o.City != l.City && (o.Member == l.Member || o.Member != nil && l.Member != nil && *o.Member == *l.Member)
		}) {
			return ui.T(ctx, "place.budget.at", "Whose", who, "Kind", kind, "Place", l.City)
		}
		return ui.T(ctx, "place.of", "Whose", who, "Field", kind)
	case list == "materials" && i < len(c.Materials):
		x := c.Materials[i]
		if k, of := x.OfMember(); of {
			return ui.T(ctx, "place.of", "Whose", element(ctx, c, "members", k), "Field", PaperName(ctx, string(x.Kind)))
		}
		if x.File != "" && several(c.Materials, x) {
			return ui.T(ctx, "place.paper.one", "Paper", PaperName(ctx, string(x.Kind)), "File", path.Base(x.File))
		}
		return PaperName(ctx, string(x.Kind))
	}
	if key := "place.nth." + list; ui.Known(key) {
		return ui.T(ctx, key, "Count", i+1)
	}
	return plain(ctx, list) // a list of plain values: 被邀请人
}

// several tells whether a case has more than one paper of a kind, as it has a letter
// of each host.
func several(all []dossier.Material, one dossier.Material) bool {
	n := 0
	for _, x := range all {
		if x.Kind == one.Kind && x.Owner == one.Owner {
			n++
		}
	}
	return n > 1
}

// ui:keys field.*
//
// label is what the forms call a field, or the nearest thing around it that
// has a name; "" where there is none.
func label(ctx context.Context, generic string) string {
	for g := generic; g == generic || strings.Contains(g, "."); g = g[:max(0, strings.LastIndexByte(g, '.'))] {
		if key := "field." + g; ui.Known(key) {
			return ui.T(ctx, key)
		}
		if g == "" {
			break
		}
	}
	return ""
}

// PaperName is what people call a kind of paper, or another thing of the catalogue.
// What nobody is asked for by the catalogue can still be given, and has words too.
//
// ui:keys place.paper.*
func PaperName(ctx context.Context, kind string) string {
	if e, ok := requirement.Lookup(requirement.Key(kind)); ok {
		return ui.Say(ctx, e.Name)
	}
	if key := "place.paper." + kind; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return ui.T(ctx, "place.paper", "Kind", kind)
}
