package blob

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits of a DOCX or XLSX before anything in it is unpacked.
const (
	maxParts    = 10_000
	maxUnpacked = 300 << 20
)

// contentTypes is [Content_Types].xml (ECMA-376 part 2, 7.2.3): without it a
// ZIP file is merely a ZIP file, whatever it is called.
type contentTypes struct {
	XMLName   xml.Name `xml:"http://schemas.openxmlformats.org/package/2006/content-types Types"`
	Overrides []struct {
		PartName    string `xml:"PartName,attr"`
		ContentType string `xml:"ContentType,attr"`
	} `xml:"Override"`
	Defaults []struct {
		Extension   string `xml:"Extension,attr"`
		ContentType string `xml:"ContentType,attr"`
	} `xml:"Default"`
}

func officeType(content io.ReaderAt, size int64, name string) (Type, error) {
	z, err := zip.NewReader(content, size)
	if err != nil {
		return "", cutOff() // the list of parts stands at the end
	}
	var unpacked uint64
	var types *zip.File
	macros := false
	for _, part := range z.File {
		unpacked += part.UncompressedSize64
		if offset, err := part.DataOffset(); err != nil || uint64(offset)+part.CompressedSize64 > uint64(size) {
			return "", cutOff()
		}
		if part.Name == "[Content_Types].xml" {
			types = part
		}
		if strings.EqualFold(path.Base(part.Name), "vbaProject.bin") {
			macros = true
		}
	}
	switch {
	case len(z.File) > maxParts || unpacked > maxUnpacked:
		return "", refuse("upload.unpacks_too_large")
	case types == nil || types.UncompressedSize64 > 1<<20:
		return "", notAllowed(name)
	}
	list, err := readContentTypes(types)
	if err != nil {
		return "", refuse("upload.damaged")
	}
	var found Type
	for _, o := range list.Overrides {
		media := strings.ToLower(o.ContentType)
		switch media {
		case string(DOCX) + ".main+xml":
			found = DOCX
		case string(XLSX) + ".main+xml":
			found = XLSX
		}
		macros = macros || strings.Contains(media, "macroenabled") || strings.Contains(media, "vbaproject")
	}
	for _, d := range list.Defaults {
		macros = macros || strings.Contains(strings.ToLower(d.ContentType), "vbaproject")
	}
	switch {
	case macros:
		return "", refuse("upload.macros")
	case found == "":
		return "", notAllowed(name)
	}
	return found, nil
}

func readContentTypes(part *zip.File) (contentTypes, error) {
	var list contentTypes
	r, err := part.Open()
	if err != nil {
		return list, err
	}
	defer r.Close()
	err = xml.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&list)
	return list, err
}

// oldOffice tells a locked new document, which is wrapped in the old container
// with a stream called EncryptedPackage (MS-OFFCRYPTO 2.3), from an old one.
func oldOffice(content io.ReaderAt, size int64) error {
	all := make([]byte, size)
	if _, err := content.ReadAt(all, 0); err != nil && err != io.EOF {
		return fmt.Errorf("looking into an upload: %w", err)
	}
	if bytes.Contains(all, utf16("EncryptedPackage")) {
		return encrypted()
	}
	return refuse("upload.old_office")
}

func utf16(ascii string) []byte {
	out := make([]byte, 0, 2*len(ascii))
	for _, c := range []byte(ascii) {
		out = append(out, c, 0)
	}
	return out
}
