package approval

import (
	"testing"

	"yitang/internal/journal"
)

// A new edition that a change wants is told apart from one by which the office puts
// the document right, however many came before.
func TestAnEditionOfAChangeIsToldApartFromACorrection(t *testing.T) {
	happened := func(bodies ...any) []journal.Event {
		var out []journal.Event
		for i, b := range bodies {
			out = append(out, journal.Event{ID: string(rune('a' + i)), Body: b})
		}
		return out
	}
	for _, c := range []struct {
		name    string
		history []journal.Event
		want    bool
	}{
		{"the first one", happened(DocumentIssued{}), false},
		{"put right by the office", happened(DocumentIssued{}, DocumentPrepared{}, DocumentIssued{Replaces: "1"}), false},
		{"after a change that leaves it as it is", happened(DocumentIssued{}, Amended{}, DocumentIssued{Replaces: "1"}), false},
		{"wanted by a change", happened(DocumentIssued{}, Amended{Reprint: true}, DocumentPrepared{}, DocumentIssued{Replaces: "1"}), true},
		{"put right after a change's own", happened(DocumentIssued{}, Amended{Reprint: true}, DocumentIssued{Replaces: "1"}, DocumentIssued{Replaces: "2"}), false},
	} {
		if got := ByChange(c.history, c.history[len(c.history)-1].ID); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
