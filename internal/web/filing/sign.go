package filing

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/precheck"
	"yitang/internal/quota"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// getSignList is what waits for the signatory, the longest waiting first.
func (p *Pages) getSignList(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	all, err := room.AtStage(ctx, p.Work.Journal.Store, who.Unit, room.IsPresented, 100)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	rows, err := p.plansToSign(ctx, who.Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	title := ui.T(ctx, "cases.sign.none")
	if n := len(rows) + len(all); n > 0 {
		title = ui.T(ctx, "cases.sign.some", "Count", n)
	}
	t := ui.Table{Cards: true, Caption: title, Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.case")}, {Text: ui.T(ctx, "cases.col.depart")}, {Text: ui.T(ctx, "cases.col.by")}, {Text: ui.T(ctx, "cases.col.since")}}, Empty: ui.Empty{Text: ui.T(ctx, "cases.sign.empty")}}
	for _, e := range all {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: p.called(ctx, e.ID, e.Title), URL: "/sign/" + e.ID, Head: true, Sub: ui.T(ctx, "cases.people", "Count", e.Members)}, {Text: ui.Date(ctx, e.Depart)}, {Text: p.name(ctx, e.PresentedBy)}, {Text: ui.At(ctx, e.At), Quiet: true}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	again, err := p.handedInAgain(ctx, who.Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: title, Tabs: progress.Tabs(ctx, web.Who(r), ""), Banner: p.said(r)}, signListPage(ui.Head{Title: title}, t, again))
}

// mendedCase is a case that was mended after the office had sent it back, and
// went to it without another signature.
type mendedCase struct {
	Title   ui.Link
	When    string
	Changes ui.Changes
}

// againMost bounds how many of them a signatory's page tells of.
const againMost = 20

// againFor is how long they are told of once the office has decided, which may be
// within the hour.
const againFor = 30 * 24 * time.Hour

// handedInAgain are the cases that the office has before it, or has decided lately,
// in a form that their signatory hasn't signed, the last first.
func (p *Pages) handedInAgain(ctx context.Context, unit string) ([]mendedCase, error) {
	all, err := room.HandedInAgain(ctx, p.Work.Journal.Store, unit, p.Work.Journal.Now().Add(-againFor), againMost)
	if err != nil {
		return nil, err
	}
	var out []mendedCase
	for _, e := range all {
		history, err := p.Work.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: e.ID})
		if err != nil {
			return nil, err
		}
		var signed, now dossier.Case
		x := mendedCase{Title: ui.Link{Text: p.called(ctx, e.ID, e.Title), URL: caseURL(e.ID)}}
		for _, h := range history {
			switch b := h.Body.(type) {
			case room.Submitted:
				signed, _ = b.Dossier.Value()
			case room.Corrected:
				now, _ = b.Dossier.Value()
				x.When = ui.T(ctx, "cases.sign.again.when", "Name", p.name(ctx, h.Actor.Account), "When", ui.At(ctx, h.At))
			}
		}
		for _, c := range progress.Differences(ctx, signed, now, p.Work.Pack().Country) {
			x.Changes = append(x.Changes, c.Change)
		}
		out = append(out, x)
	}
	return out, nil
}

// plansToSign are the unit's annual plans that lie with its signatory: of this
// year, adjusted, and of the next.
func (p *Pages) plansToSign(ctx context.Context, unit string) ([]ui.Row, error) {
	var rows []ui.Row
	this := p.Work.Journal.Today().Year()
	for _, year := range []int{this, this + 1} {
		plan, _, err := journal.Load(ctx, p.Work.Journal, quota.Proposals, quota.ID(unit, year))
		if err != nil {
			return nil, err
		}
		if plan.Stage == quota.IsPresented {
			name := ui.T(ctx, "plan.title", "Year", strconv.Itoa(year))
			rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: name, URL: "/plan?year=" + strconv.Itoa(year), Head: true, Sub: ui.T(ctx, "cases.sign.plan", "Count", len(plan.Lines))}, {}, {}, {}}})
		}
	}
	return rows, nil
}

