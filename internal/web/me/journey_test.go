package me_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/demo"
	"yitang/internal/drill"
	"yitang/internal/fault"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/trip"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// live is the booking that the case has now.
func (s *story) live() (hall.Booking, bool) {
	s.t.Helper()
	all, err := hall.OfFiling(context.Background(), s.Internet.Store, s.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(b hall.Booking) bool { return b.State == hall.IsBooked })
	if i < 0 {
		return hall.Booking{}, false
	}
	return all[i], true
}

// keep chooses a time by the form of a page of times; it gives the form that confirms it.
func (r reader) keep(form url.Values, slot string) url.Values {
	r.t.Helper()
	at := "/visits/" + r.ID
	what := "/book"
	if form.Has("move") {
		what = "/move"
	}
	to := r.done(at+"/hold", with(form, "slot", slot))
	if !strings.HasPrefix(to, at+"/confirm?") {
		r.t.Fatalf("a time was chosen, and it led to %s", to)
	}
	sure, _ := r.form(r.ok(to), at+what)
	return sure
}

// book books the nth free time of the page.
func (r reader) book(nth int) hall.Booking {
	r.t.Helper()
	at := "/visits/" + r.ID
	form, free := r.form(r.ok(at+"/slots"), at+"/hold")
	if len(free) <= nth {
		r.t.Fatalf("only %d times are free", len(free))
	}
	sure := r.keep(form, free[nth])
	to := r.done(at+"/book", sure)
	if again := r.done(at+"/book", sure); again != to {
		r.t.Errorf("pressed twice, led to %s and %s", to, again)
	}
	b, ok := r.live()
	if !ok || b.Slot.String() != free[nth] || to != at+"/pass" {
		r.t.Fatalf("booked %+v, led to %s", b, to)
	}
	return b
}

func TestAVisitIsBookedMovedAndCancelledOnAPhone(t *testing.T) {
	s := told(t, drill.Document)
	at := "/visits/" + s.ID
	he := s.as("he")
	he.says("/cases", "约一个到场时间", "轮到您")
	he.says("/cases/"+s.ID, "约一个到场时间", "任务批件", "一趟账")
	if p := he.ok("/cases/" + s.ID + "/approval"); p.kind != "application/pdf" || !strings.HasPrefix(p.body, "%PDF-") {
		t.Fatalf("the approval comes as %s", p.kind)
	}
	he.says(at, "采集面部、指纹和签名", "为什么免不了", "法国", "约这一次", "要到场1次")
	he.says("/cases/"+s.ID, "要到场1次") // the same number
	if p := he.ok("/cases/" + s.ID); !strings.Contains(p.body, `href="`+at+`/slots"`) {
		t.Error("the case doesn't lead to the choice of a time at once")
	}
	// Each day is called what it is: until when somebody may come, and until when
	// the booklet must be made. Booking and moving name the same one.
	latest := func(path string) string {
		t.Helper()
		day := regexp.MustCompile(`最晚须在([^<]+?)到场`).FindStringSubmatch(he.ok(path).body)
		if day == nil {
			t.Fatalf("%s doesn't say until when somebody may come", path)
		}
		return day[1]
	}
	last := latest(at)
	if other := latest("/cases/" + s.ID); other != last {
		t.Errorf("come by %s, and on the case's page by %s", last, other)
	}
	if other := latest(at + "/slots"); other != last {
		t.Errorf("come by %s, and where it is booked by %s", last, other)
	}
	// What the unit handed on has come to the office.
	he.says("/cases/"+s.ID+"/progress", "单位提交", "办公网", "确认收到")
	b := he.book(0)
	if other := latest(at + "/slots?move=1"); other != last {
		t.Errorf("come by %s, and where it is moved by %s", last, other)
	}
	he.says(at+"/pass", b.Number, "带身份证原件", "舒若兰")
	if p := he.ok(at + "/pass"); !strings.Contains(p.body, `class="qr"`) {
		t.Error("the pass has no code")
	}
	ics := he.get(at + "/visit.ics")
	begins := "DTSTART;TZID=Asia/Shanghai:" + strings.ReplaceAll(b.Day.String(), "-", "") + "T" + strings.ReplaceAll(b.Slot.String(), ":", "") + "00"
	if !strings.HasPrefix(ics.kind, "text/calendar") || !strings.Contains(ics.body, begins) {
		t.Errorf("the calendar file doesn't say %s:\n%s", begins, ics.body)
	}
	he.says("/visits", "1个到场预约", b.Number)
	he.says("/cases/"+s.ID, "到外办采集", "看到场码")

	// Moved: the new place is taken before the old one is let go.
	form, free := he.form(he.ok(at+"/slots?move=1"), at+"/hold")
	if p := he.post(at+"/hold", form); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "请选一个") {
		t.Errorf("moved to no time at all: %d", p.status)
	}
	he.says(at+"/slots?move=1", "现在约的是")
	he.says(he.done(at+"/move", he.keep(form, free[len(free)-1])), "已从", "改到", "取消这次预约")
	moved, _ := s.live()
	if moved.ID != b.ID || moved.Slot == b.Slot || moved.Sequence != b.Sequence+1 {
		t.Fatalf("moved from %s to %+v", b.Slot, moved)
	}
	if err := s.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, free := he.form(he.ok(at+"/slots?move=1&day="+b.Day.String()), at+"/hold"); !slices.Contains(free, b.Slot.String()) {
		t.Errorf("the old time isn't free again: %v", free)
	}

	// Cancelled, and booked again.
	cancel, _ := he.form(he.says(at+"/cancel", "取消"), at+"/cancel")
	he.says(he.done(at+"/cancel", with(cancel, "reason", "人在外地")), "已取消", "位子已经空出来")
	if _, still := s.live(); still {
		t.Fatal("it is still booked")
	}
	he.done(at+"/cancel", cancel) // a double click
	he.says(at, "约这一次")
	he.book(1)
}

