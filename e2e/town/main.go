// Command town is what the browser tests are done in: the three zones of
// `yitang serve --zone all` with a unit, its people, the office's staff and a
// hall already told, and with a clock that a test moves on. The shipped binary
// has no such clock (docs/decisions/0006-browser-tests.md).
//
// It reads one command a line from standard input and answers each with a line:
//
//	at 2026-05-11T09:00  moves the clock on (China's time); it never goes back
//	settle               waits until every zone has heard and done what follows
//	carry CASE STEP      has the desks take a case on, through a step of the drill
//	                     ("review", "visa checked", "lend" …), with what isn't new in a test's story
//	code CASE            answers with the code that is printed on its approval
//	rates VISIT          answers with where the code leads that the window shows after it
//
// The end of its input ends it, so that no town outlives its test.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/drill"
	"yitang/internal/exchange"
	"yitang/internal/feedback"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/practice"
	"yitang/internal/web"
	rating "yitang/internal/web/feedback"
	"yitang/internal/web/sites"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
	"yitang/internal/zone"
	"yitang/packs"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "town:", err)
		os.Exit(1)
	}
}

// clock runs on from the moment that it was set to.
type clock struct {
	mu    sync.Mutex
	start time.Time
	since time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.start.Add(time.Since(c.since))
}

func (c *clock) set(text string) error {
	at, err := time.Parse("2006-01-02T15:04-07", text+"+08")
	if err != nil {
		return err
	}
	if at.Before(c.now()) {
		return fmt.Errorf("%s is over: a journal is told in its order", text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start, c.since = at, time.Now()
	return nil
}

// town is the three zones of this process.
type town struct {
	clock    *clock
	internet *node.Internet
	office   *node.Office
	passport *node.Passport
	ferry    *exchange.Ferry
	site     string // of the internet zone
}

func (t *town) nodes() []*node.Node {
	return []*node.Node{t.internet.Node, t.office.Node, t.passport.Node}
}

func run(ctx context.Context) error {
	data := flag.String("data", "", "folder above the three zones")
	ports := flag.String("ports", "0,0,0", "of the internet, office and passport zone; 0: any that is free")
	at := flag.String("at", "2026-03-10T09:00", "the time when it begins, in China")
	maxPages := flag.Int("pages", 0, "pages that the internet zone's database may have, so that its disk is full soon; 0: as many as it likes")
	tells := flag.Bool("tell", false, "let the internet zone tell people in WeChat of what happens")
	packName := flag.String("pack", "", "the pack, of those that come with the program, that the office begins with")
	flag.Parse()
	var first pack.Content
	if *packName != "" {
		files, there := packs.Named(*packName)
		if !there {
			return fmt.Errorf("no pack %s comes with the program", *packName)
		}
		var err error
		if first, err = pack.ReadFiles(files); err != nil {
			return err
		}
	}
	t := &town{clock: &clock{}}
	if err := t.clock.set(*at); err != nil {
		return err
	}
	var listeners []net.Listener
	for port := range strings.SplitSeq(*ports, ",") {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return err
		}
		defer l.Close()
		listeners = append(listeners, l)
	}
	if len(listeners) != len(zone.All()) {
		return fmt.Errorf("--ports wants %d of them", len(zone.All()))
	}
	t.site = "http://" + listeners[0].Addr().String()
	phones, app, err := t.openPhones(listeners[0].Addr().String())
	if err != nil {
		return err
	}
	defer phones.Close()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	options := func(z zone.Zone) (node.Options, error) {
		o := node.Options{Dir: filepath.Join(*data, string(z)), Clock: t.clock.now, Log: log.With("zone", z), VerifyURL: "http://" + listeners[0].Addr().String() + "/v/"}
		switch z {
		case zone.Internet:
			o.MaxPages, o.WeChat = *maxPages, &app
		case zone.Office:
			o.Pack = first
		}
		return o, node.Init(z, o)
	}
	if err := t.open(ctx, options); err != nil {
		return err
	}
	defer t.close()
	stop, err := t.connect(ctx, log, *tells)
	if err != nil {
		return err
	}
	defer stop()
	if err := t.tell(ctx); err != nil {
		return err
	}
	all := []*web.Site{sites.Internet(t.internet), sites.Office(t.office), sites.Passport(t.passport)}
	practising, err := t.offerPractice(all[0], "http://"+listeners[0].Addr().String(), log)
	if err != nil {
		return err
	}
	defer practising.Close()
	pages := map[zone.Zone][]string{} // the patterns of what can be looked at
	addresses := map[string]any{}
	for i, z := range zone.All() {
		addresses[string(z)] = "http://" + listeners[i].Addr().String()
		for _, r := range all[i].AllRoutes() {
			if path, got := strings.CutPrefix(r.Pattern, "GET "); got {
				pages[z] = append(pages[z], path)
			}
		}
		server := &http.Server{Handler: all[i].Handler(), ReadHeaderTimeout: 10 * time.Second}
		defer server.Close()
		go func() { _ = server.Serve(listeners[i]) }() // ended by Close
	}
	addresses["routes"], addresses["wechat"], addresses["practice"] = pages, app.API, practising.url
	if err := json.NewEncoder(os.Stdout).Encode(addresses); err != nil {
		return err
	}
	return t.obey(ctx)
}

// practising is the site on which the officers of the town's units practise.
type practising struct {
	*http.Server
	runs *practice.Runs
	url  string
}

func (p practising) Close() {
	p.Server.Close()
	p.runs.Close()
}

// offerPractice adds practising to the internet site, which stands at an address.
func (t *town) offerPractice(site *web.Site, at string, log *slog.Logger) (practising, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return practising{}, err
	}
	p := practising{url: "http://" + l.Addr().String()}
	if p.runs, err = practice.Offer(site, t.internet, practice.Options{URL: p.url, Real: at, Now: t.clock.now, Log: log}); err != nil {
		l.Close()
		return p, err
	}
	p.Server = &http.Server{Handler: p.runs.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = p.Serve(l) }() // ended by Close
	return p, nil
}

