package document

import (
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// Specimen is a document of invented people that shows a sentence where it
// stands, in an office's wording. Nobody signs it, and its number says what it is.
func Specimen(key, office string, w Wording) (pdf []byte, name string, err error) {
	if ofAPaper(key) {
		paper, err := specimenPaper(key, w)
		if err != nil {
			return nil, "", err
		}
		pdf, err = paper.Print()
		return pdf, paper.Title, err
	}
	of, rest, _ := strings.Cut(key, ".")
	switch key { // where a document shows it that doesn't name it
	case "letters.delegation", "column.opinion":
		of = string(KindOpinionReply)
	case "column.born", "column.passport":
		of = string(KindNoteVerbale)
	case "column.where", "column.wrong", "column.basis", "column.fix":
		of = string(KindOneTimeNotice)
	}
	var p Paper
	switch kind := Kind(of); kind {
	case "publicNotice", "secondNotice":
		said, result, hangs := aPublished(), aResult(), hanging()
		switch rest {
		case "delegation":
			said.Title = ""
		case "objections":
			hangs.Contact = ""
		case "asApproved":
			result.Differs = ""
		}
		n := Announced("渝州大学（虚构）", said, hangs, 5, inChinese, w)
		if of == "secondNotice" {
			n = Reported("渝州大学（虚构）", said, result, hangs, 5, inChinese, w)
		}
		pdf, err = Print(n)
		return pdf, n.Title, err
	case KindNoteVerbale:
		d := aNote()
		d.Office, d.Number, d.Wording = office, specimenNumber, w
		switch rest {
		case "entries.two":
			d.Entries = 2
		case "entries.many":
			d.Entries = 3
		case "each":
			d.Stays = []CountryStay{{Country: "德国", From: d.Depart, To: d.Depart.AddDays(2)}, {Country: "法国", From: d.Depart.AddDays(2), To: d.Return}}
		}
		p = d
	case KindExitCertificate:
		d := aCertificate()
		d.Office, d.Number, d.Wording = office, specimenNumber, w
		p = d
	case KindOneTimeNotice:
		d := aNotice(3)
		d.Office, d.Number, d.Wording = office, specimenNumber, w
		if rest == "last" {
			d.Until = calendar.Date{}
		}
		p = d
	case "letters":
		d := aCorrespondence(KindOpinionReply)
		d.Office, d.Number, d.Wording = office, specimenNumber, w
		p = d
	case KindOpinionRequest, KindOpinionReply, KindMissionNotice:
		d := aCorrespondence(kind)
		d.Office, d.Number, d.Wording = office, specimenNumber, w
		if rest == "delegation" {
			d.Delegation = ""
		}
		p = d
	case KindConfirmation:
		d := aConfirmation()
		d.Office, d.Number, d.Wording, d.Supersedes = office, specimenNumber, w, "云外办任确〔2026〕2号"
		p = d
	default:
		d := anApproval(2)
		d.Office, d.Number, d.Wording = office, specimenNumber, w
		if strings.Contains(rest, "supersedes") {
			d.Supersedes = "云外出〔2026〕9号"
		}
		if strings.Contains(rest, "region") {
			d.Legs = []Leg{{Country: "中国香港", City: "香港", Arrive: d.Depart, Leave: d.Return}}
		}
		switch {
		case rest == "people.one":
			d.Members = d.Members[:1]
		case rest == "unit":
			d.Members[1].Unit = "渝州大学（虚构）"
		case strings.Contains(rest, "declared"):
			d.Under = "云外出〔2026〕9号"
		case strings.Contains(rest, "term"), rest == "head.places":
			d.DaysEach = 5
		}
		if fund, is := strings.CutPrefix(rest, "fund."); is {
			d.Fund = w.say("approval.fund." + fund)
		}
		p = d
	}
	pdf, err = Render(p)
	return pdf, p.name(), err
}

const specimenNumber = "（样张）"

var issueMoment = time.Date(2026, 11, 20, 3, 21, 7, 0, time.UTC)

func anApproval(people int) Approval {
	a := Approval{
		Office:     "云江市人民政府外事办公室",
		Number:     "云外出〔2026〕117号",
		Issued:     calendar.On(2026, 11, 20),
		At:         issueMoment,
		Unit:       "云江市商务委员会（虚构）",
		Delegation: "云江市经贸代表团",
		Purpose:    "应日本贸易振兴机构邀请，赴东京参加“云江—关东产业合作对接会”，与当地5家汽车零部件企业洽谈合作项目，并考察港口物流设施",
		Legs: []Leg{
			{"日本", "东京", calendar.On(2026, 12, 14), calendar.On(2026, 12, 16), "产业合作对接会、企业洽谈"},
			{"日本", "横滨", calendar.On(2026, 12, 16), calendar.On(2026, 12, 18), "考察港口物流设施"},
		},
		Depart: calendar.On(2026, 12, 14), Return: calendar.On(2026, 12, 18), DaysAbroad: 5,
		Fund: "往返国际旅费和在外食宿、交通、公杂费由派员单位按国家规定标准在年度出国（境）经费中列支",
		Conditions: []string{
			"严格按照批准的日程执行，不得绕道、不得变更路线、不得延长在外停留时间",
			"遵守外事纪律和保密规定，遇重要情况及时报告我驻外使领馆",
			"回国后7天内交回因公护照，一个月内提交出访报告并进行公示",
		},
		ValidUntil: calendar.On(2027, 5, 20),
		CopiesTo:   []string{"云江市财政局", "云江市公安局出入境边防检查站"},
		Case:       "CQ-2026-000117-K", Code: "7F3K-92MX-Q4HT",
		VerifyURL: "https://wb.yunjiang.example/v/7F3K92MXQ4HT",
	}
	family := []string{"顾", "秦", "陆", "方", "欧阳", "沈", "韦", "尤"}
	given := []string{"明远", "晓岚", "之恒", "若溪", "淏", "嘉树"}
	for i := range people {
		role := "团员"
		if i == 0 {
			role = "团长"
		}
		a.Members = append(a.Members, Member{
			Name: family[i%len(family)] + given[(i/2)%len(given)], Sex: []string{"男", "女"}[i%2],
			Post: []string{"副主任", "对外贸易处处长", "办公室一级主任科员", "英语翻译"}[i%4], Role: role,
		})
	}
	return a
}

// aCorrespondence is a letter of a kind to another authority.
func aCorrespondence(k Kind) Correspondence {
	a := anApproval(2)
	c := Correspondence{Kind: k, Office: a.Office, Number: "云外办函〔2026〕7号", Issued: a.Issued, At: a.At, To: "渝州市人民政府外事办公室（虚构）", Organiser: a.Unit, Delegation: a.Delegation, Purpose: a.Purpose,
		Members: a.Members, Legs: a.Legs, Depart: a.Depart, Return: a.Return, DaysAbroad: 5, Until: calendar.On(2026, 12, 4), Case: a.Case, Code: a.Code, VerifyURL: a.VerifyURL}
	switch k {
	case KindMissionNotice:
		c.Approval = a.Number
	case KindOpinionReply:
		c.Letter, c.LetterOn, c.Opinion, c.Conditions = "渝外办征〔2026〕31号", calendar.On(2026, 11, 12), "同意下列1人参加该团组，其余1人不参加。原因：护照在外", []string{"途中不得变更路线"}
		c.Members[0].Role, c.Members[1].Role = OpinionWord(true), OpinionWord(false)
	}
	return c
}

func aConfirmation() Confirmation {
	a := anApproval(2)
	a.Number = "云外办任确〔2026〕3号"
	return Confirmation{Approval: a, Organiser: "渝州市商务局（虚构）", Authority: "渝州市人民政府外事办公室（虚构）", Notice: "渝外办任通〔2026〕12号"}
}

func aNotice(defects int) OneTimeNotice {
	n := OneTimeNotice{
		Office: "云江市人民政府外事办公室", Number: "云外告〔2026〕31号", Issued: calendar.On(2026, 11, 12), At: issueMoment,
		Unit: "云江市商务委员会（虚构）", Delegation: "云江市经贸代表团", Until: calendar.On(2026, 11, 19),
		Case: "CQ-2026-000117-K", Code: "31AB-77QX-0M2P", VerifyURL: "https://wb.yunjiang.example/v/31AB77QX0M2P",
	}
	all := []Defect{
		{"邀请函", "未载明费用由谁承担", "因公临时出国管理有关规定", "请邀请方补充说明或另附费用承诺，上传后替换原件"},
		{"团员2身份证号码", "校验位不符，应为X", "GB 11643-1999", "对照身份证原件更正"},
		{"日程第3天下午", "没有公务安排", "", "补充当日下午的公务活动和会见对象"},
	}
	for i := range defects {
		n.Defects = append(n.Defects, all[i%len(all)])
	}
	return n
}

func bearers(n int) []Bearer {
	all := []Bearer{
		{"顾明远", "GU MINGYUAN", "男", calendar.On(1976, 3, 2), "副主任", "公务普通护照", "PE5099001"},
		{"秦晓岚", "QIN XIAOLAN", "女", calendar.On(1988, 11, 23), "对外贸易处处长", "公务普通护照", "PE5099002"},
		{"买买提·艾力", "MAIMAITI AILI", "男", calendar.On(1990, 7, 14), "翻译", "公务普通护照", "PE5099003"},
	}
	var out []Bearer
	for i := range n {
		out = append(out, all[i%len(all)])
	}
	return out
}

func aCertificate() ExitCertificate {
	return ExitCertificate{
		Office: "云江市人民政府外事办公室", Number: "云外境〔2026〕58号", Issued: calendar.On(2026, 12, 1), At: issueMoment,
		Unit: "云江市商务委员会（虚构）", Approval: "云外出〔2026〕117号", Country: "塞尔维亚", Reason: "根据两国互免签证协定，持公务普通护照者免办签证",
		Bearers: bearers(3), Depart: calendar.On(2026, 12, 14), Return: calendar.On(2026, 12, 18),
		Case: "CQ-2026-000117-K", Code: "58CC-10ZY-8W3D", VerifyURL: "https://wb.yunjiang.example/v/58CC10ZY8W3D",
	}
}

func aNote() NoteVerbale {
	return NoteVerbale{
		Office: "云江市人民政府外事办公室", Number: "〔2026〕云外签照字第12号", Issued: calendar.On(2026, 11, 23), At: issueMoment,
		Mission: "德意志联邦共和国驻成都总领事馆", Unit: "云江市商务委员会（虚构）", Host: "北威州国际商务署", Country: "德国",
		Purpose: "洽谈汽车零部件合作", Depart: calendar.On(2026, 12, 14), Return: calendar.On(2026, 12, 18), Days: 5,
		Costs: "代表团在德期间的一切费用由云江市商务委员会（虚构）负担", Visa: "公务", Entries: 1, Bearers: bearers(3),
		Case: "CQ-2026-000117-K", Code: "12NV-55AB-7K2M", VerifyURL: "https://wb.yunjiang.example/v/12NV55AB7K2M",
	}
}

func aResult() Result {
	return Result{Departed: calendar.On(2026, 5, 11), Home: calendar.On(2026, 5, 14), Differs: "因航班取消，提前一天回国", Results: []string{"商定联合实验室的章程", "交换了三年的人员往来计划"}, Report: "出访报告.pdf", SpentFen: 5731050}
}

func aPublished() dossier.Published {
	return dossier.Published{
		Title: "渝州大学（虚构）赴德国合作研究团组", People: []string{"江明远", "舒若兰"}, Posts: []string{"渝州大学（虚构）副校长", "渝州研究院（虚构）处长"},
		Countries: []string{"DEU"}, Depart: calendar.On(2026, 5, 11), Return: calendar.On(2026, 5, 15), Purpose: "与柏林示范大学商定联合实验室的建设方案",
		Itinerary: []dossier.HalfDay{
			{Date: calendar.On(2026, 5, 11), Half: dossier.Morning, Activity: "乘机前往柏林"},
			{Date: calendar.On(2026, 5, 12), Half: dossier.Afternoon, City: "柏林", Activity: "商谈联合实验室", Host: "柏林示范大学"},
		},
		Route:   []string{"法兰克福（转机）", "柏林"},
		Letters: []dossier.Invitation{{Issuer: "柏林示范大学", IssuerCountry: "DEU", Signatory: "A. Beispiel", SignatoryTitle: "国际处处长", Issued: calendar.On(2026, 2, 8), From: calendar.On(2026, 5, 10), To: calendar.On(2026, 5, 16), About: "以工科见长的公立大学，与渝州大学合作六年"}},
		Fund:    dossier.ResearchFund, Covers: []dossier.HostCover{dossier.CoversLodging}, TotalCny: money.MustDecimal("58620.00"),
	}
}

func inChinese(code string) string {
	return map[string]string{"DEU": "德国", "HKG": "中国香港"}[code]
}

func hanging() dossier.Notice {
	return dossier.Notice{From: calendar.On(2026, 2, 27), To: calendar.On(2026, 3, 5), Contact: "纪检室 023-6000 0000"}
}
