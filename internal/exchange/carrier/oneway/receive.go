package oneway

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
)

// What the receiver may hold of files that aren't whole.
const (
	inMemory  = 32 << 20  // of blocks that still lack shards
	onDisk    = 512 << 20 // of blocks that are whole
	transfers = 64
	remembers = 4096            // transfers that ended
	anew      = 5 * time.Minute // after which one that ended may be needed again
	queued    = 32 << 20        // bytes between the socket and the work
)

// Counts are of packets since it began.
type Counts struct {
	Taken    int64 // of the paired zone, and of use
	Repeated int64 // of the paired zone, and not needed
	Foreign  int64 // of nobody who is paired, or none at all
	Dropped  int64 // for want of room
	Files    int64 // that are whole
}

// Receiver is the side that listens. One goroutine reads, one works.
type Receiver struct {
	o    Options
	conn *net.UDPConn
	dir  *carrier.Directory

	foreign, dropped, taken, repeated, files atomic.Int64

	// The worker's own.
	tags   []tagger
	tagged time.Time
	under  map[[16]byte]*transfer
	ended  map[[16]byte]ended
	order  [][16]byte // of ended, oldest first
	holds  int        // bytes of shards in memory
	codes  codes
	turn   int64
}

type ended struct {
	file  carrier.Entry
	at    time.Time
	later bool // there was no room for it
}

// transfer is a file that arrives.
type transfer struct {
	id       [16]byte
	geometry geometry
	file     blob.File
	blocks   map[int]*block
	done     map[int]bool
	touched  int64
}

type block struct {
	shards  [][]byte
	have    int
	touched int64
}

// NewReceiver takes the address.
func NewReceiver(o Options) (*Receiver, error) {
	r := &Receiver{o: o, under: map[[16]byte]*transfer{}, ended: map[[16]byte]ended{}, codes: codes{}}
	var err error
	if r.dir, err = carrier.Make(o.Disk, o.Dir); err != nil {
		return nil, err
	}
	left, err := r.dir.List()
	if err != nil {
		return nil, err
	}
	for _, name := range left { // nobody knows any more which blocks these had
		if err := r.dir.Remove(name); err != nil {
			return nil, err
		}
	}
	at, err := net.ResolveUDPAddr("udp", o.Setting.Listen)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", o.Setting.Listen, err)
	}
	r.conn, err = net.ListenUDP("udp", at)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s (UDP) is in use by another program; end it, or listen elsewhere", o.Setting.Listen)
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", o.Setting.Listen, err)
	}
	r.conn.SetReadBuffer(8 << 20) // as much of it as the machine allows
	return r, nil
}

// Address is where it listens.
func (r *Receiver) Address() string { return r.conn.LocalAddr().String() }

// Close gives up the address of one that never ran.
func (r *Receiver) Close() { r.conn.Close() }

// Counts tells what came.
func (r *Receiver) Counts() Counts {
	return Counts{r.taken.Load(), r.repeated.Load(), r.foreign.Load(), r.dropped.Load(), r.files.Load()}
}

// Run works until ctx ends.
func (r *Receiver) Run(ctx context.Context, note carrier.Note, pause time.Duration) {
	packets := make(chan []byte, queued/1024)
	var waiting atomic.Int64 // bytes in it
	var work sync.WaitGroup
	defer work.Wait()
	defer context.AfterFunc(ctx, func() { r.conn.Close() })()
	work.Go(func() {
		defer close(packets)
		b := make([]byte, largest+1)
		for {
			n, _, err := r.conn.ReadFromUDPAddrPort(b)
			if err != nil {
				if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
					return
				}
				continue
			}
			if n <= head || n > largest || string(b[:4]) != magic {
				r.foreign.Add(1)
				continue
			}
			if waiting.Load() > queued {
				r.dropped.Add(1)
				continue
			}
			select {
			case packets <- bytes.Clone(b[:n]):
				waiting.Add(int64(n))
			default:
				r.dropped.Add(1)
			}
		}
	})
	tick := time.NewTicker(pause)
	defer tick.Stop()
	defer r.drop()
	heard := int64(0)
	for {
		select {
		case p, ok := <-packets:
			if !ok {
				return
			}
			waiting.Add(-int64(len(p)))
			whole, err := r.take(ctx, p)
			if err != nil && ctx.Err() == nil {
				note.Failed(err)
			} else if whole {
				note.Worked(0, 1)
			}
		case <-tick.C:
			note.Packets(r.foreign.Load(), r.dropped.Load())
			if later, err := r.later(ctx); err == nil {
				note.Later(later)
			} else if ctx.Err() == nil {
				note.Failed(err)
			}
			if now := r.taken.Load() + r.repeated.Load(); now != heard {
				heard = now
				note.Worked(0, 0)
			}
		}
	}
}

