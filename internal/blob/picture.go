package blob

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
)

// A scanned A3 page at 600 dpi has 70 million pixels; beyond these limits a
// picture only serves to fill somebody's memory.
const (
	maxPixels = 100_000_000
	maxSide   = 20_000
)

func sensible(c image.Config, err error) error {
	switch {
	case err == io.ErrUnexpectedEOF || err == io.EOF:
		return cutOff()
	case err != nil || c.Width == 0 || c.Height == 0:
		return refuse("upload.damaged")
	case c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxPixels:
		return refuse("upload.pixels", "Width", c.Width, "Height", c.Height)
	}
	return nil
}

// wholeJPEG reads the markers up to the end of the picture (EOI); what cameras
// append behind it is theirs. ITU-T T.81, annex B.
func wholeJPEG(content io.ReaderAt, size int64) error {
	if err := sensible(jpeg.DecodeConfig(io.NewSectionReader(content, 0, size))); err != nil {
		return err
	}
	r := bufio.NewReaderSize(io.NewSectionReader(content, 2, size-2), 64<<10)
	for {
		// Between segments, and within the coded data, a marker is 0xFF and a
		// byte that is neither 0 (a stuffed 0xFF) nor 0xFF (filling).
		b, err := r.ReadByte()
		if err != nil {
			return ended(err)
		}
		if b != 0xff {
			continue
		}
		for b == 0xff {
			if b, err = r.ReadByte(); err != nil {
				return ended(err)
			}
		}
		switch {
		case b == 0xd9: // EOI
			return nil
		case b == 0, b == 1, b >= 0xd0 && b <= 0xd8: // stuffing, TEM, RSTn, SOI: without a length
			continue
		}
		var length [2]byte
		if _, err := io.ReadFull(r, length[:]); err != nil {
			return ended(err)
		}
		n := int(binary.BigEndian.Uint16(length[:])) - 2
		if n < 0 {
			return refuse("upload.damaged")
		}
		if _, err := r.Discard(n); err != nil {
			return ended(err)
		}
	}
}

func ended(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return cutOff()
	}
	return err
}

// wholePNG reads all chunks with their checksums up to IEND. PNG
// specification, third edition, section 5.
func wholePNG(content io.ReaderAt, size int64) error {
	if err := sensible(png.DecodeConfig(io.NewSectionReader(content, 0, size))); err != nil {
		return err
	}
	r := bufio.NewReaderSize(io.NewSectionReader(content, 8, size-8), 64<<10)
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return ended(err)
		}
		sum := crc32.NewIEEE()
		sum.Write(head[4:])
		if _, err := io.CopyN(sum, r, int64(binary.BigEndian.Uint32(head[:]))); err != nil {
			return ended(err)
		}
		var said [4]byte
		if _, err := io.ReadFull(r, said[:]); err != nil {
			return ended(err)
		}
		if sum.Sum32() != binary.BigEndian.Uint32(said[:]) {
			return refuse("upload.damaged")
		}
		if string(head[4:]) == "IEND" {
			return nil
		}
	}
}
