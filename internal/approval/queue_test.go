package approval

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

func receive(i int, questions int, urgent bool, within int) Receive {
	return Receive{Unit: fmt.Sprint("u", i%7), Members: group, Within: calendar.Workdays(within), Names: Names{Unit: fmt.Sprintf("云江市第%d局（虚构）", i%7), Head: "沈知行"},
		Facts: Facts{Title: fmt.Sprintf("第%d团赴日本", i), Urgent: urgent, Questions: questions, Countries: []string{"JPN"}}}
}

func TestQueueGivesEveryCaseOnceAndCountsExactly(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		o := newOffice(t, open())
		for i := range 130 {
			o.must("system", "", fmt.Sprintf("f%03d", i), receive(i, i%3, i%10 == 0, 1+i%5))
		}
		o.must("intake", "i", "f001", sentBack.cmd)
		o.must("system", "", "f001", TakeCorrection{Members: group, Within: 1, Facts: receive(1, 1, false, 1).Facts, Names: receive(1, 1, false, 1).Names})
		o.must("intake", "i", "f002", sentBack.cmd)
		o.accept("f003")
		// Three are examined: what is left to judge is counted anew, and nothing else.
		for id, open := range map[string]int{"f004": 0, "f006": 2, "f005": 0} {
			if _, err := journal.Do(by("system", ""), o.j, WorksheetRoom, journal.Order{Subject: id}, Examine{Round: 1, Open: open}); err != nil {
				t.Fatal(err)
			}
			if row, _, err := Row(ctx, o.j.Store, id); err != nil || row.Questions != open || row.Stage != AtIntake || row.in(Clean) != (open == 0) {
				t.Errorf("%s, examined with %d to judge: %+v %v", id, open, row, err)
			}
		}
		tally, err := Tallies(ctx, o.j.Store, "intake", calendar.On(2026, 11, 26)) // due days are 24, 25, 26, 27, 30
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Filters() {
			var all []QueueRow
			after := After{}
			for {
				page, err := Queue(ctx, o.j.Store, "intake", f, after, 20)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				all = append(all, page...)
				last := page[len(page)-1]
				after = After{last.Due.String(), last.Filing}
			}
			if !sort.SliceIsSorted(all, func(a, b int) bool {
				return all[a].Due.Before(all[b].Due) || all[a].Due == all[b].Due && all[a].Filing < all[b].Filing
			}) {
				t.Errorf("%s isn't in the order of the due days", f)
			}
			want := Tally{}
			seen := map[string]bool{}
			for _, r := range all {
				if seen[r.Filing] || !r.in(f) || r.Desk != "intake" {
					t.Errorf("%s shows %s twice or wrongly", f, r.Filing)
				}
				seen[r.Filing] = true
				want.All++
				if r.Due.Before(calendar.On(2026, 11, 26)) {
					want.Overdue++
				}
				if r.Due == calendar.On(2026, 11, 26) {
					want.Today++
				}
			}
			if tally[f] != want || want.All == 0 {
				t.Errorf("%s counts %+v, there are %+v", f, tally[f], want)
			}
		}
		hang, err := Hanging(ctx, o.j.Store, monday)
		if err != nil || len(hang) != 3 || hang[0].Desk != "intake" || hang[0].Tally.All != 128 || hang[0].FirstDue != calendar.On(2026, 11, 24) || hang[2].Desk != "unit" {
			t.Errorf("%+v %v", hang, err)
		}
		stages, err := ByStage(ctx, o.j.Store)
		if err != nil || stages[AtIntake] != 128 || stages[UnderReview] != 1 || stages[WithUnit] != 1 || len(stages) != 3 {
			t.Errorf("%v %v", stages, err)
		}
		for text, want := range map[string]int{"第12团": 1, "沈知": 50, "100%": 0, "第4局": 18, o.state("f003").Number: 1, strings.ToLower(o.state("f003").Number): 1, "_": 0, " ": 0} {
			if got, err := Search(ctx, o.j.Store, text); err != nil || len(got) != want {
				t.Errorf("looking for %q gives %d cases, want %d, %v", text, len(got), want, err)
			}
		}
		if b, ok, err := Before(ctx, o.j.Store, "intake", After{"2026-11-30", ""}); err != nil || !ok || b.Due != calendar.On(2026, 11, 27) {
			t.Errorf("before the 30th stands %+v %v", b, err)
		}
		sameRebuilt(t, o.j)
	})
}

