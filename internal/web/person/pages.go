package person

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	room "yitang/internal/person"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Pages is the unit's people.
type Pages struct {
	Site      *web.Site
	Index     room.Indexer
	Countries func() ref.Countries
	Titles    func() ref.Titles
	Keep      Keep            // of a photo
	Portrait  func() ui.Photo // what a photo is measured by, today
	Wants     Wants
	// CardServes tells whether a business travel card could be of use on a trip of theirs.
	CardServes func(ctx context.Context, person string) (bool, error)
	Owed       func(ctx context.Context, person string) ([]ui.Note, error) // what their cases still want for them
	Tries      *account.Throttle                                           // of those who open a link
	WeChat     Chat                                                        // nil: the office has no official account
}

// Chat is the official account, to which somebody binds their WeChat by their link.
type Chat interface {
	// Begin sends whoever has opened the page of a link to WeChat, and back to agree.
	Begin(w http.ResponseWriter, r *http.Request, link, page string)
	// BoundSince is of the official account's chat or of the mini program (wechat.InMini).
	BoundSince(ctx context.Context, in, person string) (time.Time, bool, error)
	// UndoOf lets go of both.
	UndoOf(ctx context.Context, person, why string) error
}

func (p *Pages) register() room.Register {
	return room.Register{Journal: p.Site.Journal, Index: p.Index}
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	var chat []web.Route
	if p.WeChat != nil {
		chat = []web.Route{
			{Pattern: "POST /people/{person}/wechat/undo", Right: access.EditPeople, Handle: p.postUnbind},
			{Pattern: "GET /mine/{token}/wechat", Right: access.Public, Handle: p.getWeChat},
			{Pattern: "POST /mine/{token}/wechat/undo", Right: access.Public, Handle: p.postUndoWeChat},
		}
	}
	return append(chat, []web.Route{
		{Pattern: "GET /people", Right: access.SeePeople, Handle: p.getPeople},
		{Pattern: "GET /people/new", Right: access.EditPeople, Handle: p.getNew},
		{Pattern: "POST /people/new", Right: access.EditPeople, Handle: p.postNew},
		{Pattern: "GET /people/{person}", Right: access.SeePeople, Handle: p.getPerson},
		{Pattern: "POST /people/{person}", Right: access.EditPeople, Handle: p.postPerson},
		{Pattern: "GET /people/{person}/number", Right: access.EditPeople, Handle: p.getNumber},
		{Pattern: "POST /people/{person}/number", Right: access.EditPeople, Handle: p.postNumber},
		{Pattern: "POST /people/{person}/announced", Right: access.EditPeople, Handle: p.postAnnounced},
		{Pattern: "GET /people/{person}/history", Right: access.SeePeople, Handle: p.getHistory},
		{Pattern: "GET /people/{person}/leave", Right: access.EditPeople, Handle: p.getLeave},
		{Pattern: "POST /people/{person}/leave", Right: access.EditPeople, Handle: p.postLeave},
		{Pattern: "POST /people/{person}/back", Right: access.EditPeople, Handle: p.postBack},
		{Pattern: "GET /people/{person}/transfer", Right: access.EditPeople, Handle: p.getTransfer},
		{Pattern: "POST /people/{person}/transfer", Right: access.EditPeople, Handle: p.postTransfer},
		{Pattern: "POST /people/{person}/keep", Right: access.EditPeople, Handle: p.postKeep},
		{Pattern: "GET /arrivals", Right: access.EditPeople, Handle: p.getArrivals},
		{Pattern: "POST /arrivals/{arrival}", Right: access.EditPeople, Handle: p.postArrival},
		{Pattern: "POST /arrivals/{arrival}/decline", Right: access.EditPeople, Handle: p.postDecline},
		{Pattern: "POST /people/ask", Right: access.EditPeople, Handle: p.postAsk},
		{Pattern: "GET /people/duplicates", Right: access.EditPeople, Handle: p.getDuplicates},
		{Pattern: "GET /people/{person}/merge", Right: access.EditPeople, Handle: p.getMerge},
		{Pattern: "POST /people/{person}/merge", Right: access.EditPeople, Handle: p.postMerge},
		{Pattern: "POST /people/{person}/unmerge", Right: access.EditPeople, Handle: p.postUnmerge},
		{Pattern: "GET /people/{person}/details", Right: access.EditPeople, Handle: p.getDetails},
		{Pattern: "POST /people/{person}/details", Right: access.EditPeople, Handle: p.postDetails},
		{Pattern: "POST /people/{person}/link", Right: access.EditPeople, Handle: p.postLink},
		{Pattern: "GET /people/{person}/link", Right: access.EditPeople, Handle: p.getLink},
		{Pattern: "POST /people/{person}/link/end", Right: access.EditPeople, Handle: p.postEndLink},
		{Pattern: "GET /corrections", Right: access.EditPeople, Handle: p.getProposals},
		{Pattern: "GET /corrections/{proposal}", Right: access.EditPeople, Handle: p.getProposal},
		{Pattern: "POST /corrections/{proposal}", Right: access.EditPeople, Handle: p.postProposal},
		{Pattern: "GET /me/seen", Right: access.Self, Handle: p.getSeen},
		{Pattern: "GET /mine/{token}", Right: access.Public, Handle: p.getMine},
		{Pattern: "POST /mine/{token}", Right: access.Public, Handle: p.postMine},
		{Pattern: "POST /mine/{token}/right", Right: access.Public, Handle: p.postRight},
		{Pattern: "POST /mine/{token}/wrong", Right: access.Public, Handle: p.postWrong},
		{Pattern: "POST /mine/{token}/details", Right: access.Public, Handle: p.postOwnDetails},
		{Pattern: "POST /mine/{token}/photo", Right: access.Public, Handle: p.postPhoto, Files: true},
		{Pattern: "POST /mine/{token}/close", Right: access.Public, Handle: p.postClose},
	}...)
}

