package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/approval"
	"yitang/internal/exchange"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/wechat"
	"yitang/internal/zone"
)

// checkup is one thing that doctor looked at.
type checkup struct {
	Zone zone.Zone `json:"zone"`
	Name string    `json:"name"`
	OK   bool      `json:"ok"`
	Says []string  `json:"says,omitempty"`
}

type unsound struct{}

func (unsound) Error() string { return "" }
func (unsound) ExitCode() int { return 1 }

func doctorCommand() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor --data DIR",
		Short: "is everything sound: chain, tables, files, keys, clock, disk? (体检)",
		Long:  "Looks at one zone's folder, or at all zones below a folder made by demo or serve --zone all.\nExit status: 0 sound, 1 not.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []checkup
			folders, err := zoneFolders(dir)
			if err != nil {
				return err
			}
			for _, d := range folders {
				all = append(all, examine(cmd.Context(), d)...)
			}
			sound := true
			for _, c := range all {
				sound = sound && c.OK
			}
			if asJSON {
				if err := json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"format": "yitang.doctor/1", "sound": sound, "checks": all}); err != nil {
					return err
				}
			} else {
				printCheckups(cmd.OutOrStdout(), all)
			}
			if !sound {
				return unsound{}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder, or the one above the three")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	must(cmd.MarkFlagRequired("data"))
	return cmd
}

func printCheckups(w io.Writer, all []checkup) {
	for _, c := range all {
		mark := "ok  "
		if !c.OK {
			mark = "BAD "
		}
		fmt.Fprintf(w, "%s %-9s %s\n", mark, c.Zone, c.Name)
		for _, s := range c.Says {
			fmt.Fprintf(w, "               %s\n", s)
		}
	}
}

