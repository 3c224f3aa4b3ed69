package passport_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// photo paints a face-like patch on a ground of one lightness.
func photo(w, h int, ground uint8) []byte {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{ground, ground, ground, 255}
			if dx, dy := x-w/2, y-h*6/10; dx*dx*4+dy*dy < h*h/9 {
				c = color.RGBA{200, 150, 120, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err) // into memory: cannot happen
	}
	return b.Bytes()
}

// ridges paints lines as a finger has them; a different phase is another finger.
func ridges(side, phase int) []byte {
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if (x+y*y/side+phase)%9 < 4 {
				img.SetGray(x, y, color.Gray{255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // into memory: cannot happen
	}
	return b.Bytes()
}

func goodPictures() map[string][]byte {
	return map[string][]byte{"photo": photo(354, 472, 250), "fingerRight": ridges(300, 0), "fingerLeft": ridges(300, 3), "signature": ridges(260, 1)}
}
