package config

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"yitang/internal/access"
	"yitang/internal/calendar"
	room "yitang/internal/config"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// How many cases a change is tried on, and how long that takes at a time: those that
// are left then are compared when somebody goes on.
const casesTried = 500

var triedIn = 8 * time.Second

// form is one thing that can be changed: its fields, filled with what was
// typed or else with what is, and what they make of the pack.
type form struct {
	Title, Lead string
	Fields      []ui.Field
	Groups      []group
	Subject     []ui.Hidden // what it is about: sent with the form
	// Make gives the pack as the form would have it. Beside what is wrong with the
	// form it may give one too, with what stands for what couldn't be read: what is
	// wrong with the rest is told in the same go.
	Make func() (pack.Content, error)
	// Field gives the field that a mistake of the pack belongs to.
	Field func(pack.Mistake) string
	Extra []ui.Button
	// Reason is offered where there is one that goes without saying.
	Reason string
	// Action is where it is sent; "" is the address that it is shown at.
	Action string
	// Preview is a file that shows what the pack would make; nil for none.
	Preview func(*pack.Set) (pdf []byte, name string, err error)
	// Sheet offers to fill the form from a spreadsheet, and says how the one
	// that was given was read.
	Sheet *fromSheet
}

type group struct {
	Title  string
	Fields []ui.Field
}

// typed reads a form that came back, or what stands now.
func typed(r *http.Request, name, stands string) string {
	if r.Method == http.MethodPost {
		return strings.ReplaceAll(strings.TrimRight(r.PostFormValue(name), " \t\r\n"), "\r\n", "\n")
	}
	return stands
}

func (p *Pages) form(r *http.Request, w working) (form, error) {
	switch r.PathValue("what") {
	case "threshold":
		return p.thresholdForm(r, w)
	case "rule":
		return p.ruleForm(r, w)
	case "off":
		return p.offForm(r, w)
	case "paths":
		return p.pathsForm(r, w)
	case "entry":
		return p.entryForm(r, w)
	case "text":
		return p.textForm(r, w)
	case "template":
		return p.templateForm(r, w)
	case "telling":
		return p.tellingForm(r, w)
	case "release":
		return p.releaseForm(r, w)
	case "file":
		return p.fileForm(r, w)
	case "restore":
		return p.restoreForm(r, w)
	}
	return form{}, fault.NotFound(r.URL.Path)
}

// ui:keys config.field.*
func field(ctx context.Context, kind ui.Kind, name, value string) ui.Field {
	f := ui.Field{Kind: kind, Name: name, Label: ui.T(ctx, "config.field."+name), Value: value}
	if key := "config.field." + name + ".hint"; ui.Known(key) {
		f.Hint = ui.T(ctx, key)
	}
	return f
}

func optional(f ui.Field) ui.Field { f.Optional = true; return f }

func rows(f ui.Field, n int) ui.Field { f.Rows = n; return f }

func options(chosen string, all ...ui.Option) []ui.Option {
	for i := range all {
		all[i].Chosen = all[i].Value == chosen
	}
	return all
}

