package dossier

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func example(t *testing.T) Case {
	t.Helper()
	found, _ := filepath.Glob("../../testdata/cases/valid-france-italy*.json")
	if len(found) == 0 {
		t.Fatal("there are no examples")
	}
	f, err := os.Open(found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryLeafCanBePutBack(t *testing.T) {
	c := example(t)
	var again Case
	for _, l := range c.Leaves() {
		if err := again.Put(l.Path, l.Text); err != nil {
			t.Fatalf("%s: %v", l.Path, err)
		}
		if got := again.Text(l.Path); got != l.Text {
			t.Fatalf("%s is %q, was put as %q", l.Path, got, l.Text)
		}
	}
	if d := Difference(c, again); len(d) != 0 {
		t.Fatal(d)
	}
	if !reflect.DeepEqual(c.Clone(), c) {
		t.Fatal("a clone differs")
	}
}

func TestWhatIsTypedIsReadAsInAFile(t *testing.T) {
	var c Case
	for _, p := range []struct{ path, typed, is string }{
		{"case.depart", "２０２６-05-11", "2026-05-11"}, {"members[0].familyName", " 买 买 提 ", "买买提"}, {"members[0].role", "head", "head"},
		{"legs[0].country", "deu", "DEU"}, {"legs[0].transit", "yes", "true"}, {"legs[0].transit", "", ""}, {"budget.lines[0].member", "0", "0"},
		{"budget.lines[0].units", "４", "4"}, {"members[0].paper", "论文标题", "论文标题"}, {"case.depart", " ", ""},
	} {
		if err := c.Put(p.path, p.typed); err != nil || c.Text(p.path) != p.is {
			t.Errorf("%s typed as %q is %q, %v", p.path, p.typed, c.Text(p.path), err)
		}
	}
	for path, typed := range map[string]string{"case.depart": "2026-13-01", "legs[0].zone": "Mars/Base", "members[0].role": "boss", "budget.lines[0].units": "four", "case.title": strings.Repeat("长", 201)} {
		was := c.Clone()
		if e, ok := AsReadError(c.Put(path, typed)); !ok || e.Errors[0].Field != path {
			t.Errorf("%s took %q", path, typed)
		}
		if !reflect.DeepEqual(was, c) {
			t.Errorf("%s: something unreadable changed the case", path)
		}
	}
	for _, path := range []string{"", "case", "legs", "legs[2].city", "legs[-1].city", "members[0].nme", "case.depart.year", "legs[0]", "format[0]", "case[0].title"} {
		if err := c.Put(path, "x"); err == nil {
			t.Errorf("%q is taken for a field", path)
		}
	}
}

func TestListsGrowAndShrink(t *testing.T) {
	var c Case
	for i, city := range []string{"柏林", "巴黎", "罗马"} {
		if err := c.Put(at("legs", i)+".city", city); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Drop("legs[1]"); err != nil || c.Length("legs") != 2 || c.Text("legs[1].city") != "罗马" {
		t.Fatal(c.Legs, err)
	}
	if c.Drop("legs[2]") == nil || c.Drop("case.title") == nil {
		t.Fatal("dropped what isn't there")
	}
	if err := c.PutList("notice.items", []string{"people", "", "money"}); err != nil || c.Text("notice.items[1]") != "money" {
		t.Fatal(c.Notice, err)
	}
	if err := c.PutList("notice.items", nil); err != nil || c.Notice.Items != nil {
		t.Fatal(c.Notice, err)
	}
	if _, ok := AsReadError(c.PutList("notice.items", []string{"weather"})); !ok {
		t.Fatal("took a word outside its list")
	}
}

func TestDifferenceNamesBothValues(t *testing.T) {
	was := Case{Trip: Trip{Title: "甲"}, Legs: []Leg{{City: "柏林"}, {City: "巴黎"}}}
	is := was.Clone()
	is.Trip.Title, is.Legs = "乙", is.Legs[:1]
	d := Difference(was, is)
	if len(d) != 2 || d[0].String() != `case.title: "甲" → "乙"` || d[1].String() != `legs[1].city: "巴黎" → ""` {
		t.Fatal(d)
	}
	if !Within("legs[0].arrive", "legs") || !Within("legs[0].arrive", "legs[0].arrive") || Within("legs[0].arrive", "legs[0].arriv") || Within("legs[10].city", "legs[1]") {
		t.Fatal("within")
	}
}

func TestFormsKnowWhatAFieldTakes(t *testing.T) {
	for path, kind := range map[string]FormKind{"case.depart": DateForm, "legs[3].arrive": TimeForm, "members[1].role": WordForm, "budget.hostCovers": WordsForm, "notice.units": TextsForm,
		"invitations[0].invitees": TextsForm, "members[0].passport.number": TextForm, "budget.lines[2].member": IntForm, "case.urgent": BoolForm, "legs": PartForm, "legs[0]": PartForm, "budget": PartForm} {
		if f, ok := FormOf(path); !ok || f.Kind != kind {
			t.Errorf("%s takes %s, not %s", path, f.Kind, kind)
		}
	}
	if f, _ := FormOf("case.category"); f.Type != "category" || len(f.Words) != 11 {
		t.Error(f)
	}
	if _, ok := FormOf("case.nothing"); ok {
		t.Error("a field that isn't one")
	}
	if got := strings.Join(Parts("members[2].passport"), " "); !strings.HasPrefix(got, "members[2].passport.type members[2].passport.number") {
		t.Error(got)
	}
}
