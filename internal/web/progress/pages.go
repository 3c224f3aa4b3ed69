// Package progress is how far a case has come, as pages show it: the line, the
// one next step, the timeline, the ledger, and how far this zone has heard of
// the others. Other rooms' pages borrow its parts.
package progress

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/exchange"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/person"
	room "yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Pages is what these pages need of a node.
type Pages struct {
	Site    *web.Site
	Journal *journal.Journal
	Country func(code, lang string) string // lang is "zh" or "en"
	// Latest is the day by which people of a case must come, by the plan of its
	// visits; zero where nobody must.
	Latest func(ctx context.Context, filing string) (calendar.Date, error)
	// Missions are the visits of its travellers to missions, by the same plan.
	Missions func(ctx context.Context, filing string) ([]AtMission, error)
	// Shared are its members who go with a booklet that is being made on account of
	// another case.
	Shared func(ctx context.Context, filing string) ([]Shared, error)
	// LossWait are the days after which a lost booklet may be made again.
	LossWait func() int
	// Heard tells how far this zone and the others have heard of each other.
	Heard func(ctx context.Context) (ui.HeardList, error)
	// Ways tell how far what this zone wrote of a case has come to each of the others
	// that may have it; nil where nobody asks.
	Ways func(ctx context.Context, kind string, at journal.Position) ([]exchange.Way, error)

	paces map[room.Stretch]usual // read already; nil where nothing is kept of it (once)
}

// once are these pages for one answer: what several of its cases ask alike is read once.
func (p *Pages) once() *Pages {
	q := *p
	q.paces = map[room.Stretch]usual{}
	if latest := p.Latest; latest != nil {
		had := map[string]calendar.Date{}
		q.Latest = func(ctx context.Context, filing string) (calendar.Date, error) {
			if day, is := had[filing]; is {
				return day, nil
			}
			day, err := latest(ctx, filing)
			if err == nil {
				had[filing] = day
			}
			return day, err
		}
	}
	return &q
}

// Routes are the addresses of these pages on the internet site.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /cases/{case}/progress", Right: access.SeeCase, Handle: p.get},
	}
}

// Mine tells whether a step is the reader's own to do. Who travels may book,
// tell too, but is asked only for what is about themselves.
func Mine(w access.Who, s room.State, step room.Step) bool {
	if step.Key == "progress.next.opinion" {
		return false // another authority's, whose reply the desk only enters
	}
	ofUnit := step.Who == room.Unit || step.Who == room.Liaison && slices.Contains([]string{"visit", "after"}, step.Page)
	if !ofUnit || w.Has(access.Liaison) {
		return w.Has(access.Role(step.Who)) || ofUnit && w.Has(access.Liaison)
	}
	if !w.Has(access.Traveller) {
		return false
	}
	me := s.People[w.Person]
	switch {
	case me == nil, step.Key == "progress.next.report", step.Key == "progress.next.put_up": // the unit reports
		return false
	case step.Page == "visit":
		return me.MustCome()
	case step.Key == "progress.next.hand_in":
		return me.Booklet == room.IsLent
	case step.Key == "progress.next.give_back", step.Key == "progress.next.at_mission":
		return step.Args["Person"] == w.Person
	case step.Key == "progress.next.fetch":
		return me.Booklet == room.IsLent && me.By == custody.Locker
	}
	return true
}

// Line is a case's line as this reader sees it: where it waits for them it is red.
func (p *Pages) Line(ctx context.Context, id string) (ui.Line, error) {
	s, _, err := room.Of(ctx, p.Journal.Store, id)
	if err != nil {
		return ui.Line{}, err
	}
	out := p.line(ctx, s)
	if out.Expects, err = p.Expects(ctx, s); err != nil {
		return out, err
	}
	if of, is := filing.AmendmentOf(id); is {
		var going []string
		if s.Stage.Open() {
			f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
			if err != nil {
				return out, err
			}
			going = f.Persons()
		}
		return p.Changed(ctx, out, of, going)
	}
	return out, nil
}

// Changed is the line of a change: booklets and visas are the whole mission's, and go
// on while it is changed. As long as it isn't decided they are those of who would go;
// going nil is the mission as it is.
func (p *Pages) Changed(ctx context.Context, out ui.Line, of string, going []string) (ui.Line, error) {
	s, _, err := room.Of(ctx, p.Journal.Store, of)
	if err != nil {
		return out, err
	}
	is := s
	if len(going) > 0 {
		is = s.Among(going)
	}
	whole := p.drawn(ctx, room.LineOf(is), s)
	out.Passport, out.Visa, out.Permits = whole.Passport, whole.Visa, whole.Permits
	return out, nil
}

