package custody

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/unit"
)

type noIndex struct{}

func (noIndex) Index(_, value string) string { return value }

// tell fills the reading tables of people, units, cases and booklets with
// events, as the office's node does.
func tell(t testing.TB, s *store.Store, also ...journal.Projection) func(kind, id string, at time.Time, bodies ...any) {
	t.Helper()
	ctx := context.Background()
	ps := slices.Concat(person.Projections(noIndex{}), unit.Projections, approval.Projections[:1], Projections, also)
	write := func(f func(context.Context, store.Tx) error) {
		if err := s.Write(ctx, func(tx store.Tx) error { return f(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range ps {
		write(func(ctx context.Context, tx store.Tx) error { return tx.Define(ctx, p.Schema) })
	}
	return func(kind, id string, at time.Time, bodies ...any) {
		t.Helper()
		write(func(ctx context.Context, tx store.Tx) error {
			for _, b := range bodies {
				for _, p := range ps {
					if err := p.Apply(ctx, tx, journal.Event{Subject: journal.Ref{Kind: kind, ID: id}, At: at, Body: b}); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
}

func named(family, given, number string) person.Recorded {
	return person.Recorded{In: "u1", FamilyName: journal.Of(family), GivenName: journal.Of(given), LatinSurname: journal.Of(""), LatinGivenNames: journal.Of(""), IDNumber: journal.Of(number)}
}

// city is 120 people called 王, each with a booklet, and two others; cases that
// leave on different days.
func city(t testing.TB, s *store.Store) {
	said := tell(t, s)
	at := func(n int) time.Time { return today.Begins().Add(time.Duration(n) * time.Minute) }
	said("unit", "u1", at(0), unit.Opened{Name: "云江市民政局（虚构）", NameEn: "Yunjiang Civil Affairs Bureau"})
	said("unit", "u2", at(0), unit.Opened{Name: "云江市港航集团（虚构）", NameEn: "Yunjiang Port Group"})
	keep := func(n int, who, of string) {
		said("holder", who, at(n), Registered{Booklet: "b-" + who, Person: who, Unit: of, Type: "service", Tail: fmt.Sprintf("%03d", n), Expires: calendar.On(2031, 1, 1).AddDays(-n)})
	}
	for n := range 120 {
		who := fmt.Sprintf("p%03d", n)
		said("person", who, at(0), named("王", "知行", fmt.Sprintf("5099011980010%05d", n)))
		keep(n, who, "u1")
	}
	said("person", "q1", at(0), named("欧阳", "望舒", "509901198001091234"))
	keep(901, "q1", "u2")
	said("person", "q2", at(0), named("尉迟", "安", "50990119800109543X"))
	keep(902, "q2", "u2")
	said("holder", "q2", at(910), Lent{Booklet: "b-q2", Person: "q2", Filing: "f1", Unit: "u1", Due: today.AddDays(3)})
	for n := range 70 {
		id := fmt.Sprintf("f%d", n)
		who := "q1"
		if n == 1 {
			who = "q2"
		}
		said("approval", id, at(n), approval.Received{Unit: "u2", Facts: approval.Facts{Title: "团组" + id, Depart: today.AddDays((n*37)%70 - 10)}, Members: []approval.Traveller{{Person: who, Head: true}}, Names: journal.Of(approval.Names{Unit: "云江市港航集团（虚构）"})},
			approval.Accepted{Number: fmt.Sprintf("YJ-2026-%06d-K", n), Steps: []approval.Step{{Role: "director"}}},
			approval.Decided{Approved: 1}, approval.DocumentIssued{Number: id})
	}
}

// all reads a list to its end and finds that no page repeats or leaves out.
func all(t *testing.T, o Order, page func(Next) ([]Row, error)) []Row {
	t.Helper()
	var out []Row
	seen := map[string]bool{}
	for after := (Next{}); ; {
		rows, err := page(after)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if seen[r.Booklet] {
				t.Fatalf("%s is listed twice", r.Booklet)
			}
			seen[r.Booklet] = true
		}
		out = append(out, rows...)
		if len(rows) < PageSize {
			return out
		}
		after = o.NextOf(rows[len(rows)-1])
	}
}

func TestBookletsAreFoundByWhateverPeopleKnowOfThem(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		city(t, s)
		for text, want := range map[string]int{
			"王": 120, "王知行": 120, "wang": 121, // 望舒 too
			"wzx": 120, "知行": 120, "欧阳": 1, "ouyang": 1, "OYWS": 1, "望舒": 1, "尉迟安": 1, "yuchi": 1,
			"1234": 1, "43X": 1, "543x": 1, // the end of an identity number
			"902": 1, "ＰＥ１２３４９０２": 1, "SE0000902": 1, "se 000 0901": 1, // of a booklet's
			"民政局": 121, "port group": 2, "港航": 2, // the holder's unit, and the one that answers for it
			"YJ-2026-000001-K": 1, "yj-2026-000001": 1, "YJ-2026-000002": 1, // a case: the booklets of its travellers
			"团组f1": 2, "团组F60": 1, "团组": 2, // by its name, those that are under way
			"": 0, " ": 0, "x": 0, "12": 1, "局": 0, "100%": 0, "__": 0, "S-2026-11-24": 0, "没有这个人": 0,
		} {
			for _, o := range Orders() {
				rows := all(t, o, func(n Next) ([]Row, error) { return Found(ctx, s, Find(text), "", o, n) })
				if len(rows) != want {
					t.Errorf("looking for %q by %s gives %d booklets, want %d", text, o, len(rows), want)
				}
				if !slices.IsSortedFunc(rows, func(a, b Row) int { return strings.Compare(key(o, a, "~"), key(o, b, "~")) }) {
					t.Errorf("%q isn't in the order of %s", text, o)
				}
			}
			counts, err := FoundAt(ctx, s, Find(text))
			if err != nil || counts[InStore]+counts[IsLent] != want {
				t.Errorf("looking for %q counts %v, want %d, %v", text, counts, want, err)
			}
		}
		lent, err := Found(ctx, s, Find("港航"), IsLent, ByDue, Next{})
		if err != nil || len(lent) != 1 || lent[0].Person != "q2" {
			t.Errorf("of those, %+v are lent, %v", lent, err)
		}
		for _, o := range Orders() {
			rows := all(t, o, func(n Next) ([]Row, error) { return Sorted(ctx, s, InStore, o, n) })
			if len(rows) != 121 || !slices.IsSortedFunc(rows, func(a, b Row) int { return strings.Compare(key(o, a, ""), key(o, b, "")) }) {
				t.Errorf("by %s the store has %d booklets, or in another order", o, len(rows))
			}
		}
	})
}

// key is what a row is sorted by; never is what stands for no day.
func key(o Order, r Row, never string) string {
	switch o {
	case ByExpiry:
		return r.Expires.String() + " " + r.Booklet
	case BySince:
		return fmt.Sprintf("%020d", r.Since) + r.Booklet
	}
	return cmp.Or(r.Due.String(), never) + " " + r.Booklet
}

func TestCasesToLendForStandInTheOrderOfDeparture(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := context.Background(), open()
		city(t, s)
		read := func(page func(approval.Leaving) ([]approval.QueueRow, error)) []approval.QueueRow {
			var out []approval.QueueRow
			for after := (approval.Leaving{}); ; {
				rows, err := page(after)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, rows...)
				if len(rows) < 8 {
					return out
				}
				last := rows[len(rows)-1]
				after = approval.Leaving{Past: last.Depart.Before(today), Depart: last.Depart.String(), Filing: last.Filing}
			}
		}
		check := func(what string, rows []approval.QueueRow, want int) {
			t.Helper()
			seen := map[string]bool{}
			for i, r := range rows {
				if seen[r.Filing] {
					t.Errorf("%s: %s is listed twice", what, r.Filing)
				}
				seen[r.Filing] = true
				if i > 0 && (rows[i-1].Depart.Before(today) && !r.Depart.Before(today) || rows[i-1].Depart.Before(today) == r.Depart.Before(today) && r.Depart.Before(rows[i-1].Depart)) {
					t.Errorf("%s: %s, leaving on %s, stands after %s", what, r.Filing, r.Depart, rows[i-1].Depart)
				}
			}
			if len(rows) != want {
				t.Errorf("%s gives %d cases, want %d", what, len(rows), want)
			}
		}
		check("the list", read(func(a approval.Leaving) ([]approval.QueueRow, error) { return approval.Departing(ctx, s, today, a, 8) }), 70)
		for text, want := range map[string]int{"欧阳": 69, "oyws": 69, "901": 69, "902": 1, "yuchi": 1, "港航": 70, "YJ-2026-00003": 10, "民政": 0, "没有": 0, "": 0} {
			check(text, read(func(a approval.Leaving) ([]approval.QueueRow, error) { return ToLend(ctx, s, Find(text), today, a, 8) }), want)
		}
	})
}

func TestListsAreReadAlongTheirIndexes(t *testing.T) {
	s := sqlite(t)
	city(t, s)
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
	for _, c := range []struct {
		index, query string
		args         []any
	}{
		{"custody_booklet_by_place", byDue, []any{"store", "", "", 50}},
		{"custody_booklet_by_expiry", byExpiry, []any{"store", "", "", 50}},
		{"custody_booklet_by_since", bySince, []any{"store", -1, "", 50}},
	} {
		if got := plan(c.query, c.args...); !strings.Contains(got, "USING INDEX "+c.index) || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s isn't used: %s", c.index, got)
		}
	}
	inner := []string{"person_key_by_key", "custody_booklet_by_person", "custody_booklet_by_holder_unit", "custody_booklet_by_unit", "custody_booklet_by_tail", "approval_queue_by_number", "approval_member_by_filing"}
	for query, args := range map[string][]any{foundByDue: {"", "", "", 50}, foundByExpiry: {"", "", "", 50}, foundBySince: {"", -1, "", 50}, foundPlaces: nil} {
		got := plan(query, Find("王").args(args...)...)
		for _, index := range inner {
			if !strings.Contains(got, "INDEX "+index) {
				t.Errorf("%s isn't used: %s", index, got)
			}
		}
		if strings.Contains(got, "SCAN custody_booklet") || strings.Contains(got, "SCAN person") || strings.Contains(got, "SCAN approval") {
			t.Errorf("a table is read from end to end: %s", got)
		}
	}
	got := plan(foundLeaving, Find("王").args("", "~", "", "", 50)...)
	if strings.Contains(got, "SCAN custody_booklet") || strings.Contains(got, "SCAN person") || strings.Contains(got, "SCAN approval") || !strings.Contains(got, "INDEX approval_queue_by_unit") {
		t.Errorf("looking for a case to lend for: %s", got)
	}
}

// What is due in the next days is counted whole, not by the page.
func TestWhatIsDueSoonIsCountedWhole(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		s, ctx := open(), context.Background()
		said := tell(t, s)
		day := calendar.On(2026, 12, 1)
		for i := range PageSize + 20 {
			who, b := fmt.Sprintf("p%02d", i), fmt.Sprintf("b%02d", i)
			said("holder", who, time.Now(), Registered{Booklet: b, Person: who, Type: "publicAffairs", Tail: "001", Expires: calendar.On(2031, 1, 1)},
				Lent{Booklet: b, Person: who, Filing: "f", Due: day.AddDays(i % 5), By: Window})
		}
		if n, err := DueWithin(ctx, s, day, day.AddDays(3)); err != nil || n != (PageSize+20)*4/5 {
			t.Errorf("due in three days are %d, %v", n, err)
		}
	})
}
