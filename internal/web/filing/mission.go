package filing

import (
	"yitang/internal/web/ui"
)

// mission is what for and why.
func (p *Pages) mission(b *fields, v *stepView) {
	ctx := b.ctx
	what := rows(b.at("case.category"), b.at("case.kind"), b.derived("case.title", "mission"))
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.what"), ID: "what", Rows: what},
		sheet{Title: ui.T(ctx, "cases.sheet.why"), ID: "why", Rows: rows(b.at("case.purpose"), b.at("case.necessity"), b.at("case.expectedResults"))},
		sheet{Title: ui.T(ctx, "cases.sheet.plan"), ID: "plan", Rows: rows(b.at("case.inAnnualPlan"), b.at("case.planLine"), reason(b.at("case.offPlanReason")), b.at("case.urgent"), reason(b.at("case.urgencyReason")), b.at("case.academicRegime"))})
}

// reason is a field that is needed only sometimes.
func reason(f ui.Field) ui.Field {
	f.Optional, f.Rows = true, 2
	return f
}
