package notify_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"io"
	"net"
	stdmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/notify"
	"yitang/internal/notify/mail"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// mailbox is a mail server on this machine. Whoever is to die does so when their mail
// was taken and before they are told that it was.
type mailbox struct {
	mu    sync.Mutex
	took  []string // Message-IDs
	taken func()
}

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return m, nil }
func (m *mailbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (m *mailbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (m *mailbox) Reset()                                      {}
func (m *mailbox) Logout() error                               { return nil }
func (m *mailbox) Data(r io.Reader) error {
	msg, err := stdmail.ReadMessage(r)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took = append(m.took, msg.Header.Get("Message-ID"))
	m.taken()
	return nil
}

// sender is a process of its own that sends what is queued in a folder.
func sender(dir, address, now string) {
	ctx := context.Background()
	at, err := time.Parse(time.RFC3339, now)
	must(err)
	ring, err := keys.Load(filepath.Join(dir, "keys"))
	must(err)
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "node.db")})
	must(err)
	registry, err := journal.NewRegistry(notify.Kinds...)
	must(err)
	clock := journaltest.NewClock(at)
	j, err := journal.Open(ctx, journal.Options{Store: s, Zone: zone.Internet, Registry: registry, Projections: notify.Projections, Sealer: ring, Clock: clock.Now, Chance: rand.Reader})
	must(err)
	way := &mail.Way{Server: mail.Server{Address: address, Security: mail.None, From: "a@waiban.example.cn"}, Now: clock.Now}
	must(postman(j, map[string]notify.Way{"mail": way}).Round(ctx))
	os.Stdout.WriteString("round over\n")
	j.Close()
	must(s.Close())
	os.Exit(0)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestAProcessThatIsKilledAfterHandingAMailOverSendsNoSecondOne(t *testing.T) {
	dir := t.TempDir()
	ring, err := keys.Create(filepath.Join(dir, "keys"), zone.Internet, rand.Reader, journaltest.Morning)
	if err != nil {
		t.Fatal(err)
	}
	func() {
		s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(dir, "node.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		b := journaltest.Open(t, journaltest.Options{Store: s, Zone: zone.Internet, Keys: ring, Kinds: notify.Kinds, Projections: func(*keys.Ring) []journal.Projection { return notify.Projections }})
		defer b.Close()
		bench{b, nil}.reach(t, "a", "mail", "he@example.cn")
		bench{b, nil}.queue(t, "k", "a", false, "mail")
	}()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box := &mailbox{}
	srv := smtp.NewServer(box)
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })

	run := func(after time.Duration, taken func(*exec.Cmd)) string {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "YITANG_SENDER="+dir, "YITANG_SMTP="+l.Addr().String(), "YITANG_NOW="+journaltest.Morning.Add(after).Format(time.RFC3339))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		box.mu.Lock()
		box.taken = func() { taken(cmd) }
		box.mu.Unlock()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, _ := bufio.NewReader(out).ReadString('\n')
		_ = cmd.Wait()
		return strings.TrimSpace(line)
	}
	if said := run(0, func(cmd *exec.Cmd) { _ = cmd.Process.Kill() }); said != "" {
		t.Fatalf("the first process wasn't killed: %s", said)
	}
	if said := run(time.Second, func(*exec.Cmd) {}); said != "round over" || len(box.took) != 1 {
		t.Fatalf("while the first may still be at it, %q, and %d mails", said, len(box.took))
	}
	for _, after := range []time.Duration{5 * time.Minute, time.Hour} {
		if said := run(after, func(*exec.Cmd) {}); said != "round over" {
			t.Fatalf("later: %q", said)
		}
	}
	box.mu.Lock()
	defer box.mu.Unlock()
	if len(box.took) != 2 || box.took[0] != box.took[1] || box.took[0] == "" {
		t.Errorf("the server took %q: not the same mail once more, or too often", box.took)
	}
}
