// Package oneway carries bundles over UDP in one direction alone (单向传输): through
// a data diode, which lets nothing back. A file is cut into blocks, each with
// Reed–Solomon parity, so that it arrives though a fifth of its packets don't; it
// has arrived when its digest is right, not after a silence.
//
// The sender paces itself and repeats, in growing intervals, what has no receipt.
// There may never be one, and it says so. The receiver's memory and disk are
// bounded; a packet that the paired zone didn't send costs it a glance and a count.
package oneway

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"

	"yitang/internal/exchange/carrier"
)

// Setting is how it is set up in node.yaml: one side sends, the other listens.
type Setting struct {
	To       string        `yaml:"to,omitempty"`       // 10.9.0.2:7788, where the diode's far side listens
	Listen   string        `yaml:"listen,omitempty"`   // :7788
	Megabits int           `yaml:"megabits,omitempty"` // a second, of the sender; left out: 50
	Packet   int           `yaml:"packet,omitempty"`   // bytes of one packet; left out: 1400
	Parity   int           `yaml:"parity,omitempty"`   // per cent beside the data; left out: 50
	Again    time.Duration `yaml:"again,omitempty"`    // until the first repetition; each after it waits twice as long
}

func (s Setting) filled() Setting {
	if s.Megabits == 0 {
		s.Megabits = 50
	}
	if s.Packet == 0 {
		s.Packet = 1400
	}
	if s.Parity == 0 {
		s.Parity = 50
	}
	if s.Again == 0 {
		s.Again = 10 * time.Minute
	}
	return s
}

// Check says what can't be, in the words of the command line.
func (s Setting) Check() error {
	if (s.To == "") == (s.Listen == "") {
		return errors.New("one way needs either to or listen: one node sends, the other listens")
	}
	host, port, err := net.SplitHostPort(s.To + s.Listen)
	if err != nil || port == "" || s.To != "" && host == "" {
		return fmt.Errorf("the address %q is none: write it as 10.9.0.2:7788", s.To+s.Listen)
	}
	if s.Listen != "" && (s.Megabits != 0 || s.Packet != 0 || s.Parity != 0 || s.Again != 0) {
		return errors.New("megabits, packet, parity and again are the sender's to say")
	}
	f := s.filled()
	switch {
	case f.Megabits < 1 || f.Megabits > 10_000:
		return fmt.Errorf("%d megabits a second is no speed: 1 to 10000", f.Megabits)
	case f.Packet < 256 || f.Packet > largest:
		return fmt.Errorf("a packet of %d bytes is none: 256 to %d, and no more than the line takes in one piece (1400 as a rule)", f.Packet, largest)
	case f.Parity < 10 || f.Parity > 100:
		return fmt.Errorf("parity of %d per cent is none: 10 to 100", f.Parity)
	case f.Again < time.Minute:
		return fmt.Errorf("again %s is too often: a minute or more, or left out for ten minutes", f.Again)
	}
	return nil
}

// Does says in short where it leads.
func (s Setting) Does() string {
	if s.Listen != "" {
		return "listens on " + s.Listen + " (UDP)"
	}
	return fmt.Sprintf("sends to %s (UDP, %d Mbit/s)", s.To, s.filled().Megabits)
}

// A packet, numbers big-endian:
//
//	 0   4  "YTO1"
//	 4   8  tag by the sender's receiving key of today
//	12   8  tag by the one before, zeros when there is none
//	20  16  id of the transfer
//	36   4  bytes of the whole stream
//	40   4  number of the block
//	44   1  data shards of each block but the last
//	45   1  shards of this block, parity included
//	46   1  number of the shard
//	47   1  0
//	48      the shard
const (
	magic   = "YTO1"
	head    = 48
	unit    = 64   // a shard is a multiple of it, as the code wants
	largest = 8948 // a jumbo frame
	fullest = 128  // data shards of a block
	spare   = 8    // parity shards beside the share of the data
)

type packet struct {
	id     [16]byte
	length int64
	block  int
	data   int // shards of each block but the last
	shards int
	shard  int
	bytes  []byte
}

func (p packet) put(b []byte) []byte {
	b = append(b[:0], magic...)
	b = append(b, make([]byte, 16)...)
	b = append(b, p.id[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(p.length))
	b = binary.BigEndian.AppendUint32(b, uint32(p.block))
	b = append(b, byte(p.data), byte(p.shards), byte(p.shard), 0)
	return append(b, p.bytes...)
}

// read reads what a packet says. Whether it is the paired zone's is asked before.
func read(b []byte, most int64) (packet, bool) {
	if len(b) <= head || (len(b)-head)%unit != 0 {
		return packet{}, false
	}
	p := packet{
		id: [16]byte(b[20:36]), length: int64(binary.BigEndian.Uint32(b[36:])), block: int(binary.BigEndian.Uint32(b[40:])),
		data: int(b[44]), shards: int(b[45]), shard: int(b[46]), bytes: b[head:],
	}
	if b[47] != 0 || p.data < 1 || p.data > fullest || p.length < 1 || p.length > most+streamHead {
		return packet{}, false
	}
	g := p.geometry()
	if p.block >= g.blocks() || p.shard >= p.shards || p.shards <= g.in(p.block) {
		return packet{}, false
	}
	return p, true
}

func (p packet) geometry() geometry { return geometry{p.length, len(p.bytes), p.data} }

// geometry is how a stream is cut.
type geometry struct {
	length int64
	size   int // of a shard
	data   int // shards of each block but the last
}

func (g geometry) total() int64 { return (g.length + int64(g.size) - 1) / int64(g.size) }

func (g geometry) blocks() int { return int((g.total() + int64(g.data) - 1) / int64(g.data)) }

// in is how many data shards a block has.
func (g geometry) in(block int) int {
	return int(min(int64(g.data), g.total()-int64(block)*int64(g.data)))
}

// at is where a block begins in the stream.
func (g geometry) at(block int) int64 { return int64(block) * int64(g.data) * int64(g.size) }

// parity is how many parity shards a block gets: a share of its data, and some, so
// that small blocks have enough as well.
func parity(data, percent int) int { return (data*percent+99)/100 + spare }

// cutting shares a stream out evenly.
func cutting(length int64, packet, percent int) geometry {
	g := geometry{length: length, size: (packet - head) / unit * unit}
	most := int64(fullest)
	// The code rounds parity up to a power of two.
	for most > 1 && (int(most)+parity(int(most), percent) > 255 || parity(int(most), percent) > 128) {
		most--
	}
	blocks := (g.total() + most - 1) / most
	g.data = int((g.total() + blocks - 1) / blocks)
	return g
}

// streamHead is the most that stands before a file's content in its stream.
const streamHead = 1 + 255 + sha256.Size

// opening is what stands before the content: length of the name, name, digest.
func opening(name string, digest [sha256.Size]byte) []byte {
	return append(append([]byte{byte(len(name))}, name...), digest[:]...)
}

// idOf names a transfer: the same file, cut in the same way, has the same.
func idOf(open []byte, g geometry, percent int) [16]byte {
	h := sha256.New()
	fmt.Fprintf(h, "yitang.oneway/1\n%d %d %d %d\n", g.length, g.size, g.data, percent)
	h.Write(open)
	return [16]byte(h.Sum(nil))
}

func fault(word carrier.Trouble, format string, args ...any) error {
	return &carrier.Fault{Trouble: word, Cause: fmt.Errorf(format, args...)}
}
