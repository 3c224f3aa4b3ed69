package blob

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"yitang/internal/keys"
)

// A record is one blob on disk: a header of fixed length and its content in
// chunks of 64 KiB, each sealed with AES-256-GCM. The key is derived from the
// node's sealing key and the record's salt; a chunk's nonce is its number and
// a mark on the last one, so that chunks can be neither moved nor cut off
// (the STREAM construction, Hoang et al. 2015). The header's bind is a tag over
// digest and size under the same key: a record can't pass for another blob.
//
// All numbers are big-endian:
//
//	magic 8 · key id 8 · salt 16 · size 8 · digest 32 · synced 8 · payload crc 4 · bind 16 · header crc 4
const (
	magic      = "ytblob\x00\x01"
	headerSize = 8 + 8 + 16 + 8 + 32 + 8 + 4 + 16 + 4
	chunkSize  = 64 << 10
	tagSize    = 16
	sealedSize = chunkSize + tagSize
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type header struct {
	key    keys.KeyID
	salt   [16]byte
	size   int64 // of the plain content
	digest Digest
	// synced is the length of the segment that was durable when this record
	// was written. After a crash only what lies behind it can be torn.
	synced  int64
	payload uint32 // CRC-32C of the sealed chunks: finds torn writes without keys
	bind    [tagSize]byte
}

// stored is how many bytes the content takes on disk.
func (h header) stored() int64 {
	chunks := (h.size + chunkSize - 1) / chunkSize
	return h.size + chunks*tagSize
}

func (h header) encode() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, magic...)
	b = append(b, h.key[:]...)
	b = append(b, h.salt[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.size))
	b = append(b, h.digest[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.synced))
	b = binary.BigEndian.AppendUint32(b, h.payload)
	b = append(b, h.bind[:]...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func decodeHeader(b []byte) (header, bool) {
	if len(b) < headerSize || string(b[:8]) != magic {
		return header{}, false
	}
	b = b[:headerSize]
	if binary.BigEndian.Uint32(b[headerSize-4:]) != crc32.Checksum(b[:headerSize-4], castagnoli) {
		return header{}, false
	}
	h := header{
		key:     keys.KeyID(b[8:16]),
		salt:    [16]byte(b[16:32]),
		size:    int64(binary.BigEndian.Uint64(b[32:])),
		digest:  Digest(b[40:72]),
		synced:  int64(binary.BigEndian.Uint64(b[72:])),
		payload: binary.BigEndian.Uint32(b[80:]),
		bind:    [tagSize]byte(b[84:100]),
	}
	return h, h.size > 0 && h.size < 1<<50 && h.synced >= 0
}

// sealer encrypts or opens the chunks of one record.
type sealer struct{ aead cipher.AEAD }

func newSealer(ring *keys.Ring, id keys.KeyID, salt [16]byte) (sealer, error) {
	key, err := ring.Derive(id, salt[:], "blob")
	if err != nil {
		return sealer{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead}, err
}

const (
	midChunk  = 0
	lastChunk = 1
	bindChunk = 2
)

func nonce(number int64, mark byte) []byte {
	var n [12]byte
	binary.BigEndian.PutUint64(n[3:], uint64(number))
	n[11] = mark
	return n[:]
}

func (s sealer) seal(dst, plain []byte, number int64, mark byte) []byte {
	return s.aead.Seal(dst, nonce(number, mark), plain, nil)
}

func (s sealer) open(dst, sealed []byte, number int64, mark byte) ([]byte, error) {
	plain, err := s.aead.Open(dst, nonce(number, mark), sealed, nil)
	if err != nil {
		return nil, ErrDamaged
	}
	return plain, nil
}

func (s sealer) bind(d Digest, size int64) [tagSize]byte {
	said := binary.BigEndian.AppendUint64(d[:], uint64(size))
	return [tagSize]byte(s.aead.Seal(nil, nonce(0, bindChunk), nil, said))
}

// beginRecord draws a salt and makes the sealer of a new record.
func beginRecord(ring *keys.Ring) (header, sealer, error) {
	h := header{key: ring.SealingKey()}
	if err := ring.Salt(h.salt[:]); err != nil {
		return h, sealer{}, fmt.Errorf("drawing a salt: %w", err)
	}
	s, err := newSealer(ring, h.key, h.salt)
	return h, s, err
}

// sealWhole seals a small blob in memory, leaving room for the header in front:
// what the header says of the segment is known only when it is written.
func sealWhole(ring *keys.Ring, d Digest, plain []byte) (header, []byte, error) {
	h, s, err := beginRecord(ring)
	if err != nil {
		return h, nil, err
	}
	h.digest, h.size = d, int64(len(plain))
	h.bind = s.bind(h.digest, h.size)
	record := make([]byte, headerSize, headerSize+h.stored())
	for number := int64(0); len(plain) > 0; number++ {
		n, mark := min(len(plain), chunkSize), byte(midChunk)
		if n == len(plain) {
			mark = lastChunk
		}
		record = s.seal(record, plain[:n], number, mark)
		plain = plain[n:]
	}
	h.payload = crc32.Checksum(record[headerSize:], castagnoli)
	return h, record, nil
}

// reader reads one record's content, from anywhere in it.
type reader struct {
	file  io.ReaderAt
	start int64 // of the sealed chunks in file
	close func() error

	header header
	sealer sealer

	at     int64 // the next byte for Read
	number int64 // of the chunk held in plain; -1: none
	plain  []byte
	sealed []byte
}

func openRecord(ring *keys.Ring, file io.ReaderAt, at int64, want Digest, close func() error) (*reader, error) {
	head := make([]byte, headerSize)
	if _, err := file.ReadAt(head, at); err != nil && err != io.EOF {
		return nil, err
	}
	h, ok := decodeHeader(head)
	if !ok || h.digest != want {
		return nil, ErrDamaged
	}
	s, err := newSealer(ring, h.key, h.salt)
	if err != nil {
		return nil, err
	}
	bind := s.bind(h.digest, h.size)
	if subtle.ConstantTimeCompare(bind[:], h.bind[:]) != 1 {
		return nil, ErrDamaged
	}
	return &reader{file: file, start: at + headerSize, close: close, header: h, sealer: s, number: -1}, nil
}

func (r *reader) Size() int64 { return r.header.size }

func (r *reader) Close() error { return r.close() }

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.read(p, r.at)
	r.at += int64(n)
	return n, err
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.header.size
	}
	if offset < 0 {
		return r.at, fmt.Errorf("seeking to %d: before the start", offset)
	}
	r.at = offset
	return offset, nil
}

