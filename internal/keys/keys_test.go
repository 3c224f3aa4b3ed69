package keys

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"yitang/internal/zone"
)

var then = time.Date(2026, 11, 24, 1, 2, 3, 4, time.UTC)

func aRing(t *testing.T, z zone.Zone) *Ring {
	t.Helper()
	r, err := Create(filepath.Join(t.TempDir(), "keys"), z, rand.Reader, then)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestKeysComeBackAsTheyWereMade(t *testing.T) {
	made := aRing(t, zone.Office)
	sealed, err := made.Seal("person/1/number", []byte("plain"))
	if err != nil {
		t.Fatal(err)
	}
	back, err := Load(made.dir)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := back.Open("person/1/number", sealed); err != nil || string(plain) != "plain" {
		t.Errorf("opened %q, %v", plain, err)
	}
	if !back.Public().Equal(made.Public()) || back.Index("n", "v") != made.Index("n", "v") {
		t.Error("the loaded keys are others than those made")
	}
	if back.Zone() != zone.Office || !back.Created().Equal(then.Truncate(time.Second)) {
		t.Errorf("zone %s, created %s", back.Zone(), back.Created())
	}
}

func TestSameChanceGivesTheSameKeys(t *testing.T) {
	var prints []string
	for range 2 {
		r, err := Create(t.TempDir(), zone.Internet, mrand.NewChaCha8([32]byte{7}), then)
		if err != nil {
			t.Fatal(err)
		}
		prints = append(prints, r.Public().Fingerprint())
	}
	if prints[0] != prints[1] {
		t.Errorf("%s and %s", prints[0], prints[1])
	}
}

func TestAgeReadsTheIdentityThatWeSpell(t *testing.T) {
	r := aRing(t, zone.Office)
	var file bytes.Buffer
	w, err := age.Encrypt(&file, r.Public().Recipient)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "to the office")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := age.Decrypt(&file, r.Identity())
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(out); err != nil || string(text) != "to the office" {
		t.Errorf("%q, %v", text, err)
	}
	// The scalar and its spelling are those of the age specification's own
	// round trip: decoding what was encoded gives the same identity.
	again, err := age.ParseX25519Identity(r.identity.String())
	if err != nil || again.Recipient().String() != r.identity.Recipient().String() {
		t.Errorf("%v", err)
	}
}

