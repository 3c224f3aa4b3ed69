package document

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
)

// Correspondence is a letter to another foreign affairs authority about a
// delegation that both have people in (双跨团组): the opinion request
// (征求意见函), the reply to one (复函), and the mission notice (任务通知书).
type Correspondence struct {
	Kind       Kind
	Office     string
	Number     string
	Issued     calendar.Date
	At         time.Time
	To         string // the other authority
	Organiser  string // the unit whose delegation it is
	Delegation string
	Purpose    string
	Members    []Member // those whom the letter is about; Role of a reply: the opinion on each
	Legs       []Leg
	Depart     calendar.Date
	Return     calendar.Date
	DaysAbroad int
	Until      calendar.Date // request: by when; notice: how long it holds
	Approval   string        // number that a notice rests on
	Letter     string        // number of the letter that a reply answers
	LetterOn   calendar.Date
	Opinion    string   // of a reply, in a sentence
	Conditions []string // of a reply
	Case       string
	Code       string
	VerifyURL  string
	Wording    Wording
}

func (c Correspondence) check() error {
	var r required
	r.text("office", c.Office)
	r.text("number", c.Number)
	r.text("addressee", c.To)
	r.text("organiser", c.Organiser)
	r.text("purpose", c.Purpose)
	r.text("case", c.Case)
	r.text("day of issue", c.Issued.String())
	r.text("departure", c.Depart.String())
	r.text("return", c.Return.String())
	r.time("moment of issue", c.At)
	if len(c.Members) == 0 {
		r = append(r, "members")
	}
	if len(c.Legs) == 0 {
		r = append(r, "legs")
	}
	for i, m := range c.Members {
		r.text(fmt.Sprintf("members[%d].name", i), m.Name)
	}
	switch c.Kind {
	case KindOpinionRequest:
		r.text("day of the reply", c.Until.String())
	case KindOpinionReply:
		r.text("letter", c.Letter)
		r.text("opinion", c.Opinion)
	case KindMissionNotice:
		r.text("approval", c.Approval)
	default:
		r = append(r, "kind")
	}
	return r.err()
}

func (c Correspondence) name() string { return c.Wording.say(string(c.Kind) + ".title") }

func (c Correspondence) mark() string { return c.Wording[markKey] }

func (c Correspondence) countries() []string { return Approval{Legs: c.Legs}.countries() }

func (c Correspondence) facts() Facts {
	f := Facts{
		Format: factsFormat, Kind: c.Kind, Number: c.Number, Case: c.Case, Code: c.Code,
		Office: c.Office, Unit: c.Organiser, Delegation: c.Delegation,
		Countries: c.countries(), People: maskedMembers(c.Members),
		Depart: c.Depart, Return: c.Return, DaysAbroad: c.DaysAbroad,
		Issued: c.Issued, At: c.At.UTC().Truncate(time.Second),
	}
	if c.Kind == KindMissionNotice {
		f.ValidUntil = c.Until
	}
	return f
}

// journey says where the delegation goes, in the middle of a sentence.
func (c Correspondence) journey() string {
	w, group := c.Wording, c.Wording.say("letters.delegation")
	if c.Delegation != "" {
		group = "“" + c.Delegation + "”"
	}
	stay := ""
	if c.DaysAbroad > 0 {
		stay = w.say("letters.stay", "Days", c.DaysAbroad)
	}
	return w.say("letters.journey", "Organiser", c.Organiser, "Delegation", group, "Dates", Days(c.Depart, c.Return), "Countries", strings.Join(c.countries(), "、"), "Stay", stay)
}

