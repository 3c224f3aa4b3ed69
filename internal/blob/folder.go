package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"yitang/internal/fault"
	"yitang/internal/keys"
)

const (
	// segmentSize is where a segment is closed, in bytes: few enough files for
	// a million cases, small enough to be looked through after a crash.
	segmentSize = 256 << 20
	// pendingLimit bounds the memory of small blobs that wait for Sync.
	pendingLimit = 32 << 20
)

// Folder is the Store on a disk. One process at a time may have it open.
type Folder struct {
	disk Disk
	dir  string
	ring *keys.Ring
	full int64 // segmentSize, less in tests

	tempNames atomic.Int64
	recovery  Recovery

	// flushing is held by whoever writes segments; only they touch active.
	flushing sync.Mutex
	active   *segment // nil: the next flush begins a new one

	mu       sync.RWMutex // guards what follows
	pending  []*pendingBlob
	waiting  map[Digest]*pendingBlob
	bytes    int64      // in pending
	segments []*segment // all of them, active too, oldest first
}

// pendingBlob is a small blob that no flush has made durable yet. It is kept
// until one does: a failed flush loses nothing that Put accepted.
type pendingBlob struct {
	header header
	record []byte // room for the header, then the sealed content
}

// Recovery says what opening the folder found after a crash.
type Recovery struct {
	Cut  int64    // bytes of unfinished writes, cut off or left unused
	Gaps []string // places where bytes that had been made durable were altered
}

// OpenFolder opens or creates the store in dir. A crash's unfinished tail is
// cut off; see Recovered.
func OpenFolder(disk Disk, dir string, ring *keys.Ring) (*Folder, error) {
	f := &Folder{disk: disk, dir: dir, ring: ring, full: segmentSize, waiting: map[Digest]*pendingBlob{}}
	for _, sub := range []string{f.segmentDir(), f.largeDir()} {
		if err := disk.MkdirAll(sub, 0o700); err != nil {
			return nil, fmt.Errorf("making the blob folder: %w", explain(err))
		}
	}
	if err := f.sweep(); err != nil {
		return nil, fmt.Errorf("opening the blob folder: %w", explain(err))
	}
	if err := f.openSegments(); err != nil {
		f.letGo()
		return nil, fmt.Errorf("opening the blob folder: %w", explain(err))
	}
	return f, nil
}

// Recovered tells what opening found, for `yitang doctor`.
func (f *Folder) Recovered() Recovery { return f.recovery }

// Close makes everything durable and lets go of the files.
func (f *Folder) Close() error {
	err := f.Sync(context.Background())
	f.flushing.Lock()
	defer f.flushing.Unlock()
	return errors.Join(err, f.letGo())
}

func (f *Folder) letGo() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	for _, s := range f.segments {
		err = errors.Join(err, s.close())
	}
	f.segments, f.active = nil, nil
	return err
}

func (f *Folder) segmentDir() string { return filepath.Join(f.dir, "segments") }
func (f *Folder) largeDir() string   { return filepath.Join(f.dir, "large") }

func (f *Folder) largePath(d Digest) (dir, name string) {
	return filepath.Join(f.largeDir(), d.String()[:2]), d.String() + ".blob"
}

