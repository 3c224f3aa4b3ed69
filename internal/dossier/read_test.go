package dossier

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"yitang/internal/calendar"
)

var update = flag.Bool("update", false, "write the published schema anew")

const least = `{"format":"yitang.case/1","unit":{},"case":{},"members":[]}`

// with puts keys into the smallest case there is.
func with(keys string) string { return strings.TrimSuffix(least, "}") + "," + keys + "}" }

func readErrors(t *testing.T, text string) map[string]FieldError {
	t.Helper()
	_, err := Read(strings.NewReader(text))
	if err == nil {
		return nil
	}
	e, ok := AsReadError(err)
	if !ok {
		t.Fatalf("%v is no list of fields", err)
	}
	out := map[string]FieldError{}
	for _, f := range e.Errors {
		if f.Message.Zh == "" || f.Message.En == "" {
			t.Errorf("%s is told in one language only: %+v", f.Field, f.Message)
		}
		out[f.Field] = f
	}
	return out
}

func TestEveryUnreadablePlaceIsNamedWithItsNearestKey(t *testing.T) {
	got := readErrors(t, with(`
		"legs":[{"country":"germany"},{"arrive":"2026-05-11 13:00","zone":"Europe/Berlyn","contry":"DEU"}],
		"itinerary":[{"half":"night"}],
		"notice":{"from":"2026-02-30","items":["people","mony"]},
		"budget":{"totalCny":"12.345","financeReviewed":"yes","lines":[{"member":0,"rate":100,"units":-1}]},
		"memebrs":[]`))
	want := map[string]string{
		"legs[0].country": "", "legs[1].arrive": "", "legs[1].zone": "", "legs[1].contry": "country",
		"itinerary[0].half": "", "notice.from": "", "notice.items[1]": "money", "budget.totalCny": "",
		"budget.financeReviewed": "", "budget.lines[0].rate": "", "budget.lines[0].units": "", "memebrs": "members",
	}
	for field, near := range want {
		e, named := got[field]
		if !named || near != "" && e.Nearest != near {
			t.Errorf("%s: %+v, want it named with nearest %q", field, e, near)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d places named, want %d: %v", len(got), len(want), got)
	}
}

func TestMissingTopKeysAndDanglingReferencesAreNamed(t *testing.T) {
	got := readErrors(t, `{"format":"yitang.case/2","unit":{}}`)
	for _, field := range []string{"format", "case", "members"} {
		if _, named := got[field]; !named {
			t.Errorf("%s isn't named in %v", field, got)
		}
	}
	got = readErrors(t, with(`"budget":{"lines":[{"member":3}]},"materials":[{"kind":"M13","owner":"members[1]"}]`))
	for _, field := range []string{"budget.lines[0].member", "materials[0].owner"} {
		if _, named := got[field]; !named {
			t.Errorf("%s isn't named in %v", field, got)
		}
	}
}

func TestTextThatIsNotOneObjectIsRefusedInWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "empty",
		"   \n":                              "empty",
		`{"format":"yitang.case/1","unit":{`: "cut off",
		"{\n \"format\": oops}":              "line 2",
		least + " {}":                        "after the end",
		`[]`:                                 "one JSON object",
		`"x"`:                                "one JSON object",
		"\xff\xfe{":                          "UTF-8",
		`{"format":"yitang.case/1","format":"yitang.case/1"}`: "twice",
		strings.Repeat("[", 100):                              "deeply",
	} {
		_, err := Read(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q in it", text, err, want)
		}
	}
	if _, err := Read(strings.NewReader("\xef\xbb\xbf" + least)); err != nil {
		t.Errorf("a byte order mark is in the way: %v", err)
	}
}

func TestNumbersForIdentityNumbersAreRefused(t *testing.T) {
	got := readErrors(t, strings.Replace(least, "[]", `[{"idNumber":509901197504121214}]`, 1))
	if e := got["members[0].idNumber"]; !strings.Contains(e.Message.En, "quotes") {
		t.Errorf("a number in place of a text gives %+v", got)
	}
}

