package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"yitang/internal/store"
	"yitang/internal/zone"
)

const starts = 7

// started is what a server costs before anybody uses it.
type started struct {
	First    time.Duration // median, from starting the process to the last byte of its first page
	Slowest  time.Duration
	Resident float64 // MB, idle
	Own      float64 // MB of it that are no pages of a file
}

// starting is B7: the office zone with many cases, from starting the process to
// its first page; idle memory; the binary. The baseline is a bare net/http
// server built in the same run.
func starting(ctx context.Context, s settings, _ limits) error {
	dir, remove, err := scratch()
	if err != nil {
		return err
	}
	defer remove()
	cases, err := settled(ctx, s.Data)
	if err != nil {
		return err
	}
	ours, theirs, stripped := filepath.Join(dir, "yitang"), filepath.Join(dir, "bare"), filepath.Join(dir, "stripped")
	if err := build(ctx, ".", ours, "./cmd/yitang"); err != nil {
		return err
	}
	if err := build(ctx, ".", stripped, "./cmd/yitang", "-ldflags=-s -w"); err != nil {
		return err
	}
	if err := writeBareServer(filepath.Join(dir, "src")); err != nil {
		return err
	}
	if err := build(ctx, filepath.Join(dir, "src"), theirs, "."); err != nil {
		return err
	}
	got, err := startOften(ctx, s, ours, "serve", "--zone", "office", "--data", filepath.Join(s.Data, "office"), "--listen", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("b7: %w", err)
	}
	empty, err := startOften(ctx, s, ours, "serve", "--zone", "office", "--data", filepath.Join(dir, "office"), "--listen", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("b7, empty zone: %w", err)
	}
	base, err := startOften(ctx, s, theirs)
	if err != nil {
		return fmt.Errorf("b7, bare server: %w", err)
	}
	size, fonts, err := sizes(ours)
	if err != nil {
		return err
	}
	bareSize, _, err := sizes(theirs)
	if err != nil {
		return err
	}
	light, _, err := sizes(stripped)
	if err != nil {
		return err
	}
	fmt.Printf("b7   office zone with %d cases, start to first page: median %.0f ms, slowest of %d %.0f ms (aim: 40 ms with 1,000,000)\n",
		cases, float64(got.First)/1e6, starts, float64(got.Slowest)/1e6)
	fmt.Printf("     idle memory %.1f MB resident, %.1f MB of it its own (aim: 28 MB); binary %.1f MB, stripped %.1f MB, without %.1f MB of fonts (aim: 40 MB)\n",
		got.Resident, got.Own, size-fonts, light-fonts, fonts)
	fmt.Printf("     an empty office zone: median %.0f ms, %.1f MB resident, %.1f MB its own\n", float64(empty.First)/1e6, empty.Resident, empty.Own)
	fmt.Printf("     bare net/http server: median %.0f ms, %.1f MB resident, %.1f MB its own, binary %.1f MB; ratios %.1f, %.1f, %.1f, %.1f\n",
		float64(base.First)/1e6, base.Resident, base.Own, bareSize,
		got.First.Seconds()/base.First.Seconds(), got.Resident/base.Resident, got.Own/base.Own, (size-fonts)/bareSize)
	return nil
}

