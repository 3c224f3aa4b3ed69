package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The operator's guide is followed to the letter, in its order, on two machines
// that share a disc: each command of a box that names a machine, and what is then
// said to be seen.
func TestTheGuideLeadsToTwoNetworksThatHearEachOther(t *testing.T) {
	text, err := os.ReadFile("../../docs/guide/exchange.md")
	if err != nil {
		t.Fatal(err)
	}
	base := t.TempDir()
	disc := filepath.Join(base, "disc")
	if err := os.Mkdir(disc, 0o700); err != nil {
		t.Fatal(err)
	}
	prints := map[string]string{}
	fingerprint := regexp.MustCompile(`(?m)to the other side: (\S+)$`)
	number := regexp.MustCompile(`(?m)^disc (OP-\S+) is on record; `)
	on := func(machine, s string) string {
		for whose, print := range prints {
			s = strings.ReplaceAll(s, whose, print)
		}
		return strings.NewReplacer("/srv/yitang", filepath.Join(base, machine), "/media/disc", disc).Replace(s)
	}
	commands, seen, machine, out := 0, 0, "", ""
	for _, box := range regexp.MustCompile("(?ms)^```(\\S+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		lines := strings.Split(strings.TrimSpace(box[2]), "\n")
		switch box[1] {
		case "甲机", "乙机":
			machine, out = box[1], ""
			for i, line := range lines {
				words := strings.Fields(on(machine, line))
				if words[0] == ">" {
					continue // typed into the command before
				}
				if words[0] != "yitang" {
					t.Fatalf("%q is no command of ours", line)
				}
				typed := ""
				for _, next := range lines[i+1:] {
					text, is := strings.CutPrefix(next, "> ")
					if !is {
						break
					}
					typed += text + "\n"
				}
				cmd := exec.CommandContext(t.Context(), os.Args[0], words[1:]...)
				cmd.Env = append(os.Environ(), "YITANG_AS_ITSELF=1")
				cmd.Stdin = strings.NewReader(typed)
				said, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("on %s, %s: %v\n%s", machine, line, err, said)
				}
				out += string(said)
				commands++
			}
			if m := fingerprint.FindStringSubmatch(out); m != nil {
				prints[machine+"指纹"] = m[1]
			}
			if m := number.FindStringSubmatch(out); m != nil {
				prints["盘号"] = m[1]
			}
		case "看到":
			for _, line := range lines {
				var parts []string
				for _, part := range strings.Split(on(machine, line), "…") {
					parts = append(parts, regexp.QuoteMeta(part))
				}
				if !regexp.MustCompile(strings.Join(parts, ".*")).MatchString(out) {
					t.Errorf("on %s nobody sees %q:\n%s", machine, line, out)
				}
				seen++
			}
		}
	}
	if commands < 15 || seen < commands {
		t.Errorf("the guide has %d commands and says %d times what is seen", commands, seen)
	}
}
