package sheet

import (
	"math"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// value reads one cell into a field of a record.
func (r *reader) value(rec *Record, name string, col int, c Cell) {
	raw := r.out.book.Show(c)
	at := Ref(col, rec.Row)
	put := func(text string) {
		if text != "" {
			rec.Values = append(rec.Values, Value{Field: name, Cell: at, Raw: raw, Text: text})
		}
	}
	stop := func(reason string, args map[string]any) {
		rec.Values = append(rec.Values, Value{Field: name, Cell: at, Raw: raw})
		rec.Doubts = append(rec.Doubts, r.doubt(col, rec.Row, name, reason, raw, true, args))
	}
	say := func(reason string, args map[string]any) {
		rec.Doubts = append(rec.Doubts, r.doubt(col, rec.Row, name, reason, raw, false, args))
	}
	if c.Kind == Failed {
		stop(map[bool]string{true: "cell.uncomputed", false: "cell.error"}[c.Text == ""], map[string]any{"Text": c.Text})
		return
	}
	if blankWord(c.Text) && Word(string(vocab().Fields[name].Kind), c.Text) == "" {
		return // a dash or a slash says that there is none
	}
	switch k := vocab().Fields[name].Kind; k {
	case asName:
		r.name(rec, col, c, raw, stop, say)
	case asFamily, asLatin:
		if c.Kind != Text {
			stop("text.number", nil)
			return
		}
		if name == "latin" {
			surname, given, ok := parted(dossier.FoldLatin(c.Text))
			if !ok {
				stop("latin.whole", nil)
				return
			}
			rec.Values = append(rec.Values, Value{Field: "latinSurname", Cell: at, Raw: raw, Text: surname}, Value{Field: "latinGivenNames", Cell: at, Raw: raw, Text: given})
			return
		}
		if k == asLatin {
			put(dossier.FoldLatin(c.Text))
			return
		}
		put(dossier.FoldName(c.Text))
	case asNumber:
		r.number(c, put, stop)
	case asText:
		switch c.Kind {
		case Day:
			stop("text.day", nil) // 3-5 became the 5th of March
		case Number:
			s, ok := c.whole()
			if !ok {
				s = raw
			}
			put(s)
		default:
			text := strings.Join(strings.FieldsFunc(dossier.FoldText(c.Text), func(r rune) bool { return r == '\n' || r == '\t' }), "；")
			if name == "unit" {
				text = r.sendingUnit(text, say)
			}
			put(text)
		}
	case asPhone:
		r.phone(c, put, stop)
	case asEmail:
		s := strings.TrimPrefix(strings.Join(strings.Fields(marks.Replace(dossier.FoldText(c.Text))), ""), "mailto:")
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			stop("email.unreadable", nil)
			return
		}
		put(s)
	case asDate, asUntil, asBirth:
		r.date(k, c, put, stop, say)
	case asCountry:
		switch code := r.country(c.Text); {
		case name == "country" && r.elsewhere(code):
			stop("country.taiwan", nil)
			return
		case code != "":
			put(code)
			return
		}
		stop("country.unknown", map[string]any{"Text": clip(c.Text)})
	case asCountries:
		r.countries(c, put, stop)
	case asCount:
		r.count(c, put, stop)
	case asMonth:
		r.month(c, put, stop)
	case asAmount:
		r.amount(c, put, stop)
	case asRate:
		s := dossier.FoldNumber(c.Text)
		if c.Kind == Number {
			s = plain(c.Num)
		}
		if d, err := money.ParseDecimal(s); err != nil || c.Kind == Day || c.Kind == Truth || d.Sign() <= 0 {
			stop("rate.unreadable", nil)
			return
		}
		put(s)
	case asHalf:
		r.half(c, put, stop)
	default:
		r.word(string(k), name, c, raw, put, stop)
	}
}

// sendingUnit reads the unit that somebody comes from. A short form of the
// reader's own is read as it, and said; another unit is said, since its consent
// and notice are then asked for.
func (r *reader) sendingUnit(text string, say func(string, map[string]any)) string {
	own := r.known.Unit
	switch {
	case text == "" || own == "" || dossier.SameUnit(text, own):
		return text
	case dossier.ShortFor(text, own):
		say("unit.own", map[string]any{"Text": clip(text), "Unit": own})
		return own
	}
	say("unit.other", map[string]any{"Text": clip(text)})
	return text
}

// parted takes a name as booklets print it apart: ZHANG, SAN or ZHANG/SAN or
// ZHANG SAN. In one word nobody can tell where the surname ends.
func parted(s string) (surname, given string, ok bool) {
	for _, sep := range []string{",", "/", " "} {
		if a, b, found := strings.Cut(s, sep); found {
			a, b = strings.TrimSpace(a), strings.TrimSpace(b)
			return a, b, a != "" && b != "" && !strings.ContainsAny(b, ",/")
		}
	}
	return "", "", false
}

