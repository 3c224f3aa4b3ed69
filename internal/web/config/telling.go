package config

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// getTelling lists who is told of what, by which way and when.
//
// ui:keys told.event.*
// ui:keys told.role.*
// ui:keys told.way.*
// ui:keys config.tell.when.*
func (p *Pages) getTelling(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	may, q := web.Who(r).May(access.Configure), r.FormValue("q")
	t := ui.Table{Caption: ui.T(ctx, "config.part.telling"), Cards: true, Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "config.none_found")},
		Columns: []ui.Column{{Text: ui.T(ctx, "config.tell.event")}, {Text: ui.T(ctx, "config.tell.who")}, {Text: ui.T(ctx, "config.col.origin")}}}
	hours := ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "config.tell.hours"), Head: true}, {Text: ui.T(ctx, "config.tell.hours.now", "From", work.Set.Telling.Quiet.From.String(), "Until", work.Set.Telling.Quiet.Until.String(), "Digest", work.Set.Telling.Digest.String())}, {}}}
	if may {
		hours.Cells[0].URL = "/config/edit/telling"
	}
	rows := []ui.Row{hours}
	for _, of := range pack.Tellables() {
		name, told := ui.T(ctx, "told.event."+string(of.Event)), said(ctx, of, work.Set.Telling.Events[of.Event])
		if !matches(q, string(of.Event), name, told) {
			continue
		}
		cell, tag := ui.Cell{Text: name, Head: true}, ui.Tag{}
		if of.Legal {
			cell.Sub = ui.T(ctx, "config.tell.legal")
		}
		if may {
			cell.URL = "/config/edit/telling?event=" + url.QueryEscape(string(of.Event))
		}
		if work.Content.OwnTelled(of.Event) {
			tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.origin.own")}
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{cell, {Text: told}, {Text: ui.T(ctx, "config.tell.words"), URL: "/config/texts?q=" + url.QueryEscape("told.text."+string(of.Event)), Tag: tag}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	p.show(w, r, work, listPage{Head: ui.Head{Title: ui.T(ctx, "config.part.telling"), Lead: ui.T(ctx, "config.tell.lead", "Version", called(ctx, work.Number))}, Table: t, Action: "/config/telling"})
}

// said is who hears of an event, in a line: 专管员：邮件，工作日.
func said(ctx context.Context, of pack.Tellable, t pack.Telled) string {
	var all []string
	for _, role := range of.Roles {
		tell, hears := t.To[role]
		if !hears {
			continue
		}
		ways := []string{ui.T(ctx, "config.tell.page")}
		for _, w := range tell.Ways {
			ways = append(ways, ui.T(ctx, "told.way."+string(w)))
		}
		all = append(all, ui.T(ctx, "config.tell.one", "Who", ui.T(ctx, "told.role."+string(role)), "Ways", strings.Join(ways, " → "), "When", ui.T(ctx, "config.tell.when."+string(tell.When))))
	}
	if len(all) == 0 {
		return ui.T(ctx, "config.tell.nobody")
	}
	return ui.List(ctx, all)
}

func (p *Pages) tellingForm(r *http.Request, w working) (form, error) {
	event := pack.TellEvent(r.FormValue("event"))
	if event == "" {
		return p.hoursForm(r, w), nil
	}
	of, known := pack.TellableOf(event)
	if !known {
		return form{}, fault.NotFound("event " + string(event))
	}
	ctx, stands := r.Context(), w.Set.Telling.Events[event]
	f := form{Title: ui.T(ctx, "config.tell.title", "Event", ui.T(ctx, "told.event."+string(event))), Lead: ui.T(ctx, "config.tell.form"), Subject: []ui.Hidden{{Name: "event", Value: string(event)}}}
	for _, role := range of.Roles {
		at, tell := string(role), stands.To[role]
		when := named(ctx, ui.Select, at+".when", "tell.when", "")
		chosen := typed(r, at+".when", string(tell.When))
		when.Options = []ui.Option{{Text: ui.T(ctx, "config.tell.when.never"), Chosen: chosen == ""}}
		for _, v := range pack.TellWhen("").Words() {
			when.Options = append(when.Options, ui.Option{Value: v, Text: ui.T(ctx, "config.tell.when."+v), Chosen: chosen == v})
		}
		g := group{ui.T(ctx, "told.role."+at), []ui.Field{when}}
		for i := range pack.TellWay("").Words() {
			now := ""
			if i < len(tell.Ways) {
				now = string(tell.Ways[i])
			}
			name := fmt.Sprintf("%s.way%d", at, i)
			way := named(ctx, ui.Select, name, "tell.way", "")
			way.Label = ui.T(ctx, "config.field.tell.way_n", "Number", i+1)
			chosen := typed(r, name, now)
			way.Options = []ui.Option{{Text: ui.T(ctx, "config.tell.no_way"), Chosen: chosen == ""}}
			for _, v := range pack.TellWay("").Words() {
				way.Options = append(way.Options, ui.Option{Value: v, Text: ui.T(ctx, "told.way."+v), Chosen: chosen == v})
			}
			g.Fields = append(g.Fields, optional(way))
		}
		f.Groups = append(f.Groups, g)
	}
	f.Groups = append(f.Groups, group{ui.T(ctx, "config.tell.sms"), smsFields(r, stands.SMS, of.Fills)})
	f.Make = func() (pack.Content, error) {
		t := pack.Telled{To: map[pack.TellRole]pack.Tell{}, SMS: smsTyped(r)}
		for _, role := range of.Roles {
			when := typed(r, string(role)+".when", "")
			if when == "" {
				continue
			}
			tell := pack.Tell{When: pack.TellWhen(when), Ways: []pack.TellWay{}}
			for i := range pack.TellWay("").Words() {
				if v := typed(r, fmt.Sprintf("%s.way%d", role, i), ""); v != "" {
					tell.Ways = append(tell.Ways, pack.TellWay(v))
				}
			}
			t.To[role] = tell
		}
		return w.Content.WithTelled(event, &t)
	}
	f.Field = func(m pack.Mistake) string {
		at := "events." + string(event) + "."
		if m.File != pack.TellingFile || !strings.HasPrefix(m.Key, at) {
			return ""
		}
		key := strings.TrimPrefix(m.Key, at)
		switch {
		case key == "to":
			return string(of.Roles[0]) + ".when"
		case strings.HasSuffix(key, ".ways"):
			return strings.TrimSuffix(strings.TrimPrefix(key, "to."), ".ways") + ".way0"
		case strings.HasPrefix(key, "sms.params"):
			return "sms.params"
		case strings.HasPrefix(key, "sms"):
			return "sms.template"
		}
		return strings.TrimPrefix(key, "to.")
	}
	return f, nil
}

// smsFields are the number of a text that the provider has approved, and what fills
// its places.
func smsFields(r *http.Request, t *pack.SMSTemplate, fills []string) []ui.Field {
	ctx := r.Context()
	if t == nil {
		t = &pack.SMSTemplate{}
	}
	template := optional(named(ctx, ui.Text, "sms.template", "tell.template", typed(r, "sms.template", t.Template)))
	params := optional(named(ctx, ui.Text, "sms.params", "tell.params", typed(r, "sms.params", strings.Join(t.Params, " "))))
	params.Hint = ui.T(ctx, "config.field.tell.params.of", "Fills", strings.Join(fills, " "))
	return []ui.Field{template, params}
}

func smsTyped(r *http.Request) *pack.SMSTemplate {
	t := pack.SMSTemplate{Template: strings.TrimSpace(typed(r, "sms.template", "")), Params: strings.Fields(typed(r, "sms.params", ""))}
	if t.Template == "" && len(t.Params) == 0 {
		return nil
	}
	return &t
}

// named is a field whose label is of another name than what it sends.
func named(ctx context.Context, kind ui.Kind, name, label, value string) ui.Field {
	f := field(ctx, kind, label, value)
	f.Name = name
	return f
}

// hoursForm is when nobody is rung, when a digest goes out, and the text message that
// proves a number.
func (p *Pages) hoursForm(r *http.Request, w working) form {
	ctx, t := r.Context(), w.Set.Telling
	hour := func(name string, h pack.Hour) ui.Field {
		f := named(ctx, ui.TimeKind, name, "tell."+name, typed(r, name, h.String()))
		f.Width = "short"
		return f
	}
	f := form{Title: ui.T(ctx, "config.tell.hours"), Lead: ui.T(ctx, "config.tell.hours.lead"), Fields: append([]ui.Field{hour("quiet.from", t.Quiet.From), hour("quiet.until", t.Quiet.Until), hour("digest", t.Digest)}, smsFields(r, t.Code, []string{"Code"})...)}
	f.Make = func() (pack.Content, error) {
		var wrong []fault.Finding
		read := func(name string) pack.Hour {
			h, err := pack.ParseHour(strings.TrimSpace(typed(r, name, "")))
			if err != nil {
				wrong = append(wrong, fault.Finding{Field: name, Key: "config.tell.hour"})
			}
			return h
		}
		q, digest := pack.Quiet{From: read("quiet.from"), Until: read("quiet.until")}, read("digest")
		if len(wrong) > 0 {
			return nil, fault.Invalid(wrong...)
		}
		return w.Content.WithTellingHours(q, digest, smsTyped(r))
	}
	f.Field = func(m pack.Mistake) string {
		if m.File == pack.TellingFile && strings.HasPrefix(m.Key, "code") {
			return "sms.template"
		}
		return ""
	}
	return f
}
