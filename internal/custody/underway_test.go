package custody

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

// A booklet is under way from the wish to the keeper's hands, under whatever id
// its holder is known in the case that it is made for. What only another case
// waits for, what was stopped and what is only endorsed, isn't.
func TestABookletIsUnderWayFromTheWishToTheKeeper(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		s := openStore()
		said := tell(t, s, approval.Projections[2], passport.Projections[0])
		at := func(n int) time.Time { return today.Begins().Add(time.Duration(n) * time.Minute) }
		under := func(who, but string) string {
			t.Helper()
			all, err := UnderwayOf(context.Background(), s, who, but)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, u := range all {
				out = append(out, fmt.Sprintf("%s %s%v", u.Order, u.Due, u.Waits()))
			}
			slices.Sort(out)
			return fmt.Sprint(out)
		}
		wants := func(says, want string) {
			t.Helper()
			if got := under("new", "g"); got != want {
				t.Errorf("%s: %s, want %s", says, got, want)
			}
		}
		said("person", "old", at(0), named("王", "知行", "509901198001001234"))
		said("person", "new", at(0), named("王", "知行", "509901198001001235"))
		said("person", "old", at(1), person.Absorbed{Into: "new"})
		wants("nothing", "[]")
		renewed := func(says, typ, by string, want bool) {
			t.Helper()
			if got, err := BeingRenewed(context.Background(), s, Row{Booklet: "b", Person: "new", Type: typ, ReplacedBy: by}); err != nil || got != want {
				t.Errorf("%s, a %s is being renewed: %v, %v", says, typ, got, err)
			}
		}
		renewed("nothing is made", "publicAffairs", "", false)
		renewed("its successor is there", "publicAffairs", "c", true)
		said("approval", "f", at(2), approval.BookletAsked{Person: "old", Type: "publicAffairs", Why: "new"})
		said("approval", "h", at(2), approval.BookletAsked{Person: "new", Type: "publicAffairs", Why: "new", From: "f.old"})
		said("approval", "k", at(2), approval.BookletAsked{Person: "new", Type: "hkMacauPermit", Why: approval.EndorseOnly})
		wants("asked for", "[f.old true]")
		renewed("asked for under another id", "publicAffairs", "", true)
		renewed("only endorsed", permit, "", false)
		if got := under("new", "f"); got != "[]" {
			t.Errorf("the case's own: %s", got)
		}
		due := calendar.On(2026, 8, 21)
		said("order", "f.old", at(3), passport.Ordered{Filing: "f", Person: "old", Type: "publicAffairs", Why: "new", Due: due})
		wants("ordered", "[f.old true]")
		said("order", "f.old", at(4), passport.Captured{Filing: "f", Person: "old", Due: due, CaptureUntil: calendar.On(2031, 8, 1)})
		wants("captured", "[f.old 2026-08-21false]")
		said("order", "f.old", at(5), passport.HandedOver{Filing: "f", Person: "old"})
		wants("handed over", "[f.old 2026-08-21false]")
		said("holder", "old", at(6), Announced{Booklet: "f.old", Person: "old", Filing: "f", Type: "publicAffairs", Expires: calendar.On(2031, 8, 1)})
		wants("announced", "[f.old 2026-08-21false]")
		said("holder", "old", at(7), Received{Booklet: "f.old", Person: "old", Filing: "f"})
		wants("received", "[]")
		said("approval", "m", at(8), approval.BookletAsked{Person: "new", Type: "publicAffairs", Why: "new"})
		said("order", "m.new", at(8), passport.Ordered{Filing: "m", Person: "new", Type: "publicAffairs", Why: "new", Due: due})
		// What its case no longer wants may still be handed over, until the passport
		// zone has said that it stopped.
		said("approval", "m", at(9), approval.BookletsStopped{Persons: []string{"new"}})
		wants("no longer wanted", "[m.new true]")
		said("order", "m.new", at(10), passport.Stopped{Filing: "m", Person: "new"})
		wants("stopped", "[]")
	})
}

// A case that was filed online names its members' booklets by kind and days, not by
// number. One that is lost since, or whose place another has taken, serves it no
// more; what lies in the store does.
func TestABookletThatACaseNamesWithoutItsNumberIsKnownAgain(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		s := openStore()
		said := tell(t, s, approval.Projections[2], passport.Projections[0])
		at := func(n int) time.Time { return today.Begins().Add(time.Duration(n) * time.Minute) }
		old := Announced{Booklet: "old", Person: "p", Type: "publicAffairs", Tail: "346", Issued: calendar.On(2022, 10, 16), Expires: calendar.On(2027, 10, 16)}
		next := Announced{Booklet: "next", Person: "p", Type: "service", Tail: "004", Issued: calendar.On(2026, 2, 25), Expires: calendar.On(2031, 2, 24)}
		inCase := dossier.Passport{Type: dossier.PublicAffairs, Issued: old.Issued, Expires: old.Expires}
		trav := Traveller{ID: "p", Filing: "f", Case: dossier.Case{Members: []dossier.Member{{Passport: &inCase}}}}
		knows := func() string {
			t.Helper()
			k, err := trav.Knows(context.Background(), s, today)
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, b := range k.Booklets {
				out += fmt.Sprintf("%s gone:%v ", b.Passport.Type, b.Gone)
			}
			return out
		}
		said("person", "p", at(0), named("武", "世杰", "509901198001001234"))
		said("holder", "p", at(1), old)
		said("holder", "p", at(2), Received{Booklet: "old", Person: "p"})
		if got := knows(); got != "" {
			t.Errorf("as the case says: %s", got)
		}
		said("holder", "p", at(3), next)
		said("holder", "p", at(4), Received{Booklet: "next", Person: "p"})
		said("holder", "p", at(4), Replaced{Booklet: "old", Person: "p", By: "next"})
		if got := knows(); got != "service gone:false publicAffairs gone:true " {
			t.Errorf("another has taken its place: %s", got)
		}
		said("holder", "p", at(5), ReportedLost{Booklet: "next", Person: "p"})
		if got := knows(); got != "" {
			t.Errorf("the other is lost: %s", got)
		}
		said("holder", "p", at(6), ReportedLost{Booklet: "old", Person: "p"})
		if got := knows(); got != "publicAffairs gone:true " {
			t.Errorf("both are lost: %s", got)
		}
	})
}
