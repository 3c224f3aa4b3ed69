package desk_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/journal"
)

// scan is where a scanner leads that writes into the field and presses Enter.
func (w *window) scan(what string) string {
	w.t.Helper()
	status, body, to := w.answer(w.c.Get(w.url + "/desk?q=" + url.QueryEscape(what)))
	if status != http.StatusSeeOther {
		w.t.Fatalf("scanned %q: %d\n%s", what, status, text(body))
	}
	return to
}

var checkInHasFocus = regexp.MustCompile(`<button[^>]*autofocus[^>]*>\s*签到`)

func TestAPassThatIsScannedLeadsToItsVisitReadyToCheckIn(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	w.on(b, b.Slot)
	at := "/desk/" + b.ID
	for _, said := range []string{b.Code, strings.ToLower(b.Code), b.Number, b.Number[9:]} {
		to := w.scan(said)
		if !strings.HasPrefix(to, at+"?") {
			t.Fatalf("%q leads to %s", said, to)
		}
		if page := w.says(to, "签到"); !checkInHasFocus.MatchString(page) {
			t.Errorf("by %q: Enter doesn't check in", said)
		}
	}
	if page := w.says(at, "签到"); checkInHasFocus.MatchString(page) {
		t.Error("who only looks at a visit has the focus on the button")
	}
	if page := w.says("/desk"); !strings.Contains(page, "data-scan") {
		t.Error("no field takes what a scanner writes")
	}
	w.says("/desk?q="+b.Code[:9], "没找到") // no whole code

	w.done(at+"/in", w.form(w.says(w.scan(b.Code)), at+"/in"))
	page := w.says(w.scan(b.Code), "这个码已经用过", "签到了，不用再签")
	if len(w.forms(page, at+"/in")) > 0 {
		t.Error("who has checked in is checked in again")
	}
	if err := w.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if to := w.scan("001"); !strings.HasPrefix(to, at+"?") { // the number by which they are called
		t.Errorf("001 leads to %s", to)
	}
	w.done(at+"/close", w.form(w.says(at), at+"/close"))
	w.says(w.scan(b.Code), "这个码已经用过", "离场了")
}

func TestAPassOfAnotherDayOrThatIsOffSaysSo(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	ctx := context.Background()
	w.Clock.Set(hall.At(10, 0).On(b.Day.AddDays(-3)))
	w.as("window")
	none := func(page string) {
		t.Helper()
		if len(w.forms(page, "/desk/"+b.ID+"/in")) > 0 {
			t.Error("it can be checked in")
		}
	}
	none(w.says(w.scan(b.Code), "不是今天"))

	plan, _, err := hall.PlanOf(ctx, w.Internet.Store, b.Hall)
	if err != nil {
		t.Fatal(err)
	}
	day := w.Internet.Book().AddWorkdays(b.Day, 1)
	if _, err := journal.Do(ctx, w.Internet.Journal, hall.Days, journal.Order{Subject: hall.DayID(b.Hall, day)}, hall.Move{Booking: b, Wanted: hall.Wanted{Plan: plan, Day: day, Slot: b.Slot}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	w.on(b, b.Slot) // the day for which it was booked at first
	none(w.says(w.scan(b.Number), "到场号 "+b.Number+" 是改期以前的", "不是今天"))
	none(w.says(w.scan(b.Code), "不是今天"))

	w.Clock.Set(hall.At(8, 0).On(day))
	w.as("window")
	if page := w.says(w.scan(b.Number), "改期以前的"); !checkInHasFocus.MatchString(page) {
		t.Error("on the day to which it was moved it can't be checked in")
	}
	if _, err := journal.Do(ctx, w.Internet.Journal, hall.Days, journal.Order{Subject: hall.DayID(b.Hall, day)}, hall.Cancel{Booking: b.ID, Day: day, Reason: "任务改到明年"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	none(w.says(w.scan(b.Code), "这个码的预约已经取消：任务改到明年", "已经不作数"))
}
