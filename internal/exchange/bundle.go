package exchange

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"yitang/internal/blob"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// The inner bundle is what is signed. Its bytes follow from its content alone:
//
//	"yitang.bundle/1\n" · length 4 · header (JSON) · (length 4 · type 1 · body) for each record · Merkle root 32
//
// Lengths are big-endian and count what follows them (a record's type too).
// The format is published: docs/exchange-format.md says all of it, docs/vectors
// shows it, and verifier/verify.mjs reads it without a line of this.
const (
	family = "yitang.bundle/"
	opener = family + "1\n"
)

const (
	rootSize = sha256.Size // a digest of SM3 has as many bytes
	// headerSize bounds a header, in bytes: enough for as many files as Limits allow.
	headerSize = 1 << 20
	// exact is the greatest number that every JSON reader reads exactly.
	exact = 1<<53 - 1
	// stamp is how a moment is written, always in UTC and to the microsecond.
	stamp = "2006-01-02T15:04:05.000000Z"
)

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

// Hash is a digest by SHA-256 or SM3, written in hexadecimal.
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

// Header says what a bundle is. MarshalJSON gives the one text that it has.
type Header struct {
	Suite    keys.Suite `json:"suite"` // the algorithms; left out to Build: the international one
	Stream   Stream     `json:"stream"`
	Epoch    int64      `json:"epoch"`    // 1; after a sender that lost its state began anew, the millisecond of that: 261128113005123
	Sequence int64      `json:"sequence"` // 1, 2, 3 in an epoch
	Previous Hash       `json:"previous"` // of the inner bundle before; zeros for the first

	// First and Last bound the run of the sender's journal that was looked at;
	// most of it may not be for this receiver. First > Last: nothing new.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// Head is the sender's journal at Last (Build sees to that). The receipt
	// repeats it, so that no zone can rewrite its history alone.
	Head Head `json:"head"`

	AsOf     time.Time  `json:"asOf"`     // when the sender cut the bundle; all before is in it
	Policy   string     `json:"policy"`   // release policy that withheld fields
	Signer   string     `json:"signer"`   // key id of the sender
	Receiver string     `json:"receiver"` // key id of the recipient
	Files    []blob.Ref `json:"files"`    // blobs that records name, in order of digests; they travel beside the bundle
	Records  int        `json:"records"`
	Length   int64      `json:"length"` // of the whole inner bundle, in bytes
}

// MarshalJSON writes a header in the one way in which it may be written. None
// of its texts has a character that JSON could spell in two ways (flaw sees to
// that), so that nobody needs a rule for escapes.
func (h Header) MarshalJSON() ([]byte, error) {
	out := fmt.Appendf(nil, `{"suite":"%s","stream":{"from":"%s","to":"%s"},"epoch":%d,"sequence":%d,"previous":"%s","first":%d,"last":%d,"head":{"position":%d,"chain":"%s"},"asOf":"%s","policy":"%s","signer":"%s","receiver":"%s","files":[`,
		h.Suite, h.Stream.From, h.Stream.To, h.Epoch, h.Sequence, h.Previous, h.First, h.Last, h.Head.Position, h.Head.Chain, h.AsOf.UTC().Format(stamp), h.Policy, h.Signer, h.Receiver)
	for i, f := range h.Files {
		if i > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, `{"digest":"%s","size":%d}`, f.Digest, f.Size)
	}
	return fmt.Appendf(out, `],"records":%d,"length":%d}`, h.Records, h.Length), nil
}

var (
	policyName = regexp.MustCompile(`^[0-9A-Za-z._/-]{0,64}$`)
	keyName    = regexp.MustCompile(`^[0-9a-f]{16}$`)
	zoneName   = regexp.MustCompile(`^[a-z]{1,16}$`)
)

