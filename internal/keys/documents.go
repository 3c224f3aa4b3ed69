package keys

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

var documentName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// StorePEM keeps a key or certificate of the document authority under a name
// such as "document-ca-key". What is inside is package document's business.
// A name is given once: storing other content under it matches fs.ErrExist, so
// that no key by which papers were signed can be lost; a renewed one gets a
// name of its own.
func (r *Ring) StorePEM(name string, content []byte) error {
	if !documentName.MatchString(name) {
		return fmt.Errorf("storing a document key: %q is no name for one", name)
	}
	if block, _ := pem.Decode(content); block == nil || len(content) > keyFileLimit {
		return fmt.Errorf("storing %s: this isn't PEM", name)
	}
	path := r.documentPath(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("storing %s: %w", name, err)
	}
	err := writeNew(path, content, 0o600)
	if errors.Is(err, fs.ErrExist) {
		old, readErr := r.PEM(name)
		if readErr == nil && bytes.Equal(old, content) {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("storing %s: %w", name, err)
	}
	return nil
}

// PEM reads what StorePEM kept; nothing there: an error matching fs.ErrNotExist.
func (r *Ring) PEM(name string) ([]byte, error) {
	if !documentName.MatchString(name) {
		return nil, fmt.Errorf("reading a document key: %q is no name for one", name)
	}
	content, err := readPrivate(r.documentPath(name))
	if err != nil {
		return nil, fmt.Errorf("reading document key %s: %w", name, err)
	}
	if block, _ := pem.Decode(content); block == nil {
		return nil, fmt.Errorf("reading document key %s: the file is damaged", name)
	}
	return content, nil
}

func (r *Ring) documentPath(name string) string {
	return filepath.Join(r.dir, "documents", name+".pem")
}