// ReadAt, as its contract demands, may be called at the same time as itself:
// each call reads with a cursor of its own.
func (r *reader) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 {
		return 0, fmt.Errorf("reading at %d: before the start", at)
	}
	own := reader{file: r.file, start: r.start, header: r.header, sealer: r.sealer, number: -1}
	done := 0
	for done < len(p) {
		n, err := own.read(p[done:], at+int64(done))
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// read gives bytes of one chunk, at least one unless there is an error.
func (r *reader) read(p []byte, at int64) (int, error) {
	if at >= r.header.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if number := at / chunkSize; number != r.number {
		if err := r.load(number); err != nil {
			return 0, err
		}
	}
	return copy(p, r.plain[at%chunkSize:]), nil
}

func (r *reader) load(number int64) error {
	r.number = -1
	length, mark := min(chunkSize, r.header.size-number*chunkSize), byte(midChunk)
	if number*chunkSize+length == r.header.size {
		mark = lastChunk
	}
	if r.sealed == nil {
		room := min(r.header.size, chunkSize)
		r.sealed, r.plain = make([]byte, room+tagSize), make([]byte, 0, room)
	}
	sealed := r.sealed[:length+tagSize]
	n, err := r.file.ReadAt(sealed, r.start+number*sealedSize)
	if n < len(sealed) {
		if err == io.EOF {
			return ErrDamaged
		}
		return err
	}
	r.plain, err = r.sealer.open(r.plain[:0], sealed, number, mark)
	if err != nil {
		return err
	}
	r.number = number
	return nil
}
