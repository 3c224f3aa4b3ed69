package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"yitang/internal/node"
	"yitang/internal/program"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// published signs a program as a release, by the commands of its maker.
func published(t *testing.T, key, script, name string) string {
	t.Helper()
	dir := t.TempDir()
	binary, out := filepath.Join(dir, "yitang"), filepath.Join(dir, name+".yitang")
	if err := os.WriteFile(binary, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if text, said, code := ran(t, updateCommand(), "make", "--key", key, "--program", binary, "--zh", name+" 的说明", "--en", "what "+name+" brings", "--out", out); code != 0 {
		t.Fatal(text, said)
	}
	return out
}

// page reads one of the office's pages.
func page(t *testing.T, c *http.Client, address string) string {
	t.Helper()
	res, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var formKey = regexp.MustCompile(`name="_key" value="([^"]+)"`)

// A release is brought, offered and put in force in the browser: the same process
// goes on as that one. The next doesn't come up, and the one before serves again,
// and says so.
func TestAServedZoneGoesOnAsTheReleaseThatWasPutInForce(t *testing.T) {
	base := t.TempDir()
	dir, key := filepath.Join(base, "office"), filepath.Join(base, "maker.key")
	if err := node.Init(zone.Office, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	text, said, code := ran(t, updateCommand(), "key", "--out", key)
	if code != 0 {
		t.Fatal(text, said)
	}
	_, print, _ := strings.Cut(strings.TrimSpace(text), "fingerprint ")
	if _, said, code := ran(t, updateCommand(), "trust", "--data", dir, "--key", key+".pub", "--fingerprint", "0000"); code == 0 || !strings.Contains(said, "not what was read out") {
		t.Errorf("a maker was trusted by the wrong fingerprint: %s", said)
	}
	if text, said, code := ran(t, updateCommand(), "trust", "--data", dir, "--key", key+".pub", "--fingerprint", print); code != 0 {
		t.Fatal(text, said)
	}
	add := adminCommand()
	add.SetIn(strings.NewReader("一趟 correct horse 9\n"))
	if text, said, code := ran(t, add, "add-account", "--data", dir, "--login", "guan", "--name", "关维", "--role", "administrator"); code != 0 {
		t.Fatal(text, said)
	}
	says := func(version string) string {
		return fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = version ]; then echo '{\"number\":%d,\"version\":\"%s\",\"platform\":\"%s\"}'; exit; fi\n", program.Number+1, version, node.Platform)
	}
	starts := filepath.Join(base, "starts")
	good := published(t, key, says("next")+fmt.Sprintf("echo \"$YITANG_RELEASE\" >> '%s'\nexec '%s' \"$@\"\n", starts, os.Args[0]), "next")
	bad := published(t, key, says("bad")+"exit 1\n", "bad")

	listen := ""
	serve := func() *exec.Cmd {
		t.Helper()
		at := listen
		if at == "" {
			at = "127.0.0.1:0"
		}
		cmd, lines := itself(t, "serve", "--zone", "office", "--data", dir, "--listen", at)
		if lines.Scan() {
			if address := regexp.MustCompile(`http://(\S+)`).FindStringSubmatch(lines.Text()); address != nil {
				listen = address[1] // the releases that follow take the same arguments
			}
		}
		go func() {
			for lines.Scan() {
			}
		}()
		return cmd
	}
	// A port of its own, which the same arguments take again after the handing over.
	cmd := serve()
	if listen == "" {
		t.Fatal("the office doesn't start")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	cmd = serve()
	site := "http://" + listen
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	up := func() bool {
		res, err := http.Get(site + "/login")
		if err == nil {
			res.Body.Close()
		}
		return err == nil && res.StatusCode == http.StatusOK
	}
	waitUntil(t, time.Minute, up)
	if res, err := c.PostForm(site+"/login", url.Values{"name": {"guan"}, "password": {"一趟 correct horse 9"}}); err != nil {
		t.Fatal(err)
	} else {
		res.Body.Close()
	}

	press := func(file, do string) string {
		t.Helper()
		text, said, code := ran(t, updateCommand(), "bring", file, "--data", dir)
		if code != 0 {
			t.Fatal(text, said)
		}
		list := page(t, c, site+"/update")
		version := strings.TrimSuffix(filepath.Base(file), ".yitang")
		at := regexp.MustCompile(`href="(/update/[0-9a-f]{16})"[^>]*>` + version + `（`).FindStringSubmatch(list)
		if at == nil {
			t.Fatalf("the list doesn't lead to %s:\n%s", version, list)
		}
		for _, what := range []string{"offer", do} {
			k := formKey.FindStringSubmatch(page(t, c, site+at[1]))
			if k == nil {
				t.Fatalf("nothing can be done with %s", version)
			}
			res, err := c.PostForm(site+at[1], url.Values{"_key": {k[1]}, "do": {what}, "reason": {"安全修补"}})
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Fatalf("%s of %s is answered with %s\n%s", what, version, res.Status, body)
			}
		}
		return at[1]
	}
	current := func() string {
		b, _ := os.ReadFile(filepath.Join(dir, "program", "current.json"))
		return string(b)
	}
	id := strings.TrimPrefix(press(good, "choose"), "/update/")
	waitUntil(t, time.Minute, func() bool { b, _ := os.ReadFile(starts); return strings.TrimSpace(string(b)) == id })
	waitUntil(t, time.Minute, up)
	if err := cmd.Process.Signal(syscall.Signal(0)); err != nil {
		t.Fatalf("another process serves now: %v", err)
	}
	waitUntil(t, time.Minute, func() bool { return strings.Contains(current(), `"up": true`) })

	// So does a command that is given meanwhile; what works with no data doesn't.
	for _, c := range []struct {
		args   []string
		starts int
	}{{[]string{"version"}, 1}, {[]string{"update", "bring", bad, "--data", dir}, 2}} {
		command, lines := itself(t, c.args...)
		for lines.Scan() {
		}
		if err := command.Wait(); err != nil {
			t.Errorf("%v: %v", c.args, err)
		}
		if b, _ := os.ReadFile(starts); strings.Count(string(b), id) != c.starts {
			t.Errorf("after %v the release was started as %q", c.args, b)
		}
	}

	press(bad, "choose")
	if err := cmd.Wait(); err == nil {
		t.Error("the release that doesn't come up ended well")
	}
	cmd = serve() // whoever supervises it starts it again
	if err := cmd.Wait(); err == nil {
		t.Error("the second try ended well")
	}
	cmd = serve()
	waitUntil(t, time.Minute, up)
	if list := page(t, c, site+"/update"); !strings.Contains(list, "bad 没有起来") {
		t.Errorf("nobody is told that it didn't come up:\n%s", list)
	}
	if b, _ := os.ReadFile(starts); strings.Count(string(b), id) != 3 {
		t.Errorf("the one before was started as %q", b)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}

	// Had it made tables anew before it died, the one before would leave them alone:
	// it says which release doesn't come up, and names the backup.
	st, err := store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "node.db")})
	if err != nil {
		t.Fatal(err)
	}
	err = st.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE projection SET version = version + 1000`)
		return err
	})
	if err := errors.Join(err, st.Close()); err != nil {
		t.Fatal(err)
	}
	last := exec.CommandContext(t.Context(), os.Args[0], "serve", "--zone", "office", "--data", dir, "--listen", listen)
	last.Env = append(os.Environ(), "YITANG_AS_ITSELF=1")
	out, err := last.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "release bad was put in force here and doesn't come up") || !strings.Contains(string(out), "restore the backup that was made before it") {
		t.Errorf("%v: %s", err, out)
	}
}
