// Package sms is the way of text messages (短信): through a provider whose account the
// office has. Two are known, by their published protocols: Alibaba Cloud (阿里云短信,
// SendSms and QuerySendDetails of 2017-05-25, signed by ACS3-HMAC-SHA256) and Tencent
// Cloud (腾讯云短信, SendSms and PullSmsSendStatusByPhoneNumber of 2021-01-11, signed by
// TC3-HMAC-SHA256).
//
// A provider sends no words but a template that it has approved, with its places
// filled. Neither knows a request that comes twice as one: what may have gone out is
// never sent again.
package sms

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"yitang/internal/notify"
)

// Account is the office's at a provider.
type Account struct {
	Provider string `yaml:"provider"`           // aliyun or tencent
	ID       string `yaml:"id"`                 // AccessKeyId, SecretId
	Secret   string `yaml:"secret"`             // AccessKeySecret, SecretKey
	Sign     string `yaml:"sign"`               // 短信签名, as approved: 云江外办
	App      string `yaml:"app,omitempty"`      // Tencent's SmsSdkAppId
	Region   string `yaml:"region,omitempty"`   // Tencent's; "": ap-guangzhou
	Endpoint string `yaml:"endpoint,omitempty"` // "": the provider's own
}

// Check says what is wanting.
func (a Account) Check() error {
	var wrong error
	if a.Provider != "aliyun" && a.Provider != "tencent" {
		wrong = fmt.Errorf("the provider of text messages %q is none that is known: it is aliyun or tencent", a.Provider)
	}
	if a.ID == "" || a.Secret == "" || a.Sign == "" {
		wrong = errors.Join(wrong, errors.New("the provider of text messages wants id, secret and sign"))
	}
	if a.Provider == "tencent" && a.App == "" {
		wrong = errors.Join(wrong, errors.New("text messages by tencent want app, the SmsSdkAppId"))
	}
	if a.Endpoint != "" {
		if u, err := url.Parse(a.Endpoint); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			wrong = errors.Join(wrong, fmt.Errorf("the endpoint of text messages %q is none: write it as https://dysmsapi.aliyuncs.com", a.Endpoint))
		}
	}
	return wrong
}

// Way sends by an account.
type Way struct {
	Account Account
	Now     func() time.Time
	Nonce   func() string // never the same twice
	Client  *http.Client
}

// Repeats: the providers say that they don't.
func (w *Way) Repeats() bool { return false }

// Send hands one message over; the receipt is the provider's number of it.
func (w *Way) Send(ctx context.Context, o notify.Outgoing) (string, error) {
	if o.Template == "" {
		return "", notify.Trouble{Reason: notify.NoTemplate}
	}
	if w.Account.Provider == "tencent" {
		return w.tencent(ctx, o)
	}
	return w.aliyun(ctx, o)
}

// Arrived asks the provider whether a telephone has received a message.
func (w *Way) Arrived(ctx context.Context, to, receipt string, sent time.Time) (notify.Arrival, string, error) {
	if w.Account.Provider == "tencent" {
		return w.tencentArrived(ctx, to, receipt, sent)
	}
	return w.aliyunArrived(ctx, to, receipt, sent)
}

func (w *Way) endpoint(own string) (*url.URL, error) {
	if w.Account.Endpoint != "" {
		own = w.Account.Endpoint
	}
	return url.Parse(own)
}

// answerLimit is far above any answer of theirs.
const answerLimit = 1 << 20

// do sends a request and reads its answer. Without one, it may have gone out all the
// same, and nobody knows; only a connection that was never made is sure.
func (w *Way) do(r *http.Request) ([]byte, error) {
	res, err := w.Client.Do(r)
	var at *url.Error
	if errors.As(err, &at) { // its address has the number in it, and this goes to the log
		err = at.Err
	}
	if err != nil {
		if neverSent(err) {
			return nil, notify.Trouble{Reason: notify.Unreached, Detail: err.Error()}
		}
		return nil, notify.Trouble{Reason: notify.InDoubt, Detail: err.Error()}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		return nil, notify.Trouble{Reason: notify.InDoubt, Detail: err.Error()}
	}
	return b, nil
}

// neverSent tells whether an error is of making the connection.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func request(ctx context.Context, u *url.URL, body []byte) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
}
