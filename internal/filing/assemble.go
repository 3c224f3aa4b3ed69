package filing

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/ref"
)

// Held is what is known beside the draft.
type Held struct {
	Filing        string // id of the case
	Today         calendar.Date
	Unit          dossier.Unit
	People        map[string]person.Person
	Passports     map[string]dossier.Passport // by person; on the Internet without its number
	OtherTrips    map[string][]dossier.OtherTrip
	TripsThisYear map[string]int
	Materials     []material.Material // of the case, its people and the unit; those in force
	Ref           *ref.Data
}

// Assembled is a draft with everything that is known, and where each datum
// comes from.
type Assembled struct {
	Case    dossier.Case
	Persons []string
	Origins map[string]Origin
	Lines   []LineOrigin // of Case.Budget.Lines
	Papers  []string     // material ids of Case.Materials
}

// LineOrigin tells of a budget line whose it is and whether it was typed.
type LineOrigin struct {
	Key     string
	Person  string
	Typed   bool
	Derived dossier.BudgetLine // what it would be if nobody had typed it; empty for a line of the unit's own
}

// Assemble makes the whole case out of what was typed, what is held and what
// follows. It judges nothing and is the same for the same input.
func Assemble(p Paper, h Held) Assembled {
	a := &assembler{p: p, h: h, out: Assembled{Case: p.Case.Clone(), Persons: slices.Clone(p.People), Origins: map[string]Origin{}}, typed: p.Case.Values()}
	c := &a.out.Case
	c.Format, c.Unit = dossier.Format, h.Unit
	c.Trip.Return = a.comesHome()
	if c.Trip.DaysAbroad = c.Trip.Days(); c.Trip.ForTerm() {
		c.Trip.DaysAbroad = 0
	}
	Locate(c.Legs, h.Ref)
	if c.Trip.Title == "" {
		c.Trip.Title = titled(c, h.Ref)
	}
	for i := range c.Members {
		a.member(i)
	}
	for i := range c.Invitations {
		if inv := &c.Invitations[i]; inv.Issuer != "" && inv.IssuerCountry == "" && len(c.Countries()) == 1 {
			inv.IssuerCountry = c.Countries()[0]
		}
	}
	if c.Trip.ForTerm() {
		c.Itinerary, c.Invitations, c.Budget = nil, nil, nil // what another kind of trip was to have
	} else {
		c.Itinerary = a.itinerary()
		a.budget()
	}
	a.materials()
	if n := c.Notice; n != nil && n.Published == nil && len(n.Items) == 0 && !n.From.IsZero() && !c.Trip.ForTerm() {
		n.Items = precheck.Told(precheck.Publish(c)) // what the text that is made of the case tells
	}
	a.origins()
	if p.Amending != nil {
		p.Amending.settle(&a.out)
	}
	return a.out
}

type assembler struct {
	p     Paper
	h     Held
	out   Assembled
	typed map[string]string // values of the draft by path
}

// comesHome is the day of return: as it was written, or so many days after the
// departure.
func (a *assembler) comesHome() calendar.Date {
	t := a.p.Case.Trip
	if t.Return.IsZero() && !t.Depart.IsZero() && t.DaysAbroad > 0 && t.DaysAbroad <= a.h.HalfDaysUpTo() {
		return t.Depart.AddDays(t.DaysAbroad - 1)
	}
	return t.Return
}

// Titled is what a draft of a unit is called: as somebody wrote it, or as it
// follows; empty until that is known.
func (p Paper) Titled(unit string, data *ref.Data) string {
	if p.Case.Trip.Title != "" {
		return p.Case.Trip.Title
	}
	c := p.Case.Clone()
	c.Unit.Name = unit
	Locate(c.Legs, data)
	return titled(&c, data)
}

// titled names unit, places and task (GEN-002); empty until all are known.
func titled(c *dossier.Case, data *ref.Data) string {
	if c.Unit.Name == "" || len(c.Countries()) == 0 || c.Trip.Category == "" || data == nil {
		return ""
	}
	var places []string
	for _, code := range c.Countries() {
		places = append(places, data.Countries.Name(code, "zh"))
	}
	return c.Unit.Name + "赴" + strings.Join(places, "、") + tasks[c.Trip.Category] + "团组"
}

