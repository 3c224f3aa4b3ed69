package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// A screen that opens no files shows each page of each paper as it is, and says what
// is written there: the same characters that another program finds on the page.
func TestAPageIsShownAsAPictureWithAllThatIsWrittenOnIt(t *testing.T) {
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			shown, err := Pictures(anOffice(t, 1).issue(t, p))
			if err != nil {
				t.Fatal(err)
			}
			if want := p.facts().Code; shown.Code != want {
				t.Errorf("its code is %q, not %q", shown.Code, want)
			}
			golden, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			theirs := strings.Split(strings.TrimSuffix(string(golden), "\f"), "\f")
			if len(shown.Pages) != len(theirs) {
				t.Fatalf("%d pages, another program finds %d", len(shown.Pages), len(theirs))
			}
			for i, page := range shown.Pages {
				drawn := drawnText(t, page.SVG)
				if want := sorted(theirs[i]); sorted(drawn) != want {
					t.Errorf("page %d shows\n%s\nanother program reads\n%s", i+1, drawn, theirs[i])
				}
				// A mark across the page is drawn and isn't a line of it.
				if said := sorted(strings.Join(page.Lines, "")); p.mark() == "" && said != sorted(drawn) {
					t.Errorf("page %d says %q", i+1, page.Lines)
				}
				var small bytes.Buffer
				z := gzip.NewWriter(&small)
				if _, err := z.Write(page.SVG); err != nil {
					t.Fatal(err)
				}
				if err := z.Close(); err != nil || small.Len() > 16_000 {
					t.Errorf("page %d weighs %d bytes over the line, %v", i+1, small.Len(), err)
				}
			}
		})
	}
	for _, bad := range []string{"", "%PDF-1.7\n", "startxref\n0\n%%EOF\n"} {
		if _, err := Pictures([]byte(bad)); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%q is shown: %v", bad, err)
		}
	}
}

// Whoever made it, a file costs no more than one of ours would: it is refused.
func TestAFileThatWouldCostTooMuchIsRefused(t *testing.T) {
	const root, tree = "<</Pages 2 0 R>>", "<</Kids[3 0 R]>>"
	page := func(content, seal string) []object {
		return []object{{dict: root}, {dict: tree}, {dict: "<</Contents 4 0 R /Seal 5 0 R>>"}, {stream: content}, {stream: seal}}
	}
	if shown, err := Pictures(fileOf(page("q 1 0 0 1 2 3 cm /Seal Do Q\n/Seal Do\n", "0 0 9 9 re f\n"))); err != nil || strings.Count(string(shown.Pages[0].SVG), "M0 0h9") != 2 {
		t.Fatalf("what costs little isn't drawn: %v %+v", err, shown)
	}
	many := page("", "")
	many[1].dict = "<</Kids[" + strings.Repeat("3 0 R ", mostPages+1) + "]>>"
	good := string(fileOf(page("", "")))
	table := strings.Index(good, "xref\n")
	for name, pdf := range map[string][]byte{
		"a seal that draws itself":     fileOf(page("/Seal Do\n", "/Seal Do\n")),
		"a seal set over and over":     fileOf(page(strings.Repeat("/Seal Do\n", 5000), strings.Repeat("q Q\n", 5000))),
		"a stream that swells":         fileOf(page(strings.Repeat(" ", mostRead+1), "")),
		"streams that swell together":  fileOf(page(strings.Repeat(" ", mostRead/2), strings.Repeat(" ", mostRead/2+1))),
		"one page over and over":       fileOf(many),
		"a number that fills the page": fileOf(page("9e307 0 m\n", "")),
		"no number":                    fileOf(page("NaN 0 m\n", "")),
		"fewer objects than none":      []byte(good[:table] + strings.Replace(good[table:], "0 6\n", "0 -1\n", 1)),
		"more objects than any":        []byte(good[:table] + strings.Replace(good[table:], "0 6\n", "0 9223372036854775807\n", 1)),
		"an object before the file":    []byte(good[:table] + strings.Replace(good[table:], "0000000009", "-000000009", 1)),
	} {
		if _, err := Pictures(pdf); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := PageText(pdf); err != nil && !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s, read: %v", name, err)
		}
	}
}

// object is one of a file that this package might have written, but didn't.
type object struct{ dict, stream string }

func fileOf(all []object) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	at := []int{0}
	for i, o := range all {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n", i+1)
		if o.dict != "" {
			out.WriteString(o.dict)
		} else {
			var small bytes.Buffer
			z := zlib.NewWriter(&small)
			_, _ = z.Write([]byte(o.stream))
			_ = z.Close()
			fmt.Fprintf(&out, "<</Length %d>>\nstream\n%s\nendstream", small.Len(), small.Bytes())
		}
		out.WriteString("\nendobj\n")
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n", len(at))
	for _, n := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&out, "trailer\n<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table)
	return out.Bytes()
}

// drawnText is what a well-formed picture's texts say.
func drawnText(t *testing.T, svg []byte) string {
	t.Helper()
	var out strings.Builder
	inside := false
	for dec := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := dec.Token()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			inside = x.Name.Local == "text"
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				out.Write(x)
			}
		}
	}
}

// The lines stand in the order in which they are read.
func TestThePicturesLinesAreReadFromTheTop(t *testing.T) {
	a := anApproval(2)
	shown, err := Pictures(anOffice(t, 1).issue(t, a))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range shown.Pages {
		lines = append(lines, p.Lines...)
	}
	all := squeezed(strings.Join(lines, "\n"))
	for _, want := range []string{a.Office, a.Number, a.name(), a.Members[0].Name, a.Members[1].Name} {
		_, below, is := strings.Cut(all, squeezed(want))
		if !is {
			t.Fatalf("%q isn't said below what stands above it:\n%q", want, lines)
		}
		all = below
	}
}
