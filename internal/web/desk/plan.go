package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/web"
	follow "yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// planView is the hall's plan as a form, and how full the next days are.
type planView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Key     string
	Hall    string
	Halls   ui.Chips // where there are several
	Version journal.Version
	Names   []ui.Field
	Hours   ui.Field
	Week    ui.Field
	Times   []ui.Field // numbers of the plan
	Windows []windowView
	Closed  ui.Field
	Special ui.Field
	Days    ui.Table
}

// windowView is one window's row of fields.
type windowView struct {
	Title  string
	Fields []ui.Field
}

// daysShown is how far ahead the occupancy is shown.
const daysShown = 21

func (p *Pages) getPlan(w http.ResponseWriter, r *http.Request) { p.showPlan(w, r, nil, nil) }

// current is the plan of the asked-for hall, or of the first one.
func (p *Pages) current(ctx context.Context, id string) (room.Plan, error) {
	all, err := room.AllPlans(ctx, p.Journal.Store)
	if err != nil {
		return room.Plan{}, err
	}
	for _, h := range all {
		if h.ID == id {
			return h, nil
		}
	}
	own := room.Main
	if len(all) > 0 {
		if own = another(all); id != newHall && id != own {
			return all[0], nil
		}
	}
	return room.Plan{ID: own, Minutes: 30, Lead: 1, Horizon: 30, Offer: room.OfferMinutes, Elder: room.ElderYears, Open: []room.Span{{From: room.At(9, 0), To: room.At(12, 0)}, {From: room.At(13, 30), To: room.At(17, 0)}}}, nil
}

// newHall asks for the plan of a hall that isn't there yet.
const newHall = "new"

// another is the id of the next hall that an office opens.
func another(all []room.Plan) string {
	for n := 2; ; n++ {
		id := fmt.Sprintf("hall%d", n)
		if !slices.ContainsFunc(all, func(h room.Plan) bool { return h.ID == id }) {
			return id
		}
	}
}

// showPlan shows the plan in force, or with an error what was typed.
func (p *Pages) showPlan(w http.ResponseWriter, r *http.Request, typed *room.Planned, bad error) {
	ctx := r.Context()
	plan, err := p.current(ctx, r.FormValue("hall"))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	_, version, err := journal.Load(ctx, p.Journal, room.Plans, plan.ID)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := planView{Key: web.NewKey(), Hall: plan.ID, Version: version, Errors: ui.Summarise(ctx, bad)}
	v.Head = ui.Head{Title: ui.T(ctx, "desk.plan.title_none"), Lead: ui.T(ctx, "desk.plan.lead")}
	if plan.Name != "" {
		if v.Days, err = p.occupancy(ctx, plan); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		from, to := plan.Bookable(p.Journal.Today(), p.Journal.Book())
		v.Head.Title = ui.T(ctx, "desk.plan.title", "From", ui.MonthDay(ctx, from), "To", ui.MonthDay(ctx, to))
	}
	if v.Halls, err = p.halls(ctx, plan.ID, "/hall"); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "desk.use"), URL: useURL(plan.ID), Kind: ui.Second}}
	if plan.Name != "" {
		v.Head.Actions = append(v.Head.Actions, ui.Button{Text: ui.T(ctx, "desk.plan.another"), URL: "/hall?hall=" + newHall, Kind: ui.Plain})
	}
	shown := plan
	if typed != nil {
		shown = typed.Plan(plan.ID)
	}
	p.planFields(r, &v, shown, bad)
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, planPage(v))
}

