package filing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func example(t testing.TB, name string) dossier.Case {
	t.Helper()
	f, err := os.Open(filepath.Join("../../testdata/cases", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := dossier.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("p%d", i)
	}
	return out
}

func application(t testing.TB) filing.Application {
	c := example(t, "valid-germany-5-days")
	return filing.Application{Case: c, Persons: ids(len(c.Members)), RuleSet: "r1"}
}

// run gives commands one after another to a fresh application.
func run(f filing.Filing, cmds ...journal.Command[filing.Filing]) (filing.Filing, error) {
	for _, cmd := range cmds {
		events, err := cmd.Decide(f, journaltest.Moment(zone.Internet, 1))
		if err != nil {
			return f, err
		}
		for _, e := range events {
			if f, err = filing.Room.Evolve(f, e); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

type cmds = []journal.Command[filing.Filing]

func TestVerbsByStage(t *testing.T) {
	a := application(t)
	present := filing.Present{Unit: "u", Revision: 7, Application: a}
	submit := filing.Submit{Revision: 7, Application: a}
	reopen := filing.Reopen{Defects: []filing.Defect{{Field: "case.purpose", Words: "写清成果"}}}
	mended := a
	mended.Case = a.Case.Clone()
	mended.Case.Trip.Purpose += "并形成报告。"
	correct := filing.Correct{Application: mended}
	before := map[filing.Stage]cmds{
		filing.InDraft:     nil,
		filing.IsPresented: {present},
		filing.IsSubmitted: {present, submit},
		filing.IsSentBack:  {present, submit, reopen},
		filing.IsWithdrawn: {present, submit, filing.Withdraw{Reason: "取消"}},
		filing.IsConcluded: {present, submit, filing.Conclude{Outcome: filing.Approved}},
	}
	for _, c := range []struct {
		name string
		cmd  journal.Command[filing.Filing]
		at   map[filing.Stage]filing.Stage // where it is allowed, and what it leads to
	}{
		{"present", present, map[filing.Stage]filing.Stage{filing.InDraft: filing.IsPresented}},
		{"take back", filing.TakeBack{}, map[filing.Stage]filing.Stage{filing.IsPresented: filing.InDraft}},
		{"hand back", filing.HandBack{Words: "再改"}, map[filing.Stage]filing.Stage{filing.IsPresented: filing.InDraft}},
		{"submit", submit, map[filing.Stage]filing.Stage{filing.IsPresented: filing.IsSubmitted}},
		{"reopen", reopen, map[filing.Stage]filing.Stage{filing.IsSubmitted: filing.IsSentBack, filing.IsWithdrawn: filing.IsWithdrawn}},
		{"correct", correct, map[filing.Stage]filing.Stage{filing.IsSentBack: filing.IsSubmitted}},
		{"withdraw", filing.Withdraw{Reason: "取消"}, map[filing.Stage]filing.Stage{filing.IsSubmitted: filing.IsWithdrawn, filing.IsSentBack: filing.IsWithdrawn}},
		{"conclude", filing.Conclude{Outcome: filing.Refused}, map[filing.Stage]filing.Stage{filing.IsSubmitted: filing.IsConcluded, filing.IsSentBack: filing.IsConcluded,
			filing.IsConcluded: filing.IsConcluded, filing.IsWithdrawn: filing.IsWithdrawn}},
	} {
		for stage, way := range before {
			f, err := run(filing.Filing{}, way...)
			if err != nil || f.Stage != stage {
				t.Fatalf("%s: %v %v", stage, f.Stage, err)
			}
			got, err := run(f, c.cmd)
			to, allowed := c.at[stage]
			switch {
			case allowed && (err != nil || got.Stage != to):
				t.Errorf("%s at %q: %q, %v", c.name, stage, got.Stage, err)
			case !allowed && !fault.IsNotNow(err):
				t.Errorf("%s at %q wasn't refused: %v", c.name, stage, err)
			}
		}
	}
}

func TestAJoinedDelegationIsGivenUpWhileItsNoticeIsAwaited(t *testing.T) {
	joined := filing.Filing{Stage: filing.IsConcluded, Outcome: filing.Approved, Dossier: dossier.Case{Trip: dossier.Trip{Kind: dossier.Joined}}}
	own, refused, change := joined, joined, joined
	own.Dossier.Trip.Kind, refused.Outcome, change.Amends.Of = dossier.Own, filing.Refused, "f1"
	for name, c := range map[string]struct {
		f      filing.Filing
		issued bool
		may    bool
	}{"waits": {joined, false, true}, "issued": {joined, true, false}, "not joined": {own, false, false}, "refused": {refused, false, false}, "a change of one": {change, false, false}} {
		got, err := run(c.f, filing.Withdraw{Reason: "组团方取消", Issued: c.issued})
		if c.may && (err != nil || got.Stage != filing.IsWithdrawn) || !c.may && !fault.IsNotNow(err) {
			t.Errorf("%s: %q, %v", name, got.Stage, err)
		}
	}
}

func TestSubmissionTellsEverythingThatBlocksAtOnce(t *testing.T) {
	a := application(t)
	f, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 1, Application: a})
	if err != nil {
		t.Fatal(err)
	}
	a.Blocking = []fault.Finding{{Field: "case.return", Rule: "ITN-001"}, {Field: "members[1].idNumber", Rule: "IDN-001"}}
	_, err = run(f, filing.Submit{Revision: 1, Application: a})
	if fs := fault.Findings(err); len(fs) != 2 || fs[0].Rule != "ITN-001" {
		t.Fatal(err)
	}
}

// A warning is mended or answered before the signatory sees the case; what the rules
// warn of since doesn't stop who signs it.
func TestNothingIsPresentedWithAWarningThatNobodyAnswered(t *testing.T) {
	a := application(t)
	a.Blocking = []fault.Finding{{Field: "case.return", Rule: "ITN-001"}}
	a.Unanswered = []fault.Finding{{Field: "answers.BUD-007/budget.lines[0]", Rule: "BUD-007"}}
	_, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 1, Application: a})
	if fs := fault.Findings(err); len(fs) != 2 || fs[0].Rule != "ITN-001" || fs[1].Rule != "BUD-007" {
		t.Fatal(err)
	}
	a.Blocking, a.Unanswered, a.Answers = nil, nil, map[string]string{"BUD-007/budget.lines[0]": "会场在市中心，无更低价住宿"}
	f, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 1, Application: a})
	if err != nil {
		t.Fatal(err)
	}
	a.Unanswered = []fault.Finding{{Field: "answers.INV-003/invitations[0].issued", Rule: "INV-003"}}
	if f, err = run(f, filing.Submit{Revision: 1, Application: a}); err != nil || f.Answers["BUD-007/budget.lines[0]"] == "" {
		t.Fatal(err)
	}
}