// later counts the files for which there is no room; their sender repeats them. Who
// brought one otherwise, or made room, isn't heard of by packets.
func (r *Receiver) later(ctx context.Context) (int, error) {
	var files []carrier.Entry
	for _, e := range r.ended {
		if e.later {
			files = append(files, e.file)
		}
	}
	if len(files) == 0 {
		return 0, nil
	}
	sorted, err := r.o.Boxes.Sort(ctx, files)
	if err != nil {
		return 0, err
	}
	still := map[string]bool{}
	for _, name := range sorted.Later {
		still[name] = true
	}
	for id, e := range r.ended {
		if e.later = e.later && still[e.file.Name]; !e.later {
			r.ended[id] = e
		}
	}
	return len(still), nil
}

func (r *Receiver) drop() {
	for _, t := range r.under {
		t.file.Close()
	}
}

// genuine tells whether the paired zone made a packet.
func (r *Receiver) genuine(b []byte) (bool, error) {
	if now := r.o.Now(); r.tags == nil || now.Sub(r.tagged) > 10*time.Second || now.Before(r.tagged) {
		tags, err := taking(r.o.Keys, r.o.Peer)
		if errors.Is(err, fs.ErrNotExist) {
			tags, err = []tagger{}, nil // who isn't paired yet hears nobody
		}
		if err != nil {
			return false, err
		}
		r.tags, r.tagged = tags, now
	}
	for _, t := range r.tags {
		tag := t.tag(b)
		if hmac.Equal(tag, b[4:12]) || hmac.Equal(tag, b[12:20]) {
			return true, nil
		}
	}
	return false, nil
}

// take takes one packet, which is its own from then on. The error is this machine's.
func (r *Receiver) take(ctx context.Context, b []byte) (whole bool, err error) {
	p, ok := read(b, r.o.Boxes.Most)
	if !ok {
		r.foreign.Add(1)
		return false, nil
	}
	t := r.under[p.id]
	if t != nil && (t.done[p.block] || t.blocks[p.block] != nil && t.blocks[p.block].has(p.shard)) {
		r.repeated.Add(1) // for nothing, whoever sent it
		return false, nil
	}
	if e, is := r.ended[p.id]; is && r.o.Now().Sub(e.at) < anew {
		r.repeated.Add(1)
		return false, nil
	}
	if ok, err := r.genuine(b); err != nil || !ok {
		r.foreign.Add(1)
		return false, err
	}
	if e, is := r.ended[p.id]; is {
		needed, later, err := r.needs(ctx, e.file)
		if err != nil {
			return false, err
		}
		if !needed {
			r.ended[p.id] = ended{e.file, r.o.Now(), later}
			r.repeated.Add(1)
			return false, nil
		}
		delete(r.ended, p.id)
	}
	if t == nil {
		if t, err = r.begin(p); err != nil {
			return false, err
		}
	}
	if t.geometry != p.geometry() {
		r.foreign.Add(1)
		return false, nil
	}
	r.taken.Add(1)
	return r.add(ctx, t, p)
}

// needs tells whether a file that was whole once is wanted still, and isn't in the
// inbox: it was spoiled there, or there was no room for it.
func (r *Receiver) needs(ctx context.Context, file carrier.Entry) (needed, later bool, err error) {
	sorted, err := r.o.Boxes.Sort(ctx, []carrier.Entry{file})
	if err != nil || len(sorted.Wanted) == 0 {
		return false, len(sorted.Later) > 0, err
	}
	f, err := r.o.Boxes.In.Take(file.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return true, false, nil
	}
	if err == nil {
		f.Close()
	}
	return false, false, err
}

func (b *block) has(shard int) bool { return shard < len(b.shards) && b.shards[shard] != nil }

func (r *Receiver) path(id [16]byte) string { return filepath.Join(r.o.Dir, hex.EncodeToString(id[:])) }

