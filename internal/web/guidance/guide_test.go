package guidance_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/dossier"
	room "yitang/internal/guidance"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

var kindRow = regexp.MustCompile(`<tr[^>]*id="(M\d\d)"`)

// Everybody reads the guide without signing in: five answers lead to it, and it
// shows the papers that the engine asks for, each once.
func TestFiveAnswersLeadToTheGuideAndItShowsWhatIsAsked(t *testing.T) {
	w := newTown(t)
	v := webtest.Visitor{T: t, Client: http.DefaultClient, URL: w.at[zone.Internet]}
	v.Sees("/guide", "办事指南", "一、哪一类团组", "五、手里有能用的因公证照吗")
	if status, page := v.Get("/guide?kind=own&country=火星"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "有认不出的国家") || !strings.Contains(page, "火星") {
		t.Errorf("a country that is none gives %d", status)
	}
	if status, page := v.Get("/guide?kind=own&country=台湾"); status != http.StatusUnprocessableEntity {
		t.Errorf("Taiwan gives %d %s", status, page)
	}
	for at, want := range map[string]room.Asked{
		"/guide?kind=own&country=德国&unit=institution&rank=none&booklet=no": {Kind: dossier.Own, Country: "DEU", Unit: dossier.Institution, Rank: dossier.NoRank},
		"/guide?kind=own&country=香港&unit=enterprise&rank=none&booklet=yes": {Kind: dossier.HKMacau, Country: "HKG", Unit: dossier.Enterprise, Rank: dossier.NoRank, Booklet: true},
		"/guide?kind=training&country=Japan&unit=government&rank=division": {Kind: dossier.TrainingCase, Country: "JPN", Unit: dossier.Government, Rank: dossier.Division},
	} {
		page := v.Sees(at, "为什么要", "步骤和时限", "依据", "找谁问", "谁可以办")
		g := room.Make(want, w.internet.Packs.Now(), w.internet.Journal.Today())
		shown := map[string]int{}
		for _, m := range kindRow.FindAllStringSubmatch(page, -1) {
			shown[m[1]]++
		}
		for _, p := range g.Papers {
			if shown[string(p.Kind)] == 0 {
				t.Errorf("%s doesn't show %s", at, p.Kind)
			}
			delete(shown, string(p.Kind))
		}
		for _, s := range g.More {
			for _, p := range s.Papers {
				delete(shown, string(p.Kind))
			}
		}
		if len(shown) > 0 {
			t.Errorf("%s shows %v beside", at, shown)
		}
	}
	v.Sees("/guide?kind=own&country=德国、新加坡&unit=institution&rank=none", "德国、新加坡", "申根区：要签证", "新加坡：不用办签证", "邀请函译文", "网上填报，不用附表")
	for typed, shown := range map[string]string{"埃及、法国": "埃及、法国", "埃及和法国": "埃及、法国", "法国及埃及": "法国、埃及", "中非共和国": "中非共和国", "德国 和 法国以及埃及": "德国、法国、埃及"} {
		v.Sees("/guide?kind=own&country="+url.QueryEscape(typed)+"&unit=institution&rank=none", "："+shown+"<")
	}
	for typed, says := range map[string]string{"德国、法国、意大利、西班牙": "指南一次最多做3个的", "德国和火星": "有认不出的国家", "和": "有认不出的国家"} {
		if status, page := v.Get("/guide?kind=own&country=" + url.QueryEscape(typed)); status != http.StatusUnprocessableEntity || !strings.Contains(page, says) || strings.Contains(page, "这一类团组不去这个地方") {
			t.Errorf("%s gives %d", typed, status)
		}
	}
	if status, page := v.Get("/guide?kind=own&country="); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有填去哪个国家") {
		t.Errorf("no country at all gives %d", status)
	}
	page := v.Sees("/guide/own/DEU", "只在这时要：邀请函是外文的")
	if _, special, _ := strings.Cut(page, `id="more"`); strings.Contains(special, "邀请函译文") || !strings.Contains(special, "申报时") {
		t.Error("the special cases name the translation again, or don't say when what they ask is asked")
	}
	if page := v.Sees("/guide/own/DEU"); regexp.MustCompile(`[A-Z]{3}-\d{3}|领域资料|本系统`).MatchString(page) {
		t.Error("the guide speaks in the program's own numbers")
	}
	if status, _ := v.Get("/guide/own/HKG"); status != http.StatusNotFound {
		t.Errorf("a guide for what can't be begun: %d", status)
	}
}