// blankWord is how people write that there is nothing.
func blankWord(s string) bool {
	switch strings.TrimSpace(dossier.FoldText(s)) {
	case "-", "--", "—", "——", "/", "／", "\\", "、", "无此项", "N/A", "n/a", "NA", "null", "NULL", "None", "暂无", "空":
		return true
	}
	return false
}

// number reads an identity number. A number cell has lost digits before
// anybody sees it, even one that shows eighteen: it is never repaired.
func (r *reader) number(c Cell, put func(string), stop func(string, map[string]any)) {
	if c.Kind != Text {
		stop("number.destroyed", nil)
		return
	}
	s := dossier.FoldCode(strings.Trim(strings.TrimSpace(c.Text), "'‘’`\"“”"))
	s = likeX.Replace(s)
	id := dossier.ReadID(s)
	switch id.Verdict {
	case dossier.IDGood:
		put(s)
	case dossier.IDAbsent:
	case dossier.IDLegacy:
		stop("number.legacy", nil)
	case dossier.IDDestroyed:
		stop("number.destroyed", nil)
	default:
		stop("number."+string(id.Verdict), map[string]any{"Count": utf8.RuneCountInString(s)})
	}
}

var (
	likeX  = strings.NewReplacer("-", "", "Х", "X", "×", "X") // a Cyrillic or a multiplied X
	dashes = strings.NewReplacer("—", "-", "–", "-", "－", "-")
	marks  = strings.NewReplacer("＠", "@", "．", ".")
)

var exponent = regexp.MustCompile(`^[0-9](\.[0-9]+)?[Ee]\+?[0-9]+$`)

func (r *reader) phone(c Cell, put func(string), stop func(string, map[string]any)) {
	s, ok := c.whole()
	if !ok {
		s = strings.Join(strings.Fields(dossier.FoldCode(strings.Trim(c.Text, "'‘’"))), "")
	}
	s = dossier.FoldPhone(dashes.Replace(s))
	switch {
	case exponent.MatchString(s) || c.Kind == Number && !ok:
		stop("phone.destroyed", nil)
	case strings.ContainsAny(s, "/、,;；，") || len(strings.Fields(c.Text)) > 1 && len(s) >= 20:
		stop("phone.several", nil)
	case !dossier.IsMobile(s): // as the check before handing in would say of it
		stop("phone.unreadable", nil)
	default:
		put(s)
	}
}

func (r *reader) date(k kind, c Cell, put func(string), stop func(string, map[string]any), say func(string, map[string]any)) {
	w := wanted{birth: k == asBirth, today: r.known.Today, around: r.known.Around}
	var d calendar.Date
	var why string
	switch c.Kind {
	case Day:
		var ok bool
		if d, ok = day(c.Num, r.out.book.Since04); !ok {
			why = dateUnreadable
		}
	case Number:
		d, why = r.serial(c, say)
	default:
		if strings.Contains(c.Text, "长期") && k == asUntil {
			say("date.forever", nil)
			return
		}
		text := dossier.FoldText(c.Text)
		switch {
		case k == asUntil:
			d, why = lastDay(text, w)
		case len(text) == 5 && strings.Trim(text, "0123456789") == "":
			why = dateSerial
		case len(daysRE.FindAllString(strings.ReplaceAll(text, " ", ""), -1)) > 1:
			why = dateSeveral
		default:
			d, why = readDay(text, w)
		}
	}
	if why == "" && k == asBirth && !r.known.Today.IsZero() && d.After(r.known.Today) {
		why = "future"
	}
	if why != "" {
		stop("date."+why, nil)
		return
	}
	put(d.String())
}

// serial reads a number in a column of days: 20260305 as it looks, else as the
// serial number that its book counts by, which is said.
func (r *reader) serial(c Cell, say func(string, map[string]any)) (calendar.Date, string) {
	s, ok := c.whole()
	if ok && len(s) == 8 {
		return on(s[:4], s[4:6], s[6:])
	}
	if c.Num < 5000 || c.Num > 73050 {
		if c.Num >= 1900 && c.Num < 2200 {
			return calendar.Date{}, dateNoDay // 2026, or 2026.3
		}
		return calendar.Date{}, dateUnreadable
	}
	d, ok := day(c.Num, r.out.book.Since04)
	if !ok {
		return d, dateUnreadable
	}
	say("date.was_serial", map[string]any{"Day": d.String()})
	return d, ""
}

// word reads a word of a closed list.
func (r *reader) word(list, name string, c Cell, raw string, put func(string), stop func(string, map[string]any)) {
	text := c.Text
	if c.Kind == Number {
		text = raw
	}
	w := Word(list, text)
	if w == "" {
		stop("word.unknown", map[string]any{"Text": clip(text), "Choices": strings.Join(labels(list, false), "、"), "ChoicesEn": strings.Join(labels(list, true), ", ")})
		return
	}
	put(w)
}