func (p *Pages) thresholdForm(r *http.Request, w working) (form, error) {
	ctx, key := r.Context(), r.FormValue("key")
	today := p.Office.Journal.Today()
	stands, known := w.Set.Ref.Parameters.On(key, today)
	if !known {
		for _, x := range w.Set.Ref.Parameters { // one that begins later
			if x.Key == key {
				stands, known = x, true
			}
		}
	}
	if !known {
		return form{}, fault.NotFound("threshold " + key)
	}
	words := len(stands.Words) > 0
	value := ui.Field{}
	if words {
		value = rows(field(ctx, ui.Area, "words", typed(r, "words", strings.Join(stands.Words, "\n"))), 8)
	} else {
		value = field(ctx, ui.Text, "value", typed(r, "value", stands.Value))
		value.Width = "short"
		value.Hint = ui.T(ctx, "config.field.value.now", "Value", stands.Value, "Unit", unitName(ctx, stands.Unit))
		if strings.HasPrefix(stands.Unit, "rank") {
			value.Kind, value.Hint = ui.Select, ""
			for _, rank := range dossier.Rank("").Words() {
				value.Options = append(value.Options, ui.Option{Value: rank, Text: word(ctx, "rank", rank), Chosen: rank == value.Value})
			}
		}
	}
	f := form{Title: ui.T(ctx, "config.threshold.title", "Name", thresholdNames(ctx, key)[0], "Key", key), Lead: ui.T(ctx, "config.threshold.lead", "Value", p.spelt(ctx, w.Set, stands), "Basis", stands.Basis, "Rules", ruleNames(ctx, w.Set, key)),
		Subject: []ui.Hidden{{Name: "key", Value: key}},
		Fields: []ui.Field{value, field(ctx, ui.Text, "basis", typed(r, "basis", "")),
			field(ctx, ui.DateKind, "from", typed(r, "from", today.Next().String())), optional(field(ctx, ui.DateKind, "to", typed(r, "to", "")))}}
	f.Make = func() (pack.Content, error) {
		line := pack.ThresholdLine{Key: key, Unit: stands.Unit, Basis: r.PostFormValue("basis")}
		if words {
			for _, s := range strings.Split(r.PostFormValue("words"), "\n") {
				if s = strings.TrimSpace(s); s != "" {
					line.Words = append(line.Words, s)
				}
			}
		} else {
			line.Value = strings.ReplaceAll(dossier.FoldText(r.PostFormValue("value")), "／", "/") // ６ of a Chinese keyboard is 6
		}
		var wrong []fault.Finding
		day := func(name string, needed bool) calendar.Date {
			text := strings.TrimSpace(r.PostFormValue(name))
			d, err := calendar.Parse(text)
			if err != nil && (text != "" || needed) {
				wrong = append(wrong, fault.Finding{Field: name, Key: "config.day.unreadable"})
			}
			return d
		}
		line.From, line.To = day("from", true), day("to", false)
		if !line.To.IsZero() && line.To.Before(line.From) {
			wrong = append(wrong, fault.Finding{Field: "to", Key: "config.day.backwards"})
		}
		if strings.TrimSpace(line.Basis) == "" {
			wrong = append(wrong, fault.Finding{Field: "basis", Key: "form.empty"})
		}
		if line.Value == "" && len(line.Words) == 0 {
			wrong = append(wrong, fault.Finding{Field: value.Name, Key: "form.empty"})
		}
		if len(wrong) == 0 {
			return w.Content.WithThreshold(line)
		}
		line.Basis = cmp.Or(strings.TrimSpace(line.Basis), stands.Basis, "—")
		if line.From.IsZero() || !line.To.IsZero() && line.To.Before(line.From) {
			line.From, line.To = today.Next(), calendar.Date{}
		}
		if line.Value == "" && len(line.Words) == 0 {
			line.Value, line.Words = stands.Value, stands.Words
		}
		content, err := w.Content.WithThreshold(line)
		if err != nil {
			return nil, err
		}
		return content, fault.Invalid(wrong...)
	}
	if slices.ContainsFunc(w.Set.Over, func(o ref.Parameter) bool { return o.Key == key }) {
		f.Extra = restoring(ctx, "threshold", key)
	}
	f.Field = func(m pack.Mistake) string {
		if m.File != "parameters.yaml" {
			return ""
		}
		return value.Name
	}
	return f, nil
}

// ruleFields are the keys of a rule as the form has them, in its order.
var ruleFields = []string{"id", "title.zh", "title.en", "scope", "at", "absent", "needs", "if", "when", "severity", "field", "message.zh", "message.en", "fix.zh", "fix.en", "basis.text", "basis.source", "basis.address", "pass", "fail", "more"}

