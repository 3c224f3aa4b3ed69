package visa

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/passport"
	"yitang/internal/precheck"
	room "yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// approved is the case as it was decided, with what amendments have changed since.
func (p *Pages) approved(ctx context.Context, filing string) (dossier.Case, error) {
	now, err := approval.Standing(ctx, p.Journal, filing)
	return now.Dossier, err
}

// lodging is what is known of an application, with what was read from its papers.
func (p *Pages) lodging(ctx context.Context, id string, o room.Order, step precheck.Step, looked []string, papers room.Papers) (precheck.Lodging, error) {
	o.Papers = papers
	l := o.Lodging()
	l.Step, l.Name = step, p.who(ctx, o.Plan.Person)
	for i, it := range l.Kit {
		l.Kit[i].Looked = looked == nil || slices.Contains(looked, it.ID)
	}
	orders, err := room.Of(ctx, p.Journal.Store, o.Plan.Filing)
	if err != nil {
		return l, err
	}
	for _, other := range orders {
		if other.Area == o.Plan.Area && other.Stage != room.NoneNeeded && other.Stage != room.IsWithdrawn {
			l.Group++
		}
	}
	if l.RefusedOn, err = room.LastRefused(ctx, p.Journal.Store, o.Plan.Person, o.Plan.Area); err != nil {
		return l, err
	}
	l.Picture, err = p.photo(ctx, o.Plan.Person)
	return l, err
}

// photo measures a person's digital photo (M26), the newest that is held; nil
// where there is none that can be read.
func (p *Pages) photo(ctx context.Context, person string) (*precheck.Picture, error) {
	papers, err := material.Of(ctx, p.Journal.Store, material.OfPerson, person)
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(papers) {
		if m.Kind != "M26" {
			continue
		}
		digest, err := blob.ParseDigest(m.Digest)
		if err != nil {
			return nil, err
		}
		b, err := p.Blobs.Get(ctx, digest)
		if fault.IsNotFound(err) {
			return nil, nil // it hasn't come over yet
		}
		if err != nil {
			return nil, err
		}
		defer b.Close()
		bytes, err := io.ReadAll(io.NewSectionReader(b, 0, m.Size))
		if err != nil {
			return nil, err
		}
		if measured, err := passport.Measure(bytes); err == nil {
			return &measured, nil
		}
		return nil, nil
	}
	return nil, nil
}

func (p *Pages) postKit(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("order")
	r.PostFormValue("") // parses the form
	papers, wrong := readPapers(r)
	o, _, err := journal.Load(r.Context(), p.Journal, room.Room, id)
	if err == nil && len(wrong) > 0 {
		err = fault.Invalid(wrong...)
	}
	if err == nil {
		err = p.pack(r, id, web.Order(r, id), o, r.PostForm["items"], papers)
	}
	if fault.Findings(err) != nil {
		p.showOrder(w, r, err)
		return
	}
	if err == nil {
		var told []string
		if told, err = p.packOthers(r, o, papers); len(told) > 0 {
			p.showOrder(w, r, nil, told...)
			return
		}
	}
	p.Site.Answer(w, r, err, "/visa/"+id)
}

// pack asks the rules of lodging and packs the kit. A warning wants a reason.
func (p *Pages) pack(r *http.Request, id string, order journal.Order, o room.Order, items []string, papers room.Papers) error {
	ctx := r.Context()
	cmd := room.CompleteKit{Items: items, Papers: papers, Why: text(r, "why")}
	if o.Stage == room.IsPlanned {
		l, err := p.lodging(ctx, id, o, precheck.StepKit, append([]string{}, cmd.Items...), papers)
		if err != nil {
			return err
		}
		c, err := p.approved(ctx, o.Plan.Filing)
		if err != nil {
			return err
		}
		found := p.Rules().Check(c, precheck.Lodge, p.Journal.Today(), precheck.Lodges(l))
		cmd.Wrong = found.Blocking()
		warned := false
		for _, f := range found.List {
			if f.Severity == precheck.Warn && cmd.Why == "" {
				cmd.Wrong, warned = append(cmd.Wrong, f.Fault()), true
			}
		}
		if warned {
			cmd.Wrong = append(cmd.Wrong, fault.Finding{Field: "why", Key: "visadesk.why.missing"})
		}
		for i, f := range cmd.Wrong {
			cmd.Wrong[i].Field = beside(o, f.Field)
		}
	}
	_, err := journal.Do(ctx, p.Journal, room.Room, order, cmd)
	return err
}

