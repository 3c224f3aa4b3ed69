package requirement

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/visit"
	"yitang/ref"
)

var built = func() ref.Data {
	d, err := ref.Built()
	if err != nil {
		panic(err)
	}
	return d
}()

func theCase(t testing.TB, name string) dossier.Case {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "testdata", "cases", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := dossier.Read(f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// bare are the facts of a case file without a node.
func bare(c dossier.Case) Facts {
	return Facts{Case: c, Countries: CountriesOf(built), Today: c.AsOf, Workday: built.Holidays.IsWorkday}
}

func parameters() Parameters {
	return DefaultParameters().With(built, calendar.On(2026, 3, 10))
}

func reqsOf(t testing.TB, name string) []Requirement {
	return For(bare(theCase(t, name)), parameters())
}

func get(t testing.TB, reqs []Requirement, id ID) Requirement {
	t.Helper()
	for _, r := range reqs {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no requirement %s", id)
	return Requirement{}
}

// whyNot gives the key of what spares a requirement.
func whyNot(t testing.TB, r Requirement) Message {
	t.Helper()
	n, is := r.Status.(NotNeeded)
	if !is {
		t.Fatalf("%s is %#v, want not needed", r.ID, r.Status)
	}
	return n.Why
}

// plan asks the visit planner, with a hall that has room on every workday.
func plan(t testing.TB, c dossier.Case, reqs []Requirement) visit.Plan {
	t.Helper()
	in := visit.Input{Acts: Acts(reqs), Offers: visit.Offers{Courier: true, CourierWorkdays: 1}, Workday: built.Holidays.IsWorkday}
	for _, m := range c.Members {
		in.Members = append(in.Members, visit.Member{Name: m.Name()})
	}
	for d := c.AsOf; d.Before(c.Trip.Return.AddDays(15)); d = d.Next() {
		if built.Holidays.IsWorkday(d) {
			h := visit.HallDay{Date: d, Room: map[visit.Counter]visit.Room{}}
			for _, k := range visit.Counters() {
				h.Room[k] = visit.Room{Minutes: 240}
			}
			in.Hall = append(in.Hall, h)
		}
	}
	return visit.Propose(in)
}

func TestValidCasesAskForNothingBeforeSubmission(t *testing.T) {
	for _, name := range []string{"valid-germany-5-days", "valid-france-italy-8-days", "valid-hong-kong-4-days", "passport-expires-too-soon"} {
		for _, r := range Asks(reqsOf(t, name), AtSubmission) {
			if !r.Advised {
				t.Errorf("%s asks for %s: %s", name, r.ID, r.Status.(Missing).Why.Text().En)
			}
		}
	}
}

func TestGermanyNeedsNoBookletAndOneSchengenVisaEach(t *testing.T) {
	c := theCase(t, "valid-germany-5-days")
	reqs := For(bare(c), parameters())
	if o := BookletOrders(reqs); len(o) != 0 {
		t.Errorf("booklets ordered: %+v", o)
	}
	for i := range c.Members {
		r := get(t, reqs, id("booklet", OfMember(i), ""))
		if h, held := r.Status.(Held); !held || h.Until != calendar.On(2029, 2, 1) || h.Proof.Kind != InCustody {
			t.Errorf("member %d's booklet: %#v", i, r.Status)
		}
		whyNot(t, get(t, reqs, id("permit", OfMember(i), "")))
	}
	orders := VisaOrders(reqs)
	if len(orders) != len(c.Members) {
		t.Fatalf("%d visas ordered for %d members", len(orders), len(c.Members))
	}
	if o := orders[0]; o.Area != "SCHENGEN" || o.Apply != "DEU" || o.Days != 5 || o.With != dossier.PublicAffairs {
		t.Errorf("order %+v", o)
	}
	p := plan(t, c, reqs)
	if len(p.Visits) != 0 || len(p.Missions) != len(c.Members) || p.Class != visit.NoVisitMission {
		t.Errorf("class %q: visits %v, missions %v, stuck %v", p.Class, p.Visits, p.Missions, p.Stuck)
	}
}

func TestBookletThatExpiresTooSoonIsRenewedAtOneVisitOfOnePerson(t *testing.T) {
	c := theCase(t, "passport-expires-too-soon")
	reqs := For(bare(c), parameters())
	orders := BookletOrders(reqs)
	if len(orders) != 1 || orders[0].Member != 1 || orders[0].Action != RenewBooklet || !orders[0].Capture || orders[0].Old == nil {
		t.Fatalf("orders %+v", orders)
	}
	if text := orders[0].Why.Text().Zh; !strings.Contains(text, "2026年11月15日") {
		t.Errorf("the reason doesn't tell the day up to which it must last: %s", text)
	}
	p := plan(t, c, reqs)
	if len(p.Visits) != 1 || !slices.Equal(p.Visits[0].Members, []int{1}) || len(p.Stuck) != 0 {
		t.Fatalf("visits %+v, stuck %+v", p.Visits, p.Stuck)
	}
	if get(t, reqs, id("person.placeOfBirth", OfMember(1), "")).IsMissing() {
		t.Error("asks for what stands in the old booklet")
	}
}

func TestHongKongUsesPermitsAndEndorsementsAndNoVisa(t *testing.T) {
	c := theCase(t, "valid-hong-kong-4-days")
	reqs := For(bare(c), parameters())
	if n := len(VisaOrders(reqs)) + len(BookletOrders(reqs)); n != 0 {
		t.Errorf("%d orders where permits and endorsements are held", n)
	}
	for i := range c.Members {
		if !get(t, reqs, id("endorsement", OfMember(i), "HKG")).IsHeld() || !get(t, reqs, id("permit", OfMember(i), "")).IsHeld() {
			t.Errorf("member %d's permit or endorsement isn't held", i)
		}
		if why := whyNot(t, get(t, reqs, id("booklet", OfMember(i), ""))); why.Key != "spare.noCountry" {
			t.Errorf("no passport because of %s", why.Key)
		}
	}
	c.Members[1].Passport.Endorsements = nil
	c.Members[2].Passport = nil
	reqs = For(bare(c), parameters())
	if !get(t, reqs, id("endorsement", OfMember(1), "HKG")).IsMissing() || !get(t, reqs, id("endorsement", OfMember(0), "HKG")).IsHeld() {
		t.Error("the endorsement isn't asked for where it is gone, and there alone")
	}
	o := BookletOrders(reqs)
	if len(o) != 1 || o[0].Member != 2 || o[0].Type != dossier.HKMacauPermit || !slices.Equal(o[0].Endorse, []string{"HKG"}) || o[0].Capture {
		t.Errorf("permits ordered: %+v", o)
	}
	if p := plan(t, c, reqs); len(p.Visits) != 0 {
		t.Errorf("a permit needs no capture, yet there are visits: %+v", p.Visits)
	}
}

func TestFranceAndItalyAreOneApplicationAtTheLongestStay(t *testing.T) {
	c := theCase(t, "valid-france-italy-8-days")
	reqs := For(bare(c), parameters())
	orders := VisaOrders(reqs)
	if len(orders) != len(c.Members) || orders[0].Apply != "FRA" || orders[0].Area != "SCHENGEN" || orders[0].Days != 8 {
		t.Fatalf("orders %+v", orders)
	}
	letters := map[ID]bool{}
	for _, r := range Kit(reqs, 0, "FRA") {
		letters[r.ID] = true
	}
	for _, want := range []ID{"M04@case#FRA", "M04@case#ITA", "M35@members[0]", "M34@members[0]", "M33@members[0]#SCHENGEN", "M41@case"} {
		if !letters[want] {
			t.Errorf("the kit lacks %s", want)
		}
	}
	if !reflect.DeepEqual(Kit(reqs, 0, "SCHENGEN"), Kit(reqs, 0, "FRA")) || len(Kit(reqs, 0, "ITA")) != 0 {
		t.Error("the kit is the one of the country applied to")
	}
	// The second country longer: it is applied to instead. Equally long: the first.
	c.Legs[1].Leave.Date = c.Legs[1].Leave.Date.AddDays(2)
	if o := VisaOrders(For(bare(c), parameters())); o[0].Apply != "ITA" {
		t.Errorf("applied to %s, Italy is longer", o[0].Apply)
	}
	c.Legs[1].Leave.Date = c.Legs[1].Leave.Date.AddDays(-1)
	if o := VisaOrders(For(bare(c), parameters())); o[0].Apply != "FRA" {
		t.Errorf("applied to %s, on a tie the first entry counts", o[0].Apply)
	}
}

func TestVisaFreeCountrySaysWhyAndBringsTheExitCertificate(t *testing.T) {
	c := theCase(t, "valid-germany-5-days")
	c.Legs[0].Country, c.Invitations[0].IssuerCountry = "SGP", "SGP"
	reqs := For(bare(c), parameters())
	why := whyNot(t, get(t, reqs, id("visa", OfMember(0), "SGP")))
	text := why.Text()
	if why.Basis == "" || !strings.Contains(text.Zh, "新加坡") || !strings.Contains(text.Zh, "公务普通护照") || !strings.Contains(text.En, "30") {
		t.Errorf("says %+v on basis %q", text, why.Basis)
	}
	if !get(t, reqs, id("M43", OfMember(0), "")).IsDerivable() {
		t.Error("no exit certificate is made")
	}
	if len(Kit(reqs, 0, "SGP")) != 0 || len(VisaOrders(reqs)) != 0 {
		t.Error("something is ordered where no visa is needed")
	}
	whyNot(t, get(t, reqs, id("M26", OfMember(0), "")))
	if p := plan(t, c, reqs); p.Class != visit.NoVisit {
		t.Errorf("class %q", p.Class)
	}
	// Longer than the agreement allows: a visa after all.
	c.Trip.Return = c.Trip.Return.AddDays(40)
	c.Legs[0].Leave.Date = c.Legs[0].Leave.Date.AddDays(40)
	if len(VisaOrders(For(bare(c), parameters()))) != len(c.Members) {
		t.Error("a stay beyond the agreement still counts as visa-free")
	}
}

func TestConditionalExemptionIsNotCountedOn(t *testing.T) {
	c := theCase(t, "valid-germany-5-days")
	c.Legs[0].Country = "IRL"
	r := get(t, For(bare(c), parameters()), id("visa", OfMember(0), "IRL"))
	if m, is := r.Status.(Missing); !is || m.Why.Key != "order.visaConditional" {
		t.Errorf("Ireland's exemption for ministers' company gives %#v", r.Status)
	}
}

func TestBookletNeeds(t *testing.T) {
	pages := func(n int) *int { return &n }
	for _, c := range []struct {
		name   string
		change func(*dossier.Case, *Known)
		action BookletAction
		typ    dossier.PassportType
		why    string
	}{
		{"valid to the very day", func(c *dossier.Case, _ *Known) { c.Members[0].Passport.Expires = calendar.On(2026, 11, 15) }, ReuseBooklet, dossier.PublicAffairs, ""},
		{"one day short", func(c *dossier.Case, _ *Known) { c.Members[0].Passport.Expires = calendar.On(2026, 11, 14) }, RenewBooklet, dossier.PublicAffairs, "order.expires"},
		{"none", func(c *dossier.Case, _ *Known) { c.Members[0].Passport = nil }, NewBooklet, dossier.PublicAffairs, "order.first"},
		{"pages full", func(c *dossier.Case, _ *Known) { c.Members[0].Passport.BlankPages = pages(1) }, RenewBooklet, dossier.PublicAffairs, "order.pages"},
		{"just enough pages", func(c *dossier.Case, _ *Known) { c.Members[0].Passport.BlankPages = pages(2) }, ReuseBooklet, dossier.PublicAffairs, ""},
		{"promoted in government", func(c *dossier.Case, _ *Known) { c.Unit.Type = dossier.Government }, ChangeBooklet, dossier.Service, "order.changeType"},
		{"minister", func(c *dossier.Case, _ *Known) { c.Members[0].Rank, c.Members[0].Passport = dossier.Minister, nil }, NewBooklet, dossier.Diplomatic, "order.first"},
		{"foreign national", func(c *dossier.Case, _ *Known) { c.Members[0].Nationality = "DEU" }, NoBooklet, dossier.PublicAffairs, "spare.foreign"},
		{"lost", func(c *dossier.Case, k *Known) {
			k.Booklets = []KnownBooklet{{Member: 0, Passport: *c.Members[0].Passport, Gone: true}}
		}, NewBooklet, dossier.PublicAffairs, "order.gone"},
		{"a second one lasts longer", func(c *dossier.Case, k *Known) {
			k.Booklets = []KnownBooklet{{Member: 0, Passport: dossier.Passport{Type: dossier.PublicAffairs, Number: "PE7770001", Expires: calendar.On(2030, 1, 1), Custody: dossier.WithOffice}}}
			c.Members[0].Passport.Expires = calendar.On(2026, 6, 1)
		}, ReuseBooklet, dossier.PublicAffairs, ""},
		{"one is being made for another case", func(c *dossier.Case, k *Known) {
			c.Members[0].Passport = nil
			k.Booklets = []KnownBooklet{{Member: 0, Coming: true, Passport: dossier.Passport{Type: dossier.PublicAffairs, Expires: calendar.On(2031, 1, 1), BlankPages: pages(32), Custody: dossier.WithOffice}}}
		}, AwaitBooklet, dossier.PublicAffairs, "how.otherCase"},
		{"one is being made in place of one that ends", func(c *dossier.Case, k *Known) {
			c.Members[0].Passport.Expires = calendar.On(2026, 6, 1)
			k.Booklets = []KnownBooklet{{Member: 0, Coming: true, Passport: dossier.Passport{Type: dossier.PublicAffairs, Expires: calendar.On(2031, 1, 1), BlankPages: pages(32), Custody: dossier.WithOffice}}}
		}, AwaitBooklet, dossier.PublicAffairs, "how.otherCase"},
		{"what is being made ends too soon", func(c *dossier.Case, k *Known) {
			c.Members[0].Passport = nil
			k.Booklets = []KnownBooklet{{Member: 0, Coming: true, Passport: dossier.Passport{Type: dossier.PublicAffairs, Expires: calendar.On(2026, 11, 14), BlankPages: pages(32), Custody: dossier.WithOffice}}}
		}, NewBooklet, dossier.PublicAffairs, "order.first"},
		{"another kind is being made", func(c *dossier.Case, k *Known) {
			c.Members[0].Passport = nil
			k.Booklets = []KnownBooklet{{Member: 0, Coming: true, Passport: dossier.Passport{Type: dossier.Service, Expires: calendar.On(2031, 1, 1), BlankPages: pages(32), Custody: dossier.WithOffice}}}
		}, NewBooklet, dossier.PublicAffairs, "order.first"},
		{"only a permit", func(c *dossier.Case, _ *Known) { c.Members[0].Passport.Type = dossier.HKMacauPermit }, NewBooklet, dossier.PublicAffairs, "order.first"},
	} {
		f := bare(theCase(t, "valid-germany-5-days"))
		c.change(&f.Case, &f.Known)
		r := get(t, For(f, parameters()), id("booklet", OfMember(0), ""))
		got := r.What.(Booklet)
		if got.Action != c.action || got.Type != c.typ {
			t.Errorf("%s: %s %s, want %s %s", c.name, got.Action, got.Type, c.action, c.typ)
		}
		var why string
		switch s := r.Status.(type) {
		case Missing:
			why = s.Why.Key
		case NotNeeded:
			why = s.Why.Key
		case Derivable:
			why = s.How.Key
		}
		if why != c.why {
			t.Errorf("%s: because of %q, want %q", c.name, why, c.why)
		}
	}
}

func TestHeldCaptureFingerprintsAndVisaSpareWhatTheyStandFor(t *testing.T) {
	f := bare(theCase(t, "passport-expires-too-soon"))
	day := calendar.On(2027, 1, 1)
	f.Known.Captures = []KnownCapture{{Member: 1, ValidUntil: day}}
	f.Known.Fingerprints = []KnownFingerprints{{Member: 0, Area: "SCHENGEN", On: calendar.On(2024, 1, 1)}, {Member: 1, Area: "SCHENGEN", On: calendar.On(2020, 1, 1)},
		{Member: 1, Area: "SCHENGEN", On: calendar.On(2024, 2, 1), With: dossier.Service}} // of whom no fingerprints were taken
	f.Known.Visas = []KnownVisa{{Member: 2, Area: "SCHENGEN", Until: day, In: dossier.Passport{Type: dossier.PublicAffairs, Number: "302"}}, {Member: 3, Area: "SCHENGEN", Until: calendar.On(2026, 5, 14)}}
	reqs := For(f, parameters())
	if r := get(t, reqs, "act.capture@members[1]"); !r.IsHeld() {
		t.Errorf("the capture in force isn't used again: %#v", r.Status)
	}
	if r := get(t, reqs, "act.missionPresence@members[0]#SCHENGEN"); !r.IsHeld() {
		t.Errorf("fingerprints of 28 months aren't used again: %#v", r.Status)
	}
	if r := get(t, reqs, "act.missionPresence@members[1]#SCHENGEN"); !r.IsMissing() {
		t.Errorf("fingerprints of 76 months are used again")
	}
	if r := get(t, reqs, "visa@members[2]#SCHENGEN"); !r.IsHeld() {
		t.Errorf("the visa held isn't counted: %#v", r.Status)
	}
	if r := get(t, reqs, "visa@members[3]#SCHENGEN"); !r.IsMissing() {
		t.Error("a visa that ends before the stay is counted")
	}
	if p := plan(t, f.Case, reqs); len(p.Visits) != 0 {
		t.Errorf("somebody comes although the capture is held: %+v", p.Visits)
	}
	// The visa in the booklet that is replaced isn't counted on.
	f.Known.Visas = []KnownVisa{{Member: 1, Area: "SCHENGEN", Until: day}}
	if r := get(t, For(f, parameters()), "visa@members[1]#SCHENGEN"); !r.IsMissing() {
		t.Error("a visa in a booklet that is replaced is counted")
	}
}

func TestBookletInThePersonsHandsHasToComeInForTheVisa(t *testing.T) {
	f := bare(theCase(t, "valid-germany-5-days"))
	f.Case.Members[2].Passport.Custody = dossier.WithPerson
	reqs := For(f, parameters())
	if r := get(t, reqs, "act.bringBooklet@members[2]"); !r.IsMissing() {
		t.Errorf("status %#v", r.Status)
	}
	if r := get(t, reqs, "act.bringBooklet@members[1]"); !r.IsHeld() {
		t.Errorf("status %#v", r.Status)
	}
}

func TestEachLinkOfTheCaseBringsItsPapers(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*dossier.Case)
		id     ID
		asked  Asked
	}{
		{"no invitation from the second country", func(c *dossier.Case) { c.Invitations = c.Invitations[:0] }, "M04@case#DEU", AskHost},
		{"invitation without its file", func(c *dossier.Case) { drop(c, "M04") }, "M04@case#DEU", AskHost},
		{"letter without a signature", func(c *dossier.Case) { c.Invitations[0].Signatory = "" }, "invitation.signatory@case#invitations[0]", AskHost},
		{"no translation", func(c *dossier.Case) { drop(c, "M05"); c.Invitations[0].Translation = false }, "M05@case", AskUnit},
		{"finance silent", func(c *dossier.Case) { drop(c, "M09"); c.Budget.FinanceReviewed = false }, "M09@case", AskFinance},
		{"no commitment", func(c *dossier.Case) { drop(c, "M13"); c.Members[1].Commitment = false }, "M13@members[1]", AskTraveller},
		{"colleague from elsewhere", func(c *dossier.Case) {
			c.Members[1].Unit, c.Members[1].DispatchConsent = "云江工艺美术院（虚构）", false
		}, "M14@members[1]", AskDispatching},
		{"secret post", func(c *dossier.Case) { c.Members[1].SecretLevel = dossier.GeneralSecrets }, "M20@members[1]", AskUnit},
		{"rehired", func(c *dossier.Case) { c.Members[1].Employment = dossier.Rehired }, "M23@members[1]", AskUnit},
		{"vetting ends mid-trip", func(c *dossier.Case) { c.Members[1].Vetting.ValidUntil = calendar.On(2026, 5, 13) }, "person.vetting@members[1]", AskPersonnel},
		{"conference of five days", func(c *dossier.Case) { c.Trip.Category = dossier.Conference }, "M08@case", AskHost},
		{"exhibition", func(c *dossier.Case) { c.Trip.Category = dossier.Exhibition }, "M21@case", AskUnit},
		{"training", func(c *dossier.Case) { c.Trip.Kind, c.Trip.Category = dossier.TrainingCase, dossier.Training }, "M21@case", AskUnit},
		{"joining another's delegation", func(c *dossier.Case) { c.Trip.Kind = dossier.Joined }, "M15@case", AskUnit},
		{"off plan", func(c *dossier.Case) { c.Trip.InAnnualPlan = false }, "case.offPlanReason@case", AskUnit},
		{"urgent", func(c *dossier.Case) { c.Trip.Urgent = true }, "case.urgencyReason@case", AskUnit},
		{"no notice", func(c *dossier.Case) { c.Notice = nil }, "notice.from@case", AskUnit},
		{"nobody leads", func(c *dossier.Case) { c.Members[0].Role = dossier.Ordinary }, "member.role@case", AskUnit},
		{"new booklet without a card", func(c *dossier.Case) { c.Members[0].Passport = nil }, "M24@members[0]", AskTraveller},
		{"Schengen without insurance", func(*dossier.Case) {}, "M35@members[0]", AskUnit},
	} {
		f := bare(theCase(t, "valid-germany-5-days"))
		if r, was := find(For(f, parameters()), c.id); was && r.IsMissing() && c.name != "Schengen without insurance" {
			t.Errorf("%s: missing before anything was taken away", c.name)
		}
		c.change(&f.Case)
		r := get(t, For(f, parameters()), c.id)
		m, is := r.Status.(Missing)
		if !is || m.Ask != c.asked || m.Field == "" {
			t.Errorf("%s: %s is %#v, want it asked of %s", c.name, c.id, r.Status, c.asked)
		}
	}
}

// The head of a delegation that is joined is its organiser's.
func TestNobodyNeedLeadADelegationThatIsJoined(t *testing.T) {
	f := bare(theCase(t, "valid-germany-5-days"))
	f.Case.Members[0].Role = dossier.Ordinary
	for kind, wanted := range map[dossier.CaseKind]bool{dossier.Own: true, dossier.Joined: false} {
		f.Case.Trip.Kind = kind
		if r, is := find(For(f, parameters()), "member.role@case"); (is && r.IsMissing()) != wanted {
			t.Errorf("%s: a head is wanted: %v", kind, !wanted)
		}
	}
}

// The letters of a delegation that is joined stand in the organiser's file: a copy is
// wanted where a visa is applied for with it, and not before it is.
func TestWhoJoinsAnothersDelegationIsAskedForNoInvitationButForTheVisasKit(t *testing.T) {
	f := bare(theCase(t, "valid-germany-5-days"))
	f.Case.Invitations, f.Case.Trip.Kind = nil, dossier.Joined
	drop(&f.Case, "M04")
	drop(&f.Case, "M05")
	all := For(f, parameters())
	for _, r := range all {
		if r.Group == GroupInvitations && r.Need == AtSubmission && r.IsMissing() {
			t.Errorf("%s is asked before the approval", r.ID)
		}
	}
	letter := get(t, all, "M04@case#DEU")
	if !letter.IsMissing() || letter.Need != AtLodging {
		t.Errorf("the letter of the kit: %+v", letter)
	}
	if v := get(t, all, "visa@members[0]#SCHENGEN"); !slices.Contains(v.What.(VisaNeed).Kit, letter.ID) {
		t.Errorf("the kit has no letter: %+v", v)
	}
	f.Case.Invitations = []dossier.Invitation{{Issuer: "柏林示范大学", IssuerCountry: "DEU", Language: "de"}, {Issuer: "慕尼黑示范大学", IssuerCountry: "DEU"}}
	for _, r := range For(f, parameters()) {
		if r.Group == GroupInvitations && r.Need == AtSubmission && r.IsMissing() {
			t.Errorf("%s is asked of a letter of which something was told", r.ID)
		}
	}
	f.Case.Legs[0].Country, f.Case.Invitations = "SGP", nil // no visa is needed
	if r := get(t, For(f, parameters()), "M04@case#SGP"); r.IsMissing() {
		t.Errorf("without a visa: %+v", r)
	}
}

func drop(c *dossier.Case, kind dossier.MaterialKind) {
	c.Materials = slices.DeleteFunc(c.Materials, func(m dossier.Material) bool { return m.Kind == kind })
}

func find(reqs []Requirement, id ID) (Requirement, bool) {
	i := slices.IndexFunc(reqs, func(r Requirement) bool { return r.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return reqs[i], true
}

func TestPapersServeOnlyUpToTheDayOnWhichTheyAreNeeded(t *testing.T) {
	f := bare(theCase(t, "passport-expires-too-soon"))
	photo := KnownMaterial{Kind: "M26", Owner: OfMember(1), Issued: f.Today.AddMonths(-7), Ref: "old"}
	f.Known.Materials = []KnownMaterial{photo}
	if m, is := get(t, For(f, parameters()), "M26@members[1]").Status.(Missing); !is || m.Why.Key != "missing.expires" {
		t.Error("a photo of seven months still serves")
	}
	photo.Issued, photo.Ref = f.Today.AddMonths(-2), "new"
	f.Known.Materials = append(f.Known.Materials, photo)
	if h, is := get(t, For(f, parameters()), "M26@members[1]").Status.(Held); !is || h.Proof != (Proof{OnFile, "new"}) || h.Until != f.Today.AddMonths(4) {
		t.Errorf("the newer photo: %#v", h)
	}
}

func TestTaskListCountsEachThingOnce(t *testing.T) {
	reqs := reqsOf(t, "passport-expires-too-soon")
	total := 0
	for _, task := range Tasks(reqs) {
		if task.Name.Zh == "" || task.Name.En == "" {
			t.Errorf("group %s has no name", task.Group)
		}
		if !task.Done() {
			t.Errorf("group %s isn't done in a case that may be submitted", task.Group)
		}
		needed := 0
		for _, r := range task.Items {
			if r.IsNeeded() {
				needed++
			}
		}
		if needed != task.Held+task.Derived+task.Missing+task.Advised+task.Later+task.Orders {
			t.Errorf("group %s: counts don't add up", task.Group)
		}
		total += len(task.Items)
	}
	after := 0
	for _, r := range reqs {
		if r.Group == GroupAfter {
			after++
		}
	}
	if total+after != len(reqs) || after == 0 {
		t.Errorf("%d in groups and %d afterwards of %d", total, after, len(reqs))
	}
}

// A case that the rules let in isn't held up by the list of what it needs: the
// examples that nothing stops lack nothing that must be there at submission.
func TestWhatNoRuleStopsLacksNothing(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "cases", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var says struct {
			Expect struct {
				Block []string `json:"block"`
			} `json:"expect"`
		}
		if err := json.Unmarshal(text, &says); err != nil {
			t.Fatal(err)
		}
		if len(says.Expect.Block) > 0 {
			continue
		}
		whole++
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		for _, r := range reqsOf(t, name) {
			if m, missing := r.Status.(Missing); missing && r.AsksPeople() && r.Need == AtSubmission && !r.Advised {
				t.Errorf("%s lacks %s at %s", name, r.ID, m.Field)
			}
		}
	}
	if whole < 20 {
		t.Errorf("only %d examples are in order", whole)
	}
}

func TestAPaperLastsAsLongAsWhatItShows(t *testing.T) {
	came, day := calendar.MustParse("2026-03-10"), calendar.MustParse
	p := parameters()
	holder := dossier.Member{IDExpires: day("2031-01-31"), Vetting: &dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: day("2026-12-31")}}
	pending, past := holder, holder
	pending.Vetting = &dossier.Vetting{Status: dossier.VettingPending, ValidUntil: day("2026-12-31")}
	past.IDExpires = day("2026-03-09")
	for name, c := range map[string]struct {
		kind          dossier.MaterialKind
		of            dossier.Member
		issued, until string
	}{
		"a photo":                      {"M26", holder, "2026-03-10", "2026-09-10"},
		"a host's profile":             {"M06", dossier.Member{}, "2026-03-10", "2027-03-10"},
		"a card":                       {"M24", holder, "", "2031-01-31"},
		"a card newer than the record": {"M24", past, "", ""},
		"a card of no record":          {"M24", dossier.Member{}, "", ""},
		"a filing form":                {"M12", holder, "", "2026-12-31"},
		"a form before it has passed":  {"M12", pending, "", ""},
		"a household register":         {"M25", holder, "", ""},
		"a commitment":                 {"M13", holder, "", ""},
	} {
		if issued, until := p.Lasts(c.kind, came, c.of); issued.String() != c.issued || until.String() != c.until {
			t.Errorf("%s: from %q until %q", name, issued, until)
		}
	}
	p.PhotoMonths = 3
	if _, until := p.Lasts("M26", came, holder); until != day("2026-06-10") {
		t.Errorf("an office that wants photos of three months: %s", until)
	}
	for _, e := range Catalogue() { // whose end follows isn't asked for beside it
		kind := dossier.MaterialKind(e.Key)
		if _, follows := p.Lasts(kind, came, holder); e.Kind == KindMaterial && !follows.IsZero() && EndOf(kind) != NoEnd {
			t.Errorf("%s: its end follows and is asked for", kind)
		}
	}
}

// A unit's name with narrow brackets is the same unit's: nothing is asked of it.
func TestNarrowBracketsAreNoOtherUnit(t *testing.T) {
	f := bare(theCase(t, "valid-germany-5-days"))
	c := &f.Case
	c.Members[1].Unit, c.Members[1].DispatchConsent = strings.NewReplacer("（", "(", "）", ")").Replace(c.Unit.Name), false
	if c.Members[1].Unit == c.Unit.Name {
		t.Fatal("the example's unit has no brackets")
	}
	if r := get(t, For(f, parameters()), "M14@members[1]"); r.IsMissing() {
		t.Errorf("its own unit is asked to agree: %+v", r.Status)
	}
}

// A copy that came before anybody had told the card's end lasts as long as the
// card on record.
func TestACopyOfACardEndsWithTheCardOnRecord(t *testing.T) {
	f := bare(theCase(t, "passport-expires-too-soon"))

	f.Case.Materials = append(f.Case.Materials, dossier.Material{Kind: "M24", Owner: "members[1]", File: "card.pdf"})
	for expires, want := range map[string]bool{"2040-01-01": true, "2026-01-01": false} {
		f.Case.Members[1].IDExpires = calendar.MustParse(expires)
		_, held := get(t, For(f, parameters()), "M24@members[1]").Status.(Held)
		if held != want {
			t.Errorf("a card until %s: its copy serves: %v", expires, held)
		}
	}
}

func TestVisaOnArrivalAndEVisaAskTheTravellerAndNoMission(t *testing.T) {
	line := func(way ref.Way) Exemption {
		return Exemption{Passport: dossier.PublicAffairs, Way: way, MaxDays: 30, Basis: "本办 2026 年通知", Papers: fault.Text{Zh: "两张照片", En: "two photos"}}
	}
	online := line(ref.Online)
	online.Workdays, online.Address = 5, "https://evisa.example.org"
	early := calendar.On(2027, 1, 1)
	for _, c := range []struct {
		name  string
		lines []Exemption
		why   string
		says  []string
		evisa bool
	}{
		{"on arrival", []Exemption{line(ref.OnArrival)}, "spare.onArrival", []string{"落地签", "两张照片"}, false},
		{"online", []Exemption{online}, "spare.online", []string{"电子签", "https://evisa.example.org", "两张照片", "2026年"}, true},
		{"no papers told", []Exemption{{Passport: dossier.PublicAffairs, Way: ref.OnArrival}}, "spare.onArrival", []string{"出境证明"}, false},
		{"the least trouble goes first", []Exemption{online, line(ref.OnArrival)}, "spare.onArrival", nil, false},
		{"another kind of booklet", []Exemption{{Passport: dossier.Diplomatic, Way: ref.OnArrival}}, "order.visa", nil, false},
		{"not in force yet", []Exemption{{Passport: dossier.PublicAffairs, Way: ref.OnArrival, From: early}}, "order.visa", nil, false},
		{"too long a stay", []Exemption{{Passport: dossier.PublicAffairs, Way: ref.OnArrival, MaxDays: 2}}, "order.visa", nil, false},
		{"the office says a visa is wanted", []Exemption{{Passport: dossier.PublicAffairs, Way: ref.InBooklet}}, "order.visa", nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			trip := theCase(t, "valid-germany-5-days")
			trip.Legs[0].Country, trip.Invitations[0].IssuerCountry = "KEN", "KEN"
			f := bare(trip)
			kenya := f.Countries["KEN"]
			kenya.Exemptions = c.lines
			f.Countries = maps.Clone(f.Countries)
			f.Countries["KEN"] = kenya
			reqs := For(f, parameters())
			r := get(t, reqs, id("visa", OfMember(0), "KEN"))
			if m, is := r.Status.(Missing); is {
				if m.Why.Key != c.why || len(VisaOrders(reqs)) != len(trip.Members) {
					t.Errorf("ordered because of %s", m.Why.Key)
				}
				return
			}
			why := whyNot(t, r)
			for _, want := range c.says {
				if !strings.Contains(why.Text().Zh, want) {
					t.Errorf("%s lacks %s", why.Text().Zh, want)
				}
			}
			if why.Key != c.why || len(VisaOrders(reqs)) != 0 || !get(t, reqs, id("M43", OfMember(0), "")).IsDerivable() {
				t.Errorf("says %s, orders %d", why.Key, len(VisaOrders(reqs)))
			}
			n := r.What.(VisaNeed)
			if !c.evisa {
				return
			}
			if says := get(t, reqs, id("M58", OfMember(0), "")).Condition.Text(); !strings.Contains(says.Zh, n.ApplyBy.Chinese()) || says.En == "" {
				t.Errorf("the e-visa is wanted because %+v", says)
			}
			if paper := get(t, reqs, id("M58", OfMember(0), "")); !paper.AsksPeople() || !slices.Equal(n.Kit, []ID{paper.ID}) {
				t.Errorf("the e-visa is %+v, the kit %v", paper.Status, n.Kit)
			}
			if n.ApplyBy.IsZero() || !n.ApplyBy.Before(trip.Trip.Depart) || n.ApplyBy.After(trip.Trip.Depart.AddDays(-7)) {
				t.Errorf("to be applied for by %s for a departure on %s", n.ApplyBy, trip.Trip.Depart)
			}
			f.Today = trip.Trip.Depart.AddDays(-3)
			if late := whyNot(t, get(t, For(f, parameters()), id("visa", OfMember(0), "KEN"))); late.Key != "spare.onlineLate" {
				t.Errorf("three days before the departure it says %s", late.Key)
			}
		})
	}
}

