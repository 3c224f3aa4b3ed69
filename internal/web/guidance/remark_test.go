package guidance_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/blob"
	"yitang/internal/exchange"
	room "yitang/internal/guidance"
	"yitang/internal/journal"
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

// shot is a photo of a screen as a telephone makes it: where it was, and how it was
// held, are told beside it.
func shot(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 60, 40))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	body := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 29.56N 106.55E")
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(body)+2))
	return append(append(head, body...), b.Bytes()[2:]...)
}

// A remark may carry one picture: it is drawn anew, travels with the remark, and is
// shown to who gave it and to those who answer.
func TestAPictureComesWithARemarkAndSaysNothingBesideItself(t *testing.T) {
	w := newTown(t)
	chu, he, other := w.as("chu"), w.as("he"), w.as("other")
	form := func() url.Values {
		return he.Hidden(he.Sees("/feedback"), "/feedback", "matter", "wrong", "words", "这里排错了")
	}
	for name, bad := range map[string][]byte{"画.png": []byte("no picture"), "说明.pdf": []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF")} {
		if status, page := he.Upload("/feedback", form(), "picture", name, bad); status != http.StatusUnprocessableEntity || !strings.Contains(page, "这里排错了") {
			t.Errorf("%s gets %d", name, status)
		}
	}
	// One that is too large costs nobody their words; one that came beside what was refused
	// is asked for again.
	if status, page := he.Upload("/feedback", form(), "picture", "大图.jpg", make([]byte, blob.Limit+2<<20)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "这里排错了") || !strings.Contains(page, "图片太大，每个不超过 20 MB，这张有 22.0 MB") {
		t.Errorf("a picture that is too large gets %d: %s", status, page)
	}
	// So much that its form isn't read to the end: the same, by what was announced.
	if status, page := he.Upload("/feedback", form(), "picture", "大图.jpg", make([]byte, blob.Limit+6<<20+100<<10)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "这里排错了") || !strings.Contains(page, "图片太大，每个不超过 20 MB，这张有 26.") {
		t.Errorf("one that is far too large gets %d: %s", status, page)
	}
	content := shot(t)
	unsaid := form()
	unsaid.Del("matter")
	if status, page := he.Upload("/feedback", unsaid, "picture", "截图.jpg", content); status != http.StatusUnprocessableEntity || !strings.Contains(page, "图片要再选一次") || !strings.Contains(page, "这里排错了") {
		t.Errorf("a picture beside a form that was refused: %d", status)
	}
	_, page := he.Upload("/feedback", form(), "picture", "截图.jpg", content)
	_, id, _ := strings.Cut(page, `src="/feedback/`)
	id, _, there := strings.Cut(id, "/picture")
	if !there {
		t.Fatal("the picture isn't shown")
	}
	status, shown := he.File("/feedback/" + id + "/picture")
	c, err := jpeg.DecodeConfig(strings.NewReader(shown))
	if status != http.StatusOK || err != nil || c.Width != 40 || c.Height != 60 || strings.Contains(shown, "GPS") {
		t.Errorf("it is shown with %d, %v, %d × %d", status, err, c.Width, c.Height)
	}
	for _, v := range []webtest.Visitor{other, w.aBrowser()} {
		if status, _ := v.Get("/feedback/" + id + "/picture"); status != http.StatusNotFound {
			t.Errorf("another sees the picture: %d", status)
		}
	}

	// The exchange takes its file along with the record.
	events, err := w.internet.Journal.History(context.Background(), journal.Ref{Kind: room.Remarks.Kind, ID: id})
	if err != nil || len(events) != 1 {
		t.Fatal(len(events), err)
	}
	files := events[0].Body.(exchange.Carries).Carries()
	if len(files) != 1 || files[0].Digest != blob.DigestOf([]byte(shown)) || files[0].Size != int64(len(shown)) {
		t.Fatalf("it travels as %v", files)
	}
	w.heard()
	if _, err := w.office.Blobs.Put(context.Background(), strings.NewReader(shown), blob.Limit); err != nil {
		t.Fatal(err)
	}
	chu.Sees("/remarks/"+id, "/remarks/"+id+"/picture", "随意见附的图片")
	if status, same := chu.File("/remarks/" + id + "/picture"); status != http.StatusOK || same != shown {
		t.Errorf("the office sees it with %d", status)
	}
	if status, _ := w.as("shou").Get("/remarks/" + id + "/picture"); status != http.StatusForbidden {
		t.Errorf("intake sees it: %d", status)
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

// A visit that the hall hasn't told of yet is waited for; one that nobody could have
// made is not there.
func TestAVisitThatIsntHeardOfYetIsWaitedFor(t *testing.T) {
	w := newTown(t)
	v := w.aBrowser()
	if status, page := v.Get("/rate/" + w.office.Journal.NewID()); status != http.StatusNotFound || !strings.Contains(page, "还没有从大厅传到网上") {
		t.Errorf("one that may come yet: %d", status)
	}
	for _, id := range []string{"1", "no-such-visit", "00000000-0000-4000-8000-000000000000"} {
		if status, page := v.Get("/rate/" + id); status != http.StatusNotFound || strings.Contains(page, "大厅传到网上") {
			t.Errorf("%s: %d", id, status)
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
