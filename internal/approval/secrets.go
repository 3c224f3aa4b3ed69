package approval

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"yitang/internal/document"
	"yitang/internal/keys"
)

// Secrets are the keys with which an office issues documents. Its seal holds
// for some years and is followed by the next one in time; the authority that
// certifies them, and that everybody believes, stays.
type Secrets struct {
	Log       document.LogKey
	Authority *x509.Certificate

	ring   *keys.Ring
	random io.Reader
	key    document.Authority
	name   string // as the seal's certificate calls it

	mu    sync.RWMutex
	seals []document.Signer // oldest first
}

// Names under which the node's keys hold them.
const (
	authorityKey = "document-authority"
	signerKey    = "document-signer" // the first; those after it are numbered
	logKey       = "document-log"
	logKeyBlock  = "YITANG DOCUMENT LOG KEY" // its PEM type
)

// How long they hold, in years, and how many days before its end a seal gets
// its successor.
const (
	authorityYears = 20
	sealYears      = 5
	renewalDays    = 90
)

// LoadSecrets reads the office's document keys, and makes those that aren't
// there yet. Dying in between leaves an authority that the next start uses.
func LoadSecrets(ring *keys.Ring, random io.Reader, office, logName string, now time.Time) (*Secrets, error) {
	s := &Secrets{ring: ring, random: random, name: office + "电子公章"}
	text, err := orMake(ring, authorityKey, func() ([]byte, error) {
		a, err := document.NewAuthority(random, office, now.AddDate(0, 0, -1), now.AddDate(authorityYears, 0, 0))
		if err != nil {
			return nil, err
		}
		return a.Encode()
	})
	if err != nil {
		return nil, err
	}
	if s.key, err = document.DecodeAuthority(text); err != nil {
		return nil, fmt.Errorf("reading the document authority: %w", err)
	}
	s.Authority = s.key.Certificate
	if s.seals, err = readSeals(ring); err != nil {
		return nil, err
	}
	if err := s.Renew(now); err != nil {
		return nil, err
	}
	text, err = orMake(ring, logKey, func() ([]byte, error) {
		k, err := document.NewLogKey(random, logName)
		if err != nil {
			return nil, err
		}
		return pem.EncodeToMemory(&pem.Block{Type: logKeyBlock, Bytes: k.Encode()}), nil
	})
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != logKeyBlock {
		return nil, errors.New("reading the log's key: not a key")
	}
	if s.Log, err = document.DecodeLogKey(block.Bytes); err != nil {
		return nil, fmt.Errorf("reading the log's key: %w", err)
	}
	return s, nil
}

// Signer is the seal of a moment: the newest one that held then already, so
// that what is made again is signed by the same.
func (s *Secrets) Signer(at time.Time) document.Signer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for i := len(s.seals) - 1; i > 0; i-- {
		if !at.Before(s.seals[i].Certificate.NotBefore) {
			return s.seals[i]
		}
	}
	return s.seals[0]
}

// Renew makes the first seal, and the next one some time before the last ends.
// The authority has to hold as long; doctor tells when it doesn't.
func (s *Secrets) Renew(now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to := now.AddDate(0, 0, -1), now.AddDate(sealYears, 0, 0)
	if to.After(s.Authority.NotAfter) {
		to = s.Authority.NotAfter
	}
	if n := len(s.seals); n > 0 {
		end := s.seals[n-1].Certificate.NotAfter
		if now.AddDate(0, 0, renewalDays).Before(end) || !to.After(end) {
			return nil
		}
		if from = now; from.After(end) {
			from = end // what was prepared while no seal held is signed too
		}
	}
	text, err := orMake(s.ring, sealName(len(s.seals)), func() ([]byte, error) {
		signer, err := s.key.Issue(s.random, s.name, from, to)
		if err != nil {
			return nil, err
		}
		return signer.Encode()
	})
	if err != nil {
		return err
	}
	seal, err := document.DecodeSigner(text)
	if err != nil {
		return fmt.Errorf("reading the signing key: %w", err)
	}
	s.seals = append(s.seals, seal)
	return nil
}

// SealEnds tells until when the newest seal and the authority hold, from the
// keys alone; false: there are none yet.
func SealEnds(ring *keys.Ring) (seal, authority time.Time, ok bool, err error) {
	all, err := readSeals(ring)
	if err != nil || len(all) == 0 {
		return seal, authority, false, err
	}
	last := all[len(all)-1]
	return last.Certificate.NotAfter, last.Authority.NotAfter, true, nil
}

func sealName(i int) string {
	if i == 0 {
		return signerKey
	}
	return fmt.Sprintf("%s-%d", signerKey, i+1)
}

func readSeals(ring *keys.Ring) ([]document.Signer, error) {
	var all []document.Signer
	for {
		text, err := ring.PEM(sealName(len(all)))
		if errors.Is(err, fs.ErrNotExist) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		seal, err := document.DecodeSigner(text)
		if err != nil {
			return nil, fmt.Errorf("reading the signing key: %w", err)
		}
		all = append(all, seal)
	}
}

func orMake(ring *keys.Ring, name string, make func() ([]byte, error)) ([]byte, error) {
	text, err := ring.PEM(name)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if text, err = make(); err != nil {
		return nil, fmt.Errorf("making %s: %w", name, err)
	}
	err = ring.StorePEM(name, text)
	if errors.Is(err, fs.ErrExist) { // another process was first
		return ring.PEM(name)
	}
	if err != nil {
		return nil, fmt.Errorf("keeping %s: %w", name, err)
	}
	return text, nil
}