// ruleParts are those keys' values as text.
func ruleParts(text string) map[string]string {
	var entry yaml.Node
	out := map[string]string{}
	if yaml.Unmarshal([]byte(text), &entry) != nil || len(entry.Content) == 0 {
		return out
	}
	rest := yaml.Node{Kind: yaml.MappingNode}
	plain := func(n *yaml.Node) string {
		if n.Kind == yaml.ScalarNode {
			return n.Value
		}
		var all []string
		for _, item := range n.Content {
			all = append(all, item.Value)
		}
		return strings.Join(all, "\n")
	}
	asYAML := func(n *yaml.Node) string {
		b, err := yaml.Marshal(n)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(b))
	}
	m := entry.Content[0]
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, v := m.Content[i].Value, m.Content[i+1]
		switch key {
		case "title", "message", "fix", "basis":
			for j := 0; j+1 < len(v.Content); j += 2 {
				out[key+"."+v.Content[j].Value] = v.Content[j+1].Value
			}
		case "examples":
			for j := 0; j+1 < len(v.Content); j += 2 {
				out[v.Content[j].Value] = asYAML(v.Content[j+1])
			}
		case "id", "scope", "absent", "if", "when", "field", "at", "needs":
			out[key] = plain(v)
		case "severity":
			if v.Kind == yaml.ScalarNode {
				out[key] = v.Value
			} else {
				rest.Content = append(rest.Content, m.Content[i], v)
			}
		default:
			rest.Content = append(rest.Content, m.Content[i], v)
		}
	}
	if len(rest.Content) > 0 {
		out["more"] = asYAML(&rest)
	}
	return out
}

// ruleText puts a rule together from a form; a part that is no YAML is told
// with its field.
func ruleText(get func(string) string) ([]byte, error) {
	rule := yaml.Node{Kind: yaml.MappingNode}
	var wrong []fault.Finding
	text := func(s string) *yaml.Node {
		var n yaml.Node
		n.SetString(s)
		return &n
	}
	add := func(to *yaml.Node, key string, v *yaml.Node) { to.Content = append(to.Content, text(key), v) }
	part := func(name string) *yaml.Node {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(get(name)), &doc); err != nil {
			line := strings.TrimPrefix(err.Error(), "yaml: ")
			wrong = append(wrong, fault.Finding{Field: name, Text: fault.Text{Zh: "不是有效的 YAML：" + line, En: "this is no YAML: " + line}})
			return nil
		}
		if len(doc.Content) == 0 {
			return nil
		}
		return doc.Content[0]
	}
	list := func(name string) *yaml.Node {
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, s := range strings.Split(get(name), "\n") {
			if s = strings.TrimSpace(s); s != "" {
				n.Content = append(n.Content, text(s))
			}
		}
		return n
	}
	pair := func(key string, of ...string) {
		n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		for _, k := range of {
			if v := get(key + "." + k); v != "" {
				add(n, k, text(v))
			}
		}
		if len(n.Content) > 0 {
			add(&rule, key, n)
		}
	}
	one := func(key string) {
		if v := get(key); v != "" {
			add(&rule, key, text(v))
		}
	}
	one("id")
	pair("title", "zh", "en")
	one("scope")
	add(&rule, "at", list("at"))
	one("absent")
	if needs := list("needs"); len(needs.Content) > 0 {
		add(&rule, "needs", needs)
	}
	one("if")
	one("when")
	one("severity")
	one("field")
	pair("message", "zh", "en")
	pair("fix", "zh", "en")
	pair("basis", "text", "source", "address")
	if more := part("more"); more != nil {
		if more.Kind != yaml.MappingNode {
			wrong = append(wrong, fault.Finding{Field: "more", Key: "config.rule.more_mapping"})
		} else {
			for i := 0; i+1 < len(more.Content); i += 2 {
				if more.Content[i].Value == "severity" && get("severity") != "" {
					wrong = append(wrong, fault.Finding{Field: "severity", Key: "config.rule.severity_twice"})
				}
			}
			rule.Content = append(rule.Content, more.Content...)
		}
	}
	examples := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range []string{"pass", "fail"} {
		if n := part(name); n != nil {
			add(examples, name, n)
		}
	}
	if len(examples.Content) > 0 {
		add(&rule, "examples", examples)
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return yaml.Marshal(&rule)
}