// others offers to pack the kits of those for whom the same papers were read:
// one note, one booking and often one certificate serve them all.
func (p *Pages) others(r *http.Request, id string, o room.Order) (*ui.Field, error) {
	ctx := r.Context()
	orders, err := room.Of(ctx, p.Journal.Store, o.Plan.Filing)
	if err != nil {
		return nil, err
	}
	f := &ui.Field{Kind: ui.Checks, Name: "also", Label: ui.T(ctx, "visadesk.also"), Hint: ui.T(ctx, "visadesk.also.hint"), Optional: true}
	for _, other := range orders {
		if other.ID != id && other.Area == o.Plan.Area && other.Stage == room.IsPlanned {
			f.Options = append(f.Options, ui.Option{Value: other.ID, Text: p.who(ctx, other.Person), Chosen: slices.Contains(r.PostForm["also"], other.ID)})
		}
	}
	if len(f.Options) == 0 {
		return nil, nil
	}
	return f, nil
}

// packOthers packs the kits of those who were ticked, of this order's group
// alone, and tells of each that can't be packed.
func (p *Pages) packOthers(r *http.Request, o room.Order, papers room.Papers) (told []string, err error) {
	ctx := r.Context()
	for _, id := range r.PostForm["also"] {
		x, _, err := journal.Load(ctx, p.Journal, room.Room, id)
		if err != nil {
			return nil, err
		}
		if x.Plan.Filing != o.Plan.Filing || x.Plan.Area != o.Plan.Area {
			return nil, fault.NotFound("visa order " + id)
		}
		var items []string
		for _, it := range x.Plan.Kit {
			items = append(items, it.ID)
		}
		err = p.pack(r, id, journal.Order{Subject: id, Key: web.Key(r) + ":" + id}, x, items, papers)
		if err != nil && !tellable(err) {
			return nil, err
		}
		if err != nil {
			told = append(told, ui.T(ctx, "visadesk.not_packed", "Name", p.who(ctx, x.Plan.Person), "Why", words(ctx, err)))
		}
	}
	return told, nil
}

// beside puts a finding that has no field of its own beside the item of the kit
// that it is about.
func beside(o room.Order, field string) string {
	key := map[string]string{"photo": "M34", "form": "M33", "apply": "M33", "kit": "M03"}[field]
	for _, it := range o.Plan.Kit {
		if key != "" && it.Key == key {
			return "kit." + it.ID
		}
	}
	return field
}

// judgeBatch asks whether the note verbale names those who go with the batch.
// One that was lodged before goes again alone: the mission has its note.
func (p *Pages) judgeBatch(ctx context.Context, id string, o room.Order, with []string) error {
	if o.Attempts > 0 {
		return nil
	}
	l := precheck.Lodging{Step: precheck.StepSend, Area: o.Plan.Area, Note: o.Papers.Note}
	for _, it := range o.Plan.Kit {
		l.Kit = append(l.Kit, precheck.KitItem{ID: it.ID, Key: it.Key})
	}
	orders, err := room.Of(ctx, p.Journal.Store, o.Plan.Filing)
	if err != nil {
		return err
	}
	for _, other := range orders {
		if other.Area != o.Plan.Area || other.Stage != room.KitIsReady && !slices.Contains(with, other.ID) {
			continue
		}
		x, _, err := journal.Load(ctx, p.Journal, room.Room, other.ID)
		if err != nil {
			return err
		}
		if x.Attempts > 0 && x.Stage == room.KitIsReady || x.Papers.Note != o.Papers.Note {
			continue
		}
		a := precheck.Applicant{ID: other.ID, Name: p.who(ctx, other.Person)}
		l.OnNote = append(l.OnNote, a)
		if slices.Contains(with, other.ID) {
			l.InBatch = append(l.InBatch, a)
		}
	}
	if stop := p.Rules().Check(dossier.Case{}, precheck.Lodge, p.Journal.Today(), precheck.Lodges(l)).Blocking(); len(stop) > 0 {
		return fault.Invalid(stop...)
	}
	return nil
}

