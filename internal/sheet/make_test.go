package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// id completes seventeen digits by their check character.
func id(body string) string {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return body + "10X98765432"[sum%11:sum%11+1]
}

// Three people who don't exist: area 000000 is nobody's.
var (
	zhang = id("00000019900307001") // a man
	li    = id("00000019851112002") // a woman
	wang  = id("00000019780229101") // born on a day that never was
)

func utf16le(s string) []byte { return wide(s, binary.LittleEndian, false) }

func wide(s string, order binary.ByteOrder, mark bool) []byte {
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	out := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(out[2*i:], u)
	}
	return out
}

func gb18030(s string) []byte {
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return out
}

// book makes a workbook: rows of values as excelize writes them, and what is
// done to it afterwards.
func book(rows [][]any, then ...func(*excelize.File)) func() []byte {
	return func() []byte {
		x := excelize.NewFile()
		defer x.Close()
		for i, row := range rows {
			for j, v := range row {
				if v == nil {
					continue
				}
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				must(err)
				if f, ok := v.(formula); ok {
					must(x.SetCellFormula("Sheet1", at, f.text))
					continue
				}
				must(x.SetCellValue("Sheet1", at, v))
			}
		}
		for _, f := range then {
			f(x)
		}
		var b bytes.Buffer
		_, err := x.WriteTo(&b)
		must(err)
		return b.Bytes()
	}
}

type formula struct{ text string }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// raw makes a workbook out of the XML of its one sheet, for what no library
// would write: sheet is what stands inside <worksheet>.
func raw(sheet string, more ...string) func() []byte {
	return func() []byte {
		parts := map[string]string{
			"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
			"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
			"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   `<worksheet>` + sheet + `</worksheet>`,
		}
		for i := 0; i+1 < len(more); i += 2 {
			parts[more[i]] = more[i+1]
			if more[i+1] == "" {
				delete(parts, more[i])
			}
		}
		return zipped(parts)
	}
}

func zipped(parts map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range sortedKeys(parts) {
		w, err := z.Create(name)
		must(err)
		_, err = w.Write([]byte(parts[name]))
		must(err)
	}
	must(z.Close())
	return b.Bytes()
}

func sortedKeys(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// inline is rows of text cells without any style or shared string.
func inline(rows ...string) string {
	var b strings.Builder
	b.WriteString("<sheetData>")
	for i, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for _, c := range strings.Split(row, "|") {
			fmt.Fprintf(&b, `<c t="inlineStr"><is><t>%s</t></is></c>`, c)
		}
		b.WriteString("</row>")
	}
	return b.String() + "</sheetData>"
}

func text(s string) func() []byte { return func() []byte { return []byte(s) } }

// declared is a workbook whose directory says that its sheet unpacks to so many bytes.
func declared(size uint64) func() []byte {
	return func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CompressedSize64: 4, UncompressedSize64: size})
		must(err)
		_, err = w.Write([]byte("\x03\x00\x00\x00"))
		must(err)
		must(z.Close())
		return b.Bytes()
	}
}
