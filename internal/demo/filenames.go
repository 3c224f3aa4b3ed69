package demo

import (
	"strings"

	"yitang/internal/dossier"
)

// called is what people call a paper when they save it, where that is shorter than
// its title.
var called = map[dossier.MaterialKind]string{
	"M01": "请示", "M05": "邀请函译文", "M06": "邀请方简介", "M07": "日程表", "M08": "会议议程", "M09": "预算意见表", "M10": "公示情况", "M12": "备案表", "M14": "派员单位意见",
	"M15": "征求意见函", "M19": "请假单", "M21": "合同", "M24": "身份证", "M35": "境外保险", "M36": "机票酒店预订单", "M37": "在职证明", "M39": "身元保证书", "M40": "邀请方纳税证明",
}

// habits are how units name their files: of whom, what, and where to.
var habits = []struct{ personal, of string }{
	{"{who}-{what}", "{what}-{where}"},
	{"{what}（{who}）", "{what}（{where}）"},
	{"{what} {who}", "{where} {what}"},
	{"{who}{what}", "{where}{what}"},
	{"{what}_{who}_扫描件", "{what}_{where}_扫描件"},
}

// filer names a unit's files, each unit's in its own way, the same one at each time.
type filer struct{ personal, of string }

func (c *City) filer(unit int) filer {
	return filer(one(chanceFor(c.Seed, "files of "+c.Units[unit].ID), habits))
}

// ofPerson is the name of somebody's paper.
func (f filer) ofPerson(kind dossier.MaterialKind, who, ending string) string {
	return fill(f.personal, kind, who, "") + ending
}

// ofCase is the name of a trip's paper.
func (f filer) ofCase(kind dossier.MaterialKind, where string) string {
	return fill(f.of, kind, "", where) + ".pdf"
}

func fill(pattern string, kind dossier.MaterialKind, who, where string) string {
	what := called[kind]
	if what == "" {
		what = titles[kind]
	}
	return strings.NewReplacer("{who}", who, "{what}", what, "{where}", where).Replace(pattern)
}
