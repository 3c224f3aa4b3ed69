package ui_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/money"
	"yitang/internal/web/ui"
)

func in(l ui.Lang) context.Context { return ui.With(context.Background(), ui.Prefs{Lang: l}) }

func render(t *testing.T, ctx context.Context, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parse(t *testing.T, s string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestEveryComponentLivesUnderAStrictContentPolicy(t *testing.T) {
	for _, n := range parse(t, render(t, in(ui.ZhHans), ui.Specimen())) {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
		if n.Data == "style" || n.Data == "script" && attr(n, "src") == "" {
			t.Errorf("an inline <%s>", n.Data)
		}
	}
}

func TestEveryReferenceWithinThePageArrives(t *testing.T) {
	nodes := parse(t, render(t, in(ui.En), ui.Specimen()))
	ids := map[string]bool{}
	for _, n := range nodes {
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("the id %s stands twice", id)
			}
			ids[id] = true
		}
	}
	for _, n := range nodes {
		for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
			for _, id := range strings.Fields(attr(n, name)) {
				if !ids[id] {
					t.Errorf("<%s %s=%q> leads nowhere", n.Data, name, id)
				}
			}
		}
		if id, ok := strings.CutPrefix(attr(n, "href"), "#f-"); ok && !ids["f-"+id] {
			t.Errorf("the finding's link #f-%s leads to no field", id)
		}
	}
}

func TestNoComponentShowsAKeyInsteadOfWords(t *testing.T) {
	pages := map[string]templ.Component{"specimen": ui.Specimen()}
	for _, status := range []int{403, 404, 409, 413, 422, 429, 500, 503} {
		pages[http.StatusText(status)] = ui.SpecimenProblem(status)
	}
	for name, page := range pages {
		for _, l := range ui.Langs() {
			out := render(t, in(l), page)
			if i := strings.Index(out, "⟦"); i >= 0 {
				t.Errorf("%s in %s: %s", name, l, out[i:min(len(out), i+60)])
			}
			if !strings.Contains(out, `lang="`+string(l)+`"`) {
				t.Errorf("%s doesn't say that it is %s", name, l)
			}
		}
	}
}

// Words that stand in elements side by side are words apart for who has them read
// aloud, searches the page or copies it: not "Fill in2 members".
func TestWordsSideBySideDontRunTogether(t *testing.T) {
	group := ui.FindGroup{Rule: "Passport ends too early", Of: "member"}
	alike := ui.Findings{List: []ui.Finding{{State: ui.Wait, Word: "Fill in", Rule: ui.Link{Text: "PPT-001"}, Group: group, Title: "a"}, {State: ui.Wait, Word: "Fill in", Rule: ui.Link{Text: "PPT-001"}, Group: group, Title: "b"}}}
	for name, c := range map[string]templ.Component{"specimen": ui.Specimen(), "findings alike": alike} {
		root, err := html.Parse(strings.NewReader(render(t, in(ui.En), c)))
		if err != nil {
			t.Fatal(err)
		}
		for _, joined := range runTogether(root) {
			t.Errorf("%s: %s", name, joined)
		}
	}
	if root, err := html.Parse(strings.NewReader(`<p><span>Fill in</span><b>2 members</b></p><p>Fill in</p><p>2</p><p><i>so </i><b>on</b></p>`)); err != nil || len(runTogether(root)) != 1 {
		t.Errorf("the search has gone blind: %v, %v", runTogether(root), err)
	}
}

// inline are the elements that end no word by themselves.
var inline = map[string]bool{"a": true, "abbr": true, "b": true, "bdi": true, "code": true, "em": true, "i": true, "mark": true, "small": true, "span": true, "strong": true, "time": true}

// runTogether lists the places where Latin letters or digits meet those of the
// next element without a space.
func runTogether(root *html.Node) []string {
	var out []string
	last, within := "", true // text before, and whether nothing but inline elements stood between
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			a, b := []rune(last), []rune(n.Data)
			if within && len(a) > 0 && len(b) > 0 && wordRune(a[len(a)-1]) && wordRune(b[0]) {
				out = append(out, last+"|"+n.Data)
			}
			last, within = n.Data, true
		case n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "title"):
			return
		case n.Type == html.ElementNode && !inline[n.Data]:
			within = false
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Type == html.ElementNode && !inline[n.Data] {
			within = false
		}
	}
	walk(root)
	return out
}

