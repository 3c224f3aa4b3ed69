package sheet

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"go.yaml.in/yaml/v3"

	"yitang/internal/dossier"
)

// Form is what a spreadsheet is read for.
type Form string

const (
	People    Form = "people"    // a unit's register (人员)
	Members   Form = "members"   // a delegation (团组人员)
	Itinerary Form = "itinerary" // 日程
	Plan      Form = "plan"      // a year's plan (年度计划)
	Rates     Form = "rates"     // what may be spent on a day abroad (住宿费、伙食费、公杂费标准)
)

// Forms lists those that a unit brings. Rates are the office's.
func Forms() []Form { return []Form{People, Members, Itinerary, Plan} }

// kind is how a field's cells are read.
type kind string

const (
	asName       kind = "name"   // a whole name, of one person or several
	asFamily     kind = "family" // a part of a name
	asLatin      kind = "latin"
	asNumber     kind = "number" // an identity number
	asText       kind = "text"
	asPhone      kind = "phone"
	asEmail      kind = "email"
	asDate       kind = "date"
	asUntil      kind = "until" // the last day of a validity, or a span of it
	asBirth      kind = "birth"
	asCountry    kind = "country"
	asCountries  kind = "countries"
	asCount      kind = "count"
	asMonth      kind = "month"
	asAmount     kind = "amount"
	asTruth      kind = "truth"
	asHalf       kind = "half"
	notTaken     kind = "left"
	asSex        kind = "sex"
	asRank       kind = "rank"
	asRole       kind = "role"
	asPrincipal  kind = "principal"
	asEmployment kind = "employment"
	asVetting    kind = "vetting"
	asCleared    kind = "cleared"
	asFund       kind = "fund"
	asCategory   kind = "category"
	asCurrency   kind = "currency"
	asRate       kind = "rate" // a sum in a currency that stands beside it
)

type field struct {
	Kind  kind     `yaml:"kind"`
	Names []string `yaml:"names"`
	Or    []string `yaml:"or"`
}

type form struct {
	Template []string          `yaml:"template"`
	Also     []string          `yaml:"also"`
	Needs    [][]string        `yaml:"needs"`
	titles   map[string]string // field by folded name
	second   map[string]string // and by what names it where nothing else does
}

type vocabulary struct {
	Fields map[string]field               `yaml:"fields"`
	Forms  map[Form]*form                 `yaml:"forms"`
	Words  map[string]map[string][]string `yaml:"words"`
	folded map[string]map[string]string   // list, then folded word
	clash  []string                       // what names two things: TestNoSynonymMeansTwoThings
}

//go:embed columns.yaml
var columns []byte

// vocab is read once; that it can be is a test's to show.
var vocab = sync.OnceValue(func() *vocabulary {
	var v vocabulary
	if err := yaml.Unmarshal(columns, &v); err != nil {
		panic(fmt.Sprintf("columns.yaml: %v", err))
	}
	for name, f := range v.Forms {
		f.titles, f.second = map[string]string{}, map[string]string{}
		left := slices.DeleteFunc(slices.Sorted(maps.Keys(v.Fields)), func(n string) bool { return v.Fields[n].Kind != notTaken })
		for _, n := range slices.Concat(f.Template, f.Also, left) {
			for _, title := range v.Fields[n].Or {
				f.second[foldTitle(title)] = n
			}
			for _, title := range v.Fields[n].Names {
				t := foldTitle(title)
				if was := f.titles[t]; was != "" && was != n {
					v.clash = append(v.clash, fmt.Sprintf("%s: %q is %s and %s", name, title, was, n))
					continue
				}
				f.titles[t] = n
			}
		}
	}
	v.folded = map[string]map[string]string{}
	for list, words := range v.Words {
		v.folded[list] = map[string]string{}
		for word, names := range words {
			for _, n := range names {
				t := foldTitle(n)
				if was, taken := v.folded[list][t]; taken && was != word {
					v.clash = append(v.clash, fmt.Sprintf("%s: %q is %s and %s", list, n, was, word))
				}
				v.folded[list][t] = word
			}
		}
	}
	return &v
})