// ui:keys config.scope.*
// ui:keys config.moment.*
// ui:keys config.absent.*
func (p *Pages) ruleForm(r *http.Request, w working) (form, error) {
	ctx, id := r.Context(), r.FormValue("id")
	was := r.FormValue("was") // the rule that the form began from
	if r.Method == http.MethodGet {
		was = id
	}
	text, title := "", ui.T(ctx, "config.rule.new")
	mine := false
	if was != "" {
		if text = w.Content.RuleText(was); text != "" {
			mine = true
		} else if text = pack.BuiltRuleText(was); text == "" {
			return form{}, fault.NotFound("rule " + was)
		}
		title = ui.T(ctx, "config.rule.title", "Rule", was)
	}
	parts := ruleParts(text)
	if was == "" {
		parts = map[string]string{"scope": "case", "at": "submit\nintake", "absent": "silent", "severity": "warn",
			"pass": "- {base: valid-germany-5-days}", "fail": "- {base: valid-three-countries-10-days}"}
	}
	value := func(name string) string { return typed(r, name, parts[name]) }
	in := func(kind ui.Kind, name string) ui.Field { return field(ctx, kind, name, value(name)) }
	pick := func(name, words string, all ...string) ui.Field {
		f := in(ui.Select, name)
		if name != "severity" || value(name) == "" {
			f.Options = append(f.Options, ui.Option{Text: ui.T(ctx, "config.choose")})
		}
		for _, v := range all {
			f.Options = append(f.Options, ui.Option{Value: v, Text: ui.T(ctx, words+v), Chosen: v == value(name)})
		}
		return f
	}
	at := in(ui.Checks, "at")
	at.Across = true
	chosen := strings.Fields(value("at"))
	if r.Method == http.MethodPost {
		chosen = r.PostForm["at"]
	}
	for _, m := range []string{"draft", "submit", "intake", "decide", "order", "lodge", "checkout", "amendment", "after"} {
		at.Options = append(at.Options, ui.Option{Value: m, Text: ui.T(ctx, "config.moment."+m), Chosen: slices.Contains(chosen, m)})
	}
	severity := optional(pick("severity", "config.severity.", "block", "warn", "info"))
	idField := in(ui.Text, "id")
	idField.Width = "short"
	f := form{Title: title, Lead: ui.T(ctx, "config.rule.lead"), Subject: []ui.Hidden{{Name: "was", Value: was}},
		Groups: []group{
			{ui.T(ctx, "config.rule.what"), []ui.Field{idField, optional(in(ui.Text, "title.zh")), optional(in(ui.Text, "title.en")), severity, at}},
			{ui.T(ctx, "config.rule.condition"), []ui.Field{pick("scope", "config.scope.", "case", "member", "leg", "day", "invitation", "line", "trip"), optional(rows(in(ui.Area, "if"), 2)), optional(rows(in(ui.Area, "when"), 3)),
				optional(rows(in(ui.Area, "needs"), 2)), pick("absent", "config.absent.", "silent", "fires", "unknown")}},
			{ui.T(ctx, "config.rule.says"), []ui.Field{in(ui.Text, "field"), rows(in(ui.Area, "message.zh"), 2), rows(in(ui.Area, "message.en"), 2), rows(in(ui.Area, "fix.zh"), 2), rows(in(ui.Area, "fix.en"), 2), in(ui.Text, "basis.text"), in(ui.Text, "basis.source"), optional(in(ui.Text, "basis.address"))}},
			{ui.T(ctx, "config.rule.examples"), []ui.Field{rows(in(ui.Area, "pass"), 4), rows(in(ui.Area, "fail"), 4), optional(rows(in(ui.Area, "more"), 5))}},
		}}
	off := slices.ContainsFunc(w.Set.Off, func(o pack.RuleOff) bool { return o.Rule == was })
	switch {
	case was != "" && off:
		f.Extra = []ui.Button{{Text: ui.T(ctx, "config.rule.on"), URL: "/config/edit/off?id=" + was, Kind: ui.Second}}
	case was != "" && mine:
		f.Extra = []ui.Button{{Text: ui.T(ctx, "config.rule.drop"), URL: "/config/edit/off?id=" + was, Kind: ui.Second}}
	case was != "":
		f.Extra = []ui.Button{{Text: ui.T(ctx, "config.rule.off"), URL: "/config/edit/off?id=" + was, Kind: ui.Second}}
	}
	f.Make = func() (pack.Content, error) {
		b, err := ruleText(func(name string) string {
			if name == "at" {
				return strings.Join(r.PostForm["at"], "\n")
			}
			return value(name)
		})
		if err != nil {
			return nil, err
		}
		return w.Content.WithRule(value("id"), b)
	}
	f.Field = func(m pack.Mistake) string {
		_, rest, _ := strings.Cut(m.Key, ".")
		rest = strings.TrimPrefix(rest, "examples.")
		if rest == "examples" {
			return "fail"
		}
		for _, name := range ruleFields {
			if rest == name || strings.HasPrefix(rest, name+"[") || strings.HasPrefix(rest, name+".") {
				return name
			}
		}
		for _, name := range []string{"message", "fix", "title", "basis"} {
			if rest == name {
				return name + map[bool]string{true: ".text", false: ".en"}[name == "basis"]
			}
		}
		if strings.HasPrefix(m.File, "rules/") && rest != "" {
			return "more"
		}
		return ""
	}
	return f, nil
}

