package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
)

// Approval is the approval document (任务批件): what a unit gets when its
// mission is approved, and what passports, visas, currency and accounts are
// handled on.
type Approval struct {
	Office     string // full name of the issuing organ, as on its seal
	Number     string // 云外办出〔2026〕12号
	Issued     calendar.Date
	At         time.Time // the moment of issue
	Unit       string    // addressee: the organising unit
	Delegation string    // what the application calls it
	Purpose    string
	Members    []Member // approved ones only
	Legs       []Leg
	Depart     calendar.Date
	Return     calendar.Date // the day of entering China again
	DaysAbroad int
	DaysEach   int      // of an approval for a term (一次审批、多次有效): the most days of one trip
	Under      string   // of a declared trip (出访备案): the number of the approval for a term
	Fund       string   // who pays, as a sentence or a phrase
	Conditions []string // each a sentence
	ValidUntil calendar.Date
	Supersedes string   // number of the approval that this one replaces, "" for none
	CopiesTo   []string // other organs that get a copy
	Case       string   // case number
	Code       string   // verification code
	VerifyURL  string   // what the QR code says
}

// Member of the delegation as the approval lists them.
type Member struct {
	Name string
	Sex  string // 男 or 女
	Unit string // "" when it is the addressee's own
	Post string
	Role string // 团长, 团员, 翻译
}

// Leg is one stay.
type Leg struct {
	Country string // in Chinese, 中国香港 and so on by the naming rules
	City    string
	Arrive  calendar.Date
	Leave   calendar.Date
	Hosts   string // bodies that invite or receive there, may be ""
}

func (a Approval) countries() []string {
	var out []string
	for _, l := range a.Legs {
		if !slices.Contains(out, l.Country) {
			out = append(out, l.Country)
		}
	}
	return out
}

// region reports whether all legs are in Hong Kong or Macau: regions of
// China, so the document may not speak of going abroad.
func (a Approval) region() bool {
	for _, c := range a.countries() {
		if !strings.Contains(c, "香港") && !strings.Contains(c, "澳门") {
			return false
		}
	}
	return len(a.Legs) > 0
}

func (a Approval) check() error {
	var r required
	r.text("office", a.Office)
	r.text("number", a.Number)
	r.text("unit", a.Unit)
	r.text("purpose", a.Purpose)
	r.text("case", a.Case)
	r.text("code", a.Code)
	r.text("verification address", a.VerifyURL)
	r.text("day of issue", a.Issued.String())
	r.text("departure", a.Depart.String())
	r.text("return", a.Return.String())
	r.time("moment of issue", a.At)
	if len(a.Members) == 0 {
		r = append(r, "members")
	}
	if len(a.Legs) == 0 {
		r = append(r, "legs")
	}
	for i, m := range a.Members {
		r.text(fmt.Sprintf("members[%d].name", i), m.Name)
	}
	for i, l := range a.Legs {
		r.text(fmt.Sprintf("legs[%d].country", i), l.Country)
		if a.DaysEach > 0 {
			continue // the days are those of each trip
		}
		r.text(fmt.Sprintf("legs[%d].arrive", i), l.Arrive.String())
		r.text(fmt.Sprintf("legs[%d].leave", i), l.Leave.String())
	}
	return r.err()
}

func (a Approval) name() string {
	name := "因公临时出国任务批件"
	if a.region() {
		name = "因公临时赴港澳任务批件"
	}
	switch {
	case a.Under != "":
		name = strings.Replace(name, "任务批件", "出访备案件", 1)
	case a.DaysEach > 0:
		name += "（一次审批、多次有效）"
	}
	return name
}

func (a Approval) facts() Facts {
	names := make([]string, len(a.Members))
	for i, m := range a.Members {
		names[i] = m.Name
	}
	return Facts{
		Format: factsFormat, Kind: KindApproval, Number: a.Number, Case: a.Case, Code: a.Code,
		Office: a.Office, Unit: a.Unit, Delegation: a.Delegation,
		Countries: a.countries(), People: masked(names),
		Depart: a.Depart, Return: a.Return, DaysAbroad: a.DaysAbroad,
		Issued: a.Issued, ValidUntil: a.ValidUntil, At: a.At.UTC().Truncate(time.Second),
	}
}

