package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/money"
	"yitang/internal/pack"
	"yitang/internal/precheck"
	"yitang/internal/quota"
	"yitang/internal/requirement"
	"yitang/ref"
)

// How many cases there are: those of these weeks, and those closed in the two
// years before.
const (
	OpenCases   = 150
	ClosedCases = 120
)

// City is everything that is in the demo, as plain values.
type City struct {
	Name     fault.Text // in short, as its units are called
	Seed     uint64
	Today    calendar.Date
	Began    calendar.Date // when its history begins
	Units    []Unit
	People   []Person
	Quotas   []Quota
	Accounts []Account
	Hall     hall.Planned
	Stocks   []Stock
	Plans    []Plan // in the order in which their drafts began

	trips map[int][]dossier.OtherTrip // by person
	made  map[int][]Booklet           // booklets that orders made, by person
	late  map[int]bool                // people who haven't handed in in time
	set   *pack.Set                   // what its office works by
	needs requirement.Parameters      // of today
	data  ref.Data
}

// here names the city in a text that was written of Yunjiang.
func (c *City) here(text string) string {
	return strings.NewReplacer("云江", c.Name.Zh, "Yunjiang", c.Name.En).Replace(text)
}

// entitled gives the type of booklet for a post.
func (c *City) entitled(u Unit, rank dossier.Rank) dossier.PassportType {
	return c.needs.Entitled(rank, u.Type)
}

// NewCity makes the city as it stands at the beginning of a day, with an
// office that works by a configuration.
func NewCity(seed uint64, today calendar.Date, set *pack.Set) (City, error) {
	return NewSmallCity(seed, today, set, ClosedCases, 1)
}

// NewSmallCity is one that is told sooner: with fewer closed cases of the years
// before, and with one in share of the open ones at each step, at least one.
func NewSmallCity(seed uint64, today calendar.Date, set *pack.Set, closed, share int) (City, error) {
	c := City{Name: set.Office.City, Seed: seed, Today: today, Began: today.AddMonths(-25), set: set, needs: set.Needs(today), data: set.Ref,
		trips: map[int][]dossier.OtherTrip{}, made: map[int][]Booklet{}, late: map[int]bool{}}
	c.Units = c.newUnits()
	c.People = c.newPeople()
	c.Accounts = newAccounts(seed, c.Began, c.Units, c.People)
	c.Hall = c.newHall()
	c.Stocks = []Stock{{dossier.PublicAffairs, "PE8000001", "PE8002000"}, {dossier.Service, "SE8000001", "SE8001000"}, {dossier.HKMacauPermit, "J80005001", "J80006000"}}
	if err := c.plan(closed, share); err != nil {
		return City{}, err
	}
	c.quotas()
	c.travel()
	return c, nil
}

// wish is a case to be made, before its people are found.
type wish struct {
	fate   Fate
	submit calendar.Date // for those that stand before the departure
	depart calendar.Date
	need   Step // Makes: somebody must need a booklet; KitReady: somebody a visa
}

// spread is how many of the open cases stand at each step.
var spread = []struct {
	upto  Step
	count int
}{
	{Begins, 10}, {Presents, 6}, {HandsBack, 3}, {Submits, 8}, {SendsBack, 6}, {Corrects, 3}, {Accepts, 7}, {Reviews, 10}, {Decides, 6}, {Issues, 4},
	{Books, 6}, {Visits, 4}, {Makes, 4}, {Checks, 3}, {HandsOver, 4}, {KitReady, 4}, {SendsVisa, 5}, {GetsVisa, 4}, {ChecksVisa, 6}, {Clears, 6},
	{Departs, 5}, {ComesHome, 9}, {HandsIn, 5}, {Reports, 4}, {Rates, 3}, {Closes, 3}, {Withdraws, 4},
	{Supersedes, 2}, {Revokes, 2}, {Files, 2}, {StaysHome, 2},
}

