package config

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/web/ui"
)

// stepsShown is how many steps each path's form has room for: those that are,
// and one more.
const oneMore = 1

// pathsForm is the review paths as groups of fields: clocks, then each path
// with a row for each step. A path without an id, and a step without a role,
// is left out; so one is taken off by emptying it.
func (p *Pages) pathsForm(r *http.Request, w working) (form, error) {
	ctx := r.Context()
	stands, err := w.Content.PathsAsWritten()
	if err != nil {
		return form{}, err
	}
	shown := stands
	var wrong []fault.Finding
	if r.Method == http.MethodPost {
		shown, wrong = readPaths(r)
	}
	named := func(kind ui.Kind, name, label, value string) ui.Field {
		f := field(ctx, kind, "path."+label, value)
		f.Name = name
		return f
	}
	short := func(f ui.Field) ui.Field { f.Width = "short"; return f }
	num := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	f := form{Title: ui.T(ctx, "config.paths.edit"), Lead: ui.T(ctx, "config.paths.edit_lead")}
	f.Groups = append(f.Groups, group{ui.T(ctx, "config.paths.clocks"), []ui.Field{
		short(named(ui.Number, "intake.workdays", "intake", num(shown.Intake.Workdays))), short(named(ui.Number, "correction.workdays", "correction", num(shown.Correction.Workdays))),
		short(named(ui.Number, "document.months", "months", num(shown.Document.Months))), optional(rows(named(ui.Area, "document.conditions", "conditions", strings.Join(shown.Document.Conditions, "\n")), 4)),
		optional(rows(named(ui.Area, "document.regions", "regions", strings.Join(shown.Document.Regions, "\n")), 4)),
		optional(rows(named(ui.Area, "document.academic", "academic", strings.Join(shown.Document.Academic, "\n")), 2)),
	}})
	for i := range len(shown.Paths) + oneMore {
		var path pack.PathLine
		title := ui.T(ctx, "config.paths.another")
		if i < len(shown.Paths) {
			path = shown.Paths[i]
			title = ui.T(ctx, "config.paths.one", "Number", i+1, "Name", path.Named().Zh)
			if english(ctx) {
				title = ui.T(ctx, "config.paths.one", "Number", i+1, "Name", path.Named().En)
			}
		}
		at := fmt.Sprintf("paths[%d]", i)
		rank := named(ui.Select, at+".when.minRank", "minRank", string(path.When.MinRank))
		rank.Options = append(rank.Options, ui.Option{Text: ui.T(ctx, "config.when.any")})
		for _, v := range dossier.Rank("").Words() {
			rank.Options = append(rank.Options, ui.Option{Value: v, Text: word(ctx, "rank", v), Chosen: v == string(path.When.MinRank)})
		}
		kinds := named(ui.Checks, at+".when.kinds", "kinds", "")
		kinds.Across = true
		for _, v := range dossier.CaseKind("").Words() {
			kinds.Options = append(kinds.Options, ui.Option{Value: v, Text: word(ctx, "caseKind", v), Chosen: slices.Contains(path.When.Kinds, dossier.CaseKind(v))})
		}
		urgent := named(ui.Check, at+".when.urgent", "urgent", "")
		if path.When.Urgent {
			urgent.Value = "1"
		}
		// ui:keys amend.kind.*
		amends := named(ui.Checks, at+".when.amends", "amends", "")
		amends.Across = true
		for _, v := range pack.Change("").Words() {
			amends.Options = append(amends.Options, ui.Option{Value: v, Text: ui.T(ctx, "amend.kind."+v), Chosen: slices.Contains(path.When.Amends, pack.Change(v))})
		}
		g := group{title, []ui.Field{
			optional(short(named(ui.Number, at+".order", "order", num(i+1)))), optional(short(named(ui.Text, at+".id", "id", path.ID))), optional(named(ui.Text, at+".name.zh", "name.zh", path.Named().Zh)), optional(named(ui.Text, at+".name.en", "name.en", path.Named().En)),
			optional(rank), optional(kinds), urgent, optional(amends), optional(named(ui.Text, at+".when.countries", "countries", strings.Join(path.When.Countries, " "))),
		}}
		for j := range len(path.Steps) + oneMore {
			var s pack.PathStep
			if j < len(path.Steps) {
				s = path.Steps[j]
			}
			step := fmt.Sprintf("%s.steps[%d]", at, j)
			role := named(ui.Select, step+".role", "role", s.Role)
			role.Label = ui.T(ctx, "config.field.path.role_n", "Number", j+1)
			role.Options = append(role.Options, ui.Option{Text: ui.T(ctx, "config.paths.no_step")})
			for _, v := range pack.StepRoles() {
				role.Options = append(role.Options, ui.Option{Value: v, Text: ui.T(ctx, "review.desk."+v), Chosen: v == s.Role})
			}
			eyes := named(ui.Check, step+".fourEyes", "fourEyes", "")
			if s.FourEyes {
				eyes.Value = "1"
			}
			g.Fields = append(g.Fields, optional(role), optional(short(named(ui.Number, step+".workdays", "workdays", num(s.Workdays)))),
				optional(named(ui.Text, step+".name.zh", "step.zh", s.Named().Zh)), optional(named(ui.Text, step+".name.en", "step.en", s.Named().En)), eyes)
		}
		f.Groups = append(f.Groups, g)
	}
	f.Make = func() (pack.Content, error) {
		if len(wrong) > 0 {
			return nil, fault.Invalid(wrong...)
		}
		return w.Content.WithPaths(shown)
	}
	f.Field = func(m pack.Mistake) string {
		if m.File != "path.yaml" {
			return ""
		}
		for _, of := range []string{".name", ".when"} {
			if strings.HasSuffix(m.Key, of) {
				return m.Key + map[string]string{".name": ".zh", ".when": ".minRank"}[of]
			}
		}
		return m.Key
	}
	return f, nil
}

