package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

func aPublished() dossier.Published {
	return dossier.Published{
		Title: "渝州大学（虚构）赴德国合作研究团组", People: []string{"江明远", "舒若兰"}, Posts: []string{"渝州大学（虚构）副校长", "渝州研究院（虚构）处长"},
		Countries: []string{"DEU"}, Depart: calendar.On(2026, 5, 11), Return: calendar.On(2026, 5, 15), Purpose: "与柏林示范大学商定联合实验室的建设方案",
		Itinerary: []dossier.HalfDay{
			{Date: calendar.On(2026, 5, 11), Half: dossier.Morning, Activity: "乘机前往柏林"},
			{Date: calendar.On(2026, 5, 12), Half: dossier.Afternoon, City: "柏林", Activity: "商谈联合实验室", Host: "柏林示范大学"},
		},
		Route:   []string{"法兰克福（转机）", "柏林"},
		Letters: []dossier.Invitation{{Issuer: "柏林示范大学", IssuerCountry: "DEU", Signatory: "A. Beispiel", SignatoryTitle: "国际处处长", Issued: calendar.On(2026, 2, 8), From: calendar.On(2026, 5, 10), To: calendar.On(2026, 5, 16), About: "以工科见长的公立大学，与渝州大学合作六年"}},
		Fund:    dossier.ResearchFund, Covers: []dossier.HostCover{dossier.CoversLodging}, TotalCny: money.MustDecimal("58620.00"),
	}
}

func inChinese(code string) string { return map[string]string{"DEU": "德国"}[code] }

func hanging() dossier.Notice {
	return dossier.Notice{From: calendar.On(2026, 2, 27), To: calendar.On(2026, 3, 5), Contact: "纪检室 023-6000 0000"}
}

func publicNotices() map[string]PublicNotice {
	back := Result{Departed: calendar.On(2026, 5, 11), Home: calendar.On(2026, 5, 14), Differs: "因航班取消，提前一天回国", Results: []string{"商定联合实验室的章程", "交换了三年的人员往来计划"}, Report: "出访报告.pdf", SpentFen: 5731050}
	return map[string]PublicNotice{
		"public-notice": Announced("渝州大学（虚构）", aPublished(), hanging(), 6, inChinese),
		"second-notice": Reported("渝州大学（虚构）", aPublished(), back, dossier.Notice{From: calendar.On(2026, 5, 20), To: calendar.On(2026, 5, 26)}, 5, inChinese),
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
