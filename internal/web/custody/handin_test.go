package custody

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	room "yitang/internal/custody"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Who takes booklets in finds the way chosen that their units were told, where it
// is one for all of them.
func TestBookletsAreTakenInByTheWayThatTheUnitWasTold(t *testing.T) {
	p := &Pages{Promised: func(_ context.Context, filing string) (map[string]room.By, error) {
		return map[string]map[string]room.By{"a": {"1": room.Locker, "2": room.Locker}, "b": {"3": room.Window}}[filing], nil
	}}
	of := func(filing, person string) room.Row { return room.Row{Filing: filing, Person: person} }
	for _, c := range []struct {
		name string
		rows []room.Row
		want room.By
	}{
		{"one way for a case", []room.Row{of("a", "1"), of("a", "2")}, room.Locker},
		{"two ways", []room.Row{of("a", "1"), of("b", "3")}, ""},
		{"one by courier as nobody said, one by the window", []room.Row{of("c", "4"), of("b", "3")}, ""},
		{"more cases than are asked", []room.Row{of("1", ""), of("2", ""), of("3", ""), of("4", ""), of("5", ""), of("6", ""), of("7", ""), of("8", ""), of("9", "")}, ""},
		{"nobody told anything", []room.Row{of("c", "4")}, room.Courier},
		{"nothing is out", nil, room.Courier},
	} {
		if got := p.promised(context.Background(), c.rows); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Where nobody chose a way, each booklet is taken in by its own.
func TestEachBookletHasItsOwnAgreedWayOfBeingHandedIn(t *testing.T) {
	p := &Pages{Site: &web.Site{Log: slog.New(slog.DiscardHandler)}, Promised: func(_ context.Context, filing string) (map[string]room.By, error) {
		if filing == "unread" {
			return nil, errors.New("no plan")
		}
		return map[string]map[string]room.By{"a": {"1": room.Locker}, "b": {"3": room.Window}}[filing], nil
	}}
	got := p.agreed(context.Background(), []room.Row{{Filing: "a", Person: "1"}, {Filing: "b", Person: "3"}, {Filing: "c", Person: "4"}, {Filing: "unread", Person: "5"}})
	if want := []room.By{room.Locker, room.Window, room.Courier, ""}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// On a phone what is to be filled in isn't below fifty booklets: they are folded,
// until somebody looks for one or ticks it.
func TestBookletsThatNobodyLookedForAreFoldedOnAPhone(t *testing.T) {
	for _, c := range []struct {
		name   string
		view   batchView
		folded bool
	}{
		{"all that are lent", batchView{Fold: "看借出的 50 本"}, true},
		{"what was looked for", batchView{}, false},
	} {
		c.view.May, c.view.Table.Groups = true, []ui.Group{{Rows: []ui.Row{{Choose: "p/b", Cells: []ui.Cell{{Text: "江明远"}}}}}}
		var b strings.Builder
		if err := batchPage(c.view).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), `class="onphone"`); got != c.folded || !strings.Contains(b.String(), "江明远") {
			t.Errorf("%s: folded is %t", c.name, got)
		}
	}
	for _, c := range []struct {
		rows         int
		sought, want bool
	}{{50, false, true}, {50, true, false}, {fewRows, false, false}} {
		if got := folded(c.rows, c.sought); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}
