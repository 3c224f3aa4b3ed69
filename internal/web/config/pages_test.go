package config_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/web/config"
	"yitang/internal/web/sites"
	"yitang/internal/web/ui"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "yunjiang-2026"

type house struct {
	*testing.T
	office *node.Office
	url    string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ctx := context.Background()
	start := time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)
	began := time.Now()
	o := node.Options{Dir: filepath.Join(t.TempDir(), "office"), Passwords: account.Slight, Clock: func() time.Time { return start.Add(time.Since(began)) }}
	if err := node.Init(zone.Office, o); err != nil {
		t.Fatal(err)
	}
	office, err := node.OpenOffice(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(office.Close)
	site := httptest.NewServer(sites.Office(office).Handler())
	t.Cleanup(site.Close)
	return &house{t, office, site.URL}
}

func (h *house) visitor(login, name string, role access.Role) webtest.Visitor {
	h.Helper()
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: "console"})
	if _, err := h.office.Accounts.Open(ctx, journal.Order{Subject: h.office.Journal.NewID()}, account.Open{Login: login, Name: name, Roles: []access.Role{role}}, password); err != nil {
		h.Fatal(err)
	}
	return webtest.SignIn(h, h.url, login, password)
}

var hidden = regexp.MustCompile(`name="(_seen|_key|was|key|id|name|base|of|type|since|by)"[^>]*value="([^"]*)"`)

// send fills in a page's form as it is shown, with changes, and posts it.
func send(t *testing.T, v webtest.Visitor, page, action string, form url.Values) (int, string) {
	t.Helper()
	at := strings.Index(page, `action="`+action+`"`)
	if at < 0 {
		t.Fatalf("the page has no form to %s", action)
	}
	end := strings.Index(page[at:], "</form>")
	for _, m := range hidden.FindAllStringSubmatch(page[at:at+end], -1) {
		if !form.Has(m[1]) {
			form.Set(m[1], m[2])
		}
	}
	return v.Post(action, form)
}

// What pages say is changed where it is read, is said from its day on in each
// language, and is taken back by emptying it.
func TestPagesSpeakWithTheOfficesWords(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	admin.Sees("/config/texts?q=参数与限额", "config.part.thresholds", "Thresholds")
	admin.Sees("/config/texts", "共", "句")
	const action, says = "/config/edit/text", "本市参数"
	change := func(zh, en, hant, do string) (int, string) {
		_, page := admin.Get("/config/edit/text?key=config.part.thresholds")
		return send(t, admin, page, action, url.Values{"do": {do}, "reason": {"按本市说法"}, "said.zh": {zh}, "said.en": {en}, "said.hant": {hant}})
	}
	if status, page := change(says+" {{.Cty}}", "Our figures", "", "try"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "填不了 {{.Cty}}") || !strings.Contains(page, says) {
		t.Fatalf("%d %s", status, page)
	}
	if status, page := change(says, "", "", "try"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "中文和英文都要写") {
		t.Fatalf("%d %s", status, page)
	}
	if status, page := change(says, "Our figures", "", "save"); status != http.StatusOK || !strings.Contains(page, "第1版") {
		t.Fatalf("%d %s", status, page)
	}
	if _, page := admin.Get("/config"); strings.Contains(page, says) {
		t.Fatal("it is said before its day")
	}
	force := func(number string) {
		t.Helper()
		_, page := admin.Get("/config/v/" + number)
		if status, page := send(t, admin, page, "/config/v/"+number+"/force", url.Values{"on": {"2026-03-10"}, "reason": {"即日起"}}); status != http.StatusOK {
			t.Fatalf("%d %s", status, page)
		}
	}
	force("1")
	admin.Sees("/config", says)
	admin.Sees("/config/texts?q=本市", says, "本单位自定")
	for lang, want := range map[string]string{"en": "Our figures", "zh-Hant": "本市參數"} {
		if _, page := admin.Get("/config?lang=" + lang); !strings.Contains(page, want) {
			t.Errorf("in %s it isn't said", lang)
		}
	}
	admin.Get("/config?lang=zh-Hans")
	if status, page := change("", "", "", "save"); status != http.StatusOK || !strings.Contains(page, "第2版") {
		t.Fatalf("%d %s", status, page)
	}
	force("2")
	admin.Sees("/config", "参数与限额")
}

