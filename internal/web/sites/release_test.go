package sites_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/exchange"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

// holding is an office that lets nothing of its units go to the passport zone
// without two people, and has something to tell of one.
func holding(t *testing.T) (served, *exchange.Exchange) {
	t.Helper()
	s := serve(t, zone.Office)
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
	set := *s.node.Packs.Now()
	rule := node.ReleasePolicy(set.Release)
	r := rule.Streams[exchange.Stream{From: zone.Office, To: zone.Passport}]
	r.Hold = []string{"unit.*"}
	rule.Streams[exchange.Stream{From: zone.Office, To: zone.Passport}] = r
	x, err := s.node.ExchangeUnder(t.Context(), func() exchange.Policy { return rule })
	if err != nil {
		t.Fatal(err)
	}
	ctx := journal.WithActor(t.Context(), journal.System)
	if _, err := journal.Do(ctx, s.node.Journal, unit.Room, journal.Order{Subject: s.node.Journal.NewID()}, unit.Open{Name: "云江市外贸局", USCC: "12509901G76543219R", Type: dossier.Institution}); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Export(t.Context(), zone.Passport); err != nil {
		t.Fatal(err)
	}
	return s, x
}

func TestTwoPeopleLetGoWhatIsHeldOnAPage(t *testing.T) {
	s, x := holding(t)
	admin, chief := signIn(t, s, string(access.Administrator)), signIn(t, s, string(access.Chief))
	if _, page, _ := get(t, admin, s.url+"/node"); !strings.Contains(page, `href="/release"`) || !strings.Contains(page, "按放行规则暂扣") {
		t.Error("the page of the network doesn't tell of it")
	}
	all, err := x.Held(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v %v", all, err)
	}
	at := s.url + "/release/" + all[0].Key
	status, page, _ := get(t, admin, s.url+"/release")
	if status != http.StatusOK || !strings.Contains(page, `href="/release/`+all[0].Key) || !strings.Contains(page, "unit.opened") {
		t.Fatalf("%d, the list doesn't lead to it", status)
	}
	if status, page, _ := get(t, admin, at); status != http.StatusOK || strings.Contains(page, "云江市外贸局") || !strings.Contains(page, "name") {
		t.Fatalf("%d: the page shows a value, or not the names of its fields", status)
	}
	send := func(c *http.Client, do, why string) (int, string) {
		t.Helper()
		_, page, _ := get(t, c, at)
		form := url.Values{"do": {do}, "why": {why}}
		if seen := regexp.MustCompile(`name="_seen" value="(\d+)"`).FindStringSubmatch(page); seen != nil {
			form.Set("_seen", seen[1])
		}
		status, page, _ := post(t, c, at, form)
		return status, page
	}
	if status, page := send(admin, "ask", ""); status != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#f-why"`) {
		t.Errorf("without a reason %d", status)
	}
	if status, page := send(admin, "ask", "核对过单位名单"); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, _ := send(admin, "agree", ""); status == http.StatusSeeOther {
		t.Error("one person agreed with themselves")
	}
	if status, _, _ := post(t, signIn(t, s, string(access.Auditor)), at, url.Values{"do": {"agree"}}); status != http.StatusForbidden {
		t.Errorf("an auditor who may look got %d for deciding", status)
	}
	if _, page, _ := get(t, chief, at); !strings.Contains(page, "某administrator") || !strings.Contains(page, "核对过单位名单") {
		t.Error("the second person doesn't read who asked and why")
	}
	if status, _ := send(chief, "refuse", ""); status != http.StatusUnprocessableEntity {
		t.Errorf("refused without a reason: %d", status)
	}
	if status, _ := send(chief, "refuse", "还有一家没核对"); status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	if made, err := x.Export(t.Context(), zone.Passport); err != nil || len(made) != 0 {
		t.Fatalf("it left though the second person refused: %v %v", made, err)
	}
	if _, page, _ := get(t, admin, at); !strings.Contains(page, "还有一家没核对") {
		t.Error("who asked doesn't read why not")
	}
	if status, _ := send(chief, "ask", "都核对过了"); status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	for _, seen := range []string{"", "1"} { // a page that was opened before, or none
		if status, page, _ := post(t, admin, at, url.Values{"do": {"agree"}, "_seen": {seen}}); status != http.StatusConflict {
			t.Fatalf("agreed with version %q: %d %s", seen, status, page)
		} else if seen != "" && (!strings.Contains(page, "有人先办了") || !strings.Contains(page, "都核对过了")) {
			t.Error("a stale page isn't told what there is to decide now")
		}
	}
	if status, _ := send(admin, "agree", ""); status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	if made, err := x.Export(t.Context(), zone.Passport); err != nil || len(made) != 1 || made[0].Events != 1 {
		t.Fatalf("it didn't leave: %v %v", made, err)
	}
	if _, page, _ := get(t, admin, s.url+"/release"); !strings.Contains(page, "没有暂扣的记录") {
		t.Error("the list still shows it")
	}
	if status, _, _ := get(t, admin, at); status != http.StatusNotFound {
		t.Errorf("what has left got %d", status)
	}
	kinds := ""
	err = s.node.Journal.Each(t.Context(), 0, func(e journal.Event) error {
		if strings.HasPrefix(e.Kind, "exchange.") {
			kinds += e.Kind + " " + e.Actor.Role + ", "
		}
		return nil
	})
	if want := "exchange.release_asked administrator, exchange.release_refused chief, exchange.release_asked chief, exchange.release_given administrator, "; err != nil || kinds != want {
		t.Errorf("the journal has %s %v", kinds, err)
	}
}