// plan makes all cases, the oldest first, so that each knows its members'
// earlier trips and booklets.
func (c *City) plan(closed, share int) error {
	r := chanceFor(c.Seed, "cases")
	var all []wish
	for i := range closed {
		f := Fate{Upto: Closes}
		c.deviate(r, &f)
		if i == 0 { // however few are told, one was dissatisfied and was answered
			f.Grade, f.Tags, f.Words = 2, []string{"longWait"}, "当天窗口排队时间较长。"
		}
		all = append(all, wish{fate: f, submit: c.Today.AddDays(-730 + i*(730-120)/closed + r.IntN(3))})
	}
	for _, s := range spread {
		for k := (s.count - 1) % share; k < s.count; k += share { // the last of each step go most otherwise
			all = append(all, c.openWish(r, s.upto, k))
		}
	}
	for i := range all {
		all[i].settle(r, c.data.Holidays, c.Today, c.moreSteps())
	}
	slices.SortStableFunc(all, func(a, b wish) int { return a.submit.Compare(b.submit) })
	for _, w := range all {
		p, err := c.make(r, w)
		if err != nil {
			return err
		}
		c.Plans = append(c.Plans, p)
	}
	slices.SortStableFunc(c.Plans, func(a, b Plan) int { return a.Story[0].At.Compare(b.Story[0].At) })
	return nil
}

// moreSteps is by how many steps the office's longest path of review is longer
// than the three that before counts with.
func (c *City) moreSteps() int {
	most := 3
	for _, p := range c.set.Paths.List {
		most = max(most, len(p.Steps))
	}
	return most - 3
}

// deviate lets some of the finished cases go otherwise than they should.
func (c *City) deviate(r chance, f *Fate) {
	switch p := r.IntN(100); {
	case p < 14:
		f.Returned = []Defect{{}} // which ones is found when the case is there
	case p < 19:
		f.Declined = []Decline{{Member: -1, Reason: "本人岗位与本次任务无直接关系，不同意随团。"}}
	case p < 24:
		f.Handed = "请核对经费预算中的城市间交通，改好再报我。"
	case p < 27:
		f.NoVisa = []int{-1}
	}
	f.Grade = []int{5, 5, 5, 5, 5, 4, 4, 5, 3, 2}[r.IntN(10)]
	f.Tags, f.Words = praise(r, f.Grade)
}

// praise is what people tick and write with a grade: the ticks say what could
// be better, so there are none with the best.
func praise(r chance, grade int) ([]string, string) {
	switch {
	case grade >= 5:
		return nil, one(r, []string{"", "", "材料都没有再交第二遍，很方便。", "从批件到护照都在手机上看得到。", "只来了一次大厅。"})
	case grade == 4:
		return one(r, [][]string{nil, {"phone"}, {"unclear"}}), one(r, []string{"", "预约时段再多一些更好。", "日程表在手机上看着有点小。"})
	default:
		return one(r, [][]string{{"longWait"}, {"unclear", "longWait"}, {"asksMuch"}}), one(r, []string{"当天窗口排队时间较长。", "签证进度更新不够及时。"})
	}
}