// Objects tells whose the things in these pages' addresses are. {person} is
// the cases' pages' to tell.
func (p *Pages) Objects() map[string]func(ctx context.Context, id string) (access.Object, error) {
	return map[string]func(ctx context.Context, id string) (access.Object, error){
		// Somebody who is handed over is the new unit's to confirm, and in
		// that alone theirs to see.
		"arrival": func(ctx context.Context, id string) (access.Object, error) {
			e, err := room.One(ctx, p.Site.Journal.Store, id)
			return access.Object{Unit: e.Offered}, err
		},
		"proposal": func(ctx context.Context, id string) (access.Object, error) {
			who, err := room.ProposalOf(ctx, p.Site.Journal.Store, id)
			if err != nil || who == "" {
				return access.Object{}, err
			}
			e, err := room.One(ctx, p.Site.Journal.Store, who)
			return access.Object{Unit: e.Unit}, err
		},
	}
}

// ui:keys people.said.*
func (p *Pages) said(r *http.Request) ui.Banner {
	if key := "people.said." + r.URL.Query().Get("said"); ui.Known(key) {
		return ui.Banner{Text: ui.T(r.Context(), key)}
	}
	return ui.Banner{}
}

// recordView is one record, for writing or for reading.
type recordView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Notes    []ui.Note
	Offers   []ui.Button // what may be done about a note
	Action   string
	Key      string
	Send     []ui.Hidden
	Groups   []Group
	How      []ui.Field // correction or change, and from when
	Save     ui.Button
	Number   *ui.Button // shows the whole number, and records it
	Shown    string     // the whole number, asked for just now
	Coming   []coming
	Acts     []ui.Button
	Booklets ui.HeldList
	Trips    ui.Table
	Link     *linkView
	Merged   []merged
}

// coming is what was announced for a day, and how to say that it won't be.
type coming struct {
	When    string
	Changes ui.Changes
	Drop    ui.Button
}

// merged is a record that this one took in, and the way back.
type merged struct {
	Text string
	Undo ui.Button
}

func (p *Pages) getNew(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, room.Person{}, 0, Form{}, "", nil)
}

func (p *Pages) postNew(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	facts, raw, wrong := Read(r, room.Facts{}, "")
	id, err := p.Site.NewID(r, "_person")
	switch {
	case err != nil:
	case len(wrong) > 0:
		err = Refused(facts, wrong, p.Site.Journal.Today())
	default:
		err = p.register().Record(r.Context(), journal.Order{Subject: id, Key: web.Key(r)}, room.Record{In: web.Who(r).Unit, Facts: facts})
	}
	if fault.Findings(err) != nil {
		form, err := Form{Facts: facts, Raw: raw, Countries: p.Countries()}.Back(r.Context(), err)
		p.show(w, r, room.Person{}, 0, form, "", err)
		return
	}
	p.Site.Answer(w, r, err, "/people?said=recorded")
}

