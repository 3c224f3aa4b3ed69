package exchange

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"

	"yitang/internal/blob"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// writing is everything that vectors are made of.
type writing struct {
	t                                             testing.TB
	internet, office, passport, impostor, another party
	made                                          map[string]bool
}

func writeVectors(t testing.TB) {
	t.Helper()
	if err := os.RemoveAll(vectorsDir); err != nil {
		t.Fatal(err)
	}
	w := writing{t, aParty(t, zone.Internet, 1), aParty(t, zone.Office, 2), aParty(t, zone.Passport, 3), aParty(t, zone.Internet, 4), aParty(t, zone.Office, 5), map[string]bool{}}
	w.good()
	w.badEnvelopes()
	w.badPacking()
	w.badSigned()
	w.badHeaders()
	w.tooLarge()
	w.badSenders()
	w.badInner()
	w.badOrder()
	w.badParts()
	w.badRecords()
	w.national()
}

func (w writing) identity(p party) string {
	return p.ring.Identity().(*age.X25519Identity).String()
}

// to is a manifest for one receiver, who has pinned its peers.
func (w writing) to(p party) manifest {
	m := manifest{Format: "yitang.vector/1", Receiver: manifestReceiver{Zone: p.zone, Identity: w.identity(p)}, Pinned: map[zone.Zone]string{}}
	pin := func(of party) { m.Pinned[of.zone] = hex.EncodeToString(of.signing.Public().(ed25519.PublicKey)) }
	if p.zone == zone.Office {
		pin(w.internet)
		pin(w.passport)
	} else {
		pin(w.office)
	}
	return m
}

func (w writing) keep(kind, name, why, ending string, content []byte, m manifest) {
	w.t.Helper()
	if w.made[name] {
		w.t.Fatalf("two vectors are called %s", name)
	}
	w.made[name] = true
	m.File, m.Why = name+ending, why
	dir := filepath.Join(vectorsDir, kind)
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		w.t.Fatal(err)
	}
	// Lists of numbers on one line each.
	lists := regexp.MustCompile(`\[[\s\d,]*\]`)
	flat := lists.ReplaceAllFunc(text.Bytes(), func(l []byte) []byte {
		return bytes.Join(bytes.Fields(l), nil)
	})
	if err := os.MkdirAll(dir, 0o755); err != nil {
		w.t.Fatal(err)
	}
	files := map[string][]byte{m.File: content, name + ".json": flat}
	for part, content := range m.beside {
		files[part] = content
	}
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
}

// taken says what a reader finds in an inner bundle that it takes.
func taken(in Inner, h Header, records int, aside ...int) manifestExpected {
	return manifestExpected{Result: "ok", Digest: in.Digest().String(), Epoch: h.Epoch, Sequence: h.Sequence, Records: &records, Aside: aside}
}

func refusedAs(r Reason) manifestExpected { return manifestExpected{Result: "refused", Reason: r} }

func (w writing) refused(name, why string, r Reason, ending string, content []byte, change ...func(*manifest)) {
	w.t.Helper()
	m := w.to(w.office)
	for _, f := range change {
		f(&m)
	}
	m.Expect = refusedAs(r)
	w.keep("bad", name, why, ending, content, m)
}

func (w writing) sign(in Inner, by party) []byte {
	return slices.Concat(in, ed25519.Sign(by.signing, preAuthentication(in)))
}