// The office may decide within the hour: what was mended after the signature is told
// for a month after that.
func TestASignatoryReadsWhatWasMendedAfterTheDecisionToo(t *testing.T) {
	s := told(t, drill.Document)
	const told = "补正后已交回外办 1 件"
	s.as("luo").says("/sign", told)
	s.Clock.Set(s.Clock.Now().AddDate(0, 0, 31))
	if says := text(s.as("luo").ok("/sign").body); strings.Contains(says, told) {
		t.Errorf("it is told for good: %s", says)
	}
}

// A time that is past is over without the window's saying so: until then it can be
// cancelled, and from then on another is booked.
func TestWhoMissesATimeBooksAnother(t *testing.T) {
	s := told(t, drill.Document)
	at := "/visits/" + s.ID
	b := s.as("he").book(0)
	s.Clock.Set(b.Slot.On(b.Day).Add(hall.Grace))
	he := s.as("he")
	he.says(at, "看到场码", "取消") // still waited for
	s.Clock.Set(b.Slot.On(b.Day).Add(hall.Grace + time.Second))
	he = s.as("he")
	he.says("/cases/"+s.ID, "重新约到场时间")
	he.says("/visits", "已过", "1个团组还没有约时间")
	he.says(at, "约这一次")
	form, free := he.form(he.ok(at+"/slots"), at+"/hold")
	sure := he.keep(form, free[0])
	if sure.Has("cause") {
		t.Error("why there is a further time is asked, though nobody came")
	}
	if to := he.done(at+"/book", sure); to != at+"/pass" {
		t.Fatalf("booked, and led to %s", to)
	}
	all, err := hall.OfFiling(context.Background(), s.Internet.Store, s.ID)
	if err != nil || len(all) != 2 || !all[1].Awaited(s.Internet.Journal.Now()) {
		t.Fatalf("booked %+v, %v", all, err)
	}
	he.says(at+"/pass", all[1].Number)
	he.says("/cases/"+s.ID, "到外办采集")
}

// Who is home sooner than was approved finds the day filled in: today, which they still
// confirm once they have read what follows.
func TestWhoIsHomeSoonerFindsTodayFilledIn(t *testing.T) {
	s := told(t, drill.Depart)
	at, day := "/cases/"+s.ID+"/after", s.trip().Departed.Next()
	if !day.Before(s.trip().Return) {
		t.Fatalf("a trip of one day: %+v", s.trip())
	}
	he := s.on(day, "he")
	form, _ := he.form(he.says(at, "登记回国"), at+"/home")
	if form.Get("on") != day.String() {
		t.Errorf("on %s the day of return is %q", day, form.Get("on"))
	}
}

// On the day itself no time is moved any more: who opened the other times the evening
// before is told so and led to what can be done, and the booking stands until they give it
// back.
func TestOnTheDayItselfAVisitIsGivenBackAndNotMoved(t *testing.T) {
	s := told(t, drill.Document)
	at := "/visits/" + s.ID
	he := s.as("he")
	b := he.book(0)
	form, free := he.form(he.ok(at+"/slots?move=1"), at+"/hold")
	s.Clock.Set(b.Slot.On(b.Day).Add(-30 * time.Minute))
	he = s.as("he")
	p := he.post(at+"/hold", with(form, "slot", free[len(free)-1]))
	if says := text(p.body); p.status != http.StatusConflict || !strings.Contains(says, "就在今天，不能改时间了") || !strings.Contains(says, "请先取消，再另约一天") || strings.Contains(says, "有人先改了") {
		t.Errorf("moved on the day itself: %d %s", p.status, says)
	}
	if still, ok := s.live(); !ok || still.Sequence != b.Sequence || still.Day != b.Day || still.Slot != b.Slot {
		t.Errorf("refused, the booking is %+v", still)
	}
	for _, path := range []string{at, at + "/pass", "/cases/" + s.ID + "/progress"} {
		if body := he.ok(path).body; strings.Contains(body, "/slots?move=1") || !strings.Contains(body, at+"/cancel") {
			t.Errorf("%s offers to move it, or not to cancel it", path)
		}
	}
	cancel, _ := he.form(p, at+"/cancel") // what the refusal offers is done with one press
	he.says(he.done(at+"/cancel", cancel), "已取消")
	if _, still := s.live(); still {
		t.Error("it is still booked")
	}
	he.says(at, "约这一次")
}

// Two people look at the last place; one is quicker.
func TestWhoComesTooLateIsOfferedTheThreeNearestTimes(t *testing.T) {
	s := told(t, drill.Document)
	at := "/visits/" + s.ID
	he := s.as("he")
	form, free := he.form(he.ok(at+"/slots"), at+"/hold")
	form.Set("slot", free[0])
	day, slot := calendar.MustParse(form.Get("day")), free[0]
	s.keepAll(day, slot)
	late := he.post(at+"/hold", form)
	offers := regexp.MustCompile(`<a href="([^"]*[?&;]at=[^"]*)"`).FindAllStringSubmatch(late.body, -1)
	if late.status != http.StatusConflict || len(offers) != 3 {
		t.Fatalf("%d, with %d offers:\n%s", late.status, len(offers), text(late.body))
	}
	if _, free := he.form(late, at+"/hold"); slices.Contains(free, slot) {
		t.Error("the time that is taken is offered again")
	}
	to := strings.ReplaceAll(offers[0][1], "&amp;", "&")
	chosen, _ := he.form(he.ok(to), at+"/hold")
	if u, _ := url.Parse(to); chosen.Get("slot") != u.Query().Get("at") {
		t.Errorf("following %s, the form has %v", to, chosen)
	}
	if to := he.done(at+"/book", he.keep(chosen, chosen.Get("slot"))); to != at+"/pass" {
		t.Errorf("booked, and led to %s", to)
	}
}