// begin makes room for a transfer, of the one that nothing was heard of for longest.
func (r *Receiver) begin(p packet) (*transfer, error) {
	for len(r.under) > 0 {
		var bytes int64
		var oldest *transfer
		for _, t := range r.under {
			bytes += t.geometry.length
			if oldest == nil || t.touched < oldest.touched {
				oldest = t
			}
		}
		if len(r.under) < transfers && bytes+p.length <= onDisk {
			break
		}
		if err := r.forget(oldest); err != nil {
			return nil, err
		}
	}
	file, err := r.o.Disk.OpenFile(r.path(p.id), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	t := &transfer{id: p.id, geometry: p.geometry(), file: file, blocks: map[int]*block{}, done: map[int]bool{}}
	r.under[p.id] = t
	return t, nil
}

// forget gives a transfer up; the sender repeats it.
func (r *Receiver) forget(t *transfer) error {
	for n := range t.blocks {
		r.release(t, n)
	}
	delete(r.under, t.id)
	t.file.Close()
	return r.dir.Remove(hex.EncodeToString(t.id[:]))
}

func (r *Receiver) release(t *transfer, n int) {
	r.holds -= t.blocks[n].costs(t.geometry.size)
	delete(t.blocks, n)
}

// costs is what a block holds in memory, in bytes: its shards, and the list of them.
func (b *block) costs(size int) int { return b.have*size + 24*len(b.shards) + 128 }

// makeRoom gives up the block that nothing was heard of for longest.
func (r *Receiver) makeRoom(size int) {
	for r.holds+size > inMemory {
		var of *transfer
		var oldest int
		for _, t := range r.under {
			for n, b := range t.blocks {
				if of == nil || b.touched < of.blocks[oldest].touched {
					of, oldest = t, n
				}
			}
		}
		if of == nil {
			return
		}
		r.dropped.Add(int64(of.blocks[oldest].have))
		r.release(of, oldest)
	}
}

func (r *Receiver) add(ctx context.Context, t *transfer, p packet) (bool, error) {
	r.turn++
	b := t.blocks[p.block]
	if b == nil {
		b = &block{shards: make([][]byte, p.shards)}
	} else if len(b.shards) != p.shards {
		r.foreign.Add(1)
		return false, nil
	}
	t.touched, b.touched = r.turn, r.turn // so that room is made of others
	need := t.geometry.size
	if t.blocks[p.block] == nil {
		need += b.costs(0)
	}
	r.makeRoom(need)
	t.blocks[p.block] = b
	b.shards[p.shard] = p.bytes
	b.have++
	r.holds += need
	data := t.geometry.in(p.block)
	if b.have < data {
		return false, nil
	}
	if err := r.restore(b, data); err != nil {
		r.release(t, p.block)
		return false, nil // no shards of one block: the sender repeats it
	}
	if err := r.keep(t, p.block, b.shards[:data]); err != nil {
		r.release(t, p.block)
		return false, err
	}
	r.release(t, p.block)
	t.done[p.block] = true
	if len(t.done) < t.geometry.blocks() {
		return false, nil
	}
	return r.finish(ctx, t)
}

// restore finds the data shards that are missing.
func (r *Receiver) restore(b *block, data int) error {
	for _, s := range b.shards[:data] {
		if s == nil {
			code, err := r.codes.of(data, len(b.shards)-data)
			if err != nil {
				return err
			}
			return code.ReconstructData(b.shards)
		}
	}
	return nil
}

// keep writes a block's data to the file in part.
func (r *Receiver) keep(t *transfer, n int, data [][]byte) error {
	at := t.geometry.at(n)
	for _, s := range data {
		if left := t.geometry.length - at; int64(len(s)) > left {
			s = s[:left]
		}
		if _, err := t.file.WriteAt(s, at); err != nil {
			return err
		}
		at += int64(len(s))
	}
	return nil
}

// finish looks at a stream that is whole, and puts its file into the inbox.
func (r *Receiver) finish(ctx context.Context, t *transfer) (bool, error) {
	name, digest, begins, err := t.opening()
	content := io.NewSectionReader(t.file, begins, t.geometry.length-begins)
	sum := sha256.New()
	if err == nil {
		_, err = io.Copy(sum, content)
	}
	if err == nil && [sha256.Size]byte(sum.Sum(nil)) != digest {
		err = fault(carrier.Damaged, "%s arrived otherwise than it was sent", name)
	}
	if err != nil {
		return false, errors.Join(err, r.forget(t))
	}
	file := carrier.Entry{Name: name, Size: content.Size()}
	sorted, err := r.o.Boxes.Sort(ctx, []carrier.Entry{file})
	wanted, later := len(sorted.Wanted) > 0, len(sorted.Later) > 0
	if err == nil && wanted {
		content.Seek(0, io.SeekStart)
		err = r.o.Boxes.Bring(ctx, name, content.Size(), content)
	}
	if errors.Is(err, carrier.ErrLater) {
		wanted, later, err = false, true, nil
	}
	if err != nil {
		return false, errors.Join(err, r.forget(t))
	}
	if len(r.order) >= remembers {
		delete(r.ended, r.order[0])
		r.order = r.order[1:]
	}
	r.ended[t.id] = ended{file, r.o.Now(), later}
	r.order = append(r.order, t.id)
	if err := r.forget(t); err != nil || !wanted {
		return false, err
	}
	r.files.Add(1)
	return true, nil
}

// opening reads what stands before the content.
func (t *transfer) opening() (name string, digest [sha256.Size]byte, begins int64, err error) {
	b := make([]byte, min(t.geometry.length, streamHead))
	if _, err = t.file.ReadAt(b, 0); err != nil && err != io.EOF {
		return "", digest, 0, err
	}
	begins = 1 + int64(b[0]) + sha256.Size
	if begins > int64(len(b)) {
		return "", digest, 0, fault(carrier.Damaged, "a stream ends before its name does")
	}
	return string(b[1 : 1+int(b[0])]), [sha256.Size]byte(b[1+int(b[0]) : begins]), begins, nil
}
