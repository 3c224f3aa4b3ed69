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

func (c Correspondence) name() string {
	switch c.Kind {
	case KindOpinionRequest:
		return "关于征求因公临时出国（境）意见的函"
	case KindOpinionReply:
		return "关于因公临时出国（境）意见的复函"
	}
	return "因公临时出国（境）任务通知书"
}

func (c Correspondence) countries() []string { return Approval{Legs: c.Legs}.countries() }

func (c Correspondence) facts() Facts {
	names := make([]string, len(c.Members))
	for i, m := range c.Members {
		names[i] = m.Name
	}
	f := Facts{
		Format: factsFormat, Kind: c.Kind, Number: c.Number, Case: c.Case, Code: c.Code,
		Office: c.Office, Unit: c.Organiser, Delegation: c.Delegation,
		Countries: c.countries(), People: masked(names),
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
	group := "团组"
	if c.Delegation != "" {
		group = "“" + c.Delegation + "”"
	}
	stay := ""
	if c.DaysAbroad > 0 {
		stay = fmt.Sprintf("，在外停留%d天（含离境、入境当日）", c.DaysAbroad)
	}
	return fmt.Sprintf("%s组织的%s拟于%s赴%s执行公务%s", c.Organiser, group, Days(c.Depart, c.Return), strings.Join(c.countries(), "、"), stay)
}

func (c Correspondence) lay(l *layout) {
	l.organMark(c.Office, c.Number)
	l.balanced(titleStyle(), span{c.name(), title})
	l.top += linePitch
	flush := running()
	flush.indent = 0
	l.paragraph(flush, span{c.To + "：", body})
	opening, heading, last := "", "有关人员", ""
	switch c.Kind {
	case KindOpinionRequest:
		opening = fmt.Sprintf("%s，拟请你处管理的下列%d人参加。现就是否同意征求你处意见，请于%s前函复。", c.journey(), len(c.Members), chinese(c.Until))
		last = "函复时请写明同意、不同意或者附条件同意，并注明本函文号。"
	case KindMissionNotice:
		opening = fmt.Sprintf("经批准（%s），%s。你处管理的下列%d人参加该团组，现予通知。", c.Approval, c.journey(), len(c.Members))
		last = "请据此出具任务确认件并函告文号；本通知书可复印作为办理护照的依据。"
		if !c.Until.IsZero() {
			last = "本通知书有效期至" + chinese(c.Until) + "。" + last
		}
	case KindOpinionReply:
		day := ""
		if !c.LetterOn.IsZero() {
			day = chinese(c.LetterOn)
		}
		opening = fmt.Sprintf("你处%s来函（%s）收悉。%s。经研究，现函复如下：", day, c.Letter, c.journey())
		last = "任务批准后，请下达任务通知书，我办据此出具任务确认件。"
	}
	l.paragraph(running(), span{opening, body})
	s := sections{l: l}
	if c.Kind == KindOpinionReply {
		s.text("意见", c.Opinion)
		if !slices.ContainsFunc(c.Members, func(m Member) bool { return m.Role != refusedWord }) {
			last = ""
		}
	}
	s.text("出访任务", c.Purpose)
	s.table(fmt.Sprintf("%s（共%d人）", heading, len(c.Members)), l.newTable(c.memberTable()))
	s.table("行程安排", l.newTable(legTable(c.Legs)))
	if len(c.Conditions) > 0 {
		s.list("有关要求", c.Conditions)
	}
	l.closing(last, c.Office, c.Issued, nil, verification{c.VerifyURL, c.Code, c.Case})
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
	cols, rows := memberTable(c.Members)
	if c.Kind == KindOpinionReply {
		cols[len(cols)-1].head = "意见"
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

func (c Confirmation) name() string { return "因公临时出国（境）任务确认件" }

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
	stay := ""
	if c.DaysAbroad > 0 {
		stay = fmt.Sprintf("，在外停留%d天（含离境、入境当日）", c.DaysAbroad)
	}
	l.paragraph(running(), span{fmt.Sprintf("根据%s任务通知书（%s），现确认你单位下列%d人参加%s组织的团组，于%s赴%s执行公务%s。",
		c.Authority, c.Notice, len(c.Members), c.Organiser, Days(c.Depart, c.Return), strings.Join(c.countries(), "、"), stay), body})
	s := sections{l: l}
	s.text("出访任务", c.Purpose)
	s.table(fmt.Sprintf("参团人员（共%d人）", len(c.Members)), l.newTable(memberTable(c.Members)))
	s.table("行程安排", l.newTable(legTable(c.Legs)))
	if c.Fund != "" {
		s.text("经费来源", c.Fund)
	}
	if len(c.Conditions) > 0 {
		s.list("有关要求", c.Conditions)
	}
	last := "请凭本确认件和任务通知书办理护照（通行证）、签证（签注）等手续。"
	if !c.ValidUntil.IsZero() {
		last = "本确认件有效期至" + chinese(c.ValidUntil) + "。" + last
	}
	if c.Supersedes != "" {
		last = "本确认件自签发之日起替代" + c.Supersedes + "，原件同时失效。" + last
	}
	l.closing(last, c.Office, c.Issued, c.CopiesTo, verification{c.VerifyURL, c.Code, c.Case})
}