func (p *Pages) planFields(r *http.Request, v *planView, plan room.Plan, bad error) {
	ctx, beside := r.Context(), ui.FieldErrors(r.Context(), bad)
	// What can't be read stays as it was typed.
	text := func(name, value string) string {
		if bad != nil {
			return r.PostFormValue(name)
		}
		return value
	}
	// ui:keys desk.plan.field.*
	field := func(kind ui.Kind, name, value string) ui.Field {
		f := ui.Field{Kind: kind, Name: name, Label: ui.T(ctx, "desk.plan.field."+name), Value: text(name, value), Error: beside[name]}
		if key := "desk.plan.field." + name + ".hint"; ui.Known(key) {
			f.Hint = ui.T(ctx, key)
		}
		return f
	}
	optional := func(f ui.Field) ui.Field { f.Optional = true; return f }
	en := func(f ui.Field) ui.Field { f.Lang, f.Optional = "en", true; return f }
	v.Names = []ui.Field{field(ui.Text, "name", plan.Name), en(field(ui.Text, "nameEn", plan.NameEn)), field(ui.Text, "place", plan.Place), en(field(ui.Text, "placeEn", plan.PlaceEn)),
		optional(field(ui.Text, "spot", plan.Spot)), optional(field(ui.Text, "phone", plan.Phone)), optional(field(ui.Text, "locker", plan.Locker)), en(field(ui.Text, "lockerEn", plan.LockerEn))}
	open := spans(plan.Open)
	var closed []string
	for _, c := range plan.Closed {
		closed = append(closed, strings.TrimSpace(c.Day.String()+" "+c.Reason))
	}
	var special []string
	for _, s := range plan.Special {
		special = append(special, strings.TrimSpace(strings.Join(append(append([]string{s.Day.String()}, spans(s.Open)...), s.Reason), " ")))
	}
	var week []string
	for _, w := range plan.Week {
		hours := spans(w.Open)
		if len(hours) == 0 {
			hours = []string{ui.T(ctx, "desk.plan.week.closed")}
		}
		week = append(week, strings.Join(append([]string{follow.WeekdayName(ctx, w.Day)}, hours...), " "))
	}
	hours := field(ui.Area, "open", strings.Join(open, "\n"))
	hours.Rows = 3
	for i := range plan.Open {
		hours.Error = strings.TrimSpace(hours.Error + " " + beside[fmt.Sprintf("open[%d]", i)])
	}
	short := func(f ui.Field) ui.Field { f.Width = "short"; return f }
	v.Hours = hours
	v.Week = field(ui.Area, "week", strings.Join(week, "\n"))
	v.Week.Rows, v.Week.Optional = 3, true
	v.Times = []ui.Field{short(field(ui.Number, "minutes", strconv.Itoa(plan.Minutes))), short(field(ui.Number, "lead", strconv.Itoa(int(plan.Lead)))), short(field(ui.Number, "horizon", strconv.Itoa(plan.Horizon))),
		short(field(ui.Number, "each", strconv.Itoa(plan.Each))), short(field(ui.Number, "offer", strconv.Itoa(plan.Offer))), short(field(ui.Number, "elder", strconv.Itoa(plan.Elder))),
		short(field(ui.Number, "unitDay", strconv.Itoa(plan.UnitDay))), short(field(ui.Number, "personDay", strconv.Itoa(plan.PersonDay)))}
	v.Closed = field(ui.Area, "closed", strings.Join(closed, "\n"))
	v.Closed.Rows, v.Closed.Optional = 4, true
	v.Special = field(ui.Area, "special", strings.Join(special, "\n"))
	v.Special.Rows, v.Special.Optional = 4, true
	// ui:keys desk.plan.window.*
	for i := range max(len(plan.Windows)+2, sent(r)) {
		win := room.Window{Places: 1}
		if i < len(plan.Windows) {
			win = plan.Windows[i]
		}
		at := fmt.Sprintf("windows[%d].", i)
		row := windowView{Title: ui.T(ctx, "desk.plan.window_new")}
		if id := text(at+"id", win.ID); id != "" {
			row.Title = ui.T(ctx, "desk.plan.window_of", "ID", id)
		}
		add := func(kind ui.Kind, name, value string) ui.Field {
			f := ui.Field{Kind: kind, Name: at + name, Label: ui.T(ctx, "desk.plan.window."+name), Value: text(at+name, value), Error: beside[at+name], Width: "short"}
			return f
		}
		counters := add(ui.Checks, "counters", "")
		counters.Across, counters.Width = true, ""
		// ui:keys desk.plan.counter.*
		for _, c := range visit.Counters() {
			chosen := win.Serves(c)
			if bad != nil {
				chosen = slices.Contains(r.PostForm[at+"counters"], string(c))
			}
			counters.Options = append(counters.Options, ui.Option{Value: string(c), Text: ui.T(ctx, "desk.plan.counter."+string(c)), Chosen: chosen})
		}
		name, nameEn, open := add(ui.Text, "name", win.Name), add(ui.Text, "nameEn", win.NameEn), add(ui.Text, "open", strings.Join(spans(win.Open), " "))
		name.Width, nameEn.Width, nameEn.Lang, open.Width = "mid", "mid", "en", "mid"
		name.Optional, nameEn.Optional, open.Optional = true, true, true
		row.Fields = []ui.Field{add(ui.Text, "id", win.ID), counters, add(ui.Number, "places", strconv.Itoa(win.Places)), add(ui.Number, "kept", strconv.Itoa(win.Kept)), open, name, nameEn}
		v.Windows = append(v.Windows, row)
	}
}