// openWish is a case of these weeks that stands at a step today.
func (c *City) openWish(r chance, upto Step, k int) wish {
	w := wish{fate: Fate{Upto: upto}}
	f := &w.fate
	missing := [][]string{{"notice"}, {"budget", "notice"}, {"materials", "notice"}, {"itinerary", "budget", "notice", "materials"}, {"invitations", "notice"}, nil}
	switch upto {
	case Begins:
		f.Missing = missing[k%len(missing)]
	case HandsBack:
		f.Handed = one(r, []string{"请补充必要性中设备验收的合同依据。", "第三天下午的安排请写具体。", "预算请财务处再核一遍。"})
	case SendsBack, Corrects:
		f.Returned = []Defect{{}}
	case Reviews:
		f.Reviews = 1 + k%2
	case Decides:
		if k == 2 {
			f.Common = WeJoin
		}
		f.Declined = []Decline{{Member: -1, Reason: one(r, []string{"近一年已赴同一国家执行同类任务，本次不予批准。", "本人分管工作与本次任务无直接关系，不同意随团。"})}}
		if k >= 4 {
			f.Declined, f.Refused = nil, true
		}
	case Withdraws:
		f.Withdraw = one(r, []string{"邀请方推迟会议，另行申报。", "项目调整，本年度不再出访。"})
	case Supersedes:
		f.Why = one(r, []string{"团员职务名称更正。", "批件所列城市译名更正。"})
	case Revokes:
		f.Why = one(r, []string{"邀请方取消活动，任务不再需要。", "目的地安全形势变化，暂停赴该国执行任务。"})
	case Files:
		f.Why = one(r, []string{"邀请方来函取消会谈，本次任务不再执行。", "项目经费调整，本年度不再出访。"})
	case StaysHome:
		f.Why = one(r, []string{"邀请方临时推迟会谈，另行安排。", "航班因天气取消，改期已无法完成任务。"})
	case GetsVisa:
		if k < 3 {
			f.NoVisa = []int{-1}
		}
	case Accepts, Issues, Books, SendsVisa, Clears, Departs:
		if upto == Accepts && k == 6 {
			f.Upto, f.Common = Asks, TheyJoin
		}
		if k == 1 {
			f.Returned = []Defect{{}}
		}
		if k == 2 && upto != Accepts {
			f.Declined = []Decline{{Member: -1, Reason: "同一岗位已有一名团员，按精简原则不同意随团。"}}
		}
	}
	switch upto {
	case Books, Visits, Makes, Checks, HandsOver:
		w.need = Makes
	case KitReady, SendsVisa, GetsVisa, ChecksVisa:
		w.need = KitReady
	}
	if upto == Rates || upto == Closes {
		f.Grade = r.between(3, 5)
		if upto == Rates && k == 2 {
			f.Grade = 2 // the office owes an answer
		}
		f.Tags, f.Words = praise(r, f.Grade)
	}
	if upto == ComesHome {
		f.Overdue = k >= 4
	}
	switch upto {
	case Clears:
		w.depart = c.Today.AddDays(1 + k%4)
	case Departs, StaysHome:
		w.depart = c.Today.AddDays(-(k % 3))
	case ComesHome:
		w.depart = c.Today.AddDays(-5 - k%2) // home yesterday or today; see settle
		if f.Overdue {
			w.depart = c.Today.AddDays(-14 - 4*k)
		}
	case HandsIn:
		w.depart = c.Today.AddDays(-11 - k%2)
	case Reports, Rates, Closes:
		w.depart = c.Today.AddDays(-20 - 2*k)
	}
	return w
}

// before is about how many working days lie between submission and a step.
var before = map[Step]int{
	Begins: -6, Presents: -2, HandsBack: -1, Submits: 0, Withdraws: 2, SendsBack: 1, Corrects: 3, Accepts: 1, Asks: 1, Reviews: 3, Decides: 4, Issues: 4, Supersedes: 5, Revokes: 5, Files: 6,
	Books: 5, Visits: 8, Makes: 9, Checks: 9, HandsOver: 10, KitReady: 12, SendsVisa: 13, GetsVisa: 20, ChecksVisa: 20,
}

// settle fixes the days: some before the departure, the others before today.
// more is how many steps of review there are beyond the usual.
func (w *wish) settle(r chance, book *calendar.Book, today calendar.Date, more int) {
	switch {
	case !w.submit.IsZero():
		w.submit = book.AddWorkdays(w.submit, 0)
		w.depart = beginOfWeek(w.submit.AddDays(r.between(48, 58)))
	case !w.depart.IsZero():
		w.submit = book.AddWorkdays(w.depart.AddDays(-r.between(48, 58)), 0)
	default:
		gap := before[w.fate.Upto]
		if len(w.fate.Returned) > 0 && gap > 0 && w.fate.Upto != SendsBack && w.fate.Upto != Corrects {
			gap += 3
		}
		if w.fate.Upto == Reviews {
			gap = 1 + w.fate.Reviews
		}
		if gap >= before[Decides] && w.fate.Upto != Reviews {
			gap += more
		}
		slack := r.between(1, 2)
		if w.need == KitReady {
			slack = 0
		}
		w.submit = book.AddWorkdays(today, -calendar.Workdays(gap+slack))
		w.depart = beginOfWeek(w.submit.AddDays(r.between(50, 60)))
	}
}

