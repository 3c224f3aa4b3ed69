package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yitang/internal/web"
)

// One form may have several buttons with an address each: pressed after Back, the
// other one does what it stands for and isn't taken for the first again.
func TestAFormsKeyStandsForOneAddress(t *testing.T) {
	sent := func(path, form string) string {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return web.Key(r)
	}
	once := sent("/c/1/review", "_key=k")
	if again := sent("/c/1/review", "_key=k&words=x"); once == "" || again != once {
		t.Errorf("the same form sent twice is %q and %q", once, again)
	}
	for _, path := range []string{"/c/1/takeback", "/c/2/review"} {
		if other := sent(path, "_key=k"); other == once {
			t.Errorf("%s is taken for /c/1/review", path)
		}
	}
	if bare := sent("/c/1/review", ""); bare != "" {
		t.Errorf("a form without a key has %q", bare)
	}
}
