package wechat

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a WeChat identity. The openid is sealed and,
// like all of it, stays in the internet zone.
var Kinds = []journal.Kind{
	journal.Declare[Bound](journal.Kind{Name: "wechat.bound", Home: zone.Of(zone.Internet), Own: true}),
	journal.Declare[Unbound](journal.Kind{Name: "wechat.unbound", Home: zone.Of(zone.Internet), Own: true}),
}

// Bound: its owner agreed that it belongs to an account.
type Bound struct {
	Account string `reach:"home"`
	OpenID  string `reach:"home" sealed:"yes"`
	In      string `reach:"home"` // InChat, InMini
}

// What somebody has an identity in. Each has its own, and is bound for itself.
const (
	InChat = ""     // the official account
	InMini = "mini" // the mini program
)

// Unbound: it belongs to no account any more.
type Unbound struct {
	Account string `reach:"home"`
	Why     string `reach:"home"` // Undone, Left, Moved, Asked
}

// Why an identity was let go.
const (
	Undone = "undone" // on the account's page
	Left   = "left"   // its owner doesn't follow the official account any more
	Moved  = "moved"  // its owner bound it to another account
	Asked  = "asked"  // by their unit, because its owner or whoever it should be told it
)

// Identity is a WeChat identity as it stands. Its id is Client.Name.
type Identity struct {
	Account string // "" when it is nobody's
	OpenID  string
	Was     string // the account that it was let go of last; "" for none
	Why     string // and why
}

// Identities are subjects of the journal, so that one belongs to one account at most.
var Identities = journal.Subject[Identity]{Kind: "wechat", Evolve: func(i Identity, e journal.Event) (Identity, error) {
	switch b := e.Body.(type) {
	case Bound:
		return Identity{b.Account, b.OpenID, i.Was, i.Why}, nil
	case Unbound:
		return Identity{Was: b.Account, Why: b.Why}, nil
	}
	return i, fmt.Errorf("%T is nothing that happens to a WeChat identity", e.Body)
}}

// Bind gives an identity to an account. From is the account that it is taken
// from, as its owner was told; "" for nobody's.
type Bind struct{ Account, OpenID, From, In string }

// Decide refuses to take an identity from an account that its owner wasn't told of.
func (cmd Bind) Decide(i Identity, _ journal.Moment) ([]journal.Event, error) {
	switch i.Account {
	case cmd.Account:
		return nil, nil
	case "":
		return journal.Happened(Bound{cmd.Account, cmd.OpenID, cmd.In}), nil
	case cmd.From:
		return journal.Happened(Unbound{i.Account, Moved}, Bound{cmd.Account, cmd.OpenID, cmd.In}), nil
	}
	return nil, fault.Field("identity", "wechat.bind.elsewhere", nil)
}

// Let takes an identity from the account that it belongs to.
type Let struct{ Account, Why string }

// Decide lets go once; an account lets go of nothing but its own. "" is whichever it is.
func (cmd Let) Decide(i Identity, _ journal.Moment) ([]journal.Event, error) {
	if i.Account == "" || cmd.Account != "" && cmd.Account != i.Account {
		return nil, nil
	}
	return journal.Happened(Unbound{i.Account, cmd.Why}), nil
}

// Projections are the tables of this room. An account has one identity in each.
var Projections = []journal.Projection{{
	Name: "wechat", Version: 2, Tables: []string{"wechat_binding"},
	Schema: `
CREATE TABLE wechat_binding (
  identity TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  in_app TEXT NOT NULL,
  since INTEGER NOT NULL
);
CREATE UNIQUE INDEX wechat_binding_by_account ON wechat_binding (account, in_app);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		var err error
		switch b := e.Body.(type) {
		case Bound:
			_, err = tx.Exec(ctx, `INSERT INTO wechat_binding (identity, account, in_app, since) VALUES ($1, $2, $3, $4)`, e.Subject.ID, b.Account, b.In, e.At.UnixMicro())
		case Unbound:
			_, err = tx.Exec(ctx, `DELETE FROM wechat_binding WHERE identity = $1`, e.Subject.ID)
		}
		return err
	},
}}

// Binding is what an account's page shows.
type Binding struct {
	Identity string
	Account  string
	Since    time.Time // UTC
}

// BindingOf is the identity of an account in the official account's chat; false for none.
func BindingOf(ctx context.Context, r store.Reader, account string) (Binding, bool, error) {
	return BindingIn(ctx, r, InChat, account)
}

// BindingIn is the identity of an account in the chat or the mini program.
func BindingIn(ctx context.Context, r store.Reader, in, account string) (Binding, bool, error) {
	return bindingWhere(ctx, r, `account = $1 AND in_app = $2`, account, in)
}

// Belongs is the account that an identity belongs to; false for none.
func Belongs(ctx context.Context, r store.Reader, identity string) (Binding, bool, error) {
	return bindingWhere(ctx, r, `identity = $1`, identity)
}

func bindingWhere(ctx context.Context, r store.Reader, where string, values ...any) (Binding, bool, error) {
	var b Binding
	var since int64
	err := r.QueryRow(ctx, `SELECT identity, account, since FROM wechat_binding WHERE `+where, values...).Scan(&b.Identity, &b.Account, &since)
	if store.NoRows(err) {
		return b, false, nil
	}
	if err != nil {
		return b, false, fmt.Errorf("reading whose a WeChat identity is: %w", err)
	}
	b.Since = time.UnixMicro(since).UTC()
	return b, true, nil
}

// Bind gives an identity to an account, by the order's key once. An account that
// has another identity is told so.
func (c *Client) Bind(ctx context.Context, key string, cmd Bind) error {
	_, err := journal.Do(ctx, c.journal, Identities, journal.Order{Subject: c.NameIn(cmd.In, cmd.OpenID), Key: key}, cmd)
	if store.IsUnique(err) {
		return fault.Field("identity", "wechat.bind.has_other", nil)
	}
	return err
}

// Undo lets go of the identity of an account in the chat or the mini program.
func (c *Client) Undo(ctx context.Context, in, account, why string) error {
	b, bound, err := BindingIn(ctx, c.journal.Store, in, account)
	if err != nil || !bound {
		return err
	}
	_, err = journal.Do(ctx, c.journal, Identities, journal.Order{Subject: b.Identity}, Let{account, why})
	return err
}

// Stands is an identity in the chat or the mini program as it stands.
func (c *Client) Stands(ctx context.Context, in, openID string) (Identity, error) {
	i, _, err := journal.Load(ctx, c.journal, Identities, c.NameIn(in, openID))
	return i, err
}

// leave lets go of an identity whose owner has left the official account.
func (c *Client) leave(ctx context.Context, openID string) error {
	ctx = journal.WithActor(ctx, journal.System)
	_, err := journal.Do(ctx, c.journal, Identities, journal.Order{Subject: c.Name(openID)}, Let{Why: Left})
	return err
}

// OpenID is where an account is written to; "" while it is bound to nobody.
func (c *Client) OpenID(ctx context.Context, account string) (string, error) {
	b, bound, err := BindingOf(ctx, c.journal.Store, account)
	if err != nil || !bound {
		return "", err
	}
	i, _, err := journal.Load(ctx, c.journal, Identities, b.Identity)
	if i.Account != account {
		return "", err
	}
	return i.OpenID, err
}
