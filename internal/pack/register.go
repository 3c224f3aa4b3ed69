package pack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/visit"
)

// Unit is a unit that stands on the office's register from the day on which the
// pack is in force. One that the pack doesn't name stays as it is.
type Unit struct {
	Name      text             `yaml:"name,flow"`
	USCC      string           `yaml:"uscc"`
	Type      dossier.UnitType `yaml:"type"`
	Address   string           `yaml:"address,omitempty"`       // "": as it is
	Leave     dossier.Rank     `yaml:"leaveFromRank,omitempty"` // from which rank its people need an approval of leave; "": as it is
	Signatory string           `yaml:"signatory,omitempty"`     // "": as it is
	Until     calendar.Date    `yaml:"officerUntil,omitempty"`  // of its liaison officer; none: as it is
}

// Called is the unit's name.
func (u Unit) Called() fault.Text { return u.Name.said() }

const unitsFile = "units.yaml"

func parseUnits(b []byte) ([]Unit, Mistakes) {
	var units []Unit
	wrong := read(unitsFile, b, &units)
	first := map[string]int{}
	for i, u := range units {
		at := fmt.Sprintf("[%d]", i)
		if strings.TrimSpace(u.Name.Zh) == "" {
			wrong.add(unitsFile, at+".name", "要写中文名称", "it needs its name in Chinese")
		}
		if problem := dossier.CheckUSCC(u.USCC); problem != "" {
			wrong.add(unitsFile, at+".uscc", "统一社会信用代码“"+u.USCC+"”无效，应为 18 位并通过校验", fmt.Sprintf("%q is no unified social credit code: it has 18 characters, of which the last one checks the others", u.USCC))
		} else if before, given := first[u.USCC]; given {
			wrong.add(unitsFile, at+".uscc", fmt.Sprintf("与第%d个单位的代码相同", before+1), fmt.Sprintf("it is the code of unit [%d] too", before))
		} else {
			first[u.USCC] = i
		}
		if u.Type == "" {
			wrong.add(unitsFile, at+".type", "要写单位类型："+strings.Join(u.Type.Words(), "、"), "it needs a type: "+strings.Join(u.Type.Words(), ", "))
		}
		if u.Signatory != "" && u.Until.IsZero() {
			wrong.add(unitsFile, at+".officerUntil", "写了签批人，就要写专管员备案到哪天", "with a signatory it needs the day until which the liaison officer is confirmed")
		}
	}
	return units, wrong
}

// Hall is the service hall as the pack plans it, from the day on which it is in
// force. Days on which the hall is closed are said on its page, and stay.
type Hall struct {
	ID        string              `yaml:"id,omitempty"` // of a second one; "" for the main one
	Name      text                `yaml:"name,flow"`
	Place     text                `yaml:"place,flow"`
	Open      []string            `yaml:"open,flow"` // 09:00-12:00
	Minutes   int                 `yaml:"minutes"`   // of a slot
	Lead      int                 `yaml:"leadWorkdays"`
	Horizon   int                 `yaml:"horizonDays"`
	Offer     int                 `yaml:"offerMinutes,omitempty"` // of open time for which a place is kept for who waits for it; 0: the program's
	Elder     int                 `yaml:"elderYears,omitempty"`   // from which people go first; 0: the program's
	UnitDay   *int                `yaml:"unitPerDay,omitempty"`   // places that one unit may have on a day; 0: no limit, nil: as it is
	PersonDay *int                `yaml:"personPerDay,omitempty"` // times for which one person may be booked on a day; 0: no limit, nil: as it is
	Each      *int                `yaml:"minutesEach,omitempty"`  // that one place of a slot holds; 0: all of the slot's, nil: as it is
	Windows   []HallWindow        `yaml:"windows"`
	Week      map[string][]string `yaml:"week,omitempty,flow"` // hours of days of the week, mon to sun, that have others; [] for closed, nil: as they are
	Phone     string              `yaml:"phone,omitempty"`
	Locker    text                `yaml:"locker,omitempty,flow"` // where the locker for booklets stands
	Spot      string              `yaml:"spot,omitempty"`        // on the map: latitude,longitude in GCJ-02
}

// HallWindow is one window of the hall.
type HallWindow struct {
	ID       string          `yaml:"id"`
	Counter  visit.Counter   `yaml:"counter,omitempty"`       // the only one
	Counters []visit.Counter `yaml:"counters,omitempty,flow"` // or several
	Name     text            `yaml:"name,omitempty,flow"`
	Places   int             `yaml:"places"`
	Kept     int             `yaml:"kept,omitempty"`      // for people without a booking
	Open     []string        `yaml:"open,omitempty,flow"` // hours of its own, within the hall's
}

// Serves are the counters of which something is done there.
func (w HallWindow) Serves() []visit.Counter {
	if w.Counter != "" {
		return append([]visit.Counter{w.Counter}, w.Counters...)
	}
	return w.Counters
}

// HallDay is a day of the week with hours of its own.
type HallDay struct {
	Day  time.Weekday
	Open []string
}