func (p *Pages) offForm(r *http.Request, w working) (form, error) {
	ctx, id := r.Context(), r.FormValue("id")
	off := slices.ContainsFunc(w.Set.Off, func(o pack.RuleOff) bool { return o.Rule == id })
	mine := w.Content.RuleText(id) != ""
	if !off && !mine && pack.BuiltRuleText(id) == "" {
		return form{}, fault.NotFound("rule " + id)
	}
	f := form{Subject: []ui.Hidden{{Name: "id", Value: id}}, Field: func(pack.Mistake) string { return "" }}
	switch {
	case off:
		f.Title, f.Lead = ui.T(ctx, "config.off.on_title", "Rule", id), ui.T(ctx, "config.off.on_lead")
		f.Make = func() (pack.Content, error) { return w.Content.WithRuleOff(id, "") }
	case mine:
		f.Title, f.Lead = ui.T(ctx, "config.off.drop_title", "Rule", id), ui.T(ctx, "config.off.drop_lead")
		f.Make = func() (pack.Content, error) { return w.Content.WithoutRule(id) }
	default:
		f.Title, f.Lead = ui.T(ctx, "config.off.title", "Rule", id), ui.T(ctx, "config.off.lead")
		// The reason for the version is the reason that stands with the rule.
		f.Make = func() (pack.Content, error) {
			why := strings.TrimSpace(r.PostFormValue("reason"))
			if why == "" {
				return nil, fault.Field("reason", "config.save.reason", nil)
			}
			return w.Content.WithRuleOff(id, why)
		}
	}
	return f, nil
}

// restoring is the button that leads back to what the program brings.
func restoring(ctx context.Context, of, key string) []ui.Button {
	return []ui.Button{{Text: ui.T(ctx, "config.restore"), URL: "/config/edit/restore?" + url.Values{"of": {of}, "key": {key}}.Encode(), Kind: ui.Second}}
}