// tasks are the categories as a delegation's name spells them.
var tasks = map[dossier.Category]string{
	dossier.FriendlyVisit: "友好访问", dossier.Trade: "经贸洽谈", dossier.Investment: "招商", dossier.Exhibition: "参展", dossier.Conference: "参加国际会议",
	dossier.Research: "合作研究", dossier.Training: "培训", dossier.Performance: "演出比赛", dossier.Works: "工程劳务", dossier.Inspection: "验收考察", dossier.OtherCategory: "",
}

// member fills in what is the person's own; what belongs to the trip stays.
func (a *assembler) member(i int) {
	if i >= len(a.p.People) {
		return
	}
	who := a.p.People[i]
	rec, known := a.h.People[who]
	if !known {
		return
	}
	typed := a.out.Case.Members[i]
	m := rec.Member()
	m.Role, m.Paper, m.DispatchConsent, m.Commitment = typed.Role, typed.Paper, typed.DispatchConsent, typed.Commitment
	m.Jurisdiction, m.OpinionReply, m.LeaveApproval = typed.Jurisdiction, typed.OpinionReply, typed.LeaveApproval
	if len(m.Family) == 0 && m.HomeAddress == "" { // an imported file may tell of a family what no record does
		m.Family, m.HomeAddress = typed.Family, typed.HomeAddress
	}
	m.LeadershipTeam = m.LeadershipTeam || typed.LeadershipTeam
	if m.Unit == "" {
		m.Unit = a.h.Unit.Name
	}
	if m.LatinSurname == "" && m.LatinGivenNames == "" {
		m.LatinSurname, m.LatinGivenNames = person.Latin(m.FamilyName, m.GivenName)
	}
	if pass, ok := a.h.Passports[who]; ok {
		m.Passport = &pass
	}
	m.OtherTrips, m.TripsThisYear = a.h.OtherTrips[who], a.h.TripsThisYear[who]
	a.out.Case.Members[i] = m
}

// itinerary is two half-days for each day of the trip, with place by the legs;
// what was typed stands in them. Longer trips are told by what was typed alone.
func (a *assembler) itinerary() []dossier.HalfDay {
	c := &a.out.Case
	days := c.Trip.Days()
	if days == 0 || days > a.h.HalfDaysUpTo() {
		return c.Itinerary
	}
	typed := map[string]dossier.HalfDay{}
	for _, h := range c.Itinerary {
		typed[h.Date.String()+string(h.Half)] = h
	}
	var out []dossier.HalfDay
	for d := c.Trip.Depart; !d.After(c.Trip.Return); d = d.Next() {
		for _, half := range []dossier.Half{dossier.Morning, dossier.Afternoon} {
			h, was := typed[d.String()+string(half)]
			h.Date, h.Half = d, half
			leg, next, there := legOn(c.Legs, h)
			if there {
				if h.Country == "" {
					h.Country = leg.Country
				}
				if h.City == "" {
					h.City = leg.City
				}
			}
			if h.Activity == "" && !was && there {
				switch {
				case d == c.Trip.Depart && half == dossier.Morning:
					h.Activity = setsOut(h, leg)
				case d == c.Trip.Return && half == dossier.Afternoon:
					h.Activity = "返程，入境"
				case a.p.LaidOut:
					a.layOut(&h, leg, next)
				}
			}
			out = append(out, h)
		}
	}
	return out
}

// setsOut says what is done in the morning of the departure: who left in the night
// may have arrived by noon.
func setsOut(h dossier.HalfDay, leg dossier.Leg) string {
	if _, noon := h.Hours(); !leg.Arrive.IsZero() && dossier.HourOf(leg.Arrive) < noon {
		return "抵达" + leg.City
	}
	return "启程前往" + leg.City
}

// HalfDaysUpTo is up to how many days a trip is told by half-days.
func (h Held) HalfDaysUpTo() int {
	const ours = 30
	if h.Ref == nil {
		return ours
	}
	return h.Ref.Parameters.Whole("itinerary.halfDaysUpTo", h.Today, ours)
}

