package blob

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// segment is a file that small blobs share. While it grows, its places are
// held in memory; once it is full, in an index beside it. Folder.mu guards
// places and index, Folder.flushing the rest.
type segment struct {
	number int
	path   string
	places map[Digest]int64 // nil once there is an index
	index  *index

	file File  // open for writing while it grows
	end  int64 // where the next record goes; all before it is durable
}

func (s *segment) find(d Digest) (int64, bool, error) {
	if s.index != nil {
		return s.index.find(d)
	}
	at, found := s.places[d]
	return at, found, nil
}

func (s *segment) list() ([]Digest, error) {
	if s.index != nil {
		return s.index.list()
	}
	return slices.Collect(maps.Keys(s.places)), nil
}

func (s *segment) close() error {
	var err error
	if s.file != nil {
		err = s.file.Close()
	}
	if s.index != nil {
		err = errors.Join(err, s.index.file.Close())
	}
	return err
}

func (f *Folder) segmentPath(number int) string {
	return filepath.Join(f.segmentDir(), fmt.Sprintf("%08d.seg", number))
}

func indexName(number int) string { return fmt.Sprintf("%08d.idx", number) }

// Sync is described at Store. One caller writes and flushes for all who wait.
//
// If the process dies during the write, opening finds records whose checksum
// fails and cuts them off; nobody was told that they were kept.
func (f *Folder) Sync(ctx context.Context) error {
	f.flushing.Lock()
	defer f.flushing.Unlock()
	f.mu.RLock()
	batch := f.pending
	f.mu.RUnlock()
	if len(batch) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.flush(batch); err != nil {
		return fmt.Errorf("making files durable: %w", explain(err))
	}
	if f.active.end >= f.full {
		// The batch is durable; if closing the segment fails, the next flush
		// goes on writing into it and tries again.
		f.seal(f.active)
	}
	return nil
}

func (f *Folder) flush(batch []*pendingBlob) error {
	if f.active == nil {
		if err := f.begin(); err != nil {
			return err
		}
	}
	s, at := f.active, f.active.end
	places := make([]int64, len(batch))
	for i, p := range batch {
		h := p.header // a copy: readers look at the blob while it waits
		h.synced = s.end
		copy(p.record, h.encode())
		// At a full disk half a record may stay; the next flush writes over it.
		if _, err := s.file.WriteAt(p.record, at); err != nil {
			return err
		}
		places[i] = at
		at += int64(len(p.record))
	}
	if err := s.file.Sync(); err != nil {
		// After a failed flush the system may have dropped the pages while
		// calling them clean, so this file is never flushed again: what waits
		// goes into a new one.
		f.active = nil
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, p := range batch {
		s.places[p.header.digest] = places[i]
		delete(f.waiting, p.header.digest)
		f.bytes -= int64(len(p.record))
	}
	f.pending = slices.Clone(f.pending[len(batch):])
	s.end = at
	return nil
}

// begin starts a new segment. The folder is flushed, so that a crash can't
// take the file's name with all that is in it.
func (f *Folder) begin() error {
	number := 1
	if n := len(f.segments); n > 0 {
		number = f.segments[n-1].number + 1
	}
	path := f.segmentPath(number)
	file, err := f.disk.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	err = file.Truncate(0)
	if err == nil {
		err = f.disk.SyncDir(f.segmentDir())
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	f.active = &segment{number: number, path: path, places: map[Digest]int64{}, file: file}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.segments = append(slices.Clone(f.segments), f.active)
	return nil
}

// seal writes the index of a full segment. Without one (a crash right here)
// opening looks through the segment and writes it then.
func (f *Folder) seal(s *segment) error {
	f.mu.RLock()
	text := encodeIndex(s.places)
	f.mu.RUnlock()
	if err := WriteFile(f.disk, f.segmentDir(), indexName(s.number), text); err != nil {
		return err
	}
	x, err := openIndex(f.disk, filepath.Join(f.segmentDir(), indexName(s.number)))
	if err != nil {
		return err
	}
	if f.active == s {
		f.active = nil
	}
	f.mu.Lock()
	s.index, s.places = x, nil
	file := s.file
	s.file = nil
	f.mu.Unlock()
	if file == nil {
		return nil
	}
	return file.Close()
}

// openSegments finds the segments on disk. Those without an index are looked
// through; the last of them goes on growing if it has room.
func (f *Folder) openSegments() error {
	entries, err := f.disk.ReadDir(f.segmentDir())
	if err != nil {
		return err
	}
	indexed := map[int]bool{}
	var numbers []int
	for _, e := range entries {
		base, ext, _ := strings.Cut(e.Name(), ".")
		number, err := strconv.Atoi(base)
		switch {
		case err != nil:
			return fmt.Errorf("%s doesn't belong into the blob folder", e.Name())
		case ext == "idx":
			indexed[number] = true
		case ext == "seg":
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	for i, number := range numbers {
		s := &segment{number: number, path: f.segmentPath(number)}
		f.segments = append(f.segments, s)
		if indexed[number] {
			s.index, err = openIndex(f.disk, filepath.Join(f.segmentDir(), indexName(number)))
			if err == nil {
				continue
			}
			if !errors.Is(err, ErrDamaged) {
				return err
			}
		}
		if err := f.look(s); err != nil {
			return fmt.Errorf("looking through %s: %w", s.path, err)
		}
		if i == len(numbers)-1 && s.end < f.full {
			f.active = s
		} else if err := f.seal(s); err != nil {
			return err
		}
	}
	return nil
}
