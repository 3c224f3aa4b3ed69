package passport

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/jpeg" // photos
	_ "image/png"  // fingers and signatures
	"io"
	"math"

	"yitang/internal/fault"
)

// Sample is what was taken from one person at the counter.
type Sample struct {
	Photo     []byte
	Fingers   [][]byte // right, then left, an empty one where none was taken
	Signature []byte
}

// Device is the capture station. A driver for camera, scanner and signature pad
// implements it; FileDevice reads files.
//
// Capture gives one person's sample as pictures (JPEG or PNG), unjudged: Judge
// says whether they will do. It may be called again for the same person; each
// call takes everything anew. It keeps nothing.
type Device interface {
	Capture(ctx context.Context) (Sample, error)
}

// FileDevice reads what a station without a driver has left as files. A nil
// reader gives nothing.
type FileDevice struct {
	Photo     io.Reader
	Fingers   []io.Reader
	Signature io.Reader
}

// pictureLimit is how large, in bytes, one picture of a sample may be.
const pictureLimit = 5 << 20

// Capture reads the files.
func (d FileDevice) Capture(context.Context) (Sample, error) {
	var s Sample
	var err error
	if s.Photo, err = readFile("photo", d.Photo); err != nil {
		return s, err
	}
	for i, f := range d.Fingers {
		b, err := readFile(fingerField(i), f)
		if err != nil {
			return s, err
		}
		s.Fingers = append(s.Fingers, b)
	}
	s.Signature, err = readFile("signature", d.Signature)
	return s, err
}

func readFile(field string, r io.Reader) ([]byte, error) {
	if r == nil {
		return nil, nil
	}
	b, err := io.ReadAll(io.LimitReader(r, pictureLimit+1))
	if err != nil {
		return nil, fmt.Errorf("reading the %s: %w", field, err)
	}
	if len(b) > pictureLimit {
		return nil, fault.Field(field, "passport.capture.too_large", map[string]any{"Limit": pictureLimit >> 20})
	}
	return b, nil
}

func fingerField(i int) string {
	if i == 0 {
		return "fingerRight"
	}
	return "fingerLeft"
}

// What a picture must be. Photo: 354 × 472 pixels at 300 dpi, three to four,
// white ground, colour (照相馆电子相片规格; the pixel counts are the studios'
// custom), or the 33 × 48 mm of the missions, which is a little narrower; each
// may be cut a hundredth off. Fingers: one inch at 500 dpi at most, half of it
// at least. The figures are checked, the likeness is the operator's to judge.
const (
	photoWidth    = 354
	photoHeight   = 472
	ratioLow      = 33.0 / 48 * 0.99 // width to height
	ratioHigh     = 3.0 / 4 * 1.01
	groundLight   = 190 // of 255, mean of the upper corners
	fingerSide    = 250
	signatureW    = 200
	signatureH    = 60
	blankContrast = 12 // standard deviation of brightness below which nothing is on it
)

// Judge lists everything that is wrong with a sample, by field. exemption is
// the special-case form's reason when there are no fingers to take.
func Judge(s Sample, exemption string) []fault.Finding {
	var wrong []fault.Finding
	add := func(field, key string, args map[string]any) {
		wrong = append(wrong, fault.Finding{Field: field, Key: key, Args: args})
	}
	look := func(field string, b []byte, w, h int) (picture, bool) {
		if len(b) == 0 {
			add(field, "passport.capture.missing", nil)
			return picture{}, false
		}
		p, err := see(b)
		switch {
		case err != nil:
			add(field, "passport.capture.unreadable", nil)
		case p.width < w || p.height < h:
			add(field, "passport.capture.too_small", map[string]any{"Width": p.width, "Height": p.height, "MinWidth": w, "MinHeight": h})
		case p.contrast < blankContrast:
			add(field, "passport.capture.blank", nil)
		default:
			return p, true
		}
		return p, false
	}
	if p, ok := look("photo", s.Photo, photoWidth, photoHeight); ok {
		if r := float64(p.width) / float64(p.height); r < ratioLow || r > ratioHigh {
			add("photo", "passport.capture.ratio", map[string]any{"Width": p.width, "Height": p.height})
		}
		if p.ground < groundLight {
			add("photo", "passport.capture.ground", nil)
		}
		if p.grey {
			add("photo", "passport.capture.grey", nil)
		}
	}
	for i := range 2 {
		var b []byte
		if i < len(s.Fingers) {
			b = s.Fingers[i]
		}
		if len(b) > 0 || exemption == "" {
			look(fingerField(i), b, fingerSide, fingerSide)
		}
	}
	if len(s.Fingers) == 2 && len(s.Fingers[0]) > 0 && bytes.Equal(s.Fingers[0], s.Fingers[1]) {
		add("fingerLeft", "passport.capture.same_finger", nil)
	}
	look("signature", s.Signature, signatureW, signatureH)
	return wrong
}

// picture is what can be measured of one.
type picture struct {
	width, height int
	contrast      float64 // standard deviation of brightness, 0 to 255
	ground        float64 // mean brightness of the upper corners
	grey          bool
}

// maxSide keeps a picture from filling the station's memory.
const maxSide = 6000

func see(b []byte) (picture, error) {
	conf, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return picture{}, err
	}
	if conf.Width < 1 || conf.Height < 1 || conf.Width > maxSide || conf.Height > maxSide {
		return picture{}, fmt.Errorf("%d × %d pixels", conf.Width, conf.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return picture{}, err
	}
	return measure(img), nil
}

func measure(img image.Image) picture {
	r := img.Bounds()
	p := picture{width: r.Dx(), height: r.Dy(), grey: true}
	step := max(1, min(p.width, p.height)/120) // some ten thousand points tell enough
	corner := max(step, p.width/10)
	var n, sum, squares, edge, edgeN float64
	for y := r.Min.Y; y < r.Max.Y; y += step {
		for x := r.Min.X; x < r.Max.X; x += step {
			cr, cg, cb, _ := img.At(x, y).RGBA()
			// ITU-R BT.601 brightness
			l := (299*float64(cr>>8) + 587*float64(cg>>8) + 114*float64(cb>>8)) / 1000
			n, sum, squares = n+1, sum+l, squares+l*l
			if cr>>8 != cg>>8 || cg>>8 != cb>>8 {
				p.grey = false
			}
			if y-r.Min.Y < corner && (x-r.Min.X < corner || r.Max.X-x <= corner) {
				edge, edgeN = edge+l, edgeN+1
			}
		}
	}
	mean := sum / n
	p.contrast = math.Sqrt(max(0, squares/n-mean*mean))
	if edgeN > 0 {
		p.ground = edge / edgeN
	}
	return p
}
