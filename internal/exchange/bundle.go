package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/blob"
	"yitang/internal/zone"
)

// The inner bundle is what is signed. Its bytes follow from its content alone:
//
//	"yitang.bundle/1\n" · length 4 · header (JSON) · (length 4 · type 1 · body) for each record · Merkle root 32
//
// Lengths are big-endian and count what follows them (a record's type too).
const (
	family = "yitang.bundle/"
	opener = family + "1\n"
	// Suite names the algorithms: Ed25519, SHA-256, zstd, age with X25519.
	Suite = "international/1"
)

const rootSize = sha256.Size

// Stream is a directed pair of zones.
type Stream struct {
	From zone.Zone `json:"from"`
	To   zone.Zone `json:"to"`
}

func (s Stream) String() string { return string(s.From) + "-" + string(s.To) }

// Exists tells whether these zones exchange anything at all.
func (s Stream) Exists() bool {
	return slices.Contains(zone.Streams(), [2]zone.Zone{s.From, s.To})
}

// Hash is a SHA-256, written in hexadecimal.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText and UnmarshalText make it a hexadecimal string in JSON.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(h) || len(text)%2 != 0 {
		return fmt.Errorf("%q is no hash", text)
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// Head is how long a journal is, and its chain there.
type Head struct {
	Position int64 `json:"position"`
	Chain    Hash  `json:"chain"`
}

// Header says what a bundle is. The order of its fields is the format's.
type Header struct {
	Suite    string `json:"suite"`
	Stream   Stream `json:"stream"`
	Epoch    int64  `json:"epoch"`    // 1; after a sender that lost its state began anew, the millisecond of that: 261128113005123
	Sequence int64  `json:"sequence"` // 1, 2, 3 in an epoch
	Previous Hash   `json:"previous"` // of the inner bundle before; zeros for the first

	// First and Last bound the run of the sender's journal that was looked at;
	// most of it may not be for this receiver. First > Last: nothing new.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// Head is the sender's journal at Last. The receipt repeats it, so that no
	// zone can rewrite its history alone.
	Head Head `json:"head"`

	AsOf     time.Time  `json:"asOf"`     // when the sender cut the bundle; all before is in it
	Policy   string     `json:"policy"`   // release policy that withheld fields
	Signer   string     `json:"signer"`   // key id of the sender
	Receiver string     `json:"receiver"` // key id of the recipient
	Files    []blob.Ref `json:"files"`    // blobs that records name; they travel beside the bundle
	Records  int        `json:"records"`
	Length   int64      `json:"length"` // of the whole inner bundle, in bytes
}

// RecordType says what a record's body is.
type RecordType byte

// The types of records.
const (
	EventRecord   RecordType = 'E' // an event as journal.EncodeFor writes it
	ReceiptRecord RecordType = 'R' // a Receipt
)

// Record is one canonical text in a bundle.
type Record struct {
	Type RecordType
	Body []byte
}

// Receipt travels back: everything of the named stream up to Sequence was
// applied, and this was the sender's chain then. The signature of the bundle
// that carries it countersigns the chain.
type Receipt struct {
	Stream   Stream    `json:"stream"` // that is acknowledged, not the one it travels in
	Epoch    int64     `json:"epoch"`
	Sequence int64     `json:"sequence"`
	Bundle   Hash      `json:"bundle"`
	Head     Head      `json:"head"`
	At       time.Time `json:"at"`
}

// Inner is the canonical bytes of a bundle: what is hashed and signed.
type Inner []byte

// Digest is what the next bundle calls Previous.
func (in Inner) Digest() Hash { return sha256.Sum256(in) }

// Bundle is what was read out of one.
type Bundle struct {
	Header
	Content []Record
	Digest  Hash
}

