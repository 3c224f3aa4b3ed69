package node

import (
	"context"
	"fmt"
	"net/url"

	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/config"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/upload"
	"yitang/internal/wechat"
	"yitang/internal/zone"
)

// signingInAtOnce bounds the memory that checking passwords takes: 19 MiB each.
const signingInAtOnce = 8

// Internet is the node that units, travellers and the public meet.
type Internet struct {
	*Node
	Accounts *account.Desk
	Drafts   *filing.Drafts
	Imports  *filing.Imports
	Uploads  *upload.Tray
	WeChat   *wechat.Client // nil: the office has no official account
}

// Office is the node of intake, review, visa desk and custody.
type Office struct {
	*Node
	Accounts *account.Desk
	Issuer   *approval.Issuer
	Check    approval.Checker // the rules, with what the office knows beside the application
	Letters  *Letters
	// Outside is where people reach the internet zone's site: the address of the page
	// for verifying, without its path.
	Outside string
}

func outside(verify string) string {
	u, err := url.Parse(verify)
	if err != nil {
		return "" // filled refused what is no address
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}

// Passport is the node of the isolated e-passport network.
type Passport struct {
	*Node
	Accounts *account.Desk
}

// OpenInternet opens the internet zone's folder.
func OpenInternet(ctx context.Context, o Options) (*Internet, error) {
	n, desk, err := openAs(ctx, o, zone.Internet)
	if err != nil {
		return nil, err
	}
	n.React(internetReactions(n)...)
	n.Chore(func(ctx context.Context) error { return unrated(ctx, n) })
	n.Chore(func(ctx context.Context) error { return due(ctx, n) })
	in := &Internet{Node: n, Accounts: desk}
	if err := in.prepare(ctx, o); err != nil {
		n.Close()
		return nil, err
	}
	return in, nil
}

// prepare adds what cases are written and checked with.
func (n *Internet) prepare(ctx context.Context, o Options) error {
	o, err := o.filled().set()
	if err != nil {
		return err
	}
	if n.Drafts, err = filing.NewDrafts(ctx, n.Journal, n.Keys); err != nil {
		return err
	}
	n.Chore(n.Drafts.ThrowAway)
	if n.Imports, err = filing.NewImports(ctx, n.Journal, n.Keys); err != nil {
		return err
	}
	n.Chore(n.Imports.ThrowAway)
	if n.Uploads, err = upload.New(ctx, n.Store, n.Keys, n.Journal.Now, n.Journal.NewID); err != nil {
		return err
	}
	n.Chore(n.Uploads.ThrowAway)
	if o.WeChat == nil {
		return nil
	}
	if n.WeChat, err = wechat.New(ctx, *o.WeChat, n.Journal, n.Keys, o.Chance); err != nil {
		return err
	}
	n.Chore(n.WeChat.ThrowAway)
	n.Chore(func(ctx context.Context) error { return n.WeChat.SetMenu(ctx, wechat.Menu...) })
	return nil
}

// OpenOffice opens the office zone's folder.
func OpenOffice(ctx context.Context, o Options) (*Office, error) {
	n, desk, err := openAs(ctx, o, zone.Office)
	if err != nil {
		return nil, err
	}
	o, err = o.filled().set()
	if err != nil {
		n.Close()
		return nil, err
	}
	rules, err := newOfficeRules(o, n)
	if err != nil {
		n.Close()
		return nil, err
	}
	office := &Office{Node: n, Accounts: desk, Issuer: rules.issuer, Check: rules.check, Letters: rules.letters, Outside: outside(o.VerifyURL)}
	for _, prepare := range []func(context.Context) error{office.recordBase, office.begin, rules.issuer.Publish} {
		if err := prepare(ctx); err != nil {
			n.Close()
			return nil, err
		}
	}
	n.React(rules.reactions()...)
	n.React(journal.Reaction{Name: "register", On: func(ctx context.Context, e journal.Event) error {
		if _, begins := e.Body.(config.PutInForce); !begins {
			return nil
		}
		return office.register(ctx)
	}})
	n.Chore(office.register)
	n.Chore(rules.examineAll)
	n.Chore(rules.endTerms)
	n.Chore(func(ctx context.Context) error { return missed(ctx, n) })
	n.Chore(func(context.Context) error { return rules.issuer.Secrets.Renew(n.Journal.Now()) })
	return office, nil
}

// OpenPassport opens the passport zone's folder.
func OpenPassport(ctx context.Context, o Options) (*Passport, error) {
	n, desk, err := openAs(ctx, o, zone.Passport)
	if err != nil {
		return nil, err
	}
	n.React(passportReactions(n)...)
	return &Passport{Node: n, Accounts: desk}, nil
}

func openAs(ctx context.Context, o Options, z zone.Zone) (*Node, *account.Desk, error) {
	o = o.filled()
	n, err := Open(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	n.Chore(n.Journal.ForgetAnswers)
	if n.Zone != z {
		n.Close()
		return nil, nil, fmt.Errorf("%s holds the %s zone, not the %s zone", o.Dir, n.Zone, z)
	}
	hasher, err := account.NewHasher(o.Chance, o.Passwords, signingInAtOnce)
	if err != nil {
		n.Close()
		return nil, nil, err
	}
	desk, err := account.NewDesk(ctx, n.Journal, hasher, o.Chance)
	if err != nil {
		n.Close()
		return nil, nil, err
	}
	return n, desk, nil
}
