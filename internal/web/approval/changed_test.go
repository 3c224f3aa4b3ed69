package approval

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/web/ui"
)

func TestManyChangesBesideThoseAskedForAreFolded(t *testing.T) {
	for _, c := range []struct {
		all, also int
		fold      bool
		says      string // of how many were asked for
	}{
		{3, 1, false, "单位改动 2 处，另有 1 处"},
		{8, alsoMost, false, "单位改动 2 处，另有 6 处"},
		{9, alsoMost + 1, true, "单位改动 2 处，另有 7 处"},
		{9, 9, false, ""}, // nothing was asked for: all of it is the answer
		{2, 0, false, ""},
	} {
		b := &returned{Also: make(ui.Changes, c.also)}
		b.along(ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans}), c.all)
		if b.Fold != c.fold || !strings.HasPrefix(b.Note, c.says) || c.says == "" && b.Note != "" {
			t.Errorf("%d of %d: folded %v, %q", c.also, c.all, b.Fold, b.Note)
		}
	}
}