func (a Approval) lay(l *layout) {
	l.organMark(a.Office, a.Number)
	l.balanced(titleStyle(), span{a.name(), title})
	l.top += linePitch
	flush := running()
	flush.indent = 0
	l.paragraph(flush, span{a.Unit + "：", body})

	w := abroadWords
	if a.region() {
		w = regionWords
	}
	group := "你单位报来的" + w.application
	if a.Delegation != "" {
		group = "你单位报来的“" + a.Delegation + "”" + w.application
	}
	who := fmt.Sprintf("%s等%d人", a.Members[0].Name, len(a.Members))
	if len(a.Members) == 1 {
		who = a.Members[0].Name + "1人"
	}
	entry := w.stay
	if a.DaysAbroad > 0 {
		entry += strconv.Itoa(a.DaysAbroad) + "天" + w.counted
	}
	where := strings.Join(a.countries(), "、")
	said := fmt.Sprintf("经研究，同意%s于%s赴%s执行公务，%s。现批复如下：", who, Days(a.Depart, a.Return), where, entry)
	switch {
	case a.Under != "":
		said = fmt.Sprintf("该次出访在%s批准的期限、国家（地区）和人员范围之内，准予备案。%s于%s赴%s执行公务，%s。具体如下：", a.Under, who, Days(a.Depart, a.Return), where, entry)
	case a.DaysEach > 0:
		said = fmt.Sprintf("经研究，同意%s在%s期间，因同一任务多次赴%s执行公务，每次%s不超过%d天%s。现批复如下：", who, Days(a.Depart, a.Return), where, w.stay, a.DaysEach, w.counted)
	}
	l.paragraph(running(), span{group + "收悉。" + said, body})

	s := sections{l: l}
	s.text("出访任务", a.Purpose)
	s.table(fmt.Sprintf("团组成员（共%d人）", len(a.Members)), l.newTable(memberTable(a.Members)))
	if a.DaysEach > 0 {
		s.table("批准前往的国家（地区）", l.newTable(placeTable(a.Legs)))
	} else {
		s.table("行程安排", l.newTable(legTable(a.Legs)))
	}
	if a.Fund != "" {
		s.text("经费来源", a.Fund)
	}
	if len(a.Conditions) > 0 {
		s.list("有关要求", a.Conditions)
	}
	last, self := w.last, "本批件"
	switch {
	case a.Under != "":
		self = "本备案件"
		last = strings.Replace(last, "本批件", "本备案件", 1)
	case a.DaysEach > 0:
		last = "在上述期限内一次审批、多次有效，每次出访前须向本办备案，凭出访备案件领取证照、办理签证（签注）和经费手续。"
	}
	if !a.ValidUntil.IsZero() {
		last = self + "有效期至" + chinese(a.ValidUntil) + "。" + last
	}
	if a.Supersedes != "" {
		last = self + "自签发之日起替代" + a.Supersedes + "，原" + self[len("本"):] + "同时失效。" + last
	}
	l.closing(last, a.Office, a.Issued, a.CopiesTo, verification{a.VerifyURL, a.Code, a.Case})
}

// wording is what a document says of going abroad, and of going to a region of
// our own country, for which there is no passport, no visa and no abroad.
type wording struct{ application, stay, counted, last string }

var (
	abroadWords = wording{"因公临时出国（境）申请", "在外停留", "（含离境、入境当日）", "请凭本批件办理护照（通行证）、签证（签注）、购汇和经费核销等手续。"}
	regionWords = wording{"因公临时赴港澳申请", "在港澳停留", "（含往返当日）", "请凭本批件办理因公往来香港澳门特别行政区通行证及签注、购汇和经费核销等手续。"}
)

func titleStyle() style {
	return style{tag: "H1", size: size2, pitch: 12, width: typeWidth, ink: black}
}

func memberTable(members []Member) ([]column, [][]string) {
	others := slices.ContainsFunc(members, func(m Member) bool { return m.Unit != "" })
	cols := []column{{"序号", 12, true}, {"姓名", 26, true}, {"性别", 12, true}}
	if others {
		cols = append(cols, column{"工作单位", 44, false})
	}
	cols = append(cols, column{"职务", 46, false}, column{"团内身份", 22, true})
	var rows [][]string
	for i, m := range members {
		row := []string{strconv.Itoa(i + 1), m.Name, m.Sex}
		if others {
			row = append(row, m.Unit)
		}
		rows = append(rows, append(row, m.Post, m.Role))
	}
	return cols, rows
}

func placeTable(legs []Leg) ([]column, [][]string) {
	var rows [][]string
	for i, g := range legs {
		rows = append(rows, []string{strconv.Itoa(i + 1), g.Country, g.City})
	}
	return []column{{"序号", 12, true}, {"国家（地区）", 60, true}, {"城市", 60, true}}, rows
}

func legTable(legs []Leg) ([]column, [][]string) {
	hosts := slices.ContainsFunc(legs, func(l Leg) bool { return l.Hosts != "" })
	cols := []column{{"序号", 12, true}, {"国家（地区）", 27, true}, {"城市", 22, true}, {"停留日期", 51, true}}
	if hosts {
		cols = append(cols, column{"邀请和接待单位", 44, false})
	}
	var rows [][]string
	for i, g := range legs {
		row := []string{strconv.Itoa(i + 1), g.Country, g.City, Days(g.Arrive, g.Leave)}
		if hosts {
			row = append(row, g.Hosts)
		}
		rows = append(rows, row)
	}
	return cols, rows
}
