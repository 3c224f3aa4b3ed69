package letter

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
)

// Going is somebody whom a letter to another authority is about.
type Going struct {
	Name string `json:"name"`
	Sex  string `json:"sex,omitempty"` // 男, 女
	Unit string `json:"unit,omitempty"`
	Post string `json:"post,omitempty"`
	Role string `json:"role,omitempty"` // in the group; in a reply, the opinion on them
}

// Stay is one leg of the journey as it names it.
type Stay struct {
	Country string        `json:"country"` // Chinese name
	City    string        `json:"city,omitempty"`
	Arrive  calendar.Date `json:"arrive"`
	Leave   calendar.Date `json:"leave"`
}

// Mission is a case of which another authority is written to.
type Mission struct {
	Filing  string
	Case    dossier.Case
	People  []string // the members' ids in the order of the dossier
	Of      approval.Approval
	Country func(code string) string // Chinese name
}

// AboutAuthority names a case's letter of a kind to one authority. Authorities
// are counted in the order in which they were first asked.
func AboutAuthority(kind document.Kind, filing string, n int) string {
	return fmt.Sprintf("%s.%s.%d", filing, kind, n)
}

// content is what all three letters say. role tells what stands beside a name.
func (m Mission) content(to string, whom []string, role func(i int) string) Content {
	c := m.Case
	out := Content{Unit: c.Unit.Name, Delegation: c.Trip.Title, Case: m.Of.Number, Purpose: c.Trip.Purpose, Depart: c.Trip.Depart, Return: c.Trip.Return, Days: c.Trip.Days(), To: to}
	for _, i := range c.HeadFirst() {
		x := c.Members[i]
		if i >= len(m.People) || !slices.Contains(whom, m.People[i]) {
			continue
		}
		g := Going{Name: x.Name(), Post: x.Post, Unit: c.From(i), Role: role(i)}
		switch x.Sex {
		case dossier.Male:
			g.Sex = "男"
		case dossier.Female:
			g.Sex = "女"
		}
		out.Going = append(out.Going, g)
	}
	for _, l := range c.Legs {
		if l.Counts() {
			out.Stays = append(out.Stays, Stay{Country: m.Country(l.Country), City: l.City, Arrive: l.Arrive.Date, Leave: l.Leave.Date})
		}
	}
	return out
}

func (m Mission) roles(i int) string {
	switch m.Case.Members[i].Role {
	case dossier.Head:
		return "团长"
	case dossier.Interpreter:
		return "翻译"
	}
	return "团员"
}

// OpinionRequest asks another authority about its people (征求意见函).
func OpinionRequest(b approval.OpinionSought, m Mission) Prepare {
	c := m.content(b.Authority, b.Persons, m.roles)
	c.Until = b.Until
	return Prepare{Kind: document.KindOpinionRequest, Filing: m.Filing, Unit: m.Of.Unit, Content: c, Reason: "再次征求意见"}
}

// MissionNotice tells another authority that the mission of its people is
// approved (任务通知书).
func MissionNotice(q approval.Inquiry, m Mission) Prepare {
	approved := m.Of.Approved()
	whom := slices.DeleteFunc(slices.Clone(q.Persons), func(p string) bool { return !slices.Contains(approved, p) })
	c := m.content(q.Authority, whom, m.roles)
	c.Approval = m.Of.Document.Number
	return Prepare{Kind: document.KindMissionNotice, Filing: m.Filing, Unit: m.Of.Unit, ValidUntil: m.Of.Document.ValidUntil, Content: c, Reason: "批件改为" + c.Approval}
}

// OpinionReply answers the opinion request of the authority whose delegation
// our people join (复函): what is decided here, person by person.
func OpinionReply(asked approval.Incoming, m Mission) Prepare {
	verdicts, conditions, may := m.Of.Verdicts, m.Of.Conditions, len(m.Of.Approved())
	approved := map[string]bool{}
	var whom []string
	for _, v := range verdicts {
		whom = append(whom, v.Person)
		approved[v.Person] = v.Approved
	}
	c := m.content(asked.Authority, whom, func(i int) string { return document.OpinionWord(approved[m.People[i]]) })
	c.Unit = m.Case.Trip.Organiser
	c.Request, c.RequestOn = asked.Number, asked.On
	c.Conditions = conditions
	switch {
	case may == 0:
		c.Opinion = "不同意下列人员参加该团组"
	case may < len(verdicts):
		c.Opinion = fmt.Sprintf("同意下列%d人参加该团组，其余%d人不参加", may, len(verdicts)-may)
	default:
		c.Opinion = "同意下列人员参加该团组"
	}
	if may > 0 && len(conditions) > 0 {
		c.Opinion += "，并请按有关要求办理"
	}
	var why []string
	for _, v := range verdicts {
		if !v.Approved && v.Reason != "" && !slices.Contains(why, v.Reason) {
			why = append(why, strings.TrimRight(v.Reason, "。"))
		}
	}
	if len(why) > 0 {
		c.Opinion += "。原因：" + strings.Join(why, "；")
	}
	return Prepare{Kind: document.KindOpinionReply, Filing: m.Filing, Unit: m.Of.Unit, Content: c, Reason: "意见有变化"}
}

// correspondence is the letter as it is laid out.
func correspondence(p Prepared, c Content, o approval.Letterhead, verify string) document.Correspondence {
	d := document.Correspondence{Kind: p.Kind, Office: o.Office, Number: p.Number, Issued: p.On, At: p.At, To: c.To, Organiser: c.Unit, Delegation: c.Delegation, Purpose: c.Purpose,
		Depart: c.Depart, Return: c.Return, DaysAbroad: c.Days, Until: c.Until, Approval: c.Approval, Letter: c.Request, LetterOn: c.RequestOn, Opinion: c.Opinion, Conditions: c.Conditions,
		Case: c.Case, Code: p.Code, VerifyURL: verify, Wording: o.Wording}
	if p.Kind == document.KindMissionNotice {
		d.Until = p.ValidUntil
	}
	for _, g := range c.Going {
		d.Members = append(d.Members, document.Member{Name: g.Name, Sex: g.Sex, Unit: g.Unit, Post: g.Post, Role: g.Role})
	}
	for _, s := range c.Stays {
		d.Legs = append(d.Legs, document.Leg{Country: s.Country, City: s.City, Arrive: s.Arrive, Leave: s.Leave})
	}
	return d
}