func wordRune(r rune) bool {
	return r < unicode.MaxLatin1 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// Of a long story the newest stands open, and all that is older is one press away,
// without script too.
func TestALongTimelineFoldsWhatIsOlder(t *testing.T) {
	var all ui.Timeline
	for i := range 100 {
		all = append(all, ui.Happening{What: fmt.Sprintf("happening %d.", i)})
	}
	page := render(t, in(ui.En), all)
	open, folded, cut := strings.Cut(page, "<details")
	if !cut || !strings.Contains(folded, "85 earlier entries") || !strings.Contains(open, "happening 14.") || strings.Contains(open, "happening 15.") || !strings.Contains(folded, "happening 99.") {
		t.Error(page)
	}
	if short := render(t, in(ui.En), all[:15]); strings.Contains(short, "<details") {
		t.Error("a short one folds something")
	}
}

// On a phone the rows are laid out as cards: an element that isn't laid out as
// a cell is none any more to a screen reader, unless it says so itself.
func TestATableOfCardsIsReadAsATable(t *testing.T) {
	table := ui.Table{Caption: "队列", Cards: true, Columns: []ui.Column{{Text: "案号"}, {Text: "团组"}, {Text: "剩余"}}, Groups: []ui.Group{{Title: "今天", Rows: []ui.Row{
		{Choose: "1", Cells: []ui.Cell{{Text: "0431"}, {Text: "赴德国", Head: true}, {Tag: ui.Tag{State: ui.Warn, Word: "今天到期"}}}}, {Cells: []ui.Cell{{}, {Text: "赴法国", Head: true}, {}}}}}}}
	roles := map[string]string{"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
	var heads []string
	for _, n := range parse(t, render(t, in(ui.ZhHans), table)) {
		want := roles[n.Data]
		if n.Data == "th" {
			want = map[string]string{"row": "rowheader", "col": "columnheader", "colgroup": "columnheader"}[attr(n, "scope")]
		}
		if want != "" && attr(n, "role") != want {
			t.Errorf("<%s %v> has the role %q", n.Data, n.Attr, attr(n, "role"))
		}
		if n.Data == "td" {
			heads = append(heads, attr(n, "data-head"))
		}
	}
	if got := strings.Join(heads, " "); got != " 案号 剩余  案号 剩余" {
		t.Errorf("before the cells of the cards stands %q", got)
	}
}

func TestAFailedFormLeadsToItsFields(t *testing.T) {
	err := fault.Invalid(
		fault.Finding{Field: "legs[1].arrive", Text: fault.Text{Zh: "抵达早于出发", En: "arrival before departure"}},
		fault.Finding{Field: "legs[1].arrive", Text: fault.Text{Zh: "缺航班", En: "no flight"}},
		fault.Finding{Field: "", Text: fault.Text{Zh: "没有团员", En: "no members"}},
	)
	ctx := in(ui.En)
	errs := ui.FieldErrors(ctx, err)
	if got, want := errs["legs[1].arrive"], "arrival before departure no flight"; got != want {
		t.Errorf("beside the field: %q, want %q", got, want)
	}
	out := render(t, ctx, ui.Summarise(ctx, err))
	for _, want := range []string{`href="#f-legs-1-arrive"`, "3 things to fix", `role="alert"`, "no members"} {
		if !strings.Contains(out, want) {
			t.Errorf("the summary lacks %s: %s", want, out)
		}
	}
	field := render(t, ctx, ui.Field{Name: "legs[1].arrive", Label: "Arrival", Value: "<2027>", Error: errs["legs[1].arrive"]})
	for _, want := range []string{`id="f-legs-1-arrive"`, `name="legs[1].arrive"`, `aria-invalid="true"`, `value="&lt;2027&gt;"`} {
		if !strings.Contains(field, want) {
			t.Errorf("the field lacks %s: %s", want, field)
		}
	}
}

func TestTheLineIsReadAsThreeSentencesWithOneStep(t *testing.T) {
	line := ui.Line{Approval: ui.Station{State: ui.Done, Says: "已批"}, Passport: ui.Station{State: ui.You, Filled: 4, Says: "等您来一次"}}
	out := render(t, in(ui.ZhHans), line)
	if strings.Count(out, `aria-current="step"`) != 1 || strings.Count(out, "<li") != 3 {
		t.Errorf("line: %s", out)
	}
	line.Size = ui.LineMini
	if out := render(t, in(ui.ZhHans), line); !strings.Contains(out, "审批100%，护照40%，签证0%") {
		t.Errorf("mini line: %s", out)
	}
}

// A named colour counts as a value as well.
var byValue = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|font-family\s*:\s*"`)

func TestOnlyTokensHoldColoursByValue(t *testing.T) {
	err := filepath.WalkDir("css", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if strings.Contains(string(b), "!important") {
			t.Errorf("%s: layers make !important needless", p)
		}
		if filepath.Base(p) == "tokens.css" || filepath.Base(p) == "dark-tokens.css" {
			return nil
		}
		for i, line := range strings.Split(string(b), "\n") {
			if v := byValue.FindString(line); v != "" {
				t.Errorf("%s:%d: %s by value", p, i+1, v)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What a page may cost on a slow line, compressed as it is served: of the 30 kB
// of a first view two thirds, so that what it says has the rest.
func TestBundlesKeepTheirBudget(t *testing.T) {
	for pattern, limit := range map[string]int64{"auto-*.css.gz": 12_000, "dark-*.css.gz": 12_000, "light-*.css.gz": 12_000, "internet-*.js.gz": 7_900, "office-*.js.gz": 8_500, "resume-*.js.gz": 17_000, "file-field-*.js.gz": 2_400, "look-again-*.js.gz": 600, "wechat-*.js.gz": 1_200, "back-*.js.gz": 200, "slots-*.js.gz": 600} {
		files, err := filepath.Glob("dist/" + pattern)
		if err != nil || len(files) != 1 {
			t.Errorf("%s: %d files, want 1", pattern, len(files))
			continue
		}
		st, err := os.Stat(files[0])
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-18s %5d of %d bytes", pattern, st.Size(), limit)
		if st.Size() > limit {
			t.Errorf("%s has %d bytes, the budget is %d", files[0], st.Size(), limit)
		}
	}
}

func TestAssetsAreServedCompressedForAYear(t *testing.T) {
	out := render(t, in(ui.ZhHans), ui.Layout(ui.Page{Title: "x"}))
	for _, n := range parse(t, out) {
		link := attr(n, "href") + attr(n, "src")
		if !strings.HasPrefix(link, ui.AssetsPath) {
			continue
		}
		r := httptest.NewRequest("GET", link, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		ui.Assets().ServeHTTP(w, r)
		if w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", link, w.Code, w.Header())
		}
	}
	w := httptest.NewRecorder()
	ui.Assets().ServeHTTP(w, httptest.NewRequest("GET", ui.AssetsPath+"words.json", nil))
	if w.Code != 404 {
		t.Errorf("what is no asset is served: %d", w.Code)
	}
}

func TestTheLanguageIsTheReaders(t *testing.T) {
	for _, c := range []struct {
		cookie, accept string
		want           ui.Lang
	}{
		{"", "", ui.ZhHans},
		{"", "zh-TW,zh;q=0.9,en;q=0.8", ui.ZhHant},
		{"", "zh-HK", ui.ZhHant},
		{"", "zh-CN", ui.ZhHans},
		{"", "en-GB,en;q=0.9", ui.En},
		{"", "fr", ui.ZhHans},
		{"en", "zh-CN", ui.En},
		{"klingon", "zh-TW", ui.ZhHant},
		{"", ";;;", ui.ZhHans},
	} {
		if got := ui.Match(c.cookie, c.accept); got != c.want {
			t.Errorf("cookie %q, accept %q: %s, want %s", c.cookie, c.accept, got, c.want)
		}
	}
}

func TestChoosingALanguageStaysOnTheSite(t *testing.T) {
	var seen ui.Lang
	h := ui.Negotiate(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = ui.LangOf(r.Context()) }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/cases?page=2&lang=en", nil))
	if got := w.Header().Get("Location"); w.Code != 303 || got != "/cases?page=2" {
		t.Errorf("%d to %q", w.Code, got)
	}
	r := httptest.NewRequest("GET", "/cases", nil)
	for _, c := range w.Result().Cookies() {
		r.AddCookie(c)
	}
	h.ServeHTTP(httptest.NewRecorder(), r)
	if seen != ui.En {
		t.Errorf("the choice was forgotten: %s", seen)
	}
	for _, back := range []string{"//evil.example/", `/\evil.example`, "/\t/evil.example", "/\n/evil.example", "/a\\evil.example", "https://evil.example/", ""} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/display", strings.NewReader(url.Values{"back": {back}, "theme": {"dark"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		ui.SavePrefs(w, r)
		if got := w.Header().Get("Location"); got != "/" {
			t.Errorf("back %q leads to %q", back, got)
		}
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://site//evil.example/?lang=en", nil))
	if got := w.Header().Get("Location"); strings.HasPrefix(got, "//") {
		t.Errorf("a language link leads off the site: %q", got)
	}
}

func TestDatesSumsAndCountsReadAsPeopleWriteThem(t *testing.T) {
	day := calendar.MustParse
	zh, en := in(ui.ZhHans), in(ui.En)
	now := time.Date(2026, 11, 24, 2, 42, 0, 0, time.UTC) // 10:42 in the office
	yuan := money.Amount{Minor: 15_840_050, Currency: money.CNY}
	for _, c := range []struct{ got, want string }{
		{ui.Date(zh, day("2027-01-12")), "2027年1月12日"},
		{ui.Date(en, day("2027-01-12")), "12 January 2027"},
		{ui.Date(zh, calendar.Date{}), ""},
		{ui.Span(zh, day("2027-01-12"), day("2027-01-19")), "2027年1月12日–19日"},
		{ui.Span(zh, day("2027-01-29"), day("2027-02-03")), "2027年1月29日–2月3日"},
		{ui.Span(zh, day("2026-12-29"), day("2027-01-03")), "2026年12月29日–2027年1月3日"},
		{ui.Span(zh, day("2027-01-12"), day("2027-01-12")), "2027年1月12日"},
		{ui.Span(en, day("2027-01-12"), day("2027-01-19")), "12–19 January 2027"},
		{ui.Span(en, day("2027-01-29"), day("2027-02-03")), "29 January – 3 February 2027"},
		{ui.Short(zh, day("2027-01-05")), "01-05"},
		{ui.Short(ui.WithToday(zh, day("2027-12-31")), day("2027-01-05")), "01-05"},
		{ui.Short(ui.WithToday(zh, day("2026-11-30")), day("2025-01-05")), "2025-01-05"},
		{ui.MonthDay(ui.WithToday(zh, day("2026-11-30")), day("2026-01-05")), "1月5日"},
		{ui.MonthDay(ui.WithToday(zh, day("2026-11-30")), day("2025-01-05")), "2025年1月5日"},
		{ui.MonthDay(ui.WithToday(en, day("2026-11-30")), day("2027-01-05")), "5 January 2027"},
		{ui.Span(ui.WithToday(zh, day("2026-11-30")), day("2027-01-29"), day("2027-02-03")), "2027年1月29日–2月3日"},
		{ui.Weekday(zh, day("2026-12-10")), "星期四"},
		{ui.Weekday(en, day("2026-12-10")), "Thursday"},
		{ui.At(zh, now), "2026年11月24日 10:42"},
		{ui.Date(zh, time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)), "2026年11月24日"},
		{ui.Count(2117), "2,117"}, {ui.Count(-1234567), "−1,234,567"}, {ui.Count(999), "999"},
		{ui.Money(zh, yuan), "158,400.50元"},
		{ui.Yuan(en, 15_840_000), "CNY 158,400"},
		{ui.Yuan(zh, 123_456_789_012), "1,234,567,890.12元"},
		{ui.Lasting(zh, 30*time.Second), "不到1分钟"}, {ui.Lasting(zh, 90*time.Second), "1分钟"},
		{ui.Money(en, money.Amount{Minor: -20000, Currency: "JPY"}), "JPY −20,000"},
		{ui.Size(340 << 10), "340 kB"}, {ui.Size(20 << 20), "20 MB"}, {ui.Size(1_300_000), "1.2 MB"}, {ui.Size(1500), "1 kB"},
		{ui.Ago(zh, now, now.Add(-20*time.Second)), "刚刚"},
		{ui.Ago(en, now, now.Add(-time.Minute)), "1 minute ago"},
		{ui.Ago(en, now, now.Add(-5*time.Minute)), "5 minutes ago"},
		{ui.Ago(zh, now, now.Add(-2*time.Hour)), "今天8:42"},
		{ui.Ago(zh, now, now.Add(-11*time.Hour)), "昨天23:42"},
		{ui.Left(zh, now, now.Add(5*time.Hour+12*time.Minute)), "5小时12分"},
		{ui.Left(zh, now, now.Add(-6*time.Hour)), "超6小时"},
		{ui.List(zh, []string{"甲", "乙", "丙"}), "甲、乙、丙"},
		{ui.List(en, []string{"A", "B", "C"}), "A, B and C"},
		{ui.Spans(zh, []int64{2, 4, 5, 6, 9}), "2、4–6、9"},
		{ui.Spans(en, []int64{2, 4, 5, 6, 9}), "2, 4–6 and 9"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestNamesAreNotConvertedBetweenScripts(t *testing.T) {
	if got := ui.T(in(ui.ZhHant), "ui.tbl.choose_row", "Name", "范后云"); got != "選中范后云" {
		t.Errorf("%q", got)
	}
}

func TestNamesOfOurDataStandInTheReadersScript(t *testing.T) {
	names := func(code, lang string) string { return map[string]string{"zh": "德国", "en": "Germany"}[lang] }
	for lang, want := range map[ui.Lang]string{ui.ZhHans: "德国", ui.ZhHant: "德國", ui.En: "Germany"} {
		if got := ui.Country(in(lang), names, "DEU"); got != want {
			t.Errorf("%s reads %s, want %s", lang, got, want)
		}
	}
	if got := ui.Say(in(ui.ZhHant), fault.Text{Zh: "范后云"}); got != "范后云" {
		t.Errorf("a name that isn't of our data became %s", got)
	}
}

func TestAMissingMessageIsSeen(t *testing.T) {
	if got := ui.T(in(ui.En), "no.such.key"); got != "⟦no.such.key⟧" || ui.Known("no.such.key") || !ui.Known("ui.find.checked") {
		t.Errorf("%q", got)
	}
}

// A column that is narrow doesn't set a word's characters one below the other.
func TestShortWordsAndDaysAreNotBroken(t *testing.T) {
	page := render(t, context.Background(), ui.Table{Columns: []ui.Column{{Text: "日期"}, {Text: "地点"}, {Text: "安排"}}, Groups: []ui.Group{{Rows: []ui.Row{{Cells: []ui.Cell{{Text: "1月11日上午", Head: true}, {Text: "米兰"}, {Text: "与对方签字并交换合作文件"}}}}}}})
	for words, want := range map[string]bool{"1月11日上午": true, "米兰": true, "与对方签字并交换合作文件": false} {
		cell := page[:strings.Index(page, words)]
		cell = cell[strings.LastIndex(cell, "<t"):]
		if got := strings.Contains(cell, "nb"); got != want {
			t.Errorf("%s is kept whole: %v, in %s", words, got, cell)
		}
	}
}

func TestAFigureAndAShortWordStayWholeAndASentenceDoesNot(t *testing.T) {
	for text, whole := range map[string]bool{
		"2026年12月28日–2027年1月3日": true, "2027年1月25日–28日": true, "9:30–11:00": true, "待送签": true, "24,566.10 元": true,
		"90天以内（吕梁学院、华南理工大学规定）": false, "预审规则说了什么": false, "": false,
	} {
		if ui.Whole(text) != whole {
			t.Errorf("%q stays whole: %v", text, !whole)
		}
	}
}
