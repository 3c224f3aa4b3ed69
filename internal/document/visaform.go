package document

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	data "yitang/ref"
)

// Visa is what one application asks for, and the booklet that it is for.
type Visa struct {
	Form      data.VisaForm
	Apply     string // country at whose mission
	From, To  calendar.Date
	Days      int
	Entries   int
	Booklet   dossier.Passport // with its number
	Countries []string         // that it is for; none: all of the trip
}

// formSources are the data that a field of a visa form may be filled in from. What
// isn't known is "".
var formSources = map[string]func(From, dossier.Member) string{
	"surname":    func(_ From, m dossier.Member) string { return both(m.LatinSurname, m.FamilyName) },
	"givenNames": func(_ From, m dossier.Member) string { return both(m.LatinGivenNames, m.GivenName) },
	"formerName": func(f From, _ dossier.Member) string {
		return f.says(f.Personal.FormerName, both(f.Personal.FormerLatin, f.Personal.FormerName))
	},
	"birthDate":  func(f From, m dossier.Member) string { return f.day(m.DateOfBirth) },
	"birthPlace": func(f From, _ dossier.Member) string { return f.says(f.Personal.BirthPlace, f.Personal.BirthPlaceEn) },
	"birthCountry": func(f From, _ dossier.Member) string {
		if f.Personal.BirthPlace == "" || f.Personal.BornAbroad {
			return ""
		}
		return f.says("中国", "China") // a province is asked for, so it lies in China
	},
	"nationality": func(f From, m dossier.Member) string {
		switch m.Nationality {
		case "":
			return ""
		case "CHN": // no destination
			return f.says("中国", "China")
		}
		return f.Country(m.Nationality)
	},
	"sex":            func(f From, m dossier.Member) string { return f.word("sex", string(m.Sex)) },
	"marital":        func(f From, _ dossier.Member) string { return f.word("marital", f.Personal.Marital) },
	"idNumber":       func(_ From, m dossier.Member) string { return m.IDNumber },
	"passportType":   func(f From, _ dossier.Member) string { return f.word("passportType", string(f.Visa.Booklet.Type)) },
	"passportNumber": func(f From, _ dossier.Member) string { return f.Visa.Booklet.Number },
	"passportIssued": func(f From, _ dossier.Member) string { return f.day(f.Visa.Booklet.Issued) },
	"passportUntil":  func(f From, _ dossier.Member) string { return f.day(f.Visa.Booklet.Expires) },
	"passportCountry": func(f From, _ dossier.Member) string {
		return f.says("中国", "China")
	},
	"homeAddress": func(f From, _ dossier.Member) string { return f.says(f.Personal.HomeAddress, f.Personal.HomeEn) },
	"email":       func(f From, m dossier.Member) string { return cmp.Or(m.Email, f.Personal.Email) },
	"mobile":      func(f From, m dossier.Member) string { return cmp.Or(m.Mobile, f.Personal.Mobile) },
	"foreignResidence": func(f From, m dossier.Member) string {
		if m.ForeignResidence {
			return ""
		}
		return f.says("否", "No")
	},
	"post": func(f From, m dossier.Member) string { return f.says(m.Department+m.Post, f.Personal.PostEn) },
	"employer": func(f From, _ dossier.Member) string {
		if f.Employer != "" {
			return f.Employer
		}
		if name := f.Case.From(f.Member); f.Unit == "" || !dossier.SameUnit(name, f.Case.Unit.Name) {
			return name // another unit's: only its name in the case is known
		}
		return f.Unit
	},
	"category":    func(f From, _ dossier.Member) string { return f.word("category", string(f.Case.Trip.Category)) },
	"purpose":     func(f From, _ dossier.Member) string { return f.says(f.Case.Trip.Purpose, f.invited()) },
	"mainCountry": func(f From, _ dossier.Member) string { return f.Country(f.Visa.Apply) },
	"otherCountries": func(f From, _ dossier.Member) string {
		return f.countries(func(l dossier.Leg) bool { return l.Country != f.Visa.Apply })
	},
	"firstCountry": func(f From, _ dossier.Member) string {
		for _, l := range f.legs() {
			return f.Country(l.Country)
		}
		return ""
	},
	"entries": func(f From, _ dossier.Member) string { return count(f.Visa.Entries) },
	"stay": func(f From, _ dossier.Member) string {
		if f.Visa.From.IsZero() {
			return ""
		}
		return f.day(f.Visa.From) + "—" + f.day(f.Visa.To)
	},
	"days": func(f From, _ dossier.Member) string { return count(f.Visa.Days) },
	"arrivalFlight": func(f From, _ dossier.Member) string {
		for _, l := range f.legs() {
			if f.English && dossier.HasHan(l.Carrier) {
				return l.Number // whose letters name the airline
			}
			return strings.TrimSpace(l.Carrier + " " + l.Number)
		}
		return ""
	},
	"hosts": func(f From, _ dossier.Member) string {
		var out []string
		for _, i := range f.letters() {
			out = append(out, listed(i.Issuer, f.Country(i.IssuerCountry), i.Contact))
		}
		return strings.Join(out, "\n")
	},
	"signatories": func(f From, _ dossier.Member) string {
		var out []string
		for _, i := range f.letters() {
			title := i.SignatoryTitle
			if f.English && dossier.HasHan(title) {
				title = "" // the form asks for the person
			}
			if i.Signatory != "" {
				out = append(out, listed(i.Signatory, title))
			}
		}
		return strings.Join(out, "\n")
	},
	"costs": func(f From, _ dossier.Member) string {
		b := f.Case.Budget
		if b == nil || b.Fund == "" {
			return ""
		}
		fund := f.word("fund", string(b.Fund))
		out := []string{f.says("派出单位（"+fund+"）", "the sending unit ("+fund+")")}
		for _, h := range b.HostCovers {
			out = append(out, f.says("邀请方：", "host: ")+f.word("hostCover", string(h)))
		}
		return strings.Join(out, f.says("；", "; "))
	},
	"none": func(f From, _ dossier.Member) string { return f.says("不适用", "not applicable") },
}

