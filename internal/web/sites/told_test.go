package sites_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/zone"
)

// Every address that a message can carry is a page of the site on which whoever hears
// of it signs in, and one that their role may read.
func TestEveryMessageLeadsToAPageThatItsReaderMaySee(t *testing.T) {
	const id = "0190a000-0000-7000-8000-000000000000"
	type site struct {
		mux   *http.ServeMux
		right map[string]access.Right
	}
	served := map[zone.Zone]site{}
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		s := site{http.NewServeMux(), map[string]access.Right{}}
		for _, r := range serve(t, z).site.AllRoutes() {
			s.mux.HandleFunc(r.Pattern, func(http.ResponseWriter, *http.Request) {})
			s.right[r.Pattern] = r.Right
		}
		served[z] = s
	}
	for _, told := range pack.Tellables() {
		for _, role := range told.Roles {
			z := zone.Office
			if role == "traveller" || role == "liaison" || role == "signatory" {
				z = zone.Internet
			}
			for about, at := range map[string]string{id: notify.Page(told.Event, role, id, id+"@2026-03-10"), "": notify.Page(told.Event, role, "", id+"@2026-03-10")} {
				if of := told.Event; about == "" && of != "paper.expiring" && of != "remark.answered" && of != "remark.new" && of != "stream.silent" && of != "stream.heard" && !strings.HasPrefix(string(of), "disc.") && !strings.HasPrefix(string(of), "test.") && of != "unit.stopped" && !strings.HasPrefix(string(of), "rating.") && of != "desk.unclosed" && of != "unit.released" {
					continue // always of a case
				}
				_, pattern := served[z].mux.Handler(httptest.NewRequest(http.MethodGet, at, nil))
				right, there := served[z].right[pattern]
				if !there {
					t.Errorf("%s to %s leads to %s, which the site of %s doesn't have", told.Event, role, at, z)
					continue
				}
				if err := access.Check(access.Who{Zone: z, Account: "x", Unit: "unit-1", Roles: []access.Role{access.Role(role)}}, right, access.Object{}); err != nil {
					t.Errorf("%s to %s leads to %s, which they may not read: %v", told.Event, role, at, err)
				}
			}
		}
	}
}
