package practice

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// task is the made-up case of a run that begins on a day: who travels, where to,
// for what. Two people, one country, five days: enough for every step.
func task(unit string, today calendar.Date, book *calendar.Book, members []dossier.Member) dossier.Case {
	depart := today.AddDays(58)
	for depart.Weekday() != 1 || !book.IsWorkday(depart) {
		depart = depart.Next()
	}
	ret := depart.AddDays(4)
	c := dossier.Case{Format: "yitang.case/1", AsOf: today, Unit: dossier.Unit{Name: unit}, Members: members,
		Trip: dossier.Trip{Kind: dossier.Own, Category: "research", InAnnualPlan: true, PlanLine: fmt.Sprintf("%d-07", depart.Year()), Depart: depart, Return: ret,
			Purpose:         "与巴黎示范大学就联合实验室第二期建设签署备忘录，商定三个课题的分工和下一年度互派人员计划，完成设备验收。",
			Necessity:       "联合实验室一期即将到期，双方须当面验收设备并商定二期方案，视频会议无法完成设备验收与样品交接，推迟将使课题中断并影响已立项经费的执行。",
			ExpectedResults: "签署二期备忘录一份；完成两台设备验收；确定三个课题的负责人、里程碑和经费分担；形成下一年度互派六人的名单，并于回国后十五个工作日内提交报告。"}}
	var names []string
	for i, m := range members {
		if c.Members[i].Role = dossier.Ordinary; i == 0 {
			c.Members[i].Role = dossier.Head
		}
		c.Members[i].DispatchConsent, c.Members[i].Commitment = true, true
		names = append(names, m.LatinName())
	}
	local := func(on calendar.Date, clock string) calendar.LocalTime {
		t, err := calendar.ParseLocal(on.String() + "T" + clock)
		if err != nil {
			panic(err) // a literal of this file
		}
		return t
	}
	const host = "巴黎示范大学"
	c.Legs = []dossier.Leg{{Country: "FRA", City: "巴黎", CityEn: "Paris", Arrive: local(depart, "13:00"), Leave: local(ret, "07:30"), LeavesAirport: true, StopOver: true, Transport: "flight", Carrier: "CA", Number: "CA901", Cabin: "economy"}}
	n := 0
	for day := depart; day.Before(ret); day = day.Next() {
		n++
		for _, half := range []dossier.Half{dossier.Morning, dossier.Afternoon} {
			if day == depart && half == dossier.Morning {
				continue // on the way: that follows
			}
			c.Itinerary = append(c.Itinerary, dossier.HalfDay{Date: day, Half: half, Host: host, Official: true, Activity: fmt.Sprintf("与%s座谈联合实验室第%d项议题并签署备忘录", host, n)})
		}
	}
	c.Itinerary = append(c.Itinerary, dossier.HalfDay{Date: ret, Half: dossier.Morning, Activity: "乘机返回"}, dossier.HalfDay{Date: ret, Half: dossier.Afternoon, Activity: "乘机返回"})
	c.Invitations = []dossier.Invitation{{Issuer: host, IssuerCountry: "FRA", IssuerKind: "organisation", Signatory: "A. Beispiel", SignatoryTitle: "国际处处长", Contact: "office@example.org +33 1 99 00 00 00",
		Issued: today.AddDays(-30), Language: "en", Purpose: "联合实验室合作研究", From: depart.Prev(), To: ret.Next(), Invitees: names, CostBearer: "sender", Translation: true, Translator: "谭思齐"}}
	c.Budget = &dossier.Budget{Fund: "fiscal", FinanceReviewed: true}
	c.Notice = &dossier.Notice{From: book.AddWorkdays(today, -12), To: today.Prev(), Place: "单位内网及公告栏", Units: []string{c.Unit.Name},
		Items: []dossier.NoticeItem{"people", "posts", "countries", "task", "itinerary", "route", "letter", "host", "money"}, Objections: "none"}
	return c
}
