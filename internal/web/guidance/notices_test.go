package guidance_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

// A notice goes from the office to the units and to everybody; who took note goes
// back; and what it said before stays readable.
func TestANoticeIsReadOnTheInternetAndTheOfficeSeesWhoTookNote(t *testing.T) {
	w := newTown(t)
	chu, he, stranger := w.as("chu"), w.as("he"), webtest.Visitor{T: t, Client: http.DefaultClient, URL: w.at[zone.Internet]}
	form := func(page, action string, pairs ...string) url.Values {
		return chu.Hidden(page, action, append([]string{"sort", "notice", "title", "清明假期安排", "body", "要点：\n- 4 月 4 日不开\n- 7 日照常", "to", "all", "from", "2026-03-10", "asks", "yes"}, pairs...)...)
	}
	page := chu.Sees("/notices/new", "写公告")
	if status, said := chu.Post("/notices", form(page, "/notices", "title", "", "until", "三月")); status != http.StatusUnprocessableEntity || !strings.Contains(said, "“三月”不是日期") || !strings.Contains(said, "7 日照常") {
		t.Fatalf("a form that was wrong comes back with %d: %s", status, said)
	}
	_, page = chu.Post("/notices", form(page, "/notices"))
	chu.Holds(page, "已发布。", "0/2", "未阅知")
	w.heard()

	stranger.Sees("/notices", "清明假期安排")
	_, at, _ := strings.Cut(he.Sees("/cases", "待阅知", "清明假期安排"), `href="/notices/`)
	at, _, _ = strings.Cut(at, `"`)
	at = "/notices/" + at
	if read := stranger.Sees(at, "<li>7 日照常</li>"); strings.Contains(read, "/notices/seen") {
		t.Error("a stranger is asked to take note")
	}
	_, page = he.Post("/notices/seen", he.Hidden(he.Sees(at, "我已读过，确认"), "/notices/seen"))
	he.Holds(page, "已记下本单位阅知", "何远舟")
	w.heard()
	chu.Sees(at, "1/2", "何远舟")

	_, page = chu.Post(at+"/edit", form(chu.Sees(at+"/edit", "换成新版"), at+"/edit", "body", "5 日也开。"))
	chu.Holds(page, "新版已发布。", "0/2", "阅知过第 1 版")
	w.heard()
	he.Sees("/cases", "待阅知")
	if read := he.Sees(at+"?edition=1", "4 月 4 日不开", "被新版替换"); strings.Contains(read, "/notices/seen") {
		t.Error("one is asked to take note of what is replaced")
	}
	_, page = chu.Post(at+"/withdraw", chu.Hidden(chu.Sees(at), at+"/withdraw", "reason", "放假通知有变"))
	chu.Holds(page, "已撤回，原文仍能看到。")
	w.heard()
	stranger.Sees(at, "已在", "放假通知有变", "5 日也开。")
	if list := stranger.Sees("/notices"); strings.Contains(list, "清明假期安排") {
		t.Error("what was withdrawn is listed among what holds")
	}
	stranger.Sees("/notices?show=all", "清明假期安排", "已撤回")
}

func TestANoticeForOneUnitIsNotShownToOthers(t *testing.T) {
	w := newTown(t)
	chu, he, other := w.as("chu"), w.as("he"), w.as("other")
	page := chu.Sees("/notices/new")
	_, page = chu.Post("/notices", chu.Hidden(page, "/notices", "sort", "feature", "title", "水务专场", "body", "周五下午。", "to", "units", "unit", "u2", "from", "2026-03-10"))
	chu.Holds(page, "云江水务集团（虚构）")
	w.heard()
	_, at, _ := strings.Cut(other.Sees("/notices", "水务专场", "新功能"), `href="/notices/`)
	at, _, _ = strings.Cut(at, `"`)
	other.Sees("/notices/"+at, "周五下午。")
	if list := he.Sees("/notices?show=all") + he.Sees("/cases"); strings.Contains(list, "水务专场") {
		t.Error("a notice for one unit stands in another's list")
	}
	if status, _ := he.Get("/notices/" + at); status != http.StatusNotFound {
		t.Errorf("another unit reads it: %d", status)
	}
	if status, _ := he.Post("/notices/seen", url.Values{"notice": {at}, "edition": {"1"}}); status != http.StatusNotFound {
		t.Errorf("another unit takes note of it: %d", status)
	}
	if status, _ := w.as("shou").Post("/notices", url.Values{}); status != http.StatusForbidden {
		t.Errorf("intake publishes: %d", status)
	}
}