// A letter counts for the country that it was given for; one that nobody tied
// counts for all, as before.
func TestALetterServesItsOwnCountry(t *testing.T) {
	f := bare(theCase(t, "four-countries"))
	at := f.Case.Countries()
	drop(&f.Case, "M04")
	drop(&f.Case, "M05")
	f.Case.Materials = append(f.Case.Materials, dossier.Material{Kind: "M04", Owner: "case", Country: at[0]})
	for i := range f.Case.Invitations {
		f.Case.Invitations[i].IssuerCountry = at[min(i, len(at)-1)]
	}
	f.Case.Invitations = append(f.Case.Invitations, dossier.Invitation{IssuerCountry: at[1], Language: "en"}, dossier.Invitation{IssuerCountry: at[0], Language: "en"})
	letter := func(country string) Requirement {
		return get(t, For(f, parameters()), ID("M04@case#"+country))
	}
	if r := letter(at[0]); r.IsMissing() || r.ID.Country() != at[0] {
		t.Errorf("its own: %+v", r.Status)
	}
	m, is := letter(at[1]).Status.(Missing)
	if !is || m.Why.Key != "missing.ofCountry" {
		t.Errorf("another country's: %+v", letter(at[1]).Status)
	}
	f.Case.Materials = append(f.Case.Materials, dossier.Material{Kind: "M05", Owner: "case", Country: at[1]})
	all := For(f, parameters())
	if get(t, all, ID("M05@case#"+at[1])).IsMissing() || !get(t, all, ID("M05@case#"+at[0])).IsMissing() {
		t.Error("one country's translation serves another's letter")
	}
	f.Case.Materials = append(f.Case.Materials, dossier.Material{Kind: "M04", Owner: "case"})
	if letter(at[1]).IsMissing() {
		t.Error("a letter that nobody tied doesn't serve everywhere")
	}
}

