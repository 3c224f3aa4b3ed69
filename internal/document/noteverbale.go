package document

import (
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
)

// NoteVerbale asks a mission for visas (照会): in the third person, with
// courtesies, sealed across the date and signed by nobody.
type NoteVerbale struct {
	Office     string
	Number     string // 〔2026〕渝外签照字第12号
	Issued     calendar.Date
	At         time.Time
	Mission    string // 德意志联邦共和国驻成都总领事馆
	Unit       string
	Purpose    string
	Host       string        // who invited
	Country    string        // whose mission is asked
	Stays      []CountryStay // where the visa serves for more countries than that
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
	Wording    Wording
}

// CountryStay are the days in one country.
type CountryStay struct {
	Country  string
	From, To calendar.Date
}

// countries are all that the journey goes to on this visa, each once.
func (n NoteVerbale) countries() []string {
	var out []string
	for _, s := range n.Stays {
		if !slices.Contains(out, s.Country) {
			out = append(out, s.Country)
		}
	}
	if len(out) == 0 {
		return []string{n.Country}
	}
	return out
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

func (n NoteVerbale) name() string { return n.Wording.say("noteVerbale.title") }

func (n NoteVerbale) mark() string { return n.Wording[markKey] }

func (n NoteVerbale) facts() Facts {
	return Facts{
		Format: factsFormat, Kind: KindNoteVerbale, Number: n.Number, Case: n.Case, Code: n.Code,
		Office: n.Office, Unit: n.Unit, Countries: n.countries(), People: masked(bearerNames(n.Bearers)),
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

	w, head := n.Wording, n.Bearers[0]
	who := head.Name
	if head.Post != "" {
		who = head.Post + who
	}
	if len(n.Bearers) > 1 {
		who = w.say("noteVerbale.people", "Name", who, "Count", len(n.Bearers))
	}
	invited := ""
	if n.Host != "" {
		invited = w.say("noteVerbale.invited", "Host", n.Host)
	}
	stay := ""
	if n.Days > 0 {
		stay = w.say("noteVerbale.stay", "Days", n.Days)
	}
	if len(n.Stays) > 0 {
		each := make([]string, len(n.Stays))
		for i, s := range n.Stays {
			each[i] = s.Country + Days(s.From, s.To)
		}
		stay += w.say("noteVerbale.each", "Stays", strings.Join(each, "，"))
	}
	l.paragraph(running(), span{w.say("noteVerbale.opening", "Office", n.Office, "Mission", n.Mission, "Unit", n.Unit, "People", who, "Invited", invited, "Dates", Days(n.Depart, n.Return),
		"Country", strings.Join(n.countries(), "、"), "Purpose", strings.TrimRight(strings.TrimSpace(n.Purpose), "。"), "Stay", stay), body})
	if n.Costs != "" {
		l.paragraph(running(), span{ended(n.Costs), body})
	}
	entries := ""
	switch {
	case n.Entries == 1:
		entries = w.say("noteVerbale.entries.one")
	case n.Entries == 2:
		entries = w.say("noteVerbale.entries.two")
	case n.Entries > 2:
		entries = w.say("noteVerbale.entries.many")
	}
	ask := w.say("noteVerbale.ask", "Country", n.Country, "Visa", w.say("noteVerbale.visa", "Entries", entries, "Kind", n.Visa))
	if n.Supplement != "" {
		ask += ended(n.Supplement)
	}
	l.paragraph(running(), span{ask, body})
	l.top += linePitch - bodyEm
	l.table(l.newTable(bearerTable(n.Bearers, w)))
	l.courtesy(w.say("noteVerbale.courtesy"), n.Mission, n.Office, n.Issued, verification{n.VerifyURL, n.Code, n.Case, w})
}
