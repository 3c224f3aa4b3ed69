package filing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/requirement"
)

// Papers are the kinds of paper that a defect names: its words, or else what it
// says is to be done.
func (d Defect) Papers() []dossier.MaterialKind {
	if d.Paper != "" {
		return []dossier.MaterialKind{d.Paper}
	}
	if named := requirement.PapersNamed(d.Words); len(named) > 0 {
		return named
	}
	return requirement.PapersNamed(d.Fix)
}

// Asks tells whether a defect names a paper: its kind and, where it names
// somebody, theirs.
func (d Defect) Asks(kind dossier.MaterialKind, owner requirement.Owner, members []dossier.Member) bool {
	if !slices.Contains(d.Papers(), kind) {
		return false
	}
	i, of := owner.Member()
	if d.Paper != "" { // this one and no other
		k, member := d.Member()
		return member == of && (!of || k == i)
	}
	whose := d.whose(members)
	return !of || len(whose) == 0 || slices.Contains(whose, i)
}

// Place is where a defect is answered in words: its field, and of a paper that the
// office chose that paper and whose it is.
func (d Defect) Place() string {
	if d.Paper == "" {
		return d.Field
	}
	return d.Field + "." + string(d.Paper) + "." + d.Owner
}

// anyPaper is where words stand that were said once of all papers that the office chose,
// in corrections of before each had its own.
const anyPaper = "materials.*"

// Reply is what the unit said to a defect, among its answers.
func (d Defect) Reply(answers map[string]string) string {
	if words := answers[d.Place()]; words != "" || d.Paper == "" {
		return words
	}
	return answers[anyPaper]
}

// correctedV1 lifts a correction whose words on papers were said of all of them.
func correctedV1(_ int, fields map[string]json.RawMessage) error {
	var answers map[string]string
	if raw, told := fields["answers"]; told {
		if err := json.Unmarshal(raw, &answers); err != nil {
			return err
		}
	}
	words, said := answers["materials"]
	if !said {
		return nil
	}
	answers[anyPaper] = words
	var err error
	fields["answers"], err = json.Marshal(answers)
	return err
}

// Member is whose paper is missing, where that is one member's.
func (d Defect) Member() (int, bool) { return dossier.Material{Owner: d.Owner}.OfMember() }

// Whose are the members of whom a defect wants a paper by name; none where it is
// nobody's own, or everybody's.
func (d Defect) Whose(kind dossier.MaterialKind, members []dossier.Member) []int {
	if i, of := d.Member(); of {
		return []int{i}
	}
	if e, known := requirement.Lookup(requirement.Key(kind)); d.Paper != "" || !known || e.Of != requirement.PerMember {
		return nil
	}
	return d.whose(members)
}

// OwnerOf is whose a paper of a case is.
func OwnerOf(m dossier.Material) requirement.Owner {
	if i, of := m.OfMember(); of {
		return requirement.OfMember(i)
	}
	if m.Owner == "unit" {
		return requirement.OfUnit
	}
	return requirement.OfCase
}

// OpensPaper tells whether a paper may be given, where papers were sent back as
// such: any, or those alone that the office chose.
func (f Filing) OpensPaper(kind dossier.MaterialKind, owner requirement.Owner) bool {
	return slices.ContainsFunc(f.Defects, func(d Defect) bool {
		return d.Opens("materials") && (d.Paper == "" || d.Asks(kind, owner, f.Dossier.Members))
	})
}

// ChosenPapers tells whether every paper that may be given was chosen by the office:
// then the others are good as they are.
func (f Filing) ChosenPapers() bool {
	return f.Open("materials") != "" && !slices.ContainsFunc(f.Defects, func(d Defect) bool { return d.Opens("materials") && d.Paper == "" })
}

// opensAt tells whether the paper at a place of the list may differ.
func (f Filing) opensAt(path string, is dossier.Case) bool {
	if slices.ContainsFunc(f.Defects, func(d Defect) bool { return !d.Opens("materials") && d.Opens(path) }) {
		return true
	}
	for _, c := range []dossier.Case{is, f.Dossier} {
		if m, there := paperAt(c, path); there {
			return f.OpensPaper(m.Kind, OwnerOf(m))
		}
	}
	return f.Open(path) != ""
}

// paperAt is the paper that a path lies in.
func paperAt(c dossier.Case, path string) (dossier.Material, bool) {
	var i int
	if n, _ := fmt.Sscanf(path, "materials[%d]", &i); n != 1 || i < 0 || i >= len(c.Materials) {
		return dossier.Material{}, false
	}
	return c.Materials[i], true
}

// whose are the members that a defect names.
func (d Defect) whose(members []dossier.Member) []int {
	var out []int
	for i, m := range members {
		if name := m.Name(); name != "" && strings.Contains(d.Words+"\n"+d.Fix, name) {
			out = append(out, i)
		}
	}
	return out
}

// Wanted are the places of papers that a defect names, one for each person
// where each has their own.
func (d Defect) Wanted(members []dossier.Member) []Wanted {
	var out []Wanted
	for _, kind := range d.Papers() {
		if e, known := requirement.Lookup(requirement.Key(kind)); !known || e.Of != requirement.PerMember {
			out = append(out, Wanted{kind, requirement.OfCase})
			continue
		}
		for i := range members {
			if owner := requirement.OfMember(i); d.Asks(kind, owner, members) {
				out = append(out, Wanted{kind, owner})
			}
		}
	}
	return out
}

// Wanted is a paper that the office named, and whose.
type Wanted struct {
	Kind  dossier.MaterialKind
	Owner requirement.Owner
}

// Answered tells which defects a change of a value answers: those whose place
// lies closest around it.
func Answered(defects []Defect, path string) []int {
	return best(defects, func(d Defect) int {
		switch {
		case dossier.Within(path, d.Field):
			return 1 + len(d.Field)
		case d.MovesTrip() && (IsDayOfTrip(path) || path == "case.daysAbroad" || valueByDays(path) || sumByDays(path)):
			return 1
		}
		return 0
	})
}

// AnsweredByPaper tells which defects a paper that changed answers: the one that
// was sent back itself, those that name it, and only then those that speak of
// papers and name none. A defect that names another paper isn't answered by it.
func AnsweredByPaper(defects []Defect, path string, m dossier.Material, members []dossier.Member) []int {
	owner := OwnerOf(m)
	return best(defects, func(d Defect) int {
		within, asks := dossier.Within(path, d.Field), d.Asks(m.Kind, owner, members)
		switch {
		case within && (asks || d.Field != "materials"):
			return 3
		case asks && !dossier.Within(d.Field, "materials"): // a defect of the letter that wants its translation
			return 2
		case within && len(d.Papers()) == 0:
			return 1
		}
		return 0
	})
}

// best are the places of the defects that rank highest, none of rank 0.
func best(defects []Defect, rank func(Defect) int) []int {
	var out []int
	most := 1
	for i, d := range defects {
		switch r := rank(d); {
		case r > most:
			most, out = r, []int{i}
		case r == most:
			out = append(out, i)
		}
	}
	return out
}
