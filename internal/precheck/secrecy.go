package precheck

import (
	"regexp"
	"strings"
)

var (
	// markWithStar is a mark as it stands on a classified document: the degree,
	// a star, and how long (GB/T 9704, 7.2.2). 商业秘密 and 国家秘密 are spoken of
	// in papers that are no secret, so nothing else may stand before it.
	markWithStar = regexp.MustCompile(`(?:^|[^\p{Han}])((?:绝\s?密|机\s?密|秘\s?密)级?\s?[★☆][^\n）)】]{0,12})`)
	// markNamed is the degree in a head or a form. One that lists what may be
	// chosen, or has a box before each, says nothing.
	markNamed = regexp.MustCompile(`密\s?级\s?[:：]\s?((?:绝密|机密|秘密)级?)\s?(?:[^\p{Han}、/／|或\s]|$|\n)`)
	// markAlone is the degree on a line or in a cell of its own.
	markAlone = regexp.MustCompile(`(?m)^[ \t　]*(绝[ 　]?密|机[ 　]?密|秘[ 　]?密)级?[ \t　]*$`)
)

// MarkOnFile finds a mark of secrecy, or the number of a classified document, in
// what a file says; "" for none. It wants more than the rule on what is typed
// (GEN-020): for its sake a file is turned away before anything of it is kept,
// and contracts, forms and lists to choose from speak of secrets without being
// one.
func MarkOnFile(text string) string {
	if !strings.Contains(text, "密") {
		return ""
	}
	if m := markWithStar.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1])
	}
	if m := markNamed.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	alone := map[string]bool{}
	for _, m := range markAlone.FindAllStringSubmatch(text, -1) {
		alone[strings.NewReplacer(" ", "", "　", "").Replace(m[1])] = true
	}
	if len(alone) == 1 { // several are a list to choose from
		for mark := range alone {
			return mark
		}
	}
	return secretNumber.FindString(text)
}
