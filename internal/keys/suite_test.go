package keys

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"

	"yitang/internal/zone"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The examples of GM/T 0003.5 (GB/T 32918.5, appendix A) and GM/T 0004.
func TestTheNationalAlgorithmsAreThoseOfTheStandards(t *testing.T) {
	k, err := sm2Key(unhex(t, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"))
	if err != nil {
		t.Fatal(err)
	}
	const point = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
	if got := hex.EncodeToString(SM2Point(&k.PublicKey)); got != point {
		t.Errorf("the public key is %s", got)
	}
	p := Public{SM2: &SM2Public{Signing: &k.PublicKey}}
	signature := unhex(t, "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")
	if !p.Verify([]byte("message digest"), signature) {
		t.Error("the signature of the standard is none here")
	}
	if p.Verify([]byte("message digesT"), signature) || p.Verify([]byte("message digest"), signature[:63]) || p.Verify([]byte("message digest"), append(bytes.Clone(signature), 0)) {
		t.Error("another message, or a signature of another length, is taken")
	}
	cipher := unhex(t, "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"+
		"59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"+"21886ca989ca9c7d58087307ca93092d651efa")
	if plain, err := sm2.Decrypt(k, cipher); err != nil || string(plain) != "encryption standard" {
		t.Errorf("decrypted %q (%v)", plain, err)
	}
	for text, want := range map[string]string{
		"abc":                      "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		strings.Repeat("abcd", 16): "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
	} {
		if got := National.Sum([]byte(text)); hex.EncodeToString(got[:]) != want {
			t.Errorf("SM3 of %q is %x", text, got)
		}
		h := National.Hash()
		h.Write([]byte(text))
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("SM3 of %q is %s", text, got)
		}
	}
}

func TestNoPointBesidesTheCurveIsAKey(t *testing.T) {
	k, err := sm2Key(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	good := SM2Point(&k.PublicKey)
	off := bytes.Clone(good)
	off[64] ^= 1
	for what, b := range map[string][]byte{"off the curve": off, "cut": good[:64], "longer": append(bytes.Clone(good), 0), "compressed": append([]byte{2}, good[1:33]...),
		"hybrid": append([]byte{6}, good[1:]...), "zeros": append([]byte{4}, make([]byte, 64)...), "none": nil} {
		if _, err := ParseSM2Point(b); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
	order := sm2.P256().Params().N
	for what, scalar := range map[string][]byte{"zero": make([]byte, 32), "the order": order.Bytes(), "short": make([]byte, 31)} {
		if _, err := sm2Key(scalar); err == nil {
			t.Errorf("%s is taken for a secret key", what)
		}
	}
	// A draw of n−1 isn't kept: nothing can be signed with it.
	last := new(big.Int).Sub(order, big.NewInt(1)).Bytes()
	drawn, err := drawSM2(bytes.NewReader(append(last, bytes.Repeat([]byte{7}, 32)...)))
	if err != nil || !bytes.Equal(drawn, bytes.Repeat([]byte{7}, 32)) {
		t.Errorf("drawn %x (%v)", drawn, err)
	}
}

func TestKeysOfTheNationalSuiteComeBackAsTheyWereDrawn(t *testing.T) {
	bare := aRing(t, zone.Office)
	if _, err := bare.PublicIn(National); !errors.Is(err, ErrNoKeys) || bare.GenerationIn(National) != -1 || bare.ReceivesIn(National, "") {
		t.Errorf("of a suite without keys: %v", err)
	}
	r, err := bare.Draw(zeroless(3), then)
	if err != nil {
		t.Fatal(err)
	}
	card, err := r.PublicIn(National)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Draw(zeroless(4), then); !errors.Is(err, fs.ErrExist) {
		t.Errorf("drawn twice: %v", err)
	}
	if !r.Public().Equal(bare.Public()) {
		t.Error("the keys of the other suite were changed")
	}
	text, err := card.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParsePublic(text)
	if err != nil || !read.Equal(card) || read.Suite() != National || read.KeyID() != card.KeyID() || read.Fingerprint() != card.Fingerprint() {
		t.Fatalf("read %+v (%v)", read, err)
	}
	for _, change := range [][2]string{{"national/1", "international/1"}, {"yitang.public/2", "yitang.public/1"}, {`"office"`, `"internet"`}, {"2026", "2027"}} {
		if _, err := ParsePublic(bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)); err == nil {
			t.Errorf("with %s it is taken", change[1])
		}
	}

	// Renewed with the others; the ones before still receive and are known.
	now, err := r.Renew(zeroless(5), then.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	next, err := now.PublicIn(National)
	if err != nil || next.Equal(card) || !next.Created.After(card.Created) || now.GenerationIn(National) != 1 || now.Generation() != 1 {
		t.Fatalf("renewed to %s (%v)", next.Fingerprint(), err)
	}
	if !now.ReceivesIn(National, card.ReceivingID().String()) || !now.ReceivesIn(National, next.ReceivingID().String()) || len(now.SM2Identities()) != 2 {
		t.Error("what is on its way to the old key doesn't open")
	}
	if k, err := now.SigningKeyNamed(card.KeyID().String()); err != nil || SignerID(k) != card.KeyID() {
		t.Errorf("the old key: %v", err)
	}

	path := filepath.Join(r.dir, nationalFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(good, []byte("2026"), []byte("2025"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(r.dir); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a file that was edited: %v", err)
	}
}

// zeroless draws from a seed.
func zeroless(seed byte) *seeded { return &seeded{seed} }

type seeded struct{ n byte }

func (s *seeded) Read(p []byte) (int, error) {
	for i := range p {
		s.n = s.n*5 + 3
		p[i] = s.n
	}
	return len(p), nil
}

func TestAnnouncedKeysAreTrustedOncePeopleHavePinnedThem(t *testing.T) {
	office, internet := aRing(t, zone.Office), aRing(t, zone.Internet)
	if err := office.Pin(internet.Public()); err != nil {
		t.Fatal(err)
	}
	internet, err := internet.Draw(zeroless(1), then)
	if err != nil {
		t.Fatal(err)
	}
	card, err := internet.PublicIn(National)
	if err != nil {
		t.Fatal(err)
	}
	if err := office.Announce(card); err != nil {
		t.Fatal(err)
	}
	if _, err := office.PeerIn(zone.Internet, National); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("pinned by what was told: %v", err)
	}
	told, err := office.Announced(zone.Internet, National)
	if err != nil || !told.Equal(card) {
		t.Fatalf("told of %s (%v)", told.Fingerprint(), err)
	}
	if err := office.Pin(told); err != nil {
		t.Fatal(err)
	}
	if _, err := office.Announced(zone.Internet, National); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still told of: %v", err)
	}
	if p, err := office.Peer(zone.Internet); err != nil || !p.Equal(internet.Public()) {
		t.Errorf("of the other suite %s is pinned (%v)", p.Fingerprint(), err)
	}

}

// Who has a zone's key of one suite may have had every other one brought in by a
// bundle: all of them go with it, in both suites, whichever was named, and none
// comes back.
func TestWhatARevokedKeyMayHaveBroughtInGoesWithIt(t *testing.T) {
	for _, named := range Suites() {
		office, internet := aRing(t, zone.Office), aRing(t, zone.Internet)
		internet, err := internet.Draw(zeroless(1), then)
		if err != nil {
			t.Fatal(err)
		}
		forger, err := aRing(t, zone.Internet).Draw(zeroless(2), then)
		if err != nil {
			t.Fatal(err)
		}
		card := func(r *Ring, s Suite) Public {
			t.Helper()
			p, err := r.PublicIn(s)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		// Of both suites one is pinned, one noted to follow it, and one told of.
		if err := errors.Join(office.Pin(card(internet, International)), office.Pin(card(internet, National)), office.PinNext(card(forger, International)), office.PinNext(card(forger, National)), office.Announce(card(forger, National))); err != nil {
			t.Fatal(err)
		}
		if _, err := office.Revoke(zone.Internet, card(forger, named).Fingerprint()); err == nil {
			t.Fatal("revoked by the fingerprint of what isn't pinned")
		}
		all, err := office.Revoke(zone.Internet, card(internet, named).Fingerprint())
		if err != nil || len(all) != 5 {
			t.Fatalf("%d revoked, %v", len(all), err)
		}
		for _, s := range Suites() {
			for what, ask := range map[string]func(zone.Zone, Suite) (Public, error){"pinned": office.PeerIn, "noted": office.NextIn, "told of": office.Announced} {
				if p, err := ask(zone.Internet, s); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s revoked: of %s %s is still %s (%v)", named, s, p.Fingerprint(), what, err)
				}
			}
			for _, r := range []*Ring{internet, forger} {
				for _, again := range []error{office.Pin(card(r, s)), office.PinNext(card(r, s)), office.Announce(card(r, s))} {
					if !errors.Is(again, ErrRevoked) {
						t.Errorf("%s revoked: %s of %s comes back: %v", named, card(r, s).Fingerprint(), s, again)
					}
				}
			}
		}
		// The zones go on with new keys that people have compared.
		if internet, err = internet.Renew(zeroless(3), then.AddDate(0, 1, 0)); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(office.Pin(card(internet, International)), office.Pin(card(internet, National))); err != nil {
			t.Error(err)
		}
	}
}
