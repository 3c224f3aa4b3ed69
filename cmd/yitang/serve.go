package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/access"
	"yitang/internal/demo"
	"yitang/internal/exchange"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	"yitang/internal/web/told"
	"yitang/internal/wechat"
	"yitang/internal/zone"
)

func serveCommand() *cobra.Command {
	var dir, zoneName, listen, practise string
	var front node.Settings
	cmd := &cobra.Command{
		Use:   "serve --zone internet|office|passport|all --data DIR --listen HOST:PORT [--practice HOST:PORT]",
		Short: "run a zone, or all three on this machine (运行)",
		Long: `Runs one zone on the given address. With --zone all, three nodes run in one
process, each with its own folder, store and keys below DIR: internet on PORT,
office on PORT+1, passport on PORT+2.

Where a proxy with TLS stands before a site, --url says how readers reach it
and --trusted-proxy whose word is taken on where a request comes from; both are
kept by yitang init, and given here they hold for this run.

With --practice, officers of units can practise with a made-up case: that is a
site of its own, at another address than the internet zone's, and what is done
there is kept apart from it. --practice-url is how readers reach that site where
a proxy stands before it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			var zones []zone.Zone
			folders := map[zone.Zone]string{}
			if zoneName == "all" {
				if front.URL != "" {
					return fmt.Errorf("--url is the address of one site; with --zone all, give it to each zone with yitang init")
				}
				zones = zone.All()
				for _, z := range zones {
					folders[z] = filepath.Join(dir, string(z))
				}
			} else {
				z, err := zone.Parse(zoneName)
				if err != nil {
					return err
				}
				zones, folders[z] = []zone.Zone{z}, dir
			}
			if err := front.Check(); err != nil {
				return err
			}
			if practise != "" && folders[zone.Internet] == "" {
				return fmt.Errorf("--practice belongs to the internet zone: its units' officers practise")
			}
			alone := "" // the folder of the one zone, whose releases this program hands over to
			if len(zones) == 1 {
				alone = dir
			}
			failed, err := handOver(alone, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			h, err := openHouse(ctx, zones, folders, listen, practise, front)
			if err != nil {
				if failed != "" { // beside what is wrong with the one before it
					fmt.Fprintf(cmd.ErrOrStderr(), "yitang: release %s was put in force here and doesn't come up; neither does the one before it\n", failed)
				}
				return err
			}
			defer h.close()
			if err := h.releases(ctx, alone, failed); err != nil {
				return err
			}
			for _, z := range h.unused {
				fmt.Fprintf(cmd.ErrOrStderr(), "carriers in the node.yaml of the %s zone are not used: with --zone all this process brings the bundles over by itself\n", z)
			}
			for _, z := range zones {
				fmt.Fprintf(cmd.OutOrStdout(), "%-9s http://%s\n", z, h.addresses[z])
			}
			if practise != "" {
				fmt.Fprintf(cmd.OutOrStdout(), "%-9s http://%s\n", practising, h.addresses[practising])
			}
			if h.office != nil {
				h.tellTrust(ctx, cmd.OutOrStdout(), filepath.Join(folders[zone.Office], "trust.json"))
			}
			if err := h.serve(ctx); !errors.Is(err, errAgain) {
				return err
			}
			h.close()
			return startAgain(alone)
		},
	}
	cmd.Flags().StringVar(&zoneName, "zone", "", "internet, office, passport or all")
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder, or the one above the three")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "host and port")
	cmd.Flags().StringVar(&practise, "practice", "", "host and port of the site on which officers of units practise; without it nobody does")
	frontFlags(cmd, &front)
	must(cmd.MarkFlagRequired("zone"))
	must(cmd.MarkFlagRequired("data"))
	return cmd
}

// frontFlags say what stands between a site and its readers.
func frontFlags(cmd *cobra.Command, s *node.Settings) {
	cmd.Flags().StringVar(&s.URL, "url", "", "the site's own address where a proxy stands before it: https://waiban.example.cn")
	cmd.Flags().StringVar(&s.Proxies, "trusted-proxy", "", "addresses or networks of proxies that are believed in X-Forwarded-For: 10.0.0.5,10.1.0.0/24")
	cmd.Flags().StringVar(&s.PracticeURL, "practice-url", "", "the practice site's own address where a proxy stands before it: https://lianxi.example.cn (internet zone)")
}

// house is the zones that this process runs.
type house struct {
	internet  *node.Internet
	office    *node.Office
	passport  *node.Passport
	listeners map[zone.Zone]net.Listener
	addresses map[zone.Zone]string
	handlers  map[zone.Zone]http.Handler
	closers   []func()
	front     node.Settings                       // what the command line says of proxies
	ways      map[zone.Zone]map[string]notify.Way // by which people are told; nil of a zone: as its folder says
	reach     []demo.Guest                        // the demo's people, who are given a mail address
	caught    string                              // folder in which the demo keeps what it would send; "": this is no demo
	specimen  bool                                // the sites show what their pages are made of
	wechat    *wechat.App                         // the demo's official account
	unused    []zone.Zone                         // whose carriers have nothing to do
	again     chan struct{}                       // somebody has put another release in force
}

// openHouse takes the ports first: one that is in use is told before anything
// is written.
func openHouse(ctx context.Context, zones []zone.Zone, folders map[zone.Zone]string, listen, practise string, front node.Settings) (*house, error) {
	h, err := takePorts(zones, listen)
	if err != nil {
		return nil, err
	}
	if practise != "" {
		if err := h.takePractice(practise); err != nil {
			h.close()
			return nil, err
		}
	}
	h.front = front
	if err := h.open(ctx, zones, folders); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// takePorts is a house that has its addresses and nothing else yet.
func takePorts(zones []zone.Zone, listen string) (*house, error) {
	h := &house{listeners: map[zone.Zone]net.Listener{}, addresses: map[zone.Zone]string{}, handlers: map[zone.Zone]http.Handler{}}
	if err := h.listen(zones, listen); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *house) listen(zones []zone.Zone, listen string) error {
	host, portText, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("--listen %q is no address: write it as 127.0.0.1:8080", listen)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 0 || port > 65535-len(zones) {
		return fmt.Errorf("--listen %q has no usable port", listen)
	}
	for i, z := range zones {
		p := port
		if port != 0 {
			p += i
		}
		address := net.JoinHostPort(host, strconv.Itoa(p))
		l, err := net.Listen("tcp", address)
		if err != nil {
			if errors.Is(err, syscall.EADDRINUSE) {
				return fmt.Errorf("port %d is in use by another program; end it, or choose another with --listen", p)
			}
			return fmt.Errorf("listening on %s: %w", address, err)
		}
		h.listeners[z], h.addresses[z] = l, l.Addr().String()
	}
	return nil
}

// verifyURL is the public page that documents of this house point to: as the
// internet zone's folder says, else as it listens; "" where that zone runs elsewhere.
func (h *house) verifyURL(folder string) string {
	if s, err := node.LoadSettings(folder); err == nil && s.URL != "" { // opening the zone tells of an error
		return strings.TrimRight(s.URL, "/") + "/v/"
	}
	if at := reachable(h.addresses[zone.Internet]); at != "" {
		return at + "/v/"
	}
	return ""
}

func (h *house) open(ctx context.Context, zones []zone.Zone, folders map[zone.Zone]string) error {
	var err error
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	for _, z := range zones {
		if err := h.waysOf(z, folders[z]); err != nil {
			return err
		}
		o := node.Options{Dir: folders[z], Log: log.With("zone", z), VerifyURL: h.verifyURL(folders[zone.Internet]), URL: h.front.URL, Proxies: h.front.Proxies, WeChat: h.wechat}
		if err := node.Init(z, o); err != nil {
			return err
		}
		switch z {
		case zone.Internet:
			if h.internet, err = node.OpenInternet(ctx, o); err != nil {
				return err
			}
			h.internet.TellsBy(h.ways[z])
			site := sites.Internet(h.internet)
			if err = h.offerPractice(site, folders[z], log); err == nil {
				err = h.add(ctx, z, h.internet.Node, site)
			}
		case zone.Office:
			if h.office, err = node.OpenOffice(ctx, o); err != nil {
				return err
			}
			err = h.add(ctx, z, h.office.Node, sites.Office(h.office))
		case zone.Passport:
			if h.passport, err = node.OpenPassport(ctx, o); err != nil {
				return err
			}
			err = h.add(ctx, z, h.passport.Node, sites.Passport(h.passport))
		}
		if err != nil {
			return err
		}
	}
	return h.connect(ctx, log)
}

// nodes are the zones of this process.
func (h *house) nodes() []*node.Node {
	var nodes []*node.Node
	if h.internet != nil {
		nodes = append(nodes, h.internet.Node)
	}
	if h.office != nil {
		nodes = append(nodes, h.office.Node)
	}
	if h.passport != nil {
		nodes = append(nodes, h.passport.Node)
	}
	return nodes
}

// pause is how often a zone alone looks into its inbox, and its carriers around.
const pause = 2 * time.Second

// connect lets the zones of this process exchange bundles. A zone alone keeps
// its outbox and looks into its inbox; a person carries the files, or carriers do
// that its node.yaml names. Those are for zones elsewhere: three zones of one
// process need none.
func (h *house) connect(ctx context.Context, log *slog.Logger) error {
	nodes := h.nodes()
	if len(nodes) > 1 {
		if err := node.Pair(nodes...); err != nil {
			return err
		}
		for _, n := range nodes {
			if n.LeaveCarriers() {
				h.unused = append(h.unused, n.Zone)
			}
		}
	}
	var shares []*exchange.Exchange
	for _, n := range nodes {
		x, err := n.Exchange(ctx)
		if err != nil {
			return err
		}
		shares = append(shares, x)
	}
	carry := func(context.Context) {}
	if len(nodes) == 1 {
		var err error
		if carry, err = nodes[0].Carry(shares[0], pause); err != nil {
			return err
		}
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if len(shares) > 1 {
			exchange.NewFerry(log, shares...).Run(run)
		} else {
			var work sync.WaitGroup
			work.Go(func() { carry(run) })
			shares[0].Watch(run, log, pause)
			work.Wait()
		}
	}()
	// The exchange ends before the nodes that it serves.
	h.closers = append([]func(){func() { stop(); <-done }}, h.closers...)
	return nil
}

// waysOf takes the ways out of the house that a zone's folder names.
func (h *house) waysOf(z zone.Zone, folder string) error {
	if h.ways[z] != nil {
		return nil // the demo's own
	}
	s, err := node.LoadSettings(folder)
	if err != nil {
		return err
	}
	if h.ways == nil {
		h.ways = map[zone.Zone]map[string]notify.Way{}
	}
	h.ways[z] = s.WaysOut(time.Now)
	return nil
}

// add serves a zone.
func (h *house) add(ctx context.Context, z zone.Zone, n *node.Node, site *web.Site) error {
	h.closers = append(h.closers, n.Close)
	if err := h.reached(ctx, z, n); err != nil {
		return err
	}
	words := sites.Words(n)
	if words.URL == "" && h.wechat != nil && z == zone.Internet {
		words.URL = "http://" + h.addresses[z] // the demo's phones follow links on this machine
	}
	n.Tell(node.Telling{Ways: h.ways[z], Write: words.Write})
	n.Start()
	site.Specimen = h.specimen
	if h.caught != "" {
		site.Add(web.Route{Pattern: "GET /told/caught", Right: access.Self, Handle: told.Caught(site, h.caught)})
	}
	h.handlers[z] = site.Handler()
	return nil
}

// server gives up on who sends slower than any line is, so that nobody holds
// connections by sending nothing. Uploads have longer (web/site.go).
func server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
}

// serve answers requests until ctx ends, then lets running ones finish.
func (h *house) serve(ctx context.Context) error {
	failed := make(chan error, len(h.listeners))
	var servers []*http.Server
	for z, l := range h.listeners {
		s := server(h.handlers[z])
		servers = append(servers, s)
		go func() { failed <- s.Serve(l) }()
	}
	h.listeners = nil // the servers close them
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	case <-h.again:
		err = errAgain
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for _, s := range servers {
		if e := s.Shutdown(last); e != nil && err == nil {
			err = e
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// close may be called again: what was closed is forgotten.
func (h *house) close() {
	for _, l := range h.listeners {
		l.Close()
	}
	for _, c := range h.closers {
		c()
	}
	h.listeners, h.closers = nil, nil
}
