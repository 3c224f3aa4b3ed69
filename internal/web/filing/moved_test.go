package filing_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	room "yitang/internal/filing"
)

// A trip that moves away from the days of its letter can be made whole where it was
// sent back, whether it stays as long or becomes longer: the letter's days and its
// paper open, nights and days that are paid for follow, and nothing else opens.
func TestATripThatMovedIsMadeWholeWithItsLetterAndItsMoney(t *testing.T) {
	for name, longer := range map[string]int{"as long": 0, "longer by a day": 1} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			he, luo := w.as("he"), w.as("luo")
			at, id := he.presented("valid-hong-kong-4-days")
			luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
			give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "members[0].otherTrips[0]", Rule: "MEM-010", Words: "护照来不及交回再领"}}})
			was := w.filing(id).Dossier
			const by = 21
			arrive, leave := was.Legs[0].Arrive, was.Legs[0].Leave
			arrive.Date, leave.Date = arrive.Date.AddDays(by), leave.Date.AddDays(by+longer)
			depart, home := was.Trip.Depart.AddDays(by), was.Trip.Return.AddDays(by+longer)
			f := he.form(he.ok(at+"/notice"), at+"/notice")
			if f.Has("invitations[0].to") {
				t.Error("the letter is open before anything moved")
			}
			he.done(at+"/notice", with(f, "case.depart", depart.String(), "case.return", home.String(), "legs[0].arrive", arrive.String(), "legs[0].leave", leave.String(), "_stay", "1"))

			p := he.ok(at + "/notice")
			f = he.form(p, at+"/notice")
			for path := range f {
				_, is := dossier.FormOf(path)
				if g := dossier.Generic(path); is && !room.IsDayOfTrip(path) && !slices.Contains([]string{"invitations.issued", "invitations.from", "invitations.to"}, g) && !dossier.Within(path, "notice") && (longer == 0 || !dossier.Within(path, "itinerary")) {
					t.Errorf("%s opened, too", path)
				}
			}
			if r := he.post(at+"/correct", maps.Clone(f)); r.status != http.StatusUnprocessableEntity || !strings.Contains(text(r.body), "邀请期只到") {
				t.Fatalf("a letter that doesn't cover the days: %d %s", r.status, text(r.body))
			}
			if r := he.post(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "invitations[0].issuer", "别家")); r.status != http.StatusUnprocessableEntity {
				t.Errorf("another host is taken: %d", r.status)
			}
			f = he.form(he.ok(at+"/notice"), at+"/notice")
			for path := range f {
				if strings.HasSuffix(path, ".activity") && f.Get(path) == "" {
					f.Set(path, "与香港示范大学商定联合实验室的分工")
				}
			}
			he.done(at+"/notice", with(f, "invitations[0].issued", "2026-03-09", "invitations[0].from", depart.String(), "invitations[0].to", home.String(), "_stay", "1"))
			letter := slices.IndexFunc(was.Materials, func(m dossier.Material) bool { return m.Kind == "M04" })
			p = he.ok(at + "/notice")
			he.another(at, p, "M04", "新邀请函.pdf")
			he.done(at+"/correct", he.form(he.ok(at+"/notice"), at+"/notice"))

			is := w.filing(id)
			if is.Stage != room.IsSubmitted || is.Dossier.Trip.Depart != depart || is.Dossier.Trip.Return != home {
				t.Fatalf("handed in: %s %+v", is.Stage, is.Dossier.Trip)
			}
			if l := is.Dossier.Invitations[0]; l.From != depart || l.To != home || l.Issuer != was.Invitations[0].Issuer {
				t.Errorf("the letter: %+v", l)
			}
			if a, b := was.Materials[letter], is.Dossier.Materials[letter]; a.SHA256 == b.SHA256 || b.Kind != "M04" || len(is.Dossier.Materials) != len(was.Materials) {
				t.Errorf("its paper: %+v", b)
			}
			for i, l := range is.Dossier.Budget.Lines {
				want := was.Budget.Lines[i].Units
				if slices.Contains([]dossier.CostKind{dossier.Lodging, dossier.Meals, dossier.Incidentals}, l.Kind) {
					want += longer
				}
				if l.Units != want {
					t.Errorf("line %d pays for %d, not %d", i, l.Units, want)
				}
			}
			for path, o := range is.Origins {
				if strings.HasSuffix(path, ".units") && was.Text(path) != is.Dossier.Text(path) && o != room.Derived {
					t.Errorf("%s counts as %v", path, o)
				}
			}
			for _, d := range dossier.Difference(was, is.Dossier) {
				if !room.IsDayOfTrip(d.Path) && !(room.Filing{Dossier: was}).ByDays(d.Path) && !slices.Contains([]string{"case.daysAbroad", "budget.lines.amountCny", "budget.totalCny"}, dossier.Generic(d.Path)) {
					t.Errorf("%s changed, too", d)
				}
			}
		})
	}
}

