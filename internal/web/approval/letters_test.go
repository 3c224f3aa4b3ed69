package approval_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/visa"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

// verified is what the office's own trust says of a PDF that a page gave.
func (h *house) verified(pdf string) document.Verdict {
	h.t.Helper()
	trust, err := approval.LiveTrust(context.Background(), h.office.Journal)
	if err != nil {
		h.t.Fatal(err)
	}
	return document.Verify([]byte(pdf), trust)
}

// goes lets the internet hear what the office has to say, with its files.
func (h *house) goes() {
	h.t.Helper()
	ctx := context.Background()
	events, err := h.office.Journal.Events(ctx, 0, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range events {
		b, ok, err := h.office.Journal.Registry().EncodeFor(e, zone.Internet)
		if err != nil {
			h.t.Fatal(err)
		}
		if !ok || e.Origin != zone.Office {
			continue
		}
		if err := h.internet.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err }); err != nil {
			h.t.Fatal(err)
		}
		if body, is := e.Body.(letter.Issued); is {
			for _, ref := range body.Carries() {
				c, err := h.office.Blobs.Get(ctx, ref.Digest)
				if err != nil {
					h.t.Fatal(err)
				}
				if _, err := h.internet.Blobs.Put(ctx, c, blob.Limit); err != nil {
					h.t.Fatal(err)
				}
				c.Close()
			}
		}
	}
}

func (h *house) letters(filing string, kind document.Kind) []letter.Row {
	all, err := letter.Of(context.Background(), h.office.Store, filing)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []letter.Row
	for _, l := range all {
		if l.Kind == kind {
			out = append(out, l)
		}
	}
	return out
}

// A sending back is a document at once, without anybody asking for it, and its
// unit opens it.
func TestSendingBackIssuesItsNotice(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake := h.as("intake")
	page := intake.Sees("/c/f1/notice")
	intake.Post("/c/f1/notice/list", with(intake.Hidden(page, "/c/f1/notice/list"), "field", "invitations[0]", "words", "请重新扫描签字页"))
	page = intake.Sees("/c/f1/notice")
	if status, _ := intake.Post("/c/f1/notice", intake.Hidden(page, "/c/f1/notice")); status != http.StatusOK {
		t.Fatalf("sending back gives %d", status)
	}
	h.until("the notice", func() bool { return len(h.letters("f1", document.KindOneTimeNotice)) == 1 })
	l := h.letters("f1", document.KindOneTimeNotice)[0]
	intake.Sees("/c/f1", "一次性告知书", l.Number, "/c/f1/letters/"+l.Code, "开具一次性告知书")
	status, pdf := intake.File("/c/f1/letters/" + l.Code)
	if v := h.verified(pdf); status != http.StatusOK || v.Answer != document.Genuine || v.Facts.Kind != document.KindOneTimeNotice || v.Facts.Number != l.Number {
		t.Fatalf("the notice is %d, %+v", status, v)
	}
	if status, _ := intake.Get("/c/other/letters/" + l.Code); status != http.StatusNotFound {
		t.Errorf("another case gives the notice away: %d", status)
	}
	// The reaction that comes again, after a crash, issues nothing more.
	if err := h.office.Letters.Finish(context.Background(), l.Letter); err != nil {
		t.Fatal(err)
	}
	if n := len(h.letters("f1", document.KindOneTimeNotice)); n != 1 {
		t.Errorf("there are %d notices of one sending back", n)
	}

	h.goes()
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: "console"})
	for login, unit := range map[string]string{"officer": "u1", "stranger": "u2"} {
		if _, err := h.internet.Accounts.Open(ctx, journal.Order{Subject: h.internet.Journal.NewID()}, account.Open{Login: login, Name: login, Unit: unit, Person: "x-" + login, Roles: []access.Role{access.Liaison}}, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Internet(h.internet).Handler())
	t.Cleanup(srv.Close)
	officer := webtest.SignIn(t, srv.URL, "officer", password)
	status, got := officer.File("/cases/f1/letters/" + l.Code)
	if status != http.StatusOK || got != pdf {
		t.Errorf("the unit gets %d, %d bytes", status, len(got))
	}
	if status, _ := webtest.SignIn(t, srv.URL, "stranger", password).Get("/cases/f1/letters/" + l.Code); status == http.StatusOK {
		t.Error("another unit opens the notice")
	}
	status, body := officer.Get("/v/" + l.Code)
	if status != http.StatusOK || !strings.Contains(body, l.Number) || !strings.Contains(body, "登记簿里有一次性告知书"+l.Number+"，现在有效") || strings.Contains(body, "整份文件都在签名之内") {
		t.Errorf("the public check of its code gives %d: %s", status, body)
	}
}

