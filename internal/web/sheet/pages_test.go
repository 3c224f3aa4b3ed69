package sheet_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/sheet"
	"yitang/internal/web/sites"
	"yitang/internal/web/ui"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// town is the internet site with the liaison officers of two units.
type town struct {
	webtest.Visitor
	n     *node.Internet
	other webtest.Visitor
}

func newTown(t *testing.T) town {
	t.Helper()
	ctx := context.Background()
	o := node.Options{Dir: filepath.Join(t.TempDir(), "internet"), Passwords: account.Slight, Clock: func() time.Time { return time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC) }}
	if err := node.Init(zone.Internet, o); err != nil {
		t.Fatal(err)
	}
	n, err := node.OpenInternet(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	for login, unit := range map[string]string{"he": "u1", "other": "u2"} {
		open := account.Open{Login: login, Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: unit}
		if _, err := n.Accounts.Open(admin, journal.Order{Subject: "acc-" + login}, open, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Internet(n).Handler())
	t.Cleanup(srv.Close)
	return town{webtest.SignIn(t, srv.URL, "he", password), n, webtest.SignIn(t, srv.URL, "other", password)}
}

// id completes seventeen digits by their check character.
func id(body string) string {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return body + "10X98765432"[sum%11:sum%11+1]
}

var (
	zhang = id("00000019900307001")
	li    = id("00000019851112002")
	wang  = id("00000019780228101")
)

func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	for i, r := range rows {
		if err := x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := x.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sends uploads a file and gives the address and the text of what is shown.
func (w town) sends(at, name string, data []byte) (string, string) {
	w.T.Helper()
	status, path, page := w.upload(at, name, data)
	if status != http.StatusOK {
		w.T.Fatalf("%s gives %d: %s", name, status, page)
	}
	return path, page
}

func (w town) upload(at, name string, data []byte) (int, string, string) {
	w.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		w.T.Fatal(err)
	}
	res, err := w.Client.Post(w.URL+at, m.FormDataContentType(), &b)
	if err != nil {
		w.T.Fatal(err)
	}
	path := res.Request.URL.Path
	status, page := w.Read(res, nil)
	return status, path, page
}

// presses sends the form with an address as it stands on the page.
func (w town) presses(page, action string, more ...string) string {
	w.T.Helper()
	status, after := w.Post(action, w.Hidden(page, action, more...))
	if status != http.StatusOK {
		w.T.Fatalf("%s gives %d: %s", action, status, after)
	}
	return after
}

func (w town) people(unit string) int {
	w.T.Helper()
	n, err := person.Count(context.Background(), w.n.Store, unit)
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

func (w town) gets(path string) []byte {
	w.T.Helper()
	res, err := w.Client.Get(w.URL + path)
	if err != nil {
		w.T.Fatal(err)
	}
	return w.file(res)
}

func (w town) file(res *http.Response) []byte {
	w.T.Helper()
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), ".xlsx") {
		w.T.Fatalf("no workbook: %d %v %.200s", res.StatusCode, err, data)
	}
	return data
}

func (w town) cells(data []byte) [][]string {
	w.T.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		w.T.Fatal(err)
	}
	rows, err := x.GetRows(x.GetSheetName(0))
	if err != nil {
		w.T.Fatal(err)
	}
	return rows
}

