package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// wanted is what is known of a day before it is read.
type wanted struct {
	birth  bool             // of somebody alive: in the last hundred years
	today  calendar.Date    // tells the century of such a day
	around [2]calendar.Date // a trip, which gives the year where none is written
}

// Why a day can't be read: the ends of sheet.doubt.date.*
const (
	dateUnreadable = "unreadable"
	dateAmbiguous  = "ambiguous" // 3/5/2026: March or May
	dateNoYear     = "no_year"
	dateNoDay      = "no_day"
	dateNone       = "none"    // 31 June
	dateWeekday    = "weekday" // it isn't the day of the week that stands beside it
	dateSerial     = "serial"  // a bare serial number in a text file: of which system?
	dateSeveral    = "several"
)

var (
	weekdayRE  = regexp.MustCompile(`[(（]?(?:星期|周|礼拜)([一二三四五六日天])[)）]?`)
	clockRE    = regexp.MustCompile(`(?:[T ]|上午|下午)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?(?:Z|\s?[AaPp][Mm])?$`)
	chineseRE  = regexp.MustCompile(`^(?:(\d{4}|\d{2})年)(\d{1,2})月(?:(\d{1,2})[日号]?)?$`)
	noYearRE   = regexp.MustCompile(`^(\d{1,2})(?:月|[./-])(\d{1,2})[日号]?$`)
	ymdRE      = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	ymRE       = regexp.MustCompile(`^(\d{4})(?:[-/.年](\d{1,2})月?|年)?$`)
	threeRE    = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$`)
	dayMonthRE = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([a-z]{3,9})\.?[-/., ]*(\d{4}|\d{2})?$`)
	monthDayRE = regexp.MustCompile(`^([a-z]{3,9})\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?(?:[-/., ]+(\d{4}))?$`)
	daysRE     = regexp.MustCompile(`\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?`)
)

var dayMarks = strings.NewReplacer("．", ".", "／", "/", "－", "-", "—", "-", "–", "-", "。", ".", "，", ",", "〇", "0")

var months = map[string]int{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12}

// readDay reads a day that somebody wrote. why is "" when it is certain.
func readDay(s string, w wanted) (d calendar.Date, why string) {
	s = strings.Join(strings.Fields(dossier.FoldText(s)), " ")
	s = dayMarks.Replace(s)
	weekday := ""
	if m := weekdayRE.FindStringSubmatch(s); m != nil {
		weekday = m[1]
		s = strings.TrimSpace(weekdayRE.ReplaceAllString(s, ""))
	}
	s = strings.TrimSpace(clockRE.ReplaceAllString(s, ""))
	d, why = w.read(hanDigits(s))
	if why == "" && weekday != "" && weekdays[weekday] != d.Weekday() {
		return d, dateWeekday
	}
	return d, why
}

var weekdays = map[string]time.Weekday{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 0, "天": 0}

func (w wanted) read(s string) (calendar.Date, string) {
	tight := strings.ReplaceAll(s, " ", "")
	low := strings.ToLower(s)
	switch {
	case len(tight) == 8 && strings.Trim(tight, "0123456789") == "":
		return on(tight[:4], tight[4:6], tight[6:])
	case ymdRE.MatchString(tight):
		m := ymdRE.FindStringSubmatch(tight)
		return on(m[1], m[2], m[3])
	case chineseRE.MatchString(tight):
		m := chineseRE.FindStringSubmatch(tight)
		if m[3] == "" {
			return calendar.Date{}, dateNoDay
		}
		return on(w.century(m[1]), m[2], m[3])
	case ymRE.MatchString(tight):
		return calendar.Date{}, dateNoDay
	case threeRE.MatchString(tight):
		m := threeRE.FindStringSubmatch(tight)
		return w.three(m[1], m[2], m[3])
	case dayMonthRE.MatchString(low):
		m := dayMonthRE.FindStringSubmatch(low)
		return w.named(m[1], m[2], m[3])
	case monthDayRE.MatchString(low):
		m := monthDayRE.FindStringSubmatch(low)
		return w.named(m[2], m[1], m[3])
	case noYearRE.MatchString(tight):
		m := noYearRE.FindStringSubmatch(tight)
		if !strings.Contains(tight, "月") {
			return calendar.Date{}, dateNoYear
		}
		return w.year(m[1], m[2])
	}
	return calendar.Date{}, dateUnreadable
}

