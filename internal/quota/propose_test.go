package quota_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/quota"
	"yitang/internal/zone"
)

// Both homes stand in one journal here: what each may write, the kinds tell.
type planning struct {
	t        testing.TB
	internet *journaltest.Bench
	office   *journaltest.Bench
}

func kept(*keys.Ring) []journal.Projection { return quota.Projections }

func newPlanning(t *testing.T) planning {
	t.Helper()
	return planning{t, journaltest.Open(t, journaltest.Options{Zone: zone.Internet, Kinds: quota.Kinds, Projections: kept}), journaltest.Open(t, journaltest.Options{Zone: zone.Office, Kinds: quota.Kinds, Projections: kept})}
}

func propose(j *journaltest.Bench, cmd journal.Command[quota.Proposal]) error {
	_, err := journal.Do(context.Background(), j.Journal, quota.Proposals, journal.Order{Subject: "u.2027"}, cmd)
	return err
}

func keysOf(err error) string {
	var out []string
	for _, f := range fault.Findings(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return strings.Join(out, "; ")
}

var two = []quota.Line{{Title: "赴德国", Countries: []string{"DEU"}, Month: 5, People: 4, AmountFen: 100}, {Title: "赴日本", Countries: []string{"JPN"}, People: 3, AmountFen: 50}}

func draft(lines []quota.Line, more ...func(*quota.Draft)) quota.Draft {
	d := quota.Draft{Unit: "u", Year: 2027, Lines: lines}
	for _, m := range more {
		m(&d)
	}
	return d
}

// A unit writes, numbers are given once, and the signatory hands in exactly
// what was presented; a change to a plan in force wants a reason.
func TestAPlanIsWrittenNumberedAndHandedInByTheSignatory(t *testing.T) {
	j := newPlanning(t).internet
	if err := propose(j, quota.Submit{}); err == nil {
		t.Error("nothing was handed in")
	}
	if err := propose(j, draft(append(slices.Clone(two), quota.Line{Month: 13}))); keysOf(err) != "lines[2].month form.number.unreadable" {
		t.Error(keysOf(err))
	}
	for _, err := range []error{propose(j, draft(two)), propose(j, draft([]quota.Line{two[0]}))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// the second line was dropped: its number isn't given again
	kept := two[0]
	kept.ID = "2027-01"
	if err := propose(j, draft([]quota.Line{kept, {People: 2}})); err != nil {
		t.Fatal(err)
	}
	if err := propose(j, quota.Present{}); keysOf(err) != "lines[1].title plan.lacks.title; lines[1].countries plan.lacks.countries" {
		t.Error(keysOf(err))
	}
	p, _, err := journal.Load(context.Background(), j.Journal, quota.Proposals, "u.2027")
	if err != nil || p.Lines[1].ID == "2027-01" || p.Lines[1].ID == "2027-02" {
		t.Fatal("a number was given twice", p.Lines, err)
	}
	for _, cmd := range []journal.Command[quota.Proposal]{draft([]quota.Line{kept}), quota.Present{}} {
		if err := propose(j, cmd); err != nil {
			t.Fatal(err)
		}
	}
	if err := propose(j, quota.Present{}); !fault.IsNotNow(err) {
		t.Error("presented twice:", err)
	}
	if err := propose(j, quota.Submit{}); err != nil {
		t.Fatal(err)
	}
	row, _, err := quota.One(context.Background(), j.Store, "u", 2027)
	if err != nil || !row.Waits() || row.InForce {
		t.Fatal(row, err)
	}
	// adjusting: with a reason, and not under the feet of a live case
	inForce := func(d *quota.Draft) {
		d.InForce, d.InUse = []quota.Line{kept}, map[string]string{"2027-01": "赴德国团"}
	}
	if err := propose(j, draft(nil, inForce)); keysOf(err) != "lines plan.in_use" {
		t.Error(keysOf(err))
	}
	if err := propose(j, draft([]quota.Line{kept, two[1]}, inForce)); err != nil {
		t.Fatal(err)
	}
	if err := propose(j, quota.Present{Changes: true}); keysOf(err) != "reason plan.lacks.reason" {
		t.Error(keysOf(err))
	}
	journaltest.RebuiltEqualsKept(t, j.Journal)
}

// The office answers the newest submission, once; it grants no less than the
// lines want; what was in force stays until then, with its history.
func TestTheOfficePutsInForceWhatWasHandedInOnce(t *testing.T) {
	j, ctx := newPlanning(t).office, context.Background()
	do := func(cmd journal.Command[quota.Plan]) error {
		_, err := journal.Do(ctx, j.Journal, quota.Room, journal.Order{Subject: "u.2027"}, cmd)
		return err
	}
	lines := slices.Clone(two)
	lines[0].ID, lines[1].ID = "2027-01", "2027-02"
	s := quota.Proposal{Unit: "u", Year: 2027, Round: 1, Submitted: lines}
	if err := do(quota.SendBack{Submission: s}); keysOf(err) != "words plan.lacks.words" {
		t.Error(keysOf(err))
	}
	if err := do(quota.SendBack{Submission: s, Words: "人数再压一压"}); err != nil {
		t.Fatal(err)
	}
	if err := do(quota.PutInForce{Submission: s, Groups: 2, People: 7, AmountFen: 150}); !fault.IsNotNow(err) {
		t.Error("answered twice:", err)
	}
	s.Round = 2
	if err := do(quota.PutInForce{Submission: s, Groups: 1, People: 6, AmountFen: 149}); keysOf(err) != "groups plan.below.groups; people plan.below.people; amount plan.below.amount" {
		t.Error(keysOf(err))
	}
	if err := do(quota.PutInForce{Submission: s, Groups: 3, People: 10, AmountFen: 200}); err != nil {
		t.Fatal(err)
	}
	p, is, err := quota.Of(ctx, j.Store, "u", 2027)
	if err != nil || !is || p.Groups != 3 || len(p.Lines) != 2 || p.Lines[1].Title != "赴日本" {
		t.Fatal(p, is, err)
	}
	// A third one sent back stays answered, whatever is then set of the plan in force.
	third := s
	third.Round = 3
	if err := do(quota.SendBack{Submission: third, Words: "先不调"}); err != nil {
		t.Fatal(err)
	}
	// sums alone leave the lines; a line less is a change with its own history
	if err := do(quota.SetPlan{Unit: "u", Year: 2027, Groups: 4, People: 12, AmountFen: 300}); err != nil {
		t.Fatal(err)
	}
	if p, _, err := quota.Of(ctx, j.Store, "u", 2027); err != nil || p.Answered != 3 {
		t.Error("what was sent back waits again:", p.Answered, err)
	}
	s.Round, s.Submitted, s.Reason = 4, lines[:1], "任务取消"
	if err := do(quota.PutInForce{Submission: s, Groups: 4, People: 12, AmountFen: 300}); err != nil {
		t.Fatal(err)
	}
	h, err := quota.History(ctx, j.Store, "u", 2027)
	var says []string
	for _, x := range h {
		says = append(says, fmt.Sprint(x.What, x.Round, x.Groups, x.Words))
	}
	if err != nil || !slices.Equal(says, []string{"set4 4任务取消", "set2 4", "back3 0先不调", "set2 3", "back1 0人数再压一压"}) {
		t.Errorf("%q %v", says, err)
	}
	if p, _, err := quota.Of(ctx, j.Store, "u", 2027); err != nil || len(p.Lines) != 1 {
		t.Error(p, err)
	}
	journaltest.RebuiltEqualsKept(t, j.Journal)
}

// Whatever is drafted and dropped: no number is ever given to two lines, and a
// line that is in use is never lost.
func TestNoNumberIsGivenTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p quota.Proposal
		titles := map[string]string{}
		for n := range rapid.IntRange(1, 12).Draw(t, "times") {
			var lines []quota.Line
			for _, l := range p.Lines {
				if rapid.Bool().Draw(t, "keep") {
					lines = append(lines, l)
				}
			}
			for k := range rapid.IntRange(0, 3).Draw(t, "new") {
				lines = append(lines, quota.Line{Title: fmt.Sprint(n, "/", k)})
			}
			events, err := draft(lines).Decide(p, journal.Moment{Subject: "u.2027"})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if p, err = quota.Proposals.Evolve(p, e); err != nil {
					t.Fatal(err)
				}
			}
			for _, l := range p.Lines {
				if was, had := titles[l.ID]; had && was != l.Title {
					t.Fatalf("%s was %s and is %s", l.ID, was, l.Title)
				}
				titles[l.ID] = l.Title
			}
			if len(p.Lines) > 0 {
				used := p.Lines[0]
				d := draft(p.Lines[1:], func(d *quota.Draft) {
					d.InForce, d.InUse = p.Lines, map[string]string{used.ID: "团"}
				})
				if _, err := d.Decide(p, journal.Moment{Subject: "u.2027"}); keysOf(err) != "lines plan.in_use" {
					t.Fatalf("a used line was dropped: %v", err)
				}
			}
		}
	})
}
