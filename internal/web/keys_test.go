package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// aKey is a key as a button of a page carries it.
var aKey = regexp.MustCompile(`\bKey: +"([^":]{1,5})"|data-key="([^"]{1,5})"`)

func TestEveryKeyOfAPageIsOnTheKeysPage(t *testing.T) {
	listed := map[string]bool{}
	for _, k := range keys {
		listed[k.key] = true
	}
	used := map[string]bool{"J": true, "K": true, "X": true, "Enter": true, "Esc": true, "1 … 9": true} // of tables and findings (ui/js/keys.js)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "specimen") ||
			!strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".templ") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, line := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") || strings.HasPrefix(strings.TrimSpace(line), "Key ") {
				continue
			}
			for _, m := range aKey.FindAllStringSubmatch(line, -1) {
				used[m[1]+m[2]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(used) < 12 {
		t.Fatalf("found only the keys %v", used)
	}
	for k := range used {
		if !listed[k] {
			t.Errorf("a page has the key %q, and the page of all keys doesn't", k)
		}
	}
	for k := range listed {
		if !used[k] {
			t.Errorf("the page of all keys has %q, and no page does", k)
		}
	}
}
