package precheck

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// markWithStar is a mark as it stands on a classified document: the degree,
	// a star, and how long (GB/T 9704, 7.2.2). 商业秘密 and 国家秘密 are spoken of
	// in papers that are no secret, so nothing else may stand before it.
	markWithStar = regexp.MustCompile(`(?:^|[^\p{Han}])((?:绝\s?密|机\s?密|秘\s?密)级?\s?[★☆][^\n）)】]{0,12})`)
	// markNamed is the degree in a head or a form. One that lists what may be
	// chosen, or has a box before each, says nothing.
	markNamed = regexp.MustCompile(`(\p{Han}{0,2})密\s?级\s?[:：]\s?((?:绝密|机密|秘密)级?)\s?(?:[^\p{Han}、/／|或\s]|$|\n)`)
	// notOfThis says before 密级 that it isn't the document's: what was declassified,
	// a firm's qualification, somebody's post.
	notOfThis = []string{"原", "资质", "岗位", "人员"}
	// markAlone is the degree on a line or in a cell of its own.
	markAlone = regexp.MustCompile(`^(绝密|机密|秘密)级?$`)
	// runsOn ends a line that a degree below it goes on with: a narrow cell.
	runsOn = regexp.MustCompile(`(?:国家|商业|工作|技术|军事|保守|涉及|泄露|知悉|、|的)$`)
	// classed is the number of a classified document: 密 is the last of the organ's
	// mark but for the kind of paper. Organs that keep secrets (保密办, 密码局) and
	// places (密云, 高密) bear 密 in theirs and are no secret for it: the secrecy
	// side's consent to a journey is numbered so (MEM-021).
	classed   = regexp.MustCompile(`(\p{Han}{0,8})密[发函电传字件报呈通]{0,2}[〔\[(（【](?:19|20)[0-9]{2}[〕\])）】]第?[0-9]{1,5}号`)
	noDegree  = []string{"保", "国", "商", "高", "新"}
	squeezing = strings.NewReplacer(" ", "", "\t", "", "　", "")
)

// secretNumber finds the number of a classified document; "" for none.
func secretNumber(text string) string {
	if !strings.Contains(text, "密") {
		return ""
	}
	for _, m := range classed.FindAllStringSubmatch(text, -1) {
		if !endsIn(m[1], noDegree) {
			return m[0]
		}
	}
	return ""
}

func endsIn(text string, any []string) bool {
	return slices.ContainsFunc(any, func(end string) bool { return strings.HasSuffix(text, end) })
}

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
	for _, m := range markNamed.FindAllStringSubmatch(text, -1) {
		if !endsIn(m[1], notOfThis) {
			return m[2]
		}
	}
	if mark := aloneOnALine(text); mark != "" {
		return mark
	}
	return secretNumber(text)
}

// aloneOnALine is the degree that stands on lines of its own; "" where there is
// none, or several: a list to choose from.
func aloneOnALine(text string) string {
	mark, before := "", ""
	for line := range strings.Lines(text) {
		line = squeezing.Replace(strings.TrimRight(line, "\r\n"))
		if m := markAlone.FindStringSubmatch(line); m != nil && !runsOn.MatchString(before) {
			if mark != "" && mark != m[1] {
				return ""
			}
			mark = m[1]
		}
		before = line
	}
	return mark
}