func TestTypedTextIsMadeComparable(t *testing.T) {
	c, err := Read(strings.NewReader(strings.Replace(least, "[]", `[
		{"familyName":" 阿依古丽•","givenName":"买买提．艾力","idNumber":"５０９９０１ 19750412121ｘ","mobile":"+86 199-0000-1000","email":"ｐ0＠example.edu.cn","latinSurname":"lü  "},
		{"familyName":"𠮷","givenName":"㛃　䶮","unit":"第１研究所，（Ａ楼）","post":"e\u0301"}]`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	a, b := c.Members[0], c.Members[1]
	for _, pair := range [][2]string{
		{a.Name(), "阿依古丽·买买提·艾力"}, {a.IDNumber, "50990119750412121X"}, {a.Mobile, "+8619900001000"},
		{a.Email, "p0@example.edu.cn"}, {a.LatinSurname, "LÜ"},
		{b.Name(), "𠮷㛃䶮"}, {b.Unit, "第1研究所，（A楼）"}, {b.Post, "é"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%q, want %q", pair[0], pair[1])
		}
	}
}

func caseFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/cases/*.json")
	if err != nil || len(files) < 33 {
		t.Fatalf("%d case files: %v", len(files), err)
	}
	return files
}

func TestCaseFileWrittenIsTheCaseFileRead(t *testing.T) {
	for _, file := range caseFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Read(bytes.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		var out bytes.Buffer
		if err := Write(&out, c); err != nil {
			t.Fatal(err)
		}
		back, err := Read(&out)
		if err != nil {
			t.Errorf("%s written: %v", file, err)
		}
		again := new(bytes.Buffer)
		first := new(bytes.Buffer)
		_ = Write(first, c)
		_ = Write(again, back)
		if first.String() != again.String() {
			t.Errorf("%s changes when written and read", file)
		}
	}
}

func TestPublishedSchemaIsCurrentAndFitsAllCases(t *testing.T) {
	const path = "../../docs/case-file.schema.json"
	made, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(made, published) {
		t.Fatalf("docs/case-file.schema.json is not what the code gives (%v): run go test ./internal/dossier -update", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(published))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("case.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("case.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text []byte) error {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return err
		}
		return schema.Validate(v)
	}
	for _, file := range caseFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, bad := range []string{
		with(`"memebrs":[]`), with(`"budget":{"totalCny":"1.005"}`), with(`"budget":{"totalCny":5}`), with(`"notice":{"from":"soon"}`),
		with(`"itinerary":[{"half":"night"}]`), `{"format":"yitang.case/1"}`, strings.Replace(least, "/1", "/2", 1),
	} {
		if valid([]byte(bad)) == nil {
			t.Errorf("the schema takes %s", bad)
		}
		if readErrors(t, bad) == nil {
			t.Errorf("the reader takes %s", bad)
		}
	}
	for _, good := range []string{least, with(`"asOf":null,"legs":[{"cabin":"","arrive":null}],"expect":{"block":[]}`)} {
		if err := valid([]byte(good)); err != nil {
			t.Errorf("the schema refuses %s: %v", good, err)
		}
		if e := readErrors(t, good); e != nil {
			t.Errorf("the reader refuses %s: %v", good, e)
		}
	}
}

func FuzzReadNeverPanicsAndWritesWhatItReads(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte(with(`"legs":[{"arrive":"2026-05-11T13:00","zone":"Europe/Berlin"}]`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := Write(&out, c); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&out); err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, out.String())
		}
	})
}

func TestFlagOrMaterialMeetsTheSameFact(t *testing.T) {
	for _, c := range []Case{
		{Members: []Member{{Commitment: true}}},
		{Members: []Member{{}}, Materials: []Material{{Kind: "M13", Owner: "members[0]"}}},
	} {
		if !c.Committed(0) {
			t.Errorf("%+v isn't committed", c)
		}
	}
	other := Case{Members: []Member{{}, {}}, Materials: []Material{{Kind: "M13", Owner: "members[1]"}}}
	if other.Committed(0) {
		t.Error("somebody else's pledge counts")
	}
	if b := (Case{Materials: []Material{{Kind: "M09", Owner: "case"}}}); !b.FinanceReviewed() {
		t.Error("a signed M09 doesn't count as finance's review")
	}
}

func TestDaysCountTheDayOfLeavingAndTheDayOfComingHome(t *testing.T) {
	trip := Trip{Depart: calendar.On(2026, 5, 11), Return: calendar.On(2026, 5, 15)}
	if trip.Days() != 5 {
		t.Errorf("11 to 15 May is %d days", trip.Days())
	}
	if d := (Trip{Depart: calendar.On(2026, 5, 15), Return: calendar.On(2026, 5, 11)}).Days(); d != 0 {
		t.Errorf("a return before the departure gives %d days", d)
	}
}

func TestCountriesCountWhereTheAirportIsLeft(t *testing.T) {
	c := Case{Legs: []Leg{
		{Country: "ARE", Transit: true}, {Country: "DEU"}, {Country: "QAT", Transit: true, LeavesAirport: true}, {Country: "DEU"},
	}}
	if got := c.Countries(); !reflect.DeepEqual(got, []string{"DEU", "QAT"}) {
		t.Errorf("counted %v", got)
	}
}

func TestFlagKeepsTitleOfPaper(t *testing.T) {
	for _, text := range []string{`true`, `"论跨江大桥"`, `false`} {
		var f Flag
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		if out, _ := json.Marshal(f); string(out) != text {
			t.Errorf("%s becomes %s", text, out)
		}
	}
}
