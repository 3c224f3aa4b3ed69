package hall_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/web/sites"
)

// The office's first hall has no window for what a case needs: its page leads to the hall
// that has one, and who looks at the first reads that it can't and finds the other.
func TestWhatTheFirstHallCantDoIsBookedAtAnother(t *testing.T) {
	s := drilltest.Told(t, drill.Document, drill.Options{})
	ctx := journal.WithActor(context.Background(), journal.System)
	main, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	first, second := main.Planned(), main.Planned()
	first.Windows = slices.DeleteFunc(slices.Clone(first.Windows), func(w hall.Window) bool { return w.Serves(visit.CaptureCounter) })
	second.Name, second.NameEn, second.Place, second.PlaceEn = "江南分厅（虚构）", "South", "江南路1号", "1 South Road"
	second.Windows = []hall.Window{{ID: "S1", Counters: visit.Counters(), Places: 2}}
	plan := func(id string, p hall.Planned, others ...hall.Plan) {
		t.Helper()
		if _, err := journal.Do(ctx, s.Office.Journal, hall.Plans, journal.Order{Subject: id}, hall.SetPlan{Planned: p, Others: others}); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Internet.Accounts.Open(ctx, journal.Order{Subject: "acc-he"}, account.Open{Login: "he", Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: s.Unit}, secret); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	he := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := he.PostForm(srv.URL+"/login", url.Values{"name": {"he"}, "password": {secret}})
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Fatal(res, err)
	}
	res.Body.Close()
	read := func(path string) (int, string) {
		t.Helper()
		res, err := he.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	at, can, cant := "/visits/"+s.ID, "有事来不及在出发前办", "这个大厅没有办这件事的窗口"

	plan(hall.Main, first)
	if _, page := read(at); !strings.Contains(page, can) || strings.Contains(page, at+"/slots") {
		t.Error("no hall has a window for it, and a time is offered")
	}
	if status, page := read(at + "/slots"); status != http.StatusConflict || strings.Contains(page, "不用来") || !strings.Contains(page, "来不及") {
		t.Errorf("no hall has a window for it: %d\n%s", status, page)
	}

	now, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		t.Fatal(err)
	}
	plan("hall2", second, now)
	if _, page := read(at); strings.Contains(page, can) || !strings.Contains(page, at+"/slots") {
		t.Error("the second hall can do it, and the case's page doesn't lead there")
	}
	status, page := read(at + "/slots")
	if status != http.StatusOK || !strings.Contains(page, `name="hall" value="hall2"`) || strings.Contains(page, cant) {
		t.Errorf("nobody has chosen a hall, and it isn't the one that can do it: %d", status)
	}
	status, page = read(at + "/slots?hall=" + hall.Main)
	if status != http.StatusOK || !strings.Contains(page, cant) || !strings.Contains(page, "slots?hall=hall2") {
		t.Errorf("at the hall that can't: %d\n%s", status, page)
	}
	if !strings.Contains(page, "hall="+hall.Main) {
		t.Error("who goes from day to day there changes the hall")
	}
}