// A sentence of a document is changed where all of them are listed; a mistake
// stands beside it, and a specimen shows it before anything is saved.
func TestDocumentsSpeakWithTheOfficesWords(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	admin.Sees("/config", "公文用语")
	admin.Sees("/config/templates?q=approval.valid", "本批件有效期至{{.Date}}。", "/config/edit/template?key=approval.valid", "批件、出访备案件")
	const action, says = "/config/edit/template", "此件效力至{{.Date}}止。"
	base := "" // which version is built upon
	change := func(said, do string) (int, string) {
		_, page := admin.Get("/config/edit/template?key=approval.valid" + base)
		return send(t, admin, page, action, url.Values{"do": {do}, "reason": {"按本市说法"}, "sentence": {said}})
	}
	if status, page := change("半年内有效。", "preview"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "少了 {{.Date}}") || !strings.Contains(page, "半年内有效。") {
		t.Fatalf("%d %s", status, page)
	}
	status, pdf := change(says, "preview")
	if said := textOf(t, pdf); status != http.StatusOK || !strings.Contains(said, "此件效力至2027年5月20日止。") {
		t.Fatalf("%d %s", status, said)
	}
	if status, page := change(says, "save"); status != http.StatusOK || !strings.Contains(page, "第1版") {
		t.Fatalf("%d %s", status, page)
	}
	base = "&base=1"
	// Each document's sentences stand behind its name, open for who searched.
	if page := admin.Sees("/config/templates", "人员名单"); strings.Count(page, "<details") < 5 || strings.Contains(page, "<details open") {
		t.Errorf("the documents' sentences aren't folded: %d", strings.Count(page, "<details"))
	}
	if page := admin.Sees("/config/templates?q=名单", "人员名单"); !strings.Contains(page, "<details open") {
		t.Error("what was searched for is folded away")
	}
	admin.Sees("/config/templates?base=1", says, "本单位自定", "程序自带：本批件有效期至{{.Date}}。")
	if status, page := change("", "save"); status != http.StatusOK || !strings.Contains(page, "第2版") {
		t.Fatalf("%d %s", status, page)
	}
	if page := admin.Sees("/config/templates?base=2"); strings.Contains(page, says) {
		t.Error("what was taken back is still there")
	}
	admin.Sees("/config/templates?q=名单", "因公临时出国（境）人员名单", "人员名单", "memberList.title")
	_, page := admin.Get("/config/edit/template?key=memberList.title")
	if status, pdf := send(t, admin, page, "/config/edit/template", url.Values{"do": {"preview"}, "reason": {"按本市说法"}, "sentence": {"随团人员一览"}}); status != http.StatusOK || !strings.Contains(textOf(t, pdf), "随团人员一览") {
		t.Errorf("the specimen of a list: %d %s", status, page)
	}
	if _, page := admin.Get("/config/edit/template?key=itinerary.title.english"); !strings.Contains(page, `lang="en"`) {
		t.Error("an English title is asked for as if it were Chinese")
	}
	if status, _ := admin.Get("/config/edit/template?key=nothing"); status != http.StatusNotFound {
		t.Errorf("an unknown sentence: %d", status)
	}
}

func textOf(t *testing.T, pdf string) string {
	t.Helper()
	pages, err := document.PageText([]byte(pdf))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.Join(pages, ""), "\n", "")
}

