package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/exchange/carrier/oneway"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

const (
	oneWayFiles    = 2 // of 50 MB: a part has 64 MiB at most
	oneWayBytes    = 50_000_000
	oneWayMegabits = 900
	oneWayLoss     = 0.2
)

// lossy is a way out on which a share of the packets is lost behind the sender:
// it has done its work on them, and nobody sees them.
type lossy struct {
	net.Conn
	chance *mrand.Rand
}

func (l lossy) Write(p []byte) (int, error) {
	if l.chance.Float64() < oneWayLoss {
		return len(p), nil
	}
	return l.Conn.Write(p)
}

func lossyWay(address string) (net.Conn, error) {
	c, err := net.Dial("udp", address)
	return lossy{c, mrand.New(mrand.NewPCG(1, 2))}, err
}

// passing sends 100 MB one way over the loopback, a fifth of the packets lost
// (b9), and beside it what one does without a code: numbered packets at the same
// speed, repeated until none is missing.
func passing(ctx context.Context, _ settings, _ limits) error {
	dir, err := os.MkdirTemp("", "yitang-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var contents [][]byte
	for range oneWayFiles {
		b := make([]byte, oneWayBytes)
		rand.Read(b)
		contents = append(contents, b)
	}
	fmt.Printf("b9   100 MB one way in %d files over the loopback, %.0f %% loss, paced at %d Mbit/s\n", oneWayFiles, 100*oneWayLoss, oneWayMegabits)
	for turn := range 3 {
		took, passes, cpu, dropped, err := oneWayRun(ctx, filepath.Join(dir, fmt.Sprint("ours", turn)), contents)
		if err != nil {
			return err
		}
		fmt.Printf("     yitang       %5.2f s, %d pass(es), %.2f s of processor for both sides, %d packets dropped for want of room; whole, tagged, digest checked, in the inbox\n", took.Seconds(), passes, cpu.Seconds(), dropped)
		took, passes, cpu, err = plainRun(ctx, filepath.Join(dir, fmt.Sprint("plain", turn)), contents)
		if err != nil {
			return err
		}
		fmt.Printf("     plain UDP    %5.2f s, %d pass(es), %.2f s of processor for both sides; no code, no tags, digest checked\n", took.Seconds(), passes, cpu.Seconds())
	}
	return nil
}

// oneWayRun is the product's: two nodes' keys, boxes and carriers, without journals.
func oneWayRun(ctx context.Context, dir string, contents [][]byte) (took time.Duration, passes int, cpu time.Duration, dropped int64, err error) {
	ring := func(z zone.Zone) (*keys.Ring, error) {
		return keys.Create(filepath.Join(dir, string(z), "keys"), z, rand.Reader, time.Now())
	}
	office, e1 := ring(zone.Office)
	passport, e2 := ring(zone.Passport)
	if err := errors.Join(e1, e2); err != nil {
		return 0, 0, 0, 0, err
	}
	if err := errors.Join(office.Pin(passport.Public()), passport.Pin(office.Public())); err != nil {
		return 0, 0, 0, 0, err
	}
	out, e1 := carrier.Make(blob.OS{}, filepath.Join(dir, "out"))
	in, e2 := carrier.Make(blob.OS{}, filepath.Join(dir, "in"))
	if err := errors.Join(e1, e2); err != nil {
		return 0, 0, 0, 0, err
	}
	var names []string
	for i, c := range contents {
		names = append(names, fmt.Sprintf("office-passport.1.%09d.bundle", i+1))
		if err := out.Send(names[i], c); err != nil {
			return 0, 0, 0, 0, err
		}
	}
	boxes := carrier.Boxes{Out: out, In: in, Most: 64 << 20,
		Waiting: func(context.Context) ([]string, error) { return names, nil },
		Sort: func(context.Context, []carrier.Entry) (carrier.Sorted, error) {
			return carrier.Sorted{Wanted: names}, nil
		},
	}
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	receiver, err := oneway.NewReceiver(oneway.Options{Setting: oneway.Setting{Listen: "127.0.0.1:0"}, Peer: zone.Office, Keys: passport, Boxes: boxes, Disk: blob.OS{}, Dir: filepath.Join(dir, "part"), Now: time.Now})
	if err != nil {
		return 0, 0, 0, 0, err
	}
	run, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); receiver.Run(run, carrier.Note{}, time.Hour) }()
	defer func() { stop(); <-done }()
	sender, err := oneway.NewSender(oneway.Options{Setting: oneway.Setting{To: receiver.Address(), Megabits: oneWayMegabits}, Peer: zone.Passport, Keys: office, Boxes: boxes, Disk: blob.OS{}, Now: now, Dial: lossyWay})
	if err != nil {
		return 0, 0, 0, 0, err
	}
	defer sender.Close()
	began, cpuBegan := time.Now(), cpuTime()
	for receiver.Counts().Files < int64(len(contents)) {
		if passes++; passes > 20 {
			return 0, passes, 0, 0, fmt.Errorf("after 20 passes it isn't across: %+v", receiver.Counts())
		}
		for {
			sent, err := sender.Step(ctx)
			if err != nil {
				return 0, passes, 0, 0, err
			}
			if sent == 0 {
				break
			}
		}
		for wait := 0; wait < 100 && receiver.Counts().Files < int64(len(contents)); wait++ {
			time.Sleep(2 * time.Millisecond)
		}
		ahead.Add(int64(24 * 365 * time.Hour)) // what lacks a receipt goes again at once
	}
	took, cpu = time.Since(began), cpuTime()-cpuBegan
	for i, name := range names {
		got, err := os.ReadFile(filepath.Join(dir, "in", name))
		if err != nil || !bytes.Equal(got, contents[i]) {
			return 0, passes, 0, 0, fmt.Errorf("%s arrived otherwise: %w", name, err)
		}
	}
	return took, passes, cpu, receiver.Counts().Dropped, nil
}