// decidedCase is a case that was approved for everybody, each with a booklet of
// a kind in the store.
func (h *house) decidedCase(id string, c dossier.Case, booklet string) {
	h.t.Helper()
	ctx := context.Background()
	h.comes("filing", id, submitted(c, nil))
	h.until("received", h.stage(id, approval.AtIntake))
	give := func(role, account string, cmd journal.Command[approval.Approval]) {
		h.t.Helper()
		if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: role, Account: account}), h.office.Journal, approval.Room, journal.Order{Subject: id}, cmd); err != nil {
			h.t.Fatal(err)
		}
	}
	var opinions []approval.Opinion
	var verdicts []approval.Verdict
	for i := range c.Members {
		p := fmt.Sprint("p", i)
		opinions = append(opinions, approval.Opinion{Person: p, Approve: true})
		verdicts = append(verdicts, approval.Verdict{Person: p, Approved: true})
		if _, err := journal.Do(ctx, h.office.Journal, custody.Room, journal.Order{Subject: p}, custody.Register{Booklet: "b" + p, Unit: "u1", Type: booklet, Number: "PE123456" + fmt.Sprint(i),
			Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: c.Members[i].LatinName()}); err != nil {
			h.t.Fatal(err)
		}
	}
	path := h.office.Packs.Now().Paths.For(c)
	give("intake", "i", approval.Accept{Number: "YJ-2026-000001-T", Path: path})
	for i, s := range path.Steps[:len(path.Steps)-1] {
		give(s.Role, fmt.Sprint("a", i), approval.Review{Opinions: opinions})
	}
	give("director", "d", approval.Decide{Members: verdicts, Months: 6})
	h.until("visas planned for everybody", func() bool {
		orders, err := visa.Of(ctx, h.office.Store, id)
		return err == nil && len(orders) == len(c.Members)
	})
}

// The note names all of the group who need the area's visa, from what is held;
// a new edition supersedes the one in force and overwrites nothing.
func TestNoteVerbaleIsIssuedFromWhatIsHeld(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	typ := "publicAffairs"
	if b := c.Members[0].Passport; b != nil && b.Type != "" {
		typ = string(b.Type)
	}
	h.decidedCase("f1", c, typ)
	orders, err := visa.Of(context.Background(), h.office.Store, "f1")
	if err != nil {
		t.Fatal(err)
	}
	order := ""
	for _, o := range orders {
		if o.Stage == visa.IsPlanned {
			order = o.ID
		}
	}
	v1, keeper := h.as("visa1"), h.as("custodian")
	at := "/visa/" + order
	page := v1.Sees(at, "照会", "致送机构", "德意志联邦共和国驻华大使馆")
	form := v1.Hidden(page, at+"/letter")
	if status, page := v1.Post(at+"/letter", with(form, "mission", "", "noteEntries", "1")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有写照会致送给哪个使领馆") {
		t.Fatalf("a note to nobody gives %d: %s", status, page)
	}
	if status, page := v1.Post(at+"/letter", with(form, "mission", "德意志联邦共和国驻成都总领事馆", "noteEntries", "1")); status != http.StatusOK {
		t.Fatalf("issuing gives %d: %s", status, page)
	}
	first := h.letters("f1", document.KindNoteVerbale)
	if len(first) != 1 || !regexp.MustCompile(`^〔2026〕云外签照字第1号$`).MatchString(first[0].Number) {
		t.Fatalf("%+v", first)
	}
	status, pdf := v1.File(at + "/letters/" + first[0].Code)
	if v := h.verified(pdf); status != http.StatusOK || v.Answer != document.Genuine || v.Facts.Kind != document.KindNoteVerbale || len(v.Facts.People) == 0 {
		t.Fatalf("the note is %d, %+v", status, v)
	}
	v1.Sees(at, `value="`+first[0].Number+`"`) // the kit needn't be told its number
	// Sent again, it is the same; saying the same anew is refused in words.
	if status, _ := v1.Post(at+"/letter", with(form, "mission", "德意志联邦共和国驻成都总领事馆", "noteEntries", "1")); status != http.StatusOK || len(h.letters("f1", document.KindNoteVerbale)) != 1 {
		t.Errorf("a double click gives %d", status)
	}
	again := v1.Hidden(v1.Sees(at, first[0].Number, "有效"), at+"/letter")
	if status, page := v1.Post(at+"/letter", with(again, "mission", "德意志联邦共和国驻成都总领事馆", "noteEntries", "1", "reason", "x")); status != http.StatusConflict || !strings.Contains(page, "不用重新开具") {
		t.Errorf("the same once more gives %d: %s", status, page)
	}
	if status, page := v1.Post(at+"/letter", with(again, "mission", "德国驻华大使馆", "noteEntries", "2")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有写为什么重新开具") {
		t.Errorf("without a reason it gives %d: %s", status, page)
	}
	if status, page := v1.Post(at+"/letter", with(again, "mission", "德国驻华大使馆", "noteEntries", "2", "reason", "改由大使馆受理")); status != http.StatusOK || !strings.Contains(page, "取代") {
		t.Fatalf("issuing again gives %d: %s", status, page)
	}
	both := h.letters("f1", document.KindNoteVerbale)
	if len(both) != 2 || both[0].Status != document.Superseded || both[0].By != both[1].Number || both[1].Status != document.InForce {
		t.Fatalf("%+v", both)
	}
	status, old := v1.File(at + "/letters/" + first[0].Code)
	if v := h.verified(old); status != http.StatusOK || old != pdf || v.Answer != document.IsSuperseded || v.By != both[1].Number {
		t.Errorf("the first edition is %d, %+v", status, v)
	}
	if status, _ := keeper.Post(at+"/letter", url.Values{"_key": {"k"}, "mission": {"x"}}); status != http.StatusForbidden {
		t.Errorf("a custodian issues a note: %d", status)
	}

	// No passport number leaves the office: the internet hears that it exists.
	h.goes()
	row, ok, err := letter.ByCode(context.Background(), h.internet.Store, both[1].Code)
	if err != nil || !ok || row.File != "" {
		t.Fatalf("the internet holds %+v, %v", row, err)
	}
	srv := httptest.NewServer(sites.Internet(h.internet).Handler())
	t.Cleanup(srv.Close)
	resp, err := http.Get(srv.URL + "/v/" + both[1].Code)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the public check of a note's code gives %d", resp.StatusCode)
	}

	// What the mission was asked for falls with the approval.
	if err := h.office.Issuer.Revoke(journal.WithActor(context.Background(), journal.Actor{Role: "director", Account: "d"}), journal.Order{Subject: "f1"}, approval.Revoke{Reason: "任务取消"}); err != nil {
		t.Fatal(err)
	}
	h.until("the note is revoked", func() bool {
		ls := h.letters("f1", document.KindNoteVerbale)
		return ls[len(ls)-1].Status == document.Revoked
	})
	h.until("and logged as such", func() bool {
		_, pdf := v1.File(at + "/letters/" + both[1].Code)
		return h.verified(pdf).Answer == document.IsRevoked
	})
}