func (p *Pages) line(ctx context.Context, s room.State) ui.Line {
	return p.drawn(ctx, room.LineOf(s), s)
}

// drawn shows a line of a case that stands so.
func (p *Pages) drawn(ctx context.Context, l room.Line, s room.State) ui.Line {
	out := ui.Line{Approval: station(ctx, l.Approval), Passport: station(ctx, l.Passport), Visa: station(ctx, l.Visa), Permits: s.ToRegionsOnly()}
	step := room.Next(s, p.Journal.Now())
	if !Mine(web.WhoOf(ctx), s, step) || s.Stage.Over() {
		return out
	}
	for _, st := range []*ui.Station{&out.Approval, &out.Passport, &out.Visa} {
		if st.State == ui.Here {
			st.State = ui.You
			break
		}
	}
	return out
}

// ui:keys progress.line.*
func station(ctx context.Context, s room.Station) ui.Station {
	return ui.Station{State: ui.Standing(s.Standing), Filled: s.Tenths, Says: ui.TMap(ctx, s.Key, s.Args)}
}

// RoleName is what a role is called in a timeline.
func RoleName(ctx context.Context, role string) string { return whoName(ctx, role) }

// ui:keys progress.who.*
func whoName(ctx context.Context, w string) string {
	if key := "progress.who." + w; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return w
}

// Next is the one next step of a case as this reader sees it; false when this
// zone has heard nothing of the case.
func (p *Pages) Next(ctx context.Context, filing string, w access.Who) (ui.Next, bool, error) {
	s, ok, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil || !ok {
		return ui.Next{}, false, err
	}
	n, err := p.next(ctx, s, w)
	return n, true, err
}

// Beside is what is owed on a day of its own beside the next step, by the reader: who
// is seen by a mission, and the booklet of who goes no more.
func (p *Pages) Beside(ctx context.Context, filing string, w access.Who) ([]ui.Note, error) {
	s, ok, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil || !ok {
		return nil, err
	}
	var out []ui.Note
	for _, step := range room.Beside(s, p.Journal.Now()) {
		if step.Key != "progress.next.at_mission" && step.Key != "progress.next.give_back" || !Mine(w, s, step) {
			continue
		}
		n, err := p.step(ctx, s, step, w)
		if err != nil {
			return nil, err
		}
		note := ui.Note{State: ui.Info, Title: n.Act, Text: n.Text}
		if step.Of != room.Appointment { // that names its day
			note.Title = ui.Clauses(ctx, n.Act, n.By)
		}
		if step.Late {
			note.State = ui.Stop
		}
		if len(n.Actions) > 0 {
			note.Link = ui.Link{Text: n.Actions[0].Text, URL: n.Actions[0].URL}
		}
		out = append(out, note)
	}
	return out, nil
}

// pages that a step is done on, under /cases/{case} unless they begin anew.
func pageOf(filing, page string) string {
	id := url.PathEscape(filing)
	switch page {
	case "":
		return ""
	case "sign":
		return "/sign/" + id
	case "correct":
		return "/cases/" + id + "/notice"
	case "visit":
		return "/visits/" + id
	case "rate":
		return "/me/rate/" + id
	}
	return "/cases/" + id + "/" + page
}

// ui:keys progress.next.*
// ui:keys progress.do.*
func (p *Pages) next(ctx context.Context, s room.State, w access.Who) (ui.Next, error) {
	if n, here, err := p.InHall(ctx, s, w); here || err != nil {
		return n, err
	}
	return p.step(ctx, s, room.Next(s, p.Journal.Now()), w)
}

// inWorkdays are the steps whose last day is counted in working days; that of
// others doesn't move with a year's holidays.
var inWorkdays = []string{"accept", "correct", "review", "report", "later", "file"}

