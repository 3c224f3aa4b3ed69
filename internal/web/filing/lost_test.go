package filing_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/trip"
)

// decided is a case to Germany that was handed in, and its first member approved.
func (w *town) decided(he, luo reader) (at, id string) {
	t, ctx := w.t, context.Background()
	t.Helper()
	at, id = he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	w.told()
	give(t, ctx, w.office.Journal, approval.Room, id, approval.Receive{Unit: "u1", Facts: approval.Facts{Title: "赴德国", Depart: calendar.MustParse("2026-05-11"), Countries: []string{"DEU"}},
		Members: w.filing(id).Members, Names: approval.Names{Unit: "巴渝理工大学（虚构）"}, Within: 2})
	give(t, ctx, w.office.Journal, approval.Room, id, says{approval.Decided{Members: []approval.Verdict{{Person: w.filing(id).Members[0].Person, Approved: true}}, Approved: 1}})
	return at, id
}

// A booklet that is lost in the store is lost for the trip that needs it: the unit
// reads whose it was, what comes next and from what day; of a kind that the journey
// doesn't call for nothing is said.
func TestTheUnitReadsOfALostBookletAndUntilWhenItsMakingWaits(t *testing.T) {
	w := newTown(t)
	he, luo, ctx := w.as("he"), w.as("luo"), context.Background()
	at, id := w.decided(he, luo)
	m, name := w.filing(id).Members[0], w.filing(id).Dossier.Members[0].Name()
	lose := func(booklet, kind, number string) {
		give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.Register{Booklet: booklet, Unit: "u1", Type: kind, Number: number, Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: "X"})
		give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.ReportLost{Booklet: booklet, Reason: "搬库时遗失"})
		w.answered()
	}
	lose("b1", "hkMacauPermit", "CA1234567")
	if says := text(he.ok(at + "/progress").body); strings.Contains(says, "证照遗失") {
		t.Errorf("a permit is told of that nobody needs: %s", says)
	}
	lose("b2", "publicAffairs", "PE1234567")
	if says := text(he.ok(at + "/progress").body); !strings.Contains(says, name+"的护照2026年3月10日报失") || !strings.Contains(says, "报失满 15 天才能补发，2026年3月25日起") {
		t.Errorf("the unit doesn't read what was lost and until when it waits: %s", says)
	}
	w.days.Add(15)
	he = w.as("he")
	if says := text(he.ok(at + "/progress").body); strings.Contains(says, "才能补发") {
		t.Errorf("the wait is over and still told of: %s", says)
	}
	give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.Register{Booklet: "b3", Unit: "u1", Type: "publicAffairs", Number: "PE7654321", Issued: calendar.On(2026, 3, 25), Expires: calendar.On(2031, 1, 1), BlankPages: 20, LatinName: "X"})
	w.answered()
	if says := text(he.ok(at + "/progress").body); strings.Contains(says, "证照遗失") {
		t.Errorf("another one is there, and the loss still told of: %s", says)
	}
}

// did is what has happened to a subject, whatever led to it.
type did[S any] struct{ body any }

func (d did[S]) Decide(S, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(d.body), nil
}

// A booklet that is lost on the journey is told of on the case's own page, with what
// its holder does now; when they are home, with what is still owed.
func TestTheCasePageTellsOfALossAbroadAndTheNextStep(t *testing.T) {
	w := newTown(t)
	he, luo, ctx := w.as("he"), w.as("luo"), context.Background()
	at, id := w.decided(he, luo)
	m, name := w.filing(id).Members[0], w.filing(id).Dossier.Members[0].Name()
	w.answered()
	give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.Register{Booklet: "b2", Unit: "u1", Type: "publicAffairs", Number: "PE1234567", Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: "X"})
	give[custody.Holder](t, ctx, w.office.Journal, custody.Room, m.Person, did[custody.Holder]{custody.Lent{Booklet: "b2", Person: m.Person, Filing: id, Unit: "u1"}})
	give[trip.Trip](t, ctx, w.n.Journal, trip.Room, id, did[trip.Trip]{trip.Cleared{Unit: "u1", Members: []string{m.Person}, Depart: calendar.MustParse("2026-05-11"), Return: calendar.MustParse("2026-05-15")}})
	give[trip.Trip](t, ctx, w.n.Journal, trip.Room, id, did[trip.Trip]{trip.Departed{On: calendar.MustParse("2026-05-11")}})
	give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.ReportLost{Booklet: "b2", Reason: "在柏林地铁上被盗"})
	w.answered()
	if says := text(he.ok(at).body); !strings.Contains(says, name+"的护照2026年3月10日报失") || !strings.Contains(says, "联系我国驻当地使领馆") {
		t.Errorf("the case page doesn't tell of the loss and what to do: %s", says)
	}
	give[trip.Trip](t, ctx, w.n.Journal, trip.Room, id, did[trip.Trip]{trip.CameHome{On: calendar.MustParse("2026-05-15")}})
	if says := text(he.ok(at).body); !strings.Contains(says, "遗失声明（时间、地点、经过）交外办") {
		t.Errorf("at home nobody is told what is owed for it: %s", says)
	}
}

