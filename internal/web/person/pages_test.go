package person_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/unit"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// town is the internet site of the drill's case, with a second unit.
type town struct {
	*drill.Story
	t     *testing.T
	url   string
	other string // id of the second unit
}

func open(t *testing.T, upTo drill.Name) *town {
	t.Helper()
	ctx := context.Background()
	s := drilltest.Told(t, upTo, drill.Options{})
	b := &town{Story: s, t: t, other: s.Office.Journal.NewID()}
	admin := journal.WithActor(ctx, journal.Actor{Role: "administrator", Account: "console"})
	if _, err := journal.Do(admin, s.Office.Journal, unit.Room, journal.Order{Subject: b.other}, unit.Open{Name: "云江市图书馆", NameEn: "Yunjiang Library", USCC: uscc("12509900MB1000001"), Type: "institution", Level: "primary"}); err != nil {
		t.Fatal(err)
	}
	events, err := s.Office.Journal.History(ctx, journal.Ref{Kind: unit.Room.Kind, ID: b.other})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		rec, goes, err := s.Office.Journal.Registry().EncodeFor(e, zone.Internet)
		if err == nil && goes {
			err = s.Internet.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, rec); return err })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for login, u := range map[string]string{"he": s.Unit, "new": b.other} {
		cmd := account.Open{Login: login, Name: "专管员" + login, Roles: []access.Role{access.Liaison}, Unit: u}
		if _, err := s.Internet.Accounts.Open(admin, journal.Order{Subject: "acc-" + login}, cmd, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	b.url = srv.URL
	return b
}

func (b *town) as(login string) webtest.Visitor {
	b.t.Helper()
	return webtest.SignIn(b.t, b.url, login, password)
}

// traveller opens an account of somebody who travels.
func (b *town) traveller(login, person string) {
	b.t.Helper()
	admin := journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: "console"})
	cmd := account.Open{Login: login, Name: login, Roles: []access.Role{access.Traveller}, Unit: b.Unit, Person: person}
	if _, err := b.Internet.Accounts.Open(admin, journal.Order{Subject: "acc-" + login}, cmd, password); err != nil {
		b.t.Fatal(err)
	}
}

