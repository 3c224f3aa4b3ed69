package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/web/sites"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// hands are the people of a disc at one end, and who carries it.
type hands struct {
	by, with, carrier string
	does, second      string // what the two do
}

func (h *hands) flags(cmd *cobra.Command, does, second string) {
	h.does, h.second = does, second
	cmd.Flags().StringVar(&h.by, "by", "", "login of who "+does+"; puts the disc on record; the password is asked for at the terminal, or read from standard input")
	cmd.Flags().StringVar(&h.with, "with", "", "login of another person, who "+second+"; their password is asked for second, or is the second line. Without it they confirm later")
	cmd.Flags().StringVar(&h.carrier, "carrier", "", "name of who carries the disc, with --with")
}

func (h hands) check() error {
	switch {
	case h.by == "" && h.with != "":
		return errors.New("--with is the second person: give the first as well, --by LOGIN")
	case h.with != "" && strings.TrimSpace(h.carrier) == "":
		return errors.New("--with confirms who carries the disc: give the name, --carrier NAME")
	case h.with == "" && h.carrier != "":
		return errors.New("--carrier goes with the second person: give --with LOGIN, or leave both for later")
	}
	return nil
}

// owed says that a disc takes two people, where nobody was named and people carry what
// goes between this zone and others. As long as there aren't two who may, nobody could.
func (h hands) owed(ctx context.Context, w io.Writer, n *node.Node, with []zone.Zone) error {
	i := slices.IndexFunc(with, n.HandCarried)
	if i < 0 {
		return nil
	}
	keepers, err := n.DiscKeepers(ctx)
	if err != nil {
		return err
	}
	if keepers < 2 {
		fmt.Fprintln(w, "this disc is on no record: that takes two people of this zone who may keep discs, and there aren't two yet (yitang admin add-account)")
		return nil
	}
	return fmt.Errorf("people carry what goes between the %s and the %s zone, two at each end: give --by LOGIN, who %s, and --with LOGIN --carrier NAME, who %s; without --with that person does so later (handCarried in node.yaml says which networks these are)", n.Zone, with[i], h.does, h.second)
}

// record is what puts a disc on record; nil where nobody is named.
type record struct {
	first, second context.Context // second: nil where that person confirms later
	carrier       string
}

// withHands opens a node for a command about a disc. Who is named signs in before
// anything is done. with are the zones to which it goes, or from which it comes.
func withHands(cmd *cobra.Command, dir string, h hands, with []zone.Zone, do func(*exchange.Exchange, *record) error) error {
	if h.by == "" {
		return withNode(cmd.Context(), dir, func(n *node.Node, x *exchange.Exchange) error {
			if err := h.owed(cmd.Context(), cmd.ErrOrStderr(), n, with); err != nil {
				return err
			}
			return do(x, nil)
		})
	}
	logins := []string{h.by}
	if h.with != "" {
		logins = append(logins, h.with)
	}
	passwords, err := readPasswords(cmd, logins)
	if err != nil {
		return err
	}
	n, desk, err := openWithDesk(cmd, dir)
	if err != nil {
		return err
	}
	defer n.Close()
	on := &record{carrier: h.carrier}
	who := []*context.Context{&on.first, &on.second}
	for i, login := range logins {
		if *who[i], err = deciding(cmd.Context(), desk, login, passwords[i], access.KeepDiscs); err != nil {
			return fmt.Errorf("signing in %s: %w", login, said(cmd.Context(), err))
		}
	}
	if h.with != "" && journal.ActorOf(on.first).Account == journal.ActorOf(on.second).Account {
		return errors.New("--by and --with are two people")
	}
	x, err := n.Exchange(cmd.Context())
	if err != nil {
		return err
	}
	return do(x, on)
}

// wrote puts a disc on record that was written just now.
func (on *record) wrote(x *exchange.Exchange, disc *carrier.Directory, handed []exchange.Sent) (*exchange.DiscRow, error) {
	if on == nil {
		return nil, nil
	}
	row, err := x.NoteWritten(on.first, disc, handed)
	if err != nil || on.second == nil {
		return &row, err
	}
	if err := x.HandOver(on.second, []string{row.ID}, on.carrier, ""); err != nil {
		return nil, err
	}
	row, err = x.OneDisc(on.first, row.ID)
	return &row, err
}

// read puts on record that a disc was read in. With an error come the lines that are
// on record all the same.
func (on *record) read(x *exchange.Exchange, disc *carrier.Directory, answer exchange.Answer) ([]exchange.DiscRow, error) {
	if on == nil {
		return nil, nil
	}
	rows, err := x.NoteRead(on.first, disc, answer)
	if err != nil || on.second == nil {
		return rows, err
	}
	for i, row := range rows {
		if row.Stage != exchange.DiscCame || row.By == journal.ActorOf(on.second).Account {
			continue // somebody stood by the first time, or it was the second person who read it in
		}
		if err := x.Witness(on.second, journal.Order{Subject: row.ID}, on.carrier); err != nil {
			return rows, err
		}
		if rows[i], err = x.OneDisc(on.first, row.ID); err != nil {
			rows[i] = row
			return rows, err
		}
	}
	return rows, nil
}