// formParts name the data that stand together in one field of some form, for when
// only some of them are lacking.
var formParts = map[string]struct{ zh, en string }{
	"homeAddress": {"家庭住址", "home address"}, "mobile": {"电话", "telephone"}, "email": {"电子邮箱", "e-mail"},
	"category": {"团组类别", "category of the mission"}, "purpose": {"出访目的", "purpose of the journey"},
	"mainCountry": {"主要目的地国", "main destination"}, "otherCountries": {"其他目的地国", "other destinations"},
	"entries": {"入境次数", "number of entries"}, "stay": {"抵离日期", "dates of arrival and departure"}, "days": {"停留天数", "days"},
	"passportType": {"证照种类", "type of passport"}, "passportNumber": {"证照号码", "number of passport"},
	"passportIssued": {"签发日期", "date of issue"}, "passportUntil": {"有效期至", "valid until"},
	"employer": {"工作单位", "employer"}, "post": {"职务", "position"},
}

// FillsForms tells whether a field of a visa form can be filled in from a datum.
func FillsForms(source string) bool { return formSources[source] != nil }

// FormSources lists what it can be filled in from.
func FormSources() []string { return slices.Sorted(maps.Keys(formSources)) }

// visaForm is the form's data in its own order, so that nobody copies them
// together (签证申请表资料). What is lacking stands at its end.
func visaForm(f From) Working {
	m := f.Case.Members[f.Member]
	form := f.Visa.Form
	w := Working{Title: f.says(form.Title.Zh, form.Title.En), About: listed(m.Name(), m.LatinName())}
	var rows [][]string
	for _, x := range form.Fields {
		value, _ := f.filled(x)
		if x.By == "hand" {
			value = f.say("visaForm.hand")
		}
		rows = append(rows, []string{x.No, x.Zh + " " + x.En, value})
	}
	var ps parts
	ps.table(f.say("visaForm.head.order"), f.columns("formNumber", "formField", "formEntry"), rows)
	ps.text(f.say("visaForm.head.lacking"), strings.Join(f.lacks(), f.says("、", ", ")))
	ps.text(f.say("visaForm.head.source"), f.says(form.Source, cmp.Or(form.InEn, form.Source)))
	w.Parts = ps
	return w
}

