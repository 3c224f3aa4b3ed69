package person

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// surnames are those whose reading as a name isn't the commonest one, and the
// double ones. Source: GB/T 28039-2011 for the spelling; readings as in
// common dictionaries of surnames.
var surnames = map[string]string{
	"单": "shan", "解": "xie", "仇": "qiu", "曾": "zeng", "查": "zha", "任": "ren", "朴": "piao", "区": "ou", "盖": "ge", "缪": "miao",
	"宓": "mi", "乐": "yue", "翟": "zhai", "覃": "qin", "员": "yun", "祭": "zhai", "召": "shao", "秘": "bi", "折": "she", "黑": "he",
	"种": "chong", "冼": "xian", "宿": "su", "尹": "yin", "华": "hua", "纪": "ji", "过": "guo", "佴": "nai", "那": "na", "能": "nai",
	"瞿": "qu", "芮": "rui", "郇": "xun", "郗": "xi", "隗": "wei", "璩": "qu", "逄": "pang", "阚": "kan", "繁": "po", "牟": "mou",
	"石": "shi", "车": "che", "重": "chong", "柏": "bai", "尉": "wei", "贾": "jia", "葛": "ge", "谌": "chen", "晟": "cheng", "冯": "feng",
	"尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "令狐": "ling hu", "澹台": "tan tai", "欧阳": "ou yang", "司马": "si ma",
	"上官": "shang guan", "诸葛": "zhu ge", "皇甫": "huang fu", "慕容": "mu rong", "夏侯": "xia hou", "宇文": "yu wen", "东方": "dong fang",
	"独孤": "du gu", "南宫": "nan gong", "公孙": "gong sun", "轩辕": "xuan yuan", "端木": "duan mu", "司徒": "si tu", "司空": "si kong",
}

var plain = pinyin.NewArgs()

// syllables reads a name aloud: one syllable for each Chinese character. ü is
// v, as people type it. A character that no table knows is "".
func syllables(s string) []string {
	var out []string
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			continue
		}
		read := pinyin.SinglePinyin(r, plain)
		if len(read) == 0 {
			out = append(out, "")
			continue
		}
		out = append(out, read[0])
	}
	return out
}

// Read spells what stands in Chinese as it is read aloud, to sort by.
func Read(s string) string { return strings.Join(syllables(s), " ") }

// nameSyllables reads surname and given name, with the surname's own reading.
func nameSyllables(family, given string) (surname, rest []string) {
	if known, ok := surnames[family]; ok {
		return strings.Fields(known), syllables(given)
	}
	return syllables(family), syllables(given)
}

// Latin suggests how a booklet spells a name: capitals, given names in one
// word, ü after l and n as YU, üe as UE. "" where a character isn't known or the name
// isn't Chinese; then its bearer has to say.
// Source: GB/T 28039-2011; practice of the exit-entry administration since 2012 (LYU).
func Latin(family, given string) (surname, givenNames string) {
	s, g := nameSyllables(family, given)
	return spell(s), spell(g)
}

func spell(syllables []string) string {
	var b strings.Builder
	for _, s := range syllables {
		if s == "" {
			return ""
		}
		switch s {
		case "lv", "nv":
			s = s[:1] + "yu"
		case "lve", "nve":
			s = s[:1] + "ue"
		}
		b.WriteString(strings.ToUpper(s))
	}
	return b.String()
}

// SameName tells whether two spellings are of one name, in either script.
func SameName(a, b string) bool { return fold(a) == fold(b) && fold(a) != "" }
