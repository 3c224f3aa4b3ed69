package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/node"
	"yitang/internal/zone"
)

// As docs/setup.md says: a proxy with TLS before the site, and what it is
// called told to yitang init.
func TestASiteBehindAProxyIsReachedAndGuardedAsIfThereWereNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "passport")
	args := []string{"init", "--zone", "passport", "--data", dir}
	for flag, bad := range map[string]string{"--url": "https://waiban.example.cn/sub", "--trusted-proxy": "10.0.0.5/200"} {
		if _, err := typed(t, "", append(args, flag, bad)...); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s %s: %v", flag, bad, err)
		}
	}
	for _, args := range [][]string{
		args,
		append(args, "--url", "https://wrong.example.cn"),
		append(args, "--url", "https://huzhao.example.cn/", "--trusted-proxy", "127.0.0.1, 10.0.0.0/24"), // decided anew
		{"admin", "add-account", "--data", dir, "--login", "capture1", "--name", "温如玉", "--role", "capture"},
		{"admin", "add-account", "--data", dir, "--login", "capture2", "--name", "罗知行", "--role", "capture"},
	} {
		if out, err := typed(t, "a-long-enough-password-2026\n", args...); err != nil {
			t.Fatalf("%v: %v %s", args, err, out)
		}
	}
	h, err := openHouse(t.Context(), []zone.Zone{zone.Passport}, map[zone.Zone]string{zone.Passport: dir}, "127.0.0.1:0", "", node.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	s := server(h.handlers[zone.Passport])
	if s.ReadTimeout <= 0 || s.ReadTimeout > 5*time.Minute {
		t.Errorf("who sends nothing is waited for %s", s.ReadTimeout)
	}
	signIn := func(from, login, password string) *http.Response {
		r := httptest.NewRequest("POST", "http://127.0.0.1:8082/login", strings.NewReader(url.Values{"name": {login}, "password": {password}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://huzhao.example.cn") // of a browser that knows no Sec-Fetch-Site
		r.Header.Set("X-Forwarded-For", from)
		r.RemoteAddr = "127.0.0.1:40000"
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, r)
		return w.Result()
	}
	for range 7 {
		signIn("203.0.113.1", "capture1", "a guess")
	}
	if got := signIn("203.0.113.1", "capture1", "a-long-enough-password-2026"); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("guessing goes on: %d", got.StatusCode)
	}
	got := signIn("203.0.113.2", "capture1", "a-long-enough-password-2026")
	if got.StatusCode != http.StatusSeeOther || len(got.Cookies()) != 1 {
		t.Fatalf("a guesser elsewhere keeps the owner out: %d", got.StatusCode)
	}
	if c := got.Cookies()[0]; !c.Secure || !c.HttpOnly {
		t.Errorf("the session may travel in plain: %+v", c)
	}
}