// step is one step as the reader sees it.
//
// ui:keys progress.by.*
// ui:keys progress.late.*
func (p *Pages) step(ctx context.Context, s room.State, step room.Step, w access.Who) (ui.Next, error) {
	step = refusedTo(s, step, w)
	says := step.Key
	if of, _ := step.Args["Person"].(string); !Shows(w, of) {
		says += ".other" // neither who nor why
	}
	n := ui.Next{Turn: ui.Theirs, Owes: whoName(ctx, string(step.Who)), Act: ui.TMap(ctx, says, p.args(ctx, step.Args))}
	key := says + ".text"
	if own := key + ".own"; ownOnly(w) && ui.Known(own) { // what the unit does about it is on pages that aren't theirs
		key = own
	}
	if ui.Known(key) {
		n.Text = ui.TMap(ctx, key, p.args(ctx, step.Args))
	}
	switch {
	case step.Who == room.Nobody:
		n.Turn = ui.Nobody
	case step.Key == "progress.next.opinion":
		n.Owes = s.AwaitsFrom
	case Mine(w, s, step):
		n.Turn = ui.Yours
	}
	step, err := p.dated(ctx, s, step)
	if err != nil {
		return n, err
	}
	if !step.Due.IsZero() {
		of := ""
		if step.Of != "" {
			of = "." + step.Of
		}
		n.By = ui.T(ctx, "progress.by"+of, "Day", ui.MonthDay(ctx, step.Due))
		if step.Late {
			n.By = ui.T(ctx, "progress.late"+of, "Count", p.Journal.Today().Sub(step.Due), "Day", ui.MonthDay(ctx, step.Due))
		}
		if moves := ui.MayMove(ctx, p.Journal.Book(), p.Journal.Today(), step.Due); moves != "" && slices.Contains(inWorkdays, strings.TrimPrefix(step.Key, "progress.next.")) {
			n.Text = ui.Sentences(ctx, n.Text, moves)
		}
	}
	if s.Coming != nil && step.Key == "progress.next.come" {
		if err := p.come(ctx, s, w, &n); err != nil {
			return n, err
		}
	}
	if short := strings.TrimPrefix(step.Key, "progress.next."); short == "hand_in" || short == "lend" {
		if n.Place, err = p.deskLine(ctx); err != nil {
			return n, err
		}
		if short == "hand_in" && n.Turn == ui.Yours && w.Person != "" && !w.May(access.SeeUnit) { // who travels hands in their own
			n.Act = ui.T(ctx, "progress.next.hand_in.own")
		}
	}
	if step.Key == "progress.next.fetch" {
		h, _, err := p.hall(ctx)
		if err != nil {
			return n, err
		}
		codes, err := p.codes(ctx, s.Filing, custody.Locker)
		if err != nil {
			return n, err
		}
		n.Place = ui.Name(ctx, fault.Text{Zh: h.Locker, En: h.LockerEn})
		n.Text = ui.Sentences(ctx, codes, n.Text)
	}
	to := pageOf(s.Filing, step.Page)
	if step.Page == "rate" && w.May(access.Rate) {
		n.Actions = []ui.Button{{Text: ui.T(ctx, "progress.do.rate"), URL: to, Kind: ui.Second}}
		return n, nil
	}
	if to == "" || n.Turn != ui.Yours {
		return n, nil
	}
	short := strings.TrimPrefix(step.Key, "progress.next.")
	if short == "come" {
		n.Actions = []ui.Button{{Text: ui.T(ctx, "progress.do.pass"), URL: to + "/pass"}, p.Otherwise(ctx, s.Filing, s.Coming.Day)}
		return n, nil
	}
	text := ui.T(ctx, "progress.do.open")
	if key := "progress.do." + short; ui.Known(key) {
		text = ui.T(ctx, key)
	}
	if short == "book" || short == "book_again" {
		to += "/slots" // the choice itself; what the visit is for stands above it
	}
	n.Actions = []ui.Button{{Text: text, URL: to}}
	return n, nil
}

// refusedTo is what a traveller reads where visas of their delegation were refused: of
// their own whose and why, of the others that there are some.
func refusedTo(s room.State, step room.Step, w access.Who) room.Step {
	if step.Key != "progress.next.visa_refused" || !ownOnly(w) {
		return step
	}
	me := s.People[w.Person]
	if me == nil {
		me = &room.Person{}
	}
	for _, area := range slices.Sorted(maps.Keys(me.Visas)) {
		if v := me.Visas[area]; v.Stage == visa.IsRefused {
			step.Key += "_one"
			step.Args = map[string]any{"Person": w.Person, "Area": area, "Reason": v.Why, "Count": 1}
			return step
		}
	}
	step.Key += ".some"
	return step
}

// dated is a step with the day by which holders must come, which the plan of the
// visit knows.
func (p *Pages) dated(ctx context.Context, s room.State, step room.Step) (room.Step, error) {
	if step.Of != room.Attendance {
		return step, nil
	}
	step.Due = calendar.Date{}
	if p.Latest != nil {
		var err error
		if step.Due, err = p.Latest(ctx, s.Filing); err != nil {
			return step, err
		}
	}
	step.Late = !step.Due.IsZero() && step.Due.Before(p.Journal.Today())
	return step, nil
}

