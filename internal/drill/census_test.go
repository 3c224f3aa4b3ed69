package drill_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"yitang/internal/account"
	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/filing"
	"yitang/internal/requirement"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
)

// asked is one field that a page asks somebody to fill in.
type asked struct {
	page, form, name, value string
}

// browser is somebody signed in.
type browser struct {
	t   *testing.T
	c   *http.Client
	url string
}

func signedIn(t *testing.T, s *drill.Story, site http.Handler, login string) browser {
	t.Helper()
	srv := httptest.NewServer(site)
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := browser{t, &http.Client{Jar: jar}, srv.URL}
	res, err := b.c.PostForm(srv.URL+"/login", url.Values{"name": {login}, "password": {s.Password}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s can't sign in: %d", login, res.StatusCode)
	}
	return b
}

// crawl reads every page that links lead to, from one on, as long as keep says
// so, and gives the fields that they ask for.
func (b browser) crawl(from string, keep func(path string) bool) (fields []asked, pages int) {
	b.t.Helper()
	seen := map[string]bool{}
	todo := []string{from}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		if seen[at] || !keep(at) {
			continue
		}
		seen[at] = true
		res, err := b.c.Get(b.url + at)
		if err != nil {
			b.t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			b.t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		pages++
		doc, err := html.Parse(strings.NewReader(webtest.Worded(b.t, res, body)))
		if err != nil {
			b.t.Fatal(err)
		}
		var walk func(n *html.Node, form string)
		walk = func(n *html.Node, form string) {
			if n.Type == html.ElementNode {
				switch n.Data {
				case "form":
					form = action(n)
				case "a":
					if u, err := url.Parse(attribute(n, "href")); err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/") {
						u.Fragment = ""
						todo = append(todo, u.String())
					}
				case "input", "textarea", "select":
					name := attribute(n, "name")
					if name != "" && asks(n) {
						fields = append(fields, asked{at, form, name, given(n)})
					}
				}
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c, form)
			}
		}
		walk(doc, "")
	}
	return fields, pages
}

// search is a form that only looks something up.
const search = "search"

// action is where a form's fields go: its own address, or that of its first
// button which has one.
func action(form *html.Node) string {
	if !strings.EqualFold(attribute(form, "method"), http.MethodPost) {
		return search
	}
	to := attribute(form, "action")
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if to == "" && n.Data == "button" {
			to = attribute(n, "formaction")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(form)
	return to
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// given is what stands in a control already; of a radio button or a tick only
// when it is chosen.
func given(n *html.Node) string {
	switch {
	case n.Data == "textarea":
		if n.FirstChild != nil {
			return n.FirstChild.Data
		}
		return ""
	case n.Data == "select":
		var chosen string
		var walk func(*html.Node)
		walk = func(o *html.Node) {
			for _, a := range o.Attr {
				if a.Key == "selected" {
					chosen = attribute(o, "value")
				}
			}
			for c := o.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
		}
		walk(n)
		return chosen
	case attribute(n, "type") == "radio", attribute(n, "type") == "checkbox":
		for _, a := range n.Attr {
			if a.Key == "checked" {
				return attribute(n, "value")
			}
		}
		return ""
	}
	return attribute(n, "value")
}

// asks tells whether somebody is to fill a control in.
func asks(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "readonly" || a.Key == "disabled" {
			return false
		}
	}
	switch attribute(n, "type") {
	case "hidden", "submit", "button", "image", "reset":
		return false
	}
	return true
}

// caseField reads the path of a datum in the case out of a control's name; the
// form for a new person leaves the member out.
func caseField(a asked) (string, bool) {
	name := a.name
	if strings.HasSuffix(strings.TrimSuffix(a.page, "/"), "/members/new") {
		name = "members[]." + name
	}
	_, ok := dossier.FormOf(strings.Replace(name, "[]", "[0]", 1))
	return name, ok
}

// elsewhere are entries of the catalogue that the pages of an ordinary case
// have no field for, and why.
var elsewhere = map[string]string{
	"case.secret":              "a secret mission isn't written on the internet",
	"case.missionNotice":       "asked of those alone who join another's mission",
	"case.organiser":           "asked of those alone who join another's mission",
	"case.organisingAuthority": "asked of those alone who join another's mission",
	"case.opinionRequest":      "asked of those alone who join another's mission",
	"case.daysEach":            "asked of an approval for a term alone",
	"case.trips":               "asked of an approval for a term alone",
	"case.under":               "follows from the approval from whose page a trip is declared",
	"notice.items":             "told by the text that is made here; asked of a notice whose text came from elsewhere",
	"case.title":               "derived; opened on request",
	"case.kind":                "chosen when the case was begun; opened on request",
	"legs[].country":           "derived from the city; written for one that isn't listed",
	"legs[].cityEn":            "derived from the city; written for one that isn't listed",
	"legs[].zone":              "derived from the city",
	"legs[].leavesAirport":     "asked of a transit alone",
	"legs[].stopOver":          "asked of a transit alone",
	"members[].sex":            "read from the identity number",
	"members[].dateOfBirth":    "read from the identity number",
	"members[].idNumber":       "held; opened on request",
	"members[].secretLevel":    "the internet knows only whether somebody is cleared",
	"members[].vetting":        "asked as its parts",
	"members[].paper":          "asked for a conference alone",
	"itinerary":                "asked as its half-days",
	"budget.lines":             "derived from rates, costs and exchange rates; those are asked",
	"person.placeOfBirth":      "asked on the person's own page, where a booklet or a visa wants it",
	"person.homeAddress":       "asked on the person's own page, where a booklet or a visa wants it",
	"person.family":            "asked on the person's own page, where a booklet or a visa wants it",
	"person.education":         "asked on the person's own page, where a booklet or a visa wants it",
}

// onRequest have a field on the page for a new person, who isn't known.
var onRequest = map[string]bool{"members[].idNumber": true}

// emptyMeansKnown are fields that only hold what is otherwise than known.
var emptyMeansKnown = map[string]string{"members.unit": "the unit whose list it is, unless another one is written"}

// The datum census over the forms themselves: all pages of a case whose people
// are on file are read as a browser gets them.
//
//   - no page wants anybody to type what is held or derivable: where such a datum
//     has a control, what is known stands in it already;
//   - no datum is asked for on two pages;
//   - each datum of the catalogue that people are asked for has its field.
//
// Fields that somebody opened to change them (?change=…) don't count.
func TestNoFormAsksForWhatIsHeldOrDerivable(t *testing.T) {
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir(), Passwords: account.Slight})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Play(ctx, drill.Draft, nil); err != nil {
		t.Fatal(err)
	}
	work := applying.NewWork(s.Internet)
	f, err := work.Open(ctx, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := signedIn(t, s, sites.Internet(s.Internet).Handler(), "liaison")
	fields, pages := b.crawl("/cases/"+s.ID, func(p string) bool { return strings.HasPrefix(p, "/cases/"+s.ID) && !strings.Contains(p, "?") })
	if pages < 12 || len(fields) < 100 {
		t.Fatalf("only %d pages with %d fields were found", pages, len(fields))
	}
	for _, wrong := range census(fields, f.Now) {
		t.Error(wrong)
	}
	// Every entry of the catalogue that is asked for on the internet.
	there := map[string]bool{}
	for _, a := range fields {
		if path, ok := caseField(a); ok {
			there[dossier.Generic(path)] = true
		}
	}
	for _, e := range requirement.Catalogue() {
		field := e.Asked.Field
		if e.Kind != requirement.KindDatum || field == "" || e.Asked.Form == requirement.FormUnit || e.Asked.Form == requirement.FormAfter {
			continue
		}
		switch has := there[dossier.Generic(strings.ReplaceAll(field, "[]", ""))]; {
		case !has && elsewhere[field] == "":
			t.Errorf("the catalogue has %s asked on the form %s, but no page has a field for it", field, e.Asked.Form)
		case has && elsewhere[field] != "" && !onRequest[field]:
			t.Errorf("a page has a field for %s, of which this test says: %s", field, elsewhere[field])
		}
	}
}

