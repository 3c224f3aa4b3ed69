package exchange

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/flate"

	"yitang/internal/blob"
	"yitang/internal/journal"
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
	before := Hash{}
	if sequence > 1 {
		before = Hash{31: byte(sequence - 1)}
	}
	return Header{Previous: before, Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: sequence, First: 1, Last: 3, AsOf: noon, Policy: "p1",
		Files: []blob.Ref{{Digest: sha256.Sum256([]byte("file")), Size: 4}}}
}

func someRecords(n int) []Record {
	out := []Record{{ReceiptRecord, []byte(`{"sequence":7}`)}}
	for i := range n {
		out = append(out, Record{EventRecord, fmt.Appendf(nil, `{"header":{"id":"%d"}}`, i)})
	}
	return out
}

// between names the keys in a header as its sender does.
func between(h Header, from, to *keys.Ring) Header {
	h.Signer, h.Receiver = from.KeyID().String(), to.Public().ReceivingID().String()
	return h
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
	file, err := Seal(in, from.SigningKey(), to.Public())
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
		in := built(t, between(aHeader(4), internet, office), someRecords(n))
		if !bytes.Equal(in, built(t, between(aHeader(4), internet, office), someRecords(n))) {
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
	const want = "11eb789cf7b3b20632da5a3f20a55cad"
	internet, office := twoZones(t)
	got := built(t, between(aHeader(4), internet, office), someRecords(3)).Digest().String()
	if got[:32] != want {
		t.Errorf("the format has changed: digest %s", got[:32])
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	internet, office := twoZones(t)
	file := sealed(t, built(t, between(aHeader(1), internet, office), someRecords(2)), internet, office)
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
	in := built(t, between(aHeader(1), internet, office), someRecords(2))
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
	z, err := flate.NewWriter(w, flate.DefaultCompression)
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
	in := built(t, between(aHeader(1), internet, office), someRecords(20))
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
	in := built(t, between(aHeader(1), internet, office), someRecords(1))

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
	if _, err := open(sealed(t, in, internet, stranger), stranger); reason(err) != WrongReceiver {
		t.Errorf("encrypted anew to another node of its receiver's zone: %v", err)
	}
	if _, err := open(sealed(t, built(t, between(aHeader(1), impostor, office), nil), internet, office), office); reason(err) != BadSignature {
		t.Errorf("signed by the pinned key, and says another: %v", err)
	}
	if _, err := open(sealed(t, built(t, between(aHeader(1), internet, stranger), nil), internet, stranger), stranger); reason(err) != NotPinned {
		t.Errorf("a sender who was never pinned: %v", err)
	}
	odd := between(aHeader(1), internet, internet)
	odd.Stream = Stream{zone.Internet, zone.Internet}
	if _, err := open(sealed(t, built(t, odd, nil), internet, internet), internet); reason(err) != WrongStream {
		t.Errorf("a stream that there isn't: %v", err)
	}
}

func TestUnknownFormatAndSuiteAreNamed(t *testing.T) {
	internet, office := twoZones(t)
	in := built(t, between(aHeader(1), internet, office), nil)
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

// bomb unpacks to so many MiB of zeros: one MiB packed and flushed, again and
// again. It packs as tightly as DEFLATE can.
func bomb(t testing.TB, mib int, to age.Recipient) []byte {
	t.Helper()
	return bombFor(t, mib, func(w io.Writer) (io.WriteCloser, error) { return age.Encrypt(w, to) })
}

func bombFor(t testing.TB, mib int, encrypt func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var one, file bytes.Buffer
	z, err := flate.NewWriter(&one, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(make([]byte, 1<<20))
	if err := z.Flush(); err != nil {
		t.Fatal(err)
	}
	w, err := encrypt(&file)
	if err != nil {
		t.Fatal(err)
	}
	for range mib {
		w.Write(one.Bytes())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// allocated is how many bytes f allocates in all, what was freed again included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestBombIsRefusedWithoutFillingTheMemory(t *testing.T) {
	internet, office := twoZones(t)
	twoGiB := bomb(t, 2048, office.Public().Recipient)
	refuses := func(what string, file io.Reader, limits Limits, bound uint64) {
		t.Helper()
		grew := allocated(func() {
			if _, err := Open(file, office, limits); reason(err) != TooLarge {
				t.Errorf("%s: %v", what, err)
			}
		})
		t.Logf("%s: %.1f MiB allocated", what, float64(grew)/(1<<20))
		if grew > bound {
			t.Errorf("%s: refusing it took %d MiB", what, grew>>20)
		}
	}
	small := Limits{File: 8 << 20, Inner: 1 << 20, Records: 10}
	refuses(fmt.Sprintf("2 GiB packed into %d KiB, where 1 MiB is allowed", len(twoGiB)>>10), bytes.NewReader(twoGiB), small, 8<<20)
	refuses("2 GiB, and the limits of the format", bytes.NewReader(twoGiB), DefaultLimits, uint64(DefaultLimits.Inner)+8<<20)
	refuses("a file without an end that begins well", io.MultiReader(bytes.NewReader(twoGiB[:200]), zero{}), Limits{File: 300}, 1<<20)

	// A header that promises much and holds nothing.
	h := between(aHeader(1), internet, office)
	for _, lie := range []func(*Header){func(h *Header) { h.Records = 100_000 }, func(h *Header) { h.Length = 64 << 20 }} {
		in := lying(t, h, lie)
		grew := allocated(func() {
			if _, err := open(sealed(t, in, internet, office), office); reason(err) != Altered {
				t.Errorf("%v", err)
			}
		})
		if grew > 8<<20 {
			t.Errorf("%d MiB for a promise", grew>>20)
		}
	}

	if _, err := Open(zero{}, office, small); reason(err) != Altered {
		t.Errorf("a file without an end: %v", err)
	}
	big := sealed(t, built(t, between(aHeader(1), internet, office), someRecords(20)), internet, office)
	for what, limits := range map[string]Limits{
		"one byte over the limit":    {File: int64(len(big) - 1), Inner: 1 << 20, Records: 100, Files: 10, OneFile: 100, FileBytes: 100},
		"one record over the limit":  {File: 1 << 20, Inner: 1 << 20, Records: 20, Files: 10, OneFile: 100, FileBytes: 100},
		"one file over the limit":    {File: 1 << 20, Inner: 1 << 20, Records: 100, OneFile: 100, FileBytes: 100},
		"a byte too many in a file":  {File: 1 << 20, Inner: 1 << 20, Records: 100, Files: 10, OneFile: 3, FileBytes: 100},
		"a byte too many in them":    {File: 1 << 20, Inner: 1 << 20, Records: 100, Files: 10, OneFile: 100, FileBytes: 3},
		"a byte too many once it is": {File: 1 << 20, Inner: 500, Records: 100, Files: 10, OneFile: 100, FileBytes: 100},
	} {
		if _, err := Open(bytes.NewReader(big), office, limits); reason(err) != TooLarge {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// lying is an inner bundle whose header says something else than what is there.
func lying(t testing.TB, h Header, lie func(*Header)) Inner {
	t.Helper()
	in := built(t, h, nil)
	honest, rest, err := parseHeader(in, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	lie(&honest)
	return withHeader(t, honest, rest)
}

func withHeader(t testing.TB, h Header, rest []byte) Inner {
	t.Helper()
	head, err := h.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return append(append(binary.BigEndian.AppendUint32([]byte(opener), uint32(len(head))), head...), rest...)
}

// A file as large as no bundle may be is put aside without its content.
func TestAFileAsLargeAsNoBundleIsNotCopied(t *testing.T) {
	internet, office := twoPlaces(t)
	office.limits.File = 100_000
	inbox := aFolder(t)
	name := Name{Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: 1}.Bundle()
	if err := inbox.Send(name, append([]byte(ageOpener), make([]byte, 200_000)...)); err != nil {
		t.Fatal(err)
	}
	out := office.take(internet, inbox)
	if err := office.Clear(inbox, out); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(office.refusedDir(), name))
	if err != nil || info.Size() != tooLargeKept {
		t.Errorf("%+v, %v", info, err)
	}
	if left, err := inbox.List(); err != nil || len(left) > 0 {
		t.Errorf("left in the inbox: %v, %v", left, err)
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDiskErrorIsNoRefusal(t *testing.T) {
	internet, office := twoZones(t)
	file := sealed(t, built(t, between(aHeader(1), internet, office), someRecords(2)), internet, office)
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
	if merkleRoot(keys.International, []Hash{a, b, c}) != node(node(a, b), c) || merkleRoot(keys.International, []Hash{a, b, c, a, b}) != node(node(node(a, b), node(c, a)), b) {
		t.Error("the tree isn't that of RFC 6962")
	}
}

// FuzzOpen throws bytes at each layer: the file as it is, the same bytes as if
// somebody had encrypted them, and as if the pinned sender had signed them. It
// begins with the published vectors and what earlier runs found worth keeping.
func FuzzOpen(f *testing.F) {
	internet, office := nationalZones(f)
	in := built(f, between(aHeader(1), internet, office), someRecords(2))
	f.Add([]byte(in))
	f.Add(sealed(f, in, internet, office))
	national, nationalInner := nationalFileOf(f, internet, office, 2)
	f.Add(national)
	f.Add([]byte(nationalInner))
	card, err := office.PublicIn(keys.National)
	if err != nil {
		f.Fatal(err)
	}
	signers := map[keys.Suite]crypto.Signer{}
	for _, s := range keys.Suites() {
		if signers[s], err = internet.SignerOf(s, 0); err != nil {
			f.Fatal(err)
		}
	}
	for _, kind := range []string{"good/*.signed", "good/*-records.bundle", "bad/*.signed", "bad/*-cut*.bundle", "good/national-first.bundle", "good/national-change.bundle", "good/national-new-key.bundle", "good/national-two-files.0.part", "bad/national-*point*.bundle"} {
		files, err := filepath.Glob(filepath.Join(vectorsDir, kind))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
			f.Add(content[:max(0, len(content)-ed25519.SignatureSize)])
		}
	}
	limits := Limits{File: 1 << 20, Inner: 1 << 20, Records: 1000, Files: 100, OneFile: 1 << 20, FileBytes: 1 << 20}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := Open(bytes.NewReader(data), office, limits); err != nil && reason(err) == "" {
			t.Errorf("as a file: %v", err)
		}
		for _, to := range []keys.Public{office.Public(), card} {
			var file bytes.Buffer
			w, err := encrypt(&file, to)
			if err != nil {
				t.Fatal(err)
			}
			w.Write(data)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(&file, office, limits); err != nil && reason(err) == "" {
				t.Errorf("as a packed text: %v", err)
			}
		}
		signature, err := keys.Sign(office.Random(), signers[Inner(data).suite()], preAuthentication(data))
		if err != nil {
			t.Fatal(err)
		}
		b, err := openSigned(slices.Concat(data, signature), "", office, limits)
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

// FuzzRecord: what a zone may say and the journal reads as an event has one
// text, which is what the journal would send on itself.
func FuzzRecord(f *testing.F) {
	registry, err := journal.NewRegistry(letterKind...)
	if err != nil {
		f.Fatal(err)
	}
	for _, r := range twoEvents() {
		f.Add(r.Body)
	}
	f.Add(anEvent(zone.Office, 1, "greeting", "hello", true).text())
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := mayCome(data, zone.Office, zone.Internet); err != nil {
			return
		}
		e, err := registry.Decode(data, zone.Internet)
		if err != nil {
			return
		}
		again, ok, err := registry.EncodeFor(e, zone.Internet)
		if err != nil || !ok || !bytes.Equal(again, data) {
			t.Errorf("it would go on as %s (%v)", again, err)
		}
	})
}

// TestKeptFilesStillOpen reads a file that an earlier build made: what lies on
// a disc in a drawer must open after an update.
func TestKeptFilesStillOpen(t *testing.T) {
	internet, office := twoZones(t)
	path := filepath.Join("testdata", "internet-office.bundle")
	if os.Getenv("YITANG_UPDATE") != "" {
		if err := os.WriteFile(path, sealed(t, built(t, between(aHeader(4), internet, office), someRecords(3)), internet, office), 0o644); err != nil {
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
