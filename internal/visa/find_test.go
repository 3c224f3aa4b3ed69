package visa

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/unit"
)

type noIndex struct{}

func (noIndex) Index(_, value string) string { return value }

// desk is 120 orders of one case's travellers called 王 and one of another's,
// which is with its mission.
func desk(t testing.TB, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	ps := slices.Concat(person.Projections(noIndex{}), unit.Projections, approval.Projections[:1], custody.Projections, Projections)
	write := func(f func(context.Context, store.Tx) error) {
		if err := s.Write(ctx, func(tx store.Tx) error { return f(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range ps {
		write(func(ctx context.Context, tx store.Tx) error { return tx.Define(ctx, p.Schema) })
	}
	said := func(kind, id string, bodies ...any) {
		write(func(ctx context.Context, tx store.Tx) error {
			for _, b := range bodies {
				for _, p := range ps {
					if err := p.Apply(ctx, tx, journal.Event{Subject: journal.Ref{Kind: kind, ID: id}, At: today.Begins().Add(time.Hour), Body: b}); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	said("unit", "u1", unit.Opened{Name: "云江市民政局（虚构）"})
	said("unit", "u2", unit.Opened{Name: "云江市港航集团（虚构）"})
	for i, f := range []string{"f1", "f2"} {
		said("approval", f, approval.Received{Unit: fmt.Sprint("u", i+1), Members: []approval.Traveller{{Person: "p0"}}, Names: journal.Of(approval.Names{})},
			approval.Accepted{Number: fmt.Sprintf("YJ-2026-%06d-K", i), Steps: []approval.Step{{Role: "director"}}})
	}
	order := func(n int, filing, family, given string, then ...any) {
		who := fmt.Sprintf("p%03d", n)
		said("person", who, person.Recorded{In: "u1", FamilyName: journal.Of(family), GivenName: journal.Of(given), LatinSurname: journal.Of(""), LatinGivenNames: journal.Of(""), IDNumber: journal.Of(fmt.Sprintf("5099011980010%05d", n))})
		said("holder", who, custody.Registered{Booklet: "b-" + who, Person: who, Unit: "u1", Type: "service", Tail: fmt.Sprintf("%03d", n)})
		said("visa", OrderID(filing, who, "SCHENGEN"), append([]any{Planned{Filing: filing, Person: who, Area: "SCHENGEN", Needed: true, SendBy: today.AddDays(n % 7), Depart: today.AddDays(30 - n%9)}}, then...)...)
	}
	for n := range 120 {
		if n%2 == 0 {
			order(n, "f1", "王", "知行")
		} else {
			order(n, "f1", "王", "知行", Withdrawn{}) // due at no time
		}
	}
	order(901, "f2", "欧阳", "望舒", KitCompleted{}, Sent{On: today, Batch: "S-2026-11-24", Booklet: "b-p901", Back: today.AddDays(10)})
}

func TestOrdersAreFoundByWhateverPeopleKnowOfThem(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		desk(t, s)
		read := func(what string, by Sort, want int, page func(After) ([]Row, error)) {
			t.Helper()
			var out []Row
			seen := map[string]bool{}
			for after := (After{}); ; {
				rows, err := page(after)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					if seen[r.ID] {
						t.Fatalf("%s lists %s twice", what, r.ID)
					}
					seen[r.ID] = true
				}
				out = append(out, rows...)
				if len(rows) < PageSize {
					break
				}
				after = by.AfterOf(rows[len(rows)-1])
			}
			if len(out) != want || !slices.IsSortedFunc(out, func(a, b Row) int {
				x, y := by.AfterOf(a), by.AfterOf(b)
				return strings.Compare(cmp.Or(x.Due, "~")+" "+x.ID, cmp.Or(y.Due, "~")+" "+y.ID)
			}) {
				t.Errorf("%s by %s gives %d orders, want %d, or in another order", what, by, len(out), want)
			}
		}
		for text, want := range map[string]int{
			"王": 120, "wzx": 120, "欧阳": 1, "oyws": 1, "0901": 1, "PE000901": 1, "港航": 1, "民政局": 120, "YJ-2026-000001": 1, "2026-000001": 1, "yj-2026-000000-k": 120, "S-2026-11-24": 1,
			"": 0, "局": 0, "S-2026-11-25": 0, "没有": 0, "12": 0,
		} {
			for _, by := range Sorts() {
				read(text, by, want, func(a After) ([]Row, error) { return Found(ctx, s, Find(text), "", by, a, PageSize) })
			}
			counts, err := FoundAt(ctx, s, Find(text))
			if err != nil || counts[IsPlanned]+counts[IsWithdrawn]+counts[IsSent] != want {
				t.Errorf("looking for %q counts %v, want %d, %v", text, counts, want, err)
			}
		}
		for _, by := range Sorts() {
			read("the board", by, 60, func(a After) ([]Row, error) { return Sorted(ctx, s, IsPlanned, by, a, PageSize) })
			read("the board for 民政局 at sent", by, 0, func(a After) ([]Row, error) { return Found(ctx, s, Find("民政局"), IsSent, by, a, PageSize) })
		}
	})
}

func TestOrdersAreReadAlongTheirIndexes(t *testing.T) {
	s := sqlite(t)
	desk(t, s)
	plan := func(query string, args ...any) string {
		rows, err := s.Query(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var out []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			out = append(out, detail)
		}
		return strings.Join(out, "; ")
	}
	for index, query := range map[string]string{"visa_order_by_stage": inStage, "visa_order_by_depart": inStageByDepart} {
		if got := plan(query, "planned", "", "", 50); !strings.Contains(got, "USING INDEX "+index) || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s isn't used: %s", index, got)
		}
	}
	for query, args := range map[string][]any{foundByDue: {"", "", "", 50}, foundByDepart: {"", "", "", 50}, foundStages: nil} {
		got := plan(query, Find("王").args(args...)...)
		for _, index := range []string{"person_key_by_key", "visa_order_by_person", "visa_order_by_filing", "visa_order_by_batch", "custody_booklet_by_tail", "approval_queue_by_unit", "approval_queue_by_number"} {
			if !strings.Contains(got, "INDEX "+index) {
				t.Errorf("%s isn't used: %s", index, got)
			}
		}
		if strings.Contains(got, "SCAN visa_order") || strings.Contains(got, "SCAN person") || strings.Contains(got, "SCAN approval") || strings.Contains(got, "SCAN custody") {
			t.Errorf("a table is read from end to end: %s", got)
		}
	}
}

func sqlite(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// An earlier visa tells when fingerprints were given: on the day at the mission,
// or else when the application went there; one of the same case doesn't.
func TestAnEarlierVisaTellsWhenFingerprintsWereGiven(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		desk(t, s)
		given, err := PrintsOf(ctx, s, "p901", 3, "another")
		if err != nil || len(given) != 1 || given[0].Member != 3 || given[0].Area != "SCHENGEN" || given[0].On != today {
			t.Fatalf("%+v %v", given, err)
		}
		if own, err := PrintsOf(ctx, s, "p901", 3, "f2"); err != nil || own != nil {
			t.Fatalf("what is lodged for a case spares that case: %+v %v", own, err)
		}
		if none, err := PrintsOf(ctx, s, "p002", 0, "another"); err != nil || none != nil {
			t.Fatalf("nothing was lodged: %+v %v", none, err)
		}
	})
}
