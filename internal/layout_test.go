package internal_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The plan of the house. A room may import what stands before it in its own
// list. Memory and thinking know the words beside that, the story knows all
// three, and the doors know everything.
var (
	words    = []string{"zone", "fault", "calendar", "money"}
	memory   = []string{"store", "keys", "blob", "upload", "journal", "access", "exchange", "ledger", "wechat"}
	thinking = []string{"dossier", "sheet", "document", "visit", "requirement", "precheck", "pack"}
	story    = []string{"config", "program", "unit", "account", "person", "material", "quota", "filing", "approval", "letter", "passport", "custody", "visa", "hall", "trip", "amendment", "feedback", "guidance", "training", "progress", "notify"}
	doors    = []string{"node", "web", "api", "demo", "drill", "practice", "tool"}
)

// exceptions are decided in docs/decisions/; the value names the record.
var exceptions = map[string]string{}

func room(path string) string {
	rest, ok := strings.CutPrefix(path, "yitang/internal/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// files calls f for every Go file that isn't made by a tool or a test.
func files(t *testing.T, f func(path, room string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.Contains(path, "testdata") {
			return nil
		}
		name, _, inRoom := strings.Cut(filepath.ToSlash(path), "/")
		if inRoom {
			f(path, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestEveryRoomIsOnThePlanAndNoOtherIs(t *testing.T) {
	planned := slices.Concat(words, memory, thinking, story, doors)
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var built []string
	for _, e := range entries {
		if e.IsDir() {
			built = append(built, e.Name())
		}
	}
	for _, name := range built {
		if !slices.Contains(planned, name) {
			t.Errorf("internal/%s is on no list of the plan: say in this test what it is", name)
		}
	}
	for _, name := range planned {
		if !slices.Contains(built, name) {
			t.Errorf("the plan has a room %s, and the house has none", name)
		}
	}
}

func TestNoRoomKnowsWhatComesAfterIt(t *testing.T) {
	files(t, func(path, from string) {
		for _, p := range imports(t, path) {
			to := room(p)
			if to == "" || to == from {
				continue
			}
			if _, ok := exceptions[from+" imports "+to]; ok {
				continue
			}
			if why := forbidden(from, to); why != "" {
				t.Errorf("%s: %s imports %s: %s", path, from, to, why)
			}
		}
	})
}

func forbidden(from, to string) string {
	if slices.Contains(doors, from) {
		return ""
	}
	for _, list := range [][]string{words, memory, thinking, story} {
		if slices.Contains(list, from) && slices.Contains(list, to) {
			if slices.Index(list, to) > slices.Index(list, from) {
				return "a room may not know what comes after it"
			}
			return ""
		}
	}
	switch {
	case slices.Contains(doors, to):
		return "the doors are outside; nothing inside may know them"
	case slices.Contains(words, from):
		return "words import only the standard library and each other"
	case slices.Contains(memory, from) && !slices.Contains(words, to):
		return "memory knows no story and thinks nothing"
	case slices.Contains(thinking, from) && !slices.Contains(words, to):
		return "thinking is pure: no journal, no database, no story"
	}
	return ""
}

func TestThinkingHasNoClockChanceDatabaseOrNetwork(t *testing.T) {
	banned := []string{"database/sql", "net", "net/http", "math/rand", "math/rand/v2", "os", "os/exec"}
	allowed := map[string]bool{}
	files(t, func(path, from string) {
		if !slices.Contains(thinking, from) {
			return
		}
		for _, p := range imports(t, path) {
			if slices.Contains(banned, p) && !allowed[path] {
				t.Errorf("%s imports %s: the thinking takes clocks, chance and files from outside", path, p)
			}
		}
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"time.Now(", "time.Since(", "rand.Reader"} {
			if strings.Contains(string(src), call) {
				t.Errorf("%s calls %s: the thinking has no clock and no chance of its own", path, call)
			}
		}
	})
}

func TestStoryKeepsItsSQLInProjectAndRead(t *testing.T) {
	files(t, func(path, from string) {
		if !slices.Contains(story, from) {
			return
		}
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(path)
		if strings.HasPrefix(base, "project") || strings.HasPrefix(base, "read") || slices.Contains(tablesOfTheirOwn, from+"/"+base) {
			return
		}
		for _, verb := range []string{"SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE "} {
			if strings.Contains(string(src), "`"+verb) || strings.Contains(string(src), "\""+verb) {
				t.Errorf("%s holds SQL (%s): in the story it stands in project.go and read.go", path, fmt.Sprintf("%q", verb))
			}
		}
	})
}

// Numbers are masked by dossier.MaskID, in every zone and on every page; names on
// public papers by document.
func TestOneFunctionMasksIdentityNumbers(t *testing.T) {
	var masks []string
	files(t, func(path, from string) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(src), `strings.Repeat("*"`) || strings.Contains(string(src), `"***`) {
			masks = append(masks, filepath.ToSlash(path))
		}
	})
	if want := []string{"document/facts.go", "dossier/idnumber.go"}; !slices.Equal(masks, want) {
		t.Errorf("masked in %v, not in %v alone", masks, want)
	}
}

// tablesOfTheirOwn are mutable documents that are no events:
// sessions, drafts, and files that are being looked over.
var tablesOfTheirOwn = []string{"account/session.go", "account/sessions.go", "account/desk.go", "filing/draft.go", "filing/drafts.go", "filing/imports.go"}
