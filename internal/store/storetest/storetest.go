// Package storetest runs one suite on both databases, and lends tests a
// PostgreSQL server of their own from Debian's package.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"yitang/internal/store"
)

// EachStore runs f once on SQLite and once on PostgreSQL. Where no server can
// be had the second run says so and is skipped; never where YITANG_CI is set.
func EachStore(t *testing.T, f func(t *testing.T, open func() *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "node.db")
		f(t, func() *store.Store { return open(t, store.Options{Path: path}) })
	})
	t.Run("postgres", func(t *testing.T) {
		url := Postgres(t)
		f(t, func() *store.Store { return open(t, store.Options{URL: url}) })
	})
}

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var (
	once   sync.Once
	base   string
	whyNot string
	serial atomic.Int64
	stop   func()
)

// Postgres makes a fresh database on a private server and returns its URL.
// The server lives until Stop, which a package's TestMain calls, or until the
// test process ends.
func Postgres(t testing.TB) string {
	t.Helper()
	once.Do(start)
	if base == "" {
		if os.Getenv("YITANG_CI") != "" {
			t.Fatal("no PostgreSQL server can be started here: " + whyNot)
		}
		t.Skip("no PostgreSQL server can be started here: " + whyNot)
	}
	name := fmt.Sprintf("y%d", serial.Add(1))
	db, err := sql.Open("pgx", base+"postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return base + name
}

// Main is a TestMain for packages that use PostgreSQL: it ends the server.
func Main(m *testing.M) {
	code := m.Run()
	if stop != nil {
		stop()
	}
	os.Exit(code)
}

// Available tells whether PostgreSQL is installed on this machine.
func Available() bool { return binDir() != "" }

func binDir() string {
	if p, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(p); err == nil {
			return filepath.Dir(real)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	return ""
}

// Ordinary is who a child process runs as where root would see nothing: the
// first of the named users that there is; nil for who is no root anyway.
func Ordinary(names ...string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, n := range names {
		u, err := user.Lookup(n)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("no ordinary user to run it as: %s", strings.Join(names, ", "))
}

// Locked is a folder that is there, can be reached and can't be written to by an
// ordinary user. The test's own temporary folder can't be reached by another one.
func Locked(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "yitang-locked-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		os.Chmod(dir, 0o700)
		os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	return dir
}

// AsOrdinary makes the test's own program, run with these arguments, an ordinary
// user's process: as root by dropping to nobody. The program is named in a way
// that needs no right to its folder.
func AsOrdinary(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	c, err := Ordinary("nobody")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", args...)
	cmd.Dir, cmd.SysProcAttr = "/", &syscall.SysProcAttr{Credential: c}
	return cmd
}

func start() {
	url, end, err := Server(false)
	if err != nil {
		whyNot = err.Error()
		return
	}
	base, stop = url, end
}

// Server runs initdb and a private server on a free port, and gives the beginning
// of its databases' URLs ("postgres" is there) and what ends it. PostgreSQL refuses
// to run as root, so that as root an ordinary user runs it. What isn't durable is
// quicker: what a killed process wrote survives all the same, and no test cuts the
// power.
func Server(durable bool) (url string, end func(), err error) {
	bin := binDir()
	if bin == "" {
		return "", nil, errors.New("initdb not found (Debian package postgresql)")
	}
	dir, err := os.MkdirTemp("", "yitang-pg-")
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if attr.Credential, err = Ordinary("postgres", "nobody"); err != nil {
		return "", nil, err
	}
	if c := attr.Credential; c != nil {
		if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
			return "", nil, err
		}
	}
	data := filepath.Join(dir, "data")
	init := exec.Command(filepath.Join(bin, "initdb"), "--no-sync", "-A", "trust", "-U", "yitang", "--locale=C.UTF-8", "-D", data)
	init.SysProcAttr = &syscall.SysProcAttr{Credential: attr.Credential}
	init.Dir = dir
	if out, err := init.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s", port, dir)
	if !durable {
		options += " -c fsync=off -c full_page_writes=off"
	}
	ctl := exec.Command(filepath.Join(bin, "pg_ctl"), "-D", data, "-w", "-t", "60", "-l", filepath.Join(dir, "log"), "-o", options, "start")
	ctl.SysProcAttr = &syscall.SysProcAttr{Credential: attr.Credential}
	ctl.Dir = dir
	if out, err := ctl.CombinedOutput(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return "", nil, fmt.Errorf("pg_ctl: %w: %s %s", err, out, log)
	}
	end = func() {
		stop := exec.Command(filepath.Join(bin, "pg_ctl"), "-D", data, "-m", "immediate", "stop")
		stop.SysProcAttr = &syscall.SysProcAttr{Credential: attr.Credential}
		stop.Dir = "/"
		_ = stop.Run()
		os.RemoveAll(dir)
	}
	return "postgres://yitang@127.0.0.1:" + strconv.Itoa(port) + "/", end, nil
}
