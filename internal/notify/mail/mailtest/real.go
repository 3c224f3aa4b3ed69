package mailtest

import (
	"fmt"
	"net"
	stdmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// RealServer is chasquid, a whole mail server (Debian's package, Apache-2.0), as a process
// of its own that runs as anybody. It has one user, whose mailbox is a folder of files
// (docs/decisions/0032-a-real-mail-server-in-tests.md).
type RealServer struct {
	Submission  string // where mails are handed over, STARTTLS
	Submissions string // the same, encrypted from the first byte
	User        string
	Password    string
	Authority   *Authority // of its certificate

	box string
}

// Real starts one. Where it isn't installed or doesn't start the test says why and is
// skipped; never where YITANG_CI is set.
func Real(t *testing.T) *RealServer {
	t.Helper()
	s, err := start(t)
	if err != nil {
		if os.Getenv("YITANG_CI") != "" {
			t.Fatalf("no real mail server can be had here: %v", err)
		}
		t.Skipf("no real mail server can be had here (apt-get install chasquid): %v", err)
	}
	return s
}

func start(t *testing.T) (*RealServer, error) {
	bin, err := exec.LookPath("chasquid")
	if err != nil {
		return nil, err
	}
	dir := t.TempDir()
	s := &RealServer{User: "office@waiban.example.cn", Password: "right", Authority: NewAuthority(t), box: filepath.Join(dir, "box"),
		Submission: free(t), Submissions: free(t)}
	cert, key := s.Authority.inPEM(t)
	deliver := filepath.Join(dir, "deliver") // whole or not at all, as a maildir is filled
	for name, content := range map[string]string{
		"conf/chasquid.conf": fmt.Sprintf("hostname: \"localhost\"\nsmtp_address: %q\nsubmission_address: %q\nsubmission_over_tls_address: %q\nmail_delivery_agent_bin: %q\ndata_dir: %q\nmail_log_path: %q\n",
			free(t), s.Submission, s.Submissions, deliver, filepath.Join(dir, "data"), filepath.Join(dir, "mail.log")),
		"conf/certs/localhost/fullchain.pem":  string(cert),
		"conf/certs/localhost/privkey.pem":    string(key),
		"conf/domains/waiban.example.cn/keep": "",
		"box/keep":                            "",
		"deliver":                             "#!/bin/sh\nset -e\nf=$(mktemp " + filepath.Join(dir, "coming-XXXXXX") + ")\ncat >$f\nmv $f " + s.box + "/\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			return nil, err
		}
	}
	conf := filepath.Join(dir, "conf")
	if out, err := exec.Command("chasquid-util", "--configdir="+conf, "user-add", s.User, "--password="+s.Password).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("adding its user: %w: %s", err, out)
	}
	said, err := os.Create(filepath.Join(dir, "said"))
	if err != nil {
		return nil, err
	}
	defer said.Close()
	serves := exec.Command(bin, "-config_dir="+conf)
	serves.Stdout, serves.Stderr = said, said
	if err := serves.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- serves.Wait() }()
	t.Cleanup(func() {
		_ = serves.Process.Kill()
		<-ended
		if t.Failed() {
			out, _ := os.ReadFile(said.Name())
			t.Logf("the mail server said:\n%s", out)
		}
	})
	for _, at := range []string{s.Submission, s.Submissions} {
		if err := listens(at, ended); err != nil {
			out, _ := os.ReadFile(said.Name())
			return nil, fmt.Errorf("starting it: %w: %s", err, out)
		}
	}
	return s, nil
}

// patience is far more than a server needs on a busy machine.
const patience = 30 * time.Second

func listens(at string, ended chan error) error {
	for until := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", at)
		if err == nil {
			return c.Close()
		}
		select {
		case end := <-ended:
			ended <- end
			return fmt.Errorf("it has ended: %w", end)
		default:
		}
		if time.Now().After(until) {
			return err
		}
	}
}

// free is an address at which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Mail is the one with a Message-ID as it lies in the mailbox: waited for, since it is
// delivered after it was taken.
func (s *RealServer) Mail(t *testing.T, id string) string {
	t.Helper()
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(s.box, "coming-*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			m, err := stdmail.ReadMessage(strings.NewReader(string(raw)))
			if err != nil {
				t.Fatal(err)
			}
			if m.Header.Get("Message-ID") == id {
				return string(raw)
			}
		}
	}
	t.Fatalf("the mail %s lies in no mailbox", id)
	return ""
}
