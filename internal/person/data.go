package person

import (
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Data is some data of a record as texts, by name. Boxes are "true" or "".
type Data map[string]string

// Datum is one thing that a record holds, reached by its name: the same as in
// a case file's members, so that labels and findings fit.
type Datum struct {
	Name string
	// Work is what belongs to somebody's post, and so may change on a day that
	// is known before.
	Work bool
	get  func(Facts) string
	put  func(*Facts, string) bool // false: the text can't be read
}

func text(name string, work bool, at func(*Facts) *string) Datum {
	return Datum{Name: name, Work: work, get: func(f Facts) string { return *at(&f) }, put: func(f *Facts, s string) bool { *at(f) = s; return true }}
}

func word[T ~string](name string, work bool, at func(*Facts) *T, words []string) Datum {
	return Datum{Name: name, Work: work, get: func(f Facts) string { return string(*at(&f)) }, put: func(f *Facts, s string) bool {
		if s != "" && len(words) > 0 && !contains(words, s) {
			return false
		}
		*at(f) = T(s)
		return true
	}}
}

func contains(words []string, s string) bool {
	for _, w := range words {
		if w == s {
			return true
		}
	}
	return false
}

func day(name string, at func(*Facts) *calendar.Date) Datum {
	return Datum{Name: name, get: func(f Facts) string { return at(&f).String() }, put: func(f *Facts, s string) bool {
		d := calendar.Date{}
		if s != "" {
			var err error
			if d, err = calendar.Parse(s); err != nil {
				return false
			}
		}
		*at(f) = d
		return true
	}}
}

func box(name string, work bool, at func(*Facts) *bool) Datum {
	return Datum{Name: name, Work: work, get: func(f Facts) string {
		if *at(&f) {
			return "true"
		}
		return ""
	}, put: func(f *Facts, s string) bool {
		*at(f) = s == "true"
		return s == "" || s == "true" || s == "false"
	}}
}

// data lists what a record holds, in the order in which people read it.
var data = []Datum{
	text("familyName", false, func(f *Facts) *string { return &f.FamilyName }),
	text("givenName", false, func(f *Facts) *string { return &f.GivenName }),
	text("latinSurname", false, func(f *Facts) *string { return &f.LatinSurname }),
	text("latinGivenNames", false, func(f *Facts) *string { return &f.LatinGivenNames }),
	word("idNumber", false, func(f *Facts) *IDNumber { return &f.IDNumber }, nil),
	day("idExpires", func(f *Facts) *calendar.Date { return &f.IDExpires }),
	word("sex", false, func(f *Facts) *dossier.Sex { return &f.Sex }, dossier.Sex("").Words()),
	day("dateOfBirth", func(f *Facts) *calendar.Date { return &f.DateOfBirth }),
	text("nationality", false, func(f *Facts) *string { return &f.Nationality }),
	box("foreignResidence", false, func(f *Facts) *bool { return &f.ForeignResidence }),
	text("mobile", false, func(f *Facts) *string { return &f.Mobile }),
	text("email", false, func(f *Facts) *string { return &f.Email }),
	text("unit", true, func(f *Facts) *string { return &f.Unit }),
	text("department", true, func(f *Facts) *string { return &f.Department }),
	text("post", true, func(f *Facts) *string { return &f.Post }),
	word("rank", true, func(f *Facts) *dossier.Rank { return &f.Rank }, dossier.Rank("").Words()),
	word("principal", true, func(f *Facts) *string { return &f.Principal }, append([]string{NoPrincipal}, dossier.Principal("").Words()...)),
	box("leadershipTeam", true, func(f *Facts) *bool { return &f.Leadership }),
	word("employment", true, func(f *Facts) *dossier.Employment { return &f.Employment }, dossier.Employment("").Words()),
	box("academic", true, func(f *Facts) *bool { return &f.Academic }),
	word("vetting.status", false, func(f *Facts) *dossier.VettingStatus { return &f.Vetting.Status }, dossier.VettingStatus("").Words()),
	day("vetting.validUntil", func(f *Facts) *calendar.Date { return &f.Vetting.ValidUntil }),
	word("cleared", false, func(f *Facts) *Clearance { return &f.Cleared }, []string{string(ClearanceNotNeeded), string(ClearanceGiven), string(ClearanceOpen)}),
}

// AllData lists what a record holds, in the order in which people read it.
func AllData() []Datum { return append([]Datum{}, data...) }

func datumOf(name string) (Datum, bool) {
	for _, d := range data {
		if d.Name == name {
			return d, true
		}
	}
	return Datum{}, false
}

// Text gives one datum; of one that there isn't, "".
func (f Facts) Text(name string) string {
	if d, ok := datumOf(name); ok {
		return d.get(f)
	}
	return ""
}

// Masked is Text for a page: of the identity number only its ends.
func (f Facts) Masked(name string) string {
	if name == "idNumber" {
		return f.IDNumber.String()
	}
	return f.Text(name)
}

// Put sets one datum; false when there is none of that name, or the text isn't one.
func (f *Facts) Put(name, value string) bool {
	d, ok := datumOf(name)
	return ok && d.put(f, value)
}

// Data gives everything that is known.
func (f Facts) Data() Data {
	out := Data{}
	for _, d := range data {
		if v := d.get(f); v != "" {
			out[d.Name] = v
		}
	}
	return out
}

// With gives the facts with some data otherwise; what can't be read is left out.
func (f Facts) With(other Data) Facts {
	for _, d := range data { // in their order, not the map's
		if v, is := other[d.Name]; is {
			next := f
			if d.put(&next, v) {
				f = next
			}
		}
	}
	return f
}

// Differing lists by name what is otherwise in two records, in the order of AllData.
func Differing(a, b Facts) []string {
	var out []string
	for _, d := range data {
		if d.get(a) != d.get(b) {
			out = append(out, d.Name)
		}
	}
	return out
}

// String says how much it is, never what.
func (d Data) String() string {
	names := make([]string, 0, len(d))
	for n := range d {
		names = append(names, n)
	}
	return "data " + strings.Join(names, " ")
}
