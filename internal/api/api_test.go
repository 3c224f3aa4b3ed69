package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/drill"
	"yitang/internal/web"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden file: what people read who write a program against it.
const document = "../../docs/openapi.json"

func TestTheDocumentNamesEveryHandlerAndIsTheOneThatIsPublished(t *testing.T) {
	s := told(t, drill.Register)
	served := map[string]access.Right{}
	for _, r := range s.site.AllRoutes() {
		if method, path, _ := strings.Cut(r.Pattern, " "); strings.HasPrefix(path, web.APIPath+"/") {
			served[method+" "+strings.TrimPrefix(path, web.APIPath)] = r.Right
		}
	}
	for path, ops := range s.doc.(object)["paths"].(object) {
		for method, op := range ops.(object) {
			at := strings.ToUpper(method) + " " + path
			right, ok := served[at]
			if !ok {
				t.Errorf("the document has %s, which nobody serves", at)
			}
			if _, signed := op.(object)["security"]; signed != (right != access.Public) {
				t.Errorf("%s takes %s, and the document says otherwise", at, right)
			}
			delete(served, at)
		}
	}
	for at := range served {
		t.Errorf("%s is served, and the document doesn't have it", at)
	}
	b, err := json.MarshalIndent(s.doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	if *update {
		if err := os.WriteFile(document, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if is, err := os.ReadFile(document); err != nil || !bytes.Equal(is, b) {
		t.Errorf("%s is another: go test ./internal/api -update (%v)", document, err)
	}
}

func TestWhoAsksSaysWhoTheyAre(t *testing.T) {
	s := told(t, drill.Document)
	at := "/cases/" + s.ID
	nobody := s.as("")
	if _, p, h := nobody.answer("GET", at, nil); p["type"] != "/problems/unauthorized" || p["title"] != "请先登录" || !strings.HasPrefix(h.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("a stranger reads %v", p)
	}
	nobody.lang = "en"
	if p := nobody.ask("GET", at, nil, http.StatusUnauthorized); p["title"] != "Sign in first" {
		t.Errorf("in English: %v", p)
	}
	if p := nobody.ask("POST", "/tokens", object{"login": "he", "password": "never-echo-me"}, http.StatusUnprocessableEntity); fields(p) != "name" || strings.Contains(p["errors"].([]any)[0].(object)["message"].(string), "never-echo-me") {
		t.Errorf("a wrong password: %v", p)
	}
	if p := nobody.ask("POST", "/tokens", object{"login": "he"}, http.StatusUnprocessableEntity); p["type"] != "/problems/request" {
		t.Errorf("no password: %v", p)
	}
	he := s.as("he")
	he.ask("GET", at, nil, http.StatusOK)
	s.as("other").ask("GET", at, nil, http.StatusNotFound) // nobody learns that it exists
	s.as("newcomer").ask("GET", at+"/corrections", nil, http.StatusForbidden)
	s.as("newcomer").ask("GET", at, nil, http.StatusOK)

	// A cookie says nothing here: no page of another site can ask for its reader.
	req, _ := http.NewRequest("GET", s.url+at, nil)
	req.AddCookie(&http.Cookie{Name: "yitang_internet", Value: he.token})
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a cookie was taken for a token: %v %v", res.StatusCode, err)
	}
	he.ask("DELETE", "/tokens/current", nil, http.StatusNoContent)
	he.ask("GET", at, nil, http.StatusUnauthorized)

	late := s.as("he")
	s.Clock.Set(s.Clock.Now().Add(2*time.Hour + time.Minute))
	late.ask("GET", at, nil, http.StatusUnauthorized)
}

func TestWhoAsksTooOftenIsToldHowLongToWait(t *testing.T) {
	s := told(t, drill.Register)
	he := s.as("he")
	for range 60 {
		status, p, h := he.answer("GET", "/me", nil)
		if status == http.StatusOK {
			continue
		}
		if status != http.StatusTooManyRequests || p["type"] != "/problems/too-many" || h.Get("Retry-After") == "" {
			t.Fatalf("%d %v", status, p)
		}
		s.as("newcomer").ask("GET", "/me", nil, http.StatusOK) // others aren't held up
		return
	}
	t.Error("nobody is ever told to wait")
}

func TestAVisitIsBookedMovedAndCancelledThroughTheAPI(t *testing.T) {
	s := told(t, drill.Document)
	at := "/cases/" + s.ID
	he := s.as("he")
	list := he.ask("GET", "/cases?limit=1", nil, http.StatusOK)
	if cases := list["cases"].([]any); len(cases) != 1 || cases[0].(object)["id"] != s.ID {
		t.Fatalf("the unit's cases: %v", list)
	}
	is := he.ask("GET", at, nil, http.StatusOK)
	if next := is["next"].(object); next["turn"] != "yours" || next["do"] != "visit" || is["document"] == "" || len(is["timeline"].([]any)) == 0 {
		t.Errorf("the case: %v", is)
	}
	me := s.as("newcomer").ask("GET", "/me", nil, http.StatusOK)
	if me["current"].(object)["id"] != s.ID {
		t.Errorf("the traveller's home: %v", me)
	}
	v := he.ask("GET", at+"/visit", nil, http.StatusOK)
	if v["bookable"] != true || v["booking"] != nil || len(v["steps"].([]any)) == 0 {
		t.Fatalf("the visit: %v", v)
	}
	days := he.ask("GET", at+"/visit/times?days=7", nil, http.StatusOK)["days"].([]any)
	var free []object // day and time
	for _, d := range days {
		for _, x := range d.(object)["times"].([]any) {
			if x.(object)["left"].(float64) > 0 {
				free = append(free, object{"day": d.(object)["day"], "time": x.(object)["time"]})
			}
		}
	}
	if len(free) < 2 {
		t.Fatalf("free: %v", free)
	}
	if p := he.ask("POST", at+"/visit/hold", object{"day": free[0]["day"], "time": "25:00"}, http.StatusUnprocessableEntity); fields(p) != "slot" {
		t.Errorf("no such time: %v", p)
	}
	he.ask("GET", at+"/visit/times?hall=nosuch", nil, http.StatusNotFound) // and not the first one's
	nowhere := object{"day": free[0]["day"], "time": free[0]["time"], "hall": "nosuch"}
	he.ask("POST", at+"/visit/hold", nowhere, http.StatusNotFound)
	he.ask("POST", at+"/visit", nowhere, http.StatusNotFound)
	s.opens("hall2", "江南路1号")
	if halls := he.ask("GET", at+"/visit", nil, http.StatusOK)["halls"].([]any); len(halls) != 2 || halls[1].(object)["id"] != "hall2" {
		t.Errorf("halls: %v", halls)
	}
	he.ask("GET", at+"/visit/times?hall=hall2", nil, http.StatusOK)
	he.key = "book-once" // a word counts for one operation
	if kept := he.ask("POST", at+"/visit/hold", free[0], http.StatusCreated); !strings.Contains(kept["until"].(string), "T") {
		t.Errorf("kept: %v", kept)
	}
	var numbers []any
	for range 2 { // sent twice, because the line broke
		he.key = "book-once"
		numbers = append(numbers, he.ask("POST", at+"/visit", free[0], http.StatusCreated)["booking"].(object)["number"])
	}
	if numbers[0] != numbers[1] {
		t.Errorf("sent twice, booked %v", numbers)
	}
	moved := he.ask("PUT", at+"/visit", free[len(free)-1], http.StatusOK)["booking"].(object)
	if moved["time"] != free[len(free)-1]["time"] || moved["state"] != "booked" || len(moved["bring"].([]any)) == 0 {
		t.Errorf("moved: %v", moved)
	}
	if gone := he.ask("DELETE", at+"/visit?reason=x", nil, http.StatusOK); gone["bookable"] != true || gone["booking"].(object)["state"] != "cancelled" {
		t.Errorf("cancelled: %v", gone)
	}
}

func TestAnApprovalIsVerifiedThroughTheAPI(t *testing.T) {
	s := told(t, drill.Document)
	page, err := http.Get(strings.TrimSuffix(s.url, web.APIPath) + "/v/" + s.code())
	if err != nil || page.StatusCode != http.StatusOK {
		t.Fatal(page.StatusCode, err)
	}
	v := s.as("").ask("GET", "/verify/"+s.code(), nil, http.StatusOK)
	if v["state"] != "ok" || len(v["facts"].([]any)) == 0 || len(v["checks"].([]any)) == 0 {
		t.Errorf("%v", v)
	}
	s.as("").ask("GET", "/verify/NOSUCHCODE", nil, http.StatusNotFound)
}

func TestWhatWasSentBackIsMendedThroughTheAPI(t *testing.T) {
	s := told(t, drill.SendBack)
	at := "/cases/" + s.ID + "/corrections"
	he := s.as("he")
	c := he.ask("GET", at, nil, http.StatusOK)
	defects := c["defects"].([]any)
	if len(defects) == 0 {
		t.Fatal("nothing was sent back")
	}
	var field object
	for _, d := range defects {
		for _, f := range d.(object)["fields"].([]any) {
			if f.(object)["kind"] == "area" || f.(object)["kind"] == "text" {
				field = f.(object)
			}
		}
	}
	if field == nil {
		t.Fatalf("no field is open: %v", defects)
	}
	name, old := field["name"].(string), field["value"].(string)
	if p := he.ask("PUT", at, object{"revision": c["revision"], "values": object{"case.title": "别的团"}}, http.StatusUnprocessableEntity); fields(p) != "case.title" {
		t.Errorf("another field than was sent back: %v", p)
	}
	kept := he.ask("PUT", at, object{"revision": c["revision"], "values": object{name: old + "改"}}, http.StatusOK)
	if !strings.Contains(string(must(json.Marshal(kept))), old+"改") {
		t.Errorf("what was mended isn't there: %v", kept)
	}
	if p := he.ask("PUT", at, object{"revision": c["revision"], "values": object{name: old + "别"}}, http.StatusConflict); p["type"] != "/problems/changed" {
		t.Errorf("a colleague's change is overwritten: %v", p)
	}
	s.as("newcomer").ask("PUT", at, object{"revision": 0, "values": object{}}, http.StatusForbidden)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestATripIsToldAndRatedThroughTheAPI(t *testing.T) {
	s := told(t, drill.Lend)
	at := "/cases/" + s.ID
	depart := regexp.MustCompile(`\d{4}-\d\d-\d\d`).FindString(s.as("he").ask("GET", at, nil, http.StatusOK)["depart"].(string))
	day, err := time.ParseInLocation(time.DateOnly, depart, s.Clock.Now().Location())
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Set(day.Add(10 * time.Hour))
	he := s.as("he")
	if p := he.ask("POST", at+"/departure", object{"on": "2026-13-01"}, http.StatusUnprocessableEntity); fields(p) != "on" {
		t.Errorf("no such day: %v", p)
	}
	he.ask("POST", at+"/departure", object{"on": depart}, http.StatusNoContent)
	back := he.ask("GET", at, nil, http.StatusOK)["return"].(string)
	day, _ = time.ParseInLocation(time.DateOnly, back, s.Clock.Now().Location())
	s.Clock.Set(day.Add(20 * time.Hour))
	he = s.as("newcomer")
	he.ask("POST", at+"/return", object{"on": back}, http.StatusNoContent)
	if p := he.ask("POST", at+"/rating", object{"grade": 1}, http.StatusUnprocessableEntity); fields(p) != "words" {
		t.Errorf("a poor rating without a word: %v", p)
	}
	he.ask("POST", at+"/rating", object{"grade": 6}, http.StatusUnprocessableEntity)
	he.key = "rate-once"
	he.ask("POST", at+"/rating", object{"grade": 5, "tags": []string{}, "words": "快"}, http.StatusNoContent)
	he.key = "rate-once"
	he.ask("POST", at+"/rating", object{"grade": 5, "words": "快"}, http.StatusNoContent) // the line broke
	if status, p, _ := he.answer("POST", at+"/rating", object{"grade": 1, "words": "慢"}); status < 400 {
		t.Errorf("rated twice: %d %v", status, p)
	}
}
