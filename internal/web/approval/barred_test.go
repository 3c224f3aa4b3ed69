package approval_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/custody"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
)

// Somebody may not leave the country any more after everybody was cleared to go: the
// delegation isn't cleared any longer, their booklet is wanted back, and the unit, the
// chief and the personnel side read it. Once it is lifted they may go.
func TestWhoMayNotTravelAfterTheApprovalHoldsTheDelegation(t *testing.T) {
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Personnel), Account: "p"})
	s, get := office(t, drill.Lend)
	who := s.People[drill.Expert]
	do := func(cmd journal.Command[person.Personnel]) {
		t.Helper()
		if _, err := journal.Do(ctx, s.Office.Journal, person.Staff, journal.Order{Subject: who}, cmd); err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx); err != nil {
			t.Fatal(err)
		}
	}
	stands := func(n *node.Node) (progress.State, progress.Step) {
		t.Helper()
		is, _, err := progress.Of(ctx, n.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		return is, progress.Next(is, n.Journal.Now())
	}
	was, _ := stands(s.Internet.Node)
	if was.Stage != progress.Cleared {
		t.Fatalf("before it the case is %s", was.Stage)
	}
	before, err := custody.Of(ctx, s.Office.Store, who)
	if err != nil || len(before) != 1 || before[0].Place != custody.IsLent {
		t.Fatalf("their booklet is %+v, %v", before, err)
	}
	do(person.Restrict{Source: "云江市公安局 云公限〔2026〕3号", Reason: "涉案", From: s.Office.Journal.Today()})
	for _, n := range []*node.Node{s.Internet.Node, s.Office.Node} {
		is, next := stands(n)
		if is.Stage != progress.Issued || next.Key != "progress.next.barred" || next.Who != progress.Liaison || next.Count != 1 {
			t.Errorf("in the %s zone the case is %s, next %+v", n.Zone, is.Stage, next)
		}
	}
	after, err := custody.Of(ctx, s.Office.Store, who)
	if err != nil || !after[0].Due.Before(was.Depart) || !after[0].Due.Before(before[0].Due) {
		t.Errorf("their booklet is due on %s, it was on %s: %v", after[0].Due, before[0].Due, err)
	}
	if page := get("keeper", "/booklets/b/"+after[0].Booklet); !strings.Contains(page, "持照人不能随团，") {
		t.Errorf("the keeper isn't told why the booklet is wanted back: %s", page)
	}
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	he, name := webtest.SignIn(t, srv.URL, "liaison", s.Password), func() string {
		e, err := person.One(ctx, s.Internet.Store, who)
		if err != nil {
			t.Fatal(err)
		}
		return e.Name()
	}()
	kinds := he.Sees("/cases/"+s.ID+"/amend", "1 人不能随团", name+"在出访期间不能出境", "办理减员，不带"+name)
	form := url.Values{"kind": {"drop"}, "person": {who}, "_key": {"drop"}}
	if status, _ := he.Post("/cases/"+s.ID+"/amend", form); status != http.StatusOK || !strings.Contains(kinds, `value="`+who+`"`) {
		t.Errorf("dropping them gives %d", status)
	}
	he.Sees("/cases/"+s.ID+"~1", "不再参团", name)
	he.Sees("/cases/" + s.ID + "~1/withdraw")
	he.Post("/cases/"+s.ID+"~1/withdraw", url.Values{"_key": {"undone"}})
	page := get("chief", "/hang")
	if !strings.Contains(page, "批准后有人不能随团的团组") || !strings.Contains(page, "有1人不能随团，要减员") || strings.Contains(page, "涉案") {
		t.Error("the chief doesn't read where the delegation hangs, or reads why")
	}
	if page := get("chief", "/c/"+s.ID); !strings.Contains(page, "有1人不能随团") || strings.Contains(page, "可以成行") && !strings.Contains(page, "人可以成行") {
		t.Error("the case's page doesn't say it")
	}
	do(person.Lift{ID: restriction(t, s, who), Source: "解除", On: s.Office.Journal.Today()})
	for _, n := range []*node.Node{s.Internet.Node, s.Office.Node} {
		if is, next := stands(n); is.Stage != progress.Cleared || next.Key == "progress.next.barred" {
			t.Errorf("once it is lifted the case is %s in the %s zone, next %+v", is.Stage, n.Zone, next)
		}
	}
}

func restriction(t *testing.T, s *drill.Story, who string) string {
	t.Helper()
	held, err := person.PersonnelOf(context.Background(), s.Office.Journal, who)
	if err != nil || len(held.Restrictions) == 0 {
		t.Fatalf("no restriction: %v", err)
	}
	return held.Restrictions[0].ID
}
