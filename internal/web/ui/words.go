package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"

	"yitang/internal/fault"
	"yitang/internal/money"
	"yitang/internal/web/ui/script"
)

// catalogue is all words of the interface, read once from what make generate
// has gathered.
type catalogue struct {
	plain     map[Lang]map[string]string // without arguments or plural forms: the common case, one map look-up
	raw       map[Lang]map[string]string // as they are written; of plural forms the one for many
	localizer map[Lang]*i18n.Localizer
}

var words = sync.OnceValue(func() catalogue {
	b, err := dist.ReadFile("dist/words.json")
	if err != nil {
		panic("ui: the words are missing from the build: run make generate")
	}
	var all map[Lang]map[string]map[string]string
	if err := json.Unmarshal(b, &all); err != nil {
		panic("ui: reading dist/words.json: " + err.Error())
	}
	c := catalogue{plain: map[Lang]map[string]string{}, raw: map[Lang]map[string]string{}, localizer: map[Lang]*i18n.Localizer{}}
	bundle := i18n.NewBundle(language.MustParse(string(ZhHans)))
	for lang, messages := range all {
		plain, raw := map[string]string{}, map[string]string{}
		var rest []*i18n.Message
		for key, m := range messages {
			raw[key] = m["other"]
			if len(m) == 1 && !strings.Contains(m["other"], "{{") {
				plain[key] = m["other"]
				continue
			}
			rest = append(rest, &i18n.Message{ID: key, One: m["one"], Other: m["other"]})
		}
		c.plain[lang], c.raw[lang] = plain, raw
		bundle.MustAddMessages(language.MustParse(string(lang)), rest...)
	}
	for _, lang := range Langs() {
		c.localizer[lang] = i18n.NewLocalizer(bundle, string(lang))
	}
	return c
})

// T gives the words of a key in the reader's language. Arguments follow in
// pairs of name and value. Whole numbers are written with thousands commas;
// the one called Count also chooses between the forms one and other of an
// English sentence. A second number in it brings its noun in both forms:
// {{.Late|day|days}}.
//
// A key that doesn't exist is shown as itself in brackets: ugly on purpose,
// and TestWords finds it before a reader does.
func T(ctx context.Context, key string, args ...any) string {
	if len(args) == 0 && ownOf(ctx) == nil {
		if s, ok := words().plain[LangOf(ctx)][key]; ok {
			return s
		}
	}
	named := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		named[name] = args[i+1]
	}
	return TMap(ctx, key, named)
}

// TMap is T with the arguments as a map, as faults carry them.
func TMap(ctx context.Context, key string, args map[string]any) string {
	lang := LangOf(ctx)
	c := words()
	own, isOwn := ownOf(ctx).of(lang, key)
	if s, ok := c.plain[lang][key]; ok && !isOwn {
		return s
	}
	data := make(map[string]string, len(args))
	for name, v := range args {
		data[name] = argument(ctx, v)
	}
	if isOwn {
		s, _ := own.Execute(data)
		return s
	}
	cfg := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, TemplateParser: holes{}}
	switch n := args["Count"].(type) {
	case int:
		cfg.PluralCount = n
	case int64:
		cfg.PluralCount = n
	}
	// An error with a text is a missing plural form, for which the library
	// has already fallen back on the other one.
	s, _ := c.localizer[lang].Localize(cfg)
	if s == "" {
		return "⟦" + key + "⟧"
	}
	return s
}

// Known tells whether a key exists. For keys that come from data (a rule's, a
// pack's) and have a plainer way of saying it when they don't.
func Known(key string) bool {
	c := words()
	if _, ok := c.plain[ZhHans][key]; ok {
		return true
	}
	s, _ := c.localizer[ZhHans].Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: map[string]string{}, TemplateParser: holes{}})
	return s != ""
}

func argument(ctx context.Context, v any) string {
	switch v := v.(type) {
	case string:
		return Reason(ctx, v)
	case int:
		return Count(v)
	case int64:
		return Count(int(v))
	case []string:
		return List(ctx, v)
	case fault.Text:
		return Say(ctx, v)
	case time.Time:
		return At(ctx, v)
	case money.Amount:
		return Money(ctx, v)
	case Day:
		return Date(ctx, v)
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// Say chooses the reader's language of a text that brings its own. Traditional
// readers get what our data says in their script: names, the sentences of rules
// and of the list of needs. What was filled in stays as it was written, unless
// it is such a name; so does the wording of laws, and what an office added.
func Say(ctx context.Context, t fault.Text) string {
	if said := Reason(ctx, t.Zh); said != t.Zh {
		return said
	}
	switch LangOf(ctx) {
	case En:
		if t.En != "" {
			return t.En
		}
	case ZhHant:
		return t.Rewrite(traditional, traditional)
	}
	return t.Zh
}

// Reason says why something was done: what the program gave as its reason in the
// reader's language, what somebody wrote as it was written. So are the reasons that
// were given in Chinese before they had words of their own.
//
// ui:keys because.*
func Reason(ctx context.Context, reason string) string {
	word, own, ours := fault.Given(reason)
	key := "because." + word
	if own != "" {
		key += ".own"
	}
	if !ours || !Known(key) {
		return reason
	}
	return T(ctx, key, "Words", own)
}

func traditional(ours string) string {
	if s, ok := words().plain[ZhHant]["name:"+ours]; ok {
		return s
	}
	return ours
}

// Name is what an office calls something in its configuration: itself, its hall, a
// window. Nobody knew it when our own words were written in the traditional script,
// so it is written so here. What people are called and what they typed isn't.
func Name(ctx context.Context, t fault.Text) string {
	if LangOf(ctx) == ZhHant {
		return converter().Convert(t.Zh)
	}
	return Say(ctx, t)
}

var converter = sync.OnceValue(func() script.Converter {
	table, err := dist.ReadFile("dist/traditional.txt")
	if err != nil {
		panic("no table of the traditional script: run make generate: " + err.Error())
	}
	c, err := script.Read(table)
	if err != nil {
		panic(err.Error())
	}
	return c
})

// Country names a country in the reader's language; names tells it in "zh" and
// "en", as ref.Countries does.
func Country(ctx context.Context, names func(code, lang string) string, code string) string {
	if LangOf(ctx) == En {
		return names(code, "en")
	}
	return Say(ctx, fault.Text{Zh: names(code, "zh")})
}

// Town names a city with its country: 德国慕尼黑; Germany Munich. en is the city's
// English name; where nobody knows it, it stays as it was written.
func Town(ctx context.Context, country, city, en string) string {
	if LangOf(ctx) != En {
		return country + city
	}
	if en != "" {
		city = en
	}
	return strings.TrimSpace(country + " " + city)
}

// holes fills the places of a sentence: fault.Places.
type holes struct{}

func (holes) Cacheable() bool { return true }

func (holes) Parse(src, _, _ string) (template.ParsedTemplate, error) {
	p, err := fault.ReadPlaces(src)
	if err != nil {
		return nil, err
	}
	return filled{p}, nil
}

type filled struct{ fault.Places }

func (p filled) Execute(data any) (string, error) {
	args, _ := data.(map[string]string)
	return p.Fill(args), nil
}
