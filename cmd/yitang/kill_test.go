package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/person"
	"yitang/internal/program"
	"yitang/internal/zone"
)

// itself starts the real program as a child, to be killed.
func itself(t *testing.T, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "YITANG_AS_ITSELF=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// counts are how many events of each kind a zone's journal holds.
type counts map[string]int

func count(t *testing.T, n *node.Node, into counts) {
	t.Helper()
	err := n.Journal.Each(context.Background(), 0, func(e journal.Event) error {
		// How often a case was looked at again depends on what was looked at
		// while: who looks notes a number, and nothing follows from it.
		// And a drill tells nobody, while zones that are served do: that each is told
		// once is notify's to show; so do they alone say which release of the program runs.
		if _, looked := e.Body.(approval.Examined); !looked && e.Subject.Kind != notify.Room.Kind && e.Subject.Kind != program.Zones.Kind {
			into[string(n.Zone)+" "+e.Kind]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// counted opens the zones below a folder, which nobody serves, and counts.
func counted(t *testing.T, dir string) counts {
	t.Helper()
	out := counts{}
	folders, err := zoneFolders(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range folders {
		n, err := node.Open(t.Context(), node.Options{Dir: d})
		if err != nil {
			t.Fatal(err)
		}
		count(t, n, out)
		n.Close()
	}
	return out
}

func sound(t *testing.T, dir string) {
	t.Helper()
	if text, said, code := ran(t, doctorCommand(), "--data", dir); code != 0 {
		t.Fatalf("doctor exits %d: %s\n%s", code, said, text)
	}
}

// The drill is killed at random moments. What it had said was done is in the
// zones; started again, they bring to its end what follows by rule, and nothing
// has happened more often than in a drill that nobody disturbed.
func TestKilledDrillLosesNothingAndRepeatsNothing(t *testing.T) {
	after := map[string]counts{} // an undisturbed one, after each step
	var whole counts
	var order []string
	s, err := drill.Begin(t.Context(), drill.Options{Dir: t.TempDir(), Passwords: account.Slight})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Play(t.Context(), "", func(st drill.Step) {
		c := counts{}
		for _, n := range s.Nodes() {
			count(t, n, c)
		}
		after[string(st.Name)], whole = c, c
		order = append(order, string(st.Name))
	})
	s.Close()
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	rounds := 2
	if os.Getenv("YITANG_SOAK") != "" {
		rounds = 20
	}
	for range rounds {
		dir := t.TempDir()
		at := 2 + chance.IntN(len(order)-5) // not among the last, which only look
		pause := time.Duration(chance.IntN(120)) * time.Millisecond
		cmd, lines := itself(t, "drill", "--data", dir)
		done := ""
		for i := 0; i < at && lines.Scan(); i++ {
			done = stepOf(lines.Text(), order)
		}
		time.Sleep(pause)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it had said until it died
			if st := stepOf(lines.Text(), order); st != "" {
				done = st
			}
		}
		_ = cmd.Wait() // killed, as wanted
		what := fmt.Sprintf("killed %s after %q", pause, done)

		for k, n := range counted(t, dir) {
			if n > whole[k] {
				t.Errorf("%s: %d × %s, an undisturbed drill has %d", what, n, k, whole[k])
			}
		}
		served(t, dir)
		is := counted(t, dir)
		for k, n := range after[done] {
			if is[k] < n {
				t.Errorf("%s: %d × %s, of which %d were said to be done", what, is[k], k, n)
			}
		}
		for k, n := range is {
			if n > whole[k] {
				t.Errorf("%s, started again: %d × %s, an undisturbed drill has %d", what, n, k, whole[k])
			}
		}
		if is["office approval.decided"] == 1 { // what follows by rule has followed
			for _, k := range []string{"office approval.document_issued", "internet approval.document_issued", "passport passport.ordered", "internet passport.ordered", "office visa.planned"} {
				if is[k] != whole[k] {
					t.Errorf("%s, started again: %d × %s, and %d should follow", what, is[k], k, whole[k])
				}
			}
		}
		sound(t, dir)
	}
}

// stepOf reads the step out of a line of the drill.
func stepOf(line string, order []string) string {
	_, rest, ok := strings.Cut(line, " ms  ")
	if !ok || !strings.HasPrefix(line, "ok ") {
		return ""
	}
	name, _, _ := strings.Cut(rest, "  ")
	for _, s := range order {
		if s == name {
			return name
		}
	}
	return ""
}

// served runs the zones until what was under way has come to rest: two looks at
// the journals, a while apart, find the same.
func served(t *testing.T, dir string) {
	t.Helper()
	before := counted(t, dir)
	for range 20 {
		cmd, lines := itself(t, "serve", "--zone", "all", "--data", dir, "--listen", "127.0.0.1:0")
		for range 3 {
			if !lines.Scan() {
				t.Fatal("the zones don't start again")
			}
		}
		time.Sleep(700 * time.Millisecond)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
		}
		if err := cmd.Wait(); err != nil {
			t.Fatalf("the zones don't end cleanly: %v", err)
		}
		now := counted(t, dir)
		if same(before, now) {
			return
		}
		before = now
	}
	t.Error("the zones never come to rest")
}

func same(a, b counts) bool {
	if len(a) != len(b) {
		return false
	}
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	return true
}

// recording is one person that an officer puts on the unit's list.
type recording struct {
	id   string
	form url.Values
}

// number is an identity number that belongs to nobody: 5099xx is no area.
func number(serial int) string {
	body := fmt.Sprintf("509901%08d%03d", 19700101+serial/900%28+10000*(serial/25200), serial%900+1)
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} // GB 11643
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}

// waitUntil waits for a fact, however busy the machine is.
func waitUntil(t *testing.T, most time.Duration, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(most); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it didn't happen within %v", most)
		}
	}
}

// The server is killed while three officers type without pause. Whatever it
// had answered is there, once; what it hadn't is sent again with the same form,
// and is there once too, in both zones that hear of it.
func TestKilledServerLosesNothingAcknowledgedAndRepeatsNothing(t *testing.T) {
	dir := t.TempDir()
	for _, z := range zone.All() {
		if err := node.Init(z, node.Options{Dir: filepath.Join(dir, string(z))}); err != nil {
			t.Fatal(err)
		}
	}
	openUnit(t, filepath.Join(dir, "office"), "u1")
	add := adminCommand()
	add.SetIn(strings.NewReader("一趟 correct horse 9\n"))
	if text, said, code := ran(t, add, "add-account", "--data", filepath.Join(dir, "internet"), "--login", "he", "--name", "何远舟", "--role", "liaison", "--unit", "u1"); code != 0 {
		t.Fatal(text, said)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))

	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var open []recording // sent, but not answered
	serial := 0
	next := func() recording {
		mu.Lock()
		defer mu.Unlock()
		if n := len(open); n > 0 {
			r := open[n-1]
			open = open[:n-1]
			return r
		}
		serial++
		r := recording{id: fmt.Sprintf("019a0000-0000-7000-8000-%012d", serial)}
		r.form = url.Values{"_person": {r.id}, "_key": {"key-" + r.id}, "familyName": {"时"}, "givenName": {"雨"}, "idNumber": {number(serial)}, "nationality": {"CHN"}}
		return r
	}
	for round := range 4 {
		cmd, lines := itself(t, "serve", "--zone", "all", "--data", dir, "--listen", "127.0.0.1:0")
		address := ""
		for range 3 {
			if !lines.Scan() {
				t.Fatal("the zones don't start")
			}
			if z, at, _ := strings.Cut(lines.Text(), " "); z == "internet" {
				address = strings.TrimSpace(at)
			}
		}
		dead := make(chan struct{})
		var officers sync.WaitGroup
		for range 3 {
			officers.Go(func() {
				jar, _ := cookiejar.New(nil)
				c := &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
				if res, err := c.PostForm(address+"/login", url.Values{"name": {"he"}, "password": {"一趟 correct horse 9"}}); err != nil {
					return // killed before they were in
				} else {
					res.Body.Close()
				}
				for {
					select {
					case <-dead:
						return
					default:
					}
					r := next()
					res, err := c.PostForm(address+"/people/new", r.form)
					if err == nil {
						_, err = io.Copy(io.Discard, res.Body)
						res.Body.Close()
					}
					mu.Lock()
					switch {
					case err != nil:
						open = append(open, r)
					case res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/people"):
						acknowledged[r.id] = true
					default:
						t.Errorf("recording %s: status %d to %q", r.form.Get("idNumber"), res.StatusCode, res.Header.Get("Location"))
					}
					mu.Unlock()
					if err != nil {
						return
					}
				}
			})
		}
		if round < 3 {
			time.Sleep(300*time.Millisecond + time.Duration(chance.IntN(500))*time.Millisecond)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			close(dead)
		} else { // the last time it ends in order, when all has been answered
			waitUntil(t, time.Minute, func() bool {
				mu.Lock()
				defer mu.Unlock()
				return len(open) == 0 && len(acknowledged) >= 20
			})
			close(dead)
			officers.Wait()
			time.Sleep(time.Second)
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
		officers.Wait()
		for lines.Scan() {
		}
		_ = cmd.Wait()
	}
	if len(open) > 0 {
		t.Errorf("%d were never answered", len(open))
	}
	served(t, dir)
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		n, err := node.Open(t.Context(), node.Options{Dir: filepath.Join(dir, string(z))})
		if err != nil {
			t.Fatal(err)
		}
		times := map[string]int{}
		err = n.Journal.Each(t.Context(), 0, func(e journal.Event) error {
			if _, is := e.Body.(person.Recorded); is {
				times[e.Subject.ID]++
			}
			return nil
		})
		n.Close()
		if err != nil {
			t.Fatal(err)
		}
		for id := range acknowledged {
			if times[id] != 1 {
				t.Errorf("in the %s zone the acknowledged record %s is there %d times", z, id, times[id])
			}
		}
		if len(times) != len(acknowledged) {
			t.Errorf("in the %s zone there are %d records, %d were acknowledged", z, len(times), len(acknowledged))
		}
	}
	sound(t, dir)
	t.Logf("%d records over three kills", len(acknowledged))
}