// tells sends the form of a loss, with a proof.
func (r reader) tells(at string, fields map[string]string) page {
	r.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		_ = m.WriteField(k, v)
	}
	part, err := m.CreateFormFile("paper", "baoan.pdf")
	if err == nil {
		_, err = part.Write(pdf("proof"))
	}
	if err != nil {
		r.t.Fatal(err)
	}
	m.Close()
	return r.answer(r.c.Post(r.url+at, m.FormDataContentType(), &b))
}

// A traveller tells of their own booklet, and of nobody else's; what is wrong stands
// beside its field and costs nothing that was typed; told, it can be taken back until
// the office has acted, and the unit reads of it in red.
func TestATravellerTellsOfALossOnlineAndTakesItBack(t *testing.T) {
	w := newTown(t)
	he, luo, ctx := w.as("he"), w.as("luo"), context.Background()
	at, id := w.decided(he, luo)
	ms := w.filing(id).Members
	m, name := ms[0], w.filing(id).Dossier.Members[0].Name()
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	for login, who := range map[string]string{"own": m.Person, "fellow": ms[1].Person} {
		if _, err := w.n.Accounts.Open(admin, journal.Order{Subject: "acc-" + login}, account.Open{Login: login, Name: login, Roles: []access.Role{access.Traveller}, Unit: "u1", Person: who}, password); err != nil {
			t.Fatal(err)
		}
	}
	give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.Register{Booklet: "b2", Unit: "u1", Type: "publicAffairs", Number: "PE1234567", Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: "X"})
	give[custody.Holder](t, ctx, w.office.Journal, custody.Room, m.Person, did[custody.Holder]{custody.Lent{Booklet: "b2", Person: m.Person, Filing: id, Unit: "u1", Due: calendar.On(2026, 5, 22), By: custody.Window}})
	w.answered()
	own, fellow := w.as("own"), w.as("fellow")
	if says := text(fellow.ok(at + "/lost").body); strings.Contains(says, name) {
		t.Errorf("a fellow traveller may tell of it: %s", says)
	}
	if says := own.ok(at + "/lost").body; !strings.Contains(says, `list="lost-places"`) || !strings.Contains(says, `<option value="德国柏林">`) {
		t.Errorf("the places of the trip aren't offered: %s", says)
	}
	tells := func(r reader, fields map[string]string) page { t.Helper(); return r.tells(at+"/lost", fields) }
	told := func() trip.Standing {
		t.Helper()
		l, _, err := trip.LostOne(ctx, w.n.Store, "b2")
		if err != nil {
			t.Fatal(err)
		}
		if l.Told == 0 {
			return ""
		}
		return l.Standing()
	}
	if p := tells(fellow, map[string]string{"booklet": "b2", "on": "2026-03-10", "where": "柏林"}); p.status != http.StatusUnprocessableEntity || told() != "" {
		t.Errorf("a fellow traveller's word gives %d, %q", p.status, told())
	}
	if p := tells(own, map[string]string{"booklet": "b2", "on": "2026-03-11", "words": "钱包一起丢了"}); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "钱包一起丢了") ||
		!strings.Contains(text(p.body), "这一天还没有到") || !strings.Contains(text(p.body), "没有填在哪里丢的") || !strings.Contains(p.body, `name="kept"`) {
		t.Errorf("a day that hasn't come, and no place, give %d: %s", p.status, text(p.body))
	}
	if p := tells(own, map[string]string{"booklet": "b2", "on": "2026-03-10", "where": "柏林地铁", "to": "police", "words": "被盗"}); p.status != http.StatusSeeOther || told() != trip.IsTold {
		t.Fatalf("telling gives %d, %q: %s", p.status, told(), text(p.body))
	}
	if says := text(own.ok(at + "/lost").body); strings.Contains(says, "马上报案") || strings.Contains(says, "准备遗失声明") || !strings.Contains(says, "证明已交") {
		t.Errorf("told to the police, with a paper: %s", says)
	}
	if l, _, err := trip.LostOne(ctx, w.n.Store, "b2"); err != nil || !strings.Contains(he.ok(at+"/lost").body, `href="`+at+"/papers/"+l.Paper+`"`) {
		t.Errorf("the unit has no link to the paper: %v", err)
	} else if p := he.get(at + "/papers/" + l.Paper); p.status != http.StatusOK {
		t.Errorf("the paper gives %d", p.status)
	}
	for _, page := range []string{at, at + "/progress"} {
		if says := text(he.ok(page).body); !strings.Contains(says, name+"的证照报告遗失") || !strings.Contains(says, "柏林地铁") {
			t.Errorf("at %s the unit doesn't read of it: %s", page, says)
		}
	}
	if says := text(fellow.ok(at + "/progress").body); strings.Contains(says, name+"的证照") || !strings.Contains(says, "一名团员的证照报告遗失") {
		t.Errorf("a fellow traveller reads whose booklet is lost: %s", says)
	}
	if says := text(own.ok(at + "/progress").body); !strings.Contains(says, name+"的证照报告遗失") {
		t.Errorf("its holder doesn't read of it: %s", says)
	}
	back := func(r reader) page {
		t.Helper()
		return r.post(at+"/lost/found", url.Values{"booklet": {"b2"}, "found": {"在行李里"}, "_key": {t.Name() + string(told())}})
	}
	if p := back(fellow); p.status != http.StatusNotFound || told() != trip.IsTold {
		t.Errorf("a fellow traveller takes it back: %d", p.status)
	}
	if p := back(own); p.status != http.StatusSeeOther || told() != trip.IsBack {
		t.Fatalf("taking it back gives %d, %q", p.status, told())
	}
	if says := text(he.ok(at).body); strings.Contains(says, "报告遗失（") {
		t.Errorf("it was found and is still told of: %s", says)
	}
	if p := tells(he, map[string]string{"booklet": "b2", "on": "2026-03-10", "where": "柏林地铁"}); p.status != http.StatusSeeOther || told() != trip.IsTold {
		t.Fatalf("the liaison officer's word gives %d", p.status)
	}
	give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.ReportLost{Booklet: "b2", Reason: "在线报告"})
	w.answered()
	if p := back(own); p.status != http.StatusConflict || told() != trip.IsNoted || !strings.Contains(text(own.ok(at+"/lost").body), "已挂失") {
		t.Errorf("taking it back when the office has acted gives %d, %q", p.status, told())
	}
}

