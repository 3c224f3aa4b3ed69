package keys

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"yitang/internal/zone"
)

// The formats of a public half: of the international suite, and of another one
// that it names.
const (
	publicFormat      = "yitang.public/1"
	publicFormatNamed = "yitang.public/2"
)

// Public is the half of a node's keys in one suite that other zones may know.
type Public struct {
	Zone      zone.Zone
	Created   time.Time
	Signing   ed25519.PublicKey
	Recipient *age.X25519Recipient // what is encrypted to it, only that node reads
	// SM2 takes the place of the two above in the national suite.
	SM2   *SM2Public
	proof []byte // its own signature over the rest
}

// Suite is the one that these keys are of.
func (p Public) Suite() Suite {
	if p.SM2 != nil {
		return National
	}
	return International
}

type storedPublic struct {
	Format      string    `json:"format"`
	Suite       Suite     `json:"suite,omitempty"`
	Zone        zone.Zone `json:"zone"`
	Created     time.Time `json:"created"`
	Signing     []byte    `json:"signing"`
	Recipient   string    `json:"recipient"`
	Fingerprint string    `json:"fingerprint"` // for people; computed again when read
	Proof       []byte    `json:"proof"`
}

// Public is this node's public half, signed by itself.
func (r *Ring) Public() Public {
	p := Public{
		Zone:      r.zone,
		Created:   r.created,
		Signing:   r.signing.Public().(ed25519.PublicKey),
		Recipient: r.identity.Recipient(),
	}
	p.proof = ed25519.Sign(r.signing, p.statement())
	return p
}

func (p Public) statement() []byte {
	if p.SM2 != nil {
		return fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%x\n%x\n",
			publicFormatNamed, National, p.Zone, p.Created.UTC().Format(time.RFC3339), SM2Point(p.SM2.Signing), SM2Point(p.SM2.Receiving))
	}
	return fmt.Appendf(nil, "%s\n%s\n%s\n%x\n%s\n",
		publicFormat, p.Zone, p.Created.UTC().Format(time.RFC3339), []byte(p.Signing), p.Recipient)
}

// Fingerprint is what two people read to each other before pinning: eight
// groups of four, 160 bits, without letters that are heard or seen wrongly.
func (p Public) Fingerprint() string {
	sum := p.Suite().Sum(p.statement())
	return spokenOf(sum[:20])
}

