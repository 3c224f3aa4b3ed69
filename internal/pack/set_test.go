package pack

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/packs"
	"yitang/ref"
)

func built(t testing.TB) *Set {
	t.Helper()
	s, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lay(t testing.TB, files map[string]string) *Set {
	t.Helper()
	s, wrong := built(t).Lay(content(files))
	if wrong != nil {
		t.Fatal(wrong)
	}
	return s
}

func content(files map[string]string) Content {
	c := Content{}
	for name, text := range files {
		c[name] = []byte(text)
	}
	return c
}

// The demo's catalogue says in full what tests of requirements take for granted.
func TestCatalogueOfTheDemoIsWhole(t *testing.T) {
	got := built(t).catalogue
	if want := requirement.DefaultParameters(); !reflect.DeepEqual(got, want) && len(got.LocalPapers) == 0 {
		got.LocalPapers = want.LocalPapers
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("packs/demo/catalogue.yaml gives\n%+v\nwant\n%+v", got, want)
		}
	}
}

// What was kept of the program's data gives the same set when it is read again.
func TestKeptBaseIsTheSameSet(t *testing.T) {
	c, err := BuiltContent()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := c.Zip()
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.Zip()
	if err != nil || !slices.Equal(kept, again) {
		t.Fatal("the same files make different zips", err)
	}
	s, err := Whole(kept)
	if err != nil {
		t.Fatal(err)
	}
	if s.Version != built(t).Version || len(s.Ref.Rules) != len(built(t).Ref.Rules) {
		t.Fatalf("version %s with %d rules, want %s with %d", s.Version, len(s.Ref.Rules), built(t).Version, len(built(t).Ref.Rules))
	}
}

func TestOwnThresholdHoldsFromItsFirstDayToItsLast(t *testing.T) {
	s := lay(t, map[string]string{"parameters.yaml": `
- {key: notice.minWorkingDays, value: 7, basis: 本市规定第三条, effectiveFrom: 2027-01-01, effectiveTo: 2027-06-30}
`})
	for day, want := range map[string]string{"2026-12-31": "5", "2027-01-01": "7", "2027-06-30": "7", "2027-07-01": "5"} {
		p, ok := s.Ref.Parameters.On("notice.minWorkingDays", calendar.MustParse(day))
		if !ok || p.Value != want {
			t.Errorf("%s: %+v, want %s", day, p, want)
		}
	}
	if s.Version == built(t).Version {
		t.Error("another threshold has the same version")
	}
	if p, _ := built(t).Ref.Parameters.On("notice.minWorkingDays", calendar.MustParse("2027-03-01")); p.Value != "5" {
		t.Error("the base was changed")
	}
}

func TestWhatIsOffIsNotJudged(t *testing.T) {
	s := lay(t, map[string]string{"off.yaml": "- {rule: GEN-001, why: 本市不要求}"})
	if len(s.Ref.Rules) != len(built(t).Ref.Rules)-1 || slices.ContainsFunc(s.Ref.Rules, func(r ref.Rule) bool { return r.ID == "GEN-001" }) {
		t.Fatal("GEN-001 is still there")
	}
	if err := s.Checks.Compile(); err != nil {
		t.Fatal(err)
	}
}

const ownRule = `
- id: HLN-001
  title: {zh: 出访国别不超过两个, en: Two countries at most}
  scope: case
  at: [submit, intake]
  absent: silent
  when: size(c.countries) > p.number("own.countries")
  severity: warn
  field: legs
  message: {zh: "本市每次出访不超过{p.number('own.countries')}个国家", en: "This city allows {p.number('own.countries')} countries for each trip"}
  fix: {zh: 减少国家, en: Visit fewer countries}
  basis: {text: 海澜市规定第二条, source: 海澜市外办2026}
  examples:
    pass: [{name: 两国, base: valid-france-italy-8-days}]
    fail: [{name: 三国, base: valid-three-countries-10-days, field: legs}]
`
const ownThreshold = "- {key: own.countries, value: 2, basis: 海澜市规定第二条, effectiveFrom: 2020-01-01}\n"

