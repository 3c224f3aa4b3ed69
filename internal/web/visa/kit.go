package visa

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/requirement"
	room "yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web"
	hallpages "yitang/internal/web/hall"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// made is what has come about for a case since its visas were planned.
type made struct {
	notes  map[string]letter.Letter // by area, those in force
	codes  map[string]string        // of those notes
	signed map[string]bool          // by person: the form
	visits []hall.Visit             // which know what was brought in the original
}

func (p *Pages) made(ctx context.Context, filing string) (made, error) {
	m := made{notes: map[string]letter.Letter{}, codes: map[string]string{}, signed: map[string]bool{}}
	issued, err := letter.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return m, err
	}
	orders, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return m, err
	}
	for _, row := range issued {
		if row.Kind != document.KindNoteVerbale || row.Status != document.InForce {
			continue
		}
		for _, o := range orders {
			if row.Letter != letter.AboutArea(row.Kind, filing, o.Area) {
				continue
			}
			if m.notes[o.Area], _, err = journal.Load(ctx, p.Journal, letter.Room, row.Letter); err != nil {
				return m, err
			}
			m.codes[o.Area] = row.Code
			break
		}
	}
	m.visits, err = hall.VisitsOf(ctx, p.Journal.Store, filing)
	for _, v := range m.visits {
		for _, act := range v.Acts {
			if act.Kind == visit.SignVisaForm && act.Result == hall.Done {
				m.signed[act.Person] = true
			}
		}
	}
	return m, err
}

// note is the note in force that names a traveller.
func (m made) note(person, area string) (letter.Issued, bool) {
	l, there := m.notes[area]
	if !there || !slices.ContainsFunc(l.Content.Bearers, func(b letter.Bearer) bool { return b.Person == person }) {
		return letter.Issued{}, false
	}
	return l.InForce()
}

// original says of an item of a kit whether its paper original is wanted and has
// come: the window ticks it.
func (p *Pages) original(ctx context.Context, m made, area string, it room.Item) (words string, owed bool) {
	if kind, brought := requirement.Brought(requirement.Key(it.Key)); !brought || kind == "M26" {
		return "", false // the office makes it, or it is no paper
	}
	said, is := hall.Original(m.visits, area)
	switch wanted := it.Country() != "" && p.Mission(area).OriginalLetter; {
	case !wanted, is && said.Result == hall.Waived:
		return ui.T(ctx, "visadesk.original.none"), false
	case is:
		return ui.T(ctx, "visadesk.original.here", "Day", ui.MonthDay(ctx, calendar.DateOf(said.At))), false
	}
	return ui.T(ctx, "visadesk.original.open"), true
}

// originalsOwed names the items of an order whose originals its mission wants to
// see and nobody has brought.
func (p *Pages) originalsOwed(ctx context.Context, m made, o room.Row) (out []string) {
	for _, it := range o.Kit {
		if _, owed := p.original(ctx, m, o.Area, it); owed {
			out = append(out, p.itemName(ctx, it))
		}
	}
	return out
}

// holds is what traveller and case hold for an order.
func (p *Pages) holds(ctx context.Context, o room.Row) (room.Have, error) {
	all, err := room.Of(ctx, p.Journal.Store, o.Filing)
	if err != nil {
		return room.Have{}, err
	}
	return room.HaveOf(ctx, p.Journal, p.Rules(), o, all)
}

// have is what there is for an order. The unit reads from the same what it is
// still to bring.
func (p *Pages) have(ctx context.Context, m made, o room.Row) (room.Have, error) {
	h, err := p.holds(ctx, o)
	h.Signed = m.signed[o.Person] || !p.Mission(o.Area).SignedForm // else nobody has to sign one
	_, h.Note = m.note(o.Person, o.Area)
	return h, err
}

