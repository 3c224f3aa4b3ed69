package material

import (
	"io"
	"regexp"
	"strconv"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/sheet"
)

// EVisaPaper is the kind of paper that the print of an e-visa is (电子签证).
const EVisaPaper dossier.MaterialKind = "M58"

// EVisa is what an e-visa says, as far as it is compared with booklet and journey.
type EVisa struct {
	Area    string        `json:"area,omitempty"` // whose it is, as its order calls it; "" where nobody was asked
	Name    string        `json:"name"`           // of the bearer, as printed
	Tail    string        `json:"tail"`           // last characters of the booklet's number
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	Entries int           `json:"entries"` // 0: any number
	Days    int           `json:"days"`    // of stay
}

// EVisaArea is the field that tells whose an e-visa is; it is asked where its traveller
// waits for several.
const EVisaArea = "area"

// EVisaFields are what is asked for of it, by name, in the order of the form.
func EVisaFields() []string {
	return []string{EVisaArea, "name", "number", "from", "until", "entries", "days"}
}

// Tail is what is kept of a booklet's number, its last characters, as custody shows
// them; "" for what is too short to be one.
func Tail(number string) string {
	n := dossier.FoldCode(number)
	if len(n) < 3 {
		return ""
	}
	return n[len(n)-3:]
}

// NewEVisa takes it from what was read and typed, by the name of the field; what is
// missing or can't be read is told at each.
func NewEVisa(said map[string]string) (EVisa, []fault.Finding) {
	var v EVisa
	var wrong []fault.Finding
	bad := func(field, key string) { wrong = append(wrong, fault.Finding{Field: field, Key: key}) }
	day := func(field string, into *calendar.Date) {
		d, err := calendar.Parse(said[field])
		if said[field] == "" {
			bad(field, "evisa.missing")
		} else if err != nil {
			bad(field, "form.date.unreadable")
		}
		*into = d
	}
	count := func(field string, least int, into *int) {
		n, err := strconv.Atoi(dossier.FoldCode(said[field]))
		if said[field] == "" {
			bad(field, "evisa.missing")
		} else if err != nil || n < least {
			bad(field, "form.number.unreadable")
		}
		*into = n
	}
	v.Area = said[EVisaArea]
	if v.Name = strings.Join(strings.Fields(dossier.FoldLatin(said["name"])), " "); v.Name == "" {
		bad("name", "evisa.missing")
	}
	if said["number"] == "" {
		bad("number", "evisa.missing")
	} else if v.Tail = Tail(said["number"]); v.Tail == "" {
		bad("number", "evisa.number_short")
	}
	day("from", &v.From)
	day("until", &v.Until)
	count("entries", 0, &v.Entries)
	count("days", 1, &v.Days)
	if len(wrong) == 0 && v.Until.Before(v.From) {
		bad("until", "material.until_before_from")
	}
	return v, wrong
}

// StatedEVisa is what the text of an e-visa's file says for certain, by the name of
// the field. A picture says nothing, nor does a scan; what stands there twice and
// differs isn't certain, and a day in figures that can be read two ways isn't either.
func StatedEVisa(content io.ReaderAt, size int64, t blob.Type) map[string]string {
	if t != blob.PDF && t != blob.DOCX {
		return nil
	}
	text, _ := blob.Text(content, size, t)
	return eVisaIn(strings.Split(text, "\n"))
}

// eVisaLabels name what stands behind each word of an e-visa's page. A label that
// contains another comes after it: of two as long the last counts.
var eVisaLabels = []struct {
	field string
	label *regexp.Regexp
}{
	{"issued", regexp.MustCompile(`(?i)^(?:date\s+of\s+(?:issue|birth|application)|issued?\s+(?:on|date)|birth\s+date|nationality|sex|gender|签发日期|出生日期|国籍|性别)`)},
	{"passport", regexp.MustCompile(`(?i)^(?:passport|document|护照)\s*(?:expiry|expires|expiration|issue|issued|valid|type|country|签发|有效|种类)\S*`)},
	{"number", regexp.MustCompile(`(?i)^(?:(?:passport|travel\s+document|document)\s*(?:no\b\.?|number|#)|护照\s*号码?|证件号码?)`)},
	{"surname", regexp.MustCompile(`(?i)^(?:surname|family\s+name|last\s+name|姓(?:氏)?(?:\s*[/(（]\s*surname\s*[)）]?)?)(?:\s|[:：]|$)`)},
	{"given", regexp.MustCompile(`(?i)^(?:given\s+names?|first\s+names?|forenames?|名(?:字)?)(?:\s|[:：]|$)`)},
	{"name", regexp.MustCompile(`(?i)^(?:full\s+name|name\s+of\s+(?:the\s+)?(?:holder|bearer|applicant)|(?:applicant|holder|bearer)(?:'s)?\s+name|name|姓名)(?:\s*\(as\s+in\s+passport\))?`)},
	{"span", regexp.MustCompile(`(?i)^(?:validity(?:\s+period)?|period\s+of\s+validity|valid(?:\s+period)?|有效期)(?:\s*[:：])?\s*(?:from\b|自)?`)},
	{"from", regexp.MustCompile(`(?i)^(?:valid\s+from|visa\s+valid\s+from|start\s+date|date\s+of\s+commencement|生效日期?|有效期自)`)},
	{"until", regexp.MustCompile(`(?i)^(?:valid\s+(?:until|till|to|thru|through)|visa\s+valid\s+until|(?:visa\s+)?(?:expiry|expiration)\s+date|date\s+of\s+expiry|expires(?:\s+on)?|截止日期?|有效期至|失效日期?)`)},
	{"entries", regexp.MustCompile(`(?i)^(?:number\s+of\s+entries|no\.?\s+of\s+entries|entries|entry(?:\s+type)?|入境次数)`)},
	{"days", regexp.MustCompile(`(?i)^(?:(?:max(?:imum|\.)?\s+)?(?:duration|length|period)\s+of\s+(?:each\s+)?stay|stay(?:\s+(?:duration|period|days))?|days\s+of\s+stay|停留(?:天数|期限?|期))`)},
}

