package sites_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/sheet"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
)

// A right that is bound to one's own unit is worth nothing at an address whose
// thing can't be told whose it is.
func TestSiteThatCannotTellWhoseAThingIsIsNotServed(t *testing.T) {
	served := func(s *web.Site) (why any) {
		defer func() { why = recover() }()
		s.Handler()
		return nil
	}
	nothing := func(http.ResponseWriter, *http.Request) {}
	s := serve(t, zone.Internet).site
	s.Add(web.Route{Pattern: "GET /anything/{case}", Right: access.SeeCase, Handle: nothing}, web.Route{Pattern: "GET /hint/{any}", Right: access.Self, Handle: nothing})
	if why := served(s); why != nil {
		t.Fatal(why)
	}
	s.Add(web.Route{Pattern: "POST /folders/{folder}", Right: access.EditCase, Handle: nothing})
	if why := served(s); why == nil || !strings.Contains(why.(string), "{folder}") {
		t.Fatalf("it is served: %v", why)
	}
}

// What belongs to nobody isn't everybody's.
func TestThingOfNobodyIsNotThere(t *testing.T) {
	s := serve(t, zone.Internet)
	s.site.Objects["find"] = func(context.Context, string) (access.Object, error) { return access.Object{}, nil }
	s.site.Add(web.Route{Pattern: "GET /finds/{find}", Right: access.SeePeople, Handle: func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("here")) }})
	srv := httptest.NewServer(s.site.Handler())
	t.Cleanup(srv.Close)
	s.url = srv.URL
	if status, _, _ := get(t, signIn(t, s, string(access.Liaison)), srv.URL+"/finds/1"); status != http.StatusNotFound {
		t.Fatalf("status %d", status)
	}
}

// Two units on one site: everything that an address can name and that belongs
// to one of them isn't there for the other, whatever their role and the route.
func TestAnotherUnitsThingsAreNotThere(t *testing.T) {
	ctx := context.Background()
	s := drilltest.Told(t, drill.Book, drill.Options{})
	site := sites.Internet(s.Internet)
	srv := httptest.NewServer(site.Handler())
	t.Cleanup(srv.Close)
	at := served{site: site, url: srv.URL}

	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	open := func(unit, login string, role access.Role, traveller string) *http.Client {
		cmd := account.Open{Login: login, Name: login, Roles: []access.Role{role}, Unit: unit, Person: traveller}
		if _, err := s.Internet.Accounts.Open(admin, journal.Order{Subject: s.Internet.Journal.NewID()}, cmd, password); err != nil {
			t.Fatal(err)
		}
		return signIn(t, at, login)
	}
	strange := s.Internet.Journal.NewID()
	others := map[access.Role]*http.Client{}
	own := map[access.Role]*http.Client{}
	for _, role := range []access.Role{access.Liaison, access.Signatory, access.Traveller} {
		traveller := ""
		if role == access.Traveller {
			traveller = s.Internet.Journal.NewID()
		}
		others[role] = open(strange, "other-"+string(role), role, traveller)
		if role == access.Traveller {
			traveller = s.People[drill.Head]
		}
		own[role] = open(s.Unit, "own-"+string(role), role, traveller)
	}

	// A liaison officer who went over to another unit and still travels with this one.
	moved := open(strange, "moved", access.Liaison, s.People[drill.Head])

	// Somebody whom a third unit hands over to this one, and somebody of this
	// one who says what is wrong in their record.
	arrival, proposal := s.Internet.Journal.NewID(), s.Internet.Journal.NewID()
	give := func(room journal.Subject[person.Person], id string, cmd journal.Command[person.Person]) {
		if _, err := journal.Do(admin, s.Internet.Journal, room, journal.Order{Subject: id}, cmd); err != nil {
			t.Fatal(err)
		}
	}
	give(person.Room, arrival, person.Record{In: s.Internet.Journal.NewID(), Facts: person.Facts{FamilyName: "来", GivenName: "新"}})
	give(person.Room, arrival, person.HandOver{To: s.Unit, On: s.Internet.Journal.Today()})
	expert, _, err := journal.Load(ctx, s.Internet.Journal, person.Room, s.People[drill.Expert])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Do(admin, s.Internet.Journal, person.Proposals, journal.Order{Subject: proposal}, person.Propose{Person: expert, Facts: expert.Facts, Words: "职务已变"}); err != nil {
		t.Fatal(err)
	}

	notices, err := letter.Of(ctx, s.Internet.Store, s.ID)
	if err != nil || len(notices) == 0 {
		t.Fatalf("the case was sent back, and its unit has no notice of it: %v", err)
	}
	ids := map[string]string{"letter": notices[0].Code, "case": s.ID, "person": s.People[drill.Expert], "material": s.Paper.ID, "arrival": arrival, "proposal": proposal}
	list := filing.Import{ID: s.Internet.Journal.NewID(), Unit: s.Unit, Form: sheet.People, File: []byte("姓名,部门\n张三,某处\n")}
	if err := s.Internet.Imports.Begin(ctx, list); err != nil {
		t.Fatal(err)
	}
	ids["import"] = list.ID
	filled := func(path string) string {
		return regexp.MustCompile(`\{\w+\}`).ReplaceAllStringFunc(path, func(name string) string {
			id, known := ids[strings.Trim(name, "{}")]
			if !known {
				t.Fatalf("%s names %s, and this test has none of another unit's", path, name)
			}
			return id
		})
	}
	ask := func(c *http.Client, method, path string) (int, string) {
		req, err := http.NewRequest(method, srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		status, page, _ := body(t, res)
		return status, page
	}
	named(t, s, own[access.Liaison], srv.URL, strange)
	seen := 0
	for _, route := range site.AllRoutes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if !route.Right.Bound(zone.Internet) {
			continue
		}
		for role, c := range others {
			if access.Check(access.Who{Account: "x", Zone: zone.Internet, Roles: []access.Role{role}}, route.Right, access.Object{}) != nil {
				continue // by the role alone; TestEveryRouteAsEveryRole has it
			}
			status, page := ask(c, method, filled(path))
			if len(web.Named(path)) > 0 && status != http.StatusNotFound {
				t.Errorf("%s as the other unit's %s: status %d", route.Pattern, role, status)
			}
			for _, id := range append([]string{s.ID, s.Paper.ID, arrival, proposal}, s.People...) {
				if len(web.Named(path)) == 0 && strings.Contains(page, id) {
					t.Errorf("%s shows the other unit's %s what belongs to this one", route.Pattern, role)
				}
			}
		}
		travellers := access.Check(access.Who{Account: "x", Zone: zone.Internet, Roles: []access.Role{access.Traveller}}, route.Right, access.Object{}) == nil
		if !travellers && len(web.Named(path)) > 0 {
			if status, _ := ask(moved, method, filled(path)); status != http.StatusNotFound && status != http.StatusForbidden {
				t.Errorf("%s as an officer of another unit who travels with this one: status %d", route.Pattern, status)
			}
		}
		// The same addresses are there for whom they are meant for: what was
		// refused above wasn't refused because nothing is there.
		if method == http.MethodGet && len(web.Named(path)) > 0 {
			for role, c := range own {
				if status, _ := ask(c, method, filled(path)); status == http.StatusOK && role != access.Traveller {
					seen++
				}
			}
		}
	}
	if seen < 15 {
		t.Errorf("the unit's own people see only %d of their own pages: this test looks at nothing", seen)
	}
}

