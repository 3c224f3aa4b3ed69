package document

import (
	"fmt"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// applicationForm is the whole application on a form (申报表).
func applicationForm(f From) Working {
	c := f.Case
	w := Working{Title: f.say("applicationForm.title"), About: c.Unit.Name}
	if c.ToRegionsOnly() {
		w.Title = f.say("applicationForm.title.region")
	}
	var ps parts
	unit, group := f.sheet(), f.sheet()
	unit.add("unit", c.Unit.Name)
	unit.add("creditCode", c.Unit.USCC)
	unit.add("signatory", c.Unit.Signatory)
	group.add("delegation", c.Trip.Title)
	group.add("caseKind", f.word("caseKind", string(c.Trip.Kind)))
	group.add("category", f.word("category", string(c.Trip.Category)))
	group.add("countries", countryList(c, f.Country))
	group.add("dates", stretch(c.Trip.Depart, c.Trip.Return))
	if n := c.Trip.Days(); n > 0 && !c.Trip.ForTerm() {
		group.add("days", f.say("applicationForm.days", "Days", n))
	}
	if c.Trip.ForTerm() {
		group.add("daysEach", f.say("applicationForm.days.term", "Days", c.Trip.DaysEach, "Trips", c.Trip.Trips))
	}
	group.add("count", f.say("working.people", "Count", len(c.Members)))
	group.add("plan", f.plan(c.Trip))
	if c.Trip.Urgent {
		group.add("urgent", c.Trip.UrgencyReason)
	}
	ps.sheet(f.say("applicationForm.head.unit"), unit)
	ps.sheet(f.say("working.head.group"), group)
	ps.text(f.say("working.head.purpose"), c.Trip.Purpose)
	ps.text(f.say("applicationForm.head.necessity"), c.Trip.Necessity)
	ps.text(f.say("applicationForm.head.results"), c.Trip.ExpectedResults)
	ps.table(f.say("working.head.legs"), f.columns("country", "city", "arrive", "leave"), f.legRows())
	ps.table(f.say("working.head.people"), f.columns("number", "name", "unitPost", "rank", "role"), f.peopleRows())
	ps.table(f.say("applicationForm.head.invitations"), f.columns("host", "country", "signatory", "sent"), f.letterRows())
	ps.sheet(f.say("applicationForm.head.money"), f.moneySheet())
	ps.table(f.say("applicationForm.head.budget"), f.columns("costKind", "sum"), f.costRows())
	if n := c.Notice; n != nil && !c.Trip.Secret {
		s := f.sheet()
		s.add("noticeDates", stretch(n.From, n.To))
		s.add("noticePlace", n.Place)
		s.add("objections", f.word("objections", string(n.Objections)))
		ps.sheet(f.say("applicationForm.head.notice"), s)
	}
	w.Parts = ps
	return w
}

func stretch(from, to calendar.Date) string {
	if from.IsZero() || to.IsZero() {
		return day(from) + day(to)
	}
	return Days(from, to)
}

func (f From) plan(t dossier.Trip) string {
	switch {
	case t.InAnnualPlan && t.PlanLine != "":
		return f.say("applicationForm.planned.line", "Line", t.PlanLine)
	case t.InAnnualPlan:
		return f.say("applicationForm.planned")
	case t.OffPlanReason != "":
		return f.say("applicationForm.unplanned", "Reason", t.OffPlanReason)
	}
	return ""
}

func (f From) legRows() [][]string {
	var out [][]string
	for _, l := range f.Case.Legs {
		if l.Country == "" && l.City == "" {
			continue
		}
		city := l.City
		if l.Transit {
			city = f.say("working.transit", "City", city)
		}
		row := []string{f.Country(l.Country), city, "", ""}
		if !f.Case.Trip.ForTerm() {
			row[2], row[3] = hour(l.Arrive), hour(l.Leave)
		}
		out = append(out, row)
	}
	return out
}

func hour(t calendar.LocalTime) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d月%d日%02d:%02d", int(t.Date.Month()), t.Date.Day(), t.Minute/60, t.Minute%60)
}

func (f From) peopleRows() [][]string {
	var out [][]string
	for n, i := range f.Case.HeadFirst() {
		m := f.Case.Members[i]
		out = append(out, []string{strconv.Itoa(n + 1), m.Name(), f.Case.From(i) + m.Department + m.Post, f.word("rank", string(m.Rank)), f.word("role", string(m.Role))})
	}
	return out
}

func (f From) letterRows() [][]string {
	var out [][]string
	for _, i := range f.Case.Invitations {
		if i.Issuer == "" {
			continue
		}
		country := ""
		if i.IssuerCountry != "" {
			country = f.Country(i.IssuerCountry)
		}
		out = append(out, []string{i.HostName(), country, strings.TrimSpace(i.Signatory + "\n" + i.SignatoryTitle), day(i.Issued)})
	}
	return out
}

func (f From) moneySheet() sheet {
	s := f.sheet()
	b := f.Case.Budget
	if b == nil {
		return s
	}
	var covers []string
	for _, x := range b.HostCovers {
		covers = append(covers, f.word("hostCover", string(x)))
	}
	s.add("fund", f.word("fund", string(b.Fund)))
	s.add("hostCovers", strings.Join(covers, "、"))
	if !b.TotalCny.IsZero() {
		s.add("total", yuan(b.TotalCny))
	}
	return s
}

// costRows are the budget's sums by kind of cost, in the order of the list.
func (f From) costRows() [][]string {
	if f.Case.Budget == nil {
		return nil
	}
	var out [][]string
	for _, kind := range dossier.CostKind("").Words() {
		sum := money.Amount{Currency: money.CNY}
		for _, l := range f.Case.Budget.Lines {
			if string(l.Kind) == kind {
				sum.Minor += money.Yuan(l.AmountCny).Minor
			}
		}
		if sum.Minor != 0 {
			out = append(out, []string{f.Word("costKind", kind), sum.Figure()})
		}
	}
	return out
}