// keepAll has others choose all places that are left of a time.
func (s *story) keepAll(day calendar.Date, slot string) {
	s.t.Helper()
	ctx := context.Background()
	plan, err := hall.AllPlans(ctx, s.Internet.Store)
	if err != nil || len(plan) == 0 {
		s.t.Fatal(plan, err)
	}
	clock, err := hall.ParseClock(slot)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; ; i++ {
		want := hall.Wanted{Plan: plan[0], Day: day, Slot: clock, Counter: visit.CaptureCounter, Filing: fmt.Sprint("quicker-", i), Unit: "another unit", People: 1}
		_, err := journal.Do(ctx, s.Internet.Journal, hall.Days, journal.Order{Subject: plan[0].DayID(day)}, hall.Keep{Wanted: want})
		if fault.IsConflict(err) {
			return
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// kept is what the case holds now.
func (s *story) kept() []hall.Keeping {
	s.t.Helper()
	if err := s.Settle(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	all, err := hall.KeptFor(context.Background(), s.Internet.Store, s.ID, s.Internet.Journal.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// Whoever chooses a time has it for ten minutes, reads how long that is and what is to be
// confirmed, and may choose another: a case holds one.
func TestATimeIsKeptTenMinutesWhilePeopleConfirmIt(t *testing.T) {
	s := told(t, drill.Document)
	he, at := s.as("he"), "/visits/"+s.ID
	form, free := he.form(he.ok(at+"/slots"), at+"/hold")
	if p := he.post(at+"/hold", form); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "请选一个") {
		t.Errorf("chose no time at all: %d", p.status)
	}
	to := he.done(at+"/hold", with(form, "slot", free[0]))
	until := ui.Clock(s.Internet.Journal.Now().Add(hall.HoldTime))
	first := he.says(to, "为您留到 "+until, "（还有10分钟）", "舒若兰", "采集", "带身份证原件", "确认预约", "换个时间")
	if _, booked := s.live(); booked || len(s.kept()) != 1 {
		t.Fatalf("chosen: booked %v, kept %+v", booked, s.kept())
	}
	he.done(at+"/hold", with(form, "slot", free[0])) // a double click
	s.Clock.Set(s.Clock.Now().Add(90 * time.Second))
	he.says(to, "为您留到 "+until, "（还有9分钟）")
	he.says(at+"/slots", "为您留到 "+until, "去确认")

	// Another tab, another day: that is kept now, and the first isn't.
	day := s.Internet.Book().AddWorkdays(calendar.MustParse(form.Get("day")), 1)
	other, later := he.form(he.ok(at+"/slots?day="+day.String()), at+"/hold")
	second := he.keep(other, later[len(later)-1])
	if kept := s.kept(); len(kept) != 1 || kept[0].Day != day || kept[0].Slot.String() != later[len(later)-1] {
		t.Fatalf("chosen again, and kept %+v", kept)
	}
	he.says(to, "没有再为您留着", "最近还空着的")
	// Another time instead: it is free for others at once.
	release, _ := he.form(first, at+"/release")
	he.says(he.done(at+"/release", release), "哪天方便来一次")
	if kept := s.kept(); len(kept) != 0 {
		t.Fatalf("given back, and kept %+v", kept)
	}

	// After ten minutes it is nobody's: where it is free still, it can be had all the same.
	form, free = he.form(he.ok(at+"/slots"), at+"/hold")
	to = he.done(at+"/hold", with(form, "slot", free[0]))
	sure, _ := he.form(he.ok(to), at+"/book")
	s.Clock.Set(s.Clock.Now().Add(hall.HoldTime))
	offers := regexp.MustCompile(`[?&;]at=([^"&]*)`).FindAllStringSubmatch(he.says(to, "没有再为您留着").body, -1)
	if len(offers) != 3 || !strings.HasPrefix(strings.ReplaceAll(offers[0][1], "%3A", ":"), free[0]) {
		t.Errorf("over, and the nearest are %v, not first %s", offers, free[0])
	}
	s.keepAll(calendar.MustParse(form.Get("day")), free[0])
	he.says(at+"/slots", "有人在选", "没有确认就空出来")
	if p := he.post(at+"/book", sure); p.status != http.StatusConflict || !strings.Contains(text(p.body), "别人先约走了") || !strings.Contains(text(p.body), "最近还空着的") {
		t.Errorf("confirmed after others took it: %d\n%s", p.status, text(p.body))
	}
	s.Clock.Set(s.Clock.Now().Add(hall.HoldTime))
	if p := he.ok(at + "/slots"); strings.Contains(text(p.body), "有人在选") {
		t.Error("nobody has confirmed, and it isn't free again")
	}
	if to := he.done(at+"/book", with(sure, "_key", sure.Get("_key")+"x")); to != at+"/pass" {
		t.Errorf("confirmed, and led to %s", to)
	}
	if b, ok := s.live(); !ok || b.Slot.String() != free[0] {
		t.Fatalf("booked %+v", b)
	}
	// Back to what was confirmed, and the form of the other tab: it is booked once.
	if p := he.get(to); p.status != http.StatusSeeOther || p.to != at+"/pass" {
		t.Errorf("back, and it is %d to %s", p.status, p.to)
	}
	if to := he.done(at+"/book", second); to != at+"/pass" {
		t.Errorf("the other tab leads to %s", to)
	}
	if all, err := hall.OfFiling(context.Background(), s.Internet.Store, s.ID); err != nil || len(all) != 1 {
		t.Errorf("booked %+v, %v", all, err)
	}
	if to := he.done(at+"/hold", with(form, "slot", free[1])); to != at+"/pass" || len(s.kept()) != 0 {
		t.Errorf("it is booked, and another time is kept: %s", to)
	}
}

// Who moves keeps the new time while they make up their minds, and has the old one until
// they confirm.
func TestWhoMovesHasTheOldTimeUntilTheNewOneIsConfirmed(t *testing.T) {
	s := told(t, drill.Document)
	he, at := s.as("he"), "/visits/"+s.ID
	b := he.book(0)
	form, free := he.form(he.ok(at+"/slots?move=1"), at+"/hold")
	to := he.done(at+"/hold", with(form, "slot", free[len(free)-1]))
	sure, _ := he.form(he.says(to, "为您留到", "现在约的是", "确认改期"), at+"/move")
	if now, _ := s.live(); now.Slot != b.Slot || len(s.kept()) != 1 {
		t.Fatalf("chosen: booked %+v, kept %+v", now, s.kept())
	}
	s.keepAll(calendar.MustParse(form.Get("day")), free[len(free)-1])
	he.says(he.done(at+"/move", sure), "已从", "改到")
	if now, _ := s.live(); now.Slot.String() != free[len(free)-1] || len(s.kept()) != 0 {
		t.Fatalf("confirmed: booked %+v, kept %+v", now, s.kept())
	}
	if p := he.get(to); p.status != http.StatusSeeOther || p.to != at+"/pass" {
		t.Errorf("back, and it is %d to %s", p.status, p.to)
	}
}

// on lets a day come; sessions have ended by then.
func (s *story) on(day calendar.Date, login string) reader {
	s.t.Helper()
	s.Clock.Set(day.Begins().Add(10 * time.Hour))
	return s.as(login)
}

func (s *story) trip() trip.Trip {
	s.t.Helper()
	w, _, err := journal.Load(context.Background(), s.Internet.Journal, trip.Room, s.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

// A departure and a call-off that were told by mistake are taken back on the page
// where they were told. That nobody goes is the unit's to say, and no member's.
func TestWhatWasToldOfATripByMistakeIsTakenBack(t *testing.T) {
	s := told(t, drill.Lend)
	at := "/cases/" + s.ID + "/after"
	he, head := s.as("he"), s.as("head")
	off, _ := he.form(he.says(at, "没有成行"), at+"/calloff")
	if p := head.says(at, "可以成行"); strings.Contains(p.body, at+"/calloff") {
		t.Error("a member is offered to call the whole trip off")
	}
	if p := head.post(at+"/calloff", with(maps.Clone(off), "_key", off.Get("_key")+"x", "reason", "不想去")); p.status != http.StatusForbidden && p.status != http.StatusNotFound || s.trip().Stage != trip.IsCleared {
		t.Errorf("a member calls the whole trip off: %d %s", p.status, s.trip().Stage)
	}
	he.done(at+"/calloff", with(off, "reason", "对方改期"))
	if p := head.says(at, "没有成行"); strings.Contains(p.body, at+"/goes") {
		t.Error("a member is offered to take it back")
	}
	goes, _ := he.form(he.says(at, "还是要去，撤回未成行登记"), at+"/goes")
	he.done(at+"/goes", goes)
	he.done(at+"/goes", goes) // a double click
	he.says(at, "可以成行", "撤回未成行的登记")

	he = s.on(s.trip().Depart, "he")
	left, _ := he.form(he.says(at, "登记出境"), at+"/departed")
	he.done(at+"/departed", left)
	head = s.as("head")
	back, _ := head.form(head.says(at, "还没有出境，撤回登记", "航班取消"), at+"/notleft")
	head.done(at+"/notleft", back)
	if got := s.trip(); got.Stage != trip.IsCleared || !got.Departed.IsZero() {
		t.Fatalf("%+v", got)
	}
	he.says(at, "登记出境", "没有成行", "人还没有走")
}

func TestWhatLiesInTheLockerIsTheNextStepOfWhoFetchesIt(t *testing.T) {
	s := told(t, drill.Lend)
	ctx, who := journal.WithActor(context.Background(), journal.Actor{Role: "custodian", Account: "k"}), s.People[drill.Newcomer]
	held, err := custody.OutFor(ctx, s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := held[slices.IndexFunc(held, func(b custody.Row) bool { return b.Person == who })]
	order := journal.Order{Subject: who}
	for _, cmd := range []journal.Command[custody.Holder]{custody.TakeLoanBack{Booklet: b.Booklet},
		custody.Lend{Booklet: b.Booklet, Filing: s.ID, Unit: s.Unit, Approval: "x", Return: s.trip().Return, ReturnDays: 7, By: custody.Locker, Code: "A7 3391", Bears: true}} {
		if _, err := journal.Do(ctx, s.Office.Journal, custody.Room, order, cmd); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
	}
	step := []string{"从智能柜取出1本证照", "A7 3391", "一楼大堂", ui.MonthDay(ui.With(ctx, ui.Prefs{Lang: ui.ZhHans}), s.trip().Depart.Prev())}
	s.as("he").says("/cases/"+s.ID, step...)
	s.as("newcomer").says("/me", step...)
	r := s.as("he")
	ask, err := http.NewRequest("GET", r.url+"/cases/"+s.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Accept-Language", "zh-TW")
	if p := r.answer(r.c.Do(ask)); !strings.Contains(text(p.body), "一樓大堂") {
		t.Errorf("where the locker stands isn't in the traditional script:\n%s", text(p.body))
	}
	// A fellow traveller fetches nothing, and a code isn't theirs.
	if p := s.as("head").says("/cases/"+s.ID+"/progress", "从智能柜取出1本证照"); strings.Contains(p.body, "A7 3391") {
		t.Error("a fellow traveller reads the code")
	}
}

func TestATripIsToldFromDepartureToItsEnd(t *testing.T) {
	s := told(t, drill.Lend)
	ctx, at := context.Background(), "/cases/"+s.ID+"/after"
	he := s.as("he")
	if p := he.says(at, "可以成行", "这一趟用的证照：3", "回国后 7 天内交回", "智能柜", "证照丢了怎么办", "023-5550 0188"); strings.Contains(p.body, "还没有交回") {
		t.Error("a booklet is called late before anybody has left")
	}
	he = s.on(s.trip().Depart, "he")
	form, _ := he.form(he.says("/cases/"+s.ID+"/after", "登记出境"), at+"/departed")
	early := with(url.Values{}, "_key", form.Get("_key")+"x", "on", s.trip().Depart.Prev().String())
	if p := he.post(at+"/departed", early); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, early.Get("on")) {
		t.Errorf("left before the approved day: %d, what was typed is kept: %v", p.status, strings.Contains(p.body, early.Get("on")))
	}
	he.done(at+"/departed", form)
	he.done(at+"/departed", form) // a double click
	// On the day of departure nobody is home by one click: the day is asked, and
	// what follows from an early one is shown first.
	form, _ = he.form(he.says(at, "登记回国"), at+"/home")
	if form.Get("on") != "" {
		t.Errorf("the day of return is %s before anybody said it", form.Get("on"))
	}
	if p := he.post(at+"/home", form); p.status != http.StatusUnprocessableEntity || s.trip().Stage != trip.IsAbroad {
		t.Errorf("home on no day: %d %s", p.status, s.trip().Stage)
	}
	// While they are abroad nobody has anything to do, and nobody is told so.
	if says := text(he.says("/cases/"+s.ID, "在境外", "现在没有要办的").body); strings.Contains(says, "轮到您") {
		t.Errorf("something waits for who has nothing to do: %s", says)
	}
	left := s.trip().Departed
	early = with(maps.Clone(form), "_key", form.Get("_key")+"early", "on", left.String())
	asked := he.post(at+"/home", early)
	if said := text(asked.body); asked.status != http.StatusOK || !strings.Contains(said, "人还在境外的不要登记") || !strings.Contains(said, "比批准的回国日") || s.trip().Stage != trip.IsAbroad {
		t.Fatalf("an early return: %d %s", asked.status, said)
	}
	sure, _ := he.form(asked, at+"/home")
	he.done(at+"/home", with(sure, "sure", "yes"))
	if got := s.trip(); got.Home != left || got.BookletsDue != left.AddDays(7) {
		t.Fatalf("%+v", got)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	heard := func(want calendar.Date) {
		t.Helper()
		out, err := custody.OutFor(ctx, s.Office.Store, s.ID)
		if err != nil || len(out) != 3 {
			t.Fatal(out, err)
		}
		for _, b := range out {
			if b.Due != want {
				t.Errorf("the office has a booklet due on %s, and not on %s", b.Due, want)
			}
		}
	}
	heard(left.AddDays(7))
	back, _ := he.form(he.says(at, "已登记", "还没有回国，撤回登记"), at+"/abroad")
	he.done(at+"/abroad", back)
	if got := s.trip(); got.Stage != trip.IsAbroad || !got.Home.IsZero() {
		t.Fatalf("%+v", got)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	heard(s.trip().Return.AddDays(7))

	he = s.on(s.trip().Return, "he")
	form, _ = he.form(he.says(at, "登记回国"), at+"/home")
	// What differs from the approval is explained, or it isn't taken.
	for field, want := range map[string]string{"private": "因私护照", "elsewhere": "批件以外的印章（瑞士）"} {
		odd := with(maps.Clone(form), "_key", form.Get("_key")+field, field, "瑞士")
		if p := he.post(at+"/home", odd); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), want) || s.trip().Stage != trip.IsAbroad {
			t.Errorf("%s without a word: %d, %s", field, p.status, text(p.body))
		}
	}
	sure, _ = he.form(he.post(at+"/home", form), at+"/home")
	he.done(at+"/home", with(sure, "sure", "yes"))
	he.done(at+"/home", with(sure, "sure", "yes")) // a double click
	he.says(at, "回国后还有 3 件事要办", "还没有交回的证照：3", "发出（")
	if got := s.trip(); got.Stage != trip.IsHome || got.Home != s.trip().Return {
		t.Fatalf("%+v", got)
	}

	// Late booklets stand out, for the unit and on its home.
	due := s.trip().BookletsDue
	he = s.on(due.AddDays(2), "he")
	if p := he.says(at, "逾期2天"); !strings.Contains(p.body, `data-state="stop"`) {
		t.Error("a late booklet isn't in red")
	}
	if p := he.says(at); strings.Contains(text(p.body), "逾期 2 天未交回") { // POST-001
		t.Error("each late booklet stands on the page twice")
	}
	he.says("/cases", "有 3 件事要您办", "交回3本证照", "交出访报告", "事后公示") // as many as the trip's own page counts
	// So does an overdue report, though the booklets come first.
	he = s.on(s.trip().ReportDue.AddDays(3), "he")
	if p := he.says("/cases", "有 3 件事要您办", "交回3本证照", "交出访报告", "未交出访报告"); !strings.Contains(p.body, `href="`+at+`"`) {
		t.Error("nothing on the home page leads to the report")
	}
	out, err := custody.OutFor(ctx, s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range out {
		if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: "custodian", Account: "k"}), s.Office.Journal, custody.Room, journal.Order{Subject: b.Person}, custody.HandIn{Booklet: b.Booklet, By: custody.Courier}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}

	// The notice after the trip is made of what is known already.
	said := he.says(at, "取得的成果", "事后公示")
	words, _ := he.form(said, at+"/notice/text")
	words = with(words, "results", "签署备忘录一份。\r\n\r\n确定共建项目三个。", "text", "1")
	if p := he.post(at+"/notice/text", words); p.status != http.StatusOK || !strings.Contains(p.body, "执行情况的公示") || !strings.Contains(p.body, "签署备忘录一份。") || !strings.Contains(p.body, "确定共建项目三个。") ||
		!strings.Contains(p.body, "没有变更") || !strings.Contains(p.body, "正在核算") {
		t.Errorf("the notice after the trip: %d %s", p.status, p.body)
	}
	if p := he.post(at+"/notice/text", with(words, "text", "")); p.status != http.StatusOK || !strings.HasPrefix(p.body, "%PDF") {
		t.Errorf("the notice to print: %d", p.status)
	}
	if p := he.post(at+"/notice/text", with(maps.Clone(words), "results", strings.Repeat("长", 2001))); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "成果最多 2,000 字") {
		t.Errorf("results without an end: %d %s", p.status, text(p.body))
	}

	// The report: a disguised file is refused, a real one is taken once.
	form, _ = he.form(he.says(at, "交报告"), at+"/report")
	if p := he.upload(at+"/report", "report", "报告.pdf", []byte("MZ no report"), form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a disguised file: %d", p.status)
	}
	if p := he.upload(at+"/report", "report", "", nil, form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("no file at all: %d", p.status)
	}
	// What was approved is said before anything is typed, and an amount that can't be
	// read doesn't cost the file.
	he.says(at, "批准的预算是")
	if p := he.upload(at+"/report", "report", "短.docx", docx(t, "考察顺利。"), with(maps.Clone(form), "_key", form.Get("_key")+"2", "spent", "2万")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "实际支出读不出") || !strings.Contains(text(p.body), "已传未交：短.docx") {
		t.Errorf("an amount in words: %d %s", p.status, text(p.body))
	}
	// A thin report and an overspent budget are told at once; the file needn't be chosen again.
	over := with(maps.Clone(form), "spent", "9,999,999.00")
	p := he.upload(at+"/report", "report", "短.docx", docx(t, "考察顺利。"), over)
	if said := text(p.body); p.status != http.StatusUnprocessableEntity || !strings.Contains(said, "报告只有 5 字") || !strings.Contains(said, "超支未批") || !strings.Contains(p.body, "9,999,999.00") || s.trip().Report != "" {
		t.Fatalf("a thin report: %d %s", p.status, said)
	}
	again, _ := he.form(p, at+"/report")
	if again.Get("kept") == "" {
		t.Error("the refused file must be chosen again")
	}
	he.says(at, "短.docx")
	// What was typed and refused outlives the other form of the page.
	if other, _ := he.form(p, at+"/notice"); other.Get("spent") != "9,999,999.00" {
		t.Errorf("the notice's form lets go of what was typed beside the report: %v", other)
	} else if p := he.upload(at+"/notice", "notice", "公示.pdf", demo.PDF("事后公示", "内容均为虚构"), other); p.status != http.StatusOK || !strings.Contains(p.body, `value="9,999,999.00"`) || !strings.Contains(text(p.body), "回国后还有 1 件事要办") {
		t.Errorf("after the notice, %d: %s", p.status, text(p.body))
	}
	pdf := demo.PDF("出访报告", "内容均为虚构")
	form = with(form, "spent", "12,000")
	for range 2 {
		if p := he.upload(at+"/report", "report", "出访报告.pdf", pdf, form); p.status != http.StatusSeeOther {
			t.Fatalf("the report: %d\n%s", p.status, text(p.body))
		}
	}
	if p := he.says(at, "已交：出访报告.pdf", "实际支出"); !strings.Contains(p.body, "12,000") || !strings.Contains(p.body, `value="12000"`) && !strings.Contains(p.body, `value="12000.00"`) {
		t.Errorf("what was spent is shown nowhere: %s", text(p.body))
	}
	form, _ = he.form(he.says(at, "事后公示"), at+"/notice")
	if p := he.upload(at+"/notice", "notice", "公示.pdf", demo.PDF("事后公示", "内容均为虚构"), form); p.status != http.StatusSeeOther {
		t.Errorf("the notice: %d", p.status)
	}
	_, card, _ := strings.Cut(he.says(at, "公示.pdf").body, `<section class="next"`)
	if card, _, _ = strings.Cut(card, "</section>"); !strings.Contains(card, `href="/me/rate/`+s.ID+`"`) {
		t.Error("the next step is to rate, and its card has no button")
	}

	// The rating: one for a case, and it ends the trip.
	he.says("/cases/"+s.ID, "愿意的话评一评这一趟", "现在没有要办的")
	if p := he.ok("/cases"); strings.Contains(text(p.body), "轮到您") {
		t.Error("a rating is owed, though it is voluntary")
	}
	rate := "/me/rate/" + s.ID
	for _, page := range []string{at, rate, "/visits/" + s.ID} {
		if p := he.ok(page); !strings.Contains(p.body, `<nav class="crumb"`) || !strings.Contains(p.body, `href="/cases/`+s.ID+`"`) || !strings.Contains(p.body, `<nav class="tabs"`) {
			t.Errorf("%s has no way back to its case, or no bar", page)
		}
	}
	form, grades := he.form(he.says(rate, "这一趟办得怎么样？", "到场"), rate)
	if len(grades) != 5 || form.Has("grade") {
		t.Errorf("offers %v, chosen beforehand: %v", grades, form)
	}
	if p := he.post(rate, with(form, "words", "签字笔没墨")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "签字笔没墨") {
		t.Errorf("rated without a grade: %d", p.status)
	}
	he.done(rate, with(form, "grade", "4", "tags", "longWait"))
	he.done(rate, form)
	other := s.as("newcomer")
	other.says(rate, "满意", "一件只评一次")
	if p := other.post(rate, url.Values{"_key": {"another"}, "grade": {"1"}}); p.status == http.StatusSeeOther {
		t.Error("rated twice")
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	got, _, err := feedback.Of(ctx, s.Internet.Store, s.ID)
	if err != nil || got.Grade != 4 || got.Words != "签字笔没墨" {
		t.Errorf("%+v %v", got, err)
	}
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil || s.trip().Stage != trip.IsClosed || a.Stage != approval.IsClosed {
		t.Fatalf("the trip is %q, the approval %q: %v", s.trip().Stage, a.Stage, err)
	}
	he.says(at, "这一趟办结了", "回国后交的", "回国日期", "出访报告.pdf", "公示.pdf", "办过的", "交了出访报告", "的证照交回（")
	he.says("/cases/"+s.ID, "到场 1 次")
	if p := he.ok("/cases"); strings.Contains(text(p.body), "轮到您") {
		t.Error("something is still owed")
	}
}

// A trip whose report is in stays open, and stands at home as something to do,
// until the notice after it is there.
func TestATripStaysOpenUntilItsNoticeIsThere(t *testing.T) {
	s := told(t, drill.HandIn)
	he, at := s.as("he"), "/cases/"+s.ID+"/after"
	settle := func() {
		t.Helper()
		if err := s.Settle(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	form, _ := he.form(he.says(at, "交报告"), at+"/report")
	if p := he.upload(at+"/report", "report", "出访报告.pdf", demo.PDF("出访报告", "内容均为虚构"), form); p.status != http.StatusSeeOther {
		t.Fatalf("the report: %d\n%s", p.status, text(p.body))
	}
	rate := "/me/rate/" + s.ID
	form, _ = he.form(he.says(rate, "到场"), rate)
	form.Del("anonymous")
	asked := he.post(rate, with(form, "grade", "2"))
	if asked.status != http.StatusUnprocessableEntity || !strings.Contains(text(asked.body), "请说一句哪里不好") {
		t.Errorf("nobody asks what was wrong: %d", asked.status)
	}
	form, _ = he.form(asked, rate)
	form.Del("anonymous")
	he.done(rate, form) // without a word
	by := s.Internet.Journal.Book().AddWorkdays(s.Internet.Journal.Today(), 15)
	he.says(rate, "已收到：不满意", fmt.Sprintf("%d月%d日前打电话答复你们单位的专管员", by.Month(), by.Day()))
	settle()
	due := s.trip().NoticeDue
	if s.trip().Stage != trip.IsHome || due != s.trip().Home.AddMonths(1) {
		t.Fatalf("the trip is %q without its notice, due %s", s.trip().Stage, due)
	}
	day := fmt.Sprintf("%d月%d日", due.Month(), due.Day())
	he.says("/cases", "作事后公示", fmt.Sprintf("还有 %d 天", due.Sub(s.Internet.Journal.Today())))
	form, _ = he.form(he.says(at, "回国后还有 1 件事要办", "事后公示", day+"前公示"), at+"/notice")
	if p := he.upload(at+"/notice", "notice", "公示.pdf", demo.PDF("事后公示", "内容均为虚构"), form); p.status != http.StatusSeeOther {
		t.Fatalf("the notice: %d\n%s", p.status, text(p.body))
	}
	settle()
	if s.trip().Stage != trip.IsClosed {
		t.Errorf("with its notice the trip is %q", s.trip().Stage)
	}
	he.says("/cases/"+s.ID+"/progress", "交了事后公示材料")
}

func TestATravellerFollowsTheirOwnTripAlone(t *testing.T) {
	s := told(t, drill.Book)
	newcomer, head := s.as("newcomer"), s.as("head")
	newcomer.says("/me", "舒若兰，您好", "到外办采集", "带身份证原件", "看到场码", "任务批件")
	if b := newcomer.ok("/me").body; strings.Index(b, "到外办采集") > strings.Index(b, "<h1") {
		t.Error("when they come stands below what their trip is called")
	}
	if p := newcomer.ok("/visits/" + s.ID + "/pass"); !strings.Contains(p.body, "/slots?move=1") || !strings.Contains(p.body, "/cancel") || !strings.Contains(p.body, `id="pass-do" class="twobtn" data-live`) {
		t.Error("before the day the pass offers no other time, or doesn't take that away when it is over")
	}
	newcomer.ok("/cases/" + s.ID + "/approval")
	if p := newcomer.ok("/cases/" + s.ID + "/progress"); strings.Contains(p.body, `"/cases/`+s.ID+`"`) {
		t.Error("a traveller is led to the application")
	}
	// Whose passport is valid needn't come.
	if p := head.ok("/me"); strings.Contains(text(p.body), "轮到您") {
		t.Errorf("who needn't come is asked to:\n%s", text(p.body))
	}
	f, _, err := journal.Load(context.Background(), s.Internet.Journal, filing.Room, s.ID)
	if err != nil || len(f.Dossier.Materials) == 0 {
		t.Fatal(err)
	}
	for _, path := range []string{"/cases", "/cases/" + s.ID, "/cases/" + s.ID + "/check", "/visits", "/people", "/papers", "/sign"} {
		if p := newcomer.get(path); p.status != http.StatusForbidden {
			t.Errorf("a traveller reads %s: %d", path, p.status)
		}
	}
	for _, login := range []string{"colleague", "other"} {
		r := s.as(login)
		for _, path := range []string{"/cases/" + s.ID + "/progress", "/cases/" + s.ID + "/approval", "/cases/" + s.ID + "/after", "/visits/" + s.ID, "/visits/" + s.ID + "/slots", "/visits/" + s.ID + "/confirm?day=2026-08-11&slot=09:30", "/visits/" + s.ID + "/pass", "/visits/" + s.ID + "/visit.ics", "/me/rate/" + s.ID} {
			if p := r.get(path); p.status != http.StatusNotFound || strings.Contains(p.body, "法国") {
				t.Errorf("%s reads %s: %d", login, path, p.status)
			}
		}
		for _, path := range []string{"/visits/" + s.ID + "/hold", "/visits/" + s.ID + "/release", "/visits/" + s.ID + "/book", "/visits/" + s.ID + "/move", "/visits/" + s.ID + "/cancel", "/cases/" + s.ID + "/after/departed", "/cases/" + s.ID + "/after/report", "/me/rate/" + s.ID + "/decline"} {
			if p := r.post(path, url.Values{"_key": {"k"}}); p.status != http.StatusNotFound {
				t.Errorf("%s posts to %s: %d", login, path, p.status)
			}
		}
	}
	s.as("colleague").says("/me", "现在没有您的行程")
}

func TestAHeldPaperIsSeenWithItsCasesAndReplaced(t *testing.T) {
	s := told(t, drill.Document)
	he := s.as("he")
	list := he.says("/papers", "存着", "江明远")
	at := ""
	for _, found := range regexp.MustCompile(`href="(/papers/[^"]+)"`).FindAllStringSubmatch(list.body, -1) {
		if strings.Contains(he.get(found[1]).body, `name="validUntil"`) { // its end doesn't follow from something else
			at = found[1]
			break
		}
	}
	if at == "" {
		t.Fatal("no paper is held whose end is asked")
	}
	before := he.says(at, "用在哪些团组", "法国、意大利", "换一份")
	form, _ := he.form(before, at+"/replace")
	if p := he.upload(at+"/replace", "file", "新.pdf", demo.PDF("新的"), with(url.Values{}, "issued", "2026-08-02", "validUntil", "2026-08-01")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "2026-08-01") {
		t.Errorf("valid until before it was issued: %d", p.status)
	}
	old := he.get(at + "/file")
	if p := he.upload(at+"/replace", "file", "同一份.pdf", []byte(old.body), form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("replaced by itself: %d", p.status)
	}
	p := he.upload(at+"/replace", "file", "新.pdf", demo.PDF("新的"), with(form, "validUntil", "2030-08-01"))
	if p.status != http.StatusSeeOther || strings.HasPrefix(p.to, at+"?") {
		t.Fatalf("%d to %s", p.status, p.to)
	}
	again := he.upload(at+"/replace", "file", "新.pdf", demo.PDF("新的"), form)
	if again.to != p.to {
		t.Errorf("pressed twice, led to %s and %s", p.to, again.to)
	}
	now := he.says(p.to, "换好了", "2030年8月1日", "还没有用过", "以前的版本")
	if !strings.Contains(now.body, `href="`+at+`"`) {
		t.Error("the paper that was replaced can't be reached from the newer one")
	}
	he.says(at, "看现在的那一份", "法国、意大利")
	if now := he.get(at + "/file"); now.body != old.body {
		t.Error("what was handed in has changed")
	}
	if p := s.as("other").get(at); p.status != http.StatusNotFound {
		t.Errorf("another unit reads the paper: %d", p.status)
	}
}

// docx is a document with one paragraph for each text.
func docx(t *testing.T, paragraphs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	body := `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	for _, p := range paragraphs {
		body += "<w:p><w:r><w:t>" + p + "</w:t></w:r></w:p>"
	}
	for _, part := range [][2]string{{"[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"word/document.xml", body + "</w:body></w:document>"}} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = w.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fill books what is free for capture on a day, as other delegations would, and gives
// the booking that can be let go of.
func (s *story) fill(day calendar.Date) hall.Booking {
	s.t.Helper()
	ctx, j := journal.WithActor(context.Background(), journal.System), s.Internet.Journal
	halls, err := hall.AllPlans(ctx, s.Internet.Store)
	if err != nil {
		s.t.Fatal(err)
	}
	h := halls[0]
	var last string
	for i, slot := range h.Slots() {
		for n := 0; ; n++ {
			id := fmt.Sprintf("other%s.%d.%d", day, i, n)
			want := hall.Wanted{Plan: h, Day: day, Slot: slot, Counter: visit.CaptureCounter, Filing: id, Unit: "another", People: 1}
			_, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: h.DayID(day)}, hall.Book{Wanted: want, People: []string{id}, Acts: []hall.Act{{ID: "act.capture", Kind: visit.Capture, Person: id, Minutes: 10}}})
			if fault.IsConflict(err) {
				break
			}
			if err != nil {
				s.t.Fatal(err)
			}
			last = id
		}
	}
	all, err := hall.OfFiling(ctx, s.Internet.Store, last)
	if err != nil || len(all) != 1 {
		s.t.Fatal(all, err)
	}
	return all[0]
}

func TestWhoFindsNoPlaceWaitsForOneAndBooksItWithOnePress(t *testing.T) {
	s := told(t, drill.Document)
	he, at := s.as("he"), "/visits/"+s.ID
	if strings.Contains(he.ok(at+"/slots").body, "排候补") {
		t.Error("a line is offered where every day has places")
	}
	ctx := context.Background()
	halls, err := hall.AllPlans(ctx, s.Internet.Store)
	if err != nil {
		t.Fatal(err)
	}
	j := s.Internet.Journal
	day, _ := halls[0].Bookable(j.Today(), j.Book())
	day = j.Book().AddWorkdays(day, 1)
	theirs := s.fill(day)
	he.says(at+"/slots", "排候补")
	form, _ := he.form(he.says(at+"/wait", "候补怎么排", "60岁以上", "排在前面"), at+"/wait")
	if p := he.post(at+"/wait", form); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "请至少选一天") {
		t.Errorf("waited for no day: %d", p.status)
	}
	he.done(at+"/wait", with(form, "days", day.String()))
	he.says(at+"/wait", "正在候补1天的位子", "排第1位")
	he.says(at, "正在候补1天的位子")
	// Somebody cancels: the place is kept, and the unit hears of it.
	if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: hall.DayID(theirs.Hall, day)}, hall.Cancel{Booking: theirs.ID, Day: day}); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	offered := he.says(at+"/wait", "有位子了，请确认", "给您留着", "就约这个时间", "让给下一位")
	he.says(at, "给您留着")
	he.says("/cases/"+s.ID+"/progress", "空出位子")
	take, _ := he.form(offered, at+"/wait/take")
	if to := he.done(at+"/wait/take", take); to != at+"/pass" {
		t.Errorf("taken, it led to %s", to)
	}
	if b, ok := s.live(); !ok || b.Day != day || b.Slot != theirs.Slot {
		t.Fatalf("booked %+v", b)
	}
	he.says(at+"/wait", "不用再候补")
}