// Who has a traveller's link tells of that one's booklet and of nobody else's, once the
// digits are given, and takes it back until the office has acted.
func TestALossIsToldOfAndTakenBackWithATravellersLink(t *testing.T) {
	w := newTown(t)
	he, luo, ctx := w.as("he"), w.as("luo"), context.Background()
	_, id := w.decided(he, luo)
	ms := w.filing(id).Members
	m := ms[0]
	give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.Register{Booklet: "b2", Unit: "u1", Type: "publicAffairs", Number: "PE1234567", Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: "X"})
	give[custody.Holder](t, ctx, w.office.Journal, custody.Room, m.Person, did[custody.Holder]{custody.Lent{Booklet: "b2", Person: m.Person, Filing: id, Unit: "u1", Due: calendar.On(2026, 5, 22), By: custody.Window}})
	w.answered()
	link := func(who string) (string, string) {
		t.Helper()
		p, _, err := journal.Load(ctx, w.n.Journal, person.Room, who)
		if err != nil {
			t.Fatal(err)
		}
		l := w.n.Journal.NewID()
		give(t, ctx, w.n.Journal, person.Links, l, person.GiveLink{Person: p})
		return "/mine/" + person.Token(w.n.Keys, l), p.IDNumber.Tail()
	}
	opened := func(who string) (reader, string) {
		t.Helper()
		jar, _ := cookiejar.New(nil)
		r := reader{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		at, digits := link(who)
		if p := r.get(at + "/lost"); !strings.Contains(text(p.body), "最后 4 位") || strings.Contains(p.body, "4567") || strings.Contains(text(p.body), "没有交上") {
			t.Errorf("before the digits the link shows: %s", text(p.body))
		}
		if p := r.tells(at+"/lost", map[string]string{"booklet": "b2", "on": "2026-03-10", "where": "柏林"}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("without the digits a loss is told of: %d", p.status)
		}
		r.done(at, url.Values{"digits": {digits}})
		return r, at
	}
	told := func() trip.Lost {
		t.Helper()
		l, _, err := trip.LostOne(ctx, w.n.Store, "b2")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	own, mine := opened(m.Person)
	fellow, theirs := opened(ms[1].Person)
	if told().Told != 0 {
		t.Fatal("a loss was told of by whoever has the link alone")
	}
	if says := text(own.ok(mine).body); !strings.Contains(says, "借给您的证照") || !strings.Contains(says, "2026年5月22日前交回") || !strings.Contains(own.ok(mine).body, mine+"/lost") {
		t.Errorf("the page doesn't lead to where a loss is told: %s", says)
	}
	if strings.Contains(fellow.ok(theirs).body, "借给您的证照") || !strings.Contains(text(fellow.ok(theirs+"/lost").body), "现在没有发给本人的证照") {
		t.Error("a fellow traveller, who has no booklet, is offered one to tell of")
	}
	if p := fellow.tells(theirs+"/lost", map[string]string{"booklet": "b2", "on": "2026-03-10", "where": "柏林"}); p.status != http.StatusUnprocessableEntity || told().Told != 0 {
		t.Errorf("a fellow traveller's word gives %d", p.status)
	}
	if p := own.tells(mine+"/lost", map[string]string{"on": "2026-03-11", "words": "钱包一起丢了"}); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "钱包一起丢了") ||
		!strings.Contains(text(p.body), "没有选哪一本") || !strings.Contains(text(p.body), "没有填在哪里丢的") || !strings.Contains(p.body, `name="kept"`) {
		t.Errorf("no booklet and no place give %d: %s", p.status, text(p.body))
	}
	if p := own.tells(mine+"/lost", map[string]string{"booklet": "b2", "on": "2026-03-10", "where": "柏林地铁", "to": "police"}); p.to != mine+"/lost" || told().Standing() != trip.IsTold || told().By != string(access.Traveller) || told().Paper == "" {
		t.Fatalf("telling gives %d, %+v: %s", p.status, told(), text(p.body))
	}
	if says := text(own.ok(mine).body); !strings.Contains(says, "已报告遗失，等外办挂失") {
		t.Errorf("the own page doesn't say what was told: %s", says)
	}
	back := func(r reader, at string) page {
		t.Helper()
		return r.post(at+"/lost/found", url.Values{"booklet": {"b2"}, "found": {"在行李里"}, "_key": {t.Name() + at + string(told().Standing())}})
	}
	if p := back(fellow, theirs); p.status != http.StatusNotFound || told().Standing() != trip.IsTold {
		t.Errorf("a fellow traveller takes it back: %d", p.status)
	}
	if p := back(own, mine); p.to != mine+"/lost" || told().Standing() != trip.IsBack {
		t.Fatalf("taking it back gives %d, %q", p.status, told().Standing())
	}
	give(t, ctx, w.office.Journal, custody.Room, m.Person, custody.ReportLost{Booklet: "b2", Reason: "电话报失"})
	w.answered()
	if p := back(own, mine); p.status == http.StatusSeeOther || !strings.Contains(text(own.ok(mine+"/lost").body), "已挂失") || !strings.Contains(text(own.ok(mine).body), "外办已挂失") {
		t.Errorf("when the office has acted, taking back gives %d: %s", p.status, text(own.ok(mine+"/lost").body))
	}
}
