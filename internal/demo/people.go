package demo

import (
	"fmt"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

const (
	unitCount   = 40
	peopleCount = 600
	nineOClock  = 9 * time.Hour
)

// Person is somebody who travels, or could.
type Person struct {
	ID       string
	Unit     int
	Facts    dossier.Member // what is theirs, not what belongs to one trip
	Booklets []Booklet      // held when the city's history begins
	Recorded time.Time
}

// Booklet is one that a person holds.
type Booklet struct {
	ID           string
	Type         dossier.PassportType
	Number       string
	LatinName    string
	Issued       calendar.Date
	Expires      calendar.Date
	BlankPages   int
	CaptureUntil calendar.Date
	Endorsements []string
}

// posts by field and rank, highest first.
var posts = map[field][4][]string{
	ruling:    {{"副主任"}, {"处长", "副处长"}, {"主任科员", "副主任科员"}, {"科员", "项目专员"}},
	teaching:  {{"副校长", "校长助理"}, {"负责人", "常务负责人", "负责人"}, {"副教授", "教授", "实验室主任"}, {"讲师", "博士后研究员", "项目秘书"}},
	healing:   {{"副院长", "总会计师"}, {"主任", "副主任"}, {"副主任医师", "护士长"}, {"主治医师", "检验师"}},
	culture:   {{"院长", "副院长"}, {"总监", "负责人"}, {"首席演奏员", "策展人"}, {"演员", "文物修复师", "舞台技术员"}},
	making:    {{"总经理", "副总经理"}, {"总工程师", "总监"}, {"高级工程师", "采购经理"}, {"工程师", "调试工程师"}},
	moving:    {{"总经理", "副总经理"}, {"总监", "负责人"}, {"项目经理", "航线经理"}, {"调度工程师", "关务专员"}},
	building:  {{"总经理", "副院长"}, {"总规划师", "负责人"}, {"高级工程师", "项目负责人"}, {"工程师", "监测员"}},
	befriends: {{"会长", "副会长"}, {"负责人", "常务负责人"}, {"高级项目主管", "翻译"}, {"项目主管", "干事"}},
}

var departments = map[field][]string{
	ruling:    {"国际合作处", "综合处", "规划处", "政策法规处"},
	teaching:  {"国际合作处", "材料学院", "信息学院", "人文学院", "科研处"},
	healing:   {"心内科", "医务处", "检验中心", "护理部", "科教处"},
	culture:   {"演出部", "展览部", "对外交流部", "舞美部"},
	making:    {"海外事业部", "研发中心", "采购部", "质量部"},
	moving:    {"国际业务部", "运营部", "工程部", "关务部"},
	building:  {"技术处", "设计一所", "监测中心", "工程部"},
	befriends: {"联络部", "交流部", "秘书处"},
}

// offices are the departments of government units, by what they see to.
var offices = map[field][]string{
	ruling:   departments[ruling],
	teaching: {"国际合作处", "高等教育处", "规划处", "职业教育处"},
	healing:  {"国际合作处", "医政处", "规划处", "疾病控制处"},
	culture:  {"对外交流处", "艺术处", "规划处", "公共服务处"},
	making:   {"国际合作处", "科技处", "规划处", "产业发展处"},
	moving:   {"国际合作处", "综合处", "规划处", "口岸和物流处"},
	building: {"国际合作处", "监测处", "规划处", "科技标准处"},
}

// departmentsOf are those of a unit.
func departmentsOf(u Unit) []string {
	if u.Type == gov {
		return offices[u.Field]
	}
	return departments[u.Field]
}

// heads is the post of the one who is the unit's administrative head.
func heads(u Unit) string {
	switch {
	case u.Type == ent:
		return "总经理"
	case strings.HasSuffix(u.Name, "政府"):
		return "区长"
	case strings.HasSuffix(u.Name, "局"):
		return "局长"
	case strings.Contains(u.Name, "大学"):
		return "校长"
	case strings.HasSuffix(u.Name, "院"):
		return "院长"
	case strings.HasSuffix(u.Name, "馆"):
		return "馆长"
	case strings.HasSuffix(u.Name, "团"):
		return "团长"
	case strings.HasSuffix(u.Name, "会") && u.Type == oth:
		return "会长"
	}
	return "主任"
}

// works is the field whose posts a unit has: government offices have the same
// ones whatever they see to.
func works(u Unit) field {
	if u.Type == gov {
		return ruling
	}
	return u.Field
}

// leads is the post of somebody who leads a unit: of no department, and called
// after what the unit is.
func leads(u Unit, post string) string {
	switch {
	case u.Type != gov:
		return post
	case strings.HasSuffix(u.Name, "政府"):
		return "副区长"
	case strings.HasSuffix(u.Name, "局"):
		return "副局长"
	}
	return "副主任"
}

// newPeople fills the units: first a head, then the signatory, then the liaison
// officers, then everybody else.
func (city *City) newPeople() []Person {
	c := chanceFor(city.Seed, "people")
	names, numbers := newNamer(chanceFor(city.Seed, "names"), city.data.Surnames), newNumbers(city.Seed)
	units, today := city.Units, city.Today
	sizes := shares(peopleCount)
	var out []Person
	serial := 0
	for u := range units {
		for k := range sizes[u] {
			rank := dossier.NoRank
			switch {
			case k < 2 && units[u].Type == gov, k == 0 && units[u].Type == ins && units[u].Field == teaching:
				rank = dossier.Bureau
			case k < 4:
				rank = dossier.Division
			case k < sizes[u]*6/10:
				rank = dossier.Section
			}
			n := names.next(k == 4)
			p := Person{Unit: u, Facts: dossier.Member{
				FamilyName: n.family, GivenName: n.given, LatinSurname: n.surname, LatinGivenNames: n.givenNames, Sex: n.sex,
				Unit: units[u].Name, Department: one(c, departmentsOf(units[u])), Rank: rank, Employment: dossier.Active, Nationality: "CHN",
				SecretLevel: dossier.NoSecrets, Mobile: fmt.Sprintf("1990000%04d", 1000+serial), Email: fmt.Sprintf("p%04d@yunjiang.example", serial+1),
			}}
			p.Facts.Post = one(c, posts[works(units[u])][map[dossier.Rank]int{dossier.Bureau: 0, dossier.Division: 1, dossier.Section: 2, dossier.NoRank: 3}[rank]])
			if rank == dossier.Bureau {
				p.Facts.Department, p.Facts.Post = "", leads(units[u], p.Facts.Post)
			}
			if k == 0 {
				p.Facts.Principal = dossier.AdministrativeHead
				p.Facts.Department, p.Facts.Post = "", heads(units[u])
			}
			p.Facts.Academic = units[u].Type == ins && (units[u].Field == teaching || units[u].Field == healing) && k > 4
			p.Facts.DateOfBirth, p.Facts.IDNumber = identity(c, n.sex, rank, today, serial)
			p.Facts.IDExpires = calendar.On(today.Year()+c.between(2, 14), time.Month(c.between(1, 12)), c.between(1, 28))
			p.Facts.Vetting = &dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: today.AddDays(c.between(200, 420))}
			p.Recorded = city.Began.AddDays(c.between(1, 5)).Begins().Add(nineOClock + time.Duration(serial)*time.Minute/2)
			p.ID = c.id(p.Recorded)
			p.Booklets = city.held(c, numbers, p, units[u])
			units[u].People = append(units[u].People, len(out))
			switch {
			case k == 1:
				units[u].Signatory = len(out)
			case k == 2, k == 5 && sizes[u] > 15:
				units[u].Liaisons = append(units[u].Liaisons, len(out))
			}
			out = append(out, p)
			serial++
		}
	}
	return out
}