func printRead(w io.Writer, rows []exchange.DiscRow) {
	for _, d := range rows {
		fmt.Fprintf(w, "disc %s is on record", discCalled(d))
		if d.Times > 1 {
			fmt.Fprintf(w, ", read in %d times", d.Times)
		}
		if d.Differs {
			fmt.Fprint(w, "; its files AREN'T THOSE THAT WERE WRITTEN: keep it, and ask who wrote it")
		}
		if d.Stage == exchange.DiscCame {
			fmt.Fprintf(w, "; another person confirms: yitang exchange disc %s --witness --carrier NAME --as LOGIN", d.ID)
		}
		fmt.Fprintln(w)
	}
}

// discCalled is how a disc is named to people.
func discCalled(d exchange.DiscRow) string {
	if d.Number == "" {
		return d.ID
	}
	return d.Number
}

var discShows = map[exchange.DiscStage]string{
	exchange.DiscPrepared: "to be handed over",
	exchange.DiscHanded:   "on its way",
	exchange.DiscCame:     "read in; a second person confirms",
	exchange.DiscSeen:     "read in",
}

// discSays is where a disc is.
func discSays(d exchange.DiscRow, now time.Time) string {
	says := discShows[d.Stage]
	switch {
	case d.Ends == exchange.Given:
		return string(d.End)
	case d.Stage == exchange.DiscHanded && !d.Receipt.IsZero():
		says = "arrived, its receipt came " + d.Receipt.Format(time.RFC3339)
	case d.Late:
		says = fmt.Sprintf("NEVER ARRIVED, handed over %d days ago", d.DaysOpen(now))
	case d.Stage == exchange.DiscHanded:
		says = fmt.Sprintf("%s for %d days", says, d.DaysOpen(now))
	case d.CameIn():
		says = fmt.Sprintf("%s: %s", says, d.Answer)
	}
	if d.Differs {
		says += ", NOT WHAT WAS WRITTEN"
	}
	if d.Ends == exchange.Asked {
		says += fmt.Sprintf("; said to be %s: %s (a second person decides)", d.End, d.EndWhy)
	}
	return says
}

