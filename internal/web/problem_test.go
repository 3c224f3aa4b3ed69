package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/web"
)

// Whoever opens a page that can't be shown now typed nothing, and nobody was before
// them; a form that came too late is told so as ever.
func TestAPageThatCannotBeShownNowSaysSo(t *testing.T) {
	s := &web.Site{}
	for method, first := range map[string]bool{http.MethodGet: false, http.MethodPost: true} {
		w := httptest.NewRecorder()
		s.Fail(w, httptest.NewRequest(method, "/visits/c/wait", nil), fault.NotNow("visits.nothing", ""))
		if says := w.Body.String(); w.Code != http.StatusConflict || strings.Contains(says, "有人先改了") != first {
			t.Errorf("%s: %d %s", method, w.Code, says)
		}
	}
}