// sweep removes temporary files of a process that died.
func (f *Folder) sweep() error {
	for _, dir := range []string{f.segmentDir(), f.largeDir()} {
		entries, err := f.disk.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if len(e.Name()) > 5 && e.Name()[:5] == ".new-" {
				if err := f.disk.Remove(filepath.Join(dir, e.Name())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

var smallBuffers = sync.Pool{New: func() any { b := make([]byte, Small+1); return &b }}

// Put is described at Store.
func (f *Folder) Put(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	buffer := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(buffer)
	n, err := io.ReadFull(r, *buffer)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Ref{}, fmt.Errorf("receiving a file: %w", err)
	}
	plain := (*buffer)[:n]
	switch {
	case n == 0:
		return Ref{}, empty()
	case int64(n) > limit:
		return Ref{}, TooLarge("file", 0, limit)
	case n <= Small:
		return f.putSmall(ctx, plain)
	}
	return f.putLarge(ctx, io.MultiReader(bytes.NewReader(plain), r), limit)
}

func (f *Folder) putSmall(ctx context.Context, plain []byte) (Ref, error) {
	ref := Ref{Digest: sha256.Sum256(plain), Size: int64(len(plain))}
	f.mu.RLock()
	held, err := f.holds(ref.Digest, 0)
	seen := len(f.segments)
	f.mu.RUnlock()
	if err != nil || held {
		return ref, err
	}
	h, record, err := sealWhole(f.ring, ref.Digest, plain)
	if err != nil {
		return Ref{}, fmt.Errorf("sealing blob %s: %w", ref.Digest, err)
	}
	// Memory is bounded: a caller who brings too much pays for a flush, and
	// hears of a full disk here already.
	f.mu.RLock()
	crowded := f.bytes+int64(len(record)) > pendingLimit
	f.mu.RUnlock()
	if crowded {
		if err := f.Sync(ctx); err != nil {
			return Ref{}, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	// Somebody else may have brought the same meanwhile: then it waits, or was
	// flushed into what was the last segment then, or a later one.
	held, err = f.holds(ref.Digest, seen-1)
	if err == nil && !held {
		p := &pendingBlob{header: h, record: record}
		f.pending = append(f.pending, p)
		f.waiting[ref.Digest] = p
		f.bytes += int64(len(record))
	}
	return ref, err
}

// putLarge streams into a file of its own. Each step leaves, if the process
// dies there: a temporary file, swept at the next opening; after the rename a
// whole blob, which either has its name durably or never had.
func (f *Folder) putLarge(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	temp := filepath.Join(f.largeDir(), fmt.Sprintf(".new-%d", f.tempNames.Add(1)))
	file, err := f.disk.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return Ref{}, fmt.Errorf("storing a file: %w", explain(err))
	}
	ref, err := f.writeLarge(ctx, file, r, limit)
	held := false
	if err == nil {
		held, err = f.largeHeld(ref.Digest)
	}
	if err == nil && !held {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	dir, name := f.largePath(ref.Digest)
	if err == nil && !held {
		err = f.disk.MkdirAll(dir, 0o700)
		if err == nil {
			err = f.disk.SyncDir(f.largeDir())
		}
		if err == nil {
			err = f.disk.Rename(temp, filepath.Join(dir, name))
		}
	}
	if err != nil || held {
		f.disk.Remove(temp) // or the next opening does
	}
	if err == nil {
		err = f.disk.SyncDir(dir)
	}
	if err != nil {
		return Ref{}, fmt.Errorf("storing a file: %w", explain(err))
	}
	return ref, nil
}

func (f *Folder) writeLarge(ctx context.Context, file File, r io.Reader, limit int64) (Ref, error) {
	h, s, err := beginRecord(f.ring)
	if err != nil {
		return Ref{}, err
	}
	if _, err := file.Write(make([]byte, headerSize)); err != nil {
		return Ref{}, err
	}
	sum := sha256.New()
	this, next := make([]byte, chunkSize), make([]byte, chunkSize)
	sealed := make([]byte, 0, sealedSize)
	have, err := io.ReadFull(r, this)
	for number := int64(0); have > 0; number++ {
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return Ref{}, fmt.Errorf("receiving: %w", err)
		}
		if ctx.Err() != nil {
			return Ref{}, ctx.Err()
		}
		if h.size += int64(have); h.size > limit {
			return Ref{}, TooLarge("file", 0, limit)
		}
		// A chunk is the last one if nothing follows, so one is read ahead.
		ahead, mark := 0, byte(lastChunk)
		if err == nil {
			ahead, err = io.ReadFull(r, next)
			if ahead > 0 {
				mark = midChunk
			} else if err != io.EOF {
				return Ref{}, fmt.Errorf("receiving: %w", err)
			}
		}
		sum.Write(this[:have])
		sealed = s.seal(sealed[:0], this[:have], number, mark)
		h.payload = crc32.Update(h.payload, castagnoli, sealed)
		if _, writeErr := file.Write(sealed); writeErr != nil {
			return Ref{}, writeErr
		}
		this, next, have = next, this, ahead
	}
	h.digest = Digest(sum.Sum(nil))
	h.bind = s.bind(h.digest, h.size)
	_, err = file.WriteAt(h.encode(), 0)
	return Ref{Digest: h.digest, Size: h.size}, err
}

func (f *Folder) largeHeld(d Digest) (bool, error) {
	r, err := f.openLarge(d)
	switch {
	case err == nil:
		return true, r.Close()
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrDamaged):
		return false, nil // a damaged one is mended by writing it again
	}
	return false, err
}

func (f *Folder) openLarge(d Digest) (*reader, error) {
	dir, name := f.largePath(d)
	return f.openAt(filepath.Join(dir, name), 0, d)
}

// openAt opens a record with a handle of its own, so that no reader stands in
// the way of whoever closes a segment.
func (f *Folder) openAt(path string, at int64, d Digest) (*reader, error) {
	file, err := f.disk.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	r, err := openRecord(f.ring, file, at, d, file.Close)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// Get is described at Store.
func (f *Folder) Get(ctx context.Context, d Digest) (Content, error) {
	r, err := f.open(d)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFound("blob " + d.String())
	}
	if err != nil {
		return nil, fmt.Errorf("opening blob %s: %w", d, err)
	}
	return r, nil
}

func (f *Folder) open(d Digest) (*reader, error) {
	f.mu.RLock()
	p, segments := f.waiting[d], f.segments
	f.mu.RUnlock()
	if p != nil {
		record := append(p.header.encode(), p.record[headerSize:]...)
		return openRecord(f.ring, bytes.NewReader(record), 0, d, func() error { return nil })
	}
	for i := len(segments) - 1; i >= 0; i-- {
		f.mu.RLock()
		at, found, err := segments[i].find(d)
		f.mu.RUnlock()
		if err != nil {
			return nil, err
		}
		if found {
			return f.openAt(segments[i].path, at, d)
		}
	}
	return f.openLarge(d)
}

// Has is described at Store.
func (f *Folder) Has(ctx context.Context, d Digest) (bool, error) {
	r, err := f.open(d)
	switch {
	case err == nil:
		return true, r.Close()
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	}
	return false, fmt.Errorf("looking for blob %s: %w", d, err)
}

// holds looks among what waits and in the segments from the given one on. f.mu
// is held.
func (f *Folder) holds(d Digest, from int) (bool, error) {
	if f.waiting[d] != nil {
		return true, nil
	}
	for i := len(f.segments) - 1; i >= max(0, from); i-- {
		if _, found, err := f.segments[i].find(d); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// Walk is described at Store. It sees what had been put when it began.
func (f *Folder) Walk(ctx context.Context) iter.Seq2[Ref, error] {
	return func(yield func(Ref, error) bool) {
		for d, err := range f.digests() {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(Ref{}, err)
				return
			}
			if !yield(f.check(d)) {
				return
			}
		}
	}
}

func (f *Folder) check(d Digest) (Ref, error) {
	r, err := f.open(d)
	if err != nil {
		return Ref{Digest: d}, fmt.Errorf("blob %s: %w", d, err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, r)
	if err == nil && Digest(sum.Sum(nil)) != d {
		err = ErrDamaged
	}
	if err = errors.Join(err, r.Close()); err != nil {
		err = fmt.Errorf("blob %s: %w", d, err)
	}
	return Ref{Digest: d, Size: r.Size()}, err
}

// digests lists everything held, each blob once for each place it lies in.
func (f *Folder) digests() iter.Seq2[Digest, error] {
	return func(yield func(Digest, error) bool) {
		f.mu.RLock()
		var first []Digest
		for d := range f.waiting {
			first = append(first, d)
		}
		segments := f.segments
		f.mu.RUnlock()
		for _, s := range segments {
			f.mu.RLock()
			listed, err := s.list()
			f.mu.RUnlock()
			if err != nil {
				yield(Digest{}, err)
				return
			}
			first = append(first, listed...)
		}
		for _, d := range first {
			if !yield(d, nil) {
				return
			}
		}
		shards, err := f.disk.ReadDir(f.largeDir())
		if err != nil {
			yield(Digest{}, err)
			return
		}
		for _, shard := range shards {
			if !shard.IsDir() {
				continue
			}
			files, err := f.disk.ReadDir(filepath.Join(f.largeDir(), shard.Name()))
			if err != nil {
				yield(Digest{}, err)
				return
			}
			for _, file := range files {
				d, err := ParseDigest(trimBlob(file.Name()))
				if !yield(d, err) || err != nil {
					return
				}
			}
		}
	}
}

func trimBlob(name string) string {
	return name[:len(name)-len(filepath.Ext(name))]
}
