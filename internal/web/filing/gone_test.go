package filing_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/filing"
)

// A deleted draft is had back by one press without script, from wherever it was open:
// what is typed in another window meanwhile goes into it.
func TestADeletedDraftIsHadBackFromEachWindow(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	other := he.form(he.ok(at+"/mission"), at+"/mission") // a second window
	asks := he.ok(at + "/withdraw")
	if !strings.Contains(text(asks.body), "7天内可以恢复") {
		t.Error("nothing says how long it can be had back:", text(asks.body))
	}
	title := w.draft(id).Paper.Case.Trip.Title
	to := he.done(at+"/withdraw", he.form(asks, at+"/withdraw"))
	home := he.ok(to)
	if says := text(home.body); !strings.Contains(home.body, "已删掉草稿《"+title+"》") || !strings.Contains(says, "删掉的草稿") {
		t.Error("home says", says)
	}
	if len(he.form(home, at+"/restore").Get("_key")) == 0 {
		t.Error("a second press would be another")
	}
	// Deleted again in the other window it is deleted, and no page is missing.
	if again := he.done(at+"/withdraw", url.Values{"_key": {"k"}}); again != to {
		t.Error("deleted twice leads to", again)
	}
	// Each page of it says so, and whose it isn't learns nothing.
	for _, page := range []string{at, at + "/mission", at + "/documents"} {
		if p := he.get(page); p.status != http.StatusGone || !strings.Contains(text(p.body), "这份草稿已删掉") || !strings.Contains(text(p.body), "何远舟") || !strings.Contains(p.body, at+"/restore") {
			t.Errorf("%s: %d %s", page, p.status, text(p.body))
		}
	}
	if p := luo.get(at); p.status != http.StatusGone || strings.Contains(p.body, at+"/restore") {
		t.Errorf("who may not write a draft: %d %s", p.status, text(p.body))
	}
	stranger := w.as("other")
	if p := stranger.get(at); p.status != http.StatusNotFound {
		t.Errorf("another unit: %d", p.status)
	}
	if p := stranger.post(at+"/restore", url.Values{"_key": {"k"}}); p.status != http.StatusNotFound {
		t.Errorf("another unit has it back: %d", p.status)
	}
	// What was typed in the other window is shown, and saved with the draft that comes back.
	const typed = "与对方商定二期分工，签署备忘录并验收设备。"
	p := he.post(at+"/mission", with(other, "case.purpose", typed))
	if p.status != http.StatusConflict || !strings.Contains(text(p.body), typed) {
		t.Fatalf("typed meanwhile: %d %s", p.status, text(p.body))
	}
	if pause := he.post(at+"/mission", with(other, "_autosave", "1")); pause.status != http.StatusConflict || pause.head.Get("Revision") != "" {
		t.Errorf("a pause in typing: %d %q", pause.status, pause.body)
	}
	he.done(at+"/mission", he.form(p, at+"/mission"))
	if got := w.draft(id).Paper.Case.Trip.Purpose; got != typed {
		t.Errorf("after it came back the draft says %q", got)
	}
	he.ok(at + "/mission")
	if says := text(he.ok("/cases").body); strings.Contains(says, "删掉的草稿") || !strings.Contains(says, title) {
		t.Error("home still says", says)
	}
	if p := he.ok(to); strings.Contains(p.body, "已删掉草稿") { // the page that told of it, loaded anew
		t.Error("what is back is said to be deleted")
	}
	// After the days it is no more.
	he.done(at+"/withdraw", he.form(he.ok(at+"/withdraw"), at+"/withdraw"))
	w.days.Add(filing.GoneDays)
	he = w.as("he")
	if p := he.get(at); p.status != http.StatusNotFound {
		t.Errorf("after the days: %d", p.status)
	}
	if says := text(he.ok("/cases").body); strings.Contains(says, "删掉的草稿") {
		t.Error("after the days home says", says)
	}
}