func (p *Pages) postCheck(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("order")
	o, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	cmd := room.Check{}
	if err == nil && o.Stage == room.IsGranted && o.GrantedBy != web.Who(r).Account {
		cmd.Wrong, err = p.judgeSticker(ctx, o, o.Visa)
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), cmd)
	}
	if fault.Findings(err) != nil {
		p.showOrder(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/visa/"+id)
}

// judgeSticker compares a visa, as it was recorded or is typed, with booklet and trip.
func (p *Pages) judgeSticker(ctx context.Context, o room.Order, is room.Granted) ([]fault.Finding, error) {
	b, ok, err := custody.One(ctx, p.Journal.Store, o.Booklet)
	if err != nil || !ok {
		return nil, err
	}
	c, err := p.approved(ctx, o.Plan.Filing)
	if err != nil {
		return nil, err
	}
	engine := p.Rules()
	v := precheck.Visa{Area: o.Plan.Area, Name: is.Name.Or(""), Tail: is.Tail, From: is.From, Until: is.Until, Entries: is.Entries, Days: is.Days,
		First: o.Plan.From, Last: o.Plan.To, Stay: o.Plan.Days, Times: engine.StayIn(c, o.Plan.Area).Times}
	out := precheck.Collecting{Step: precheck.StepSticker, Name: p.who(ctx, o.Plan.Person), Tail: b.Tail, Latin: b.LatinName, Visas: []precheck.Visa{v}}
	return engine.Check(dossier.Case{}, precheck.Checkout, p.Journal.Today(), precheck.ChecksOut(out)).Blocking(), nil
}

// readPapers reads what the officer saw on the papers.
func readPapers(r *http.Request) (room.Papers, []fault.Finding) {
	var out room.Papers
	var wrong []fault.Finding
	for name, into := range map[string]*calendar.Date{"insuranceFrom": &out.InsuredFrom, "insuranceUntil": &out.InsuredUntil, "bookedIn": &out.BookedIn, "bookedOut": &out.BookedOut,
		"noteOn": &out.NoteOn, "onlineOn": &out.OnlineOn} {
		if text(r, name) == "" {
			continue
		}
		d, err := calendar.Parse(text(r, name))
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: name, Key: "visadesk.date_unreadable"})
		}
		*into = d
	}
	if s := text(r, "insuranceCover"); s != "" {
		n, err := strconv.Atoi(dossier.FoldCode(s))
		if err != nil || n < 0 {
			wrong = append(wrong, fault.Finding{Field: "insuranceCover", Key: "form.number.unreadable"})
		}
		out.InsuredCover = n
	}
	out.InsuredArea, out.Note, out.FormNumber = text(r, "insuranceArea"), text(r, "note"), text(r, "formNumber")
	out.BookedByOwn, out.Statement = text(r, "bookedByOwn") != "", text(r, "statement") != ""
	slices.SortFunc(wrong, func(a, b fault.Finding) int {
		return slices.Index(paperFields, a.Field) - slices.Index(paperFields, b.Field)
	})
	return out, wrong
}

var paperFields = []string{"note", "noteOn", "insuranceFrom", "insuranceUntil", "insuranceArea", "insuranceCover", "bookedIn", "bookedOut", "formNumber", "bookedByOwn", "onlineOn", "statement", "why"}

