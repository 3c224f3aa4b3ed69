package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
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
