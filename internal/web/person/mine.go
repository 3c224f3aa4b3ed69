package person

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	room "yitang/internal/person"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/internal/wechat"
)

// Keep keeps an uploaded file as the paper that add describes, in the place of
// the one that replaces names.
type Keep func(ctx context.Context, add material.Add, replaces string, src io.ReadSeeker, size int64) (material.Material, error)

// Somebody's own page (/mine/…), for whoever has their link and knows the last
// digits of their identity number. It has nothing but their own data, and no
// account stands behind it: what it does is done as the traveller of the link.

// openFor is how long the digits needn't be given again.
const openFor = 30 * time.Minute

// entered is a link that serves, and whose it is.
type entered struct {
	link  room.Link
	rec   room.Person
	seen  journal.Version
	token string
	open  bool // the digits were given
}

// enter reads the link of a request. One that doesn't serve is no different
// from one that never was.
func (p *Pages) enter(r *http.Request) (entered, error) {
	e, err := p.served(r.Context(), r.PathValue("token"))
	if err != nil {
		return e, err
	}
	id := e.link.ID
	if c, err := r.Cookie(cookieOf(id)); err == nil {
		until, mark, _ := strings.Cut(c.Value, ".")
		at, err := strconv.ParseInt(until, 10, 64)
		e.open = err == nil && p.Site.Now().Unix() < at && mark == p.markOf(id, until)
	}
	return e, nil
}

func (p *Pages) served(ctx context.Context, token string) (entered, error) {
	e := entered{token: token}
	id := room.LinkOf(p.Index, e.token)
	if id == "" {
		return e, fault.NotFound("link")
	}
	var err error
	if e.link, _, err = journal.Load(ctx, p.Site.Journal, room.Links, id); err != nil {
		return e, err
	}
	if !e.link.Serves(p.Site.Now()) {
		return e, fault.NotFound("link")
	}
	stands, err := room.Stands(ctx, p.Site.Journal.Store, e.link.Person)
	if err != nil {
		return e, err
	}
	e.rec, e.seen, err = journal.Load(ctx, p.Site.Journal, room.Room, stands)
	return e, err
}

func cookieOf(link string) string { return "yitang_mine_" + link[max(0, len(link)-12):] }

// markOf is what only this node can make of a link and a time.
func (p *Pages) markOf(link, until string) string {
	return p.Index.Index("person.link.open", link+"/"+until)
}

// asTraveller acts for whoever has the link.
func asTraveller(r *http.Request, link string) context.Context {
	return ofLink(r.Context(), link)
}

func ofLink(ctx context.Context, link string) context.Context {
	return journal.WithActor(ctx, journal.Actor{Role: "traveller", Account: "link:" + link})
}

// doorView asks for the digits.
type doorView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Digits ui.Field
	Do     ui.Button
	Note   string
}

func (p *Pages) showDoor(w http.ResponseWriter, r *http.Request, e entered, failed error) {
	ctx := r.Context()
	errs := ui.FieldErrors(ctx, failed)
	v := doorView{Head: ui.Head{Title: ui.T(ctx, "mine.door.title"), Lead: ui.T(ctx, "mine.door.lead")}, Action: "/mine/" + e.token, Key: web.NewKey(),
		Digits: ui.Field{Name: "digits", Label: ui.T(ctx, "mine.door.digits"), Hint: ui.T(ctx, "mine.door.hint"), Max: digitsMost, Width: "short", Complete: "off", Lang: "zh-Latn", Error: errs["digits"], Focus: failed == nil},
		Do:     ui.Button{Text: ui.T(ctx, "mine.door.do"), Full: true}, Note: ui.T(ctx, "mine.door.note", "Day", ui.At(ctx, e.link.Until))}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Errors: len(v.Errors.Errors)}, doorPage(v))
}

// digitsMost leaves room for the blanks that a phone puts around what it pastes: they are
// no digits, and the four stay whole.
const digitsMost = 12

func (p *Pages) getMine(w http.ResponseWriter, r *http.Request) {
	e, err := p.enter(r)
	switch {
	case fault.IsNotFound(err):
		p.showEnded(w, r)
	case err != nil:
		p.Site.Fail(w, r, err)
	case !e.open:
		p.showDoor(w, r, e, nil)
	default:
		p.showMine(w, r, e, e.rec.Facts, e.rec.Details, nil, nil)
	}
}

