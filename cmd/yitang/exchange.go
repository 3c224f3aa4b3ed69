package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/blob"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// exchangeExit is the exit status once everything was said: 1 when a bundle was
// refused, 3 when one is missing that others wait for.
type exchangeExit int

const (
	exchangeRefused exchangeExit = 1
	exchangeGap     exchangeExit = 3
)

func (exchangeExit) Error() string   { return "" }
func (e exchangeExit) ExitCode() int { return int(e) }

func exchangeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exchange",
		Short: "bundles between the networks, by hand (网间数据包)",
		Long: `Moves what happened from one network to another as signed and encrypted files
that any courier may carry. Importing a file twice, or in the wrong order, does
no harm. Each command needs the zone's folder, and that no server is using it
(verify may run beside one).

Discs that people carry are on record when export and import are told who does it
(--by, and --with for the second person; passwords are asked for at the terminal,
or read from standard input, one a line): yitang exchange discs lists them. Where
node.yaml says that people carry what goes to a network (handCarried), nothing goes
without the first of them. What scripts carry needs neither.

Exit status: 0 done, 1 refused, 3 a bundle is missing that others wait for, or a
test of the way is overdue.`,
	}
	var dir string
	var asJSON bool
	cmd.PersistentFlags().StringVar(&dir, "data", "", "the zone's folder")
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "one JSON object")
	must(cmd.MarkPersistentFlagRequired("data"))
	cmd.AddCommand(exchangeExport(&dir, &asJSON), exchangeSheets(&dir, &asJSON), exchangeImport(&dir, &asJSON), exchangeStatus(&dir, &asJSON), exchangeState(&dir, &asJSON), exchangeVerify(&dir, &asJSON), exchangeQuarantine(&dir, &asJSON), exchangeReopen(&dir, &asJSON),
		exchangeHeld(&dir, &asJSON), exchangeRelease(&dir, &asJSON), exchangeDiscs(&dir, &asJSON), exchangeDisc(&dir, &asJSON), exchangeTest(&dir, &asJSON),
		exchangeSuite(&dir, &asJSON), exchangeRotate(&dir, &asJSON), exchangeRevoke(&dir, &asJSON))
	return cmd
}

// withExchange opens a node's exchange for one command.
func withExchange(ctx context.Context, dir string, do func(*exchange.Exchange) error) error {
	return withNode(ctx, dir, func(_ *node.Node, x *exchange.Exchange) error { return do(x) })
}