func (c Correspondence) lay(l *layout) {
	l.organMark(c.Office, c.Number)
	l.balanced(titleStyle(), span{c.name(), title})
	l.top += linePitch
	flush := running()
	flush.indent = 0
	l.paragraph(flush, span{c.To + "：", body})
	w, of, day := c.Wording, string(c.Kind), ""
	switch {
	case c.Kind == KindOpinionReply && !c.LetterOn.IsZero():
		day = chinese(c.LetterOn)
	case c.Kind == KindOpinionRequest:
		day = chinese(c.Until)
	}
	l.paragraph(running(), span{w.say(of+".opening", "Journey", c.journey(), "Count", len(c.Members), "Date", day, "Approval", c.Approval, "Letter", c.Letter), body})
	last := w.say(of + ".last")
	if c.Kind == KindMissionNotice && !c.Until.IsZero() {
		last = w.say("missionNotice.valid", "Date", chinese(c.Until)) + last
	}
	s := sections{l: l}
	if c.Kind == KindOpinionReply {
		s.text(w.say("letters.head.opinion"), c.Opinion)
		if !slices.ContainsFunc(c.Members, func(m Member) bool { return m.Role != refusedWord }) {
			last = ""
		}
	}
	s.text(w.say("letters.head.purpose"), c.Purpose)
	s.table(w.say("letters.head.members", "Count", len(c.Members)), l.newTable(c.memberTable()))
	s.table(w.say("letters.head.itinerary"), l.newTable(legTable(c.Legs, w)))
	if len(c.Conditions) > 0 {
		s.list(w.say("letters.head.conditions"), c.Conditions)
	}
	l.closing(last, c.Office, c.Issued, nil, verification{c.VerifyURL, c.Code, c.Case, w})
}

// What a reply says of one person.
const (
	AgreedWord  = "同意"
	refusedWord = "不同意"
)

// OpinionWord is the opinion on one person as a reply spells it.
func OpinionWord(agreed bool) string {
	if agreed {
		return AgreedWord
	}
	return refusedWord
}

func (c Correspondence) memberTable() ([]column, [][]string) {
	cols, rows := memberTable(c.Members, c.Wording)
	if c.Kind == KindOpinionReply {
		cols[len(cols)-1].head = c.Wording.say("column.opinion")
	}
	return cols, rows
}

// Confirmation is the confirmation (任务确认件) of a mission that another
// authority has approved: with that one's mission notice it stands for the
// approval when passports and visas are made.
type Confirmation struct {
	Approval         // what it has in common with one; its Unit is that of the people
	Organiser string // the unit whose delegation it is
	Authority string // that approved it
	Notice    string // number of the mission notice
}

func (c Confirmation) check() error {
	r := required{}
	r.text("organiser", c.Organiser)
	r.text("authority", c.Authority)
	r.text("mission notice", c.Notice)
	if err := r.err(); err != nil {
		return err
	}
	return c.Approval.check()
}

func (c Confirmation) name() string { return c.Wording.say("confirmation.title") }

func (c Confirmation) mark() string { return c.Wording[markKey] }

func (c Confirmation) facts() Facts {
	f := c.Approval.facts()
	f.Kind = KindConfirmation
	return f
}

func (c Confirmation) lay(l *layout) {
	l.organMark(c.Office, c.Number)
	l.balanced(titleStyle(), span{c.name(), title})
	l.top += linePitch
	flush := running()
	flush.indent = 0
	l.paragraph(flush, span{c.Unit + "：", body})
	w, stay := c.Wording, ""
	if c.DaysAbroad > 0 {
		stay = w.say("confirmation.stay", "Days", c.DaysAbroad)
	}
	l.paragraph(running(), span{w.say("confirmation.opening", "Authority", c.Authority, "Notice", c.Notice, "Count", len(c.Members), "Organiser", c.Organiser, "Dates", Days(c.Depart, c.Return),
		"Countries", strings.Join(c.countries(), "、"), "Stay", stay), body})
	s := sections{l: l}
	s.text(w.say("confirmation.head.purpose"), c.Purpose)
	s.table(w.say("confirmation.head.members", "Count", len(c.Members)), l.newTable(memberTable(c.Members, w)))
	s.table(w.say("confirmation.head.itinerary"), l.newTable(legTable(c.Legs, w)))
	if c.Fund != "" {
		s.text(w.say("confirmation.head.fund"), c.Fund)
	}
	if len(c.Conditions) > 0 {
		s.list(w.say("confirmation.head.conditions"), c.Conditions)
	}
	last := w.say("confirmation.last")
	if !c.ValidUntil.IsZero() {
		last = w.say("confirmation.valid", "Date", chinese(c.ValidUntil)) + last
	}
	if c.Supersedes != "" {
		last = w.say("confirmation.supersedes", "Number", c.Supersedes) + last
	}
	l.closing(last, c.Office, c.Issued, c.CopiesTo, verification{c.VerifyURL, c.Code, c.Case, w})
}