func (p *Pages) load(r *http.Request) (room.Person, journal.Version, error) {
	rec, v, err := journal.Load(r.Context(), p.Site.Journal, room.Room, r.PathValue("person"))
	if err == nil && v == 0 {
		err = fault.NotFound("person " + r.PathValue("person"))
	}
	return rec, v, err
}

func (p *Pages) getPerson(w http.ResponseWriter, r *http.Request) {
	rec, v, err := p.load(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if rec.Standing == room.WasDuple {
		stands, err := room.Stands(r.Context(), p.Site.Journal.Store, rec.ID)
		p.Site.Answer(w, r, err, personURL(stands)+"?said=is_merged")
		return
	}
	p.show(w, r, rec, v, Form{Facts: rec.Facts, Known: true, Change: r.URL.Query().Get("change")}, "", nil)
}

// how reads whether something was wrong or has changed, and from when.
func how(r *http.Request) (n room.Nature, from calendar.Date, wrong []fault.Finding) {
	n = room.Nature(r.PostFormValue("nature"))
	if n != room.NewState {
		return room.Correction, from, nil
	}
	if typed := strings.TrimSpace(r.PostFormValue("from")); typed != "" {
		var ok bool
		if from, ok = readDate(typed); !ok {
			wrong = append(wrong, fault.Finding{Field: "from", Key: "form.date.unreadable"})
		}
	}
	return n, from, wrong
}

// readDate reads a day as forms take it.
func readDate(typed string) (calendar.Date, bool) {
	if typed = strings.TrimSpace(typed); typed == "" {
		return calendar.Date{}, true
	}
	var c dossier.Case
	if err := c.Put("members[0].idExpires", typed); err != nil {
		return calendar.Date{}, false
	}
	return c.Members[0].IDExpires, true
}

func (p *Pages) postPerson(w http.ResponseWriter, r *http.Request) {
	rec, v, err := p.load(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	facts, raw, wrong := Read(r, rec.Facts, "")
	nature, from, bad := how(r)
	wrong = append(wrong, bad...)
	if err = Refused(facts, wrong, p.Site.Journal.Today()); len(wrong) == 0 {
		err = p.register().Change(r.Context(), web.Order(r, rec.ID), room.Change{Nature: nature, From: from, Facts: facts})
	}
	if fault.Findings(err) != nil {
		p.show(w, r, rec, v, Form{Facts: facts, Known: true, Raw: raw, Errors: ui.FieldErrors(r.Context(), err)}, "", err)
		return
	}
	said := "changed"
	if nature == room.NewState && from.After(p.Site.Journal.Today()) {
		said = "announced"
	}
	p.Site.Answer(w, r, err, personURL(rec.ID)+"?said="+said)
}

// postAnnounced drops what was announced for a day.
func (p *Pages) postAnnounced(w http.ResponseWriter, r *http.Request) {
	from, ok := readDate(r.PostFormValue("from"))
	if !ok {
		p.Site.Fail(w, r, fault.Field("from", "form.date.unreadable", nil))
		return
	}
	_, err := journal.Do(r.Context(), p.Site.Journal, room.Room, web.Order(r, r.PathValue("person")), room.DropAnnouncement{From: from})
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=dropped")
}

// getNumber leads whoever opens the answer's address again to the record: the number is
// shown to a press alone.
func (p *Pages) getNumber(w http.ResponseWriter, r *http.Request) {
	p.Site.Answer(w, r, nil, personURL(r.PathValue("person")))
}

// postNumber shows the whole identity number, once, and records who asked.
func (p *Pages) postNumber(w http.ResponseWriter, r *http.Request) {
	rec, v, err := p.load(r)
	if err == nil {
		err = p.look(r, rec.ID, "idNumber")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.show(w, r, rec, v, Form{Facts: rec.Facts, Known: true}, rec.IDNumber.Reveal(), nil)
}

// look records that somebody has sensitive data of a person shown.
func (p *Pages) look(r *http.Request, who, field string) error {
	_, err := journal.Do(r.Context(), p.Site.Journal, room.Looks, journal.Order{Subject: who, Key: web.Key(r)}, room.Look{Field: field, Why: "record"})
	return err
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, rec room.Person, seen journal.Version, form Form, shown string, failed error) {
	ctx, who := r.Context(), web.Who(r)
	v := recordView{Key: web.NewKey(), Shown: shown, Save: ui.Button{Text: ui.T(ctx, "people.save")}}
	status := http.StatusOK
	if rec.ID == "" {
		v.Head, v.Action = ui.Head{Title: ui.T(ctx, "people.new.title"), Lead: ui.T(ctx, "people.new.lead")}, "/people/new"
		v.Send = append(v.Send, ui.Hidden{Name: "_person", Value: p.Site.Journal.NewID()})
	} else {
		v.Head, v.Action = ui.Head{Title: rec.Name(), Lead: rec.Latin()}, personURL(rec.ID)
		form.Here = v.Action
		v.Send = append(v.Send, ui.Hidden{Name: "_seen", Value: strconv.FormatInt(int64(seen), 10)})
		v.How = howFields(r, form)
		if rec.IDNumber != "" && who.May(access.EditPeople) && shown == "" {
			v.Number = &ui.Button{Text: ui.T(ctx, "people.number.show"), Post: v.Action + "/number", Kind: ui.Second, Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}}
		}
		if err := p.around(ctx, rec, seen, &v, who); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		owed, err := p.Owed(ctx, rec.ID)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Notes = append(v.Notes, owed...)
	}
	v.Send = append(v.Send, Boxes("")...)
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
		if err := p.elsewhere(ctx, &v, rec, form.Facts, who, failed); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if !who.May(access.EditPeople) {
		v.Action = ""
	}
	form.Countries = p.Countries()
	v.Groups = form.Groups(ctx)
	InOrder(v.Groups, v.Errors.Errors)
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Errors: len(v.Errors.Errors), Banner: p.said(r), Crumbs: p.crumbs(ctx, ui.Link{Text: v.Head.Title})}, recordPage(v))
}