func TestNobodySignsForATripOfTheirOwn(t *testing.T) {
	a := application(t)
	f, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 1, Application: a})
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range (cmds{filing.Submit{Self: "p2", Revision: 1, Application: a}, filing.HandBack{Self: "p2", Words: "x"}}) {
		if _, err := run(f, cmd); len(fault.Findings(err)) != 1 || fault.Findings(err)[0].Key != "filing.sign.own_trip" {
			t.Errorf("%T: %v", cmd, err)
		}
	}
	if _, err := run(f, filing.Submit{Self: "p9", Revision: 1, Application: a}); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyThePresentedDraftIsSubmitted(t *testing.T) {
	a := application(t)
	f, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 4, Application: a})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(f, filing.Submit{Revision: 5, Application: a}); !fault.IsConflict(err) {
		t.Fatal(err)
	}
	a.Persons[1] = ""
	if _, err := run(f, filing.Submit{Revision: 4, Application: a}); fault.Findings(err) == nil {
		t.Fatal("somebody who isn't on file was submitted:", err)
	}
}

func sentBack(t testing.TB, fields ...string) (filing.Filing, filing.Application) {
	t.Helper()
	a := application(t)
	var ds []filing.Defect
	for _, f := range fields {
		ds = append(ds, filing.Defect{Field: f, Words: "请改"})
	}
	f, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 1, Application: a}, filing.Submit{Revision: 1, Application: a}, filing.Reopen{Defects: ds})
	if err != nil {
		t.Fatal(err)
	}
	a.Case = a.Case.Clone()
	return f, a
}

func put(t testing.TB, c *dossier.Case, path, text string) {
	t.Helper()
	if err := c.Put(path, text); err != nil {
		t.Fatal(err)
	}
}

func TestCorrectionChangesExactlyWhatWasSentBack(t *testing.T) {
	f, a := sentBack(t, "members[1].idNumber", "invitations[0]", "case.return")
	put(t, &a.Case, "members[1].idNumber", "509901197504121214")
	put(t, &a.Case, "members[1].dateOfBirth", "1975-04-12")
	put(t, &a.Case, "members[1].sex", "M")
	put(t, &a.Case, "invitations[0].to", "2026-05-17")
	put(t, &a.Case, "case.return", "2026-05-14")
	put(t, &a.Case, "case.daysAbroad", "4")
	got, err := run(f, filing.Correct{Application: a})
	if err != nil || got.Round != 2 || got.Stage != filing.IsSubmitted {
		t.Fatal(got.Stage, err)
	}
	put(t, &a.Case, "case.purpose", "换一个说法,把课题分工、数据共享办法和设备验收都写清楚,形成备忘录一份。")
	put(t, &a.Case, "members[2].post", "院长")
	a.Persons = slices.Clone(a.Persons)
	a.Persons[3] = "p9"
	_, err = run(f, filing.Correct{Application: a})
	var fields []string
	for _, x := range fault.Findings(err) {
		fields = append(fields, x.Field)
	}
	if strings.Join(fields, " ") != "case.purpose members[2].post members" {
		t.Fatal(fields, err)
	}
}

