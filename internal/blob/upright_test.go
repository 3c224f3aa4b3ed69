package blob

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// taken is a JPEG of 40 × 20 whose upper left quarter is red, with an orientation told beside it.
func taken(t *testing.T, way uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for y := range 20 {
		for x := range 40 {
			c := color.RGBA{255, 255, 255, 255}
			if x < 20 && y < 10 {
				c = color.RGBA{220, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("MM\x00*")
	if order.String() == "LittleEndian" {
		tiff = []byte("II*\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, way)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(body)+2))
	return append(append(head, body...), b.Bytes()[2:]...)
}

func red(c color.Color) bool { r, g, _, _ := c.RGBA(); return r>>8 > 150 && g>>8 < 100 }

// A picture that a telephone took held otherwise is turned as it is meant to be seen,
// and says nothing beside itself any more.
func TestAPictureStandsUprightHoweverTheTelephoneWasHeld(t *testing.T) {
	// Where the red quarter is seen, by orientation: left or right, above or below.
	for way, want := range map[uint16]struct{ right, below, tall bool }{
		2: {true, false, false}, 3: {true, true, false}, 4: {false, true, false},
		5: {false, false, true}, 6: {true, false, true}, 7: {true, true, true}, 8: {false, true, true},
	} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			for name, made := range map[string]func([]byte) ([]byte, error){"upright": Upright, "redrawn": func(b []byte) ([]byte, error) { return Redrawn(b, JPEG) }} {
				out, err := made(taken(t, way, order))
				if err != nil {
					t.Fatal(err)
				}
				img, err := jpeg.Decode(bytes.NewReader(out))
				if err != nil {
					t.Fatal(err)
				}
				w, h := img.Bounds().Dx(), img.Bounds().Dy()
				if (h > w) != want.tall {
					t.Errorf("%s, orientation %d: it has %d × %d pixels", name, way, w, h)
				}
				x, y := w/4, h/4
				if want.right {
					x = w - 1 - w/4
				}
				if want.below {
					y = h - 1 - h/4
				}
				if !red(img.At(x, y)) || red(img.At(w-1-x, h-1-y)) {
					t.Errorf("%s, orientation %d: what was above on the left isn't at %d, %d", name, way, x, y)
				}
				if bytes.Contains(out, []byte("Exif")) {
					t.Errorf("%s, orientation %d: it still says how it was taken", name, way)
				}
			}
		}
	}
	straight := taken(t, 1, binary.BigEndian)
	if out, err := Upright(straight); err != nil || !bytes.Equal(out, straight) {
		t.Errorf("what stands upright was changed: %v", err)
	}
	if out, err := Redrawn(straight, JPEG); err != nil || bytes.Contains(out, []byte("Exif")) {
		t.Errorf("drawn anew it still says how it was taken: %v", err)
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if way := orientation(b); way < 0 || way > 8 {
			t.Fatalf("orientation %d", way)
		}
	})
}
