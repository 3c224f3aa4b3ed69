package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/exchange/carrier/folder"
	tlsline "yitang/internal/exchange/carrier/line"
	"yitang/internal/exchange/carrier/oneway"
	"yitang/internal/zone"
)

// Carriers are the ways by which a served node's bundles travel by themselves.
type Carriers []CarrierSetting

// CarrierSetting is one of them, as node.yaml has it.
type CarrierSetting struct {
	Name   string           `yaml:"name,omitempty"` // as people call it: 网闸
	With   zone.Zone        `yaml:"with"`           // the other zone
	Folder *folder.Setting  `yaml:"folder,omitempty"`
	Line   *tlsline.Setting `yaml:"line,omitempty"`
	OneWay *oneway.Setting  `yaml:"oneway,omitempty"`
}

// UnmarshalYAML refuses words that it doesn't know: one that is misspelt would
// silently leave the bundles where they are.
func (c *CarrierSetting) UnmarshalYAML(n *yaml.Node) error {
	text, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	type plain CarrierSetting
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode((*plain)(c)); err != nil {
		return fmt.Errorf("the carrier in line %d: %w", n.Line, err)
	}
	return nil
}

// one is what kind of carrier it is; an error says what is missing or too much.
func (c CarrierSetting) one() (carrier.State, error) {
	s := carrier.State{Name: c.Name, With: c.With}
	var kinds int
	var wrong error
	if c.Folder != nil {
		kinds++
		wrong = c.Folder.Check()
		s.Kind, s.Does, s.Sends, s.Takes = carrier.ByFolder, c.Folder.Does(), c.Folder.Out != "", c.Folder.In != ""
	}
	if c.Line != nil {
		kinds++
		wrong = c.Line.Check()
		s.Kind, s.Does, s.Sends, s.Takes = carrier.ByLine, c.Line.Does(), true, true
	}
	if c.OneWay != nil {
		kinds++
		wrong = c.OneWay.Check()
		s.Kind, s.Does, s.Sends, s.Takes = carrier.OneWay, c.OneWay.Does(), c.OneWay.To != "", c.OneWay.Listen != ""
	}
	if kinds != 1 {
		return s, errors.New("give it exactly one of " + kindsOfCarriers)
	}
	return s, wrong
}

const kindsOfCarriers = "folder, line, oneway"

// states are the carriers as they stand before they ran, with a key for each.
func (cs *Carriers) states() ([]carrier.State, error) {
	if cs == nil {
		return nil, nil
	}
	var out []carrier.State
	var wrong error
	count := map[string]int{}
	for i, c := range *cs {
		s, err := c.one()
		if _, e := zone.Parse(string(c.With)); e != nil {
			err = fmt.Errorf("with: %w", e)
		}
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("carrier %d of node.yaml: %w", i+1, err))
			continue
		}
		key := string(s.Kind) + "-" + string(s.With)
		count[key]++
		if count[key] > 1 {
			key += fmt.Sprint("-", count[key])
		}
		s.Key = key
		out = append(out, s)
	}
	return out, wrong
}

func (cs *Carriers) check() error {
	_, err := cs.states()
	return err
}

// fits says which carriers lead where this zone exchanges nothing.
func (cs *Carriers) fits(z zone.Zone) error {
	if cs == nil {
		return nil
	}
	for i, c := range *cs {
		if !(exchange.Stream{From: z, To: c.With}).Exists() {
			return fmt.Errorf("carrier %d of node.yaml: the %s zone exchanges nothing with %s", i+1, z, c.With)
		}
	}
	return nil
}

func (n *Node) carriersDir() string { return filepath.Join(n.Dir, "exchange", "carriers") }

// Carriers tells how those of the settings fare, in their order: as they said
// last, be it in another process.
func (n *Node) Carriers() ([]carrier.State, error) {
	set, err := n.carriers.states()
	if err != nil || len(set) == 0 {
		return nil, err
	}
	said, err := carrier.States(n.disk, n.carriersDir())
	if err != nil {
		return nil, err
	}
	for i, s := range set {
		if last, ok := said[s.Key]; ok && last.Does == s.Does {
			last.Name = s.Name
			set[i] = last
		}
		set[i].Unused = n.unused.Load()
	}
	return set, nil
}

// LeaveCarriers tells that this process brings the bundles over by itself, so that
// the carriers of the settings have nothing to do; false where there are none.
func (n *Node) LeaveCarriers() bool {
	n.unused.Store(true)
	return n.carriers != nil && len(*n.carriers) > 0
}

// working is a carrier that runs.
type working interface {
	// Run works until ctx ends, and looks every pause at what there is to do.
	Run(ctx context.Context, note carrier.Note, pause time.Duration)
}

