package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"yitang/internal/store"
)

// Outcome is where a sending stands.
type Outcome string

// WeChat takes a message at once and tells later what became of it.
const (
	Taken     Outcome = "taken"     // WeChat has it
	Delivered Outcome = "delivered" // it lies in their chat
	Blocked   Outcome = "blocked"   // they don't take the account's messages
	Failed    Outcome = "failed"
)

// outcomeOf reads the words of WeChat's event.
func outcomeOf(status string) Outcome {
	switch {
	case status == "success":
		return Delivered
	case strings.Contains(status, "user block"):
		return Blocked
	}
	return Failed
}

// Message is one message that a template gives its form. Values are by the
// template's keywords ("thing1", "time2"); what is too long for one is cut.
type Message struct {
	OpenID   string
	Template string // its id
	Values   map[string]string
	Link     string // what is opened by pressing it; ""
	// Key is the sender's own. A message goes out once for it, also when the sender
	// or the line dies while WeChat takes it.
	Key string
}

// longest is how many characters the keywords of templates may have, by kind.
var longest = map[string]int{"thing": 20, "character_string": 32, "phrase": 5, "const": 20, "letter": 32, "number": 32, "car_number": 8}

// fit cuts what is too long for its keyword: WeChat would refuse the whole.
func fit(values map[string]string) map[string]string {
	out := make(map[string]string, len(values))
	for key, v := range values {
		v = strings.Join(strings.Fields(v), " ")
		if r := []rune(v); longest[kindOf(key)] > 0 && len(r) > longest[kindOf(key)] {
			v = string(r[:longest[kindOf(key)]-1]) + "…"
		}
		out[key] = v
	}
	return out
}

func kindOf(keyword string) string { return strings.TrimRight(keyword, "0123456789") }

// ErrInDoubt is told of a message that WeChat may have taken long ago, when
// nobody heard the answer: it isn't sent again.
var ErrInDoubt = errors.New("WeChat may have taken the message already")

// onceHolds is how long WeChat takes two messages with one key for one, a little
// less than the ten minutes that it promises.
const onceHolds = 9 * time.Minute

// attempt is what is known of a message by its key.
type attempt struct {
	At      time.Time `json:"at"`
	Receipt string    `json:"receipt,omitempty"` // WeChat took it
}

// once sends a message unless it is known to have gone. A refusal of WeChat's is
// certain: it didn't. Of anything else nobody knows, and for a while WeChat itself
// takes the second for the first.
func (c *Client) once(ctx context.Context, m Message, send func() (string, error)) (string, error) {
	name := "once:" + digest(m.OpenID, m.Key)
	text, _, err := c.shelf.get(ctx, name)
	var was attempt
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &was)
	}
	switch {
	case err != nil:
		return "", err
	case was.Receipt != "":
		return was.Receipt, nil
	case text != "" && c.journal.Now().Sub(was.At) > onceHolds:
		return "", ErrInDoubt
	case text == "":
		if err := c.note(ctx, name, attempt{At: c.journal.Now()}); err != nil {
			return "", err
		}
	}
	receipt, err := send()
	var refused *Refusal
	var held *Held
	switch {
	case errors.As(err, &refused) && refused.Code != Busy || errors.As(err, &held):
		_, failed := c.shelf.take(ctx, name)
		return "", errors.Join(err, failed)
	case err != nil:
		return "", err
	}
	return receipt, c.note(ctx, name, attempt{At: c.journal.Now(), Receipt: receipt})
}

func (c *Client) note(ctx context.Context, name string, a attempt) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return c.shelf.put(ctx, name, string(text), keptSent)
}

// SendTemplate sends a template message (模板消息) and gives its receipt, under which
// OutcomeOf tells what became of it.
func (c *Client) SendTemplate(ctx context.Context, m Message) (receipt string, err error) {
	if m.Key == "" {
		return c.sendTemplate(ctx, m)
	}
	return c.once(ctx, m, func() (string, error) { return c.sendTemplate(ctx, m) })
}

func (c *Client) sendTemplate(ctx context.Context, m Message) (receipt string, err error) {
	msg := message.TemplateMessage{ToUser: m.OpenID, TemplateID: m.Template, URL: m.Link, ClientMsgID: digest(m.Key)[:32], Data: map[string]*message.TemplateDataItem{}}
	if m.Key == "" {
		msg.ClientMsgID = ""
	}
	for key, v := range fit(m.Values) {
		msg.Data[key] = &message.TemplateDataItem{Value: v}
	}
	var res struct {
		ID int64 `json:"msgid"`
	}
	if err := c.post(ctx, "/cgi-bin/message/template/send", msg, &res); err != nil {
		return "", err
	}
	receipt = strconv.FormatInt(res.ID, 10)
	return receipt, c.taken(ctx, receipt, m)
}

