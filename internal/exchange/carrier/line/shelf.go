package line

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
)

// File is one file as it is announced: its digest is of its bytes as they travel.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Digest string `json:"digest"` // SHA-256, in hexadecimal
}

var (
	digests   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	fileNames = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,179}$`)
)

func (f File) sound(most int64) error {
	switch {
	case !fileNames.MatchString(f.Name) || !digests.MatchString(f.Digest) || f.Size < 1:
		return fmt.Errorf("%q is no file to carry", f.Name)
	case f.Size > most:
		return fmt.Errorf("%s with %d bytes: %w", f.Name, f.Size, carrier.ErrTooLarge)
	}
	return nil
}

// What has begun to arrive is bounded: a neighbour that begins files and never
// ends them must not fill the disk.
const (
	begunMost  = 32
	begunBytes = 512 << 20
)

// shelf keeps what has arrived in part, over broken lines and restarts.
type shelf struct {
	disk blob.Disk
	path string
	dir  *carrier.Directory
	most int64

	mu sync.Mutex // over who writes which file
	at map[string]*writing
}

// writing is one line by which a file comes just now.
type writing struct {
	stop context.CancelCauseFunc
	done chan struct{}
}

func newShelf(disk blob.Disk, path string, most int64) (*shelf, error) {
	dir, err := carrier.Make(disk, path)
	if err != nil {
		return nil, err
	}
	return &shelf{disk: disk, path: path, dir: dir, most: most, at: map[string]*writing{}}, nil
}

func (f File) key() string { return f.Digest[:32] + "." + f.Name }

// offset is how many bytes of a file are here.
func (s *shelf) offset(f File) (int64, error) {
	file, err := s.disk.OpenFile(filepath.Join(s.path, f.key()), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer file.Close()
	i, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return min(i.Size(), f.Size), nil
}

// alone waits until nobody else brings this file; a second line for it ends the
// first, which may be one that broke without anybody noticing.
func (s *shelf) alone(ctx context.Context, f File) (context.Context, func()) {
	for {
		s.mu.Lock()
		other := s.at[f.key()]
		if other == nil {
			mine, stop := context.WithCancelCause(ctx)
			w := &writing{stop, make(chan struct{})}
			s.at[f.key()] = w
			s.mu.Unlock()
			return mine, func() {
				s.mu.Lock()
				delete(s.at, f.key())
				s.mu.Unlock()
				stop(nil)
				close(w.done)
			}
		}
		s.mu.Unlock()
		other.stop(errors.New("another line brings the same file"))
		<-other.done
	}
}

var errOffset = errors.New("it doesn't go on where this file ends")

// add appends what comes to what is there, which must end at offset. When it is
// whole its digest is checked and it goes to the inbox; an error that isn't the
// file's leaves what came for the next attempt.
func (s *shelf) add(ctx context.Context, f File, offset int64, content io.Reader, boxes carrier.Boxes) (whole bool, err error) {
	has, err := s.offset(f)
	if err != nil {
		return false, err
	}
	if has == f.Size {
		offset = has // it came whole, and couldn't be put down
	}
	if has != offset {
		return false, errOffset
	}
	if offset == 0 {
		if err := s.room(f.Size); err != nil {
			return false, err
		}
	}
	path := filepath.Join(s.path, f.key())
	file, err := s.disk.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	defer file.Close()
	n, err := io.Copy(&at{file, offset}, io.LimitReader(content, f.Size-offset))
	if err != nil || offset+n < f.Size {
		return false, errors.Join(err, file.Sync())
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, f.Size)); err != nil {
		return false, err
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.Digest {
		return false, errors.Join(&carrier.Fault{Trouble: carrier.Damaged, Cause: fmt.Errorf("%s arrived otherwise than it was announced", f.Name)}, s.dir.Remove(f.key()))
	}
	if err := boxes.Bring(ctx, f.Name, f.Size, io.NewSectionReader(file, 0, f.Size)); err != nil {
		return false, err
	}
	return true, s.dir.Remove(f.key())
}

// at writes to a file from an offset on.
type at struct {
	file blob.File
	next int64
}

func (a *at) Write(p []byte) (int, error) {
	n, err := a.file.WriteAt(p, a.next)
	a.next += int64(n)
	return n, err
}

// room makes room for one more file, of what was begun longest ago.
func (s *shelf) room(size int64) error {
	all, err := s.dir.Entries()
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b carrier.Entry) int {
		return cmp.Or(a.Modified.Compare(b.Modified), cmp.Compare(a.Name, b.Name))
	})
	var bytes int64
	for _, e := range all {
		bytes += e.Size
	}
	for len(all) > 0 && (len(all) >= begunMost || bytes+size > begunBytes) {
		if err := s.dir.Remove(all[0].Name); err != nil {
			return err
		}
		bytes, all = bytes-all[0].Size, all[1:]
	}
	return nil
}

// catalogue knows the digests of the files that wait, each read once.
type catalogue struct {
	mu    sync.Mutex
	known map[string]catalogued
}

type catalogued struct {
	carrier.Entry
	digest string
}

// offers lists what waits in the outbox, lists for people left out.
func (c *catalogue) offers(ctx context.Context, boxes carrier.Boxes) ([]File, error) {
	waiting, err := boxes.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := boxes.Out.Entries()
	if err != nil {
		return nil, err
	}
	there := map[string]carrier.Entry{}
	for _, e := range entries {
		there[e.Name] = e
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.known
	c.known = map[string]catalogued{}
	out := []File{}
	for _, name := range waiting {
		e, ok := there[name]
		if !ok || filepath.Ext(name) == ".txt" {
			continue
		}
		k, ok := was[name]
		if !ok || k.Entry != e {
			if k.digest, err = boxes.Out.Digest(name); errors.Is(err, fs.ErrNotExist) {
				continue // its receipt came just now
			} else if err != nil {
				return nil, err
			}
			k.Entry = e
		}
		c.known[name] = k
		out = append(out, File{name, e.Size, k.digest})
	}
	return out, nil
}

func (c *catalogue) digest(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[name].digest
}

// wanted tells of files which this side wants, and how much of each it has; and
// which of the others have to wait for room.
func (s *shelf) wanted(ctx context.Context, boxes carrier.Boxes, files []File) (out []Want, later []string, err error) {
	entries, by := make([]carrier.Entry, 0, len(files)), map[string]File{}
	for _, f := range files {
		if err := f.sound(s.most); err != nil {
			return nil, nil, err
		}
		entries = append(entries, carrier.Entry{Name: f.Name, Size: f.Size})
		by[f.Name] = f
	}
	sorted, err := boxes.Sort(ctx, entries)
	if err != nil {
		return nil, nil, err
	}
	here, err := boxes.In.Entries()
	if err != nil {
		return nil, nil, err
	}
	waits := map[string]int64{}
	for _, e := range here {
		waits[e.Name] = e.Size
	}
	out = []Want{}
	for _, name := range sorted.Wanted {
		f := by[name]
		if size, there := waits[name]; there && size == f.Size {
			continue // it lies in the inbox, and waits there for its turn
		}
		offset, err := s.offset(f)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, Want{f, offset})
	}
	return out, sorted.Later, nil
}

// Want is a file that is wanted from an offset on.
type Want struct {
	File
	Offset int64 `json:"offset"`
}
