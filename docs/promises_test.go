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
// a browser test as e2e/*.spec.mjs has it, in as many groups as one likes. A
// promise that is not kept yet stands under its own heading and names none.
var (
	line  = regexp.MustCompile("^- (.+?) — (`[^`]+`(?:, `[^`]+`)*)$")
	group = regexp.MustCompile("`([^`]+)`")
)

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
			t.Errorf("line %d doesn't end in names of tests: %s", n+1, l)
			continue
		}
		count++
		if strings.Contains(m[1], " — `") {
			t.Errorf("line %d names tests in its middle, where nobody looks whether they exist: %s", n+1, l)
		}
		for _, g := range group.FindAllStringSubmatch(m[2], -1) {
			for _, name := range named(g[1], have) {
				if !have[name] {
					t.Errorf("line %d names %q, and there is no such test", n+1, name)
				}
			}
		}
	}
	if count == 0 {
		t.Fatal("no promise was found")
	}
}

// named are the tests of a group: several with commas between them, some of
// which may be titles with commas of their own.
func named(group string, have map[string]bool) []string {
	if have[group] {
		return []string{group}
	}
	parts := strings.Split(group, ", ")
	for i := len(parts); i > 1; i-- {
		if first := strings.Join(parts[:i], ", "); have[first] && i < len(parts) {
			return append([]string{first}, named(strings.Join(parts[i:], ", "), have)...)
		}
	}
	if len(parts) == 1 {
		return parts
	}
	return append(parts[:1:1], named(strings.Join(parts[1:], ", "), have)...)
}

func tests(t *testing.T) map[string]bool {
	t.Helper()
	goTest := regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`)
	browser := regexp.MustCompile("(?m)\\btest\\(\\s*(?:\"([^\"\n]+)\"|'([^'\n]+)'|`([^`\n]+)`)")
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
			out[strings.Join(m[1:], "")] = true // one of the three ways to quote
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