// lacks is what is missing from an order's kit: the names of what its unit is to
// bring, as it reads them, and apart from that the names of what is seen to here.
func (p *Pages) lacks(ctx context.Context, m made, o room.Row) (theirs, ours []string) {
	h, err := p.have(ctx, m, o)
	if err != nil {
		p.Site.Log.Warn("reading what a kit holds", "order", o.ID, "err", err)
	}
	for _, l := range room.Lacks(o, h, p.Journal.Book()) {
		if l.Came == nil {
			theirs = append(theirs, progress.PaperName(ctx, cmp.Or(string(l.Datum), string(l.Kind))))
		}
	}
	for _, it := range room.Own(o, h) {
		ours = append(ours, p.itemName(ctx, it))
	}
	return theirs, ours
}

// shows are the kinds of papers, beside an item's own, in which it is seen.
var shows = map[string][]string{"M34": {"M26"}, "M04": {"M05"}}

// kit lists the items of an order with the papers in which each can be read.
//
// ui:keys visadesk.kit.wait.*
func (p *Pages) kit(ctx context.Context, id string, o room.Order) ([]kitLine, error) {
	plan := o.Plan
	m, err := p.made(ctx, plan.Filing)
	if err != nil {
		return nil, err
	}
	a, _, err := journal.Load(ctx, p.Journal, approval.Room, plan.Filing)
	if err != nil {
		return nil, err
	}
	row := o.Row(id)
	h, err := p.have(ctx, m, row)
	if err != nil {
		return nil, err
	}
	of, err := p.from(ctx, plan, true) // missions read English
	if err != nil {
		return nil, err
	}
	var out []kitLine
	for _, it := range plan.Kit {
		line := kitLine{Item: it, Name: p.itemName(ctx, it), Held: h.Has(row, it)}
		for _, kind := range append([]string{it.Key}, shows[it.Key]...) {
			for _, paper := range h.OfItem(row, it, kind) {
				line.Papers = append(line.Papers, ui.Link{Text: paper.Name, URL: "/c/" + plan.Filing + "/papers/" + paper.ID})
			}
		}
		switch note, there := m.note(plan.Person, plan.Area); it.Key {
		case room.TheNote:
			if there {
				line.Papers = []ui.Link{{Text: note.Number, URL: "/visa/" + id + "/letters/" + m.codes[plan.Area]}}
			}
		case "M17":
			if a.Document != nil {
				line.Papers = []ui.Link{{Text: a.Document.Number, URL: "/visa/" + id + "/approval"}}
			}
		case "M03", "M07", string(personal), room.TheForm:
			line.Papers = append(line.Papers, p.madeLinks(ctx, id, dossier.MaterialKind(it.Key), of)...)
		}
		line.Original, line.Owed = p.original(ctx, m, plan.Area, it)
		kind, brought := requirement.Brought(requirement.Key(it.Key))
		ask, asked := o.Asks(string(kind))
		switch {
		case brought && asked && line.Held:
			came, _ := ask.Answer(h, row)
			line.Note = ui.T(ctx, "visadesk.kit.came", "Day", ui.MonthDay(ctx, calendar.DateOf(time.UnixMicro(came.At))), "Name", came.Name)
		case brought && asked:
			line.Note = ui.T(ctx, "visadesk.kit.asked", "Day", ui.MonthDay(ctx, ask.Until), "Words", ask.Words)
		case it.Key == room.TheForm:
			line.Note = p.signing(ctx, plan, h.Signed)
			line.Lacks = p.formLacks(ctx, plan.Filing, document.Lacks(of))
		case line.Held:
			line.Note = ui.T(ctx, "visadesk.kit.is_held")
		case it.Key == room.TheNote:
			line.Note = ui.T(ctx, "visadesk.kit.wait.M41")
		case brought:
			line.Note = ui.T(ctx, "visadesk.kit.to_bring")
		default:
			line.Note = ui.T(ctx, "visadesk.kit.to_fill")
		}
		out = append(out, line)
	}
	return out, nil
}