// legOn is the leg in which a half-day is spent: the last one that has begun
// before it ends; the first one while people are on their way. next is the city
// that comes after it; "" after the last.
func legOn(legs []dossier.Leg, h dossier.HalfDay) (leg dossier.Leg, next string, there bool) {
	_, ends := h.Hours()
	for _, l := range legs {
		if l.Transit && !l.LeavesAirport {
			continue
		}
		switch at := dossier.HourOf(l.Arrive); {
		case !there || at > 0 && at < ends:
			leg, next, there = l, "", true
		case next == "":
			next = l.City
		}
	}
	return leg, next, there
}

// budget derives the lines that the table of rates gives, and lays typed ones
// over them; amounts and the sum follow.
func (a *assembler) budget() {
	c := &a.out.Case
	if c.Budget == nil && len(a.p.Lines) == 0 && len(a.p.Costs) == 0 && len(a.p.Rates) == 0 {
		return
	}
	if c.Budget == nil {
		c.Budget = &dossier.Budget{}
	}
	derived := a.takenOver()
	if !a.p.OwnLines {
		derived = a.derived()
	}
	index := map[string]int{}
	for i, p := range a.p.People {
		index[p] = i
	}
	typed := map[string]Line{}
	for _, l := range a.p.Lines {
		typed[l.Key()] = l
	}
	add := func(l Line, o LineOrigin) {
		line := l.BudgetLine
		if line.FxRate.IsZero() && !a.p.OwnLines {
			line = a.exchanged(line)
		}
		if l.Person != "" {
			i, with := index[l.Person]
			if !with {
				return
			}
			line.Member = &i
		}
		if amount, ok := product(line); ok {
			line.AmountCny = amount
		}
		c.Budget.Lines, a.out.Lines = append(c.Budget.Lines, line), append(a.out.Lines, o)
	}
	seen := map[string]bool{}
	c.Budget.Lines = nil
	for _, d := range derived {
		key := d.Key()
		seen[key] = true
		if t, over := typed[key]; over {
			add(t, LineOrigin{Key: key, Person: d.Person, Typed: true, Derived: d.BudgetLine})
		} else {
			add(d, LineOrigin{Key: key, Person: d.Person, Derived: d.BudgetLine})
		}
	}
	for _, t := range a.p.Lines {
		if !seen[t.Key()] {
			add(t, LineOrigin{Key: t.Key(), Person: t.Person, Typed: true})
		}
	}
	c.Budget.TotalCny = total(c.Budget.Lines)
}

// exchanged gives a line in foreign money its rate of exchange.
func (a *assembler) exchanged(l dossier.BudgetLine) dossier.BudgetLine {
	if l.Currency != "" && l.Currency != money.CNY {
		fx, _ := a.p.Exchanged(l.Currency, a.h.Ref, a.h.Today)
		l.FxRate, l.FxDate, l.FxSource = fx.Rate, fx.Date, fx.Source
	}
	return l
}

// Exchanged is the rate of exchange with which a draft counts on a day, and the
// one that the table has for that day. They differ when a person wrote another.
func (p Paper) Exchanged(c money.Currency, data *ref.Data, today calendar.Date) (counts, table Fx) {
	if data != nil {
		if yuan, as, known := data.Exchange.On(c, today); known {
			table = Fx{Rate: yuan, Date: as.Date, Source: as.Source}
		}
	}
	if typed := p.Fx[c]; typed != (Fx{}) {
		return typed, table
	}
	return table, table
}

// product is what a line comes to, when all its factors are there.
func product(l dossier.BudgetLine) (money.Decimal, bool) {
	fx := l.FxRate
	if fx.IsZero() && l.Currency == money.CNY {
		fx = money.DecimalOf(1)
	}
	if l.Rate.IsZero() || fx.IsZero() || l.Units == 0 {
		return money.Decimal{}, false
	}
	amount, err := money.Product(l.Rate, l.Units, fx, money.CNY)
	return amount.Decimal(), err == nil
}

