package progress

import (
	"context"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/web/ui"
)

// A visa made anew says whose mission, how long and who comes; booklets say by which
// day they are due.
func TestWhatFollowsSaysWhoseVisaHowLongAndWhenBookletsAreDue(t *testing.T) {
	p := &Pages{Country: func(code, lang string) string { return map[string]string{"FRA": "法国"}[code] }}
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	visa := func(presence approval.Presence) approval.Follow {
		return approval.Follow{Do: approval.RedoVisa, Area: "SCHENGEN", Apply: approval.Application{Country: "FRA", Workdays: 10, Presence: presence}}
	}
	for name, c := range map[string]struct {
		follow    approval.Follow
		text, sub string
	}{
		"comes":        {visa(approval.AtMission), "的申根区签证不再适用，重新办理", "由法国使领馆办理，约需10个工作日。本人须到使领馆录指纹或面谈。"},
		"signs":        {visa(approval.BySigning), "的申根区签证不再适用，重新办理", "由法国使领馆办理，约需10个工作日。本人须在申请表上亲笔签名，不用到使领馆。"},
		"does nothing": {visa(""), "的申根区签证不再适用，重新办理", "由法国使领馆办理，约需10个工作日。本人不用来。"},
		"booklets":     {approval.Follow{Do: approval.BookletsBack, Day: calendar.MustParse("2027-05-30")}, "证照领取后，回国须在2027年5月30日前交回", ""},
	} {
		cell := p.Follows(ctx, []approval.Follow{c.follow}, "").Groups[0].Rows[0].Cells[1]
		if cell.Text != c.text || cell.Sub != c.sub {
			t.Errorf("%s: %q, %q", name, cell.Text, cell.Sub)
		}
	}
}
