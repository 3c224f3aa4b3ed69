package config

import (
	"net/http"
	"net/url"

	"yitang/internal/access"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// getTemplates lists what documents say, kind by kind, the office's own marked.
//
// ui:keys config.of.*
func (p *Pages) getTemplates(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	may, q := web.Who(r).May(access.Configure), r.FormValue("q")
	var groups []ui.Group
	for _, s := range document.Sentences() {
		of := ui.T(ctx, "config.of."+s.Of())
		said, mine := work.Set.Templates[s.Key]
		if !mine {
			said = s.Said
		}
		if !matches(q, s.Key, s.Said, said, of) {
			continue
		}
		if len(groups) == 0 || groups[len(groups)-1].Title != of {
			groups = append(groups, ui.Group{Title: of})
		}
		name, tag := ui.Cell{Text: said, Head: true}, ui.Tag{}
		if may {
			name.URL = "/config/edit/template?key=" + url.QueryEscape(s.Key)
		}
		if mine {
			name.Sub, tag = ui.T(ctx, "config.field.said.hint", "Text", s.Said), ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.origin.own")}
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{name, {Text: s.Key, Quiet: true}, {Tag: tag}}})
	}
	t := ui.Table{Caption: ui.T(ctx, "config.part.templates"), Cards: true, Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "config.none_found")}, Groups: groups,
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.said")}, {Text: ui.T(ctx, "config.col.key")}, {Text: ui.T(ctx, "config.col.origin")}}}
	p.show(w, r, work, listPage{Head: ui.Head{Title: ui.T(ctx, "config.part.templates"), Lead: ui.T(ctx, "config.templates.lead", "Version", called(ctx, work.Number))}, Table: t, Action: "/config/templates", Folded: "config.group.rows"})
}

func (p *Pages) templateForm(r *http.Request, w working) (form, error) {
	ctx, key := r.Context(), r.FormValue("key")
	s, known := document.SentenceOf(key)
	if !known {
		return form{}, fault.NotFound("sentence " + key)
	}
	in := optional(rows(field(ctx, ui.Area, "sentence", typed(r, "sentence", w.Set.Templates[key])), 3))
	in.Hint, in.Lang = ui.T(ctx, "config.field.said.hint", "Text", s.Said), "zh-Hans"
	if s.English() {
		in.Lang = "en"
	}
	f := form{Title: ui.T(ctx, "config.template.title", "Of", ui.T(ctx, "config.of."+s.Of()), "Key", key), Lead: ui.T(ctx, "config.template.lead"), Subject: []ui.Hidden{{Name: "key", Value: key}}, Fields: []ui.Field{in}}
	f.Make = func() (pack.Content, error) { return w.Content.WithTemplate(key, typed(r, "sentence", "")) }
	f.Field = func(m pack.Mistake) string {
		if m.File == pack.TemplatesFile && m.Key == key {
			return "sentence"
		}
		return ""
	}
	f.Preview = func(s *pack.Set) ([]byte, string, error) {
		return document.Specimen(key, s.Office.Name.Zh, s.Templates)
	}
	return f, nil
}
