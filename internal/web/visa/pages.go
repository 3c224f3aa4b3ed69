// Package visa is the pages of the visa desk: the board by stage, and one
// order with its kit, its way to the mission and its result.
package visa

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/precheck"
	room "yitang/internal/visa"
	"yitang/internal/web"
	hallpages "yitang/internal/web/hall"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Pages is what these pages need of the office node.
type Pages struct {
	Site    *web.Site
	Journal *journal.Journal
	Pack    func() *pack.Set               // in force now
	Country func(code, lang string) string // lang is "zh" or "en"
	Letters *node.Letters
	Within  func(area string) calendar.Workdays
	Blobs   blob.Store
	Rules   func() *precheck.Engine       // in force now
	Mission func(area string) ref.Mission // what its missions want now
	// Form is what the application form of an area asks, and the area's countries.
	Form func(area string) (ref.VisaForm, []string)
	// Steps is the plan of a case's visits, as its unit reads it.
	Steps  func(ctx context.Context, filing string) ([]hallpages.Step, error)
	Follow *progress.Pages
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /visa", Right: access.SeeVisas, Handle: p.getBoard},
		{Pattern: "POST /visa/send", Right: access.HandleVisas, Handle: p.postBatch},
		{Pattern: "GET /visa/{order}", Right: access.SeeVisas, Handle: p.getOrder},
		{Pattern: "POST /visa/{order}/kit", Right: access.HandleVisas, Handle: p.postKit},
		{Pattern: "POST /visa/{order}/send", Right: access.HandleVisas, Handle: p.postSend},
		{Pattern: "POST /visa/{order}/grant", Right: access.HandleVisas, Handle: p.postGrant},
		{Pattern: "POST /visa/{order}/refuse", Right: access.HandleVisas, Handle: p.post(readRefuse)},
		{Pattern: "POST /visa/{order}/again", Right: access.HandleVisas, Handle: p.post(readAgain)},
		{Pattern: "POST /visa/{order}/check", Right: access.HandleVisas, Handle: p.postCheck},
		{Pattern: "POST /visa/{order}/correct", Right: access.HandleVisas, Handle: p.postCorrect},
		{Pattern: "POST /visa/{order}/wrong", Right: access.HandleVisas, Handle: p.post(readWrong)},
		{Pattern: "POST /visa/{order}/ask", Right: access.HandleVisas, Handle: p.postAsk},
		{Pattern: "POST /visa/{order}/mission", Right: access.HandleVisas, Handle: p.postMission},
		{Pattern: "POST /visa/{order}/seen", Right: access.HandleVisas, Handle: p.postSeen},
		{Pattern: "POST /visa/{order}/letter", Right: access.HandleVisas, Handle: p.postLetter},
		{Pattern: "GET /visa/{order}/letters/{code}", Right: access.SeeVisas, Handle: p.getLetter},
		{Pattern: "GET /visa/{order}/made", Right: access.SeeVisas, Handle: p.getMade},
		{Pattern: "GET /visa/{order}/personal", Right: access.HandleVisas, Handle: p.getPersonal},
		{Pattern: "GET /visa/{order}/form", Right: access.HandleVisas, Handle: p.getForm},
		{Pattern: "GET /visa/{order}/approval", Right: access.SeeVisas, Handle: p.getApproval},
		{Pattern: "POST /visa/{order}/withdraw", Right: access.HandleVisas, Handle: p.post(readWithdraw)},
	}
}

// ui:keys visadesk.stage.*
func stageName(ctx context.Context, s room.Stage) string {
	return ui.T(ctx, "visadesk.stage."+string(s))
}

func (p *Pages) country(ctx context.Context, area, apply string) string {
	name := ui.Country(ctx, p.Country, apply)
	if area == "SCHENGEN" {
		return ui.T(ctx, "visadesk.schengen", "Country", name)
	}
	return name
}

// who names a traveller; somebody whose record hasn't come stays unnamed.
func (p *Pages) who(ctx context.Context, id string) string {
	e, err := person.One(ctx, p.Journal.Store, id)
	if err != nil {
		return ui.T(ctx, "visadesk.unnamed")
	}
	return e.Name()
}

// kitCell says how a kit stands: what the unit owes, in the original too, and what
// is seen to here.
func kitCell(ctx context.Context, o room.Row, theirs, ours, originals []string) ui.Cell {
	sub := []string{ui.List(ctx, theirs)}
	if len(originals) > 0 {
		sub = append(sub, ui.T(ctx, "visadesk.original.owed", "Names", ui.List(ctx, originals)))
	}
	if len(ours) > 0 {
		sub = append(sub, ui.T(ctx, "visadesk.kit.ours", "Count", len(ours), "Names", ui.List(ctx, ours)))
	}
	return ui.Cell{Tag: kitTag(ctx, o, len(theirs), len(ours)), Sub: ui.Clauses(ctx, sub...)}
}

