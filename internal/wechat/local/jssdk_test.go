package local_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
	"yitang/internal/zone"
)

// A page may use what it asked for once its signature is right for its own address, on
// a host that is listed, in somebody's WeChat; and is told by WeChat's words otherwise.
func TestAPageUsesOfTheJSSDKWhatItIsSignedFor(t *testing.T) {
	ctx := context.Background()
	b := journaltest.Open(t, journaltest.Options{Zone: zone.Internet, Kinds: wechat.Kinds, Projections: func(*keys.Ring) []journal.Projection { return wechat.Projections }})
	var server *local.Server
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { server.Handler().ServeHTTP(w, r) }))
	defer srv.Close()
	app := local.App(srv.URL)
	var err error
	if server, err = local.New(local.Options{App: app, Callback: srv.URL + "/nobody", Domains: []string{"waiban.example.cn"}, Templates: local.Templates, People: []string{"何"}, Clock: b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	client, err := wechat.New(ctx, app, b.Journal, b.Keys, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const at = "https://waiban.example.cn/visits/1/pass?a=b"
	js, err := client.JSFor(ctx, at+"#top")
	if err != nil {
		t.Fatal(err)
	}
	phone := server.PhoneOf("何").OpenID
	ask := func(openID, what string, pairs ...string) map[string]any {
		t.Helper()
		q := url.Values{"callback": {"jweixin_7"}}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		r, _ := http.NewRequest(http.MethodGet, srv.URL+"/jssdk/"+what+"?"+q.Encode(), nil)
		r.AddCookie(&http.Cookie{Name: "wechat_phone", Value: openID})
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		var out map[string]any
		if err := json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimPrefix(string(text), "jweixin_7("), ");")), &out); err != nil {
			t.Fatalf("%s: %s", what, text)
		}
		return out
	}
	config := func(openID, address, signature, apis string) map[string]any {
		return ask(openID, "config", "url", address, "appId", js.AppID, "timestamp", strconv.FormatInt(js.Timestamp, 10), "nonceStr", js.Nonce, "signature", signature, "apis", apis, "tags", "wx-open-subscribe")
	}
	for _, c := range []struct{ name, openID, address, signature, says string }{
		{"another signature", phone, at, strings.Repeat("0", 40), "config:fail, invalid signature"},
		{"another page's", phone, "https://waiban.example.cn/me", js.Signature, "config:fail, invalid signature"},
		{"with the fragment", phone, at + "#top", js.Signature, "config:fail, invalid signature"},
		{"a host that isn't listed", phone, "https://evil.example/visits/1/pass?a=b", js.Signature, "config:fail, invalid url domain"},
		{"outside WeChat", "", at, js.Signature, "config:fail, not in WeChat"},
	} {
		if out := config(c.openID, c.address, c.signature, "openLocation"); out["errMsg"] != c.says || out["page"] != nil {
			t.Errorf("%s: %v", c.name, out)
		}
	}
	out := config(phone, at, js.Signature, "openLocation")
	page, _ := out["page"].(string)
	if out["errMsg"] != "config:ok" || page == "" {
		t.Fatalf("signed: %v", out)
	}
	if out := ask(phone, "openLocation", "page", page, "latitude", "29.57", "longitude", "106.57", "name", "大厅", "address", "三楼"); out["errMsg"] != "openLocation:ok" || server.PhoneOf("何").Map == nil || server.PhoneOf("何").Map.Name != "大厅" {
		t.Errorf("the map: %v", out)
	}
	if out := ask(phone, "openLocation", "page", page, "latitude", "129.57", "longitude", "106.57"); out["errMsg"] == "openLocation:ok" {
		t.Error("a place beyond the pole is shown")
	}
	for what, by := range map[string][2]string{"scanQRCode": {phone, page}, "openLocation": {phone, "made-up"}} {
		if out := ask(by[0], what, "page", by[1], "needResult", "1"); out["errMsg"] != what+":fail, the permission value is offline verifying" {
			t.Errorf("%s that wasn't asked for: %v", what, out)
		}
	}
	scans := config(phone, at, js.Signature, "scanQRCode")["page"].(string)
	if out := ask(phone, "scanQRCode", "page", scans, "needResult", "1"); out["errMsg"] != "scanQRCode:cancel" {
		t.Errorf("before no code: %v", out)
	}
	qr, err := client.Scan(ctx, wechat.Hall, 3600e9)
	if err != nil {
		t.Fatal(err)
	}
	server.AimAt("何", wechat.Hall)
	if out := ask(phone, "scanQRCode", "page", scans, "needResult", "1"); out["resultStr"] != qr.URL {
		t.Errorf("scanned: %v", out)
	}
	if scene, err := client.SceneOf(ctx, qr.URL); scene != wechat.Hall || err != nil {
		t.Errorf("the hall's code is %q, %v", scene, err)
	}
	if scene, err := client.SceneOf(ctx, "http://weixin.qq.com/q/another"); scene != "" || err != nil {
		t.Errorf("anybody's code is %q, %v", scene, err)
	}
	if out := ask(phone, "subscribe", "page", page, "template", local.ReminderTemplate, "says", "accept"); out["status"] != "accept" || server.PhoneOf("何").Consents[local.ReminderTemplate] != 1 {
		t.Errorf("agreed: %v", out)
	}
	if out := ask(phone, "subscribe", "page", page, "template", local.ProgressTemplate, "says", "accept"); out["errMsg"] == "subscribe:ok" {
		t.Error("a template that needs no consent is asked for")
	}
}
