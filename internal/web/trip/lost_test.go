package trip

import (
	"context"
	"strings"
	"testing"

	room "yitang/internal/trip"
	"yitang/internal/web/ui"
)

func TestWhoToldOfALossIsAskedForNothingThatTheyDid(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	for _, c := range []struct {
		name     string
		l        room.Lost
		abroad   bool
		says, no []string
	}{
		{"nothing done", room.Lost{}, false, []string{"马上报案", "还请联系我国驻当地使领馆", "准备遗失声明"}, []string{"已交"}},
		{"nothing done abroad", room.Lost{}, true, []string{"向当地警方报案", "马上联系我国驻当地使领馆", "旅行证", "准备遗失声明"}, []string{"公安机关"}},
		{"told to the police, the statement given", room.Lost{To: []room.Authority{room.Police}, Paper: "m"}, false, []string{"证明已交", "使领馆"}, []string{"马上报案", "准备"}},
		{"all done", room.Lost{To: room.Authorities(), Paper: "m"}, false, []string{"证明已交", "旅行证"}, []string{"请本人", "准备"}},
	} {
		got := strings.Join(advice(ctx, c.l, c.abroad), "|")
		for _, w := range c.says {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q lacks %q", c.name, got, w)
			}
		}
		for _, w := range c.no {
			if strings.Contains(got, w) {
				t.Errorf("%s: %q says %q", c.name, got, w)
			}
		}
	}
}