// withNode is that with the node.
func withNode(ctx context.Context, dir string, do func(*node.Node, *exchange.Exchange) error) error {
	n, err := node.Open(ctx, node.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer n.Close()
	x, err := n.Exchange(ctx)
	if err != nil {
		return err
	}
	return do(n, x)
}

// printed is one bundle in JSON.
type printed struct {
	File     string    `json:"file"`
	Sequence int64     `json:"sequence"`
	Epoch    int64     `json:"epoch"`
	Events   int       `json:"events"`
	Files    int       `json:"files"`
	AsOf     time.Time `json:"asOf"`
	Digest   string    `json:"digest"`
}

func sayJSON(w io.Writer, v map[string]any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func exchangeExport(dir *string, asJSON *bool) *cobra.Command {
	var to, out string
	var h hands
	cmd := &cobra.Command{
		Use:   "export --to ZONE --out DIR [--by LOGIN [--with LOGIN --carrier NAME]] --data DIR",
		Short: "write all bundles for a network that have no receipt yet",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			z, err := zone.Parse(to)
			if err != nil {
				return err
			}
			if err := h.check(); err != nil {
				return err
			}
			dest, err := carrier.Make(blob.OS{}, out)
			if err != nil {
				return err
			}
			return withHands(cmd, *dir, h, []zone.Zone{z}, func(x *exchange.Exchange, on *record) error {
				if _, err := x.Export(cmd.Context(), z); err != nil {
					return err
				}
				handed, err := x.Hand(cmd.Context(), z, dest)
				if err != nil {
					return err
				}
				list := []printed{}
				for _, s := range handed {
					list = append(list, printed{s.Name.Bundle(), s.Name.Sequence, s.Name.Epoch, s.Events, s.Files, s.AsOf, s.Digest.String()})
				}
				says := map[string]any{"format": "yitang.exchange.export/1", "from": x.Zone(), "to": z, "bundles": list}
				for _, p := range list {
					if !*asJSON {
						fmt.Fprintf(cmd.OutOrStdout(), "%s  %d events, %d files\n", p.File, p.Events, p.Files)
					}
				}
				says["says"] = fmt.Sprintf("nothing to send: the %s zone has acknowledged everything", z)
				if d, known, err := x.LastArrived(cmd.Context(), z); err != nil {
					return err
				} else if known {
					says["says"] = fmt.Sprintf("%s; disc %s arrived, its receipt came %s", says["says"], d.Number, d.Receipt.Format(time.RFC3339))
				}
				if len(list) > 0 {
					l, err := loaded(x.Zone(), z, handed, dest, time.Now())
					if err != nil {
						return err
					}
					if l.disc, err = on.wrote(x, dest, handed); err != nil {
						return said(cmd.Context(), err)
					}
					label, err := l.print()
					if err != nil {
						return err
					}
					if err := dest.Send(l.label(), label); err != nil {
						return err
					}
					says["says"], says["label"] = l.says(out), l.label()
					if l.disc != nil {
						says["disc"] = l.disc
					}
				}
				if *asJSON {
					return sayJSON(cmd.OutOrStdout(), says)
				}
				fmt.Fprintln(cmd.OutOrStdout(), says["says"])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "internet, office or passport")
	cmd.Flags().StringVar(&out, "out", "", "folder to write to")
	h.flags(cmd, "writes the disc", "hands it over")
	must(cmd.MarkFlagRequired("to"))
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

func exchangeImport(dir *string, asJSON *bool) *cobra.Command {
	var in, pictures string
	var h hands
	cmd := &cobra.Command{
		Use:   "import (--in DIR | --sheets DIR) [--by LOGIN [--with LOGIN --carrier NAME]] --data DIR",
		Short: "apply the bundles in a folder, which is left as it is, or in photographs of sheets",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (in == "") == (pictures == "") {
				return errors.New("give either --in, the folder with bundles, or --sheets, the folder with photographs of sheets")
			}
			if err := h.check(); err != nil {
				return err
			}
			if pictures != "" {
				var err error
				in, err = photographs(cmd.ErrOrStderr(), pictures)
				if in != "" {
					defer os.RemoveAll(in)
				}
				if err != nil {
					return err
				}
			}
			src, err := carrier.At(blob.OS{}, in)
			if err != nil {
				return err
			}
			from, err := senders(src)
			if err != nil {
				return err
			}
			return withHands(cmd, *dir, h, from, func(x *exchange.Exchange, on *record) error {
				all, answer, err := x.ImportDisc(cmd.Context(), src)
				if err != nil {
					return err
				}
				discs, notOn := on.read(x, src, answer)
				if *asJSON {
					says := map[string]any{"format": "yitang.exchange.import/1", "zone": x.Zone(), "bundles": all, "answer": answer}
					if on != nil {
						says["discs"] = discs
					}
					if err := sayJSON(cmd.OutOrStdout(), says); err != nil {
						return err
					}
				} else {
					printOutcomes(cmd.OutOrStdout(), all)
					fmt.Fprintln(cmd.OutOrStdout(), answer.Says)
					printRead(cmd.OutOrStdout(), discs)
				}
				if notOn != nil { // what was applied stays so
					return said(cmd.Context(), notOn)
				}
				return importExit(all, answer)
			})
		},
	}
	cmd.Flags().StringVar(&in, "in", "", "folder to read from")
	h.flags(cmd, "reads the disc in", "stands by")
	cmd.Flags().StringVar(&pictures, "sheets", "", "folder with photographs of sheets that yitang exchange sheets printed, PNG or JPEG")
	return cmd
}

// senders are the zones of which there are bundles in a folder.
func senders(src *carrier.Directory) (from []zone.Zone, err error) {
	names, err := src.List()
	for _, name := range names {
		if n, _, ok := exchange.ParseName(name); ok && !slices.Contains(from, n.Stream.From) {
			from = append(from, n.Stream.From)
		}
	}
	return from, err
}

func printOutcomes(w io.Writer, all []exchange.Outcome) {
	for _, o := range all {
		fmt.Fprintf(w, "%-8s %s", o.Fate, o.File)
		switch {
		case o.Fate == exchange.Applied:
			fmt.Fprintf(w, "  %d events", o.Events)
			if o.Quarantined > 0 {
				fmt.Fprintf(w, ", %d records set aside", o.Quarantined)
			}
		case o.Fate != exchange.Known:
			fmt.Fprintf(w, "  %s", o.Detail)
		}
		fmt.Fprintln(w)
	}
}

// importExit: what was refused weighs more than what waits. A disc that holds
// nothing for this zone was carried to the wrong place, which is a refusal.
func importExit(all []exchange.Outcome, answer exchange.Answer) error {
	switch answer.Code {
	case exchange.DiscElsewhere, exchange.DiscOwn, exchange.DiscBehind:
		return exchangeRefused
	}
	var exit error
	for _, o := range all {
		switch o.Fate {
		case exchange.Refused:
			return exchangeRefused
		case exchange.Waiting:
			exit = exchangeGap
		case exchange.Applied, exchange.Known:
		}
	}
	return exit
}

func exchangeStatus(dir *string, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use:   "status --data DIR",
		Short: "how far each network has heard of the other",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withNode(cmd.Context(), *dir, func(n *node.Node, x *exchange.Exchange) error {
				s, err := x.Status(cmd.Context())
				if err != nil {
					return err
				}
				carriers, err := n.Carriers()
				if err != nil {
					return err
				}
				if *asJSON {
					err = sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.status/1", "zone": s.Zone, "outgoing": s.Outgoing, "incoming": s.Incoming, "carriers": append([]carrier.State{}, carriers...)})
					if err != nil {
						return err
					}
				} else {
					printStatus(cmd.OutOrStdout(), s, time.Now())
					if err := printCarriers(cmd.Context(), cmd.OutOrStdout(), n, x, carriers, time.Now()); err != nil {
						return err
					}
				}
				if s.HasGap() {
					return exchangeGap
				}
				return nil
			})
		},
	}
}

func printStatus(w io.Writer, s exchange.Status, now time.Time) {
	for _, o := range s.Outgoing {
		fmt.Fprintf(w, "%s to %s: ", s.Zone, o.To)
		switch {
		case !o.Paired:
			fmt.Fprintln(w, "not paired")
			continue
		case o.Sent == 0:
			fmt.Fprint(w, "nothing sent yet")
		default:
			fmt.Fprintf(w, "sent up to %d, receipt up to %d", o.Sent, o.Applied)
		}
		if o.Suite != keys.International {
			fmt.Fprintf(w, "; suite %s", o.Suite)
		}
		if o.Unreceipted > 0 {
			fmt.Fprintf(w, "; %d with %d records wait for a receipt since %s", o.Unreceipted, o.Records, now.Sub(o.WaitingSince).Round(time.Second))
		}
		if o.Held > 0 {
			fmt.Fprintf(w, "; %d records HELD by the release policy (yitang exchange held lists them)", o.Held)
		}
		if o.Slowed != nil {
			fmt.Fprintf(w, "; WAITS: as much was sent as the release policy allows; goes on %s at the earliest", o.Slowed.Again.Format(time.RFC3339))
		}
		if d := o.Discs; d.Ready > 0 {
			fmt.Fprintf(w, "; discs to hand over: %d", d.Ready)
		}
		if d := o.Discs; d.OnWay > 0 {
			fmt.Fprintf(w, "; discs on their way: %d, the first for %d days", d.OnWay, int(now.Sub(d.Since)/(24*time.Hour)))
		}
		if d := o.Discs; d.Late > 0 {
			fmt.Fprintf(w, "; discs that NEVER ARRIVED: %d (yitang exchange discs --show late)", d.Late)
		}
		if o.Ahead > 0 {
			fmt.Fprintf(w, "; BEGIN ANEW: the %s zone has heard this one in epoch %d, which nobody here remembers, so that this zone was restored from a backup: see its clock, then yitang exchange reopen --to %s", o.To, o.Ahead, o.To)
		}
		if o.Behind > 0 {
			fmt.Fprintf(w, "; %d events not looked through yet", o.Behind)
		}
		fmt.Fprintln(w)
	}
	for _, i := range s.Incoming {
		fmt.Fprintf(w, "%s from %s: ", s.Zone, i.From)
		switch {
		case !i.Paired:
			fmt.Fprintln(w, "not paired")
			continue
		case i.Applied == 0:
			fmt.Fprint(w, "nothing heard yet")
		default:
			fmt.Fprintf(w, "applied up to %d, as of %s ago", i.Applied, i.Lag(now).Round(time.Second))
		}
		if i.Suite != keys.International {
			fmt.Fprintf(w, "; suite %s", i.Suite)
		}
		if !i.Silent.IsZero() {
			fmt.Fprintf(w, "; SILENT since %s, and it may be for %s", i.Silent.Format(time.RFC3339), i.Promise)
		}
		if !i.Behind.IsZero() {
			fmt.Fprintf(w, "; NOT HEARD: bundles of an older epoch than the known one came at %s, which was never heard: if they aren't old discs, the %s zone was restored while its clock is behind; export to it (yitang exchange export --to %s), and its status says what to do", i.Behind.Format(time.RFC3339), i.From, i.From)
		}
		if len(i.Missing) > 0 {
			fmt.Fprintf(w, "; MISSING %v, for which %d wait: have the %s zone export again (yitang exchange export --to %s), which brings all that has no receipt; where this zone was restored from a backup, have it begin anew (yitang exchange reopen --to %s)", i.Missing, len(i.Waiting), i.From, s.Zone, s.Zone)
		}
		if len(i.Lacking) > 0 {
			fmt.Fprintf(w, "; number %d LACKS %d of its files (%s) and waits, and all behind it: have the %s zone export again (yitang exchange export --to %s)", i.Applied+1, len(i.Lacking), strings.Join(i.Lacking, ", "), i.From, s.Zone)
		}
		if i.Quarantined > 0 {
			fmt.Fprintf(w, "; %d records in quarantine (yitang exchange quarantine lists them)", i.Quarantined)
		}
		for _, r := range i.Refused {
			fmt.Fprintf(w, "; REFUSED %s (exchange/refused): %s", r.File, r.Detail)
		}
		if i.Unkept.Count > 0 && len(i.Refused) > 0 { // afterwards it is past
			fmt.Fprintf(w, "; %d more were refused and aren't kept, the last one at %s", i.Unkept.Count, i.Unkept.Last.Format(time.RFC3339))
		}
		if box := i.Inbox; box.Files > 0 {
			fmt.Fprintf(w, "; %d files of %d bytes wait in the inbox, where carriers may lay %d of %d, up to number %d", box.Files, box.Bytes, box.MostFiles, box.MostBytes, i.Applied+box.MostAhead)
		}
		if box := i.Inbox; box.TooMuch() {
			fmt.Fprintf(w, "; TOO MUCH lies in exchange/in/%s", i.From)
			if box.Strange > 0 {
				fmt.Fprintf(w, ", %d files of which are no bundles", box.Strange)
			}
			if box.Oversized != "" {
				fmt.Fprintf(w, ", and %s is larger than any file that is carried", box.Oversized)
			}
			fmt.Fprint(w, ": nothing of it is removed by itself; look what it is, and take away what doesn't belong there")
		}
		fmt.Fprintln(w)
	}
}

// printCarriers lists by what each stream travels, and how that fares.
func printCarriers(ctx context.Context, w io.Writer, n *node.Node, x *exchange.Exchange, all []carrier.State, now time.Time) error {
	for _, peer := range x.Peers() {
		by := 0
		for _, s := range all {
			if s.With == peer {
				by++
				fmt.Fprintf(w, "carrier with %s: %s\n", peer, node.Fares(s, now))
			}
		}
		switch {
		case n.HandCarried(peer):
			fmt.Fprintf(w, "carrier with %s: people, two at each end (yitang exchange export --by)\n", peer)
			off, err := x.OffRecord(ctx, peer)
			if err != nil {
				return err
			}
			if len(off) > 0 {
				fmt.Fprintf(w, "%s from %s came on no disc that is on record: ask who brought them, and see that discs are read in with --by, or put on record on the page /discs\n", exchange.Span(off), peer)
			}
		case by == 0:
			fmt.Fprintf(w, "carrier with %s: none in node.yaml, so people carry (yitang exchange export)\n", peer)
		}
	}
	return nil
}

func exchangeVerify(dir *string, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE.bundle --data DIR",
		Short: "is this bundle for this zone, from the paired one, whole and unaltered?",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ring, err := keys.Load(filepath.Join(*dir, "keys"))
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			b, err := exchange.Open(f, ring, exchange.DefaultLimits)
			var refusal *exchange.Refusal
			if err != nil && !errors.As(err, &refusal) {
				return err
			}
			says := map[string]any{"format": "yitang.exchange.verify/1", "file": args[0], "ok": err == nil}
			if refusal != nil {
				says["reason"], says["detail"] = refusal.Reason, refusal.Error()
			} else {
				says["bundle"], says["digest"] = b.Header, b.Digest
			}
			out := cmd.OutOrStdout()
			switch {
			case *asJSON:
				if err := sayJSON(out, says); err != nil {
					return err
				}
			case refusal != nil:
				fmt.Fprintln(out, refusal)
			default:
				fmt.Fprintf(out, "genuine: number %d (epoch %d) from %s to %s, %d records, %d files, as of %s\ndigest %s\n",
					b.Sequence, b.Epoch, b.Stream.From, b.Stream.To, b.Records, len(b.Files), b.AsOf.Format(time.RFC3339), b.Digest)
			}
			if refusal != nil {
				return exchangeRefused
			}
			return nil
		},
	}
}

