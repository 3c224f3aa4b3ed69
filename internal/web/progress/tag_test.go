package progress

import (
	"context"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	room "yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

func TestACaseSaysHowItEnded(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	before := ui.Tag{State: ui.OK, Word: "已批准"}
	for _, c := range []struct {
		stage   room.Stage
		outcome string
		gaveUp  bool
		says    string
	}{
		{room.Issued, "", false, "已批准"},
		{room.Cleared, "", false, "可以成行"},
		{room.Abroad, "", false, "在境外"},
		{room.Home, "", false, "已回国"},
		{room.NotDeparted, "", false, "没有成行"},
		{room.Done, "", false, "已办结"},
		{room.Archived, "approved", false, "已归档"},
		{room.Archived, "refused", false, "未批准"},
		{room.Archived, "revoked", false, "批件已撤销"},
		{room.Archived, "revoked", false, "审批决定已撤销"}, // no document
		{room.Archived, "withdrawn", false, "已撤回"},
		{room.Revoked, "", false, "批件已撤销"},
		{room.Revoked, "", false, "审批决定已撤销"},
		{room.Revoked, "", true, "已取消"},
		{room.Archived, "cancelled", true, "已取消"},
	} {
		number := "1号"
		if strings.HasPrefix(c.says, "审批决定") {
			number = ""
		}
		if got := tag(ctx, room.State{Stage: c.stage, Outcome: c.outcome, Cancelled: c.gaveUp, Document: number}, before); got.Word != c.says {
			t.Errorf("%s %s says %q instead of %q", c.stage, c.outcome, got.Word, c.says)
		}
	}
}

func TestTheHallsHoursAreToldWithThoseOfTheWeek(t *testing.T) {
	span := func(from, to int) hall.Span { return hall.Span{From: hall.At(from, 0), To: hall.At(to, 30)} }
	h := hall.Plan{Name: "大厅", NameEn: "Hall", Place: "三楼", PlaceEn: "3rd floor", Open: []hall.Span{span(9, 11), span(13, 16)},
		Windows: []hall.Window{{ID: "B1", Counters: []visit.Counter{visit.PassportCounter}}, {ID: "B2", Counters: []visit.Counter{visit.VisaCounter, visit.PassportCounter}, Open: []hall.Span{span(9, 10)}}, {ID: "C1", Counters: []visit.Counter{visit.VisaCounter}}}}
	at := func(lang ui.Lang) string {
		for _, f := range DeskOf(ui.With(context.Background(), ui.Prefs{Lang: lang}), h) {
			if strings.Contains(f.Value, "B1") {
				return f.Value
			}
		}
		return ""
	}
	if got, want := at(ui.ZhHans), "B1、B2（9:00–10:30），工作日 9:00–11:30、13:00–16:30"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	h.Week = []hall.WeekdayHours{{Day: time.Wednesday, Open: []hall.Span{span(9, 11), span(13, 18)}}, {Day: time.Friday}}
	if got, want := at(ui.ZhHans), "B1、B2（9:00–10:30），工作日 9:00–11:30、13:00–16:30（星期三9:00–11:30、13:00–18:30，星期五不开）"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := at(ui.En), "B1 and B2 (9:00–10:30), on working days 9:00–11:30 and 13:00–16:30 (Wednesday 9:00–11:30 and 13:00–18:30, Friday closed)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestABookingThatIsOverIsntBookedAnyMore(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	day := calendar.On(2026, 3, 10)
	for _, c := range []struct {
		stage room.Stage
		state hall.State
		today calendar.Date
		says  string
		past  time.Duration // of that day
	}{
		{room.Issued, hall.IsBooked, day, "已约", 9 * time.Hour},
		{room.Issued, hall.IsBooked, day, "已过", 10 * time.Hour},
		{room.Issued, hall.IsBooked, day.Next(), "已过", 0},
		{room.Archived, hall.IsBooked, day.Prev(), "已过", 0},
		{room.Issued, hall.HasArrived, day, "已到", 0},
		{room.Home, hall.HasArrived, day.Next(), "来过", 0},
		{room.Archived, hall.HasLeft, day.Next(), "来过", 0},
		{room.Issued, hall.WasMissed, day.Next(), "没有来", 0},
	} {
		s := room.State{Stage: c.stage, Coming: &room.Coming{Day: day, Slot: hall.At(9, 30), State: c.state}}
		if got := comingWord(ctx, s, c.today.Begins().Add(c.past)); got != c.says {
			t.Errorf("%s, %s on %s says %q instead of %q", c.stage, c.state, c.today, got, c.says)
		}
	}
}

func TestWhoCameWithoutABookingHadNoTime(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	day := calendar.On(2026, 8, 10)
	if got := came(ctx, room.Coming{Day: day}); got != "8月10日 星期一，随到随办" {
		t.Errorf("a walk-in: %s", got)
	}
	if got := came(ctx, room.Coming{Booking: "b", Day: day, Slot: hall.At(9, 30)}); got != "8月10日 星期一 9:30" {
		t.Errorf("a booking: %s", got)
	}
}

// A case counts in the year in which it was approved, under way or over, and
// whenever it leaves.
func TestAYearCountsWhatWasApprovedInIt(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	of := func(approved, depart string, visits, returns int) room.State {
		return room.State{Document: "n", ApprovedOn: calendar.MustParse(approved), Depart: calendar.MustParse(depart), Visits: visits, Returns: returns}
	}
	figures, passed := yearOf(ctx, 2026, []room.State{of("2026-11-20", "2027-01-18", 1, 0), of("2026-03-02", "2026-05-11", 0, 1), of("2025-12-20", "2026-01-06", 5, 0), {Depart: calendar.MustParse("2026-08-01")}})
	if len(figures.Items) != 2 || figures.Items[1].Number != "2" || figures.Items[0].Number != "0.5" || passed != "一次通过率 50%（1/2）。" {
		t.Errorf("%+v %s", figures, passed)
	}
}

// Who stayed at home isn't abroad, and doesn't leave.
func TestOnlyWhoWentIsAbroad(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	of := func(stage room.Stage) room.State {
		return room.State{Filing: "f", Stage: stage, Depart: calendar.On(2026, 5, 1), People: map[string]*room.Person{
			"goes": {Approved: true, Booklet: room.IsLent}, "guest": {Approved: true, Inquiry: 1}, "unused": {Approved: true, Booklet: room.IsHandedIn},
			"gaveUp": {Approved: true, Booklet: room.InStore, Visas: map[string]room.Visa{"DEU": {Stage: visa.IsWithdrawn}}}, "declined": {}}}
	}
	for i, w := range (&Pages{}).where(ctx, []room.State{of(room.Abroad), of(room.Cleared)})[:2] {
		if w.Value != "2 人" {
			t.Errorf("%d: %s %s, of whom two go", i, w.Label, w.Value)
		}
	}
}

func TestDaysAbroadAreCountedInDays(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	if got := Value(ctx, "case.daysAbroad", "5", nil); got != "5 天" {
		t.Error(got)
	}
}
