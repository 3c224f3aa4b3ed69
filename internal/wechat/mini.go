package wechat

import (
	"context"
	"errors"
	"net/url"

	"github.com/silenceper/wechat/v2/miniprogram/auth"
	mini "github.com/silenceper/wechat/v2/miniprogram/config"
	program "github.com/silenceper/wechat/v2/miniprogram/context"
)

// HasMini tells whether the office has a mini program.
func (c *Client) HasMini() bool { return c.App.Mini != MiniProgram{} }

const perMini = "/sns/jscode2session"

// MiniOpenIDOf trades the code that wx.login gave the mini program. A code serves once,
// for five minutes. The key of WeChat's session, which comes beside it and opens what
// WeChat encrypts for the program, isn't wanted and isn't kept.
func (c *Client) MiniOpenIDOf(ctx context.Context, code string) (string, error) {
	m := c.App.Mini
	held := "held:" + m.ID + ":" + perMini
	if _, ends, err := c.shelf.get(ctx, held); err != nil {
		return "", err
	} else if !ends.IsZero() {
		return "", &Held{ends}
	}
	ask := auth.NewAuth(&program.Context{Config: &mini.Config{AppID: m.ID, AppSecret: m.Secret}})
	res, err := ask.Code2SessionContext(to(ctx, c.App), url.QueryEscape(code))
	if err = plain(err); err != nil {
		now := c.journal.Now()
		if at := until(err, now); !at.IsZero() {
			err = errors.Join(err, c.shelf.put(ctx, held, "held", at.Sub(now)))
		}
		return "", err
	}
	if res.OpenID == "" {
		return "", errors.New("WeChat gives no openid")
	}
	return res.OpenID, nil
}

// MiniAnswers tells whether WeChat takes the mini program's secret: of a code that is
// none it then says so. For yitang doctor.
func (c *Client) MiniAnswers(ctx context.Context) error {
	_, err := c.MiniOpenIDOf(ctx, "doctor")
	if Code(err) == BadCode {
		return nil
	}
	return err
}
