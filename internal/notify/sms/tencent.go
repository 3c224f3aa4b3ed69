package sms

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"yitang/internal/notify"
)

const (
	tencentEndpoint  = "https://sms.tencentcloudapi.com"
	tencentAlgorithm = "TC3-HMAC-SHA256"
	tencentType      = "application/json; charset=utf-8"
)

// tencent sends by SendSms, whose parameters stand in the body. SessionContext carries
// our own number and comes back with the answer.
func (w *Way) tencent(ctx context.Context, o notify.Outgoing) (string, error) {
	fills := []string{}
	for _, p := range o.Params {
		fills = append(fills, p.Value)
	}
	b, err := w.askTencent(ctx, "SendSms", map[string]any{"PhoneNumberSet": []string{o.To}, "SmsSdkAppId": w.Account.App, "SignName": w.Account.Sign, "TemplateId": o.Template, "TemplateParamSet": fills, "SessionContext": o.ID})
	if err != nil {
		return "", err
	}
	var answer struct {
		Response struct {
			Error         *struct{ Code, Message string }
			SendStatusSet []struct{ SerialNo, Code, Message string }
		}
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return "", notify.Trouble{Reason: notify.InDoubt, Detail: fmt.Sprintf("no answer of theirs: %.200s", b)}
	}
	if e := answer.Response.Error; e != nil {
		return "", notify.Trouble{Reason: tencentReason(e.Code), Detail: e.Code + ": " + e.Message}
	}
	if len(answer.Response.SendStatusSet) != 1 {
		return "", notify.Trouble{Reason: notify.InDoubt, Detail: "their answer tells of no message"}
	}
	s := answer.Response.SendStatusSet[0]
	if s.Code != "Ok" {
		return "", notify.Trouble{Reason: tencentReason(s.Code), Detail: s.Code + ": " + s.Message}
	}
	return s.SerialNo, nil
}

// askTencent calls one of their actions with its parameters, signed.
func (w *Way) askTencent(ctx context.Context, action string, parameters map[string]any) ([]byte, error) {
	u, err := w.endpoint(tencentEndpoint)
	if err != nil {
		return nil, err
	}
	u.Path = "/"
	body, err := json.Marshal(parameters)
	if err != nil {
		return nil, err
	}
	r, err := request(ctx, u, body)
	if err != nil {
		return nil, err
	}
	region := w.Account.Region
	if region == "" {
		region = "ap-guangzhou"
	}
	now := w.Now()
	for name, v := range map[string]string{"Content-Type": tencentType, "X-TC-Action": action, "X-TC-Version": "2021-01-11", "X-TC-Region": region, "X-TC-Timestamp": strconv.FormatInt(now.Unix(), 10)} {
		r.Header.Set(name, v)
	}
	r.Header.Set("Authorization", tencentAuthorization(w.Account.ID, w.Account.Secret, "sms", u.Host, action, body, now))
	return w.do(r)
}

// tencentArrived asks by PullSmsSendStatusByPhoneNumber, which knows seven days and
// tells of all messages to a number: ours is the one with its SerialNo.
func (w *Way) tencentArrived(ctx context.Context, to, receipt string, sent time.Time) (notify.Arrival, string, error) {
	b, err := w.askTencent(ctx, "PullSmsSendStatusByPhoneNumber", map[string]any{"PhoneNumber": to, "SmsSdkAppId": w.Account.App, "BeginTime": sent.Add(-time.Minute).Unix(), "Offset": 0, "Limit": 100})
	if err != nil {
		return notify.OnItsWay, "", err
	}
	var answer struct {
		Response struct {
			Error                *struct{ Code, Message string }
			PullSmsSendStatusSet []struct{ SerialNo, ReportStatus, Description string }
		}
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return notify.OnItsWay, "", fmt.Errorf("no answer of theirs: %.200s", b)
	}
	if e := answer.Response.Error; e != nil {
		return notify.OnItsWay, "", fmt.Errorf("%s: %s", e.Code, e.Message)
	}
	for _, s := range answer.Response.PullSmsSendStatusSet {
		switch {
		case s.SerialNo != receipt:
		case s.ReportStatus == "SUCCESS":
			return notify.IsThere, "", nil
		case s.ReportStatus == "FAIL":
			return notify.IsLost, s.Description, nil
		}
	}
	return notify.OnItsWay, "", nil
}

// tencentReason reads their codes: of a refusal nothing went out.
func tencentReason(code string) notify.Reason {
	switch {
	case strings.HasPrefix(code, "LimitExceeded") || strings.HasPrefix(code, "RequestLimitExceeded"):
		return notify.Limited
	case code == "FailedOperation.TemplateIncorrectOrUnapproved" || code == "FailedOperation.TemplateParamSetNotMatchApprovedTemplate" || strings.HasPrefix(code, "InvalidParameterValue.Template"):
		return notify.NoTemplate
	case strings.HasPrefix(code, "AuthFailure") || strings.HasPrefix(code, "UnauthorizedOperation") || code == "FailedOperation.SignatureIncorrectOrUnapproved" || code == "FailedOperation.InsufficientBalanceInSmsPackage":
		return notify.Credential
	case strings.HasPrefix(code, "InternalError"):
		return notify.InDoubt
	}
	return notify.Rejected
}

// tencentAuthorization signs a request by version 3.
func tencentAuthorization(id, secret, service, host, action string, body []byte, at time.Time) string {
	const signed = "content-type;host;x-tc-action"
	day := at.UTC().Format("2006-01-02")
	whole := strings.Join([]string{"POST", "/", "", "content-type:" + tencentType + "\nhost:" + host + "\nx-tc-action:" + strings.ToLower(action) + "\n", signed, digest(body)}, "\n")
	scope := day + "/" + service + "/tc3_request"
	text := strings.Join([]string{tencentAlgorithm, strconv.FormatInt(at.Unix(), 10), scope, digest([]byte(whole))}, "\n")
	key := mac(mac(mac([]byte("TC3"+secret), day), service), "tc3_request")
	return tencentAlgorithm + " Credential=" + id + "/" + scope + ", SignedHeaders=" + signed + ", Signature=" + hex.EncodeToString(mac(key, text))
}
