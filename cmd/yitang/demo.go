package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/account"
	"yitang/internal/demo"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/notify/catch"
	"yitang/internal/pack"
	"yitang/internal/wechat/local"
	"yitang/internal/zone"
)

// demoSeed is the city that everybody gets.
const demoSeed = 1

func demoCommand() *cobra.Command {
	var dir, listen, packName string
	o := demo.LoadOptions{Seed: demoSeed}
	cmd := &cobra.Command{
		Use:   "demo [--data DIR] [--listen HOST:PORT] [--pack NAME|DIR|FILE]",
		Short: "three zones with a fictional city and people to sign in as (演示)",
		Long: `Runs three zones with a fictional city. The first start loads it: 40 units,
600 people, 150 cases in all states and the closed ones of two years. Later
starts find it as it was left. With --pack it is a city whose office works by
that configuration: by its rules, review paths and numbers, and called after it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			if packName != "" {
				var err error
				if o.Pack, err = readPack(packName); err != nil {
					return err
				}
			}
			return runDemo(ctx, cmd.OutOrStdout(), dir, listen, o)
		},
	}
	cmd.Flags().StringVar(&dir, "data", "demo-data", "folder above the three zones")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "host and port; the other zones take the next two ports, the phones the one after, practice the one after that")
	cmd.Flags().StringVar(&packName, "pack", "", "the configuration pack that the city's office works by: a folder, a zip, or the name of one that comes with the program")
	cmd.Flags().IntVar(&o.Closed, "closed", demo.ClosedCases, "how many closed cases of the years before are loaded")
	cmd.Flags().IntVar(&o.Cases, "cases", 0, "load the oldest so many cases alone; 0: all")
	must(cmd.Flags().MarkHidden("cases")) // for tests, which want a city at once
	return cmd
}

// runDemo takes the ports and the folder, so that what is in use is told at
// once, loads the city if there is none, and serves.
func runDemo(ctx context.Context, out io.Writer, dir, listen string, o demo.LoadOptions) error {
	h, err := takePorts(append(zone.All(), weChat, practising), listen)
	if err != nil {
		return err
	}
	h.specimen = true
	defer func() { h.close() }()
	folder, err := demo.Open(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	city, there, err := folder.City()
	if err != nil {
		return err
	}
	if !there {
		if city, err = loadCity(ctx, out, folder, h, o); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	if err := sameCity(city, o.Pack, dir); err != nil {
		return err
	}
	phones, err := h.phones(city, dir)
	if err != nil {
		return err
	}
	h.catch(filepath.Join(dir, "caught"))
	h.reach = city.Guests
	if err := h.open(ctx, zone.All(), folder.Zones()); err != nil {
		return err
	}
	if err := h.send(ctx, phones, city.Travellers); err != nil {
		return err
	}
	if err := greet(ctx, out, h, city, dir); err != nil {
		return err
	}
	h.tellTrust(ctx, out, filepath.Join(dir, "trust.json"))
	return h.serve(ctx)
}

// weChat is no zone: the demo's own server of WeChat's protocol, with the phones
// of those who sign in to the internet zone.
const weChat zone.Zone = "wechat"

func (h *house) phones(city demo.Loaded, dir string) (*local.Server, error) {
	app := local.App("http://" + h.addresses[weChat])
	o := local.Options{App: app, Name: "外办公众号（演示）", Callback: "http://" + h.addresses[zone.Internet] + "/wechat/callback", Domains: []string{h.addresses[zone.Internet]},
		Templates: local.Templates, File: filepath.Join(dir, "wechat.json")}
	for _, g := range city.Guests {
		if g.Zone == zone.Internet {
			o.People = append(o.People, g.Name+"（"+g.Login+"）")
		}
	}
	for _, t := range city.Travellers {
		o.People = append(o.People, phoneOf(t))
	}
	account, err := local.New(o)
	if err != nil {
		return nil, err
	}
	h.wechat = &app
	phones := server(account.Handler()) // at once: the internet zone asks it for a menu when it begins
	l := h.listeners[weChat]
	delete(h.listeners, weChat)
	go func() { _ = phones.Serve(l) }() // ended by Close
	h.closers = append(h.closers, func() { phones.Close(); account.Wait() })
	return account, nil
}

// phoneOf is what a traveller's phone is called: nobody plays them without the digits.
func phoneOf(t demo.Traveller) string {
	return t.Name + "（出访人员，没有账号，身份证末四位" + t.Digits + "）"
}

// send lays on each traveller's phone the link that their liaison officer has sent them.
func (h *house) send(ctx context.Context, phones *local.Server, all []demo.Traveller) error {
	zones := demo.Zones{Internet: h.internet}
	for _, t := range all {
		link, err := zones.Link(ctx, t)
		if err != nil {
			return fmt.Errorf("giving %s the link to their own data: %w", t.Name, err)
		}
		if link != "" {
			phones.Letter(phoneOf(t), t.From, fmt.Sprintf(`%s<a href="http://%s%s">本人核对</a>`, t.Says, h.addresses[zone.Internet], link))
		}
	}
	return nil
}

// catch keeps what would leave the house in a folder, which /told/caught shows.
func (h *house) catch(dir string) {
	h.caught, h.ways = dir, map[zone.Zone]map[string]notify.Way{}
	for _, z := range zone.All() {
		h.ways[z] = map[string]notify.Way{}
		for _, name := range []pack.TellWay{pack.ByMail, pack.BySMS} {
			h.ways[z][string(name)] = &catch.Way{Name: string(name), Dir: dir, Now: time.Now}
		}
	}
}

// reached gives the demo's people a mail address, so that what they would be sent can
// be seen; who has said how they are reached keeps that.
func (h *house) reached(ctx context.Context, z zone.Zone, n *node.Node) error {
	for _, g := range h.reach {
		if g.Zone != z || z == zone.Passport {
			continue
		}
		a, known, err := account.ByLogin(ctx, n.Store, g.Login)
		if err != nil {
			return err
		}
		_, version, err := journal.Load(ctx, n.Journal, notify.Contacts, a.ID)
		if err != nil {
			return err
		}
		if !known || version > 0 {
			continue
		}
		own := journal.WithActor(ctx, journal.Actor{Role: string(a.Roles[0]), Account: a.ID})
		give := notify.GiveAddress{Way: string(pack.ByMail), Address: g.Login + "@yunjiang.example"}
		if _, err := journal.Do(own, n.Journal, notify.Contacts, journal.Order{Subject: a.ID}, give); err != nil {
			return err
		}
		c, err := notify.ContactOf(ctx, n.Journal, a.ID)
		if err != nil {
			return err
		}
		prove := notify.ConfirmAddress{Way: give.Way, Code: c.At[give.Way].Code()}
		if _, err := journal.Do(own, n.Journal, notify.Contacts, journal.Order{Subject: a.ID}, prove); err != nil {
			return err
		}
	}
	return nil
}

// sameCity refuses to call the city in a folder by another pack: its history was
// told by its own.
func sameCity(city demo.Loaded, c pack.Content, dir string) error {
	if c == nil {
		return nil
	}
	base, err := pack.Built()
	if err != nil {
		return err
	}
	set, wrong := base.Lay(c)
	if wrong != nil {
		return wrong
	}
	if city.RuleSet != string(set.Version) {
		return fmt.Errorf("%s holds a city that was told by another configuration: choose another folder with --data, or leave --pack away", dir)
	}
	return nil
}

// loadCity tells how far it is. An interrupt ends it with a sentence and no error.
func loadCity(ctx context.Context, out io.Writer, folder *demo.Folder, h *house, o demo.LoadOptions) (demo.Loaded, error) {
	if folder.Interrupted() {
		fmt.Fprintln(out, "An earlier start ended while it loaded the city; it is loaded afresh.")
	}
	began := time.Now()
	line := progressLine(out)
	o.Now, o.VerifyURL, o.Progress = began, h.verifyURL(""), line.show
	o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	stuck := 0
	o.Stuck = func(err error) {
		o.Log.Error("a case of the demo city stays where a rule stopped it", "why", err)
		stuck++
	}
	city, err := folder.Load(ctx, o)
	line.end()
	if ctx.Err() != nil && err != nil {
		fmt.Fprintln(out, "Interrupted while the city was being loaded; the next start loads it afresh.")
		return city, nil
	}
	if err != nil {
		return city, fmt.Errorf("loading the demo city: %w", err)
	}
	fmt.Fprintf(out, "Loaded %d units, %d people and %d cases in %s.\n", city.Units, city.People, city.Cases, time.Since(began).Round(time.Second))
	if stuck > 0 {
		fmt.Fprintf(out, "%d of the cases stand earlier than meant; the lines above say why. All else works.\n", stuck)
	}
	return city, nil
}

// progress is one line that is written over again on a terminal, and a line for
// each tenth elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	last     int // percent that was shown; -1 before the first
}

func progressLine(out io.Writer) *progress {
	p := &progress{out: out, last: -1}
	if f, is := out.(*os.File); is {
		if st, err := f.Stat(); err == nil {
			p.terminal = st.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

func (p *progress) show(done, all int) {
	percent := done * 100 / max(1, all)
	switch {
	case p.terminal && percent != p.last:
		fmt.Fprintf(p.out, "\rLoading the demo city … %3d %%", percent)
	case !p.terminal && percent/10 != p.last/10 || p.last < 0:
		fmt.Fprintf(p.out, "Loading the demo city … %3d %%\n", percent)
	default:
		return
	}
	p.last = percent
}

func (p *progress) end() {
	if p.terminal && p.last >= 0 {
		fmt.Fprintln(p.out)
	}
}

// greet prints the addresses and who finds what there now.
func greet(ctx context.Context, out io.Writer, h *house, city demo.Loaded, dir string) error {
	zones := demo.Zones{Internet: h.internet, Office: h.office, Passport: h.passport}
	for _, z := range zone.All() {
		fmt.Fprintf(out, "\n%-9s http://%s\n", z, h.addresses[z])
		for _, g := range city.Guests {
			if g.Zone != z {
				continue
			}
			finds, err := zones.Finds(ctx, g)
			if err != nil {
				return fmt.Errorf("counting what %s finds: %w", g.Login, err)
			}
			fmt.Fprintf(out, "  %-11s %s，%s: %s\n", g.Login, g.Name, g.What, finds)
		}
	}
	fmt.Fprintf(out, "\n%-9s http://%s\n  the phones of the people above in the internet zone, with the office's official account (a server of this program, not WeChat's)\n", weChat, h.addresses[weChat])
	if len(city.Travellers) > 0 {
		fmt.Fprintln(out, "  and of travellers without an account, each with the link to their own data that their unit has sent them")
	}
	fmt.Fprintf(out, "%-9s http://%s\n  where liaison officers and signatories practise with a made-up case: they come to it from /training in the internet zone\n", practising, h.addresses[practising])
	fmt.Fprintf(out, "\nThe password is %s for everybody. The city was loaded on %s; the other units sign in as liaison01 and sign01 to liaison40 and sign40.\nCtrl-C ends it; the data stays in %s.\n",
		demo.Password, city.Today, dir)
	fmt.Fprintf(out, "Mails and text messages go nowhere: whoever has signed in to the internet zone sees them on http://%s/told/caught.\n", h.addresses[zone.Internet])
	return nil
}
