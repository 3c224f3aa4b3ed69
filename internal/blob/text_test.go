package blob_test

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yitang/internal/blob"
)

func says(c []byte, t blob.Type) string {
	text, _ := blob.Text(bytes.NewReader(c), int64(len(c)), t)
	return text
}

func deflated(b []byte) []byte {
	var z bytes.Buffer
	w, _ := zlib.NewWriterLevel(&z, zlib.BestCompression)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

// objects is a PDF of these objects, from number 1; one that is a pair is a stream.
func objects(all ...any) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range all {
		fmt.Fprintf(&b, "%d 0 obj\n", i+1)
		switch x := o.(type) {
		case string:
			b.WriteString(x)
		case [2]string:
			z := deflated([]byte(x[1]))
			fmt.Fprintf(&b, "<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", x[0], len(z), z)
		}
		b.WriteString("\nendobj\n")
	}
	b.WriteString("startxref\n0\n%%EOF\n")
	return b.Bytes()
}

const cmap = "1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0001> <673A> <0002> <5BC6> endbfchar 2 beginbfrange <0003> <0004> <2605> <0005> <0006> [<4E00> <5E74>] endbfrange"

func TestTheTextOfADocumentIsReadLineByLine(t *testing.T) {
	page := func(resources, contents string) string {
		return "<</Type/Page/Resources<<" + resources + ">>/Contents " + contents + ">>"
	}
	composite := "<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 3 0 R>>"
	packed := "10 0 11 " + fmt.Sprint(len(page("/Font<</F1 11 0 R>>", "1 0 R"))+1) + " "
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"a face with its own table, runs of a line apart": {objects(page("/Font<</F1 2 0 R>>", "[4 0 R]"), composite, [2]string{"", cmap},
			[2]string{"", "BT /F1 12 Tf 1 0 0 1 90 700 Tm <0001> Tj ET BT /F1 12 Tf 1 0 0 1 102 700 Tm [<0002>-20<0003>]TJ ET BT /F1 9 Tf 1 0 0 1 90 600 Tm <00050006>Tj ET"}), "机密★\n一年"},
		"places by the matrix of the page": {objects(page("/Font<</F1 2 0 R>>", "4 0 R"), composite, [2]string{"", cmap},
			[2]string{"", "q 1 0 0 -1 0 842 cm BT /F1 1 Tf 12 0 0 -12 90 50 Tm <0001>Tj ET Q q .1 0 0 .1 0 0 cm BT /F1 120 Tf 900 7920 Td <0002>Tj ET Q"}), "机密"},
		"resources of the branch, a published table": {objects("<</Type/Pages/Resources<</Font 4 0 R>>>>", "<</Type/Page/Parent 1 0 R/Contents 3 0 R>>",
			[2]string{"", "BT /A#20b 1 Tf 0 100 Td (\\273\\372\\303\\334) Tj T* ET"}, "<</A#20b<</Subtype/Type0/Encoding/GBK-EUC-H>>>>"), "机密"},
		"letters of a simple face": {objects(page("/Font<</F1<</Subtype/TrueType/Encoding/WinAnsiEncoding>>>>", "2 0 R"), [2]string{"", "BT /F1 1 Tf (a\\(1\\)) Tj 0 -12 Td (b) ' ET"}), "a(1)\nb"},
		"a form that a page draws": {objects([2]string{"/Subtype/Form/Resources<</Font<</F 2 0 R>>>>", "BT /F 1 Tf <00010002>Tj ET"}, composite, [2]string{"", cmap}), "机密"},
		"objects in a stream": {objects([2]string{"", "BI /W 1 ID \x00(\x01 EI BT /F1 1 Tf <00010002>Tj ET"}, [2]string{"/Type/ObjStm/N 2/First " + fmt.Sprint(len(packed)),
			packed + page("/Font<</F1 11 0 R>>", "1 0 R") + " " + composite}, [2]string{"", cmap}), "机密"},
	} {
		if got := strings.TrimSpace(says(c.file, blob.PDF)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	doc := aZip(t, map[string]string{"[Content_Types].xml": types(wordMain),
		"word/document.xml": `<w:document xmlns:w="x"><w:p w:a="1"><w:r><w:t>机</w:t></w:r><w:r><w:rPr/><w:t xml:space="preserve">密★</w:t></w:r></w:p><w:p><w:t>A &amp; B</w:t><w:br/><w:t/></w:p>not text</w:document>`,
		"word/header1.xml":  `<w:hdr><w:p><w:r><w:t>眉</w:t></w:r></w:p></w:hdr>`})
	if got := says(doc, blob.DOCX); !strings.Contains(got, "机密★\nA & B\n") || !strings.Contains(got, "眉\n") || strings.Contains(got, "not text") {
		t.Errorf("a DOCX says %q", got)
	}
	f := excelize.NewFile()
	f.SetCellStr("Sheet1", "B7", "秘密")
	f.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddHeader: "&C机密★"})
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if got := says(b.Bytes(), blob.XLSX); !strings.Contains(got, "秘密\n") || !strings.Contains(got, "&C机密★\n") {
		t.Errorf("an XLSX says %q", got)
	}
}