func TestOwnRuleIsJudgedAndItsExamplesAreRun(t *testing.T) {
	c := content(map[string]string{"rules/own.yaml": ownRule, "parameters.yaml": ownThreshold})
	r := built(t).Check(c)
	if !r.Holds() {
		t.Fatal(r.Mistakes)
	}
	if len(r.Changed) > 0 {
		t.Errorf("a threshold that no other rule reads changes %+v", r.Changed)
	}
	trip, err := Example("valid-three-countries-10-days")
	if err != nil {
		t.Fatal(err)
	}
	found := r.Set.Checks.Check(trip, precheck.Submit, trip.AsOf).Of("HLN-001")
	if len(found) != 1 || !strings.Contains(found[0].Message.Zh, "不超过2个国家") {
		t.Fatal(found)
	}
	if trip.Countries()[0] == "" || dossier.Case.Countries(trip) == nil {
		t.Fatal("the example visits no country")
	}
}

func TestExampleThatDoesNotHoldIsAMistakeWithItsPlace(t *testing.T) {
	for change, want := range map[string]string{
		"base: valid-three-countries-10-days, => base: valid-germany-5-days,":    "HLN-001.examples.fail[0]",
		"base: valid-france-italy-8-days => base: valid-three-countries-10-days": "HLN-001.examples.pass[0]",
		"field: legs}]\n => field: members}]\n":                                  "HLN-001.examples.fail[0]",
		"base: valid-france-italy-8-days => base: valid-moon":                    "there is no case valid-moon",
		"    pass: [{name: 两国, base: valid-france-italy-8-days}]\n => ":          "HLN-001.examples",
	} {
		old, new, _ := strings.Cut(change, " => ")
		changed := strings.Replace(ownRule, old, new, 1)
		if changed == ownRule {
			t.Fatalf("%q changes nothing", change)
		}
		r := built(t).Check(content(map[string]string{"rules/own.yaml": changed, "parameters.yaml": ownThreshold}))
		if r.Holds() || !strings.Contains(r.Mistakes.Error(), want) {
			t.Errorf("%s: %v, want it to name %s", change, r.Mistakes, want)
		}
	}
}

