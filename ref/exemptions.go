package ref

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Way is how the holder of a booklet gets into a country without a visa that its
// mission puts into the booklet.
type Way string

const (
	VisaFree  Way = ""          // 免签
	OnArrival Way = "onArrival" // 落地签: asked for at the border
	Online    Way = "online"    // 电子签: applied for on the web before leaving
	InBooklet Way = "visa"      // not at all: such a line sets an exemption of the program aside
)

// Words lists what a line may say.
func (Way) Words() []string { return []string{string(OnArrival), string(Online), string(InBooklet)} }

// Exemption is one line on who gets into a country without a visa in the booklet:
// for kinds of booklet, with its way, conditions, source and days.
type Exemption struct {
	Country    string                 `yaml:"country"`
	Types      []dossier.PassportType `yaml:"types"`
	Way        Way                    `yaml:"way"`
	Days       int                    `yaml:"days"` // of stay; 0: no limit is known
	Condition  Text                   `yaml:"condition"`
	Workdays   int                    `yaml:"workdays"` // Online: from application to result
	Papers     Text                   `yaml:"papers"`   // what the traveller shows or sends for it
	Address    string                 `yaml:"address"`  // Online: where it is applied for
	Source     string                 `yaml:"source"`
	Unverified bool                   `yaml:"unverified"`
	From       calendar.Date          `yaml:"effectiveFrom"`
	To         calendar.Date          `yaml:"effectiveTo"`
}

func (e Exemption) holds(country string, booklet dossier.PassportType, day calendar.Date) bool {
	return e.Country == country && slices.Contains(e.Types, booklet) && !day.Before(e.From) && (e.To.IsZero() || !day.After(e.To))
}

// Exempt finds the exemption for a country and a kind of booklet on a day.
func (d Data) Exempt(country string, booklet dossier.PassportType, day calendar.Date) (Exemption, bool) {
	for _, e := range d.Exemptions {
		if e.Way == VisaFree && e.holds(country, booklet, day) {
			return e, true
		}
	}
	return Exemption{}, false
}

// Spared finds what makes a visa in the booklet needless in whichever way; one
// without conditions before one with.
func (d Data) Spared(country string, booklet dossier.PassportType, day calendar.Date) (Exemption, bool) {
	var best Exemption
	found := false
	for _, e := range d.Exemptions {
		if e.Way != InBooklet && e.holds(country, booklet, day) && (!found || best.Condition.Zh != "" && e.Condition.Zh == "") {
			best, found = e, true
		}
	}
	return best, found
}

// ByType gives each kind of booklet a line of its own, so that what an office says
// of one kind leaves the others as they are.
func ByType(all []Exemption) []Exemption {
	var out []Exemption
	for _, e := range all {
		for _, t := range e.Types {
			one := e
			one.Types = []dossier.PassportType{t}
			out = append(out, one)
		}
	}
	return out
}

// Grouped puts those lines together that differ in nothing but the kind of booklet.
func Grouped(all []Exemption) []Exemption {
	var out []Exemption
	for _, e := range all {
		i := slices.IndexFunc(out, func(o Exemption) bool {
			o.Types = e.Types
			return reflect.DeepEqual(o, e)
		})
		if i < 0 {
			e.Types = slices.Clone(e.Types)
			out = append(out, e)
			continue
		}
		for _, t := range e.Types {
			if !slices.Contains(out[i].Types, t) {
				out[i].Types = append(out[i].Types, t)
			}
		}
	}
	return out
}

// Lack is what a line wants and doesn't say: the field, and why.
type Lack struct{ Field, Zh, En string }

// Lacks lists what keeps an office's own line from being used.
func (e Exemption) Lacks(known Countries) []Lack {
	var out []Lack
	add := func(when bool, field, zh, en string) {
		if when {
			out = append(out, Lack{field, zh, en})
		}
	}
	_, there := known[e.Country]
	add(!there, "country", fmt.Sprintf("没有代码为 %q 的国家或地区，应为三字代码，如 KAZ", e.Country), fmt.Sprintf("there is no country %q: give its three letters, such as KAZ", e.Country))
	add(len(e.Types) == 0, "types", "没有写适用哪种护照", "it doesn't say for which kinds of passport it holds")
	add(strings.TrimSpace(e.Source) == "", "source", "没有写依据", "it lacks its basis")
	add(e.From.IsZero(), "effectiveFrom", "没有写从哪天起", "it lacks the day from which it holds")
	add(!e.To.IsZero() && e.To.Before(e.From), "effectiveTo", "止日在起日之前", "it ends before it begins")
	add(e.Days < 0, "days", "停留天数不能小于零", "the days of stay can't be below zero")
	add(e.Way == Online && e.Workdays < 1, "workdays", "电子签要写申请后几个工作日出结果，才能算出最晚哪天申请", "an e-visa needs the working days from application to result, from which the last day to apply is counted")
	add(e.Way != Online && (e.Workdays != 0 || e.Address != ""), "way", "只有电子签才有申请网址和办理天数", "only an e-visa has an address and working days")
	add(e.Address != "" && !strings.HasPrefix(e.Address, "https://"), "address", "网址应以 https:// 开头", "the address must begin with https://")
	return out
}
