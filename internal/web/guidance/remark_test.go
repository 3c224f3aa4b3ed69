package guidance_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/web/webtest"
)

// said gives a remark from a page's own link and tells where it is.
func said(t *testing.T, v webtest.Visitor, from, words string) string {
	t.Helper()
	_, link, there := strings.Cut(v.Sees(from), `href="/feedback?`)
	if !there {
		t.Fatalf("%s leads to no feedback", from)
	}
	link, _, _ = strings.Cut(link, `"`)
	form := v.Sees("/feedback?" + strings.ReplaceAll(link, "&amp;", "&"))
	_, page := v.Post("/feedback", v.Hidden(form, "/feedback", "matter", "wish", "words", words, "with", "yes"))
	v.Holds(page, "已发给外办", words, "未看")
	_, id, _ := strings.Cut(page, `back=%2Ffeedback%2F`)
	id, _, _ = strings.Cut(id, "%3F")
	return "/feedback/" + id
}

func TestARemarkGoesFromAnyPageToTheOfficeAndItsAnswerComesBack(t *testing.T) {
	w := newTown(t)
	chu, he, other, stranger := w.as("chu"), w.as("he"), w.as("other"), w.aBrowser()
	if status, page := he.Post("/feedback", url.Values{"words": {" "}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有选是哪一种") {
		t.Errorf("an empty one gets %d", status)
	}
	at := said(t, he, "/people", "名单想按部门排")
	open := said(t, stranger, "/guide/own/DEU", "材料能不能打印")
	for _, v := range []webtest.Visitor{other, stranger} {
		if status, _ := v.Get(at); status != http.StatusNotFound {
			t.Errorf("another reads a remark: %d", status)
		}
	}
	stranger.Sees(open, "请记下这个网址", "/guide/own/DEU")
	he.Sees("/feedback", "我提过的", "名单想按部门排")
	w.heard()

	list := chu.Sees("/remarks", "意见：2 条未看", "何远舟", "巴渝理工大学", "没有登录的人")
	if _, rest, _ := strings.Cut(list, "名单想按部门排"); rest == "" {
		t.Fatal("it isn't listed")
	}
	here := "/remarks" + strings.TrimPrefix(at, "/feedback")
	page := chu.Sees(here, "/people", "专管员", "浏览器")
	_, page = chu.Post(here+"/look", chu.Hidden(page, here+"/answer"))
	chu.Holds(page, "已记下正在看", "正在看")
	if status, page := chu.Post(here+"/answer", chu.Hidden(chu.Sees(here), here+"/answer", "reply", "")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有选办得怎么样") {
		t.Errorf("an empty answer gets %d", status)
	}
	_, page = chu.Post(here+"/answer", chu.Hidden(chu.Sees(here), here+"/answer", "to", "done", "reply", "下周就能按部门排"))
	chu.Holds(page, "已答复", "改了什么")
	_, page = chu.Post(here+"/changed", chu.Hidden(page, here+"/changed", "what", "人员名单可以按部门排序", "what_en", "Lists can be sorted by department"))
	chu.Holds(page, "已公开", "因此改了")
	w.heard()
	he.Sees(at, "下周就能按部门排", "因此改了", "人员名单可以按部门排序")
	stranger.Sees("/changes", "人员名单可以按部门排序", "因意见而改")
	if list := stranger.Sees("/changes?why=feature"); strings.Contains(list, "人员名单可以按部门排序") {
		t.Error("what was changed because of feedback stands among the new features")
	}
	if list := stranger.Sees("/changes"); strings.Contains(list, "何远舟") {
		t.Error("who gave it is published")
	}

	// What is said in the office stays there.
	said(t, w.as("shou"), "/queue", "队列想看天数")
	w.heard()
	chu.Sees("/remarks", "队列想看天数")
	if status, _ := w.as("shou").Get("/remarks"); status != http.StatusForbidden {
		t.Errorf("intake reads all feedback: %d", status)
	}
}

// An address that opens something to whoever has it isn't handed on.
func TestAnAddressThatOpensSomethingIsNotPassedOn(t *testing.T) {
	w := newTown(t)
	v := w.aBrowser()
	for at, want := range map[string]string{"/v/ABCD1234": "/v/{code}", "/guide/own/DEU": "/guide/own/DEU", "/guide?q=secret": "/guide", "//evil.example": "", "/nothing": "/nothing"} {
		form := v.Sees("/feedback?" + url.Values{"about": {at}, "on": {"某一页"}}.Encode())
		if got := v.Hidden(form, "/feedback").Get("about"); got != want {
			t.Errorf("%s is passed on as %s", at, got)
		}
		if strings.Contains(form, "某一页") != (want != "" && !strings.Contains(want, "{")) {
			t.Errorf("%s: its title is passed on, or isn't", at)
		}
	}
}

func TestNobodyFloodsTheOfficeWithFeedback(t *testing.T) {
	w := newTown(t)
	taken := 0
	for range 12 {
		v := w.aBrowser()
		form := v.Hidden(v.Sees("/feedback"), "/feedback", "matter", "wrong", "words", "一样的话")
		switch status, page := v.Post("/feedback", form); {
		case strings.Contains(page, "已发给外办"):
			taken++
		case status != http.StatusUnprocessableEntity || !strings.Contains(page, "请过半分钟再发") || !strings.Contains(page, "一样的话"):
			t.Fatalf("too many get %d", status)
		}
	}
	if taken != 5 {
		t.Errorf("%d were taken from one place at once", taken)
	}
}

func TestANewFeatureStandsOnTheHomeUntilItIsPutAway(t *testing.T) {
	w := newTown(t)
	chu, he, other := w.as("chu"), w.as("he"), w.as("other")
	_, page := chu.Post("/notices", chu.Hidden(chu.Sees("/notices/new"), "/notices", "sort", "feature", "title", "可以按部门排了", "body", "在人员页。", "to", "all", "from", "2026-03-10"))
	chu.Holds(page, "已发布。")
	w.heard()
	home := he.Sees("/cases", "新功能：可以按部门排了", "知道了")
	if elsewhere := he.Sees("/people"); strings.Contains(elsewhere, "新功能：可以按部门排了") {
		t.Error("it is told on other pages than the home")
	}
	he.Post("/changes/away", he.Hidden(home, "/changes/away"))
	if home := he.Sees("/cases"); strings.Contains(home, "新功能：可以按部门排了") {
		t.Error("what was put away is told again")
	}
	other.Sees("/cases", "新功能：可以按部门排了")
	he.Sees("/changes?why=feature", "可以按部门排了", "在人员页。")
}
