package trip

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/precheck"
	state "yitang/internal/progress"
	room "yitang/internal/trip"
	"yitang/internal/web/ui"
)

func (p *Pages) judge(a precheck.Aftermath) precheck.Findings {
	return p.Pack().Checks.Check(dossier.Case{}, precheck.After, p.Journal.Today(), precheck.Happened(a))
}

// owed is what the rules say is owed after a trip, or after one that didn't
// take place: booklets, report, notice; and whether the notice is.
func (p *Pages) owed(ctx context.Context, id string, t room.Trip) (*ui.Findings, bool, error) {
	if t.Stage != room.IsHome && t.Stage != room.DidNotGo {
		return nil, false, nil
	}
	a := precheck.Aftermath{Step: precheck.StepLook, Departed: t.Departed, Home: t.Home, ReportDue: t.ReportDue, ReportFiled: t.Report != ""}
	if t.Stage == room.DidNotGo {
		a.NotDeparted = t.BookletsDue.AddDays(-p.Needs().PassportReturnDays)
	}
	rows, err := custody.OutFor(ctx, p.Journal.Store, id)
	if err != nil {
		return nil, false, err
	}
	for _, b := range rows {
		if b.Place == custody.IsLent {
			a.Out = append(a.Out, precheck.OutBooklet{Name: p.Progress.Name(ctx, b.Person), Tail: b.Tail, Due: t.DueBack(b)})
		}
	}
	a.SecondNotice, a.NoNotice = t.Notice != "", t.NoticeDue.IsZero()
	found := p.judge(a)
	found.List = slices.DeleteFunc(found.List, func(x precheck.Finding) bool { return x.Rule == "POST-001" }) // each stands in the list of booklets
	return owedPanel(ctx, found), t.OwesNotice(), nil
}

// owedPanel says what is owed, each with the part of this page where it is done.
// Nobody explains anything here: what is late is to be done.
func owedPanel(ctx context.Context, found precheck.Findings) *ui.Findings {
	fs := ui.Found(ctx, found)
	if fs == nil {
		return nil
	}
	todo := ui.T(ctx, "after.owed.todo")
	fs.Words = map[ui.State]string{ui.Warn: todo}
	for i := range fs.List {
		x := &fs.List[i]
		if x.State == ui.Warn {
			x.Word = todo
		}
		switch x.Field {
		case "report":
			x.Where = ui.Link{Text: ui.T(ctx, "after.report"), URL: "#report"}
		case "secondNotice":
			x.Where = ui.Link{Text: ui.T(ctx, "after.notice"), URL: "#notice"}
		case "booklets":
			x.Where = ui.Link{Text: ui.T(ctx, "after.owed.booklets"), URL: "#booklets"}
		}
	}
	return fs
}

// judgeHome compares what the unit tells of the return with what was approved.
func (p *Pages) judgeHome(ctx context.Context, id string, h Homecoming) ([]fault.Finding, error) {
	t, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err != nil || t.Stage != room.IsAbroad && t.Stage != room.IsHome {
		return nil, err
	}
	return p.judge(precheck.Aftermath{Step: precheck.StepHome, Departed: t.Departed, Home: h.On, Approved: dossier.Trip{Depart: t.Depart, Return: t.Return}.Days(),
		Elsewhere: strings.TrimSpace(h.Elsewhere), Private: h.Private, Words: strings.TrimSpace(h.Deviation)}).Blocking(), nil
}

// judgeReport reads a report as far as it can be read. A warning wants a reason.
func (p *Pages) judgeReport(ctx context.Context, id string, m material.Material, cmd room.FileReport) ([]fault.Finding, error) {
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil {
		return nil, err
	}
	a := precheck.Aftermath{Step: precheck.StepReport, Spent: cmd.SpentFen, Overspent: strings.TrimSpace(cmd.Over), Budget: granted(f)}
	if a.Text, err = p.text(ctx, m); err != nil {
		return nil, err
	}
	if same, found, err := material.Elsewhere(ctx, p.Journal.Store, "M46", m.Digest, id); err != nil {
		return nil, err
	} else if found {
		a.SameAs = same.Name
		if s, ok, err := state.Of(ctx, p.Journal.Store, same.Owner); err == nil && ok && s.Unit == f.Unit {
			a.SameAs = s.Title
		}
	}
	if a.Likeness, err = p.likeness(ctx, f.Unit, id, a.Text); err != nil {
		return nil, err
	}
	found := p.judge(a)
	wrong := found.Blocking()
	warned := false
	for _, x := range found.List {
		if x.Severity == precheck.Warn && strings.TrimSpace(cmd.Why) == "" {
			wrong, warned = append(wrong, x.Fault()), true
		}
	}
	if warned {
		wrong = append(wrong, fault.Finding{Field: "why", Key: "after.why.missing"})
	}
	return wrong, nil
}