var (
	numberLike = regexp.MustCompile(`^[A-Z]{1,2}[A-Z0-9]?[0-9]{6,8}$`)
	daysLike   = regexp.MustCompile(`(?i)^(\d{1,3})\s*(?:\(.*\)\s*)?(?:calendar\s+)?(?:days?|天)?(?:\s+(?:per|each)\s+(?:entry|visit))?$`)
	nameLike   = regexp.MustCompile(`^[A-Za-zÜü][A-Za-zÜü '’,\-]*$`)
	spanParts  = regexp.MustCompile(`(?i)\s+(?:to|until|till|至)\s+|\s+[-–—~]\s+|至|~`)
)

// eVisaIn reads an e-visa off the lines of its page: a label with its value behind
// it, or on the next line.
func eVisaIn(lines []string) map[string]string {
	found := map[string]string{}
	say := func(field, value string) {
		if was, twice := found[field]; value != "" && twice && was != value {
			found[field] = "?"
		} else if value != "" {
			found[field] = value
		}
	}
	for i := range lines {
		field, value := labelled(lines[i])
		if field == "" {
			continue
		}
		if value == "" && i+1 < len(lines) {
			if next, _ := labelled(lines[i+1]); next == "" {
				value = strings.TrimSpace(lines[i+1])
			}
		}
		switch field {
		case "name", "surname", "given":
			if nameLike.MatchString(value) {
				say(field, strings.Join(strings.FieldsFunc(dossier.FoldLatin(value), func(r rune) bool { return r == ' ' || r == ',' }), " "))
			}
		case "number":
			if n := strings.ToUpper(dossier.FoldCode(value)); numberLike.MatchString(n) {
				say(field, n)
			}
		case "from", "until", "span":
			if parts := spanParts.Split(value, -1); len(parts) == 2 {
				say("from", dayIn(parts[0]))
				say("until", dayIn(parts[1]))
			} else if field != "span" {
				say(field, dayIn(value))
			}
		case "entries":
			say(field, entriesIn(value))
		case "days":
			if m := daysLike.FindStringSubmatch(value); m != nil {
				say(field, m[1])
			}
		}
	}
	if found["name"] == "" && found["surname"] != "" && found["given"] != "" && found["surname"] != "?" && found["given"] != "?" {
		found["name"] = found["surname"] + " " + found["given"]
	}
	out := map[string]string{}
	for _, field := range EVisaFields() {
		if v := found[field]; v != "" && v != "?" {
			out[field] = v
		}
	}
	return out
}

// labelled splits a line into what its label means and the value behind it; "" for a
// line without one.
func labelled(line string) (field, value string) {
	line = strings.TrimSpace(strings.ReplaceAll(dossier.FoldText(line), "\u3000", " "))
	best := ""
	for _, l := range eVisaLabels {
		if m := l.label.FindString(line); m != "" && len(m) >= len(best) {
			field, best = l.field, m
		}
	}
	return field, strings.TrimLeft(line[len(best):], " :：.)）/")
}

func dayIn(s string) string {
	d, certain := sheet.CertainDay(strings.TrimSpace(s))
	if !certain {
		return ""
	}
	return d.String()
}

// entriesIn is how often it lets its bearer in, 0 for any number; "" where it doesn't say.
func entriesIn(s string) string {
	s = strings.ToLower(s)
	for _, w := range []struct{ word, n string }{{"multiple", "0"}, {"多次", "0"}, {"double", "2"}, {"two", "2"}, {"两次", "2"}, {"single", "1"}, {"one", "1"}, {"一次", "1"}, {"单次", "1"}} {
		if strings.HasPrefix(s, w.word) {
			return w.n
		}
	}
	if s == "1" || s == "2" {
		return s
	}
	return ""
}