// beginOfWeek is the Monday or Tuesday on or after a day.
func beginOfWeek(d calendar.Date) calendar.Date {
	for d.Weekday() != time.Monday && d.Weekday() != time.Tuesday {
		d = d.Next()
	}
	return d
}

// make finds a unit, a task, a way and people for a wish, and writes the case.
func (c *City) make(r chance, w wish) (Plan, error) {
	for range 5000 {
		p := Plan{Fate: w.fate, Unit: r.IntN(len(c.Units)), Answers: map[string]string{}}
		task := taskFor(r, registered[p.Unit].name)
		way := c.routeFor(r, w)
		if !task.goes(way) {
			continue
		}
		p.Members = c.group(r, w, p.Unit, way.days[1], task)
		if len(p.Members) == 0 {
			continue
		}
		if len(w.fate.Declined) > 0 && len(p.Members) < 3 {
			continue
		}
		if w.fate.Common == TheyJoin && !c.lends(p) {
			continue
		}
		p.Officer = one(r, c.Units[p.Unit].Liaisons)
		p.ID = r.id(c.data.Holidays.AddWorkdays(w.submit, -9).Begins().Add(nineOClock + time.Duration(r.IntN(3600))*time.Second))
		write := &writer{chance: r, data: c.data, city: c, plan: &p, task: task, submit: w.submit, depart: w.depart, days: r.between(way.days[0], way.days[1])}
		for _, s := range way.cities {
			write.stops = append(write.stops, places[s])
		}
		p.Case = write.write()
		c.decline(r, &p)
		if !c.fits(w, p) || !c.holds(&p) {
			continue
		}
		c.finish(r, &p, w, write)
		return p, nil
	}
	return Plan{}, fmt.Errorf("no case of the demo city that comes as far as %q holds with this configuration: it has too few people, or a rule stops them all", w.fate.Upto)
}

// holds tells whether a written case may be submitted by the rules of its office,
// and answers what they warn of: nothing is presented before that. The program's own
// rules stop nothing: the case was written for them.
func (c *City) holds(p *Plan) bool {
	versions := []dossier.Case{p.Case}
	if len(p.Fate.Returned) > 0 {
		versions = append(versions, p.First())
	}
	for i, written := range versions {
		found := c.set.Checks.Check(written, precheck.Submit, written.AsOf)
		if i == 0 && c.set.Base != nil && len(found.Blocking()) > 0 {
			return false
		}
		for _, f := range found.Unanswered(p.Answers) {
			p.Answers[f.Subject()] = reasonFor(f.Rule)
		}
	}
	return true
}

// Reason is what somebody answers to a warning who has nothing more to tell.
const Reason = "已逐项核对，确属本次任务需要，单位负责人已同意。"

// reasons are what units say of what the rules warn of most.
var reasons = map[string]string{
	"GEN-025": "成果按任务书列明，每项都有验收依据，回国后在报告中逐项对照。",
	"ITN-005": "当地航班每周仅两班，最早的返程航班在次日，已附航班时刻。",
	"ITN-013": "往返航程占用的半天较多，已选最直接的航班；在当地的全部工作时间均为公务活动。",
	"ITN-014": "已与对方核实，当日对口人员照常接待。",
	"INV-015": "两家联合出具一份邀请函，函内写明各自的接待内容。",
}

func reasonFor(rule string) string {
	if words := reasons[rule]; words != "" {
		return words
	}
	return Reason
}

// Another city's authority, and who of it has to do with cases of this one.
const (
	theirOffice    = "渝州市人民政府外事办公室"
	theirUnit      = "渝州市规划设计研究院"
	theirOrganiser = "渝州市商务局"
)

// lends makes the last of a group somebody of another city: on the unit's list,
// but of a unit there, which keeps the booklet. Only who never travelled before
// can be.
func (c *City) lends(p Plan) bool {
	at := p.Members[len(p.Members)-1]
	if len(p.Members) < 2 || c.People[at].Unit != p.Unit || len(c.trips[at]) > 0 || len(c.made[at]) > 0 {
		return false
	}
	c.People[at].Facts.Unit, c.People[at].Booklets = theirUnit, nil
	return true
}