func spokenOf(sum []byte) string {
	text := spoken.EncodeToString(sum)
	var groups []string
	for group := range slices.Chunk([]byte(text), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

// spoken is Crockford's base 32 alphabet: no I, L, O, U.
var spoken = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// KeyID names the signing key in bundle headers.
func (p Public) KeyID() KeyID {
	if p.SM2 != nil {
		return sm2ID(p.SM2.Signing)
	}
	return signingID(p.Signing)
}

// KeyID names this node's signing key.
func (r *Ring) KeyID() KeyID { return signingID(r.signing.Public().(ed25519.PublicKey)) }

func signingID(pub ed25519.PublicKey) KeyID {
	sum := sha256.Sum256(pub)
	return KeyID(sum[:8])
}

// ReceivingID names in bundle headers what they are encrypted to.
func (p Public) ReceivingID() KeyID {
	if p.SM2 != nil {
		return sm2ID(p.SM2.Receiving)
	}
	sum := sha256.Sum256([]byte(p.Recipient.String()))
	return KeyID(sum[:8])
}

func (p Public) stored() storedPublic {
	if p.SM2 != nil {
		return storedPublic{
			Format: publicFormatNamed, Suite: National, Zone: p.Zone, Created: p.Created,
			Signing: SM2Point(p.SM2.Signing), Recipient: base64.StdEncoding.EncodeToString(SM2Point(p.SM2.Receiving)),
			Fingerprint: p.Fingerprint(), Proof: p.proof,
		}
	}
	return storedPublic{
		Format:      publicFormat,
		Zone:        p.Zone,
		Created:     p.Created,
		Signing:     p.Signing,
		Recipient:   p.Recipient.String(),
		Fingerprint: p.Fingerprint(),
		Proof:       p.proof,
	}
}

// OneLine is the public half without blanks, for a bundle.
func (p Public) OneLine() ([]byte, error) { return json.Marshal(p.stored()) }

// Encode writes the public half down, for `yitang pair`.
func (p Public) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(p.stored(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing down a public key: %w", err)
	}
	return append(text, '\n'), nil
}

// ParsePublic reads what Encode wrote, and checks that whoever made it holds
// the signing key. Whether that is the right office, only the fingerprint
// compared by people can say.
func ParsePublic(text []byte) (Public, error) {
	if len(text) > keyFileLimit {
		return Public{}, errors.New("too large for a public key file")
	}
	var s storedPublic
	if err := strictJSON(text, &s); err != nil {
		return Public{}, fmt.Errorf("reading a public key: %w", err)
	}
	if _, err := zone.Parse(string(s.Zone)); err != nil {
		return Public{}, fmt.Errorf("reading a public key: %w", err)
	}
	if s.Format == publicFormatNamed {
		return s.national()
	}
	if s.Format != publicFormat || s.Suite != "" {
		return Public{}, fmt.Errorf("reading a public key: format %q is not %q", s.Format, publicFormat)
	}
	if len(s.Signing) != ed25519.PublicKeySize {
		return Public{}, errors.New("reading a public key: the signing key has the wrong length")
	}
	recipient, err := age.ParseX25519Recipient(s.Recipient)
	if err != nil {
		return Public{}, fmt.Errorf("reading a public key: %w", err)
	}
	p := Public{Zone: s.Zone, Created: s.Created.UTC(), Signing: s.Signing, Recipient: recipient, proof: s.Proof}
	if !p.Verify(p.statement(), p.proof) {
		return Public{}, errors.New("reading a public key: it doesn't carry its own signature; it was altered")
	}
	return p, nil
}

// national reads the public half of that suite.
func (s storedPublic) national() (Public, error) {
	if s.Suite != National {
		return Public{}, fmt.Errorf("reading a public key: suite %q is not known to this program", s.Suite)
	}
	p := Public{Zone: s.Zone, Created: s.Created.UTC(), SM2: &SM2Public{}, proof: s.Proof}
	receiving, err := base64.StdEncoding.DecodeString(s.Recipient)
	if err == nil {
		p.SM2.Receiving, err = ParseSM2Point(receiving)
	}
	if err == nil {
		p.SM2.Signing, err = ParseSM2Point(s.Signing)
	}
	if err != nil {
		return Public{}, fmt.Errorf("reading a public key: %w", err)
	}
	if !p.Verify(p.statement(), p.proof) {
		return Public{}, errors.New("reading a public key: it doesn't carry its own signature; it was altered")
	}
	return p, nil
}

// Equal tells whether both name the same keys of the same zone.
func (p Public) Equal(q Public) bool { return bytes.Equal(p.statement(), q.statement()) }

// PinnedError reports that another key is pinned for the zone already. A key
// is changed by a bundle that the old one signed, or by revoking it openly.
type PinnedError struct {
	Zone         zone.Zone
	Pinned, Came string // fingerprints
}

func (e *PinnedError) Error() string {
	return fmt.Sprintf("the %s zone is pinned to %s already, this is %s: revoke the old one first (yitang exchange revoke)", e.Zone, e.Pinned, e.Came)
}

// Pin trusts a zone's public half from now on. Only zones that exchange
// bundles can be pinned. Pinning the same keys again changes nothing; other
// keys for a pinned zone are a PinnedError.
func (r *Ring) Pin(p Public) error {
	if !exchanges(r.zone, p.Zone) {
		return fmt.Errorf("pinning the %s zone: the %s zone exchanges nothing with it", p.Zone, r.zone)
	}
	if err := r.notRevoked(p); err != nil {
		return err
	}
	old, err := r.PeerIn(p.Zone, p.Suite())
	switch {
	case err == nil && old.Equal(p):
		return r.forgetAnnounced(p)
	case err == nil:
		return &PinnedError{Zone: p.Zone, Pinned: old.Fingerprint(), Came: p.Fingerprint()}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	text, err := p.Encode()
	if err != nil {
		return err
	}
	path := r.peerPath(p.Zone, p.Suite())
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("pinning the %s zone: %w", p.Zone, err)
	}
	if err := writeNew(path, text, 0o600); err != nil {
		return fmt.Errorf("pinning the %s zone: %w", p.Zone, err)
	}
	return r.forgetAnnounced(p)
}

// forgetAnnounced drops what a zone has told of its keys once they are pinned.
func (r *Ring) forgetAnnounced(p Public) error {
	err := os.Remove(r.announcedPath(p.Zone, p.Suite()))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Peer is the pinned public half of a zone in the international suite, in which
// zones are paired; none: an error matching fs.ErrNotExist.
func (r *Ring) Peer(z zone.Zone) (Public, error) { return r.PeerIn(z, International) }

// PeerIn is the pinned public half of a zone in a suite; none: the same.
func (r *Ring) PeerIn(z zone.Zone, s Suite) (Public, error) {
	p, err := r.readPeer(r.peerPath(z, s), z)
	if err == nil && p.Suite() != s {
		err = fmt.Errorf("the pinned key of the %s zone: the file is about the suite %s", z, p.Suite())
	}
	return p, err
}

func (r *Ring) readPeer(path string, z zone.Zone) (Public, error) {
	text, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Public{}, fmt.Errorf("no key of the %s zone is pinned, pair the two first: %w", z, fs.ErrNotExist)
	}
	if err != nil {
		return Public{}, fmt.Errorf("reading the pinned key of the %s zone: %w", z, err)
	}
	p, err := ParsePublic(text)
	if err != nil {
		return Public{}, fmt.Errorf("the pinned key of the %s zone: %w", z, err)
	}
	if p.Zone != z {
		return Public{}, fmt.Errorf("the pinned key of the %s zone: the file is about the %s zone", z, p.Zone)
	}
	return p, nil
}

// Peers lists the pinned zones in the order of zone.All.
func (r *Ring) Peers() ([]Public, error) {
	var peers []Public
	for _, z := range zone.All() {
		p, err := r.Peer(z)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		peers = append(peers, p)
	}
	return peers, nil
}

func (r *Ring) peerPath(z zone.Zone, s Suite) string {
	return filepath.Join(r.dir, "peers", string(z)+suffix(s)+".json")
}

func exchanges(a, b zone.Zone) bool {
	return slices.Contains(zone.Streams(), [2]zone.Zone{a, b})
}
