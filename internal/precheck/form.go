package precheck

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/money"
)

// Blank is a plain field that must be filled and isn't. Fields that a rule of
// their own asks for (purpose, vetting, invitation, notice, budget) aren't here.
type Blank struct {
	Path   string
	Zh, En string
}

// Spell names the field for people.
func (b Blank) Spell(lang string) string {
	if lang == "en" {
		return b.En
	}
	return b.Zh
}

type blanks struct {
	found    []Blank
	of, ofEn string // whose field it is, before and after its name
}

func (b *blanks) ask(given bool, path, zh, en string) {
	if !given {
		b.found = append(b.found, Blank{path, b.of + zh, en + b.ofEn})
	}
}

// blankFields lists what the form asks of every case.
func blankFields(c *dossier.Case, k *Known) []Blank {
	b := &blanks{}
	b.ask(c.Unit.Name != "", "unit.name", "单位名称", "name of the unit")
	b.ask(c.Unit.USCC != "", "unit.uscc", "统一社会信用代码", "unified social credit code")
	t := c.Trip
	b.ask(t.Title != "", "case.title", "团组名称", "name of the delegation")
	b.ask(t.Kind != "", "case.kind", "事项类型", "kind of case")
	b.ask(t.Category != "", "case.category", "任务类别", "category of the task")
	b.ask(t.Necessity != "", "case.necessity", "出访必要性", "why it is necessary")
	b.ask(t.ExpectedResults != "", "case.expectedResults", "预期成果", "expected results")
	b.ask(!t.Depart.IsZero(), "case.depart", "出境日期", "day of leaving China")
	b.ask(!t.Return.IsZero(), "case.return", "入境日期", "day of entering China")
	b.ask(t.DaysAbroad != 0 || t.ForTerm(), "case.daysAbroad", "在外天数", "days abroad")
	b.ask(!t.InAnnualPlan || len(k.PlanLines) == 0 || t.PlanLine != "" || t.Declared(), "case.planLine", "计划项", "line of the annual plan")
	b.ask(t.Trips > 0 || !t.ForTerm(), "case.trips", "预计出访次数", "trips expected")
	b.ask(t.Under != "" || !t.Declared(), "case.under", "一次审批的受理编号", "case number of the approval for a term")
	if t.Kind == dossier.Joined {
		b.ask(t.Organiser != "", "case.organiser", "组团单位", "unit that organises the delegation")
		b.ask(t.OrganisingAuthority != "", "case.organisingAuthority", "组团方审批机关", "authority that approves the delegation")
		b.ask(t.OpinionRequest != nil && t.OpinionRequest.Number != "" || t.MissionNotice != nil && t.MissionNotice.Number != "", "case.opinionRequest.number", "征求意见函文号（已批准的，填任务通知书文号）", "number of the opinion request or, once it is approved, of the mission notice")
	}
	for i, m := range c.Members {
		b.of, b.ofEn = "", ""
		if name := m.Name(); name != "" && len(c.Members) > 1 {
			b.of, b.ofEn = name+"的", " of "+name
		}
		at := func(key string) string { return fmt.Sprintf("members[%d].%s", i, key) }
		b.ask(m.FamilyName != "", at("familyName"), "姓", "family name")
		b.ask(m.GivenName != "", at("givenName"), "名", "given name")
		b.ask(m.Sex != "", at("sex"), "性别", "sex")
		b.ask(!m.DateOfBirth.IsZero(), at("dateOfBirth"), "出生日期", "date of birth")
		b.ask(m.IDNumber != "" || m.Foreign(), at("idNumber"), "公民身份号码", "identity number") // who isn't a citizen of the mainland has none
		b.ask(m.Mobile != "", at("mobile"), "手机号码", "mobile number")
		b.ask(m.Role != "", at("role"), "团内身份", "role in the group")
		b.ask(m.Employment != "", at("employment"), "在职情况", "employment")
		b.ask(m.Nationality != "", at("nationality"), "国籍", "nationality")
	}
	b.of, b.ofEn = "", ""
	b.ask(len(c.Legs) > 0, "legs", "行程", "legs of the journey")
	for i, l := range c.Legs {
		at := func(key string) string { return fmt.Sprintf("legs[%d].%s", i, key) }
		if len(c.Legs) > 1 {
			b.of, b.ofEn = fmt.Sprintf("第%d站的", i+1), fmt.Sprintf(" of leg %d", i+1)
		}
		b.ask(l.Country != "", at("country"), "国家（地区）", "country or region")
		b.ask(l.City != "", at("city"), "城市", "city")
		if t.ForTerm() {
			continue // the days are those of each trip
		}
		b.ask(!l.Arrive.IsZero(), at("arrive"), "到达时间", "time of arrival")
		b.ask(!l.Leave.IsZero(), at("leave"), "离开时间", "time of leaving")
		b.ask(l.Zone != "", at("zone"), "时区", "time zone")
	}
	b.of, b.ofEn = "", ""
	b.ask(len(c.Itinerary) > 0 || t.ForTerm(), "itinerary", "日程", "itinerary")
	if c.Budget != nil {
		// Without a rate a sum in foreign money counts for nothing, and the total
		// is wrong by it. Asked once for each currency.
		asked := map[money.Currency]bool{money.CNY: true, "": true}
		for i, l := range c.Budget.Lines {
			if !asked[l.Currency] && l.FxRate.IsZero() {
				asked[l.Currency] = true
				b.ask(false, fmt.Sprintf("budget.lines[%d].fxRate", i), "汇率（"+string(l.Currency)+"兑人民币）", "exchange rate of "+string(l.Currency))
			}
		}
		b.prices(c)
	}
	return b.found
}

