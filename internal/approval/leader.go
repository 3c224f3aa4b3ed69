package approval

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// LeaderApproved: the leader in charge (分管领导) has approved the trip on paper,
// which the office passed up. Rules read it as the case's leaderApproval.
type LeaderApproved struct {
	Leader string        `reach:"internet office"` // name and post
	On     calendar.Date `reach:"internet office"`
	Paper  string        `reach:"internet office"` // number of the paper that bears it
}

// RecordLeader records what came back from the leader in charge (登记领导批示).
type RecordLeader struct {
	Leader string
	On     calendar.Date
	Paper  string
	Self   string
}

// Decide is for whoever's turn it is; said once more, it takes the place of
// what was said before.
func (cmd RecordLeader) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if err := a.turn(m); err != nil {
		return nil, err
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	said := LeaderApproved{Leader: strings.TrimSpace(cmd.Leader), On: cmd.On, Paper: strings.TrimSpace(cmd.Paper)}
	var wrong []fault.Finding
	if said.Leader == "" {
		wrong = append(wrong, fault.Finding{Field: "leader", Key: "approval.leader.who"})
	}
	switch {
	case said.On.IsZero():
		wrong = append(wrong, fault.Finding{Field: "on", Key: "approval.leader.when"})
	case said.On.After(m.Today):
		wrong = append(wrong, fault.Finding{Field: "on", Key: "approval.leader.future"})
	case said.On.Before(a.Came): // of what wasn't there to be approved
		wrong = append(wrong, fault.Finding{Field: "on", Key: "approval.leader.early", Args: map[string]any{"Day": a.Came}})
	}
	if said.Paper == "" {
		wrong = append(wrong, fault.Finding{Field: "paper", Key: "approval.leader.paper"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if a.Leader != nil && *a.Leader == said {
		return nil, nil
	}
	return journal.Happened(said), nil
}

// obtained is the application with what the office has obtained for it.
func (a Approval) obtained(c dossier.Case) dossier.Case {
	if a.Leader != nil {
		c.Trip.LeaderApproval = dossier.Flag(a.Leader.Leader + " " + a.Leader.On.String() + " " + a.Leader.Paper)
	}
	if a.Request != nil && c.Trip.OpinionRequest == nil {
		c.Trip.OpinionRequest = &dossier.OpinionRequest{Number: a.Request.Number, Issued: a.Request.On}
	}
	return c
}

// anotherTrip tells whether a correction makes it another trip than the one
// that the leader approved.
func (a Approval) anotherTrip(b CorrectionTaken) bool {
	return a.Depart != b.Facts.Depart || a.Return != b.Facts.Return || !slices.Equal(a.Members, b.Members) ||
		slices.ContainsFunc(b.Changed, func(path string) bool { return dossier.Within(path, "legs") })
}

// Stopping are the findings that keep a decision from approving: those that
// block and that nobody has waived. What is found about members stops nothing
// once one of them is declined; no tick and no explanation passes the others.
func (j Judged) Stopping(members []Traveller, verdicts []Verdict) []precheck.Finding {
	if !slices.ContainsFunc(verdicts, func(v Verdict) bool { return v.Approved }) {
		return nil
	}
	declined := func(path string) bool {
		for i, t := range members {
			if dossier.Within(path, fmt.Sprintf("members[%d]", i)) {
				return slices.ContainsFunc(verdicts, func(v Verdict) bool { return v.Person == t.Person && !v.Approved })
			}
		}
		return false
	}
	var out []precheck.Finding
	for _, f := range j.List {
		if f.Blocks() && !slices.ContainsFunc(append([]string{f.Field}, f.Also...), declined) {
			out = append(out, f)
		}
	}
	return out
}
