package person

import (
	"context"
	"net/http"
	"strings"

	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/internal/wechat"
)

// linkView is the link of one person as the record's page shows it.
type linkView struct {
	Text string
	Show ui.Button
	Give ui.Button
	End  ui.Button
	Says string   // what the person said last
	Chat []string // that their WeChat is bound by it
	Undo ui.Button
}

// linkOf is how the person can see their own record.
func (p *Pages) linkOf(ctx context.Context, rec room.Person, v *recordView) error {
	all, err := room.LinksOf(ctx, p.Site.Journal.Store, rec.ID)
	if err != nil {
		return err
	}
	here, now := personURL(rec.ID)+"/link", p.Site.Now()
	x := &linkView{Text: ui.T(ctx, "people.link.none"), Give: ui.Button{Text: ui.T(ctx, "people.link.give"), Post: here, Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Second}}
	if rec.IDNumber == "" {
		x.Text, x.Give = ui.T(ctx, "person.link.number"), ui.Button{}
	}
	if len(all) > 0 && all[0].Serves(now) {
		x.Text = ui.T(ctx, "people.link.until", "When", ui.At(ctx, all[0].Until), "Count", all[0].Opened)
		x.Show = ui.Button{Text: ui.T(ctx, "people.link.show"), URL: here, Kind: ui.Second}
		x.End = ui.Button{Text: ui.T(ctx, "people.link.end"), Post: here + "/end", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Plain}
		x.Give = ui.Button{}
	} else if len(all) > 0 && all[0].Ended == room.LinkGuessed {
		x.Text = ui.T(ctx, "people.link.guessed")
	}
	if !rec.Confirmed.IsZero() {
		x.Says = ui.T(ctx, "people.link.confirmed", "Day", ui.Date(ctx, rec.Confirmed))
	}
	if p.WeChat != nil {
		since, inChat, err := p.WeChat.BoundSince(ctx, wechat.InChat, rec.ID)
		if err != nil {
			return err
		}
		if inChat {
			x.Chat = append(x.Chat, ui.T(ctx, "people.wechat.since", "Day", ui.Date(ctx, since)))
		}
		since, inMini, err := p.WeChat.BoundSince(ctx, wechat.InMini, rec.ID)
		if err != nil {
			return err
		}
		if inMini {
			x.Chat = append(x.Chat, ui.T(ctx, "people.wechat.mini", "Day", ui.Date(ctx, since)))
		}
		if len(x.Chat) > 0 {
			x.Undo = ui.Button{Text: ui.T(ctx, "people.wechat.undo"), Post: personURL(rec.ID) + "/wechat/undo", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Plain}
		}
	}
	v.Link = x
	return nil
}

// postUnbind undoes the binding of somebody who asked their officer to: a telephone
// was lost, or it isn't theirs.
func (p *Pages) postUnbind(w http.ResponseWriter, r *http.Request) {
	rec, _, err := p.load(r)
	if err == nil {
		err = p.WeChat.UndoOf(r.Context(), rec.ID, wechat.Asked)
	}
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=unbound")
}

// postLink makes a link; those made before it end. Pressed twice, it gives the
// first one again, and whatever was made since stays.
func (p *Pages) postLink(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	rec, _, err := p.load(r)
	var ans journal.Answer
	if err == nil {
		ans, err = journal.Do(ctx, p.Site.Journal, room.Links, journal.Order{Subject: p.Site.Journal.NewID(), Key: web.Key(r)}, room.GiveLink{Person: rec})
	}
	var given room.Link
	if err == nil {
		given, _, err = journal.Load(ctx, p.Site.Journal, room.Links, ans.Subject.ID)
	}
	if err == nil {
		err = p.endLinks(ctx, rec.ID, room.LinkNewer, func(l room.Link) bool { return l.ID != given.ID && !l.Given.After(given.Given) })
	}
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"/link")
}

func (p *Pages) endLinks(ctx context.Context, person string, why room.LinkEnd, which func(room.Link) bool) error {
	all, err := room.LinksOf(ctx, p.Site.Journal.Store, person)
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Serves(p.Site.Now()) && which(l) {
			if _, err := journal.Do(ctx, p.Site.Journal, room.Links, journal.Order{Subject: l.ID}, room.EndLink{Why: why}); err != nil {
				return err
			}
		}
	}
	return nil
}