// plainRun repeats numbered packets until all are there.
func plainRun(ctx context.Context, dir string, contents [][]byte) (took time.Duration, passes int, cpu time.Duration, err error) {
	const head, piece = 8, 1344
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, 0, 0, err
	}
	in, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return 0, 0, 0, err
	}
	in.SetReadBuffer(8 << 20)
	pieces := (oneWayBytes + piece - 1) / piece
	var whole atomic.Int64
	failed := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var files []*os.File
		have := make([][]bool, len(contents))
		left := make([]int, len(contents))
		for i := range contents {
			f, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
			if err != nil {
				failed <- err
				return
			}
			defer f.Close()
			files, have[i], left[i] = append(files, f), make([]bool, pieces), pieces
		}
		buf := make([]byte, 2048)
		for {
			n, err := in.Read(buf)
			if err != nil {
				return
			}
			i, p := int(binary.BigEndian.Uint32(buf)), int(binary.BigEndian.Uint32(buf[4:]))
			if have[i][p] {
				continue
			}
			have[i][p] = true
			if _, err := files[i].WriteAt(buf[head:n], int64(p)*piece); err != nil {
				failed <- err
				return
			}
			if left[i]--; left[i] > 0 {
				continue
			}
			err = files[i].Sync()
			got, e := os.ReadFile(files[i].Name())
			if err = errors.Join(err, e); err == nil && sha256.Sum256(got) != sha256.Sum256(contents[i]) {
				err = errors.New("a plain file arrived otherwise")
			}
			if err != nil {
				failed <- err
				return
			}
			whole.Add(1)
		}
	}()
	defer func() { in.Close(); <-done }()
	out, err := lossyWay(in.LocalAddr().String())
	if err != nil {
		return 0, 0, 0, err
	}
	defer out.Close()
	began, cpuBegan := time.Now(), cpuTime()
	b := make([]byte, 0, 2048)
	bits := 0
	next := time.Now()
	for passes = 1; ; passes++ {
		for i, c := range contents {
			for p := range pieces {
				b = binary.BigEndian.AppendUint32(b[:0], uint32(i))
				b = binary.BigEndian.AppendUint32(b, uint32(p))
				b = append(b, c[p*piece:min((p+1)*piece, len(c))]...)
				if _, err := out.Write(b); err != nil {
					return 0, 0, 0, err
				}
				if bits += (len(b) + 66) * 8; bits > oneWayMegabits*1000 { // a millisecond's
					next = next.Add(time.Millisecond)
					bits = 0
					time.Sleep(time.Until(next))
					if whole.Load() == int64(len(contents)) {
						return time.Since(began), passes, cpuTime() - cpuBegan, nil
					}
				}
			}
		}
		select {
		case err := <-failed:
			return 0, 0, 0, err
		default:
		}
		if ctx.Err() != nil || passes > 100 {
			return 0, passes, 0, errors.Join(ctx.Err(), errors.New("the plain file doesn't get across"))
		}
	}
}