// hallDays are the days of the week as the file names them, Monday first.
var hallDays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// Weekly lists the days of the week with hours of their own, Monday first.
func (h Hall) Weekly() []HallDay {
	out := []HallDay{}
	for i, name := range hallDays {
		if open, own := h.Week[name]; own {
			out = append(out, HallDay{time.Weekday((i + 1) % 7), open})
		}
	}
	return out
}

// Called and At are the hall's name and place.
func (h Hall) Called() fault.Text { return h.Name.said() }

// At is where the hall is.
func (h Hall) At() fault.Text { return h.Place.said() }

// LockerAt is where the locker stands; empty where there is none.
func (h Hall) LockerAt() fault.Text { return h.Locker.said() }

// Called is the window's name.
func (w HallWindow) Called() fault.Text { return w.Name.said() }

const hallFile = "hall.yaml"

var (
	openSpan = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$`)
	spot     = regexp.MustCompile(`^[1-5]?[0-9]\.[0-9]{6},(7[3-9]|[89][0-9]|1[0-2][0-9]|13[0-5])\.[0-9]{6}$`)
	hallID   = regexp.MustCompile(`^[a-z][a-z0-9]{0,19}$`)
	windowID = regexp.MustCompile(`^[A-Z0-9]{1,2}$`)
)

// parseHalls reads one hall, or a list of them of which the first is the main one.
func parseHalls(b []byte) ([]Hall, Mistakes) {
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.SequenceNode {
		h := Hall{}
		wrong := read(hallFile, b, &h)
		if len(wrong) == 0 {
			wrong = append(h.check("", map[string]bool{}), lacking(h)...)
		}
		if h.ID != "" {
			wrong.add(hallFile, "id", "只有一个大厅时不写", "an only hall has none")
		}
		return []Hall{h}, wrong
	}
	var all []Hall
	wrong := read(hallFile, b, &all)
	if len(wrong) > 0 {
		return all, wrong
	}
	ids, windows := map[string]bool{}, map[string]bool{}
	for i, h := range all {
		at := fmt.Sprintf("[%d].", i)
		switch {
		case i == 0 && h.ID != "":
			wrong.add(hallFile, at+"id", "第一个是主大厅，不写", "the first one is the main hall and has none")
		case i > 0 && (!hallID.MatchString(h.ID) || h.ID == "main" || h.ID == "new" || ids[h.ID]):
			wrong.add(hallFile, at+"id", "第二个起要写代号：小写字母或数字，各不相同，不改", "from the second on a hall has an id of its own, of small letters and figures, that stays")
		}
		ids[h.ID] = true
		wrong = append(wrong, h.check(at, windows)...)
	}
	return all, append(wrong, lacking(all...)...)
}

// check says what is wrong with a hall; windows are the ids of windows so far: a booking's
// number tells its window, and so its hall.
func (h Hall) check(prefix string, seen map[string]bool) Mistakes {
	var wrong Mistakes
	say := func(key, zh, en string) { wrong.add(hallFile, prefix+key, zh, en) }
	if h.Name.one() {
		say("name", "名称中文和英文都要写", "the name is needed in both languages")
	}
	if h.Place.one() {
		say("place", "地址中文和英文都要写", "the place is needed in both languages")
	}
	if (h.Locker != text{}) && h.Locker.one() {
		say("locker", "智能柜的位置中文和英文都要写", "where the locker stands is needed in both languages")
	}
	if h.Spot != "" && !spot.MatchString(h.Spot) {
		say("spot", "地图上的位置写成“纬度,经度”，例如 29.563010,106.551557", "the place on the map is latitude and longitude, as in 29.563010,106.551557")
	}
	if h.Minutes < 5 || h.Minutes > 240 {
		say("minutes", "每个时段 5 到 240 分钟", "a slot has 5 to 240 minutes")
	}
	if h.Lead < 0 || h.Lead > 60 {
		say("leadWorkdays", "提前 0 到 60 个工作日", "0 to 60 working days ahead")
	}
	if h.Horizon < 1 || h.Horizon > 366 {
		say("horizonDays", "可约 1 到 366 天", "1 to 366 days can be booked")
	}
	if h.Offer < 0 || h.Offer > 0 && h.Offer < 15 || h.Offer > 960 {
		say("offerMinutes", "候补的位子留 15 到 960 分钟", "a place is kept for the waiting list for 15 to 960 minutes")
	}
	if h.Elder < 0 || h.Elder > 0 && h.Elder < 50 || h.Elder > 100 {
		say("elderYears", "优先的年龄为 50 到 100 岁", "people go first from 50 to 100 years on")
	}
	if h.UnitDay != nil && (*h.UnitDay < 0 || *h.UnitDay > 999) {
		say("unitPerDay", "每个单位每天 0 到 999 个位子，0 为不限", "one unit has 0 to 999 places a day; 0 is no limit")
	}
	if h.PersonDay != nil && (*h.PersonDay < 0 || *h.PersonDay > 99) {
		say("personPerDay", "每人每天 0 到 99 次，0 为不限", "one person comes 0 to 99 times a day; 0 is no limit")
	}
	if h.Each != nil && (*h.Each < 0 || *h.Each > 24*60) {
		say("minutesEach", "一个位子 0 到 1440 分钟，0 为整个时段", "one place holds 0 to 1440 minutes; 0 is the whole slot")
	}
	if len(h.Open) == 0 {
		say("open", "要写开放时间，如 09:00-12:00", "it needs opening times, such as 09:00-12:00")
	}
	hours := func(at string, open []string) {
		last := ""
		for i, o := range open {
			from, to, _ := strings.Cut(o, "-")
			if !openSpan.MatchString(o) || from < last || to <= from {
				say(fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf("“%s”应写成 09:00-12:00，先后不重叠", o), fmt.Sprintf("%q must be like 09:00-12:00, one after the other", o))
			}
			last = to
		}
	}
	hours("open", h.Open)
	for _, day := range slices.Sorted(maps.Keys(h.Week)) {
		if !slices.Contains(hallDays, day) {
			near := dossier.Nearest(day, hallDays)
			wrong = append(wrong, Mistake{File: hallFile, Key: prefix + "week." + day, Nearest: near, Text: fault.Text{
				Zh: fmt.Sprintf("没有 %q 这一天，最接近的是 %s", day, near), En: fmt.Sprintf("no day of the week is called %q; the nearest is %s", day, near)}})
		}
		hours("week."+day, h.Week[day])
	}
	for i, w := range h.Windows {
		at := fmt.Sprintf("windows[%d]", i)
		if !windowID.MatchString(w.ID) || seen[w.ID] {
			say(at+".id", "窗口号为一两个大写字母或数字，各不相同", "a window's id is one or two capital letters or figures, of its own")
		}
		seen[w.ID] = true
		for _, c := range w.Serves() {
			wrong = append(wrong, noCounter(prefix+at, c)...)
		}
		had := len(wrong)
		if hours(at+".open", w.Open); len(wrong) == had && len(w.Open) > 0 && h.Minutes > 0 && !h.everOpen(w) {
			say(at+".open", "在大厅开放的时间里，这个窗口一个完整的时段也没有", "within the hall's hours this window has no whole slot")
		}
		if w.Counter != "" && len(w.Counters) > 0 {
			say(at+".counter", "办一类写 counter，办几类写 counters，只写一样", "write counter for one, or counters for several, and not both")
		} else if len(w.Serves()) == 0 {
			say(at+".counters", "要写这个窗口办什么", "it needs what is done at this window")
		}
		if w.Places < 1 || w.Kept < 0 || w.Kept > w.Places {
			say(at+".places", "至少 1 个，现场号不能多于它", "at least 1, and no more kept than there are")
		}
	}
	return wrong
}

// lacking says of which counter no window of any hall can be booked.
func lacking(all ...Hall) Mistakes {
	var wrong Mistakes
	counters := visit.Counters()
	for _, h := range all {
		for _, w := range h.Windows {
			counters = slices.DeleteFunc(counters, func(c visit.Counter) bool { return slices.Contains(w.Serves(), c) && w.Places > w.Kept })
		}
	}
	at := "windows"
	if len(all) > 1 {
		at = "[0].windows"
	}
	for _, c := range counters {
		wrong.add(hallFile, at, fmt.Sprintf("没有能预约的 %s 窗口，要办这类事的人约不上", c), fmt.Sprintf("no window of the counter %s can be booked: who needs it would find no place", c))
	}
	return wrong
}

// noCounter says that there is no counter of that name, and which is nearest.
func noCounter(at string, c visit.Counter) Mistakes {
	if slices.Contains(visit.Counters(), c) {
		return nil
	}
	var words []string
	for _, known := range visit.Counters() {
		words = append(words, string(known))
	}
	near := dossier.Nearest(string(c), words)
	return Mistakes{{File: hallFile, Key: at + ".counter", Nearest: near, Text: fault.Text{
		Zh: fmt.Sprintf("没有 %q 这种窗口，最接近的是 %s", c, near), En: fmt.Sprintf("there is no counter %q; the nearest is %s", c, near)}}}
}

// everOpen tells whether a window with hours of its own is open for a whole slot on any
// day of the week.
func (h Hall) everOpen(w HallWindow) bool {
	span := func(o string) (from, to Hour) {
		a, b, _ := strings.Cut(o, "-")
		from, _ = ParseHour(a)
		to, _ = ParseHour(b)
		return from, to
	}
	within := func(from Hour) bool {
		return slices.ContainsFunc(w.Open, func(o string) bool { a, b := span(o); return a <= from && from+Hour(h.Minutes) <= b })
	}
	for _, open := range append(slices.Collect(maps.Values(h.Week)), h.Open) {
		for _, o := range open {
			from, to := span(o)
			for c := from; c+Hour(h.Minutes) <= to; c += Hour(h.Minutes) {
				if within(c) {
					return true
				}
			}
		}
	}
	return false
}
