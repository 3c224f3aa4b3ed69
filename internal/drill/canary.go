package drill

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"

	"yitang/internal/passport"
)

// Canary is a value that must be found in the passport zone and nowhere else.
type Canary struct {
	Name  string
	Bytes []byte
}

// newSample draws what a station would take from one person, with a random
// value hidden in each picture where the format has room for a remark. The
// values, the pictures and their digests are the canaries.
func newSample(person string) (passport.Sample, []Canary, error) {
	var canaries []Canary
	var failed error
	remark := func(name string) []byte {
		b := make([]byte, 24)
		if _, err := rand.Read(b); err != nil {
			failed = err
		}
		canaries = append(canaries, Canary{name, b})
		return b
	}
	var s passport.Sample
	photo, err := drawPhoto(remark("photo"))
	if err != nil {
		return s, nil, err
	}
	s.Photo = photo
	for i, name := range []string{"right finger", "left finger"} {
		f, err := drawFinger(float64(i), remark(name))
		if err != nil {
			return s, nil, err
		}
		s.Fingers = append(s.Fingers, f)
	}
	if s.Signature, err = drawSignature(remark("signature")); err != nil {
		return s, nil, err
	}
	if failed != nil {
		return s, nil, fmt.Errorf("drawing the sample of %s: %w", person, failed)
	}
	for _, p := range []struct {
		name    string
		picture []byte
	}{{"photo", s.Photo}, {"right finger", s.Fingers[0]}, {"left finger", s.Fingers[1]}, {"signature", s.Signature}} {
		// A stretch from the middle: pieces of a picture give it away too.
		middle := len(p.picture) / 2
		digest := digestOf(p.picture)
		canaries = append(canaries, Canary{p.name + ", a piece of the picture", p.picture[middle : middle+32]}, Canary{p.name + ", its digest", digest[:]})
	}
	return s, canaries, nil
}

// drawPhoto is a JPEG of 390 × 567 pixels: a bust on white. Its remark stands in
// a comment segment (ITU-T T.81, B.2.4.5).
func drawPhoto(remark []byte) ([]byte, error) {
	const w, h = 390, 567
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			dx, dy := float64(x-w/2), float64(y-230)
			c := color.RGBA{255, 255, 255, 255}
			switch {
			case math.Hypot(dx/105, dy/140) < 1:
				c = color.RGBA{224, 184, 156, 255}
			case y > 390 && math.Abs(dx) < 70+float64(y-390)*1.4:
				c = color.RGBA{50, 60, 90, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		return nil, fmt.Errorf("drawing a photo: %w", err)
	}
	segment := append([]byte{0xff, 0xfe, 0, byte(len(remark) + 2)}, remark...)
	return append(append(bytes.Clone(b.Bytes()[:2]), segment...), b.Bytes()[2:]...), nil
}

// drawFinger is a PNG of ridges, another for each seed.
func drawFinger(seed float64, remark []byte) ([]byte, error) {
	const side = 320
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			r := math.Hypot(float64(x)-150-20*seed, (float64(y)-170)*0.8)
			img.SetGray(x, y, color.Gray{uint8(128 + 110*math.Sin(r/3.2+seed+math.Atan2(float64(y)-170, float64(x)-150)))})
		}
	}
	return withRemark(img, remark)
}

// drawSignature is a PNG of one stroke.
func drawSignature(remark []byte) ([]byte, error) {
	img := image.NewGray(image.Rect(0, 0, 480, 160))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for x := 40; x < 440; x++ {
		y := 80 + 38*math.Sin(float64(x)/23)*math.Cos(float64(x)/61)
		for d := -3; d <= 3; d++ {
			img.SetGray(x, int(y)+d, color.Gray{20})
		}
	}
	return withRemark(img, remark)
}

// withRemark writes a PNG with a private chunk after its header (ISO/IEC
// 15948, 4.7: ancillary, private, safe to copy).
func withRemark(img image.Image, remark []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("drawing a picture: %w", err)
	}
	const head = 8 + 25 // signature and IHDR
	body := append([]byte("yiTa"), remark...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(remark)))
	chunk = append(chunk, body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
	return append(append(bytes.Clone(b.Bytes()[:head]), chunk...), b.Bytes()[head:]...), nil
}
