package precheck

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/ref"
)

// Waiver is a chief's word that a blocking rule shall not stop one case (破例).
// It holds for what was found then, and for nothing that differs from it.
type Waiver struct {
	Rule  string
	Field string // without numbers: members may change their places
	Bound string // Binding of the finding for which it was asked
	Waived
}

// Waived says who let a finding pass, when and why.
type Waived struct {
	By  string        `json:"by"`
	On  calendar.Date `json:"on"`
	Why string        `json:"why"`
}

// MayWaive tells whether a rule is one that an office may make an exception of.
func (e *Engine) MayWaive(id string) bool {
	i := slices.IndexFunc(e.rules, func(r *rule) bool { return r.ID == id })
	return i >= 0 && e.rules[i].MayWaive()
}

// Waive marks the findings that a waiver speaks of: they block no more. One
// whose words or facts have changed since it was asked for is as it was.
func (e *Engine) Waive(found Findings, c dossier.Case, all []Waiver) Findings {
	if len(all) == 0 {
		return found
	}
	found.List = slices.Clone(found.List)
	for i, f := range found.List {
		if f.Severity != Block || !e.MayWaive(f.Rule) {
			continue
		}
		for _, w := range all {
			if w.Rule == f.Rule && w.Field == dossier.Generic(f.Field) && w.Bound == e.Binding(c, f) {
				waived := w.Waived
				found.List[i].Waived = &waived
				break
			}
		}
	}
	return found.Counted()
}

// Binding is what a waiver is bound to: what the finding says, and the value of
// each fact of the case that its rule reads. Any other answer to one of them
// gives another binding. It says nothing to a reader, but who knows nearly all
// that went into it could guess the rest: it is kept as the case itself is.
func (e *Engine) Binding(c dossier.Case, f Finding) string {
	facts := []string{"rule=" + f.Rule, "field=" + dossier.Generic(f.Field)}
	at := subjectOf(f.Field)
	wanted := []string{f.Field}
	wanted = append(wanted, f.Also...)
	if i := slices.IndexFunc(e.rules, func(r *rule) bool { return r.ID == f.Rule }); i >= 0 {
		r := e.rules[i].Rule
		wanted = append(wanted, reads(r, at)...)
		if !speaksOfToday(r) {
			facts = append(facts, "says="+f.Message.Zh)
		}
	}
	if at.list == "members" { // whose it is, wherever the list has them
		wanted = append(wanted, at.path()+".idNumber", at.path()+".familyName", at.path()+".givenName")
	}
	leaves := c.Leaves()
	for _, path := range wanted {
		for _, l := range under(leaves, path) {
			facts = append(facts, at.anonymous(l.Path)+"="+l.Text)
		}
	}
	sort.Strings(facts)
	facts = slices.Compact(facts)
	sum := sha256.Sum256([]byte(strings.Join(facts, "\n")))
	return hex.EncodeToString(sum[:])
}

// place is the item of a list that a finding is about.
type place struct {
	list string // members, legs, …; "" for the whole case
	n    int
}

var numbered = regexp.MustCompile(`^(budget\.lines|[a-z][A-Za-z]*)\[([0-9]+)\]`)

func subjectOf(field string) place {
	m := numbered.FindStringSubmatch(field)
	if m == nil {
		return place{}
	}
	n, err := strconv.Atoi(m[2])
	if err != nil {
		return place{}
	}
	return place{m[1], n}
}

func (p place) path() string { return p.list + "[" + strconv.Itoa(p.n) + "]" }

// anonymous is a path in which the item itself has no number.
func (p place) anonymous(path string) string {
	if p.list != "" && dossier.Within(path, p.path()) {
		return p.list + "[]" + strings.TrimPrefix(path, p.path())
	}
	return path
}

// under are the values at a path or below it.
func under(leaves []dossier.Leaf, path string) []dossier.Leaf {
	var out []dossier.Leaf
	for _, l := range leaves {
		if dossier.Within(l.Path, path) {
			out = append(out, l)
		}
	}
	return out
}

var (
	mentioned = regexp.MustCompile(`\b(trip|unit|budget|notice|c|member|leg|day|invitation|line|other|it|legs|members|itinerary|invitations|materials)\b((?:\.[a-zA-Z]\w*)*)`)
	quoted    = regexp.MustCompile(`'[^']*'|"[^"]*"`)
	today     = regexp.MustCompile(`\btoday\b`)
)

// speaksOfToday tells whether a rule's words count from the day: they differ
// tomorrow though nothing has changed.
func speaksOfToday(r ref.Rule) bool {
	all := []string{r.Message.Zh}
	for _, v := range r.Cases {
		all = append(all, v.Message.Zh)
	}
	if r.Missing != nil {
		all = append(all, r.Missing.Message.Zh)
	}
	return slices.ContainsFunc(all, today.MatchString)
}

// core are the facts of an item that stand for it when a rule takes it whole.
var core = map[string][]string{
	"legs":      {"country", "city", "arrive", "leave", "transit", "leavesAirport"},
	"members":   {"idNumber", "familyName", "givenName", "role", "rank", "post", "unit"},
	"materials": {"kind", "owner", "sha256", "validFrom", "validUntil"},
}

var lists = []string{"legs", "members", "itinerary", "invitations", "materials"}

// reads are the paths of the facts that a rule looks at, for one subject.
func reads(r ref.Rule, at place) []string {
	texts := append([]string{r.If, r.When, r.Each}, r.Needs...)
	for _, v := range r.Cases {
		texts = append(texts, v.When)
	}
	var out []string
	whole := func(list string) {
		names, few := core[list]
		if !few {
			out = append(out, list)
			return
		}
		for i := range maxItems {
			for _, name := range names {
				out = append(out, list+"["+strconv.Itoa(i)+"]."+name)
			}
		}
	}
	item := func(list, rest string) {
		if at.list != list {
			whole(list)
			return
		}
		if rest == "" {
			rest = "."
		}
		out = append(out, ancestors(at.path(), rest)...)
		for _, name := range core[list] {
			if list != "members" || rest == "." {
				out = append(out, at.path()+"."+name)
			}
		}
	}
	for _, text := range texts {
		for _, m := range mentioned.FindAllStringSubmatch(quoted.ReplaceAllString(text, ""), -1) {
			root, rest := m[1], m[2]
			switch {
			case slices.Contains(lists, root):
				whole(root)
			case root == "trip":
				out = append(out, ancestors("case", rest)...)
				out = append(out, "case.depart", "case.return")
			case root == "c":
				first, more, _ := strings.Cut(strings.TrimPrefix(rest, "."), ".")
				if first == "budget" || first == "notice" {
					out = append(out, ancestors(first, "."+more)...)
					continue
				}
				whole("legs")
				out = append(out, "case.depart", "case.return")
			case root == "unit", root == "budget", root == "notice":
				out = append(out, ancestors(root, rest)...)
			case root == "member":
				item("members", rest)
			case root == "leg":
				item("legs", rest)
			case root == "day":
				item("itinerary", rest)
			case root == "invitation":
				item("invitations", rest)
			case root == "line":
				item("budget.lines", rest)
			case root == "other":
				item("members", ".otherTrips")
			}
		}
	}
	return out
}

// maxItems is how many items of a list are looked at; groups are far smaller.
const maxItems = 60

// ancestors are the paths from a root along what an expression says: behind a
// value it may go on with what is computed from it.
func ancestors(root, rest string) []string {
	path := root
	var out []string
	for _, name := range strings.Split(strings.Trim(rest, "."), ".") {
		if name == "" {
			break
		}
		path += "." + name
		out = append(out, path)
	}
	return out
}