// showEnded says what to do about a link that serves no longer.
func (p *Pages) showEnded(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	head := ui.Head{Title: ui.T(ctx, "mine.ended"), Lead: ui.T(ctx, "mine.ended.text")}
	p.Site.ShowAs(w, r, http.StatusNotFound, ui.Page{Title: head.Title, Phone: true}, endedPage(head))
}

// Prove gives the link that a token is of, to who knows its digits. Guessing is slowed
// down by link and by address, and ends the link.
func (p *Pages) Prove(ctx context.Context, token, digits, from string) (string, error) {
	e, err := p.served(ctx, token)
	if err == nil {
		err = p.opens(ctx, e, digits, from)
	}
	if fault.IsNotFound(err) {
		return "", fault.Field("link", "mine.ended.says", nil)
	}
	return e.link.ID, err
}

// opens holds digits to a link: a finding for wrong ones, fault.NotFound where they ended it.
func (p *Pages) opens(ctx context.Context, e entered, digits, from string) error {
	if wait := p.Tries.Try("link:"+e.link.ID, from, p.Site.Now()); wait > 0 {
		return fault.Field("digits", "mine.door.wait", map[string]any{"Count": int((wait + time.Second - 1) / time.Second)})
	}
	ctx = ofLink(ctx, e.link.ID)
	if digits = dossier.FoldCode(digits); digits == "" || !strings.EqualFold(digits, e.rec.IDNumber.Tail()) {
		if _, err := journal.Do(ctx, p.Site.Journal, room.Links, journal.Order{Subject: e.link.ID}, room.MissLink{}); err != nil {
			return err
		}
		if e.link.Missed+1 >= room.MostMissed {
			return fault.NotFound("link")
		}
		return fault.Field("digits", "mine.door.wrong", map[string]any{"Count": room.MostMissed - e.link.Missed - 1})
	}
	p.Tries.Forgive("link:"+e.link.ID, from)
	_, err := journal.Do(ctx, p.Site.Journal, room.Links, journal.Order{Subject: e.link.ID}, room.OpenLink{})
	return err
}

