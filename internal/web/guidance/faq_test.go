package guidance_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

// aBrowser is one that nobody has signed in from.
func (w *town) aBrowser() webtest.Visitor {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return webtest.Visitor{T: w.t, Client: &http.Client{Jar: jar, Transport: webtest.AsProgram{Jar: jar}}, URL: w.at[zone.Internet]}
}

func TestAQuestionIsAnsweredOnTheInternetAndCountsWhomItHelps(t *testing.T) {
	w := newTown(t)
	chu, stranger := w.as("chu"), w.aBrowser()
	stranger.Sees("/guide/faq", "外办还没有写常见问题")
	form := func(page, action string, pairs ...string) url.Values {
		return chu.Hidden(page, action, append([]string{"topic", "booklet", "question", "护照在国外丢了怎么办？", "answer", "依次：\n1. 报警\n2. 找使领馆", "guides", "own", "rules", "gen-021"}, pairs...)...)
	}
	page := chu.Sees("/faq/new", "写一个问题")
	if status, said := chu.Post("/faq", form(page, "/faq", "rules", "GEN-999", "answer_en", "Police first")); status != http.StatusUnprocessableEntity || !strings.Contains(said, "没有编号为“GEN-999”的规则") || !strings.Contains(said, "Police first") {
		t.Fatalf("a form that was wrong comes back with %d: %s", status, said)
	}
	_, page = chu.Post("/faq", form(page, "/faq"))
	chu.Holds(page, "已发布。", "护照在国外丢了怎么办？")
	w.heard()

	at := "/guide/faq/" + address(t, stranger.Sees("/guide/faq", "证照"), "/guide/faq/")
	stranger.Sees("/guide/faq?q=hzzgw", "护照在国外丢了怎么办？", "找到 1 条")
	stranger.Sees("/guide/faq?q=食堂", "没找到")
	stranger.Sees("/guide/faq?rule=GEN-021", "护照在国外丢了怎么办？")
	if none := stranger.Sees("/guide/faq?rule=GEN-022"); strings.Contains(none, "护照在国外丢了") {
		t.Error("a question stands under a rule that doesn't lead to it")
	}
	stranger.Sees("/guide/own/DEU", "护照在国外丢了怎么办？")
	if hk := stranger.Sees("/guide/hkMacau/HKG"); strings.Contains(hk, "护照在国外丢了") {
		t.Error("a guide shows a question that isn't its own")
	}

	helped := func(v webtest.Visitor, say string) string {
		t.Helper()
		_, page := v.Post(at+"/helped", url.Values{"helped": {say}})
		return page
	}
	stranger.Holds(helped(w.aBrowser(), "yes"), "没有记上，请再按一次") // a browser that was shown no page
	page = stranger.Sees(at, "<li>报警</li>", "有帮助吗？")
	stranger.Holds(helped(stranger, "yes"), "已经记下：有帮助")
	helped(stranger, "no") // the same browser, the same day
	other := w.aBrowser()
	other.Sees(at)
	other.Holds(helped(other, "no"), "已经记下：没帮上")
	w.heard()
	chu.Sees("/faq"+strings.TrimPrefix(at, "/guide/faq"), "有帮助 1，没帮上 1")
	w.clock.Turn(24 * time.Hour)
	helped(stranger, "no")
	w.heard()
	chu = w.as("chu")
	edit := "/faq" + strings.TrimPrefix(at, "/guide/faq")
	chu.Sees(edit, "有帮助 1，没帮上 2")

	_, page = chu.Post(edit+"/edit", form(chu.Sees(edit+"/edit", "修改：护照"), edit+"/edit", "answer", "先找使领馆。"))
	chu.Holds(page, "新版已发布。", "有帮助 0，没帮上 0", "第 1 版", "处长")
	w.heard()
	stranger.Sees(at, "先找使领馆。")
	chu.Sees(edit+"?edition=1", "报警", "已被替换")

	_, page = chu.Post(edit+"/withdraw", chu.Hidden(chu.Sees(edit), edit+"/withdraw", "reason", "规定要改"))
	chu.Holds(page, "已下架", "规定要改", "处长")
	w.heard()
	if status, _ := stranger.Get(at); status != http.StatusNotFound {
		t.Errorf("what was taken back is shown with %d", status)
	}
	if list := stranger.Sees("/guide/faq"); strings.Contains(list, "护照在国外丢了") {
		t.Error("what was taken back is listed")
	}
	_, page = chu.Post(edit+"/edit", form(chu.Sees(edit+"/edit"), edit+"/edit"))
	chu.Holds(page, "新版已发布。", "第 3 版")
	if status, _ := w.as("shou").Post("/faq", url.Values{}); status != http.StatusForbidden {
		t.Errorf("intake writes a question: %d", status)
	}
}

// Nobody fills the count of an answer from one place.
func TestNobodyStuffsTheCountOfAnAnswer(t *testing.T) {
	w := newTown(t)
	chu := w.as("chu")
	_, page := chu.Post("/faq", chu.Hidden(chu.Sees("/faq/new"), "/faq", "topic", "visa", "question", "要签证吗？", "answer", "看指南。"))
	at := "/guide/faq/" + address(t, page, "/faq/")
	w.heard()
	counted := 0
	for range 40 {
		v := w.aBrowser()
		v.Sees(at)
		if _, page := v.Post(at+"/helped", url.Values{"helped": {"no"}}); strings.Contains(page, "已经记下") {
			counted++
		}
		w.clock.Turn(31 * time.Second) // as patient as one must be to be let through
	}
	w.heard()
	if counted != 20 {
		t.Errorf("%d browsers of one network were counted", counted)
	}
	chu.Sees("/faq"+strings.TrimPrefix(at, "/guide/faq"), "没帮上 20")
}

// address is what stands in a page's first link below an address.
func address(t *testing.T, page, below string) string {
	t.Helper()
	for rest := page; ; {
		_, after, there := strings.Cut(rest, `"`+below)
		if !there {
			t.Fatalf("no link leads below %s", below)
		}
		id, _, _ := strings.Cut(after, `"`)
		if id, _, _ = strings.Cut(id, "/"); len(id) == 36 {
			return id
		}
		rest = after
	}
}

// Who reads what is wrong with a case finds the office's own words on it beside.
func TestAFindingLeadsToTheQuestionThatExplainsItsRule(t *testing.T) {
	w := newTown(t)
	chu, he := w.as("chu"), w.as("he")
	_, page := chu.Post("/faq", chu.Hidden(chu.Sees("/faq/new"), "/faq", "topic", "filing", "question", "出访天数怎么算？", "answer", "离、抵境两天都算。", "rules", "ITN-001"))
	at := "/guide/faq/" + address(t, page, "/faq/")
	w.heard()
	example, err := os.ReadFile("../../../testdata/cases/germany-6-days.json")
	if err != nil {
		t.Fatal(err)
	}
	_, page = he.Post("/cases/new", he.Hidden(he.Sees("/cases/new"), "/cases/new", "from", "file", "text", string(example)))
	found := he.Sees("/cases/" + address(t, page, "/cases/") + "/check")
	if _, beside, there := strings.Cut(found, "出访 1 国不超过"); !there || !strings.Contains(beside, `常见问题： <a href="`+at+`">出访天数怎么算？</a>`) {
		t.Errorf("the finding leads nowhere: %s", found)
	}
}
