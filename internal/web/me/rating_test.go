package me_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/progress"
	"yitang/internal/visit"
	rating "yitang/internal/web/feedback"
	"yitang/internal/web/sites"
)

// office opens the office's site to people of it.
func (s *story) office(people ...account.Open) *story {
	s.t.Helper()
	for _, a := range people {
		if _, err := s.Office.Accounts.Open(journal.WithActor(context.Background(), journal.System), journal.Order{Subject: "acc-" + a.Login}, a, password); err != nil {
			s.t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Office(s.Office).Handler())
	s.t.Cleanup(srv.Close)
	return &story{s.Story, s.t, srv.URL}
}

// Who is signed in finds at the foot of each page what they may rate, and who isn't reads
// the figures alone.
func TestTheFootLeadsToWhatTheReaderMayRate(t *testing.T) {
	s := told(t, drill.HandIn)
	he := s.as("he")
	rate := "/me/rate/" + s.ID
	if page := he.ok("/cases"); !strings.Contains(page.body, `href="/ratings"`) {
		t.Error("nothing at the foot leads there")
	}
	page := he.ok("/ratings")
	visits, err := hall.VisitsOf(context.Background(), s.Internet.Store, s.ID)
	if err != nil || len(visits) == 0 {
		t.Fatal(visits, err)
	}
	for _, to := range []string{rate, "/rate/" + visits[0].ID} {
		if !strings.Contains(page.body, `href="`+to+`"`) {
			t.Errorf("nothing leads to %s: %s", to, text(page.body))
		}
		he.ok(to)
	}
	form, _ := he.form(he.ok(rate), rate)
	form.Set("grade", "5")
	he.done(rate, form)
	if page := he.ok("/ratings"); strings.Contains(page.body, `href="`+rate+`"`) || !strings.Contains(text(page.body), "您可以评价的") {
		t.Error("what was rated is offered again:", text(page.body))
	}
	nobody, err := http.Get(s.url + "/ratings")
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Body.Close()
	b, err := io.ReadAll(nobody.Body)
	if err != nil || nobody.StatusCode != http.StatusOK || strings.Contains(string(b), "您可以评价的") {
		t.Errorf("who isn't signed in: %d %v", nobody.StatusCode, err)
	}
}

// A poor rating is answered in the office, rated again by who gave it and
// settled by somebody else; with a name the case is open to who answers.
func TestAPoorRatingIsAnsweredRatedAgainAndSettled(t *testing.T) {
	for _, c := range []struct {
		name string
		shy  bool
		who  string // what the office reads of the case
	}{
		{"with a name", false, "看这一件"},
		{"without a name", true, "看不到是谁、哪一件"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			s := told(t, drill.HandIn)
			o := s.office(account.Open{Login: "lead", Name: "罗处", Roles: []access.Role{access.Chief}}, account.Open{Login: "head2", Name: "分管", Roles: []access.Role{access.Director}},
				account.Open{Login: "look", Name: "审计", Roles: []access.Role{access.Auditor}}, account.Open{Login: "desk", Name: "窗口", Roles: []access.Role{access.Window}})
			settle := func() {
				t.Helper()
				if err := s.Settle(ctx); err != nil {
					t.Fatal(err)
				}
			}
			he, rate := s.as("he"), "/me/rate/"+s.ID
			form, _ := he.form(he.says(rate, "到场"), rate)
			form.Set("grade", "1")
			form.Set("words", "<b>等了两小时</b>")
			if form.Get("anonymous") != "" {
				t.Error("a rating waits for the month's end though nobody asked for that")
			}
			he.says(rate, "不勾，", "勾了，最晚")
			if c.shy {
				form.Set("anonymous", "yes")
				form.Del("grade")
				refused := he.post(rate, form)
				if again, _ := he.form(refused, rate); again.Get("anonymous") == "" {
					t.Error("a tick is gone after an error")
				}
				form.Set("grade", "1")
			}
			he.done(rate, form)
			settle()
			he.says("/cases/"+s.ID, "已评价")

			row, there, err := feedback.Of(ctx, s.Office.Store, s.ID)
			if err != nil || !there {
				t.Fatal(row, there, err)
			}
			at := "/ratings/" + row.ID
			if c.shy {
				early := o.as("lead")
				early.says("/ratings", "没有差评等答复")
				if p := early.get(at); p.status != http.StatusNotFound {
					t.Errorf("shown alone on the day of the trip's end: %d", p.status)
				}
				s.Clock.Set(row.Shown)
				he = s.as("he")
			}
			lead := o.as("lead")
			list := lead.says("/ratings", "1 条差评等办结", "非常不满意", "等了两小时", "等答复")
			one := lead.says(at, "<b>等了两小时</b>", c.who, "还没有答复")
			if c.shy {
				for _, p := range []page{list, one} {
					if strings.Contains(p.body, s.ID) {
						t.Error("who rated without a name is found by the page")
					}
				}
				if p := lead.get("/c/" + s.ID); strings.Contains(text(p.body), "1分") {
					t.Error("the case's timeline gives the rating away")
				}
			}
			if p := o.as("desk").get(at); p.status != http.StatusForbidden {
				t.Errorf("the window reads a rating: %d", p.status)
			}
			if p := o.as("look").says(at, "由处长、分管主任答复"); strings.Contains(p.body, `action="`+at) || strings.Contains(p.body, s.ID) {
				t.Error("an auditor is offered to answer, or reads whose it is before it is settled")
			}

			form, _ = lead.form(one, at+"/reply")
			if p := lead.post(at+"/reply", with(form, "reply", "查到是排班不足")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "查到是排班不足") {
				t.Errorf("answered without a treatment: %d", p.status)
			}
			lead.done(at+"/reply", with(form, "treatment", "mended", "reply", "查到是排班不足，已增开一个窗口。"))
			settle()
			answered := he.says(rate, "外办", "已改正", "已增开一个窗口", "看了答复，现在觉得怎么样？")
			if p := lead.post(at+"/conclude", url.Values{"_key": {"early"}}); p.status == http.StatusSeeOther {
				t.Error("settled by who answered, with nobody's agreement")
			}
			form, _ = he.form(answered, rate+"/again")
			if p := he.post(rate+"/again", with(form, "words", "好一些")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "好一些") {
				t.Errorf("rated again without a grade: %d", p.status)
			}
			he.done(rate+"/again", with(form, "grade", "4"))
			settle()
			if p := o.as("desk").get("/c/" + s.ID); p.status != http.StatusOK || !c.shy && !strings.Contains(text(p.body), "给了评价") || strings.Contains(text(p.body), "答复了评价") || strings.Contains(text(p.body), "再评") {
				t.Errorf("who serves people reads of their case that they were dissatisfied: %d", p.status)
			}
			he.says(rate, "看过答复后：满意")
			lead.says(at, "看过答复后再评", "答复是您写的，请另一位领导办结")
			head := o.as("head2")
			form, _ = head.form(head.ok(at), at+"/conclude")
			head.done(at+"/conclude", form)
			head.says("/ratings", "没有差评等答复")
			head.says(at, "已办结")
			if p := o.as("look").says(at, "已办结"); strings.Contains(p.body, s.ID) == c.shy {
				t.Error("once it is settled an auditor reads of which case it is, but without a name nobody does")
			}
			settle()
			he.says("/ratings", "服务评价", "满意率 0 %")
		})
	}
}

