package guidance

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// faqRoutes are where the office writes frequent questions.
func (p *Office) faqRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /faq", Right: access.Self, Handle: p.getQuestions},
		{Pattern: "GET /faq/new", Right: access.PublishNotice, Handle: func(w http.ResponseWriter, r *http.Request) { p.questionForm(w, r, nil) }},
		{Pattern: "POST /faq", Right: access.PublishNotice, Handle: p.postQuestion},
		{Pattern: "GET /faq/{question}", Right: access.Self, Handle: func(w http.ResponseWriter, r *http.Request) { p.showQuestion(w, r, nil) }},
		{Pattern: "GET /faq/{question}/edit", Right: access.PublishNotice, Handle: func(w http.ResponseWriter, r *http.Request) { p.questionForm(w, r, nil) }},
		{Pattern: "POST /faq/{question}/edit", Right: access.PublishNotice, Handle: p.postQuestion},
		{Pattern: "POST /faq/{question}/withdraw", Right: access.PublishNotice, Handle: p.postTakeBack},
	}
}

var (
	zhHans  = templ.Attributes{"lang": string(ui.ZhHans)}
	english = templ.Attributes{"lang": string(ui.En)}
)

func officeQuestionURL(id string) string { return "/faq/" + url.PathEscape(id) }

// getQuestions lists every question, those first that help least.
func (p *Office) getQuestions(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	all, err := room.AllQuestions(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := officeList{Head: ui.Head{Title: ui.T(ctx, "faq.title"), Lead: ui.T(ctx, "faq.office.lead")}}
	if web.Who(r).May(access.PublishNotice) {
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "faq.new"), URL: "/faq/new"}}
	}
	v.Table = ui.Table{Caption: ui.T(ctx, "faq.title"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "faq.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "faq.col.question")}, {Text: ui.T(ctx, "faq.col.topic"), Whole: true},
		{Text: ui.T(ctx, "faq.col.at"), Whole: true}, {Text: ui.T(ctx, "faq.col.yes"), Number: true}, {Text: ui.T(ctx, "faq.col.no"), Number: true}, {Text: ui.T(ctx, "notices.col.state")}}}
	slices.SortStableFunc(all, func(a, b room.Question) int {
		return cmp.Or(cmp.Compare(flagged(!a.Now()), flagged(!b.Now())), cmp.Compare(a.Yes-a.No, b.Yes-b.No))
	})
	g := ui.Group{}
	for _, q := range all {
		sub := ""
		if q.AskEn == "" {
			sub = ui.T(ctx, "faq.zh_alone")
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: ui.Name(ctx, q.Text()), URL: officeQuestionURL(q.ID), Sub: sub, Head: true}, {Text: topicName(ctx, q.Topic)}, {Text: ui.At(ctx, q.At)},
			{Text: strconv.Itoa(q.Yes)}, {Text: strconv.Itoa(q.No)}, {Tag: questionTag(ctx, q)}}})
	}
	v.Table.Groups = []ui.Group{g}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: crumbs(ctx, v.Head.Title)}, officeListPage(v))
}

func flagged(b bool) int {
	if b {
		return 1
	}
	return 0
}

func questionTag(ctx context.Context, q room.Question) ui.Tag {
	switch {
	case !q.Last:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "notices.is.superseded")}
	case q.Stand == room.Back:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "faq.is.taken_back")}
	}
	return ui.Tag{State: ui.OK, Word: ui.T(ctx, "faq.is.out")}
}

type officeQuestion struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Note     ui.Note
	Blocks   []room.Block
	TitleEn  string
	BlocksEn []room.Block
	Facts    ui.Facts
	Editions []line
	Replace  ui.Button
	Withdraw []ui.Field // none: not to be taken back, or not by the reader
	URL, Key string
}