// What is signed by hand is signed where it is needed: the commitment before there is
// an approval and so before any visit, on paper that its signer hands in with the
// application; the visa form and the new booklet at the visit that is made anyway,
// and without one nobody comes for the form.
func TestWhatIsSignedByHandMakesNoVisitOfItsOwn(t *testing.T) {
	signed := func(steps []visit.Step, kind visit.Kind) int {
		return len(slices.DeleteFunc(slices.Clone(steps), func(s visit.Step) bool { return s.Act.Kind != kind }))
	}
	p := parameters()

	c := theCase(t, "valid-germany-5-days")
	drop(&c, "M13")
	c.Members[1].Passport, c.Members[1].Commitment = nil, false
	reqs := For(bare(c), p)
	paper := get(t, reqs, id("M13", OfMember(1), ""))
	if m, missing := paper.Status.(Missing); !missing || m.Ask != AskTraveller || paper.Need != AtSubmission {
		t.Errorf("the commitment is %#v, wanted %v", paper.Status, paper.Need)
	}
	for _, act := range Acts(reqs) {
		if act.Kind == visit.PaperOriginal || strings.Contains(string(act.ID), "M13") {
			t.Errorf("somebody brings %s", act.ID)
		}
	}
	got := plan(t, c, reqs)
	if len(got.Visits) != 1 || !slices.Equal(got.Visits[0].Members, []int{1}) {
		t.Fatalf("visits %+v, stuck %+v", got.Visits, got.Stuck)
	}
	at := got.Visits[0].Steps
	if signed(at, visit.Capture) != 1 || signed(at, visit.SignVisaForm) == 0 {
		t.Errorf("at the one visit: %+v", at)
	}
	if n := signed(at, visit.SignVisaForm) + signed(got.Without, visit.SignVisaForm); n != len(c.Members) {
		t.Errorf("%d of %d visa forms are signed", n, len(c.Members))
	}

	all := theCase(t, "valid-germany-5-days")
	got = plan(t, all, For(bare(all), p))
	if len(got.Visits) != 0 || signed(got.Without, visit.SignVisaForm) != len(all.Members) || len(got.Stuck) > 0 {
		t.Errorf("for the forms alone: visits %+v, without %+v, stuck %+v", got.Visits, got.Without, got.Stuck)
	}
}