// routeFor chooses a way; visas are only needed on some.
func (c *City) routeFor(r chance, w wish) route {
	total := 0
	for _, x := range routes {
		total += x.often
	}
	n := r.IntN(total)
	for _, x := range routes {
		if n -= x.often; n < 0 {
			return x
		}
	}
	return routes[0]
}

// fits tells whether a written case serves its wish. Nobody has a second
// booklet made: the capture of the first would serve it, and nobody would come.
func (c *City) fits(w wish, p Plan) bool {
	for _, m := range p.Makes {
		if len(c.made[p.Members[m.Member]]) > 0 {
			return false
		}
	}
	for _, v := range p.Visas {
		if len(p.Makes) > 0 && c.needs.MissionTakes(v.Area) > 15 {
			return false // there wouldn't be time for a booklet before the mission's weeks
		}
	}
	switch w.need {
	case Makes:
		if len(p.Makes) == 0 || p.Case.Trip.Kind == dossier.HKMacau {
			return false
		}
	case KitReady:
		if len(p.Visas) == 0 || len(p.Makes) > 0 {
			return false
		}
	}
	if len(w.fate.NoVisa) > 0 && (len(p.Visas) == 0 || len(p.Members) < 2) {
		return false
	}
	back := p.Case.Trip.Return
	switch w.fate.Upto {
	case Departs:
		return !back.Before(c.Today)
	case ComesHome:
		if w.fate.Overdue {
			return back.AddDays(c.needs.PassportReturnDays).Before(c.Today)
		}
		return back.Before(c.Today) && !back.AddDays(c.needs.PassportReturnDays).Before(c.Today)
	case HandsIn:
		handed := c.data.Holidays.AddWorkdays(back, 2)
		return handed.Before(c.Today) && c.Today.Before(c.data.Holidays.AddWorkdays(back, calendar.Workdays(c.needs.ReportDays)))
	case Reports, Rates, Closes:
		return c.data.Holidays.AddWorkdays(back, 9).Before(c.Today)
	}
	return true
}

// decline finds who may not go; nothing is made for that member.
func (c *City) decline(r chance, p *Plan) {
	if len(p.Fate.Declined) == 0 {
		return
	}
	gone := r.between(1, len(p.Members)-1)
	p.Fate.Declined = []Decline{{Member: gone, Reason: p.Fate.Declined[0].Reason}}
	p.Makes = slices.DeleteFunc(p.Makes, func(m Made) bool { return m.Member == gone })
	p.Visas = slices.DeleteFunc(p.Visas, func(v VisaNeed) bool { return v.Member == gone })
}

// finish settles the deviations, the story and what follows for the members.
func (c *City) finish(r chance, p *Plan, w wish, write *writer) {
	f := &p.Fate
	if len(f.Returned) > 0 {
		f.Returned = defectsFor(r, p.Case)
	}
	if len(f.NoVisa) > 0 {
		f.NoVisa = nil
		if len(p.Visas) > 0 {
			f.NoVisa = []int{p.Visas[len(p.Visas)-1].Member}
		}
	}
	p.Path = len(c.set.Paths.For(p.Case).Steps)
	if f.Upto == Reviews {
		if f.Reviews = min(f.Reviews, p.Path-1); f.Reviews == 0 {
			f.Upto = Accepts // whose path has the decision alone
		}
	}
	p.Story = p.story(r, timing{book: c.data.Holidays, submit: w.submit, depart: w.depart, back: write.back(), today: c.Today})
	c.produce(p)
	for i, at := range p.Members {
		if f.Upto == Withdraws || f.Refused || slices.ContainsFunc(f.Declined, func(d Decline) bool { return d.Member == i }) {
			continue
		}
		c.late[at] = f.Overdue
		c.trips[at] = append(c.trips[at], dossier.OtherTrip{Depart: w.depart, Return: write.back(), Country: p.Case.Legs[0].Country, State: dossier.ApprovedTrip})
	}
}

