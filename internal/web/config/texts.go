package config

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// textsShown is how many of the program's sentences stand on a page: whoever
// looks for one searches.
const textsShown = 50

func (p *Pages) getTexts(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	may, q := web.Who(r).May(access.Configure), r.FormValue("q")
	row := func(w ui.Wording, mine bool) ui.Row {
		said, tag := w.Zh, ui.Tag{}
		other := w.En
		if mine {
			said, other = work.Set.Texts[w.Key].Zh, work.Set.Texts[w.Key].En
			tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.origin.own")}
		}
		if english(ctx) {
			said, other = other, said
		}
		name := ui.Cell{Text: said, Sub: other, Head: true}
		if may {
			name.URL = "/config/edit/text?key=" + url.QueryEscape(w.Key)
		}
		return ui.Row{Cells: []ui.Cell{name, {Text: w.Key, Quiet: true}, {Tag: tag}}}
	}
	var ownRows, rest []ui.Row
	for _, key := range slices.Sorted(maps.Keys(work.Set.Texts)) {
		if x, known := ui.WordingOf(key); known && matches(q, key, x.Zh, x.Hant, x.En, work.Set.Texts[key].Zh, work.Set.Texts[key].En) {
			ownRows = append(ownRows, row(x, true))
		}
	}
	found := 0
	for _, x := range ui.Wordings() {
		if _, mine := work.Set.Texts[x.Key]; mine || !matches(q, x.Key, x.Zh, x.Hant, x.En) {
			continue
		}
		if found++; found <= textsShown {
			rest = append(rest, row(x, false))
		}
	}
	t := ui.Table{Caption: ui.T(ctx, "config.part.texts"), Cards: true, Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "config.none_found")},
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.text")}, {Text: ui.T(ctx, "config.col.key")}, {Text: ui.T(ctx, "config.col.origin")}}}
	title := ui.T(ctx, "config.group.built")
	if found > len(rest) {
		title = ui.T(ctx, "config.texts.first", "Shown", len(rest), "All", found)
	}
	t.Groups = ownFirst(ctx, ownRows, title, rest)
	p.show(w, r, work, listPage{Head: ui.Head{Title: ui.T(ctx, "config.part.texts"), Lead: ui.T(ctx, "config.texts.lead", "Version", called(ctx, work.Number))}, Table: t, Action: "/config/texts"})
}

func (p *Pages) textForm(r *http.Request, w working) (form, error) {
	ctx, key := r.Context(), r.FormValue("key")
	built, known := ui.WordingOf(key)
	if !known {
		return form{}, fault.NotFound("text " + key)
	}
	mine := w.Set.Texts[key]
	in := func(name, stands, built string) ui.Field {
		f := rows(field(ctx, ui.Area, name, typed(r, name, stands)), 2)
		f.Hint = ui.T(ctx, "config.field.said.hint", "Text", built)
		return f
	}
	f := form{Title: ui.T(ctx, "config.text.title", "Key", key), Lead: ui.T(ctx, "config.text.lead"), Subject: []ui.Hidden{{Name: "key", Value: key}},
		Fields: []ui.Field{in("said.zh", mine.Zh, built.Zh), in("said.en", mine.En, built.En), in("said.hant", mine.Hant, built.Hant)}}
	if mine != (pack.Text{}) {
		f.Extra = restoring(ctx, "text", key)
	}
	f.Fields[2].Optional = true
	f.Fields[2].Hint = ui.T(ctx, "config.field.said.hant.hint", "Text", built.Hant)
	f.Make = func() (pack.Content, error) {
		return w.Content.WithText(key, pack.Text{Zh: typed(r, "said.zh", ""), En: typed(r, "said.en", ""), Hant: typed(r, "said.hant", "")})
	}
	f.Field = func(m pack.Mistake) string {
		switch m.Key {
		case key, key + ".zh":
			return "said.zh"
		case key + ".en":
			return "said.en"
		case key + ".zhHant":
			return "said.hant"
		}
		return ""
	}
	return f, nil
}
