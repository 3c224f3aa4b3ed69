package blob_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yitang/internal/blob"
	"yitang/internal/fault"
)

func sniff(c []byte, name string) (blob.Type, string, error) {
	t, err := blob.Sniff(bytes.NewReader(c), int64(len(c)), name)
	if fs := fault.Findings(err); len(fs) == 1 && fs[0].Field == "file" {
		return t, strings.TrimPrefix(fs[0].Key, "upload."), nil
	}
	return t, "", err
}

func aPDF(trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n")
	b.WriteString(strings.Repeat("% filling\n", 300))
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", trailer, at)
	return b.Bytes()
}

func aPicture(t *testing.T) image.Image {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 80, 60))
	chance := rand.New(rand.NewPCG(1, 2))
	for x := range 80 {
		for y := range 60 {
			img.Set(x, y, color.RGBA{uint8(chance.Uint32()), uint8(x), uint8(y), 255})
		}
	}
	return img
}

func aJPEG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, aPicture(t), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func aPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func aZip(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"[Content_Types].xml", "word/document.xml", "word/header1.xml", "word/vbaProject.bin", "a.txt"} {
		if text, ok := parts[name]; ok {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			w.Write([]byte(text))
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const wordMain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

func types(main string) string {
	return `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="` + main + `"/></Types>`
}

func aDOCX(t *testing.T) []byte {
	return aZip(t, map[string]string{"[Content_Types].xml": types(wordMain), "word/document.xml": strings.Repeat("<w:document/>", 50)})
}

func anXLSX(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	f.SetCellStr("Sheet1", "A1", "费用")
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUploadsAreKnownByTheirContent(t *testing.T) {
	for _, c := range []struct {
		name    string
		content []byte
		want    blob.Type
	}{
		{"邀请函.pdf", aPDF(""), blob.PDF},
		{"SCAN.PDF", aPDF(""), blob.PDF},
		{"", aPDF(""), blob.PDF},
		{"photo.jpg", aJPEG(t), blob.JPEG},
		{"photo.jpeg", aJPEG(t), blob.JPEG},
		{"with a camera's trailer.jpg", append(aJPEG(t), "SEFT trailer"...), blob.JPEG},
		{"shot.png", aPNG(t, aPicture(t)), blob.PNG},
		{"phones do this.jpg", aPNG(t, aPicture(t)), blob.PNG},
		{"日程.docx", aDOCX(t), blob.DOCX},
		{"预算.xlsx", anXLSX(t), blob.XLSX},
		{"no ending", anXLSX(t), blob.XLSX},
	} {
		if got, refused, err := sniff(c.content, c.name); got != c.want || refused != "" || err != nil {
			t.Errorf("%s: %q, refused %q, %v", c.name, got, refused, err)
		}
	}
}

func TestUploadsThatCanNotBeUsedAreRefusedWithTheReason(t *testing.T) {
	bigPicture := aPNG(t, image.NewGray(image.Rect(0, 0, 20_001, 1)))
	flipped := aPNG(t, aPicture(t))
	flipped[len(flipped)/2] ^= 1
	locked := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
	for i, c := range []byte("EncryptedPackage") {
		locked[100+2*i] = c
	}
	for _, c := range []struct {
		what, name string
		content    []byte
		want       string
	}{
		{"nothing", "a.pdf", nil, "empty"},
		{"too large", "a.pdf", make([]byte, blob.Limit+1), "too_large.size"},
		{"a program called PDF", "a.pdf", append([]byte("MZ\x90\x00"), make([]byte, 500)...), "disguised_other"},
		{"a picture called PDF", "a.pdf", aPNG(t, aPicture(t)), "disguised"},
		{"a PDF called picture", "a.jpg", aPDF(""), "disguised"},
		{"a web page called picture", "a.png", []byte("<html><script>alert(1)</script></html>"), "disguised_other"},
		{"a ZIP called DOCX", "a.docx", aZip(t, map[string]string{"a.txt": "text"}), "disguised_other"},
		{"a DOCX called XLSX", "a.xlsx", aDOCX(t), "disguised"},
		{"a ZIP", "a.zip", aZip(t, map[string]string{"a.txt": "text"}), "type"},
		{"text", "a.txt", []byte("only text"), "type"},
		{"a GIF", "a.gif", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "type"},
		{"a locked PDF", "a.pdf", aPDF("/Encrypt 5 0 R"), "encrypted"},
		{"a locked DOCX", "a.docx", locked, "encrypted"},
		{"Word 97", "a.doc", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "old_office"},
		{"macros by content type", "a.docx", aZip(t, map[string]string{"[Content_Types].xml": types("application/vnd.ms-word.document.macroEnabled.main+xml"), "word/document.xml": "<w/>"}), "macros"},
		{"macros by part", "a.docx", aZip(t, map[string]string{"[Content_Types].xml": types(wordMain), "word/document.xml": "<w/>", "word/vbaProject.bin": "x"}), "macros"},
		{"a flipped bit", "a.png", flipped, "damaged"},
		{"a picture too wide", "a.png", bigPicture, "pixels"},
	} {
		if got, refused, err := sniff(c.content, c.name); refused != c.want || err != nil {
			t.Errorf("%s: %q, refused %q instead of %q, %v", c.what, got, refused, c.want, err)
		}
	}
}

func TestFilesThatWereCutOffAreRefusedWhereverTheyEnd(t *testing.T) {
	for name, whole := range map[string][]byte{
		"a.pdf": aPDF(""), "a.jpg": aJPEG(t), "a.png": aPNG(t, aPicture(t)), "a.docx": aDOCX(t), "a.xlsx": anXLSX(t),
	} {
		for n := 100; n < len(whole)-8; n += 37 {
			if got, refused, err := sniff(whole[:n], name); refused != "cut_off" {
				t.Fatalf("%s cut at %d of %d: %q, refused %q, %v", name, n, len(whole), got, refused, err)
			}
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add(aPDF(""), "a.pdf")
	f.Add([]byte("PK\x03\x04"), "a.docx")
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x01"), "a.jpg")
	f.Add([]byte("\x89PNG\r\n\x1a\n"), "a.png")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		got, refused, err := sniff(content, name)
		if err != nil || (got == "") == (refused == "") {
			t.Errorf("%q, refused %q, %v", got, refused, err)
		}
	})
}
