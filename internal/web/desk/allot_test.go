package desk_test

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/journal"
)

func TestTheWindowReadsWhatIsLeftForPeopleWithoutABooking(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: "a"})
	w.on(b, b.Slot)
	if page := text(w.says("/desk/walk")); strings.Contains(page, "现场号") {
		t.Errorf("nothing is kept, and it says %s", page)
	}
	plan, _, err := hall.PlanOf(ctx, w.Office.Store, b.Hall)
	if err != nil {
		t.Fatal(err)
	}
	planned := plan.Planned()
	for i := range planned.Windows {
		planned.Windows[i].Places, planned.Windows[i].Kept = 3, i+1
	}
	if _, err := journal.Do(ctx, w.Office.Journal, hall.Plans, journal.Order{Subject: plan.ID}, hall.SetPlan{Planned: planned}); err != nil {
		t.Fatal(err)
	}
	w.says("/desk/walk", "现场号还剩：采集1个、护照2个、签证3个。")
	walk := "/desk/walk?case=" + w.ID
	f := w.form(w.says(walk, "现场号还剩：采集1个"), "/desk/walk")
	f["acts"] = []string{"capture|" + w.People[drill.Newcomer]}
	w.done("/desk/walk", f)
	w.says("/desk/walk", "现场号还剩：采集0个、护照2个、签证3个。", "采集的现场号本时段已用完。人来了照样可以办")
	// It is a warning: the next is checked in all the same.
	f = w.form(w.says(walk, "已用完"), "/desk/walk")
	f["acts"] = []string{"paperOriginal|"}
	w.done("/desk/walk", f)
	w.says("/desk/walk", "采集0个、护照2个、签证2个。")
	w.Clock.Set(hall.At(12, 30).On(b.Day))
	if page := text(w.as("window").says("/desk/walk")); strings.Contains(page, "现场号") {
		t.Errorf("at noon it says %s", page)
	}
}
