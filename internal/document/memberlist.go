package document

import (
	"strconv"
	"strings"

	"yitang/internal/dossier"
)

// memberList names all who travel (人员名单). Numbers of cards and booklets aren't
// on it: whoever makes something of them holds them.
func memberList(f From) Working {
	c := f.Case
	w := Working{Title: "因公临时出国（境）人员名单", About: c.Unit.Name}
	var rows [][]string
	for n, i := range c.HeadFirst() {
		m := c.Members[i]
		rows = append(rows, []string{strconv.Itoa(n + 1), bothNames(m), f.word("sex", string(m.Sex)), short(m.DateOfBirth), c.From(i) + "\n" + m.Department + m.Post, f.word("rank", string(m.Rank)), f.word("role", string(m.Role))})
	}
	var ps parts
	ps.sheet("团组", f.groupSheet())
	ps.table("人员", []string{ordinal, "姓名", "性别", "出生日期", "单位及职务", "职级", "团内身份"}, rows)
	w.Parts = ps
	return w
}

// groupSheet says which delegation it is, as lists and sheets of people begin.
func (f From) groupSheet() sheet {
	c := f.Case
	var s sheet
	s.add("团组名称", c.Trip.Title)
	s.add("国家地区", countryList(c, f.Country))
	s.add("出访时间", stretch(c.Trip.Depart, c.Trip.Return))
	people := "人数"
	if f.State.Approval != "" { // an order tells of those alone who get a booklet
		people = "办照人数"
	}
	s.add(people, strconv.Itoa(len(c.Members))+"人")
	return s
}

func countryList(c dossier.Case, country Country) string {
	return strings.Join(named(c.Countries(), country), "、")
}

// bothNames is a name with its spelling in Latin letters, for a narrow column.
func bothNames(m dossier.Member) string {
	return strings.TrimSpace(m.Name() + "\n" + strings.TrimSpace(m.LatinSurname+"\n"+m.LatinGivenNames))
}
