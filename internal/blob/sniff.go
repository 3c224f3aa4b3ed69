package blob

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"yitang/internal/fault"
)

// Type is a kind of file that may be uploaded; its value is the media type.
type Type string

// The types that may be uploaded.
const (
	PDF  Type = "application/pdf"
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Ext is the usual ending of a file's name, with its dot.
func (t Type) Ext() string {
	switch t {
	case PDF:
		return ".pdf"
	case JPEG:
		return ".jpg"
	case PNG:
		return ".png"
	case DOCX:
		return ".docx"
	case XLSX:
		return ".xlsx"
	}
	return ""
}

// IsPicture tells whether browsers show it as a picture.
func (t Type) IsPicture() bool { return t == JPEG || t == PNG }

// Sniff tells from its content what an uploaded file is, and refuses with one
// finding (field "file", keys upload.*) what isn't a whole and readable PDF,
// JPEG, PNG, DOCX or XLSX. The name matters only in that a file must not
// pretend: phones do call a PNG .jpg, and a picture is a picture, but a .pdf
// that holds something else is refused as disguised.
func Sniff(content io.ReaderAt, size int64, name string) (Type, error) {
	if size == 0 {
		return "", empty()
	}
	if size > Limit {
		return "", TooLarge("file", size, Limit)
	}
	head := make([]byte, min(size, 4096))
	if _, err := content.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", fmt.Errorf("looking into an upload: %w", err)
	}
	found := mimetype.Detect(head)
	var t Type
	var err error
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		t, err = PDF, wholePDF(content, size)
	case found.Is(string(JPEG)):
		t, err = JPEG, wholeJPEG(content, size)
	case found.Is(string(PNG)):
		t, err = PNG, wholePNG(content, size)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		t, err = officeType(content, size, name)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		err = oldOffice(content, size)
	default:
		err = notAllowed(name)
	}
	if err != nil {
		return "", err
	}
	if claimed, known := claims(name); known && claimed != t && !(claimed.IsPicture() && t.IsPicture()) {
		return "", refuse("upload.disguised", "Name", filepath.Base(name), "Found", t.Ext())
	}
	return t, nil
}

// claims is the type that a name pretends.
func claims(name string) (Type, bool) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".pdf":
		return PDF, true
	case ".jpg", ".jpeg":
		return JPEG, true
	case ".png":
		return PNG, true
	case ".docx":
		return DOCX, true
	case ".xlsx":
		return XLSX, true
	}
	return "", false
}

func refuse(key string, pairs ...any) error {
	args := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return fault.Field("file", key, args)
}

func notAllowed(name string) error {
	if _, known := claims(name); known {
		return refuse("upload.disguised_other", "Name", filepath.Base(name))
	}
	return refuse("upload.type")
}

func cutOff() error    { return refuse("upload.cut_off") }
func encrypted() error { return refuse("upload.encrypted") }

// encryptEntry is how a trailer or a cross-reference stream refers to the
// encryption dictionary (ISO 32000-1, 7.6.1).
var encryptEntry = regexp.MustCompile(`/Encrypt[ \t\r\n\f\x00]*(\d+[ \t\r\n\f\x00]+\d+[ \t\r\n\f\x00]+R|<<)`)

// wholePDF looks for the end mark, which must stand within the last 1,024
// bytes (ISO 32000-1, annex H.3, note 18), and for encryption.
func wholePDF(content io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 1024))
	if _, err := content.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return fmt.Errorf("looking into an upload: %w", err)
	}
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return cutOff()
	}
	// Windows overlap by more than an entry is long.
	const overlap = 128
	window := make([]byte, 256<<10)
	startxref := false
	for at := int64(0); at < size; at += int64(len(window) - overlap) {
		n, err := content.ReadAt(window, at)
		if err != nil && err != io.EOF {
			return fmt.Errorf("looking into an upload: %w", err)
		}
		startxref = startxref || bytes.Contains(window[:n], []byte("startxref"))
		if encryptEntry.Match(window[:n]) {
			return encrypted()
		}
		if n < len(window) {
			break
		}
	}
	if !startxref {
		return cutOff()
	}
	return nil
}
