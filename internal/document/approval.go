package document

import (
	"cmp"
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
	Wording    Wording  // the office's own, as it was on the day of issue
}

// Member of the delegation as the approval lists them.
type Member struct {
	Name    string
	Surname string // as the record parts the name; "" where it isn't known
	Sex     string // 男 or 女
	Unit    string // "" when it is the addressee's own
	Post    string
	Role    string // 团长, 团员, 翻译
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

func (a Approval) name() string { return a.say("title") }

func (a Approval) mark() string { return a.Wording[markKey] }

// say is a sentence of the approval in the form that fits it: for a declared
// trip or for a term, and for a region of our own country, for which there is no
// passport, no visa and no abroad.
func (a Approval) say(what string, args ...any) string {
	key := "approval." + what
	as := func(form string) {
		if _, has := SentenceOf(key + form); has {
			key += form
		}
	}
	switch {
	case a.Under != "":
		as(".declared")
	case a.DaysEach > 0:
		as(".term")
	}
	if a.region() {
		as(".region")
	}
	return a.Wording.say(key, args...)
}

func (a Approval) facts() Facts {
	return Facts{
		Format: factsFormat, Kind: KindApproval, Number: a.Number, Case: a.Case, Code: a.Code,
		Office: a.Office, Unit: a.Unit, Delegation: a.Delegation,
		Countries: a.countries(), People: maskedMembers(a.Members),
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

	delegation := ""
	if a.Delegation != "" {
		delegation = "“" + a.Delegation + "”"
	}
	who := a.say("people", "Name", a.Members[0].Name, "Count", len(a.Members))
	if len(a.Members) == 1 {
		who = a.say("people.one", "Name", a.Members[0].Name)
	}
	stay := ""
	if days := cmp.Or(a.DaysEach, a.DaysAbroad); days > 0 {
		stay = a.say("stay", "Days", days)
	}
	l.paragraph(running(), span{a.say("received", "Delegation", delegation) +
		a.say("granted", "Under", a.Under, "People", who, "Dates", Days(a.Depart, a.Return), "Countries", strings.Join(a.countries(), "、"), "Stay", stay), body})

	s := sections{l: l}
	// Both tables stand whole: what is said in sentences comes first and fills the
	// page that they leave.
	s.text(a.say("head.purpose"), a.Purpose)
	if a.Fund != "" {
		s.text(a.say("head.fund"), a.Fund)
	}
	s.table(a.say("head.members", "Count", len(a.Members)), l.newTable(memberTable(a.Members, a.Wording)))
	if a.DaysEach > 0 {
		s.table(a.say("head.places"), l.newTable(placeTable(a.Legs, a.Wording)))
	} else {
		s.table(a.say("head.itinerary"), l.newTable(legTable(a.Legs, a.Wording)))
	}
	switch n := len(a.Conditions); {
	case n > fewConditions:
		s.list(a.say("head.conditions"), a.Conditions)
	case n > 1:
		s.text(a.say("head.conditions"), numbered(a.Conditions))
	case n == 1:
		s.text(a.say("head.conditions"), a.Conditions[0])
	}
	last := a.say("last")
	if !a.ValidUntil.IsZero() {
		last = a.say("valid", "Date", chinese(a.ValidUntil)) + last
	}
	if a.Supersedes != "" {
		last = a.say("supersedes", "Number", a.Supersedes) + last
	}
	l.closing(last, a.Office, a.Issued, a.CopiesTo, verification{a.VerifyURL, a.Code, a.Case, a.Wording})
}

// fewConditions run on in one paragraph, so that an ordinary approval has two
// pages and not a third for its seal.
const fewConditions = 4

func titleStyle() style {
	return style{tag: "H1", size: size2, pitch: 12, width: typeWidth, ink: black}
}

func memberTable(members []Member, w Wording) ([]column, [][]string) {
	others := slices.ContainsFunc(members, func(m Member) bool { return m.Unit != "" })
	cols := []column{{w.say("column.number"), 12, true}, {w.say("column.name"), 26, true}, {w.say("column.sex"), 12, true}}
	if others {
		cols = append(cols, column{w.say("column.unit"), 44, false})
	}
	cols = append(cols, column{w.say("column.post"), 46, false}, column{w.say("column.role"), 22, true})
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

func placeTable(legs []Leg, w Wording) ([]column, [][]string) {
	var rows [][]string
	for i, g := range legs {
		rows = append(rows, []string{strconv.Itoa(i + 1), g.Country, g.City})
	}
	return []column{{w.say("column.number"), 12, true}, {w.say("column.country"), 60, true}, {w.say("column.city"), 60, true}}, rows
}

func legTable(legs []Leg, w Wording) ([]column, [][]string) {
	hosts := slices.ContainsFunc(legs, func(l Leg) bool { return l.Hosts != "" })
	cols := []column{{w.say("column.number"), 12, true}, {w.say("column.country"), 27, true}, {w.say("column.city"), 22, true}, {w.say("column.dates"), 51, true}}
	if hosts {
		cols = append(cols, column{w.say("column.hosts"), 44, false})
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
