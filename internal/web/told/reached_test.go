package told

import (
	"context"
	"testing"
	"time"

	"yitang/internal/notify"
)

// chatted is WeChat as far as somebody has bound it.
type chatted struct {
	to      string
	blocked time.Time
}

func (c chatted) Repeats() bool { return true }

func (c chatted) Send(context.Context, notify.Outgoing) (string, error) { return "", nil }

func (c chatted) AddressOf(context.Context, string) (string, error) { return c.to, nil }

func (c chatted) BlockedSince(context.Context, string) (time.Time, error) { return c.blocked, nil }

// Who has bound a WeChat hears of everything there: they aren't told that nothing reaches
// them, unless they take none of its messages.
func TestWhoHasBoundAWeChatIsReached(t *testing.T) {
	for _, c := range []struct {
		name string
		way  chatted
		is   bool
	}{{"bound", chatted{to: "o1"}, true}, {"unbound", chatted{}, false}, {"bound, and takes no messages", chatted{to: "o1", blocked: time.Unix(1, 0)}, false}} {
		p := &Pages{Ways: func() map[string]notify.Way { return map[string]notify.Way{"wechat": c.way} }}
		if got, err := p.reached(context.Background(), "a", notify.Contact{}); got != c.is || err != nil {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}
