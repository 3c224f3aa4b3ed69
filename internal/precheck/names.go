package precheck

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// latinFits tells whether the Latin spelling is one that the Chinese name can be
// read as. What can't be judged fits: a name with other characters than Han (a
// middle dot means a name of a minority, spelled by its own language), or a
// character that no dictionary here reads.
func latinFits(m *dossier.Member, surnames map[string][]string) bool {
	latin := bare(m.LatinName())
	if latin == "" || m.FamilyName == "" || !han(m.FamilyName) || !han(m.GivenName) {
		return true
	}
	heads := surnames[m.FamilyName]
	if len(heads) == 0 {
		heads = readings(m.FamilyName)
	}
	tails := readings(m.GivenName)
	if len(heads) == 0 || len(tails) == 0 {
		return true
	}
	return slices.ContainsFunc(heads, func(head string) bool {
		rest, ok := strings.CutPrefix(latin, head)
		return ok && slices.Contains(tails, rest)
	})
}

// suggestion is the usual spelling, surname and given names apart.
func suggestion(m *dossier.Member, surnames map[string][]string) string {
	heads := surnames[m.FamilyName]
	if len(heads) == 0 {
		heads = readings(m.FamilyName)
	}
	tails := readings(m.GivenName)
	if len(heads) == 0 || len(tails) == 0 {
		return ""
	}
	return heads[0] + " " + tails[0]
}

// readings are all ways to spell a run of characters, the usual one first; none
// if a character isn't known. At most a few hundred: names are short.
func readings(text string) []string {
	out := []string{""}
	style := pinyin.NewArgs()
	style.Style, style.Heteronym = pinyin.Normal, true
	for _, r := range text {
		each := pinyin.SinglePinyin(r, style)
		if len(each) == 0 {
			return nil
		}
		var next []string
		for _, before := range out {
			for _, s := range each {
				if word := before + booklet(s); !slices.Contains(next, word) && len(next) < 400 {
					next = append(next, word)
				}
			}
		}
		out = next
	}
	return out
}

// booklet spells a syllable as booklets do: capitals, ü as YU (吕 LYU, 女 NYU),
// but üe as UE (略 LUE). After J, Q, X and Y the dots go anyway.
func booklet(syllable string) string {
	s := strings.ToUpper(syllable)
	s = strings.ReplaceAll(s, "Ü", "V")
	switch s {
	case "LV", "NV":
		return s[:1] + "YU"
	}
	return strings.ReplaceAll(s, "V", "U")
}

func han(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}

// bare is a Latin name without what booklets and airlines put between its parts.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, dossier.FoldLatin(s))
}

// sameLatin compares spellings as borders do: letters alone.
func sameLatin(a, b string) bool { return bare(a) == bare(b) }

// Umlaut is a part of a Latin name that writes ü as booklets don't.
type Umlaut struct {
	Key   string // latinSurname or latinGivenNames
	Given string
	Right string
}

// umlauts are the parts of a member's Latin name that write ü as Ü or V, all of
// them at once. A part that a booklet in force is spelt with is right as it is:
// the booklet wins until it is amended.
func umlauts(m *dossier.Member, today calendar.Date) []Umlaut {
	held := ""
	if p := m.Passport; p != nil && (p.Expires.IsZero() || !p.Expires.Before(today)) {
		held = key(p.LatinName)
	}
	var out []Umlaut
	for _, part := range []Umlaut{{Key: "latinSurname", Given: m.LatinSurname}, {Key: "latinGivenNames", Given: m.LatinGivenNames}} {
		spelt := key(part.Given)
		if !umlaut(part.Given) || held != "" && (strings.HasPrefix(held, spelt) || strings.HasSuffix(held, spelt)) {
			continue
		}
		part.Right = withoutUmlaut(part.Given)
		out = append(out, part)
	}
	return out
}

// umlaut tells whether a Latin name writes ü as Ü or V. V occurs in no syllable
// of pinyin, but in names of other languages: it counts after L and N alone,
// where ü needs writing.
func umlaut(s string) bool {
	u := dossier.FoldLatin(s)
	if strings.Contains(u, "Ü") {
		return true
	}
	for _, word := range strings.Fields(u) {
		for _, bad := range []string{"LV", "NV"} {
			if i := strings.Index(word, bad); i >= 0 {
				after := word[i+2:]
				if after == "" || after[0] == 'E' && (len(after) == 1 || !strings.ContainsRune("AEIOUNR", rune(after[1]))) ||
					strings.ContainsRune("BPMFDTLNGKHJQXZCSRYW", rune(after[0])) {
					return true
				}
			}
		}
	}
	return false
}

// inOneBlock tells whether a Chinese surname and given name are each spelt without
// blank, hyphen or apostrophe. Names of other languages are spelt as their bearers do.
func inOneBlock(m *dossier.Member) bool {
	split := func(latin string) bool {
		return strings.ContainsAny(strings.TrimSpace(dossier.FoldLatin(latin)), " -'’")
	}
	return !han(m.FamilyName) || !han(m.GivenName) || !split(m.LatinSurname) && !split(m.LatinGivenNames)
}

// withoutUmlaut writes ü as booklets do.
func withoutUmlaut(s string) string {
	u := dossier.FoldLatin(s)
	for _, bad := range []string{"Ü", "V"} {
		u = strings.ReplaceAll(u, "L"+bad+"E", "LUE")
		u = strings.ReplaceAll(u, "N"+bad+"E", "NUE")
		u = strings.ReplaceAll(u, "L"+bad, "LYU")
		u = strings.ReplaceAll(u, "N"+bad, "NYU")
	}
	return strings.ReplaceAll(u, "Ü", "U")
}

// unnamed are the members whom a letter doesn't name, in Chinese or in Latin
// letters, whichever name comes first.
func unnamed(c *dossier.Case, i int) []string {
	named := map[string]bool{}
	for _, who := range c.Invitations[i].Invitees {
		named[key(untitled(who))] = true
	}
	var out []string
	for _, m := range c.Members {
		if !slices.ContainsFunc(ways(m), func(way string) bool { return named[way] }) {
			out = append(out, m.Name())
		}
	}
	return out
}

// Names tells whether a name as a letter gives it is a member's.
func Names(said string, m dossier.Member) bool {
	return slices.Contains(ways(m), key(untitled(said)))
}

// ways are the spellings in which a letter may name a member, made comparable.
func ways(m dossier.Member) []string {
	all := []string{m.Name(), m.LatinSurname + m.LatinGivenNames, m.LatinGivenNames + m.LatinSurname}
	if p := m.Passport; p != nil {
		all = append(all, p.LatinName)
	}
	var out []string
	for _, way := range all {
		if way = key(way); way != "" {
			out = append(out, way)
		}
	}
	return out
}

// untitled is a person's name as a letter gives it, without the titles around it
// and what stands in brackets after it.
func untitled(name string) string {
	if i := strings.IndexAny(name, "(（"); i > 0 {
		name = name[:i]
	}
	name = strings.TrimSpace(name)
	for _, title := range []string{"先生", "女士", "教授", "博士"} {
		name = strings.TrimSuffix(name, title)
	}
	return strings.Join(slices.DeleteFunc(strings.Fields(name), func(word string) bool {
		return slices.Contains(titles, key(word))
	}), " ")
}

var titles = []string{"MR", "MRS", "MS", "MISS", "DR", "PROF", "PROFESSOR"}

// key compares names without blanks, commas, hyphens, and the dots that each
// keyboard has another of.
func key(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, dossier.FoldLatin(name))
}

// strange tells whether a name holds the mark of a lost character. What no face
// draws, private codes among it, is unprintables' to say.
func strange(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool {
		return r == unicode.ReplacementChar || r == '□' || r == '?' || r == '？' || r == '*'
	})
}