// postMine takes the digits.
func (p *Pages) postMine(w http.ResponseWriter, r *http.Request) {
	e, err := p.enter(r)
	if fault.IsNotFound(err) {
		p.showEnded(w, r)
		return
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	switch err := p.opens(r.Context(), e, r.PostFormValue("digits"), web.Address(r)); {
	case fault.IsNotFound(err):
		p.showEnded(w, r)
		return
	case fault.Findings(err) != nil:
		p.showDoor(w, r, e, err)
		return
	case err != nil:
		p.Site.Fail(w, r, err)
		return
	}
	until := strconv.FormatInt(p.Site.Now().Add(openFor).Unix(), 10)
	http.SetCookie(w, &http.Cookie{Name: cookieOf(e.link.ID), Value: until + "." + p.markOf(e.link.ID, until), Path: "/mine/" + e.token, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil, MaxAge: int(openFor.Seconds())})
	http.Redirect(w, r, "/mine/"+e.token, http.StatusSeeOther)
}

// postClose ends being here: a borrowed phone shows nothing any more.
func (p *Pages) postClose(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	if id := room.LinkOf(p.Index, token); id != "" {
		http.SetCookie(w, &http.Cookie{Name: cookieOf(id), Path: "/mine/" + token, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	http.Redirect(w, r, "/mine/"+token, http.StatusSeeOther)
}

// within lets only those do something who have given the digits.
func (p *Pages) within(w http.ResponseWriter, r *http.Request) (entered, bool) {
	e, err := p.enter(r)
	switch {
	case fault.IsNotFound(err):
		p.showEnded(w, r)
	case err != nil:
		p.Site.Fail(w, r, err)
	case !e.open:
		p.showDoor(w, r, e, fault.Field("digits", "mine.door.again", nil))
	default:
		return e, true
	}
	return e, false
}

// Holder is whose the files are that a request brings ahead of their form by somebody's
// link, once the digits are given; "" otherwise.
func (p *Pages) Holder(r *http.Request) string {
	e, err := p.enter(r)
	if err != nil || !e.open {
		return ""
	}
	return "link:" + e.link.ID
}

// Own is whose link a request has, and who acts with it, for what another room does
// on somebody's own page. Until the digits are given it answers, and says false.
func (p *Pages) Own(w http.ResponseWriter, r *http.Request) (person string, as context.Context, ok bool) {
	if r.Method == http.MethodGet {
		if e, err := p.enter(r); err == nil && !e.open {
			p.showDoor(w, r, e, nil)
			return "", nil, false
		}
	}
	e, ok := p.within(w, r)
	return e.rec.ID, asTraveller(r, e.link.ID), ok
}

// mineView is somebody's own page.
type mineView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Notes   []ui.Note
	Base    string
	Key     func() string
	Known   ui.Summary
	Right   ui.Button
	Fields  [][]ui.Field
	Words   ui.Field
	Send    ui.Button
	Open    bool // the form for what is wrong is open
	Details []Group
	Asked   string
	Tell    ui.Button
	Photo   ui.FileField
	Out     ui.HeldList // booklets that are in their hands, or were lost there
	Lost    ui.Button   // where a loss is told
	Answers []answer
	Seen    ui.Table
	Close   ui.Button
	Chat    *chatView
}

// chatView offers to bind one's WeChat, or to undo that.
type chatView struct {
	Says []string
	Do   []ui.Button
}

// mineWeChat stands for all who open the link, so that whoever didn't bind it sees that
// somebody has.
func (p *Pages) mineWeChat(ctx context.Context, v *mineView, rec room.Person, base string) error {
	if p.WeChat == nil {
		return nil
	}
	since, inChat, err := p.WeChat.BoundSince(ctx, wechat.InChat, rec.ID)
	if err != nil {
		return err
	}
	mini, inMini, err := p.WeChat.BoundSince(ctx, wechat.InMini, rec.ID)
	v.Chat = &chatView{}
	if inChat {
		v.Chat.Says = append(v.Chat.Says, ui.T(ctx, "mine.wechat.since", "Day", ui.Date(ctx, since)))
	} else {
		v.Chat.Says = append(v.Chat.Says, ui.T(ctx, "mine.wechat.text"))
		v.Chat.Do = append(v.Chat.Do, ui.Button{Text: ui.T(ctx, "wechat.start"), URL: base + "/wechat", Kind: ui.Second, Full: true})
	}
	if inMini {
		v.Chat.Says = append(v.Chat.Says, ui.T(ctx, "mine.wechat.mini", "Day", ui.Date(ctx, mini)))
	}
	if inChat || inMini {
		v.Chat.Do = append(v.Chat.Do, ui.Button{Text: ui.T(ctx, "wechat.undo"), Post: base + "/wechat/undo", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Second, Full: true})
	}
	return err
}

// getWeChat leaves for WeChat: a link and no form, which a browser wouldn't let lead
// to another site.
func (p *Pages) getWeChat(w http.ResponseWriter, r *http.Request) {
	e, err := p.enter(r)
	if err == nil && !e.open {
		p.showDoor(w, r, e, nil)
		return
	}
	if e, ok := p.within(w, r); ok {
		p.WeChat.Begin(w, r, e.link.ID, "/mine/"+e.token)
	}
}

func (p *Pages) postUndoWeChat(w http.ResponseWriter, r *http.Request) {
	e, ok := p.within(w, r)
	if !ok {
		return
	}
	err := p.WeChat.UndoOf(asTraveller(r, e.link.ID), e.rec.ID, wechat.Undone)
	p.Site.Answer(w, r, err, "/mine/"+e.token+"?said=unbound")
}

// answer is what the unit said to a correction.
type answer struct {
	Title string
	Facts ui.Facts
}

// ui:keys mine.said.*
// ui:keys mine.sheet.*
func (p *Pages) showMine(w http.ResponseWriter, r *http.Request, e entered, typed room.Facts, details room.Details, raw map[string]string, failed error) {
	ctx, rec := r.Context(), e.rec
	base := "/mine/" + e.token
	v := mineView{Head: ui.Head{Over: ui.T(ctx, "mine.over", "Name", rec.Name()), Title: ui.T(ctx, "mine.title")}, Base: base, Key: web.NewKey, Right: ui.Button{Text: ui.T(ctx, "mine.right"), Full: true},
		Send: ui.Button{Text: ui.T(ctx, "mine.send"), Kind: ui.Second, Full: true}, Tell: ui.Button{Text: ui.T(ctx, "mine.details.do"), Kind: ui.Second, Full: true}, Close: ui.Button{Text: ui.T(ctx, "mine.close"), Post: base + "/close", Kind: ui.Plain}}
	status := http.StatusOK
	errs := ui.FieldErrors(ctx, failed)
	if failed != nil {
		status, v.Errors, v.Open = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed), true
	}
	if key := "mine.said." + r.URL.Query().Get("said"); ui.Known(key) {
		v.Notes = append(v.Notes, ui.Note{State: ui.OK, Title: ui.T(ctx, key), Live: true})
	}
	wanted, err := p.Wants(ctx, rec.ID)
	if err == nil {
		err = p.mineKnown(ctx, &v, rec, keysShown(room.Details{}, rec.Facts, wanted))
	}
	if err == nil {
		err = p.mineAnswers(ctx, &v, rec)
	}
	if err == nil {
		v.Seen, err = p.seen(ctx, rec.ID)
	}
	if err == nil {
		err = p.minePhoto(ctx, &v, rec)
	}
	if err == nil {
		err = p.mineMissions(ctx, &v, rec)
	}
	if err == nil {
		err = p.mineVisits(ctx, &v, rec)
	}
	if err == nil {
		err = p.mineBooklets(ctx, &v, rec)
	}
	if err == nil {
		err = p.mineWeChat(ctx, &v, rec, base)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Photo.Error = errs["photo"]
	form := Form{Facts: typed, Known: true, Raw: raw, Errors: errs, Countries: p.Countries()}
	number := form.text(ctx, "idNumber", "", 60)
	number.Hint, number.Optional, number.Lang = ui.T(ctx, "mine.number.hint", "Number", rec.IDNumber.String()), true, "zh-Latn"
	if typed.IDNumber != rec.IDNumber {
		number.Value = typed.IDNumber.Reveal()
	}
	surname, given := form.text(ctx, "latinSurname", typed.LatinSurname, 37), form.text(ctx, "latinGivenNames", typed.LatinGivenNames, 37)
	surname.Optional, given.Optional = true, true
	mobile, email := form.text(ctx, "mobile", typed.Mobile, 30), form.text(ctx, "email", typed.Email, 254)
	mobile.Kind, email.Kind, email.Optional, email.When = ui.Tel, ui.Email, true, ui.T(ctx, "people.email.when")
	keys := keysShown(room.Details{}, rec.Facts, wanted)
	reached := [][]ui.Field{{mobile}, {email}}
	if slices.Contains(keys, "person.email") {
		reached = reached[:1] // asked below, for a form
	}
	v.Fields = slices.Concat([][]ui.Field{{form.text(ctx, "familyName", typed.FamilyName, 40), form.text(ctx, "givenName", typed.GivenName, 40)}, {surname, given}, {number}, {form.date(ctx, "idExpires", typed.IDExpires)}}, reached, [][]ui.Field{
		{form.text(ctx, "department", typed.Department, 160)}, {form.text(ctx, "post", typed.Post, 160)}, {form.word(ctx, "rank", "rank", string(typed.Rank), dossier.Rank("").Words())},
		{form.word(ctx, "employment", "employment", string(typed.Employment), dossier.Employment("").Words())}, {form.nationality(ctx)}, {form.check(ctx, "foreignResidence", typed.ForeignResidence)}})
	v.Words = ui.Field{Kind: ui.Area, Rows: 3, Name: "words", Label: ui.T(ctx, "mine.words"), Hint: ui.T(ctx, "mine.words.hint"), Value: r.PostFormValue("words"), Optional: true, Max: 400, Error: errs["words"]}
	if len(keys) > 0 {
		var why []string
		for _, k := range keys {
			if !slices.Contains(why, wanted[k]) {
				why = append(why, wanted[k])
			}
		}
		v.Asked = strings.Join(why, " ")
		offered := room.Details{}
		if len(errs) == 0 {
			offered = p.offered(rec.Facts, details)
		}
		v.Details = detailGroups(ctx, details, offered, r.PostFormValue("details.email"), keys, errs)
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Errors: len(v.Errors.Errors)}, minePage(v))
}

// mineKnown is what the unit has of them, as they are to check it. An address that
// is asked for below, for a form, isn't named as lacking here too.
func (p *Pages) mineKnown(ctx context.Context, v *mineView, rec room.Person, asked []string) error {
	u, err := unit.One(ctx, p.Site.Journal.Store, rec.In)
	if err != nil && !fault.IsNotFound(err) {
		return err
	}
	if rec.Confirmed == p.Site.Journal.Today() && len(v.Errors.Errors) == 0 { // what is to be mended stands alone
		v.Notes = append(v.Notes, ui.Note{State: ui.OK, Title: ui.T(ctx, "mine.confirmed")})
	}
	v.Known = append(v.Known, ui.SummaryRow{Term: ui.T(ctx, "mine.unit"), Value: u.Name})
	known := rec.Facts
	if known.Latin() == "" { // as a case and the order of a booklet spell it, until somebody says otherwise
		known.LatinSurname, known.LatinGivenNames = room.Latin(known.FamilyName, known.GivenName)
	}
	for _, name := range room.OwnData() {
		value := p.value(ctx, known, name)
		if value == "" && slices.Contains(asked, "person."+name) {
			continue
		}
		if value == "" {
			value = ui.T(ctx, "mine.empty")
			if name == "foreignResidence" {
				value = ui.T(ctx, "people.no")
			}
		}
		v.Known = append(v.Known, ui.SummaryRow{Term: label(ctx, name), Value: value})
	}
	return nil
}

// mineAnswers is what they said before, and what the unit answered.
func (p *Pages) mineAnswers(ctx context.Context, v *mineView, rec room.Person) error {
	all, err := room.Each(ctx, p.Site.Journal.Store, rec.ID, func(id string) ([]room.ProposalRow, error) {
		return room.ProposalsOf(ctx, p.Site.Journal.Store, id)
	})
	if err != nil {
		return err
	}
	for _, row := range all {
		x, _, err := journal.Load(ctx, p.Site.Journal, room.Proposals, row.ID)
		if err != nil {
			return err
		}
		a := answer{Title: ui.T(ctx, "mine.answer.waits", "When", ui.At(ctx, row.At))}
		if x.Settled {
			a.Title = ui.T(ctx, "mine.answer.settled", "When", ui.At(ctx, row.At))
		}
		for _, d := range room.AllData() {
			value, asked := x.Data[d.Name]
			if !asked {
				continue
			}
			text := p.value(ctx, room.Facts{}.With(room.Data{d.Name: value}), d.Name)
			switch {
			case x.Settled && slices.Contains(x.Taken, d.Name):
				text = ui.T(ctx, "mine.answer.taken", "Value", text)
			case x.Settled:
				text = ui.T(ctx, "mine.answer.declined", "Value", text, "Why", x.Declined[d.Name])
			}
			a.Facts = append(a.Facts, ui.Fact{Term: label(ctx, d.Name), Value: text})
		}
		if x.Words != "" {
			a.Facts = append(a.Facts, ui.Fact{Term: ui.T(ctx, "mine.words"), Value: x.Words})
		}
		if x.Reply != "" {
			a.Facts = append(a.Facts, ui.Fact{Term: ui.T(ctx, "mine.reply"), Value: x.Reply})
		}
		v.Answers = append(v.Answers, a)
	}
	return nil
}

// seen is who had somebody's sensitive data shown (谁看过我的资料), and when
// their own link was opened.
func (p *Pages) seen(ctx context.Context, person string) (ui.Table, error) {
	var none ui.Table
	store := p.Site.Journal.Store
	ids, err := room.Also(ctx, store, person)
	if err != nil {
		return none, err
	}
	units, err := unit.Names(ctx, store)
	if err != nil {
		return none, err
	}
	type look struct {
		at  time.Time
		row ui.Row
	}
	var all []look
	for _, id := range ids {
		events, err := p.Site.Journal.History(ctx, journal.Ref{Kind: room.Looks.Kind, ID: id})
		if err != nil {
			return none, err
		}
		for _, e := range events {
			b, is := e.Body.(room.LookedAt)
			if !is {
				continue
			}
			who, err := p.seenBy(ctx, e.Actor, units, ids)
			if err != nil {
				return none, err
			}
			all = append(all, look{e.At, ui.Row{Cells: []ui.Cell{{Text: who, Head: true}, {Text: shownName(ctx, b.Field)}, {Text: ui.At(ctx, e.At), Quiet: true}}}})
		}
		told, err := p.Site.Journal.History(ctx, journal.Ref{Kind: room.OfficeLooks.Kind, ID: id})
		if err != nil {
			return none, err
		}
		for _, e := range told {
			b, is := e.Body.(room.LookTold)
			if !is {
				continue
			}
			all = append(all, look{e.At, ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "mine.seen.office", "Role", progress.RoleName(ctx, b.Role)), Head: true}, {Text: shownName(ctx, b.Field)}, {Text: ui.Date(ctx, b.Day), Quiet: true}}}})
		}
		links, err := room.LinksOf(ctx, store, id)
		if err != nil {
			return none, err
		}
		for _, l := range links {
			events, err := p.Site.Journal.History(ctx, journal.Ref{Kind: room.Links.Kind, ID: l.ID})
			if err != nil {
				return none, err
			}
			for _, e := range events {
				if _, opened := e.Body.(room.LinkOpened); opened {
					all = append(all, look{e.At, ui.Row{Cells: []ui.Cell{{Text: ui.T(ctx, "mine.look.you"), Head: true}, {Text: ui.T(ctx, "mine.look.link")}, {Text: ui.At(ctx, e.At), Quiet: true}}}})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b look) int { return b.at.Compare(a.at) })
	table := ui.Table{Caption: ui.T(ctx, "mine.seen"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "mine.seen.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "mine.seen.who")}, {Text: ui.T(ctx, "mine.seen.what")}, {Text: ui.T(ctx, "mine.seen.when")}}}
	g := ui.Group{}
	for _, l := range all[:min(len(all), 50)] {
		g.Rows = append(g.Rows, l.row)
	}
	table.Groups = []ui.Group{g}
	return table, nil
}

// getSeen is the same for who signs in and travels.
func (p *Pages) getSeen(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	if who.Person == "" {
		p.Site.Fail(w, r, fault.NotFound("a traveller of this account"))
		return
	}
	stands, err := room.Stands(ctx, p.Site.Journal.Store, who.Person)
	v := seenView{Head: ui.Head{Title: ui.T(ctx, "mine.seen")}, Note: ui.T(ctx, "mine.seen.note.account")}
	if err == nil {
		v.Table, err = p.seen(ctx, stands)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true, Tabs: progress.Tabs(ctx, who, ""), Crumbs: []ui.Link{{Text: ui.T(ctx, "sites.nav.me"), URL: "/me"}, {Text: v.Head.Title}}}, seenPage(v))
}

// seenView is who has seen the data of who signs in.
type seenView struct {
	Head  ui.Head
	Table ui.Table
	Note  string
}

// shownName is what was shown, in words.
//
// ui:keys mine.look.*
func shownName(ctx context.Context, field string) string {
	if key := "mine.look." + field; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return field
}

// seenBy names who looked: by role, name and unit. Whoever looks at somebody's
// data is named to them; own are the ids that mean themselves.
func (p *Pages) seenBy(ctx context.Context, a journal.Actor, units map[string]string, own []string) (string, error) {
	role := progress.RoleName(ctx, a.Role)
	e, err := account.One(ctx, p.Site.Journal.Store, a.Account)
	switch {
	case fault.IsNotFound(err):
		return role, nil
	case err == nil && slices.Contains(own, e.Person):
		return ui.T(ctx, "mine.look.self"), nil
	}
	return ui.T(ctx, "mine.seen.by", "Unit", units[e.Unit], "Role", role, "Name", e.Name), err
}

// photoKind is the picture that booklets and visas are made with.
const photoKind dossier.MaterialKind = "M26"

func (p *Pages) photoOf(ctx context.Context, rec room.Person) (material.Material, bool, error) {
	all, err := material.Of(ctx, p.Site.Journal.Store, material.OfPerson, rec.ID)
	var last material.Material
	for _, m := range all {
		if m.Kind == string(photoKind) {
			last = m
		}
	}
	return last, last.ID != "", err
}

func (p *Pages) minePhoto(ctx context.Context, v *mineView, rec room.Person) error {
	last, has, err := p.photoOf(ctx, rec)
	if err != nil {
		return err
	}
	limits := p.Portrait()
	v.Photo = ui.FileField{Name: "photo", Label: ui.T(ctx, "mine.photo.label"), Hint: ui.T(ctx, "mine.photo.hint"), Accept: material.Accept(photoKind), Uploads: v.Base + ui.UploadsPath, Camera: ui.Facing, Photo: &limits, Along: true}
	if has {
		v.Photo.Hint = ui.T(ctx, "mine.photo.has", "When", ui.At(ctx, time.UnixMicro(last.At)))
	}
	return nil
}

// mineMissions tells on which days missions see them.
func (p *Pages) mineMissions(ctx context.Context, v *mineView, rec room.Person) error {
	all, err := visa.Awaited(ctx, p.Site.Journal.Store, rec.ID, p.Site.Journal.Today())
	for _, o := range all {
		at := ui.Country(ctx, p.Countries().Name, o.Apply)
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Title: ui.T(ctx, "mine.mission", "Area", at, "Day", ui.Date(ctx, o.Mission.Day), "Weekday", ui.Weekday(ctx, o.Mission.Day)), Text: o.Mission.Words})
	}
	return err
}

