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
	w := Working{Title: f.say("memberList.title"), About: c.Unit.Name}
	var rows [][]string
	for n, i := range c.HeadFirst() {
		m := c.Members[i]
		rows = append(rows, []string{strconv.Itoa(n + 1), bothNames(m), f.word("sex", string(m.Sex)), short(m.DateOfBirth), c.From(i) + "\n" + m.Department + m.Post, f.word("rank", string(m.Rank)), f.word("role", string(m.Role))})
	}
	var ps parts
	ps.sheet(f.say("working.head.group"), f.groupSheet())
	ps.table(f.say("working.head.people"), f.columns("number", "name", "sex", "born", "unitPost", "rank", "role"), rows)
	w.Parts = ps
	return w
}

// groupSheet says which delegation it is, as lists and sheets of people begin.
func (f From) groupSheet() sheet {
	c := f.Case
	s := f.sheet()
	s.add("delegation", c.Trip.Title)
	s.add("countries", countryList(c, f.Country))
	s.add("dates", stretch(c.Trip.Depart, c.Trip.Return))
	people := "count"
	if f.State.Approval != "" { // an order tells of those alone who get a booklet
		people = "countBooklets"
	}
	s.add(people, f.say("working.people", "Count", len(c.Members)))
	return s
}

func countryList(c dossier.Case, country Country) string {
	return strings.Join(named(c.Countries(), country), "、")
}

// bothNames is a name with its spelling in Latin letters, for a narrow column.
func bothNames(m dossier.Member) string {
	return strings.TrimSpace(m.Name() + "\n" + strings.TrimSpace(m.LatinSurname+"\n"+m.LatinGivenNames))
}
