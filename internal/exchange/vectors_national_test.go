package exchange

import (
	"bytes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	mrand "math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/ecdh"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"

	"yitang/internal/keys"
	"yitang/internal/zone"
)

// What follows makes the vectors of the national suite, as the description says
// and without the code that they are about.

// same draws one byte for ever: the library draws one more in half of the cases,
// and vectors are to be the same each time.
type same byte

func (s same) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s)
	}
	return len(p), nil
}

func sm2Secret(t testing.TB, text string) *sm2.PrivateKey {
	t.Helper()
	scalar, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ecdh.P256().NewPrivateKey(scalar)
	if err != nil {
		t.Fatal(err)
	}
	public, err := keys.ParseSM2Point(k.PublicKey().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return &sm2.PrivateKey{PrivateKey: ecdsa.PrivateKey{PublicKey: *public, D: new(big.Int).SetBytes(scalar)}}
}

// sm2Party is a party's keys of the national suite.
type sm2Party struct {
	party
	card              keys.Public
	signing, receives *sm2.PrivateKey
	scalar            string
}

// drawn is the ring with national keys that follow from a seed.
func drawnRing(t testing.TB, r *keys.Ring, seed byte) *keys.Ring {
	t.Helper()
	r, err := r.Draw(chance(seed+100), noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w writing) national2(p party, seed byte) sm2Party {
	w.t.Helper()
	p.ring = drawnRing(w.t, p.ring, seed).WithRandom(same(seed))
	card, err := p.ring.PublicIn(keys.National)
	if err != nil {
		w.t.Fatal(err)
	}
	var scalars [64]byte
	chance(seed + 100).Read(scalars[:])
	scalar := hex.EncodeToString(scalars[32:])
	return sm2Party{p, card, sm2Secret(w.t, hex.EncodeToString(scalars[:32])), sm2Secret(w.t, scalar), scalar}
}

func sm2Signed(t testing.TB, k *sm2.PrivateKey, uid string, message []byte) []byte {
	t.Helper()
	r, s, err := sm2.SignWithSM2(same(9), &k.PrivateKey, []byte(uid), message)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32)))
}

const usualUID = "1234567812345678"

func (p sm2Party) sign(t testing.TB, in Inner) []byte {
	t.Helper()
	return slices.Concat(in, sm2Signed(t, p.signing, usualUID, preAuthentication(in)))
}

func sm3Sum(parts ...[]byte) []byte {
	sum := sm3.Sum(slices.Concat(parts...))
	return sum[:]
}

// wrappedBySM2 is GB/T 32918.4 step by step; order lays its three pieces out.
func wrappedBySM2(to *ecdsa.PublicKey, ephemeral, message []byte, order func(c1, c3, c2 []byte) []byte) []byte {
	curve := sm2.P256()
	x1, y1 := curve.ScalarBaseMult(ephemeral)
	x2, y2 := curve.ScalarMult(to.X, to.Y, ephemeral)
	c1 := keys.SM2Point(&ecdsa.PublicKey{Curve: curve, X: x1, Y: y1})
	left, right := x2.FillBytes(make([]byte, 32)), y2.FillBytes(make([]byte, 32))
	mask := sm3Sum(left, right, []byte{0, 0, 0, 1})
	c2 := bytes.Clone(message)
	for i := range c2 {
		c2[i] ^= mask[i]
	}
	return order(c1, sm3Sum(left, message, right), c2)
}

func usualOrder(c1, c3, c2 []byte) []byte { return slices.Concat(c1, c3, c2) }

