package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// ref is the number of an indirect object.
type ref int

func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// writer writes the objects of one PDF file one after another (ISO 32000-1,
// 7.5). Object numbers can be taken before the object is written, so that
// things may point at each other.
type writer struct {
	buf     bytes.Buffer
	offsets []int // offsets[n-1] is where object n starts
}

func newWriter() *writer {
	w := &writer{}
	w.buf.Grow(128 << 10)
	// Four bytes above 127 tell that the file is binary.
	w.buf.WriteString("%PDF-1.7\n%\xE5\x8A\x9E\xE7\n")
	return w
}

func (w *writer) take() ref {
	w.offsets = append(w.offsets, 0)
	return ref(len(w.offsets))
}

func (w *writer) begin(r ref) {
	w.offsets[r-1] = w.buf.Len()
	w.buf.WriteString(strconv.Itoa(int(r)))
	w.buf.WriteString(" 0 obj\n")
}

func (w *writer) end() { w.buf.WriteString("\nendobj\n") }

// object writes a whole object.
func (w *writer) object(r ref, text string) {
	w.begin(r)
	w.buf.WriteString(text)
	w.end()
}

// A deflater is a megabyte of tables: one is used again and again.
var deflaters = sync.Pool{New: func() any {
	z, err := zlib.NewWriterLevel(nil, deflateLevel)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

// Outlines hardly repeat: more effort takes twice the time for a twentieth of
// the size.
const deflateLevel = zlib.BestSpeed

// stream writes a compressed stream; dict is what its dictionary holds besides
// length and filter.
func (w *writer) stream(r ref, dict string, data []byte) error {
	var packed bytes.Buffer
	packed.Grow(len(data)/2 + 64)
	z := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(z)
	z.Reset(&packed)
	_, err := z.Write(data)
	if err != nil {
		return err
	}
	err = z.Close()
	if err != nil {
		return err
	}
	w.begin(r)
	fmt.Fprintf(&w.buf, "<<%s/Filter/FlateDecode/Length %d>>\nstream\n", dict, packed.Len())
	w.buf.Write(packed.Bytes())
	w.buf.WriteString("\nendstream")
	w.end()
	return nil
}

// plainStream is for what must be read without unpacking: the metadata.
func (w *writer) plainStream(r ref, dict string, data []byte) {
	w.begin(r)
	fmt.Fprintf(&w.buf, "<<%s/Length %d>>\nstream\n", dict, len(data))
	w.buf.Write(data)
	w.buf.WriteString("\nendstream")
	w.end()
}

// finish writes the table of objects. The file's id is the digest of all that
// stands before it: nothing in it comes from a clock or from chance.
func (w *writer) finish(root ref) []byte {
	id := sha256.Sum256(w.buf.Bytes())
	at := w.buf.Len()
	fmt.Fprintf(&w.buf, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, o := range w.offsets {
		fmt.Fprintf(&w.buf, "%010d 00000 n \n", o)
	}
	h := hex.EncodeToString(id[:16])
	fmt.Fprintf(&w.buf, "trailer\n<</Size %d/Root %s/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, root, h, h, at)
	return w.buf.Bytes()
}

// textString is a PDF text string: UTF-16 with its mark, in hex, so that
// nothing needs escaping.
func textString(s string) string {
	u := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2+2*len(u))
	b = append(b, 0xFE, 0xFF)
	for _, c := range u {
		b = append(b, byte(c>>8), byte(c))
	}
	return "<" + hex.EncodeToString(b) + ">"
}

// num writes a number with at most three decimals and no trailing zeros.
func num(b []byte, v float64) []byte {
	b = strconv.AppendFloat(b, v, 'f', 3, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	if len(b) >= 2 && b[len(b)-1] == '0' && b[len(b)-2] == '-' && (len(b) == 2 || b[len(b)-3] == ' ') {
		b = append(b[:len(b)-2], '0')
	}
	return b
}
