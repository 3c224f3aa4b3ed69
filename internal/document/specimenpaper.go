package document

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	data "yitang/ref"
)

// ofAPaper tells whether a sentence stands in a working paper and in no document.
func ofAPaper(key string) bool {
	is := func(s Sentence) bool { return s.Key == key }
	return slices.ContainsFunc(ofPapers, is) || slices.ContainsFunc(columnsOfPapers, is)
}

// specimenPaper is a working paper of invented people that says a sentence: the
// first that does so when each of the cases is made into each of the papers.
func specimenPaper(key string, w Wording) (Working, error) {
	const here = "※"
	for _, change := range append([]func(*From){func(*From) {}}, oddities...) {
		for _, kind := range slices.Concat(slices.Sorted(maps.Keys(makers)), slices.Sorted(maps.Keys(pledges))) {
			english := strings.HasSuffix(key, inEnglish)
			if english && kind != "M07" && kind != "M33" {
				continue // is made in Chinese alone
			}
			f := aFrom(english, Wording{key: here})
			change(&f)
			if paper, made := Make(kind, f); !made || !strings.Contains(fmt.Sprint(paper), here) {
				continue
			}
			f.Wording = w
			paper, _ := Make(kind, f)
			return paper, nil
		}
	}
	return Working{}, fmt.Errorf("no working paper says %s", key)
}

// oddities are what a case must have for some sentence to be said.
var oddities = []func(*From){
	func(f *From) { f.State.Changed = true },
	func(f *From) { f.State.Granted = true },
	func(f *From) { f.State.Otherwise = true },
	func(f *From) { f.State.Round = 0 },
	func(f *From) { f.State.Approval = "云外出〔2026〕117号" },
	func(f *From) {
		f.Case.Trip.PlanLine, f.Case.Trip.Urgent, f.Case.Trip.UrgencyReason = "", true, "对方临时提前会期"
	},
	func(f *From) { f.Case.Trip.InAnnualPlan, f.Case.Trip.OffPlanReason = false, "邀请函晚到" },
	func(f *From) { f.Case.Trip.Kind, f.Case.Trip.DaysEach, f.Case.Trip.Trips = dossier.MultiTrip, 5, 4 },
	func(f *From) {
		f.Personal.BirthPlace, f.Personal.FormerName, f.Case.Members[0].Email = "", "江明", "p1@example.edu.cn"
	},
	func(f *From) { f.Case.Legs[0].Arrive.Minute = 20 * 60 },
	func(f *From) { f.Booklets[0].Old, f.Booklets[0].Due = "451", calendar.On(2026, 4, 28) },
	func(f *From) {
		f.Booklets[0].Type = string(dossier.HKMacauPermit)
		f.Case.Legs = []dossier.Leg{{Country: "HKG", City: "香港"}}
	},
}

// aFrom is what working papers are made from, of invented people.
func aFrom(english bool, w Wording) From {
	f := From{Case: aDelegation(), State: State{Round: 2, On: calendar.On(2026, 3, 6)}, By: "渝州大学（虚构）", Office: "云江市人民政府外事办公室", English: english, Country: inChinese, Wording: w,
		Word: func(list, word string) string { return specimenWords[list+"."+word] }}
	f.Booklets = []Booklet{{Member: 0, Type: string(dossier.PublicAffairs), Why: "首次办理"}}
	f.Personal = Personal{BirthPlace: "重庆沙坪坝", Marital: "married", HomeAddress: "渝州市学府路1号", BirthPlaceEn: "SHAPINGBA, CHONGQING", HomeEn: "1 Xuefu Road, Yuzhou", PostEn: "Vice President", Confirmed: calendar.On(2026, 3, 1),
		Family:    []Kin{{"spouse", "陆嘉树", calendar.On(1978, 6, 1), "渝州中学（虚构）"}, {Relation: "son", Name: "江淏", Born: calendar.On(2008, 9, 9)}},
		Schooling: []Span{{"1994-09", "1998-07", "渝州大学（虚构）", "机械工程"}}, Jobs: []Span{{From: "1998-08", Where: "渝州大学（虚构）", What: "副校长"}}}
	f.Visa = Visa{Apply: "DEU", From: calendar.On(2026, 5, 11), To: calendar.On(2026, 5, 14), Days: 4, Entries: 1,
		Booklet: dossier.Passport{Type: dossier.PublicAffairs, Number: "PE0000451", Issued: calendar.On(2026, 3, 20), Expires: calendar.On(2031, 3, 19)}}
	if built, err := data.Built(); err == nil { // it always is: a test reads it
		f.Visa.Form = built.VisaForms.On("SCHENGEN", f.State.On)
	}
	if english {
		f.Country = func(string) string { return "Germany" }
		f.Unit = "Yuzhou University"
	}
	return f
}