// flaw says what in a header no sender may write; "" when there is nothing.
func (h Header) flaw() string {
	for _, n := range []int64{h.Epoch, h.Sequence, h.First, h.Last, h.Head.Position, h.Length} {
		if n < 0 || n > exact {
			return fmt.Sprintf("%d is out of range", n)
		}
	}
	switch {
	case !zoneName.MatchString(string(h.Stream.From)) || !zoneName.MatchString(string(h.Stream.To)):
		return "its zones have no names"
	case h.Epoch < 1 || h.Sequence < 1:
		return fmt.Sprintf("epoch %d, number %d", h.Epoch, h.Sequence)
	case (h.Sequence == 1) != (h.Previous == Hash{}):
		return "the first of an epoch, and no other, has none before it"
	case h.First < 1 || h.Last < h.First-1:
		return fmt.Sprintf("events from %d to %d", h.First, h.Last)
	case h.Head.Position != h.Last:
		return fmt.Sprintf("its journal is at %d, and its last event is %d", h.Head.Position, h.Last)
	case h.Last == 0 && h.Head.Chain != Hash{}:
		return "a journal without events has a chain"
	case !policyName.MatchString(h.Policy) || !keyName.MatchString(h.Signer) || !keyName.MatchString(h.Receiver):
		return "policy, signer or receiver isn't written as a name of one"
	case h.Records < 0:
		return fmt.Sprintf("%d records", h.Records)
	}
	for i, f := range h.Files {
		if f.Size < 1 || f.Size > exact {
			return fmt.Sprintf("a file of %d bytes", f.Size)
		}
		if i > 0 && bytes.Compare(h.Files[i-1].Digest[:], f.Digest[:]) >= 0 {
			return "its files aren't in the order of their digests, each once"
		}
	}
	return ""
}

// RecordType says what a record's body is.
type RecordType byte