func sm3Derive(t testing.TB, secret, salt []byte, info string, size int) []byte {
	t.Helper()
	key, err := hkdf.Key(sm3.New, secret, salt, info, size)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// smFile is an envelope of that suite; spoil changes the wrapped key's bytes.
func smFile(t testing.TB, to *ecdsa.PublicKey, chunks []chunk, extra string, order func(c1, c3, c2 []byte) []byte) []byte {
	t.Helper()
	seed := sha256.New()
	seed.Write(keys.SM2Point(to))
	for _, c := range chunks {
		seed.Write(c.plain)
	}
	var drawn [64]byte
	mrand.NewChaCha8([32]byte(seed.Sum(nil))).Read(drawn[:])
	drawn[0] &= 0x7f // below the order
	fileKey, nonce := drawn[32:48], drawn[48:64]
	text := base64.RawStdEncoding.EncodeToString
	header := "yitang.envelope.sm/1\n-> SM2\n" + text(wrappedBySM2(to, drawn[:32], fileKey, order)) + "\n" + extra + "---"
	mac := hmac.New(sm3.New, sm3Derive(t, fileKey, nil, "header", 32))
	mac.Write([]byte(header))
	out := append([]byte(header+" "+text(mac.Sum(nil))+"\n"), nonce...)
	block, err := sm4.NewCipher(sm3Derive(t, fileKey, nonce, "payload", 16))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		var n [12]byte
		binary.BigEndian.PutUint64(n[3:11], uint64(c.counter))
		if c.last {
			n[11] = 1
		}
		out = append(out, aead.Seal(nil, n[:], c.plain, nil)...)
	}
	return out
}

func (p sm2Party) seal(t testing.TB, plain []byte) []byte {
	t.Helper()
	return smFile(t, &p.receives.PublicKey, chunksOf(plain), "", usualOrder)
}

// nationals are the parties of the vectors of that suite.
type nationals struct {
	writing
	internet, office, passport, impostor, another sm2Party
}

func (w writing) national() {
	n := nationals{w, w.national2(w.internet, 1), w.national2(w.office, 2), w.national2(w.passport, 3), w.national2(aParty(w.t, zone.Internet, 4), 4), w.national2(aParty(w.t, zone.Office, 5), 5)}
	n.good()
	n.changes()
	n.badEnvelopes()
	n.badSigned()
	n.badParts()
	n.badKeys()
	n.badNotices()
}

func (n nationals) to(p sm2Party) manifest {
	m := n.writing.to(p.party)
	m.Needs, m.Receiver.SM2, m.SM2 = keys.National, p.scalar, map[zone.Zone]string{}
	pin := func(of sm2Party) { m.SM2[of.zone] = hex.EncodeToString(keys.SM2Point(of.card.SM2.Signing)) }
	if p.zone == zone.Office {
		pin(n.internet)
		pin(n.passport)
	} else {
		pin(n.office)
	}
	return m
}

// header is a good one of that suite from the internet zone to the office.
func (n nationals) header(sequence int64) Header {
	h := n.writing.header(sequence)
	h.Suite, h.Signer, h.Receiver = keys.National, n.internet.card.KeyID().String(), n.office.card.ReceivingID().String()
	return h
}

func (n nationals) keepGood(name, why string, h Header, content []Record, from, to sm2Party, change func(*manifest), aside ...int) Inner {
	n.t.Helper()
	in := built(n.t, h, content)
	m := n.to(to)
	if change != nil {
		change(&m)
	}
	m.Expect = taken(in, h, len(content), aside...)
	n.keep("good", name, why, ".bundle", to.seal(n.t, n.pack(from.sign(n.t, in))), m)
	return in
}