// granted is the budget that was approved, in hundredths of a yuan; 0 for none.
func granted(f filing.Filing) int {
	if b := f.Dossier.Budget; b != nil {
		return int(money.Yuan(b.TotalCny).Minor)
	}
	return 0
}

// reportFields are what is told beside the report; what was spent is held against
// the budget, which is therefore said first.
func (p *Pages) reportFields(r *http.Request, t room.Trip, budget int, failed error) []ui.Field {
	ctx := r.Context()
	beside := ui.FieldErrors(ctx, failed)
	hint := ui.T(ctx, "after.report.spent_hint")
	if budget > 0 {
		hint = ui.Sentences(ctx, hint, ui.T(ctx, "after.report.budget", "Amount", money.Amount{Minor: int64(budget), Currency: money.CNY}))
	}
	fs := []ui.Field{{Name: "spent", Label: ui.T(ctx, "after.report.spent"), Hint: hint, Optional: true, Width: "mid"},
		{Name: "overspent", Label: ui.T(ctx, "after.report.overspent"), Hint: ui.T(ctx, "after.report.overspent_hint"), Optional: true, Max: 200}}
	if beside["why"] != "" || r.FormValue("why") != "" {
		fs = append(fs, ui.Field{Kind: ui.Area, Name: "why", Label: ui.T(ctx, "after.report.why"), Rows: 2, Max: 300})
	}
	if t.SpentFen > 0 { // a better report is told with the same cost, unless another is typed
		fs[0].Value, fs[1].Value = money.Amount{Minor: int64(t.SpentFen), Currency: money.CNY}.Decimal().String(), t.Over
	}
	for i, f := range fs {
		if r.Form.Has(f.Name) {
			fs[i].Value = r.FormValue(f.Name)
		}
		fs[i].Error = beside[f.Name]
	}
	return fs
}

// notice is the place for the evidence of the notice after the trip, where one is
// asked for.
func (p *Pages) notice(ctx context.Context, v *view, id string, t room.Trip, failed error) error {
	papers, err := material.Of(ctx, p.Journal.Store, material.OfCase, id)
	if err != nil {
		return err
	}
	filed := int64(0)
	for _, m := range papers {
		if m.ID == t.Report {
			filed = m.At
		}
	}
	for _, m := range papers {
		// What is older than the report that was handed in was tried before it, and is done with.
		if m.Kind == "M46" && m.ID != t.Report && m.At > filed && material.Serves(dossier.MaterialKind(m.Kind), blob.Type(m.Type)) {
			v.Report.Kept, v.Report.Name = m.ID, m.Name
		}
	}
	if t.NoticeDue.IsZero() && t.Notice == "" {
		return nil // nothing of it is put up
	}
	v.Notice = &reportForm{Action: afterURL(id) + "/notice", Key: v.Report.Key + "n", Error: ui.FieldErrors(ctx, failed)["notice"], Hint: ui.T(ctx, "after.notice.hint", "Day", ui.MonthDay(ctx, t.NoticeDue))}
	for _, f := range v.Report.Fields {
		if f.Value != "" && v.Report.Filed == "" {
			v.Notice.Send = append(v.Notice.Send, ui.Hidden{Name: f.Name, Value: f.Value})
		}
	}
	for _, m := range papers {
		if m.ID == t.Notice {
			v.Notice.Filed = m.Name
		}
	}
	v.Notice.Text, err = p.noticeForm(ctx, id)
	return err
}

// spentFen reads an amount in yuan; 0 when none is given.
func spentFen(r *http.Request) (int, error) {
	s := strings.NewReplacer(",", "", "，", "", " ", "").Replace(dossier.FoldText(r.FormValue("spent")))
	if s == "" {
		return 0, nil
	}
	d, err := money.ParseDecimal(s)
	if err != nil || d.Sign() < 0 || !d.Fits(2) {
		return 0, fault.Field("spent", "after.report.spent.unreadable", nil)
	}
	return int(money.Yuan(d).Minor), nil
}
