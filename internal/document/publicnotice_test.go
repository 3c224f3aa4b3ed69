package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

func publicNotices() map[string]PublicNotice {
	back := aResult()
	return map[string]PublicNotice{
		"public-notice": Announced("渝州大学（虚构）", aPublished(), hanging(), 6, inChinese, nil),
		"second-notice": Reported("渝州大学（虚构）", aPublished(), back, dossier.Notice{From: calendar.On(2026, 5, 20), To: calendar.On(2026, 5, 26)}, 5, inChinese, nil),
	}
}

// What is copied, and what is read on the printed page, is the same notice.
func TestANoticeTellsAllThatItMustInPrintAndAsText(t *testing.T) {
	for name, n := range publicNotices() {
		golden := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(n.Text()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if n.Text() != string(want) {
			t.Errorf("%s now reads\n%s", golden, n.Text())
		}
		pdf, err := Print(n)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Print(n); err != nil || string(again) != string(pdf) {
			t.Errorf("%s: the same notice gave other bytes: %v", name, err)
		}
		read := squeezed(readBack(t, pdf))
		for _, p := range n.Parts {
			for _, says := range append(append([]string{p.Head, n.Title, n.Last}, p.List...), p.Text) {
				if !strings.Contains(read, strings.TrimRight(squeezed(says), "。")) {
					t.Errorf("%s: the page doesn't say %q: %s", name, says, read)
				}
			}
			for _, r := range p.Rows {
				if !strings.Contains(read, squeezed(r[1])) {
					t.Errorf("%s: the page doesn't say %q", name, r[1])
				}
			}
		}
	}
}

// A unit's notice is not to be taken for a document of the office.
func TestAUnitsNoticeIsNoDocumentOfTheOffice(t *testing.T) {
	pdf, err := Print(publicNotices()["public-notice"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readFacts(pdf); err == nil {
		t.Error("it says of itself what only the office's documents say")
	}
	if strings.Contains(string(pdf), "/Sig") || strings.Contains(string(pdf), "/AcroForm") {
		t.Error("it has a place for a signature")
	}
}

// Of a host with a Chinese name a notice writes that, and the original behind it.
func TestANoticeWritesTheChineseNameOfAHost(t *testing.T) {
	i := dossier.Invitation{Issuer: "Muster University", IssuerZh: "示范大学", IssuerCountry: "DEU"}
	country := func(string) string { return "德国" }
	if got := letterWords(i, country); !strings.HasPrefix(got, "示范大学（Muster University）（德国）") {
		t.Error(got)
	}
	i.IssuerZh = ""
	if got := letterWords(i, country); !strings.HasPrefix(got, "Muster University（德国）") {
		t.Error(got)
	}
}