// getSign is the whole case on one page, to be submitted or handed back.
func (p *Pages) getSign(w http.ResponseWriter, r *http.Request) { p.showSign(w, r, nil) }

func (p *Pages) showSign(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, who := r.Context(), web.Who(r)
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if f.Filing.Stage != room.IsPresented {
		http.Redirect(w, r, caseURL(f.ID), http.StatusSeeOther)
		return
	}
	found := p.Work.Check(f, precheck.Submit)
	fs := p.panel(ctx, f, found)
	for i := range fs.List {
		fs.List[i].Where.URL = "" // the forms are the liaison officer's
	}
	v := checkView{Head: ui.Head{Title: f.title(ctx), Lead: ui.T(ctx, "cases.sign.lead", "Name", p.name(ctx, f.Filing.Presenter))}, Findings: &fs, First: true, Parts: p.parts(ctx, f, false),
		Action: "/sign/" + f.ID + "/submit", Key: web.NewKey(), Revision: revision(f),
		Decide: ui.Decide{Effect: ui.T(ctx, "cases.sign.effect"), Actions: []ui.Button{{Text: ui.T(ctx, "cases.sign.submit")}}}}
	p.folded(ctx, f, v.Parts, found)
	if f.IsChange() {
		c := p.changeOf(ctx, f)
		v.Change = &c
		v.Decide.Effect, v.Decide.Actions[0].Text = ui.T(ctx, "amend.sign.effect"), ui.T(ctx, "amend.sign")
	}
	p.again(ctx, f, who.Account, &v)
	words := ui.Field{Name: "words", Kind: ui.Area, Rows: 3, Max: 500, Label: ui.T(ctx, "cases.sign.words"), Value: r.PostFormValue("words")}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
		if fault.IsConflict(failed) {
			status = http.StatusConflict
		}
		words.Error = ui.FieldErrors(ctx, failed)["words"]
		v.Errors = ui.Summarise(ctx, failed)
		for i := range v.Errors.Errors {
			if e := &v.Errors.Errors[i]; e.Field != "" && e.Field != "words" {
				e.Text = f.about(ctx, e.Field, e.Text)
				e.Field = ""
			}
		}
		v.Errors.Errors = append(v.Errors.Errors, p.changed(ctx, f, failed)...)
	}
	if who.Person != "" && f.Filing.IsMember(who.Person) {
		v.Action, v.Decide = "", ui.Decide{Effect: ui.T(ctx, "filing.sign.own_trip"), Tag: ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.sign.own")}}
	} else {
		v.Reject = &reject{Action: "/sign/" + f.ID + "/back", Key: web.NewKey(), Words: words, Do: ui.Button{Text: ui.T(ctx, "cases.sign.back"), Kind: ui.Second}}
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "cases.sign.crumb"), URL: "/sign"}, {Text: v.Head.Title}}}, checkPage(v))
}

// againView is what became of a case since its signatory handed it back: what was
// changed in front, the parts that nobody touched folded.
type againView struct {
	Title   string
	Lead    string
	Changes ui.Changes
	Rest    []part
	RestBar string
}

// again marks what differs from what the signatory last read. Somebody else who signs
// has read none of it, so nothing is folded for them.
func (p *Pages) again(ctx context.Context, f *File, reader string, v *checkView) {
	was := f.Filing.Returned
	if !was.Read {
		return
	}
	all := progress.Differences(ctx, written(was.Case), written(f.Now.Case), p.Work.Pack().Country)
	a := &againView{Title: ui.T(ctx, "cases.sign.since", "Count", len(all)), Lead: ui.T(ctx, "cases.sign.since.lead", "Who", p.name(ctx, was.By), "Day", ui.MonthDay(ctx, was.On), "Words", was.Words)}
	touched := map[string]bool{}
	for _, c := range all {
		a.Changes = append(a.Changes, c.Change)
		touched[partOfPath(c.Path())] = true
	}
	if was.By == reader {
		parts := v.Parts
		v.Parts = nil
		for _, x := range parts {
			if touched[x.ID] {
				v.Parts = append(v.Parts, x)
			} else {
				a.Rest = append(a.Rest, x)
			}
		}
		a.RestBar = ui.T(ctx, "cases.sign.since.rest", "Count", len(a.Rest))
	}
	v.Again = a
}

