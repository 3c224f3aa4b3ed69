package sites

import (
	"strings"
	"testing"
	"time"

	"yitang/internal/exchange"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Both sides are called level only while everything that was sent has its receipt
// and the other one was heard a short while ago.
func TestLevelIsOnlySaidOfWhatIsKnown(t *testing.T) {
	now := time.Date(2026, 11, 28, 13, 10, 0, 0, time.UTC)
	for _, c := range []struct {
		what          string
		sent, applied int64
		heard         time.Duration
		state         ui.State
		says          string
	}{
		{"level", 992, 992, 10 * time.Minute, ui.OK, "两边一致"},
		{"the last bundle has no receipt", 993, 992, 10 * time.Minute, ui.Wait, "第993包等回执"},
		{"nothing was heard for long", 992, 992, 11 * time.Hour, ui.Wait, "以后没有新消息"},
		{"both", 993, 992, 11 * time.Hour, ui.Wait, "第993包等回执"},
	} {
		out := exchange.Outgoing{To: zone.Passport, Sent: c.sent, Applied: c.applied, Paired: true}
		got := says(t.Context(), out, exchange.Incoming{From: zone.Passport, Applied: 7, AsOf: now.Add(-c.heard), Paired: true}, now)
		if got.State != c.state || !strings.Contains(got.Word, c.says) || c.state != ui.OK && strings.Contains(got.Word, "一致") {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}