// The types of records.
const (
	EventRecord   RecordType = 'E' // an event as journal.EncodeFor writes it
	ReceiptRecord RecordType = 'R' // a Receipt
	KeyRecord     RecordType = 'K' // the sender's public half from the next bundle on
	SuiteRecord   RecordType = 'S' // a SuiteNotice
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

// MarshalJSON writes a receipt in the one way in which it may be written.
func (r Receipt) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"stream":{"from":"%s","to":"%s"},"epoch":%d,"sequence":%d,"bundle":"%s","head":{"position":%d,"chain":"%s"},"at":"%s"}`,
		r.Stream.From, r.Stream.To, r.Epoch, r.Sequence, r.Bundle, r.Head.Position, r.Head.Chain, r.At.UTC().Format(stamp)), nil
}

// Inner is the canonical bytes of a bundle: what is hashed and signed.
type Inner []byte

// Digest is what the next bundle calls Previous.
func (in Inner) Digest() Hash { return in.suite().Sum(in) }

// suite is the one that its header names; of what has no header that can be
// read, the international one.
func (in Inner) suite() keys.Suite {
	if n := len(opener) + 4; len(in) > n {
		if name, ok := suiteNamed(in[n:]); ok && name == string(keys.National) {
			return keys.National
		}
	}
	return keys.International
}

// Bundle is what was read out of one.
type Bundle struct {
	Header
	Content []Record
	Digest  Hash
}

// Build lays out a bundle. Suite, Records, Length and the position of its Head
// are filled in, and its files put in order. The same header and records give
// the same bytes, always. What no receiver would take is an error.
func Build(h Header, records []Record) (Inner, error) {
	h.Suite, h.Records, h.Head.Position, h.Length = cmp.Or(h.Suite, keys.International), len(records), h.Last, 0
	h.AsOf = h.AsOf.UTC().Truncate(time.Microsecond)
	h.Files = slices.SortedFunc(slices.Values(h.Files), func(a, b blob.Ref) int { return bytes.Compare(a.Digest[:], b.Digest[:]) })
	leaves := make([]Hash, len(records))
	size := 0
	for i, r := range records {
		leaves[i] = leaf(h.Suite, r)
		size += 5 + len(r.Body)
	}
	root := merkleRoot(h.Suite, leaves)

	// The header holds the length of the whole, and its own length depends on
	// how many digits that has: at most two rounds settle it.
	var head []byte
	for {
		var err error
		if head, err = h.MarshalJSON(); err != nil {
			return nil, fmt.Errorf("writing a bundle's header: %w", err)
		}
		length := int64(len(opener) + 4 + len(head) + size + rootSize)
		if h.Length == length {
			break
		}
		h.Length = length
	}
	if flaw := h.flaw(); flaw != "" {
		return nil, fmt.Errorf("writing a bundle's header: %s", flaw)
	}
	if err := DefaultLimits.allow(h, len(head)); err != nil {
		return nil, fmt.Errorf("writing a bundle: no receiver would take it: %w", err)
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

// allow refuses what is beyond the limits, by what a header says of itself.
func (max Limits) allow(h Header, head int) error {
	switch {
	case head > headerSize:
		return refuse(TooLarge, "a header of %d bytes, where %d are allowed", head, headerSize)
	case h.Length > max.Inner:
		return refuse(TooLarge, "%d bytes, where %d are allowed", h.Length, max.Inner)
	case h.Records > max.Records:
		return refuse(TooLarge, "%d records, where %d are allowed", h.Records, max.Records)
	case len(h.Files) > max.Files:
		return refuse(TooLarge, "%d files, where %d are allowed", len(h.Files), max.Files)
	}
	left := max.FileBytes
	for _, f := range h.Files {
		if f.Size > max.OneFile || f.Size > left {
			return refuse(TooLarge, "its files have more bytes than are allowed")
		}
		left -= f.Size
	}
	return nil
}

// parse reads the records of an inner bundle whose header and signature were
// found good, and checks that it is the one text of its content.
func parse(in Inner, h Header, rest []byte) (Bundle, error) {
	if h.Length != int64(len(in)) {
		return Bundle{}, refuse(Altered, "it has %d bytes and says %d", len(in), h.Length)
	}
	b := Bundle{Header: h, Digest: in.Digest()}
	var leaves []Hash
	for len(rest) > rootSize {
		if len(rest) < rootSize+5 {
			return Bundle{}, refuse(Altered, "a record is cut off")
		}
		n := int64(binary.BigEndian.Uint32(rest))
		if n < 1 || n > int64(len(rest)-4-rootSize) {
			return Bundle{}, refuse(Altered, "a record of %d bytes doesn't fit", n)
		}
		if len(b.Content) == h.Records {
			return Bundle{}, refuse(Altered, "more records than the %d that it says", h.Records)
		}
		r := Record{Type: RecordType(rest[4]), Body: rest[5 : 4+n]}
		b.Content, leaves = append(b.Content, r), append(leaves, leaf(h.Suite, r))
		rest = rest[4+n:]
	}
	if len(b.Content) != h.Records {
		return Bundle{}, refuse(Altered, "%d records, and it says %d", len(b.Content), h.Records)
	}
	if root := merkleRoot(h.Suite, leaves); !bytes.Equal(root[:], rest) {
		return Bundle{}, refuse(Altered, "the Merkle root doesn't fit the records")
	}
	return b, nil
}

// suiteFirst is how every header begins, whatever its suite: so that a suite
// that isn't known can be named, and nothing else of it needs to be understood.
const suiteFirst = `{"suite":"`

// suiteNamed reads the suite's name off the begin of a header.
func suiteNamed(head []byte) (name string, ok bool) {
	named, begins := bytes.CutPrefix(head, []byte(suiteFirst))
	suite, _, ended := bytes.Cut(named[:min(len(named), 64)], []byte(`"`))
	return string(suite), begins && ended
}

func parseHeader(in Inner, max Limits) (Header, []byte, error) {
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
	if n > headerSize {
		return Header{}, nil, refuse(TooLarge, "a header of %d bytes, where %d are allowed", n, headerSize)
	}
	head, rest := text[4:4+n], text[4+n:]
	suite, ok := suiteNamed(head)
	if !ok {
		return Header{}, nil, refuse(Altered, "the header can't be read")
	}
	if _, err := keys.ParseSuite(suite); err != nil {
		return Header{}, nil, refuse(UnknownVersion, "suite %q is not known to this program", suite)
	}
	var h Header
	if err := json.Unmarshal(head, &h); err != nil {
		return Header{}, nil, refuseBecause(Altered, err, "the header can't be read")
	}
	// Two texts for one header would be two digests for one bundle.
	if again, err := h.MarshalJSON(); err != nil || !bytes.Equal(again, head) {
		return Header{}, nil, refuse(Altered, "the header isn't written in the one canonical way")
	}
	if flaw := h.flaw(); flaw != "" {
		return Header{}, nil, refuse(Altered, "%s", flaw)
	}
	if err := max.allow(h, len(head)); err != nil {
		return Header{}, nil, err
	}
	return h, rest, nil
}

// leaf and merkleRoot are those of RFC 6962, section 2.1; over a record's type
// and body.
func leaf(s keys.Suite, r Record) Hash {
	h := s.Hash()
	h.Write([]byte{0, byte(r.Type)})
	h.Write(r.Body)
	return Hash(h.Sum(nil))
}

func merkleRoot(s keys.Suite, leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return s.Sum(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := merkleRoot(s, leaves[:k]), merkleRoot(s, leaves[k:])
	return s.Sum(append(append([]byte{1}, left[:]...), right[:]...))
}