func (n nationals) good() {
	t := n.t
	good := func(name, why string, h Header, content []Record, change func(*manifest)) Inner {
		t.Helper()
		return n.keepGood("national-"+name, why, h, content, n.internet, n.office, change)
	}
	first := good("first", "the first bundle of a stream in the national suite", n.header(1), twoEvents(), func(m *manifest) {
		m.After, m.Suite = &manifestCursor{}, &manifestSuite{Now: keys.National}
	})
	h := n.header(2)
	h.Previous, h.First, h.Last = first.Digest(), 4, 9
	good("second", "the second one names the first by its SM3", h, records(anEvent(zone.Internet, 4, "greeting", "again", false)), func(m *manifest) { m.After = &manifestCursor{1, 1, first.Digest(), 3} })
	r := receiptFor(officeInternet, 1, 3)
	good("receipt", "a receipt travels alike in both suites", n.header(1), append([]Record{n.receipt(r)}, twoEvents()[0]), func(m *manifest) { m.Sent = sent(r) })
	good("no-records", "without records the root is the SM3 of nothing", n.header(1), nil, nil)
	var many []Record
	for i := range 64 {
		many = append(many, Record{EventRecord, anEvent(zone.Internet, int64(i+1), "short", "x", false).text()})
	}
	h = n.header(1)
	h.Last = 64
	good("64-records", "a Merkle tree of SM3", h, many, nil)
	h = n.header(1)
	h.Epoch = 261128113005123
	good("new-epoch", "a new epoch in the suite in which the stream is", h, twoEvents(), func(m *manifest) {
		m.After, m.Suite = &manifestCursor{1, 40, Hash{1}, 120}, &manifestSuite{Now: keys.National}
	})
	good("new-key", "the last bundle that the old key signs brings the new one", n.header(1), append(twoEvents(), Record{KeyRecord, n.newCard(zone.Internet)}), nil)
	line, err := n.internet.card.OneLine()
	if err != nil {
		t.Fatal(err)
	}
	good("same-key", "it brings the key that is pinned already, which changes nothing", n.header(1), []Record{{KeyRecord, line}}, nil)
	international, err := n.internet.ring.Public().OneLine()
	if err != nil {
		t.Fatal(err)
	}
	good("other-key", "it brings the sender's key of the other suite", n.header(1), []Record{{KeyRecord, international}}, nil)
	relayed := h
	relayed.Epoch, relayed.Stream, relayed.Signer, relayed.Receiver = 1, Stream{zone.Office, zone.Passport}, n.office.card.KeyID().String(), n.passport.card.ReceivingID().String()
	n.keepGood("national-relayed", "the office passes on an event of the internet zone; its digest is the journal's, whatever suite it travels in", relayed,
		records(anEvent(zone.Internet, 1, "greeting", "hello", true)), n.office, n.passport, nil)
	noise := make([]byte, 120_000)
	chance(7).Read(noise)
	good("many-chunks", "so long that the envelope has several chunks", n.header(1), records(anEvent(zone.Internet, 1, "short", base64.StdEncoding.EncodeToString(noise), false)), nil)
	withFiles, parts, beside := n.files("national-two-files", 70_000)
	good("two-files", "two files beside it, in envelopes of the same suite", withFiles, twoEvents(), func(m *manifest) { m.Parts, m.beside = parts, beside })
	in := built(t, n.header(1), twoEvents())
	m := n.to(n.office)
	m.Expect = taken(in, n.header(1), 2)
	n.keep("good", "national-signed", "unpacked already", ".signed", n.internet.sign(t, in), m)
	for l := ageChunk - 2000; ; l++ {
		in := built(t, n.header(1), []Record{{RecordType('Z'), bytes.Repeat([]byte{'z'}, l)}})
		p := packed(t, n.internet.sign(t, in), 0)
		if len(p) < ageChunk {
			continue
		}
		if len(p) > ageChunk {
			t.Fatal("no length fits")
		}
		m := n.to(n.office)
		m.Expect = taken(in, n.header(1), 1, 0)
		n.keep("good", "national-whole-chunk-unknown-type", "its envelope is one full chunk, which is the last", ".bundle", n.office.seal(t, p), m)
		break
	}
}

func (n nationals) files(name string, photo int) (Header, map[string]string, map[string][]byte) {
	h, parts, beside := n.writing.files(name, photo)
	h.Suite, h.Signer, h.Receiver = keys.National, n.internet.card.KeyID().String(), n.office.card.ReceivingID().String()
	for i, content := range [][]byte{[]byte("a paper"), bytes.Repeat([]byte("p"), photo)} {
		beside[parts[h.Files[i].Digest.String()]] = n.office.seal(n.t, content)
		_ = content
	}
	return h, parts, beside
}