func exchangeQuarantine(dir *string, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use:   "quarantine --data DIR",
		Short: "records of other networks that were refused: when, which, why (未收下的记录)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withExchange(cmd.Context(), *dir, func(x *exchange.Exchange) error {
				all := []exchange.Quarantined{}
				for _, from := range x.Peers() {
					aside, err := x.Quarantine(cmd.Context(), from)
					if err != nil {
						return err
					}
					all = append(all, aside...)
				}
				if *asJSON {
					return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.quarantine/1", "zone": x.Zone(), "records": all})
				}
				printQuarantine(cmd.OutOrStdout(), x.Zone(), all)
				return nil
			})
		},
	}
}

func printQuarantine(w io.Writer, z zone.Zone, all []exchange.Quarantined) {
	for _, q := range all {
		fmt.Fprintf(w, "%s  %s to %s, bundle %d (epoch %d), record %d, %s: %s\n", q.At.Format(time.RFC3339), q.From, z, q.Sequence, q.Epoch, q.Number, q.Kind, because(q.Reason))
	}
	if len(all) == 0 {
		fmt.Fprintf(w, "the %s zone has refused no record\n", z)
		return
	}
	fmt.Fprintln(w, "two people decide on each: yitang exchange held, yitang exchange release")
}

func exchangeReopen(dir *string, asJSON *bool) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "reopen --to ZONE --data DIR",
		Short: "after this zone was restored from a backup: tell everything again",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			z, err := zone.Parse(to)
			if err != nil {
				return err
			}
			return withExchange(cmd.Context(), *dir, func(x *exchange.Exchange) error {
				epoch, err := x.Reopen(cmd.Context(), z)
				if err != nil {
					return err
				}
				if *asJSON {
					return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.reopen/1", "from": x.Zone(), "to": z, "epoch": epoch})
				}
				fmt.Fprintf(cmd.OutOrStdout(), "epoch %d begins: the next export tells the %s zone everything again\n", epoch, z)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "internet, office or passport")
	must(cmd.MarkFlagRequired("to"))
	return cmd
}
