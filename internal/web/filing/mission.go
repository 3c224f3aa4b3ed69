package filing

import (
	"yitang/internal/dossier"
	"yitang/internal/web/ui"
)

// mission is what for and why.
func (p *Pages) mission(b *fields, v *stepView) {
	ctx := b.ctx
	what := rows(b.at("case.category"), b.at("case.kind"), b.derived("case.title", "mission"))
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.what"), ID: "what", Rows: what})
	if b.f.Draft.Paper.Text("case.kind") == string(dossier.Joined) {
		v.Sheets = append(v.Sheets, p.organiser(b))
	}
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.why"), ID: "why", Rows: rows(b.at("case.purpose"), b.at("case.necessity"), b.at("case.expectedResults"))},
		sheet{Title: ui.T(ctx, "cases.sheet.plan"), ID: "plan", Rows: rows(b.at("case.inAnnualPlan"), b.at("case.planLine"), reason(b.at("case.offPlanReason")), b.at("case.urgent"), reason(b.at("case.urgencyReason")), b.at("case.academicRegime"))})
}

// organiser is whose delegation our people join, and the letters with which its
// authority asks or has approved: one of the two is enough.
func (p *Pages) organiser(b *fields) sheet {
	either := func(path string) ui.Field {
		f := b.at(path)
		f.Optional = true
		return f
	}
	return sheet{Title: ui.T(b.ctx, "cross.filing.title"), ID: "organiser", Lead: ui.T(b.ctx, "cross.filing.lead"),
		Rows: append(rows(b.at("case.organiser"), b.at("case.organisingAuthority")),
			[]ui.Field{either("case.opinionRequest.number"), either("case.opinionRequest.issued")},
			[]ui.Field{either("case.missionNotice.number"), either("case.missionNotice.issued"), either("case.missionNotice.validUntil")})}
}

// reason is a field that is needed only sometimes.
func reason(f ui.Field) ui.Field {
	f.Optional, f.Rows = true, 2
	return f
}