func (p *Pages) crumbs(ctx context.Context, more ...ui.Link) []ui.Link {
	return append([]ui.Link{{Text: ui.T(ctx, "people.crumb"), URL: "/people"}}, more...)
}

// howFields ask whether what is changed was wrong or has changed. A slip of
// the pen is what most edits mend.
func howFields(r *http.Request, form Form) []ui.Field {
	ctx := r.Context()
	is := r.PostFormValue("nature")
	if is == "" {
		is = string(room.Correction)
	}
	nature := ui.Field{Kind: ui.Radio, Name: "nature", Label: ui.T(ctx, "people.how"), Error: form.Errors["nature"], Options: []ui.Option{
		{Value: string(room.Correction), Text: ui.T(ctx, "people.how.correction"), Hint: ui.T(ctx, "people.how.correction.hint"), Chosen: is == string(room.Correction)},
		{Value: string(room.NewState), Text: ui.T(ctx, "people.how.change"), Hint: ui.T(ctx, "people.how.change.hint"), Chosen: is == string(room.NewState)}}}
	from := ui.Field{Kind: ui.DateKind, Name: "from", Label: ui.T(ctx, "people.how.from"), Hint: ui.T(ctx, "people.how.from.hint"), Value: r.PostFormValue("from"), Optional: true, Error: form.Errors["from"]}
	return []ui.Field{nature, from}
}

// elsewhere says what to do about a number that another record has: join the
// two, open it, or ask the unit that has it.
func (p *Pages) elsewhere(ctx context.Context, v *recordView, rec room.Person, typed room.Facts, who access.Who, failed error) error {
	known := ""
	for _, f := range fault.Findings(failed) {
		if f.Key == "person.number.known" {
			known, _ = f.Args["Person"].(string)
		}
	}
	if known == "" {
		return nil
	}
	e, err := room.One(ctx, p.Site.Journal.Store, known)
	if err != nil {
		return err
	}
	switch {
	case e.Unit == who.Unit && rec.ID != "":
		v.Notes = append(v.Notes, ui.Note{State: ui.Warn, Title: ui.T(ctx, "people.twin.merge", "Name", e.Name()), Link: ui.Link{Text: ui.T(ctx, "people.twin.merge.go"), URL: personURL(rec.ID) + "/merge?with=" + url.QueryEscape(known)}})
	case e.Unit == who.Unit:
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Title: ui.T(ctx, "people.twin.own", "Name", e.Name()), Link: ui.Link{Text: ui.T(ctx, "people.twin.own.go"), URL: personURL(known)}})
	default:
		// Which unit has them is nobody's to learn by typing numbers: the name has to fit too.
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Title: ui.T(ctx, "people.twin.other"), Text: ui.T(ctx, "people.twin.other.text")})
		v.Offers = append(v.Offers, ui.Button{Text: ui.T(ctx, "people.twin.other.ask"), Post: "/people/ask", Kind: ui.Second, Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()},
			{Name: "familyName", Value: typed.FamilyName}, {Name: "givenName", Value: typed.GivenName}, {Name: "idNumber", Value: typed.IDNumber.Reveal()}}})
	}
	return nil
}

