package person

import (
	"slices"
	"strings"
	"unicode"
)

// part is one part of an address: what it ends in, and how it reads after its name
// or number in English.
type part struct {
	ends   string
	en     string
	number bool // 3号楼: what stands before it is a number
	before bool // Building 3, not 3 Building
}

// addressParts are looked for in this order where two end alike. Source: 中国地名汉语拼音字母拼写规则
// for the names; the words for road, building and room as addresses abroad have them.
var addressParts = []part{
	{ends: "特别行政区"}, {ends: "自治区"}, {ends: "省"}, {ends: "自治州", en: "Prefecture"}, {ends: "市"}, {ends: "新区", en: "New Area"}, {ends: "小区", en: "Residential Quarter"}, {ends: "区", en: "District"}, {ends: "自治县", en: "County"}, {ends: "县", en: "County"},
	{ends: "街道", en: "Subdistrict"}, {ends: "镇", en: "Town"}, {ends: "乡", en: "Township"}, {ends: "村", en: "Village"},
	{ends: "大道", en: "Avenue"}, {ends: "大街", en: "Street"}, {ends: "路", en: "Road"}, {ends: "街", en: "Street"}, {ends: "巷", en: "Lane"}, {ends: "弄", en: "Lane", number: true, before: true}, {ends: "胡同", en: "Hutong"},
	{ends: "号楼", en: "Building", number: true, before: true}, {ends: "号院", en: "Yard", number: true, before: true}, {ends: "号", number: true}, {ends: "栋", en: "Building", number: true, before: true}, {ends: "幢", en: "Building", number: true, before: true}, {ends: "座", en: "Block", number: true, before: true},
	{ends: "单元", en: "Unit", number: true, before: true}, {ends: "楼", en: "Floor", number: true, before: true}, {ends: "层", en: "Floor", number: true, before: true}, {ends: "室", en: "Room", number: true, before: true}, {ends: "房", en: "Room", number: true, before: true},
}

// AddressEn offers a Chinese address as forms abroad want it, the narrowest first:
// 云江市书院路1号3栋501室 is Room 501, Building 3, 1 Shuyuan Road, Yunjiang. Whose it is looks it
// over. "" where a character can't be spelled.
func AddressEn(address string) string {
	var out []string
	rest, number := []rune(strings.Join(strings.Fields(address), "")), ""
	for len(rest) > 0 {
		name, p, after := nextPart(rest)
		rest = after
		if p.number {
			if p.ends == "号" { // of the road before it
				number = name
				if n := len(out); n > 0 {
					out[n-1], number = name+" "+out[n-1], ""
				}
				continue
			}
			out = append(out, p.en+" "+name)
			continue
		}
		said := name
		if hasHan(name) {
			if said = placeLatin(name); said == "" {
				return ""
			}
		}
		if p.en != "" {
			said += " " + p.en
		}
		out = append(out, said)
	}
	if number != "" {
		out = append(out, number)
	}
	slices.Reverse(out)
	return strings.Join(slices.Compact(out), ", ") // 重庆市重庆市 and a city that is its own province are said once
}

// nextPart takes the first part of an address off it. A name of which no end is
// known goes to the next figure or to the end of all.
func nextPart(rest []rune) (name string, p part, after []rune) {
	digits := 0
	for digits < len(rest) && figure(rest[digits]) {
		digits++
	}
	if digits > 0 {
		for _, p := range addressParts {
			if p.number && strings.HasPrefix(string(rest[digits:]), p.ends) {
				return string(rest[:digits]), p, rest[digits+len([]rune(p.ends)):]
			}
		}
		return string(rest[:digits]), part{}, rest[digits:]
	}
	for i := 1; i < len(rest); i++ {
		if figure(rest[i]) {
			return string(rest[:i]), part{}, rest[i:]
		}
		for _, p := range addressParts {
			after := i + len([]rune(p.ends))
			if !p.number && strings.HasPrefix(string(rest[i:]), p.ends) && !beginsStreet(string(rest[after:])) {
				return string(rest[:i]), p, rest[after:]
			}
		}
	}
	return string(rest), part{}, nil
}

// beginsStreet tells whether nothing but the word for a street comes next: the village
// of 中关村大街 is part of its name.
func beginsStreet(rest string) bool {
	return slices.ContainsFunc(streets, func(word string) bool { return strings.HasPrefix(rest, word) })
}

var streets = []string{"大道", "大街", "路", "街", "巷", "胡同"}

func figure(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '-' || r == '#'
}

func hasHan(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

// placeLatin spells a place's name as one word, with an apostrophe where two
// syllables could be read as one: Xi'an.
func placeLatin(name string) string {
	latin := spelled[name]
	if latin == "" {
		for _, p := range provinces {
			if p.zh == name {
				latin = p.en
			}
		}
	}
	if latin != "" {
		var words []string
		for _, w := range strings.Fields(strings.ToLower(latin)) {
			words = append(words, strings.ToUpper(w[:1])+w[1:])
		}
		return strings.Join(words, " ")
	}
	var b strings.Builder
	for i, s := range syllables(name) {
		if s == "" {
			return ""
		}
		s = strings.ReplaceAll(s, "v", "yu")
		if i > 0 && strings.ContainsAny(s[:1], "aeo") {
			b.WriteByte('\'')
		}
		b.WriteString(s)
	}
	s := b.String()
	return strings.ToUpper(s[:1]) + s[1:]
}
