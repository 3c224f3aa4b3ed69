package me_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/notify"
	"yitang/internal/visit"
	"yitang/internal/web/sites"
	words "yitang/internal/web/told"
)

// desk is somebody of the office with a browser.
func (s *story) desk(at, login string) reader {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r := reader{&story{s.Story, s.t, at}, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if p := r.post("/login", url.Values{"name": {login}, "password": {s.Password}}); p.status != http.StatusSeeOther {
		s.t.Fatalf("%s could not sign in: %d", login, p.status)
	}
	return r
}

// An office opens a second hall: the unit chooses between them, and whatever is said of its
// visit names the one that it chose; the window there has its own day, line and figures.
// While there is but one hall, nobody reads of a choice.
func TestASecondHallIsBookedAndServed(t *testing.T) {
	s := told(t, drill.Document)
	ctx, at := context.Background(), "/visits/"+s.ID
	srv := httptest.NewServer(sites.Office(s.Office).Handler())
	t.Cleanup(srv.Close)
	he, admin := s.as("he"), s.desk(srv.URL, "admin")
	for _, p := range []page{he.ok(at + "/slots"), admin.ok("/hall"), admin.ok("/hall/use"), s.desk(srv.URL, "window").ok("/desk")} {
		if strings.Contains(p.body, "去哪个大厅") || strings.Contains(p.body, "哪个大厅") {
			t.Errorf("a choice of one hall:\n%s", text(p.body))
		}
	}
	main, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	form, _ := admin.form(admin.says("/hall?hall=new", "大厅还没有开放"), "/hall")
	form = with(form, "name", "江南分厅（虚构）", "place", "云江市江南路1号一楼", "windows[0].id", main.Windows[0].ID, "windows[0].counters", "capture", "windows[0].places", "2", "windows[0].name", "江南采集窗口")
	if p := admin.post("/hall", form); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "窗口号不对或重复") || !strings.Contains(p.body, "江南分厅") {
		t.Errorf("a window that the main hall has: %d\n%s", p.status, text(p.body))
	}
	if to := admin.done("/hall", with(form, "windows[0].id", "S1")); to != "/hall?hall=hall2" {
		t.Fatalf("opened, and led to %s", to)
	}
	if p := admin.says("/hall?hall=hall2", "江南分厅", main.Name); !strings.Contains(p.body, "哪个大厅") {
		t.Error("the choice of halls isn't called so")
	}
	if again, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main); err != nil || again.Name != main.Name || len(again.Windows) != len(main.Windows) {
		t.Fatalf("the main hall is %+v, %v", again, err)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}

	// Chosen, kept, confirmed.
	he.says(at+"/slots", "江南分厅", main.Name)
	choose, free := he.form(he.says(at+"/slots?hall=hall2", "江南分厅"), at+"/hold")
	to := he.done(at+"/hold", with(choose, "slot", free[0]))
	sure, _ := he.form(he.says(to, "为您留到", "江南路1号", "江南采集窗口"), at+"/book")
	he.done(at+"/book", sure)
	b, ok := s.live()
	if !ok || b.Hall != "hall2" || b.Window != "S1" {
		t.Fatalf("booked %+v", b)
	}
	for _, path := range []string{at, at + "/pass", "/pass/" + b.Code, "/cases/" + s.ID + "/progress"} {
		if says := text(he.says(path, "江南路1号").body); strings.Contains(says, main.Place) && path != at {
			t.Errorf("%s names the other hall:\n%s", path, says)
		}
	}
	if ics := he.get(at + "/visit.ics"); !strings.Contains(strings.ReplaceAll(ics.body, "\r\n ", ""), "江南路1号") {
		t.Errorf("the calendar doesn't say where:\n%s", ics.body)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	mail, err := (&words.Words{Journal: s.Internet.Journal, Pack: s.Internet.Packs.Now}).Write(ctx, "zh-Hans", []notify.Row{{Message: notify.Message{What: "visit.booked", Of: b.ID, Fills: map[string]string{"Title": "赴法国团组", "Day": b.Day.String(), "Slot": b.Slot.String(), "Number": b.Number}}}})
	if err != nil || !strings.Contains(mail.Text, "江南路1号") || mail.Calendar == nil || !strings.Contains(mail.Calendar.Place, "江南路1号") || !strings.Contains(mail.Short, "江南路1号") {
		t.Errorf("the mail doesn't say where: %+v, %v", mail, err)
	}
	// It moves within its hall.
	form, free = he.form(he.ok(at+"/slots?move=1"), at+"/hold")
	he.done(at+"/move", he.keep(form, free[len(free)-1]))
	if moved, _ := s.live(); moved.Hall != "hall2" || moved.ID != b.ID || moved.Slot == b.Slot {
		t.Fatalf("moved to %+v", moved)
	}
	b, _ = s.live()
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}

	// The day at the window, which works at one of them and is remembered there.
	s.Clock.Set(b.Slot.On(b.Day))
	window := s.desk(srv.URL, "window")
	if says := text(window.ok("/desk").body); strings.Contains(says, "舒若兰") {
		t.Errorf("who comes to the other hall stands in the main one's day:\n%s", says)
	}
	window.says("/desk?hall=hall2", "舒若兰")
	window.says("/desk", "舒若兰")
	window.says("/desk/list", "舒若兰", "江南分厅")
	visit := "/desk/" + b.ID
	in, _ := window.form(window.ok(visit), visit+"/in")
	window.done(visit+"/in", in)
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	call, _ := window.form(window.says("/desk/calls?window=S1", "001", "舒若兰", "叫下一位"), "/desk/calls/next")
	window.done("/desk/calls/next", call)
	window.says("/screen?hall=hall2", "001", "江南采集窗口", "江南分厅")
	if says := text(window.ok("/screen").body); strings.Contains(says, "001") {
		t.Errorf("the main hall's screen calls them:\n%s", says)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	he = s.as("he")
	he.says(at+"/pass", "001", "江南采集窗口")

	// Who comes without a booking is served where they are.
	walk := hall.CheckIn{Booking: hall.Booking{Hall: "hall2", Filing: "w", Unit: s.Unit, Acts: []hall.Act{{ID: "act.handIn", Kind: "handIn"}}}}
	if _, err := journal.Do(journal.WithActor(ctx, journal.System), s.Office.Journal, hall.Attendances, journal.Order{Subject: "walked"}, walk); err != nil {
		t.Fatal(err)
	}
	window.says("/desk", "单位")
	month := calendar.On(b.Day.Year(), b.Day.Month(), 1)
	for id, want := range map[string]hall.Usage{hall.Main: {}, "hall2": {Booked: 1, Came: 1, Walked: 1}} {
		us, err := hall.UsageOf(ctx, s.Office.Store, id, month, month.AddMonths(1).Prev(), s.Office.Journal.Today(), s.Office.Book())
		if err != nil {
			t.Fatal(err)
		}
		var all hall.Usage
		for _, u := range us {
			all = all.Plus(u)
		}
		if all.Booked != want.Booked || all.Came != want.Came || all.Walked != want.Walked {
			t.Errorf("%s: %+v", id, all)
		}
	}
	s.desk(srv.URL, "admin").says("/hall/use?hall=hall2", "江南采集窗口")
}

