package desk_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/visit"
	"yitang/internal/web/sites"
	"yitang/internal/web/ui"
	"yitang/internal/web/webtest"
)

// window is the drill's case on the day of its visit, and somebody of the
// office with a browser without script.
type window struct {
	*drill.Story
	t   *testing.T
	url string
	c   *http.Client
}

func open(t *testing.T, upTo drill.Name) *window {
	t.Helper()
	s := drilltest.Told(t, upTo, drill.Options{})
	srv := httptest.NewServer(sites.Office(s.Office).Handler())
	t.Cleanup(srv.Close)
	return &window{Story: s, t: t, url: srv.URL}
}

// as signs in.
func (w *window) as(login string) *window {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.c = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if status, body, _ := w.post("/login", url.Values{"name": {login}, "password": {w.Password}}); status != http.StatusSeeOther {
		w.t.Fatalf("%s could not sign in: %d %s", login, status, text(body))
	}
	return w
}

// on lets the day of the booking come.
func (w *window) on(b hall.Booking, clock hall.Clock) *window {
	w.Clock.Set(clock.On(b.Day))
	return w.as("window")
}

func (w *window) booking() hall.Booking {
	w.t.Helper()
	b, ok, err := hall.BookingOf(context.Background(), w.Office.Store, w.Booking)
	if err != nil || !ok {
		w.t.Fatal(b, ok, err)
	}
	return b
}

func (w *window) answer(res *http.Response, err error) (int, string, string) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, webtest.Worded(w.t, res, b), res.Header.Get("Location")
}

func (w *window) post(path string, form url.Values) (int, string, string) {
	w.t.Helper()
	return w.answer(w.c.PostForm(w.url+path, form))
}

var bareKey = regexp.MustCompile(`>(desk|hall|progress|review|happened|sites|keeping)\.[a-z_.]+`)

func (w *window) says(path string, words ...string) string {
	w.t.Helper()
	status, body, _ := w.answer(w.c.Get(w.url + path))
	if status != http.StatusOK {
		w.t.Fatalf("GET %s: %d\n%s", path, status, text(body))
	}
	if key := bareKey.FindString(body); key != "" {
		w.t.Errorf("%s shows the message key %s", path, key)
	}
	for _, word := range words {
		if !strings.Contains(text(body), word) {
			w.t.Errorf("%s doesn't say %q:\n%s", path, word, text(body))
		}
	}
	return body
}

// done posts and expects to be led on.
func (w *window) done(path string, form url.Values) string {
	w.t.Helper()
	status, body, to := w.post(path, form)
	if status != http.StatusSeeOther {
		w.t.Fatalf("POST %s %v: %d\n%s", path, form, status, text(body))
	}
	return to
}

