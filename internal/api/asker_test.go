package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
)

const password = "一趟 correct horse 9"

// story is the drill's case told up to a step, with the internet site open.
type story struct {
	*drill.Story
	t    *testing.T
	site *web.Site
	url  string
	chat *local.Server // of WeChat's protocol
	doc  any           // the OpenAPI document, as anybody reads it
}

func told(t *testing.T, upTo drill.Name) *story {
	t.Helper()
	ctx := context.Background()
	s := drilltest.Told(t, upTo, drill.Options{})
	for _, a := range []account.Open{
		{Login: "he", Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: s.Unit},
		{Login: "newcomer", Name: "舒若兰", Roles: []access.Role{access.Traveller}, Unit: s.Unit, Person: s.People[drill.Newcomer]},
		{Login: "signs", Name: "秦主任", Roles: []access.Role{access.Signatory}, Unit: s.Unit},
		{Login: "other", Name: "外单位", Roles: []access.Role{access.Liaison}, Unit: "another unit"},
	} {
		if _, err := s.Internet.Accounts.Open(journal.WithActor(ctx, journal.System), journal.Order{Subject: "acc-" + a.Login}, a, password); err != nil {
			t.Fatal(err)
		}
	}
	chat := speaksWeChat(t, s)
	site := sites.Internet(s.Internet)
	srv := httptest.NewServer(site.Handler())
	t.Cleanup(srv.Close)
	out := &story{Story: s, t: t, site: site, url: srv.URL + web.APIPath, chat: chat}
	out.doc = out.as("").ask("GET", "/openapi.json", nil, http.StatusOK)
	return out
}

// opens opens another hall, like the main one but for its windows' ids.
func (s *story) opens(id, place string) {
	s.t.Helper()
	ctx := context.Background()
	main, _, err := hall.PlanOf(ctx, s.Office.Store, hall.Main)
	if err != nil {
		s.t.Fatal(err)
	}
	p := main.Planned()
	p.Name, p.Place, p.Windows = "江南分厅", place, slices.Clone(p.Windows)
	for i := range p.Windows {
		p.Windows[i].ID = fmt.Sprint("Z", i)
	}
	if _, err := journal.Do(journal.WithActor(ctx, journal.System), s.Office.Journal, hall.Plans, journal.Order{Subject: id}, hall.SetPlan{Planned: p, Others: []hall.Plan{main}}); err != nil {
		s.t.Fatal(err)
	}
	if err := s.Settle(ctx); err != nil {
		s.t.Fatal(err)
	}
}