// come adds what somebody who comes needs to know: when, where, what to bring.
func (p *Pages) come(ctx context.Context, s room.State, w access.Who, n *ui.Next) error {
	plan, ok, err := hall.HallOf(ctx, p.Journal.Store, s.Coming.Hall)
	if err != nil {
		return err
	}
	n.When = came(ctx, *s.Coming)
	n.By = ""
	if ok {
		n.Place = ui.Name(ctx, fault.Text{Zh: plan.Place, En: plan.PlaceEn})
	}
	n.Bring = []string{ui.T(ctx, "progress.bring.card")}
	b, booked, err := hall.BookingOf(ctx, p.Journal.Store, s.Coming.Booking)
	if booked {
		n.Bring, n.Spare = p.bring(ctx, b, w)
	}
	return err
}

// Otherwise is what who can't come then does: another time, or on the day itself, when
// no time is moved any more, giving it back.
func (p *Pages) Otherwise(ctx context.Context, filing string, day calendar.Date) ui.Button {
	to := "/visits/" + url.PathEscape(filing)
	if !p.Journal.Today().Before(day) {
		return ui.Button{Text: ui.T(ctx, "progress.do.cancel"), URL: to + "/cancel", Kind: ui.Second}
	}
	return ui.Button{Text: ui.T(ctx, "progress.do.move"), URL: to + "/slots?move=1", Kind: ui.Second}
}

// When writes a time of coming: 12月10日 星期四 9:30.
func When(ctx context.Context, d calendar.Date, c hall.Clock) string {
	return ui.T(ctx, "progress.when", "Day", ui.MonthDay(ctx, d), "Weekday", ui.Weekday(ctx, d), "Clock", fmt.Sprintf("%d:%02d", int(c)/60, int(c)%60))
}

// came is when somebody comes or came; who came without a booking had no time.
func came(ctx context.Context, c room.Coming) string {
	if c.Booking == "" {
		return ui.T(ctx, "progress.when.walk", "Day", ui.MonthDay(ctx, c.Day), "Weekday", ui.Weekday(ctx, c.Day))
	}
	return When(ctx, c.Day, c.Slot)
}

// ui:keys progress.way.*
//
// args turns what the timeline and the next step hold into what a reader reads:
// people's names, countries, days.
func (p *Pages) args(ctx context.Context, in map[string]any) map[string]any {
	out := make(map[string]any, len(in))
	for name, v := range in {
		switch x := v.(type) {
		case float64: // JSON knows no whole numbers
			out[name] = int(x)
			continue
		case string:
			switch name {
			case "Person":
				out["Name"] = p.Name(ctx, x)
				continue
			case "Area":
				out[name] = p.Area(ctx, x)
				continue
			case "Letter":
				// ui:keys letter.kind.*
				out[name] = ui.T(ctx, "letter.kind."+x)
				continue
			case "Kind":
				if key := "amend.kind." + x; ui.Known(key) {
					out[name] = ui.T(ctx, key)
					continue
				}
				out["Paper"] = PaperName(ctx, x)
			case "Role":
				out[name] = whoName(ctx, x)
				continue
			case "By":
				out[name] = ui.T(ctx, "progress.way."+x)
				continue
			case "Day", "Due", "Return":
				d, err := calendar.Parse(x)
				if err == nil {
					out[name] = ui.MonthDay(ctx, d)
					continue
				}
			}
		case calendar.Date:
			out[name] = ui.MonthDay(ctx, x)
			continue
		}
		out[name] = v
	}
	if zh, ok := in["Zh"].(string); ok {
		en, _ := in["En"].(string)
		out["What"] = ui.Say(ctx, fault.Text{Zh: zh, En: en})
	}
	if zh, ok := in["Reason"].(string); ok {
		en, _ := in["ReasonEn"].(string)
		out["Reason"] = ui.Say(ctx, fault.Text{Zh: zh, En: en})
	}
	return out
}

// Name names a traveller where this zone may; elsewhere it says 一名团员.
func (p *Pages) Name(ctx context.Context, id string) string {
	e, err := person.One(ctx, p.Journal.Store, id)
	if err != nil || e.Name() == "" {
		return ui.T(ctx, "progress.member")
	}
	return e.Name()
}

