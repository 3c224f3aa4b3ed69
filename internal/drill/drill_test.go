package drill_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/web/filing"
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
			r, err := drill.Run(context.Background(), drill.Options{Dir: t.TempDir(), Now: at}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.Ledger.Visits != 1 || r.Ledger.Returns != 1 {
				t.Errorf("it counts %+v", r.Ledger)
			}
		})
	}
}

func TestDrillEndsWhenItIsTold(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var last drill.Name
	_, err := drill.Run(ctx, drill.Options{Dir: t.TempDir()}, func(s drill.Step) {
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
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir()})
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
		s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir()})
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
