package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/pack"
	"yitang/internal/precheck"
)

// checked runs the command as a shell would and gives its exit status.
func checked(t *testing.T, enrich enrichment, stdin string, args ...string) (string, string, int) {
	t.Helper()
	cmd := checkCommand(enrich)
	var out, errOut bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&errOut)
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetArgs(args)
	err := cmd.Execute()
	var coded exitCoder
	switch {
	case err == nil:
		return out.String(), errOut.String(), 0
	case errors.As(err, &coded):
		return out.String(), errOut.String(), coded.ExitCode()
	}
	t.Fatalf("check %v: %v", args, err)
	return "", "", 0
}

func exampleCase(name string) string { return filepath.Join("../../testdata/cases", name+".json") }

func TestCheckExitsByWhatBlocks(t *testing.T) {
	for name, want := range map[string]int{
		"valid-germany-5-days": 0, "vague-purpose": 0, "passport-expires-too-soon": 0, "id-checksum": 1, "five-defects-at-once": 1,
	} {
		if _, _, code := checked(t, nil, "", exampleCase(name), "--json"); code != want {
			t.Errorf("%s exits with %d, want %d", name, code, want)
		}
	}
}

// What the command finds in the example cases, each of which is there for the rules
// that its name tells.
func TestCheckFindsByAtLeast35Rules(t *testing.T) {
	files, err := filepath.Glob("../../testdata/cases/*.json")
	if err != nil {
		t.Fatal(err)
	}
	fired := map[string]bool{}
	for _, file := range files {
		out, wrong, code := checked(t, nil, "", file, "--json")
		var found struct{ Findings []struct{ Rule string } }
		if err := json.Unmarshal([]byte(out), &found); err != nil || code > 1 {
			t.Fatalf("%s exits with %d: %v %s", file, code, err, wrong)
		}
		for _, f := range found.Findings {
			fired[f.Rule] = true
		}
	}
	if len(fired) < 35 {
		t.Errorf("in %d cases only %d rules find anything", len(files), len(fired))
	}
}

func TestCheckAnswersProgramsInThePublishedShape(t *testing.T) {
	out, _, _ := checked(t, nil, "", exampleCase("germany-6-days"), "--json")
	const shape = `{"type":"object","required":["format","asOf","rules","counts","findings"],"properties":{
		"format":{"const":"yitang.findings/1"},"asOf":{"pattern":"^\\d{4}-\\d{2}-\\d{2}$"},"rules":{"type":"string","minLength":8},
		"counts":{"required":["block","warn","info"]},
		"findings":{"minItems":1,"items":{"type":"object","required":["rule","severity","field","message","basis","fix"],"properties":{
			"severity":{"enum":["block","warn","info"]},"field":{"minLength":3},
			"message":{"required":["zh","en"]},"basis":{"required":["text","source"]},"fix":{"required":["zh","en"]}}}}}}`
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(shape))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("shape.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("shape.json")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := schema.Validate(answer); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(out, `"case.return": "2026-05-15"`) {
		t.Errorf("the one right date isn't offered: %s", out)
	}
}

func TestCheckNamesWhatItCannotReadAndExitsTwo(t *testing.T) {
	misspelt := `{"format":"yitang.case/1","unit":{},"case":{"purpse":"x"},"members":[]}`
	out, _, code := checked(t, nil, misspelt, "-", "--json")
	var answer dossier.Errors
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	if code != 2 || answer.Format != "yitang.errors/1" || len(answer.Errors) != 1 || answer.Errors[0].Field != "case.purpse" ||
		answer.Errors[0].Nearest != "purpose" || answer.Errors[0].Message == "" {
		t.Errorf("exit %d, %s", code, out)
	}
	for _, file := range []string{"no-such-file.json", t.TempDir()} {
		out, _, code := checked(t, nil, "", file, "--json")
		if code != 2 || !strings.Contains(out, `"yitang.errors/1"`) {
			t.Errorf("%s: exit %d, %s", file, code, out)
		}
	}
	_, errOut, code := checked(t, nil, "PK\x03\x04", "-")
	if code != 2 || !strings.Contains(errOut, "读不了") {
		t.Errorf("exit %d, %s", code, errOut)
	}
}

