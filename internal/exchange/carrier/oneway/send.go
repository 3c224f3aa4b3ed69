package oneway

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path/filepath"
	"time"

	"github.com/klauspost/reedsolomon"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// Options say what it works on.
type Options struct {
	Setting Setting
	Peer    zone.Zone
	Keys    *keys.Ring
	Boxes   carrier.Boxes
	Disk    blob.Disk
	Dir     string // for what has arrived in part
	Now     func() time.Time
	// Dial opens the way out; nil: UDP. It is for a line whose losses are known.
	Dial func(address string) (net.Conn, error)
}

// Sender is the side that sends.
type Sender struct {
	o     Options
	conn  net.Conn
	when  map[string]*passes
	codes codes
}

// passes is how often a file was sent, and when it goes again.
type passes struct {
	count int
	next  time.Time
}

// NewSender opens the socket; no packet leaves before it runs.
func NewSender(o Options) (*Sender, error) {
	o.Setting = o.Setting.filled()
	if o.Dial == nil {
		o.Dial = func(address string) (net.Conn, error) { return net.Dial("udp", address) }
	}
	conn, err := o.Dial(o.Setting.To)
	if err != nil {
		return nil, fmt.Errorf("sending to %s: %w", o.Setting.To, err)
	}
	return &Sender{o: o, conn: conn, when: map[string]*passes{}, codes: codes{}}, nil
}

// Close closes the socket of one that never ran.
func (s *Sender) Close() { s.conn.Close() }

// Run works until ctx ends.
func (s *Sender) Run(ctx context.Context, note carrier.Note, pause time.Duration) {
	defer s.conn.Close()
	for {
		sent, err := s.Step(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			note.Failed(err)
		} else {
			note.Worked(sent, 0)
		}
		note.Waits(s.unanswered())
		if err == nil && sent > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// unanswered counts what was sent and has no receipt, and when the next of it goes
// again.
func (s *Sender) unanswered() (int, time.Time) {
	n, next := 0, time.Time{}
	for _, p := range s.when {
		n++
		if next.IsZero() || p.next.Before(next) {
			next = p.next
		}
	}
	return n, next
}

// Step sends one file, if one is due: what never went before what goes again.
func (s *Sender) Step(ctx context.Context) (int, error) {
	waiting, err := s.o.Boxes.Waiting(ctx)
	if err != nil {
		return 0, err
	}
	there := map[string]bool{}
	due := ""
	for _, name := range waiting {
		if filepath.Ext(name) == ".txt" {
			continue
		}
		there[name] = true
		p := s.when[name]
		switch {
		case p == nil:
			if old := s.when[due]; due == "" || old != nil {
				due = name
			}
		case due == "" && !s.o.Now().Before(p.next):
			due = name
		}
	}
	for name := range s.when {
		if !there[name] {
			delete(s.when, name) // its receipt came
		}
	}
	if due == "" {
		return 0, nil
	}
	err = s.send(ctx, due)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	p := s.when[due]
	if p == nil {
		p = &passes{}
		s.when[due] = p
	}
	p.next = s.o.Now().Add(s.o.Setting.Again << min(p.count, 12))
	p.count++
	if err != nil { // it has its turn again, and others have theirs before
		return 0, fmt.Errorf("sending %s: %w", due, err)
	}
	return 1, nil
}

// together is how many blocks' shards are sent in turn, so that a line which is
// deaf for a moment takes a little of each.
const together = 8

func (s *Sender) send(ctx context.Context, name string) error {
	tags, err := sending(s.o.Keys, s.o.Peer)
	if errors.Is(err, fs.ErrNotExist) {
		return fault(carrier.Stranger, "the %s zone isn't paired with this one", s.o.Peer)
	}
	if err != nil {
		return err
	}
	file, err := s.o.Boxes.Out.Take(name)
	if err != nil {
		return err
	}
	defer file.Close()
	content, ok := file.(io.ReaderAt)
	if !ok || len(name) > 255 {
		return fmt.Errorf("%s can't be sent one way", name)
	}
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return err
	}
	if size > s.o.Boxes.Most {
		return carrier.ErrTooLarge
	}
	open := opening(name, [sha256.Size]byte(sum.Sum(nil)))
	length := int64(len(open)) + size
	g := cutting(length, s.o.Setting.Packet, s.o.Setting.Parity)
	p := packet{id: idOf(open, g, s.o.Setting.Parity), length: length, data: g.data}
	stream := &stream{open, content}
	pace := newPace(s.o.Setting.Megabits)
	out := make([]byte, 0, largest)
	for first := 0; first < g.blocks(); first += together {
		var blocks [][][]byte
		most := 0
		for b := first; b < min(first+together, g.blocks()); b++ {
			shards, err := s.block(stream, g, b)
			if err != nil {
				return err
			}
			blocks, most = append(blocks, shards), max(most, len(shards))
		}
		for shard := range most {
			for i, shards := range blocks {
				if shard >= len(shards) {
					continue
				}
				p.block, p.shards, p.shard, p.bytes = first+i, len(shards), shard, shards[shard]
				out = p.put(out)
				for i, t := range tags {
					copy(out[4+i*tagSize:], t.tag(out))
				}
				if err := pace.wait(ctx, len(out)); err != nil {
					return err
				}
				if _, err := s.conn.Write(out); err != nil && !passing(err) {
					return fault(carrier.Unreachable, "%w", err)
				}
			}
		}
	}
	return nil
}

// stream is a file behind its opening.
type stream struct {
	open    []byte
	content io.ReaderAt
}

func (s *stream) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	if at < int64(len(s.open)) {
		n = copy(p, s.open[at:])
	}
	m, err := s.content.ReadAt(p[n:], at+int64(n)-int64(len(s.open)))
	return n + m, err
}

