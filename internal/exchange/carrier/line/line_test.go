package line

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	mrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// end is one side of a line: what waits in its outbox, and what it has applied.
type end struct {
	t       *testing.T
	ring    *keys.Ring
	peer    zone.Zone
	boxes   carrier.Boxes
	dir     string
	waiting []string
	applied map[string]bool
	later   map[string]bool // for which there is no room
	note    carrier.Note
	states  func() carrier.State
}

func anEnd(t *testing.T, ring *keys.Ring, peer zone.Zone) *end {
	t.Helper()
	e := &end{t: t, ring: ring, peer: peer, dir: t.TempDir(), applied: map[string]bool{}}
	out, err := carrier.Make(blob.OS{}, filepath.Join(e.dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	in, err := carrier.Make(blob.OS{}, filepath.Join(e.dir, "in"))
	if err != nil {
		t.Fatal(err)
	}
	e.boxes = carrier.Boxes{Out: out, In: in, Most: 4 << 20,
		Waiting: func(context.Context) ([]string, error) { return slices.Clone(e.waiting), nil },
		Sort: func(_ context.Context, files []carrier.Entry) (sorted carrier.Sorted, err error) {
			for _, f := range files {
				n := f.Name
				switch {
				case !strings.HasPrefix(n, string(peer)+"-"):
				case e.later[n]:
					sorted.Later = append(sorted.Later, n)
				case e.applied[n]:
					sorted.Done = append(sorted.Done, n)
				default:
					sorted.Wanted = append(sorted.Wanted, n)
				}
			}
			return sorted, nil
		},
		Ours: func(name string) bool { return strings.HasPrefix(name, string(ring.Zone())+"-") },
	}
	keeper, err := carrier.NewKeeper(blob.OS{}, filepath.Join(e.dir, "carriers"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	e.note = keeper.Begin(carrier.State{Key: "line"})
	e.states = func() carrier.State {
		all, err := carrier.States(blob.OS{}, filepath.Join(e.dir, "carriers"))
		if err != nil {
			t.Fatal(err)
		}
		return all["line"]
	}
	return e
}

func (e *end) options(s Setting) Options {
	return Options{Setting: s, Peer: e.peer, Keys: e.ring, Boxes: e.boxes, Disk: blob.OS{}, Dir: filepath.Join(e.dir, "part"), Now: time.Now}
}

func (e *end) waits(name string, size int) []byte {
	e.t.Helper()
	content := make([]byte, size)
	rand.Read(content)
	if err := e.boxes.Out.Send(name, content); err != nil {
		e.t.Fatal(err)
	}
	e.waiting = append(e.waiting, name)
	return content
}

func (e *end) has(name string, want []byte) {
	e.t.Helper()
	if got, err := os.ReadFile(filepath.Join(e.boxes.In.Path(), name)); err != nil || !bytes.Equal(got, want) {
		e.t.Errorf("the %s zone has %d bytes as %s, %v", e.ring.Zone(), len(got), name, err)
	}
}

func (e *end) listen() *Listener {
	e.t.Helper()
	l, err := Listen(e.options(Setting{Listen: "127.0.0.1:0"}))
	if err != nil {
		e.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); l.Run(ctx, e.note, 0) }()
	e.t.Cleanup(func() { stop(); <-done })
	return l
}

func (e *end) caller(address string) *Caller {
	e.t.Helper()
	c, err := Connect(e.options(Setting{Connect: address}))
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(c.client.CloseIdleConnections)
	return c
}

func aRing(t *testing.T, z zone.Zone) *keys.Ring {
	t.Helper()
	r, err := keys.Create(filepath.Join(t.TempDir(), "keys"), z, rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pairedEnds(t *testing.T) (office, internet *end) {
	t.Helper()
	a, b := aRing(t, zone.Office), aRing(t, zone.Internet)
	if err := errors.Join(a.Pin(b.Public()), b.Pin(a.Public())); err != nil {
		t.Fatal(err)
	}
	return anEnd(t, a, zone.Internet), anEnd(t, b, zone.Office)
}

func TestOneConnectionBothDeliversAndFetches(t *testing.T) {
	office, internet := pairedEnds(t)
	l := internet.listen()
	c := office.caller(l.Address())
	there, back := office.waits("office-internet.1.000000001.bundle", 300_000), internet.waits("internet-office.1.000000001.bundle", 200_000)
	office.waits("office-internet.1.000000001.txt", 10) // for people, and stays with them
	sent, took, err := c.Round(t.Context())
	if err != nil || sent != 1 || took != 1 {
		t.Fatalf("sent %d, took %d, %v", sent, took, err)
	}
	internet.has("office-internet.1.000000001.bundle", there)
	office.has("internet-office.1.000000001.bundle", back)
	for _, e := range []*end{office, internet} {
		names, err := e.boxes.In.List()
		if err != nil || len(names) != 1 {
			t.Errorf("%v, %v", names, err)
		}
		if left, err := os.ReadDir(filepath.Join(e.dir, "part")); err != nil || len(left) > 0 {
			t.Errorf("parts are left: %v, %v", left, err)
		}
	}
	// Nothing goes twice, neither while it waits in the inbox nor once it is applied.
	if sent, took, err = c.Round(t.Context()); err != nil || sent+took != 0 {
		t.Errorf("once more: sent %d, took %d, %v", sent, took, err)
	}
	internet.applied["office-internet.1.000000001.bundle"] = true
	if err := internet.boxes.In.Remove("office-internet.1.000000001.bundle"); err != nil {
		t.Fatal(err)
	}
	if sent, took, err = office.caller(l.Address()).Round(t.Context()); err != nil || sent+took != 0 {
		t.Errorf("after a restart: sent %d, took %d, %v", sent, took, err)
	}
	if s := internet.states(); !s.Well() || s.Took != 1 || s.Sent != 1 {
		t.Errorf("the listener says %+v", s)
	}
}

// shears is a line that is cut after some bytes, either way, each time.
type shears struct {
	net.Listener
	to      string
	chance  *mrand.Rand
	mu      sync.Mutex
	most    int64
	carried atomic.Int64
	cuts    atomic.Int64
}

func cutLine(t *testing.T, to string, most int64) *shears {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &shears{Listener: l, to: to, chance: mrand.New(mrand.NewPCG(7, 7)), most: most}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.relay(c)
		}
	}()
	return s
}

func (s *shears) relay(a net.Conn) {
	defer a.Close()
	b, err := net.Dial("tcp", s.to)
	if err != nil {
		return
	}
	defer b.Close()
	s.mu.Lock()
	left := new(atomic.Int64)
	left.Store(s.chance.Int64N(s.most))
	s.mu.Unlock()
	var work sync.WaitGroup
	pass := func(from, to net.Conn) {
		defer from.Close()
		defer to.Close()
		buf := make([]byte, 4096)
		for {
			n, err := from.Read(buf)
			if n > 0 {
				now := left.Add(-int64(n))
				if now <= 0 {
					n = max(0, n+int(now))
				}
				to.Write(buf[:n])
				s.carried.Add(int64(n))
				if now <= 0 {
					s.cuts.Add(1)
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
	work.Go(func() { pass(a, b) })
	work.Go(func() { pass(b, a) })
	work.Wait()
}

func TestWhatIsCutAtAnyByteGoesOnWhereItBroke(t *testing.T) {
	office, internet := pairedEnds(t)
	l := internet.listen()
	s := cutLine(t, l.Address(), 300_000)
	c := office.caller(s.Addr().String())
	const size = 2_000_000
	there, back := office.waits("office-internet.1.000000001.aa.part", size), internet.waits("internet-office.1.000000001.bundle", size)
	arrived := func(e *end, name string) bool {
		_, err := os.Stat(filepath.Join(e.boxes.In.Path(), name))
		return err == nil
	}
	rounds := 0
	for ; !arrived(internet, "office-internet.1.000000001.aa.part") || !arrived(office, "internet-office.1.000000001.bundle"); rounds++ {
		if rounds > 400 {
			t.Fatalf("after %d rounds and %d cuts it isn't across", rounds, s.cuts.Load())
		}
		c.Round(t.Context())
		if rounds == 10 { // and a restart in the middle
			c = office.caller(s.Addr().String())
		}
	}
	internet.has("office-internet.1.000000001.aa.part", there)
	office.has("internet-office.1.000000001.bundle", back)
	if cuts := s.cuts.Load(); cuts < 8 {
		t.Errorf("the line was cut %d times alone", cuts)
	}
	// Begun anew each time, with pieces of 150 kB on average, 2 MB would never come
	// across. What was on its way at a cut is sent twice at most.
	if carried := s.carried.Load(); carried > 3*2*size {
		t.Errorf("%d bytes went over the line for %d", carried, 2*size)
	}
}

func TestOnlyThePairedZoneIsSpokenWith(t *testing.T) {
	office, internet := pairedEnds(t)
	l := internet.listen()
	is := func(what string, err error, want carrier.Trouble) {
		t.Helper()
		if got := carrier.WordFor(worded(err)); err == nil || got != want {
			t.Errorf("%s: %s, %v", what, got, err)
		}
	}
	// An office of another city, which knows the internet zone's key and isn't known there.
	other := aRing(t, zone.Office)
	if err := other.Pin(internet.ring.Public()); err != nil {
		t.Fatal(err)
	}
	_, _, err := anEnd(t, other, zone.Internet).caller(l.Address()).Round(t.Context())
	is("a caller that isn't pinned", err, carrier.Stranger)
	if s := internet.states(); s.Well() || s.Trouble != carrier.Stranger {
		t.Errorf("the listener says %+v", s)
	}
	// A listener that isn't the pinned one.
	imposter := aRing(t, zone.Internet)
	if err := imposter.Pin(office.ring.Public()); err != nil {
		t.Fatal(err)
	}
	_, _, err = office.caller(anEnd(t, imposter, zone.Office).listen().Address()).Round(t.Context())
	is("a listener that isn't pinned", err, carrier.Stranger)
	_, _, err = office.caller("127.0.0.1:1").Round(t.Context())
	is("nobody there", err, carrier.Unreachable)
	// Revoked keys speak no more.
	if _, err := internet.ring.Revoke(zone.Office, office.ring.Public().Fingerprint()); err != nil {
		t.Fatal(err)
	}
	_, _, err = office.caller(l.Address()).Round(t.Context())
	is("revoked", err, carrier.Stranger)
}

func TestACertificateIsGoodForNothingElse(t *testing.T) {
	office, internet := pairedEnds(t)
	l := internet.listen()
	dialled := func(c *tls.Config) error {
		c.InsecureSkipVerify = true
		conn, err := tls.Dial("tcp", l.Address(), c)
		if err != nil {
			return err
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /v1/offers HTTP/1.1\r\nHost: x\r\n\r\n")
		_, err = conn.Read(make([]byte, 1))
		return err
	}
	clock := time.Now
	mine := func(from *keys.Ring, to zone.Zone, server bool) *tls.Config {
		tr := &trust{ring: from, peer: to, now: func() time.Time { return clock() }}
		use := clientUse
		if server {
			use = serverUse
		}
		c, err := tr.certificate(use)
		if err != nil {
			t.Fatal(err)
		}
		return &tls.Config{Certificates: []tls.Certificate{c}}
	}
	if err := dialled(mine(office.ring, zone.Internet, false)); err != nil {
		t.Fatalf("the right one: %v", err)
	}
	if dialled(&tls.Config{}) == nil {
		t.Error("without a certificate it is served")
	}
	if dialled(mine(office.ring, zone.Passport, false)) == nil {
		t.Error("a certificate for another line is taken")
	}
	if dialled(mine(office.ring, zone.Internet, true)) == nil {
		t.Error("a server's certificate is taken for a caller's")
	}
	old := mine(office.ring, zone.Internet, false)
	old.MaxVersion = tls.VersionTLS12
	if dialled(old) == nil {
		t.Error("TLS 1.2 is spoken")
	}
	clock = func() time.Time { return time.Now().Add(-200 * 24 * time.Hour) }
	if dialled(mine(office.ring, zone.Internet, false)) == nil {
		t.Error("a certificate that has run out is taken")
	}
	clock = func() time.Time { return time.Now().Add(-50 * 24 * time.Hour) } // clocks differ
	if err := dialled(mine(office.ring, zone.Internet, false)); err != nil {
		t.Error(err)
	}
}

// While a zone's new key is on its way to the other, the line goes on: it must
// carry the bundle that tells of it.
func TestTheLineGoesOnWhileKeysAreRenewed(t *testing.T) {
	office, internet := pairedEnds(t)
	l := internet.listen()
	renewed, err := office.ring.Renew(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	office.ring = renewed
	office.waits("office-internet.1.000000001.bundle", 1000)
	if sent, _, err := office.caller(l.Address()).Round(t.Context()); err != nil || sent != 1 {
		t.Errorf("before the other zone knows: %d, %v", sent, err)
	}
	if err := internet.ring.PinNext(renewed.Public()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := office.caller(l.Address()).Round(t.Context()); err != nil {
		t.Errorf("while it is noted: %v", err)
	}
	if err := internet.ring.Promote(zone.Office, keys.International); err != nil {
		t.Fatal(err)
	}
	if _, _, err := office.caller(l.Address()).Round(t.Context()); err != nil {
		t.Errorf("once it is pinned: %v", err)
	}
}

// speak sends one request as the paired zone would.
func (e *end) speak(address, method, path, part string, body []byte) (int, http.Header) {
	e.t.Helper()
	c := e.caller(address)
	r, err := http.NewRequestWithContext(e.t.Context(), method, c.url(path), bytes.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	if part != "" {
		r.Header.Set("Content-Range", part)
	}
	res, err := c.client.Do(r)
	if err != nil {
		e.t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode, res.Header
}

func TestWhatIsWrongIsRefusedAndNothingElseIsServed(t *testing.T) {
	office, internet := pairedEnds(t)
	at := internet.listen().Address()
	digest := strings.Repeat("a", 64)
	file := "files/" + digest + "/office-internet.1.000000001.bundle"
	for _, c := range []struct {
		what, method, path, part string
		body                     []byte
		status                   int
	}{
		{"another page", "GET", "", "", nil, 404},
		{"another page", "GET", "inbox", "", nil, 404},
		{"another method", "DELETE", file, "", nil, 405},
		{"no range", "PUT", file, "", []byte("x"), 400},
		{"a range that isn't one", "PUT", file, "bytes 0-99", []byte("x"), 400},
		{"a part in the middle", "PUT", file, "bytes 0-9/100", make([]byte, 10), 400},
		{"too large", "PUT", file, "bytes 0-4194304/4194305", []byte("x"), 413},
		{"a hidden name", "PUT", "files/" + digest + "/.new-office-internet.1.000000001.bundle", "bytes 0-0/1", []byte("x"), 400},
		{"a way out of the folder", "PUT", "files/" + digest + "/office-internet..%2f..%2fx", "bytes 0-0/1", []byte("x"), 400},
		{"not of this pair", "PUT", "files/" + digest + "/passport-office.1.000000001.bundle", "bytes 0-0/1", []byte("x"), 204},
		{"another content", "PUT", file, "bytes 0-2/3", []byte("abc"), 422},
		{"not from the beginning", "PUT", file, "bytes 2-2/3", []byte("c"), 409},
		{"no list", "POST", "wanted", "", []byte("{}"), 400},
		{"a list without end", "POST", "wanted", "", bytes.Repeat([]byte("[1,"), listBytes), 400},
		{"a file that isn't offered", "GET", file, "", nil, 404},
	} {
		status, h := office.speak(at, c.method, c.path, c.part, c.body)
		if status != c.status {
			t.Errorf("%s: %d", c.what, status)
		}
		if status == 409 && h.Get("Upload-Offset") != "0" {
			t.Errorf("it says to go on at %q", h.Get("Upload-Offset"))
		}
	}
	if names, err := internet.boxes.In.List(); err != nil || len(names) > 0 {
		t.Errorf("the inbox has %v, %v", names, err)
	}
}

// A disk without room keeps the line alive, is told of on both sides, and what
// has arrived isn't sent again once there is room.
func TestAFullDiskIsToldOfOnBothSides(t *testing.T) {
	office, internet := pairedEnds(t)
	disk := &narrow{}
	o := internet.options(Setting{Listen: "127.0.0.1:0"})
	o.Disk = disk
	in, err := carrier.At(disk, internet.boxes.In.Path())
	if err != nil {
		t.Fatal(err)
	}
	o.Boxes.In = in
	l, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); l.Run(ctx, internet.note, 0) }()
	defer func() { stop(); <-done }()
	content := office.waits("office-internet.1.000000001.bundle", 100_000)
	c := office.caller(l.Address())
	disk.full.Store(true)
	if _, _, err := c.Round(t.Context()); carrier.WordFor(worded(err)) != carrier.Full {
		t.Errorf("the caller hears %v", err)
	}
	if s := internet.states(); s.Trouble != carrier.Full {
		t.Errorf("the listener says %+v", s)
	}
	disk.full.Store(false)
	if sent, _, err := c.Round(t.Context()); err != nil || sent != 1 {
		t.Errorf("with room again: %d, %v", sent, err)
	}
	internet.has("office-internet.1.000000001.bundle", content)
}

type narrow struct {
	blob.OS
	full atomic.Bool
}

func (n *narrow) OpenFile(name string, flag int, perm os.FileMode) (blob.File, error) {
	if n.full.Load() && strings.Contains(name, string(os.PathSeparator)+"in"+string(os.PathSeparator)) {
		return nil, &os.PathError{Op: "open", Path: name, Err: syscall.ENOSPC}
	}
	return n.OS.OpenFile(name, flag, perm)
}

// What the other side has no room for is offered again at once, in both
// directions, and told of; what is pushed all the same isn't taken.
func TestWhatThereIsNoRoomForYetWaitsAndIsNotForgotten(t *testing.T) {
	office, internet := pairedEnds(t)
	l := office.listen()
	c := internet.caller(l.Address())
	one, two := "internet-office.1.000000001.bundle", "internet-office.1.000000002.bundle"
	back := "office-internet.1.000000001.bundle"
	first, second := internet.waits(one, 900), internet.waits(two, 800)
	answer := office.waits(back, 700)
	office.later, internet.later = map[string]bool{two: true}, map[string]bool{back: true}
	for round, want := range []int{1, 0} {
		if sent, took, err := c.Round(t.Context()); sent != want || took != 0 || err != nil {
			t.Fatalf("round %d: it sent %d and took %d, %v", round, sent, took, err)
		}
	}
	office.has(one, first)
	if c.later != 1 || office.states().Later != 1 {
		t.Errorf("nobody is told of what waits: %d here, %+v there", c.later, office.states())
	}
	sum := sha256.Sum256(second)
	err := c.deliverOne(t.Context(), Want{File: File{two, 800, hex.EncodeToString(sum[:])}})
	if !errors.Is(err, carrier.ErrLater) {
		t.Errorf("what was pushed is answered with %v", err)
	}
	if _, err := os.Stat(filepath.Join(office.boxes.In.Path(), two)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it lies where there is no room: %v", err)
	}
	office.later, internet.later = nil, nil
	if sent, took, err := c.Round(t.Context()); sent != 1 || took != 1 || err != nil {
		t.Errorf("with room again it sent %d and took %d, %v", sent, took, err)
	}
	office.has(two, second)
	internet.has(back, answer)
	if c.later != 0 || office.states().Later != 0 {
		t.Error("what waits no more is told of")
	}
}

// One for which the room is gone once it has come is kept, and put there later.
func TestWhatCameWholeWaitsForRoomWithoutComingAgain(t *testing.T) {
	office, internet := pairedEnds(t)
	name := "internet-office.1.000000001.bundle"
	content := internet.waits(name, 900)
	full := true
	office.boxes.Room = func(context.Context, carrier.Entry) (func(), error) {
		if full {
			return nil, carrier.ErrLater
		}
		return func() {}, nil
	}
	l := office.listen()
	c := internet.caller(l.Address())
	if sent, _, err := c.Round(t.Context()); sent != 0 || err != nil {
		t.Fatalf("it sent %d, %v", sent, err)
	}
	sum := sha256.Sum256(content)
	if has, err := l.shelf.offset(File{name, 900, hex.EncodeToString(sum[:])}); has != 900 || err != nil {
		t.Errorf("%d bytes are kept, %v", has, err)
	}
	full = false
	if sent, _, err := c.Round(t.Context()); sent != 1 || err != nil {
		t.Fatalf("with room again it sent %d, %v", sent, err)
	}
	office.has(name, content)
}

func TestWhatIsBegunAndNeverEndedIsBounded(t *testing.T) {
	_, internet := pairedEnds(t)
	s, err := newShelf(blob.OS{}, filepath.Join(internet.dir, "part"), 4<<20)
	if err != nil {
		t.Fatal(err)
	}
	for i := range begunMost + 20 {
		f := File{fmt.Sprintf("office-internet.1.%09d.bundle", i), 1000, fmt.Sprintf("%064x", i)}
		if whole, err := s.add(t.Context(), f, 0, strings.NewReader("begun"), internet.boxes); whole || err != nil {
			t.Fatal(whole, err)
		}
	}
	if all, err := s.dir.List(); err != nil || len(all) > begunMost {
		t.Errorf("%d begun files are kept, %v", len(all), err)
	}
}

func TestSettingsOfALineAreChecked(t *testing.T) {
	for want, s := range map[string]Setting{
		"either listen or connect": {}, "one node listens": {Listen: ":1", Connect: "a:1"}, "write it as": {Connect: "10.0.0.2"}, "is none": {Connect: ":8443"}, "too often": {Connect: "a:1", Again: 1},
	} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if err := (Setting{Listen: ":8443"}).Check(); err != nil {
		t.Error(err)
	}
	for n := 1; n < 20; n++ {
		if d := backoff(n); d > 2*time.Minute || d < 500*time.Millisecond || n > 9 && d < time.Minute {
			t.Errorf("after %d failures it waits %s", n, d)
		}
	}
}