// restoreForm takes the office's own of one threshold or sentence out, so that
// what the program brings holds again. Its reason is written already.
func (p *Pages) restoreForm(r *http.Request, w working) (form, error) {
	ctx, of, key := r.Context(), r.FormValue("of"), r.FormValue("key")
	f := form{Subject: []ui.Hidden{{Name: "of", Value: of}, {Name: "key", Value: key}}, Field: func(pack.Mistake) string { return "" }}
	name := key
	switch _, said := w.Set.Texts[key]; {
	case of == "threshold" && slices.ContainsFunc(w.Set.Over, func(o ref.Parameter) bool { return o.Key == key }):
		name = thresholdNames(ctx, key)[0]
		f.Lead = ui.T(ctx, "config.restore.unread")
		for _, x := range w.Base.Ref.Parameters {
			if x.Key == key {
				f.Lead = ui.T(ctx, "config.restore.lead", "Text", p.spelt(ctx, w.Base, x))
				break
			}
		}
		f.Make = func() (pack.Content, error) { return w.Content.WithoutThreshold(key) }
	case of == "text" && said:
		built, _ := ui.WordingOf(key)
		name, f.Lead = built.Zh, ui.T(ctx, "config.restore.lead", "Text", built.Zh)
		if english(ctx) {
			name, f.Lead = built.En, ui.T(ctx, "config.restore.lead", "Text", built.En)
		}
		f.Make = func() (pack.Content, error) { return w.Content.WithText(key, pack.Text{}) }
	default:
		return f, fault.NotFound("own " + of + " " + key)
	}
	f.Title = ui.T(ctx, "config.restore.title", "Name", name)
	f.Reason = f.Title
	return f, nil
}

func (p *Pages) fileForm(r *http.Request, w working) (form, error) {
	ctx, name := r.Context(), r.FormValue("name")
	_, mine := w.Content[name]
	if name == "pack.yaml" || !mine && !slices.Contains(pack.Files(), name) && name != pack.OwnRules {
		return form{}, fault.NotFound("file " + name)
	}
	stands := string(w.Content[name])
	if !mine && (name == "office.yaml" || name == "path.yaml" || name == "catalogue.yaml") {
		if c, err := pack.BuiltContent(); err == nil {
			stands = string(c[name])
		}
	}
	area := rows(field(ctx, ui.Area, "text", typed(r, "text", stands)), 24)
	f := form{Title: ui.T(ctx, "config.file.title", "Name", name), Lead: ui.T(ctx, "config.file.lead"), Subject: []ui.Hidden{{Name: "name", Value: name}}, Fields: []ui.Field{optional(area)}}
	if name == ratesFile {
		f.Sheet = &fromSheet{Key: web.NewKey()}
		if w.chosen() {
			f.Sheet.Base = strconv.Itoa(w.Number)
		}
	}
	f.Make = func() (pack.Content, error) { return w.Content.WithFile(name, []byte(value(r, "text"))), nil }
	f.Field = func(m pack.Mistake) string {
		if m.File == name {
			return "text"
		}
		return ""
	}
	return f, nil
}

func value(r *http.Request, name string) string {
	text := strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}

// editView is a form with what it would change.
type editView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Action  string
	Key     string
	Seen    string
	Form    form
	Reason  ui.Field
	Tried   bool // it holds: what follows is what it changes
	Trials  string
	AsOf    string // as of which day the examples of thresholds are judged
	Changed string
	Differ  ui.Table
	Goes    ui.Table
	Sums    string
	More    ui.Button // goes on with the cases that are left; none when all were compared
	Diffs   []pack.FileDiff
	Base    string // which version it starts from
	Against string // what its effects are compared with
	Changes string // what the differences are compared with
}

func (p *Pages) getEdit(w http.ResponseWriter, r *http.Request) {
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	f, err := p.form(r, work)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.showEdit(w, r, work, f, nil, nil)
}

