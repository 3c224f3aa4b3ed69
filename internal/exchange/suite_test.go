package exchange

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emmansun/gmsm/sm4"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// The examples of GM/T 0002 and RFC 8998, appendix A.1.
func TestSM4IsThatOfTheStandards(t *testing.T) {
	un := func(text string) []byte {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	block, err := sm4.NewCipher(un("0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 16)
	block.Encrypt(out, un("0123456789abcdeffedcba9876543210"))
	if got := hex.EncodeToString(out); got != "681edf34d206965e86b3e94f536e4246" {
		t.Errorf("a block is %s", got)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain := un("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
	const want = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"
	if got := hex.EncodeToString(aead.Seal(nil, un("00001234567800000000abcd"), plain, un("feedfacedeadbeeffeedfacedeadbeefabaddad2"))); got != want {
		t.Errorf("GCM gives %s", got)
	}
	// And the wrapping that the vectors are made with is that of GM/T 0003.5.
	k := sm2Secret(t, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
	body := wrappedBySM2(&k.PublicKey, un("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21"), []byte("encryption standard"), usualOrder)
	if got := hex.EncodeToString(body[65:]); got != "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd876621886ca989ca9c7d58087307ca93092d651efa" {
		t.Errorf("wrapped: %s", got)
	}
}

// nationalZones are two rings with keys of that suite, which trust each other.
func nationalZones(t testing.TB) (internet, office *keys.Ring) {
	t.Helper()
	internet, office = twoZones(t)
	internet, office = drawnRing(t, internet, 1), drawnRing(t, office, 2)
	pinNational(t, internet, office)
	return internet, office
}

func pinNational(t testing.TB, a, b *keys.Ring) {
	t.Helper()
	one, err := a.PublicIn(keys.National)
	two, err2 := b.PublicIn(keys.National)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(a.Pin(two), b.Pin(one)); err != nil {
		t.Fatal(err)
	}
}

func nationalFileOf(t testing.TB, from, to *keys.Ring, n int) ([]byte, Inner) {
	t.Helper()
	mine, err := from.PublicIn(keys.National)
	theirs, err2 := to.PublicIn(keys.National)
	signer, err3 := from.SignerOf(keys.National, 0)
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	h := aHeader(4)
	h.Suite, h.Signer, h.Receiver = keys.National, mine.KeyID().String(), theirs.ReceivingID().String()
	in := built(t, h, someRecords(n))
	file, err := Seal(in, signer, theirs)
	if err != nil {
		t.Fatal(err)
	}
	return file, in
}

func TestABundleOfTheNationalSuiteArrivesAsItWasBuilt(t *testing.T) {
	internet, office := nationalZones(t)
	for _, n := range []int{0, 1, 3, 1000} {
		file, in := nationalFileOf(t, internet, office, n)
		b, err := open(file, office)
		if err != nil {
			t.Fatal(err)
		}
		if b.Suite != keys.National || b.Records != n+1 || b.Digest != keys.National.Sum(in) || b.Digest == keys.International.Sum(in) {
			t.Errorf("%d records: %+v", n, b.Header)
		}
	}
	// A key of another suite seals nothing.
	_, in := nationalFileOf(t, internet, office, 1)
	card, err := office.PublicIn(keys.National)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Seal(in, internet.SigningKey(), card); err == nil {
		t.Error("signed by a key of another suite")
	}
	if _, err := Seal(in, internet.SigningKey(), office.Public()); err == nil {
		t.Error("sealed for a key of another suite")
	}
}

func TestWhateverIsChangedInTheNationalEnvelopeIsRefused(t *testing.T) {
	internet, office := nationalZones(t)
	file, _ := nationalFileOf(t, internet, office, 2)
	for i := range file {
		bad := bytes.Clone(file)
		bad[i] ^= 1 << (i % 8)
		if _, err := open(bad, office); reason(err) == "" {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
		if _, err := open(file[:i], office); reason(err) == "" {
			t.Fatalf("cut at %d of %d: %v", i, len(file), err)
		}
		broken := io.MultiReader(bytes.NewReader(file[:i]), iotest.ErrReader(io.ErrClosedPipe))
		if _, err := Open(broken, office, DefaultLimits); !errors.Is(err, io.ErrClosedPipe) || reason(err) != "" {
			t.Fatalf("the disk fails after %d bytes: %v", i, err)
		}
	}
	// Whoever has no keys of that suite says so.
	bare := seededRing(t, zone.Office, 5)
	if _, err := open(file, bare); reason(err) != WrongReceiver || !strings.Contains(err.Error(), "national/1") {
		t.Errorf("without keys of the suite: %v", err)
	}
}

// What is sealed costs a chunk, however long it is.
func TestTheNationalEnvelopeNeedsTheMemoryOfAChunk(t *testing.T) {
	_, office := nationalZones(t)
	card, err := office.PublicIn(keys.National)
	if err != nil {
		t.Fatal(err)
	}
	const size = 64 << 20
	out, in := io.Pipe()
	go func() {
		w, err := encrypt(in, card)
		if err == nil {
			_, err = io.Copy(w, io.LimitReader(zero{}, size))
		}
		if err == nil {
			err = w.Close()
		}
		in.CloseWithError(err)
	}()
	grew := allocated(func() {
		plain, s, err := decrypt(&boundedReader{r: out, left: sealedSize(keys.National, size)}, office)
		if err != nil || s != keys.National {
			t.Fatal(s, err)
		}
		if n, err := io.Copy(io.Discard, plain); err != nil || n != size {
			t.Fatalf("%d bytes (%v)", n, err)
		}
	})
	t.Logf("%d MiB sealed and opened: %.1f MiB allocated", size>>20, float64(grew)/(1<<20))
	if grew > 4<<20 {
		t.Errorf("%d MiB for it", grew>>20)
	}
}

func TestANationalBombIsRefusedWithoutFillingTheMemory(t *testing.T) {
	_, office := nationalZones(t)
	card, err := office.PublicIn(keys.National)
	if err != nil {
		t.Fatal(err)
	}
	file := bombFor(t, 1024, func(w io.Writer) (io.WriteCloser, error) { return encrypt(w, card) })
	limits := Limits{File: 8 << 20, Inner: 1 << 20, Records: 10}
	grew := allocated(func() {
		if _, err := Open(bytes.NewReader(file), office, limits); reason(err) != TooLarge {
			t.Errorf("%v", err)
		}
	})
	t.Logf("1 GiB packed into %d KiB, where 1 MiB is allowed: %.1f MiB allocated", len(file)>>10, float64(grew)/(1<<20))
	if grew > 8<<20 {
		t.Errorf("%d MiB for it", grew>>20)
	}
}

// drawn gives a place keys of the national suite, as its next start finds them.
func (p *place) draw(seed byte) { p.t.Helper(); p.ring = drawnRing(p.t, p.ring, seed) }

func (p place) status1(peer place) (Outgoing, Incoming) {
	p.t.Helper()
	s, err := p.Status(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	for i, o := range s.Outgoing {
		if o.To == peer.Zone() {
			return o, s.Incoming[i]
		}
	}
	p.t.Fatalf("no stream to %s", peer.Zone())
	return Outgoing{}, Incoming{}
}

// TestTheSuiteOfAStreamChanges plays what docs/exchange-format.md section 10 says:
// both draw, tell, pin, the receiver agrees, the sender begins; and back again.
func TestTheSuiteOfAStreamChanges(t *testing.T) {
	internet, office := twoPlaces(t)
	way, back := aFolder(t), aFolder(t)
	send := func(from, to place, by *carrier.Directory, want string) {
		t.Helper()
		from.export(to)
		from.hand(to, by)
		if got := fates(to.take(from, by)); !strings.HasSuffix(got, want) {
			t.Fatalf("%s to %s: %s instead of %s", from.Zone(), to.Zone(), got, want)
		}
	}
	internet.write("one", "x", "a file")
	send(internet, office, way, "1 applied")
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.National, false); !errors.Is(err, keys.ErrNoKeys) {
		t.Errorf("without keys: %v", err)
	}
	internet.draw(1)
	office.draw(2)
	// Each tells the other in the suite of today, and nobody is trusted for that.
	send(internet, office, way, "2 applied")
	send(office, internet, back, "1 applied")
	if made := internet.export(office); len(made) != 0 {
		t.Errorf("told again: %+v", made)
	}
	if err := office.AgreeSuite(t.Context(), zone.Internet, keys.National); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("agreed to a suite of which no key is pinned: %v", err)
	}
	for _, p := range []struct{ here, there place }{{office, internet}, {internet, office}} {
		told, err := p.here.ring.Announced(p.there.Zone(), keys.National)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.here.ring.Pin(told); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.National, false); err == nil || !strings.Contains(err.Error(), "hasn't said") {
		t.Errorf("before the receiver has agreed: %v", err)
	}

	// Too early all the same: refused in a sentence, and visible.
	early := aFolder(t)
	internet.write("two", "y", "another file")
	lost := internet.export(office) // on its way when the suite changes
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.National, true); err != nil {
		t.Fatal(err)
	}
	internet.export(office)
	internet.hand(office, early)
	out := office.take(internet, early)
	if len(out) != 1 || out[0].Fate != Refused || out[0].Reason != WrongSuite || strings.Count(out[0].Detail, "\n") != 0 || !strings.Contains(out[0].Detail, "nobody here has agreed") {
		t.Fatalf("%+v", out)
	}
	if got := office.heard(); fmt.Sprint(got) != "[one:x]" {
		t.Errorf("heard %v", got)
	}

	// Agreed: the same file is good, and tells of what was lost.
	if err := office.AgreeSuite(t.Context(), zone.Internet, keys.National); err != nil {
		t.Fatal(err)
	}
	if _, in := office.status1(internet); in.Suite != keys.International || in.Agreed != keys.National {
		t.Errorf("agreed: %+v", in)
	}
	if got := fates(office.take(internet, early)); got != "1 applied" || len(lost) != 1 {
		t.Fatalf("%s", got)
	}
	if got := office.heard(); fmt.Sprint(got) != "[one:x two:y]" || !office.hasFile("another file") {
		t.Errorf("heard %v", got)
	}
	if _, in := office.status1(internet); in.Suite != keys.National || in.Agreed != "" || !in.Paired {
		t.Errorf("begun: %+v", in)
	}
	// The receipt goes back in the suite of the other stream, which stays.
	send(office, internet, back, "2 applied")
	if o, in := internet.status1(office); o.Suite != keys.National || o.Unreceipted != 0 || o.Applied != 1 || in.Suite != keys.International {
		t.Errorf("%+v, %+v", o, in)
	}

	// Keys are renewed in this suite as in the other.
	was, err := internet.ring.PublicIn(keys.National)
	if err != nil {
		t.Fatal(err)
	}
	internet.renew(31)
	internet.write("three", "z", "")
	tells := internet.export(office)
	internet.write("four", "z", "")
	after := internet.export(office)
	if len(tells) != 1 || len(after) != 1 || tells[0].signer != was.KeyID().String() || after[0].signer == was.KeyID().String() {
		t.Fatalf("%+v, %+v", tells, after)
	}
	internet.hand(office, way)
	if got := fates(office.take(internet, way)); !strings.HasSuffix(got, "2 applied, 3 applied") {
		t.Fatalf("%s", got)
	}
	if card, err := internet.ring.PublicIn(keys.National); err != nil {
		t.Fatal(err)
	} else if pinned, err := office.ring.PeerIn(zone.Internet, keys.National); err != nil || !pinned.Equal(card) {
		t.Errorf("of the national suite %s is pinned (%v)", pinned.Fingerprint(), err)
	}
	if pinned, err := office.ring.Peer(zone.Internet); err != nil || !pinned.Equal(internet.ring.Public()) {
		t.Errorf("of the other suite %s is pinned (%v)", pinned.Fingerprint(), err)
	}
	send(office, internet, back, "3 applied")

	// A new epoch in it, its files made again, and a third that nobody asked for.
	if _, err := internet.Reopen(t.Context(), zone.Office); err != nil {
		t.Fatal(err)
	}
	internet.write("five", "z", "a third file")
	again := aFolder(t)
	internet.export(office)
	outbox, err := internet.Outbox(zone.Office)
	if err != nil {
		t.Fatal(err)
	}
	names, err := outbox.List()
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if err := outbox.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	internet.hand(office, again)
	if got := fates(office.take(internet, again)); got != "1 applied" {
		t.Fatalf("%s", got)
	}
	send(office, internet, back, "applied")

	// And back, agreed first.
	if err := office.AgreeSuite(t.Context(), zone.Internet, keys.International); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.International, false); err == nil {
		t.Error("begun before the agreement was heard")
	}
	send(office, internet, back, "applied")
	if o, _ := internet.status1(office); o.Takes != keys.International {
		t.Errorf("heard: %+v", o)
	}
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.International, false); err != nil {
		t.Fatal(err)
	}
	internet.write("six", "z", "")
	fresh := aFolder(t)
	send(internet, office, fresh, "1 applied")
	if got := office.heard(); fmt.Sprint(got) != "[one:x two:y three:z four:z five:z six:z]" || !office.hasFile("a third file") {
		t.Errorf("heard %v", got)
	}
	if _, in := office.status1(internet); in.Suite != keys.International || in.Agreed != "" || in.Quarantined != 0 {
		t.Errorf("at the end: %+v", in)
	}
	internet.soundChain()
	office.soundChain()
}

// An agreement that is taken back counts no more, at either end.
func TestAnAgreementCanBeTakenBack(t *testing.T) {
	internet, office := nationalPlaces(t)
	way, back := aFolder(t), aFolder(t)
	say := func(s keys.Suite) {
		t.Helper()
		if err := office.AgreeSuite(t.Context(), zone.Internet, s); err != nil {
			t.Fatal(err)
		}
		office.export(internet)
		office.hand(internet, back)
		internet.take(office, back)
	}
	say(keys.National)
	if o, _ := internet.status1(office); o.Takes != keys.National {
		t.Errorf("%+v", o)
	}
	say(keys.International)
	if o, _ := internet.status1(office); o.Takes != "" {
		t.Errorf("%+v", o)
	}
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.National, false); err == nil {
		t.Error("begun after it was taken back")
	}
	internet.write("one", "x", "")
	internet.export(office)
	internet.hand(office, way)
	if got := fates(office.take(internet, way)); got != "1 applied" {
		t.Errorf("%s", got)
	}
}

func nationalPlaces(t *testing.T) (internet, office place) {
	t.Helper()
	internet, office = twoPlaces(t)
	internet.draw(1)
	office.draw(2)
	pinNational(t, internet.ring, office.ring)
	return internet, office
}

// Revoked keys of the national suite speak no more; the zones go on once they
// are paired anew and the sender begins an epoch.
func TestRevokedNationalKeysSpeakNoMore(t *testing.T) {
	internet, office := nationalPlaces(t)
	if err := office.AgreeSuite(t.Context(), zone.Internet, keys.National); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.National, true); err != nil {
		t.Fatal(err)
	}
	way := aFolder(t)
	internet.write("one", "x", "")
	internet.export(office)
	internet.hand(office, way)
	if got := fates(office.take(internet, way)); got != "1 applied" {
		t.Fatalf("%s", got)
	}
	internet.write("two", "x", "")
	internet.export(office)
	internet.hand(office, way)
	gone, err := office.ring.PeerIn(zone.Internet, keys.National)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := office.ring.Revoke(zone.Internet, gone.Fingerprint()); err != nil {
		t.Fatal(err)
	}
	if out := office.take(internet, way); out[len(out)-1].Reason != NotPinned {
		t.Errorf("%+v", out)
	}
	internet.renew(14)
	card, err := internet.ring.PublicIn(keys.National)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(office.ring.Pin(card), office.ring.Pin(internet.ring.Public())); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.Reopen(t.Context(), zone.Office); err != nil {
		t.Fatal(err)
	}
	fresh := aFolder(t)
	internet.export(office)
	internet.hand(office, fresh)
	if got := fates(office.take(internet, fresh)); got != "1 applied" || fmt.Sprint(office.heard()) != "[one:x two:x]" {
		t.Errorf("%s, heard %v", got, office.heard())
	}
}

// A receiver that lost everything has agreed to nothing, says so, and catches up
// once somebody there has agreed again.
func TestAReceiverThatLostEverythingAgreesAgain(t *testing.T) {
	internet, office := nationalPlaces(t)
	if err := office.AgreeSuite(t.Context(), zone.Internet, keys.National); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.National, true); err != nil {
		t.Fatal(err)
	}
	way := aFolder(t)
	internet.write("one", "x", "a file")
	internet.export(office)
	internet.hand(office, way)
	office.take(internet, way)
	_, fresh := twoPlacesWith(t, internet.ring, office.ring)
	if _, err := internet.Reopen(t.Context(), zone.Office); err != nil {
		t.Fatal(err)
	}
	internet.export(fresh)
	anew := aFolder(t)
	internet.hand(fresh, anew)
	if out := fresh.take(internet, anew); len(out) != 1 || out[0].Reason != WrongSuite {
		t.Fatalf("%+v", out)
	}
	if err := fresh.AgreeSuite(t.Context(), zone.Internet, keys.National); err != nil {
		t.Fatal(err)
	}
	if got := fates(fresh.take(internet, anew)); got != "1 applied" || fmt.Sprint(fresh.heard()) != fmt.Sprint(office.heard()) || !fresh.hasFile("a file") {
		t.Errorf("%s, heard %v", got, fresh.heard())
	}
}

