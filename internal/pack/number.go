package pack

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
)

// Pattern is how the numbers of a series are spelt: text as it stands, with
// {year}, {serial} or {serial:6} (at least so many figures, zeros in front) and
// {check} in it. {check} is the check character of ISO 7064, MOD 37,36 over the
// letters and figures before it, which finds a slip in copying.
type Pattern string

var part = regexp.MustCompile(`\{([a-z]*)(?::([0-9]+))?\}`)

// Spell writes the n-th number of a year.
func (p Pattern) Spell(year, n int) string {
	var out strings.Builder
	rest := string(p)
	for {
		at := part.FindStringSubmatchIndex(rest)
		if at == nil {
			return out.String() + rest
		}
		out.WriteString(rest[:at[0]])
		switch name := rest[at[2]:at[3]]; name {
		case "year":
			fmt.Fprintf(&out, "%04d", year)
		case "serial":
			width := 0
			if at[4] >= 0 {
				width, _ = strconv.Atoi(rest[at[4]:at[5]]) // digits, as the expression says
			}
			fmt.Fprintf(&out, "%0*d", width, n)
		case "check":
			out.WriteRune(checkCharacter(out.String()))
		}
		rest = rest[at[1]:]
	}
}

// Fits tells whether a text is a number of this pattern, copied without a slip.
func (p Pattern) Fits(text string) bool {
	shape := "^"
	rest := string(p)
	for {
		at := part.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		shape += regexp.QuoteMeta(rest[:at[0]])
		switch name := rest[at[2]:at[3]]; name {
		case "year":
			shape += "(?P<year>[0-9]{4})"
		case "serial":
			shape += "(?P<serial>[0-9]+)"
		case "check":
			shape += "[0-9A-Z]"
		}
		rest = rest[at[1]:]
	}
	re, err := regexp.Compile(shape + regexp.QuoteMeta(rest) + "$")
	if err != nil {
		return false // a pattern that was never checked
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	year, _ := strconv.Atoi(m[re.SubexpIndex("year")])
	serial, err := strconv.Atoi(m[re.SubexpIndex("serial")])
	return err == nil && serial > 0 && p.Spell(year, serial) == text
}

// wrong says what keeps a pattern from giving each case a number of its own.
func (p Pattern) wrong() fault.Text {
	say := func(zh, en string, args ...any) fault.Text {
		return fault.Text{Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
	}
	count := map[string]int{}
	for _, m := range part.FindAllStringSubmatch(string(p), -1) {
		count[m[1]]++
		switch {
		case m[1] != "year" && m[1] != "serial" && m[1] != "check":
			return say("{%s} 不是 {year}、{serial}、{check} 之一，最接近的是 {%s}", "{%s} is none of {year}, {serial} and {check}; the nearest is {%s}",
				m[1], dossier.Nearest(m[1], []string{"year", "serial", "check"}))
		case m[2] != "" && (m[1] != "serial" || len(m[2]) > 1 || m[2] == "0"):
			return say("{%s:%s}：只有 {serial} 可以写位数，1 至 9 位", "{%s:%s}: only {serial} takes a width, of 1 to 9 figures", m[1], m[2])
		}
	}
	switch left := part.ReplaceAllString(string(p), ""); {
	case strings.ContainsAny(left, "{}"):
		return say("花括号没有配对，或里面不是 {year}、{serial}、{check}", "a brace is left open or is no part of {year}, {serial} or {check}")
	case count["year"] != 1 || count["serial"] != 1 || count["check"] > 1:
		return say("{year} 和 {serial} 各要出现一次，{check} 至多一次：否则两件会同号", "it needs {year} and {serial} once each, and {check} once at most: two cases would have the same number")
	case len([]rune(left)) > 40:
		return say("超过 40 个字", "it is longer than 40 characters")
	}
	if at := strings.Index(string(p), "{check}"); at >= 0 && (at < strings.Index(string(p), "{year}") || at < strings.Index(string(p), "{serial")) {
		return say("{check} 要写在它校验的内容后面", "{check} must stand behind what it checks")
	}
	return fault.Text{}
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// checkCharacter is ISO 7064 MOD 37,36 over a text's letters and figures: it
// finds every single wrong character and every swap of two neighbours but one
// in 37.
func checkCharacter(text string) rune {
	p := 36
	for _, r := range text {
		at := strings.IndexRune(alphanumeric, r)
		if at < 0 {
			continue
		}
		s := (p + at) % 36
		if s == 0 {
			s = 36
		}
		p = s * 2 % 37
	}
	return rune(alphanumeric[(37-p)%36])
}
