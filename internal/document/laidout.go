package document

import (
	"cmp"
	"strings"

	"yitang/internal/dossier"
)

// Lines that laying a trip out proposes, and what they say in English. Package
// filing words them; a test there keeps the two alike.
var (
	laidAlone = map[string]string{
		"返程途中":       "On the way back to China",
		"返程，入境":      "Return to China",
		"休息日，整理会谈材料": "No engagements: notes of the meetings put in order",
	}
	laidInCity = [][3]string{
		{"启程前往", "", "Departure for "},
		{"前往", "", "Travel to "},
		{"抵达", "", "Arrival in "},
		{"离开", "返程", "Return to China from "},
	}
	laidWithHost = [][3]string{
		{"与", "会谈", "Talks with "},
		{"与", "洽谈经贸合作", "Talks on trade with "},
		{"与", "洽谈招商项目", "Talks on investment with "},
		{"参加", "举办的展览", "Exhibition held by "},
		{"参加", "举办的国际会议", "International conference held by "},
		{"与", "开展合作研究", "Joint research with "},
		{"在", "参加培训", "Training at "},
		{"在", "演出比赛", "Performance or competition at "},
		{"在", "开展工程劳务", "Works and labour services at "},
		{"在", "验收设备", "Acceptance of equipment at "},
	}
)

// laidOut is in English what a half-day's line says, if it is one that was laid
// out and the case holds the English name in it; else "".
func laidOut(c dossier.Case, line string) string {
	if said, is := laidAlone[line]; is {
		return said
	}
	for _, l := range c.Legs {
		if said := phrase(laidInCity, line, l.City, l.CityEn); said != "" {
			return said
		}
	}
	for _, i := range c.Invitations {
		if said := cmp.Or(phrase(laidWithHost, line, i.IssuerZh, i.Issuer), phrase(laidWithHost, line, i.Issuer, i.Issuer)); said != "" {
			return said
		}
	}
	return ""
}

// phrase finds the phrase that a line is, said of a name.
func phrase(phrases [][3]string, line, name, english string) string {
	if name == "" || strings.TrimSpace(english) == "" || dossier.HasHan(english) {
		return ""
	}
	for _, p := range phrases {
		if line == p[0]+name+p[1] {
			return p[2] + english
		}
	}
	return ""
}
