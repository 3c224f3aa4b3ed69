package wechat

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/credential"
	"github.com/silenceper/wechat/v2/officialaccount/basic"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	office "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/js"
	"github.com/silenceper/wechat/v2/officialaccount/menu"
	"github.com/silenceper/wechat/v2/officialaccount/oauth"
	"github.com/silenceper/wechat/v2/util"

	"yitang/internal/journal"
)

// Indexer turns a value into a name that tells nothing of it. keys.Ring is one.
type Indexer interface {
	Index(namespace, value string) string
}

// Ring is what the node's keys do here.
type Ring interface {
	journal.Sealer
	Indexer
}

// Client speaks for one official account. It is safe for concurrent use.
type Client struct {
	App     App
	journal *journal.Journal
	ring    Ring
	shelf   *shelf
	chance  io.Reader
	office  *office.Context
}

// New makes a client and its tables. It asks WeChat nothing yet.
func New(ctx context.Context, a App, j *journal.Journal, r Ring, chance io.Reader) (*Client, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	c := &Client{App: a, journal: j, ring: r, chance: chance, shelf: &shelf{j.Store, r, j.Now}}
	if err := c.shelf.prepare(ctx); err != nil {
		return nil, fmt.Errorf("preparing what is kept for WeChat: %w", err)
	}
	c.office = &office.Context{Config: &config.Config{AppID: a.ID, AppSecret: a.Secret, Token: a.Token, EncodingAESKey: a.AESKey}, AccessTokenHandle: tokens{c}}
	return c, nil
}

// Now is the node's clock.
func (c *Client) Now() time.Time { return c.journal.Now() }

// Name is what an identity is called here: nobody reads the openid out of it.
func (c *Client) Name(openID string) string {
	return c.NameIn(InChat, openID)
}

// NameIn is Name for the chat or the mini program.
func (c *Client) NameIn(in, openID string) string {
	id := c.App.ID
	if in == InMini {
		id = c.App.Mini.ID
	}
	return c.ring.Index("wechat", id+" "+openID)
}