// sendView is the link to be sent or printed.
type sendView struct {
	Head    ui.Head
	Address string
	Code    string // what a reader of the code hears
	Steps   []string
	Until   string
	Back    ui.Link
}

func (p *Pages) getLink(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	rec, _, err := p.load(r)
	var all []room.Link
	if err == nil {
		all, err = room.LinksOf(ctx, p.Site.Journal.Store, rec.ID)
	}
	if err == nil && (len(all) == 0 || !all[0].Serves(p.Site.Now())) {
		err = fault.NotFound("link of " + r.PathValue("person"))
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := sendView{Head: ui.Head{Title: ui.T(ctx, "people.send.title", "Name", rec.Name()), Lead: ui.T(ctx, "people.send.lead")}, Address: web.Absolute(r, "/mine/"+room.Token(p.Index, all[0].ID)),
		Code: ui.T(ctx, "people.send.code"), Until: ui.T(ctx, "people.link.until", "When", ui.At(ctx, all[0].Until), "Count", all[0].Opened), Back: ui.Link{Text: ui.T(ctx, "people.back"), URL: personURL(rec.ID)},
		Steps: []string{ui.T(ctx, "people.send.step.open"), ui.T(ctx, "people.send.step.digits"), ui.T(ctx, "people.send.step.check"), ui.T(ctx, "people.send.step.alone")}}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, web.Who(r), ""), Crumbs: p.crumbs(ctx, ui.Link{Text: rec.Name(), URL: personURL(rec.ID)}, ui.Link{Text: ui.T(ctx, "people.link")})}, sendPage(v))
}

func (p *Pages) postEndLink(w http.ResponseWriter, r *http.Request) {
	err := p.endLinks(r.Context(), r.PathValue("person"), room.LinkRevoked, func(room.Link) bool { return true })
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=link_ended")
}

// proposalsView is what people say is wrong in their own records.
type proposalsView struct {
	Head  ui.Head
	Table ui.Table
}

func (p *Pages) getProposals(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	all, err := room.OpenProposals(ctx, p.Site.Journal.Store, who.Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := proposalsView{Head: ui.Head{Title: ui.T(ctx, "people.proposals.title", "Count", len(all)), Lead: ui.T(ctx, "people.proposals.lead")}}
	v.Table = ui.Table{Caption: v.Head.Title, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "people.proposals.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "people.col.name")}, {Text: ui.T(ctx, "people.proposals.what")}, {Text: ui.T(ctx, "people.proposals.at")}}}
	g := ui.Group{}
	for _, row := range all {
		x, _, err := journal.Load(ctx, p.Site.Journal, room.Proposals, row.ID)
		var e room.Entry
		if err == nil {
			e, err = room.One(ctx, p.Site.Journal.Store, row.Person)
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		var what []string
		for _, d := range room.AllData() {
			if _, asked := x.Data[d.Name]; asked {
				what = append(what, label(ctx, d.Name))
			}
		}
		if x.Words != "" {
			what = append(what, ui.T(ctx, "people.proposals.words"))
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: e.Name(), URL: "/corrections/" + row.ID, Head: true, Sub: e.Department + e.Post}, {Text: strings.Join(what, "、")}, {Text: ui.At(ctx, row.At), Quiet: true}}})
	}
	v.Table.Groups = []ui.Group{g}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Crumbs: p.crumbs(ctx, ui.Link{Text: ui.T(ctx, "people.proposals")})}, proposalsPage(v))
}

// proposalView is one of them, to be answered datum by datum.
type proposalView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Note   ui.Note
	Action string
	Key    string
	Items  []proposed
	Words  string
	Reply  ui.Field
	Do     ui.Button
	Back   ui.Link
}

type proposed struct {
	Change ui.Changes
	Take   ui.Field
	Why    ui.Field
}

func (p *Pages) getProposal(w http.ResponseWriter, r *http.Request) { p.showProposal(w, r, nil) }

