package demo

import (
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/feedback"
)

// Step is one thing that happens to a case, in the order of the procedure.
type Step string

const (
	Begins     Step = "begins" // the draft
	Presents   Step = "presents"
	HandsBack  Step = "hands back" // the signatory, with words
	Submits    Step = "submits"
	Withdraws  Step = "withdraws"
	SendsBack  Step = "sends back" // the office, with defects
	Corrects   Step = "corrects"
	Accepts    Step = "accepts"
	Asks       Step = "asks"    // another authority for its opinion
	Reviews    Step = "reviews" // once for each step of the path before the last
	Decides    Step = "decides"
	Issues     Step = "issues"     // the approval document, with the orders for booklets
	Supersedes Step = "supersedes" // the office, with another edition of the document
	Revokes    Step = "revokes"    // the office, the approval
	GivesUp    Step = "gives up"   // the unit, by a change that it asks for
	Files      Step = "files"      // the office, that change
	Books      Step = "books"
	Visits     Step = "visits" // check-in and, where a booklet is made, capture
	Makes      Step = "makes"
	Checks     Step = "checks"
	HandsOver  Step = "hands over"
	Receives   Step = "receives" // the keeper, each new booklet
	KitReady   Step = "kit"
	SendsVisa  Step = "sends visa"
	GetsVisa   Step = "gets visa" // granted, or refused where Fate says so
	ChecksVisa Step = "checks visa"
	Lends      Step = "lends"
	Clears     Step = "clears"
	StaysHome  Step = "stays home" // the unit calls the trip off
	Departs    Step = "departs"
	ComesHome  Step = "comes home"
	HandsIn    Step = "hands in"
	Reports    Step = "reports"
	Rates      Step = "rates"
	Closes     Step = "closes"
	Answers    Step = "answers" // the office, a poor rating, and rings who gave it
	Settles    Step = "settles" // somebody else there, when the answer is agreed to
)

// Fate says how far a case goes, and what happens otherwise than it should.
type Fate struct {
	Upto     Step
	Reviews  int       // with Upto Reviews: how many are done
	Missing  []string  // parts that a draft lacks: notice, budget, invitations, itinerary, materials
	Handed   string    // words with which the signatory handed it back once; ""
	Returned []Defect  // the office sent it back once with these
	Declined []Decline // members who may not go
	Refused  bool      // nobody may go
	Withdraw string    // why the unit withdrew; ""
	Why      string    // why it was revoked, given out anew, given up or called off; ""
	Common   Common    // another authority has people in it too; ""
	NoVisa   []int     // members whose visa was refused
	Overdue  bool      // booklets not handed in within seven days
	Grade    int       // 1 to 5 once rated
	Tags     []string
	Words    string
}

// written tells whether the case stands with its unit, which hasn't handed it in.
func (f Fate) written() bool { return f.Upto == Begins || f.Upto == Presents || f.Upto == HandsBack }

// Common is how two authorities share a delegation (双跨).
type Common string

const (
	TheyJoin Common = "they join" // ours, with somebody of theirs: they are asked
	WeJoin   Common = "we join"   // theirs: ours decide on our people, and wait for the mission notice
)

// Defect is something that the office wants mended; Before is how the field
// read in the first submission.
type Defect struct {
	Field, Words, Fix, Before string
}

// Decline is one member who isn't approved.
type Decline struct {
	Member int
	Reason string
}

// Event is one step of a case's story and when it is taken.
type Event struct {
	Step Step
	At   time.Time
}

// VisaNeed is one visa that a member needs.
type VisaNeed struct {
	Member    int
	Area      string // alpha-3, or SCHENGEN
	Countries []string
}

// Made is a booklet that a case's order makes.
type Made struct {
	Member int
	Booklet
}

// Plan is one case: its finished dossier, its fate and its story so far.
type Plan struct {
	ID      string
	Unit    int
	Members []int // people, in the order of the dossier's members
	Officer int   // the liaison officer, a person
	Case    dossier.Case
	Fate    Fate
	Makes   []Made
	Visas   []VisaNeed
	Path    int               // steps of review, the decision included
	Answers map[string]string // the unit's words on warnings, by rule
	Story   []Event
}

// timing is what a story's days hang on.
type timing struct {
	book   *calendar.Book
	submit calendar.Date
	depart calendar.Date
	back   calendar.Date
	today  calendar.Date
}

