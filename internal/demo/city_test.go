package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/feedback"
	"yitang/internal/pack"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/packs"
)

var (
	day    = calendar.MustParse("2026-03-10")
	sample = sync.OnceValue(func() City { return must(NewCity(1, day, must(pack.Built()))) })
	other  = sync.OnceValue(func() City { return must(NewCity(1, day, hailan())) }) // of an office that works otherwise
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func hailan() *pack.Set {
	files, _ := packs.Named("hailan")
	set, wrong := must(pack.Built()).Lay(must(pack.ReadFiles(files)))
	if wrong != nil {
		panic(wrong)
	}
	return set
}

func hash(t *testing.T, c City) string {
	t.Helper()
	text, err := json.Marshal([]any{c.Units, c.People, c.Quotas, c.Accounts, c.Hall, c.Stocks, c.Plans})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func TestTheSameSeedGivesTheSameCity(t *testing.T) {
	set := must(pack.Built())
	if again := hash(t, must(NewCity(1, day, set))); again != hash(t, sample()) {
		t.Error("seed 1 gave two different cities")
	}
	if other := hash(t, must(NewCity(2, day, set))); other == hash(t, sample()) {
		t.Error("seeds 1 and 2 gave the same city")
	}
}

func TestThereIsAsMuchAsPromised(t *testing.T) {
	c := sample()
	if len(c.Units) != 40 || len(c.People) != 600 {
		t.Errorf("%d units with %d people, want 40 with 600", len(c.Units), len(c.People))
	}
	open, at := 0, map[Step]int{}
	closed, ended := 0, [8]int{} // ended: how many in each quarter of the two years before
	for _, p := range c.Plans {
		if at := p.When(Closes); !at.IsZero() && at.Before(day.AddDays(-60).Begins()) {
			closed++
			if quarter := calendar.DateOf(at).DaysUntil(day) * 4 / 365; quarter < len(ended) {
				ended[quarter]++
			}
			continue
		}
		at[p.Fate.Upto]++
		open++
	}
	if len(c.Plans) != OpenCases+ClosedCases {
		t.Errorf("%d cases, want %d", len(c.Plans), OpenCases+ClosedCases)
	}
	if closed < ClosedCases*9/10 {
		t.Errorf("only %d cases were closed long ago", closed)
	}
	if slices.Min(ended[:]) == 0 || slices.Min(ended[1:7]) < ClosedCases/len(ended)/2 {
		t.Errorf("the closed cases don't lie in all eight quarters of two years, newest first: %v", ended)
	}
	for _, s := range spread {
		if at[s.upto] == 0 {
			t.Errorf("no case stands at %q", s.upto)
		}
	}
	holders, expiring, double, dotted, wide := 0, 0, 0, 0, 0
	for _, p := range c.People {
		f := p.Facts
		double += btoi(len([]rune(f.FamilyName)) > 1 && !strings.Contains(f.GivenName, "·"))
		dotted += btoi(strings.Contains(f.Name(), "·"))
		wide += btoi(strings.ContainsFunc(f.Name(), func(r rune) bool { return r > 0xffff }))
		for _, b := range p.Booklets {
			if b.Type != dossier.HKMacauPermit {
				holders++
				expiring += btoi(b.Expires.Before(day.AddMonths(6)))
			}
		}
	}
	if holders < 380 || holders > 460 || expiring < 30 || double < 3 || dotted < 5 || wide < 5 {
		t.Errorf("%d hold a booklet, of which %d run out; %d double surnames, %d names with a dot, %d with four-byte characters", holders, expiring, double, dotted, wide)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestNumbersAreValidAndNobodyElses(t *testing.T) {
	c := sample()
	seen := map[string]string{}
	take := func(kind, number, whose string) {
		if number == "" || seen[kind+number] != "" {
			t.Errorf("%s %q of %s is also that of %s", kind, number, whose, seen[kind+number])
		}
		seen[kind+number] = whose
	}
	for _, u := range c.Units {
		take("code", u.USCC, u.Name)
		if problem := dossier.CheckUSCC(u.USCC); problem != "" {
			t.Errorf("%s has the code %s: %s", u.Name, u.USCC, problem)
		}
	}
	for _, p := range c.People {
		f := p.Facts
		take("identity", f.IDNumber, f.Name())
		take("mobile", f.Mobile, f.Name())
		take("name", f.Name(), f.Name())
		take("id", p.ID, f.Name())
		id := dossier.ReadID(f.IDNumber)
		if id.Verdict != dossier.IDGood || id.Birth != f.DateOfBirth || id.Sex != f.Sex || !strings.HasPrefix(id.Area, "5099") {
			t.Errorf("%s has the number %s: %+v", f.Name(), f.IDNumber, id)
		}
		if f.LatinSurname == "" || f.LatinGivenNames == "" || strings.ContainsAny(f.LatinName(), "ÜV") {
			t.Errorf("%s is spelt %q", f.Name(), f.LatinName())
		}
		for _, b := range p.Booklets {
			take("booklet", b.Number, f.Name())
		}
	}
	for _, p := range c.Plans {
		take("case", p.ID, p.Case.Trip.Title)
		for _, m := range p.Makes {
			if m.Number != "" {
				take("booklet", m.Number, p.Case.Trip.Title)
			}
		}
	}
}

func TestSurnamesAreReadAsSurnames(t *testing.T) {
	want := map[string]string{"单": "SHAN", "仇": "QIU", "解": "XIE", "吕": "LYU", "万俟": "MOQI", "尉迟": "YUCHI", "查": "ZHA", "曾": "ZENG", "区": "OU"}
	found := 0
	for _, p := range sample().People {
		if latin, known := want[p.Facts.FamilyName]; known {
			found++
			if p.Facts.LatinSurname != latin {
				t.Errorf("%s is spelt %s, want %s", p.Facts.Name(), p.Facts.LatinSurname, latin)
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d people bear such a surname", found)
	}
}

// Every dossier is one that the office could take: readable, with all that is
// wanted of it, and without a finding that blocks on the day on which it was
// handed in.
func TestEveryFinishedDossierIsInOrder(t *testing.T) {
	for _, c := range []City{sample(), other()} {
		t.Run(c.Name.En, func(t *testing.T) { inOrder(t, c) })
	}
}

func inOrder(t *testing.T, city City) {
	set := city.set
	for _, p := range city.Plans {
		var file bytes.Buffer
		if err := dossier.Write(&file, p.Case); err != nil {
			t.Fatal(err)
		}
		if _, err := dossier.Read(&file); err != nil {
			t.Errorf("%s can't be read again: %v", p.Case.Trip.Title, err)
		}
		versions := map[string]dossier.Case{"as it ended": p.Case}
		if len(p.Fate.Returned) > 0 {
			versions["as first submitted"] = p.First()
		}
		for which, c := range versions {
			found := set.Checks.Check(c, precheck.Submit, c.AsOf)
			for _, f := range found.List {
				if f.Severity == "block" || f.Warns() && found.Answer(f, p.Answers) == "" {
					t.Errorf("%s, %s: %s at %s: %s", p.Case.Trip.Title, which, f.Rule, f.Field, f.Message.Zh)
				}
			}
			for _, r := range requirement.For(requirement.Facts{Case: c, Countries: set.Countries, Today: c.AsOf}, set.Needs(c.AsOf)) {
				if m, missing := r.Status.(requirement.Missing); missing && r.AsksPeople() && r.Need == requirement.AtSubmission && !r.Advised {
					t.Errorf("%s, %s: lacks %s at %s", p.Case.Trip.Title, which, r.ID, m.Field)
				}
			}
		}
	}
}

// A draft shows what its unit has on record: somebody of another unit would stand in
// it without a name, and nobody could sign it.
func TestEveryCaseThatAUnitStillWritesHasItsOwnPeople(t *testing.T) {
	for _, c := range []City{sample(), other()} {
		for _, p := range c.Plans {
			for _, at := range p.Members {
				if p.Fate.written() && c.People[at].Unit != p.Unit {
					t.Errorf("%s, which %s: %s is of another unit", p.Case.Trip.Title, p.Fate.Upto, c.People[at].Facts.Name())
				}
			}
		}
	}
}

func TestStoriesGoForwardAndEndBeforeToday(t *testing.T) {
	for _, p := range append(slices.Clone(sample().Plans), other().Plans...) {
		for i, e := range p.Story {
			if i > 0 && e.At.Before(p.Story[i-1].At) {
				t.Errorf("%s: %s at %s comes before %s", p.Case.Trip.Title, e.Step, e.At, p.Story[i-1].Step)
			}
		}
		if last := p.Last(); !last.At.Before(day.Next().Begins()) {
			t.Errorf("%s: %s happens only on %s", p.Case.Trip.Title, last.Step, last.At)
		}
		if last := p.Last(); last.Step != p.Fate.Upto && !p.Fate.Refused && p.When(Answers).IsZero() {
			t.Errorf("%s: stands at %s, not at %s", p.Case.Trip.Title, last.Step, p.Fate.Upto)
		}
	}
}

func TestTheDemosOfficeAnswersPoorRatingsInTime(t *testing.T) {
	poor, answered := 0, 0
	for _, p := range sample().Plans {
		if rated := p.When(Rates); !rated.IsZero() && 0 < p.Fate.Grade && p.Fate.Grade <= feedback.Poor {
			poor++
			if on := p.When(Answers); !on.IsZero() && calendar.DateOf(on).Sub(calendar.DateOf(rated)) <= 20 {
				answered++
			}
		}
	}
	if poor < 4 || answered*4 < poor*3 {
		t.Errorf("of %d poor ratings %d are answered within 20 days", poor, answered)
	}
}

func TestNobodyIsOnTwoTripsAtOnce(t *testing.T) {
	c := sample()
	trips := map[int][]Plan{}
	for _, p := range c.Plans {
		for i, m := range p.Members {
			if m == c.Units[p.Unit].Signatory {
				t.Errorf("%s: its signatory travels", p.Case.Trip.Title)
			}
			if p.Case.Members[i].IDNumber != c.People[m].Facts.IDNumber {
				t.Errorf("%s: member %d is somebody else", p.Case.Trip.Title, i)
			}
			for _, q := range trips[m] {
				if p.Fate.Withdraw == "" && q.Fate.Withdraw == "" && !p.Fate.Refused && !q.Fate.Refused && len(p.Fate.Declined)+len(q.Fate.Declined) == 0 &&
					dossier.Overlaps(p.Case.Trip.Depart, p.Case.Trip.Return, q.Case.Trip.Depart, q.Case.Trip.Return) {
					t.Errorf("%s is on two trips from %s", c.People[m].Facts.Name(), p.Case.Trip.Depart)
				}
			}
			trips[m] = append(trips[m], p)
		}
	}
}

func TestPapersAreRealFiles(t *testing.T) {
	c := sample()
	p := c.Plans[0]
	for i, m := range p.Case.Materials {
		paper := Paper(p.ID, p.Case, i)
		if sum := sha256.Sum256(paper); hex.EncodeToString(sum[:]) != m.SHA256 {
			t.Errorf("%s has another digest than its case says", m.File)
		}
		if !bytes.HasPrefix(paper, []byte("%PDF-1.5\n")) || !bytes.HasSuffix(paper, []byte("%%EOF\n")) {
			t.Errorf("%s is no PDF", m.File)
		}
	}
	size := func(b []byte) (string, image.Config) {
		config, kind, err := image.DecodeConfig(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return kind, config
	}
	photo := Photo(c.People[0])
	if kind, s := size(photo); kind != "jpeg" || s.Width != 390 || s.Height != 567 {
		t.Errorf("the photo is a %s of %d × %d", kind, s.Width, s.Height)
	}
	if bytes.Equal(photo, Photo(c.People[1])) {
		t.Error("two people share one photo")
	}
	if kind, _ := size(Signature(c.People[0])); kind != "png" {
		t.Errorf("the signature is a %s", kind)
	}
}

// Nobody's post says the department twice, and texts are punctuated as Chinese.
func TestPostsAndTextsReadAsWritten(t *testing.T) {
	c := sample()
	for _, p := range c.People {
		if d := p.Facts.Department; d != "" && strings.Contains(p.Facts.Post, d) {
			t.Errorf("%s%s%s", p.Facts.Unit, d, p.Facts.Post)
		}
	}
	for _, p := range c.Plans {
		trip := p.Case.Trip
		if text := trip.Purpose + trip.Necessity + trip.ExpectedResults; strings.ContainsAny(text, ",;") {
			t.Errorf("half-width punctuation in %s", text)
		}
		if u := p.Case.Unit.Name; strings.Contains(trip.Title, "心血管") && !strings.Contains(u, "医") {
			t.Errorf("%s of %s", trip.Title, u)
		}
	}
}

// A city whose office works otherwise is called after itself, and its cases go
// the way of its own paths and thresholds.
func TestTheCityOfAnotherPackIsItsOwn(t *testing.T) {
	text, err := json.Marshal([]any{other().Units, other().People, other().Quotas, other().Accounts, other().Hall, other().Plans})
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(text, []byte("云江")); at >= 0 {
		t.Errorf("it is called after another city: %s", text[max(0, at-60):at+60])
	}
	answered := 0
	for _, p := range other().Plans {
		if p.Path != 4 {
			t.Errorf("%s is reviewed in %d steps, want 4", p.Case.Trip.Title, p.Path)
		}
		for subject := range p.Answers {
			if strings.HasPrefix(subject, "HLN-001/") {
				answered++
			}
		}
		if n := other().data.Holidays.WorkdaysBetween(p.Case.Notice.From, p.Case.Notice.To); n < 7 {
			t.Errorf("%s hung out its notice for %d working days, want 7", p.Case.Trip.Title, n)
		}
	}
	if answered == 0 {
		t.Error("nobody was warned by the city's own rule")
	}
}

// Nobody in the city bears the name of somebody whom everybody knows, and whoever
// leads a unit is called its head.
func TestNobodyInTheCityIsAPublicFigure(t *testing.T) {
	c := sample()
	for _, p := range c.People {
		if name := p.Facts.Name(); figures[name] {
			t.Errorf("%s lives in the city", name)
		}
		if p.Facts.Principal == dossier.AdministrativeHead && (strings.Contains(p.Facts.Post, "副") || p.Facts.Department != "") {
			t.Errorf("%s of %s leads it as %s%s", p.Facts.Name(), p.Facts.Unit, p.Facts.Department, p.Facts.Post)
		}
	}
	for _, a := range c.Accounts {
		if figures[a.Name] {
			t.Errorf("%s signs in", a.Name)
		}
	}
}

func TestPapersAreNamedAsPeopleNameThem(t *testing.T) {
	c := sample()
	ways, code := map[string]bool{}, regexp.MustCompile(`M\d\d`)
	for _, p := range c.Plans {
		seen := map[string]bool{}
		for _, m := range p.Case.Materials {
			i, personal := m.OfMember()
			switch {
			case code.MatchString(m.File) || strings.ContainsAny(m.File, "{}/"):
				t.Errorf("%s: nobody calls a file %s", p.Case.Trip.Title, m.File)
			case seen[m.File]:
				t.Errorf("%s: two papers are called %s", p.Case.Trip.Title, m.File)
			case personal && !strings.Contains(m.File, p.Case.Members[i].Name()):
				t.Errorf("%s: %s doesn't say whose it is", p.Case.Trip.Title, m.File)
			case personal && m.Kind == "M13":
				ways[strings.Replace(m.File, p.Case.Members[i].Name(), "", 1)] = true
			}
			seen[m.File] = true
		}
	}
	if len(ways) < 3 {
		t.Errorf("all units name their files alike: %v", ways)
	}
}

func TestEachBookletHasANumberOfItsOwn(t *testing.T) {
	c := sample()
	whose := map[string]string{}
	for at, p := range c.People {
		ends := map[string]bool{}
		for _, b := range append(slices.Clone(p.Booklets), c.made[at]...) {
			tail := b.Number[len(b.Number)-4:]
			if ends[tail] {
				t.Errorf("two booklets of %s end in %s", p.Facts.Name(), tail)
			}
			if had := whose[b.Number]; had != "" {
				t.Errorf("%s and %s hold the booklet %s", had, p.Facts.Name(), b.Number)
			}
			ends[tail], whose[b.Number] = true, p.Facts.Name()
		}
	}
}
