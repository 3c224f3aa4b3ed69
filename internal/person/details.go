package person

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Details is what the forms for booklets and visas want of somebody beyond the
// case: where they were born, where they live, their family, schooling and
// jobs. It is asked where a country wants it, once, and confirmed again after
// a year.
type Details struct {
	Province    string // of birth, GB/T 2260, the first two digits
	BirthPlace  string // town, in words
	FormerName  string
	HomeAddress string
	Marital     Marital
	Family      []Relative
	Schooling   []Stage
	Jobs        []Stage
	PostEn      string        // post and department in English; it goes when either of them changes
	HomeEn      string        // home address in Latin letters
	TravelCard  calendar.Date // last day of an APEC business travel card; zero: none is known
	Confirmed   calendar.Date // last day on which it was said to be right; written counts too
}

// Marital is a marital status (GB/T 2261.2 as far as forms ask for it).
type Marital string

// Words lists them in the order in which forms offer them.
func (Marital) Words() []string { return []string{"single", "married", "divorced", "widowed"} }

// Relation is how somebody is related.
type Relation string

// Words lists them in the order in which forms offer them.
func (Relation) Words() []string { return []string{"spouse", "father", "mother", "son", "daughter"} }

// Relative is one of the family.
type Relative struct {
	Relation Relation      `json:"relation"`
	Name     string        `json:"name"`
	Born     calendar.Date `json:"born,omitzero"`
	Work     string        `json:"work,omitempty"` // where they work or study
}

// Stage is a time at a school or in a job. Months are enough: YYYY-MM.
type Stage struct {
	From  string `json:"from"`
	To    string `json:"to,omitempty"` // "" until now
	Where string `json:"where"`
	What  string `json:"what,omitempty"` // subject or post
}

// MostRelatives and MostStages are how many a form takes.
const (
	MostRelatives = 12
	MostStages    = 20
)

// DetailsServe is for how many months details serve until they are to be
// confirmed again.
const DetailsServe = 12

// Stale tells whether the details are to be confirmed before they are used.
func (d Details) Stale(today calendar.Date) bool {
	return d.Confirmed.IsZero() || d.Confirmed.AddMonths(DetailsServe).Before(today)
}

// Holds tells whether what the requirement engine calls by a key is there:
// person.placeOfBirth, person.homeAddress, person.homeAddressEn, person.postEn,
// person.marital, person.family, person.education.
func (d Details) Holds(key string) bool {
	switch key {
	case "person.placeOfBirth":
		return d.Province != ""
	case "person.homeAddress":
		return d.HomeAddress != ""
	case "person.homeAddressEn":
		return d.HomeEn != ""
	case "person.postEn":
		return d.PostEn != ""
	case "person.marital":
		return d.Marital != ""
	case "person.family":
		return d.Marital != "" && len(d.Family) > 0
	case "person.education":
		return len(d.Schooling) > 0 && len(d.Jobs) > 0
	}
	return false
}

// Empty tells whether nothing is known.
func (d Details) Empty() bool {
	return d.Province+d.BirthPlace+d.FormerName+d.HomeAddress+d.HomeEn+d.PostEn+string(d.Marital) == "" && len(d.Family)+len(d.Schooling)+len(d.Jobs) == 0 && d.TravelCard.IsZero()
}

// String says that there is something, never what.
func (d Details) String() string {
	if d.Empty() {
		return "no details"
	}
	return "details"
}

// GoString is the same for %#v.
func (d Details) GoString() string { return d.String() }

// Detailed: what visa forms want beyond the case is known, or otherwise now.
type Detailed struct {
	Source      Source                    `reach:"internet office"`
	Province    journal.Field[string]     `reach:"internet office" sealed:"yes"`
	BirthPlace  journal.Field[string]     `reach:"internet office" sealed:"yes"`
	FormerName  journal.Field[string]     `reach:"internet office" sealed:"yes"`
	HomeAddress journal.Field[string]     `reach:"internet office" sealed:"yes"`
	Marital     journal.Field[Marital]    `reach:"internet office" sealed:"yes"`
	Family      journal.Field[[]Relative] `reach:"internet office" sealed:"yes"`
	Schooling   journal.Field[[]Stage]    `reach:"internet office" sealed:"yes"`
	Jobs        journal.Field[[]Stage]    `reach:"internet office" sealed:"yes"`

	PostEn     journal.Field[string]        `reach:"internet office" sealed:"yes"`
	HomeEn     journal.Field[string]        `reach:"internet office" sealed:"yes"`
	TravelCard journal.Field[calendar.Date] `reach:"internet office" sealed:"yes"`
}