// Area names a country or the Schengen area.
func (p *Pages) Area(ctx context.Context, area string) string {
	if area == "SCHENGEN" {
		return ui.T(ctx, "progress.schengen")
	}
	if p.Country == nil {
		return area
	}
	return ui.Country(ctx, p.Country, area)
}

// ui:keys happened.*
//
// sentence is the key of a happening's sentence: some turn out in two ways.
func sentence(h room.Happening) string {
	key := h.Key()
	late, _ := h.Args["Late"].(float64)
	points, _ := h.Args["Points"].(float64)
	switch {
	case h.Kind == "filing.corrected" && points > 0:
		return correctedKey
	case h.Kind == "approval.revoked" && h.Args["Number"] == "":
		return key + ".annulled"
	case h.Kind == "visa.planned" && h.Args["Needed"] == false:
		if way, _ := h.Args["Way"].(string); way != "" {
			return key + "." + way
		}
		return key + ".none"
	case h.Kind == "approval.booklet_asked" && h.Args["Other"] == true:
		return key + ".other"
	case h.Kind == "approval.booklet_asked" && h.Args["Again"] == true:
		return key + ".again"
	case h.Kind == "passport.captured" && h.Args["Day"] != nil:
		return key + ".due"
	case h.Kind == "attendance.act_closed" && h.Args["Result"] != string(hall.Done):
		return key + ".other"
	case (h.Kind == "custody.handed_in" || h.Kind == "trip.report_filed" || h.Kind == "trip.notice_filed" || h.Kind == "filing.supplied") && late > 0:
		return key + ".late"
	}
	return key
}

const correctedKey = "happened.filing.corrected.counted"

// Corrected tells of a correction how many defects it answers and how much
// changed with it; journals of before don't say.
func Corrected(ctx context.Context, b filing.Corrected) string {
	if b.Points == 0 {
		return ui.T(ctx, "happened.filing.corrected")
	}
	return ui.T(ctx, correctedKey, "Points", b.Points, "Count", b.Places)
}

// Timeline is what happened to a case, newest first.
func (p *Pages) Timeline(ctx context.Context, filing string, limit int) (ui.Timeline, error) {
	return p.TimelineBut(ctx, filing, limit)
}

// TimelineOf is what happened to a case of the kinds that begin with one of the
// prefixes.
func (p *Pages) TimelineOf(ctx context.Context, filing string, limit int, of ...string) (ui.Timeline, error) {
	return p.timeline(ctx, filing, limit, func(kind string) bool { return begins(kind, of) })
}

// TimelineBut leaves out the kinds that begin with one of the prefixes: whoever
// knows more of those tells them.
func (p *Pages) TimelineBut(ctx context.Context, filing string, limit int, without ...string) (ui.Timeline, error) {
	return p.timeline(ctx, filing, limit, func(kind string) bool { return !begins(kind, without) })
}

func begins(kind string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(kind, prefix) })
}

func (p *Pages) timeline(ctx context.Context, filing string, limit int, told func(kind string) bool) (ui.Timeline, error) {
	hs, err := room.Timeline(ctx, p.Journal.Store, ledger.Case(filing), limit)
	if err != nil {
		return nil, err
	}
	var out ui.Timeline
	for i := 0; i < len(hs); i++ {
		h := hs[i]
		if !told(h.Kind) || p.Journal.Zone == zone.Office && begins(h.Kind, ofPoorRatings) {
			continue
		}
		if of, _ := h.Args["Person"].(string); !Shows(web.WhoOf(ctx), of) {
			continue
		}
		if n := uploads(hs[i:]); n > 1 {
			out = append(out, ui.Happening{At: h.At, What: ui.T(ctx, "progress.papers_added", "Count", n), Who: whoName(ctx, h.Role), Zone: h.Zone, Names: namesOf(ctx, hs[i:i+n])})
			p.Sent(ctx, &out[len(out)-1], h.Kind, h.Position) // the last of them arrives last
			i += n - 1
			continue
		}
		args := p.args(ctx, h.Args)
		if act, ok := h.Args["Act"].(string); ok {
			args["Act"] = ActName(ctx, act)
		}
		key := sentence(h)
		what := key
		if ui.Known(key) {
			what = ui.TMap(ctx, key, args)
		}
		also, err := p.fates(ctx, ledger.Case(filing), h)
		if err != nil {
			return nil, err
		}
		what = ui.Sentences(ctx, append([]string{what}, also...)...)
		out = append(out, ui.Happening{At: h.At, What: what, Who: whoName(ctx, h.Role), Zone: h.Zone})
		p.Sent(ctx, &out[len(out)-1], h.Kind, h.Position)
	}
	return out, nil
}