// prices asks for what a line's sum can't be known without: once for each kind at
// a place, as it is mostly the same for everybody there. A line with a sum, as a
// case file may bring it, needs no more; and nothing is owed where the host pays.
func (b *blanks) prices(c *dossier.Case) {
	if c.Budget.Fund == dossier.HostFund {
		return
	}
	asked := map[string]bool{}
	ask := func(i int, field, of, zh, en string) {
		if !asked[of] {
			asked[of] = true
			b.ask(false, fmt.Sprintf("budget.lines[%d].%s", i, field), zh, en)
		}
	}
	for i, l := range c.Budget.Lines {
		place := l.Country + "." + l.City
		words := map[dossier.CostKind][2]string{dossier.Lodging: {"住宿费", "lodging"}, dossier.Meals: {"伙食费", "meals"}, dossier.Incidentals: {"公杂费", "incidentals"}}[l.Kind]
		zh, en, at := l.City+words[0]+"的标准", "rate of "+words[1], l.City+"住宿、伙食、公杂费的币种"
		of := string(l.Kind) + "." + place
		if words[0] == "" || l.City == "" {
			zh, en, of = fmt.Sprintf("预算第%d行的单价", i+1), "price", fmt.Sprint(i)
			place, at = of, fmt.Sprintf("预算第%d行的币种", i+1)
		}
		line := fmt.Sprintf(" (line %d of the budget)", i+1)
		if !l.AmountCny.IsZero() {
			continue
		}
		if l.Rate.IsZero() {
			ask(i, "rate", of, zh, en+line)
		}
		if l.Currency == "" {
			ask(i, "currency", "currency."+place, at, "currency"+line)
		}
	}
}

// offPlan says in what way a trip isn't in its unit's annual plan; "" for one
// that is, as far as is known.
func offPlan(c *dossier.Case, k *Known, lang string) string {
	t := c.Trip
	var zh, en string
	switch {
	case !t.InAnnualPlan:
		zh, en = "本团组未列入年度计划", "The trip isn't in the annual plan"
	case k.NoPlan:
		zh, en = "本单位还没有这一年的已生效年度计划", "The unit has no annual plan in force for that year"
	case t.PlanLine != "" && len(k.PlanLines) > 0 && !slices.ContainsFunc(k.PlanLines, func(l string) bool { return dossier.FoldCode(l) == dossier.FoldCode(t.PlanLine) }):
		zh, en = "计划项"+t.PlanLine+"不在这一年已生效的年度计划里", "Line "+t.PlanLine+" isn't in the annual plan in force for that year"
	}
	if lang == "en" {
		return en
	}
	return zh
}

// OffLine is how a trip differs from the line of the plan that it names.
type OffLine struct {
	Countries, Planned  []string // those that the line doesn't name, and those that it does; empty where they fit
	Month, PlannedMonth int      // 0 where they fit
}