func exchangeDiscs(dir *string, asJSON *bool) *cobra.Command {
	var q exchange.DiscQuery
	var show, out, lang string
	var named []string
	var shows []string
	for _, s := range exchange.DiscShows()[1:] {
		shows = append(shows, string(s))
	}
	cmd := &cobra.Command{
		Use:   "discs [--show WHICH] [--find WORDS] [--print FILE.pdf --disc NUMBER…] --data DIR",
		Short: "the log of discs that people carry: where each is, and since when (介质登记、交接单)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (out == "") != (len(named) == 0) {
				return errors.New("--print FILE.pdf makes the hand-over list of the discs that --disc names: give both")
			}
			if q.Most < 1 || q.Most > 1000 {
				return fmt.Errorf("--most is a number from 1 to 1000, not %d", q.Most)
			}
			return withNode(cmd.Context(), *dir, func(n *node.Node, x *exchange.Exchange) error {
				if out != "" {
					return printTrip(cmd.Context(), n, x, named, out, lang)
				}
				q.Show = exchange.DiscShow(show)
				all, err := x.MediaLog(cmd.Context(), q)
				if err != nil {
					return err
				}
				if *asJSON {
					return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.discs/1", "zone": x.Zone(), "discs": all})
				}
				var ids []string
				for _, d := range all {
					ids = append(ids, d.By, d.With)
				}
				names, err := account.Names(cmd.Context(), n.Store, ids)
				if err != nil {
					return err
				}
				for _, d := range all {
					fmt.Fprintf(cmd.OutOrStdout(), "%s  %s, numbers %d to %d, %s: %s\n", discCalled(d), d.Stream, d.First, d.Last, d.At.Format(time.RFC3339), discSays(d, n.Journal.Now()))
					fmt.Fprintf(cmd.OutOrStdout(), "    %s; then %s, carried by %s; digest %s\n", orNobody(names[d.By]), orNobody(names[d.With]), orNobody(d.Carrier), exchange.ShortDigest(d.Digest))
				}
				if len(all) == 0 {
					fmt.Fprintln(cmd.OutOrStdout(), "no such disc is on record")
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&show, "show", "", strings.Join(shows, ", ")+"; all without it")
	cmd.Flags().StringVar(&q.Find, "find", "", "part of a number or of who carried it, beginning of a digest, or the number of a bundle")
	cmd.Flags().IntVar(&q.Most, "most", 200, "how many, the newest first: 1 to 1000")
	cmd.Flags().StringVar(&out, "print", "", "file to write the hand-over list to")
	cmd.Flags().StringArrayVar(&named, "disc", nil, "disc of that list; may be given several times. One that was handed over brings the others of its trip")
	cmd.Flags().StringVar(&lang, "lang", "zh", "of the list: zh or en")
	return cmd
}

func orNobody(name string) string {
	if name == "" {
		return "nobody yet"
	}
	return name
}

func printTrip(ctx context.Context, n *node.Node, x *exchange.Exchange, named []string, out, lang string) error {
	var ids []string
	for _, name := range named {
		d, err := discNamed(ctx, x, name)
		if err != nil {
			return err
		}
		ids = append(ids, d.ID)
	}
	rows, names, err := sites.Trip(ctx, x, n.Journal, ids)
	if err != nil {
		return fmt.Errorf("a list has discs that were written here, to one zone: %w", err)
	}
	p := ui.Prefs{Lang: ui.ZhHans}
	if lang == "en" {
		p.Lang = ui.En
	}
	ctx = ui.With(ctx, p)
	pdf, err := sites.HandOverList(ctx, rows, names, ui.Name(ctx, n.Packs.Now().Office.Name), n.Journal.Now()).Print()
	if err != nil {
		return err
	}
	return os.WriteFile(out, pdf, 0o600)
}

// discNamed finds a disc by its number, or by its line's own name.
func discNamed(ctx context.Context, x *exchange.Exchange, name string) (exchange.DiscRow, error) {
	all, err := x.MediaLog(ctx, exchange.DiscQuery{Most: 1000, Find: strings.TrimPrefix(strings.TrimPrefix(name, "out-"), "in-")})
	if err != nil {
		return exchange.DiscRow{}, err
	}
	var found []exchange.DiscRow
	for _, d := range all {
		if d.ID == name || d.Number == name {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		d, err := x.OneDisc(ctx, name)
		if err != nil {
			return d, fmt.Errorf("no disc %s is on record: yitang exchange discs lists them", name)
		}
		return d, nil
	}
	var ids []string
	for _, d := range found {
		ids = append(ids, d.ID)
	}
	return exchange.DiscRow{}, fmt.Errorf("several discs are called %s; say which: %s", name, strings.Join(ids, " or "))
}

// discAct is what somebody does with a disc on record.
type discAct struct {
	handOver, witness, refuse bool
	end, agree                string
	carrier, why              string
}

func (a discAct) command(d exchange.DiscRow) (cmd journal.Command[exchange.Disc], did string, err error) {
	acts := 0
	for _, is := range []bool{a.handOver, a.witness, a.refuse, a.end != "", a.agree != ""} {
		if is {
			acts++
		}
	}
	switch {
	case acts != 1:
		return nil, "", errors.New("give one of --hand-over, --witness, --end, --agree and --refuse")
	case a.handOver:
		return exchange.HandOverDisc{Carrier: a.carrier}, "handed over to " + a.carrier, nil
	case a.witness:
		return exchange.WitnessDisc{Carrier: a.carrier}, "confirmed: brought by " + a.carrier, nil
	case a.refuse:
		return exchange.RefuseEnd{Why: a.why}, "refused: it stays on record as it was", nil
	case a.end != "":
		return exchange.EndDisc{DiscEndAsked: exchange.DiscEndAsked{End: exchange.DiscEnd(a.end), Why: a.why}}, "said: another person agrees or refuses", nil
	case d.Ends == exchange.Asked && string(d.End) != a.agree:
		return nil, "", fmt.Errorf("it was said to be %s: %s. To agree with that say --agree %s", d.End, d.EndWhy, d.End)
	}
	return exchange.AgreeEnd{}, "agreed: on record as " + a.agree, nil
}

func exchangeDisc(dir *string, asJSON *bool) *cobra.Command {
	var login string
	var a discAct
	cmd := &cobra.Command{
		Use:   "disc NUMBER --as LOGIN (--hand-over --carrier NAME | --witness --carrier NAME | --end lost|destroyed --reason R | --agree lost|destroyed | --refuse --reason R) --data DIR",
		Short: "the next step of a disc on record, which takes another person than the one before; the password is asked for at the terminal, or read from standard input",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			passwords, err := readPasswords(cmd, []string{login})
			if err != nil {
				return err
			}
			n, desk, err := openWithDesk(cmd, *dir)
			if err != nil {
				return err
			}
			defer n.Close()
			ctx, err := deciding(cmd.Context(), desk, login, passwords[0], access.KeepDiscs)
			if err != nil {
				return said(cmd.Context(), err)
			}
			x, err := n.Exchange(ctx)
			if err != nil {
				return err
			}
			d, err := discNamed(ctx, x, args[0])
			if err != nil {
				return err
			}
			step, did, err := a.command(d)
			if err != nil {
				return err
			}
			if a.handOver {
				err = x.HandOver(ctx, []string{d.ID}, a.carrier, "")
			} else {
				_, err = journal.Do(ctx, n.Journal, exchange.Discs, journal.Order{Subject: d.ID, Seen: journal.At(d.SeenVersion)}, step)
			}
			if err != nil {
				return said(ctx, err)
			}
			if *asJSON {
				return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.disc/1", "disc": d.ID, "did": did})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "disc %s: %s\n", discCalled(d), did)
			return nil
		},
	}
	cmd.Flags().StringVar(&login, "as", "", "login of whoever does it: an administrator, a chief or a passport officer of this zone")
	cmd.Flags().BoolVar(&a.handOver, "hand-over", false, "give a disc that was written here to who carries it")
	cmd.Flags().BoolVar(&a.witness, "witness", false, "confirm a disc that was read in here")
	cmd.Flags().StringVar(&a.carrier, "carrier", "", "name of who carries it, or brought it")
	cmd.Flags().StringVar(&a.end, "end", "", "say that it is lost, or was destroyed: another person agrees")
	cmd.Flags().StringVar(&a.agree, "agree", "", "agree with who said so, naming what: lost or destroyed")
	cmd.Flags().BoolVar(&a.refuse, "refuse", false, "don't agree, or take back what was said")
	cmd.Flags().StringVar(&a.why, "reason", "", "why; the second person and auditors read it")
	must(cmd.MarkFlagRequired("as"))
	return cmd
}

func exchangeTest(dir *string, asJSON *bool) *cobra.Command {
	var show bool
	cmd := &cobra.Command{
		Use:   "test [--show] --data DIR",
		Short: "send a record about nothing through each stream, and see when it came and its receipt (测试包)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withNode(cmd.Context(), *dir, func(n *node.Node, x *exchange.Exchange) error {
				ctx := journal.WithActor(cmd.Context(), atConsole)
				if !show {
					if _, err := journal.Do(ctx, n.Journal, exchange.Tests, journal.Order{Subject: n.Journal.NewID()}, journal.Command[struct{}](exchange.SendTest{})); err != nil {
						return err
					}
				}
				sent, err := x.SentTests(ctx, 5)
				if err != nil {
					return err
				}
				heard, err := x.HeardTests(ctx, 5)
				if err != nil {
					return err
				}
				if *asJSON {
					if err := sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.test/1", "zone": x.Zone(), "sent": sent, "heard": heard}); err != nil {
						return err
					}
				} else {
					if !show {
						fmt.Fprintln(cmd.OutOrStdout(), "a test goes with the next export; yitang exchange test --show tells what became of it")
					}
					printTests(cmd.OutOrStdout(), sent, heard, n.Journal.Now())
				}
				for _, t := range sent[:min(len(sent), 1)] {
					for _, w := range t.Ways {
						if w.Late {
							return exchangeGap
						}
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&show, "show", false, "send none: what became of those before, and which came from the other zones")
	return cmd
}

var hangs = map[exchange.Hang]string{
	exchange.HangUnpaired: "the two zones aren't paired (yitang pair)",
	exchange.HangHeld:     "held by the release policy (yitang exchange held)",
	exchange.HangSlowed:   "waits for a limit of the release policy",
	exchange.HangUnpacked: "in no bundle yet (yitang exchange export, or the server makes it)",
}

func printTests(w io.Writer, sent []exchange.Test, heard []exchange.HeardTest, now time.Time) {
	for _, t := range sent {
		for _, way := range t.Ways {
			fmt.Fprintf(w, "test of %s to %s: ", t.At.Format(time.RFC3339), way.To)
			switch way.Hangs {
			case exchange.HangNowhere:
				fmt.Fprintf(w, "taken in there %s, receipt after %s", way.There.Format(time.RFC3339), way.Back.Sub(t.At).Round(time.Second))
			case exchange.HangOnWay:
				fmt.Fprintf(w, "in number %d, without a receipt for %s", way.Bundle, now.Sub(t.At).Round(time.Second))
			default:
				fmt.Fprint(w, hangs[way.Hangs])
			}
			if way.Late {
				fmt.Fprint(w, "; OVERDUE: longer than the streams promise")
			}
			fmt.Fprintln(w)
		}
	}
	for _, h := range heard {
		fmt.Fprintf(w, "test from %s: sent %s, taken in here %s\n", h.From, h.Sent.Format(time.RFC3339), h.Came.Format(time.RFC3339))
	}
}
