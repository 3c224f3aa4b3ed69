package document

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"yitang/internal/calendar"
)

// chance is a source of random bytes that gives the same ones for a seed.
type chance struct{ n, seed uint64 }

func (c *chance) Read(b []byte) (int, error) {
	for i := range b {
		c.n++
		x := (c.n + c.seed) * 0x9E3779B97F4A7C15
		x ^= x >> 29
		x *= 0xBF58476D1CE4E5B9
		b[i] = byte(binary.LittleEndian.Uint64(binary.LittleEndian.AppendUint64(nil, x)) >> 32)
	}
	return len(b), nil
}

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

// office is everything that issuing needs, made from a seed.
type office struct {
	authority Authority
	signer    Signer
	log       Log
	stored    []tlog.Hash
	entries   []Entry
	head      string
}

func anOffice(t testing.TB, seed uint64) *office {
	t.Helper()
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	random := &chance{seed: seed << 32}
	authority, err := NewAuthority(random, "云江市人民政府外事办公室", from, from.AddDate(10, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := authority.Issue(random, "云江市人民政府外事办公室电子公章", from, from.AddDate(3, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	key, err := NewLogKey(random, fmt.Sprintf("yunjiang.example/documents/%d", seed))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{authority: authority, signer: signer}
	o.log = Log{Key: key, Hashes: tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = o.stored[x]
		}
		return out, nil
	})}
	return o
}

func (o *office) append(t testing.TB, e Entry) Appended {
	t.Helper()
	a, err := o.log.Append(e)
	if err != nil {
		t.Fatal(err)
	}
	if int(a.Position) != len(o.stored) {
		t.Fatalf("hashes go to %d, but %d are stored", a.Position, len(o.stored))
	}
	o.stored = append(o.stored, a.Hashes...)
	o.log.Size = a.Size
	o.head = a.Checkpoint
	for i, have := range o.entries {
		if have.Number == e.Number {
			o.entries[i] = e
			return a
		}
	}
	o.entries = append(o.entries, e)
	return a
}

// issue lays out, logs and signs.
func (o *office) issue(t testing.TB, p Paper) []byte {
	t.Helper()
	pdf, err := Render(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Issued(pdf)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = Attach(pdf, o.append(t, e).Proof)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = Sign(pdf, o.signer)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func (o *office) trust(t testing.TB) Trust {
	t.Helper()
	trust, err := ReadTrust(o.trustFile(t))
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func (o *office) trustFile(t testing.TB) []byte {
	t.Helper()
	raw, err := TrustFile{Office: "云江市人民政府外事办公室", AsOf: issueMoment.Add(time.Hour), LogKey: o.log.Key.Public, Checkpoint: o.head, Documents: o.entries}.Sign(o.signer)
	if err != nil {
		t.Fatal(err)
	}
	return raw
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
		Office: "云江市人民政府外事办公室", Number: "（2026）云外签照字第12号", Issued: calendar.On(2026, 11, 23), At: issueMoment,
		Mission: "德意志联邦共和国驻成都总领事馆", Unit: "云江市商务委员会（虚构）", Host: "北威州国际商务署", Country: "德国",
		Purpose: "洽谈汽车零部件合作", Depart: calendar.On(2026, 12, 14), Return: calendar.On(2026, 12, 18), Days: 5,
		Costs: "代表团在德期间的一切费用由云江市商务委员会（虚构）负担", Visa: "公务", Entries: 1, Bearers: bearers(3),
		Case: "CQ-2026-000117-K", Code: "12NV-55AB-7K2M", VerifyURL: "https://wb.yunjiang.example/v/12NV55AB7K2M",
	}
}