// itemName is what an item is called; a country's letter with its country.
func (p *Pages) itemName(ctx context.Context, it room.Item) string {
	name := ui.Say(ctx, fault.Text{Zh: it.Zh, En: it.En})
	if country := it.Country(); country != "" {
		return ui.T(ctx, "visadesk.kit.of_country", "Name", name, "Country", ui.Country(ctx, p.Country, country))
	}
	return name
}

// formLack is what a visa form in English still lacks of one source, and where
// that is given.
type formLack struct {
	Text string
	Give ui.Link
}

// lackOf says of a datum of a visa form where it comes from: what isn't told of here
// stands in the person's data, which the unit fills in.
var lackOf = map[string]string{
	"passportType": "booklet", "passportNumber": "booklet", "passportIssued": "booklet", "passportUntil": "booklet",
	"employer": "unit", "hosts": "case", "signatories": "case", "purpose": "case", "category": "case", "costs": "case",
	"stay": "case", "days": "case", "mainCountry": "case", "firstCountry": "case", "entries": "case", "arrivalFlight": "case",
}

// formLacks tells what the form's data lack, by where it is given.
//
// ui:keys visadesk.form.lacks.*
func (p *Pages) formLacks(ctx context.Context, filing string, all []document.Lack) (out []formLack) {
	names := map[string][]string{}
	for _, l := range all {
		from := cmp.Or(lackOf[l.Of[0]], "person")
		names[from] = append(names[from], ui.Say(ctx, l.Name))
	}
	for _, x := range []struct {
		from string
		give ui.Link
	}{
		{"person", ui.Link{}}, // the unit's own list leads there, in its own zone
		{"unit", ui.Link{}},
		{"case", ui.Link{Text: ui.T(ctx, "visadesk.form.case"), URL: "/c/" + url.PathEscape(filing)}},
		{"booklet", ui.Link{}},
	} {
		if len(names[x.from]) > 0 {
			out = append(out, formLack{ui.T(ctx, "visadesk.form.lacks."+x.from, "Fields", ui.List(ctx, names[x.from])), x.give})
		}
	}
	return out
}

// signing says of the visa form whether it is signed, and else how it is to be:
// by the plan of the visits that the unit reads.
//
// ui:keys visadesk.sign.*
func (p *Pages) signing(ctx context.Context, plan room.Planned, signed bool) string {
	switch {
	case !p.Mission(plan.Area).SignedForm:
		return ui.T(ctx, "visadesk.sign.none")
	case signed:
		return ui.T(ctx, "visadesk.sign.done")
	}
	steps, err := p.Steps(ctx, plan.Filing)
	if err != nil {
		p.Site.Log.Warn("planning the visits of a case", "case", plan.Filing, "err", err)
	}
	for _, st := range steps {
		if st.Act.Kind == visit.SignVisaForm && st.Person == plan.Person && st.Act.Country == plan.Apply {
			return ui.T(ctx, "visadesk.sign."+string(st.Way))
		}
	}
	return ui.T(ctx, "visadesk.kit.wait.M33")
}

// askForm asks the unit for a paper: one that is missing, or another one where
// what was given doesn't serve.
func (p *Pages) askForm(ctx context.Context, o room.Order, lines []kitLine) []ui.Field {
	var papers []ui.Option
	add := func(kind, name string) {
		if !slices.ContainsFunc(papers, func(x ui.Option) bool { return x.Value == kind }) {
			papers = append(papers, ui.Option{Value: kind, Text: name})
		}
	}
	for _, held := range []bool{false, true} { // what is missing in front
		for _, l := range lines {
			if kind, brought := requirement.Brought(requirement.Key(l.Item.Key)); brought && l.Held == held {
				name := progress.PaperName(ctx, string(kind))
				if held {
					name = ui.T(ctx, "visadesk.ask.again", "Name", name)
				}
				add(string(kind), name)
			}
		}
	}
	until := p.Journal.Book().AddWorkdays(p.Journal.Today(), askWithin)
	if !o.Plan.SendBy.IsZero() && o.Plan.SendBy.Before(until) && !o.Plan.SendBy.Before(p.Journal.Today()) {
		until = o.Plan.SendBy
	}
	return []ui.Field{{Kind: ui.Select, Name: "paper", Label: ui.T(ctx, "visadesk.ask.paper"), Options: papers},
		{Kind: ui.Area, Name: "words", Label: ui.T(ctx, "visadesk.ask.words"), Hint: ui.T(ctx, "visadesk.ask.words.hint"), Rows: 2, Max: 300},
		{Kind: ui.DateKind, Name: "by", Label: ui.T(ctx, "visadesk.ask.until"), Value: until.String()}}
}