// paperForm are the fields for what no list of items tells: those that this
// kit's papers have. What was read for another member of the group stands there
// already, because one note, one booking and one certificate serve them all.
func (p *Pages) paperForm(r *http.Request, id string, o room.Order, beside map[string]string, posted bool) []ui.Field {
	ctx := r.Context()
	l, err := p.lodging(ctx, id, o, precheck.StepKit, nil, room.Papers{})
	if err != nil {
		p.Site.Log.Warn("reading what an application needs", "order", id, "err", err)
		return nil
	}
	was := p.sisters(ctx, id, o)
	told, err := p.foreseen(ctx, o)
	if err != nil {
		p.Site.Log.Warn("reading what a case tells of its papers", "order", id, "err", err)
	}
	foreseen := was == (room.Papers{})
	if foreseen {
		was = told
	} else if !told.InsuredFrom.IsZero() { // everybody has a policy of their own
		was.InsuredFrom, was.InsuredUntil = told.InsuredFrom, told.InsuredUntil
	}
	byCase := func(f *ui.Field) {
		if foreseen && !posted && f.Value != "" {
			f.Hint = ui.T(ctx, "visadesk.paper.by_case")
		}
	}
	noted := false // the note is known, and needn't be told
	if m, err := p.made(ctx, o.Plan.Filing); err != nil {
		p.Site.Log.Warn("reading the note of an order", "order", id, "err", err)
	} else if note, there := m.note(o.Plan.Person, o.Plan.Area); there {
		was.Note, was.NoteOn, noted = note.Number, note.On, true
	}
	m := p.Mission(o.Plan.Area)
	var out []ui.Field
	// ui:keys visadesk.paper.*
	add := func(kind ui.Kind, name, value string, also ...func(*ui.Field)) {
		f := ui.Field{Kind: kind, Name: name, Label: ui.T(ctx, "visadesk.paper."+name), Value: value, Error: beside[name]}
		if posted {
			f.Value = r.PostFormValue(name)
		}
		for _, change := range also {
			change(&f)
		}
		out = append(out, f)
	}
	if l.Noted() {
		add(ui.Text, "note", was.Note, func(f *ui.Field) { f.Optional = noted })
		add(ui.DateKind, "noteOn", was.NoteOn.String(), optional)
	}
	if l.Insured() {
		add(ui.DateKind, "insuranceFrom", was.InsuredFrom.String(), byCase)
		add(ui.DateKind, "insuranceUntil", was.InsuredUntil.String(), byCase)
		add(ui.Select, "insuranceArea", was.InsuredArea, func(f *ui.Field) {
			f.Options = []ui.Option{{Value: o.Plan.Area, Text: p.area(ctx, o.Plan.Area)}, {Value: "WORLD", Text: ui.T(ctx, "visadesk.paper.world")}, {Value: "OTHER", Text: ui.T(ctx, "visadesk.paper.elsewhere")}}
		})
		cover := ""
		if was.InsuredCover > 0 {
			cover = strconv.Itoa(was.InsuredCover)
		}
		add(ui.Number, "insuranceCover", cover)
	}
	if l.Booked() {
		add(ui.DateKind, "bookedIn", was.BookedIn.String(), byCase)
		add(ui.DateKind, "bookedOut", was.BookedOut.String(), byCase)
	}
	if m.OfficialBooking {
		add(ui.Text, "formNumber", "")
		add(ui.Check, "bookedByOwn", "", optional)
	}
	if m.NoteFirst {
		add(ui.DateKind, "onlineOn", "")
	}
	if !l.RefusedOn.IsZero() && m.StatementYears > 0 {
		add(ui.Check, "statement", "", optional)
	}
	if beside["why"] != "" || posted && r.PostFormValue("why") != "" {
		add(ui.Area, "why", "")
	}
	return out
}

// foreseen is what the case tells of papers that nobody has read yet: the bookings
// are for the days of the stay, and the unit has said from when until when the
// insurance that it gave runs.
func (p *Pages) foreseen(ctx context.Context, o room.Order) (room.Papers, error) {
	out := room.Papers{BookedIn: o.Plan.From, BookedOut: o.Plan.To}
	papers, err := material.Of(ctx, p.Journal.Store, material.OfPerson, o.Plan.Person)
	for _, m := range papers {
		if m.Kind == "M35" && m.Case == o.Plan.Filing {
			out.InsuredFrom, out.InsuredUntil = m.ValidFrom, m.ValidUntil
		}
	}
	return out, err
}

func optional(f *ui.Field) { f.Optional = true }

// area names a visa area.
func (p *Pages) area(ctx context.Context, area string) string {
	if area == "SCHENGEN" {
		return ui.T(ctx, "visadesk.paper.schengen")
	}
	return p.country(ctx, area, area)
}

// sisters is what was read from the papers of another member of the group who
// applies in the same area.
func (p *Pages) sisters(ctx context.Context, id string, o room.Order) room.Papers {
	orders, err := room.Of(ctx, p.Journal.Store, o.Plan.Filing)
	if err != nil {
		return room.Papers{}
	}
	for _, other := range orders {
		if other.Area != o.Plan.Area || other.ID == id || other.Stage == room.IsPlanned {
			continue
		}
		if x, _, err := journal.Load(ctx, p.Journal, room.Room, other.ID); err == nil && x.Papers != (room.Papers{}) {
			return x.Papers
		}
	}
	return room.Papers{}
}
