package approval

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// answer ends a decision: on to the next case, or the same page with what is
// wrong beside its field.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, err error, was room.QueueRow, said string) {
	switch {
	case fault.Findings(err) != nil:
		p.showCase(w, r, err)
	case err != nil:
		if where := p.gone(r, err); where != "" {
			p.Site.Gone(w, r, err, where)
			return
		}
		p.Site.Fail(w, r, err)
	default:
		http.Redirect(w, r, p.onwards(r.Context(), was, said), http.StatusSeeOther)
	}
}

// gone says with whom a case lies by now, where a stale page was sent by somebody who
// has nothing to do on it any more; "" where they may still act.
func (p *Pages) gone(r *http.Request, err error) string {
	var conflict *fault.ConflictError
	if !errors.As(err, &conflict) {
		return ""
	}
	a, _, err := p.load(r.Context(), r.PathValue("case"))
	if err != nil || web.Who(r).Has(access.Role(a.Desk())) {
		return ""
	}
	return ui.T(r.Context(), "review.gone_on", "Desk", p.whose(r.Context(), a))
}

// before reads a case and where it stands in the queue, before it is changed.
func (p *Pages) before(w http.ResponseWriter, r *http.Request) (room.Approval, room.QueueRow, bool) {
	id := r.PathValue("case")
	a, _, err := p.load(r.Context(), id)
	var row room.QueueRow
	if err == nil {
		row, _, err = room.Row(r.Context(), p.Journal.Store, id)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return a, row, false
	}
	return a, row, true
}

// postAccept takes the case in. The number is taken first and belongs to the
// case from then on, whatever becomes of this request.
func (p *Pages) postAccept(w http.ResponseWriter, r *http.Request) {
	ctx, id := acting(r, "intake"), r.PathValue("case")
	a, row, ok := p.before(w, r)
	if !ok {
		return
	}
	if a.Stage != room.AtIntake {
		// A second press of the button finds its first answer by the key; only
		// somebody else's acceptance is refused.
		_, err := journal.Do(ctx, p.Journal, room.Room, order(r, id), room.Accept{Number: a.Number})
		p.answer(w, r, err, row, "accepted")
		return
	}
	looked, blocks, err := p.looked(r, id, a)
	if err != nil {
		p.answer(w, r, err, row, "")
		return
	}
	if err := p.sameList(r, a); err != nil {
		p.answer(w, r, err, row, "")
		return
	}
	c, err := p.dossierOf(ctx, id)
	var n room.Number
	if err == nil {
		n, err = room.NextNumber(ctx, p.Journal, room.CaseSeries, id)
	}
	if err == nil {
		set := p.Pack()
		_, err = journal.Do(ctx, p.Journal, room.Room, order(r, id), room.Accept{Number: n.As(set.Office.Numbers.Case), Path: a.PathBy(set.Paths, c), Looked: looked, Blocks: blocks, Self: web.Who(r).Person})
	}
	p.answer(w, r, err, row, "accepted")
}

// opinions reads what was chosen for each member. The buttons for all of them take
// the note as everybody's reason, or what the desk before proposed, whatever was
// chosen.
func opinions(r *http.Request, a room.Approval, before []reviewed) []room.Opinion {
	all, note := r.PostFormValue("all"), strings.TrimSpace(r.PostFormValue("note"))
	var out []room.Opinion
	for _, t := range a.Members {
		o := room.Opinion{Person: t.Person, Approve: r.PostFormValue("opinion."+t.Person) == "yes", Words: strings.TrimSpace(r.PostFormValue("reason." + t.Person))}
		if all == asBefore && len(before) > 0 {
			var said bool
			if o, said = before[len(before)-1].of(t.Person); !said {
				continue // the command wants one of everybody
			}
		}
		if all == "no" {
			o.Approve = false
			if o.Words == "" {
				o.Words = note
			}
		}
		if o.Approve {
			o.Words = ""
		}
		out = append(out, o)
	}
	return out
}

