package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/pack"
)

func exitOf(err error) int {
	var coded exitCoder
	switch {
	case err == nil:
		return 0
	case errors.As(err, &coded):
		return coded.ExitCode()
	}
	return 1
}

func TestConfigCheckExitsByWhetherItHolds(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		at := filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "_")+name)
		if err := os.MkdirAll(filepath.Join(at, "rules"), 0o755); err != nil {
			t.Fatal(err)
		}
		file := "parameters.yaml"
		if strings.Contains(text, "examples") {
			file = "rules/own.yaml"
		}
		if strings.HasPrefix(name, "templates") {
			file = pack.TemplatesFile
		}
		if err := os.WriteFile(filepath.Join(at, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return at
	}
	rule := `
- {id: OWN-001, scope: case, at: [submit], absent: silent, when: size(c.countries) > 2, severity: warn, field: legs, message: {zh: 多, en: many}, fix: {zh: 减, en: fewer},
   basis: {text: 规定, source: 本市}, examples: {pass: [{base: valid-germany-5-days}], fail: [{base: BASE}]}}
`
	for _, c := range []struct {
		args []string
		exit int
		say  string
	}{
		{[]string{"hailan"}, 0, "it holds"},
		{[]string{"demo"}, 0, "it holds"},
		{[]string{write("good", strings.Replace(rule, "BASE", "valid-three-countries-10-days", 1))}, 0, "2 examples"},
		{[]string{write("bad", strings.Replace(rule, "BASE", "valid-germany-5-days", 1))}, 1, "rules/own.yaml: OWN-001.examples.fail[0]"},
		{[]string{write("bad", strings.Replace(rule, "BASE", "valid-germany-5-days", 1)), "--lang", "zh"}, 1, "应当触发，却没有触发"},
		{[]string{write("misspelt", "- {key: notice.minWorkingDays, valeu: 7}")}, 2, "parameters.yaml: [0].valeu (line 1): no such key; the nearest is value"},
		{[]string{write("templates", "approval.valid: 有效期半年。")}, 1, "templates.yaml: approval.valid: {{.Date}} is missing"},
		{[]string{write("templates-foot", "working.foot: 仅供办事使用。")}, 1, "templates.yaml: working.foot: {{.State}} is missing"},
		{[]string{write("templates-title", "itinerary.title: '{{.Unit}}日程表'")}, 1, "templates.yaml: itinerary.title: nothing fills {{.Unit}} here"},
		{[]string{filepath.Join(dir, "nothing")}, 2, "there is no folder or zip"},
	} {
		out, err := typed(t, "", append([]string{"admin", "config", "check"}, c.args...)...)
		if exitOf(err) != c.exit || !strings.Contains(out, c.say) {
			t.Errorf("%v: exit %d, want %d:\n%s", c.args, exitOf(err), c.exit, out)
		}
	}
	out, err := typed(t, "", "admin", "config", "check", "--json", write("misspelt", "- {key: notice.minWorkingDays, valeu: 7}"))
	var told packReport
	if exitOf(err) != 2 || json.Unmarshal([]byte(out), &told) != nil || told.Holds || told.Errors[0].Nearest != "value" || told.Errors[0].File != "parameters.yaml" {
		t.Fatalf("exit %d: %s", exitOf(err), out)
	}
}

// An office is set up with a pack, its configuration taken out as files,
// changed, brought back and put in force.
func TestAPackGoesOutAsFilesAndComesBack(t *testing.T) {
	data, out := t.TempDir(), filepath.Join(t.TempDir(), "pack")
	run := func(want string, args ...string) {
		t.Helper()
		got, err := typed(t, "", args...)
		if err != nil || !strings.Contains(got, want) {
			t.Fatalf("%v: %v\n%s", args, err, got)
		}
	}
	run("office zone", "init", "--zone", "office", "--data", data, "--pack", "hailan")
	run("version 1 is in", "admin", "config", "export", "--data", data, "--out", out)
	file := filepath.Join(out, "parameters.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "value: 7,", "value: 9,", 1)
	if changed == string(text) {
		t.Fatal("the pack that came out has no such threshold")
	}
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := typed(t, "", "admin", "config", "import", out, "--data", data, "--reason", "公示延长", "--on", "2020-01-01"); exitOf(err) != 1 || !strings.Contains(err.Error(), "on:") {
		t.Fatalf("it began on a day that is past: %v\n%s", err, got)
	}
	run("saved as version 3", "admin", "config", "import", "hailan", "--data", data, "--reason", "恢复")
	run("3  ", "admin", "config", "list", "--data", data)
	run("in force from 20", "admin", "config", "list", "--data", data)
	run("signature: genuine", "admin", "config", "import", signedAgain(t, data), "--data", data, "--reason", "原样导回")
}

// signedAgain gives a version as the office signed it.
func signedAgain(t *testing.T, data string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pack.zip")
	if got, err := typed(t, "", "admin", "config", "export", "--data", data, "--out", file, "--version", "2"); err != nil {
		t.Fatal(err, got)
	}
	return file
}
