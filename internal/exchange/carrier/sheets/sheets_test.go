package sheets

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rsc.io/qr"
)

func someFiles(bytes int) []File {
	chance := rand.New(rand.NewPCG(4, 4))
	b := make([]byte, bytes)
	for i := range b {
		b[i] = byte(chance.Uint32())
	}
	return []File{{"office-passport.1.000000001.bundle", b}, {"office-passport.1.000000002.bundle", []byte("x")}}
}

func laid(t *testing.T, files []File) Set {
	t.Helper()
	s, err := Lay(files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func gathered(t *testing.T, s Set, leave func(sheet, code int) bool) Pack {
	t.Helper()
	var g Gather
	for i, sheet := range s.Texts {
		for c, text := range sheet {
			if leave != nil && leave(i, c) {
				continue
			}
			p, ok := Read(text)
			if !ok || !g.Add(p) {
				t.Fatalf("code %d of sheet %d isn't read", c, i)
			}
		}
	}
	packs := g.Packs()
	if len(packs) != 1 {
		t.Fatalf("%d packs", len(packs))
	}
	return packs[0]
}

func same(t *testing.T, what string, got, want []File) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d files", what, len(got))
	}
	for i := range want {
		if got[i].Name != want[i].Name || !bytes.Equal(got[i].Content, want[i].Content) {
			t.Errorf("%s: %s came back otherwise", what, want[i].Name)
		}
	}
}

func TestSheetsMayBeLostAndTheMissingOnesAreNamed(t *testing.T) {
	for _, size := range []int{1, 100, 2_000, 8_000, 53_000} {
		files := someFiles(size)
		s := laid(t, files)
		p := gathered(t, s, nil)
		if p.Broken != nil || len(p.Lost) > 0 || p.Of != s.Data+s.Spare {
			t.Fatalf("%d bytes: %+v", size, p)
		}
		same(t, "all sheets", p.Files, files)
		p = gathered(t, s, func(sheet, _ int) bool { return sheet < s.Spare })
		if p.Broken != nil || len(p.Lost) != s.Spare {
			t.Fatalf("%d bytes, as many lost as may be: %v", size, p.Broken)
		}
		same(t, "without some", p.Files, files)
		// Another code torn off each sheet, which sheets then make up for together.
		p = gathered(t, s, func(sheet, code int) bool { return sheet < Codes && sheet == code && sheet < s.Data })
		if p.Broken != nil {
			t.Errorf("%d bytes, a corner of each: %v", size, p.Broken)
		}
		p = gathered(t, s, func(sheet, code int) bool { return sheet <= s.Spare && code == 2 })
		var m *Missing
		if !errors.As(p.Broken, &m) || m.AtLeast != 1 || len(m.Sheets) != s.Spare+1 || m.Sheets[0] != 1 || p.Files != nil {
			t.Errorf("%d bytes, one too many lost: %v", size, p.Broken)
		}
	}
	var over *TooMuch
	if _, err := Lay(someFiles(60_000)); !errors.As(err, &over) || over.Sheets <= Most || !strings.Contains(err.Error(), "carry a disc") {
		t.Errorf("60 kB: %v", err)
	}
	if _, err := Lay(nil); err == nil {
		t.Error("nothing is put on paper")
	}
}

func TestWhatWasMisreadIsNotTaken(t *testing.T) {
	s := laid(t, someFiles(3_000))
	text := s.Texts[1][2]
	for i := range text {
		bad := []byte(text)
		bad[i] = letters45[(strings.IndexByte(letters45, bad[i])+1)%45]
		if _, ok := Read(string(bad)); ok {
			t.Fatalf("character %d misread, and it is taken", i)
		}
	}
	for _, other := range []string{"", "HTTPS://EXAMPLE.CN", "0", strings.Repeat("0", 90), "hello"} {
		if _, ok := Read(other); ok {
			t.Errorf("%q is taken for one of ours", other)
		}
	}
	// Two packs in one folder are kept apart.
	var g Gather
	for _, set := range []Set{s, laid(t, someFiles(100))} {
		for _, sheet := range set.Texts {
			for _, text := range sheet {
				p, _ := Read(text)
				g.Add(p)
			}
		}
	}
	if all := g.Packs(); len(all) != 2 || all[0].Broken != nil || all[1].Broken != nil {
		t.Errorf("%+v", all)
	}
	for n := range 300 {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rand.Uint32())
		}
		if got, ok := unbase45(base45(b)); !ok || !bytes.Equal(got, b) {
			t.Fatalf("%d bytes come back otherwise", n)
		}
	}
	if base45([]byte("Hello!!")) != "%69 VD92EX0" || base45([]byte("base-45")) != "UJCLQE7W581" { // RFC 9285, section 4.3
		t.Error("base 45 is spelt otherwise")
	}
}

