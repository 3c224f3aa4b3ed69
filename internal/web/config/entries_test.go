package config_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/access"
)

// A line on a visa on arrival or an e-visa is added in the browser with its basis
// and days; what is wrong stands beside its field, and nothing typed is lost.
func TestAnEntryWithoutAVisaIsAddedInTheBrowserWithItsBasis(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	admin.Sees("/config", "免签、落地签与电子签")
	admin.Sees("/config/entries?q=新加坡", "新加坡", "免签", "公务普通护照", "依据未核实", "程序自带")
	const action = "/config/edit/entry"
	line := func(changes ...string) url.Values {
		form := url.Values{"country": {"肯尼亚"}, "types": {"service", "publicAffairs"}, "way": {"online"}, "days": {"30"}, "workdays": {"5"}, "address": {"https://evisa.example.org"},
			"papers": {"两张照片"}, "papersEn": {"two photos"}, "basis": {"本办2026年通知"}, "from": {"2026-04-01"}, "reason": {"新规定"}, "do": {"save"}}
		for i := 0; i+1 < len(changes); i += 2 {
			form.Set(changes[i], changes[i+1])
		}
		return form
	}
	for _, c := range []struct {
		changes []string
		want    string
	}{
		{[]string{"country", "乌有国"}, "不认识这个国家或地区"},
		{[]string{"basis", ""}, "没有写依据"},
		{[]string{"from", ""}, "没有写从哪天起"},
		{[]string{"workdays", ""}, "几个工作日出结果，才能算出"},
		{[]string{"address", "evisa.example.org"}, "网址应以 https:// 开头"},
		{[]string{"way", "onArrival"}, "只有电子签才有申请网址"},
		{[]string{"to", "2026-03-01"}, "止日在起日之前"},
		{[]string{"days", "卅"}, "数字"},
	} {
		_, page := admin.Get(action)
		status, page := send(t, admin, page, action, line(c.changes...))
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, c.want) || !strings.Contains(page, "two photos") {
			t.Errorf("%v gives %d without %s", c.changes, status, c.want)
		}
	}
	save := func(page string, form url.Values) {
		t.Helper()
		if status, page := send(t, admin, page, action, form); status != http.StatusOK || !strings.Contains(page, "版：新规定") {
			t.Fatalf("saving gives %d: %s", status, page)
		}
	}
	_, page := admin.Get(action)
	save(page, line())
	page = admin.Sees("/config/entries?base=1&q=肯尼亚", "肯尼亚", "电子签", "本办2026年通知", "本单位自定", "停留不超过30天", "两张照片")
	at := strings.Index(page, "/config/edit/entry?by=")
	if at < 0 {
		t.Fatal("the line leads nowhere")
	}
	there := strings.ReplaceAll(page[at:at+strings.Index(page[at:], `"`)], "&amp;", "&")
	page = admin.Sees(there, "两张照片", "https://evisa.example.org")

	// From a later day on it is another thing, for one kind of passport alone.
	save(page, line("types", "publicAffairs", "way", "onArrival", "workdays", "", "address", "", "from", "2026-09-01"))
	admin.Sees("/config/entries?base=2&q=KEN", "落地签", "电子签", "8月31日")
}
