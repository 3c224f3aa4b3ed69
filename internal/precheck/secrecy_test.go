package precheck_test

import (
	"testing"

	"yitang/internal/precheck"
)

func TestAMarkOnAFileIsNoTalkOfSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"000012\n机密★1年\n特急\n渝外办文件":   "机密★1年",
		"会议纪要（秘密★）\n一、":              "秘密★",
		"绝 密 ★ 长期\n":                 "绝 密 ★ 长期",
		"份号 0001　机密级★":               "机密级★",
		"填报单位：\n密级：机密\n":             "机密",
		"密级：秘密（三年）":                  "秘密",
		"标题\n 机　密 \n正文":              "机密",
		"依据渝密发〔2026〕3号文件":            "依据渝密发〔2026〕3号",
		"第七条　双方对商业秘密负有保密义务。":         "",
		"商业秘密★须保护":                   "",
		"国家秘密分为绝密、机密、秘密三级":           "",
		"密级：□绝密 □机密 □秘密 ☑公开":         "",
		"密级：绝密/机密/秘密":                "",
		"密级：公开":                      "",
		"绝密\n机密\n秘密\n公开\n":           "",
		"甲级（机密级）信息系统集成资质":            "",
		"保密协议书\n秘密信息指下列各项":           "",
		"根据渝外办〔2026〕12号文件安排，并遵守保密纪律": "",
		"The Parties keep it secret": "",
	} {
		if got := precheck.MarkOnFile(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