// The files in testdata were written by the programs that people have.
func TestTheTextOfForeignProgramsIsRead(t *testing.T) {
	all, err := filepath.Glob("testdata/*.pdf")
	if err != nil || len(all) == 0 {
		t.Fatal("no samples", err)
	}
	for _, name := range all {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := says(b, blob.PDF); !strings.Contains(got, "\n机密★1年\n") || !strings.Contains(got, "渝示发〔2026〕3号") {
			t.Errorf("%s says %q", name, got)
		}
	}
}

// What our reader can't unpack or understand is told, so that somebody looks:
// silence would pass for "nothing secret in it".
func TestAFileThatCannotBeReadIsTold(t *testing.T) {
	page := "<</Type/Page/Resources<</Font<</F 2 0 R>>>>/Contents 4 0 R>>"
	face := "<</Subtype/Type0/Encoding/Identity-H/ToUnicode 3 0 R>>"
	drawn := [2]string{"", "BT /F 1 Tf <00010002>Tj ET"}
	stream := func(dict, bytes string) string { return "<<" + dict + ">>\nstream\n" + bytes + "\nendstream" }
	sample, err := os.ReadFile("testdata/libreoffice.pdf")
	if err != nil {
		t.Fatal(err)
	}
	var in85 bytes.Buffer
	w := ascii85.NewEncoder(&in85)
	w.Write(deflated([]byte(drawn[1])))
	w.Close()
	scan := objects("<</Type/Page/Contents 2 0 R>>", [2]string{"", "q 595 0 0 842 0 0 cm /Im1 Do Q"}, stream("/Subtype/Image/Filter/DCTDecode", "\xff\xd8"))
	for name, c := range map[string]struct {
		file   []byte
		typ    blob.Type
		unread bool
	}{
		"a page":                                {objects(page, face, [2]string{"", cmap}, drawn), blob.PDF, false},
		"what a program wrote":                  {sample, blob.PDF, false},
		"a page in letters (reportlab)":         {objects(page, face, [2]string{"", cmap}, stream("/Filter[/ASCII85Decode/FlateDecode]", in85.String()+"~>")), blob.PDF, false},
		"a scan: nobody reads pictures":         {scan, blob.PDF, true},
		"a photo":                               {[]byte("\xff\xd8\xff"), blob.JPEG, false},
		"packed as LZW":                         {objects(page, face, [2]string{"", cmap}, stream("/Filter/LZWDecode", "\x80\x0b")), blob.PDF, true},
		"packed with a predictor":               {objects(page, face, [2]string{"", cmap}, [2]string{"/DecodeParms<</Predictor 12>>", drawn[1]}), blob.PDF, true},
		"packed and broken":                     {objects(page, face, [2]string{"", cmap}, stream("/Filter/FlateDecode", string(deflated([]byte(drawn[1]))[:9]))), blob.PDF, true},
		"a face that doesn't say what it shows": {objects(page, "<</Subtype/Type0/Encoding/Identity-H>>", "0", drawn), blob.PDF, true},
		"a face that isn't there":               {objects(page, "0", "0", drawn), blob.PDF, true},
		"no page that we find":                  {objects("<</Type/Catalog>>"), blob.PDF, true},
		"more than is read":                     {objects(page, "<</Subtype/Type1>>", "0", [2]string{"", "BT /F 1 Tf " + strings.Repeat("("+strings.Repeat("a", 1000)+")Tj ", 5000)}), blob.PDF, true},
		"a DOCX":                                {aZip(t, map[string]string{"word/document.xml": "<w:p><w:t>文</w:t></w:p>"}), blob.DOCX, false},
		"a DOCX of more than is read":           {aZip(t, map[string]string{"word/document.xml": "<w:t>" + strings.Repeat("密", 2<<20)}), blob.DOCX, true},
		"a workbook that isn't one":             {[]byte("PK\x03\x04"), blob.XLSX, true},
	} {
		if _, unread := blob.Text(bytes.NewReader(c.file), int64(len(c.file)), c.typ); unread != c.unread {
			t.Errorf("%s: unread %v", name, unread)
		}
	}
}

