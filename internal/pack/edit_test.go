package pack

import (
	"strings"
	"testing"

	"yitang/internal/calendar"
)

func must(t testing.TB) func(Content, error) Content {
	return func(c Content, err error) Content {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// What the browser changes is what the files then say, comments and all, and
// nothing else is changed.
func TestEditingChangesWhatItSaysAndNoMore(t *testing.T) {
	c := content(map[string]string{"parameters.yaml": "# ours\n- {key: notice.minWorkingDays, value: 7, basis: 规定, effectiveFrom: 2026-01-01} # since the new rules\n"})
	line := ThresholdLine{Key: "notice.minWorkingDays", Value: "9", Basis: "新规定", From: calendar.MustParse("2027-01-01")}
	c = must(t)(c.WithThreshold(line))
	if text := string(c["parameters.yaml"]); !strings.Contains(text, "# ours") || !strings.Contains(text, "# since the new rules") {
		t.Errorf("comments are gone:\n%s", text)
	}
	s, wrong := built(t).Lay(c)
	if wrong != nil {
		t.Fatal(wrong)
	}
	for day, want := range map[string]string{"2025-12-31": "5", "2026-12-31": "7", "2027-01-01": "9"} {
		if p, _ := s.Ref.Parameters.On("notice.minWorkingDays", calendar.MustParse(day)); p.Value != want {
			t.Errorf("%s: %s, want %s", day, p.Value, want)
		}
	}
	// The same day again takes its place; an earlier day ends where the later begins.
	line.Value = "8"
	c = must(t)(c.WithThreshold(line))
	c = must(t)(c.WithThreshold(ThresholdLine{Key: "notice.minWorkingDays", Value: "6", Basis: "旧", From: calendar.MustParse("2025-06-01")}))
	if s, wrong = built(t).Lay(c); wrong != nil {
		t.Fatal(wrong)
	}
	for day, want := range map[string]string{"2025-07-01": "6", "2026-12-31": "7", "2027-01-01": "8"} {
		if p, _ := s.Ref.Parameters.On("notice.minWorkingDays", calendar.MustParse(day)); p.Value != want {
			t.Errorf("%s: %s, want %s", day, p.Value, want)
		}
	}

	c = must(t)(c.WithRuleOff("GEN-001", "本市不要求"))
	if s, wrong = built(t).Lay(c); wrong != nil || len(s.Off) != 1 {
		t.Fatal(s, wrong)
	}
	c = must(t)(c.WithRuleOff("GEN-001", ""))
	if _, there := c["off.yaml"]; there {
		t.Error("a list of nothing is kept")
	}

	entry := entryText([]byte(ownRule), 0)
	c = must(t)(c.WithRule("HLN-001", []byte(entry)))
	c = must(t)(c.WithRule("HLN-001", []byte(strings.Replace(entry, "severity: warn", "severity: block", 1))))
	if text := c.RuleText("HLN-001"); !strings.Contains(text, "severity: block") || strings.Count(string(c[OwnRules]), "HLN-001") != 1 {
		t.Errorf("the rule is\n%s", text)
	}
	c = must(t)(c.WithoutRule("HLN-001"))
	if _, there := c[OwnRules]; there {
		t.Error("a file without rules is kept")
	}

	paths, err := c.PathsAsWritten()
	if err != nil || len(paths.Paths) == 0 {
		t.Fatal(paths, err)
	}
	paths.Paths[0].Steps[0].Workdays = 9
	c = must(t)(c.WithPaths(paths))
	if s, wrong = built(t).Lay(c); wrong != nil || s.Paths.List[0].Steps[0].Workdays != 9 || len(s.Paths.List) != len(built(t).Paths.List) {
		t.Fatal(wrong)
	}
}

func TestDiffShowsWhatWentAndCame(t *testing.T) {
	was := content(map[string]string{"off.yaml": "a\nb\nc\nd\n", "rates.yaml": "same\n", "pack.yaml": "1"})
	is := content(map[string]string{"off.yaml": "a\nb\nx\nd\n", "rates.yaml": "same\n", "units.yaml": "new\n", "pack.yaml": "2"})
	got := Diff(was, is)
	if len(got) != 2 || got[0].Name != "off.yaml" || got[1].Name != "units.yaml" {
		t.Fatalf("%+v", got)
	}
	var text strings.Builder
	for _, l := range got[0].Lines {
		text.WriteString(string(l.Op) + l.Text + "\n")
	}
	if want := " b\n-c\n+x\n d\n"; text.String() != want {
		t.Fatalf("%q, want %q", text.String(), want)
	}
}
