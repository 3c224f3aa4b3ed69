package dossier

import "strings"

// usccDigits are the characters of a unified social credit code in the order of
// their values 0 to 30: no I, O, S, V, Z. Source: GB 32100-2015.
const usccDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// USCCProblem says what is wrong with a unit's unified social credit code
// (统一社会信用代码), or "" if nothing is.
type USCCProblem string

const (
	USCCLength   USCCProblem = "length"
	USCCLetters  USCCProblem = "letters"
	USCCChecksum USCCProblem = "checksum"
)

// CheckUSCC tests length, characters and the check character: 31 minus the sum
// of the values weighted by powers of 3, modulo 31.
func CheckUSCC(s string) USCCProblem {
	if len(s) != 18 {
		return USCCLength
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(usccDigits, s[i])
		if v < 0 {
			return USCCLetters
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	last := strings.IndexByte(usccDigits, s[17])
	if last < 0 {
		return USCCLetters
	}
	if last != (31-sum%31)%31 {
		return USCCChecksum
	}
	return ""
}
