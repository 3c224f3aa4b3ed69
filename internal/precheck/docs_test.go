package precheck

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
)

// Whoever writes a rule reads docs/writing-rules.md: a word that isn't there doesn't
// exist for them, and one that is must.
func TestEveryWordOfRulesIsExplained(t *testing.T) {
	text, err := os.ReadFile("../../docs/writing-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := cel.NewEnv()
	if err != nil {
		t.Fatal(err)
	}
	ours := map[string]bool{}
	for name := range engine(t).speech.env.Functions() {
		if !plain.HasFunction(name) && !strings.ContainsAny(name, "_@.") {
			ours[name] = true
		}
	}
	for name := range ours {
		if !strings.Contains(string(text), name+"(") && !fromStrings[name] {
			t.Errorf("docs/writing-rules.md doesn't explain %s", name)
		}
	}
	_, functions, _ := strings.Cut(string(text), "## Functions")
	for _, m := range regexp.MustCompile("[`.]([a-zA-Z]+)\\(").FindAllStringSubmatch(functions, -1) {
		if !ours[m[1]] {
			t.Errorf("docs/writing-rules.md explains %s, which no rule can say", m[1])
		}
	}
}

// fromStrings come with CEL's own library of strings and are documented there.
var fromStrings = map[string]bool{
	"charAt": true, "format": true, "indexOf": true, "join": true, "lastIndexOf": true, "lowerAscii": true, "replace": true,
	"reverse": true, "split": true, "substring": true, "trim": true, "upperAscii": true,
}
