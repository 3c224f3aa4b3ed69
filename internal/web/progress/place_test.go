package progress_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

func germany(t *testing.T) dossier.Case {
	t.Helper()
	b, err := os.ReadFile("../../../testdata/cases/valid-germany-5-days.json")
	if err != nil {
		t.Fatal(err)
	}
	var c dossier.Case
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAPlaceIsNamedByItsLabelAndWhoseItIs(t *testing.T) {
	c := germany(t)
	who := c.Members[1].Name()
	for path, want := range map[string][2]string{
		"members[1].idNumber":            {who + "的身份证号", who + ": Identity number"},
		"members[1].commitment":          {who + "，已签承诺书", who + ": Pledge is signed"},
		"members[1].passport.blankPages": {who + "的因公护照", who + ": Passport"},
		"members[1]":                     {who, who},
		"members[40].mobile":             {"第 41 位团员的手机", "Member 41: Mobile"},
		"invitations[0].contact":         {"第 1 封邀请函的联系方式", "Letter 1: Contact"},
		"invitations[0].invitees[2]":     {"第 1 封邀请函的被邀请人", "Letter 1: Who is invited"},
		"legs[1].city":                   {"第 2 段行程的城市", "Leg 2: City"},
		"itinerary[0].activity":          {"5月11日上午的活动", "11 May, morning: Activity"},
		"budget.lines[2].rate":           {c.Members[0].Name() + "的公杂费，标准", c.Members[0].Name() + ": Incidentals: Rate"},
		"budget.totalCny":                {"预算，合计（元）", "Budget: Total in yuan"},
		"notice.items[3]":                {"公示内容", "Notice: What it tells"},
		"case.purpose":                   {"出访任务", "Purpose"},
		"legs":                           {"行程", "Journey"},
		"materials":                      {"材料", "Papers"},
		"case.somethingNew":              {"案卷", "Case"},
		"nowhere":                        {"案卷", "Case"},
	} {
		if got := progress.Place(ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans}), c, path); got != want[0] {
			t.Errorf("%s is called %q instead of %q", path, got, want[0])
		}
		if got := progress.Place(ui.With(context.Background(), ui.Prefs{Lang: ui.En}), c, path); got != want[1] {
			t.Errorf("%s is called %q instead of %q", path, got, want[1])
		}
	}
	two := c.Clone()
	two.Materials = []dossier.Material{{Kind: "M04", Owner: "case", File: "scan/邀请函-柏林.pdf"}, {Kind: "M04", Owner: "case", File: "邀请函-慕尼黑.pdf"}, {Kind: "M05", Owner: "case", File: "译文.pdf"}}
	for path, want := range map[string]string{"materials[0]": "邀请函“邀请函-柏林.pdf”", "materials[1]": "邀请函“邀请函-慕尼黑.pdf”", "materials[2]": "邀请函译文"} {
		if got := progress.Place(ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans}), two, path); got != want {
			t.Errorf("of two letters %s is called %q", path, got)
		}
	}
	// Every field that a case can have: no path reaches a reader.
	for _, l := range c.Leaves() {
		if got := progress.Place(ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans}), c, l.Path); strings.ContainsAny(got, "[]_") || strings.Contains(got, "place.") || strings.Contains(got, "field.") {
			t.Errorf("%s is shown as %q", l.Path, got)
		}
	}
}

func TestEveryKindOfPaperHasItsWords(t *testing.T) {
	for _, lang := range ui.Langs() {
		ctx := ui.With(context.Background(), ui.Prefs{Lang: lang})
		for _, kind := range dossier.MaterialKind("").Words() {
			if name := progress.PaperName(ctx, kind); name == "" || strings.Contains(name, kind) {
				t.Errorf("%s is called %q in %s", kind, name, lang)
			}
		}
	}
}

// Papers that are missing are called by their names and whose they are, whether the
// office chose them or its words name them.
func TestADefectOfPapersNamesThePapers(t *testing.T) {
	c := germany(t)
	a, b := c.Members[0].Name(), c.Members[1].Name()
	for want, d := range map[string]filing.Defect{
		b + "的数码照片": {Field: "materials", Words: "缺" + b + "的数码照片"},
		"数码照片":      {Field: "materials", Words: "缺数码照片"},
		a + "的数码照片": {Field: "materials", Words: "请补交", Paper: "M26", Owner: "members[0]"},
		"公示材料":      {Field: "materials", Words: "请补交", Paper: "M10", Owner: "case"},
		"材料":        {Field: "materials", Words: "有一份没签字"},
		a + "的数码照片、" + b + "的数码照片": {Field: "materials", Words: "缺" + a + "、" + b + "的数码照片"},
	} {
		if got := progress.DefectPlace(context.Background(), c, d); got != want {
			t.Errorf("%+v is called %q, not %q", d, got, want)
		}
	}
}