func TestEachDefectIsMendedOrAnswered(t *testing.T) {
	f, a := sentBack(t, "case.purpose", "case.necessity")
	put(t, &a.Case, "case.purpose", a.Case.Trip.Purpose+"并形成报告。")
	_, err := run(f, filing.Correct{Application: a})
	if fs := fault.Findings(err); len(fs) != 1 || fs[0].Field != "case.necessity" || fs[0].Key != "filing.correct.unanswered" {
		t.Fatal(err)
	}
	got, err := run(f, filing.Correct{Application: a, Replies: map[string]string{"case.necessity": "已按去年批复口径写明"}})
	if err != nil || got.Answers["case.necessity"] == "" {
		t.Fatal(err)
	}
}

// Whatever is typed, a correction that is taken differs from what was handed
// in only within the fields that were sent back and what follows from them.
func TestNoCorrectionTouchesWhatWasNotSentBack(t *testing.T) {
	c := example(t, "valid-germany-5-days")
	var paths []string
	for _, l := range c.Leaves() {
		paths = append(paths, l.Path)
	}
	fields := append(slices.Clone(paths), "legs", "legs[0]", "members[0]", "itinerary", "budget", "budget.lines[3]", "invitations", "notice", "case", "materials", "materials[2]")
	taken := 0
	rapid.Check(t, func(rt *rapid.T) {
		open := rapid.SliceOfNDistinct(rapid.SampledFrom(fields), 1, 4, rapid.ID).Draw(rt, "sent back")
		f, a := sentBack(t, open...)
		// Half of the time only what is open is typed, so that many are taken.
		choice := paths
		if rapid.Bool().Draw(rt, "obedient") {
			choice = slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return f.Open(p) == "" })
		}
		if len(choice) == 0 {
			rt.Skip()
		}
		for range rapid.IntRange(1, 5).Draw(rt, "edits") {
			path := rapid.SampledFrom(choice).Draw(rt, "path")
			text := rapid.SampledFrom([]string{"", "2026-05-20", "x", "7", "100.00", "true", c.Text(rapid.SampledFrom(paths).Draw(rt, "from"))}).Draw(rt, "text")
			_ = a.Case.Put(path, text) // what can't be read changes nothing
		}
		replies := map[string]string{}
		for _, o := range open {
			replies[o] = "见说明"
		}
		before := f.Dossier.Clone()
		got, err := run(f, filing.Correct{Application: a, Replies: replies})
		if err != nil {
			for _, x := range fault.Findings(err) {
				if x.Key == "filing.correct.not_sent_back" && f.Open(x.Field) != "" {
					rt.Fatalf("%s was sent back and refused", x.Field)
				}
			}
			return
		}
		taken++
		for _, d := range dossier.Difference(before, got.Dossier) {
			ok := false
			for _, o := range open {
				of := filing.Defect{Field: o}
				follows := of.MovesTrip() && (d.Path == "case.daysAbroad" || f.Moved(got.Dossier) && (f.ByDays(d.Path) || dossier.Generic(d.Path) == "budget.lines.amountCny" || d.Path == "budget.totalCny"))
				ok = ok || of.Opens(d.Path) || follows
				for _, p := range filing.Consequences(o) {
					ok = ok || dossier.Within(d.Path, p)
				}
			}
			if !ok {
				rt.Fatalf("%s, sent back were %v", d, open)
			}
		}
	})
	if taken < 10 {
		t.Fatalf("only %d corrections were taken: the property says little", taken)
	}
}

func TestEveryZoneIsOne(t *testing.T) {
	for _, l := range []dossier.Leg{{Country: "DEU"}, {Country: "USA", City: "纽约"}} {
		if l.Zone = filing.ZoneOf(l); l.Location() == nil {
			t.Errorf("%v has no zone", l)
		}
	}
	if z := filing.ZoneOf(dossier.Leg{Country: "USA", City: "无名镇"}); z != "" {
		t.Error("guessed", z)
	}
	for _, z := range filing.Zones() {
		if (dossier.Leg{Zone: z}).Location() == nil {
			t.Errorf("there is no zone %s", z)
		}
	}
}
