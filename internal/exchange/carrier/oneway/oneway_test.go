package oneway

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

type end struct {
	t       *testing.T
	ring    *keys.Ring
	peer    zone.Zone
	boxes   carrier.Boxes
	dir     string
	waiting []string
	applied map[string]bool
	full    atomic.Bool  // the inbox
	clock   atomic.Int64 // ahead
}

func (e *end) now() time.Time { return time.Now().Add(time.Duration(e.clock.Load())) }

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
	e.boxes = carrier.Boxes{Out: out, In: in, Most: 8 << 20,
		Waiting: func(context.Context) ([]string, error) { return slices.Clone(e.waiting), nil },
		Sort: func(_ context.Context, files []carrier.Entry) (sorted carrier.Sorted, err error) {
			for _, f := range files {
				n := f.Name
				switch {
				case !strings.HasPrefix(n, string(peer)+"-") || e.applied[n]:
				case e.full.Load():
					sorted.Later = append(sorted.Later, n)
				default:
					sorted.Wanted = append(sorted.Wanted, n)
				}
			}
			return sorted, nil
		},
	}
	return e
}

func (e *end) options(s Setting) Options {
	return Options{Setting: s, Peer: e.peer, Keys: e.ring, Boxes: e.boxes, Disk: blob.OS{}, Dir: filepath.Join(e.dir, "part"), Now: e.now}
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

func (e *end) has(name string) []byte {
	got, err := os.ReadFile(filepath.Join(e.boxes.In.Path(), name))
	if err != nil {
		return nil
	}
	return got
}

func (e *end) receiver() *Receiver {
	e.t.Helper()
	r, err := NewReceiver(e.options(Setting{Listen: "127.0.0.1:0"}))
	if err != nil {
		e.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx, carrier.Note{}, time.Hour) }()
	e.t.Cleanup(func() { stop(); <-done })
	return r
}

func (e *end) sender(to string, s Setting) *Sender {
	e.t.Helper()
	s.To = to
	if s.Megabits == 0 {
		s.Megabits = 100
	}
	out, err := NewSender(e.options(s))
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(out.Close)
	return out
}

