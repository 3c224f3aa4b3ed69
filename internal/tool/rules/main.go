// Command rules writes docs/rules.md: the catalogue of rules as it is in force,
// by family, with each rule's severity, moments, basis and parameters, and the
// reason for each number of the catalogue that no rule decides. make golden
// runs it; a test fails when the file is stale.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"yitang/ref"
)

func main() {
	out := flag.String("o", "docs/rules.md", "file to write")
	flag.Parse()
	data, err := ref.Built()
	if err == nil {
		err = os.WriteFile(*out, []byte(page(data)), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rules:", err)
		os.Exit(1)
	}
}

// family is one table of the catalogue (domain reference, section 6): its
// numbers run from 001 without a gap.
type family struct {
	Mark, Name string
	Numbers    int
}

var families = []family{
	{"GEN", "Case and unit", 24}, {"ITN", "Days, route, itinerary", 25}, {"MEM", "People", 28}, {"IDN", "Identity and names", 14},
	{"INV", "Invitation", 14}, {"DOC", "Notice, vetting, documents", 14}, {"BUD", "Money", 15}, {"PPT", "Passport", 20}, {"VIS", "Visa", 20},
	{"AMD", "Amendment", 6}, {"POST", "Return and service", 7},
	{"MTA", "Trips under an approval for a term (the project's own)", 0},
}

func (f family) id(n int) string { return fmt.Sprintf("%s-%03d", f.Mark, n) }

// tally is how the catalogue's numbers are answered.
type tally struct {
	Numbers, Rules, Undecided, Own int
	Missing                        []string // neither a rule nor a reason
}

func count(data ref.Data) tally {
	var t tally
	for _, f := range families {
		t.Numbers += f.Numbers
		for n := 1; n <= f.Numbers; n++ {
			switch id := f.id(n); {
			case slices.ContainsFunc(data.Rules, func(r ref.Rule) bool { return r.ID == id }):
				t.Rules++
			case slices.ContainsFunc(data.Undecided, func(u ref.Undecided) bool { return u.ID == id }):
				t.Undecided++
			default:
				t.Missing = append(t.Missing, id)
			}
		}
	}
	t.Own = len(data.Rules) - t.Rules
	return t
}

func page(data ref.Data) string {
	var b strings.Builder
	t := count(data)
	b.WriteString("# The rules of the pre-check\n\nMade from `ref/` by `make golden`; don't write here. How a rule is written: `docs/writing-rules.md`.\n\n")
	fmt.Fprintf(&b, "%d of %d numbers of the catalogue are answered: %d by a rule, %d by the reason why data can't decide them; %d rules are the project's own.\n",
		t.Rules+t.Undecided, t.Numbers, t.Rules, t.Undecided, t.Own)
	if len(t.Missing) > 0 {
		fmt.Fprintf(&b, "Not written yet: %s.\n", strings.Join(t.Missing, ", "))
	}
	b.WriteString("A basis or a parameter with a † wasn't read in full, or is local practice or a proposal: an office confirms or changes it.\n" +
		"Severity: B blocks (a chief may waive it for one case, with a reason), W warns and wants an answer, I informs; B‡ is never waived. *Absent* is what a missing fact means.\n")
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s: %s\n\n| Rule | Fires when | | Runs at | Absent | Basis | Parameters |\n|---|---|---|---|---|---|---|\n", f.Mark, f.Name)
		for _, r := range data.Rules {
			if strings.HasPrefix(r.ID, f.Mark+"-") {
				row(&b, r, data.Parameters)
			}
		}
		for n := 1; n <= f.Numbers; n++ {
			for _, u := range data.Undecided {
				if u.ID == f.id(n) {
					fmt.Fprintf(&b, "| %s | %s %s | | not decided | | %s %s | |\n", u.ID, cell(u.Title.Zh), cell(u.Title.En), cell(u.Reason.Zh), cell(u.Reason.En))
				}
			}
		}
	}
	b.WriteString("\n## Never waived\n\nA chief may waive what blocks, unless the catalogue marks it. Of the rules marked ‡ above these are the catalogue's unmarked ones and our own, each with why (decision 0022); the rest it marks itself.\n\n| Rule | Why no exception is made |\n|---|---|\n")
	for _, r := range data.Rules {
		if !r.MayWaive() && r.Never.En != "" {
			fmt.Fprintf(&b, "| %s | %s; %s |\n", r.ID, cell(r.Never.Zh), cell(r.Never.En))
		}
	}
	b.WriteString("\n## Sources without an article\n\nWhere a basis above names no article (条) or part of its source, this is why.\n\n| Why | Sources |\n|---|---|\n")
	for _, u := range data.Unarticled {
		fmt.Fprintf(&b, "| %s; %s | %s |\n", cell(u.Reason.Zh), cell(u.Reason.En), cell(strings.Join(u.Sources, "；")))
	}
	b.WriteString("\n## Parameters\n\n| Key | Value | Unit | From | Whose | Basis |\n|---|---|---|---|---|---|\n")
	all := slices.Clone(data.Parameters)
	slices.SortStableFunc(all, func(x, y ref.Parameter) int { return cmp.Or(cmp.Compare(x.Key, y.Key), x.From.Compare(y.From)) })
	for _, p := range all {
		span := p.From.String()
		if !p.To.IsZero() {
			span += " to " + p.To.String()
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", p.Key, cell(value(p)), cell(p.Unit), span, cell(p.Jurisdiction), cell(p.Basis)+dagger(p.Unverified))
	}
	return b.String()
}

func row(b *strings.Builder, r ref.Rule, all ref.Parameters) {
	basis := r.Basis.Text
	if r.Basis.Source != "" {
		basis += " (" + r.Basis.Source + ")"
	}
	var used []string
	for _, p := range parametersOf(r, all) {
		v := value(p)
		if len(p.Words) > 0 {
			v = fmt.Sprintf("%d words", len(p.Words))
		}
		used = append(used, fmt.Sprintf("`%s` %s%s", p.Key, v, dagger(p.Unverified)))
	}
	fmt.Fprintf(b, "| %s | %s %s | %s | %s | %s | %s | %s |\n", r.ID, cell(r.Title.Zh), cell(r.Title.En), letters(r)+never(r), strings.Join(r.At, ", "), r.Absent,
		cell(basis)+dagger(r.Basis.Unverified), cell(strings.Join(used, "; ")))
}

// never marks a rule of which no exception is made.
func never(r ref.Rule) string {
	if r.MayWaive() {
		return ""
	}
	return "‡"
}

// letters are the severities that a rule can have, the first one first.
func letters(r ref.Rule) string {
	var out []string
	add := func(s ref.Severity) {
		words := []string{s.Default}
		for _, at := range r.At {
			words = append(words, s.At[at])
		}
		for _, w := range words {
			if l, known := map[string]string{"block": "B", "warn": "W", "info": "I"}[w]; known && !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	add(r.Severity)
	for _, c := range r.Cases {
		add(c.Severity)
	}
	if r.Missing != nil {
		add(r.Missing.Severity)
	}
	return strings.Join(out, "/")
}

// parametersOf are the thresholds in force that a rule reads.
func parametersOf(r ref.Rule, all ref.Parameters) []ref.Parameter {
	var out []ref.Parameter
	for _, key := range r.Reads(all) {
		if i := slices.IndexFunc(all, func(p ref.Parameter) bool { return p.Key == key && p.To.IsZero() }); i >= 0 {
			out = append(out, all[i])
		}
	}
	return out
}

func value(p ref.Parameter) string {
	if len(p.Words) > 0 {
		return strings.Join(p.Words, "、")
	}
	return p.Value
}

func dagger(unverified bool) string {
	if unverified {
		return " †"
	}
	return ""
}

func cell(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "|", "\\|") }
