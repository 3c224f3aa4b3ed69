package visit

import (
	"fmt"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// Message is a sentence for people: a key with arguments, and the basis that it
// rests on where there is one.
type Message struct {
	Key   string
	Args  map[string]any
	Basis string
}

// say makes a message from a key and pairs of name and value.
func say(key string, pairs ...any) Message {
	m := Message{Key: key, Basis: bases[key]}
	if len(pairs) > 0 {
		m.Args = make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			m.Args[pairs[i].(string)] = pairs[i+1]
		}
	}
	return m
}

// Text gives the sentence in both languages written by hand.
func (m Message) Text() fault.Text {
	t := texts[m.Key]
	return fault.Filled(fill(t.Zh, m.Args, chinese), fill(t.En, m.Args, english))
}

// Texts lists all sentences by key, with {names} where arguments go.
func Texts() map[string]fault.Text {
	out := make(map[string]fault.Text, len(texts))
	for k, t := range texts {
		out[k] = t
	}
	return out
}

// Text of a kind of act, e.g. 领取证照.
func (k Kind) Text() fault.Text { return texts["visit.kind."+string(k)] }

// Text of a way, e.g. 专人速递.
func (w Way) Text() fault.Text { return texts["visit.way."+string(w)] }

// Text of a class, e.g. 只跑一次.
func (c Class) Text() fault.Text { return texts["visit.class."+string(c)] }

type tongue int

const (
	chinese tongue = iota
	english
)

func pick(t fault.Text, in tongue) string {
	if in == chinese {
		return t.Zh
	}
	return t.En
}

func fill(sentence string, args map[string]any, in tongue) string {
	for name, value := range args {
		if strings.Contains(sentence, "{"+name+"}") {
			sentence = strings.ReplaceAll(sentence, "{"+name+"}", spell(value, in))
		}
	}
	return sentence
}

// spell writes a value; in Chinese between marks, so that a reader of the other
// script gets our words in it and a name as it is.
func spell(value any, in tongue) string {
	mark := func(s string) string {
		if in == chinese {
			return fault.Mark(s)
		}
		return s
	}
	switch v := value.(type) {
	case string:
		return mark(v)
	case int:
		return strconv.Itoa(v)
	case calendar.Date:
		return mark(spellDate(v, in))
	case Kind:
		return mark(pick(v.Text(), in))
	case []Kind:
		words := make([]string, len(v))
		for i, k := range v {
			words[i] = mark(pick(k.Text(), in))
		}
		return join(words, in)
	case []string:
		words := make([]string, len(v))
		for i, s := range v {
			words[i] = mark(s)
		}
		return join(words, in)
	}
	return fmt.Sprint(value)
}

func join(words []string, in tongue) string {
	if in == chinese {
		return strings.Join(words, "、")
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
