package visa

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// orderView is one order and what can be done with it now.
type orderView struct {
	ID      string
	Version journal.Version
	Key     string
	Head    ui.Head
	Stand   progress.Stand
	Errors  ui.ErrorSummary
	Told    []string // what stood in the way of others of the group
	Facts   []fact
	Kit     []kitLine
	Asking  bool       // the kit can be looked through now
	Papers  []ui.Field // what is read from them
	Also    *ui.Field  // others whose kits the same papers serve
	Forms   []orderForm
	Letter  *letterView
	Leave   ui.Link
}

type fact struct{ Term, Text string }

type kitLine struct {
	Item    room.Item
	Name    string
	Note    string
	Held    bool
	Papers  []ui.Link // where it can be read
	Lacks   []formLack
	Checked bool
	Error   string

	Original string // whether it is wanted on paper, and has come; "" for what the office makes
	Owed     bool   // it is, and hasn't
}

// orderForm is one thing that can be done with it.
type orderForm struct {
	Title   string
	Lead    string
	Warning string // what is amiss, though it may be done
	ID      string
	Action  string
	Key     string
	Fields  []ui.Field
	Button  ui.Button
	Folded  bool   // rarely wanted: behind a summary
	Open    bool   // and unfolded, because something is to be seen in it
	Error   string // of the form as a whole
}

func (p *Pages) getOrder(w http.ResponseWriter, r *http.Request) { p.showOrder(w, r, nil) }

