package filing_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/drill"
	room "yitang/internal/filing"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
)

// approved is a mission that is approved, and its liaison officer.
func approved(t *testing.T) (*drill.Story, webtest.Visitor) {
	t.Helper()
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if _, err := s.Play(ctx, drill.Document, nil); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	return s, webtest.SignIn(t, srv.URL, "liaison", s.Password)
}

func TestEveryKindOfChangeHasItsWords(t *testing.T) {
	s, he := approved(t)
	of := "/cases/" + s.ID
	for _, kind := range room.AmendmentKinds() {
		if kind.When() != room.NotYet {
			continue
		}
		status, page := he.Post(of+"/amend", url.Values{"kind": {string(kind)}, "_key": {"k-" + string(kind)}})
		if status != http.StatusOK || !strings.Contains(page, ">变更</h1>") {
			t.Errorf("%s begins with %d:\n%s", kind, status, text(page))
		}
		here := of + "~1"
		he.Holds(he.Sees(here, here+"/amendment"), ">变更<")
		he.Post(here+"/withdraw", url.Values{"_key": {"w-" + string(kind)}})
	}
}