// postEdit shows what a form would change, or saves it.
func (p *Pages) postEdit(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	f, err := p.form(r, work)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	content, err := f.Make()
	saving := r.PostFormValue("do") == "save"
	var report pack.Report
	if wrong := fault.Findings(err); err == nil || wrong != nil && content != nil {
		var bad error
		if report, bad = p.Office.CheckPack(ctx, content); bad != nil {
			p.Site.Fail(w, r, bad)
			return
		}
		if !report.Holds() {
			wrong = append(wrong, told(report.Mistakes, f.Field)...)
		}
		if saving && len(wrong) > 0 && strings.TrimSpace(r.PostFormValue("reason")) == "" {
			wrong = append(wrong, fault.Finding{Field: "reason", Key: "config.save.reason"})
		}
		if len(wrong) > 0 {
			err = fault.Invalid(wrong...)
		}
	}
	if err == nil && r.PostFormValue("do") == "preview" && f.Preview != nil {
		pdf, name, err := f.Preview(report.Set)
		web.ShowPrint(p.Site, w, r, name, pdf, err)
		return
	}
	if err == nil && saving {
		var number int
		number, _, err = p.Office.SavePack(ctx, web.Order(r, room.ID), content, node.SavedPack{Parent: work.Number, Author: web.Who(r).Name, Reason: r.PostFormValue("reason"), Origin: room.Edited})
		if err == nil {
			http.Redirect(w, r, versionURL(number), http.StatusSeeOther)
			return
		}
	}
	if err != nil && fault.Findings(err) == nil {
		p.Site.Fail(w, r, err)
		return
	}
	if err != nil {
		p.showEdit(w, r, work, f, nil, err)
		return
	}
	p.showEdit(w, r, work, f, &tried{report, pack.Diff(work.Content, content)}, nil)
}

// told are a pack's mistakes, beside the fields of the form that they belong to.
func told(all pack.Mistakes, of func(pack.Mistake) string) []fault.Finding {
	var fs []fault.Finding
	for _, m := range all {
		f := fault.Finding{Field: of(m), Text: m.Text}
		if f.Field == "" || f.Field == "text" || f.Field == "more" {
			f.Text = fault.Text{Zh: m.In("zh"), En: m.In("en")}
		}
		fs = append(fs, f)
	}
	return fs
}

type tried struct {
	report pack.Report
	diffs  []pack.FileDiff
}

func (p *Pages) showEdit(w http.ResponseWriter, r *http.Request, work working, f form, t *tried, bad error) {
	ctx := r.Context()
	beside := ui.FieldErrors(ctx, bad)
	mark := func(fields []ui.Field) {
		for i := range fields {
			fields[i].Error = beside[fields[i].Name]
		}
	}
	mark(f.Fields)
	for _, g := range f.Groups {
		mark(g.Fields)
	}
	v := editView{Head: ui.Head{Title: f.Title, Lead: f.Lead, Actions: f.Extra}, Errors: ui.Summarise(ctx, bad), Action: cmp.Or(f.Action, r.URL.Path), Key: web.NewKey(), Seen: fmt.Sprint(int64(work.Seen)), Form: f}
	v.Reason = ui.Field{Kind: ui.Text, Name: "reason", Label: ui.T(ctx, "config.reason"), Hint: ui.T(ctx, "config.reason.hint"), Value: cmp.Or(r.FormValue("reason"), f.Reason), Error: beside["reason"], Max: 200}
	v.Base = work.says(ctx)
	v.Against, v.Changes = ui.T(ctx, "config.edit.against", "Version", called(ctx, work.InForce)), ui.T(ctx, "config.v.diff", "Version", called(ctx, work.Number))
	if work.chosen() {
		v.Form.Subject = append(v.Form.Subject, ui.Hidden{Name: "base", Value: strconv.Itoa(work.Number)})
		for i := range v.Head.Actions {
			v.Head.Actions[i].URL = work.at(v.Head.Actions[i].URL)
		}
	}
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	}
	if t != nil {
		if err := p.effect(r, &v, t.report); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Diffs = t.diffs
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: f.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f.Title)}, editPage(v))
}