// openPhones serves WeChat's protocol and the phones of a liaison officer and of a
// traveller, whose official account is the internet site at an address.
func (t *town) openPhones(site string) (*http.Server, wechat.App, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, wechat.App{}, err
	}
	app := local.App("http://" + l.Addr().String())
	phones, err := local.New(local.Options{App: app, Name: "外办公众号", Callback: "http://" + site + "/wechat/callback", Domains: []string{site}, Templates: local.Templates, People: []string{"何远舟", "冉启航"}, Clock: t.clock.now})
	if err != nil {
		l.Close()
		return nil, app, err
	}
	server := &http.Server{Handler: phones.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ended by Close
	return server, app, nil
}

// obey does what standard input says until it ends.
func (t *town) obey(ctx context.Context) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		verb, rest, _ := strings.Cut(strings.TrimSpace(in.Text()), " ")
		var err error
		var said string
		switch verb {
		case "at":
			err = t.clock.set(rest)
		case "settle":
			err = t.settle(ctx)
		case "carry":
			filing, step, _ := strings.Cut(rest, " ")
			err = t.hands().Carry(ctx, filing, drill.Name(step))
		case "code":
			said, err = t.code(ctx, rest)
		case "rates":
			said, err = rating.CodeURL(ctx, t.office.Journal, rest, feedback.WindowCode)
		default:
			err = fmt.Errorf("%q is no command", verb)
		}
		if err != nil {
			fmt.Println("failed:", err)
			continue
		}
		fmt.Println(strings.TrimSpace("done " + said))
	}
	return in.Err()
}

// code is what somebody reads off the paper.
func (t *town) code(ctx context.Context, filing string) (string, error) {
	a, _, err := journal.Load(ctx, t.office.Journal, approval.Room, filing)
	if err != nil {
		return "", err
	}
	if a.Document == nil {
		return "", fmt.Errorf("%s has no document", filing)
	}
	return a.Document.Code, nil
}

// hands are those of the town's own people.
func (t *town) hands() drill.Hands {
	return drill.Hands{Internet: t.internet, Office: t.office, Passport: t.passport, Settle: t.settle,
		Reach: func(at time.Time) error {
			if !at.After(t.clock.now()) {
				return nil
			}
			return t.clock.set(at.In(time.FixedZone("", 8*60*60)).Format("2006-01-02T15:04"))
		},
		Who: func(z zone.Zone, role access.Role) []string {
			var out []string
			for _, p := range people[z] {
				if slices.Contains(p.Roles, role) && (p.Unit == own || p.Unit == "") {
					out = append(out, "acc-"+p.Login)
				}
			}
			return out
		}}
}

func (t *town) open(ctx context.Context, options func(zone.Zone) (node.Options, error)) error {
	o, err := options(zone.Internet)
	if err == nil {
		t.internet, err = node.OpenInternet(ctx, o)
	}
	if err != nil {
		return err
	}
	if o, err = options(zone.Office); err == nil {
		t.office, err = node.OpenOffice(ctx, o)
	}
	if err != nil {
		return err
	}
	if o, err = options(zone.Passport); err == nil {
		t.passport, err = node.OpenPassport(ctx, o)
	}
	return err
}

func (t *town) close() {
	for _, n := range t.nodes() {
		n.Close()
	}
}

// connect starts the reactions and lets the zones exchange bundles.
func (t *town) connect(ctx context.Context, log *slog.Logger, tells bool) (func(), error) {
	if err := node.Pair(t.nodes()...); err != nil {
		return nil, err
	}
	if tells {
		ways := map[string]notify.Way{}
		t.internet.TellsBy(ways)
		words := sites.Words(t.internet.Node)
		words.URL = t.site
		t.internet.Tell(node.Telling{Ways: ways, Write: words.Write})
	}
	var shares []*exchange.Exchange
	for _, n := range t.nodes() {
		x, err := n.Exchange(ctx)
		if err != nil {
			return nil, err
		}
		shares = append(shares, x)
		n.Again = func() {} // three zones in one process: nothing is started anew
		n.Start()
	}
	t.ferry = exchange.NewFerry(log, shares...)
	run, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); t.ferry.Run(run) }()
	return func() { cancel(); <-done }, nil
}

// patience is far more than news ever needs to get around.
const patience = 20 * time.Second

func (t *town) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for calm := 0; calm < 2; { // a reaction may have written between two looks
		quiet, err := t.ferry.Settled(ctx)
		for _, n := range t.nodes() {
			if err == nil && quiet {
				quiet, err = n.Settled(ctx)
			}
		}
		if err != nil {
			return err
		}
		if calm++; !quiet {
			calm = 0
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the zones don't come to rest: %w", ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}
