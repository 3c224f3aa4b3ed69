package document

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	data "yitang/ref"
)

// wordsOf are the words that pages give to a case's closed lists, as they lie in
// the files of a language.
func wordsOf(t *testing.T, lang string) func(list, word string) string {
	t.Helper()
	words := map[string]string{}
	for _, group := range []string{"field", "register"} {
		raw, err := os.ReadFile(filepath.Join("..", "web", "ui", "locales", group+"."+lang+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(raw)) {
			key, value, _ := strings.Cut(strings.TrimSpace(l), ": ")
			words[key] = strings.Trim(value, `"`)
		}
	}
	return func(list, word string) string {
		w, known := words["word."+list+"."+word]
		if !known {
			t.Errorf("there is no word for %s in the list %s", word, list)
		}
		return w
	}
}

func from(t *testing.T, english bool) From {
	f := aFrom(english, nil)
	f.Word = wordsOf(t, map[bool]string{false: "zh-Hans", true: "en"}[english])
	return f
}

// workingPapers are one of each kind, by the name of its golden text.
func workingPapers(t *testing.T) map[string]Working {
	t.Helper()
	out := map[string]Working{}
	desk := from(t, false)
	desk.State = State{Approval: "云外出〔2026〕117号", On: calendar.On(2026, 4, 1)}
	desk.Case = dossier.Case{Trip: dossier.Trip{Depart: calendar.On(2026, 5, 11), Return: calendar.On(2026, 5, 15)}, Members: desk.Case.Members[1:]}
	desk.Booklets = []Booklet{{Type: string(dossier.PublicAffairs), Why: "旧照不够用，换发", Old: "451", Due: calendar.On(2026, 4, 28)}}
	all := map[string]From{"M27-desk": desk, "M18-desk": desk, "M07-en": from(t, true), "M33-en": from(t, true)}
	for _, made := range []map[dossier.MaterialKind]maker{makers, pledges} {
		for kind := range made {
			all[string(kind)] = from(t, false)
		}
	}
	for name, f := range all {
		kind, _, _ := strings.Cut(name, "-")
		w, made := Make(dossier.MaterialKind(kind), f)
		if !made {
			t.Fatalf("%s isn't made from a case that has everything", name)
		}
		out[name] = w
	}
	return out
}

func TestAWorkingPaperSaysWhatTheCaseSaysAndFromWhichStateItWasMade(t *testing.T) {
	for name, w := range workingPapers(t) {
		pdf, err := w.Print()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Print(); err != nil || string(again) != string(pdf) {
			t.Errorf("%s: the same case gave other bytes: %v", name, err)
		}
		got := readBack(t, pdf)
		golden := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if squeezed(got) != squeezed(string(want)) {
			t.Errorf("text differs from %s; it now reads\n%s", golden, got)
		}
		state := "按2026年3月6日第2次提交的内容自动生成"
		switch {
		case w.English:
			state = "submission no. 2"
		case w.State.Approval != "":
			state = "按批件" + w.State.Approval + "的办照信息自动生成"
		}
		if pages := strings.Count(got, "\f"); strings.Count(squeezed(got), squeezed(state)) != pages {
			t.Errorf("%s: not each of %d pages says from which state it was made", name, pages)
		}
		if _, err := readFacts(pdf); err == nil || strings.Contains(string(pdf), "/Sig") {
			t.Errorf("%s is to be taken for a document of the office", name)
		}
		if out := outside(t, "qpdf", "--check", written(t, pdf)); !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Errorf("%s: qpdf finds fault:\n%s", name, out)
		}
		if lang := "/Lang(en)"; strings.Contains(string(pdf), lang) != w.English {
			t.Errorf("%s is said to be in another language than it is", name)
		}
	}
}