// offLine compares only what both tell.
func offLine(c *dossier.Case, k *Known) OffLine {
	var out OffLine
	if k.PlanLine == nil {
		return out
	}
	for _, country := range c.Countries() {
		if len(k.PlanLine.Countries) > 0 && !slices.Contains(k.PlanLine.Countries, country) {
			out.Countries, out.Planned = append(out.Countries, country), k.PlanLine.Countries
		}
	}
	if month := int(c.Trip.Depart.Month()); !c.Trip.Depart.IsZero() && k.PlanLine.Month > 0 && month != k.PlanLine.Month {
		out.Month, out.PlannedMonth = month, k.PlanLine.Month
	}
	return out
}

// BadContact is a way to reach a member that can't be right.
type BadContact struct{ Key, Given, What string }

func badContacts(m *dossier.Member) []BadContact {
	var out []BadContact
	if m.Mobile != "" && !dossier.IsMobile(m.Mobile) {
		out = append(out, BadContact{"mobile", m.Mobile, "mobile"})
	}
	if m.Email != "" {
		a, err := mail.ParseAddress(m.Email)
		_, domain, _ := strings.Cut(m.Email, "@")
		if err != nil || a.Address != m.Email || !strings.Contains(strings.Trim(domain, "."), ".") {
			out = append(out, BadContact{"email", m.Email, "email"})
		}
	}
	return out
}

// contains tells whether any of the words stands in the text, and which.
func contained(text string, words []string) []string {
	var out []string
	for _, w := range words {
		if strings.Contains(text, w) {
			out = append(out, w)
		}
	}
	return out
}

// sendingUnits are the units that members come from, each once.
func sendingUnits(c *dossier.Case) []string {
	var out []string
	for i := range c.Members {
		if u := c.From(i); u != "" && !slices.ContainsFunc(out, func(o string) bool { return dossier.SameUnit(u, o) }) {
			out = append(out, u)
		}
	}
	return out
}

// silentUnits are the sending units that aren't among those which put up the
// notice, whatever width their brackets have.
func silentUnits(c *dossier.Case) []string {
	if c.Notice == nil {
		return sendingUnits(c)
	}
	return slices.DeleteFunc(sendingUnits(c), func(u string) bool {
		return slices.ContainsFunc(c.Notice.Units, func(told string) bool { return dossier.SameUnit(u, told) })
	})
}

// twins are materials whose content stands under another heading already: each
// is told, so that each can be sent back and put right. One file under one
// heading twice is no twin.
type Twin struct{ Index, First int }

func twins(c *dossier.Case) []Twin {
	var out []Twin
	first := map[string]int{}
	for i, m := range c.Materials {
		if m.SHA256 == "" {
			continue
		}
		if j, seen := first[m.SHA256]; !seen {
			first[m.SHA256] = i
		} else if c.Materials[j].Kind != m.Kind || c.Materials[j].Owner != m.Owner {
			out = append(out, Twin{i, j})
		}
	}
	return out
}

// noticeNumber: organ, kind, year in brackets, serial, 号. Brackets and padding
// of other offices' numbers vary.
var noticeNumber = regexp.MustCompile(`^\p{Han}{2,20}[〔\[(（【]20[0-9]{2}[〕\])）】]第?[0-9]{1,5}号$`)

// carrierCode is the airline's two characters, from the carrier or the flight's
// number; "" when they can't be told.
func carrierCode(l *dossier.Leg) string {
	for _, s := range []string{l.Carrier, l.Number} {
		s = dossier.FoldCode(s)
		if len(s) >= 2 && codes.MatchString(s) {
			return s[:2]
		}
	}
	return ""
}

var codes = regexp.MustCompile(`^([A-Z][A-Z0-9]|[0-9][A-Z])([0-9]{1,4}[A-Z]?)?$`)

// servesTrip tells whether a booklet is of the kind that the case travels with:
// a permit to Hong Kong and Macau, a passport elsewhere.
func servesTrip(c *dossier.Case, p *dossier.Passport) bool {
	return p.Type != "" && (p.Type == dossier.HKMacauPermit) == c.ToRegionsOnly()
}

// needsBooklet tells whether a member's order for a new passport must be made:
// none is held that lasts.
func needsBooklet(c *dossier.Case, member, months int) bool {
	p := c.Members[member].Passport
	return !c.ToRegionsOnly() && (p == nil || !servesTrip(c, p) || !p.Expires.IsZero() && p.Expires.Before(c.Trip.Return.AddMonths(months)))
}

// redEye tells whether people leave China so close to midnight that a day more
// may count.
func redEye(minute, fromHour int) bool { return minute >= fromHour*60 || minute < 2*60 }
