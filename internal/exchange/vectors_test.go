package exchange

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	mrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/emmansun/gmsm/sm2"
	"golang.org/x/crypto/chacha20poly1305"

	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// The vectors are a publication: what another program must find out about a
// bundle. YITANG_UPDATE=1 writes them anew (the same bytes as long as nothing
// has changed); without it they are read as anybody would.
const vectorsDir = "../../docs/vectors"

// manifest is the JSON beside a vector, as docs/exchange-format.md describes it.
type manifest struct {
	Format   string               `json:"format"`
	File     string               `json:"file"`
	Why      string               `json:"why"`
	Needs    keys.Suite           `json:"needs,omitempty"`
	Receiver manifestReceiver     `json:"receiver"`
	Pinned   map[zone.Zone]string `json:"pinned"`
	SM2      map[zone.Zone]string `json:"pinnedSM2,omitempty"`
	Limits   *manifestLimits      `json:"limits,omitempty"`
	After    *manifestCursor      `json:"after,omitempty"`
	Suite    *manifestSuite       `json:"suite,omitempty"`
	Parts    map[string]string    `json:"parts,omitempty"`
	Sent     []manifestSent       `json:"sent,omitempty"`
	Expect   manifestExpected     `json:"expect"`
	content  []byte               // of the file
	beside   map[string][]byte    // parts, by the names of their files
}

type (
	manifestReceiver struct {
		Zone     zone.Zone `json:"zone"`
		Identity string    `json:"identity"`
		SM2      string    `json:"sm2,omitempty"`
	}
	manifestSuite struct {
		Now    keys.Suite `json:"now"`
		Agreed keys.Suite `json:"agreed,omitempty"`
	}
	manifestLimits struct {
		File      int64 `json:"file"`
		Inner     int64 `json:"inner"`
		Records   int   `json:"records"`
		Files     int   `json:"files"`
		OneFile   int64 `json:"oneFile"`
		FileBytes int64 `json:"fileBytes"`
	}
	manifestCursor struct {
		Epoch    int64 `json:"epoch"`
		Sequence int64 `json:"sequence"`
		Digest   Hash  `json:"digest"`
		Last     int64 `json:"last"`
	}
	manifestSent struct {
		Epoch    int64 `json:"epoch"`
		Sequence int64 `json:"sequence"`
		Bundle   Hash  `json:"bundle"`
		Position int64 `json:"position"`
		Chain    Hash  `json:"chain"`
	}
	manifestExpected struct {
		Result   string `json:"result"`
		Reason   Reason `json:"reason,omitempty"`
		Digest   string `json:"digest,omitempty"`
		Epoch    int64  `json:"epoch,omitempty"`
		Sequence int64  `json:"sequence,omitempty"`
		Records  *int   `json:"records,omitempty"`
		Aside    []int  `json:"aside,omitempty"`
	}
)

// reader is the receiver that a manifest describes.
type reader struct {
	zone     zone.Zone
	identity *age.X25519Identity
	sm2      []*sm2.PrivateKey
	pinned   map[zone.Zone]string
	pinned2  map[zone.Zone]string
}

func (r reader) Zone() zone.Zone                  { return r.zone }
func (r reader) Identities() []age.Identity       { return []age.Identity{r.identity} }
func (r reader) SM2Identities() []*sm2.PrivateKey { return r.sm2 }

func (r reader) NextIn(zone.Zone, keys.Suite) (keys.Public, error) {
	return keys.Public{}, fs.ErrNotExist
}

func (r reader) ReceivesIn(s keys.Suite, id string) bool {
	if s == keys.National {
		return len(r.sm2) == 1 && keys.Public{SM2: &keys.SM2Public{Receiving: &r.sm2[0].PublicKey}}.ReceivingID().String() == id
	}
	return keys.Public{Recipient: r.identity.Recipient()}.ReceivingID().String() == id
}

func (r reader) PeerIn(z zone.Zone, s keys.Suite) (keys.Public, error) {
	if s == keys.National {
		text, ok := r.pinned2[z]
		if !ok {
			return keys.Public{}, fs.ErrNotExist
		}
		point, err := hex.DecodeString(text)
		if err != nil {
			return keys.Public{}, err
		}
		key, err := keys.ParseSM2Point(point)
		return keys.Public{Zone: z, SM2: &keys.SM2Public{Signing: key, Receiving: key}}, err
	}
	text, ok := r.pinned[z]
	if !ok {
		return keys.Public{}, fs.ErrNotExist
	}
	key, err := hex.DecodeString(text)
	return keys.Public{Zone: z, Signing: key}, err
}

