package ui

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/pack"
)

// Own are an office's words of pages, which stand over the program's. They may
// be used by many at once.
type Own struct {
	said map[Lang]map[string]template.ParsedTemplate
}

// NewOwn prepares a pack's words. Keys that this program doesn't have are left
// out: a pack may be older than it. CheckOwn is what refuses mistakes.
func NewOwn(texts pack.Texts) *Own {
	if len(texts) == 0 {
		return nil
	}
	o := &Own{said: map[Lang]map[string]template.ParsedTemplate{}}
	for _, lang := range Langs() {
		o.said[lang] = map[string]template.ParsedTemplate{}
	}
	for key, t := range texts {
		if !Known(key) {
			continue
		}
		for lang, s := range wordings(t) {
			if p, err := (holes{}).Parse(s, "", ""); err == nil {
				o.said[lang][key] = p
			}
		}
	}
	return o
}

// wordings are the sentences of an entry. Traditional readers get their own
// where it was written, and elsewhere the simplified one in their script.
func wordings(t pack.Text) map[Lang]string {
	all := map[Lang]string{ZhHans: t.Zh, ZhHant: t.Hant, En: t.En}
	if t.Hant == "" {
		all[ZhHant] = converter().Convert(t.Zh)
	}
	return all
}

func (o *Own) of(lang Lang, key string) (template.ParsedTemplate, bool) {
	if o == nil {
		return nil, false
	}
	p, ok := o.said[lang][key]
	return p, ok
}

type ownKey struct{}

// WithOwn lets pages speak with an office's words; nil leaves the program's.
func WithOwn(ctx context.Context, o *Own) context.Context {
	if o == nil {
		return ctx
	}
	return context.WithValue(ctx, ownKey{}, o)
}

func ownOf(ctx context.Context) *Own {
	o, _ := ctx.Value(ownKey{}).(*Own)
	return o
}

// Wording is a key's words as the program brings them; of a sentence with
// plural forms the one for many.
type Wording struct {
	Key          string
	Zh, Hant, En string
}

// Wordings lists the program's words in the order of their keys. The names of
// our data, which are no words of pages, aren't among them.
var Wordings = sync.OnceValue(func() []Wording {
	c := words()
	var all []Wording
	for _, key := range slices.Sorted(maps.Keys(c.raw[ZhHans])) {
		if !strings.HasPrefix(key, "name:") {
			all = append(all, Wording{key, c.raw[ZhHans][key], c.raw[ZhHant][key], c.raw[En][key]})
		}
	}
	return all
})

// WordingOf is one of Wordings.
func WordingOf(key string) (Wording, bool) {
	all := Wordings()
	at, ok := slices.BinarySearchFunc(all, key, func(w Wording, k string) int { return strings.Compare(w.Key, k) })
	if !ok {
		return Wording{}, false
	}
	return all[at], true
}

// CheckOwn says what is wrong with a pack's words: a key that no page reads, or
// a place to be filled in that nothing fills. {{.Count|day|days}} brings a noun
// along in English.
func CheckOwn(texts pack.Texts) pack.Mistakes {
	var wrong pack.Mistakes
	say := func(key string, t fault.Text) {
		wrong = append(wrong, pack.Mistake{File: pack.TextsFile, Key: key, Text: t})
	}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		w, ok := WordingOf(key)
		if !ok {
			var keys []string
			for _, w := range Wordings() {
				keys = append(keys, w.Key)
			}
			near := dossier.Nearest(key, keys)
			wrong = append(wrong, pack.Mistake{File: pack.TextsFile, Key: key, Nearest: near, Text: fault.Text{Zh: "页面上没有这一句，最接近的是 " + near, En: "no page says this; the nearest is " + near}})
			continue
		}
		filled := slices.Concat(holesOf(w.Zh), holesOf(w.En))
		for lang, s := range map[string]string{"zh": texts[key].Zh, "zhHant": texts[key].Hant, "en": texts[key].En} {
			p, err := fault.ReadPlaces(s)
			if err != nil {
				say(key+"."+lang, fault.BadPlaces(err))
				continue
			}
			for _, name := range p.Names() {
				if !slices.Contains(filled, name) {
					say(key+"."+lang, fault.Unfilled(name, filled))
				}
			}
		}
	}
	slices.SortStableFunc(wrong, func(a, b pack.Mistake) int { return strings.Compare(a.Key, b.Key) })
	return wrong
}

// holesOf names what is to be filled into a sentence.
func holesOf(s string) []string {
	p, err := fault.ReadPlaces(s)
	if err != nil {
		return nil
	}
	return p.Names()
}