// A journey that becomes shorter by a day names the half-days it has no place for,
// and opens the others, so that what is still to be done is written there.
func TestWhatAShorterJourneyHasNoPlaceForIsNamed(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-hong-kong-4-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "case.return", Words: "早一天回来"}}})
	was := w.filing(id).Dossier
	leave, home := was.Legs[0].Leave, was.Trip.Return.AddDays(-1)
	leave.Date = leave.Date.AddDays(-1)
	he.done(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "case.return", home.String(), "legs[0].leave", leave.String(), "_stay", "1"))
	p := he.ok(at + "/notice")
	last := was.Itinerary[len(was.Itinerary)-1]
	if last.Activity == "" || !strings.Contains(text(p.body), "放不下的半天已经去掉") || !strings.Contains(text(p.body), "“"+last.Activity+"”") {
		t.Errorf("nobody is told that %q fell away", last.Activity)
	}
	open := 0
	for path := range he.form(p, at+"/notice") {
		if strings.HasSuffix(path, ".activity") {
			open++
		}
	}
	if want := len(was.Itinerary) - 2; open != want {
		t.Errorf("%d half-days are open, not %d", open, want)
	}
}

// another gives a file in the place of the paper of a kind that a page offers to
// replace.
func (r reader) another(at string, p page, kind, name string) {
	r.t.Helper()
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		r.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data != "form" || attr(n, "action") != at+"/papers" {
			continue
		}
		f := url.Values{}
		for x := range n.Descendants() {
			read(x, f)
		}
		if f.Get("kind") != kind || f.Get("replaces") == "" {
			continue
		}
		fields := map[string]string{}
		for k := range f {
			fields[k] = f.Get(k)
		}
		if got := r.upload(at, fields, name, pdf(name)); got.status != http.StatusSeeOther {
			r.t.Fatal(got.status, text(got.body))
		}
		return
	}
	r.t.Fatalf("no %s can be replaced", kind)
}

// Back on the days that were handed in, a letter's new days aren't handed in, and
// the money is as it was.
func TestBackOnTheOldDaysLetterAndMoneyAreAsTheyWere(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-hong-kong-4-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "case.return", Words: "日子再核一下"}}})
	was := w.filing(id).Dossier
	days := func(depart, home calendar.Date, more ...string) url.Values {
		arrive, leave := was.Legs[0].Arrive, was.Legs[0].Leave
		arrive.Date, leave.Date = depart, home
		return with(he.form(he.ok(at+"/notice"), at+"/notice"), append([]string{"case.depart", depart.String(), "case.return", home.String(), "legs[0].arrive", arrive.String(), "legs[0].leave", leave.String(), "_stay", "1"}, more...)...)
	}
	he.done(at+"/notice", days(was.Trip.Depart.AddDays(7), was.Trip.Return.AddDays(8)))
	he.done(at+"/notice", days(was.Trip.Depart.AddDays(7), was.Trip.Return.AddDays(8), "invitations[0].to", "2026-05-30"))
	if says := text(he.ok(at + "/notice").body); !strings.Contains(says, "能算出来的已经改好") {
		t.Errorf("nobody says that the money followed: %s", says)
	}
	he.done(at+"/notice", days(was.Trip.Depart, was.Trip.Return))
	he.done(at+"/correct", with(he.form(he.ok(at+"/notice"), at+"/notice"), "replies.case.return", "核过，没有错"))
	is := w.filing(id)
	if d := dossier.Difference(was, is.Dossier); is.Stage != room.IsSubmitted || len(d) > 0 {
		t.Errorf("%s %s", is.Stage, fmt.Sprint(d))
	}
}
