package line

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"slices"
	"sync"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// lasting is how long a certificate holds from when it was made, and before: the
// clocks of networks that never touch differ.
const lasting = 60 * 24 * time.Hour

// trust is who this side is and whom it takes for the other.
type trust struct {
	ring *keys.Ring
	peer zone.Zone
	now  func() time.Time

	mu   sync.Mutex
	last *tls.Certificate
	made time.Time
}

// current is the certificate of today: a process may run for longer than one lasts.
func (t *trust) current(use x509.ExtKeyUsage) (*tls.Certificate, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if age := t.now().Sub(t.made); t.last != nil && age >= 0 && age < 24*time.Hour {
		return t.last, nil
	}
	c, err := t.certificate(use)
	if err != nil {
		return nil, err
	}
	t.last, t.made = &c, t.now()
	return t.last, nil
}

// What a certificate is for.
const (
	serverUse = x509.ExtKeyUsageServerAuth
	clientUse = x509.ExtKeyUsageClientAuth
)

// name stands in a certificate: whose it is, and for whom, so that what was made
// for one line is good on no other.
func name(from, to zone.Zone) string { return string(from) + "." + string(to) + ".yitang" }

// generations is how many of its signing keys a node answers for: while its new
// one is on its way to the other side, that side knows the one before.
const generations = 3

// certificate draws a key for one process. The list begins with a certificate
// signed by the signing key of today; those that follow are of the same drawn key,
// signed by the ones before.
func (t *trust) certificate(use x509.ExtKeyUsage) (tls.Certificate, error) {
	drawn, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	c := tls.Certificate{PrivateKey: secret}
	for g := t.ring.Generation(); g >= max(0, t.ring.Generation()-generations+1); g-- {
		signer := t.ring.SigningKeyOf(g)
		serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
		if err != nil {
			return tls.Certificate{}, err
		}
		own := &x509.Certificate{
			SerialNumber: serial, Subject: pkix.Name{CommonName: name(t.ring.Zone(), t.peer)},
			NotBefore: t.now().Add(-lasting), NotAfter: t.now().Add(lasting),
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{use},
			DNSNames: []string{name(t.ring.Zone(), t.peer)},
		}
		issuer := &x509.Certificate{Subject: pkix.Name{CommonName: string(t.ring.Zone())}}
		der, err := x509.CreateCertificate(rand.Reader, own, issuer, drawn, signer)
		if err != nil {
			return tls.Certificate{}, fmt.Errorf("making a certificate: %w", err)
		}
		c.Certificate = append(c.Certificate, der)
	}
	return c, nil
}

// config is TLS 1.3 and nothing else. use is what the other side's certificate
// must be for: one that was made for connecting is good for no server.
func (t *trust) config(own, theirs x509.ExtKeyUsage) (*tls.Config, error) {
	if _, err := t.current(own); err != nil {
		return nil, err
	}
	return &tls.Config{
		GetCertificate:       func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return t.current(own) },
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return t.current(own) },
		MinVersion:           tls.VersionTLS13, NextProtos: []string{"http/1.1"},
		ClientAuth: tls.RequireAnyClientCert, SessionTicketsDisabled: true,
		InsecureSkipVerify: true, // there is no authority: VerifyConnection knows the one key that may have signed
		VerifyConnection:   func(s tls.ConnectionState) error { return t.verify(s.PeerCertificates, theirs) },
	}, nil
}

// verify takes a certificate that the pinned signing key of the other zone made,
// or the one that is noted to take its place.
func (t *trust) verify(list []*x509.Certificate, use x509.ExtKeyUsage) error {
	var pinned []keys.Public
	p, err := t.ring.Peer(t.peer)
	if err == nil {
		pinned = append(pinned, p)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(pinned) == 0 {
		return stranger("the %s zone isn't paired with this one", t.peer)
	}
	next, err := t.ring.Next(t.peer)
	if err == nil {
		pinned = append(pinned, next)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(list) == 0 || len(list) > generations {
		return stranger("it shows %d certificates", len(list))
	}
	why := "its certificate isn't signed by the key that is pinned for the " + string(t.peer) + " zone"
	first, ok := list[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return stranger("%s", why)
	}
	for _, c := range list {
		for _, p := range pinned {
			key, ok := c.PublicKey.(ed25519.PublicKey)
			if !ok || !bytes.Equal(key, first) || c.SignatureAlgorithm != x509.PureEd25519 || !ed25519.Verify(p.Signing, c.RawTBSCertificate, c.Signature) {
				continue
			}
			switch {
			case !slices.Equal(c.DNSNames, []string{name(t.peer, t.ring.Zone())}) || !slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{use}):
				why = "its certificate is for something else"
			case t.now().Before(c.NotBefore) || t.now().After(c.NotAfter):
				why = fmt.Sprintf("its certificate holds from %s to %s: set the clocks, or begin its server anew", c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
			default:
				return nil
			}
		}
	}
	return stranger("%s", why)
}

func stranger(format string, args ...any) error {
	return &carrier.Fault{Trouble: carrier.Stranger, Cause: fmt.Errorf(format, args...)}
}
