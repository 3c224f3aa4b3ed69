package person_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func bench(t testing.TB, s *store.Store) *journaltest.Bench {
	t.Helper()
	return journaltest.Open(t, journaltest.Options{Store: s, Zone: zone.Internet, Kinds: person.Kinds,
		Projections: projections})
}

func projections(k *keys.Ring) []journal.Projection { return person.Projections(k) }

// number makes a valid fictional identity number (area 509901).
func number(birth string, serial int) person.IDNumber {
	body := fmt.Sprintf("509901%s%03d", strings.ReplaceAll(birth, "-", ""), serial)
	return person.IDNumber(body + dossier.ReadID(body+"0").Check)
}

func do[S any](t testing.TB, j *journaltest.Bench, sub journal.Subject[S], id string, cmd journal.Command[S]) {
	t.Helper()
	if _, err := journal.Do(context.Background(), j.Journal, sub, journal.Order{Subject: id}, cmd); err != nil {
		t.Fatal(err)
	}
}

func names(es []person.Entry) string {
	var out []string
	for _, e := range es {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestPeopleAreFoundByNamePinyinInitialsAndLastDigits(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := bench(t, open())
		ctx := context.Background()
		for i, n := range [][3]string{{"江", "明远", "u1"}, {"江", "明月", "u1"}, {"单", "若兰", "u1"}, {"吕", "思齐", "u1"}, {"买买提", "·吐尔逊", "u1"}, {"𠮷", "野", "u1"}, {"江", "明远", "u2"}, {"欧阳", "启航", "u1"}} {
			do(t, j, person.Room, fmt.Sprintf("p%d", i), person.Record{In: n[2], Facts: person.Facts{FamilyName: n[0], GivenName: n[1], IDNumber: number("1975-04-12", 100+i)}})
		}
		tail := number("1975-04-12", 100).Tail()
		for q, want := range map[string]string{
			"江": "江明月 江明远", "明远": "江明远", "远": "江明远", "jiangm": "江明月 江明远", "JIANG MINGYUAN": "江明远", "mingyuan": "江明远",
			"jmy": "江明月 江明远", "shan": "单若兰", "danr": "单若兰", "srl": "单若兰", "lvsi": "吕思齐", "吐尔": "买买提·吐尔逊", "买买提·吐": "买买提·吐尔逊",
			"𠮷": "𠮷野", "ouyang": "欧阳启航", "qihang": "欧阳启航", tail: "江明远", string(number("1975-04-12", 100)): "江明远", "j": "", "zzz": "", "": "", "%": "", "12": "",
		} {
			got, err := person.Search(ctx, j.Store, "u1", q)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Fields(names(got)); len(n) != len(strings.Fields(want)) || !sameWords(n, strings.Fields(want)) {
				t.Errorf("%q finds %q, not %q", q, names(got), want)
			}
		}
		if got, _ := person.Search(ctx, j.Store, "", "江明远"); len(got) != 2 {
			t.Error("the whole office finds", names(got))
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

func sameWords(a, b []string) bool {
	n := map[string]int{}
	for _, s := range a {
		n[s]++
	}
	for _, s := range b {
		n[s]--
	}
	for _, k := range n {
		if k != 0 {
			return false
		}
	}
	return true
}

func TestSexAndBirthFollowFromTheNumber(t *testing.T) {
	j := bench(t, nil)
	do(t, j, person.Room, "p", person.Record{In: "u", Facts: person.Facts{FamilyName: "舒", GivenName: " 若 兰 ", IDNumber: "５０９９０１１９８３０９０３１２４２", Sex: dossier.Male}})
	p, _, err := journal.Load(context.Background(), j.Journal, person.Room, "p")
	if err != nil || p.Sex != dossier.Female || p.DateOfBirth.String() != "1983-09-03" || p.Name() != "舒若兰" || p.IDNumber.Reveal() != "509901198309031242" {
		t.Fatalf("%+v %v", p, err)
	}
}

func TestANumberThatCannotBeOneIsRefusedWithItsReason(t *testing.T) {
	for n, key := range map[person.IDNumber]string{
		"509901197504121214":      "",
		"509901197504121215":      "person.number.checksum",
		"509901750412121":         "person.number.legacy",
		"5.09901E+17":             "person.number.destroyed",
		"50990119750412":          "person.number.length",
		"50990119750412121A":      "person.number.letters",
		number("2099-01-01", 123): "person.number.birth",
	} {
		_, err := person.Record{In: "u", Facts: person.Facts{FamilyName: "江", GivenName: "明", IDNumber: n}}.Decide(person.Person{}, journaltest.Moment(zone.Internet, 0))
		fs := fault.Findings(err)
		if key == "" && err != nil || key != "" && (len(fs) != 1 || fs[0].Key != key || fs[0].Field != "idNumber") {
			t.Errorf("%s: %v", n.Reveal(), err)
		}
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	_, err := person.Record{In: "u", Known: "p9", Facts: person.Facts{LatinSurname: "Lü", Mobile: "call me", Email: "no"}}.Decide(person.Person{}, journaltest.Moment(zone.Internet, 0))
	var fields []string
	for _, f := range fault.Findings(err) {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(fields, " "); got != "familyName givenName latinSurname email mobile idNumber" {
		t.Fatal(got)
	}
}

func TestOneNumberOneRecord(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := bench(t, open())
		ctx := context.Background()
		do(t, j, person.Room, "p1", person.Record{In: "u1", Facts: person.Facts{FamilyName: "江", GivenName: "明远", IDNumber: "509901197504121214"}})
		known, err := person.Numbered(ctx, j.Store, j.Keys, " 509901197504121214 ")
		if err != nil || known != "p1" {
			t.Fatal(known, err)
		}
		// Two at once have both looked before either was there: the table itself refuses.
		_, err = journal.Do(ctx, j.Journal, person.Room, journal.Order{Subject: "p2"}, person.Record{In: "u2", Facts: person.Facts{FamilyName: "江", GivenName: "明远", IDNumber: "509901197504121214"}})
		if !store.IsUnique(err) {
			t.Fatal("a second record of one number:", err)
		}
		var in int
		if err := j.Store.QueryRow(ctx, `SELECT count(*) FROM person_list WHERE number LIKE '%509901%' OR tail LIKE '%509901%'`).Scan(&in); err != nil || in != 0 {
			t.Fatal("the number lies in plain text", err)
		}
	})
}

func TestNumbersPrintMasked(t *testing.T) {
	p := person.Person{Facts: person.Facts{IDNumber: "509901197504121214"}}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{fmt.Sprint(p), fmt.Sprintf("%+v", p), fmt.Sprintf("%#v", p), fmt.Sprintf("%s", p.IDNumber), fmt.Sprintf("%q", p.IDNumber), string(b), errors.New(p.IDNumber.String()).Error()} {
		if strings.Contains(s, "19750412") {
			t.Errorf("printed: %s", s)
		}
	}
	if p.IDNumber.String() != "509***********1214" || p.IDNumber.Tail() != "1214" {
		t.Error(p.IDNumber.String())
	}
}

func TestLatinNamesAreSuggested(t *testing.T) {
	for name, want := range map[[2]string]string{
		{"江", "明远"}: "JIANG MINGYUAN", {"单", "雄信"}: "SHAN XIONGXIN", {"吕", "绿"}: "LYU LYU", {"欧阳", "娜"}: "OUYANG NA",
		{"曾", "国"}: "ZENG GUO", {"尉迟", "恭"}: "YUCHI GONG", {"Smith", "John"}: " ",
	} {
		s, g := person.Latin(name[0], name[1])
		if s+" "+g != want {
			t.Errorf("%v: %s %s", name, s, g)
		}
	}
}

func TestChangeTellsOnlyWhatIsDifferent(t *testing.T) {
	j := bench(t, nil)
	ctx := context.Background()
	facts := person.Facts{FamilyName: "江", GivenName: "明远", IDNumber: "509901197504121214", Post: "处长", Mobile: "19900001000"}
	do(t, j, person.Room, "p", person.Record{In: "u", Facts: facts})
	facts.Post = "副主任"
	do(t, j, person.Room, "p", person.Change{Facts: facts, Filing: "f"})
	do(t, j, person.Room, "p", person.Change{Facts: facts})
	h, err := j.History(ctx, journal.Ref{Kind: "person", ID: "p"})
	if err != nil || len(h) != 2 {
		t.Fatal(len(h), err)
	}
	c := h[1].Body.(person.Changed)
	if post, ok := c.Post.Value(); !ok || post != "副主任" || c.CaseID() != "f" {
		t.Fatal(post, ok)
	}
	if _, told := c.Mobile.Value(); told {
		t.Fatal("the mobile number was told again")
	}
	if e, err := person.One(ctx, j.Store, "p"); err != nil || e.Post != "副主任" || e.Name() != "江明远" {
		t.Fatal(e, err)
	}
}

func TestRebuiltListEqualsKept(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		j := bench(t, nil) // a short history each: it is told twice
		for range rapid.IntRange(1, 25).Draw(rt, "commands") {
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "person")
			f := person.Facts{
				FamilyName: rapid.SampledFrom([]string{"江", "单", "欧阳", "Smith"}).Draw(rt, "family"), GivenName: rapid.SampledFrom([]string{"明", "若兰", "·买"}).Draw(rt, "given"),
				LatinSurname: rapid.SampledFrom([]string{"", "SHAN"}).Draw(rt, "latin"), Post: rapid.StringN(0, 5, -1).Draw(rt, "post"),
			}
			if rapid.Bool().Draw(rt, "numbered") {
				f.IDNumber = number("1980-01-01", rapid.IntRange(1, 4).Draw(rt, "serial"))
			}
			day := calendar.DateOf(journaltest.Morning).AddDays(rapid.IntRange(-3, 3).Draw(rt, "day"))
			unit := rapid.SampledFrom([]string{"u1", "u2"}).Draw(rt, "unit")
			other := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "other")
			o, _, err := journal.Load(ctx, j.Journal, person.Room, other)
			if err != nil {
				rt.Fatal(err)
			}
			cmd := rapid.SampledFrom([]journal.Command[person.Person]{person.Record{In: unit, Facts: f}, person.Change{Facts: f}, person.Change{Facts: f, Nature: person.NewState, From: day},
				person.HandOver{To: unit, On: day}, person.Arrive{To: unit}, person.Keep{By: unit, Why: "不是本单位的人"}, person.AskFor{By: unit}, person.Leave{On: day}, person.ComeBack{},
				person.TakeEffect{}, person.DropAnnouncement{From: day}, person.Detail{Details: person.Details{Province: "50"}}, person.Confirm{},
				person.Absorb{Into: other, Other: o, Choice: person.Data{}}, person.GiveBack{Other: other}}).Draw(rt, "verb")
			before, _ := j.Head()
			_, _ = journal.Do(ctx, j.Journal, person.Room, journal.Order{Subject: id}, cmd) // refusals are part of life
			followAfter(rt, j, before)
		}
		journaltest.RebuiltEqualsKept(rt, j.Journal)
	})
}

