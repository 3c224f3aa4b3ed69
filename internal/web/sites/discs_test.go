package sites_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// wrote puts a disc for the passport zone on record, written by an administrator.
func wrote(t *testing.T, s served, admin string) exchange.DiscRow {
	t.Helper()
	x, err := s.node.Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Do(journal.WithActor(t.Context(), journal.System), s.node.Journal, exchange.Tests, journal.Order{Subject: s.node.Journal.NewID()}, journal.Command[struct{}](exchange.SendTest{})); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Export(t.Context(), zone.Passport); err != nil {
		t.Fatal(err)
	}
	disc, err := carrier.Make(blob.OS{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	handed, err := x.Hand(t.Context(), zone.Passport, disc)
	if err != nil {
		t.Fatal(err)
	}
	d, err := x.NoteWritten(journal.WithActor(t.Context(), journal.Actor{Role: "administrator", Account: admin}), disc, handed)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// carrying is an office that is paired with a passport zone, and the account of the
// administrator there.
func carrying(t *testing.T) (s served, admin string) {
	t.Helper()
	s = serve(t, zone.Office)
	other := node.Options{Dir: t.TempDir()}
	if err := node.Init(zone.Passport, other); err != nil {
		t.Fatal(err)
	}
	passport, err := node.OpenPassport(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(passport.Close)
	if err := node.Pair(s.node, passport.Node); err != nil {
		t.Fatal(err)
	}
	e, found, err := account.ByLogin(t.Context(), s.node.Store, string(access.Administrator))
	if err != nil || !found {
		t.Fatalf("%v %v", found, err)
	}
	return s, e.ID
}

func TestDiscsAreHandedOverAndAccountedForOnPages(t *testing.T) {
	s, id := carrying(t)
	admin, chief, auditor := signIn(t, s, string(access.Administrator)), signIn(t, s, string(access.Chief)), signIn(t, s, string(access.Auditor))
	if _, page, _ := get(t, admin, s.url+"/node"); !strings.Contains(page, `href="/discs"`) {
		t.Error("the page of the network doesn't lead to it")
	}
	if _, page, _ := get(t, admin, s.url+"/discs"); !strings.Contains(page, "还没有登记过盘") {
		t.Error("an empty log doesn't say so")
	}
	d, second := wrote(t, s, id), wrote(t, s, id)
	_, page, _ := get(t, admin, s.url+"/discs")
	if !strings.Contains(page, d.Number) || !strings.Contains(page, "送往护照专网，2张待交出") || !strings.Contains(page, "是您经手的") || strings.Contains(page, `name="carrier-passport"`) {
		t.Error("who wrote them is to hand them over too")
	}
	if _, page, _ := get(t, auditor, s.url+"/discs"); strings.Contains(page, `name="carrier-passport"`) || !strings.Contains(page, "您可以看") {
		t.Error("an auditor is to hand them over")
	}
	form := url.Values{"to": {"passport"}, "disc": {d.ID, second.ID}, "carrier-passport": {""}}
	if status, page, _ := post(t, chief, s.url+"/discs", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#f-carrier-passport"`) {
		t.Errorf("handed over to nobody: %d", status)
	}
	form.Set("carrier-passport", "周师傅")
	if status, page, _ := post(t, admin, s.url+"/discs", form); status == http.StatusSeeOther {
		t.Errorf("one person was two: %s", page)
	}
	if status, page, _ := post(t, chief, s.url+"/discs", form); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	at := s.url + "/discs/" + d.ID
	status, page, _ := get(t, admin, at)
	if status != http.StatusOK || !strings.Contains(page, "在路上") || !strings.Contains(page, "周师傅") || !strings.Contains(page, "某chief") {
		t.Errorf("%d, the page doesn't say where it is", status)
	}
	link := regexp.MustCompile(`href="(/discs/print\?trip=[^"]+)"`).FindStringSubmatch(page)
	if link == nil {
		t.Fatal("no list to print")
	}
	status, pdf, h := get(t, admin, s.url+link[1])
	pages, err := document.PageText([]byte(pdf))
	if status != http.StatusOK || h.Get("Content-Type") != "application/pdf" || err != nil || len(pages) != 1 {
		t.Fatalf("%d %v %d", status, err, len(pages))
	}
	flat := strings.Join(strings.Fields(pages[0]), "")
	for _, want := range []string{"介质交接单", d.Number, second.Number, "2张盘", "周师傅", "交出人", "在场人", strings.ReplaceAll(d.Digest[:16], " ", "")} {
		if !strings.Contains(flat, want) {
			t.Errorf("the list doesn't say %q: %s", want, flat)
		}
	}

	send := func(c *http.Client, do, why string) int {
		t.Helper()
		_, page, _ := get(t, c, at)
		form := url.Values{"do": {do}, "why": {why}}
		if seen := regexp.MustCompile(`name="_seen" value="(\d+)"`).FindStringSubmatch(page); seen != nil {
			form.Set("_seen", seen[1])
		}
		status, _, _ := post(t, c, at, form)
		return status
	}
	if got := send(admin, "lost", ""); got != http.StatusUnprocessableEntity {
		t.Errorf("lost without a reason: %d", got)
	}
	if got := send(admin, "lost", "掉在路上"); got != http.StatusSeeOther {
		t.Fatalf("%d", got)
	}
	if got := send(admin, "agree", ""); got == http.StatusSeeOther {
		t.Error("one person was two")
	}
	if got, _, _ := post(t, chief, at, url.Values{"do": {"agree"}, "_seen": {"1"}}); got != http.StatusConflict {
		t.Errorf("agreed with a page of before: %d", got)
	}
	if got := send(chief, "agree", ""); got != http.StatusSeeOther {
		t.Fatalf("%d", got)
	}
	if _, page, _ := get(t, auditor, s.url+"/discs?show=gone&q="+url.QueryEscape("周师傅")); !strings.Contains(page, d.Number) || strings.Contains(page, second.Number) || !strings.Contains(page, "已遗失") {
		t.Error("what is lost can't be found")
	}
	for _, bad := range []string{"/discs?show=what", "/discs?before=x-y", "/discs/out-nothing", "/discs/print", "/discs/print?disc=out-nothing"} {
		if status, _, _ := get(t, admin, s.url+bad); status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, status)
		}
	}
}

func TestATestIsSentAndSeenOnThePageOfTheNetwork(t *testing.T) {
	s, _ := carrying(t)
	admin, auditor := signIn(t, s, string(access.Administrator)), signIn(t, s, string(access.Auditor))
	if _, page, _ := get(t, auditor, s.url+"/node"); !strings.Contains(page, "还没有试过") || strings.Contains(page, `action="/node/test"`) {
		t.Error("an auditor sees no tests, or is to send one")
	}
	if status, _, _ := post(t, admin, s.url+"/node/test", url.Values{}); status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	_, page, _ := get(t, admin, s.url+"/node")
	if !strings.Contains(page, "还没有装进数据包") || !strings.Contains(page, "还没有和互联网互认，发不出去") {
		t.Error("the page doesn't say where it hangs")
	}
	x, err := s.node.Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Export(t.Context(), zone.Passport); err != nil {
		t.Fatal(err)
	}
	if _, page, _ := get(t, admin, s.url+"/node"); !strings.Contains(page, "在第1包里，等回执（") {
		t.Error("the page doesn't say in which bundle it is")
	}
}

// A double click on a first step is one disc, and one reading.
func TestADoubleClickWritesAndReadsOneDisc(t *testing.T) {
	s, id := carrying(t)
	admin := signIn(t, s, string(access.Administrator))
	wrote(t, s, id)
	twice := func(path string, form url.Values) string {
		t.Helper()
		var at [2]string
		for i := range at {
			status, page, h := post(t, admin, s.url+path, form)
			if status != http.StatusSeeOther {
				t.Fatalf("%s: %d %s", path, status, page)
			}
			at[i] = h.Get("Location")
		}
		if at[0] != at[1] {
			t.Errorf("%s twice leads to %v", path, at)
		}
		return at[0]
	}
	twice("/discs/write", url.Values{"to": {"passport"}, "_key": {"k1"}})
	x, err := s.node.Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if all, err := x.MediaLog(t.Context(), exchange.DiscQuery{Most: 10}); err != nil || len(all) != 2 {
		t.Errorf("on record are %+v %v", all, err)
	}

	in, err := x.Inbox(zone.Passport)
	if err != nil {
		t.Fatal(err)
	}
	stream := `{"from":"passport","to":"office"}`
	for _, number := range []string{"PO-2026-0001", "PO-2026-0002"} {
		note := `{"format":"yitang.disc/1","number":"` + number + `","stream":` + stream + `,"epoch":1,"first":1,"last":1,"digest":"` + strings.Repeat("ab", 32) + `"}`
		if err := in.Send("disc-passport-office-"+number+".json", []byte(note)); err != nil {
			t.Fatal(err)
		}
	}
	_, page, _ := get(t, admin, s.url+"/discs")
	if strings.Count(page, `action="/discs/read"`) != 2 || !strings.Contains(page, `name="number" value="PO-2026-0002"`) {
		t.Error("two discs lie in the inbox, and the page doesn't offer both")
	}
	twice("/discs/read", url.Values{"from": {"passport"}, "number": {"PO-2026-0002"}, "_key": {"k2"}})
	all, err := x.MediaLog(t.Context(), exchange.DiscQuery{Show: exchange.DiscsIn, Most: 10})
	if err != nil || len(all) != 1 || all[0].Number != "PO-2026-0002" || all[0].Times != 1 {
		t.Errorf("read in are %+v %v", all, err)
	}
}
