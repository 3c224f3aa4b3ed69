package sheets

import (
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what telephones write
	_ "image/png"  // and scanners
	"io"

	"github.com/makiuchi-d/gozxing"
	multi "github.com/makiuchi-d/gozxing/multi/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// pixels is the largest picture that is opened; a telephone's has a quarter of it.
const pixels = 200_000_000

// photoBytes is the largest file of one.
const photoBytes = 64 << 20

// Photo reads the codes of one photograph.
func Photo(r io.ReadSeeker) ([]Piece, error) {
	bounded := io.LimitReader(r, photoBytes)
	c, _, err := image.DecodeConfig(bounded)
	if err != nil {
		return nil, fmt.Errorf("it is no picture that can be read (PNG or JPEG): %w", err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width > pixels/c.Height {
		return nil, errors.New("the picture is too large")
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(io.LimitReader(r, photoBytes))
	if err != nil {
		return nil, fmt.Errorf("the picture is damaged: %w", err)
	}
	return look(grey(picture)), nil
}

// grey is a picture in shades, at a size that suits the reader: more than twelve
// million pixels make it slower, not better.
func grey(p image.Image) *image.Gray {
	b := p.Bounds()
	by := 1
	for b.Dx()/by*(b.Dy()/by) > 12_000_000 {
		by++
	}
	out := image.NewGray(image.Rect(0, 0, b.Dx()/by, b.Dy()/by))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum := uint32(0)
			for dy := range by {
				for dx := range by {
					r, g, bl, _ := p.At(b.Min.X+x*by+dx, b.Min.Y+y*by+dy).RGBA()
					sum += (299*r + 587*g + 114*bl) / 1000 >> 8
				}
			}
			out.Pix[y*out.Stride+x] = uint8(sum / uint32(by*by))
		}
	}
	return out
}

// look finds the codes: all at once, and those that this misses in parts of the
// picture, as they lie on a sheet that fills it whichever way up.
func look(p *image.Gray) []Piece {
	found := map[[2]int]Piece{}
	var sheet *Piece
	take := func(text string) {
		if piece, ok := Read(text); ok {
			found[[2]int{piece.sheet, piece.code}] = piece
			sheet = &piece
		}
	}
	whole := func() bool {
		if sheet == nil {
			return false
		}
		for c := range Codes {
			if _, ok := found[[2]int{sheet.sheet, c}]; !ok {
				return false
			}
		}
		return true
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	if b, err := bitmap(p); err == nil {
		if all, err := multi.NewQRCodeMultiReader().DecodeMultiple(b, hints); err == nil {
			for _, r := range all {
				take(r.GetText())
			}
		}
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	for _, share := range []float64{0.5, 0.62, 0.75} {
		sx, sy := int(float64(w)*share), int(float64(h)*share)
		for _, at := range [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}, {.5, 0}, {.5, 1}, {0, .5}, {1, .5}, {.5, .5}} {
			if whole() {
				return pieces(found)
			}
			x, y := int(float64(w-sx)*at[0]), int(float64(h-sy)*at[1])
			b, err := bitmap(p.SubImage(image.Rect(x, y, x+sx, y+sy)))
			if err != nil {
				continue
			}
			if r, err := qrcode.NewQRCodeReader().Decode(b, hints); err == nil {
				take(r.GetText())
			}
		}
	}
	return pieces(found)
}

func bitmap(p image.Image) (*gozxing.BinaryBitmap, error) {
	return gozxing.NewBinaryBitmapFromImage(p)
}

func pieces(found map[[2]int]Piece) []Piece {
	out := make([]Piece, 0, len(found))
	for _, p := range found {
		out = append(out, p)
	}
	return out
}
