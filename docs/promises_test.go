package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each promise names the test that shows it: a Go test's name, or the title of
// a browser test as e2e/*.spec.mjs has it. A promise that is not kept yet stands
// under its own heading and names none.
var line = regexp.MustCompile("^- (.+?) — `([^`]+)`")

func TestEveryPromiseNamesATestThatExists(t *testing.T) {
	text, err := os.ReadFile("promises.md")
	if err != nil {
		t.Fatal(err)
	}
	have := tests(t)
	kept := true
	count := 0
	for n, l := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(l, "## ") {
			kept = !strings.Contains(l, "Not kept yet")
		}
		if !strings.HasPrefix(l, "- ") || !kept {
			continue
		}
		m := line.FindStringSubmatch(l)
		if m == nil {
			t.Errorf("line %d names no test: %s", n+1, l)
			continue
		}
		count++
		names := []string{m[2]}
		if !have[m[2]] { // a browser test's title may have commas of its own
			names = strings.Split(m[2], ", ")
		}
		for _, name := range names {
			if !have[name] {
				t.Errorf("line %d names %q, and there is no such test", n+1, name)
			}
		}
	}
	if count == 0 {
		t.Fatal("no promise was found")
	}
}

func tests(t *testing.T) map[string]bool {
	t.Helper()
	goTest := regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`)
	browser := regexp.MustCompile(`(?m)\btest\(\s*['"` + "`" + `]([^'"` + "`" + `]+)`)
	out := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return fs.SkipDir
		}
		var re *regexp.Regexp
		switch {
		case strings.HasSuffix(path, "_test.go"):
			re = goTest
		case strings.HasSuffix(path, ".spec.mjs"):
			re = browser
		default:
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range re.FindAllStringSubmatch(string(src), -1) {
			out[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