// A list with good and bad rows: nothing is stored before the button; good rows
// go in, bad ones come back with their reasons, mended ones go in, and the same
// file again finds everybody held.
func TestGoodRowsGoInAndBadRowsComeBackWithTheirReasons(t *testing.T) {
	w := newTown(t)
	list := workbook(t, []any{"某校出访人员名单"}, []any{"序号", "姓名", "身份证号", "部门", "手机"},
		[]any{1, "张三", zhang, "国际处", "13800138000"}, []any{2, "李四", 4.40981198511120e17, "办公室", "13800138001"}, []any{3, "王五", wang, "教务处", "13800138002"}, []any{"合计", 3})
	at, page := w.sends("/people/import", "名单.xlsx", list)
	w.Holds(page, "名单.xlsx", "读出 3 行：可存 2 行，要改 1 行", "C4", "身份证号已被表格软件改写成数字", "把这一格设为“文本”格式", "合计行", "新增", "要改")
	if strings.Contains(page, zhang) {
		t.Error("the preview shows a whole identity number")
	}
	if n := w.people("u1"); n != 0 {
		t.Fatalf("%d people are stored before anybody agreed", n)
	}
	if status, _ := w.other.Get(at); status != http.StatusNotFound {
		t.Errorf("another unit reads the list: %d", status)
	}
	// The browser was closed: the list waits, and the same file again is the same list.
	w.Holds(w.Sees("/people/import", "还没看完的"), "名单.xlsx", at)
	if again, _ := w.sends("/people/import", "名单.xlsx", list); again != at {
		t.Errorf("the same file again is another import: %s, %s", at, again)
	}
	after := w.presses(page, at+"/take")
	w.Holds(after, "新录 2 人", "已有 2 行，还可存 0 行", "已存的不动")
	if strings.Contains(after, "现在还没有存") || strings.Contains(after, ">不要了<") {
		t.Error("what was stored is said not to be")
	}
	w.presses(page, at+"/take") // a double click, or Back and again
	if n := w.people("u1"); n != 2 {
		t.Fatalf("%d people, want 2", n)
	}
	back := w.gets(at + "/back")
	rows := w.cells(back)
	if len(rows) != 2 || rows[1][0] != "李四" || !strings.Contains(strings.Join(rows[1], "|"), "C4 身份证号已被表格软件改写成数字") {
		t.Fatalf("what comes back is %q", rows)
	}
	x, err := excelize.OpenReader(bytes.NewReader(back))
	if err != nil {
		t.Fatal(err)
	}
	if err := x.SetCellStr(x.GetSheetName(0), "B2", li); err != nil {
		t.Fatal(err)
	}
	var mended bytes.Buffer
	if _, err := x.WriteTo(&mended); err != nil {
		t.Fatal(err)
	}
	at2, page := w.sends("/people/import", "退回的行.xlsx", mended.Bytes())
	w.Holds(w.presses(page, at2+"/take"), "新录 1 人")
	if n := w.people("u1"); n != 3 {
		t.Fatalf("%d people, want 3", n)
	}
	w.presses(w.Sees(at2), at2+"/discard")
	if status, _ := w.Get(at2); status != http.StatusNotFound {
		t.Errorf("a list that was thrown away gives %d", status)
	}
}

// Who is held is recognised by number; what would change is shown and changes
// only when that is ticked.
func TestHeldPeopleAreRecognisedAndChangeOnlyWhenAsked(t *testing.T) {
	w := newTown(t)
	at, page := w.sends("/people/import", "a.csv", []byte("姓名,身份证号,职务\n张三,"+zhang+",科长\n"))
	w.presses(page, at+"/take")
	if _, twin := w.sends("/people/import", "c.csv", []byte("姓名,职务\n张三,主任\n")); !strings.Contains(twin, "名册上已有同名的人") {
		t.Error("a namesake on the register isn't told")
	}
	at, page = w.sends("/people/import", "b.csv", []byte("姓名,身份证号,职务\n张三,"+zhang+",处长\n李四,"+li+",科员\n王五,,科员\n张三,,主任\n"))
	w.Holds(page, "职务由“科长”改为“处长”", "有变化", "与第 2 行（A2）同名")
	w.presses(page, at+"/take")
	post := func() string {
		known, err := person.Numbered(context.Background(), w.n.Store, w.n.Keys, zhang)
		if err != nil || known == "" {
			t.Fatal(known, err)
		}
		e, err := person.One(context.Background(), w.n.Store, known)
		if err != nil {
			t.Fatal(err)
		}
		return e.Post
	}
	if got := post(); got != "科长" {
		t.Fatalf("without the tick the post is %q", got)
	}
	w.presses(w.Sees(at), at+"/take", "changes", "yes")
	if got := post(); got != "处长" {
		t.Fatalf("with the tick the post is %q", got)
	}
	if n := w.people("u1"); n != 3 {
		t.Fatalf("%d people, want 3", n)
	}
	// Another unit can't take somebody over by a list.
	other := town{w.other, w.n, w.Visitor}
	at, page = other.sends("/people/import", "c.csv", []byte("姓名,身份证号\n张三,"+zhang+"\n"))
	other.Holds(page, "已在别的单位名下")
	if strings.Contains(page, `action="`+at+`/take"`) {
		t.Error("a list without a good row can be taken")
	}
}

