package practice_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"yitang/internal/fault"
	"yitang/internal/practice"
	"yitang/internal/training"
	"yitang/internal/web/webtest"
)

// place is where runs are served, with a clock that a test moves on.
type place struct {
	t    *testing.T
	runs *practice.Runs
	url  string
	dir  string
	now  *time.Time
	told []string // what the real house was told
	deaf error    // why it can't be told
}

func open(t *testing.T) *place {
	t.Helper()
	now := time.Now()
	p := &place{t: t, now: &now, dir: t.TempDir()}
	var handler http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	p.url = srv.URL
	tell := func(what string, who training.Officer) { p.told = append(p.told, what+" "+who.Account) }
	var err error
	p.runs, err = practice.Open(practice.Options{Dir: p.dir, URL: srv.URL, Real: "http://real.example", Now: func() time.Time { return *p.now },
		Began: func(_ context.Context, who training.Officer, _ string) error { tell("began", who); return p.deaf },
		Done: func(_ context.Context, who training.Officer, _ string, _, _ int) error {
			tell("passed", who)
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.runs.Close)
	handler = p.runs.Handler()
	return p
}

func (p *place) begin(account string) {
	p.t.Helper()
	if err := p.runs.Begin(p.t.Context(), training.Officer{Account: account, Unit: "u-" + account, Name: "某"}); err != nil {
		p.t.Fatal(err)
	}
}

// over leads a fresh browser over to a run.
func (p *place) over(account string) (webtest.Visitor, string) {
	p.t.Helper()
	to, err := p.runs.Over(p.t.Context(), account)
	if err != nil {
		p.t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	v := webtest.Visitor{T: p.t, Client: &http.Client{Jar: jar}, URL: p.url}
	if status, page := v.Read(v.Client.Get(to)); status != http.StatusOK {
		p.t.Fatalf("led over, %s gets %d: %s", account, status, page)
	}
	return v, to
}

// drafts a case and gives its id.
func drafts(v webtest.Visitor) string {
	v.T.Helper()
	_, page := v.Post("/cases/new", v.Form(v.Sees("/cases/new"), "/cases/new", "from", "blank", "kind", "own"))
	m := regexp.MustCompile(`/cases/([0-9a-f-]{36})`).FindStringSubmatch(page)
	if m == nil {
		v.T.Fatalf("no case was begun: %s", page)
	}
	return m[1]
}

// What leads over serves once and not for long; without it nobody is let in, by a
// password neither.
func TestAWayInServesOnceAndNotForLong(t *testing.T) {
	p := open(t)
	if _, err := p.runs.Over(t.Context(), "a"); !fault.IsNotFound(err) {
		t.Errorf("one is led to a run that nobody began: %v", err)
	}
	p.begin("a")
	stranger := webtest.Visitor{T: t, Client: http.DefaultClient, URL: p.url}
	for _, path := range []string{"/practice", "/cases", "/login", "/", "/api/v1/cases"} {
		if status, page := stranger.Get(path); status != http.StatusUnauthorized || !strings.Contains(page, "http://real.example/training") || strings.Contains(page, `type="password"`) {
			t.Errorf("a stranger gets %d at %s: %s", status, path, page)
		}
	}
	v, to := p.over("a")
	v.Sees("/cases", "练习")
	if status, page := stranger.Read(stranger.Client.Get(to)); status != http.StatusForbidden || !strings.Contains(page, "用过") {
		t.Errorf("the way in serves twice: %d %s", status, page)
	}
	late, err := p.runs.Over(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	*p.now = p.now.Add(3 * time.Minute)
	if status, _ := stranger.Read(stranger.Client.Get(late)); status != http.StatusForbidden {
		t.Errorf("after three minutes it still serves: %d", status)
	}
	if status, _ := v.Post("/logout", url.Values{}); status != http.StatusUnauthorized {
		t.Errorf("signed out, one still is somebody: %d", status)
	}
}

// Two officers are in two houses: neither's case is there for the other.
func TestNobodySeesAnothersRun(t *testing.T) {
	p := open(t)
	p.begin("a")
	p.begin("b")
	a, _ := p.over("a")
	b, _ := p.over("b")
	id := drafts(a)
	a.Sees("/cases/" + id)
	if status, _ := b.Get("/cases/" + id); status != http.StatusNotFound {
		t.Errorf("another officer's case is there: %d", status)
	}
	if page := b.Sees("/cases"); strings.Contains(page, id) {
		t.Error("another officer's case is listed")
	}
}

// Where papers are given in a run, the samples are one press away, whatever else the page
// has to say; and from what is to be done to doing it.
func TestThePapersOfARunLeadToItsSamples(t *testing.T) {
	p := open(t)
	p.begin("a")
	a, _ := p.over("a")
	at := "/cases/" + drafts(a)
	a.Sees(at+"/documents", `href="/practice/task#papers"`, "下载这些材料的样张")
	a.Sees(at+"/documents?said=saved", "已存好。", `href="/practice/task#papers"`)
	a.Sees(at+"/mission", `href="/practice/task"`, "看要办的案件和样张")
	task := a.Sees("/practice/task", `id="papers"`, "下载样张", `href="`+at)
	if strings.Contains(task, `href="/practice/task"`) {
		t.Error("the page leads to itself")
	}
}

// A house that nobody is in is closed and opened again as it was left; a run that was
// begun anew, or is thirty days old, is gone.
func TestARunIsKeptWhileSomebodyMayComeBack(t *testing.T) {
	p := open(t)
	p.begin("a")
	a, _ := p.over("a")
	id := drafts(a)
	*p.now = p.now.Add(21 * time.Minute)
	p.runs.Sweep()
	if closed := lockFree(t, filepath.Join(p.dir, "a", "internet")); !closed {
		t.Error("after twenty idle minutes the house is open")
	}
	a.Sees("/cases/"+id, "练习")

	p.begin("a")
	if status, _ := a.Get("/cases/" + id); status != http.StatusUnauthorized {
		t.Errorf("begun anew, the old session goes on: %d", status)
	}
	a, _ = p.over("a")
	if status, _ := a.Get("/cases/" + id); status != http.StatusNotFound {
		t.Errorf("begun anew, the old case is there: %d", status)
	}
	*p.now = p.now.AddDate(0, 0, 29)
	p.runs.Sweep()
	if _, err := p.runs.Over(t.Context(), "a"); err != nil {
		t.Errorf("after 29 days: %v", err)
	}
	*p.now = p.now.AddDate(0, 0, 2)
	p.runs.Sweep()
	if _, err := os.Stat(filepath.Join(p.dir, "a")); !os.IsNotExist(err) {
		t.Errorf("after 31 days the run is there: %v", err)
	}
	if got := fmt.Sprint(p.told); got != "[began a began a]" {
		t.Errorf("the real house was told %s", got)
	}
}

// A run of which the real house couldn't be told is none: nobody could pass it.
func TestARunThatCouldNotBeToldIsNone(t *testing.T) {
	p := open(t)
	p.deaf = fmt.Errorf("the disk is full")
	if err := p.runs.Begin(t.Context(), training.Officer{Account: "a"}); err == nil {
		t.Error("nobody is told that it wasn't begun")
	}
	if _, err := p.runs.Over(t.Context(), "a"); !fault.IsNotFound(err) {
		t.Errorf("one is led to it: %v", err)
	}
	p.deaf = nil
	p.begin("a")
	p.over("a")
}

// Only a few houses are open at once: who comes then is told so, and nothing of
// theirs is lost.
func TestOnlyAFewPractiseAtOnce(t *testing.T) {
	p := open(t)
	for _, account := range []string{"a", "b", "c", "d"} {
		p.begin(account)
	}
	err := p.runs.Begin(t.Context(), training.Officer{Account: "e"})
	if !fault.IsNotNow(err) {
		t.Fatalf("a fifth one is let in: %v", err)
	}
	*p.now = p.now.Add(21 * time.Minute)
	p.runs.Sweep()
	for _, account := range []string{"e", "f", "g", "h"} {
		p.begin(account)
	}
	to, err := p.runs.Over(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	res, err := (&http.Client{Jar: jar}).Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(page), "已满") {
		t.Errorf("who comes back while all is full gets %d: %s", res.StatusCode, page)
	}
}

// lockFree tells whether no process has a zone's folder open.
func lockFree(t *testing.T, dir string) bool {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