// A half-day that is spent travelling is in no city, as the notice has it.
func TestAnItineraryNamesNoCityWhilePeopleTravel(t *testing.T) {
	for _, english := range []bool{false, true} {
		f := from(t, english)
		legs, h := f.Case.Legs, f.Case.Itinerary[0]
		legs[0].Arrive = calendar.LocalTime{Date: h.Date, Minute: 20 * 60}
		w := itinerary(f)
		said := fmt.Sprint(w.Parts)
		if says := map[bool]string{false: "途中", true: "In transit"}[english]; !strings.Contains(said, says) {
			t.Errorf("it doesn't say %s: %s", says, said)
		}
		legs[0].Arrive = calendar.LocalTime{}
		if said := fmt.Sprint(itinerary(f).Parts); strings.Contains(said, "途中") || strings.Contains(said, "In transit") {
			t.Errorf("nobody knows when they arrive: %s", said)
		}
	}
}

// What somebody writes into one line may be longer than a page.
func TestARowLongerThanAPageLosesNothing(t *testing.T) {
	f := from(t, false)
	f.Case.Trip.Urgent, f.Case.Trip.UrgencyReason = true, "甲始"+strings.Repeat("对方临时调整了会议日期。", 120)+"乙终"
	w, _ := Make("M02", f)
	pdf, err := w.Print()
	if err != nil {
		t.Fatal(err)
	}
	text := squeezed(readBack(t, pdf))
	if strings.Count(text, "对方临时调整了会议日期") < 100 || !strings.Contains(text, "甲始") || !strings.Contains(text, "乙终") {
		t.Errorf("words are lost: %s", text)
	}
	for i, p := range pictures(t, pdf) {
		if box, _ := bounds(p, 0, paperHeight, isInk); box[3] > typeBottom+25 {
			t.Errorf("page %d is printed down to %.0f mm", i+1, box[3])
		}
	}
}

// A specimen says what pages say of the words of closed lists.
func TestASpecimenHasTheWordsThatPagesHave(t *testing.T) {
	word := wordsOf(t, "zh-Hans")
	for key, said := range specimenWords {
		if list, w, _ := strings.Cut(key, "."); word(list, w) != said {
			t.Errorf("pages say %q for %s, and a specimen %q", word(list, w), key, said)
		}
	}
	f := aFrom(false, nil)
	f.Word = func(list, word string) string {
		if specimenWords[list+"."+word] == "" {
			t.Errorf("a specimen has no word for %s in the list %s", word, list)
		}
		return ""
	}
	for kind := range makers {
		Make(kind, f)
	}
}

func TestAPaperIsNotMadeWhileTheCaseLacksWhatItWouldSay(t *testing.T) {
	for _, ready := range []map[dossier.MaterialKind]maker{makers, pledges} {
		for kind := range ready {
			if _, made := Make(kind, From{Word: func(string, string) string { return "" }, Country: inChinese}); made {
				t.Errorf("%s was made of nothing", kind)
			}
		}
	}
	for what, change := range map[string]func(*dossier.Case){"hosts": func(c *dossier.Case) { c.Invitations = nil }, "days": func(c *dossier.Case) { c.Trip.Depart = calendar.Date{} }} {
		f := from(t, false)
		change(&f.Case)
		if _, made := Make("M01", f); made {
			t.Errorf("a request was made without %s", what)
		}
	}
	if _, made := Make("M04", from(t, false)); made || Makes("M04") || ToSign("M04") {
		t.Error("a letter of invitation is its host's")
	}
}