// occupancy is how full the next days are, by what is done at the windows.
func (p *Pages) occupancy(ctx context.Context, plan room.Plan) (ui.Table, error) {
	today, book := p.Journal.Today(), p.Journal.Book()
	t := ui.Table{Caption: ui.T(ctx, "desk.plan.caption"), Groups: []ui.Group{{}}, Columns: []ui.Column{{Text: ui.T(ctx, "desk.plan.col.day")}}}
	for _, c := range visit.Counters() {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "desk.plan.counter."+string(c)), Number: true})
	}
	t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "desk.plan.col.people"), Number: true})
	last := today.AddDays(daysShown)
	days, err := room.HallDays(ctx, p.Journal.Store, room.Ask{Plan: plan, Now: p.Journal.Now(), Book: book}, last)
	if err != nil {
		return t, err
	}
	rooms := map[calendar.Date]visit.HallDay{}
	for _, d := range days {
		rooms[d.Date] = d
	}
	for day := today; !day.After(last); day = day.Next() {
		name := ui.T(ctx, "desk.plan.day", "Day", ui.Short(ctx, day), "Weekday", ui.Weekday(ctx, day))
		if open, why := plan.OpenOn(day, book); !open {
			if why == "" {
				continue // a weekend
			}
			row := ui.Row{Cells: []ui.Cell{{Text: name, Head: true}, {Text: ui.T(ctx, "desk.plan.closed_for", "Why", why), Quiet: true}}}
			for range visit.Counters() {
				row.Cells = append(row.Cells, ui.Cell{})
			}
			t.Groups[0].Rows = append(t.Groups[0].Rows, row)
			continue
		}
		list, err := room.DayList(ctx, p.Journal.Store, plan.ID, day)
		if err != nil {
			return t, err
		}
		people := 0
		for _, b := range list {
			people += max(1, len(b.People))
		}
		row := ui.Row{Cells: []ui.Cell{{Text: name, Head: true}}}
		d, bookable := rooms[day]
		for _, c := range visit.Counters() {
			r := d.Room[c]
			switch {
			case !bookable:
				row.Cells = append(row.Cells, ui.Cell{Text: ui.T(ctx, "desk.plan.too_soon"), Quiet: true})
			case r.Minutes == 0:
				row.Cells = append(row.Cells, ui.Cell{Text: ui.T(ctx, "desk.plan.no_window"), Quiet: true})
			default:
				row.Cells = append(row.Cells, ui.Cell{Text: ui.T(ctx, "desk.plan.taken", "Booked", r.Booked/plan.Holds(), "All", r.Minutes/plan.Holds())})
			}
		}
		row.Cells = append(row.Cells, ui.Cell{Text: ui.Count(people)})
		t.Groups[0].Rows = append(t.Groups[0].Rows, row)
	}
	return t, nil
}

