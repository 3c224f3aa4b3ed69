package practice

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/pack"
	"yitang/internal/training"
	pages "yitang/internal/web/training"
	"yitang/packs"
)

func packNamed(t *testing.T, city string) pack.Content {
	t.Helper()
	files, _ := packs.Named(city)
	c, err := pack.ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// practised begins a run in a house with a pack in force and ways to tell people by.
func practised(t *testing.T, own pack.Content, ways ...string) (*Runs, *run) {
	t.Helper()
	s, err := Open(Options{Dir: t.TempDir(), URL: "http://practice.example", Real: "http://real.example",
		Pack: func(context.Context) (pack.Content, int, error) { return own, 7, nil }, Ways: func() []string { return ways },
		Began: func(context.Context, training.Officer, string) error { return nil },
		Done:  func(context.Context, training.Officer, string, int, int) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Begin(t.Context(), training.Officer{Account: "a", Unit: "u", Name: "某"}); err != nil {
		t.Fatal(err)
	}
	x, leave, err := s.enter(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(leave)
	return s, x
}

// played takes the case of a run to the archive, with the days passing as they do for
// an officer, and gives it.
func plays(t *testing.T, s *Runs, x *run, after ...func(drill.Name)) string {
	t.Helper()
	ctx := t.Context()
	made, err := inside{s, x}.Task(ctx)
	if err != nil {
		t.Fatal(err)
	}
	hands, err := x.house.Staffed(ctx)
	if err != nil {
		t.Fatal(err)
	}
	hands.Reach = func(at time.Time) error { return x.pass(ctx, at) }
	who, _, err := account.ByLogin(ctx, x.house.Internet.Store, drillOfficer)
	if err != nil {
		t.Fatal(err)
	}
	id, err := x.play(ctx, hands, who.Unit, made, func(step drill.Name, _ string) {
		for _, does := range after {
			does(step)
		}
		if err := x.deliver(ctx); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// What is in force in the office is practised by: its path, its figures, its numbers;
// nothing that comes of it could be taken for one of the office's papers.
func TestOfficersPractiseByTheOfficesOwnPackAndNoPaperPassesForReal(t *testing.T) {
	s, x := practised(t, packNamed(t, "hailan"))
	if x.kept.By != (by{Own: true, Number: 7}) {
		t.Fatalf("it is practised by %+v", x.kept.By)
	}
	id := plays(t, s, x)
	office := x.house.Office
	set := office.Packs.Now()
	a, _, err := journal.Load(t.Context(), office.Journal, approval.Room, id)
	if err != nil {
		t.Fatal(err)
	}
	if p := packOfPath(set, a); p == "" {
		t.Errorf("the path %v is none of the city's own", a.Steps)
	}
	if got := set.Needs(office.Journal.Today()).PassportReturnDays; got != 10 {
		t.Errorf("booklets are due after %d days, not after the city's own ten", got)
	}
	if !strings.HasPrefix(a.Number, "练习HL") || !strings.HasPrefix(a.Document.Number, "练习海外办准字") || !strings.Contains(office.Issuer.Office, "（练习）") || len(set.Units) != 0 {
		t.Errorf("case %s, document %s, office %s, %d units of the register", a.Number, a.Document.Number, office.Issuer.Office, len(set.Units))
	}
	all, err := material.Of(t.Context(), office.Store, material.OfCase, id)
	i := slices.IndexFunc(all, func(m material.Material) bool { return m.Kind == "M17" })
	if err != nil || i < 0 {
		t.Fatalf("there is no approval: %v", err)
	}
	digest, err := blob.ParseDigest(all[i].Digest)
	if err != nil {
		t.Fatal(err)
	}
	file, err := office.Blobs.Get(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	pdf, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	said, err := document.PageText(pdf)
	if err != nil || len(said) == 0 {
		t.Fatal(err)
	}
	for i, page := range said {
		if strings.Count(page, "练习用，没有效力") != 3 {
			t.Errorf("page %d of the approval isn't marked: %s", i+1, page)
		}
	}
	if !strings.Contains(strings.Join(said, ""), "（练习）") {
		t.Errorf("the approval has a real letterhead: %s", said)
	}
}

// packOfPath is the id of the path of the pack that a case took.
func packOfPath(set *pack.Set, a approval.Approval) string {
	for _, p := range set.Paths.List {
		if slices.EqualFunc(p.Steps, a.Steps, func(s pack.Step, x approval.Step) bool { return s.Role == x.Role && s.Name.Zh == x.Zh }) {
			return p.ID
		}
	}
	return ""
}

// A path that the staff of a run can't take is found out before anybody is stuck in
// it: the demo city's is practised by, and that is said.
func TestAPackThatCannotBePlayedIsNotPractisedBy(t *testing.T) {
	own := packNamed(t, "hailan")
	own["path.yaml"] = []byte(`
intake: {workdays: 3}
correction: {workdays: 10}
document: {months: 4}
paths:
  - id: chiefs
    name: {zh: 三位处长, en: Three chiefs}
    steps:
      - {role: chief, workdays: 2, fourEyes: true, name: {zh: 一处, en: First}}
      - {role: chief, workdays: 2, fourEyes: true, name: {zh: 二处, en: Second}}
      - {role: director, workdays: 2, fourEyes: true, name: {zh: 决定, en: Decision}}
`)
	s, x := practised(t, own)
	if want := (by{Number: 7, Fails: "review"}); x.kept.By != want {
		t.Fatalf("it is practised by %+v", x.kept.By)
	}
	if len(s.rehearsed) != 1 {
		t.Errorf("it isn't remembered that the pack was refused: %v", s.rehearsed)
	}
	if got := (inside{s, x}).By(); got != (pages.By{Number: 7, Fails: "review"}) {
		t.Errorf("the page says %+v", got)
	}
	if name := x.house.Office.Issuer.Office; !strings.HasPrefix(name, "云江市") || !strings.Contains(name, "（练习）") {
		t.Errorf("the office is %s", name)
	}
}

// A rehearsal that fails by itself says nothing of the pack, which is tried again.
func TestAPackIsTriedAgainAfterAFailureThatIsNotItsOwn(t *testing.T) {
	s, err := Open(Options{Dir: t.TempDir(), URL: "http://practice.example", Real: "http://real.example",
		Pack: func(context.Context) (pack.Content, int, error) { return packNamed(t, "hailan"), 7, nil }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	dir := s.Dir
	s.Dir = filepath.Join(dir, "gone")
	if _, got, err := s.packOf(t.Context()); err != nil || got.Own || len(s.rehearsed) != 0 {
		t.Fatalf("without a folder: %+v, remembered %v, %v", got, s.rehearsed, err)
	}
	s.Dir = dir
	if _, got, err := s.packOf(t.Context()); err != nil || got != (by{Own: true, Number: 7}) {
		t.Errorf("with one: %+v, %v", got, err)
	}
}

// What people would be told stands in the run's own list, with the way by which the
// pack would send it; reminders of days that pass are told on those days.
func TestWhatWouldBeToldStandsInTheRun(t *testing.T) {
	s, x := practised(t, packNamed(t, "hailan"), "mail", "sms", "wechat")
	var home time.Time
	plays(t, s, x, func(step drill.Name) {
		if step != drill.ComeHome {
			return
		}
		home = x.house.Clock.Now() // and nobody hands in for nine days
		if err := x.pass(t.Context(), home.AddDate(0, 0, 9)); err != nil {
			t.Error(err)
		}
	})
	heard, err := inside{s, x}.Told(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(heard.Ways, []string{"mail", "sms", "wechat"}) {
		t.Errorf("the ways are %v", heard.Ways)
	}
	sent, to, reminded := map[string]int{}, map[access.Role]int{}, time.Time{}
	for _, m := range heard.Told {
		sent[m.Way]++
		t.Log(m.At, m.Way, m.Sent, m.Subject)
		if strings.Contains(m.Text, "交回") && reminded.IsZero() {
			reminded = m.At
		}
		to[m.To]++
		if m.Subject == "" || m.Text == "" {
			t.Errorf("a message says nothing: %+v", m)
		}
	}
	if inside := len(heard.Told) - to[access.Liaison] - to[access.Signatory]; to[access.Liaison] == 0 || to[access.Signatory] == 0 || inside == 0 {
		t.Errorf("told are %v, of them %d messages inside the office", to, inside)
	}
	if sent["wechat"] == 0 || sent[""] == 0 {
		t.Errorf("of %d messages %v went out", len(heard.Told), sent)
	}
	if late := reminded.Sub(home); late < 7*24*time.Hour || late > 9*24*time.Hour {
		t.Errorf("home since %s, they are reminded of the booklets on %s", home, reminded)
	}
}