// verdict is what this program says of a vector. read gives a file beside it.
func (m manifest) verdict(t testing.TB, read func(name string) []byte) manifestExpected {
	t.Helper()
	identity, err := age.ParseX25519Identity(m.Receiver.Identity)
	if err != nil {
		t.Fatal(err)
	}
	to := reader{m.Receiver.Zone, identity, nil, m.Pinned, m.SM2}
	if m.Receiver.SM2 != "" {
		to.sm2 = []*sm2.PrivateKey{sm2Secret(t, m.Receiver.SM2)}
	}
	limits := DefaultLimits
	if m.Limits != nil {
		limits = Limits(*m.Limits)
	}
	var b Bundle
	if strings.HasSuffix(m.File, ".signed") {
		b, err = openSigned(read(m.File), "", to, limits)
	} else {
		b, err = Open(bytes.NewReader(read(m.File)), to, limits)
	}
	if err == nil && m.After != nil {
		err = Cursor(*m.After).Next(b.Header)
	}
	if err == nil && m.Suite != nil && b.Suite != m.Suite.Now {
		err = suiteChange(m.Suite.Now, m.Suite.Agreed, Cursor(*m.After), b)
	}
	waiting := false
	if err == nil && m.Parts != nil {
		for _, f := range b.Files {
			_, ok := m.Parts[f.Digest.String()]
			if !ok {
				waiting = true
			}
		}
		for _, f := range b.Files {
			if name, ok := m.Parts[f.Digest.String()]; ok && err == nil && !waiting {
				_, err = openPart(bytes.NewReader(read(name)), f, b.Suite, to)
			}
		}
	}
	if err != nil {
		if reason(err) == "" {
			t.Fatalf("%s: %v", m.File, err)
		}
		return manifestExpected{Result: "refused", Reason: reason(err)}
	}
	says := manifestExpected{Result: "ok", Digest: b.Digest.String(), Epoch: b.Epoch, Sequence: b.Sequence, Records: &b.Records}
	if waiting {
		says.Result = "waiting"
	}
	registry, err := journal.NewRegistry(letterKind...)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range b.Content {
		if m.recordFlaw(registry, to, b.Header, r) != nil {
			says.Aside = append(says.Aside, i)
		}
	}
	return says
}

func (m manifest) recordFlaw(registry *journal.Registry, to reader, h Header, r Record) error {
	s := h.Stream
	switch r.Type {
	case EventRecord:
		if _, err := mayCome(r.Body, s.From, s.To); err != nil {
			return err
		}
		_, err := registry.Decode(r.Body, s.To)
		return err
	case KeyRecord:
		p, err := readKeys(r.Body, s.From)
		if err != nil {
			return err
		}
		pinned, err := to.PeerIn(s.From, p.Suite())
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it is kept until people have pinned it
		}
		if err != nil {
			return err
		}
		_, err = successor(r.Body, pinned)
		return err
	case SuiteRecord:
		_, err := readNotice(r.Body, h)
		return err
	case ReceiptRecord:
		said, err := readReceipt(r.Body)
		if err != nil {
			return err
		}
		if err := said.comes(s.From, s.To); err != nil || m.Sent == nil {
			return err
		}
		for _, sent := range m.Sent {
			if sent.Epoch == said.Epoch && sent.Sequence == said.Sequence {
				if sent.Position != said.Head.Position {
					return errors.New("another head")
				}
				return said.fits(sent.Bundle, sent.Chain)
			}
		}
		return errors.New("never sent")
	}
	return errors.New("an unknown type")
}

