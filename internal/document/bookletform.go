package document

import (
	"strconv"
	"strings"

	"yitang/internal/dossier"
)

// bookletForm asks for one member's booklet (护照申请表), with what is known where
// it is made.
func bookletForm(f From) Working {
	m := f.Case.Members[f.Member]
	w := Working{Title: f.say("bookletForm.title"), About: m.Name()}
	what := f.sheet()
	for _, b := range f.Booklets {
		if b.Member != f.Member {
			continue
		}
		if b.Type == string(dossier.HKMacauPermit) && len(what.lines) == 0 {
			w.Title = f.say("bookletForm.title.permit")
		}
		what.add("booklet", f.word("passportType", b.Type))
		what.add("why", b.Why)
		if b.Old != "" {
			what.add("oldBooklet", f.say("bookletForm.old", "Tail", b.Old))
		}
		if !b.Due.IsZero() { // none is set before the capture
			what.add("due", day(b.Due))
		}
	}
	who := f.sheet()
	who.add("name", m.Name())
	who.add("latinName", m.LatinName())
	who.add("sex", f.word("sex", string(m.Sex)))
	who.add("born", day(m.DateOfBirth))
	who.add("birthPlace", f.Personal.BirthPlace)
	who.add("formerName", f.Personal.FormerName)
	who.add("idNumber", m.IDNumber)
	who.add("homeAddress", f.Personal.HomeAddress)
	who.add("employer", f.Case.From(f.Member))
	who.add("post", m.Department+m.Post)
	who.add("rank", f.word("rank", string(m.Rank)))
	who.add("mobile", m.Mobile)
	what.add("approval", f.State.Approval)
	what.add("countries", countryList(f.Case, f.Country))
	what.add("depart", day(f.Case.Trip.Depart))
	what.add("return", day(f.Case.Trip.Return))
	var ps parts
	ps.sheet(f.say("bookletForm.head.who"), who)
	ps.sheet(f.say("bookletForm.head.what"), what)
	w.Parts = ps
	return w
}

func hasMember(f From) bool {
	if f.Member < 0 || f.Member >= len(f.Case.Members) {
		return false
	}
	m := f.Case.Members[f.Member]
	return m.Name() != "" && (m.IDNumber != "" || !m.DateOfBirth.IsZero())
}

// teamSheet lists those of a delegation for whom booklets are made (因公团组信息表).
func teamSheet(f From) Working {
	c := f.Case
	w := Working{Title: f.say("teamSheet.title"), About: c.Unit.Name}
	group := f.groupSheet()
	group.add("approval", f.State.Approval)
	if !c.Trip.Depart.IsZero() && c.Trip.Return.IsZero() {
		group.add("depart", day(c.Trip.Depart))
	}
	var rows [][]string
	for i, m := range c.Members {
		row := []string{strconv.Itoa(i + 1), bothNames(m), f.word("sex", string(m.Sex)), short(m.DateOfBirth), c.From(i) + "\n" + m.Department + m.Post}
		var gets []string
		for _, b := range f.Booklets {
			if b.Member == i {
				gets = append(gets, f.word("passportType", b.Type)+"\n"+b.Why)
			}
		}
		row = append(row, strings.Join(gets, "\n"))
		rows = append(rows, row)
	}
	cols := f.columns("number", "name", "sex", "born", "unitPost", "booklets")
	var ps parts
	ps.sheet(f.say("working.head.group"), group)
	ps.text(f.say("working.head.purpose"), c.Trip.Purpose)
	ps.table(f.say("working.head.people"), cols, rows)
	w.Parts = ps
	return w
}