var (
	timeRE  = regexp.MustCompile(`^(\d{1,2})[:：点时](\d{2})?`)
	halfDay = 0.5
)

var (
	morningRE   = regexp.MustCompile(`上午|早上|早晨|凌晨|上[、/／及和与\-]+下午|morning|(?:^|[^a-z])a\.?m\b`)
	afternoonRE = regexp.MustCompile(`下午|午后|晚上|傍晚|夜间|afternoon|evening|(?:^|[^a-z])p\.?m\b`)
	spanRE      = regexp.MustCompile(`^(\d{1,2})[:：点时](?:\d{2}|半)?分?\s*[-—–~～至到]+\s*(\d{1,2})[:：点时]`)
	eitherRE    = regexp.MustCompile(`或|\bor\b`)
)

// afterLunch is the hour from which a span that begins in the morning reaches
// into the afternoon: what ends at one has ended with lunch.
const afterLunch = 14

// wholeDay tells whether a cell speaks of both halves of a day; not certain is
// one that leaves open which.
func wholeDay(low string) (both, certain bool) {
	if morningRE.MatchString(low) && afternoonRE.MatchString(low) {
		return true, !eitherRE.MatchString(low)
	}
	m := spanRE.FindStringSubmatch(low)
	return m != nil && number(m[1]) < 12 && number(m[2]) >= afterLunch && number(m[2]) <= 24, true
}

// half reads a half of a day, also where a time stands for it.
func (r *reader) half(c Cell, put func(string), stop func(string, map[string]any)) {
	if c.Kind == Day || c.Kind == Number && c.Num >= 0 && c.Num < 1 {
		if c.Num-math.Floor(c.Num) < halfDay {
			put("am")
		} else {
			put("pm")
		}
		return
	}
	if w := Word(string(asHalf), c.Text); w != "" {
		put(w)
		return
	}
	text := strings.TrimSpace(dossier.FoldText(c.Text))
	low := strings.ToLower(text)
	if both, certain := wholeDay(low); both {
		if !certain {
			stop("half.unknown", map[string]any{"Text": clip(c.Text)})
			return
		}
		put("day")
		return
	}
	for _, w := range []struct{ begins, half string }{{"上午", "am"}, {"早", "am"}, {"凌晨", "am"}, {"下午", "pm"}, {"晚", "pm"}, {"中午", "pm"}, {"am", "am"}, {"pm", "pm"}, {"全天", "day"}} {
		if strings.HasPrefix(low, w.begins) {
			put(w.half)
			return
		}
	}
	if m := timeRE.FindStringSubmatch(text); m != nil && number(m[1]) < 24 && (!strings.Contains(low, "pm")) {
		if number(m[1]) < 12 {
			put("am")
		} else {
			put("pm")
		}
		return
	}
	stop("half.unknown", map[string]any{"Text": clip(c.Text)})
}

func (r *reader) country(s string) string {
	if r.known.Country == nil {
		return ""
	}
	if code := r.known.Country(dossier.FoldText(s)); code != "" {
		return code
	}
	return r.known.Country(dossier.FoldText(aside.ReplaceAllString(s, "")))
}

// elsewhere tells a place to which trips are another office's business (台办).
func (r *reader) elsewhere(code string) bool {
	return code == "TWN" && (r.out.Form == Plan || r.out.Form == Itinerary)
}

func (r *reader) countries(c Cell, put func(string), stop func(string, map[string]any)) {
	var codes []string
	for _, part := range strings.FieldsFunc(c.Text, func(r rune) bool { return strings.ContainsRune("、，,;；/／\n+和及", r) }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		code := r.country(part)
		switch {
		case r.elsewhere(code):
			stop("country.taiwan", nil)
			return
		case code == "":
			stop("country.unknown", map[string]any{"Text": clip(part)})
			return
		}
		codes = append(codes, code)
	}
	put(strings.Join(codes, " "))
}

var countRE = regexp.MustCompile(`^约?([0-9]{1,5})(?:人|天|日|名|位|people|persons|days|d|pax)?$`)

func (r *reader) count(c Cell, put func(string), stop func(string, map[string]any)) {
	s, ok := c.whole()
	if !ok {
		s = dossier.FoldNumber(c.Text)
	}
	m := countRE.FindStringSubmatch(strings.ToLower(s))
	if m == nil || c.Kind == Day || m[1] == "0" {
		stop("count.unreadable", nil)
		return
	}
	put(strconv.Itoa(number(m[1])))
}

var monthRE = regexp.MustCompile(`^(?:(\d{4})[-/.年])?(\d{1,2})月?(?:份|[上中下]旬|底|初)?$`)