func (n nationals) newCard(z zone.Zone) []byte {
	n.t.Helper()
	ring, err := keys.Create(filepath.Join(n.t.TempDir(), "keys"), z, chance(9), noon)
	if err != nil {
		n.t.Fatal(err)
	}
	if ring, err = ring.Draw(chance(109), noon.AddDate(1, 0, 0)); err != nil {
		n.t.Fatal(err)
	}
	card, err := ring.WithRandom(same(9)).PublicIn(keys.National)
	if err != nil {
		n.t.Fatal(err)
	}
	text, err := card.OneLine()
	if err != nil {
		n.t.Fatal(err)
	}
	return text
}

func notice(s keys.Suite, stream Stream, epoch int64) Record {
	return Record{SuiteRecord, []byte(SuiteNotice{s, stream, epoch}.line())}
}

const later = int64(261128113005123)

// changes are bundles that change a stream's suite, and that say who takes which.
func (n nationals) changes() {
	t := n.t
	h := n.header(1)
	h.Epoch = later
	change := append([]Record{notice(keys.National, h.Stream, later)}, twoEvents()...)
	agreed := func(m *manifest) {
		m.After, m.Suite = &manifestCursor{1, 40, Hash{1}, 120}, &manifestSuite{keys.International, keys.National}
	}
	n.keepGood("national-change", "a new epoch changes the suite of its stream, to one that was agreed to", h, change, n.internet, n.office, agreed)
	bad := func(name, why string, h Header, content []Record, m func(*manifest)) {
		t.Helper()
		n.refused(name, why, WrongSuite, built(t, h, content), m)
	}
	bad("not-agreed", "a change to a suite that nobody here has agreed to", h, change, func(m *manifest) { agreed(m); m.Suite.Agreed = "" })
	bad("change-unsaid", "a change of the suite without a record that says so", h, twoEvents(), agreed)
	bad("change-said-late", "the record that says so isn't the first one", h, append(twoEvents(), change[0]), agreed)
	bad("change-says-other-epoch", "the record names another epoch", h, append([]Record{notice(keys.National, h.Stream, later+1)}, twoEvents()...), agreed)
	bad("change-says-other-suite", "the record names another suite", h, append([]Record{notice(keys.International, h.Stream, later)}, twoEvents()...), agreed)
	bad("change-says-other-stream", "the record is of the opposite stream", h, append([]Record{notice(keys.National, officeInternet, later)}, twoEvents()...), agreed)
	second := n.header(2)
	second.Previous, second.First, second.Last = Hash{9}, 4, 9
	bad("change-in-between", "the suite changes within an epoch, though it was agreed to", second, nil, func(m *manifest) {
		m.After, m.Suite = &manifestCursor{1, 1, Hash{9}, 3}, &manifestSuite{keys.International, keys.National}
	})

	// What readers without that suite can read, too.
	w := n.writing
	back := w.header(1)
	back.Epoch = later
	content := append([]Record{notice(keys.International, back.Stream, later)}, twoEvents()...)
	in := built(t, back, content)
	file := encrypted(t, w.office, w.pack(w.sign(in, w.internet)))
	at := func(agreed keys.Suite) func(*manifest) {
		return func(m *manifest) {
			m.After, m.Suite = &manifestCursor{3, 40, Hash{1}, 120}, &manifestSuite{keys.National, agreed}
		}
	}
	m := w.to(w.office)
	at(keys.International)(&m)
	m.Expect = taken(in, back, 3)
	w.keep("good", "change-back", "a new epoch changes the suite from the national one", ".bundle", file, m)
	w.refused("change-back-not-agreed", "nobody here has agreed to go back to the international suite", WrongSuite, ".bundle", file, at(""))
	takes := built(t, w.header(1), append([]Record{notice(keys.National, officeInternet, 1)}, twoEvents()...))
	m = w.to(w.office)
	m.Expect = taken(takes, w.header(1), 3)
	w.keep("good", "takes-suite", "its sender takes the national suite on the opposite stream from the next epoch on", ".bundle", encrypted(t, w.office, w.pack(w.sign(takes, w.internet))), m)
	announced := built(t, w.header(1), append(twoEvents(), Record{KeyRecord, n.newCard(zone.Internet)}))
	m = w.to(w.office)
	m.Needs = keys.National
	m.Expect = taken(announced, w.header(1), 3)
	w.keep("good", "announced-key", "a bundle of the international suite tells of its sender's national key", ".bundle", encrypted(t, w.office, w.pack(w.sign(announced, w.internet))), m)
}