// Columns and sheets that were not found are pointed out by hand.
func TestColumnsAreCorrectedByHand(t *testing.T) {
	w := newTown(t)
	status, at, page := w.upload("/people/import", "x.xlsx", workbook(t, []any{"甲", "乙", "丙"}, []any{"张三", zhang, "国际处"}))
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("a list without titles gives %d", status)
	}
	w.Holds(page, "没有找到人员名单", "表头的最后一行是第几行")
	form := w.Hidden(page, at+"/columns", "header", "1")
	if status, page = w.Post(at+"/columns", form); status != http.StatusOK {
		t.Fatalf("pointing to the head gives %d %s", status, page)
	}
	form = w.Hidden(page, at+"/columns", "header", "1", "column.0", "name", "column.1", "idNumber", "column.2", "department")
	if status, page = w.Post(at+"/columns", form); status != http.StatusOK {
		t.Fatalf("naming columns gives %d", status)
	}
	w.Holds(page, "可存 1 行", "国际处")
	w.presses(page, at+"/take")
	if n := w.people("u1"); n != 1 {
		t.Fatalf("%d people", n)
	}
}

func TestCellsArePastedAndRefusalsAreInWords(t *testing.T) {
	w := newTown(t)
	page := w.Sees("/people/import", "粘贴单元格", `href="/templates/people"`)
	status, page := w.Post("/people/import", url.Values{"_key": {"k"}, "text": {"姓名\t部门\n张三\t国际处\n李四\t办公室"}})
	if status != http.StatusOK {
		t.Fatalf("pasting gives %d: %s", status, page)
	}
	w.Holds(page, "可存 2 行", "粘贴的内容", "表头到第 1 行")
	if strings.Contains(page, "“PASTE”") {
		t.Error("a name of the program's own is shown as a sheet's")
	}
	status, page = w.Post("/people/import", url.Values{"_key": {"k"}, "text": {"姓名,部门\n张三,\"国际处\n李四,办公室"}})
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("an open quote gives %d", status)
	}
	w.Holds(page, "B2 起有一个引号没有配对", "张三,\"国际处")
	status, page = w.Post("/people/import", url.Values{"_key": {"k"}, "text": {"姓名\t部门\n张三\t国际处\n（机密★）\t办公室"}})
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("a mark of secrecy among what is pasted gives %d", status)
	}
	w.Holds(page, "粘贴的内容里有密级标志或涉密文号“机密★”")
	if status, _, page := w.upload("/people/import", "名单.csv", []byte("姓名,部门\n张三,依据渝密发〔2026〕3号\n")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "《名单.csv》里有密级标志或涉密文号") {
		t.Errorf("the number of a classified document in a list gives %d", status)
	}
	t.Setenv("PATH", t.TempDir()) // a machine without LibreOffice
	old := append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, []byte("W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00")...)
	if status, _, page := w.upload("/people/import", "旧.xls", old); status != http.StatusUnprocessableEntity || !strings.Contains(page, "另存为") {
		t.Errorf("an old workbook gives %d", status)
	}
	if status, _, page := w.upload("/people/import", "", nil); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有选文件") {
		t.Errorf("nothing at all gives %d", status)
	}
}

// What is wrong with a row is said at once, whoever finds it.
func TestARowTellsAllItsMistakesAtOnce(t *testing.T) {
	w := newTown(t)
	_, page := w.sends("/people/import", "a.csv", []byte("姓名,身份证号,拼音姓名,邮箱,手机\n张三,"+zhang[:17]+",ZHANG S4N,a b.cn,1398300001\n"))
	w.Holds(page, "应为 18 位", "读不出这个邮箱", "这个号码不是手机号", "C2")
}