func total(lines []dossier.BudgetLine) money.Decimal {
	sum := money.Amount{Currency: money.CNY}
	for _, l := range lines {
		next, err := sum.Add(money.Yuan(l.AmountCny))
		if err != nil {
			return money.Decimal{}
		}
		sum = next
	}
	if len(lines) == 0 {
		return money.Decimal{}
	}
	return sum.Decimal()
}

// derived are rates × nights or days × members, without what the host covers,
// and the costs that are the same for each. Where the table has no standard the
// draft's own rate counts.
func (a *assembler) derived() []Line {
	c := &a.out.Case
	covers := func(what dossier.HostCover) bool { return slices.Contains(c.Budget.HostCovers, what) }
	var out []Line
	for _, who := range a.p.People {
		for i, leg := range c.Legs {
			if !leg.Counts() || a.h.Ref == nil {
				continue
			}
			rate, known := a.h.Ref.Rates.For(leg.Country, leg.City, a.h.Today)
			own := a.p.Rates[RatePlace(leg.Country, leg.City)]
			if !known && (leg.Country == "" || c.Budget.Fund == dossier.HostFund) {
				continue
			}
			days := a.daysOf(i)
			for _, k := range []struct {
				kind  dossier.CostKind
				units int
				skip  bool
			}{{dossier.Lodging, leg.Nights(), covers(dossier.CoversLodging)}, {dossier.Meals, days, covers(dossier.CoversMeals)}, {dossier.Incidentals, days, false}} {
				most := rate.Most(k.kind)
				if known {
					k.skip = k.skip || most.IsZero()
				} else { // the line stands there and waits for its rate
					most, rate.Currency = own.Most[k.kind], own.Currency
					k.skip = k.skip || !most.IsZero() && most.Sign() == 0
				}
				if k.skip || k.units == 0 {
					continue
				}
				out = merge(out, Line{Person: who, BudgetLine: a.exchanged(dossier.BudgetLine{Kind: k.kind, Country: leg.Country, City: leg.City, Units: k.units,
					Rate: most, Currency: rate.Currency})})
			}
		}
	}
	first, there := dossier.Leg{}, false
	for _, leg := range c.Legs {
		if leg.Counts() {
			first, there = leg, true
			break
		}
	}
	if !there {
		return out
	}
	for _, kind := range dossier.CostKind("").Words() {
		kind := dossier.CostKind(kind)
		amount, given := a.p.Costs[kind]
		if !given || amount.Sign() == 0 || kind == dossier.Intercity && covers(dossier.CoversTransport) {
			continue
		}
		for _, who := range a.p.People {
			line := dossier.BudgetLine{Kind: kind, Country: first.Country, City: first.City, Units: 1, Rate: amount, Currency: money.CNY, FxRate: money.DecimalOf(1)}
			if kind == dossier.Airfare {
				line.Cabin = first.Cabin
			}
			out = append(out, Line{Person: who, BudgetLine: line})
		}
	}
	return out
}

// takenOver are the lines of who comes in by a change of an approved mission whose
// budget is kept line by line: what was approved for whom they replace, or for
// somebody of the same rank where one more goes. The cabin and the room are no better
// than the newcomer's rank has.
func (a *assembler) takenOver() []Line {
	am := a.p.Amending
	if !a.p.OwnLines || am == nil || !am.Kind.TakesPeople() || am.Was.Budget == nil {
		return nil
	}
	var gone []string
	for _, who := range am.People {
		if !slices.Contains(a.p.People, who) {
			gone = append(gone, who)
		}
	}
	var out []Line
	for _, who := range a.p.People {
		if slices.Contains(am.People, who) {
			continue
		}
		rank := a.h.People[who].Rank
		before := ""
		if len(gone) > 0 {
			before, gone = gone[0], gone[1:]
		} else {
			before = am.alike(rank)
		}
		for _, l := range am.Was.Budget.Lines {
			if l.Member == nil || *l.Member >= len(am.People) || am.People[*l.Member] != before {
				continue
			}
			l.Member = nil
			if most := precheck.Entitled(rank); most.Order() < l.Cabin.Order() {
				l.Cabin = most
			}
			if rank.Order() < dossier.Bureau.Order() && l.Room == dossier.Suite {
				l.Room = dossier.StandardRoom
			}
			out = append(out, Line{Person: who, BudgetLine: l})
		}
	}
	return out
}