// around is what belongs to a record and isn't written here.
//
// ui:keys word.passportType.*
func (p *Pages) around(ctx context.Context, rec room.Person, seen journal.Version, v *recordView, who access.Who) error {
	store := p.Site.Journal.Store
	booklets, err := custody.Of(ctx, store, rec.ID)
	if err != nil {
		return err
	}
	today := p.Site.Journal.Today()
	for _, b := range booklets {
		h := ui.Held{Kind: ui.T(ctx, "word.passportType."+b.Type), Note: ui.T(ctx, "people.booklet", "Tail", b.Tail, "Day", ui.Date(ctx, b.Expires))}
		switch {
		case b.Overdue(today):
			h.State, h.Note = ui.Stop, ui.T(ctx, "people.booklet.overdue", "Tail", b.Tail, "Count", b.DaysLate(today))
		case b.Place == custody.IsLost || b.Place == custody.IsVoid || b.Expires.Before(today):
			h.State = ui.Info
		case b.ReplacedBy != "":
			h.State, h.Note = ui.Info, ui.T(ctx, "people.booklet.replaced", "Tail", b.Tail)
		case b.Expires.Before(today.AddDays(endDays)):
			made, err := custody.BeingRenewed(ctx, store, b)
			if err != nil {
				return err
			}
			h.State, h.Note = ui.Warn, ui.T(ctx, "people.booklet.ends", "Tail", b.Tail, "Day", ui.Date(ctx, b.Expires))
			if made {
				h.State, h.Note = ui.Info, ui.T(ctx, "people.booklet.renewed", "Tail", b.Tail, "Day", ui.Date(ctx, b.Expires))
			}
		}
		v.Booklets = append(v.Booklets, h)
	}
	trips, err := filing.OfPerson(ctx, store, rec.ID, 20)
	if err != nil {
		return err
	}
	v.Trips = ui.Table{Caption: ui.T(ctx, "people.trips"), Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "people.trips")}, {Text: ui.T(ctx, "people.col.days")}}, Empty: ui.Empty{Text: ui.T(ctx, "people.trips.none")}}
	var rows []ui.Row
	for _, e := range trips {
		cell := ui.Cell{Text: e.Title, Head: true}
		if e.Unit == who.Unit {
			cell.URL = "/cases/" + e.ID
		} else {
			cell.Text, cell.Sub = ui.T(ctx, "people.trips.elsewhere"), "" // another unit's case: that they were away, no more
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{cell, {Text: span(ctx, e.Depart, e.Return)}}})
	}
	v.Trips.Groups = []ui.Group{{Rows: rows}}
	open, err := p.open(ctx, rec.ID)
	if err != nil {
		return err
	}
	for _, t := range open {
		n := ui.Note{State: ui.Info, Title: ui.T(ctx, "people.open", "What", p.tripWords(ctx, who.Unit, t.Trip))}
		if t.Abroad {
			n.Title = ui.T(ctx, "people.abroad", "What", p.tripWords(ctx, who.Unit, t.Trip))
		}
		if t.Unit == who.Unit {
			n.Link = ui.Link{Text: ui.T(ctx, "people.open.go"), URL: "/cases/" + t.Filing}
		}
		v.Notes = append(v.Notes, n)
	}
	if err := p.standing(ctx, rec, seen, v, who); err != nil {
		return err
	}
	if !who.May(access.EditPeople) {
		v.Acts = []ui.Button{{Text: ui.T(ctx, "people.history"), URL: personURL(rec.ID) + "/history", Kind: ui.Plain}}
		return nil
	}
	return p.linkOf(ctx, rec, v)
}

