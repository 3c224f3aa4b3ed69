package wechat

import (
	"context"
	"encoding/json"
	"time"
)

// How long a browser may be away at WeChat, and somebody may take to sign in and
// to read what is bound.
const (
	away    = 10 * time.Minute
	waiting = 30 * time.Minute
)

// Trip is what a browser was sent to WeChat with.
type Trip struct {
	Next    string `json:"next"`    // where it goes on afterwards
	Account string `json:"account"` // who was signed in then; ""
	Bind    bool   `json:"bind"`    // to bind, and not only to sign in
	// Link is the link to their own data (person.Links) by which somebody without an
	// account proved who they are before they left; "" for none.
	Link string `json:"link,omitempty"`
}

// Depart keeps what a browser leaves with and gives the word that brings it back.
// The browser keeps a second word, so that nobody comes back in its place.
func (c *Client) Depart(ctx context.Context, t Trip) (state, browser string, err error) {
	if state, err = c.draw(); err != nil {
		return "", "", err
	}
	if browser, err = c.draw(); err != nil {
		return "", "", err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return "", "", err
	}
	return state, browser, c.shelf.put(ctx, "trip:"+digest(state, browser), string(text), away)
}

// Return gives what the browser left with, once; false for a word that was used,
// is over, or was another browser's.
func (c *Client) Return(ctx context.Context, state, browser string) (Trip, bool, error) {
	var t Trip
	text, err := c.shelf.take(ctx, "trip:"+digest(state, browser))
	if err != nil || text == "" {
		return t, false, err
	}
	return t, true, json.Unmarshal([]byte(text), &t)
}

// Visitor is an identity that waits, and by which link its owner proved who they are.
type Visitor struct {
	OpenID string `json:"openID"`
	Link   string `json:"link,omitempty"`
	Page   string `json:"page,omitempty"` // of that link
	In     string `json:"in,omitempty"`   // InChat, InMini: what it is an identity in
	Key    string `json:"key,omitempty"`  // of the order that bound it
}

// Waits keeps an identity until its owner has signed in and agreed, and gives the
// word for it that the browser keeps.
func (c *Client) Waits(ctx context.Context, v Visitor) (string, error) {
	word, err := c.draw()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return word, c.shelf.put(ctx, "waits:"+digest(word), string(text), waiting)
}

// Waiting is the identity in the chat or the mini program that waits under a word;
// without an OpenID for none, and for one that was bound by another order than the key's.
func (c *Client) Waiting(ctx context.Context, in, word, key string) (Visitor, error) {
	var v Visitor
	text, _, err := c.shelf.get(ctx, "waits:"+digest(word))
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &v)
	}
	if err != nil || v.In != in || v.Key != "" && v.Key != key {
		return Visitor{}, err
	}
	return v, nil
}

// Settled keeps it for nobody but the order that bound it: whose answer was lost may
// send the same again. Without a key it is forgotten.
func (c *Client) Settled(ctx context.Context, word, key string, v Visitor) error {
	if key == "" {
		_, err := c.shelf.take(ctx, "waits:"+digest(word))
		return err
	}
	v.Key = key
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.shelf.put(ctx, "waits:"+digest(word), string(text), waiting)
}
