package filing

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/precheck"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// waiverView asks the office to let a case pass against one rule.
type waiverView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Finding  ui.FindList
	Action   string
	Key      string
	Rule     string
	Field    string
	Reason   ui.Field
	Do, Back ui.Button
}

// askedAbout is what was asked for about a finding as it stands, the last time.
func (f *File) askedAbout(x precheck.Finding) (approval.AskedWaiver, bool) {
	bound := ""
	for _, w := range slices.Backward(f.Waivers) {
		if w.Asked.Rule != x.Rule || w.Asked.Field != dossier.Generic(x.Field) || w.Answer == approval.WaiverIsBack {
			continue
		}
		if bound == "" {
			bound = f.rules.Binding(f.Now.Case, x)
		}
		if w.Plea.Bound == bound {
			return w, true
		}
	}
	return approval.AskedWaiver{}, false
}

// lapsed is a waiver that was granted for the same place of this case and
// speaks of something that isn't so any more.
func (f *File) lapsed(x precheck.Finding) bool {
	return slices.ContainsFunc(f.Waivers, func(w approval.AskedWaiver) bool {
		return w.Answer == approval.WaiverIsGranted && w.Asked.Rule == x.Rule && w.Plea.Place == x.Field
	})
}

// waiving says beside a finding that blocks how far a waiver has come, and
// offers what can be done about it.
//
// ui:keys progress.who.*
func (p *Pages) waiving(ctx context.Context, f *File, x precheck.Finding, out *ui.Finding) {
	if x.Severity != precheck.Block {
		return
	}
	if x.Waived != nil {
		out.State = ui.Info
		out.Word = ui.T(ctx, "waiver.word")
		out.Over = ui.Override{Who: ui.T(ctx, "progress.who."+x.Waived.By), Why: ui.T(ctx, "waiver.why", "Day", x.Waived.On, "Why", x.Waived.Why)}
	}
	editing := f.Filing.Stage.MayEdit() && f.HasDraft && web.WhoOf(ctx).May(access.EditCase)
	w, is := f.askedAbout(x)
	offer := ui.Button{Text: ui.T(ctx, "waiver.ask"), Kind: ui.Plain, URL: caseURL(f.ID) + "/waiver?" + url.Values{"rule": {x.Rule}, "field": {x.Field}}.Encode()}
	back := ui.Button{Text: ui.T(ctx, "waiver.take_back"), Kind: ui.Plain, Post: caseURL(f.ID) + "/waiver/back", Send: []ui.Hidden{{Name: "waiver", Value: w.ID}, {Name: "_key", Value: web.NewKey()}}}
	switch {
	case !f.rules.MayWaive(x.Rule):
		return
	case is && w.Answer == approval.WaiverOpen:
		out.Note = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "waiver.asked", "Day", ui.Short(ctx, calendar.DateOf(w.At)))}
		offer = back
	case is && w.Answer == approval.WaiverIsGranted:
		offer = back
	case is && w.Answer == approval.WaiverIsRefused:
		out.Note = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "waiver.refused")}
		out.Text = ui.T(ctx, "waiver.refused.why", "Day", w.AsOf(), "Why", w.Said.Words)
		offer.Text = ui.T(ctx, "waiver.ask_again")
	case f.lapsed(x):
		out.Note = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "waiver.lapsed")}
		out.Text = ui.T(ctx, "waiver.lapsed.why")
	}
	if editing {
		out.Actions = append(out.Actions, offer)
	}
}

// getWaiver asks why one rule shouldn't stop the case.
func (p *Pages) getWaiver(w http.ResponseWriter, r *http.Request) { p.showWaiver(w, r, nil) }

// blocked finds what the address or the form speaks of, as it is found now.
func (p *Pages) blocked(f *File, r *http.Request) (precheck.Finding, bool) {
	at := precheck.Submit
	found := p.Work.Check(f, at)
	i := slices.IndexFunc(found.List, func(x precheck.Finding) bool {
		return x.Blocks() && x.Rule == r.FormValue("rule") && x.Field == r.FormValue("field")
	})
	if i < 0 {
		return precheck.Finding{}, false
	}
	return found.List[i], true
}

