package wechat

import (
	"context"
	"crypto/subtle"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/util"
)

// Post is what came to the message server, as it came.
type Post struct {
	Timestamp, Nonce string
	Signature        string // of an address that is tried out
	MessageSignature string // of a message
	Encrypted        bool
	Body             []byte
}

// Heard is a message or an event that WeChat signed and that wasn't heard before.
type Heard struct {
	OpenID string
	Text   string // what somebody wrote
	Event  string // "subscribe", "unsubscribe", "SCAN", "CLICK", …; "" for a message
	Key    string // of a menu entry; what a scanned code says
	// Again: WeChat sends it once more, because the first answer was too late. It
	// was seen to; only the answer is still wanted.
	Again bool

	to  string // the official account, as its chat has it
	msg incoming
}

// Scene is the word of a code that was scanned; "" for anything else.
func (h Heard) Scene() string {
	switch h.Event {
	case "SCAN":
		return h.Key
	case "subscribe":
		return strings.TrimPrefix(h.Key, "qrscene_")
	}
	return ""
}

// ErrUnsigned and ErrReplayed are what isn't answered.
var (
	ErrUnsigned = errors.New("no message of WeChat's")
	ErrReplayed = errors.New("the message was sent before")
)

// window is how far WeChat's clock and ours may be apart, and so how long a
// message's nonce is remembered.
const window = 5 * time.Minute

// remembered is how long a message's id is known: WeChat tries three times
// within seconds, and a busy line some more.
const remembered = time.Hour

// incoming is what we read of a message. The library keeps one template alone of
// an event that tells of several.
type incoming struct {
	To      string     `xml:"ToUserName"`
	From    string     `xml:"FromUserName"`
	Created int64      `xml:"CreateTime"`
	Type    string     `xml:"MsgType"`
	ID      string     `xml:"MsgId"`
	Content string     `xml:"Content"`
	Event   string     `xml:"Event"`
	Key     string     `xml:"EventKey"`
	Receipt string     `xml:"MsgID"` // of a template message
	Status  string     `xml:"Status"`
	Popup   []answered `xml:"SubscribeMsgPopupEvent>List"`
	Changed []answered `xml:"SubscribeMsgChangeEvent>List"`
	Sent    []answered `xml:"SubscribeMsgSentEvent>List"`
}

// answered is what somebody said to a subscription, or what became of its message.
type answered struct {
	Template string `xml:"TemplateId"`
	Says     string `xml:"SubscribeStatusString"` // accept, reject
	Code     int64  `xml:"ErrorCode"`
	Status   string `xml:"ErrorStatus"`
}

func signed(got string, parts ...string) bool {
	return subtle.ConstantTimeCompare([]byte(got), []byte(util.Signature(parts...))) == 1
}

// Known tells whether an address that is tried out was signed by WeChat.
func (c *Client) Known(p Post) bool {
	return c.timely(p) && signed(p.Signature, c.App.Token, p.Timestamp, p.Nonce)
}

func (c *Client) timely(p Post) bool {
	at, err := strconv.ParseInt(p.Timestamp, 10, 64)
	return err == nil && c.journal.Now().Sub(time.Unix(at, 0)).Abs() <= window
}

