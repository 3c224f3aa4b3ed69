package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/ref"
)

// writer makes one dossier.
type writer struct {
	chance
	data   ref.Data
	city   *City
	plan   *Plan
	task   task
	stops  []place
	submit calendar.Date
	depart calendar.Date
	days   int
	hosts  []string // one for each stop
}

// says fills a text of the task in.
func (w *writer) says(text, host string) string { return w.city.here(w.task.fill(text, host)) }

func (w *writer) back() calendar.Date { return w.depart.AddDays(w.days - 1) }

// write fills in a whole case file; what is known of unit and year is added
// when all cases of the year are there (see quotas).
func (w *writer) write() dossier.Case {
	u := w.city.Units[w.plan.Unit]
	c := dossier.Case{Format: dossier.Format, AsOf: w.submit,
		Unit: dossier.Unit{Name: u.Name, USCC: u.USCC, Type: u.Type, Status: dossier.Open, OfficerValidUntil: u.OfficerUntil,
			Signatory: w.city.People[u.Signatory].Facts.Name()},
	}
	for i, s := range w.stops {
		zh, _ := w.task.hostIn(s, w.IntN(2))
		if i == 0 || !slices.Contains(w.hosts, zh) {
			w.hosts = append(w.hosts, zh)
		}
	}
	w.trip(&c)
	w.members(&c)
	w.legs(&c)
	w.itinerary(&c)
	w.invitations(&c)
	w.budget(&c)
	w.notice(&c)
	w.materials(&c)
	return c
}

func (w *writer) trip(c *dossier.Case) {
	t := &c.Trip
	var cities []string
	for _, s := range w.stops {
		cities = append(cities, s.city)
	}
	t.Title = fmt.Sprintf("%s赴%s%s团组", c.Unit.Name, strings.Join(cities, "、"), w.says(w.task.letter, w.hosts[0]))
	t.Kind, t.Category = dossier.Own, w.task.category
	if w.stops[0].country == "HKG" {
		t.Kind = dossier.HKMacau
	} else if slices.ContainsFunc(w.plan.Members, func(m int) bool { return w.city.People[m].Unit != w.plan.Unit }) {
		t.Kind = dossier.OrganisedCross
	}
	switch w.plan.Fate.Common {
	case TheyJoin:
		t.Kind = dossier.OrganisedCross
	case WeJoin:
		t.Kind, t.Organiser, t.OrganisingAuthority = dossier.Joined, theirOrganiser, theirOffice
		t.OpinionRequest = &dossier.OpinionRequest{Number: fmt.Sprintf("渝外办征〔%d〕31号", w.submit.Year()), Issued: w.submit.AddDays(-12)}
	}
	t.Purpose = w.says(w.task.purpose, w.hosts[0])
	t.Necessity = w.says(w.task.necessity, w.hosts[0])
	t.ExpectedResults = w.says(w.task.results, w.hosts[0])
	t.InAnnualPlan = !w.in(8)
	if !t.InAnnualPlan {
		t.OffPlanReason = "邀请方本季度才确定日程，年度计划上报时尚不具备条件；所需名额和经费在本年度总量内调剂。"
	}
	t.Depart, t.Return, t.DaysAbroad = w.depart, w.back(), w.days
}

func (w *writer) members(c *dossier.Case) {
	w.plan.Makes = nil
	wanted := dossier.PassportType("")
	if c.Trip.Kind == dossier.HKMacau {
		wanted = dossier.HKMacauPermit
	}
	for i, at := range w.plan.Members {
		p := w.city.People[at]
		m := p.Facts
		m.Role = dossier.Ordinary
		if i == 0 && c.Trip.Kind != dossier.Joined { // there the head is the organiser's
			m.Role = dossier.Head
		}
		if m.Unit == theirUnit {
			m.Jurisdiction = theirOffice
		}
		m.DispatchConsent, m.Commitment = true, true
		m.Vetting = &dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: w.submit.AddMonths(10)}
		due := wanted
		if due == "" {
			due = w.city.entitled(w.city.Units[w.plan.Unit], m.Rank)
		}
		months := w.city.needs.PassportMinRemainingMonths
		if due == dossier.HKMacauPermit {
			months = 0
		}
		held, serves := w.city.booklet(at, due, w.submit, w.back().AddMonths(months))
		if held != nil {
			pages := held.BlankPages
			m.Passport = &dossier.Passport{Type: held.Type, LatinName: held.LatinName, Issued: held.Issued, Expires: held.Expires,
				BlankPages: &pages, Custody: dossier.WithOffice, Endorsements: held.Endorsements}
		}
		if !serves && m.Jurisdiction == "" {
			w.plan.Makes = append(w.plan.Makes, Made{Member: i, Booklet: Booklet{Type: due, LatinName: m.LatinName()}})
		}
		for _, t := range w.city.trips[at] {
			if t.Return.Year() == w.depart.Year() && t.Depart.Before(w.depart) {
				m.TripsThisYear++
			}
		}
		c.Members = append(c.Members, m)
	}
	w.visas()
}

