package ref

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"yitang/internal/calendar"
)

// Instrument is a law, a measure or a standard that rules cite in short.
type Instrument struct {
	Cited  []string      `yaml:"cited"`
	Title  string        `yaml:"title"`
	Number string        `yaml:"number"` // of measures and standards
	From   calendar.Date `yaml:"from"`   // the wording in force holds from that day; zero where it wasn't read
}

// instruments are a matter of the program, as the short names in its rules are.
var instruments = sync.OnceValues(func() ([]Instrument, error) {
	text, err := built.ReadFile("instruments.yaml")
	if err != nil {
		return nil, err
	}
	var all []Instrument
	return all, decode(text, &all)
})

// inFull spells a source with the title of what it cites, the article, and the
// day from which it is in force. What no list names stays as it is.
func inFull(source string) string {
	all, err := instruments()
	if err != nil {
		return source // a test reads the list
	}
	var out []string
	for _, s := range strings.Split(source, "；") {
		for _, in := range all {
			if full, is := in.spell(s); is {
				s = full
				break
			}
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, "；")
}

// spell gives the instrument with the article of a source that cites it.
func (in Instrument) spell(source string) (string, bool) {
	for _, short := range in.Cited {
		article, is := strings.CutPrefix(source, short)
		if !is || article != "" && !strings.HasPrefix(article, "第") {
			continue
		}
		full := "《" + in.Title + "》" + in.Number + article
		if !in.From.IsZero() {
			full += fmt.Sprintf("，%d年%d月%d日起施行", in.From.Year(), int(in.From.Month()), in.From.Day())
		}
		return full, true
	}
	return "", false
}