// produce gives the booklets that have been made their numbers and days.
func (c *City) produce(p *Plan) {
	at := p.When(Makes)
	if at.IsZero() {
		return
	}
	for i := range p.Makes {
		b := &p.Makes[i].Booklet
		serial := 0
		for _, all := range c.made {
			for _, m := range all {
				if m.Type == b.Type {
					serial++
				}
			}
		}
		if b.Type == dossier.HKMacauPermit {
			serial += 5000 // their blanks begin there: no passport ends as its holder's permit does
		}
		form := map[dossier.PassportType]string{dossier.PublicAffairs: "PE8%06d", dossier.Service: "SE8%06d", dossier.HKMacauPermit: "J8%07d"}[b.Type]
		b.Number = fmt.Sprintf(form, 1+serial)
		b.Issued = calendar.DateOf(at)
		b.Expires = b.Issued.AddMonths(60).Prev()
		b.BlankPages, b.CaptureUntil = 32, b.Expires
		if b.Type == dossier.HKMacauPermit {
			b.BlankPages, b.Endorsements = 12, []string{"HKG"}
		}
		person := p.Members[p.Makes[i].Member]
		c.made[person] = append(c.made[person], *b)
	}
}

// booklet is what a person holds of a kind on a day, and whether it serves
// until another day.
func (c *City) booklet(at int, kind dossier.PassportType, on, until calendar.Date) (*Booklet, bool) {
	var held *Booklet
	for _, list := range [][]Booklet{c.People[at].Booklets, c.made[at]} {
		for i, b := range list {
			alike := (b.Type == dossier.HKMacauPermit) == (kind == dossier.HKMacauPermit)
			if alike && !b.Issued.After(on) && (held == nil || b.Issued.After(held.Issued)) {
				held = &list[i] // it took the place of what was made before
			}
		}
	}
	if held == nil || !held.Expires.After(on) {
		return nil, false
	}
	return held, held.Type == kind && !held.Expires.Before(until)
}

// group chooses members of a unit who are free, the highest first; one in ten
// groups takes a colleague from another unit along.
func (c *City) group(r chance, w wish, unit, days int, t task) []int {
	size := []int{1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 6}[r.IntN(12)]
	if t.category == dossier.Performance {
		size = r.between(4, 6)
	}
	back := w.depart.AddDays(days - 1)
	pool := append([]int(nil), c.Units[unit].People...)
	r.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	if r.in(10) && size > 2 {
		other := c.Units[r.IntN(len(c.Units))].People
		if at := one(r, other); !w.fate.written() { // a unit writes of its own people: another's record isn't its to read
			pool = append([]int{at}, pool...)
		}
	}
	var out []int
	for _, at := range pool {
		if len(out) < size && !slices.Contains(out, at) && c.free(at, w.depart, back) {
			out = append(out, at)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		away := func(at int) int {
			if c.People[at].Unit != unit {
				return 1
			}
			return 0
		}
		return cmp.Or(away(a)-away(b), c.People[b].Facts.Rank.Order()-c.People[a].Facts.Rank.Order())
	})
	if len(out) == 0 || c.People[out[0]].Unit != unit || c.People[out[0]].Facts.Rank.Order() < dossier.Section.Order() {
		return nil
	}
	return out
}

// apart is how many days lie between two trips of one person: by then the
// booklet is back in the store before it goes to the next mission.
const apart = 70

// free tells whether somebody can travel: not who signs for a unit, nor who
// keeps a booklet too long, no trip close to another, and heads of units once a
// year.
func (c *City) free(at int, from, to calendar.Date) bool {
	p := c.People[at]
	if c.Units[p.Unit].Signatory == at || c.late[at] {
		return false
	}
	for _, t := range c.trips[at] {
		if dossier.Overlaps(from.AddDays(-apart), to.AddDays(apart), t.Depart, t.Return) {
			return false
		}
		if (p.Facts.Rank.Order() >= dossier.Bureau.Order() || p.Facts.Principal != "") && t.Depart.Year() == from.Year() {
			return false
		}
	}
	return true
}

// unused are missions of the plan that no case has been made of.
var unused = []struct {
	title, country string
	people         int
}{{"赴新加坡对口交流", "SGP", 4}, {"赴韩国业务交流", "KOR", 3}, {"赴日本技术交流", "JPN", 3}, {"赴阿联酋项目洽谈", "ARE", 2}, {"赴哈萨克斯坦合作会谈", "KAZ", 3}, {"赴德国技术交流", "DEU", 4}, {"赴土耳其合作洽谈", "TUR", 2}, {"赴蒙古国友城交流", "MNG", 2}}

