package requirement

import (
	"fmt"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// Message is a sentence for people: a key, its arguments and the basis that it
// rests on.
type Message struct {
	Key   string
	Args  map[string]any
	Basis string
}

// Text gives the sentence in both languages written by hand.
func (m Message) Text() fault.Text {
	t := Text(m.Key)
	return fault.Filled(fill(t.Zh, m.Args, true), fill(t.En, m.Args, false))
}

// because makes a message from a key and pairs of name and value; the basis
// stands beside the text.
func because(key string, pairs ...any) Message {
	m := Message{Key: key, Basis: bases[key]}
	if len(pairs) > 0 {
		m.Args = make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			m.Args[pairs[i].(string)] = pairs[i+1]
		}
	}
	return m
}

// Text gives the words of a key, with {names} where arguments go. Keys of the
// catalogue give the thing's name.
func Text(key string) fault.Text {
	if t, ok := texts[key]; ok {
		return t
	}
	if e, ok := entryOf[Key(key)]; ok {
		return e.Name
	}
	return fault.Text{}
}

// Texts lists all sentences and names by key.
func Texts() map[string]fault.Text {
	out := make(map[string]fault.Text, len(texts)+len(entryOf))
	for k, e := range entryOf {
		out[string(k)] = e.Name
	}
	for k, t := range texts {
		out[k] = t
	}
	return out
}

func fill(sentence string, args map[string]any, chinese bool) string {
	for name, value := range args {
		if hole := "{" + name + "}"; strings.Contains(sentence, hole) {
			said := spell(value, chinese)
			if chinese {
				said = fault.Mark(said)
			}
			sentence = strings.ReplaceAll(sentence, hole, said)
		}
	}
	return sentence
}

func spell(value any, chinese bool) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case fault.Text:
		if chinese {
			return v.Zh
		}
		return v.En
	case calendar.Date:
		if chinese {
			return v.Chinese()
		}
		return v.English()
	}
	return fmt.Sprint(value)
}
