package drill

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/money"
)

// days are those of the story, counted back from its end.
type days struct {
	noticed   calendar.Date // the public notice begins
	invited   calendar.Date
	submitted calendar.Date
	depart    calendar.Date
	home      calendar.Date
	end       calendar.Date
}

// daysUpTo lays the story out so that it ends on a day, with two months between
// submission and departure.
func daysUpTo(end calendar.Date, book *calendar.Book) days {
	d := days{end: end, depart: end.AddDays(-20)}
	for d.depart.Weekday() != 1 {
		d.depart = d.depart.Prev()
	}
	d.home = d.depart.AddDays(7)
	d.submitted = d.depart.AddDays(-62)
	for !book.IsWorkday(d.submitted) {
		d.submitted = d.submitted.Prev()
	}
	// Twelve working days: more than the five that are asked for, whatever
	// holidays lie between.
	d.noticed = book.AddWorkdays(d.submitted, -12)
	d.invited = d.submitted.AddDays(-30)
	return d
}

// Members of the story, by their place in the delegation.
const (
	Head     = iota // holds a booklet
	Newcomer        // holds one that ends too soon, and was never captured: a new one is made, at the one visit
	Expert          // holds a booklet
	Declined        // holds a booklet and may not go
)

const unitName = "云江市示范理工大学（虚构）"

// members is who travels: what the unit has on file of them before the case.
func members(d days) []dossier.Member {
	of := func(family, given, latinFamily, latinGiven string, sex dossier.Sex, born, number, post string, rank dossier.Rank, i int) dossier.Member {
		return dossier.Member{FamilyName: family, GivenName: given, LatinSurname: latinFamily, LatinGivenNames: latinGiven, Sex: sex, DateOfBirth: calendar.MustParse(born),
			IDNumber: number, IDExpires: d.end.AddMonths(60), Mobile: fmt.Sprintf("1990000100%d", i), Email: fmt.Sprintf("p%d@example.edu.cn", i), Department: "国际合作处",
			Post: post, Rank: rank, Employment: dossier.Active, Nationality: "CHN", SecretLevel: "none",
			Vetting: &dossier.Vetting{Status: "passed", ValidUntil: d.end.AddMonths(9)}}
	}
	return []dossier.Member{
		of("江", "明远", "JIANG", "MINGYUAN", "M", "1975-04-12", "509901197504121214", "处长", "division", 0),
		of("舒", "若兰", "SHU", "RUOLAN", "F", "1983-09-03", "509901198309031242", "教师", "section", 1),
		of("冉", "启航", "RAN", "QIHANG", "M", "1988-01-27", "509901198801271256", "教师", "section", 2),
		of("谭", "思齐", "TAN", "SIQI", "F", "1991-06-15", "509901199106151281", "教师", "section", 3),
	}
}

// Members are who travels in a story, as the unit has them on file.
func (s *Story) Members() []dossier.Member { return members(s.days) }

const (
	purpose = "与对方大学就联合实验室第二期建设签署备忘录,商定三个课题的分工、数据共享办法和下一年度互派人员计划,完成设备验收。"
	// mended is what intake asked for.
	mended = purpose + "验收的设备为高速相机两台。"
)

// paper is what the liaison officer types: the trip alone. People, booklets,
// unit, title, dates of half-days and the budget's lines follow from what is
// held.
func paper(d days, people []string, named []dossier.Member) filing.Paper {
	c := dossier.Case{Trip: dossier.Trip{Kind: "own", Category: "research", Purpose: purpose,
		Necessity:       "联合实验室一期即将到期,双方须当面验收设备并商定二期方案,视频会议无法完成设备验收与样品交接,推迟将使课题中断并影响已立项经费的执行。",
		ExpectedResults: "签署二期备忘录一份;完成两台设备验收;确定三个课题的负责人、里程碑和经费分担;形成下一年度互派六人的名单,并于回国后十五个工作日内提交报告。",
		InAnnualPlan:    true, PlanLine: fmt.Sprintf("%d-07", d.depart.Year()), Depart: d.depart, Return: d.home}}
	local := func(on calendar.Date, clock string) calendar.LocalTime {
		t, err := calendar.ParseLocal(on.String() + "T" + clock)
		if err != nil {
			panic(err) // a literal of this file
		}
		return t
	}
	moves := d.depart.AddDays(4)
	leg := func(country, city, cityEn string, arrive, leave calendar.LocalTime, number string) dossier.Leg {
		return dossier.Leg{Country: country, City: city, CityEn: cityEn, Arrive: arrive, Leave: leave, LeavesAirport: true, StopOver: true, Transport: "flight", Carrier: "CA", Number: number, Cabin: "economy"}
	}
	c.Legs = []dossier.Leg{
		leg("FRA", "巴黎", "Paris", local(d.depart, "13:00"), local(moves, "08:00"), "CA901"),
		leg("ITA", "罗马", "Rome", local(moves, "11:00"), local(d.home, "07:30"), "CA911"),
	}
	hosts := map[string]string{"FRA": "巴黎示范大学", "ITA": "罗马示范大学"}
	topic := 0
	for day := d.depart; day.Before(d.home); day = day.Next() {
		country := "FRA"
		if !day.Before(moves) {
			country = "ITA"
		}
		topic++
		for _, half := range []dossier.Half{dossier.Morning, dossier.Afternoon} {
			if day == d.depart && half == dossier.Morning {
				continue // on the way: that follows
			}
			c.Itinerary = append(c.Itinerary, dossier.HalfDay{Date: day, Half: half, Host: hosts[country], Official: true,
				Activity: fmt.Sprintf("与%s座谈联合实验室第%d项议题并签署备忘录", hosts[country], topic)})
		}
	}
	c.Itinerary = append(c.Itinerary, dossier.HalfDay{Date: d.home, Half: dossier.Morning, Activity: "乘机返回"}, dossier.HalfDay{Date: d.home, Half: dossier.Afternoon, Activity: "乘机返回"})
	var invitees []string
	for _, m := range named {
		invitees = append(invitees, m.LatinName())
	}
	for _, country := range []string{"FRA", "ITA"} {
		c.Invitations = append(c.Invitations, dossier.Invitation{Issuer: hosts[country], IssuerCountry: country, IssuerKind: "organisation", Signatory: "A. Beispiel", SignatoryTitle: "国际处处长",
			Contact: "office@example.org +33 1 99 00 00 00", Issued: d.invited, Language: "en", Purpose: "联合实验室合作研究", From: d.depart.Prev(), To: d.home.Next(), Invitees: invitees,
			CostBearer: "sender", Translation: true, Translator: "谭思齐"})
	}
	c.Budget = &dossier.Budget{Fund: "fiscal", FinanceReviewed: true}
	c.Notice = &dossier.Notice{From: d.noticed, To: d.submitted.Prev(), Place: "单位内网及公告栏", Units: []string{unitName},
		Items: []dossier.NoticeItem{"people", "posts", "countries", "task", "itinerary", "route", "letter", "host", "money"}, Objections: "none"}
	p := filing.Paper{Case: c, Costs: map[dossier.CostKind]money.Decimal{dossier.Airfare: money.MustDecimal("9000")},
		Fx: map[money.Currency]filing.Fx{"EUR": {Rate: money.MustDecimal("7.80"), Date: d.submitted.AddDays(-5)}}}
	for _, id := range people {
		p.AddPerson(id)
	}
	for i := range p.Case.Members {
		p.Case.Members[i].DispatchConsent, p.Case.Members[i].Commitment = true, true
	}
	return p
}