// SendSubscription sends one message of those that somebody agreed to (订阅通知).
// Without consent WeChat refuses with DoesntWant.
func (c *Client) SendSubscription(ctx context.Context, m Message) (receipt string, err error) {
	msg := message.SubscribeMessage{ToUser: m.OpenID, TemplateID: m.Template, Page: m.Link, Data: map[string]*message.SubscribeDataItem{}}
	for key, v := range fit(m.Values) {
		msg.Data[key] = &message.SubscribeDataItem{Value: v}
	}
	if err := c.post(ctx, "/cgi-bin/message/subscribe/bizsend", msg, nil); err != nil {
		return "", err
	}
	if err := c.spend(ctx, m.OpenID, m.Template); err != nil {
		return "", err
	}
	receipt, err = c.draw() // WeChat gives none for these
	if err != nil {
		return "", err
	}
	return receipt, c.taken(ctx, receipt, m)
}

func (c *Client) taken(ctx context.Context, receipt string, m Message) error {
	return c.shelf.store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO wechat_sent (receipt, identity, template, at, state, says) VALUES ($1, $2, $3, $4, $5, '') ON CONFLICT (receipt) DO NOTHING`,
			receipt, c.Name(m.OpenID), m.Template, c.journal.Now().UnixMicro(), string(Taken))
		return err
	})
}

// became keeps what WeChat tells of a sending. It may tell before we have kept
// that it was taken.
func (c *Client) became(ctx context.Context, receipt string, o Outcome, says string) error {
	return c.shelf.store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO wechat_sent (receipt, identity, template, at, state, says) VALUES ($1, '', '', $2, $3, $4)
ON CONFLICT (receipt) DO UPDATE SET state = excluded.state, says = excluded.says`, receipt, c.journal.Now().UnixMicro(), string(o), says)
		return err
	})
}

// becameOf is became for a sending without a receipt of WeChat's: the oldest of
// that template to that person of which nothing was told yet.
func (c *Client) becameOf(ctx context.Context, openID, template string, o Outcome, says string) error {
	return c.shelf.store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE wechat_sent SET state = $4, says = $5 WHERE receipt =
(SELECT receipt FROM wechat_sent WHERE identity = $1 AND template = $2 AND state = $3 ORDER BY at, receipt LIMIT 1)`,
			c.Name(openID), template, string(Taken), string(o), says)
		return err
	})
}

// OutcomeOf is what became of a sending; "" for a receipt that isn't known.
func (c *Client) OutcomeOf(ctx context.Context, receipt string) (Outcome, error) {
	var o string
	err := c.shelf.store.QueryRow(ctx, `SELECT state FROM wechat_sent WHERE receipt = $1`, receipt).Scan(&o)
	if store.NoRows(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading what became of a message: %w", err)
	}
	return Outcome(o), nil
}

// keptSent is how long what became of sendings is known.
const keptSent = 90 * 24 * time.Hour

// ThrowAway forgets sendings of which nobody asks any more. A chore of the node.
func (c *Client) ThrowAway(ctx context.Context) error {
	return c.shelf.store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM wechat_sent WHERE at < $1`, c.journal.Now().Add(-keptSent).UnixMicro())
		return err
	})
}

// consentLife is how long an unspent consent is counted on: a trip and its end.
const consentLife = 365 * 24 * time.Hour

func (c *Client) consentName(openID, template string) string {
	return "consent:" + c.Name(openID) + ":" + digest(template)[:16]
}

// Consents is how many more messages of a template somebody agreed to, as far as
// we were told; WeChat itself counts too.
func (c *Client) Consents(ctx context.Context, openID, template string) (int, error) {
	text, _, err := c.shelf.get(ctx, c.consentName(openID, template))
	if err != nil || text == "" {
		return 0, err
	}
	return strconv.Atoi(text)
}

// consents counts one more message that somebody agreed to; a no takes back all.
func (c *Client) consents(ctx context.Context, openID, template string, yes bool) error {
	n := 0
	if yes {
		had, err := c.Consents(ctx, openID, template)
		if err != nil {
			return err
		}
		n = had + 1
	}
	return c.shelf.put(ctx, c.consentName(openID, template), strconv.Itoa(n), consentLife)
}

func (c *Client) spend(ctx context.Context, openID, template string) error {
	n, err := c.Consents(ctx, openID, template)
	if err != nil || n == 0 {
		return err
	}
	return c.shelf.put(ctx, c.consentName(openID, template), strconv.Itoa(n-1), consentLife)
}