// draw gives a word that nobody guesses.
func (c *Client) draw() (string, error) {
	b := make([]byte, 24)
	if _, err := io.ReadFull(c.chance, b); err != nil {
		return "", fmt.Errorf("drawing a word for WeChat: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// earlier is how long before its end a token is fetched anew. In the last five
// minutes WeChat gives the next one and takes both.
const earlier = 5 * time.Minute

func (c *Client) tokenName() string { return "token:" + c.App.ID + ":" + digest(c.App.Secret)[:16] }

// token is the account's credential. The stable interface gives all who ask the
// same one; where it gives the very one that was just refused, it is asked to
// make another.
func (c *Client) token(ctx context.Context, refused string) (string, error) {
	return c.shelf.shared(ctx, c.tokenName(), refused, earlier, func(ctx context.Context) (string, time.Duration, error) {
		at := credential.NewStableAccessToken(c.App.ID, c.App.Secret, "", nothing{})
		ask := at.(*credential.StableAccessToken).GetAccessTokenDirectly
		res, err := ask(to(ctx, c.App), false)
		if err == nil && res.AccessToken == refused {
			res, err = ask(to(ctx, c.App), true)
		}
		if err == nil && res.AccessToken == "" {
			err = errors.New("WeChat gives no token")
		}
		return res.AccessToken, time.Duration(res.ExpiresIn) * time.Second, plain(err)
	})
}

// nothing is the cache that the library wants and isn't asked for.
type nothing struct{}

func (nothing) Get(string) any                       { return nil }
func (nothing) Set(string, any, time.Duration) error { return nil }
func (nothing) IsExist(string) bool                  { return false }
func (nothing) Delete(string) error                  { return nil }

// tokens is where the library asks for the token.
type tokens struct{ c *Client }

func (t tokens) GetAccessToken() (string, error) { return t.c.token(context.Background(), "") }

func (t tokens) GetAccessTokenContext(ctx context.Context) (string, error) { return t.c.token(ctx, "") }

// with does a call with the account's token, once more with another where
// WeChat says that it is worn, and not at all while a limit of the call is reached.
func (c *Client) with(ctx context.Context, api string, call func(ctx context.Context, token string) error) error {
	held := "held:" + c.App.ID + ":" + api
	if _, ends, err := c.shelf.get(ctx, held); err != nil {
		return err
	} else if !ends.IsZero() {
		return &Held{ends}
	}
	token, err := c.token(ctx, "")
	if err != nil {
		return err
	}
	err = plain(call(to(ctx, c.App), token))
	if worn(err) {
		if token, err = c.token(ctx, token); err != nil {
			return err
		}
		err = plain(call(to(ctx, c.App), token))
	}
	now := c.journal.Now()
	if at := until(err, now); !at.IsZero() {
		if failed := c.shelf.put(ctx, held, "held", at.Sub(now)); failed != nil {
			return errors.Join(err, failed)
		}
	}
	return err
}

// post sends JSON and reads the answer into res.
func (c *Client) post(ctx context.Context, path string, msg, res any) error {
	return c.with(ctx, path, func(ctx context.Context, token string) error {
		b, err := util.PostJSONContext(ctx, "https://api.weixin.qq.com"+path+"?access_token="+url.QueryEscape(token), msg)
		if err != nil || res == nil {
			return err
		}
		return json.Unmarshal(b, res)
	})
}

// Answers tells whether WeChat answers and takes the secret. For yitang doctor.
func (c *Client) Answers(ctx context.Context) error {
	return c.with(ctx, "/cgi-bin/get_api_domain_ip", func(ctx context.Context, token string) error {
		_, err := util.HTTPGetContext(ctx, "https://api.weixin.qq.com/cgi-bin/get_api_domain_ip?access_token="+url.QueryEscape(token))
		return err
	})
}

// JS is what a page hands to wx.config.
type JS struct {
	AppID     string `json:"appId"`
	Timestamp int64  `json:"timestamp"`
	Nonce     string `json:"nonceStr"`
	Signature string `json:"signature"`
}

// JSFor signs a page's address for the JS-SDK, as the page has it, without what
// stands behind #.
func (c *Client) JSFor(ctx context.Context, address string) (JS, error) {
	address, _, _ = strings.Cut(address, "#")
	lib := js.NewJs(c.office)
	lib.SetJsTicketHandle(tickets{c})
	conf, err := lib.GetConfigContext(ctx, address)
	if err != nil {
		return JS{}, plain(err)
	}
	return JS{conf.AppID, conf.Timestamp, conf.NonceStr, conf.Signature}, nil
}

// tickets is where the library asks for the ticket that pages are signed with:
// kept as long as it holds, and shared like the token.
type tickets struct{ c *Client }

func (t tickets) GetTicket(token string) (string, error) {
	return t.GetTicketContext(context.Background(), token)
}

func (t tickets) GetTicketContext(ctx context.Context, _ string) (string, error) {
	return t.c.shelf.shared(ctx, "ticket:"+t.c.App.ID, "", earlier, func(ctx context.Context) (ticket string, life time.Duration, err error) {
		err = t.c.with(ctx, "/cgi-bin/ticket/getticket", func(ctx context.Context, token string) error {
			res, err := credential.GetTicketFromServerContext(ctx, token)
			ticket, life = res.Ticket, time.Duration(res.ExpiresIn)*time.Second
			return err
		})
		return ticket, life, err
	})
}

// AuthorizeURL is where a browser inside WeChat is sent to be told apart. The
// base scope asks its owner nothing, and gives nothing but the openid.
func (c *Client) AuthorizeURL(back, state string) (string, error) {
	u, err := oauth.NewOauth(c.office).GetRedirectURL(back, "snsapi_base", state)
	return c.App.place(u), err
}

// ErrVirtual is told of the visitors that WeChat shows pages to without their
// identity (快照页): nobody can be bound to one.
var ErrVirtual = errors.New("WeChat gives a passing visitor and no identity")

// OpenIDOf trades the code that a browser came back with. A code serves once.
func (c *Client) OpenIDOf(ctx context.Context, code string) (string, error) {
	res, err := oauth.NewOauth(c.office).GetUserAccessTokenContext(to(ctx, c.App), url.QueryEscape(code))
	switch {
	case err != nil:
		return "", plain(err)
	case res.IsSnapShotUser == 1:
		return "", ErrVirtual
	case res.OpenID == "":
		return "", errors.New("WeChat gives no openid")
	}
	return res.OpenID, nil
}

// Entry is one entry of the account's menu: a key that is heard when it is
// pressed, or an address that is opened.
type Entry struct{ Name, Key, URL string }

// SetMenu replaces the account's menu, unless it is the one that was set last.
// Three entries at most, of four characters.
func (c *Client) SetMenu(ctx context.Context, entries ...Entry) error {
	buttons := make([]*menu.Button, len(entries))
	for i, e := range entries {
		if buttons[i] = menu.NewClickButton(e.Name, e.Key); e.URL != "" {
			buttons[i] = menu.NewViewButton(e.Name, e.URL)
		}
	}
	text, err := json.Marshal(buttons)
	if err != nil {
		return err
	}
	name := "menu:" + c.App.ID + ":" + c.App.API
	if had, _, err := c.shelf.get(ctx, name); err != nil || had == digest(string(text)) {
		return err
	}
	if err := c.post(ctx, "/cgi-bin/menu/create", map[string]any{"button": buttons}, nil); err != nil {
		return err
	}
	return c.shelf.put(ctx, name, digest(string(text)), 30*24*time.Hour)
}

// QR is a code that brings whoever scans it into the account's chat, with a word
// of ours. It holds until Ends.
type QR struct {
	Scene string
	URL   string // what the picture says
	Ends  time.Time
}

// SceneOf is the word of a code that was made here, by what its picture says; "" for
// any other, and for one that is over.
func (c *Client) SceneOf(ctx context.Context, picture string) (string, error) {
	scene, _, err := c.shelf.get(ctx, "scene:"+digest(picture))
	return scene, err
}

// longestQR is as long as WeChat lets a temporary code live.
const longestQR = 30 * 24 * time.Hour

// Scan gives a temporary code with a word. One that holds for half its time yet
// is given again: the account may make 100,000 a day, and a printed one stays true.
func (c *Client) Scan(ctx context.Context, scene string, life time.Duration) (QR, error) {
	if life = min(life, longestQR); len(scene) > 64 || scene == "" {
		return QR{}, fmt.Errorf("a code's word has 1 to 64 characters, not %d", len(scene))
	}
	name := "qr:" + c.App.ID + ":" + scene
	address, ends, err := c.shelf.get(ctx, name)
	if err != nil {
		return QR{}, err
	}
	if left := ends.Sub(c.journal.Now()); address != "" && left > life/2 {
		known, err := c.SceneOf(ctx, address)
		if err == nil && known == "" { // made before its word was kept by what its picture says
			err = c.shelf.put(ctx, "scene:"+digest(address), scene, left)
		}
		return QR{scene, address, ends}, err
	}
	var res basic.Ticket
	if err := c.post(ctx, "/cgi-bin/qrcode/create", basic.NewTmpQrRequest(life, scene), &res); err != nil {
		return QR{}, err
	}
	if res.URL == "" {
		return QR{}, errors.New("WeChat gives no code")
	}
	life = time.Duration(res.ExpireSeconds) * time.Second
	if err := c.shelf.put(ctx, "scene:"+digest(res.URL), scene, life); err != nil {
		return QR{}, err
	}
	return QR{scene, res.URL, c.journal.Now().Add(life)}, c.shelf.put(ctx, name, res.URL, life)
}