// Carry opens the carriers of the settings, which takes the addresses that they
// listen on, and gives what runs them until its context ends.
func (n *Node) Carry(x *exchange.Exchange, pause time.Duration) (run func(context.Context), err error) {
	set, err := n.carriers.states()
	if err != nil || len(set) == 0 {
		return func(context.Context) {}, err
	}
	keeper, err := carrier.NewKeeper(n.disk, n.carriersDir(), n.Journal.Now)
	if err != nil {
		return nil, err
	}
	type open struct {
		working
		state carrier.State
	}
	var all []open
	for i, s := range set {
		w, err := n.carrierOf((*n.carriers)[i], s, x)
		if err != nil {
			for _, o := range all {
				if c, ok := o.working.(interface{ Close() }); ok {
					c.Close()
				}
			}
			return nil, fmt.Errorf("carrier %d of node.yaml, with %s: %w", i+1, s.With, err)
		}
		all = append(all, open{w, s})
	}
	return func(ctx context.Context) {
		var work sync.WaitGroup
		for _, o := range all {
			work.Go(func() { o.Run(ctx, keeper.Begin(o.state), pause) })
		}
		work.Wait()
	}, nil
}

func (n *Node) carrierOf(c CarrierSetting, s carrier.State, x *exchange.Exchange) (working, error) {
	boxes, err := x.Boxes(c.With)
	if err != nil {
		return nil, err
	}
	if c.Folder != nil {
		return folder.New(*c.Folder, boxes, n.disk, n.Journal.Now), nil
	}
	part := filepath.Join(n.Dir, "exchange", "part", s.Key)
	if c.OneWay != nil {
		o := oneway.Options{Setting: *c.OneWay, Peer: c.With, Keys: n.Keys, Boxes: boxes, Disk: n.disk, Dir: part, Now: n.Journal.Now}
		if c.OneWay.Listen != "" {
			return oneway.NewReceiver(o)
		}
		return oneway.NewSender(o)
	}
	o := tlsline.Options{Setting: *c.Line, Peer: c.With, Keys: n.Keys, Boxes: boxes, Disk: n.disk, Dir: part, Now: n.Journal.Now}
	if c.Line.Listen != "" {
		return tlsline.Listen(o)
	}
	return tlsline.Connect(o)
}

// CarrierLines say which carriers can't do their work, for doctor.
func (n *Node) CarrierLines() ([]string, error) {
	all, err := n.Carriers()
	if err != nil {
		return nil, err
	}
	var says []string
	for _, s := range all {
		if s.Began.IsZero() || !s.Well() || s.Later > 0 {
			says = append(says, Fares(s, n.Journal.Now()))
		}
	}
	return says, nil
}

// Fares is how a carrier does, in a sentence of the command line.
func Fares(s carrier.State, now time.Time) string {
	name := strings.Join(slices.DeleteFunc([]string{s.Name, string(s.Kind), "with " + string(s.With)}, func(p string) bool { return p == "" }), " ")
	switch {
	case s.Began.IsZero():
		return fmt.Sprintf("%s (%s) was set up and never ran: start the node's server; with --zone all it isn't used", name, s.Does)
	case !s.Well():
		return fmt.Sprintf("%s failed at %s: %s (%s)", name, s.Failed.Format(time.RFC3339), s.Detail, mends[s.Trouble])
	case s.Worked.IsZero():
		return fmt.Sprintf("%s (%s) is open, and nothing came from the other side yet", name, s.Does)
	}
	says := fmt.Sprintf("%s (%s) was in order %s ago, sent %d files", name, s.Does, now.Sub(s.Worked).Round(time.Second), s.Sent)
	if s.NoReceipt > 0 {
		says += fmt.Sprintf(" (%d without a receipt, sent again %s)", s.NoReceipt, s.Again.Format(time.RFC3339))
	}
	says += fmt.Sprintf(", took %d", s.Took)
	if s.Later > 0 {
		says += fmt.Sprintf("; it leaves %d files outside, for which the inbox has no room: see which bundle is missing (yitang exchange status), and who fills it", s.Later)
	}
	return says
}

// mends is who does what about a trouble.
var mends = map[carrier.Trouble]string{
	carrier.Away:        "mount the share, put the disc in, or correct the folder in node.yaml",
	carrier.Unwritable:  "let this node's user write there",
	carrier.Full:        "make room",
	carrier.Unreachable: "see that the other node runs and that the line between the two is open",
	carrier.Stranger:    "who answers isn't the zone that is paired here: see the address, and pair the two (yitang pair)",
	carrier.Damaged:     "it is sent again by itself; if that goes on, the line or the disk changes what it carries",
	carrier.Oversized:   "such a file comes from no node: remove it",
	carrier.Other:       "see the server's log",
}