// meeting counts how many files are being read, and keeps each until as many as
// may have come.
type meeting struct {
	*bytes.Reader
	now, most *atomic.Int32
	full      chan struct{}
}

func (m meeting) ReadAt(p []byte, at int64) (int, error) {
	n := m.now.Add(1)
	defer m.now.Add(-1)
	for was := m.most.Load(); n > was && !m.most.CompareAndSwap(was, n); was = m.most.Load() {
	}
	if int(n) == blob.AtOnce {
		select {
		case m.full <- struct{}{}:
		default:
		}
	}
	<-m.full
	m.full <- struct{}{} // for whoever comes later
	runtime.Gosched()
	return m.Reader.ReadAt(p, at)
}

// Twenty uploads at once take the memory of two.
func TestFewFilesAreReadAtOnce(t *testing.T) {
	var now, most atomic.Int32
	var all sync.WaitGroup
	full := make(chan struct{}, 1)
	file := objects("<</Type/Page>>")
	for i := range 20 {
		all.Go(func() {
			of := meeting{bytes.NewReader(file), &now, &most, full}
			if i%2 == 0 {
				blob.Text(of, int64(len(file)), blob.PDF)
			} else {
				blob.Look(of, int64(len(file)), blob.PDF)
			}
		})
	}
	all.Wait()
	if got := int(most.Load()); got != blob.AtOnce || got >= 20 {
		t.Errorf("%d were read at once, %d may", got, blob.AtOnce)
	}
}

func TestTheBodyOfADocumentIsWhatSomebodyWrote(t *testing.T) {
	doc := aZip(t, map[string]string{"word/document.xml": "<w:p><w:t>正文</w:t></w:p>", "word/header1.xml": "<w:p><w:t>信头</w:t></w:p>", "word/footer1.xml": "<w:p><w:t>页脚</w:t></w:p>", "word/comments.xml": "<w:p><w:t>批注</w:t></w:p>"})
	if got := blob.Body(bytes.NewReader(doc), int64(len(doc))); strings.TrimSpace(got) != "正文" {
		t.Errorf("%q", got)
	}
}

