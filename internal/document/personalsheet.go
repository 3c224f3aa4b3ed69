package document

import "strings"

// personalSheet is what visa forms of some countries want of one traveller beyond
// the case: family, schooling and jobs (个人情况表).
func personalSheet(f From) Working {
	m, is := f.Case.Members[f.Member], f.Personal
	w := Working{Title: f.say("personalSheet.title"), About: m.Name()}
	who := f.sheet()
	who.add("name", m.Name())
	who.add("latinName", m.LatinName())
	who.add("formerName", is.FormerName)
	who.add("sex", f.word("sex", string(m.Sex)))
	who.add("born", day(m.DateOfBirth))
	who.add("birthPlace", is.BirthPlace)
	who.add("marital", f.word("marital", is.Marital))
	who.add("homeAddress", is.HomeAddress)
	who.add("mobile", m.Mobile)
	who.add("email", m.Email)
	who.add("employer", f.Case.From(f.Member))
	who.add("post", m.Department+m.Post)
	who.add("confirmed", day(is.Confirmed))
	var family [][]string
	for _, k := range is.Family {
		family = append(family, []string{f.word("relation", k.Relation), k.Name, short(k.Born), k.Work})
	}
	var ps parts
	ps.sheet(f.say("personalSheet.head.who"), who)
	ps.table(f.say("personalSheet.head.family"), f.columns("relation", "name", "born", "work"), family)
	ps.table(f.say("personalSheet.head.schooling"), f.columns("span", "school", "subject"), f.spanRows(is.Schooling))
	ps.table(f.say("personalSheet.head.jobs"), f.columns("span", "employer", "post"), f.spanRows(is.Jobs))
	w.Parts = ps
	return w
}

func (f From) spanRows(all []Span) [][]string {
	var out [][]string
	for _, s := range all {
		to := strings.ReplaceAll(s.To, "-", ".")
		if to == "" {
			to = f.say("personalSheet.now")
		}
		out = append(out, []string{strings.ReplaceAll(s.From, "-", ".") + "—" + to, s.Where, s.What})
	}
	return out
}

func hasHistory(f From) bool {
	return hasMember(f) && len(f.Personal.Family) > 0 && len(f.Personal.Schooling) > 0 && len(f.Personal.Jobs) > 0
}
