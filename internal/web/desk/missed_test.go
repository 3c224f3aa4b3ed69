package desk_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/store"
)

// In the evening it is noted by itself that nobody came; the window takes it back, or
// checks in who comes all the same.
func TestAMissThatWasNotedByItselfIsTakenBackAtTheWindow(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	at := "/desk/" + b.ID
	w.on(b, hall.At(17, 30))
	if err := w.Office.DoChores(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.says("/desk", "没有来", "舒若兰")
	page := w.says(at, "已记为没有来", "签到")
	w.done(at+"/unmiss", w.form(page, at+"/unmiss"))
	page = w.says(at, "签到", "没有来，不计")
	if len(w.forms(page, at+"/unmiss")) > 0 {
		t.Error("it can be taken back twice")
	}
	w.says("/desk", "没有来，不计")
	if got := w.booking(); got.State != hall.WasExcused {
		t.Errorf("the booking is %s", got.State)
	}
	w.done(at+"/in", w.form(page, at+"/in"))
	if got := w.booking(); got.State != hall.HasArrived || w.visits() != 1 {
		t.Errorf("whoever came late is %s, with %d visits", got.State, w.visits())
	}
}

func TestAMissOfADayBeforeIsTakenBackAndAskedAboutNoMore(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	at := "/desk/" + b.ID
	w.on(b, hall.At(17, 30))
	if err := w.Office.DoChores(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(hall.At(9, 30).On(b.Day.Next()))
	w.as("window")
	if strings.Contains(text(w.says("/desk")), "以前约了没来") {
		t.Error("what was noted by itself is asked for")
	}
	w.done(at+"/unmiss", w.form(w.says(at, "已记为没有来"), at+"/unmiss"))
	w.says(at, "没有来，不计", "已经不作数")
	if strings.Contains(text(w.says("/desk")), "以前约了没来") {
		t.Error("what was taken back is asked for")
	}
}

// The office reads how often each unit stayed away in a quarter; from three times on the
// unit is reminded.
func TestTheOfficeReadsWhichUnitsStayAway(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	ctx := context.Background()
	from, to := hall.QuarterOf(b.Day)
	missed := 0
	miss := func(day string) {
		t.Helper()
		missed++
		if err := w.Office.Store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO hall_booking (booking, hall, day, slot, ends, wicket, counter, number, code, filing, unit, people, acts, sequence, state, cause, reason, made)
SELECT $2, hall, $3, slot, ends, wicket, counter, $2, $2, filing, unit, people, acts, 0, 'missed', cause, reason, made FROM hall_booking WHERE booking = $1`, b.ID, fmt.Sprint("missed", missed), day)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	use := "/hall/use?month=" + b.Day.String()[:7]
	w.as("chief")
	w.says(use, "0个单位约了没有来", "这个季度没有单位约了不来")
	miss(from.String())
	miss(to.String())
	miss(from.Prev().String())
	if page := text(w.says(use, "1个单位约了没有来")); strings.Contains(page, "已提醒") {
		t.Errorf("reminded of two: %s", page)
	}
	miss(b.Day.String())
	w.says(use, "1个单位约了没有来", "已提醒")
}