func kitTag(ctx context.Context, o room.Row, theirs, ours int) ui.Tag {
	switch {
	case o.Stage == room.NoneNeeded:
		return ui.Tag{State: ui.OK, Word: ui.Say(ctx, fault.Text{Zh: o.Reason, En: o.ReasonEn}), Long: true}
	case o.Stage == room.IsPlanned && theirs > 0:
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "visadesk.kit.lacks", "Count", theirs)}
	case o.Stage == room.IsPlanned && ours > 0:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "visadesk.kit.brought")}
	case o.Stage == room.IsPlanned:
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "visadesk.kit.held")}
	case o.Reason != "":
		return ui.Tag{State: ui.Warn, Word: ui.Reason(ctx, o.Reason), Long: true}
	}
	return ui.Tag{State: ui.OK, Word: ui.T(ctx, "visadesk.kit.complete")}
}

// due says by when what comes next should be done.
func due(ctx context.Context, o room.Row, today calendar.Date) ui.Tag {
	if !o.Stage.Open() || o.Due.IsZero() {
		return ui.Tag{State: ui.OK, Word: stageName(ctx, o.Stage)}
	}
	state := ui.Info
	if o.Due.Before(today) {
		state = ui.Stop
	} else if o.Due.Sub(today) <= 3 {
		state = ui.Warn
	}
	return ui.Tag{State: state, Word: ui.Short(ctx, o.Due)}
}

// postBatch sends the chosen orders as one batch: each booklet goes out of the
// store first, because custody has the say on it. What can't go is told, and
// the rest is sent.
func (p *Pages) postBatch(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	batch := strings.TrimSpace(r.PostFormValue("batch"))
	if batch == "" {
		p.showBoard(w, r, fault.Field("batch", "visa.send.batch", nil), nil)
		return
	}
	chosen := r.PostForm["choose"]
	if len(chosen) == 0 {
		p.showBoard(w, r, nil, []string{ui.T(ctx, "visadesk.none_chosen")})
		return
	}
	told, err := p.sendAll(ctx, chosen, batch, web.Key(r))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if len(told) > 0 {
		p.showBoard(w, r, nil, told)
		return
	}
	http.Redirect(w, r, "/visa?stage=sent", http.StatusSeeOther)
}

// sendAll sends orders as one batch, and tells of each that can't go.
func (p *Pages) sendAll(ctx context.Context, ids []string, batch, key string) (told []string, err error) {
	for _, id := range ids {
		err := p.send(ctx, id, batch, key+":"+id, ids)
		if err == nil {
			continue
		}
		if !tellable(err) {
			return nil, err
		}
		name := id
		if o, ok, e := room.One(ctx, p.Journal.Store, id); e == nil && ok {
			name = p.who(ctx, o.Person)
		}
		told = append(told, ui.T(ctx, "visadesk.not_sent", "Name", name, "Why", words(ctx, err)))
	}
	return told, nil
}

// tellable is what is told of one of several orders, while the others go on.
func tellable(err error) bool {
	return fault.Findings(err) != nil || fault.IsNotNow(err) || fault.IsNotFound(err)
}

// words says what a fault says, a sentence for each thing.
func words(ctx context.Context, err error) string {
	if fs := fault.Findings(err); fs != nil {
		var all []string
		for _, f := range fs {
			all = append(all, ui.Sentence(ctx, f), ui.Say(ctx, f.Fix))
		}
		return ui.Sentences(ctx, all...)
	}
	var n *fault.NotNowError
	if errors.As(err, &n) && ui.Known(n.Key) {
		return ui.TMap(ctx, n.Key, n.Args)
	}
	return ui.T(ctx, "visadesk.not_found")
}

