package desk_test

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/store"
)

// alsoAt books the same people at another window and hour, as the office would hear of it.
func (w *window) alsoAt(b hall.Booking, id, window, number string, slot hall.Clock) {
	w.t.Helper()
	ctx := context.Background()
	err := w.Office.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO hall_booking (booking, hall, day, slot, ends, wicket, counter, number, code, filing, unit, people, acts, sequence, state, cause, reason, made)
SELECT $2, hall, day, $3, $3 + 30, $4, counter, $5, $2, filing, unit, people, acts, 0, 'booked', cause, reason, made FROM hall_booking WHERE booking = $1`, b.ID, id, int64(slot), window, number)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// sheets are what stands on each sheet of a printed list, by its title.
func sheets(body string) []string {
	var out []string
	for _, s := range strings.Split(body, "<section")[1:] {
		s, _, _ = strings.Cut(s, "</section>")
		out = append(out, text("<section"+s))
	}
	return out
}

func TestEachWindowHasItsOwnListOfTheDay(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	w.alsoAt(b, "second", "B1", "20990101-B1-007", hall.At(9, 0))
	w.alsoAt(b, "third", "B1", "20990101-B1-008", hall.At(16, 30))
	w.as("window")
	day := "/desk/list?day=" + b.Day.String()

	both := sheets(w.says(day, "每个窗口一张", "名单，3个", "签名"))
	if len(both) != 2 {
		t.Fatalf("%d sheets: %q", len(both), both)
	}
	for i, want := range [][]string{{b.Window + " 号窗口，1个", b.Number}, {"B1 号窗口，2个", "20990101-B1-007", "20990101-B1-008"}} {
		for _, word := range want {
			for k, s := range both {
				if strings.Contains(s, word) != (k == i) {
					t.Errorf("sheet %d says %q: %s", k, word, s)
				}
			}
		}
	}
	if strings.Index(both[1], "B1-007") > strings.Index(both[1], "B1-008") {
		t.Error("the later hour stands first")
	}

	one := w.says(day+"&window=B1", "名单，2个", `B1 号窗口，2个`)
	if got := sheets(one); len(got) != 1 || strings.Contains(got[0], b.Number) {
		t.Errorf("of one window: %q", got)
	}
	for _, link := range []string{"window=B1", "day=" + b.Day.Prev().String()} {
		if !strings.Contains(one, link) {
			t.Errorf("the list of one window doesn't lead to %s", link)
		}
	}
	if got := sheets(w.says(day + "&window=C1")); len(got) != 1 || !strings.Contains(got[0], "这天没有人") {
		t.Errorf("of a window for which nobody is booked: %q", got)
	}

	// Who came without a booking is on the sheet of the window that called them.
	w.on(b, hall.At(16, 0))
	f := w.form(w.says("/desk/walk?case="+w.ID), "/desk/walk")
	f.Set("acts", "paperOriginal|")
	w.done("/desk/walk", f)
	if err := w.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := sheets(w.says(day)); len(got) != 3 || !strings.Contains(got[2], "没有约、还没叫号的，1个") {
		t.Fatalf("not called yet: %q", got)
	}
	page := w.says("/desk/calls?window=C1", "本窗口当天名单")
	w.done("/desk/calls/next", w.form(page, "/desk/calls/next"))
	if got := sheets(w.says(day + "&window=C1")); len(got) != 1 || !strings.Contains(got[0], "C1 号窗口，1个") {
		t.Errorf("called to C1: %q", got)
	}
}