// merge joins two stays in one city: its nights are one line.
func merge(lines []Line, l Line) []Line {
	for i := range lines {
		if lines[i].Key() == l.Key() && lines[i].Currency == l.Currency {
			lines[i].Units += l.Units
			return lines
		}
	}
	return append(lines, l)
}

// daysOf are the days of the trip that belong to a leg: from its first day, or
// the departure, up to the day before the next one, or the return. All legs
// together are the days abroad, each once (BUD-004). While nobody said when a later
// leg begins, no leg has days of its own: counted anyway, each would have them all.
func (a *assembler) daysOf(leg int) int {
	c := &a.out.Case
	if c.Trip.Days() == 0 || Undivided(*c) {
		return 0
	}
	from, to := c.Trip.Depart, c.Trip.Return
	for i := range c.Legs {
		l := c.Legs[i]
		if !l.Counts() {
			continue
		}
		if i < leg {
			from = c.Legs[leg].Arrive.Date // not the first
		}
		if i > leg {
			to = l.Arrive.Date.Prev()
			break
		}
	}
	if from.IsZero() || to.Before(from) {
		return 0
	}
	return to.Sub(from) + 1
}

// Undivided tells whether the days of a trip can't be told apart by its legs yet:
// there are several, and when one but the first is reached isn't written.
func Undivided(c dossier.Case) bool {
	later := false
	for _, l := range c.Legs {
		if later && l.Counts() && l.Arrive.IsZero() {
			return true
		}
		later = later || l.Counts()
	}
	return false
}

// materials lists the papers that are held for the case.
func (a *assembler) materials() {
	c := &a.out.Case
	c.Materials = nil
	for _, m := range a.h.Materials {
		if m.Gone || a.outlasted(m) {
			continue
		}
		owner := string(m.OwnerKind)
		if m.OwnerKind == material.OfPerson {
			i := slices.Index(a.p.People, m.Owner)
			if i < 0 {
				continue
			}
			owner = dossier.Owner(i)
		}
		path := fmt.Sprintf("materials[%d]", len(c.Materials))
		paper := m.Dossier(owner)
		paper.Original = a.original(m)
		c.Materials = append(c.Materials, paper)
		a.out.Papers = append(a.out.Papers, m.ID)
		a.out.Origins[path] = FromFile
		if m.Case == a.h.Filing {
			a.out.Origins[path] = Typed
		}
	}
}

// outlasted tells whether a paper of an earlier case has an end, and another of
// its kind and owner holds longer or was uploaded for this case: nobody reads
// two vettings of one person. A card's two sides came together and end together.
func (a *assembler) outlasted(m material.Material) bool {
	if m.ValidUntil.IsZero() || m.Case == a.h.Filing {
		return false
	}
	for _, o := range a.h.Materials {
		if o.ID == m.ID || o.Gone || o.Kind != m.Kind || o.OwnerKind != m.OwnerKind || o.Owner != m.Owner {
			continue
		}
		if o.Case == a.h.Filing || o.ValidUntil.After(m.ValidUntil) || o.ValidUntil == m.ValidUntil && o.Case != m.Case && o.At > m.At {
			return true
		}
	}
	return false
}

// original is the digest of another copy of the same paper in the person's own
// file, where one was uploaded for this case beside it.
func (a *assembler) original(m material.Material) string {
	if m.OwnerKind != material.OfPerson || m.Case != a.h.Filing || !slices.Contains(lasting, dossier.MaterialKind(m.Kind)) {
		return ""
	}
	for _, o := range a.h.Materials {
		if !o.Gone && o.Kind == m.Kind && o.OwnerKind == m.OwnerKind && o.Owner == m.Owner && o.Case != m.Case && o.Digest != m.Digest {
			return o.Digest
		}
	}
	return ""
}