// sent counts the rows of windows that were posted.
func sent(r *http.Request) (n int) {
	for r.PostForm.Has(fmt.Sprintf("windows[%d].id", n)) {
		n++
	}
	return n
}

// readPlan reads the form; what can't be read is told with the field. rows says of
// each window in which row it was typed: one that is empty is left out.
func readPlan(r *http.Request) (p room.Planned, rows []int, err error) {
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	p = room.Planned{Name: get("name"), NameEn: get("nameEn"), Place: get("place"), PlaceEn: get("placeEn"), Spot: get("spot"), Phone: get("phone"), Locker: get("locker"), LockerEn: get("lockerEn")}
	var wrong []fault.Finding
	number := func(name string) int {
		n, err := strconv.Atoi(get(name))
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.number.unreadable"})
		}
		return n
	}
	p.Minutes, p.Lead, p.Horizon = number("minutes"), calendar.Workdays(number("lead")), number("horizon")
	p.Offer, p.Elder = number("offer"), number("elder")
	p.UnitDay, p.PersonDay, p.Each = number("unitDay"), number("personDay"), number("each")
	for _, line := range lines(get("open")) {
		span, ok := spanOf(line)
		if !ok {
			wrong = append(wrong, fault.Finding{Field: "open", Key: "desk.plan.open_unreadable", Args: map[string]any{"Line": line}})
			continue
		}
		p.Open = append(p.Open, span)
	}
	for _, line := range lines(get("week")) {
		w, ok := weekdayOf(line)
		if !ok {
			wrong = append(wrong, fault.Finding{Field: "week", Key: "desk.plan.week_unreadable", Args: map[string]any{"Line": line}})
			continue
		}
		p.Week = append(p.Week, w)
	}
	for _, line := range lines(get("closed")) {
		day, reason, _ := strings.Cut(line, " ")
		d, err := calendar.Parse(day)
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: "closed", Key: "desk.plan.closed_unreadable", Args: map[string]any{"Line": line}})
			continue
		}
		p.Closed = append(p.Closed, room.ClosedDay{Day: d, Reason: strings.TrimSpace(reason)})
	}
	for _, line := range lines(get("special")) {
		s, ok := specialOf(line)
		if !ok {
			wrong = append(wrong, fault.Finding{Field: "special", Key: "desk.plan.special_unreadable", Args: map[string]any{"Line": line}})
			continue
		}
		p.Special = append(p.Special, s)
	}
	for i := range sent(r) {
		at := fmt.Sprintf("windows[%d].", i)
		if get(at+"id") == "" {
			continue // an empty row, or a window that was taken out
		}
		rows = append(rows, i)
		win := room.Window{ID: strings.ToUpper(get(at + "id")), Name: get(at + "name"), NameEn: get(at + "nameEn"), Places: number(at + "places"), Kept: number(at + "kept")}
		for _, word := range strings.Fields(get(at + "open")) {
			span, ok := spanOf(word)
			if !ok {
				wrong = append(wrong, fault.Finding{Field: at + "open", Key: "desk.plan.open_unreadable", Args: map[string]any{"Line": word}})
				continue
			}
			win.Open = append(win.Open, span)
		}
		for _, c := range r.PostForm[at+"counters"] {
			win.Counters = append(win.Counters, visit.Counter(c))
		}
		p.Windows = append(p.Windows, win)
	}
	if len(wrong) > 0 {
		return p, rows, fault.Invalid(wrong...)
	}
	return p, rows, nil
}

// spanOf reads hours as people write them: 9:00-12:00, 9：00至12：00.
func spanOf(text string) (room.Span, bool) {
	from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-", "~", "-", "至", "-", "：", ":", " ", "").Replace(text), "-")
	a, errA := room.ParseClock(padded(from))
	b, errB := room.ParseClock(padded(to))
	return room.Span{From: a, To: b}, ok && errA == nil && errB == nil
}