// loading is what somebody who tries the product waits for: compiling with not a
// package compiled before, the demo's first start, which loads its city, and a
// later one, each from starting the process
// to the last byte of its first page. The first is held against the city's events
// alone, a row and a transaction each, in plain SQLite; like the loading, that
// flushes nothing. The later one is held against a bare net/http server.
func loading(ctx context.Context, s settings, _ limits) error {
	dir, remove, err := scratch()
	if err != nil {
		return err
	}
	defer remove()
	ours, theirs, data := filepath.Join(dir, "yitang"), filepath.Join(dir, "bare"), filepath.Join(dir, "city")
	began := time.Now()
	if err := buildWith(ctx, []string{"GOCACHE=" + filepath.Join(dir, "nothing-compiled")}, ".", ours, "./cmd/yitang"); err != nil {
		return err
	}
	compiled := time.Since(began)
	if err := writeBareServer(filepath.Join(dir, "src")); err != nil {
		return err
	}
	if err := build(ctx, filepath.Join(dir, "src"), theirs, "."); err != nil {
		return err
	}
	args := []string{"demo", "--data", data, "--listen", "127.0.0.1:0"}
	first, err := startOnce(ctx, ours, append(args, "--cases", strconv.Itoa(s.Told)), func(int) error { return nil })
	if err != nil {
		return fmt.Errorf("demo, first start: %w", err)
	}
	later, err := startOften(ctx, s, ours, args...)
	if err != nil {
		return fmt.Errorf("demo, later start: %w", err)
	}
	base, err := startOften(ctx, s, theirs)
	if err != nil {
		return fmt.Errorf("demo, bare server: %w", err)
	}
	events, plain, err := written(ctx, dir, data)
	if err != nil {
		return fmt.Errorf("demo, plain tables: %w", err)
	}
	fmt.Printf("demo first start with a city of %d events in three zones: %.1f s; compiling before, with nothing compiled yet, %.1f s; together %.1f s (aim: 360 s on two cores, with fetching modules and making pages)\n",
		events, first.Seconds(), compiled.Seconds(), (compiled + first).Seconds())
	fmt.Printf("     bare SQLite (the same events, one row and transaction each, unflushed): %.1f s; ratio %.1f\n", plain.Seconds(), first.Seconds()/plain.Seconds())
	fmt.Printf("     a later start: median %.2f s, slowest of %d %.2f s (aim: 10 s)\n", later.First.Seconds(), starts, later.Slowest.Seconds())
	fmt.Printf("     bare net/http server: median %.3f s; ratio %.0f\n", base.First.Seconds(), later.First.Seconds()/base.First.Seconds())
	return nil
}

// written takes the events out of a city's zones and puts them into plain tables.
func written(ctx context.Context, dir, data string) (events int, took time.Duration, err error) {
	db, err := bare(ctx, dir, `PRAGMA synchronous = OFF;
CREATE TABLE plain (zone TEXT, position INTEGER, fields BLOB, PRIMARY KEY (zone, position))`)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	for _, z := range zone.All() {
		all, err := fieldsOf(ctx, filepath.Join(data, string(z), "node.db"))
		if err != nil {
			return 0, 0, err
		}
		began := time.Now()
		for i, fields := range all {
			if _, err := db.ExecContext(ctx, `INSERT INTO plain VALUES ($1, $2, $3)`, string(z), i, fields); err != nil {
				return 0, 0, err
			}
		}
		took += time.Since(began)
		events += len(all)
	}
	if events == 0 {
		return 0, 0, fmt.Errorf("no event was found below %s", data)
	}
	return events, took, nil
}

func fieldsOf(ctx context.Context, path string) ([][]byte, error) {
	s, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	rows, err := s.Query(ctx, `SELECT fields FROM journal_event ORDER BY position`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]byte
	for rows.Next() {
		var fields []byte
		if err := rows.Scan(&fields); err != nil {
			return nil, err
		}
		all = append(all, fields)
	}
	return all, rows.Err()
}

// settled counts a folder's cases and leaves nothing to catch up with: a table
// that was changed since the folder was filled is rebuilt at the first start.
func settled(ctx context.Context, dir string) (int, error) {
	c, err := openCity(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer c.close()
	if err := c.settle(ctx); err != nil {
		return 0, err
	}
	return c.count(ctx)
}

// build makes a binary as make build does, but for what flags change.
func build(ctx context.Context, dir, out, what string, flags ...string) error {
	return buildWith(ctx, nil, dir, out, what, flags...)
}

func buildWith(ctx context.Context, env []string, dir, out, what string, flags ...string) error {
	cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{"build", "-trimpath", "-o", out}, flags, []string{what})...)
	cmd.Dir, cmd.Env = dir, slices.Concat(os.Environ(), []string{"CGO_ENABLED=0"}, env)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", what, err, said)
	}
	return nil
}

