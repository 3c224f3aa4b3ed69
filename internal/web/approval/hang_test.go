package approval_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
)

// office is a story that was played so far, seen by somebody of the office.
func office(t *testing.T, upTo drill.Name) (*drill.Story, func(login, path string) string) {
	t.Helper()
	s, in := desks(t, upTo)
	return s, func(login, path string) string {
		t.Helper()
		return in(login).Sees(path)
	}
}

// desks is the same for whoever looks at more than a page's text.
func desks(t *testing.T, upTo drill.Name) (*drill.Story, func(login string) webtest.Visitor) {
	t.Helper()
	s := drilltest.Told(t, upTo, drill.Options{})
	srv := httptest.NewServer(sites.Office(s.Office).Handler())
	t.Cleanup(srv.Close)
	return s, func(login string) webtest.Visitor {
		t.Helper()
		return webtest.SignIn(t, srv.URL, login, s.Password)
	}
}

func TestWhereItHangsIsAnsweredForAllThreeLinks(t *testing.T) {
	s, get := office(t, drill.Capture)
	if page := get("chief", "/hang"); strings.Contains(page, "超期的制证任务") {
		t.Error("something is late before its day")
	}
	// What the office wrote has come to both of the others, the wish for a booklet
	// to the passport network too.
	if page := get("chief", "/c/"+s.ID); !regexp.MustCompile(`互联网[^·<]*确认收到、护照专网[^·<]*确认收到`).MatchString(page) {
		t.Errorf("the timeline doesn't say that the passport network has it: %s", regexp.MustCompile(`[^>]*确认收到`).FindAllString(page, -1))
	}
	s.Clock.Set(s.Clock.Now().AddDate(1, 0, 0))
	page := get("chief", "/hang")
	for _, want := range []string{"超期的制证任务", "待制证", "护照专网已传来", "超过最晚送签日", "待装袋", "公务普通护照"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page doesn't say %q", want)
		}
	}

	s, get = office(t, drill.ComeHome)
	s.Clock.Set(s.Clock.Now().AddDate(1, 0, 0))
	if page := get("chief", "/hang"); !strings.Contains(page, "回国后逾期没交回的证照") || !strings.Contains(page, "/booklets/b/") {
		t.Error("booklets that weren't handed in aren't shown")
	}
}