func (s *Sender) steps(t *testing.T, want int) {
	t.Helper()
	for n := 0; ; n++ {
		sent, err := s.Step(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if sent == 0 {
			if n != want {
				t.Fatalf("it sent %d files instead of %d", n, want)
			}
			return
		}
	}
}

func aRing(t *testing.T, z zone.Zone) *keys.Ring {
	t.Helper()
	r, err := keys.Create(filepath.Join(t.TempDir(), "keys"), z, rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pairedEnds(t *testing.T) (office, passport *end) {
	t.Helper()
	a, b := aRing(t, zone.Office), aRing(t, zone.Passport)
	if err := errors.Join(a.Pin(b.Public()), b.Pin(a.Public())); err != nil {
		t.Fatal(err)
	}
	return anEnd(t, a, zone.Passport), anEnd(t, b, zone.Office)
}

// harm is what a relay does to packets.
type harm struct {
	loss, twice, late float64
	noise             bool // packets of strangers between
	flips             float64
}

// badLine relays packets and harms them, from a seed.
func badLine(t *testing.T, to string, h harm) (address string, passed *atomic.Int64) {
	t.Helper()
	in, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	in.(*net.UDPConn).SetReadBuffer(8 << 20)
	out, err := net.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { in.Close(); <-done; out.Close() })
	passed = new(atomic.Int64)
	chance := mrand.New(mrand.NewPCG(9, 9))
	go func() {
		defer close(done)
		var held [][]byte
		buf := make([]byte, 10_000)
		send := func(p []byte) {
			out.Write(p)
			if passed.Add(1)%64 == 0 {
				time.Sleep(time.Millisecond) // the loopback drops what comes too fast
			}
		}
		for {
			n, _, err := in.ReadFrom(buf)
			if err != nil {
				return
			}
			p := bytes.Clone(buf[:n])
			if chance.Float64() < h.loss {
				continue
			}
			if chance.Float64() < h.flips {
				p[chance.IntN(n)] ^= 1 << chance.IntN(8)
			}
			if h.noise {
				switch chance.IntN(4) {
				case 0: // rubbish
					junk := make([]byte, chance.IntN(1500))
					rand.Read(junk)
					send(junk)
				case 1: // what looks like a packet, by somebody without the key
					forged := bytes.Clone(p)
					rand.Read(forged[4:20])
					rand.Read(forged[head:])
					send(forged)
				}
			}
			if chance.Float64() < h.late {
				held = append(held, p)
			} else {
				send(p)
			}
			if chance.Float64() < h.twice {
				send(p)
			}
			if len(held) > 40 || len(held) > 0 && chance.IntN(20) == 0 {
				i := chance.IntN(len(held))
				send(held[i])
				held = slices.Delete(held, i, i+1)
			}
		}
	}()
	return in.LocalAddr().String(), passed
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

func TestFilesArriveThoughAFifthOfTheirPacketsDont(t *testing.T) {
	office, passport := pairedEnds(t)
	r := passport.receiver()
	line, _ := badLine(t, r.Address(), harm{loss: 0.2, twice: 0.05, late: 0.1, noise: true, flips: 0.01})
	s := office.sender(line, Setting{})
	want := map[string][]byte{}
	for i, size := range []int{1, 200, 1300, 1345, 10_000, 172_000, 173_000, 1_000_000, 3_000_000} {
		name := fmt.Sprintf("office-passport.1.%09d.bundle", i+1)
		want[name] = office.waits(name, size)
	}
	s.steps(t, len(want))
	eventually(t, "all files", func() bool { return r.Counts().Files == int64(len(want)) })
	for name, content := range want {
		if !bytes.Equal(passport.has(name), content) {
			t.Errorf("%s arrived otherwise", name)
		}
	}
	c := r.Counts()
	if c.Foreign < 100 || c.Repeated < 10 {
		t.Errorf("there was little harm: %+v", c)
	}
	if left, err := os.ReadDir(filepath.Join(passport.dir, "part")); err != nil || len(left) > 0 {
		t.Errorf("parts are left: %v, %v", left, err)
	}
	t.Logf("%+v", c)
}

func TestWhatHasNoReceiptIsRepeatedInGrowingIntervals(t *testing.T) {
	office, passport := pairedEnds(t)
	r := passport.receiver()
	line, passed := badLine(t, r.Address(), harm{loss: 1}) // nothing comes through
	s := office.sender(line, Setting{Again: time.Minute})
	content := office.waits("office-passport.1.000000001.bundle", 5000)
	office.waits("office-passport.1.000000001.txt", 5) // for people
	s.steps(t, 1)
	for minutes, want := range []int{0, 1, 0, 1, 0, 0, 0, 1, 0} { // after 1, 2, 4 minutes
		office.clock.Store(int64(time.Duration(minutes) * time.Minute))
		s.steps(t, want)
	}
	if n, next := s.unanswered(); n != 1 || next.Before(office.now()) {
		t.Errorf("%d files wait until %s", n, next)
	}
	if passed.Load() != 0 || r.Counts().Files != 0 {
		t.Fatal("something came through")
	}
	s = office.sender(r.Address(), Setting{}) // the line is mended, and the server begun anew
	s.steps(t, 1)
	eventually(t, "the file", func() bool { return bytes.Equal(passport.has("office-passport.1.000000001.bundle"), content) })
	// What is new goes before what goes again.
	office.waits("office-passport.1.000000002.bundle", 100)
	office.clock.Add(int64(time.Hour))
	if _, err := s.Step(t.Context()); err != nil || s.when["office-passport.1.000000002.bundle"] == nil {
		t.Errorf("the new file waits behind the old one: %v", err)
	}
	office.waiting = nil // receipts came
	s.steps(t, 0)
	if n, _ := s.unanswered(); n != 0 {
		t.Errorf("%d files are still said to wait", n)
	}
}

// What a first pass lacks a second one brings: blocks that were whole stay.
func TestTwoBadPassesMakeOneGoodFile(t *testing.T) {
	office, passport := pairedEnds(t)
	r := passport.receiver()
	line, _ := badLine(t, r.Address(), harm{loss: 0.42})
	s := office.sender(line, Setting{Again: time.Minute})
	content := office.waits("office-passport.1.000000001.bundle", 1_500_000)
	for pass := range 8 {
		s.steps(t, 1)
		time.Sleep(200 * time.Millisecond)
		if r.Counts().Files == 1 {
			if pass == 0 {
				t.Error("one pass was enough: this tests nothing")
			}
			break
		}
		office.clock.Add(int64(30 * 24 * time.Hour))
	}
	if !bytes.Equal(passport.has("office-passport.1.000000001.bundle"), content) {
		t.Errorf("it isn't there after eight passes: %+v", r.Counts())
	}
}

func TestStrangersCostACountAndNothingElse(t *testing.T) {
	office, passport := pairedEnds(t)
	r := passport.receiver()
	// Another office, which knows the passport zone's public key and isn't paired.
	other := aRing(t, zone.Office)
	if err := other.Pin(passport.ring.Public()); err != nil {
		t.Fatal(err)
	}
	stranger := anEnd(t, other, zone.Passport)
	for i := range 5 {
		stranger.waits(fmt.Sprintf("office-passport.1.%09d.bundle", i+1), 200_000)
	}
	stranger.sender(r.Address(), Setting{}).steps(t, 5)
	eventually(t, "the count", func() bool { return r.Counts().Foreign > 500 })
	begun, err := os.ReadDir(filepath.Join(passport.dir, "part"))
	if c := r.Counts(); err != nil || c.Taken != 0 || c.Files != 0 || len(begun) != 0 {
		t.Errorf("a stranger's packets were kept: %+v, %v, %v", c, begun, err)
	}
	content := office.waits("office-passport.1.000000001.bundle", 1000)
	office.sender(r.Address(), Setting{}).steps(t, 1)
	eventually(t, "the paired zone's file", func() bool { return bytes.Equal(passport.has("office-passport.1.000000001.bundle"), content) })
}

// While a zone's new keys are on their way, the other one takes its packets: they
// carry the bundle that tells of them.
func TestPacketsAreTakenWhileKeysAreRenewed(t *testing.T) {
	office, passport := pairedEnds(t)
	r := passport.receiver()
	renewed, err := office.ring.Renew(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	office.ring = renewed
	office.waits("office-passport.1.000000001.bundle", 1000)
	office.sender(r.Address(), Setting{}).steps(t, 1)
	eventually(t, "the bundle that tells of the new keys", func() bool { return passport.has("office-passport.1.000000001.bundle") != nil })
	if err := errors.Join(passport.ring.PinNext(renewed.Public()), passport.ring.Promote(zone.Office, keys.International)); err != nil {
		t.Fatal(err)
	}
	passport.clock.Add(int64(time.Minute)) // it looks at its keys again
	office.waits("office-passport.1.000000002.bundle", 1000)
	office.sender(r.Address(), Setting{}).steps(t, 2)
	eventually(t, "what is tagged by the new ones", func() bool { return passport.has("office-passport.1.000000002.bundle") != nil })
	// And the receiver's.
	if passport.ring, err = passport.ring.Renew(rand.Reader, time.Now()); err != nil {
		t.Fatal(err)
	}
	r = passport.receiver()
	office.waits("office-passport.1.000000003.bundle", 1000)
	office.sender(r.Address(), Setting{}).steps(t, 3)
	eventually(t, "what is tagged to the old ones", func() bool { return passport.has("office-passport.1.000000003.bundle") != nil })
}

// A sender that begins much and ends nothing must not take memory or disk.
func TestWhatIsKeptOfUnfinishedFilesIsBounded(t *testing.T) {
	office, passport := pairedEnds(t)
	r, err := NewReceiver(passport.options(Setting{Listen: "127.0.0.1:0"}))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	tags, err := sending(office.ring, zone.Passport)
	if err != nil {
		t.Fatal(err)
	}
	largestHeld, begun := 0, 0
	out := make([]byte, 0, largest)
	for n := range 400 { // each a block of a file of its own that lacks one shard
		p := packet{length: 8 << 20, data: fullest, shards: 200}
		rand.Read(p.id[:])
		p.bytes = make([]byte, 8896)
		for p.shard = range fullest - 1 {
			out = p.put(out)
			copy(out[4:], tags[0].tag(out))
			if _, err := r.take(t.Context(), bytes.Clone(out)); err != nil {
				t.Fatal(err)
			}
			largestHeld = max(largestHeld, r.holds)
			if n > 60 && p.shard > 3 {
				break // it is full by now
			}
		}
		begun = max(begun, len(r.under))
	}
	if largestHeld > inMemory || begun > transfers || r.Counts().Dropped == 0 {
		t.Errorf("%d bytes of %d files were kept, %+v", largestHeld, begun, r.Counts())
	}
	if files, err := os.ReadDir(filepath.Join(passport.dir, "part")); err != nil || len(files) > transfers {
		t.Errorf("%d files in part, %v", len(files), err)
	}
	sum := 0
	for _, tr := range r.under {
		for _, b := range tr.blocks {
			sum += b.costs(tr.geometry.size)
		}
	}
	if sum != r.holds {
		t.Errorf("it counts %d bytes and holds %d", r.holds, sum)
	}
}

func TestAFileThatWasSpoiledInTheInboxComesAgain(t *testing.T) {
	office, passport := pairedEnds(t)
	r := passport.receiver()
	s := office.sender(r.Address(), Setting{Again: time.Minute})
	const name = "office-passport.1.000000001.bundle"
	content := office.waits(name, 1000)
	s.steps(t, 1)
	eventually(t, "the file", func() bool { return passport.has(name) != nil })
	if err := passport.boxes.In.Remove(name); err != nil { // refused, and put aside
		t.Fatal(err)
	}
	office.clock.Add(int64(2 * time.Minute))
	s.steps(t, 1)
	eventually(t, "the repetition", func() bool { return r.Counts().Repeated > 0 })
	if passport.has(name) != nil {
		t.Error("at once it isn't taken anew")
	}
	passport.clock.Add(int64(time.Hour))
	office.clock.Add(int64(time.Hour))
	s.steps(t, 1)
	eventually(t, "the file again", func() bool { return bytes.Equal(passport.has(name), content) })
	passport.applied[name] = true
	if err := passport.boxes.In.Remove(name); err != nil {
		t.Fatal(err)
	}
	passport.clock.Add(int64(time.Hour))
	office.clock.Add(int64(time.Hour))
	before := r.Counts().Repeated
	s.steps(t, 1)
	eventually(t, "the repetition", func() bool { return r.Counts().Repeated > before+3 })
	if passport.has(name) != nil {
		t.Error("what is applied is taken anew")
	}
}

// For what the inbox has no room for the sender's repetitions are enough.
func TestAFileForWhichThereIsNoRoomIsTakenWhenItIsRepeated(t *testing.T) {
	office, passport := pairedEnds(t)
	passport.full.Store(true)
	name := "office-passport.1.000000001.bundle"
	content := office.waits(name, 20_000)
	r := passport.receiver()
	s := office.sender(r.Address(), Setting{})
	s.steps(t, 1)
	again := func() {
		passport.clock.Add(int64(time.Hour))
		office.clock.Add(int64(time.Hour))
		s.steps(t, 1)
	}
	eventually(t, "the first pass", func() bool { return r.Counts().Taken > 10 })
	again()
	eventually(t, "the repetition", func() bool { return r.Counts().Repeated > 0 })
	if passport.has(name) != nil || r.Counts().Files != 0 {
		t.Error("it was put where there is no room")
	}
	passport.full.Store(false)
	again()
	eventually(t, "the file", func() bool { return bytes.Equal(passport.has(name), content) })
}

// What was brought otherwise since is outside no longer, though its packets never
// come again.
func TestAFileThatCameAnotherWayIsOutsideNoMore(t *testing.T) {
	_, passport := pairedEnds(t)
	r, err := NewReceiver(passport.options(Setting{Listen: "127.0.0.1:0"}))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	passport.full.Store(true)
	names := []string{"office-passport.1.000000001.bundle", "office-passport.1.000000002.bundle"}
	for i, name := range names {
		r.ended[[16]byte{byte(i)}] = ended{carrier.Entry{Name: name, Size: 1000}, passport.now(), true}
	}
	outside := func(want int) {
		t.Helper()
		if n, err := r.later(t.Context()); err != nil || n != want {
			t.Errorf("%d are outside instead of %d, %v", n, want, err)
		}
	}
	outside(2)
	passport.applied[names[0]] = true
	outside(1)
	passport.full.Store(false)
	outside(0)
}

// full fails where the inbox is.
type full struct {
	blob.OS
	now atomic.Bool
}

func (f *full) OpenFile(name string, flag int, perm os.FileMode) (blob.File, error) {
	if f.now.Load() && strings.Contains(name, "/in/") {
		return nil, &os.PathError{Op: "open", Path: name, Err: syscall.ENOSPC}
	}
	return f.OS.OpenFile(name, flag, perm)
}

func TestAFullDiskIsToldOfAndTheFileComesLater(t *testing.T) {
	office, passport := pairedEnds(t)
	disk := &full{}
	in, err := carrier.At(disk, passport.boxes.In.Path())
	if err != nil {
		t.Fatal(err)
	}
	passport.boxes.In = in
	keeper, err := carrier.NewKeeper(blob.OS{}, filepath.Join(passport.dir, "carriers"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	note := keeper.Begin(carrier.State{Key: "oneway"})
	r, err := NewReceiver(passport.options(Setting{Listen: "127.0.0.1:0"}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx, note, time.Millisecond) }()
	defer func() { stop(); <-done }()
	state := func() carrier.State {
		all, err := carrier.States(blob.OS{}, filepath.Join(passport.dir, "carriers"))
		if err != nil {
			t.Fatal(err)
		}
		return all["oneway"]
	}
	disk.now.Store(true)
	s := office.sender(r.Address(), Setting{Again: time.Minute})
	office.waits("office-passport.1.000000001.bundle", 1000)
	s.steps(t, 1)
	eventually(t, "word of it", func() bool { return state().Trouble == carrier.Full })
	disk.now.Store(false)
	office.clock.Add(int64(time.Hour))
	s.steps(t, 1)
	eventually(t, "the file", func() bool { return passport.has("office-passport.1.000000001.bundle") != nil })
	eventually(t, "word that it is well", func() bool { return state().Well() && state().Took == 1 })
}

func TestEachLengthIsCutAndPutTogether(t *testing.T) {
	for _, c := range []struct {
		length          int64
		packet, percent int
	}{{1, 1400, 50}, {34, 256, 10}, {1344, 1400, 50}, {1345, 1400, 50}, {172_032, 1400, 50}, {172_033, 1400, 50}, {64 << 20, 1400, 50}, {64 << 20, 8948, 100}, {1 << 20, 256, 100}} {
		g := cutting(c.length, c.packet, c.percent)
		var sum int64
		for b := range g.blocks() {
			data := g.in(b)
			if n := data + parity(data, c.percent); data < 1 || data > fullest || n > 255 {
				t.Errorf("%+v: block %d has %d shards of data, %d in all", c, b, data, n)
			}
			sum += int64(data)
		}
		if sum != g.total() || g.size+head > c.packet || g.size%unit != 0 {
			t.Errorf("%+v is cut as %+v", c, g)
		}
	}
	c := codes{}
	for data := 1; data <= fullest; data += 1 + data/7 {
		code, err := c.of(data, parity(data, 50))
		if err != nil {
			t.Fatal(err)
		}
		for range 20 { // one code puts many blocks together, of which others are lost each time
			shards := make([][]byte, data+parity(data, 50))
			for i := range shards {
				shards[i] = make([]byte, unit)
				if i < data {
					rand.Read(shards[i])
				}
			}
			if err := code.Encode(shards); err != nil {
				t.Fatal(err)
			}
			lost := slices.Clone(shards)
			for _, i := range mrand.Perm(len(shards))[:parity(data, 50)] {
				lost[i] = nil
			}
			if err := code.ReconstructData(lost); err != nil {
				t.Fatal(err)
			}
			for i := range data {
				if !bytes.Equal(lost[i], shards[i]) {
					t.Fatalf("of %d shards number %d comes back otherwise", data, i)
				}
			}
		}
	}
}

func FuzzPacket(f *testing.F) {
	p := packet{length: 5000, data: 4, shards: 14, bytes: make([]byte, 1344)}
	f.Add(p.put(nil))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, ok := read(b, 8<<20); ok {
			g := p.geometry()
			if p.block >= g.blocks() || p.shard >= p.shards || g.in(p.block) < 1 || g.in(p.block) >= p.shards || g.at(p.block) >= g.length {
				t.Errorf("it takes %+v", p)
			}
		}
	})
}

func TestSettingsOfOneWayAreChecked(t *testing.T) {
	for want, s := range map[string]Setting{
		"either to or listen": {}, "is none": {To: ":7788"}, "the sender's to say": {Listen: ":1", Megabits: 5}, "no speed": {To: "a:1", Megabits: -1},
		"a packet of 9000": {To: "a:1", Packet: 9000}, "parity of 5": {To: "a:1", Parity: 5}, "too often": {To: "a:1", Again: 1},
	} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if err := errors.Join((Setting{Listen: ":7788"}).Check(), (Setting{To: "10.9.0.2:7788", Megabits: 900, Packet: 8948}).Check()); err != nil {
		t.Error(err)
	}
}

// What is sent keeps to its speed, with what each packet has besides on the wire, and
// what wasn't used isn't saved up for later.
func TestPacketsKeepToTheirSpeed(t *testing.T) {
	for _, megabits := range []int{1, 20, 400} {
		at := time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)
		p := newPace(megabits)
		p.next, p.now = at, func() time.Time { return at }
		p.sleep = func(_ context.Context, d time.Duration) { at = at.Add(d) }
		const packets, bytes = 20_000, 1200
		send := func() time.Duration {
			began := at
			for range packets {
				if err := p.wait(t.Context(), bytes); err != nil {
					t.Fatal(err)
				}
			}
			return at.Sub(began)
		}
		least := time.Duration(float64(packets*(bytes+onTheWire)*8) / float64(megabits*1_000_000) * float64(time.Second))
		for _, what := range []string{"at first", "after an hour of nothing"} {
			if took := send(); took < least-2*ahead || took > least*11/10 {
				t.Errorf("%d Mbit/s, %s: %s, where the speed asks for %s", megabits, what, took, least)
			}
			at = at.Add(time.Hour)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := newPace(1).wait(ctx, 1_000_000); err == nil {
		t.Error("it goes on when it is to end")
	}
}
