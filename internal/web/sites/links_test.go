package sites_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
)

var (
	anchors = regexp.MustCompile(`<a [^>]*href="(/[^"]*)"`)
	ids     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|[0-9]+`)
)

// Each role goes from page to page of a story by every kind of link that is
// offered there: none leads to something that they may not see or that isn't there.
func TestNoPageOffersALinkThatItsReaderMayNotFollow(t *testing.T) {
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Administrator), Account: "console"})
	s := drilltest.Told(t, drill.ComeHome, drill.Options{})
	s.Clock.Set(s.Clock.Now().AddDate(0, 3, 0)) // everything that can be late is late
	for _, at := range []struct {
		site *web.Site
		node *node.Node
		desk *account.Desk
	}{
		{sites.Internet(s.Internet), s.Internet.Node, s.Internet.Accounts},
		{sites.Office(s.Office), s.Office.Node, s.Office.Accounts},
		{sites.Passport(s.Passport), s.Passport.Node, s.Passport.Accounts},
	} {
		if at.node.Zone == zone.Internet {
			sites.Offer(at.site, s.Internet, full{})
		}
		srv := httptest.NewServer(at.site.Handler())
		t.Cleanup(srv.Close)
		for _, role := range access.Roles(at.node.Zone) {
			open := account.Open{Login: "goes-" + string(role), Name: string(role), Roles: []access.Role{role}}
			switch role {
			case access.Liaison, access.Signatory:
				open.Unit = s.Unit
			case access.Traveller:
				open.Unit, open.Person = s.Unit, s.People[drill.Head]
			}
			if _, err := at.desk.Open(ctx, journal.Order{Subject: at.node.Journal.NewID()}, open, password); err != nil {
				t.Fatal(err)
			}
			c := signIn(t, served{site: at.site, url: srv.URL}, open.Login)
			seen := 0
			for _, bad := range crawl(t, c, srv.URL, func() { seen++ }) {
				t.Errorf("%s, %s: %s", at.node.Zone, role, bad)
			}
			if seen < 4 {
				t.Errorf("%s, %s: only %d pages were seen", at.node.Zone, role, seen)
			}
		}
	}
}

// crawl follows two links of each kind and says which of them are refused, and
// on which page they are offered.
func crawl(t *testing.T, c *http.Client, at string, saw func()) []string {
	t.Helper()
	type link struct{ to, on string }
	kinds, queue, bad := map[string]int{}, []link{{"/", "/"}}, []string{}
	for len(queue) > 0 {
		l := queue[0]
		queue = queue[1:]
		status, page, h := get(t, c, at+l.to)
		saw()
		if status == http.StatusForbidden || status == http.StatusNotFound {
			bad = append(bad, l.on+" offers "+l.to+", which answers "+http.StatusText(status))
			continue
		}
		to := h.Get("Location")
		if strings.HasPrefix(to, "/") {
			page += `<a href="` + to + `">`
		} else if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range anchors.FindAllStringSubmatch(page, -1) {
			to := html.UnescapeString(m[1])
			u, err := url.Parse(to)
			if err != nil || u.Host != "" || u.Path == "/logout" || u.Query().Has("lang") || u.Query().Has("back") {
				continue
			}
			u.Fragment = ""
			var asks []string
			for name := range u.Query() {
				asks = append(asks, name)
			}
			slices.Sort(asks)
			kind := ids.ReplaceAllString(u.Path, "*") + "?" + strings.Join(asks, ",")
			if kinds[kind]++; kinds[kind] <= 2 {
				queue = append(queue, link{u.String(), l.to})
			}
		}
	}
	return bad
}