func TestMemberOfACaseFileComesBackTheSame(t *testing.T) {
	m := dossier.Member{FamilyName: "江", GivenName: "明远", LatinSurname: "JIANG", LatinGivenNames: "MINGYUAN", Sex: "M", DateOfBirth: calendar.MustParse("1975-04-12"),
		IDNumber: "509901197504121214", Mobile: "19900001000", Post: "处长", Rank: dossier.Division, Employment: dossier.Active, Nationality: "CHN", SecretLevel: dossier.NoSecrets,
		Vetting: &dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: calendar.MustParse("2027-01-31")}}
	was, _ := json.Marshal(m)
	is, _ := json.Marshal(person.FromMember(m).Member())
	if string(was) != string(is) {
		t.Fatalf("%s\n%s", was, is)
	}
	m.SecretLevel = dossier.CoreSecrets
	if b, _ := json.Marshal(person.FromMember(m).Member()); strings.Contains(string(b), "core") {
		t.Fatal("a level of secrecy is kept on the Internet")
	}
}

// A list of 20,000 people, searched as somebody types.
func BenchmarkSearchAmongManyPeople(b *testing.B) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(b.TempDir(), "node.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	j := bench(b, s)
	family, given := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"), []rune("明远若兰启航思齐知行国华建军丽娟婷芳秀英伟强磊洋勇艳")
	// The list is filled directly: what is timed is reading it.
	err = s.Write(ctx, func(tx store.Tx) error {
		for i := range 20_000 {
			e := journal.Event{Subject: journal.Ref{Kind: "person", ID: fmt.Sprintf("p%06d", i)}, At: journaltest.Morning,
				Body: person.Recorded{In: fmt.Sprintf("u%d", i%40), FamilyName: journal.Of(string(family[i%len(family)])),
					GivenName: journal.Of(string(given[i/20%len(given)]) + string(given[i/600%len(given)]))}}
			if err := person.Projections(j.Keys)[0].Apply(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range []string{"王", "明远", "wangm", "wmy"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				if _, err := person.Search(ctx, s, "", q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Who holds a secret post without consent is known as such to the rules (MEM-021),
// without the level, which the Internet isn't told.
func TestASecretPostWithoutConsentIsNoUnknown(t *testing.T) {
	for cleared, want := range map[person.Clearance]dossier.Member{
		person.ClearanceNotNeeded: {SecretLevel: dossier.NoSecrets},
		person.ClearanceGiven:     {SecrecyConsent: true},
		person.ClearanceOpen:      {SecretLevel: dossier.UnstatedSecrets},
		"":                        {},
	} {
		got := person.Facts{Cleared: cleared}.Member()
		if got.SecretLevel != want.SecretLevel || got.SecrecyConsent != want.SecrecyConsent {
			t.Errorf("%q: %q, %v", cleared, got.SecretLevel, got.SecrecyConsent)
		}
		if back := person.FromMember(got).Cleared; back != cleared {
			t.Errorf("%q comes back as %q", cleared, back)
		}
	}
}