func (b Detailed) of(d Details, on calendar.Date) Details {
	set(&d.Province, b.Province)
	set(&d.BirthPlace, b.BirthPlace)
	set(&d.FormerName, b.FormerName)
	set(&d.HomeAddress, b.HomeAddress)
	set(&d.Marital, b.Marital)
	set(&d.Family, b.Family)
	set(&d.Schooling, b.Schooling)
	set(&d.Jobs, b.Jobs)
	set(&d.PostEn, b.PostEn)
	set(&d.HomeEn, b.HomeEn)
	set(&d.TravelCard, b.TravelCard)
	d.Confirmed = on
	return d
}

// Detail writes them down. Details is the whole as it shall be.
type Detail struct {
	Details Details
	Email   string // told with them, where none is held: a form wants it, and it needs no judging; ""
	Source  Source
}

// Decide says everything that is wrong at once. The same as before is a
// confirmation.
func (cmd Detail) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	d, wrong := cmd.Details.settled(m.Today)
	email, bad := settledEmail(cmd.Email)
	if bad != "" {
		wrong = append(wrong, fault.Finding{Field: "details.email", Key: bad})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	var first []journal.Event
	if email != "" && p.Facts.Email == "" {
		first = journal.Happened(Changed{In: p.In, Source: cmd.Source, Email: journal.Of(email)})
	}
	b, any := Detailed{Source: cmd.Source}, false
	was := p.Details
	changed(&b.Province, was.Province, d.Province, &any)
	changed(&b.BirthPlace, was.BirthPlace, d.BirthPlace, &any)
	changed(&b.FormerName, was.FormerName, d.FormerName, &any)
	changed(&b.HomeAddress, was.HomeAddress, d.HomeAddress, &any)
	changed(&b.Marital, was.Marital, d.Marital, &any)
	changed(&b.PostEn, was.PostEn, d.PostEn, &any)
	changed(&b.HomeEn, was.HomeEn, d.HomeEn, &any)
	changed(&b.TravelCard, was.TravelCard, d.TravelCard, &any)
	if !slices.Equal(was.Family, d.Family) {
		b.Family, any = journal.Of(d.Family), true
	}
	if !slices.Equal(was.Schooling, d.Schooling) {
		b.Schooling, any = journal.Of(d.Schooling), true
	}
	if !slices.Equal(was.Jobs, d.Jobs) {
		b.Jobs, any = journal.Of(d.Jobs), true
	}
	switch {
	case any:
		return append(first, journal.Happened(b)...), nil
	case d.Empty():
		return first, nil
	}
	return append(first, journal.Happened(Confirmed{Source: cmd.Source, Details: true})...), nil
}

func (d Details) settled(today calendar.Date) (Details, []fault.Finding) {
	var wrong []fault.Finding
	say := func(field, key string, args map[string]any) {
		wrong = append(wrong, fault.Finding{Field: field, Key: key, Args: args})
	}
	long := func(field, value string, most int) {
		if utf8.RuneCountInString(value) > most {
			say(field, "form.text.long", map[string]any{"Max": most})
		}
	}
	d.BirthPlace, d.FormerName, d.HomeAddress = dossier.FoldText(d.BirthPlace), dossier.FoldName(d.FormerName), dossier.FoldText(d.HomeAddress)
	d.PostEn, d.HomeEn = dossier.FoldText(d.PostEn), dossier.FoldText(d.HomeEn)
	if dossier.HasHan(d.HomeEn) {
		say("details.homeEn", "person.not_english", nil)
	}
	if dossier.HasHan(d.PostEn) {
		say("details.postEn", "person.not_english", nil)
	}
	if d.Province != "" && ProvinceName(d.Province, true) == "" {
		say("details.province", "form.choose", nil)
	}
	if d.Marital != "" && !contains(d.Marital.Words(), string(d.Marital)) {
		say("details.marital", "form.choose", nil)
	}
	long("details.birthPlace", d.BirthPlace, 30)
	long("details.formerName", d.FormerName, 40)
	long("details.homeAddress", d.HomeAddress, 100)
	long("details.homeEn", d.HomeEn, 200)
	long("details.postEn", d.PostEn, 100)
	var family []Relative
	for i, r := range d.Family {
		r.Name, r.Work = dossier.FoldName(r.Name), dossier.FoldText(r.Work)
		if r == (Relative{Relation: r.Relation}) {
			continue // a line that was left empty
		}
		at := place("family", i)
		if !contains(r.Relation.Words(), string(r.Relation)) {
			say(at+"relation", "form.choose", nil)
		}
		if r.Name == "" {
			say(at+"name", "form.empty", nil)
		}
		long(at+"name", r.Name, 80)
		long(at+"work", r.Work, 100)
		if r.Born.After(today) {
			say(at+"born", "form.date.future", nil)
		}
		family = append(family, r)
	}
	d.Family = family
	d.Schooling = stages("schooling", d.Schooling, today, say, long)
	d.Jobs = stages("jobs", d.Jobs, today, say, long)
	return d, wrong
}