func (p *Office) showQuestion(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	all, err := room.QuestionEditions(ctx, p.Journal.Store, r.PathValue("question"))
	var q room.Question
	if err == nil {
		at := slices.IndexFunc(all, func(e room.Question) bool {
			asked := r.FormValue("edition")
			return asked == "" || asked == strconv.Itoa(e.Edition)
		})
		if at < 0 {
			err = fault.NotFound("edition of a frequent question")
		} else {
			q = all[at]
		}
	}
	var names map[string]string
	if err == nil {
		accounts := []string{q.BackBy}
		for _, e := range all {
			accounts = append(accounts, e.Author)
		}
		names, err = account.Names(ctx, p.Journal.Store, accounts)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := officeQuestion{Head: ui.Head{Over: topicName(ctx, q.Topic), Title: q.Ask, Tag: questionTag(ctx, q)}, Errors: ui.Summarise(ctx, failed), Blocks: room.Blocks(q.Answer), URL: officeQuestionURL(q.ID), Key: web.NewKey()}
	if q.AskEn != "" {
		v.TitleEn, v.BlocksEn = q.AskEn, room.Blocks(q.AnswerEn)
	}
	v.Facts = ui.Facts{{Term: ui.T(ctx, "notices.author"), Value: names[q.Author]}, {Term: ui.T(ctx, "notices.at"), Value: ui.At(ctx, q.At)},
		{Term: ui.T(ctx, "faq.helped"), Value: ui.T(ctx, "faq.counts", "Yes", q.Yes, "No", q.No)}}
	if len(q.Rules) > 0 {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "faq.rules"), Value: ui.List(ctx, q.Rules)})
	}
	if len(q.Guides) > 0 {
		var kinds []string
		for _, k := range q.Guides {
			kinds = append(kinds, ui.T(ctx, "word.caseKind."+string(k)))
		}
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "faq.guides"), Value: ui.List(ctx, kinds)})
	}
	if q.Last && q.Stand == room.Back {
		v.Note = ui.Note{State: ui.Stop, Title: ui.T(ctx, "faq.taken_back", "Name", names[q.BackBy], "Day", ui.At(ctx, q.Back)), Text: q.Reason}
	}
	if len(all) > 1 {
		for _, e := range all {
			l := line{Title: ui.T(ctx, "notices.edition", "Number", e.Edition), URL: officeQuestionURL(e.ID) + "?edition=" + strconv.Itoa(e.Edition), Note: ui.T(ctx, "notices.seen.by", "Name", names[e.Author], "When", ui.At(ctx, e.At)), Tag: questionTag(ctx, e)}
			if e.Edition == q.Edition {
				l.URL = ""
			}
			v.Editions = append(v.Editions, l)
		}
	}
	if web.Who(r).May(access.PublishNotice) && q.Last {
		v.Replace = ui.Button{Text: ui.T(ctx, "faq.change"), URL: v.URL + "/edit", Kind: ui.Second}
		if q.Stand == room.Out {
			v.Withdraw = []ui.Field{{Name: "reason", Label: ui.T(ctx, "notices.reason"), Hint: ui.T(ctx, "faq.reason.hint"), Value: r.PostFormValue("reason"), Error: ui.FieldErrors(ctx, failed)["reason"], Max: room.ReasonLimit}}
		} else {
			v.Replace.Text = ui.T(ctx, "faq.again")
		}
	}
	page := ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "faq.title"), URL: "/faq"}, {Text: v.Head.Title}}}
	if key := "faq.said." + r.URL.Query().Get("said"); ui.Known(key) {
		page.Banner = ui.Banner{Text: ui.T(ctx, key)}
	}
	p.Site.ShowAs(w, r, status(failed), page, officeQuestionPage(v))
}

type questionForm struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Send   []ui.Hidden
	Fields []ui.Field
	Do     ui.Button
}

// questionDraft is a question as a form has it.
type questionDraft struct {
	Topic, Ask, AskEn, Answer, AnswerEn, Rules string
	Guides                                     []string
}