// month reads the month of a planned trip, with its year where one stands.
func (r *reader) month(c Cell, put func(string), stop func(string, map[string]any)) {
	if c.Kind == Day {
		if d, ok := day(c.Num, r.out.book.Since04); ok {
			put(d.String()[:7])
			return
		}
	}
	text := strings.Join(strings.Fields(dossier.FoldText(c.Text)), "")
	if m := monthRE.FindStringSubmatch(text); m != nil && number(m[2]) >= 1 && number(m[2]) <= 12 {
		if m[1] != "" {
			put(m[1] + "-" + pad(number(m[2])))
		} else {
			put(pad(number(m[2])))
		}
		return
	}
	if m := months[strings.ToLower(text)]; m > 0 {
		put(pad(m))
		return
	}
	if d, why := readDay(text, wanted{}); why == "" {
		put(d.String()[:7])
		return
	}
	stop("month.unreadable", nil)
}

// moneyUnit finds in what unit sums are written: over the column, or in the
// rows above the table. It is never guessed from the size of a number.
func (r *reader) moneyUnit() string {
	unitOf := func(s string) string {
		s = foldTitle(s)
		switch {
		case strings.Contains(s, "万元"), strings.Contains(s, "(万)"):
			return "wan"
		case strings.Contains(s, "元"), strings.Contains(s, "yuan"), strings.Contains(s, "cny"), strings.Contains(s, "rmb"):
			return "yuan"
		}
		return ""
	}
	col, has := r.fields["amount"]
	if !has {
		return ""
	}
	for _, c := range r.table.columns {
		if c.Index == col && unitOf(c.Title) != "" {
			return unitOf(c.Title)
		}
	}
	for _, row := range r.table.sheet.Rows {
		if row.Number >= r.table.top {
			break
		}
		for _, c := range row.Cells {
			if strings.Contains(c.Text, "单位") && unitOf(c.Text) != "" {
				return unitOf(c.Text)
			}
		}
	}
	return ""
}

// amount reads a sum in yuan, to the fen.
func (r *reader) amount(c Cell, put func(string), stop func(string, map[string]any)) {
	unit := r.unit
	s := dossier.FoldCode(c.Text) // with its unit, which FoldNumber takes away
	if c.Kind == Number {
		s = plain(c.Num)
	}
	s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "¥"), "￥"), "RMB")
	switch {
	case strings.HasSuffix(s, "万元"), strings.HasSuffix(s, "万"):
		unit, s = "wan", strings.TrimSuffix(strings.TrimSuffix(s, "元"), "万")
	case strings.HasSuffix(s, "元"):
		unit, s = "yuan", strings.TrimSuffix(s, "元")
	}
	s = dossier.FoldNumber(s)
	whole, frac, _ := strings.Cut(s, ".")
	switch {
	case whole == "" || strings.Trim(whole+frac, "0123456789") != "" || len(whole) > 12 || c.Kind == Day || c.Kind == Truth:
		stop("amount.unreadable", nil)
		return
	case unit == "":
		stop("amount.unit", nil)
		return
	}
	if unit == "wan" {
		frac += "0000"
		whole, frac = whole+frac[:4], frac[4:]
	}
	frac = strings.TrimRight(frac, "0")
	if len(frac) > 2 {
		stop("amount.unreadable", nil)
		return
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		whole += "." + (frac + "0")[:2]
	}
	put(whole)
}

// name parts a whole name into family and given name. Who has a dot or Latin
// letters in it is asked: where such a name parts, its bearer knows.
func (r *reader) name(rec *Record, col int, c Cell, raw string, stop func(string, map[string]any), say func(string, map[string]any)) {
	if c.Kind != Text {
		stop("text.number", nil)
		return
	}
	s := dossier.FoldName(aside.ReplaceAllString(c.Text, ""))
	if s != dossier.FoldName(c.Text) {
		say("name.aside", nil)
	}
	n := utf8.RuneCountInString(s)
	han := s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
	switch {
	case strings.ContainsRune(s, '·'):
		stop("name.dotted", nil)
		return
	case !han:
		stop("name.letters", nil)
		return
	case n < 2:
		stop("name.short", nil)
		return
	case n > 4:
		stop("name.long", nil)
		return
	}
	rs := []rune(s)
	at := utf8.RuneCountInString(dossier.Surname(s))
	if n == 4 && at == 1 {
		say("name.four", map[string]any{"Family": string(rs[:at]), "Given": string(rs[at:])})
	}
	cell := Ref(col, rec.Row)
	rec.Values = append(rec.Values, Value{Field: "familyName", Cell: cell, Raw: raw, Text: string(rs[:at])}, Value{Field: "givenName", Cell: cell, Raw: raw, Text: string(rs[at:])})
}