// visas lists what each member must apply for: Schengen once, nothing where the
// booklet is exempt or the place is ours.
func (w *writer) visas() {
	w.plan.Visas = nil
	for i, at := range w.plan.Members {
		p := w.city.People[at]
		if p.Facts.Unit == theirUnit {
			continue
		}
		for _, s := range w.stops {
			_, exempt := w.data.Spared(s.country, w.city.entitled(w.city.Units[w.plan.Unit], p.Facts.Rank), w.depart)
			if exempt || s.country == "HKG" {
				continue
			}
			area := s.country
			if w.data.Countries[s.country].Schengen {
				area = "SCHENGEN"
			}
			n := len(w.plan.Visas)
			if n > 0 && w.plan.Visas[n-1].Member == i && w.plan.Visas[n-1].Area == area {
				w.plan.Visas[n-1].Countries = append(w.plan.Visas[n-1].Countries, s.country)
				continue
			}
			w.plan.Visas = append(w.plan.Visas, VisaNeed{Member: i, Area: area, Countries: []string{s.country}})
		}
	}
}

// legs divides the days among the stops; people move on early, by train or
// plane, and arrive before noon.
func (w *writer) legs(c *dossier.Case) {
	n := len(w.stops)
	start := w.depart
	if w.stops[0].late {
		start = start.Next()
	}
	last := w.back().AddDays(-w.stops[n-1].returns)
	nights := last.Sub(start)
	arrive := calendar.LocalTime{Date: start, Minute: w.stops[0].arrive}
	for i, s := range w.stops {
		leave := calendar.LocalTime{Date: last, Minute: s.leave}
		if i < n-1 {
			leave = calendar.LocalTime{Date: start.AddDays(nights * (i + 1) / n), Minute: 8 * hour}
		}
		leg := dossier.Leg{Country: s.country, City: s.city, CityEn: s.cityEn, Arrive: arrive, Leave: leave, Zone: s.zone, LeavesAirport: true, StopOver: true,
			Transport: dossier.Flight, Carrier: s.code, Number: fmt.Sprintf("%s%d", s.code, s.flight), Cabin: dossier.Economy}
		c.Legs = append(c.Legs, leg)
		arrive = calendar.LocalTime{Date: leave.Date, Minute: 11 * hour}
	}
}

// at is the leg on which a day's half is spent; between two legs it is the one
// that people reach.
func legAt(legs []dossier.Leg, day calendar.Date) int {
	for i := len(legs) - 1; i > 0; i-- {
		if !day.Before(legs[i].Arrive.Date) {
			return i
		}
	}
	return 0
}

func (w *writer) itinerary(c *dossier.Case) {
	topic := 0
	end := c.Legs[len(c.Legs)-1].Leave
	for d := w.depart; !d.After(w.back()); d = d.Next() {
		k := legAt(c.Legs, d)
		leg, host := c.Legs[k], w.hosts[min(k, len(w.hosts)-1)]
		for _, half := range []dossier.Half{dossier.Morning, dossier.Afternoon} {
			h := dossier.HalfDay{Date: d, Half: half, Country: leg.Country, City: leg.City}
			noon := calendar.LocalTime{Date: d, Minute: 12 * hour}
			free := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			switch {
			case d.Before(leg.Arrive.Date), d == leg.Arrive.Date && half == dossier.Morning && k == 0:
				h.Activity = fmt.Sprintf("乘%s航班由%s前往%s", c.Legs[0].Number, w.city.Name.Zh, leg.City)
			case k > 0 && d == leg.Arrive.Date && half == dossier.Morning:
				h.Activity = fmt.Sprintf("由%s乘机前往%s", c.Legs[k-1].City, leg.City)
			case k == len(c.Legs)-1 && (d.After(end.Date) || d == end.Date && (half == dossier.Afternoon || end.Minute <= noon.Minute)):
				h.Activity = fmt.Sprintf("由%s乘机返回%s", leg.City, w.city.Name.Zh)
			case free && half == dossier.Morning:
				h.Activity = "团内整理会谈纪要，核对待签文本"
			case free:
				h.Activity = "团内准备下一阶段会谈资料"
			default:
				h.Activity, h.Host, h.Official = w.says(w.task.halves[topic%len(w.task.halves)], host), host, true
				topic++
			}
			c.Itinerary = append(c.Itinerary, h)
		}
	}
}