// Before it is saved, a change of the paths tells case by case which steps and
// which last day it would have had, those with the same change together.
func TestATriedChangeOfThePathsTellsWhatEachCaseWouldHaveGoneThrough(t *testing.T) {
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir(), Passwords: account.Slight, Now: time.Date(2026, 4, 22, 4, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Play(ctx, drill.Accept, nil); err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(sites.Office(s.Office).Handler())
	defer site.Close()
	admin := webtest.SignIn(t, site.URL, "admin", s.Password)
	_, page := admin.Get("/config/edit/paths")
	form := url.Values{"do": {"try"}, "reason": {"放慢"}, "intake.workdays": {"3"}, "correction.workdays": {"2"}, "document.months": {"6"},
		"paths[0].order": {"1"}, "paths[0].id": {"all"}, "paths[0].name.zh": {"全部"}, "paths[0].name.en": {"All"},
		"paths[0].steps[0].role": {"reviewer"}, "paths[0].steps[0].workdays": {"20"}, "paths[0].steps[0].name.zh": {"初审"}, "paths[0].steps[0].name.en": {"Review"},
		"paths[0].steps[1].role": {"director"}, "paths[0].steps[1].workdays": {"20"}, "paths[0].steps[1].name.zh": {"签批"}, "paths[0].steps[1].name.en": {"Decision"}}
	status, page := send(t, admin, page, "/config/edit/paths", form)
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	admin.Holds(page, "1件的步骤、期限或要交的材料不同", a.Number, "改为初审", "签批", "个工作日", "现在最晚决定日")
}

func rule(when string) url.Values {
	return url.Values{"do": {"try"}, "reason": {"市里的新要求"}, "id": {"OWN-001"}, "title.zh": {"国家数"}, "title.en": {"Countries"}, "scope": {"case"}, "at": {"submit", "intake"}, "absent": {"silent"}, "when": {when},
		"severity": {"warn"}, "field": {"legs"}, "message.zh": {"国家太多"}, "message.en": {"Too many countries"}, "fix.zh": {"减少国家"}, "fix.en": {"Visit fewer"}, "basis.text": {"第五条"}, "basis.source": {"市细则"},
		"pass": {"- {base: valid-germany-5-days}"}, "fail": {"- {base: valid-three-countries-10-days, field: legs}"}}
}

// A comparison that time runs out on is gone on with by one press, with what was
// compared so far beside it, and a version is saved without waiting for it.
func TestAComparisonIsGoneOnWithWhereItStopped(t *testing.T) {
	s := drilltest.Told(t, drill.Submit, drill.Options{})
	h := &house{t, s.Office, ""}
	site := httptest.NewServer(sites.Office(s.Office).Handler())
	t.Cleanup(site.Close)
	h.url = site.URL
	admin := h.visitor("gu", "顾管理", access.Administrator)
	const at = "/config/edit/threshold"
	_, page := admin.Get(at + "?key=notice.minWorkingDays")
	form := func(do string) url.Values {
		return url.Values{"do": {do}, "value": {"30"}, "basis": {"市细则第九条"}, "from": {s.Office.Journal.Today().String()}, "reason": {"市里的新要求"}}
	}
	config.TryFor(t, time.Nanosecond)
	status, page := send(t, admin, page, at, form("try"))
	if status != http.StatusOK || !strings.Contains(page, "对照了最近0件") || !strings.Contains(page, "还有1件没有对照（共1件），可以接着对照，也可以先保存") || !strings.Contains(page, `value="more"`) {
		t.Fatalf("without time: %d %s", status, page)
	}
	config.TryFor(t, time.Minute)
	status, page = send(t, admin, page, at, form("more"))
	if status != http.StatusOK || !strings.Contains(page, "对照了最近1件，其中1件结果不同") || strings.Contains(page, "没有对照（") || strings.Contains(page, `value="more"`) {
		t.Fatalf("gone on with: %d %s", status, page)
	}
	config.TryFor(t, time.Nanosecond)
	if status, page = send(t, admin, page, at, form("save")); status != http.StatusOK || !strings.Contains(page, "第1版：市里的新要求") {
		t.Fatalf("saved without a comparison: %d %s", status, page)
	}
	admin.Sees("/config/v/1", "还有1件没有对照（共1件）", "/config/v/1?more=1#differ")
	config.TryFor(t, time.Minute)
	if page := admin.Sees("/config/v/1?more=1", "对照了最近1件，其中1件结果不同"); strings.Contains(page, "more=1#differ") {
		t.Error("nothing is left, and going on is offered")
	}
}

// An administrator changes a threshold, adds a rule, switches one off, sets a
// day, and takes an earlier version up again, without script.
func TestAnAdministratorChangesTheConfigurationInTheBrowser(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	admin.Sees("/config", "还没有存过新版", "参数与限额", "程序自带的配置")
	admin.Sees("/config/thresholds?q=notice.min", "notice.minWorkingDays", "DOC-001", "出访前公示的最短时间")

	// A threshold: what is missing is told beside its field, and nothing typed is lost.
	_, page := admin.Get("/config/edit/threshold?key=notice.minWorkingDays")
	status, page := send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"try"}, "value": {"七"}, "basis": {"市细则第九条"}, "from": {"2026-04-01"}, "reason": {"市里的新要求"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "同样的形式") || !strings.Contains(page, "市细则第九条") {
		t.Fatalf("%d %s", status, page)
	}
	// All of it in one go, what the pack says of the value too.
	status, page = send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"save"}, "value": {"七"}, "basis": {""}, "from": {"2026-13-01"}, "to": {"bald"}, "reason": {""}})
	for _, name := range []string{"value", "basis", "from", "to", "reason"} {
		if !strings.Contains(page, `"#f-`+name+`"`) {
			t.Errorf("nothing is said of %s (%d)", name, status)
		}
	}
	for _, kept := range []string{`value="七"`, `value="2026-13-01"`, `value="bald"`} {
		if !strings.Contains(page, kept) {
			t.Errorf("%s is lost", kept)
		}
	}
	status, page = send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"try"}, "value": {"７"}, "basis": {"市细则第九条"}, "from": {"2026-04-01"}, "reason": {"市里的新要求"}})
	if status != http.StatusOK || !strings.Contains(page, "对照了最近0件") || !strings.Contains(page, "例子按每个起用日各判断一遍：2026年4月1日") || !strings.Contains(page, "这些规则的例子结果不同：") || !strings.Contains(page, "+ - key: notice.minWorkingDays") {
		t.Fatalf("%d %s", status, page)
	}
	status, page = send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"save"}, "value": {"7"}, "basis": {"市细则第九条"}, "from": {"2026-04-01"}, "reason": {""}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "请写明为什么改") {
		t.Fatalf("saved without a reason: %d", status)
	}
	status, page = send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"save"}, "value": {"7"}, "basis": {"市细则第九条"}, "from": {"2026-04-01"}, "reason": {"市里的新要求"}})
	if status != http.StatusOK || !strings.Contains(page, "第1版：市里的新要求") || !strings.Contains(page, "顾管理") {
		t.Fatalf("%d %s", status, page)
	}

	// A rule: the misspelt word has its nearest beside its field, an example that
	// doesn't hold its own; then it is saved.
	_, page = admin.Get("/config/edit/rule?base=1")
	status, page = send(t, admin, page, "/config/edit/rule", rule("size(c.contries) > 2"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有 contries，最接近的是 countries") {
		t.Fatalf("%d %s", status, page)
	}
	status, page = send(t, admin, page, "/config/edit/rule", rule("size(c.countries) > 3"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "应当触发，却没有触发") || !strings.Contains(page, "国家太多") {
		t.Fatalf("%d %s", status, page)
	}
	good := rule("size(c.countries) > 2")
	good.Set("do", "save")
	if status, page = send(t, admin, page, "/config/edit/rule", good); status != http.StatusOK || !strings.Contains(page, "第2版") {
		t.Fatalf("%d %s", status, page)
	}
	admin.Sees("/config/edit/rule?id=OWN-001&base=2", "国家太多", "去掉本单位的写法")
	admin.Sees("/config/rules?q=OWN-001&base=2", "OWN-001", "本单位自定", "在第2版上改，它没有在生效", "base=2")
	if all := admin.Sees("/config/rules"); strings.Count(all, `<details name="family"`) < 8 || strings.Contains(all, "<details open") {
		t.Errorf("the families of rules aren't folded: %d", strings.Count(all, "<details"))
	}
	if all := admin.Sees("/config/rules", "团组与单位（GEN）", "签证（VIS）"); strings.Contains(all, ".yaml</") {
		t.Error("a group of rules is called by its file")
	}
	admin.Sees("/config/rules?q=OWN-001", "没有找到", "最新存的第2版没有生效")

	// One is switched off.
	_, page = admin.Get("/config/edit/off?id=GEN-015&base=2")
	if status, page = send(t, admin, page, "/config/edit/off", url.Values{"do": {"save"}, "reason": {"本市另有规定"}}); status != http.StatusOK || !strings.Contains(page, "GEN-015") {
		t.Fatalf("%d %s", status, page)
	}
	admin.Sees("/config/rules?q=GEN-015&base=3", "已停用")

	// The paths, with a slower first step.
	_, page = admin.Get("/config/edit/paths?base=3")
	form := url.Values{"do": {"save"}, "reason": {"放慢"}, "intake.workdays": {"3"}, "correction.workdays": {"2"}, "document.months": {"6"},
		"paths[0].order": {"1"}, "paths[0].id": {"all"}, "paths[0].name.zh": {"全部"}, "paths[0].name.en": {"All"},
		"paths[0].steps[0].role": {"reviewer"}, "paths[0].steps[0].workdays": {"4"}, "paths[0].steps[0].name.zh": {"初审"}, "paths[0].steps[0].name.en": {"Review"},
		"paths[0].steps[1].role": {"chief"}, "paths[0].steps[1].workdays": {"4"}, "paths[0].steps[1].name.zh": {"复核"}, "paths[0].steps[1].name.en": {"Chief"}}
	if status, page = send(t, admin, page, "/config/edit/paths", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "须由 director 办") {
		t.Fatalf("%d %s", status, page)
	}
	form.Set("paths[0].steps[1].role", "director")
	if status, page = send(t, admin, page, "/config/edit/paths", form); status != http.StatusOK || !strings.Contains(page, "第4版") {
		t.Fatalf("%d %s", status, page)
	}

	// In force from today; then the first version again, as the fifth.
	if status, page = send(t, admin, page, "/config/v/4/force", url.Values{"on": {"2026-03-01"}, "reason": {"x"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "不能早于今天") {
		t.Fatalf("%d", status)
	}
	if status, page = send(t, admin, page, "/config/v/4/force", url.Values{"on": {"2026-03-10"}, "reason": {"即日起"}}); status != http.StatusOK || !strings.Contains(page, "起生效") {
		t.Fatalf("%d %s", status, page)
	}
	set := h.office.Packs.Now()
	if set.Paths.For(mustCase(t)).ID != "all" || len(set.Off) != 1 || len(set.Own) != 1 {
		t.Fatalf("%+v isn't what was put in force", set.Paths)
	}
	if p, _ := set.Ref.Parameters.On("notice.minWorkingDays", calendar.MustParse("2026-04-01")); p.Value != "7" {
		t.Fatalf("notice %+v", p)
	}
	admin.Sees("/config", "第4版正在生效")
	_, page = admin.Get("/config/v/1")
	if status, page = send(t, admin, page, "/config/v/1/revert", url.Values{"revert.reason": {"改错了"}}); status != http.StatusOK || !strings.Contains(page, "第5版") || !strings.Contains(page, "退回早先的版本") {
		t.Fatalf("%d %s", status, page)
	}

	// Out as a zip and in again: the office knows its own signature.
	res, err := admin.Client.Get(admin.URL + "/config/v/4/zip")
	if err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	if _, err := z.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if status, page := upload(t, admin, z.Bytes()); status != http.StatusOK || !strings.Contains(page, "第6版") || !strings.Contains(page, "本单位签名，未改动") {
		t.Fatalf("%d %s", status, page)
	}
	if status, page := upload(t, admin, []byte("no zip")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "不是配置包的 zip") {
		t.Fatalf("%d %s", status, page)
	}
	// Others look, and change nothing.
	chief := h.visitor("zhang", "张处长", access.Chief)
	if page := chief.Sees("/config/v/4", "第4版"); strings.Contains(page, "/config/v/4/force") {
		t.Error("the chief is offered to put it in force")
	}
	if status, _ := chief.Get("/config/edit/paths"); status != http.StatusForbidden {
		t.Errorf("the chief may edit: %d", status)
	}
}

func mustCase(t *testing.T) dossier.Case {
	t.Helper()
	c, err := pack.Example("valid-germany-5-days")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func upload(t *testing.T, v webtest.Visitor, file []byte) (int, string) {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if err := m.WriteField("reason", "原样导回"); err != nil {
		t.Fatal(err)
	}
	part, err := m.CreateFormFile("file", "pack.zip")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return v.Read(v.Client.Post(v.URL+"/config/import", m.FormDataContentType(), &body))
}

// Forms start from what is in force: what was taken back or never put in force
// comes in only when somebody goes on from it openly.
func TestAChangeStartsFromWhatIsInForceOrFromWhatWasChosenOpenly(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	_, page := admin.Get("/config/edit/threshold?key=group.max")
	if status, page := send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"save"}, "value": {"５"}, "basis": {"会议纪要"}, "from": {"2026-04-01"}, "reason": {"试"}}); status != http.StatusOK || !strings.Contains(page, "第1版") {
		t.Fatalf("%d %s", status, page)
	}
	_, page = admin.Get("/config/v/1")
	send(t, admin, page, "/config/v/1/force", url.Values{"on": {"2026-03-20"}, "reason": {"会议决定"}})
	_, page = admin.Get("/config/v/1")
	if status, page := send(t, admin, page, "/config/v/1/back", url.Values{"day": {"2026-03-20"}, "back.2026-03-20": {"会议决定暂缓"}}); status != http.StatusOK || !strings.Contains(page, "已取消") {
		t.Fatalf("%d %s", status, page)
	}
	admin.Sees("/config", "程序自带的配置正在生效", "本单位自定0项", "最新存的第1版没有生效")
	_, page = admin.Get("/config/edit/rule")
	good := rule("size(c.countries) > 2")
	good.Set("do", "save")
	if status, page := send(t, admin, page, "/config/edit/rule", good); status != http.StatusOK || !strings.Contains(page, "第2版") {
		t.Fatalf("%d %s", status, page)
	}
	c, err := h.office.Packs.Version(context.Background(), 2)
	if err != nil || len(c["parameters.yaml"]) > 0 {
		t.Errorf("what was taken back rides along: %s %v", c["parameters.yaml"], err)
	}
	admin.Sees("/config/v/1", "在这一版上接着改", "/config?base=1")
	admin.Sees("/config?base=1", "在第1版上改，它没有在生效", "本单位自定1项", "/config/thresholds?base=1")
	if status, _ := admin.Get("/config?base=9"); status != http.StatusNotFound {
		t.Errorf("a version that there isn't: %d", status)
	}
}

// A threshold, a sentence and the whole go back to the program's own by a press.
func TestTheProgramsOwnIsRestoredByAPress(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	_, page := admin.Get("/config/edit/threshold?key=group.max")
	send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"save"}, "value": {"5"}, "basis": {"会议纪要"}, "from": {"2026-03-10"}, "reason": {"试"}})
	admin.Sees("/config/edit/threshold?key=group.max&base=1", "恢复程序自带", "of=threshold")
	_, page = admin.Get("/config/edit/restore?of=threshold&key=group.max&base=1")
	admin.Holds(page, "改回程序自带的：6", "恢复程序自带：团组人数上限")
	if status, page := send(t, admin, page, "/config/edit/restore", url.Values{"do": {"save"}, "reason": {"恢复"}}); status != http.StatusOK || !strings.Contains(page, "第2版") {
		t.Fatalf("%d %s", status, page)
	}
	if c, err := h.office.Packs.Version(context.Background(), 2); err != nil || len(c["parameters.yaml"]) > 0 {
		t.Errorf("the own value stays: %s %v", c["parameters.yaml"], err)
	}
	if status, _ := admin.Get("/config/edit/restore?of=threshold&key=group.max"); status != http.StatusNotFound {
		t.Errorf("there is nothing to restore, and it gives %d", status)
	}
	_, page = admin.Get("/config")
	if status, page := send(t, admin, page, "/config/v/0/revert", url.Values{}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "为什么改") {
		t.Errorf("without a reason: %d", status)
	}
	if status, page := send(t, admin, page, "/config/v/0/revert", url.Values{"revert.reason": {"全部恢复"}}); status != http.StatusOK || !strings.Contains(page, "第3版") {
		t.Fatalf("%d %s", status, page)
	}
}