// send gives one order's booklet to the mission, and the order with it. with are
// the orders of the same batch.
func (p *Pages) send(ctx context.Context, id, batch, key string, with []string) error {
	o, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err != nil {
		return err
	}
	if o.WentWith(batch) {
		return nil // the button was pressed twice
	}
	if o.Stage != room.KitIsReady {
		return fault.NotNow("visa.send.not_now", o.Stage)
	}
	if err := p.judgeBatch(ctx, id, o, with); err != nil {
		return err
	}
	b, goes, ok, err := p.booklet(ctx, o)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Field("booklet", "visa.send.booklet", nil)
	}
	_, err = journal.Do(ctx, p.Journal, custody.Room, journal.Order{Subject: b.Person, Key: key + ":out"}, custody.SendToMission{Booklet: b.Booklet, Filing: o.Plan.Filing, Visa: id, Batch: batch, Bears: slices.Contains(goes.Bears, b.Booklet)})
	if err != nil {
		return err
	}
	// The office's reaction would do the same; doing it here shows it at once.
	_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: id, Key: key + ":sent"}, room.Send{Batch: batch, Booklet: b.Booklet, Within: p.Within(o.Plan.Area)})
	if fault.Overtaken(err) {
		return nil // the reaction was quicker
	}
	return err
}

// booklet is the one that the order's traveller goes with, and for what it was
// chosen.
func (p *Pages) booklet(ctx context.Context, o room.Order) (custody.Row, custody.Trip, bool, error) {
	orders, err := room.Of(ctx, p.Journal.Store, o.Plan.Filing)
	if err != nil {
		return custody.Row{}, custody.Trip{}, false, err
	}
	ids, err := person.Also(ctx, p.Journal.Store, o.Plan.Person)
	if err != nil {
		return custody.Row{}, custody.Trip{}, false, err
	}
	goes := room.Goes(room.Row{Filing: o.Plan.Filing, Person: o.Plan.Person, With: o.Plan.With}, orders, ids)
	b, ok, err := goes.Booklet(ctx, p.Journal.Store, o.Plan.Person)
	return b, goes, ok, err
}

// together are the orders that go to the mission with this one: those packed on
// the same note, for the mission takes all of a note or none. One that was there
// before goes alone: the mission has its note.
func (p *Pages) together(ctx context.Context, id string, o room.Order) ([]room.Row, error) {
	orders, err := room.Of(ctx, p.Journal.Store, o.Plan.Filing)
	if err != nil {
		return nil, err
	}
	var out []room.Row
	for _, other := range orders {
		if other.ID != id && (o.Attempts > 0 || other.Area != o.Plan.Area || other.Stage != room.KitIsReady) {
			continue
		}
		x, _, err := journal.Load(ctx, p.Journal, room.Room, other.ID)
		if err != nil {
			return nil, err
		}
		if other.ID == id || x.Attempts == 0 && x.Papers.Note == o.Papers.Note {
			out = append(out, other)
		}
	}
	return out, nil
}

// postSend sends an order, and with it the others on its note.
func (p *Pages) postSend(w http.ResponseWriter, r *http.Request) {
	id, batch := r.PathValue("order"), strings.TrimSpace(r.PostFormValue("batch"))
	if batch == "" {
		p.showOrder(w, r, fault.Field("batch", "visa.send.batch", nil))
		return
	}
	ctx := r.Context()
	o, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err == nil && o.Stage != room.KitIsReady && !o.WentWith(batch) {
		err = fault.NotNow("visa.send.not_now", o.Stage)
	}
	var told []string
	if err == nil {
		var all []room.Row
		if all, err = p.together(ctx, id, o); err == nil {
			var ids []string
			for _, x := range all {
				ids = append(ids, x.ID)
			}
			told, err = p.sendAll(ctx, ids, batch, web.Key(r))
		}
	}
	if len(told) > 0 {
		p.showOrder(w, r, nil, told...)
		return
	}
	p.Site.Answer(w, r, err, "/visa/"+id)
}

// post gives the command that read makes of a form to the order.
func (p *Pages) post(read func(*http.Request) (journal.Command[room.Order], error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("order")
		cmd, err := read(r)
		if err == nil {
			_, err = journal.Do(r.Context(), p.Journal, room.Room, web.Order(r, id), cmd)
		}
		if fault.Findings(err) != nil {
			p.showOrder(w, r, err)
			return
		}
		p.Site.Answer(w, r, err, "/visa/"+id)
	}
}

func text(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

func readRefuse(r *http.Request) (journal.Command[room.Order], error) {
	return room.Refuse{Reason: text(r, "reason")}, nil
}

func readAgain(*http.Request) (journal.Command[room.Order], error) { return room.Again{}, nil }

func readWrong(r *http.Request) (journal.Command[room.Order], error) {
	return room.FindWrong{What: text(r, "what")}, nil
}

func readWithdraw(r *http.Request) (journal.Command[room.Order], error) {
	return room.Withdraw{Reason: text(r, "withdraw")}, nil
}