// What nothing held fills in is named, and stands empty: nobody makes it up.
func TestAVisaFormNamesWhatItLacks(t *testing.T) {
	f := from(t, false)
	f.Case.Members[0].Nationality, f.Case.Members[0].Email = "CHN", "p1@example.edu.cn"
	if lacks := Lacks(f); len(lacks) > 0 {
		t.Errorf("with everything known it lacks %v", lacks)
	}
	f.Personal.BirthPlace, f.Personal.Marital, f.Visa.Booklet = "", "", dossier.Passport{}
	want := []string{"5 出生地", "6 出生国", "9 婚姻状况", "12 旅行证件种类", "13 旅行证件号码", "14 签发日期", "15 有效期至"}
	if lacks := f.lacks(); strings.Join(lacks, "；") != strings.Join(want, "；") {
		t.Errorf("it lacks %v", lacks)
	}
	f = from(t, false)
	f.Case.Members[0].Nationality, f.Case.Members[0].Email = "CHN", ""
	if lacks := f.lacks(); strings.Join(lacks, "；") != "19 电子邮箱" {
		t.Errorf("of address, telephone and e-mail only the last is lacking, and it names %v", lacks)
	}
	f.Personal.Email = "p1@example.edu.cn" // told after the case was handed in
	paper, _ := Make("M33", f)
	if text := fmt.Sprint(paper); len(Lacks(f)) > 0 || !strings.Contains(text, "p1@example.edu.cn") {
		t.Errorf("what the file holds isn't filled in: %v", Lacks(f))
	}
	f.Visa.Form = data.VisaForm{}
	if _, made := Make("M33", f); made || Lacks(f) != nil {
		t.Error("a form is made where none is known")
	}
}

// Every form that ships, also of countries to come, is filled in from data that
// are held, and no form names another.
func TestEveryVisaFormIsFilledInFromKnownData(t *testing.T) {
	built, err := data.Built()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, form := range built.VisaForms {
		for _, x := range form.Fields {
			for _, source := range x.From {
				if len(x.From) > 1 && formParts[source].zh == "" {
					t.Errorf("%s: nothing names %s in %s when it alone is lacking", form.Area, source, x.Zh)
				}
				if used[source] = true; !FillsForms(source) {
					t.Errorf("%s wants %s for %s", form.Area, source, x.Zh)
				}
			}
		}
	}
	for _, source := range FormSources() {
		if !used[source] {
			t.Errorf("no form wants %s", source)
		}
	}
}

// A form in English has no Chinese in its entries but names beside their letters:
// what nobody gave in English is named as lacking.
func TestAnEnglishVisaFormPrintsNoChinese(t *testing.T) {
	built, err := data.Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range built.VisaForms {
		f := from(t, true)
		f.Visa.Form = form
		f.Case.Members[0].Nationality, f.Case.Members[0].Email = "CHN", "p1@example.edu.cn"
		f.Country = func(string) string { return "Germany" }
		if lacks := f.lacks(); len(lacks) > 0 {
			t.Errorf("%s: with everything known in English it lacks %v", form.Area, lacks)
		}
		told := map[string]string{}
		for _, x := range form.Fields {
			for _, source := range x.From {
				told[source] = formSources[source](f, f.Case.Members[0])
			}
		}
		for source, want := range map[string]string{"birthPlace": "SHAPINGBA, CHONGQING", "post": "Vice President", "homeAddress": "1 Xuefu Road, Yuzhou", "purpose": "at the invitation of Berlin Model University", "employer": "Yuzhou University"} {
			if told[source] != want {
				t.Errorf("%s: %s is %q", form.Area, source, told[source])
			}
		}
		// Nothing of it known in English, though all is held in Chinese.
		f.Personal.BirthPlaceEn, f.Personal.HomeEn, f.Personal.PostEn, f.Unit, f.Case.Invitations[0].Issuer = "", "", "", "", "柏林示范大学"
		lacking := map[string]bool{}
		for _, l := range Lacks(f) {
			for _, source := range l.Of {
				lacking[source] = true
			}
		}
		for _, source := range []string{"birthPlace", "homeAddress", "post", "employer", "purpose", "hosts"} {
			if !lacking[source] {
				t.Errorf("%s: %s is known in Chinese alone, and nobody says so", form.Area, source)
			}
		}
		for _, x := range form.Fields {
			if entry, _ := f.filled(x); dossier.HasHan(entry) && !slices.Contains(x.From, "surname") && !slices.Contains(x.From, "givenNames") {
				t.Errorf("%s: %s says %s", form.Area, x.En, entry)
			}
		}
	}
}
