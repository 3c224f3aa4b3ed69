package blob_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"yitang/internal/blob"
	"yitang/internal/calendar"
)

func look(c []byte, t blob.Type) blob.Seen { return blob.Look(bytes.NewReader(c), int64(len(c)), t) }

// aScan is a file whose pages are pictures of that size and nothing else;
// packed puts its pages where a new kind of file has them.
func aScan(packed bool, extra string, sizes ...[2]int) []byte {
	var b, pages bytes.Buffer
	b.WriteString("%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n9 0 obj\n<</CreationDate (D:20260301101500+08'00')>>\nendobj\n")
	for i, s := range sizes {
		fmt.Fprintf(&b, "%d 0 obj\n<</Type/XObject /Subtype/Image /Width %d /Height %d /ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode/Length 3>>\nstream\nabc\nendstream\nendobj\n", 20+i, s[0], s[1])
		fmt.Fprintf(&pages, "<</Type/Page /Parent 2 0 R /Resources<</XObject<</I %d 0 R>>>>>>\n", 20+i)
	}
	pages.WriteString(extra)
	if packed {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		w.Write(pages.Bytes())
		w.Close()
		fmt.Fprintf(&b, "5 0 obj\n<</Type/ObjStm/N 1/First 0/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n", z.Len(), z.String())
	} else {
		b.Write(pages.Bytes())
	}
	b.WriteString("trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")
	return b.Bytes()
}

func TestALookTellsACoarseScanABlankPageAndTheDayOfAFile(t *testing.T) {
	made := calendar.On(2026, 3, 1)
	for name, x := range map[string]struct {
		file []byte
		want blob.Seen
	}{
		"150 dpi and better":                       {aScan(false, "", [2]int{1654, 2339}, [2]int{2480, 3508}), blob.Seen{DPI: 200, Made: made}},
		"a coarse second page":                     {aScan(false, "", [2]int{2480, 3508}, [2]int{620, 877}), blob.Seen{DPI: 74, Made: made}},
		"packed pages":                             {aScan(true, "", [2]int{827, 1169}), blob.Seen{DPI: 100, Made: made}},
		"a page with text is no scan":              {aScan(false, "<</Type/Font/BaseFont/Helvetica>>", [2]int{100, 100}), blob.Seen{Made: made}},
		"text in a packed object is seen, too":     {aScan(true, "<</Type/Font/BaseFont/Helvetica>>", [2]int{100, 100}), blob.Seen{Made: made}},
		"a page that nothing is written on":        {aScan(false, "<</Type/Page /Parent 2 0 R>>\n"), blob.Seen{BlankPages: 1, Made: made}},
		"two of them, with space alone":            {aScan(true, "<</Type/Page /Parent 2 0 R>>\n<</Type/Page /Contents 8 0 R>>\n"), blob.Seen{BlankPages: 2, Made: made}},
		"a page with a drawing":                    {aScan(false, "<</Type/Page /Contents 8 0 R>>\n8 0 obj<</Length 9>>\nstream\n0 0 9 9 re f\nendstream\n"), blob.Seen{Made: made}},
		"a page whose content can't be read":       {aScan(false, "<</Type/Page /Contents 8 0 R>>\n8 0 obj<</Filter/LZWDecode/Length 9>>\nstream\nabc\nendstream\n"), blob.Seen{Made: made}},
		"something else that only begins like one": {[]byte("%PDF-1.7\n" + strings.Repeat("x", 100)), blob.Seen{}},
	} {
		if got := look(x.file, blob.PDF); got != x.want {
			t.Errorf("%s: %+v, want %+v", name, got, x.want)
		}
	}
	layers := bytes.Replace(aScan(false, "", [2]int{300, 400}, [2]int{2480, 3508}), []byte("<</Type/Page /Parent 2 0 R /Resources<</XObject<</I 21 0 R>>>>>>\n"), nil, 1)
	if got := look(layers, blob.PDF); got.DPI != 299 {
		t.Errorf("a page in two layers has %d dpi, not that of the finer one", got.DPI)
	}
	paper := image.NewGray(image.Rect(0, 0, 1654, 2339))
	draw.Draw(paper, paper.Bounds(), image.NewUniform(color.Gray{240}), image.Point{}, draw.Src)
	if got := look(aPNG(t, paper), blob.PNG); got != (blob.Seen{DPI: 200, BlankPages: 1}) {
		t.Errorf("an empty page: %+v", got)
	}
	for y := 400; y < 480; y++ { // a few lines of writing
		for x := 300; x < 1200; x++ {
			if x/7%2 == 0 {
				paper.SetGray(x, y, color.Gray{40})
			}
		}
	}
	if got := look(aPNG(t, paper), blob.PNG); got != (blob.Seen{DPI: 200}) {
		t.Errorf("a page with some lines: %+v", got)
	}
	if got := look(aJPEG(t), blob.JPEG); got.DPI != 6 || got.BlankPages != 0 {
		t.Errorf("a stamp of a picture: %+v", got)
	}
}