// Whoever was served at the window says how it went at the code that stands there or
// at a message's link, without signing in: once a visit, its acts apart if they like.
// The page tells a stranger neither people nor case, and the office counts by act and window.
func TestAVisitIsRatedAtTheWindowWithoutSigningInOnceAndCountedByActAndWindow(t *testing.T) {
	ctx := context.Background()
	s := told(t, drill.HandIn)
	o := s.office(account.Open{Login: "lead", Name: "罗处", Roles: []access.Role{access.Chief}}, account.Open{Login: "desk", Name: "窗口", Roles: []access.Role{access.Window}})
	was, there, err := hall.VisitOf(ctx, s.Internet.Store, s.Booking)
	if err != nil || !there || was.Presence != hall.Left {
		t.Fatal(was, there, err)
	}
	at := "/rate/" + s.Booking
	if p := o.as("desk").ok("/desk/" + s.Booking); !strings.Contains(p.body, "请来人扫码评价") || !strings.Contains(p.body, `class="qr"`) {
		t.Errorf("the window shows no code to those who leave:\n%s", text(p.body))
	}
	nobody := func() reader {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return reader{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	}
	stranger, clerk := nobody(), nobody()
	if p := stranger.get("/rate/" + s.ID); p.status != http.StatusNotFound {
		t.Errorf("a case is no visit: %d", p.status)
	}
	shown, err := rating.CodeURL(ctx, s.Office.Journal, s.Booking, feedback.WindowCode)
	if err != nil {
		t.Fatal(err)
	}
	for _, door := range []string{at, at + "?code=0123456789abcdef0123"} { // the visit's id stands in the address of the window's page
		if p := clerk.says(door, "只给到场的人评"); strings.Contains(p.body, `name="grade"`) {
			t.Errorf("%s offers a rating to whoever knows the visit's id", door)
		}
		if p := clerk.post(door, url.Values{"grade": {"5"}, "_key": {"c" + door}}); p.status == http.StatusSeeOther {
			t.Errorf("%s takes a rating from whoever knows the visit's id", door)
		}
	}
	if p := s.as("other").says(at, "只给到场的人评"); strings.Contains(p.body, `name="grade"`) {
		t.Error("another unit is offered to rate the visit")
	}
	page := stranger.says(shown, "这次在大厅办得怎么样", "不用登录")
	state, _, err := progress.Of(ctx, s.Internet.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{s.ID, state.Title, "江明远"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("the page tells a stranger %q", secret)
		}
	}
	form, _ := stranger.form(page, shown)
	if p := stranger.post(shown, with(form, "grade", "9")); p.status != http.StatusUnprocessableEntity {
		t.Errorf("rated without a grade: %d", p.status)
	}
	form = with(form, "grade", "2", "words", "排队太久")
	form.Del("anonymous")
	kind := string(was.Acts[0].Kind)
	form.Set("act."+kind, "5") // asked or not, it counts for what was done alone
	form.Set("act.nothing", "5")
	stranger.done(shown, form)
	if p := stranger.post(shown, with(form, "_key", "another")); p.status == http.StatusSeeOther {
		t.Error("one visit is rated twice")
	}
	stranger.says(at, "已收到：不满意")
	if p := clerk.says(shown, "这次到场已经评过"); strings.Contains(text(p.body), "不满意") {
		t.Errorf("who scans the window's code reads what was said:\n%s", text(p.body))
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	// The whole case is rated by itself.
	s.as("he").says("/me/rate/"+s.ID, "满意")
	lead := o.as("lead")
	lead.says("/ratings", "1 条差评等办结", "排队太久", "各窗口的评价", was.Number[9:11], "到场评价从哪里来", "大厅的评价码")
	acts, err := feedback.ByAct(ctx, s.Office.Store, s.Office.Journal.Now(), s.Office.Journal.Today().AddDays(-99))
	if err != nil || len(acts) == 0 {
		t.Fatal(acts, err)
	}
	for _, a := range acts {
		want := 2
		if a.Of == kind {
			want = 5
		}
		if a.Grades[want] != 1 || a.Rated() != 1 {
			t.Errorf("%s: %v, want one %d", a.Of, a.Grades, want)
		}
	}
	row, _, err := feedback.Of(ctx, s.Office.Store, s.Booking)
	if err != nil {
		t.Fatal(err)
	}
	reply, _ := lead.form(lead.ok("/ratings/"+row.ID), "/ratings/"+row.ID+"/reply")
	lead.done("/ratings/"+row.ID+"/reply", with(reply, "treatment", "mended", "reply", "已增开一个窗口。"))
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	if p := clerk.says(at, "已经评过"); strings.Contains(p.body, "增开") {
		t.Error("who scans the window's code reads the answer")
	}
	if p := clerk.post(at+"/again", url.Values{"grade": {"5"}, "_key": {"k"}}); p.status == http.StatusSeeOther {
		t.Error("who scans the window's code is content in another's name")
	}
	again, _ := stranger.form(stranger.says(at, "已增开一个窗口", "看了答复"), at+"/again")
	stranger.done(at+"/again", with(again, "grade", "4"))
	stranger.says(at, "看过答复后：满意")
}

// One browser rates the visits of a few and not of a crowd; each rating says by what
// whoever gave it came there, and who is signed in as one of the case isn't held up.
func TestNobodyStuffsTheRatingsOfVisits(t *testing.T) {
	ctx := context.Background()
	s := told(t, drill.HandIn)
	o := s.office(account.Open{Login: "lead", Name: "罗处", Roles: []access.Role{access.Chief}})
	var visits, links []string
	for range 20 {
		id := s.Office.Journal.NewID()
		came := hall.Witness{Filing: s.ID, Unit: s.Unit, Person: s.People[drill.Newcomer], Day: s.Office.Journal.Today(), Acts: []hall.Act{{ID: "act.capture@x", Kind: visit.Capture}}, Cause: "再来一次"}
		if _, err := journal.Do(journal.WithActor(ctx, journal.System), s.Office.Journal, hall.Attendances, journal.Order{Subject: id}, journal.Command[hall.Attendance](came)); err != nil {
			t.Fatal(err)
		}
		visits = append(visits, id)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	for _, id := range visits {
		link, err := rating.CodeURL(ctx, s.Internet.Journal, id, feedback.MessageLink)
		if shown, e := rating.CodeURL(ctx, s.Office.Journal, id, feedback.MessageLink); err != nil || e != nil || link != shown || !strings.HasPrefix(link, "/rate/"+id+"?code=") {
			t.Fatalf("%s and %s: %v, %v", link, shown, err, e)
		}
		links = append(links, link)
	}
	browser := func(jar http.CookieJar) reader {
		return reader{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	}
	kept, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	taken := func(who reader, some []string) (n int) {
		t.Helper()
		for _, link := range some {
			form, _ := who.form(who.ok(link), link)
			form.Del("anonymous")
			switch p := who.post(link, with(form, "grade", "5")); {
			case p.status == http.StatusSeeOther:
				n++
			case !strings.Contains(text(p.body), "请登录后评"):
				t.Errorf("refused with %d: %s", p.status, text(p.body))
			}
		}
		return n
	}
	if n := taken(browser(kept), links[:10]); n != feedback.PerBrowser {
		t.Errorf("one browser rated %d visits of ten", n)
	}
	if n := taken(browser(nil), links[10:16]); n != feedback.PerBrowser { // those that keep no mark are one
		t.Errorf("browsers without a mark rated %d visits of six", n)
	}
	he := s.as("he")
	if n := taken(he, []string{"/rate/" + visits[19]}); n != 1 {
		t.Error("who is signed in is held up by others")
	}
	s.Clock.Set(s.Clock.Now().Add(24 * time.Hour))
	if n := taken(browser(kept), links[16:18]); n != 2 {
		t.Errorf("the next day one browser rated %d visits of two", n)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	ways, err := feedback.ByVia(ctx, s.Office.Store, s.Office.Journal.Now(), s.Office.Journal.Today().AddDays(-9))
	if err != nil || fmt.Sprint(ways) != fmt.Sprintf("[{[0 0 0 0 0 1] account} {[0 0 0 0 0 %d] message}]", 2*feedback.PerBrowser+2) {
		t.Errorf("by what they came: %v, %v", ways, err)
	}
	o.as("lead").says("/ratings?grade=0", "到场评价从哪里来", "消息里的链接", "登录后")
}

// Who waits in the hall reads the number and the way to the pass everywhere, and is
// offered no further visit; the pass looks again by itself.
func TestWhoWaitsInTheHallReadsTheirNumberEverywhere(t *testing.T) {
	s := told(t, drill.CheckIn)
	newcomer := s.as("newcomer")
	for _, path := range []string{"/me", "/visits/" + s.ID, "/visits/" + s.ID + "/pass"} {
		newcomer.says(path, "您的叫号：001")
	}
	if p := newcomer.says("/visits/"+s.ID, "看到场码"); strings.Contains(p.body, "约这一次") {
		t.Error("who is in the hall is asked to book the visit that they are at")
	}
	if b := newcomer.says("/me", "看到场码").body; strings.Index(b, "您的叫号") > strings.Index(b, "<h1") {
		t.Error("their number stands below what their trip is called")
	}
	if p := newcomer.ok("/visits/" + s.ID + "/pass"); !strings.Contains(p.body, `data-again="8"`) {
		t.Error("the pass of who waits never looks again")
	}
	if p := newcomer.ok("/visits/" + s.ID + "/pass"); strings.Contains(p.body, `id="pass-do"`) {
		t.Error("who has arrived is offered another time")
	}
	s.as("he").says("/visits/"+s.ID, "您的叫号：001")
	for _, path := range []string{"/me", "/visits/" + s.ID} { // a colleague, who isn't there
		if p := s.as("head").ok(path); strings.Contains(p.body, "您的叫号") {
			t.Errorf("%s shows a colleague the number of another", path)
		}
	}
}

// While a visit isn't over, its page says when it can be rated, and takes nothing.
func TestAVisitThatIsNotOverIsNotRated(t *testing.T) {
	s := told(t, drill.CheckIn)
	stranger := reader{s, &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	at := "/rate/" + s.Booking
	stranger.says(at, "大厅还没有办完")
	if p := stranger.post(at, url.Values{"grade": {"5"}, "_key": {"k"}}); p.status == http.StatusSeeOther {
		t.Error("rated while people are still there")
	}
}
