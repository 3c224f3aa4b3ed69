package requirement

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"yitang/internal/calendar"
	"yitang/ref"
)

// wordsOf takes passport.minBlankPages and passportMinBlankPages apart alike.
func wordsOf(key string) []string {
	spaced := strings.Map(func(r rune) rune {
		if r == '.' {
			return ' '
		}
		return r
	}, key)
	var b strings.Builder
	for _, r := range spaced {
		if unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(b.String())
}

func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(w string) bool { return !slices.Contains(b, w) })
}

// What a rule judges and what the three links reckon with is one figure: no
// limit of the catalogue means the same as a parameter and goes its own way.
func TestNoFigureStandsTwice(t *testing.T) {
	const other = "report.remindDays" // after how many days one is reminded, not by when it is due
	d, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	on := calendar.On(2026, 3, 10)
	pairs := 0
	for _, p := range d.Parameters {
		for i := range reflect.TypeFor[Parameters]().NumField() {
			f := reflect.TypeFor[Parameters]().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if f.Type.Kind() != reflect.Int || p.Key == other || !within(wordsOf(name), wordsOf(p.Key)) && !within(wordsOf(p.Key), wordsOf(name)) {
				continue
			}
			pairs++
			if JudgedAs(name) != p.Key {
				t.Errorf("in a pack's catalogue %s would be read and do nothing: %s is counted by", name, p.Key)
			}
			changed := d
			changed.Parameters = slices.Clone(d.Parameters)
			for k := range changed.Parameters {
				if changed.Parameters[k].Key == p.Key {
					changed.Parameters[k].Value = strconv.Itoa(97)
				}
			}
			if got := reflect.ValueOf(DefaultParameters().With(changed, on)).Field(i).Int(); got != 97 {
				t.Errorf("%s says 97, and %s stays %d", p.Key, name, got)
			}
		}
	}
	if pairs < 6 {
		t.Errorf("only %d figures are found in both", pairs)
	}
}

// A mission that wants a paper of which the catalogue has no line would make a
// paper without a name.
func TestMissionsWantPapersThatCanBeAskedFor(t *testing.T) {
	d, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range d.Missions {
		for _, kind := range m.Materials {
			if !MayAsk(kind) {
				t.Errorf("%s wants %s, for which nobody is ever asked", m.Area, kind)
			}
		}
	}
	if MayAsk("M45") || MayAsk("M99") || !MayAsk("M36") {
		t.Error("what may be asked isn't told apart")
	}
}
