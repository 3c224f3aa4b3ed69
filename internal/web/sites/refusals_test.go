package sites_test

import (
	"net/http"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

func TestRefusalsStandOnAPageForAuditors(t *testing.T) {
	s := serve(t, zone.Office)
	auditor := signIn(t, s, string(access.Auditor))
	if status, page, _ := get(t, auditor, s.url+"/refusals"); status != http.StatusOK || strings.Contains(page, "某window") {
		t.Fatalf("before anybody was refused: %d", status)
	}
	window := signIn(t, s, string(access.Window))
	for range 3 {
		if status, _, _ := get(t, window, s.url+"/refusals?page=2"); status != http.StatusForbidden {
			t.Fatalf("the window got %d", status)
		}
	}
	status, page, _ := get(t, auditor, s.url+"/refusals")
	if status != http.StatusOK {
		t.Fatalf("the auditor got %d", status)
	}
	for _, want := range []string{"某window", "看越权访问", "/refusals"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page doesn't show %q", want)
		}
	}
	if status, _, _ := get(t, signIn(t, s, string(access.Administrator)), s.url+"/refusals"); status != http.StatusOK {
		t.Errorf("the administrator got %d", status)
	}
}

// Whatever was refused, the page says in words what it would have taken.
func TestEveryRightThatCanBeRefusedHasWords(t *testing.T) {
	for _, right := range access.Rights() {
		if !ui.Known("sites.right." + string(right)) {
			t.Errorf("the page of refusals would show the bare name %s", right)
		}
	}
}
