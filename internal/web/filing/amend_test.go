package filing_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/precheck"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/progress"
	"yitang/internal/web/sites"
	"yitang/internal/web/ui"
	"yitang/internal/web/webtest"
)

// approved is a mission that is approved, and its liaison officer.
func approved(t *testing.T) (*drill.Story, webtest.Visitor) {
	t.Helper()
	s := drilltest.Told(t, drill.Document, drill.Options{})
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	return s, webtest.SignIn(t, srv.URL, "liaison", s.Password)
}

// Who only looks at a kind of change has begun nothing; what was written stands
// in the way of the next until it is given up.
func TestAChangeBeginsWithWhatIsWritten(t *testing.T) {
	s, he := approved(t)
	of := "/cases/" + s.ID
	here := of + "~1"
	begin := func(kind room.AmendmentKind) string {
		status, page := he.Post(of+"/amend", url.Values{"kind": {string(kind)}, "_key": {"k-" + string(kind)}})
		if status != http.StatusOK {
			t.Fatalf("%s begins with %d:\n%s", kind, status, text(page))
		}
		return page
	}
	for _, kind := range room.AmendmentKinds() {
		if kind.When() != room.NotYet {
			continue
		}
		page := begin(kind)
		if he.Holds(page, ">变更</h1>", "放弃这次变更"); !strings.Contains(page, progress.KindName(ui.With(context.Background(), ui.Prefs{}), kind)) {
			t.Errorf("after another kind was looked at, %s begins as:\n%s", kind, text(page))
		}
		says := text(he.Sees(here))
		if !regexp.MustCompile(`变更 还缺\s?1\s?项`).MatchString(says) || strings.Contains(says, "审批后开始") {
			t.Errorf("%s without a reason: %s", kind, says)
		}
		if kind == room.AmendDrop && strings.Contains(he.Sees(here+"/members", "谁不去，就在谁的名下选“不去了”"), "就能找到") {
			t.Error("a page on which nobody is found says how to find somebody")
		}
	}
	if says := text(he.Sees(of)); strings.Contains(says, "放弃这次变更") {
		t.Errorf("a kind that was only looked at stands on the mission's page: %s", says)
	}
	if says := text(he.Sees("/cases")); strings.Contains(says, "变更：") {
		t.Errorf("and among the drafts: %s", says)
	}

	page := begin(room.AmendShift)
	he.Post(here+"/amendment", he.Hidden(page, here+"/amendment", "amendment.reason", "对方改期"))
	he.Holds(begin(room.AmendDrop), "变更（改期）")
	he.Sees(of, "放弃这次变更")
	he.Sees(of+"/amend", "放弃这次变更")

	// One day alone doesn't fit the other: the other says so, and nobody is
	// sent to a field that the page hasn't got.
	trip := he.Sees(here+"/trip", `name="case.return"`)
	_, trip = he.Post(here+"/trip", he.Hidden(trip, here+"/trip", "case.depart", "2027-01-20", "case.return", "2026-11-09"))
	trip = he.Sees(here + "/trip")
	if says := text(trip); strings.Contains(says, "在外天数") || strings.Contains(says, "0天") {
		t.Errorf("days that don't fit: %s", says)
	}
	he.Holds(trip, "接着填")
	if says := text(he.Sees(here)); strings.Contains(says, "0 天") || strings.Contains(says, "0天") {
		t.Errorf("days that don't fit: %s", says)
	}

	// What a browser kept of a change that was given up is offered to no later one.
	mark := regexp.MustCompile(`data-begun="(\w+)"`)
	kept := mark.FindStringSubmatch(he.Sees(here + "/amendment"))
	page = he.Sees(here+"/withdraw", "放弃后7天内可以恢复")
	he.Holds(last(he.Post(here+"/withdraw", he.Hidden(page, here+"/withdraw"))), "已放弃《变更（改期）", "批件照旧有效", "恢复草稿")
	he.Sees("/cases", "删掉的草稿", "变更（改期）")
	page = begin(room.AmendDrop)
	if now := mark.FindStringSubmatch(he.Holds(page, "变更（减员）")); kept == nil || now == nil || kept[1] == now[1] {
		t.Errorf("two drafts at one address are kept as %v and %v", kept, now)
	}
	// The later one stands at the same address. While nothing is written of it, giving it
	// up leaves the earlier one to be had back; who has it back has the earlier one.
	page = he.Sees(here + "/withdraw")
	he.Holds(last(he.Post(here+"/withdraw", he.Hidden(page, here+"/withdraw"))), "已放弃《变更（改期）")
	begin(room.AmendDrop)
	back := url.Values{"_key": {"k-back"}}
	he.Holds(last(he.Post(here+"/restore", back)), "草稿已恢复", "变更（改期）")
	he.Sees(here+"/amendment", "对方改期")
	// Of one that something was written of, it is told instead.
	page = he.Sees(here + "/withdraw")
	he.Post(here+"/withdraw", he.Hidden(page, here+"/withdraw"))
	page = begin(room.AmendDrop)
	he.Post(here+"/amendment", he.Hidden(page, here+"/amendment", "amendment.reason", "一人另有任务"))
	if status, page := he.Post(here+"/restore", url.Values{"_key": {"k-again"}}); status != http.StatusConflict || !strings.Contains(page, "已有一项变更在办") {
		t.Errorf("two changes at one address: %d", status)
	}
	he.Sees(here+"/amendment", "一人另有任务")
}