// shares divides the people among the units in proportion to their size.
func shares(people int) []int {
	all, out, given := 0, make([]int, len(registered)), 0
	for _, r := range registered {
		all += r.size
	}
	for i, r := range registered {
		out[i] = r.size * people / all
		given += out[i]
	}
	for i := 0; given < people; i = (i + 1) % len(out) {
		out[i]++
		given++
	}
	return out
}

// identity makes a number of an area that isn't assigned, with the serial of
// the right sex and the right check character. Source: GB 11643-1999.
func identity(c chance, sex dossier.Sex, rank dossier.Rank, today calendar.Date, serial int) (calendar.Date, string) {
	low, high := 25, 52
	if rank.Order() >= dossier.Division.Order() {
		low = 38
	}
	if sex == dossier.Male {
		high = 56
	}
	born := calendar.On(today.Year()-c.between(low, high), time.Month(c.between(1, 12)), c.between(1, 28))
	turn := serial % 500 * 2 // with the area, a number of its own for everybody
	if sex == dossier.Male {
		turn++
	}
	body := fmt.Sprintf("5099%02d%04d%02d%02d%03d", 1+serial%20, born.Year(), born.Month(), born.Day(), turn)
	return born, body + dossier.ReadID(body+"0").Check
}

// held gives most people a booklet from before the city's history; a sixth of
// those run out within half a year. Their captures lie in no zone of ours, so
// that they serve no further booklet.
func (city *City) held(c chance, numbers *numbers, p Person, u Unit) []Booklet {
	today := city.Today
	var out []Booklet
	if c.in(70) {
		kind := city.entitled(u, p.Facts.Rank)
		issued := today.AddMonths(-c.between(25, 53)).AddDays(-c.between(0, 27))
		if c.in(15) {
			issued = today.AddMonths(-c.between(55, 58)).AddDays(-c.between(0, 27))
		}
		prefix := map[dossier.PassportType]string{dossier.Diplomatic: "DE", dossier.Service: "SE", dossier.PublicAffairs: "PE"}[kind]
		out = append(out, Booklet{Type: kind, Number: numbers.next(prefix, 3), LatinName: p.Facts.LatinName(),
			Issued: issued, Expires: issued.AddMonths(60), BlankPages: c.between(6, 26)})
	}
	if c.in(28) {
		issued := today.AddMonths(-c.between(25, 50)).AddDays(-c.between(0, 27))
		out = append(out, Booklet{Type: dossier.HKMacauPermit, Number: numbers.next("J", 4), LatinName: p.Facts.LatinName(),
			Issued: issued, Expires: issued.AddMonths(60), BlankPages: 10, Endorsements: []string{"HKG", "MAC"}})
	}
	for i := range out {
		out[i].ID = c.id(p.Recorded.Add(time.Hour))
	}
	return out
}

// numbers are those of the booklets from before the city's history, none like another.
type numbers struct {
	chance
	taken map[int]bool // by their last four digits
}

func newNumbers(seed uint64) *numbers {
	return &numbers{chanceFor(seed, "booklet numbers"), map[int]bool{}}
}

// next gives a number that nobody has, with so many digits before the four by which
// lists tell booklets apart: nobody's two end alike, nor do they end as those do
// that the city makes (Stocks).
func (n *numbers) next(prefix string, before int) string {
	for {
		tail := n.between(2001, 8999)
		if tail > 5000 {
			tail += 1000
		}
		front := n.between(1, 6)
		for range before - 1 {
			front = front*10 + n.between(0, 9)
		}
		if !n.taken[tail] {
			n.taken[tail] = true
			return fmt.Sprintf("%s%d%04d", prefix, front, tail)
		}
	}
}
