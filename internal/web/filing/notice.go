package filing

import (
	"strings"

	"yitang/internal/web/ui"
)

// notice is the public notice before the application.
func (p *Pages) notice(b *fields, v *stepView) {
	ctx := b.ctx
	units := b.at("notice.units")
	if units.Value == "" {
		seen := map[string]bool{}
		var names []string
		for i := range b.f.Now.Case.Members {
			if u := b.f.Now.Case.From(i); u != "" && !seen[u] {
				seen[u] = true
				names = append(names, u)
			}
		}
		units.Value = strings.Join(names, "\n")
	}
	s := sheet{Title: ui.T(ctx, "cases.sheet.notice"), ID: "notice", Rows: [][]ui.Field{
		b.all("notice.from", "notice.to"), b.all("notice.place"), {units}, b.all("notice.items"), b.all("notice.objections"),
	}}
	if until := p.noticeUntil(b.f); b.value("notice.from")+b.value("notice.to") == "" && !until.IsZero() {
		s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "second.notice.today", "Days", ui.Span(ctx, b.f.Held.Today, until)), Name: "_fill", Value: "notice.from", Kind: ui.Second, Loose: true})
	}
	v.Sheets = append(v.Sheets, s)
}
