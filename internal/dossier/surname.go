package dossier

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// doubles are the surnames of two characters that people still bear. Source:
// the commonest double surnames of dictionaries.
var doubles = strings.Fields("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 长孙 夏侯 轩辕 独孤 南宫 宇文 端木 申屠 澹台 万俟 闻人 赫连 钟离 淳于 单于 太史 公冶 宗政 濮阳 仲孙 公羊 鲜于 闾丘 司空 亓官 司寇 拓跋 夹谷 呼延 左丘 东郭 西门 第五 百里 南门 东门 微生 梁丘 欧陽 司馬 諸葛 東方")

// Surname is where a whole Chinese name parts, for a name that nobody has parted:
// after a double surname that leaves something to be the given name, or after
// the first character.
func Surname(name string) string {
	for _, d := range doubles {
		if rest, is := strings.CutPrefix(name, d); is && rest != "" {
			return d
		}
	}
	_, n := utf8.DecodeRuneInString(name)
	return name[:n]
}

// WithSurnames puts the words of names that blanks part back together where a
// double surname stands by itself: 诸葛 明亮 is one person.
func WithSurnames(words []string) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) && slices.Contains(doubles, words[i]) {
			out = append(out, words[i]+words[i+1])
			i++
			continue
		}
		out = append(out, words[i])
	}
	return out
}