// speaksWeChat gives the office a mini program, and people phones.
func speaksWeChat(t *testing.T, s *drill.Story) *local.Server {
	t.Helper()
	var chat *local.Server
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { chat.Handler().ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	app := local.App(front.URL)
	var err error
	if chat, err = local.New(local.Options{App: app, Clock: s.Clock.Now, People: []string{"何", "舒", "白", "秦"}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chat.Wait)
	if s.Internet.WeChat, err = wechat.New(context.Background(), app, s.Internet.Journal, s.Internet.Keys, rand.Reader); err != nil {
		t.Fatal(err)
	}
	return chat
}

// asker is a program that asks for somebody.
type asker struct {
	*story
	token string
	lang  string
	key   string // the next request's own

	receipt string // of a visit that was rated without signing in
}

// as signs in; "" asks for nobody.
func (s *story) as(login string) *asker {
	s.t.Helper()
	a := &asker{story: s, lang: "zh-CN"}
	if login != "" {
		a.token = a.ask("POST", "/tokens", map[string]any{"login": login, "password": password}, http.StatusCreated)["token"].(string)
	}
	return a
}

type object = map[string]any

// ask sends a request and gives its answer, which must have a status and be as
// the document says.
func (a *asker) ask(method, path string, body any, want int) object {
	a.t.Helper()
	status, out, _ := a.answer(method, path, body)
	if status != want {
		a.t.Fatalf("%s %s: %d, want %d: %v", method, path, status, want, out)
	}
	return out
}

func (a *asker) answer(method, path string, body any) (int, object, http.Header) {
	a.t.Helper()
	var send io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			a.t.Fatal(err)
		}
		send = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, a.url+path, send)
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Accept-Language", a.lang)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	if a.receipt != "" {
		req.Header.Set("Rating-Receipt", a.receipt)
	}
	if a.key != "" {
		req.Header.Set("Idempotency-Key", a.key)
		a.key = ""
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	if len(b) == 0 {
		return res.StatusCode, nil, res.Header
	}
	if want := map[bool]string{true: "application/json", false: "application/problem+json"}[res.StatusCode < 300]; kind != want {
		a.t.Fatalf("%s %s: %d comes as %q: %s", method, path, res.StatusCode, kind, b)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	a.conforms(method, path, res.StatusCode, kind, v)
	var out object
	if err := json.Unmarshal(b, &out); err != nil {
		a.t.Fatal(err)
	}
	return res.StatusCode, out, res.Header
}

// conforms holds an answer against the document.
func (a *asker) conforms(method, path string, status int, kind string, v any) {
	a.t.Helper()
	if a.doc == nil {
		return
	}
	path, _, _ = strings.Cut(path, "?")
	responses, template := a.responses(method, path)
	if _, written := responses[fmt.Sprint(status)]; !written {
		a.t.Errorf("%s %s answers %d, and the document says nothing of it", method, path, status)
		return
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("doc.json", a.doc); err != nil {
		a.t.Fatal(err)
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	schema, err := c.Compile(fmt.Sprintf("doc.json#/paths/%s/%s/responses/%d/content/%s/schema", escape.Replace(template), strings.ToLower(method), status, escape.Replace(kind)))
	if err != nil {
		a.t.Fatalf("%s %s %d: %v", method, path, status, err)
	}
	if err := schema.Validate(v); err != nil {
		a.t.Errorf("%s %s isn't as the document says: %v", method, path, err)
	}
}

// responses finds what the document says of an address.
func (a *asker) responses(method, path string) (object, string) {
	a.t.Helper()
	parts := strings.Split(path, "/")
	best := ""
	for template := range a.doc.(object)["paths"].(object) {
		of := strings.Split(template, "/")
		fits := len(of) == len(parts)
		for i := range of {
			fits = fits && (strings.HasPrefix(of[i], "{") || of[i] == parts[i])
		}
		if fits && (best == "" || !strings.Contains(template, "{")) {
			best = template
		}
	}
	op, ok := a.doc.(object)["paths"].(object)[best].(object)[strings.ToLower(method)].(object)
	if !ok {
		a.t.Fatalf("%s %s isn't in the document", method, path)
	}
	return op["responses"].(object), best
}

// fields are the fields that a problem names.
func fields(problem object) string {
	var out []string
	errs, _ := problem["errors"].([]any)
	for _, e := range errs {
		out = append(out, e.(object)["field"].(string))
	}
	return strings.Join(out, " ")
}

// code is the verification code of the case's approval.
func (s *story) code() string {
	s.t.Helper()
	a, _, err := journal.Load(context.Background(), s.Internet.Journal, approval.Room, s.ID)
	if err != nil || a.Document == nil {
		s.t.Fatal("there is no approval", err)
	}
	return a.Document.Code
}

// browser is a browser in which somebody is signed in.
type browser struct {
	t *testing.T
	*http.Client
}

func (s *story) browser(login string) browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	b := browser{s.t, &http.Client{Jar: jar}}
	if login != "" {
		b.post(strings.TrimSuffix(s.url, web.APIPath)+"/login", url.Values{"name": {login}, "password": {password}})
	}
	return b
}

func (b browser) read(res *http.Response, err error) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return html.UnescapeString(string(page))
}

func (b browser) get(at string) string { b.t.Helper(); return b.read(b.Get(at)) }

func (b browser) post(at string, form url.Values) string {
	b.t.Helper()
	return b.read(b.PostForm(at, form))
}
