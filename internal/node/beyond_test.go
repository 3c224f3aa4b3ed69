package node_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/progress"
	"yitang/internal/quota"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/zone"
	"yitang/ref"
)

// hearsay is what happened at home: events of any room, as they come to a zone.
type hearsay struct{ bodies []any }

func (h hearsay) Decide(struct{}, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(h.bodies...), nil
}

// world is the two zones that judge: what happens in either reaches the other.
type world struct {
	t                testing.TB
	internet, office *journaltest.Bench
	checks           *precheck.Engine
}

// aWorld keeps one of the zones in the database that is tried.
func aWorld(t testing.TB, tried zone.Zone, at *store.Store) *world {
	t.Helper()
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	checks, err := precheck.New(data)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, checks: checks}
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		var s *store.Store
		if z == tried {
			s = at
		}
		b := journaltest.Open(t, journaltest.Options{Store: s, Zone: z, Kinds: node.Kinds(), Projections: func(r *keys.Ring) []journal.Projection { return node.Projections(r) }})
		if z == zone.Internet {
			w.internet = b
		} else {
			w.office = b
		}
	}
	return w
}

func (w *world) happens(at *journaltest.Bench, kind, id string, bodies ...any) {
	w.t.Helper()
	ctx := context.Background()
	before, _ := at.Head()
	room := journal.Subject[struct{}]{Kind: kind, Evolve: func(s struct{}, _ journal.Event) (struct{}, error) { return s, nil }}
	if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: "signatory", Account: "s"}), at.Journal, room, journal.Order{Subject: id}, journal.Command[struct{}](hearsay{bodies})); err != nil {
		w.t.Fatal(err)
	}
	other := w.office
	if at == w.office {
		other = w.internet
	}
	events, err := at.Events(ctx, before, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range events {
		b, ok, err := at.Registry().EncodeFor(e, other.Zone)
		if err != nil {
			w.t.Fatal(err)
		}
		if ok {
			if err := other.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err }); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// finds judges a case in a zone with what the zone knows.
func (w *world) finds(at *journaltest.Bench, moment precheck.At, a node.Asked) precheck.Findings {
	w.t.Helper()
	facts, err := node.Beyond(context.Background(), at.Journal, at.Keys, a)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.checks.Check(a.Case, moment, a.Case.AsOf, facts...)
}

func germany(t testing.TB) dossier.Case {
	t.Helper()
	f, err := os.Open("../../testdata/cases/valid-germany-5-days.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := dossier.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func handedIn(unit string, c dossier.Case, people ...string) filing.Submitted {
	s := filing.Submitted{Unit: unit, Title: c.Trip.Title, Kind: c.Trip.Kind, Category: c.Trip.Category, Depart: c.Trip.Depart, Return: c.Trip.Return,
		Countries: c.Countries(), Round: 1, Dossier: journal.Of(c)}
	for i, p := range people {
		s.Members = append(s.Members, filing.Traveller{Person: p, Head: i == 0})
	}
	return s
}

func TestWhatANodeKnowsBeyondACaseIsJudged(t *testing.T) {
	for _, tried := range []zone.Zone{zone.Internet, zone.Office} {
		t.Run(string(tried), func(t *testing.T) { judgesBeyond(t, tried) })
	}
}

func judgesBeyond(t *testing.T, tried zone.Zone) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		w := aWorld(t, tried, at())
		c := germany(t)
		ours, theirs := c.Unit.Name, "渝州研究院（虚构）"
		w.happens(w.office, "unit", "u1", unit.Opened{Name: ours, Type: "institution"})
		w.happens(w.office, "unit", "u2", unit.Opened{Name: theirs, Type: "institution"})
		w.happens(w.internet, "person", "p0", person.Recorded{In: "u1", FamilyName: journal.Of("江"), GivenName: journal.Of("明远"), IDNumber: journal.Of(c.Members[0].IDNumber), Post: journal.Of("处长"), Rank: journal.Of(dossier.Division)})
		w.happens(w.internet, "person", "p1", person.Recorded{In: "u1", FamilyName: journal.Of("舒"), GivenName: journal.Of("若澜"), IDNumber: journal.Of(c.Members[1].IDNumber), Post: journal.Of("教师"), Rank: journal.Of(dossier.Section)})
		c.Members[0].Principal = dossier.AdministrativeHead
		c.Materials[1].SHA256 = strings.Repeat("a", 64)
		asked := node.Asked{Filing: "f1", Unit: "u1", People: []string{"p0", "p1", "p2", "p3"}, Case: c}
		rules := func(b *journaltest.Bench, moment precheck.At) []string {
			var out []string
			for _, f := range w.finds(b, moment, asked).List {
				if f.Severity != precheck.Info && f.Rule != "ITN-014" && !slices.Contains(out, f.Rule) {
					out = append(out, f.Rule)
				}
			}
			slices.Sort(out)
			return out
		}
		want := func(what string, ids ...string) {
			t.Helper()
			for _, z := range []struct {
				b      *journaltest.Bench
				moment precheck.At
			}{{w.internet, precheck.Submit}, {w.office, precheck.Intake}} {
				if got := rules(z.b, z.moment); !slices.Equal(got, ids) {
					t.Errorf("%s, in the %s zone: %v, want %v", what, z.b.Zone, got, ids)
				}
			}
		}
		// The plan: none, one without this line, one with it.
		plan := func(lines ...string) {
			set := quota.Set{Unit: "u1", Year: c.Trip.Depart.Year(), Groups: 20, People: 80}
			for _, l := range lines {
				set.Lines = append(set.Lines, quota.Line{ID: l})
			}
			w.happens(w.office, "quota", quota.ID("u1", set.Year), set)
		}
		want("no plan", "GEN-008", "IDN-007")
		plan("2026-98", "2026-99")
		want("a plan without its line", "GEN-008", "IDN-007")
		plan("2026-98", c.Trip.PlanLine)
		asked.Case.Trip.PlanLine = ""
		want("planned, and no line chosen", "GEN-004", "IDN-007")
		asked.Case = c

		// One number, two names: the record says 若澜, the case 若兰.
		want("a name on record", "IDN-007")
		c.Members[1].GivenName = "若澜"
		asked.Case = c
		c.Invitations[0].Invitees = append(c.Invitations[0].Invitees, "舒若澜")
		asked.Case = c

		// Families and homes, as people told them for the forms of visas: nobody
		// typed them for this case.
		w.happens(w.internet, "person", "p1", person.Detailed{Family: journal.Of([]person.Relative{{Relation: "spouse", Name: "江明远"}})})
		want("a couple", "MEM-013")
		w.happens(w.internet, "person", "p0", person.Detailed{HomeAddress: journal.Of("云江市书院路1号")})
		w.happens(w.internet, "person", "p1", person.Detailed{Family: journal.Of([]person.Relative{}), HomeAddress: journal.Of("云江市书院路 1 号")})
		want("one address", "MEM-013")
		w.happens(w.internet, "person", "p1", person.Detailed{HomeAddress: journal.Of("云江市书院路2号")})

		// A travel card that was told once is good to know where all places take it.
		tokyo := c.Clone()
		tokyo.Legs[0].Country, tokyo.Legs[0].City, tokyo.Legs[0].CityEn, tokyo.Legs[0].Zone, tokyo.Invitations[0].IssuerCountry = "JPN", "东京", "Tokyo", "Asia/Tokyo", "JPN"
		card := func() int {
			return len(w.finds(w.internet, precheck.Submit, node.Asked{Filing: "f1", Unit: "u1", People: asked.People, Case: tokyo}).Of("VIS-019"))
		}
		if card() != 0 {
			t.Error("a travel card is told of that nobody carries")
		}
		w.happens(w.internet, "person", "p0", person.Detailed{TravelCard: journal.Of(calendar.MustParse("2028-01-01"))})
		if card() != 1 {
			t.Error("nothing is told of a travel card that serves everywhere on the way")
		}
		want("nothing else")

		// The same unit sends three more to the same host on the same plan line
		// with the same words, led by its other principal on some of the days.
		mate := c.Clone()
		mate.Trip.Title = "赴柏林设备验收团组"
		mate.Trip.Depart, mate.Trip.Return = calendar.On(2026, 5, 15), calendar.On(2026, 5, 19)
		mate.Members = mate.Members[:3]
		mate.Members[0].FamilyName, mate.Members[0].GivenName, mate.Members[0].Principal = "秦", "书远", dossier.PartyHead
		mate.Materials[1].SHA256 = strings.Repeat("b", 64)
		w.happens(w.internet, "filing", "f2", handedIn("u1", mate, "q0", "q1", "q2"))
		want("a group that was split", "GEN-010", "GEN-012", "GEN-024", "MEM-005", "MEM-006")
		w.happens(w.internet, "filing", "f2", filing.Withdrawn{Reason: "合并"})
		want("the split group was withdrawn")

		// Another unit goes there on the same days with the same letter. On the
		// Internet nothing is told of it but that there is one.
		shadow := c.Clone()
		shadow.Unit.Name, shadow.Trip.Title, shadow.Trip.Necessity, shadow.Members[0].Principal = theirs, "渝州研究院赴柏林交流团组", "另有任务", ""
		w.happens(w.internet, "filing", "f3", handedIn("u2", shadow, "s0", "s1"))
		want("a shadow delegation", "INV-014", "MEM-027")
		for _, f := range w.finds(w.internet, precheck.Submit, asked).List {
			if strings.Contains(f.Message.Zh+f.Message.En, "渝州") {
				t.Errorf("the Internet tells of another unit: %s", f.Message.Zh)
			}
		}
		if hits := w.finds(w.office, precheck.Intake, asked).Of("MEM-027"); len(hits) != 1 || !strings.Contains(hits[0].Message.Zh, theirs) {
			t.Errorf("the office isn't told whose it is: %v", hits)
		}
		// What the office refused is no case any more; its own table of
		// applications hears that by no event.
		w.happens(w.office, "approval", "f3", approval.Received{Unit: "u2", Facts: approval.Facts{Title: shadow.Trip.Title}, Names: journal.Of(approval.Names{}), Members: []approval.Traveller{{Person: "s0"}}},
			approval.Decided{Members: []approval.Verdict{{Person: "s0"}}})
		if got := rules(w.office, precheck.Intake); slices.Contains(got, "MEM-027") {
			t.Errorf("a refused case casts a shadow: %v", got)
		}
		w.happens(w.internet, "filing", "f3", filing.Concluded{Outcome: filing.Refused})
		want("the other unit was refused")

		// Nor is what was given up, which the office puts into its archive.
		w.happens(w.internet, "filing", "f4", handedIn("u2", shadow, "s0", "s1"))
		want("another shadow", "INV-014", "MEM-027")
		w.happens(w.office, "approval", "f4", approval.Received{Unit: "u2", Facts: approval.Facts{Title: shadow.Trip.Title}, Names: journal.Of(approval.Names{}), Members: []approval.Traveller{{Person: "s0"}}},
			approval.Decided{Members: []approval.Verdict{{Person: "s0", Approved: true}}, Approved: 1}, approval.Revoked{}, approval.Closed{Outcome: "cancelled"})
		w.happens(w.internet, "filing", "f4", filing.Concluded{Outcome: filing.Cancelled})
		want("the other unit gave its trip up")

		// Who may not leave, and whose secrets bind them, the office alone knows.
		w.happens(w.office, "personnel", "p1", person.Restricted{ID: "r1", Source: journal.Of("某机关"), Reason: journal.Of("某事"), From: calendar.On(2026, 5, 15)})
		w.happens(w.office, "personnel", "p0", person.SecrecyNoted{Level: journal.Of(dossier.ImportantSecrets), Since: calendar.On(2025, 1, 1), Consent: journal.Of(false), Source: journal.Of("组织部")})
		if got := rules(w.office, precheck.Intake); !slices.Equal(got, []string{"MEM-019", "MEM-021"}) {
			t.Errorf("restricted and bound: the office finds %v", got)
		}
		if got := rules(w.internet, precheck.Submit); len(got) > 0 {
			t.Errorf("the Internet is told %v", got)
		}
		w.happens(w.office, "personnel", "p1", person.RestrictionLifted{ID: "r1", On: calendar.On(2026, 5, 1), Source: journal.Of("某机关")})
		w.happens(w.office, "personnel", "p0", person.SecrecyNoted{Level: journal.Of(dossier.ImportantSecrets), Since: calendar.On(2025, 1, 1), Consent: journal.Of(true), Source: journal.Of("保密办")})
		want("cleared again")

		// The unit owes a report, and is suspended after the case was written.
		w.happens(w.internet, "trip", "f0", trip.Cleared{Unit: "u1", Members: []string{"p0"}}, trip.CameHome{On: calendar.On(2026, 2, 1), BookletsDue: calendar.On(2026, 2, 8), ReportDue: calendar.On(2026, 2, 22)})
		want("a late report", "GEN-022")
		w.happens(w.office, "unit", "u1", unit.Suspended{Reason: "整改"})
		want("a suspension", "GEN-022", "GEN-023")
	})
}