// census tells what is wrong with the fields of a case's pages.
func census(fields []asked, now filing.Assembled) []string {
	var wrong []string
	values := map[asked][]string{} // of controls that share a name: radio buttons
	var order []asked
	for _, a := range fields {
		k := asked{page: a.page, name: a.name}
		if _, seen := values[k]; !seen {
			order = append(order, k)
		}
		values[k] = append(values[k], a.value)
	}
	on := map[string]string{}
	for _, k := range order {
		path, ok := caseField(k)
		if !ok || strings.Contains(path, "[].") {
			continue // a new person: nothing is known of them
		}
		if other, twice := on[path]; twice {
			wrong = append(wrong, path+" is asked on "+other+" and on "+k.page)
		}
		on[path] = k.page
		origin, known := now.Origins[path]
		if !known || origin == filing.Typed {
			continue
		}
		is := strings.Join(strings.Fields(strings.Join(values[k], "")), "")
		if want := strings.Join(strings.Fields(now.Case.Text(path)), ""); is == "" && want != "false" && emptyMeansKnown[dossier.Generic(path)] == "" {
			wrong = append(wrong, k.page+" asks for "+path+", which is known ("+string(origin)+")")
		}
	}
	return wrong
}

// The census itself: a page that wants a held mobile number typed again, and
// one that asks for the purpose a second time.
func TestCensusFindsAFieldThatAsksAgain(t *testing.T) {
	now := filing.Assembled{Case: dossier.Case{Members: []dossier.Member{{Mobile: "19900001000"}}, Trip: dossier.Trip{Purpose: "洽谈"}},
		Origins: map[string]filing.Origin{"members[0].mobile": filing.FromFile, "case.purpose": filing.Typed}}
	fine := []asked{{"/cases/1/mission", "", "case.purpose", "洽谈"}, {"/cases/1/members/p", "", "members[0].mobile", "19900001000"}}
	if wrong := census(fine, now); len(wrong) > 0 {
		t.Errorf("it complains of %v", wrong)
	}
	again := []asked{{"/cases/1/mission", "", "case.purpose", ""}, {"/cases/1/trip", "", "case.purpose", ""}, {"/cases/1/members/p", "", "members[0].mobile", ""}}
	if wrong := census(again, now); len(wrong) != 2 {
		t.Errorf("it finds %v", wrong)
	}
}