const bareServer = `package main

import (
	"fmt"
	"net"
	"net/http"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("bare http://" + l.Addr().String())
	panic(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "<!doctype html><title>bare</title>") })))
}
`

func writeBareServer(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module bare\n\ngo 1.26\n"), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "main.go"), []byte(bareServer), 0o600)
}

func startOften(ctx context.Context, s settings, name string, args ...string) (started, error) {
	var all []time.Duration
	var out started
	for i := -1; i < starts; i++ { // the first one warms the kernel's caches and isn't counted
		last := i == starts-1
		first, err := startOnce(ctx, name, args, func(pid int) error {
			if !last {
				return nil
			}
			select { // what starting has used may be given back first
			case <-time.After(min(s.Seconds/2, 3*time.Second)):
			case <-ctx.Done():
				return ctx.Err()
			}
			var err error
			out.Resident, out.Own, err = memoryOf(pid)
			return err
		})
		if err != nil {
			return out, err
		}
		if i >= 0 {
			all = append(all, first)
		}
	}
	slices.Sort(all)
	out.First, out.Slowest = all[len(all)/2], all[len(all)-1]
	return out, nil
}

// startOnce runs a server that prints its address in a line, fetches
// its first page, and ends it.
func startOnce(ctx context.Context, name string, args []string, whileIdle func(pid int) error) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	first, err := firstPage(ctx, stdout, began)
	if err == nil {
		err = whileIdle(cmd.Process.Pid)
	}
	if e := cmd.Process.Signal(syscall.SIGTERM); e != nil && err == nil {
		err = e
	}
	go io.Copy(io.Discard, stdout)
	cmd.Wait() // a bare server ends by the signal, which Wait calls an error
	return first, err
}

func firstPage(ctx context.Context, stdout io.Reader, began time.Time) (time.Duration, error) {
	var address string
	lines := bufio.NewReader(stdout)
	for said := ""; address == ""; { // what comes before is how far it is
		line, err := lines.ReadString('\n')
		if err != nil {
			return 0, fmt.Errorf("it printed no address, but %q: %w", said, err)
		}
		said += line
		_, address, _ = strings.Cut(strings.TrimSpace(line), "http://")
	}
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
	if err != nil {
		return 0, err
	}
	client := http.Client{Transport: &http.Transport{}} // a connection of its own each time
	defer client.CloseIdleConnections()
	page, err := client.Do(get)
	if err != nil {
		return 0, err
	}
	defer page.Body.Close()
	body, err := io.ReadAll(page.Body)
	if err != nil {
		return 0, err
	}
	if page.StatusCode != http.StatusOK || len(body) == 0 {
		return 0, fmt.Errorf("the first page answers %s", page.Status)
	}
	return time.Since(began), nil
}

// memoryOf reads what the kernel says of a process, in MB (10^6 bytes).
func memoryOf(pid int) (resident, own float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		if name != "VmRSS" && name != "RssAnon" {
			continue
		}
		kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		if err != nil {
			return 0, 0, fmt.Errorf("reading %s: %w", name, err)
		}
		if name == "VmRSS" {
			resident = kib * 1024 / 1e6
		} else {
			own = kib * 1024 / 1e6
		}
	}
	if resident == 0 {
		return 0, 0, fmt.Errorf("the kernel doesn't tell how much memory process %d holds", pid)
	}
	return resident, own, nil
}

// sizes gives a binary and the fonts that documents are embedded with, in MB.
func sizes(binary string) (size, fonts float64, err error) {
	var names []string
	b, err := os.Stat(binary)
	if err != nil {
		return 0, 0, err
	}
	for _, pattern := range []string{"internal/document/fonts/*.bin", "internal/document/fonts/extra/*.bin"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return 0, 0, err
		}
		names = append(names, found...)
	}
	for _, n := range names {
		f, err := os.Stat(n)
		if err != nil {
			return 0, 0, err
		}
		fonts += float64(f.Size()) / 1e6
	}
	return float64(b.Size()) / 1e6, fonts, nil
}