// mineVisits tells when they are awaited in the hall: the first thing that somebody with
// this link wants to know.
func (p *Pages) mineVisits(ctx context.Context, v *mineView, rec room.Person) error {
	store, now := p.Site.Journal.Store, p.Site.Now()
	today := calendar.DateOf(now)
	booked, err := hall.OfPerson(ctx, store, rec.ID, today)
	if err != nil {
		return err
	}
	here, err := hall.Within(ctx, store, rec.ID, today)
	if err != nil {
		return err
	}
	all := append(here, slices.DeleteFunc(booked, func(b hall.Booking) bool { return !b.Awaited(now) })...)
	slices.SortStableFunc(all, func(a, b hall.Booking) int { // those of a merged record came after
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Slot, b.Slot))
	})
	all = slices.CompactFunc(all, func(a, b hall.Booking) bool { return a.ID == b.ID })
	var out []ui.Note
	for _, b := range all {
		n := ui.Note{State: ui.Info, Title: ui.T(ctx, "mine.visit", "When", progress.When(ctx, b.Day, b.Slot)), Link: ui.Link{Text: ui.T(ctx, "progress.do.pass"), URL: "/pass/" + b.Code}}
		h, planned, err := hall.HallOf(ctx, store, b.Hall)
		if err != nil {
			return err
		}
		if planned {
			n.Text = progress.HallAt(ctx, h)
		}
		out = append(out, n)
	}
	v.Notes = append(out, v.Notes...)
	return nil
}