func (n nationals) refused(name, why string, r Reason, in Inner, change ...func(*manifest)) {
	n.t.Helper()
	n.refusedFile(name, why, r, ".bundle", n.office.seal(n.t, n.pack(n.internet.sign(n.t, in))), change...)
}

func (n nationals) refusedFile(name, why string, r Reason, ending string, content []byte, change ...func(*manifest)) {
	n.t.Helper()
	m := n.to(n.office)
	for _, f := range change {
		f(&m)
	}
	m.Expect = refusedAs(r)
	n.keep("bad", "national-"+name, why, ending, content, m)
}

func (n nationals) badEnvelopes() {
	t := n.t
	to := &n.office.receives.PublicKey
	pack := n.pack(n.internet.sign(t, built(t, n.header(1), twoEvents())))
	good := n.office.seal(t, pack)
	bad := func(name, why string, r Reason, content []byte) {
		t.Helper()
		n.refusedFile(name, why, r, ".bundle", content)
	}
	put := func(at int, text string) []byte { return slices.Concat(good[:at], []byte(text), good[at+len(text):]) }
	order := func(o func(c1, c3, c2 []byte) []byte) []byte { return smFile(t, to, chunksOf(pack), "", o) }
	bad("cut-in-first-line", "cut in its first line", Truncated, good[:10])
	bad("cut-in-header", "cut in the header of its envelope", Truncated, good[:100])
	bad("cut-before-payload", "cut one byte before the smallest file ends", Truncated, good[:259])
	bad("other-first-line", "another version of the envelope", Altered, put(0, "yitang.envelope.sm/2\n"))
	bad("other-stanza", "a recipient of another type", Altered, put(21, "-> SM9\n"))
	bad("grease", "one more stanza", Altered, smFile(t, to, chunksOf(pack), "-> SM2\n\n", usualOrder))
	bad("other-receiver", "encrypted to another node of the same zone", WrongReceiver, n.another.seal(t, pack))
	bad("old-order", "the pieces of the wrapped key in the order of the first edition: C1, C2, C3", WrongReceiver, order(func(c1, c3, c2 []byte) []byte { return slices.Concat(c1, c2, c3) }))
	bad("compressed-point", "the wrapped key begins with a compressed point", Altered, order(func(c1, c3, c2 []byte) []byte {
		return slices.Concat([]byte{2 | c1[64]&1}, c1[1:33], make([]byte, 32), c3, c2)
	}))
	bad("hybrid-point", "or with one of the hybrid form", Altered, order(func(c1, c3, c2 []byte) []byte {
		return slices.Concat([]byte{6 | c1[64]&1}, c1[1:], c3, c2)
	}))
	bad("no-point", "a point that isn't on the curve", Altered, order(func(c1, c3, c2 []byte) []byte { return slices.Concat(flipped(c1, 64), c3, c2) }))
	bad("point-of-zeros", "a point of zeros", Altered, order(func(c1, c3, c2 []byte) []byte { return slices.Concat([]byte{4}, make([]byte, 64), c3, c2) }))
	bad("digest-flipped", "the digest of the wrapped key was changed", WrongReceiver, order(func(c1, c3, c2 []byte) []byte { return slices.Concat(c1, flipped(c3, 0), c2) }))
	bad("key-flipped", "the wrapped key was changed: it opens with no key", WrongReceiver, order(func(c1, c3, c2 []byte) []byte { return slices.Concat(c1, c3, flipped(c2, 3)) }))
	bad("key-untidy", "base64 whose last bits aren't zero", Altered, put(smHeader-49-1, untidy(good[smHeader-49-1])))
	bad("mac-untidy", "the same in the MAC", Altered, put(smHeader-2, untidy(good[smHeader-2])))
	bad("mac-flipped", "the header isn't the one that was made", Altered, put(smHeader-20, swapped(good[smHeader-20])))
	bad("nonce-flipped", "the nonce of the payload was changed", Altered, flipped(good, smHeader))
	bad("payload-flipped", "a bit of the payload was changed", Altered, flipped(good, smHeader+16))
	bad("cut-by-a-byte", "the last byte is missing", Altered, good[:len(good)-1])
	bad("a-byte-more", "a byte more", Altered, append(bytes.Clone(good), 0))
	bad("twice-in-a-file", "the same file twice in one", Altered, slices.Concat(good, good))
	noise := make([]byte, 150_000)
	chance(8).Read(noise)
	in := built(t, n.header(1), []Record{{RecordType('Z'), noise}})
	plain := n.pack(n.internet.sign(t, in))
	chunks := chunksOf(plain)
	long := n.office.seal(t, plain)
	begin := smHeader + 16
	bad("cut-between-chunks", "cut where a chunk ends, so that what is left is authentic piece by piece", Altered, long[:begin+ageChunk+16])
	bad("chunks-swapped", "two chunks in the wrong order", Altered, slices.Concat(long[:begin], long[begin+ageChunk+16:begin+2*(ageChunk+16)], long[begin:begin+ageChunk+16], long[begin+2*(ageChunk+16):]))
	with := func(cs ...chunk) []byte { return smFile(t, to, cs, "", usualOrder) }
	bad("no-last-chunk", "a sender that forgot to mark the last chunk", Altered, with(chunk{pack, 0, false}))
	bad("last-chunk-first", "a last chunk with another behind it", Altered, with(chunk{chunks[0].plain, 0, true}, chunk{chunks[1].plain, 1, true}))
	bad("short-chunk", "a short chunk that isn't the last", Altered, with(chunk{pack[:100], 0, false}, chunk{pack[100:], 1, true}))
	full := append(bytes.Clone(pack), make([]byte, ageChunk-len(pack))...)
	bad("empty-last-chunk", "an empty chunk behind a full one", Altered, with(chunk{full, 0, false}, chunk{nil, 1, true}))
	bad("counter-repeats", "two chunks with one number", Altered, with(chunk{chunks[0].plain, 0, false}, chunk{chunks[1].plain, 0, true}))
	bad("bomb", "130 KB that unpack to more than 64 MiB", TooLarge, n.office.seal(t, n.pack(make([]byte, DefaultLimits.Inner+keys.SignatureSize+1))))

	// One suite within the envelope of the other.
	bad("within-the-other", "a bundle of the international suite in this suite's envelope", Altered, n.office.seal(t, n.pack(n.writing.plain())))
	bad("in-age", "a bundle of this suite in the envelope of the other", Altered, encrypted(t, n.office.party, pack))
}