func place(list string, i int) string { return fmt.Sprintf("details.%s[%d].", list, i) }

func stages(list string, all []Stage, today calendar.Date, say func(string, string, map[string]any), long func(string, string, int)) []Stage {
	var out []Stage
	for i, s := range all {
		s.From, s.To, s.Where, s.What = month(s.From), month(s.To), dossier.FoldText(s.Where), dossier.FoldText(s.What)
		if s == (Stage{}) {
			continue
		}
		at := place(list, i)
		if !isMonth(s.From) {
			say(at+"from", "person.month", nil)
		}
		if s.To != "" && !isMonth(s.To) {
			say(at+"to", "person.month", nil)
		}
		if isMonth(s.From) && (s.From > today.String()[:7] || isMonth(s.To) && s.To < s.From) {
			say(at+"from", "person.month.order", nil)
		}
		if s.Where == "" {
			say(at+"where", "form.empty", nil)
		}
		long(at+"where", s.Where, 100)
		long(at+"what", s.What, 60)
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Stage) int { return strings.Compare(a.From, b.From) })
	return out
}

// month folds what people write for a month: 2019.9, 2019年9月, 2019/09.
func month(s string) string {
	s = strings.NewReplacer("年", "-", "月", "", ".", "-", "/", "-", "－", "-").Replace(dossier.FoldCode(s))
	y, m, cut := strings.Cut(s, "-")
	if cut && len(m) == 1 {
		m = "0" + m
	}
	if cut {
		return y + "-" + m
	}
	if len(s) == 6 {
		return s[:4] + "-" + s[4:]
	}
	return s
}

func isMonth(s string) bool {
	d, err := calendar.Parse(s + "-01")
	return err == nil && d.Year() >= 1900
}

// Confirm says that the record is right as it stands.
type Confirm struct {
	Source  Source
	Details bool
}

// Decide confirms once a day.
func (cmd Confirm) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	said := cmd.Source != FromTraveller || p.Confirmed == m.Today
	if said && (!cmd.Details || p.Details.Confirmed == m.Today) {
		return nil, nil
	}
	return journal.Happened(Confirmed(cmd)), nil
}

// Abroad stands for a province where somebody was born outside China.
const Abroad = "99"

// provinces are the codes of GB/T 2260 by their first two digits, with the
// name as booklets print it.
var provinces = []struct{ code, zh, en string }{
	{"11", "北京", "BEIJING"}, {"12", "天津", "TIANJIN"}, {"13", "河北", "HEBEI"}, {"14", "山西", "SHANXI"}, {"15", "内蒙古", "NEI MONGOL"},
	{"21", "辽宁", "LIAONING"}, {"22", "吉林", "JILIN"}, {"23", "黑龙江", "HEILONGJIANG"}, {"31", "上海", "SHANGHAI"}, {"32", "江苏", "JIANGSU"},
	{"33", "浙江", "ZHEJIANG"}, {"34", "安徽", "ANHUI"}, {"35", "福建", "FUJIAN"}, {"36", "江西", "JIANGXI"}, {"37", "山东", "SHANDONG"},
	{"41", "河南", "HENAN"}, {"42", "湖北", "HUBEI"}, {"43", "湖南", "HUNAN"}, {"44", "广东", "GUANGDONG"}, {"45", "广西", "GUANGXI"}, {"46", "海南", "HAINAN"},
	{"50", "重庆", "CHONGQING"}, {"51", "四川", "SICHUAN"}, {"52", "贵州", "GUIZHOU"}, {"53", "云南", "YUNNAN"}, {"54", "西藏", "XIZANG"},
	{"61", "陕西", "SHAANXI"}, {"62", "甘肃", "GANSU"}, {"63", "青海", "QINGHAI"}, {"64", "宁夏", "NINGXIA"}, {"65", "新疆", "XINJIANG"},
	{"71", "台湾", "TAIWAN"}, {"81", "香港", "HONG KONG"}, {"82", "澳门", "MACAO"}, {Abroad, "境外", "ABROAD"},
}

// Provinces lists the codes in their order.
func Provinces() []string {
	out := make([]string, len(provinces))
	for i, p := range provinces {
		out[i] = p.code
	}
	return out
}

// ProvinceName names one; "" for a code that there isn't.
func ProvinceName(code string, chinese bool) string {
	for _, p := range provinces {
		if p.code == code {
			if chinese {
				return p.zh
			}
			return p.en
		}
	}
	return ""
}