// block reads a block and adds its parity.
func (s *Sender) block(from io.ReaderAt, g geometry, block int) ([][]byte, error) {
	data := g.in(block)
	code, err := s.codes.of(data, parity(data, s.o.Setting.Parity))
	if err != nil {
		return nil, err
	}
	shards := make([][]byte, data+parity(data, s.o.Setting.Parity))
	all := make([]byte, len(shards)*g.size)
	for i := range shards {
		shards[i] = all[i*g.size : (i+1)*g.size : (i+1)*g.size]
	}
	n, err := from.ReadAt(all[:data*g.size], g.at(block))
	if err != nil && err != io.EOF {
		return nil, err
	}
	if want := min(int64(data*g.size), g.length-g.at(block)); int64(n) < want {
		return nil, fmt.Errorf("it became shorter while it was read: %w", fs.ErrNotExist)
	}
	return shards, code.Encode(shards)
}

// codes keeps the encoders that were needed, each for a pair of numbers.
type codes map[[2]int]reedsolomon.Encoder

func (c codes) of(data, parity int) (reedsolomon.Encoder, error) {
	if e, ok := c[[2]int{data, parity}]; ok {
		return e, nil
	}
	// The Leopard code: the others take time by the square of what is missing.
	// Without its cache of inversions, which (1.14.2) takes what was prepared for
	// one loss for another when data alone is asked back.
	e, err := reedsolomon.New(data, parity, reedsolomon.WithLeopardGF(true), reedsolomon.WithInversionCache(false), reedsolomon.WithMaxGoroutines(1))
	if err == nil {
		if len(c) >= 256 {
			clear(c)
		}
		c[[2]int{data, parity}] = e
	}
	return e, err
}

// pace keeps to a speed, in bits a second.
type pace struct {
	perByte time.Duration
	next    time.Time
	now     func() time.Time
	sleep   func(context.Context, time.Duration)
}

func newPace(megabits int) *pace {
	return &pace{perByte: time.Duration(8000/megabits + 1), next: time.Now(), now: time.Now, sleep: rest}
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// onTheWire is what a packet has besides, in bytes: UDP, IP and Ethernet.
const onTheWire = 8 + 20 + 38

// ahead is how much may leave at one go: less than a socket's buffer holds.
const ahead = time.Millisecond

func (p *pace) wait(ctx context.Context, bytes int) error {
	now := p.now()
	if p.next.Before(now.Add(-ahead)) {
		p.next = now.Add(-ahead) // what wasn't used isn't saved up
	}
	p.next = p.next.Add(time.Duration(bytes+onTheWire) * p.perByte)
	if d := p.next.Sub(now); d > ahead {
		p.sleep(ctx, d)
	}
	return ctx.Err()
}