func (n nationals) badSigned() {
	t := n.t
	in := built(t, n.header(1), twoEvents())
	bad := func(name, why string, r Reason, content []byte, change ...func(*manifest)) {
		t.Helper()
		n.refusedFile(name, why, r, ".signed", content, change...)
	}
	message := preAuthentication(in)
	signature := sm2Signed(t, n.internet.signing, usualUID, message)
	bad("signature-flipped", "a bit of the signature was changed", BadSignature, flipped(n.internet.sign(t, in), -20))
	bad("signature-zero", "a signature of zeros", BadSignature, slices.Concat(in, make([]byte, 64)))
	bad("signature-other-uid", "signed for another identity: its Z value is another", BadSignature, slices.Concat(in, sm2Signed(t, n.internet.signing, "internet", message)))
	r, s, err := sm2.Sign(same(9), &n.internet.signing.PrivateKey, sm3Sum(message))
	if err != nil {
		t.Fatal(err)
	}
	bad("signature-without-z", "signed over the digest of the message, without a Z value", BadSignature, slices.Concat(in, r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))))
	bad("signature-halves-swapped", "s in front of r", BadSignature, slices.Concat(in, signature[32:], signature[:32]))
	bad("signature-negative", "n − s in the place of s", BadSignature, slices.Concat(in, signature[:32], new(big.Int).Sub(sm2.P256().Params().N, new(big.Int).SetBytes(signature[32:])).FillBytes(make([]byte, 32))))
	order := sm2.P256().Params().N.FillBytes(make([]byte, 32))
	bad("signature-r-of-order", "an r as great as the order of the group", BadSignature, slices.Concat(in, order, signature[32:]))
	bad("signature-s-of-order", "an s as great as the order of the group", BadSignature, slices.Concat(in, signature[:32], order))
	bad("signature-without-pae", "signed as it is, without the pre-authentication encoding", BadSignature, slices.Concat(in, sm2Signed(t, n.internet.signing, usualUID, in)))
	bad("signature-of-the-other-suite", "signed by the sender's key of the other suite", BadSignature, n.writing.sign(in, n.writing.internet))
	bad("signature-by-receiving-key", "signed by the sender's key for receiving", BadSignature, slices.Concat(in, sm2Signed(t, n.internet.receives, usualUID, message)))
	bad("impostor", "another node signed it and says that it was the pinned one", BadSignature, n.impostor.sign(t, in))
	bad("text-flipped", "a bit of the records was changed", BadSignature, flipped(n.internet.sign(t, in), len(in)-40))
	bad("not-pinned", "of its sender only a key of the other suite is pinned", NotPinned, n.internet.sign(t, in), func(m *manifest) { delete(m.SM2, zone.Internet) })
	header := func(change func(*Header)) []byte {
		h := n.header(1)
		change(&h)
		return n.internet.sign(t, built(t, h, nil))
	}
	byOther := func(k *ecdsa.PublicKey) string {
		sum := sha256.Sum256(keys.SM2Point(k))
		return hex.EncodeToString(sum[:8])
	}
	bad("signer-by-sha256", "its signer's id was made by SHA-256", BadSignature, header(func(h *Header) { h.Signer = byOther(n.internet.card.SM2.Signing) }))
	bad("receiver-by-sha256", "its receiver's id was made by SHA-256", WrongReceiver, header(func(h *Header) { h.Receiver = byOther(n.office.card.SM2.Receiving) }))
	bad("receiver-of-the-other-suite", "it names the receiver's key of the other suite", WrongReceiver, header(func(h *Header) { h.Receiver = n.writing.office.id() }))
	bad("to-another-key", "signed for another node of the office and encrypted anew by it", WrongReceiver, header(func(h *Header) { h.Receiver = n.another.card.ReceivingID().String() }))
	h, rest, err := parseHeader(in, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	root := merkleRoot(keys.International, []Hash{leaf(keys.International, twoEvents()[0]), leaf(keys.International, twoEvents()[1])})
	bad("root-by-sha256", "a Merkle root by SHA-256", Altered, n.internet.sign(t, withHeader(t, h, slices.Concat(rest[:len(rest)-32], root[:]))))
	bad("root-flipped", "another Merkle root", Altered, n.internet.sign(t, withHeader(t, h, flipped(rest, -1))))
	next := n.header(2)
	next.Previous, next.First, next.Last = sha256.Sum256(in), 4, 9
	n.refused("previous-by-sha256", "it names the one before by its SHA-256", Forked, built(t, next, nil), func(m *manifest) { m.After = &manifestCursor{1, 1, in.Digest(), 3} })
}