// Whatever is misspelt is named with file, key and the nearest that is known.
func TestEveryMistakeIsNamedWithFileKeyAndNearest(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"paths.yaml", "", []string{"paths.yaml", "nearest is path.yaml"}},
		{"parameters.yaml", "- {kye: a, value: 1}", []string{"parameters.yaml", "[0].kye", "nearest is key", "line 1"}},
		{"parameters.yaml", "- {key: notice.minWorkingDay, value: 7, basis: b, effectiveFrom: 2027-01-01}", []string{"[0].key", "nearest is notice.minWorkingDays"}},
		{"parameters.yaml", "- {key: notice.minWorkingDays, value: seven, basis: b, effectiveFrom: 2027-01-01}", []string{"value", "write it like “5”"}},
		{"parameters.yaml", "- {key: notice.minWorkingDays, value: 7}", []string{"[0].basis", "[0].effectiveFrom"}},
		{"parameters.yaml", "- {key: notice.minWorkingDays, value: 7, basis: b, effectiveFrom: 2027-13-01}", []string{"effectiveFrom", "must be a day"}},
		{"parameters.yaml", "- [", []string{"parameters.yaml", "no YAML"}},
		{"off.yaml", "- {rule: GEN-0001, why: x}", []string{"off.yaml", "[0].rule", "nearest is GEN-001"}},
		{"off.yaml", "- {rule: GEN-001}", []string{"[0].why"}},
		{"office.yaml", "nmae: {zh: 某, en: A}", []string{"office.yaml", "nmae", "nearest is name"}},
		{"office.yaml", "{name: {zh: 某, en: A}, key: a-fao, city: {zh: 某, en: A}, numbers: {case: 'A-{year}', document: '{year}{serial}'}}", []string{"numbers.case", "two cases"}},
		{"missions.yaml", "- {area: FRA, workday: 3}", []string{"missions.yaml", "[0].workday", "nearest is workdays"}},
		{"missions.yaml", "- {area: FRA, workdays: 3, materials: [M36, M45]}", []string{"missions.yaml", "[0].materials[1]", "M45 is no paper"}},
		{"catalogue.yaml", "passportReturnDays: 10", []string{"passportReturnDays", "parameters.yaml as passport.returnDays"}},
		{"catalogue.yaml", "reportDays: many", []string{"reportDays", "whole number"}},
		{"rules/own.yaml", strings.Replace(ownRule, "severity: warn", "severty: warn", 1), []string{"rules/own.yaml", "[0].severty", "nearest is severity"}},
		{"rules/own.yaml", strings.Replace(ownRule, "at: [submit, intake]", "at: [sumbit]", 1), []string{"HLN-001.at", "nearest is submit"}},
		{"rules/own.yaml", strings.Replace(ownRule, "scope: case", "scope: cases", 1), []string{"HLN-001.scope", "nearest is case"}},
		{"rules/own.yaml", strings.Replace(ownRule, "size(c.countries)", "size(c.countrys)", 1), []string{"HLN-001.when", "nearest is country"}},
		{"rules/own.yaml", strings.Replace(ownRule, "basis: {text: 海澜市规定第二条, source: 海澜市外办2026}", "basis: {text: 海澜市规定第二条}", 1), []string{"HLN-001.basis.source"}},
		{"rules/own.yaml", strings.Replace(ownRule, "source: 海澜市外办2026}", "source: 海澜市外办2026, address: 'javascript:alert(1)'}", 1), []string{"HLN-001.basis.address", "https://"}},
		{"countries.csv", "code\nABC\n", []string{"countries.csv", "read"}},
		{"rates.yaml", "- {country: XXX, currency: EUR, lodging: 1, meals: 1, incidentals: 1}", []string{"rates.yaml", "no country XXX"}},
		{"exemptions.yaml", "- {country: KEN, types: [publicAffairs], way: onArival, source: s, effectiveFrom: 2027-01-01}", []string{"exemptions.yaml", "[0].way", "nearest is onArrival"}},
		{"exemptions.yaml", "- {country: KEN, types: [publicAffairs], way: onArrival}", []string{"[0].source", "[0].effectiveFrom"}},
		{"exemptions.yaml", "- {country: XXX, way: online, source: s, effectiveFrom: 2027-01-01}", []string{"[0].country", "[0].types", "[0].workdays"}},
		{"exemptions.yaml", "- {country: KEN, types: [service], way: online, workdays: 3, address: 'http://a', source: s, effectiveFrom: 2027-01-01}", []string{"[0].address", "https://"}},
		{"exchange.yaml", "- {date: 2027-01-04, source: s, yuan: {EURO: 7.8}}", []string{"exchange.yaml", "EURO"}},
		{"exchange.yaml", "- {day: 2027-01-04}", []string{"exchange.yaml", "[0].day", "nearest is date"}},
		{"units.yaml", "- {name: {zh: 某}, uscc: 12509901G76543219X, type: enterprise}", []string{"units.yaml", "[0].uscc", "18 characters"}},
		{"units.yaml", "- {name: {zh: 某}, uscc: 12509901G76543219R, type: enterprize}", []string{"[0].type", "nearest is enterprise"}},
		{"units.yaml", "- {name: {zh: 某}, uscc: 12509901G76543219R, type: enterprise}\n- {name: {zh: 另}, uscc: 12509901G76543219R, type: enterprise}", []string{"[1].uscc", "unit [0]"}},
		{"hall.yaml", "{name: {zh: 厅, en: Hall}, place: {zh: 路, en: Road}, open: [9:00-12:00], minutes: 30, horizonDays: 30, windows: [{id: A1, counter: captur, places: 1}]}", []string{"open[0]", "windows[0].counter", "nearest is capture", "counter visa"}},
		{"hall.yaml", "{name: {zh: 厅, en: Hall}, place: {zh: 路, en: Road}, open: ['09:00-12:00'], minutes: 30, horizonDays: 30, windows: [{id: A1, counters: [capture, passport], places: 1}, {id: A2, counter: visa, counters: [visas], places: 1}, {id: A3, places: 1}]}",
			[]string{"windows[1].counter: write counter for one", "nearest is visa", "windows[2].counters"}},
		{"hall.yaml", "{name: {zh: 厅, en: Hall}, place: {zh: 路, en: Road}, open: ['09:00-12:00'], week: {we: ['09:00-12:00'], fri: ['12:00-09:00'], sat: []}, minutes: 30, horizonDays: 30, windows: [{id: A1, counters: [capture, passport, visa], places: 1, open: ['11:45-12:15']}]}",
			[]string{"week.we", "nearest is wed", "week.fri[0]", "windows[0].open: within"}},
		{"hall.yaml", "- " + oneHall + "\n- " + oneHall, []string{"[1].id", "[1].windows[0].id"}},
		{"hall.yaml", "{id: x, " + oneHall[1:], []string{"id", "an only hall has none"}},
		{"templates.yaml", "approval: {title: 批复}", []string{"templates.yaml", "approval", "single value"}},
		{"templates.yaml", "approval.titel: 批复", []string{"templates.yaml", "approval.titel", "nearest is approval.title"}},
		{"templates.yaml", "approval.title: '{{.Office}}批复'", []string{"approval.title", "nothing fills {{.Office}}"}},
		{"templates.yaml", "working.foot: 仅供办事使用。", []string{"templates.yaml", "working.foot", "{{.State}} is missing"}},
		{"templates.yaml", "memberList.title: '{{.Unit}}人员名单'", []string{"templates.yaml", "memberList.title", "nothing fills {{.Unit}}"}},
		{"templates.yaml", "colophon.organ: 秘书处", []string{"templates.yaml", "colophon.organ", "{{.Office}} is missing"}},
		{"templates.yaml", "approval.granted: '同意{{.People}}于{{.Dates}}赴{{.Countries}}。'", []string{"approval.granted", "{{.Stay}} is missing"}},
		{"pack.yaml", "format: yitang.pack/2", []string{"pack.yaml", "format", "yitang.pack/1"}},
	} {
		r := built(t).Check(content(map[string]string{c.file: c.text}))
		if r.Holds() {
			t.Errorf("%s: %s holds", c.file, c.text)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(r.Mistakes.Error(), want) {
				t.Errorf("%s: %s\n gives %v\n without %q", c.file, c.text, r.Mistakes, want)
			}
		}
	}
}

