package requirement

import (
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/ref"
)

func allCases(t testing.TB) map[string]dossier.Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "cases", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	out := map[string]dossier.Case{}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		out[name] = theCase(t, name)
	}
	return out
}

// anyFacts draws a case with things taken away and things known.
func anyFacts(t *rapid.T, cases []dossier.Case) Facts {
	c := cases[rapid.IntRange(0, len(cases)-1).Draw(t, "case")]
	c.Members, c.Legs, c.Invitations, c.Materials = slices.Clone(c.Members), slices.Clone(c.Legs), slices.Clone(c.Invitations), slices.Clone(c.Materials)
	maybe := func(what string) bool { return rapid.IntRange(0, 3).Draw(t, what) == 0 }
	for i := range c.Members {
		m := &c.Members[i]
		if m.Passport != nil {
			p := *m.Passport
			p.Expires = calendar.On(2026, 3, 1).AddMonths(rapid.IntRange(0, 40).Draw(t, "expires"))
			p.Custody = rapid.SampledFrom([]dossier.Custody{dossier.WithOffice, dossier.WithUnit, dossier.WithPerson, ""}).Draw(t, "custody")
			m.Passport = &p
		}
		if maybe("no passport") {
			m.Passport = nil
		}
		if maybe("vetting") {
			m.Vetting = nil
		}
		if maybe("foreign") {
			m.Nationality = "DEU"
		}
	}
	for i := range c.Legs {
		c.Legs[i].Country = rapid.SampledFrom([]string{"DEU", "FRA", "SGP", "USA", "JPN", "KOR", "HKG", "IRL", "GBR", "ALB"}).Draw(t, "country")
	}
	c.Materials = slices.DeleteFunc(c.Materials, func(dossier.Material) bool { return maybe("material") })
	if maybe("budget") {
		c.Budget = nil
	}
	if maybe("notice") {
		c.Notice = nil
	}
	c.Trip.Category = rapid.SampledFrom([]dossier.Category{dossier.Research, dossier.Conference, dossier.Exhibition}).Draw(t, "category")
	c.Trip.Kind = rapid.SampledFrom([]dossier.CaseKind{dossier.Own, dossier.Joined}).Draw(t, "kind")
	f := bare(c)
	for range rapid.IntRange(0, 4).Draw(t, "known") {
		hold(t, &f)
	}
	return f
}

// hold adds one thing that serves.
func hold(t *rapid.T, f *Facts) {
	m := rapid.IntRange(0, len(f.Case.Members)-1).Draw(t, "whose")
	far := calendar.On(2031, 1, 1)
	k := &f.Known
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		k.Captures = append(slices.Clone(k.Captures), KnownCapture{Member: m, ValidUntil: far})
	case 1:
		k.Fingerprints = append(slices.Clone(k.Fingerprints), KnownFingerprints{Member: m, Area: rapid.SampledFrom([]string{"SCHENGEN", "GBR"}).Draw(t, "area"), On: f.Today})
	case 2:
		k.Visas = append(slices.Clone(k.Visas), KnownVisa{Member: m, Area: rapid.SampledFrom([]string{"SCHENGEN", "USA", "JPN"}).Draw(t, "area"), Until: far})
	case 3:
		kind := rapid.SampledFrom([]dossier.MaterialKind{"M01", "M04", "M09", "M13", "M24", "M26", "M35", "M36", "M37", "M39", "M15", "M08"}).Draw(t, "kind")
		owner := OfCase
		if entryOf[Key(kind)].Of == PerMember {
			owner = OfMember(m)
		}
		k.Materials = append(slices.Clone(k.Materials), KnownMaterial{Kind: kind, Owner: owner, Issued: f.Today, ValidUntil: far, Ref: "held"})
	case 4:
		key := rapid.SampledFrom([]Key{"person.placeOfBirth", "person.homeAddress", "person.family", "person.education"}).Draw(t, "key")
		k.Data = append(slices.Clone(k.Data), KnownDatum{Member: m, Key: key})
	case 5:
		b := newBuilder(*f, parameters())
		k.Booklets = append(slices.Clone(k.Booklets), KnownBooklet{Member: m, Passport: dossier.Passport{
			Type:   rapid.SampledFrom([]dossier.PassportType{b.entitled(f.Case.Members[m]), dossier.HKMacauPermit}).Draw(t, "type"),
			Number: fmt.Sprintf("PE99%02d", len(k.Booklets)), LatinName: "KNOWN NAME", Expires: far, Custody: dossier.WithOffice, Endorsements: []string{"HKG", "MAC"}}})
	}
}

func missingIDs(reqs []Requirement) map[ID]bool {
	out := map[ID]bool{}
	for _, r := range reqs {
		if r.IsMissing() {
			out[r.ID] = true
		}
	}
	return out
}

func TestHoldingMoreNeverAsksForMore(t *testing.T) {
	var cases []dossier.Case
	for _, name := range []string{"valid-germany-5-days", "valid-france-italy-8-days", "valid-hong-kong-4-days", "passport-expires-too-soon"} {
		cases = append(cases, theCase(t, name))
	}
	fewer := 0
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts(t, cases)
		before := missingIDs(For(f, parameters()))
		hold(t, &f)
		after := missingIDs(For(f, parameters()))
		for id := range after {
			if !before[id] {
				t.Fatalf("%s is asked for only since something more is held", id)
			}
		}
		if len(after) < len(before) {
			fewer++
		}
	})
	if fewer == 0 {
		t.Error("nothing held ever spared anything: the draw has gone blind")
	}
}

