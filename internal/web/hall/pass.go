package hall

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/internal/wechat"
)

type passView struct {
	Head   ui.Head
	Pass   ui.Pass
	Sent   sent
	Done   ui.Note     // that it was moved just now
	Do     []ui.Button // while it is waited for: move it, cancel it
	Again  ui.Button   // books anew what was missed or cancelled
	Links  []ui.Link
	Way    *mapped
	Here   string // where it is posted that they are there, after scanning the hall's code; ""
	Key    string
	Remind *ui.Subscribe // inside WeChat alone
}

// mapped is the way to the hall: a map's page for every browser, WeChat's own map inside WeChat.
type mapped struct{ URL, Lat, Lng, Name, Address string }

// mapOf is where a map's page shows the hall; nil for a hall of which nobody has said it.
func mapOf(ctx context.Context, h room.Plan) *mapped {
	lat, lng, known := strings.Cut(h.Spot, ",")
	if !known {
		return nil
	}
	m := &mapped{Lat: lat, Lng: lng, Name: ui.Name(ctx, fault.Text{Zh: h.Name, En: h.NameEn}), Address: ui.Name(ctx, fault.Text{Zh: h.Place, En: h.PlaceEn})}
	m.URL = "https://apis.map.qq.com/uri/v1/marker?" + url.Values{"marker": {"coord:" + h.Spot + ";title:" + m.Name + ";addr:" + m.Address}, "referer": {"yitang"}}.Encode()
	return m
}

// latest is the booking that a pass shows: the live one, else the last.
func (p *Visits) latest(ctx context.Context, id string) (room.Booking, bool, error) {
	b, ok, err := p.live(ctx, id)
	if err != nil || ok {
		return b, ok, err
	}
	bs, err := room.OfFiling(ctx, p.Journal.Store, id)
	if err != nil || len(bs) == 0 {
		return b, false, err
	}
	return bs[len(bs)-1], true, nil
}

func (p *Visits) getPass(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	b, ok, err := p.latest(ctx, id)
	if err == nil && !ok {
		err = fault.NotFound("booking of " + id)
	}
	var h room.Plan
	if err == nil {
		h, err = p.planFor(ctx, b.Hall)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := p.passView(ctx, b, h)
	v.Links = []ui.Link{{Text: ui.T(ctx, "visits.calendar"), URL: visitURL(id) + "/visit.ics"}, {Text: ui.T(ctx, "visits.to_case"), URL: visitURL(id)}}
	if (b.State == room.WasMissed || b.State == room.WasExcused || b.State == room.IsCancelled) && web.Who(r).May(access.BookVisit) {
		v.Again = ui.Button{Text: ui.T(ctx, "visits.again"), URL: visitURL(id) + "/slots", Full: true}
	}
	if b.Awaited(p.Journal.Now()) && web.Who(r).May(access.BookVisit) {
		v.Do = []ui.Button{p.Progress.Otherwise(ctx, id, b.Day)}
		if p.Journal.Today().Before(b.Day) {
			v.Do = append(v.Do, ui.Button{Text: ui.T(ctx, "visits.cancel"), URL: visitURL(id) + "/cancel", Kind: ui.Second})
		}
		if d, at, moved := was(r); moved && b.Sequence > 0 && room.PlaceID(d, at) != room.PlaceID(b.Day, b.Slot) {
			v.Done = ui.Note{State: ui.OK, Live: true, Text: ui.T(ctx, "visits.moved", "Was", progress.When(ctx, d, at), "When", progress.When(ctx, b.Day, b.Slot))}
		}
	}
	others := slices.DeleteFunc(slices.Clone(b.People), func(who string) bool { return who == web.Who(r).Person })
	if b.State == room.IsBooked && len(others) > 0 && web.Who(r).May(access.BookVisit) {
		v.Sent = sent{Address: web.Absolute(r, "/pass/"+b.Code), Text: ui.T(ctx, "visits.send.text", "Name", p.names(ctx, others))}
	}
	sdk := p.Site.InWeChat(w, r)
	if sdk != nil && b.State == room.IsBooked {
		if web.Who(r).May(access.BookVisit) && b.Day == p.Journal.Today() && b.Here.IsZero() {
			v.Here, v.Key = visitURL(id)+"/here", web.NewKey()
		}
		if sdk.Reminder != "" {
			v.Remind = &ui.Subscribe{Template: sdk.Reminder, Title: ui.T(ctx, "wechat.remind"), Text: ui.T(ctx, "visits.remind.text"), Do: ui.T(ctx, "wechat.remind.do"), Done: ui.T(ctx, "wechat.remind.done")}
		}
	}
	title, err := p.Finder.title(ctx, id)
	p.Site.Missed(ctx, "what a case is called", id, err)
	who := web.Who(r)
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true, Again: p.again(b), SDK: sdk, Crumbs: progress.Crumbs(ctx, who, id, title, ui.T(ctx, "progress.follow.visit")), Tabs: progress.Tabs(ctx, who, id)}, passPage(v))
}

