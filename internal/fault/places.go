package fault

import (
	"fmt"
	"slices"
	"strings"
)

// Places is a sentence in which the program fills in {{.Name}} and
// {{.Late|day|days}}, which is the number and the word that goes with it, and
// knows nothing else. Compared with the library's default it spends no
// reflection on a page with a thousand messages.
type Places struct {
	texts []string
	holes []hole
}

type hole struct{ name, one, many string }

// ReadPlaces reads a sentence.
func ReadPlaces(src string) (Places, error) {
	var p Places
	for {
		before, rest, ok := strings.Cut(src, "{{")
		p.texts = append(p.texts, before)
		if !ok {
			return p, nil
		}
		inside, after, ok := strings.Cut(rest, "}}")
		name, nouns, counts := strings.Cut(strings.TrimSpace(inside), "|")
		one, many, both := strings.Cut(nouns, "|")
		name, dotted := strings.CutPrefix(name, ".")
		if !ok || !dotted || counts != both {
			return Places{}, fmt.Errorf("%q: arguments are written {{.Name}} or {{.Number|day|days}}", src)
		}
		p.holes = append(p.holes, hole{name: name, one: one, many: many})
		src = after
	}
}

// Fill writes the sentence with what belongs into its places.
func (p Places) Fill(args map[string]string) string {
	var b strings.Builder
	for i, t := range p.texts {
		b.WriteString(t)
		if i == len(p.holes) {
			break
		}
		h := p.holes[i]
		b.WriteString(args[h.name])
		switch {
		case h.many == "":
		case args[h.name] == "1":
			b.WriteString(" " + h.one)
		default:
			b.WriteString(" " + h.many)
		}
	}
	return b.String()
}

// Names are what is filled in, in the order of the sentence.
func (p Places) Names() []string {
	var names []string
	for _, h := range p.holes {
		names = append(names, h.name)
	}
	return names
}

// BadPlaces is said of a sentence that ReadPlaces refuses.
func BadPlaces(err error) Text {
	return Text{Zh: "花括号不成对：由程序填写的地方照原样写成 {{.Name}}", En: err.Error()}
}

// Unfilled is said of a place that nothing fills in a sentence; filled are those
// that it has.
func Unfilled(name string, filled []string) Text {
	t := Text{Zh: "这一句里程序填不了 {{." + name + "}}", En: "nothing fills {{." + name + "}} here"}
	if len(filled) == 0 {
		return Text{Zh: t.Zh + "，它没有要填写的地方", En: t.En + ": it has nothing to be filled in"}
	}
	names := slices.Compact(slices.Sorted(slices.Values(filled)))
	for i, n := range names {
		names[i] = "{{." + n + "}}"
	}
	list := strings.Join(names, " ")
	return Text{Zh: t.Zh + "，能填的是 " + list, En: t.En + "; what is filled: " + list}
}