// oneHall is a hall of a pack.
const oneHall = "{name: {zh: 厅, en: Hall}, place: {zh: 路, en: Road}, open: ['09:00-12:00'], minutes: 30, leadWorkdays: 1, horizonDays: 30, windows: [{id: A1, counter: capture, places: 1}, {id: B1, counter: passport, places: 1}, {id: C1, counter: visa, places: 1}]}"

// A pack may name several halls; a counter that one of them has serves all.
func TestAPackMayNameSeveralHalls(t *testing.T) {
	second := "{id: south, name: {zh: 南厅, en: South}, place: {zh: 南路, en: South Road}, open: ['09:00-12:00'], minutes: 30, leadWorkdays: 1, horizonDays: 30, windows: [{id: S1, counter: capture, places: 1}]}"
	for text, want := range map[string][]string{oneHall: {""}, "- " + oneHall: {""}, "- " + oneHall + "\n- " + second: {"", "south"}} {
		set, wrong := built(t).Lay(content(map[string]string{"hall.yaml": text}))
		if len(wrong) > 0 {
			t.Errorf("%s: %v", text, wrong)
			continue
		}
		var ids []string
		for _, h := range set.Halls {
			ids = append(ids, h.ID)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%s: %v", text, ids)
		}
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// What a document says in the second city stands in a golden file; what its pack
// doesn't word is the program's.
func TestDocumentsSpeakAsTheOfficesPackWordsThem(t *testing.T) {
	files, _ := packs.Named("hailan")
	c, err := ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	r := built(t).Check(c)
	if !r.Holds() {
		t.Fatal(r.Mistakes)
	}
	for _, key := range []string{"approval.granted", "approval.title.region", "oneTimeNotice.last.until", "exitCertificate.opening", "memberList.title", "itinerary.title", "commitment.promise.2", "itinerary.title.english"} {
		pdf, _, err := document.Specimen(key, r.Set.Office.Name.Zh, r.Set.Templates)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := document.PageText(pdf)
		if err != nil {
			t.Fatal(err)
		}
		got, golden := strings.Join(pages, "\f\n"), filepath.Join("testdata", "hailan-"+key+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s now reads\n%s", golden, got)
		}
		plain, _, err := document.Specimen(key, r.Set.Office.Name.Zh, built(t).Templates)
		if err != nil {
			t.Fatal(err)
		}
		own := key != "exitCertificate.opening" && key != "itinerary.title.english"
		if bytes.Equal(pdf, plain) == own {
			t.Errorf("%s: in Hailan's own words: %v, want %v", key, !own, own)
		}
	}
}

// A sentence that a later program doesn't say any more is passed over: the pack
// began long ago, and its day stays as it was.
func TestASentenceThatDocumentsHaveNoMoreKeepsNoPackFromBeingRead(t *testing.T) {
	c := content(map[string]string{"templates.yaml": "approval.formerly: 从前的一句\napproval.title: 批复\n"})
	if s := lay(t, map[string]string{"templates.yaml": string(c["templates.yaml"])}); s.Templates["approval.title"] != "批复" {
		t.Fatalf("%+v", s.Templates)
	}
	if r := built(t).Check(c); r.Holds() {
		t.Fatal("it would be put in force anew")
	}
}

// A finding that an office's own threshold decided rests on the office's
// regulation, with the day from which it holds; before that day, and for what
// other thresholds decide, it rests on what the program names.
func TestAFindingRestsOnTheThresholdThatWasRead(t *testing.T) {
	s := lay(t, map[string]string{"parameters.yaml": "- {key: notice.minWorkingDays, value: 90, basis: 本市规定第九条, effectiveFrom: 2026-03-01, unverified: true}\n" + ownThreshold, "rules/own.yaml": ownRule})
	trip, err := Example("valid-three-countries-10-days")
	if err != nil {
		t.Fatal(err)
	}
	basis := func(rule string, on calendar.Date) string {
		found := s.Checks.Under(on).Check(trip, precheck.Submit, trip.AsOf).Of(rule)
		if len(found) == 0 {
			return ""
		}
		return found[0].Basis.Written()
	}
	if got, want := basis("DOC-001", trip.AsOf), "本市规定第九条（本办自定，2026年3月1日起，原文待核）"; got != want {
		t.Errorf("it rests on %q, want %q", got, want)
	}
	if got := basis("DOC-001", calendar.MustParse("2026-02-28")); got != "" {
		t.Errorf("before its day the threshold decides, on %q", got)
	}
	if got := basis("HLN-001", trip.AsOf); !strings.Contains(got, "海澜市规定第二条") || strings.Contains(got, "自定") {
		t.Errorf("a rule of its own rests on %q", got)
	}
	built := built(t).Checks.Check(trip, precheck.Intake, trip.AsOf)
	if other := s.Checks.Check(trip, precheck.Intake, trip.AsOf); len(built.List) > 0 && len(other.Of(built.List[0].Rule)) > 0 && built.List[0].Basis != other.Of(built.List[0].Rule)[0].Basis {
		t.Errorf("%s reads no threshold of the office and rests on %q", built.List[0].Rule, other.Of(built.List[0].Rule)[0].Basis.Written())
	}
}

func TestThresholdChangesWhatRulesOfTheBaseSayAndIsNoMistake(t *testing.T) {
	r := built(t).Check(content(map[string]string{"parameters.yaml": "- {key: notice.minWorkingDays, value: 7, basis: 本市规定, effectiveFrom: 2020-01-01}"}))
	if !r.Holds() || len(r.Changed) == 0 {
		t.Fatalf("%v; changed %+v", r.Mistakes, r.Changed)
	}
}

// A threshold of days to come is tried as of its first day: on the day of an example's
// case it would change nothing. What an earlier threshold of the program's made
// otherwise is none of its doing.
func TestThresholdOfDaysToComeIsTriedAsOfItsFirstDay(t *testing.T) {
	from := calendar.On(2031, 1, 1)
	r := built(t).Check(content(map[string]string{"parameters.yaml": "- {key: notice.minWorkingDays, value: 7, basis: 本市规定, effectiveFrom: 2031-01-01}"}))
	if !r.Holds() || !slices.Equal(r.Days, []calendar.Date{from}) || !slices.ContainsFunc(r.Changed, func(x Otherwise) bool { return x.Rule == "DOC-001" && x.From == from }) {
		t.Errorf("%v; as of %s, changed %+v", r.Mistakes, r.Days, r.Changed)
	}
	if same := built(t).Check(content(map[string]string{"parameters.yaml": "- {key: notice.minWorkingDays, value: 5, basis: 本市规定, effectiveFrom: 2031-01-01}\n- {key: days.max.1, value: 5, basis: 本市规定, effectiveFrom: 2031-01-01}"})); !same.Holds() || len(same.Changed) > 0 {
		t.Errorf("%v; the same figures change %+v", same.Mistakes, same.Changed)
	}
	if none := built(t).Check(content(nil)); len(none.Days) > 0 {
		t.Errorf("without a threshold it is tried as of %s", none.Days)
	}
}

// Several beginnings to come are tried each by itself: what one of them makes otherwise
// is told though the next mends it, from its own day and once as long as it stays so.
func TestEveryBeginningOfAThresholdIsTriedByTheExamples(t *testing.T) {
	y31, y32, y33 := calendar.On(2031, 1, 1), calendar.On(2032, 1, 1), calendar.On(2033, 1, 1)
	notice := func(values ...string) map[string]string {
		text := ""
		for i, v := range values {
			text += fmt.Sprintf("- {key: notice.minWorkingDays, value: %s, basis: 本市规定, effectiveFrom: %d-01-01, effectiveTo: %[2]d-12-31}\n", v, 2031+i)
		}
		return map[string]string{"parameters.yaml": text}
	}
	froms := func(r Report, rule string) (out []calendar.Date) {
		for _, x := range r.Changed {
			if x.Rule == rule && !slices.Contains(out, x.From) {
				out = append(out, x.From)
			}
		}
		return out
	}
	for _, c := range []struct {
		values []string
		want   []calendar.Date
	}{
		{[]string{"7", "5"}, []calendar.Date{y31}},           // the last is as the program has it
		{[]string{"5", "7", "5"}, []calendar.Date{y32}},      // the one in the middle alone
		{[]string{"7", "7", "5"}, []calendar.Date{y31}},      // told once
		{[]string{"7", "5", "7"}, []calendar.Date{y31, y33}}, // and anew when it comes again
	} {
		r := built(t).Check(content(notice(c.values...)))
		if got := froms(r, "DOC-001"); !r.Holds() || !slices.Equal(got, c.want) || !slices.Equal(r.Days, []calendar.Date{y31, y32, y33}[:len(c.values)]) {
			t.Errorf("%v: %v; tried as of %s, otherwise from %s, want %s", c.values, r.Mistakes, r.Days, got, c.want)
		}
	}

	own := func(middle string) Report {
		return built(t).Check(content(map[string]string{"rules/own.yaml": ownRule, "parameters.yaml": strings.Replace(ownThreshold, "}", ", effectiveTo: 2030-12-31}", 1) +
			"- {key: own.countries, value: " + middle + ", basis: 海澜市规定第三条, effectiveFrom: 2031-01-01, effectiveTo: 2031-12-31}\n- {key: own.countries, value: 2, basis: 海澜市规定第四条, effectiveFrom: 2032-01-01}\n"}))
	}
	if r := own("2"); !r.Holds() || len(r.Changed) > 0 {
		t.Errorf("the same figure: %v; changed %+v", r.Mistakes, r.Changed)
	}
	if r := own("4"); !r.Holds() || !slices.Equal(froms(r, "HLN-001"), []calendar.Date{y31}) {
		t.Errorf("four countries for a year: %v; changed %+v", r.Mistakes, r.Changed)
	}
	if r := own(`"four"`); r.Holds() {
		t.Error("a word for a figure in the middle is no mistake")
	}
}

// What an office says of one kind of booklet leaves the others as they are.
func TestEntryOfOneKindOfBookletLeavesTheOthers(t *testing.T) {
	r := built(t).Check(content(map[string]string{"exemptions.yaml": "- {country: KAZ, types: [publicAffairs], way: onArrival, source: 本办通知, effectiveFrom: 2027-01-01}\n- {country: SGP, types: [service], way: visa, source: 本办通知, effectiveFrom: 2027-01-01}\n"}))
	if !r.Holds() {
		t.Fatal(r.Mistakes)
	}
	before, after := calendar.On(2026, 12, 31), calendar.On(2027, 1, 1)
	for _, c := range []struct {
		country      string
		kind         dossier.PassportType
		on           calendar.Date
		free, spared bool
	}{
		{"KAZ", dossier.PublicAffairs, before, true, true},
		{"KAZ", dossier.PublicAffairs, after, false, true},
		{"KAZ", dossier.Service, after, true, true},
		{"SGP", dossier.Service, before, true, true},
		{"SGP", dossier.Service, after, false, false},
		{"SGP", dossier.PublicAffairs, after, true, true},
	} {
		_, free := r.Set.Ref.Exempt(c.country, c.kind, c.on)
		_, spared := r.Set.Ref.Spared(c.country, c.kind, c.on)
		if free != c.free || spared != c.spared {
			t.Errorf("%s with %s on %s: free %v, without a visa in the booklet %v", c.country, c.kind, c.on, free, spared)
		}
	}
}