// passAgain is after how many seconds a pass looks again whether its number is called.
const passAgain = 8

// again is passAgain on the day itself, as long as something may come of it.
func (p *Visits) again(b room.Booking) int {
	if b.Day != p.Journal.Today() || b.State != room.IsBooked && b.State != room.HasArrived {
		return 0
	}
	return passAgain
}

// postHere takes down that they are at the hall, after they have scanned the code that
// hangs there: another code of the account's, or anybody's, says nothing of where they are.
func (p *Visits) postHere(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	if p.SceneOf == nil {
		p.Site.Fail(w, r, fault.NotFound(r.URL.Path))
		return
	}
	b, booked, err := p.live(ctx, id)
	if err == nil && !booked {
		err = fault.NotFound("booking of " + id)
	}
	var scene string
	if err == nil {
		scene, err = p.SceneOf(ctx, strings.TrimSpace(r.PostFormValue("code")))
	}
	if err == nil && scene != wechat.Hall {
		err = fault.NotNow("hall.announce.other_code", string(b.State))
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: room.DayID(b.Hall, b.Day), Key: web.Key(r)}, room.Announce{Booking: b.ID, Day: b.Day})
	}
	p.Site.Answer(w, r, err, visitURL(id)+"/pass")
}

func (p *Visits) names(ctx context.Context, people []string) string {
	var out []string
	for _, who := range people {
		out = append(out, p.Progress.Name(ctx, who))
	}
	return ui.List(ctx, out)
}

// passView is a booking as it is shown at the hall.
func (p *Visits) passView(ctx context.Context, b room.Booking, h room.Plan) passView {
	window := b.Window
	if x, ok := h.Window(b.Window); ok {
		window = ui.Name(ctx, fault.Text{Zh: x.Name, En: x.NameEn})
	}
	when := progress.When(ctx, b.Day, b.Slot)
	v := passView{Head: ui.Head{Title: ui.T(ctx, "visits.pass.title", "When", when)},
		Pass: ui.Pass{Code: b.Code, Number: b.Number, Name: p.names(ctx, b.People), When: when, Place: progress.HallAt(ctx, h) + " " + window, Word: ui.T(ctx, "visits.state."+string(b.State))}}
	v.Way = mapOf(ctx, h)
	switch b.State {
	case room.HasArrived:
		v.Pass.State = ui.OK
		title, lead, _, err := p.Progress.Turn(ctx, b.ID, h)
		if p.Site.Missed(ctx, "the number of a visit", b.ID, err); title != "" {
			v.Head.Title, v.Head.Lead = title, lead
		}
	case room.HasLeft:
		v.Pass.State = ui.OK
	case room.IsCancelled, room.WasMissed, room.WasExcused:
		v.Pass.State = ui.Stop
		v.Head = ui.Head{Title: ui.T(ctx, "visits.pass.void"), Lead: ui.Reason(ctx, b.Reason)}
	case room.IsBooked:
		v.Pass.State = ui.Info
		v.Pass.Bring, v.Pass.Spare = p.Progress.Bring(ctx, b)
		if !b.Here.IsZero() {
			v.Head.Lead = ui.T(ctx, "visits.here.told", "Time", ui.Clock(b.Here))
		}
	}
	return v
}

