package document

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Status of an issued document.
type Status string

const (
	InForce    Status = "inForce"
	Superseded Status = "superseded" // another document took its place
	Revoked    Status = "revoked"
	Cancelled  Status = "cancelled" // its unit gave the mission up
	Unknown    Status = "unknown"   // not told by the list at hand; never logged
)

// Entry is one line of the office's document log: that a document was issued,
// superseded, revoked or cancelled. Nothing personal is in it.
type Entry struct {
	Number string    `json:"number"`
	Digest string    `json:"digest"` // as Digest gives it
	Status Status    `json:"status"`
	By     string    `json:"by,omitempty"` // number of the document that took its place
	At     time.Time `json:"at"`           // UTC, whole seconds
}

// record is what the log hashes: five lines of text.
func (e Entry) record() []byte {
	return fmt.Appendf(nil, "yitang.log/1\n%s\n%s\n%s\n%s\n%s\n", e.Number, e.Digest, e.Status, e.By, e.At.UTC().Format(time.RFC3339))
}

func (e Entry) check() error {
	switch {
	case e.Number == "" || strings.ContainsAny(e.Number+e.By, "\r\n"):
		return fmt.Errorf("a log entry needs a document number of one line, not %q", e.Number)
	case len(e.Digest) != 64:
		return fmt.Errorf("a log entry needs a SHA-256 in hex, not %q", e.Digest)
	case e.Status != InForce && e.Status != Superseded && e.Status != Revoked && e.Status != Cancelled:
		return fmt.Errorf("%q is no status that can be logged", e.Status)
	case e.At.IsZero():
		return errors.New("a log entry needs the moment")
	}
	return nil
}

// Issued is the entry for a document that is about to be signed.
func Issued(pdf []byte) (Entry, error) {
	f, err := readFacts(pdf)
	if err != nil {
		return Entry{}, err
	}
	d, err := Digest(pdf)
	if err != nil {
		return Entry{}, err
	}
	return Entry{Number: f.Number, Digest: d, Status: InForce, At: f.At}, nil
}

// Log is an append-only Merkle tree over entries (RFC 6962), in the shape of
// golang.org/x/mod/sumdb/tlog. It holds nothing itself: the hashes are in the
// node's store, and what Append gives must be stored before anything that was
// proved with it leaves the house. Whoever appends does so one after another.
type Log struct {
	Size   int64           // entries so far
	Hashes tlog.HashReader // of the stored hashes, by tlog.StoredHashIndex
	Key    LogKey
}

// LogKey signs checkpoints (Ed25519).
type LogKey struct {
	secret string
	Public string // what verifiers pin, as golang.org/x/mod/sumdb/note writes it
}

// NewLogKey makes a key. The name tells one office's log from another's and
// may hold neither spaces nor plus signs.
func NewLogKey(random io.Reader, name string) (LogKey, error) {
	var seed [ed25519.SeedSize]byte
	_, err := io.ReadFull(random, seed[:])
	if err != nil {
		return LogKey{}, fmt.Errorf("making the log's key: %w", err)
	}
	return logKey(name, seed[:])
}

func logKey(name string, seed []byte) (LogKey, error) {
	pub := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	public, err := note.NewEd25519VerifierKey(name, pub)
	if err != nil {
		return LogKey{}, fmt.Errorf("naming the log's key: %w", err)
	}
	_, err = note.NewVerifier(public)
	if err != nil {
		return LogKey{}, fmt.Errorf("naming the log's key %q: %w", name, err)
	}
	parts := strings.SplitN(public, "+", 3)
	const ed25519Mark = 1 // note's number for the algorithm
	secret := "PRIVATE+KEY+" + parts[0] + "+" + parts[1] + "+" + base64.StdEncoding.EncodeToString(append([]byte{ed25519Mark}, seed...))
	return LogKey{secret: secret, Public: public}, nil
}

// Encode writes the key down: what the node's key store keeps under seal.
func (k LogKey) Encode() []byte { return []byte(k.secret) }

// DecodeLogKey reads what Encode wrote.
func DecodeLogKey(text []byte) (LogKey, error) {
	parts := strings.Split(string(text), "+")
	if len(parts) < 5 {
		return LogKey{}, errors.New("reading the log's key: not a key")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(parts[4:], "+"))
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return LogKey{}, errors.New("reading the log's key: not an Ed25519 key")
	}
	return logKey(parts[2], raw[1:])
}

// Appended is what an entry adds to the log.
type Appended struct {
	Index      int64       // of the entry, from 0
	Size       int64       // of the log, with it
	Position   int64       // where Hashes go, by stored hash index
	Hashes     []tlog.Hash // to be stored in this order
	Checkpoint string      // of the log with it, signed
	Proof      Proof       // that the entry is in it
}

// Append works out what an entry adds. It stores nothing and changes nothing.
func (l Log) Append(e Entry) (Appended, error) {
	err := e.check()
	if err != nil {
		return Appended{}, err
	}
	hashes, err := tlog.StoredHashes(l.Size, e.record(), l.Hashes)
	if err != nil {
		return Appended{}, fmt.Errorf("appending to the document log: %w", err)
	}
	a := Appended{Index: l.Size, Size: l.Size + 1, Position: tlog.StoredHashIndex(0, l.Size), Hashes: hashes}
	grown := Log{Size: a.Size, Hashes: overlay{l.Hashes, a.Position, hashes}, Key: l.Key}
	a.Checkpoint, err = grown.Checkpoint()
	if err != nil {
		return Appended{}, err
	}
	a.Proof, err = grown.prove(a.Index, a.Checkpoint)
	if err != nil {
		return Appended{}, err
	}
	return a, nil
}