// written is a case without what the node knows beside it, which changes by itself.
func written(c dossier.Case) dossier.Case {
	c = c.Clone()
	c.AsOf, c.Unit, c.OtherCases = calendar.Date{}, dossier.Unit{}, nil
	for i := range c.Members {
		c.Members[i].OtherTrips, c.Members[i].TripsThisYear = nil, 0
	}
	return c
}

// partOfPath is the part of the whole case on which a field is read.
func partOfPath(path string) string {
	if dossier.Within(path, "itinerary") {
		return "days"
	}
	if rest, is := strings.CutPrefix(path, "invitations["); is {
		n, _, _ := strings.Cut(rest, "]")
		return "invitation" + n
	}
	return stepOf(path)
}

// since lists what of the case was written after a revision of its draft.
func since(f *File, seen int64) []fault.Change {
	var out []fault.Change
	for _, path := range slices.Sorted(maps.Keys(f.Draft.Paper.Touched)) {
		if t := f.Draft.Paper.Touched[path]; t.Revision > seen {
			out = append(out, fault.Change{Field: path, Is: f.Now.Case.Text(path), Who: t.By, At: t.At})
		}
	}
	return out
}

// changed tells a signatory what became of the case that they had before them.
func (p *Pages) changed(ctx context.Context, f *File, failed error) []ui.FieldError {
	var c *fault.ConflictError
	if !errors.As(failed, &c) {
		return nil
	}
	out := []ui.FieldError{{Text: ui.T(ctx, c.Key)}}
	said := map[string]bool{}
	for _, x := range c.Changes {
		line := ui.T(ctx, "cases.sign.changed", "Where", f.where(ctx, x.Field), "Who", p.name(ctx, x.Who))
		if is := p.spell(ctx, dossier.Generic(x.Field), x.Is); is != "" {
			line = ui.T(ctx, "cases.sign.changed_to", "Where", f.where(ctx, x.Field), "Who", p.name(ctx, x.Who), "Is", is)
		}
		if !said[line] {
			out = append(out, ui.FieldError{Text: line})
		}
		said[line] = true
	}
	return out
}

// overtaken tells what changed of a case that was presented anew since a page of
// its signatory was shown: what is read now is signed or handed back, never what was.
func overtaken(r *http.Request, f *File) error {
	if f.Filing.Stage != room.IsPresented || base(r) == f.Draft.Revision {
		return nil
	}
	return fault.Conflict("filing.submit.another_draft", since(f, base(r))...)
}

func (p *Pages) postSubmit(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err == nil {
		if old := overtaken(r, f); old != nil {
			p.showSign(w, r, old)
			return
		}
	}
	if err == nil {
		_, err = p.Work.Submit(r.Context(), keyed(r, f.ID), f, web.Who(r).Person)
	}
	if fault.Findings(err) != nil {
		p.showSign(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, caseURL(r.PathValue("case"))+"?said=submitted")
}

func (p *Pages) postHandBack(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err == nil {
		if old := overtaken(r, f); old != nil {
			p.showSign(w, r, old)
			return
		}
		_, err = journal.Do(r.Context(), p.Work.Journal, room.Room, keyed(r, f.ID), room.HandBack{Words: trimmed(r, "words"), Self: web.Who(r).Person, Case: f.Now.Case})
	}
	if fault.Findings(err) != nil {
		p.showSign(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/sign?said=handed_back")
}