// drawn is a sheet as it is printed, some pixels to the millimetre.
func drawn(t *testing.T, texts [Codes]string, perMM float64) *image.Gray {
	t.Helper()
	p := image.NewGray(image.Rect(0, 0, int(210*perMM), int(297*perMM)))
	for i := range p.Pix {
		p.Pix[i] = 255
	}
	for c, text := range texts {
		q, err := qr.Encode(text, qr.M)
		if err != nil {
			t.Fatal(err)
		}
		x0, y0 := 27+float64(c%2)*82, 80+float64(c/2)*82
		for y := int(y0 * perMM); y < int((y0+74)*perMM); y++ {
			for x := int(x0 * perMM); x < int((x0+74)*perMM); x++ {
				if q.Black(int((float64(x)/perMM-x0)/74*float64(q.Size)), int((float64(y)/perMM-y0)/74*float64(q.Size))) {
					p.SetGray(x, y, color.Gray{20})
				}
			}
		}
	}
	return p
}

// photographed is a picture of a sheet on a table: turned, in uneven light, blurred
// and grainy.
func photographed(sheet *image.Gray, degrees, grain, shade float64, seed uint64) *image.Gray {
	chance := rand.New(rand.NewPCG(seed, 1))
	w, h := sheet.Rect.Dx(), sheet.Rect.Dy()
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	nw, nh := int(math.Abs(float64(w)*cos)+math.Abs(float64(h)*sin))+80, int(math.Abs(float64(w)*sin)+math.Abs(float64(h)*cos))+80
	out := image.NewGray(image.Rect(0, 0, nw, nh))
	at := func(x, y float64) float64 {
		x0, y0 := int(math.Floor(x)), int(math.Floor(y))
		if x0 < 0 || y0 < 0 || x0+1 >= w || y0+1 >= h {
			return 110 // the table
		}
		fx, fy := x-float64(x0), y-float64(y0)
		p := func(x, y int) float64 { return float64(sheet.Pix[y*sheet.Stride+x]) }
		return (p(x0, y0)*(1-fx)+p(x0+1, y0)*fx)*(1-fy) + (p(x0, y0+1)*(1-fx)+p(x0+1, y0+1)*fx)*fy
	}
	for y := range nh {
		for x := range nw {
			dx, dy := float64(x-nw/2), float64(y-nh/2)
			sx, sy := dx*cos+dy*sin+float64(w)/2, -dx*sin+dy*cos+float64(h)/2
			v := (at(sx-.5, sy) + at(sx+.5, sy) + at(sx, sy-.5) + at(sx, sy+.5)) / 4
			v *= 1 - shade*float64(x)/float64(nw)
			v += chance.NormFloat64() * grain
			out.Pix[y*out.Stride+x] = uint8(max(0, min(255, v)))
		}
	}
	return out
}

func TestPhotographsOfSheetsAreRead(t *testing.T) {
	files := someFiles(5_000)
	s := laid(t, files)
	if s.Data != 3 || s.Spare != 1 {
		t.Fatalf("%d and %d sheets", s.Data, s.Spare)
	}
	var g Gather
	for i, c := range []struct {
		degrees, grain, shade float64
		jpeg                  bool
	}{{0, 4, 0, false}, {93, 10, 0.3, true}, {-6, 12, 0.4, true}} { // and the fourth sheet is lost
		p := photographed(drawn(t, s.Texts[i], 8), c.degrees, c.grain, c.shade, uint64(i))
		var b bytes.Buffer
		var err error
		if c.jpeg {
			err = jpeg.Encode(&b, p, &jpeg.Options{Quality: 75})
		} else {
			err = png.Encode(&b, p)
		}
		if err != nil {
			t.Fatal(err)
		}
		found, err := Photo(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != Codes {
			t.Errorf("of sheet %d, turned by %.0f degrees, %d codes are read", i+1, c.degrees, len(found))
		}
		for _, piece := range found {
			g.Add(piece)
		}
	}
	packs := g.Packs()
	if len(packs) != 1 || packs[0].Broken != nil {
		t.Fatalf("%+v", packs)
	}
	same(t, "from photographs", packs[0].Files, files)
	if fmt.Sprint(packs[0].Lost) != "[4]" {
		t.Errorf("lost are %v", packs[0].Lost)
	}
	if _, err := Photo(strings.NewReader("no picture")); err == nil || !strings.Contains(err.Error(), "PNG or JPEG") {
		t.Error(err)
	}
	bomb := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x0f\xff\xff\x00\x0f\xff\xff\x08\x00\x00\x00\x00\xbd\x02\x8b\xa5")
	if _, err := Photo(bytes.NewReader(bomb)); err == nil {
		t.Error("a picture of a million by a million pixels is opened")
	}
}