// Fields are what a form takes, those of its template first.
func Fields(f Form) []string {
	d := vocab().Forms[f]
	if d == nil {
		return nil
	}
	return slices.Concat(d.Template, d.Also)
}

// Label is what a template writes over a field's column.
func Label(name string, english bool) string {
	f := vocab().Fields[name]
	if len(f.Names) < 2 {
		return name
	}
	if english {
		return f.Names[1]
	}
	return f.Names[0]
}

// labels of a closed list, in the order in which forms offer its words.
func labels(list string, english bool) []string {
	var out []string
	at := 0
	if english {
		at = 1
	}
	for _, word := range order(list) {
		out = append(out, vocab().Words[list][word][at])
	}
	return out
}

// WordLabel is how a template writes a word of a field's closed list; the word
// itself where the field has none.
func WordLabel(name, word string, english bool) string {
	names := vocab().Words[string(vocab().Fields[name].Kind)][word]
	switch {
	case len(names) < 2:
		return word
	case english:
		return names[1]
	}
	return names[0]
}

func order(list string) []string {
	switch kind(list) {
	case asSex:
		return dossier.Sex("").Words()
	case asRank:
		return dossier.Rank("").Words()
	case asRole:
		return dossier.Role("").Words()
	case asPrincipal:
		return append([]string{"none"}, dossier.Principal("").Words()...)
	case asEmployment:
		return dossier.Employment("").Words()
	case asVetting:
		return dossier.VettingStatus("").Words()
	case asCleared:
		return []string{"notNeeded", "yes", "no"}
	case asTruth:
		return []string{"true", "false"}
	case asHalf:
		return dossier.Half("").Words()
	case asFund:
		return dossier.Fund("").Words()
	case asCategory:
		return dossier.Category("").Words()
	case asCurrency:
		return slices.Sorted(maps.Keys(vocab().Words[list]))
	}
	return nil
}

// foldTitle makes titles and words comparable: no blanks, marks or case.
func foldTitle(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), strings.ContainsRune("*＊★※:：'’\"“”.．_·、", r) && len(s) > 1:
			return -1
		case r == '（':
			return '('
		case r == '）':
			return ')'
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(s))
}

var (
	aside   = regexp.MustCompile(`[(（\[【][^)）\]】]*[)）\]】]`)
	ordinal = regexp.MustCompile(`^[0-9]+[.、)）:：]?\s*`)
)

// fieldOf finds the field that a column's title names; "" for none. Titles
// carry remarks, numbers, and often both languages.
func (f *form) fieldOf(title string) string {
	if foldTitle(title) == "" {
		return ""
	}
	tries := []string{title, aside.ReplaceAllString(title, ""), ordinal.ReplaceAllString(title, "")}
	tries = append(tries, ordinal.ReplaceAllString(tries[1], ""))
	tries = append(tries, strings.FieldsFunc(tries[1], func(r rune) bool { return r == '/' || r == '\n' || r == '／' || r == '|' })...)
	han, rest := scripts(tries[1])
	tries = append(tries, han, rest)
	for _, t := range tries {
		if n := f.titles[foldTitle(t)]; n != "" {
			return n
		}
	}
	return ""
}

// scripts takes a title in two languages apart.
func scripts(s string) (han, rest string) {
	var a, b strings.Builder
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			a.WriteRune(r)
		} else {
			b.WriteRune(r)
		}
	}
	return a.String(), b.String()
}

// Word finds what somebody wrote in a closed list; "" for nothing in it.
func Word(list, typed string) string {
	words := vocab().folded[list]
	if w := words[foldTitle(dossier.FoldText(typed))]; w != "" {
		return w
	}
	return words[foldTitle(aside.ReplaceAllString(typed, ""))]
}