func vectorFiles(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, kind := range []string{"good", "bad"} {
		found, err := filepath.Glob(filepath.Join(vectorsDir, kind, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
	}
	return out
}

func TestVectorsAreReadAsTheyArePublished(t *testing.T) {
	if os.Getenv("YITANG_UPDATE") != "" {
		writeVectors(t)
	}
	bad, reasons := 0, map[Reason]int{}
	for _, path := range vectorFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var m manifest
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&m); err != nil || m.Format != "yitang.vector/1" || m.Why == "" {
			t.Errorf("%s: %v", path, err)
			continue
		}
		says := m.verdict(t, func(name string) []byte {
			content, err := os.ReadFile(filepath.Join(filepath.Dir(path), name))
			if err != nil {
				t.Fatal(err)
			}
			return content
		})
		if !reflect.DeepEqual(says, m.Expect) {
			t.Errorf("%s: %+v, and it is published as %+v: %s", path, says, m.Expect, m.Why)
		}
		isBad := strings.Contains(filepath.ToSlash(path), "/bad/")
		if wrong := says.Result != "ok" || says.Aside != nil; wrong != isBad && !strings.Contains(path, "unknown-type") {
			t.Errorf("%s lies in the wrong folder", path)
		}
		if isBad {
			bad++
			reasons[says.Reason]++
		}
	}
	for _, r := range []Reason{WrongSuite, WrongReceiver, WrongStream, NotPinned, BadSignature, Altered, Truncated, TooLarge, UnknownVersion, Gap, Repeated, Forked} {
		if reasons[r] == 0 {
			t.Errorf("no vector is refused as %s", r)
		}
	}
	t.Logf("%d bad vectors: %v", bad, reasons)
	if bad < 60 {
		t.Errorf("%d bad vectors", bad)
	}
}

// The second reader knows the format from its description alone.
func TestTheSecondReaderAgreesOnEveryVector(t *testing.T) {
	said, err := verifier(t, "--all", vectorsDir)
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	if want := fmt.Sprintf("%d vectors", len(vectorFiles(t))); !strings.Contains(said, want) {
		t.Errorf("it read others than %s: %s", want, said)
	}
}

// verifier runs the second reader; where there is no node, not.
func verifier(t *testing.T, args ...string) (string, error) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("YITANG_CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	out, err := exec.CommandContext(t.Context(), node, append([]string{"../../verifier/verify.mjs"}, args...)...).CombinedOutput()
	return string(out), err
}

// A reader that calls everything what it is told to would agree too.
func TestTheSecondReaderFindsAWrongManifest(t *testing.T) {
	for _, change := range [][3]string{
		{"good/first", `"result": "ok"`, `"result": "waiting"`},
		{"good/first", `"records": 2`, `"records": 3`},
		{"bad/signature-flipped", `"reason": "bad_signature"`, `"reason": "altered"`},
		{"bad/event-value-changed", `[1]`, `[0]`},
	} {
		dir := t.TempDir()
		kind, name, _ := strings.Cut(change[0], "/")
		for _, d := range []string{"good", "bad"} {
			if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(filepath.Join(vectorsDir, kind, name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var m manifest
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(vectorsDir, kind, m.File))
		if err != nil {
			t.Fatal(err)
		}
		at := strings.LastIndex(string(text), `"expect"`)
		wrong := string(text[:at]) + strings.Replace(string(text[at:]), change[1], change[2], 1)
		if wrong == string(text) {
			t.Fatalf("%s has no %s", name, change[1])
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, kind, m.File), content, 0o600), os.WriteFile(filepath.Join(dir, kind, name+".json"), []byte(wrong), 0o600)); err != nil {
			t.Fatal(err)
		}
		if said, err := verifier(t, "--all", dir); err == nil {
			t.Errorf("%s: with %s it agrees: %s", name, change[2], said)
		}
	}
}

