package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// patience is how long one answer may take. Whoever waits for a page waits for it.
const patience = 8 * time.Second

// largest answer that is read.
const largest = 1 << 20

type appKey struct{}

var take sync.Once

// to names the account that calls of the library are made for.
func to(ctx context.Context, a App) context.Context {
	take.Do(func() {
		util.DefaultHTTPClient = &http.Client{Transport: wire{http.DefaultTransport}, Timeout: patience}
	})
	return context.WithValue(ctx, appKey{}, a)
}

// wire sends the library's requests to the account's server and reads the
// errcode of each answer, which WeChat gives with HTTP 200.
type wire struct{ under http.RoundTripper }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	app, known := r.Context().Value(appKey{}).(App)
	if !known {
		return nil, errors.New("a call to WeChat names no account")
	}
	u, err := url.Parse(app.place(r.URL.String()))
	if err != nil {
		return nil, err
	}
	sent := r.Clone(r.Context())
	sent.URL, sent.Host = u, u.Host
	res, err := w.under.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, largest))
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("WeChat answers with HTTP %d", res.StatusCode)
	}
	var said struct {
		Code int64  `json:"errcode"`
		Says string `json:"errmsg"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return nil, errors.New("WeChat's answer is no JSON")
	}
	if said.Code != 0 {
		return nil, &Refusal{said.Code, said.Says}
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// plain takes the address out of an error of the line: it holds secrets.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return fmt.Errorf("asking WeChat: %w", u.Err)
	}
	return err
}
