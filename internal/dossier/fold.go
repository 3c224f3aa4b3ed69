package dossier

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The ways in which typed text is made comparable. All begin with NFC; characters
// of the extension planes (𠮷, 㛃) and variation selectors survive all of them.
const (
	foldPlain = ""
	foldName  = "name"
	foldCode  = "code"
	foldLatin = "latin"
	foldPhone = "phone"
	foldEmail = "email"
	foldDoc   = "document"
	foldFirm  = "firm"
)

// Fold normalises text of one kind, as the reader does for each field.
func fold(kind, s string) string {
	switch kind {
	case foldName:
		return FoldName(s)
	case foldCode:
		return FoldCode(s)
	case foldFirm:
		return FoldFirm(s)
	case foldDoc:
		return FoldDocument(s)
	case foldLatin:
		return FoldLatin(s)
	case foldPhone:
		return FoldPhone(s)
	case foldEmail:
		return strings.Join(strings.Fields(halfWidth(clean(s))), "")
	}
	return FoldText(s)
}

// FoldText is for ordinary sentences: full-width digits and letters become
// half-width, Chinese punctuation stays.
func FoldText(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
			return r - 0xFEE0
		}
		return r
	}, clean(s)))
}

// FoldName is for names of people, in Chinese or Latin letters: FoldText, one
// kind of middle dot, no blanks within Chinese (two-character names are often
// typed with one to make a column even), single blanks within Latin.
func FoldName(s string) string {
	runes := []rune(strings.Join(strings.Fields(FoldText(s)), " "))
	var b strings.Builder
	for i, r := range runes {
		before, after := neighbour(runes, i, -1), neighbour(runes, i, 1)
		switch r {
		case '•', '．', '‧', '∙', '⋅', '・', '･', '●', '｡', '᛫', '⸱':
			r = '·'
		case '.':
			if unicode.Is(unicode.Han, before) && unicode.Is(unicode.Han, after) {
				r = '·'
			}
		case ' ':
			if unicode.Is(unicode.Han, before) || unicode.Is(unicode.Han, after) {
				continue
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// FoldFirm is for who translated something: a person's name, or a firm and the person
// in it who signs. Between those two one blank stays, or they'd read as one name: what
// is longer than a Chinese name (four characters) is a firm.
func FoldFirm(s string) string {
	firm, person, two := strings.Cut(strings.Join(strings.Fields(FoldText(s)), " "), " ")
	han := 0
	for _, r := range firm {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if !two || han <= 4 {
		return FoldName(s)
	}
	return FoldName(firm) + " " + FoldName(person)
}

// SameUnit tells whether two names are of one unit: typed with full-width or
// half-width brackets, and with or without blanks, they are.
func SameUnit(a, b string) bool {
	return FoldCode(a) == FoldCode(b)
}

// ShortFor tells whether somebody would write short for a unit whose name is
// full: 市发改委 for 云江市发展和改革委员会. All its characters stand in the full
// name, in their order.
func ShortFor(short, full string) bool {
	s, f := []rune(FoldCode(short)), []rune(FoldCode(full))
	if len(s) < 2 || len(s) >= len(f) {
		return false
	}
	at := 0
	for _, r := range f {
		if at < len(s) && s[at] == r {
			at++
		}
	}
	return at == len(s)
}

func neighbour(runes []rune, i, step int) rune {
	if j := i + step; j >= 0 && j < len(runes) {
		return runes[j]
	}
	return 0
}

// FoldCode is for numbers and codes: half-width, capitals, no blanks.
func FoldCode(s string) string {
	return strings.ToUpper(strings.Join(strings.Fields(halfWidth(clean(s))), ""))
}

// thousands is a number as people write large ones: 1,234,567.80. A comma
// anywhere else is left, so that it is refused and not guessed at.
var thousands = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$`)

// FoldNumber is for sums and rates: half-width, without commas between thousands,
// and without the yuan that is written behind one.
func FoldNumber(s string) string {
	s = strings.TrimSuffix(FoldCode(s), "元")
	if thousands.MatchString(s) {
		return strings.ReplaceAll(s, ",", "")
	}
	return s
}

// yearInBrackets is how people type the year of an official document's number.
var yearInBrackets = regexp.MustCompile(`[\[({（［【〔「﹝]((?:19|20)[0-9]{2})年?[\])}）］】〕」﹞]`)

// FoldDocument is for the number of an official document (发文字号), 渝外办任通〔2026〕12号:
// half-width digits, no blanks, the year in the standard's brackets (GB/T 9704-2012)
// however it was typed. A serial's zeros and 第 are its organ's own, and stay.
func FoldDocument(s string) string {
	s = strings.Join(strings.Fields(FoldText(s)), "")
	return yearInBrackets.ReplaceAllString(s, "〔$1〕")
}

// FoldLatin is for the spelling in a booklet: half-width, capitals, single blanks.
func FoldLatin(s string) string {
	return strings.ToUpper(strings.Join(strings.Fields(halfWidth(clean(s))), " "))
}

// FoldPhone is for telephone numbers: FoldCode, without the marks that part them.
func FoldPhone(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, FoldCode(s))
}

// mobiles: E.164, or a mainland number as people write it (11 digits from 13 to 19).
var mobiles = regexp.MustCompile(`^((\+86|0086|86)?1[3-9][0-9]{9}|\+(?:[0-79][0-9]|8[0-57-9])[0-9]{5,12})$`)

// IsMobile tells whether somebody could be reached by a folded number.
func IsMobile(s string) bool { return mobiles.MatchString(s) }

// halfWidth turns all full-width forms of ASCII (U+FF01 to U+FF5E) and the
// ideographic space into their half-width selves.
func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000:
			return ' '
		}
		return r
	}, s)
}

// clean composes (NFC) and drops what can't be seen and isn't meant: control
// characters but line ends, zero-width spaces, direction marks. The joiners
// U+200C and U+200D change how some scripts read and stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == 0x200C || r == 0x200D:
			return r
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, norm.NFC.String(s))
}

// Letters is a text without what people write differently each time: blanks,
// punctuation, capitals. Two texts that differ in nothing else are the same.
func Letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
