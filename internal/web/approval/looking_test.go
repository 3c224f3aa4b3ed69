package approval_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/visa"
	"yitang/internal/web/webtest"
)

// looksFor tries the searches of the booklet store and the visa desk: what is
// found says where it is, and what isn't says what to try.
func looksFor(t *testing.T, desk, keeper webtest.Visitor, c dossier.Case, o visa.Row) {
	t.Helper()
	url_ := func(path, text string) string { return path + "?q=" + url.QueryEscape(text) }
	for _, text := range []string{"560", "PE1234560", "YJ-2026-000001-T"} {
		keeper.Sees(url_("/booklets", text), "查“"+text+"”", "所有地方", "/booklets/b/b"+o.Person, "在库")
	}
	keeper.Sees(url_("/booklets", "没有这个人"), "没有找到“没有这个人”", "证照号后三位", `href="/booklets"`)
	keeper.Sees(url_("/booklets", "560")+"&place=lent", "“已借出”里没有，别处找到 1 本")
	keeper.Sees(url_("/booklets/out", "560"), c.Trip.Title, "YJ-2026-000001-T", "还没出发")
	keeper.Sees(url_("/booklets/out", "没有"), "还有证照要发的团组里没有“没有”", `href="/booklets/out"`)
	keeper.Sees(url_("/booklets/in", "560"), "借出的证照里没有“560”", `href="/booklets/in"`)
	for sort, head := range map[string]string{"expires": "有效期至", "since": "到此", "due": "最晚交回"} {
		said := regexp.MustCompile(`aria-sort="ascending"[^>]*><a [^>]*>([^<]+)<`).FindAllStringSubmatch(keeper.Sees(url_("/booklets", "560")+"&sort="+sort), -1)
		if len(said) != 1 || said[0][1] != head {
			t.Errorf("sorted by %s, the page says %v", sort, said)
		}
	}
	// What lies in the store is due at no time; its days are written as one.
	store := keeper.Sees("/booklets?place=store", "到此", "有效期至")
	if strings.Contains(store, "最晚交回") {
		t.Error("the list of the store has a column for the day when its booklets are due")
	}
	for _, day := range regexp.MustCompile(`<td class="nb[^>]*>\s*<span>([^<]*)<`).FindAllStringSubmatch(store, -1) {
		if !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(day[1]) {
			t.Errorf("a day of the list of the store is written %q", day[1])
		}
	}

	for _, text := range []string{"560", "YJ-2026-000001-T", "DEU-1"} {
		desk.Sees(url_("/visa", text), "查“"+text+"”", "所有环节", "/visa/"+o.ID, "申根（德国）")
	}
	desk.Sees(url_("/visa", "DEU-2"), "没有找到“DEU-2”", "送签批次", `href="/visa"`)
	desk.Sees(url_("/visa", "560")+"&stage=planned", "里没有，别的环节找到 1 件")
	desk.Sees("/visa?stage=checked&sort=depart", `aria-sort="ascending"`, "/visa/"+o.ID)
}