// ui:keys word.passportType.*
//
// mineBooklets are those they have with them, and where to tell of a loss.
func (p *Pages) mineBooklets(ctx context.Context, v *mineView, rec room.Person) error {
	store, today := p.Site.Journal.Store, p.Site.Journal.Today()
	all, err := custody.Of(ctx, store, rec.ID)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Filing == "" || b.Place != custody.IsLent && b.Place != custody.IsLost {
			continue
		}
		lost, _, err := trip.LostOne(ctx, store, b.Booklet)
		if err != nil {
			return err
		}
		h := ui.Held{Kind: ui.T(ctx, "word.passportType."+b.Type), State: ui.Stop}
		switch {
		case b.Place == custody.IsLost:
			h.Note = ui.T(ctx, "mine.booklet.lost", "Tail", b.Tail)
		case lost.Told > 0 && lost.Standing() == trip.IsTold:
			h.Note = ui.T(ctx, "mine.booklet.told", "Tail", b.Tail)
		case b.Overdue(today):
			h.Note = ui.T(ctx, "people.booklet.overdue", "Tail", b.Tail, "Count", b.DaysLate(today))
		case b.Due.IsZero():
			h.State, h.Note = "", ui.T(ctx, "people.booklet", "Tail", b.Tail, "Day", ui.Date(ctx, b.Expires))
		default:
			h.State, h.Note = "", ui.T(ctx, "mine.booklet.out", "Tail", b.Tail, "Day", ui.Date(ctx, b.Due))
		}
		v.Out = append(v.Out, h)
	}
	v.Lost = ui.Button{Text: ui.T(ctx, "lost.title"), URL: v.Base + "/lost", Kind: ui.Second, Full: true}
	return nil
}