func (w *writer) invitations(c *dossier.Case) {
	seen := map[string]bool{}
	for i, s := range w.stops {
		if seen[s.country] {
			continue
		}
		seen[s.country] = true
		v := dossier.Invitation{Issuer: w.hosts[min(i, len(w.hosts)-1)], IssuerCountry: s.country, IssuerKind: dossier.Organisation,
			Signatory: one(w.chance, s.signatories), SignatoryTitle: one(w.chance, []string{"国际合作部主任", "副总裁", "秘书长", "院长"}),
			Contact: fmt.Sprintf("office@host%d.example，+99 %04d %04d", w.between(10, 99), w.IntN(10000), w.IntN(10000)),
			Issued:  w.submit.AddDays(-w.between(20, 38)), Language: "en", Purpose: w.says(w.task.letter, ""),
			From: w.depart.AddDays(-2), To: w.back().AddDays(2), CostBearer: dossier.SenderPays, Translation: true,
			Translator: c.Members[len(c.Members)-1].Name()}
		if s.chinese {
			v.Language, v.Translation, v.Translator = "zh", false, ""
		}
		for _, m := range c.Members {
			v.Invitees = append(v.Invitees, m.LatinName())
		}
		c.Invitations = append(c.Invitations, v)
	}
}

func (w *writer) budget(c *dossier.Case) {
	b := &dossier.Budget{FinanceReviewed: true, Fund: dossier.FiscalFund}
	if c.Unit.Type == ent {
		b.Fund = dossier.EnterpriseFund
	}
	day := w.submit.AddDays(-w.between(11, 16))
	sum := money.Amount{Currency: money.CNY}
	line := func(l dossier.BudgetLine) {
		amount, err := money.Product(l.Rate, l.Units, l.FxRate, money.CNY)
		if err != nil {
			panic(fmt.Sprintf("the demo city's rates don't multiply: %v", err))
		}
		l.FxDate, l.AmountCny = day, amount.Decimal()
		sum.Minor += amount.Minor
		b.Lines = append(b.Lines, l)
	}
	fx := map[money.Currency]money.Decimal{}
	for m := range c.Members {
		spent := 0
		for i, leg := range c.Legs {
			row := w.rate(leg)
			if fx[row.Currency].IsZero() {
				fx[row.Currency] = w.exchange(row.Currency)
			}
			days := c.Legs[i].Nights()
			if i == len(c.Legs)-1 {
				days = w.days - spent
			}
			spent += days
			for _, kind := range []dossier.CostKind{dossier.Lodging, dossier.Meals, dossier.Incidentals} {
				l := dossier.BudgetLine{Member: &m, Kind: kind, Country: leg.Country, City: leg.City, Units: days, Rate: row.Most(kind), Currency: row.Currency, FxRate: fx[row.Currency]}
				if kind == dossier.Lodging {
					l.Units = leg.Nights()
				}
				line(l)
			}
		}
		fare := w.stops[0].airfare + int64(len(w.stops)-1)*1600
		line(dossier.BudgetLine{Member: &m, Kind: dossier.Airfare, Country: c.Legs[0].Country, City: c.Legs[0].City, Units: 1, Rate: money.DecimalOf(fare),
			Currency: money.CNY, FxRate: money.DecimalOf(1), Cabin: dossier.Economy})
		for _, v := range w.plan.Visas {
			if v.Member == m {
				line(dossier.BudgetLine{Member: &m, Kind: dossier.VisaFee, Country: v.Countries[0], Units: 1, Rate: money.DecimalOf(680), Currency: money.CNY, FxRate: money.DecimalOf(1)})
			}
		}
		line(dossier.BudgetLine{Member: &m, Kind: dossier.Insurance, Country: c.Legs[0].Country, Units: 1, Rate: money.DecimalOf(int64(24 * w.days)), Currency: money.CNY, FxRate: money.DecimalOf(1)})
	}
	b.TotalCny = sum.Decimal()
	c.Budget = b
}

