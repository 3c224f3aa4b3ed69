package passport

import (
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/precheck"
)

// DataPage is what is printed on a booklet's data page.
type DataPage struct {
	Type     dossier.PassportType
	Number   string
	Surname  string // Latin letters
	Given    string
	Sex      string // dossier.Sex
	Born     calendar.Date
	Expires  calendar.Date
	National string // ISO 3166-1 alpha-3; "" for CHN
}

// LatinName is the name as printed: SURNAME GIVEN NAMES.
func (p DataPage) LatinName() string { return strings.TrimSpace(p.Surname + " " + p.Given) }

// MRZ gives the two lines of the machine readable zone of size TD3 (ICAO Doc
// 9303 part 4, 4.2.2): 44 characters each, five check digits.
func (p DataPage) MRZ() [2]string {
	k, _ := kindOf(p.Type)
	code := k.code
	if code == "" {
		code = "P"
	}
	national := p.National
	if national == "" {
		national = "CHN"
	}
	line1 := pad(pad(code, 2)+pad(national, 3)+names(p.Surname, p.Given, 39), 44)
	number := pad(transliterate(p.Number), 9)
	born, expires := short(p.Born), short(p.Expires)
	optional := pad("", 14)
	body := number + check(number) + pad(national, 3) + born + check(born) + sexOf(p.Sex) + expires + check(expires) + optional + check(optional)
	composite := body[0:10] + body[13:20] + body[21:43]
	return [2]string{line1, body + check(composite)}
}

// names is the name field: surname, two fillers, given names parted by one.
// What is too long is cut (Doc 9303-4, 4.2.3).
func names(surname, given string, width int) string {
	s := transliterate(surname)
	if g := transliterate(given); g != "" {
		s += "<<" + g
	}
	return pad(s, width)
}

// transliterate keeps A to Z and figures; a blank, hyphen or middle dot becomes
// a filler, an apostrophe nothing (Doc 9303-3, section 4.6).
func transliterate(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(strings.TrimSpace(s)) {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'Ü':
			b.WriteString("UE")
		case r == '\'' || r == '’' || r == '.' || r == ',':
		default:
			if n := b.Len(); n > 0 && b.String()[n-1] != '<' {
				b.WriteByte('<')
			}
		}
	}
	return strings.TrimRight(b.String(), "<")
}

func pad(s string, width int) string {
	if len(s) >= width {
		return s[:width]
	}
	return s + strings.Repeat("<", width-len(s))
}

// short is YYMMDD; unknown parts are fillers.
func short(d calendar.Date) string {
	if d.IsZero() {
		return "<<<<<<"
	}
	return fmt.Sprintf("%02d%02d%02d", d.Year()%100, d.Month(), d.Day())
}

func sexOf(s string) string {
	switch dossier.Sex(s) {
	case dossier.Male:
		return "M"
	case dossier.Female:
		return "F"
	}
	return "<"
}

// check is the check digit: weights 7, 3, 1 over figures, letters from A = 10
// and fillers as 0, modulo 10 (Doc 9303-3, section 4.9). The digit of an
// optional field that is all fillers is 0 here; a filler would be right too.
func check(field string) string {
	sum := 0
	for i, c := range []byte(field) {
		v := 0
		switch {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * [3]int{7, 3, 1}[i%3]
	}
	return fmt.Sprint(sum % 10)
}

// ReadMRZ tells what is wrong with two scanned lines as such: their length,
// characters and check digits.
func ReadMRZ(lines [2]string) []string {
	var wrong []string
	for i, l := range lines {
		if len(l) != 44 {
			wrong = append(wrong, fmt.Sprintf("line%d.length", i+1))
		}
		if strings.Trim(l, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<") != "" {
			wrong = append(wrong, fmt.Sprintf("line%d.characters", i+1))
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	for _, d := range misprinted(lines[1]) {
		wrong = append(wrong, d.Part+".check")
	}
	return wrong
}

// misprinted names the parts of a second line whose check digits are wrong; that of
// the whole line only where no part's is, for it counts them all.
func misprinted(l string) []precheck.Misread {
	var out []precheck.Misread
	wrong := func(part, read, digit, should string) {
		if digit != should {
			out = append(out, precheck.Misread{Line: 2, What: "digits", Part: part, Read: strings.TrimRight(read, "<"), Digit: digit, Should: should})
		}
	}
	for _, f := range []struct {
		name     string
		from, to int
	}{{"number", 0, 9}, {"born", 13, 19}, {"expires", 21, 27}, {"optional", 28, 42}} {
		field, digit := l[f.from:f.to], l[f.to:f.to+1]
		if f.name == "optional" && digit == "<" && strings.Trim(field, "<") == "" {
			continue
		}
		wrong(f.name, field, digit, check(field))
	}
	if len(out) == 0 {
		wrong("line", "", l[43:], check(l[0:10]+l[13:20]+l[21:43]))
	}
	return out
}

// ReadPart is one part of the machine readable zone: what was read of it, and
// whether the data page says so.
type ReadPart struct {
	What string // code, names, number, nationality, born, sex, expires, optional, digits
	Text string // as it was read; "" where its line is too short to tell
	Same bool
}

// parts are where the zone has what (ICAO Doc 9303 part 4, 4.2.2).
var parts = []struct {
	what           string
	line, from, to int
}{
	{"code", 0, 0, 5}, {"names", 0, 5, 44}, {"number", 1, 0, 9}, {"nationality", 1, 10, 13}, {"born", 1, 13, 19}, {"sex", 1, 20, 21}, {"expires", 1, 21, 27}, {"optional", 1, 28, 42},
	{"digits", 1, 9, 10}, {"digits", 1, 19, 20}, {"digits", 1, 27, 28}, {"digits", 1, 42, 44},
}

// Parts compares two lines, as they were read from a booklet, with its data page
// part by part. What the lines should say it doesn't tell: that is to be read.
func (o Order) Parts(read [2]string) []ReadPart {
	should := o.Page(o.Number, o.Expires).MRZ()
	var out []ReadPart
	for _, f := range parts {
		p := ReadPart{What: f.what}
		if line := plainLine(read[f.line]); len(line) == 44 {
			p.Text = line[f.from:f.to]
			p.Same = p.Text == should[f.line][f.from:f.to]
		}
		if n := len(out); n > 0 && out[n-1].What == p.What { // the check digits are one part
			out[n-1].Text, out[n-1].Same = out[n-1].Text+" "+p.Text, out[n-1].Same && p.Same
			continue
		}
		out = append(out, p)
	}
	return out
}

// plainLine is a line as a scanner or a hand gave it.
func plainLine(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }
