package precheck

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"yitang/internal/dossier"
)

// Marked is a text of the case that bears a mark of secrecy.
type Marked struct{ Path, Mark string }

// marked finds what people typed freely with a mark of secrecy or the number of
// a classified document in it: each field once.
func marked(c *dossier.Case, marks []string) []Marked {
	var out []Marked
	look := func(path, text string) {
		if text == "" {
			return
		}
		for _, m := range marks {
			if strings.Contains(text, m) {
				out = append(out, Marked{path, m})
				return
			}
		}
		if n := secretNumber(text); n != "" {
			out = append(out, Marked{path, n})
		}
	}
	t := c.Trip
	look("case.title", t.Title)
	look("case.purpose", t.Purpose)
	look("case.necessity", t.Necessity)
	look("case.expectedResults", t.ExpectedResults)
	look("case.offPlanReason", t.OffPlanReason)
	look("case.urgencyReason", t.UrgencyReason)
	look("case.connectionNote", t.ConnectionNote)
	for i, h := range c.Itinerary {
		look(fmt.Sprintf("itinerary[%d].activity", i), h.Activity)
		look(fmt.Sprintf("itinerary[%d].host", i), h.Host)
	}
	for i, v := range c.Invitations {
		look(fmt.Sprintf("invitations[%d].purpose", i), v.Purpose)
	}
	if c.Budget != nil {
		for i, l := range c.Budget.Lines {
			look(fmt.Sprintf("budget.lines[%d].reason", i), l.Reason)
		}
	}
	for i, m := range c.Materials {
		look(fmt.Sprintf("materials[%d].file", i), m.File)
	}
	return out
}

// studyOnly tells whether all that is planned is looking and learning: every
// official activity says so, and neither they nor the purpose name a product.
func studyOnly(c *dossier.Case, study, concrete []string) bool {
	if len(contained(c.Trip.Purpose, concrete)) > 0 {
		return false
	}
	some := false
	for _, h := range c.Itinerary {
		if !h.Official {
			continue
		}
		if len(contained(h.Activity, study)) == 0 || len(contained(h.Activity, concrete)) > 0 {
			return false
		}
		some = true
	}
	return some
}

// unrelatedDuty is the word in a member's department or post that doesn't go
// with the category of the task; "" where nothing speaks against it. A line of
// the table is the category (or *) and such words.
func unrelatedDuty(m *dossier.Member, category string, table []string) string {
	if m.Role == dossier.Interpreter {
		return ""
	}
	for _, line := range table {
		of, words, _ := strings.Cut(line, " ")
		if of != "*" && of != category {
			continue
		}
		for _, w := range strings.Fields(words) {
			if strings.Contains(m.Department, w) || strings.Contains(m.Post, w) {
				return w
			}
		}
	}
	return ""
}

// alike is how much of the shorter of two Chinese texts stands in the other, in
// per cent of its pairs of characters; -1 where they can't be compared.
func alike(a, b string) int {
	pairsA, pairsB := pairs(a), pairs(b)
	if len(pairsA) > len(pairsB) {
		pairsA, pairsB = pairsB, pairsA
	}
	const fewest = 4
	if len(pairsA) < fewest {
		return -1
	}
	n := 0
	for p := range pairsA {
		if pairsB[p] {
			n++
		}
	}
	return n * 100 / len(pairsA)
}

func pairs(text string) map[[2]rune]bool {
	out := map[[2]rune]bool{}
	var before rune
	for _, r := range text {
		if !unicode.Is(unicode.Han, r) {
			before = 0
			continue
		}
		if before != 0 {
			out[[2]rune{before, r}] = true
		}
		before = r
	}
	return out
}

// Differs is something that a paper says otherwise than the case.
type Differs struct {
	Path   string // in the case
	From   string // where the paper's own word stands, if it stands in the case
	Zh, En string // what it is
	Said   string // by the paper
	Is     string
	SaidEn string // both as English writes them: names stay, days don't
	IsEn   string
}

// Spell names it for people.
func (d Differs) Spell(lang string) string {
	if lang == "en" {
		return d.En
	}
	return d.Zh
}

// Words are what the paper said and what the case says.
func (d Differs) Words(lang string) (said, is string) {
	if lang == "en" {
		return d.SaidEn, d.IsEn
	}
	return d.Said, d.Is
}

// letterDiffers compares what a letter says of the members with the case. Posts
// are compared where both are Chinese.
func letterDiffers(c *dossier.Case, letter int) []Differs {
	var out []Differs
	for k, said := range c.Invitations[letter].InviteeDetails {
		i := slices.IndexFunc(c.Members, func(m dossier.Member) bool { return Names(said.Name, m) })
		if i < 0 {
			continue
		}
		m, from := c.Members[i], fmt.Sprintf("invitations[%d].inviteeDetails[%d]", letter, k)
		if !said.DateOfBirth.IsZero() && !m.DateOfBirth.IsZero() && said.DateOfBirth != m.DateOfBirth {
			out = append(out, Differs{dossier.Owner(i) + ".dateOfBirth", from + ".dateOfBirth", m.Name() + "的出生日期", "date of birth of " + m.Name(), said.DateOfBirth.Chinese(), m.DateOfBirth.Chinese(), said.DateOfBirth.English(), m.DateOfBirth.English()})
		}
		if chinese(said.Post) && chinese(m.Post) && !strings.Contains(said.Post, m.Post) && !strings.Contains(m.Post, said.Post) {
			out = append(out, Differs{dossier.Owner(i) + ".post", from + ".post", m.Name() + "的职务", "post of " + m.Name(), said.Post, m.Post, said.Post, m.Post})
		}
	}
	return out
}

func chinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