// withMembers tells with what is wrong elsewhere on the page what is wrong with the
// opinions on the members: all of it is mended at one go.
func withMembers(err error, a room.Approval, said []room.Opinion) error {
	if fs := fault.Findings(err); fs != nil {
		return fault.Invalid(append(slices.Clone(fs), a.Wanting(said)...)...)
	}
	return err
}

func (p *Pages) postReview(w http.ResponseWriter, r *http.Request) {
	a, row, ok := p.before(w, r)
	if !ok {
		return
	}
	step, mine := a.Step()
	before, err := p.reviews(r.Context(), r.PathValue("case"))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	said := opinions(r, a, before)
	var looked []room.Finding
	if mine && web.Who(r).Has(access.Role(step.Role)) {
		if looked, _, err = p.looked(r, r.PathValue("case"), a); err != nil {
			p.answer(w, r, withMembers(err, a, said), row, "")
			return
		}
	}
	cmd := room.Review{Opinions: said, Looked: looked, Note: strings.TrimSpace(r.PostFormValue("note")), Self: web.Who(r).Person}
	_, err = journal.Do(acting(r, step.Role), p.Journal, room.Room, order(r, r.PathValue("case")), cmd)
	p.answer(w, r, err, row, "forwarded")
}

// postDecide decides, for each member. A character that the document can't
// draw comes up here, while there is still somebody to ask.
func (p *Pages) postDecide(w http.ResponseWriter, r *http.Request) {
	a, row, ok := p.before(w, r)
	if !ok {
		return
	}
	id := r.PathValue("case")
	cmd := room.Decide{Conditions: lines(r.PostFormValue("conditions")), Months: p.Pack().Paths.DocumentMonths, Self: web.Who(r).Person}
	rounds, err := room.Rounds(r.Context(), p.Journal, id)
	var found room.Judged
	if err == nil {
		found, err = p.findings(r.Context(), id, a, rounds)
	}
	var before []reviewed
	if err == nil {
		before, err = p.reviews(r.Context(), id)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	cmd.RuleSet = string(found.RuleSet)
	said := opinions(r, a, before)
	for _, o := range said {
		cmd.Members = append(cmd.Members, room.Verdict{Person: o.Person, Approved: o.Approve, Reason: o.Words})
	}
	cmd.Stopping = stopping(found, a, cmd.Members)
	if step, mine := a.Step(); mine && step.Decides {
		if cmd.Looked, err = ticked(r, found); err != nil {
			p.answer(w, r, withMembers(err, a, said), row, "")
			return
		}
	}
	if err := p.sameList(r, a); err != nil {
		p.answer(w, r, err, row, "")
		return
	}
	if err := drawable(room.Undrawable(rounds[len(rounds)-1].Dossier), document.Drawable(strings.Join(cmd.Conditions, ""))); err != nil {
		p.answer(w, r, err, row, "")
		return
	}
	_, err = journal.Do(acting(r, "director"), p.Journal, room.Room, order(r, id), cmd)
	p.answer(w, r, err, row, "decided")
}

func drawable(errs ...error) error {
	for _, err := range errs {
		var bad *document.UndrawableError
		if errors.As(err, &bad) {
			return fault.Field("conditions", "review.undrawable", map[string]any{"characters": string(bad.Runes)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// postHolds lets a warning pass.
func (p *Pages) postHolds(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	a, _, ok := p.before(w, r)
	if !ok {
		return
	}
	var cmd journal.Command[room.Worksheet] = room.AcceptExplanation{Rule: r.PostFormValue("rule"), Field: r.PostFormValue("field"), Round: roundOf(r), Case: a, Self: web.Who(r).Person, TakeBack: r.PostFormValue("undo") != ""}
	if r.PostFormValue("holds") == "no" {
		cmd = room.RejectExplanation{Rule: r.PostFormValue("rule"), Field: r.PostFormValue("field"), Round: roundOf(r), Case: a, Self: web.Who(r).Person, TakeBack: r.PostFormValue("undo") != ""}
	}
	_, err := journal.Do(acting(r, a.Desk(), "chief", "director"), p.Journal, room.WorksheetRoom, journal.Order{Subject: id, Key: web.Key(r)}, cmd)
	if err == nil {
		p.examine(r, id)
	}
	p.Site.Answer(w, r, err, "/c/"+id+"#findings")
}

func roundOf(r *http.Request) int {
	var n int
	if _, err := fmt.Sscan(r.PostFormValue("round"), &n); err != nil {
		return 1
	}
	return n
}

// smallView is a page with one short form about a case.
type smallView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Action  string
	Key     string
	Version journal.Version
	Fields  []ui.Field
	Button  string
	Leave   ui.Link
	Shows   *ui.Table // what follows from it
	Digest  string    // of that list
}

func (p *Pages) showSmall(w http.ResponseWriter, r *http.Request, v smallView, failed error) {
	v.Key, v.Errors = web.NewKey(), ui.Summarise(r.Context(), failed)
	beside := ui.FieldErrors(r.Context(), failed)
	for i, f := range v.Fields {
		v.Fields[i].Error = beside[f.Name]
		if failed != nil {
			v.Fields[i].Value = r.PostFormValue(f.Name)
		}
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, smallPage(v))
}

func (p *Pages) getBack(w http.ResponseWriter, r *http.Request) { p.showBack(w, r, nil) }

func (p *Pages) showBack(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("case")
	a, version, err := p.load(ctx, id)
	if err == nil && (a.Stage != room.UnderReview || a.At == 0) {
		err = fault.NotNow("approval.not_under_review", a.Stage)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	to := ui.Field{Kind: ui.Select, Name: "to", Label: ui.T(ctx, "review.back.to")}
	for i, s := range a.Steps[:a.At] {
		to.Options = append(to.Options, ui.Option{Value: fmt.Sprint(i), Text: ui.Say(ctx, fault.Text{Zh: s.Zh, En: s.En}), Chosen: i == a.At-1})
	}
	p.showSmall(w, r, smallView{Head: ui.Head{Title: ui.T(ctx, "review.back.title"), Lead: a.Title}, Action: "/c/" + id + "/back", Version: version,
		Fields: []ui.Field{to, {Kind: ui.Area, Name: "reason", Label: ui.T(ctx, "review.back.reason"), Rows: 3}},
		Button: ui.T(ctx, "review.decide.back"), Leave: ui.Link{Text: ui.T(ctx, "review.back_to_case"), URL: "/c/" + id}}, failed)
}

func (p *Pages) postBack(w http.ResponseWriter, r *http.Request) {
	a, row, ok := p.before(w, r)
	if !ok {
		return
	}
	step, _ := a.Step()
	cmd := room.HandBackInside{To: -1, Reason: strings.TrimSpace(r.PostFormValue("reason")), Self: web.Who(r).Person}
	if _, err := fmt.Sscan(r.PostFormValue("to"), &cmd.To); err != nil {
		cmd.To = -1 // the command says what is wrong with it
	}
	_, err := journal.Do(acting(r, step.Role), p.Journal, room.Room, order(r, r.PathValue("case")), cmd)
	switch {
	case fault.Findings(err) != nil:
		p.showBack(w, r, err)
	case err != nil:
		p.Site.Fail(w, r, err)
	default:
		http.Redirect(w, r, p.onwards(r.Context(), row, "handed_back"), http.StatusSeeOther)
	}
}

// takeBack is the button that undoes passing a case on. Its form tells no
// version: whether the next desk has acted is the command's to see.
func takeBack(ctx context.Context, id string) ui.Button {
	return ui.Button{Text: ui.T(ctx, "review.take_back"), Post: "/c/" + id + "/takeback", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Second}
}

// postTakeBack acts in the role of the step that was taken last.
func (p *Pages) postTakeBack(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	a, _, ok := p.before(w, r)
	if !ok {
		return
	}
	role := ""
	if a.At > 0 {
		role = a.Steps[a.At-1].Role
	}
	_, err := journal.Do(acting(r, role), p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r)}, room.TakeBack{})
	p.Site.Answer(w, r, err, "/c/"+id+"?"+url.Values{"said": {"taken_back"}, "of": {id}}.Encode())
}

func (p *Pages) getRevoke(w http.ResponseWriter, r *http.Request) { p.showChange(w, r, "revoke", nil) }

func (p *Pages) getSupersede(w http.ResponseWriter, r *http.Request) {
	p.showChange(w, r, "supersede", nil)
}

// showChange asks why an issued document is revoked, or gives way to a new edition.
//
// ui:keys review.revoke.*
// ui:keys review.supersede.*
func (p *Pages) showChange(w http.ResponseWriter, r *http.Request, verb string, failed error) {
	ctx, id := r.Context(), r.PathValue("case")
	a, version, err := p.load(ctx, id)
	awaited := verb == "revoke" && a.AwaitsNotice()
	if err == nil && a.Stage != room.IsIssued && !awaited {
		err = fault.NotNow("approval."+verb+".not_now", a.Stage)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	words := "review." + verb + "."
	head, button := ui.Head{Title: ui.T(ctx, "review.revoke.awaited"), Lead: ui.T(ctx, "review.revoke.awaited.lead")}, ui.T(ctx, "review.revoke.awaited")
	if !awaited {
		head, button = ui.Head{Title: ui.T(ctx, words+"title", "Number", a.Document.Number), Lead: ui.T(ctx, words+"lead")}, ui.T(ctx, "review.decide."+verb)
	}
	v := smallView{Head: head, Action: "/c/" + id + "/" + verb, Version: version,
		Fields: []ui.Field{{Kind: ui.Area, Name: "reason", Label: ui.T(ctx, words+"reason"), Rows: 3}},
		Button: button, Leave: ui.Link{Text: ui.T(ctx, "review.back_to_case"), URL: "/c/" + id}}
	if verb == "revoke" && !awaited && p.Follow != nil {
		t, digest, err := p.ending(ctx, id)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Shows, v.Digest = &t, digest
	}
	p.showSmall(w, r, v, failed)
}

func (p *Pages) postRevoke(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	a, _, ok := p.before(w, r)
	if !ok {
		return
	}
	if a.Stage == room.IsIssued && p.Follow != nil { // pressed twice, it is revoked already and the key gives the first answer
		_, digest, err := p.ending(r.Context(), id)
		if err == nil && r.PostFormValue("_follows") != digest {
			err = fault.Field("", "amend.follows.changed", nil)
		}
		if fault.Findings(err) != nil {
			p.showChange(w, r, "revoke", err)
			return
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	err := p.Issuer.Revoke(acting(r, "director"), order(r, id), room.Revoke{Reason: strings.TrimSpace(r.PostFormValue("reason")), Self: web.Who(r).Person})
	if fault.Findings(err) != nil {
		p.showChange(w, r, "revoke", err)
		return
	}
	p.Site.Answer(w, r, err, "/c/"+id)
}

// postSupersede makes a new edition; the one in force gives way when the new
// one is issued.
func (p *Pages) postSupersede(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	if _, _, ok := p.before(w, r); !ok {
		return
	}
	err := p.Issuer.Supersede(acting(r, "director"), order(r, id), strings.TrimSpace(r.PostFormValue("reason")), web.Who(r).Person)
	if fault.Findings(err) != nil {
		p.showChange(w, r, "supersede", err)
		return
	}
	p.Site.Answer(w, r, err, "/c/"+id)
}