// questionForm is that of a new question, or of the next edition of one.
func (p *Office) questionForm(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("question")
	v := questionForm{Head: ui.Head{Title: ui.T(ctx, "faq.new"), Lead: ui.T(ctx, "faq.new.lead")}, Action: "/faq", Key: web.NewKey(), Errors: ui.Summarise(ctx, failed),
		Do: ui.Button{Text: ui.T(ctx, "notices.publish")}, Send: []ui.Hidden{{Name: "new", Value: cmp.Or(r.PostFormValue("new"), p.Journal.NewID())}}}
	given := typedQuestion(r)
	if id != "" {
		all, err := room.QuestionEditions(ctx, p.Journal.Store, id)
		var version journal.Version
		if err == nil {
			_, version, err = journal.Load(ctx, p.Journal, room.Questions, id)
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Head, v.Action = ui.Head{Title: ui.T(ctx, "faq.change.title", "Title", all[0].Ask), Lead: ui.T(ctx, "faq.change.lead")}, officeQuestionURL(id)+"/edit"
		v.Send = []ui.Hidden{{Name: "_seen", Value: strconv.Itoa(int(version))}}
		if q := all[0]; failed == nil {
			given = questionDraft{Topic: string(q.Topic), Ask: q.Ask, AskEn: q.AskEn, Answer: q.Answer, AnswerEn: q.AnswerEn, Rules: strings.Join(q.Rules, " ")}
			for _, k := range q.Guides {
				given.Guides = append(given.Guides, string(k))
			}
		}
	}
	wrong := ui.FieldErrors(ctx, failed)
	topic := ui.Field{Kind: ui.Radio, Name: "topic", Label: ui.T(ctx, "faq.col.topic"), Across: true, Error: wrong["topic"]}
	for _, t := range room.Topics() {
		topic.Options = append(topic.Options, ui.Option{Value: string(t), Text: topicName(ctx, t), Chosen: given.Topic == string(t)})
	}
	guides := ui.Field{Kind: ui.Checks, Name: "guides", Label: ui.T(ctx, "faq.guides"), Hint: ui.T(ctx, "faq.guides.hint"), Across: true, Optional: true, Error: wrong["guides"]}
	for _, k := range room.GuideKinds() {
		guides.Options = append(guides.Options, ui.Option{Value: string(k), Text: ui.T(ctx, "word.caseKind."+string(k)), Chosen: slices.Contains(given.Guides, string(k))})
	}
	v.Fields = []ui.Field{topic,
		{Name: "question", Label: ui.T(ctx, "faq.col.question"), Hint: ui.T(ctx, "faq.question.hint"), Value: given.Ask, Error: wrong["question"], Max: room.QuestionLimit},
		{Kind: ui.Area, Rows: 8, Name: "answer", Label: ui.T(ctx, "faq.answer"), Hint: ui.T(ctx, "notices.body.hint"), Value: given.Answer, Error: wrong["answer"], Max: room.AnswerLimit},
		{Name: "question_en", Label: ui.T(ctx, "faq.question_en"), Value: given.AskEn, Optional: true, Lang: string(ui.En), Error: wrong["question_en"], Max: room.QuestionEnLimit},
		{Kind: ui.Area, Rows: 8, Name: "answer_en", Label: ui.T(ctx, "faq.answer_en"), Value: given.AnswerEn, Optional: true, Lang: string(ui.En), Error: wrong["answer_en"], Max: room.AnswerLimit},
		guides,
		{Name: "rules", Label: ui.T(ctx, "faq.rules"), Hint: ui.T(ctx, "faq.rules.hint"), Value: given.Rules, Optional: true, Error: wrong["rules"], Width: "mid"}}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "faq.title"), URL: "/faq"}, {Text: v.Head.Title}}}, questionFormPage(v))
}

func typedQuestion(r *http.Request) questionDraft {
	_ = r.ParseForm() // what can't be read is empty, and said beside its field
	of := r.PostFormValue
	return questionDraft{Topic: of("topic"), Ask: of("question"), AskEn: of("question_en"), Answer: of("answer"), AnswerEn: of("answer_en"), Rules: of("rules"), Guides: r.PostForm["guides"]}
}

// postQuestion puts out a new question, or the next edition of the one that the
// address names.
func (p *Office) postQuestion(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("question")
	var err error
	said := "changed"
	if id == "" {
		said = "published"
		id, err = p.Site.NewID(r, "new")
	} else {
		_, err = room.QuestionEditions(ctx, p.Journal.Store, id)
	}
	if err == nil {
		d := typedQuestion(r)
		cmd := room.Answer{Topic: room.Topic(d.Topic), Question: fault.Text{Zh: d.Ask, En: d.AskEn}, Answer: fault.Text{Zh: d.Answer, En: d.AnswerEn}, Rules: d.Rules, Known: p.Rule}
		for _, k := range d.Guides {
			cmd.Guides = append(cmd.Guides, dossier.CaseKind(k))
		}
		_, err = journal.Do(ctx, p.Journal, room.Questions, web.Order(r, id), cmd)
	}
	if fault.Findings(err) != nil {
		p.questionForm(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, officeQuestionURL(id)+"?said="+said)
}

func (p *Office) postTakeBack(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("question")
	_, err := journal.Do(r.Context(), p.Journal, room.Questions, journal.Order{Subject: id, Key: web.Key(r)}, room.TakeBack{Reason: r.PostFormValue("reason")})
	if fault.Findings(err) != nil {
		p.showQuestion(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, officeQuestionURL(id)+"?said=taken_back")
}