func (n nationals) badParts() {
	h, _, _ := n.files("", 500)
	content := n.office.seal(n.t, n.pack(n.internet.sign(n.t, built(n.t, h, twoEvents()))))
	with := func(name, why string, change func(beside map[string][]byte, paper string)) {
		m := n.to(n.office)
		name = "national-" + name
		_, m.Parts, m.beside = n.files(name, 500)
		change(m.beside, name+".0.part")
		m.Expect = refusedAs(Altered)
		n.keep("bad", name, why, ".bundle", content, m)
	}
	with("part-in-age", "a part in the envelope of the other suite", func(b map[string][]byte, paper string) { b[paper] = encrypted(n.t, n.office.party, []byte("a paper")) })
	with("part-flipped", "a bit of a part was changed", func(b map[string][]byte, paper string) { b[paper] = flipped(b[paper], -1) })
	with("part-other-content", "another file of the same length", func(b map[string][]byte, paper string) { b[paper] = n.office.seal(n.t, []byte("a pager")) })
	with("part-for-another", "a part that only another node opens", func(b map[string][]byte, paper string) { b[paper] = n.another.seal(n.t, []byte("a paper")) })
}

func (n nationals) badKeys() {
	t := n.t
	card := string(n.newCard(zone.Internet))
	key := func(name, why, text string) {
		t.Helper()
		content := []Record{twoEvents()[0], {KeyRecord, []byte(text)}, twoEvents()[1]}
		in := built(t, n.header(1), content)
		m := n.to(n.office)
		m.Expect = taken(in, n.header(1), 3, 1)
		n.keep("bad", "national-key-"+name, why+"; the two others are taken", ".bundle", n.office.seal(t, n.pack(n.internet.sign(t, in))), m)
	}
	replaced := func(old, new string) string {
		if !strings.Contains(card, old) {
			t.Fatalf("the card has no %s", old)
		}
		return strings.Replace(card, old, new, 1)
	}
	point := strings.Index(card, `"signing":"`) + 51
	key("of-another-zone", "new keys for another zone", string(n.newCard(zone.Passport)))
	key("later", "new keys whose day was changed", replaced("2027-", "2028-"))
	key("blank", "new keys with a blank between members", replaced(`,"zone"`, `, "zone"`))
	key("suite-unknown", "new keys of a suite that there isn't", replaced(`"national/1"`, `"lunar/1"`))
	key("format-of-the-other", "new keys under the format of the other suite", replaced("yitang.public/2", "yitang.public/1"))
	key("no-point", "a signing key that is no point of the curve", card[:point]+swapped(card[point])+card[point+1:])
	key("fingerprint", "new keys under another fingerprint", replaced(`"fingerprint":"`, `"fingerprint":"0`))
	proof := card[strings.Index(card, `"proof":"`)+9:]
	key("proof", "new keys with another proof", replaced(`"proof":"`+proof[:1], `"proof":"`+swapped(proof[0])))
}