// story walks the procedure: working days between one step and the next, until
// the fate's last one. Steps that a case doesn't need are left out.
func (p Plan) story(c chance, t timing) []Event {
	var out []Event
	day := t.submit
	clock := 9*hour + c.between(0, 40)
	done := false
	add := func(s Step, on calendar.Date) {
		if done {
			return
		}
		if len(out) > 0 && on.Before(day) {
			on = day
		}
		if on != day || len(out) == 0 {
			day, clock = on, 9*hour+c.between(0, 50)
		} else {
			clock += c.between(12, 35)
		}
		out = append(out, Event{s, day.Begins().Add(time.Duration(clock) * time.Minute)})
	}
	last := func(s Step) {
		if s == p.Fate.Upto {
			done = true
		}
	}
	after := func(n int) calendar.Date { return t.book.AddWorkdays(day, calendar.Workdays(n)) }
	step := func(s Step, on calendar.Date) { add(s, on); last(s) }

	f := p.Fate
	day = t.book.AddWorkdays(t.submit, -9)
	step(Begins, day)
	step(Presents, t.book.AddWorkdays(t.submit, -2))
	if f.Handed != "" {
		step(HandsBack, t.book.AddWorkdays(t.submit, -1))
		add(Presents, t.book.AddWorkdays(t.submit, -1))
	}
	step(Submits, t.submit)
	if f.Withdraw != "" {
		step(Withdraws, after(2))
		return out
	}
	if len(f.Returned) > 0 {
		step(SendsBack, after(1))
		step(Corrects, after(2))
	}
	step(Accepts, after(1))
	if f.Common == TheyJoin {
		step(Asks, day)
	}
	for i := 1; i < p.Path; i++ {
		add(Reviews, after(1))
		if f.Upto == Reviews && f.Reviews == i {
			done = true
		}
	}
	step(Decides, after(1))
	if f.Refused {
		return out
	}
	step(Issues, day)
	if f.Upto == Supersedes || f.Upto == Revokes {
		step(f.Upto, after(1))
	}
	if f.Upto == Files {
		add(GivesUp, after(1))
		step(Files, after(1))
	}
	if len(p.Makes) > 0 {
		if p.Case.Trip.Kind != dossier.HKMacau { // permits are made from a photo on file
			step(Books, after(1))
			step(Visits, after(3))
		}
		step(Makes, after(1))
		step(Checks, day)
		step(HandsOver, after(1))
		step(Receives, day)
	}
	if len(p.Visas) > 0 {
		step(KitReady, after(1))
		for i := range p.missions() {
			step(SendsVisa, after(1))
			step(GetsVisa, after(7-2*i))
		}
		step(ChecksVisa, day)
	}
	step(Lends, t.book.AddWorkdays(t.depart, -5))
	step(Clears, day)
	if f.Upto == StaysHome {
		step(StaysHome, t.depart)
	}
	step(Departs, t.depart)
	step(ComesHome, t.back)
	if f.Overdue {
		return out
	}
	step(HandsIn, t.book.AddWorkdays(t.back, 2))
	if f.Upto == Rates { // whose report is still owed
		step(Rates, after(1))
	}
	step(Reports, t.book.AddWorkdays(t.back, 7))
	step(Rates, day)
	step(Closes, day)
	if f.Upto == Closes && 0 < f.Grade && f.Grade <= feedback.Poor {
		for _, s := range []Step{Answers, Settles} { // as far as they have come today
			if on := after(4); on.Before(t.today) {
				done = false
				add(s, on)
			}
		}
	}
	return out
}

// missions is how many missions a booklet goes to, one after the other.
func (p Plan) missions() int {
	of, most := map[int]int{}, 0
	for _, v := range p.Visas {
		of[v.Member]++
		most = max(most, of[v.Member])
	}
	return most
}

// Last is the step at which the story stands.
func (p Plan) Last() Event { return p.Story[len(p.Story)-1] }

// When tells when a step was taken first; the zero time when it wasn't.
func (p Plan) When(s Step) time.Time {
	for _, e := range p.Story {
		if e.Step == s {
			return e.At
		}
	}
	return time.Time{}
}

// Draft is the case as far as its officer has come.
func (p Plan) Draft() dossier.Case {
	c := p.First()
	for _, part := range p.Fate.Missing {
		switch part {
		case "notice":
			c.Notice = nil
		case "budget":
			c.Budget = nil
		case "invitations":
			c.Invitations = nil
		case "itinerary":
			c.Itinerary = nil
		case "materials":
			c.Materials = nil
		}
	}
	return c
}

// First is the case as it was first submitted: with the defects that the
// office found, where it found any.
func (p Plan) First() dossier.Case {
	c := p.Case
	c.Itinerary = append([]dossier.HalfDay(nil), c.Itinerary...)
	c.Invitations = append([]dossier.Invitation(nil), c.Invitations...)
	for _, d := range p.Fate.Returned {
		for _, k := range flaws {
			if k.field == d.Field {
				k.put(&c, d.Before)
			}
		}
	}
	return c
}

// flaw is something that only a reader finds: no rule speaks of it.
type flaw struct {
	field, words, fix string
	spoil             func(dossier.Case) string
	put               func(*dossier.Case, string)
}

var flaws = []flaw{
	{"case.expectedResults", "预期成果没有写明完成期限和责任人，难以在回国后核对。", "逐项写明成果、责任人和完成时间。",
		func(c dossier.Case) string {
			return "与对方签署合作文件，确定后续分工，按时提交出访报告，推动双方合作项目继续执行，并就后续联络方式与对方达成一致意见，做好团组总结。"
		},
		func(c *dossier.Case, v string) { c.Trip.ExpectedResults = v }},
	{"itinerary[2].activity", "该半天只写“工作会谈”，没有写明与谁谈什么。", "写明会谈对象和议题。",
		func(c dossier.Case) string { return "与对方有关部门继续进行工作会谈" },
		func(c *dossier.Case, v string) { c.Itinerary[2].Activity = v }},
	{"invitations[0].contact", "邀请函没有邀请方的电话，无法核实。", "请邀请方补充电话后更新联系方式。",
		func(c dossier.Case) string { return "office@host.example" },
		func(c *dossier.Case, v string) { c.Invitations[0].Contact = v }},
	{"case.title", "团组名称没有写单位，与申报单位公函不一致。", "按公函填写团组名称。",
		func(c dossier.Case) string { return strings.TrimPrefix(c.Trip.Title, c.Unit.Name) },
		func(c *dossier.Case, v string) { c.Trip.Title = v }},
}

func defectsFor(c chance, of dossier.Case) []Defect {
	var out []Defect
	for _, i := range c.Perm(len(flaws))[:c.between(1, 3)] {
		k := flaws[i]
		out = append(out, Defect{Field: k.field, Words: k.words, Fix: k.fix, Before: k.spoil(of)})
	}
	return out
}