var tags = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`)

// text is what a page says, spaces folded.
func text(body string) string {
	return html.UnescapeString(strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " "))
}

// forms reads what each form to an address would send as it stands, with the
// button that ends it.
func (w *window) forms(body, action string) []url.Values {
	w.t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	attr := func(n *html.Node, name string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
		return "", false
	}
	var out []url.Values
	var walk func(*html.Node, url.Values)
	walk = func(n *html.Node, in url.Values) {
		if n.Data == "form" {
			in = nil
			if to, _ := attr(n, "action"); to == action {
				in = url.Values{}
				out = append(out, in)
			}
		}
		name, named := attr(n, "name")
		kind, _ := attr(n, "type")
		_, checked := attr(n, "checked")
		if in != nil && named && (n.Data == "input" || n.Data == "button") && (kind != "checkbox" && kind != "radio" || checked) {
			value, _ := attr(n, "value")
			in.Add(name, value)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(doc, nil)
	return out
}

func (w *window) form(body, action string) url.Values {
	w.t.Helper()
	all := w.forms(body, action)
	if len(all) == 0 {
		w.t.Fatalf("there is no form to %s:\n%s", action, text(body))
	}
	return all[0]
}

func (w *window) visits() int {
	w.t.Helper()
	l, err := ledger.Of(context.Background(), w.Office.Store, w.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return l.Visits
}

// A case that nobody has booked for is found with the people who may come.
func TestAGroupOutsideTheDaysListIsShownWithItsPeople(t *testing.T) {
	w := open(t, drill.Document)
	w.as("window")
	row, _, err := approval.Row(context.Background(), w.Office.Store, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	says := text(w.says("/desk?q="+url.QueryEscape(row.Title), "名单以外", "没约"))
	first, err := person.One(context.Background(), w.Office.Store, w.People[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, rest, _ := strings.Cut(says, "名单以外"); !strings.Contains(rest, first.Name()+"等") {
		t.Errorf("nobody of the group is named: %s", rest)
	}
}

func TestTheWindowChecksInClosesActsAndCountsOneVisit(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	at := "/desk/" + b.ID

	// Days before, nobody is checked in: the page says when they are booked.
	w.as("window")
	w.says(at, "不是今天", "现场办")
	if status, body, _ := w.post(at+"/in", url.Values{"_key": {"early"}}); status == http.StatusSeeOther {
		t.Fatalf("checked in on another day:\n%s", text(body))
	}

	w.on(b, b.Slot)
	w.says("/desk", "今天1人", "还没到", "没到", "舒若兰")
	w.says("/desk?q="+url.QueryEscape("若兰"), "舒若兰")
	w.says(w.scan(b.Number), "舒若兰")
	w.says("/desk?q="+url.QueryEscape("查无此人"), "没找到")
	// Whoever travels finds the group, by name, pinyin and the card's last digits,
	// and not only who leads it or comes.
	row, _, err := approval.Row(context.Background(), w.Office.Store, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range w.People {
		e, err := person.One(context.Background(), w.Office.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{e.Name(), strings.ReplaceAll(e.Latin, "/", ""), e.Tail[len(e.Tail)-4:]} {
			w.says("/desk?q="+url.QueryEscape(q), "舒若兰")
			w.says("/desk/walk?q="+url.QueryEscape(q), row.Title)
		}
	}
	if body := w.says("/desk/list", "签名", b.Number); !strings.Contains(body, "舒若兰") {
		t.Error("the printed list doesn't name who comes")
	}

	in := w.form(w.says(at, "签到", "核验身份证原件"), at+"/in")
	w.done(at+"/in", in)
	w.done(at+"/in", in) // a double click
	if n := w.visits(); n != 1 {
		t.Fatalf("checked in once, the ledger counts %d visits", n)
	}
	page := w.says(at, "已核原件", "刚到")

	// An act that didn't come off wants a reason, and what was chosen stays.
	acts := w.forms(page, at+"/act")
	first := acts[0].Get("act")
	n := len(acts) / 2
	if n < 2 {
		t.Fatalf("the newcomer came for %d acts", n)
	}
	bad := url.Values{"_key": {"bad"}, "act": {first}, "result.0": {"replanned"}, "note.0": {""}}
	if status, body, _ := w.post(at+"/act", bad); status != http.StatusUnprocessableEntity || !strings.Contains(text(body), "要写原因") || !strings.Contains(body, `value="replanned" checked`) {
		t.Fatalf("without a reason: %d\n%s", status, text(body))
	}
	for _, f := range acts {
		if f.Get("result") == "done" {
			w.done(at+"/act", f)
			w.done(at+"/act", f)
		}
	}
	w.says(at, "这次办完", "共到场1次")
	v, _, err := hall.VisitOf(context.Background(), w.Office.Store, b.ID)
	if err != nil || v.Presence != hall.Left {
		t.Fatal(v, err)
	}

	// The same people again on the same day: it is still one visit.
	walk := "/desk/walk?case=" + w.ID
	f := w.form(w.says(walk, "现场办", "来办什么"), "/desk/walk")
	if status, body, _ := w.post("/desk/walk", url.Values{"_key": {"none"}, "case": {w.ID}, "id": {f.Get("id")}}); status != http.StatusUnprocessableEntity {
		t.Fatalf("came for nothing: %d\n%s", status, text(body))
	}
	f.Set("acts", "paperOriginal|")
	to := w.done("/desk/walk", f)
	if again := w.done("/desk/walk", f); again != to {
		t.Errorf("pressed twice, led to %s and %s", to, again)
	}
	if n := w.visits(); n != 1 {
		t.Fatalf("checked in twice on one day, the ledger counts %d visits", n)
	}
	var paper url.Values
	for _, one := range w.forms(w.says(to, "收原件份数", "约3分钟"), to+"/act") { // as the plan of the visits has it
		if one.Get("result") == "done" {
			paper = one
		}
	}
	paper.Set("originals.0", "很多")
	if status, body, _ := w.post(to+"/act", paper); status != http.StatusUnprocessableEntity || !strings.Contains(text(body), "0 至 99") {
		t.Errorf("unreadable number of originals: %d\n%s", status, text(body))
	}
	paper.Set("originals.0", "2")
	w.done(to+"/act", paper)
	w.says(to, "收原件2份")
	if l, err := ledger.Of(context.Background(), w.Office.Store, w.ID); err != nil || l.Paper != 2 {
		t.Errorf("the ledger counts %d originals, %v", l.Paper, err)
	}

	// On another day it would be a second visit, and wants a cause.
	w.Clock.Set(w.Office.Book().AddWorkdays(b.Day, 1).Begins().Add(10 * time.Hour))
	w.as("window")
	f = w.form(w.says(walk, "为什么又来一趟"), "/desk/walk")
	f.Set("acts", "paperOriginal|")
	if status, body, _ := w.post("/desk/walk", f); status != http.StatusUnprocessableEntity || !strings.Contains(body, "paperOriginal|\" checked") && !strings.Contains(body, "checked") {
		t.Fatalf("a second visit without a cause: %d\n%s", status, text(body))
	}
	if n := w.visits(); n != 1 {
		t.Errorf("the ledger counts %d visits", n)
	}
}

// Who leaves before the capture station has told anything hasn't been captured
// as far as the window knows: it stays open.
func TestLeavingNotesNoCaptureThatTheStationDidNotTell(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	at := "/desk/" + b.ID
	w.on(b, b.Slot)
	w.done(at+"/in", w.form(w.says(at, "签到"), at+"/in"))
	page := w.says(at, "窗口还有1件没记", "采集台还没报采完的1件不记", "窗口的1件办完，离场")
	w.done(at+"/close", w.form(page, at+"/close"))
	page = w.says(at, "离场时没记办完", "可以重新约", "离场时有1件没记办完", "已离场，1件没记办完")
	if len(w.forms(page, at+"/act")) > 0 {
		t.Error("acts of people who have left can still be ended")
	}
	v, _, err := hall.VisitOf(context.Background(), w.Office.Store, b.ID)
	if err != nil || v.Presence != hall.Left {
		t.Fatal(v, err)
	}
	for _, a := range v.Acts {
		if a.Kind.AtStation() != (a.Result == "") {
			t.Errorf("%s ended as %q", a.Kind, a.Result)
		}
	}
}

func TestWhoDidNotComeIsNotedTheDayAfter(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	w.Clock.Set(b.Day.Next().Begins().Add(10 * time.Hour))
	w.as("window")
	page := w.says("/desk", "以前约了没来的1个", "舒若兰")
	f := w.form(page, "/desk/missed")
	f.Set("choose", b.ID)
	w.done("/desk/missed", f)
	w.done("/desk/missed", f)
	if got := w.booking(); got.State != hall.WasMissed {
		t.Fatalf("the booking is %s", got.State)
	}
	if strings.Contains(text(w.says("/desk")), "以前约了没来") {
		t.Error("it is still asked for")
	}
	if n := w.visits(); n != 0 {
		t.Errorf("nobody came, and the ledger counts %d visits", n)
	}
}

// The list of another day tells how its visits stand by that day's hours.
func TestTheListOfAnotherDayIsMarkedByItsOwnHours(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	list := "/desk/list?day=" + b.Day.String()
	for _, x := range []struct {
		now      time.Time
		says, no string
	}{
		{hall.At(20, 0).On(b.Day.Prev()), "没到", "过点"},
		{b.Slot.On(b.Day).Add(time.Hour), "过点1小时", "没到"},
		{b.Slot.On(b.Day.Next()).Add(time.Hour), "没有来", "过点"},
	} {
		w.Clock.Set(x.now)
		if page := text(w.as("window").says(list, x.says)); strings.Contains(page, x.no) {
			t.Errorf("at %s the list of %s says %q", x.now, b.Day, x.no)
		}
	}
}

// Whoever comes home early is noted also when it is entered after the day that was
// planned.
func TestAnEarlyReturnIsNotedAfterThePlannedEnd(t *testing.T) {
	w := open(t, drill.Lend)
	s, _, err := progress.Of(context.Background(), w.Office.Store, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(s.Return.AddDays(3).Begins().Add(10 * time.Hour))
	in := "/booklets/in?case=" + w.ID
	page := w.as("keeper").says(in)
	if strings.Contains(page, `name="early"`) {
		t.Error("why it is before the end is asked of a trip that is over")
	}
	choose := regexp.MustCompile(`name="choose"[^>]*value="([^"]+)"`).FindStringSubmatch(page)
	if choose == nil {
		t.Fatal(text(page))
	}
	f := w.form(page, in)
	f.Del("pick") // the scanner's button, which isn't pressed
	f.Set("choose", choose[1])
	f.Set("by", "courier")
	f.Set("on", s.Return.Prev().String())
	status, page, _ := w.post(in, f)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `name="early"`) {
		t.Fatalf("before the end: %d\n%s", status, text(page))
	}
	f = w.form(page, in) // everything as it was entered
	f.Del("pick")
	f.Set("early", "came_sooner")
	w.done(in, f)
}