// spans writes hours as spanOf reads them.
func spans(of []room.Span) []string {
	var out []string
	for _, o := range of {
		out = append(out, o.From.String()+"-"+o.To.String())
	}
	return out
}

// closedWords say that the hall is closed on a day of the week.
var closedWords = []string{"不开", "不開", "休息", "closed"}

// weekdayOf reads a day of the week with hours of its own, 周三 09:00-12:00 13:30-19:00, or
// with none: 周六 不开, Friday closed.
func weekdayOf(line string) (room.WeekdayHours, bool) {
	words := strings.Fields(line)
	day, ok := weekdays[strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(words[0], "星期"), "周"), "週")]
	if !ok && len(words[0]) >= 3 {
		day, ok = weekdays[strings.ToLower(words[0][:3])]
	}
	w := room.WeekdayHours{Day: day}
	if len(words) < 2 || len(words) == 2 && slices.Contains(closedWords, strings.ToLower(words[1])) {
		return w, ok && len(words) == 2
	}
	for _, word := range words[1:] {
		span, reads := spanOf(word)
		ok = ok && reads
		w.Open = append(w.Open, span)
	}
	return w, ok
}

var weekdays = map[string]time.Weekday{"日": time.Sunday, "天": time.Sunday, "一": time.Monday, "二": time.Tuesday, "三": time.Wednesday, "四": time.Thursday, "五": time.Friday, "六": time.Saturday,
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday}

// specialOf reads a day with hours of its own: 2026-12-26 09:00-12:00 14:00-16:00 reason.
func specialOf(line string) (room.SpecialDay, bool) {
	words := strings.Fields(line)
	var s room.SpecialDay
	var err error
	if s.Day, err = calendar.Parse(words[0]); err != nil {
		return s, false
	}
	for words = words[1:]; len(words) > 0; words = words[1:] {
		span, ok := spanOf(words[0])
		if !ok {
			break
		}
		s.Open = append(s.Open, span)
	}
	s.Reason = strings.Join(words, " ")
	return s, len(s.Open) > 0
}

// asTyped puts what is wrong with a window beside the row in which it was typed.
func asTyped(err error, rows []int) error {
	var out []fault.Finding
	for _, f := range fault.Findings(err) {
		for k, row := range rows {
			if name, of := strings.CutPrefix(f.Field, fmt.Sprintf("windows[%d].", k)); of {
				f.Field = fmt.Sprintf("windows[%d].%s", row, name)
				break
			}
		}
		out = append(out, f)
	}
	if out == nil {
		return err
	}
	return fault.Invalid(out...)
}

func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// padded writes 9:00 as 09:00.
func padded(clock string) string {
	if len(clock) == 4 {
		return "0" + clock
	}
	return clock
}

func (p *Pages) postPlan(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	planned, rows, err := readPlan(r)
	plan, failedToRead := p.current(ctx, r.PostFormValue("hall"))
	if failedToRead != nil {
		p.Site.Fail(w, r, failedToRead)
		return
	}
	if r.PostFormValue("hall") != plan.ID {
		p.Site.Fail(w, r, fault.NotFound("hall "+r.PostFormValue("hall")))
		return
	}
	others, failedToRead := room.AllPlans(ctx, p.Journal.Store)
	if failedToRead != nil {
		p.Site.Fail(w, r, failedToRead)
		return
	}
	others = slices.DeleteFunc(others, func(h room.Plan) bool { return h.ID == plan.ID })
	if err == nil {
		planned.From = plan.From
		_, err = journal.Do(ctx, p.Journal, room.Plans, web.Order(r, plan.ID), room.SetPlan{Planned: planned, Others: others})
		err = asTyped(err, rows)
	}
	switch {
	case err == nil:
		to := "/hall"
		if plan.ID != room.Main {
			to += "?" + url.Values{"hall": {plan.ID}}.Encode()
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	case tellable(err):
		p.showPlan(w, r, &planned, err)
	default:
		p.Site.Fail(w, r, err)
	}
}
