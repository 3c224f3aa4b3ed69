package node_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/config"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
)

func packOf(files map[string]string) pack.Content {
	c := pack.Content{}
	for name, text := range files {
		c[name] = []byte(text)
	}
	return c
}

const sevenDays = "- {key: notice.minWorkingDays, value: 7, basis: 本市规定第三条, effectiveFrom: 2020-01-01}\n"

func noticeDays(t *testing.T, n *node.Node, at time.Time) string {
	t.Helper()
	set, err := n.Packs.At(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := set.Ref.Parameters.On("notice.minWorkingDays", calendar.DateOf(at))
	return p.Value
}

// A pack is saved, put in force on a day and heard of in all zones; what was
// judged before is judged as it was, and all of it can be read again from the
// journals after they were closed.
func TestPackIsInForceFromItsDayInAllZones(t *testing.T) {
	c := newCity(t)
	ctx := as("administrator", "gu")
	today := c.office.Journal.Today()
	tomorrow := today.Next()

	number, report, err := c.office.SavePack(ctx, journal.Order{}, packOf(map[string]string{"parameters.yaml": sevenDays}), node.SavedPack{Author: "顾", Reason: "市里新规定", Origin: config.Edited})
	if err != nil || number != 1 || !report.Holds() {
		t.Fatal(number, report.Mistakes, err)
	}
	if err := c.office.PutInForce(ctx, journal.Order{}, number, today.Prev(), "昨天"); fault.Findings(err) == nil {
		t.Fatalf("it was put in force on a day behind: %v", err)
	}
	if err := c.office.PutInForce(ctx, journal.Order{}, number, tomorrow, "明日起执行"); err != nil {
		t.Fatal(err)
	}
	now := c.office.Journal.Now()
	later := tomorrow.Begins().Add(9 * time.Hour)
	for _, n := range []*node.Node{c.internet.Node, c.office.Node, c.passport.Node} {
		c.until(n, "the pack to be heard of", func() bool { return noticeDays(t, n, later) == "7" })
		if got := noticeDays(t, n, now); got != "5" {
			t.Fatalf("%s zone: today it is %s days already", n.Zone, got)
		}
		if set, _ := n.Packs.At(ctx, later); set.Version != report.Set.Version {
			t.Fatalf("%s zone judges by %s, the office saved %s", n.Zone, set.Version, report.Set.Version)
		}
	}

	// Taken back before its day, it never was.
	if _, err := journal.Do(ctx, c.office.Journal, config.Room, journal.Order{Subject: config.ID}, config.TakeBack{Number: number, On: tomorrow, Reason: "推迟"}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
		c.until(n, "the taking back to be heard of", func() bool { return noticeDays(t, n, later) == "5" })
	}
	// In force from today on, for what comes after this moment.
	if err := c.office.PutInForce(ctx, journal.Order{}, number, today, "即日起"); err != nil {
		t.Fatal(err)
	}
	if got := noticeDays(t, c.office.Node, c.office.Journal.Now()); got != "7" {
		t.Fatalf("it is %s days after it was put in force", got)
	}
	if got := noticeDays(t, c.office.Node, now); got != "5" {
		t.Fatalf("what was submitted this morning is judged by %s days", got)
	}
	for _, n := range []*node.Node{c.office.Node} {
		if differ, err := n.Journal.Compare(context.Background()); err != nil || len(differ) > 0 {
			t.Fatal(differ, err)
		}
	}
}

func TestPackWhoseExamplesFailIsKeptAndNotPutInForce(t *testing.T) {
	c := newCity(t)
	ctx := as("administrator", "gu")
	bad := `
- id: HLN-001
  scope: case
  at: [submit]
  absent: silent
  when: size(c.countries) > 2
  severity: warn
  field: legs
  message: {zh: 不超过两个, en: two at most}
  fix: {zh: 减少, en: fewer}
  basis: {text: 规定, source: 本市}
  examples:
    pass: [{base: valid-three-countries-10-days}]
    fail: [{base: valid-three-countries-10-days}]
`
	number, report, err := c.office.SavePack(ctx, journal.Order{}, packOf(map[string]string{"rules/own.yaml": bad}), node.SavedPack{Reason: "试写", Origin: config.Edited})
	if err != nil || number != 1 {
		t.Fatalf("it isn't kept: %v", err)
	}
	if report.Holds() || !strings.Contains(report.Mistakes.Error(), "HLN-001.examples.pass[0]") {
		t.Fatalf("its mistake isn't named: %v", report.Mistakes)
	}
	if err := c.office.PutInForce(ctx, journal.Order{}, number, c.office.Journal.Today(), "试"); fault.Findings(err) == nil {
		t.Fatalf("it was put in force: %v", err)
	}
	if _, _, err := c.office.SavePack(ctx, journal.Order{}, packOf(map[string]string{"rules/own.yaml": bad}), node.SavedPack{Reason: "再存", Origin: config.Edited}); fault.Findings(err) == nil {
		t.Fatalf("the same content is kept twice: %v", err)
	}
	if _, _, err := c.office.SavePack(ctx, journal.Order{}, packOf(map[string]string{"parameters.yaml": "- {kye: x}"}), node.SavedPack{Reason: "误", Origin: config.Imported}); fault.Findings(err) == nil {
		t.Fatalf("what can't be read is kept: %v", err)
	}
}

// Before it is saved, a pack is tried on the newest cases.
func TestAPackIsTriedOnTheNewestCases(t *testing.T) {
	c := newCity(t)
	for i, name := range []string{"valid-three-countries-10-days.json", "valid-germany-5-days.json"} {
		cs := example(t, name)
		app := filing.Application{Case: cs, RuleSet: "test"}
		for j := range cs.Members {
			app.Persons = append(app.Persons, fmt.Sprintf("p%d-%d", i, j))
		}
		id := fmt.Sprintf("01960000-0000-7000-8000-00000000000%d", i+1)
		give(t, as("liaison", "li"), c.internet.Journal, filing.Room, id, filing.Present{Unit: "u1", Revision: 1, Application: app})
		give(t, as("signatory", "qi"), c.internet.Journal, filing.Room, id, filing.Submit{Revision: 1, Application: app})
		c.until(c.office.Node, "the application to arrive", func() bool { return c.stage(id) == approval.AtIntake })
	}
	own := `
- {id: OWN-001, scope: case, at: [submit], absent: silent, when: size(c.countries) > 2, severity: block, field: legs, message: {zh: 多, en: many}, fix: {zh: 减, en: fewer},
   basis: {text: 规定, source: 本市}, examples: {pass: [{base: valid-germany-5-days}], fail: [{base: valid-three-countries-10-days}]}}
`
	report, err := c.office.CheckPack(context.Background(), packOf(map[string]string{"rules/own.yaml": own}))
	if err != nil || !report.Holds() {
		t.Fatal(report.Mistakes, err)
	}
	got, err := c.office.Compare(context.Background(), report.Set, 500, time.Minute)
	if err != nil || got.Cases != 2 || got.Cut || len(got.Differ) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	d := got.Differ[0]
	if d.Filing != "01960000-0000-7000-8000-000000000001" || strings.Join(d.Comes, " ") != "OWN-001 block" || len(d.Goes) > 0 {
		t.Fatalf("%+v", d)
	}
	if cut, err := c.office.Compare(context.Background(), report.Set, 500, time.Nanosecond); err != nil || !cut.Cut {
		t.Fatalf("without time: %+v %v", cut, err)
	}
}
