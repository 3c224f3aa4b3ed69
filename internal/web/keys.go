package web

import (
	"context"

	"yitang/internal/web/ui"
)

// keyList is every keyboard shortcut of the office's sites (ui.md, section 9).
//
// ui:keys web.key.*
func keyList(ctx context.Context) ui.KeyList {
	var out ui.KeyList
	for _, k := range []struct{ key, does string }{
		{"J", "next"}, {"K", "previous"}, {"Enter", "open"}, {"A", "agree"}, {"D", "disagree"}, {"N", "to_notice"}, {"G Q", "queue"}, {"/", "search"}, {"?", "keys"},
	} {
		out = append(out, ui.KeyHelp{Key: k.key, Does: ui.T(ctx, "web.key."+k.does)})
	}
	return out
}
