package sms

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/notify"
)

const (
	aliyunEndpoint  = "https://dysmsapi.aliyuncs.com"
	aliyunAlgorithm = "ACS3-HMAC-SHA256"
)

// aliyun sends by SendSms, whose parameters stand in the query. OutId carries our own
// number: the console finds a message by it.
func (w *Way) aliyun(ctx context.Context, o notify.Outgoing) (string, error) {
	q := url.Values{"PhoneNumbers": {strings.TrimPrefix(o.To, "+86")}, "SignName": {w.Account.Sign}, "TemplateCode": {o.Template}, "OutId": {o.ID}}
	if len(o.Params) > 0 {
		fills := map[string]string{}
		for _, p := range o.Params {
			fills[p.Name] = p.Value
		}
		b, err := json.Marshal(fills)
		if err != nil {
			return "", err
		}
		q.Set("TemplateParam", string(b))
	}
	b, err := w.askAliyun(ctx, "SendSms", q)
	if err != nil {
		return "", err
	}
	var answer struct{ Code, Message, BizId, RequestId string }
	if err := json.Unmarshal(b, &answer); err != nil {
		return "", notify.Trouble{Reason: notify.InDoubt, Detail: fmt.Sprintf("no answer of theirs: %.200s", b)}
	}
	if answer.Code != "OK" {
		return "", notify.Trouble{Reason: aliyunReason(answer.Code), Detail: answer.Code + ": " + answer.Message}
	}
	return answer.BizId, nil
}

// askAliyun calls one of their operations with its parameters, signed.
func (w *Way) askAliyun(ctx context.Context, action string, q url.Values) ([]byte, error) {
	u, err := w.endpoint(aliyunEndpoint)
	if err != nil {
		return nil, err
	}
	u.Path, u.RawQuery = "/", canonicalQuery(q)
	r, err := request(ctx, u, nil)
	if err != nil {
		return nil, err
	}
	for name, v := range map[string]string{"x-acs-action": action, "x-acs-version": "2017-05-25", "x-acs-date": w.Now().UTC().Format("2006-01-02T15:04:05Z"),
		"x-acs-signature-nonce": w.Nonce(), "x-acs-content-sha256": digest(nil)} {
		r.Header.Set(name, v)
	}
	r.Header.Set("Authorization", aliyunAuthorization(r, w.Account.ID, w.Account.Secret))
	return w.do(r)
}

// aliyunArrived asks by QuerySendDetails: SendStatus is 1 while their receipt is
// awaited, 2 for lost, 3 for there. They know a day's messages by the day in China.
func (w *Way) aliyunArrived(ctx context.Context, to, receipt string, sent time.Time) (notify.Arrival, string, error) {
	b, err := w.askAliyun(ctx, "QuerySendDetails", url.Values{"PhoneNumber": {strings.TrimPrefix(to, "+86")}, "BizId": {receipt}, "SendDate": {strings.ReplaceAll(calendar.DateOf(sent).String(), "-", "")}, "PageSize": {"10"}, "CurrentPage": {"1"}})
	if err != nil {
		return notify.OnItsWay, "", err
	}
	var answer struct {
		Code, Message     string
		SmsSendDetailDTOs struct {
			SmsSendDetailDTO []struct {
				SendStatus int
				ErrCode    string
			}
		}
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return notify.OnItsWay, "", fmt.Errorf("no answer of theirs: %.200s", b)
	}
	if answer.Code != "OK" {
		return notify.OnItsWay, "", fmt.Errorf("%s: %s", answer.Code, answer.Message)
	}
	for _, d := range answer.SmsSendDetailDTOs.SmsSendDetailDTO {
		switch d.SendStatus {
		case 2:
			return notify.IsLost, d.ErrCode, nil
		case 3:
			return notify.IsThere, "", nil
		}
	}
	return notify.OnItsWay, "", nil
}

// aliyunReason reads their codes (API 错误码): of a refusal nothing went out.
func aliyunReason(code string) notify.Reason {
	switch {
	case code == "isv.BUSINESS_LIMIT_CONTROL" || code == "isv.DAY_LIMIT_CONTROL" || strings.HasPrefix(code, "Throttling"):
		return notify.Limited
	case code == "isv.SMS_TEMPLATE_ILLEGAL" || code == "isv.TEMPLATE_MISSING_PARAMETERS" || code == "isv.TEMPLATE_PARAMS_ILLEGAL":
		return notify.NoTemplate
	case code == "SignatureDoesNotMatch" || code == "SignatureNonceUsed" || strings.HasPrefix(code, "InvalidAccessKeyId") || strings.HasPrefix(code, "InvalidTimeStamp") ||
		code == "isv.SMS_SIGNATURE_ILLEGAL" || code == "isv.AMOUNT_NOT_ENOUGH" || code == "isv.OUT_OF_SERVICE" || code == "isv.ACCOUNT_ABNORMAL":
		return notify.Credential
	case code == "isp.SYSTEM_ERROR" || code == "ServiceUnavailable" || code == "InternalError":
		return notify.InDoubt
	}
	return notify.Rejected
}

// aliyunAuthorization signs a request by version 3: host and all x-acs headers of it.
func aliyunAuthorization(r *http.Request, id, secret string) string {
	headers := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-acs-") || lower == "content-type" {
			headers[lower] = strings.TrimSpace(r.Header.Get(name))
		}
	}
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	var canonical strings.Builder
	for _, name := range names {
		canonical.WriteString(name + ":" + headers[name] + "\n")
	}
	signed := strings.Join(names, ";")
	whole := strings.Join([]string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, canonical.String(), signed, headers["x-acs-content-sha256"]}, "\n")
	signature := hex.EncodeToString(mac([]byte(secret), aliyunAlgorithm+"\n"+digest([]byte(whole))))
	return aliyunAlgorithm + " Credential=" + id + ",SignedHeaders=" + signed + ",Signature=" + signature
}

// canonicalQuery writes parameters in the order of their names, as RFC 3986 does.
func canonicalQuery(q url.Values) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(q.Encode())
}