// rate is the table's row, else the demo's own figures for the place.
func (w *writer) rate(leg dossier.Leg) ref.Rate {
	if row, found := w.data.Rates.For(leg.Country, leg.City, w.submit); found {
		return row
	}
	own := places[leg.City].own
	return ref.Rate{Currency: "USD", Lodging: money.DecimalOf(own[0]), Meals: money.DecimalOf(own[1]), Incidentals: money.DecimalOf(own[2])}
}

func (w *writer) exchange(of money.Currency) money.Decimal {
	e := yuanFor[of]
	base, _ := new(big.Rat).SetString(e.rate)
	step, _ := new(big.Rat).SetString(e.step)
	moved := base.Add(base, step.Mul(step, big.NewRat(int64(w.between(-9, 9)), 1)))
	_, digits, _ := strings.Cut(e.step, ".")
	return money.MustDecimal(moved.FloatString(len(digits)))
}

// noticeDays is for how many working days a notice hangs at least.
func (w *writer) noticeDays() int {
	p, _ := w.data.Parameters.On("notice.minWorkingDays", w.submit)
	n, _ := strconv.Atoi(p.Value) // a whole number, as the pack's check has seen
	return n
}

func (w *writer) notice(c *dossier.Case) {
	to := w.data.Holidays.AddWorkdays(w.submit, -3) // a case is presented the day after
	days := w.noticeDays()
	n := &dossier.Notice{From: w.data.Holidays.AddWorkdays(to, -calendar.Workdays(w.between(days, days+1))), To: to, Place: "单位内网及公告栏", Objections: dossier.NoObjections}
	for i := range c.Members {
		if u := c.From(i); !slices.Contains(n.Units, u) {
			n.Units = append(n.Units, u)
		}
	}
	for _, word := range dossier.NoticeItem("").Words() {
		n.Items = append(n.Items, dossier.NoticeItem(word))
	}
	c.Notice = n
}

// forVisas is what the missions want of the unit and its hosts. Most units hand
// it in with the application; of every fourth case something is still to come.
func (w *writer) forVisas(add func(kind dossier.MaterialKind, owner string)) {
	late := w.plan.late()
	seen := map[string]bool{}
	for _, v := range w.plan.Visas {
		kinds := []dossier.MaterialKind{"M37"}
		switch v.Area {
		case "JPN":
			kinds = append(kinds, "M39")
		case "KOR":
			kinds = append(kinds, "M40")
		default:
			kinds = append(kinds, "M36", "M35")
		}
		if late {
			kinds = kinds[:len(kinds)-1]
		}
		for _, k := range kinds {
			owner := dossier.Owner(v.Member)
			if k == "M39" || k == "M40" {
				owner = "case"
			}
			if !seen[string(k)+owner] {
				seen[string(k)+owner] = true
				add(k, owner)
			}
		}
	}
}

func (w *writer) materials(c *dossier.Case) {
	files := w.city.filer(w.plan.Unit)
	add := func(kind dossier.MaterialKind, owner string) {
		file := files.ofCase(kind, w.stops[0].city)
		if i, personal := (dossier.Material{Owner: owner}).OfMember(); personal {
			file = files.ofPerson(kind, c.Members[i].Name(), ".pdf")
		}
		c.Materials = append(c.Materials, dossier.Material{Kind: kind, Owner: owner, File: file, Issued: w.submit.AddDays(-3)})
	}
	kinds := []dossier.MaterialKind{"M01", "M04", "M05", "M06", "M07", "M09", "M10"}
	for _, k := range append(kinds, w.task.papers...) {
		if k == "M05" && w.stops[0].chinese {
			continue
		}
		add(k, "case")
	}
	if c.Trip.Kind == dossier.Joined {
		add("M15", "case")
	}
	for i, m := range c.Members {
		mine := []dossier.MaterialKind{"M12", "M13"}
		if c.From(i) != c.Unit.Name { // as the list of needs tells who is of another unit
			mine = append(mine, "M14")
		}
		if m.Rank.Order() >= dossier.Division.Order() {
			mine = append(mine, "M19")
		}
		for _, k := range mine {
			add(k, dossier.Owner(i))
			if last := &c.Materials[len(c.Materials)-1]; k == "M12" {
				last.ValidUntil = last.Issued.AddMonths(12).Prev()
			}
		}
	}
	w.forVisas(add)
	for i := range c.Materials {
		sum := sha256.Sum256(Paper(w.plan.ID, *c, i))
		c.Materials[i].SHA256 = hex.EncodeToString(sum[:])
	}
}