// ofPoorRatings tell that a rating was a poor one. In the office they stand with the
// rating, for those who answer it: whoever is served next meets the others.
var ofPoorRatings = []string{"feedback.rated_again", "feedback.replied"}

// Sent says of what happened in this zone whether the others have it. What
// can't be told is left out: no page fails for it.
func (p *Pages) Sent(ctx context.Context, h *ui.Happening, kind string, at journal.Position) {
	if p.Ways == nil || h.Zone != p.Journal.Zone {
		return
	}
	ways, err := p.Ways(ctx, kind, at)
	p.Site.Missed(ctx, "how far an event has come", kind, err)
	if err != nil {
		return
	}
	var receipts []string
	for _, w := range ways {
		if w.Held {
			receipts = append(receipts, ui.T(ctx, "progress.held", "Zone", ui.ZoneName(ctx, w.To)))
			continue
		}
		if w.Arrived.IsZero() {
			h.Transit = true
			continue
		}
		receipts = append(receipts, ui.T(ctx, "progress.arrived", "Zone", ui.ZoneName(ctx, w.To), "When", ui.At(ctx, w.Arrived)))
	}
	h.Receipt = ui.List(ctx, receipts)
}

// oneSitting is how far apart papers may be that were added at one go.
const oneSitting = time.Hour

// uploads counts the papers that one role added at one go, from the first of
// hs on: a dozen of them are one line of a timeline.
func uploads(hs []room.Happening) int {
	n := 0
	for n < len(hs) && hs[n].Kind == "material.added" && hs[n].Role == hs[0].Role && hs[n].Zone == hs[0].Zone && hs[0].At.Sub(hs[n].At) < oneSitting {
		n++
	}
	return n
}

func namesOf(ctx context.Context, hs []room.Happening) string {
	var out []string
	for _, h := range slices.Backward(hs) {
		if name, ok := h.Args["Name"].(string); ok {
			out = append(out, name)
		}
	}
	return ui.List(ctx, out)
}

type view struct {
	Head     ui.Head
	Line     ui.Line
	Next     ui.Next
	Figures  ui.Figures
	Data     ui.Table
	Timeline ui.Timeline
	Heard    ui.HeardList
	Verdicts *ui.Table
	Shared   []missionLine
	Missions []missionLine
	Entries  []missionLine // what travellers see to where no visa is in the booklet
	Void     []ui.Note     // that the approval was taken back
	Lost     []missionLine // booklets
	Links    []ui.Link
}

type missionLine struct{ What, Note string }

// timelineLimit is how much of a case's past one page shows: all of an
// ordinary one.
const timelineLimit = 300

func (p *Pages) get(w http.ResponseWriter, r *http.Request) {
	ctx, filing := r.Context(), r.PathValue("case")
	s, ok, err := room.Of(ctx, p.Journal.Store, filing)
	if err == nil && !ok {
		s = room.State{Filing: filing} // a draft: nothing has happened yet
	}
	v := view{}
	if err == nil {
		v.Next, err = p.next(ctx, s, web.Who(r))
	}
	if err == nil {
		v.Timeline, err = p.Timeline(ctx, filing, timelineLimit)
	}
	if err == nil {
		v.Heard, err = p.heard(ctx)
	}
	if err == nil {
		v.Figures, err = p.Ledger(ctx, filing)
	}
	if err == nil {
		v.Data, err = p.data(ctx, filing)
	}
	if err == nil {
		v.Verdicts, err = p.Verdicts(ctx, filing)
	}
	if err == nil && ok {
		v.Shared, err = p.shared(ctx, s, web.WhoOf(ctx))
	}
	if err == nil && ok {
		v.Void, err = p.VoidNotes(ctx, filing)
	}
	if err == nil && ok {
		v.Lost, err = p.lost(ctx, s)
	}
	if err == nil && ok {
		v.Missions, err = p.missions(ctx, filing)
	}
	if err == nil && ok {
		v.Entries, err = p.entries(ctx, filing)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Line = p.line(ctx, s)
	v.Head = p.Head(ctx, s)
	v.Links = p.links(ctx, s)
	crumbs := Crumbs(ctx, web.Who(r), filing, ui.T(ctx, "progress.follow.this"), ui.T(ctx, "progress.follow.progress")) // the title stands below
	if !web.Who(r).May(access.SeeUnit) {                                                                                // to whom this is the case's own page
		crumbs = slices.Delete(crumbs, 1, 2)
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true, Crumbs: crumbs, Tabs: Tabs(ctx, web.Who(r), filing)}, page(v))
}