// What is wrong with one form of a version isn't said at another.
func TestAFormOfAVersionTellsItsOwnMistakesAlone(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	_, page := admin.Get("/config/edit/threshold?key=group.max")
	send(t, admin, page, "/config/edit/threshold", url.Values{"do": {"save"}, "value": {"5"}, "basis": {"会议纪要"}, "from": {"2026-03-10"}, "reason": {"试"}})
	_, page = admin.Get("/config/v/1")
	for _, id := range []string{"f-reason", "f-revert-reason"} {
		if strings.Count(page, `id="`+id+`"`) != 1 {
			t.Errorf("%s is there %d times", id, strings.Count(page, `id="`+id+`"`))
		}
	}
	status, page := send(t, admin, page, "/config/v/1/force", url.Values{"on": {"2026-03-20"}, "reason": {""}})
	if at := strings.Index(page, `action="/config/v/1/revert"`); status != http.StatusUnprocessableEntity || at < 0 || strings.Contains(page[at:], "请写明") {
		t.Errorf("%d: the other form has the mistake too", status)
	}
}

func TestEveryThresholdAndFileHasItsName(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range set.Ref.Parameters {
		if !ui.Known("threshold.name." + x.Key) {
			t.Errorf("%s has no name", x.Key)
		}
		if x.Value != "" && !strings.HasPrefix(x.Unit, "rank") && !ui.Known("threshold.unit."+strings.ReplaceAll(x.Unit, " ", "_")) {
			t.Errorf("the unit %q of %s has no name", x.Unit, x.Key)
		}
	}
	for _, name := range pack.Files() {
		if key := "config.file." + strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".csv"); name != "pack.yaml" && !ui.Known(key) {
			t.Errorf("%s has no name", name)
		}
	}
}