func TestSameFactsGiveTheSameListInTheSameOrder(t *testing.T) {
	var cases []dossier.Case
	for _, c := range allCases(t) {
		cases = append(cases, c)
	}
	slices.SortFunc(cases, func(a, b dossier.Case) int {
		return strings.Compare(a.Trip.Purpose+a.Members[0].IDNumber, b.Trip.Purpose+b.Members[0].IDNumber)
	})
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts(t, cases)
		a := For(f, parameters())
		if !reflect.DeepEqual(a, For(f, parameters())) {
			t.Fatal("twice the same facts, two lists")
		}
		seen := map[ID]bool{}
		for i, r := range a {
			if seen[r.ID] {
				t.Fatalf("%s is there twice", r.ID)
			}
			seen[r.ID] = true
			if i > 0 && rankOf[a[i-1].Key] > rankOf[r.Key] {
				t.Fatalf("%s stands before %s", a[i-1].ID, r.ID)
			}
		}
	})
}

func TestEverySentenceHasBothLanguagesAndEveryConditionItsBasis(t *testing.T) {
	full := func(where string, m Message) {
		text := m.Text()
		if text.Zh == "" || text.En == "" || strings.ContainsAny(text.Zh+text.En, "{}") || strings.Contains(text.Zh+text.En, "map[") {
			t.Errorf("%s: %s reads %q / %q", where, m.Key, text.Zh, text.En)
		}
	}
	for name, c := range allCases(t) {
		for _, r := range For(bare(c), parameters()) {
			full(name, r.Condition)
			if r.Condition.Basis == "" {
				t.Errorf("%s: nothing is said of what %s rests on", name, r.Condition.Key)
			}
			switch s := r.Status.(type) {
			case Missing:
				full(name, s.Why)
			case NotNeeded:
				full(name, s.Why)
			case Derivable:
				full(name, s.How)
			case Held:
				if s.Proof.Kind == "" || s.Proof.Ref == "" {
					t.Errorf("%s: %s is held, but nobody can say where", name, r.ID)
				}
			}
		}
	}
	for key, text := range Texts() {
		if text.Zh == "" || text.En == "" {
			t.Errorf("%s lacks a language", key)
		}
	}
}

func TestCatalogueAsksForEachThingInOnePlaceOnly(t *testing.T) {
	keys, fields := map[Key]bool{}, map[string]Key{}
	for _, e := range Catalogue() {
		if keys[e.Key] {
			t.Errorf("%s is in the catalogue twice", e.Key)
		}
		keys[e.Key] = true
		if e.Asked.Form == "" {
			if e.Asked.Field != "" {
				t.Errorf("%s has a field on no form", e.Key)
			}
			continue
		}
		if other, taken := fields[e.Asked.Field]; taken {
			t.Errorf("%s and %s are asked in the same field %s", other, e.Key, e.Asked.Field)
		}
		fields[e.Asked.Field] = e.Key
	}
}

// Every line of the catalogue that people are asked for comes up in some case,
// and what no form asks is never asked of the unit or a traveller by typing.
func TestCatalogueHasNoDeadLine(t *testing.T) {
	used := map[Key]bool{}
	collect := func(f Facts, p Parameters) {
		for _, r := range For(f, p) {
			used[r.Key] = true
			if r.AsksPeople() && (r.Kind() == KindDatum || r.Kind() == KindMaterial) && entryOf[r.Key].Asked.Form == "" {
				t.Errorf("%s is asked of %s, but no form asks for it", r.ID, r.Status.(Missing).Ask)
			}
		}
	}
	for _, c := range allCases(t) {
		collect(bare(c), parameters())
	}
	p := parameters()
	p.LocalPapers = []dossier.MaterialKind{"M25"}
	for _, country := range []string{"USA", "JPN", "KOR", "GBR", "SGP"} {
		c := theCase(t, "valid-germany-5-days")
		c.Legs[0].Country = country
		lost := *c.Members[0].Passport
		c.Members[0].Passport = nil
		c.Members[1].Academic, c.Trip.Category = true, dossier.Conference
		f := bare(c)
		f.Known.Booklets = []KnownBooklet{{Member: 0, Passport: lost, Gone: true}}
		collect(f, p)
	}
	online := bare(theCase(t, "valid-germany-5-days"))
	germany := online.Countries["DEU"]
	germany.Exemptions = []Exemption{{Passport: dossier.PublicAffairs, Way: ref.Online, Workdays: 3}}
	online.Countries = maps.Clone(online.Countries)
	online.Countries["DEU"] = germany
	collect(online, p)
	for _, e := range Catalogue() {
		if e.Asked.Form != "" && !used[e.Key] {
			t.Errorf("%s is in the catalogue, yet nothing ever needs it", e.Key)
		}
	}
}

func TestDamagedCasesAreStillRead(t *testing.T) {
	for _, c := range []dossier.Case{
		{},
		{Members: []dossier.Member{{}}, Legs: []dossier.Leg{{}}, Invitations: []dossier.Invitation{{}}},
		{Members: []dossier.Member{{Passport: &dossier.Passport{}}}, Legs: []dossier.Leg{{Country: "XXX"}}},
		{Members: []dossier.Member{{}}, Materials: []dossier.Material{{Kind: "M13", Owner: "members[9]"}}},
	} {
		reqs := For(Facts{Case: c, Today: calendar.On(2026, 3, 10)}, DefaultParameters())
		if len(reqs) == 0 || len(Asks(reqs, AtSubmission)) == 0 {
			t.Errorf("an empty case asks for nothing: %+v", c)
		}
		Acts(reqs)
		Tasks(reqs)
	}
}

func BenchmarkSixMembers(b *testing.B) {
	c := theCase(b, "valid-france-italy-8-days")
	for len(c.Members) < 6 {
		c.Members = append(c.Members, c.Members[0])
	}
	f, p := bare(c), parameters()
	b.ReportAllocs()
	for b.Loop() {
		For(f, p)
	}
}