// An old workbook is converted by what the machine has.
func TestAnOldWorkbookIsConvertedWhereLibreOfficeIsInstalled(t *testing.T) {
	w := newTown(t)
	dir := t.TempDir()
	made := filepath.Join(dir, "made.xlsx")
	if err := os.WriteFile(made, workbook(t, []any{"姓名", "身份证号"}, []any{"张三", zhang}), 0o600); err != nil {
		t.Fatal(err)
	}
	// As LibreOffice is called: --outdir DIR FILE.
	script := "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --outdir ] && out=$2; shift; done\n[ -s \"$1\" ] || exit 3\nmkdir -p \"$out\" && cp " + made + " \"$out/in.xlsx\"\n"
	if err := os.WriteFile(filepath.Join(dir, "soffice"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	data := append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, []byte("W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00")...)
	_, page := w.sends("/people/import", "旧.xls", data)
	w.Holds(page, "可存 1 行")
	if err := os.WriteFile(filepath.Join(dir, "soffice"), []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if status, _, page := w.upload("/people/import", "旧.xls", data); status != http.StatusUnprocessableEntity || !strings.Contains(page, "另存为") {
		t.Errorf("a conversion that fails gives %d", status)
	}
}

// A workbook that LibreOffice itself wrote in the old form comes back whole.
func TestATrueOldWorkbookIsReadThroughLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice (soffice) isn't installed here: no true old workbook can be made or read")
	}
	dir := t.TempDir()
	made := filepath.Join(dir, "made.xlsx")
	if err := os.WriteFile(made, workbook(t, []any{"姓名", "身份证号"}, []any{"张三", zhang}), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xls", "--outdir", dir, made)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	old, err := os.ReadFile(filepath.Join(dir, "made.xls"))
	if err != nil || !bytes.HasPrefix(old, []byte{0xD0, 0xCF, 0x11, 0xE0}) {
		t.Fatalf("LibreOffice made no old workbook: %v", err)
	}
	w := newTown(t)
	_, page := w.sends("/people/import", "名单.xls", old)
	w.Holds(page, "可存 1 行", "张三")
}

var caseRE = regexp.MustCompile(`/cases/([0-9a-f-]{36})`)

// A delegation and its itinerary fill a draft that is there, as the forms do.
func TestADelegationAndItsItineraryFillADraft(t *testing.T) {
	w := newTown(t)
	at, page := w.sends("/people/import", "a.csv", []byte("姓名,身份证号,职务\n张三,"+zhang+",处长\n"))
	w.presses(page, at+"/take")
	_, page = w.Post("/cases/new", w.Hidden(w.Sees("/cases/new"), "/cases/new"))
	m := caseRE.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no case was begun: %s", page)
	}
	c := m[1]
	w.Sees("/cases/"+c+"/members", "/cases/"+c+"/members/import")
	at, page = w.sends("/cases/"+c+"/members/import", "团.xlsx", workbook(t, []any{"团内职务", "姓名", "身份证号"}, []any{"团员", "李四", li}, []any{"团长", "张三", ""}, []any{"翻译", "王五", 1.1e17}))
	w.Holds(page, "按姓名认出", "新录，入团", "在册，入团", "C4")
	draft := func() filing.Paper {
		d, err := w.n.Drafts.Load(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		return d.Paper
	}
	if len(draft().People) != 0 {
		t.Fatal("somebody joined before anybody agreed")
	}
	w.Holds(w.presses(page, at+"/take"), "入团 2 人，其中新录 1 人")
	w.presses(w.Sees(at), at+"/discard")
	p := draft()
	if len(p.People) != 2 || p.Case.Members[0].Role != dossier.Ordinary || p.Case.Members[1].Role != dossier.Head {
		t.Fatalf("the group is %v %+v", p.People, p.Case.Members)
	}
	at, page = w.sends("/cases/"+c+"/trip/import", "日程.csv", []byte("日期,上午,下午,城市,国家\n2026年5月11日,启程,会谈,柏林,德国\n5/6/2026,参观,返程,柏林,德国\n2026年5月15日,参观,返程,柏林,德国\n"))
	w.Holds(page, "这个日期有几种读法", "A3")
	w.presses(page, at+"/take")
	w.presses(page, at+"/take")
	p = draft()
	if len(p.Case.Itinerary) != 4 || p.Case.Itinerary[0].Activity != "启程" || p.Case.Itinerary[0].Country != "DEU" || p.Case.Trip.Depart != calendar.MustParse("2026-05-11") || p.Case.Trip.Return != calendar.MustParse("2026-05-15") {
		t.Fatalf("the itinerary is %+v of %v", p.Case.Itinerary, p.Case.Trip)
	}
	at, page = w.sends("/cases/"+c+"/trip/import", "日程2.csv", []byte("日期,上午,下午\n5月12日,座谈,\n5月20日,游览,\n"))
	w.Holds(page, "没有写年份", "可存 1 行")
	_ = at
	rows := w.cells(w.gets("/cases/" + c + "/trip/export"))
	if len(rows) < 5 || rows[0][0] != "日期" || !strings.Contains(fmt.Sprint(rows), "启程") {
		t.Errorf("the itinerary's workbook is %q", rows)
	}
	res, err := w.Client.PostForm(w.URL+"/cases/"+c+"/members/export", url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(w.cells(w.file(res))); !strings.Contains(got, "团长") || strings.Contains(got, zhang) {
		t.Errorf("the members' workbook is %s", got)
	}
}

// The register as a workbook: numbers whole only when asked for, each look on
// record, and read back without a change.
func TestTheRegisterIsExportedWithItsNumbersIntact(t *testing.T) {
	w := newTown(t)
	at, page := w.sends("/people/import", "a.csv", []byte("姓名,身份证号,职务,手机,职级\n张三,"+zhang+",=处长,13800138000,处级\n李四,"+li+",科员,13800138001,科级\n"))
	w.presses(page, at+"/take")
	export := func(form url.Values) []byte {
		res, err := w.Client.PostForm(w.URL+"/people/export", form)
		if err != nil {
			t.Fatal(err)
		}
		return w.file(res)
	}
	if got := fmt.Sprint(w.cells(export(url.Values{}))); strings.Contains(got, zhang) || !strings.Contains(got, "张") {
		t.Errorf("without asking for numbers: %s", got)
	}
	whole := export(url.Values{"numbers": {"yes"}})
	if got := fmt.Sprint(w.cells(whole)); !strings.Contains(got, zhang) || !strings.Contains(got, "=处长") || !strings.Contains(got, "13800138000") {
		t.Errorf("with numbers: %s", got)
	}
	known, err := person.Numbered(context.Background(), w.n.Store, w.n.Keys, zhang)
	if err != nil {
		t.Fatal(err)
	}
	if looks, _, err := journal.Load(context.Background(), w.n.Journal, person.Looks, known); err != nil || looks != 1 {
		t.Errorf("%d looks are on record: %v", looks, err)
	}
	_, page = w.sends("/people/import", "名册.xlsx", whole)
	w.Holds(page, "读出 2 行", "已有")
	if strings.Contains(page, "有变化") || strings.Contains(page, "要改 2") {
		t.Errorf("what was exported isn't read back as it is: %s", page)
	}
}

// An annual plan is checked; what is in order goes into the plan that the unit is
// writing, once, and can be handed back too.
func TestAPlanIsCheckedAndGoesIntoTheUnitsDraft(t *testing.T) {
	w := newTown(t)
	at, page := w.sends("/plan/import", "计划.xlsx", workbook(t, []any{"单位：万元"}, []any{"团组名称", "国家", "人数", "预算", "月份"}, []any{"赴德国洽谈", "德国、法国", 6, 12.5, "2027年5月"}, []any{"赴日本", "日本", "若干", 5, "6月"}))
	w.Holds(page, "1 个团组，6 人，预算 125,000元", "读不出这个数", "C4", `<option value="2027" selected`)
	_, taiwan := w.sends("/plan/import", "台.csv", []byte("团组名称,国家,人数\n赴台,台湾,3\n"))
	w.Holds(taiwan, "赴台湾由台湾事务办公室（台办）审批", "C")
	start := w.Sees("/plan/import", "编制中的计划")
	for _, of := range []string{"姓名", "证号", "名单"} {
		if strings.Contains(start, of) {
			t.Errorf("a plan's import speaks of %s", of)
		}
	}
	rows := w.cells(w.gets(at + "/taken"))
	if len(rows) != 2 || !strings.Contains(fmt.Sprint(rows), "125000") {
		t.Errorf("the checked plan is %q", rows)
	}
	for range 2 { // twice is once
		if status, body := w.Post(at+"/take", url.Values{"_key": {"k"}, "year": {"2027"}}); status != http.StatusOK {
			t.Fatalf("taking a plan gives %d: %s", status, body)
		}
	}
	p, _, err := journal.Load(context.Background(), w.n.Journal, quota.Proposals, quota.ID("u1", 2027))
	want := []quota.Line{{ID: "2027-01", Title: "赴德国洽谈", Countries: []string{"DEU", "FRA"}, Month: 5, People: 6, AmountFen: 12_500_000}}
	if err != nil || !reflect.DeepEqual(p.Lines, want) {
		t.Errorf("the draft holds %+v, %v", p.Lines, err)
	}
	w.Sees("/plan/edit?year=2027", "2027-01", "赴德国洽谈", "德国、法国", "125000")
}

// Fifty thousand rows go through the pages: sent, looked over page by page, the
// good ones taken and the bad ones given back. What it takes is printed.
func TestFiftyThousandRowsGoThroughThePages(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const rows, each = 50_000, 25 // of so many one is in order
	titles := []sheet.Title{{Text: "姓名"}, {Text: "身份证号"}, {Text: "部门"}}
	data, err := sheet.Export("名单", titles, func(yield func([]string) bool) {
		for i := range rows {
			number := id(fmt.Sprintf("%06d%s%03d", i/14000, time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%14000).Format("20060102"), i%1000))
			if i%each != 0 {
				number = number[:17]
			}
			if !yield([]string{"张" + string(rune(0x4E00+i%20000)) + string(rune(0x4E00+i/7%20000)), number, "国际处"}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	w := newTown(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	at, page := w.sends("/people/import", "五万行.xlsx", data)
	w.Holds(page, "读出 50,000 行", "可存 2,000 行", "要改 48,000 行")
	looked := time.Since(began)
	w.Sees(at+"?from=49950", "B50001")
	if n := w.people("u1"); n != 0 {
		t.Fatalf("%d people are stored before anybody agreed", n)
	}
	w.presses(page, at+"/take")
	if n := w.people("u1"); n != rows/each {
		t.Errorf("%d people are stored, want %d", n, rows/each)
	}
	if back := w.cells(w.gets(at + "/back")); len(back) != 1+rows-rows/each || !strings.Contains(strings.Join(back[len(back)-1], "|"), "B50001") {
		t.Errorf("%d rows come back, the last is %q", len(back), back[len(back)-1])
	}
	runtime.ReadMemStats(&after)
	t.Logf("%d kB: looked over in %v, all done in %v; %d MB asked for on the way", len(data)/1000, looked.Round(time.Millisecond), time.Since(began).Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
}

// Long lists are paged, and nobody is shown twice or left out.
func TestLongListsArePaged(t *testing.T) {
	w := newTown(t)
	var b strings.Builder
	b.WriteString("姓名,身份证号\n")
	for i := range 120 {
		fmt.Fprintf(&b, "张%s,%s\n", string(rune(0x4E00+i)), id(fmt.Sprintf("0000001990030%d%03d", 1+i%9, i)))
	}
	at, page := w.sends("/people/import", "a.csv", []byte(b.String()))
	seen := map[string]bool{}
	row := regexp.MustCompile(`<th scope="row"[^>]*>\s*<span[^>]*>(\d+)</span>`)
	for from := 0; from < 120; from += 50 {
		for _, m := range row.FindAllStringSubmatch(page, -1) {
			if seen[m[1]] {
				t.Errorf("row %s is shown twice", m[1])
			}
			seen[m[1]] = true
		}
		page = w.Sees(fmt.Sprintf("%s?from=%d", at, from+50))
	}
	if len(seen) != 120 {
		t.Errorf("%d of 120 rows are shown", len(seen))
	}
	w.presses(w.Sees(at), at+"/take")
	if n := w.people("u1"); n != 120 {
		t.Errorf("%d people", n)
	}
}

func TestEveryReasonHasItsWordsAndTemplatesAreGiven(t *testing.T) {
	for _, r := range sheet.Reasons() {
		for _, key := range []string{"sheet.doubt." + r, "sheet.fix." + r} {
			if !ui.Known(key) {
				t.Errorf("nobody is told %s", key)
			}
		}
	}
	for _, r := range sheet.Notes() {
		if !ui.Known("sheet.note." + r) {
			t.Errorf("nobody is told sheet.note.%s", r)
		}
	}
	for _, r := range sheet.Refusals() {
		if !ui.Known("sheet.refused." + r) {
			t.Errorf("nobody is told sheet.refused.%s", r)
		}
	}
	w := newTown(t)
	for _, f := range sheet.Forms() {
		if rows := w.cells(w.gets("/templates/" + string(f))); len(rows) != 1 || strings.Contains(fmt.Sprint(rows), "sheet.") {
			t.Errorf("the template %s is %q", f, rows)
		}
	}
}
