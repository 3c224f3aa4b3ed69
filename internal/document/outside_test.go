package document

import (
	"bytes"
	"flag"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// outside runs a program that other people wrote and gives what it says. Where
// the program is missing the test is skipped, but never in the project's own
// runs.
func outside(t *testing.T, name string, args ...string) string {
	t.Helper()
	_, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("YITANG_CI") == "1" {
			t.Fatalf("%s isn't installed, and this run may not do without it", name)
		}
		t.Skipf("%s isn't installed (apt-get install poppler-utils qpdf)", name)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func written(t *testing.T, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	err := os.WriteFile(path, pdf, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// pictures draws the pages at 150 dots an inch: six to the millimetre.
const dotsPerMM = 150 / 25.4

func pictures(t *testing.T, pdf []byte) []image.Image {
	t.Helper()
	path := written(t, pdf)
	outside(t, "pdftoppm", "-r", "150", "-png", path, strings.TrimSuffix(path, ".pdf"))
	names, err := filepath.Glob(strings.TrimSuffix(path, ".pdf") + "-*.png")
	if err != nil || len(names) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	var pages []image.Image
	for _, n := range names {
		raw, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := image.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, p)
	}
	return pages
}

// papers are one of each kind, and the longest.
func papers() map[string]Paper {
	hongKong := anApproval(1)
	hongKong.Legs = []Leg{{Country: "中国香港", Arrive: hongKong.Depart, Leave: hongKong.Return}}
	hongKong.Supersedes = "云外出〔2026〕9号"
	hongKong.CopiesTo = nil
	term, declared := anApproval(4), anApproval(2)
	term.DaysEach, declared.Under = 5, "云外出〔2026〕9号"
	return map[string]Paper{
		"approval":    anApproval(4),
		"term":        term,
		"declared":    declared,
		"approval-60": anApproval(60),
		"hongkong":    hongKong,
		"notice":      aNotice(5),
		"certificate": aCertificate(),
		"note":        aNote(),

		"opinion-request": aCorrespondence(KindOpinionRequest),
		"opinion-reply":   aCorrespondence(KindOpinionReply),
		"mission-notice":  aCorrespondence(KindMissionNotice),
		"confirmation":    aConfirmation(),
	}
}

// readBack is a document's text as a reader would copy it, without what
// depends on how the reading program guesses at spaces and lines.
func readBack(t *testing.T, pdf []byte) string {
	t.Helper()
	return outside(t, "pdftotext", "-enc", "UTF-8", written(t, pdf), "-")
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func TestTextCopiedFromADocumentIsWhatWasWritten(t *testing.T) {
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			got := readBack(t, anOffice(t, 1).issue(t, p))
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				err := os.WriteFile(golden, []byte(got), 0o644)
				if err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if squeezed(got) != squeezed(string(want)) {
				t.Errorf("text differs from %s; it now reads\n%s", golden, got)
			}
		})
	}
}

// What this package reads from the pages is what another program reads from
// them: the same characters, whatever that one makes of lines and columns.
func TestThePagesAreReadAsAnotherProgramReadsThem(t *testing.T) {
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			pages, err := PageText(anOffice(t, 1).issue(t, p))
			if err != nil {
				t.Fatal(err)
			}
			golden, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			theirs := strings.Split(strings.TrimSuffix(string(golden), "\f"), "\f")
			if len(pages) != len(theirs) {
				t.Fatalf("%d pages, another program finds %d", len(pages), len(theirs))
			}
			for i := range pages {
				if ours, want := sorted(pages[i]), sorted(theirs[i]); ours != want {
					t.Errorf("page %d is read as\n%s\nanother program reads\n%s", i+1, pages[i], theirs[i])
				}
			}
		})
	}
	for _, bad := range []string{"", "%PDF-1.7\n", "startxref\n0\n%%EOF\n"} {
		if pages, err := PageText([]byte(bad)); err == nil {
			t.Errorf("%q is read as %q", bad, pages)
		}
	}
}

func sorted(s string) string {
	runes := []rune(squeezed(s))
	slices.Sort(runes)
	return string(runes)
}

func TestOtherProgramsAgreeThatADocumentIsSoundAndSigned(t *testing.T) {
	for name, p := range papers() {
		t.Run(name, func(t *testing.T) {
			path := written(t, anOffice(t, 1).issue(t, p))
			if out := outside(t, "qpdf", "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") {
				t.Errorf("qpdf finds fault:\n%s", out)
			}
			sig := outside(t, "pdfsig", "-nocert", path)
			for _, want := range []string{"Signature is Valid", "Total document signed", "ETSI.CAdES.detached", "SHA-256"} {
				if !strings.Contains(sig, want) {
					t.Errorf("pdfsig doesn't say %q:\n%s", want, sig)
				}
			}
			fonts := strings.Split(strings.TrimSpace(outside(t, "pdffonts", path)), "\n")
			if len(fonts) < 4 {
				t.Errorf("a document has a regular and a bold face at least:\n%s", strings.Join(fonts, "\n"))
			}
			for _, f := range fonts[2:] {
				// emb sub uni
				if !strings.Contains(f, "yes yes yes") || f[6] != '+' {
					t.Errorf("not embedded as a subset that maps back to Unicode: %s", f)
				}
			}
		})
	}
}

func TestADocumentCanBeWalkedByItsStructure(t *testing.T) {
	path := written(t, anOffice(t, 1).issue(t, anApproval(4)))
	if info := outside(t, "pdfinfo", path); !strings.Contains(info, "Tagged:          yes") {
		t.Errorf("pdfinfo doesn't find it tagged:\n%s", info)
	}
	meta := outside(t, "pdfinfo", "-meta", path)
	for _, want := range []string{"因公临时出国任务批件", "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>", "云外出〔2026〕117号"} {
		if !strings.Contains(meta, want) {
			t.Errorf("the metadata doesn't say %q:\n%s", want, meta)
		}
	}
	tree := outside(t, "pdfinfo", "-struct-text", path)
	for _, want := range []string{"Document", "H1", "Table", "TR", "TH", "TD", "Figure", "Form"} {
		if !strings.Contains(tree, want) {
			t.Errorf("no %s in the structure:\n%s", want, tree)
		}
	}
	// The order of reading is that of the page, from organ to date.
	at := -1
	for _, want := range []string{"云江市人民政府外事办公室", "云外出〔2026〕117号", "一、出访任务", "顾明远", "东京", "有效期至", "2026年11月20日"} {
		next := strings.Index(tree[at+1:], want)
		if next < 0 {
			t.Fatalf("%q isn't read after what comes before it on the page:\n%s", want, tree)
		}
		at += 1 + next
	}
}
