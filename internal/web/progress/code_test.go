package progress

import (
	"context"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/web/ui"
)

// Who waits for a booklet reads how to get at it where its way is told.
func TestTheCodeOfALockerStandsBesideItsWay(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	since := calendar.On(2026, 11, 28).Begins().UnixMicro()
	for _, c := range []struct {
		by         custody.By
		code, says string
	}{
		{custody.Locker, "A7 3391", "11月28日发出（智能柜），取件码 A7 3391"},
		{custody.Courier, "SF1234", "11月28日发出（邮寄），单号 SF1234"},
		{custody.Courier, "", "11月28日发出（邮寄）"},
	} {
		if got := HandedOut(ctx, custody.Row{By: c.by, Code: c.code, Since: since}); got != c.says {
			t.Errorf("%s %q: %s", c.by, c.code, got)
		}
		told := (&Pages{}).args(ctx, map[string]any{"By": string(c.by), "Code": c.code})["By"]
		if want := map[string]string{"A7 3391": "智能柜，取件码 A7 3391", "SF1234": "邮寄，单号 SF1234", "": "邮寄"}[c.code]; told != want {
			t.Errorf("the timeline says %v", told)
		}
	}
}
