package document

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const trustFormat = "yitang.trust/1"

// TrustFile is what somebody needs to verify an office's documents without a
// network: whom to believe, and what became of each document. The office
// publishes it; whoever verifies gets it once by a way that they trust.
type TrustFile struct {
	Format      string    `json:"format"`
	Office      string    `json:"office"`
	AsOf        time.Time `json:"asOf"`       // what happened later isn't in it
	Authority   string    `json:"authority"`  // the authority's certificate, PEM
	LogKey      string    `json:"logKey"`     // the log's public key
	Checkpoint  string    `json:"checkpoint"` // the log's head, signed
	Documents   []Entry   `json:"documents"`  // the latest entry of each document
	Certificate string    `json:"certificate"`
	Signature   string    `json:"signature"` // by that certificate's key, over signedBytes
}

// signedBytes are the file's JSON with an empty signature, without spaces,
// members in the order above. Unknown members are refused when reading, so
// the file that was read is the file that was signed.
func (t TrustFile) signedBytes() ([]byte, error) {
	t.Signature = ""
	b, err := json.Marshal(t)
	return append([]byte(trustFormat+"\n"), b...), err
}

// Sign fills in format, certificates and signature, and gives the file.
func (t TrustFile) Sign(by Signer) ([]byte, error) {
	t.Format = trustFormat
	t.AsOf = t.AsOf.UTC().Truncate(time.Second)
	t.Authority = string(encodeCertificate(by.Authority))
	t.Certificate = string(encodeCertificate(by.Certificate))
	if t.Documents == nil {
		t.Documents = []Entry{}
	}
	b, err := t.signedBytes()
	if err != nil {
		return nil, fmt.Errorf("signing the trust file: %w", err)
	}
	sig, err := signLow(by.Key, sha256.Sum256(b))
	if err != nil {
		return nil, fmt.Errorf("signing the trust file: %w", err)
	}
	t.Signature = base64.StdEncoding.EncodeToString(sig)
	out, err := json.MarshalIndent(t, "", "  ")
	return append(out, '\n'), err
}

// Trust is what verifying builds on. The zero Trust believes nobody.
type Trust struct {
	Office    string
	AsOf      time.Time
	authority *x509.Certificate
	logKey    string
	head      tlog.Tree
	find      func(number string) (Entry, bool, error)
}

// ReadTrust reads a trust file and checks that it is whole: signed by a key
// that its own authority certified. Whether that authority is the office's is
// for the person who hands it over to know.
func ReadTrust(raw []byte) (Trust, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var f TrustFile
	err := dec.Decode(&f)
	if err != nil {
		return Trust{}, fmt.Errorf("reading the trust file: %w", err)
	}
	if f.Format != trustFormat {
		return Trust{}, fmt.Errorf("reading the trust file: format %q instead of %q", f.Format, trustFormat)
	}
	authority, err := decodeCertificate(f.Authority)
	if err != nil {
		return Trust{}, fmt.Errorf("reading the trust file's authority: %w", err)
	}
	cert, err := decodeCertificate(f.Certificate)
	if err != nil {
		return Trust{}, fmt.Errorf("reading the trust file's certificate: %w", err)
	}
	err = chain(cert, authority, f.AsOf)
	if err != nil {
		return Trust{}, fmt.Errorf("reading the trust file: %w", err)
	}
	b, err := f.signedBytes()
	if err != nil {
		return Trust{}, fmt.Errorf("reading the trust file: %w", err)
	}
	sig, err := base64.StdEncoding.DecodeString(f.Signature)
	if err != nil || !verifyLow(cert.PublicKey, sha256.Sum256(b), sig) {
		return Trust{}, errors.New("reading the trust file: its signature is wrong, so it was changed")
	}
	head, err := openCheckpoint(f.Checkpoint, f.LogKey)
	if err != nil {
		return Trust{}, fmt.Errorf("reading the trust file: %w", err)
	}
	last := make(map[string]Entry, len(f.Documents))
	for _, e := range f.Documents {
		err := e.check()
		if err != nil {
			return Trust{}, fmt.Errorf("reading the trust file: %w", err)
		}
		if _, twice := last[e.Number]; twice {
			return Trust{}, fmt.Errorf("reading the trust file: %s stands in it twice", e.Number)
		}
		last[e.Number] = e
	}
	return Trust{
		Office: f.Office, AsOf: f.AsOf, authority: authority, logKey: f.LogKey, head: head,
		find: func(number string) (Entry, bool, error) { e, ok := last[number]; return e, ok, nil },
	}, nil
}

// LiveTrust is the office's own: it asks its store for a document's latest
// entry instead of a list. asOf is now. What can't be asked is no answer.
func LiveTrust(office string, authority *x509.Certificate, logKey string, asOf time.Time, find func(number string) (Entry, bool, error)) Trust {
	return Trust{Office: office, AsOf: asOf, authority: authority, logKey: logKey, find: find}
}

// chain checks that a signing certificate comes from the authority and was
// good at a moment.
func chain(cert, authority *x509.Certificate, at time.Time) error {
	switch {
	case !authority.IsCA || authority.CheckSignatureFrom(authority) != nil:
		return errors.New("the authority's certificate isn't one")
	case cert.IsCA || cert.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		return errors.New("the signing certificate isn't for signing documents")
	case cert.CheckSignatureFrom(authority) != nil:
		return errors.New("the signing certificate is from another authority")
	case at.Before(cert.NotBefore) || at.After(cert.NotAfter) || at.Before(authority.NotBefore) || at.After(authority.NotAfter):
		return errors.New("the certificate wasn't good at that time")
	}
	return nil
}