// Who ticks booklets and chooses no way takes each in by the one that was agreed;
// what stands in the way of several is said once.
func TestBookletsComeInByTheirAgreedWayWhereNoneIsChosen(t *testing.T) {
	w := open(t, drill.Lend)
	ctx := context.Background()
	s, _, err := progress.Of(ctx, w.Office.Store, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(s.Return.AddDays(3).Begins().Add(10 * time.Hour))
	in := "/booklets/in?case=" + w.ID
	page := w.as("keeper").says(in)
	f := w.form(page, in)
	f.Del("pick")
	f.Del("choose")
	for _, m := range regexp.MustCompile(`name="choose"[^>]*value="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		f.Add("choose", m[1])
	}
	if len(f["choose"]) < 2 {
		t.Fatalf("%d booklets are out", len(f["choose"]))
	}
	f.Set("by", "")
	f.Set("on", s.Return.AddDays(9).String())
	status, page, _ := w.post(in, f)
	if says := strings.Count(text(page), "不能预先登记"); status != http.StatusUnprocessableEntity || says != 1 {
		t.Fatalf("on a day to come: %d, said %d times\n%s", status, says, text(page))
	}
	f.Set("_key", w.form(page, in).Get("_key"))
	f.Set("on", s.Return.Next().String())
	w.done(in, f)
	for _, c := range f["choose"] {
		_, id, _ := strings.Cut(c, "/")
		if b, _, err := custody.One(ctx, w.Office.Store, id); err != nil || b.Place != custody.InStore {
			t.Errorf("%s is %s %v", id, b.Place, err)
		}
	}
}

func TestWhoLeftNoTraceIsListedWithTheYearUntilTheCaseIsArchived(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	at := "/desk/" + b.ID
	w.on(b, b.Slot)
	if page := text(w.says("/desk", "现在没有人在等", "下一位：舒若兰")); strings.Contains(page, "叫下一位") {
		t.Error("somebody who hasn't come can be called")
	}
	w.done(at+"/in", w.form(w.says(at, "签到"), at+"/in"))
	w.says("/desk", "叫下一位")

	w.Clock.Set(b.Day.AddDays(366).Begins().Add(10 * time.Hour))
	w.as("window").says("/desk", "以前到场、还没办结", b.Day.String())
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "director", Account: "a"})
	for i, cmd := range []journal.Command[approval.Approval]{approval.Revoke{Reason: "任务取消"}, approval.Close{}} {
		if _, err := journal.Do(ctx, w.Office.Journal, approval.Room, journal.Order{Subject: w.ID, Key: fmt.Sprint("over", i)}, cmd); err != nil && !fault.IsNotNow(err) {
			t.Fatal(err)
		}
	}
	if row, _, err := approval.Row(ctx, w.Office.Store, w.ID); err != nil || row.Stage != approval.IsClosed {
		t.Fatal(row.Stage, err)
	}
	if strings.Contains(text(w.says("/desk")), "以前到场") {
		t.Error("a visit of an archived case still waits for somebody")
	}
}

func TestAVisitCanNotEndBeforeTheStoreHasTheBooklet(t *testing.T) {
	w := open(t, drill.ComeHome)
	w.as("window")
	page := w.says("/desk/walk?case="+w.ID, "为什么又来一趟")
	f := w.form(page, "/desk/walk")
	f.Set("acts", "handIn|"+w.People[drill.Newcomer])
	f.Set("cause", "顺路交回")
	to := w.done("/desk/walk", f)
	page = w.says(to, "证照岗还没有收到1本", "去入库")
	act := w.forms(page, to+"/act")[0].Get("act")
	status, body, _ := w.post(to+"/act", url.Values{"_key": {"x"}, "act": {act}, "result": {"done"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(text(body), "还不能记为办完") {
		t.Errorf("handed in without the store: %d\n%s", status, text(body))
	}
	if strings.Contains(body, `href="#`+ui.FieldID(".")) {
		t.Error("what stands beside no field leads to one")
	}
	// Also when it was lent under the id of a record that has become theirs.
	who := w.People[drill.Newcomer]
	if err := w.Office.Store.Write(context.Background(), func(tx store.Tx) error {
		_, err := tx.Exec(context.Background(), `UPDATE custody_booklet SET person = 'double' WHERE person = $1`, who)
		if err == nil {
			_, err = tx.Exec(context.Background(), `INSERT INTO person_alias (id, into_id) VALUES ('double', $1)`, who)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.says(to, "证照岗还没有收到1本")
	if status, _, _ := w.post(to+"/close", url.Values{"_key": {"y"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("left without the store: %d", status)
	}
}

func TestTheHallsPlanIsChangedAndShowsTheNextDays(t *testing.T) {
	w := open(t, drill.Book)
	w.as("admin")
	page := w.says("/hall", "可约", "采集", "往后三周")
	f := w.form(page, "/hall")
	if areas := regexp.MustCompile(`(?s)<textarea[^>]*name="open"[^>]*>(.*?)</textarea>`).FindStringSubmatch(page); areas == nil || !strings.Contains(areas[1], "09:00-12:00") {
		t.Fatalf("the hours aren't shown: %v", areas)
	}
	f.Set("open", "9:00–11:30\n早上")
	f.Set("closed", "2099-12-25 设备检修")
	f.Set("special", "2099-12-26 9：00至12:00 14:00-16:00 节前 加开\n2099-12-27 全天")
	f.Set("week", "周三 9:00-12:00 13:30–19:00\n星期五 上午\nSaturday 9:00-11:00\n星期一 不开")
	f.Set("windows[1].open", "9点")
	f.Set("unitDay", "8")
	f.Set("each", "15")
	f.Set("personDay", "1")
	if status, body, _ := w.post("/hall", f); status != http.StatusUnprocessableEntity || !strings.Contains(text(body), "看不懂这一行：早上") || !strings.Contains(body, "9:00–11:30") {
		t.Fatalf("an unreadable line: %d\n%s", status, text(body))
	}
	if _, body, _ := w.post("/hall", f); !strings.Contains(text(body), "看不懂这一行：2099-12-27 全天") {
		t.Errorf("a special day without hours is taken:\n%s", text(body))
	}
	if _, body, _ := w.post("/hall", f); !strings.Contains(text(body), "看不懂这一行：星期五 上午") || !strings.Contains(text(body), "看不懂这一行：9点") || strings.Contains(text(body), "看不懂这一行：周三") {
		t.Errorf("hours of the week:\n%s", text(body))
	}
	f.Set("week", "週三 9:00-12:00 13:30-19:00\n星期五 9:00-11:30\nSaturday 9:00-11:00\n星期一 不开")
	f.Set("windows[1].open", "9:00-11:00 14：00至16:00")
	f.Set("special", "2099-12-26 9：00至12:00 14:00-16:00 节前 加开")
	f.Set("open", "9:00–11:30\n13:30-17:00")
	f.Set("windows[3].id", "z9")
	if status, body, _ := w.post("/hall", f); status != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#`+ui.FieldID("windows[3].counters")+`"`) {
		t.Errorf("a window for nothing: %d\n%s", status, text(body))
	}
	f["windows[3].counters"] = []string{"capture", "visa"}
	f.Set("windows[3].kept", "7")
	if status, body, _ := w.post("/hall", f); status != http.StatusUnprocessableEntity || !strings.Contains(text(body), "不能超过总数") {
		t.Fatalf("more places kept than there are: %d\n%s", status, text(body))
	}
	f.Set("windows[3].kept", "1")
	// A window that is taken out leaves its row empty, and the errors beside their own.
	out := maps.Clone(f)
	for name, typed := range map[string]string{"windows[1].id": "", "windows[2].id": "", "windows[3].id": "", "windows[4].id": "z9", "windows[4].counters": "capture", "windows[4].kept": "7", "windows[4].places": "1"} {
		out.Set(name, typed)
	}
	if status, body, _ := w.post("/hall", out); status != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#`+ui.FieldID("windows[4].places")+`"`) || !strings.Contains(body, `value="z9"`) {
		t.Errorf("an error below an empty row: %d\n%s", status, body)
	}
	w.done("/hall", f)
	plans, err := hall.AllPlans(context.Background(), w.Office.Store)
	if err != nil || len(plans) != 1 {
		t.Fatal(plans, err)
	}
	p := plans[0]
	if len(p.Windows) != 4 || p.Windows[3].ID != "Z9" || !slices.Equal(p.Windows[3].Counters, []visit.Counter{visit.CaptureCounter, visit.VisaCounter}) || !slices.Equal(p.Windows[1].Counters, []visit.Counter{visit.PassportCounter}) || p.Windows[3].Kept != 1 || p.Open[0].To != hall.At(11, 30) || len(p.Closed) != 1 || p.Closed[0].Reason != "设备检修" || p.UnitDay != 8 || p.PersonDay != 1 || p.Each != 15 || len(p.Special) != 1 || p.Special[0].Reason != "节前 加开" || len(p.Special[0].Open) != 2 || p.Special[0].Open[0].From != hall.At(9, 0) || p.Name == "" {
		t.Fatalf("%+v", p)
	}
	if fmt.Sprint(p.Week) != "[{Wednesday [{09:00 12:00} {13:30 19:00}]} {Friday [{09:00 11:30}]} {Saturday [{09:00 11:00}]} {Monday []}]" || fmt.Sprint(p.Windows[1].Open) != "[{09:00 11:00} {14:00 16:00}]" {
		t.Errorf("the week is %v, the window's hours %v", p.Week, p.Windows[1].Open)
	}
	again := w.says("/hall", "每周固定的其他时间")
	for _, want := range []string{"星期三 09:00-12:00 13:30-19:00\n星期五 09:00-11:30\n星期六 09:00-11:00\n星期一 不开", `value="09:00-11:00 14:00-16:00"`} {
		if !strings.Contains(again, want) {
			t.Errorf("the plan doesn't show %s", want)
		}
	}
	// Who still looks at the plan as it was is told so.
	f.Set("_key", "another")
	f.Set("closed[0].reason", "停在旧页上写的原因")
	status, body, _ := w.post("/hall", f)
	if status != http.StatusConflict {
		t.Errorf("a stale plan: %d\n%s", status, text(body))
	}
	for _, want := range []string{"有人先改了，您填的还在", "有人改了这些", `name="closed[0].reason" value="停在旧页上写的原因"`} {
		if !strings.Contains(body, want) {
			t.Errorf("a stale plan doesn't say %s:\n%s", want, text(body))
		}
	}
}

func TestWhoChecksInHasANumberAndIsCalledToAWindow(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	at := "/desk/" + b.ID
	w.on(b, b.Slot)
	w.says("/desk/calls?window="+b.Window, "没有人在等", "60岁以上", "先叫")
	w.done(at+"/in", w.form(w.says(at), at+"/in"))
	if err := w.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.says(at, "叫号 001")
	calls := "/desk/calls?window=" + b.Window
	line := w.says(calls, "001", "舒若兰", "叫下一位")
	w.done("/desk/calls/next", w.form(line, "/desk/calls/next"))
	again := w.says(calls, "正在叫", "第1次叫")
	if strings.Contains(text(again), "过号") {
		t.Error("after one call somebody may be passed over")
	}
	screen := w.says("/screen", "001", "急件")
	for _, none := range []string{"舒若兰", `class="bar"`, `class="foot"`, "退出", "/display", `href="/told"`} {
		if strings.Contains(screen, none) {
			t.Error("the hall's screen has", none)
		}
	}
	for _, want := range []string{`aria-live="polite"`, `data-again="10"`, `http-equiv="refresh" content="10"`} {
		if !strings.Contains(screen, want) {
			t.Errorf("the hall's screen doesn't look again, or tells nobody: %s", want)
		}
	}
	for range 2 {
		w.done("/desk/calls/again", w.form(w.says(calls), "/desk/calls/again"))
	}
	w.done("/desk/calls/over", w.form(w.says(calls, "第3次叫"), "/desk/calls/over"))
	w.done("/desk/calls/back", w.form(w.says(calls, "过号的", "没有人在等"), "/desk/calls/back"))
	w.says(calls, "叫下一位")
	// Served without being called once more, they are out of the line.
	w.done(at+"/close", w.form(w.says(at), at+"/close"))
	if err := w.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.says(calls, "没有人在等")
	// A monitor signs in nowhere.
	w.c = &http.Client{}
	w.says("/screen", "还没有叫号")
}

func TestTheUseOfTheHallIsReadSortedAndTakenAlong(t *testing.T) {
	w := open(t, drill.Book)
	b := w.booking()
	w.as("chief")
	month := b.Day.String()[:7]
	w.says("/hall", "大厅利用情况")
	for _, sorted := range []string{"", "window", "missed", "wait"} {
		w.says("/hall/use?month="+month+"&sort="+sorted, "放出的位子", "合计", "约了1人")
	}
	w.says("/hall/use?month=2001-01", "没有开")
	for as, begins := range map[string]string{"": "PK", "csv": "\ufeff周,窗口"} {
		res, err := w.c.Get(w.url + "/hall/use/export?month=" + month + "&as=" + as)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(string(data), begins) {
			t.Errorf("as %q: %d %.40q %v", as, res.StatusCode, data, err)
		}
	}
}
