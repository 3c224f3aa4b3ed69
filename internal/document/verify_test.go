package document

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"yitang/internal/calendar"
)

// reason is the word of the check that failed, "" when none did.
func reason(v Verdict) string {
	for _, c := range v.Checks {
		if !c.OK {
			return string(c.ID) + ":" + c.Reason
		}
	}
	return ""
}

func expect(t *testing.T, what string, v Verdict, answer Answer, why string) {
	t.Helper()
	if v.Answer != answer || reason(v) != why {
		t.Errorf("%s: %s %s instead of %s %s", what, v.Answer, reason(v), answer, why)
	}
	if v.Sentence() == "" || strings.Contains(v.Sentence(), "%") {
		t.Errorf("%s: no sentence: %q", what, v.Sentence())
	}
}

func TestAGenuineApprovalIsRecognisedWithoutANetwork(t *testing.T) {
	o := anOffice(t, 1)
	o.issue(t, func() Approval { a := anApproval(2); a.Number = "云外出〔2026〕116号"; return a }())
	pdf := o.issue(t, anApproval(4))
	v := Verify(pdf, o.trust(t))
	expect(t, "genuine", v, Genuine, "")
	if !v.InForce() || v.Status != InForce || *v.LogIndex != 1 || v.LogSize != 2 {
		t.Errorf("verdict %+v", v)
	}
	want := anApproval(4).facts()
	if v.Facts.Digest() != want.Digest() || v.Facts.People[0] != "顾**" {
		t.Errorf("facts %+v", v.Facts)
	}
	for _, m := range anApproval(4).Members {
		if bytes.Contains(pdf, []byte(m.Name)) {
			t.Errorf("%s stands unmasked in the metadata", m.Name)
		}
	}
}

func TestWhatBecameOfADocumentIsSaid(t *testing.T) {
	o := anOffice(t, 1)
	pdf := o.issue(t, anApproval(4))
	digest, err := Digest(pdf)
	if err != nil {
		t.Fatal(err)
	}
	fresh := o.trust(t)

	v := Verify(pdf, fresh)
	expect(t, "on its last day", v.On(calendar.On(2027, 5, 20)), Genuine, "")
	expect(t, "a day later", v.On(calendar.On(2027, 5, 21)), Expired, "status:expired")

	number := anApproval(4).Number
	later := issueMoment.Add(time.Hour)
	o.append(t, Entry{Number: number, Digest: digest, Status: Superseded, By: "云外出〔2026〕130号", At: later})
	v = Verify(pdf, o.trust(t))
	expect(t, "superseded", v, IsSuperseded, "status:superseded")
	if v.By != "云外出〔2026〕130号" || !v.At.Equal(later) || !strings.Contains(v.Sentence(), "云外出〔2026〕130号") {
		t.Errorf("by %s at %v: %s", v.By, v.At, v.Sentence())
	}
	o.append(t, Entry{Number: number, Digest: digest, Status: Revoked, At: later})
	expect(t, "revoked", Verify(pdf, o.trust(t)), IsRevoked, "status:revoked")
	expect(t, "with yesterday's list", Verify(pdf, fresh), Genuine, "")

	o.entries = o.entries[:0]
	expect(t, "not listed", Verify(pdf, o.trust(t)), StatusUnknown, "status:notListed")
	o.entries = []Entry{{Number: number, Digest: strings.Repeat("0", 64), Status: InForce, At: later}}
	expect(t, "another under its number", Verify(pdf, o.trust(t)), StatusUnknown, "status:otherDocument")

	live := LiveTrust("", o.authority.Certificate, o.log.Key.Public, later, func(n string) (Entry, bool, error) {
		return Entry{Number: n, Digest: digest, Status: InForce, At: issueMoment}, n == number, nil
	})
	expect(t, "by the office's own store", Verify(pdf, live), Genuine, "")
}

