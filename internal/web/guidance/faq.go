package guidance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// faqRoutes are the addresses of the frequent questions: for everybody.
func (p *Pages) faqRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /guide/faq", Right: access.Public, Handle: p.getQuestions},
		{Pattern: "GET /guide/faq/{question}", Right: access.Public, Handle: p.getQuestion},
		{Pattern: "POST /guide/faq/{question}/helped", Right: access.Public, Handle: p.postHelped},
	}
}

func questionURL(id string) string { return "/guide/faq/" + url.PathEscape(id) }

// ui:keys faq.topic.*
func topicName(ctx context.Context, t room.Topic) string { return ui.T(ctx, "faq.topic."+string(t)) }

type questionsView struct {
	Head  ui.Head
	Query string
	Topic string
	Chips ui.Chips
	Found string
	Lines []questionLine
	Near  []questionLine // what shares something with what was typed, where nothing fits
	Empty ui.Empty
	All   ui.Link // out of a search, to all of them
}

// questionLine is one question in a list.
type questionLine struct {
	Title, URL, Note string
	Lang             templ.Attributes
}

func questionLines(ctx context.Context, qs []room.Question) []questionLine {
	var out []questionLine
	for _, q := range qs {
		out = append(out, questionLine{Title: ui.Name(ctx, q.Text()), URL: questionURL(q.ID), Note: room.Excerpt(ui.Name(ctx, q.Says()), 60), Lang: langOf(ctx, q)})
	}
	return out
}

// langOf marks what stands in another language than the page: Chinese that the
// office has written alone.
func langOf(ctx context.Context, q room.Question) templ.Attributes {
	if ui.LangOf(ctx) == ui.En && q.AskEn == "" {
		return templ.Attributes{"lang": string(ui.ZhHans)}
	}
	return nil
}

// getQuestions lists what is asked often, or what somebody may mean by what they typed.
func (p *Pages) getQuestions(w http.ResponseWriter, r *http.Request) {
	ctx, typed, topic := r.Context(), strings.TrimSpace(r.FormValue("q")), room.Topic(r.FormValue("topic"))
	all, err := room.CurrentQuestions(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := questionsView{Head: ui.Head{Title: ui.T(ctx, "faq.title"), Lead: ui.T(ctx, "faq.lead")}, Query: typed}
	found := all
	if typed != "" {
		v.All = ui.Link{Text: ui.T(ctx, "faq.to_all"), URL: "/guide/faq"}
	}
	if rule := r.FormValue("rule"); rule != "" {
		found = slices.DeleteFunc(slices.Clone(found), func(q room.Question) bool { return !slices.Contains(q.Rules, rule) })
	}
	if typed == "" {
		room.ByUse(found)
	} else {
		found = room.Find(found, typed)
	}
	v.Chips = ui.Chips{Label: ui.T(ctx, "faq.topics"), Items: []ui.Chip{{Text: ui.T(ctx, "faq.topic.all"), URL: listURL(typed, ""), Count: len(found), Counted: true, Current: topic == ""}}}
	for _, t := range room.Topics() {
		of := slices.DeleteFunc(slices.Clone(found), func(q room.Question) bool { return q.Topic != t })
		if len(of) > 0 || t == topic {
			v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: topicName(ctx, t), URL: listURL(typed, t), Count: len(of), Counted: true, Current: t == topic})
		}
		if t == topic {
			v.Topic = string(t)
		}
	}
	if v.Topic != "" {
		found = slices.DeleteFunc(slices.Clone(found), func(q room.Question) bool { return q.Topic != topic })
	}
	v.Lines = questionLines(ctx, found)
	switch {
	case len(all) == 0:
		v.Empty = ui.Empty{Text: ui.T(ctx, "faq.none"), Action: ui.Button{Text: ui.T(ctx, "faq.to_guide"), URL: "/guide", Kind: ui.Second}}
	case len(found) == 0:
		v.Near = questionLines(ctx, room.Nearest(all, typed, 3))
		v.Empty = ui.Empty{Text: ui.T(ctx, "faq.none_found"), Action: ui.Button{Text: ui.T(ctx, "faq.ask"), Kind: ui.Second,
			URL: "/feedback?" + url.Values{"about": {"/guide/faq"}, "on": {v.Head.Title}, "matter": {"question"}, "words": {typed}}.Encode()}}
	case typed != "":
		v.Found = ui.T(ctx, "faq.found", "Count", len(found))
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "guide.title"), URL: "/guide"}, {Text: v.Head.Title}}}, questionsPage(v))
}

func listURL(typed string, t room.Topic) string {
	q := url.Values{}
	if typed != "" {
		q.Set("q", typed)
	}
	if t != "" {
		q.Set("topic", string(t))
	}
	if len(q) == 0 {
		return "/guide/faq"
	}
	return "/guide/faq?" + q.Encode()
}