// A plan counts in both zones what was decided: who was declined doesn't travel
// and spends nothing, and what came to an end gives all of it back.
func TestAPlanCountsWhatWasDecidedInBothZones(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		w := aWorld(t, zone.Office, at())
		c := germany(t)
		people := []string{"p0", "p1", "p2", "p3"}
		var members []approval.Traveller
		var verdicts []approval.Verdict
		for i, p := range people {
			members = append(members, approval.Traveller{Person: p})
			verdicts = append(verdicts, approval.Verdict{Person: p, Approved: i != 3})
		}
		s := handedIn("u1", c, people...)
		_, s.AmountFen = filing.Granted(c, people, people)
		facts := approval.Facts{Title: c.Trip.Title, Depart: c.Trip.Depart, Return: c.Trip.Return}
		uses := func(at *journaltest.Bench) []filing.Use {
			t.Helper()
			one, err := node.PlanUses(context.Background(), at.Journal, "u1", c.Trip.Depart.Year())
			if err != nil {
				t.Fatal(err)
			}
			all, err := node.AllPlanUses(context.Background(), at.Journal, c.Trip.Depart.Year())
			if err != nil || !slices.Equal(all["u1"], one) {
				t.Errorf("among all plans the unit's counts %v, alone %v: %v", all["u1"], one, err)
			}
			return one
		}
		w.happens(w.internet, "filing", "f1", s)
		w.happens(w.office, "approval", "f1", approval.Received{Unit: "u1", Facts: facts, Names: journal.Of(approval.Names{}), Members: members})
		for _, at := range []*journaltest.Bench{w.internet, w.office} {
			if got := uses(at); len(got) != 1 || got[0].Members != 4 || got[0].AmountFen != s.AmountFen {
				t.Errorf("undecided, the plan counts %+v in the %v", got, at.Zone)
			}
		}
		n, fen := filing.Granted(c, people, people[:3])
		w.happens(w.office, "approval", "f1", approval.Decided{Members: verdicts, Approved: 3})
		w.happens(w.internet, "filing", "f1", filing.Concluded{Outcome: filing.Approved, People: n, AmountFen: fen})
		if fen == 0 || fen >= s.AmountFen {
			t.Fatalf("three of four spend %d of %d", fen, s.AmountFen)
		}
		for _, at := range []*journaltest.Bench{w.internet, w.office} {
			if got := uses(at); len(got) != 1 || got[0].Members != 3 || got[0].AmountFen != fen {
				t.Errorf("with one declined, the plan counts %+v in the %v", got, at.Zone)
			}
		}
		w.happens(w.office, "approval", "f1", approval.Revoked{}, approval.Closed{Outcome: "cancelled"})
		if got := uses(w.office); len(got) != 0 {
			t.Errorf("cancelled, the plan counts %+v", got)
		}
	})
}