// lasting are the proofs of one sheet of which somebody has one at a time:
// rehire contract, household register, change of name.
var lasting = []dossier.MaterialKind{"M23", "M25", "M32"}

// origins says of every datum where it comes from. A paper counts as one.
func (a *assembler) origins() {
	for _, l := range a.out.Case.Leaves() {
		switch {
		case strings.HasPrefix(l.Path, "materials["), l.Path == "format":
		case strings.HasPrefix(l.Path, "unit."):
			a.out.Origins[l.Path] = FromFile
		case strings.HasPrefix(l.Path, "members["):
			a.out.Origins[l.Path] = a.originOfMember(l)
		case strings.HasPrefix(l.Path, "budget.lines["):
			a.out.Origins[l.Path] = a.originOfLine(l.Path)
		case strings.HasPrefix(l.Path, "itinerary["):
			a.out.Origins[l.Path] = a.originOfHalfDay(l)
		case a.typed[l.Path] != l.Text, dossier.Generic(l.Path) == "invitations.inviteeDetails.name", strings.HasPrefix(l.Path, "notice.published."):
			a.out.Origins[l.Path] = Derived
		case a.p.Copied[l.Path] == l.Text:
			a.out.Origins[l.Path] = FromFile
		default:
			a.out.Origins[l.Path] = Typed
		}
	}
}

func (a *assembler) originOfMember(l dossier.Leaf) Origin {
	head, field, _ := strings.Cut(l.Path, "].")
	var i int
	if _, err := fmt.Sscanf(head, "members[%d", &i); err != nil || i >= len(a.p.People) {
		return Typed
	}
	name, _, _ := strings.Cut(field, "[")
	name, _, _ = strings.Cut(name, ".")
	switch name {
	case "role":
		if l.Text == string(dossier.Ordinary) { // what everybody is who isn't something else
			return Derived
		}
		return Typed
	case "paper", "dispatchConsent", "commitment", "jurisdiction", "opinionReply", "leaveApproval", "family", "homeAddress", "leadershipTeam":
		return Typed
	case "passport", "otherTrips", "tripsThisYear":
		return FromFile
	}
	who := a.p.People[i]
	rec := a.h.People[who]
	switch {
	case name == "sex" && rec.IDNumber != "", name == "dateOfBirth" && rec.IDNumber != "", name == "unit" && rec.Facts.Unit == "":
		return Derived
	case strings.HasPrefix(name, "latin") && rec.LatinSurname+rec.LatinGivenNames == "":
		return Derived
	case rec.Filing != "" && rec.Filing == a.h.Filing, slices.Contains(a.p.Typed[who], name):
		return Typed
	}
	return FromFile
}

func (a *assembler) originOfLine(path string) Origin {
	head, field, _ := strings.Cut(path, "].")
	var i int
	if _, err := fmt.Sscanf(head, "budget.lines[%d", &i); err != nil || i >= len(a.out.Lines) {
		return Derived
	}
	o := a.out.Lines[i]
	if !o.Typed {
		return Derived
	}
	is := a.out.Case.Budget.Lines[i]
	same := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{o.Derived}}}
	now := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{is}}}
	if at := "budget.lines[0]." + field; field == "amountCny" || field == "member" || same.Text(at) == now.Text(at) {
		return Derived
	}
	return Typed
}

func (a *assembler) originOfHalfDay(l dossier.Leaf) Origin {
	head, field, _ := strings.Cut(l.Path, "].")
	var i int
	if _, err := fmt.Sscanf(head, "itinerary[%d", &i); err != nil {
		return Typed
	}
	if field == "date" || field == "half" {
		return Derived
	}
	h := a.out.Case.Itinerary[i]
	for _, t := range a.p.Case.Itinerary {
		if t.Date == h.Date && t.Half == h.Half {
			one := dossier.Case{Itinerary: []dossier.HalfDay{t}}
			if one.Text("itinerary[0]."+field) == l.Text && !(field == "country" || field == "city") {
				return Typed
			}
		}
	}
	return Derived
}
