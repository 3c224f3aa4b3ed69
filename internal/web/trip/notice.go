package trip

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/precheck"
	room "yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/web"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/ui"
)

// textForm asks for what only the unit can tell in the notice after a trip;
// everything else is on record.
type textForm struct {
	Action  string
	Results ui.Field
	Buttons []ui.Button
}

const longestResults = 2000 // characters

// noticeForm begins with what the application expected; nil where nothing of a
// trip is put up.
func (p *Pages) noticeForm(ctx context.Context, id string) (*textForm, error) {
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil || f.Dossier.Trip.Secret {
		return nil, err
	}
	return &textForm{Action: afterURL(id) + "/notice/text",
		Results: ui.Field{Name: "results", Kind: ui.Area, Rows: 5, Max: longestResults, Label: ui.T(ctx, "after.notice.results"), Hint: ui.T(ctx, "after.notice.results_hint"), Value: f.Dossier.Trip.ExpectedResults, Lang: "zh-Hans"},
		Buttons: []ui.Button{{Text: ui.T(ctx, "notice.print"), Kind: ui.Second}, {Text: ui.T(ctx, "notice.file"), Name: "text", Value: "1", Kind: ui.Plain}}}, nil
}

// postNoticeText gives the notice after a trip, to be printed or as text: made
// of what was approved, what the unit told of the return, the report and the
// results that were typed. Nothing of it is kept: its evidence is.
func (p *Pages) postNoticeText(w http.ResponseWriter, r *http.Request) {
	n, err := p.reported(r.Context(), r.PathValue("case"), web.Who(r).Unit, r.PostFormValue("results"))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	applying.ServeNotice(p.Site, w, r, n)
}

func (p *Pages) reported(ctx context.Context, id, by, results string) (document.PublicNotice, error) {
	var none document.PublicNotice
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil {
		return none, err
	}
	t, _, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err != nil {
		return none, err
	}
	if f.Dossier.Trip.Secret || t.Home.IsZero() {
		return none, fault.NotFound("notice after the trip " + id)
	}
	if len([]rune(results)) > longestResults {
		return none, fault.Field("results", "after.notice.long", map[string]any{"Most": longestResults})
	}
	u, err := unit.One(ctx, p.Journal.Store, by)
	if err != nil {
		return none, err
	}
	went, _ := filing.Only(f.Dossier, f.Persons(), t.Members)
	res := document.Result{Departed: t.Departed, Home: t.Home, Differs: t.Deviation, SpentFen: int64(t.SpentFen), Over: t.Over}
	for _, line := range strings.Split(results, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			res.Results = append(res.Results, line)
		}
	}
	if t.Report != "" {
		m, err := material.One(ctx, p.Journal.Store, t.Report)
		if err != nil {
			return none, err
		}
		res.Report = m.Name
	}
	said := precheck.Publish(&went)
	_, fen := filing.Granted(f.Dossier, f.Persons(), t.Members)
	said.TotalCny = money.Amount{Minor: fen, Currency: money.CNY}.Decimal()
	n := dossier.Notice{From: p.Journal.Today()}
	if f.Dossier.Notice != nil {
		n.Contact = f.Dossier.Notice.Contact
	}
	in := p.Pack()
	set := in.Ref
	hangs := 0
	if least, known := set.Parameters.On("notice.minWorkingDays", n.From); known { // as long as the one before
		if hangs, err = strconv.Atoi(least.Value); err != nil {
			return none, err
		}
		n.To = set.Holidays.AddWorkdays(n.From.Prev(), calendar.Workdays(hangs))
	}
	return document.Reported(u.Name, *said, res, n, hangs, func(code string) string { return set.Countries.Name(code, "zh") }, in.Wording()), nil
}
