package drill_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/web/filing"
	"yitang/packs"
)

// The drill is run on any day: over the Spring Festival, the National Day and
// the turn of a year, and in years whose holidays nobody has announced yet.
func TestStoryHoldsOnAnyDay(t *testing.T) {
	for _, day := range []string{"2026-04-22", "2026-12-18", "2028-03-01"} {
		t.Run(day, func(t *testing.T) {
			at, err := time.Parse(time.DateOnly, day)
			if err != nil {
				t.Fatal(err)
			}
			r, err := drill.Run(context.Background(), drill.Options{Dir: t.TempDir(), Passwords: account.Slight, Now: at}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.Ledger.Visits != 1 || r.Ledger.Returns != 1 {
				t.Errorf("it counts %+v", r.Ledger)
			}
		})
	}
}

// The second city's case goes the whole way, by its own figures: returned once,
// one member declined, a booklet made, visas, custody, trip, report, archive.
func TestTheSecondCitysCaseGoesToTheArchiveByItsOwnFigures(t *testing.T) {
	files, _ := packs.Named("hailan")
	own, err := pack.ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	at := time.Date(2026, 4, 22, 4, 0, 0, 0, time.UTC)
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir(), Passwords: account.Slight, Now: at, Pack: own})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Play(ctx, "", nil); err != nil {
		t.Fatal(err)
	}
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	var path []string
	for _, step := range a.Steps {
		path = append(path, step.Role)
	}
	if got := strings.Join(path, " "); got != "reviewer reviewer chief director" || a.Stage != approval.IsClosed {
		t.Errorf("it is %q after the path %s", a.Stage, got)
	}
	if !strings.HasPrefix(a.Number, "HL2026-00001") || a.Document.Number != "海外办准字〔2026〕0001号" || s.Verdict.Facts.ValidUntil != s.Verdict.Facts.Issued.AddMonths(4) {
		t.Errorf("case %s, document %s until %s", a.Number, a.Document.Number, s.Verdict.Facts.ValidUntil)
	}
	says := strings.Join(a.Conditions, "")
	for _, want := range []string{"回国后10天内交回因公护照", "12个工作日内提交出访报告", "涉海事项"} {
		if !strings.Contains(says, want) {
			t.Errorf("the approval doesn't ask for %s: %s", want, says)
		}
	}
	gone, _, err := journal.Load(ctx, s.Internet.Journal, trip.Room, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if back := gone.BookletsDue.Sub(gone.Home); back != 10 || gone.ReportDue != s.Internet.Book().AddWorkdays(gone.Home, 12) || gone.Stage != trip.IsClosed {
		t.Errorf("home on %s: booklets due on %s, report on %s; the trip is %q", gone.Home, gone.BookletsDue, gone.ReportDue, gone.Stage)
	}
	rounds, err := approval.Rounds(ctx, s.Office.Journal, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	paris := 0
	for _, l := range rounds[len(rounds)-1].Dossier.Budget.Lines {
		if l.Kind == dossier.Lodging && l.Country == "FRA" && l.Rate.String() == "165" {
			paris++
		}
	}
	if paris == 0 {
		t.Errorf("no night in Paris is reckoned by the city's own rate: %+v", rounds[len(rounds)-1].Dossier.Budget.Lines)
	}
	all, err := unit.List(ctx, s.Internet.Store)
	if err != nil || !slices.ContainsFunc(all, func(u unit.Unit) bool { return u.Name == "海澜海洋大学（虚构）" }) {
		t.Errorf("the unit of its pack isn't on the register: %v", err)
	}
}

func TestDrillEndsWhenItIsTold(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var last drill.Name
	_, err := drill.Run(ctx, drill.Options{Dir: t.TempDir(), Passwords: account.Slight}, func(s drill.Step) {
		if last = s.Name; s.Name == drill.Register {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || last != drill.Draft {
		t.Fatalf("after %q it ended with %v", last, err)
	}
}

// Somebody's name is recorded with another character: the document's facts,
// which mask names, fit all the same, and its signature does too. What its
// pages say doesn't, and that ends the drill.
func TestDrillFailsWhenTheApprovalLacksANameOnItsPage(t *testing.T) {
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir(), Passwords: account.Slight})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var failed *drill.Failure
	_, err = s.Play(ctx, drill.Document, func(st drill.Step) {
		if st.Name != drill.Register {
			return
		}
		id := s.People[drill.Expert]
		p, _, err := journal.Load(ctx, s.Internet.Journal, person.Room, id)
		if err != nil {
			t.Fatal(err)
		}
		p.GivenName = "起航" // instead of 启航
		if err := filing.NewWork(s.Internet).ChangePerson(journal.WithActor(ctx, journal.Actor{Role: "liaison"}), journal.Order{Subject: id}, "", p.Facts); err != nil {
			t.Fatal(err)
		}
	})
	if !errors.As(err, &failed) || failed.Step != drill.Document || !strings.Contains(err.Error(), "冉启航") {
		t.Fatalf("it ended with %v", err)
	}
	if !s.Verdict.InForce() || len(s.Verdict.Facts.People) != 3 {
		t.Errorf("without its pages the document is found out already: %+v", s.Verdict)
	}
}

// The number of a booklet that stands in a case file is in no event, file, table
// or draft of the internet zone once the file is imported and checked, and goes to no other zone: whether the people in it are on file or not.
func TestABookletsNumberInAnImportedFileIsKeptNowhere(t *testing.T) {
	text, err := os.ReadFile("../../testdata/cases/valid-germany-5-days.json")
	if err != nil {
		t.Fatal(err)
	}
	const number, purpose = "EX7310948", "与对方大学"
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, m := range file["members"].([]any) {
		m.(map[string]any)["passport"].(map[string]any)["number"] = number
	}
	file["case"].(map[string]any)["purpose"] = purpose
	if text, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	canary := []drill.Canary{{Name: "number", Bytes: []byte(number)}}
	search := drill.NewSearch(append(canary, drill.Canary{Name: "purpose", Bytes: []byte(purpose)}))
	if found := search.In(text); len(found) != 2 {
		t.Fatalf("in the file itself there is %v", found)
	}
	for _, upTo := range []drill.Name{drill.Accounts, drill.Register} {
		ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison"})
		s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir(), Passwords: account.Slight})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.Play(ctx, upTo, nil); err != nil {
			t.Fatal(err)
		}
		work, id := filing.NewWork(s.Internet), s.Internet.Journal.NewID()
		imported, err := work.Import(ctx, s.Unit, id, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := work.Drafts.Begin(ctx, id, s.Unit, imported); err != nil {
			t.Fatal(err)
		}
		f, err := work.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		findings := work.Check(f, precheck.Submit)
		// What the draft holds is sealed where it lies: it is looked at as it is read.
		read, err := json.Marshal([]any{f.Draft.Paper, f.Now.Case, findings})
		if err != nil {
			t.Fatal(err)
		}
		if found := strings.Join(search.In(read), "\n"); !strings.Contains(found, "purpose") || strings.Contains(found, "number") {
			t.Errorf("after %q the draft holds %v", upTo, found)
		}
		if err := s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		for _, n := range s.Nodes() {
			found, err := drill.NewSearch(canary).Zone(ctx, n, filepath.Join(s.Dir, string(n.Zone)))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				t.Errorf("after %q in the %s zone, %s", upTo, n.Zone, f)
			}
		}
	}
}