// postRight says that all of it is right.
func (p *Pages) postRight(w http.ResponseWriter, r *http.Request) {
	e, ok := p.within(w, r)
	if !ok {
		return
	}
	_, err := journal.Do(asTraveller(r, e.link.ID), p.Site.Journal, room.Room, journal.Order{Subject: e.rec.ID, Key: web.Key(r)}, room.Confirm{Source: room.FromTraveller})
	p.Site.Answer(w, r, err, "/mine/"+e.token+"?said=right")
}

// postWrong lays before the unit what should be otherwise.
func (p *Pages) postWrong(w http.ResponseWriter, r *http.Request) {
	e, ok := p.within(w, r)
	if !ok {
		return
	}
	if err := r.ParseForm(); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if r.PostForm.Get("idNumber") == "" {
		r.PostForm.Del("idNumber") // left empty, it stays as it is
	}
	facts, raw, wrong := Read(r, e.rec.Facts, "")
	err := fault.Invalid(wrong...)
	if len(wrong) == 0 {
		_, err = journal.Do(asTraveller(r, e.link.ID), p.Site.Journal, room.Proposals, journal.Order{Subject: p.Site.Journal.NewID(), Key: web.Key(r)},
			room.Propose{Person: e.rec, Facts: facts, Words: r.PostForm.Get("words")})
	}
	if fault.Findings(err) != nil {
		p.showMine(w, r, e, facts, e.rec.Details, raw, err)
		return
	}
	p.Site.Answer(w, r, err, "/mine/"+e.token+"?said=wrong")
}

