package sms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"yitang/internal/notify"
)

var now = time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)

// The examples that the providers publish of their signatures.
func TestSignaturesAreThoseOfThePublishedExamples(t *testing.T) {
	u, err := url.Parse("https://ecs.cn-shanghai.aliyuncs.com/?" + canonicalQuery(url.Values{"ImageId": {"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}, "RegionId": {"cn-shanghai"}}))
	if err != nil {
		t.Fatal(err)
	}
	r := &http.Request{Method: "POST", URL: u, Header: http.Header{}}
	for name, v := range map[string]string{"x-acs-action": "RunInstances", "x-acs-version": "2014-05-26", "x-acs-date": "2023-10-26T10:22:32Z", "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d", "x-acs-content-sha256": digest(nil)} {
		r.Header.Set(name, v)
	}
	want := "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if got := aliyunAuthorization(r, "YourAccessKeyId", "YourAccessKeySecret"); got != want {
		t.Errorf("signed %s", got)
	}
	stars := strings.Repeat("\x2a", 32)
	body := []byte(`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`)
	want = "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
	if got := tencentAuthorization("AKID", stars, "cvm", "cvm.tencentcloudapi.com", "DescribeInstances", body, time.Unix(1551113065, 0)); got != want {
		t.Errorf("signed %s", got)
	}
}

// provider is a server of theirs as far as their documents tell of it. It works out
// the signature of each request anew, from what has come and in its own way.
type provider struct {
	secret    string
	templates []string
	nonces    []string
	today     map[string]int // by number
	came      []string
	status    string // of what came: "", there or lost
}

// details answers as QuerySendDetails does.
func (p *provider) details(w http.ResponseWriter, q url.Values) {
	if q.Get("PhoneNumber") != "13800138000" || q.Get("SendDate") != "20260310" || q.Get("PageSize") == "" || q.Get("CurrentPage") != "1" {
		fmt.Fprint(w, `{"Code":"isv.INVALID_PARAMETERS","Message":"said","RequestId":"R"}`)
		return
	}
	status := map[string]int{"": 1, "there": 3, "lost": 2}[p.status]
	one := ""
	if q.Get("BizId") == "9006" {
		one = fmt.Sprintf(`{"PhoneNum":"13800138000","SendStatus":%d,"ErrCode":"MOBILE_SEND_LIMIT","TemplateCode":"T1","OutId":"0123"}`, status)
	}
	fmt.Fprintf(w, `{"Code":"OK","Message":"OK","RequestId":"R","TotalCount":"1","SmsSendDetailDTOs":{"SmsSendDetailDTO":[%s]}}`, one)
}

// pulled answers as PullSmsSendStatusByPhoneNumber does: with every message to the number.
func (p *provider) pulled(w http.ResponseWriter, body []byte) {
	var q struct {
		PhoneNumber, SmsSdkAppId string
		BeginTime                int64
		Offset, Limit            int
	}
	if err := json.Unmarshal(body, &q); err != nil || q.PhoneNumber != "+8613800138000" || q.SmsSdkAppId != "1400006666" || q.Limit < 1 || q.Limit > 100 || q.BeginTime > now.Unix() || now.Unix()-q.BeginTime > 7*24*3600 {
		fmt.Fprint(w, `{"Response":{"Error":{"Code":"InvalidParameter","Message":"said"},"RequestId":"R"}}`)
		return
	}
	all := `{"SerialNo":"5000:0","ReportStatus":"FAIL","Description":"another"}`
	if p.status != "" {
		all += fmt.Sprintf(`,{"SerialNo":"5000:1","ReportStatus":%q,"Description":"MK:0001"}`, map[string]string{"there": "SUCCESS", "lost": "FAIL"}[p.status])
	}
	fmt.Fprintf(w, `{"Response":{"PullSmsSendStatusSet":[%s],"RequestId":"R"}}`, all)
}

func (p *provider) knows(template, number string) (code string) {
	if !slices.Contains(p.templates, template) {
		return "template"
	}
	if p.today == nil {
		p.today = map[string]int{}
	}
	if p.today[number]++; p.today[number] > 2 {
		return "limit"
	}
	p.came = append(p.came, number)
	return ""
}

var authorized = regexp.MustCompile(`^(\S+) Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$`)

func (p *provider) aliyun(w http.ResponseWriter, r *http.Request) {
	say := func(status int, code string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"Code":%q,"Message":"said","RequestId":"R","BizId":"9006"}`, code)
	}
	m := authorized.FindStringSubmatch(r.Header.Get("Authorization"))
	at, err := time.Parse("2006-01-02T15:04:05Z", r.Header.Get("x-acs-date"))
	switch {
	case m == nil || m[1] != "ACS3-HMAC-SHA256" || m[2] != "key":
		say(404, "InvalidAccessKeyId.NotFound")
		return
	case err != nil || now.Sub(at).Abs() > 15*time.Minute:
		say(400, "InvalidTimeStamp.Expired")
		return
	case slices.Contains(p.nonces, r.Header.Get("x-acs-signature-nonce")):
		say(400, "SignatureNonceUsed")
		return
	}
	p.nonces = append(p.nonces, r.Header.Get("x-acs-signature-nonce"))
	body, _ := io.ReadAll(r.Body)
	canonical := ""
	for _, name := range strings.Split(m[3], ";") {
		v := r.Header.Get(name)
		if name == "host" {
			v = r.Host
		}
		canonical += name + ":" + v + "\n"
	}
	var pairs []string
	for name, v := range r.URL.Query() {
		pairs = append(pairs, strings.ReplaceAll(url.QueryEscape(name), "+", "%20")+"="+strings.ReplaceAll(url.QueryEscape(v[0]), "+", "%20"))
	}
	slices.Sort(pairs)
	whole := r.Method + "\n/\n" + strings.Join(pairs, "&") + "\n" + canonical + "\n" + m[3] + "\n" + digest(body)
	if want := fmt.Sprintf("%x", mac([]byte(p.secret), "ACS3-HMAC-SHA256\n"+digest([]byte(whole)))); want != m[4] {
		say(400, "SignatureDoesNotMatch")
		return
	}
	q := r.URL.Query()
	if r.Header.Get("x-acs-action") == "QuerySendDetails" {
		p.details(w, q)
		return
	}
	var fills map[string]string
	if v := q.Get("TemplateParam"); v != "" && json.Unmarshal([]byte(v), &fills) != nil {
		say(200, "isv.INVALID_JSON_PARAM")
		return
	}
	if !regexp.MustCompile(`^1[3-9]\d{9}$`).MatchString(q.Get("PhoneNumbers")) {
		say(200, "isv.MOBILE_NUMBER_ILLEGAL")
		return
	}
	switch p.knows(q.Get("TemplateCode"), q.Get("PhoneNumbers")) {
	case "template":
		say(200, "isv.SMS_TEMPLATE_ILLEGAL")
	case "limit":
		say(200, "isv.BUSINESS_LIMIT_CONTROL")
	default:
		say(200, "OK")
	}
}

func (p *provider) tencent(w http.ResponseWriter, r *http.Request) {
	fail := func(code string) {
		fmt.Fprintf(w, `{"Response":{"Error":{"Code":%q,"Message":"said"},"RequestId":"R"}}`, code)
	}
	m := authorized.FindStringSubmatch(r.Header.Get("Authorization"))
	stamp, err := strconv.ParseInt(r.Header.Get("X-TC-Timestamp"), 10, 64)
	day := time.Unix(stamp, 0).UTC().Format("2006-01-02")
	switch {
	case m == nil || m[1] != "TC3-HMAC-SHA256" || m[2] != "key/"+day+"/sms/tc3_request":
		fail("AuthFailure.SecretIdNotFound")
		return
	case err != nil || now.Sub(time.Unix(stamp, 0)).Abs() > 5*time.Minute:
		fail("AuthFailure.SignatureExpire")
		return
	}
	body, _ := io.ReadAll(r.Body)
	canonical := ""
	for _, name := range strings.Split(m[3], ";") {
		v := strings.ToLower(r.Header.Get(name))
		if name == "host" {
			v = r.Host
		}
		canonical += name + ":" + v + "\n"
	}
	whole := r.Method + "\n/\n" + r.URL.RawQuery + "\n" + canonical + "\n" + m[3] + "\n" + digest(body)
	key := mac(mac(mac([]byte("TC3"+p.secret), day), "sms"), "tc3_request")
	if want := fmt.Sprintf("%x", mac(key, fmt.Sprintf("TC3-HMAC-SHA256\n%d\n%s/sms/tc3_request\n%s", stamp, day, digest([]byte(whole))))); want != m[4] {
		fail("AuthFailure.SignatureFailure")
		return
	}
	if r.Header.Get("X-TC-Action") == "PullSmsSendStatusByPhoneNumber" {
		p.pulled(w, body)
		return
	}
	var q struct {
		PhoneNumberSet, TemplateParamSet                  []string
		SmsSdkAppId, SignName, TemplateId, SessionContext string
	}
	if err := json.Unmarshal(body, &q); err != nil || len(q.PhoneNumberSet) != 1 || q.SmsSdkAppId != "1400006666" {
		fail("InvalidParameter")
		return
	}
	code := map[string]string{"template": "FailedOperation.TemplateIncorrectOrUnapproved", "limit": "LimitExceeded.PhoneNumberDailyLimit", "": "Ok"}[p.knows(q.TemplateId, q.PhoneNumberSet[0])]
	if !strings.HasPrefix(q.PhoneNumberSet[0], "+86") {
		code = "InvalidParameterValue.IncorrectPhoneNumber"
	}
	fmt.Fprintf(w, `{"Response":{"SendStatusSet":[{"SerialNo":"5000:1","PhoneNumber":%q,"Fee":1,"SessionContext":%q,"Code":%q,"Message":"said"}],"RequestId":"R"}}`, q.PhoneNumberSet[0], q.SessionContext, code)
}

func TestATextMessageIsTakenOrRefusedAsTheProvidersSay(t *testing.T) {
	for name, serve := range map[string]func(*provider) http.HandlerFunc{
		"aliyun":  func(p *provider) http.HandlerFunc { return p.aliyun },
		"tencent": func(p *provider) http.HandlerFunc { return p.tencent },
	} {
		p := &provider{secret: "s3cret", templates: []string{"T1"}}
		srv := httptest.NewServer(serve(p))
		t.Cleanup(srv.Close)
		nonce := 0
		good := Way{Account: Account{Provider: name, ID: "key", Secret: "s3cret", Sign: "云江外办", App: "1400006666", Endpoint: srv.URL}, Now: func() time.Time { return now },
			Nonce: func() string { nonce++; return fmt.Sprintf("n%d", nonce) }, Client: srv.Client()}
		o := notify.Outgoing{ID: "0123", To: "+8613800138000", Template: "T1", Params: []notify.Param{{Name: "Count", Value: "3"}, {Name: "Day", Value: "2026年3月12日 *~+ &="}}}
		if receipt, err := good.Send(context.Background(), o); err != nil || receipt == "" {
			t.Fatalf("%s: %q, %v", name, receipt, err)
		}
		for what, c := range map[string]struct {
			way  func(*Way)
			out  func(*notify.Outgoing)
			want notify.Reason
		}{
			"a wrong secret":        {func(w *Way) { w.Account.Secret = "wrong" }, nil, notify.Credential},
			"a clock that is wrong": {func(w *Way) { w.Now = func() time.Time { return now.Add(-time.Hour) } }, nil, notify.Credential},
			"an unknown template":   {nil, func(o *notify.Outgoing) { o.Template = "T2" }, notify.NoTemplate},
			"no template":           {nil, func(o *notify.Outgoing) { o.Template = "" }, notify.NoTemplate},
			"nobody there":          {func(w *Way) { w.Account.Endpoint = "http://127.0.0.1:1" }, nil, notify.Unreached},
		} {
			w, out := good, o
			if c.way != nil {
				c.way(&w)
			}
			if c.out != nil {
				c.out(&out)
			}
			_, err := w.Send(context.Background(), out)
			var trouble notify.Trouble
			if !errors.As(err, &trouble) || trouble.Reason != c.want {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		var trouble notify.Trouble
		_, _ = good.Send(context.Background(), o)
		if _, err := good.Send(context.Background(), o); !errors.As(err, &trouble) || trouble.Reason != notify.Limited {
			t.Errorf("%s: the third to one number is %v", name, err)
		}
		if len(p.came) != 2 {
			t.Errorf("%s: %d went out", name, len(p.came))
		}
	}
}

func TestTheProviderTellsWhetherATelephoneHasReceivedAMessage(t *testing.T) {
	for name, serve := range map[string]func(*provider) http.HandlerFunc{
		"aliyun":  func(p *provider) http.HandlerFunc { return p.aliyun },
		"tencent": func(p *provider) http.HandlerFunc { return p.tencent },
	} {
		p := &provider{secret: "s3cret", templates: []string{"T1"}}
		srv := httptest.NewServer(serve(p))
		t.Cleanup(srv.Close)
		nonce := 0
		w := Way{Account: Account{Provider: name, ID: "key", Secret: "s3cret", Sign: "云江外办", App: "1400006666", Endpoint: srv.URL}, Now: func() time.Time { return now },
			Nonce: func() string { nonce++; return fmt.Sprintf("n%d", nonce) }, Client: srv.Client()}
		const to = "+8613800138000"
		receipt, err := w.Send(context.Background(), notify.Outgoing{ID: "0123", To: to, Template: "T1"})
		if err != nil {
			t.Fatal(err)
		}
		for status, want := range map[string]notify.Arrival{"": notify.OnItsWay, "there": notify.IsThere, "lost": notify.IsLost} {
			p.status = status
			got, detail, err := w.Arrived(context.Background(), to, receipt, now)
			if err != nil || got != want || (detail == "") == (want == notify.IsLost) {
				t.Errorf("%s, %q: %v %q %v", name, status, got, detail, err)
			}
			if got, _, err := w.Arrived(context.Background(), to, "another", now); err != nil || got != notify.OnItsWay {
				t.Errorf("%s, another's receipt: %v %v", name, got, err)
			}
		}
		w.Account.Secret = "wrong"
		if got, _, err := w.Arrived(context.Background(), to, receipt, now); err == nil || got != notify.OnItsWay {
			t.Errorf("%s, a wrong secret: %v %v", name, got, err)
		}
	}
}

func TestATextMessageWithoutAnAnswerIsInDoubt(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(srv.Close)
	for _, name := range []string{"aliyun", "tencent"} {
		w := Way{Account: Account{Provider: name, Endpoint: srv.URL}, Now: func() time.Time { return now }, Nonce: func() string { return "n" }, Client: srv.Client()}
		_, err := w.Send(context.Background(), notify.Outgoing{To: "+8613800138000", Template: "T1"})
		var trouble notify.Trouble
		if !errors.As(err, &trouble) || trouble.Reason != notify.InDoubt || strings.Contains(err.Error(), "13800138000") {
			t.Errorf("%s: %v", name, err) // it goes to the log, and whose number it is doesn't
		}
	}
}