// ownScript are the names of people, who write their characters beside the letters.
var ownScript = []string{"surname", "givenNames", "formerName"}

// filled gives the entry of a field, and which of its data are lacking though the
// form wants them. An English form prints no Chinese: what nobody has given in
// English is lacking.
func (f From) filled(x data.VisaFormField) (entry string, lacking []string) {
	var values []string
	for _, source := range x.From {
		fill := formSources[source]
		if fill == nil {
			continue
		}
		v := strings.TrimSpace(fill(f, f.Case.Members[f.Member]))
		switch {
		case f.English && dossier.HasHan(v) && !slices.Contains(ownScript, source):
			lacking = append(lacking, source)
		case v != "":
			values = append(values, v)
		case source != "otherCountries" && !x.Optional:
			lacking = append(lacking, source)
		}
	}
	return strings.Join(values, f.says("；", "; ")), lacking
}

// Lacks names what the form leaves empty: a field of which nothing is held by its
// own name, else the data in it that are lacking, each by its own.
func Lacks(f From) []Lack {
	if !hasForm(f) {
		return nil
	}
	var out []Lack
	for _, x := range f.Visa.Form.Fields {
		entry, lacking := f.filled(x)
		switch {
		case len(lacking) == 0:
		case entry == "":
			out = append(out, Lack{fault.Text{Zh: strings.TrimSpace(x.No + " " + x.Zh), En: strings.TrimSpace(x.No + " " + x.En)}, lacking})
		default:
			for _, source := range lacking {
				part := formParts[source]
				out = append(out, Lack{fault.Text{Zh: strings.TrimSpace(x.No + " " + part.zh), En: strings.TrimSpace(x.No + " " + part.en)}, []string{source}})
			}
		}
	}
	return out
}

// Lack is an entry that a form leaves empty, by the data that it is made of.
type Lack struct {
	Name fault.Text
	Of   []string
}

// lacks names what is left empty in the paper's own language.
func (f From) lacks() (out []string) {
	for _, l := range Lacks(f) {
		out = append(out, f.says(l.Name.Zh, l.Name.En))
	}
	return out
}

func hasForm(f From) bool { return hasMember(f) && len(f.Visa.Form.Fields) > 0 }

// legs are those in the countries that the visa is for: where there are several,
// those of the area.
func (f From) legs() []dossier.Leg {
	var out []dossier.Leg
	for _, l := range f.Case.Legs {
		if !l.Transit && f.inArea(l.Country) {
			out = append(out, l)
		}
	}
	return out
}

func (f From) letters() []dossier.Invitation {
	var out []dossier.Invitation
	for _, i := range f.Case.Invitations {
		if f.inArea(i.IssuerCountry) {
			out = append(out, i)
		}
	}
	return out
}

func (f From) inArea(country string) bool {
	return len(f.Visa.Countries) == 0 || slices.Contains(f.Visa.Countries, country)
}

func (f From) countries(want func(dossier.Leg) bool) string {
	var out []string
	for _, l := range f.legs() {
		if name := f.Country(l.Country); want(l) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, f.says("、", ", "))
}

// invited says in English what for somebody travels: the category stands beside it,
// and the hosts are named as they sign.
func (f From) invited() string {
	var hosts []string
	for _, i := range f.letters() {
		if i.Issuer != "" {
			hosts = append(hosts, i.Issuer)
		}
	}
	if hosts == nil {
		return ""
	}
	return "at the invitation of " + strings.Join(hosts, "; ")
}

// says gives what stands in both languages in the paper's own.
func (f From) says(zh, en string) string {
	if f.English {
		return en
	}
	return zh
}

// day is one in the paper's language; "" for none.
func (f From) day(d calendar.Date) string {
	if f.English && !d.IsZero() {
		return english(d)
	}
	return day(d)
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// both is a name as forms want it, with the characters beside it.
func both(latin, characters string) string {
	if latin == "" {
		return ""
	}
	return strings.TrimSpace(latin + " " + characters)
}

// listed joins what is there.
func listed(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), ", ")
}