// A day that is full in one hall is waited for there, and the line is left when a time of
// the same day is booked in the other.
func TestALineIsOfOneHall(t *testing.T) {
	s := told(t, drill.Document)
	ctx, at := context.Background(), "/visits/"+s.ID
	main, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	second := hall.Planned{Name: "江南分厅（虚构）", NameEn: "South", Place: "江南路1号", PlaceEn: "1 South Road", Open: main.Open, Minutes: main.Minutes, Lead: main.Lead, Horizon: main.Horizon, Windows: []hall.Window{{ID: "S1", Counters: []visit.Counter{"capture"}, Places: 1}}}
	if _, err := journal.Do(journal.WithActor(ctx, journal.System), s.Office.Journal, hall.Plans, journal.Order{Subject: "hall2"}, hall.SetPlan{Planned: second, Others: []hall.Plan{main}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	j := s.Internet.Journal
	day, _ := main.Bookable(j.Today(), j.Book())
	day = j.Book().AddWorkdays(day, 1)
	s.fill(day)
	he := s.as("he")
	form, _ := he.form(he.says(at+"/wait", "江南分厅"), at+"/wait")
	he.done(at+"/wait", with(form, "days", day.String()))
	he.says(at+"/wait", "排第1位", main.Name)
	if p := he.ok(at + "/wait?hall=hall2"); strings.Contains(p.body, `name="days"`) {
		t.Error("a day that has places in this hall is offered to wait for")
	}
	choose, free := he.form(he.ok(at+"/slots?hall=hall2&day="+day.String()), at+"/hold")
	sure := he.keep(choose, free[0])
	he.done(at+"/book", sure)
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	all, err := hall.WaitsOf(ctx, s.Internet.Store, s.ID)
	if err != nil || len(all) != 1 || all[0].State == hall.IsWaiting {
		t.Errorf("booked in the other hall that day, and the wait is %+v, %v", all, err)
	}
}
