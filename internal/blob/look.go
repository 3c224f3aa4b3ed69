package blob

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"image"
	_ "image/jpeg" // pictures that Sniff lets in
	_ "image/png"  // the same
	"io"
	"regexp"
	"strconv"

	"yitang/internal/calendar"
)

// Seen is what a look into a file shows of how well it can be read. What can't
// be told is zero: nobody is asked to mend what wasn't seen.
type Seen struct {
	DPI        int // of the coarsest scanned page, as it would fill A4
	BlankPages int // a picture with nothing on it: 1; of a document that shows nothing at all: its pages
	Made       calendar.Date
	Unread     bool // words that Text couldn't read: whether it bears a mark of secrecy has to be seen by somebody
}

// Look looks into a file that Sniff has let in. It gives up on what is unusual
// rather than guess: a page that holds text isn't a scan.
func Look(content io.ReaderAt, size int64, t Type) Seen {
	reading <- struct{}{}
	defer func() { <-reading }()
	switch t {
	case JPEG, PNG:
		return lookAtPicture(io.NewSectionReader(content, 0, size))
	case PDF:
		all, err := io.ReadAll(io.NewSectionReader(content, 0, min(size, Limit)))
		if err != nil {
			return Seen{}
		}
		return lookAtPDF(all)
	case DOCX, XLSX:
		return Seen{Made: officeMade(content, size)}
	}
	return Seen{}
}

// A4 in hundredths of an inch.
const (
	a4Long  = 1169
	a4Short = 827
)

// filling is how many dots an inch a picture has that fills A4, either way round.
func filling(width, height int) int {
	return min(max(width, height)*100/a4Long, min(width, height)*100/a4Short)
}

// mostSeen are the most pixels that are unpacked to look whether a page is
// blank: an A4 page at 400 dpi. More would only cost memory.
const mostSeen = 16_000_000

func lookAtPicture(r *io.SectionReader) Seen {
	config, _, err := image.DecodeConfig(r)
	if err != nil {
		return Seen{}
	}
	s := Seen{DPI: filling(config.Width, config.Height)}
	if config.Width*config.Height > mostSeen {
		return s
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return s
	}
	picture, _, err := image.Decode(r)
	if err == nil && blank(picture) {
		s.BlankPages = 1
	}
	return s
}

// blank tells whether a page bears nothing: on a grid of points within its
// margins, hardly one is much darker than paper. Scanners leave dust and a
// shade towards the edges.
func blank(p image.Image) bool {
	const across, dark, dust = 200, 0x3000, 8 // points each way; of 0xffff; points
	b := p.Bounds()
	margin := b.Inset(min(b.Dx(), b.Dy()) / 25)
	if margin.Dx() < 2 || margin.Dy() < 2 {
		return false
	}
	var lights []uint32
	for i := range across {
		for j := range across {
			r, g, bl, a := p.At(margin.Min.X+i*margin.Dx()/across, margin.Min.Y+j*margin.Dy()/across).RGBA()
			if a == 0 {
				r, g, bl = 0xffff, 0xffff, 0xffff
			}
			lights = append(lights, (299*r+587*g+114*bl)/1000)
		}
	}
	sum := uint64(0)
	for _, l := range lights {
		sum += uint64(l)
	}
	paper := uint32(sum / uint64(len(lights)))
	marks := 0
	for _, l := range lights {
		if l+dark < paper {
			marks++
		}
	}
	return marks < dust
}

var (
	pdfPage      = regexp.MustCompile(`/Type\s*/Page[^a-zA-Z]`)
	pdfFont      = regexp.MustCompile(`/Type\s*/Font[^a-zA-Z]|/BaseFont`)
	pdfImage     = regexp.MustCompile(`/Subtype\s*/Image[^a-zA-Z]`)
	pdfWidth     = regexp.MustCompile(`/Width\s+(\d{1,6})`)
	pdfHeight    = regexp.MustCompile(`/Height\s+(\d{1,6})`)
	pdfMask      = regexp.MustCompile(`/ImageMask\s+true`)
	pdfCreated   = regexp.MustCompile(`/CreationDate\s*\(\s*(?:D:)?(\d{4})(\d{2})(\d{2})`)
	pdfEncrypted = regexp.MustCompile(`/Encrypt[^a-zA-Z]`)
	pdfObjects   = regexp.MustCompile(`/Type\s*/ObjStm`)
)