// BenchmarkEnvelope seals and opens 64 MiB, the largest file that travels, in
// both suites.
func BenchmarkEnvelope(b *testing.B) {
	internet, office := nationalZones(b)
	_ = internet
	content := make([]byte, 64<<20)
	chance(3).Read(content)
	ref := blob.Ref{Digest: blob.DigestOf(content), Size: int64(len(content))}
	for _, s := range keys.Suites() {
		card, err := office.PublicIn(s)
		if err != nil {
			b.Fatal(err)
		}
		seal := func(out io.Writer) {
			w, err := encrypt(out, card)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := w.Write(content); err != nil {
				b.Fatal(err)
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.Run("seal/"+string(s), func(b *testing.B) {
			b.SetBytes(ref.Size)
			for b.Loop() {
				seal(io.Discard)
			}
		})
		var file bytes.Buffer
		seal(&file)
		b.Run("open/"+string(s), func(b *testing.B) {
			b.SetBytes(ref.Size)
			for b.Loop() {
				plain, _, err := decrypt(&boundedReader{r: bytes.NewReader(file.Bytes()), left: int64(file.Len())}, office)
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, plain); err != nil || n != ref.Size {
					b.Fatal(n, err)
				}
			}
		})
		// What a bundle costs beside that: its digest and its signature.
		signer, err := office.SignerOf(s, 0)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("digest/"+string(s), func(b *testing.B) {
			b.SetBytes(ref.Size)
			for b.Loop() {
				s.Sum(content)
			}
		})
		b.Run("sign/"+string(s), func(b *testing.B) {
			for b.Loop() {
				if _, err := keys.Sign(office.Random(), signer, content[:1000]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// FuzzNotice: a notice that is read has one text.
func FuzzNotice(f *testing.F) {
	own := Header{Suite: keys.National, Stream: Stream{zone.Internet, zone.Office}, Epoch: 3, Sequence: 1}
	f.Add([]byte(SuiteNotice{keys.National, own.Stream, 3}.line()))
	f.Add([]byte(SuiteNotice{keys.International, officeInternet, 0}.line()))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := readNotice(data, own)
		if err != nil {
			return
		}
		if n.line() != string(data) || n.Stream == own.Stream && (n.Suite != own.Suite || n.Epoch != own.Epoch) {
			t.Errorf("%s is taken as %+v", data, n)
		}
	})
}