// Every byte counts: those of the text, of the faces, of the signature's
// wrapping and of the blank rest of its hole.
func TestNoChangedByteIsEverVerified(t *testing.T) {
	o := anOffice(t, 1)
	pdf := o.issue(t, anApproval(4))
	trust := o.trust(t)
	h, err := findHole(pdf)
	if err != nil {
		t.Fatal(err)
	}
	step := 29
	if testing.Short() {
		step = 499
	}
	try := func(i int, with byte) {
		if pdf[i] == with {
			return
		}
		was := pdf[i]
		pdf[i] = with
		if v := Verify(pdf, trust); v.InForce() {
			t.Errorf("byte %d changed from %q to %q, and still genuine", i, was, with)
		}
		pdf[i] = was
	}
	tried := 0
	for i := range pdf {
		around := i >= h.from-400 && i < h.from+3600 || i >= h.to-20 || i < 40
		if i%step != 0 && (!around || testing.Short()) {
			continue
		}
		tried++
		try(i, pdf[i]^1<<(i%8))
		if around { // hex digits have another spelling, spaces have cousins
			try(i, bytes.ToUpper(pdf[i : i+1])[0])
			try(i, pdf[i]^0x20)
		}
	}
	t.Logf("%d of %d bytes tried", tried, len(pdf))
	expect(t, "put back", Verify(pdf, trust), Genuine, "")
}

