package exchange

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"testing/iotest"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"yitang/internal/blob"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

var noon = time.Date(2026, 11, 24, 4, 0, 0, 123456000, time.UTC)

// seededRing is the same each time, so that the kept corpus opens.
func seededRing(t testing.TB, z zone.Zone, seed byte) *keys.Ring {
	t.Helper()
	r, err := keys.Create(filepath.Join(t.TempDir(), "keys"), z, mrand.NewChaCha8([32]byte{seed}), noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func paired(t testing.TB, a, b *keys.Ring) {
	t.Helper()
	if err := errors.Join(a.Pin(b.Public()), b.Pin(a.Public())); err != nil {
		t.Fatal(err)
	}
}

func twoZones(t testing.TB) (internet, office *keys.Ring) {
	t.Helper()
	internet, office = seededRing(t, zone.Internet, 1), seededRing(t, zone.Office, 2)
	paired(t, internet, office)
	return internet, office
}

func aHeader(sequence int64) Header {
	return Header{Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: sequence, First: 1, Last: 3, AsOf: noon, Policy: "p1",
		Files: []blob.Ref{{Digest: sha256.Sum256([]byte("file")), Size: 4}}}
}

func someRecords(n int) []Record {
	out := []Record{{ReceiptRecord, []byte(`{"sequence":7}`)}}
	for i := range n {
		out = append(out, Record{EventRecord, fmt.Appendf(nil, `{"header":{"id":"%d"}}`, i)})
	}
	return out
}

func built(t testing.TB, h Header, records []Record) Inner {
	t.Helper()
	in, err := Build(h, records)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func sealed(t testing.TB, in Inner, from *keys.Ring, to *keys.Ring) []byte {
	t.Helper()
	file, err := Seal(in, from.SigningKey(), to.Public().Recipient)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func reason(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	return ""
}

func open(file []byte, to Receiver) (Bundle, error) {
	return Open(bytes.NewReader(file), to, DefaultLimits)
}

func TestBundleArrivesAsItWasBuilt(t *testing.T) {
	internet, office := twoZones(t)
	for _, n := range []int{0, 1, 2, 3, 7, 1000} {
		in := built(t, aHeader(4), someRecords(n))
		if !bytes.Equal(in, built(t, aHeader(4), someRecords(n))) {
			t.Error("built again, the bytes differ")
		}
		b, err := open(sealed(t, in, internet, office), office)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(b.Content, someRecords(n)) || b.Digest != in.Digest() || b.Length != int64(len(in)) {
			t.Errorf("%d records: %+v", n, b.Header)
		}
		if b.Sequence != 4 || !b.AsOf.Equal(noon) || !reflect.DeepEqual(b.Files, aHeader(4).Files) {
			t.Errorf("header: %+v", b.Header)
		}
	}
}

// The signed bytes are a published format: this fails when they change.
func TestInnerBytesAreThoseOfTheFormat(t *testing.T) {
	const want = "9c0bd06b7ca46b36164bc9133529cffe"
	got := built(t, aHeader(4), someRecords(3)).Digest().String()
	if got[:32] != want {
		t.Errorf("the format has changed: digest %s", got[:32])
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	internet, office := twoZones(t)
	file := sealed(t, built(t, aHeader(1), someRecords(2)), internet, office)
	for i := range file {
		for bit := range 8 {
			bad := bytes.Clone(file)
			bad[i] ^= 1 << bit
			if _, err := open(bad, office); reason(err) == "" {
				t.Fatalf("byte %d bit %d flipped: %v", i, bit, err)
			}
		}
	}
}

func TestEveryFlippedBitUnderTheEncryptionIsRefused(t *testing.T) {
	internet, office := twoZones(t)
	in := built(t, aHeader(1), someRecords(2))
	signature := ed25519.Sign(internet.SigningKey(), preAuthentication(in))
	for i := range in {
		bad := bytes.Clone(in)
		bad[i] ^= 1 << (i % 8)
		if _, err := open(forged(t, bad, signature, office), office); reason(err) == "" {
			t.Fatalf("byte %d altered: %v", i, err)
		}
	}
	for i := range signature {
		bad := bytes.Clone(signature)
		bad[i] ^= 1
		if _, err := open(forged(t, in, bad, office), office); reason(err) != BadSignature {
			t.Fatalf("signature byte %d altered: %v", i, err)
		}
	}
}

// forged is what somebody makes who knows the receiver but not the sender's key.
func forged(t testing.TB, in, signature []byte, to *keys.Ring) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := age.Encrypt(&file, to.Public().Recipient)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowSize))
	if err != nil {
		t.Fatal(err)
	}
	z.Write(in)
	z.Write(signature)
	if err := errors.Join(z.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestCutAnywhereIsRefused(t *testing.T) {
	internet, office := twoZones(t)
	in := built(t, aHeader(1), someRecords(20))
	file := sealed(t, in, internet, office)
	for n := range file {
		if _, err := open(file[:n], office); reason(err) == "" {
			t.Fatalf("cut at %d of %d: %v", n, len(file), err)
		}
	}
	// Cut under the signature of the pinned sender itself: a defect there.
	for n := range in {
		short := in[:n]
		if _, err := open(forged(t, short, ed25519.Sign(internet.SigningKey(), preAuthentication(short)), office), office); reason(err) == "" {
			t.Fatalf("signed after %d of %d bytes: %v", n, len(in), err)
		}
	}
	if _, err := open(append(bytes.Clone(file), 0), office); reason(err) == "" {
		t.Error("a byte more was accepted")
	}
}

func TestOnlyTheRightSenderAndReceiverOpenIt(t *testing.T) {
	internet, office := twoZones(t)
	passport, impostor := seededRing(t, zone.Passport, 3), seededRing(t, zone.Internet, 4)
	paired(t, office, passport)
	in := built(t, aHeader(1), someRecords(1))

	if _, err := open(sealed(t, in, internet, office), passport); reason(err) != WrongReceiver {
		t.Errorf("another zone opens it: %v", err)
	}
	if _, err := open(sealed(t, in, internet, passport), passport); reason(err) != WrongReceiver {
		t.Errorf("encrypted to a zone that it isn't addressed to: %v", err)
	}
	if _, err := open(sealed(t, in, impostor, office), office); reason(err) != BadSignature {
		t.Errorf("another node of that zone: %v", err)
	}
	if _, err := open(sealed(t, in, passport, office), office); reason(err) != BadSignature {
		t.Errorf("another pinned zone in its name: %v", err)
	}
	stranger := seededRing(t, zone.Office, 5)
	if _, err := open(sealed(t, in, internet, stranger), stranger); reason(err) != NotPinned {
		t.Errorf("a sender who was never pinned: %v", err)
	}
	odd := aHeader(1)
	odd.Stream = Stream{zone.Internet, zone.Internet}
	if _, err := open(sealed(t, built(t, odd, nil), internet, internet), internet); reason(err) != WrongStream {
		t.Errorf("a stream that there isn't: %v", err)
	}
}

func TestUnknownFormatAndSuiteAreNamed(t *testing.T) {
	internet, office := twoZones(t)
	in := built(t, aHeader(1), nil)
	for _, bad := range [][]byte{
		bytes.Replace(in, []byte("bundle/1"), []byte("bundle/2"), 1),
		bytes.Replace(in, []byte(`"international/1"`), []byte(`"national/123456"`), 1),
	} {
		file := forged(t, bad, ed25519.Sign(internet.SigningKey(), preAuthentication(bad)), office)
		if _, err := open(file, office); reason(err) != UnknownVersion {
			t.Errorf("%q: %v", bad[:60], err)
		}
	}
}

func TestBombIsRefusedWithoutFillingTheMemory(t *testing.T) {
	internet, office := twoZones(t)
	var file bytes.Buffer
	w, err := age.Encrypt(&file, office.Public().Recipient)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowSize))
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 2048 {
		z.Write(zeros)
	}
	if err := errors.Join(z.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	limits := Limits{File: 1 << 20, Inner: 1 << 20, Records: 10}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Open(bytes.NewReader(file.Bytes()), office, limits); reason(err) != TooLarge {
		t.Errorf("2 GiB packed into %d bytes: %v", file.Len(), err)
	}
	runtime.ReadMemStats(&after)
	if grew := after.TotalAlloc - before.TotalAlloc; grew > 24<<20 {
		t.Errorf("refusing it took %d MiB", grew>>20)
	}

	// A window that only a bomb needs.
	file.Reset()
	if w, err = age.Encrypt(&file, office.Public().Recipient); err != nil {
		t.Fatal(err)
	}
	if z, err = zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(64<<20)); err != nil {
		t.Fatal(err)
	}
	for range 80 {
		z.Write(zeros)
	}
	if err := errors.Join(z.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(bytes.NewReader(file.Bytes()), office, limits); reason(err) != TooLarge {
		t.Errorf("a window of 64 MiB: %v", err)
	}

	if _, err := Open(zero{}, office, limits); reason(err) == "" {
		t.Errorf("a file without an end: %v", err)
	}
	big := sealed(t, built(t, aHeader(1), someRecords(20)), internet, office)
	if _, err := Open(bytes.NewReader(big), office, Limits{File: int64(len(big) - 1), Inner: 1 << 20, Records: 100}); reason(err) != TooLarge {
		t.Errorf("one byte over the limit: %v", err)
	}
	if _, err := Open(bytes.NewReader(big), office, Limits{File: 1 << 20, Inner: 1 << 20, Records: 20}); reason(err) != TooLarge {
		t.Errorf("one record over the limit: %v", err)
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDiskErrorIsNoRefusal(t *testing.T) {
	internet, office := twoZones(t)
	file := sealed(t, built(t, aHeader(1), someRecords(2)), internet, office)
	for n := range file {
		broken := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(io.ErrClosedPipe))
		if _, err := Open(broken, office, DefaultLimits); !errors.Is(err, io.ErrClosedPipe) || reason(err) != "" {
			t.Fatalf("the disk fails after %d bytes: %v", n, err)
		}
	}
}

func TestBundlesAreAppliedOnceAndInOrder(t *testing.T) {
	header := func(epoch, sequence, first int64, previous byte) Header {
		return Header{Epoch: epoch, Sequence: sequence, First: first, Previous: Hash{previous}}
	}
	at := Cursor{Epoch: 2, Sequence: 5, Digest: Hash{9}, Last: 40}
	for _, c := range []struct {
		what string
		at   Cursor
		h    Header
		want Reason
	}{
		{"the very first", Cursor{}, header(1, 1, 1, 0), ""},
		{"the second before the first", Cursor{}, header(1, 2, 1, 0), Gap},
		{"the next", at, header(2, 6, 41, 9), ""},
		{"the same", at, header(2, 5, 41, 9), Repeated},
		{"an earlier one", at, header(2, 1, 1, 0), Repeated},
		{"one of an epoch gone by", at, header(1, 6, 41, 9), Repeated},
		{"one too far", at, header(2, 7, 41, 9), Gap},
		{"another predecessor", at, header(2, 6, 41, 8), Forked},
		{"records left out", at, header(2, 6, 42, 9), Forked},
		{"a new epoch", at, header(3, 1, 1, 0), ""},
		{"a new epoch from its middle", at, header(3, 2, 1, 0), Gap},
		{"a new epoch that claims a predecessor", at, header(3, 1, 1, 9), Forked},
	} {
		if got := reason(c.at.Next(c.h)); got != c.want {
			t.Errorf("%s: %q instead of %q", c.what, got, c.want)
		}
	}
}

func TestMerkleRootIsThatOfTheStandard(t *testing.T) {
	a, b, c := Hash{1}, Hash{2}, Hash{3}
	node := func(l, r Hash) Hash { return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...)) }
	if merkleRoot([]Hash{a, b, c}) != node(node(a, b), c) || merkleRoot([]Hash{a, b, c, a, b}) != node(node(node(a, b), node(c, a)), b) {
		t.Error("the tree isn't that of RFC 6962")
	}
}

// FuzzOpen throws bytes at both layers: the file as it is, and the same bytes
// as if the pinned sender had signed them.
func FuzzOpen(f *testing.F) {
	internet, office := twoZones(f)
	in := built(f, aHeader(1), someRecords(2))
	f.Add([]byte(in))
	f.Add(sealed(f, in, internet, office))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{File: 1 << 20, Inner: 1 << 20, Records: 1000}
		if _, err := Open(bytes.NewReader(data), office, limits); err != nil && reason(err) == "" {
			t.Errorf("as a file: %v", err)
		}
		b, err := parse(data, limits)
		if err != nil {
			if reason(err) == "" {
				t.Errorf("as an inner bundle: %v", err)
			}
			return
		}
		if again, err := Build(b.Header, b.Content); err != nil || !bytes.Equal(again, data) {
			t.Errorf("two texts for one bundle (%v)", err)
		}
	})
}

// TestKeptFilesStillOpen reads a file that an earlier build made: what lies on
// a disc in a drawer must open after an update.
func TestKeptFilesStillOpen(t *testing.T) {
	internet, office := twoZones(t)
	path := filepath.Join("testdata", "internet-office.bundle")
	if os.Getenv("YITANG_UPDATE") != "" {
		if err := os.WriteFile(path, sealed(t, built(t, aHeader(4), someRecords(3)), internet, office), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := open(file, office)
	if err != nil || !reflect.DeepEqual(b.Content, someRecords(3)) {
		t.Errorf("%+v, %v", b.Header, err)
	}
}
