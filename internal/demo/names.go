package demo

import (
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/person"
)

// Common surnames come several times as often as the others.
var (
	commonSurnames = strings.Split("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤", "")
	rarerSurnames  = []string{"冉", "舒", "庹", "单", "仇", "查", "解", "区", "盖", "朴", "翟", "缪", "谌", "阚", "郇", "逄", "乐", "那", "牟", "晏"}
	doubleSurnames = []string{"欧阳", "司马", "上官", "诸葛", "令狐", "尉迟", "皇甫", "慕容", "夏侯", "司徒", "长孙", "澹台"}

	maleNames   = strings.Fields("明远 启航 志远 建国 国强 文博 俊峰 子轩 浩然 宇航 振华 晓东 海波 立新 卫东 永康 承志 思源 景行 嘉树 泽宇 彦辉 鹏程 凯 磊 涛 勇 军 毅 峰 超 锐 学文 德明 家豪 世杰 天佑 一鸣 向阳 守正 致远 怀瑾 云飞 少华 瑞林 春生 光耀 维民 新宇 树人")
	femaleNames = strings.Fields("若兰 思齐 雨桐 静怡 晓燕 丽华 雪梅 欣然 梦瑶 佳慧 婉清 玉洁 秀英 春燕 晓雯 海燕 雅琴 诗涵 子涵 芳 敏 静 娟 婷 燕 琳 颖 洁 倩 莹 淑芬 美玲 慧敏 红霞 月华 素心 知微 采薇 清如 令仪 舒窈 书瑶 咏梅 映雪 晚晴 如意 安然 若曦 紫萱 语嫣")
	bothNames   = strings.Fields("文 宁 晨 明 华 林 阳 平 宇 旭 绿洲 吕安 旅之 思旅 虑远")
)

type name struct {
	family, given, surname, givenNames string // the last two in Latin letters; "" where the usual readings serve
	sex                                dossier.Sex
}

// What people's names really hold: a middle dot, characters outside a font or
// of four bytes, ü in either half, readings that no table of words knows.
var specialNames = []name{
	{"阿依古丽", "·买买提", "", "", dossier.Female},
	{"买买提", "·吐尔逊", "", "", dossier.Male},
	{"古丽巴哈尔", "·艾合买提", "", "", dossier.Female},
	{"扎西", "·多吉", "", "", dossier.Male},
	{"卓玛", "·央金", "", "", dossier.Female},
	{"巴特尔", "·苏和", "", "", dossier.Male},
	{"阿木", "·日古", "", "", dossier.Male},
	{"陈", "𫖯", "CHEN", "FU", dossier.Male},
	{"杨", "𬬭", "YANG", "LUN", dossier.Male},
	{"周", "𬭎", "ZHOU", "HONG", dossier.Male},
	{"吴", "𬀩明", "WU", "WEIMING", dossier.Male},
	{"李", "若𬱖", "LI", "RUODI", dossier.Female},
	{"王", "𫍽", "WANG", "XUAN", dossier.Female},
	{"孙", "𬀩", "SUN", "WEI", dossier.Male},
	{"张", "堃", "ZHANG", "KUN", dossier.Male},
	{"刘", "喆", "LIU", "ZHE", dossier.Male},
	{"何", "赟", "HE", "YUN", dossier.Male},
	{"赵", "翀", "ZHAO", "CHONG", dossier.Male},
	{"许", "玥", "XU", "YUE", dossier.Female},
	{"罗", "龑", "LUO", "YAN", dossier.Male},
	{"邓", "珺", "DENG", "JUN", dossier.Female},
	{"吕", "绿洲", "LYU", "LYUZHOU", dossier.Female},
	{"吕", "律", "LYU", "LYU", dossier.Male},
	{"女", "英", "NYU", "YING", dossier.Female},
	{"闾丘", "露", "LYUQIU", "LU", dossier.Female},
	{"万俟", "雅", "MOQI", "YA", dossier.Female},
	{"单", "于飞", "SHAN", "YUFEI", dossier.Male},
	{"曾", "乐", "ZENG", "LE", dossier.Female},
	{"解", "重光", "XIE", "CHONGGUANG", dossier.Male},
	{"仇", "长安", "QIU", "CHANGAN", dossier.Male},
}

// namer hands out names, each whole name once; the special ones are spread over
// the first of each unit's ordinary staff.
type namer struct {
	chance
	readings map[string][]string // surname in Chinese to its Latin readings
	taken    map[string]bool
	special  []name
}

func newNamer(c chance, readings map[string][]string) *namer {
	special := append([]name(nil), specialNames...)
	c.Shuffle(len(special), func(i, j int) { special[i], special[j] = special[j], special[i] })
	return &namer{chance: c, readings: readings, taken: map[string]bool{}, special: special}
}

// next gives a name; every so often a special one.
func (n *namer) next(special bool) name {
	if special && len(n.special) > 0 {
		out := n.special[0]
		n.special = n.special[1:]
		return n.spelt(out)
	}
	for {
		out := name{sex: dossier.Male, family: one(n.chance, commonSurnames)}
		switch p := n.IntN(100); {
		case p < 3:
			out.family = one(n.chance, doubleSurnames)
		case p < 13:
			out.family = one(n.chance, rarerSurnames)
		}
		pool := maleNames
		if n.in(46) {
			out.sex, pool = dossier.Female, femaleNames
		}
		if n.in(8) {
			pool = bothNames
		}
		out.given = one(n.chance, pool)
		if n.taken[out.family+out.given] || figures[out.family+out.given] {
			continue
		}
		out = n.spelt(out)
		if out.surname == "" || out.givenNames == "" {
			continue
		}
		return out
	}
}

// spelt fills in how a booklet spells the name: the surname's own reading first.
func (n *namer) spelt(out name) name {
	n.taken[out.family+out.given] = true
	surname, given := person.Latin(out.family, out.given)
	if readings := n.readings[out.family]; len(readings) > 0 {
		surname = readings[0]
	}
	if out.surname == "" {
		out.surname = surname
	}
	if out.givenNames == "" {
		out.givenNames = given
	}
	return out
}