// lookAtPDF finds the pictures of a file whose pages are pictures and nothing
// else. Dictionaries of pictures stand in the open, because they are streams
// (ISO 32000-1, 7.5.7); pages and fonts may be packed, and are unpacked.
func lookAtPDF(all []byte) Seen {
	var s Seen
	if m := pdfCreated.FindSubmatch(all); m != nil {
		if d, err := calendar.Parse(string(m[1]) + "-" + string(m[2]) + "-" + string(m[3])); err == nil {
			s.Made = d
		}
	}
	open := append(bytes.Clone(all), packedObjects(all)...)
	pages := len(pdfPage.FindAllIndex(open, -1))
	if pages == 0 || pdfFont.Match(open) || pdfEncrypted.Match(all) {
		return s
	}
	if shows, known := paints(open); known && !shows {
		s.BlankPages = pages
		return s
	}
	var pictures []int
	for _, at := range pdfImage.FindAllIndex(all, -1) {
		from := bytes.LastIndex(all[max(0, at[0]-1000):at[0]], []byte("obj"))
		to := bytes.Index(all[at[0]:min(len(all), at[0]+1000)], []byte("stream"))
		if from < 0 || to < 0 {
			continue
		}
		dict := all[max(0, at[0]-1000)+from : at[0]+to]
		w, h := pdfWidth.FindSubmatch(dict), pdfHeight.FindSubmatch(dict)
		if w == nil || h == nil || pdfMask.Match(dict) {
			continue
		}
		width, _ := strconv.Atoi(string(w[1]))
		height, _ := strconv.Atoi(string(h[1]))
		pictures = append(pictures, filling(width, height))
	}
	switch {
	case len(pictures) == pages: // one for each page: the coarsest tells
		s.DPI = pictures[0]
		for _, p := range pictures {
			s.DPI = min(s.DPI, p)
		}
	case len(pictures) > pages: // strips or layers: the finest is kind
		for _, p := range pictures {
			s.DPI = max(s.DPI, p)
		}
	}
	return s
}

var (
	pdfStream = regexp.MustCompile(`>>\s*stream\r?\n`)
	pdfFilter = regexp.MustCompile(`/Filter\s*\[?\s*(/\w+)\s*(/?)`)
	pdfPaints = regexp.MustCompile(`(?:^|[\s\])>])(?:f|F|f\*|B|B\*|b|b\*|S|s|sh|Do|BI|Tj|TJ|'|")(?:[\s/\[(<]|$)`)
	pdfShows  = regexp.MustCompile(`/Annots\b|/AcroForm\b|/Subtype\s*/(?:Image|Form)[^a-zA-Z]`)
)

// paints tells whether a file draws anything: it has a picture, a form or a note,
// or a stream of it paints a path. What can't be unpacked isn't known.
func paints(all []byte) (shows, known bool) {
	if pdfShows.Match(all) {
		return true, true
	}
	for rest := all; ; {
		at := pdfStream.FindIndex(rest)
		if at == nil {
			return false, true
		}
		dict, data := rest[max(0, at[0]-4000):at[1]], rest[at[1]:]
		end := bytes.Index(data, []byte("endstream"))
		if end < 0 {
			return false, false
		}
		data, rest = data[:end], data[end:]
		if i := bytes.LastIndex(dict, []byte("obj")); i >= 0 {
			dict = dict[i:]
		}
		if bytes.Contains(dict, []byte("/ObjStm")) || bytes.Contains(dict, []byte("/XRef")) || bytes.Contains(dict, []byte("/Metadata")) {
			continue // of the file's own making
		}
		if m := pdfFilter.FindSubmatch(dict); m != nil {
			if string(m[1]) != "/FlateDecode" || len(m[2]) > 0 {
				return false, false
			}
			r, err := zlib.NewReader(bytes.NewReader(data))
			if err != nil {
				return false, false
			}
			if data, err = io.ReadAll(io.LimitReader(r, mostPacked)); err != nil || len(data) == mostPacked {
				return false, false
			}
		}
		if pdfPaints.Match(data) {
			return true, true
		}
	}
}

// mostPacked is how much of packed objects is unpacked, all together.
const mostPacked = 8 << 20

func packedObjects(all []byte) []byte {
	var out []byte
	for _, at := range pdfObjects.FindAllIndex(all, -1) {
		begins := bytes.Index(all[at[0]:], []byte("stream"))
		if begins < 0 || len(out) > mostPacked {
			break
		}
		data := bytes.TrimLeft(all[at[0]+begins+len("stream"):], "\r\n")
		r, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			continue
		}
		more, _ := io.ReadAll(io.LimitReader(r, mostPacked)) // what can be read of it says enough
		out = append(out, more...)
	}
	return out
}

// officeMade is the day on which a document was begun, by its own properties.
func officeMade(content io.ReaderAt, size int64) calendar.Date {
	z, err := zip.NewReader(content, size)
	if err != nil {
		return calendar.Date{}
	}
	for _, part := range z.File {
		if part.Name != "docProps/core.xml" || part.UncompressedSize64 > 1<<20 {
			continue
		}
		r, err := part.Open()
		if err != nil {
			return calendar.Date{}
		}
		defer r.Close()
		var core struct {
			Created string `xml:"http://purl.org/dc/terms/ created"`
		}
		if xml.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&core) != nil || len(core.Created) < 10 {
			return calendar.Date{}
		}
		d, err := calendar.Parse(core.Created[:10])
		if err != nil {
			return calendar.Date{}
		}
		return d
	}
	return calendar.Date{}
}
