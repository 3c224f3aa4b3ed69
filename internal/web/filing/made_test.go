package filing_test

import (
	"net/http"
	"strings"
	"testing"

	"yitang/internal/document"
)

// printed is what a paper that was made says, without what depends on lines.
func (r reader) printed(at string) string {
	r.t.Helper()
	p := r.get(at)
	if p.status != http.StatusOK || p.head.Get("Content-Type") != "application/pdf" {
		r.t.Fatalf("GET %s: %d %s", at, p.status, text(p.body))
	}
	pages, err := document.PageText([]byte(p.body))
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.Join(pages, "")), "")
}

// What the list of needs says is made by the system can be opened where papers
// are given, says what the case says now, and is nobody else's to read.
func TestWhatTheSystemMakesIsOpenedFromThePapersOfTheCase(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	page := he.ok(at + "/documents")
	if says := text(page.body); !strings.Contains(says, "系统生成的材料") {
		t.Fatalf("the page of papers doesn't tell of them: %s", says)
	}
	for what, says := range map[string][]string{
		"M02": {"因公临时出国申报表", "巴渝理工大学（虚构）", "江明远", "德国"},
	} {
		if !strings.Contains(page.body, at+"/made?paper="+what+`"`) {
			t.Errorf("%s isn't offered", what)
			continue
		}
		got := he.printed(at + "/made?paper=" + what)
		for _, want := range append(says, "2026年3月10日填写的内容（尚未提交）") {
			if !strings.Contains(got, want) {
				t.Errorf("%s doesn't say %s: %s", what, want, got)
			}
		}
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.purpose", "与柏林示范大学商定另一份章程并签字"))
	if got := he.printed(at + "/made?paper=M02"); !strings.Contains(got, "商定另一份章程并签字") {
		t.Errorf("it says what the case said before: %s", got)
	}
	if p := w.as("other").get(at + "/made?paper=M02"); p.status != http.StatusNotFound && p.status != http.StatusForbidden {
		t.Errorf("another unit reads it: %d", p.status)
	}
	if p := he.get(at + "/made?paper=M01"); p.status != http.StatusNotFound {
		t.Errorf("a paper that people bring: %d", p.status)
	}
	blank := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "blank"))
	if says := text(he.ok(blank + "/documents").body); !strings.Contains(says, "申报表 先选好出访人员") {
		t.Errorf("nothing says what is to be filled in first: %s", says)
	}
	if p := he.get(blank + "/made?paper=M02"); p.status != http.StatusConflict || !strings.Contains(text(p.body), "还没有填齐") {
		t.Errorf("made of nothing: %d %s", p.status, text(p.body))
	}
}