func TestCheckTellsPeopleWhereWhyAndHow(t *testing.T) {
	zh, _, _ := checked(t, nil, "", exampleCase("id-sex-differs"))
	for _, want := range []string{"须改正", "IDN-003  members[1].sex", "舒若兰", "改法：", "依据：", "GB 11643-1999"} {
		if !strings.Contains(zh, want) {
			t.Errorf("%q isn't in:\n%s", want, zh)
		}
	}
	en, _, _ := checked(t, nil, "", exampleCase("id-sex-differs"), "--lang", "en")
	if !strings.Contains(en, "To correct") || !strings.Contains(en, "Basis: ") {
		t.Errorf("not in English:\n%s", en)
	}
}

func TestCheckSaysWhatAnUrgentCaseMakesGoodLater(t *testing.T) {
	out, _, code := checked(t, nil, "", exampleCase("rescue-before-the-notice-ends"))
	if code != 0 || strings.Contains(out, "不改正不能提交") || !strings.Contains(out, "提交后补办（M10）") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestCheckAddsWhatTheNodeKnows(t *testing.T) {
	tell := func(_ context.Context, dir string, c *dossier.Case, today calendar.Date) ([]precheck.Fact, *pack.Set, error) {
		if dir != "somewhere" || today != c.AsOf {
			t.Errorf("asked %s about %s", dir, today)
		}
		c.Unit.OverdueBooklets = 1
		set, err := pack.Built()
		return []precheck.Fact{precheck.PlanLineTaken("赴法国设备验收团")}, set, err
	}
	out, _, code := checked(t, tell, "", exampleCase("valid-germany-5-days"), "--json", "--data", "somewhere")
	if code != 1 || !strings.Contains(out, "GEN-021") || !strings.Contains(out, "GEN-010") {
		t.Errorf("exit %d, %s", code, out)
	}
	empty := t.TempDir()
	out, _, code = checked(t, knownHere, "", exampleCase("valid-germany-5-days"), "--json", "--data", empty)
	if code != 2 || !strings.Contains(out, `"yitang.errors/1"`) {
		t.Errorf("a folder without a node: exit %d, %s", code, out)
	}
	left, err := os.ReadDir(empty)
	if err != nil || len(left) > 0 {
		t.Errorf("looking left %v behind", left)
	}
}

// The same case file is judged by the thresholds and rules of the city whose
// pack is given; one that can't be used is told as such, and isn't the file's fault.
func TestCheckJudgesByThePackThatIsGiven(t *testing.T) {
	rules := func(args ...string) string {
		out, errOut, code := checked(t, nil, "", append(args, "--json")...)
		if code == 2 {
			t.Fatal(out, errOut)
		}
		return out
	}
	three := exampleCase("valid-three-countries-10-days")
	if out := rules(three); strings.Contains(out, "HLN-001") || strings.Contains(out, "至少7个工作日") {
		t.Errorf("without a pack:\n%s", out)
	}
	if out := rules(three, "--pack", "hailan"); !strings.Contains(out, "HLN-001") || !strings.Contains(out, "本市每次出访不超过2个国家") {
		t.Errorf("by another city's pack:\n%s", out)
	}
	files := t.TempDir()
	if err := os.WriteFile(filepath.Join(files, "parameters.yaml"), []byte("- {kye: notice.minWorkingDays}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{files, "hailann"} {
		_, errOut, code := checked(t, nil, "", three, "--pack", name, "--lang", "en")
		if code != 2 || !strings.Contains(errOut, "configuration pack can't be used") || !strings.Contains(errOut, "nearest is") {
			t.Errorf("%s: exit %d, %s", name, code, errOut)
		}
	}
}
