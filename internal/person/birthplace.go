package person

import (
	"strings"
	"unicode"
)

// spelled are towns whose official Latin spelling no table of readings gives: those
// named in another language, and those read otherwise than their characters alone.
// Source: 中国地名汉语拼音字母拼写规则（汉语地名部分，1984）、少数民族语地名汉语拼音字母音译转写法（1976）.
var spelled = map[string]string{
	"呼和浩特": "HOHHOT", "包头": "BAOTOU", "海拉尔": "HAILAR", "满洲里": "MANZHOULI", "二连浩特": "ERENHOT", "锡林浩特": "XILINHOT", "乌兰浩特": "ULANHOT", "鄂尔多斯": "ORDOS", "呼伦贝尔": "HULUN BUIR",
	"哈尔滨": "HARBIN", "齐齐哈尔": "QIQIHAR", "佳木斯": "JIAMUSI", "拉萨": "LHASA", "日喀则": "XIGAZE", "林芝": "NYINGCHI", "昌都": "QAMDO", "那曲": "NAGQU", "阿里": "NGARI",
	"乌鲁木齐": "URUMQI", "克拉玛依": "KARAMAY", "吐鲁番": "TURPAN", "哈密": "HAMI", "喀什": "KASHGAR", "和田": "HOTAN", "阿克苏": "AKSU", "伊宁": "YINING", "库尔勒": "KORLA",
	"重庆": "CHONGQING", "厦门": "XIAMEN", "六安": "LU'AN", "六合": "LUHE", "西安": "XI'AN", "蚌埠": "BENGBU", "亳州": "BOZHOU", "台州": "TAIZHOU", "丽水": "LISHUI", "长安": "CHANG'AN", "长江": "CHANGJIANG", "长沙": "CHANGSHA", "长春": "CHANGCHUN", "长寿": "CHANGSHOU",
	"都江堰": "DUJIANGYAN", "成都": "CHENGDU", "大足": "DAZU", "石柱": "SHIZHU", "涪陵": "FULING", "荥阳": "XINGYANG", "荥经": "YINGJING", "铅山": "YANSHAN", "番禺": "PANYU", "乐山": "LESHAN", "乐亭": "LAOTING", "乐清": "YUEQING",
	"单县": "SHANXIAN", "莘县": "SHENXIAN", "莘庄": "XINZHUANG", "歙县": "SHEXIAN", "黟县": "YIXIAN", "尉氏": "WEISHI", "尉犁": "YULI", "浚县": "XUNXIAN", "泌阳": "BIYANG", "洪洞": "HONGTONG", "解州": "HAIZHOU", "东阿": "DONG'E", "大城": "DAICHENG", "任丘": "RENQIU", "盱眙": "XUYI", "甪直": "LUZHI", "会稽": "KUAIJI", "会理": "HUILI", "犍为": "QIANWEI", "郫都": "PIDU",
}

// peoples are those after whom autonomous places are named: the name of the town
// stands before them.
var peoples = strings.Fields("蒙古族 回族 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 锡伯 塔吉克 怒族 鄂温克族 鄂伦春 保安族 裕固族 独龙族 普米族 各族 蒙古")

// BirthPlace is a place of birth as forms abroad want it: the town before its
// province, without the words for town and district. "" where one of them can't be
// spelled: then it has to be written in Latin letters.
func BirthPlace(province, town string) string {
	out := townsLatin(strings.TrimSpace(town))
	if town != "" && len(out) == 0 {
		return ""
	}
	if p := ProvinceName(province, false); p != "" && province != Abroad && (len(out) == 0 || out[len(out)-1] != p) {
		out = append(out, p)
	}
	return strings.Join(out, ", ")
}

// townsLatin spells the places that a town's name is put together of, the
// narrowest first; nil where one can't be spelled.
func townsLatin(town string) []string {
	if strings.IndexFunc(town, func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 {
		if town == "" {
			return nil
		}
		return []string{strings.ToUpper(town)}
	}
	var out []string
	for _, name := range namesIn(town) {
		latin := spelled[name]
		if latin == "" {
			latin = spell(syllables(name))
		}
		if latin == "" {
			return nil
		}
		out = append([]string{latin}, out...)
	}
	return out
}

// namesIn parts 万州区天城镇 into 万州 and 天城. A name of one character keeps its
// word: 沙县 is Shaxian.
func namesIn(town string) (names []string) {
	var name []rune
	end := func() {
		if len(name) > 0 {
			names = append(names, string(name))
		}
		name = nil
	}
	for _, r := range town {
		name = append(name, r)
		if !strings.ContainsRune("省市区县旗镇乡盟州", r) || r == '州' && !strings.HasSuffix(string(name), "自治州") || len(name) < 3 {
			continue
		}
		name = []rune(withoutPeoples(string(name[:len(name)-1])))
		end()
	}
	if len(name) == 1 && len(names) > 0 { // 市、县 alone, after a name that kept its own
		name = nil
	}
	end()
	return names
}

// withoutPeoples leaves of 彭水苗族土家族自治 the name alone.
func withoutPeoples(name string) string {
	short, autonomous := strings.CutSuffix(name, "自治")
	for found := autonomous; found; {
		found = false
		for _, p := range peoples {
			if rest, is := strings.CutSuffix(short, p); is && rest != "" {
				short, found = rest, true
				break
			}
		}
	}
	return short
}