func last(_ int, page string) string { return page }

// What the office will judge a change by, the unit is told before: the plan of the
// year into which the days move, and the proof without which a delay isn't asked for.
func TestAChangeIsToldWhatItLacksBeforeItIsPresented(t *testing.T) {
	s, he := approved(t)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "liaison"})
	work := applying.NewWork(s.Internet)
	id, err := work.BeginAmendment(ctx, s.ID, room.AmendShift)
	if err != nil {
		t.Fatal(err)
	}
	write := func(f func(*room.Paper)) *applying.File {
		d, err := work.Drafts.Load(ctx, id)
		if err == nil {
			_, err = work.Drafts.Change(ctx, id, d.Revision, func(p *room.Paper) error { f(p); return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
		f2, err := work.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return f2
	}
	f := write(func(p *room.Paper) { p.Amending.Reason = "对方改期"; p.Shift(3 * 365) })
	if n := len(work.Check(f, precheck.Submit).Of("GEN-008")); n != 1 {
		t.Errorf("days in a year without a plan give %d findings about it", n)
	}
	he.Sees("/cases/"+id+"/mission", "case.planLine")
	write(func(p *room.Paper) {
		p.Amending.Kind = room.AmendDelayed
		p.Shift(-3 * 365)
		p.Case.Trip.Return = p.Case.Trip.Return.AddDays(2)
	})
	if page := he.Sees("/cases/"+id+"/check", "还不能交签批", "paper-M50"); strings.Contains(page, "可以交签批了") {
		t.Error("a delay without its proof is said to be ready")
	}
}

func TestARevokedApprovalIsToldBesideEachNameWithItsReason(t *testing.T) {
	s, he := approved(t)
	director := journal.WithActor(context.Background(), journal.Actor{Role: "director", Account: "d9"})
	if _, err := journal.Do(director, s.Office.Journal, approval.Room, journal.Order{Subject: s.ID}, journal.Command[approval.Approval](approval.Revoke{Reason: "邀请方取消了活动"})); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	page := he.Sees("/cases/"+s.ID, "批准已撤销，不能出行", "邀请方取消了活动", "不再办理")
	if strings.Contains(page, "批后办") {
		t.Error("booklets and visas are said to be made after an approval that was revoked")
	}
}

// The file stays as it was signed, so the mark stands before it.
func TestWhereverARevokedApprovalIsOpenedItIsMarkedWithWhoWhenAndWhy(t *testing.T) {
	s, he := approved(t)
	at := "/cases/" + s.ID
	if _, body := he.Get(at + "/approval"); !strings.HasPrefix(body, "%PDF-") {
		t.Fatal("an approval in force doesn't open")
	}
	a, _, err := journal.Load(context.Background(), s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	director := journal.WithActor(context.Background(), journal.Actor{Role: "director", Account: "d9"})
	if _, err := journal.Do(director, s.Office.Journal, approval.Room, journal.Order{Subject: s.ID}, journal.Command[approval.Approval](approval.Revoke{Reason: "邀请方取消了活动"})); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	mark := []string{a.Document.Number + " 已撤销", "于" + ui.Date(ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans}), s.Office.Journal.Today()) + "撤销", "邀请方取消了活动"}
	for _, path := range []string{at, at + "/progress", at + "/approval"} {
		he.Sees(path, mark...)
	}
	he.Sees(at, `href="`+at+`/approval"`)
	he.Sees(at+"/approval", `href="`+at+`/approval?as=signed"`, "签发时的文件原样保留")
	if _, body := he.Get(at + "/approval?as=signed"); !strings.HasPrefix(body, "%PDF-") {
		t.Fatal("the file as it was signed is gone")
	}
}

// drops leaves a member of an approved mission at home by a change, as unit and
// office do it.
func drops(t *testing.T, s *drill.Story, left, why string) {
	t.Helper()
	ctx, who := context.Background(), func(role string) context.Context {
		return journal.WithActor(context.Background(), journal.Actor{Role: role, Account: role})
	}
	work := applying.NewWork(s.Internet)
	id, err := work.BeginAmendment(who("liaison"), s.ID, room.AmendDrop)
	var f *applying.File
	step := func(do func() error) {
		t.Helper()
		if err == nil {
			err = do()
		}
		if err == nil {
			f, err = work.Open(ctx, id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	step(func() error {
		d, err := work.Drafts.Load(ctx, id)
		if err == nil {
			_, err = work.Drafts.Change(who("liaison"), id, d.Revision, func(p *room.Paper) error {
				p.Amending.Reason = why
				p.DropPerson(left)
				return nil
			})
		}
		return err
	})
	step(func() error { _, err := work.Present(who("liaison"), journal.Order{}, f); return err })
	step(func() error { _, err := work.Submit(who("signatory"), journal.Order{}, f, ""); return err })
	step(func() error { return s.Settle(ctx) })
	step(func() error {
		_, err := journal.Do(who("intake"), s.Office.Journal, approval.Room, journal.Order{Subject: id}, journal.Command[approval.Approval](approval.File{Number: "YJ-2026-900001-0"}))
		return err
	})
	step(func() error { return s.Settle(ctx) })
}

// Who was declined, and who left by a change, stays with name, day and reason
// wherever results are read, though they stand on the list of members no more.
func TestWhoWasDeclinedAndWhoLeftIsToldByNameAfterAChange(t *testing.T) {
	s, he := approved(t)
	ctx := context.Background()
	name := func(id string) string {
		e, err := person.One(ctx, s.Internet.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		return e.Name()
	}
	was, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil || len(was.NotGoing) != 1 {
		t.Fatalf("before the change %v don't go: %v", was.NotGoing, err)
	}
	left, declined, why := s.People[drill.Newcomer], was.NotGoing[0].Person, was.NotGoing[0].Reason

	drops(t, s, left, "另有任务，不能前往")

	day := ui.Date(ui.With(ctx, ui.Prefs{Lang: ui.ZhHans}), s.Office.Journal.Today())
	at := "/cases/" + s.ID
	for _, path := range []string{at, at + "/progress", at + "/check"} {
		page := text(he.Sees(path))
		for _, says := range []string{name(declined), why, name(left), "已退出", day + "，减员。原因：另有任务，不能前往"} {
			if !strings.Contains(page, says) {
				t.Errorf("%s doesn't say %s", path, says)
			}
		}
	}
	page := text(he.Sees(at + "/progress"))
	for _, says := range []string{"未批准：" + name(declined), "不再参加：" + name(left), name(left) + "的"} {
		if !strings.Contains(page, says) {
			t.Errorf("the timeline and the ledger don't say %s", says)
		}
	}
	if strings.Contains(page, "位团员的") {
		t.Error("the ledger names a member by their place in the list")
	}

	srv := httptest.NewServer(sites.Office(s.Office).Handler())
	t.Cleanup(srv.Close)
	page = text(webtest.SignIn(t, srv.URL, "reviewer", s.Password).Sees("/c/" + s.ID))
	for _, says := range []string{"不批准 1 人，后来退出 1 人", why, "减员。原因：另有任务，不能前往"} {
		if !strings.Contains(page, says) {
			t.Errorf("the office's page doesn't say %s", says)
		}
	}
}

// What stops because of a change says why in the language of who reads it: the
// place at the hall that nobody comes to, and the visa that nobody needs.
func TestWhyAChangeStoppedSomethingIsSaidInTheReadersLanguage(t *testing.T) {
	s := drilltest.Told(t, drill.Book, drill.Options{})
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	he := webtest.SignIn(t, srv.URL, "liaison", s.Password)
	drops(t, s, s.People[drill.Newcomer], "另有任务，不能前往")
	all, err := hall.OfFiling(context.Background(), s.Internet.Store, s.ID)
	if err != nil || len(all) != 1 || all[0].State != hall.IsCancelled || all[0].Reason != fault.Because("dropped") {
		t.Fatalf("booked is %+v: %v", all, err)
	}
	for _, x := range []struct{ lang, says string }{{"en", "The mission was changed: somebody stays at home"}, {"zh-Hans", "任务变更：减员"}} {
		he.Get("/cases/" + s.ID + "?lang=" + x.lang)
		for _, at := range []string{"/pass/" + all[0].Code, "/cases/" + s.ID + "/progress"} {
			page := text(he.Sees(at))
			if !strings.Contains(page, x.says) || strings.Contains(page, "because.") {
				t.Errorf("%s in %s doesn't say %q: %s", at, x.lang, x.says, page)
			}
		}
	}
}

// Who only leaves somebody at home changes nothing of a letter but whom it invites:
// no button offers more, and a form that presses one all the same writes nothing.
func TestADropOffersAndWritesNothingThatItMayNotTouch(t *testing.T) {
	s, he := approved(t)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "liaison"})
	work := applying.NewWork(s.Internet)
	id, err := work.BeginAmendment(ctx, s.ID, room.AmendDrop)
	if err != nil {
		t.Fatal(err)
	}
	at := "/cases/" + id + "/invitations"
	page := he.Sees(at, "invitations[0].invitees")
	for _, offer := range []string{`name="_fill"`, `value="?change=invitations`, `value="invitations"`} {
		if strings.Contains(page, offer) {
			t.Errorf("leaving somebody at home offers %s", offer)
		}
	}
	was, err := work.Open(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	letter := was.Now.Case.Invitations[0]
	if trip := was.Now.Case.Trip; letter.From == trip.Depart && letter.To == trip.Return {
		t.Fatal("the letter says the days of the trip: nothing would be written anyway")
	}
	for name, value := range map[string]string{"_fill": "invitations[0].from", "_add": "invitations", "_drop": "invitations[0]", "_stay": "?change=invitations[0].issuerCountry#x"} {
		form := he.Hidden(page, at)
		form.Set(name, value)
		if status, answer := he.Post(at, form); status != http.StatusUnprocessableEntity {
			t.Errorf("%s=%s is answered with %d:\n%s", name, value, status, text(answer))
		}
	}
	if is, err := work.Open(ctx, id); err != nil || len(is.Now.Case.Invitations) != len(was.Now.Case.Invitations) || is.Now.Case.Invitations[0].From != letter.From || is.Now.Case.Invitations[0].To != letter.To {
		t.Errorf("the letter is %+v, was %+v, %v", is.Now.Case.Invitations, letter, err)
	}
	check := he.Sees("/cases/"+id+"/check", "/"+id+"/members?back=", `/members?back=precheck#pick">团员`) // who stays is still to be said
	for _, locked := range []string{"/" + id + "/mission", "/" + id + "/trip", "/" + id + "/notice"} {
		if strings.Contains(check, locked) {
			t.Errorf("the page of the whole case leads to %s, where nothing may be changed", locked)
		}
	}
	if status, page := he.Post("/cases/"+s.ID+"/amend", url.Values{"kind": {string(room.AmendShift)}, "_key": {"k-shift"}}); status != http.StatusOK {
		t.Fatalf("a shift begins with %d:\n%s", status, text(page))
	}
	he.Sees(at, `value="invitations[0].from"`) // where the days are open, the click stays
}

// What a draft holds that its kind of change may not touch is told before it is
// presented, by name and with one click that puts back what was approved.
func TestWhatAChangeMayNotTouchIsToldBeforeItIsPresented(t *testing.T) {
	s, he := approved(t)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "liaison"})
	work := applying.NewWork(s.Internet)
	id, err := work.BeginAmendment(ctx, s.ID, room.AmendDrop)
	if err != nil {
		t.Fatal(err)
	}
	d, err := work.Drafts.Load(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	was := d.Paper.Case.Invitations[0].From
	if _, err = work.Drafts.Change(ctx, id, d.Revision, func(p *room.Paper) error {
		p.Amending.Reason = "另有任务"
		p.DropPerson(p.People[len(p.People)-1])
		p.Case.Invitations[0].From = was.AddDays(-1)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	at := "/cases/" + id
	for _, page := range []string{at, at + "/members", at + "/check"} {
		he.Holds(text(he.Sees(page)), "减员不能改", "批准的是")
	}
	page := he.Sees(at+"/check", "必须改，改好才能交签批")
	if says := text(he.Sees(at)); regexp.MustCompile(`检查并交签批 有`).MatchString(says) || !strings.Contains(says, "处必须改") {
		t.Errorf("the change is said to be ready: %s", says)
	}
	form := he.Hidden(page, at+"/fix")
	if form.Get("field") != "invitations[0].from" {
		t.Fatalf("the first click mends %q", form.Get("field"))
	}
	if status, answer := he.Post(at+"/fix", form); status != http.StatusOK {
		t.Fatalf("putting back what was approved is answered with %d:\n%s", status, text(answer))
	}
	f, err := work.Open(ctx, id)
	if err != nil || f.Now.Case.Invitations[0].From != was {
		t.Errorf("the letter begins on %s, approved was %s: %v", f.Now.Case.Invitations[0].From, was, err)
	}
	if strings.Contains(text(he.Sees(at+"/check")), "减员不能改") {
		t.Error("what was put back is still told")
	}
}

// Who was taken out of a group comes back with one press, without a script, as they
// were in it; until then the change counts those who would go, wherever it counts.
func TestWhoWasTakenOutComesBackAsTheyWere(t *testing.T) {
	s, he := approved(t)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "liaison"})
	work := applying.NewWork(s.Internet)
	id, err := work.BeginAmendment(ctx, s.ID, room.AmendDrop)
	if err != nil {
		t.Fatal(err)
	}
	open := func() *applying.File {
		t.Helper()
		f, err := work.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	at := "/cases/" + id + "/members"
	was := open()
	who, n := was.Now.Persons[0], len(was.Now.Persons)
	e, err := person.One(ctx, s.Internet.Store, who)
	if err != nil {
		t.Fatal(err)
	}
	counts := func(n int) {
		t.Helper()
		page := text(he.Sees("/cases/" + id))
		booklets := regexp.MustCompile(`护照 (?:\d/)?(\d)\s?人`).FindStringSubmatch(page)
		if !regexp.MustCompile(fmt.Sprintf(`，%d\s?人`, n)).MatchString(page) || booklets == nil || booklets[1] != fmt.Sprint(n) {
			t.Errorf("of %d people the page counts %v: %s", n, booklets, page)
		}
	}
	counts(n)
	turn := func(what string) {
		t.Helper()
		form := he.Hidden(he.Sees(at), "/cases/"+id+"/members")
		form.Set("person", who)
		if status, answer := he.Post(at+"/"+what, form); status != http.StatusOK {
			t.Fatalf("%s is answered with %d:\n%s", what, status, text(answer))
		}
	}
	turn("drop")
	if f := open(); slices.Contains(f.Now.Persons, who) {
		t.Fatal("who doesn't go is still in the group")
	}
	counts(n - 1)
	he.Holds(text(he.Sees(at)), "撤回，"+e.Name()+"还是去")
	turn("restore")
	if f := open(); !slices.Equal(f.Now.Persons, was.Now.Persons) || len(room.Compare(was.Now.Case, was.Now.Persons, f.Now.Case, f.Now.Persons)) > 0 {
		t.Errorf("back is %+v", room.Compare(was.Now.Case, was.Now.Persons, f.Now.Case, f.Now.Persons))
	}
	counts(n)
	if strings.Contains(text(he.Sees(at)), "撤回，") {
		t.Error("who goes is still offered back")
	}
	turn("restore") // a second click finds nobody to take back
	if f := open(); !slices.Equal(f.Now.Persons, was.Now.Persons) {
		t.Errorf("a second click makes %v", f.Now.Persons)
	}
}

// Where a change may touch the money, each line may be changed as in an application: one
// that the unit added is dropped, one that it changed follows from the table again. A
// change that may not touch it drops none, whichever page sends the button.
func TestLinesOfTheBudgetAreDroppedWhereAChangeMayTouchTheMoney(t *testing.T) {
	s, he := approved(t)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "liaison"})
	work := applying.NewWork(s.Internet)
	id, err := work.BeginAmendment(ctx, s.ID, room.AmendDrop)
	if err != nil {
		t.Fatal(err)
	}
	lines := func() ([]dossier.BudgetLine, []room.Line) {
		t.Helper()
		f, err := work.Open(ctx, id)
		if err != nil || f.Now.Case.Budget == nil {
			t.Fatalf("the change has no budget: %v", err)
		}
		return f.Now.Case.Budget.Lines, f.Draft.Paper.Lines
	}
	was, _ := lines()
	all := "/cases/" + id + "/budget?lines=1"
	press := func(name, value string, typed ...string) {
		t.Helper()
		form := he.Hidden(he.Sees(all), all, typed...)
		if name != "" {
			form.Set(name, value)
		}
		if status, page := he.Post(all, form); status != http.StatusOK {
			t.Fatalf("%s=%s is answered with %d:\n%s", name, value, status, text(page))
		}
	}
	offered := regexp.MustCompile(`name="_drop" value="(line:[^"]+)"[^>]*>([^<]+)<`)
	press("_add", "budget.lines")
	added, typed := lines()
	if len(added) != len(was)+1 {
		t.Fatalf("a line more makes %d of %d", len(added), len(was))
	}
	button := offered.FindAllStringSubmatch(he.Sees(all), -1)
	if len(button) != 1 || button[0][1] != "line:"+typed[len(typed)-1].Key() {
		t.Fatalf("offered to be dropped are %v", button)
	}
	press("", "", fmt.Sprintf("budget.lines[%d].currency", len(was)), "EUR")
	if n := strings.Count(he.Sees(all), fmt.Sprintf(`name="budget.lines[%d].currency"`, len(was))); n != 1 {
		t.Errorf("the currency of a line is asked %d times", n)
	}
	press("_drop", button[0][1])
	if is, _ := lines(); len(is) != len(was) {
		t.Errorf("without it there are %d lines, not %d", len(is), len(was))
	}
	press("", "", "budget.lines[0].units", fmt.Sprint(was[0].Units+1))
	if is, _ := lines(); is[0].Units != was[0].Units+1 {
		t.Fatalf("the first line counts %d", is[0].Units)
	}
	button = offered.FindAllStringSubmatch(he.Sees(all), -1)
	if len(button) != 1 {
		t.Fatalf("offered to follow from the table again are %v", button)
	}

	// Another kind leaves the money alone.
	d, err := work.Drafts.Load(ctx, id)
	if err == nil {
		_, err = work.Drafts.Change(ctx, id, d.Revision, func(p *room.Paper) error { p.Amending.Kind = room.AmendWriting; return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	members := "/cases/" + id + "/members"
	form := he.Hidden(he.Sees(members), members)
	form.Set("_drop", button[0][1])
	if status, page := he.Post(members, form); status != http.StatusUnprocessableEntity {
		t.Errorf("a correction that drops a line is answered with %d:\n%s", status, text(page))
	}
	if is, _ := lines(); is[0].Units != was[0].Units+1 {
		t.Error("a correction has dropped a line of the budget")
	}
	if d, err = work.Drafts.Load(ctx, id); err == nil {
		_, err = work.Drafts.Change(ctx, id, d.Revision, func(p *room.Paper) error { p.Amending.Kind = room.AmendDrop; return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	press("_drop", button[0][1])
	if is, _ := lines(); is[0].Units != was[0].Units || len(is) != len(was) {
		t.Errorf("the first line counts %d again, not %d", is[0].Units, was[0].Units)
	}
}