// overlay reads hashes that aren't stored yet besides those that are.
type overlay struct {
	stored tlog.HashReader
	from   int64
	fresh  []tlog.Hash
}

func (o overlay) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	var ask []int64
	var at []int
	for i, x := range indexes {
		if x >= o.from && x-o.from < int64(len(o.fresh)) {
			out[i] = o.fresh[x-o.from]
			continue
		}
		ask, at = append(ask, x), append(at, i)
	}
	if len(ask) == 0 {
		return out, nil
	}
	have, err := o.stored.ReadHashes(ask)
	if err != nil {
		return nil, err
	}
	if len(have) != len(ask) {
		return nil, fmt.Errorf("asked for %d stored hashes, got %d", len(ask), len(have))
	}
	for i, h := range have {
		out[at[i]] = h
	}
	return out, nil
}

// Checkpoint is the log's head, signed: its name, its size, its root.
func (l Log) Checkpoint() (string, error) {
	root, err := tlog.TreeHash(l.Size, l.Hashes)
	if err != nil {
		return "", fmt.Errorf("working out the log's root: %w", err)
	}
	signer, err := note.NewSigner(l.Key.secret)
	if err != nil {
		return "", fmt.Errorf("signing the log's head: %w", err)
	}
	text := signer.Name() + "\n" + strconv.FormatInt(l.Size, 10) + "\n" + root.String() + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return "", fmt.Errorf("signing the log's head: %w", err)
	}
	return string(signed), nil
}

// Prove shows that the entry at an index is in the log as it is now.
func (l Log) Prove(index int64) (Proof, error) {
	head, err := l.Checkpoint()
	if err != nil {
		return Proof{}, err
	}
	return l.prove(index, head)
}

func (l Log) prove(index int64, head string) (Proof, error) {
	hashes, err := tlog.ProveRecord(l.Size, index, l.Hashes)
	if err != nil {
		return Proof{}, fmt.Errorf("proving entry %d of the document log: %w", index, err)
	}
	return Proof{Index: index, Hashes: hashes, Checkpoint: head}, nil
}

// Grown shows that the log is the one of an earlier size with entries added:
// that nothing in it was changed or taken away.
func (l Log) Grown(from int64) ([]tlog.Hash, error) {
	p, err := tlog.ProveTree(l.Size, from, l.Hashes)
	if err != nil {
		return nil, fmt.Errorf("proving that the document log only grew: %w", err)
	}
	return p, nil
}

// CheckGrown checks what Grown gave between two checkpoints of a log.
func CheckGrown(proof []tlog.Hash, older, newer, publicKey string) error {
	a, err := openCheckpoint(older, publicKey)
	if err != nil {
		return err
	}
	b, err := openCheckpoint(newer, publicKey)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, b.N, b.Hash, a.N, a.Hash)
}

// Proof that an entry is in the log that a checkpoint describes.
type Proof struct {
	Index      int64
	Hashes     []tlog.Hash
	Checkpoint string
}

// String is how the proof travels: a head, the index, the hashes, a blank
// line, the checkpoint.
func (p Proof) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "yitang.proof/1\nindex %d\n", p.Index)
	for _, h := range p.Hashes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n" + p.Checkpoint)
	return b.String()
}

var errProof = errors.New("not a proof of inclusion")

// ParseProof reads what String wrote, and takes nothing else.
func ParseProof(text string) (Proof, error) {
	head, checkpoint, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 2 || lines[0] != "yitang.proof/1" || !strings.HasPrefix(lines[1], "index ") {
		return Proof{}, errProof
	}
	n, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil || n < 0 {
		return Proof{}, errProof
	}
	p := Proof{Index: n, Checkpoint: checkpoint}
	for _, s := range lines[2:] {
		h, err := tlog.ParseHash(s)
		if err != nil {
			return Proof{}, errProof
		}
		p.Hashes = append(p.Hashes, h)
	}
	if p.String() != text {
		return Proof{}, errProof
	}
	return p, nil
}

// check tells whether an entry is in the log, and in which.
func (p Proof) check(e Entry, publicKey string) (tlog.Tree, error) {
	t, err := openCheckpoint(p.Checkpoint, publicKey)
	if err != nil {
		return tlog.Tree{}, err
	}
	err = tlog.CheckRecord(p.Hashes, t.N, t.Hash, p.Index, tlog.RecordHash(e.record()))
	if err != nil {
		return tlog.Tree{}, errProof
	}
	return t, nil
}

func openCheckpoint(text, publicKey string) (tlog.Tree, error) {
	v, err := note.NewVerifier(publicKey)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("reading the log's public key: %w", err)
	}
	n, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("opening the log's checkpoint: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != v.Name() {
		return tlog.Tree{}, errProof
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 {
		return tlog.Tree{}, errProof
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, errProof
	}
	return tlog.Tree{N: size, Hash: root}, nil
}