// What unpacks without end, means without end or points at itself costs neither
// memory nor time.
func TestAHostileDocumentCostsLittle(t *testing.T) {
	page := "<</Type/Page/Resources<</Font<</F 2 0 R>>>>/Contents 4 0 R>>"
	face := "<</Subtype/Type0/ToUnicode 3 0 R>>"
	// Tables of all codes again and again; codes that mean whole books.
	ranges := strings.Repeat("1 beginbfrange <0000> <FFFF> <0000> endbfrange\n", 100_000)
	fonts, refs := []any{}, ""
	for i := range 300 {
		refs += fmt.Sprintf("/F%d %d 0 R", i, 10+i)
		fonts = append(fonts, face)
	}
	many := append([]any{"<</Type/Page/Resources<</Font<<" + refs + ">>>>/Contents 4 0 R>>", "0", [2]string{"", ranges}, [2]string{"", strings.Repeat("/F1 1 Tf /F2 1 Tf <0041>Tj ", 1000)}, "0", "0", "0", "0", "0"}, fonts...)
	for name, c := range map[string]struct {
		file []byte
		typ  blob.Type
	}{
		"a stream that unpacks to more than is read": {objects(page, face, [2]string{"", cmap}, [2]string{"", strings.Repeat("BT /F 1 Tf <0001>Tj ET ", 3<<20)}), blob.PDF},
		"a long table": {objects(page, face, [2]string{"", ranges}, [2]string{"", "BT /F 1 Tf <0001>Tj ET"}), blob.PDF},
		"many faces":   {objects(many...), blob.PDF},
		"a code that means a book": {objects(page, face, [2]string{"", "1 beginbfchar <0001> <" + strings.Repeat("4E00", 1<<20) + "> endbfchar"},
			[2]string{"", "BT /F 1 Tf <" + strings.Repeat("0001", 1<<20) + ">Tj ET"}), blob.PDF},
		"values within values":                     {objects(strings.Repeat("[", 10<<20)), blob.PDF},
		"dictionaries in a row":                    {objects(strings.Repeat("<</A", 3<<20)), blob.PDF},
		"ever more values":                         {objects("[" + strings.Repeat("1 ", 9<<20) + "]"), blob.PDF},
		"arguments without end":                    {objects(page, face, [2]string{"", strings.Repeat("[1 1 1] ", 3<<20)}, [2]string{"", strings.Repeat("[1 1 1] ", 3<<20)}), blob.PDF},
		"references in a ring":                     {objects("<</Type/Page/Parent 1 0 R/Resources 2 0 R/Contents 3 0 R>>", "2 0 R", "[3 0 R 3 0 R]", "4 0 R"), blob.PDF},
		"heads without a stream":                   {[]byte("%PDF-1.7\n" + strings.Repeat("1 0 obj<<>>stream\n", 1<<20)), blob.PDF},
		"a packed object at every place":           {objects([2]string{"/Type/ObjStm/N 100000/First 900000", strings.Repeat("7 1 8 0 ", 112_500) + strings.Repeat("[", 4<<20)}), blob.PDF},
		"a DOCX that unpacks to more than is read": {aZip(t, map[string]string{"word/document.xml": "<w:t>" + strings.Repeat("密", 12<<20)}), blob.DOCX},
		"one tag without end":                      {aZip(t, map[string]string{"word/document.xml": "<w:t" + strings.Repeat(` a="1"`, 8<<20)}), blob.DOCX},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		text := says(c.file, c.typ)
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		// All that was ever asked for, most of it given back on the way.
		if asked := (after.TotalAlloc - before.TotalAlloc) >> 20; asked > 400 || len(text) > 5<<20 || took > 20*time.Second {
			t.Errorf("%s: %d MB, %d bytes of text, %v", name, asked, len(text), took)
		} else {
			t.Logf("%s: %d MB, %d bytes of text, %v", name, asked, len(text), took)
		}
	}
}

func FuzzTextOfADocument(f *testing.F) {
	f.Add(objects("<</Type/Page/Resources<</Font<</F 2 0 R>>>>/Contents 4 0 R>>", "<</Subtype/Type0/ToUnicode 3 0 R>>", "<<>>stream\n"+cmap+"\nendstream", "<<>>stream\nBT /F 1 Tf [<0001>(a)] TJ ET\nendstream"))
	f.Fuzz(func(t *testing.T, c []byte) {
		if len(c) < 1<<16 && len(says(c, blob.PDF)) > 5<<20 {
			t.Error("more was said than is read")
		}
		says(c, blob.DOCX)
	})
}