// A trip that was called off takes nothing of the plan, and nobody's days: neither
// as long as its booklets are out, nor once its case lies in the archive as one that
// was approved.
func TestATripThatWasCalledOffStandsInNobodysWay(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		w := aWorld(t, zone.Internet, at())
		c := germany(t)
		year := c.Trip.Depart.Year()
		cleared := trip.Cleared{Unit: "u1", Members: []string{"p0"}, Depart: c.Trip.Depart, Return: c.Trip.Return}
		w.happens(w.office, "unit", "u1", unit.Opened{Name: c.Unit.Name, Type: "institution"})
		w.happens(w.office, "quota", quota.ID("u1", year), quota.Set{Unit: "u1", Year: year, Groups: 20, People: 80, Lines: []quota.Line{{ID: c.Trip.PlanLine}}})
		w.happens(w.internet, "filing", "f2", handedIn("u1", c, "p0"), filing.Concluded{Outcome: filing.Approved, People: 1})
		w.happens(w.office, "approval", "f2", approval.Received{Unit: "u1", Facts: approval.Facts{Title: c.Trip.Title, Depart: c.Trip.Depart, Return: c.Trip.Return}, Names: journal.Of(approval.Names{}), Members: []approval.Traveller{{Person: "p0"}}},
			approval.Decided{Members: []approval.Verdict{{Person: "p0", Approved: true}}, Approved: 1})
		stands := func(what string, want bool) {
			t.Helper()
			for _, at := range []*journaltest.Bench{w.internet, w.office} {
				trips, thisYear, err := node.TripsOf(context.Background(), at.Journal, "p0", "f1", year)
				if err != nil {
					t.Fatal(err)
				}
				groups, _, _, err := node.PlanUsed(context.Background(), at.Journal, "u1", year, "f1")
				if err != nil {
					t.Fatal(err)
				}
				facts, err := node.Beyond(context.Background(), at.Journal, at.Keys, node.Asked{Filing: "f1", Unit: "u1", People: []string{"p0"}, Case: c})
				if err != nil {
					t.Fatal(err)
				}
				taken := len(w.checks.Check(c, precheck.Submit, c.AsOf, facts...).Of("GEN-010")) > 0
				for name, is := range map[string]bool{"a trip": len(trips) == 1, "one of the year": thisYear == 1, "a group of the plan": groups == 1, "its line": taken} {
					if is != want {
						t.Errorf("%s, in the %s zone %s counts: %v", what, at.Zone, name, is)
					}
				}
			}
		}
		w.happens(w.internet, "trip", "f2", cleared)
		stands("cleared", true)
		w.happens(w.internet, "trip", "f2", trip.NotDeparted{On: c.Trip.Depart, Reason: "推迟"})
		stands("called off", false)
		w.happens(w.internet, "trip", "f2", trip.Closed{})
		w.happens(w.office, "approval", "f2", approval.Closed{Outcome: "approved"})
		stands("in the archive", false)
	})
}

