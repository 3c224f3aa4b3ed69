package exchange

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/keys"
	"yitang/internal/zone"
)

// The list beside a bundle names all that belongs to it, with the sizes that the
// files have, and says in both languages what to do with them.
func TestTheListForPeopleIsWhatLiesThere(t *testing.T) {
	for _, suite := range keys.Suites() {
		t.Run(string(suite), func(t *testing.T) {
			internet, office := nationalPlaces(t)
			if suite == keys.National {
				if err := office.AgreeSuite(t.Context(), zone.Internet, suite); err != nil {
					t.Fatal(err)
				}
				if _, err := internet.BeginSuite(t.Context(), zone.Office, suite, true); err != nil {
					t.Fatal(err)
				}
			}
			internet.write("one", "x", "a file")
			internet.write("two", "y", strings.Repeat("another file ", 10_000))
			made := internet.export(office)
			way := aFolder(t)
			internet.hand(office, way)
			if len(made) != 1 {
				t.Fatalf("%+v", made)
			}
			name := made[0].Name
			text, err := os.ReadFile(filepath.Join(way.Path(), name.manifest()))
			if err != nil {
				t.Fatal(err)
			}
			for _, says := range []string{"from      internet", "to        office", fmt.Sprintf("number  %d (", name.Sequence), fmt.Sprintf("epoch %d)", name.Epoch), fmt.Sprintf("records %d", made[0].Events), "请把以上文件一起带到对方网络", "Carry all of these to the other network"} {
				if !strings.Contains(string(text), says) {
					t.Errorf("it doesn't say %q:\n%s", says, text)
				}
			}
			listed := map[string]string{}
			for _, m := range regexp.MustCompile(`(?m)^ *(\d+)  (\S+)$`).FindAllStringSubmatch(string(text), -1) {
				listed[m[2]] = m[1]
			}
			names, err := way.List()
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range names {
				if n == name.manifest() {
					continue
				}
				info, err := os.Stat(filepath.Join(way.Path(), n))
				if err != nil {
					t.Fatal(err)
				}
				if listed[n] != fmt.Sprint(info.Size()) {
					t.Errorf("%s has %d bytes, and is listed with %q", n, info.Size(), listed[n])
				}
				delete(listed, n)
			}
			if len(listed) > 0 || len(names) != 4 {
				t.Errorf("listed and not there: %v; there are %v", listed, names)
			}
		})
	}
}