func TestThresholdsAreFoundByTheirNames(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	for q, key := range map[string]string{"人数": "group.max", "逾期": "passport.lockAfter", "交回证照的期限": "passport.returnDays", "未建交": "countries.noRelations", "diplomatic relations": "countries.noRelations"} {
		admin.Sees("/config/thresholds?q="+url.QueryEscape(q), "key="+key)
	}
	admin.Sees("/config/thresholds?q=group.max", "团组人数上限", "6 人")
	admin.Sees("/config/thresholds?q=leader.approvalFromRank", "厅局级")
	admin.Sees("/config/thresholds?q=countries.noRelations", "不丹")
	if page := admin.Sees("/config/edit/threshold?key=group.max", "现在是6（人）"); strings.Contains(page, "（people）") {
		t.Error("a unit stands in English")
	}
}

// What may leave each network is changed on a form; what isn't touched stays the
// program's.
func TestWhatMayLeaveIsChangedOnAForm(t *testing.T) {
	h := newHouse(t)
	admin := h.visitor("gu", "顾管理", access.Administrator)
	admin.Sees("/config", "/config/edit/release")
	_, page := admin.Get("/config/edit/release")
	form := url.Values{"do": {"save"}, "reason": {"撤回的先看一眼"}}
	for s, rule := range h.office.Packs.Now().Release.Streams {
		put := func(name, value string) { form.Set(string(s)+"."+name, value) }
		put("may", strings.Join(rule.May, "\r\n"))
		put("hold", strings.Join(rule.Hold, "\r\n"))
		put("hour.records", fmt.Sprint(rule.Hour.Records))
		put("hour.megabytes", fmt.Sprint(rule.Hour.Megabytes))
		put("day.records", fmt.Sprint(rule.Day.Records))
		put("day.megabytes", fmt.Sprint(rule.Day.Megabytes))
		span, err := rule.Promise.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		put("promise", string(span))
		for name := range form {
			if strings.HasPrefix(name, string(s)+".") && !strings.Contains(page, `name="`+name+`"`) {
				t.Fatalf("the form doesn't ask for %s", name)
			}
		}
	}
	refused := func(field, value, want string) {
		t.Helper()
		stood := form.Get(field)
		form.Set(field, value)
		if status, page := send(t, admin, page, "/config/edit/release", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
			t.Errorf("%s as %s: %d", field, value, status)
		}
		form.Set(field, stood)
	}
	refused("internet-office.hour.records", "many", "请写整数")
	refused("internet-office.hour.megabytes", "3", "至少 64")
	refused("internet-office.promise", "soon", "请写成 90m、4h 或 3d")
	refused("internet-office.may", "everything", "写成 filing.submitted")
	refused("internet-office.hold", "filing.withdrewn", "filing.withdrawn")
	refused("office-internet.may", "unit.*", "config.* 必须放行")

	form.Set("internet-office.hold", "filing.withdrawn")
	form.Set("internet-office.hour.records", "１００")
	form.Set("internet-office.day.records", "")
	form.Set("internet-office.day.megabytes", "")
	status, page := send(t, admin, page, "/config/edit/release", form)
	if status != http.StatusOK || !strings.Contains(page, "第1版") {
		t.Fatalf("%d %s", status, page)
	}
	c, err := h.office.Packs.Version(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	said := string(c[pack.ReleaseFile])
	if strings.Count(said, "may:") != 1 || !strings.Contains(said, "hold: [filing.withdrawn]") || !strings.Contains(said, "records: 100") || strings.Contains(said, "day:") || !strings.Contains(said, "promise: 4h") {
		t.Errorf("%s", said)
	}
	chief := h.visitor("zhang", "张处长", access.Chief)
	if status, _ := chief.Get("/config/edit/release"); status != http.StatusForbidden {
		t.Errorf("the chief may edit: %d", status)
	}
	if _, page := chief.Get("/config"); strings.Contains(page, "/config/edit/release") {
		t.Error("the chief is led to a form that is closed")
	}
}