func (p *Pages) showOrder(w http.ResponseWriter, r *http.Request, failed error, told ...string) {
	ctx, id := r.Context(), r.PathValue("order")
	o, version, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err == nil && version == 0 {
		err = fault.NotFound("visa order " + id)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	plan := o.Plan
	title := ""
	if row, ok, err := approval.Row(ctx, p.Journal.Store, plan.Filing); err == nil && ok {
		title = row.Title
	}
	v := orderView{ID: id, Version: version, Key: web.NewKey(), Errors: ui.Summarise(ctx, failed), Told: told, Leave: ui.Link{Text: ui.T(ctx, "visadesk.to_board"), URL: "/visa?stage=" + string(o.Stage)},
		Head: ui.Head{Title: ui.T(ctx, "visadesk.order.title", "Name", p.who(ctx, plan.Person), "Country", p.country(ctx, plan.Area, plan.Apply)), Lead: title, Tag: ui.Tag{State: ui.Info, Word: stageName(ctx, o.Stage)}}}
	if v.Stand, err = p.Follow.OnOrder(ctx, plan.Filing, "/c/"+plan.Filing+"#ledger", web.Who(r), plan.Person, plan.Area, o.GrantedBy); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	add := func(key, text string) {
		if text != "" {
			v.Facts = append(v.Facts, fact{ui.T(ctx, key), text})
		}
	}
	add("visadesk.fact.stay", ui.T(ctx, "visadesk.fact.stay_days", "Span", ui.Span(ctx, plan.From, plan.To), "Count", plan.Days))
	// ui:keys visadesk.with.*
	if plan.With != "" {
		add("visadesk.fact.with", ui.T(ctx, "visadesk.with."+plan.With))
	}
	shared, err := p.Follow.SharedFor(ctx, plan.Filing, plan.Person, plan.Depart)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if b, _, ok, err := p.booklet(ctx, o); err != nil {
		p.Site.Fail(w, r, err)
		return
	} else if shared != "" && o.Stage.Open() {
		add("visadesk.fact.booklet", shared)
	} else if ok && o.Stage != room.NoneNeeded {
		// ui:keys keeping.place.*
		add("visadesk.fact.booklet", ui.T(ctx, "visadesk.fact.booklet.is", "Tail", b.Tail, "Place", ui.T(ctx, "keeping.place."+string(b.Place)), "Until", ui.Date(ctx, b.Expires)))
	}
	if o.Stage == room.NoneNeeded {
		add("visadesk.fact.apply_by", ui.Date(ctx, plan.SendBy))
		add("visadesk.fact.none", ui.Say(ctx, fault.Text{Zh: plan.Reason, En: plan.ReasonEn}))
	} else {
		add("visadesk.fact.send_by", ui.Date(ctx, plan.SendBy))
	}
	add("visadesk.fact.why", ui.Reason(ctx, o.Why))
	switch is := o.Mission; {
	case !is.Seen.IsZero():
		add("visadesk.fact.mission", ui.T(ctx, "mission.seen", "Day", ui.Date(ctx, is.Seen)))
	case !is.Day.IsZero():
		add("visadesk.fact.mission", ui.Clauses(ctx, ui.Date(ctx, is.Day), is.Words))
	case o.Stage.Open() && p.mission(ctx, o):
		add("visadesk.fact.mission", ui.T(ctx, "visadesk.mission.none"))
	default:
		if m, spared := p.spared(ctx, o); spared {
			add("visadesk.fact.mission", p.Follow.WhyAtMission(ctx, m))
		}
	}
	if o.Batch != "" {
		add("visadesk.fact.batch", ui.T(ctx, "visadesk.fact.sent", "Batch", o.Batch, "When", o.SentOn))
	}
	for _, e := range o.Earlier {
		// ui:keys visadesk.earlier.*
		how := "open"
		switch {
		case e.Why != "":
			how = "refused"
		case !e.Visa.Until.IsZero():
			how = "granted"
		}
		add("visadesk.fact.earlier", ui.T(ctx, "visadesk.earlier."+how, "Batch", e.Batch, "When", ui.Date(ctx, e.SentOn), "Why", e.Why, "Span", ui.Span(ctx, e.Visa.From, e.Visa.Until)))
	}
	p.read(ctx, o, add)
	if !o.Visa.Until.IsZero() {
		add("visadesk.fact.visa", ui.T(ctx, "visadesk.fact.printed", "Span", ui.Span(ctx, o.Visa.From, o.Visa.Until), "Entries", entries(ctx, o.Visa.Entries), "Count", o.Visa.Days))
		add("visadesk.grant.name", o.Visa.Name.Or(""))
		add("visadesk.grant.tail", o.Visa.Tail)
		add("visadesk.grant.unseen", o.Visa.Unseen)
	}
	mended, err := p.mended(ctx, o)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	for _, text := range mended {
		add("visadesk.fact.mended", text)
	}
	beside := ui.FieldErrors(ctx, failed)
	posted := failed != nil && r.PostForm != nil
	may := web.Who(r).May(access.HandleVisas)
	if v.Asking = may && o.Stage == room.IsPlanned; v.Asking {
		v.Papers = p.paperForm(r, id, o, beside, posted)
	}
	if v.Kit, err = p.kit(ctx, id, o); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	for i, line := range v.Kit {
		v.Kit[i].Checked, v.Kit[i].Error = line.Held || o.Stage != room.IsPlanned, beside["kit."+line.Item.ID]
		if o.Stage != room.IsPlanned {
			v.Kit[i].Note = ui.T(ctx, "visadesk.kit.is_held")
		}
		if posted {
			v.Kit[i].Checked = slices.Contains(r.PostForm["items"], line.Item.ID)
		}
	}
	if v.Asking {
		if v.Also, err = p.others(r, id, o); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if may {
		if v.Forms, err = p.forms(r, o, v.Kit, beside, posted); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if v.Letter, err = p.letters(r, id, posted && strings.HasSuffix(r.URL.Path, "/letter"), beside); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil || len(told) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, orderPage(v))
}

// forms are what can be done with an order at its stage.
func (p *Pages) forms(r *http.Request, o room.Order, kit []kitLine, beside map[string]string, posted bool) ([]orderForm, error) {
	ctx, id := r.Context(), r.PathValue("order")
	var out []orderForm
	field := func(f ui.Field) ui.Field {
		f.Error = beside[f.Name]
		if posted && r.PostForm.Has(f.Name) {
			f.Value = r.PostFormValue(f.Name)
			for i, o := range f.Options {
				f.Options[i].Chosen = o.Value == f.Value
			}
		}
		return f
	}
	add := func(title, verb, button string, kind ui.ButtonKind, folded bool, fields ...ui.Field) {
		for i, f := range fields {
			fields[i] = field(f)
		}
		out = append(out, orderForm{Title: title, ID: verb, Action: "/visa/" + id + "/" + verb, Key: web.NewKey(), Fields: fields, Button: ui.Button{Text: button, Kind: kind}, Folded: folded})
	}
	reason := func(name, label string) ui.Field {
		return ui.Field{Kind: ui.Area, Name: name, Label: label, Rows: 2}
	}
	switch o.Stage {
	case room.KitIsReady:
		add(ui.T(ctx, "visadesk.send"), "send", ui.T(ctx, "visadesk.send"), ui.Primary, false,
			ui.Field{Name: "batch", Label: ui.T(ctx, "visadesk.batch"), Hint: ui.T(ctx, "visadesk.batch.hint"), Value: "S-" + o.Plan.Apply + "-" + p.Journal.Today().String(), Width: "mid"})
		b, _, there, err := p.booklet(ctx, o)
		if err != nil {
			return nil, err
		}
		if there && b.Place != custody.InStore { // with another mission, or lent: it can't go to two places
			out[0].Lead = ui.T(ctx, "visadesk.send.away", "Tail", b.Tail, "Place", ui.T(ctx, "keeping.place."+string(b.Place)))
			out[0].Folded = true
			return out, nil
		}
		all, err := p.together(ctx, id, o)
		if err != nil {
			return nil, err
		}
		if len(all) > 1 {
			var names []string
			for _, x := range all {
				names = append(names, p.who(ctx, x.Person))
			}
			out[0].Lead = ui.T(ctx, "visadesk.send.group", "Names", ui.List(ctx, names))
			if o.Papers.Note != "" {
				out[0].Lead = ui.T(ctx, "visadesk.send.together", "Note", o.Papers.Note, "Names", ui.List(ctx, names))
			}
		}
		var owed []string
		for _, line := range kit {
			if line.Owed {
				owed = append(owed, line.Name)
			}
		}
		if len(owed) > 0 {
			out[0].Warning = ui.T(ctx, "visadesk.send.original", "Names", ui.List(ctx, owed))
		}
	case room.IsSent: // the result brings the booklet into the store: custody.BackFromMission
		b, _, err := custody.One(ctx, p.Journal.Store, o.Booklet)
		if err != nil {
			p.Site.Log.Warn("reading the booklet of an order", "order", id, "err", err)
		}
		add(ui.T(ctx, "visadesk.grant.title"), "grant", ui.T(ctx, "visadesk.grant"), ui.Primary, false,
			printed(ctx, room.Printed{Name: b.LatinName, Tail: b.Tail, Entries: -1}, beside)...)
		out[len(out)-1].Fields[0].Hint = ui.T(ctx, "visadesk.grant.as_printed")
		if grant := &out[len(out)-1]; o.Mission.Seen.IsZero() && p.mission(ctx, o) {
			grant.Lead = ui.T(ctx, "visadesk.grant.not_seen")
			grant.Fields = append(grant.Fields,
				field(ui.Field{Kind: ui.DateKind, Name: "went", Label: ui.T(ctx, "visadesk.mission.seen.on"), Hint: ui.T(ctx, "visadesk.grant.went.hint")}),
				field(ui.Field{Kind: ui.Area, Name: "unseen", Label: ui.T(ctx, "visadesk.grant.unseen"), Hint: ui.T(ctx, "visadesk.grant.unseen.hint"), Rows: 2, Max: 300}))
		}
		if b.Place == custody.AtMission {
			out[len(out)-1].Lead = ui.Sentences(ctx, out[len(out)-1].Lead, ui.T(ctx, "visadesk.result.takes_in", "Tail", b.Tail))
		}
		add(ui.T(ctx, "visadesk.refuse"), "refuse", ui.T(ctx, "visadesk.refuse"), ui.Second, true, reason("reason", ui.T(ctx, "visadesk.refuse.reason")))
		if b.Place == custody.AtMission {
			out[len(out)-1].Lead = ui.T(ctx, "visadesk.result.takes_in", "Tail", b.Tail)
		}
	case room.IsRefused:
		add(ui.T(ctx, "visadesk.again"), "again", ui.T(ctx, "visadesk.again.do"), ui.Primary, false)
		out[len(out)-1].Lead = ui.T(ctx, "visadesk.again.lead")
	case room.IsGranted:
		against, err := p.against(ctx, o)
		if err != nil {
			return nil, err
		}
		lead := ""
		if len(against) > 0 {
			lead = ui.T(ctx, "visadesk.misfit", "Why", ui.Sentences(ctx, against...))
		}
		switch mine := web.Who(r).Account == o.GrantedBy; {
		case mine:
			out = append(out, orderForm{Title: ui.T(ctx, "visadesk.check.title"), Lead: ui.Sentences(ctx, ui.T(ctx, "visadesk.check.other"), lead), ID: "check"})
		case lead != "":
			what := reason("what", ui.T(ctx, "visadesk.wrong.what"))
			what.Value = ui.Sentences(ctx, against...)
			add(ui.T(ctx, "visadesk.check.title"), "wrong", ui.T(ctx, "visadesk.wrong"), ui.Primary, false, what)
			out[len(out)-1].Lead = lead
		default:
			add(ui.T(ctx, "visadesk.check.title"), "check", ui.T(ctx, "visadesk.check"), ui.Primary, false)
			add(ui.T(ctx, "visadesk.wrong"), "wrong", ui.T(ctx, "visadesk.wrong"), ui.Second, true, reason("what", ui.T(ctx, "visadesk.wrong.what")))
		}
	}
	if o.Stage == room.IsGranted || o.Stage == room.IsChecked {
		gone, err := p.out(ctx, o)
		if err != nil {
			return nil, err
		}
		if !gone {
			is := o.Visa
			fields := printed(ctx, room.Printed{Name: is.Name.Or(""), Tail: is.Tail, From: is.From, Until: is.Until, Entries: is.Entries, Days: is.Days}, beside)
			add(ui.T(ctx, "visadesk.correct"), "correct", ui.T(ctx, "visadesk.correct.do"), ui.Second, true, fields...)
			f := &out[len(out)-1]
			f.Lead, f.Open = ui.T(ctx, "visadesk.correct.lead"), beside["correct"] != "" || slices.ContainsFunc(fields, func(f ui.Field) bool { return f.Error != "" })
			f.Error = beside["correct"]
		}
	}
	if o.Stage.Open() {
		if fields := p.askForm(ctx, o, kit); len(fields[0].Options) > 0 {
			add(ui.T(ctx, "visadesk.ask"), "ask", ui.T(ctx, "visadesk.ask.do"), ui.Second, len(o.Asked) > 0 || o.Stage != room.IsPlanned, fields...)
			out[len(out)-1].Lead = ui.T(ctx, "visadesk.ask.lead")
		}
		if p.mission(ctx, o) && o.Mission.Seen.IsZero() {
			asks := []ui.Field{{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "visadesk.mission.on"), Value: o.Mission.Day.String()},
				{Name: "place", Label: ui.T(ctx, "visadesk.mission.words"), Hint: ui.T(ctx, "visadesk.mission.words.hint"), Value: o.Mission.Words, Optional: true, Max: 200}}
			if beside["anyway"] != "" { // asked only of a day on which nobody works
				asks = append(asks, ui.Field{Kind: ui.Check, Name: "anyway", Label: ui.T(ctx, "visadesk.mission.anyway"), Optional: true})
			}
			add(ui.T(ctx, "visadesk.mission"), "mission", ui.T(ctx, "visadesk.mission.do"), ui.Second, !o.Mission.Day.IsZero() && beside["anyway"] == "", asks...)
			out[len(out)-1].Lead = ui.T(ctx, "visadesk.mission.lead")
			add(ui.T(ctx, "visadesk.mission.seen"), "seen", ui.T(ctx, "visadesk.mission.seen.do"), ui.Second, o.Mission.Day.IsZero() || o.Mission.Day.After(p.Journal.Today()),
				ui.Field{Kind: ui.DateKind, Name: "seen", Label: ui.T(ctx, "visadesk.mission.seen.on"), Value: p.Journal.Today().String()})
			out[len(out)-1].Lead = ui.T(ctx, "visadesk.mission.seen.lead")
		}
		add(ui.T(ctx, "visadesk.withdraw"), "withdraw", ui.T(ctx, "visadesk.withdraw"), ui.Second, true, reason("withdraw", ui.T(ctx, "visadesk.withdraw.reason")))
	}
	return out, nil
}

// read adds what was read from the papers when the kit was packed.
func (p *Pages) read(ctx context.Context, o room.Order, add func(key, text string)) {
	is := o.Papers
	if is.Note != "" {
		add("visadesk.fact.note", ui.Clauses(ctx, is.Note, ui.Date(ctx, is.NoteOn)))
	}
	if !is.InsuredUntil.IsZero() {
		area := is.InsuredArea
		switch area {
		case "WORLD":
			area = ui.T(ctx, "visadesk.paper.world")
		case "OTHER", "":
			area = ui.T(ctx, "visadesk.paper.elsewhere")
		default:
			area = p.area(ctx, area)
		}
		add("visadesk.fact.insured", ui.T(ctx, "visadesk.fact.insured.is", "Span", ui.Span(ctx, is.InsuredFrom, is.InsuredUntil), "Area", area, "Cover", ui.Yuan(ctx, 100*int64(is.InsuredCover))))
	}
	if !is.BookedOut.IsZero() {
		add("visadesk.fact.booked", ui.Span(ctx, is.BookedIn, is.BookedOut))
	}
	add("visadesk.paper.formNumber", is.FormNumber)
	if !is.OnlineOn.IsZero() {
		add("visadesk.paper.onlineOn", ui.Date(ctx, is.OnlineOn))
	}
}
