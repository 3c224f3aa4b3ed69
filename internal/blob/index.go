package blob

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"slices"
	"sort"
)

// An index says where each blob of a full segment lies. It stays on disk: a
// million cases with a dozen papers each would fill the memory with places.
// Digests are spread evenly, so one short read at the guessed position nearly
// always finds the entry.
//
//	magic 8 · count 8 · (digest 32 · offset 8) × count, by digest · crc of all before 4
const (
	indexMagic = "ytbidx\x00\x01"
	indexHead  = 16
	entrySize  = 32 + 8
	lookahead  = 64 // entries read at once
)

type index struct {
	file  File
	count int64
}

func encodeIndex(places map[Digest]int64) []byte {
	digests := make([]Digest, 0, len(places))
	for d := range places {
		digests = append(digests, d)
	}
	slices.SortFunc(digests, func(a, b Digest) int { return bytes.Compare(a[:], b[:]) })
	out := make([]byte, 0, indexHead+len(digests)*entrySize+4)
	out = append(out, indexMagic...)
	out = binary.BigEndian.AppendUint64(out, uint64(len(digests)))
	for _, d := range digests {
		out = append(out, d[:]...)
		out = binary.BigEndian.AppendUint64(out, uint64(places[d]))
	}
	return binary.BigEndian.AppendUint32(out, crc32.Checksum(out, castagnoli))
}

// openIndex checks the frame alone; each place found is checked against the
// record that lies there, and Walk checks all. A frame that is wrong is
// ErrDamaged: the segment is looked through instead.
func openIndex(disk Disk, path string) (*index, error) {
	file, err := disk.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	var head [indexHead]byte
	file.ReadAt(head[:], 0) // a short read leaves zeros, which no index begins with
	count := int64(binary.BigEndian.Uint64(head[8:]))
	if string(head[:8]) != indexMagic || info.Size() != indexHead+count*entrySize+4 {
		file.Close()
		return nil, ErrDamaged
	}
	return &index{file: file, count: count}, nil
}

func (x *index) find(d Digest) (int64, bool, error) {
	low, high := int64(0), x.count
	guess := int64(float64(binary.BigEndian.Uint64(d[:])) / (1 << 64) * float64(x.count))
	window := make([]byte, lookahead*entrySize)
	for low < high {
		from := max(low, min(guess-lookahead/2, high-lookahead))
		n := min(lookahead, high-from)
		if _, err := x.file.ReadAt(window[:n*entrySize], indexHead+from*entrySize); err != nil {
			return 0, false, err
		}
		entry := func(i int64) []byte { return window[i*entrySize : (i+1)*entrySize] }
		switch {
		case bytes.Compare(d[:], entry(0)[:32]) < 0:
			high = from
		case bytes.Compare(d[:], entry(n - 1)[:32]) > 0:
			low = from + n
		default:
			i := sort.Search(int(n), func(i int) bool { return bytes.Compare(entry(int64(i))[:32], d[:]) >= 0 })
			e := entry(int64(i))
			return int64(binary.BigEndian.Uint64(e[32:])), bytes.Equal(e[:32], d[:]), nil
		}
		guess = (low + high) / 2
	}
	return 0, false, nil
}

func (x *index) list() ([]Digest, error) {
	all := make([]byte, x.count*entrySize)
	if _, err := x.file.ReadAt(all, indexHead); err != nil && len(all) > 0 {
		return nil, err
	}
	out := make([]Digest, 0, x.count)
	for e := range slices.Chunk(all, entrySize) {
		out = append(out, Digest(e[:32]))
	}
	return out, nil
}