// Head names a case as phones show it: where to, when, how many.
func (p *Pages) Head(ctx context.Context, s room.State) ui.Head {
	h := ui.Head{Title: s.Title}
	if h.Title == "" {
		h.Title = ui.T(ctx, "progress.untitled")
	}
	if !s.Depart.IsZero() {
		h.Lead = ui.T(ctx, "progress.lead", "Span", ui.Span(ctx, s.Depart, s.Return), "Count", s.Travelling())
	}
	if s.Document != "" {
		h.Over = s.Document
	}
	return h
}

// links lead on from the page, as far as there is something there.
func (p *Pages) links(ctx context.Context, s room.State) []ui.Link {
	id := url.PathEscape(s.Filing)
	out := []ui.Link{{Text: ui.T(ctx, "progress.to_me"), URL: "/me"}}
	if web.WhoOf(ctx).May(access.SeeUnit) {
		out = []ui.Link{{Text: ui.T(ctx, "progress.to_case"), URL: "/cases/" + id}, {Text: ui.T(ctx, "told.case.link"), URL: "/cases/" + id + "/told"}}
	}
	if s.File != "" && !s.Revoked { // else the mark leads to it
		out = append(out, ui.Link{Text: ui.T(ctx, "progress.to_approval", "Number", s.Document), URL: "/cases/" + id + "/approval"})
	}
	switch s.Stage {
	case room.Issued, room.Cleared:
		out = append(out, ui.Link{Text: ui.T(ctx, "progress.to_visit"), URL: "/visits/" + id})
	}
	if after(s) {
		out = append(out, ui.Link{Text: ui.T(ctx, "progress.to_after"), URL: "/cases/" + id + "/after"})
	}
	return out
}

// Ledger is the case's four numbers.
func (p *Pages) Ledger(ctx context.Context, filing string) (ui.Figures, error) {
	filing = ledger.Case(filing)
	l, err := ledger.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return ui.Figures{}, err
	}
	data, err := ledger.Data(ctx, p.Journal.Store, filing)
	if err != nil {
		return ui.Figures{}, err
	}
	sub, repeated, err := p.again(ctx, filing, data)
	if err != nil {
		return ui.Figures{}, err
	}
	out := ui.Figures{Two: true, Items: []ui.Figure{
		{Label: ui.T(ctx, "ui.ledger.visits"), Number: ui.Count(l.Visits), Unit: unit(l.Visits, ui.T(ctx, "ui.ledger.time"), ui.T(ctx, "ui.ledger.times")), Sub: ui.T(ctx, "ui.ledger.visits_target"), Missed: l.Visits > 1},
		{Label: ui.T(ctx, "progress.ledger.asks"), Number: ui.Count(l.Asks), Unit: unit(l.Asks, ui.T(ctx, "ui.ledger.item"), ui.T(ctx, "ui.ledger.items")), Sub: sub, Missed: repeated || l.Returns > 1},
		{Label: ui.T(ctx, "ui.ledger.returns"), Number: ui.Count(l.Returns), Unit: unit(l.Returns, ui.T(ctx, "ui.ledger.time"), ui.T(ctx, "ui.ledger.times")), Sub: ui.T(ctx, "ui.ledger.returns_target"), Missed: l.Returns > 1},
		{Label: ui.T(ctx, "ui.ledger.paper"), Number: ui.Count(l.Paper), Unit: unit(l.Paper, ui.T(ctx, "ui.ledger.sheet"), ui.T(ctx, "ui.ledger.sheets")), Sub: ui.T(ctx, "ui.ledger.none_target"), Missed: l.Paper > 0},
	}}
	if l.Missions > 0 {
		out.Items = append(out.Items, ui.Figure{Label: ui.T(ctx, "progress.ledger.missions"), Number: ui.Count(l.Missions), Unit: unit(l.Missions, ui.T(ctx, "ui.ledger.time"), ui.T(ctx, "ui.ledger.times")), Sub: ui.T(ctx, "progress.ledger.missions.sub")})
	}
	return out, nil
}