// Where neither the description nor a vector thought of something, the two may
// still read differently: texts that were changed at random, signed all the same.
func TestTheSecondReaderAgreesOnWhateverIsChanged(t *testing.T) {
	rounds := 400
	if os.Getenv("YITANG_SOAK") != "" {
		rounds = 20_000
	}
	w := writing{t: t, internet: aParty(t, zone.Internet, 1), office: aParty(t, zone.Office, 2), passport: aParty(t, zone.Passport, 3)}
	seed := uint64(rounds)
	roll := mrand.New(mrand.NewPCG(seed, 1))
	dir, said := t.TempDir(), map[string]int{}
	for _, kind := range []string{"good", "bad"} {
		if err := os.Mkdir(filepath.Join(dir, kind), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	header := w.header(3)
	header.Files = aHeader(1).Files
	bodies := append(twoEvents(), w.receipt(receiptFor(officeInternet, 1, 3)), Record{KeyRecord, w.newCard(zone.Internet)})
	for i := range rounds {
		records := make([]Record, len(bodies))
		for j, r := range bodies {
			records[j] = Record{r.Type, bytes.Clone(r.Body)}
		}
		spoilt := roll.IntN(len(records) + 2)
		if spoilt < len(records) {
			records[spoilt].Body = changed(roll, records[spoilt].Body)
		}
		in := built(t, header, records)
		if spoilt >= len(records) {
			n := binary.BigEndian.Uint32(in[16:])
			head := changed(roll, in[20:20+n])
			in = slices.Concat(binary.BigEndian.AppendUint32([]byte(opener), uint32(len(head))), head, in[20+n:])
		}
		m := w.to(w.office)
		m.File, m.Why = fmt.Sprintf("%05d.signed", i), fmt.Sprintf("seed %d", seed)
		content := w.sign(in, w.internet)
		m.Expect = m.verdict(t, func(string) []byte { return content })
		said[fmt.Sprint(m.Expect.Result, m.Expect.Reason, m.Expect.Aside)]++
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "bad", m.File), content, 0o600), os.WriteFile(filepath.Join(dir, "bad", fmt.Sprintf("%05d.json", i)), text, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%v", said)
	if len(said) < 4 {
		t.Errorf("the changes reach too little: %v", said)
	}
	if out, err := verifier(t, "--all", dir); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// changed is a text with one small thing about it changed.
func changed(roll *mrand.Rand, text []byte) []byte {
	at := roll.IntN(len(text))
	odd := []string{" ", "0", "1", "-", ".", "e1", "\"", "\\", ",", "{}", "null", "\u0000", "\xff", "\n", "é", "\u2028", "\\u0041", "A", "=", "/"}
	switch roll.IntN(5) {
	case 0:
		return slices.Concat(text[:at], text[min(len(text), at+1+roll.IntN(3)):])
	case 1:
		out := bytes.Clone(text)
		out[at] ^= 1 << roll.IntN(8)
		return out
	case 2:
		out := bytes.Clone(text)
		out[at] = odd[roll.IntN(len(odd))][0]
		return out
	case 3: // a piece of it again, somewhere else
		from := roll.IntN(len(text))
		return slices.Concat(text[:at], text[from:min(len(text), from+roll.IntN(30))], text[at:])
	}
	return slices.Concat(text[:at], []byte(odd[roll.IntN(len(odd))]), text[at:])
}

// What follows makes the vectors. Everything is computed here as the
// description says, once more and without the code that it is about, as far as
// a writer of vectors needs to say what no sender would.

type party struct {
	zone    zone.Zone
	ring    *keys.Ring
	signing ed25519.PrivateKey
	scalar  *ecdh.PrivateKey
}

// aParty draws the same keys as seededRing.
func aParty(t testing.TB, z zone.Zone, seed byte) party {
	t.Helper()
	ring := seededRing(t, z, seed)
	var drawn [64]byte
	chance := mrand.NewChaCha8([32]byte{seed})
	for _, half := range [][]byte{drawn[:32], drawn[32:]} {
		if _, err := chance.Read(half); err != nil {
			t.Fatal(err)
		}
	}
	scalar, err := ecdh.X25519().NewPrivateKey(drawn[32:])
	if err != nil {
		t.Fatal(err)
	}
	return party{z, ring, ring.SigningKey(), scalar}
}

func (p party) id() string { return p.ring.Public().ReceivingID().String() }

func derive(t testing.TB, secret, salt []byte, info string) []byte {
	t.Helper()
	key, err := hkdf.Key(sha256.New, secret, salt, info, 32)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func aead(t testing.TB, key, nonce, plain []byte) []byte {
	t.Helper()
	a, err := chacha20poly1305.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return a.Seal(nil, nonce, plain, nil)
}

// chunk is a piece of an encrypted payload, with what its nonce says.
type chunk struct {
	plain   []byte
	counter int
	last    bool
}

func chunksOf(plain []byte) []chunk {
	var out []chunk
	for i := 0; i == 0 || len(plain) > 0; i++ {
		n := min(len(plain), ageChunk)
		out = append(out, chunk{plain[:n], i, n == len(plain)})
		plain = plain[n:]
	}
	return out
}

// ageFile is a file of age whose draws come from its content. extra are lines
// of more recipients; as is what its first line is.
func ageFile(t testing.TB, to party, chunks []chunk, extra, as string) []byte {
	t.Helper()
	seed := sha256.New()
	seed.Write(to.scalar.PublicKey().Bytes())
	for _, c := range chunks {
		seed.Write(c.plain)
	}
	draw := mrand.NewChaCha8([32]byte(seed.Sum(nil)))
	var drawn [64]byte
	draw.Read(drawn[:])
	ephemeral, err := ecdh.X25519().NewPrivateKey(drawn[:32])
	if err != nil {
		t.Fatal(err)
	}
	fileKey, nonce := drawn[32:48], drawn[48:64]
	share, err := ephemeral.ECDH(to.scalar.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	public := ephemeral.PublicKey().Bytes()
	wrap := derive(t, share, slices.Concat(public, to.scalar.PublicKey().Bytes()), "age-encryption.org/v1/X25519")
	text := base64.RawStdEncoding.EncodeToString
	header := as + "-> X25519 " + text(public) + "\n" + text(aead(t, wrap, make([]byte, 12), fileKey)) + "\n" + extra + "---"
	mac := hmac.New(sha256.New, derive(t, fileKey, nil, "header"))
	mac.Write([]byte(header))
	out := append([]byte(header+" "+text(mac.Sum(nil))+"\n"), nonce...)
	key := derive(t, fileKey, nonce, "payload")
	for _, c := range chunks {
		var n [12]byte
		binary.BigEndian.PutUint64(n[3:11], uint64(c.counter))
		if c.last {
			n[11] = 1
		}
		out = append(out, aead(t, key, n[:], c.plain)...)
	}
	return out
}

func encrypted(t testing.TB, to party, plain []byte) []byte {
	t.Helper()
	return ageFile(t, to, chunksOf(plain), "", ageOpener)
}

func committed(name string, salt, value []byte) []byte {
	sum := sha256.Sum256(slices.Concat(fmt.Appendf(nil, "yitang.field/1\n%d:%s", len(name), name), salt, value))
	return sum[:]
}

// event is one record's text, put together by hand so that each part of it can
// be spoilt.
type event struct {
	header string
	fields string // what stands between its braces
	digest string
}

func (e event) text() []byte {
	return []byte(`{"header":` + e.header + `,"fields":{` + e.fields + `},"digest":"` + e.digest + `"}`)
}

func anEvent(origin zone.Zone, from int64, label, text string, withheld bool) event {
	b64 := base64.StdEncoding.EncodeToString
	quoted := func(s string) []byte {
		b, err := plainJSON(s)
		if err != nil {
			panic(err) // a text is always JSON
		}
		return b
	}
	e := event{header: fmt.Sprintf(`{"id":"01980000-0000-7000-8000-%012d","origin":"%s","from":%d,"subject":"letter/l%d","version":1,"kind":"letter.written","kindVersion":1,"at":%d,"actor":"liaison/a1"}`,
		from, origin, from, from, noon.UnixMicro()+from)}
	sum := sha256.New()
	fmt.Fprintf(sum, "yitang.event/1\n%d:%s", len(e.header), e.header)
	for i, f := range []struct{ name, value string }{{"label", label}, {"text", text}} {
		salt := sha256.Sum256(fmt.Appendf(nil, "salt %s %d", f.name, from))
		value := quoted(f.value)
		commitment := committed(f.name, salt[:16], value)
		fmt.Fprintf(sum, "%d:%s", len(f.name), f.name)
		sum.Write(commitment)
		if i > 0 {
			e.fields += ","
		}
		if f.name == "text" && withheld {
			e.fields += `"text":{"h":"` + b64(commitment) + `"}`
		} else {
			e.fields += `"` + f.name + `":{"s":"` + b64(salt[:16]) + `","v":` + string(value) + `}`
		}
	}
	e.digest = b64(sum.Sum(nil))
	return e
}

func chance(seed byte) *mrand.ChaCha8 { return mrand.NewChaCha8([32]byte{seed}) }
