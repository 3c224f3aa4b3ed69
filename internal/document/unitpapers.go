package document

import (
	"strings"

	"yitang/internal/dossier"
)

// Papers that the unit signs and seals itself, made ready from the case: it checks
// the words, puts them on its own letter paper, and uploads what was sealed.

// seal is room for a stamp in a cell.
const seal = " \n \n"

// request is the unit's letter to the office (请示). What it goes into and in which
// order follows the skeleton of 出访请示格式 (2017): the invitation, who and when,
// necessity, tasks, route, money, where the letter comes from, the trips of two
// years, the plan and the public notice.
func request(f From) Working {
	c := f.Case
	w := Working{Title: f.say("request.title", "Group", c.Trip.Title)}
	head := c.Members[c.HeadFirst()[0]]
	opening := f.say("request.opening", "Hosts", f.hosts(), "Head", head.Name()+strings.TrimSpace(" "+head.Department+head.Post), "Count", len(c.Members), "Countries", countryList(c, f.Country))
	if c.Trip.ForTerm() {
		opening += f.say("request.opening.term", "Days", c.Trip.DaysEach, "Trips", c.Trip.Trips)
	} else if n := c.Trip.Days(); n > 0 {
		opening += f.say("request.opening.dates", "Dates", stretch(c.Trip.Depart, c.Trip.Return), "Days", n)
	}
	var body parts
	body.table(f.say("applicationForm.head.invitations"), f.columns("host", "country", "signatory", "sent"), f.letterRows())
	if len(body) > 0 {
		body.text("", f.say("request.letters"))
	}
	body.table(f.say("working.head.people"), f.columns("number", "name", "unitPost", "rank", "role"), f.peopleRows())
	body.text(f.say("applicationForm.head.necessity"), c.Trip.Necessity)
	body.text(f.say("working.head.purpose"), c.Trip.Purpose)
	body.text(f.say("applicationForm.head.results"), c.Trip.ExpectedResults)
	body.table(f.say("working.head.legs"), f.columns("country", "city", "arrive", "leave"), f.legRows())
	body.sheet(f.say("applicationForm.head.money"), f.moneySheet())
	if rows := f.earlier(); len(rows) > 0 {
		body.table(f.say("request.head.earlier"), f.columns("name", "country", "when"), rows)
	} else {
		body.text(f.say("request.head.earlier"), f.say("request.earlier.none"))
	}
	body.text(f.say("field.plan"), f.plan(c.Trip))
	if n := c.Notice; n != nil && !c.Trip.Secret && !n.From.IsZero() {
		body.text(f.say("applicationForm.head.notice"), f.say("request.notice", "Dates", stretch(n.From, n.To), "Place", n.Place, "Objections", f.word("objections", string(n.Objections))))
	}
	n := 0
	for i := range body {
		if body[i].Head != "" {
			n++
			body[i].Head = chineseNumber(n) + "、" + body[i].Head
		}
	}
	var ps parts
	ps.text(f.say("request.to", "Office", f.Office), opening+"\n"+f.say("request.follows"))
	ps = append(ps, body...)
	ps.text("", f.say("request.closing"))
	ps.table("", f.columns("unitSealed", "seal"), [][]string{{c.Unit.Name, seal + f.say("commitment.signed")}})
	w.Parts = ps
	return w
}

func (f From) hosts() string {
	var out []string
	for _, i := range f.Case.Invitations {
		if i.Issuer != "" {
			out = append(out, i.HostName())
		}
	}
	return strings.Join(out, "、")
}

// earlier are the trips of two years before this one that the register has of each
// member, by their days.
func (f From) earlier() [][]string {
	var out [][]string
	since := f.Case.Trip.Depart.AddMonths(-24)
	for _, i := range f.Case.HeadFirst() {
		m := f.Case.Members[i]
		for _, t := range m.OtherTrips {
			if t.Depart.Before(since) || !t.Depart.Before(f.Case.Trip.Depart) || t.State == dossier.CancelledTrip {
				continue
			}
			countries := t.Countries
			if len(countries) == 0 {
				countries = []string{t.Country}
			}
			out = append(out, []string{m.Name(), strings.Join(named(countries, f.Country), "、"), stretch(t.Depart, t.Return)})
		}
	}
	return out
}

// budgetForm is 因公临时出国任务和预算审批意见表, on which the side of foreign affairs
// and that of finance of the unit each give their opinion. Source: the form that
// 财行〔2013〕516号 asks for, in what it wants to know; its layout is this program's.
func budgetForm(f From) Working {
	c := f.Case
	w := Working{Title: f.say("budgetForm.title"), About: c.Unit.Name}
	head := c.Members[c.HeadFirst()[0]]
	group := f.sheet()
	group.add("delegation", c.Trip.Title)
	group.add("unit", c.Unit.Name)
	group.add("head", head.Name())
	group.add("post", head.Department+head.Post)
	group.add("rank", f.word("rank", string(head.Rank)))
	group.add("count", f.say("working.people", "Count", len(c.Members)))
	group.add("countries", countryList(c, f.Country))
	group.add("dates", stretch(c.Trip.Depart, c.Trip.Return))
	var ps parts
	ps.sheet(f.say("working.head.group"), group)
	ps.text(f.say("budgetForm.head.task"), c.Trip.Purpose)
	task := f.sheet()
	task.add("plan", f.plan(c.Trip))
	task.add("hosts", f.hosts())
	ps.sheet(f.say("budgetForm.head.basis"), task)
	ps.table(f.say("budgetForm.head.foreign"), f.columns("opinionSigned", "day"), [][]string{{seal, seal + f.say("commitment.signed")}})
	ps.sheet(f.say("applicationForm.head.money"), f.moneySheet())
	ps.table(f.say("applicationForm.head.budget"), f.columns("costKind", "sum"), f.costRows())
	ps.table(f.say("budgetForm.head.finance"), f.columns("opinionSigned", "day"), [][]string{{seal, seal + f.say("commitment.signed")}})
	w.Parts = ps
	return w
}

func hasBudget(f From) bool { return hasPeople(f) && len(f.costRows()) > 0 }

// hasTask: without hosts or days its first sentence would have holes, and nobody
// could say which two years lie before.
func hasTask(f From) bool {
	t := f.Case.Trip
	return hasPeople(f) && t.Purpose != "" && len(f.Case.Legs) > 0 && !t.Depart.IsZero() && f.hosts() != ""
}