// effect fills in what a pack that holds would change.
func (p *Pages) effect(r *http.Request, v *editView, report pack.Report) error {
	ctx := r.Context()
	v.Tried = true
	v.Trials = ui.T(ctx, "config.trials", "Count", report.Trials-len(report.Changed))
	if len(report.Days) > 0 {
		var days []string
		for _, d := range report.Days {
			days = append(days, ui.Date(ctx, d))
		}
		v.AsOf = ui.T(ctx, "config.trials_on", "Days", ui.List(ctx, days))
	}
	if len(report.Changed) > 0 {
		var rules []string
		for _, t := range report.Changed {
			said := t.Rule
			if len(report.Days) > 1 {
				said = ui.T(ctx, "config.trials_from", "Rule", t.Rule, "Day", ui.Date(ctx, t.From))
			}
			if !slices.Contains(rules, said) {
				rules = append(rules, said)
			}
		}
		v.Changed = ui.T(ctx, "config.trials_changed", "Rules", ui.List(ctx, rules))
	}
	c, err := p.comparing.of(r, p.Office, report.Set, r.PostFormValue("do") == "more")
	if err != nil {
		return err
	}
	if c.Cut {
		v.More = ui.Button{Text: ui.T(ctx, "config.compare_more", "Count", c.Of-c.Cases), Name: "do", Value: "more", Kind: ui.Second}
	}
	v.Sums, v.Differ, v.Goes = p.compared(ctx, c, web.Who(r).May(access.SeeCase))
	return nil
}

// compared says which of the newest cases would have come out otherwise, and
// which would have gone another way.
func (p *Pages) compared(ctx context.Context, c node.Comparison, mayLook bool) (string, ui.Table, ui.Table) {
	t := ui.Table{Caption: ui.T(ctx, "config.differ"), Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "config.col.case")}, {Text: ui.T(ctx, "config.col.comes")}, {Text: ui.T(ctx, "config.col.goes")}, {Text: ui.T(ctx, "config.col.effect")}}}
	g := ui.Group{}
	for _, d := range c.Differ {
		name := caseCell(ctx, d.Number, d.Title, d.Filing, mayLook)
		effect := ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.effect.says")}
		if d.Blocks {
			effect = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "config.effect.blocks")}
		} else if d.Frees {
			effect = ui.Tag{State: ui.OK, Word: ui.T(ctx, "config.effect.frees")}
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{name, {Text: strings.Join(spoken(ctx, d.Comes), " ")}, {Text: strings.Join(spoken(ctx, d.Goes), " ")}, {Tag: effect}}})
	}
	g.Rows = nameless(ctx, g.Rows)
	if len(g.Rows) > 0 {
		t.Groups = []ui.Group{g}
	}
	sums := ui.T(ctx, "config.compared", "Count", c.Cases, "Differ", len(c.Differ))
	if c.Cases > 0 {
		sums = ui.Sentences(ctx, sums, ui.T(ctx, "config.compared_of"))
	}
	if len(c.Apart) > 0 {
		var names []string
		for _, r := range c.Apart {
			names = append(names, r.ID+" "+ui.Say(ctx, fault.Text{Zh: r.Title.Zh, En: r.Title.En}))
		}
		sums = ui.Sentences(ctx, sums, ui.T(ctx, "config.compared_apart", "Rules", ui.List(ctx, names)))
	}
	if c.Cut {
		sums = ui.Sentences(ctx, sums, ui.T(ctx, "config.compared_cut", "Count", c.Of-c.Cases, "Of", c.Of))
	}
	if len(c.Goes) > 0 {
		sums = ui.Sentences(ctx, sums, ui.T(ctx, "config.compared_goes", "Count", len(c.Goes)))
	}
	return sums, t, courses(ctx, c.Goes, mayLook)
}

func spoken(ctx context.Context, keys []string) []string {
	var out []string
	for _, k := range keys {
		rule, severity, _ := strings.Cut(k, " ")
		out = append(out, rule+"（"+ui.T(ctx, "config.severity."+severity)+"）")
	}
	return out
}

func number(r *http.Request) int {
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return 0
	}
	return n
}