// The news crossed: a booklet is taken in before it is heard that they came home
// later. It was late only beyond the days that count from coming home.
func TestABookletIsLateByTheDayOfComingHome(t *testing.T) {
	for came, want := range map[string]float64{"": 3, "2026-09-29": 0, "2026-09-27": 1} {
		w := aWorld(t, zone.Internet, nil)
		due := calendar.On(2026, 10, 2)
		w.happens(w.office, "holder", "p", custody.Registered{Booklet: "k", Person: "p"}, custody.Lent{Booklet: "k", Person: "p", Filing: "f", Due: due}, custody.HandedIn{Booklet: "k", Person: "p", Filing: "f", On: due.AddDays(3), Late: 3})
		if came != "" {
			home := calendar.MustParse(came)
			w.happens(w.internet, "trip", "f", trip.Cleared{Members: []string{"p"}}, trip.Departed{On: home.Prev()}, trip.CameHome{On: home, BookletsDue: home.AddDays(7)})
		}
		for _, at := range []*journaltest.Bench{w.internet, w.office} {
			told, err := progress.Timeline(context.Background(), at.Store, "f", 10)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(told, func(h progress.Happening) bool { return h.Kind == "custody.handed_in" })
			if i < 0 || told[i].Args["Late"] != want {
				t.Errorf("home on %q, in the %s zone: %+v", came, at.Zone, told)
			}
		}
	}
}