// Hear opens a message: its time, its signature, its account; and sees to what
// it tells this room: who left, what became of a sending, who wants to be told.
// Plain messages are refused: the account speaks in safe mode.
func (c *Client) Hear(ctx context.Context, p Post) (Heard, error) {
	var wrapped message.EncryptedXMLMsg
	if !p.Encrypted || !c.timely(p) || xml.Unmarshal(p.Body, &wrapped) != nil ||
		!signed(p.MessageSignature, c.App.Token, p.Timestamp, p.Nonce, wrapped.EncryptedMsg) {
		return Heard{}, ErrUnsigned
	}
	_, text, err := util.DecryptMsg(c.App.ID, wrapped.EncryptedMsg, c.App.AESKey)
	if err != nil {
		return Heard{}, fmt.Errorf("%w: %w", ErrUnsigned, err)
	}
	var m incoming
	if err := xml.Unmarshal(text, &m); err != nil || m.From == "" {
		return Heard{}, fmt.Errorf("%w: unreadable", ErrUnsigned)
	}
	nonce := "nonce:" + digest(p.Timestamp, p.Nonce, p.MessageSignature)
	fresh, err := c.shelf.first(ctx, nonce, 2*window)
	if err != nil {
		return Heard{}, err
	}
	if !fresh {
		return Heard{}, ErrReplayed
	}
	h := Heard{OpenID: m.From, Text: m.Content, Event: m.Event, Key: m.Key, to: m.To, msg: m}
	seen := "heard:" + m.name(c)
	if known, _, err := c.shelf.get(ctx, seen); err != nil || known != "" {
		h.Again = known != ""
		return h, err
	}
	if err := c.see(ctx, m); err != nil {
		_, failed := c.shelf.take(ctx, nonce) // WeChat sends it again, and it is seen to then
		return Heard{}, errors.Join(err, failed)
	}
	return h, c.shelf.put(ctx, seen, "heard", remembered)
}

// name is by what WeChat advises to tell a message that is sent again: messages
// by their id, events by whose they are and when.
func (m incoming) name(c *Client) string {
	if m.ID != "" {
		return digest("id", m.ID)
	}
	return digest("event", c.Name(m.From), strconv.FormatInt(m.Created, 10), m.Event, m.Key, m.Receipt)
}

// see does what a message means for bindings and sendings. Each part may be done twice.
func (c *Client) see(ctx context.Context, m incoming) error {
	switch m.Event {
	case "unsubscribe":
		return c.leave(ctx, m.From)
	case "subscribe":
		return c.Takes(ctx, m.From)
	case "TEMPLATESENDJOBFINISH":
		if outcomeOf(m.Status) == Blocked {
			if err := c.Blocks(ctx, m.From); err != nil {
				return err
			}
		}
		return c.became(ctx, m.Receipt, outcomeOf(m.Status), m.Status)
	case "subscribe_msg_popup_event", "subscribe_msg_change_event":
		for _, a := range append(m.Popup, m.Changed...) {
			if err := c.consents(ctx, m.From, a.Template, a.Says == "accept"); err != nil {
				return err
			}
		}
	case "subscribe_msg_sent_event":
		for _, a := range m.Sent {
			state := Delivered
			if a.Code != 0 {
				state = Failed
			}
			if err := c.becameOf(ctx, m.From, a.Template, state, a.Status); err != nil {
				return err
			}
		}
	}
	return nil
}

// longestText is as long as a text answer may be, in bytes.
const longestText = 2048

// Answer is a text in the chat, encrypted and signed like what it answers.
func (c *Client) Answer(h Heard, text string) ([]byte, error) {
	for len(text) > longestText {
		r := []rune(text)
		text = string(r[:len(r)-len(r)/8-1])
	}
	t := message.NewText(text)
	t.SetToUserName(message.CDATA(h.OpenID))
	t.SetFromUserName(message.CDATA(h.to))
	t.SetCreateTime(c.journal.Now().Unix())
	t.SetMsgType(message.MsgTypeText)
	plain, err := xml.Marshal(t)
	if err != nil {
		return nil, err
	}
	random := make([]byte, 16)
	if _, err := io.ReadFull(c.chance, random); err != nil {
		return nil, err
	}
	sealed, err := util.EncryptMsg(random, plain, c.App.ID, c.App.AESKey)
	if err != nil {
		return nil, fmt.Errorf("encrypting an answer to WeChat: %w", err)
	}
	nonce, err := c.draw()
	if err != nil {
		return nil, err
	}
	at := c.journal.Now().Unix()
	return xml.Marshal(message.ResponseEncryptedXMLMsg{EncryptedMsg: string(sealed), Timestamp: at, Nonce: nonce,
		MsgSignature: util.Signature(c.App.Token, strconv.FormatInt(at, 10), nonce, string(sealed))})
}