// unit is what stands after a number that is set apart from its word.
func unit(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// namedAgain is how many data a figure names that were asked for twice.
const namedAgain = 3

// again says which data were asked for more than once, and why: the office sent
// them back, or they were asked for anew, which shouldn't happen.
func (p *Pages) again(ctx context.Context, id string, data []ledger.Datum) (string, bool, error) {
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil {
		return "", false, err
	}
	words, err := p.turnedDown(ctx, id)
	if err != nil {
		return "", false, err
	}
	in := p.handedIn(ctx, f, id)
	var returned, anew []string
	for _, d := range data {
		switch {
		case d.Given > 1: // what is mended after a return counts as sent back, not as given
			anew = append(anew, p.datum(ctx, in, id, d))
		case d.SentBack > d.Due:
			name := p.datum(ctx, in, id, d)
			if w := words[d.Path]; w != "" {
				name = ui.T(ctx, "progress.ledger.desk", "Name", name, "Words", w)
			}
			returned = append(returned, name)
		}
	}
	names := func(list []string) string { return ui.List(ctx, list[:min(namedAgain, len(list))]) }
	switch {
	case len(anew) > 0:
		return ui.T(ctx, "progress.ledger.anew", "Names", names(anew), "Count", len(anew)), true, nil
	case len(returned) > 0:
		return ui.T(ctx, "progress.ledger.returned", "Names", names(returned), "Count", len(returned)), false, nil
	}
	return ui.T(ctx, "progress.ledger.once"), false, nil
}

// turnedDown is what the visa desk said of the papers of a case that it wanted
// again, by their paths in the ledger.
func (p *Pages) turnedDown(ctx context.Context, id string) (map[string]string, error) {
	orders, err := visa.Of(ctx, p.Journal.Store, id)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, o := range orders {
		for _, a := range o.Asked {
			if path := a.Rejects(o.Person); path != "" {
				out[path] = a.Words
			}
		}
	}
	return out, nil
}

// data is how often each datum was asked for.
func (p *Pages) data(ctx context.Context, id string) (ui.Table, error) {
	data, err := ledger.Data(ctx, p.Journal.Store, id)
	if err != nil {
		return ui.Table{}, err
	}
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil {
		return ui.Table{}, err
	}
	in := p.handedIn(ctx, f, id)
	t := ui.Table{Caption: ui.T(ctx, "progress.ledger.data"), Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "progress.ledger.data_empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "progress.ledger.datum")}, {Text: ui.T(ctx, "progress.ledger.given"), Number: true}, {Text: ui.T(ctx, "progress.ledger.sent_back"), Number: true}}}
	for _, d := range data {
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{ID: "datum-" + ui.FieldID(d.Path), Cells: []ui.Cell{{Text: p.datum(ctx, in, id, d), Head: true}, {Text: ui.Count(d.Given)}, {Text: ui.Count(d.SentBack)}}})
	}
	return t, nil
}

// datum names a datum that was asked for, in which change of the case if it was
// one; in is the case as it was handed in.
func (p *Pages) datum(ctx context.Context, in filing.Filing, id string, d ledger.Datum) string {
	nth, path := d.Change()
	if nth == "" {
		return datumName(ctx, in, path)
	}
	change, _, err := journal.Load(ctx, p.Journal, filing.Room, id+"~"+nth)
	if err != nil {
		p.Site.Log.Warn("reading a change", "case", id, "err", err)
	}
	return ui.T(ctx, "amend.datum", "Name", datumName(ctx, change, path), "Nth", nth)
}

// handedIn is an application as its unit handed it in last: the ledger counts by
// its list of members, from which a change may have taken people since.
func (p *Pages) handedIn(ctx context.Context, f filing.Filing, id string) filing.Filing {
	if f.Amendment == "" {
		return f
	}
	rounds, err := approval.Rounds(ctx, p.Journal, id)
	if err != nil {
		p.Site.Log.Warn("reading what was handed in", "case", id, "err", err)
		return f
	}
	last := rounds[len(rounds)-1]
	f.Dossier, f.Members = last.Dossier, last.Members
	return f
}

// datumName names a datum with whose it is; a paper stands in the ledger as
// material:M13@ and its owner.
func datumName(ctx context.Context, f filing.Filing, path string) string {
	paper, ok := strings.CutPrefix(path, "material:")
	if !ok {
		return Place(ctx, f.Dossier, path)
	}
	kind, owner, _ := strings.Cut(paper, "@")
	name := PaperName(ctx, kind)
	if i := slices.Index(f.Persons(), owner); i >= 0 {
		return ui.T(ctx, "place.of", "Whose", element(ctx, f.Dossier, "members", i), "Field", name)
	}
	return name
}

func (p *Pages) heard(ctx context.Context) (ui.HeardList, error) {
	if p.Heard == nil {
		return nil, nil
	}
	return p.Heard(ctx)
}