// readPaths takes the paths from the form, in the order of their numbers.
func readPaths(r *http.Request) (pack.PathFile, []fault.Finding) {
	var f pack.PathFile
	var wrong []fault.Finding
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	num := func(name string) int {
		if get(name) == "" {
			return 0
		}
		n, err := strconv.Atoi(get(name))
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.number.unreadable"})
		}
		return n
	}
	f.Intake.Workdays, f.Correction.Workdays, f.Document.Months = num("intake.workdays"), num("correction.workdays"), num("document.months")
	for name, to := range map[string]*[]string{"document.conditions": &f.Document.Conditions, "document.regions": &f.Document.Regions, "document.academic": &f.Document.Academic} {
		for _, s := range strings.Split(get(name), "\n") {
			if s = strings.TrimSpace(s); s != "" {
				*to = append(*to, s)
			}
		}
	}
	order := map[string]int{}
	for i := 0; i < 100; i++ {
		at := fmt.Sprintf("paths[%d]", i)
		if _, sent := r.PostForm[at+".id"]; !sent {
			break
		}
		id := get(at + ".id")
		if id == "" {
			continue
		}
		path := pack.PathLine{ID: id}.Called(get(at+".name.zh"), get(at+".name.en"))
		path.When.MinRank = dossier.Rank(get(at + ".when.minRank"))
		path.When.Urgent = get(at+".when.urgent") != ""
		for _, k := range r.PostForm[at+".when.kinds"] {
			path.When.Kinds = append(path.When.Kinds, dossier.CaseKind(k))
		}
		for _, k := range r.PostForm[at+".when.amends"] {
			path.When.Amends = append(path.When.Amends, pack.Change(k))
		}
		path.When.Countries = strings.Fields(strings.ToUpper(strings.NewReplacer("，", " ", "、", " ", ",", " ").Replace(get(at + ".when.countries"))))
		for j := 0; j < 50; j++ {
			step := fmt.Sprintf("%s.steps[%d]", at, j)
			if _, sent := r.PostForm[step+".role"]; !sent {
				break
			}
			if get(step+".role") == "" {
				continue
			}
			path.Steps = append(path.Steps, pack.PathStep{Role: get(step + ".role"), Workdays: num(step + ".workdays"), FourEyes: get(step+".fourEyes") != ""}.Called(get(step+".name.zh"), get(step+".name.en")))
		}
		order[id] = num(at + ".order")
		f.Paths = append(f.Paths, path)
	}
	slices.SortStableFunc(f.Paths, func(a, b pack.PathLine) int { return order[a.ID] - order[b.ID] })
	return f, wrong
}