// Who goes without a visa on a public-affairs passport carries a certificate.
func TestExitCertificateIsForWhoNeedsNoVisa(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	for i := range c.Legs {
		c.Legs[i].Country = "SGP"
	}
	for i := range c.Members {
		c.Members[i].Rank = "section"
		if c.Members[i].Passport != nil {
			c.Members[i].Passport.Type = dossier.PublicAffairs
		}
	}
	h.decidedCase("f1", c, "publicAffairs")
	orders, err := visa.Of(context.Background(), h.office.Store, "f1")
	if err != nil {
		t.Fatal(err)
	}
	o := orders[0]
	if o.Stage != visa.NoneNeeded {
		t.Fatalf("the order to Singapore is %+v", o)
	}
	v1 := h.as("visa1")
	at := "/visa/" + o.ID
	page := v1.Sees(at, "出境证明", fmt.Sprintf("%d 人开具", len(c.Members)))
	if status, page := v1.Post(at+"/letter", v1.Hidden(page, at+"/letter")); status != http.StatusOK || !strings.Contains(page, "有效") {
		t.Fatalf("issuing gives %d: %s", status, page)
	}
	ls := h.letters("f1", document.KindExitCertificate)
	if len(ls) != 1 || ls[0].ValidUntil != c.Trip.Depart {
		t.Fatalf("%+v", ls)
	}
	_, pdf := v1.File(at + "/letters/" + ls[0].Code)
	if v := h.verified(pdf); v.Answer != document.Genuine || v.Facts.Kind != document.KindExitCertificate || len(v.Facts.People) != len(c.Members) {
		t.Fatalf("the certificate is %+v", v)
	}

	// A new edition of the approval makes it say what is no longer so.
	if err := h.office.Issuer.Supersede(journal.WithActor(context.Background(), journal.Actor{Role: "director", Account: "d"}), journal.Order{Subject: "f1"}, "更正姓名", ""); err != nil {
		t.Fatal(err)
	}
	page = v1.Sees(at, "与实际不符", "重新开具")
	if status, page := v1.Post(at+"/letter", with(v1.Hidden(page, at+"/letter"), "reason", "批件换发")); status != http.StatusOK || !strings.Contains(page, "取代") {
		t.Fatalf("issuing again gives %d: %s", status, page)
	}
}