func (b *town) rec(id string) person.Person {
	b.t.Helper()
	p, _, err := journal.Load(context.Background(), b.Internet.Journal, person.Room, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// add records somebody on a unit's list.
func (b *town) add(unit, family, given, number string) string {
	b.t.Helper()
	id := b.Internet.Journal.NewID()
	reg := person.Register{Journal: b.Internet.Journal, Index: b.Internet.Keys}
	if err := reg.Record(context.Background(), journal.Order{Subject: id}, person.Record{In: unit, Facts: person.Facts{FamilyName: family, GivenName: given, IDNumber: person.IDNumber(number), Post: "馆员", Mobile: "13800001111"}}); err != nil {
		b.t.Fatal(err)
	}
	return id
}

var bareKey = regexp.MustCompile(`[>"](people|mine|personnel|person|form)\.[a-z_.]+[<"]`)

// sees opens a page that must be there and show no message key.
func sees(v webtest.Visitor, path string, wants ...string) string {
	v.T.Helper()
	page := v.Sees(path, wants...)
	if k := bareKey.FindString(page); k != "" {
		v.T.Errorf("%s shows the key %s", path, k)
	}
	return page
}

func hides(t *testing.T, page string, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(page, s) {
			t.Errorf("the page shows %q", s)
		}
	}
}

func post(v webtest.Visitor, page, action string, pairs ...string) string {
	v.T.Helper()
	status, out := v.Post(action, v.Hidden(page, action, pairs...))
	if status != http.StatusOK {
		v.T.Fatalf("%s gives %d: %s", action, status, out)
	}
	return out
}

// Who of the two units sees what, before a transfer is confirmed and after.
func TestATransferIsSeenByEachUnitAsItShould(t *testing.T) {
	b := open(t, drill.Book)
	old, next := b.as("he"), b.as("new")
	who := b.People[drill.Expert]
	name, at := b.rec(who).Name(), "/people/"+who
	post(old, sees(old, at+"/transfer", "云江市图书馆"), at+"/transfer", "to", b.other, "on", b.Internet.Journal.Today().String())

	sees(old, at, "等对方确认", name)
	if status, _ := next.Get(at); status != http.StatusNotFound {
		t.Errorf("before it confirms, the new unit reads the record: %d", status)
	}
	page := sees(next, "/arrivals", name, b.rec(who).IDNumber.Tail())
	hides(t, page, b.rec(who).IDNumber.Reveal(), b.rec(who).Mobile)
	hides(t, sees(next, "/people"), at)

	// Turned down without a reason, then confirmed.
	if status, out := next.Post("/arrivals/"+who+"/decline", next.Hidden(page, "/arrivals/"+who)); status != http.StatusUnprocessableEntity || !strings.Contains(out, name) {
		t.Errorf("turned down without a reason: %d", status)
	}
	if _, err := journal.Do(context.Background(), b.Internet.Journal, material.Room, journal.Order{Subject: b.Internet.Journal.NewID()}, material.Add{Kind: "M24", OwnerKind: material.OfPerson, Owner: who, Unit: b.Unit,
		Name: "身份证.pdf", Size: 1, Type: "application/pdf", Digest: strings.Repeat("ab", 32)}); err != nil {
		t.Fatal(err)
	}
	papers := sees(old, "/papers")
	next.Holds(post(next, page, "/arrivals/"+who), name, "请核对部门、职务")
	sees(next, at, name)
	if status, _ := old.Get(at); status != http.StatusNotFound {
		t.Errorf("the old unit still reads the record: %d", status)
	}
	sees(old, "/people?show=gone", name, "云江市图书馆")
	sees(old, "/cases/"+b.ID, "团组")
	sees(old, "/cases/"+b.ID+"/progress", name)
	if !strings.Contains(papers, name) {
		t.Fatal("the old unit holds no paper of theirs: nothing could go along")
	}
	hides(t, sees(old, "/papers"), ">"+name+"<")
	sees(next, "/papers", name)
	// The paper that was handed in with the case is read there, by the old unit.
	held := b.Paper
	if status, _ := old.Get("/cases/" + b.ID + "/papers/" + held.ID); status != http.StatusOK {
		t.Errorf("a paper of the old unit's case: %d", status)
	}
	sees(next, at+"/history", "调入云江市图书馆")
}

// Merging through the pages, and back.
func TestTwoRecordsAreMergedSideBySideAndTakenApart(t *testing.T) {
	b := open(t, drill.Draft)
	v := b.as("he")
	one := b.add(b.Unit, "白", "若溪", "")
	two := b.add(b.Unit, "白", "若溪", "509901199001011231")
	before := [2]person.Facts{b.rec(one).Facts, b.rec(two).Facts}
	sees(v, "/people", "可能重复的记录 1 对")
	sees(v, "/people/duplicates", "白若溪", "1231")
	page := sees(v, "/people/"+one+"/merge?with="+two, "两条不一样的", "509***********1231", "材料 0 份")
	hides(t, page, "509901199001011231")
	post(v, page, "/people/"+one+"/merge", "pick.idNumber", "other")
	if p := b.rec(one); p.IDNumber != before[1].IDNumber || p.DateOfBirth.IsZero() {
		t.Fatalf("merged: %v", p.Facts)
	}
	if _, page := v.Get("/people/" + two); !strings.Contains(page, "已并入这里") {
		t.Error("the record that went doesn't lead to the one that stays")
	}
	page = sees(v, "/people/"+one, "合错了，拆开")
	post(v, page, "/people/"+one+"/unmerge")
	if b.rec(one).Facts != before[0] || b.rec(two).Facts != before[1] {
		t.Errorf("taken apart they are\n%+v\n%+v", b.rec(one).Facts, b.rec(two).Facts)
	}
	// Typing a number that another record has leads to merging the two.
	status, out := v.Post("/people/"+one, url.Values{"familyName": {"白"}, "givenName": {"若溪"}, "idNumber": {"509901199001011231"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(out, "/people/"+one+"/merge?with="+two) {
		t.Errorf("a number that is known: %d", status)
	}
}

// booked puts visits of people into the hall's plan.
type booked []hall.Booked

func (b booked) Decide(hall.Day, journal.Moment) ([]journal.Event, error) {
	var out []any
	for _, one := range b {
		out = append(out, one)
	}
	return journal.Happened(out...), nil
}

// Where they are awaited stands on somebody's own link, soonest first, under whichever of
// the ids of a merged record it was booked, and nobody else's does.
func TestTheOwnLinkShowsVisitsBookedUnderAMergedRecordSoonestFirst(t *testing.T) {
	b := open(t, drill.Draft)
	v, ctx := b.as("he"), journal.WithActor(context.Background(), journal.System)
	one := b.add(b.Unit, "白", "若溪", "")
	two := b.add(b.Unit, "白", "若溪", "509901199001011231")
	for i, who := range [][]string{{one}, {two}, {b.People[drill.Head]}} {
		day := calendar.DateOf(b.Internet.Journal.Now()).AddDays(9 - i)
		id := strconv.Itoa(i)
		k := hall.Booked{Booking: "k" + id, Hall: hall.Main, Day: day, Slot: hall.At(9, 30), Until: hall.At(10, 0), Window: "A1", Number: "n" + id, Code: "code-" + id, Filing: "f" + id, Unit: b.Unit, People: who}
		if _, err := journal.Do(ctx, b.Internet.Journal, hall.Days, journal.Order{Subject: hall.DayID(hall.Main, day), Key: id}, journal.Command[hall.Day](booked{k})); err != nil {
			t.Fatal(err)
		}
	}
	post(v, sees(v, "/people/"+one+"/merge?with="+two), "/people/"+one+"/merge", "pick.idNumber", "other")
	_, page := v.Post("/people/"+one+"/link", url.Values{"_key": {"k1"}})
	at := linkRE.FindString(page)
	own := webtest.Visitor{T: t, Client: cookieClient(t), URL: b.url}
	post(own, sees(own, at), at, "digits", "1231")
	page = sees(own, at)
	later, sooner := strings.Index(page, "/pass/code-0"), strings.Index(page, "/pass/code-1")
	if sooner < 0 || later < sooner {
		t.Errorf("the visit under the merged id stands at %d, the later one at %d", sooner, later)
	}
	hides(t, page, "/pass/code-2")
}

// Of several times that were booked for one case at the same moment the first one stands,
// and the others are given back: the own link shows that one, once.
func TestOfSeveralTimesBookedForACaseTheOwnLinkShowsTheOneThatStands(t *testing.T) {
	b := open(t, drill.Draft)
	v, ctx := b.as("he"), journal.WithActor(context.Background(), journal.System)
	who := b.add(b.Unit, "白", "若溪", "509901199001011231")
	for i := range 3 {
		day := calendar.DateOf(b.Internet.Journal.Now()).AddDays(9 - i)
		id := strconv.Itoa(i)
		k := hall.Booked{Booking: "k" + id, Hall: hall.Main, Day: day, Slot: hall.At(9, 30), Until: hall.At(10, 0), Window: "A1", Number: "n" + id, Code: "code-" + id, Filing: "f", Unit: b.Unit, People: []string{who}}
		if _, err := journal.Do(ctx, b.Internet.Journal, hall.Days, journal.Order{Subject: hall.DayID(hall.Main, day), Key: id}, journal.Command[hall.Day](booked{k})); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	all, err := hall.OfFiling(ctx, b.Internet.Store, "f")
	if err != nil || len(all) != 3 {
		t.Fatal(len(all), err)
	}
	for _, k := range all {
		if (k.State == hall.IsBooked) != (k.ID == "k0") {
			t.Errorf("%s is %s: %s", k.ID, k.State, k.Reason)
		}
	}
	_, page := v.Post("/people/"+who+"/link", url.Values{"_key": {"k1"}})
	at := linkRE.FindString(page)
	own := webtest.Visitor{T: t, Client: cookieClient(t), URL: b.url}
	post(own, sees(own, at), at, "digits", " 1231\u00a0")
	page = sees(own, at)
	if n := strings.Count(page, "/pass/code-0"); n != 1 {
		t.Errorf("the one that stands is shown %d times", n)
	}
	hides(t, page, "/pass/code-1", "/pass/code-2")
}

var linkRE = regexp.MustCompile(`/mine/[A-Za-z0-9._-]+`)

// A link shows one person their own data and nothing else; what they say is
// wrong reaches the unit, which answers; each look is told them.
func TestTheLinkIsForOnePersonAlone(t *testing.T) {
	b := open(t, drill.Draft)
	v := b.as("he")
	id := b.add(b.Unit, "白", "若溪", "509901199001011231")
	other := b.rec(b.People[drill.Head])
	status, page := v.Post("/people/"+id+"/link", url.Values{"_key": {"k1"}})
	if status != http.StatusOK {
		t.Fatalf("making a link: %d %s", status, page)
	}
	at := linkRE.FindString(page)
	if at == "" {
		t.Fatal("the page shows no link")
	}
	if status, page = v.Post("/people/"+id+"/link", url.Values{"_key": {"k1"}}); status != http.StatusOK || linkRE.FindString(page) != at {
		t.Errorf("pressed twice, the link is gone: %d", status)
	}
	stranger := webtest.Visitor{T: t, Client: cookieClient(t), URL: b.url}
	door := sees(stranger, at, "最后 4 位")
	hides(t, door, "白若溪", "13800001111", "1231")
	if status, _ := stranger.Get("/mine/" + strings.Repeat("x", 36) + ".abc"); status != http.StatusNotFound {
		t.Errorf("a link that nobody made: %d", status)
	}
	if status, out := stranger.Post(at+"/right", nil); status != http.StatusUnprocessableEntity || strings.Contains(out, "13800001111") {
		t.Errorf("without the digits: %d", status)
	}
	if status, _ := stranger.Post(at, url.Values{"digits": {"0000"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("wrong digits: %d", status)
	}
	hides(t, door, `maxlength="4"`) // a blank before the four takes none of them
	mine := post(stranger, door, at, "digits", "　1231 ")
	stranger.Holds(mine, "白若溪", "13800001111", "509***********1231", "谁看过我的资料", "BAI", "RUOXI", "这个按钮不传照片")
	hides(t, mine, "509901199001011231", other.Name(), other.Mobile)
	if k := bareKey.FindString(mine); k != "" {
		t.Error("a key is shown:", k)
	}
	if status, _ := stranger.Get("/people/" + id); status == http.StatusOK && strings.Contains(page, "存好") {
		t.Error("the link opens the unit's pages")
	}
	post(stranger, mine, at+"/right")
	if b.rec(id).Confirmed.IsZero() {
		t.Error("confirming isn't kept")
	}
	f := stranger.Hidden(mine, at+"/wrong", "familyName", "白", "givenName", "若溪", "idNumber", "", "mobile", "13900002222", "post", "副馆长", "words", "职务上月已变")
	if status, out := stranger.Post(at+"/wrong", f); status != http.StatusOK || !strings.Contains(out, "等单位答复") {
		t.Fatalf("saying what is wrong: %d %s", status, out)
	}
	if b.rec(id).Mobile != "13800001111" {
		t.Error("what a traveller says is taken unseen")
	}
	sees(v, "/people", "本人更正 1 份")
	list := sees(v, "/corrections", "白若溪")
	to := regexp.MustCompile(`/corrections/[0-9a-f-]+`).FindString(list)
	answer := sees(v, to, "13900002222", "副馆长", "职务上月已变")
	if status, out := v.Post(to, v.Hidden(answer, to, "take.mobile", "yes", "take.post", "no", "reply", "请交任命文件")); status != http.StatusUnprocessableEntity || !strings.Contains(out, "理由") {
		t.Errorf("declined without a reason: %d", status)
	}
	post(v, answer, to, "take.mobile", "yes", "take.post", "no", "why.post", "任命文件未到", "reply", "请交任命文件")
	if p := b.rec(id); p.Mobile != "13900002222" || p.Post != "馆员" {
		t.Errorf("taken: %s %s", p.Mobile, p.Post)
	}
	sees(v, "/people/"+id+"/history", "本人提供", "13900002222")
	// Somebody of the unit looks at the whole number: the person reads it.
	// Loading the answer anew is no second look; pressing again is.
	record := sees(v, "/people/"+id)
	looks := func() int {
		n, _, err := journal.Load(context.Background(), b.Internet.Journal, person.Looks, id)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := looks()
	for range 2 {
		v.Holds(post(v, record, "/people/"+id+"/number"), "509901199001011231")
	}
	if n := looks() - before; n != 1 {
		t.Errorf("one look at the number stands %d times on record", n)
	}
	post(v, sees(v, "/people/"+id), "/people/"+id+"/number")
	if n := looks() - before; n != 2 {
		t.Errorf("two looks at the number stand %d times on record", n)
	}
	sees(stranger, at, "已采用", "任命文件未到", "请交任命文件", "专管员he", "身份证全号")
	// Whoever signs in reads the same of themselves, and of nobody else.
	b.traveller("herself", id)
	sees(b.as("herself"), "/me", "/me/seen")
	sees(b.as("herself"), "/me/seen", "专管员he", "身份证全号", "您自己（用链接）")
	// A desk of the office looks in its own network, twice on one day: told once, by role
	// and day, whoever it was.
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Visa), Account: "acc-of-the-desk"})
	for range 2 {
		if _, err := journal.Do(ctx, b.Office.Journal, person.Looks, journal.Order{Subject: id}, person.Look{Field: "details", Why: "paper"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	told, err := b.Internet.Journal.History(ctx, journal.Ref{Kind: person.OfficeLooks.Kind, ID: id})
	if err != nil || len(told) != 1 || told[0].Actor.Account == "acc-of-the-desk" {
		t.Fatalf("told %+v, %v", told, err)
	}
	if own, err := b.Internet.Journal.History(ctx, journal.Ref{Kind: person.Looks.Kind, ID: id}); err != nil || slices.ContainsFunc(own, func(e journal.Event) bool { return e.Origin != zone.Internet }) {
		t.Errorf("the office's own record has come: %+v, %v", own, err)
	}
	for _, page := range []string{sees(b.as("herself"), "/me/seen", "外办 签证岗", "签证要用的家庭、经历资料"), sees(stranger, at, "外办 签证岗")} {
		if strings.Count(page, "外办 签证岗") != 1 {
			t.Error("what is told once stands twice")
		}
	}
	b.traveller("another", b.People[drill.Head])
	hides(t, sees(b.as("another"), "/me/seen", "还没有人看过"), "专管员he", "外办 签证岗")
	if status, _ := v.Get("/me/seen"); status != http.StatusNotFound {
		t.Errorf("who doesn't travel reads who has seen them: %d", status)
	}
	// Taken back, it shows nothing, whoever has given the digits before.
	if status, _ := v.Post("/people/"+id+"/link/end", url.Values{"_key": {"k2"}}); status != http.StatusOK {
		t.Fatal(status)
	}
	if status, out := stranger.Get(at); status != http.StatusNotFound || strings.Contains(out, "白若溪") {
		t.Errorf("taken back, the link opens: %d", status)
	}
}

// Whoever guesses is slowed down, and after ten wrong tries the link is over.
func TestGuessingTheDigitsEndsTheLink(t *testing.T) {
	b := open(t, drill.Draft)
	v := b.as("he")
	id := b.add(b.Unit, "白", "若溪", "509901199001011231")
	_, page := v.Post("/people/"+id+"/link", url.Values{"_key": {"k1"}})
	at := linkRE.FindString(page)
	g := webtest.Visitor{T: t, Client: cookieClient(t), URL: b.url}
	slowed := false
	for range 8 {
		_, out := g.Post(at, url.Values{"digits": {"0000"}})
		slowed = slowed || strings.Contains(out, "试得太快")
	}
	if !slowed {
		t.Error("eight tries in a row aren't slowed down")
	}
	links, err := person.LinksOf(context.Background(), b.Internet.Store, id)
	if err != nil || len(links) != 1 {
		t.Fatal(links, err)
	}
	for range person.MostMissed { // as if somebody had waited in between
		_, _ = journal.Do(context.Background(), b.Internet.Journal, person.Links, journal.Order{Subject: links[0].ID}, person.MissLink{})
	}
	if status, _ := g.Post(at, url.Values{"digits": {"1231"}}); status != http.StatusNotFound {
		t.Errorf("after so many wrong tries it opens: %d", status)
	}
	sees(v, "/people/"+id, "错了太多次")
}

// What visa forms want beyond the case is asked where a country wants it.
func TestDetailsAreAskedOnlyWhereTheyAreWanted(t *testing.T) {
	b := open(t, drill.Draft)
	v := b.as("he")
	id := b.add(b.Unit, "白", "若溪", "509901199001011231")
	page := sees(v, "/people/"+id+"/details", "现在没有团组要用这些资料")
	if strings.Contains(page, "details.homeAddress") {
		t.Error("it is asked of somebody whom nobody asks for")
	}
	// A travel card may be told at any time, and taken back.
	card := "/people/" + id + "/details"
	if status, out := v.Post(card, v.Hidden(page, card, "details.travelCard", "2028年13月1日")); status != http.StatusUnprocessableEntity || !strings.Contains(out, `id="f-details-travelCard-error"`) {
		t.Errorf("a day that there isn't: %d", status)
	}
	post(v, page, card, "details.travelCard", "2028-01-01")
	if d := b.rec(id).Details; d.TravelCard != calendar.MustParse("2028-01-01") {
		t.Errorf("kept: %v", d.TravelCard)
	}
	post(v, sees(v, card, "2028-01-01"), card, "details.travelCard", "")
	if d := b.rec(id).Details; !d.TravelCard.IsZero() {
		t.Errorf("taken back, it is kept: %v", d.TravelCard)
	}
	who := b.People[drill.Newcomer]
	at := "/people/" + who + "/details"
	page = sees(v, at, "做新护照要用", "details.homeAddress", "按身份证号前两位预填", `<option value="50" selected`)
	// Theirs leads to France and Italy alone, where no travel card is taken.
	hides(t, page, "details.travelCard")
	post(v, page, at, "details.province", "50", "details.homeAddress", "云江市江北大道1号")
	if d := b.rec(who).Details; d.HomeAddress != "云江市江北大道1号" || d.Stale(b.Internet.Journal.Today()) {
		t.Errorf("kept: %v", d)
	}
	// Asked from a case's members, it leads back to them.
	if back := sees(v, at+"?case=c&step=members"); !strings.Contains(back, `href="/cases/c/members"`) || !strings.Contains(back, `name="step" value="members"`) {
		t.Error("the members of the case aren't led back to")
	}
	if status, out := v.Post(at, v.Hidden(sees(v, at), at, "details.province", "00")); status != http.StatusUnprocessableEntity || !strings.Contains(out, `id="f-details-province-error"`) {
		t.Errorf("a province that there isn't: %d", status)
	}
	hides(t, sees(v, "/people/"+who+"/history", "补充了办证要用的资料"), "江北大道")
	// What application forms want besides is asked too, the e-mail address among it,
	// until it is told.
	facts := b.rec(who).Facts
	facts.Email = ""
	if _, err := journal.Do(context.Background(), b.Internet.Journal, person.Room, journal.Order{Subject: who}, person.Change{Facts: facts}); err != nil {
		t.Fatal(err)
	}
	// What follows from what is held stands there to be looked over.
	page = sees(v, at, "法国的签证申请表要填", "details.marital", "details.email", "按家庭住址译出，请看一遍", `value="1 Jiangbei Avenue, Yunjiang"`, "按部门和职务译出，请看一遍", `value="Lecturer, International Cooperation Office"`)
	if !regexp.MustCompile(`for="f-details-email">[^<]*<span class="opt">签证申请表要填，没有邮箱的留空<`).MatchString(page) {
		t.Error("the address isn't said to be for the visa form, and left empty by who has none")
	}
	if status, out := v.Post(at, v.Hidden(page, at, "details.email", "nobody")); status != http.StatusUnprocessableEntity || !strings.Contains(out, `id="f-details-email-error"`) {
		t.Errorf("an address that there isn't: %d", status)
	}
	post(v, page, at, "details.marital", "married", "details.email", "p@example.edu.cn", "details.homeEn", "1 Jiangbei Road", "details.postEn", "Librarian")
	if rec := b.rec(who); rec.Details.Marital != "married" || rec.Facts.Email != "p@example.edu.cn" {
		t.Errorf("kept: %v", rec.Details)
	}
	hides(t, sees(v, at, "要用的都填好了"), "details.email")
}

// The list: filters with counts, either script, parts of numbers, leaving.
func TestTheRegisterIsFilteredAndSearched(t *testing.T) {
	b := open(t, drill.Draft)
	v := b.as("he")
	id := b.add(b.Unit, "張", "國強", "509901199001011231")
	for _, q := range []string{"张国强", "張國", "zgq", "1990", "00001111"} {
		sees(v, "/people?q="+url.QueryEscape(q), "張國強")
	}
	sees(v, "/people?q=zzzz", "没有找到", "找到 0 人（本单位 ")
	sees(v, "/people?show=not", "没有人受限")
	for _, sort := range []string{"", "changed", "expires"} {
		sees(v, "/people?sort="+sort, "本单位人员")
	}
	// The paper that ends next is named, and doesn't hide when the passport ends.
	who, paper := b.People[drill.Head], b.Internet.Journal.NewID()
	add := material.Add{Kind: "M12", OwnerKind: material.OfPerson, Owner: who, Unit: b.Unit, Name: "备案表.pdf", Size: 9, Type: "application/pdf", Digest: strings.Repeat("a", 64), ValidUntil: b.Internet.Journal.Today().AddDays(90)}
	if _, err := journal.Do(journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "acc-he"}), b.Internet.Journal, material.Room, journal.Order{Subject: paper}, add); err != nil {
		t.Fatal(err)
	}
	if page := sees(v, "/people?show=ending", "备案表；护照有效至"); strings.Contains(page, "存档材料") {
		t.Errorf("an unnamed paper:\n%s", page)
	}
	post(v, sees(v, "/people/"+id+"/leave", "登记离职"), "/people/"+id+"/leave", "on", b.Internet.Journal.Today().String())
	sees(v, "/people?show=left", "張國強", "已离职")
	hides(t, sees(v, "/people"), "張國強")
	// What is wrong stands in the form's order.
	if _, out := v.Post("/people/new", url.Values{"familyName": {"张"}, "givenName": {"三"}, "idNumber": {"5099011990"}, "mobile": {"1"}}); strings.Index(out, `href="#f-idNumber"`) > strings.Index(out, `href="#f-mobile"`) {
		t.Error("the telephone is mended before the identity number")
	}
	// Another unit takes on who has left; without the right name nothing is told.
	next := b.as("new")
	status, out := next.Post("/people/new", url.Values{"familyName": {"张"}, "givenName": {"国强"}, "idNumber": {"509901199001011231"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(out, "请求调入本单位") {
		t.Fatalf("typing a known number: %d", status)
	}
	if status, _ := next.Post("/people/ask", url.Values{"familyName": {"李"}, "givenName": {"四"}, "idNumber": {"509901199001011231"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("asked with the wrong name: %d", status)
	}
	if status, out := next.Post("/people/ask", url.Values{"familyName": {"张"}, "givenName": {"国强"}, "idNumber": {"509901199001011231"}}); status != http.StatusOK || !strings.Contains(out, "已调入") {
		t.Errorf("taking on who has left: %d", status)
	}
	if b.rec(id).In != b.other {
		t.Error("it is on no new list")
	}
}

// Until when the permit for Hong Kong and Macao runs is no word on the passport.
func TestTheRegisterTellsThePermitFromThePassport(t *testing.T) {
	b := open(t, drill.Draft)
	id := b.add(b.Unit, "張", "國強", "509901199001011231")
	hold := func(booklet string, typ dossier.PassportType, number, until string) string {
		t.Helper()
		cmd := custody.Register{Booklet: booklet, Unit: b.Unit, Type: string(typ), Number: number, Issued: calendar.MustParse("2026-01-05"), Expires: calendar.MustParse(until), BlankPages: 20, LatinName: "ZHANG GUOQIANG"}
		if _, err := journal.Do(context.Background(), b.Office.Journal, custody.Room, journal.Order{Subject: id}, cmd); err != nil {
			t.Fatal(err)
		}
		if err := b.Settle(context.Background()); err != nil {
			t.Fatal(err)
		}
		return sees(b.as("he"), "/people?q=zgq", "張國強")
	}
	if says := hold("permit", dossier.HKMacauPermit, "CE1234567", "2030-01-04"); !strings.Contains(says, "没有护照") || !strings.Contains(says, "港澳通行证有效至 2030年1月4日") {
		t.Errorf("who has a permit alone: %s", says)
	}
	if says := hold("passport", dossier.PublicAffairs, "PE1234567", "2029-01-04"); !strings.Contains(says, "护照有效至 2029年1月4日") || !strings.Contains(says, "港澳通行证有效至 2030年1月4日") {
		t.Errorf("who has both: %s", says)
	}
	hold("ending", dossier.PublicAffairs, "PE7654321", b.Office.Journal.Today().AddDays(60).String())
	if says := sees(b.as("he"), "/people/"+id, "尾号 321"); !strings.Contains(says, "随下一次出访换发") {
		t.Errorf("a passport that ends soon is called good: %s", says)
	}
}

func cookieClient(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

// uscc adds the check character of a fictional unit's code.
func uscc(body string) string {
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if dossier.CheckUSCC(body+string(c)) == "" {
			return body + string(c)
		}
	}
	return ""
}

// Who was declined has nothing under way, and who is on the journey is abroad.
func TestTheRegisterTellsWhoGoesFromWhoWasDeclinedAndWhoIsAbroad(t *testing.T) {
	for step, word := range map[drill.Name]string{drill.Submit: "在办", drill.Document: "在办", drill.Depart: "在境外"} {
		b := open(t, step)
		v := webtest.SignIn(t, b.url, "liaison", b.Password)
		for place, goes := range map[int]bool{drill.Head: true, drill.Declined: step == drill.Submit} {
			who := b.People[place]
			if own := sees(v, "/people/"+who); strings.Contains(own, word+"：") != goes {
				t.Errorf("after %s the page of member %d tells %q: %v, want %v", step, place, word, !goes, goes)
			}
			row := ""
			for _, x := range strings.Split(sees(v, "/people"), "<tr") {
				if strings.Contains(x, "/people/"+who) {
					row = x
				}
			}
			if row == "" || strings.Contains(row, word) != goes || !goes && strings.Contains(row, "在办") {
				t.Errorf("after %s the row of member %d tells %q wrongly, want %v: %s", step, place, word, goes, row)
			}
		}
	}
}