// specimenWords are the words of closed lists that a specimen has.
var specimenWords = map[string]string{
	"caseKind.own": "自组团", "caseKind.multiTrip": "一次审批、多次有效", "category.research": "合作研究", "rank.division": "处级", "rank.section": "科级", "role.head": "团长", "role.member": "团员",
	"sex.M": "男", "sex.F": "女", "fund.research": "科研经费", "hostCover.lodging": "住宿", "costKind.meals": "伙食费", "costKind.airfare": "国际旅费", "objections.none": "没有",
	"passportType.publicAffairs": "公务普通护照", "passportType.hkMacauPermit": "因公往来港澳通行证", "marital.married": "已婚", "relation.spouse": "配偶", "relation.son": "儿子",
}

func aDelegation() dossier.Case {
	on := func(d, minute int) calendar.LocalTime {
		return calendar.LocalTime{Date: calendar.On(2026, 5, d), Minute: minute}
	}
	return dossier.Case{
		Unit: dossier.Unit{Name: "渝州大学（虚构）", USCC: "12500000MB1234567X", Signatory: "黎思远"},
		Trip: dossier.Trip{Title: "赴德国合作研究团组", Kind: dossier.Own, Category: dossier.Research, InAnnualPlan: true, PlanLine: "2026-007",
			Purpose: "与柏林示范大学商定联合实验室的建设方案，签订三年人员往来计划。", Necessity: "联合实验室的设备清单须当面核对，线上会议已开四次。", ExpectedResults: "签订联合实验室章程。\n确定首批互访人员。",
			Depart: calendar.On(2026, 5, 11), Return: calendar.On(2026, 5, 15)},
		Members: []dossier.Member{
			{FamilyName: "江", GivenName: "明远", LatinSurname: "JIANG", LatinGivenNames: "MINGYUAN", Sex: dossier.Male, DateOfBirth: calendar.On(1976, 3, 2), IDNumber: "509901197603020011", Mobile: "13900000001", Post: "副校长", Rank: dossier.Division, Role: dossier.Head},
			{FamilyName: "舒", GivenName: "若兰", LatinSurname: "SHU", LatinGivenNames: "RUOLAN", Sex: dossier.Female, DateOfBirth: calendar.On(1988, 11, 23), IDNumber: "509901198811230022", Unit: "渝州研究院（虚构）", Department: "国际处", Post: "处长", Rank: dossier.Section, Role: dossier.Ordinary},
		},
		Legs: []dossier.Leg{
			{Country: "DEU", City: "法兰克福", CityEn: "Frankfurt", Transit: true, Arrive: on(11, 380), Leave: on(11, 500)},
			{Country: "DEU", City: "柏林", CityEn: "Berlin", Arrive: on(11, 575), Leave: on(14, 1200)},
		},
		Itinerary: []dossier.HalfDay{
			{Date: calendar.On(2026, 5, 11), Half: dossier.Morning, Activity: "乘机前往柏林"},
			{Date: calendar.On(2026, 5, 12), Half: dossier.Morning, Country: "DEU", City: "柏林", Activity: "商谈联合实验室", Host: "Berlin Model University", Official: true},
			{Date: calendar.On(2026, 5, 12), Half: dossier.Afternoon, Country: "DEU", City: "柏林", Activity: "Tour of the laboratories", Host: "Berlin Model University", Official: true},
		},
		Invitations: []dossier.Invitation{{Issuer: "Berlin Model University", IssuerCountry: "DEU", Signatory: "A. Beispiel", SignatoryTitle: "国际处处长", Issued: calendar.On(2026, 2, 8)}},
		Budget: &dossier.Budget{Fund: dossier.ResearchFund, HostCovers: []dossier.HostCover{dossier.CoversLodging}, TotalCny: money.MustDecimal("58620.00"),
			Lines: []dossier.BudgetLine{{Kind: dossier.Meals, AmountCny: money.MustDecimal("8620.00")}, {Kind: dossier.Airfare, AmountCny: money.MustDecimal("25000.00")}, {Kind: dossier.Airfare, AmountCny: money.MustDecimal("25000.00")}}},
		Notice: &dossier.Notice{From: calendar.On(2026, 2, 27), To: calendar.On(2026, 3, 5), Place: "校园内网", Objections: dossier.NoObjections},
	}
}
