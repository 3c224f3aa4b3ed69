package node

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/wechat"
)

// TellsBy adds the chat of the official account to the ways by which people are
// told; nothing where the office has none.
func (n *Internet) TellsBy(ways map[string]notify.Way) {
	if n.WeChat != nil {
		ways[string(pack.ByWeChat)] = byWeChat{n.WeChat}
	}
}

// byWeChat tells people in the chat. Their address is their binding.
type byWeChat struct{ client *wechat.Client }

// AddressOf is where an account is written to; "" for who has bound no WeChat.
func (w byWeChat) AddressOf(ctx context.Context, account string) (string, error) {
	return w.client.OpenID(ctx, account)
}

// Repeats: a message goes out once by its ID, or is told to be in doubt.
func (w byWeChat) Repeats() bool { return true }

// Send sends a template message, and one of the subscription to who refuses those
// and has agreed to one more.
func (w byWeChat) Send(ctx context.Context, o notify.Outgoing) (string, error) {
	told, reminder, now := w.client.App.Told, w.client.App.Reminder, w.client.Now()
	if told.ID == "" {
		return "", notify.Trouble{Reason: notify.NoTemplate, Detail: "wechat.told"}
	}
	text, _, _ := strings.Cut(strings.TrimSpace(o.Text), "\n")
	text = cmp.Or(o.Short, text)
	if !o.At.IsZero() { // the form's time is read as the one to be there
		now = o.At
	}
	since, err := w.client.BlockedSince(ctx, o.To)
	if err != nil {
		return "", err
	}
	m := wechat.Message{OpenID: o.To, Template: told.ID, Values: told.Fill(o.Subject, text, now), Link: entered(o.Link), Key: o.ID}
	var receipt string
	if since.IsZero() {
		receipt, err = w.client.SendTemplate(ctx, m)
	} else { // WeChat isn't asked for what is known
		err = &wechat.Refusal{Code: wechat.DoesntWant, Says: "takes no messages since " + since.Format(time.DateOnly)}
	}
	if code := wechat.Code(err); code == wechat.DoesntWant || code == wechat.NotFollowing {
		if failed := w.client.Blocks(ctx, o.To); failed != nil {
			return "", failed
		}
	}
	if wechat.Code(err) == wechat.DoesntWant && reminder.ID != "" {
		if n, failed := w.client.Consents(ctx, o.To, reminder.ID); failed == nil && n > 0 {
			m.Template, m.Values = reminder.ID, reminder.Fill(o.Subject, text, now)
			receipt, err = w.client.SendSubscription(ctx, m)
		}
	}
	return receipt, trouble(err)
}

// BlockedSince is from when on an account's owner takes no messages of the official account.
func (w byWeChat) BlockedSince(ctx context.Context, account string) (time.Time, error) {
	openID, err := w.client.OpenID(ctx, account)
	if err != nil || openID == "" {
		return time.Time{}, err
	}
	return w.client.BlockedSince(ctx, openID)
}

// Arrived says what WeChat has told of a message since it took it.
func (w byWeChat) Arrived(ctx context.Context, _, receipt string, _ time.Time) (notify.Arrival, string, error) {
	switch o, err := w.client.OutcomeOf(ctx, receipt); o {
	case wechat.Delivered:
		return notify.IsThere, "", err
	case wechat.Blocked:
		return notify.IsBlocked, string(o), err
	case wechat.Failed:
		return notify.IsLost, string(o), err
	default:
		return notify.OnItsWay, "", err
	}
}

// entered is a page by way of the door of whoever comes from WeChat, who then types
// no password.
func entered(page string) string {
	u, err := url.Parse(page)
	if err != nil || page == "" {
		return ""
	}
	u.RawQuery, u.Path = url.Values{"next": {u.RequestURI()}}.Encode(), "/wechat/enter"
	return u.String()
}

// trouble says in the words of being told why WeChat hasn't taken a message.
func trouble(err error) error {
	var held *wechat.Held
	switch {
	case errors.Is(err, wechat.ErrInDoubt):
		return notify.Trouble{Reason: notify.InDoubt, Detail: err.Error()}
	case errors.As(err, &held):
		return notify.Trouble{Reason: notify.Limited, Detail: err.Error()}
	}
	switch wechat.Code(err) {
	case 0:
		return err
	case wechat.NotFollowing, wechat.DoesntWant:
		return notify.Trouble{Reason: notify.Blocked, Detail: err.Error()}
	case wechat.Busy:
		return notify.Trouble{Reason: notify.Unreached, Detail: err.Error()}
	case wechat.DayIsFull, wechat.MinuteIsFull:
		return notify.Trouble{Reason: notify.Limited, Detail: err.Error()}
	case wechat.BadTemplate, wechat.BadValue:
		return notify.Trouble{Reason: notify.NoTemplate, Detail: err.Error()}
	case wechat.BadSecret, wechat.BadAppID, wechat.BadCredential, wechat.BadToken, wechat.ExpiredToken, wechat.NotFromThisHost, wechat.NotGranted:
		return notify.Trouble{Reason: notify.Credential, Detail: err.Error()}
	}
	return notify.Trouble{Reason: notify.Rejected, Detail: err.Error()}
}