func TestAttacksOnTheSignatureAreSeenThrough(t *testing.T) {
	o := anOffice(t, 1)
	pdf := o.issue(t, anApproval(4))
	second := anApproval(2)
	second.Number = "云外出〔2026〕118号"
	other := o.issue(t, second)
	trust := o.trust(t)
	h, err := findHole(pdf)
	if err != nil {
		t.Fatal(err)
	}
	ho, err := findHole(other)
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(b []byte) []byte) []byte { return f(bytes.Clone(pdf)) }
	cms := func(edit func(raw []byte) []byte) []byte {
		return change(func(b []byte) []byte {
			raw := make([]byte, signatureRoom/2)
			_, err := hex.Decode(raw, b[h.from:h.to])
			if err != nil {
				t.Fatal(err)
			}
			raw, err = unpad(raw)
			if err != nil {
				t.Fatal(err)
			}
			copy(b[h.from:h.to], bytes.Repeat([]byte{'0'}, signatureRoom))
			hex.Encode(b[h.from:h.to], edit(raw))
			return b
		})
	}

	unsigned, err := Render(anApproval(4))
	if err != nil {
		t.Fatal(err)
	}
	unlogged, err := Sign(unsigned, o.signer)
	if err != nil {
		t.Fatal(err)
	}
	rogue := anOffice(t, 2)
	strange := rogue.issue(t, anApproval(4))

	// The office's own authority certified a key for last year only.
	old := o.signer
	old, err = o.authority.Issue(&chance{seed: 77}, "旧公章", issueMoment.AddDate(-2, 0, 0), issueMoment.AddDate(-1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	late := reissue(t, o, anApproval(4), old)
	// A proof for another document, and one from another log, each duly signed.
	e, err := Issued(unsigned)
	if err != nil {
		t.Fatal(err)
	}
	wrongLog := attachAndSign(t, unsigned, rogue.append(t, e).Proof, o.signer)
	first, err := o.log.Prove(1)
	if err != nil {
		t.Fatal(err)
	}
	wrongProof := attachAndSign(t, unsigned, first, o.signer)

	for _, c := range []struct {
		what   string
		file   []byte
		answer Answer
		why    string
	}{
		{"a later revision behind it", append(bytes.Clone(pdf), "\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"...), Altered, "coverage:byteRange"},
		{"a blank line behind it", append(bytes.Clone(pdf), '\n'), Altered, "coverage:byteRange"},
		{"a byte in front of it", append([]byte(" "), pdf...), NotADocument, ""},
		{"cut short", pdf[:len(pdf)-1], Altered, "coverage:byteRange"},
		{"a gap in the byte range", change(func(b []byte) []byte {
			i := bytes.Index(b, []byte("/ByteRange["))
			copy(b[i:], byteRange(h.from-1, h.to+101, len(b)-h.to-101))
			return b
		}), Altered, "coverage:byteRange"},
		{"a byte range with a different start", change(func(b []byte) []byte {
			i := bytes.Index(b, []byte("/ByteRange[0"))
			b[i+len("/ByteRange[")] = '9'
			return b
		}), Altered, "coverage:byteRange"},
		{"two byte ranges", change(func(b []byte) []byte {
			i := bytes.Index(b, []byte(proofOpen)) + len(proofOpen) + proofRoom - 40
			copy(b[i:], "/ByteRange[0 1 2 3]")
			return b
		}), Altered, "coverage:byteRange"},
		{"an end of file inside", change(func(b []byte) []byte {
			i := bytes.Index(b, []byte(proofOpen)) + len(proofOpen) + proofRoom - 40
			copy(b[i:], "%%EOF")
			return b
		}), Altered, "coverage:appended"},
		{"another document's signature", change(func(b []byte) []byte {
			copy(b[h.from:h.to], other[ho.from:ho.to])
			return b
		}), Altered, "signature:changed"},
		{"no signature", unsigned, Altered, "coverage:unsigned"},
		{"signed but never logged", unlogged, Altered, "log:noProof"},
		{"logged elsewhere", wrongLog, Altered, "log:badProof"},
		{"another document's proof", wrongProof, Altered, "log:badProof"},
		{"another authority of the same name", strange, NotTrusted, "authority:otherAuthority"},
		{"a certificate of last year", late, NotTrusted, "authority:certificate"},
		{"the signature's mirror image", cms(func(raw []byte) []byte {
			leaf, ca, sig, err := openSignedData(raw)
			if err != nil {
				t.Fatal(err)
			}
			var s ecdsaSignature
			_, err = asn1.Unmarshal(sig, &s)
			if err != nil {
				t.Fatal(err)
			}
			s.S.Sub(elliptic.P256().Params().N, s.S)
			mirrored, err := asn1.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			digest := toSign(h.covered(pdf), leaf.Raw)
			if !ecdsa.VerifyASN1(leaf.PublicKey.(*ecdsa.PublicKey), digest[:], mirrored) {
				t.Fatal("the mirror image isn't valid, so it tests nothing")
			}
			return signedData(h.covered(pdf), leaf, ca, mirrored)
		}), Altered, "signature:changed"},
		{"something behind the signature", cms(func(raw []byte) []byte { return append(raw, 0x05, 0x00) }), Altered, "signature:unreadable"},
		{"no file at all", nil, NotADocument, ""},
		{"another kind of file", []byte("%PDF-1.7\n%%EOF\n"), NotADocument, ""},
	} {
		v := Verify(c.file, trust)
		expect(t, c.what, v, c.answer, c.why)
		if v.InForce() || (v.Answer == Altered && strings.HasPrefix(reason(v), "coverage") && v.Facts != nil) {
			t.Errorf("%s: %+v", c.what, v)
		}
	}
	expect(t, "nobody is believed", Verify(pdf, Trust{}), NotTrusted, "authority:noTrust")
}

func reissue(t *testing.T, o *office, p Paper, by Signer) []byte {
	t.Helper()
	pdf, err := Render(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Issued(pdf)
	if err != nil {
		t.Fatal(err)
	}
	return attachAndSign(t, pdf, o.append(t, e).Proof, by)
}

func attachAndSign(t *testing.T, pdf []byte, p Proof, by Signer) []byte {
	t.Helper()
	pdf, err := Attach(pdf, p)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = Sign(pdf, by)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func TestASignedDocumentIsNeitherSignedNorAttachedToAgain(t *testing.T) {
	o := anOffice(t, 1)
	pdf := o.issue(t, anApproval(1))
	if _, err := Sign(pdf, o.signer); err == nil {
		t.Error("signed twice")
	}
	p, err := o.log.Prove(0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Attach(pdf, p); err == nil {
		t.Error("a proof was put under a signature")
	}
}

// Another implementation reads our signature and finds it good.
func TestTheSignatureIsOrdinaryCMS(t *testing.T) {
	o := anOffice(t, 1)
	pdf := o.issue(t, anApproval(1))
	h, err := findHole(pdf)
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, signatureRoom/2)
	_, err = hex.Decode(raw, pdf[h.from:h.to])
	if err != nil {
		t.Fatal(err)
	}
	raw, err = unpad(raw)
	if err != nil {
		t.Fatal(err)
	}
	p7, err := pkcs7.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	p7.Content = append(bytes.Clone(pdf[:h.from-1]), pdf[h.to+1:]...)
	err = p7.Verify()
	if err != nil {
		t.Error(err)
	}
	p7.Content[100] ^= 1
	if p7.Verify() == nil {
		t.Error("the other implementation takes a changed file too, so it proves nothing")
	}
	var when time.Time
	if p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &when) == nil {
		t.Error("baseline B-B forbids the hour among the signed attributes")
	}
}

func TestKeysComeBackFromTheirStore(t *testing.T) {
	o := anOffice(t, 1)
	text, err := o.signer.Encode()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := DecodeSigner(text)
	if err != nil {
		t.Fatal(err)
	}
	text, err = o.authority.Encode()
	if err != nil {
		t.Fatal(err)
	}
	authority, err := DecodeAuthority(text)
	if err != nil {
		t.Fatal(err)
	}
	key, err := DecodeLogKey(o.log.Key.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if !authority.Certificate.Equal(o.authority.Certificate) || !authority.Key.Equal(o.authority.Key) {
		t.Error("the authority came back as another")
	}
	again := anOffice(t, 1)
	again.signer, again.log.Key = signer, key
	if !bytes.Equal(o.issue(t, anApproval(1)), again.issue(t, anApproval(1))) {
		t.Error("the keys from the store sign otherwise")
	}
	for _, bad := range []string{"", "PRIVATE+KEY+a+b", string(text)} {
		if _, err := DecodeSigner([]byte(bad)); err == nil {
			t.Errorf("%.20q was read as a signing key", bad)
		}
		if _, err := DecodeLogKey([]byte(bad)); err == nil {
			t.Errorf("%.20q was read as a log key", bad)
		}
	}
}

func TestAChangedTrustFileIsRefused(t *testing.T) {
	o := anOffice(t, 1)
	pdf := o.issue(t, anApproval(4))
	raw := o.trustFile(t)
	want := Verify(pdf, o.trust(t))
	for i := range raw {
		for _, bit := range []byte{1, 0x20} {
			raw[i] ^= bit
			if trust, err := ReadTrust(raw); err == nil {
				// Blanks between members mean nothing; all else must.
				if got := Verify(pdf, trust); fmt.Sprint(got.Answer, *got.AsOf) != fmt.Sprint(want.Answer, *want.AsOf) {
					t.Errorf("byte %d of the trust file: %s", i, got.Answer)
				}
			}
			raw[i] ^= bit
		}
	}

	var f TrustFile
	err := json.Unmarshal(raw, &f)
	if err != nil {
		t.Fatal(err)
	}
	f.Documents[0].Status = Revoked
	changed, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadTrust(changed); err == nil {
		t.Error("a status was changed and the file still read")
	}
	rogue := anOffice(t, 2)
	f.Certificate = string(encodeCertificate(rogue.signer.Certificate))
	b, err := f.signedBytes()
	if err != nil {
		t.Fatal(err)
	}
	sig, err := signLow(rogue.signer.Key, sha256.Sum256(b))
	if err != nil {
		t.Fatal(err)
	}
	f.Signature = base64.StdEncoding.EncodeToString(sig)
	changed, err = json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadTrust(changed); err == nil {
		t.Error("a stranger's key signed the list and it was read")
	}
	o.entries = append(o.entries, o.entries[0])
	if _, err := ReadTrust(o.trustFile(t)); err == nil {
		t.Error("a document stands twice in the list and it was read")
	}
}

// The JSON of a verdict is a contract: names and order.
func TestTheVerdictsShapeIsStable(t *testing.T) {
	o := anOffice(t, 1)
	v := Verify(o.issue(t, anApproval(1)), o.trust(t))
	got, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"format":"yitang.verdict/1","answer":"genuine","checks":[{"id":"coverage","ok":true},{"id":"signature","ok":true},{"id":"authority","ok":true},{"id":"log","ok":true},{"id":"status","ok":true}],` +
		`"facts":{"format":"yitang.document/1","kind":"approval","number":"云外出〔2026〕117号","case":"CQ-2026-000117-K","code":"7F3K-92MX-Q4HT","office":"云江市人民政府外事办公室","unit":"云江市商务委员会（虚构）","delegation":"云江市经贸代表团","countries":["日本"],"people":["顾**"],"depart":"2026-12-14","return":"2026-12-18","daysAbroad":5,"issued":"2026-11-20","validUntil":"2027-05-20","at":"2026-11-20T03:21:07Z"},` +
		`"digest":"` + v.Digest + `","status":"inForce","at":"2026-11-20T03:21:07Z","logIndex":0,"logSize":1,"asOf":"2026-11-20T04:21:07Z"}`
	if string(got) != want {
		t.Errorf("the verdict now reads\n%s\ninstead of\n%s", got, want)
	}
}

func TestSignaturesTakeTheSmallerNumber(t *testing.T) {
	o := anOffice(t, 1)
	for i := range 64 {
		d := sha256.Sum256([]byte{byte(i)})
		raw, err := signLow(o.signer.Key, d)
		if err != nil {
			t.Fatal(err)
		}
		var s struct{ R, S *big.Int }
		_, err = asn1.Unmarshal(raw, &s)
		if err != nil {
			t.Fatal(err)
		}
		if s.S.Cmp(halfOrder) > 0 || !verifyLow(o.signer.Certificate.PublicKey, d, raw) {
			t.Fatalf("signature %d has the larger number", i)
		}
	}
}
