package dossier

import (
	"strings"
	"time"

	"yitang/internal/calendar"
)

// IDVerdict is what a citizen's identity number (公民身份号码) turns out to be.
type IDVerdict string

const (
	IDAbsent    IDVerdict = ""
	IDGood      IDVerdict = "good"
	IDDestroyed IDVerdict = "destroyed" // a spreadsheet turned it into a number
	IDLegacy    IDVerdict = "legacy"    // 15 digits, as issued before 1999
	IDLength    IDVerdict = "length"
	IDLetters   IDVerdict = "letters" // something else than digits, or X not at the end
	IDBirth     IDVerdict = "birth"   // digits 7 to 14 are no day
	IDChecksum  IDVerdict = "checksum"
)

// ID is an identity number taken apart. Birth, Sex and Area are given wherever
// the digits allow, also when the number as a whole is wrong.
type ID struct {
	Verdict IDVerdict
	Birth   calendar.Date
	Sex     Sex
	Area    string // six digits of GB/T 2260
	Check   string // the check character that the first 17 digits ask for
	Modern  string // of a legacy number: the 18 digits that it would be; never to be used unasked
}

// MaskID is an identity number as every page of every zone shows it where the
// whole isn't called for: three characters in front and four at the end. Two
// pages that hid different ones would tell more together than either.
func MaskID(s string) string {
	const front, back = 3, 4
	r := []rune(s)
	if len(r) <= front+back {
		return strings.Repeat("*", len(r))
	}
	return string(r[:front]) + strings.Repeat("*", len(r)-front-back) + string(r[len(r)-back:])
}

// ReadID takes a number apart. Source: GB 11643-1999 (17 digits, then a check
// character by ISO 7064 MOD 11-2). It expects folded text.
//
// A number that a spreadsheet has eaten shows as an exponent (5.09901E+17), or
// keeps 15 digits and ends in 000. About one true number in 1,200 ends so too:
// only a wrong check character tells them apart.
func ReadID(s string) ID {
	if s == "" {
		return ID{}
	}
	if mantissa, power, found := strings.Cut(s, "E"); found && mantissa != "" && power != "" &&
		strings.Trim(mantissa, "0123456789.") == "" && strings.Trim(power, "0123456789+-") == "" {
		return ID{Verdict: IDDestroyed}
	}
	if strings.HasSuffix(s, ".0") && strings.Trim(s, "0123456789.") == "" {
		return ID{Verdict: IDDestroyed}
	}
	if len(s) == 15 && allDigits(s) {
		return readLegacy(s)
	}
	body, last := s, ""
	if len(s) == 18 {
		body, last = s[:17], s[17:]
	}
	if !allDigits(body) || last != "" && !strings.Contains("0123456789X", last) {
		return ID{Verdict: IDLetters}
	}
	if len(s) != 18 {
		return ID{Verdict: IDLength}
	}
	id := ID{Verdict: IDGood, Area: s[:6], Sex: Female, Check: checkCharacter(body)}
	if s[16]%2 == 1 {
		id.Sex = Male
	}
	birth, err := calendar.Parse(s[6:10] + "-" + s[10:12] + "-" + s[12:14])
	id.Birth = birth
	switch {
	case id.Check != last && strings.HasSuffix(s, "000"):
		id.Verdict = IDDestroyed
	case err != nil || birth.Before(calendar.On(1880, time.January, 1)):
		id.Verdict = IDBirth
	case id.Check != last:
		id.Verdict = IDChecksum
	}
	return id
}

func readLegacy(s string) ID {
	modern := s[:6] + "19" + s[6:]
	modern += checkCharacter(modern)
	id := ReadID(modern)
	id.Verdict, id.Modern = IDLegacy, modern
	return id
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// checkCharacter is ISO 7064 MOD 11-2 over 17 digits.
func checkCharacter(body string) string {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return "10X98765432"[sum%11 : sum%11+1]
}
