package pack

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

const manifestFormat = "yitang.pack/1"

// Manifest says what a pack is, and names each file with its digest, so that
// one signature over it covers all.
type Manifest struct {
	Format string            `yaml:"format"`
	Name   text              `yaml:"name,flow"`
	Number int               `yaml:"version,omitempty"` // in the office's history; 0 for one that was never saved there
	Author string            `yaml:"author,omitempty"`
	Reason string            `yaml:"reason,omitempty"`
	From   calendar.Date     `yaml:"effectiveFrom,omitempty"`
	Base   string            `yaml:"base,omitempty"` // version of the data that it is laid over
	Files  map[string]string `yaml:"files,omitempty"`
}

// Manifest reads pack.yaml; a pack without one is named by nobody.
func (c Content) Manifest() (Manifest, Mistakes) {
	var m Manifest
	b, there := c[manifestFile]
	if !there {
		return m, nil
	}
	wrong := read(manifestFile, b, &m)
	if m.Format != manifestFormat && len(wrong) == 0 {
		wrong.add(manifestFile, "format", "应为 "+manifestFormat, "must be "+manifestFormat)
	}
	return m, wrong
}

// Called is the pack's name.
func (m Manifest) Called() fault.Text { return m.Name.said() }

// Naming gives it a name.
func (m Manifest) Naming(t fault.Text) Manifest {
	m.Name = text{t.Zh, t.En}
	return m
}

// With writes a manifest into a copy of the files.
func (c Content) With(m Manifest) (Content, error) {
	out := Content{}
	m.Format, m.Files = manifestFormat, map[string]string{}
	for name, b := range c {
		if name != manifestFile && name != signatureFile {
			out[name] = b
			d := sha256.Sum256(b)
			m.Files[name] = hex.EncodeToString(d[:])
		}
	}
	b, err := yaml.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("writing the manifest: %w", err)
	}
	out[manifestFile] = b
	return out, nil
}

// signed is what the signature is over: the manifest, and what it is.
func signed(manifest []byte) []byte { return append([]byte("yitang.pack/1 signature\n"), manifest...) }

// Sign adds the office's signature.
func (c Content) Sign(key ed25519.PrivateKey) Content {
	out := Content{}
	for name, b := range c {
		out[name] = b
	}
	sig := ed25519.Sign(key, signed(c[manifestFile]))
	out[signatureFile] = []byte(base64.StdEncoding.EncodeToString(sig) + "\n")
	return out
}

// Seal is what a signature is worth.
type Seal string

const (
	Unsigned Seal = "unsigned"
	Genuine  Seal = "genuine" // of the key, and nothing was changed since
	Altered  Seal = "altered" // files differ from what was signed
	Foreign  Seal = "foreign" // somebody else's, or none at all
)

// SealedBy tells what the signature of a pack is worth to whom key belongs.
func (c Content) SealedBy(key ed25519.PublicKey) Seal {
	text, there := c[signatureFile]
	if !there {
		return Unsigned
	}
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || !ed25519.Verify(key, signed(c[manifestFile]), sig) {
		return Foreign
	}
	if len(c.altered()) > 0 {
		return Altered
	}
	return Genuine
}

// altered names files that differ from the manifest.
func (c Content) altered() []string {
	m, _ := c.Manifest()
	var out []string
	for name, b := range c {
		d := sha256.Sum256(b)
		if name != manifestFile && name != signatureFile && m.Files[name] != hex.EncodeToString(d[:]) {
			out = append(out, name)
		}
	}
	for name := range m.Files {
		if _, there := c[name]; !there {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
