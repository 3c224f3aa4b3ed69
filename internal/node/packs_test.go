package node_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/config"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/packs"
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
	necessity := ""
	for i, name := range []string{"valid-three-countries-10-days.json", "valid-germany-5-days.json"} {
		cs := example(t, name)
		if necessity == "" {
			necessity = cs.Trip.Necessity
		}
		cs.Trip.Necessity = necessity // one copied from the other, which no case tells by itself
		app := filing.Application{Case: cs, RuleSet: "test"}
		for j := range cs.Members {
			app.Persons = append(app.Persons, fmt.Sprintf("p%d-%d", i, j))
		}
		id := fmt.Sprintf("01960000-0000-7000-8000-00000000000%d", i+1)
		give(t, as("liaison", "li"), c.internet.Journal, filing.Room, id, filing.Present{Unit: "u1", Revision: 1, Application: app})
		give(t, as("signatory", "qi"), c.internet.Journal, filing.Room, id, filing.Submit{Revision: 1, Application: app})
		c.until(c.office.Node, "the application to arrive", func() bool { return c.stage(id) == approval.AtIntake })
	}
	// One speaks at the decision alone, one of what only the office knows.
	own := `
- {id: OWN-003, scope: case, at: [decide], absent: silent, when: "size(copiedFrom(c, known)) > 0", severity: warn, field: case.necessity, message: {zh: 抄, en: copied}, fix: {zh: 改, en: write},
   basis: {text: 规定, source: 本市}, examples: {pass: [{at: decide, base: valid-germany-5-days}], fail: [{at: decide, known: {cases: [{title: 去年的团, unit: 巴渝理工大学（虚构）, state: finished, necessity: "联合实验室一期将于2026年底到期，双方须当面验收设备并商定二期方案，视频会议无法完成设备验收与样品交接，推迟将使课题中断并影响已立项经费的执行"}]}, field: case.necessity}]}}
- {id: OWN-002, scope: case, at: [decide], absent: silent, when: size(c.countries) > 2, severity: warn, field: legs, message: {zh: 多, en: many}, fix: {zh: 减, en: fewer},
   basis: {text: 规定, source: 本市}, examples: {pass: [{at: decide, base: valid-germany-5-days}], fail: [{at: decide, base: valid-three-countries-10-days}]}}
- {id: OWN-001, scope: case, at: [submit], absent: silent, when: size(c.countries) > 2, severity: block, field: legs, message: {zh: 多, en: many}, fix: {zh: 减, en: fewer},
   basis: {text: 规定, source: 本市}, examples: {pass: [{base: valid-germany-5-days}], fail: [{base: valid-three-countries-10-days}]}}
`
	report, err := c.office.CheckPack(context.Background(), packOf(map[string]string{"rules/own.yaml": own}))
	if err != nil || !report.Holds() {
		t.Fatal(report.Mistakes, err)
	}
	got, err := c.office.Compare(context.Background(), report.Set, 500, time.Minute)
	if err != nil || got.Cases != 2 || got.Cut || len(got.Differ) != 2 {
		t.Fatalf("%+v %v", got, err)
	}
	for i, want := range []string{"OWN-003 warn", "OWN-001 block, OWN-002 warn, OWN-003 warn"} { // the newest first
		d := got.Differ[i]
		if d.Filing != fmt.Sprintf("01960000-0000-7000-8000-00000000000%d", 2-i) || strings.Join(d.Comes, ", ") != want || len(d.Goes) > 0 || d.Blocks != (i == 1) {
			t.Errorf("%+v", d)
		}
	}
	for _, o := range got.Goes {
		t.Errorf("rules alone were changed, and it would go another way: %+v", o)
	}
	if len(got.Apart) > 0 {
		t.Errorf("rules of a case are said not to be compared: %v", got.Apart)
	}
	// What no case can be judged by is named instead of passed over: a rule of
	// lending that is off, one that reads another figure at the return.
	if report, err = c.office.CheckPack(context.Background(), packOf(map[string]string{
		"off.yaml":        "- {rule: PPT-013, why: 本办不用}",
		"parameters.yaml": "- {key: report.minLength, value: 400, unit: characters, basis: 本市规定, effectiveFrom: 2026-01-01}",
	})); err != nil || !report.Holds() {
		t.Fatal(report.Mistakes, err)
	}
	if got, err = c.office.Compare(context.Background(), report.Set, 500, time.Minute); err != nil || len(got.Apart) != 2 || got.Apart[1].ID != "PPT-013" {
		t.Errorf("not compared: %v, %v", got.Apart, err)
	}
	// What was told at a return is judged again; a rule of it isn't apart.
	id := "01960000-0000-7000-8000-000000000001"
	over := journal.Subject[struct{}]{Kind: "trip", Evolve: func(s struct{}, _ journal.Event) (struct{}, error) { return s, nil }}
	if _, err := journal.Do(as("liaison", "li"), c.internet.Journal, over, journal.Order{Subject: id}, journal.Command[struct{}](hearsay{[]any{
		trip.Cleared{Unit: "u1", Members: []string{"p0-0"}, Depart: calendar.On(2026, 3, 1), Return: calendar.On(2026, 3, 5)}, trip.Departed{On: calendar.On(2026, 3, 1)},
		trip.CameHome{On: calendar.On(2026, 3, 5), BookletsDue: calendar.On(2026, 3, 12), ReportDue: calendar.On(2026, 3, 30), Elsewhere: "FRA", Deviation: "改道"}}})); err != nil {
		t.Fatal(err)
	}
	c.until(c.office.Node, "the return to be known", func() bool {
		at, _, err := journal.Load(context.Background(), c.office.Journal, trip.Room, id)
		return err == nil && at.Stage == trip.IsHome
	})
	if report, err = c.office.CheckPack(context.Background(), packOf(map[string]string{"rules/own.yaml": `
- {id: OWN-004, scope: case, at: [after], absent: silent, if: "after.step == 'home'", when: "after.elsewhere != ''", severity: warn, field: elsewhere, message: {zh: 别处, en: elsewhere}, fix: {zh: 说明, en: say},
   basis: {text: 规定, source: 本市}, examples: {pass: [{at: after, known: {after: {step: home}}}], fail: [{at: after, known: {after: {step: home, elsewhere: FRA, words: 改道}}, field: elsewhere}]}}
`})); err != nil || !report.Holds() {
		t.Fatal(report.Mistakes, err)
	}
	got, err = c.office.Compare(context.Background(), report.Set, 500, time.Minute)
	if err != nil || len(got.Apart) > 0 || len(got.Differ) != 1 || got.Differ[0].Filing != id || strings.Join(got.Differ[0].Comes, ", ") != "OWN-004 warn" || got.Differ[0].Blocks {
		t.Errorf("what was told at a return: %+v %v", got, err)
	}
	// So are a kit, as it was packed, and a booklet, as it was lent: unsigned, though its
	// bearer has signed it since.
	said := func(kind, subject string, bodies ...any) {
		t.Helper()
		of := journal.Subject[struct{}]{Kind: kind, Evolve: over.Evolve}
		if _, err := journal.Do(as("visa", "wen"), c.office.Journal, of, journal.Order{Subject: subject}, journal.Command[struct{}](hearsay{bodies})); err != nil {
			t.Fatal(err)
		}
	}
	said("visa", visa.OrderID(id, "p0-0", "SCHENGEN"), visa.Planned{Filing: id, Person: "p0-0", Area: "SCHENGEN", Apply: "DEU", Needed: true, Countries: []string{"DEU"}, Kit: []visa.Item{{ID: "M41", Key: "M41"}}},
		visa.KitCompleted{Filing: id, Person: "p0-0", Papers: visa.Papers{Note: "照会一号"}})
	said("holder", "p0-0", custody.Registered{Booklet: "b1", Person: "p0-0", Type: "service", Tail: "123", Unsigned: true, Number: journal.Of("SE0000123")},
		custody.Lent{Booklet: "b1", Person: "p0-0", Filing: id, Unit: "u1", By: custody.Window}, custody.Completed{Booklet: "b1", Person: "p0-0", Signed: true})
	if report, err = c.office.CheckPack(context.Background(), packOf(map[string]string{"rules/own.yaml": `
- {id: OWN-005, scope: case, at: [lodge], absent: silent, when: "lodging.note == '照会一号'", severity: warn, field: note, message: {zh: 照会, en: note}, fix: {zh: 换, en: change},
   basis: {text: 规定, source: 本市}, examples: {pass: [{at: lodge, known: {lodging: {step: kit}}}], fail: [{at: lodge, known: {lodging: {step: kit, note: 照会一号}}, field: note}]}}
- {id: OWN-006, scope: case, at: [checkout], absent: silent, when: checkout.unsigned, severity: block, field: signature, message: {zh: 签, en: sign}, fix: {zh: 签, en: sign},
   basis: {text: 规定, source: 本市}, examples: {pass: [{at: checkout, known: {checkout: {step: lend, approval: 一号, named: true}}}], fail: [{at: checkout, known: {checkout: {step: lend, approval: 一号, named: true, unsigned: true}}, field: signature, also: [VIS-016]}]}}
- {id: OWN-007, scope: case, at: [lodge], absent: silent, when: "has(lodging.picture) && lodging.picture.grey", severity: warn, field: note, message: {zh: 灰, en: grey}, fix: {zh: 换, en: change},
   basis: {text: 规定, source: 本市}, examples: {pass: [{at: lodge, known: {lodging: {step: kit}}}], fail: [{at: lodge, known: {lodging: {step: kit, picture: {grey: true}}}, field: note}]}}
`})); err != nil || !report.Holds() {
		t.Fatal(report.Mistakes, err)
	}
	got, err = c.office.Compare(context.Background(), report.Set, 500, time.Minute)
	if err != nil || len(got.Apart) != 1 || got.Apart[0].ID != "OWN-007" || len(got.Differ) != 1 || got.Differ[0].Filing != id || strings.Join(got.Differ[0].Comes, ", ") != "OWN-005 warn, OWN-006 block" || got.Differ[0].Blocks {
		t.Errorf("a kit that was packed and a booklet that was lent: %+v %v", got, err)
	}
	// Another city's paths, clocks and papers: the steps, the last day of the
	// decision and the papers that would have been asked, case by case.
	files, _ := packs.Named("hailan")
	hailan, err := pack.ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	delete(hailan, "office.yaml") // the name isn't this office's
	hailan["missions.yaml"] = []byte("- {area: SCHENGEN, materials: [M35, M36, M39], workdays: 12, source: s, effectiveFrom: 2020-01-01}")
	if report, err = c.office.CheckPack(context.Background(), hailan); err != nil || !report.Holds() {
		t.Fatal(report.Mistakes, err)
	}
	if got, err = c.office.Compare(context.Background(), report.Set, 500, time.Minute); err != nil || len(got.Goes) != 2 {
		t.Fatalf("%+v %v", got.Goes, err)
	}
	for _, o := range got.Goes {
		if o.Was.Days >= o.Will.Days || !o.Was.Until.Before(o.Will.Until) || len(o.Will.Path.Steps) != 4 || o.Will.Path.Steps[1].Role != "reviewer" {
			t.Errorf("%s: from %+v to %+v", o.Filing, o.Was, o.Will)
		}
		if !slices.Equal(o.Asked, []dossier.MaterialKind{"M39"}) || !slices.Equal(o.Spared, []dossier.MaterialKind{"M37"}) {
			t.Errorf("%s: asked besides %v, spared %v", o.Filing, o.Asked, o.Spared)
		}
	}
	broken := *report.Set
	broken.Ref.Holidays = nil
	if _, err := c.office.Compare(context.Background(), &broken, 500, time.Minute); err == nil {
		t.Error("a defect in judging one case wasn't told")
	}
	whole := got
	cut, err := c.office.Compare(context.Background(), report.Set, 500, time.Nanosecond)
	if err != nil || !cut.Cut || cut.Cases != 0 || cut.Of != whole.Of {
		t.Fatalf("without time: %+v %v", cut, err)
	}
	// What is left is compared when somebody goes on; with nothing left nothing is done.
	for range 2 {
		if cut, err = c.office.GoOn(context.Background(), report.Set, cut, time.Minute); err != nil || cut.Cut || cut.Cases != whole.Cases || len(cut.Goes) != len(whole.Goes) || len(cut.Differ) != len(whole.Differ) {
			t.Fatalf("gone on with: %+v %v, want %+v", cut, err, whole)
		}
	}
}

