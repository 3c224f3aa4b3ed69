package config_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/access"
)

// The table as the finance ministry prints it, with a row that can't be read
// and a country that nobody knows.
const printed = `各国家和地区住宿费、伙食费、公杂费开支标准表,,,,,,
序号,国家(地区),城市,币种,住宿费(每人每天),伙食费(每人每天),公杂费(每人每天)
一,亚  洲,,,,,
1,蒙古,,美元,90,50,35
3,韩国,首尔、釜山、济州,美元,180,70,35
5,,其他城市,美元,150,70,35
6,日本,东京,日元,20000,10000,5000
7,,大阪、京都,日元,一万八,10000,5000
8,乌有国,,美元,80,40,30
9,,乌有城,美元,80,40,30
`

func TestRatesAreReadFromASpreadsheetAndOnlySavedWhenSeen(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	_, page := admin.Get("/config/edit/file?name=rates.yaml")
	if !strings.Contains(page, "从电子表格读入") {
		t.Fatal(page)
	}
	status, page := admin.Upload("/config/rates", key(page), "file", "标准.csv", []byte(printed))
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	for _, want := range []string{
		"读入6行", "有4行没有读入",
		"{country: MNG, currency: USD, lodging: 90, meals: 50, incidentals: 35}",
		"{country: KOR, city: 首尔, currency: USD, lodging: 180, meals: 70, incidentals: 35}",
		"{country: KOR, city: 济州, currency: USD,",
		"{country: KOR, currency: USD, lodging: 150, meals: 70, incidentals: 35}",
		"{country: JPN, city: 东京, currency: JPY, lodging: 20000,",
		"E8</b> 读不出这个标准", "不认识国家或地区“乌有国”", "B10</b> 缺“国家或地区”",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
	if _, stands := admin.Get("/config/edit/file?name=rates.yaml"); strings.Contains(stands, "MNG, currency") {
		t.Error("it was kept before anybody saved it")
	}

	// What was read is tried and saved like anything typed.
	text := "- {country: MNG, currency: USD, lodging: 90, meals: 50, incidentals: 35, source: 标准表}\n"
	status, page = send(t, admin, page, "/config/edit/file", url.Values{"name": {"rates.yaml"}, "text": {text}, "do": {"save"}, "reason": {"按新标准"}})
	if status != http.StatusOK || !strings.Contains(page, "第1版：按新标准") {
		t.Fatalf("%d %s", status, page)
	}
	if _, stands := admin.Get("/config/edit/file?name=rates.yaml&base=1"); !strings.Contains(stands, "MNG, currency") {
		t.Error("what was saved doesn't stand in the file")
	}

	// A file of something else changes nothing, and says why.
	_, page = admin.Get("/config/edit/file?name=rates.yaml&base=1")
	form := key(page)
	form.Set("base", "1")
	status, page = admin.Upload("/config/rates", form, "file", "名单.csv", []byte("姓名,身份证号\n张三,1\n"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有找到费用标准") || !strings.Contains(page, "MNG, currency") {
		t.Errorf("%d %s", status, page)
	}
	if status, body := admin.Get("/config/rates/template"); status != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("the template: %d", status)
	}
}

// key is what the spreadsheet's form is sent with.
func key(page string) url.Values {
	at := strings.Index(page, `action="/config/rates"`)
	m := hidden.FindStringSubmatch(page[max(0, at):])
	if at < 0 || m == nil {
		return nil
	}
	return url.Values{m[1]: {m[2]}}
}