// badNotices are in the international suite: what a notice says, every reader
// must understand.
func (n nationals) badNotices() {
	w := n.writing
	aside := func(name, why string, h Header, bad Record) {
		w.t.Helper()
		content := []Record{twoEvents()[0], bad, twoEvents()[1]}
		in := built(w.t, h, content)
		m := w.to(w.office)
		m.Expect = taken(in, h, 3, 1)
		w.keep("bad", "notice-"+name, why+"; the two others are taken", ".bundle", encrypted(w.t, w.office, w.pack(w.sign(in, w.internet))), m)
	}
	h := w.header(1)
	good := notice(keys.National, officeInternet, 1)
	text := func(name, why, old, new string) {
		aside(name, why, h, Record{SuiteRecord, bytes.Replace(good.Body, []byte(old), []byte(new), 1)})
	}
	text("blank", "a notice with a blank between members", `,"stream"`, `, "stream"`)
	text("suite-unknown", "a notice of a suite that there isn't", "national/1", "lunar/1")
	text("suite-in-capitals", "a notice of a suite in capitals", "national/1", "National/1")
	text("number", "a notice whose epoch has decimals", `"epoch":1`, `"epoch":1.0`)
	text("member-more", "a notice with a member that there isn't", `"epoch":1`, `"note":1,"epoch":1`)
	aside("no-json", "no notice", h, Record{SuiteRecord, []byte("national/1")})
	aside("other-stream", "a notice for a stream that is neither this one nor its opposite", h, notice(keys.National, Stream{zone.Office, zone.Passport}, 1))
	aside("own-other-suite", "it says that this stream is in another suite than this bundle", h, notice(keys.National, h.Stream, 1))
	aside("own-other-epoch", "it says so of another epoch", h, notice(keys.International, h.Stream, 2))
	aside("own-not-first", "it says so in another number than the first", w.header(3), notice(keys.International, h.Stream, 1))
}