func packed(t testing.TB, plain []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := flate.NewWriter(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(plain)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (w writing) pack(plain []byte) []byte { return packed(w.t, plain, 6) }

// header is a good one from the internet zone to the office.
func (w writing) header(sequence int64) Header {
	h := aHeader(sequence)
	h.Files, h.Signer, h.Receiver = nil, w.internet.ring.KeyID().String(), w.office.id()
	h.Head.Chain = sha256.Sum256([]byte("a chain"))
	return h
}

func records(events ...event) []Record {
	var out []Record
	for _, e := range events {
		out = append(out, Record{EventRecord, e.text()})
	}
	return out
}

func twoEvents() []Record {
	return records(anEvent(zone.Internet, 1, "greeting", "hello", false), anEvent(zone.Internet, 3, "short", "a few words", false))
}

func receiptFor(s Stream, epoch, sequence int64) Receipt {
	return Receipt{Stream: s, Epoch: epoch, Sequence: sequence, Bundle: sha256.Sum256(fmt.Append(nil, "bundle ", sequence)), Head: Head{sequence * 3, sha256.Sum256(fmt.Append(nil, "chain ", sequence))}, At: noon}
}

func (w writing) receipt(r Receipt) Record {
	text, err := r.MarshalJSON()
	if err != nil {
		w.t.Fatal(err)
	}
	return Record{ReceiptRecord, text}
}

func sent(r Receipt) []manifestSent {
	return []manifestSent{{r.Epoch, r.Sequence, r.Bundle, r.Head.Position, r.Head.Chain}}
}

var officeInternet = Stream{zone.Office, zone.Internet}

func (w writing) good() {
	t := w.t
	good := func(name, why string, h Header, content []Record, from, to party, change func(*manifest), aside ...int) Inner {
		t.Helper()
		in := built(t, h, content)
		m := w.to(to)
		if change != nil {
			change(&m)
		}
		m.Expect = taken(in, h, len(content), aside...)
		w.keep("good", name, why, ".bundle", encrypted(t, to, w.pack(w.sign(in, from))), m)
		return in
	}
	first := good("first", "the first bundle of a stream, with two events", w.header(1), twoEvents(), w.internet, w.office, func(m *manifest) { m.After = &manifestCursor{} })

	h := w.header(2)
	h.Previous, h.First, h.Last = first.Digest(), 4, 9
	good("second", "the second one, after the first was applied", h, records(anEvent(zone.Internet, 4, "greeting", "again", false)), w.internet, w.office,
		func(m *manifest) { m.After = &manifestCursor{1, 1, first.Digest(), 3} })
	r := receiptFor(officeInternet, 1, 3)
	good("receipt", "an event behind a receipt that fits what was sent", w.header(1), append([]Record{w.receipt(r)}, twoEvents()[0]), w.internet, w.office, func(m *manifest) { m.Sent = sent(r) })
	h = w.header(5)
	h.First, h.Last, h.Head.Position = 4, 3, 3
	good("receipt-only", "nothing new, only a receipt: last is first less one", h, []Record{w.receipt(r)}, w.internet, w.office, nil)
	good("no-records", "a bundle without any record; its root is the hash of nothing", w.header(1), nil, w.internet, w.office, nil)
	h = w.header(1)
	h.First, h.Last, h.Head = 1, 0, Head{}
	good("empty-journal", "from a journal without events: position 0, a chain of zeros", h, []Record{w.receipt(r)}, w.internet, w.office, nil)
	h = w.header(1)
	h.Epoch = 261128113005123
	good("new-epoch", "a sender that lost its state begins a new epoch at number 1", h, twoEvents(), w.internet, w.office, func(m *manifest) { m.After = &manifestCursor{1, 40, Hash{1}, 120} })
	h.Sequence, h.Previous, h.First = 2, first.Digest(), 2
	good("second-of-new-epoch", "and goes on in it", h, records(anEvent(zone.Internet, 3, "greeting", "x", false)), w.internet, w.office,
		func(m *manifest) { m.After = &manifestCursor{h.Epoch, 1, first.Digest(), 1} })
	h = w.header(1)
	h.AsOf = h.AsOf.Truncate(1e9)
	good("whole-second", "a moment without a fraction still has six decimals", h, nil, w.internet, w.office, nil)
	h.Policy = ""
	good("no-policy", "a policy may be without a name", h, nil, w.internet, w.office, nil)
	h.Policy = "Policy_2026-11/b.1"
	good("named-policy", "or have one of all the characters that are allowed", h, nil, w.internet, w.office, nil)
	for _, n := range []int{1, 3, 5, 6, 7, 64, 200} {
		var many []Record
		for i := range n {
			many = append(many, Record{EventRecord, anEvent(zone.Internet, int64(i+1), "short", fmt.Sprint("number ", i), false).text()})
		}
		h := w.header(1)
		h.Last = int64(n)
		good(fmt.Sprintf("%d-records", n), "a Merkle tree of this many leaves", h, many, w.internet, w.office, nil)
	}
	good("texts", "texts that are escaped where JSON demands it and nowhere else", w.header(1),
		records(anEvent(zone.Internet, 1, "引文 “quoted” \"\\/<>&", "tab\tline\nreturn\rbell\a del\x7f sep\u2028\u2029 back\b form\f 🛂 é", false)), w.internet, w.office, nil)
	good("unknown-type", "a record of a type that this version doesn't know is set aside alone; it wouldn't be good as anything else",
		w.header(1), append(twoEvents(), Record{RecordType('Z'), []byte(`{}`)}), w.internet, w.office, nil, 2)

	card, err := w.internet.ring.Public().OneLine()
	if err != nil {
		t.Fatal(err)
	}
	good("same-key", "it brings the key that is pinned already, which changes nothing", w.header(1), []Record{{KeyRecord, card}}, w.internet, w.office, nil)
	good("new-key", "the last bundle that the old key signs brings the new one", w.header(1), append(twoEvents(), Record{KeyRecord, w.newCard(zone.Internet)}), w.internet, w.office, nil)

	relayed := h
	relayed.Stream, relayed.Signer, relayed.Receiver = Stream{zone.Office, zone.Passport}, w.office.ring.KeyID().String(), w.passport.id()
	good("relayed", "the office passes on an event of the internet zone, one field withheld; the digest is still that of its origin", relayed,
		records(anEvent(zone.Internet, 1, "greeting", "hello", true)), w.office, w.passport, nil)
	back := relayed
	back.Stream, back.Signer, back.Receiver = Stream{zone.Passport, zone.Office}, w.passport.ring.KeyID().String(), w.office.id()
	good("from-passport", "from the passport zone to the office", back, records(anEvent(zone.Passport, 2, "made", "", false)), w.passport, w.office, nil)
	out := relayed
	out.Stream, out.Receiver = officeInternet, w.internet.id()
	good("to-internet", "from the office to the internet zone", out, records(anEvent(zone.Office, 3, "short", "no", false)), w.office, w.internet, nil)

	withFiles, parts, beside := w.files("two-files", 70_000)
	good("two-files", "two files beside it, one of more than one chunk", withFiles, twoEvents(), w.internet, w.office, func(m *manifest) { m.Parts, m.beside = parts, beside })

	long := w.header(1)
	noise := make([]byte, 120_000)
	chance(7).Read(noise)
	in := good("many-chunks", "so long that the envelope has several chunks", long, records(anEvent(zone.Internet, 1, "short", base64.StdEncoding.EncodeToString(noise), false)), w.internet, w.office, nil)
	_ = in

	// The same inner bundle in other envelopes, and outside of any.
	in = built(t, w.header(1), twoEvents())
	plain := w.sign(in, w.internet)
	same := func(name, why, ending string, content []byte) {
		m := w.to(w.office)
		m.Expect = taken(in, w.header(1), 2)
		w.keep("good", name, why, ending, content, m)
	}
	same("signed", "unpacked already", ".signed", plain)
	same("stored", "DEFLATE with stored blocks: nothing is compressed", ".bundle", encrypted(t, w.office, packed(t, plain, 0)))
	same("best", "DEFLATE as tight as it goes", ".bundle", encrypted(t, w.office, packed(t, plain, 9)))
	var flushed bytes.Buffer
	z, err := flate.NewWriter(&flushed, 6)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range plain {
		z.Write([]byte{b})
		z.Flush()
	}
	z.Close()
	same("flushed", "DEFLATE in very many blocks, empty ones among them", ".bundle", encrypted(t, w.office, flushed.Bytes()))

	// One chunk to the last byte: no empty one may follow.
	for n := ageChunk - 2000; ; n++ {
		in := built(t, w.header(1), []Record{{RecordType('Z'), bytes.Repeat([]byte{'z'}, n)}})
		p := packed(t, w.sign(in, w.internet), 0)
		if len(p) < ageChunk {
			continue
		}
		if len(p) > ageChunk {
			t.Fatal("no length fits")
		}
		m := w.to(w.office)
		m.Expect = taken(in, w.header(1), 1, 0)
		w.keep("good", "whole-chunk-unknown-type", "its envelope is one full chunk, which is the last", ".bundle", encrypted(t, w.office, p), m)
		break
	}
}

// files gives a header that names two, and their parts; photo is how long one is.
func (w writing) files(name string, photo int) (Header, map[string]string, map[string][]byte) {
	h, parts, beside := w.header(1), map[string]string{}, map[string][]byte{}
	for i, content := range [][]byte{[]byte("a paper"), bytes.Repeat([]byte("p"), photo)} {
		d := blob.DigestOf(content)
		h.Files = append(h.Files, blob.Ref{Digest: d, Size: int64(len(content))})
		file := fmt.Sprintf("%s.%d.part", name, i)
		parts[d.String()], beside[file] = file, encrypted(w.t, w.office, content)
	}
	return h, parts, beside
}

func (w writing) plain() []byte { return w.sign(built(w.t, w.header(1), twoEvents()), w.internet) }

func flipped(b []byte, i int) []byte {
	out := bytes.Clone(b)
	if i < 0 {
		i += len(out)
	}
	out[i] ^= 1
	return out
}

// newCard is the public half of keys that nobody has pinned yet.
func (w writing) newCard(z zone.Zone) []byte {
	w.t.Helper()
	ring, err := keys.Create(filepath.Join(w.t.TempDir(), "keys"), z, chance(9), noon.AddDate(1, 0, 0))
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := ring.Public().OneLine()
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func (w writing) badEnvelopes() {
	t := w.t
	pack := w.pack(w.plain())
	good := encrypted(t, w.office, pack)
	bad := func(name, why string, r Reason, content []byte) {
		t.Helper()
		w.refused(name, why, r, ".bundle", content)
	}
	put := func(at int, text string) []byte { return slices.Concat(good[:at], []byte(text), good[at+len(text):]) }
	bad("empty-file", "a file without content was cut", Truncated, nil)
	bad("some-text", "a text that somebody gave the name of a bundle", Altered, []byte("This is the list of the files on this disc.\n"))
	bad("cut-in-first-line", "cut in its first line", Truncated, good[:10])
	bad("cut-in-header", "cut in the header of its envelope", Truncated, good[:100])
	bad("cut-before-payload", "cut one byte before the smallest file ends", Truncated, good[:199])
	bad("other-first-line", "another version of the envelope", Altered, put(0, "age-encryption.org/v2\n"))
	bad("armoured", "armoured as text", Altered, []byte("-----BEGIN AGE ENCRYPTED FILE-----\n"+base64.StdEncoding.EncodeToString(good)+"\n-----END AGE ENCRYPTED FILE-----\n"))
	second := ageFile(t, w.another, chunksOf(pack), "", ageOpener)
	lines := strings.SplitAfter(string(second[:ageHeader]), "\n")
	bad("two-recipients", "somebody else can read it too", Altered, ageFile(t, w.office, chunksOf(pack), lines[1]+lines[2], ageOpener))
	bad("grease", "one more stanza of an unknown type", Altered, ageFile(t, w.office, chunksOf(pack), "-> joint-grease a\n\n", ageOpener))
	bad("other-recipient-type", "a recipient of another type", Altered, put(22, "-> X25520 "))
	bad("carriage-returns", "its lines end as on another system", Altered, bytes.ReplaceAll(good[:ageHeader], []byte("\n"), []byte("\r\n")))
	bad("other-receiver", "encrypted to another node of the same zone", WrongReceiver, second)
	bad("key-flipped", "the wrapped key was changed: it opens with no key", WrongReceiver, put(80, swapped(good[80])))
	bad("ephemeral-flipped", "the ephemeral key was changed", WrongReceiver, put(40, swapped(good[40])))
	bad("ephemeral-zero", "an ephemeral key that shares zeros with everybody", Altered, put(32, strings.Repeat("A", 43)))
	bad("ephemeral-untidy", "base64 whose last bits aren't zero", Altered, put(74, untidy(good[74])))
	bad("key-untidy", "the same in the wrapped key", Altered, put(118, untidy(good[118])))
	bad("mac-untidy", "the same in the MAC", Altered, put(166, untidy(good[166])))
	bad("mac-flipped", "the header isn't the one that was made", Altered, put(130, swapped(good[130])))
	bad("nonce-flipped", "the nonce of the payload was changed", Altered, flipped(good, ageHeader))
	bad("payload-flipped", "a bit of the payload was changed", Altered, flipped(good, ageHeader+16))
	bad("last-bit-flipped", "the last bit was changed", Altered, flipped(good, -1))
	bad("cut-by-a-byte", "the last byte is missing", Altered, good[:len(good)-1])
	bad("a-byte-more", "a byte more", Altered, append(bytes.Clone(good), 0))
	bad("twice-in-a-file", "the same file twice in one", Altered, slices.Concat(good, good))

	noise := make([]byte, 150_000)
	chance(8).Read(noise)
	in := built(t, w.header(1), []Record{{RecordType('Z'), noise}})
	chunks := chunksOf(w.pack(w.sign(in, w.internet)))
	long := encrypted(t, w.office, w.pack(w.sign(in, w.internet)))
	bad("cut-between-chunks", "cut where a chunk ends, so that what is left is authentic piece by piece", Altered, long[:ageHeader+16+ageChunk+16])
	bad("chunks-swapped", "two chunks in the wrong order", Altered, slices.Concat(long[:184], long[184+ageChunk+16:184+2*(ageChunk+16)], long[184:184+ageChunk+16], long[184+2*(ageChunk+16):]))
	with := func(cs ...chunk) []byte { return ageFile(t, w.office, cs, "", ageOpener) }
	bad("no-last-chunk", "a sender that forgot to mark the last chunk", Altered, with(chunk{pack, 0, false}))
	bad("last-chunk-first", "a last chunk with another behind it", Altered, with(chunk{chunks[0].plain, 0, true}, chunk{chunks[1].plain, 1, true}))
	bad("short-chunk", "a short chunk that isn't the last", Altered, with(chunk{pack[:100], 0, false}, chunk{pack[100:], 1, true}))
	full := append(bytes.Clone(pack), make([]byte, ageChunk-len(pack))...)
	bad("empty-last-chunk", "an empty chunk behind a full one", Altered, with(chunk{full, 0, false}, chunk{nil, 1, true}))
	bad("counter-repeats", "two chunks with one number", Altered, with(chunk{chunks[0].plain, 0, false}, chunk{chunks[1].plain, 0, true}))
}

// swapped and untidy change a character of base64: one to another of the
// alphabet, and one by bits that are over.
func swapped(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

func untidy(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	return string(alphabet[strings.IndexByte(alphabet, c)|1])
}

func (w writing) badPacking() {
	t, plain := w.t, w.plain()
	bad := func(name, why string, r Reason, packed []byte) {
		t.Helper()
		w.refused(name, why, r, ".bundle", encrypted(t, w.office, packed))
	}
	var out bytes.Buffer
	zl := zlib.NewWriter(&out)
	zl.Write(plain)
	zl.Close()
	bad("zlib", "DEFLATE in a wrapper of zlib", Altered, bytes.Clone(out.Bytes()))
	out.Reset()
	gz := gzip.NewWriter(&out)
	gz.Write(plain)
	gz.Close()
	bad("gzip", "DEFLATE in a wrapper of gzip", Altered, bytes.Clone(out.Bytes()))
	out.Reset()
	zs, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	zs.Write(plain)
	zs.Close()
	bad("zstd", "packed as an early build did", Altered, bytes.Clone(out.Bytes()))
	bad("not-packed", "not packed at all", Altered, plain)
	bad("nothing-packed", "an envelope without content", Altered, nil)
	pack := w.pack(plain)
	bad("packing-cut", "the packed stream ends too early", Altered, pack[:len(pack)-1])
	bad("packing-goes-on", "a byte behind the packed stream", Altered, append(bytes.Clone(pack), 0))
	bad("packed-twice-over", "a second packed stream behind the first", Altered, slices.Concat(pack, w.pack([]byte("and more"))))
	bad("block-type-3", "a block of a type that doesn't exist", Altered, []byte{7})
	bad("stored-length-wrong", "a stored block whose length contradicts itself", Altered, slices.Concat([]byte{1, 4, 0, 4, 0}, plain[:4]))
	bad("distance-too-far", "a copy from before the beginning", Altered, []byte{0x4b, 0x04, 0x22, 0x00, 0x00}[:4:4])
	never := stored(plain)
	never[0] = 0
	bad("no-final-block", "no block says that it is the last", Altered, never)
	bad("bomb", "130 KB that unpack to more than 64 MiB", TooLarge, w.pack(make([]byte, DefaultLimits.Inner+ed25519.SignatureSize+1)))
}

// stored is one stored block of DEFLATE, the last one.
func stored(b []byte) []byte {
	out := []byte{1}
	out = binary.LittleEndian.AppendUint16(out, uint16(len(b)))
	out = binary.LittleEndian.AppendUint16(out, ^uint16(len(b)))
	return append(out, b...)
}

func (w writing) badSigned() {
	bad := func(name, why string, r Reason, in Inner) {
		w.t.Helper()
		w.refused(name, why, r, ".signed", w.sign(in, w.internet))
	}
	in := built(w.t, w.header(1), twoEvents())
	w.refused("shorter-than-a-signature", "too short for a signature", Truncated, ".signed", make([]byte, 63))
	w.refused("encrypted-but-short", "the same in an envelope", Truncated, ".bundle", encrypted(w.t, w.office, w.pack([]byte("short"))))
	bad("signature-alone", "a signature of nothing", Altered, nil)
	bad("version-2", "a format that is newer", UnknownVersion, bytes.Replace(in, []byte("bundle/1"), []byte("bundle/2"), 1))
	bad("version-10", "a version that only begins as ours", UnknownVersion, bytes.Replace(in, []byte("bundle/1\n"), []byte("bundle/10\n"), 1))
	bad("other-opener", "something else that the same key signed", Altered, bytes.Replace(in, []byte("yitang.bundle"), []byte("yitang.bungle"), 1))
	bad("opener-alone", "nothing behind the opener", Altered, in[:16])
	bad("header-cut", "it ends within its header", Altered, in[:60])
	long := bytes.Clone(in)
	binary.BigEndian.PutUint32(long[16:], uint32(len(in)-16-4-32+1))
	bad("header-into-root", "a header that reaches into the root", Altered, long)
	binary.BigEndian.PutUint32(long[16:], 0xffffffff)
	bad("header-of-4-gib", "a header of 4 GiB", Altered, long)
	bad("header-empty", "an empty header", Altered, w.raw("", 2))
}

// raw lays a header's text out as it is, before the records of two events.
func (w writing) raw(head string, _ int) Inner {
	in := built(w.t, w.header(1), twoEvents())
	n := binary.BigEndian.Uint32(in[16:])
	return slices.Concat(binary.BigEndian.AppendUint32([]byte(opener), uint32(len(head))), []byte(head), in[20+n:])
}

func (w writing) badHeaders() {
	t := w.t
	good, err := func() ([]byte, error) {
		in := built(t, w.header(1), twoEvents())
		n := binary.BigEndian.Uint32(in[16:])
		return in[20 : 20+n], nil
	}()
	if err != nil {
		t.Fatal(err)
	}
	text := func(name, why string, r Reason, old, new string) {
		t.Helper()
		if !strings.Contains(string(good), old) {
			t.Fatalf("%s: the header has no %s", name, old)
		}
		w.refused(name, why, r, ".signed", w.sign(w.raw(strings.Replace(string(good), old, new, 1), 2), w.internet))
	}
	text("suite-unknown", "a suite that this version doesn't know", UnknownVersion, "international/1", "lunar/1")
	text("suite-longer", "a suite that only begins as ours", UnknownVersion, "international/1", "international/10")
	text("suite-not-first", "the suite doesn't stand first", Altered, `"suite":"international/1","stream"`, `"Suite":"international/1","stream"`)
	text("suite-without-end", "the name of the suite doesn't end", Altered, "international/1", strings.Repeat("i", 64))
	text("header-no-json", "no JSON", Altered, `"epoch":1`, `"epoch":`)
	text("header-blank", "a blank between members", Altered, `,"epoch"`, `, "epoch"`)
	text("header-line-end", "a line end behind the header", Altered, `}`+"", "}\n")
	text("header-behind", "something behind the object", Altered, `"length":`, `"length":0}{"x":`)
	text("header-order", "two members in the wrong order", Altered, `"epoch":1,"sequence":1`, `"sequence":1,"epoch":1`)
	text("header-member-missing", "a member is missing", Altered, `"policy":"p1",`, ``)
	text("header-member-more", "a member too many", Altered, `"policy":"p1",`, `"policy":"p1","note":"",`)
	text("header-member-twice", "a member twice: programs differ in which they believe", Altered, `"sequence":1,`, `"sequence":2,"sequence":1,`)
	text("header-member-capital", "a member in capitals, which some readers take for ours", Altered, `"epoch":1`, `"Epoch":1`)
	text("header-escape", "a letter written as an escape", Altered, `"policy":"p1"`, `"policy":"\u0070\u0031"`)
	text("header-null", "null for a text", Altered, `"policy":"p1"`, `"policy":null`)
	text("header-bad-utf8", "bytes that are no UTF-8", Altered, `"policy":"p1"`, "\"policy\":\"p\xff\"")
	text("number-decimals", "a number with decimals", Altered, `"epoch":1`, `"epoch":1.0`)
	text("number-exponent", "a number with an exponent", Altered, `"epoch":1`, `"epoch":1e0`)
	text("number-zeros", "a number with a zero in front", Altered, `"epoch":1`, `"epoch":01`)
	text("number-text", "a number as text", Altered, `"epoch":1`, `"epoch":"1"`)
	text("number-negative", "a negative number", Altered, `"epoch":1`, `"epoch":-1`)
	text("number-too-great", "a number that not every reader reads exactly", Altered, `"epoch":1`, `"epoch":9007199254740992`)
	text("number-beyond-64-bits", "a number beyond 64 bits", Altered, `"epoch":1`, `"epoch":18446744073709551617`)
	text("hash-capitals", "a hash in capitals", Altered, `"previous":"`+strings.Repeat("0", 64), `"previous":"`+strings.Repeat("0", 63)+"A")
	text("hash-short", "a hash that is too short", Altered, `"previous":"00`, `"previous":"`)
	text("moment-no-decimals", "a moment without its decimals", Altered, ".123456Z", "Z")
	text("moment-millis", "a moment with three decimals", Altered, ".123456Z", ".123Z")
	text("moment-zone", "a moment in a zone of the clock", Altered, ".123456Z", ".123456+00:00")
	text("moment-nowhen", "the 30th of February", Altered, "2026-11-24T", "2026-02-30T")
	text("moment-24h", "24 o'clock", Altered, "T04:00:00", "T24:00:00")
	text("policy-letters", "a policy's name with a letter that isn't allowed", Altered, `"policy":"p1"`, `"policy":"p 1"`)
	text("policy-long", "a policy's name of 65 letters", Altered, `"policy":"p1"`, `"policy":"`+strings.Repeat("p", 65)+`"`)
	text("signer-capitals", "a key id in capitals", Altered, `"signer":"`+w.internet.ring.KeyID().String(), `"signer":"ABCDEF0123456789`)
	text("receiver-empty", "no receiver's key", Altered, `"receiver":"`+w.office.id(), `"receiver":"`)
	text("zone-capitals", "a zone's name in capitals", Altered, `"to":"office"`, `"to":"Office"`)
	text("epoch-0", "epochs are counted from 1", Altered, `"epoch":1`, `"epoch":0`)
	text("sequence-0", "bundles are counted from 1", Altered, `"sequence":1`, `"sequence":0`)
	text("first-0", "positions are counted from 1", Altered, `"first":1`, `"first":0`)
	text("last-too-small", "a run that ends before it begins", Altered, `"first":1`, `"first":5`)
	text("head-elsewhere", "its journal's head isn't at its last event", Altered, `"head":{"position":3`, `"head":{"position":4`)
	text("previous-of-first", "the first bundle names one before it", Altered, `"previous":"0`, `"previous":"1`)
	text("no-previous", "the second bundle names none before it", Altered, `"sequence":1`, `"sequence":2`)
	text("file-without-size", "an empty file", Altered, `"files":[]`, `"files":[{"digest":"`+strings.Repeat("1", 64)+`","size":0}]`)
	one := func(c string) string { return `{"digest":"` + strings.Repeat(c, 64) + `","size":5}` }
	text("files-unordered", "files in another order than that of their digests", Altered, `"files":[]`, `"files":[`+one("2")+`,`+one("1")+`]`)
	text("files-twice", "a file twice", Altered, `"files":[]`, `"files":[`+one("1")+`,`+one("1")+`]`)
	text("records-negative", "less than no records", Altered, `"records":2`, `"records":-2`)
	text("chain-of-nothing", "a journal without events has no chain", Altered, `"first":1,"last":3,"head":{"position":3`, `"first":1,"last":0,"head":{"position":0`)
}

func (w writing) tooLarge() {
	t := w.t
	size := func(h Header, lie func(*Header)) []byte {
		in := built(t, h, nil)
		honest, rest, err := parseHeader(in, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		lie(&honest)
		return encrypted(t, w.office, w.pack(w.sign(withHeader(t, honest, rest), w.internet)))
	}
	file := func(i int, n int64) blob.Ref {
		var d blob.Digest
		binary.BigEndian.PutUint64(d[24:], uint64(i+1))
		return blob.Ref{Digest: d, Size: n}
	}
	bad := func(name, why string, content []byte, change ...func(*manifest)) {
		t.Helper()
		w.refused(name, why, TooLarge, ".bundle", content, change...)
	}
	bad("too-many-records", "more records than are allowed, as it says of itself", size(w.header(1), func(h *Header) { h.Records = DefaultLimits.Records + 1 }))
	bad("too-long", "longer than is allowed, as it says of itself", size(w.header(1), func(h *Header) { h.Length = DefaultLimits.Inner + 1 }))
	bad("a-file-too-large", "a file of more than 64 MiB", size(w.header(1), func(h *Header) { h.Files = []blob.Ref{file(0, DefaultLimits.OneFile+1)} }))
	bad("files-too-large", "five files of 64 MiB", size(w.header(1), func(h *Header) {
		for i := range 5 {
			h.Files = append(h.Files, file(i, DefaultLimits.OneFile))
		}
	}))
	bad("files-beyond-64-bits", "files whose sizes together are a small number again, to who counts in 64 bits", size(w.header(1), func(h *Header) {
		for i := range 2048 {
			h.Files = append(h.Files, file(i, exact))
		}
	}))
	bad("too-many-files", "one file more than is allowed", size(w.header(1), func(h *Header) {
		for i := range DefaultLimits.Files + 1 {
			h.Files = append(h.Files, file(i, 1))
		}
	}))
	head := suiteFirst + string(keys.International) + `"` + strings.Repeat(" ", headerSize)
	bad("header-too-large", "a header of more than 1 MiB", encrypted(t, w.office, w.pack(w.sign(slices.Concat(binary.BigEndian.AppendUint32([]byte(opener), uint32(len(head))), []byte(head), make([]byte, 32)), w.internet))))
	content := encrypted(t, w.office, w.pack(w.plain()))
	bad("file-too-large", "a byte more than this receiver takes", content, func(m *manifest) {
		m.Limits = &manifestLimits{int64(len(content)) - 1, 1 << 20, 100, 10, 100, 100}
	})
	bad("inner-too-large", "it unpacks to more than this receiver takes", content, func(m *manifest) { m.Limits = &manifestLimits{1 << 20, 1000, 100, 10, 100, 100} })
	bad("a-record-too-many", "a record more than this receiver takes", content, func(m *manifest) { m.Limits = &manifestLimits{1 << 20, 1 << 20, 1, 10, 100, 100} })
}

func (w writing) badSenders() {
	t := w.t
	header := func(change func(*Header)) Inner {
		h := w.header(1)
		change(&h)
		return built(t, h, nil)
	}
	bad := func(name, why string, r Reason, plain []byte, change ...func(*manifest)) {
		t.Helper()
		w.refused(name, why, r, ".bundle", encrypted(t, w.office, w.pack(plain)), change...)
	}
	from := func(change func(*Header)) []byte { return w.sign(header(change), w.internet) }
	bad("to-another-zone", "addressed to another zone than the one that it was encrypted to", WrongReceiver, from(func(h *Header) { h.Stream = Stream{zone.Internet, zone.Passport} }))
	bad("to-another-key", "signed for another node of the office and encrypted anew by it", WrongReceiver, from(func(h *Header) { h.Receiver = w.another.id() }))
	bad("to-oneself", "a stream from a zone to itself", WrongStream, from(func(h *Header) { h.Stream = Stream{zone.Office, zone.Office} }))
	bad("from-nowhere", "a stream from a zone that there isn't", WrongStream, from(func(h *Header) { h.Stream.From = "moon" }))
	past := w.header(1)
	past.Stream, past.Receiver = Stream{zone.Internet, zone.Passport}, w.passport.id()
	past.Head.Position = past.Last
	m := w.to(w.passport)
	m.Pinned[zone.Internet], m.Expect = hex.EncodeToString(w.internet.signing.Public().(ed25519.PublicKey)), refusedAs(WrongStream)
	w.keep("bad", "past-the-office", "from the internet to the passport zone, past the office", ".bundle", encrypted(t, w.passport, w.pack(w.sign(built(t, past, nil), w.internet))), m)
	bad("not-pinned", "its sender was never pinned here", NotPinned, w.plain(), func(m *manifest) { delete(m.Pinned, zone.Internet) })
	bad("another-key-pinned", "another key of its sender's zone is pinned here", BadSignature, w.plain(), func(m *manifest) {
		m.Pinned[zone.Internet] = hex.EncodeToString(w.impostor.signing.Public().(ed25519.PublicKey))
	})
	in := built(t, w.header(1), twoEvents())
	bad("impostor", "another node signed it and says that it was the pinned one", BadSignature, w.sign(in, w.impostor))
	bad("impostor-says-so", "another node signed it and says so", BadSignature, w.sign(header(func(h *Header) { h.Signer = w.impostor.ring.KeyID().String() }), w.impostor))
	bad("other-peer", "another zone that is pinned here signed it", BadSignature, w.sign(in, w.passport))
	bad("says-another-signer", "the pinned key signed it and says another", BadSignature, from(func(h *Header) { h.Signer = w.impostor.ring.KeyID().String() }))
	bad("signature-flipped", "a bit of the signature was changed", BadSignature, flipped(w.sign(in, w.internet), -20))
	bad("signature-zero", "a signature of zeros", BadSignature, slices.Concat(in, make([]byte, 64)))
	bad("signature-of-another", "the signature of another bundle", BadSignature, slices.Concat(in, ed25519.Sign(w.internet.signing, preAuthentication(header(func(*Header) {})))))
	bad("signature-without-pae", "signed as it is, without the pre-authentication encoding", BadSignature, slices.Concat(in, ed25519.Sign(w.internet.signing, in)))
	other := slices.Concat(fmt.Appendf(nil, "DSSEv1 33 application/vnd.yitang.receipt.v1 %d ", len(in)), in)
	bad("signature-for-another-type", "signed as something else than a bundle", BadSignature, slices.Concat(in, ed25519.Sign(w.internet.signing, other)))
	bad("signature-malleable", "the signature with the group's order added to its second half, which is the same to a careless reader", BadSignature, slices.Concat(in, malleable(ed25519.Sign(w.internet.signing, preAuthentication(in)))))
	bad("text-flipped", "a bit of the records was changed", BadSignature, flipped(w.sign(in, w.internet), len(in)-40))
	bad("time-changed", "cut a year later, it now says", BadSignature, bytes.Replace(w.sign(in, w.internet), []byte("2026-11-24T"), []byte("2027-11-24T"), 1))
}

// malleable adds the order of the group to a signature's scalar.
func malleable(signature []byte) []byte {
	s := slices.Clone(signature[32:])
	slices.Reverse(s)
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	sum := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(sum)
	return slices.Concat(signature[:32], sum)
}

func (w writing) badInner() {
	t := w.t
	bad := func(name, why string, in Inner) {
		t.Helper()
		w.refused(name, why, Altered, ".signed", w.sign(in, w.internet))
	}
	in := built(t, w.header(1), twoEvents())
	h, rest, err := parseHeader(in, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	// lies changes the header and what follows it; the length is made to fit.
	lies := func(change func(h *Header, rest []byte) []byte) Inner {
		l, r := h, bytes.Clone(rest)
		r = change(&l, r)
		for {
			out := withHeader(t, l, r)
			if l.Length == int64(len(out)) {
				return out
			}
			l.Length = int64(len(out))
		}
	}
	off := h
	off.Length--
	bad("length-short", "it says that it is a byte shorter", withHeader(t, off, rest))
	off.Length += 2
	bad("length-long", "it says that it is a byte longer", withHeader(t, off, rest))
	bad("a-record-more", "it says that it has a record more", lies(func(h *Header, rest []byte) []byte { h.Records++; return rest }))
	bad("a-record-less", "it says that it has a record less", lies(func(h *Header, rest []byte) []byte { h.Records--; return rest }))
	bad("root-flipped", "another Merkle root", lies(func(_ *Header, rest []byte) []byte { return flipped(rest, -1) }))
	bad("root-cut", "half of the Merkle root is missing", lies(func(_ *Header, rest []byte) []byte { return rest[:len(rest)-16] }))
	bad("record-without-type", "a record of no bytes", lies(func(h *Header, rest []byte) []byte {
		h.Records++
		return slices.Concat([]byte{0, 0, 0, 0}, rest)
	}))
	bad("record-too-long", "a record that reaches into the root", lies(func(_ *Header, rest []byte) []byte {
		binary.BigEndian.PutUint32(rest, uint32(len(rest)))
		return rest
	}))
	bad("record-of-4-gib", "a record of 4 GiB", lies(func(_ *Header, rest []byte) []byte {
		binary.BigEndian.PutUint32(rest, 0xffffffff)
		return rest
	}))
	bad("bytes-between", "three bytes between the last record and the root", lies(func(_ *Header, rest []byte) []byte {
		return slices.Concat(rest[:len(rest)-32], []byte{0, 0, 0}, rest[len(rest)-32:])
	}))
	bad("type-changed", "a record became one of another type", lies(func(_ *Header, rest []byte) []byte { rest[4] = 'R'; return rest }))
	n := 4 + binary.BigEndian.Uint32(rest)
	bad("records-swapped", "two records in the other order", lies(func(_ *Header, rest []byte) []byte {
		return slices.Concat(rest[n:len(rest)-32], rest[:n], rest[len(rest)-32:])
	}))
	bad("record-left-out", "a record was left out, and counted out", lies(func(h *Header, rest []byte) []byte { h.Records--; return rest[n:] }))
	bad("record-repeated", "a record stands there twice", lies(func(h *Header, rest []byte) []byte {
		h.Records++
		return slices.Concat(rest[:n], rest)
	}))
	// Of three leaves, the last one doubled: trees that fill up levels that way
	// have the same root.
	three := built(t, w.header(1), append(twoEvents(), twoEvents()[0]))
	root := three[len(three)-32:]
	four := built(t, w.header(1), append(twoEvents(), twoEvents()[0], twoEvents()[0]))
	bad("leaf-doubled", "four records under the root of three", slices.Concat(four[:len(four)-32], root))
}

func (w writing) badOrder() {
	t := w.t
	in := func(change func(*Header)) []byte {
		h := w.header(4)
		h.First, h.Last = 10, 12
		if change != nil {
			change(&h)
		}
		return encrypted(t, w.office, w.pack(w.sign(built(t, h, nil), w.internet)))
	}
	at := func(epoch, sequence int64, digest Hash, last int64) func(*manifest) {
		return func(m *manifest) { m.After = &manifestCursor{epoch, sequence, digest, last} }
	}
	before := w.header(4).Previous
	bad := func(name, why string, r Reason, content []byte, after func(*manifest)) {
		t.Helper()
		w.refused(name, why, r, ".bundle", content, after)
	}
	bad("again", "this number was applied already", Repeated, in(nil), at(1, 4, Hash{1}, 12))
	bad("long-ago", "a greater number was applied already", Repeated, in(nil), at(1, 40, Hash{1}, 120))
	bad("last-year", "of an epoch that is over", Repeated, in(nil), at(2, 1, Hash{1}, 12))
	bad("too-early", "the number before is missing", Gap, in(nil), at(1, 2, Hash{1}, 9))
	bad("not-the-first", "nothing was applied yet, and it isn't number 1", Gap, in(nil), at(0, 0, Hash{}, 0))
	bad("middle-of-an-epoch", "an epoch that isn't known yet, from its middle", Gap, in(func(h *Header) { h.Epoch = 3 }), at(2, 3, before, 9))
	bad("other-past", "it follows another bundle than the one that was applied", Forked, in(nil), at(1, 3, Hash{9}, 9))
	bad("events-left-out", "the run of its journal leaves some out", Forked, in(func(h *Header) { h.First = 11 }), at(1, 3, before, 9))
	bad("events-again", "the run of its journal begins with what was told", Forked, in(func(h *Header) { h.First = 9 }), at(1, 3, before, 9))
	first := w.header(1)
	first.Epoch, first.First = 3, 2
	bad("epoch-from-the-middle", "a new epoch that doesn't tell everything again", Forked, encrypted(t, w.office, w.pack(w.sign(built(t, first, nil), w.internet))), at(2, 3, before, 9))
}

func (w writing) badParts() {
	t := w.t
	h, _, _ := w.files("", 500)
	in := built(t, h, twoEvents())
	content := encrypted(t, w.office, w.pack(w.sign(in, w.internet)))
	with := func(name, why string, change func(parts map[string]string, beside map[string][]byte, paper, photo string)) manifest {
		m := w.to(w.office)
		_, m.Parts, m.beside = w.files(name, 500)
		change(m.Parts, m.beside, name+".0.part", name+".1.part")
		m.Expect = refusedAs(Altered)
		w.keep("bad", name, why, ".bundle", content, m)
		return m
	}
	with("part-flipped", "a bit of a part was changed", func(_ map[string]string, b map[string][]byte, paper, _ string) { b[paper] = flipped(b[paper], -1) })
	with("part-cut", "a part was cut", func(_ map[string]string, b map[string][]byte, _, photo string) { b[photo] = b[photo][:600] })
	with("part-empty", "a part without content", func(_ map[string]string, b map[string][]byte, _, photo string) { b[photo] = []byte{} })
	with("part-longer", "a byte behind a part", func(_ map[string]string, b map[string][]byte, paper, _ string) { b[paper] = append(b[paper], 0) })
	with("part-in-clear", "a part that isn't encrypted", func(_ map[string]string, b map[string][]byte, paper, _ string) { b[paper] = []byte("a paper") })
	with("parts-swapped", "each part under the other's name", func(_ map[string]string, b map[string][]byte, paper, photo string) {
		b[paper], b[photo] = b[photo], b[paper]
	})
	with("part-other-content", "another file of the same length", func(_ map[string]string, b map[string][]byte, paper, _ string) {
		b[paper] = encrypted(t, w.office, []byte("a pager"))
	})
	with("part-more-content", "the file with more behind it", func(_ map[string]string, b map[string][]byte, paper, _ string) {
		b[paper] = encrypted(t, w.office, []byte("a paper, and more"))
	})
	with("part-for-another", "a part that only another node opens", func(_ map[string]string, b map[string][]byte, paper, _ string) {
		b[paper] = encrypted(t, w.another, []byte("a paper"))
	})
	m := w.to(w.office)
	_, m.Parts, m.beside = w.files("part-missing", 500)
	d := blob.DigestOf([]byte("a paper"))
	delete(m.beside, m.Parts[d.String()])
	delete(m.Parts, d.String())
	m.Expect = taken(in, h, 2)
	m.Expect.Result = "waiting"
	w.keep("bad", "part-missing", "a part isn't there: nothing of it is applied yet, and nothing refused", ".bundle", content, m)
}

func (w writing) badRecords() {
	t := w.t
	aside := func(name, why string, bad Record, change ...func(*manifest)) {
		t.Helper()
		content := []Record{twoEvents()[0], bad, twoEvents()[1]}
		in := built(t, w.header(1), content)
		m := w.to(w.office)
		for _, f := range change {
			f(&m)
		}
		m.Expect = taken(in, w.header(1), 3, 1)
		w.keep("bad", name, why+"; the two others are taken", ".bundle", encrypted(t, w.office, w.pack(w.sign(in, w.internet))), m)
	}
	good := func() event { return anEvent(zone.Internet, 2, "greeting", "hello", false) }
	text := func(name, why, old, new string) {
		t.Helper()
		e := string(good().text())
		if !strings.Contains(e, old) {
			t.Fatalf("%s: the event has no %s", name, old)
		}
		aside(name, why, Record{EventRecord, []byte(strings.Replace(e, old, new, 1))})
	}
	text("event-value-changed", "a value was changed by whoever relayed it", `"v":"hello"`, `"v":"hallo"`)
	text("event-header-changed", "its moment was changed", `"version":1`, `"version":2`)
	text("event-field-renamed", "a field has another name", `"text":{`, `"texu":{`)
	text("event-field-unknown-member", "a field with a member that there isn't", `"v":"hello"`, `"v":"hello","x":1`)
	text("event-digest-short", "a digest of 31 bytes", `"digest":"`+good().digest, `"digest":"`+base64.StdEncoding.EncodeToString(make([]byte, 31)))
	text("event-digest-other", "another digest", `"digest":"`+good().digest, `"digest":"`+base64.StdEncoding.EncodeToString(make([]byte, 32)))
	text("event-blank", "a blank between members", `,"fields"`, `, "fields"`)
	text("event-line-end", "a line end within a value", `"v":"hello"`, "\"v\":\n\"hello\"")
	text("event-escape", "a letter of its header written as an escape", `"kind":"letter`, `"kind":"\u006cetter`)
	text("event-member-order", "two members of its header in the wrong order", `"version":1,"kind":"letter.written"`, `"kind":"letter.written","version":1`)
	text("event-member-more", "a member that there isn't", `,"digest"`, `,"note":1,"digest"`)
	text("event-capitals", "a member in capitals", `"header"`, `"Header"`)
	text("event-number", "a number with decimals", `"from":2`, `"from":2.0`)
	text("event-actor", "an actor with an empty part, which is lost where actors are kept in parts", `"actor":"liaison/a1"`, `"actor":"liaison//a1"`)
	text("event-actor-end", "an actor whose account is empty", `"actor":"liaison/a1"`, `"actor":"liaison/"`)
	text("event-number-great", "a number that not every reader reads exactly", `"version":1`, `"version":9007199254740992`)
	text("event-subject", "a subject without an id", `"subject":"letter/l2"`, `"subject":"letter"`)
	text("event-own", "it claims to be the receiver's own", `"origin":"internet"`, `"origin":"office"`)
	text("event-of-another", "the internet zone speaks for the passport zone", `"origin":"internet"`, `"origin":"passport"`)
	aside("event-no-json", "no JSON", Record{EventRecord, []byte("not JSON")})
	aside("event-empty", "no text at all", Record{EventRecord, nil})
	aside("event-bad-utf8", "bytes that are no UTF-8", Record{EventRecord, bytes.Replace(good().text(), []byte(`"v":"hello"`), []byte("\"v\":\"h\xffllo\""), 1)})
	e := good()
	parts := strings.SplitN(e.fields, `,"text":`, 2)
	e.fields = `"text":` + parts[1] + `,` + parts[0]
	aside("event-field-order", "its fields in another order than that of their names", Record{EventRecord, e.text()})
	e = good()
	e.fields = parts[0] + `,` + e.fields
	aside("event-field-twice", "a field twice", Record{EventRecord, e.text()})
	withheld := anEvent(zone.Internet, 2, "greeting", "hello", true)
	h := withheld.fields[strings.Index(withheld.fields, `"h":`):]
	e = good()
	e.fields = strings.TrimSuffix(e.fields, "}") + "," + h
	aside("event-both", "a field with its value and its commitment", Record{EventRecord, e.text()})
	e = withheld
	e.fields = strings.Replace(e.fields, h, `"h":"`+base64.StdEncoding.EncodeToString(make([]byte, 32))+`"}`, 1)
	aside("event-other-commitment", "another commitment for what is withheld", Record{EventRecord, e.text()})
	e = good()
	e.fields = parts[0]
	aside("event-field-missing", "a field was left out without its commitment", Record{EventRecord, e.text()})
	salt := sha256.Sum256([]byte("salt text 2"))
	full, short := base64.StdEncoding.EncodeToString(salt[:16]), base64.StdEncoding.EncodeToString(salt[:15])
	text("event-salt-short", "a salt of 15 bytes", full, short)
	text("event-salt-untidy", "a salt in base64 whose last bits aren't zero", full, full[:21]+untidy(full[21])+"==")

	card := string(w.newCard(zone.Internet))
	key := func(name, why, text string) {
		t.Helper()
		aside(name, why, Record{KeyRecord, []byte(text)})
	}
	key("key-of-another-zone", "new keys for another zone", string(w.newCard(zone.Passport)))
	key("key-zone-changed", "new keys that were another zone's", strings.Replace(string(w.newCard(zone.Passport)), `"passport"`, `"internet"`, 1))
	key("key-later", "new keys whose day was changed", strings.Replace(card, "2027-", "2028-", 1))
	key("key-blank", "new keys with a blank between members", strings.Replace(card, `,"zone"`, `, "zone"`, 1))
	key("key-fingerprint", "new keys under another fingerprint", strings.Replace(card, `"fingerprint":"`, `"fingerprint":"0`, 1))
	key("key-fraction", "new keys of half a second", strings.Replace(card, `Z","signing"`, `.5Z","signing"`, 1))
	key("key-recipient", "a receiving key that isn't in the proof", strings.Replace(card, `"recipient":"age1`, `"recipient":"age1q`, 1))
	key("key-no-card", "no keys", `{}`)

	r := receiptFor(officeInternet, 1, 3)
	was := func(m *manifest) { m.Sent = sent(r) }
	aside("receipt-other-stream", "a receipt for a stream that isn't this one's opposite", w.receipt(receiptFor(Stream{zone.Office, zone.Passport}, 1, 3)))
	aside("receipt-this-stream", "a receipt for the stream that it travels in", w.receipt(receiptFor(Stream{zone.Internet, zone.Office}, 1, 3)))
	blank := w.receipt(r)
	blank.Body = bytes.Replace(blank.Body, []byte(`,"epoch"`), []byte(`, "epoch"`), 1)
	aside("receipt-blank", "a receipt with a blank between members", blank)
	less := w.receipt(r)
	less.Body = bytes.Replace(less.Body, []byte(`"epoch":1,`), nil, 1)
	aside("receipt-member-missing", "a receipt without its epoch", less)
	aside("receipt-never-sent", "a receipt for a number that was never sent", w.receipt(receiptFor(officeInternet, 1, 4)), was)
	other := r
	other.Bundle = Hash{1}
	aside("receipt-other-bundle", "another bundle was applied under that number", w.receipt(other), was)
	other = r
	other.Head.Chain = Hash{1}
	aside("receipt-other-chain", "another chain than this zone's: one of two histories was rewritten", w.receipt(other), was)
}