// askWithin is how many working days a request offers at first.
const askWithin = 3

// postAsk asks for a paper; what is there of it by now doesn't serve.
func (p *Pages) postAsk(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("order")
	cmd := room.AskPaper{Kind: dossier.MaterialKind(text(r, "paper")), Words: text(r, "words")}
	o, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err == nil {
		cmd.Until, err = day(r, "by")
	}
	if err == nil {
		var h room.Have
		if h, err = p.holds(ctx, o.Row(id)); err == nil {
			for _, m := range h.Of(o.Row(id), string(cmd.Kind)) {
				cmd.Had = append(cmd.Had, m.ID)
			}
			_, err = journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), cmd)
		}
	}
	if fault.Findings(err) != nil {
		p.showOrder(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/visa/"+id+"#kit")
}

// day reads a day that may be missing.
func day(r *http.Request, name string) (calendar.Date, error) {
	if text(r, name) == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(text(r, name))
	if err != nil {
		return d, fault.Field(name, "visadesk.date_unreadable", nil)
	}
	return d, nil
}

// postMission writes down when the mission sees the traveller.
func (p *Pages) postMission(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("order")
	on, err := day(r, "on")
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), room.SetMissionDay{On: on, Words: text(r, "place"), Anyway: r.PostFormValue("anyway") != ""})
	}
	p.answered(w, r, err, id)
}

func (p *Pages) postSeen(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("order")
	on, err := day(r, "seen")
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), room.SeeMission{On: on})
	}
	p.answered(w, r, err, id)
}

func (p *Pages) answered(w http.ResponseWriter, r *http.Request, err error, id string) {
	if fault.Findings(err) != nil {
		p.showOrder(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/visa/"+id)
}

// spared is the visit to a mission that fingerprints given before spare the
// traveller of an order.
func (p *Pages) spared(ctx context.Context, o room.Order) (progress.AtMission, bool) {
	all, err := p.Follow.Missions(ctx, o.Plan.Filing)
	if err != nil {
		p.Site.Log.Warn("planning the visits of a case", "case", o.Plan.Filing, "err", err)
	}
	i := slices.IndexFunc(all, func(m progress.AtMission) bool {
		return m.Spared() && m.Person == o.Plan.Person && m.Country == o.Plan.Apply
	})
	if i < 0 || !o.Stage.Open() {
		return progress.AtMission{}, false
	}
	return all[i], true
}

// mission tells whether a mission has to see the traveller of an order, by the
// plan of the visits that the unit reads.
func (p *Pages) mission(ctx context.Context, o room.Order) bool {
	if !o.Mission.Day.IsZero() || !o.Mission.Seen.IsZero() {
		return true
	}
	steps, err := p.Steps(ctx, o.Plan.Filing)
	if err != nil {
		p.Site.Log.Warn("planning the visits of a case", "case", o.Plan.Filing, "err", err)
	}
	return slices.ContainsFunc(steps, func(st hallpages.Step) bool {
		return st.Act.Kind == visit.MissionPresence && st.Person == o.Plan.Person && st.Act.Country == o.Plan.Apply
	})
}