const (
	unitsOfPack = `
- {name: {zh: 海澜航运集团有限公司, en: Hailan Shipping Group}, uscc: 12509901G76543219R, type: enterprise, address: 海澜市港口路1号, leaveFromRank: division, signatory: 齐闻道, officerUntil: 2027-12-31}
`
	hallOfPack = `
name: {zh: 海澜市外事服务大厅, en: Hailan Foreign Affairs Hall}
place: {zh: 海澜市港口路9号, en: 9 Port Road}
open: ["08:30-11:30", "14:00-17:00"]
week: {wed: ["08:30-11:30", "14:00-19:00"], fri: []}
minutes: 20
leadWorkdays: 2
horizonDays: 14
windows:
  - {id: C1, counter: capture, places: 3, kept: 1}
  - {id: P1, counters: [passport, visa], places: 1, open: ["08:30-11:30"]}
  - {id: V1, counter: visa, places: 1}
`
)

// inSlotsOf is a plan with slots of another length.
func inSlotsOf(p hall.Plan, minutes int) hall.Planned {
	out := p.Planned()
	out.Minutes = minutes
	return out
}

// What a pack says of units and of the hall is told before, is so from the day
// of the pack in all zones, and is changed by it once: what people change
// afterwards stays, and a unit that it doesn't name does too.
func TestUnitsAndHallOfAPackAreInEffectFromItsDay(t *testing.T) {
	c := newCity(t)
	ctx := as("administrator", "gu")
	before, err := unit.List(ctx, c.office.Store)
	if err != nil {
		t.Fatal(err)
	}
	begin := func(files map[string]string) pack.Report {
		t.Helper()
		number, report, err := c.office.SavePack(ctx, journal.Order{}, packOf(files), node.SavedPack{Reason: "登记", Origin: config.Imported})
		if err != nil || !report.Holds() {
			t.Fatal(report.Mistakes, err)
		}
		if err := c.office.PutInForce(ctx, journal.Order{}, number, c.office.Journal.Today(), "即日起"); err != nil {
			t.Fatal(err)
		}
		return report
	}
	registered := func(n *node.Node) unit.Unit {
		all, err := unit.List(ctx, n.Store)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range all {
			if u.USCC == "12509901G76543219R" {
				return u
			}
		}
		return unit.Unit{}
	}
	planned := func(n *node.Node) hall.Plan {
		all, err := hall.AllPlans(ctx, n.Store)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 {
			return hall.Plan{}
		}
		if len(all) > 1 {
			t.Fatalf("there are %d halls", len(all))
		}
		return all[0]
	}

	report := begin(map[string]string{"units.yaml": unitsOfPack, "hall.yaml": hallOfPack})
	if len(report.Brings) < 2 {
		t.Errorf("before, it was said that %v", report.Brings)
	}
	for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
		c.until(n, "the register and the hall of the pack", func() bool { return registered(n).Signatory == "齐闻道" && planned(n).Minutes == 20 })
		if u := registered(n); u.Name != "海澜航运集团有限公司" || u.Officer != calendar.MustParse("2027-12-31") || u.Address != "海澜市港口路1号" || u.LeaveFromRank != dossier.Division {
			t.Errorf("the %s zone's register says %+v", n.Zone, u)
		}
		if p := planned(n); p.Name != "海澜市外事服务大厅" || len(p.Windows) != 3 || p.Lead != 2 || len(p.Open) != 2 || p.Open[0].From != hall.At(8, 30) || len(p.Windows[0].Counters) != 1 || fmt.Sprint(p.Windows[1].Open, p.Week) != "[{08:30 11:30}] [{Wednesday [{08:30 11:30} {14:00 19:00}]} {Friday []}]" || !p.Windows[1].Serves(visit.VisaCounter) || !p.Windows[1].Serves(visit.PassportCounter) {
			t.Errorf("the %s zone's hall is %+v", n.Zone, p)
		}
	}
	after, err := unit.List(ctx, c.office.Store)
	if err != nil || len(after) < len(before) || len(after) > len(before)+1 {
		t.Errorf("there were %d units, now there are %d: %v", len(before), len(after), err)
	}

	// Somebody plans the hall otherwise: the next looks leave it so.
	p := planned(c.office.Node)
	give(t, ctx, c.office.Journal, hall.Plans, p.ID, hall.SetPlan{Planned: inSlotsOf(p, 15)})
	if err := c.office.DoChores(ctx); err != nil {
		t.Fatal(err)
	}
	if got := planned(c.office.Node).Minutes; got != 15 {
		t.Errorf("what was planned in the hall afterwards is back to %d minutes", got)
	}

	// A later version renames the unit and says nothing of the rest.
	report = begin(map[string]string{"units.yaml": "- {name: {zh: 海澜航运股份有限公司}, uscc: 12509901G76543219R, type: enterprise}"})
	if len(report.Brings) != 1 || !strings.Contains(report.Brings[0].Zh, "海澜航运股份有限公司") {
		t.Errorf("before, it was said that %v", report.Brings)
	}
	c.until(c.internet.Node, "the new name", func() bool { return registered(c.internet.Node).Name == "海澜航运股份有限公司" })
	if u := registered(c.internet.Node); u.NameEn != "Hailan Shipping Group" || u.Address != "海澜市港口路1号" || u.Signatory != "齐闻道" || planned(c.office.Node).Minutes != 15 {
		t.Errorf("with the name went %+v", u)
	}

	// Another says what is so already: it has begun all the same, and what people
	// change afterwards stays.
	report = begin(map[string]string{"hall.yaml": strings.Replace(hallOfPack, "minutes: 20", "minutes: 15", 1),
		"units.yaml": "- {name: {zh: 海澜航运股份有限公司}, uscc: 12509901G76543219R, type: enterprise, signatory: 齐闻道, officerUntil: 2027-12-31}"})
	if len(report.Brings) != 0 {
		t.Errorf("of what is so already it was said that %v", report.Brings)
	}
	if err := c.office.DoChores(ctx); err != nil {
		t.Fatal(err)
	}
	u := registered(c.office.Node)
	give(t, ctx, c.office.Journal, unit.Room, u.ID, unit.Change{Name: "海澜远洋股份有限公司", NameEn: u.NameEn, Type: u.Type, Address: u.Address})
	give(t, ctx, c.office.Journal, unit.Room, u.ID, unit.ConfirmOfficer{ValidUntil: u.Officer, Signatory: "宋知远"})
	p = planned(c.office.Node)
	give(t, ctx, c.office.Journal, hall.Plans, p.ID, hall.SetPlan{Planned: inSlotsOf(p, 30)})
	if err := c.office.DoChores(ctx); err != nil {
		t.Fatal(err)
	}
	if u := registered(c.office.Node); u.Name != "海澜远洋股份有限公司" || u.Signatory != "宋知远" || planned(c.office.Node).Minutes != 30 {
		t.Errorf("what was changed afterwards is back to %s, %s and %d minutes", u.Name, u.Signatory, planned(c.office.Node).Minutes)
	}

	// So does how long a place is kept, and who goes first, where that alone differs.
	for _, own := range []string{"offerMinutes: 90\n", "offerMinutes: 90\nelderYears: 65\n"} {
		report = begin(map[string]string{"hall.yaml": strings.Replace(hallOfPack, "minutes: 20", "minutes: 30", 1) + own})
		if len(report.Brings) != 1 {
			t.Errorf("of %q it was said that %v", own, report.Brings)
		}
		c.until(c.office.Node, "the plan", func() bool { return planned(c.office.Node).Offer == 90 })
	}
	c.until(c.office.Node, "the years", func() bool { return planned(c.office.Node).Elder == 65 })
	if differ, err := c.office.Journal.Compare(ctx); err != nil || len(differ) > 0 {
		t.Fatal(differ, err)
	}
}

