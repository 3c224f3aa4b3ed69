package blob

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

type found struct {
	header header
	at     int64
}

// look reads through a segment that has no index. What follows the last whole
// record is cut off. Nothing whole is ever thrown away: where bytes between
// records are unreadable, the search goes on behind them.
func (f *Folder) look(s *segment) error {
	file, err := f.disk.OpenFile(s.path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	s.file = file
	info, err := file.Stat()
	if err != nil {
		return err
	}
	records, dead, err := scan(file, info.Size())
	if err != nil {
		return err
	}

	// What was durable is the furthest that any record knew of. Only behind it
	// may a record be torn, so only there is the content read.
	durable := int64(0)
	for _, r := range records {
		durable = max(durable, r.header.synced)
	}
	s.places, s.end = make(map[Digest]int64, len(records)), 0
	for _, r := range records {
		if r.at >= durable {
			whole, err := payloadWhole(file, r)
			if err != nil {
				return err
			}
			if !whole {
				f.recovery.Cut += headerSize + r.header.stored()
				continue
			}
		}
		s.places[r.header.digest] = r.at
		s.end = max(s.end, r.at+headerSize+r.header.stored())
	}
	for _, gap := range dead {
		if gap[0] < durable {
			f.recovery.Gaps = append(f.recovery.Gaps, fmt.Sprintf("%s bytes %d to %d", s.path, gap[0], gap[1]))
		} else {
			f.recovery.Cut += gap[1] - gap[0]
		}
	}
	if s.end < info.Size() {
		if err := file.Truncate(s.end); err != nil {
			return err
		}
	}
	// What was written but not flushed counts as durable from here on.
	return file.Sync()
}

// scan walks from header to header, and searches for the next one where the
// chain is broken. It gives the records and the unreadable stretches.
func scan(file File, size int64) ([]found, [][2]int64, error) {
	var records []found
	var dead [][2]int64
	head := make([]byte, headerSize)
	for at := int64(0); at < size; {
		n, err := file.ReadAt(head, at)
		if err != nil && err != io.EOF {
			return nil, nil, err
		}
		h, ok := decodeHeader(head[:n])
		if ok && at+headerSize+h.stored() <= size {
			records = append(records, found{h, at})
			at += headerSize + h.stored()
			continue
		}
		next, err := nextHeader(file, at+1, size)
		if err != nil {
			return nil, nil, err
		}
		dead = append(dead, [2]int64{at, next})
		at = next
	}
	return records, dead, nil
}

// nextHeader gives the place of the next valid header at or after from, or size.
func nextHeader(file File, from, size int64) (int64, error) {
	window := make([]byte, 256<<10)
	for from < size {
		n, err := file.ReadAt(window, from)
		if err != nil && err != io.EOF {
			return 0, err
		}
		for i := 0; ; {
			hit := bytes.Index(window[i:n], []byte(magic))
			if hit < 0 {
				break
			}
			i += hit
			head := make([]byte, headerSize)
			if _, err := file.ReadAt(head, from+int64(i)); err == nil {
				if h, ok := decodeHeader(head); ok && from+int64(i)+headerSize+h.stored() <= size {
					return from + int64(i), nil
				}
			}
			i++
		}
		if n < len(window) {
			return size, nil
		}
		from += int64(n - len(magic) + 1)
	}
	return size, nil
}

func payloadWhole(file File, r found) (bool, error) {
	sum := crc32.New(castagnoli)
	_, err := io.Copy(sum, io.NewSectionReader(file, r.at+headerSize, r.header.stored()))
	return sum.Sum32() == r.header.payload, err
}