// Build lays out a bundle. Suite, Records and Length of the header are filled
// in. The same header and records give the same bytes, always.
func Build(h Header, records []Record) (Inner, error) {
	h.Suite, h.Records = Suite, len(records)
	h.AsOf = h.AsOf.UTC().Truncate(time.Microsecond)
	if h.Files == nil {
		h.Files = []blob.Ref{}
	}
	leaves := make([]Hash, len(records))
	size := 0
	for i, r := range records {
		leaves[i] = leaf(r)
		size += 5 + len(r.Body)
	}
	root := merkleRoot(leaves)

	// The header holds the length of the whole, and its own length depends on
	// how many digits that has: at most two rounds settle it.
	var head []byte
	for {
		var err error
		if head, err = json.Marshal(h); err != nil {
			return nil, fmt.Errorf("writing a bundle's header: %w", err)
		}
		length := int64(len(opener) + 4 + len(head) + size + rootSize)
		if h.Length == length {
			break
		}
		h.Length = length
	}
	out := make([]byte, 0, h.Length)
	out = append(out, opener...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(head)))
	out = append(out, head...)
	for _, r := range records {
		out = binary.BigEndian.AppendUint32(out, uint32(1+len(r.Body)))
		out = append(out, byte(r.Type))
		out = append(out, r.Body...)
	}
	return append(out, root[:]...), nil
}

// parse reads an inner bundle and checks that it is the one text of its
// content. Whose it is, its signature must have said before.
func parse(in Inner, max Limits) (Bundle, error) {
	h, rest, err := parseHeader(in)
	if err != nil {
		return Bundle{}, err
	}
	if h.Length != int64(len(in)) {
		return Bundle{}, refuse(Altered, "it has %d bytes and says %d", len(in), h.Length)
	}
	if h.Records > max.Records {
		return Bundle{}, refuse(TooLarge, "%d records, where %d are allowed", h.Records, max.Records)
	}
	b := Bundle{Header: h, Digest: in.Digest()}
	var leaves []Hash
	for len(rest) > rootSize {
		if len(rest) < 5 {
			return Bundle{}, refuse(Altered, "a record is cut off")
		}
		n := int64(binary.BigEndian.Uint32(rest))
		if n < 1 || n > int64(len(rest)-4-rootSize) {
			return Bundle{}, refuse(Altered, "a record of %d bytes doesn't fit", n)
		}
		r := Record{Type: RecordType(rest[4]), Body: rest[5 : 4+n]}
		b.Content, leaves = append(b.Content, r), append(leaves, leaf(r))
		rest = rest[4+n:]
	}
	if len(b.Content) != h.Records {
		return Bundle{}, refuse(Altered, "%d records, and it says %d", len(b.Content), h.Records)
	}
	if root := merkleRoot(leaves); !bytes.Equal(root[:], rest) {
		return Bundle{}, refuse(Altered, "the Merkle root doesn't fit the records")
	}
	return b, nil
}

func parseHeader(in Inner) (Header, []byte, error) {
	text, ok := bytes.CutPrefix(in, []byte(opener))
	if !ok {
		if line, _, _ := strings.Cut(string(in[:min(len(in), 40)]), "\n"); strings.HasPrefix(line, family) {
			return Header{}, nil, refuse(UnknownVersion, "format %q is newer than this program", line)
		}
		return Header{}, nil, refuse(Altered, "it doesn't begin as a bundle does")
	}
	if len(text) < 4 || int64(binary.BigEndian.Uint32(text)) > int64(len(text)-4-rootSize) {
		return Header{}, nil, refuse(Altered, "the header is cut off")
	}
	n := binary.BigEndian.Uint32(text)
	head, rest := text[4:4+n], text[4+n:]
	var named struct {
		Suite string `json:"suite"`
	}
	if err := json.Unmarshal(head, &named); err != nil {
		return Header{}, nil, refuseBecause(Altered, err, "the header can't be read")
	}
	if named.Suite != Suite {
		return Header{}, nil, refuse(UnknownVersion, "suite %q is not known to this program", named.Suite)
	}
	var h Header
	d := json.NewDecoder(bytes.NewReader(head))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return Header{}, nil, refuseBecause(Altered, err, "the header can't be read")
	}
	// Two texts for one header would be two digests for one bundle.
	if again, err := json.Marshal(h); err != nil || !bytes.Equal(again, head) {
		return Header{}, nil, refuse(Altered, "the header isn't written in the one canonical way")
	}
	if h.Epoch < 1 || h.Sequence < 1 {
		return Header{}, nil, refuse(Altered, "epoch %d, number %d", h.Epoch, h.Sequence)
	}
	return h, rest, nil
}

// leaf and merkleRoot are those of RFC 6962, section 2.1; over a record's type
// and body.
func leaf(r Record) Hash {
	h := sha256.New()
	h.Write([]byte{0, byte(r.Type)})
	h.Write(r.Body)
	return Hash(h.Sum(nil))
}

func merkleRoot(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := merkleRoot(leaves[:k]), merkleRoot(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}
