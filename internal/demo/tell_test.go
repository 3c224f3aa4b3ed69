package demo_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/demo"
	"yitang/internal/dossier"
	"yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/unit"
	"yitang/internal/visa"
	"yitang/internal/zone"
	"yitang/packs"
)

func newZones(t *testing.T, began time.Time) demo.Zones {
	t.Helper()
	ctx := context.Background()
	base := t.TempDir()
	z := demo.Zones{Clock: demo.NewClock(began, time.Time{})}
	options := func(name zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(base, string(name)), Clock: z.Clock.Now, Log: slog.New(slog.NewTextHandler(testWriter{t}, nil))}
		if err := node.Init(name, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	var err error
	if z.Internet, err = node.OpenInternet(ctx, options(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Internet.Close)
	if z.Office, err = node.OpenOffice(ctx, options(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Office.Close)
	if z.Passport, err = node.OpenPassport(ctx, options(zone.Passport)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Passport.Close)
	nodes := []*node.Node{z.Internet.Node, z.Office.Node, z.Passport.Node}
	if err := node.Pair(nodes...); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		x, err := n.Exchange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		z.Shares = append(z.Shares, x)
		n.Start()
	}
	return z
}

// loaded is a city that was loaded as for make demo, and opened again.
func loaded(t *testing.T, o demo.LoadOptions) demo.Zones {
	t.Helper()
	f := open(t, t.TempDir())
	began := time.Now()
	if _, err := f.Load(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %s", time.Since(began).Round(time.Millisecond))
	var z demo.Zones
	var err error
	at := func(name zone.Zone) node.Options {
		return node.Options{Dir: f.Zones()[name], Clock: demo.NewClock(o.Now, o.Now).Now}
	}
	if z.Internet, err = node.OpenInternet(context.Background(), at(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Internet.Close)
	if z.Office, err = node.OpenOffice(context.Background(), at(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Office.Close)
	if z.Passport, err = node.OpenPassport(context.Background(), at(zone.Passport)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Passport.Close)
	return z
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// The whole city, told by commands: every case stands where its fate says, in
// both zones that follow it.
func TestTheCityIsToldByCommands(t *testing.T) {
	ctx := context.Background()
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	// The whole city takes minutes: make soak tells it.
	closed, share := demo.ClosedCases/20, 3
	if os.Getenv("YITANG_SOAK") != "" {
		closed, share = demo.ClosedCases, 1
	}
	city, err := demo.NewSmallCity(1, calendar.DateOf(now), set, closed, share)
	if err != nil {
		t.Fatal(err)
	}
	z := loaded(t, demo.LoadOptions{Seed: 1, Now: now, Closed: closed, Share: share})

	units, err := unit.List(ctx, z.Internet.Store)
	if err != nil || len(units) != 40 {
		t.Fatalf("the internet zone knows %d units: %v", len(units), err)
	}
	people := 0
	for _, u := range units {
		n, err := person.Count(ctx, z.Office.Store, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		people += n
	}
	if people != 600 {
		t.Errorf("the office knows %d people, want 600", people)
	}
	for _, p := range city.Plans {
		want := stands(p)
		for _, n := range []*node.Node{z.Internet.Node, z.Office.Node} {
			is, _, err := progress.Of(ctx, n.Store, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if is.Stage != want && (n.Zone == zone.Internet || want != progress.InDraft && want != progress.AtSignatory) {
				t.Errorf("in the %s zone, %s, which %s, is %q, want %q", n.Zone, p.Case.Trip.Title, p.Fate.Upto, is.Stage, want)
			}
		}
	}
	thereIsSomethingOfEverything(t, z, city)
	whoTravelledIsKnown(t, z, city)
}

// whoTravelledIsKnown looks for what people gave once and are never asked again: who
// has a passport has told what one is made of, and who needed a visa what its form
// asks and a photo.
func whoTravelledIsKnown(t *testing.T, z demo.Zones, city demo.City) {
	ctx := context.Background()
	holds := func(p demo.Person, details []string, papers ...string) {
		t.Helper()
		rec, _, err := journal.Load(ctx, z.Internet.Journal, person.Room, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range details {
			if !rec.Details.Holds(key) {
				t.Errorf("%s of %s isn't held", key, p.Facts.Name())
			}
		}
		given, err := material.Of(ctx, z.Internet.Store, material.OfPerson, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range papers {
			if !slices.ContainsFunc(given, func(m material.Material) bool { return m.Kind == kind && !m.Gone }) {
				t.Errorf("%s of %s isn't held", kind, p.Facts.Name())
			}
		}
	}
	all := []string{"person.placeOfBirth", "person.homeAddress", "person.homeAddressEn", "person.postEn", "person.marital", "person.education"}
	travelled, photographed := 0, 0
	for _, p := range city.People {
		if slices.ContainsFunc(p.Booklets, func(b demo.Booklet) bool { return b.Type != dossier.HKMacauPermit }) {
			holds(p, all, "M24")
			travelled++
		}
	}
	for _, p := range city.Plans {
		if p.Fate.Upto != demo.Closes || p.ID[len(p.ID)-1]%4 == 0 { // of these something was to come later
			continue
		}
		for _, v := range p.Visas {
			holds(city.People[p.Members[v.Member]], all, "M24", "M26")
			photographed++
		}
	}
	if travelled < 100 || photographed == 0 {
		t.Errorf("%d people with a passport, %d with a visa", travelled, photographed)
	}
}

// Relative to today the city meets other holidays, month's ends and lapses each
// day: nothing in it is stopped by a rule on any of them.
func TestTheCityIsToldOnAnyDay(t *testing.T) {
	if os.Getenv("YITANG_SOAK") == "" {
		t.Skip("a minute for each day: make soak; TestTheCityIsToldByCommands tells one here")
	}
	ctx := context.Background()
	const closed, share = demo.ClosedCases / 5, 1
	days := strings.Fields("2026-11-30 2026-12-05 2026-12-18 2026-12-31 2027-01-01 2027-01-15 2027-02-07 2027-02-28 2027-04-01 2027-05-04 2027-07-31 2027-10-08")
	if only := os.Getenv("YITANG_DAY"); only != "" { // when one of them fails
		days = strings.Fields(only)
	}
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range days {
		t.Run(day, func(t *testing.T) {
			d, err := calendar.Parse(day)
			if err != nil {
				t.Fatal(err)
			}
			now := d.Begins().Add(15 * time.Hour)
			city, err := demo.NewSmallCity(1, d, set, closed, share)
			if err != nil {
				t.Fatal(err)
			}
			z := loaded(t, demo.LoadOptions{Seed: 1, Now: now, Closed: closed, Share: share, Stuck: func(err error) { t.Error(err) }})
			for _, p := range city.Plans {
				is, _, err := progress.Of(ctx, z.Internet.Store, p.ID)
				if err != nil {
					t.Fatal(err)
				}
				if want := stands(p); is.Stage != want {
					t.Errorf("%s, which %s, is %q, want %q", p.Case.Trip.Title, p.Fate.Upto, is.Stage, want)
				}
			}
		})
	}
}

// An office that works by another pack has its demo too: nothing of the city is
// judged, numbered or reviewed as in the one that the program brings.
func TestTheDemoCityIsToldByAnotherPack(t *testing.T) {
	ctx := context.Background()
	files, _ := packs.Named("hailan")
	c, err := pack.ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	base, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	set, wrong := base.Lay(c)
	if wrong != nil {
		t.Fatal(wrong)
	}
	city, err := demo.NewCity(1, calendar.DateOf(now), set)
	if err != nil {
		t.Fatal(err)
	}
	const cases = 8
	z := loaded(t, demo.LoadOptions{Seed: 1, Now: now, Cases: cases, Pack: c})
	numbered := 0
	for _, p := range city.Plans[:cases] {
		is, _, err := progress.Of(ctx, z.Internet.Store, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if want := stands(p); is.Stage != want {
			t.Errorf("%s, which %s, is %q, want %q", p.Case.Trip.Title, p.Fate.Upto, is.Stage, want)
		}
		a, _, err := journal.Load(ctx, z.Office.Journal, approval.Room, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !set.Office.Numbers.Case.Fits(a.Number) {
			t.Errorf("%s has the number %s", p.Case.Trip.Title, a.Number)
		}
		if a.Document != nil {
			numbered++
			if !set.Office.Numbers.Document.Fits(a.Document.Number) {
				t.Errorf("the approval of %s has the number %s", p.Case.Trip.Title, a.Document.Number)
			}
		}
	}
	if numbered < cases/2 || z.Office.Issuer.Office != set.Office.Name.Zh {
		t.Errorf("%d approvals were issued by %s", numbered, z.Office.Issuer.Office)
	}
	for _, n := range []*node.Node{z.Internet.Node, z.Office.Node, z.Passport.Node} {
		if now, err := n.Packs.At(ctx, now); err != nil || now.Version != set.Version {
			t.Errorf("the %s zone judges by another set: %v", n.Zone, err)
		}
	}
}

// thereIsSomethingOfEverything looks at the rooms for what people of the demo
// should meet.
func thereIsSomethingOfEverything(t *testing.T, z demo.Zones, city demo.City) {
	ctx := context.Background()
	seen := map[string]int{}
	visits := map[int]int{}
	for _, p := range city.Plans {
		for _, n := range []*node.Node{z.Internet.Node, z.Office.Node} {
			if is, _, err := progress.Of(ctx, n.Store, p.ID); err != nil {
				t.Fatal(err)
			} else if n.Zone == zone.Internet {
				seen["case "+string(is.Stage)+" "+is.Outcome]++
				if !is.Awaits.IsZero() {
					seen["opinion sought"]++
				}
			}
		}
		if a, _, err := journal.Load(ctx, z.Office.Journal, approval.Room, p.ID); err != nil {
			t.Fatal(err)
		} else if len(a.Seen) > 0 && a.Stage == approval.UnderReview {
			seen["looked at by a desk"]++
		}
		orders, err := visa.Of(ctx, z.Office.Store, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range orders {
			seen["visa "+string(o.Stage)]++
			if !o.Mission.Seen.IsZero() {
				seen["traveller seen by a mission"]++
			} else if !o.Mission.Day.IsZero() {
				seen["day at a mission"]++
			}
			if p.Fate.Upto == demo.Closes && o.Stage.Open() {
				t.Errorf("%s is closed with a visa that is %q", p.Case.Trip.Title, o.Stage)
			}
		}
		booklets, err := passport.OfFiling(ctx, z.Passport.Store, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range booklets {
			seen["order "+string(o.Stage)]++
			if p.Fate.Upto == demo.Closes && o.Stage != passport.IsHandedOver {
				t.Errorf("%s is closed with a booklet that is %q", p.Case.Trip.Title, o.Stage)
			}
		}
		if rated, _, err := feedback.Of(ctx, z.Office.Store, p.ID); err != nil {
			t.Fatal(err)
		} else if rated.Rating().Poor() {
			seen[fmt.Sprintf("poor rating, open: %v", rated.Open())]++
		}
		if p.Fate.Upto != demo.Closes {
			continue
		}
		l, err := ledger.Of(ctx, z.Office.Store, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		visits[l.Visits]++
		if l.Visits > 1 || l.Visits != min(1, len(booklets)) && p.Case.Trip.Kind != "hkMacau" || l.Asks == 0 || l.Returns != min(1, len(p.Fate.Returned)) {
			t.Errorf("%s, with %d booklets made and %d defects, counts %+v", p.Case.Trip.Title, len(booklets), len(p.Fate.Returned), l)
		}
	}
	left, err := hall.NotClosed(ctx, z.Office.Store, city.Today)
	if err != nil || len(left) > 0 {
		t.Errorf("%d visits of earlier days were never ended: %v", len(left), err)
	}
	late, err := custody.Overdue(ctx, z.Office.Store, city.Today, custody.After{})
	if err != nil {
		t.Fatal(err)
	}
	seen["booklet overdue"] = len(late)
	for _, what := range []string{"case  ", "case presented ", "case received ", "case sent_back ", "case review ", "looked at by a desk", "case decided ", "opinion sought", "case issued ", "case cleared ", "case abroad ", "case home ",
		"case archived approved", "case archived refused", "case archived withdrawn", "case archived revoked", "case archived cancelled", "day at a mission", "traveller seen by a mission", "case not_departed ", "visa planned", "visa kit", "visa sent", "visa granted", "visa refused", "visa checked",
		"visa released", "visa none", "order ordered", "order captured", "order made", "order checked", "order handed_over", "booklet overdue", "poor rating, open: true", "poor rating, open: false"} {
		if seen[what] == 0 {
			t.Errorf("nothing in the city is a %s", what)
		}
	}
	if t.Failed() {
		t.Logf("seen: %v", seen)
	}
	t.Logf("visits of closed cases: %v; overdue booklets: %d", visits, len(late))
}

// stands is where the case of a plan is when its story is told.
func stands(p demo.Plan) progress.Stage {
	if p.Fate.Refused {
		return progress.Archived
	}
	if p.Fate.Common == demo.WeJoin {
		return progress.Decided // its mission notice is awaited
	}
	switch p.Fate.Upto {
	case demo.Begins, demo.HandsBack:
		return progress.InDraft
	case demo.Presents:
		return progress.AtSignatory
	case demo.Submits, demo.Corrects:
		return progress.AtIntake
	case demo.SendsBack:
		return progress.SentBack
	case demo.Accepts, demo.Asks, demo.Reviews:
		return progress.InReview
	case demo.Clears, demo.Lends:
		return progress.Cleared
	case demo.StaysHome:
		return progress.NotDeparted
	case demo.Departs:
		return progress.Abroad
	case demo.ComesHome, demo.HandsIn, demo.Reports, demo.Rates:
		return progress.Home
	case demo.Withdraws, demo.Revokes, demo.Files, demo.Closes:
		return progress.Archived
	}
	return progress.Issued
}

// Told twice, the same city has the same history: every case by every event, its
// day and its actor, and the same numbers. Ids that a room draws are new each time.
func TestTheSameSeedTellsTheSameHistory(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	tell := func() []string {
		city, err := demo.NewCity(1, calendar.MustParse("2026-03-10"), set)
		if err != nil {
			t.Fatal(err)
		}
		city.Plans = city.Plans[:8]
		z := newZones(t, city.Began.Begins())
		if err := demo.Tell(context.Background(), z, city); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, n := range []*node.Node{z.Internet.Node, z.Office.Node, z.Passport.Node} {
			head, _ := n.Journal.Head()
			events, err := n.Journal.Events(context.Background(), 0, int(head))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				line := fmt.Sprintf("%s %s %s %s %s", n.Zone, ledger.CaseOf(e), e.Kind, calendar.DateOf(e.At), e.Actor)
				switch b := e.Body.(type) {
				case approval.Accepted:
					line += b.Number
				case approval.DocumentIssued:
					line += b.Number
				case passport.Made:
					line += b.Tail
				case hall.Booked:
					line += b.Number
				case custody.Lent:
					line += b.Booklet + b.Due.String()
				}
				lines = append(lines, line)
			}
		}
		slices.Sort(lines)
		return lines
	}
	once, again := tell(), tell()
	if len(once) < 2000 {
		t.Errorf("the history has only %d events", len(once))
	}
	if !slices.Equal(once, again) {
		for i := range min(len(once), len(again)) {
			if once[i] != again[i] {
				t.Fatalf("the second time it was told\n%s\nthe first time\n%s", again[i], once[i])
			}
		}
		t.Fatalf("%d events the first time, %d the second", len(once), len(again))
	}
}
