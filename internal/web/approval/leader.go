package approval

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/precheck"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// leaderApproval is the fact that the office obtains from the leader in charge.
const leaderApproval = "case.leaderApproval"

func wantsLeader(f precheck.Finding) bool { return slices.Contains(f.Also, leaderApproval) }

// leaderView is the place of the leader's approval: what is recorded, and the
// form to record it.
type leaderView struct {
	Said   []fact
	Wanted string // why there is a form, or why not yet
	Action string
	Key    string
	Fields []ui.Field
	Do     ui.Button
}

// leader is there when a rule wants the approval, or somebody recorded it.
func (p *Pages) leader(ctx context.Context, v *caseView, a room.Approval, found room.Judged, who access.Who, r *http.Request, failed error) {
	wanted := slices.ContainsFunc(found.List, wantsLeader)
	if !wanted && a.Leader == nil {
		return
	}
	l := leaderView{}
	if a.Leader != nil {
		l.Said = []fact{{ui.T(ctx, "review.leader.who"), a.Leader.Leader}, {ui.T(ctx, "review.leader.on"), ui.Date(ctx, a.Leader.On)}, {ui.T(ctx, "review.leader.paper"), a.Leader.Paper}}
	}
	step, under := a.Step()
	switch {
	case wanted && a.Stage == room.AtIntake:
		l.Wanted = ui.T(ctx, "review.leader.later")
	case wanted && under && who.Has(access.Role(step.Role)) && !ownTrip(who, a):
		l.Wanted = ui.T(ctx, "review.leader.wanted")
		l.Action, l.Key, l.Do = "/c/"+v.ID+"/leader", web.NewKey(), ui.Button{Text: ui.T(ctx, "review.leader.record"), Kind: ui.Second}
		l.Fields = []ui.Field{
			{Kind: ui.Text, Name: "leader", Label: ui.T(ctx, "review.leader.who"), Hint: ui.T(ctx, "review.leader.who.hint"), Max: 80},
			{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "review.leader.on")},
			{Kind: ui.Text, Name: "paper", Label: ui.T(ctx, "review.leader.paper"), Hint: ui.T(ctx, "review.leader.paper.hint"), Max: 120},
		}
		beside := ui.FieldErrors(ctx, failed)
		for i, f := range l.Fields {
			l.Fields[i].Error, l.Fields[i].Value = beside[f.Name], r.PostFormValue(f.Name)
		}
	case wanted:
		l.Wanted = ui.T(ctx, "review.leader.open")
	}
	v.Leader = &l
}

// postLeader records what came back from the leader in charge.
func (p *Pages) postLeader(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	a, _, ok := p.before(w, r)
	if !ok {
		return
	}
	cmd := room.RecordLeader{Leader: r.PostFormValue("leader"), Paper: r.PostFormValue("paper"), Self: web.Who(r).Person}
	var err error
	if day := strings.TrimSpace(r.PostFormValue("on")); day != "" {
		if cmd.On, err = calendar.Parse(day); err != nil {
			err = fault.Field("on", "form.date.unreadable", nil)
		}
	}
	if err == nil {
		step, _ := a.Step()
		_, err = journal.Do(acting(r, step.Role), p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r)}, cmd)
	}
	if fault.Findings(err) != nil {
		p.showCase(w, r, err)
		return
	}
	if err == nil {
		p.examine(r, id)
	}
	p.Site.Answer(w, r, err, "/c/"+id+"#leader")
}

// stopping is what keeps the case from being approved as it was decided, said
// where it can be mended.
func stopping(found room.Judged, a room.Approval, verdicts []room.Verdict) []fault.Finding {
	var out []fault.Finding
	for _, f := range found.Stopping(a.Members, verdicts) {
		x := f.Fault()
		x.Field = "looked" // the tick passes none of them
		switch {
		case wantsLeader(f):
			x.Field = "leader"
		case f.Rule == "MEM-025": // the other authority was never asked of this member
			owner, _, _ := strings.Cut(f.Field, ".")
			x = fault.Finding{Field: owner, Key: "approval.decide.opinion_unasked"}
		}
		out = append(out, x)
	}
	return out
}
