package precheck

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yitang/ref"
)

// docs/odd-cases.md says of whole odd cases what is right to find in them and why.
// The pre-check finds exactly that at each moment which a case's table names.
func TestOddCasesFindExactlyWhatIsJudgedHere(t *testing.T) {
	text, err := os.ReadFile("../../docs/odd-cases.md")
	if err != nil {
		t.Fatal(err)
	}
	head, code, section := regexp.MustCompile("^`([a-z0-9-]+)`\n"), regexp.MustCompile("`([^`]+)`"), regexp.MustCompile(`^\d+(\.\d+)?(, \d+(\.\d+)?)*$`)
	parts := strings.Split(string(text), "\n### ")[1:]
	if len(parts) < 10 {
		t.Fatalf("only %d odd cases are judged", len(parts))
	}
	seen := map[string]bool{}
	for _, part := range parts {
		m := head.FindStringSubmatch(part)
		if m == nil || seen[m[1]] {
			t.Fatalf("no case of its own is named by %.60q", part)
		}
		name := m[1]
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			want, silent := map[At][]string{}, map[At][]string{Submit: nil}
			for _, line := range strings.Split(part, "\n") {
				cells := strings.Split(line, " | ")
				if len(cells) != 4 || !strings.HasPrefix(line, "| ") || cells[0] == "| At" {
					continue
				}
				at := At(strings.TrimPrefix(cells[0], "| "))
				if !strings.HasPrefix(cells[2], "right") && !strings.HasPrefix(cells[2], "was wrong, mended: ") || !section.MatchString(strings.TrimSuffix(cells[3], " |")) {
					t.Errorf("not judged, or by no section of the reference: %s", line)
				}
				for _, what := range code.FindAllStringSubmatch(cells[1], -1) {
					if rule, ok := strings.CutPrefix(what[1], "silent "); ok {
						silent[at] = append(silent[at], rule)
					} else {
						want[at] = append(want[at], what[1])
					}
				}
			}
			if len(want[Submit]) == 0 {
				t.Error("nothing is said of its submission")
			}
			c := caseFile(t, name)
			for _, at := range []At{Submit, Decide, Checkout} {
				if at != Submit && want[at] == nil {
					continue
				}
				got := engine(t).Check(c, at, c.AsOf)
				var found []string
				for _, f := range got.List {
					kind := string(f.Severity)
					if f.Severity == Block && !f.Blocks() {
						kind = "later"
					}
					found = append(found, kind+" "+f.Rule+" "+f.Field)
				}
				for _, u := range got.Unknown {
					if u.Field != "" {
						found = append(found, "unknown "+u.Rule+" "+u.Field)
					}
				}
				for _, x := range found {
					if !slices.Contains(want[at], x) {
						t.Errorf("at %s it finds %s, which nobody judged", at, x)
					}
				}
				for _, x := range want[at] {
					if !slices.Contains(found, x) {
						t.Errorf("at %s it doesn't find %s", at, x)
					}
				}
				for _, rule := range silent[at] {
					if !slices.ContainsFunc(engine(t).Rules(), func(r ref.Rule) bool { return r.ID == rule }) {
						t.Errorf("%s is silent: there is no such rule", rule)
					}
					if slices.ContainsFunc(found, func(x string) bool { return strings.Contains(x, " "+rule+" ") && !strings.HasPrefix(x, "unknown ") }) {
						t.Errorf("at %s %s isn't silent", at, rule)
					}
				}
			}
		})
	}
}