// A pack's hall with a window that a hall of the office's own has isn't put in force; with
// another it is, beside that hall.
func TestAPacksHallHasNoWindowOfAHallThatTheOfficeOpenedItself(t *testing.T) {
	c := newCity(t)
	ctx := as("administrator", "gu")
	number, report, err := c.office.SavePack(ctx, journal.Order{}, packOf(map[string]string{"units.yaml": unitsOfPack, "hall.yaml": hallOfPack}), node.SavedPack{Reason: "登记", Origin: config.Imported})
	if err != nil || !report.Holds() {
		t.Fatal(report.Mistakes, err)
	}
	main, planned, err := hall.PlanOf(ctx, c.office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	own := hall.Planned{Name: "二厅", Place: "港口路10号", Minutes: 30, Horizon: 14, Open: []hall.Span{{From: hall.At(9, 0), To: hall.At(12, 0)}},
		Windows: []hall.Window{{ID: "V1", Counters: []visit.Counter{visit.VisaCounter}, Name: "二厅一号", Places: 1}}}
	give(t, ctx, c.office.Journal, hall.Plans, "hall2", hall.SetPlan{Planned: own})
	if report, err = c.office.CheckPack(ctx, packOf(map[string]string{"hall.yaml": hallOfPack})); err != nil || len(report.Mistakes) != 1 || report.Mistakes[0].File != "hall.yaml" || !strings.Contains(report.Mistakes[0].Text.Zh, "“V1”") {
		t.Fatalf("with window V1 in another hall: %v, %v", report.Mistakes, err)
	}
	if err := c.office.PutInForce(ctx, journal.Order{}, number, c.office.Journal.Today(), "即日起"); fault.Findings(err) == nil {
		t.Fatalf("it was put in force: %v", err)
	}
	if now, still, err := hall.PlanOf(ctx, c.office.Store, hall.Main); err != nil || still != planned || len(now.Windows) != len(main.Windows) {
		t.Errorf("the main hall is %+v, %v", now, err)
	}
	if report, err = c.office.CheckPack(ctx, packOf(map[string]string{"hall.yaml": strings.Replace(hallOfPack, "id: V1", "id: V9", 1)})); err != nil || !report.Holds() {
		t.Errorf("with a window of its own: %v, %v", report.Mistakes, err)
	}

	// The office renames its own.
	own.Windows[0].ID = "Z1"
	give(t, ctx, c.office.Journal, hall.Plans, "hall2", hall.SetPlan{Planned: own})
	if err := c.office.PutInForce(ctx, journal.Order{}, number, c.office.Journal.Today(), "即日起"); err != nil {
		t.Fatal(err)
	}
	c.until(c.office.Node, "the hall of the pack", func() bool {
		h, _, err := hall.PlanOf(ctx, c.office.Store, hall.Main)
		return err == nil && len(h.Windows) == 3
	})
}
