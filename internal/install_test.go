package internal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a folder of programs that .ci/install finds, and nothing else.
func machine(t *testing.T, programs map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, real := range []string{"bash", "env"} {
		path, err := exec.LookPath(real)
		if err != nil {
			t.Skipf("there is no %s here", real)
		}
		if err := os.Symlink(path, filepath.Join(dir, real)); err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!"+filepath.Join(dir, "bash")+"\n"+body+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestInstallDoesNothingWhenAllIsThereAndAsksRootOtherwise(t *testing.T) {
	const apt = `echo "apt-get as ${BECAME:-caller} $DEBIAN_FRONTEND: $*"`
	const sudo = `unset DEBIAN_FRONTEND; BECAME=root exec "$@"`
	// More than a pipe holds, the font first: who stops reading there kills the writer.
	const fonts = `echo "NotoSansCJK-Regular.ttc: Noto Sans CJK SC"; for ((i = 0; i < 3000; i++)); do echo "another face, whose name is about as long as names of faces are"; done`
	whole := map[string]string{"pdftotext": "", "qpdf": "", "chasquid": "", "chromium-headless-shell": "", "initdb": "", "fc-list": fonts, "id": "echo 0", "apt-get": apt, "sudo": sudo}
	without := func(changes map[string]string, gone ...string) map[string]string {
		m := map[string]string{}
		for k, v := range whole {
			m[k] = v
		}
		for k, v := range changes {
			m[k] = v
		}
		for _, g := range gone {
			delete(m, g)
		}
		return m
	}
	for name, c := range map[string]struct {
		programs map[string]string
		want     string
	}{
		"all there":         {whole, ""},
		"all there, user":   {without(map[string]string{"id": "echo 1000"}, "sudo"), ""},
		"no font, root":     {without(map[string]string{"fc-list": "echo DejaVu"}, "sudo"), "installing fonts-noto-cjk fontconfig\napt-get as caller noninteractive: -qq update\n"},
		"no qpdf, user":     {without(map[string]string{"id": "echo 1000"}, "qpdf"), "installing qpdf\napt-get as root noninteractive: -qq update\n"},
		"no sudo, user":     {without(map[string]string{"id": "echo 1000"}, "qpdf", "sudo"), "missing: qpdf (Debian's names). Tests that need them will say so and skip.\n"},
		"another system":    {without(nil, "fc-list", "apt-get"), "missing: fonts-noto-cjk fontconfig (Debian's names). Tests that need them will say so and skip.\n"},
		"only the browser":  {without(map[string]string{"chromium": "", "apt-get": "exit 1"}, "chromium-headless-shell"), "installing chromium-headless-shell\ngoing on with chromium\n"},
		"fc-list not there": {without(nil, "fc-list"), "installing fonts-noto-cjk fontconfig\napt-get as caller noninteractive: -qq update\n"},
	} {
		dir := machine(t, c.programs)
		cmd := exec.Command(filepath.Join(dir, "bash"), "../.ci/install")
		cmd.Env = []string{"PATH=" + dir}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if string(out) != c.want && (c.want == "" || !strings.HasPrefix(string(out), c.want)) {
			t.Errorf("%s: it says\n%s\nwant\n%s", name, out, c.want)
		}
	}
}
