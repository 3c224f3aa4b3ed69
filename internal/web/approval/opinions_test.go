package approval

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	room "yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/quota"
	"yitang/internal/web/ui"
)

func TestTheSuggestionFollowsTheOpinionsSoFar(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	members := []room.Traveller{{Person: "p0"}, {Person: "p1"}, {Person: "p2"}, {Person: "p3"}}
	by := func(role string, against ...string) reviewed {
		r := reviewed{Role: role}
		for _, m := range members {
			yes := true
			for _, a := range against {
				yes = yes && a != m.Person
			}
			r.Opinions = append(r.Opinions, room.Opinion{Person: m.Person, Approve: yes})
		}
		return r
	}
	for want, reviews := range map[string][]reviewed{
		"建议：同意 4 人（审核的意见）":                  {by("reviewer")},
		"建议：同意 3 人，不同意 1 人（审核、处长复核的意见）":     {by("reviewer", "p1"), by("chief", "p1")},
		"建议：同意 3 人，不同意 1 人（处长复核的意见，审核的不同）":  {by("reviewer"), by("chief", "p1")},
		"建议：同意 4 人（处长复核的意见，审核的不同）":          {by("reviewer", "p1"), by("chief")},
		"建议：同意 3 人，不同意 1 人（处长复核的意见，审核的不同） ": {by("reviewer", "p2"), by("chief", "p1")}, // as many, others
	} {
		o, any := thoughtOf(reviews, members)
		if got := o.say(ctx); !any || got != want && got+" " != want {
			t.Errorf("it says %q, not %q", got, want)
		}
	}
	if _, any := thoughtOf(nil, members); any {
		t.Error("nobody has said anything, and something follows from it")
	}
	// Somebody came in with a correction: of them the first desk thinks nothing.
	five := append(members, room.Traveller{Person: "p4"})
	chief := by("chief")
	chief.Opinions = append(chief.Opinions, room.Opinion{Person: "p4", Approve: true})
	for want, reviews := range map[string][]reviewed{
		"建议：同意 4 人，1 人还没有意见（审核的意见）": {by("reviewer")},
		"建议：同意 5 人（处长复核的意见）":        {by("reviewer"), chief},
	} {
		if o, _ := thoughtOf(reviews, five); o.say(ctx) != want {
			t.Errorf("it says %q, not %q", o.say(ctx), want)
		}
	}
}

// What was proposed is taken over for those of whom something was proposed. Of
// anybody else the command asks.
func TestAsProposedProposesNothingOfANewcomer(t *testing.T) {
	a := room.Approval{Members: []room.Traveller{{Person: "p0"}, {Person: "p1"}}}
	before := []reviewed{{Role: "chief", Opinions: []room.Opinion{{Person: "p0", Approve: true}}}}
	r := httptest.NewRequest("POST", "/c/f1/decide", strings.NewReader("all=before&opinion.p1=yes"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if got := opinions(r, a, before); len(got) != 1 || got[0].Person != "p0" {
		t.Errorf("taken over was %+v", got)
	}
	if before[0].ofAll(a.Members) || !before[0].ofAll(a.Members[:1]) {
		t.Error("whether a step spoke of all isn't known")
	}
}

// What was sent back of several places for one reason is one point in the history.
func TestTheHistoryNamesAPointOnce(t *testing.T) {
	e := journal.Event{Body: room.SentBack{Defects: []room.Defect{{Field: "members[0].commitment", Words: "缺承诺书"}, {Field: "members[1].commitment", Words: "缺承诺书"}, {Field: "case.purpose", Words: "写清设备名称"}}}}
	if says := noteOf(e); says != "缺承诺书；写清设备名称" {
		t.Error(says)
	}
}

// A bare number tells a reviewer nothing, and nobody is sent to choose from
// nothing.
func TestALineOfThePlanIsNamedAndAnEmptyLetterSaysWhatCanBeDone(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	in := quota.Plan{Lines: []quota.Line{{ID: "2026-07", Title: "联合实验室二期商谈", Countries: []string{"DEU", "FRA"}, Month: 5, People: 4}}}
	countries := func(ctx context.Context, codes []string) string { return ui.List(ctx, codes) }
	for id, want := range map[string]string{
		"2026-07": "2026-07，联合实验室二期商谈，DEU、FRA，5月，4 人",
		"2026-08": "2026-08（不在已生效的计划里）",
	} {
		if got := lineName(ctx, in, id, countries); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	for _, c := range []struct {
		v    noticeView
		from bool // something below to choose from
	}{{noticeView{}, false}, {noticeView{May: true}, false}, {noticeView{Others: []ui.Finding{{}}}, false}, {noticeView{May: true, Others: []ui.Finding{{}}}, true}} {
		if says := emptyNotice(ctx, c.v); strings.Contains(says, "从下面选") != c.from {
			t.Errorf("%v: %s", c.v, says)
		}
	}
}

// Where the money is no state money no opinion of the finance side is missing.
func TestAnOpinionOfFinanceIsMissedOnlyWhereOneIsDue(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	paper := []dossier.Material{{Kind: "M09"}}
	for want, c := range map[string]dossier.Case{
		"没有财务审核意见":         {Budget: &dossier.Budget{Fund: dossier.FiscalFund}},
		"单位填报财务已审核，没有上传意见": {Budget: &dossier.Budget{Fund: dossier.ResearchFund, FinanceReviewed: true}},
		"企业自筹，不用财务审核意见":    {Budget: &dossier.Budget{Fund: dossier.EnterpriseFund, FinanceReviewed: true}},
		"对方资助，不用财务审核意见":    {Budget: &dossier.Budget{Fund: dossier.HostFund}},
		"单位已上传财务审核意见":      {Budget: &dossier.Budget{Fund: dossier.EnterpriseFund}, Materials: paper},
	} {
		if got := reviewedBy(ctx, c); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}
