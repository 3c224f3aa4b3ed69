package progress

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	room "yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// A last day that is counted in working days into a year of which no holidays
// are announced may move, and says so; a day of the calendar doesn't.
func TestADueDayInAnUnannouncedYearSaysThatItMayMove(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	st, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "node.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	book, err := calendar.NewBook(calendar.Year{Year: 2026, Holidays: []calendar.Holiday{{Zh: "元旦", En: "New Year", From: calendar.On(2026, 1, 1), To: calendar.On(2026, 1, 3)}}})
	if err != nil {
		t.Fatal(err)
	}
	registry, err := journal.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(ctx, journal.Options{Store: st, Zone: zone.Internet, Registry: registry, Book: book, Chance: rand.Reader,
		Clock: func() time.Time { return time.Date(2026, 12, 28, 2, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	p := &Pages{Journal: j}
	for _, c := range []struct {
		key   string
		due   calendar.Date
		moves bool
	}{
		{"accept", calendar.On(2027, 1, 5), true},
		{"review", calendar.On(2027, 1, 5), true},
		{"report", calendar.On(2027, 1, 12), true},
		{"accept", calendar.On(2026, 12, 31), false},
		{"opinion", calendar.On(2027, 1, 5), false},
		{"accept", calendar.Date{}, false},
	} {
		n, err := p.step(ctx, room.State{Filing: "f"}, room.Step{Key: "progress.next." + c.key, Who: room.Intake, Due: c.due}, access.Who{})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(n.Text, "2027 年放假安排尚未公布") != c.moves {
			t.Errorf("%s by %v says %q", c.key, c.due, n.Text)
		}
	}
}
