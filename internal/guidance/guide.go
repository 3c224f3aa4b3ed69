package guidance

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/requirement"
	"yitang/ref"
)

// Asked is for whom a guide is made: five answers, of which kind and country
// choose the guide and the others what of it is theirs.
type Asked struct {
	Kind    dossier.CaseKind
	Country string // ISO alpha-3; of several the one of the longest stay
	With    string // the others, as FRA,ITA; "" for none
	Unit    dossier.UnitType
	Rank    dossier.Rank
	Booklet bool // they hold one that serves, in the office's keeping
}

// Countries are all that are gone to, each once.
func (a Asked) Countries() []string {
	out := []string{a.Country}
	for _, code := range strings.Split(a.With, ",") {
		if code != "" && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// TooMany tells whether it names more countries than a guide is made for.
func (a Asked) TooMany() bool { return len(a.Countries()) > GuideCountries }

// Fits tells whether its kind of case leads to all of its countries.
func (a Asked) Fits(countries ref.Countries) bool {
	all := a.Countries()
	return !a.TooMany() && !slices.ContainsFunc(all, func(code string) bool { return !Fits(a.Kind, code, countries) })
}

// GuideKinds are the kinds of case that there are guides for: those that somebody
// begins by choice.
func GuideKinds() []dossier.CaseKind {
	return []dossier.CaseKind{dossier.Own, dossier.Joined, dossier.OrganisedCross, dossier.HKMacau, dossier.MultiTrip, dossier.TrainingCase}
}

// Regions are where one goes on a permit. A unit's own delegation there is a kind
// of its own; who joins one, or goes with a term's approval, goes as that.
func Regions() []string { return []string{"HKG", "MAC"} }

// elsewhere are not this office's to decide.
var elsewhere = []string{"CHN", "TWN"}

// Fits tells whether a kind of case leads to a country.
func Fits(kind dossier.CaseKind, country string, countries ref.Countries) bool {
	_, known := countries[country]
	if !known || slices.Contains(elsewhere, country) || !slices.Contains(GuideKinds(), kind) {
		return false
	}
	switch region := slices.Contains(Regions(), country); kind {
	case dossier.HKMacau:
		return region
	case dossier.Own:
		return !region
	}
	return true
}

const (
	ahead  = 60 // days from now to the departure of the case that a guide is made from
	abroad = 5
)

// GuideCountries is how many countries a guide is made for at the most.
const GuideCountries = 3

// Case is the application of somebody who has answered so and given nothing yet:
// what the three links ask of it is the guide.
func (a Asked) Case(today calendar.Date) dossier.Case {
	depart := today.AddDays(ahead)
	home := depart.AddDays(abroad - 1)
	member := dossier.Member{Rank: a.Rank, Employment: dossier.Active, Nationality: "CHN", Role: dossier.Head}
	c := dossier.Case{Format: "yitang.case/1", AsOf: today, Unit: dossier.Unit{Type: a.Unit, Status: dossier.Open},
		Trip: dossier.Trip{Kind: a.Kind, Depart: depart, Return: home, DaysAbroad: abroad, InAnnualPlan: true}}
	// The first country has what days the others leave it: a night for each of them.
	all, from := a.Countries(), depart
	for i, country := range all {
		to := home.AddDays(i + 1 - len(all))
		c.Legs = append(c.Legs, dossier.Leg{Country: country, Arrive: calendar.LocalTime{Date: from, Minute: 20 * 60}, Leave: calendar.LocalTime{Date: to, Minute: 8 * 60}})
		from = to
	}
	if a.Kind == dossier.TrainingCase {
		c.Trip.Category = dossier.Training
	}
	c.Members = []dossier.Member{member}
	return c
}

// facts are those of a case that a node knows nothing of beyond it, but for the booklet.
func (a Asked) facts(c dossier.Case, set *pack.Set, today calendar.Date) requirement.Facts {
	f := requirement.Facts{Case: c, Countries: set.Countries, Today: today, Workday: set.Ref.Holidays.IsWorkday}
	if a.Booklet {
		pages := 20
		typ := set.Needs(today).Entitled(a.Rank, a.Unit)
		var endorsed []string
		if slices.Contains(Regions(), a.Country) {
			typ, endorsed = dossier.HKMacauPermit, []string{a.Country}
		}
		f.Known.Booklets = []requirement.KnownBooklet{{Member: 0, Passport: dossier.Passport{Type: typ, Issued: today.AddMonths(-12), Expires: today.AddMonths(48), BlankPages: &pages, Custody: dossier.WithOffice, Endorsements: endorsed}}}
	}
	return f
}

// Guide is how a kind of case to one country is done, as this office's data say on a day.
type Guide struct {
	Asked
	Needs  []requirement.Requirement // all that the three links ask
	Papers []Paper                   // what is given, and what is made without anybody
	More   []Special                 // what is asked for beside that in some cases
	Path   pack.Path
	Limits []Limit
	Clocks Clocks
	Visas  []Visa     // of each area that is gone to
	Book   fault.Text // which booklet
}

// Paper is one thing that is given or made.
type Paper struct {
	requirement.Requirement
	Kind dossier.MaterialKind
	If   string // the circumstance in which alone it is asked for; "" always
}

// Made tells whether nobody brings it.
func (p Paper) Made() bool { _, brought := requirement.Brought(p.Key); return !brought }

// Reuse is how far a paper serves again.
type Reuse string

const (
	Once   Reuse = "once"   // for this trip
	Person Reuse = "person" // stays on the traveller's record
	Unit   Reuse = "unit"   // stays with the unit, for all who travel
)

// Reuse says how far it serves again.
func (p Paper) Reuse() Reuse {
	switch {
	case requirement.KeptByUnit(p.Kind):
		return Unit
	case requirement.OfOneTrip(p.Kind, calendar.Date{}):
		return Once
	}
	return Person
}

// Visa is whether an area wants one.
type Visa struct {
	Area   string     // as the needs name it: a country, or several that one visa serves
	Spared fault.Text // why none is needed; empty where one is
}

// Special is a circumstance with what is asked for only because of it.
type Special struct {
	Name   string // key of its words
	Usual  bool   // most journeys are such: its papers stand among those of all
	Papers []Paper
}

// Limit is a threshold of the pack, with what it rests on.
type Limit struct {
	Key   string
	Value int
	Basis string
}

// Clocks are the working days of the steps; 0 where there is no such step.
type Clocks struct {
	Intake, Review, Booklet, Visa int
	HandOut, Return, Report       int // days before leaving, days after coming home, working days for the report
	Notice                        int // months for the notice after the journey
}

// limits are the thresholds that a guide names, by whether the trip is to a region.
func limits(kind dossier.CaseKind, country string) []string {
	switch region := slices.Contains(Regions(), country); {
	case region && kind == dossier.MultiTrip:
		return []string{"multiTrip.maxMonths", "hkMacau.usualDays", "hkMacau.maxDays", "leadTime.days"}
	case region:
		return []string{"hkMacau.usualDays", "hkMacau.maxDays", "notice.minWorkingDays", "leadTime.days"}
	case kind == dossier.MultiTrip:
		return []string{"multiTrip.maxMonths", "days.max.1", "passport.minRemainingMonths", "leadTime.days"}
	}
	return []string{"days.max.1", "days.max.2", "days.max.3", "countries.max", "group.max", "notice.minWorkingDays", "passport.minRemainingMonths", "leadTime.days"}
}

// specials are circumstances that change what is asked for. What each adds is read
// from what the engine then asks beside, never written down.
var specials = []struct {
	name   string
	change func(*dossier.Case)
}{
	{"urgent", func(c *dossier.Case) { c.Trip.Urgent = true }},
	{foreignLetter, func(c *dossier.Case) {
		c.Invitations = []dossier.Invitation{{IssuerCountry: c.Legs[0].Country, Language: "en"}}
	}},
	{"conference", func(c *dossier.Case) { c.Trip.Category = dossier.Conference }},
	{"speech", func(c *dossier.Case) {
		c.Trip.Category, c.Trip.AcademicRegime = dossier.Conference, true
		c.Members[0].Paper, c.Members[0].Academic = "true", true
	}},
	{"works", func(c *dossier.Case) { c.Trip.Category = dossier.Works }},
	{"otherUnit", func(c *dossier.Case) { c.Unit.Name, c.Members[0].Unit = "甲", "乙" }},
	{"rehired", func(c *dossier.Case) { c.Members[0].Employment = dossier.Rehired }},
	{"secretPost", func(c *dossier.Case) { c.Members[0].SecretLevel = dossier.CoreSecrets }},
	{"elsewhere", func(c *dossier.Case) { c.Members[0].Jurisdiction = "外省外办" }},
}

// foreignLetter is a letter of invitation that isn't in Chinese: that of nearly every host.
const foreignLetter = "foreignLetter"

// Make makes the guide from the data in force on a day.
func Make(a Asked, set *pack.Set, today calendar.Date) Guide {
	c := a.Case(today)
	needs := set.Needs(today)
	g := Guide{Asked: a, Path: set.Paths.For(c)}
	g.Needs = requirement.For(a.facts(c, set, today), needs)
	g.Papers = papers(g.Needs)
	for _, s := range specials {
		with := a.Case(today)
		s.change(&with)
		more := slices.DeleteFunc(papers(requirement.For(a.facts(with, set, today), needs)), func(p Paper) bool {
			return p.Made() || slices.ContainsFunc(g.Papers, func(q Paper) bool { return q.Kind == p.Kind })
		})
		for i := range more {
			more[i].If = s.name
		}
		if len(more) > 0 {
			g.More = append(g.More, Special{s.name, s.name == foreignLetter, more})
		}
	}
	for _, key := range limits(a.Kind, a.Country) {
		if p, known := set.Ref.Parameters.On(key, today); known {
			g.Limits = append(g.Limits, Limit{key, set.Ref.Parameters.Whole(key, today, 0), p.Basis})
		}
	}
	g.Clocks = Clocks{Intake: int(set.Paths.IntakeWorkdays), HandOut: needs.PassportHandOutDays, Return: needs.PassportReturnDays, Report: needs.ReportDays, Notice: needs.SecondNoticeMonths}
	for _, s := range g.Path.Steps {
		g.Clocks.Review += int(s.Workdays)
	}
	for _, o := range requirement.BookletOrders(g.Needs) {
		g.Clocks.Booklet = needs.BookletWorkdays
		if o.Type == dossier.HKMacauPermit {
			g.Clocks.Booklet = needs.PermitWorkdays
		}
	}
	for _, o := range requirement.VisaOrders(g.Needs) {
		g.Clocks.Visa = max(g.Clocks.Visa, int(needs.MissionTakes(o.Area)))
	}
	g.says()
	return g
}

// says takes from the needs which booklet is used and why no visa is.
func (g *Guide) says() {
	for _, r := range g.Needs {
		spared, not := r.Status.(requirement.NotNeeded)
		switch w := r.What.(type) {
		case requirement.VisaNeed:
			v := Visa{Area: w.Area}
			if not {
				v.Spared = spared.Why.Text()
			}
			if !slices.Contains(g.Visas, v) {
				g.Visas = append(g.Visas, v)
			}
		case requirement.Booklet:
			if !not || w.Action == requirement.ReuseBooklet {
				g.Book = requirement.Text("passport." + string(w.Type))
			}
		}
	}
}

// papers are the materials among what is needed, each once, in the catalogue's order.
func papers(needs []requirement.Requirement) []Paper {
	var out []Paper
	for _, r := range needs {
		m, is := r.What.(requirement.Material)
		if is && r.IsNeeded() && !slices.ContainsFunc(out, func(p Paper) bool { return p.Kind == m.Kind }) {
			out = append(out, Paper{Requirement: r, Kind: m.Kind})
		}
	}
	return out
}

// By are the papers of one moment; those of a usual circumstance stand behind what they
// belong to.
func (g Guide) By(at requirement.Moment) []Paper {
	all := slices.Clone(g.Papers)
	for _, s := range g.More {
		if !s.Usual {
			continue
		}
		for _, p := range s.Papers {
			i := len(all)
			for k, q := range all {
				if q.Group == p.Group && q.Kind < p.Kind {
					i = k + 1
				}
			}
			all = slices.Insert(all, i, p)
		}
	}
	return slices.DeleteFunc(all, func(p Paper) bool { return p.Need != at })
}

// Rare are the circumstances that a journey of this kind may be in besides.
func (g Guide) Rare() []Special {
	return slices.DeleteFunc(slices.Clone(g.More), func(s Special) bool { return s.Usual })
}

// Acts are what is done in person.
func (g Guide) Acts() []requirement.Requirement {
	return slices.DeleteFunc(slices.Clone(g.Needs), func(r requirement.Requirement) bool {
		_, is := r.What.(requirement.Act)
		return !is || !r.IsMissing()
	})
}

// Data are what is filled in: the names of what people are asked, each once.
func (g Guide) Data() []requirement.Requirement {
	var out []requirement.Requirement
	for _, r := range g.Needs {
		_, is := r.What.(requirement.Datum)
		if is && r.AsksPeople() && !slices.ContainsFunc(out, func(o requirement.Requirement) bool { return o.Key == r.Key }) {
			out = append(out, r)
		}
	}
	return out
}

// Bases are what the guide rests on, each once.
func (g Guide) Bases() []string {
	var out []string
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, l := range g.Limits {
		add(l.Basis)
	}
	for _, p := range g.Papers {
		add(p.Condition.Basis)
	}
	return out
}

// String names a guide in logs.
func (a Asked) String() string { return fmt.Sprintf("%s to %s", a.Kind, a.Country) }