// zoneFolders finds the zones in a folder: itself, or those below it. A folder
// that is none is refused, and not made.
func zoneFolders(dir string) ([]string, error) {
	holds := func(d string) bool { _, err := os.Stat(filepath.Join(d, "keys")); return err == nil }
	var found []string
	for _, z := range zone.All() {
		if d := filepath.Join(dir, string(z)); holds(d) {
			found = append(found, d)
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case holds(dir):
		return []string{dir}, nil
	}
	return nil, fmt.Errorf("no zone was set up in %s: name the folder that yitang init or demo made", dir)
}

// examine looks at one zone. One that can't be opened at all is told as such, so
// that the others are looked at all the same.
func examine(ctx context.Context, dir string) []checkup {
	n, err := node.Open(ctx, node.Options{Dir: dir})
	if err != nil {
		return []checkup{{Zone: zone.Zone(filepath.Base(dir)), Name: "opening", Says: []string{sentence(err)}}}
	}
	defer n.Close()
	var out []checkup
	add := func(name string, says []string) {
		out = append(out, checkup{Zone: n.Zone, Name: name, OK: len(says) == 0, Says: says})
	}

	var says []string
	flaws, err := n.Journal.Verify(ctx)
	if err != nil {
		says = append(says, err.Error())
	}
	for _, f := range flaws {
		says = append(says, fmt.Sprintf("event %d: %s", f.Position, f.What))
	}
	add("journal and chain", says)

	says = nil
	differ, err := n.Journal.Compare(ctx)
	if err != nil {
		says = append(says, err.Error())
	}
	for _, table := range differ {
		says = append(says, fmt.Sprintf("%s differs from what the journal says: run yitang rebuild", table))
	}
	add("tables made for reading", says)

	says = nil
	share, err := n.Exchange(ctx)
	if err == nil {
		says, err = share.VerifyReceipts(ctx)
	}
	if err != nil {
		says = append(says, err.Error())
	}
	add("receipts of other zones", says)

	if share != nil {
		says, err = quarantineLines(ctx, share)
		if err != nil {
			says = []string{err.Error()}
		}
		add("records of other zones", says)
	}

	if says, err = n.CarrierLines(); err != nil {
		says = []string{err.Error()}
	}
	add("carriers of bundles", says)

	parked, err := n.Journal.Parked(ctx)
	if err != nil {
		says = []string{err.Error()}
	} else {
		says = parkedLines(parked)
	}
	add("what follows by rule", says)

	says = n.Recovered().Gaps
	for _, err := range n.Blobs.Walk(ctx) {
		if err != nil {
			says = append(says, err.Error())
		}
	}
	gone, err := goneFiles(ctx, n)
	if err != nil {
		says = append(says, err.Error())
	}
	add("files", append(says, gone...))

	last, err := n.Journal.Latest(ctx)
	says = clockLines(n.Keys.Created(), last, time.Now())
	if err != nil {
		says = append(says, err.Error())
	}
	add("keys and clock", says)

	add("disk", diskLines(dir, freeSpace))

	if s, err := node.LoadSettings(dir); err == nil && s.WeChat != nil && n.Zone == zone.Internet {
		add("WeChat", weChatLines(ctx, n, *s.WeChat))
	}

	if n.Zone == zone.Office {
		says, err = sealLines(n.Keys, time.Now())
		if err != nil {
			says = []string{err.Error()}
		}
		add("seal for documents", says)
	}

	return out
}

// weChatLines say why WeChat doesn't answer, and who mends it.
func weChatLines(ctx context.Context, n *node.Node, app wechat.App) []string {
	client, err := wechat.New(ctx, app, n.Journal, n.Keys, rand.Reader)
	if err == nil {
		err = client.Answers(ctx)
	}
	var says []string
	if err == nil && client.HasMini() {
		says = refusedLines(client.MiniAnswers(ctx), "wechat.miniProgram.", "mini program")
	}
	return append(refusedLines(err, "wechat.", "account"), says...)
}

// refusedLines say who mends what of the account or of the mini program.
func refusedLines(err error, settings, whose string) []string {
	if err == nil {
		return nil
	}
	var refused *wechat.Refusal
	if !errors.As(err, &refused) {
		return []string{fmt.Sprintf("WeChat can't be reached: %s; nobody signs in from there, and no message goes out, until it can", sentence(err))}
	}
	mend := "look it up in WeChat's list of return codes"
	switch refused.Code {
	case wechat.BadAppID:
		mend = "correct " + settings + "appID in node.yaml"
	case wechat.BadSecret, wechat.BadCredential:
		mend = "copy " + settings + "appSecret into node.yaml from the " + whose + "'s developer settings"
	case wechat.NotFromThisHost:
		mend = "enter this machine's address in the " + whose + "'s list of allowed addresses"
	case wechat.NotGranted:
		mend = "the account must be a verified service account"
	}
	return []string{fmt.Sprintf("%s: %s", refused.Error(), mend)}
}

// clockLines tell that the clock stands before what was done by it.
func clockLines(keysMade, lastEvent, now time.Time) []string {
	var says []string
	if keysMade.After(now) {
		says = append(says, "the keys were made in the future: set the clock")
	}
	if lastEvent.After(now.Add(time.Minute)) {
		says = append(says, fmt.Sprintf("the newest event is of %s, which lies ahead: set the clock", lastEvent.Format(time.RFC3339)))
	}
	return says
}

// goneFiles name what this zone's own events have a file of that isn't there.
// (A file of another zone's event may still be on its way.)
func goneFiles(ctx context.Context, n *node.Node) ([]string, error) {
	var says []string
	err := n.Journal.Each(ctx, 0, func(e journal.Event) error {
		body, carries := e.Body.(exchange.Carries)
		if !carries || e.Origin != n.Zone {
			return nil
		}
		for _, f := range body.Carries() {
			switch held, err := n.Blobs.Has(ctx, f.Digest); {
			case err != nil:
				return err
			case !held:
				says = append(says, fmt.Sprintf("the file %s of event %d (%s %s) is gone: put it back from a backup", f.Digest, e.Position, e.Kind, e.Subject.ID))
			}
		}
		return nil
	})
	return says, err
}

// scarce is what a zone should have left to go on with, in bytes: a hundred
// cases with their papers.
const scarce = 1 << 30

// diskLines tell where in a zone's folder nothing can be written any more, and
// warn before it is full. (A folder that can't be written at all isn't opened.)
func diskLines(dir string, free func(dir string) (int64, error)) []string {
	var says []string
	for _, d := range []string{"", "keys", "blobs", "exchange"} {
		d = filepath.Join(dir, d)
		if _, err := os.Stat(d); errors.Is(err, fs.ErrNotExist) {
			continue // nothing was exchanged yet
		}
		if err := node.Writable(d); err != nil {
			says = append(says, sentence(err))
		}
	}
	left, err := free(dir)
	if err != nil {
		return append(says, fmt.Sprintf("how much room is left for %s can't be told: %v", dir, err))
	}
	if left < scarce {
		says = append(says, fmt.Sprintf("%d MB are left for %s, and a zone should have %d: make room, or nothing can be kept before long", left>>20, dir, scarce>>20))
	}
	return says
}

// freeSpace is what an ordinary user may still write, in bytes.
func freeSpace(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

// sealLines warn while there is still time: a seal is renewed three months
// before its end, an authority needs a new one that everybody is told of.
func sealLines(ring *keys.Ring, now time.Time) ([]string, error) {
	seal, authority, ok, err := approval.SealEnds(ring)
	if err != nil || !ok {
		return nil, err
	}
	var says []string
	if seal.Before(now.AddDate(0, 0, 60)) {
		says = append(says, fmt.Sprintf("the seal holds until %s and wasn't renewed: start the office's node, and look at its log", seal.Format(time.DateOnly)))
	}
	if authority.Before(now.AddDate(1, 0, 0)) {
		says = append(says, fmt.Sprintf("the authority that certifies the seal holds until %s, after which nothing can be issued: plan a new one", authority.Format(time.DateOnly)))
	}
	return says, nil
}

// quarantineLines names what was refused of other zones, and what is waited for, one
// line for each.
func quarantineLines(ctx context.Context, x *exchange.Exchange) ([]string, error) {
	status, err := x.Status(ctx)
	if err != nil {
		return nil, err
	}
	var says []string
	for _, in := range status.Incoming {
		if in.Quarantined > 0 {
			says = append(says, fmt.Sprintf("%d records from the %s zone were refused: yitang exchange quarantine lists them and why", in.Quarantined, in.From))
		}
		if len(in.Missing) > 0 {
			says = append(says, fmt.Sprintf("bundles %v from the %s zone are missing, for which %d wait: see yitang exchange status", in.Missing, in.From, len(in.Waiting)))
		}
		if len(in.Lacking) > 0 {
			says = append(says, fmt.Sprintf("bundle %d from the %s zone waits for %d files that didn't come with it: see yitang exchange status", in.Applied+1, in.From, len(in.Lacking)))
		}
		for _, r := range in.Refused {
			says = append(says, fmt.Sprintf("bundle %d from the %s zone was refused and lies in exchange/refused: %s: %s; let it be sent again, then remove %s", r.Sequence, in.From, r.Reason, r.Detail, r.File))
		}
	}
	return says, nil
}

// parkedLines says what couldn't be done, one line for each cause.
func parkedLines(parked []journal.Parked) []string {
	type subject struct {
		reaction string
		ref      journal.Ref
	}
	behind := map[subject]int{}
	for _, p := range parked {
		if p.Error == "" {
			behind[subject{p.Reaction, p.Subject}]++
		}
	}
	var says []string
	for _, p := range parked {
		if p.Error == "" {
			continue
		}
		line := fmt.Sprintf("%s isn't done for %s (%s, event %d), tried %d times since %s: %s",
			p.Reaction, p.Subject, p.Kind, p.Position, p.Tries, p.Since.Format(time.RFC3339), p.Error)
		if n := behind[subject{p.Reaction, p.Subject}]; n > 0 {
			line += fmt.Sprintf("; %d later events of it wait behind", n)
			delete(behind, subject{p.Reaction, p.Subject})
		}
		says = append(says, line)
	}
	for s, n := range behind { // the one before them has just been done
		says = append(says, fmt.Sprintf("%s isn't done for %d events of %s yet: start the zone, and it will be", s.reaction, n, s.ref))
	}
	return says
}

func rebuildCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "rebuild --data DIR [TABLES…]",
		Short: "make the tables for reading again from the journal: all, or those that doctor names (重建读表)",
		RunE: func(cmd *cobra.Command, names []string) error {
			folders, err := zoneFolders(dir)
			if err != nil {
				return err
			}
			for _, d := range folders {
				n, err := node.Open(cmd.Context(), node.Options{Dir: d})
				if err != nil {
					return err
				}
				err = n.Journal.Rebuild(cmd.Context(), names...)
				n.Close()
				if err != nil {
					return err
				}
				what := "all tables"
				if len(names) > 0 {
					what = strings.Join(names, ", ")
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s zone: %s made again\n", n.Zone, what)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder, or the one above the three")
	must(cmd.MarkFlagRequired("data"))
	return cmd
}
