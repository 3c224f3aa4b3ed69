package desk_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
)

// another opens a second hall beside that of a booking; of its places two are kept.
func (w *window) another(b hall.Booking) {
	w.t.Helper()
	ctx := context.Background()
	main, _, err := hall.PlanOf(ctx, w.Office.Store, b.Hall)
	if err != nil {
		w.t.Fatal(err)
	}
	planned := main.Planned()
	planned.Name, planned.NameEn, planned.Place, planned.PlaceEn = "江南分厅（虚构）", "South", "江南路1号", "1 South Road"
	planned.Windows = []hall.Window{{ID: "S1", Counters: visit.Counters(), Places: 3, Kept: 2}}
	if _, err := journal.Do(journal.WithActor(ctx, journal.System), w.Office.Journal, hall.Plans, journal.Order{Subject: "hall2"}, hall.SetPlan{Planned: planned, Others: []hall.Plan{main}}); err != nil {
		w.t.Fatal(err)
	}
}

// state is where the only number of a hall stands today.
func (w *window) state(id string) hall.TicketState {
	w.t.Helper()
	all, err := hall.TicketsOn(context.Background(), w.Office.Store, id, w.Office.Journal.Today())
	if err != nil || len(all) != 1 {
		w.t.Fatal(all, err)
	}
	return all[0].State
}

// Two halls, each with a number 001: whoever looks at one in a second tab calls, scans and
// enters in the first what is of the first.
func TestWhatIsDoneAtAWindowIsOfTheHallOfItsPage(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	w.another(b)
	w.on(b, b.Slot)
	at := "/desk/" + b.ID

	// Who has booked for one hall and comes to the other.
	other := "约的是另一个大厅"
	w.says("/desk?hall=hall2")
	if page := w.says(w.scan(b.Code), other, "云江"); checkInHasFocus.MatchString(page) {
		t.Error("at the other hall Enter checks in")
	}
	w.says("/desk?hall=" + b.Hall)
	page := w.says(w.scan(b.Code))
	if strings.Contains(text(page), other) || !checkInHasFocus.MatchString(page) {
		t.Errorf("at its own hall: %s", text(page))
	}
	w.done(at+"/in", w.form(page, at+"/in"))

	// What is kept for people without a booking, and who came without one.
	walk := "/desk/walk?case=" + w.ID
	if page := text(w.says(walk)); strings.Contains(page, "现场号") {
		t.Errorf("nothing is kept at the first hall, and it says %s", page)
	}
	f := w.form(w.says(walk+"&hall=hall2", "现场号还剩：采集2个"), "/desk/walk")
	w.says("/desk?hall=" + b.Hall)
	f["acts"] = []string{"paperOriginal|"}
	walked := strings.TrimPrefix(w.done("/desk/walk", f), "/desk/")
	w.says("/desk/walk?hall=hall2", "现场号还剩：采集1个")
	if v, _, err := hall.VisitOf(context.Background(), w.Office.Store, walked); err != nil || v.Hall != "hall2" {
		t.Errorf("they came to %q: %v", v.Hall, err)
	}
	if status, _, _ := w.post("/desk/walk", url.Values{"hall": {"nowhere"}, "case": {w.ID}, "id": {"x"}, "acts": {"paperOriginal|"}}); status != http.StatusNotFound {
		t.Errorf("of a hall that isn't there: %d", status)
	}
	if err := w.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}

	calls := "/desk/calls?hall=" + b.Hall + "&window=" + b.Window
	page = w.says(calls, "001")
	if !strings.Contains(page, `href="/desk/calls?hall=`+b.Hall+`&amp;window=`) {
		t.Error("from window to window the hall isn't said")
	}
	next := w.form(page, "/desk/calls/next")
	w.says("/desk/calls?hall=hall2", "001")
	if to := w.scan("001"); !strings.HasPrefix(to, "/desk/"+walked+"?") {
		t.Errorf("at the second hall 001 leads to %s, not to %s", to, walked)
	}
	if status, _, _ := w.post("/desk/calls/next", url.Values{"window": {b.Window}}); status != http.StatusNotFound {
		t.Errorf("a window of another hall calls: %d", status)
	}
	if to := w.done("/desk/calls/next", next); to != calls {
		t.Errorf("called, and led to %s", to)
	}
	if first, second := w.state(b.Hall), w.state("hall2"); first != hall.AtWindow || second != hall.InQueue {
		t.Errorf("the number of the first hall is %s, of the second %s", first, second)
	}
	w.says(calls)
	if to := w.scan("001"); !strings.HasPrefix(to, at+"?") {
		t.Errorf("at the first hall 001 leads to %s", to)
	}
	w.says("/desk/calls?hall=hall2") // in the other tab
	w.done("/desk/calls/again", w.form(w.says(calls), "/desk/calls/again"))

	// The list of another day stays that day's at the other hall.
	day := b.Day.Next().String()
	if page := w.says("/desk/list?day=" + day); !strings.Contains(page, `href="/desk/list?day=`+day+`&amp;hall=hall2"`) {
		t.Error("who chooses a hall loses the day of the list")
	}
}
