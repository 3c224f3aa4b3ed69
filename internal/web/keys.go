package web

import (
	"context"

	"yitang/internal/web/ui"
)

// keys is every key that a page of the office's sites carries on a button or a
// table; TestEveryKeyOfAPageIsOnTheKeysPage holds it against the pages.
var keys = []struct{ key, does string }{
	{"J", "next"}, {"K", "previous"}, {"Enter", "open"}, {"X", "tick"}, {"A", "agree"}, {"D", "disagree"}, {"S", "as_proposed"}, {"Y", "holds"}, {"N", "to_notice"}, {"O", "notice"}, {"B", "clean"},
	{"1 … 9", "finding"}, {"[", "paper_before"}, {"]", "paper_after"}, {"C", "check_in"}, {"W", "walk"}, {"L", "day_list"}, {"/", "search"}, {"Esc", "escape"}, {"?", "keys"},
}

// keyList is the page of all keys.
//
// ui:keys web.key.*
func keyList(ctx context.Context) ui.KeyList {
	var out ui.KeyList
	for _, k := range keys {
		out = append(out, ui.KeyHelp{Key: k.key, Does: ui.T(ctx, "web.key."+k.does)})
	}
	return out
}