// standing is how somebody stands to the unit, what was announced of them, and
// what may be done.
func (p *Pages) standing(ctx context.Context, rec room.Person, seen journal.Version, v *recordView, who access.Who) error {
	store, here := p.Site.Journal.Store, personURL(rec.ID)
	units, err := unit.Names(ctx, store)
	if err != nil {
		return err
	}
	spans, err := room.Uncleared(ctx, store, rec.ID)
	if err != nil {
		return err
	}
	today := p.Site.Journal.Today()
	for _, s := range spans {
		switch {
		case s.To.IsZero():
			v.Notes = append(v.Notes, ui.Note{State: ui.Stop, Title: ui.T(ctx, "people.not_cleared.from", "Day", ui.Date(ctx, s.From)), Text: ui.T(ctx, "people.not_cleared.text")})
		case !s.To.Before(today):
			v.Notes = append(v.Notes, ui.Note{State: ui.Stop, Title: ui.T(ctx, "people.not_cleared", "Days", ui.Span(ctx, s.From, s.To)), Text: ui.T(ctx, "people.not_cleared.text")})
		}
	}
	send := func(more ...ui.Hidden) []ui.Hidden {
		return append([]ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "_seen", Value: strconv.FormatInt(int64(seen), 10)}}, more...)
	}
	may := who.May(access.EditPeople)
	switch {
	case rec.Offer.To != "":
		v.Notes = append(v.Notes, ui.Note{State: ui.Wait, Title: ui.T(ctx, "people.offered", "Unit", units[rec.Offer.To], "Day", ui.Date(ctx, rec.Offer.On)), Text: ui.T(ctx, "people.offered.text")})
		if may {
			v.Offers = append(v.Offers, ui.Button{Text: ui.T(ctx, "people.offered.keep"), Post: here + "/keep", Send: send(), Kind: ui.Second})
		}
	case rec.Standing == room.HasLeft:
		v.Notes = append(v.Notes, ui.Note{State: ui.Wait, Title: ui.T(ctx, "people.has_left", "Day", ui.Date(ctx, rec.LeftOn)), Text: ui.T(ctx, "people.has_left.text")})
		if may {
			v.Offers = append(v.Offers, ui.Button{Text: ui.T(ctx, "people.has_left.back"), Post: here + "/back", Send: send(), Kind: ui.Second})
		}
	}
	if rec.AskedBy != "" && may {
		v.Notes = append(v.Notes, ui.Note{State: ui.Warn, Title: ui.T(ctx, "people.asked", "Unit", units[rec.AskedBy]), Link: ui.Link{Text: ui.T(ctx, "people.asked.go"), URL: here + "/transfer?to=" + url.QueryEscape(rec.AskedBy)}})
	}
	for _, c := range rec.Coming {
		x := coming{When: ui.T(ctx, "people.coming", "Day", ui.Date(ctx, c.From)), Changes: p.changes(ctx, rec.Facts, rec.Facts.With(c.Data))}
		if may {
			x.Drop = ui.Button{Text: ui.T(ctx, "people.coming.drop"), Post: here + "/announced", Send: send(ui.Hidden{Name: "from", Value: c.From.String()}), Kind: ui.Plain}
		}
		v.Coming = append(v.Coming, x)
	}
	for _, m := range rec.Merges {
		x := merged{Text: ui.T(ctx, "people.merged.from", "Count", len(m.Is))}
		if may {
			x.Undo = ui.Button{Text: ui.T(ctx, "people.merged.undo"), Post: here + "/unmerge", Send: send(ui.Hidden{Name: "other", Value: m.Other}), Kind: ui.Second}
		}
		v.Merged = append(v.Merged, x)
	}
	if !may {
		return nil
	}
	alike, err := room.Alike(ctx, store, room.Entry{ID: rec.ID, Unit: rec.In, Family: rec.FamilyName, Given: rec.GivenName, Born: rec.DateOfBirth})
	if err != nil {
		return err
	}
	for _, e := range alike {
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Title: ui.T(ctx, "people.alike", "Name", e.Name(), "Post", e.Department+e.Post), Link: ui.Link{Text: ui.T(ctx, "people.alike.go"), URL: here + "/merge?with=" + url.QueryEscape(e.ID)}})
	}
	v.Acts = []ui.Button{{Text: ui.T(ctx, "people.history"), URL: here + "/history", Kind: ui.Plain}, {Text: ui.T(ctx, "people.details"), URL: here + "/details", Kind: ui.Plain}}
	if rec.Offer.To == "" {
		v.Acts = append(v.Acts, ui.Button{Text: ui.T(ctx, "people.transfer"), URL: here + "/transfer", Kind: ui.Plain})
		if rec.Standing == room.Here {
			v.Acts = append(v.Acts, ui.Button{Text: ui.T(ctx, "people.leave"), URL: here + "/leave", Kind: ui.Plain})
		}
	}
	return nil
}

func span(ctx context.Context, from, to calendar.Date) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return ui.Span(ctx, from, to)
}
