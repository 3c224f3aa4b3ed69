package document

import (
	"fmt"
	"strconv"
	"time"

	"yitang/internal/calendar"
)

// ExitCertificate is carried beside the passport where no visa is needed or
// none is in the booklet, and shown at the border (出境证明).
type ExitCertificate struct {
	Office     string
	Number     string
	Issued     calendar.Date
	At         time.Time
	Unit       string
	Approval   string // number of the approval that it rests on
	Country    string
	Reason     string // why no visa is in the booklet: 互免签证协定, 落地签证, 电子签证
	Bearers    []Bearer
	Depart     calendar.Date
	Return     calendar.Date
	ValidUntil calendar.Date // absent: the day of leaving
	Case       string
	Code       string
	VerifyURL  string
	Wording    Wording
}

// Bearer is a traveller as border and missions know them.
type Bearer struct {
	Name     string
	Latin    string // as in the passport: GU MINGYUAN
	Sex      string
	Born     calendar.Date
	Post     string
	Passport string // kind: 公务普通护照
	PassNo   string
}

func checkBearers(r *required, bearers []Bearer) {
	if len(bearers) == 0 {
		*r = append(*r, "bearers")
	}
	for i, b := range bearers {
		r.text(fmt.Sprintf("bearers[%d].name", i), b.Name)
		r.text(fmt.Sprintf("bearers[%d].passport number", i), b.PassNo)
		r.text(fmt.Sprintf("bearers[%d].day of birth", i), b.Born.String())
	}
}

func bearerNames(bearers []Bearer) []string {
	names := make([]string, len(bearers))
	for i, b := range bearers {
		names[i] = b.Name
	}
	return names
}

func bearerTable(bearers []Bearer, w Wording) ([]column, [][]string) {
	cols := []column{{w.say("column.number"), 12, true}, {w.say("column.name"), 38, false}, {w.say("column.sex"), 12, true}, {w.say("column.born"), 35, true}, {w.say("column.post"), 28, false}, {w.say("column.passport"), 31, false}}
	var rows [][]string
	for i, b := range bearers {
		name := b.Name
		if b.Latin != "" {
			name += "\n" + b.Latin
		}
		pass := b.PassNo
		if b.Passport != "" {
			pass = b.Passport + "\n" + b.PassNo
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), name, b.Sex, chinese(b.Born), b.Post, pass})
	}
	return cols, rows
}

func (e ExitCertificate) check() error {
	var r required
	r.text("office", e.Office)
	r.text("number", e.Number)
	r.text("unit", e.Unit)
	r.text("approval", e.Approval)
	r.text("country", e.Country)
	r.text("reason", e.Reason)
	r.text("day of issue", e.Issued.String())
	r.text("departure", e.Depart.String())
	r.text("return", e.Return.String())
	r.time("moment of issue", e.At)
	checkBearers(&r, e.Bearers)
	return r.err()
}

func (e ExitCertificate) name() string { return e.Wording.say("exitCertificate.title") }

func (e ExitCertificate) mark() string { return e.Wording[markKey] }

// until is the last day on which the certificate lets anybody out.
func (e ExitCertificate) until() calendar.Date {
	if e.ValidUntil.IsZero() {
		return e.Depart
	}
	return e.ValidUntil
}

func (e ExitCertificate) facts() Facts {
	return Facts{
		Format: factsFormat, Kind: KindExitCertificate, Number: e.Number, Case: e.Case, Code: e.Code,
		Office: e.Office, Unit: e.Unit, Countries: []string{e.Country}, People: masked(bearerNames(e.Bearers)),
		Depart: e.Depart, Return: e.Return,
		Issued: e.Issued, ValidUntil: e.until(), At: e.At.UTC().Truncate(time.Second),
	}
}

func (e ExitCertificate) lay(l *layout) {
	l.letterHead(e.Office, e.Number)
	l.balanced(titleStyle(), span{e.name(), title})
	l.top += linePitch
	flush := running()
	flush.indent = 0
	w := e.Wording
	l.paragraph(flush, span{w.say("exitCertificate.to") + "：", body})
	who := e.Bearers[0].Name
	if len(e.Bearers) > 1 {
		who = w.say("exitCertificate.people", "Name", who, "Count", len(e.Bearers))
	}
	l.paragraph(running(), span{w.say("exitCertificate.opening", "Unit", e.Unit, "People", who, "Approval", e.Approval, "Dates", Days(e.Depart, e.Return), "Country", e.Country, "Reason", ended(e.Reason)), body})
	l.top += linePitch - bodyEm
	l.table(l.newTable(bearerTable(e.Bearers, w)))
	l.closing(w.say("exitCertificate.last", "Date", chinese(e.until())), e.Office, e.Issued, nil, verification{e.VerifyURL, e.Code, e.Case, w})
}