// named posts to a unit's own addresses forms that name what is another unit's:
// each is refused, as if nothing of that id were there, and nothing has happened.
func named(t *testing.T, s *drill.Story, he *http.Client, at, strange string) {
	t.Helper()
	ctx := journal.WithActor(context.Background(), journal.System)
	alien, own := s.Internet.Journal.NewID(), s.People[drill.Expert]
	if _, err := journal.Do(ctx, s.Internet.Journal, person.Room, journal.Order{Subject: alien}, person.Record{In: strange, Facts: person.Facts{FamilyName: "外", GivenName: "人"}}); err != nil {
		t.Fatal(err)
	}
	draft := s.Internet.Journal.NewID()
	if _, err := s.Internet.Drafts.Begin(ctx, draft, s.Unit, filing.Paper{}); err != nil {
		t.Fatal(err)
	}
	_, before := s.Internet.Journal.Head()
	upload := func(owner string) (int, string) {
		var sent bytes.Buffer
		form := multipart.NewWriter(&sent)
		for name, value := range map[string]string{"kind": "M12", "ownerKind": string(material.OfPerson), "owner": owner} {
			if err := form.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		file, err := form.CreateFormFile("file", "备案表.pdf")
		if err == nil {
			_, err = io.WriteString(file, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>endobj\n4 0 obj<</Length 14>>\nstream\n0 0 99 99 re f\nendstream endobj\nxref\n0 4\n0000000000 65535 f \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
		}
		if err == nil {
			err = form.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		res, err := he.Post(at+"/cases/"+draft+"/papers", form.FormDataContentType(), &sent)
		if err != nil {
			t.Fatal(err)
		}
		status, page, _ := body(t, res)
		return status, page
	}
	for what, got := range map[string]func() (int, string){
		"a member": func() (int, string) {
			status, page, _ := post(t, he, at+"/cases/"+draft+"/members/add", url.Values{"person": {alien}})
			return status, page
		},
		"a record to merge with": func() (int, string) {
			status, page, _ := post(t, he, at+"/people/"+own+"/merge", url.Values{"with": {alien}, "_seen": {"1"}, "_stays": {"1"}})
			return status, page
		},
		"the owner of a paper": func() (int, string) { return upload(alien) },
	} {
		if status, page := got(); status != http.StatusNotFound && status != http.StatusForbidden || strings.Contains(page, "外人") {
			t.Errorf("another unit's person as %s gives %d", what, status)
		}
	}
	if d, err := s.Internet.Drafts.Load(ctx, draft); err != nil || len(d.Paper.People) != 0 {
		t.Errorf("the draft has the members %v, %v", d.Paper.People, err)
	}
	if _, after := s.Internet.Journal.Head(); after != before {
		t.Error("something has happened")
	}
	// The same forms with the unit's own person are taken.
	if status, _, h := post(t, he, at+"/cases/"+draft+"/members/add", url.Values{"person": {own}}); status != http.StatusSeeOther {
		t.Errorf("the unit's own person as a member gives %d %v", status, h)
	}
	if status, page := upload(own); status != http.StatusSeeOther {
		t.Errorf("the unit's own person as the owner of a paper gives %d: %s", status, page)
	}
}