func (p *Pages) showWaiver(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	x, there := p.blocked(f, r)
	if !there || failed == nil && !f.rules.MayWaive(x.Rule) { // it was mended meanwhile, or nobody may let it pass
		http.Redirect(w, r, caseURL(f.ID)+"/check", http.StatusSeeOther)
		return
	}
	shown := p.finding(ctx, f, x)
	shown.Actions = nil
	v := waiverView{Head: ui.Head{Title: ui.T(ctx, "waiver.title"), Lead: ui.T(ctx, "waiver.lead")}, Finding: ui.FindList{shown}, Action: caseURL(f.ID) + "/waiver", Key: web.NewKey(),
		Rule: x.Rule, Field: x.Field, Do: ui.Button{Text: ui.T(ctx, "waiver.send")}, Back: ui.Button{Text: ui.T(ctx, "waiver.not"), URL: f.place(x.Field), Kind: ui.Second},
		Reason: ui.Field{Name: "reason", Kind: ui.Area, Rows: 4, Max: 500, Label: ui.T(ctx, "waiver.reason"), Hint: ui.T(ctx, "waiver.reason.hint"), Value: r.PostFormValue("reason"), Error: ui.FieldErrors(ctx, failed)["reason"]}}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f, v.Head.Title)}, waiverPage(v))
}

func (p *Pages) postWaiver(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	x, there := p.blocked(f, r)
	if !there {
		http.Redirect(w, r, caseURL(f.ID)+"/check", http.StatusSeeOther)
		return
	}
	id := cmp.Or(r.PostFormValue("_key"), p.Work.Journal.NewID()) // a form that is sent twice asks once
	_, err = p.Work.AskWaiver(r.Context(), keyed(r, id), f, x, r.PostFormValue("reason"))
	if fault.Findings(err) != nil {
		p.showWaiver(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"/check?said=waiver_asked")
}

// AskWaiver asks the office to let the case pass against what was found. The
// order's subject is the asking's own.
func (w *Work) AskWaiver(ctx context.Context, o journal.Order, f *File, x precheck.Finding, reason string) (journal.Answer, error) {
	last, is := f.askedAbout(x)
	cmd := room.AskWaiver{Filing: f.ID, Unit: f.Unit, Stage: f.Filing.Stage, Depart: f.Now.Case.Trip.Depart, Rule: x.Rule, Field: x.Field,
		MayWaive: x.Severity == precheck.Block && f.rules.MayWaive(x.Rule), Asked: is && last.Answer == approval.WaiverOpen,
		Plea: room.Plea{Title: f.Now.Case.Trip.Title, Says: x.Message, Place: x.Field, Basis: x.Basis.Cited(), Bound: f.rules.Binding(f.Now.Case, x), Reason: reason}}
	for i, who := range f.Now.Persons {
		cmd.Members = append(cmd.Members, room.Traveller{Person: who, Head: f.Now.Case.Members[i].Role == dossier.Head})
	}
	return journal.Do(ctx, w.Journal, room.WaiverRoom, o, journal.Command[room.Waiver](cmd))
}

func (p *Pages) postWaiverBack(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err == nil && !slices.ContainsFunc(f.Waivers, func(x approval.AskedWaiver) bool { return x.ID == r.PostFormValue("waiver") }) {
		err = fault.NotFound("waiver " + r.PostFormValue("waiver")) // another case's
	}
	if err == nil {
		_, err = journal.Do(r.Context(), p.Work.Journal, room.WaiverRoom, keyed(r, r.PostFormValue("waiver")), journal.Command[room.Waiver](room.TakeBackWaiver{}))
	}
	p.Site.Answer(w, r, err, caseURL(r.PathValue("case"))+"/check?said=waiver_back")
}
