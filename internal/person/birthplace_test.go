package person

import "testing"

func TestAPlaceOfBirthIsSpelledAsFormsAbroadWantIt(t *testing.T) {
	for _, x := range []struct{ province, town, want string }{
		{"50", "", "CHONGQING"},
		{"50", "万州", "WANZHOU, CHONGQING"},
		{"50", "万州区天城镇", "TIANCHENG, WANZHOU, CHONGQING"},
		{"50", "彭水苗族土家族自治县", "PENGSHUI, CHONGQING"},
		{"50", "重庆市", "CHONGQING"},
		{"35", "沙县", "SHAXIAN, FUJIAN"},
		{"14", "吕梁市", "LYULIANG, SHANXI"},
		{"61", "西安", "XI'AN, SHAANXI"},
		{"44", "广州市", "GUANGZHOU, GUANGDONG"},
		{"53", "西双版纳傣族自治州", "XISHUANGBANNA, YUNNAN"},
		{"65", "乌鲁木齐市", "URUMQI, XINJIANG"},
		{"15", "呼和浩特", "HOHHOT, NEI MONGOL"},
		{"33", "Ningbo", "NINGBO, ZHEJIANG"},
		{"", "", ""},
		{"99", "Hamburg", "HAMBURG"},
		{"99", "", ""},
		{"50", "\U0002B8B5", ""}, // nobody can read it
	} {
		if got := BirthPlace(x.province, x.town); got != x.want {
			t.Errorf("%s %s is spelled %q, not %q", x.province, x.town, got, x.want)
		}
	}
}