func (p *Pages) showProposal(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	x, _, rec, err := p.proposal(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	page := proposalView{Head: ui.Head{Title: ui.T(ctx, "people.proposal.title", "Name", rec.Name()), Lead: ui.T(ctx, "people.proposal.lead")}, Action: "/corrections/" + x.ID, Key: web.NewKey(),
		Words: x.Words, Do: ui.Button{Text: ui.T(ctx, "people.proposal.do")}, Back: ui.Link{Text: ui.T(ctx, "people.proposal.record"), URL: personURL(rec.ID)}}
	status := http.StatusOK
	errs := ui.FieldErrors(ctx, failed)
	if failed != nil {
		status, page.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	if x.Settled {
		page.Note = ui.Note{State: ui.OK, Title: ui.T(ctx, "people.proposal.settled")}
		page.Action = ""
	}
	for _, d := range room.AllData() {
		if _, asked := x.Data[d.Name]; !asked {
			continue
		}
		one := rec.Facts.With(room.Data{d.Name: x.Data[d.Name]})
		changes := ui.Changes{{Label: label(ctx, d.Name), Was: p.value(ctx, rec.Facts, d.Name), Is: p.value(ctx, one, d.Name)}}
		take := r.PostFormValue("take." + d.Name)
		if take == "" {
			take = "yes"
		}
		page.Items = append(page.Items, proposed{Change: changes,
			Take: ui.Field{Kind: ui.Radio, Across: true, Name: "take." + d.Name, Label: ui.T(ctx, "people.proposal.answer", "Field", label(ctx, d.Name)), Error: errs[d.Name],
				Options: []ui.Option{{Value: "yes", Text: ui.T(ctx, "people.proposal.take"), Chosen: take == "yes"}, {Value: "no", Text: ui.T(ctx, "people.proposal.decline"), Chosen: take == "no"}}},
			Why: ui.Field{Name: "why." + d.Name, Label: ui.T(ctx, "people.proposal.why", "Field", label(ctx, d.Name)), Value: r.PostFormValue("why." + d.Name), Error: errs["why."+d.Name], Optional: true, Max: 100}})
	}
	if x.Words != "" {
		page.Reply = ui.Field{Kind: ui.Area, Rows: 2, Name: "reply", Label: ui.T(ctx, "people.proposal.reply"), Value: r.PostFormValue("reply"), Error: errs["reply"], Max: 400}
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: page.Head.Title, Tabs: progress.Tabs(ctx, web.Who(r), ""), Errors: len(page.Errors.Errors), Crumbs: p.crumbs(ctx, ui.Link{Text: ui.T(ctx, "people.proposals"), URL: "/corrections"}, ui.Link{Text: rec.Name()})}, proposalPage(page))
}

func (p *Pages) proposal(r *http.Request) (room.Proposal, journal.Version, room.Person, error) {
	ctx := r.Context()
	x, v, err := journal.Load(ctx, p.Site.Journal, room.Proposals, r.PathValue("proposal"))
	if err == nil && v == 0 {
		err = fault.NotFound("proposal " + r.PathValue("proposal"))
	}
	var stands string
	if err == nil {
		stands, err = room.Stands(ctx, p.Site.Journal.Store, x.Person)
	}
	var rec room.Person
	if err == nil {
		rec, _, err = journal.Load(ctx, p.Site.Journal, room.Room, stands)
	}
	return x, v, rec, err
}

// postProposal takes what is right into the record, then answers. Killed in
// between, it finds the record changed already and only the answer to give.
func (p *Pages) postProposal(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	x, _, rec, err := p.proposal(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	cmd := room.Settle{Declined: room.Data{}, Reply: r.PostFormValue("reply")}
	take := room.Data{}
	for name, value := range x.Data {
		if r.PostFormValue("take."+name) == "yes" {
			cmd.Taken = append(cmd.Taken, name)
			take[name] = value
		} else {
			cmd.Declined[name] = r.PostFormValue("why." + name)
		}
	}
	switch lacks := cmd.Lacks(x); {
	case x.Settled:
		err = fault.NotNow("person.proposal.settled", "settled")
	case len(lacks) > 0:
		err = fault.Invalid(lacks...)
	case len(take) > 0:
		err = p.register().Change(ctx, journal.Order{Subject: rec.ID, Key: web.Key(r) + ":change"}, room.Change{Source: room.FromTraveller, Nature: room.Correction, Facts: rec.Facts.With(take)})
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Site.Journal, room.Proposals, journal.Order{Subject: x.ID, Key: web.Key(r)}, cmd)
	}
	if fault.Findings(err) != nil {
		p.showProposal(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, personURL(rec.ID)+"?said=answered")
}