// quotas sets each unit's plan of a year a little above what its cases use, and
// tells each case what was used before it.
func (c *City) quotas() {
	r := chanceFor(c.Seed, "quotas")
	for year := c.Began.Year(); year <= c.Today.Year()+1; year++ {
		for u := range c.Units {
			var mine []*Plan
			used := Quota{Unit: u, Year: year}
			for i := range c.Plans {
				if p := &c.Plans[i]; p.Unit == u && p.Case.Trip.Depart.Year() == year {
					mine = append(mine, p)
					used.Groups++
					used.People += len(p.Members)
					used.AmountFen += money.Yuan(p.Case.Budget.TotalCny).Minor
				}
			}
			q := Quota{Unit: u, Year: year, Groups: used.Groups + r.between(2, 5), People: used.People + r.between(8, 20)}
			q.AmountFen = (used.AmountFen/5_000_000 + int64(r.between(8, 20))) * 5_000_000
			q.holds(mine)
			so := Quota{}
			for k, p := range mine {
				p.Case.Unit.Quota = allowance(q)
				p.Case.Unit.Used = allowance(so)
				if p.Case.Trip.InAnnualPlan {
					t := &p.Case.Trip
					t.PlanLine = fmt.Sprintf("%d-%02d", year, k+1)
					q.Lines = append(q.Lines, quota.Line{ID: t.PlanLine, Title: t.Title, Purpose: t.Purpose, Countries: p.Case.Countries(), Category: t.Category, Month: int(t.Depart.Month()), Days: t.DaysAbroad,
						People: len(p.Members), AmountFen: money.Yuan(p.Case.Budget.TotalCny).Minor})
				}
				so.Groups++
				so.People += len(p.Members)
				so.AmountFen += money.Yuan(p.Case.Budget.TotalCny).Minor
			}
			// Those that nobody has used yet: a plan lists as many as it says.
			for i := 1; len(q.Lines) < q.Groups; i++ {
				idle := unused[(i-1)%len(unused)]
				q.Lines = append(q.Lines, quota.Line{ID: fmt.Sprintf("%d-%02d", year, len(mine)+i), Title: idle.title, Countries: []string{idle.country}, Category: dossier.Research, Month: 12 - (i-1)%4, Days: 5, People: idle.people, AmountFen: int64(idle.people) * 40_000_00})
			}
			c.Quotas = append(c.Quotas, q)
		}
	}
}

// plannedOn tells when each plan is put in force: in November of the year before,
// as plans are, or before the first application that belongs to it.
func (c *City) plannedOn() map[int]calendar.Date {
	out := map[int]calendar.Date{}
	for i, q := range c.Quotas {
		out[i] = calendar.On(q.Year-1, time.November, 20)
	}
	for _, p := range c.Plans {
		if len(p.Story) == 0 {
			continue
		}
		begins := calendar.DateOf(p.Story[0].At)
		for i, q := range c.Quotas {
			if q.Unit == p.Unit && q.Year == p.Case.Trip.Depart.Year() && begins.Before(out[i]) {
				out[i] = begins
			}
		}
	}
	return out
}

// holds makes room in a plan for all that it lists.
func (q *Quota) holds(mine []*Plan) {
	people, fen, lines := 0, int64(0), 0
	for _, p := range mine {
		if p.Case.Trip.InAnnualPlan {
			lines++
			people += len(p.Members)
			fen += money.Yuan(p.Case.Budget.TotalCny).Minor
		}
	}
	for i := range q.Groups - lines {
		n := unused[i%len(unused)].people
		people += n
		fen += int64(n) * 40_000_00
	}
	q.People, q.AmountFen = max(q.People, people), max(q.AmountFen, (fen+4_999_999)/5_000_000*5_000_000)
}

func allowance(q Quota) *dossier.Quota {
	return &dossier.Quota{Groups: &q.Groups, People: &q.People, AmountCny: money.Amount{Minor: q.AmountFen, Currency: money.CNY}.Decimal()}
}
