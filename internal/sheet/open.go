package sheet

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"yitang/internal/fault"
)

// What a file may hold. It is far more than a unit has, and bounds what one
// file can cost: some 200 MB of memory at the very worst.
const (
	MaxFile    = 20 << 20  // bytes as uploaded
	maxUnzip   = 256 << 20 // bytes of all parts that are read
	maxStrings = 64 << 20  // bytes of text kept
	maxRows    = 100_000   // number of the last row
	maxColumns = 256
	maxCells   = 2_000_000
	maxParts   = 4_000
	maxSheets  = 200
)

// refuse says why a file can't be read.
func refuse(why string, args map[string]any) error {
	return fault.Invalid(fault.Finding{Field: "file", Key: "sheet.refused." + why, Args: args})
}

// Refusal is why a file was refused, for whoever must tell two reasons apart; "" for none.
func Refusal(err error) string {
	for _, f := range fault.Findings(err) {
		if why, ok := strings.CutPrefix(f.Key, "sheet.refused."); ok {
			return why
		}
	}
	return ""
}

// Open reads a file by its content, whatever its name ends in. What it refuses
// is a fault.Invalid about the field "file"; Refusal names "xls" and "ods",
// which a program on the server may be able to convert.
func Open(data []byte) (Book, error) {
	switch {
	case len(data) == 0:
		return Book{}, refuse("empty", nil)
	case len(data) > MaxFile:
		return Book{}, refuse("large", map[string]any{"Limit": MaxFile >> 20})
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}):
		return Book{}, compound(data)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return openZip(data)
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return Book{}, refuse("pdf", nil)
	case bytes.HasPrefix(data, []byte("\xFF\xD8\xFF")), bytes.HasPrefix(data, []byte("\x89PNG")), bytes.HasPrefix(data, []byte("GIF8")), bytes.HasPrefix(data, []byte("RIFF")):
		return Book{}, refuse("picture", nil)
	case bytes.HasPrefix(data, []byte("Rar!")), bytes.HasPrefix(data, []byte("7z\xBC\xAF")), bytes.HasPrefix(data, []byte{0x1F, 0x8B}):
		return Book{}, refuse("archive", nil)
	case bytes.HasPrefix(data, []byte{0x09, 0x08, 0x10, 0x00}), bytes.HasPrefix(data, []byte{0x09, 0x04, 0x06, 0x00}), bytes.HasPrefix(data, []byte{0x09, 0x02, 0x06, 0x00}):
		return Book{}, refuse("xls", nil) // older than the compound file
	}
	return openText(data, "csv")
}

// Paste reads cells that were copied in a spreadsheet program, or typed lines.
func Paste(text string) (Book, error) {
	if strings.TrimSpace(text) == "" {
		return Book{}, refuse("empty", nil)
	}
	return openText([]byte(text), "paste")
}

// compound tells apart what is kept in the old container: an old workbook, a
// new one under a password, a Word file.
func compound(data []byte) error {
	wide := func(s string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b
	}
	switch {
	case bytes.Contains(data, wide("EncryptedPackage")):
		return refuse("locked", nil)
	case bytes.Contains(data, wide("WordDocument")):
		return refuse("word", nil)
	case bytes.Contains(data, wide("Workbook")), bytes.Contains(data, wide("Book")):
		return refuse("xls", nil)
	}
	return refuse("unknown", nil)
}