func TestKeysAreNeverOverwritten(t *testing.T) {
	r := aRing(t, zone.Office)
	_, err := Create(r.dir, zone.Office, rand.Reader, then)
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second creation gives %v", err)
	}
	left, err := filepath.Glob(filepath.Join(r.dir, ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestDamagedOrOpenKeysAreRefused(t *testing.T) {
	r := aRing(t, zone.Office)
	path := filepath.Join(r.dir, nodeFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 7)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if back, err := Load(r.dir); err == nil && !back.Public().Equal(r.Public()) {
			t.Errorf("byte %d altered, and the keys are taken for good", i)
		}
		if err := os.WriteFile(path, good[:i], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(r.dir); err == nil && i < len(good)-1 {
			t.Errorf("cut at byte %d, and the keys are taken for whole", i)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(r.dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("keys that the group may read give %v", err)
	}
	if _, err := Load(t.TempDir()); !errors.Is(err, ErrNone) {
		t.Errorf("an empty folder gives %v", err)
	}
}

func TestSealedValueOpensOnlyWhereItLives(t *testing.T) {
	r, other := aRing(t, zone.Internet), aRing(t, zone.Internet)
	sealed, err := r.Seal("here", []byte("50990019900101"))
	if err != nil {
		t.Fatal(err)
	}
	if len(sealed) != 14+SealedOverhead || bytes.Contains(sealed, []byte("5099")) {
		t.Errorf("sealed: %d bytes, %q", len(sealed), sealed)
	}
	if _, err := r.Open("there", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("another context gives %v", err)
	}
	if _, err := other.Open("here", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("another node gives %v", err)
	}
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := r.Open("here", bad); !errors.Is(err, ErrSealed) {
				t.Fatalf("byte %d bit %d flipped gives %v", i, bit, err)
			}
		}
		if _, err := r.Open("here", sealed[:i]); !errors.Is(err, ErrSealed) {
			t.Fatalf("cut at %d gives %v", i, err)
		}
	}
	twice, err := r.Seal("here", []byte("50990019900101"))
	if err != nil || bytes.Equal(sealed, twice) {
		t.Errorf("equal values can be told from their sealed form (%v)", err)
	}
}

func TestIndexFindsEqualValuesOfOneNamespaceOnly(t *testing.T) {
	r := aRing(t, zone.Internet)
	if r.Index("id", "x") != r.Index("id", "x") {
		t.Error("equal values have different tokens")
	}
	for _, other := range []string{r.Index("id", "y"), r.Index("i", "dx"), r.Index("idx", ""), aRing(t, zone.Internet).Index("id", "x")} {
		if other == r.Index("id", "x") {
			t.Error("two different things have one token")
		}
	}
}

func TestPairingPinsOneKeyPerZone(t *testing.T) {
	office, internet, impostor := aRing(t, zone.Office), aRing(t, zone.Internet), aRing(t, zone.Internet)
	card, err := internet.Public().Encode()
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePublic(card)
	if err != nil {
		t.Fatal(err)
	}
	if p.Fingerprint() != internet.Public().Fingerprint() || len(p.Fingerprint()) != 8*4+7 {
		t.Errorf("fingerprint %s", p.Fingerprint())
	}
	for range 2 { // pairing twice is harmless
		if err := office.Pin(p); err != nil {
			t.Fatal(err)
		}
	}
	var pinned *PinnedError
	if err := office.Pin(impostor.Public()); !errors.As(err, &pinned) || pinned.Came != impostor.Public().Fingerprint() {
		t.Errorf("a second key for the zone gives %v", err)
	}
	if err := office.Pin(aRing(t, zone.Office).Public()); err == nil {
		t.Error("a zone pinned itself")
	}
	if err := aRing(t, zone.Passport).Pin(p); err == nil {
		t.Error("the passport zone pinned the internet, with which it exchanges nothing")
	}
	peers, err := office.Peers()
	if err != nil || len(peers) != 1 || !peers[0].Equal(internet.Public()) {
		t.Errorf("%v, %v", peers, err)
	}
	if _, err := office.Peer(zone.Passport); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a zone never paired gives %v", err)
	}
}

func TestAlteredPublicKeyIsRefused(t *testing.T) {
	good := aRing(t, zone.Internet).Public()
	card, err := good.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for i := range card {
		bad := bytes.Clone(card)
		bad[i] ^= 1
		if p, err := ParsePublic(bad); err == nil && p.Fingerprint() != good.Fingerprint() {
			t.Errorf("byte %d altered, taken for %s", i, p.Fingerprint())
		}
	}
}

func TestDocumentKeysAreKeptUnderTheirNames(t *testing.T) {
	r := aRing(t, zone.Office)
	one := []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
	two := []byte("-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n")
	for range 2 {
		if err := r.StorePEM("document-ca-key", one); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.StorePEM("document-ca-key", two); !errors.Is(err, fs.ErrExist) {
		t.Errorf("other content under a taken name gives %v", err)
	}
	if back, err := r.PEM("document-ca-key"); err != nil || !bytes.Equal(back, one) {
		t.Errorf("%q, %v", back, err)
	}
	if _, err := r.PEM("document-seal-key"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a name never stored gives %v", err)
	}
	for _, name := range []string{"../node", "", "A", "a/b", "-"} {
		if err := r.StorePEM(name, one); err == nil {
			t.Errorf("%q was taken for a name", name)
		}
	}
	if err := r.StorePEM("notes", []byte("no key")); err == nil {
		t.Error("stored what isn't PEM")
	}
}

func TestRenewedKeysReadWhatTheOldOnesDid(t *testing.T) {
	r := aRing(t, zone.Office)
	sealed, err := r.Seal("here", []byte("plain"))
	if err != nil {
		t.Fatal(err)
	}
	was := r.Public()
	now, err := r.Renew(rand.Reader, then) // a clock that stands still
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := now.Open("here", sealed); err != nil || string(plain) != "plain" {
		t.Errorf("what was sealed at rest gives %q, %v", plain, err)
	}
	if now.Public().Equal(was) || !now.Public().Created.After(was.Created) || now.Generation() != 1 || !now.Had(was) || now.Index("n", "v") != r.Index("n", "v") {
		t.Error("the keys aren't renewed as they should be")
	}
	var file bytes.Buffer
	w, err := age.Encrypt(&file, was.Recipient)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "on its way")
	w.Close()
	if _, err := age.Decrypt(&file, now.Identities()...); err != nil || !now.Receives(was.ReceivingID().String()) || !now.Receives(now.Public().ReceivingID().String()) {
		t.Errorf("what was on its way doesn't open: %v", err)
	}
	if k, err := now.SigningKeyNamed(was.KeyID().String()); err != nil || !r.SigningKey().Equal(k) {
		t.Errorf("the old signing key: %v", err)
	}
}

// Dying between any two steps of taking over new keys, the next try ends it.
func TestNewKeysOfAPeerArePinnedWhereverItDies(t *testing.T) {
	office, internet := aRing(t, zone.Office), aRing(t, zone.Internet)
	old := internet.Public()
	if err := office.Pin(old); err != nil {
		t.Fatal(err)
	}
	renewed, err := internet.Renew(rand.Reader, then)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := office.PinNext(renewed.Public()); err != nil {
			t.Fatal(err)
		}
	}
	if p, err := office.Peer(zone.Internet); err != nil || !p.Equal(old) {
		t.Errorf("noted is pinned already (%v)", err)
	}
	if err := office.putAside("past", old); err != nil { // and died here
		t.Fatal(err)
	}
	if err := office.Promote(zone.Internet, International); err != nil {
		t.Fatal(err)
	}
	if err := office.PinNext(renewed.Public()); err != nil { // as if it had died before the last step
		t.Fatal(err)
	}
	for range 2 {
		if err := office.Promote(zone.Internet, International); err != nil {
			t.Fatal(err)
		}
		if p, err := office.Peer(zone.Internet); err != nil || !p.Equal(renewed.Public()) {
			t.Errorf("pinned is another (%v)", err)
		}
	}
	if _, err := office.Next(zone.Internet); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still noted: %v", err)
	}
	if _, err := office.Revoke(zone.Internet, renewed.Public().Fingerprint()); err != nil {
		t.Fatal(err)
	}
	if err := office.PinNext(renewed.Public()); !errors.Is(err, ErrRevoked) {
		t.Errorf("revoked, and noted: %v", err)
	}
}
