package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
)

// NoteVerbale asks a mission for visas (照会): in the third person, with
// courtesies, sealed across the date and signed by nobody.
type NoteVerbale struct {
	Office     string
	Number     string // （2026）渝外签照字第12号
	Issued     calendar.Date
	At         time.Time
	Mission    string // 德意志联邦共和国驻成都总领事馆
	Unit       string
	Purpose    string
	Host       string // who invited
	Country    string
	Depart     calendar.Date
	Return     calendar.Date
	Days       int
	Costs      string // who bears them
	Visa       string // kind: 公务
	Entries    int    // how often they may enter; 0: not stated
	Bearers    []Bearer
	Case       string
	Code       string
	VerifyURL  string
	Supplement string // a further sentence, may be ""
}

func (n NoteVerbale) check() error {
	var r required
	r.text("office", n.Office)
	r.text("number", n.Number)
	r.text("mission", n.Mission)
	r.text("unit", n.Unit)
	r.text("purpose", n.Purpose)
	r.text("country", n.Country)
	r.text("day of issue", n.Issued.String())
	r.text("departure", n.Depart.String())
	r.text("return", n.Return.String())
	r.time("moment of issue", n.At)
	checkBearers(&r, n.Bearers)
	return r.err()
}

func (n NoteVerbale) name() string { return "照会" }

func (n NoteVerbale) facts() Facts {
	return Facts{
		Format: factsFormat, Kind: KindNoteVerbale, Number: n.Number, Case: n.Case, Code: n.Code,
		Office: n.Office, Unit: n.Unit, Countries: []string{n.Country}, People: masked(bearerNames(n.Bearers)),
		Depart: n.Depart, Return: n.Return, DaysAbroad: n.Days,
		Issued: n.Issued, At: n.At.UTC().Truncate(time.Second),
	}
}

func (n NoteVerbale) lay(l *layout) {
	l.letterHead(n.Office, n.Number)
	l.balanced(titleStyle(), span{n.name(), title})
	l.top += linePitch
	flush := running()
	flush.indent = 0
	l.paragraph(flush, span{n.Mission + "：", body})

	head := n.Bearers[0]
	who := head.Name
	if head.Post != "" {
		who = head.Post + who
	}
	if len(n.Bearers) > 1 {
		who += fmt.Sprintf("一行%d人", len(n.Bearers))
	}
	invited := ""
	if n.Host != "" {
		invited = "应" + n.Host + "邀请，"
	}
	stay := ""
	if n.Days > 0 {
		stay = "，停留" + strconv.Itoa(n.Days) + "天"
	}
	l.paragraph(running(), span{fmt.Sprintf("%s向%s致意，并谨通知：%s%s%s拟于%s赴%s%s%s。",
		n.Office, n.Mission, n.Unit, who, invited, Days(n.Depart, n.Return), n.Country, strings.TrimRight(strings.TrimSpace(n.Purpose), "。"), stay), body})
	if n.Costs != "" {
		l.paragraph(running(), span{ended(n.Costs), body})
	}
	visa := "签证"
	if n.Visa != "" {
		visa = n.Visa + "签证"
	}
	switch {
	case n.Entries == 1:
		visa = "一次入境" + visa
	case n.Entries == 2:
		visa = "两次入境" + visa
	case n.Entries > 2:
		visa = "多次入境" + visa
	}
	ask := fmt.Sprintf("谨请贵馆为下列人员办理%s%s。", n.Country, visa)
	if n.Supplement != "" {
		ask += ended(n.Supplement)
	}
	l.paragraph(running(), span{ask, body})
	l.top += linePitch - bodyEm
	l.table(l.newTable(bearerTable(n.Bearers)))
	l.courtesy("顺致崇高的敬意。", n.Mission, n.Office, n.Issued, verification{n.VerifyURL, n.Code, n.Case})
}