// sent is the pass for those who come, as the officer who booked sends it: an
// address that needs no account.
type sent struct{ Address, Text string }

// getSent shows the pass to whoever was given its address. The code in it is
// what the hall reads; beside it stands no name and no case.
func (p *Visits) getSent(w http.ResponseWriter, r *http.Request) {
	ctx, code := r.Context(), r.PathValue("code")
	b, ok, err := room.Found(ctx, p.Journal.Store, code)
	if err == nil && (!ok || b.Code != code) {
		err = fault.NotFound("pass " + code)
	}
	var h room.Plan
	if err == nil {
		h, err = p.planFor(ctx, b.Hall)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := p.passView(ctx, b, h)
	v.Pass.Name = ""
	if len(v.Pass.Bring) > 0 {
		v.Pass.Bring, v.Pass.Spare = (&progress.Pages{Country: p.Progress.Country}).Bring(ctx, b) // names nobody
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true, Again: p.again(b)}, passPage(v))
}

// dated is a visit as somebody puts it into their own calendar by hand.
type dated struct {
	Head     ui.Head
	Sent     ui.Note
	Text     []string
	Back     ui.Link
	Computer web.ToComputer
}

// getCalendar gives a visit as a calendar's entry; inside WeChat, whose browser takes no
// files, as a page from which it is copied.
func (p *Visits) getCalendar(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	b, ok, err := p.latest(ctx, id)
	if err == nil && !ok {
		err = fault.NotFound("booking of " + id)
	}
	var h room.Plan
	if err == nil {
		h, err = p.planFor(ctx, b.Hall)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	brought, _ := (&progress.Pages{Country: p.Progress.Country}).Bring(ctx, b) // names nobody
	e := room.Entry{Booking: b, Summary: ui.T(ctx, "visits.calendar.summary", "Number", b.Number), Place: progress.HallAt(ctx, h), Text: ui.Sentences(ctx, brought...),
		URL: web.Absolute(r, visitURL(id)+"/pass"), Now: p.Journal.Now(), Office: p.Site.Office(ctx), Organizer: cmp.Or(p.Sender(), web.Absolute(r, "/"))}
	if web.InsideWeChat(r) {
		p.showCalendar(w, r, e)
		return
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="yitang-`+strings.ReplaceAll(b.Number, "/", "-")+`.ics"`)
	if _, err := w.Write(room.Calendar(e)); err != nil {
		p.Site.Log.Warn("writing a calendar file", "err", err)
	}
}

func (p *Visits) showCalendar(w http.ResponseWriter, r *http.Request, e room.Entry) {
	ctx, id, b := r.Context(), r.PathValue("case"), e.Booking
	v := dated{Head: ui.Head{Title: ui.T(ctx, "visits.calendar.title", "When", progress.When(ctx, b.Day, b.Slot)), Lead: ui.T(ctx, "visits.calendar.lead")}, Sent: web.SentToComputer(r),
		Text: []string{e.Summary, ui.T(ctx, "visits.calendar.when", "When", progress.When(ctx, b.Day, b.Slot), "Until", b.Ends.String()), e.Place, e.Text},
		Back: ui.Link{Text: ui.T(ctx, "visits.calendar.back"), URL: visitURL(id) + "/pass"}}
	if b.State == room.IsCancelled {
		v.Head.Lead = ui.T(ctx, "visits.calendar.gone")
	}
	v.Computer = web.Computer(r, v.Head.Title)
	p.show(w, r, http.StatusOK, v.Head, 0, datePage(v))
}