// three reads day, month and year in figures: only where no other reading is possible.
func (w wanted) three(a, b, year string) (calendar.Date, string) {
	if len(year) == 2 {
		return w.short(a, b, year)
	}
	x, y := number(a), number(b)
	switch {
	case x == y || x > 12 && y <= 12:
		return on(year, b, a)
	case y > 12 && x <= 12:
		return on(year, a, b)
	case x > 12:
		return calendar.Date{}, dateNone
	}
	return calendar.Date{}, dateAmbiguous
}

// short reads three numbers of two digits: 05/03/26 is six days. One that is
// only one is still asked, since its century isn't written; one that is none is said.
func (w wanted) short(a, b, c string) (calendar.Date, string) {
	for _, o := range [][3]string{{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}} {
		for _, century := range []string{"19", "20"} {
			if _, why := on(century+o[0], o[1], o[2]); why == "" && len(o[0]) == 2 {
				return calendar.Date{}, dateAmbiguous
			}
		}
	}
	return calendar.Date{}, dateNone
}

func (w wanted) named(day, month, year string) (calendar.Date, string) {
	m := months[month]
	switch {
	case m == 0:
		return calendar.Date{}, dateUnreadable
	case year == "":
		return w.year(strconv.Itoa(m), day)
	}
	return on(w.century(year), strconv.Itoa(m), day)
}

// year finds the one year in which a day falls into the trip.
func (w wanted) year(month, day string) (calendar.Date, string) {
	if w.around[0].IsZero() || w.around[1].IsZero() {
		return calendar.Date{}, dateNoYear
	}
	for y := w.around[0].Year(); y <= w.around[1].Year(); y++ {
		if d, why := on(strconv.Itoa(y), month, day); why == "" && !d.Before(w.around[0]) && !d.After(w.around[1]) {
			return d, ""
		}
	}
	return calendar.Date{}, dateNoYear
}

// century completes a year of two digits: of a birth the one that leaves
// nobody unborn or past a hundred, else this century.
func (w wanted) century(year string) string {
	if len(year) != 2 {
		return year
	}
	if w.birth && !w.today.IsZero() && 2000+number(year) > w.today.Year() {
		return "19" + year
	}
	return "20" + year
}

func on(year, month, day string) (calendar.Date, string) {
	y, m, d := number(year), number(month), number(day)
	if y < 1900 || y > 2199 {
		return calendar.Date{}, dateUnreadable
	}
	if m < 1 || m > 12 || d < 1 || d > calendar.DaysIn(y, time.Month(m)) {
		return calendar.Date{}, dateNone
	}
	return calendar.On(y, time.Month(m), d), ""
}

// number reads digits that a pattern has found.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

var hanNumber = regexp.MustCompile(`[0零一二三四五六七八九十]+`)

// hanDigits turns 二0二六 and 十二 into figures where a date is written in Chinese.
func hanDigits(s string) string {
	if !strings.ContainsAny(s, "年月") {
		return s
	}
	const digits = "零一二三四五六七八九"
	value := func(r rune) int {
		if r == '0' {
			return 0
		}
		return strings.Index(digits, string(r)) / len("零")
	}
	return hanNumber.ReplaceAllStringFunc(s, func(m string) string {
		if strings.Trim(m, "0") == "" {
			return m
		}
		rs := []rune(m)
		for i, r := range rs {
			if r != '十' {
				continue
			}
			tens, ones := 1, 0
			if i > 0 {
				tens = value(rs[i-1])
			}
			if i+1 < len(rs) {
				ones = value(rs[i+1])
			}
			return strconv.Itoa(10*tens + ones)
		}
		var b strings.Builder
		for _, r := range rs {
			b.WriteString(strconv.Itoa(value(r)))
		}
		return b.String()
	})
}

// lastDay reads the end of a validity: one day, or a span of two.
func lastDay(s string, w wanted) (calendar.Date, string) {
	flat := strings.ReplaceAll(dossier.FoldText(s), " ", "")
	switch all := daysRE.FindAllString(flat, -1); {
	case len(all) == 2:
		from, why := readDay(all[0], w)
		if why != "" {
			return from, why
		}
		to, why := readDay(all[1], w)
		if why == "" && to.Before(from) {
			return to, dateUnreadable
		}
		return to, why
	case len(all) > 2:
		return calendar.Date{}, dateSeveral
	}
	if len(flat) == 17 && flat[8] == '-' { // 20160305-20360305
		return readDay(flat[9:], w)
	}
	return readDay(s, w)
}

// CertainDay reads a day as people write it, where it is certain which one is meant.
func CertainDay(s string) (calendar.Date, bool) {
	d, why := readDay(s, wanted{})
	return d, why == "" && !d.IsZero()
}