type questionView struct {
	Head   ui.Head
	Note   string
	Lang   templ.Attributes
	Blocks []room.Block
	Action string
	Key    string
	Said   bool // this browser has told just now
	Others []questionLine
}

// readerCookie marks a browser, so that it counts once a day; it names nobody.
const readerCookie = "yitang_reader"

// reader is the mark of who asks, "" for a browser that keeps none.
func reader(r *http.Request) string {
	c, err := r.Cookie(readerCookie)
	if err != nil || len(c.Value) != 32 {
		return ""
	}
	return c.Value
}

func mark(w http.ResponseWriter, r *http.Request) {
	if reader(r) != "" {
		return
	}
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails on a sound machine
	http.SetCookie(w, &http.Cookie{Name: readerCookie, Value: hex.EncodeToString(b[:]), Path: "/guide/faq", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil})
}

// current is a question as it is shown now.
func (p *Pages) current(r *http.Request) (room.Question, error) {
	all, err := room.QuestionEditions(r.Context(), p.Journal.Store, r.PathValue("question"))
	if err == nil && !all[0].Now() {
		err = fault.NotFound("frequent question " + all[0].ID)
	}
	if err != nil {
		return room.Question{}, err
	}
	return all[0], nil
}

// ui:keys faq.said.*
func (p *Pages) getQuestion(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	q, err := p.current(r)
	var all []room.Question
	if err == nil {
		all, err = room.CurrentQuestions(ctx, p.Journal.Store)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	mark(w, r)
	v := questionView{Head: ui.Head{Over: topicName(ctx, q.Topic), Title: ui.Name(ctx, q.Text())}, Lang: langOf(ctx, q), Blocks: room.Blocks(ui.Name(ctx, q.Says())),
		Note: ui.T(ctx, "faq.at", "Day", ui.Date(ctx, calendar.DateOf(q.At))), Action: questionURL(q.ID) + "/helped", Key: web.NewKey()}
	page := ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "guide.title"), URL: "/guide"}, {Text: ui.T(ctx, "faq.title"), URL: "/guide/faq"}, {Text: v.Head.Title}}}
	if key := "faq.said." + r.FormValue("said"); ui.Known(key) {
		v.Said, page.Banner = true, ui.Banner{Text: ui.T(ctx, key)}
	}
	all = slices.DeleteFunc(all, func(o room.Question) bool { return o.ID == q.ID || o.Topic != q.Topic })
	room.ByUse(all)
	v.Others = questionLines(ctx, all[:min(len(all), 5)])
	p.Site.Show(w, r, page, questionPage(v))
}

// postHelped counts whether an answer was of help: without signing in, a browser once
// a day. Who has no mark was shown no page, or keeps none: they are told, and not counted.
func (p *Pages) postHelped(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	q, err := p.current(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	to, browser, answer := questionURL(q.ID)+"?said=", reader(r), r.PostFormValue("helped")
	if browser == "" || answer != "yes" && answer != "no" {
		mark(w, r)
		p.Site.Answer(w, r, nil, to+"again")
		return
	}
	address := account.Network(web.Address(r))
	if p.Tries.Try("helped "+q.ID, address, p.Journal.Now()) > 0 {
		p.Site.Answer(w, r, nil, to+"many")
		return
	}
	id := room.OpinionID(q.ID, p.Journal.Today().String(), p.Mark("guidance.network", address))
	_, err = journal.Do(ctx, p.Journal, room.Helps, journal.Order{Subject: id}, room.Help{Question: q.ID, Edition: q.Edition, Yes: answer == "yes", Browser: p.Mark("guidance.browser", browser)})
	if fault.IsNotNow(err) {
		p.Site.Answer(w, r, nil, to+"many")
		return
	}
	p.Site.Answer(w, r, err, to+answer)
}

// ofGuide are the questions that a guide shows.
func (p *Pages) ofGuide(ctx context.Context, kind dossier.CaseKind) ([]questionLine, error) {
	all, err := room.CurrentQuestions(ctx, p.Journal.Store)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(q room.Question) bool { return !slices.Contains(q.Guides, kind) })
	room.ByUse(all)
	return questionLines(ctx, all[:min(len(all), 6)]), nil
}

// Leads gives, of one request, the question that a finding by a rule leads to; the
// questions are read when the first finding is shown.
func (p *Pages) Leads(ctx context.Context) func(rule string) ui.Link {
	read := sync.OnceValue(func() map[string]ui.Link {
		all, err := room.CurrentQuestions(ctx, p.Journal.Store)
		p.Site.Missed(ctx, "the frequent questions beside findings", "", err)
		room.ByUse(all)
		out := map[string]ui.Link{}
		for _, q := range all {
			for _, rule := range q.Rules {
				if _, there := out[rule]; !there {
					out[rule] = ui.Link{Text: ui.Name(ctx, q.Text()), URL: questionURL(q.ID)}
				}
			}
		}
		return out
	})
	return func(rule string) ui.Link { return read()[rule] }
}
