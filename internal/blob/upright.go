package blob

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// drawnQuality is that of a JPEG that is drawn anew: no loss that anybody sees.
const drawnQuality = 95

// turnable is how many pixels a side may have of what is turned: more would fill the
// memory, and no telephone takes it.
const turnable = 8000

// Upright gives a JPEG as it is meant to be looked at: a telephone that was held
// otherwise says so beside the picture (EXIF, orientation), and who prints it, or
// measures it, doesn't ask. What stands upright, and what is no JPEG, is given as it came.
func Upright(content []byte) ([]byte, error) {
	way := orientation(content)
	if way < 2 {
		return content, nil
	}
	if conf, err := jpeg.DecodeConfig(bytes.NewReader(content)); err != nil || conf.Width > turnable || conf.Height > turnable {
		return nil, fmt.Errorf("turning a picture of %d by %d: it is none, or too large (%v)", conf.Width, conf.Height, err)
	}
	img, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("turning a picture: %w", err)
	}
	return encoded(turned(img, way), JPEG)
}

// Redrawn gives a picture anew, upright and without anything but what is seen: where
// and by what it was taken stays with whoever took it.
func Redrawn(content []byte, typ Type) ([]byte, error) {
	img, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("drawing a picture anew: %w", err)
	}
	return encoded(turned(img, orientation(content)), typ)
}

func encoded(img image.Image, typ Type) ([]byte, error) {
	var out bytes.Buffer
	err := error(nil)
	if typ == PNG {
		err = png.Encode(&out, img)
	} else {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: drawnQuality})
	}
	return out.Bytes(), err
}

// turned undoes an orientation as EXIF 2.3 counts it (4.6.4, tag 0x0112).
func turned(img image.Image, way int) image.Image {
	r := img.Bounds()
	w, h := r.Dx(), r.Dy()
	from, ok := img.(interface{ RGBAAt(x, y int) color.RGBA })
	if way < 2 {
		return img
	}
	if !ok {
		flat := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.Draw(flat, flat.Bounds(), img, r.Min, draw.Src)
		from, r = flat, flat.Bounds()
	}
	size := image.Rect(0, 0, w, h)
	if way >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := x, y
			switch way {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			out.SetRGBA(x, y, from.RGBAAt(r.Min.X+sx, r.Min.Y+sy))
		}
	}
	return out
}

// orientation is how a JPEG is to be turned, 1 to 8; 0 where it doesn't say.
func orientation(b []byte) int {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return 0
	}
	for at := 2; at+4 <= len(b) && b[at] == 0xff && b[at+1] != 0xda; {
		end := at + 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if end > len(b) || end < at+4 {
			return 0
		}
		if body, is := bytes.CutPrefix(b[at+4:end], []byte("Exif\x00\x00")); is && b[at+1] == 0xe1 {
			return tagged(body)
		}
		at = end
	}
	return 0
}

// tagged reads the orientation among the tags of a TIFF header's first directory.
func tagged(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	first := int(order.Uint32(tiff[4:]))
	if first < 8 || first > len(tiff)-2 {
		return 0
	}
	n := int(order.Uint16(tiff[first:]))
	for i := range n {
		at := first + 2 + 12*i
		if at+12 > len(tiff) {
			return 0
		}
		if order.Uint16(tiff[at:]) == 0x0112 {
			if way := int(order.Uint16(tiff[at+8:])); way <= 8 {
				return way
			}
			return 0
		}
	}
	return 0
}