func TestQueueIsReadAlongItsIndexes(t *testing.T) {
	o := newOffice(t, sqlite(t))
	plan := func(query string, args ...any) string {
		rows, err := o.j.Store.Query(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var all []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			all = append(all, detail)
		}
		return strings.Join(all, "; ")
	}
	for _, c := range []struct {
		index, query string
		args         []any
	}{
		{"approval_queue_by_depart", decidedIn, []any{"2026-01-01", "2027-01-01"}},
		{"approval_queue_by_desk", queueAll, []any{"intake", "2026-11-24", "f", 50}},
		{"approval_queue_clean", queueClean, []any{"intake", "2026-11-24", "f", 50}},
		{"approval_queue_corrected", queueCorrected, []any{"intake", "2026-11-24", "f", 50}},
		{"approval_queue_urgent", queueUrgent, []any{"intake", "2026-11-24", "f", 50}},
		{"approval_queue_by_desk", queueBefore, []any{"intake", "2026-11-24", "f", 1}},
		{"approval_queue_by_number", byNumber, []any{"CQ"}},
		{"approval_queue_by_depart", departing, []any{"2026-11-24", "~", "", "", 50}},
		{"sqlite_autoindex_approval_count", tallies, []any{"intake", "2026-11-24"}},
	} {
		got := plan(c.query, c.args...)
		if !strings.Contains(got, "USING INDEX "+c.index) && !strings.Contains(got, "USING COVERING INDEX "+c.index) || strings.Contains(got, "TEMP B-TREE FOR ORDER BY") || strings.Contains(got, "SCAN approval_queue") {
			t.Errorf("%s isn't used: %s", c.index, got)
		}
	}
}

// TestApprovalKeepsItsPromisesWhateverPeopleDo plays a few cases at random:
// none is decided twice, each sending back is counted, numbers are unique and
// dense, and the tables rebuilt equal those kept.
func TestApprovalKeepsItsPromisesWhateverPeopleDo(t *testing.T) {
	o := newOffice(t, sqlite(t))
	ids := 0
	rapid.Check(t, func(rt *rapid.T) {
		ids++
		cases := []string{fmt.Sprintf("r%05d-a", ids), fmt.Sprintf("r%05d-b", ids)}
		decided, returned := map[string]int{}, map[string]int{}
		accounts := rapid.SampledFrom([]string{"x", "y", "z"})
		roles := rapid.SampledFrom([]string{"intake", "reviewer", "chief", "director", "system"})
		for range rapid.IntRange(5, 40).Draw(rt, "moves") {
			id := rapid.SampledFrom(cases).Draw(rt, "case")
			var cmd journal.Command[Approval]
			a := o.state(id)
			switch rapid.IntRange(0, 12).Draw(rt, "verb") {
			case 0:
				cmd = receive(ids, rapid.IntRange(0, 2).Draw(rt, "questions"), rapid.Bool().Draw(rt, "urgent"), 2)
			case 1, 2:
				n, err := NextNumber(context.Background(), o.j, CaseSeries, id)
				if err != nil {
					rt.Fatal(err)
				}
				cmd = Accept{Number: n.As(caseNumbers), Path: threeSteps}
			case 3:
				cmd = SendBack{Defects: []Defect{{Field: "case.title", Words: "x"}}, Reason: rapid.SampledFrom([]string{"", "新问题"}).Draw(rt, "reason"), Within: 2}
			case 4:
				cmd = TakeCorrection{Members: group, Within: 2}
			case 5, 6, 7:
				cmd = Review{Opinions: allFor()}
			case 8:
				cmd = HandBackInside{To: rapid.IntRange(0, 2).Draw(rt, "to"), Reason: "x"}
			case 9, 10:
				cmd = Decide{Members: verdicts(rapid.SampledFrom([]string{"", "p1", "p2"}).Draw(rt, "against")), Months: 6, Self: rapid.SampledFrom([]string{"", "p3"}).Draw(rt, "self")}
			case 12:
				cmd = TakeBack{}
			case 11:
				cmd = rapid.SampledFrom([]journal.Command[Approval]{Withdraw{}, Close{}, PrepareDocument{Number: "n" + id}, IssueDocument{Edition: 1, Digest: "d" + id, File: "m"}}).Draw(rt, "end")
			}
			role := roles.Draw(rt, "role")
			if rapid.Bool().Draw(rt, "fitting") && a.Desk() != "" {
				role = a.Desk()
			}
			err := o.do(role, accounts.Draw(rt, "account"), id, cmd)
			if err != nil && fault.Findings(err) == nil && !fault.IsForbidden(err) && !fault.IsNotNow(err) {
				rt.Fatalf("%T: %v", cmd, err)
			}
			if err != nil {
				continue
			}
			switch c := cmd.(type) {
			case Decide:
				decided[id]++
				if c.Self != "" || a.Steps[a.At].Role != role {
					rt.Fatalf("%s was decided by somebody who may not", id)
				}
			case SendBack:
				returned[id]++
			}
		}
		for _, id := range cases {
			a := o.state(id)
			if decided[id] > 1 || a.Returns != returned[id] {
				rt.Fatalf("%s was decided %d times; sent back %d times, counted %d", id, decided[id], returned[id], a.Returns)
			}
			row, had, err := Row(context.Background(), o.j.Store, id)
			if err != nil || had != (a.Stage != Nothing) || had && (row.Stage != a.Stage || row.Desk != a.Desk() || row.Number != a.Number || row.Returns != a.Returns) {
				rt.Fatalf("the queue says %+v, the case is %+v", row, a)
			}
		}
	})
	sameRebuilt(t, o.j)
	used := map[string]bool{}
	events, err := o.j.History(context.Background(), journal.Ref{Kind: SeriesRoom.Kind, ID: "case.2026"})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		b := e.Body.(NumberTaken)
		if b.Number != i+1 || used[b.For] {
			t.Fatalf("the %dth number is %d, for %s", i+1, b.Number, b.For)
		}
		used[b.For] = true
	}
}