// postOwnDetails tells what only they know; there is nothing for the unit to
// judge in it.
func (p *Pages) postOwnDetails(w http.ResponseWriter, r *http.Request) {
	e, ok := p.within(w, r)
	if !ok {
		return
	}
	if err := r.ParseForm(); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	d, wrong := readDetails(r, e.rec.Details)
	err := fault.Invalid(wrong...)
	if len(wrong) == 0 {
		_, err = journal.Do(asTraveller(r, e.link.ID), p.Site.Journal, room.Room, journal.Order{Subject: e.rec.ID, Key: web.Key(r)}, room.Detail{Details: d, Email: r.PostFormValue("details.email"), Source: room.FromTraveller})
	}
	if fault.Findings(err) != nil {
		p.showMine(w, r, e, e.rec.Facts, d, nil, err)
		return
	}
	p.Site.Answer(w, r, err, "/mine/"+e.token+"?said=details")
}

// postPhoto takes a photo; the one that was there before is replaced, and what
// was handed in with it stays.
func (p *Pages) postPhoto(w http.ResponseWriter, r *http.Request) {
	e, ok := p.within(w, r)
	if !ok {
		return
	}
	err := p.photo(r, e)
	if fault.Findings(err) != nil {
		p.showMine(w, r, e, e.rec.Facts, e.rec.Details, nil, err)
		return
	}
	p.Site.Answer(w, r, err, "/mine/"+e.token+"?said=photo")
}

func (p *Pages) photo(r *http.Request, e entered) error {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			return blob.PictureTooLarge("photo", r.ContentLength, blob.Limit)
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fault.Field("photo", "upload.cut_off", nil)
		}
		return fmt.Errorf("reading an upload: %w", err)
	}
	defer r.MultipartForm.RemoveAll()
	file, head, err := r.FormFile("photo")
	if err != nil || head.Size == 0 && head.Filename == "" {
		return fault.Field("photo", "upload.none", nil)
	}
	defer file.Close()
	if head.Size > blob.Limit {
		return blob.PictureTooLarge("photo", head.Size, blob.Limit)
	}
	last, _, err := p.photoOf(r.Context(), e.rec)
	if err != nil {
		return err
	}
	_, err = p.Keep(asTraveller(r, e.link.ID), material.Add{Kind: photoKind, OwnerKind: material.OfPerson, Owner: e.rec.ID, Unit: e.rec.In, Name: head.Filename}, last.ID, file, head.Size)
	if fs := fault.Findings(err); fs != nil {
		for i := range fs {
			fs[i].Field = "photo"
		}
		return fault.Invalid(fs...)
	}
	return err
}
